//! Reading versions: which there are, what is in a directory, where a path leads.

use lectern_objects::ObjectHash;
use lectern_store::{
    Store, Timestamp,
    rusqlite::{Connection, OptionalExtension, Params, params},
};

use crate::{
    RepoPath, SyncError, VersionChanges, VersionRow,
    diff::compare,
    manifest::{Content, Entry, Node, digit_of},
    rows::{
        IS_RUNNING, LAST_SYNC, LATEST_MANIFEST, MANIFEST, MANIFEST_BY_ID, MANIFESTS, Manifest, NODE, RawManifest, RepoSync, RepoSyncId,
        SYNC,
    },
    version_rows::{
        COUNT_PINNED, COUNT_VERSIONS, MADE_BEFORE, PIN, SET_CHANGES, SET_LABEL, SET_VERIFIED, TIMELINE, UNPIN, VERSION_BEFORE,
        VERSION_NUMBERS,
    },
};

/// No scan makes a deeper tree: a path has at most 4,096 bytes. What claims to be deeper is damage.
const DEEPEST: usize = 4096;

/// The newest version of a project; `None` before its first.
///
/// # Errors
/// [`SyncError::Damaged`] when the row can't be read as a version.
pub fn latest_manifest(store: &Store, project_id: &str) -> Result<Option<Manifest>, SyncError> {
    store.read(|connection| latest(connection, project_id))
}

pub(crate) fn latest(connection: &Connection, project_id: &str) -> Result<Option<Manifest>, SyncError> {
    one(connection, LATEST_MANIFEST, [project_id])?.map(RawManifest::parse).transpose()
}

/// One version of a project.
///
/// # Errors
/// [`SyncError::Damaged`] when the row can't be read as a version.
pub fn manifest(store: &Store, project_id: &str, version: u32) -> Result<Option<Manifest>, SyncError> {
    store.read(|connection| one(connection, MANIFEST, params![project_id, version])?.map(RawManifest::parse).transpose())
}

/// The version with that row id.
///
/// # Errors
/// [`SyncError::Damaged`] when the row can't be read as a version.
pub fn manifest_by_id(store: &Store, id: &str) -> Result<Option<Manifest>, SyncError> {
    store.read(|connection| one(connection, MANIFEST_BY_ID, [id])?.map(RawManifest::parse).transpose())
}

/// All versions of a project, newest first.
///
/// # Errors
/// [`SyncError::Damaged`] when a row can't be read as a version.
pub fn manifests(store: &Store, project_id: &str) -> Result<Vec<Manifest>, SyncError> {
    store.read(|connection| {
        let mut statement = connection.prepare_cached(MANIFESTS)?;
        statement.query_map([project_id], RawManifest::from_row)?.map(|row| row?.parse()).collect()
    })
}

/// A sync by its id.
///
/// # Errors
/// SQLite's.
pub fn repo_sync(store: &Store, id: &RepoSyncId) -> Result<Option<RepoSync>, SyncError> {
    store.read(|connection| Ok(connection.prepare_cached(SYNC)?.query_row([id.as_str()], RepoSync::from_row).optional()?))
}

/// The sync of a project that was asked for last.
///
/// # Errors
/// SQLite's.
pub fn last_sync(store: &Store, project_id: &str) -> Result<Option<RepoSync>, SyncError> {
    store.read(|connection| Ok(connection.prepare_cached(LAST_SYNC)?.query_row([project_id], RepoSync::from_row).optional()?))
}

/// Whether a sync of a project runs right now, in whichever process. One that was killed counts until the next start.
///
/// # Errors
/// SQLite's.
pub fn is_running(store: &Store, project_id: &str) -> Result<bool, SyncError> {
    store.read(|connection| Ok(connection.prepare_cached(IS_RUNNING)?.query_row([project_id], |row| row.get(0))?))
}

pub(crate) fn one(connection: &Connection, sql: &str, parameters: impl Params) -> Result<Option<RawManifest>, SyncError> {
    Ok(connection.prepare_cached(sql)?.query_row(parameters, RawManifest::from_row).optional()?)
}

/// The entries of a directory in a version, ascending by name; `None` when there is no such directory.
///
/// # Errors
/// [`SyncError::Damaged`] when a node is missing or broken.
pub fn list_dir(store: &Store, manifest: &Manifest, directory: &RepoPath) -> Result<Option<Vec<Entry>>, SyncError> {
    store.read(|connection| {
        let node = if directory.is_root() {
            manifest.data.entries.clone()
        } else {
            match find(connection, manifest, directory)? {
                Some(Entry { content: Content::Directory { node }, .. }) => load(connection, &node)?,
                _ => return Ok(None),
            }
        };
        flatten(node, &|hash| load(connection, hash)).map(Some)
    })
}

