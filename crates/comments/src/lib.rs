//! Threads of comments that follow their code: comment_threads, comments, and where each thread was and is.
//!
//! A thread keeps its *origin*: the text that it was written about, by its hash, and the lines. Its *anchor* says where that is now. An anchor is
//! always worked out from the origin ([`follow`]), never from the anchor before it, so errors don't add up; and where it isn't sure it says so
//! instead of being somewhere wrong. Nothing here removes a thread by itself.

mod comment;
pub mod exchange;
mod follow;
mod import;
mod import_rows;
mod rows;
mod thread;
mod threads;

pub use comment::{AuthorType, Comment, NewComment};
pub use follow::{Base, Before, ChangedFile, Followed, Following, Novelty, Tally, Texts, follow_into, follow_into_file};
pub use import::{Imported, Me};
pub use thread::{
    AnchorEvent, CommentThread, Event, MOST_CANDIDATES, Origin, OriginText, Place, PlaceCandidate, Rejected, ThreadAnchor, state_named,
};
pub use threads::{CommentsError, Draft, Filter, Placed, ThreadCount, Threads, Totals};

pub use lectern_anchor::State;
