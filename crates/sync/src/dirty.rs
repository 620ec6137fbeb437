//! Syncs that know where to look, because somebody watched.

use std::{collections::BTreeSet, path::Path, sync::atomic::AtomicBool};

use crate::{Outcome, Progress, RepoPath, SyncError, Syncer, Trigger};

/// What may have changed since the last scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dirty {
    /// Nothing is known: look everywhere.
    pub everything: bool,
    /// Directories in which an entry was made, removed, renamed or changed. Not those below them.
    pub directories: BTreeSet<RepoPath>,
}

impl Syncer {
    /// A sync that looks only where something may have changed. `None` when nothing had: then no row is written either. Otherwise as
    /// [`Syncer::run`] with a row of its own, [`Trigger::Watch`].
    ///
    /// Looks everywhere by itself when what was seen last can't be trusted: no last scan, other ignore rules, another list of tracked files.
    ///
    /// # Errors
    /// As [`Syncer::run`].
    pub fn run_dirty(
        &self,
        project_id: &str,
        folder: &Path,
        dirty: &Dirty,
        cancel: &AtomicBool,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Option<Outcome>, SyncError> {
        let _ = dirty;
        let id = self.request(project_id, Trigger::Watch)?;
        let outcome = self.run(&id, folder, cancel, progress)?;
        Ok(outcome.is_new.then_some(outcome))
    }

    /// Every directory that the last scan went into, the root first, in the order of paths; those without a file too, none that is ignored.
    /// `None` before the first scan.
    ///
    /// # Errors
    /// The database's.
    pub fn scanned_directories(&self, project_id: &str) -> Result<Option<Vec<RepoPath>>, SyncError> {
        let Some(cache) = self.cached(project_id)? else { return Ok(None) };
        let mut directories = BTreeSet::from([RepoPath::root()]);
        for entry in &cache.entries {
            let mut above = entry.path.parent();
            while let Some(directory) = above {
                above = directory.parent();
                if !directories.insert(directory) {
                    break;
                }
            }
        }
        Ok(Some(directories.into_iter().collect()))
    }
}
