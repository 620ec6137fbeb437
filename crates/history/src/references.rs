//! Branches and tags, and what they stand at. Read-only.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    fs,
    path::Path,
    time::{Duration, Instant},
};

use git2::{BranchType, ObjectType, Oid};

use crate::{HistoryError, Repo, commit::Commit};

/// So many names are looked at; a repository with more is a mirror or a trap.
const MOST_NAMES: usize = 20_000;
/// For counting how far branches are from their upstreams, all together.
const COUNTING: Duration = Duration::from_millis(400);
/// In characters.
const LONGEST_SUMMARY: usize = 200;
/// In bytes of a tag's message.
const LONGEST_MESSAGE: usize = 64 * 1024;

/// What a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LabelKind {
    /// What is checked out.
    Head,
    /// A local branch.
    Branch,
    /// A branch of a remote, as it was when fetched.
    Remote,
    /// A tag.
    Tag,
}

/// A name that stands at a commit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label {
    /// What it is.
    pub kind: LabelKind,
    /// Short: without `refs/heads/` and the like; `HEAD` for what is checked out.
    pub name: String,
}

/// A branch.
#[derive(Debug, Clone)]
pub struct Branch {
    /// Short.
    pub name: String,
    /// Of a remote.
    pub remote: bool,
    /// Checked out.
    pub current: bool,
    /// Its last commit.
    pub commit: Commit,
    /// The branch it follows, short.
    pub upstream: Option<String>,
    /// Commits it has that its upstream has not, and the other way round; `None` without one or when counting took too long.
    pub ahead_behind: Option<(u32, u32)>,
}

/// A tag of a commit.
#[derive(Debug, Clone)]
pub struct Tag {
    /// Short.
    pub name: String,
    /// The commit it leads to.
    pub commit: Commit,
    /// When it was made, in seconds since 1970; the commit's time for a light one.
    pub time: i64,
    /// Of an annotated one, at most 64 KiB, without a signature.
    pub message: Option<String>,
}

/// Branches and tags.
#[derive(Debug, Clone, Default)]
pub struct References {
    /// The commit that is checked out.
    pub head: Option<Oid>,
    /// The branch that is checked out; `None` when detached.
    pub branch: Option<String>,
    /// The current one first, then local ones by their last commit, then remote ones.
    pub branches: Vec<Branch>,
    /// Newest first.
    pub tags: Vec<Tag>,
}

/// The names that stand at commits.
///
/// # Errors
/// libgit2's.
pub fn labels(repo: &Repo) -> Result<HashMap<Oid, Vec<Label>>, HistoryError> {
    let mut labels: HashMap<Oid, Vec<Label>> = HashMap::new();
    let mut add = |id, kind, name| labels.entry(id).or_default().push(Label { kind, name });
    if let Some(head) = repo.head() {
        add(head, LabelKind::Head, "HEAD".to_owned());
    }
    for (full, id) in names(repo)? {
        let Some((kind, name)) = label_of(&full) else { continue };
        if let Some(commit) = commit_of(repo, id) {
            add(commit, kind, name);
        }
    }
    for all in labels.values_mut() {
        all.sort();
    }
    Ok(labels)
}

/// Branches and tags. Ones that are broken or lead to something else than a commit are left out.
///
/// # Errors
/// libgit2's.
pub fn references(repo: &Repo) -> Result<References, HistoryError> {
    let (head, branch) = (repo.head(), repo.branch());
    let (mut branches, mut tags) = (Vec::new(), Vec::new());
    for (full, id) in names(repo)? {
        let Some((kind, name)) = label_of(&full) else { continue };
        let Some(commit) = commit_of(repo, id).and_then(|id| repo.commit(id).ok()) else { continue };
        if kind == LabelKind::Tag {
            let annotated = repo.repository.find_tag(id).ok();
            let made = annotated.as_ref().and_then(|tag| Some(tag.tagger()?.when().seconds()));
            let message = annotated.as_ref().map(|tag| message(tag.message_bytes().unwrap_or_default()));
            let time = made.unwrap_or(commit.committer.time);
            tags.push(Tag { name, time, message: message.filter(|message| !message.is_empty()), commit });
        } else {
            let remote = kind == LabelKind::Remote;
            let current = !remote && branch.as_ref() == Some(&name);
            branches.push(Branch { name, remote, current, commit, upstream: None, ahead_behind: None });
        }
    }
    branches.sort_by(|one, other| key(one).cmp(&key(other)).then_with(|| one.name.cmp(&other.name)));
    tags.sort_by(|one, other| other.time.cmp(&one.time).then_with(|| other.name.cmp(&one.name)));
    let deadline = Instant::now() + COUNTING;
    for branch in branches.iter_mut().filter(|branch| !branch.remote) {
        let upstream = repo.repository.find_branch(&branch.name, BranchType::Local).and_then(|branch| branch.upstream());
        let Ok(upstream) = upstream else { continue };
        branch.upstream = upstream.name_bytes().ok().map(|name| String::from_utf8_lossy(name).into_owned());
        if let Ok(theirs) = upstream.get().peel_to_commit() {
            branch.ahead_behind = apart(repo, branch.commit.id, theirs.id(), deadline);
        }
    }
    Ok(References { head, branch, branches, tags })
}

