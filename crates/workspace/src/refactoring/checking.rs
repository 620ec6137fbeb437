//! Whether a proposal would do harm, before it is applied: what can't be parsed, names without a meaning, and what a command of the project says.

mod choosing;
mod copying;
mod copying_links;
mod launching;
mod reading;
mod running;
mod suggesting;
mod telling;
mod trust;

use std::{
    collections::HashMap,
    sync::{
        Arc, Condvar, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use lectern_accounts::UserId;
use lectern_preview::sessions::Log;
use lectern_projects::ProjectId;
use lectern_refactor::check_rows::StoredCheck;
use lectern_supervise::Supervised;

use super::texts::lock;

/// What the workspace keeps of checks.
#[derive(Default)]
pub(super) struct Checking {
    /// The check that runs of a job, or ran last in this process.
    runs: Mutex<HashMap<String, Arc<CheckRun>>>,
    /// The reading of a proposal that is under way, of each job: asking again ends it.
    readings: Mutex<HashMap<String, Arc<AtomicBool>>>,
    /// Another limit than the usual one, for tests.
    longest: OnceLock<Duration>,
}

/// A command that checks a proposal.
struct CheckRun {
    job_id: String,
    project: ProjectId,
    user: UserId,
    log: Arc<Log>,
    supervised: OnceLock<Supervised>,
    now: Mutex<Now>,
    changed: Condvar,
}

/// Where it stands.
struct Now {
    /// What is said of it; its state is empty while it runs.
    said: StoredCheck,
    phase: &'static str,
    began: Option<Instant>,
    cancel: bool,
    /// How the program ended, once it did: its exit code.
    ended: Option<Option<i32>>,
}

impl CheckRun {
    fn is_over(&self) -> bool {
        !lock(&self.now).said.state.is_empty()
    }

    fn is_cancelled(&self) -> bool {
        lock(&self.now).cancel
    }

    /// Ends it, and everything that it started, as soon as may be.
    fn cancel(&self) {
        lock(&self.now).cancel = true;
        self.changed.notify_all();
    }

    fn note(&self, note: impl FnOnce(&mut Now)) {
        note(&mut lock(&self.now));
        self.changed.notify_all();
    }
}

impl Checking {
    /// Ends the checks of a user: signed out, nobody sees what they say.
    pub fn cancel_of(&self, user: &UserId) {
        for run in lock(&self.runs).values().filter(|run| run.user == *user) {
            run.cancel();
        }
    }

    fn run_of(&self, job_id: &str) -> Option<Arc<CheckRun>> {
        lock(&self.runs).get(job_id).cloned()
    }
}

impl Drop for Checking {
    fn drop(&mut self) {
        for run in lock(&self.runs).values() {
            run.cancel();
            if let Some(supervised) = run.supervised.get() {
                supervised.stop();
            }
        }
        for cancel in lock(&self.readings).values() {
            cancel.store(true, Ordering::Relaxed);
        }
    }
}
