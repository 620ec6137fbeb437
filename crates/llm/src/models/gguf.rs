//! Looking at a model file's bytes before anybody loads it.

use std::{
    fs::{File, Metadata},
    io::{Read, Seek, SeekFrom},
    path::Path,
    time::UNIX_EPOCH,
};

use sha2::{Digest, Sha256};

use super::error::{ModelError, at};
use crate::Cancel;

/// How the beginning of every GGUF file reads.
pub(crate) const MAGIC: &[u8; 4] = b"GGUF";
/// Bytes between two looks at whether somebody cancelled.
const PIECE: usize = 1 << 20;

/// A file that is open and was looked at: a regular one that begins as a GGUF file does.
#[derive(Debug)]
pub(crate) struct Opened {
    file: File,
    pub(crate) size: u64,
    /// Milliseconds since 1970.
    pub(crate) modified: i64,
}

/// Opens a model file for reading.
///
/// # Errors
/// [`ModelError::NotAModel`] with what it is instead.
pub(crate) fn open(path: &Path) -> Result<Opened, ModelError> {
    // Looked at before it is opened: opening a pipe would wait for its other end.
    let metadata = std::fs::metadata(path).map_err(at("can't be read", path))?;
    if !metadata.is_file() {
        return Err(ModelError::NotAModel("This is no file.".to_owned()));
    }
    let mut file = File::open(path).map_err(at("can't be read", path))?;
    let metadata = file.metadata().map_err(at("can't be read", path))?;
    let mut start = Vec::with_capacity(64);
    file.by_ref().take(64).read_to_end(&mut start).map_err(at("can't be read", path))?;
    looks_like_a_model(&start)?;
    Ok(Opened { file, size: metadata.len(), modified: modified(&metadata) })
}

/// Whether a file begins as a GGUF file does; at least four bytes of it, or all there are.
///
/// # Errors
/// [`ModelError::NotAModel`] with what it looks like instead.
pub(crate) fn looks_like_a_model(start: &[u8]) -> Result<(), ModelError> {
    if start.starts_with(MAGIC) {
        return Ok(());
    }
    let text = String::from_utf8_lossy(start);
    Err(ModelError::NotAModel(
        if text.trim_start().starts_with('<') {
            "This is a web page, not a model: the address of the file itself is needed."
        } else if text.starts_with("version https://git-lfs") {
            "This is only git's pointer to a large file, not the model itself."
        } else if text.trim_start().starts_with('{') {
            "This is text (JSON), not a model."
        } else if start.is_empty() {
            "This file is empty."
        } else {
            "This is no GGUF file."
        }
        .to_owned(),
    ))
}

/// When a file was last changed: milliseconds since 1970.
pub(crate) fn modified(metadata: &Metadata) -> i64 {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0)
}

impl Opened {
    /// The SHA-256 of the whole file, lowercase hex. `told` hears how many bytes of how many are read.
    ///
    /// # Errors
    /// [`ModelError::Cancelled`]; [`ModelError::Changed`] when somebody writes to it meanwhile.
    pub(crate) fn sha256(&mut self, path: &Path, told: &mut dyn FnMut(u64, u64), cancel: &Cancel) -> Result<String, ModelError> {
        self.file.seek(SeekFrom::Start(0)).map_err(at("can't be read", path))?;
        let mut hasher = Sha256::new();
        let read = hash_into(&mut hasher, &mut self.file, path, u64::MAX, &mut |done| told(done, self.size), cancel)?;
        let after = self.file.metadata().map_err(at("can't be read", path))?;
        if read != self.size || after.len() != self.size || modified(&after) != self.modified {
            return Err(ModelError::Changed("The file was changed while it was read. Wait until it is written, then add it.".to_owned()));
        }
        Ok(hex(hasher))
    }
}

/// Reads at most `limit` bytes into a hash, and says how many there were.
pub(crate) fn hash_into(
    hasher: &mut Sha256,
    file: &mut File,
    path: &Path,
    limit: u64,
    told: &mut dyn FnMut(u64),
    cancel: &Cancel,
) -> Result<u64, ModelError> {
    let mut piece = vec![0_u8; PIECE];
    let mut done = 0;
    while done < limit {
        if cancel.is_cancelled() {
            return Err(ModelError::Cancelled);
        }
        let most = usize::try_from(limit - done).unwrap_or(PIECE).min(PIECE);
        let count = file.read(&mut piece[..most]).map_err(at("can't be read", path))?;
        if count == 0 {
            break;
        }
        hasher.update(&piece[..count]);
        done += count as u64;
        told(done);
    }
    Ok(done)
}

/// The hash as lowercase hex.
pub(crate) fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A SHA-256 as somebody pasted it, in lowercase; `None` for an empty text.
///
/// # Errors
/// [`ModelError::BadHash`].
pub(crate) fn typed_hash(text: &str) -> Result<Option<String>, ModelError> {
    let hash = text.trim().trim_start_matches("sha256:").to_ascii_lowercase();
    if hash.is_empty() {
        return Ok(None);
    }
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ModelError::BadHash);
    }
    Ok(Some(hash))
}
