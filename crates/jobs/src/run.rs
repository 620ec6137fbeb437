//! Running a job: claiming it, writing how it gets on, ending it. Each write names its fence.

use lectern_store::rusqlite::{self, OptionalExtension, Transaction, params};
use serde::Serialize;

use crate::{Claim, Claimed, Claiming, Fence, JobFailure, Queue, QueueError, Status};

impl Queue {
    /// Takes the job whose turn it is, in one transaction: nobody else can have it. Moved ones come first, then interactive ones before batch;
    /// among equals it is the turn of the project that was served longest ago, and of its oldest job. Jobs that nobody runs any more are put back
    /// before ([`Queue::recover`]). Where nothing is to be done this only reads.
    ///
    /// # Errors
    /// The database's; nothing is claimed then.
    pub fn claim(&self, claiming: &Claiming<'_>) -> Result<Claim, QueueError> {
        let pick = |connection: &rusqlite::Connection| self.table.pick(connection, claiming.users, claiming.only, claiming.except_projects);
        let idle = self.store.read::<_, QueueError>(|connection| {
            Ok(pick(connection)?.is_none() && self.table.running(connection)?.iter().all(|run| self.is_run(run)))
        })?;
        if idle {
            return Ok(Claim { claimed: None, recovered: Vec::new() });
        }
        self.store.write(|transaction| {
            let recovered = self.recover_in(transaction)?;
            let claimed = match pick(transaction)? {
                Some(id) => self.begin(transaction, id)?,
                None => None,
            };
            Ok(Claim { claimed, recovered })
        })
    }

    fn begin(&self, transaction: &Transaction<'_>, id: String) -> Result<Option<Claimed>, QueueError> {
        let turn = self.table.begin(transaction, &id, self.boot.as_str(), self.clock.now())?;
        let Some(job) = self.table.job(transaction, &id)? else { return Ok(None) };
        let (draft, _) = self.table.long(transaction, &id)?;
        // Held before anybody can see the row as ours: it is written only when this transaction ends.
        Ok(Some(Claimed { job, draft, fence: Fence::hold(self.boot.clone(), id, turn) }))
    }

    /// Whether somebody wants the job cancelled. Reads one row; ask several times a second.
    ///
    /// # Errors
    /// [`QueueError::Lost`], or the database's.
    pub fn cancel_requested(&self, fence: &Fence) -> Result<bool, QueueError> {
        self.store.read(|connection| self.holds(connection, fence))
    }

    /// Stores how the job gets on. A small value: it is written to the disk each time, so a few times a second is enough.
    ///
    /// # Errors
    /// [`QueueError::Lost`], or the database's.
    pub fn progress(&self, fence: &Fence, progress: &impl Serialize) -> Result<(), QueueError> {
        let progress = serde_json::to_string(progress)?;
        self.fenced(fence, self.table.statements().progress, &progress)
    }

    /// Stores what is written so far, in the format of the result, in place of what was: a later run goes on after it. It stays when the job fails,
    /// and goes when it succeeds.
    ///
    /// # Errors
    /// [`QueueError::Lost`], [`QueueError::NoDrafts`], or the database's.
    pub fn draft(&self, fence: &Fence, draft: &impl Serialize) -> Result<(), QueueError> {
        let statement = self.table.statements().draft.ok_or(QueueError::NoDrafts)?;
        let draft = serde_json::to_string(draft)?;
        self.fenced(fence, statement, &draft)
    }

    fn fenced(&self, fence: &Fence, statement: &'static str, value: &str) -> Result<(), QueueError> {
        self.store.write(|transaction| {
            let values = params![fence.job_id(), fence.boot.as_str(), fence.turn, value, self.clock.now()];
            if transaction.prepare_cached(statement)?.execute(values)? == 1 { Ok(()) } else { Err(QueueError::Lost) }
        })
    }

