//! A repository's history as the window asks for it.

mod blaming;
mod cards;
mod lists;
mod moved;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use lectern_history::{HistoryError, Oid, Repo};
use lectern_projects::Project;
use lectern_reader::BeneathError;

use crate::{
    Workspace,
    comparing::unguessable,
    view::{CommitDetail, CommitPage, Failure, HistoryQuery, HistoryState, References},
};
pub(crate) use cards::time;
use lists::List;

/// Lists that are kept; an older one says it is not open.
const OPEN_LISTS: usize = 6;
/// A list is answered when it has so many, or after [`FIRST_ANSWER`].
const SCREENFUL: usize = 60;
const FIRST_ANSWER: Duration = Duration::from_millis(50);
const LONGEST_PAGE: u32 = 500;

/// The lists of commits that are open, latest last.
#[derive(Default)]
pub(crate) struct Histories(Mutex<VecDeque<Arc<List>>>);

impl Histories {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<List>>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Drop for Histories {
    fn drop(&mut self) {
        for list in self.lock().drain(..) {
            list.stop();
        }
    }
}

impl Workspace {
    /// Begins a list of commits, newest first, and answers as soon as there is a screenful, after 50 ms at most; `history_changed` tells the rest.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `UNKNOWN_REFERENCE`, and what keeps the repository from being read.
    pub fn open_history(self: &Arc<Self>, project_id: &str, query: HistoryQuery) -> Result<HistoryState, Failure> {
        let user = self.user()?;
        let project = self.project(project_id)?;
        let list = Arc::new(List::begin(self, user, &project, unguessable(&*self.clock), query)?);
        let mut lists = self.histories.lock();
        lists.push_back(Arc::clone(&list));
        while lists.len() > OPEN_LISTS {
            lists.pop_front().inspect(|oldest| oldest.stop());
        }
        drop(lists);
        Ok(list.wait(SCREENFUL, FIRST_ANSWER))
    }

    /// Up to `count` (at most 500) commits from `first` on. The list goes on being made while its end is near what was asked for.
    ///
    /// # Errors
    /// `UNKNOWN_HISTORY` when it is no longer open.
    pub fn history_rows(&self, history: &str, first: u32, count: u32) -> Result<CommitPage, Failure> {
        let user = self.user()?;
        let found = self.histories.lock().iter().find(|list| list.id == history && list.user == user).cloned();
        let list = found
            .ok_or_else(|| Failure::new("UNKNOWN_HISTORY", "this list of commits is not open any more").hint("Open the history again."))?;
        let project = self.project(&list.project)?;
        let (found, page) = list.page(first, count.min(LONGEST_PAGE));
        if found.is_empty() {
            return Ok(page);
        }
        let versions = list.versions(self, &project)?;
        let commits = list.with_repo(&project, |repo| {
            let labels = list.labels(repo);
            found.into_iter().map(|found| cards::card_of(repo, &found, labels, &versions)).collect()
        })?;
        Ok(CommitPage { commits, ..page })
    }

    /// Ends a list. One that is not there is fine.
    pub fn close_history(&self, history: &str) {
        let Ok(user) = self.user() else { return };
        self.histories.lock().retain(|list| {
            let closed = list.id == history && list.user == user;
            if closed {
                list.stop();
            }
            !closed
        });
    }

    /// One commit, by its id or the beginning of it.
    ///
    /// # Errors
    /// `UNKNOWN_COMMIT`, `NO_REPOSITORY`.
    pub fn commit(&self, project_id: &str, commit: &str) -> Result<CommitDetail, Failure> {
        let project = self.project(project_id)?;
        let repo = repo_of(&project)?;
        let commit = repo.commit(repo.find(commit.trim())?)?;
        let versions = self.versions_by_commit(&project)?;
        Ok(cards::detail(commit, &lectern_history::labels(&repo).unwrap_or_default(), &versions))
    }

