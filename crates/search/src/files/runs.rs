//! What nucleo's optimal match of a word can be worth at most, in one look at a name.
//!
//! nucleo's own answer costs ten times as much; of hundreds of thousands of names that fit, this leaves the few that are worth it.

use super::bonus::{FOLLOWING, GAP, HUMP, MATCH, Place};

/// Longer words are matched right away.
const LONGEST: usize = 32;

/// A word, by which of its characters a byte is.
#[derive(Debug)]
pub(crate) struct Runs {
    length: usize,
    /// Bit `i` for the word's character `i`.
    characters: Box<[u32; 256]>,
}

/// The best ways to have matched the word up to one of its characters.
#[derive(Clone, Copy, Default)]
struct Matched {
    /// The highest score, each with its position added, so that farther ones pay for their gap; 0 for none.
    far: u32,
    /// Where this character was matched last, its best score there, and what the run that it is in is worth.
    at: u32,
    score: u32,
    run: u32,
}

impl Runs {
    pub fn new(word: &[u8], ignores_case: bool) -> Option<Self> {
        if word.is_empty() || word.len() > LONGEST {
            return None;
        }
        let mut characters = Box::new([0; 256]);
        for (at, byte) in word.iter().enumerate() {
            characters[usize::from(*byte)] |= 1 << at;
            if ignores_case {
                characters[usize::from(byte.to_ascii_uppercase())] |= 1 << at;
            }
        }
        Some(Self { length: word.len(), characters })
    }

    /// No less than nucleo's score of an ASCII name; 0 when it doesn't fit. `start` is the most that the beginning of a word is worth.
    pub fn score_at_most(&self, name: &[u8], start: u32) -> u32 {
        let mut matched = [Matched::default(); LONGEST];
        let mut best = 0;
        let mut before = b'/';
        for (at, byte) in (0_u32..).zip(name) {
            let mut characters = self.characters[usize::from(*byte)];
            let place = before;
            before = *byte;
            if characters == 0 {
                continue;
            }
            let place = match Place::of(place, *byte) {
                Place::Start => start,
                Place::Hump => HUMP,
                Place::Other => 0,
            };
            // The last character first: each needs the ones before it as they were.
            while characters != 0 {
                let index = (31 - characters.leading_zeros()) as usize;
                characters &= !(1 << index);
                let (score, run) = if index == 0 {
                    // The first counts twice.
                    (MATCH + 2 * place, place)
                } else {
                    let shorter = matched[index - 1];
                    if shorter.far == 0 {
                        continue;
                    }
                    let apart = shorter.far.saturating_sub(at + GAP - 2) + MATCH + place;
                    if shorter.at + 1 == at {
                        let run = place.max(shorter.run).max(FOLLOWING);
                        (apart.max(shorter.score + MATCH + run), run)
                    } else {
                        (apart, place)
                    }
                };
                let this = &mut matched[index];
                *this = Matched { far: this.far.max(score + at), at, score, run };
                if index + 1 == self.length {
                    best = best.max(score);
                }
            }
        }
        best
    }
}
