//! Trees, read from their bytes: what is at a path, all files below, what differs between two.

use std::collections::HashMap;

use git2::Oid;

use crate::{HistoryError, Repo};

const DIRECTORY: u32 = 0o040_000;
/// No path is deeper; what claims to be is damage or malice.
const DEEPEST: usize = 4096;
/// So many trees are remembered while a path is looked for in one after the other.
const REMEMBERED_TREES: usize = 400_000;

/// What a name in a tree stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry {
    /// git's: 0o100644, 0o100755, 0o120000 (link), 0o160000 (submodule), 0o040000 (directory).
    pub mode: u32,
    /// The blob, the tree, or the submodule's commit.
    pub id: Oid,
}

impl Entry {
    /// Whether it is a directory.
    pub fn is_directory(self) -> bool {
        self.mode & 0o170_000 == DIRECTORY
    }

    /// Whether it is a symbolic link.
    pub fn is_link(self) -> bool {
        self.mode & 0o170_000 == 0o120_000
    }

    /// Whether it is a regular file.
    pub fn is_file(self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

/// Paths or names, with what they stand for.
pub type Files = Vec<(Vec<u8>, Entry)>;

/// A path that two trees have differently. Never a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeChange {
    /// Relative to the folder.
    pub path: Vec<u8>,
    /// What the older has there.
    pub old: Option<Entry>,
    /// What the newer has there.
    pub new: Option<Entry>,
}

/// The entries of a tree's bytes, up to where they can't be read any more.
pub(crate) fn entries(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8], Entry)> {
    std::iter::from_fn(move || {
        let space = bytes.iter().take(8).position(|byte| *byte == b' ')?;
        let mode = bytes[..space]
            .iter()
            .try_fold(0_u32, |mode, digit| (b'0'..=b'7').contains(digit).then(|| mode << 3 | u32::from(digit - b'0')))?;
        let after = &bytes[space + 1..];
        let end = after.iter().position(|byte| *byte == 0)?;
        let id = Oid::from_bytes(after.get(end + 1..end + 21)?).ok()?;
        bytes = &after[end + 21..];
        Some((&after[..end], Entry { mode, id }))
    })
}

/// Finds one path in many trees, remembering those it has seen.
#[derive(Default)]
pub(crate) struct PathFinder {
    names: Vec<Vec<u8>>,
    seen: Vec<HashMap<Oid, Option<Entry>>>,
}

impl PathFinder {
    /// `path` from the top; empty for the tree itself.
    pub fn new(path: &[u8]) -> Self {
        let names: Vec<Vec<u8>> = path.split(|byte| *byte == b'/').filter(|name| !name.is_empty()).map(<[u8]>::to_vec).collect();
        Self { seen: vec![HashMap::new(); names.len()], names }
    }

    /// What is at the path in `tree`; `None` when nothing is.
    ///
    /// # Errors
    /// [`HistoryError::Missing`].
    pub fn find(&mut self, repo: &Repo, tree: Oid) -> Result<Option<Entry>, HistoryError> {
        let mut entry = Entry { mode: DIRECTORY, id: tree };
        for (name, seen) in self.names.iter().zip(&mut self.seen) {
            if !entry.is_directory() {
                return Ok(None);
            }
            let found = match seen.get(&entry.id) {
                Some(found) => *found,
                None => {
                    let found =
                        repo.tree_bytes(entry.id, |bytes| entries(bytes).find(|(there, _)| there == name).map(|(_, entry)| entry))?;
                    if seen.len() >= REMEMBERED_TREES {
                        seen.clear();
                    }
                    seen.insert(entry.id, found);
                    found
                }
            };
            match found {
                Some(found) => entry = found,
                None => return Ok(None),
            }
        }
        Ok(Some(entry))
    }
}

impl Repo {
    /// What a commit has at `path`; `None` when nothing.
    ///
    /// # Errors
    /// [`HistoryError::Missing`].
    pub fn entry_at(&self, commit: Oid, path: &[u8]) -> Result<Option<Entry>, HistoryError> {
        PathFinder::new(&self.path_from_top(path)).find(self, self.node(commit)?.tree)
    }

    /// All files, links and submodules that a commit has below the folder, with paths relative to it, in git's order; `None` when there are
    /// more than `limit`.
    ///
    /// # Errors
    /// [`HistoryError::Missing`].
    pub fn files_of(&self, commit: Oid, limit: usize) -> Result<Option<Files>, HistoryError> {
        match self.entry_at(commit, b"")? {
            Some(entry) if entry.is_directory() => self.files_below(entry.id, limit),
            _ => Ok(Some(Vec::new())),
        }
    }

