//! The timeline of a project: its versions and what the user says of them.

use crate::{
    Workspace,
    view::{Failure, VersionCard, VersionPage},
};

impl Workspace {
    /// Up to `limit` (at most 500) versions older than `before` (the newest ones when `None`), newest first.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn versions(&self, project_id: &str, before: Option<u32>, limit: u32) -> Result<VersionPage, Failure> {
        let _ = (self.project(project_id)?, before, limit);
        Err(Failure::internal("not built yet"))
    }

    /// Names a version; an empty label takes the name away.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`, `BAD_LABEL` beyond 200 characters.
    pub fn label_version(&self, project_id: &str, version: u32, label: &str) -> Result<VersionCard, Failure> {
        let _ = (self.project(project_id)?, version, label);
        Err(Failure::internal("not built yet"))
    }

    /// Pins a version, or lets it go.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`.
    pub fn pin_version(&self, project_id: &str, version: u32, pinned: bool) -> Result<VersionCard, Failure> {
        let _ = (self.project(project_id)?, version, pinned);
        Err(Failure::internal("not built yet"))
    }
}
