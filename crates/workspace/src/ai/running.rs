//! One job from its claim to its end: facts, plan, prose; each finished slot is kept before the next begins.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lectern_ai::{
    Answered, Ground, JobType, JournalError, KeptPrompt, Page, Params, PlannedSlot, Planner, Policy, ProjectIndex, Subject, Version,
    WriteProgress, Writing, difference, keep_prompt, prompt_of, replace_citations, skeleton, write,
};
use lectern_jobs::{Claimed, Fence, JobFailure, Queue, QueueError};
use lectern_llm::Cancel;
use lectern_notify::{JobFailed, JobFinished, Notice, notify};
use lectern_projects::{Project, ProjectId};
use lectern_sync::{manifest_by_id, manifest_of};

use super::{
    ProjectVersion,
    cards::{StoredProgress, job_failure, params_of, section_now},
    engines::Chosen,
    from_a_newer,
    scheduling::Running,
};
use crate::{
    Workspace,
    view::{AiPhase, AiProgress, AiText, Failure},
};

/// The window is told at most so often of what moves.
const TOLD: Duration = Duration::from_millis(100);
/// The row is written at most so often, for other processes and the next start.
const STORED: Duration = Duration::from_secs(2);
/// Of a page that takes long to store, so much of the time goes into that at most: one part in.
const STORING: u32 = 20;
/// Other processes' wishes are looked for so often.
const ASKED: Duration = Duration::from_millis(150);

/// What a job reads.
pub(super) struct Material {
    pub version: ProjectVersion,
    pub older: Option<ProjectVersion>,
    pub index: Arc<ProjectIndex>,
}

impl Material {
    pub fn ground(&self) -> Ground<'_> {
        let older = self.older.as_ref().map(|older| older as &dyn Version);
        Ground { index: &self.index, version: &self.version, older }
    }

    /// The page as code writes it by itself.
    pub fn skeleton(&self, job_type: JobType, subject: &Subject, cancel: &Cancel) -> Result<Page, Failure> {
        Ok(match subject {
            Subject::Diff { path, .. } => difference(self.ground(), path.as_deref(), cancel)?,
            _ => skeleton(&self.index, &self.version, job_type, subject)?,
        })
    }
}

impl Workspace {
    /// Runs a claimed job; how it ended is in its row.
    pub(super) fn run_job(self: &Arc<Self>, claimed: Claimed, running: &Running) {
        let done = AtomicBool::new(false);
        let ended = thread::scope(|scope| {
            scope.spawn(|| self.listen_for_cancel(&claimed.fence, &running.cancel, &done));
            let _done = SetWhenDone(&done);
            self.work(&claimed, running)
        });
        let ended = match ended {
            Ok(()) => Ok(()),
            Err(_) if running.lets_go.load(Ordering::Acquire) => self.ai.queue.release(&claimed.fence).map(drop),
            Err(failure) => self.end_failed(&claimed, failure),
        };
        if let Err(error) = ended
            && !matches!(error, QueueError::Lost)
        {
            eprintln!("lectern: job {}: {error}", claimed.job.id);
        }
        self.events.notifications_changed();
        self.events.projects_changed();
    }

