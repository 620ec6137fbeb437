//! The rows of preview_sessions and preview_cleanup_events, with their SQL.

use std::fmt;

use lectern_store::{
    Timestamp,
    rusqlite::{
        self, Connection, OptionalExtension, Row, params,
        types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef},
    },
};
use serde::{Deserialize, Serialize};

/// Where a session is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It does not answer yet.
    Pending,
    /// It answers.
    Ready,
    /// It is over, for whatever reason.
    Expired,
}

/// How a session comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Files as they are.
    Static,
    /// The project's own server.
    DevServer,
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedReason {
    /// Somebody ended it.
    Stopped,
    /// Its time was up.
    TimedOut,
    /// It never answered.
    Failed,
    /// It ended by itself, or with the process that served it.
    Crashed,
}

/// A step of cleaning up, in the order in which they follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The session is over: nothing of it answers any more.
    Expired,
    /// It is no longer listed; it can be put back for a while.
    SoftDeleted,
    /// Its bytes are gone; the row stays.
    Purged,
}

macro_rules! word {
    ($type:ty, $($variant:ident => $word:literal),+) => {
        impl $type {
            /// As the column stores it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_str()? {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(FromSqlError::InvalidType),
                }
            }
        }
    };
}

word!(Status, Pending => "PENDING", Ready => "READY", Expired => "EXPIRED");
word!(Kind, Static => "STATIC", DevServer => "DEV_SERVER");
word!(EndedReason, Stopped => "STOPPED", TimedOut => "TIMED_OUT", Failed => "FAILED", Crashed => "CRASHED");
word!(Stage, Expired => "EXPIRED", SoftDeleted => "SOFT_DELETED", Purged => "PURGED");

/// What a session shows: `preview_sessions.request`, and all it takes to start it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shows {
    /// Files.
    Static {
        /// Of this version; of the folder as it is when there is none.
        version: Option<u32>,
        /// Relative to the project, "" is its root.
        folder: String,
        /// Whether unknown paths are answered with the folder's index.
        falls_back: bool,
    },
    /// A command and what it serves.
    DevServer {
        /// The program and its arguments.
        argv: Vec<String>,
        /// Where it runs, relative to the project.
        folder: String,
    },
}

impl Shows {
    /// How such a session comes about.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Static { .. } => Kind::Static,
            Self::DevServer { .. } => Kind::DevServer,
        }
    }
}

/// The stored form: the request and the number of its format.
#[derive(Serialize, Deserialize)]
struct StoredRequest {
    format: u32,
    #[serde(flatten)]
    shows: Shows,
}

/// Why a session failed, for people: `preview_sessions.error`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionError {
    /// A stable word.
    pub code: String,
    /// A sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A row of preview_sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewSession {
    /// The row's id.
    pub id: String,
    /// Whose project is shown.
    pub project_id: String,
    /// Where it is in its life.
    pub status: Status,
    /// How it comes about.
    pub kind: Kind,
    /// "Working copy", "Snapshot of v41".
    pub title: String,
    /// What it shows; none when this build can't read what another one wrote.
    pub shows: Option<Shows>,
    /// The version that is shown, by its manifest.
    pub manifest_id: Option<String>,
    /// Where a bundle was written out, relative to the data folder.
    pub bundle_path: Option<String>,
    /// The origin, while it is ready.
    pub bundle_url: Option<String>,
    /// Of a dev server: the port that it listens on itself.
    pub own_port: Option<u16>,
    /// The process that serves it.
    pub boot_id: Option<String>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When the row last changed.
    pub updated_at: Timestamp,
    /// When the user was told that it ends soon.
    pub warned_at: Option<Timestamp>,
    /// When another process asked for its end.
    pub stop_asked_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub ended_reason: Option<EndedReason>,
    /// Why it failed.
    pub error: Option<SessionError>,
    /// Since when it is no longer listed.
    pub removed_at: Option<Timestamp>,
    /// Since when only the row is left.
    pub purged_at: Option<Timestamp>,
}

fn session(row: &Row<'_>) -> rusqlite::Result<PreviewSession> {
    let (request, error): (String, Option<String>) = (row.get(5)?, row.get(17)?);
    let error = error.map(|json| serde_json::from_str(&json)).transpose();
    Ok(PreviewSession {
        id: row.get(0)?,
        project_id: row.get(1)?,
        status: row.get(2)?,
        kind: row.get(3)?,
        title: row.get(4)?,
        shows: serde_json::from_str::<StoredRequest>(&request).ok().filter(|stored| stored.format == 1).map(|stored| stored.shows),
        manifest_id: row.get(6)?,
        bundle_path: row.get(7)?,
        bundle_url: row.get(8)?,
        own_port: row.get(9)?,
        boot_id: row.get(10)?,
        expires_at: row.get(11)?,
        created_at: row.get(12)?,
        updated_at: row.get(13)?,
        warned_at: row.get(14)?,
        stop_asked_at: row.get(15)?,
        ended_at: row.get(16)?,
        error: error.map_err(|error| rusqlite::Error::FromSqlConversionFailure(17, Type::Text, Box::new(error)))?,
        ended_reason: row.get(18)?,
        removed_at: row.get(19)?,
        purged_at: row.get(20)?,
    })
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, status, kind, title, request, manifest_id, bundle_path, bundle_url, own_port, boot_id, expires_at, ",
            "created_at, updated_at, warned_at, stop_asked_at, ended_at, error, ended_reason, removed_at, purged_at ",
            "FROM preview_sessions WHERE ",
            $rest
        )
    };
}

