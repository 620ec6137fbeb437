//! The queue of one table, for those who ask for jobs, look at them, and change their mind.

use std::{path::PathBuf, sync::Arc};

use lectern_store::{BootId, Clock, Store, Timestamp, new_id, rusqlite::Transaction};
use serde_json::Value;

use crate::{
    Cancelled, EndedHook, FullJob, Job, JobFailure, NewJob, Outcome, QueueError, Retried, Status, Submitted, Table,
    order::{in_order, moved},
    rows::Live,
};

/// The jobs of one table, as one process sees them.
#[derive(Clone)]
pub struct Queue {
    pub(crate) table: Table,
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) boot: BootId,
    pub(crate) run_dir: PathBuf,
    pub(crate) on_ended: Option<EndedHook>,
}

impl Queue {
    /// For the process whose proof of life is `boot` in `run_dir`.
    pub fn new(table: Table, store: Arc<Store>, clock: Arc<dyn Clock>, boot: BootId, run_dir: PathBuf) -> Self {
        Self { table, store, clock, boot, run_dir, on_ended: None }
    }

    /// Tells `hook` of jobs that the queue itself ends. It must not fail for a reason that stays, or these jobs and those behind them wait for it.
    #[must_use]
    pub fn on_ended(self, hook: EndedHook) -> Self {
        Self { on_ended: Some(hook), ..self }
    }

    /// Which jobs these are.
    pub fn table(&self) -> Table {
        self.table
    }

    /// Asks for a job. What the same user asked for in the same project with the same input, and has not ended yet, is joined (and becomes
    /// interactive when this is), unless it is about to be cancelled; what is done is the answer, unless something fresh is wanted.
    ///
    /// # Errors
    /// The database's, also when there is no such project or user.
    pub fn submit(&self, job: &NewJob<'_>) -> Result<Submitted, QueueError> {
        self.store.write(|transaction| {
            let now = self.clock.now();
            if let Some(input_hash) = job.input_hash {
                if let Some((id, priority)) = self.table.same_live(transaction, job.project_id, job.user_id, input_hash)? {
                    if job.priority < priority {
                        self.table.raise(transaction, &id, now)?;
                    }
                    return Ok(Submitted { id, outcome: Outcome::Joined });
                }
                if !job.fresh
                    && let Some(id) = self.table.same_done(transaction, job.project_id, job.user_id, input_hash)?
                {
                    return Ok(Submitted { id, outcome: Outcome::Finished });
                }
            }
            let id = new_id(&*self.clock);
            self.table.insert(transaction, &id, job, now)?;
            Ok(Submitted { id, outcome: Outcome::Queued })
        })
    }

    /// One of the user's jobs, unless it was removed.
    ///
    /// # Errors
    /// The database's.
    pub fn job(&self, user_id: &str, id: &str) -> Result<Option<Job>, QueueError> {
        self.store.read(|connection| Ok(self.table.users_job(connection, user_id, id)?))
    }

    /// One of the user's jobs with its draft and result, unless it was removed.
    ///
    /// # Errors
    /// The database's.
    pub fn job_full(&self, user_id: &str, id: &str) -> Result<Option<FullJob>, QueueError> {
        self.store.read(|connection| {
            let Some(job) = self.table.users_job(connection, user_id, id)? else { return Ok(None) };
            let (draft, result) = self.table.long(connection, id)?;
            Ok(Some(FullJob { job, draft, result }))
        })
    }

    /// The user's jobs, of one project or all, latest first.
    ///
    /// # Errors
    /// The database's.
    pub fn list(&self, user_id: &str, project_id: Option<&str>) -> Result<Vec<Job>, QueueError> {
        self.store.read(|connection| Ok(self.table.list(connection, user_id, project_id)?))
    }

    /// The ids of these users' waiting jobs as they will be claimed, one after the other, if nothing else happens.
    ///
    /// # Errors
    /// The database's.
    pub fn waiting(&self, users: &[&str]) -> Result<Vec<String>, QueueError> {
        let waiting = self.store.read::<_, QueueError>(|connection| Ok(self.table.waiting(connection, users)?))?;
        Ok(in_order(waiting).into_iter().map(|job| job.id).collect())
    }

    /// How many of the user's jobs are run before a waiting one, those that are run now included. `None` when it does not wait.
    ///
    /// # Errors
    /// The database's.
    pub fn ahead(&self, user_id: &str, id: &str) -> Result<Option<u32>, QueueError> {
        let (waiting, running) = self.store.read::<_, QueueError>(|connection| {
            Ok((self.table.waiting(connection, &[user_id])?, self.table.count_running(connection, user_id)?))
        })?;
        Ok((running..).zip(in_order(waiting)).find(|(_, job)| job.id == id).map(|(ahead, _)| ahead))
    }

    /// Cancels one of the user's jobs.
    ///
    /// # Errors
    /// The database's.
    pub fn cancel(&self, user_id: &str, id: &str) -> Result<Cancelled, QueueError> {
        self.store.write(|transaction| {
            let found = self.table.live(transaction, user_id, Some(id))?;
            found.iter().try_fold(Cancelled::NotThere, |_, job| self.cancel_in(transaction, job))
        })
    }

