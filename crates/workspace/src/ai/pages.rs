//! What jobs made: lists, pages, prompts, and what is cited.

use std::{collections::HashMap, path::Path, sync::Arc};

use lectern_ai::{JobType, KeptPrompt, Page};
use lectern_jobs::{Cancelled, Job, Retried, Status};

use super::{
    cards::{StoredProgress, card},
    from_a_newer, unknown_job,
};
use crate::{
    Workspace,
    failure::database,
    refactoring::doc_comment_count,
    user_files::write_target,
    view::{AiJob, AiJobPage, AiMessage, AiPrompt, CitingPage, Failure, JobStatus, SentenceChoice},
};

impl Workspace {
    /// The user's jobs, of one project or all, the latest first.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, and what the database says.
    pub fn ai_jobs(self: &Arc<Self>, project_id: Option<&str>) -> Result<Vec<AiJob>, Failure> {
        let user = self.user()?;
        if let Some(project) = project_id {
            self.project(project)?;
        }
        let jobs = self.ai.queue.list(user.as_str(), project_id)?;
        let names = self.project_names(&user)?;
        let waiting = self.ai.queue.waiting(&[user.as_str()])?;
        let running = u32::try_from(jobs.iter().filter(|job| job.status == Status::Running).count()).unwrap_or(u32::MAX);
        let places: HashMap<&str, u32> = waiting.iter().map(String::as_str).zip(running..).collect();
        let named = |job: &Job| names.get(&job.project_id).cloned();
        Ok(jobs
            .iter()
            .filter_map(|job| {
                let ahead = places.get(job.id.as_str()).copied().unwrap_or_default();
                Some(card(job, &named(job)?, ahead, self.ai.progress_of(&job.id).as_ref()))
            })
            .collect())
    }

    /// One of the user's jobs with what it made so far.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`.
    pub fn ai_job(self: &Arc<Self>, job_id: &str) -> Result<AiJobPage, Failure> {
        let user = self.user()?;
        let full = self.ai.queue.job_full(user.as_str(), job_id)?.ok_or_else(unknown_job)?;
        let job = self.job_card(&full.job)?;
        // A page that a newer Lectern wrote is not shown half understood.
        let page = match full.result.or(full.draft) {
            Some(json) => Some(page_from(&json)?),
            None => None,
        };
        let is_docs = job.job_type == JobType::Docs && job.status == JobStatus::Success;
        let doc_comments = page.as_ref().filter(|_| is_docs).map(doc_comment_count).unwrap_or_default();
        Ok(AiJobPage { job, page, doc_comments })
    }

    /// What a model was asked for a job, and what it answered: in the order of the page.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`.
    pub fn ai_prompts(self: &Arc<Self>, job_id: &str) -> Result<Vec<AiPrompt>, Failure> {
        let job = self.users_job(job_id)?;
        let kept = self.store.read(|connection| lectern_ai::prompts_of(connection, &job.id)).map_err(|error| database(&error))?;
        Ok(kept.into_iter().map(prompt).collect())
    }

    /// Cancels one of the user's jobs; what was written so far stays. One that ended meanwhile is fine.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`.
    pub fn cancel_ai_job(self: &Arc<Self>, job_id: &str) -> Result<(), Failure> {
        let user = self.user()?;
        match self.ai.queue.cancel(user.as_str(), job_id)? {
            Cancelled::NotThere => return Err(unknown_job()),
            Cancelled::Asked { ours: true } => self.ai.stop(job_id),
            Cancelled::Asked { ours: false } | Cancelled::Now | Cancelled::Over => {}
        }
        self.tell_job(job_id);
        Ok(())
    }

    /// Cancels all of the user's jobs that have not ended.
    ///
    /// # Errors
    /// What the database says.
    pub fn cancel_ai_jobs(self: &Arc<Self>) -> Result<(), Failure> {
        let user = self.user()?;
        for (id, cancelled) in self.ai.queue.cancel_all(user.as_str())? {
            if matches!(cancelled, Cancelled::Asked { ours: true }) {
                self.ai.stop(&id);
            }
            self.tell_job(&id);
        }
        Ok(())
    }

