//! Commands about threads that leave a project or come into it.

use std::path::Path;

use lectern_workspace::view::{Failure, ThreadExportFormat, ThreadImportFormat, ThreadsExported, ThreadsImported};
use tauri::{AppHandle, Manager, State};
use tauri_plugin_dialog::DialogExt;

use crate::app::{App, blocking};

/// Writes threads to a file, over one that is there, or with `git_notes` into the repository, which needs no target.
#[tauri::command]
#[specta::specta]
pub async fn export_threads(
    app: State<'_, App>,
    project_id: String,
    format: ThreadExportFormat,
    target: Option<String>,
) -> Result<ThreadsExported, Failure> {
    blocking(app, move |workspace| workspace.export_threads(&project_id, format, target.as_deref().map(Path::new))).await
}

/// Adds threads from a file, or with `git_notes` from the repository, which needs no source.
#[tauri::command]
#[specta::specta]
pub async fn import_threads(
    app: State<'_, App>,
    project_id: String,
    format: ThreadImportFormat,
    source: Option<String>,
) -> Result<ThreadsImported, Failure> {
    blocking(app, move |workspace| workspace.import_threads(&project_id, format, source.as_deref().map(Path::new))).await
}

/// Asks for a file to import; None when nobody chose one.
#[tauri::command]
#[specta::specta]
pub async fn pick_import_file(handle: AppHandle, title: String) -> Result<Option<String>, Failure> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let mut dialog = handle.dialog().file().set_title(title);
    if let Ok(home) = handle.path().home_dir() {
        dialog = dialog.set_directory(home);
    }
    dialog.pick_file(move |file| {
        let _ = sender.send(file);
    });
    let file = receiver.await.map_err(|_| Failure::internal("the file dialog stopped"))?;
    Ok(file.and_then(|file| file.into_path().ok()).map(|path| path.to_string_lossy().into_owned()))
}
