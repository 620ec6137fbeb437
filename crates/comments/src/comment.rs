//! What somebody wrote in a thread.

use lectern_store::Timestamp;

/// Who wrote a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthorType {
    /// A person.
    User,
    /// A model or another program.
    Ai,
}

impl AuthorType {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::Ai => "AI",
        }
    }

    /// What [`AuthorType::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::Ai].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A row of comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The row's id; stable across export and import.
    pub id: String,
    /// The thread it is in.
    pub thread_id: String,
    /// The user who wrote it; `None` for AI, and for what was imported.
    pub author_id: Option<String>,
    /// Who wrote it.
    pub author_type: AuthorType,
    /// Of an imported comment: the author's name as it came. Empty otherwise.
    pub author_name: String,
    /// Of AI: which model.
    pub model: Option<String>,
    /// Markdown.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its text was changed last.
    pub edited_at: Option<Timestamp>,
    /// Since when it is no longer shown.
    pub deleted_at: Option<Timestamp>,
    /// Of an imported comment: what names it where it came from.
    pub source: Option<String>,
}

/// A comment to be added.
#[derive(Debug, Clone, Default)]
pub struct NewComment {
    /// Who writes; `None` for AI and imports.
    pub author_id: Option<String>,
    /// Of AI: which model. `Some` makes the author AI.
    pub model: Option<String>,
    /// Markdown; not blank.
    pub body: String,
}
