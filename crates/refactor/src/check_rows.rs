//! The rows of project_checks and refactor_checks.

use lectern_store::{
    Timestamp,
    rusqlite::{self, Connection, OptionalExtension, Transaction, params},
};
use serde::{Deserialize, Serialize};

const COMMAND: &str = "SELECT argv, cwd FROM project_checks WHERE project_id = ?1";
const SET_COMMAND: &str = "INSERT INTO project_checks (project_id, argv, cwd, updated_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (project_id) DO UPDATE SET argv = excluded.argv, cwd = excluded.cwd, updated_at = excluded.updated_at";
const FORGET_COMMAND: &str = "DELETE FROM project_checks WHERE project_id = ?1";
const CHECK: &str = "SELECT data FROM refactor_checks WHERE job_id = ?1";
const SET_CHECK: &str = "INSERT INTO refactor_checks (job_id, data, updated_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (job_id) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at";

/// The command that checks a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckCommand {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Where it runs, relative to the project; empty for all of it.
    pub cwd: String,
}

/// `refactor_checks.data`: a check that has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredCheck {
    /// 1.
    pub format: u32,
    /// As [`CheckCommand::argv`].
    pub argv: Vec<String>,
    /// As [`CheckCommand::cwd`].
    pub cwd: String,
    /// PASSED, FAILED, CANCELLED, TIMED_OUT or BROKEN.
    pub state: String,
    /// Its exit code; `None` when a signal ended it, and when it never ran.
    pub exit: Option<i32>,
    /// How long the command ran, in milliseconds.
    pub millis: u32,
    /// BLAKE3 of the proposal and of what was chosen of it, lowercase hex.
    pub choices: String,
    /// How many changes were chosen.
    pub edits: u32,
    /// Why it could not run.
    pub message: Option<String>,
    /// When it ended, RFC 3339.
    pub ended_at: String,
    /// The last lines that it printed.
    pub lines: Vec<String>,
}

/// The command of a project; `None` when nobody chose one.
///
/// # Errors
/// The database's.
pub fn command(connection: &Connection, project: &str) -> rusqlite::Result<Option<CheckCommand>> {
    let row: Option<(String, String)> =
        connection.prepare_cached(COMMAND)?.query_row([project], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(row.and_then(|(argv, cwd)| Some(CheckCommand { argv: serde_json::from_str(&argv).ok()?, cwd })))
}

/// Remembers the command of a project; `None` forgets it.
///
/// # Errors
/// The database's, also when there is no such project.
pub fn set_command(transaction: &Transaction<'_>, project: &str, command: Option<&CheckCommand>, now: Timestamp) -> rusqlite::Result<()> {
    match command {
        Some(command) => {
            let argv = serde_json::to_string(&command.argv).unwrap_or_else(|_| "[]".to_owned());
            transaction.prepare_cached(SET_COMMAND)?.execute(params![project, argv, command.cwd, now]).map(drop)
        }
        None => transaction.prepare_cached(FORGET_COMMAND)?.execute([project]).map(drop),
    }
}

/// What the last check of a job came to; of a row that nobody understands `None`.
///
/// # Errors
/// The database's.
pub fn check(connection: &Connection, job: &str) -> rusqlite::Result<Option<StoredCheck>> {
    let data: Option<String> = connection.prepare_cached(CHECK)?.query_row([job], |row| row.get(0)).optional()?;
    Ok(data.and_then(|json| serde_json::from_str(&json).ok()))
}

/// Keeps what a check came to, in the place of the one before.
///
/// # Errors
/// The database's, also when there is no such job.
pub fn set_check(transaction: &Transaction<'_>, job: &str, check: &StoredCheck, now: Timestamp) -> rusqlite::Result<()> {
    let data = serde_json::to_string(check).unwrap_or_else(|_| "{}".to_owned());
    transaction.prepare_cached(SET_CHECK)?.execute(params![job, data, now]).map(drop)
}
