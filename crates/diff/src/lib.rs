//! Line hunks and word marks between two texts. Text in, hunks out.
//!
//! Opens no file and knows no project. Texts are bytes, so any encoding that ends its lines with ASCII can be compared; only the words within
//! lines need characters. Every number of a line here is 0-based and every range half-open.
//!
//! **Bounds.** Time and memory are about linear in the bytes of both texts, whatever they hold: lines are read once to be hashed, and what is
//! compared after that is numbers. Between lines that occur once on each side, at most [`LARGEST_STRETCH`] lines are compared for the
//! shortest difference; a longer stretch without such a line comes out as one hunk ([`LineDiff::is_coarse`] says so), which is coarse and right.
//! Words are looked for in lines of at most [`LONGEST_LINE`] bytes and in blocks of at most [`LARGEST_BLOCK`] pairs of lines.
//!
//! ```
//! use lectern_diff::{Compare, Lines, diff_lines};
//!
//! let (old, new) = (Lines::new(b"one\ntwo\nthree\n"), Lines::new(b"one\n2\nthree\n"));
//! let diff = diff_lines(&old, &new, Compare::Content);
//! assert_eq!((diff.hunks()[0].old.clone(), diff.hunks()[0].new.clone()), (1..2, 1..2));
//! assert_eq!((diff.map_line(1), diff.map_line(2)), (None, Some(2)));
//! ```

mod compute;
mod formal;
mod hunks;
mod lines;
mod merge;
mod pairs;
mod words;

pub use compute::{Compare, LARGEST_STRETCH, diff_lines};
pub use formal::{Formal, formal_difference};
pub use hunks::{Hunk, LineDiff};
pub use lines::{LineEnd, LineEnds, Lines};
pub use merge::{MergePart, merge_lines};
pub use pairs::{LARGEST_BLOCK, WordMarks, pair_lines, word_marks};
pub use words::{LONGEST_LINE, line_marks};
