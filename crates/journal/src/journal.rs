//! Writing to trees as a whole: the one type that callers use.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, atomic::AtomicBool},
};

use lectern_objects::{MAX_OBJECT_SIZE, ObjectHash, Objects, Packed};
use lectern_store::{BootId, Clock, Store, is_alive, new_id, rusqlite::Transaction};

use crate::{
    Change, Content, JournalError, New, Prepared, Proposal, RealDisk, RelPath,
    disk::{Disk, Root},
    look::bytes,
    plan::{Direction, DirectoryPlan, FilePlan, Side},
    preflight::{Directories, Preflight, open_root},
    rows::{self, JournalEntry, JournalProblem, JournalStatus, NewJournal},
    settle::Settled,
    work::Work,
};

/// How many journals of a scope are kept; older ones can't be undone any more.
pub const KEPT: u32 = 200;

/// Copies of old contents go to the objects in portions of about this many bytes.
const BATCH: u64 = 16 * 1024 * 1024;

/// What a journal is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Copies of what is there are kept.
    Keeping,
    /// New contents are written beside their places.
    Writing,
    /// Files take their places.
    Replacing,
}

impl Phase {
    /// As people read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keeping => "Keeping copies",
            Self::Writing => "Writing",
            Self::Replacing => "Replacing",
        }
    }
}

/// Hears how a journal gets on: the phase, files done, files in all, bytes done in the phase (0 where none are counted).
pub type Report<'a> = &'a dyn Fn(Phase, u64, u64, u64);

/// Writes what a caller wants to know of a journal that is about to begin, inside the transaction that records it.
pub type Intent<'a> = &'a dyn Fn(&Transaction<'_>, &str) -> Result<(), JournalError>;

/// What was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Undoes it; `None` when there was nothing to do.
    pub journal_id: Option<String>,
    /// Files written, removed or given another mode.
    pub files: usize,
}

/// A journal that a process left behind, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// The journal.
    pub journal_id: String,
    /// Whose tree.
    pub scope: String,
    /// Its title.
    pub title: String,
    /// What became of it.
    pub outcome: RecoveredTo,
}

/// What became of an unfinished journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecoveredTo {
    /// All is as it was to be.
    Finished,
    /// All is as it was.
    RolledBack,
    /// These files are neither; nothing of them was overwritten.
    NeedsAttention(Vec<RelPath>),
    /// The tree can't be reached right now; the next start tries again.
    Postponed,
}

/// Writes to trees, all or nothing. One for a data folder's process; any thread may use it.
pub struct Journal {
    store: Arc<Store>,
    objects: Arc<Objects>,
    clock: Arc<dyn Clock>,
    boot: BootId,
    run_dir: PathBuf,
    disk: Arc<dyn Disk>,
    /// What threads of this process work on: unfinished rows of ours that are not here were left by a panic.
    ours: Mutex<HashSet<String>>,
}

impl Journal {
    /// For the process whose proof of life is `boot` in `run_dir`.
    pub fn new(store: Arc<Store>, objects: Arc<Objects>, clock: Arc<dyn Clock>, boot: BootId, run_dir: PathBuf) -> Self {
        Self { store, objects, clock, boot, run_dir, disk: Arc::new(RealDisk), ours: Mutex::default() }
    }

    /// On another disk than the real one: for tests.
    #[must_use]
    pub fn with_disk(mut self, disk: Arc<dyn Disk>) -> Self {
        self.disk = disk;
        self
    }

    /// Finds out whether `proposal` can be done, as far as that can be known beforehand. Writes nothing.
    ///
    /// # Errors
    /// [`JournalError::ChangedSince`] when something is not as expected, and everything else but the errors of writing itself.
    pub fn preflight(&self, proposal: &Proposal) -> Result<Prepared, JournalError> {
        self.preflight_with_modes(proposal, HashMap::new())
    }

    /// As [`Journal::preflight`], with exact permission bits for some of the files to be: for those that move.
    ///
    /// # Errors
    /// As there.
    pub fn preflight_with_modes(&self, proposal: &Proposal, modes: HashMap<RelPath, u32>) -> Result<Prepared, JournalError> {
        let preflight = Preflight { disk: &*self.disk, objects: &self.objects, modes, directories: Directories::Derived };
        preflight.check(proposal, None)
    }

