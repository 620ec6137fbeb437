//! Commands about versions: the timeline, comparisons, restoring, exporting, keeping.

use std::path::Path;

use lectern_workspace::view::{
    CollectOutcome, DiffFilePage, DiffRowPage, DiffSummary, ExportFormat, ExportOutcome, Failure, FileDiff, JournalCard, ProjectStorage,
    RestoreOutcome, RestorePlan, Retention, Side, Storage, TaskProgress, Verification, VersionCard, VersionPage, WatchState,
};
use tauri::{
    State,
    ipc::{Channel, Response},
};

use crate::app::{App, blocking};

/// Sends the progress of a task through its channel; a window that is gone hears nothing.
pub fn tell(channel: &Channel<TaskProgress>) -> impl Fn(TaskProgress) + Sync + '_ {
    |progress| {
        let _ = channel.send(progress);
    }
}

#[tauri::command]
#[specta::specta]
pub async fn versions(app: State<'_, App>, project_id: String, before: Option<u32>, limit: u32) -> Result<VersionPage, Failure> {
    blocking(app, move |workspace| workspace.versions(&project_id, before, limit)).await
}

#[tauri::command]
#[specta::specta]
pub async fn label_version(app: State<'_, App>, project_id: String, version: u32, label: String) -> Result<VersionCard, Failure> {
    blocking(app, move |workspace| workspace.label_version(&project_id, version, &label)).await
}

#[tauri::command]
#[specta::specta]
pub async fn pin_version(app: State<'_, App>, project_id: String, version: u32, pinned: bool) -> Result<VersionCard, Failure> {
    blocking(app, move |workspace| workspace.pin_version(&project_id, version, pinned)).await
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_task(app: State<'_, App>, task_id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| {
        workspace.cancel_task(&task_id);
        Ok(())
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn verify_version(
    app: State<'_, App>,
    task_id: String,
    project_id: String,
    version: Option<u32>,
    on_progress: Channel<TaskProgress>,
) -> Result<Verification, Failure> {
    blocking(app, move |workspace| workspace.verify_version(&task_id, &project_id, version, &tell(&on_progress))).await
}

#[tauri::command]
#[specta::specta]
pub async fn verify_all(
    app: State<'_, App>,
    task_id: String,
    project_id: String,
    on_progress: Channel<TaskProgress>,
) -> Result<Vec<Verification>, Failure> {
    blocking(app, move |workspace| workspace.verify_all(&task_id, &project_id, &tell(&on_progress))).await
}

#[tauri::command]
#[specta::specta]
pub async fn compare(app: State<'_, App>, project_id: String, old_side: Side, new_side: Side) -> Result<DiffSummary, Failure> {
    blocking(app, move |workspace| workspace.compare(&project_id, old_side, new_side)).await
}

#[tauri::command]
#[specta::specta]
pub async fn diff_files(app: State<'_, App>, diff: String, first: u32, count: u32) -> Result<DiffFilePage, Failure> {
    blocking(app, move |workspace| workspace.diff_files(&diff, first, count)).await
}

#[tauri::command]
#[specta::specta]
pub async fn diff_file(app: State<'_, App>, diff: String, index: u32) -> Result<FileDiff, Failure> {
    blocking(app, move |workspace| workspace.diff_file(&diff, index)).await
}

#[tauri::command]
#[specta::specta]
pub async fn diff_rows(
    app: State<'_, App>,
    diff: String,
    index: u32,
    first: u32,
    count: u32,
    expand: Vec<u32>,
) -> Result<DiffRowPage, Failure> {
    blocking(app, move |workspace| workspace.diff_rows(&diff, index, first, count, &expand)).await
}

/// The bytes of one side of a file.
#[tauri::command]
pub async fn diff_bytes(app: State<'_, App>, diff: String, index: u32, new_side: bool) -> Result<Response, Failure> {
    blocking(app, move |workspace| Ok(Response::new(workspace.diff_bytes(&diff, index, new_side)?))).await
}

#[tauri::command]
#[specta::specta]
pub async fn restore_plan(app: State<'_, App>, project_id: String, version: u32, paths: Vec<String>) -> Result<RestorePlan, Failure> {
    blocking(app, move |workspace| workspace.restore_plan(&project_id, version, &paths)).await
}

#[tauri::command]
#[specta::specta]
pub async fn restore(
    app: State<'_, App>,
    task_id: String,
    project_id: String,
    version: u32,
    paths: Vec<String>,
    on_progress: Channel<TaskProgress>,
) -> Result<RestoreOutcome, Failure> {
    blocking(app, move |workspace| workspace.restore(&task_id, &project_id, version, &paths, &tell(&on_progress))).await
}

#[tauri::command]
#[specta::specta]
pub async fn journals(app: State<'_, App>, project_id: String) -> Result<Vec<JournalCard>, Failure> {
    blocking(app, move |workspace| workspace.journals(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn undo_journal(
    app: State<'_, App>,
    task_id: String,
    project_id: String,
    journal_id: String,
    on_progress: Channel<TaskProgress>,
) -> Result<JournalCard, Failure> {
    blocking(app, move |workspace| workspace.undo_journal(&task_id, &project_id, &journal_id, &tell(&on_progress))).await
}

#[tauri::command]
#[specta::specta]
pub async fn project_storage(app: State<'_, App>, project_id: String) -> Result<ProjectStorage, Failure> {
    blocking(app, move |workspace| workspace.project_storage(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn storage(app: State<'_, App>) -> Result<Storage, Failure> {
    blocking(app, |workspace| workspace.storage()).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_retention(app: State<'_, App>, project_id: String, retention: Retention) -> Result<ProjectStorage, Failure> {
    blocking(app, move |workspace| workspace.set_retention(&project_id, retention)).await
}

#[tauri::command]
#[specta::specta]
pub async fn collect(app: State<'_, App>, task_id: String, on_progress: Channel<TaskProgress>) -> Result<CollectOutcome, Failure> {
    blocking(app, move |workspace| workspace.collect(&task_id, &tell(&on_progress))).await
}

#[tauri::command]
#[specta::specta]
pub async fn export_version(
    app: State<'_, App>,
    task_id: String,
    project_id: String,
    version: u32,
    target: String,
    format: ExportFormat,
    on_progress: Channel<TaskProgress>,
) -> Result<ExportOutcome, Failure> {
    blocking(app, move |workspace| {
        workspace.export_version(&task_id, &project_id, version, Path::new(&target), format, &tell(&on_progress))
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn set_watching(app: State<'_, App>, project_id: String, watching: bool) -> Result<WatchState, Failure> {
    blocking(app, move |workspace| workspace.set_watching(&project_id, watching)).await
}

#[tauri::command]
#[specta::specta]
pub async fn came_to_front(app: State<'_, App>) -> Result<(), Failure> {
    blocking(app, |workspace| workspace.came_to_front()).await
}
