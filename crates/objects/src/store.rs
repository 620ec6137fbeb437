//! The file `objects.db`: one table of blobs, found by their hash.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Mutex, MutexGuard},
};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};

use crate::{MAX_OBJECT_SIZE, ObjectHash, Packed, packed::unpack};

/// The layout this build writes, as `PRAGMA user_version`.
const LAYOUT: i64 = 1;

/// A rowid table with an index beside it: random hashes as the primary key of the blobs themselves made inserts five times slower.
const SCHEMA: &str = "
CREATE TABLE objects (
    id       INTEGER PRIMARY KEY,
    -- BLAKE3 of the uncompressed bytes.
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    -- Uncompressed bytes.
    size     INTEGER NOT NULL CHECK (size >= 0),
    -- 0 raw, 1 zstd.
    encoding INTEGER NOT NULL CHECK (encoding IN (0, 1)),
    data     BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX objects_hash ON objects (hash);
-- Which file of objects this is: whoever remembers having put something remembers where.
CREATE TABLE identity (id TEXT NOT NULL PRIMARY KEY) STRICT;
";

const INSERT: &str = "INSERT OR IGNORE INTO objects (hash, size, encoding, data) VALUES (?1, ?2, ?3, ?4)";
const REPLACE: &str = "INSERT INTO objects (hash, size, encoding, data) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (hash) DO UPDATE SET size = excluded.size, encoding = excluded.encoding, data = excluded.data";
const SELECT: &str = "SELECT size, encoding, data FROM objects WHERE hash = ?1";
const COUNT: &str = "SELECT count(*) FROM objects";
const SIZES: &str = "SELECT hash, octet_length(data) FROM objects";
const SIZE: &str = "SELECT octet_length(data) FROM objects WHERE hash = ?1";
/// By the index alone, which is much smaller than the table.
const NAMES: &str = "SELECT hash FROM objects WHERE hash > ?1 ORDER BY hash LIMIT ?2";
const DELETE: &str = "DELETE FROM objects WHERE hash = ?1";
const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM objects WHERE hash = ?1)";

/// How many read connections are kept for later.
const IDLE_READERS: usize = 4;

/// What can go wrong with objects.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The stored bytes are not the ones the name stands for. They are not served.
    #[error("object {hash} is damaged: {detail}")]
    Mismatch {
        /// The name that was asked for.
        hash: ObjectHash,
        /// What is wrong, as the end of a sentence.
        detail: String,
    },
    /// More than [`MAX_OBJECT_SIZE`] bytes.
    #[error("an object of {size} bytes is too large to keep")]
    TooLarge {
        /// The size that was refused.
        size: u64,
    },
    /// Made by a newer Lectern; left untouched.
    #[error("these objects were written by a newer Lectern (layout {found}, this build knows {supported})")]
    Newer {
        /// The layout found.
        found: i64,
        /// The layout this build knows.
        supported: i64,
    },
    /// SQLite refused.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file could not be used.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The verdict on one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// There, and the bytes match the name.
    Sound,
    /// Not there.
    Missing,
    /// There, but not what the name stands for; the text says why.
    Damaged(String),
}

/// An open file of objects. Any number of threads may read and write; other processes may have it open too.
#[derive(Debug)]
pub struct Objects {
    path: std::path::PathBuf,
    identity: String,
    // Dropped before the writer, which then folds the log into the database.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
}

impl Objects {
    /// Opens the file at `path`, creating it when needed, readable by its owner only.
    ///
    /// # Errors
    /// [`ObjectError::Newer`] without touching the file; SQLite and I/O.
    pub fn open(path: &Path) -> Result<Self, ObjectError> {
        let mut writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let found = layout(&writer)?;
        if found > LAYOUT {
            return Err(ObjectError::Newer { found, supported: LAYOUT });
        }
        // Permissions first: SQLite gives the log and its index the mode of the database.
        restrict_to_owner(path)?;
        // Only a file without anything in it takes this, and then it can be shortened in small steps for ever after.
        writer.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        writer.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.pragma_update(None, "wal_autocheckpoint", 4000)?;
        writer.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
        create(&mut writer)?;
        let identity = writer.query_row("SELECT id FROM identity", [], |row| row.get(0))?;
        Ok(Self { path: path.to_owned(), identity, readers: Mutex::new(Vec::new()), writer: Mutex::new(writer) })
    }

