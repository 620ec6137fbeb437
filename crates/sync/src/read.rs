//! Reads a file into its hash, and into an object when its contents are kept.

use std::{
    fs::File,
    io::{self, Read},
    sync::atomic::{AtomicBool, Ordering},
};

use lectern_objects::{ObjectHash, Packed};
use nix::sys::stat::fstat;

use crate::{
    disk::{Kind, Root, Stat, is_absent, plain},
    manifest::{BINARY_PROBE, Content, Keeps},
    scan::Found,
    warnings::Warnings,
};

/// Large files are read in pieces of this many bytes; between two pieces a cancel is noticed.
const PIECE: usize = 4 * 1024 * 1024;

/// A file that changes while it is read is read this often before it is recorded as it was last seen.
const ATTEMPTS: usize = 3;

/// What a file was when it was read.
#[derive(Debug)]
pub(crate) struct Contents {
    pub content: Content,
    /// The bytes, when they are to be kept.
    pub packed: Option<Packed>,
    /// As of the moment the bytes were read.
    pub stat: Stat,
}

/// How reading goes: with which rule, and until when.
pub(crate) struct Reader<'a> {
    pub root: &'a Root,
    pub keeps: Keeps,
    pub cancel: &'a AtomicBool,
    pub warnings: &'a Warnings,
    /// Hears how many further bytes were read.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Whether an object of that name is there already, so that it need not be compressed again.
    pub is_kept: &'a (dyn Fn(&ObjectHash) -> bool + Sync),
}

struct Bytes {
    hash: ObjectHash,
    size: u64,
    binary: bool,
    /// All of them, when there are no more than the rule keeps.
    whole: Option<Vec<u8>>,
}

impl Reader<'_> {
    /// Reads what `found` names. `None` when it is gone, can't be read (a warning says so), or the sync was cancelled.
    pub fn read(&self, found: &Found) -> Option<Contents> {
        let result = if found.stat.kind() == Kind::Symlink { self.read_link(found) } else { self.read_file(found) };
        match result {
            Ok(contents) => contents,
            Err(error) if is_absent(&error) => None,
            Err(error) => {
                self.warnings.add(format!("{} could not be read ({}) and was left out.", found.path, plain(error)));
                None
            }
        }
    }

    fn read_link(&self, found: &Found) -> io::Result<Option<Contents>> {
        let target = match self.root.read_link(&found.path) {
            // Not a link any more: the next sync sees what it is now.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Ok(None),
            other => other?,
        };
        let hash = ObjectHash::of(&target);
        (self.progress)(target.len() as u64);
        let content = Content::Symlink { hash, size: target.len() as u64 };
        Ok(Some(Contents { content, packed: Some(Packed::with_hash(hash, &target)), stat: found.stat }))
    }

    fn read_file(&self, found: &Found) -> io::Result<Option<Contents>> {
        let mut attempt = 1;
        loop {
            let (mut file, before) = self.root.open_file(&found.path)?;
            let Some(bytes) = self.read_bytes(&mut file, before.size)? else { return Ok(None) };
            let after = Stat::from(fstat(&file)?);
            let stable = before == after && bytes.size == after.size;
            if !stable && attempt < ATTEMPTS {
                attempt += 1;
                continue;
            }
            if !stable {
                self.warnings.add(format!("{} was being written while it was read; it is recorded as it was last seen.", found.path));
            }
            let Bytes { hash, size, binary, whole } = bytes;
            let content = Content::File { hash, size, executable: after.is_executable(), binary };
            let keep = whole.filter(|_| self.keeps.holds(&content) && !(self.is_kept)(&hash));
            return Ok(Some(Contents { content, packed: keep.map(|bytes| Packed::with_hash(hash, &bytes)), stat: after }));
        }
    }

    /// `None` when cancelled.
    fn read_bytes(&self, file: &mut File, expected: u64) -> io::Result<Option<Bytes>> {
        let limit = self.keeps.text.max(self.keeps.binary).max(BINARY_PROBE as u64);
        let mut head = Vec::with_capacity(usize::try_from(expected.min(limit) + 1).unwrap_or(0).min(PIECE));
        // As many bytes as could be kept, and one more to learn whether that is all.
        loop {
            if self.cancel.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let wanted = (limit + 1 - head.len() as u64).min(PIECE as u64);
            let read = file.take(wanted).read_to_end(&mut head)? as u64;
            (self.progress)(read);
            if read < wanted || head.len() as u64 > limit {
                break;
            }
        }
        let binary = head[..head.len().min(BINARY_PROBE)].contains(&0);
        if head.len() as u64 <= limit {
            let size = head.len() as u64;
            return Ok(Some(Bytes { hash: ObjectHash::of(&head), size, binary, whole: Some(head) }));
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&head);
        let mut size = head.len() as u64;
        let mut piece = head;
        loop {
            if self.cancel.load(Ordering::Relaxed) {
                return Ok(None);
            }
            piece.clear();
            let read = file.take(PIECE as u64).read_to_end(&mut piece)?;
            if read == 0 {
                return Ok(Some(Bytes { hash: hasher.finalize().into(), size, binary, whole: None }));
            }
            hasher.update_rayon(&piece);
            size += read as u64;
            (self.progress)(read as u64);
        }
    }
}
