//! The rows of ai_jobs and refactor_jobs: reading and writing one, inside a transaction of whoever calls.

use lectern_store::{
    Timestamp,
    rusqlite::{Connection, OptionalExtension, Result, Row, params, types::Type},
};
use serde::de::DeserializeOwned;

use crate::{Job, JobFailure, NewJob, Priority, Status, Table, order::Waiting};

/// A RUNNING row.
pub(crate) struct Running {
    pub id: String,
    pub user_id: String,
    pub boot: String,
    pub turn: i64,
    pub attempt: u32,
    pub cancel_requested: bool,
}

/// A row of the user who cancels.
pub(crate) struct Live {
    pub id: String,
    pub status: Status,
    pub boot: String,
    pub turn: i64,
}

fn parsed<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| unreadable(column, error))
}

fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> lectern_store::rusqlite::Error {
    lectern_store::rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

fn job_of(row: &Row<'_>) -> Result<Job> {
    let error: Option<String> = row.get(6)?;
    Ok(Job {
        id: row.get(0)?,
        project_id: row.get(1)?,
        user_id: row.get(2)?,
        status: row.get(3)?,
        job_type: row.get(4)?,
        params: parsed(row, 5)?,
        error: error.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| unreadable(6, error))?,
        progress: parsed(row, 7)?,
        attempt: row.get(8)?,
        boot_id: row.get(9)?,
        cancel_requested_at: row.get(10)?,
        input_hash: row.get(11)?,
        priority: row.get(12)?,
        moved: row.get(13)?,
        created_at: row.get(14)?,
        updated_at: row.get(15)?,
        started_at: row.get(16)?,
        finished_at: row.get(17)?,
        has_draft: row.get(18)?,
        has_result: row.get(19)?,
    })
}

/// A list of texts as json_each takes it.
fn list_of(texts: &[&str]) -> String {
    serde_json::Value::from(texts).to_string()
}

/// The words of statuses as json_each takes them.
fn names_of(statuses: &[Status]) -> String {
    list_of(&statuses.iter().map(|status| status.as_str()).collect::<Vec<_>>())
}

impl Table {
    pub(crate) fn insert(self, connection: &Connection, id: &str, job: &NewJob<'_>, now: Timestamp) -> Result<()> {
        let values = params![id, job.project_id, job.user_id, job.job_type, job.params.to_string(), job.input_hash, job.priority, now];
        connection.prepare_cached(self.statements().insert)?.execute(values).map(drop)
    }

    /// The job of the same user with the same input that has not ended and is not about to.
    pub(crate) fn same_live(
        self,
        connection: &Connection,
        project_id: &str,
        user_id: &str,
        input_hash: &str,
    ) -> Result<Option<(String, Priority)>> {
        let mut statement = connection.prepare_cached(self.statements().same_live)?;
        statement.query_row([project_id, user_id, input_hash], |row| Ok((row.get(0)?, row.get(1)?))).optional()
    }

    /// The latest job of the same user with the same input that is done.
    pub(crate) fn same_done(self, connection: &Connection, project_id: &str, user_id: &str, input_hash: &str) -> Result<Option<String>> {
        let mut statement = connection.prepare_cached(self.statements().same_done)?;
        statement.query_row([project_id, user_id, input_hash], |row| row.get(0)).optional()
    }

    pub(crate) fn raise(self, connection: &Connection, id: &str, now: Timestamp) -> Result<()> {
        connection.prepare_cached(self.statements().raise)?.execute(params![id, now]).map(drop)
    }

    pub(crate) fn running(self, connection: &Connection) -> Result<Vec<Running>> {
        let mut statement = connection.prepare_cached(self.statements().running)?;
        let rows = statement.query_map([], |row| {
            Ok(Running {
                id: row.get(0)?,
                user_id: row.get(1)?,
                boot: row.get(2)?,
                turn: row.get(3)?,
                attempt: row.get(4)?,
                cancel_requested: row.get(5)?,
            })
        })?;
        rows.collect()
    }

    pub(crate) fn pick(self, connection: &Connection, users: &[&str], only: Option<&str>, except: &[&str]) -> Result<Option<String>> {
        let mut statement = connection.prepare_cached(self.statements().pick)?;
        statement.query_row(params![list_of(users), only, list_of(except)], |row| row.get(0)).optional()
    }

    /// Makes a QUEUED row RUNNING; the number of the claim.
    pub(crate) fn begin(self, connection: &Connection, id: &str, boot: &str, now: Timestamp) -> Result<i64> {
        connection.prepare_cached(self.statements().begin)?.query_row(params![id, boot, now], |row| row.get(0))
    }

    pub(crate) fn job(self, connection: &Connection, id: &str) -> Result<Option<Job>> {
        connection.prepare_cached(self.statements().job)?.query_row([id], job_of).optional()
    }

    /// The job, if it is the user's and not removed.
    pub(crate) fn users_job(self, connection: &Connection, user_id: &str, id: &str) -> Result<Option<Job>> {
        connection.prepare_cached(self.statements().users_job)?.query_row([id, user_id], job_of).optional()
    }

