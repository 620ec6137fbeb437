//! Takes away nodes and objects that no version names any more.
//!
//! **Promises.** What a remaining version names is never touched, whatever kills this process and whoever syncs meanwhile. Versions go before
//! their nodes, nodes before objects, each in small transactions, so that nobody waits long. Every step that deletes holds `run/collect.lock`
//! exclusively and looks again for versions that were made since the last; whoever writes contents before the row that names them
//! (a sync, a journal), or reads them for long after (a verification), holds it shared.

use std::{
    borrow::Cow,
    collections::HashSet,
    fs::{File, TryLockError},
    io,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use lectern_objects::{ObjectHash, Objects, Space, give_back};
use lectern_store::{
    Store, private_file,
    rusqlite::{Connection, OptionalExtension, params},
};
use serde::Deserialize;

use crate::{
    SyncError,
    rows::NODE,
    version_rows::{DELETE_NODE, MANIFEST_DATA, MANIFEST_IDS, MANIFEST_IDS_OF_PROJECT, NODE_PAGE, NODE_SIZE, NODE_SIZES},
};

/// Nodes or objects deleted in one transaction; with the bytes that go into the log, some ten milliseconds.
const BATCH: usize = 256;
/// Names looked at in one read.
const PAGE: u32 = 8192;
/// The database is written anew only when it is smaller than this, because every writer waits meanwhile.
const LARGEST_DATABASE: u64 = 512 * 1024 * 1024;
/// The objects too; only syncs wait for those.
const LARGEST_OBJECTS: u64 = 8 * 1024 * 1024 * 1024;

/// Keeps collections from deleting anything for as long as the file lives. Waits for one step of a running collection, some ten milliseconds.
///
/// # Errors
/// When the lock's file can't be made or locked.
pub fn share(run_dir: &Path) -> io::Result<File> {
    let file = lock_file(run_dir)?;
    file.lock_shared()?;
    Ok(file)
}

/// The lock for one step of a collection, when nobody shares it right now.
fn exclusive_now(run_dir: &Path) -> io::Result<Option<File>> {
    let file = lock_file(run_dir)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn lock_file(run_dir: &Path) -> io::Result<File> {
    // Never removed: two processes must not lock two files of one name.
    private_file().open(run_dir.join("collect.lock"))
}

/// What a collection is given.
pub struct Collection<'a> {
    /// The versions and nodes.
    pub store: &'a Store,
    /// The contents.
    pub objects: &'a Objects,
    /// Where the lock is.
    pub run_dir: &'a Path,
    /// Objects that something else than a version needs; asked for under the lock before each step.
    pub roots: &'a dyn Fn() -> Result<Vec<ObjectHash>, SyncError>,
    /// Stops between two steps.
    pub cancel: &'a AtomicBool,
    /// Hears how many nodes and objects were looked at, of how many, and how many bytes of them went. 0 in all while unknown.
    pub progress: &'a dyn Fn(u64, u64, u64),
}

/// What a collection did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Collected {
    /// Nodes deleted.
    pub nodes: u64,
    /// Objects deleted.
    pub objects: u64,
    /// By how many bytes the two database files shrank.
    pub freed_bytes: u64,
    /// Bytes that are free inside them and stay, to be used again before they grow.
    pub free_bytes: u64,
}

/// What versions name, by hash. Some 100 bytes for each file that differs from all others.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    manifests: HashSet<String>,
    pub nodes: HashSet<ObjectHash>,
    /// Whether kept or not: what is here and is named, stays.
    pub objects: HashSet<ObjectHash>,
}

