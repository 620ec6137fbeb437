//! Which versions are kept, what they take on the disk, and versions written out.

use std::path::Path;

use crate::{
    Workspace,
    tasks::Tell,
    view::{CollectOutcome, ExportFormat, ExportOutcome, Failure, ProjectStorage, Retention, Storage},
};

impl Workspace {
    /// What a project's versions take.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn project_storage(&self, project_id: &str) -> Result<ProjectStorage, Failure> {
        let _ = self.project(project_id)?;
        Err(Failure::internal("not built yet"))
    }

    /// What the data folder takes.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `LOCKED`.
    pub fn storage(&self) -> Result<Storage, Failure> {
        self.user()?;
        Err(Failure::internal("not built yet"))
    }

    /// Chooses which versions a project keeps. Nothing is removed before the next collection.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn set_retention(&self, project_id: &str, retention: Retention) -> Result<ProjectStorage, Failure> {
        let _ = (self.project(project_id)?, retention);
        Err(Failure::internal("not built yet"))
    }

    /// Thins out the versions of projects that ask for it, then gives back what nothing needs any more. Waits for running syncs.
    ///
    /// # Errors
    /// `CANCELLED`, and the database's; a kill at any moment leaves every remaining version whole.
    pub fn collect(&self, task_id: &str, tell: Tell<'_>) -> Result<CollectOutcome, Failure> {
        self.user()?;
        let _ = self.task(task_id, tell);
        Err(Failure::internal("not built yet"))
    }

    /// Writes a version out. `target` must not exist; it appears whole or not at all.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`, `TARGET_EXISTS`, `TARGET_UNWRITABLE`, `DISK_FULL`, `CANCELLED`.
    pub fn export_version(
        &self,
        task_id: &str,
        project_id: &str,
        version: u32,
        target: &Path,
        format: ExportFormat,
        tell: Tell<'_>,
    ) -> Result<ExportOutcome, Failure> {
        let _ = (self.project(project_id)?, version, target, format, self.task(task_id, tell));
        Err(Failure::internal("not built yet"))
    }
}
