//! Taking what is asked, and working it out: in this process, at once.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use lectern_accounts::UserId;
use lectern_jobs::{Cancelled, Claimed, Claiming, Job, JobFailure, NewJob, Priority, QueueError, Status};
use lectern_projects::{Project, ProjectId};
use lectern_refactor::{StoredProposal, rows};
use lectern_sync::{Manifest, manifest_by_id};

use super::{
    Run,
    cards::{Params, StoredCard, card},
    texts::lock,
};
use crate::{
    Workspace,
    ai::{from_a_newer, unknown_job},
    tasks::Tell,
    view::{Failure, RefactorAsk, RefactorJob, RefactorProgress},
};

/// Another process's wish to cancel is looked for so often.
const ASKED: Duration = Duration::from_millis(150);
/// A larger patch is not taken, in bytes.
const LARGEST_PATCH: usize = 16 << 20;
/// Lists name so many jobs; older ones stay in the database.
const LISTED: usize = 500;

impl Workspace {
    /// Takes what is asked and begins to work it out, on the folder as it is: that is recorded first.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `BAD_REQUEST`, and what keeps the folder from being read. Why nothing can be proposed is in the job.
    pub fn refactor_ask(self: &Arc<Self>, project_id: &str, ask: RefactorAsk) -> Result<RefactorJob, Failure> {
        let (user, id) = self.submit_refactoring(project_id, ask)?;
        self.start_refactoring(&user, &id)?;
        self.refactor_job(&id)
    }

