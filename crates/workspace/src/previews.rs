//! Previews of a project: what could be shown, starting, watching and ending it.

use crate::{
    Workspace,
    view::{Failure, LinkUse, LogPage, Preview, PreviewChoices, PreviewRequest, Trust, TrustedCommand},
};

fn not_built() -> Failure {
    Failure::new("NOT_BUILT", "previews are not built yet")
}

impl Workspace {
    /// What of a project could be shown: of its folder, or of a version.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `UNKNOWN_VERSION`, `FOLDER_MISSING`.
    pub fn preview_choices(&self, _project_id: &str, _version: Option<u32>) -> Result<PreviewChoices, Failure> {
        Err(not_built())
    }

    /// Starts a preview, or answers with the one that shows just this already. Static ones are ready at once, the others pending.
    ///
    /// # Errors
    /// `NOT_TRUSTED` for a command that was not granted, `FOLDER_MISSING`, `NO_PORT`, `PROGRAM_MISSING`.
    pub fn start_preview(&self, _project_id: &str, _request: &PreviewRequest, _trust: Option<Trust>) -> Result<Preview, Failure> {
        Err(not_built())
    }

    /// The previews of a project that are listed, the latest first: running ones, and ended ones until they are removed.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn previews(&self, _project_id: &str) -> Result<Vec<Preview>, Failure> {
        Err(not_built())
    }

    /// Lines of a dev server's log, from a number on.
    ///
    /// # Errors
    /// `UNKNOWN_PREVIEW`.
    pub fn preview_log(&self, _id: &str, _first: u32) -> Result<LogPage, Failure> {
        Err(not_built())
    }

    /// A link that opens a preview once.
    ///
    /// # Errors
    /// `UNKNOWN_PREVIEW`, `PREVIEW_ENDED`, `NOT_READY`.
    pub fn preview_link(&self, _id: &str, _for: LinkUse) -> Result<String, Failure> {
        Err(not_built())
    }

    /// A link that opens the window's page with one preview, or two beside each other.
    ///
    /// # Errors
    /// As [`Workspace::preview_link`].
    pub fn preview_window_link(&self, _id: &str, _beside: Option<&str>) -> Result<String, Failure> {
        Err(not_built())
    }

    /// Ends a preview. Its link and its processes are dead when this returns.
    ///
    /// # Errors
    /// `UNKNOWN_PREVIEW`.
    pub fn stop_preview(&self, _id: &str) -> Result<Preview, Failure> {
        Err(not_built())
    }

    /// Starts an ended preview anew, or a dev server over again. The answer is another session.
    ///
    /// # Errors
    /// As [`Workspace::start_preview`].
    pub fn restart_preview(&self, _id: &str, _trust: Option<Trust>) -> Result<Preview, Failure> {
        Err(not_built())
    }

    /// Moves the end of a running preview to a whole lifetime from now.
    ///
    /// # Errors
    /// `UNKNOWN_PREVIEW`, `PREVIEW_ENDED`.
    pub fn extend_preview(&self, _id: &str) -> Result<Preview, Failure> {
        Err(not_built())
    }

    /// Takes an ended preview off the list; `undo` puts it back, within ten minutes.
    ///
    /// # Errors
    /// `UNKNOWN_PREVIEW`, `STILL_RUNNING`, `GONE` for an undo that comes too late.
    pub fn remove_preview(&self, _id: &str, _undo: bool) -> Result<(), Failure> {
        Err(not_built())
    }

    /// The commands that were granted for good, of all of the user's projects.
    ///
    /// # Errors
    /// When nobody is signed in.
    pub fn trusted_commands(&self) -> Result<Vec<TrustedCommand>, Failure> {
        Err(not_built())
    }

    /// Takes a grant back. What runs already goes on.
    ///
    /// # Errors
    /// `UNKNOWN_GRANT`.
    pub fn forget_trusted_command(&self, _id: &str) -> Result<(), Failure> {
        Err(not_built())
    }
}
