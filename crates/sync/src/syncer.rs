//! Runs syncs: from a PENDING row to a version, or to a FAILED row that says why.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, atomic::AtomicBool},
    time::Instant,
};

use lectern_objects::{ObjectHash, Objects};
use lectern_store::{
    BootId, Clock, Store, is_alive, new_id,
    rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, params},
};

use crate::{
    Progress, RepoPath, SyncError, VersionChanges, collect,
    diff::{self, Change, DiffCounts, Difference, compare},
    dirty::Dirty,
    manifest::{Keeps, ManifestData, Node},
    memory::Memory,
    progress::Reporter,
    rows::{
        CLAIM_SYNC, FAIL_SYNC, FAIL_UNFINISHED, FINISH_SYNC, INSERT_MANIFEST, INSERT_NODE, INSERT_SYNC, Manifest, RepoSyncId, SyncStats,
        Trigger, UNFINISHED_SYNCS,
    },
    snapshot::{Snapshot, Taking},
    version::{latest, load},
};

/// Names the language of a file by the file's name, for the statistics of a version.
pub type LanguageOf = fn(&str) -> Option<&'static str>;

/// How syncs are run.
#[derive(Debug, Clone, Copy, Default)]
pub struct SyncOptions {
    /// Up to which size contents are kept. Default: text up to 1 MiB, other files up to 256 KiB.
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
    pub(crate) clock: Arc<dyn Clock>,
    boot: BootId,
    run_dir: PathBuf,
    scans: PathBuf,
    language_of: LanguageOf,
    options: SyncOptions,
    /// What this process works on or is about to: rows of ours that are not here were left by a failed write.
    ours: Mutex<HashSet<RepoSyncId>>,
}

/// A row that was claimed; the fence of every later write to it.
pub(crate) struct Claim<'a> {
    pub id: &'a RepoSyncId,
    pub project_id: String,
    pub attempt: u32,
    pub trigger: Trigger,
    /// The row is written with the version, in one transaction: everything else was done before.
    pub at_once: bool,
}

/// A folder that was taken in, and what it is to be compared with.
pub(crate) struct Taken {
    pub snapshot: Snapshot,
    /// The latest version.
    pub before: Option<Manifest>,
    pub memory: Option<Memory>,
    /// Until the version is committed, no collection may take its contents for garbage.
    _shared: std::fs::File,
}

impl Taken {
    /// Whether the folder is as in the latest version.
    pub fn is_unchanged(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.data.root == self.snapshot.root)
    }
}

