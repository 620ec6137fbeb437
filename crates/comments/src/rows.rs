//! The rows of comment_threads, comments, thread_anchors, thread_reads, comment_drafts and thread_follows, with their SQL.

use lectern_store::{
    Timestamp,
    rusqlite::{
        self, Connection, OptionalExtension, Row, params,
        types::{Type, ValueRef},
    },
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{AnchorEvent, AuthorType, Comment, CommentThread, Draft, Event, Filter, Origin, Place, ThreadCount, Totals, state_named};

macro_rules! thread_columns {
    () => {
        "t.id, t.project_id, t.file_path, t.line_start, t.line_end, t.state, t.origin, t.anchor, t.resolved_at, t.deleted_at, t.source,
         t.created_at, t.updated_at"
    };
}

/// Somebody else wrote in it since the user last read it. ?1 is the user.
macro_rules! is_unread {
    () => {
        "EXISTS (SELECT 1 FROM comments AS u WHERE u.thread_id = t.id AND u.deleted_at IS NULL AND u.author_id IS NOT ?1
                 AND u.created_at > coalesce((SELECT r.read_at FROM thread_reads AS r WHERE r.user_id = ?1 AND r.thread_id = t.id), ''))"
    };
}

/// ?1 user, ?2 project, ?3 path or NULL, ?4 states (JSON) or NULL, ?5 resolved or NULL, ?6 author or NULL (`me`, `ai`, or a name), ?7 unread only,
/// ?8 text (escaped for LIKE) or NULL.
macro_rules! filtered {
    ($what:expr, $after:expr) => {
        concat!(
            "SELECT ",
            $what,
            " FROM comment_threads AS t WHERE t.project_id = ?2 AND t.deleted_at IS NULL
              AND (?3 IS NULL OR t.file_path = ?3)
              AND (?4 IS NULL OR t.state IN (SELECT value FROM json_each(?4)))
              AND (?5 IS NULL OR (t.resolved_at IS NOT NULL) = ?5)
              AND (?6 IS NULL OR EXISTS (SELECT 1 FROM comments AS a WHERE a.thread_id = t.id AND a.deleted_at IS NULL AND CASE ?6
                   WHEN 'me' THEN a.author_id = ?1 WHEN 'ai' THEN a.author_type = 'AI' ELSE a.author_name = ?6 END))
              AND (NOT ?7 OR ",
            is_unread!(),
            ")
              AND (?8 IS NULL OR t.file_path LIKE ?8 ESCAPE '\\'
                   OR EXISTS (SELECT 1 FROM comments AS b WHERE b.thread_id = t.id AND b.deleted_at IS NULL AND b.body LIKE ?8 ESCAPE '\\'))",
            $after
        )
    };
}

const INSERT_THREAD: &str = "INSERT INTO comment_threads
    (id, project_id, file_path, line_start, line_end, state, origin, anchor, source, resolved_at, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
const THREAD: &str = concat!("SELECT ", thread_columns!(), " FROM comment_threads AS t WHERE t.id = ?1 AND t.project_id = ?2");
const THREADS_OF_PATHS: &str = concat!(
    "SELECT ",
    thread_columns!(),
    " FROM comment_threads AS t WHERE t.project_id = ?1 AND t.deleted_at IS NULL
      AND (t.file_path IN (SELECT value FROM json_each(?2)) OR t.origin ->> '$.path' IN (SELECT value FROM json_each(?2)))
      ORDER BY t.file_path, t.line_start, t.id"
);
/// Those that may be elsewhere when these paths changed: also the ones whose code is lost, of which there may be many.
const CONCERNED: &str = concat!(
    "SELECT ",
    thread_columns!(),
    " FROM comment_threads AS t WHERE t.project_id = ?1 AND t.deleted_at IS NULL
      AND (t.file_path IN (SELECT value FROM json_each(?2)) OR t.origin ->> '$.path' IN (SELECT value FROM json_each(?2))
           OR t.id IN (SELECT l.id FROM comment_threads AS l WHERE l.project_id = ?1 AND l.deleted_at IS NULL
                       AND l.state IN ('NEEDS_REVIEW', 'OUTDATED') ORDER BY l.updated_at DESC, l.id DESC LIMIT ?3))
      ORDER BY t.file_path, t.line_start, t.id"
);
const ALL_THREADS: &str = concat!(
    "SELECT ",
    thread_columns!(),
    " FROM comment_threads AS t WHERE t.project_id = ?1 AND t.deleted_at IS NULL ORDER BY t.file_path, t.line_start, t.id"
);
const LIST: &str = filtered!(thread_columns!(), " ORDER BY t.file_path, t.line_start, t.line_end, t.id LIMIT ?9 OFFSET ?10");
const LIST_LATEST: &str = filtered!(thread_columns!(), " ORDER BY t.updated_at DESC, t.id DESC LIMIT ?9 OFFSET ?10");
const COUNT: &str = filtered!("count(*)", "");
const TOTALS: &str = concat!(
    "SELECT count(*), total(t.resolved_at IS NULL), total(t.resolved_at IS NULL AND t.state = 'NEEDS_REVIEW'),
            total(",
    is_unread!(),
    ") FROM comment_threads AS t WHERE t.project_id = ?2 AND t.deleted_at IS NULL"
);
const COUNTS: &str = concat!(
    "SELECT t.file_path, count(*), total(",
    is_unread!(),
    ") FROM comment_threads AS t WHERE t.project_id = ?2 AND t.deleted_at IS NULL AND t.resolved_at IS NULL GROUP BY t.file_path ORDER BY t.file_path"
);
const AUTHORS: &str = "SELECT DISTINCT c.author_name FROM comments AS c JOIN comment_threads AS t ON t.id = c.thread_id
    WHERE t.project_id = ?1 AND t.deleted_at IS NULL AND c.deleted_at IS NULL AND c.author_type = 'USER' AND c.author_name <> '' ORDER BY 1 LIMIT 200";
const UNREAD_IDS: &str =
    concat!("SELECT t.id FROM comment_threads AS t WHERE t.project_id = ?2 AND t.deleted_at IS NULL AND ", is_unread!());
const SET_PLACE: &str = "UPDATE comment_threads
    SET file_path = ?2, line_start = ?3, line_end = ?4, state = ?5, origin = ?6, anchor = ?7, updated_at = ?8 WHERE id = ?1";
/// Unless anything in it changed since it was read.
const FOLLOW_PLACE: &str = "UPDATE comment_threads
    SET file_path = ?2, line_start = ?3, line_end = ?4, state = ?5, anchor = ?6 WHERE id = ?1 AND updated_at = ?7";
const SET_RESOLVED: &str =
    "UPDATE comment_threads SET resolved_at = ?2, updated_at = ?3 WHERE id = ?1 AND (resolved_at IS NULL) <> (?2 IS NULL)";
const SET_DELETED: &str =
    "UPDATE comment_threads SET deleted_at = ?2, updated_at = ?3 WHERE id = ?1 AND (deleted_at IS NULL) <> (?2 IS NULL)";
const TOUCH: &str = "UPDATE comment_threads SET updated_at = ?2 WHERE id = ?1";
const PURGE: &str = "DELETE FROM comment_threads WHERE deleted_at < ?1";
const PURGE_COMMENTS: &str = "DELETE FROM comments WHERE deleted_at < ?1";

const INSERT_COMMENT: &str = "INSERT INTO comments
    (id, thread_id, author_id, author_type, author_name, model, body, source, created_at, edited_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
macro_rules! comment_columns {
    () => {
        "id, thread_id, author_id, author_type, author_name, model, body, created_at, edited_at, deleted_at, source"
    };
}
const COMMENT: &str = concat!("SELECT ", comment_columns!(), " FROM comments WHERE id = ?1");
const COMMENTS: &str =
    concat!("SELECT ", comment_columns!(), " FROM comments WHERE thread_id = ?1 AND deleted_at IS NULL ORDER BY created_at, id");
const SET_BODY: &str = "UPDATE comments SET body = ?2, edited_at = ?3 WHERE id = ?1";
const SET_COMMENT_DELETED: &str = "UPDATE comments SET deleted_at = ?2 WHERE id = ?1";

const INSERT_ANCHOR: &str = "INSERT INTO thread_anchors
    (id, thread_id, event, file_path, line_start, line_end, state, origin, anchor, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const ANCHORS: &str = "SELECT id, event, file_path, line_start, line_end, state, origin, anchor, created_at FROM thread_anchors
    WHERE thread_id = ?1 ORDER BY id";
const LAST_EVENT: &str = "SELECT event FROM thread_anchors WHERE thread_id = ?1 ORDER BY id DESC LIMIT 1";
const FIRST_OF: &str = concat!(
    "SELECT ",
    comment_columns!(),
    ", count(*) OVER () FROM comments WHERE thread_id = ?1 AND deleted_at IS NULL ORDER BY created_at, id LIMIT 1"
);
const READ_AT: &str = "SELECT read_at FROM thread_reads WHERE user_id = ?1 AND thread_id = ?2";
const MARK_READ: &str = "INSERT INTO thread_reads (user_id, thread_id, read_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (user_id, thread_id) DO UPDATE SET read_at = max(read_at, excluded.read_at)";
const MARK_UNREAD: &str = "DELETE FROM thread_reads WHERE user_id = ?1 AND thread_id = ?2";

const SAVE_DRAFT: &str = "INSERT INTO comment_drafts (user_id, project_id, key, place, body, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (user_id, project_id, key) DO UPDATE SET place = excluded.place, body = excluded.body, updated_at = excluded.updated_at";
const DISCARD_DRAFT: &str = "DELETE FROM comment_drafts WHERE user_id = ?1 AND project_id = ?2 AND key = ?3";
const DRAFTS: &str =
    "SELECT key, place, body, updated_at FROM comment_drafts WHERE user_id = ?1 AND project_id = ?2 ORDER BY updated_at, key";

const FOLLOWED: &str = "SELECT manifest_id FROM thread_follows WHERE project_id = ?1";
const SET_FOLLOWED: &str = "INSERT INTO thread_follows (project_id, manifest_id) VALUES (?1, ?2)
    ON CONFLICT (project_id) DO UPDATE SET manifest_id = excluded.manifest_id";
const OBJECTS: &str = "SELECT DISTINCT value FROM (
    SELECT origin ->> '$.object' AS value FROM comment_threads UNION SELECT origin ->> '$.object' FROM thread_anchors) WHERE value IS NOT NULL";

const ORIGIN_MANIFESTS: &str = "SELECT DISTINCT origin ->> '$.manifest_id' FROM comment_threads
    WHERE project_id = ?1 AND deleted_at IS NULL AND origin ->> '$.manifest_id' IS NOT NULL";

/// A value as a JSON column has it.
fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn parsed<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

fn unknown(column: usize, name: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("“{name}” is unknown to this build").into())
}

fn place(row: &Row<'_>, first: usize) -> rusqlite::Result<Place> {
    Ok(Place { path: row.get(first)?, line_start: row.get(first + 1)?, line_end: row.get(first + 2)? })
}

fn thread_of(row: &Row<'_>) -> rusqlite::Result<CommentThread> {
    let state: String = row.get(5)?;
    Ok(CommentThread {
        id: row.get(0)?,
        project_id: row.get(1)?,
        place: place(row, 2)?,
        state: state_named(&state).ok_or_else(|| unknown(5, &state))?,
        origin: parsed(row, 6)?,
        anchor: parsed(row, 7)?,
        resolved_at: row.get(8)?,
        deleted_at: row.get(9)?,
        source: row.get(10)?,
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
    })
}

fn comment_of(row: &Row<'_>) -> rusqlite::Result<Comment> {
    let author: String = row.get(3)?;
    Ok(Comment {
        id: row.get(0)?,
        thread_id: row.get(1)?,
        author_id: row.get(2)?,
        author_type: AuthorType::parse(&author).ok_or_else(|| unknown(3, &author))?,
        author_name: row.get(4)?,
        model: row.get(5)?,
        body: row.get(6)?,
        created_at: row.get(7)?,
        edited_at: row.get(8)?,
        deleted_at: row.get(9)?,
        source: row.get(10)?,
    })
}

pub(crate) fn insert_thread(connection: &Connection, thread: &CommentThread) -> rusqlite::Result<()> {
    let place = &thread.place;
    connection
        .prepare_cached(INSERT_THREAD)?
        .execute(params![
            thread.id,
            thread.project_id,
            place.path,
            place.line_start,
            place.line_end,
            thread.state.name(),
            json(&thread.origin)?,
            json(&thread.anchor)?,
            thread.source,
            thread.resolved_at,
            thread.created_at,
            thread.updated_at
        ])
        .map(drop)
}

pub(crate) fn thread(connection: &Connection, project_id: &str, id: &str) -> rusqlite::Result<Option<CommentThread>> {
    connection.prepare_cached(THREAD)?.query_row(params![id, project_id], thread_of).optional()
}

pub(crate) fn threads_of_paths(connection: &Connection, project_id: &str, paths: &[String]) -> rusqlite::Result<Vec<CommentThread>> {
    connection.prepare_cached(THREADS_OF_PATHS)?.query_map(params![project_id, json(&paths)?], thread_of)?.collect()
}

/// Threads that changes of these paths concern, and up to `lost` of those whose code is lost, which may be anywhere.
pub(crate) fn concerned(connection: &Connection, project_id: &str, paths: &[&str], lost: u32) -> rusqlite::Result<Vec<CommentThread>> {
    connection.prepare_cached(CONCERNED)?.query_map(params![project_id, json(&paths)?, lost], thread_of)?.collect()
}

pub(crate) fn all_threads(connection: &Connection, project_id: &str) -> rusqlite::Result<Vec<CommentThread>> {
    connection.prepare_cached(ALL_THREADS)?.query_map([project_id], thread_of)?.collect()
}

/// `%` and `_` of what people type mean themselves.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern + "%"
}

/// A page of the threads that a filter lets through, and how many it lets through in all.
pub(crate) fn list(
    connection: &Connection,
    user_id: &str,
    project_id: &str,
    filter: &Filter,
    first: u32,
    count: u32,
) -> rusqlite::Result<(Vec<CommentThread>, u32)> {
    let names: Vec<&str> = filter.states.iter().map(|state| state.name()).collect();
    let states = if names.is_empty() { None } else { Some(json(&names)?) };
    let text = (!filter.text.trim().is_empty()).then(|| pattern(filter.text.trim()));
    let total = connection
        .prepare_cached(COUNT)?
        .query_row(params![user_id, project_id, filter.path, states, filter.resolved, filter.author, filter.unread, text], |row| {
            row.get(0)
        })?;
    let sql = if filter.latest_first { LIST_LATEST } else { LIST };
    let rows = connection
        .prepare_cached(sql)?
        .query_map(
            params![user_id, project_id, filter.path, states, filter.resolved, filter.author, filter.unread, text, count, first],
            thread_of,
        )?
        .collect::<rusqlite::Result<_>>()?;
    Ok((rows, total))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "total() of rows is a small whole number, as a REAL")]
fn whole(row: &Row<'_>, column: usize) -> rusqlite::Result<u32> {
    Ok(row.get::<_, f64>(column)? as u32)
}

pub(crate) fn totals(connection: &Connection, user_id: &str, project_id: &str) -> rusqlite::Result<Totals> {
    connection.prepare_cached(TOTALS)?.query_row([user_id, project_id], |row| {
        Ok(Totals { all: row.get(0)?, open: whole(row, 1)?, needs_review: whole(row, 2)?, unread: whole(row, 3)? })
    })
}

pub(crate) fn counts(connection: &Connection, user_id: &str, project_id: &str) -> rusqlite::Result<Vec<ThreadCount>> {
    let mut statement = connection.prepare_cached(COUNTS)?;
    let rows = statement
        .query_map([user_id, project_id], |row| Ok(ThreadCount { path: row.get(0)?, open: row.get(1)?, unread: whole(row, 2)? }))?;
    rows.collect()
}

pub(crate) fn authors(connection: &Connection, project_id: &str) -> rusqlite::Result<Vec<String>> {
    connection.prepare_cached(AUTHORS)?.query_map([project_id], |row| row.get(0))?.collect()
}

pub(crate) fn unread_ids(connection: &Connection, user_id: &str, project_id: &str) -> rusqlite::Result<Vec<String>> {
    connection.prepare_cached(UNREAD_IDS)?.query_map([user_id, project_id], |row| row.get(0))?.collect()
}

pub(crate) fn set_place(connection: &Connection, thread: &CommentThread) -> rusqlite::Result<()> {
    let place = &thread.place;
    connection
        .prepare_cached(SET_PLACE)?
        .execute(params![
            thread.id,
            place.path,
            place.line_start,
            place.line_end,
            thread.state.name(),
            json(&thread.origin)?,
            json(&thread.anchor)?,
            thread.updated_at
        ])
        .map(drop)
}

/// False when anything in the thread changed since it was read.
pub(crate) fn follow_place(connection: &Connection, thread: &CommentThread) -> rusqlite::Result<bool> {
    let place = &thread.place;
    let changed = connection.prepare_cached(FOLLOW_PLACE)?.execute(params![
        thread.id,
        place.path,
        place.line_start,
        place.line_end,
        thread.state.name(),
        json(&thread.anchor)?,
        thread.updated_at
    ])?;
    Ok(changed == 1)
}

pub(crate) fn set_resolved(connection: &Connection, id: &str, at: Option<Timestamp>, now: Timestamp) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(SET_RESOLVED)?.execute(params![id, at, now])? == 1)
}

