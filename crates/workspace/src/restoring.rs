//! Putting files back as they were in a version, through the journal.

mod finding;

use std::{
    path::Path,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lectern_journal::{Applied, Intent, JournalEntry, JournalError, JournalStatus, Prepared, Recovered, RecoveredTo};
use lectern_projects::{Project, ProjectId};
use lectern_sync::{Manifest, Outcome, RepoPath, SyncError, Trigger, lookup, manifest_by_id, restorable, set_label, share};

use crate::{
    Workspace,
    syncing::count,
    tasks::{Task, Tell, cancelled},
    view::{Failure, JournalCard, RestoreOutcome, RestorePlan, RestoreProblem},
};

/// As many journals as are kept of a project.
const LISTED: u32 = lectern_journal::KEPT;
/// Files and problems that a plan names.
const NAMED: usize = 200;
/// How often the folder is recorded anew when somebody saves in between.
const ATTEMPTS: usize = 3;
/// How long to wait for a sync that another process runs.
const PATIENCE: Duration = Duration::from_secs(30);

impl Workspace {
    /// What restoring would do. `paths` are files or folders (keys as in the tree); none means everything.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`, `FILE_MISSING` when a path is neither in the version nor in the folder, and what keeps the folder from being read.
    pub fn restore_plan(&self, project_id: &str, version: u32, paths: &[String]) -> Result<RestorePlan, Failure> {
        let project = self.project(project_id)?;
        self.plan(&project, version, &keys(paths)?)
    }

    /// Records the folder as it is, then puts the paths back as they were in the version, all or nothing, and syncs.
    ///
    /// # Errors
    /// As [`Workspace::restore_plan`]; `CANCELLED`, `CHANGED_MEANWHILE`, `DISK_FULL`, …: nothing was changed then. `NEEDS_ATTENTION` names what
    /// could not be taken back.
    pub fn restore(
        self: &Arc<Self>,
        task_id: &str,
        project_id: &str,
        version: u32,
        paths: &[String],
        tell: Tell<'_>,
    ) -> Result<RestoreOutcome, Failure> {
        let project = self.project(project_id)?;
        self.restore_to(&project, version, &keys(paths)?, &self.task(task_id, tell))
    }

    /// As [`Workspace::restore`], for the project at a folder. No `files` means everything.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`, and as there.
    pub fn restore_path(&self, path: &Path, version: u32, files: &[RepoPath], tell: Tell<'_>) -> Result<RestoreOutcome, Failure> {
        let project = self.project_at(path)?;
        self.restore_to(&project, version, files, &self.task("restore", tell))
    }

    /// What was written to the project's folder as a whole, newest first, at most 200.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn journals(&self, project_id: &str) -> Result<Vec<JournalCard>, Failure> {
        let project = self.project(project_id)?;
        Ok(self.journal.list(project.id.as_str(), LISTED)?.into_iter().map(card).collect())
    }

    /// Takes back what a journal wrote. Itself a journal, so it can be undone too.
    ///
    /// # Errors
    /// `UNKNOWN_JOURNAL`, `CHANGED_SINCE` naming the files that are no longer as they were written; nothing was changed then. `NOT_UNDOABLE` when
    /// it was undone already or the project's folder is another one by now.
    pub fn undo_journal(
        self: &Arc<Self>,
        task_id: &str,
        project_id: &str,
        journal_id: &str,
        tell: Tell<'_>,
    ) -> Result<JournalCard, Failure> {
        let project = self.project(project_id)?;
        let task = self.task(task_id, tell);
        let entry = self.journal.entry(journal_id)?.filter(|entry| entry.scope == project.id.as_str()).ok_or(JournalError::Unknown)?;
        if entry.root != project.root {
            return Err(JournalError::NotUndoable("the project's folder is another one by now").into());
        }
        let applied = self.alone(&project, || {
            self.record(&project, &task)?;
            let prepared = self.journal.prepare_undo(project.id.as_str(), journal_id)?;
            self.write(&project, prepared, &task)
        })?;
        let id = applied.journal_id.ok_or_else(|| Failure::internal("there was nothing to undo"))?;
        let entry = self.journal.entry(&id)?.ok_or(JournalError::Unknown)?;
        Ok(card(entry))
    }

    fn plan(&self, project: &Project, version: u32, paths: &[RepoPath]) -> Result<RestorePlan, Failure> {
        let then = self.manifest(project, Some(version))?;
        let (records_first, found) =
            self.syncer.restorable_from_folder(&self.store, &project.root, &then, paths, &AtomicBool::new(false))?;
        let latest = self.manifest(project, None)?;
        let in_folder = |path: &RepoPath| found.changes.iter().any(|change| change.now.is_some() && change.path.is_within(path));
        for path in paths {
            if !in_folder(path) {
                self.check_known(path, &[&then, &latest])?;
            }
        }
        let mut found = self.found(project, &then, found, false)?;
        // What stands in the way is found out by the same look as when it is done.
        match self.prepare(project, &then, paths, &mut found) {
            // Saved in between; a plan is of the moment.
            Ok(_) | Err(JournalError::ChangedSince(_)) => Ok(found.plan(version, records_first, NAMED)),
            Err(other) => Err(other.into()),
        }
    }

    fn restore_to(&self, project: &Project, version: u32, paths: &[RepoPath], task: &Task<'_>) -> Result<RestoreOutcome, Failure> {
        let then = self.manifest(project, Some(version))?;
        self.alone(project, || {
            for _ in 0..ATTEMPTS {
                let (undo_version, now) = self.record(project, task)?;
                for path in paths {
                    self.check_known(path, &[&then, &now])?;
                }
                let mut found = self.found(project, &then, restorable(&self.store, &now, &then, paths)?, true)?;
                let prepared = match self.prepare(project, &then, paths, &mut found) {
                    Ok(prepared) => prepared,
                    // Saved since it was recorded: that state is to be a version too.
                    Err(JournalError::ChangedSince(_)) => continue,
                    Err(other) => return Err(other.into()),
                };
                let outcome = |applied: Applied| RestoreOutcome {
                    journal_id: applied.journal_id,
                    version,
                    files: count(applied.files as u64),
                    undo_version,
                    unavailable: count(found.unavailable.len() as u64),
                    problems: found.unavailable.iter().take(NAMED).cloned().collect(),
                };
                if prepared.is_empty() {
                    return Ok(outcome(Applied { journal_id: None, files: 0 }));
                }
                if now.label.is_empty() {
                    set_label(&self.store, project.id.as_str(), undo_version, &format!("Before restore of v{version}"))?;
                }
                return self.write(project, prepared, task).map(outcome);
            }
            Err(Failure::new("CHANGED_MEANWHILE", "files in the folder keep changing; nothing was written")
                .hint("Stop the program that writes to it, then try again."))
        })
    }

    /// Runs `work` while nobody else of this process syncs the project or writes to its folder, and no collection takes contents away.
    pub(crate) fn alone<T>(&self, project: &Project, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        let _still = self.keep_still(&project.id);
        let turn = self.watches.turn(&project.id);
        let _held = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let _shared = share(&self.data.run())?;
        let result = work();
        drop(_held);
        self.follow_threads_if_possible(project);
        if self.is_signed_in(&project.owner_id) {
            self.events.versions_changed(project.id.as_str());
            self.index_soon(project.id.as_str());
            self.events.projects_changed();
        }
        result
    }

    /// Makes the folder as it is the latest version; call it [`Workspace::alone`].
    pub(crate) fn record(&self, project: &Project, task: &Task<'_>) -> Result<(u32, Manifest), Failure> {
        let outcome = self.patiently(task, || {
            let id = self.syncer.request(project.id.as_str(), Trigger::Manual)?;
            self.syncer.run(&id, &project.root, task.cancel(), &|progress| {
                task.progress("Recording the folder", progress.files_done, progress.files_total, progress.bytes_done);
            })
        })?;
        self.recorded(&project.id);
        let manifest = manifest_by_id(&self.store, &outcome.manifest_id)?;
        Ok((outcome.version, manifest.ok_or_else(|| Failure::internal("the version that was just made is gone"))?))
    }

    /// Applies what was prepared, and makes what the folder is then the latest version; call it [`Workspace::alone`].
    pub(crate) fn write(&self, project: &Project, prepared: Prepared, task: &Task<'_>) -> Result<Applied, Failure> {
        self.write_with(project, prepared, &|_, _| Ok(()), task)
    }

    /// As [`Workspace::write`]; `intent` is recorded together with the journal, or neither is.
    pub(crate) fn write_with(
        &self,
        project: &Project,
        prepared: Prepared,
        intent: Intent<'_>,
        task: &Task<'_>,
    ) -> Result<Applied, Failure> {
        let mut prepared = Some(prepared);
        let (applied, synced) = self.patiently(task, || {
            self.syncer.run_after(
                project.id.as_str(),
                &project.root,
                &|progress| task.progress("Recording the folder", progress.files_done, progress.files_total, progress.bytes_done),
                || {
                    let prepared = prepared.take().ok_or(JournalError::Busy)?;
                    self.journal.apply_with(prepared, intent, task.cancel(), &|phase, done, total, bytes| {
                        task.progress(phase.as_str(), done, total, bytes);
                    })
                },
            )
        })?;
        // How the sync ended is in its row; what was written stays written.
        let _: Result<Outcome, SyncError> = synced;
        self.recorded(&project.id);
        Ok(applied?)
    }

    /// Another process may sync the project right now; that is waited for.
    fn patiently<T>(&self, task: &Task<'_>, mut work: impl FnMut() -> Result<T, SyncError>) -> Result<T, Failure> {
        let began = Instant::now();
        loop {
            match work() {
                Err(SyncError::AlreadyRunning) if began.elapsed() < PATIENCE => {
                    if task.cancel().load(Ordering::Relaxed) {
                        return Err(cancelled());
                    }
                    thread::sleep(Duration::from_millis(50));
                }
                other => return Ok(other?),
            }
        }
    }

    /// What was known of the folder's differences and rules is no longer so.
    fn recorded(&self, project: &ProjectId) {
        self.reading.changes.lock().unwrap_or_else(PoisonError::into_inner).remove(project);
        self.reading.ignored.lock().unwrap_or_else(PoisonError::into_inner).remove(project);
    }

    fn check_known(&self, path: &RepoPath, manifests: &[&Manifest]) -> Result<(), Failure> {
        for manifest in manifests {
            if path.is_root() || lookup(&self.store, manifest, path)?.is_some() {
                return Ok(());
            }
        }
        Err(Failure::new("FILE_MISSING", format!("“{}” is neither in this version nor in the folder", path.as_path().display()))
            .hint("Choose it from the version's own tree."))
    }
}

