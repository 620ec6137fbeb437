//! Watches one folder.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use crate::{
    Backend, Dirty, GitPlaces, Identity, Pending, Signal, Sink, WatchError,
    backend::{PER_DIRECTORY, System},
    seen::{Effect, Seen, path_of},
};

/// How long a cookie is waited for.
const COOKIE: Duration = Duration::from_secs(2);
/// Cookies that a killed process left behind.
const STALE: Duration = Duration::from_secs(60);
/// How many watches are set between two looks at whether to go on.
const BATCH: usize = 256;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Where to watch.
#[derive(Debug, Clone)]
pub struct Places {
    /// The folder, canonical.
    pub root: PathBuf,
    /// A folder of our own, outside of the root, where cookies are made. It is created.
    pub cookies: PathBuf,
    /// The repository that the folder is in.
    pub git: Option<GitPlaces>,
}

/// How much of a folder is watched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Directories that are watched.
    pub watched: usize,
    /// Directories that should be.
    pub directories: usize,
    /// Directories that the system refused to watch, besides those beyond its limit.
    pub failed: usize,
    /// The system's limit was reached; the deeper directories are not watched.
    pub limit_reached: bool,
}

impl Coverage {
    /// Whether every directory is watched.
    pub fn is_whole(&self) -> bool {
        self.watched == self.directories
    }
}

/// A watched folder. Any thread may use it.
pub struct Watcher {
    root: PathBuf,
    cookies: PathBuf,
    identity: Identity,
    /// Never held together with `seen` while the backend works: its thread waits for `seen`.
    backend: Mutex<Box<dyn Backend>>,
    shared: Arc<Shared>,
}

struct Shared {
    seen: Mutex<Seen>,
    arrived: Condvar,
    on_wake: Box<dyn Fn() + Send + Sync>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn apply(&self, effect: Effect) {
        match effect {
            Effect::None => {}
            Effect::Wake => (self.on_wake)(),
            Effect::Cookie => self.arrived.notify_all(),
        }
    }

    fn take(&self, signal: Signal) {
        let effect = self.lock().take(signal, Instant::now());
        self.apply(effect);
    }
}

impl Watcher {
    /// Gets ready to watch; [`Watcher::set_directories`] says what. `on_wake` is called, from any thread, when something is pending and nothing
    /// was before; it must return quickly.
    ///
    /// # Errors
    /// [`WatchError::Missing`] when there is no such folder, [`WatchError::Instances`]; [`WatchError::Io`] also when the cookies' folder can't be made.
    pub fn start(places: Places, on_wake: impl Fn() + Send + Sync + 'static) -> Result<Self, WatchError> {
        Self::start_on(places, on_wake, |sink| Ok(Box::new(System::start(sink)?)))
    }

    /// [`Watcher::start`] with events from somewhere else.
    ///
    /// # Errors
    /// As [`Watcher::start`].
    pub fn start_on(
        places: Places,
        on_wake: impl Fn() + Send + Sync + 'static,
        backend: impl FnOnce(Sink) -> Result<Box<dyn Backend>, WatchError>,
    ) -> Result<Self, WatchError> {
        let identity = Identity::of(&places.root).map_err(missing_or)?;
        create_private(&places.cookies)?;
        sweep(&places.cookies);
        let seen = Seen::new(places.root.clone(), places.cookies.clone(), places.git.clone());
        let shared = Arc::new(Shared { seen: Mutex::new(seen), arrived: Condvar::new(), on_wake: Box::new(on_wake) });
        let heard = Arc::clone(&shared);
        let mut backend = backend(Box::new(move |signal| heard.take(signal)))?;
        // Best effort: without these, branches are noticed late and a question for order is answered by "everything".
        let _ = backend.watch(&places.cookies, false);
        for directory in places.git.iter().flat_map(GitPlaces::directories) {
            if PER_DIRECTORY || !directory.starts_with(&places.root) {
                let _ = backend.watch(&directory, false);
            }
        }
        let (root, cookies) = (places.root, places.cookies);
        Ok(Self { root, cookies, identity, backend: Mutex::new(backend), shared })
    }

