//! A project's own command on a copy with the proposal's chosen changes.

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
use lectern_supervise::SuperviseError;
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
    telling::{choices_of, tell_lines, word_of},
};
use crate::{
    Workspace,
    ai::from_a_newer,
    syncing::count,
    tasks::cancelled,
    view::{Failure, RefactorCheckRun, RefactorCheckState, Trust},
};

/// So many of the last lines are kept with the job.
const KEPT_LINES: usize = 400;
impl Workspace {
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

    pub(super) fn own_run(&self, job_id: &str) -> Option<Arc<CheckRun>> {
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
