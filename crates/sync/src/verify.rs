//! Checks a version down to the last byte it names.

use std::{
    collections::{BTreeMap, HashSet},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use lectern_objects::{ObjectError, ObjectHash, Objects};
use lectern_store::{
    Store,
    rusqlite::{Connection, OptionalExtension, params},
};
use rayon::prelude::*;

use crate::{
    RepoPath, SyncError,
    manifest::{Content, Keeps, ManifestData, Node},
    rows::{LATEST_MANIFEST, MANIFEST, NODE, RawManifest},
    version::one,
};

/// The verdict on a version.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Which.
    pub version: u32,
    /// Nodes and objects looked at, the manifest itself included.
    pub checked: u64,
    /// What is wrong, in the order of paths; empty when all is well.
    pub problems: Vec<Problem>,
}

/// One thing wrong with a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The first path that needs what is wrong; the root for the manifest itself.
    pub path: RepoPath,
    /// What sort of thing.
    pub kind: ProblemKind,
    /// A plain sentence.
    pub detail: String,
}

/// What sort of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// A directory's node is not in the database.
    MissingNode,
    /// A directory's node is not what its name stands for.
    NodeMismatch,
    /// Contents that were kept are gone. (Contents that never were kept, see [`Keeps`], are no problem.)
    MissingObject,
    /// Kept contents are not what their name stands for.
    ObjectMismatch,
    /// The manifest's row contradicts itself.
    ManifestMismatch,
}

impl ProblemKind {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MissingNode => "missing_node",
            Self::NodeMismatch => "node_mismatch",
            Self::MissingObject => "missing_object",
            Self::ObjectMismatch => "object_mismatch",
            Self::ManifestMismatch => "manifest_mismatch",
        }
    }
}

impl Verification {
    /// Whether nothing is wrong.
    pub fn is_ok(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Checks a version of a project (the latest when `version` is `None`): the manifest against its hash, every node against its name, every kept
/// object against its hash. `progress` hears how many have been checked, from several threads. `None` when there is no such version.
///
/// # Errors
/// [`SyncError::Cancelled`], and the database's.
pub fn verify(
    store: &Store,
    objects: &Objects,
    project_id: &str,
    version: Option<u32>,
    cancel: &AtomicBool,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Option<Verification>, SyncError> {
    let checked = AtomicU64::new(0);
    let mut check = Check { problems: Vec::new(), cancel, count: &|| progress(checked.fetch_add(1, Ordering::Relaxed) + 1) };
    let found = store.read(|connection| {
        let raw = match version {
            Some(version) => one(connection, MANIFEST, params![project_id, version])?,
            None => one(connection, LATEST_MANIFEST, [project_id])?,
        };
        let Some(raw) = raw else { return Ok::<_, SyncError>(None) };
        let version = raw.version;
        let objects = match check.manifest(&raw) {
            Some(data) => check.nodes(connection, &data)?,
            None => BTreeMap::new(),
        };
        Ok(Some((version, objects)))
    })?;
    let Some((version, named)) = found else { return Ok(None) };
    check.objects(objects, named)?;
    let mut problems = check.problems;
    problems.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Some(Verification { version, checked: checked.into_inner(), problems }))
}

struct Check<'a> {
    problems: Vec<Problem>,
    cancel: &'a AtomicBool,
    count: &'a (dyn Fn() + Sync),
}

/// Kept objects by name, each with its size and the first path that has it.
type Named = BTreeMap<ObjectHash, (u64, RepoPath)>;

impl Check<'_> {
    fn add(&mut self, path: &RepoPath, kind: ProblemKind, detail: String) {
        self.problems.push(Problem { path: path.clone(), kind, detail });
    }

    fn is_cancelled(&self) -> Result<(), SyncError> {
        if self.cancel.load(Ordering::Relaxed) { Err(SyncError::Cancelled) } else { Ok(()) }
    }

    fn manifest(&mut self, raw: &RawManifest) -> Option<ManifestData> {
        (self.count)();
        let mut wrong = |detail: String| self.add(&RepoPath::root(), ProblemKind::ManifestMismatch, detail);
        let found = ObjectHash::of(raw.data.as_bytes());
        if raw.hash != found.to_string() {
            wrong(format!("The manifest should hash to {} and hashes to {found}.", raw.hash));
        }
        let data = match ManifestData::from_json(&raw.data) {
            Ok(data) => data,
            Err(error) => {
                wrong(format!("The manifest can't be read: {error}."));
                return None;
            }
        };
        if data.to_json() != raw.data {
            wrong("The manifest is not in canonical form.".to_owned());
        }
        if data.entries.hash() != data.root {
            wrong("The manifest's entries don't match its root hash.".to_owned());
        }
        Some(data)
    }

