//! What the window is told about threads that leave a project or come into it.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::AuthorType;

/// How threads are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ThreadExportFormat {
    /// A file of Lectern's own, which loses nothing.
    Json,
    /// A document for people.
    Markdown,
    /// Into the repository, as git-appraise has them; there is no file.
    GitNotes,
}

/// What threads are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ThreadImportFormat {
    /// A file of Lectern's own.
    Json,
    /// The repository, as git-appraise has them; there is no file.
    GitNotes,
    /// What a tool found, as SARIF 2.1.0.
    Sarif,
    /// The review comments of a pull request, as GitHub's REST API lists them.
    Github,
}

/// Something that could not be taken along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ExchangeProblem {
    /// Which part of the file: "result 3", "thread …".
    pub what: String,
    /// Why, without a full stop.
    pub why: String,
}

/// What was left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct LeftOut {
    /// "suppressed", "passed" …
    pub reason: String,
    pub count: u32,
}

/// What an export came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ThreadsExported {
    /// How many threads the file, or the notes, have of the project.
    pub threads: u32,
    /// What was added to notes: lines, and to how many commits; 0 of a file.
    pub lines_added: u32,
    pub commits: u32,
    /// At most 100.
    pub problems: Vec<ExchangeProblem>,
    pub problems_total: u32,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ThreadsImported {
    /// Threads that were not there.
    pub added: u32,
    /// Threads that were there and got something new.
    pub updated: u32,
    /// Threads that were there with all of it.
    pub same: u32,
    /// Threads that were deleted here and stay so.
    pub skipped: u32,
    pub comments_added: u32,
    pub comments_updated: u32,
    /// Comments that stay as they are: deleted here, or with a later text here.
    pub comments_kept: u32,
    pub left_out: Vec<LeftOut>,
    /// At most 100.
    pub problems: Vec<ExchangeProblem>,
    pub problems_total: u32,
}

/// A thread as scripts see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedThread {
    pub id: String,
    /// `""` for the project as a whole.
    pub path: String,
    /// 1-based; 0 and 0 for a whole file.
    pub line_start: u32,
    pub line_end: u32,
    /// EXACT, MOVED, EDITED, NEEDS_REVIEW or OUTDATED.
    pub state: String,
    pub resolved: bool,
    pub comments: Vec<ListedComment>,
}

/// A comment as scripts see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedComment {
    pub author_type: AuthorType,
    /// A name, an e-mail, or a model.
    pub author: String,
    /// Markdown.
    pub body: String,
    pub created_at: String,
}
