//! When a place is good enough to be believed.

use crate::places::Place;

/// From here on a place is taken: false anchors cost more than asking a person. Found on a development set, each of its repositories being judged by what
/// was learned from the others.
const ACCEPT: f32 = 0.73;

/// Below this nobody is asked.
const REVIEW: f32 = 0.08;

/// Two places are as good as equal when the lead of the one is near 0; from here on it says no more.
const CLEAR_LEAD: f32 = 0.03;

/// What to do with the best place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accept,
    Unsure,
    Reject,
}

impl Verdict {
    pub fn of(confidence: f32) -> Self {
        match confidence {
            sure if sure >= ACCEPT => Self::Accept,
            sure if sure >= REVIEW => Self::Unsure,
            _ => Self::Reject,
        }
    }
}

/// How sure it is that the place is the right one, 0 to 1.
///
/// A logistic function of what speaks for the place by itself and of its lead over the next place (`None`: there is none). Weights are rounded from a
/// fit; what counts is that words must agree, that a short range needs its neighbours, and that these speak against a place: broken blocks; lines that
/// belong to others, the first one above all; another order in a file that was not rewritten, unless the lines are those of the range and no one else's;
/// the very text in a file that was there before, for it probably was there too; a place that is as good.
pub(crate) fn confidence(place: &Place, margin: Option<f32>) -> f32 {
    let evidence = &place.evidence;
    let lead = margin.map_or(1.0, |margin| (margin / CLEAR_LEAD).clamp(0.0, 1.0));
    let words = 1.3 * evidence.content + 3.1 * evidence.head + 2.2 * evidence.tail;
    let together = evidence.content * (2.15 * evidence.neighbours + 3.25 * evidence.said);
    let against = 2.75 * (1.0 - evidence.whole)
        + 3.5 * evidence.foreign
        + 2.8 * evidence.theirs
        + 1.35 * (evidence.rival - evidence.head).max(0.0)
        + 2.95 * (1.0 - evidence.in_order) * (1.0 - evidence.kept) * evidence.file
        + 6.75 * evidence.known * evidence.content
        + 2.0 * (1.0 - lead);
    let sum = -4.95 + words + together - against;
    1.0 / (1.0 + (-sum).exp())
}
