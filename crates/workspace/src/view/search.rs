//! What the window is told about finding: files by name, symbols, and text.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Failure, RefactorCertainty};

/// A file whose path fits what was typed.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FoundFile {
    pub path: String,
    /// UTF-16 units of the path that were matched, ascending.
    pub at: Vec<u32>,
    /// One of those named as recent.
    pub recent: bool,
}

/// The files of a version that fit best, the best first.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FoundFiles {
    pub files: Vec<FoundFile>,
    /// How many fit in all.
    pub matched: u32,
    /// How many were looked through.
    pub total: u32,
    /// The version whose files these are; none before the first sync.
    pub version: Option<u32>,
}

/// A symbol whose name fits what was typed.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FoundSymbol {
    pub name: String,
    /// As in [`super::OutlineItem`].
    pub kind: String,
    pub path: String,
    pub line: u32,
    /// UTF-16 column of its name.
    pub column: u32,
    /// The symbol it is written in, if any.
    pub container: Option<String>,
    /// UTF-16 units of the name that were matched, ascending.
    pub at: Vec<u32>,
}

/// The symbols of a version that fit best, the best first.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FoundSymbols {
    pub symbols: Vec<FoundSymbol>,
    pub matched: u32,
    pub total: u32,
    pub version: Option<u32>,
    /// False while files are still being read for the first time: there may be more.
    pub complete: bool,
}

/// Where a name is defined, as far as its spelling tells. The likeliest first: the same file, the same language, the nearest directory.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Definitions {
    pub name: String,
    /// At most 200.
    pub places: Vec<SymbolPlace>,
    pub truncated: bool,
    /// True: found by name alone, so that one of several may be meant.
    pub by_name: bool,
    /// False while files are still being read for the first time.
    pub complete: bool,
}

/// A place where a symbol is defined.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SymbolPlace {
    pub path: String,
    pub line: u32,
    /// UTF-16 columns of the name, end exclusive.
    pub column: u32,
    pub end_column: u32,
    pub kind: String,
    pub container: Option<String>,
    /// The line it stands in, trimmed, cut at 400 characters.
    pub text: String,
}

/// What to look for, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SearchOptions {
    pub query: String,
    pub regex: bool,
    pub word: bool,
    pub case_sensitive: bool,
    /// Globs as in a `.gitignore` (`*.rs`, `src/**`, `docs/`); empty for all files.
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    /// None: the latest version, which watching keeps as the folder is.
    pub version: Option<u32>,
    /// Lines shown around each hit, 0 to 5.
    pub context: u32,
    /// Only where the query is a name in code: not in comments, not in strings. For "find references".
    pub names_only: bool,
}

/// Where a search stands; sent at most twenty times a second and always once at the end.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SearchState {
    /// Names this search in later calls.
    pub search: String,
    pub project_id: String,
    pub status: SearchStatus,
    /// Files with hits.
    pub files: u32,
    /// Lines that match.
    pub hits: u32,
    /// Rows to draw, with headers and context, folded files counting one.
    pub rows: u32,
    /// Files looked at so far, of those that have to be.
    pub scanned: u32,
    pub total: u32,
    /// There are more hits than are kept.
    pub truncated: bool,
    /// Files that could not be looked at: contents not kept and no longer in the folder.
    pub unreadable: u32,
    /// Milliseconds so far.
    pub millis: u32,
    /// The version that was looked through; none before the first sync.
    pub version: Option<u32>,
    /// Whether the index helped, or every file was read.
    pub indexed: bool,
    pub failure: Option<Failure>,
    /// Of a search for what a name means: what was found about that. `None` until then, and of any other search.
    pub meaning: Option<SearchMeaning>,
}

/// What a name means whose uses are listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SearchMeaning {
    pub name: String,
    /// "function", "type parameter"; empty when only its spelling is known.
    pub kind: String,
    /// Why what is listed was found by its spelling alone.
    pub by_name: Option<Failure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
/// How far a search is.
pub enum SearchStatus {
    Running,
    Done,
    Cancelled,
    Failed,
}

/// A row of a list of hits. `file` counts the files with hits from 0, in the order of paths; `hit` counts all hits from 0.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum SearchRow {
    File {
        file: u32,
        path: String,
        hits: u32,
        folded: bool,
    },
    Hit {
        file: u32,
        hit: u32,
        line: u32,
        /// The line from a little before its first match, cut at 400 characters.
        text: String,
        /// UTF-16 units of `text` that match: start, end (exclusive), ascending.
        marks: Vec<(u32, u32)>,
        /// Why it is one, where what a name means was looked for.
        reason: Option<String>,
    },
    Context {
        file: u32,
        line: u32,
        text: String,
    },
    /// Lines between two hits that are not shown.
    Gap {
        file: u32,
    },
    /// Above the files whose hits are equally sure, where what a name means was looked for.
    Group {
        certainty: RefactorCertainty,
        /// Lines of the group.
        hits: u32,
        /// Why it is said of them, the most frequent first.
        reasons: Vec<String>,
    },
}

/// Some rows of a search.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SearchRowPage {
    /// 0-based.
    pub first: u32,
    pub total: u32,
    pub rows: Vec<SearchRow>,
}

/// Where a hit is.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SearchPlace {
    pub hit: u32,
    /// Its row now; the file's when that is folded.
    pub row: u32,
    pub path: String,
    pub line: u32,
    /// UTF-16 columns of its first match within the line, end exclusive.
    pub start: u32,
    pub end: u32,
}

/// How far the indexes of a project are. Finding works without them, only slower.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct IndexState {
    pub project_id: String,
    pub text: IndexPart,
    pub symbols: IndexPart,
}

/// One index.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
pub struct IndexPart {
    pub status: IndexStatus,
    /// Files taken in, of those there are.
    pub done: u32,
    pub total: u32,
    /// What it takes on the disk.
    pub bytes: String,
    /// The text it is made of.
    pub corpus_bytes: String,
    pub failure: Option<Failure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
/// How far an index is.
pub enum IndexStatus {
    /// There is no version to make it from.
    #[default]
    None,
    Building,
    Ready,
    Failed,
}
