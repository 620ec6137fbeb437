//! The words of lines, as numbers, and how alike two bags of them are.

/// What a word weighs; a sign weighs 1.
pub(crate) const WORD: u16 = 4;

/// Beyond this many words a line is compared as a whole only.
const MOST_WORDS: usize = 512;

/// What one pass over a line tells.
pub(crate) struct Read {
    pub exact: u64,
    pub key: u64,
    pub bits: u64,
    pub indent: u16,
    pub weight: u16,
}

/// Reads a line and appends its words, sorted. `parseHTTPHeader`, `parse_http_header` and the like are three words each, whatever their case:
/// names that are changed keep most of them.
pub(crate) fn read(line: &[u8], words: &mut Vec<u32>) -> Read {
    let first = words.len();
    let (mut key, mut bits, mut weight) = (SEED, 0_u64, 0_u32);
    let mut indent = 0_u32;
    let mut at = 0;
    while let Some(blank @ (b' ' | b'\t')) = line.get(at) {
        indent = if *blank == b'\t' { (indent / 4 + 1) * 4 } else { indent + 1 };
        at += 1;
    }
    while at < line.len() {
        let byte = line[at];
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let start = at;
        let word = is_word(byte);
        if word {
            at += 1;
            while at < line.len() && is_word(line[at]) && !begins_word(line, at) {
                at += 1;
            }
        } else {
            at += 1;
        }
        let (exact, plain) = numbers(&line[start..at], word);
        key = (key.rotate_left(5) ^ u64::from(exact)).wrapping_mul(FACTOR);
        if &line[start..at] == b"_" {
            continue;
        }
        let number = plain << 1 | u32::from(word);
        bits |= 1 << (plain.wrapping_mul(0x9e37_79b9) >> 26);
        weight += u32::from(self::weight(number));
        if words.len() - first < MOST_WORDS {
            words.push(number);
        }
    }
    words[first..].sort_unstable();
    Read { exact: hash(line), key, bits, indent: indent.min(u32::from(u16::MAX)) as u16, weight: weight.min(u32::from(u16::MAX)) as u16 }
}

/// A word as a number, and as one that is the same whatever the case of its letters.
fn numbers(bytes: &[u8], word: bool) -> (u32, u32) {
    let (mut exact, mut plain) = (SEED ^ bytes.len() as u64, SEED ^ bytes.len() as u64);
    let fold = if word { 0x2020_2020_2020_2020 } else { 0 };
    for chunk in bytes.chunks(8) {
        let chunk = chunk.iter().fold(0, |chunk, byte| chunk << 8 | u64::from(*byte));
        exact = (exact.rotate_left(23) ^ chunk).wrapping_mul(FACTOR);
        plain = (plain.rotate_left(23) ^ (chunk | fold)).wrapping_mul(FACTOR);
    }
    ((exact >> 32) as u32, (plain >> 32) as u32)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Whether a new word begins inside of letters: before a capital after a small letter, and before the last of several capitals.
fn begins_word(line: &[u8], at: usize) -> bool {
    let (before, here) = (line[at - 1], line[at]);
    if here.is_ascii_uppercase() {
        return !before.is_ascii_uppercase() || line.get(at + 1).is_some_and(u8::is_ascii_lowercase);
    }
    here.is_ascii_digit() != before.is_ascii_digit()
}

/// What a word weighs.
pub(crate) fn weight(word: u32) -> u16 {
    if word & 1 == 1 { WORD } else { 1 }
}

const SEED: u64 = 0x51_7c_c1_b7_27_22_0a_95;
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Of all bytes; never leaves the process.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut hash = SEED ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    let mix = |hash: u64, chunk: u64| (hash.rotate_left(23) ^ chunk).wrapping_mul(FACTOR);
    for chunk in &mut chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
    }
    let mut rest = [0; 8];
    rest[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    hash = mix(hash, u64::from_le_bytes(rest));
    hash ^ hash >> 29
}

/// How much two sorted bags have in common: 0 to 1, by weight, twice the common part against both (Dice).
pub(crate) fn alike(one: &[u32], other: &[u32]) -> f32 {
    let (common, all) = shared(one, other);
    if all == 0 { 0.0 } else { 2.0 * common as f32 / all as f32 }
}

/// The weight of what two sorted bags have in common, and the weight of both.
pub(crate) fn shared(one: &[u32], other: &[u32]) -> (u32, u32) {
    let (mut common, mut all) = (0, 0);
    let (mut left, mut right) = (0, 0);
    while left < one.len() && right < other.len() {
        let (a, b) = (one[left], other[right]);
        if a == b {
            let weight = u32::from(weight(a));
            common += weight;
            all += 2 * weight;
            left += 1;
            right += 1;
        } else if a < b {
            all += u32::from(weight(a));
            left += 1;
        } else {
            all += u32::from(weight(b));
            right += 1;
        }
    }
    let rest = |words: &[u32]| words.iter().map(|word| u32::from(weight(*word))).sum::<u32>();
    (common, all + rest(&one[left..]) + rest(&other[right..]))
}

/// The words that are in one of two sorted bags only, each once; signs are left out.
pub(crate) fn differing(one: &[u32], other: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let missing = |from: &[u32], within: &[u32]| {
        let mut missing: Vec<u32> =
            from.iter().copied().filter(|word| weight(*word) == WORD && within.binary_search(word).is_err()).collect();
        missing.dedup();
        missing
    };
    (missing(one, other), missing(other, one))
}
