//! A project's own command on a copy with the proposal's chosen changes: choosing it, running it, what it came to.

use std::{
    sync::{Arc, Condvar, Mutex, OnceLock},
    thread,
    time::{Duration, Instant},
};

use lectern_jobs::{Job, Status};
use lectern_preview::sessions::{Log, Source};
use lectern_projects::Project;
use lectern_reader::Root;
use lectern_refactor::{
    StoredProposal,
    check_rows::{self, CheckCommand, StoredCheck},
};
use lectern_store::new_id;
use lectern_supervise::{SuperviseError, program_on_path};
use lectern_sync::RepoPath;

use super::{
    super::{
        applying::stale,
        cards::Params,
        changing::{Changes, Folder, chosen},
    },
    CheckRun, Now,
    copying::Copying,
    launching::{Ended, refused},
    lock,
    suggesting::suggestions,
};
use crate::{
    Workspace,
    ai::from_a_newer,
    previews::{log_page, shown},
    syncing::count,
    tasks::cancelled,
    view::{Failure, LogPage, RefactorCheckChoices, RefactorCheckCommand, RefactorCheckRun, RefactorCheckSaid, RefactorCheckState, Trust},
};

/// What is printed is told at most twenty times a second.
const INTERVAL: Duration = Duration::from_millis(50);
/// So many of the last lines are kept with the job.
const KEPT_LINES: usize = 400;
/// A longer command is not taken: words, and bytes.
const MOST_WORDS: usize = 200;
const MOST_BYTES: usize = 8 << 10;

impl Workspace {
    /// With what a project can be checked.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `FOLDER_MISSING`.
    pub fn refactor_check_choices(&self, project_id: &str) -> Result<RefactorCheckChoices, Failure> {
        let project = self.project(project_id)?;
        let grants = self.projects.grants(&self.user()?, &project.id)?;
        let view = |command: CheckCommand, reason: String| RefactorCheckCommand {
            shown: shown(&command.argv),
            trusted: self.is_check_trusted(&project, &grants, &command),
            missing: command.argv.first().filter(|program| !program.contains('/') && program_on_path(program).is_none()).cloned(),
            folder: command.cwd,
            argv: command.argv,
            reason,
        };
        let found = suggestions(&Root::open(&project.root)?);
        let suggestions: Vec<_> = found.into_iter().map(|one| view(CheckCommand { argv: one.argv, cwd: one.folder }, one.reason)).collect();
        let chosen = self.store.read(|connection| check_rows::command(connection, project.id.as_str()))?;
        let is_chosen = chosen.is_some();
        let command = chosen.map(|command| view(command, String::new())).or_else(|| suggestions.first().cloned());
        Ok(RefactorCheckChoices { command, chosen: is_chosen, suggestions })
    }

    /// Remembers the command that checks a project, as one would type it; an empty one goes back to what is suggested. Nothing is run.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `BAD_COMMAND` for what only a shell could mean, `OUTSIDE_PROJECT`.
    pub fn set_refactor_check_command(&self, project_id: &str, line: &str, folder: &str) -> Result<RefactorCheckChoices, Failure> {
        let project = self.project(project_id)?;
        let line = line.trim();
        if line.len() > MOST_BYTES {
            return Err(Failure::new("BAD_COMMAND", "this command is too long").hint("Put it into a script of the project."));
        }
        let command = if line.is_empty() {
            None
        } else {
            let argv = crate::split_command(line)?;
            if argv.is_empty() || argv.len() > MOST_WORDS {
                return Err(Failure::new("BAD_COMMAND", "there is no command").hint("Type one, as in a terminal."));
            }
            let cwd = RepoPath::from_key(folder.trim().trim_matches('/'))?.key();
            Some(CheckCommand { argv, cwd })
        };
        let now = self.clock.now();
        self.store.write(|transaction| check_rows::set_command(transaction, project.id.as_str(), command.as_ref(), now))?;
        self.refactor_check_choices(project_id)
    }

