//! Following ranges from their origin into a new version.

use std::{cell::OnceCell, cmp::Reverse, sync::Arc};

use crate::{
    AnchorError, LineRange, Text,
    align::Alignment,
    anchor::{Alternative, Anchor, Method, State},
    evidence::{File, Pair, Witness},
    files,
    places::{self, Place},
    range::Span,
    renames::Renames,
    verdict::{self, Verdict},
};

/// So many other files are searched, the likeliest first.
const MOST_FILES: usize = 4;

/// So many texts of other files are asked for, the likeliest by kind and path first: two versions years apart can differ in thousands of files.
const MOST_TEXTS: usize = 48;

/// So many places are told of.
const MOST_ALTERNATIVES: usize = 8;

/// Why a file is looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CandidateKind {
    /// The origin's file under another name: what [`crate::find_moves`] or a sync says.
    Renamed,
    /// It was there before and changed.
    Changed,
    /// It is new.
    Added,
}

/// Another file of the new version.
pub struct Candidate<'a> {
    /// Its path in the new version.
    pub path: &'a str,
    /// Why it is looked into.
    pub kind: CandidateKind,
    /// Gives the text, `None` when it can't be had. Asked for at most once by each [`Follower`], and only when the file of the same path has no answer.
    /// A list may be of any length: no more than 48 texts are asked for, first of [`CandidateKind::Renamed`] files, then of those with the likeliest paths.
    pub text: &'a dyn Fn() -> Option<Arc<Text>>,
}

/// One old text and a new version: all ranges of the one are followed into the other, and what they share is worked out once.
///
/// An answer depends on the origin and the new version alone; what was between them does not matter.
pub struct Follower<'a> {
    path: &'a str,
    old: &'a Text,
    same: Option<Compared<'a>>,
    candidates: &'a [Candidate<'a>],
    others: OnceCell<Vec<Other>>,
    previous: Option<&'a Previous<'a>>,
}

/// Gives what was at a path before, in the version that the origin is of; `None` when that can't be had.
pub type Previous<'a> = dyn Fn(&str) -> Option<Arc<Text>> + 'a;

/// The file of the same path, with what it shares with the old one.
struct Compared<'a> {
    text: &'a Text,
    alignment: OnceCell<Alignment>,
    renames: OnceCell<Renames>,
}

/// Another file worth a look.
struct Other {
    /// Among the candidates.
    index: usize,
    text: Arc<Text>,
    /// How near its path is to the origin's.
    near: f32,
    /// The alignment, names that were changed, and how much of the old file is here.
    alignment: OnceCell<(Alignment, Renames, f32)>,
    /// From what was at its path before.
    before: OnceCell<Option<Alignment>>,
}

/// A place in one of the files.
#[derive(Clone, Copy)]
struct Found<'a> {
    path: &'a str,
    method: Method,
    place: Place,
}

