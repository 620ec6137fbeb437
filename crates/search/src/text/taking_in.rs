//! Reading contents that are new to the index, a bounded number of bytes at a time.

use std::{
    cell::RefCell,
    collections::HashSet,
    sync::atomic::{AtomicBool, Ordering},
};

use rayon::prelude::*;

use super::{
    contents::{Contents, LARGEST_HELD, Opened, Stop, searchable},
    files::{TextFile, TextFiles},
    index::Placed,
    segment_writer::NewBlock,
    trigram::Collector,
};

/// Contents are put together into blocks of about this many bytes, so that small files that are alike share their trigrams. Smaller blocks
/// say more exactly where something is, and take more room.
const BLOCK: u64 = 12 * 1024;
/// Bytes of a segment that is made at once; its trigrams take a few times that in memory.
const BATCH: u64 = 24 * 1024 * 1024;

/// Contents to take in at once.
pub(crate) struct Batch<'a> {
    /// The contents of each block, with a file that has them.
    pub contents: Vec<Vec<&'a TextFile>>,
    /// How many files have them.
    pub files: usize,
}

/// The contents of `files` that are not in the index yet, in the order of paths: neighbours are alike.
pub(crate) fn batches<'a>(files: &'a TextFiles, placed: &Placed) -> impl Iterator<Item = Batch<'a>> + use<'a> {
    let mut seen = HashSet::new();
    let missing: Vec<usize> = (0..files.files().len()).filter(|file| !placed.is_known(*file)).collect();
    let mut missing = missing.into_iter().peekable();
    std::iter::from_fn(move || {
        missing.peek()?;
        let (mut batch, mut bytes) = (Batch { contents: Vec::new(), files: 0 }, 0);
        let (mut block, mut in_block) = (Vec::new(), 0);
        for number in missing.by_ref() {
            let file = &files.files()[number];
            batch.files += 1;
            if file.size > LARGEST_HELD || !seen.insert(file.hash) {
                continue;
            }
            if in_block > 0 && in_block + file.size > BLOCK {
                batch.contents.push(std::mem::take(&mut block));
                in_block = 0;
            }
            block.push(file);
            in_block += file.size.max(1);
            bytes += file.size;
            if bytes >= BATCH {
                break;
            }
        }
        if !block.is_empty() {
            batch.contents.push(block);
        }
        Some(batch)
    })
}

/// Reads blocks side by side; what can't be read is left out.
pub(crate) fn read(blocks: &[Vec<&TextFile>], contents: &Contents, cancel: &AtomicBool) -> Vec<NewBlock> {
    thread_local! {
        static COLLECTOR: RefCell<Option<Collector>> = const { RefCell::new(None) };
    }
    let read_block = |files: &Vec<&TextFile>, collector: &mut Collector| {
        let mut block = NewBlock { contents: Vec::new(), trigrams: Vec::new() };
        for file in files {
            if cancel.load(Ordering::Relaxed) {
                break;
            }
            let Some(Opened::Held(bytes)) = contents.open(file, Stop { asked: cancel, ended: cancel }) else { continue };
            block.contents.push((file.hash, bytes.len() as u64));
            collector.add(&searchable(bytes));
        }
        block.trigrams = collector.take();
        (!block.contents.is_empty()).then_some(block)
    };
    blocks
        .par_iter()
        .filter_map(|files| {
            COLLECTOR.with_borrow_mut(|kept| {
                // Taken out, so that a panic leaves none with trigrams in it behind.
                let mut collector = kept.take().unwrap_or_default();
                let block = read_block(files, &mut collector);
                *kept = Some(collector);
                block
            })
        })
        .collect()
}
