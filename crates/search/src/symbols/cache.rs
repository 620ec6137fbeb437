//! The file `search/symbols.db`: what was read from objects, to be read no second time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fs, io};

use lectern_objects::ObjectHash;
use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};

use super::extract::EXTRACTOR;
use super::packed::FileSymbols;
use super::rows::{FORGET, HASHES_AFTER, INSERT, SCHEMA, SELECT};
use super::table::SymbolKey;

/// A larger file is thrown away at the next start: it is mostly contents that no version has any more.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;

/// Contents that are looked at in one go when old ones are forgotten.
const FORGOTTEN_AT_ONCE: u32 = 1000;

/// Why symbols can't be kept. They can be found all the same.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// SQLite refused.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file could not be used.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Symbols by the object they were read from. Any number of threads and processes may use it.
#[derive(Debug)]
pub struct SymbolCache {
    path: PathBuf,
    connection: Mutex<Connection>,
}

impl SymbolCache {
    /// Opens `symbols.db` in a folder, which is made when it isn't there. What is damaged, or was written by another version, is made anew.
    ///
    /// # Errors
    /// When the file can't be made.
    pub fn open(folder: &Path) -> Result<Self, CacheError> {
        create_private(folder)?;
        let path = folder.join("symbols.db");
        if size(&path) > LARGEST {
            remove(&path)?;
        }
        // Made by us first, for its mode: SQLite gives the log the mode of the database.
        lectern_store::private_file().open(&path)?;
        let connection = match connect(&path) {
            Err(error) if is_damaged(&error) => {
                remove(&path)?;
                lectern_store::private_file().open(&path)?;
                connect(&path)?
            }
            other => other?,
        };
        Ok(Self { path, connection: Mutex::new(connection) })
    }

    /// The symbols under each of `keys`; `None` where they were not read yet, or are damaged.
    ///
    /// # Errors
    /// SQLite's. A damaged file is made anew and has nothing then.
    pub(crate) fn load(&self, keys: &[&SymbolKey]) -> Result<Vec<Option<Arc<FileSymbols>>>, CacheError> {
        let mut connection = self.lock();
        match load(&mut connection, keys) {
            Err(error) if is_damaged(&error) => {
                self.make_anew(&mut connection)?;
                Ok(vec![None; keys.len()])
            }
            other => Ok(other?),
        }
    }

    /// Keeps all of `batch`, or none of it.
    ///
    /// # Errors
    /// SQLite's.
    pub(crate) fn store(&self, batch: &[(&SymbolKey, &FileSymbols)]) -> Result<(), CacheError> {
        let mut connection = self.lock();
        match store(&mut connection, batch) {
            Err(error) if is_damaged(&error) => {
                self.make_anew(&mut connection)?;
                Ok(store(&mut connection, batch)?)
            }
            other => Ok(other?),
        }
    }

    /// Forgets the symbols of the contents that are `gone`, which answers for some at a time, until `stop` says so.
    ///
    /// # Errors
    /// SQLite's, and what `gone` says.
    pub fn forget<E: From<CacheError>>(
        &self,
        gone: impl Fn(&[ObjectHash]) -> Result<Vec<bool>, E>,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), E> {
        let mut after: Vec<u8> = Vec::new();
        while !stop() {
            let hashes = hashes_after(&self.lock(), &after).map_err(CacheError::from)?;
            let Some(last) = hashes.last() else { break };
            after = last.as_bytes().to_vec();
            // Not asked for under the lock: somebody may be waiting for a symbol.
            let gone = gone(&hashes)?;
            let old: Vec<_> = hashes.iter().zip(gone).filter(|(_, gone)| *gone).map(|(hash, _)| *hash).collect();
            forget(&mut self.lock(), &old).map_err(CacheError::from)?;
        }
        Ok(())
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// When the file can't be made anew.
    pub fn clear(&self) -> Result<(), CacheError> {
        self.make_anew(&mut self.lock())
    }

    /// Bytes that it takes on the disk.
    pub fn bytes(&self) -> u64 {
        size(&self.path) + size(&beside(&self.path, "-wal"))
    }

    fn make_anew(&self, connection: &mut Connection) -> Result<(), CacheError> {
        // The old connection must let go of the file before another one of the same name is made.
        *connection = Connection::open_in_memory()?;
        remove(&self.path)?;
        lectern_store::private_file().open(&self.path)?;
        *connection = connect(&self.path)?;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction rolled it back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn load(connection: &mut Connection, keys: &[&SymbolKey]) -> rusqlite::Result<Vec<Option<Arc<FileSymbols>>>> {
    let transaction = connection.transaction()?;
    let mut statement = transaction.prepare_cached(SELECT)?;
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        let data: Option<Vec<u8>> = statement.query_row(params![key.hash, key.language], |row| row.get(0)).optional()?;
        found.push(data.and_then(|data| FileSymbols::from_bytes(&data)).map(Arc::new));
    }
    Ok(found)
}

fn store(connection: &mut Connection, batch: &[(&SymbolKey, &FileSymbols)]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut statement = transaction.prepare_cached(INSERT)?;
        for (key, symbols) in batch {
            statement.execute(params![key.hash, key.language, symbols.to_bytes()])?;
        }
    }
    transaction.commit()
}

fn hashes_after(connection: &Connection, after: &[u8]) -> rusqlite::Result<Vec<ObjectHash>> {
    let mut statement = connection.prepare_cached(HASHES_AFTER)?;
    statement.query_map(params![after, FORGOTTEN_AT_ONCE], |row| row.get(0))?.collect()
}

fn forget(connection: &mut Connection, hashes: &[ObjectHash]) -> rusqlite::Result<()> {
    if hashes.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut statement = transaction.prepare_cached(FORGET)?;
        for hash in hashes {
            statement.execute([hash])?;
        }
    }
    transaction.commit()
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // A power cut may lose the last batches, never the file: all of it can be read again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found != EXTRACTOR {
        transaction.execute_batch("DROP TABLE IF EXISTS symbols")?;
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "user_version", EXTRACTOR)?;
    }
    transaction.commit()?;
    connection.prepare(SELECT)?;
    Ok(connection)
}

fn is_damaged(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => true,
        // The table is not there, or not ours.
        Some(ErrorCode::Unknown) => true,
        _ => matches!(error, rusqlite::Error::InvalidColumnType(..)),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    for file in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")] {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