    /// Lets a job that failed wait again; it goes on after what it had written.
    ///
    /// # Errors
    /// `UNKNOWN_JOB` also when it did not fail.
    pub fn retry_ai_job(self: &Arc<Self>, job_id: &str) -> Result<(), Failure> {
        let user = self.user()?;
        match self.ai.queue.retry(user.as_str(), job_id)? {
            Retried::NotThere => return Err(unknown_job()),
            Retried::Queued => self.tell_job(job_id),
            Retried::Joined(other) => self.tell_job(&other),
        }
        self.ai.wake();
        Ok(())
    }

    /// Moves a waiting job right before another, or behind all.
    ///
    /// # Errors
    /// `NOT_WAITING` when one of them is not waiting any more.
    pub fn move_ai_job(self: &Arc<Self>, job_id: &str, before: Option<&str>) -> Result<(), Failure> {
        let user = self.user()?;
        if !self.ai.queue.move_before(user.as_str(), job_id, before)? {
            return Err(Failure::new("NOT_WAITING", "this job is not waiting any more"));
        }
        for id in self.ai.queue.waiting(&[user.as_str()])? {
            self.tell_job(&id);
        }
        Ok(())
    }

    /// No longer lists jobs that have ended.
    ///
    /// # Errors
    /// What the database says.
    pub fn remove_ai_jobs(self: &Arc<Self>, job_ids: &[String]) -> Result<(), Failure> {
        let user = self.user()?;
        let ids: Vec<&str> = job_ids.iter().map(String::as_str).collect();
        let removed = self.ai.queue.remove(user.as_str(), &ids)?;
        self.events.ai_jobs_removed(&removed);
        Ok(())
    }

    /// Lists jobs again.
    ///
    /// # Errors
    /// What the database says.
    pub fn restore_ai_jobs(self: &Arc<Self>, job_ids: &[String]) -> Result<(), Failure> {
        let user = self.user()?;
        let ids: Vec<&str> = job_ids.iter().map(String::as_str).collect();
        for id in self.ai.queue.restore(user.as_str(), &ids)? {
            self.tell_job(&id);
        }
        Ok(())
    }

    /// No longer lists the jobs that failed or were cancelled, nor those that are done; gives their ids, for an undo.
    ///
    /// # Errors
    /// What the database says.
    pub fn clear_ai_jobs(self: &Arc<Self>) -> Result<Vec<String>, Failure> {
        let user = self.user()?;
        let cleared = self.ai.queue.clear(user.as_str(), &[Status::Success, Status::Failed])?;
        self.events.ai_jobs_removed(&cleared);
        Ok(cleared)
    }

    /// Keeps a sentence that has no citation, takes it out, or takes either back.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `BAD_REQUEST` when the page has no such sentence.
    pub fn choose_sentence(
        self: &Arc<Self>,
        job_id: &str,
        slot: &str,
        sentence: u32,
        choice: SentenceChoice,
    ) -> Result<AiJobPage, Failure> {
        let user = self.user()?;
        let edited = self.ai.queue.edit_result::<_, Failure>(user.as_str(), job_id, |_, result, progress| {
            let mut page = page_from(&result.to_string())?;
            if !lectern_ai::choose_sentence(&mut page, slot, sentence as usize, choice) {
                return Err(Failure::new("BAD_REQUEST", "this page has no such sentence"));
            }
            let json = |error: serde_json::Error| Failure::internal(error.to_string());
            let computes = StoredProgress::read(progress).now.computes;
            *progress = serde_json::to_value(StoredProgress::of(&page).by(computes)).map_err(json)?;
            *result = serde_json::to_value(page).map_err(json)?;
            Ok(())
        })?;
        edited.ok_or_else(unknown_job)?;
        self.tell_job(job_id);
        self.ai_job(job_id)
    }

