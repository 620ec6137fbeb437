//! Commands of previews.

use lectern_workspace::view::{Failure, LinkUse, LogPage, Preview, PreviewChoices, PreviewRequest, Trust, TrustedCommand};
use tauri::{AppHandle, State};

use crate::app::{App, blocking};
use crate::preview_window::{self, Shown};

#[tauri::command]
#[specta::specta]
pub async fn preview_choices(app: State<'_, App>, project_id: String, version: Option<u32>) -> Result<PreviewChoices, Failure> {
    blocking(app, move |workspace| workspace.preview_choices(&project_id, version)).await
}

#[tauri::command]
#[specta::specta]
pub async fn start_preview(
    app: State<'_, App>,
    project_id: String,
    request: PreviewRequest,
    trust: Option<Trust>,
) -> Result<Preview, Failure> {
    blocking(app, move |workspace| workspace.start_preview(&project_id, &request, trust)).await
}

#[tauri::command]
#[specta::specta]
pub async fn previews(app: State<'_, App>, project_id: String) -> Result<Vec<Preview>, Failure> {
    blocking(app, move |workspace| workspace.previews(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn preview_log(app: State<'_, App>, id: String, first: u32) -> Result<LogPage, Failure> {
    blocking(app, move |workspace| workspace.preview_log(&id, first)).await
}

#[tauri::command]
#[specta::specta]
pub async fn preview_link(app: State<'_, App>, id: String, link_use: LinkUse) -> Result<String, Failure> {
    blocking(app, move |workspace| workspace.preview_link(&id, link_use)).await
}

/// Opens a preview in a window of its own, beside another one if that is named.
#[tauri::command]
#[specta::specta]
pub async fn open_preview(handle: AppHandle, app: State<'_, App>, id: String, beside: Option<String>) -> Result<(), Failure> {
    let shown = blocking(app, move |workspace| {
        let link = workspace.preview_window_link(&id, beside.as_deref())?;
        let ids: Vec<String> = [Some(id), beside].into_iter().flatten().collect();
        let origins: Result<_, Failure> =
            ids.iter().filter_map(|id| workspace.preview(id).map(|preview| preview.url).transpose()).collect();
        Ok(Shown { origins: origins?, ids, link })
    })
    .await?;
    preview_window::open(&handle, shown)
}

/// Opens a preview in the user's browser.
#[tauri::command]
#[specta::specta]
pub async fn open_preview_in_browser(handle: AppHandle, app: State<'_, App>, id: String) -> Result<(), Failure> {
    let link = blocking(app, move |workspace| workspace.preview_link(&id, LinkUse::Open)).await?;
    preview_window::open_in_browser(&handle, &link)
}

#[tauri::command]
#[specta::specta]
pub async fn stop_preview(app: State<'_, App>, id: String) -> Result<Preview, Failure> {
    blocking(app, move |workspace| workspace.stop_preview(&id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn restart_preview(app: State<'_, App>, id: String, trust: Option<Trust>) -> Result<Preview, Failure> {
    blocking(app, move |workspace| workspace.restart_preview(&id, trust)).await
}

#[tauri::command]
#[specta::specta]
pub async fn extend_preview(app: State<'_, App>, id: String) -> Result<Preview, Failure> {
    blocking(app, move |workspace| workspace.extend_preview(&id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn remove_preview(app: State<'_, App>, id: String, undo: bool) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.remove_preview(&id, undo)).await
}

#[tauri::command]
#[specta::specta]
pub async fn trusted_commands(app: State<'_, App>) -> Result<Vec<TrustedCommand>, Failure> {
    blocking(app, move |workspace| workspace.trusted_commands()).await
}

#[tauri::command]
#[specta::specta]
pub async fn forget_trusted_command(app: State<'_, App>, id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.forget_trusted_command(&id)).await
}
