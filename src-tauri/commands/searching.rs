//! Commands of finding: files and symbols by name, text, definitions, and the indexes behind them.

use lectern_workspace::view::{
    Definitions, Failure, FoundFiles, FoundSymbols, IndexState, SearchOptions, SearchPlace, SearchRowPage, SearchState,
};
use tauri::State;

use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn find_files(
    app: State<'_, App>,
    project_id: String,
    query: String,
    recent: Vec<String>,
    limit: u32,
) -> Result<FoundFiles, Failure> {
    blocking(app, move |workspace| workspace.find_files(&project_id, &query, &recent, limit)).await
}

#[tauri::command]
#[specta::specta]
pub async fn find_symbols(app: State<'_, App>, project_id: String, query: String, limit: u32) -> Result<FoundSymbols, Failure> {
    blocking(app, move |workspace| workspace.find_symbols(&project_id, &query, limit)).await
}

#[tauri::command]
#[specta::specta]
pub async fn definitions(
    app: State<'_, App>,
    project_id: String,
    name: String,
    from_path: String,
    version: Option<u32>,
) -> Result<Definitions, Failure> {
    blocking(app, move |workspace| workspace.definitions(&project_id, &name, &from_path, version)).await
}

#[tauri::command]
#[specta::specta]
pub async fn start_search(app: State<'_, App>, project_id: String, options: SearchOptions) -> Result<SearchState, Failure> {
    blocking(app, move |workspace| workspace.start_search(&project_id, options)).await
}

#[tauri::command]
#[specta::specta]
pub async fn start_references(
    app: State<'_, App>,
    document: String,
    line: u32,
    column: u32,
    options: SearchOptions,
) -> Result<SearchState, Failure> {
    blocking(app, move |workspace| workspace.start_references(&document, line, column, options)).await
}

#[tauri::command]
#[specta::specta]
pub async fn search_rows(app: State<'_, App>, search: String, first: u32, count: u32) -> Result<SearchRowPage, Failure> {
    blocking(app, move |workspace| workspace.search_rows(&search, first, count)).await
}

#[tauri::command]
#[specta::specta]
pub async fn fold_search(app: State<'_, App>, search: String, file: Option<u32>, folded: bool) -> Result<SearchState, Failure> {
    blocking(app, move |workspace| workspace.fold_search(&search, file, folded)).await
}

#[tauri::command]
#[specta::specta]
pub async fn search_place(app: State<'_, App>, search: String, hit: i32) -> Result<SearchPlace, Failure> {
    blocking(app, move |workspace| workspace.search_place(&search, hit)).await
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_search(app: State<'_, App>, search: String) -> Result<(), Failure> {
    blocking(app, move |workspace| {
        workspace.cancel_search(&search);
        Ok(())
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn index_state(app: State<'_, App>, project_id: String) -> Result<IndexState, Failure> {
    blocking(app, move |workspace| workspace.index_state(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn rebuild_index(app: State<'_, App>, project_id: String) -> Result<IndexState, Failure> {
    blocking(app, move |workspace| workspace.rebuild_index(&project_id)).await
}