    fn work(self: &Arc<Self>, claimed: &Claimed, running: &Running) -> Result<(), Failure> {
        let job = &claimed.job;
        let params = params_of(job).ok_or_else(from_a_newer)?;
        let job_type = job.job_type.as_deref().and_then(JobType::parse).ok_or_else(from_a_newer)?;
        let owner = lectern_accounts::UserId::new(job.user_id.as_str());
        let project = self.projects.get(&owner, &ProjectId::new(job.project_id.as_str()))?;
        // Asked before anything is read: what may not be sent any more is not gathered.
        let chosen = match &params.model {
            Some(model) => Some(self.engine_for(&project, model)?),
            None => None,
        };
        let mut desk = Desk::new(self, claimed, running, chosen.as_ref());
        desk.moved(AiPhase::Gathering, |_| {});
        let material = self.material(&project, &params, &running.cancel, &|done, total| {
            let mut progress = running.progress.lock().unwrap_or_else(PoisonError::into_inner);
            (progress.done, progress.total) = (crate::syncing::count(done as u64), crate::syncing::count(total as u64));
        })?;
        let draft = claimed.draft.as_deref().and_then(|json| draft_of(json, &params));
        let mut page = match draft {
            Some(page) => page,
            None => material.skeleton(job_type, &params.subject, &running.cancel)?,
        };
        desk.keep(&page)?;
        page = match &chosen {
            Some(chosen) => {
                desk.moved(AiPhase::Loading, |progress| (progress.done, progress.total) = (0, 0));
                let capacity = chosen.engine.load(&running.cancel)?;
                running.progress.lock().unwrap_or_else(PoisonError::into_inner).computes = chosen.computes();
                let policy = Policy { to_endpoint: chosen.to_endpoint };
                let planner = Planner::new(material.ground(), job_type, &page, capacity, policy);
                let written = write(&planner, page, &*chosen.engine, params.seed, &mut desk, &running.cancel);
                if written.is_err() {
                    desk.keep_pending();
                }
                written?
            }
            None => lectern_ai::without_prose(page, material.ground())?,
        };
        let computes = running.progress.lock().unwrap_or_else(PoisonError::into_inner).computes.clone();
        self.finish(claimed, &page, computes)?;
        if let (Some(chosen), Some(model)) = (&chosen, &params.model) {
            self.note_run(&job.user_id, model, &page.run, chosen.to_endpoint);
        }
        Ok(())
    }

    fn finish(self: &Arc<Self>, claimed: &Claimed, page: &Page, computes: String) -> Result<(), Failure> {
        let job = &claimed.job;
        let notice = Notice::JobFinished(JobFinished {
            project_id: job.project_id.clone(),
            job_id: job.id.clone(),
            kind: job.job_type.clone().unwrap_or_default(),
            title: page.title.clone(),
        });
        let progress = StoredProgress::of(page).by(computes);
        Ok(self.ai.queue.succeed(&claimed.fence, page, &progress, |transaction| {
            replace_citations(transaction, &job.id, page)?;
            notify(transaction, &*self.clock, &job.user_id, &notice)?;
            Ok(())
        })?)
    }

