//! What a run holds while a job is its own.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, LazyLock, Mutex, MutexGuard},
};

use lectern_store::BootId;

/// A job's id and the number of its claim.
type Run = (String, i64);

/// The runs of this process that somebody still works on. Of the process, as its boot is: also a second [`Queue`](crate::Queue) knows of them.
static HELD: LazyLock<Mutex<HashSet<Run>>> = LazyLock::new(Mutex::default);

fn held() -> MutexGuard<'static, HashSet<Run>> {
    HELD.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Whether somebody in this process works on it.
pub(crate) fn is_held(job_id: &str, turn: i64) -> bool {
    held().contains(&(job_id.to_owned(), turn))
}

/// One run of a job: its row, the process, and which claim it was. Keep it (or a clone) as long as the job is worked on.
///
/// When the last clone is dropped without the job having ended, because a thread panicked or the database was full, the job is an orphan, and
/// whoever claims next puts it back into the queue.
#[derive(Clone)]
pub struct Fence {
    pub(crate) boot: BootId,
    /// Not the attempt: that one goes back to 0 when somebody retries, and down when a run lets go.
    pub(crate) turn: i64,
    holding: Arc<Holding>,
}

impl Fence {
    pub(crate) fn hold(boot: BootId, job_id: String, turn: i64) -> Self {
        let run = (job_id, turn);
        held().insert(run.clone());
        Self { boot, turn, holding: Arc::new(Holding(run)) }
    }

    /// The job's id.
    pub fn job_id(&self) -> &str {
        &self.holding.0.0
    }
}

impl fmt::Debug for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fence").field("job", &self.job_id()).field("boot", &self.boot.as_str()).field("turn", &self.turn).finish()
    }
}

struct Holding(Run);

impl Drop for Holding {
    fn drop(&mut self) {
        held().remove(&self.0);
    }
}