pub(crate) fn set_deleted(connection: &Connection, id: &str, at: Option<Timestamp>, now: Timestamp) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(SET_DELETED)?.execute(params![id, at, now])? == 1)
}

pub(crate) fn touch(connection: &Connection, id: &str, now: Timestamp) -> rusqlite::Result<()> {
    connection.prepare_cached(TOUCH)?.execute(params![id, now]).map(drop)
}

/// Threads and comments that were deleted before a moment.
pub(crate) fn purge(connection: &Connection, before: Timestamp) -> rusqlite::Result<usize> {
    Ok(connection.prepare_cached(PURGE)?.execute([before])? + connection.prepare_cached(PURGE_COMMENTS)?.execute([before])?)
}

pub(crate) fn insert_comment(connection: &Connection, comment: &Comment) -> rusqlite::Result<()> {
    connection
        .prepare_cached(INSERT_COMMENT)?
        .execute(params![
            comment.id,
            comment.thread_id,
            comment.author_id,
            comment.author_type.as_str(),
            comment.author_name,
            comment.model,
            comment.body,
            comment.source,
            comment.created_at,
            comment.edited_at
        ])
        .map(drop)
}

pub(crate) fn comment(connection: &Connection, id: &str) -> rusqlite::Result<Option<Comment>> {
    connection.prepare_cached(COMMENT)?.query_row([id], comment_of).optional()
}