    /// Runs the project's check on a copy with what is chosen done. Answers when it has begun.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NOT_PROPOSED`, `NO_COMMAND`, `NOT_TRUSTED` for a command that was not granted, `PROGRAM_MISSING`, `FOLDER_MISSING`,
    /// `CHECK_RUNNING` while another check of the project runs. Everything else is said by the run.
    pub fn refactor_check_run(self: &Arc<Self>, job_id: &str, trust: Option<Trust>) -> Result<RefactorCheckRun, Failure> {
        let job = self.refactor_row(job_id)?;
        if job.status != Status::Proposed {
            return Err(super::super::not_proposed());
        }
        let project = self.project(&job.project_id)?;
        let stored = self.stored_proposal(&job)?;
        let excluded = self.excluded_of(&job, &stored)?;
        let no_command = || Failure::new("NO_COMMAND", "no command checks this project yet").hint("Type one, as in a terminal.");
        let view = self.refactor_check_choices(project.id.as_str())?.command.ok_or_else(no_command)?;
        let command = CheckCommand { argv: view.argv, cwd: view.folder };
        let changed: Vec<String> = changed_paths(&stored, &excluded);
        self.check_trust_of_check(&project, &command, trust, &changed)?;
        if let Some(missing) = view.missing {
            return Err(refused(&SuperviseError::ProgramMissing(missing)));
        }
        let said = StoredCheck {
            format: 1,
            argv: command.argv.clone(),
            cwd: command.cwd.clone(),
            choices: choices_of(&job, &excluded),
            edits: count(stored.items().filter(|(id, ..)| excluded.binary_search(id).is_err()).count() as u64),
            ..StoredCheck::default()
        };
        let run = Arc::new(CheckRun {
            job_id: job_id.to_owned(),
            project: project.id.clone(),
            user: self.user()?,
            log: Arc::new(Log::new(Arc::clone(&self.clock), None)),
            supervised: OnceLock::new(),
            now: Mutex::new(Now { said, phase: "Copying the project", began: None, cancel: false, ended: None }),
            changed: Condvar::new(),
        });
        {
            let mut runs = lock(&self.refactoring.checking.runs);
            if runs.values().any(|other| other.project == project.id && !other.is_over()) {
                return Err(Failure::new("CHECK_RUNNING", "a check of this project runs already").hint("Cancel it, or wait for it."));
            }
            runs.insert(job_id.to_owned(), Arc::clone(&run));
        }
        let no_thread = |error: std::io::Error| Failure::internal(format!("no thread to check with: {error}"));
        let (weak, telling) = (Arc::downgrade(self), Arc::clone(&run));
        thread::Builder::new().name("check-log".to_owned()).spawn(move || tell_lines(&weak, &telling)).map_err(no_thread)?;
        let (weak, running, excluded) = (Arc::downgrade(self), Arc::clone(&run), excluded);
        let work = move || {
            // It outlives nobody: what it needs of the workspace it holds only as long as it runs.
            let Some(workspace) = weak.upgrade() else { return };
            workspace.check(&job, &project, &stored, &excluded, &command, &running);
        };
        thread::Builder::new().name("check".to_owned()).spawn(work).map_err(no_thread)?;
        self.check_view(&run)
    }

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

    /// Ends a job's check, and everything that it started. One that is over is fine.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`.
    pub fn refactor_check_cancel(&self, job_id: &str) -> Result<(), Failure> {
        self.refactor_row(job_id)?;
        if let Some(run) = self.own_run(job_id) {
            run.cancel();
        }
        Ok(())
    }

    /// How long a check may take. For tests, which can't wait for half an hour.
    #[doc(hidden)]
    pub fn limit_checks(&self, longest: Duration) {
        let _ = self.refactoring.checking.longest.set(longest);
    }

    fn own_run(&self, job_id: &str) -> Option<Arc<CheckRun>> {
        let user = self.user().ok()?;
        self.refactoring.checking.run_of(job_id).filter(|run| run.user == user)
    }

    fn check(
        self: &Arc<Self>,
        job: &Job,
        project: &Project,
        stored: &StoredProposal,
        excluded: &[u32],
        command: &CheckCommand,
        run: &Arc<CheckRun>,
    ) {
        self.tell_check(run);
        let place = self.place_of_checks(&project.id);
        let work = || self.copy_and_run(job, project, stored, excluded, command, run);
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
            .unwrap_or_else(|_| Err(Failure::internal("this check ended in a defect of Lectern")));
        place.sweep();
        let mut said = {
            let now = lock(&run.now);
            let millis = now.began.map_or(0, |began| began.elapsed().as_millis());
            StoredCheck { millis: u32::try_from(millis).unwrap_or(u32::MAX), ..now.said.clone() }
        };
        let state = match &ended {
            Ok(Ended::Code(Some(0))) => RefactorCheckState::Passed,
            Ok(Ended::Code(_)) => RefactorCheckState::Failed,
            Ok(Ended::Cancelled) => RefactorCheckState::Cancelled,
            Ok(Ended::TimedOut) => RefactorCheckState::TimedOut,
            Err(failure) if failure.code == cancelled().code => RefactorCheckState::Cancelled,
            Err(_) => RefactorCheckState::Broken,
        };
        word_of(state).clone_into(&mut said.state);
        if let Ok(Ended::Code(code)) = ended {
            said.exit = code;
        }
        said.message = ended.err().filter(|_| state == RefactorCheckState::Broken).map(|failure| {
            let hint = failure.hint.map(|hint| format!(" {hint}")).unwrap_or_default();
            format!("{}{hint}", failure.message)
        });
        said.lines = run.log.tail(KEPT_LINES);
        let at = self.clock.now();
        said.ended_at = at.to_string();
        // What can't be kept is still told.
        if let Err(error) = self.store.write(|transaction| check_rows::set_check(transaction, &run.job_id, &said, at)) {
            eprintln!("lectern: the check of {} is not kept: {error}", run.job_id);
        }
        run.note(|now| now.said = said);
        self.tell_check(run);
    }

