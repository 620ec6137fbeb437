//! Takes in a project's folder as it is now: listing, then reading what the stat cache doesn't answer for.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
};

use lectern_objects::{ObjectHash, Objects, Packed};
use rayon::prelude::*;

use crate::{
    RepoPath, SyncError,
    cache::{self, Cache, Cached},
    disk::{Kind, Root},
    git::Surroundings,
    manifest::{Content, GitState, Keeps},
    progress::{Phase, Reporter},
    read::{Contents, Reader},
    scan::{self, Found, Warnings},
    tree::Tree,
};

/// Objects are committed in batches of this many stored bytes…
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// …or this many objects.
const BATCH_OBJECTS: usize = 1000;

/// A project's folder, taken in.
pub(crate) struct Snapshot {
    pub tree: Tree,
    pub git: Option<GitState>,
    pub languages: BTreeMap<String, u64>,
    /// What the next scan needs; `None` when it needs nothing new.
    pub cache: Option<Cache>,
    pub warnings: Vec<String>,
    pub warnings_total: u64,
}

/// How to take it in.
pub(crate) struct Taking<'a> {
    pub folder: &'a Path,
    /// From the last scan, if there was one.
    pub cache: Option<Cache>,
    pub keeps: Keeps,
    /// Where contents are kept; `None` only looks.
    pub objects: Option<&'a Objects>,
    pub language_of: &'a (dyn Fn(&str) -> Option<&'static str> + Sync),
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
        let started = cache::now();
        let listing = scan::list(&root, self.folder, &around, self.cancel, &warnings, &|files| self.reporter.listed(files))?;

        let identity = self.objects.map(Objects::identity).unwrap_or_default();
        let old = self.cache.as_ref();
        let keeps = self.objects.map_or(Keeps { binary: 0, text: 0 }, |_| self.keeps);
        let usable = |cached: &Cached, cache: &Cache, found: &Found| {
            cached.is_current(&found.stat, cache.started)
                && (self.objects.is_none() || (cached.is_settled(keeps) && (cache.objects == identity || !keeps.holds(&cached.content()))))
        };
        let mut known = Vec::with_capacity(listing.files.len());
        let mut unread = Vec::new();
        let mut candidates = old.map(|cache| cache.entries.iter()).unwrap_or_default().peekable();
        for found in listing.files {
            while candidates.next_if(|cached| cached.path < found.path).is_some() {}
            match (candidates.next_if(|cached| cached.path == found.path), old) {
                (Some(cached), Some(cache)) if usable(cached, cache, &found) => known.push(cached.clone()),
                _ => unread.push(found),
            }
        }
        let same_files = unread.is_empty() && old.is_some_and(|cache| cache.entries.len() == known.len());

        self.reporter.start(Phase::Hashing, unread.len() as u64);
        let mut entries = known;
        entries.extend(self.read_all(&root, unread, keeps, &warnings)?);
        if self.cancel.load(Ordering::Relaxed) {
            return Err(SyncError::Cancelled);
        }
        self.reporter.start(Phase::Saving, 0);
        entries.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let languages = self.languages(&entries);
        let mut leaves: Vec<(RepoPath, Content)> = entries.iter().map(|entry| (entry.path.clone(), entry.content())).collect();
        leaves.extend(listing.submodules);
        let tree = Tree::build(leaves);
        let cache = (!same_files).then(|| Cache { started, objects: identity.to_owned(), entries });
        let (warnings, warnings_total) = warnings.take();
        Ok(Snapshot { tree, git: around.state, languages, cache, warnings, warnings_total })
    }

    /// Reads files side by side, while one thread commits what is to be kept.
    fn read_all(&self, root: &Root, unread: Vec<Found>, keeps: Keeps, warnings: &Warnings) -> Result<Vec<Cached>, SyncError> {
        if unread.is_empty() {
            return Ok(Vec::new());
        }
        let stopped = AtomicBool::new(false);
        let done = AtomicU64::new(0);
        let reader = Reader {
            root,
            keeps,
            cancel: self.cancel,
            warnings,
            progress: &|bytes| self.reporter.read(bytes),
            is_kept: &|hash: &ObjectHash| self.objects.is_none_or(|objects| objects.contains(hash).unwrap_or(false)),
        };
        std::thread::scope(|scope| {
            let (sender, receiver) = mpsc::sync_channel::<Packed>(64);
            let writer = self.objects.map(|objects| scope.spawn(|| put_batches(objects, receiver)));
            let read: Vec<Cached> = unread
                .into_par_iter()
                .filter_map(|found| {
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
                    Some(Cached { path: found.path, stat, hash, size, binary, kept })
                })
                .collect();
            drop(sender);
            if let Some(writer) = writer {
                writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            }
            Ok(read)
        })
    }

    fn languages(&self, entries: &[Cached]) -> BTreeMap<String, u64> {
        let mut languages: BTreeMap<&'static str, u64> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| !entry.binary && entry.stat.kind() == Kind::File) {
            if let Some(language) = std::str::from_utf8(entry.path.name()).ok().and_then(self.language_of) {
                *languages.entry(language).or_default() += entry.size;
            }
        }
        languages.into_iter().filter(|(_, bytes)| *bytes > 0).map(|(name, bytes)| (name.to_owned(), bytes)).collect()
    }
}

fn put_batches(objects: &Objects, receiver: mpsc::Receiver<Packed>) -> Result<(), SyncError> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    for packed in receiver {
        bytes += packed.stored_size();
        batch.push(packed);
        if bytes >= BATCH_BYTES || batch.len() >= BATCH_OBJECTS {
            objects.put_many(std::mem::take(&mut batch))?;
            bytes = 0;
        }
    }
    if batch.is_empty() { Ok(()) } else { Ok(objects.put_many(batch)?) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(folder: &Path, cache: Option<Cache>) -> Snapshot {
        let reporter = Reporter::new(&|_| {});
        let cancel = AtomicBool::new(false);
        let keeps = Keeps::default();
        Taking { folder, cache, keeps, objects: None, language_of: &|_| None, cancel: &cancel, reporter: &reporter }
            .take()
            .expect("taken in")
    }

    #[test]
    fn a_reading_from_the_tick_of_a_change_is_made_again() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let file = dir.path().join("file");
        std::fs::write(&file, "old!").expect("written");
        let old = taken(dir.path(), None);
        std::fs::write(&file, "new!").expect("written");
        let new = taken(dir.path(), None);
        // As on a file system whose clock did not move in between: the stat is the same, the bytes are not.
        let mut cache = old.cache.expect("a first scan has one");
        cache.entries[0].stat = new.cache.expect("a first scan has one").entries[0].stat;
        let changed = cache.entries[0].stat.changed;
        for margin in [-1_000_000_000, 0, 1_000_000, 9_000_000] {
            cache.started = changed + margin;
            assert_eq!(taken(dir.path(), Some(cache.clone())).tree.root, new.tree.root, "read {margin} ns after the change");
        }
        cache.started = changed + 10_000_000_000;
        assert_eq!(taken(dir.path(), Some(cache)).tree.root, old.tree.root, "a reading from long after the change is trusted");
    }
}
