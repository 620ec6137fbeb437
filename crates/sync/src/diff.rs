//! What differs between two trees, found without looking below directories that are the same.

use lectern_objects::ObjectHash;
use lectern_store::Store;

use crate::{
    RepoPath, SyncError,
    manifest::{Content, Entry, Node},
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

type Load<'a> = &'a dyn Fn(&ObjectHash) -> Result<Node, SyncError>;

/// Compares two root nodes. A stack of our own, because a hostile tree is deeper than a thread's.
pub(crate) fn compare(old: &Node, new: &Node, load_old: Load<'_>, load_new: Load<'_>) -> Result<Vec<(RepoPath, Change)>, SyncError> {
    let mut found = Vec::new();
    let mut pending = vec![(RepoPath::root(), Some(old.clone()), Some(new.clone()))];
    while let Some((directory, old, new)) = pending.pop() {
        if old == new {
            continue;
        }
        if let (Some(Node::Shards(old)), Some(Node::Shards(new))) = (&old, &new) {
            for digit in 0..16 {
                let node = |shards: &[crate::manifest::Shard]| shards.iter().find(|shard| shard.digit == digit).map(|shard| shard.node);
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
            match (old.is_some_and(|entry| entry.content.is_leaf()), new.is_some_and(|entry| entry.content.is_leaf())) {
                (true, true) => found.push((path.clone(), Change::Modified)),
                (true, false) => found.push((path.clone(), Change::Removed)),
                (false, true) => found.push((path.clone(), Change::Added)),
                (false, false) => {}
            }
            if old_node.is_some() || new_node.is_some() {
                pending.push((path, old_node.map(|h| load_old(&h)).transpose()?, new_node.map(|h| load_new(&h)).transpose()?));
            }
        }
    }
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
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
