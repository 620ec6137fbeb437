//! What is told of a check: where it stands, what it came to, what it prints.

use std::{
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use lectern_jobs::Job;
use lectern_preview::sessions::{Log, Source};
use lectern_refactor::check_rows::{self, StoredCheck};

use super::{CheckRun, lock};
use crate::{
    Workspace,
    previews::{log_page, shown},
    view::{Failure, LogPage, RefactorCheckRun, RefactorCheckSaid, RefactorCheckState},
};

/// What is printed is told at most twenty times a second.
const INTERVAL: Duration = Duration::from_millis(50);
impl Workspace {
    /// What the last check of a job came to, or where the one that runs stands; `None` before any.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`.
    pub fn refactor_check_state(&self, job_id: &str) -> Result<Option<RefactorCheckRun>, Failure> {
        let job = self.refactor_row(job_id)?;
        if let Some(run) = self.own_run(job_id) {
            return self.check_view(&run).map(Some);
        }
        let stored = self.store.read(|connection| check_rows::check(connection, job_id))?;
        stored.map(|said| self.stored_view(&job, &said, "")).transpose()
    }

    /// Lines of a job's check, from a number on.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`.
    pub fn refactor_check_log(&self, job_id: &str, first: u32) -> Result<LogPage, Failure> {
        self.refactor_row(job_id)?;
        if let Some(run) = self.own_run(job_id) {
            return Ok(log_page(&run.log, first.into()));
        }
        let log = Log::new(Arc::clone(&self.clock), None);
        let stored = self.store.read(|connection| check_rows::check(connection, job_id))?.unwrap_or_default();
        for line in &stored.lines {
            log.push(Source::Out, line);
        }
        Ok(log_page(&log, first.into()))
    }

    pub(super) fn check_view(&self, run: &CheckRun) -> Result<RefactorCheckRun, Failure> {
        let job = self.refactor_row(&run.job_id)?;
        let (said, phase) = {
            let now = lock(&run.now);
            let millis = now.began.filter(|_| now.said.state.is_empty()).map(|began| began.elapsed().as_millis());
            let millis = millis.map_or(now.said.millis, |millis| u32::try_from(millis).unwrap_or(u32::MAX));
            (StoredCheck { millis, ..now.said.clone() }, now.phase)
        };
        self.stored_view(&job, &said, phase)
    }

    fn stored_view(&self, job: &Job, said: &StoredCheck, phase: &str) -> Result<RefactorCheckRun, Failure> {
        let stored = self.stored_proposal(job)?;
        let is_stale = said.choices != choices_of(job, &self.excluded_of(job, &stored)?);
        let state = state_of(&said.state);
        Ok(RefactorCheckRun {
            job_id: job.id.clone(),
            shown: shown(&said.argv),
            argv: said.argv.clone(),
            folder: said.cwd.clone(),
            state,
            phase: if state == RefactorCheckState::Running { phase.to_owned() } else { String::new() },
            exit: said.exit,
            millis: said.millis,
            edits: said.edits,
            stale: is_stale,
            message: said.message.clone(),
            ended_at: Some(said.ended_at.clone()).filter(|at| !at.is_empty()),
        })
    }

    pub(super) fn tell_check(&self, run: &CheckRun) {
        if self.shows(&run.user)
            && let Ok(view) = self.check_view(run)
        {
            self.events.refactor_check_changed(view);
        }
    }
}

/// Tells the window what a check prints, in batches, until all of it was told.
pub(super) fn tell_lines(weak: &Weak<Workspace>, run: &CheckRun) {
    let mut told = 0;
    loop {
        let is_over = run.is_over();
        if run.log.total() > told {
            let Some(workspace) = weak.upgrade() else { return };
            let page = log_page(&run.log, told);
            told = u64::from(page.total);
            if workspace.shows(&run.user) {
                workspace.events.refactor_check_said(RefactorCheckSaid { job_id: run.job_id.clone(), page });
            }
        } else if is_over {
            return;
        }
        thread::sleep(INTERVAL);
        if weak.strong_count() == 0 {
            return;
        }
    }
}

/// Which proposal was checked, and what was chosen of it.
pub(super) fn choices_of(job: &Job, excluded: &[u32]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(job.finished_at.map(|at| at.to_string()).unwrap_or_default().as_bytes());
    for id in excluded {
        hasher.update(&id.to_le_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

const STATES: [(&str, RefactorCheckState); 5] = [
    ("PASSED", RefactorCheckState::Passed),
    ("FAILED", RefactorCheckState::Failed),
    ("CANCELLED", RefactorCheckState::Cancelled),
    ("TIMED_OUT", RefactorCheckState::TimedOut),
    ("BROKEN", RefactorCheckState::Broken),
];

pub(super) fn word_of(state: RefactorCheckState) -> &'static str {
    STATES.iter().find(|(_, other)| *other == state).map_or("", |(word, _)| word)
}

fn state_of(word: &str) -> RefactorCheckState {
    STATES.iter().find(|(other, _)| *other == word).map_or(RefactorCheckState::Running, |(_, state)| *state)
}
