//! Where events come from: the operating system through `notify`, or a test.

use std::{
    io,
    path::{Path, PathBuf},
};

use notify::{
    Config, ErrorKind, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode, CreateKind, Flag, ModifyKind, RenameMode},
};

/// Whether each directory needs a watch of its own; otherwise one on the root covers all below it.
pub(crate) const PER_DIRECTORY: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// Something that happened, in the order in which it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// To an entry of a watched directory, or to the directory itself.
    Entry {
        /// The watched directory as it was given, joined with the entry's name.
        path: PathBuf,
        /// What it was.
        what: What,
    },
    /// The system lost events.
    Overflow,
}

/// What happened to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It was made; a folder or something else.
    Made {
        /// Whether it is known to be a folder.
        folder: bool,
    },
    /// Somebody opened it, to read or to write.
    Opened,
    /// Bytes were written to it.
    Written,
    /// Somebody who could write to it is done.
    Closed,
    /// It is gone.
    Removed,
    /// It has another name now.
    MovedAway,
    /// It had another name before.
    MovedHere,
    /// Its rights or times changed, or the system does not say what.
    Attributes,
}

/// Takes signals, one after the other. Called from the backend's thread; must return quickly and never call the backend.
pub type Sink = Box<dyn Fn(Signal) + Send + Sync>;

/// Why a directory can't be watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The system's limit of watched directories is reached.
    #[error("the system watches no more directories")]
    Limit,
    /// The system's limit of programs that watch is reached.
    #[error("too many programs watch folders already")]
    Instances,
    /// There is no such directory.
    #[error("there is no such directory")]
    Missing,
    /// Something else.
    #[error("the system refused to watch: {0}")]
    Io(#[from] io::Error),
}

/// Watches directories.
pub trait Backend: Send {
    /// Watches the entries of a directory; `below` also all directories in it. Watching one again renews the watch.
    ///
    /// # Errors
    /// See [`WatchError`]; what was watched before still is.
    fn watch(&mut self, directory: &Path, below: bool) -> Result<(), WatchError>;

    /// No longer watches it. One that was not watched is fine.
    fn unwatch(&mut self, directory: &Path);
}

/// The operating system's.
pub(crate) struct System(RecommendedWatcher);

impl System {
    pub fn start(sink: Sink) -> Result<Self, WatchError> {
        let handler = move |event: notify::Result<notify::Event>| match event {
            Ok(event) => signals(event).into_iter().for_each(&sink),
            // What could not be read is lost.
            Err(_) => sink(Signal::Overflow),
        };
        let config = Config::default().with_follow_symlinks(false);
        RecommendedWatcher::new(handler, config).map(Self).map_err(|error| match watch_error(error) {
            WatchError::Io(error) if is_too_many_files(&error) => WatchError::Instances,
            error => error,
        })
    }
}

impl Backend for System {
    fn watch(&mut self, directory: &Path, below: bool) -> Result<(), WatchError> {
        let mode = if below { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        self.0.watch(directory, mode).map_err(watch_error)
    }

    fn unwatch(&mut self, directory: &Path) {
        let _ = self.0.unwatch(directory);
    }
}

fn watch_error(error: notify::Error) -> WatchError {
    match error.kind {
        ErrorKind::MaxFilesWatch => WatchError::Limit,
        ErrorKind::PathNotFound | ErrorKind::WatchNotFound => WatchError::Missing,
        ErrorKind::Io(error) if error.kind() == io::ErrorKind::StorageFull => WatchError::Limit,
        ErrorKind::Io(error) if error.kind() == io::ErrorKind::NotFound => WatchError::Missing,
        ErrorKind::Io(error) => WatchError::Io(error),
        other => WatchError::Io(io::Error::other(format!("{other:?}"))),
    }
}

fn is_too_many_files(error: &io::Error) -> bool {
    #[cfg(unix)]
    return error.raw_os_error() == Some(nix::errno::Errno::EMFILE as i32);
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}

fn signals(event: notify::Event) -> Vec<Signal> {
    if event.attrs.flag() == Some(Flag::Rescan) {
        return vec![Signal::Overflow];
    }
    let what = match event.kind {
        EventKind::Access(AccessKind::Open(_)) => What::Opened,
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => What::Closed,
        EventKind::Access(_) => return Vec::new(),
        EventKind::Create(kind) => What::Made { folder: kind == CreateKind::Folder },
        EventKind::Remove(_) => What::Removed,
        EventKind::Modify(ModifyKind::Data(_)) => What::Written,
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) => What::MovedAway,
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => What::MovedHere,
        // Both halves were told on their own.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) if cfg!(not(target_os = "macos")) => return Vec::new(),
        // macOS does not say which half this is.
        EventKind::Modify(ModifyKind::Name(_)) => What::MovedHere,
        EventKind::Modify(_) | EventKind::Any | EventKind::Other => What::Attributes,
    };
    event.paths.into_iter().map(|path| Signal::Entry { path, what }).collect()
}
