//! Commands about the desktop around the window.

use lectern_workspace::view::{Failure, OpenRequest, Theme};
use tauri::{AppHandle, Manager, State};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;

use crate::{
    app::{App, blocking},
    windows,
};

/// Colours the native window too, and the sign-in screen of the next start.
#[tauri::command]
#[specta::specta]
pub async fn window_theme(handle: AppHandle, theme: Theme) -> Result<(), Failure> {
    windows::set_theme(&handle, theme);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn show_data_folder(handle: AppHandle, app: State<'_, App>) -> Result<(), Failure> {
    let folder = app.workspace()?.data_dir().path().to_owned();
    handle.opener().open_path(folder.to_string_lossy(), None::<&str>).map_err(|error| no_program(&error))
}

#[tauri::command]
#[specta::specta]
pub async fn pick_folder(handle: AppHandle, title: String) -> Result<Option<String>, Failure> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let mut dialog = handle.dialog().file().set_title(title);
    if let Ok(home) = handle.path().home_dir() {
        dialog = dialog.set_directory(home);
    }
    dialog.pick_folder(move |folder| {
        let _ = sender.send(folder);
    });
    let folder = receiver.await.map_err(|_| Failure::internal("the folder dialog stopped"))?;
    Ok(folder.and_then(|folder| folder.into_path().ok()).map(|path| path.to_string_lossy().into_owned()))
}

/// Asks where to write a new file or folder; `name` is the proposal.
#[tauri::command]
#[specta::specta]
pub async fn pick_new_file(handle: AppHandle, title: String, name: String) -> Result<Option<String>, Failure> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let mut dialog = handle.dialog().file().set_title(title).set_file_name(name);
    if let Ok(home) = handle.path().home_dir() {
        dialog = dialog.set_directory(home);
    }
    dialog.save_file(move |file| {
        let _ = sender.send(file);
    });
    let file = receiver.await.map_err(|_| Failure::internal("the file dialog stopped"))?;
    Ok(file.and_then(|file| file.into_path().ok()).map(|path| path.to_string_lossy().into_owned()))
}

/// Opens a link in the user's browser; nothing but web pages and mail addresses.
#[tauri::command]
#[specta::specta]
pub async fn open_external(handle: AppHandle, url: String) -> Result<(), Failure> {
    let allowed = ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    if !allowed || url.chars().any(char::is_control) {
        return Err(Failure::new("LINK_REFUSED", "this link is not opened").hint("Only web pages and mail addresses are."));
    }
    handle.opener().open_url(url, None::<&str>).map_err(|error| no_program(&error))
}

#[tauri::command]
#[specta::specta]
pub async fn reveal_file(handle: AppHandle, app: State<'_, App>, project_id: String, path: String) -> Result<(), Failure> {
    let path = blocking(app, move |workspace| workspace.path_on_disk(&project_id, &path)).await?;
    handle.opener().reveal_item_in_dir(path).map_err(|error| no_program(&error))
}

#[tauri::command]
#[specta::specta]
pub async fn reveal_project(handle: AppHandle, app: State<'_, App>, project_id: String) -> Result<(), Failure> {
    let path = blocking(app, move |workspace| workspace.path_on_disk(&project_id, "")).await?;
    handle.opener().open_path(path.to_string_lossy(), None::<&str>).map_err(|error| no_program(&error))
}

#[tauri::command]
#[specta::specta]
pub async fn take_open_request(app: State<'_, App>) -> Result<Option<OpenRequest>, Failure> {
    Ok(app.take_open_request())
}

fn no_program(error: &tauri_plugin_opener::Error) -> Failure {
    Failure::new("NO_PROGRAM", format!("no program of this computer could open it: {error}"))
        .hint("Install a file manager or browser, and set it as the default.")
}
