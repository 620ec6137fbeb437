//! What the repository of a project still has: messages of commits, bytes of files.
//!
//! Only objects are read, through libgit2: no filter, hook or program runs, and the working tree is not looked at.

use std::{fs, path::Path};

use git2::{ObjectType, Oid, Repository, Tree};
use lectern_objects::ObjectHash;
use lectern_projects::open_repository;

use crate::{
    RepoPath,
    manifest::{BINARY_PROBE, Content},
};

/// A commit with a longer message or more parents than anybody writes is not read.
const LARGEST_COMMIT: usize = 1024 * 1024;
/// A summary is cut here, in characters.
const LONGEST_SUMMARY: usize = 200;
/// What may be read to build a directory anew.
const MOST_FILES: usize = 50_000;
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// The repository that a project's folder is in.
pub struct History {
    repository: Repository,
    /// The project's folder, from the top of git's working tree.
    prefix: RepoPath,
}

impl History {
    /// Opens it; `None` when there is none, or it can't be trusted or read.
    pub fn open(folder: &Path) -> Option<Self> {
        let repository = open_repository(folder).ok().flatten()?;
        let top = fs::canonicalize(repository.workdir()?).ok()?;
        let folder = fs::canonicalize(folder).ok()?;
        let below = folder.strip_prefix(top).ok()?;
        let prefix = RepoPath::new(below.as_os_str().as_encoded_bytes()).ok()?;
        Some(Self { repository, prefix })
    }

    /// The first line of a commit's message, at most 200 characters; `None` when the repository doesn't have the commit.
    pub fn summary(&self, commit: &str) -> Option<String> {
        let id = Oid::from_str(commit).ok()?;
        self.is_small_commit(id).then_some(())?;
        let commit = self.repository.find_commit(id).ok()?;
        let summary = String::from_utf8_lossy(commit.summary_bytes()?);
        Some(summary.chars().filter(|c| !c.is_control()).take(LONGEST_SUMMARY).collect())
    }

    /// The bytes of a file or link as `content` names them, when they are at `path` in HEAD, in the index or in `commit`.
    pub fn contents(&self, path: &RepoPath, content: &Content, commit: Option<&str>) -> Option<Vec<u8>> {
        let wanted = content.object()?;
        let place = self.place(path);
        let mut seen = Vec::new();
        for id in self.blobs_at(&place, commit) {
            if seen.contains(&id) || self.header(id) != Some((content.size(), ObjectType::Blob)) {
                continue;
            }
            seen.push(id);
            let bytes = self.repository.find_blob(id).ok()?.content().to_vec();
            if ObjectHash::of(&bytes) == wanted {
                return Some(bytes);
            }
        }
        None
    }

    /// All files below a directory as HEAD and `commit` have them, relative to it; none where that is too much to read or not all there.
    pub fn directories(&self, directory: &RepoPath, commit: Option<&str>) -> Vec<Vec<(RepoPath, Content)>> {
        let place = self.place(directory);
        let mut ids = Vec::new();
        for tree in self.trees(commit) {
            let found = if place.is_root() { Some(tree.id()) } else { tree.get_path(place.as_path()).ok().map(|entry| entry.id()) };
            if let Some(id) = found.filter(|id| !ids.contains(id)) {
                ids.push(id);
            }
        }
        ids.into_iter().filter_map(|id| self.leaves(id)).collect()
    }

    fn leaves(&self, tree: Oid) -> Option<Vec<(RepoPath, Content)>> {
        let (mut leaves, mut bytes) = (Vec::new(), 0);
        let mut pending = vec![(RepoPath::root(), tree)];
        while let Some((directory, tree)) = pending.pop() {
            let tree = self.repository.find_tree(tree).ok()?;
            for entry in &tree {
                let path = directory.join(entry.name_bytes()).ok()?;
                let content = match entry.filemode() {
                    0o040_000 => {
                        pending.push((path, entry.id()));
                        continue;
                    }
                    0o160_000 => Content::Submodule { commit: Some(entry.id().to_string()) },
                    mode => {
                        let (size, _) = self.header(entry.id()).filter(|(_, kind)| *kind == ObjectType::Blob)?;
                        bytes += size;
                        if bytes > MOST_BYTES {
                            return None;
                        }
                        let blob = self.repository.find_blob(entry.id()).ok()?;
                        let (hash, size) = (ObjectHash::of(blob.content()), blob.content().len() as u64);
                        if mode == 0o120_000 {
                            Content::Symlink { hash, size }
                        } else {
                            let binary = blob.content().iter().take(BINARY_PROBE).any(|byte| *byte == 0);
                            Content::File { hash, size, executable: mode & 0o100 != 0, binary }
                        }
                    }
                };
                leaves.push((path, content));
                if leaves.len() + pending.len() > MOST_FILES {
                    return None;
                }
            }
        }
        Some(leaves)
    }

    fn blobs_at(&self, place: &RepoPath, commit: Option<&str>) -> Vec<Oid> {
        let mut ids: Vec<Oid> = self.trees(commit).into_iter().filter_map(|tree| Some(tree.get_path(place.as_path()).ok()?.id())).collect();
        // Staged, perhaps in no commit yet.
        ids.extend(self.repository.index().ok().and_then(|index| Some(index.get_path(place.as_path(), 0)?.id)));
        ids
    }

    /// HEAD's, then `commit`'s.
    fn trees(&self, commit: Option<&str>) -> Vec<Tree<'_>> {
        let head = self.repository.head().ok().and_then(|head| head.target());
        let named = commit.and_then(|commit| Oid::from_str(commit).ok());
        let commits = head.into_iter().chain(named).filter(|id| self.is_small_commit(*id));
        commits.filter_map(|id| self.repository.find_commit(id).ok()?.tree().ok()).collect()
    }

    fn is_small_commit(&self, id: Oid) -> bool {
        self.header(id).is_some_and(|(size, kind)| kind == ObjectType::Commit && size <= LARGEST_COMMIT as u64)
    }

    /// Size and kind, without reading it.
    fn header(&self, id: Oid) -> Option<(u64, ObjectType)> {
        let (size, kind) = self.repository.odb().ok()?.read_header(id).ok()?;
        Some((size as u64, kind))
    }

    fn place(&self, path: &RepoPath) -> RepoPath {
        path.names().fold(self.prefix.clone(), |place, name| place.child(name))
    }
}
