//! What is known of a name without looking at it: which characters it has, and where nucleo gives a bonus for them.
//!
//! Sixteen or so bytes a name tell for most names that they can't fit, or can't be among the best, which is many times cheaper than matching.

/// A letter, digit or usual sign has a bit of its own; the others share the rest.
pub(crate) fn bit(byte: u8) -> u64 {
    let at = match byte {
        b'a'..=b'z' => byte - b'a',
        b'A'..=b'Z' => byte - b'A',
        b'0'..=b'9' => byte - b'0' + 26,
        b'/' => 36,
        b'.' => 37,
        b'_' => 38,
        b'-' => 39,
        other => 40 + other % 24,
    };
    1 << at
}

/// Whether [`bit`] is the character's alone, letters of both cases being one.
pub(crate) fn is_alone(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-')
}

/// Characters of one name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bonuses {
    /// Those that occur. All of them for a name that is not ASCII, of which nothing is known.
    pub chars: u64,
    /// Those that occur where a word begins, or between words.
    pub starts: u64,
    /// Those that occur where a hump of a camel or a number begins.
    pub humps: u64,
}

impl Bonuses {
    /// Nothing is ruled out.
    pub const UNKNOWN: Self = Self { chars: u64::MAX, starts: u64::MAX, humps: u64::MAX };

    /// Looks at a name.
    pub fn of(name: &[u8]) -> Self {
        if !name.is_ascii() {
            return Self::UNKNOWN;
        }
        let mut bonuses = Self::default();
        let mut before = b'/';
        for byte in name {
            let bit = bit(*byte);
            bonuses.chars |= bit;
            // As nucleo's `Config::bonus_for`, or more: a delimiter is taken for any other sign.
            if !byte.is_ascii_alphanumeric() || !before.is_ascii_alphanumeric() {
                bonuses.starts |= bit;
            } else if (before.is_ascii_lowercase() && byte.is_ascii_uppercase()) || (!before.is_ascii_digit() && byte.is_ascii_digit()) {
                bonuses.humps |= bit;
            }
            before = *byte;
        }
        bonuses
    }
}