    /// A page as Markdown.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NO_PAGE` before anything is written.
    pub fn ai_markdown(self: &Arc<Self>, job_id: &str) -> Result<String, Failure> {
        Ok(lectern_ai::to_markdown(&self.page_of(job_id)?))
    }

    /// Writes a page to a file as Markdown, over one that is there.
    ///
    /// # Errors
    /// As [`ai_markdown`](Self::ai_markdown), and `EXPORT_FAILED`; the file is as it was then.
    pub fn export_ai_job(self: &Arc<Self>, job_id: &str, target: &Path) -> Result<(), Failure> {
        let markdown = self.ai_markdown(job_id)?;
        write_target(target, self.data.path(), markdown.as_bytes())
    }

    /// The user's pages that cite a file, the latest first.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn pages_citing(self: &Arc<Self>, project_id: &str, path: &str) -> Result<Vec<CitingPage>, Failure> {
        let project = self.project(project_id)?;
        let owner = project.owner_id.as_str();
        let found = self
            .store
            .read(|connection| lectern_ai::pages_citing(connection, project.id.as_str(), path))
            .map_err(|error| database(&error))?;
        let mut pages = Vec::new();
        for cited in found {
            let Some(job) = self.ai.queue.job(owner, &cited.job_id)? else { continue };
            let card = card(&job, &project.name, 0, None);
            pages.push(CitingPage {
                job_id: card.id,
                title: card.title,
                job_type: card.job_type,
                version: card.version,
                line_start: cited.line_start,
                line_end: cited.line_end,
            });
        }
        Ok(pages)
    }

    /// What is written so far.
    pub(crate) fn page_of(self: &Arc<Self>, job_id: &str) -> Result<Page, Failure> {
        self.ai_job(job_id)?.page.ok_or_else(|| Failure::new("NO_PAGE", "nothing of this page is written yet"))
    }

    pub(super) fn users_job(&self, job_id: &str) -> Result<Job, Failure> {
        self.ai.queue.job(self.user()?.as_str(), job_id)?.ok_or_else(unknown_job)
    }

    pub(super) fn job_card(&self, job: &Job) -> Result<AiJob, Failure> {
        let user = lectern_accounts::UserId::new(job.user_id.as_str());
        let ahead = match job.status {
            Status::Queued => self.ai.queue.ahead(&job.user_id, &job.id)?.unwrap_or_default(),
            _ => 0,
        };
        let project = self.project_names(&user)?.remove(&job.project_id).unwrap_or_default();
        Ok(card(job, &project, ahead, self.ai.progress_of(&job.id).as_ref()))
    }

    /// Tells the window of a job, if it is the signed-in user's and the window is not locked: a job's title is of a project. What can't be told now is
    /// asked for when the window looks.
    pub(super) fn tell_job(&self, job_id: &str) {
        let Some(user) = self.signed_in().filter(|user| self.shows(user)) else { return };
        if let Ok(Some(job)) = self.ai.queue.job(user.as_str(), job_id)
            && let Ok(card) = self.job_card(&job)
        {
            self.events.ai_job_changed(card);
        }
    }
}

pub(super) fn page_from(json: &str) -> Result<Page, Failure> {
    let page: Page = serde_json::from_str(json).map_err(|_| from_a_newer())?;
    if page.format > lectern_ai::PAGE_FORMAT { Err(from_a_newer()) } else { Ok(page) }
}

/// A prompt as the window shows it.
pub(super) fn prompt(kept: KeptPrompt) -> AiPrompt {
    let role = |role: lectern_llm::Role| match role {
        lectern_llm::Role::System => "system",
        lectern_llm::Role::User => "user",
        lectern_llm::Role::Assistant => "assistant",
    };
    AiPrompt {
        messages: kept.messages.into_iter().map(|each| AiMessage { role: role(each.role).to_owned(), text: each.text }).collect(),
        slot: kept.slot,
        section: kept.section,
        tokens: kept.tokens,
        max_tokens: kept.max_tokens,
        withheld: kept.withheld,
        answer: kept.answer,
    }
}
