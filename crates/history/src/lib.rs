//! Commits, blame, branches and tags of a git repository.
//!
//! Everything is read: nothing here writes into a repository, and nothing in one is executed. Paths are bytes with `/` between names,
//! relative to the folder a [`Repo`] was made for. Whatever a hostile or broken repository holds costs bounded memory, and what is missing
//! (a shallow clone, a lost object) ends the history there.

mod activity;
mod blame;
mod commit;
mod error;
mod follow;
mod git_blame;
mod own_blame;
mod references;
mod repo;
mod similar;
mod trees;
mod walk;

pub use activity::{Activity, Author, ChangedFile, activity};
pub use blame::{Blame, BlamedCommit, Hunk, Previous};
pub use commit::{Commit, Person};
pub use error::HistoryError;
pub use follow::source_of_contents;
pub use git_blame::{Git, blame_with_git};
pub use git2::Oid;
pub use own_blame::blame_without_git;
pub use references::{Branch, Label, LabelKind, References, Tag, labels, references};
pub use repo::Repo;
pub use trees::{Entry, Files, TreeChange};
pub use walk::{CommitWalk, Found, Query, Step};
