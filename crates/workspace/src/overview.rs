//! A project at a glance.

use crate::{
    Workspace,
    view::{Failure, ProjectActivity, ProjectOverview},
};

impl Workspace {
    /// What a project is made of, from its latest version.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn project_overview(&self, project_id: &str) -> Result<ProjectOverview, Failure> {
        let _ = project_id;
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// What git tells about the last 52 weeks of a project; stops looking after two seconds.
    ///
    /// # Errors
    /// What keeps the repository from being read.
    pub fn project_activity(&self, project_id: &str) -> Result<ProjectActivity, Failure> {
        let _ = project_id;
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }
}