    fn copy_and_run(
        self: &Arc<Self>,
        job: &Job,
        project: &Project,
        stored: &StoredProposal,
        excluded: &[u32],
        command: &CheckCommand,
        run: &Arc<CheckRun>,
    ) -> Result<Ended, Failure> {
        let params = Params::of(job).ok_or_else(from_a_newer)?;
        let now = self.folder_recorded(project)?;
        if self.differs(project, stored, &params.ask, &now)? {
            return Err(stale());
        }
        let changes: Changes = chosen(&Folder { store: &self.store, manifest: &now, root: Root::open(&project.root)? }, stored, excluded)?;
        let place = self.place_of_checks(&project.id);
        let id = format!("check-{}", new_id(&*self.clock));
        place.begin(&id)?;
        let (from, to) = (project.root.canonicalize()?, place.copy().canonicalize()?);
        let began = Instant::now();
        let is_cancelled = || run.is_cancelled();
        let mut copying =
            Copying { workspace: self, from: &from, to: &to, is_cancelled: &is_cancelled, files: 0, bytes: 0, notes: Vec::new() };
        copying.copy(&now)?;
        copying.apply(&changes)?;
        let took = began.elapsed().as_secs_f32();
        run.log.push(Source::Lectern, &format!("copied {} files ({} MB) in {took:.1} s", copying.files, copying.bytes >> 20));
        for note in &copying.notes {
            run.log.push(Source::Lectern, note);
        }
        let folder = RepoPath::from_key(&command.cwd)?;
        if !folder.below(&to).is_dir() {
            return Err(Failure::new("FOLDER_MISSING", format!("there is no folder “{folder}” in the project")).hint("Choose another one."));
        }
        self.tell_check(run);
        self.run_command(run, &id, &place, command)
    }

    fn check_view(&self, run: &CheckRun) -> Result<RefactorCheckRun, Failure> {
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

    fn tell_check(&self, run: &CheckRun) {
        if self.shows(&run.user)
            && let Ok(view) = self.check_view(run)
        {
            self.events.refactor_check_changed(view);
        }
    }
}

/// Tells the window what a check prints, in batches, until all of it was told.
fn tell_lines(weak: &std::sync::Weak<Workspace>, run: &CheckRun) {
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
fn choices_of(job: &Job, excluded: &[u32]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(job.finished_at.map(|at| at.to_string()).unwrap_or_default().as_bytes());
    for id in excluded {
        hasher.update(&id.to_le_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// The files that what is chosen changes, makes or removes.
fn changed_paths(stored: &StoredProposal, excluded: &[u32]) -> Vec<String> {
    let is_in = |id: u32| excluded.binary_search(&id).is_err();
    let edited = stored.files.iter().filter(|file| file.edits.iter().any(|edit| is_in(edit.id))).map(|file| file.path.clone());
    let moved = stored.moves.iter().filter(|one| is_in(one.id)).flat_map(|one| [one.what.from.clone(), one.what.to.clone()]);
    let created = stored.created.iter().filter(|one| is_in(one.id)).map(|one| one.what.path.clone());
    let removed = stored.removed.iter().filter(|one| is_in(one.id)).map(|one| one.what.path.clone());
    edited.chain(moved).chain(created).chain(removed).collect()
}

const STATES: [(&str, RefactorCheckState); 5] = [
    ("PASSED", RefactorCheckState::Passed),
    ("FAILED", RefactorCheckState::Failed),
    ("CANCELLED", RefactorCheckState::Cancelled),
    ("TIMED_OUT", RefactorCheckState::TimedOut),
    ("BROKEN", RefactorCheckState::Broken),
];

fn word_of(state: RefactorCheckState) -> &'static str {
    STATES.iter().find(|(_, other)| *other == state).map_or("", |(word, _)| word)
}

fn state_of(word: &str) -> RefactorCheckState {
    STATES.iter().find(|(other, _)| *other == word).map_or(RefactorCheckState::Running, |(_, state)| *state)
}
