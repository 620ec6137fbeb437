//! What differs between two trees, found without looking below directories that are the same.

use lectern_objects::ObjectHash;
use lectern_store::{
    Store,
    rusqlite::{Connection, OptionalExtension},
};

use crate::{
    RepoPath, SyncError, Tree,
    manifest::{Content, Entry, Node, Shard},
    rows::{Manifest, NODE},
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
        let mut found = Vec::new();
        compare_each(&old.data.entries, &new.data.entries, &Stored(connection), &mut |path, old, new| {
            found.push((path, change(&old, &new)))
        })?;
        found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(found)
    })
}

/// The same with what stood and stands at each path, in the order of [`RepoPath`]. Without a version on one side, everything of the other is
/// added or removed. Nothing is renamed yet: see [`crate::find_renames`].
///
/// # Errors
/// [`SyncError::Damaged`] when a node is missing or broken.
pub fn differences(store: &Store, old: Option<&Manifest>, new: Option<&Manifest>) -> Result<Vec<Difference>, SyncError> {
    store.read(|connection| {
        let nothing = Node::Entries(Vec::new());
        let root = |manifest: Option<&Manifest>| manifest.map_or_else(|| nothing.clone(), |manifest| manifest.data.entries.clone());
        collect_from(&root(old), &root(new), &Stored(connection))
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

/// Where the nodes of both trees come from.
trait Nodes {
    fn load_old(&self, hash: &ObjectHash) -> Result<Node, SyncError>;
    fn load_new(&self, hash: &ObjectHash) -> Result<Node, SyncError>;

    /// Two nodes that stand for the same place. Entries that are the same in both may be left out of both.
    fn load_pair(&self, old: Option<ObjectHash>, new: Option<ObjectHash>) -> Result<(Option<Node>, Option<Node>), SyncError> {
        Ok((old.map(|hash| self.load_old(&hash)).transpose()?, new.map(|hash| self.load_new(&hash)).transpose()?))
    }
}

struct Loads<'a> {
    old: Load<'a>,
    new: Load<'a>,
}

impl Nodes for Loads<'_> {
    fn load_old(&self, hash: &ObjectHash) -> Result<Node, SyncError> {
        (self.old)(hash)
    }

    fn load_new(&self, hash: &ObjectHash) -> Result<Node, SyncError> {
        (self.new)(hash)
    }
}

/// Both trees are stored. Most of a comparison's time would go into reading entries that are the same, so these are not read.
struct Stored<'a>(&'a Connection);

impl Stored<'_> {
    fn text(&self, hash: &ObjectHash) -> Result<String, SyncError> {
        let text: Option<String> = self.0.prepare_cached(NODE)?.query_row([hash.to_string()], |row| row.get(0)).optional()?;
        text.ok_or_else(|| SyncError::Damaged(format!("the node {hash} is missing")))
    }
}

impl Nodes for Stored<'_> {
    fn load_old(&self, hash: &ObjectHash) -> Result<Node, SyncError> {
        load(self.0, hash)
    }

    fn load_new(&self, hash: &ObjectHash) -> Result<Node, SyncError> {
        load(self.0, hash)
    }

    fn load_pair(&self, old: Option<ObjectHash>, new: Option<ObjectHash>) -> Result<(Option<Node>, Option<Node>), SyncError> {
        let (Some(old), Some(new)) = (old, new) else {
            return Ok((old.map(|hash| self.load_old(&hash)).transpose()?, new.map(|hash| self.load_new(&hash)).transpose()?));
        };
        let (old_text, new_text) = (self.text(&old)?, self.text(&new)?);
        let (old_part, new_part) = unlike(&old_text, &new_text);
        let parse = |part: &str, hash: ObjectHash| {
            // A text that lost its brackets is an entry or several.
            let read = if part.starts_with('[') { Node::from_json(part) } else { Node::from_json(&format!("[{part}]")) };
            read.map_err(|error| SyncError::Damaged(format!("the node {hash} can't be read: {error}")))
        };
        Ok((Some(parse(old_part, old)?), Some(parse(new_part, new)?)))
    }
}

/// Where one entry of a node's canonical JSON ends and the next begins: `},{"` and a letter. In a name it can't be: there a quote is escaped,
/// and after the quote that ends a name comes no letter.
fn is_border(bytes: &[u8]) -> bool {
    matches!(bytes, [b'}', b',', b'{', b'"', b'a'..=b'z'])
}

/// The entries of two nodes without those that both begin and end with; the whole text, brackets too, when nothing can be left out.
fn unlike<'a>(old: &'a str, new: &'a str) -> (&'a str, &'a str) {
    let (one, other) = (old.as_bytes(), new.as_bytes());
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let first = one[..same].windows(5).rposition(is_border).map_or(1, |at| at + 2);
    let longest = one.len().min(other.len()).saturating_sub(first);
    let same = one.iter().rev().zip(other.iter().rev()).take(longest).take_while(|(a, b)| a == b).count();
    let tail = &one[one.len() - same..];
    let after = tail.windows(5).position(is_border).map_or(1, |at| same - at - 1);
    match (old.get(first..old.len().saturating_sub(after)), new.get(first..new.len().saturating_sub(after))) {
        (Some(old), Some(new)) if !old.is_empty() && !new.is_empty() => (old, new),
        _ => (old, new),
    }
}

