//! The symbols of a project's latest version: read in the background, found from the first moment on.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use lectern_objects::Objects;
use lectern_search::{FileKey, SymbolCache, SymbolFinder, SymbolTable, fill};
use lectern_store::Store;
use lectern_sync::{Manifest, SyncError, differences, latest_manifest, walk};

use crate::{
    syncing::count,
    tasks::cancelled,
    view::{Failure, IndexPart, IndexStatus},
};

/// Progress is told at most so often.
const TOLD: Duration = Duration::from_millis(100);
/// Older versions whose symbols are kept in memory.
const OLDER: usize = 2;

/// What symbols are read from, and where they are kept.
#[derive(Clone)]
pub(crate) struct Sources {
    pub store: Arc<Store>,
    pub objects: Arc<Objects>,
    pub cache: Arc<SymbolCache>,
}

/// A project's symbols.
#[derive(Default)]
pub(crate) struct ProjectSymbols {
    state: Mutex<State>,
    /// Told whenever a thread of ours ends.
    ended: Condvar,
    /// Held by whoever reads.
    turn: Mutex<()>,
    older: Mutex<VecDeque<(String, Arc<SymbolTable>)>>,
}

#[derive(Default)]
struct State {
    /// The version that is in `finder`, perhaps not all of it.
    manifest: Option<Manifest>,
    finder: Option<Arc<SymbolFinder>>,
    complete: bool,
    /// A thread of ours reads.
    reading: bool,
}

/// What is known of a version's symbols.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub finder: Option<Arc<SymbolFinder>>,
    pub version: Option<u32>,
    pub complete: bool,
}

impl ProjectSymbols {
    /// Brings the latest version's symbols up to date.
    ///
    /// # Errors
    /// `CANCELLED` when `stop` said so, and the database's.
    pub fn update(
        &self,
        sources: &Sources,
        project: &str,
        stop: &(dyn Fn() -> bool + Sync),
        progress: &(dyn Fn(IndexPart) + Sync),
    ) -> Result<IndexPart, Failure> {
        let _turn = self.wait_for_turn(stop)?;
        let Some(manifest) = latest_manifest(&sources.store, project)? else {
            *lock(&self.state) = State::default();
            return Ok(IndexPart::default());
        };
        let (before, known) = {
            let state = lock(&self.state);
            let known = state.finder.as_ref().map(|finder| Arc::clone(finder.table())).unwrap_or_default();
            if state.complete && state.manifest.as_ref().is_some_and(|before| before.id == manifest.id) {
                return Ok(part(&known, sources, IndexStatus::Ready));
            }
            (state.manifest.clone(), known)
        };
        let files = files_of(&sources.store, before.as_ref().map(|before| (before, &*known)), &manifest)?;
        let table = SymbolTable::new(files, &known);
        let mut latest = part(&table, sources, IndexStatus::Building);
        progress(latest.clone());
        self.show(&manifest, table.clone(), false);
        let mut told = Instant::now();
        let filled = fill(&sources.objects, &sources.cache, table, stop, &mut |step| {
            if let Some(table) = step.table {
                self.show(&manifest, table, false);
            }
            if told.elapsed() >= TOLD {
                told = Instant::now();
                latest.done = count(step.done as u64);
                latest.bytes = sources.cache.bytes().to_string();
                progress(latest.clone());
            }
        })?;
        let mut part = part(&filled.table, sources, if filled.stopped { IndexStatus::Building } else { IndexStatus::Ready });
        self.show(&manifest, filled.table, !filled.stopped);
        if filled.stopped {
            return Err(cancelled());
        }
        // Found until the end of the process, but read again in the next.
        part.failure = filled.problem.map(Failure::from);
        progress(part.clone());
        Ok(part)
    }

