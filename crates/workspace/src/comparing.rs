//! Comparisons of two versions, or of a version with the folder.

use crate::{
    Workspace,
    view::{DiffFilePage, DiffRowPage, DiffSummary, Failure, FileDiff, Side},
};

impl Workspace {
    /// Compares two sides of a project and keeps the answer open for the calls below.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`, `UNKNOWN_PROJECT`, and what keeps the folder from being read.
    pub fn compare(&self, project_id: &str, old: Side, new: Side) -> Result<DiffSummary, Failure> {
        let _ = (self.project(project_id)?, old, new);
        Err(Failure::internal("not built yet"))
    }

    /// Up to `count` (at most 1,000) files of a comparison from `first` on, in the order of paths.
    ///
    /// # Errors
    /// `UNKNOWN_DIFF` when it is no longer open: compare again.
    pub fn diff_files(&self, diff: &str, first: u32, count: u32) -> Result<DiffFilePage, Failure> {
        let _ = (diff, first, count);
        Err(Failure::internal("not built yet"))
    }

    /// Looks at one file of a comparison.
    ///
    /// # Errors
    /// `UNKNOWN_DIFF`; what a side can't give is an answer.
    pub fn diff_file(&self, diff: &str, index: u32) -> Result<FileDiff, Failure> {
        let _ = (diff, index);
        Err(Failure::internal("not built yet"))
    }

    /// Up to `count` (at most 2,000) rows of a text difference from `first` on. `expand` names gaps that are open, by the 1-based new line (old
    /// line where there is no new side) they begin with; `[0]` opens all of them.
    ///
    /// # Errors
    /// `UNKNOWN_DIFF`, `NOT_TEXT`.
    pub fn diff_rows(&self, diff: &str, index: u32, first: u32, count: u32, expand: &[u32]) -> Result<DiffRowPage, Failure> {
        let _ = (diff, index, first, count, expand);
        Err(Failure::internal("not built yet"))
    }

    /// The bytes of one side of a file, up to 32 MiB; for images.
    ///
    /// # Errors
    /// `UNKNOWN_DIFF`, `NOT_KEPT`, `FILE_MISSING`, `TOO_LARGE`.
    pub fn diff_bytes(&self, diff: &str, index: u32, new_side: bool) -> Result<Vec<u8>, Failure> {
        let _ = (diff, index, new_side);
        Err(Failure::internal("not built yet"))
    }
}
