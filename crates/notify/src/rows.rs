//! The rows of notifications, with their SQL.

use lectern_store::{
    Timestamp,
    rusqlite::{self, Connection, Row, params},
};
use serde_json::{Value, json};

use crate::{Notice, NoticeFilter, Notification};

/// Unless the user switched the type off. The choice is read where it is kept, so that every transaction that tells of something honours it.
const INSERT: &str = "INSERT INTO notifications (id, user_id, type, payload, created_at) SELECT ?1, ?2, ?3, ?4, ?5
    WHERE NOT EXISTS (SELECT 1 FROM users WHERE id = ?2 AND settings ->> ('$.notifications.' || ?3) = 'OFF')";
const LIST: &str = "SELECT id, user_id, type, payload, read_at, created_at FROM notifications
    WHERE user_id = ?1 AND (?2 IS NULL OR id < ?2) AND (?3 = 0 OR read_at IS NULL)
    AND (?4 IS NULL OR payload ->> '$.project_id' = ?4)
    AND (?5 = '[]' OR type IN (SELECT value FROM json_each(?5)))
    ORDER BY id DESC";
const UNREAD_AFTER: &str = "SELECT id, user_id, type, payload, read_at, created_at FROM notifications
    WHERE user_id = ?1 AND id > ?2 AND read_at IS NULL ORDER BY id";
const ONE: &str = "SELECT id, user_id, type, payload, read_at, created_at FROM notifications WHERE user_id = ?1 AND id = ?2";
const UNREAD: &str = "SELECT id, user_id, type, payload, read_at, created_at FROM notifications WHERE user_id = ?1 AND read_at IS NULL";
const MARK_READ: &str = "UPDATE notifications SET read_at = ?3 WHERE id = ?2 AND user_id = ?1 AND read_at IS NULL";
const MARK_ALL_READ: &str = "UPDATE notifications SET read_at = ?2 WHERE user_id = ?1 AND read_at IS NULL";
const IS_UNREAD: &str = "SELECT EXISTS (SELECT 1 FROM notifications
    WHERE user_id = ?1 AND type = ?2 AND read_at IS NULL AND payload ->> '$.project_id' = ?3)";
const REMOVE_BEFORE: &str = "DELETE FROM notifications WHERE created_at < ?1";

pub(crate) fn insert(connection: &Connection, id: &str, user_id: &str, notice: &Notice, now: Timestamp) -> rusqlite::Result<bool> {
    let whole = serde_json::to_value(notice).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    let (kind, payload) = (whole["type"].as_str().unwrap_or_default(), whole["payload"].to_string());
    Ok(connection.prepare_cached(INSERT)?.execute(params![id, user_id, kind, payload, now])? == 1)
}

pub(crate) fn list(
    connection: &Connection,
    user_id: &str,
    before: Option<&str>,
    limit: u32,
    filter: &NoticeFilter,
) -> rusqlite::Result<Vec<Notification>> {
    let mut statement = connection.prepare_cached(LIST)?;
    let kinds = json!(filter.kinds).to_string();
    let rows = statement.query_map(params![user_id, before, filter.unread, filter.project_id, kinds], notification)?;
    rows.filter_map(Result::transpose).take(limit as usize).collect()
}

pub(crate) fn unread_after(connection: &Connection, user_id: &str, after: &str, limit: u32) -> rusqlite::Result<Vec<Notification>> {
    let mut statement = connection.prepare_cached(UNREAD_AFTER)?;
    let rows = statement.query_map([user_id, after], notification)?;
    rows.filter_map(Result::transpose).take(limit as usize).collect()
}

pub(crate) fn one(connection: &Connection, user_id: &str, id: &str) -> rusqlite::Result<Option<Notification>> {
    let mut statement = connection.prepare_cached(ONE)?;
    let mut rows = statement.query_map([user_id, id], notification)?;
    Ok(rows.next().transpose()?.flatten())
}

pub(crate) fn unread(connection: &Connection, user_id: &str) -> rusqlite::Result<u32> {
    let mut statement = connection.prepare_cached(UNREAD)?;
    let known = statement.query_map([user_id], notification)?.filter_map(Result::transpose);
    known.map(|row| row.map(|_| 1)).sum()
}

pub(crate) fn mark_read(connection: &Connection, user_id: &str, id: &str, now: Timestamp) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(MARK_READ)?.execute(params![user_id, id, now])? == 1)
}

pub(crate) fn mark_all_read(connection: &Connection, user_id: &str, now: Timestamp) -> rusqlite::Result<usize> {
    connection.prepare_cached(MARK_ALL_READ)?.execute(params![user_id, now])
}

pub(crate) fn is_unread(connection: &Connection, user_id: &str, kind: &str, project_id: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached(IS_UNREAD)?.query_row(params![user_id, kind, project_id], |row| row.get(0))
}

pub(crate) fn remove_before(connection: &Connection, before: Timestamp) -> rusqlite::Result<usize> {
    connection.prepare_cached(REMOVE_BEFORE)?.execute([before])
}

/// `None` for what this build does not know.
fn notification(row: &Row<'_>) -> rusqlite::Result<Option<Notification>> {
    let (kind, payload): (String, String) = (row.get(2)?, row.get(3)?);
    let payload: Value = serde_json::from_str(&payload).unwrap_or_default();
    let Ok(notice) = serde_json::from_value(json!({ "type": kind, "payload": payload })) else { return Ok(None) };
    Ok(Some(Notification { id: row.get(0)?, user_id: row.get(1)?, notice, read_at: row.get(4)?, created_at: row.get(5)? }))
}
