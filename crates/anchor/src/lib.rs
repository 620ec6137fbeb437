//! Where a range of lines went in changed text and files. Text in, range out.
mod align;
mod error;
mod evidence;
mod follow;
mod places;
mod range;
mod structure;
mod text;
mod words;

pub use error::AnchorError;
pub use evidence::Evidence;
pub use follow::{Alternative, Anchor, Candidate, CandidateKind, Method, Origin, State, follow};
pub use range::LineRange;
pub use text::Text;
