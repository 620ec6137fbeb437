//! A list of commits that is made on a thread of its own, a little ahead of who reads it.

use std::{
    collections::HashMap,
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, Weak},
    thread,
    time::{Duration, Instant},
};

use lectern_accounts::UserId;
use lectern_history::{CommitWalk, Found, HistoryError, Label, Oid, Query, Repo, Step};
use lectern_projects::Project;
use lectern_sync::{RepoPath, timeline};

use super::{find_repo, repo_of};
use crate::{
    Workspace,
    syncing::count,
    view::{CommitPage, Failure, HistoryQuery, HistoryState},
};

/// The thread rests when it is so far ahead of what was asked for.
const AHEAD: usize = 500;
/// Twenty times a second.
const TELL_EVERY: Duration = Duration::from_millis(50);
/// So many versions are looked through for the commits they were made at.
const MOST_VERSIONS: u32 = 100_000;

/// The latest version that was made at each commit.
pub(super) type Versions = Arc<HashMap<String, u32>>;

/// An open list.
pub(crate) struct List {
    pub id: String,
    pub user: UserId,
    pub project: String,
    made: Arc<Made>,
    /// For reading rows while the thread walks.
    repo: Mutex<Option<Repo>>,
    labels: OnceLock<HashMap<Oid, Vec<Label>>>,
    /// With how many versions there were and the newest of them, which tell whether it is still true.
    versions: Mutex<Option<((u32, u32), Versions)>>,
}

/// What the thread and its readers share.
#[derive(Default)]
struct Made {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    found: Vec<Found>,
    walked: usize,
    done: bool,
    stopped: bool,
    has_commits: bool,
    /// The end of what was asked for so far.
    asked: usize,
    failure: Option<Failure>,
}

impl Made {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl List {
    /// Starts the thread, unless there is nothing to walk.
    pub fn begin(workspace: &Arc<Workspace>, user: UserId, project: &Project, id: String, query: HistoryQuery) -> Result<Self, Failure> {
        let path = query.path.as_deref().map(RepoPath::from_key).transpose()?;
        let repo = find_repo(project)?;
        let start = match &repo {
            Some(repo) => repo.resolve(query.reference.as_deref())?,
            None => None,
        };
        let made = Arc::new(Made::default());
        let list = Self {
            id,
            user,
            project: project.id.as_str().to_owned(),
            made: Arc::clone(&made),
            repo: Mutex::default(),
            labels: OnceLock::new(),
            versions: Mutex::default(),
        };
        let (Some(repo), Some(start)) = (repo, start) else {
            made.lock().done = true;
            return Ok(list);
        };
        made.lock().has_commits = true;
        let query = Query { start, path: path.map(|path| path.as_bytes().to_vec()), text: query.text };
        let teller = Teller {
            workspace: Arc::downgrade(workspace),
            id: list.id.clone(),
            user: list.user.clone(),
            project: list.project.clone(),
            last: Instant::now(),
        };
        let walking = move || walk(&repo, query, &made, teller);
        let started = thread::Builder::new().name("history".to_owned()).spawn(walking);
        started.map_err(|error| Failure::internal(format!("no thread could be started: {error}")))?;
        Ok(list)
    }

    /// Ends the thread, soon.
    pub fn stop(&self) {
        self.made.lock().stopped = true;
        self.made.changed.notify_all();
    }

    /// How far it is, once it has `enough` or after `longest`.
    pub fn wait(&self, enough: usize, longest: Duration) -> HistoryState {
        let deadline = Instant::now() + longest;
        let mut state = self.made.lock();
        while !state.done && state.found.len() < enough {
            let Some(left) = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) else { break };
            state = self.made.changed.wait_timeout(state, left).unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        }
        view(&self.id, &self.project, &state)
    }

    /// What was found between `first` and `first + count`, and a page without its commits. The thread goes on if that is near its end.
    pub fn page(&self, first: u32, count: u32) -> (Vec<Found>, CommitPage) {
        let mut state = self.made.lock();
        let end = (first as usize).saturating_add(count as usize);
        state.asked = state.asked.max(end);
        self.made.changed.notify_all();
        let range = (first as usize).min(state.found.len())..end.min(state.found.len());
        let page = CommitPage { first, found: counted(state.found.len()), done: state.done, commits: Vec::new() };
        (state.found[range].to_vec(), page)
    }

