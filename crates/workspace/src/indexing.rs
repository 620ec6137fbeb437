//! Keeps the indexes of the projects on screen up to date, beside everything else.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lectern_accounts::UserId;
use lectern_projects::{Project, ProjectId};
use lectern_search::text::{IndexError, Indexed, Taken, TextIndex};

use crate::{
    Workspace,
    syncing::count,
    view::{Failure, IndexPart, IndexState, IndexStatus},
};

/// The window is told at most four times a second.
const INTERVAL: Duration = Duration::from_millis(250);
/// A project whose versions just changed is not taken in again before this has passed: what isn't in the index yet is found without it.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is being indexed.
#[derive(Default)]
pub(crate) struct Indexing {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Set once the window asked for an index; headless commands make none.
    workspace: Weak<Workspace>,
    queue: VecDeque<Project>,
    running: Option<Running>,
    /// What the window was told of each project last.
    known: HashMap<ProjectId, Known>,
    open: HashMap<ProjectId, Arc<TextIndex>>,
    swept: bool,
}

/// The project that is being taken in.
struct Running {
    project: ProjectId,
    cancel: Arc<AtomicBool>,
}

#[derive(Clone, Default)]
struct Known {
    /// The version that the indexes are of.
    manifest: Option<String>,
    text: IndexPart,
    symbols: IndexPart,
    at: Option<Instant>,
    told: Option<Instant>,
}

impl Indexing {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Workspace {
    /// How far the indexes of a project are. Asking makes them, if there are none.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn index_state(self: &Arc<Self>, project_id: &str) -> Result<IndexState, Failure> {
        let project = self.project(project_id)?;
        self.indexing.lock().workspace = Arc::downgrade(self);
        let latest = lectern_sync::latest_manifest(&self.store, project.id.as_str())?;
        let current = {
            let state = self.indexing.lock();
            let known = state.known.get(&project.id);
            // What failed is tried again when the versions change, or when it is asked for.
            known.is_some_and(|known| known.manifest.is_some() && known.manifest == latest.as_ref().map(|latest| latest.id.clone()))
        };
        if !current && latest.is_some() {
            self.enqueue(project.clone());
        }
        Ok(self.index_view(&project.id))
    }

    /// Makes a project's indexes anew.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, and what keeps the old ones from being removed.
    pub fn rebuild_index(self: &Arc<Self>, project_id: &str) -> Result<IndexState, Failure> {
        let project = self.project(project_id)?;
        self.stop_indexing_of(&project.id);
        self.text_index(&project.id).clear().map_err(IndexError::Io)?;
        self.indexing.lock().known.remove(&project.id);
        self.index_state(project_id)
    }

    /// Takes a project's latest version in before long, if the window asked for its index before.
    pub(crate) fn index_soon(&self, project_id: &str) {
        let id = ProjectId::new(project_id);
        let known = self.indexing.lock().known.contains_key(&id);
        // Whose project it is was asked for when it became known.
        if known
            && let Some(user) = self.signed_in()
            && let Ok(project) = self.projects.get(&user, &id)
        {
            self.enqueue(project);
        }
    }

    /// Ends indexing, until the window asks for an index again. For when nobody is signed in any more, and for the end of a process.
    pub fn stop_indexing(&self) {
        let mut state = self.indexing.lock();
        state.workspace = Weak::new();
        state.queue.clear();
        if let Some(running) = &state.running {
            running.cancel.store(true, Ordering::Relaxed);
        }
    }

    /// The text index of a project, as far as there is one.
    pub(crate) fn text_index(&self, project: &ProjectId) -> Arc<TextIndex> {
        if let Some(open) = self.indexing.lock().open.get(project) {
            return Arc::clone(open);
        }
        let opened = Arc::new(TextIndex::open(&self.data.search().join(project.as_str()).join("text")));
        // Another thread may have opened it meanwhile; one of the two must be everybody's.
        Arc::clone(self.indexing.lock().open.entry(project.clone()).or_insert(opened))
    }

    fn stop_indexing_of(&self, project: &ProjectId) {
        let mut state = self.indexing.lock();
        state.queue.retain(|queued| queued.id != *project);
        if let Some(running) = state.running.as_ref().filter(|running| running.project == *project) {
            running.cancel.store(true, Ordering::Relaxed);
        }
    }

    /// Puts a project into the queue, and sees that somebody works on it.
    fn enqueue(&self, project: Project) {
        let mut state = self.indexing.lock();
        let Some(workspace) = state.workspace.upgrade() else { return };
        let known = state.known.entry(project.id.clone()).or_default();
        if matches!(known.text.status, IndexStatus::None) {
            known.text.status = IndexStatus::Building;
        }
        if state.queue.iter().any(|queued| queued.id == project.id) {
            return;
        }
        state.queue.push_back(project);
        if state.running.is_some() {
            return;
        }
        let cancel = Arc::new(AtomicBool::new(false));
        state.running = Some(Running { project: ProjectId::new(String::new()), cancel });
        drop(state);
        let weak = Arc::downgrade(&workspace);
        drop(workspace);
        let spawned = thread::Builder::new().name("index".to_owned()).spawn(move || {
            // The workspace is held for one project at a time, so that closing the window isn't waited for.
            while let Some(workspace) = weak.upgrade() {
                if !workspace.index_next() {
                    break;
                }
            }
        });
        if spawned.is_err() {
            self.indexing.lock().running = None;
        }
    }