    /// Looks at every node once. Gives the objects that must be there.
    fn nodes(&mut self, connection: &Connection, data: &ManifestData) -> Result<Named, SyncError> {
        let mut named = Named::new();
        let mut seen: HashSet<ObjectHash> = HashSet::new();
        let (mut files, mut bytes) = (0, 0);
        // Sizes of subtrees that occur more than once are counted each time, so that the totals can be compared.
        let mut totals: std::collections::HashMap<ObjectHash, (u64, u64)> = std::collections::HashMap::new();
        let mut complete = true;
        let mut pending = vec![Step::Enter(RepoPath::root(), None, data.entries.clone())];
        let mut sums: Vec<(u64, u64)> = vec![(0, 0)];
        while let Some(step) = pending.pop() {
            self.is_cancelled()?;
            let (path, hash, node) = match step {
                Step::Leave(hash) => {
                    let sum = sums.pop().unwrap_or_default();
                    totals.insert(hash, sum);
                    add_to(&mut sums, sum);
                    continue;
                }
                Step::Find(path, hash) => {
                    if seen.contains(&hash) {
                        add_to(&mut sums, totals.get(&hash).copied().unwrap_or_default());
                        continue;
                    }
                    seen.insert(hash);
                    (self.count)();
                    match self.node(connection, &path, &hash)? {
                        Some(node) => (path, Some(hash), node),
                        None => {
                            complete = false;
                            continue;
                        }
                    }
                }
                Step::Enter(path, hash, node) => (path, hash, node),
            };
            if let Some(hash) = hash {
                sums.push((0, 0));
                pending.push(Step::Leave(hash));
            }
            match node {
                Node::Shards(shards) => pending.extend(shards.into_iter().map(|shard| Step::Find(path.clone(), shard.node))),
                Node::Entries(entries) => {
                    for entry in entries {
                        let path = path.child(&entry.name);
                        if let Content::Directory { node } = entry.content {
                            pending.push(Step::Find(path, node));
                            continue;
                        }
                        add_to(&mut sums, (1, entry.content.size()));
                        remember(&mut named, data.keeps, path, &entry.content);
                    }
                }
            }
        }
        if let Some((f, b)) = sums.pop() {
            (files, bytes) = (files + f, bytes + b);
        }
        if complete && (files, bytes) != (data.files, data.bytes) {
            let detail = format!("The manifest counts {} files and {} bytes; it names {files} and {bytes}.", data.files, data.bytes);
            self.add(&RepoPath::root(), ProblemKind::ManifestMismatch, detail);
        }
        Ok(named)
    }

    fn node(&mut self, connection: &Connection, path: &RepoPath, hash: &ObjectHash) -> Result<Option<Node>, SyncError> {
        let json: Option<String> = connection.prepare_cached(NODE)?.query_row([hash.to_string()], |row| row.get(0)).optional()?;
        let Some(json) = json else {
            self.add(path, ProblemKind::MissingNode, format!("The directory's node {hash} is missing."));
            return Ok(None);
        };
        let found = ObjectHash::of(json.as_bytes());
        if found != *hash {
            self.add(path, ProblemKind::NodeMismatch, format!("The directory's node {hash} hashes to {found}."));
            return Ok(None);
        }
        match Node::from_json(&json) {
            Ok(node) => Ok(Some(node)),
            Err(error) => {
                self.add(path, ProblemKind::NodeMismatch, format!("The directory's node {hash} can't be read: {error}."));
                Ok(None)
            }
        }
    }

    fn objects(&mut self, objects: &Objects, named: Named) -> Result<(), SyncError> {
        let results: Vec<Result<Option<Problem>, SyncError>> = named
            .into_par_iter()
            .map(|(hash, (size, path))| {
                if self.cancel.load(Ordering::Relaxed) {
                    return Err(SyncError::Cancelled);
                }
                (self.count)();
                let (kind, detail) = match objects.get(&hash) {
                    Ok(Some(bytes)) if bytes.len() as u64 == size => return Ok(None),
                    Ok(Some(bytes)) => {
                        (ProblemKind::NodeMismatch, format!("The file is listed with {size} bytes; its contents have {}.", bytes.len()))
                    }
                    Ok(None) => (ProblemKind::MissingObject, "The contents were kept and are missing.".to_owned()),
                    Err(ObjectError::Mismatch { detail, .. }) => {
                        (ProblemKind::ObjectMismatch, format!("The contents are damaged: {detail}."))
                    }
                    Err(other) => return Err(other.into()),
                };
                Ok(Some(Problem { path, kind, detail }))
            })
            .collect();
        for result in results {
            self.problems.extend(result?);
        }
        Ok(())
    }
}

enum Step {
    Enter(RepoPath, Option<ObjectHash>, Node),
    Find(RepoPath, ObjectHash),
    Leave(ObjectHash),
}

fn add_to(sums: &mut [(u64, u64)], (files, bytes): (u64, u64)) {
    if let Some(sum) = sums.last_mut() {
        *sum = (sum.0 + files, sum.1 + bytes);
    }
}

fn remember(named: &mut Named, keeps: Keeps, path: RepoPath, content: &Content) {
    if let Some(hash) = content.object().filter(|_| keeps.holds(content)) {
        named.entry(hash).and_modify(|(_, first)| *first = first.clone().min(path.clone())).or_insert((content.size(), path));
    }
}
