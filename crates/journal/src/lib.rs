//! All-or-nothing writes to a working tree: recovery at start, undo.
//!
//! **Promises.** Whatever happens on the way — an error, a cancel, a kill, a power cut — a tree ends all as it was or all as it was to be, at the
//! latest at the next start ([`Journal::recover`]). Bytes that somebody else wrote meanwhile are never lost: where they stand in the way, what was
//! written is taken back around them. Everything stays beneath the tree's root: no symbolic link is followed, `.git` is never written. An undo
//! gives back bytes, permission bits, links and directories; it is a journal itself.
//!
//! **How.** Copies of what is there and of what shall be are objects before the intent is committed, so both sides of every file can be had at
//! any time. New contents are written beside their places, then exchanged with what is there in one step each; what was displaced is
//! looked at afterwards and goes back if it was not what was expected. Nothing is recorded on the way: recovery asks the disk, which shows each
//! file as one side, the other, or somebody else's. Going back is going forth with the sides turned round.
//!
//! **Not kept** across an overwrite: extended attributes and access control lists of a file that is replaced (one with several names or
//! another owner is written in place and keeps them). A hard link that a journal removed comes back as a file of its own.
//!
//! The journal knows no table but its own, and names trees by a `scope` that is the caller's.

mod disk;
mod error;
mod journal;
mod look;
mod path;
mod plan;
mod preflight;
mod proposal;
mod real;
mod rows;
mod settle;
mod work;

pub use disk::{Disk, Kind, Root, Stat};
pub use error::JournalError;
pub use journal::{Applied, Intent, Journal, KEPT, Phase, Recovered, RecoveredTo, Report};
pub use path::{RelPath, TEMPORARY_PREFIX, TEMPORARY_SUFFIX, is_temporary};
pub use preflight::Prepared;
pub use proposal::{Change, Content, Edit, New, Proposal, State, edited};
pub use real::RealDisk;
pub use rows::{JournalEntry, JournalProblem, JournalStatus};