    /// As [`refactor_ask`](Self::refactor_ask), and answers when it is worked out. For headless commands.
    ///
    /// # Errors
    /// As there.
    pub fn refactor_ask_here(
        self: &Arc<Self>,
        project_id: &str,
        ask: RefactorAsk,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<RefactorJob, Failure> {
        let (user, id) = self.submit_refactoring(project_id, ask)?;
        self.start_refactoring(&user, &id)?;
        let mut asked = false;
        loop {
            let job = self.refactor_row(&id)?;
            if !job.status.is_live() {
                return self.refactor_job(&id);
            }
            if stop() && !asked {
                asked = true;
                self.refactor_cancel(&id)?;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Asks, and applies what is proposed at once: for what somebody looked at elsewhere. What fails leaves no job behind, unless some of it was
    /// written.
    ///
    /// # Errors
    /// Why nothing can be proposed, and as [`refactor_apply`](Self::refactor_apply).
    pub(crate) fn refactor_at_once(
        self: &Arc<Self>,
        task_id: &str,
        project_id: &str,
        ask: RefactorAsk,
        tell: Tell<'_>,
    ) -> Result<RefactorJob, Failure> {
        let user = self.user()?;
        let job = self.refactor_ask_here(project_id, ask, &|| false)?;
        let applied = match job.error {
            Some(failure) => Err(failure),
            None => self.refactor_apply(task_id, &job.id, tell),
        };
        match applied {
            Ok(_) => self.refactor_job(&job.id),
            Err(failure) => {
                if failure.code != "NEEDS_ATTENTION" {
                    self.refactoring.queue.remove(user.as_str(), &[&job.id])?;
                }
                Err(failure)
            }
        }
    }

    /// Works a proposal out again, on the folder as it is now. What was chosen stays chosen where it is still there.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NOT_PROPOSED` when it was applied or discarded.
    pub fn refactor_again(self: &Arc<Self>, job_id: &str) -> Result<RefactorJob, Failure> {
        self.refactor_again_with(job_id, None)
    }

    /// Works a rename out again so that a file imports the new name as the old one, and changes no further.
    ///
    /// # Errors
    /// As [`refactor_again`](Self::refactor_again); why a file can't keep the old name is told with the proposal.
    pub fn refactor_keep_old_name(self: &Arc<Self>, job_id: &str, path: &str) -> Result<RefactorJob, Failure> {
        self.refactor_again_with(job_id, Some(path))
    }

    fn refactor_again_with(self: &Arc<Self>, job_id: &str, old_name_in: Option<&str>) -> Result<RefactorJob, Failure> {
        let user = self.user()?;
        let job = self.refactor_row(job_id)?;
        let project = self.project(&job.project_id)?;
        let mut params = Params::of(&job).ok_or_else(from_a_newer)?;
        if let Some(path) = old_name_in.filter(|path| !params.old_name_in.iter().any(|known| known == path)) {
            params.old_name_in.push(path.to_owned());
        }
        let manifest = self.folder_recorded(&project)?;
        let params = Params { manifest_id: manifest.id, version: manifest.version, ..params };
        let params = serde_json::to_value(&params).map_err(|error| Failure::internal(error.to_string()))?;
        let again = self.store.write(|transaction| rows::again(transaction, job_id, user.as_str(), &params, self.clock.now()))?;
        if !again {
            return Err(super::not_proposed());
        }
        self.start_refactoring(&user, job_id)?;
        self.refactor_job(job_id)
    }

    /// The user's refactor jobs, of one project or all, latest first.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `LOCKED`, `UNKNOWN_PROJECT`.
    pub fn refactor_jobs(&self, project_id: Option<&str>) -> Result<Vec<RefactorJob>, Failure> {
        let user = self.user()?;
        if let Some(project_id) = project_id {
            self.project(project_id)?;
        }
        self.settle_refactorings()?;
        let jobs = self.refactoring.queue.list(user.as_str(), project_id)?;
        jobs.iter().take(LISTED).filter_map(|job| self.refactor_card(job).transpose()).collect()
    }

    /// Cancels one that waits or runs. One that has ended is left as it is.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`.
    pub fn refactor_cancel(&self, job_id: &str) -> Result<(), Failure> {
        let user = self.user()?;
        match self.refactoring.queue.cancel(user.as_str(), job_id)? {
            Cancelled::NotThere => return Err(unknown_job()),
            Cancelled::Asked { ours: true } => {
                if let Some(run) = lock(&self.refactoring.running).get(job_id) {
                    run.cancel.store(true, Ordering::Relaxed);
                }
            }
            Cancelled::Asked { ours: false } | Cancelled::Now | Cancelled::Over => {}
        }
        self.tell_refactoring(job_id);
        Ok(())
    }

    fn submit_refactoring(self: &Arc<Self>, project_id: &str, ask: RefactorAsk) -> Result<(UserId, String), Failure> {
        let user = self.user()?;
        let project = self.project(project_id)?;
        if matches!(&ask, RefactorAsk::Patch { text, .. } if text.len() > LARGEST_PATCH) {
            return Err(Failure::new("TOO_LARGE", "this patch is too large to be looked through").hint("Split it."));
        }
        let manifest = self.folder_recorded(&project)?;
        let params = Params { format: 1, manifest_id: manifest.id, version: manifest.version, ask, old_name_in: Vec::new() };
        let params = serde_json::to_value(&params).map_err(|error| Failure::internal(error.to_string()))?;
        let submitted = self.refactoring.queue.submit(&NewJob {
            project_id: project.id.as_str(),
            user_id: user.as_str(),
            job_type: None,
            params: &params,
            input_hash: None,
            priority: Priority::Interactive,
            fresh: true,
        })?;
        Ok((user, submitted.id))
    }

    /// The folder as it is now, as a version.
    pub(super) fn folder_recorded(self: &Arc<Self>, project: &Project) -> Result<Manifest, Failure> {
        let task = self.task(&format!("refactor:{}", project.id.as_str()), &|_| {});
        self.alone(project, || self.record(project, &task)).map(|(_, manifest)| manifest)
    }

    /// Runs a waiting job on a thread of its own, unless another process took it.
    fn start_refactoring(self: &Arc<Self>, user: &UserId, job_id: &str) -> Result<(), Failure> {
        let users = [user.as_str()];
        let claim = self.refactoring.queue.claim(&Claiming { users: &users, only: Some(job_id), ..Claiming::default() })?;
        if let Some(claimed) = claim.claimed {
            self.spawn_refactoring(claimed, user.clone());
        }
        Ok(())
    }

    /// Runs what a killed process left behind. For the window.
    pub(crate) fn start_waiting_refactorings(self: &Arc<Self>) -> Result<(), Failure> {
        let Some(user) = self.signed_in() else { return Ok(()) };
        let users = [user.as_str()];
        while let Some(claimed) = self.refactoring.queue.claim(&Claiming { users: &users, ..Claiming::default() })?.claimed {
            self.spawn_refactoring(claimed, user.clone());
        }
        Ok(())
    }

    fn spawn_refactoring(self: &Arc<Self>, claimed: Claimed, user: UserId) {
        let run = Run { user, cancel: Arc::default(), lets_go: Arc::default(), progress: Arc::default() };
        let id = claimed.job.id.clone();
        lock(&self.refactoring.running).insert(id.clone(), run.clone());
        let weak = Arc::downgrade(self);
        let spawned = thread::Builder::new().name("refactor".to_owned()).spawn(move || {
            if let Some(workspace) = weak.upgrade() {
                workspace.run_refactoring(claimed, &run);
            }
        });
        if spawned.is_err() {
            // Dropped with its claim, the job is an orphan of ours and is put back at the next look.
            lock(&self.refactoring.running).remove(&id);
        }
    }

    fn run_refactoring(self: &Arc<Self>, claimed: Claimed, run: &Run) {
        self.tell_refactoring(&claimed.job.id);
        let done = AtomicBool::new(false);
        let ended = thread::scope(|scope| {
            let listener = scope.spawn(|| {
                while !done.load(Ordering::Acquire) {
                    thread::park_timeout(ASKED);
                    match self.refactoring.queue.cancel_requested(&claimed.fence) {
                        Ok(true) | Err(QueueError::Lost) if !done.load(Ordering::Acquire) => run.cancel.store(true, Ordering::Relaxed),
                        _ => {}
                    }
                }
            });
            let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.work_out(&claimed, run)));
            done.store(true, Ordering::Release);
            listener.thread().unpark();
            ended.unwrap_or_else(|_| Err(Failure::internal("working this out ended in a defect of Lectern")))
        });
        let stored = match ended {
            Ok(()) => Ok(()),
            Err(_) if run.lets_go.load(Ordering::Acquire) => self.refactoring.queue.release(&claimed.fence).map(drop),
            Err(failure) => {
                let failure = JobFailure { code: failure.code, message: failure.message, hint: failure.hint };
                self.refactoring.queue.fail(&claimed.fence, &failure, |_, _| Ok(())).map(drop)
            }
        };
        if let Err(error) = stored
            && !matches!(error, QueueError::Lost)
        {
            eprintln!("lectern: refactor job {}: {error}", claimed.job.id);
        }
        lock(&self.refactoring.running).remove(&claimed.job.id);
        self.tell_refactoring(&claimed.job.id);
    }

    fn work_out(self: &Arc<Self>, claimed: &Claimed, run: &Run) -> Result<(), Failure> {
        let job = &claimed.job;
        let params = Params::of(job).ok_or_else(from_a_newer)?;
        let owner = UserId::new(job.user_id.as_str());
        let project = self.projects.get(&owner, &ProjectId::new(job.project_id.as_str()))?;
        let gone = || Failure::new("VERSION_GONE", format!("v{} is not kept any more", params.version)).hint("Ask again.");
        let manifest = manifest_by_id(&self.store, &params.manifest_id)?.ok_or_else(gone)?;
        *run.progress.lock().unwrap_or_else(PoisonError::into_inner) =
            RefactorProgress { phase: "Looking for places".to_owned(), done: 0, total: 0 };
        self.tell_refactoring(&job.id);
        let texts = self.version_texts(&project, manifest, Arc::clone(&run.cancel))?;
        let stored = self.propose(&project, &texts, &params.ask, &params.old_name_in)?;
        if run.cancel.load(Ordering::Relaxed) {
            return Err(crate::tasks::cancelled());
        }
        let excluded = self.carried_over(job, &stored)?;
        let now = self.clock.now();
        let progress = StoredCard::of(&stored);
        Ok(self.refactoring.queue.succeed(&claimed.fence, &stored, &progress, |transaction| {
            if let Some(excluded) = &excluded {
                rows::set_excluded(transaction, &job.id, excluded, now)?;
            }
            Ok(())
        })?)
    }

    /// What was left out of what was proposed before, as numbers of what is proposed now; `None` when nobody chose anything.
    fn carried_over(&self, job: &Job, stored: &StoredProposal) -> Result<Option<Vec<u32>>, Failure> {
        let Some(excluded) = self.store.read(|connection| rows::excluded(connection, &job.id))? else { return Ok(None) };
        let before = self.refactoring.queue.job_full(&job.user_id, &job.id)?.and_then(|full| full.result);
        let before: Option<StoredProposal> = before.and_then(|json| serde_json::from_str(&json).ok());
        Ok(before.map(|before| stored.carried_over(&before, &excluded)))
    }

    /// A row of the signed-in user.
    pub(super) fn refactor_row(&self, job_id: &str) -> Result<Job, Failure> {
        let user = self.user()?;
        self.refactoring.queue.job(user.as_str(), job_id)?.ok_or_else(unknown_job)
    }

    /// A job of the signed-in user.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`.
    pub fn refactor_job(&self, job_id: &str) -> Result<RefactorJob, Failure> {
        let job = self.refactor_row(job_id)?;
        self.refactor_card(&job)?.ok_or_else(unknown_job)
    }

    /// A row as a card; `None` when its project is gone.
    pub(super) fn refactor_card(&self, job: &Job) -> Result<Option<RefactorJob>, Failure> {
        let owner = UserId::new(job.user_id.as_str());
        let Ok(project) = self.projects.get(&owner, &ProjectId::new(job.project_id.as_str())) else { return Ok(None) };
        let live = lock(&self.refactoring.running).get(&job.id).map(|run| lock(&run.progress).clone());
        let stale = job.status == Status::Proposed && self.is_stale(&project, job)?;
        Ok(Some(card(job, &project.name, live, stale)))
    }

    /// Tells the window of a job, if it shows that user's.
    pub(super) fn tell_refactoring(&self, job_id: &str) {
        let Some(user) = self.signed_in().filter(|user| self.shows(user)) else { return };
        if let Ok(Some(job)) = self.refactoring.queue.job(user.as_str(), job_id)
            && let Ok(Some(card)) = self.refactor_card(&job)
        {
            self.events.refactor_job_changed(card);
        }
    }
}
