//! What the window is told about threads of comments.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{DiffRow, Side};

/// What became of the code of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThreadState {
    /// The same lines among the same neighbours; only their numbers may differ.
    Exact,
    /// The same lines in another place or file.
    Moved,
    /// The lines changed.
    Edited,
    /// It may be in one of several places: a person must say.
    NeedsReview,
    /// The lines are gone.
    Outdated,
}

/// Who wrote a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuthorType {
    User,
    Ai,
}

/// Lines of a file: 1-based, inclusive. A whole file is 0 to 0, the project as a whole a path of `""` too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ThreadPlace {
    pub path: String,
    pub line_start: u32,
    pub line_end: u32,
}

/// A comment as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct CommentCard {
    pub id: String,
    pub author_type: AuthorType,
    /// "You", a name, or "AI (SmolLM2 135M)".
    pub author: String,
    /// The signed-in user wrote it, and may edit and delete it.
    pub mine: bool,
    /// Markdown, as it was written.
    pub body: String,
    pub parts: Vec<CommentPart>,
    pub created_at: String,
    pub edited_at: Option<String>,
    /// Somebody else wrote it since the user read the thread.
    pub unread: bool,
}

/// A stretch of a comment.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CommentPart {
    /// Sanitised HTML, as of a Markdown file at the root of the project; see `RenderedMarkdown`.
    Html { html: String },
    /// A `suggestion` block: what is to stand in place of the thread's lines.
    Suggestion {
        /// Which of the comment's suggestions, 0-based.
        index: u32,
        text: String,
        /// Against the lines that the thread is on now; empty where they can't be had.
        rows: Vec<DiffRow>,
        /// What keeps it from being applied, in a sentence; None when it can be.
        refusal: Option<String>,
    },
}

/// A place that a thread may be in.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ThreadCandidate {
    pub place: ThreadPlace,
    /// How likely, 0 to 100, among the candidates.
    pub score: u8,
    /// The lines there, at most twelve; empty where they can't be had.
    pub lines: Vec<CodeLine>,
}

/// A line of code with its colours.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct CodeLine {
    /// 1-based, in the file that it is from.
    pub line: u32,
    /// Cut at 4,000 characters.
    pub text: String,
    /// UTF-16 start, end (exclusive) and class, ascending (classes as in `lib/syntax.ts`).
    pub spans: Vec<(u32, u32, u8)>,
}

/// A thread with all that is shown of it.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ThreadCard {
    pub id: String,
    pub project_id: String,
    pub state: ThreadState,
    /// Where it is in the latest version; of one that is outdated or needs review, about where it was.
    pub place: ThreadPlace,
    /// Where it was written.
    pub origin: ThreadPlace,
    /// The version it was written in, if that is kept.
    pub origin_version: Option<u32>,
    /// The commit it was written in, if it was one.
    pub origin_commit: Option<String>,
    /// How sure its place is, 0 to 100.
    pub confidence: u8,
    /// `SAME_OBJECT`, `HUNK_MAP`, `SAME_FILE`, `RENAMED_FILE`, `OTHER_FILE`, `NONE`, or `HAND` when somebody said where it is.
    pub method: String,
    /// Best first; of a thread that needs review, or is outdated and not kept as such.
    pub candidates: Vec<ThreadCandidate>,
    /// Somebody kept it as outdated.
    pub kept: bool,
    /// Its last change of place was somebody's, and can be taken back.
    pub can_undo_place: bool,
    pub resolved: bool,
    pub unread: bool,
    /// The first one first; never empty.
    pub comments: Vec<CommentCard>,
    pub created_at: String,
    pub updated_at: String,
    /// What it was imported from: `json`, `git-notes`, `sarif`, `github`.
    pub imported_from: Option<String>,
}

/// A thread and where it is in a file that is open.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ThreadHere {
    pub thread: ThreadCard,
    /// What became of its code in this state of the file.
    pub state: ThreadState,
    /// The lines here, 1-based, inclusive; 0 and 0 for the whole file. Of a thread that is outdated or needs review, the line below which it is shown.
    pub line_start: u32,
    pub line_end: u32,
}

/// A thread in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ThreadRow {
    pub id: String,
    pub state: ThreadState,
    pub place: ThreadPlace,
    pub origin: ThreadPlace,
    pub resolved: bool,
    pub unread: bool,
    /// How many comments it has.
    pub comments: u32,
    /// Of the first comment, as `CommentCard` has it.
    pub author: String,
    pub author_type: AuthorType,
    /// The beginning of the first comment without its markup, one line.
    pub text: String,
    /// How many places it may be in.
    pub candidates: u32,
    pub created_at: String,
    pub updated_at: String,
}

/// Which threads are listed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct ThreadFilter {
    /// Only those of this file; `""` for the project as a whole.
    pub path: Option<String>,
    /// Only those in one of these states; all when empty.
    pub states: Vec<ThreadState>,
    /// Only resolved ones, or only open ones.
    pub resolved: Option<bool>,
    /// `me`, `ai`, or one of `ThreadPage.authors`.
    pub author: Option<String>,
    pub unread: bool,
    /// Part of a path or of a comment.
    pub text: String,
    /// By the latest change instead of by place.
    pub latest_first: bool,
}

/// Some threads of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ThreadPage {
    /// 0-based.
    pub first: u32,
    pub threads: Vec<ThreadRow>,
    /// How many the filter lets through.
    pub total: u32,
    /// Of the whole project, whatever the filter.
    pub all: u32,
    pub open: u32,
    pub needs_review: u32,
    pub unread: u32,
    /// Names of imported authors, for the filter.
    pub authors: Vec<String>,
}

/// How many open threads a file has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ThreadCount {
    /// `""` for the project as a whole.
    pub path: String,
    pub open: u32,
    /// Of them, with something unread.
    pub unread: u32,
}

/// Where a thread is begun, or put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NewThreadPlace {
    pub place: ThreadPlace,
    /// The state of the project that the lines are of.
    pub side: Side,
    /// The document that they were read in, where there is one: then they are what was read, even if the file changed since.
    pub document: Option<String>,
}

/// Where a thread was from a moment on.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ThreadAnchorEvent {
    /// `CREATED`, `FOLLOWED`, `PLACED`, `REJECTED`, `KEPT`, `UNDONE`.
    pub event: String,
    pub state: ThreadState,
    pub place: ThreadPlace,
    /// The version it was found in.
    pub version: Option<u32>,
    pub confidence: u8,
    /// As in `ThreadCard`.
    pub method: String,
    pub created_at: String,
}

/// What a thread was written about, and what stands there now.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ThreadChange {
    /// The original lines, with up to three before and after; those of the thread itself are `origin.line_start` to `origin.line_end`.
    pub original: Vec<CodeLine>,
    /// From the original lines to those now; empty when the thread has no place, or nothing changed.
    pub rows: Vec<DiffRow>,
    /// The original text is gone from this computer: only the lines that were quoted are shown.
    pub quoted_only: bool,
}

/// What somebody is writing and has not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CommentDraft {
    /// `thread:<id>` for a reply, `comment:<id>` for another text of a comment, `new:…` for a new thread, as the window names it.
    pub key: String,
    /// Of a new thread.
    pub place: Option<NewThreadPlace>,
    pub body: String,
    pub updated_at: String,
}
