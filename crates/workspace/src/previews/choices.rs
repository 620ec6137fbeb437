//! What of a project could be shown.

use lectern_sync::RepoPath;

use super::{starting::refuse_without_directory, views::request_of};
use crate::{
    Workspace,
    view::{Failure, PreviewChoices, StaticChoice},
};

impl Workspace {
    /// What of a project could be shown: of its folder, or of a version.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `UNKNOWN_VERSION`, `FOLDER_MISSING`.
    pub fn preview_choices(&self, project_id: &str, version: Option<u32>) -> Result<PreviewChoices, Failure> {
        let project = self.project(project_id)?;
        if version.is_none() {
            refuse_without_directory(&project.root, &RepoPath::root())?;
        }
        let last = self.previews.sessions.latest(project.id.as_str())?.and_then(|row| row.shows).map(request_of);
        let whole = StaticChoice {
            folder: String::new(),
            reason: "the whole project".to_owned(),
            has_index: false,
            falls_back: false,
            files: None,
        };
        Ok(PreviewChoices { folders: vec![whole], commands: Vec::new(), last })
    }
}
