//! One writer, several readers, on one database file.

use std::{
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, MutexGuard},
};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::{Clock, migrate};

/// What can go wrong with the database as a whole.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Made by a newer Lectern; left untouched.
    #[error("this data was written by a newer Lectern (schema {found}, this build knows {supported})")]
    Newer {
        /// The schema version found.
        found: i64,
        /// The highest version this build knows.
        supported: i64,
    },
    /// A migration failed; nothing of it was kept.
    #[error("the database {database} could not be brought up to date: {source}")]
    Migration {
        /// The database file.
        database: PathBuf,
        /// What the migration runner said.
        source: Box<refinery::Error>,
    },
    /// SQLite's own check, or a foreign key check, found damage.
    #[error("the database is damaged: {detail}")]
    Damaged {
        /// The first finding.
        detail: String,
    },
    /// The file is not a database, or SQLite refused an operation.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file or folder could not be used.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// How to open a [`Store`].
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Read connections kept open. Default 4.
    pub readers: usize,
    /// Run `quick_check` before use; set after an unclean stop. Default false.
    pub check: bool,
    /// Where copies go before a migration. Default: `backups` beside the database.
    pub backups: Option<PathBuf>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { readers: 4, check: false, backups: None }
    }
}

/// An open database: any number of readers beside one writer.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    // Dropped before the writer: only the last connection to close can fold the log into the database, and a reader may not.
    readers: Mutex<Vec<Connection>>,
    returned: Condvar,
    writer: Mutex<Connection>,
}

impl Store {
    /// Opens the database at `path`, creating and migrating it when needed.
    ///
    /// # Errors
    /// [`StoreError::Newer`] without touching the file, [`StoreError::Damaged`] when the check fails, and I/O.
    pub fn open(path: &Path, options: &StoreOptions, clock: &dyn Clock) -> Result<Self, StoreError> {
        let backups = match &options.backups {
            Some(folder) => folder.clone(),
            None => path.parent().unwrap_or(Path::new(".")).join("backups"),
        };
        std::fs::create_dir_all(&backups)?;
        refuse_newer(path)?;
        let mut writer = connect(path, false)?;
        restrict_to_owner(path)?;
        if options.check {
            check(&writer)?;
        }
        migrate::run(&mut writer, path, &backups, clock)?;
        let mut readers = Vec::with_capacity(options.readers.max(1));
        for _ in 0..options.readers.max(1) {
            readers.push(connect(path, true)?);
        }
        Ok(Self { path: path.to_owned(), writer: Mutex::new(writer), readers: Mutex::new(readers), returned: Condvar::new() })
    }

    /// Runs `work` on a read-only connection, inside one snapshot.
    ///
    /// # Errors
    /// Whatever `work` returns, and SQLite's refusal to begin.
    pub fn read<T, E: From<rusqlite::Error>>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.borrow_reader();
        let result = {
            let transaction = connection.0.as_mut().expect("a borrowed reader holds its connection until it drops").transaction()?;
            work(&transaction)
        };
        drop(connection);
        result
    }

    /// Runs `work` inside `BEGIN IMMEDIATE` and commits when it returns `Ok`; otherwise nothing of it is kept.
    ///
    /// # Errors
    /// Whatever `work` returns, and SQLite's refusal to begin or commit.
    pub fn write<T, E: From<rusqlite::Error>>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut writer = self.lock_writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Copies the whole database to `target`, checked before it takes that name.
    ///
    /// # Errors
    /// When the copy can't be written or does not pass `integrity_check`.
    pub fn backup(&self, target: &Path) -> Result<(), StoreError> {
        migrate::backup(&self.lock_writer(), target)
    }

    /// Looks for damage: `integrity_check` and `foreign_key_check` over the whole file.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first finding.
    pub fn check(&self) -> Result<(), StoreError> {
        self.read(|connection| {
            let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
            if verdict != "ok" {
                return Err(StoreError::Damaged { detail: verdict });
            }
            if connection.prepare("PRAGMA foreign_key_check")?.exists([])? {
                return Err(StoreError::Damaged { detail: "rows point to rows that are not there".to_owned() });
            }
            Ok(())
        })
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn lock_writer(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a write rolled its transaction back when it unwound; the connection is sound.
        self.writer.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn borrow_reader(&self) -> BorrowedReader<'_> {
        let mut readers = self.readers.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        loop {
            if let Some(connection) = readers.pop() {
                return BorrowedReader(Some(connection), self);
            }
            readers = self.returned.wait(readers).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
    }
}

struct BorrowedReader<'a>(Option<Connection>, &'a Store);

impl Drop for BorrowedReader<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            self.1.readers.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(connection);
            self.1.returned.notify_one();
        }
    }
}

/// Looks at the version through a connection that can't write, so that a newer database stays byte for byte as it is.
fn refuse_newer(path: &Path) -> Result<(), StoreError> {
    if !path.exists() {
        return Ok(());
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let found = migrate::schema_version(&connection)?;
    if found > migrate::LATEST_VERSION { Err(StoreError::Newer { found, supported: migrate::LATEST_VERSION }) } else { Ok(()) }
}

fn connect(path: &Path, read_only: bool) -> rusqlite::Result<Connection> {
    let access =
        if read_only { OpenFlags::SQLITE_OPEN_READ_ONLY } else { OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE };
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    if !read_only {
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn check(connection: &Connection) -> Result<(), StoreError> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged { detail: verdict }) }
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