fn key(branch: &Branch) -> (bool, bool, Reverse<i64>) {
    (!branch.current, branch.remote, Reverse(branch.commit.committer.time))
}

/// How many commits each of two has that the other has not; `None` when that took longer than until `deadline`.
pub(crate) fn apart(repo: &Repo, ours: Oid, theirs: Oid, deadline: Instant) -> Option<(u32, u32)> {
    const OURS: u8 = 1;
    const THEIRS: u8 = 2;
    const BOTH: u8 = 3;
    if ours == theirs {
        return Some((0, 0));
    }
    let mut sides: HashMap<Oid, (u8, Vec<Oid>)> = HashMap::new();
    let mut queue = BinaryHeap::new();
    for (id, side) in [(ours, OURS), (theirs, THEIRS)] {
        let node = repo.node(id).ok()?;
        sides.insert(id, (side, node.parents));
        queue.push((node.time, id, side));
    }
    // Entries that are not yet known to be on both sides: without one, nothing more can be told apart.
    let mut open = 2_usize;
    while open > 0 {
        let (_, id, side) = queue.pop()?;
        if side != BOTH {
            open -= 1;
        }
        if Instant::now() >= deadline {
            return None;
        }
        let (side, parents) = sides.get(&id)?.clone();
        for parent in parents {
            let (before, time) = match sides.get(&parent) {
                Some((before, _)) => (*before, None),
                None => {
                    let Ok(node) = repo.node(parent) else { continue };
                    sides.insert(parent, (0, node.parents));
                    (0, Some(node.time))
                }
            };
            let now = before | side;
            if now == before {
                continue;
            }
            if let Some((there, _)) = sides.get_mut(&parent) {
                *there = now;
            }
            let time = match time {
                Some(time) => time,
                None => repo.node(parent).ok()?.time,
            };
            queue.push((time, parent, now));
            open += usize::from(now != BOTH);
        }
    }
    let count = |wanted| u32::try_from(sides.values().filter(|(side, _)| *side == wanted).count()).unwrap_or(u32::MAX);
    Some((count(OURS), count(THEIRS)))
}

/// Full names and what they lead to directly (a commit or an annotated tag).
fn names(repo: &Repo) -> Result<Vec<(Vec<u8>, Oid)>, HistoryError> {
    refuse_what_is_not_ordinary(&repo.repository.commondir().join("refs"))?;
    let mut names = Vec::new();
    for reference in repo.repository.references()?.take(MOST_NAMES).flatten() {
        // A symbolic one, as a remote's HEAD, repeats another.
        if let Some(id) = reference.target() {
            names.push((reference.name_bytes().to_vec(), id));
        }
    }
    Ok(names)
}

fn label_of(full: &[u8]) -> Option<(LabelKind, String)> {
    let kinds = [(&b"refs/heads/"[..], LabelKind::Branch), (b"refs/remotes/", LabelKind::Remote), (b"refs/tags/", LabelKind::Tag)];
    kinds.iter().find_map(|(start, kind)| Some((*kind, String::from_utf8_lossy(full.strip_prefix(*start)?).into_owned())))
}

/// The commit that an object is, or that a tag (of a tag …) leads to.
fn commit_of(repo: &Repo, id: Oid) -> Option<Oid> {
    let (_, kind) = repo.repository.odb().ok()?.read_header(id).ok()?;
    match kind {
        ObjectType::Commit => Some(id),
        ObjectType::Tag => Some(repo.repository.find_tag(id).ok()?.into_object().peel_to_commit().ok()?.id()),
        _ => None,
    }
}

fn message(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST_MESSAGE)]);
    let unsigned = text.split("-----BEGIN ").next().unwrap_or_default();
    unsigned.trim().to_owned()
}

/// A pipe in the place of a reference would be waited for, for ever.
pub(crate) fn refuse_what_is_not_ordinary(refs: &Path) -> Result<(), HistoryError> {
    let mut pending = vec![refs.to_owned()];
    let mut seen = 0;
    while let Some(folder) = pending.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            seen += 1;
            let Ok(kind) = entry.file_type() else { continue };
            let special = |path: &Path| fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
            if seen > 10 * MOST_NAMES || (!kind.is_dir() && !kind.is_file() && special(&entry.path())) {
                return Err(HistoryError::Library(format!("{} is not an ordinary file", entry.path().display())));
            }
            if kind.is_dir() {
                pending.push(entry.path());
            }
        }
    }
    Ok(())
}

impl Commit {
    /// The first paragraph on one line, at most 200 characters.
    pub fn short_summary(&self) -> String {
        self.summary(LONGEST_SUMMARY)
    }
}
