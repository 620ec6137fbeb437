//! The rows of refactor_jobs behind PROPOSED, and of refactor_choices: reading and writing one, inside a transaction of whoever calls.

use lectern_objects::ObjectHash;
use lectern_store::{
    Timestamp,
    rusqlite::{self, Connection, OptionalExtension, Transaction, params},
};
use serde::{Deserialize, Serialize};

use crate::{AppliedChanges, stored::Pending};

const CHOICES: &str = "SELECT data FROM refactor_choices WHERE job_id = ?1";
const SET_CHOICES: &str = "INSERT INTO refactor_choices (job_id, data, updated_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (job_id) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at";
const APPLIED: &str = "SELECT applied_changes FROM refactor_jobs WHERE id = ?1";
const BEGIN: &str = "UPDATE refactor_jobs SET status = 'APPLYING', applied_changes = ?3, updated_at = ?4 WHERE id = ?1 AND status = ?2";
const SETTLE: &str = "UPDATE refactor_jobs SET status = ?2, applied_changes = ?3, progress = ?4, error = ?5, updated_at = ?6
    WHERE id = ?1 AND (status = 'APPLYING' OR (status = 'FAILED' AND json_extract(applied_changes, '$.pending') IS NOT NULL))";
const PROGRESS: &str = "SELECT progress FROM refactor_jobs WHERE id = ?1";
const DISCARD: &str = "UPDATE refactor_jobs SET status = 'DISCARDED', finished_at = ?3, updated_at = ?3 WHERE id = ?1 AND user_id = ?2 AND status = 'PROPOSED'";
const APPLYING: &str = "SELECT id, applied_changes, status = 'FAILED' FROM refactor_jobs WHERE status = 'APPLYING'
    OR (status = 'FAILED' AND json_extract(applied_changes, '$.pending') IS NOT NULL) ORDER BY rowid";
const AGAIN: &str = "UPDATE refactor_jobs SET status = 'QUEUED', params = ?3, attempt = 0, error = NULL, cancel_requested_at = NULL,
    started_at = NULL, finished_at = NULL, updated_at = ?4 WHERE id = ?1 AND user_id = ?2 AND status IN ('PROPOSED', 'FAILED')";
const RETAINED: &str = "SELECT json_extract(f.value, '$.pre') FROM refactor_jobs AS j, json_each(j.applied_changes, '$.files') AS f
    WHERE j.applied_changes IS NOT NULL AND json_extract(f.value, '$.pre') IS NOT NULL
    UNION SELECT json_extract(f.value, '$.post') FROM refactor_jobs AS j, json_each(j.applied_changes, '$.files') AS f
    WHERE j.applied_changes IS NOT NULL AND json_extract(f.value, '$.post') IS NOT NULL
    UNION SELECT json_extract(f.value, '$.object') FROM refactor_jobs AS j, json_each(j.proposal, '$.files') AS f
    WHERE j.status IN ('PROPOSED', 'APPLYING') AND j.deleted_at IS NULL";

/// `refactor_choices.data`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Choices {
    format: u32,
    excluded: Vec<u32>,
}

/// The numbers that are not to be done; `None` when nobody chose yet.
///
/// # Errors
/// The database's.
pub fn excluded(connection: &Connection, job: &str) -> rusqlite::Result<Option<Vec<u32>>> {
    let data: Option<String> = connection.prepare_cached(CHOICES)?.query_row([job], |row| row.get(0)).optional()?;
    Ok(data.and_then(|json| serde_json::from_str::<Choices>(&json).ok()).map(|choices| choices.excluded))
}

/// Stores what is not to be done.
///
/// # Errors
/// The database's, also when there is no such job.
pub fn set_excluded(transaction: &Transaction<'_>, job: &str, excluded: &[u32], now: Timestamp) -> rusqlite::Result<()> {
    let data = serde_json::to_string(&Choices { format: 1, excluded: excluded.to_vec() }).unwrap_or_default();
    transaction.prepare_cached(SET_CHOICES)?.execute(params![job, data, now]).map(drop)
}

/// What was applied, or is being.
///
/// # Errors
/// The database's; of a row that nobody understands `None`.
pub fn applied(connection: &Connection, job: &str) -> rusqlite::Result<Option<AppliedChanges>> {
    let json: Option<Option<String>> = connection.prepare_cached(APPLIED)?.query_row([job], |row| row.get(0)).optional()?;
    Ok(json.flatten().and_then(|json| serde_json::from_str(&json).ok()))
}

