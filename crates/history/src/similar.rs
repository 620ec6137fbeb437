//! How much of a file is in another, counted as git counts it (diffcore-delta), so that both find the same renames.

/// git's: the number that a full match has, and the least that makes two files one renamed.
const FULL: u64 = 60_000;
pub(crate) const LEAST: u64 = FULL / 2;
const HASH_BASE: u32 = 107_927;

/// A file that others are compared with: how many bytes each of its pieces (lines, cut every 64 bytes) takes in all.
pub(crate) struct Likeness {
    /// By the piece's hash; less what the other file has used up already, while one is compared.
    left: Vec<u64>,
    size: u64,
    used: Vec<(u32, u64)>,
}

impl Likeness {
    pub fn to(new: &[u8]) -> Self {
        let mut left = vec![0; HASH_BASE as usize];
        for (piece, length) in pieces(new) {
            left[piece as usize] += length;
        }
        Self { left, size: new.len() as u64, used: Vec::new() }
    }

    /// 0 to 60,000: the bytes of `old` that are in the file, against the larger of both; 0 when that is less than [`LEAST`].
    pub fn of(&mut self, old: &[u8]) -> u64 {
        let larger = self.size.max(old.len() as u64);
        if self.size == 0 || !sizes_allow(old.len() as u64, self.size) {
            return 0;
        }
        let (mut copied, mut ahead) = (0, old.len() as u64);
        for (piece, length) in pieces(old) {
            let left = &mut self.left[piece as usize];
            let used = length.min(*left);
            if used > 0 {
                *left -= used;
                copied += used;
                self.used.push((piece, used));
            }
            ahead = ahead.saturating_sub(length);
            // Even if all the rest were in it.
            if (copied + ahead) * FULL / larger < LEAST {
                break;
            }
        }
        for (piece, used) in self.used.drain(..) {
            self.left[piece as usize] += used;
        }
        let similarity = copied * FULL / larger;
        if similarity < LEAST { 0 } else { similarity }
    }
}

/// The hashes of a file's pieces, with their lengths.
fn pieces(text: &[u8]) -> impl Iterator<Item = (u32, u64)> + '_ {
    let is_text = !text.iter().take(8000).any(|byte| *byte == 0);
    let mut at = 0;
    std::iter::from_fn(move || {
        let (mut one, mut other, mut length) = (0_u32, 0_u32, 0_u64);
        while let Some(byte) = text.get(at) {
            at += 1;
            if is_text && *byte == b'\r' && text.get(at) == Some(&b'\n') {
                continue;
            }
            let before = one;
            one = (one << 7) ^ (other >> 25);
            other = (other << 7) ^ (before >> 25);
            one = one.wrapping_add(u32::from(*byte));
            length += 1;
            if length == 64 || *byte == b'\n' {
                break;
            }
        }
        (length > 0).then(|| (one.wrapping_add(other.wrapping_mul(0x61)) % HASH_BASE, length))
    })
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
        let mut likeness = Likeness::to(text);
        assert_eq!(likeness.of(text), FULL);
        assert!(likeness.of(b"one\r\ntwo\r\nthree\r\n") > 40_000);
        assert_eq!(likeness.of(b"four\n"), 0);
        assert_eq!(likeness.of(text), FULL, "one comparison leaves nothing behind for the next");
        assert_eq!(Likeness::to(b"").of(b""), 0, "empty files are not alike");
    }

    #[test]
    fn what_is_there_once_counts_once() {
        let mut likeness = Likeness::to(b"line one\nline two\n");
        assert_eq!(likeness.of(b"line one\nline one\n"), FULL / 2);
        assert_eq!(likeness.of(b"line two\nline one\n"), FULL);
        assert_eq!(likeness.of(b"line one\nline nil\nx"), 0, "less than half");
    }

    #[test]
    fn a_file_twice_as_large_can_still_be_alike() {
        assert!(sizes_allow(100, 200) && sizes_allow(200, 100) && !sizes_allow(99, 200) && sizes_allow(0, 0));
    }
}