    /// Does what was found possible. `cancel` is noticed between files. When this returns `Ok`, all of it is done and survives a power cut.
    ///
    /// # Errors
    /// [`JournalError::NeedsAttention`] when what had been written could not be taken back; after any other error the tree is as it was.
    pub fn apply(&self, prepared: Prepared, cancel: &AtomicBool, report: Report<'_>) -> Result<Applied, JournalError> {
        self.apply_with(prepared, &|_, _| Ok(()), cancel, report)
    }

    /// As [`Journal::apply`]; what `intent` writes is committed with the journal's own intent, or neither is. It is given the journal's id. Not
    /// called when there is nothing to do.
    ///
    /// # Errors
    /// As there, and what `intent` says; the tree is as it was then.
    pub fn apply_with(
        &self,
        prepared: Prepared,
        intent: Intent<'_>,
        cancel: &AtomicBool,
        report: Report<'_>,
    ) -> Result<Applied, JournalError> {
        if prepared.is_empty() {
            return Ok(Applied { journal_id: None, files: 0 });
        }
        // What a dead process left half done in this tree comes first.
        self.recover_where(|entry| overlap(&entry.root, &prepared.root))?;
        let id = new_id(&*self.clock);
        self.lock_ours().insert(id.clone());
        let result = self.apply_as(&id, &prepared, intent, cancel, report);
        self.lock_ours().remove(&id);
        result.map(|()| Applied { journal_id: Some(id), files: prepared.files() })
    }

    /// [`Journal::preflight`] and [`Journal::apply`] in one.
    ///
    /// # Errors
    /// Theirs.
    pub fn write(&self, proposal: &Proposal, cancel: &AtomicBool, report: Report<'_>) -> Result<Applied, JournalError> {
        self.apply(self.preflight(proposal)?, cancel, report)
    }

    /// Takes back what a journal did: bytes, modes, links and directories are as before it. Itself a journal, so it can be taken back too.
    ///
    /// # Errors
    /// [`JournalError::Unknown`] also for another scope's; [`JournalError::ChangedSince`] names what is no longer as it was written;
    /// and those of [`Journal::apply`].
    pub fn undo(&self, scope: &str, id: &str, cancel: &AtomicBool, report: Report<'_>) -> Result<Applied, JournalError> {
        self.apply(self.prepare_undo(scope, id)?, cancel, report)
    }

    /// Finds out whether [`Journal::undo`] can be done. Writes nothing.
    ///
    /// # Errors
    /// As [`Journal::undo`].
    pub fn prepare_undo(&self, scope: &str, id: &str) -> Result<Prepared, JournalError> {
        let entry = self.entry(id)?.filter(|entry| entry.scope == scope).ok_or(JournalError::Unknown)?;
        match entry.status {
            JournalStatus::Applied => {}
            JournalStatus::Undone => return Err(JournalError::NotUndoable("that was done already")),
            JournalStatus::Prepared => return Err(JournalError::Busy),
            JournalStatus::RolledBack => return Err(JournalError::NotUndoable("it was never done")),
            JournalStatus::NeedsAttention => return Err(JournalError::NotUndoable("it was done in part")),
        }
        let plan = self.store.read(|connection| rows::plan(connection, id))?;
        let modes = plan.files.iter().filter_map(|file| match file.pre {
            Side::File { mode: Some(mode), .. } => Some((file.path.clone(), mode)),
            _ => None,
        });
        let directories = plan.directories.iter().map(|d| DirectoryPlan { made: !d.made, ..d.clone() }).collect();
        let preflight =
            Preflight { disk: &*self.disk, objects: &self.objects, modes: modes.collect(), directories: Directories::Given(directories) };
        let proposal = Proposal {
            root: entry.root,
            scope: entry.scope,
            kind: "UNDO".to_owned(),
            title: undo_title(&entry.title),
            changes: plan.files.iter().map(turned_round).collect(),
        };
        preflight.check(&proposal, Some(id.to_owned()))
    }

    /// Brings every journal that a dead process left behind to an end. Call it at every start, before anything reads the trees.
    ///
    /// # Errors
    /// The database's. What a tree itself says is part of the answer.
    pub fn recover(&self) -> Result<Vec<Recovered>, JournalError> {
        self.recover_where(|_| true)
    }

