//! Text search in the versions of a project, with an index that narrows down where to look.
//!
//! Matching is ripgrep's own (`grep-regex`, `grep-searcher`), so that the hits are those of `rg --no-config --hidden --no-ignore` over exactly the
//! files of a version. The index knows contents by their hash, whichever versions they are in; it only ever says where a pattern can't match.

mod blocks;
mod collect;
mod contents;
mod files;
mod index;
mod list;
mod merge;
mod needed;
mod query;
mod search;
mod segment;
mod segment_writer;
mod taking_in;
mod trigram;

pub use collect::{FoundLine, Reporting};
pub use contents::Contents;
pub use files::{TextFile, TextFiles};
pub use index::{IndexError, Indexed, Placed, Taken, TextIndex};
pub use query::{Globs, Pattern, QueryError, TextQuery};
pub use search::{FileHits, Searched, TextSearch};