fn change(old: &Option<Content>, new: &Option<Content>) -> Change {
    match (old, new) {
        (Some(_), Some(_)) => Change::Modified,
        (Some(_), None) => Change::Removed,
        (None, _) => Change::Added,
    }
}

/// Compares two root nodes.
pub(crate) fn compare(old: &Node, new: &Node, load_old: Load<'_>, load_new: Load<'_>) -> Result<Vec<(RepoPath, Change)>, SyncError> {
    let mut found = Vec::new();
    compare_each(old, new, &Loads { old: load_old, new: load_new }, &mut |path, old, new| found.push((path, change(&old, &new))))?;
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// The differences of two root nodes, in the order of [`RepoPath`].
pub(crate) fn collect(old: &Node, new: &Node, load_old: Load<'_>, load_new: Load<'_>) -> Result<Vec<Difference>, SyncError> {
    collect_from(old, new, &Loads { old: load_old, new: load_new })
}

fn collect_from(old: &Node, new: &Node, nodes: &dyn Nodes) -> Result<Vec<Difference>, SyncError> {
    let mut found = Vec::new();
    compare_each(old, new, nodes, &mut |path, old, new| found.extend(Difference::between(path, old, new)))?;
    found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Calls `each` with every path at which leaves differ, in no particular order: what stands there on each side, if that is a leaf. A stack of
/// our own, because a hostile tree is deeper than a thread's.
fn compare_each(
    old: &Node,
    new: &Node,
    nodes: &dyn Nodes,
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
                    let (old, new) = nodes.load_pair(old, new)?;
                    pending.push((directory.clone(), old, new));
                }
            }
            continue;
        }
        let old = old.map(|node| flatten(node, &|hash| nodes.load_old(hash))).transpose()?.unwrap_or_default();
        let new = new.map(|node| flatten(node, &|hash| nodes.load_new(hash))).transpose()?.unwrap_or_default();
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
                let (old, new) = nodes.load_pair(old_node, new_node)?;
                pending.push((path, old, new));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> Entry {
        let content = Content::File { hash: ObjectHash::of(text.as_bytes()), size: 1, executable: false, binary: false };
        Entry { name: name.as_bytes().to_vec(), content }
    }

    #[test]
    fn entries_at_both_ends_that_are_the_same_are_not_read() {
        let node = |entries: &[(&str, &str)]| Node::Entries(entries.iter().map(|(name, text)| file(name, text)).collect()).to_json();
        let read = |part: &str| Node::from_json(&if part.starts_with('[') { part.to_owned() } else { format!("[{part}]") });
        let old = node(&[("a", "1"), ("b\"},{\"h", "1"), ("c},{", "1"), ("d", "1"), ("e", "1")]);
        let new = node(&[("a", "1"), ("b\"},{\"h", "1"), ("c},{", "2"), ("d", "1"), ("e", "1")]);
        let (old_part, new_part) = unlike(&old, &new);
        assert_eq!(read(old_part), Ok(Node::Entries(vec![file("c},{", "1")])));
        assert_eq!(read(new_part), Ok(Node::Entries(vec![file("c},{", "2")])));
    }

    #[test]
    fn what_is_left_out_is_the_same_on_both_sides() {
        let names = ["a", "b},{", "},{\"hash", "c\"", "\\", "z"];
        // Every pair of nodes over six names, each absent, of one content or of another: a sample of them.
        let node = |mut choice: u32| {
            let mut entries = Vec::new();
            for name in names {
                match choice % 3 {
                    0 => {}
                    text => entries.push(file(name, &text.to_string())),
                }
                choice /= 3;
            }
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            entries
        };
        for (one, other) in (0..729).flat_map(|one| (0..729).step_by(61).map(move |other| (one, other))) {
            let (old, new) = (node(one), node(other));
            let (old_text, new_text) = (Node::Entries(old.clone()).to_json(), Node::Entries(new.clone()).to_json());
            let (old_part, new_part) = unlike(&old_text, &new_text);
            let read = |part: &str| match Node::from_json(&if part.starts_with('[') { part.to_owned() } else { format!("[{part}]") }) {
                Ok(Node::Entries(entries)) => entries,
                other => panic!("{other:?} from {part}"),
            };
            let differ = |old: Vec<Entry>, new: Vec<Entry>| pairs(old, new).into_iter().filter(|(old, new)| old != new).collect::<Vec<_>>();
            assert_eq!(differ(read(old_part), read(new_part)), differ(old, new), "{old_text} and {new_text}");
        }
    }
}
