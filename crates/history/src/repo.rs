//! A repository that is open for reading.

use std::{
    collections::HashSet,
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::Once,
};

use git2::{ObjectType, Oid, Repository};

use crate::{
    HistoryError,
    commit::{Commit, RawCommit},
};

/// A commit with a longer message or more parents than anybody writes is not read.
const LARGEST_COMMIT: usize = 1024 * 1024;
const LARGEST_TREE: usize = 128 * 1024 * 1024;
/// In bytes of the file that lists where a shallow clone ends.
const LARGEST_SHALLOW: u64 = 16 * 1024 * 1024;

/// A repository that is open for reading, seen from one folder in it.
pub struct Repo {
    pub(crate) repository: Repository,
    /// The folder, from the top of git's working tree; empty at the top.
    pub(crate) prefix: Vec<u8>,
    /// Where a shallow clone ends: commits whose parents are not there.
    shallow: HashSet<Oid>,
}

/// What a walk needs of a commit.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub tree: Oid,
    pub parents: Vec<Oid>,
    pub time: i64,
}

impl Repo {
    /// Around a repository that somebody opened with the care it needs. `folder` is in its working tree; paths are relative to it.
    ///
    /// # Errors
    /// When the folder is not in the working tree.
    pub fn new(repository: Repository, folder: &Path) -> Result<Self, HistoryError> {
        trust_names();
        let prefix = match repository.workdir() {
            Some(top) => {
                let (top, folder) = (fs::canonicalize(top)?, fs::canonicalize(folder)?);
                let below =
                    folder.strip_prefix(top).map_err(|_| HistoryError::Library("the folder is not in its working tree".to_owned()))?;
                below.as_os_str().as_encoded_bytes().to_vec()
            }
            None => Vec::new(),
        };
        let shallow = shallow(&repository.commondir().join("shallow"));
        Ok(Self { repository, prefix, shallow })
    }

    /// The commit that is checked out; `None` before the first.
    pub fn head(&self) -> Option<Oid> {
        self.repository.head().ok()?.peel_to_commit().ok().map(|commit| commit.id())
    }

    /// The branch that is checked out, also before its first commit; `None` when detached.
    pub fn branch(&self) -> Option<String> {
        let head = self.repository.find_reference("HEAD").ok()?;
        let target = String::from_utf8_lossy(head.symbolic_target_bytes()?).into_owned();
        target.strip_prefix("refs/heads/").map(str::to_owned)
    }