pub(crate) fn comments(connection: &Connection, thread_id: &str) -> rusqlite::Result<Vec<Comment>> {
    connection.prepare_cached(COMMENTS)?.query_map([thread_id], comment_of)?.collect()
}

pub(crate) fn set_body(connection: &Connection, id: &str, body: &str, edited_at: Option<Timestamp>) -> rusqlite::Result<()> {
    connection.prepare_cached(SET_BODY)?.execute(params![id, body, edited_at]).map(drop)
}

pub(crate) fn set_comment_deleted(connection: &Connection, id: &str, at: Option<Timestamp>) -> rusqlite::Result<()> {
    connection.prepare_cached(SET_COMMENT_DELETED)?.execute(params![id, at]).map(drop)
}

pub(crate) fn insert_anchor(
    connection: &Connection,
    id: &str,
    event: Event,
    thread: &CommentThread,
    now: Timestamp,
) -> rusqlite::Result<()> {
    insert_anchor_with(connection, id, event, thread, Some(json(&thread.origin)?), now)
}

/// The same for a thread whose origin is that of the row before: again and again it would be most of what a history takes.
pub(crate) fn insert_next_anchor(
    connection: &Connection,
    id: &str,
    event: Event,
    thread: &CommentThread,
    now: Timestamp,
) -> rusqlite::Result<()> {
    insert_anchor_with(connection, id, event, thread, None, now)
}

