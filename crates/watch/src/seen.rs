//! What was seen so far: turns signals into dirty directories. Knows no thread and no disk.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    ffi::{OsStr, OsString},
    ops::Bound,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{Dirty, GitPlaces, Pending, Signal, What, backend::PER_DIRECTORY};

/// Files open for writing that are remembered at the same time; more of them are not waited for.
const MOST_WRITING: usize = 1024;
/// A file that was not closed for this long is not being saved: it is a log.
const LONGEST_WRITE: Duration = Duration::from_secs(1);
/// How long such a file is remembered, so that each of its writes is not taken for the beginning of a save.
const REMEMBERED: Duration = Duration::from_secs(600);

/// The watched folder as its events tell it.
pub(crate) struct Seen {
    root: PathBuf,
    cookies: PathBuf,
    git: Option<GitPlaces>,
    /// The directories whose events count, relative to the root. With a backend that watches each directory, those that have a watch.
    watched: BTreeSet<Vec<u8>>,
    dirty: Dirty,
    first: Option<Instant>,
    last: Option<Instant>,
    /// Files that somebody has open, and when the first write to each was seen.
    writing: HashMap<PathBuf, Instant>,
    /// The file that was made last: the next to open it is who made it.
    made: Option<PathBuf>,
    root_moved: bool,
    arrived: HashSet<OsString>,
}

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    None,
    /// Something is pending that was not before.
    Wake,
    /// A cookie arrived.
    Cookie,
}

impl Seen {
    pub fn new(root: PathBuf, cookies: PathBuf, git: Option<GitPlaces>) -> Self {
        Self {
            root,
            cookies,
            git,
            watched: BTreeSet::new(),
            dirty: Dirty::default(),
            first: None,
            last: None,
            writing: HashMap::new(),
            made: None,
            root_moved: false,
            arrived: HashSet::new(),
        }
    }

    pub fn take(&mut self, signal: Signal, now: Instant) -> Effect {
        let Signal::Entry { path, what } = signal else { return self.lost(now) };
        if path.parent() == Some(&self.cookies) {
            if matches!(what, What::Made { .. })
                && let Some(name) = path.file_name()
            {
                self.arrived.insert(name.to_owned());
                return Effect::Cookie;
            }
            return Effect::None;
        }
        if what == What::Opened {
            if self.made.as_ref() == Some(&path) {
                self.made = None;
                self.written(path, now);
            }
            return Effect::None;
        }
        if self.git.as_ref().is_some_and(|git| git.holds(&path)) {
            let says_something = what != What::Attributes && self.git.as_ref().is_some_and(|git| git.matters(&path));
            self.dirty.git |= says_something;
            return if says_something { self.changed(now) } else { Effect::None };
        }
        if path == self.root {
            let moved = matches!(what, What::Removed | What::MovedAway);
            self.root_moved |= moved;
            return if moved { self.changed(now) } else { Effect::None };
        }
        let Some((relative, directory, name)) = self.place(&path) else { return Effect::None };
        if name == ".git" {
            if matches!(what, What::Attributes) {
                return Effect::None;
            }
            self.dirty.git = true;
            // A repository that begins or ends here has other rules.
            self.dirty.folders = true;
            if directory.is_empty() {
                return self.everything(now);
            }
            if !self.dirty.everything {
                self.dirty.directories.insert(directory.clone());
            }
            self.dirty.repositories.insert(directory);
            return self.changed(now);
        }
        if !self.watched.contains(&directory) || is_ours(&name) {
            return Effect::None;
        }
        match what {
            What::Written => self.written(path, now),
            What::Made { folder: false } => self.made = Some(path),
            What::Closed => drop(self.writing.remove(&path)),
            What::Removed | What::MovedAway => {
                self.writing.remove(&path);
                self.dirty.folders |= self.forget(&relative) || what == What::MovedAway;
            }
            What::Made { folder: true } | What::MovedHere => {
                self.forget(&relative);
                self.dirty.folders = true;
            }
            What::Attributes | What::Opened => {}
        }
        // Another rule can make a directory count that did not.
        self.dirty.folders |= name == ".gitignore";
        if !self.dirty.everything {
            self.dirty.directories.insert(directory);
        }
        self.changed(now)
    }