    /// The branches and tags of a project.
    ///
    /// # Errors
    /// What keeps the repository from being read.
    pub fn references(&self, project_id: &str) -> Result<References, Failure> {
        let project = self.project(project_id)?;
        match find_repo(&project)? {
            Some(repo) => Ok(cards::references(lectern_history::references(&repo)?)),
            None => Ok(References { is_git: false, head: None, branch: None, branches: Vec::new(), tags: Vec::new() }),
        }
    }

    /// The bytes of a file as a commit has it, at most `limit`, and whether it is a link.
    ///
    /// # Errors
    /// `UNKNOWN_COMMIT`, `FILE_MISSING`, `NOT_A_FILE`, `TOO_LARGE`, `NO_REPOSITORY`.
    pub(crate) fn contents_in_commit(
        &self,
        project: &Project,
        commit: &str,
        path: &lectern_sync::RepoPath,
        limit: usize,
    ) -> Result<(Oid, Vec<u8>, bool), Failure> {
        let repo = repo_of(project)?;
        let id = repo.find(commit.trim())?;
        let entry = repo.entry_at(id, path.as_bytes())?.ok_or(BeneathError::Missing)?;
        if !entry.is_file() && !entry.is_link() {
            return Err(BeneathError::NotAFile.into());
        }
        let size = repo.blob_size(entry.id).ok_or(HistoryError::Missing(entry.id))?;
        if size > limit as u64 {
            return Err(Failure::new("TOO_LARGE", format!("this file is larger than {} MiB in that commit", limit / (1024 * 1024)))
                .hint("Check the commit out to read it."));
        }
        let bytes = repo.blob(entry.id, limit).ok_or(HistoryError::Missing(entry.id))?;
        Ok((id, bytes, entry.is_link()))
    }
}

/// The repository a project's folder is in; `None` outside of any.
///
/// # Errors
/// What keeps it from being read.
pub(crate) fn find_repo(project: &Project) -> Result<Option<Repo>, Failure> {
    if !project.root.is_dir() {
        return Err(BeneathError::RootMissing.into());
    }
    let opened = lectern_projects::open_repository(&project.root).map_err(HistoryError::from)?;
    Ok(opened.map(|repository| Repo::new(repository, &project.root)).transpose()?)
}

/// The same where it must be.
///
/// # Errors
/// `NO_REPOSITORY` too.
pub(crate) fn repo_of(project: &Project) -> Result<Repo, Failure> {
    find_repo(project)?.ok_or_else(|| {
        Failure::new("NO_REPOSITORY", "this project is not in a git repository").hint("Its versions are there all the same: see Versions.")
    })
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        let (code, hint) = match &error {
            HistoryError::OwnedBySomeoneElse => {
                ("OWNED_BY_SOMEONE_ELSE", "If you trust it, add the folder to git's safe.directory setting.")
            }
            HistoryError::Unsupported(_) => {
                ("UNSUPPORTED_REPOSITORY", "Reading files, versions and search work all the same; only git's history is not shown.")
            }
            HistoryError::UnknownReference(_) => ("UNKNOWN_REFERENCE", "Choose another one from the list of branches and tags."),
            HistoryError::UnknownCommit(_) => {
                ("UNKNOWN_COMMIT", "It may be on a branch that was not fetched. Run git fetch, then try again.")
            }
            HistoryError::Missing(_) => {
                ("OBJECT_MISSING", "The clone may be shallow or partial. Run git fsck in that folder to see what is missing.")
            }
            HistoryError::NotInGit => ("NOT_IN_GIT", "It has lines to blame on somebody once it is committed."),
            HistoryError::Cancelled => return crate::tasks::cancelled(),
            HistoryError::TooSlow => ("TOO_SLOW", "Install git: with it this takes a second."),
            HistoryError::Git(_) | HistoryError::Io(_) => ("GIT_FAILED", "Run git status in that folder; once git is content, try again."),
            HistoryError::Library(_) => ("REPOSITORY_REFUSED", "Run git status in that folder; once git is content, try again."),
        };
        Self::new(code, error.to_string()).hint(hint)
    }
}