    /// A random word made with the file. Another word means other objects: what was put before may not be here.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// Keeps `bytes` and gives their name.
    ///
    /// # Errors
    /// [`ObjectError::TooLarge`], and SQLite's.
    pub fn put(&self, bytes: &[u8]) -> Result<ObjectHash, ObjectError> {
        let packed = Packed::new(bytes);
        let hash = packed.hash();
        self.put_many(vec![packed])?;
        Ok(hash)
    }

    /// Keeps all of `batch` or, on an error, none of it. What is already there stays as it is.
    ///
    /// # Errors
    /// [`ObjectError::TooLarge`], and SQLite's.
    pub fn put_many(&self, batch: Vec<Packed>) -> Result<(), ObjectError> {
        self.write_all(INSERT, batch)
    }

    /// As [`Objects::put_many`], except that a power cut may still lose the batch until [`Objects::settle`] has returned. Killing this process
    /// loses nothing. For many batches whose names are written down only after the last.
    ///
    /// # Errors
    /// [`ObjectError::TooLarge`], and SQLite's.
    pub fn put_many_unsettled(&self, batch: Vec<Packed>) -> Result<(), ObjectError> {
        let mut writer = self.lock_writer();
        writer.pragma_update(None, "synchronous", "NORMAL")?;
        let result = write(&mut writer, INSERT, batch);
        writer.pragma_update(None, "synchronous", "FULL")?;
        result
    }

    /// Brings everything that was put so far to the disk.
    ///
    /// # Errors
    /// SQLite's.
    pub fn settle(&self) -> Result<(), ObjectError> {
        // A commit that is synced brings all the ones before it along: they are in the same log.
        self.lock_writer().execute("UPDATE identity SET id = id", [])?;
        Ok(())
    }

    /// Keeps `bytes` also in place of a damaged object of that name.
    ///
    /// # Errors
    /// As [`Objects::put`].
    pub fn heal(&self, bytes: &[u8]) -> Result<ObjectHash, ObjectError> {
        let packed = Packed::new(bytes);
        let hash = packed.hash();
        self.write_all(REPLACE, vec![packed])?;
        Ok(hash)
    }

    /// The bytes named `hash`; `None` when they are not here.
    ///
    /// # Errors
    /// [`ObjectError::Mismatch`] when what is stored is not what the name stands for, and SQLite's.
    pub fn get(&self, hash: &ObjectHash) -> Result<Option<Vec<u8>>, ObjectError> {
        let row: Option<(i64, i64, Vec<u8>)> = self.read(|connection| {
            let mut statement = connection.prepare_cached(SELECT)?;
            statement.query_row([hash], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()
        })?;
        row.map(|(size, encoding, data)| unpack(hash, size, encoding, data)).transpose()
    }

    /// Whether something is stored under `hash`. Doesn't look at its bytes.
    ///
    /// # Errors
    /// SQLite's.
    pub fn contains(&self, hash: &ObjectHash) -> Result<bool, ObjectError> {
        Ok(self.read(|connection| connection.prepare_cached(EXISTS)?.query_row([hash], |row| row.get(0)))?)
    }

    /// [`Objects::contains`] for each of `hashes`, in their order.
    ///
    /// # Errors
    /// SQLite's.
    pub fn contains_many(&self, hashes: &[ObjectHash]) -> Result<Vec<bool>, ObjectError> {
        let mut sorted: Vec<ObjectHash> = hashes.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let found: HashMap<ObjectHash, bool> = self.read(|connection| {
            let mut statement = connection.prepare_cached(EXISTS)?;
            sorted.iter().map(|hash| Ok((*hash, statement.query_row([hash], |row| row.get(0))?))).collect::<rusqlite::Result<_>>()
        })?;
        Ok(hashes.iter().map(|hash| found[hash]).collect())
    }

    /// Reads the object named `hash` and says what state it is in.
    ///
    /// # Errors
    /// SQLite's; damage of the object itself is a [`Condition`].
    pub fn verify(&self, hash: &ObjectHash) -> Result<Condition, ObjectError> {
        match self.get(hash) {
            Ok(Some(_)) => Ok(Condition::Sound),
            Ok(None) => Ok(Condition::Missing),
            Err(ObjectError::Mismatch { detail, .. }) => Ok(Condition::Damaged(detail)),
            Err(other) => Err(other),
        }
    }

    /// Calls `each` with the name and the stored bytes of every object, in no particular order. Doesn't look at what is stored.
    ///
    /// # Errors
    /// SQLite's.
    pub fn sizes(&self, mut each: impl FnMut(ObjectHash, u64)) -> Result<(), ObjectError> {
        Ok(self.read(|connection| {
            let mut statement = connection.prepare(SIZES)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                each(row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs());
            }
            Ok(())
        })?)
    }

