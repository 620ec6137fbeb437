//! Commands about syncs and versions.

use lectern_workspace::view::{Failure, Verification};
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

#[tauri::command]
#[specta::specta]
pub async fn verify_version(app: State<'_, App>, project_id: String, version: Option<u32>) -> Result<Verification, Failure> {
    blocking(app, move |workspace| workspace.verify_version(&project_id, version)).await
}
