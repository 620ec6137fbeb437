//! The folder beside an export's target in which it is made, and the sweeping of those that killed processes left.

use std::{
    ffi::OsStr,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use lectern_store::{SystemClock, new_id, private_file};

/// Names that a scan never takes for the project's: an export into a project's folder is not recorded half done.
const PREFIX: &str = ".lectern-export-";
const SUFFIX: &str = ".tmp";
/// Held while the export is made.
const LOCK: &str = "lock";
/// All that is ever in one.
const PARTS: [&str; 3] = [LOCK, "contents", "export"];
/// A sweeper may take a folder between its making and its locking.
const ATTEMPTS: usize = 20;

/// A folder beside the target that nobody else looks into, removed with all that is still in it.
pub(crate) struct Scratch {
    path: PathBuf,
    _lock: File,
}

impl Scratch {
    /// A new one, after those that nobody holds any more were removed.
    pub fn beside(target: &Path) -> io::Result<Self> {
        let missing = || io::Error::new(io::ErrorKind::InvalidInput, "it names no file");
        target.file_name().ok_or_else(missing)?;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sweep(folder);
        for _ in 0..ATTEMPTS {
            let path = folder.join(format!("{PREFIX}{}{SUFFIX}", new_id(&SystemClock)));
            let mut builder = fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&path)?;
            if let Some(lock) = hold(&path)? {
                return Ok(Self { path, _lock: lock });
            }
        }
        Err(io::Error::other("something removes its temporary files"))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Locks a folder just made; `None` when a sweeper was faster.
fn hold(path: &Path) -> io::Result<Option<File>> {
    let lock = match private_file().create_new(true).open(path.join(LOCK)) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let _ = fs::remove_dir_all(path);
            return Err(error);
        }
    };
    match lock.try_lock() {
        Ok(()) => Ok(path.join(LOCK).exists().then_some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        // A file system without locks: nobody sweeps there either.
        Err(TryLockError::Error(_)) => Ok(Some(lock)),
    }
}

/// Removes what killed exports left in a folder. Whatever refuses stays.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if is_scratch(&entry.file_name()) && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let _ = sweep_one(&entry.path());
        }
    }
}

fn is_scratch(name: &OsStr) -> bool {
    let id = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    id.is_some_and(|id| id.len() == 36 && id.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit()))
}

fn sweep_one(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        if !PARTS.iter().any(|part| entry.as_ref().is_ok_and(|entry| entry.file_name() == *part)) {
            // Somebody put something of their own there.
            return Ok(());
        }
    }
    let mut options = File::options();
    options.read(true);
    // Whoever made the folder may have put a pipe or a link there.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, (nix::fcntl::OFlag::O_NOFOLLOW | nix::fcntl::OFlag::O_NONBLOCK).bits());
    let lock = match options.open(path.join(LOCK)) {
        Ok(lock) => lock,
        // Killed before there was a lock; one that is being made is made anew under another name.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return fs::remove_dir(path),
        Err(error) => return Err(error),
    };
    match lock.try_lock() {
        Ok(()) => fs::remove_dir_all(path),
        Err(_) => Ok(()),
    }
}
