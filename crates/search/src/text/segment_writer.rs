//! Writing segments: from the trigrams of new blocks, or from older segments.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    iter::Peekable,
    path::Path,
    vec,
};

use lectern_objects::ObjectHash;
use lectern_store::private_file;
use rayon::prelude::*;

use super::{
    blocks::{read_numbers, write_numbers, write_varint},
    segment::{Damaged, FOOTER, GROUP, GROUP_CHECK, MAGIC, Posting, Segment},
    trigram::Trigram,
};

/// A block that is new to the index.
pub(crate) struct NewBlock {
    /// The contents in it, each with its bytes.
    pub contents: Vec<(ObjectHash, u64)>,
    /// All their trigrams, each once.
    pub trigrams: Vec<Trigram>,
}

/// Writes new blocks as a segment at `path`. It has reached the disk when this returns.
///
/// # Errors
/// I/O; nothing is at `path` then.
pub(crate) fn write_new(path: &Path, new: Vec<NewBlock>) -> io::Result<()> {
    let mut pairs = Vec::with_capacity(new.iter().map(|block| block.trigrams.len()).sum());
    let (mut contents, mut bytes) = (Vec::new(), Vec::new());
    for (number, block) in (0_u32..).zip(new) {
        pairs.extend(block.trigrams.iter().map(|trigram| u64::from(*trigram) << 32 | u64::from(number)));
        bytes.push(block.contents.iter().map(|(_, bytes)| bytes).sum());
        contents.extend(block.contents.into_iter().map(|(hash, _)| (hash, number)));
    }
    pairs.par_sort_unstable();
    let mut writer = Writer::create(path, u32::try_from(bytes.len()).map_err(io::Error::other)?)?;
    let mut numbers = Vec::new();
    for of_one in pairs.chunk_by(|one, other| one >> 32 == other >> 32) {
        numbers.clear();
        numbers.extend(of_one.iter().map(|pair| (pair & u64::from(u32::MAX)) as u32));
        writer.trigram((of_one[0] >> 32) as u32, &numbers)?;
    }
    writer.finish(contents, &bytes)
}

/// Which blocks and contents of a segment go into the one that takes its place.
pub(crate) struct Kept<'a> {
    pub segment: &'a Segment,
    /// The new number of each block; `None` for one that is left out.
    pub blocks: Vec<Option<u32>>,
    /// With their new blocks.
    pub contents: Vec<(ObjectHash, u32)>,
}

/// Writes what is kept of several segments as one. The new numbers ascend with the old ones, segment after segment.
///
/// # Errors
/// `InvalidData` when one of them is damaged, and I/O; nothing is at `path` then.
pub(crate) fn write_merged(path: &Path, kept: Vec<Kept<'_>>) -> io::Result<()> {
    let mut bytes = Vec::new();
    for one in &kept {
        let of_kept = one.segment.block_bytes().zip(&one.blocks).filter(|(_, number)| number.is_some());
        bytes.extend(of_kept.map(|(bytes, _)| bytes));
    }
    let mut writer = Writer::create(path, u32::try_from(bytes.len()).map_err(io::Error::other)?)?;
    let mut cursors: Vec<Cursor<'_>> = kept.iter().map(Cursor::new).collect();
    let mut numbers = Vec::new();
    loop {
        let mut next: Option<Trigram> = None;
        for cursor in &mut cursors {
            if let Some(trigram) = cursor.peek().map_err(|Damaged| damaged())? {
                next = Some(next.map_or(trigram, |before| before.min(trigram)));
            }
        }
        let Some(trigram) = next else { break };
        numbers.clear();
        for cursor in &mut cursors {
            cursor.take(trigram, &mut numbers).map_err(|Damaged| damaged())?;
        }
        if !numbers.is_empty() {
            writer.trigram(trigram, &numbers)?;
        }
    }
    drop(cursors);
    writer.finish(kept.into_iter().flat_map(|one| one.contents).collect(), &bytes)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a part of the search index is damaged")
}

/// The trigrams of one segment, one after the other.
struct Cursor<'a> {
    kept: &'a Kept<'a>,
    next_group: usize,
    group: Peekable<vec::IntoIter<Posting<'a>>>,
}

impl<'a> Cursor<'a> {
    fn new(kept: &'a Kept<'a>) -> Self {
        Self { kept, next_group: 0, group: Vec::new().into_iter().peekable() }
    }

