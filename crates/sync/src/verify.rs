//! Checks versions down to the last byte they name.

use std::{
    collections::{HashMap, HashSet},
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
    version::{one, version_numbers},
};

/// So many problems of a version are named; the rest are counted.
pub const NAMED_PROBLEMS: usize = 1000;

/// The verdict on a version.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Which.
    pub version: u32,
    /// Nodes and objects looked at, the manifest itself included; of several versions, those that no newer one had looked at.
    pub checked: u64,
    /// What is wrong, in the order of paths, at most [`NAMED_PROBLEMS`]; empty when all is well.
    pub problems: Vec<Problem>,
    /// How many things are wrong.
    pub problems_total: u64,
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
    /// The node or object that is wrong, where one alone is.
    pub hash: Option<ObjectHash>,
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
        self.problems_total == 0
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
    verify_version(store, objects, project_id, version, cancel, &|done, _| progress(done))
}

/// As [`verify`]; `progress` hears how many have been checked and of how many, 0 while that is not known.
///
/// # Errors
/// As [`verify`].
pub fn verify_version(
    store: &Store,
    objects: &Objects,
    project_id: &str,
    version: Option<u32>,
    cancel: &AtomicBool,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Option<Verification>, SyncError> {
    let version = match version {
        Some(version) => version,
        None => match store.read(|connection| one(connection, LATEST_MANIFEST, [project_id]))? {
            Some(latest) => latest.version,
            None => return Ok(None),
        },
    };
    Ok(verify_versions(store, objects, project_id, &[version], cancel, progress)?.pop())
}

/// Checks every version of a project, newest first, each thing that they share once. `progress` as for [`verify_version`].
///
/// # Errors
/// As [`verify`].
pub fn verify_all(
    store: &Store,
    objects: &Objects,
    project_id: &str,
    cancel: &AtomicBool,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Vec<Verification>, SyncError> {
    verify_versions(store, objects, project_id, &version_numbers(store, project_id)?, cancel, progress)
}

/// Versions that are not there are left out. Nodes first, which tells how many objects there are; then the objects, side by side; then, only when
/// something is wrong, the paths that need it.
fn verify_versions(
    store: &Store,
    objects: &Objects,
    project_id: &str,
    versions: &[u32],
    cancel: &AtomicBool,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Vec<Verification>, SyncError> {
    let mut check =
        Check { cancel, progress, checked: 0, nodes: HashMap::new(), objects: HashMap::new(), odd: Vec::new(), keeps: Vec::new() };
    let mut verdicts: Vec<Verdict> = store.read(|connection| {
        let mut verdicts = Vec::new();
        for version in versions {
            if let Some(raw) = one(connection, MANIFEST, params![project_id, version])? {
                verdicts.push(check.version(connection, &raw)?);
            }
        }
        Ok::<_, SyncError>(verdicts)
    })?;
    let damage = check.contents(objects)?;
    if check.nodes.values().any(|node| node.wrong.is_some()) || !damage.is_empty() {
        store.read(|connection| {
            let mut naming = Naming { check: &check, damage: &damage, sound: HashSet::new() };
            for verdict in &mut verdicts {
                naming.version(connection, project_id, verdict)?;
            }
            Ok::<_, SyncError>(())
        })?;
    }
    Ok(verdicts.into_iter().map(Verdict::finish).collect())
}

struct Verdict {
    version: u32,
    checked: u64,
    /// Of the manifest's row.
    readable: bool,
    problems: Vec<Problem>,
    total: u64,
}

impl Verdict {
    fn add(&mut self, problem: Problem) {
        self.total += 1;
        self.problems.push(problem);
        if self.problems.len() >= 2 * NAMED_PROBLEMS {
            self.keep_the_first();
        }
    }

    fn keep_the_first(&mut self) {
        self.problems.sort_by(|a, b| a.path.cmp(&b.path));
        self.problems.truncate(NAMED_PROBLEMS);
    }

    fn finish(mut self) -> Verification {
        self.keep_the_first();
        let Self { version, checked, problems, total, .. } = self;
        Verification { version, checked, problems, problems_total: total }
    }
}

/// What is known of a node.
#[derive(Default)]
struct KnownNode {
    /// Files and bytes below it.
    sum: (u64, u64),
    /// Whether all below it could be read.
    complete: bool,
    wrong: Option<(ProblemKind, String)>,
    /// By which rules what it names was asked for: bits, in the order of [`Check::keeps`].
    asked: u64,
}

struct Check<'a> {
    cancel: &'a AtomicBool,
    progress: &'a (dyn Fn(u64, u64) + Sync),
    checked: u64,
    nodes: HashMap<ObjectHash, KnownNode>,
    /// Contents that must be there, with the size they are listed with.
    objects: HashMap<ObjectHash, u64>,
    /// Contents that are listed with a second size: one of them is wrong.
    odd: Vec<(ObjectHash, u64)>,
    keeps: Vec<Keeps>,
}

enum Step {
    Find(ObjectHash),
    Leave(ObjectHash),
}

/// What was found of the directory that is being looked at.
#[derive(Clone, Copy)]
struct Sum {
    files: u64,
    bytes: u64,
    complete: bool,
}

impl Check<'_> {
    fn go_on(&self) -> Result<(), SyncError> {
        if self.cancel.load(Ordering::Relaxed) { Err(SyncError::Cancelled) } else { Ok(()) }
    }

    fn count(&mut self) {
        self.checked += 1;
        (self.progress)(self.checked, 0);
    }

    fn version(&mut self, connection: &Connection, raw: &RawManifest) -> Result<Verdict, SyncError> {
        let before = self.checked + self.objects.len() as u64;
        self.count();
        let mut verdict = Verdict { version: raw.version, checked: 0, readable: false, problems: Vec::new(), total: 0 };
        if let Some(data) = manifest(raw, &mut verdict) {
            verdict.readable = true;
            let sum = self.below(connection, &data)?;
            if sum.complete && (sum.files, sum.bytes) != (data.files, data.bytes) {
                let Sum { files, bytes, .. } = sum;
                let detail = format!("The manifest counts {} files and {} bytes; it names {files} and {bytes}.", data.files, data.bytes);
                verdict.add(Problem { path: RepoPath::root(), kind: ProblemKind::ManifestMismatch, detail, hash: None });
            }
        }
        // Its contents are looked at after all nodes.
        verdict.checked = self.checked + self.objects.len() as u64 - before;
        Ok(verdict)
    }

    /// Looks at every node below a manifest's root that was not looked at yet. A stack of our own, because a hostile tree is deeper than a
    /// thread's.
    fn below(&mut self, connection: &Connection, data: &ManifestData) -> Result<Sum, SyncError> {
        let rule = self.rule(data.keeps);
        let mut sums = vec![Sum { files: 0, bytes: 0, complete: true }];
        let mut pending = Vec::new();
        self.entries(&data.entries, data.keeps, &mut sums, &mut pending);
        while let Some(step) = pending.pop() {
            self.go_on()?;
            let hash = match step {
                Step::Leave(hash) => {
                    let sum = sums.pop().unwrap_or(Sum { files: 0, bytes: 0, complete: false });
                    let known = self.nodes.entry(hash).or_default();
                    (known.sum, known.complete) = ((sum.files, sum.bytes), sum.complete);
                    known.asked |= rule;
                    add_to(&mut sums, sum);
                    continue;
                }
                Step::Find(hash) => hash,
            };
            if let Some(known) = self.nodes.get(&hash)
                && (known.wrong.is_some() || known.asked & rule != 0)
            {
                // Subtrees that occur again are counted again, so that the totals can be compared.
                let sum = Sum { files: known.sum.0, bytes: known.sum.1, complete: known.complete };
                add_to(&mut sums, sum);
                continue;
            }
            if !self.nodes.contains_key(&hash) {
                self.count();
            }
            match node(connection, &hash)? {
                Ok(node) => {
                    // Entered: a node that is inside itself, which only damage could make, is not entered again.
                    self.nodes.entry(hash).or_default().asked |= rule;
                    pending.push(Step::Leave(hash));
                    sums.push(Sum { files: 0, bytes: 0, complete: true });
                    self.entries(&node, data.keeps, &mut sums, &mut pending);
                }
                Err(wrong) => {
                    self.nodes.insert(hash, KnownNode { wrong: Some(wrong), ..KnownNode::default() });
                    add_to(&mut sums, Sum { files: 0, bytes: 0, complete: false });
                }
            }
        }
        Ok(sums.pop().unwrap_or(Sum { files: 0, bytes: 0, complete: false }))
    }

    fn entries(&mut self, node: &Node, keeps: Keeps, sums: &mut [Sum], pending: &mut Vec<Step>) {
        let entries = match node {
            Node::Shards(shards) => return pending.extend(shards.iter().map(|shard| Step::Find(shard.node))),
            Node::Entries(entries) => entries,
        };
        for entry in entries {
            if let Content::Directory { node } = entry.content {
                pending.push(Step::Find(node));
                continue;
            }
            let size = entry.content.size();
            add_to(sums, Sum { files: 1, bytes: size, complete: true });
            if let Some(hash) = entry.content.object().filter(|_| keeps.holds(&entry.content)) {
                match self.objects.get(&hash) {
                    Some(listed) if *listed != size => self.odd.push((hash, size)),
                    Some(_) => {}
                    None => _ = self.objects.insert(hash, size),
                }
            }
        }
    }

    /// The bit of a rule. Beyond sixty-four of them, which nobody makes by hand, nodes are looked at again.
    fn rule(&mut self, keeps: Keeps) -> u64 {
        let index = self.keeps.iter().position(|known| *known == keeps).unwrap_or_else(|| {
            self.keeps.push(keeps);
            self.keeps.len() - 1
        });
        u32::try_from(index).ok().and_then(|index| 1_u64.checked_shl(index)).unwrap_or(0)
    }

    /// Looks at every object, with the sizes they are listed with; what is wrong, by name and size.
    fn contents(&self, objects: &Objects) -> Result<Damage, SyncError> {
        let total = self.checked + self.objects.len() as u64;
        let done = AtomicU64::new(self.checked);
        let wanted: Vec<(ObjectHash, u64)> =
            self.objects.iter().map(|(hash, size)| (*hash, *size)).chain(self.odd.iter().copied()).collect();
        let results: Vec<Result<_, SyncError>> = wanted
            .into_par_iter()
            .map(|(hash, size)| {
                self.go_on()?;
                let wrong = match objects.get(&hash) {
                    Ok(Some(bytes)) if bytes.len() as u64 == size => None,
                    Ok(Some(bytes)) => Some((
                        ProblemKind::NodeMismatch,
                        format!("The file is listed with {size} bytes; its contents have {}.", bytes.len()),
                    )),
                    Ok(None) => Some((ProblemKind::MissingObject, "The contents were kept and are missing.".to_owned())),
                    Err(ObjectError::Mismatch { detail, .. }) => {
                        Some((ProblemKind::ObjectMismatch, format!("The contents are damaged: {detail}.")))
                    }
                    Err(other) => return Err(other.into()),
                };
                (self.progress)((done.fetch_add(1, Ordering::Relaxed) + 1).min(total), total);
                Ok(wrong.map(|wrong| ((hash, size), wrong)))
            })
            .collect();
        results.into_iter().filter_map(Result::transpose).collect()
    }
}

/// What is wrong with contents, by their name and the size they are listed with.
type Damage = HashMap<(ObjectHash, u64), (ProblemKind, String)>;

/// Finds the paths that need what is wrong.
struct Naming<'a> {
    check: &'a Check<'a>,
    damage: &'a Damage,
    /// Directories below which nothing is wrong, with the rule that says so.
    sound: HashSet<(u64, ObjectHash)>,
}

