//! Commands about notifications.

use lectern_workspace::view::{Failure, NotificationPage};
use tauri::State;

use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn notifications(app: State<'_, App>, before: Option<String>, limit: u32) -> Result<NotificationPage, Failure> {
    blocking(app, move |workspace| workspace.notifications(before.as_deref(), limit)).await
}

#[tauri::command]
#[specta::specta]
pub async fn unread_notifications(app: State<'_, App>) -> Result<u32, Failure> {
    blocking(app, |workspace| workspace.unread_notifications()).await
}

#[tauri::command]
#[specta::specta]
pub async fn read_notification(app: State<'_, App>, id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.read_notification(&id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn read_all_notifications(app: State<'_, App>) -> Result<(), Failure> {
    blocking(app, |workspace| workspace.read_all_notifications()).await
}
