//! Commands about who is signed in.

use lectern_workspace::view::{Failure, PasswordStrength, SessionState, Settings};
use tauri::State;

use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn session_state(app: State<'_, App>) -> Result<SessionState, Failure> {
    blocking(app, |workspace| workspace.session_state()).await
}

#[tauri::command]
#[specta::specta]
pub async fn password_strength(app: State<'_, App>, password: String) -> Result<PasswordStrength, Failure> {
    blocking(app, move |workspace| Ok(workspace.password_strength(password))).await
}

#[tauri::command]
#[specta::specta]
pub async fn create_profile(
    app: State<'_, App>,
    email: String,
    display_name: String,
    password: String,
    remember: bool,
) -> Result<SessionState, Failure> {
    blocking(app, move |workspace| workspace.create_profile(&email, &display_name, password, remember)).await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_in(app: State<'_, App>, email: String, password: String, remember: bool) -> Result<SessionState, Failure> {
    blocking(app, move |workspace| workspace.sign_in(&email, password, remember)).await
}

#[tauri::command]
#[specta::specta]
pub async fn unlock(app: State<'_, App>, password: String) -> Result<SessionState, Failure> {
    blocking(app, move |workspace| workspace.unlock(password)).await
}

#[tauri::command]
#[specta::specta]
pub async fn lock(app: State<'_, App>) -> Result<SessionState, Failure> {
    blocking(app, |workspace| workspace.lock()).await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_out(app: State<'_, App>) -> Result<SessionState, Failure> {
    blocking(app, |workspace| workspace.sign_out()).await
}

#[tauri::command]
#[specta::specta]
pub async fn change_password(app: State<'_, App>, current: String, new_password: String) -> Result<SessionState, Failure> {
    blocking(app, move |workspace| workspace.change_password(current, new_password)).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_remembered(app: State<'_, App>, remember: bool) -> Result<SessionState, Failure> {
    blocking(app, move |workspace| workspace.set_remembered(remember)).await
}

#[tauri::command]
#[specta::specta]
pub async fn touch(app: State<'_, App>) -> Result<(), Failure> {
    app.workspace()?.touch();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn settings(app: State<'_, App>) -> Result<Settings, Failure> {
    blocking(app, |workspace| workspace.settings()).await
}

#[tauri::command]
#[specta::specta]
pub async fn save_settings(app: State<'_, App>, settings: Settings) -> Result<Settings, Failure> {
    blocking(app, move |workspace| workspace.save_settings(settings)).await
}