fn insert_anchor_with(
    connection: &Connection,
    id: &str,
    event: Event,
    thread: &CommentThread,
    origin: Option<String>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let place = &thread.place;
    connection
        .prepare_cached(INSERT_ANCHOR)?
        .execute(params![
            id,
            thread.id,
            event.as_str(),
            place.path,
            place.line_start,
            place.line_end,
            thread.state.name(),
            origin,
            json(&thread.anchor)?,
            now
        ])
        .map(drop)
}

pub(crate) fn anchors(connection: &Connection, thread_id: &str) -> rusqlite::Result<Vec<AnchorEvent>> {
    let mut statement = connection.prepare_cached(ANCHORS)?;
    let mut origin: Option<Origin> = None;
    let rows = statement.query_map([thread_id], |row| {
        let (event, state): (String, String) = (row.get(1)?, row.get(5)?);
        if row.get_ref(6)? != ValueRef::Null {
            origin = Some(parsed(row, 6)?);
        }
        Ok(AnchorEvent {
            id: row.get(0)?,
            event: Event::parse(&event).ok_or_else(|| unknown(1, &event))?,
            place: place(row, 2)?,
            state: state_named(&state).ok_or_else(|| unknown(5, &state))?,
            origin: origin.clone().ok_or_else(|| unknown(6, "no origin"))?,
            anchor: parsed(row, 7)?,
            created_at: row.get(8)?,
        })
    })?;
    rows.collect()
}

