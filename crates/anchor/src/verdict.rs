//! When a place is good enough to be believed.

use crate::places::Place;

/// From here on a place is taken. Found on a development set (see the crate's documentation): false anchors cost more than asking a person.
const ACCEPT: f32 = 0.6;

/// Below this nobody is asked.
const REVIEW: f32 = 0.08;

/// A lead beyond this says no more.
const CLEAR_LEAD: f32 = 0.3;
/// The first part of the lead counts most: it tells a place from its look-alike.
const SLIM_LEAD: f32 = 0.06;

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

/// Whose file a place is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlaceIn {
    /// That of the same path.
    Origin,
    /// What the origin's file became.
    Renamed,
    /// A new one.
    Added,
    /// One that was there before.
    Changed,
}

/// How sure it is that the place is the right one, 0 to 1.
///
/// A logistic function of what speaks for the place by itself and of its lead over the next place (`None`: there is none). Weights are rounded from a
/// fit; what counts is that words must agree, that a short range needs its neighbours, that broken blocks and lines that belong to others count
/// against it, that code that is taken to a new file keeps most of its words, and that text of a file that was there before probably was there too.
pub(crate) fn confidence(place: &Place, margin: Option<f32>, file: PlaceIn) -> f32 {
    let evidence = &place.evidence;
    let lead = margin.map_or(CLEAR_LEAD, |margin| margin.clamp(0.0, CLEAR_LEAD));
    let words = 2.1 * evidence.content + 1.6 * evidence.head + 0.8 * evidence.tail;
    let together = evidence.content * (1.3 * evidence.neighbours + 1.4 * evidence.said);
    let against = 4.1 * (1.0 - evidence.whole)
        + 4.6 * evidence.foreign
        + 1.6 * (evidence.rival - evidence.head).max(0.0)
        + match file {
            PlaceIn::Origin | PlaceIn::Renamed => 0.0,
            PlaceIn::Added => 10.0 * (0.65 - evidence.content).max(0.0),
            PlaceIn::Changed => 3.4,
        };
    let sum = -5.6 + words + together + 0.3 * evidence.in_order + 7.4 * lead + 18.0 * lead.min(SLIM_LEAD) - against;
    1.0 / (1.0 + (-sum).exp())
}
