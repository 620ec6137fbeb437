//! Tells which directories of a folder changed, and when it is a good moment to look.
//!
//! **Promises.** Nothing is written into the watched folder, and nothing of it is read. A change in a directory that is watched is reported, or
//! [`Dirty::everything`] is: events that the system lost, a question it did not answer in time, and a watch that may look at the wrong place all
//! end in that. A directory that is watched anew is reported once, so what happened in it before is looked at too.
//!
//! Linux has a watch per directory, so what is ignored costs nothing. macOS and Windows have one for the whole folder and a filter; that part is
//! written for them and untested.

mod backend;
mod dirty;
mod pace;
mod place;
mod seen;
mod watcher;

pub use backend::{Backend, Signal, Sink, WatchError, What};
pub use dirty::{Dirty, Pending};
pub use pace::{Busy, Decision, Pace};
pub use place::{FileSystem, GitPlaces, Identity, file_system, watch_limit};
pub use watcher::{Coverage, Places, Watcher};