pub(crate) fn last_event(connection: &Connection, thread_id: &str) -> rusqlite::Result<Option<Event>> {
    let name: Option<String> = connection.prepare_cached(LAST_EVENT)?.query_row([thread_id], |row| row.get(0)).optional()?;
    Ok(name.as_deref().and_then(Event::parse))
}

/// The first comment of a thread, and how many it has.
pub(crate) fn first_of(connection: &Connection, thread_id: &str) -> rusqlite::Result<Option<(Comment, u32)>> {
    connection.prepare_cached(FIRST_OF)?.query_row([thread_id], |row| Ok((comment_of(row)?, row.get(11)?))).optional()
}

pub(crate) fn read_at(connection: &Connection, user_id: &str, thread_id: &str) -> rusqlite::Result<Option<Timestamp>> {
    connection.prepare_cached(READ_AT)?.query_row([user_id, thread_id], |row| row.get(0)).optional()
}

pub(crate) fn mark_read(connection: &Connection, user_id: &str, thread_id: &str, now: Timestamp) -> rusqlite::Result<()> {
    connection.prepare_cached(MARK_READ)?.execute(params![user_id, thread_id, now]).map(drop)
}

pub(crate) fn mark_unread(connection: &Connection, user_id: &str, thread_id: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(MARK_UNREAD)?.execute([user_id, thread_id]).map(drop)
}

