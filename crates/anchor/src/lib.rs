//! Where a range of lines went in changed text and files. Text in, range out.
//!
//! Opens no file and knows no project. A [`Follower`] takes the text that a range was written down for and a new version: what that has at the
//! same path, and other files that may hold it. It answers with an [`Anchor`]. Ranges are always followed from their origin, so an answer does not depend on the
//! versions in between. [`find_moves`] tells which files were renamed, moved or split, for the list of candidates.
//!
//! **How.** Lines are compared without their blanks. (1) The same text: nothing to do. (2) Lines are aligned in order (histogram difference), then moved blocks around
//! lines that occur once. A range whose lines are all kept, one after the other, is taken over. (3) Else places are proposed: where the lines
//! before and after point to, lines like the first one, blocks that hold lines of the range. Where a place ends follows from how the range ended: with its
//! statement, its block, the last `else` of it, else from the alignment; one line stays one line. (4) Each place is weighed ([`Evidence`]): words, first
//! and last line, neighbours, enclosing blocks, order, and against it lines that belong to others. Names that changed throughout the file count as the
//! same. (5) Only if no place in the file is good enough, the likeliest other files are searched; what is among tests or copies, or in a file that was
//! there before, must say more for itself. (6) The best place is believed if it is good enough *and* ahead of the next; otherwise a person is asked.
//!
//! **Bounds.** Texts are cut into words once, in linear time. Between lines that occur once on each side at most 6,000 lines are
//! aligned; longer stretches without such a line come out unaligned. Of a line at most 512 words are compared, of a range about 6,000; of
//! other files 48 are read and four are searched. So files of 100,000 lines and lines of megabytes stay within seconds.
//!
//! ```
//! use lectern_anchor::{Follower, LineRange, State, Text};
//!
//! let old = Text::new("a.rs", "fn one() {\n    1\n}\n");
//! let new = Text::new("a.rs", "fn zero() {}\n\nfn one() {\n    1\n}\n");
//! let anchor = Follower::new("a.rs", &old, Some(&new), &[]).follow(LineRange::new(1, 3)?)?;
//! assert_eq!((anchor.state, anchor.place), (State::Exact, Some(("a.rs".to_owned(), LineRange::new(3, 5)?))));
//! # Ok::<(), lectern_anchor::AnchorError>(())
//! ```

mod align;
mod anchor;
mod error;
mod evidence;
mod files;
mod follow;
mod moves;
mod places;
mod quote;
mod range;
mod renames;
mod structure;
mod text;
mod verdict;
mod words;

pub use anchor::{Alternative, Anchor, Method, State};
pub use error::AnchorError;
pub use evidence::Evidence;
pub use follow::{Candidate, CandidateKind, Follower, Previous};
pub use moves::{Listed, Move, MoveKind, find_moves};
pub use quote::Quote;
pub use range::LineRange;
pub use text::Text;
