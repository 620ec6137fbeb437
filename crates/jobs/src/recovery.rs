//! Jobs that nobody runs any more: their process is gone, or let go of them without a word.

use std::sync::Arc;

use lectern_store::{
    is_alive,
    rusqlite::{self, Transaction},
};

use crate::{Job, JobFailure, MAX_ATTEMPTS, Queue, QueueError, Recovered, Status, fence::is_held, rows::Running};

/// Hears, inside the transaction, of a job that the queue itself ended as FAILED, for want of anybody else to tell of it.
pub type EndedHook = Arc<dyn Fn(&Transaction<'_>, &Job) -> rusqlite::Result<()> + Send + Sync>;

impl Queue {
    /// Puts the jobs of processes that are gone back into the queue; those that had all their attempts end as FAILED with the code GAVE_UP, those
    /// that were to be cancelled as CANCELLED. For the start; [`Queue::claim`] does it too.
    ///
    /// # Errors
    /// The database's, and what the hook says; nothing is changed then.
    pub fn recover(&self) -> Result<Vec<Recovered>, QueueError> {
        if self.store.read(|connection| self.table.running(connection))?.iter().all(|run| self.is_run(run)) {
            return Ok(Vec::new());
        }
        self.store.write(|transaction| self.recover_in(transaction))
    }

    pub(crate) fn recover_in(&self, transaction: &Transaction<'_>) -> Result<Vec<Recovered>, QueueError> {
        let now = self.clock.now();
        let mut recovered = Vec::new();
        for run in self.table.running(transaction)?.into_iter().filter(|run| !self.is_run(run)) {
            let failure = if run.cancel_requested {
                Some(JobFailure::cancelled())
            } else if run.attempt >= MAX_ATTEMPTS {
                Some(JobFailure::gave_up())
            } else {
                None
            };
            let status = match &failure {
                Some(failure) => {
                    self.table.end(transaction, &run.id, failure, now)?;
                    self.tell_ended(transaction, &run.id)?;
                    Status::Failed
                }
                None => {
                    self.table.wait_again(transaction, &run.id, now)?;
                    Status::Queued
                }
            };
            recovered.push(Recovered { id: run.id, user_id: run.user_id, status });
        }
        Ok(recovered)
    }

    /// Whether somebody works on it.
    pub(crate) fn is_run(&self, run: &Running) -> bool {
        self.somebody_runs(&run.id, &run.boot, run.turn)
    }

    pub(crate) fn somebody_runs(&self, id: &str, boot: &str, turn: i64) -> bool {
        if boot == self.boot.as_str() { is_held(id, turn) } else { is_alive(&self.run_dir, boot) }
    }

    fn tell_ended(&self, transaction: &Transaction<'_>, id: &str) -> Result<(), QueueError> {
        let Some(hook) = &self.on_ended else { return Ok(()) };
        match self.table.job(transaction, id)? {
            Some(job) => Ok(hook(transaction, &job)?),
            None => Ok(()),
        }
    }
}
