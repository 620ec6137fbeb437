//! Scans a folder into verified versions: repo_syncs, project_manifests, manifest_nodes.
//!
//! **Promises.** Nothing of a project is ever executed, and nothing outside its folder is read for it. A version is committed whole, after the
//! contents it names, or not at all; whatever kills the process, the last version stays as it was. Which files are in is what
//! `git ls-files --cached --others --exclude-standard` says, less the ones that aren't on the disk. Looking never writes into the project.

mod build;
mod collect;
mod diff;
mod dirty;
mod disk;
mod error;
mod export;
mod export_archive;
mod export_folder;
mod export_scratch;
mod git;
mod healing;
mod history;
mod ignored;
pub mod manifest;
mod memory;
mod path;
mod progress;
mod read;
mod renames;
mod restore;
mod retention;
mod rows;
mod rules;
mod scan;
mod snapshot;
mod syncer;
mod tree;
mod verify;
mod version;
mod version_rows;
mod warnings;

pub use collect::{Collected, Collection, DataSpace, ProjectSpace, data_space, project_space, share};
pub use diff::{Change, DiffCounts, Difference, DifferenceKind, diff, diff_counts, differences, differences_to_tree};
pub use dirty::Dirty;
pub use error::SyncError;
pub use export::{Export, ExportError, ExportFormat, Exported, FromFolder, LeftOut, LeftOutReason};
pub use healing::{folder_tree, heal_nodes};
pub use history::History;
pub use ignored::Ignored;
pub use manifest::{Content, Entry, Keeps, ManifestData};
pub use path::{InvalidPath, RepoPath};
pub use progress::{Phase, Progress};
pub use renames::{ContentsOf, DiffSide, LARGEST_CANDIDATE, MOST_CANDIDATES, find_renames};
pub use restore::{Restorable, RestoreChange, restorable};
pub use retention::{thin, thin_project, thinnable};
pub use rows::{Manifest, RepoSync, RepoSyncId, SyncStats, SyncStatus, Trigger};
pub use syncer::{LanguageOf, Orphan, Outcome, SyncOptions, Syncer, recover_orphans};
pub use tree::Tree;
pub use verify::{NAMED_PROBLEMS, Problem, ProblemKind, Verification, verify, verify_all, verify_version};
pub use version::{
    Timeline, describe_changes, is_running, last_sync, latest_before, latest_manifest, list_dir, lookup, manifest as manifest_of,
    manifest_by_id, manifests, pinned_count, repo_sync, set_label, set_pinned, set_verified, timeline, version_numbers, walk,
};
pub use version_rows::{VersionChanges, VersionRow};
