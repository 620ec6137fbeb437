//! One immutable file of the index: which blocks of contents have which trigrams.
//!
//! # Format 1
//! Numbers are little-endian. `LECTRIX1`, then **groups** of up to 64 trigrams, ascending: for each trigram a varint of its distance from the
//! one before (from 0 for the first of a group), a varint of how many blocks have it, a varint of how many bytes follow, and the numbers of the
//! blocks (see [`write_numbers`]); behind each group the first eight bytes of its BLAKE3. Then the **tables**: for each group its first trigram
//! (u32), where it begins (u64) and its length (u32, checksum included); for each content its hash (32 bytes) and its block (u32), ascending by
//! hash; for each block the bytes of its contents (u64). Then the **footer**: groups, contents, blocks (u32 each), where the tables begin
//! (u64), and the BLAKE3 of tables and these numbers.
//!
//! The tables are checked when a segment is opened, a group when it is read. So damage anywhere is found before anything is believed.
//!
//! [`write_numbers`]: super::blocks::write_numbers

use std::{
    collections::HashMap,
    fs::File,
    io,
    path::{Path, PathBuf},
};

use lectern_objects::ObjectHash;
use memmap2::Mmap;

use super::{
    blocks::{BlockSet, read_numbers, read_varint},
    needed::Needed,
    trigram::Trigram,
};

pub(crate) const MAGIC: &[u8; 8] = b"LECTRIX1";
/// Trigrams of a group.
pub(crate) const GROUP: usize = 64;
pub(crate) const GROUP_CHECK: usize = 8;
pub(crate) const GROUP_ROW: usize = 16;
pub(crate) const CONTENT_ROW: usize = 36;
pub(crate) const BLOCK_ROW: usize = 8;
pub(crate) const FOOTER: usize = 12 + 8 + 32;

/// An open segment.
pub(crate) struct Segment {
    path: PathBuf,
    map: Mmap,
    groups: usize,
    contents: usize,
    blocks: u32,
    tables: usize,
}

/// The bytes are not those that were written.
#[derive(Debug)]
pub(crate) struct Damaged;

/// One trigram of a group.
pub(crate) struct Posting<'a> {
    pub trigram: Trigram,
    /// How many blocks have it.
    pub count: u32,
    pub numbers: &'a [u8],
}

