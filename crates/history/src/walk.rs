//! Commits, newest first, one step after the other: never more is read than was asked for.
//!
//! The order is the one of `git log` without options: of the commits whose children were shown, the one with the latest commit date. Unlike a
//! topological order it needs no look at the whole history before the first answer. With a directory, the commits are those of
//! `git rev-list REFERENCE -- DIRECTORY`, with a file those of `git log --follow`.

use std::{
    cmp::Ordering,
    collections::{BinaryHeap, HashMap, HashSet},
    sync::Arc,
};

use git2::Oid;

use crate::{
    HistoryError, Repo,
    follow::source_of,
    repo::Node,
    trees::{Entry, PathFinder},
};

/// So many digits make a text one that can be the beginning of an id.
const SHORTEST_ID: usize = 4;

/// Which commits to walk.
#[derive(Debug, Clone)]
pub struct Query {
    /// Where to begin.
    pub start: Oid,
    /// Only those that changed this file or directory, relative to the folder. Empty for the folder itself.
    pub path: Option<Vec<u8>>,
    /// Only those whose message or author contains this, in any case, or whose id begins so.
    pub text: Option<String>,
}

/// A commit of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The commit.
    pub id: Oid,
    /// Where the followed file was in it, relative to the folder; `None` without one and outside of the folder.
    pub path: Option<Arc<[u8]>>,
}

/// What one step of a walk came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A commit that was asked for.
    Found(Found),
    /// One that was not.
    Passed,
}

/// A walk that stands between two commits.
pub struct CommitWalk {
    queue: BinaryHeap<Queued>,
    seen: HashSet<Oid>,
    queued: u64,
    filter: Filter,
    text: Option<String>,
    /// Parents that a look has read, until they are queued.
    read: HashMap<Oid, Node>,
}

enum Filter {
    All,
    /// Only what changed the directory, along parents that have it the same.
    Directory(PathFinder),
    File {
        path: Arc<[u8]>,
        finder: PathFinder,
    },
}

/// What a look at a commit found.
#[derive(Default)]
struct Looked {
    shown: bool,
    /// The only parent to go on along, if not all.
    along: Option<Oid>,
    /// Where the followed file was in it, from the top.
    path: Option<Arc<[u8]>>,
}

struct Queued {
    id: Oid,
    node: Node,
    /// Among commits of one second the one that was met first comes first.
    sequence: u64,
}

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.node.time, other.sequence).cmp(&(other.node.time, self.sequence))
    }
}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Queued {}

impl CommitWalk {
    /// Stands before the first commit.
    ///
    /// # Errors
    /// [`HistoryError::Missing`] when there is no such commit.
    pub fn new(repo: &Repo, query: Query) -> Result<Self, HistoryError> {
        let filter = match query.path.map(|path| repo.path_from_top(&path)) {
            Some(path) if !path.is_empty() => {
                let mut finder = PathFinder::new(&path);
                match finder.find(repo, repo.node(query.start)?.tree)? {
                    Some(entry) if entry.is_directory() => Filter::Directory(finder),
                    // Also one that is gone: it is followed from where it was deleted.
                    _ => Filter::File { path: path.into(), finder },
                }
            }
            _ => Filter::All,
        };
        let text = query.text.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
        let mut walk = Self { queue: BinaryHeap::new(), seen: HashSet::new(), queued: 0, filter, text, read: HashMap::new() };
        let node = repo.node(query.start)?;
        walk.seen.insert(query.start);
        walk.queue.push(Queued { id: query.start, node, sequence: 0 });
        Ok(walk)
    }

    /// Looks at the next commit; `None` when there are no more. One that is missing ends its line of history.
    ///
    /// # Errors
    /// libgit2's.
    pub fn step(&mut self, repo: &Repo) -> Result<Option<Step>, HistoryError> {
        let Some(Queued { id, node, .. }) = self.queue.pop() else { return Ok(None) };
        let Looked { shown, along, path } = match self.look(repo, &node) {
            Ok(looked) => looked,
            // Its files are not all there: nothing is known of it, and its parents are looked at all the same.
            Err(HistoryError::Missing(_)) => Looked::default(),
            Err(other) => return Err(other),
        };
        for parent in along.map_or(node.parents, |only| vec![only]) {
            self.enqueue(repo, parent)?;
        }
        self.read.clear();
        if !shown || !self.matches(repo, id) {
            return Ok(Some(Step::Passed));
        }
        let path = path.and_then(|path| repo.path_in_folder(&path).map(Arc::from));
        Ok(Some(Step::Found(Found { id, path })))
    }

    fn enqueue(&mut self, repo: &Repo, id: Oid) -> Result<(), HistoryError> {
        if !self.seen.insert(id) {
            return Ok(());
        }
        match self.read.remove(&id).map_or_else(|| repo.node(id), Ok) {
            Ok(node) => {
                self.queued += 1;
                self.queue.push(Queued { id, node, sequence: self.queued });
                Ok(())
            }
            Err(HistoryError::Missing(_)) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// Looks whether the commit changed what is asked for.
    fn look(&mut self, repo: &Repo, node: &Node) -> Result<Looked, HistoryError> {
        let shown = |shown| Looked { shown, ..Looked::default() };
        match &mut self.filter {
            Filter::All => Ok(shown(true)),
            Filter::Directory(finder) => {
                let here = finder.find(repo, node.tree)?;
                if node.parents.is_empty() {
                    return Ok(shown(here.is_some()));
                }
                for parent in &node.parents {
                    if there(repo, finder, &mut self.read, *parent)? == here {
                        return Ok(Looked { along: Some(*parent), ..shown(false) });
                    }
                }
                Ok(shown(true))
            }
            Filter::File { path, finder } => {
                // A merge is shown by neither side: what it brought together was changed in its parents.
                if node.parents.len() > 1 {
                    return Ok(shown(false));
                }
                let here = finder.find(repo, node.tree)?;
                let before = node.parents.first().map(|parent| there(repo, finder, &mut self.read, *parent)).transpose()?.flatten();
                if here == before {
                    return Ok(shown(false));
                }
                let at = Arc::clone(path);
                if let (Some(file), None, Some(parent)) = (here.filter(|entry| !entry.is_directory()), before, node.parents.first())
                    && let Ok(Node { tree, .. }) = repo.node(*parent)
                    && let Some(source) = source_of(repo, tree, node.tree, &at, file)?
                {
                    *finder = PathFinder::new(&source);
                    *path = source.into();
                }
                Ok(Looked { path: Some(at), ..shown(true) })
            }
        }
    }

    fn matches(&self, repo: &Repo, id: Oid) -> bool {
        let Some(text) = &self.text else { return true };
        let is_hex = text.len() >= SHORTEST_ID && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hex && id.to_string().starts_with(text) {
            return true;
        }
        let Ok(commit) = repo.commit(id) else { return false };
        let contains = |field: &str| field.to_lowercase().contains(text);
        contains(&commit.message) || contains(&format!("{} <{}>", commit.author.name, commit.author.email))
    }
}

/// What a parent has at the path; nothing when the parent is not there.
fn there(repo: &Repo, finder: &mut PathFinder, read: &mut HashMap<Oid, Node>, parent: Oid) -> Result<Option<Entry>, HistoryError> {
    match repo.node(parent) {
        Ok(node) => {
            let tree = node.tree;
            read.insert(parent, node);
            finder.find(repo, tree)
        }
        Err(HistoryError::Missing(_)) => Ok(None),
        Err(other) => Err(other),
    }
}
