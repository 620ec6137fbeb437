//! Commands about threads of comments.

use lectern_workspace::view::{
    CommentDraft, CommentPart, Failure, NewThreadPlace, RefactorJob, Side, TaskProgress, ThreadAnchorEvent, ThreadCard, ThreadChange,
    ThreadCount, ThreadFilter, ThreadHere, ThreadPage,
};
use tauri::{State, ipc::Channel};

use super::versions::tell;
use crate::app::{App, blocking};

#[tauri::command]
#[specta::specta]
pub async fn threads(app: State<'_, App>, project_id: String, filter: ThreadFilter, first: u32, count: u32) -> Result<ThreadPage, Failure> {
    blocking(app, move |workspace| workspace.threads(&project_id, &filter, first, count)).await
}

#[tauri::command]
#[specta::specta]
pub async fn thread(app: State<'_, App>, project_id: String, thread_id: String) -> Result<ThreadCard, Failure> {
    blocking(app, move |workspace| workspace.thread(&project_id, &thread_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn threads_of_document(app: State<'_, App>, document: String) -> Result<Vec<ThreadHere>, Failure> {
    blocking(app, move |workspace| workspace.threads_of_document(&document)).await
}

#[tauri::command]
#[specta::specta]
pub async fn threads_of_side(app: State<'_, App>, project_id: String, path: String, side: Side) -> Result<Vec<ThreadHere>, Failure> {
    blocking(app, move |workspace| workspace.threads_of_side(&project_id, &path, side)).await
}

#[tauri::command]
#[specta::specta]
pub async fn thread_counts(app: State<'_, App>, project_id: String) -> Result<Vec<ThreadCount>, Failure> {
    blocking(app, move |workspace| workspace.thread_counts(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn thread_history(app: State<'_, App>, project_id: String, thread_id: String) -> Result<Vec<ThreadAnchorEvent>, Failure> {
    blocking(app, move |workspace| workspace.thread_history(&project_id, &thread_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn thread_change(app: State<'_, App>, project_id: String, thread_id: String) -> Result<ThreadChange, Failure> {
    blocking(app, move |workspace| workspace.thread_change(&project_id, &thread_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_threads_read(app: State<'_, App>, project_id: String, thread_ids: Vec<String>, read: bool) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.set_threads_read(&project_id, &thread_ids, read)).await
}

#[tauri::command]
#[specta::specta]
pub async fn create_thread(app: State<'_, App>, project_id: String, place: NewThreadPlace, body: String) -> Result<ThreadCard, Failure> {
    blocking(app, move |workspace| workspace.create_thread(&project_id, &place, &body)).await
}

#[tauri::command]
#[specta::specta]
pub async fn reply_to_thread(app: State<'_, App>, project_id: String, thread_id: String, body: String) -> Result<ThreadCard, Failure> {
    blocking(app, move |workspace| workspace.reply_to_thread(&project_id, &thread_id, &body)).await
}

#[tauri::command]
#[specta::specta]
pub async fn edit_comment(app: State<'_, App>, project_id: String, comment_id: String, body: String) -> Result<ThreadCard, Failure> {
    blocking(app, move |workspace| workspace.edit_comment(&project_id, &comment_id, &body)).await
}

#[tauri::command]
#[specta::specta]
pub async fn delete_comment(app: State<'_, App>, project_id: String, comment_id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.delete_comment(&project_id, &comment_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn restore_comment(app: State<'_, App>, project_id: String, comment_id: String) -> Result<ThreadCard, Failure> {
    blocking(app, move |workspace| workspace.restore_comment(&project_id, &comment_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn resolve_thread(app: State<'_, App>, project_id: String, thread_id: String, resolved: bool) -> Result<ThreadCard, Failure> {
    blocking(app, move |workspace| workspace.resolve_thread(&project_id, &thread_id, resolved)).await
}

#[tauri::command]
#[specta::specta]
pub async fn delete_thread(app: State<'_, App>, project_id: String, thread_id: String) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.delete_thread(&project_id, &thread_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn restore_thread(app: State<'_, App>, project_id: String, thread_id: String) -> Result<ThreadCard, Failure> {
    blocking(app, move |workspace| workspace.restore_thread(&project_id, &thread_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn place_thread(
    app: State<'_, App>,
    project_id: String,
    thread_id: String,
    place: NewThreadPlace,
) -> Result<ThreadCard, Failure> {
    blocking(app, move |workspace| workspace.place_thread(&project_id, &thread_id, &place)).await
}

#[tauri::command]
#[specta::specta]
pub async fn reject_thread_place(app: State<'_, App>, project_id: String, thread_id: String) -> Result<ThreadCard, Failure> {
    blocking(app, move |workspace| workspace.reject_thread_place(&project_id, &thread_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn keep_thread(app: State<'_, App>, project_id: String, thread_id: String) -> Result<ThreadCard, Failure> {
    blocking(app, move |workspace| workspace.keep_thread(&project_id, &thread_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn undo_thread_place(app: State<'_, App>, project_id: String, thread_id: String) -> Result<ThreadCard, Failure> {
    blocking(app, move |workspace| workspace.undo_thread_place(&project_id, &thread_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn preview_comment(app: State<'_, App>, project_id: String, body: String) -> Result<Vec<CommentPart>, Failure> {
    blocking(app, move |workspace| workspace.preview_comment(&project_id, &body)).await
}

#[tauri::command]
#[specta::specta]
pub async fn comment_drafts(app: State<'_, App>, project_id: String) -> Result<Vec<CommentDraft>, Failure> {
    blocking(app, move |workspace| workspace.comment_drafts(&project_id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn save_comment_draft(
    app: State<'_, App>,
    project_id: String,
    key: String,
    place: Option<NewThreadPlace>,
    body: String,
) -> Result<(), Failure> {
    blocking(app, move |workspace| workspace.save_comment_draft(&project_id, &key, place.as_ref(), &body)).await
}

#[tauri::command]
#[specta::specta]
pub async fn apply_suggestion(
    app: State<'_, App>,
    task_id: String,
    project_id: String,
    comment_id: String,
    index: u32,
    on_progress: Channel<TaskProgress>,
) -> Result<RefactorJob, Failure> {
    blocking(app, move |workspace| workspace.apply_suggestion(&task_id, &project_id, &comment_id, index, &tell(&on_progress))).await
}
