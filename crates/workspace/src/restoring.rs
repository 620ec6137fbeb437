//! Putting files back as they were in a version, through the journal.

use std::sync::Arc;

use crate::{
    Workspace,
    tasks::Tell,
    view::{Failure, JournalCard, RestoreOutcome, RestorePlan},
};

impl Workspace {
    /// What restoring would do. `paths` are files or folders (keys as in the tree); none means everything.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`, `FILE_MISSING` when a path is neither in the version nor in the folder, and what keeps the folder from being read.
    pub fn restore_plan(&self, project_id: &str, version: u32, paths: &[String]) -> Result<RestorePlan, Failure> {
        let _ = (self.project(project_id)?, version, paths);
        Err(Failure::internal("not built yet"))
    }

    /// Records the folder as it is, then puts the paths back as they were in the version, all or nothing, and syncs.
    ///
    /// # Errors
    /// As [`Workspace::restore_plan`]; `CANCELLED`, `CHANGED_MEANWHILE`, `DISK_FULL`, …: nothing was changed then.
    pub fn restore(
        self: &Arc<Self>,
        task_id: &str,
        project_id: &str,
        version: u32,
        paths: &[String],
        tell: Tell<'_>,
    ) -> Result<RestoreOutcome, Failure> {
        let _ = (self.project(project_id)?, version, paths, self.task(task_id, tell));
        Err(Failure::internal("not built yet"))
    }

    /// What was written to the project's folder as a whole, newest first, at most 200.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn journals(&self, project_id: &str) -> Result<Vec<JournalCard>, Failure> {
        let _ = self.project(project_id)?;
        Ok(Vec::new())
    }

    /// Takes back what a journal wrote. Itself a journal, so it can be undone too.
    ///
    /// # Errors
    /// `UNKNOWN_JOURNAL`, `CHANGED_SINCE` naming the files that are no longer as they were written; nothing was changed then.
    pub fn undo_journal(
        self: &Arc<Self>,
        task_id: &str,
        project_id: &str,
        journal_id: &str,
        tell: Tell<'_>,
    ) -> Result<JournalCard, Failure> {
        let _ = (self.project(project_id)?, journal_id, self.task(task_id, tell));
        Err(Failure::internal("not built yet"))
    }
}
