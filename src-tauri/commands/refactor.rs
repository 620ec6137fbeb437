//! Commands about refactor jobs, and about what a name means.

use std::path::Path;

use lectern_workspace::view::{
    Failure, RefactorApplied, RefactorAsk, RefactorChecks, RefactorDefinitions, RefactorHunks, RefactorJob, RefactorProposal,
    RefactorSymbol, RefactorUndo, RefactorUndoChoice, TaskProgress,
};
use tauri::{State, ipc::Channel};

use super::versions::tell;
use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn symbol_at(app: State<'_, App>, project_id: String, path: String, line: u32, column: u32) -> Result<RefactorSymbol, Failure> {
    blocking(app, move |workspace| workspace.symbol_at(&project_id, &path, line, column)).await
}

#[tauri::command]
#[specta::specta]
pub async fn definition_at(
    app: State<'_, App>,
    task_id: String,
    document: String,
    line: u32,
    column: u32,
) -> Result<RefactorDefinitions, Failure> {
    blocking(app, move |workspace| workspace.definition_at(&task_id, &document, line, column)).await
}

#[tauri::command]
#[specta::specta]
pub async fn name_problem(app: State<'_, App>, path: String, kind: String, name: String) -> Result<Option<String>, Failure> {
    blocking(app, move |workspace| Ok(workspace.name_problem(&path, &kind, &name))).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_ask(app: State<'_, App>, project_id: String, ask: RefactorAsk) -> Result<RefactorJob, Failure> {
    blocking(app, move |workspace| workspace.refactor_ask(&project_id, ask)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_again(app: State<'_, App>, job_id: String) -> Result<RefactorJob, Failure> {
    blocking(app, move |workspace| workspace.refactor_again(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_keep_old_name(app: State<'_, App>, job_id: String, path: String) -> Result<RefactorJob, Failure> {
    blocking(app, move |workspace| workspace.refactor_keep_old_name(&job_id, &path)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_jobs(app: State<'_, App>, project_id: Option<String>) -> Result<Vec<RefactorJob>, Failure> {
    blocking(app, move |workspace| workspace.refactor_jobs(project_id.as_deref())).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_proposal(app: State<'_, App>, job_id: String) -> Result<RefactorProposal, Failure> {
    blocking(app, move |workspace| workspace.refactor_proposal(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_hunks(app: State<'_, App>, job_id: String, path: String, first: u32, count: u32) -> Result<RefactorHunks, Failure> {
    blocking(app, move |workspace| workspace.refactor_hunks(&job_id, &path, first, count)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_choose(app: State<'_, App>, job_id: String, excluded: Vec<u32>) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.refactor_choose(&job_id, &excluded)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_check(app: State<'_, App>, job_id: String) -> Result<RefactorChecks, Failure> {
    blocking(app, move |workspace| workspace.refactor_check(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_apply(
    app: State<'_, App>,
    task_id: String,
    job_id: String,
    on_progress: Channel<TaskProgress>,
) -> Result<RefactorApplied, Failure> {
    blocking(app, move |workspace| workspace.refactor_apply(&task_id, &job_id, &tell(&on_progress))).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_cancel(app: State<'_, App>, job_id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.refactor_cancel(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_discard(app: State<'_, App>, job_id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.refactor_discard(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_undo_plan(app: State<'_, App>, job_id: String) -> Result<RefactorUndo, Failure> {
    blocking(app, move |workspace| workspace.refactor_undo_plan(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_undo(
    app: State<'_, App>,
    task_id: String,
    job_id: String,
    choices: Vec<RefactorUndoChoice>,
    on_progress: Channel<TaskProgress>,
) -> Result<RefactorApplied, Failure> {
    blocking(app, move |workspace| workspace.refactor_undo(&task_id, &job_id, &choices, &tell(&on_progress))).await
}

#[tauri::command]
#[specta::specta]
pub async fn refactor_patch(app: State<'_, App>, job_id: String) -> Result<String, Failure> {
    blocking(app, move |workspace| workspace.refactor_patch(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn export_refactor_patch(app: State<'_, App>, job_id: String, target: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.export_refactor_patch(&job_id, Path::new(&target))).await
}
