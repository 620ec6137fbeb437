//! Commands about AI jobs.

use std::path::Path;

use lectern_workspace::view::{
    AiJob, AiJobPage, AiPlan, AiPrompt, AiRequest, AiSubmitted, CitedCode, CitedLines, CitingPage, Failure, SentenceChoice,
};
use tauri::State;

use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn ai_plan(app: State<'_, App>, task_id: String, project_id: String, request: AiRequest) -> Result<AiPlan, Failure> {
    blocking(app, move |workspace| workspace.ai_plan(&task_id, &project_id, &request)).await
}

#[tauri::command]
#[specta::specta]
pub async fn submit_ai_job(app: State<'_, App>, project_id: String, request: AiRequest) -> Result<AiSubmitted, Failure> {
    blocking(app, move |workspace| workspace.submit_ai_job(&project_id, &request)).await
}

#[tauri::command]
#[specta::specta]
pub async fn ai_jobs(app: State<'_, App>, project_id: Option<String>) -> Result<Vec<AiJob>, Failure> {
    blocking(app, move |workspace| workspace.ai_jobs(project_id.as_deref())).await
}

#[tauri::command]
#[specta::specta]
pub async fn ai_job(app: State<'_, App>, job_id: String) -> Result<AiJobPage, Failure> {
    blocking(app, move |workspace| workspace.ai_job(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn ai_prompts(app: State<'_, App>, job_id: String) -> Result<Vec<AiPrompt>, Failure> {
    blocking(app, move |workspace| workspace.ai_prompts(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_ai_job(app: State<'_, App>, job_id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.cancel_ai_job(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_ai_jobs(app: State<'_, App>) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.cancel_ai_jobs()).await
}

#[tauri::command]
#[specta::specta]
pub async fn retry_ai_job(app: State<'_, App>, job_id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.retry_ai_job(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn rewrite_ai_job(app: State<'_, App>, job_id: String, model: Option<String>) -> Result<AiSubmitted, Failure> {
    blocking(app, move |workspace| workspace.rewrite_ai_job(&job_id, model.as_deref())).await
}

#[tauri::command]
#[specta::specta]
pub async fn move_ai_job(app: State<'_, App>, job_id: String, before: Option<String>) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.move_ai_job(&job_id, before.as_deref())).await
}

#[tauri::command]
#[specta::specta]
pub async fn remove_ai_jobs(app: State<'_, App>, job_ids: Vec<String>) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.remove_ai_jobs(&job_ids)).await
}

#[tauri::command]
#[specta::specta]
pub async fn restore_ai_jobs(app: State<'_, App>, job_ids: Vec<String>) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.restore_ai_jobs(&job_ids)).await
}

#[tauri::command]
#[specta::specta]
pub async fn clear_ai_jobs(app: State<'_, App>) -> Result<Vec<String>, Failure> {
    blocking(app, move |workspace| workspace.clear_ai_jobs()).await
}

#[tauri::command]
#[specta::specta]
pub async fn choose_sentence(
    app: State<'_, App>,
    job_id: String,
    slot: String,
    sentence: u32,
    choice: SentenceChoice,
) -> Result<AiJobPage, Failure> {
    blocking(app, move |workspace| workspace.choose_sentence(&job_id, &slot, sentence, choice)).await
}

#[tauri::command]
#[specta::specta]
pub async fn ai_markdown(app: State<'_, App>, job_id: String) -> Result<String, Failure> {
    blocking(app, move |workspace| workspace.ai_markdown(&job_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn export_ai_job(app: State<'_, App>, job_id: String, target: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.export_ai_job(&job_id, Path::new(&target))).await
}

#[tauri::command]
#[specta::specta]
pub async fn cited_code(app: State<'_, App>, job_id: String, citation: u32) -> Result<CitedCode, Failure> {
    blocking(app, move |workspace| workspace.cited_code(&job_id, citation)).await
}

#[tauri::command]
#[specta::specta]
pub async fn cited_lines(app: State<'_, App>, job_id: String, citations: Vec<u32>) -> Result<Vec<CitedLines>, Failure> {
    blocking(app, move |workspace| workspace.cited_lines(&job_id, &citations)).await
}

#[tauri::command]
#[specta::specta]
pub async fn pages_citing(app: State<'_, App>, project_id: String, path: String) -> Result<Vec<CitingPage>, Failure> {
    blocking(app, move |workspace| workspace.pages_citing(&project_id, &path)).await
}
