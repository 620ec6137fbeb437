//! Where the bytes of files come from: what is kept, else the project's folder.

use std::{
    fs::File,
    io::{self, Read, Seek},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use lectern_objects::{ObjectHash, Objects};
use lectern_reader::Root;

use super::files::TextFile;

/// Larger files are read piece by piece, and not indexed.
pub(crate) const LARGEST_HELD: u64 = 64 * 1024 * 1024;
/// How much is read between two looks at whether to stop.
const PIECE: usize = 256 * 1024;

/// Whether to stop: because somebody asked for it, or because the work came to its end.
#[derive(Clone, Copy)]
pub(crate) struct Stop<'a> {
    pub asked: &'a AtomicBool,
    pub ended: &'a AtomicBool,
}

impl Stop<'_> {
    pub fn is_set(self) -> bool {
        self.asked.load(Ordering::Relaxed) || self.ended.load(Ordering::Relaxed)
    }
}

/// Gives the bytes of files by their hash, checked.
pub struct Contents {
    objects: Arc<Objects>,
    folder: Option<Root>,
}

/// The bytes that a file's hash names.
pub(crate) enum Opened {
    Held(Vec<u8>),
    /// At its beginning; too large to be held.
    Large(File),
}

impl Contents {
    /// `folder` is the project's; one that can't be opened is done without.
    pub fn new(objects: Arc<Objects>, folder: Option<&Path>) -> Self {
        Self { objects, folder: folder.and_then(|folder| Root::open(folder).ok()) }
    }

    /// Where contents are kept.
    pub(crate) fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Exactly the bytes of `file`; `None` when they are neither kept nor in the folder, or when it is to stop.
    pub(crate) fn open(&self, file: &TextFile, stop: Stop<'_>) -> Option<Opened> {
        // What is damaged may be in the folder still.
        if let Ok(Some(bytes)) = self.objects.get(&file.hash) {
            return Some(Opened::Held(bytes));
        }
        let mut opened = self.folder.as_ref()?.open_file(file.path.as_path()).ok()?;
        if opened.metadata().ok()?.len() != file.size {
            return None;
        }
        let held = file.size <= LARGEST_HELD;
        let (bytes, hash) = read_all(&mut opened, file.size, held, stop).ok()??;
        if hash != file.hash {
            return None;
        }
        if held {
            return Some(Opened::Held(bytes));
        }
        opened.rewind().ok()?;
        Some(Opened::Large(opened))
    }
}

/// The bytes, if they are to be `held`, and their hash; `None` when it is to stop.
fn read_all(from: &mut File, size: u64, held: bool, stop: Stop<'_>) -> io::Result<Option<(Vec<u8>, ObjectHash)>> {
    let (mut hasher, mut bytes) = (blake3::Hasher::new(), Vec::new());
    if held {
        bytes.reserve_exact(usize::try_from(size).map_err(io::Error::other)?);
    }
    let mut piece = vec![0; PIECE.min(usize::try_from(size).unwrap_or(PIECE).max(1))];
    let mut left = size;
    while left > 0 {
        if stop.is_set() {
            return Ok(None);
        }
        let read = from.read(&mut piece)?;
        if read == 0 {
            break;
        }
        left = left.saturating_sub(read as u64);
        hasher.update(&piece[..read]);
        if held {
            bytes.extend_from_slice(&piece[..read]);
        }
    }
    Ok(Some((bytes, hasher.finalize().into())))
}

/// The text that is looked through: in UTF-8 when a byte order mark tells how it is stored, else the bytes as they are. The second is whether
/// it was stored otherwise.
pub(crate) fn decoded(bytes: Vec<u8>) -> (Vec<u8>, bool) {
    match encoding_rs::Encoding::for_bom(&bytes) {
        None => (bytes, false),
        Some((encoding, mark)) if encoding == encoding_rs::UTF_8 => (bytes[mark..].to_vec(), false),
        Some((encoding, mark)) => (encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned().into_bytes(), true),
    }
}

/// The part of a content in which anything can be found: up to its first NUL, because what comes behind that is not text.
pub(crate) fn searchable(bytes: Vec<u8>) -> Vec<u8> {
    let (mut text, _) = decoded(bytes);
    if let Some(end) = memchr::memchr(0, &text) {
        text.truncate(end);
    }
    text
}
