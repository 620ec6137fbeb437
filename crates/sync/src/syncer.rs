//! Runs syncs: from a PENDING row to a version, or to a FAILED row that says why.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, atomic::AtomicBool},
};

use lectern_objects::{ObjectHash, Objects};
use lectern_store::{
    BootId, Clock, Store, is_alive, new_id,
    rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, params},
};

use crate::{
    Progress, RepoPath, SyncError,
    cache::{CACHE_FORMAT, Cache},
    diff::{Change, DiffCounts, compare},
    manifest::{Keeps, ManifestData, Node},
    progress::Reporter,
    rows::{
        CACHE, CLAIM_SYNC, FAIL_SYNC, FAIL_UNFINISHED, FINISH_SYNC, INSERT_MANIFEST, INSERT_NODE, INSERT_SYNC, Manifest, RepoSyncId,
        SAVE_CACHE, SyncStats, Trigger, UNFINISHED_SYNCS,
    },
    snapshot::{Snapshot, Taking},
    version::{latest, load},
};

/// Names the language of a file by the file's name, for the statistics of a version.
pub type LanguageOf = fn(&str) -> Option<&'static str>;

/// How syncs are run.
#[derive(Debug, Clone, Copy, Default)]
pub struct SyncOptions {
    /// Up to which size contents are kept. Default: text up to 1 MiB, no binaries.
    pub keeps: Keeps,
}

/// What a successful sync ended at.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The sync.
    pub sync_id: RepoSyncId,
    /// The version's row.
    pub manifest_id: String,
    /// The version; an older one when nothing changed.
    pub version: u32,
    /// Whether this sync made it.
    pub is_new: bool,
    /// The version's hash.
    pub manifest_hash: ObjectHash,
    /// What was found.
    pub stats: SyncStats,
}

/// A sync that a process left behind when it died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// The row, now FAILED.
    pub sync_id: RepoSyncId,
    /// Whose sync it was.
    pub project_id: String,
}

/// Runs the syncs of one process. One for all projects; any thread may use it.
pub struct Syncer {
    store: Arc<Store>,
    objects: Arc<Objects>,
    clock: Arc<dyn Clock>,
    boot: BootId,
    run_dir: PathBuf,
    language_of: LanguageOf,
    options: SyncOptions,
    /// What this process works on or is about to: rows of ours that are not here were left by a failed write.
    ours: Mutex<HashSet<RepoSyncId>>,
}

/// A row that was claimed; the fence of every later write to it.
struct Claim<'a> {
    id: &'a RepoSyncId,
    project_id: String,
    attempt: u32,
}

impl Syncer {
    /// For the process whose proof of life is `boot` in `run_dir`.
    pub fn new(
        store: Arc<Store>,
        objects: Arc<Objects>,
        clock: Arc<dyn Clock>,
        boot: BootId,
        run_dir: PathBuf,
        language_of: LanguageOf,
    ) -> Self {
        Self { store, objects, clock, boot, run_dir, language_of, options: SyncOptions::default(), ours: Mutex::default() }
    }

    /// With other options than the defaults.
    #[must_use]
    pub fn with_options(mut self, options: SyncOptions) -> Self {
        self.options = options;
        self
    }

    /// Inserts a PENDING row. Rows that dead processes left behind are closed first, so that none of them is in the way.
    ///
    /// # Errors
    /// The database's, also when there is no such project.
    pub fn request(&self, project_id: &str, trigger: Trigger) -> Result<RepoSyncId, SyncError> {
        let id = RepoSyncId::new(new_id(&*self.clock));
        // Before looking for leftovers, so that another thread's look doesn't take this row for one.
        self.lock_ours().insert(id.clone());
        let ours = self.lock_ours().clone();
        let leftover = |boot: &str, sync: &RepoSyncId| {
            if boot == self.boot.as_str() { !ours.contains(sync) } else { !is_alive(&self.run_dir, boot) }
        };
        let inserted = close_leftovers(&self.store, &*self.clock, leftover).and_then(|_| {
            self.store.write(|transaction| {
                let values = params![id.as_str(), project_id, trigger, self.boot.as_str(), self.clock.now()];
                Ok(transaction.execute(INSERT_SYNC, values)?)
            })
        });
        match inserted {
            Ok(_) => Ok(id),
            Err(error) => {
                self.lock_ours().remove(&id);
                Err(error)
            }
        }
    }

