//! One look at a watched folder: a sync where something may have changed, and what is told of it.

use std::{
    sync::{Mutex, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

use lectern_projects::Project;
use lectern_sync::{Dirty, RepoSyncId, SyncError, SyncStatus, last_sync};

use super::{Watched, control::Control};
use crate::{
    Workspace,
    syncing::{count, outcome_view, progress_view},
    view::{Failure, SyncOutcome, SyncProgress, WatchState},
};

/// A look shorter than this is told by its end only.
const WORTH_TELLING: Duration = Duration::from_millis(150);

/// How a look ended.
pub(super) enum Looked {
    Unchanged,
    Version(SyncOutcome),
    /// The folder is being written to as a whole.
    NotNow,
}

impl Workspace {
    /// Syncs a watched project where it is dirty. Waits for another sync of it in this process.
    pub(super) fn look_at(&self, control: &Control, dirty: &Dirty) -> Result<Looked, SyncError> {
        let project = &control.project;
        let turn = self.watches.turn(&project.id);
        let _held = turn.lock().unwrap_or_else(PoisonError::into_inner);
        if self.watches.is_still(&project.id) {
            return Ok(Looked::NotNow);
        }
        control.cancel.store(false, Ordering::Relaxed);
        control.looks.fetch_add(1, Ordering::Relaxed);
        let began = Instant::now();
        let shown: Mutex<Option<SyncProgress>> = Mutex::default();
        let result = self.syncer.run_dirty(project.id.as_str(), &project.root, dirty, &control.cancel, &|progress| {
            if began.elapsed() < WORTH_TELLING {
                return;
            }
            let view = {
                let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
                if shown.is_none() {
                    *shown = self.sync_with(project, SyncStatus::Running).map(|id| progress_view(project, &id, SyncStatus::Running));
                }
                let Some(view) = shown.as_mut() else { return };
                progress.phase.as_str().clone_into(&mut view.phase);
                view.files_done = count(progress.files_done);
                view.files_total = count(progress.files_total);
                view.bytes_done = progress.bytes_done.to_string();
                view.clone()
            };
            self.tell(&project.owner_id, view);
        });
        let shown = shown.into_inner().unwrap_or_else(PoisonError::into_inner);
        match result {
            Ok(Some(outcome)) => {
                let told = outcome_view(&outcome);
                let view = shown.unwrap_or_else(|| progress_view(project, &outcome.sync_id, SyncStatus::Success));
                let view = SyncProgress { status: SyncStatus::Success.as_str().to_owned(), outcome: Some(told.clone()), ..view };
                // The folder was just recorded: what differed is in the version now.
                let mut changes = self.reading.changes.lock().unwrap_or_else(PoisonError::into_inner);
                changes.remove(&project.id);
                drop(changes);
                self.follow_threads_if_possible(project);
                self.tell(&project.owner_id, view);
                if self.is_signed_in(&project.owner_id) {
                    self.events.versions_changed(project.id.as_str());
                    self.index_soon(project.id.as_str());
                    self.events.projects_changed();
                }
                Ok(Looked::Version(told))
            }
            Ok(None) => {
                if let Some(view) = shown {
                    // It was seen to begin, so its end is told too.
                    self.tell(&project.owner_id, SyncProgress { status: SyncStatus::Success.as_str().to_owned(), ..view });
                }
                Ok(Looked::Unchanged)
            }
            Err(error) => {
                // A sync of another process is no failure of this one.
                if !matches!(error, SyncError::AlreadyRunning | SyncError::Superseded) {
                    let id = self.sync_with(project, SyncStatus::Failed).unwrap_or_else(|| RepoSyncId::new(String::new()));
                    let view = shown.unwrap_or_else(|| progress_view(project, &id, SyncStatus::Failed));
                    let view = SyncProgress { status: SyncStatus::Failed.as_str().to_owned(), error: Some(failure_of(&error)), ..view };
                    self.tell(&project.owner_id, view);
                }
                Err(error)
            }
        }
    }

    /// Tells that a project is watched in another way than before.
    pub(super) fn watch_became(&self, control: &Control, state: WatchState) {
        if !control.set_state(&state) {
            return;
        }
        if self.is_signed_in(&control.project.owner_id) {
            self.events.watch_changed(state.clone());
        }
        if let Some(listener) = &control.listener {
            listener(Watched::State(state));
        }
    }

    /// Tells that something in the folder changed, and forgets what was known of its rules.
    pub(super) fn folder_became_different(&self, control: &Control) {
        self.reading.ignored.lock().unwrap_or_else(PoisonError::into_inner).remove(&control.project.id);
        if self.is_signed_in(&control.project.owner_id) {
            self.events.folder_changed(control.project.id.as_str());
        }
    }

    /// The last sync of a project, if that is how it stands.
    fn sync_with(&self, project: &Project, status: SyncStatus) -> Option<RepoSyncId> {
        let last = last_sync(&self.store, project.id.as_str()).ok().flatten()?;
        (last.status == status).then_some(last.id)
    }
}

/// The error as people read it.
pub(super) fn failure_of(error: &SyncError) -> Failure {
    let hint = crate::failure::sync_hint(error.code());
    Failure { hint: hint.map(str::to_owned), ..Failure::new(error.code(), error.to_string()) }
}
