//! Commands about notifications.

use lectern_workspace::view::{DesktopState, Failure, NotificationCard, NotificationFilter, NotificationPage};
use tauri::State;

use crate::{
    app::{App, blocking},
    desktop_notifications,
};

#[tauri::command]
#[specta::specta]
pub async fn notifications(
    app: State<'_, App>,
    before: Option<String>,
    limit: u32,
    filter: NotificationFilter,
) -> Result<NotificationPage, Failure> {
    blocking(app, move |workspace| workspace.notifications(before.as_deref(), limit, filter)).await
}

#[tauri::command]
#[specta::specta]
pub async fn notification(app: State<'_, App>, id: String) -> Result<Option<NotificationCard>, Failure> {
    blocking(app, move |workspace| workspace.notification(&id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn desktop_notifications(app: State<'_, App>) -> Result<DesktopState, Failure> {
    blocking(app, |_| Ok(desktop_notifications::state())).await
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
