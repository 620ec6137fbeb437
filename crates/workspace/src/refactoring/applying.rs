//! Writing what is chosen of a proposal: the folder is recorded, then all of it is written or nothing, and threads follow their lines.

use std::{path::Path, sync::Arc};

use lectern_jobs::Status;
use lectern_journal::{JournalError, JournalStatus, Prepared, Proposal};
use lectern_projects::Project;
use lectern_reader::Root;
use lectern_refactor::{
    AppliedChanges, Patched, Pending, StoredProposal, patch,
    rows::{self, Unsettled},
};
use lectern_sync::{RepoPath, manifest_by_id, set_label};

use super::{
    cards::{Params, StoredCard, applied_view},
    changing::{Changes, Folder, chosen},
    texts::lock,
};
use crate::{
    Workspace,
    ai::from_a_newer,
    syncing::count,
    tasks::{Task, Tell},
    user_files::write_target,
    view::{Failure, RefactorApplied},
};

/// What a journal of ours calls itself.
const KIND: &str = "REFACTOR";

/// What is written, and where the job stands afterwards.
pub(super) struct Write<'a> {
    pub job_id: &'a str,
    pub from: Status,
    pub to: Status,
    pub before: AppliedChanges,
    pub files: Vec<lectern_refactor::AppliedFile>,
}

impl Workspace {
    /// Writes what is chosen of a proposal into the folder, all or nothing. The folder is recorded before.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NOT_PROPOSED`; `STALE` when files changed since it was worked out: work it out again; `NOTHING_CHOSEN`; what keeps the files
    /// from being written. Nothing was changed then, except after `NEEDS_ATTENTION`, which names what could not be taken back.
    pub fn refactor_apply(self: &Arc<Self>, task_id: &str, job_id: &str, tell: Tell<'_>) -> Result<RefactorApplied, Failure> {
        let job = self.refactor_row(job_id)?;
        if job.status != Status::Proposed {
            return Err(super::not_proposed());
        }
        let project = self.project(&job.project_id)?;
        let params = Params::of(&job).ok_or_else(from_a_newer)?;
        let stored = self.stored_proposal(&job)?;
        let excluded = self.excluded_of(&job, &stored)?;
        let task = self.task(task_id, tell);
        let applied = self.alone(&project, || {
            let (undo_version, now) = self.record(&project, &task)?;
            if self.differs(&project, &stored, &params.ask, &now)? {
                return Err(stale());
            }
            let folder = Folder { store: &self.store, manifest: &now, root: Root::open(&project.root)? };
            let Changes { changes, modes, files, edits, skipped, .. } = chosen(&folder, &stored, &excluded)?;
            if changes.is_empty() {
                return Err(Failure::new("NOTHING_CHOSEN", "nothing is chosen").hint("Choose what to change."));
            }
            let title = stored.title.clone();
            let proposal =
                Proposal { root: project.root.clone(), scope: project.id.as_str().to_owned(), kind: KIND.to_owned(), title, changes };
            let prepared = self.journal.preflight_with_modes(&proposal, modes).map_err(|error| match error {
                JournalError::ChangedSince(_) => stale(),
                other => other.into(),
            })?;
            if now.label.is_empty() {
                set_label(&self.store, project.id.as_str(), undo_version, &format!("Before: {}", stored.title))?;
            }
            let before = AppliedChanges { format: 1, undo_version, edits, skipped, ..AppliedChanges::default() };
            let write = Write { job_id, from: Status::Proposed, to: Status::Applied, before, files };
            self.write_for(&project, prepared, &write, &task)
        });
        self.tell_refactoring(job_id);
        applied
    }

    /// The chosen changes as a patch that `git apply` takes.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NOT_PROPOSED`; `STALE` when the files are others by now; `NOT_TEXT` when a file is saved in another encoding than UTF-8.
    pub fn refactor_patch(&self, job_id: &str) -> Result<String, Failure> {
        let not_text = || {
            Failure::new("NOT_TEXT", "a file is not saved as UTF-8, so that there is no text of the patch")
                .hint("Export it to a file instead: that holds the bytes as they are.")
        };
        String::from_utf8(self.patch_bytes(job_id)?).map_err(|_| not_text())
    }

