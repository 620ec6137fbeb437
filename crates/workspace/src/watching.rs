//! Folders that are watched and synced by themselves.

use std::sync::Arc;

use lectern_projects::Project;

use crate::{
    Workspace,
    view::{Failure, WatchKind, WatchState},
};

impl Workspace {
    /// Turns watching on or off for a project, and remembers it.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn set_watching(self: &Arc<Self>, project_id: &str, watching: bool) -> Result<WatchState, Failure> {
        let _ = (self.project(project_id)?, watching);
        Err(Failure::internal("not built yet"))
    }

    /// The window came to the front: looks at what is not watched.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`.
    pub fn came_to_front(self: &Arc<Self>) -> Result<(), Failure> {
        self.user()?;
        Ok(())
    }

    pub(crate) fn watch_state(&self, project: &Project) -> WatchState {
        WatchState { project_id: project.id.as_str().to_owned(), kind: WatchKind::Off, watched: 0, directories: 0, failure: None }
    }
}
