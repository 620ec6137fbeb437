//! Commands about projects.

use std::path::{Path, PathBuf};

use lectern_workspace::view::{AddedProject, CloneProgress, Failure, ProjectCard, ProjectFacts};
use tauri::{AppHandle, Manager, State, ipc::Channel};

use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn projects(app: State<'_, App>) -> Result<Vec<ProjectCard>, Failure> {
    blocking(app, |workspace| workspace.project_cards()).await
}

#[tauri::command]
#[specta::specta]
pub async fn project_facts(app: State<'_, App>, project_id: String) -> Result<ProjectFacts, Failure> {
    blocking(app, move |workspace| workspace.project_facts(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn add_project(app: State<'_, App>, path: String) -> Result<AddedProject, Failure> {
    blocking(app, move |workspace| workspace.add_project(Path::new(&path))).await
}

#[tauri::command]
#[specta::specta]
pub async fn rename_project(app: State<'_, App>, project_id: String, name: String, description: String) -> Result<ProjectCard, Failure> {
    blocking(app, move |workspace| workspace.rename_project(&project_id, &name, &description)).await
}

#[tauri::command]
#[specta::specta]
pub async fn remove_project(app: State<'_, App>, project_id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.remove_project(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn restore_project(app: State<'_, App>, project_id: String) -> Result<ProjectCard, Failure> {
    blocking(app, move |workspace| workspace.restore_project(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn relocate_project(app: State<'_, App>, project_id: String, path: String) -> Result<ProjectCard, Failure> {
    blocking(app, move |workspace| workspace.relocate_project(&project_id, Path::new(&path))).await
}

#[tauri::command]
#[specta::specta]
pub async fn clone_project(
    app: State<'_, App>,
    clone_id: String,
    url: String,
    parent: String,
    name: String,
    on_progress: Channel<CloneProgress>,
) -> Result<ProjectCard, Failure> {
    blocking(app, move |workspace| {
        workspace.clone_project(&clone_id, &url, Path::new(&parent), &name, move |progress| {
            let _ = on_progress.send(progress);
        })
    })
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_clone(app: State<'_, App>, clone_id: String) -> Result<(), Failure> {
    app.workspace()?.cancel_clone(&clone_id);
    Ok(())
}

/// Where people keep their code, or their home folder.
#[tauri::command]
#[specta::specta]
pub async fn default_clone_parent(handle: AppHandle) -> Result<String, Failure> {
    let home = handle.path().home_dir().unwrap_or_else(|_| PathBuf::from("/"));
    let usual = ["code", "Code", "src", "projects", "Projects", "dev", "repos"].map(|name| home.join(name));
    Ok(usual.into_iter().find(|folder| folder.is_dir()).unwrap_or(home).to_string_lossy().into_owned())
}

#[tauri::command]
#[specta::specta]
pub async fn save_view_state(app: State<'_, App>, project_id: String, view_state: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.save_view_state(&project_id, &view_state)).await
}