impl Syncer {
    /// For the process whose proof of life is `boot` in `run_dir`. What scans saw is remembered in the folder `scans`, which is made when needed.
    pub fn new(
        store: Arc<Store>,
        objects: Arc<Objects>,
        clock: Arc<dyn Clock>,
        boot: BootId,
        run_dir: PathBuf,
        scans: PathBuf,
        language_of: LanguageOf,
    ) -> Self {
        Self { store, objects, clock, boot, run_dir, scans, language_of, options: SyncOptions::default(), ours: Mutex::default() }
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
    /// within moments, also in the middle of a huge file; `progress` is called from several threads, at most ten times a second and at the
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

    pub(crate) fn claim<'a>(&self, id: &'a RepoSyncId) -> Result<Claim<'a>, SyncError> {
        let claimed = self.store.write(|transaction| {
            let values = params![id.as_str(), self.boot.as_str(), self.clock.now()];
            transaction.query_row(CLAIM_SYNC, values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()
        });
        match claimed {
            Ok(Some((project_id, attempt, trigger))) => Ok(Claim { id, project_id, attempt, trigger, at_once: false }),
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
        let started = Instant::now();
        let reporter = Reporter::new(progress);
        let taken = self.take(&claim.project_id, folder, None, cancel, &reporter)?;
        self.commit(claim, taken, started)
    }

    /// Takes the folder in, contents and all, without a word in the database.
    pub(crate) fn take(
        &self,
        project_id: &str,
        folder: &Path,
        dirty: Option<&Dirty>,
        cancel: &AtomicBool,
        reporter: &Reporter<'_>,
    ) -> Result<Taken, SyncError> {
        let shared = collect::share(&self.run_dir).map_err(|error| SyncError::Internal(format!("the collection's lock: {error}")))?;
        let before = self.store.read(|connection| latest(connection, project_id))?;
        let memory = self.memory(project_id);
        let snapshot = Taking {
            folder,
            memory: memory.as_ref(),
            latest: before.as_ref().map(|before| (before.data.root, before.data.keeps)),
            dirty,
            keeps: self.options.keeps,
            objects: Some(&self.objects),
            language_of: &self.language_of,
            cancel,
            reporter,
        }
        .take()?;
        Ok(Taken { snapshot, before, memory, _shared: shared })
    }

    /// Makes what was taken in the project's latest version, unless it is that already, and ends the sync.
    pub(crate) fn commit(&self, claim: &Claim<'_>, taken: Taken, started: Instant) -> Result<Outcome, SyncError> {
        let Taken { snapshot, before, memory, _shared } = taken;
        let changes = self.store.read(|connection| differences(connection, before.as_ref(), &snapshot))?;
        let counts = DiffCounts::of(&changes);
        let mut stats = SyncStats {
            format: 1,
            files: snapshot.files,
            bytes: snapshot.bytes,
            added: counts.added,
            changed: counts.changed,
            removed: counts.removed,
            unchanged: snapshot.files.saturating_sub(counts.added + counts.changed),
            duration_ms: 0,
            warnings: snapshot.warnings.clone(),
            warnings_total: snapshot.warnings_total,
        };
        let outcome = self.store.write(|transaction| {
            if claim.at_once {
                self.begin_at_once(transaction, claim, before.as_ref())?;
            }
            let (manifest_id, version, manifest_hash, is_new) = match &before {
                Some(before) if before.data.root == snapshot.root => (before.id.clone(), before.version, before.hash, false),
                before => self.insert_version(transaction, claim, before.as_ref(), &snapshot, &changes)?,
            };
            stats.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            let json = serde_json::to_string(&stats).map_err(|error| SyncError::Internal(error.to_string()))?;
            let fence = params![claim.id.as_str(), self.boot.as_str(), claim.attempt, manifest_id, json, self.clock.now()];
            if transaction.execute(FINISH_SYNC, fence)? != 1 {
                return Err(SyncError::Superseded);
            }
            Ok(Outcome { sync_id: claim.id.clone(), manifest_id, version, is_new, manifest_hash, stats })
        })?;
        self.remember(&claim.project_id, memory.as_ref(), &snapshot);
        Ok(outcome)
    }

    /// Writes the row of a sync that has everything but its version, unless somebody else was first.
    fn begin_at_once(&self, transaction: &Transaction<'_>, claim: &Claim<'_>, before: Option<&Manifest>) -> Result<(), SyncError> {
        let now = self.clock.now();
        transaction.execute(INSERT_SYNC, params![claim.id.as_str(), claim.project_id, claim.trigger, self.boot.as_str(), now])?;
        let claimed = transaction.query_row(CLAIM_SYNC, params![claim.id.as_str(), self.boot.as_str(), now], |_| Ok(()));
        match claimed {
            // The unique index on running syncs of a project.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => return Err(SyncError::AlreadyRunning),
            other => other?,
        }
        if latest(transaction, &claim.project_id)?.map(|found| found.id) == before.map(|before| before.id.clone()) {
            Ok(())
        } else {
            Err(SyncError::Superseded)
        }
    }

    /// Leaves to the next scan what this one saw. Only what the latest version is of may be remembered, and nothing is lost without.
    pub(crate) fn remember(&self, project_id: &str, memory: Option<&Memory>, snapshot: &Snapshot) {
        let Some(update) = &snapshot.update else { return };
        let path = self.memory_path(project_id);
        if std::fs::create_dir_all(&self.scans).and_then(|()| update.save(&path, memory)).is_err() {
            // A memory that can't be written is not to be believed either.
            let _ = std::fs::remove_file(path);
        }
    }

    /// What the last scan of a project saw.
    pub(crate) fn memory(&self, project_id: &str) -> Option<Memory> {
        Memory::open(&self.memory_path(project_id))
    }

    fn memory_path(&self, project_id: &str) -> PathBuf {
        // An id is a UUID; anything else must not become a path.
        let name: String = project_id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        self.scans.join(name)
    }

    /// Forgets what scans of a project saw; its next sync reads everything. For projects that are removed for good.
    pub fn forget(&self, project_id: &str) {
        let _ = std::fs::remove_file(self.memory_path(project_id));
    }

    /// How the folder differs from the latest version, in the order of [`RepoPath`], without writing anything. `None` before the first version.
    /// Files whose stat differs from the last scan's are read to find out.
    ///
    /// # Errors
    /// As [`Syncer::run`] when the folder can't be read or `cancel` is set.
    pub fn changed_paths(
        &self,
        project_id: &str,
        folder: &Path,
        cancel: &AtomicBool,
    ) -> Result<Option<Vec<(RepoPath, Change)>>, SyncError> {
        let Some((before, snapshot)) = self.look(project_id, folder, cancel)? else { return Ok(None) };
        self.store.read(|connection| differences(connection, Some(&before), &snapshot)).map(Some)
    }

    /// The same with what stood and stands at each path, beside the version it is compared with. Nothing is renamed yet: see
    /// [`crate::find_renames`].
    ///
    /// # Errors
    /// As [`Syncer::changed_paths`].
    pub fn differences_from_latest(
        &self,
        project_id: &str,
        folder: &Path,
        cancel: &AtomicBool,
    ) -> Result<Option<(Manifest, Vec<Difference>)>, SyncError> {
        let Some((before, snapshot)) = self.look(project_id, folder, cancel)? else { return Ok(None) };
        let found = match &snapshot.entries {
            Some(entries) if snapshot.root != before.data.root => self.store.read(|connection| {
                let load_old = |hash: &ObjectHash| load(connection, hash);
                diff::collect(&before.data.entries, entries, &load_old, &|hash| snapshot.load(connection, hash))
            })?,
            _ => Vec::new(),
        };
        Ok(Some((before, found)))
    }

    /// Takes the folder in without writing anything; with the latest version.
    fn look(&self, project_id: &str, folder: &Path, cancel: &AtomicBool) -> Result<Option<(Manifest, Snapshot)>, SyncError> {
        let Some(before) = self.store.read(|connection| latest(connection, project_id))? else { return Ok(None) };
        let memory = self.memory(project_id);
        let reporter = Reporter::new(&|_| {});
        let taking = Taking {
            folder,
            memory: memory.as_ref(),
            latest: Some((before.data.root, before.data.keeps)),
            dirty: None,
            keeps: before.data.keeps,
            objects: None,
            language_of: &|_| None,
            cancel,
            reporter: &reporter,
        };
        let snapshot =
            catch_unwind(AssertUnwindSafe(|| taking.take())).unwrap_or_else(|panic| Err(SyncError::Internal(panic_message(&*panic))))?;
        Ok(Some((before, snapshot)))
    }

    fn insert_version(
        &self,
        transaction: &Transaction<'_>,
        claim: &Claim<'_>,
        before: Option<&Manifest>,
        snapshot: &Snapshot,
        changes: &[(RepoPath, Change)],
    ) -> Result<(String, u32, ObjectHash, bool), SyncError> {
        let entries = snapshot.entries.clone().ok_or_else(|| SyncError::Internal("the root directory was not made".to_owned()))?;
        {
            // In the order of their hashes, which is the order of the index.
            let mut insert = transaction.prepare_cached(INSERT_NODE)?;
            for (hash, entries) in &snapshot.nodes {
                insert.execute(params![hash.to_string(), entries])?;
            }
        }
        let data = ManifestData {
            entries,
            root: snapshot.root,
            files: snapshot.files,
            bytes: snapshot.bytes,
            languages: snapshot.languages.clone(),
            git: snapshot.git.clone(),
            keeps: self.options.keeps,
        }
        .to_json();
        let hash = ObjectHash::of(data.as_bytes());
        let id = new_id(&*self.clock);
        let version = before.map_or(1, |before| before.version + 1);
        let changes = VersionChanges::of(changes).to_json();
        transaction.execute(
            INSERT_MANIFEST,
            params![id, claim.project_id, version, self.clock.now(), data, hash.to_string(), claim.trigger, changes],
        )?;
        Ok((id, version, hash, true))
    }

    pub(crate) fn fail(&self, claim: &Claim<'_>, error: &SyncError) {
        // When even this can't be written, the row is closed by the next request or the next start.
        let _ = self.store.write(|transaction| {
            let fence = params![claim.id.as_str(), self.boot.as_str(), claim.attempt, error.code(), error.to_string(), self.clock.now()];
            transaction.execute(FAIL_SYNC, fence)
        });
    }

    pub(crate) fn lock_ours(&self) -> std::sync::MutexGuard<'_, HashSet<RepoSyncId>> {
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

impl Snapshot {
    /// A node of the folder as it was taken in.
    fn load(&self, connection: &Connection, hash: &ObjectHash) -> Result<Node, SyncError> {
        match self.nodes.get(hash) {
            Some(json) => Node::from_json(json).map_err(|error| SyncError::Internal(error.to_string())),
            // As in the latest version.
            None => load(connection, hash),
        }
    }
}

fn differences(connection: &Connection, before: Option<&Manifest>, snapshot: &Snapshot) -> Result<Vec<(RepoPath, Change)>, SyncError> {
    if before.is_some_and(|before| before.data.root == snapshot.root) {
        return Ok(Vec::new());
    }
    let nothing = Node::Entries(Vec::new());
    let old = before.map_or(&nothing, |manifest| &manifest.data.entries);
    let new = snapshot.entries.as_ref().ok_or_else(|| SyncError::Internal("the root directory was not made".to_owned()))?;
    compare(old, new, &|hash| load(connection, hash), &|hash| snapshot.load(connection, hash))
}

pub(crate) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("an unexpected panic").to_owned()
}