enum NamingStep {
    Find(RepoPath, ObjectHash),
    Wrong(RepoPath, ObjectHash, u64),
    Leave(ObjectHash, u64),
}

impl Naming<'_> {
    fn version(&mut self, connection: &Connection, project_id: &str, verdict: &mut Verdict) -> Result<(), SyncError> {
        let raw = if verdict.readable { one(connection, MANIFEST, params![project_id, verdict.version])? } else { None };
        let Some(data) = raw.and_then(|raw| ManifestData::from_json(&raw.data).ok()) else { return Ok(()) };
        let rule = self.check.keeps.iter().position(|keeps| *keeps == data.keeps).unwrap_or(usize::MAX) as u64;
        let mut named = HashSet::new();
        // How often something wrong was met, also the same again: tells whether a directory is sound.
        let mut met = 0;
        let mut pending = Vec::new();
        self.enter(&RepoPath::root(), &data.entries, data.keeps, &mut pending);
        while let Some(step) = pending.pop() {
            self.check.go_on()?;
            match step {
                NamingStep::Leave(hash, before) if met == before => _ = self.sound.insert((rule, hash)),
                NamingStep::Leave(..) => {}
                NamingStep::Wrong(path, hash, size) => {
                    met += 1;
                    if let Some((kind, detail)) = self.damage.get(&(hash, size)).filter(|_| named.insert((hash, size))) {
                        verdict.add(Problem { path, kind: *kind, detail: detail.clone(), hash: Some(hash) });
                    }
                }
                NamingStep::Find(_, hash) if self.sound.contains(&(rule, hash)) => {}
                NamingStep::Find(path, hash) => {
                    if let Some((kind, detail)) = self.check.nodes.get(&hash).and_then(|known| known.wrong.clone()) {
                        met += 1;
                        if named.insert((hash, 0)) {
                            verdict.add(Problem { path, kind, detail, hash: Some(hash) });
                        }
                        continue;
                    }
                    // It was sound a moment ago; what changed since is for the next time.
                    let Ok(node) = node(connection, &hash)? else { continue };
                    pending.push(NamingStep::Leave(hash, met));
                    self.enter(&path, &node, data.keeps, &mut pending);
                }
            }
        }
        Ok(())
    }

    /// Puts off what is in a directory, so that it comes back in its order.
    fn enter(&self, directory: &RepoPath, node: &Node, keeps: Keeps, pending: &mut Vec<NamingStep>) {
        match node {
            Node::Shards(shards) => pending.extend(shards.iter().rev().map(|shard| NamingStep::Find(directory.clone(), shard.node))),
            Node::Entries(entries) => pending.extend(entries.iter().rev().filter_map(|entry| match &entry.content {
                Content::Directory { node } => Some(NamingStep::Find(directory.child(&entry.name), *node)),
                content => {
                    let hash = content.object().filter(|_| keeps.holds(content))?;
                    let wrong = self.damage.contains_key(&(hash, content.size()));
                    wrong.then(|| NamingStep::Wrong(directory.child(&entry.name), hash, content.size()))
                }
            })),
        }
    }
}

