//! Who runs the jobs that wait: the window's process, a few at once; a headless command, just its own.

use std::{
    collections::HashMap,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use lectern_accounts::UserId;
use lectern_jobs::{Claimed, Claiming};
use lectern_llm::Cancel;

use super::running::SetWhenDone;

use crate::{
    Workspace,
    view::{AiProgress, Failure},
};

/// Jobs that another process asked for, or left behind, are looked for so often.
const LOOK: Duration = Duration::from_secs(3);
/// How long quitting waits for running jobs to let go.
const LET_GO: Duration = Duration::from_millis(1500);

/// What of the jobs is this process's own.
#[derive(Default)]
pub(crate) struct Scheduler {
    state: Mutex<State>,
    changed: Condvar,
    ended: AtomicBool,
}

#[derive(Default)]
struct State {
    /// Somebody asked for a job, or one ended.
    woken: bool,
    running: HashMap<String, Run>,
}

/// A job that this process runs.
#[derive(Clone)]
struct Run {
    user: UserId,
    cancel: Cancel,
    /// It is to wait again, not to be cancelled.
    lets_go: Arc<AtomicBool>,
    progress: Arc<Mutex<AiProgress>>,
}

/// A running job's own handles.
pub(crate) struct Running {
    pub cancel: Cancel,
    pub lets_go: Arc<AtomicBool>,
    pub progress: Arc<Mutex<AiProgress>>,
}

impl Scheduler {
    /// Looks for work now.
    pub fn wake(&self) {
        self.lock().woken = true;
        self.changed.notify_all();
    }

    /// Stops a job of this process, which the queue knows to be cancelled.
    pub fn stop(&self, job_id: &str) {
        if let Some(run) = self.lock().running.get(job_id) {
            run.cancel.cancel();
        }
    }

    /// How a job of this process gets on.
    pub fn progress_of(&self, job_id: &str) -> Option<AiProgress> {
        let progress = Arc::clone(&self.lock().running.get(job_id)?.progress);
        let progress = progress.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Some(progress)
    }

    /// Enters a job that is about to be run.
    pub fn enter(&self, job_id: &str, user: UserId) -> Running {
        let run = Run { user, cancel: Cancel::new(), lets_go: Arc::default(), progress: Arc::default() };
        let mut state = self.lock();
        let entered = state.running.entry(job_id.to_owned()).or_insert(run).clone();
        if self.ended.load(Ordering::Acquire) {
            entered.lets_go.store(true, Ordering::Release);
            entered.cancel.cancel();
        }
        Running { cancel: entered.cancel, lets_go: entered.lets_go, progress: entered.progress }
    }

    /// Takes a job that ended off the list.
    pub fn leave(&self, job_id: &str) {
        let mut state = self.lock();
        state.running.remove(job_id);
        state.woken = true;
        self.changed.notify_all();
    }

    /// Lets go of a user's jobs: they wait until that user is signed in again.
    pub fn let_go_of(&self, user: &UserId) {
        self.let_go(|run| run.user == *user);
    }

    /// Lets go of all jobs, and waits a moment until they did.
    pub fn close(&self) {
        self.ended.store(true, Ordering::Release);
        self.let_go(|_| true);
        let state = self.lock();
        let _ = self.changed.wait_timeout_while(state, LET_GO, |state| !state.running.is_empty());
        self.changed.notify_all();
    }

    fn let_go(&self, mut which: impl FnMut(&Run) -> bool) {
        for run in self.lock().running.values().filter(|run| which(run)) {
            run.lets_go.store(true, Ordering::Release);
            run.cancel.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Workspace {
    /// Runs the signed-in user's jobs from now on, as many at once as the settings allow. For the window.
    pub(crate) fn keep_running_jobs(self: &Arc<Self>) {
        let weak = Arc::downgrade(self);
        // Without the thread jobs wait, and are run by the next window.
        let _ = thread::Builder::new().name("jobs".to_owned()).spawn(move || {
            while let Some(workspace) = weak.upgrade() {
                if workspace.ai.scheduler.ended.load(Ordering::Acquire) {
                    return;
                }
                // What the database refuses now is tried again at the next look.
                let _ = workspace.start_waiting_jobs();
                let _ = workspace.start_waiting_refactorings();
                let scheduler = Arc::clone(&workspace.ai.scheduler);
                drop(workspace);
                let state = scheduler.lock();
                let waited = scheduler.changed.wait_timeout_while(state, LOOK, |state| !state.woken);
                let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
                state.woken = false;
            }
        });
    }

    /// Jobs that run are let go of, to be gone on with by the next start. For quitting; waits a moment.
    pub fn let_go_of_jobs(&self) {
        self.ai.scheduler.close();
        self.ai.engines.clear();
    }

    fn start_waiting_jobs(self: &Arc<Self>) -> Result<(), Failure> {
        let Some(user) = self.signed_in() else { return Ok(()) };
        let most = self.model_choices(&user)?.jobs_at_once.max(1) as usize;
        loop {
            if self.ai.scheduler.lock().running.len() >= most {
                return Ok(());
            }
            let claim = self.ai.queue.claim(&Claiming { users: &[user.as_str()], ..Claiming::default() })?;
            for recovered in claim.recovered {
                self.tell_job(&recovered.id);
            }
            let Some(claimed) = claim.claimed else { return Ok(()) };
            self.spawn(claimed, user.clone());
        }
    }

    fn spawn(self: &Arc<Self>, claimed: Claimed, user: UserId) {
        let running = self.ai.scheduler.enter(&claimed.job.id, user);
        let weak = Arc::downgrade(self);
        let leaving = Leaving { scheduler: Arc::clone(&self.ai.scheduler), workspace: weak.clone(), id: claimed.job.id.clone() };
        let spawned = thread::Builder::new().name("job".to_owned()).spawn(move || {
            let _leaving = leaving;
            if let Some(workspace) = weak.upgrade() {
                workspace.run_job(claimed, &running);
            }
        });
        if spawned.is_err() {
            // Dropped with its claim, the job is an orphan of ours and is put back at the next look.
            self.ai.scheduler.wake();
        }
    }

    /// Runs one job to its end here, unless another process does; then its end is waited for. For headless commands.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, and what the database says. How the job ended is in its row.
    pub fn run_ai_job_here(self: &Arc<Self>, job_id: &str, stop: &(dyn Fn() -> bool + Sync)) -> Result<(), Failure> {
        let user = self.user()?;
        let mut asked = false;
        loop {
            let job = self.users_job(job_id)?;
            if !job.status.is_live() {
                return Ok(());
            }
            if stop() && !asked {
                asked = true;
                self.cancel_ai_job(job_id)?;
                continue;
            }
            let users = [user.as_str()];
            if let Some(claimed) = self.ai.queue.claim(&Claiming { users: &users, only: Some(job_id), ..Claiming::default() })?.claimed {
                let running = self.ai.scheduler.enter(job_id, user.clone());
                let _leaving =
                    Leaving { scheduler: Arc::clone(&self.ai.scheduler), workspace: Arc::downgrade(self), id: job_id.to_owned() };
                let done = AtomicBool::new(false);
                thread::scope(|scope| {
                    scope.spawn(|| {
                        while !done.load(Ordering::Acquire) {
                            if stop() {
                                let _ = self.cancel_ai_job(job_id);
                                return;
                            }
                            thread::sleep(Duration::from_millis(50));
                        }
                    });
                    let _done = SetWhenDone(&done);
                    self.run_job(claimed, &running);
                });
                continue;
            }
            thread::sleep(Duration::from_millis(200));
        }
    }
}

/// Takes the job off the list however its thread ends.
struct Leaving {
    scheduler: Arc<Scheduler>,
    workspace: Weak<Workspace>,
    id: String,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.scheduler.leave(&self.id);
        if let Some(workspace) = self.workspace.upgrade() {
            workspace.tell_job(&self.id);
        }
    }
}