    /// Runs `work` in a transaction that counts only while the job is this run's: for what else a run stores on its way.
    ///
    /// # Errors
    /// [`QueueError::Lost`] before `work` is called, what it says, or the database's. Nothing is kept then.
    pub fn while_held<T>(&self, fence: &Fence, work: impl FnOnce(&Transaction<'_>) -> Result<T, QueueError>) -> Result<T, QueueError> {
        self.store.write(|transaction| {
            self.holds(transaction, fence)?;
            work(transaction)
        })
    }

    /// Ends the job as done, with its result, `progress` (what lists say of the result), and what `also` writes: all of it or nothing.
    ///
    /// # Errors
    /// [`QueueError::Lost`]; [`QueueError::CancelRequested`] when somebody cancelled it first (then call [`Queue::fail`]); what `also` says; the
    /// database's. The job is as it was then, and still this run's unless it is lost.
    pub fn succeed(
        &self,
        fence: &Fence,
        result: &impl Serialize,
        progress: &impl Serialize,
        also: impl FnOnce(&Transaction<'_>) -> Result<(), QueueError>,
    ) -> Result<(), QueueError> {
        let (result, progress) = (serde_json::to_string(result)?, serde_json::to_string(progress)?);
        let statements = self.table.statements();
        self.store.write(|transaction| {
            let values = params![fence.job_id(), fence.boot.as_str(), fence.turn, result, progress, self.clock.now()];
            if transaction.prepare_cached(statements.succeed)?.execute(values)? != 1 {
                self.holds(transaction, fence)?;
                return Err(QueueError::CancelRequested);
            }
            if let Some(discard_draft) = statements.discard_draft {
                transaction.prepare_cached(discard_draft)?.execute([fence.job_id()])?;
            }
            also(transaction)
        })
    }

    /// Ends the job as FAILED, in one transaction with what `also` writes, which is given the failure that is stored: of a job that somebody
    /// wanted cancelled that is [`JobFailure::cancelled`], whatever went wrong while it stopped. The draft is kept.
    ///
    /// # Errors
    /// [`QueueError::Lost`], what `also` says, the database's. The job is as it was then.
    pub fn fail(
        &self,
        fence: &Fence,
        failure: &JobFailure,
        also: impl FnOnce(&Transaction<'_>, &JobFailure) -> Result<(), QueueError>,
    ) -> Result<JobFailure, QueueError> {
        self.store.write(|transaction| {
            let stored = self.fail_in(transaction, fence, failure)?;
            also(transaction, &stored)?;
            Ok(stored)
        })
    }

    fn fail_in(&self, transaction: &Transaction<'_>, fence: &Fence, failure: &JobFailure) -> Result<JobFailure, QueueError> {
        let cancelled = JobFailure::cancelled().to_json();
        let values = params![fence.job_id(), fence.boot.as_str(), fence.turn, failure.to_json(), cancelled, self.clock.now()];
        let mut statement = transaction.prepare_cached(self.table.statements().fail)?;
        let stored: Option<String> = statement.query_row(values, |row| row.get(0)).optional()?;
        Ok(serde_json::from_str(&stored.ok_or(QueueError::Lost)?)?)
    }

    /// Lets go of the job, as if it had not been claimed: it waits again, its draft is kept, the attempt doesn't count. For quitting, locking and
    /// signing out. One that somebody wanted cancelled ends as FAILED instead. Gives where it stands.
    ///
    /// # Errors
    /// [`QueueError::Lost`], the database's.
    pub fn release(&self, fence: &Fence) -> Result<Status, QueueError> {
        self.store.write(|transaction| {
            let values = params![fence.job_id(), fence.boot.as_str(), fence.turn, self.clock.now()];
            if transaction.prepare_cached(self.table.statements().release)?.execute(values)? == 1 {
                return Ok(Status::Queued);
            }
            self.fail_in(transaction, fence, &JobFailure::cancelled())?;
            Ok(Status::Failed)
        })
    }

    /// Whether somebody wants a job cancelled that is this run's.
    fn holds(&self, connection: &rusqlite::Connection, fence: &Fence) -> Result<bool, QueueError> {
        let mut statement = connection.prepare_cached(self.table.statements().holds)?;
        let values = params![fence.job_id(), fence.boot.as_str(), fence.turn];
        statement.query_row(values, |row| row.get(0)).optional()?.ok_or(QueueError::Lost)
    }
}