/// What is at `path` in a version; `None` when nothing is, also for the root, which has no entry.
///
/// # Errors
/// [`SyncError::Damaged`] when a node is missing or broken.
pub fn lookup(store: &Store, manifest: &Manifest, path: &RepoPath) -> Result<Option<Entry>, SyncError> {
    store.read(|connection| find(connection, manifest, path))
}

fn find(connection: &Connection, manifest: &Manifest, path: &RepoPath) -> Result<Option<Entry>, SyncError> {
    let mut node = manifest.data.entries.clone();
    let mut names = path.names().peekable();
    while let Some(name) = names.next() {
        let Some(entry) = find_in(connection, node, name)? else { return Ok(None) };
        if names.peek().is_none() {
            return Ok(Some(entry));
        }
        let Content::Directory { node: below } = entry.content else { return Ok(None) };
        node = load(connection, &below)?;
    }
    Ok(None)
}

fn find_in(connection: &Connection, mut node: Node, name: &[u8]) -> Result<Option<Entry>, SyncError> {
    let hash = ObjectHash::of(name);
    for depth in 0..=64 {
        match node {
            Node::Entries(mut entries) => {
                return Ok(entries.binary_search_by(|entry| entry.name.as_slice().cmp(name)).ok().map(|index| entries.swap_remove(index)));
            }
            Node::Shards(shards) if depth < 64 => match shards.iter().find(|shard| shard.digit == digit_of(&hash, depth)) {
                Some(shard) => node = load(connection, &shard.node)?,
                None => return Ok(None),
            },
            Node::Shards(_) => break,
        }
    }
    Err(too_deep())
}

/// Calls `each` with every file, symlink and submodule of a version, in the order of [`RepoPath`].
///
/// # Errors
/// [`SyncError::Damaged`] when a node is missing or broken, and whatever `each` returns, which ends the walk.
pub fn walk(
    store: &Store,
    manifest: &Manifest,
    mut each: impl FnMut(&RepoPath, &Content) -> Result<(), SyncError>,
) -> Result<(), SyncError> {
    store.read(|connection| {
        let entries_of = |node| flatten(node, &|hash| load(connection, hash)).map(Vec::into_iter);
        let mut open = vec![(RepoPath::root(), entries_of(manifest.data.entries.clone())?)];
        while let Some((directory, entries)) = open.last_mut() {
            let Some(entry) = entries.next() else {
                open.pop();
                continue;
            };
            let path = directory.child(&entry.name);
            match &entry.content {
                Content::Directory { node } if open.len() < DEEPEST => open.push((path, entries_of(load(connection, node)?)?)),
                Content::Directory { .. } => return Err(too_deep()),
                content => each(&path, content)?,
            }
        }
        Ok(())
    })
}

/// A part of a project's timeline.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// Newest first.
    pub versions: Vec<VersionRow>,
    /// How many versions the project has in all.
    pub total: u32,
    /// The commit of the version before the oldest of these; `None` when that is the first or had none.
    pub commit_before: Option<String>,
    /// Whether there are older ones than the oldest of these.
    pub more: bool,
}

/// Up to `limit` versions older than `before` (the newest when `None`), newest first.
///
/// # Errors
/// SQLite's.
pub fn timeline(store: &Store, project_id: &str, before: Option<u32>, limit: u32) -> Result<Timeline, SyncError> {
    store.read(|connection| {
        let total = connection.prepare_cached(COUNT_VERSIONS)?.query_row([project_id], |row| row.get(0))?;
        let mut statement = connection.prepare_cached(TIMELINE)?;
        // One more, which tells whether there are more and what the last of these is compared with.
        let values = params![project_id, before.map_or(i64::MAX, i64::from), i64::from(limit) + 1];
        let mut versions: Vec<VersionRow> = statement.query_map(values, VersionRow::from_row)?.collect::<Result<_, _>>()?;
        let next = if versions.len() > limit as usize { versions.pop() } else { None };
        Ok(Timeline { versions, total, more: next.is_some(), commit_before: next.and_then(|next| next.commit) })
    })
}

/// The numbers of a project's versions, newest first.
///
/// # Errors
/// SQLite's.
pub fn version_numbers(store: &Store, project_id: &str) -> Result<Vec<u32>, SyncError> {
    store.read(|connection| {
        Ok(connection.prepare_cached(VERSION_NUMBERS)?.query_map([project_id], |row| row.get(0))?.collect::<Result<_, _>>()?)
    })
}

/// How many of a project's versions are pinned.
///
/// # Errors
/// SQLite's.
pub fn pinned_count(store: &Store, project_id: &str) -> Result<u32, SyncError> {
    store.read(|connection| Ok(connection.prepare_cached(COUNT_PINNED)?.query_row([project_id], |row| row.get(0))?))
}

