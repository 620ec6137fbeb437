//! Following a range from its origin into a new version.

use std::sync::Arc;

use crate::{
    AnchorError, Evidence, LineRange, Text,
    align::Alignment,
    evidence::{Pair, Witness, weight},
    places::{self, Place},
    range::Span,
};

/// Where a range was when it was written down; everything is mapped from here.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    path: &'a str,
    text: &'a Text,
    span: Span,
}

impl<'a> Origin<'a> {
    /// # Errors
    /// [`AnchorError::BeyondEnd`] when the text has no such lines.
    pub fn new(path: &'a str, text: &'a Text, range: LineRange) -> Result<Self, AnchorError> {
        let span = range.span();
        if span.last >= text.line_count() {
            return Err(AnchorError::BeyondEnd { start: range.start(), end: range.end(), lines: text.line_count() });
        }
        Ok(Self { path, text, span })
    }
}

/// Why a file is looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CandidateKind {
    /// The origin's file under another name.
    Renamed,
    /// It was there before and changed.
    Changed,
    /// It is new.
    Added,
}

/// Another file of the new version. Its text is asked for only when it is needed.
pub struct Candidate<'a> {
    /// Its path in the new version.
    pub path: &'a str,
    /// Why it is looked into.
    pub kind: CandidateKind,
    /// Gives the text; `None` when it can't be had.
    pub text: &'a dyn Fn() -> Option<Arc<Text>>,
}

/// What became of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// The same lines, in the same order among their neighbours.
    Exact,
    /// The same lines elsewhere.
    Moved,
    /// The lines changed.
    Edited,
    /// It may be one of the alternatives.
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
    /// No line of the range changed.
    HunkMap,
    /// Found again by what it says, in the file of the same path.
    SameFile,
    /// In the file that the origin's became.
    RenamedFile,
    /// In another file.
    OtherFile,
    /// Not at all.
    None,
}

/// A place that may be it.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// In the new version.
    pub path: String,
    /// Its lines there.
    pub range: LineRange,
    /// 0 to 1.
    pub score: f32,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// Where a range is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchor {
    /// What became of it.
    pub state: State,
    /// Its file and lines; `None` when it needs review or is outdated.
    pub place: Option<(String, LineRange)>,
    /// 0 to 1.
    pub confidence: f32,
    /// How it was found.
    pub method: Method,
    /// The best places, best first.
    pub alternatives: Vec<Alternative>,
}

const ACCEPT: f32 = 0.55;
const MARGIN: f32 = 0.05;

/// Follows a range.
pub fn follow(origin: &Origin<'_>, same_path: Option<&Text>, candidates: &[Candidate<'_>]) -> Anchor {
    let mut found: Vec<(String, Place)> = Vec::new();
    if let Some(new) = same_path {
        let alignment = Alignment::of(origin.text, new);
        if let Some(span) = mapped(&alignment, origin, new) {
            return Anchor {
                state: State::Exact,
                place: Some((origin.path.to_owned(), LineRange::of(span))),
                confidence: 1.0,
                method: Method::HunkMap,
                alternatives: Vec::new(),
            };
        }
        let pair = Pair { old: origin.text, new, alignment: &alignment };
        let witness = Witness::of(origin.text, origin.span);
        found.extend(places::find(pair, &witness).into_iter().map(|place| (origin.path.to_owned(), place)));
    }
    if found.first().is_none_or(|(_, place)| place.score < 0.75) {
        for candidate in candidates {
            let Some(new) = (candidate.text)() else { continue };
            let alignment = Alignment::of(origin.text, &new);
            let pair = Pair { old: origin.text, new: &new, alignment: &alignment };
            let witness = Witness::of(origin.text, origin.span);
            found.extend(places::find(pair, &witness).into_iter().map(|place| (candidate.path.to_owned(), place)));
        }
    }
    found.sort_by(|one, other| other.1.score.total_cmp(&one.1.score));
    let alternatives: Vec<Alternative> = found
        .iter()
        .take(5)
        .map(|(path, place)| Alternative {
            path: path.clone(),
            range: LineRange::of(place.span),
            score: place.score,
            evidence: place.evidence,
        })
        .collect();
    let none = |state, alternatives| Anchor { state, place: None, confidence: 0.0, method: Method::None, alternatives };
    let Some(best) = alternatives.first() else { return none(State::Outdated, alternatives) };
    let runner = alternatives.iter().skip(1).find(|other| other.path != best.path || !other.range.span().overlaps(best.range.span()));
    if best.score < ACCEPT {
        return none(State::Outdated, alternatives);
    }
    if runner.is_some_and(|runner| best.score - runner.score < MARGIN) {
        return none(State::NeedsReview, alternatives);
    }
    Anchor {
        state: State::Edited,
        place: Some((best.path.clone(), best.range)),
        confidence: best.score,
        method: Method::SameFile,
        alternatives: alternatives.clone(),
    }
}

fn mapped(alignment: &Alignment, origin: &Origin<'_>, new: &Text) -> Option<Span> {
    let first = alignment.in_order_of(origin.span.first)?;
    if weight(origin.text, origin.span) == 0 {
        return None;
    }
    let exact = |(at, old): (usize, usize)| {
        alignment.in_order_of(old) == Some(first + at) && origin.text.lines()[old].exact == new.lines()[first + at].exact
    };
    let all = origin.span.iter().enumerate().all(exact);
    all.then(|| Span { first, last: first + origin.span.lines() - 1 })
}
