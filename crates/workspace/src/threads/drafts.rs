//! What people are writing and have not sent.

use serde::{Deserialize, Serialize};

use crate::{
    Workspace,
    view::{CommentDraft, Failure, NewThreadPlace},
};

/// A draft's name is at most so long, in bytes.
const LONGEST_KEY: usize = 8 * 1024;

/// `comment_drafts.place`.
#[derive(Serialize, Deserialize)]
struct StoredPlace {
    format: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    new: Option<NewThreadPlace>,
}

impl Workspace {
    /// What the user is writing in a project, the oldest first.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn comment_drafts(&self, project_id: &str) -> Result<Vec<CommentDraft>, Failure> {
        let user = self.user()?;
        self.project(project_id)?;
        let drafts = self.comments().drafts(user.as_str(), project_id)?.into_iter();
        let shown = drafts.map(|draft| {
            // A place that can't be read any more leaves the words, which are what matters.
            let place = serde_json::from_str::<StoredPlace>(&draft.place).ok().and_then(|stored| stored.new);
            CommentDraft { key: draft.key, place, body: draft.body, updated_at: draft.updated_at.to_string() }
        });
        Ok(shown.collect())
    }

    /// Keeps what the user is writing; a blank body discards it.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `COMMENT_TOO_LONG`.
    pub fn save_comment_draft(&self, project_id: &str, key: &str, place: Option<&NewThreadPlace>, body: &str) -> Result<(), Failure> {
        let user = self.user()?;
        self.project(project_id)?;
        if key.is_empty() || key.len() > LONGEST_KEY {
            return Err(Failure::internal("a draft has no such name"));
        }
        let stored = StoredPlace { format: 1, new: place.cloned() };
        let place = serde_json::to_string(&stored).map_err(|error| Failure::internal(error.to_string()))?;
        Ok(self.comments().save_draft(user.as_str(), project_id, key, &place, body)?)
    }
}