impl Segment {
    /// Opens a file and checks its tables.
    ///
    /// # Errors
    /// `InvalidData` for a file that is damaged or was cut, and I/O.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: segments are private files of this program's data folder (0600), written under another name, never changed afterwards, and
        // removed rather than shortened. Their bytes are only ever read as bytes.
        let map = unsafe { Mmap::map(&file)? };
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "a part of the search index is damaged");
        let segment = Self::parse(path, map).ok_or_else(damaged)?;
        Ok(segment)
    }

    fn parse(path: &Path, map: Mmap) -> Option<Self> {
        let footer_at = map.len().checked_sub(FOOTER)?;
        if !map.starts_with(MAGIC) {
            return None;
        }
        let footer = &map[footer_at..];
        let number = |at: usize| u32::from_le_bytes(footer[at..at + 4].try_into().unwrap_or_default());
        let (groups, contents, blocks) = (number(0) as usize, number(4) as usize, number(8));
        let tables = usize::try_from(u64::from_le_bytes(footer[12..20].try_into().ok()?)).ok()?;
        let expected = groups.checked_mul(GROUP_ROW)?.checked_add(contents.checked_mul(CONTENT_ROW)?)?;
        let expected = expected.checked_add((blocks as usize).checked_mul(BLOCK_ROW)?)?;
        if footer_at.checked_sub(tables)? != expected || blake3::hash(&map[tables..footer_at + 20]).as_bytes() != &footer[20..] {
            return None;
        }
        Some(Self { path: path.to_owned(), groups, contents, blocks, tables, map })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it takes on the disk.
    pub fn bytes(&self) -> u64 {
        self.map.len() as u64
    }

    pub fn blocks(&self) -> u32 {
        self.blocks
    }

    pub fn content_count(&self) -> usize {
        self.contents
    }

    pub fn group_count(&self) -> usize {
        self.groups
    }

    /// The contents, ascending by hash, each with its block.
    pub fn contents(&self) -> impl Iterator<Item = (ObjectHash, u32)> {
        let at = self.tables + self.groups * GROUP_ROW;
        self.map[at..at + self.contents * CONTENT_ROW].chunks_exact(CONTENT_ROW).map(|row| {
            let hash: [u8; 32] = row[..32].try_into().unwrap_or_default();
            (ObjectHash::from(blake3::Hash::from_bytes(hash)), u32::from_le_bytes(row[32..].try_into().unwrap_or_default()))
        })
    }

    /// The bytes of the contents of each block.
    pub fn block_bytes(&self) -> impl Iterator<Item = u64> {
        let at = self.tables + self.groups * GROUP_ROW + self.contents * CONTENT_ROW;
        let rows = &self.map[at..at + self.blocks as usize * BLOCK_ROW];
        rows.chunks_exact(BLOCK_ROW).map(|row| u64::from_le_bytes(row.try_into().unwrap_or_default()))
    }

    /// The trigrams of a group, ascending, once its bytes were checked.
    pub fn group(&self, index: usize) -> Result<Vec<Posting<'_>>, Damaged> {
        let (_, start, length) = self.group_row(index);
        let bytes = start.checked_add(length).and_then(|end| self.map[..self.tables].get(start..end)).ok_or(Damaged)?;
        let (mut rest, check) = bytes.split_at_checked(length.saturating_sub(GROUP_CHECK)).ok_or(Damaged)?;
        if &blake3::hash(rest).as_bytes()[..GROUP_CHECK] != check {
            return Err(Damaged);
        }
        let mut found = Vec::with_capacity(GROUP);
        let mut trigram = 0;
        while !rest.is_empty() {
            let mut number = || read_varint(&mut rest);
            let (Some(distance), Some(count), Some(length)) = (number(), number(), number()) else { return Err(Damaged) };
            trigram += distance;
            let (numbers, behind) = rest.split_at_checked(length as usize).ok_or(Damaged)?;
            rest = behind;
            found.push(Posting { trigram, count, numbers });
        }
        Ok(found)
    }

    /// The blocks that meet a condition, and perhaps others.
    ///
    /// # Errors
    /// [`Damaged`]; nothing is known then.
    pub fn candidates(&self, needed: &Needed) -> Result<BlockSet, Damaged> {
        let mut known = HashMap::new();
        self.meeting(needed, &mut known)
    }

    fn meeting(&self, needed: &Needed, known: &mut HashMap<Trigram, BlockSet>) -> Result<BlockSet, Damaged> {
        Ok(match needed {
            Needed::Anything => BlockSet::all(self.blocks),
            Needed::Nothing => BlockSet::none(self.blocks),
            Needed::Trigram(trigram) => match known.get(trigram) {
                Some(set) => set.clone(),
                None => {
                    let set = self.with_trigram(*trigram)?;
                    known.insert(*trigram, set.clone());
                    set
                }
            },
            Needed::All(parts) => {
                let mut left = BlockSet::all(self.blocks);
                for part in parts {
                    left.keep_only(&self.meeting(part, known)?);
                    if left.is_empty() {
                        break;
                    }
                }
                left
            }
            Needed::Any(parts) => {
                let mut found = BlockSet::none(self.blocks);
                for part in parts {
                    found.add_all(&self.meeting(part, known)?);
                }
                found
            }
        })
    }

    fn with_trigram(&self, trigram: Trigram) -> Result<BlockSet, Damaged> {
        let mut set = BlockSet::none(self.blocks);
        let (mut low, mut high) = (0, self.groups);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.group_row(middle).0 <= trigram { low = middle + 1 } else { high = middle }
        }
        let Some(group) = low.checked_sub(1) else { return Ok(set) };
        if let Some(posting) = self.group(group)?.iter().find(|posting| posting.trigram == trigram) {
            read_numbers(posting.numbers, posting.count, self.blocks, |number| set.insert(number)).ok_or(Damaged)?;
        }
        Ok(set)
    }

    /// First trigram, place and length of a group.
    fn group_row(&self, index: usize) -> (Trigram, usize, usize) {
        let row = &self.map[self.tables + index * GROUP_ROW..][..GROUP_ROW];
        let first = u32::from_le_bytes(row[..4].try_into().unwrap_or_default());
        let start = u64::from_le_bytes(row[4..12].try_into().unwrap_or_default());
        let length = u32::from_le_bytes(row[12..].try_into().unwrap_or_default());
        (first, usize::try_from(start).unwrap_or(usize::MAX), length as usize)
    }
}

impl Segment {
    /// Reads all of it.
    pub fn is_sound(&self) -> bool {
        (0..self.groups).all(|group| self.group(group).is_ok())
    }
}
