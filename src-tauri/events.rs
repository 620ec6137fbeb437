//! What the window hears.

use lectern_workspace::{
    Events,
    view::{
        AiJob, AiText, DesktopChoice, HistoryState, IndexState, OpenRequest, Preview, PreviewSaid, RefactorCheckRun, RefactorCheckSaid,
        RefactorJob, SearchState, SessionState, SyncProgress, WatchState,
    },
};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::desktop_notifications::DesktopNotifications;

/// Somebody signed in or out, or the window was locked.
#[derive(Debug, Clone, Serialize, Type, Event)]
pub struct SessionChanged(pub SessionState);

/// A sync moved on.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SyncChanged(pub SyncProgress);

/// The list of projects changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ProjectsChanged;

/// A folder is watched, or no longer.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct WatchChanged(pub WatchState);

/// Something in the folder of this project (its id) changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct FolderChanged(pub String);

/// Versions of this project (its id) were made, named, pinned or removed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct VersionsChanged(pub String);

/// A search moved on.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SearchChanged(pub SearchState);

/// The indexes of a project moved on.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct IndexChanged(pub IndexState);

/// A list of commits moved on.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct HistoryChanged(pub HistoryState);

/// A preview began, became ready, ended, or was prolonged.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct PreviewChanged(pub Preview);

/// There are more notifications, or fewer unread ones.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct NotificationsChanged;

/// Somebody chose a notification on the desktop; the window was brought forward.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct DesktopChosen(pub DesktopChoice);

/// Threads of this project (its id) changed: what is written in them, or where they are.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ThreadsChanged(pub String);

/// A job was taken, moved on or ended. Told at most ten times a second for each, and always at its end.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct AiJobChanged(pub AiJob);

/// These jobs (their ids) are no longer listed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct AiJobRemoved(pub Vec<String>);

/// More of a job's text was written.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct AiTextWritten(pub AiText);

/// A refactor job was taken, moved on or ended. Told at most ten times a second for each, and always at its end.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct RefactorJobChanged(pub RefactorJob);

/// A check of a proposal began, moved on or ended.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct RefactorCheckChanged(pub RefactorCheckRun);

/// A check of a proposal printed something.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct RefactorCheckOutput(pub RefactorCheckSaid);

/// Models or endpoints were added, changed or removed, or one was loaded.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ModelsChanged;

/// A dev server printed something.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct PreviewOutput(pub PreviewSaid);

/// A folder was asked for from outside.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct OpenRequested(pub OpenRequest);

/// The window is about to close: what should be stored is to be stored now.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct WindowClosing;

/// Sends the workspace's events to the webview.
pub struct ToWindow(pub AppHandle);

impl Events for ToWindow {
    // An event that can't be sent has no window to hear it.
    fn session_changed(&self, state: SessionState) {
        let _ = SessionChanged(state).emit(&self.0);
    }

    fn sync_changed(&self, progress: SyncProgress) {
        let _ = SyncChanged(progress).emit(&self.0);
    }

    fn projects_changed(&self) {
        let _ = ProjectsChanged.emit(&self.0);
    }

    fn watch_changed(&self, state: WatchState) {
        let _ = WatchChanged(state).emit(&self.0);
    }

    fn folder_changed(&self, project_id: &str) {
        let _ = FolderChanged(project_id.to_owned()).emit(&self.0);
    }

    fn search_changed(&self, state: SearchState) {
        let _ = SearchChanged(state).emit(&self.0);
    }

    fn index_changed(&self, state: IndexState) {
        let _ = IndexChanged(state).emit(&self.0);
    }

    fn history_changed(&self, state: HistoryState) {
        let _ = HistoryChanged(state).emit(&self.0);
    }

    fn preview_changed(&self, preview: Preview) {
        let _ = PreviewChanged(preview).emit(&self.0);
    }

    fn notifications_changed(&self) {
        let _ = NotificationsChanged.emit(&self.0);
        if let Some(desktop) = self.0.try_state::<DesktopNotifications>() {
            desktop.look();
        }
    }

    fn threads_changed(&self, project_id: &str) {
        let _ = ThreadsChanged(project_id.to_owned()).emit(&self.0);
    }

    fn ai_job_changed(&self, job: AiJob) {
        let _ = AiJobChanged(job).emit(&self.0);
    }

    fn ai_jobs_removed(&self, job_ids: &[String]) {
        let _ = AiJobRemoved(job_ids.to_vec()).emit(&self.0);
    }

    fn ai_text_written(&self, text: AiText) {
        let _ = AiTextWritten(text).emit(&self.0);
    }

    fn refactor_check_changed(&self, run: RefactorCheckRun) {
        let _ = RefactorCheckChanged(run).emit(&self.0);
    }

    fn refactor_check_said(&self, said: RefactorCheckSaid) {
        let _ = RefactorCheckOutput(said).emit(&self.0);
    }

    fn refactor_job_changed(&self, job: RefactorJob) {
        let _ = RefactorJobChanged(job).emit(&self.0);
    }

    fn models_changed(&self) {
        let _ = ModelsChanged.emit(&self.0);
    }

    fn preview_said(&self, said: PreviewSaid) {
        let _ = PreviewOutput(said).emit(&self.0);
    }

    fn versions_changed(&self, project_id: &str) {
        let _ = VersionsChanged(project_id.to_owned()).emit(&self.0);
    }
}