const INSERT: &str = "INSERT INTO preview_sessions
    (id, project_id, preview_token, status, kind, title, request, manifest_id, boot_id, expires_at, created_at, updated_at)
    VALUES (?1, ?2, ?3, 'PENDING', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)";
const BY_ID: &str = select!("id = ?1");
const LISTED: &str = select!("project_id = ?1 AND removed_at IS NULL ORDER BY id DESC");
const LATEST: &str = select!("project_id = ?1 ORDER BY id DESC LIMIT 1");
const UNENDED: &str = select!("status <> 'EXPIRED' ORDER BY id");
const UNENDED_OF_BOOT: &str = select!("status <> 'EXPIRED' AND boot_id = ?1 ORDER BY id");
const ENDED_AND_LISTED: &str = select!("status = 'EXPIRED' AND removed_at IS NULL ORDER BY id");
const REMOVED: &str = select!("removed_at IS NOT NULL AND purged_at IS NULL ORDER BY id");
const IDS_WITH_BYTES: &str = "SELECT id FROM preview_sessions WHERE purged_at IS NULL";
const MANIFESTS_SHOWN: &str =
    "SELECT DISTINCT manifest_id FROM preview_sessions WHERE project_id = ?1 AND status <> 'EXPIRED' AND manifest_id IS NOT NULL";
const BECOME_READY: &str = "UPDATE preview_sessions SET status = 'READY', bundle_url = ?3, own_port = ?4, updated_at = ?5
    WHERE id = ?1 AND boot_id = ?2 AND status = 'PENDING'";
const END: &str = "UPDATE preview_sessions SET status = 'EXPIRED', ended_at = ?3, ended_reason = ?4, error = ?5, updated_at = ?3
    WHERE id = ?1 AND boot_id IS ?2 AND status <> 'EXPIRED'";
const PROLONG: &str =
    "UPDATE preview_sessions SET expires_at = ?2, warned_at = NULL, updated_at = ?3 WHERE id = ?1 AND status <> 'EXPIRED'";
const WARN: &str = "UPDATE preview_sessions SET warned_at = ?3 WHERE id = ?1 AND boot_id = ?2 AND status = 'READY' AND warned_at IS NULL";
const ASK_TO_STOP: &str = "UPDATE preview_sessions SET stop_asked_at = ?2 WHERE id = ?1 AND status <> 'EXPIRED' AND stop_asked_at IS NULL";
const REMOVE: &str =
    "UPDATE preview_sessions SET removed_at = ?2, updated_at = ?2 WHERE id = ?1 AND status = 'EXPIRED' AND removed_at IS NULL";
const PUT_BACK: &str =
    "UPDATE preview_sessions SET removed_at = NULL, updated_at = ?2 WHERE id = ?1 AND removed_at IS NOT NULL AND purged_at IS NULL";
const PURGE: &str = "UPDATE preview_sessions SET purged_at = ?2, bundle_path = NULL, bundle_url = NULL, error = NULL, updated_at = ?2
    WHERE id = ?1 AND removed_at IS NOT NULL AND purged_at IS NULL";
const LAST_EVENT_AT: &str = "SELECT max(created_at) FROM preview_cleanup_events WHERE preview_session_id = ?1";
// The stage before it must be there; a second one of the same stage is refused by the table.
const ADD_EVENT: &str = "INSERT INTO preview_cleanup_events (id, preview_session_id, stage, created_at) SELECT ?1, ?2, ?3, ?4
    WHERE ?5 IS NULL OR EXISTS (SELECT 1 FROM preview_cleanup_events WHERE preview_session_id = ?2 AND stage = ?5)";
const TAKE_EVENT_BACK: &str = "DELETE FROM preview_cleanup_events WHERE preview_session_id = ?1 AND stage = ?2";
const EVENTS: &str = "SELECT stage, created_at FROM preview_cleanup_events WHERE preview_session_id = ?1 ORDER BY created_at, id";

/// What a new row is made of.
pub(super) struct NewRow<'a> {
    pub id: &'a str,
    pub project_id: &'a str,
    pub token: &'a str,
    pub title: &'a str,
    pub shows: &'a Shows,
    pub manifest_id: Option<&'a str>,
    pub boot: &'a str,
    pub expires_at: Timestamp,
    pub now: Timestamp,
}

