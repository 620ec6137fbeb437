//! Puts damaged nodes right where the very same ones can be built again.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    sync::atomic::AtomicBool,
};

use lectern_objects::ObjectHash;
use lectern_store::{Store, rusqlite::params};

use crate::{
    History, Manifest, Problem, ProblemKind, SyncError, Tree,
    manifest::{Content, Keeps, Node},
    progress::Reporter,
    snapshot::{Snapshot, Taking},
    version_rows::REPLACE_NODE,
};

/// Writes missing or damaged nodes of `problems` again, when `present`, the folder as it is now, or git has the very same directory. Gives the
/// names of those that were put right.
///
/// # Errors
/// The database's.
pub fn heal_nodes(
    store: &Store,
    manifest: &Manifest,
    problems: &[Problem],
    present: Option<&Tree>,
    history: Option<&History>,
) -> Result<HashSet<ObjectHash>, SyncError> {
    let wanted: HashMap<ObjectHash, &Problem> = problems
        .iter()
        .filter(|problem| matches!(problem.kind, ProblemKind::MissingNode | ProblemKind::NodeMismatch))
        .filter_map(|problem| problem.hash.map(|hash| (hash, problem)))
        .collect();
    if wanted.is_empty() {
        return Ok(HashSet::new());
    }
    let mut built: BTreeMap<ObjectHash, String> = BTreeMap::new();
    let mut take = |tree: Tree| {
        let root = tree.entries.to_json();
        built.extend(tree.nodes);
        built.insert(tree.root, root);
    };
    if let Some(present) = present {
        take(present.clone());
    }
    if let Some(history) = history {
        let commit = manifest.data.git.as_ref().and_then(|git| git.head.as_deref());
        for problem in wanted.values() {
            history.directories(&problem.path, commit).into_iter().map(Tree::build).for_each(&mut take);
        }
    }
    // With all that is below, for that may be damaged just as well and is named by nothing that can be read.
    let mut put = BTreeMap::new();
    let mut pending: Vec<ObjectHash> = wanted.keys().copied().filter(|hash| built.contains_key(hash)).collect();
    let healed: HashSet<ObjectHash> = pending.iter().copied().collect();
    while let Some(hash) = pending.pop() {
        let Some(json) = built.get(&hash).filter(|_| !put.contains_key(&hash)) else { continue };
        put.insert(hash, json.clone());
        let node = Node::from_json(json).map_err(|error| SyncError::Internal(error.to_string()))?;
        match node {
            Node::Shards(shards) => pending.extend(shards.into_iter().map(|shard| shard.node)),
            Node::Entries(entries) => pending.extend(entries.into_iter().filter_map(|entry| match entry.content {
                Content::Directory { node } => Some(node),
                _ => None,
            })),
        }
    }
    store.write(|transaction| {
        let mut statement = transaction.prepare_cached(REPLACE_NODE)?;
        put.iter().try_for_each(|(hash, json)| statement.execute(params![hash.to_string(), json]).map(drop))
    })?;
    Ok(healed)
}

/// The tree of a project's folder as it is now, all of it read: nothing that was remembered is believed.
///
/// # Errors
/// As a sync's when the folder can't be read or `cancel` is set.
pub fn folder_tree(folder: &Path, cancel: &AtomicBool) -> Result<Tree, SyncError> {
    let reporter = Reporter::new(&|_| {});
    let taking = Taking {
        folder,
        memory: None,
        latest: None,
        dirty: None,
        keeps: Keeps::default(),
        objects: None,
        language_of: &|_| None,
        cancel,
        reporter: &reporter,
    };
    let Snapshot { entries, root, nodes, files, bytes, .. } = taking.take()?;
    let entries = entries.ok_or_else(|| SyncError::Internal("the root directory was not made".to_owned()))?;
    Ok(Tree { entries, root, nodes, files, bytes })
}
