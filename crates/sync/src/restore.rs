//! What putting a folder back as it was in a version would change.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::atomic::AtomicBool,
    time::Instant,
};

use lectern_store::Store;

use crate::{
    Difference, Outcome, Progress, RepoPath, SyncError, Syncer, Trigger, diff::differences, manifest::Content, progress::Reporter,
    rows::Manifest, syncer::panic_message,
};

/// A file or link that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreChange {
    /// Where.
    pub path: RepoPath,
    /// What is there now; `None` for nothing. A file or a symlink.
    pub now: Option<Content>,
    /// What was there then; `None` for nothing. A file or a symlink.
    pub then: Option<Content>,
}

/// What differs between a folder and a version, as far as it was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restorable {
    /// In the order of paths.
    pub changes: Vec<RestoreChange>,
    /// Other repositories inside this one, and files in the place of one, that differ: they are left alone.
    pub submodules: Vec<RepoPath>,
}

impl Restorable {
    /// From what stands at each path that differs, now and then. No `paths` means everything; a folder means all in it.
    fn of(found: impl IntoIterator<Item = (RepoPath, Option<Content>, Option<Content>)>, paths: &[RepoPath]) -> Self {
        let asked = |path: &RepoPath| paths.is_empty() || paths.iter().any(|folder| path.is_within(folder));
        let found: Vec<_> = found.into_iter().filter(|(path, now, then)| now != then && asked(path)).collect();
        let is_submodule = |content: &Option<Content>| matches!(content, Some(Content::Submodule { .. }));
        let repositories: BTreeSet<RepoPath> =
            found.iter().filter(|(_, now, then)| is_submodule(now) || is_submodule(then)).map(|(path, ..)| path.clone()).collect();
        let within_one =
            |path: &RepoPath| std::iter::successors(Some(path.clone()), RepoPath::parent).any(|above| repositories.contains(&above));
        let (left, changes): (Vec<_>, Vec<_>) = found.into_iter().partition(|(path, ..)| within_one(path));
        Self {
            changes: changes.into_iter().map(|(path, now, then)| RestoreChange { path, now, then }).collect(),
            submodules: left.into_iter().map(|(path, ..)| path).collect(),
        }
    }
}

/// What putting the folder back to `then` would change, when the folder is as in the version `now`.
///
/// # Errors
/// [`SyncError::Damaged`] when a node is missing or broken.
pub fn restorable(store: &Store, now: &Manifest, then: &Manifest, paths: &[RepoPath]) -> Result<Restorable, SyncError> {
    let found = differences(store, Some(now), Some(then))?;
    Ok(Restorable::of(found.into_iter().map(|difference| (difference.path, difference.old, difference.new)), paths))
}

impl Syncer {
    /// As [`restorable`], for the folder as it is, without writing anything. With whether the folder differs from the latest version at all,
    /// which it does before the first one.
    ///
    /// # Errors
    /// As [`Syncer::run`] when the folder can't be read or `cancel` is set.
    pub fn restorable_from_folder(
        &self,
        store: &Store,
        folder: &Path,
        then: &Manifest,
        paths: &[RepoPath],
        cancel: &AtomicBool,
    ) -> Result<(bool, Restorable), SyncError> {
        let Some((latest, in_folder)) = self.differences_from_latest(&then.project_id, folder, cancel)? else {
            return Ok((true, Restorable::default()));
        };
        let changed = !in_folder.is_empty();
        let mut found: BTreeMap<RepoPath, (Option<Content>, Option<Content>)> = BTreeMap::new();
        for Difference { path, old, new, .. } in differences(store, Some(&latest), Some(then))? {
            found.insert(path, (old, new));
        }
        for Difference { path, old, new, .. } in in_folder {
            // Where the versions agree, the older one had what the latest has.
            let then = found.get(&path).map_or(old, |(_, then)| then.clone());
            found.insert(path, (new, then));
        }
        Ok((changed, Restorable::of(found.into_iter().map(|(path, (now, then))| (path, now, then)), paths)))
    }

    /// Runs `work`, which writes to the folder, then syncs. No other sync of the project, of another process either, runs meanwhile, so that no
    /// version holds half of the work. The sync is done whatever `work` gives; how it ended comes second.
    ///
    /// # Errors
    /// [`SyncError::AlreadyRunning`] when another sync runs, and the database's: `work` was not run then.
    pub fn run_after<T>(
        &self,
        project_id: &str,
        folder: &Path,
        progress: &(dyn Fn(Progress) + Sync),
        work: impl FnOnce() -> T,
    ) -> Result<(T, Result<Outcome, SyncError>), SyncError> {
        let id = self.request(project_id, Trigger::Manual)?;
        let result = self.claim(&id).map(|claim| {
            let done = work();
            let started = Instant::now();
            let reporter = Reporter::new(progress);
            // A library that panics fails this sync, not what was done before it.
            let synced = catch_unwind(AssertUnwindSafe(|| {
                let taken = self.take(project_id, folder, None, &AtomicBool::new(false), &reporter)?;
                self.commit(&claim, taken, started)
            }))
            .unwrap_or_else(|panic| Err(SyncError::Internal(panic_message(&*panic))));
            if let Err(error) = &synced {
                self.fail(&claim, error);
            }
            (done, synced)
        });
        self.lock_ours().remove(&id);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lectern_objects::ObjectHash;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).expect("a path")
    }

    fn file(text: &str) -> Option<Content> {
        Some(Content::File { hash: ObjectHash::of(text.as_bytes()), size: text.len() as u64, executable: false, binary: false })
    }

    #[test]
    fn only_what_was_asked_for_is_restored_and_a_folder_is_all_in_it() {
        let found = || {
            [
                (path("a"), file("1"), None),
                (path("a.b"), None, file("1")),
                (path("d/e/f"), file("1"), file("2")),
                (path("g"), file("1"), file("1")),
            ]
        };
        let names =
            |paths: &[RepoPath]| Restorable::of(found(), paths).changes.into_iter().map(|change| change.path.key()).collect::<Vec<_>>();
        assert_eq!(names(&[]), ["a", "a.b", "d/e/f"], "what is the same is no change");
        assert_eq!(names(&[path("a")]), ["a"]);
        assert_eq!(names(&[path("d"), path("g")]), ["d/e/f"]);
    }

    #[test]
    fn other_repositories_are_left_alone_and_so_is_what_stands_in_their_place() {
        let module = || Some(Content::Submodule { commit: None });
        let found = [(path("sub"), module(), None), (path("sub/a"), None, file("1")), (path("submarine"), None, file("1"))];
        let restorable = Restorable::of(found, &[]);
        assert_eq!(restorable.submodules, [path("sub"), path("sub/a")]);
        assert_eq!(restorable.changes.len(), 1);
    }
}
