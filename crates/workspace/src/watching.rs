//! Folders that are watched and synced by themselves.

mod control;
mod follow;
mod look;
mod queue;
mod words;

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use lectern_projects::{Project, ProjectId};

use crate::{
    Workspace,
    view::{Failure, SyncOutcome, WatchKind, WatchState},
};
use control::Control;
use queue::Queue;

/// What watching tells, besides the events.
#[derive(Debug, Clone)]
pub enum Watched {
    /// A new version was made.
    Version(SyncOutcome),
    /// A look failed; it is tried again by itself.
    Failed(Failure),
    /// Another state of watching.
    State(WatchState),
}

/// Hears what watching one folder tells. Called from its thread.
pub(crate) type Listener = Box<dyn Fn(Watched) + Send + Sync>;

/// Everything that is watched in this process.
pub(crate) struct Watches {
    registry: Mutex<Registry>,
    /// One sync of a project at a time, whoever asks for it.
    turns: Mutex<HashMap<ProjectId, Arc<Mutex<()>>>>,
    /// Projects whose folder is being written to as a whole.
    still: Mutex<HashMap<ProjectId, usize>>,
    queue: Queue,
    /// The most directories to watch in one project.
    most: AtomicUsize,
}

#[derive(Default)]
struct Registry {
    /// Set while the signed-in user's projects are to be watched.
    workspace: OnceLock<Weak<Workspace>>,
    running: HashMap<ProjectId, Arc<Control>>,
}

impl Default for Watches {
    fn default() -> Self {
        Self {
            registry: Mutex::default(),
            turns: Mutex::default(),
            still: Mutex::default(),
            queue: Queue::default(),
            most: AtomicUsize::new(usize::MAX),
        }
    }
}

impl Drop for Watches {
    fn drop(&mut self) {
        for control in self.lock().running.values() {
            control.stop();
        }
    }
}

impl Watches {
    /// Held while a project is synced.
    pub(crate) fn turn(&self, project: &ProjectId) -> Arc<Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(project.clone()).or_default())
    }

    /// Stops the sync that watching runs of a project, if it does.
    pub(crate) fn cancel(&self, project: &ProjectId) {
        if let Some(control) = self.lock().running.get(project) {
            control.cancel.store(true, Ordering::Relaxed);
        }
    }

    fn control(&self, project: &ProjectId) -> Option<Arc<Control>> {
        self.lock().running.get(project).cloned()
    }

    fn is_still(&self, project: &ProjectId) -> bool {
        self.still.lock().unwrap_or_else(PoisonError::into_inner).contains_key(project)
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While this is held, watching looks at nothing of a project: its folder is being written to as a whole. What changed is looked at after.
pub struct Still<'a> {
    watches: &'a Watches,
    project: ProjectId,
}

impl Drop for Still<'_> {
    fn drop(&mut self) {
        let mut still = self.watches.still.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = still.get_mut(&self.project) {
            *count -= 1;
            if *count == 0 {
                still.remove(&self.project);
            }
        }
        drop(still);
        if let Some(control) = self.watches.control(&self.project) {
            control.wake();
        }
    }
}

impl Workspace {
    /// From now on watches the projects of whoever is signed in, as far as they want it: the most recently used first. For the window.
    pub fn start_watching(self: &Arc<Self>) {
        let _ = self.watches.lock().workspace.set(Arc::downgrade(self));
        self.adjust_watching();
    }

    /// Ends watching; a sync that it runs is cancelled. Returns when all of it came to an end. For the end of a process.
    pub fn stop_watching(&self) {
        let running: Vec<_> = {
            let mut registry = self.watches.lock();
            registry.workspace = OnceLock::new();
            registry.running.drain().map(|(_, control)| control).collect()
        };
        for control in &running {
            control.stop();
            control.cancel.store(true, Ordering::Relaxed);
        }
        running.iter().for_each(|control| control.join());
    }

    /// Stops every sync of this process. For the end of a process.
    pub fn cancel_syncs(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.values().for_each(|(_, cancel)| cancel.store(true, Ordering::Relaxed));
        self.watches.lock().running.values().for_each(|control| control.cancel.store(true, Ordering::Relaxed));
    }