/// The id and number of the version that was a project's latest when the row `id` of any table was made; `None` before its first.
///
/// # Errors
/// SQLite's.
pub fn latest_before(store: &Store, project_id: &str, id: &str) -> Result<Option<(String, u32)>, SyncError> {
    store.read(|connection| {
        let mut statement = connection.prepare_cached(MADE_BEFORE)?;
        Ok(statement.query_row([project_id, id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    })
}

/// Names a version. Whether there is such a version.
///
/// # Errors
/// SQLite's, also for a label of more than 200 characters.
pub fn set_label(store: &Store, project_id: &str, version: u32, label: &str) -> Result<bool, SyncError> {
    store.write(|transaction| Ok(transaction.execute(SET_LABEL, params![project_id, version, label])? == 1))
}

/// Pins a version at a time, or lets it go. Whether there is such a version. One that is pinned already keeps its time.
///
/// # Errors
/// SQLite's.
pub fn set_pinned(store: &Store, project_id: &str, version: u32, pinned_at: Option<Timestamp>) -> Result<bool, SyncError> {
    store.write(|transaction| {
        let changed = match pinned_at {
            Some(at) => transaction.execute(PIN, params![project_id, version, at])?,
            None => transaction.execute(UNPIN, params![project_id, version])?,
        };
        Ok(changed == 1)
    })
}

/// Notes when versions were found to match their hashes, or that one no longer does.
///
/// # Errors
/// SQLite's.
pub fn set_verified(store: &Store, project_id: &str, verdicts: &[(u32, Option<Timestamp>)]) -> Result<(), SyncError> {
    // A row is rewritten with its manifest, so not all of them while everybody else waits.
    for some in verdicts.chunks(100) {
        store.write(|transaction| {
            let mut statement = transaction.prepare_cached(SET_VERIFIED)?;
            for (version, at) in some {
                statement.execute(params![project_id, version, at])?;
            }
            Ok::<_, SyncError>(())
        })?;
    }
    Ok(())
}

/// Looks at how a version differs from the one before it, and writes that beside it. `None` when there is no such version.
///
/// # Errors
/// [`SyncError::Damaged`] when a node of either is missing or broken.
pub fn describe_changes(store: &Store, project_id: &str, version: u32) -> Result<Option<VersionChanges>, SyncError> {
    let found = store.read(|connection| {
        let Some(this) = one(connection, MANIFEST, params![project_id, version])? else { return Ok::<_, SyncError>(None) };
        let before = one(connection, VERSION_BEFORE, params![project_id, version])?;
        let (this, before) = (this.parse()?, before.map(RawManifest::parse).transpose()?);
        Ok(Some((this.id.clone(), changes_between(connection, before.as_ref(), &this)?)))
    })?;
    let Some((id, changes)) = found else { return Ok(None) };
    store.write(|transaction| transaction.execute(SET_CHANGES, params![id, changes.to_json()]))?;
    Ok(Some(changes))
}

/// How `new` differs from `old`, or from nothing.
pub(crate) fn changes_between(connection: &Connection, old: Option<&Manifest>, new: &Manifest) -> Result<VersionChanges, SyncError> {
    let nothing = Node::Entries(Vec::new());
    let load = |hash: &ObjectHash| load(connection, hash);
    let found = compare(old.map_or(&nothing, |old| &old.data.entries), &new.data.entries, &load, &load)?;
    Ok(VersionChanges::of(&found))
}

/// The node with that name.
pub(crate) fn load(connection: &Connection, hash: &ObjectHash) -> Result<Node, SyncError> {
    let json: Option<String> = connection.prepare_cached(NODE)?.query_row([hash.to_string()], |row| row.get(0)).optional()?;
    let json = json.ok_or_else(|| SyncError::Damaged(format!("the node {hash} is missing")))?;
    Node::from_json(&json).map_err(|error| SyncError::Damaged(format!("the node {hash} can't be read: {error}")))
}

/// The entries of a directory, however it is split, ascending by name.
pub(crate) fn flatten(node: Node, load: &dyn Fn(&ObjectHash) -> Result<Node, SyncError>) -> Result<Vec<Entry>, SyncError> {
    let mut parts = match node {
        Node::Entries(entries) => return Ok(entries),
        Node::Shards(shards) => vec![(shards, 0)],
    };
    let mut all = Vec::new();
    while let Some((shards, depth)) = parts.pop() {
        for shard in shards {
            match load(&shard.node)? {
                Node::Entries(mut entries) => all.append(&mut entries),
                Node::Shards(shards) if depth < 64 => parts.push((shards, depth + 1)),
                Node::Shards(_) => return Err(too_deep()),
            }
        }
    }
    all.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn too_deep() -> SyncError {
    SyncError::Damaged("its directories are nested deeper than any that Lectern makes".to_owned())
}