pub(crate) fn save_draft(connection: &Connection, user_id: &str, project_id: &str, draft: &Draft) -> rusqlite::Result<()> {
    connection
        .prepare_cached(SAVE_DRAFT)?
        .execute(params![user_id, project_id, draft.key, draft.place, draft.body, draft.updated_at])
        .map(drop)
}

pub(crate) fn discard_draft(connection: &Connection, user_id: &str, project_id: &str, key: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(DISCARD_DRAFT)?.execute([user_id, project_id, key]).map(drop)
}

pub(crate) fn drafts(connection: &Connection, user_id: &str, project_id: &str) -> rusqlite::Result<Vec<Draft>> {
    let mut statement = connection.prepare_cached(DRAFTS)?;
    let rows = statement.query_map([user_id, project_id], |row| {
        Ok(Draft { key: row.get(0)?, place: row.get(1)?, body: row.get(2)?, updated_at: row.get(3)? })
    })?;
    rows.collect()
}

/// The manifest that a project's threads were last followed into.
pub(crate) fn followed(connection: &Connection, project_id: &str) -> rusqlite::Result<Option<String>> {
    connection.prepare_cached(FOLLOWED)?.query_row([project_id], |row| row.get(0)).optional()
}

pub(crate) fn set_followed(connection: &Connection, project_id: &str, manifest_id: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(SET_FOLLOWED)?.execute([project_id, manifest_id]).map(drop)
}

/// The objects that origins name, in hex.
pub(crate) fn objects(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection.prepare_cached(OBJECTS)?.query_map([], |row| row.get(0))?.collect()
}

/// The manifests that threads of a project were written in.
pub(crate) fn origin_manifests(connection: &Connection, project_id: &str) -> rusqlite::Result<Vec<String>> {
    connection.prepare_cached(ORIGIN_MANIFESTS)?.query_map([project_id], |row| row.get(0))?.collect()
}
