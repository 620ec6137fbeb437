//! Rows of ai_jobs as the window is told of them.

use lectern_ai::{Block, Page, Params, ProseState, Section, Subject};
use lectern_jobs::{Job, JobFailure, Status};
use serde::{Deserialize, Serialize};

use super::words::title_of;
use crate::view::{AiJob, AiPhase, AiProgress, Failure, JobStatus};

/// `ai_jobs.progress`: how a job gets on, and of one that ended what lists say of its page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredProgress {
    pub format: u32,
    /// As the page calls itself; empty before there is one.
    pub title: String,
    pub citations: u32,
    pub uncited: u32,
    /// The address that it is sent to.
    pub endpoint: Option<String>,
    pub now: AiProgress,
}

impl StoredProgress {
    /// What a row has; of a row that nobody understands nothing.
    pub fn read(progress: &serde_json::Value) -> Self {
        serde_json::from_value(progress.clone()).unwrap_or_default()
    }

    /// The same, of a run by what it computed with.
    pub fn by(mut self, computes: String) -> Self {
        self.now.computes = computes;
        self
    }

    /// What lists say of this page.
    pub fn of(page: &Page) -> Self {
        let (section_number, sections) = section_now(page);
        let (mut done, mut total) = (0, 0);
        for prose in proses(page) {
            total += 1;
            done += u32::from(prose.state != ProseState::Waiting);
        }
        Self {
            format: 1,
            title: page.title.clone(),
            citations: u32::try_from(lectern_ai::as_read(page).citations.len()).unwrap_or(u32::MAX),
            uncited: page.checks.uncited,
            endpoint: page.writer.as_ref().and_then(|writer| writer.endpoint.clone()),
            now: AiProgress { section_number, sections, done, total, ..AiProgress::default() },
        }
    }
}

/// The number of the section that is written now, from 1, and of all: the first that waits for something. One more than all of a page that is done.
pub(crate) fn section_now(page: &Page) -> (u32, u32) {
    let waits = |section: &Section| proses_of(section).any(|prose| prose.state == ProseState::Waiting);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let sections = number(page.sections.len());
    (page.sections.iter().position(waits).map_or(sections, number).saturating_add(1), sections)
}

/// All slots of a page, in order.
fn proses(page: &Page) -> impl Iterator<Item = &lectern_ai::Prose> {
    page.sections.iter().flat_map(proses_of)
}

fn proses_of(section: &Section) -> impl Iterator<Item = &lectern_ai::Prose> {
    section.blocks.iter().flat_map(|block| {
        let (own, below): (Option<&lectern_ai::Prose>, Vec<&lectern_ai::Prose>) = match block {
            Block::Prose(prose) => (Some(prose), Vec::new()),
            Block::Symbols { symbols } => (None, symbols.iter().filter_map(|symbol| symbol.prose.as_ref()).collect()),
            Block::List { items, .. } => (None, items.iter().filter_map(|item| item.prose.as_ref()).collect()),
            Block::Brief { .. } | Block::Quote { .. } | Block::Code { .. } | Block::Diagram(_) | Block::Note { .. } => (None, Vec::new()),
        };
        own.into_iter().chain(below)
    })
}

/// What was asked for.
pub(crate) fn params_of(job: &Job) -> Option<Params> {
    serde_json::from_value(job.params.clone()).ok()
}

/// A row as a card. `ahead` counts the jobs before one that waits.
pub(crate) fn card(job: &Job, project: &str, ahead: u32, live: Option<&AiProgress>) -> AiJob {
    let params = params_of(job);
    let stored = StoredProgress::read(&job.progress);
    let subject = params.as_ref().map_or(Subject::Project, |params| params.subject.clone());
    let title = if stored.title.is_empty() { title_of(&subject, project) } else { stored.title };
    let status = match job.status {
        Status::Queued => JobStatus::Queued,
        Status::Running => JobStatus::Running,
        Status::Success => JobStatus::Success,
        _ => JobStatus::Failed,
    };
    let mut progress = live.cloned().unwrap_or(stored.now);
    if status != JobStatus::Running {
        progress.phase = AiPhase::Waiting;
    }
    AiJob {
        id: job.id.clone(),
        project_id: job.project_id.clone(),
        project: project.to_owned(),
        job_type: job.job_type.as_deref().and_then(lectern_ai::JobType::parse).unwrap_or(lectern_ai::JobType::Docs),
        subject,
        title,
        version: params.as_ref().map_or(0, |params| params.version),
        status,
        ahead,
        error: job.error.clone().map(failure),
        progress,
        model_id: params.as_ref().and_then(|params| params.model.clone()),
        model: params.and_then(|params| params.model_name),
        endpoint: stored.endpoint,
        created_at: job.created_at.to_string(),
        started_at: job.started_at.map(|time| time.to_string()),
        finished_at: job.finished_at.map(|time| time.to_string()),
        citations: stored.citations,
        uncited: stored.uncited,
        has_page: job.has_draft || job.has_result,
    }
}

fn failure(error: JobFailure) -> Failure {
    Failure { code: error.code, message: error.message, hint: error.hint }
}

/// A failure as a row keeps it.
pub(crate) fn job_failure(failure: Failure) -> JobFailure {
    JobFailure { code: failure.code, message: failure.message, hint: failure.hint }
}