    /// A scope's journals that did something, newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn list(&self, scope: &str, limit: u32) -> Result<Vec<JournalEntry>, JournalError> {
        Ok(self.store.read(|connection| rows::list(connection, scope, limit))?)
    }

    /// One journal.
    ///
    /// # Errors
    /// The database's.
    pub fn entry(&self, id: &str) -> Result<Option<JournalEntry>, JournalError> {
        Ok(self.store.read(|connection| rows::journal(connection, id))?)
    }

    /// Every object that a journal may still need. Whoever collects garbage keeps these.
    ///
    /// # Errors
    /// The database's.
    pub fn retained_objects(&self) -> Result<Vec<ObjectHash>, JournalError> {
        Ok(self.store.read(rows::retained)?)
    }

    /// Forgets a scope's journals. Those can't be undone any more.
    ///
    /// # Errors
    /// The database's.
    pub fn forget(&self, scope: &str) -> Result<(), JournalError> {
        Ok(self.store.write(|transaction| rows::forget(transaction, scope))?)
    }

    /// Every scope that has a journal.
    ///
    /// # Errors
    /// The database's.
    pub fn scopes(&self) -> Result<Vec<String>, JournalError> {
        Ok(self.store.read(rows::scopes)?)
    }

    fn apply_as(
        &self,
        id: &str,
        prepared: &Prepared,
        intent: Intent<'_>,
        cancel: &AtomicBool,
        report: Report<'_>,
    ) -> Result<(), JournalError> {
        let root = open_root(&*self.disk, &prepared.root)?;
        self.keep_copies(&root, prepared, cancel, report)?;
        self.record(id, prepared, intent)?;
        let work = Work {
            disk: &*self.disk,
            objects: &self.objects,
            root: &root,
            id,
            plan: &prepared.plan,
            contents: &prepared.contents,
            cancel,
            report,
        };
        let seen = prepared.seen.iter().copied().enumerate().collect();
        let mut touched = BTreeSet::new();
        let done = self
            .keep_what_a_collection_took(&root, prepared)
            .and_then(|()| work.run(Direction::Forward, &seen, &mut touched))
            // The moment that counts: from here on it is done, and a kill changes nothing but leaves temporary files.
            .and_then(|()| self.set_status(id, JournalStatus::Applied, None, false));
        match done {
            Ok(()) => {
                if work.clean(&BTreeSet::new()).is_ok() {
                    // Else the next start removes what is left.
                    let _ = self.finish_applied(id, &prepared.scope);
                }
                Ok(())
            }
            Err(error) => Err(self.take_back(&work, &touched, error)),
        }
    }

    /// Back to what was; the error that says how that went.
    fn take_back(&self, work: &Work<'_>, touched: &BTreeSet<usize>, error: JournalError) -> JournalError {
        let problem = JournalProblem { format: 1, code: error.code().to_owned(), message: error.to_string(), ..JournalProblem::default() };
        match work.undo(touched) {
            Settled::Stuck { files, reason, retry } => {
                let reason = format!("{error}; then: {reason}");
                let error = JournalError::NeedsAttention { files, reason };
                // When even this can't be written, the row is still PREPARED, and the next start looks at the disk.
                let _ = self.set_status(work.id, JournalStatus::NeedsAttention, Some(&attention(&error, retry)), !retry);
                error
            }
            Settled::Back | Settled::Forward => {
                let _ = self.set_status(work.id, JournalStatus::RolledBack, Some(&problem), true);
                error
            }
        }
    }

    /// Puts what is there, and what shall be there, among the objects.
    fn keep_copies(&self, root: &Root, prepared: &Prepared, cancel: &AtomicBool, report: Report<'_>) -> Result<(), JournalError> {
        let total = prepared.plan.files.len() as u64;
        let hashes: Vec<Option<ObjectHash>> = prepared.plan.files.iter().map(|file| file.pre.object().map(|(hash, _)| hash)).collect();
        let known = self.objects.contains_many(&hashes.iter().flatten().copied().collect::<Vec<_>>())?;
        let known: HashSet<ObjectHash> = hashes.iter().flatten().zip(known).filter(|(_, known)| *known).map(|(hash, _)| *hash).collect();
        let mut batch = Batch { objects: &self.objects, packed: Vec::new(), bytes: 0 };
        for (index, (file, hash)) in prepared.plan.files.iter().zip(hashes).enumerate() {
            if cancel.load(std::sync::atomic::Ordering::Relaxed) {
                return Err(JournalError::Cancelled);
            }
            if let Some(hash) = hash.filter(|hash| !known.contains(hash)) {
                batch.add(self.copy(root, file, hash)?)?;
            }
            report(Phase::Keeping, index as u64 + 1, total, 0);
        }
        for (hash, bytes) in &prepared.contents {
            batch.add(Packed::with_hash(*hash, bytes))?;
        }
        batch.flush()
    }

    fn copy(&self, root: &Root, file: &FilePlan, hash: ObjectHash) -> Result<Packed, JournalError> {
        let bytes = bytes(&*self.disk, root, &file.path).map_err(|error| JournalError::reading(&file.path, &error))?;
        let bytes = bytes.filter(|bytes| bytes.len() as u64 <= MAX_OBJECT_SIZE && ObjectHash::of(bytes) == hash);
        bytes.map(|bytes| Packed::with_hash(hash, &bytes)).ok_or_else(|| JournalError::ChangedMeanwhile(file.path.clone()))
    }

    /// Objects that nothing referred to yet may have been collected before the intent was recorded; from then on they are safe.
    fn keep_what_a_collection_took(&self, root: &Root, prepared: &Prepared) -> Result<(), JournalError> {
        let files = &prepared.plan.files;
        let sides = files.iter().flat_map(|file| [(file, file.pre), (file, file.post)]);
        let sides: Vec<_> = sides.filter_map(|(file, side)| side.object().map(|(hash, _)| (file, hash))).collect();
        let there = self.objects.contains_many(&sides.iter().map(|(_, hash)| *hash).collect::<Vec<_>>())?;
        for ((file, hash), _) in sides.iter().zip(there).filter(|(_, there)| !there) {
            let packed = match prepared.contents.get(hash) {
                Some(bytes) => Packed::with_hash(*hash, bytes),
                None if file.pre.object().is_some_and(|(pre, _)| pre == *hash) => self.copy(root, file, *hash)?,
                None => return Err(JournalError::ContentsLost(file.path.clone())),
            };
            self.objects.put_many(vec![packed])?;
        }
        Ok(())
    }

    /// Commits the intent, unless something else is being written to the same place.
    fn record(&self, id: &str, prepared: &Prepared, intent: Intent<'_>) -> Result<(), JournalError> {
        self.store.write(|transaction| {
            let busy = rows::unfinished(transaction)?
                .into_iter()
                .any(|entry| entry.status == JournalStatus::Prepared && overlap(&entry.root, &prepared.root) && !self.is_orphan(&entry));
            if busy {
                return Err(JournalError::Busy);
            }
            let new = NewJournal {
                id,
                scope: &prepared.scope,
                root: &prepared.root,
                kind: &prepared.kind,
                title: &prepared.title,
                undo_of: prepared.undo_of.as_deref(),
                boot: self.boot.as_str(),
                at: self.clock.now(),
            };
            rows::insert(transaction, &new, &prepared.plan)?;
            intent(transaction, id)
        })
    }

    fn recover_where(&self, which: impl Fn(&JournalEntry) -> bool) -> Result<Vec<Recovered>, JournalError> {
        let unfinished = self.store.read(rows::unfinished)?;
        let mut recovered = Vec::new();
        for entry in unfinished.into_iter().filter(|entry| which(entry) && self.is_orphan(entry)) {
            // From here on it is ours, for other processes and other threads.
            if !self.lock_ours().insert(entry.id.clone()) {
                continue;
            }
            let outcome = self.recover_one(&entry);
            self.lock_ours().remove(&entry.id);
            if let Some(outcome) = outcome? {
                recovered.push(Recovered { journal_id: entry.id, scope: entry.scope, title: entry.title, outcome });
            }
        }
        Ok(recovered)
    }

    fn recover_one(&self, entry: &JournalEntry) -> Result<Option<RecoveredTo>, JournalError> {
        let ours = self.store.write(|transaction| rows::claim(transaction, &entry.id, &entry.boot_id, self.boot.as_str()))?;
        if !ours {
            return Ok(None);
        }
        let done = matches!(entry.status, JournalStatus::Applied | JournalStatus::Undone);
        let Ok(root) = open_root(&*self.disk, &entry.root) else { return Ok((!done).then_some(RecoveredTo::Postponed)) };
        let plan = self.store.read(|connection| rows::plan(connection, &entry.id))?;
        let work = Work {
            disk: &*self.disk,
            objects: &self.objects,
            root: &root,
            id: &entry.id,
            plan: &plan,
            contents: &HashMap::new(),
            cancel: &AtomicBool::new(false),
            report: &|_, _, _, _| {},
        };
        if done {
            // Only temporary files may be left.
            if work.clean(&BTreeSet::new()).is_ok() {
                self.finish_applied(&entry.id, &entry.scope)?;
            }
            return Ok(None);
        }
        match work.settle() {
            Settled::Forward => {
                self.set_status(&entry.id, JournalStatus::Applied, None, true)?;
                Ok(Some(RecoveredTo::Finished))
            }
            Settled::Back => {
                let problem = JournalProblem {
                    format: 1,
                    code: "INTERRUPTED".to_owned(),
                    message: "Lectern stopped in the middle; everything is as it was.".to_owned(),
                    ..JournalProblem::default()
                };
                self.set_status(&entry.id, JournalStatus::RolledBack, Some(&problem), true)?;
                Ok(Some(RecoveredTo::RolledBack))
            }
            Settled::Stuck { files, reason, retry } => {
                let error = JournalError::NeedsAttention { files: files.clone(), reason };
                self.set_status(&entry.id, JournalStatus::NeedsAttention, Some(&attention(&error, retry)), !retry)?;
                Ok(Some(RecoveredTo::NeedsAttention(files)))
            }
        }
    }

    fn is_orphan(&self, entry: &JournalEntry) -> bool {
        if entry.boot_id == self.boot.as_str() { !self.lock_ours().contains(&entry.id) } else { !is_alive(&self.run_dir, &entry.boot_id) }
    }

    fn set_status(&self, id: &str, status: JournalStatus, problem: Option<&JournalProblem>, finished: bool) -> Result<(), JournalError> {
        let finished = finished.then(|| self.clock.now());
        Ok(self.store.write(|transaction| rows::set_status(transaction, id, self.boot.as_str(), status, problem, finished))?)
    }

    fn finish_applied(&self, id: &str, scope: &str) -> Result<(), JournalError> {
        Ok(self.store.write(|transaction| {
            rows::finish(transaction, id, self.boot.as_str(), self.clock.now())?;
            rows::thin(transaction, scope, KEPT)
        })?)
    }

    fn lock_ours(&self) -> MutexGuard<'_, HashSet<String>> {
        self.ours.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Packed objects on their way.
