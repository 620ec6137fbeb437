//! Proof that a process is alive: a lock on `run/<boot_id>.lock` for as long as it runs.
//!
//! A row that says RUNNING belongs to a boot. The operating system drops the lock when the process ends, however it ends,
//! so the row is an orphan exactly when its boot's lock can be taken. No timeouts, no process ids that get reused.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::{SystemClock, new_id, private_file};

/// A UUID as text.
const ID_LENGTH: usize = 36;

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
    alone: bool,
    after_crash: bool,
    _lock: File,
}

impl Boot {
    /// Takes a new lock in `run_dir` and removes the lock files of processes that are gone.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub fn start(run_dir: &Path) -> io::Result<Self> {
        let (mut alone, mut after_crash) = (true, false);
        for entry in fs::read_dir(run_dir)?.flatten() {
            let path = entry.path();
            if path.extension().is_none_or(|extension| extension != "lock") || path.file_stem().is_none_or(|stem| stem.len() != ID_LENGTH) {
                continue;
            }
            if is_locked(&path) {
                alone = false;
                continue;
            }
            // A clean stop removes its file. A boot that starts right now has its file but not yet its lock: young files are left alone.
            after_crash = true;
            let young = entry.metadata().and_then(|m| m.modified()).is_ok_and(|t| t.elapsed().is_ok_and(|age| age.as_secs() < 10));
            if !young {
                let _ = fs::remove_file(path);
            }
        }
        let id = BootId(new_id(&SystemClock));
        let path = run_dir.join(format!("{}.lock", id.0));
        let lock = private_file().create_new(true).open(&path)?;
        lock.lock()?;
        Ok(Self { id, path, alone, after_crash, _lock: lock })
    }

    /// Whether no other process used this folder when this one started.
    pub fn alone(&self) -> bool {
        self.alone
    }

    /// Whether a process that used this folder before ended without saying so: killed, crashed, or the power went.
    pub fn after_crash(&self) -> bool {
        self.after_crash
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

    #[test]
    fn a_boot_tells_company_and_crashes_apart_from_a_clean_start() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let first = Boot::start(dir.path()).expect("a lock");
        assert!(first.alone() && !first.after_crash());
        let second = Boot::start(dir.path()).expect("a lock");
        assert!(!second.alone() && !second.after_crash());
        drop((first, second));
        let clean = Boot::start(dir.path()).expect("a lock");
        assert!(clean.alone() && !clean.after_crash());
        drop(clean);
        fs::write(dir.path().join("00000000-0000-0000-0000-000000000000.lock"), "").expect("what a killed process leaves");
        let after = Boot::start(dir.path()).expect("a lock");
        assert!(after.alone() && after.after_crash());
    }
}