fn manifest(raw: &RawManifest, verdict: &mut Verdict) -> Option<ManifestData> {
    let mut wrong =
        |detail: String| verdict.add(Problem { path: RepoPath::root(), kind: ProblemKind::ManifestMismatch, detail, hash: None });
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

/// The node of that name, or what is wrong with it.
fn node(connection: &Connection, hash: &ObjectHash) -> Result<Result<Node, (ProblemKind, String)>, SyncError> {
    let json: Option<String> = connection.prepare_cached(NODE)?.query_row([hash.to_string()], |row| row.get(0)).optional()?;
    let Some(json) = json else {
        return Ok(Err((ProblemKind::MissingNode, format!("The directory's node {hash} is missing."))));
    };
    let found = ObjectHash::of(json.as_bytes());
    if found != *hash {
        return Ok(Err((ProblemKind::NodeMismatch, format!("The directory's node {hash} hashes to {found}."))));
    }
    Ok(Node::from_json(&json).map_err(|error| (ProblemKind::NodeMismatch, format!("The directory's node {hash} can't be read: {error}."))))
}

fn add_to(sums: &mut [Sum], sum: Sum) {
    if let Some(last) = sums.last_mut() {
        last.files = last.files.saturating_add(sum.files);
        last.bytes = last.bytes.saturating_add(sum.bytes);
        last.complete &= sum.complete;
    }
}
