//! How much of a file is in another, counted as git counts it (diffcore-delta), so that both find the same renames.

use std::collections::HashMap;

/// git's: the number that a full match has, and the least that makes two files one renamed.
const FULL: u64 = 60_000;
pub(crate) const LEAST: u64 = FULL / 2;
const HASH_BASE: u32 = 107_927;

/// Pieces of a file (lines, cut every 64 bytes): how many bytes each takes in all.
pub(crate) struct Pieces {
    bytes: HashMap<u32, u64>,
    size: u64,
}

impl Pieces {
    pub fn of(text: &[u8]) -> Self {
        let is_text = !text.iter().take(8000).any(|byte| *byte == 0);
        let mut bytes: HashMap<u32, u64> = HashMap::new();
        let (mut one, mut other, mut length) = (0_u32, 0_u32, 0_u64);
        for (at, byte) in text.iter().enumerate() {
            if is_text && *byte == b'\r' && text.get(at + 1) == Some(&b'\n') {
                continue;
            }
            let before = one;
            one = (one << 7) ^ (other >> 25);
            other = (other << 7) ^ (before >> 25);
            one = one.wrapping_add(u32::from(*byte));
            length += 1;
            if length < 64 && *byte != b'\n' {
                continue;
            }
            *bytes.entry(one.wrapping_add(other.wrapping_mul(0x61)) % HASH_BASE).or_default() += length;
            (one, other, length) = (0, 0, 0);
        }
        if length > 0 {
            *bytes.entry(one.wrapping_add(other.wrapping_mul(0x61)) % HASH_BASE).or_default() += length;
        }
        Self { bytes, size: text.len() as u64 }
    }

    /// 0 to 60,000: the bytes of `self` that are in `new`, against the larger of both.
    pub fn similarity(&self, new: &Self) -> u64 {
        let copied: u64 = self.bytes.iter().map(|(piece, bytes)| new.bytes.get(piece).map_or(0, |there| *bytes.min(there))).sum();
        if new.size == 0 { 0 } else { copied * FULL / self.size.max(new.size) }
    }
}

/// Whether two files of these sizes can be alike enough.
pub(crate) fn sizes_allow(one: u64, other: u64) -> bool {
    let (small, large) = (one.min(other), one.max(other));
    large * (FULL - LEAST) >= (large - small) * FULL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_wholly_alike_and_line_ends_do_not_count() {
        let text = b"one\ntwo\nthree\n";
        assert_eq!(Pieces::of(text).similarity(&Pieces::of(text)), FULL);
        assert!(Pieces::of(b"one\r\ntwo\r\nthree\r\n").similarity(&Pieces::of(text)) > 40_000);
        assert_eq!(Pieces::of(b"four\n").similarity(&Pieces::of(text)), 0);
        assert_eq!(Pieces::of(b"").similarity(&Pieces::of(b"")), 0, "empty files are not alike");
    }

    #[test]
    fn a_file_twice_as_large_can_still_be_alike() {
        assert!(sizes_allow(100, 200) && sizes_allow(200, 100) && !sizes_allow(99, 200) && sizes_allow(0, 0));
    }
}
