//! What a project is made of: dependency manifests, entry points and ways to run it.
//!
//! Text in, facts out: no file is opened and no project known. Nothing is evaluated: of a manifest that is a program (Gradle, a Gemfile) only what
//! is written plainly is read. Hostile text costs bounded time and ends in [`Manifest::problem`].

mod dev_servers;
mod entries;
mod json;
mod kind;
mod lines;
mod manifest;
mod tables;
mod xml;

pub use dev_servers::{Certainty, Command, Folder, Found, MOST_COMMANDS, Unreadable, defining_files, dev_servers, read_shown, shown};
pub use entries::{Candidate, EntryPoint, Function, candidate, entry_point};
pub use kind::{Kind, kind_of};
pub use manifest::{Dependency, Manifest, Named, read_manifest};