    /// What waits to be drained.
    pub fn pending(&mut self, now: Instant) -> Option<Pending> {
        let (first, last) = (self.first?, self.last?);
        self.writing.retain(|_, since| now.saturating_duration_since(*since) < REMEMBERED);
        let writing = self.writing.values().copied().filter(|since| now.saturating_duration_since(*since) < LONGEST_WRITE).max();
        Some(Pending { first, last, writing })
    }

    pub fn drain(&mut self) -> Dirty {
        self.first = None;
        self.last = None;
        std::mem::take(&mut self.dirty)
    }

    /// Nothing is known any more.
    pub fn everything(&mut self, now: Instant) -> Effect {
        self.dirty.everything = true;
        self.dirty.directories.clear();
        self.changed(now)
    }

    /// Counts a directory as watched before it is, so that an event that ends the watch right away is not missed. Says whether it was not.
    pub fn expect(&mut self, directory: &[u8]) -> bool {
        self.watched.insert(directory.to_vec())
    }

    /// It could not be watched, or is no longer.
    pub fn not_watched(&mut self, directory: &[u8]) {
        self.watched.remove(directory);
    }

    /// Directories that are watched now and were not before: what happened in them until then was not seen.
    pub fn newly_watched(&mut self, directories: Vec<Vec<u8>>, now: Instant) -> Effect {
        if directories.is_empty() {
            return Effect::None;
        }
        if !self.dirty.everything {
            self.dirty.directories.extend(directories);
        }
        self.changed(now)
    }

    pub fn watched(&self) -> &BTreeSet<Vec<u8>> {
        &self.watched
    }

    pub fn root_moved(&self) -> bool {
        self.root_moved
    }

    pub fn cookie_arrived(&mut self, name: &OsStr) -> bool {
        self.arrived.remove(name)
    }

    fn lost(&mut self, now: Instant) -> Effect {
        if PER_DIRECTORY {
            // Among what was lost may be directories that were replaced: their watches would look at what is no longer there.
            self.watched.clear();
        }
        self.writing.clear();
        self.made = None;
        self.dirty.folders = true;
        self.dirty.git = true;
        self.everything(now)
    }

    fn changed(&mut self, now: Instant) -> Effect {
        self.last = Some(now);
        if self.first.is_some() {
            return Effect::None;
        }
        self.first = Some(now);
        Effect::Wake
    }

    fn written(&mut self, path: PathBuf, now: Instant) {
        if self.writing.len() < MOST_WRITING {
            self.writing.entry(path).or_insert(now);
        }
    }

    /// The watches of a directory and of all below it are no longer to be relied on. Says whether there were any.
    fn forget(&mut self, directory: &[u8]) -> bool {
        let from = [directory, b"/"].concat();
        // The byte after `/`.
        let to = [directory, b"0"].concat();
        let below: Vec<Vec<u8>> = self.watched.range::<[u8], _>((Bound::Included(&*from), Bound::Excluded(&*to))).cloned().collect();
        for gone in &below {
            self.watched.remove(gone);
        }
        self.watched.remove(directory) || !below.is_empty()
    }

    /// The entry and its directory relative to the root, and its name; `None` outside of it.
    fn place(&self, path: &Path) -> Option<(Vec<u8>, Vec<u8>, OsString)> {
        let relative = path.strip_prefix(&self.root).ok()?;
        Some((bytes_of(relative), bytes_of(relative.parent()?), relative.file_name()?.to_owned()))
    }
}

/// Files that are staged beside what they replace: nothing until they are renamed.
fn is_ours(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".lectern-") && name.as_encoded_bytes().ends_with(b".tmp")
}