struct Batch<'a> {
    objects: &'a Objects,
    packed: Vec<Packed>,
    bytes: u64,
}

impl Batch<'_> {
    fn add(&mut self, packed: Packed) -> Result<(), JournalError> {
        self.bytes += packed.size();
        self.packed.push(packed);
        if self.bytes >= BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), JournalError> {
        self.bytes = 0;
        if self.packed.is_empty() { Ok(()) } else { Ok(self.objects.put_many(std::mem::take(&mut self.packed))?) }
    }
}

fn attention(error: &JournalError, retry: bool) -> JournalProblem {
    let files = match error {
        JournalError::NeedsAttention { files, .. } => files.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    JournalProblem { format: 1, code: error.code().to_owned(), message: error.to_string(), files, retry }
}

/// Whether one of two folders holds the other.
fn overlap(one: &Path, other: &Path) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// "Undo of …" and, taken back, "Redo of …".
fn undo_title(title: &str) -> String {
    match (title.strip_prefix("Undo of "), title.strip_prefix("Redo of ")) {
        (Some(rest), _) => format!("Redo of {rest}"),
        (_, Some(rest)) => format!("Undo of {rest}"),
        _ => format!("Undo of {title}"),
    }
}

fn turned_round(file: &FilePlan) -> Change {
    let becomes = match file.pre {
        Side::Absent => New::Absent,
        Side::File { hash, size, executable, .. } => New::File { content: Content::Object { hash, size }, executable },
        Side::Symlink { hash, size } => New::Symlink { target: Content::Object { hash, size } },
    };
    Change { path: file.path.clone(), expected: file.post.state(), becomes }
}
