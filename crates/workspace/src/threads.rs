//! Threads of the signed-in user's projects: what is written in them, and where they are.

mod cards;
mod drafts;
mod following;
mod here;
mod listing;
mod placing;
mod rendering;
mod states;
mod suggestions;
mod writing;

use std::sync::Arc;

pub(crate) use suggestions::{exact_range, lines_put, suggested};

use lectern_comments::{CommentThread, CommentsError, Threads};
use lectern_projects::Project;

use crate::{Workspace, view::Failure};

/// What was deleted can be had back for so long.
const DELETED_KEPT_MS: i64 = 30 * 24 * 3_600_000;

impl Workspace {
    /// The threads of this data folder.
    pub(crate) fn comments(&self) -> Threads {
        Threads::new(Arc::clone(&self.store), Arc::clone(&self.clock))
    }

    /// A thread of the user's project that is not deleted.
    fn thread_of(&self, project: &Project, thread_id: &str) -> Result<CommentThread, Failure> {
        let thread = self.comments().thread(project.id.as_str(), thread_id)?.filter(|thread| thread.deleted_at.is_none());
        Ok(thread.ok_or(CommentsError::UnknownThread)?)
    }

    /// Tells the window that threads of a project changed.
    pub(crate) fn threads_changed(&self, project: &Project) {
        if self.is_signed_in(&project.owner_id) {
            self.events.threads_changed(project.id.as_str());
        }
    }

    /// Removes for good what was deleted long enough ago. What can't be removed now is removed another time.
    pub fn forget_deleted_threads(&self) {
        let _ = self.comments().purge_deleted(self.clock.now().plus_millis(-DELETED_KEPT_MS));
    }
}
