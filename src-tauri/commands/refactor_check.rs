//! Commands about checking a proposal before it is applied.

use lectern_workspace::view::{Failure, LogPage, RefactorCheckChoices, RefactorCheckRun, Trust};
use tauri::State;

use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn refactor_check_stop(app: State<'_, App>, job_id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| {
        workspace.refactor_check_stop(&job_id);
        Ok(())
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_check_choices(app: State<'_, App>, project_id: String) -> Result<RefactorCheckChoices, Failure> {
    blocking(app, move |workspace| workspace.refactor_check_choices(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_refactor_check_command(
    app: State<'_, App>,
    project_id: String,
    line: String,
    folder: String,
) -> Result<RefactorCheckChoices, Failure> {
    blocking(app, move |workspace| workspace.set_refactor_check_command(&project_id, &line, &folder)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_check_run(app: State<'_, App>, job_id: String, trust: Option<Trust>) -> Result<RefactorCheckRun, Failure> {
    blocking(app, move |workspace| workspace.refactor_check_run(&job_id, trust)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_check_state(app: State<'_, App>, job_id: String) -> Result<Option<RefactorCheckRun>, Failure> {
    blocking(app, move |workspace| workspace.refactor_check_state(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_check_log(app: State<'_, App>, job_id: String, first: u32) -> Result<LogPage, Failure> {
    blocking(app, move |workspace| workspace.refactor_check_log(&job_id, first)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_check_cancel(app: State<'_, App>, job_id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.refactor_check_cancel(&job_id)).await
}