pub(super) fn insert(connection: &Connection, new: &NewRow<'_>) -> rusqlite::Result<()> {
    let request = to_json(&StoredRequest { format: 1, shows: new.shows.clone() })?;
    let values = params![
        new.id,
        new.project_id,
        new.token,
        new.shows.kind(),
        new.title,
        request,
        new.manifest_id,
        new.boot,
        new.expires_at,
        new.now
    ];
    connection.prepare_cached(INSERT)?.execute(values).map(drop)
}

pub(super) fn by_id(connection: &Connection, id: &str) -> rusqlite::Result<Option<PreviewSession>> {
    connection.prepare_cached(BY_ID)?.query_row([id], session).optional()
}

pub(super) fn listed(connection: &Connection, project_id: &str) -> rusqlite::Result<Vec<PreviewSession>> {
    connection.prepare_cached(LISTED)?.query_map([project_id], session)?.collect()
}

pub(super) fn latest(connection: &Connection, project_id: &str) -> rusqlite::Result<Option<PreviewSession>> {
    connection.prepare_cached(LATEST)?.query_row([project_id], session).optional()
}

pub(super) fn unended(connection: &Connection) -> rusqlite::Result<Vec<PreviewSession>> {
    connection.prepare_cached(UNENDED)?.query_map([], session)?.collect()
}

pub(super) fn unended_of_boot(connection: &Connection, boot: &str) -> rusqlite::Result<Vec<PreviewSession>> {
    connection.prepare_cached(UNENDED_OF_BOOT)?.query_map([boot], session)?.collect()
}

pub(super) fn ended_and_listed(connection: &Connection) -> rusqlite::Result<Vec<PreviewSession>> {
    connection.prepare_cached(ENDED_AND_LISTED)?.query_map([], session)?.collect()
}

pub(super) fn removed(connection: &Connection) -> rusqlite::Result<Vec<PreviewSession>> {
    connection.prepare_cached(REMOVED)?.query_map([], session)?.collect()
}

pub(super) fn ids_with_bytes(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection.prepare_cached(IDS_WITH_BYTES)?.query_map([], |row| row.get(0))?.collect()
}

pub(super) fn manifests_shown(connection: &Connection, project_id: &str) -> rusqlite::Result<Vec<String>> {
    connection.prepare_cached(MANIFESTS_SHOWN)?.query_map([project_id], |row| row.get(0))?.collect()
}

pub(super) fn become_ready(
    connection: &Connection,
    id: &str,
    boot: &str,
    url: &str,
    own_port: Option<u16>,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(BECOME_READY)?.execute(params![id, boot, url, own_port, now])? == 1)
}

pub(super) fn end(
    connection: &Connection,
    id: &str,
    boot: Option<&str>,
    reason: EndedReason,
    error: Option<&SessionError>,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let error = error.map(to_json).transpose()?;
    Ok(connection.prepare_cached(END)?.execute(params![id, boot, now, reason, error])? == 1)
}

pub(super) fn prolong(connection: &Connection, id: &str, expires_at: Timestamp, now: Timestamp) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(PROLONG)?.execute(params![id, expires_at, now])? == 1)
}

pub(super) fn warn(connection: &Connection, id: &str, boot: &str, now: Timestamp) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(WARN)?.execute(params![id, boot, now])? == 1)
}

pub(super) fn ask_to_stop(connection: &Connection, id: &str, now: Timestamp) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(ASK_TO_STOP)?.execute(params![id, now])? == 1)
}

pub(super) fn remove(connection: &Connection, id: &str, now: Timestamp) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(REMOVE)?.execute(params![id, now])? == 1)
}

pub(super) fn put_back(connection: &Connection, id: &str, now: Timestamp) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(PUT_BACK)?.execute(params![id, now])? == 1)
}

pub(super) fn purge(connection: &Connection, id: &str, now: Timestamp) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(PURGE)?.execute(params![id, now])? == 1)
}

/// When the latest event of a session was.
pub(super) fn last_event_at(connection: &Connection, id: &str) -> rusqlite::Result<Option<Timestamp>> {
    connection.prepare_cached(LAST_EVENT_AT)?.query_row([id], |row| row.get(0))
}

/// Adds the row of a stage; false when the stage before it is missing.
pub(super) fn add_event(
    connection: &Connection,
    event_id: &str,
    session_id: &str,
    stage: Stage,
    at: Timestamp,
    after: Option<Stage>,
) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(ADD_EVENT)?.execute(params![event_id, session_id, stage, at, after])? == 1)
}

pub(super) fn take_event_back(connection: &Connection, session_id: &str, stage: Stage) -> rusqlite::Result<()> {
    connection.prepare_cached(TAKE_EVENT_BACK)?.execute(params![session_id, stage]).map(drop)
}

/// The cleanup events of a session, in their order.
pub(super) fn events(connection: &Connection, session_id: &str) -> rusqlite::Result<Vec<(Stage, Timestamp)>> {
    connection.prepare_cached(EVENTS)?.query_map([session_id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn to_json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