    /// Cancels all of the user's jobs that have not ended; each with what it did.
    ///
    /// # Errors
    /// The database's; none is cancelled then.
    pub fn cancel_all(&self, user_id: &str) -> Result<Vec<(String, Cancelled)>, QueueError> {
        self.store.write(|transaction| {
            let found = self.table.live(transaction, user_id, None)?;
            found.into_iter().map(|job| Ok((job.id.clone(), self.cancel_in(transaction, &job)?))).collect()
        })
    }

    fn cancel_in(&self, transaction: &Transaction<'_>, job: &Live) -> Result<Cancelled, QueueError> {
        let now = self.clock.now();
        match job.status {
            Status::Running if self.somebody_runs(&job.id, &job.boot, job.turn) => {
                self.table.ask_to_cancel(transaction, &job.id, now)?;
                Ok(Cancelled::Asked { ours: job.boot == self.boot.as_str() })
            }
            Status::Queued | Status::Running => {
                self.table.end(transaction, &job.id, &JobFailure::cancelled(), now)?;
                Ok(Cancelled::Now)
            }
            _ => Ok(Cancelled::Over),
        }
    }

    /// Lets one of the user's jobs that failed wait again, with all its attempts. It goes on after its draft.
    ///
    /// # Errors
    /// The database's.
    pub fn retry(&self, user_id: &str, id: &str) -> Result<Retried, QueueError> {
        self.store.write(|transaction| {
            let Some((project_id, input_hash)) = self.table.failed(transaction, user_id, id)? else { return Ok(Retried::NotThere) };
            if let Some(input_hash) = input_hash
                && let Some((other, _)) = self.table.same_live(transaction, &project_id, user_id, &input_hash)?
            {
                return Ok(Retried::Joined(other));
            }
            self.table.retry(transaction, id, self.clock.now())?;
            Ok(Retried::Queued)
        })
    }

    /// Moves one of the user's waiting jobs right before another, or behind all when `None`. Those before it stay before it. False when one of the
    /// two does not wait, so that nothing was moved.
    ///
    /// # Errors
    /// The database's.
    pub fn move_before(&self, user_id: &str, id: &str, before: Option<&str>) -> Result<bool, QueueError> {
        self.store.write(|transaction| {
            let order = in_order(self.table.waiting(transaction, &[user_id])?);
            let Some(positions) = moved(order, id, before) else { return Ok(false) };
            let now = self.clock.now();
            for (id, position) in positions {
                self.table.set_position(transaction, &id, position, now)?;
            }
            Ok(true)
        })
    }

    /// No longer lists these of the user's jobs, as far as they have ended; gives those that it did.
    ///
    /// # Errors
    /// The database's.
    pub fn remove(&self, user_id: &str, ids: &[&str]) -> Result<Vec<String>, QueueError> {
        self.store.write(|transaction| Ok(self.table.remove(transaction, user_id, ids, self.clock.now())?))
    }

    /// Undoes [`Queue::remove`]; gives those that are listed again.
    ///
    /// # Errors
    /// The database's.
    pub fn restore(&self, user_id: &str, ids: &[&str]) -> Result<Vec<String>, QueueError> {
        self.store.write(|transaction| Ok(self.table.restore(transaction, user_id, ids)?))
    }

    /// Removes all of the user's jobs that ended with one of these statuses; gives them, for [`Queue::restore`].
    ///
    /// # Errors
    /// The database's.
    pub fn clear(&self, user_id: &str, statuses: &[Status]) -> Result<Vec<String>, QueueError> {
        self.store.write(|transaction| Ok(self.table.clear(transaction, user_id, statuses, self.clock.now())?))
    }

    /// Deletes, of whichever user, what was removed before that moment; how many.
    ///
    /// # Errors
    /// The database's.
    pub fn purge(&self, before: Timestamp) -> Result<usize, QueueError> {
        self.store.write(|transaction| Ok(self.table.purge(transaction, before)?))
    }

    /// Changes the result of one of the user's jobs that is done, and what lists say of it, in one transaction with whatever else `edit` writes.
    /// `None` when there is no such result.
    ///
    /// # Errors
    /// What `edit` says, or the database's. Nothing is changed then.
    pub fn edit_result<T, E: From<QueueError>>(
        &self,
        user_id: &str,
        id: &str,
        edit: impl FnOnce(&Transaction<'_>, &mut Value, &mut Value) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        let changed = self.store.write::<_, Stop<E>>(|transaction| {
            let Some((result, progress)) = self.table.result(transaction, user_id, id)? else { return Ok(None) };
            let mut result: Value = serde_json::from_str(&result).map_err(QueueError::from)?;
            let mut progress: Value = serde_json::from_str(&progress).map_err(QueueError::from)?;
            let value = edit(transaction, &mut result, &mut progress).map_err(Stop::Edit)?;
            self.table.set_result(transaction, id, &result.to_string(), &progress.to_string(), self.clock.now())?;
            Ok(Some(value))
        });
        changed.map_err(|stop| match stop {
            Stop::Queue(error) => error.into(),
            Stop::Edit(error) => error,
        })
    }
}

/// Why an edit was not made.
enum Stop<E> {
    Queue(QueueError),
    Edit(E),
}

impl<E> From<lectern_store::rusqlite::Error> for Stop<E> {
    fn from(error: lectern_store::rusqlite::Error) -> Self {
        Self::Queue(error.into())
    }
}

impl<E> From<QueueError> for Stop<E> {
    fn from(error: QueueError) -> Self {
        Self::Queue(error)
    }
}
