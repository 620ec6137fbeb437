//! The stat cache: what the last scan saw of each file, so that the next one reads only what changed.
//!
//! A file is taken to be unchanged when its size, times, inode and mode are what they were, unless the cached reading is *racy*: so close to
//! the file's last change that a further change could have left the same times (git's rule for its index). Racy files are read again.

use std::time::{SystemTime, UNIX_EPOCH};

use lectern_objects::ObjectHash;

use crate::{
    RepoPath,
    disk::{Kind, Stat},
    manifest::{Content, Keeps},
};

/// `scan_caches.format` of this build; another is treated as no cache at all.
pub(crate) const CACHE_FORMAT: i64 = 1;

/// The kernel stamps files with a clock that moves in ticks of up to 10 ms, behind the one that programs read.
const TICK: i64 = 20_000_000;

/// File systems that keep whole seconds round down; FAT keeps even ones.
const COARSE: i64 = 2_000_000_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cached {
    pub path: RepoPath,
    pub stat: Stat,
    pub hash: ObjectHash,
    pub size: u64,
    pub binary: bool,
    /// Whether the contents are among the objects.
    pub kept: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cache {
    /// When the scan that this is from began, in nanoseconds since 1970 by the computer's clock.
    pub started: i64,
    /// Which file of objects the kept contents are in.
    pub objects: String,
    /// In order of paths.
    pub entries: Vec<Cached>,
}

impl Cached {
    pub fn content(&self) -> Content {
        match self.stat.kind() {
            Kind::Symlink => Content::Symlink { hash: self.hash, size: self.size },
            _ => Content::File { hash: self.hash, size: self.size, executable: self.stat.is_executable(), binary: self.binary },
        }
    }

    /// Whether a file that looks like `stat` now has these contents for certain.
    pub fn is_current(&self, stat: &Stat, started: i64) -> bool {
        self.stat == *stat && !is_racy(&self.stat, started)
    }

    /// Whether nothing has to be put among the objects for it.
    pub fn is_settled(&self, keeps: Keeps) -> bool {
        self.kept || !keeps.holds(&self.content())
    }
}

fn is_racy(stat: &Stat, started: i64) -> bool {
    // The change time moves with every write and can't be set back; the modification time counts too, where a file system has no other.
    [stat.modified, stat.changed].into_iter().any(|time| {
        let granularity = if time % 1_000_000_000 == 0 { COARSE } else { TICK };
        time.saturating_add(granularity) > started
    })
}

/// The computer's clock in nanoseconds since 1970.
pub(crate) fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX)
}

impl Cache {
    /// Header, entries with their paths shortened by what they share with the one before, and a BLAKE3 over all of it.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + self.entries.len() * 96);
        out.extend_from_slice(&self.started.to_le_bytes());
        put_bytes(&mut out, self.objects.as_bytes());
        put(&mut out, self.entries.len() as u64);
        let mut previous: &[u8] = b"";
        for entry in &self.entries {
            let path = entry.path.as_bytes();
            let shared = path.iter().zip(previous).take_while(|(a, b)| a == b).count();
            put(&mut out, shared as u64);
            put_bytes(&mut out, &path[shared..]);
            previous = path;
            let stat = &entry.stat;
            for number in
                [stat.size, stat.modified.cast_unsigned(), stat.changed.cast_unsigned(), stat.inode, u64::from(stat.mode), entry.size]
            {
                put(&mut out, number);
            }
            out.push(u8::from(entry.binary) | u8::from(entry.kept) << 1);
            out.extend_from_slice(entry.hash.as_bytes());
        }
        let seal = ObjectHash::of(&out);
        out.extend_from_slice(seal.as_bytes());
        out
    }

    /// `None` for bytes that are damaged; everything is then read again.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (body, seal) = bytes.split_last_chunk::<32>()?;
        if ObjectHash::of(body).as_bytes() != seal {
            return None;
        }
        let mut input = Input(body);
        let started = i64::from_le_bytes(*input.array()?);
        let objects = String::from_utf8(input.bytes()?.to_vec()).ok()?;
        let count = usize::try_from(input.number()?).ok()?;
        let mut entries = Vec::with_capacity(count.min(body.len() / 40));
        let mut path: Vec<u8> = Vec::new();
        for _ in 0..count {
            let shared = usize::try_from(input.number()?).ok()?;
            path.truncate(shared);
            path.extend_from_slice(input.bytes()?);
            let mut numbers = [0; 6];
            for number in &mut numbers {
                *number = input.number()?;
            }
            let [length, modified, changed, inode, mode, size] = numbers;
            let stat = Stat {
                size: length,
                modified: modified.cast_signed(),
                changed: changed.cast_signed(),
                inode,
                mode: u32::try_from(mode).ok()?,
            };
            let [flags] = *input.array()?;
            let hash = ObjectHash::from_bytes(*input.array()?);
            let path = RepoPath::new(path.clone()).ok()?;
            entries.push(Cached { path, stat, hash, size, binary: flags & 1 != 0, kept: flags & 2 != 0 });
        }
        input.0.is_empty().then_some(Self { started, objects, entries })
    }
}

fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stat(size: u64, modified: i64) -> Stat {
        Stat { size, modified, changed: modified, inode: 7, mode: 0o100_644 }
    }

    proptest! {
        #[test]
        fn a_cache_survives_its_bytes(paths in proptest::collection::btree_set("[a-c]{1,4}(/[a-c]{1,3}){0,3}", 0..30), numbers in any::<(u64, i64, bool, bool)>()) {
            let (size, time, binary, kept) = numbers;
            let entries = paths.into_iter().map(|path| Cached {
                path: RepoPath::new(path.as_str()).expect("valid"), stat: stat(size, time), hash: ObjectHash::of(path.as_bytes()), size, binary, kept,
            }).collect();
            let cache = Cache { started: time, objects: "here".to_owned(), entries };
            let mut bytes = cache.encode();
            prop_assert_eq!(Cache::decode(&bytes), Some(cache));
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            prop_assert_eq!(Cache::decode(&bytes), None, "a flipped bit is noticed");
        }
    }

    #[test]
    fn a_reading_too_close_to_a_change_is_not_trusted() {
        let second = 1_000_000_000;
        let started = 100 * second + 500_000_000;
        assert!(is_racy(&stat(1, started), started));
        assert!(is_racy(&stat(1, started - 5_000_000), started), "the kernel's tick is behind the clock");
        assert!(is_racy(&stat(1, 100 * second), started), "a file system of whole seconds rounds down");
        assert!(!is_racy(&stat(1, started - 50_000_001), started));
        assert!(!is_racy(&stat(1, 90 * second), started));
    }
}