impl<'a> Follower<'a> {
    /// `path` and `old` are the origin's; `same_path` is what the new version has at that path.
    pub fn new(path: &'a str, old: &'a Text, same_path: Option<&'a Text>, candidates: &'a [Candidate<'a>]) -> Self {
        let same = same_path.map(|text| Compared { text, alignment: OnceCell::new(), renames: OnceCell::new() });
        Self { path, old, same, candidates, others: OnceCell::new(), previous: None }
    }

    /// With what was at the paths of [`CandidateKind::Changed`] files before: a place in them is believed as one in a new file is, as far as its lines
    /// were not there. Asked for a few of them at most.
    #[must_use]
    pub fn with_previous(self, previous: &'a Previous<'a>) -> Self {
        Self { previous: Some(previous), ..self }
    }

    /// Says where a range of the old text is now.
    ///
    /// # Errors
    /// [`AnchorError::BeyondEnd`] when the old text has no such lines.
    pub fn follow(&self, range: LineRange) -> Result<Anchor, AnchorError> {
        let span = range.span_in(self.old)?;
        if let Some(anchor) = self.unchanged(range, span) {
            return Ok(anchor);
        }
        let witness = Witness::of(self.old, span);
        let mut found: Vec<Found<'_>> = Vec::new();
        if let Some(same) = &self.same {
            let alignment = same.alignment.get_or_init(|| Alignment::of(self.old, same.text));
            let renames = same.renames.get_or_init(|| Renames::of(self.old, same.text, alignment));
            let pair = Pair { old: self.old, new: same.text, alignment, renames, file: File::SAME, before: None };
            let places = places::find(pair, &witness).into_iter();
            found.extend(places.map(|place| Found { path: self.path, method: Method::SameFile, place }));
        }
        if judge(&found) != Verdict::Accept {
            self.search_others(&witness, &mut found);
        }
        Ok(self.answer(span, found))
    }

    /// The answer where no line of the range changed in the file of the same path.
    fn unchanged(&self, range: LineRange, span: Span) -> Option<Anchor> {
        let same = self.same.as_ref()?;
        if std::ptr::eq(self.old, same.text) || self.old.text() == same.text.text() {
            return Some(Anchor::sure(State::Exact, self.path, range, Method::SameObject));
        }
        let alignment = same.alignment.get_or_init(|| Alignment::of(self.old, same.text));
        let first = alignment.in_order_of(span.first)?;
        let contiguous = span.iter().zip(first..).all(|(old, new)| alignment.in_order_of(old) == Some(new));
        if !contiguous || !span.iter().any(|line| self.old.lines()[line].says_something()) && !between_kept(alignment, span, first) {
            return None;
        }
        // A statement that got an annotation begins with it.
        let place = Span { first: places::beginning(self.old, span, same.text, first), last: first + span.lines() - 1 };
        let state = if same_lines(self.old, span, same.text, place) { State::Exact } else { State::Edited };
        Some(Anchor::sure(state, self.path, LineRange::of(place), Method::HunkMap))
    }

    fn search_others<'f>(&'f self, witness: &Witness, found: &mut Vec<Found<'f>>) {
        let moved = self.same.is_some();
        let likely = self.others().iter().map(|other| (files::promise(self.old, witness, &other.text, other.near, moved), other));
        let mut likely: Vec<(f32, &Other)> = likely.filter(|(promise, _)| *promise > 0.0).collect();
        likely.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.index.cmp(&other.1.index)));
        for (_, other) in likely.into_iter().take(MOST_FILES) {
            let candidate = &self.candidates[other.index];
            let (alignment, renames, shared) = other.alignment.get_or_init(|| {
                let alignment = Alignment::of(self.old, &other.text);
                let shared = files::shared(self.old, candidate.kind, &other.text, &alignment);
                let renames = Renames::of(self.old, &other.text, &alignment);
                (alignment, renames, shared)
            });
            let renamed = candidate.kind == CandidateKind::Renamed || (!moved && files::name(candidate.path) == files::name(self.path));
            let sign = |yes: bool| f32::from(u8::from(yes));
            let file = File {
                shared: *shared,
                path: files::path_likeness(self.path, candidate.path),
                apart: sign(files::apart(self.path, candidate.path)),
                known: sign(candidate.kind == CandidateKind::Changed),
            };
            let before =
                if candidate.kind == CandidateKind::Changed { other.before.get_or_init(|| self.before(other)).as_ref() } else { None };
            let pair = Pair { old: self.old, new: &other.text, alignment, renames, file, before };
            let method = if renamed { Method::RenamedFile } else { Method::OtherFile };
            found.extend(places::find(pair, witness).into_iter().map(|place| Found { path: candidate.path, method, place }));
        }
    }

    fn before(&self, other: &Other) -> Option<Alignment> {
        let before = (self.previous?)(self.candidates[other.index].path)?;
        Some(Alignment::of(&before, &other.text))
    }

    fn others(&self) -> &[Other] {
        self.others.get_or_init(|| {
            let likely = files::likeliest(self.path, self.candidates, MOST_TEXTS).into_iter();
            let read = likely.filter_map(|index| {
                let text = (self.candidates[index].text)()?;
                Some(Other {
                    index,
                    text,
                    near: files::nearness(self.path, self.candidates[index].path),
                    alignment: OnceCell::new(),
                    before: OnceCell::new(),
                })
            });
            read.collect()
        })
    }

    fn answer(&self, span: Span, mut found: Vec<Found<'_>>) -> Anchor {
        found.sort_by(|one, other| {
            let key = |found: &Found<'_>| (found.place.span, Reverse(found.path.len()));
            other.place.score.total_cmp(&one.place.score).then_with(|| key(one).cmp(&key(other))).then_with(|| one.path.cmp(other.path))
        });
        let alternatives: Vec<Alternative> = found.iter().take(MOST_ALTERNATIVES).map(Found::alternative).collect();
        let Some(best) = found.first() else { return Anchor::nowhere(State::Outdated, 0.0, alternatives) };
        let confidence = verdict::confidence(&best.place, margin(&found));
        match Verdict::of(confidence) {
            Verdict::Reject => Anchor::nowhere(State::Outdated, confidence, alternatives),
            Verdict::Unsure => Anchor::nowhere(State::NeedsReview, confidence, alternatives),
            Verdict::Accept => {
                let new = self.text_of(best.path);
                let same = new.is_some_and(|new| same_lines(self.old, span, new, best.place.span));
                let state = if same { State::Moved } else { State::Edited };
                let place = Some((best.path.to_owned(), LineRange::of(best.place.span)));
                Anchor { state, place, confidence, method: best.method, alternatives }
            }
        }
    }

    fn text_of(&self, path: &str) -> Option<&Text> {
        if path == self.path
            && let Some(same) = &self.same
        {
            return Some(same.text);
        }
        let others = self.others.get().map_or(&[][..], Vec::as_slice);
        others.iter().find(|other| self.candidates[other.index].path == path).map(|other| &*other.text)
    }
}

impl Found<'_> {
    fn alternative(&self) -> Alternative {
        let Place { span, evidence, score } = self.place;
        Alternative { path: self.path.to_owned(), range: LineRange::of(span), score: score.clamp(0.0, 1.0), evidence }
    }
}

/// Whether the pairs of lines around a range that says nothing by itself are kept too.
fn between_kept(alignment: &Alignment, span: Span, first: usize) -> bool {
    let before = span.first.checked_sub(1).is_none_or(|line| alignment.in_order_of(line).is_some_and(|new| new + 1 == first));
    before && alignment.in_order_of(span.last + 1).is_none_or(|new| new == first + span.lines())
}

fn same_lines(old: &Text, span: Span, new: &Text, place: Span) -> bool {
    span.lines() == place.lines() && span.iter().zip(place.iter()).all(|(one, other)| old.lines()[one].exact == new.lines()[other].exact)
}

fn judge(found: &[Found<'_>]) -> Verdict {
    let Some(best) = found.first() else { return Verdict::Reject };
    Verdict::of(verdict::confidence(&best.place, margin(found)))
}

/// How far the best place is ahead of the next one that is elsewhere.
fn margin(found: &[Found<'_>]) -> Option<f32> {
    let best = found.first()?;
    let elsewhere = |other: &&Found<'_>| other.path != best.path || !other.place.span.overlaps(best.place.span);
    found.iter().skip(1).find(elsewhere).map(|other| best.place.score - other.place.score)
}