impl Collection<'_> {
    /// Deletes what no version and no root needs, then gives room back to the disk (see [`give_back`]).
    ///
    /// # Errors
    /// [`SyncError::Cancelled`]; [`SyncError::Damaged`] when a version can't be followed to all it names, before anything is deleted; the
    /// database's. What was deleted until then was needed by nothing.
    pub fn run(&self) -> Result<Collected, SyncError> {
        let mut marks = Marks::default();
        self.store.read(|connection| marks.extend(connection, self.cancel))?;
        let total = self.count()?;
        let (mut collected, mut state) = (Collected::default(), Looked { done: 0, total, bytes: 0 });
        self.sweep_nodes(&mut marks, &mut collected, &mut state)?;
        self.sweep_objects(&mut marks, &mut collected, &mut state)?;
        collected.freed_bytes = give_back(self.store.path(), LARGEST_DATABASE, self.cancel)?;
        {
            // Writing the file of objects anew would keep syncs waiting longer than a database's patience.
            let _lock = if Space::of(self.objects.path())?.in_steps { None } else { Some(self.wait_for_lock()?) };
            collected.freed_bytes += give_back(self.objects.path(), LARGEST_OBJECTS, self.cancel)?;
        }
        collected.free_bytes = Space::of(self.store.path())?.free + Space::of(self.objects.path())?.free;
        (self.progress)(total, total, state.bytes);
        Ok(collected)
    }

    fn sweep_nodes(&self, marks: &mut Marks, collected: &mut Collected, state: &mut Looked) -> Result<(), SyncError> {
        let mut after = String::new();
        loop {
            let page: Vec<String> = self.store.read(|connection| {
                let mut statement = connection.prepare_cached(NODE_PAGE)?;
                statement.query_map(params![after, PAGE], |row| row.get(0))?.collect::<Result<_, lectern_store::rusqlite::Error>>()
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            last.clone_into(&mut after);
            state.done += page.len() as u64;
            // A name that is no hash is nobody's name.
            let unmarked = |name: &String, marks: &Marks| name.parse().map_or(true, |hash: ObjectHash| !marks.nodes.contains(&hash));
            let dead: Vec<String> = page.into_iter().filter(|name| unmarked(name, marks)).collect();
            for batch in dead.chunks(BATCH) {
                let _lock = self.wait_for_lock()?;
                self.store.read(|connection| marks.extend(connection, self.cancel))?;
                self.store.write(|transaction| {
                    // Should somebody commit a version without sharing the lock, its nodes stay all the same.
                    marks.extend(transaction, self.cancel)?;
                    for name in batch.iter().filter(|name| unmarked(name, marks)) {
                        let size: Option<i64> = transaction.prepare_cached(NODE_SIZE)?.query_row([name], |row| row.get(0)).optional()?;
                        collected.nodes += transaction.prepare_cached(DELETE_NODE)?.execute([name])? as u64;
                        state.bytes += size.unwrap_or(0).unsigned_abs();
                    }
                    Ok::<_, SyncError>(())
                })?;
                (self.progress)(state.done, state.total, state.bytes);
            }
            self.go_on(state)?;
        }
    }

    fn sweep_objects(&self, marks: &mut Marks, collected: &mut Collected, state: &mut Looked) -> Result<(), SyncError> {
        let mut after = None;
        loop {
            let page = self.objects.names(after.as_ref(), PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(*last);
            state.done += page.len() as u64;
            let dead: Vec<ObjectHash> = page.into_iter().filter(|hash| !marks.objects.contains(hash)).collect();
            for batch in dead.chunks(BATCH) {
                let _lock = self.wait_for_lock()?;
                self.store.read(|connection| marks.extend(connection, self.cancel))?;
                marks.objects.extend((self.roots)()?);
                let dead: Vec<ObjectHash> = batch.iter().filter(|hash| !marks.objects.contains(hash)).copied().collect();
                let (objects, bytes) = self.objects.remove(&dead)?;
                collected.objects += objects;
                state.bytes += bytes;
                (self.progress)(state.done, state.total, state.bytes);
            }
            self.go_on(state)?;
        }
    }

    fn go_on(&self, state: &Looked) -> Result<(), SyncError> {
        (self.progress)(state.done, state.total, state.bytes);
        if self.cancel.load(Ordering::Relaxed) { Err(SyncError::Cancelled) } else { Ok(()) }
    }

    /// How many nodes and objects there are.
    fn count(&self) -> Result<u64, SyncError> {
        let nodes: i64 = self.store.read(|connection| connection.query_row(crate::version_rows::COUNT_NODES, [], |row| row.get(0)))?;
        Ok(nodes.unsigned_abs() + self.objects.count()?)
    }

    fn wait_for_lock(&self) -> Result<File, SyncError> {
        loop {
            if self.cancel.load(Ordering::Relaxed) {
                return Err(SyncError::Cancelled);
            }
            if let Some(lock) = exclusive_now(self.run_dir).map_err(|error| SyncError::Internal(error.to_string()))? {
                return Ok(lock);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

struct Looked {
    done: u64,
    total: u64,
    bytes: u64,
}

impl Marks {
    /// Marks what the versions name that were not looked at yet.
    pub fn extend(&mut self, connection: &Connection, cancel: &AtomicBool) -> Result<(), SyncError> {
        let mut statement = connection.prepare_cached(MANIFEST_IDS)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = row.get_ref(0)?.as_str().map_err(|error| SyncError::Damaged(error.to_string()))?;
            if !self.manifests.contains(id) {
                self.add(connection, id, cancel)?;
            }
        }
        Ok(())
    }

    /// Marks what the versions of one project name.
    pub fn extend_of(&mut self, connection: &Connection, project_id: &str, cancel: &AtomicBool) -> Result<(), SyncError> {
        let mut statement = connection.prepare_cached(MANIFEST_IDS_OF_PROJECT)?;
        let ids: Vec<String> = statement.query_map([project_id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        ids.iter().try_for_each(|id| self.add(connection, id, cancel))
    }

    /// Counts as looked at without marking anything.
    pub fn leave_out(&mut self, connection: &Connection, project_id: &str) -> Result<(), SyncError> {
        let mut statement = connection.prepare_cached(MANIFEST_IDS_OF_PROJECT)?;
        for id in statement.query_map([project_id], |row| row.get(0))? {
            self.manifests.insert(id?);
        }
        Ok(())
    }

    fn add(&mut self, connection: &Connection, id: &str, cancel: &AtomicBool) -> Result<(), SyncError> {
        let row: Option<(u32, String, String)> =
            connection.prepare_cached(MANIFEST_DATA)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        // Gone since its id was read: needs nothing.
        let Some((version, hash, data)) = row else { return Ok(()) };
        let damaged = |what: &str| SyncError::Damaged(format!("version {version} {what}"));
        if ObjectHash::of(data.as_bytes()).to_string() != hash {
            return Err(damaged("does not match its hash"));
        }
        let data: Named<'_> = serde_json::from_str(&data).map_err(|_| damaged("can't be read"))?;
        let mut pending = Vec::new();
        self.entries(&data.entries, &mut pending)?;
        while let Some(node) = pending.pop() {
            if cancel.load(Ordering::Relaxed) {
                return Err(SyncError::Cancelled);
            }
            let json: Option<String> = connection.prepare_cached(NODE)?.query_row([node.to_string()], |row| row.get(0)).optional()?;
            let json = json.ok_or_else(|| SyncError::Damaged(format!("the node {node} is missing")))?;
            if ObjectHash::of(json.as_bytes()) != node {
                return Err(SyncError::Damaged(format!("the node {node} does not match its hash")));
            }
            let entries: Vec<NamedEntry<'_>> =
                serde_json::from_str(&json).map_err(|_| SyncError::Damaged(format!("the node {node} can't be read")))?;
            self.entries(&entries, &mut pending)?;
        }
        self.manifests.insert(id.to_owned());
        Ok(())
    }

    fn entries(&mut self, entries: &[NamedEntry<'_>], pending: &mut Vec<ObjectHash>) -> Result<(), SyncError> {
        for entry in entries {
            let hash = entry.hash.ok_or_else(|| SyncError::Damaged(format!("a {} has no hash", entry.kind)));
            match &*entry.kind {
                "dir" | "shard" => {
                    let hash = hash?;
                    if self.nodes.insert(hash) {
                        pending.push(hash);
                    }
                }
                "submodule" => {}
                _ => {
                    self.objects.insert(hash?);
                }
            }
        }
        Ok(())
    }
}

/// The part of a manifest that names others; the rest of format 1 is for those who read it.
#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    entries: Vec<NamedEntry<'a>>,
}

#[derive(Deserialize)]
struct NamedEntry<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    hash: Option<ObjectHash>,
}

/// What the versions of one project take, in stored bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProjectSpace {
    /// Contents that only this project's versions name.
    pub own: u64,
    /// Contents that versions of other projects name too.
    pub shared: u64,
    /// Its nodes and manifests; nodes that other projects have too are counted here as well.
    pub manifests: u64,
}

/// What a project's versions take. Reads every node of the data folder once.
///
/// # Errors
/// [`SyncError::Damaged`] when a version can't be followed to all it names, [`SyncError::Cancelled`], and the database's.
pub fn project_space(store: &Store, objects: &Objects, project_id: &str, cancel: &AtomicBool) -> Result<ProjectSpace, SyncError> {
    let (mut own, mut others) = (Marks::default(), Marks::default());
    let mut space = ProjectSpace::default();
    store.read(|connection| {
        own.extend_of(connection, project_id, cancel)?;
        others.leave_out(connection, project_id)?;
        others.extend(connection, cancel)?;
        let mut statement = connection.prepare_cached(NODE_SIZE)?;
        for node in &own.nodes {
            space.manifests += statement.query_row([node.to_string()], |row| row.get::<_, i64>(0))?.unsigned_abs();
        }
        let data: i64 = connection.prepare_cached(crate::version_rows::MANIFEST_BYTES)?.query_row([project_id], |row| row.get(0))?;
        space.manifests += data.unsigned_abs();
        Ok::<_, SyncError>(())
    })?;
    objects.sizes(|hash, size| match (own.objects.contains(&hash), others.objects.contains(&hash)) {
        (true, false) => space.own += size,
        (true, true) => space.shared += size,
        (false, _) => {}
    })?;
    Ok(space)
}

/// What the data folder's databases take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DataSpace {
    /// `lectern.db` and its log.
    pub database: u64,
    /// `objects.db` and its log.
    pub objects: u64,
    /// What a collection would give back to the disk now.
    pub reclaimable: u64,
}

/// What the databases take, and what of it nothing needs. Reads every node once. `roots` as for [`Collection`].
///
/// # Errors
/// [`SyncError::Cancelled`], and the database's. With a damaged version nothing counts as reclaimable, for nothing would be collected.
pub fn data_space(store: &Store, objects: &Objects, roots: Vec<ObjectHash>, cancel: &AtomicBool) -> Result<DataSpace, SyncError> {
    let mut marks = Marks::default();
    let (database, contents) = (Space::of(store.path())?, Space::of(objects.path())?);
    let mut space = DataSpace { database: database.file + database.log, objects: contents.file + contents.log, reclaimable: 0 };
    match store.read(|connection| marks.extend(connection, cancel)) {
        Err(SyncError::Damaged(_)) => return Ok(space),
        result => result?,
    }
    marks.objects.extend(roots);
    let (mut dead_nodes, mut dead_objects) = (0, 0);
    store.read(|connection| {
        let mut statement = connection.prepare_cached(NODE_SIZES)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            if name.parse().map_or(true, |hash: ObjectHash| !marks.nodes.contains(&hash)) {
                dead_nodes += row.get::<_, i64>(1)?.unsigned_abs();
            }
        }
        Ok::<_, SyncError>(())
    })?;
    objects.sizes(|hash, size| {
        if !marks.objects.contains(&hash) {
            dead_objects += size;
        }
    })?;
    space.reclaimable = database.could_give_back(dead_nodes) + contents.could_give_back(dead_objects);
    Ok(space)
}
