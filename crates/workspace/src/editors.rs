//! Opening files in the user's own editor.

use crate::{
    Workspace,
    view::{Editor, Failure},
};

impl Workspace {
    /// The editors that were found on this computer.
    pub fn editors(&self) -> Vec<Editor> {
        Vec::new()
    }

    /// Opens a file of a project in the editor of the settings, or in the first one found, at a line (1-based) and UTF-16 column (0-based).
    ///
    /// # Errors
    /// `NO_EDITOR`, `EDITOR_FAILED`, `FILE_MISSING`, `BAD_COMMAND`.
    pub fn open_in_editor(&self, project_id: &str, path: &str, line: u32, column: u32) -> Result<(), Failure> {
        let _ = (project_id, path, line, column);
        Err(Failure::new("NOT_BUILT", "not built yet"))
    }
}
