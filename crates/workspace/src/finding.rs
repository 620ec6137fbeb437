//! Files and symbols by name.

use std::sync::atomic::AtomicBool;

use lectern_projects::Project;

use crate::{
    Workspace,
    view::{Definitions, Failure, FoundFiles, FoundSymbols, IndexPart},
};

/// Lists of names that are kept from one key press to the next.
#[derive(Default)]
pub(crate) struct Finding;

impl Workspace {
    /// The files of the latest version whose paths fit `query` best, at most `limit` (at most 200). Files named in `recent` (latest first) come before
    /// equals; an empty query gives those. Answers without the disk that the project is on.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn find_files(&self, project_id: &str, query: &str, recent: &[String], limit: u32) -> Result<FoundFiles, Failure> {
        let _ = (project_id, query, recent, limit);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// The symbols of the latest version whose names fit `query` best, at most `limit` (at most 200).
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn find_symbols(&self, project_id: &str, query: &str, limit: u32) -> Result<FoundSymbols, Failure> {
        let _ = (project_id, query, limit);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// Where `name`, read in the file at `from_path` (as of a version, or as it is now), is defined, as far as its spelling tells.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `UNKNOWN_VERSION`.
    pub fn definitions(&self, project_id: &str, name: &str, from_path: &str, version: Option<u32>) -> Result<Definitions, Failure> {
        let _ = (project_id, name, from_path, version);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// Brings the symbols of a project's latest version up to date; `progress` hears at most ten times a second how far it is, from any thread.
    ///
    /// # Errors
    /// `CANCELLED`, and the database's. What was read until then stays read.
    #[allow(dead_code, reason = "called by the indexer once it is there")]
    pub(crate) fn update_symbols(
        &self,
        project: &Project,
        cancel: &AtomicBool,
        progress: &(dyn Fn(IndexPart) + Sync),
    ) -> Result<IndexPart, Failure> {
        let _ = (project, cancel, progress);
        Ok(IndexPart::default())
    }
}