    pub(crate) fn list(self, connection: &Connection, user_id: &str, project_id: Option<&str>) -> Result<Vec<Job>> {
        let mut statement = connection.prepare_cached(self.statements().list)?;
        let rows = statement.query_map(params![user_id, project_id], job_of)?;
        rows.collect()
    }

    /// The draft and the result of a job that is there.
    pub(crate) fn long(self, connection: &Connection, id: &str) -> Result<(Option<String>, Option<String>)> {
        connection.prepare_cached(self.statements().long)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    pub(crate) fn waiting(self, connection: &Connection, users: &[&str]) -> Result<Vec<Waiting>> {
        let mut statement = connection.prepare_cached(self.statements().waiting)?;
        let rows = statement.query_map([list_of(users)], |row| {
            Ok(Waiting {
                id: row.get(0)?,
                project_id: row.get(1)?,
                position: row.get(2)?,
                priority: row.get(3)?,
                project_turn: row.get(4)?,
                row: row.get(5)?,
            })
        })?;
        rows.collect()
    }

    pub(crate) fn count_running(self, connection: &Connection, user_id: &str) -> Result<u32> {
        connection.prepare_cached(self.statements().count_running)?.query_row([user_id], |row| row.get(0))
    }

    pub(crate) fn set_position(self, connection: &Connection, id: &str, position: i64, now: Timestamp) -> Result<()> {
        connection.prepare_cached(self.statements().set_position)?.execute(params![id, position, now]).map(drop)
    }

    /// Ends a row that nobody runs, or that waits.
    pub(crate) fn end(self, connection: &Connection, id: &str, failure: &JobFailure, now: Timestamp) -> Result<()> {
        connection.prepare_cached(self.statements().end)?.execute(params![id, failure.to_json(), now]).map(drop)
    }

    pub(crate) fn wait_again(self, connection: &Connection, id: &str, now: Timestamp) -> Result<()> {
        connection.prepare_cached(self.statements().wait_again)?.execute(params![id, now]).map(drop)
    }

    /// One job of a user, or all that have not ended.
    pub(crate) fn live(self, connection: &Connection, user_id: &str, id: Option<&str>) -> Result<Vec<Live>> {
        let mut statement = connection.prepare_cached(self.statements().live)?;
        let rows = statement.query_map(params![user_id, id], |row| {
            Ok(Live { id: row.get(0)?, status: row.get(1)?, boot: row.get(2)?, turn: row.get(3)? })
        })?;
        rows.collect()
    }

    pub(crate) fn ask_to_cancel(self, connection: &Connection, id: &str, now: Timestamp) -> Result<()> {
        connection.prepare_cached(self.statements().ask_to_cancel)?.execute(params![id, now]).map(drop)
    }

    /// Project and input of a job that failed.
    pub(crate) fn failed(self, connection: &Connection, user_id: &str, id: &str) -> Result<Option<(String, Option<String>)>> {
        let mut statement = connection.prepare_cached(self.statements().failed)?;
        statement.query_row([id, user_id], |row| Ok((row.get(0)?, row.get(1)?))).optional()
    }

    pub(crate) fn retry(self, connection: &Connection, id: &str, now: Timestamp) -> Result<()> {
        connection.prepare_cached(self.statements().retry)?.execute(params![id, now]).map(drop)
    }

    pub(crate) fn remove(self, connection: &Connection, user_id: &str, ids: &[&str], now: Timestamp) -> Result<Vec<String>> {
        let mut statement = connection.prepare_cached(self.statements().remove)?;
        statement.query_map(params![user_id, list_of(ids), now], |row| row.get(0))?.collect()
    }

    pub(crate) fn restore(self, connection: &Connection, user_id: &str, ids: &[&str]) -> Result<Vec<String>> {
        let mut statement = connection.prepare_cached(self.statements().restore)?;
        statement.query_map(params![user_id, list_of(ids)], |row| row.get(0))?.collect()
    }

    pub(crate) fn clear(self, connection: &Connection, user_id: &str, statuses: &[Status], now: Timestamp) -> Result<Vec<String>> {
        let mut statement = connection.prepare_cached(self.statements().clear)?;
        statement.query_map(params![user_id, names_of(statuses), now], |row| row.get(0))?.collect()
    }

    pub(crate) fn purge(self, connection: &Connection, before: Timestamp) -> Result<usize> {
        connection.prepare_cached(self.statements().purge)?.execute([before])
    }

    /// Result and progress of a job that is done.
    pub(crate) fn result(self, connection: &Connection, user_id: &str, id: &str) -> Result<Option<(String, String)>> {
        let mut statement = connection.prepare_cached(self.statements().result)?;
        statement.query_row([id, user_id], |row| Ok((row.get(0)?, row.get(1)?))).optional()
    }

    pub(crate) fn set_result(self, connection: &Connection, id: &str, result: &str, progress: &str, now: Timestamp) -> Result<()> {
        connection.prepare_cached(self.statements().set_result)?.execute(params![id, result, progress, now]).map(drop)
    }
}

impl JobFailure {
    pub(crate) fn to_json(&self) -> String {
        serde_json::json!({ "code": self.code, "message": self.message, "hint": self.hint }).to_string()
    }
}
