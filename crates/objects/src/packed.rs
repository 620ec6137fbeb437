//! An object in the form it is stored in: raw, or zstd when that is smaller.

use std::{cell::RefCell, io::Read};

use crate::{ObjectError, ObjectHash};

/// The largest object that can be kept, in bytes.
pub const MAX_OBJECT_SIZE: u64 = 256 * 1024 * 1024;

/// Below this many bytes compression is not tried.
const WORTH_COMPRESSING: usize = 64;

/// Up to so many bytes are decompressed into room that is set aside beforehand, which is several times faster for small files.
const IN_ONE_STEP: u64 = 4 * 1024 * 1024;

/// zstd's fast level, because a first sync waits for it.
const LEVEL: i32 = 1;

const RAW: i64 = 0;
const ZSTD: i64 = 1;

thread_local! {
    // A compressor is about a megabyte of tables: one per thread, not one per file.
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Hashed and compressed bytes, ready to be stored. Making one needs no database, so threads can do it side by side.
#[derive(Debug, Clone)]
pub struct Packed {
    hash: ObjectHash,
    size: u64,
    encoding: i64,
    data: Vec<u8>,
}

impl Packed {
    /// Hashes and compresses `bytes`.
    pub fn new(bytes: &[u8]) -> Self {
        Self::with_hash(ObjectHash::of(bytes), bytes)
    }

    /// Compresses `bytes`, whose hash the caller has just computed.
    pub fn with_hash(hash: ObjectHash, bytes: &[u8]) -> Self {
        let size = bytes.len() as u64;
        match compress(bytes) {
            Some(data) => Self { hash, size, encoding: ZSTD, data },
            None => Self { hash, size, encoding: RAW, data: bytes.to_vec() },
        }
    }

    /// The object's name.
    pub fn hash(&self) -> ObjectHash {
        self.hash
    }

    /// How many bytes the object has, uncompressed.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How many bytes it takes when stored.
    pub fn stored_size(&self) -> usize {
        self.data.len()
    }

    pub(crate) fn encoding(&self) -> i64 {
        self.encoding
    }

    pub(crate) fn data(&self) -> &[u8] {
        &self.data
    }
}

fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() < WORTH_COMPRESSING {
        return None;
    }
    COMPRESSOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = zstd::bulk::Compressor::new(LEVEL).ok();
        }
        let packed = slot.as_mut()?.compress(bytes).ok()?;
        (packed.len() < bytes.len()).then_some(packed)
    })
}

/// Gives the bytes back, or says why they are not what `hash` names. Never holds more than `size` bytes.
pub(crate) fn unpack(hash: &ObjectHash, size: i64, encoding: i64, data: Vec<u8>) -> Result<Vec<u8>, ObjectError> {
    let damaged = |detail: String| ObjectError::Mismatch { hash: *hash, detail };
    let size = u64::try_from(size).ok().filter(|size| *size <= MAX_OBJECT_SIZE);
    let size = size.ok_or_else(|| damaged("its recorded size is impossible".to_owned()))?;
    let bytes = match encoding {
        RAW => data,
        ZSTD => decompress(&data, size).map_err(|detail| damaged(format!("its compressed bytes are broken ({detail})")))?,
        other => return Err(damaged(format!("its encoding {other} is unknown"))),
    };
    if bytes.len() as u64 != size {
        return Err(damaged(format!("it should have {size} bytes and has {}", if bytes.len() as u64 > size { "more" } else { "fewer" })));
    }
    let found = ObjectHash::of(&bytes);
    if found == *hash { Ok(bytes) } else { Err(damaged(format!("its bytes hash to {found}"))) }
}

/// Gives at most one byte more than `size`, so that a lie about the size is noticed without paying for it.
fn decompress(data: &[u8], size: u64) -> std::io::Result<Vec<u8>> {
    let room = usize::try_from(size + 1).ok().filter(|_| size <= IN_ONE_STEP);
    let in_one_step = room.and_then(|room| {
        DECOMPRESSOR.with_borrow_mut(|slot| {
            if slot.is_none() {
                *slot = zstd::bulk::Decompressor::new().ok();
            }
            slot.as_mut()?.decompress(data, room).ok()
        })
    });
    // What doesn't fit, or is broken: the slow way says which.
    in_one_step.map_or_else(|| decompress_in_steps(data, size), Ok)
}

fn decompress_in_steps(data: &[u8], size: u64) -> std::io::Result<Vec<u8>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(data)?;
    // Our own frames never need a window beyond the largest object.
    decoder.window_log_max(28)?;
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(1024 * 1024)).unwrap_or(0));
    decoder.take(size + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
