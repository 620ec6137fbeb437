//! The threads of one origin text, followed together.

use std::{
    collections::HashSet,
    sync::{Arc, OnceLock},
};

use lectern_anchor::{Anchor, Candidate, CandidateKind, Follower, LineRange, Method, State, Text};
use lectern_objects::ObjectHash;

use super::{
    Base, ChangedFile, Followed, Following, Novelty,
    base::{Differences, Parsed, Since},
};
use crate::{CommentThread, Origin, Place, PlaceCandidate, Rejected, ThreadAnchor};

/// Threads with the same origin text and the same base share everything that is worked out once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GroupKey<'a> {
    pub base: Base<'a>,
    pub path: &'a str,
    pub object: Option<ObjectHash>,
    /// Of origins whose object nobody knows: each is its own.
    quote: &'a str,
}

impl<'a> GroupKey<'a> {
    pub fn of(origin: &'a Origin) -> Self {
        Self {
            base: Base::of(origin),
            path: &origin.path,
            object: origin.object,
            quote: if origin.object.is_some() { "" } else { &origin.quote },
        }
    }
}

/// The origin text of some threads, and what the version has at its path.
pub(super) struct Group<'a> {
    origin: &'a Origin,
    into: &'a Following<'a>,
    differences: &'a Differences<'a>,
    /// What the version has at the origin's path.
    object: Option<ObjectHash>,
    old: OnceLock<Option<Text>>,
    same: OnceLock<Option<Text>>,
}

impl<'a> Group<'a> {
    pub fn new(origin: &'a Origin, into: &'a Following<'a>, differences: &'a Differences<'a>) -> Self {
        let object = if origin.path.is_empty() { None } else { (into.object_at)(&origin.path) };
        Self { origin, into, differences, object, old: OnceLock::new(), same: OnceLock::new() }
    }

    pub fn follow(&self, thread: &CommentThread) -> Followed {
        let origin = &thread.origin;
        if origin.path.is_empty() || (origin.object.is_some() && self.object == origin.object) {
            // Nothing of it changed.
            let found = ThreadAnchor { version: Some(self.into.version), ..ThreadAnchor::at_origin(origin) };
            return Followed {
                place: origin.place(),
                state: State::Exact,
                anchor: ThreadAnchor { rejected: thread.anchor.rejected.clone(), ..found },
            };
        }
        match origin.place().range() {
            None => self.follow_file(thread),
            Some(range) => self.follow_lines(thread, range),
        }
    }

    /// A thread on a whole file goes where the file goes.
    fn follow_file(&self, thread: &CommentThread) -> Followed {
        let origin = &thread.origin;
        let anchor = |method: Method, confidence| ThreadAnchor {
            method: method.name().to_owned(),
            confidence,
            version: Some(self.into.version),
            rejected: thread.anchor.rejected.clone(),
            ..ThreadAnchor::at_origin(origin)
        };
        if self.object.is_some() {
            let anchor = ThreadAnchor { object: self.object, ..anchor(Method::SameFile, 1.0) };
            return Followed { place: origin.place(), state: State::Exact, anchor };
        }
        let became = self.since().and_then(|since| since.became.get(&origin.path)?.first());
        match became {
            Some(path) => {
                let anchor = ThreadAnchor { object: (self.into.object_at)(path), ..anchor(Method::RenamedFile, 1.0) };
                Followed { place: Place::file(path.clone()), state: State::Moved, anchor }
            }
            None => {
                let anchor = ThreadAnchor { object: None, kept: thread.anchor.kept, ..anchor(Method::None, 0.0) };
                Followed { place: origin.place(), state: State::Outdated, anchor }
            }
        }
    }

    fn follow_lines(&self, thread: &CommentThread, range: LineRange) -> Followed {
        let old = self.old.get_or_init(|| self.text_of(self.origin.object, &self.origin.path));
        let same = self.same.get_or_init(|| self.text_of(self.object, &self.origin.path));
        // Without its own text it is looked for by its quote.
        let quoted = if old.is_none() { thread.origin.quote().to_text(&thread.origin.path) } else { None };
        let (old, range) = match (old, &quoted) {
            (Some(old), _) => (old, range),
            (None, Some((quoted, range))) => (quoted, *range),
            (None, None) => return self.unreadable(thread),
        };
        if self.object.is_some() && same.is_none() {
            return self.unreadable(thread);
        }
        let nothing = Since::default();
        // Asked for only when the file itself has no answer: the differences of a long time are many.
        let alone = Follower::new(&self.origin.path, old, same.as_ref(), &[]).follow(range);
        let anchor = match alone {
            Ok(anchor) if anchor.place.is_some() => anchor,
            Ok(anchor) => {
                let since = self.since().unwrap_or(&nothing);
                self.follow_elsewhere(old, same.as_ref(), range, since).unwrap_or(anchor)
            }
            // The lines are beyond the end of what the origin's object holds: it was never right.
            Err(_) => Anchor { state: State::Outdated, place: None, confidence: 0.0, method: Method::None, alternatives: Vec::new() },
        };
        self.judged(thread, anchor, old, same.as_ref(), range)
    }

