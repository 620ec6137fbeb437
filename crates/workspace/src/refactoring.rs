//! Refactor jobs of the signed-in user: asked for, proposed, reviewed, applied, taken back.

mod applying;
mod asking;
mod cards;
mod changing;
mod checking;
mod documenting;
mod hunks;
mod pointing;
mod proposing;
mod reviewing;
mod symbols;
mod texts;
mod undoing;
mod uses;

pub(crate) use documenting::doc_comment_count;

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use lectern_accounts::UserId;
use lectern_jobs::{Queue, Table};
use lectern_refactor::StoredProposal;
use lectern_store::{BootId, Clock, Store, Timestamp};

use crate::view::{Failure, RefactorProgress};
pub(crate) use pointing::Pointed;
use texts::lock;
pub(crate) use uses::{UsedFile, Uses};

/// A proposal by its job and when that ended: worked out again, it is another one.
type Stamp = (String, Option<Timestamp>);

/// What the workspace keeps for refactor jobs.
pub(crate) struct Refactoring {
    queue: Queue,
    known: texts::KnownProjects,
    running: Mutex<HashMap<String, Run>>,
    /// The latest used first.
    proposals: Mutex<Vec<(Stamp, Arc<StoredProposal>)>>,
    /// Jobs that this process writes right now: how they end is for the one who writes to say.
    writing: Mutex<HashSet<String>>,
    /// Whether a job, worked out on a version, is out of date in another.
    stale: Mutex<HashMap<(String, String, String), bool>>,
    checking: checking::Checking,
}

/// A job that this process works out.
#[derive(Clone)]
struct Run {
    user: UserId,
    cancel: Arc<AtomicBool>,
    /// It is to wait again, not to be cancelled.
    lets_go: Arc<AtomicBool>,
    progress: Arc<Mutex<RefactorProgress>>,
}

impl Refactoring {
    pub fn new(store: &Arc<Store>, clock: &Arc<dyn Clock>, boot: BootId, run_dir: PathBuf) -> Self {
        Self {
            queue: Queue::new(Table::Refactor, Arc::clone(store), Arc::clone(clock), boot, run_dir),
            known: texts::KnownProjects::default(),
            running: Mutex::default(),
            proposals: Mutex::default(),
            writing: Mutex::default(),
            stale: Mutex::default(),
            checking: checking::Checking::default(),
        }
    }

    /// Puts back what killed processes left running.
    pub fn recover(&self) -> Result<(), Failure> {
        self.queue.recover()?;
        Ok(())
    }

    /// Lets go of a user's jobs: they wait until that user is signed in again.
    pub fn let_go_of(&self, user: &UserId) {
        for run in lock(&self.running).values().filter(|run| run.user == *user) {
            run.lets_go.store(true, Ordering::Release);
            run.cancel.store(true, Ordering::Release);
        }
        self.checking.cancel_of(user);
    }
}

impl Drop for Refactoring {
    fn drop(&mut self) {
        for run in lock(&self.running).values() {
            run.lets_go.store(true, Ordering::Release);
            run.cancel.store(true, Ordering::Release);
        }
    }
}

/// There is no proposal to be reviewed or applied.
fn not_proposed() -> Failure {
    Failure::new("NOT_PROPOSED", "there is nothing proposed here any more").hint("Ask for it again.")
}
