//! Prints how long texts take that were made to take long.
//!
//! `cargo run --release -p lectern-diff --example worst`

use std::time::Instant;

use lectern_diff::{Compare, Lines, diff_lines};

fn main() {
    let mut random = 1_u64;
    let mut next = move |bound: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % bound
    };
    let mut two_words = |lines: usize, words: u64| -> String { (0..lines).map(|_| format!("{}\n", next(words))).collect() };
    let numbered = |lines: usize, each: usize, with: &str| -> String {
        (0..lines).map(|line| if line % each == 0 { format!("{with} {line}\n") } else { format!("line {line}\n") }).collect()
    };
    let reversed: String = (0..100_000).rev().map(|line| format!("line {line}\n")).collect();
    let cases = [
        ("100k lines, every second changed", numbered(100_000, 2, "old"), numbered(100_000, 2, "new")),
        ("1M lines, every tenth changed", numbered(1_000_000, 10, "old"), numbered(1_000_000, 10, "new")),
        ("100k lines in reverse", numbered(100_000, 200_000, ""), reversed),
        ("6k lines of 2 words", two_words(3000, 2), two_words(3000, 2)),
        ("6k lines, every second changed", numbered(3000, 2, "old"), numbered(3000, 2, "new")),
        ("6k lines of 60 words", two_words(3000, 60), two_words(3000, 60)),
        ("6k lines of 1000 words", two_words(3000, 1000), two_words(3000, 1000)),
        ("100k lines of 2 words", two_words(50_000, 2), two_words(50_000, 2)),
        ("100k lines of 1000 words", two_words(50_000, 1000), two_words(50_000, 1000)),
        ("1.9M lines, equal but for their count", "a\n".repeat(1_000_000), "a\n".repeat(900_000)),
        ("1M lines, equal but for some", "a\n".repeat(500_000), "a\na\na\na\nb\n".repeat(100_000)),
        ("2 x 400 MB on one line", "x".repeat(400_000_000), "x".repeat(399_999_999) + "y"),
    ];
    for (name, old, new) in &cases {
        let started = Instant::now();
        let diff = diff_lines(&Lines::new(old), &Lines::new(new), Compare::Content);
        println!("{name:<40} {:>10.1?}  {} hunks, coarse: {}", started.elapsed(), diff.hunks().len(), diff.is_coarse());
    }
}
