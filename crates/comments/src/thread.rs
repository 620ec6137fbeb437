//! A thread: what it was written about, and where that is now.

use lectern_anchor::{Anchor, LineRange, Method, Quote, State, Text};
use lectern_objects::ObjectHash;
use lectern_store::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of the JSON in `origin` and `anchor`.
const FORMAT: u32 = 1;
/// Lines around a range that an origin keeps.
const AROUND: usize = 6;
/// The longest quote that is kept beside the object, in bytes; of a longer range the first lines are.
const LONGEST_QUOTE: usize = 32 * 1024;

/// So many places a person is asked to choose from.
pub const MOST_CANDIDATES: usize = 5;

/// Lines of a file. A whole file is lines 0 to 0, the project as a whole a path of `""` too.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Place {
    /// As `RepoPath::key` has it.
    pub path: String,
    /// 1-based; 0 for the whole file.
    pub line_start: u32,
    /// Inclusive.
    pub line_end: u32,
}

impl Place {
    /// Some lines of a file.
    pub fn lines(path: impl Into<String>, range: LineRange) -> Self {
        Self { path: path.into(), line_start: range.start(), line_end: range.end() }
    }

    /// A whole file.
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), line_start: 0, line_end: 0 }
    }

    /// Its lines; `None` of a whole file or project.
    pub fn range(&self) -> Option<LineRange> {
        LineRange::new(self.line_start, self.line_end).ok()
    }

    /// Whether it is the project as a whole.
    pub fn is_project(&self) -> bool {
        self.path.is_empty()
    }
}

/// The text that a thread is written about.
#[derive(Debug, Clone)]
pub struct OriginText<'a> {
    /// Of the file's bytes.
    pub object: ObjectHash,
    /// Decoded; `None` for what is not shown as one text.
    pub text: Option<&'a str>,
}

/// `comment_threads.origin`: what a thread was written about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// 1.
    pub format: u32,
    /// The manifest whose file it is, when it is one's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manifest_id: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<u32>,
    /// The commit whose file it is, when it is one's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commit: Option<String>,
    /// The file's contents; `None` for the project as a whole, and for an import that named none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub object: Option<ObjectHash>,
    /// The file's path then.
    #[serde(default)]
    pub path: String,
    /// 1-based; 0 for the whole file.
    #[serde(default)]
    pub line_start: u32,
    /// Inclusive.
    #[serde(default)]
    pub line_end: u32,
    /// The lines themselves.
    #[serde(default)]
    pub quote: String,
    /// Some lines before.
    #[serde(default)]
    pub prefix: String,
    /// Some lines after.
    #[serde(default)]
    pub suffix: String,
}

impl Origin {
    /// Of lines of a text, or of a whole file. Lines beyond the end of the text are its last ones.
    pub fn new(place: &Place, of: Option<OriginText<'_>>) -> Self {
        let mut origin = Self {
            format: FORMAT,
            manifest_id: None,
            version: None,
            commit: None,
            object: of.as_ref().map(|of| of.object),
            path: place.path.clone(),
            line_start: place.line_start,
            line_end: place.line_end,
            quote: String::new(),
            prefix: String::new(),
            suffix: String::new(),
        };
        if let (Some(range), Some(text)) = (place.range(), of.and_then(|of| of.text)) {
            let text = Text::new(&place.path, text);
            let last = u32::try_from(text.line_count()).unwrap_or(u32::MAX).max(1);
            let (start, end) = (range.start().min(last), range.end().min(last));
            (origin.line_start, origin.line_end) = (start, end);
            if let Ok(quote) = LineRange::new(start, end).and_then(|range| Quote::of(&text, range, AROUND)) {
                origin.quote = cut(quote.quote);
                origin.prefix = cut(quote.prefix);
                origin.suffix = cut(quote.suffix);
            }
        }
        origin
    }

    /// Where it was.
    pub fn place(&self) -> Place {
        Place { path: self.path.clone(), line_start: self.line_start, line_end: self.line_end }
    }

    /// What is left of the text when its object is gone.
    pub fn quote(&self) -> Quote {
        Quote { prefix: self.prefix.clone(), quote: self.quote.clone(), suffix: self.suffix.clone() }
    }
}

/// The first lines of a text, [`LONGEST_QUOTE`] at most; a line that is longer than all of it is cut.
fn cut(text: String) -> String {
    if text.len() <= LONGEST_QUOTE {
        return text;
    }
    let head = &text[..text.floor_char_boundary(LONGEST_QUOTE)];
    head.rfind('\n').map_or(head, |end| &head[..=end]).to_owned()
}