    /// Turns watching on or off for a project, and remembers it.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn set_watching(self: &Arc<Self>, project_id: &str, watching: bool) -> Result<WatchState, Failure> {
        let project = self.projects.set_watching(&self.user()?, &ProjectId::new(project_id), watching)?;
        self.adjust_watching();
        let state = self.watch_state(&project);
        self.events.watch_changed(state.clone());
        Ok(state)
    }

    /// The window came to the front: looks at what is not watched. Returns at once.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`.
    pub fn came_to_front(self: &Arc<Self>) -> Result<(), Failure> {
        self.user()?;
        for control in self.watches.lock().running.values() {
            if matches!(control.state().kind, WatchKind::Partial | WatchKind::Unavailable) {
                control.look();
            }
        }
        Ok(())
    }

    /// Watches the folder at `path`, whether its project wants that or not, adding it when it isn't one; returns the project's id. `each` hears
    /// of every new version. For headless commands; [`Workspace::stop_watching`] ends it.
    ///
    /// # Errors
    /// See [`lectern_projects::FolderError`].
    pub fn watch_path(self: &Arc<Self>, path: &Path, each: impl Fn(Watched) + Send + Sync + 'static) -> Result<String, Failure> {
        let (project, _) = self.ensure_project(path)?;
        let id = project.id.as_str().to_owned();
        let mut registry = self.watches.lock();
        if let Some(before) = registry.running.remove(&project.id) {
            before.stop();
        }
        let control = follow::spawn(Arc::downgrade(self), project.clone(), self.watches.queue.ticket(), Some(Box::new(each)))?;
        registry.running.insert(project.id, control);
        Ok(id)
    }

    /// Keeps watching from looking at a project while its folder is written to as a whole, so that no version holds half of it. Waits for a
    /// look under way.
    pub fn keep_still(&self, project: &ProjectId) -> Still<'_> {
        *self.watches.still.lock().unwrap_or_else(PoisonError::into_inner).entry(project.clone()).or_default() += 1;
        let turn = self.watches.turn(project);
        drop(turn.lock().unwrap_or_else(PoisonError::into_inner));
        Still { watches: &self.watches, project: project.clone() }
    }

    /// Watches at most this many directories of each project, as if the system had no room for more. Holds for what is watched from now on.
    #[doc(hidden)]
    pub fn watch_at_most(&self, directories: usize) {
        self.watches.most.store(directories, Ordering::Relaxed);
    }

    /// Makes the watch of a project believe that the system lost events.
    #[doc(hidden)]
    pub fn lose_events(&self, project_id: &str) {
        if let Some(control) = self.watches.control(&ProjectId::new(project_id)) {
            control.lose_events();
        }
    }

    /// How often the watch of a project looked at its folder.
    #[doc(hidden)]
    pub fn watch_looks(&self, project_id: &str) -> usize {
        self.watches.control(&ProjectId::new(project_id)).map_or(0, |control| control.looks.load(Ordering::Relaxed))
    }

    /// Starts to watch what is to be watched, and stops what is not. After anything that may have changed which projects those are.
    pub(crate) fn adjust_watching(&self) {
        let mut failed = Vec::new();
        let mut registry = self.watches.lock();
        let Some(workspace) = registry.workspace.get().cloned() else { return };
        let mut wanted = match self.signed_in().map(|user| self.projects.of_owner(&user)) {
            None => Vec::new(),
            Some(Ok(projects)) => projects,
            // What is watched stays so; the next change asks again.
            Some(Err(_)) => return,
        };
        wanted.retain(|project| project.watching);
        registry.running.retain(|id, control| {
            let stays = wanted.iter().any(|project| project.id == *id && project.root == control.project.root);
            if !stays {
                control.stop();
            }
            stays
        });
        wanted.retain(|project| !registry.running.contains_key(&project.id));
        wanted.sort_by_cached_key(|project| std::cmp::Reverse(self.last_used(project)));
        for project in wanted {
            let id = project.id.clone();
            match follow::spawn(Weak::clone(&workspace), project, self.watches.queue.ticket(), None) {
                Ok(control) => drop(registry.running.insert(id, control)),
                Err(failure) => failed.push(WatchState { failure: Some(failure), ..words::unwatched(&id, WatchKind::Unavailable) }),
            }
        }
        drop(registry);
        failed.into_iter().for_each(|state| self.events.watch_changed(state));
    }

    pub(crate) fn watch_state(&self, project: &Project) -> WatchState {
        match self.watches.control(&project.id) {
            Some(control) if project.watching => control.state(),
            _ => words::unwatched(&project.id, WatchKind::Off),
        }
    }

    /// When a project was last changed or synced, as far as that can be told without its folder.
    fn last_used(&self, project: &Project) -> i64 {
        let synced = lectern_sync::last_sync(&self.store, project.id.as_str()).ok().flatten();
        let synced = synced.and_then(|sync| sync.finished_at.or(sync.started_at)).map_or(0, lectern_store::Timestamp::millis);
        project.updated_at.millis().max(synced)
    }
}
