//! Proof that a process is alive: a lock on `run/<boot_id>.lock` for as long as it runs.
//!
//! A row that says RUNNING belongs to a boot. The operating system drops the lock when the process ends, however it ends,
//! so the row is an orphan exactly when its boot's lock can be taken. No timeouts, no process ids that get reused.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::{SystemClock, new_id};

/// The id of one run of one process.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BootId(String);

impl BootId {
    /// The id as rows store it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// This process's proof of life. Keep it until the process ends.
#[derive(Debug)]
pub struct Boot {
    id: BootId,
    path: PathBuf,
    _lock: File,
}

impl Boot {
    /// Takes a new lock in `run_dir` and removes the lock files of processes that are gone.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub fn start(run_dir: &Path) -> io::Result<Self> {
        for entry in fs::read_dir(run_dir)?.flatten() {
            let path = entry.path();
            let abandoned = path.extension().is_some_and(|extension| extension == "lock") && !is_locked(&path);
            // A boot that is starting has its file but not yet its lock: young files are left alone.
            let young = entry.metadata().and_then(|m| m.modified()).is_ok_and(|t| t.elapsed().is_ok_and(|age| age.as_secs() < 60));
            if abandoned && !young && path.file_stem().is_some_and(|stem| stem.len() == 36) {
                let _ = fs::remove_file(path);
            }
        }
        let id = BootId(new_id(&SystemClock));
        let path = run_dir.join(format!("{}.lock", id.0));
        let lock = OpenOptions::new().create_new(true).write(true).open(&path)?;
        lock.lock()?;
        Ok(Self { id, path, _lock: lock })
    }

    /// This process's boot id.
    pub fn id(&self) -> &BootId {
        &self.id
    }
}

impl Drop for Boot {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether the process that started as `boot_id` still runs.
pub fn is_alive(run_dir: &Path, boot_id: &str) -> bool {
    // An id is hex and dashes; anything else can't be one and must not become a path.
    boot_id.chars().all(|c| c.is_ascii_hexdigit() || c == '-') && is_locked(&run_dir.join(format!("{boot_id}.lock")))
}

fn is_locked(path: &Path) -> bool {
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => matches!(file.try_lock(), Err(TryLockError::WouldBlock)),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boot_is_alive_until_it_is_dropped() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let boot = Boot::start(dir.path()).expect("a lock");
        let id = boot.id().as_str().to_owned();
        assert!(is_alive(dir.path(), &id));
        drop(boot);
        assert!(!is_alive(dir.path(), &id));
        assert!(!is_alive(dir.path(), "../../etc/passwd"));
    }
}