    /// Watches exactly these directories (as [`Dirty::directories`] names them), those nearest to the root first. Each that was not watched
    /// before is reported dirty once. Takes its time with many of them, so it is for a thread that has it; `go_on` is asked now and then,
    /// with how many are watched by then of how many, and ends it early.
    pub fn set_directories(&self, directories: impl IntoIterator<Item = Vec<u8>>, mut go_on: impl FnMut(usize, usize) -> bool) -> Coverage {
        let wanted: BTreeSet<Vec<u8>> = directories.into_iter().collect();
        let (mut missing, surplus): (Vec<Vec<u8>>, Vec<Vec<u8>>) = {
            let seen = self.shared.lock();
            let watched = seen.watched();
            (wanted.difference(watched).cloned().collect(), watched.difference(&wanted).cloned().collect())
        };
        for directory in surplus {
            self.shared.lock().not_watched(&directory);
            if PER_DIRECTORY {
                self.lock_backend().unwatch(&path_of(&self.root, &directory));
            }
        }
        missing.sort_by_cached_key(|directory| (depth(directory), directory.clone()));
        let mut coverage = Coverage { directories: wanted.len(), ..Coverage::default() };
        let mut new = Vec::new();
        for (index, directory) in missing.into_iter().enumerate() {
            if index % BATCH == 0 && !go_on(wanted.len().min(index), wanted.len()) {
                break;
            }
            match self.watch(&directory) {
                Ok(()) => new.push(directory),
                Err(WatchError::Limit) => {
                    coverage.limit_reached = true;
                    break;
                }
                // Its going is an event of the directory above it.
                Err(WatchError::Missing) => coverage.directories -= 1,
                Err(WatchError::Instances | WatchError::Io(_)) => coverage.failed += 1,
            }
        }
        let mut seen = self.shared.lock();
        // A watch that ended in the meantime is set again after the look that its end asks for.
        coverage.watched = seen.watched().len().min(coverage.directories);
        let effect = seen.newly_watched(new, Instant::now());
        drop(seen);
        self.shared.apply(effect);
        coverage
    }

    /// What happened since the last drain.
    pub fn drain(&self) -> Dirty {
        self.shared.lock().drain()
    }

    /// What waits to be drained; `None` for nothing.
    pub fn pending(&self) -> Option<Pending> {
        self.shared.lock().pending(Instant::now())
    }

    /// Waits until everything is seen that was written to watched directories before this call; the next drain has it. Where the system does
    /// not answer within two seconds, the next drain says "everything".
    pub fn settle(&self) {
        let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let cookie = self.cookies.join(&name);
        let mut arrived = false;
        let made = std::fs::File::options().write(true).create_new(true).open(&cookie).is_ok();
        let deadline = Instant::now() + COOKIE;
        let mut seen = self.shared.lock();
        while made && !arrived {
            arrived = seen.cookie_arrived(name.as_ref());
            let left = deadline.saturating_duration_since(Instant::now());
            if arrived || left.is_zero() {
                break;
            }
            seen = self.shared.arrived.wait_timeout(seen, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let effect = if arrived { Effect::None } else { seen.everything(Instant::now()) };
        drop(seen);
        self.shared.apply(effect);
        let _ = std::fs::remove_file(&cookie);
    }

    /// Reports everything as dirty.
    pub fn doubt(&self) {
        let effect = self.shared.lock().everything(Instant::now());
        self.shared.apply(effect);
    }

    /// Takes a signal as if the system had sent it.
    #[doc(hidden)]
    pub fn inject(&self, signal: Signal) {
        self.shared.take(signal);
    }

    /// Whether the folder is no longer where it was: moved, deleted, unmounted, or another one in its place. Watch anew when it is back.
    pub fn is_gone(&self) -> bool {
        self.shared.lock().root_moved() || Identity::of(&self.root).ok() != Some(self.identity)
    }

    fn watch(&self, directory: &[u8]) -> Result<(), WatchError> {
        self.shared.lock().expect(directory);
        let path = path_of(&self.root, directory);
        let result = if PER_DIRECTORY {
            // Only directories of the tree itself: never through a link that took the place of one.
            match std::fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() => self.lock_backend().watch(&path, false),
                Ok(_) => Err(WatchError::Missing),
                Err(error) => Err(missing_or(error)),
            }
        } else if directory.is_empty() {
            self.lock_backend().watch(&path, true)
        } else {
            Ok(())
        };
        if result.is_err() {
            self.shared.lock().not_watched(directory);
        }
        result
    }

    fn lock_backend(&self) -> MutexGuard<'_, Box<dyn Backend>> {
        self.backend.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn depth(directory: &[u8]) -> usize {
    if directory.is_empty() { 0 } else { 1 + directory.iter().filter(|byte| **byte == b'/').count() }
}

fn missing_or(error: io::Error) -> WatchError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => WatchError::Missing,
        _ => WatchError::Io(error),
    }
}

/// Removes what killed processes left; a cookie lives for two seconds at most.
fn sweep(cookies: &Path) {
    let Ok(entries) = std::fs::read_dir(cookies) else { return };
    for entry in entries.flatten() {
        let old = entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .is_ok_and(|modified| SystemTime::now().duration_since(modified).is_ok_and(|age| age > STALE));
        if old {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Makes a folder that only its owner may look into.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
