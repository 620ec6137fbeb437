//! What an import asks of comment_threads and comments, with its SQL: what is there already, deleted or not.

use lectern_store::{
    Timestamp,
    rusqlite::{self, Connection, params},
};

const THREADS: &str = "SELECT id, source, resolved_at, deleted_at, updated_at FROM comment_threads WHERE project_id = ?1";
const COMMENTS: &str = "SELECT id, source, body, created_at, edited_at, deleted_at FROM comments WHERE thread_id = ?1";
const IS_THREAD: &str = "SELECT EXISTS (SELECT 1 FROM comment_threads WHERE id = ?1)";
const IS_COMMENT: &str = "SELECT EXISTS (SELECT 1 FROM comments WHERE id = ?1)";
const SET_STATUS: &str = "UPDATE comment_threads SET resolved_at = ?2, updated_at = ?3 WHERE id = ?1";

/// A thread of the project.
#[derive(Debug, Clone)]
pub(crate) struct KnownThread {
    pub id: String,
    pub source: Option<String>,
    pub resolved_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
    pub updated_at: Timestamp,
}

/// A comment of such a thread.
#[derive(Debug, Clone)]
pub(crate) struct KnownComment {
    pub id: String,
    pub source: Option<String>,
    pub body: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
}

pub(crate) fn threads(connection: &Connection, project_id: &str) -> rusqlite::Result<Vec<KnownThread>> {
    let mut statement = connection.prepare_cached(THREADS)?;
    let rows = statement.query_map([project_id], |row| {
        Ok(KnownThread { id: row.get(0)?, source: row.get(1)?, resolved_at: row.get(2)?, deleted_at: row.get(3)?, updated_at: row.get(4)? })
    })?;
    rows.collect()
}

pub(crate) fn comments(connection: &Connection, thread_id: &str) -> rusqlite::Result<Vec<KnownComment>> {
    let mut statement = connection.prepare_cached(COMMENTS)?;
    let rows = statement.query_map([thread_id], |row| {
        Ok(KnownComment {
            id: row.get(0)?,
            source: row.get(1)?,
            body: row.get(2)?,
            created_at: row.get(3)?,
            edited_at: row.get(4)?,
            deleted_at: row.get(5)?,
        })
    })?;
    rows.collect()
}

/// Whether any project has a thread of that id.
pub(crate) fn is_thread(connection: &Connection, id: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached(IS_THREAD)?.query_row([id], |row| row.get(0))
}

/// Whether any thread has a comment of that id.
pub(crate) fn is_comment(connection: &Connection, id: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached(IS_COMMENT)?.query_row([id], |row| row.get(0))
}

pub(crate) fn set_status(connection: &Connection, id: &str, resolved_at: Option<Timestamp>, updated_at: Timestamp) -> rusqlite::Result<()> {
    connection.prepare_cached(SET_STATUS)?.execute(params![id, resolved_at, updated_at]).map(drop)
}
