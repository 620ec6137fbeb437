//! Commands about syncs.

use lectern_workspace::view::Failure;
use tauri::State;

use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn start_sync(app: State<'_, App>, project_id: String) -> Result<String, Failure> {
    blocking(app, move |workspace| workspace.start_sync(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_sync(app: State<'_, App>, project_id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.cancel_sync(&project_id)).await
}
