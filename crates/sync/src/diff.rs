//! What differs between two trees, found without looking below directories that are the same.

use lectern_objects::ObjectHash;
use lectern_store::Store;

use crate::{
    RepoPath, SyncError, Tree,
    manifest::{Content, Entry, Node, Shard},
    rows::Manifest,
    version::{flatten, load},
};

/// How a path differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Only in the newer.
    Added,
    /// In both, with other contents, another mode or of another kind.
    Modified,
    /// Only in the older.
    Removed,
}

/// How many paths differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DiffCounts {
    /// Only in the newer.
    pub added: u64,
    /// In both, different.
    pub changed: u64,
    /// Only in the older.
    pub removed: u64,
}

impl DiffCounts {
    pub(crate) fn of(changes: &[(RepoPath, Change)]) -> Self {
        let count = |wanted| changes.iter().filter(|(_, change)| *change == wanted).count() as u64;
        Self { added: count(Change::Added), changed: count(Change::Modified), removed: count(Change::Removed) }
    }
}

/// How a file differs, looked at closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    /// Only in the newer.
    Added,
    /// Only in the older.
    Removed,
    /// In both, with other contents.
    Changed,
    /// In both under different paths; contents and mode may differ too.
    Renamed,
    /// In both with the same bytes; only the mode differs: executable or not, link or file.
    Mode,
}

/// A file, symlink or submodule that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where it is in the newer; where it was, when it was removed.
    pub path: RepoPath,
    /// Where it was, when it was renamed; `None` otherwise.
    pub old_path: Option<RepoPath>,
    /// How it differs.
    pub kind: DifferenceKind,
    /// What it was; `None` when it was added. Never a directory.
    pub old: Option<Content>,
    /// What it is; `None` when it was removed. Never a directory.
    pub new: Option<Content>,
    /// Of a renamed file: how much of it stayed, in percent, 100 for the same bytes. `None` otherwise.
    pub similarity: Option<u8>,
}

impl Difference {
    /// What stands at `path` on two sides; `None` when that is the same, or nothing on both.
    pub fn between(path: RepoPath, old: Option<Content>, new: Option<Content>) -> Option<Self> {
        let kind = match (&old, &new) {
            (None, None) => return None,
            (None, Some(_)) => DifferenceKind::Added,
            (Some(_), None) => DifferenceKind::Removed,
            (Some(old), Some(new)) if old == new => return None,
            (Some(old), Some(new)) if old.object().is_some() && old.object() == new.object() => DifferenceKind::Mode,
            _ => DifferenceKind::Changed,
        };
        Some(Self { path, old_path: None, kind, old, new, similarity: None })
    }

    /// The same, seen from the other side.
    #[must_use]
    pub fn reversed(self) -> Self {
        let kind = match self.kind {
            DifferenceKind::Added => DifferenceKind::Removed,
            DifferenceKind::Removed => DifferenceKind::Added,
            same => same,
        };
        let (path, old_path) = match self.old_path {
            Some(old_path) => (old_path, Some(self.path)),
            None => (self.path, None),
        };
        Self { path, old_path, kind, old: self.new, new: self.old, similarity: self.similarity }
    }
}

/// How many files, symlinks and submodules differ between two versions.
///
/// # Errors
/// [`SyncError::Damaged`] when a node is missing or broken.
pub fn diff_counts(store: &Store, old: &Manifest, new: &Manifest) -> Result<DiffCounts, SyncError> {
    Ok(DiffCounts::of(&diff(store, old, new)?))
}

/// The files, symlinks and submodules that differ between two versions, in the order of [`RepoPath`].
///
/// # Errors
/// [`SyncError::Damaged`] when a node is missing or broken.
pub fn diff(store: &Store, old: &Manifest, new: &Manifest) -> Result<Vec<(RepoPath, Change)>, SyncError> {
    store.read(|connection| {
        let load = |hash: &ObjectHash| load(connection, hash);
        compare(&old.data.entries, &new.data.entries, &load, &load)
    })
}

/// The same with what stood and stands at each path, in the order of [`RepoPath`]. Without a version on one side, everything of the other is
/// added or removed. Nothing is renamed yet: see [`crate::find_renames`].
///
/// # Errors
/// [`SyncError::Damaged`] when a node is missing or broken.
pub fn differences(store: &Store, old: Option<&Manifest>, new: Option<&Manifest>) -> Result<Vec<Difference>, SyncError> {
    store.read(|connection| {
        let load = |hash: &ObjectHash| load(connection, hash);
        let nothing = Node::Entries(Vec::new());
        let root = |manifest: Option<&Manifest>| manifest.map_or_else(|| nothing.clone(), |manifest| manifest.data.entries.clone());
        collect(&root(old), &root(new), &load, &load)
    })
}