    /// Writes the chosen changes to a file as a patch that `git apply` takes, over one that is there. Files in other encodings keep theirs.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NOT_PROPOSED`, `STALE`, and `TARGET_UNWRITABLE`; what was there is as it was then.
    pub fn export_refactor_patch(&self, job_id: &str, target: &Path) -> Result<(), Failure> {
        write_target(target, self.data.path(), &self.patch_bytes(job_id)?)
    }

    fn patch_bytes(&self, job_id: &str) -> Result<Vec<u8>, Failure> {
        let job = self.refactor_row(job_id)?;
        let project = self.project(&job.project_id)?;
        let stored = self.stored_proposal(&job)?;
        let excluded = self.excluded_of(&job, &stored)?;
        match job.status {
            Status::Applied | Status::Undone => self.applied_patch(job_id),
            _ => self.proposed_patch(&project, &stored, &excluded),
        }
    }

    fn proposed_patch(&self, project: &Project, stored: &StoredProposal, excluded: &[u32]) -> Result<Vec<u8>, Failure> {
        let gone = || Failure::new("VERSION_GONE", format!("v{} is not kept any more", stored.version)).hint("Work it out again.");
        let manifest = manifest_by_id(&self.store, &stored.manifest_id)?.ok_or_else(gone)?;
        let folder = Folder { store: &self.store, manifest: &manifest, root: Root::open(&project.root)? };
        let changes = chosen(&folder, stored, excluded)?;
        let paths: Vec<(&str, &str)> =
            changes.files.iter().map(|file| (file.path.as_str(), file.new_path.as_deref().unwrap_or(&file.path))).collect();
        Ok(patch(paths.iter().zip(&changes.bytes).zip(&changes.files).map(|(((from, to), (old, new)), file)| Patched {
            old: old.as_deref().map(|old| (*from, old)),
            new: new.as_deref().map(|new| (*to, new)),
            executable: file.executable,
        })))
    }

    fn applied_patch(&self, job_id: &str) -> Result<Vec<u8>, Failure> {
        let changes = self.store.read(|connection| rows::applied(connection, job_id))?.ok_or_else(super::not_proposed)?;
        let lost = || Failure::new("OBJECT_MISSING", "the contents are not kept any more");
        let bytes = |hash: Option<lectern_objects::ObjectHash>| match hash {
            Some(hash) => self.objects.get(&hash)?.map(Some).ok_or_else(lost),
            None => Ok(None),
        };
        let contents: Vec<_> =
            changes.files.iter().map(|file| Ok((bytes(file.pre)?, bytes(file.post)?))).collect::<Result<_, Failure>>()?;
        Ok(patch(changes.files.iter().zip(&contents).map(|(file, (old, new))| Patched {
            old: old.as_deref().map(|old| (file.path.as_str(), old)),
            new: new.as_deref().map(|new| (file.new_path.as_deref().unwrap_or(&file.path), new)),
            executable: file.executable,
        })))
    }

