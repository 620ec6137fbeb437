//! Where a file that was renamed since the last commit was in it.

use std::collections::{HashMap, HashSet};

use lectern_history::{Entry, Files, HistoryError, Oid, Repo, source_of_contents};
use lectern_projects::Project;
use lectern_reader::{EntryType, Root};
use lectern_sync::RepoPath;

use crate::{Workspace, reading::From, view::Failure};

/// In a commit of more files nothing is looked for.
const MOST_FILES: usize = 1_000_000;

impl Workspace {
    /// Where the commit has the file that is at `path` in a state made from it: there, or where it was before it was renamed.
    ///
    /// # Errors
    /// `NOT_IN_GIT` when the commit has nothing that became this file.
    pub(super) fn path_before(
        &self,
        project: &Project,
        repo: &Repo,
        commit: Oid,
        from: From<'_>,
        path: &RepoPath,
        contents: &[u8],
    ) -> Result<RepoPath, Failure> {
        if repo.entry_at(commit, path.as_bytes())?.is_some_and(|entry| !entry.is_directory()) {
            return Ok(path.clone());
        }
        let gone = self.gone_since(project, repo, commit, from)?;
        let source = source_of_contents(repo, &gone, path.as_bytes(), contents).ok_or(HistoryError::NotInGit)?;
        Ok(RepoPath::new(source)?)
    }

    /// The files of the commit that the state does not have any more.
    fn gone_since(&self, project: &Project, repo: &Repo, commit: Oid, from: From<'_>) -> Result<Files, Failure> {
        if matches!(from, From::Commit(_)) {
            return Ok(Vec::new());
        }
        let files = repo.files_of(commit, MOST_FILES)?.unwrap_or_default().into_iter();
        if let From::Version(version) = from {
            let mut there = HashSet::new();
            lectern_sync::walk(&self.store, &self.manifest(project, Some(version))?, |path, _| {
                there.insert(path.as_bytes().to_vec());
                Ok(())
            })?;
            return Ok(files.filter(|(path, _)| !there.contains(path)).collect());
        }
        let root = Root::open(&project.root)?;
        let mut folders = HashMap::new();
        Ok(files.filter(|file| !is_there(&root, &mut folders, file)).collect())
    }
}

/// The names in the folders that were looked into; none in one that is not there.
type Folders = HashMap<Vec<u8>, HashSet<Vec<u8>>>;

fn is_there(root: &Root, folders: &mut Folders, (path, _): &(Vec<u8>, Entry)) -> bool {
    // A name that no computer can have is not gone, but was never there.
    let Ok(path) = RepoPath::new(path.clone()) else { return true };
    let folder = path.parent().unwrap_or_else(RepoPath::root);
    let names = folders.entry(folder.as_bytes().to_vec()).or_insert_with(|| {
        let entries = root.list(folder.as_path()).unwrap_or_default().into_iter();
        entries.filter(|entry| entry.kind != EntryType::Directory).map(|entry| entry.name.into_encoded_bytes()).collect()
    });
    names.contains(path.name())
}
