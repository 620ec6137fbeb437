//! What a run holds while a job is its own.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

use lectern_store::BootId;

/// One run of a job: its row, the process, and which claim it was. Keep it (or a clone) as long as the job is worked on.
///
/// When the last clone is dropped without the job having ended, because a thread panicked or the database was full, the job is an orphan, and
/// whoever claims next puts it back into the queue.
#[derive(Clone)]
pub struct Fence {
    pub(crate) boot: BootId,
    /// Not the attempt: that one goes back to 0 when somebody retries, and down when a run lets go.
    pub(crate) turn: i64,
    held: Arc<Holding>,
}

impl Fence {
    /// The job's id.
    pub fn job_id(&self) -> &str {
        &self.held.run.0
    }
}

impl fmt::Debug for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fence").field("job", &self.job_id()).field("boot", &self.boot.as_str()).field("turn", &self.turn).finish()
    }
}

/// A job's id and the number of its claim.
type Run = (String, i64);

/// The runs of this process that somebody still works on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held(Arc<Mutex<HashSet<Run>>>);

impl Held {
    /// From now on until the last clone of the fence is gone.
    pub fn hold(&self, boot: BootId, job_id: String, turn: i64) -> Fence {
        let run = (job_id, turn);
        self.lock().insert(run.clone());
        Fence { boot, turn, held: Arc::new(Holding { run, all: self.clone() }) }
    }

    pub fn contains(&self, job_id: &str, turn: i64) -> bool {
        self.lock().contains(&(job_id.to_owned(), turn))
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<Run>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

struct Holding {
    run: Run,
    all: Held,
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.all.lock().remove(&self.run);
    }
}
