//! Where a range of lines went in changed text and files. Text in, range out.
mod align;
mod anchor;
mod error;
mod evidence;
mod files;
mod follow;
mod places;
mod range;
mod structure;
mod text;
mod verdict;
mod words;

pub use anchor::{Alternative, Anchor, Method, State};
pub use error::AnchorError;
pub use evidence::Evidence;
pub use follow::{Candidate, CandidateKind, Follower};
pub use range::LineRange;
pub use text::Text;