    /// Takes in the next project that is due. False when there is none.
    fn index_next(&self) -> bool {
        let (project, cancel) = {
            let mut state = self.indexing.lock();
            let due = |project: &Project| state.known.get(&project.id).and_then(|known| known.at).is_none_or(|at| at.elapsed() >= PATIENCE);
            let Some(next) = state.queue.iter().position(due) else {
                if state.queue.is_empty() {
                    state.running = None;
                    return false;
                }
                drop(state);
                thread::sleep(INTERVAL);
                return true;
            };
            let Some(project) = state.queue.remove(next) else { return true };
            let cancel = Arc::new(AtomicBool::new(false));
            state.running = Some(Running { project: project.id.clone(), cancel: Arc::clone(&cancel) });
            (project, cancel)
        };
        self.sweep_old();
        let done = catch_unwind(AssertUnwindSafe(|| self.take_in(&project, &cancel)));
        let failure = match done {
            Ok(Ok(())) => None,
            Ok(Err(failure)) if failure.code == "CANCELLED" => None,
            Ok(Err(failure)) => Some(failure),
            Err(_) => Some(Failure::internal("indexing ended in a defect of Lectern")),
        };
        if let Some(failure) = failure {
            let of_failure = IndexPart { status: IndexStatus::Failed, failure: Some(failure), ..self.known_text(&project.id) };
            self.set_part(&project, of_failure, |known, part| known.text = part, true);
        }
        if let Some(known) = self.indexing.lock().known.get_mut(&project.id) {
            known.at = Some(Instant::now());
        }
        true
    }

    /// Brings both indexes of a project to its latest version.
    fn take_in(&self, project: &Project, cancel: &AtomicBool) -> Result<(), Failure> {
        let Some(manifest) = lectern_sync::latest_manifest(&self.store, project.id.as_str())? else { return Ok(()) };
        // The first thing a user may ask for, and soon done.
        self.prepare_files(project, &manifest)?;
        let listed = self.listed(&manifest)?;
        let index = self.text_index(&project.id);
        let mut last = Taken::default();
        let part = |taken: Taken, status: IndexStatus, indexed: &Indexed| IndexPart {
            status,
            done: count(taken.done as u64),
            total: count(taken.total as u64),
            bytes: indexed.bytes().to_string(),
            corpus_bytes: indexed.corpus_bytes().to_string(),
            failure: None,
        };
        let set = |known: &mut Known, part: IndexPart| known.text = part;
        index.update(&listed.files, &self.contents_of(project), cancel, &mut |taken| {
            last = taken;
            if taken.done < taken.total {
                self.set_part(project, part(taken, IndexStatus::Building, &index.current()), set, false);
            }
        })?;
        // Looked up ahead of the first search.
        listed.placed(&index.current());
        self.set_part(project, part(last, IndexStatus::Ready, &index.current()), set, true);
        let set = |known: &mut Known, part: IndexPart| known.symbols = part;
        let symbols = self.update_symbols(project, cancel, &|part| self.set_part(project, part, set, false))?;
        if let Some(known) = self.indexing.lock().known.get_mut(&project.id) {
            known.manifest = Some(manifest.id.clone());
        }
        self.set_part(project, symbols, set, true);
        Ok(())
    }

    fn known_text(&self, project: &ProjectId) -> IndexPart {
        self.indexing.lock().known.get(project).map(|known| known.text.clone()).unwrap_or_default()
    }

    /// Notes how far an index is, and tells the window when that is `due` or long enough ago.
    fn set_part(&self, project: &Project, part: IndexPart, set: impl Fn(&mut Known, IndexPart), due: bool) {
        {
            let mut state = self.indexing.lock();
            let Some(known) = state.known.get_mut(&project.id) else { return };
            set(known, part);
            if !due && known.told.is_some_and(|told| told.elapsed() < INTERVAL) {
                return;
            }
            known.told = Some(Instant::now());
        }
        self.tell_index(&project.owner_id, &project.id);
    }

    fn tell_index(&self, owner: &UserId, project: &ProjectId) {
        if self.is_signed_in(owner) {
            self.events.index_changed(self.index_view(project));
        }
    }

    fn index_view(&self, project: &ProjectId) -> IndexState {
        let known = self.indexing.lock().known.get(project).cloned().unwrap_or_default();
        IndexState { project_id: project.as_str().to_owned(), text: known.text, symbols: known.symbols }
    }

    /// Removes the indexes of projects that are gone for good; once in the life of a process.
    fn sweep_old(&self) {
        if std::mem::replace(&mut self.indexing.lock().swept, true) {
            return;
        }
        let Ok(entries) = fs::read_dir(self.data.search()) else { return };
        let in_use: HashSet<ProjectId> = self.indexing.lock().known.keys().cloned().collect();
        for entry in entries.flatten() {
            let Some(id) = entry.file_name().to_str().map(ProjectId::new) else { continue };
            if !in_use.contains(&id) && self.projects.is_there(&id).is_ok_and(|there| !there) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        match &error {
            IndexError::Cancelled => Self::new("CANCELLED", error.to_string()),
            IndexError::Busy => Self::new("INDEX_BUSY", error.to_string()).hint("Searching works meanwhile, only slower."),
            IndexError::Io(_) => {
                Self::new("INDEX_UNWRITABLE", error.to_string()).hint("Searching works without it, only slower. Make room on the disk.")
            }
        }
    }
}
