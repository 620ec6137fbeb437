//! What a project is made of: dependency manifests and entry points.
//!
//! Text in, facts out: no file is opened and no project known. Nothing is evaluated: of a manifest that is a program (Gradle, a Gemfile) only what
//! is written plainly is read. Hostile text costs bounded time and ends in [`Manifest::problem`].

mod entries;
mod json;
mod kind;
mod lines;
mod manifest;
mod tables;
mod xml;

pub use entries::{Candidate, EntryPoint, Function, candidate, entry_point};
pub use kind::{Kind, kind_of};
pub use manifest::{Dependency, Manifest, Named, read_manifest};
