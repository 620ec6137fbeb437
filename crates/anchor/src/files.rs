//! Which file an origin's file became.

use crate::{CandidateKind, Text, align::Alignment, evidence::Witness};

/// Folders of copies: what stands in one of them stands for something else.
const COPIES: [&str; 14] = [
    "test",
    "tests",
    "testing",
    "testdata",
    "test_data",
    "fixtures",
    "fixture",
    "resources",
    "vendor",
    "vendored",
    "third_party",
    "node_modules",
    "generated",
    "examples",
];

/// Paths with less in common than this are not looked into for their paths' sake.
const LIKE_PATH: f32 = 0.5;

/// How much of the old file is in the new one. A new file that was split off is measured by itself. 0 to 1.
pub(crate) fn shared(old: &Text, kind: CandidateKind, new: &Text, alignment: &Alignment) -> f32 {
    let (both, of_new) = alignment.shares(old, new);
    if kind == CandidateKind::Changed { both } else { both.max(0.8 * of_new) }
}

/// How much a file promises to hold the range, without aligning it; 0 when it need not be searched. A range whose file is still there (`moved`) was
/// taken elsewhere line by line, if at all.
pub(crate) fn promise(old: &Text, witness: &Witness, new: &Text, path: f32, moved: bool) -> f32 {
    let keys = new.keys();
    let (mut here, mut all) = (0, 0);
    for line in witness.span.iter().map(|line| &old.lines()[line]).filter(|line| line.says_something()) {
        all += u32::from(line.weight);
        here += if keys.binary_search(&line.key).is_ok() { u32::from(line.weight) } else { 0 };
    }
    let of_range = if all == 0 { 0.0 } else { here as f32 / all as f32 };
    if moved {
        return if of_range >= 0.3 { of_range } else { 0.0 };
    }
    let of_file = overlap(old.keys(), keys);
    if of_range == 0.0 && of_file < 0.05 && path < LIKE_PATH { 0.0 } else { of_range + of_file + path }
}

/// How much two sorted lists have in common, against both.
fn overlap(one: &[u64], other: &[u64]) -> f32 {
    let (mut left, mut right, mut common) = (0, 0, 0_usize);
    while left < one.len() && right < other.len() {
        match one[left].cmp(&other[right]) {
            std::cmp::Ordering::Less => left += 1,
            std::cmp::Ordering::Greater => right += 1,
            std::cmp::Ordering::Equal => (left, right, common) = (left + 1, right + 1, common + 1),
        }
    }
    2.0 * common as f32 / (one.len() + other.len()).max(1) as f32
}

/// The last name of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// How much two paths have in common: names in the same order against all; less when only one of them is in a folder of copies. 0 to 1.
pub(crate) fn path_likeness(one: &str, other: &str) -> f32 {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split('/').collect(), other.split('/').collect());
    let mut row = vec![0_u32; other.len() + 1];
    for name in &one {
        let mut diagonal = 0;
        for (at, theirs) in other.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if name == theirs { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    let common = row.last().copied().unwrap_or(0) as f32;
    let copy = |path: &[&str]| path.iter().any(|name| COPIES.contains(name));
    let role = if copy(&one) == copy(&other) { 1.0 } else { 0.5 };
    role * 2.0 * common / (one.len() + other.len()) as f32
}
