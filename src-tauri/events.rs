//! What the window hears.

use lectern_workspace::{
    Events,
    view::{OpenRequest, SessionState, SyncProgress},
};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::AppHandle;
use tauri_specta::Event;

/// Somebody signed in or out, or the window was locked.
#[derive(Debug, Clone, Serialize, Type, Event)]
pub struct SessionChanged(pub SessionState);

/// A sync moved on.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SyncChanged(pub SyncProgress);

/// The list of projects changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ProjectsChanged;

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
}