    /// How many objects there are.
    ///
    /// # Errors
    /// SQLite's.
    pub fn count(&self) -> Result<u64, ObjectError> {
        Ok(self.read(|connection| connection.query_row(COUNT, [], |row| row.get::<_, i64>(0)))?.unsigned_abs())
    }

    /// Up to `count` names after `after` (from the first when `None`), ascending.
    ///
    /// # Errors
    /// SQLite's.
    pub fn names(&self, after: Option<&ObjectHash>, count: u32) -> Result<Vec<ObjectHash>, ObjectError> {
        Ok(self.read(|connection| {
            let mut statement = connection.prepare_cached(NAMES)?;
            let after: &[u8] = after.map_or(&[], |after| after.as_bytes());
            statement.query_map(params![after, count], |row| row.get(0))?.collect()
        })?)
    }

    /// Deletes objects; those that are not here are fine. All of them or, on an error, none. Returns how many there were and the bytes they took.
    ///
    /// Whoever calls this answers for nobody needing them, now or by a write that is under way.
    ///
    /// # Errors
    /// SQLite's.
    pub fn remove(&self, hashes: &[ObjectHash]) -> Result<(u64, u64), ObjectError> {
        let mut writer = self.lock_writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (mut removed, mut bytes) = (0, 0);
        {
            let mut size = transaction.prepare_cached(SIZE)?;
            let mut delete = transaction.prepare_cached(DELETE)?;
            for hash in hashes {
                if let Some(size) = size.query_row([hash], |row| row.get::<_, i64>(0)).optional()? {
                    removed += delete.execute([hash])? as u64;
                    bytes += size.unsigned_abs();
                }
            }
        }
        transaction.commit()?;
        Ok((removed, bytes))
    }

    /// The file `objects.db`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write_all(&self, sql: &str, batch: Vec<Packed>) -> Result<(), ObjectError> {
        write(&mut self.lock_writer(), sql, batch)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let idle = self.lock_readers().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
        };
        let result = work(&connection);
        let mut readers = self.lock_readers();
        if readers.len() < IDLE_READERS {
            readers.push(connection);
        }
        result
    }

    fn lock_writer(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a write rolled its transaction back when it unwound; the connection is sound.
        self.writer.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn lock_readers(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn write(writer: &mut Connection, sql: &str, mut batch: Vec<Packed>) -> Result<(), ObjectError> {
    if let Some(packed) = batch.iter().find(|packed| packed.size() > MAX_OBJECT_SIZE) {
        return Err(ObjectError::TooLarge { size: packed.size() });
    }
    // In order, neighbours in the index are written together.
    batch.sort_unstable_by_key(Packed::hash);
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut statement = transaction.prepare_cached(sql)?;
        for packed in &batch {
            let size = i64::try_from(packed.size()).expect("MAX_OBJECT_SIZE fits");
            statement.execute(params![packed.hash(), size, packed.encoding(), packed.data()])?;
        }
    }
    transaction.commit()?;
    Ok(())
}

fn connect(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.pragma_update(None, "cache_size", -8_000)?;
    connection.set_prepared_statement_cache_capacity(8);
    Ok(connection)
}

fn layout(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Lays the tables when the file is new; a second process that does the same waits and then finds them.
fn create(writer: &mut Connection) -> Result<(), ObjectError> {
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if layout(&transaction)? == 0 {
        transaction.execute_batch(SCHEMA)?;
        transaction.execute("INSERT INTO identity (id) VALUES (?1)", [random_word()?])?;
        transaction.pragma_update(None, "user_version", LAYOUT)?;
    }
    transaction.commit()?;
    Ok(())
}

fn random_word() -> Result<String, ObjectError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(unix)]
fn restrict_to_owner(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn restrict_to_owner(_path: &Path) -> std::io::Result<()> {
    Ok(())
}