/// How a tree that is not stored, such as what a look at the folder built, differs from a version; as [`differences`].
///
/// # Errors
/// [`SyncError::Damaged`] when a node is missing or broken.
pub fn differences_to_tree(store: &Store, old: Option<&Manifest>, new: &Tree) -> Result<Vec<Difference>, SyncError> {
    let load_new = |hash: &ObjectHash| {
        let json = new.nodes.get(hash).ok_or_else(|| SyncError::Internal(format!("the node {hash} was not built")))?;
        Node::from_json(json).map_err(|error| SyncError::Internal(error.to_string()))
    };
    store.read(|connection| {
        let nothing = Node::Entries(Vec::new());
        let old = old.map_or(&nothing, |manifest| &manifest.data.entries);
        collect(old, &new.entries, &|hash| load(connection, hash), &load_new)
    })
}

type Load<'a> = &'a dyn Fn(&ObjectHash) -> Result<Node, SyncError>;

/// Compares two root nodes.
pub(crate) fn compare(old: &Node, new: &Node, load_old: Load<'_>, load_new: Load<'_>) -> Result<Vec<(RepoPath, Change)>, SyncError> {
    let mut found = Vec::new();
    compare_each(old, new, load_old, load_new, &mut |path, old, new| {
        let change = match (old, new) {
            (Some(_), Some(_)) => Change::Modified,
            (Some(_), None) => Change::Removed,
            (None, _) => Change::Added,
        };
        found.push((path, change));
    })?;
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

pub(crate) fn collect(old: &Node, new: &Node, load_old: Load<'_>, load_new: Load<'_>) -> Result<Vec<Difference>, SyncError> {
    let mut found = Vec::new();
    compare_each(old, new, load_old, load_new, &mut |path, old, new| found.extend(Difference::between(path, old, new)))?;
    found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Calls `each` with every path at which leaves differ, in no particular order: what stands there on each side, if that is a leaf. A stack of
/// our own, because a hostile tree is deeper than a thread's.
fn compare_each(
    old: &Node,
    new: &Node,
    load_old: Load<'_>,
    load_new: Load<'_>,
    each: &mut dyn FnMut(RepoPath, Option<Content>, Option<Content>),
) -> Result<(), SyncError> {
    let mut pending = vec![(RepoPath::root(), Some(old.clone()), Some(new.clone()))];
    while let Some((directory, old, new)) = pending.pop() {
        if old == new {
            continue;
        }
        if let (Some(Node::Shards(old)), Some(Node::Shards(new))) = (&old, &new) {
            for digit in 0..16 {
                let node = |shards: &[Shard]| shards.iter().find(|shard| shard.digit == digit).map(|shard| shard.node);
                let (old, new) = (node(old), node(new));
                if old != new {
                    pending.push((directory.clone(), old.map(|h| load_old(&h)).transpose()?, new.map(|h| load_new(&h)).transpose()?));
                }
            }
            continue;
        }
        let old = old.map(|node| flatten(node, load_old)).transpose()?.unwrap_or_default();
        let new = new.map(|node| flatten(node, load_new)).transpose()?.unwrap_or_default();
        for (old, new) in pairs(old, new) {
            if old == new {
                continue;
            }
            let name = old.as_ref().or(new.as_ref()).map(|entry| &*entry.name).unwrap_or_default();
            let path = directory.child(name);
            let below = |entry: &Option<Entry>| match entry {
                Some(Entry { content: Content::Directory { node }, .. }) => Some(*node),
                _ => None,
            };
            let (old_node, new_node) = (below(&old), below(&new));
            let leaf = |entry: Option<Entry>| entry.map(|entry| entry.content).filter(Content::is_leaf);
            let (old, new) = (leaf(old), leaf(new));
            if old.is_some() || new.is_some() {
                each(path.clone(), old, new);
            }
            if old_node.is_some() || new_node.is_some() {
                pending.push((path, old_node.map(|h| load_old(&h)).transpose()?, new_node.map(|h| load_new(&h)).transpose()?));
            }
        }
    }
    Ok(())
}

/// Both lists side by side, entries of one name together.
fn pairs(old: Vec<Entry>, new: Vec<Entry>) -> Vec<(Option<Entry>, Option<Entry>)> {
    let mut pairs = Vec::with_capacity(old.len().max(new.len()));
    let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return pairs,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(old), Some(new)) => old.name.cmp(&new.name),
        };
        pairs.push((if order.is_le() { old.next() } else { None }, if order.is_ge() { new.next() } else { None }));
    }
}