#[cfg(unix)]
pub(crate) fn bytes_of(relative: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    relative.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
pub(crate) fn bytes_of(relative: &Path) -> Vec<u8> {
    relative.to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(unix)]
pub(crate) fn path_of(root: &Path, directory: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    if directory.is_empty() { root.to_owned() } else { root.join(OsStr::from_bytes(directory)) }
}

#[cfg(not(unix))]
pub(crate) fn path_of(root: &Path, directory: &[u8]) -> PathBuf {
    if directory.is_empty() { root.to_owned() } else { root.join(&*String::from_utf8_lossy(directory)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(watched: &[&str]) -> Seen {
        let git = GitPlaces { dir: "/p/.git".into(), common: "/p/.git".into() };
        let mut seen = Seen::new("/p".into(), "/run/cookies".into(), Some(git));
        for directory in watched {
            assert!(seen.expect(directory.as_bytes()));
        }
        seen
    }

    fn entry(path: &str, what: What) -> Signal {
        Signal::Entry { path: path.into(), what }
    }

    fn directories(dirty: &Dirty) -> Vec<&str> {
        dirty.directories.iter().map(|bytes| std::str::from_utf8(bytes).expect("text")).collect()
    }

    #[test]
    fn a_change_makes_its_own_directory_dirty_and_wakes_once() {
        let (mut seen, now) = (seen(&["", "src"]), Instant::now());
        assert_eq!(seen.take(entry("/p/src/a", What::Closed), now), Effect::Wake);
        assert_eq!(seen.take(entry("/p/src/b", What::Closed), now), Effect::None);
        assert_eq!(directories(&seen.drain()), ["src"]);
        assert_eq!(seen.pending(now), None);
    }

    #[test]
    fn what_is_read_ignored_or_staged_by_us_is_nothing() {
        let (mut seen, now) = (seen(&["", "src"]), Instant::now());
        for (path, what) in [
            ("/p/src/a", What::Opened),
            ("/p/target/a", What::Closed),
            ("/p/src/.lectern-01.tmp", What::Made { folder: false }),
            ("/p/.git/index.lock", What::Made { folder: false }),
            ("/p/.git/objects", What::Made { folder: true }),
            ("/elsewhere/src/a", What::Closed),
        ] {
            assert_eq!(seen.take(entry(path, what), now), Effect::None, "{path}");
        }
        assert!(seen.drain().is_empty());
    }

    #[test]
    fn the_repositorys_own_files_are_not_the_trees() {
        for path in ["/p/.git/HEAD", "/p/.git/index", "/p/.git/packed-refs", "/p/.git/refs/heads/main"] {
            let mut seen = seen(&[""]);
            assert_eq!(seen.take(entry(path, What::MovedHere), Instant::now()), Effect::Wake, "{path}");
            let dirty = seen.drain();
            assert!(dirty.git && dirty.directories.is_empty(), "{path}: {dirty:?}");
        }
    }

    #[test]
    fn a_directory_that_moved_is_no_longer_watched_and_its_namesakes_are() {
        let (mut seen, now) = (seen(&["", "a", "a/b", "a/b/c", "a-b", "a0"]), Instant::now());
        seen.take(entry("/p/a", What::MovedAway), now);
        let left: Vec<Vec<u8>> = seen.watched().iter().cloned().collect();
        assert_eq!(left, [b"".to_vec(), b"a-b".to_vec(), b"a0".to_vec()]);
        assert!(seen.drain().folders);
    }

    #[test]
    fn lost_events_make_everything_dirty_and_every_watch_doubtful() {
        let (mut seen, now) = (seen(&["", "a"]), Instant::now());
        seen.take(entry("/p/a/x", What::Closed), now);
        seen.take(Signal::Overflow, now);
        let dirty = seen.drain();
        assert!(dirty.everything && dirty.directories.is_empty() && dirty.folders);
        assert!(seen.watched().is_empty());
    }

    #[test]
    fn a_file_being_written_is_known_until_it_is_closed() {
        let (mut seen, now) = (seen(&[""]), Instant::now());
        seen.take(entry("/p/x", What::Made { folder: false }), now);
        assert_eq!(seen.pending(now).and_then(|pending| pending.writing), None, "a link is made and never closed");
        seen.take(entry("/p/x", What::Opened), now);
        assert_eq!(seen.pending(now).and_then(|pending| pending.writing), Some(now));
        let later = now + Duration::from_millis(1500);
        assert_eq!(seen.pending(later).and_then(|pending| pending.writing), None, "a log is not waited for");
        seen.take(entry("/p/x", What::Written), later);
        assert_eq!(seen.pending(later).and_then(|pending| pending.writing), None, "not at its next line either");
        seen.take(entry("/p/x", What::Closed), later);
        seen.take(entry("/p/x", What::Written), later);
        assert_eq!(seen.pending(later).and_then(|pending| pending.writing), Some(later));
    }
}
