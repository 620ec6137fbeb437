//! Keeps the indexes of the projects on screen up to date, beside everything else.

use std::sync::Arc;

use crate::{
    Workspace,
    view::{Failure, IndexState},
};

/// What is being indexed.
#[derive(Default)]
pub(crate) struct Indexing;

impl Workspace {
    /// How far the indexes of a project are. Asking makes them, if there are none.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn index_state(self: &Arc<Self>, project_id: &str) -> Result<IndexState, Failure> {
        let _ = project_id;
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// Makes a project's indexes anew.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn rebuild_index(self: &Arc<Self>, project_id: &str) -> Result<IndexState, Failure> {
        let _ = project_id;
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }
}