    fn peek(&mut self) -> Result<Option<Trigram>, Damaged> {
        while self.group.peek().is_none() {
            if self.next_group == self.kept.segment.group_count() {
                return Ok(None);
            }
            self.group = self.kept.segment.group(self.next_group)?.into_iter().peekable();
            self.next_group += 1;
        }
        Ok(self.group.peek().map(|posting| posting.trigram))
    }

    /// Appends the new numbers of the blocks that have `trigram`, if that is the next one.
    fn take(&mut self, trigram: Trigram, numbers: &mut Vec<u32>) -> Result<(), Damaged> {
        let Some(posting) = self.group.next_if(|posting| posting.trigram == trigram) else { return Ok(()) };
        let blocks = &self.kept.blocks;
        let number = |old: u32| numbers.extend(blocks.get(old as usize).copied().flatten());
        read_numbers(posting.numbers, posting.count, self.kept.segment.blocks(), number).ok_or(Damaged)
    }
}

/// A segment in the making. Dropped before it is finished, its file is removed.
struct Writer<'a> {
    path: &'a Path,
    out: BufWriter<File>,
    at: u64,
    blocks: u32,
    group: Vec<u8>,
    /// Trigrams in the group.
    filled: usize,
    first: Trigram,
    last: Trigram,
    rows: Vec<u8>,
    groups: u32,
    finished: bool,
    list: Vec<u8>,
}

impl<'a> Writer<'a> {
    fn create(path: &'a Path, blocks: u32) -> io::Result<Self> {
        let file = private_file().truncate(true).open(path)?;
        let mut writer = Self {
            path,
            out: BufWriter::with_capacity(256 * 1024, file),
            at: 0,
            blocks,
            group: Vec::new(),
            filled: 0,
            first: 0,
            last: 0,
            rows: Vec::new(),
            groups: 0,
            finished: false,
            list: Vec::new(),
        };
        writer.write(MAGIC)?;
        Ok(writer)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    /// The next trigram and the blocks that have it, ascending.
    fn trigram(&mut self, trigram: Trigram, numbers: &[u32]) -> io::Result<()> {
        if self.filled == 0 {
            (self.first, self.last) = (trigram, 0);
        }
        self.list.clear();
        write_numbers(&mut self.list, numbers, self.blocks);
        write_varint(&mut self.group, trigram - self.last);
        write_varint(&mut self.group, u32::try_from(numbers.len()).map_err(io::Error::other)?);
        write_varint(&mut self.group, u32::try_from(self.list.len()).map_err(io::Error::other)?);
        self.group.extend_from_slice(&self.list);
        (self.last, self.filled) = (trigram, self.filled + 1);
        if self.filled == GROUP { self.end_group() } else { Ok(()) }
    }

    fn end_group(&mut self) -> io::Result<()> {
        let check = blake3::hash(&self.group);
        self.group.extend_from_slice(&check.as_bytes()[..GROUP_CHECK]);
        self.rows.extend_from_slice(&self.first.to_le_bytes());
        self.rows.extend_from_slice(&self.at.to_le_bytes());
        self.rows.extend_from_slice(&u32::try_from(self.group.len()).map_err(io::Error::other)?.to_le_bytes());
        let group = std::mem::take(&mut self.group);
        self.write(&group)?;
        self.group = group;
        self.group.clear();
        self.filled = 0;
        self.groups += 1;
        Ok(())
    }

    fn finish(mut self, mut contents: Vec<(ObjectHash, u32)>, block_bytes: &[u64]) -> io::Result<()> {
        if self.filled > 0 {
            self.end_group()?;
        }
        contents.sort_unstable();
        contents.dedup_by_key(|(hash, _)| *hash);
        let mut tables = std::mem::take(&mut self.rows);
        for (hash, block) in &contents {
            tables.extend_from_slice(hash.as_bytes());
            tables.extend_from_slice(&block.to_le_bytes());
        }
        block_bytes.iter().for_each(|bytes| tables.extend_from_slice(&bytes.to_le_bytes()));
        let tables_at = self.at;
        for number in [self.groups, u32::try_from(contents.len()).map_err(io::Error::other)?, self.blocks] {
            tables.extend_from_slice(&number.to_le_bytes());
        }
        tables.extend_from_slice(&tables_at.to_le_bytes());
        let check = blake3::hash(&tables);
        tables.extend_from_slice(check.as_bytes());
        debug_assert!(tables.len() >= FOOTER);
        self.write(&tables)?;
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_file(self.path);
        }
    }
}
