//! What a file is built of, for folding and for the header that stays in sight.

use crate::{
    Workspace,
    view::{Failure, FileStructure},
};

impl Workspace {
    /// The parts of a document that can be folded and that have names.
    ///
    /// # Errors
    /// `HIGHLIGHT_TIMED_OUT`, `DOCUMENT_CHANGED`.
    pub fn file_structure(&self, document: &str) -> Result<FileStructure, Failure> {
        let _ = document;
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }
}
