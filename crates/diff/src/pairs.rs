//! Which old line of a changed block became which new one.

use std::ops::Range;

use crate::words::{LONGEST_LINE, Words, alike, line_marks, weight};

/// Lines of a block are set against each other when the product of the two counts is at most this.
pub const LARGEST_BLOCK: usize = 10_000;

/// The words that changed in a block of lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordMarks {
    /// For each old line the bytes that changed, ascending and apart; empty where nothing is to be marked.
    pub old: Vec<Vec<Range<usize>>>,
    /// For each new line.
    pub new: Vec<Vec<Range<usize>>>,
}

/// Marks the words that changed between the old and the new lines of a hunk. Lines that are too unlike or too long have no marks.
pub fn word_marks(old: &[&str], new: &[&str]) -> WordMarks {
    let mut marks = WordMarks { old: vec![Vec::new(); old.len()], new: vec![Vec::new(); new.len()] };
    for (one, other) in pair_lines(old, new) {
        if let Some((of_old, of_new)) = line_marks(old[one], new[other]) {
            (marks.old[one], marks.new[other]) = (of_old, of_new);
        }
    }
    marks
}

/// Pairs the old and the new lines of a hunk, ascending on both sides: each with that of the same position when there are equally many, else so
/// that the pairs are as alike as can be. Beyond [`LARGEST_BLOCK`] unequally many lines are not paired.
pub fn pair_lines(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    if old.len() == new.len() {
        return (0..old.len()).map(|index| (index, index)).collect();
    }
    if old.len().saturating_mul(new.len()) > LARGEST_BLOCK {
        return Vec::new();
    }
    let (old, new) = (bags(old), bags(new));
    let width = new.len() + 1;
    let scores: Vec<u32> = old.iter().flat_map(|one| new.iter().map(|other| one.likeness(other))).collect();
    let score = |one: usize, other: usize| scores[one * new.len() + other];
    // best[i][j]: the most that the lines from i and j on can be alike in all.
    let mut best = vec![0_u32; (old.len() + 1) * width];
    for one in (0..old.len()).rev() {
        for other in (0..new.len()).rev() {
            let paired = score(one, other) + best[(one + 1) * width + other + 1];
            best[one * width + other] = paired.max(best[(one + 1) * width + other]).max(best[one * width + other + 1]);
        }
    }
    let mut pairs = Vec::new();
    let (mut one, mut other) = (0, 0);
    while one < old.len() && other < new.len() {
        let here = best[one * width + other];
        if here == best[(one + 1) * width + other] {
            one += 1;
        } else if here == best[one * width + other + 1] {
            other += 1;
        } else {
            pairs.push((one, other));
            (one, other) = (one + 1, other + 1);
        }
    }
    pairs
}

/// The words of a line without their order.
struct Bag<'a> {
    /// Sorted; blanks left out.
    words: Vec<&'a str>,
    weight: usize,
}

fn bags<'a>(lines: &[&'a str]) -> Vec<Bag<'a>> {
    let bag = |line: &&'a str| {
        let words = Words::of(if line.len() > LONGEST_LINE { "" } else { line });
        let mut sorted: Vec<&'a str> =
            (0..words.words.len()).map(|index| words.word(index)).filter(|word| !word.trim().is_empty()).collect();
        sorted.sort_unstable();
        Bag { words: sorted, weight: words.weight }
    };
    lines.iter().map(bag).collect()
}

impl Bag<'_> {
    /// 0 to 1,000; 0 for lines that have too little in common.
    fn likeness(&self, other: &Self) -> u32 {
        let (mut ours, mut theirs) = (self.words.iter().peekable(), other.words.iter().peekable());
        let mut common = 0;
        while let (Some(one), Some(two)) = (ours.peek(), theirs.peek()) {
            match one.cmp(two) {
                std::cmp::Ordering::Less => _ = ours.next(),
                std::cmp::Ordering::Greater => _ = theirs.next(),
                std::cmp::Ordering::Equal => {
                    common += weight(one);
                    (_, _) = (ours.next(), theirs.next());
                }
            }
        }
        if !alike(common, self.weight, other.weight) {
            return 0;
        }
        u32::try_from(2000 * common / (self.weight + other.weight)).unwrap_or(1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equally_many_lines_are_paired_by_position_and_others_by_likeness() {
        assert_eq!(pair_lines(&["a", "b"], &["x", "y"]), [(0, 0), (1, 1)]);
        let old = ["let a = first(one);", "let b = second(two);"];
        let new = ["// a note", "let a = first(one, more);", "call();", "let b = second(two)?;"];
        assert_eq!(pair_lines(&old, &new), [(0, 1), (1, 3)]);
        assert_eq!(pair_lines(&["a"], &[]), []);
        assert_eq!(pair_lines(&["quite another"], &["one", "two"]), [], "unlike lines are no pair");
    }

    #[test]
    fn a_block_is_marked_line_by_line() {
        let marks = word_marks(&["fn a(x: u8) {"], &["/// New.", "fn a(x: u16) {"]);
        assert_eq!((marks.old, marks.new), (vec![vec![8..10]], vec![vec![], vec![8..11]]));
    }

    #[test]
    fn a_block_too_large_to_pair_is_left_alone() {
        let (old, new) = (vec!["a b c"; 101], vec!["a b c d"; 100]);
        assert_eq!(pair_lines(&old, &new), []);
    }
}