fn keys(paths: &[String]) -> Result<Vec<RepoPath>, Failure> {
    paths.iter().map(|key| Ok(RepoPath::from_key(key)?)).collect()
}

pub(crate) fn card(entry: JournalEntry) -> JournalCard {
    let failure = entry.problem.filter(|_| entry.status == JournalStatus::NeedsAttention).map(|problem| {
        let message = if problem.message.is_empty() { "this was done in part".to_owned() } else { problem.message };
        let hint = if problem.retry {
            "Lectern tries again at its next start."
        } else {
            "Look at these files; the version from before has them as they were."
        };
        Failure::new("NEEDS_ATTENTION", message).hint(hint)
    });
    JournalCard {
        can_undo: entry.status == JournalStatus::Applied,
        id: entry.id,
        title: entry.title,
        status: entry.status.as_str().to_owned(),
        files: count(entry.files),
        created_at: entry.created_at.to_string(),
        failure,
    }
}

/// What a start says of journals that a killed process left behind. It is read before anybody signs in, so it names no project and no file.
pub(crate) fn recovery_notice(recovered: &[Recovered]) -> Option<String> {
    let count = |is: fn(&RecoveredTo) -> bool| recovered.iter().filter(|one| is(&one.outcome)).count();
    let sentences = [
        (count(|to| *to == RecoveredTo::Finished), "it was finished now", "they were finished now"),
        (count(|to| *to == RecoveredTo::RolledBack), "everything is as it was before", "everything is as it was before"),
        (
            count(|to| matches!(to, RecoveredTo::NeedsAttention(_))),
            "some files were changed since and need a look: see the project's versions",
            "some files were changed since and need a look: see the projects' versions",
        ),
        (
            count(|to| *to == RecoveredTo::Postponed),
            "its folder can't be reached, so the next start tries again",
            "their folders can't be reached, so the next start tries again",
        ),
    ];
    let sentences = sentences.into_iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| match count {
        1 => format!("Writing to a project's folder was interrupted when Lectern last stopped; {one}."),
        count => format!("Writing to projects' folders was interrupted {count} times when Lectern last stopped; {many}."),
    });
    sentences.reduce(|one, other| format!("{one} {other}"))
}

/// A problem by its path.
fn problem(path: &RepoPath, reason: impl Into<String>) -> RestoreProblem {
    RestoreProblem { path: path.key(), reason: reason.into() }
}
