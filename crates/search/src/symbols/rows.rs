//! The table of `search/symbols.db`, with its SQL.

/// A rowid table with an index beside it, as for objects: random hashes as the key of the rows themselves make inserts slow.
pub(crate) const SCHEMA: &str = "
CREATE TABLE symbols (
    id       INTEGER PRIMARY KEY,
    -- The object they were read from.
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    -- The language it was read as; '#!' for the one that its first line names.
    language TEXT NOT NULL,
    data     BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX symbols_key ON symbols (hash, language);
";

pub(crate) const SELECT: &str = "SELECT data FROM symbols WHERE hash = ?1 AND language = ?2";
pub(crate) const INSERT: &str = "INSERT OR REPLACE INTO symbols (hash, language, data) VALUES (?1, ?2, ?3)";

/// The next `?2` contents after `?1`, by hash.
pub(crate) const HASHES_AFTER: &str = "SELECT DISTINCT hash FROM symbols WHERE hash > ?1 ORDER BY hash LIMIT ?2";
pub(crate) const FORGET: &str = "DELETE FROM symbols WHERE hash = ?1";
