//! What HEAD has at the path of a file in the working tree.
//!
//! Only objects are read, through libgit2: no filter, hook or program runs, and the working tree is not looked at.

use std::{
    fs,
    path::{Component, Path},
};

use git2::{ErrorCode, ObjectType, Oid, Repository};

use crate::open_repository;

/// A commit or directory that takes more bytes than anybody's is not read.
const LARGEST_NODE: usize = 64 * 1024 * 1024;

/// What HEAD has at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadFile {
    /// The file is in no repository, or in one that can't be trusted or read.
    NoRepository,
    /// There is no commit yet.
    NoCommit,
    /// HEAD has no file there.
    Missing {
        /// HEAD, in hexadecimal.
        commit: String,
    },
    /// HEAD has something there that can't be had: it is larger than asked for, no file, or not in this clone.
    Unavailable,
    /// The bytes as they were committed; of a link, where it leads.
    File {
        /// HEAD, in hexadecimal.
        commit: String,
        /// As they are stored: line ends are those of the repository.
        bytes: Vec<u8>,
    },
}

/// What HEAD of the innermost repository around `file` has at its place, if that is at most `limit` bytes. `file` needn't exist, its folder must.
pub fn head_file(file: &Path, limit: u64) -> HeadFile {
    read(file, limit).unwrap_or(HeadFile::NoRepository)
}

fn read(file: &Path, limit: u64) -> Option<HeadFile> {
    let folder = fs::canonicalize(file.parent()?).ok()?;
    let repository = open_repository(&folder).ok().flatten()?;
    let top = fs::canonicalize(repository.workdir()?).ok()?;
    let place = folder.strip_prefix(top).ok()?.join(file.file_name()?);
    let head = match repository.head() {
        Ok(head) => head.resolve().ok()?.target()?,
        Err(error) if error.code() == ErrorCode::UnbornBranch => return Some(HeadFile::NoCommit),
        Err(_) => return None,
    };
    let commit = head.to_string();
    let tree = has(&repository, head, ObjectType::Commit, LARGEST_NODE as u64)?.find_commit(head).ok()?.tree_id();
    Some(match entry_at(&repository, tree, &place) {
        Entry::None => HeadFile::Missing { commit },
        Entry::Other => HeadFile::Unavailable,
        Entry::Blob(id) => has(&repository, id, ObjectType::Blob, limit)
            .and_then(|repository| repository.find_blob(id).ok())
            .map_or(HeadFile::Unavailable, |blob| HeadFile::File { commit, bytes: blob.content().to_vec() }),
    })
}

enum Entry {
    None,
    Blob(Oid),
    Other,
}

fn entry_at(repository: &Repository, root: Oid, place: &Path) -> Entry {
    let mut id = root;
    let mut names = place.components().peekable();
    while let Some(Component::Normal(name)) = names.next() {
        let tree = has(repository, id, ObjectType::Tree, LARGEST_NODE as u64).and_then(|repository| repository.find_tree(id).ok());
        let Some(tree) = tree else { return Entry::Other };
        let Some(entry) = tree.iter().find(|entry| entry.name_bytes() == name.as_encoded_bytes()) else { return Entry::None };
        id = entry.id();
        match (entry.kind(), names.peek().is_some()) {
            (Some(ObjectType::Blob), false) => return Entry::Blob(id),
            (Some(ObjectType::Tree), true) => {}
            // A file where there is a folder now, or the other way round.
            (Some(ObjectType::Blob), true) => return Entry::None,
            _ => return Entry::Other,
        }
    }
    Entry::Other
}

/// The repository, if it holds an object of this kind that is not too large: that is asked before anything is read.
fn has(repository: &Repository, id: Oid, kind: ObjectType, limit: u64) -> Option<&Repository> {
    let (size, found) = repository.odb().ok()?.read_header(id).ok()?;
    (found == kind && size as u64 <= limit).then_some(repository)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(repository: &Repository, paths: &[&str]) -> String {
        let mut index = repository.index().expect("an index");
        for path in paths {
            index.add_path(Path::new(path)).expect("added");
        }
        index.write().expect("written");
        let tree = repository.find_tree(index.write_tree().expect("a tree")).expect("found");
        let who = git2::Signature::now("Ada", "ada@example.org").expect("a signature");
        repository.commit(Some("HEAD"), &who, &who, "a", &tree, &[]).expect("a commit").to_string()
    }

    #[test]
    fn head_tells_what_it_has_at_a_path() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("a")).expect("a folder");
        fs::write(at("a/b"), "one\n").expect("a file");
        assert_eq!(head_file(&at("a/b"), 9), HeadFile::NoRepository);
        let repository = Repository::init(dir.path()).expect("a repository");
        assert_eq!(head_file(&at("a/b"), 9), HeadFile::NoCommit);
        let head = commit(&repository, &["a/b"]);
        fs::write(at("a/b"), "two\n").expect("a file");
        assert_eq!(head_file(&at("a/b"), 4), HeadFile::File { commit: head.clone(), bytes: b"one\n".to_vec() });
        assert_eq!(head_file(&at("a/b"), 3), HeadFile::Unavailable, "too large");
        assert_eq!(head_file(&at("a/c"), 9), HeadFile::Missing { commit: head.clone() });
        assert_eq!(head_file(&at("a"), 9), HeadFile::Unavailable, "a folder");
        fs::remove_file(at("a/b")).expect("removed");
        fs::create_dir(at("a/b")).expect("a folder");
        assert_eq!(head_file(&at("a/b/c"), 9), HeadFile::Missing { commit: head });
        assert_eq!(head_file(&at("gone/c"), 9), HeadFile::NoRepository, "no such folder");
    }

    #[test]
    fn the_innermost_repository_answers() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let outer = Repository::init(dir.path()).expect("a repository");
        fs::write(dir.path().join("a"), "outer").expect("a file");
        commit(&outer, &["a"]);
        let inner = Repository::init(dir.path().join("inner")).expect("a repository");
        fs::write(dir.path().join("inner/a"), "inner").expect("a file");
        let head = commit(&inner, &["a"]);
        assert_eq!(head_file(&dir.path().join("inner/a"), 9), HeadFile::File { commit: head, bytes: b"inner".to_vec() });
    }

    #[test]
    fn an_object_that_is_not_in_this_clone_is_unavailable() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let repository = Repository::init(dir.path()).expect("a repository");
        fs::write(dir.path().join("a"), "one").expect("a file");
        commit(&repository, &["a"]);
        let id = Oid::hash_object(ObjectType::Blob, b"one").expect("an id").to_string();
        fs::remove_file(dir.path().join(".git/objects").join(&id[..2]).join(&id[2..])).expect("removed");
        assert_eq!(head_file(&dir.path().join("a"), 9), HeadFile::Unavailable);
    }
}