/// Notes that a journal writes for a job; call it in the transaction that records the journal. Whether the job was where it is left from.
///
/// # Errors
/// The database's.
pub fn begin(
    transaction: &Transaction<'_>,
    job: &str,
    changes: &AppliedChanges,
    pending: Pending,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let from = pending.from.clone();
    let changes = AppliedChanges { format: 1, pending: Some(pending), ..changes.clone() };
    let json = serde_json::to_string(&changes).unwrap_or_else(|_| "{}".to_owned());
    Ok(transaction.prepare_cached(BEGIN)?.execute(params![job, from, json, now])? == 1)
}

/// What an unfinished write came to.
#[derive(Debug, Clone)]
pub struct Settled<'a> {
    /// Where the job stands now.
    pub status: &'a str,
    /// `None` of a job that never was applied.
    pub changes: Option<&'a AppliedChanges>,
    /// `{code, message, hint}` of one that is FAILED.
    pub error: Option<String>,
}

/// Ends APPLYING, or what was left to be looked at when a journal could not come to its end. `progress` is given what lists say, to change it. False when somebody else did it first.
///
/// # Errors
/// The database's.
pub fn settle(
    transaction: &Transaction<'_>,
    job: &str,
    settled: &Settled<'_>,
    progress: impl FnOnce(&mut serde_json::Value),
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let stored: Option<String> = transaction.prepare_cached(PROGRESS)?.query_row([job], |row| row.get(0)).optional()?;
    let Some(stored) = stored else { return Ok(false) };
    let mut value = serde_json::from_str(&stored).unwrap_or_else(|_| serde_json::json!({ "format": 1 }));
    progress(&mut value);
    let changes = settled.changes.map(|changes| serde_json::to_string(changes).unwrap_or_else(|_| "{}".to_owned()));
    let values = params![job, settled.status, changes, value.to_string(), settled.error, now];
    Ok(transaction.prepare_cached(SETTLE)?.execute(values)? == 1)
}

/// Nobody wants a proposal. Whether there was one of that user.
///
/// # Errors
/// The database's.
pub fn discard(transaction: &Transaction<'_>, job: &str, user: &str, now: Timestamp) -> rusqlite::Result<bool> {
    Ok(transaction.prepare_cached(DISCARD)?.execute(params![job, user, now])? == 1)
}

/// Lets a job that is proposed or failed wait again, with other params. What it proposed before stays until it is done. Whether there was one.
///
/// # Errors
/// The database's.
pub fn again(
    transaction: &Transaction<'_>,
    job: &str,
    user: &str,
    job_params: &serde_json::Value,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    Ok(transaction.prepare_cached(AGAIN)?.execute(params![job, user, job_params.to_string(), now])? == 1)
}

/// A job whose write has not come to an end, as far as its row knows.
#[derive(Debug, Clone)]
pub struct Unsettled {
    /// The job.
    pub job_id: String,
    /// What it writes; `None` of a row that nobody understands.
    pub changes: Option<AppliedChanges>,
    /// It is FAILED, because some files could neither be written nor taken back; a later start may have managed it.
    pub failed: bool,
}

/// Every such job, of whichever user.
///
/// # Errors
/// The database's.
pub fn applying(connection: &Connection) -> rusqlite::Result<Vec<Unsettled>> {
    let mut statement = connection.prepare_cached(APPLYING)?;
    let rows = statement.query_map([], |row| {
        let json: Option<String> = row.get(1)?;
        Ok(Unsettled { job_id: row.get(0)?, changes: json.and_then(|json| serde_json::from_str(&json).ok()), failed: row.get(2)? })
    })?;
    rows.collect()
}

/// Every object that a review or an undo may still need. Whoever collects garbage keeps these.
///
/// # Errors
/// The database's.
pub fn retained_objects(connection: &Connection) -> rusqlite::Result<Vec<ObjectHash>> {
    let mut statement = connection.prepare_cached(RETAINED)?;
    let texts: Vec<Option<String>> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(texts.into_iter().flatten().filter_map(|text| text.parse().ok()).collect())
}