    /// The commit that a branch, a tag, a remote branch, a whole reference, or (the beginning of) an id names. HEAD for `None`; then
    /// `Ok(None)` before the first commit.
    ///
    /// # Errors
    /// [`HistoryError::UnknownReference`].
    pub fn resolve(&self, name: Option<&str>) -> Result<Option<Oid>, HistoryError> {
        let Some(name) = name.map(str::trim).filter(|name| !name.is_empty() && *name != "HEAD") else { return Ok(self.head()) };
        let unknown = || HistoryError::UnknownReference(name.chars().take(200).collect());
        if name.contains('\0') || name.len() > 4096 {
            return Err(unknown());
        }
        let places = ["refs/heads/", "refs/tags/", "refs/remotes/"].map(|place| format!("{place}{name}"));
        let whole = name.starts_with("refs/").then(|| name.to_owned());
        for place in whole.into_iter().chain(places) {
            // A pipe in the place of a reference would be waited for, for ever.
            let file = self.repository.commondir().join(&place);
            if fs::metadata(file).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
                return Err(unknown());
            }
            let found = self.repository.find_reference(&place).ok().and_then(|reference| reference.peel_to_commit().ok());
            if let Some(commit) = found {
                return Ok(Some(commit.id()));
            }
        }
        self.find(name).map(Some).map_err(|_| unknown())
    }

    /// The commit with this id, or the only one that begins so; four hexadecimal digits at least.
    ///
    /// # Errors
    /// [`HistoryError::UnknownCommit`].
    pub fn find(&self, id: &str) -> Result<Oid, HistoryError> {
        let unknown = || HistoryError::UnknownCommit(id.chars().take(64).collect());
        if !(4..=40).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(unknown());
        }
        let odb = self.repository.odb()?;
        let prefix = Oid::from_str(id).map_err(|_| unknown())?;
        let found = if id.len() == 40 { prefix } else { odb.exists_prefix(prefix, id.len()).map_err(|_| unknown())? };
        match odb.read_header(found) {
            Ok((_, ObjectType::Commit)) => Ok(found),
            _ => Err(unknown()),
        }
    }

    /// A commit, whole.
    ///
    /// # Errors
    /// [`HistoryError::Missing`] when it is not there or is no commit.
    pub fn commit(&self, id: Oid) -> Result<Commit, HistoryError> {
        let parse = |bytes: &[u8]| RawCommit::parse(bytes).map(|raw| raw.into_commit(id));
        let mut commit = self.object(id, ObjectType::Commit, LARGEST_COMMIT, parse)?.ok_or(HistoryError::Missing(id))?;
        if self.shallow.contains(&id) {
            commit.parents.clear();
        }
        Ok(commit)
    }

    /// The bytes of a blob; `None` when it is not there, is not what its name says, or is larger than `limit`.
    pub fn blob(&self, id: Oid, limit: usize) -> Option<Vec<u8>> {
        let bytes = self.blob_unchecked(id, limit, <[u8]>::to_vec)?;
        (Oid::hash_object(ObjectType::Blob, &bytes).ok()? == id).then_some(bytes)
    }

    /// The same for a look that nothing else is built on: it may be another blob in a repository that somebody tampered with.
    pub(crate) fn blob_unchecked<T>(&self, id: Oid, limit: usize, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        self.object(id, ObjectType::Blob, limit, read).ok()
    }

    /// The size of a blob, without reading it.
    pub fn blob_size(&self, id: Oid) -> Option<u64> {
        let (size, kind) = self.repository.odb().ok()?.read_header(id).ok()?;
        (kind == ObjectType::Blob).then_some(size as u64)
    }

    pub(crate) fn node(&self, id: Oid) -> Result<Node, HistoryError> {
        let parse = |bytes: &[u8]| RawCommit::parse(bytes).map(|raw| Node { tree: raw.tree, time: raw.time(), parents: raw.parents });
        let mut node = self.object(id, ObjectType::Commit, LARGEST_COMMIT, parse)?.ok_or(HistoryError::Missing(id))?;
        if self.shallow.contains(&id) {
            node.parents.clear();
        }
        Ok(node)
    }

    pub(crate) fn tree_bytes<T>(&self, id: Oid, read: impl FnOnce(&[u8]) -> T) -> Result<T, HistoryError> {
        self.object(id, ObjectType::Tree, LARGEST_TREE, read)
    }

    fn object<T>(&self, id: Oid, kind: ObjectType, limit: usize, read: impl FnOnce(&[u8]) -> T) -> Result<T, HistoryError> {
        let missing = |_| HistoryError::Missing(id);
        let odb = self.repository.odb()?;
        // Its header first: what unpacks to more than anything sensible is never unpacked.
        let (size, found) = odb.read_header(id).map_err(missing)?;
        if found != kind || size > limit {
            return Err(HistoryError::Missing(id));
        }
        Ok(read(odb.read(id).map_err(missing)?.data()))
    }

    /// `path`, from the top of git's working tree.
    pub(crate) fn path_from_top(&self, path: &[u8]) -> Vec<u8> {
        match (self.prefix.is_empty(), path.is_empty()) {
            (true, _) => path.to_vec(),
            (false, true) => self.prefix.clone(),
            (false, false) => [&self.prefix, &b"/"[..], path].concat(),
        }
    }

    /// A path from the top of git's working tree, relative to the folder; `None` outside of it.
    pub(crate) fn path_in_folder<'a>(&self, path: &'a [u8]) -> Option<&'a [u8]> {
        if self.prefix.is_empty() { Some(path) } else { path.strip_prefix(&*self.prefix)?.strip_prefix(b"/") }
    }

    /// Where git keeps its objects.
    pub(crate) fn objects_directory(&self) -> PathBuf {
        self.repository.commondir().join("objects")
    }

    /// Where a shallow clone ends, as git's own file lists it.
    pub(crate) fn shallow(&self) -> impl Iterator<Item = &Oid> {
        self.shallow.iter()
    }
}

/// Keeps libgit2 from hashing every object it reads, which takes most of the time of a walk over trees. git does the same: what is broken is noticed by
/// zlib's checksum, and commits and trees that were made to look like others mislead nobody beyond their own repository. Blobs, which are compared across
/// repositories by their names, are hashed here.
fn trust_names() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| git2::opts::strict_hash_verification(false));
}

fn shallow(file: &Path) -> HashSet<Oid> {
    let ordinary = fs::metadata(file).is_ok_and(|metadata| metadata.is_file());
    let mut text = String::new();
    if !ordinary || fs::File::open(file).and_then(|file| file.take(LARGEST_SHALLOW).read_to_string(&mut text)).is_err() {
        return HashSet::new();
    }
    text.lines().filter(|line| line.len() == 40).filter_map(|line| Oid::from_str(line).ok()).collect()
}
