//! A file that is only partly there, and what has to be known to go on with it.

use std::{
    fs::{self, File, TryLockError},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use lectern_store::private_file;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Cancel,
    models::{ModelError, at, hash_into, hex},
};

/// Bytes after which what was written is made to last, so that a crash costs no more than these.
const LASTING: u64 = 16 << 20;

/// What is kept beside a part, as `NAME.part.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    /// 1.
    pub(crate) format: u32,
    /// BLAKE3 of the address: it may hold a token.
    pub(crate) url: String,
    /// The server's mark of the file's state: a strong `ETag`, or `Last-Modified`.
    pub(crate) validator: Option<String>,
    /// Bytes of the whole file.
    pub(crate) total: Option<u64>,
    /// Bytes that are surely on the disk.
    pub(crate) synced: u64,
    /// All of it came.
    pub(crate) complete: bool,
    /// It is complete, and this is its SHA-256, which was not the one that was wanted.
    pub(crate) wrong: Option<String>,
}

/// A part, held by whoever writes it.
#[derive(Debug)]
pub(crate) struct Part {
    path: PathBuf,
    beside: PathBuf,
    file: File,
    pub(crate) kept: Kept,
    hasher: Sha256,
    /// Bytes that are written and hashed.
    pub(crate) done: u64,
}

impl Part {
    /// Opens the part of `target`, at the end of what surely belongs to `url`. What can't be gone on with is thrown away.
    ///
    /// `expected`: the SHA-256 that the whole file must have; it makes up for a server that doesn't say whether its file changed.
    ///
    /// # Errors
    /// [`ModelError::BeingDownloaded`], [`ModelError::Cancelled`], the disk.
    pub(crate) fn open(target: &Path, url: &str, expected: Option<&str>, cancel: &Cancel) -> Result<Self, ModelError> {
        let (path, beside) = (with_ending(target, ".part"), with_ending(target, ".part.json"));
        let file = private_file().read(true).truncate(false).open(&path).map_err(at("can't be written", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ModelError::BeingDownloaded),
            Err(TryLockError::Error(error)) => return Err(at("can't be locked", &path)(error)),
        }
        let url = blake3::hash(url.as_bytes()).to_hex().to_string();
        let kept: Kept = fs::read(&beside).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let length = file.metadata().map_err(at("can't be read", &path))?.len();
        let is_wrong = kept.wrong.is_some() && expected.is_some() && kept.wrong.as_deref() != expected;
        let goes_on =
            kept.url == url && !is_wrong && length >= kept.synced && (kept.validator.is_some() || kept.complete || expected.is_some());
        let kept = if goes_on { kept } else { Kept { format: 1, url, ..Kept::default() } };
        let mut part = Self { path, beside, file, done: kept.synced, kept, hasher: Sha256::new() };
        // What a crash may have left behind the last sync is not trusted.
        part.file.set_len(part.done).map_err(at("can't be written", &part.path))?;
        let read = hash_into(&mut part.hasher, &mut part.file, &part.path, part.done, &mut |_| {}, cancel)?;
        if read != part.done {
            part.start_over()?;
        }
        Ok(part)
    }

    /// The file itself.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Forgets everything that came.
    pub(crate) fn start_over(&mut self) -> Result<(), ModelError> {
        self.kept = Kept { format: 1, url: std::mem::take(&mut self.kept.url), ..Kept::default() };
        self.hasher = Sha256::new();
        self.done = 0;
        // First the note, then the bytes: a note that promises bytes which are gone would be believed.
        self.write_note()?;
        self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)).map(|_| ())).map_err(at("can't be written", &self.path))
    }

    /// Adds bytes at the end.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> Result<(), ModelError> {
        self.file.write_all(bytes).map_err(at("can't be written", &self.path))?;
        self.hasher.update(bytes);
        self.done += bytes.len() as u64;
        if self.done - self.kept.synced >= LASTING { self.settle() } else { Ok(()) }
    }

    /// Makes what came last, so that the next try goes on after it.
    pub(crate) fn settle(&mut self) -> Result<(), ModelError> {
        // A write that failed in the middle leaves bytes that are not counted.
        self.file.set_len(self.done).and_then(|()| self.file.sync_data()).map_err(at("can't be written", &self.path))?;
        self.kept.synced = self.done;
        self.write_note()
    }

    /// The first bytes of the file, for a look at what it is.
    pub(crate) fn begins_with(&mut self, count: usize) -> Result<Vec<u8>, ModelError> {
        use std::io::Read;
        let mut start = Vec::new();
        let mut read = |file: &mut File| {
            file.seek(SeekFrom::Start(0))?;
            file.take(count as u64).read_to_end(&mut start)?;
            file.seek(SeekFrom::End(0))
        };
        read(&mut self.file).map_err(at("can't be read", &self.path))?;
        Ok(start)
    }

    /// The SHA-256 of the whole, which has come. When it is not the one that was wanted, the bytes are kept, marked.
    pub(crate) fn finish(&mut self, expected: Option<&str>) -> Result<String, ModelError> {
        let found = hex(self.hasher.clone());
        self.kept.complete = true;
        self.kept.wrong = expected.filter(|expected| *expected != found).map(|_| found.clone());
        self.settle()?;
        match expected {
            Some(expected) if expected != found => Err(ModelError::WrongHash { expected: expected.to_owned(), found }),
            _ => Ok(found),
        }
    }

    /// Gives the file its name, at once and for good. Nothing that has that name is replaced.
    pub(crate) fn become_file(self, target: &Path) -> Result<(), ModelError> {
        self.file.sync_all().map_err(at("can't be written", &self.path))?;
        // A hard link refuses a name that is taken; where there are none, a look has to do.
        match fs::hard_link(&self.path, target) {
            Ok(()) => {
                let _ = fs::remove_file(&self.path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Err(at("is there already", target)(error)),
            Err(_) if target.exists() => {
                return Err(ModelError::Changed("A file of this name was put there meanwhile.".to_owned()));
            }
            Err(_) => fs::rename(&self.path, target).map_err(at("can't be renamed", &self.path))?,
        }
        let _ = fs::remove_file(&self.beside);
        if let Some(folder) = target.parent() {
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }

    /// Removes it and the note beside it.
    pub(crate) fn throw_away(self) {
        let _ = fs::remove_file(&self.beside);
        let _ = fs::remove_file(&self.path);
    }

    fn write_note(&self) -> Result<(), ModelError> {
        let bytes = serde_json::to_vec(&self.kept).expect("a note is plain text and numbers");
        let fresh = with_ending(&self.beside, ".new");
        let write = || {
            let mut file = private_file().truncate(true).open(&fresh)?;
            file.write_all(&bytes)?;
            file.sync_data()?;
            fs::rename(&fresh, &self.beside)
        };
        write().map_err(at("can't be written", &self.beside))
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
