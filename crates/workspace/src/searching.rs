//! Text search as the window and headless commands ask for it.

mod kept;
mod meaning;
mod running;

use std::{
    collections::VecDeque,
    hash::{BuildHasher, RandomState},
    ops::ControlFlow,
    path::Path,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lectern_accounts::UserId;
use lectern_projects::Project;
use lectern_search::text::{Globs, Pattern, QueryError, Reporting, Searched, TextQuery};
use lectern_store::new_id;
use lectern_sync::Manifest;

use crate::{
    Workspace,
    reading::DocumentName,
    syncing::count,
    view::{Failure, SearchMeaning, SearchOptions, SearchPlace, SearchRowPage, SearchState, SearchStatus},
};
use kept::Kept;
use running::Listed;

/// Searches that are kept; asking about an older one says so.
const OPEN_SEARCHES: usize = 6;
/// Hits that all of them keep together, beyond those of the latest.
const MOST_OLD_HITS: usize = 200_000;
/// Something found within this time is in the first answer.
const FIRST_ANSWER: Duration = Duration::from_millis(30);
const LONGEST_PAGE: u32 = 1000;
const LONGEST_LINE: usize = 400;
const MOST_CONTEXT: u32 = 5;

/// The searches that are open, latest last.
#[derive(Default)]
pub(crate) struct Searches {
    open: Mutex<VecDeque<Arc<Search>>>,
    /// The files of the version that was looked through last.
    listed: Mutex<Option<Arc<Listed>>>,
}

/// A search of one user, running or done.
struct Search {
    id: String,
    user: UserId,
    project: Project,
    options: SearchOptions,
    pattern: Pattern,
    globs: Globs,
    /// `None` before the first sync.
    manifest: Option<Manifest>,
    /// Where the name stands whose meaning is looked for.
    at: Option<NamePlace>,
    began: Instant,
    cancel: Arc<AtomicBool>,
    progress: Mutex<Progress>,
    changed: Condvar,
}

/// A place of an open document: the line from 1, the column in UTF-16 units from 0.
struct NamePlace {
    document: String,
    line: u32,
    column: u32,
}

#[derive(Default)]
struct Progress {
    kept: Kept,
    searched: Searched,
    truncated: bool,
    /// How it ended, and after how many milliseconds.
    end: Option<(SearchStatus, u32)>,
    failure: Option<Failure>,
    meaning: Option<SearchMeaning>,
    /// When the window was told last.
    told: Option<Instant>,
}

impl Search {
    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reporting(&self) -> Reporting {
        Reporting {
            context: self.options.context.min(MOST_CONTEXT) as usize,
            longest_line: Some(LONGEST_LINE),
            names_only: self.options.names_only,
        }
    }

    fn state(&self, progress: &Progress) -> SearchState {
        let number = |value: usize| count(value as u64);
        let (status, millis) = progress.end.unwrap_or((SearchStatus::Running, running::millis(self.began)));
        SearchState {
            search: self.id.clone(),
            project_id: self.project.id.as_str().to_owned(),
            status,
            files: number(progress.kept.files()),
            hits: number(progress.kept.hits()),
            rows: number(progress.kept.row_count()),
            scanned: number(progress.searched.scanned),
            total: number(progress.searched.total),
            truncated: progress.truncated,
            unreadable: number(progress.searched.unreadable),
            millis,
            version: self.manifest.as_ref().map(|manifest| manifest.version),
            indexed: progress.searched.indexed,
            failure: progress.failure.clone(),
            meaning: progress.meaning.clone(),
        }
    }
}

impl Workspace {
    /// Starts a search and answers as soon as there is something to show, after 30 ms at most; `search_changed` tells the rest.
    ///
    /// # Errors
    /// `BAD_PATTERN`, `BAD_GLOB`, `UNKNOWN_PROJECT`, `UNKNOWN_VERSION`.
    pub fn start_search(self: &Arc<Self>, project_id: &str, options: SearchOptions) -> Result<SearchState, Failure> {
        let user = self.user()?;
        self.begin_search(self.new_search(user, self.project(project_id)?, options)?)
    }

    /// Starts a search for every use of the name at a place of an open document: by what it means, or where that can't be told by its spelling as
    /// `options` have it; their globs count for both. The line is from 1, the column in UTF-16 units from 0.
    ///
    /// # Errors
    /// As [`Workspace::start_search`], and `UNKNOWN_DOCUMENT`.
    pub fn start_references(
        self: &Arc<Self>,
        document: &str,
        line: u32,
        column: u32,
        options: SearchOptions,
    ) -> Result<SearchState, Failure> {
        let user = self.user()?;
        let project = self.project(DocumentName::parse(document)?.project)?;
        let at = Some(NamePlace { document: document.to_owned(), line, column });
        self.begin_search(Search { at, ..self.new_search(user, project, options)? })
    }

    fn begin_search(self: &Arc<Self>, search: Search) -> Result<SearchState, Failure> {
        let search = Arc::new(search);
        self.searches.keep(&search);
        let (workspace, running) = (Arc::clone(self), Arc::clone(&search));
        if let Err(error) = thread::Builder::new().name("search".to_owned()).spawn(move || workspace.run_search(&running)) {
            self.searches.lock_open().retain(|open| open.id != search.id);
            return Err(Failure::internal(format!("no thread for the search: {error}")));
        }
        let nothing_yet = |progress: &mut Progress| progress.end.is_none() && progress.kept.hits() == 0;
        let waited = search.changed.wait_timeout_while(search.lock(), FIRST_ANSWER, nothing_yet);
        let (progress, _) = waited.unwrap_or_else(PoisonError::into_inner);
        Ok(search.state(&progress))
    }

    /// Up to `count` (at most 1,000) rows from `first` on.
    ///
    /// # Errors
    /// `UNKNOWN_SEARCH` when it is no longer open: search again.
    pub fn search_rows(&self, search: &str, first: u32, count: u32) -> Result<SearchRowPage, Failure> {
        let search = self.search(search)?;
        let progress = search.lock();
        let rows = progress.kept.rows(first as usize, count.min(LONGEST_PAGE) as usize);
        Ok(SearchRowPage { first, total: crate::syncing::count(progress.kept.row_count() as u64), rows })
    }

    /// Folds or unfolds a file's hits, or all files'.
    ///
    /// # Errors
    /// `UNKNOWN_SEARCH`.
    pub fn fold_search(&self, search: &str, file: Option<u32>, folded: bool) -> Result<SearchState, Failure> {
        let search = self.search(search)?;
        let mut progress = search.lock();
        progress.kept.fold(file, folded);
        Ok(search.state(&progress))
    }

    /// Where a hit is; `hit` wraps round the ends.
    ///
    /// # Errors
    /// `UNKNOWN_SEARCH`; `NO_HITS`.
    pub fn search_place(&self, search: &str, hit: i32) -> Result<SearchPlace, Failure> {
        let search = self.search(search)?;
        let place = search.lock().kept.place(hit);
        place.ok_or_else(|| Failure::new("NO_HITS", "this search found nothing"))
    }

    /// Ends a search; what it found stays. One that is not there is fine.
    pub fn cancel_search(&self, search: &str) {
        if let Ok(search) = self.search(search) {
            search.cancel.store(true, Ordering::Relaxed);
        }
    }

    /// Searches the project at a folder to the end, or until `each` answers false. `each` gets the key of a path, the line (1-based), the byte of
    /// the line where the first match begins, and the whole line. For headless commands; makes no index, and uses the one that is there.
    ///
    /// # Errors
    /// As [`Workspace::start_search`], and `NOT_A_PROJECT`.
    pub fn search_path(
        &self,
        path: &Path,
        options: SearchOptions,
        mut each: impl FnMut(&str, u32, u32, &str) -> bool,
    ) -> Result<SearchState, Failure> {
        let user = self.user()?;
        let search = self.new_search(user, self.project_at(path)?, options)?;
        let reporting = Reporting { context: 0, longest_line: None, ..search.reporting() };
        let mut truncated = false;
        let searched = self.search_files(&search, reporting, |found, _| {
            let Some(found) = found else { return ControlFlow::Continue(()) };
            let key = found.path.key();
            for line in found.lines.iter().filter(|line| line.is_hit) {
                let column = line.matches.first().map_or(0, |found| found.start);
                let text = String::from_utf8_lossy(&line.text);
                if !each(&key, count(line.number), column, &text) {
                    truncated = true;
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        let progress =
            Progress { searched, truncated, end: Some((SearchStatus::Done, running::millis(search.began))), ..Progress::default() };
        Ok(search.state(&progress))
    }

    fn new_search(&self, user: UserId, project: Project, options: SearchOptions) -> Result<Search, Failure> {
        let pattern = Pattern::new(&TextQuery {
            text: options.query.clone(),
            regex: options.regex,
            word: options.word,
            case_sensitive: options.case_sensitive,
        })?;
        let globs = Globs::new(&options.include, &options.exclude)?;
        let manifest = match self.manifest(&project, options.version) {
            // Nothing was recorded yet, and nothing is found.
            Err(failure) if failure.code == "UNKNOWN_VERSION" && options.version.is_none() => None,
            found => Some(found?),
        };
        // The keys of a hasher are random and never leave the process.
        let row = new_id(&*self.clock);
        let seeds = [RandomState::new().hash_one(&row), RandomState::new().hash_one((&row, 1))];
        let id = blake3::hash(format!("{row} {seeds:?}").as_bytes()).to_hex()[..32].to_owned();
        Ok(Search {
            id,
            user,
            project,
            options,
            pattern,
            globs,
            manifest,
            at: None,
            began: Instant::now(),
            cancel: Arc::default(),
            progress: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    /// An open search; it must be the user's, each time.
    fn search(&self, id: &str) -> Result<Arc<Search>, Failure> {
        let user = self.user()?;
        let found = self.searches.lock_open().iter().find(|open| open.id == id && open.user == user).cloned();
        found.ok_or_else(|| Failure::new("UNKNOWN_SEARCH", "this search is not open any more").hint("Search again."))
    }
}

impl Searches {
    fn lock_open(&self) -> MutexGuard<'_, VecDeque<Arc<Search>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a new search, and lets old ones go.
    fn keep(&self, search: &Arc<Search>) {
        let mut open = self.lock_open();
        open.push_back(Arc::clone(search));
        let mut hits: usize = open.iter().map(|open| open.lock().kept.hits()).sum();
        while open.len() > OPEN_SEARCHES || (hits > MOST_OLD_HITS && open.len() > 1) {
            let Some(old) = open.pop_front() else { break };
            old.cancel.store(true, Ordering::Relaxed);
            hits -= old.lock().kept.hits().min(hits);
        }
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        let (code, hint) = match &error {
            QueryError::Pattern(_) => ("BAD_PATTERN", "Correct the pattern, or turn “Pattern” off to find the text as it is."),
            QueryError::Glob { .. } => ("BAD_GLOB", "Write it as in a .gitignore, for example *.rs or docs/."),
        };
        Self::new(code, error.to_string()).hint(hint)
    }
}
