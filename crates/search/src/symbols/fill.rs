//! Reading what a table still lacks: from what is kept, then from the contents themselves, on all cores.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use lectern_objects::{ObjectError, Objects};

use super::cache::{CacheError, SymbolCache};
use super::extract::extract;
use super::packed::FileSymbols;
use super::table::{SymbolKey, SymbolTable, TableFile};

/// Contents that are read and kept in one go: bounded in number and in bytes.
const BATCH: usize = 400;
const BATCH_BYTES: u64 = 16 * 1024 * 1024;
/// Kept symbols that are loaded in one go.
const LOADED: usize = 4_000;
/// What is there so far is shown so often.
const SHOWN: Duration = Duration::from_millis(400);

/// Why not all symbols were read.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// Contents can't be read at all.
    #[error(transparent)]
    Objects(#[from] ObjectError),
}

/// What was read.
#[derive(Debug)]
pub struct Filled {
    /// With all symbols, unless it was stopped.
    pub table: SymbolTable,
    /// Whether `stop` said so before the end. What was read until then is kept.
    pub stopped: bool,
    /// Why symbols could not be kept. They are found all the same, until the end of the process.
    pub problem: Option<CacheError>,
}

/// How far it is.
#[derive(Debug)]
pub struct Step {
    /// Files read, of `total`.
    pub done: usize,
    /// Files that may have symbols.
    pub total: usize,
    /// Now and then: what is known so far.
    pub table: Option<SymbolTable>,
}

/// Something to read: one of the files that have these contents, and where the symbols belong.
struct Wanted {
    key: SymbolKey,
    name: String,
    size: u64,
    files: Vec<usize>,
}

/// Reads what `table` lacks. Contents that are not there have no symbols.
///
/// # Errors
/// [`FillError`].
pub fn fill(
    objects: &Objects,
    cache: &SymbolCache,
    table: SymbolTable,
    stop: &(dyn Fn() -> bool + Sync),
    step: &mut dyn FnMut(Step),
) -> Result<Filled, FillError> {
    let mut filling = Filling { files: table.table_files().to_vec(), done: 0, shown: Instant::now(), step };
    let (total, unread) = table.files();
    filling.done = total - unread;
    let mut problem = None;
    let mut wanted = filling.wanted();
    let mut rest = Vec::new();
    for some in wanted.chunks_mut(LOADED) {
        if stop() {
            return Ok(filling.end(problem, true));
        }
        let keys: Vec<&SymbolKey> = some.iter().map(|one| &one.key).collect();
        let loaded = cache.load(&keys).unwrap_or_else(|error| {
            problem.get_or_insert(error);
            vec![None; keys.len()]
        });
        for (one, symbols) in some.iter_mut().zip(loaded) {
            match symbols {
                Some(symbols) => filling.read(&one.files, &symbols),
                None => rest.push(std::mem::replace(one, Wanted { key: one.key, name: String::new(), size: 0, files: Vec::new() })),
            }
        }
        filling.tell();
    }
    let mut rest = rest.as_slice();
    while !rest.is_empty() {
        if stop() {
            return Ok(filling.end(problem, true));
        }
        let (batch, later) = rest.split_at(batch_of(rest));
        rest = later;
        let read = read_all(objects, batch, stop)?;
        let stopped = read.iter().any(Option::is_none);
        let kept: Vec<(&SymbolKey, &FileSymbols)> = batch
            .iter()
            .zip(&read)
            .filter_map(|(one, read)| read.as_ref().filter(|read| read.keep).map(|read| (&one.key, &*read.symbols)))
            .collect();
        if let Err(error) = cache.store(&kept) {
            problem.get_or_insert(error);
        }
        for (one, read) in batch.iter().zip(&read) {
            if let Some(read) = read {
                filling.read(&one.files, &read.symbols);
            }
        }
        filling.tell();
        if stopped {
            return Ok(filling.end(problem, true));
        }
    }
    Ok(filling.end(problem, false))
}

struct Filling<'a> {
    files: Vec<TableFile>,
    done: usize,
    shown: Instant,
    step: &'a mut dyn FnMut(Step),
}

impl Filling<'_> {
    /// What is to be read, each content once, in the order of paths.
    fn wanted(&self) -> Vec<Wanted> {
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut at: HashMap<SymbolKey, usize> = HashMap::new();
        for (index, file) in self.files.iter().enumerate().filter(|(_, file)| file.symbols.is_none()) {
            let key = file.file.key;
            let place = *at.entry(key).or_insert_with(|| {
                let name = String::from_utf8_lossy(file.file.path.name()).into_owned();
                wanted.push(Wanted { key, name, size: file.file.size, files: Vec::new() });
                wanted.len() - 1
            });
            wanted[place].files.push(index);
        }
        wanted
    }

    fn read(&mut self, files: &[usize], symbols: &Arc<FileSymbols>) {
        for file in files {
            self.files[*file].symbols = Some(Arc::clone(symbols));
        }
        self.done += files.len();
    }

    fn end(self, problem: Option<CacheError>, stopped: bool) -> Filled {
        Filled { table: SymbolTable::of(self.files), stopped, problem }
    }

    fn tell(&mut self) {
        let shows = self.shown.elapsed() >= SHOWN;
        if shows {
            self.shown = Instant::now();
        }
        let table = shows.then(|| SymbolTable::of(self.files.clone()));
        (self.step)(Step { done: self.done, total: self.files.len(), table });
    }
}

/// How many of the first belong into one batch; at least one.
fn batch_of(wanted: &[Wanted]) -> usize {
    let mut bytes = 0;
    let fits = |one: &&Wanted| {
        bytes += one.size;
        bytes <= BATCH_BYTES
    };
    wanted.iter().take(BATCH).take_while(fits).count().max(1)
}

/// The symbols of some contents.
#[derive(Clone)]
struct Read {
    symbols: Arc<FileSymbols>,
    /// Not when the contents were not there: they may come back.
    keep: bool,
}

/// The symbols of each; `None` for those that were not read before it was stopped.
fn read_all(objects: &Objects, batch: &[Wanted], stop: &(dyn Fn() -> bool + Sync)) -> Result<Vec<Option<Read>>, FillError> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Read>>> = Mutex::new(vec![None; batch.len()]);
    let failed: Mutex<Option<ObjectError>> = Mutex::new(None);
    let work = || {
        while !stop() {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = batch.get(index) else { return };
            let read = match objects.get(&one.key.hash) {
                Ok(Some(bytes)) => Read { symbols: Arc::new(extract(&one.name, bytes)), keep: true },
                // Not kept, lost, or damaged: whoever verifies says so.
                Ok(None) | Err(ObjectError::Mismatch { .. }) => Read { symbols: Arc::default(), keep: false },
                Err(error) => {
                    *lock(&failed) = Some(error);
                    return;
                }
            };
            lock(&results)[index] = Some(read);
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(batch.len());
    thread::scope(|scope| {
        for _ in 1..threads {
            // Without another thread, this one does it all.
            let _ = thread::Builder::new().name("symbols".to_owned()).spawn_scoped(scope, work);
        }
        work();
    });
    if let Some(failure) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(failure.into());
    }
    Ok(results.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
