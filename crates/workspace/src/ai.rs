//! AI jobs of the signed-in user: asked for, run one after the other, read.

mod asking;
mod cards;
mod cited;
mod engines;
mod failures;
mod pages;
mod planning;
mod running;
mod scheduling;
mod site;
mod version;
mod words;

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lectern_ai::{IndexCache, ProjectIndex};
use lectern_jobs::{Queue, Table};
use lectern_store::{BootId, Clock, Store};

pub(crate) use self::version::ProjectVersion;
use crate::view::{AiProgress, Failure};

/// Indexes of versions that are kept in memory.
const KEPT_INDEXES: usize = 3;

/// What the workspace keeps for jobs.
pub(crate) struct Ai {
    pub queue: Queue,
    pub scheduler: Arc<scheduling::Scheduler>,
    pub engines: engines::Engines,
    cache: IndexCache,
    cited: cited::KeptCitations,
    /// By the manifests' ids, the latest used first.
    indexes: Mutex<VecDeque<(String, Arc<ProjectIndex>)>>,
}

impl Ai {
    pub fn new(store: &Arc<Store>, clock: &Arc<dyn Clock>, boot: BootId, run_dir: PathBuf, on_ended: lectern_jobs::EndedHook) -> Self {
        let queue = Queue::new(Table::Ai, Arc::clone(store), Arc::clone(clock), boot, run_dir).on_ended(on_ended);
        Self {
            queue,
            scheduler: Arc::default(),
            engines: engines::Engines::default(),
            cache: IndexCache::default(),
            cited: cited::KeptCitations::default(),
            indexes: Mutex::default(),
        }
    }

    /// There may be something to run.
    pub fn wake(&self) {
        self.scheduler.wake();
    }

    fn stop(&self, job_id: &str) {
        self.scheduler.stop(job_id);
    }

    fn progress_of(&self, job_id: &str) -> Option<AiProgress> {
        self.scheduler.progress_of(job_id)
    }

    fn kept_index(&self, manifest: &str) -> Option<Arc<ProjectIndex>> {
        let mut indexes = self.lock_indexes();
        let at = indexes.iter().position(|(id, _)| id == manifest)?;
        let found = indexes.remove(at)?;
        let index = Arc::clone(&found.1);
        indexes.push_front(found);
        Some(index)
    }

    fn keep_index(&self, manifest: &str, index: &Arc<ProjectIndex>) {
        let mut indexes = self.lock_indexes();
        indexes.retain(|(id, _)| id != manifest);
        indexes.push_front((manifest.to_owned(), Arc::clone(index)));
        indexes.truncate(KEPT_INDEXES);
    }

    fn lock_indexes(&self) -> MutexGuard<'_, VecDeque<(String, Arc<ProjectIndex>)>> {
        self.indexes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ai {
    fn drop(&mut self) {
        self.scheduler.close();
    }
}

/// A job that the queue gave up, because Lectern stopped each time it ran, is told of like one that failed.
pub(crate) fn tells_of_given_up(clock: &Arc<dyn Clock>) -> lectern_jobs::EndedHook {
    let clock = Arc::clone(clock);
    Arc::new(move |transaction, job| {
        let notice = job.error.as_ref().and_then(|failure| running::failed_notice(job, failure));
        if let Some(notice) = notice {
            lectern_notify::notify(transaction, &*clock, &job.user_id, &notice)?;
        }
        Ok(())
    })
}

pub(crate) fn unknown_job() -> Failure {
    Failure::new("UNKNOWN_JOB", "this job does not exist").hint("It may have been removed.")
}

/// A row that this build does not understand.
pub(crate) fn from_a_newer() -> Failure {
    Failure::new("NEWER_DATA", "this was written by a newer Lectern").hint("Update Lectern, or ask again.")
}
