//! What is known of a name without looking at it: which characters it has, and where nucleo gives a bonus for them.
//!
//! Forty bytes a name tell for most names that they can't fit, or can't be among the best, which is many times cheaper than matching.

/// nucleo's points, from its `score.rs`: for a character that fits, for a hump, for following another, and what a gap costs.
pub(crate) const MATCH: u32 = 16;
pub(crate) const HUMP: u32 = 5;
pub(crate) const FOLLOWING: u32 = 4;
pub(crate) const GAP: u32 = 3;

/// A letter, digit or usual sign has a bit of its own; the others share the rest.
pub(crate) fn bit(byte: u8) -> u64 {
    1 << class(byte)
}

/// The bit of one character behind another. Pairs share bits.
pub(crate) fn pair(first: u8, second: u8) -> u64 {
    let both = u32::from(class(first)) << 6 | u32::from(class(second));
    1 << (both.wrapping_mul(0x9e37_79b1) >> 26)
}

fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a',
        b'A'..=b'Z' => byte - b'A',
        b'0'..=b'9' => byte - b'0' + 26,
        b'/' => 36,
        b'.' => 37,
        b'_' => 38,
        b'-' => 39,
        other => 40 + other % 24,
    }
}

/// Whether [`bit`] is the character's alone, letters of both cases being one.
pub(crate) fn is_alone(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-')
}

/// What a character is worth for where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It begins a word, or is a sign between words.
    Start,
    /// It begins a hump of a camel, or a number.
    Hump,
    Other,
}

impl Place {
    /// As nucleo's `Config::bonus_for`, or more: but for the slash, a delimiter is taken for any other sign. Before the first is a slash.
    pub fn of(before: u8, byte: u8) -> Self {
        if byte != b'/' && (!byte.is_ascii_alphanumeric() || !before.is_ascii_alphanumeric()) {
            Self::Start
        } else if (before.is_ascii_lowercase() && byte.is_ascii_uppercase()) || (!before.is_ascii_digit() && byte.is_ascii_digit()) {
            Self::Hump
        } else {
            Self::Other
        }
    }
}

/// The characters of a name. [`ANY`] for one that is not ASCII, of which nothing is known.
pub(crate) fn chars(name: &[u8]) -> u64 {
    if name.is_ascii() { name.iter().fold(0, |chars, byte| chars | bit(*byte)) } else { ANY }
}

/// All characters.
pub(crate) const ANY: u64 = u64::MAX;

/// Where the characters of one name are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bonuses {
    /// Those that occur where a word begins, or between words.
    pub starts: u64,
    /// Those that occur where a hump of a camel or a number begins.
    pub humps: u64,
    /// Pairs of which the first is one of `starts`, in its place.
    pub start_pairs: u64,
    /// All pairs.
    pub pairs: u64,
}

impl Bonuses {
    /// Nothing is ruled out: a name that is not ASCII.
    pub const UNKNOWN: Self = Self { starts: u64::MAX, humps: u64::MAX, start_pairs: u64::MAX, pairs: u64::MAX };

    /// Looks at a name.
    pub fn of(name: &[u8]) -> Self {
        if !name.is_ascii() {
            return Self::UNKNOWN;
        }
        let mut bonuses = Self::default();
        let (mut before, mut before_starts) = (b'/', false);
        for (at, byte) in name.iter().enumerate() {
            let bit = bit(*byte);
            if at > 0 {
                let pair = pair(before, *byte);
                bonuses.pairs |= pair;
                bonuses.start_pairs |= if before_starts { pair } else { 0 };
            }
            let place = Place::of(before, *byte);
            before_starts = place == Place::Start;
            match place {
                Place::Start => bonuses.starts |= bit,
                Place::Hump => bonuses.humps |= bit,
                Place::Other => {}
            }
            before = *byte;
        }
        bonuses
    }
}
