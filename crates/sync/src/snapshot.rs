//! Takes in a project's folder as it is now: looking, then reading what isn't known, then making what changed.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
};

use lectern_objects::{ObjectHash, Objects, Packed};
use rayon::prelude::*;

use crate::{
    Dirty, SyncError,
    build::{Building, submodules},
    disk::{Kind, Root},
    git::Surroundings,
    manifest::{Content, GitState, Keeps, Node},
    memory::{self, Branch, Cached, Head, Held, Memory, Update},
    progress::{Phase, Reporter},
    read::{Contents, Reader},
    scan::{self, Found, Looking, State, What},
    warnings::Warnings,
};

/// Objects are committed in batches of this many stored bytes…
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// …or this many objects.
const BATCH_OBJECTS: usize = 8000;

/// From this many files to read on, the names of all objects are asked for at once, unless there are more than the second number.
const MANY_FILES: usize = 500;
const MANY_OBJECTS: u32 = 2_000_000;

/// Names the language of a file by the file's name.
pub(crate) type LanguageOfName<'a> = &'a (dyn Fn(&str) -> Option<&'static str> + Sync);

/// A project's folder, taken in.
pub(crate) struct Snapshot {
    /// The name of the root directory.
    pub root: ObjectHash,
    /// The root directory; `None` when it is as in the version that the memory is of.
    pub entries: Option<Node>,
    /// The canonical JSON of nodes below the root's own that the version the memory is of doesn't have, by name.
    pub nodes: BTreeMap<ObjectHash, String>,
    /// Files, symlinks and submodules.
    pub files: u64,
    /// The sum of their sizes.
    pub bytes: u64,
    pub git: Option<GitState>,
    pub languages: BTreeMap<String, u64>,
    /// What the next scan is to find; `None` when that is there already.
    pub update: Option<Update>,
    pub warnings: Vec<String>,
    pub warnings_total: u64,
}

/// How to take it in.
pub(crate) struct Taking<'a> {
    pub folder: &'a Path,
    /// What the last scan saw, if there was one.
    pub memory: Option<&'a Memory>,
    /// The root of the latest version, and which contents it keeps: only nodes of a memory of that very version are known to be in the
    /// database, and only contents that a version claims are known to stay.
    pub latest: Option<(ObjectHash, Keeps)>,
    /// Where to look; `None` for everywhere.
    pub dirty: Option<&'a Dirty>,
    pub keeps: Keeps,
    /// Where contents are kept; `None` only looks.
    pub objects: Option<&'a Objects>,
    pub language_of: LanguageOfName<'a>,
    pub cancel: &'a AtomicBool,
    pub reporter: &'a Reporter<'a>,
}

