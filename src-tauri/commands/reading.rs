//! Commands of the reading screen.

use lectern_workspace::view::{
    Directory, DocumentMatches, Editor, Failure, FileStructure, FindOptions, LineChanges, LinePage, OpenedFile, OutlineItem,
    RenderedMarkdown, Side,
};
use tauri::{State, ipc::Response};

use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn directory(app: State<'_, App>, project_id: String, path: String, version: Option<u32>) -> Result<Directory, Failure> {
    blocking(app, move |workspace| workspace.directory(&project_id, &path, version)).await
}

#[tauri::command]
#[specta::specta]
pub async fn open_file(app: State<'_, App>, project_id: String, path: String, version: Option<u32>) -> Result<OpenedFile, Failure> {
    blocking(app, move |workspace| workspace.open_file(&project_id, &path, version)).await
}

#[tauri::command]
#[specta::specta]
pub async fn file_lines(app: State<'_, App>, document: String, first: u32, count: u32) -> Result<LinePage, Failure> {
    blocking(app, move |workspace| workspace.file_lines(&document, first, count)).await
}

#[tauri::command]
#[specta::specta]
pub async fn find_in_document(app: State<'_, App>, document: String, options: FindOptions) -> Result<DocumentMatches, Failure> {
    blocking(app, move |workspace| workspace.find_in_document(&document, &options)).await
}

#[tauri::command]
#[specta::specta]
pub async fn file_outline(app: State<'_, App>, document: String) -> Result<Vec<OutlineItem>, Failure> {
    blocking(app, move |workspace| workspace.file_outline(&document)).await
}

#[tauri::command]
#[specta::specta]
pub async fn render_markdown(app: State<'_, App>, document: String) -> Result<RenderedMarkdown, Failure> {
    blocking(app, move |workspace| workspace.render_markdown(&document)).await
}

#[tauri::command]
#[specta::specta]
pub async fn file_structure(app: State<'_, App>, document: String) -> Result<FileStructure, Failure> {
    blocking(app, move |workspace| workspace.file_structure(&document)).await
}

#[tauri::command]
#[specta::specta]
pub async fn line_changes(app: State<'_, App>, document: String) -> Result<Option<LineChanges>, Failure> {
    blocking(app, move |workspace| workspace.line_changes(&document)).await
}

#[tauri::command]
#[specta::specta]
pub async fn editors(app: State<'_, App>) -> Result<Vec<Editor>, Failure> {
    blocking(app, move |workspace| Ok(workspace.editors())).await
}

#[tauri::command]
#[specta::specta]
pub async fn open_in_editor(app: State<'_, App>, project_id: String, path: String, line: u32, column: u32) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.open_in_editor(&project_id, &path, line, column)).await
}

/// The whole text as UTF-8.
#[tauri::command]
pub async fn file_text(app: State<'_, App>, document: String) -> Result<Response, Failure> {
    blocking(app, move |workspace| Ok(Response::new(workspace.file_text(&document)?.as_bytes().to_vec()))).await
}

/// Some bytes; `offset` is a decimal string.
#[tauri::command]
pub async fn file_bytes(app: State<'_, App>, document: String, offset: String, length: u32) -> Result<Response, Failure> {
    let offset = offset.parse().map_err(|_| Failure::new("BAD_OFFSET", "an offset is a whole number of bytes"))?;
    blocking(app, move |workspace| Ok(Response::new(workspace.file_bytes(&document, offset, length)?))).await
}

/// Packed highlight spans.
#[tauri::command]
pub async fn file_spans(app: State<'_, App>, document: String, first_line: u32, last_line: u32) -> Result<Response, Failure> {
    blocking(app, move |workspace| Ok(Response::new(workspace.file_spans(&document, first_line, last_line)?))).await
}

/// A file that a rendered page shows, from the state of the project that the page is of.
#[tauri::command]
pub async fn project_bytes(app: State<'_, App>, project_id: String, path: String, side: Side) -> Result<Response, Failure> {
    blocking(app, move |workspace| Ok(Response::new(workspace.project_bytes(&project_id, &path, side)?))).await
}