    pub(crate) fn files_below(&self, tree: Oid, limit: usize) -> Result<Option<Files>, HistoryError> {
        let mut files = Vec::new();
        // A stack of our own, because a hostile tree is deeper than a thread's. Each is what is left of a directory, last entry first.
        let mut open = vec![(Vec::new(), self.reversed_entries(tree)?)];
        while let Some((directory, left)) = open.last_mut() {
            let Some((name, entry)) = left.pop() else {
                open.pop();
                continue;
            };
            let path = joined(directory, &name);
            if !entry.is_directory() {
                files.push((path, entry));
                if files.len() > limit {
                    return Ok(None);
                }
            } else if open.len() < DEEPEST {
                let below = self.reversed_entries(entry.id)?;
                open.push((path, below));
            }
        }
        Ok(Some(files))
    }

    /// What differs between two commits below the folder (all of `new` when there is no `old`), in git's order; `None` when more than `limit`
    /// paths do.
    ///
    /// # Errors
    /// [`HistoryError::Missing`].
    pub fn changes(&self, old: Option<Oid>, new: Option<Oid>, limit: usize) -> Result<Option<Vec<TreeChange>>, HistoryError> {
        let tree = |commit: Option<Oid>| -> Result<Option<Entry>, HistoryError> {
            Ok(commit.map(|commit| self.entry_at(commit, b"")).transpose()?.flatten().filter(|entry| entry.is_directory()))
        };
        self.entry_changes(tree(old)?, tree(new)?, limit)
    }

    pub(crate) fn tree_changes(&self, old: Oid, new: Oid, limit: usize) -> Result<Option<Vec<TreeChange>>, HistoryError> {
        let tree = |id| Some(Entry { mode: DIRECTORY, id });
        self.entry_changes(tree(old), tree(new), limit)
    }

    fn entry_changes(&self, old: Option<Entry>, new: Option<Entry>, limit: usize) -> Result<Option<Vec<TreeChange>>, HistoryError> {
        let mut changes = Vec::new();
        // Pairs of directories still to be compared.
        let mut pending = vec![(Vec::new(), old, new, 0)];
        while let Some((directory, old, new, depth)) = pending.pop() {
            if old == new || depth > DEEPEST {
                continue;
            }
            let read = |entry: Option<Entry>| entry.map_or(Ok(Vec::new()), |entry| self.sorted_entries(entry.id));
            let mut sides = [read(old)?.into_iter().peekable(), read(new)?.into_iter().peekable()];
            loop {
                let [old, new] = &mut sides;
                let order = match (old.peek(), new.peek()) {
                    (None, None) => break,
                    (Some(_), None) => std::cmp::Ordering::Less,
                    (None, Some(_)) => std::cmp::Ordering::Greater,
                    (Some((old, _)), Some((new, _))) => old.cmp(new),
                };
                let old = if order.is_le() { old.next() } else { None };
                let new = if order.is_ge() { new.next() } else { None };
                let (old_entry, new_entry) = (old.as_ref().map(|(_, entry)| *entry), new.as_ref().map(|(_, entry)| *entry));
                if old_entry == new_entry {
                    continue;
                }
                let Some((name, _)) = old.or(new) else { break };
                let path = joined(&directory, &name);
                let leaf = |entry: Option<Entry>| entry.filter(|entry| !entry.is_directory());
                let below = |entry: Option<Entry>| entry.filter(|entry| entry.is_directory());
                if leaf(old_entry).is_some() || leaf(new_entry).is_some() {
                    changes.push(TreeChange { path: path.clone(), old: leaf(old_entry), new: leaf(new_entry) });
                    if changes.len() > limit {
                        return Ok(None);
                    }
                }
                if below(old_entry).is_some() || below(new_entry).is_some() {
                    pending.push((path, below(old_entry), below(new_entry), depth + 1));
                }
            }
        }
        changes.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Some(changes))
    }

    /// By the bytes of their names; of two with one name the first.
    fn sorted_entries(&self, tree: Oid) -> Result<Files, HistoryError> {
        let mut all = self.tree_bytes(tree, |bytes| entries(bytes).map(|(name, entry)| (name.to_vec(), entry)).collect::<Vec<_>>())?;
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all.dedup_by(|next, kept| next.0 == kept.0);
        Ok(all)
    }

    fn reversed_entries(&self, tree: Oid) -> Result<Files, HistoryError> {
        let mut all = self.tree_bytes(tree, |bytes| entries(bytes).map(|(name, entry)| (name.to_vec(), entry)).collect::<Vec<_>>())?;
        all.reverse();
        Ok(all)
    }
}

fn joined(directory: &[u8], name: &[u8]) -> Vec<u8> {
    if directory.is_empty() { name.to_vec() } else { [directory, b"/", name].concat() }
}
