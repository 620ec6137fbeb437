//! How an open file differs from HEAD, line by line, for the marks beside it.

use crate::{
    Workspace,
    view::{Failure, LineChanges},
};

impl Workspace {
    /// How a document of the folder differs from HEAD, or from the latest version without git. None for other documents and for what is not text.
    ///
    /// # Errors
    /// `DOCUMENT_CHANGED`.
    pub fn line_changes(&self, document: &str) -> Result<Option<LineChanges>, Failure> {
        let _ = document;
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }
}
