//! Reading what a table still lacks: from what is kept, then from the contents themselves, on all cores.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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
    /// `stop` said so. What was read until then is kept.
    #[error("reading symbols was stopped")]
    Stopped,
    /// Contents can't be read at all.
    #[error(transparent)]
    Objects(#[from] ObjectError),
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

/// Reads what `table` lacks. Contents that are not there have no symbols. The second value tells why symbols could not be kept; they are found
/// all the same, until the end of the process.
///
/// # Errors
/// [`FillError`].
pub fn fill(
    objects: &Objects,
    cache: &SymbolCache,
    table: SymbolTable,
    stop: &(dyn Fn() -> bool + Sync),
    step: &mut dyn FnMut(Step),
) -> Result<(SymbolTable, Option<CacheError>), FillError> {
    let mut filling = Filling { files: table.table_files().to_vec(), done: 0, shown: Instant::now(), step };
    let (total, unread) = table.files();
    filling.done = total - unread;
    let mut problem = None;
    let mut wanted = filling.wanted();
    let mut rest = Vec::new();
    for some in wanted.chunks_mut(LOADED) {
        if stop() {
            return Err(FillError::Stopped);
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
        let (batch, later) = rest.split_at(batch_of(rest));
        rest = later;
        let read = read_all(objects, batch, stop)?;
        let kept: Vec<(&SymbolKey, &FileSymbols)> =
            batch.iter().zip(&read).filter_map(|(one, (symbols, keep))| keep.then_some((&one.key, &**symbols))).collect();
        if let Err(error) = cache.store(&kept) {
            problem.get_or_insert(error);
        }
        for (one, (symbols, _)) in batch.iter().zip(&read) {
            filling.read(&one.files, symbols);
        }
        filling.tell();
    }
    Ok((SymbolTable::of(filling.files), problem))
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

/// The symbols of each, and whether they are worth keeping.
fn read_all(objects: &Objects, batch: &[Wanted], stop: &(dyn Fn() -> bool + Sync)) -> Result<Vec<(Arc<FileSymbols>, bool)>, FillError> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<(Arc<FileSymbols>, bool)>>> = Mutex::new(vec![None; batch.len()]);
    let failed: Mutex<Option<FillError>> = Mutex::new(None);
    let lock = |failure| *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = batch.get(index) else { return };
            if stop() {
                return lock(FillError::Stopped);
            }
            let read = match objects.get(&one.key.hash) {
                Ok(Some(bytes)) => (Arc::new(extract(&one.name, bytes)), true),
                // Not kept, lost, or damaged: whoever verifies says so.
                Ok(None) | Err(ObjectError::Mismatch { .. }) => (Arc::default(), false),
                Err(error) => return lock(error.into()),
            };
            results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(read);
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
        return Err(failure);
    }
    Ok(results.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect())
}