impl Taking<'_> {
    pub fn take(self) -> Result<Snapshot, SyncError> {
        let root = Root::open(self.folder)?;
        let around = Surroundings::of(self.folder)?;
        let warnings = Warnings::default();
        around.warnings.iter().for_each(|warning| warnings.add(warning.clone()));
        // Before the first look at anything: what changes from here on must not be taken for known.
        let started = memory::now();
        let head = self.memory.map(Memory::head);
        let tracked = around.tracked_state(head);
        let tracked_changed = head.is_none_or(|head| head.tracked != tracked.digest);
        let rebuild = head.is_none_or(|head| self.latest.is_none() || head.root.node != self.latest.map(|(root, _)| root));
        let identity = self.objects.map_or("", Objects::identity);
        let keeps = self.objects.map_or(Keeps { binary: 0, text: 0 }, |_| self.keeps);
        let claimed = self.latest.is_some_and(|(_, claimed)| claimed == keeps) && !rebuild;
        let same_objects = self.objects.is_none() || (claimed && head.is_some_and(|head| head.objects == identity));
        let is_settled = |cached: &Cached| match self.objects {
            Some(objects) if keeps.holds(&cached.content()) => {
                // What no version claims may have been collected since.
                cached.kept && (same_objects || objects.contains(&cached.hash).unwrap_or(false))
            }
            _ => true,
        };
        let all_known = head.is_some_and(|head| head.rules == around.fingerprint && (self.objects.is_none() || head.keeps == keeps));
        let dirty = self.dirty.filter(|dirty| !dirty.everything && !rebuild && !tracked_changed && same_objects && all_known);
        // Nobody watches what is inside a submodule; what is checked out there shows when the directory around it is looked at.
        let dirty = dirty.map(|dirty| {
            let submodules = head.iter().flat_map(|head| &head.submodules).filter_map(crate::RepoPath::parent);
            Dirty { everything: false, directories: dirty.directories.iter().cloned().chain(submodules).collect() }
        });
        let mut scanned = scan::scan(Looking {
            root: &root,
            folder: self.folder,
            around: &around,
            memory: self.memory,
            dirty: dirty.as_ref(),
            tracked_changed,
            rules_in_index: tracked.digest[15] & 1 == 1,
            is_settled: &is_settled,
            cancel: self.cancel,
            warnings: &warnings,
            progress: &|files| self.reporter.listed(files),
        })?;

        let mut unread = Vec::new();
        for visited in &scanned.directories {
            let State::Listed(listed) = &visited.state else { continue };
            for (index, slot) in listed.slots.iter().enumerate() {
                if let What::Unread(stat) = slot.what {
                    unread.push(((visited.id, index), Found { path: visited.path.child(&slot.name), stat }));
                }
            }
        }
        self.reporter.start(Phase::Hashing, unread.len() as u64);
        for ((id, index), cached) in self.read_all(&root, unread, keeps, &warnings)? {
            if let State::Listed(listed) = &mut scanned.directories[id as usize].state {
                listed.slots[index].what = What::Held(Held::File(cached));
            }
        }
        if self.cancel.load(Ordering::Relaxed) {
            return Err(SyncError::Cancelled);
        }
        self.reporter.start(Phase::Saving, 0);
        let base = Update::base(self.memory);
        let before = head.map_or(&[][..], |head| &head.submodules);
        let is_directory = |path: &crate::RepoPath| matches!(root.stat(path), Ok(Some(stat)) if stat.kind() == Kind::Directory);
        let submodules = submodules(&scanned.directories, before, &is_directory);
        let building = Building {
            directories: scanned.directories,
            memory: self.memory,
            started,
            rebuild,
            rules_moved: scanned.rules_moved,
            base,
            language_of: self.language_of,
        };
        let built = building.build();
        if around.tracked_is_read()
            && let Some(warning) = &around.tracked().warning
        {
            warnings.add(warning.clone());
        }
        let Branch { files, bytes, node, .. } = built.root;
        let rules = if scanned.rules_moved { [0; 16] } else { around.fingerprint };
        let new_head = Head {
            root: built.root,
            rules,
            tracked: tracked.digest,
            index: tracked.index,
            objects: identity.to_owned(),
            keeps,
            submodules,
        };
        let update = (head != Some(&new_head)).then_some(Update { bytes: built.records, base, head: new_head });
        let (warnings, warnings_total) = warnings.take();
        Ok(Snapshot {
            root: node.ok_or_else(|| SyncError::Internal("the root directory has no node".to_owned()))?,
            entries: built.entries,
            nodes: built.nodes,
            files,
            bytes,
            git: around.state,
            languages: built.languages,
            update,
            warnings,
            warnings_total,
        })
    }

    /// Reads files side by side, while one thread commits what is to be kept.
    fn read_all<K: Send>(
        &self,
        root: &Root,
        unread: Vec<(K, Found)>,
        keeps: Keeps,
        warnings: &Warnings,
    ) -> Result<Vec<(K, Cached)>, SyncError> {
        if unread.is_empty() {
            return Ok(Vec::new());
        }
        let stopped = AtomicBool::new(false);
        let done = AtomicU64::new(0);
        let kept = match self.objects {
            Some(objects) if unread.len() >= MANY_FILES => Some(objects.names(None, MANY_OBJECTS)?),
            _ => None,
        };
        // All of them, or too many to know.
        let kept: Option<HashSet<ObjectHash>> =
            kept.filter(|names| names.len() < MANY_OBJECTS as usize).map(|names| names.into_iter().collect());
        let is_kept = |hash: &ObjectHash| match (&kept, self.objects) {
            (Some(kept), _) => kept.contains(hash),
            (None, Some(objects)) => objects.contains(hash).unwrap_or(false),
            (None, None) => true,
        };
        let reader = Reader { root, keeps, cancel: self.cancel, warnings, progress: &|bytes| self.reporter.read(bytes), is_kept: &is_kept };
        std::thread::scope(|scope| {
            let (sender, receiver) = mpsc::sync_channel::<Packed>(64);
            let writer = self.objects.map(|objects| scope.spawn(|| put_batches(objects, receiver)));
            let read: Vec<(K, Cached)> = unread
                .into_par_iter()
                .filter_map(|(key, found)| {
                    if stopped.load(Ordering::Relaxed) || self.cancel.load(Ordering::Relaxed) {
                        return None;
                    }
                    let Contents { content, packed, stat } = reader.read(&found)?;
                    self.reporter.file_done(done.fetch_add(1, Ordering::Relaxed) + 1);
                    if let Some(packed) = packed.filter(|_| self.objects.is_some())
                        && sender.send(packed).is_err()
                    {
                        // The writer ended with an error, which is the one to report.
                        stopped.store(true, Ordering::Relaxed);
                        return None;
                    }
                    let kept = self.objects.is_some() && keeps.holds(&content);
                    let (hash, size, binary) = match content {
                        Content::File { hash, size, binary, .. } => (hash, size, binary),
                        Content::Symlink { hash, size } => (hash, size, false),
                        Content::Directory { .. } | Content::Submodule { .. } => return None,
                    };
                    Some((key, Cached { stat, hash, size, binary, kept }))
                })
                .collect();
            drop(sender);
            if let Some(writer) = writer {
                writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            }
            Ok(read)
        })
    }
}

/// Keeps what arrives; when it returns, all of it has reached the disk.
fn put_batches(objects: &Objects, receiver: mpsc::Receiver<Packed>) -> Result<(), SyncError> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    let mut unsettled = false;
    for packed in receiver {
        bytes += packed.stored_size();
        batch.push(packed);
        if bytes >= BATCH_BYTES || batch.len() >= BATCH_OBJECTS {
            objects.put_many_unsettled(std::mem::take(&mut batch))?;
            (bytes, unsettled) = (0, true);
        }
    }
    match (batch.is_empty(), unsettled) {
        (true, false) => Ok(()),
        (true, true) => Ok(objects.settle()?),
        // A commit that is synced brings the ones before it along.
        (false, _) => Ok(objects.put_many(batch)?),
    }
}