    fn end_failed(&self, claimed: &Claimed, failure: Failure) -> Result<(), QueueError> {
        self.ai.queue.fail(&claimed.fence, &job_failure(failure), |transaction, stored| {
            if let Some(notice) = failed_notice(&claimed.job, stored) {
                notify(transaction, &*self.clock, &claimed.job.user_id, &notice)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Somebody in another process may cancel it; so may this one, without anybody at hand to be told.
    fn listen_for_cancel(&self, fence: &Fence, cancel: &Cancel, done: &AtomicBool) {
        let mut asked = Instant::now();
        while !done.load(Ordering::Acquire) && !cancel.is_cancelled() {
            thread::sleep(Duration::from_millis(20));
            if asked.elapsed() < ASKED {
                continue;
            }
            asked = Instant::now();
            match self.ai.queue.cancel_requested(fence) {
                Ok(true) | Err(QueueError::Lost) => cancel.cancel(),
                // A database that is busy now answers at the next look.
                Ok(false) | Err(_) => {}
            }
        }
    }

    /// The version (of a diff both), and what is known of its code.
    pub(super) fn material(
        self: &Arc<Self>,
        project: &Project,
        params: &Params,
        cancel: &Cancel,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Material, Failure> {
        let gone = |version| {
            Failure::new("VERSION_GONE", format!("v{version} is not kept any more")).hint("Ask again, about the folder as it is now.")
        };
        let manifest = manifest_by_id(&self.store, &params.manifest_id)?.ok_or_else(|| gone(params.version))?;
        let version = ProjectVersion::open(&self.store, &self.objects, project, manifest)?;
        let older = match &params.subject {
            Subject::Diff { from, .. } => {
                let manifest = manifest_of(&self.store, project.id.as_str(), *from)?.ok_or_else(|| gone(*from))?;
                Some(ProjectVersion::open(&self.store, &self.objects, project, manifest)?)
            }
            _ => None,
        };
        let index = match self.ai.kept_index(&params.manifest_id) {
            Some(index) => index,
            None => {
                let index = Arc::new(ProjectIndex::build(&version, &self.ai.cache, cancel, progress)?);
                self.ai.keep_index(&params.manifest_id, &index);
                index
            }
        };
        Ok(Material { version, older, index })
    }
}

/// Says that work is done however it ended: whoever waits beside it must not wait for ever.
pub(super) struct SetWhenDone<'a>(pub &'a AtomicBool);

impl Drop for SetWhenDone<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A draft, if it is one of this very request.
fn draft_of(json: &str, params: &Params) -> Option<Page> {
    let mut page: Page = serde_json::from_str(json).ok()?;
    let same = page.format <= lectern_ai::PAGE_FORMAT && page.manifest_id == params.manifest_id && page.subject == params.subject;
    // What is added to a draft of an earlier build is of this one.
    page.format = lectern_ai::PAGE_FORMAT;
    same.then_some(page)
}

/// Hears from the writing, keeps what is finished, and tells the window.
struct Desk<'a> {
    workspace: &'a Arc<Workspace>,
    claimed: &'a Claimed,
    running: &'a Running,
    told: Option<Instant>,
    stored: Option<Instant>,
    texts: Option<Instant>,
    engine: Option<&'a Chosen>,
    /// When the page was kept last, and how long that took.
    kept: Option<(Instant, Duration)>,
    /// What was finished since then.
    pending: Option<Page>,
}

impl<'a> Desk<'a> {
    fn new(workspace: &'a Arc<Workspace>, claimed: &'a Claimed, running: &'a Running, engine: Option<&'a Chosen>) -> Self {
        Self { workspace, claimed, running, told: None, stored: None, texts: None, engine, kept: None, pending: None }
    }

    /// Stores the page as it is, for whoever goes on after a kill.
    fn keep(&mut self, page: &Page) -> Result<(), QueueError> {
        self.at_section(page);
        let began = Instant::now();
        self.queue().draft(&self.claimed.fence, page)?;
        let now = self.running.progress.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.queue().progress(&self.claimed.fence, &StoredProgress { now, ..StoredProgress::of(page) })?;
        self.stored = Some(Instant::now());
        self.kept = Some((Instant::now(), began.elapsed()));
        self.pending = None;
        Ok(())
    }

    /// The next thing that is told says which section is written now.
    fn at_section(&self, page: &Page) {
        let mut progress = self.running.progress.lock().unwrap_or_else(PoisonError::into_inner);
        (progress.section_number, progress.sections) = section_now(page);
    }

    /// A run that ends early leaves everything that was finished.
    fn keep_pending(&mut self) {
        if let Some(page) = self.pending.take() {
            // The job ends with its own reason; without this write the draft is some slots shorter.
            let _ = self.keep(&page);
        }
    }

    fn queue(&self) -> &Queue {
        &self.workspace.ai.queue
    }

    fn moved(&mut self, phase: AiPhase, change: impl FnOnce(&mut AiProgress)) {
        let began_phase = {
            let mut progress = self.running.progress.lock().unwrap_or_else(PoisonError::into_inner);
            let before = std::mem::replace(&mut progress.phase, phase);
            change(&mut progress);
            #[expect(clippy::cast_precision_loss, reason = "bytes, shown in megabytes")]
            let memory = self.engine.and_then(|chosen| chosen.resident_memory()).map_or(0.0, |bytes| bytes as f64);
            progress.memory = memory;
            before != phase
        };
        let due = |last: Option<Instant>, every: Duration| last.is_none_or(|last| last.elapsed() >= every);
        if began_phase || due(self.told, TOLD) {
            self.told = Some(Instant::now());
            self.workspace.tell_job(&self.claimed.job.id);
        }
        if due(self.stored, STORED) {
            self.stored = Some(Instant::now());
            let now = self.running.progress.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let stored: StoredProgress = serde_json::from_value(self.claimed.job.progress.clone()).unwrap_or_default();
            // For lists in other processes; a write that fails is made up for by the next.
            let _ = self.queue().progress(&self.claimed.fence, &StoredProgress { format: 1, now, ..stored });
        }
    }
}

impl Writing for Desk<'_> {
    fn progress(&mut self, told: &WriteProgress) {
        let phase = if told.answering { AiPhase::Writing } else { AiPhase::Reading };
        self.moved(phase, |progress| {
            progress.section.clone_from(&told.section);
            (progress.done, progress.total) = (told.done, told.total);
            progress.tokens = told.tokens;
            progress.tokens_per_second = told.tokens_per_second;
            progress.prompt_tokens = told.prompt_tokens;
            progress.context = told.context;
            progress.seconds_left = told.seconds_left;
        });
    }

    fn text(&mut self, slot: &str, text: &str) {
        let quiet = self.texts.is_some_and(|last| last.elapsed() < Duration::from_millis(60));
        if quiet && !text.is_empty() {
            return;
        }
        // A slot that begins anew is told at once, and so is the first of its text.
        self.texts = (!text.is_empty()).then(Instant::now);
        let owner = lectern_accounts::UserId::new(self.claimed.job.user_id.as_str());
        if self.workspace.shows(&owner) {
            let text = AiText { job_id: self.claimed.job.id.clone(), slot: slot.to_owned(), text: text.to_owned() };
            self.workspace.events.ai_text_written(text);
        }
    }

    fn answer_to(&mut self, prompt: &PlannedSlot) -> Option<Answered> {
        // What can't be read is asked once more.
        let kept = self.workspace.store.read(|connection| prompt_of(connection, &self.claimed.job.id, &prompt.name)).ok().flatten();
        kept?.answer_to(prompt)
    }

    fn answered(&mut self, prompt: &PlannedSlot, answer: &Answered) -> Result<(), JournalError> {
        let row = KeptPrompt::new(prompt, Some(answer));
        let now = self.workspace.clock.now();
        self.queue().while_held(&self.claimed.fence, |transaction| Ok(keep_prompt(transaction, &self.claimed.job.id, &row, now)?))?;
        Ok(())
    }

    fn page(&mut self, page: &Page) -> Result<(), JournalError> {
        if self.kept.is_none_or(|(at, took)| at.elapsed() >= took * STORING) {
            self.keep(page)?;
            self.workspace.tell_job(&self.claimed.job.id);
        } else {
            self.at_section(page);
            self.pending = Some(page.clone());
        }
        Ok(())
    }
}

/// Nobody is told of what they cancelled themselves.
pub(super) fn failed_notice(job: &lectern_jobs::Job, failure: &JobFailure) -> Option<Notice> {
    (failure.code != JobFailure::CANCELLED).then(|| {
        let stored: StoredProgress = serde_json::from_value(job.progress.clone()).unwrap_or_default();
        let asked = || params_of(job).map(|params| super::words::title_of(&params.subject, "the project")).unwrap_or_default();
        let title = if stored.title.is_empty() { asked() } else { stored.title };
        Notice::JobFailed(JobFailed {
            project_id: job.project_id.clone(),
            job_id: job.id.clone(),
            kind: job.job_type.clone().unwrap_or_default(),
            title,
            code: failure.code.clone(),
            message: failure.message.clone(),
        })
    })
}
