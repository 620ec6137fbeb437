//! Threads as files have them: what is written for others, and what others wrote. Bytes in, structs out, and back.
//!
//! Opens no file, knows no database and no repository. What is read says where a thread was written about ([`Wanted`]); whoever has the texts
//! makes an [`Arrival`] of it, and [`crate::import`] adds those. What is wrong with one thread of a file is a [`Problem`] and costs only that
//! thread; a file that can't be read as a whole is an [`ExchangeError`].

mod appraise;
mod appraise_read;
mod appraise_write;
mod author;
mod github;
mod json;
mod markdown;
mod sarif;
mod sarif_log;
mod sarif_text;

use lectern_anchor::{Quote, State};
use lectern_store::Timestamp;

use crate::{AuthorType, Event, Origin, Place, ThreadAnchor};

pub use appraise::{Note, NoteKind, merge_lines};
pub use appraise_read::read_notes;
pub use appraise_write::{Added, Outgoing, lines_to_add};
pub use author::Author;
pub use github::read_github;
pub use json::{read_json, write_json};
pub use markdown::write_markdown;
pub use sarif::read_sarif;

/// A file that others wrote has at most so many bytes.
pub const LARGEST_FILE: u64 = 64 * 1024 * 1024;
/// A file of Lectern's own, which has the code along, has at most so many.
pub const LARGEST_OWN_FILE: u64 = 512 * 1024 * 1024;
/// An import has at most so many threads.
pub const MOST_THREADS: usize = 200_000;
/// A comment has at most so many bytes.
pub const LONGEST_BODY: usize = crate::threads::LONGEST_BODY;
/// Before the name of a comment that came from a git note.
const NOTE_SOURCE: &str = "git-note:";
/// So many problems are told one by one.
const NAMED_PROBLEMS: usize = 100;

/// Why a file can't be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// Not UTF-8.
    #[error("the file is not UTF-8 text")]
    NotUtf8,
    /// Ends in the middle, or is no JSON.
    #[error("the file is not complete JSON: {0}")]
    NotJson(String),
    /// JSON, but of another kind.
    #[error("this is not {wanted}: {why}")]
    WrongKind {
        /// What was asked for.
        wanted: &'static str,
        /// What shows that it is something else.
        why: String,
    },
    /// Made by a newer Lectern.
    #[error("this file was written by a newer Lectern (format {0}, this build knows 1)")]
    Newer(u64),
    /// More than [`MOST_THREADS`].
    #[error("the file has more than {MOST_THREADS} threads")]
    TooMany,
}

impl ExchangeError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotUtf8 => "Save it as UTF-8, then import it again.",
            Self::NotJson(_) => "It may have been cut off. Export it again, then import that.",
            Self::WrongKind { .. } => "Choose the format that the file has.",
            Self::Newer(_) => "Import it with the Lectern that wrote it, or install that.",
            Self::TooMany => "Split the file.",
        }
    }
}

/// A thread of a project with everything that is exported of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExchangeThread {
    /// Stable: the same thread has it everywhere.
    pub id: String,
    /// Where it came from.
    pub source: Option<String>,
    /// Where it is.
    pub at: KnownPlace,
    /// Since when it is resolved.
    pub resolved_at: Option<Timestamp>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When anything in it changed last.
    pub updated_at: Timestamp,
    /// In the order they were written.
    pub comments: Vec<ExchangeComment>,
}

/// Where a thread is, and how it got there.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownPlace {
    /// Where it is now.
    pub place: Place,
    /// What became of its code.
    pub state: State,
    /// What it was written about.
    pub origin: Origin,
    /// How its place was found.
    pub anchor: ThreadAnchor,
    /// Every place that it had, the first one first.
    pub history: Vec<ExchangeEvent>,
}

/// What gave a thread another place.
#[derive(Debug, Clone, PartialEq)]
pub struct ExchangeEvent {
    /// What happened.
    pub event: Event,
    /// Where the thread was from then on.
    pub place: Place,
    /// What had become of its code.
    pub state: State,
    /// What it was about from then on.
    pub origin: Origin,
    /// How the place was found.
    pub anchor: ThreadAnchor,
    /// When.
    pub created_at: Timestamp,
}

/// A comment with everything that is exported of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeComment {
    /// Stable; `None` of one that Lectern has not seen before.
    pub id: Option<String>,
    /// What names it where it came from.
    pub source: Option<String>,
    /// A person, or a model or another program.
    pub author_type: AuthorType,
    /// Who wrote it.
    pub author: Author,
    /// Of AI: which model.
    pub model: Option<String>,
    /// Markdown.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its text was changed last.
    pub edited_at: Option<Timestamp>,
}

impl ExchangeComment {
    /// When its text became what it is.
    pub fn stamp(&self) -> Timestamp {
        self.edited_at.unwrap_or(self.created_at)
    }
}

/// A thread that was read from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingThread {
    /// Its id, when it comes from Lectern.
    pub id: Option<String>,
    /// What names it where it comes from.
    pub source: Option<String>,
    /// Where it is, or was.
    pub at: Whereabouts,
    /// Whether it is resolved; `None` when that is not said.
    pub resolved: Option<Resolution>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When anything in it changed last.
    pub updated_at: Timestamp,
    /// In the order they were written.
    pub comments: Vec<ExchangeComment>,
}

impl IncomingThread {
    /// The same, at a place that was found for it.
    pub fn arriving(self, at: KnownPlace) -> Arrival {
        let Self { id, source, resolved, created_at, updated_at, comments, .. } = self;
        Arrival { id, source, at, resolved, created_at, updated_at, comments }
    }
}

