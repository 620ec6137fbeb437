//! Projects and the git facts about them.
//!
//! A project is a folder somebody owns in Lectern. Everything here asks for the owner; an id alone opens nothing.

mod clone;
mod folder;
mod head;
mod project;
mod repository;
mod rows;
mod trust;
mod trust_rows;

pub use clone::{CloneError, ClonePhase, CloneProgress, CloneRequest, clone_repository, remove_abandoned_clones, source_name};
pub use folder::{Folder, FolderError, GitFacts, git_facts, inspect_folder};
pub use head::{HeadFile, head_file};
pub use project::{ProjectError, Projects};
pub use repository::{open_repository, open_repository_at};
pub use rows::{Project, ProjectId, Retention};
pub use trust::{TrustGrant, TrustKind};