    /// What is known now of `latest`, after `patience` for a thread that reads what is missing.
    pub fn known(self: &Arc<Self>, sources: &Sources, latest: &Manifest, stop: &Arc<AtomicBool>, patience: Duration) -> Known {
        let began = Instant::now();
        let is_there = |state: &State| state.complete && state.manifest.as_ref().is_some_and(|known| known.id == latest.id);
        let mut state = lock(&self.state);
        if !is_there(&state) && !state.reading {
            state.reading = true;
            let (symbols, sources, project, stop) = (Arc::clone(self), sources.clone(), latest.project_id.clone(), Arc::clone(stop));
            let read = move || {
                let end = End(symbols);
                // Whoever asks again starts it again.
                let _ = end.0.update(&sources, &project, &|| stop.load(Ordering::Relaxed), &|_| {});
            };
            state.reading = thread::Builder::new().name("symbols".to_owned()).spawn(read).is_ok();
        }
        while !is_there(&state) && state.reading {
            let Some(left) = patience.checked_sub(began.elapsed()).filter(|left| !left.is_zero()) else { break };
            state = self.ended.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let version = state.manifest.as_ref().map(|manifest| manifest.version);
        Known { finder: state.finder.clone(), version, complete: is_there(&state) }
    }

    /// The symbols of any version, as far as `stop` lets them be read, and whether these are all.
    pub fn of_version(
        &self,
        sources: &Sources,
        manifest: &Manifest,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(Arc<SymbolTable>, bool), Failure> {
        if let Some((_, table)) = lock(&self.older).iter().find(|(id, _)| *id == manifest.id) {
            return Ok((Arc::clone(table), true));
        }
        let (latest, known) = {
            let state = lock(&self.state);
            (state.manifest.clone(), state.finder.as_ref().map(|finder| Arc::clone(finder.table())).unwrap_or_default())
        };
        let files = files_of(&sources.store, latest.as_ref().map(|latest| (latest, &*known)), manifest)?;
        let filled = fill(&sources.objects, &sources.cache, SymbolTable::new(files, &known), stop, &mut |_| {})?;
        let table = Arc::new(filled.table);
        if !filled.stopped {
            let mut older = lock(&self.older);
            older.push_back((manifest.id.clone(), Arc::clone(&table)));
            while older.len() > OLDER {
                older.pop_front();
            }
        }
        Ok((table, !filled.stopped))
    }

    fn show(&self, manifest: &Manifest, table: SymbolTable, complete: bool) {
        let finder = Arc::new(SymbolFinder::new(Arc::new(table)));
        let mut state = lock(&self.state);
        state.manifest = Some(manifest.clone());
        state.finder = Some(finder);
        state.complete = complete;
    }

    fn wait_for_turn(&self, stop: &(dyn Fn() -> bool + Sync)) -> Result<MutexGuard<'_, ()>, Failure> {
        loop {
            match self.turn.try_lock() {
                Ok(turn) => return Ok(turn),
                Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if stop() => return Err(cancelled()),
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}

/// The end of a thread, however it comes.
struct End(Arc<ProjectSymbols>);

impl Drop for End {
    fn drop(&mut self) {
        lock(&self.0.state).reading = false;
        self.0.ended.notify_all();
    }
}

/// The files of `manifest` that may have symbols: by what differs from a table that is there, or all of them looked at.
fn files_of(store: &Store, known: Option<(&Manifest, &SymbolTable)>, manifest: &Manifest) -> Result<Vec<FileKey>, SyncError> {
    if let Some((of, table)) = known {
        match differences(store, Some(of), Some(manifest)) {
            // The other version's nodes may be gone by now.
            Err(SyncError::Damaged(_)) => {}
            other => return Ok(table.files_after(&other?)),
        }
    }
    let mut files = Vec::new();
    walk(store, manifest, |path, content| {
        files.extend(FileKey::of(path, content));
        Ok(())
    })?;
    Ok(files)
}

fn part(table: &SymbolTable, sources: &Sources, status: IndexStatus) -> IndexPart {
    let (total, unread) = table.files();
    IndexPart {
        status,
        done: count((total - unread) as u64),
        total: count(total as u64),
        bytes: sources.cache.bytes().to_string(),
        corpus_bytes: table.corpus_bytes().to_string(),
        failure: None,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