/// A thread that can be added.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// Its id, when it comes from Lectern.
    pub id: Option<String>,
    /// What names it where it comes from.
    pub source: Option<String>,
    /// Where it is.
    pub at: KnownPlace,
    /// Whether it is resolved; `None` when that is not said.
    pub resolved: Option<Resolution>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When anything in it changed last.
    pub updated_at: Timestamp,
    /// In the order they were written.
    pub comments: Vec<ExchangeComment>,
}

/// Whether a thread is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It isn't.
    Open,
    /// Since then.
    At(Timestamp),
}

impl Resolution {
    /// Of a column.
    pub fn of(resolved_at: Option<Timestamp>) -> Self {
        resolved_at.map_or(Self::Open, Self::At)
    }

    /// As a column has it.
    pub fn resolved_at(self) -> Option<Timestamp> {
        match self {
            Self::Open => None,
            Self::At(at) => Some(at),
        }
    }
}

/// What a file says of a thread's place.
#[derive(Debug, Clone, PartialEq)]
pub enum Whereabouts {
    /// All of it: it comes from Lectern.
    Known(Box<KnownPlace>),
    /// Where its text may be found.
    Wanted(Wanted),
}

/// Where the text that a thread was written about may be found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
    /// The likeliest first; never empty.
    pub places: Vec<WantedPlace>,
    /// The lines themselves, when the file has them.
    pub quote: Option<Quote>,
    /// Without its file, it says nothing: it is left out then.
    pub needs_file: bool,
    /// Paths are from the top of the repository, not from the project's folder.
    pub from_top: bool,
}

/// Lines of a file in a commit, or in the latest version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedPlace {
    /// As the file names it; `None` for the latest version.
    pub commit: Option<String>,
    /// The commit before that one.
    pub before: bool,
    /// Checked: it leads nowhere else. `""` is the whole.
    pub path: String,
    /// 1-based; 0 for the whole file.
    pub line_start: u32,
    /// Inclusive.
    pub line_end: u32,
}

/// Something in a file that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which part of the file: `result 3`, `thread …`.
    pub what: String,
    /// Why, as a sentence without its full stop.
    pub why: String,
}

/// The problems of an import: the first few by name, all of them by number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    /// At most 100.
    pub named: Vec<Problem>,
    /// All.
    pub count: u32,
}

impl Problems {
    /// Adds one.
    pub fn add(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.count = self.count.saturating_add(1);
        if self.named.len() < NAMED_PROBLEMS {
            let short = |text: String| text.chars().take(300).collect();
            self.named.push(Problem { what: short(what.into()), why: short(why.into()) });
        }
    }
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Incoming {
    /// Those that can be taken.
    pub threads: Vec<IncomingThread>,
    /// What could not be.
    pub problems: Problems,
    /// What is left out on purpose, by reason: “suppressed”, “passed”.
    pub left_out: Vec<(&'static str, u32)>,
}

impl Incoming {
    fn leave_out(&mut self, reason: &'static str) {
        match self.left_out.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.left_out.push((reason, 1)),
        }
    }

    fn push(&mut self, thread: IncomingThread) -> Result<(), ExchangeError> {
        if self.threads.len() >= MOST_THREADS {
            return Err(ExchangeError::TooMany);
        }
        self.threads.push(thread);
        Ok(())
    }
}

/// Text of a file, without its byte order mark.
fn text_of(bytes: &[u8]) -> Result<&str, ExchangeError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|_| ExchangeError::NotUtf8)
}

/// Whether a path stays inside the folder that it begins in. The same rule as `RepoPath` has; `""` is the folder.
fn is_inside(path: &str) -> bool {
    path.is_empty() || path.split('/').all(|name| !matches!(name, "" | "." | "..") && !name.contains('\0'))
}

/// Whether it can be a path as the database has it: also a NUL and the hex of bytes that are not UTF-8.
fn is_path_key(key: &str) -> bool {
    let Some(hex) = key.strip_prefix('\0') else { return is_inside(key) };
    let digit = |byte: u8| (byte as char).to_digit(16).filter(|_| !byte.is_ascii_uppercase());
    let pairs = hex.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = pairs.map(|pair| u8::try_from(digit(pair[0])? << 4 | digit(*pair.get(1)?)?).ok()).collect();
    let names = |bytes: &[u8]| bytes.split(|byte| *byte == b'/').all(|name| !matches!(name, b"" | b"." | b"..") && !name.contains(&0));
    bytes.is_some_and(|bytes| std::str::from_utf8(&bytes).is_err() && names(&bytes))
}

/// Whether they can be lines: both 0, or from 1 and in order.
fn are_lines(start: u32, end: u32) -> bool {
    if start == 0 { end == 0 } else { start <= end && end < u32::MAX }
}

/// A time as the database has it, in milliseconds; `None` for what is no time or not between the years 0 and 9999.
fn time_of(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).and_then(|time| time_from_millis(time.millis()))
}

fn time_from_millis(millis: i64) -> Option<Timestamp> {
    Timestamp::from_millis(millis).filter(|time| time.to_string().len() == "2026-01-31T09:30:00.000Z".len())
}

/// What names a comment that came from a git note.
fn note_source(name: &str) -> String {
    format!("{NOTE_SOURCE}{name}")
}

/// A fence that no line of `text` ends: longer than any run of backticks in it, at least three.
fn fence_around(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}
