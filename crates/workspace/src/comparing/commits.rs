//! A commit as a side of a comparison.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{LazyLock, Mutex},
};

use lectern_history::{Entry, HistoryError, Oid, Repo, TreeChange};
use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_reader::BeneathError;
use lectern_sync::{Content, Difference, RepoPath, manifest::BINARY_PROBE};

use super::{contents::too_large, lock};
use crate::{history::repo_of, view::Failure};

/// A commit of more files is not compared.
const MOST_FILES: usize = 2_000_000;
/// A larger file is told by its size and git's name alone: nobody looks into it anyway.
const LARGEST_HASHED: usize = 256 * 1024 * 1024;
/// What blobs are is remembered, so that the next comparison need not read them again.
const REMEMBERED: usize = 300_000;

/// What each blob is: git's name to ours. The same in every repository.
static KNOWN: LazyLock<Mutex<HashMap<Oid, Blob>>> = LazyLock::new(Mutex::default);

#[derive(Debug, Clone, Copy)]
struct Blob {
    hash: ObjectHash,
    size: u64,
    binary: bool,
}

/// A commit whose files are compared.
pub(super) struct CommitSide {
    commit: Oid,
    repo: Mutex<Repo>,
}

impl CommitSide {
    /// # Errors
    /// `UNKNOWN_COMMIT`, `NO_REPOSITORY`.
    pub fn open(project: &Project, commit: &str) -> Result<Self, Failure> {
        let repo = repo_of(project)?;
        Ok(Self { commit: repo.find(commit)?, repo: Mutex::new(repo) })
    }

    /// How `new` differs from `old`, without renames.
    pub fn differences(old: &Self, new: &Self) -> Result<Vec<Difference>, Failure> {
        let repo = lock(&new.repo);
        let changes = repo.changes(Some(old.commit), Some(new.commit), MOST_FILES)?.ok_or_else(too_many)?;
        let mut differences = Vec::with_capacity(changes.len());
        for TreeChange { path, old, new } in changes {
            // A name that no computer can have is in no comparison.
            let Ok(path) = RepoPath::new(path) else { continue };
            let content = |entry: Option<Entry>| entry.map(|entry| content_of(&repo, entry)).transpose().map(Option::flatten);
            differences.extend(Difference::between(path, content(old)?, content(new)?));
        }
        differences.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(differences)
    }

    /// How the commit differs from a side with these files, without renames.
    pub fn differences_from(&self, mut files: BTreeMap<RepoPath, Content>) -> Result<Vec<Difference>, Failure> {
        let repo = lock(&self.repo);
        let there = repo.files_of(self.commit, MOST_FILES)?.ok_or_else(too_many)?;
        let mut differences = Vec::new();
        for (path, entry) in there {
            let Ok(path) = RepoPath::new(path) else { continue };
            let new = content_of(&repo, entry)?;
            let old = files.remove(&path);
            // What is checked out of another repository need not be; then nothing is known of it.
            if matches!((&old, &new), (Some(Content::Submodule { commit: None }), Some(Content::Submodule { .. }))) {
                continue;
            }
            differences.extend(Difference::between(path, old, new));
        }
        differences.extend(files.into_iter().filter_map(|(path, content)| Difference::between(path, Some(content), None)));
        differences.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(differences)
    }

    /// The bytes of a file or link.
    ///
    /// # Errors
    /// `TOO_LARGE`, `FILE_MISSING`, `OBJECT_MISSING`.
    pub fn bytes(&self, content: &Content, path: &RepoPath, limit: u64) -> Result<Vec<u8>, Failure> {
        if content.object().is_none() {
            return Err(BeneathError::NotAFile.into());
        }
        if content.size() > limit {
            return Err(too_large(limit));
        }
        let repo = lock(&self.repo);
        let entry = repo.entry_at(self.commit, path.as_bytes())?.ok_or(BeneathError::Missing)?;
        Ok(repo.blob(entry.id, usize::try_from(limit).unwrap_or(usize::MAX)).ok_or(HistoryError::Missing(entry.id))?)
    }
}

/// What an entry of a tree is, as versions have it. A blob that is not there (a partial clone) is what its name says, of no size.
fn content_of(repo: &Repo, entry: Entry) -> Result<Option<Content>, Failure> {
    if entry.is_directory() {
        return Ok(None);
    }
    if !entry.is_file() && !entry.is_link() {
        return Ok(Some(Content::Submodule { commit: Some(entry.id.to_string()) }));
    }
    let Blob { hash, size, binary } = blob(repo, entry.id);
    Ok(Some(if entry.is_link() {
        Content::Symlink { hash, size }
    } else {
        Content::File { hash, size, executable: entry.mode & 0o100 != 0, binary }
    }))
}

fn blob(repo: &Repo, id: Oid) -> Blob {
    if let Some(known) = lock(&KNOWN).get(&id) {
        return *known;
    }
    let Some(bytes) = repo.blob(id, LARGEST_HASHED) else {
        return Blob { hash: ObjectHash::of(id.as_bytes()), size: repo.blob_size(id).unwrap_or(0), binary: false };
    };
    let binary = bytes.iter().take(BINARY_PROBE).any(|byte| *byte == 0);
    let blob = Blob { hash: ObjectHash::of(&bytes), size: bytes.len() as u64, binary };
    let mut known = lock(&KNOWN);
    if known.len() >= REMEMBERED {
        known.clear();
    }
    known.insert(id, blob);
    blob
}

fn too_many() -> Failure {
    Failure::new("TOO_LARGE", "this commit has too many files to compare").hint("Compare versions instead.")
}
