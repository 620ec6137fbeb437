//! A job, and what is asked of the queue and answered.

use lectern_store::{
    Timestamp,
    rusqlite::{
        self,
        types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Fence;

/// A job is claimed at most so often before the queue gives it up. Runs that let go of it by [`Queue::release`](crate::Queue::release) don't count.
pub const MAX_ATTEMPTS: u32 = 3;

/// Which jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// `ai_jobs`: done is SUCCESS, with a `result`.
    Ai,
    /// `refactor_jobs`: done, as far as the queue goes, is PROPOSED, with a `proposal`. What comes after is that table's own.
    Refactor,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It waits its turn.
    Queued,
    /// A process works on it.
    Running,
    /// Of ai_jobs: done.
    Success,
    /// It ended without a result; cancelled ones too.
    Failed,
    /// Of refactor_jobs: the queue is done with it. So with those that follow.
    Proposed,
    /// It is being written to the folder.
    Applying,
    /// It is written.
    Applied,
    /// It was taken back.
    Undone,
    /// Nobody wanted it.
    Discarded,
}

const STATUSES: [(Status, &str); 9] = [
    (Status::Queued, "QUEUED"),
    (Status::Running, "RUNNING"),
    (Status::Success, "SUCCESS"),
    (Status::Failed, "FAILED"),
    (Status::Proposed, "PROPOSED"),
    (Status::Applying, "APPLYING"),
    (Status::Applied, "APPLIED"),
    (Status::Undone, "UNDONE"),
    (Status::Discarded, "DISCARDED"),
];

impl Status {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        STATUSES.iter().find(|(status, _)| *status == self).map_or("", |(_, name)| name)
    }

    /// Waiting or running.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

impl FromSql for Status {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        STATUSES.iter().find(|(_, name)| *name == text).map(|(status, _)| *status).ok_or(FromSqlError::InvalidType)
    }
}

/// What is run first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Priority {
    /// Somebody waits for it.
    Interactive,
    /// It comes after those.
    Batch,
}

impl ToSql for Priority {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Interactive => 0,
            Self::Batch => 1,
        }
        .into())
    }
}

impl FromSql for Priority {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(if value.as_i64()? == 0 { Self::Interactive } else { Self::Batch })
    }
}

/// Why a job ended without a result: `error`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFailure {
    /// A stable word.
    pub code: String,
    /// A plain sentence.
    pub message: String,
    /// What somebody can do about it.
    pub hint: Option<String>,
}

impl JobFailure {
    /// The code of jobs that somebody cancelled.
    pub const CANCELLED: &str = "CANCELLED";
    /// The code of jobs that were given up after [`MAX_ATTEMPTS`].
    pub const GAVE_UP: &str = "GAVE_UP";

    /// Somebody cancelled it.
    pub fn cancelled() -> Self {
        Self { code: Self::CANCELLED.to_owned(), message: "This was cancelled.".to_owned(), hint: None }
    }

    pub(crate) fn gave_up() -> Self {
        Self {
            code: Self::GAVE_UP.to_owned(),
            message: "Lectern stopped three times while this was running".to_owned(),
            hint: Some("Try again. If it happens again, ask about less at once or choose a smaller model.".to_owned()),
        }
    }

    /// Whether somebody cancelled it.
    pub fn is_cancelled(&self) -> bool {
        self.code == Self::CANCELLED
    }
}

/// A row of ai_jobs or refactor_jobs, without what is long.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The row's id; ids made later sort later.
    pub id: String,
    /// Whose code.
    pub project_id: String,
    /// Whose job.
    pub user_id: String,
    /// Where it stands.
    pub status: Status,
    /// `DOCS`, `EXPLANATION`, …; `None` in refactor_jobs.
    pub job_type: Option<String>,
    /// What was asked for.
    pub params: Value,
    /// Why it failed; `Some` exactly then.
    pub error: Option<JobFailure>,
    /// How it gets on, as its run said last; of one that is done, what its run left for lists.
    pub progress: Value,
    /// How often it was claimed since it was asked for or retried, runs that let go of it not counted.
    pub attempt: u32,
    /// The process that runs it; `None` unless it is RUNNING.
    pub boot_id: Option<String>,
    /// Since when somebody wants it cancelled while it is RUNNING.
    pub cancel_requested_at: Option<Timestamp>,
    /// Equal ones give the same result.
    pub input_hash: Option<String>,
    /// What is run first.
    pub priority: Priority,
    /// Whether somebody moved it.
    pub moved: bool,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When anything of it changed last.
    pub updated_at: Timestamp,
    /// When it was first claimed since it was asked for or retried.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Whether there is something of an unfinished result.
    pub has_draft: bool,
    /// Whether there is a result or proposal.
    pub has_result: bool,
}

/// A job with everything.
#[derive(Debug, Clone, PartialEq)]
pub struct FullJob {
    /// The row.
    pub job: Job,
    /// What is written so far: JSON.
    pub draft: Option<String>,
    /// The result or proposal: JSON.
    pub result: Option<String>,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    /// Whose code; whether it is the user's is for the caller to know.
    pub project_id: &'a str,
    /// Whose job.
    pub user_id: &'a str,
    /// `DOCS`, `EXPLANATION`, …; `None` for refactor_jobs, and only for them.
    pub job_type: Option<&'a str>,
    /// What is asked for, with its `format`.
    pub params: &'a Value,
    /// Lowercase hex of everything that decides the result. `None`: nothing is the same as this.
    pub input_hash: Option<&'a str>,
    /// What is run first.
    pub priority: Priority,
    /// Don't be content with what was made before. One that is not done yet is joined nevertheless.
    pub fresh: bool,
}

/// What became of something asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// The job that is, or has, what was asked for.
    pub id: String,
    /// Whether it is new.
    pub outcome: Outcome,
}

/// Whether a job is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is, and waits its turn.
    Queued,
    /// The same user asked for the same before; it is not done yet.
    Joined,
    /// The same user asked for the same before; it is done.
    Finished,
}

/// Which jobs somebody would run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Claiming<'a> {
    /// Jobs of these users.
    pub users: &'a [&'a str],
    /// Only the job with this id.
    pub only: Option<&'a str>,
    /// None of these projects'.
    pub except_projects: &'a [&'a str],
}

/// What came of claiming.
#[derive(Debug)]
pub struct Claim {
    /// The job to run now; `None` when there is none.
    pub claimed: Option<Claimed>,
    /// Jobs of processes that are gone.
    pub recovered: Vec<Recovered>,
}

/// A job to run.
#[derive(Debug)]
pub struct Claimed {
    /// The row, RUNNING.
    pub job: Job,
    /// What a run before wrote: go on after it. JSON.
    pub draft: Option<String>,
    /// Keep it while working.
    pub fence: Fence,
}

/// A job that nobody ran any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Its id.
    pub id: String,
    /// Whose job.
    pub user_id: String,
    /// QUEUED, or FAILED when it had all its attempts or was to be cancelled.
    pub status: Status,
}

/// What cancelling did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// It waited, or nobody ran it any more: it is FAILED with the code CANCELLED.
    Now,
    /// It runs, and whoever runs it is told when they ask ([`Queue::cancel_requested`](crate::Queue::cancel_requested)).
    Asked {
        /// This very process runs it, and may tell itself at once.
        ours: bool,
    },
    /// It had ended already.
    Over,
    /// The user has no such job.
    NotThere,
}

/// What retrying did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retried {
    /// It waits again.
    Queued,
    /// The same was asked for again since and is not done yet: this job.
    Joined(String),
    /// The user has no such job, or it did not fail.
    NotThere,
}
