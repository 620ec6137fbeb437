//! Commands about a repository's history and a project as a whole.

use lectern_workspace::view::{
    Blame, CommitDetail, CommitPage, Failure, HistoryQuery, HistoryState, OpenedFile, ProjectActivity, ProjectOverview, References,
    TaskProgress,
};
use tauri::{State, ipc::Channel};

use super::versions::tell;
use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn open_history(app: State<'_, App>, project_id: String, query: HistoryQuery) -> Result<HistoryState, Failure> {
    blocking(app, move |workspace| workspace.open_history(&project_id, query)).await
}

#[tauri::command]
#[specta::specta]
pub async fn history_rows(app: State<'_, App>, history: String, first: u32, count: u32) -> Result<CommitPage, Failure> {
    blocking(app, move |workspace| workspace.history_rows(&history, first, count)).await
}

#[tauri::command]
#[specta::specta]
pub async fn close_history(app: State<'_, App>, history: String) -> Result<(), Failure> {
    blocking(app, move |workspace| {
        workspace.close_history(&history);
        Ok(())
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn commit(app: State<'_, App>, project_id: String, commit: String) -> Result<CommitDetail, Failure> {
    blocking(app, move |workspace| workspace.commit(&project_id, &commit)).await
}

#[tauri::command]
#[specta::specta]
pub async fn references(app: State<'_, App>, project_id: String) -> Result<References, Failure> {
    blocking(app, move |workspace| workspace.references(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn blame(app: State<'_, App>, task_id: String, document: String, on_progress: Channel<TaskProgress>) -> Result<Blame, Failure> {
    blocking(app, move |workspace| workspace.blame(&task_id, &document, &tell(&on_progress))).await
}

#[tauri::command]
#[specta::specta]
pub async fn open_commit_file(app: State<'_, App>, project_id: String, path: String, commit: String) -> Result<OpenedFile, Failure> {
    blocking(app, move |workspace| workspace.open_commit_file(&project_id, &path, &commit)).await
}

#[tauri::command]
#[specta::specta]
pub async fn project_overview(app: State<'_, App>, project_id: String) -> Result<ProjectOverview, Failure> {
    blocking(app, move |workspace| workspace.project_overview(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn project_activity(app: State<'_, App>, project_id: String) -> Result<ProjectActivity, Failure> {
    blocking(app, move |workspace| workspace.project_activity(&project_id)).await
}
