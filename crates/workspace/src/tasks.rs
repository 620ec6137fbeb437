//! Long work that the window started and may stop: verifying, restoring, exporting, collecting.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    Workspace,
    view::{Failure, TaskProgress},
};

/// At most ten times a second, besides the start of each phase.
const INTERVAL: Duration = Duration::from_millis(100);

/// Tasks under way, by the id the window gave them.
pub(crate) type Tasks = HashMap<String, Arc<AtomicBool>>;

/// Who hears how a task gets on. Called from any thread.
pub type Tell<'a> = &'a (dyn Fn(TaskProgress) + Sync);

/// One task: whether to stop, and how to tell. Off the list when dropped.
pub(crate) struct Task<'a> {
    workspace: &'a Workspace,
    id: String,
    cancel: Arc<AtomicBool>,
    tell: Tell<'a>,
    last: Mutex<Option<(String, Instant)>>,
}

impl Workspace {
    /// Stops a task; it ends with `CANCELLED`. One that is not there any more is fine.
    pub fn cancel_task(&self, task_id: &str) {
        if let Some(cancel) = self.lock_tasks().get(task_id) {
            cancel.store(true, Ordering::Relaxed);
        }
    }

    /// Stops every task; for signing out.
    pub(crate) fn cancel_tasks(&self) {
        for cancel in self.lock_tasks().values() {
            cancel.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn task<'a>(&'a self, id: &str, tell: Tell<'a>) -> Task<'a> {
        let cancel = Arc::new(AtomicBool::new(false));
        self.lock_tasks().insert(id.to_owned(), Arc::clone(&cancel));
        Task { workspace: self, id: id.to_owned(), cancel, tell, last: Mutex::default() }
    }

    fn lock_tasks(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Task<'_> {
    /// Set when the user wants it to end.
    pub fn cancel(&self) -> &Arc<AtomicBool> {
        &self.cancel
    }

    /// Passes on where the task stands, unless that was done a moment ago in the same phase.
    pub fn progress(&self, phase: &str, done: u64, total: u64, bytes: u64) {
        let mut last = self.last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let due = last.as_ref().is_none_or(|(before, at)| before != phase || at.elapsed() >= INTERVAL) || (total > 0 && done == total);
        if !due {
            return;
        }
        *last = Some((phase.to_owned(), Instant::now()));
        let number = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        (self.tell)(TaskProgress { phase: phase.to_owned(), done: number(done), total: number(total), bytes: bytes.to_string() });
    }
}

impl Drop for Task<'_> {
    fn drop(&mut self) {
        self.workspace.lock_tasks().remove(&self.id);
    }
}

/// The user stopped it.
pub(crate) fn cancelled() -> Failure {
    Failure::new("CANCELLED", "this was cancelled")
}