    fn follow_elsewhere(&self, old: &Text, same: Option<&Text>, range: LineRange, since: &Since) -> Option<Anchor> {
        let became: HashSet<&str> = since.became.get(&self.origin.path).into_iter().flatten().map(String::as_str).collect();
        let others: Vec<&ChangedFile> = since.files.iter().filter(|file| file.path != self.origin.path).collect();
        if others.is_empty() {
            return None;
        }
        let texts: Vec<_> = others.iter().map(|file| move || Parsed::get(&self.differences.parsed, file, self.into.texts)).collect();
        let candidates: Vec<Candidate<'_>> = others
            .iter()
            .zip(&texts)
            .map(|(file, text)| Candidate {
                path: &file.path,
                kind: match file.novelty {
                    _ if became.contains(file.path.as_str()) => CandidateKind::Renamed,
                    Novelty::Added => CandidateKind::Added,
                    Novelty::Changed | Novelty::Unknown => CandidateKind::Changed,
                },
                text,
            })
            .collect();
        let previous = |path: &str| {
            let file = others.iter().find(|file| file.path == path)?;
            Some(Arc::new(Text::new(path, (self.into.before)(file.before.as_ref()?)?)))
        };
        Follower::new(&self.origin.path, old, same, &candidates).with_previous(&previous).follow(range).ok()
    }

    fn since(&self) -> Option<&Since> {
        self.differences.since(Base::of(self.origin))
    }

    /// What people said of a thread counts for more than what was found.
    fn judged(&self, thread: &CommentThread, mut anchor: Anchor, old: &Text, same: Option<&Text>, range: LineRange) -> Followed {
        let rejected = &thread.anchor.rejected;
        let is_rejected = |path: &str, range: LineRange| {
            rejected.iter().any(|wrong| wrong.path == path && self.quote_at(path, range).is_some_and(|quote| quote == wrong.quote))
        };
        if !rejected.is_empty() {
            anchor.alternatives.retain(|other| !is_rejected(&other.path, other.range));
            if anchor.place.as_ref().is_some_and(|(path, range)| is_rejected(path, *range)) {
                anchor.place = None;
                anchor.state = if anchor.alternatives.is_empty() { State::Outdated } else { State::NeedsReview };
            }
        }
        let kept = thread.anchor.kept && anchor.place.is_none();
        if kept {
            anchor.state = State::Outdated;
        }
        let place = match &anchor.place {
            Some((path, range)) => Place::lines(path.clone(), *range),
            None => self.about(thread, old, same, range),
        };
        let object = (self.into.object_at)(&place.path);
        let found = ThreadAnchor::found(&anchor, object, self.into.version, rejected.clone(), kept);
        Followed { place, state: anchor.state, anchor: found }
    }

    /// About where a range that is gone was: beside the last line before it that is still there, else beside the first one after it.
    fn about(&self, thread: &CommentThread, old: &Text, same: Option<&Text>, range: LineRange) -> Place {
        let Some(same) = same else { return thread.origin.place() };
        let follower = Follower::new(&self.origin.path, old, Some(same), &[]);
        let kept = |line: u32| {
            let found = follower.follow(LineRange::new(line, line).ok()?).ok()?;
            let sure = matches!(found.method, Method::SameObject | Method::HunkMap);
            found.place.filter(|_| sure).map(|(_, range)| range)
        };
        let near = 24;
        let before = (range.start().saturating_sub(near).max(1)..range.start()).rev().find_map(|line| Some(kept(line)?.end()));
        let after = || (range.end() + 1..=range.end() + near).find_map(|line| Some(kept(line)?.start().saturating_sub(1)));
        let last = u32::try_from(same.line_count()).unwrap_or(u32::MAX).max(1);
        let line = before.or_else(after).unwrap_or(range.start()).clamp(1, last);
        Place { path: self.origin.path.clone(), line_start: line, line_end: line }
    }

    /// The lines can't be compared: the place stays as it was, and a person must say.
    fn unreadable(&self, thread: &CommentThread) -> Followed {
        let gone = self.object.is_none();
        let place = thread.origin.place();
        let here = PlaceCandidate { path: place.path.clone(), line_start: place.line_start, line_end: place.line_end, score: 0.0 };
        let kept = thread.anchor.kept;
        let anchor = ThreadAnchor {
            confidence: 0.0,
            method: Method::None.name().to_owned(),
            object: self.object,
            version: Some(self.into.version),
            candidates: if gone { Vec::new() } else { vec![here] },
            rejected: thread.anchor.rejected.clone(),
            kept,
            ..ThreadAnchor::at_origin(&thread.origin)
        };
        let state = if gone || kept { State::Outdated } else { State::NeedsReview };
        Followed { place, state, anchor }
    }

    fn quote_at(&self, path: &str, range: LineRange) -> Option<String> {
        let text = self.text_of((self.into.object_at)(path), path)?;
        lectern_anchor::Quote::of(&text, range, 0).ok().map(|quote| quote.quote)
    }

    fn text_of(&self, object: Option<ObjectHash>, path: &str) -> Option<Text> {
        Some(Text::new(path, self.into.texts.text(&object?)?))
    }
}

impl Rejected {
    /// What stands at some lines of a text, said to be wrong.
    pub fn at(path: &str, text: &str, range: LineRange) -> Option<Self> {
        let quote = lectern_anchor::Quote::of(&Text::new(path, text), range, 0).ok()?.quote;
        Some(Self { path: path.to_owned(), quote })
    }
}
