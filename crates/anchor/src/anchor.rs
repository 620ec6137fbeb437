//! What became of a range, and why we think so.

use crate::{Evidence, LineRange};

/// What became of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// The same lines, in the same order among their neighbours; only their numbers may differ.
    Exact,
    /// The same lines in another place or file.
    Moved,
    /// The lines changed.
    Edited,
    /// It may be one of the alternatives: a person must say.
    NeedsReview,
    /// Nothing is like it.
    Outdated,
}

impl State {
    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "EXACT",
            Self::Moved => "MOVED",
            Self::Edited => "EDITED",
            Self::NeedsReview => "NEEDS_REVIEW",
            Self::Outdated => "OUTDATED",
        }
    }
}

/// How a place was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// The file is the same.
    SameObject,
    /// The range stands between lines that were moved up and down by changes elsewhere.
    HunkMap,
    /// By what it says and what is around it, in the file of the same path.
    SameFile,
    /// The same in the file that the origin's became.
    RenamedFile,
    /// The same in another file.
    OtherFile,
    /// Not found.
    None,
}

impl Method {
    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::SameObject => "SAME_OBJECT",
            Self::HunkMap => "HUNK_MAP",
            Self::SameFile => "SAME_FILE",
            Self::RenamedFile => "RENAMED_FILE",
            Self::OtherFile => "OTHER_FILE",
            Self::None => "NONE",
        }
    }
}

/// A place that may be it.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// In the new version.
    pub path: String,
    /// Its lines there.
    pub range: LineRange,
    /// Compares places with each other, 0 to 1.
    pub score: f32,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// Where a range is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor {
    /// What became of it.
    pub state: State,
    /// Its path and lines; `None` when it needs review or is outdated.
    pub place: Option<(String, LineRange)>,
    /// How sure that is, 0 to 1. Of a range without a place: how sure the best alternative is.
    pub confidence: f32,
    /// How it was found.
    pub method: Method,
    /// The best places, best first. Empty when no line of the range changed.
    pub alternatives: Vec<Alternative>,
}

impl Anchor {
    pub(crate) fn sure(state: State, path: &str, range: LineRange, method: Method) -> Self {
        Self { state, place: Some((path.to_owned(), range)), confidence: 1.0, method, alternatives: Vec::new() }
    }

    pub(crate) fn nowhere(state: State, confidence: f32, alternatives: Vec<Alternative>) -> Self {
        Self { state, place: None, confidence, method: Method::None, alternatives }
    }
}
