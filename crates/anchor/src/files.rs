//! Which file an origin's file became.

use crate::{Candidate, CandidateKind, Text, align::Alignment, evidence::Witness, words};

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
/// taken elsewhere line by line, if at all. `near` is what [`nearness`] says.
pub(crate) fn promise(old: &Text, witness: &Witness, new: &Text, near: f32, moved: bool) -> f32 {
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
    if of_range == 0.0 && of_file < 0.05 && near < LIKE_PATH { 0.0 } else { of_range + of_file + near }
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

/// The candidates whose texts are worth having, `most` of them at most: files that the origin's became, then the nearest paths (a file of the same name
/// counts for nearer), of equally near ones those with the likest names. Costs a glance at each path, so lists may be long.
pub(crate) fn likeliest(path: &str, candidates: &[Candidate<'_>], most: usize) -> Vec<usize> {
    let near = |candidate: &Candidate<'_>| {
        let near = nearness(path, candidate.path);
        let near = if name(candidate.path) == name(path) { (near + 1.0) / 2.0 } else { near };
        (candidate.kind == CandidateKind::Renamed, near)
    };
    let mut all: Vec<((bool, f32), usize)> = candidates.iter().enumerate().map(|(index, candidate)| (near(candidate), index)).collect();
    let nearer = |one: (bool, f32), other: (bool, f32)| other.0.cmp(&one.0).then(other.1.total_cmp(&one.1));
    if all.len() > most {
        let Some(last) = most.checked_sub(1) else { return Vec::new() };
        let (_, (cut, _), _) = all.select_nth_unstable_by(last, |one, other| nearer(one.0, other.0));
        let cut = *cut;
        all.retain(|(near, _)| nearer(*near, cut).is_le());
        let ours = words_of(path);
        let unlike = |index: usize| 1.0 - words::alike(&ours, &words_of(candidates[index].path));
        let mut named: Vec<(f32, _)> = all.into_iter().map(|one| (unlike(one.1), one)).collect();
        named.sort_by(|(unlike, one), (more, other)| nearer(one.0, other.0).then(unlike.total_cmp(more)).then(one.1.cmp(&other.1)));
        all = named.into_iter().take(most).map(|(_, one)| one).collect();
    } else {
        all.sort_by(|one, other| nearer(one.0, other.0).then(one.1.cmp(&other.1)));
    }
    all.into_iter().map(|(_, index)| index).collect()
}

/// The words of a file's name, sorted.
fn words_of(path: &str) -> Vec<u32> {
    let mut words = Vec::new();
    words::read(name(path).as_bytes(), &mut words);
    words
}

/// The last name of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether only one of two paths is in a folder of copies: what stands there is not what stands elsewhere.
pub(crate) fn apart(one: &str, other: &str) -> bool {
    let copy = |path: &str| path.split('/').any(|name| COPIES.contains(&name));
    copy(one) != copy(other)
}

/// How near two paths are: how much they have in common, less when they are [`apart`]. 0 to 1.
pub(crate) fn nearness(one: &str, other: &str) -> f32 {
    path_likeness(one, other) * if apart(one, other) { 0.5 } else { 1.0 }
}

/// How much two paths have in common: names in the same order against all. 0 to 1.
pub(crate) fn path_likeness(one: &str, other: &str) -> f32 {
    let count = |path: &str| path.bytes().filter(|byte| *byte == b'/').count() + 1;
    let all = count(one) + count(other);
    // Names that both begin with are common in any case; few are left.
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let folders = one.as_bytes()[..same].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let before = one[..folders].bytes().filter(|byte| *byte == b'/').count();
    let theirs: Vec<&str> = other[folders..].split('/').collect();
    let mut row = vec![0_u32; theirs.len() + 1];
    for name in one[folders..].split('/') {
        let mut diagonal = 0;
        for (at, their) in theirs.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if name == *their { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    let common = before as f32 + row.last().copied().unwrap_or(0) as f32;
    2.0 * common / all as f32
}

#[cfg(test)]
mod tests {
    use super::{nearness, path_likeness};

    #[test]
    fn paths_have_in_common_what_stands_in_both_in_order() {
        assert_eq!(path_likeness("a/b/c.rs", "a/b/c.rs"), 1.0);
        assert_eq!(path_likeness("a/b/c.rs", "a/x/c.rs"), 2.0 * 2.0 / 6.0);
        assert_eq!(path_likeness("a/b/c/d.rs", "b/d.rs"), 2.0 * 2.0 / 6.0);
        assert_eq!((path_likeness("a/b.rs", "tests/a/b.rs"), nearness("a/b.rs", "tests/a/b.rs")), (4.0 / 5.0, 2.0 / 5.0), "one is a copy");
        assert_eq!(nearness("x/tests/a/b.rs", "tests/a/b.rs"), path_likeness("x/tests/a/b.rs", "tests/a/b.rs"), "both are");
        // Names that differ inside of a letter of several bytes.
        assert_eq!(path_likeness("é.rs", "è.rs"), 0.0);
        assert_eq!(path_likeness("", ""), 1.0);
    }
}
