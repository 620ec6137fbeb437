//! Tells the pages of a folder's preview which of its files were saved.
//!
//! It watches what is served by itself: also what the project ignores (a build's output), and where the project isn't watched.

use std::{
    collections::HashMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant, SystemTime},
};

use lectern_preview::serve::Reload;
use lectern_watch::{Places, WatchError, Watcher};

/// How long nothing may happen before pages are told: a save is often several events.
const QUIET: Duration = Duration::from_millis(12);
/// A file that is still open for writing is waited for this long.
const LONGEST_WRITE: Duration = Duration::from_millis(500);
/// Whoever never stops writing is told of all the same.
const LONGEST_WAIT: Duration = Duration::from_millis(500);
/// How often the folder is asked whether it still is the same one.
const TICK: Duration = Duration::from_secs(2);
/// More directories are not watched.
const MOST: usize = 20_000;
/// No page is made of what is in these.
const SKIPPED: [&str; 2] = [".git", "node_modules"];

/// What is known of an entry.
type Stamp = (u64, Option<SystemTime>, bool);
type Directories = HashMap<Vec<u8>, HashMap<OsString, Stamp>>;

/// A thread that watches a folder until it is stopped.
pub(super) struct Reloading(Arc<Signal>);

#[derive(Default)]
struct Signal {
    /// (to end, something happened)
    state: Mutex<(bool, bool)>,
    changed: Condvar,
}

impl Signal {
    fn set(&self, set: impl FnOnce(&mut (bool, bool))) {
        set(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// Whether it is to end.
    fn wait(&self, at_most: Duration) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = |state: &mut (bool, bool)| !state.0 && !state.1;
        let mut state = self.changed.wait_timeout_while(state, at_most, idle).unwrap_or_else(PoisonError::into_inner).0;
        state.1 = false;
        state.0
    }

    fn is_stopped(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Reloading {
    /// Watches `served`; `cookies` is a folder of our own for the watcher. Returns at once.
    pub fn start(served: PathBuf, cookies: PathBuf, reload: Reload) -> io::Result<Self> {
        let signal = Arc::new(Signal::default());
        let shared = Arc::clone(&signal);
        thread::Builder::new().name("previews-reload".to_owned()).spawn(move || {
            while !shared.is_stopped() {
                // A folder that can't be watched, or went away, is tried again: a build may remove its output and write it anew.
                let _ = follow(&served, &cookies, &reload, &shared);
                shared.wait(TICK);
            }
        })?;
        Ok(Self(signal))
    }

    pub fn stop(&self) {
        self.0.set(|state| state.0 = true);
    }
}

impl Drop for Reloading {
    fn drop(&mut self) {
        self.stop();
    }
}

fn follow(served: &Path, cookies: &Path, reload: &Reload, signal: &Arc<Signal>) -> Result<(), WatchError> {
    let root = served.canonicalize().map_err(WatchError::Io)?;
    let places = Places { root: root.clone(), cookies: cookies.to_owned(), git: None };
    let waker = Arc::clone(signal);
    let watcher = Watcher::start(places, move || waker.set(|state| state.1 = true))?;
    let mut known = Directories::new();
    let mut unknown = vec![Vec::new()];
    cover(&watcher, &root, &mut known, &mut unknown, signal, None);
    watcher.drain();
    loop {
        if signal.wait(TICK) {
            return Ok(());
        }
        if watcher.is_gone() {
            reload.changed(&["".to_owned()]);
            return Ok(());
        }
        if watcher.pending().is_none() {
            continue;
        }
        settle(&watcher, signal);
        let seen = watcher.drain();
        let mut changed = Vec::new();
        let dirty: Vec<Vec<u8>> = if seen.everything { known.keys().cloned().collect() } else { seen.directories.into_iter().collect() };
        let mut unknown = Vec::new();
        for directory in dirty {
            compare(&root, &directory, &mut known, &mut unknown, &mut changed);
        }
        cover(&watcher, &root, &mut known, &mut unknown, signal, Some(&mut changed));
        reload.changed(&changed);
    }
}

/// Waits until what is written is whole.
fn settle(watcher: &Watcher, signal: &Signal) {
    while let Some(pending) = watcher.pending() {
        let now = Instant::now();
        let writes = pending.writing.is_some_and(|since| now.duration_since(since) < LONGEST_WRITE);
        let quiet = now.duration_since(pending.last) >= QUIET || now.duration_since(pending.first) >= LONGEST_WAIT;
        if (quiet && !writes) || signal.is_stopped() {
            return;
        }
        thread::sleep(Duration::from_millis(3));
    }
}

/// Watches directories that are new, and those in them; what is in them has changed when somebody asks.
fn cover(
    watcher: &Watcher,
    root: &Path,
    known: &mut Directories,
    unknown: &mut Vec<Vec<u8>>,
    signal: &Signal,
    mut changed: Option<&mut Vec<String>>,
) {
    while !unknown.is_empty() && known.len() < MOST && !signal.is_stopped() {
        let new = std::mem::take(unknown);
        for directory in &new {
            known.entry(directory.clone()).or_default();
        }
        // Watched first, looked at then: nothing falls in between.
        watcher.set_directories(known.keys().cloned(), |_, _| !signal.is_stopped());
        for directory in new {
            let mut found = Vec::new();
            compare(root, &directory, known, unknown, &mut found);
            if let Some(changed) = changed.as_deref_mut() {
                changed.append(&mut found);
            }
        }
    }
}

/// Looks at one directory: what differs from what was known, and the directories in it that were not.
fn compare(root: &Path, directory: &[u8], known: &mut Directories, unknown: &mut Vec<Vec<u8>>, changed: &mut Vec<String>) {
    let now = look(&root.join(path_of(directory)));
    let before = if now.is_empty() { known.remove(directory) } else { known.insert(directory.to_vec(), now.clone()) }.unwrap_or_default();
    for (name, stamp) in &now {
        let path = below(directory, name);
        if stamp.2 {
            if !known.contains_key(&path) && !SKIPPED.iter().any(|skipped| name == skipped) {
                unknown.push(path);
            }
        } else if before.get(name) != Some(stamp) {
            changed.push(String::from_utf8_lossy(&path).into_owned());
        }
    }
    for (name, stamp) in &before {
        if !now.contains_key(name) && !stamp.2 {
            changed.push(String::from_utf8_lossy(&below(directory, name)).into_owned());
        }
    }
}

fn look(directory: &Path) -> HashMap<OsString, Stamp> {
    let Ok(entries) = fs::read_dir(directory) else { return HashMap::new() };
    entries
        .flatten()
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            let is_directory = metadata.is_dir();
            // Of a directory only that it is one: what changes in it is told of by itself.
            let stamp = if is_directory { (0, None, true) } else { (metadata.len(), metadata.modified().ok(), false) };
            Some((entry.file_name(), stamp))
        })
        .collect()
}

fn below(directory: &[u8], name: &OsString) -> Vec<u8> {
    let mut path = directory.to_vec();
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name.as_encoded_bytes());
    path
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