    /// Writes what was prepared; the job is APPLYING from the same moment on as the journal is recorded, and what becomes of the one becomes of the
    /// other. Call it [`Workspace::alone`].
    pub(super) fn write_for(
        self: &Arc<Self>,
        project: &Project,
        prepared: Prepared,
        write: &Write<'_>,
        task: &Task<'_>,
    ) -> Result<RefactorApplied, Failure> {
        let intent = |transaction: &lectern_store::rusqlite::Transaction<'_>, journal: &str| {
            let pending = Pending {
                journal_id: journal.to_owned(),
                to: write.to.as_str().to_owned(),
                from: write.from.as_str().to_owned(),
                files: write.files.clone(),
            };
            // Somebody else was faster: nothing is written twice.
            if rows::begin(transaction, write.job_id, &write.before, pending, self.clock.now())? { Ok(()) } else { Err(JournalError::Busy) }
        };
        let _writing = Writing::new(self, write.job_id);
        let written = self.write_with(project, prepared, &intent, task);
        let tally = if written.is_ok() { self.follow_threads(project).unwrap_or_default() } else { lectern_comments::Tally::default() };
        let lost = tally.needs_review + tally.outdated;
        let (moved, lost) = (count(tally.changed.saturating_sub(lost) as u64), count(lost as u64));
        self.settle_one(write.job_id, (moved, lost))?;
        let applied = written?;
        if applied.journal_id.is_none() {
            return Err(Failure::new("NO_CHANGE", "everything is already so"));
        }
        let changes = self.store.read(|connection| rows::applied(connection, write.job_id))?;
        Ok(changes.as_ref().map(applied_view).unwrap_or_default())
    }

    /// Brings every job to its end whose journal came to one: also those of processes that were killed in between.
    pub(crate) fn settle_refactorings(&self) -> Result<(), Failure> {
        for Unsettled { job_id, changes, failed } in self.store.read(rows::applying)? {
            if lock(&self.refactoring.writing).contains(&job_id) || (failed && !self.is_settled(changes.as_ref())?) {
                continue;
            }
            self.settle_one(&job_id, (0, 0))?;
        }
        Ok(())
    }

    /// Whether a journal that could not come to its end has done so since: a drive was put right, and a start went on with it.
    fn is_settled(&self, changes: Option<&AppliedChanges>) -> Result<bool, Failure> {
        let Some(pending) = changes.and_then(|changes| changes.pending.as_ref()) else { return Ok(false) };
        let entry = self.journal.entry(&pending.journal_id)?;
        Ok(entry.is_some_and(|entry| !matches!(entry.status, JournalStatus::Prepared | JournalStatus::NeedsAttention)))
    }

    /// A job that is being written stands where its journal does; one that still writes is left alone.
    fn settle_one(&self, job_id: &str, (threads_moved, threads_lost): (u32, u32)) -> Result<(), Failure> {
        let Some(changes) = self.store.read(|connection| rows::applied(connection, job_id))? else { return Ok(()) };
        let Some(pending) = changes.pending.clone() else { return Ok(()) };
        let entry = self.journal.entry(&pending.journal_id)?;
        let now = self.clock.now();
        let mut error = None;
        let (status, after) = match entry.map(|entry| entry.status) {
            Some(JournalStatus::Prepared) => return Ok(()),
            Some(JournalStatus::Applied | JournalStatus::Undone) => {
                let applied_at = (pending.to == Status::Applied.as_str()).then(|| now.to_string());
                let done = AppliedChanges {
                    journal_id: pending.journal_id.clone(),
                    files: pending.files,
                    pending: None,
                    threads_moved,
                    threads_lost,
                    applied_at: applied_at.or(changes.applied_at),
                    ..changes
                };
                (pending.to, Some(done))
            }
            Some(JournalStatus::NeedsAttention) => {
                error = Some(
                    serde_json::json!({
                        "code": "NEEDS_ATTENTION",
                        "message": "This was done in part: some files could not be written or taken back.",
                        "hint": "Look at the project's versions; the one from before has the files as they were.",
                    })
                    .to_string(),
                );
                // What is pending stays: where the next start manages it, the job stands where its journal does after all.
                (Status::Failed.as_str().to_owned(), Some(changes))
            }
            // Taken back; or forgotten, and then what is in the folder decides at the next try.
            Some(JournalStatus::RolledBack) | None => {
                let kept = (pending.from != Status::Proposed.as_str()).then_some(AppliedChanges { pending: None, ..changes });
                (pending.from, kept)
            }
        };
        let settled = rows::Settled { status: &status, changes: after.as_ref(), error };
        self.store.write(|transaction| {
            let tell = |value: &mut serde_json::Value| {
                let mut card = StoredCard::read(value);
                card.applied = after.as_ref().map(applied_view);
                card.applied_at = after.as_ref().and_then(|after| after.applied_at.clone());
                *value = serde_json::to_value(card).unwrap_or_default();
            };
            rows::settle(transaction, job_id, &settled, tell, now)
        })?;
        Ok(())
    }
}

/// A job is being written, for as long as this lives.
struct Writing<'a>(&'a Workspace, &'a str);

impl<'a> Writing<'a> {
    fn new(workspace: &'a Workspace, job_id: &'a str) -> Self {
        lock(&workspace.refactoring.writing).insert(job_id.to_owned());
        Self(workspace, job_id)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        lock(&self.0.refactoring.writing).remove(self.1);
    }
}

/// Files changed since it was worked out.
pub(super) fn stale() -> Failure {
    Failure::new("STALE", "files changed since this was worked out").hint("Work it out again; what you chose stays chosen.")
}

/// A path of the folder.
pub(super) fn repo_path(key: &str) -> Result<RepoPath, Failure> {
    Ok(RepoPath::from_key(key)?)
}
