//! Opening files in the user's own editor.

mod command;
mod known;

use lectern_reader::{BeneathError, Root};
use lectern_sync::RepoPath;

use crate::{
    Workspace,
    view::{Editor, Failure},
};
use command::{CommandError, Place, Template};
use known::Places;

impl Workspace {
    /// The editors with a window of their own that were found on this computer, the likeliest choice first. Looked for anew each time.
    pub fn editors(&self) -> Vec<Editor> {
        Places::of_this_computer().editors()
    }

    /// Opens a file of a project in the editor of the settings, or in the first one found, at a line (1-based) and UTF-16 column (0-based). The
    /// editor runs on its own: it outlives this process and hears nothing from it. An editor that fails within the first half second is told.
    ///
    /// # Errors
    /// `NO_EDITOR`, `EDITOR_FAILED`, `BAD_COMMAND`, and see [`BeneathError`].
    pub fn open_in_editor(&self, project_id: &str, path: &str, line: u32, column: u32) -> Result<(), Failure> {
        let project = self.project(project_id)?;
        let path = RepoPath::from_key(path)?;
        // What leads out of the project or is no file is refused here; the editor opens it by its name.
        Root::open(&project.root)?.open_file(path.as_path())?;
        let root = std::fs::canonicalize(&project.root).map_err(BeneathError::Unreadable)?;
        let places = Places::of_this_computer();
        let chosen = self.settings()?.editor;
        let command =
            if chosen.trim().is_empty() { places.editors().into_iter().next().map(|editor| editor.command) } else { Some(chosen) };
        let Some(command) = command else {
            return Err(Failure::new("NO_EDITOR", "no editor with a window was found on this computer")
                .hint("Name one in the settings, with {path}, {line} and {column} where they belong."));
        };
        let place = Place { path: path.below(&root), line: line.max(1), column: column.saturating_add(1) };
        Template::parse(&command)?.start(&place, &root, &places)?;
        Ok(())
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        let (code, hint) = match &error {
            CommandError::Empty | CommandError::OpenQuote | CommandError::Relative(_) => (
                "BAD_COMMAND",
                "Correct the editor's command in the settings: a program, then {path}, {line} and {column} where they belong.",
            ),
            CommandError::NotFound(_) => ("EDITOR_FAILED", "Install it, or choose another editor in the settings."),
            CommandError::InsideProject(_) => {
                ("EDITOR_FAILED", "Lectern never runs what a project brings along. Choose a program outside of it.")
            }
            CommandError::Refused(..) => ("EDITOR_FAILED", "Check that the program may be run, or choose another editor in the settings."),
            CommandError::Failed(..) => {
                ("EDITOR_FAILED", "Try the command in a terminal to see what it says. An editor that needs a terminal can't be used here.")
            }
        };
        Self::new(code, error.to_string()).hint(hint)
    }
}