/// A place that may be a thread's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceCandidate {
    /// The file's path.
    pub path: String,
    /// 1-based.
    pub line_start: u32,
    /// Inclusive.
    pub line_end: u32,
    /// Compares candidates with each other, 0 to 1.
    pub score: f32,
}

/// A place that somebody said is wrong: by its text, which stays the same when its lines are pushed around.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The file's path.
    pub path: String,
    /// The lines that stood there.
    pub quote: String,
}

/// `comment_threads.anchor`: how a thread's place was found. Its state is a column, its place three.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadAnchor {
    /// 1.
    pub format: u32,
    /// How sure the place is, 0 to 1.
    #[serde(default)]
    pub confidence: f32,
    /// How it was found: a name of [`Method`], or `HAND`.
    #[serde(default)]
    pub method: String,
    /// The contents of the file that the place is in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub object: Option<ObjectHash>,
    /// The version that it was found in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<u32>,
    /// Where it may be, best first; of a thread that needs review.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub candidates: Vec<PlaceCandidate>,
    /// Where it is not.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rejected: Vec<Rejected>,
    /// Somebody looked at the candidates and kept it as outdated; it isn't asked about again.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub kept: bool,
}

impl ThreadAnchor {
    /// Of a thread that is where it was written.
    pub fn at_origin(origin: &Origin) -> Self {
        Self {
            format: FORMAT,
            confidence: 1.0,
            method: Method::SameObject.name().to_owned(),
            object: origin.object,
            version: origin.version,
            candidates: Vec::new(),
            rejected: Vec::new(),
            kept: false,
        }
    }

    /// What following found, with what a person said before.
    pub(crate) fn found(anchor: &Anchor, object: Option<ObjectHash>, version: u32, rejected: Vec<Rejected>, kept: bool) -> Self {
        let asked = anchor.place.is_none();
        let candidates = anchor.alternatives.iter().filter(|_| asked).take(MOST_CANDIDATES).map(|other| PlaceCandidate {
            path: other.path.clone(),
            line_start: other.range.start(),
            line_end: other.range.end(),
            score: other.score,
        });
        Self {
            format: FORMAT,
            confidence: anchor.confidence,
            method: anchor.method.name().to_owned(),
            object,
            version: Some(version),
            candidates: candidates.collect(),
            rejected,
            kept,
        }
    }
}

/// A row of comment_threads.
#[derive(Debug, Clone, PartialEq)]
pub struct CommentThread {
    /// The row's id; stable across export and import.
    pub id: String,
    /// The project it is in.
    pub project_id: String,
    /// Where it is now; of a thread without a place, where it was last.
    pub place: Place,
    /// What became of its code.
    pub state: State,
    /// What it was written about.
    pub origin: Origin,
    /// How its place was found.
    pub anchor: ThreadAnchor,
    /// Since when it is resolved.
    pub resolved_at: Option<Timestamp>,
    /// Since when it is no longer listed.
    pub deleted_at: Option<Timestamp>,
    /// Of an imported thread: what names it where it came from.
    pub source: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When anything in it changed last, its place too.
    pub updated_at: Timestamp,
}

/// What gave a thread another place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// It was written.
    Created,
    /// It was followed into a new version.
    Followed,
    /// Somebody said where it is.
    Placed,
    /// Somebody said that its place was wrong.
    Rejected,
    /// Somebody looked at the candidates and kept it as outdated.
    Kept,
    /// What somebody said was taken back.
    Undone,
}

impl Event {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Followed => "FOLLOWED",
            Self::Placed => "PLACED",
            Self::Rejected => "REJECTED",
            Self::Kept => "KEPT",
            Self::Undone => "UNDONE",
        }
    }

    /// What [`Event::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Created, Self::Followed, Self::Placed, Self::Rejected, Self::Kept, Self::Undone].into_iter().find(|one| one.as_str() == text)
    }
}

/// A row of thread_anchors: where a thread was from then on, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct AnchorEvent {
    /// The row's id.
    pub id: String,
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

/// The state of that name.
pub fn state_named(name: &str) -> Option<State> {
    [State::Exact, State::Moved, State::Edited, State::NeedsReview, State::Outdated].into_iter().find(|state| state.name() == name)
}
