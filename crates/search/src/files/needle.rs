//! What was typed, made ready to be looked for.

use nucleo_matcher::{
    Matcher, Utf32Str,
    pattern::{Atom, AtomKind, CaseMatching, Normalization},
};

use super::bonus::{ANY, Bonuses, FOLLOWING, GAP, HUMP, MATCH, bit, is_alone, pair};
use super::runs::Runs;

/// Nobody types more; a longer query is cut here, in characters.
const LONGEST: usize = 400;

/// Words that must all fit a name, in any order. A word without capital letters fits capital ones too.
#[derive(Debug)]
pub(crate) struct Needle {
    fragments: Vec<Fragment>,
    chars: u64,
    /// What was typed, in lower case.
    lower: String,
}

#[derive(Debug)]
struct Fragment {
    atom: Atom,
    /// None when it isn't ASCII, which no ASCII name fits.
    ascii: Option<Box<[u8]>>,
    ignores_case: bool,
    /// None when it is too long or not ASCII.
    runs: Option<Runs>,
}

impl Needle {
    pub fn new(query: &str) -> Self {
        let end = query.char_indices().nth(LONGEST).map_or(query.len(), |(at, _)| at);
        let query = &query[..end];
        let fragments: Vec<Fragment> = query.split_whitespace().map(Fragment::new).collect();
        let chars = fragments.iter().filter_map(|fragment| fragment.ascii.as_deref()).flatten().fold(0, |chars, byte| chars | bit(*byte));
        Self { fragments, chars, lower: query.trim().to_lowercase() }
    }

    pub fn is_empty(&self) -> bool {
        self.fragments.is_empty()
    }

    /// What was typed, in lower case, without spaces around it.
    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// Whether a name may fit, by its characters alone.
    pub fn may_fit(&self, chars: u64) -> bool {
        self.chars & !chars == 0
    }

    /// No name with these bonuses has a higher score, where the beginning of a word is worth `start` at most.
    pub fn score_at_most(&self, bonuses: Bonuses, start: u32) -> u32 {
        self.fragments.iter().map(|fragment| fragment.score_at_most(bonuses, start)).sum()
    }

    /// The same by a look at the name, which is ASCII and fits: rarely more than its score.
    pub fn score_of_ascii_at_most(&self, name: &[u8], start: u32) -> u32 {
        self.fragments.iter().map(|fragment| fragment.runs.as_ref().map_or(u32::MAX / 64, |runs| runs.score_at_most(name, start))).sum()
    }

    /// Whether a name fits, of which is known that it may. `chars` are its own.
    pub fn fits(&self, name: &[u8], chars: u64, matcher: &mut Matcher) -> bool {
        if chars == ANY {
            return self.score(name, matcher).is_some();
        }
        self.fragments.iter().all(|fragment| fragment.fits_ascii(name))
    }

    /// nucleo's score of a name; `None` when it doesn't fit. Of a name that is not UTF-8, its lossy text counts.
    pub fn score(&self, name: &[u8], matcher: &mut Matcher) -> Option<u32> {
        with_haystack(name, |haystack| {
            self.fragments.iter().try_fold(0, |sum, fragment| Some(sum + u32::from(fragment.atom.score(haystack, matcher)?)))
        })
    }

    /// The UTF-16 units of a name that fit, ascending.
    pub fn positions(&self, name: &[u8], matcher: &mut Matcher) -> Vec<u32> {
        let mut at = Vec::new();
        with_haystack(name, |haystack| {
            for fragment in &self.fragments {
                fragment.atom.indices(haystack, matcher, &mut at);
            }
            at.sort_unstable();
            at.dedup();
            if let Utf32Str::Unicode(chars) = haystack {
                at = utf16_units(chars, &at);
            }
        });
        at
    }
}

impl Fragment {
    fn new(word: &str) -> Self {
        let atom = Atom::new(word, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy, false);
        let ignores_case = !word.bytes().any(|byte| byte.is_ascii_uppercase());
        let ascii = word.is_ascii().then(|| word.as_bytes().into());
        let runs = ascii.as_deref().and_then(|word| Runs::new(word, ignores_case));
        Self { atom, ascii, ignores_case, runs }
    }

    /// The best that the known places and pairs allow, by the rules of nucleo's optimal match: a run of characters is worth what the place it
    /// begins at is worth, each; another run costs a gap.
    fn score_at_most(&self, bonuses: Bonuses, start: u32) -> u32 {
        let Some(ascii) = &self.ascii else { return u32::MAX / 64 };
        // The best score up to here, when this character begins a run at a start, goes on with a run from a start, or is in a lesser run.
        let (mut begun, mut run, mut lesser) = (0, 0, 0);
        let mut before = 0;
        for (at, byte) in ascii.iter().enumerate() {
            let bit = bit(*byte);
            let (starts, hump) = (bonuses.starts & bit != 0, if bonuses.humps & bit != 0 { HUMP } else { 0 });
            let pair = pair(before, *byte);
            before = *byte;
            if at == 0 {
                // The first counts twice.
                begun = if starts { MATCH + 2 * start } else { 0 };
                lesser = MATCH + 2 * hump;
                continue;
            }
            let apart = begun.max(run).max(lesser) - GAP + MATCH;
            let mut next_run = 0;
            let mut next_lesser = apart + hump;
            if bonuses.pairs & pair != 0 {
                if begun > 0 && bonuses.start_pairs & pair != 0 {
                    next_run = begun + MATCH + start;
                }
                if run > 0 {
                    next_run = next_run.max(run + MATCH + start);
                }
                if starts {
                    // A place of its own within whatever run.
                    next_run = next_run.max(begun.max(lesser) + MATCH + start);
                } else {
                    next_lesser = next_lesser.max(lesser + MATCH + HUMP.max(FOLLOWING));
                }
            }
            begun = if starts { apart + start } else { 0 };
            (run, lesser) = (next_run, next_lesser);
        }
        begun.max(run).max(lesser)
    }

    fn fits_ascii(&self, name: &[u8]) -> bool {
        let Some(ascii) = &self.ascii else { return false };
        if let ([byte], true) = (&**ascii, self.ignores_case)
            && is_alone(*byte)
        {
            // The bits said so.
            return true;
        }
        let mut rest = name;
        for byte in ascii {
            let found = if self.ignores_case && byte.is_ascii_lowercase() {
                memchr::memchr2(*byte, byte.to_ascii_uppercase(), rest)
            } else {
                memchr::memchr(*byte, rest)
            };
            let Some(at) = found else { return false };
            rest = &rest[at + 1..];
        }
        true
    }
}

fn with_haystack<T>(name: &[u8], look: impl FnOnce(Utf32Str<'_>) -> T) -> T {
    if name.is_ascii() {
        return look(Utf32Str::Ascii(name));
    }
    // By characters, not by graphemes as nucleo would: positions then tell where in the text they are.
    let chars: Vec<char> = String::from_utf8_lossy(name).chars().collect();
    look(Utf32Str::Unicode(&chars))
}

fn utf16_units(chars: &[char], at: &[u32]) -> Vec<u32> {
    let mut wanted = at.iter().peekable();
    let mut units = Vec::with_capacity(at.len());
    let mut unit = 0;
    for (index, char) in (0_u32..).zip(chars) {
        let width = u32::from(char.len_utf16() == 2) + 1;
        if wanted.next_if_eq(&&index).is_some() {
            units.extend(unit..unit + width);
        }
        unit += width;
    }
    units
}
