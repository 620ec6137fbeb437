//! Syncs that know where to look, because somebody watched.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::atomic::AtomicBool,
    time::Instant,
};

use lectern_store::new_id;

use crate::{
    Outcome, Progress, RepoPath, RepoSyncId, SyncError, Syncer, Trigger,
    memory::{Held, Record},
    progress::Reporter,
    syncer::{Claim, panic_message},
};

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
    /// As [`Syncer::run`]; [`SyncError::AlreadyRunning`] and [`SyncError::Superseded`] without a row: look again.
    pub fn run_dirty(
        &self,
        project_id: &str,
        folder: &Path,
        dirty: &Dirty,
        cancel: &AtomicBool,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Option<Outcome>, SyncError> {
        let started = Instant::now();
        let reporter = Reporter::new(progress);
        let taken = catch_unwind(AssertUnwindSafe(|| self.take(project_id, folder, Some(dirty), cancel, &reporter)))
            .unwrap_or_else(|panic| Err(SyncError::Internal(panic_message(&*panic))));
        if let Ok(taken) = &taken
            && taken.is_unchanged()
        {
            self.remember(project_id, taken.memory.as_ref(), &taken.snapshot);
            return Ok(None);
        }
        let id = RepoSyncId::new(new_id(&*self.clock));
        let claim = Claim { id: &id, project_id: project_id.to_owned(), attempt: 1, trigger: Trigger::Watch, at_once: true };
        self.lock_ours().insert(id.clone());
        let result = taken.and_then(|taken| self.commit(&claim, taken, started));
        self.lock_ours().remove(&id);
        match result {
            Err(error) if !matches!(error, SyncError::AlreadyRunning | SyncError::Superseded) => {
                self.record_failure(project_id, &error)?;
                Err(error)
            }
            result => result.map(Some),
        }
    }

    /// A failure that the user is to see has a row, too.
    fn record_failure(&self, project_id: &str, error: &SyncError) -> Result<(), SyncError> {
        let id = self.request(project_id, Trigger::Watch)?;
        if let Ok(claim) = self.claim(&id) {
            self.fail(&claim, error);
        }
        self.lock_ours().remove(&id);
        Ok(())
    }

    /// Every directory in which a change matters: the ones that the last scan went into, those without a file too, none that is ignored; and of
    /// each submodule its folder and where git keeps what is checked out there. In the order of paths. `None` before the first scan, or when
    /// what it saw is lost.
    pub fn directories_to_watch(&self, project_id: &str, folder: &Path) -> Option<Vec<RepoPath>> {
        let memory = self.memory(project_id)?;
        let mut found = Vec::new();
        for submodule in &memory.head().submodules {
            let git_dir = submodule_git_dir(folder, submodule);
            let heads = git_dir.as_ref().and_then(|dir| Some(dir.join(b"refs").ok()?.child(b"heads")));
            let places = [Some(submodule.clone()), git_dir, heads].into_iter().flatten();
            found.extend(places.filter(|path| path.below(folder).is_dir()));
        }
        let mut pending = vec![(RepoPath::root(), memory.head().root.place)];
        while let Some((path, place)) = pending.pop() {
            let bytes = memory.read(place)?;
            for item in Record::read(&bytes)?.items() {
                if let Held::Directory(branch) = item.held {
                    pending.push((path.child(item.name), branch.place));
                }
            }
            found.push(path);
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }
}

/// Where git keeps what is checked out in a submodule, when that is inside the project's folder.
fn submodule_git_dir(folder: &Path, submodule: &RepoPath) -> Option<RepoPath> {
    let git = submodule.child(b".git");
    let on_disk = git.below(folder);
    if on_disk.is_dir() {
        return Some(git);
    }
    let text = std::fs::read(&on_disk).ok().filter(|text| text.len() < 4096)?;
    let target = text.strip_prefix(b"gitdir: ")?.trim_ascii_end();
    let target = std::fs::canonicalize(submodule.below(folder).join(std::str::from_utf8(target).ok()?)).ok()?;
    RepoPath::new(target.strip_prefix(std::fs::canonicalize(folder).ok()?).ok()?.as_os_str().as_encoded_bytes()).ok()
}
