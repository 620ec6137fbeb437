//! A repository's history as the window asks for it.

use std::sync::Arc;

use crate::{
    Workspace,
    tasks::Tell,
    view::{Blame, CommitDetail, CommitPage, Failure, HistoryQuery, HistoryState, OpenedFile, References},
};

/// The lists of commits that are open.
#[derive(Default)]
pub(crate) struct Histories;

impl Workspace {
    /// Begins a list of commits, newest first, and answers as soon as there is a screenful, after 50 ms at most; `history_changed` tells the rest.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `UNKNOWN_REFERENCE`, and what keeps the repository from being read.
    pub fn open_history(self: &Arc<Self>, project_id: &str, query: HistoryQuery) -> Result<HistoryState, Failure> {
        let _ = (project_id, query);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// Up to `count` (at most 500) commits from `first` on. The list goes on being made while its end is near what was asked for.
    ///
    /// # Errors
    /// `UNKNOWN_HISTORY` when it is no longer open.
    pub fn history_rows(&self, history: &str, first: u32, count: u32) -> Result<CommitPage, Failure> {
        let _ = (history, first, count);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// Ends a list. One that is not there is fine.
    pub fn close_history(&self, history: &str) {
        let _ = history;
    }

    /// One commit, by its id or the beginning of it.
    ///
    /// # Errors
    /// `UNKNOWN_COMMIT`, `NO_REPOSITORY`.
    pub fn commit(&self, project_id: &str, commit: &str) -> Result<CommitDetail, Failure> {
        let _ = (project_id, commit);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// The branches and tags of a project.
    ///
    /// # Errors
    /// What keeps the repository from being read.
    pub fn references(&self, project_id: &str) -> Result<References, Failure> {
        let _ = project_id;
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// Who wrote which line of an open document. Lines that are not committed have no commit.
    ///
    /// # Errors
    /// `NO_REPOSITORY`, `NOT_IN_GIT` for a file git does not have, `CANCELLED`, `DOCUMENT_CHANGED`.
    pub fn blame(&self, task_id: &str, document: &str, tell: Tell<'_>) -> Result<Blame, Failure> {
        let _ = (task_id, document, tell);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// Opens a file as of a commit.
    ///
    /// # Errors
    /// `UNKNOWN_COMMIT`, `FILE_MISSING`, `NO_REPOSITORY`.
    pub fn open_commit_file(&self, project_id: &str, path: &str, commit: &str) -> Result<OpenedFile, Failure> {
        let _ = (project_id, path, commit);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }
}
