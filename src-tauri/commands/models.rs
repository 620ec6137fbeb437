//! Commands about models and endpoints.

use std::path::Path;

use lectern_workspace::view::{EndpointCheck, EndpointDraft, Failure, FoundServer, ModelLimits, Models, TaskProgress};
use tauri::{State, ipc::Channel};

use super::versions::tell;
use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn models(app: State<'_, App>) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.models()).await
}

#[tauri::command]
#[specta::specta]
pub async fn choose_model(app: State<'_, App>, model_id: Option<String>) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.choose_model(model_id.as_deref())).await
}

#[tauri::command]
#[specta::specta]
pub async fn rename_model(app: State<'_, App>, model_id: String, name: String) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.rename_model(&model_id, &name)).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_model_context(app: State<'_, App>, model_id: String, context: u32) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.set_model_context(&model_id, context)).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_load_anyway(app: State<'_, App>, model_id: String, anyway: bool) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.set_load_anyway(&model_id, anyway)).await
}

#[tauri::command]
#[specta::specta]
pub async fn remove_model(app: State<'_, App>, model_id: String) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.remove_model(&model_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_model_limits(app: State<'_, App>, limits: ModelLimits) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.set_model_limits(limits)).await
}

#[tauri::command]
#[specta::specta]
pub async fn discover_endpoints(app: State<'_, App>) -> Result<Vec<FoundServer>, Failure> {
    blocking(app, move |workspace| workspace.discover_endpoints()).await
}

#[tauri::command]
#[specta::specta]
pub async fn add_endpoint(app: State<'_, App>, draft: EndpointDraft) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.add_endpoint(draft)).await
}

#[tauri::command]
#[specta::specta]
pub async fn change_endpoint(app: State<'_, App>, endpoint_id: String, draft: EndpointDraft) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.change_endpoint(&endpoint_id, draft)).await
}

#[tauri::command]
#[specta::specta]
pub async fn remove_endpoint(app: State<'_, App>, endpoint_id: String) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.remove_endpoint(&endpoint_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn check_endpoint(app: State<'_, App>, draft: EndpointDraft, endpoint_id: Option<String>) -> Result<EndpointCheck, Failure> {
    blocking(app, move |workspace| workspace.check_endpoint(draft, endpoint_id.as_deref())).await
}

#[tauri::command]
#[specta::specta]
pub async fn endpoint_warning(app: State<'_, App>, url: String) -> Result<Option<String>, Failure> {
    blocking(app, move |workspace| workspace.endpoint_warning(&url)).await
}

#[tauri::command]
#[specta::specta]
pub async fn allow_endpoint(app: State<'_, App>, project_id: String, endpoint_id: String, allowed: bool) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.allow_endpoint(&project_id, &endpoint_id, allowed)).await
}

#[tauri::command]
#[specta::specta]
pub async fn add_model_file(
    app: State<'_, App>,
    task_id: String,
    path: String,
    progress: Channel<TaskProgress>,
) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.add_model_file(&task_id, Path::new(&path), &tell(&progress))).await
}

#[tauri::command]
#[specta::specta]
pub async fn download_model(
    app: State<'_, App>,
    task_id: String,
    url: String,
    sha256: Option<String>,
    progress: Channel<TaskProgress>,
) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.download_model(&task_id, &url, sha256.as_deref(), &tell(&progress))).await
}

#[tauri::command]
#[specta::specta]
pub async fn measure_model(
    app: State<'_, App>,
    task_id: String,
    model_id: String,
    progress: Channel<TaskProgress>,
) -> Result<Models, Failure> {
    blocking(app, move |workspace| workspace.measure_model(&task_id, &model_id, &tell(&progress))).await
}