    /// Runs a PENDING sync of the project in `folder` to its end, whatever it is: the row is SUCCESS or FAILED afterwards. `cancel` is noticed
    /// within moments, also in the middle of a huge file; `progress` is called from several threads, at most 20 times a second and at the
    /// start of each phase.
    ///
    /// # Errors
    /// [`SyncError::AlreadyRunning`] when another sync of the project runs, [`SyncError::NotPending`]; otherwise what the row says too.
    pub fn run(
        &self,
        id: &RepoSyncId,
        folder: &Path,
        cancel: &AtomicBool,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Outcome, SyncError> {
        self.lock_ours().insert(id.clone());
        let result = self.claim(id).and_then(|claim| {
            // A parser or a library that panics fails this sync, not the process.
            let result = catch_unwind(AssertUnwindSafe(|| self.perform(&claim, folder, cancel, progress)))
                .unwrap_or_else(|panic| Err(SyncError::Internal(panic_message(&*panic))));
            if let Err(error) = &result {
                self.fail(&claim, error);
            }
            result
        });
        self.lock_ours().remove(id);
        result
    }

    fn claim<'a>(&self, id: &'a RepoSyncId) -> Result<Claim<'a>, SyncError> {
        let claimed = self.store.write(|transaction| {
            let values = params![id.as_str(), self.boot.as_str(), self.clock.now()];
            transaction.query_row(CLAIM_SYNC, values, |row| Ok((row.get(0)?, row.get(1)?))).optional()
        });
        match claimed {
            Ok(Some((project_id, attempt))) => Ok(Claim { id, project_id, attempt }),
            Ok(None) => Err(SyncError::NotPending),
            // The unique index on running syncs of a project.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                let busy = SyncError::AlreadyRunning;
                self.store.write(|transaction| {
                    transaction.execute(FAIL_UNFINISHED, params![id.as_str(), busy.code(), busy.to_string(), self.clock.now()])
                })?;
                Err(busy)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn perform(
        &self,
        claim: &Claim<'_>,
        folder: &Path,
        cancel: &AtomicBool,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Outcome, SyncError> {
        let started = std::time::Instant::now();
        let reporter = Reporter::new(progress);
        let snapshot = Taking {
            folder,
            cache: self.store.read(|connection| read_cache(connection, &claim.project_id))?,
            keeps: self.options.keeps,
            objects: Some(&self.objects),
            language_of: &self.language_of,
            cancel,
            reporter: &reporter,
        }
        .take()?;
        let before = self.store.read(|connection| latest(connection, &claim.project_id))?;
        let changes = self.store.read(|connection| differences(connection, before.as_ref(), &snapshot))?;
        if cancel.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(SyncError::Cancelled);
        }
        let counts = DiffCounts::of(&changes);
        let mut stats = SyncStats {
            format: 1,
            files: snapshot.tree.files,
            bytes: snapshot.tree.bytes,
            added: counts.added,
            changed: counts.changed,
            removed: counts.removed,
            unchanged: snapshot.tree.files - counts.added - counts.changed,
            duration_ms: 0,
            warnings: snapshot.warnings.clone(),
            warnings_total: snapshot.warnings_total,
        };
        let cache = snapshot.cache.as_ref().map(Cache::encode);
        self.store.write(|transaction| {
            let (manifest_id, version, manifest_hash, is_new) = match before {
                Some(before) if before.data.root == snapshot.tree.root => (before.id, before.version, before.hash, false),
                before => self.insert_version(transaction, claim, before.as_ref(), snapshot)?,
            };
            if let Some(cache) = cache {
                transaction.execute(SAVE_CACHE, params![claim.project_id, CACHE_FORMAT, self.clock.now(), cache])?;
            }
            stats.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            let json = serde_json::to_string(&stats).map_err(|error| SyncError::Internal(error.to_string()))?;
            let fence = params![claim.id.as_str(), self.boot.as_str(), claim.attempt, manifest_id, json, self.clock.now()];
            if transaction.execute(FINISH_SYNC, fence)? != 1 {
                return Err(SyncError::Superseded);
            }
            Ok(Outcome { sync_id: claim.id.clone(), manifest_id, version, is_new, manifest_hash, stats })
        })
    }

    fn insert_version(
        &self,
        transaction: &Transaction<'_>,
        claim: &Claim<'_>,
        before: Option<&Manifest>,
        snapshot: Snapshot,
    ) -> Result<(String, u32, ObjectHash, bool), SyncError> {
        let Snapshot { tree, git, languages, .. } = snapshot;
        {
            // In the order of their hashes, which is the order of the index.
            let mut insert = transaction.prepare_cached(INSERT_NODE)?;
            for (hash, entries) in &tree.nodes {
                insert.execute(params![hash.to_string(), entries])?;
            }
        }
        let data = ManifestData {
            entries: tree.entries,
            root: tree.root,
            files: tree.files,
            bytes: tree.bytes,
            languages,
            git,
            keeps: self.options.keeps,
        }
        .to_json();
        let hash = ObjectHash::of(data.as_bytes());
        let id = new_id(&*self.clock);
        let version = before.map_or(1, |before| before.version + 1);
        transaction.execute(INSERT_MANIFEST, params![id, claim.project_id, version, self.clock.now(), data, hash.to_string()])?;
        Ok((id, version, hash, true))
    }

    fn fail(&self, claim: &Claim<'_>, error: &SyncError) {
        // When even this can't be written, the row is closed by the next request or the next start.
        let _ = self.store.write(|transaction| {
            let fence = params![claim.id.as_str(), self.boot.as_str(), claim.attempt, error.code(), error.to_string(), self.clock.now()];
            transaction.execute(FAIL_SYNC, fence)
        });
    }

    pub(crate) fn cached(&self, project_id: &str) -> Result<Option<Cache>, SyncError> {
        self.store.read(|connection| read_cache(connection, project_id))
    }

    fn lock_ours(&self) -> std::sync::MutexGuard<'_, HashSet<RepoSyncId>> {
        self.ours.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Closes the syncs of processes that are gone: FAILED with the code INTERRUPTED. Call it at every start, before the first sync.
///
/// # Errors
/// The database's.
pub fn recover_orphans(store: &Store, run_dir: &Path, clock: &dyn Clock) -> Result<Vec<Orphan>, SyncError> {
    close_leftovers(store, clock, |boot, _| !is_alive(run_dir, boot))
}

fn close_leftovers(store: &Store, clock: &dyn Clock, is_leftover: impl Fn(&str, &RepoSyncId) -> bool) -> Result<Vec<Orphan>, SyncError> {
    let unfinished: Vec<(RepoSyncId, String, String, String)> = store.read(|connection| {
        let mut statement = connection.prepare_cached(UNFINISHED_SYNCS)?;
        let rows = statement.query_map([], |row| Ok((RepoSyncId::new(row.get::<_, String>(0)?), row.get(1)?, row.get(2)?, row.get(3)?)))?;
        rows.collect::<Result<_, lectern_store::rusqlite::Error>>()
    })?;
    let leftovers: Vec<_> = unfinished.into_iter().filter(|(id, _, boot, _)| is_leftover(boot, id)).collect();
    if leftovers.is_empty() {
        return Ok(Vec::new());
    }
    store.write(|transaction| {
        let mut orphans = Vec::new();
        for (sync_id, project_id, _, status) in leftovers {
            let message = if status == "RUNNING" {
                "Lectern stopped in the middle of this sync. Nothing was lost; sync again."
            } else {
                "Lectern stopped before this sync began. Nothing was lost; sync again."
            };
            if transaction.execute(FAIL_UNFINISHED, params![sync_id.as_str(), "INTERRUPTED", message, clock.now()])? == 1 {
                orphans.push(Orphan { sync_id, project_id });
            }
        }
        Ok(orphans)
    })
}

/// How the folder differs from the latest version, in the order of [`RepoPath`], without writing anything. `None` before the first version.
/// Files whose stat differs from the last scan's are read to find out.
///
/// # Errors
/// As [`Syncer::run`] when the folder can't be read or `cancel` is set.
pub fn changed_paths(
    store: &Store,
    project_id: &str,
    folder: &Path,
    cancel: &AtomicBool,
) -> Result<Option<Vec<(RepoPath, Change)>>, SyncError> {
    let (before, cache) =
        store.read(|connection| Ok::<_, SyncError>((latest(connection, project_id)?, read_cache(connection, project_id)?)))?;
    let Some(before) = before else { return Ok(None) };
    let reporter = Reporter::new(&|_| {});
    let keeps = before.data.keeps;
    let taking = Taking { folder, cache, keeps, objects: None, language_of: &|_| None, cancel, reporter: &reporter };
    let snapshot =
        catch_unwind(AssertUnwindSafe(|| taking.take())).unwrap_or_else(|panic| Err(SyncError::Internal(panic_message(&*panic))))?;
    store.read(|connection| differences(connection, Some(&before), &snapshot)).map(Some)
}

fn read_cache(connection: &Connection, project_id: &str) -> Result<Option<Cache>, SyncError> {
    let bytes: Option<Vec<u8>> =
        connection.prepare_cached(CACHE)?.query_row(params![project_id, CACHE_FORMAT], |row| row.get(0)).optional()?;
    Ok(bytes.and_then(|bytes| Cache::decode(&bytes)))
}

fn differences(connection: &Connection, before: Option<&Manifest>, snapshot: &Snapshot) -> Result<Vec<(RepoPath, Change)>, SyncError> {
    let nothing = Node::Entries(Vec::new());
    let old = before.map_or(&nothing, |manifest| &manifest.data.entries);
    let load_new = |hash: &ObjectHash| {
        let json = snapshot.tree.nodes.get(hash).ok_or_else(|| SyncError::Internal(format!("the node {hash} was not built")))?;
        Node::from_json(json).map_err(|error| SyncError::Internal(error.to_string()))
    };
    compare(old, &snapshot.tree.entries, &|hash| load(connection, hash), &load_new)
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("an unexpected panic").to_owned()
}
