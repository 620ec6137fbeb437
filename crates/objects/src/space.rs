//! How much room a SQLite file takes, and giving back to the disk what is free inside it.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use rusqlite::{Connection, OpenFlags};

/// `PRAGMA auto_vacuum` of a file that can be shortened step by step.
const INCREMENTAL: i64 = 2;

/// Pages given back in one write, which takes a few milliseconds: nobody waits long.
const STEP: u32 = 512;

/// A file is written anew only when more than a quarter of it is free …
const WORTH_ONE_IN: u64 = 4;
/// … and that is at least so many bytes.
const WORTH_BYTES: u64 = 1024 * 1024;

/// The room a SQLite file takes, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    path: PathBuf,
    /// The file on the disk, without its log.
    pub file: u64,
    /// The log beside it.
    pub log: u64,
    /// All pages, also those that are only in the log yet.
    pub pages: u64,
    /// Those that nothing is in; used again before the file grows.
    pub free: u64,
    /// Whether the file can be shortened in small steps, or only be written anew.
    pub in_steps: bool,
}

impl Space {
    /// Of the database at `path`.
    ///
    /// # Errors
    /// SQLite's.
    pub fn of(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        Self::by(&connection, path)
    }

    fn by(connection: &Connection, path: &Path) -> rusqlite::Result<Self> {
        let bytes_of =
            |count: &str| Ok::<_, rusqlite::Error>((pragma(connection, count)? * pragma(connection, "page_size")?).unsigned_abs());
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let length = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        Ok(Self {
            path: path.to_owned(),
            file: length(path),
            log: length(Path::new(&log)),
            pages: bytes_of("page_count")?,
            free: bytes_of("freelist_count")?,
            in_steps: pragma(connection, "auto_vacuum")? == INCREMENTAL,
        })
    }

    /// How much [`give_back`] would give back once another `dead` bytes were free.
    pub fn could_give_back(&self, dead: u64) -> u64 {
        let free = self.free + dead;
        let anew =
            free >= WORTH_BYTES && free.saturating_mul(WORTH_ONE_IN) > self.pages && has_room(&self.path, self.pages.saturating_sub(free));
        if self.in_steps || anew { free.min(self.pages) } else { 0 }
    }
}

/// Gives free room inside the database at `path` back to the disk; returns by how many bytes the file shrank. A file that was made for it is
/// shortened in steps of a few milliseconds, between which `cancel` is noticed. Another one is written anew, once, and is such a file
/// from then on: when more than a quarter of it is free, the disk has room for the copy, and no more than `largest` bytes have to be copied,
/// because every writer waits meanwhile. Otherwise the free room stays in the file, where it is used again.
///
/// # Errors
/// SQLite's. The contents are whole in any case.
pub fn give_back(path: &Path, largest: u64, cancel: &AtomicBool) -> rusqlite::Result<u64> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    // What is only in the log is brought into the file first, so that lengths can be compared.
    fold_log(&connection)?;
    let before = Space::by(&connection, path)?;
    if before.in_steps {
        while !cancel.load(Ordering::Relaxed) && pragma(&connection, "freelist_count")? > 0 {
            drain(&connection, &format!("PRAGMA incremental_vacuum({STEP})"))?;
        }
    } else if before.could_give_back(0) > 0 && before.pages.saturating_sub(before.free) <= largest {
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        match connection.execute_batch("VACUUM") {
            Ok(()) => {}
            // Somebody else took the room, or writes right now; the file is as it was.
            Err(error) if matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::DatabaseBusy)) => {}
            Err(error) => return Err(error),
        }
    }
    fold_log(&connection)?;
    Ok(before.file.saturating_sub(Space::by(&connection, path)?.file))
}

/// Moves the log into the file as far as no reader needs it.
fn fold_log(connection: &Connection) -> rusqlite::Result<()> {
    drain(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
}

/// Runs a pragma to its end: one step of it alone may do only a part.
fn drain(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

/// Whether `live` bytes can be copied twice, as SQLite does it: into a temporary file and into the log.
fn has_room(path: &Path, live: u64) -> bool {
    let needed = live.saturating_mul(2) + live / 4;
    let folder = path.parent().unwrap_or(Path::new("."));
    // Where SQLite puts temporary files, unless the environment says otherwise.
    let temporary =
        std::env::var_os("SQLITE_TMPDIR").or_else(|| std::env::var_os("TMPDIR")).map_or_else(|| PathBuf::from("/var/tmp"), PathBuf::from);
    [folder, &temporary].into_iter().all(|folder| free_on_disk(folder).is_none_or(|free| free >= needed))
}

/// Bytes that this user may still write there; `None` where nobody can tell.
#[cfg(unix)]
fn free_on_disk(folder: &Path) -> Option<u64> {
    let disk = nix::sys::statvfs::statvfs(folder).ok()?;
    #[allow(clippy::useless_conversion, reason = "the types differ between systems")]
    Some(u64::from(disk.blocks_available()).saturating_mul(u64::from(disk.fragment_size())))
}

#[cfg(not(unix))]
fn free_on_disk(_folder: &Path) -> Option<u64> {
    None
}
