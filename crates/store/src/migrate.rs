//! Brings a database to this build's schema, or refuses it untouched.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use crate::{Clock, StoreError, private_file};

mod embedded {
    refinery::embed_migrations!("../../migrations");
}

/// The schema version this build writes. A database with a higher one is refused.
pub const LATEST_VERSION: i64 = 8;

/// The schema version of an open database; 0 when it is empty.
///
/// # Errors
/// When the database can't be read.
pub fn schema_version(connection: &Connection) -> rusqlite::Result<i64> {
    let has_history: bool =
        connection.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history')", [], |row| row.get(0))?;
    if !has_history {
        return Ok(0);
    }
    let version: Option<i64> =
        connection.query_row("SELECT max(version) FROM refinery_schema_history", [], |row| row.get(0)).optional()?.flatten();
    Ok(version.unwrap_or(0))
}

/// Applies what is missing, all in one transaction, after a backup of what is there.
pub(crate) fn run(connection: &mut Connection, database: &Path, backups: &Path, clock: &dyn Clock) -> Result<(), StoreError> {
    if schema_version(connection)? == LATEST_VERSION {
        return Ok(());
    }
    // Two programs may start on the same old database; the second finds it done.
    let turn = private_file().open(database.with_extension("migrating"))?;
    turn.lock()?;
    let found = schema_version(connection)?;
    if found > LATEST_VERSION {
        return Err(StoreError::Newer { found, supported: LATEST_VERSION });
    }
    if found == LATEST_VERSION {
        return Ok(());
    }
    if found > 0 {
        let target = backup_path(backups, found, clock);
        backup(connection, &target)?;
    }
    // Rebuilding a table with foreign keys on can cascade deletes; they are checked after instead.
    connection.pragma_update(None, "foreign_keys", false)?;
    let result = embedded::migrations::runner().set_grouped(true).run(connection);
    connection.pragma_update(None, "foreign_keys", true)?;
    result.map_err(|source| StoreError::Migration { database: database.to_owned(), source: Box::new(source) })?;
    let broken: bool = connection.prepare("PRAGMA foreign_key_check")?.exists([])?;
    if broken { Err(StoreError::Damaged { detail: "rows point to rows that are not there".to_owned() }) } else { Ok(()) }
}

fn backup_path(backups: &Path, version: i64, clock: &dyn Clock) -> PathBuf {
    let stamp = clock.now().to_string().replace([':', '.'], "-");
    backups.join(format!("before-migration-from-v{version}-{stamp}.db"))
}

/// Copies an open database to `target` with SQLite's backup API and checks the copy before it counts.
pub(crate) fn backup(connection: &Connection, target: &Path) -> Result<(), StoreError> {
    let partial = target.with_extension("partial");
    {
        private_file().open(&partial)?;
        let mut copy = Connection::open(&partial)?;
        rusqlite::backup::Backup::new(connection, &mut copy)?.run_to_completion(1024, std::time::Duration::ZERO, None)?;
        let verdict: String = copy.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(StoreError::Damaged { detail: verdict });
        }
    }
    std::fs::rename(&partial, target)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_version_is_the_last_migration_in_the_folder() {
        let last = embedded::migrations::runner().get_migrations().iter().map(|m| i64::from(m.version())).max();
        assert_eq!(last, Some(LATEST_VERSION), "LATEST_VERSION moves with the migrations folder");
    }
}