    /// Calls `read` with the repository, opened once for all pages.
    pub fn with_repo<T>(&self, project: &Project, read: impl FnOnce(&Repo) -> T) -> Result<T, Failure> {
        let mut kept = self.repo.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let repo = match kept.take() {
            Some(repo) => repo,
            None => repo_of(project)?,
        };
        let answer = read(&repo);
        *kept = Some(repo);
        Ok(answer)
    }

    /// The names that stood at commits when the first page was read.
    pub fn labels(&self, repo: &Repo) -> &HashMap<Oid, Vec<Label>> {
        self.labels.get_or_init(|| lectern_history::labels(repo).unwrap_or_default())
    }

    /// The latest version of each commit, read again when there are others.
    pub fn versions(&self, workspace: &Workspace, project: &Project) -> Result<Versions, Failure> {
        let newest = timeline(&workspace.store, project.id.as_str(), None, 1)?;
        let now = (newest.total, newest.versions.first().map_or(0, |row| row.version));
        let mut kept = self.versions.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((before, versions)) = &*kept
            && *before == now
        {
            return Ok(Arc::clone(versions));
        }
        let versions = workspace.versions_by_commit(project)?;
        *kept = Some((now, Arc::clone(&versions)));
        Ok(versions)
    }
}

impl Workspace {
    /// The latest version that was made at each commit.
    pub(super) fn versions_by_commit(&self, project: &Project) -> Result<Versions, Failure> {
        let all = timeline(&self.store, project.id.as_str(), None, MOST_VERSIONS)?.versions;
        // Newest first: the oldest are put in first and give way.
        Ok(Arc::new(all.into_iter().rev().filter_map(|row| Some((row.commit?, row.version))).collect()))
    }
}

/// Tells the window how far a list is.
struct Teller {
    workspace: Weak<Workspace>,
    id: String,
    user: UserId,
    project: String,
    last: Instant,
}

impl Teller {
    /// False when nobody is there any more to be told.
    fn tell(&mut self, made: &Made) -> bool {
        self.last = Instant::now();
        let Some(workspace) = self.workspace.upgrade() else { return false };
        let is_theirs = workspace.is_signed_in(&self.user);
        // Counts only, so also while the window is locked.
        if is_theirs {
            let state = view(&self.id, &self.project, &made.lock());
            workspace.events.history_changed(state);
        }
        is_theirs
    }
}

fn walk(repo: &Repo, query: Query, made: &Made, mut teller: Teller) {
    let mut walk = match CommitWalk::new(repo, query) {
        Ok(walk) => walk,
        Err(error) => return finish(made, Some(error), &mut teller),
    };
    loop {
        let mut state = made.lock();
        if !state.stopped && state.found.len() >= state.asked + AHEAD {
            // The last word before a rest, so that nobody waits for more than there is.
            drop(state);
            if !teller.tell(made) {
                return;
            }
            state = made.lock();
            while !state.stopped && state.found.len() >= state.asked + AHEAD {
                state = made.wait(state);
            }
        }
        if state.stopped {
            return;
        }
        drop(state);
        let step = match walk.step(repo) {
            Ok(Some(step)) => step,
            Ok(None) => return finish(made, None, &mut teller),
            Err(error) => return finish(made, Some(error), &mut teller),
        };
        let mut state = made.lock();
        state.walked += 1;
        if let Step::Found(found) = step {
            state.found.push(found);
            made.changed.notify_all();
        }
        drop(state);
        if teller.last.elapsed() >= TELL_EVERY && !teller.tell(made) {
            return;
        }
    }
}

fn finish(made: &Made, error: Option<HistoryError>, teller: &mut Teller) {
    let mut state = made.lock();
    state.done = true;
    state.failure = error.map(Failure::from);
    drop(state);
    made.changed.notify_all();
    teller.tell(made);
}

fn view(id: &str, project: &str, state: &State) -> HistoryState {
    HistoryState {
        history: id.to_owned(),
        project_id: project.to_owned(),
        found: counted(state.found.len()),
        walked: counted(state.walked),
        done: state.done,
        has_commits: state.has_commits,
        failure: state.failure.clone(),
    }
}

fn counted(number: usize) -> u32 {
    count(number as u64)
}
