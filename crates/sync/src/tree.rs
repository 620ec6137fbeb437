//! Builds the nodes of a tree from its flat list of files.

use std::collections::BTreeMap;

use lectern_objects::ObjectHash;

use crate::{
    RepoPath,
    manifest::{Content, Entry, Node, SPLIT_ABOVE, Shard, digit_of},
};

/// A whole tree as format 1 has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The root directory.
    pub entries: Node,
    /// Its name.
    pub root: ObjectHash,
    /// The canonical JSON of every node below the root's own, by name.
    pub nodes: BTreeMap<ObjectHash, String>,
    /// Files, symlinks and submodules.
    pub files: u64,
    /// The sum of their sizes.
    pub bytes: u64,
}

impl Tree {
    /// Builds the tree of `leaves`, in any order. Of two with the same path one is taken; a leaf where another says there is a directory
    /// gives way to the directory.
    pub fn build(mut leaves: Vec<(RepoPath, Content)>) -> Self {
        leaves.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut nodes = BTreeMap::new();
        let (mut files, mut bytes) = (0, 0);
        // The directories that are open, from the root down: what was found in each so far. A stack of our own, because a hostile tree is
        // deeper than a thread's.
        let mut open: Vec<(Vec<u8>, Vec<Entry>)> = vec![(Vec::new(), Vec::new())];
        let mut leaves = leaves.into_iter().peekable();
        while let Some((path, content)) = leaves.next() {
            // In tree order a path is followed at once by its double and by what lies below it.
            if leaves.peek().is_some_and(|(next, _)| next.is_within(&path)) {
                continue;
            }
            let mut names: Vec<&[u8]> = path.names().collect();
            let Some(name) = names.pop() else { continue };
            let shared = open[1..].iter().zip(&names).take_while(|((open, _), name)| open == *name).count();
            while open.len() > shared + 1 {
                close(&mut open, &mut nodes);
            }
            open.extend(names[shared..].iter().map(|name| (name.to_vec(), Vec::new())));
            files += 1;
            bytes += content.size();
            let (_, entries) = open.last_mut().expect("the root is never closed here");
            entries.push(Entry { name: name.to_vec(), content });
        }
        while open.len() > 1 {
            close(&mut open, &mut nodes);
        }
        let (_, entries) = open.pop().expect("the root is left");
        let entries = split(entries, &mut nodes);
        Self { root: entries.hash(), entries, nodes, files, bytes }
    }
}

/// Turns the innermost open directory into an entry of the one around it.
fn close(open: &mut Vec<(Vec<u8>, Vec<Entry>)>, nodes: &mut BTreeMap<ObjectHash, String>) {
    let (name, entries) = open.pop().expect("only called with a directory open");
    let node = add(split(entries, nodes), nodes);
    let (_, siblings) = open.last_mut().expect("the root is never closed here");
    siblings.push(Entry { name, content: Content::Directory { node } });
}

fn add(node: Node, nodes: &mut BTreeMap<ObjectHash, String>) -> ObjectHash {
    let json = node.to_json();
    let hash = ObjectHash::of(json.as_bytes());
    nodes.insert(hash, json);
    hash
}

/// The node of a directory with these entries (sorted by name), its shards added to `nodes`.
pub(crate) fn split(entries: Vec<Entry>, nodes: &mut BTreeMap<ObjectHash, String>) -> Node {
    if entries.len() <= SPLIT_ABOVE {
        return Node::Entries(entries);
    }
    let keyed = entries.into_iter().map(|entry| (ObjectHash::of(&entry.name), entry)).collect();
    split_at(keyed, 0, nodes)
}

/// At most 64 deep: then the hashes have no further digit, and two names with one hash don't exist.
fn split_at(entries: Vec<(ObjectHash, Entry)>, depth: usize, nodes: &mut BTreeMap<ObjectHash, String>) -> Node {
    if entries.len() <= SPLIT_ABOVE || depth == 64 {
        return Node::Entries(entries.into_iter().map(|(_, entry)| entry).collect());
    }
    let mut parts: [Vec<(ObjectHash, Entry)>; 16] = std::array::from_fn(|_| Vec::new());
    for (hash, entry) in entries {
        parts[usize::from(digit_of(&hash, depth))].push((hash, entry));
    }
    let shards = (0_u8..).zip(parts).filter(|(_, part)| !part.is_empty()).map(|(digit, part)| {
        let node = split_at(part, depth + 1, nodes);
        Shard { digit, node: add(node, nodes) }
    });
    Node::Shards(shards.collect())
}
