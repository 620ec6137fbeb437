//! Text search as the window and headless commands ask for it.

use std::sync::Arc;

use crate::{
    Workspace,
    view::{Failure, SearchOptions, SearchPlace, SearchRowPage, SearchState},
};

/// The searches that are open.
#[derive(Default)]
pub(crate) struct Searches;

impl Workspace {
    /// Starts a search and answers as soon as there is something to show, after 30 ms at most; `search_changed` tells the rest.
    ///
    /// # Errors
    /// `BAD_PATTERN`, `BAD_GLOB`, `UNKNOWN_PROJECT`, `UNKNOWN_VERSION`.
    pub fn start_search(self: &Arc<Self>, project_id: &str, options: SearchOptions) -> Result<SearchState, Failure> {
        let _ = (project_id, options);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// Up to `count` (at most 1,000) rows from `first` on.
    ///
    /// # Errors
    /// `UNKNOWN_SEARCH` when it is no longer open: search again.
    pub fn search_rows(&self, search: &str, first: u32, count: u32) -> Result<SearchRowPage, Failure> {
        let _ = (search, first, count);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// Folds or unfolds a file's hits, or all files'.
    ///
    /// # Errors
    /// `UNKNOWN_SEARCH`.
    pub fn fold_search(&self, search: &str, file: Option<u32>, folded: bool) -> Result<SearchState, Failure> {
        let _ = (search, file, folded);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// Where a hit is; `hit` wraps round the ends.
    ///
    /// # Errors
    /// `UNKNOWN_SEARCH`; `NO_HITS`.
    pub fn search_place(&self, search: &str, hit: i32) -> Result<SearchPlace, Failure> {
        let _ = (search, hit);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }

    /// Ends a search; what it found stays. One that is not there is fine.
    pub fn cancel_search(&self, search: &str) {
        let _ = search;
    }
}
