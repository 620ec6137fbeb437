//! Looking through the files of a version, side by side, with results in the order of paths.

use std::{
    collections::BTreeMap,
    ops::{ControlFlow, Range},
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use lectern_objects::ObjectHash;
use lectern_sync::RepoPath;

use super::{
    collect::{FoundLine, Looker, Reporting},
    contents::{Contents, Stop},
    files::TextFiles,
    index::{Indexed, Placed},
    query::{Globs, Pattern},
};

/// A thread takes about this many bytes of files at a time…
const SHARE_BYTES: u64 = 256 * 1024;
/// …or this many files.
const SHARE_FILES: usize = 48;
/// Shares that may be done before the first of them was handed on.
const AHEAD: usize = 64;

/// The hits of a file.
#[derive(Debug, Clone)]
pub struct FileHits {
    /// Where the file is.
    pub path: RepoPath,
    /// The contents that were looked through.
    pub hash: ObjectHash,
    /// Hits and the lines beside them, in order. At least one is a hit.
    pub lines: Vec<FoundLine>,
}

impl FileHits {
    /// How many lines match.
    pub fn hits(&self) -> usize {
        self.lines.iter().filter(|line| line.is_hit).count()
    }
}

/// How far a search is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Searched {
    /// Files looked at, of those that have to be.
    pub scanned: usize,
    /// Files that have to be looked at.
    pub total: usize,
    /// Of those, files whose contents are neither kept nor in the folder.
    pub unreadable: usize,
    /// Whether the index told where not to look.
    pub indexed: bool,
}

/// A search, ready to run.
pub struct TextSearch<'a> {
    /// Where to look.
    pub files: &'a TextFiles,
    /// What to look for.
    pub pattern: &'a Pattern,
    /// Which of the files.
    pub globs: &'a Globs,
    /// The index and where the files are in it.
    pub index: Option<(&'a Indexed, &'a Placed)>,
    /// Where bytes come from.
    pub contents: &'a Contents,
    /// How hits are reported.
    pub reporting: Reporting,
    /// Ends it, within a few milliseconds. What was handed on until then holds.
    pub cancel: &'a AtomicBool,
}

impl TextSearch<'_> {
    /// Runs to the end, or until `each` breaks off. `each` gets the files with hits in the order of paths, and `None` in between, with how far
    /// the search is.
    pub fn run(&self, mut each: impl FnMut(Option<FileHits>, &Searched) -> ControlFlow<()>) -> Searched {
        let candidates = self.candidates();
        let mut searched = Searched { total: candidates.len(), indexed: self.uses_index(), ..Searched::default() };
        if each(None, &searched).is_break() || candidates.is_empty() {
            return searched;
        }
        let shares = Shares::new(self.files, &candidates);
        let stopped = AtomicBool::new(false);
        let order = Order::default();
        thread::scope(|scope| {
            let workers = thread::available_parallelism().map_or(2, usize::from).min(shares.ranges.len());
            for _ in 0..workers {
                scope.spawn(|| self.work(&candidates, &shares, &order, &stopped));
            }
            for number in 0..shares.ranges.len() {
                let Some(done) = order.wait_for(number, self.cancel) else { break };
                searched.scanned += shares.ranges[number].len();
                searched.unreadable += done.unreadable;
                let told = done.hits.into_iter().map(Some).chain([None]).try_for_each(|hits| each(hits, &searched));
                if told.is_break() || done.cancelled {
                    break;
                }
            }
            stopped.store(true, Ordering::Relaxed);
            order.end();
        });
        searched
    }

    fn uses_index(&self) -> bool {
        self.pattern.can_use_index() && self.index.is_some_and(|(indexed, placed)| indexed.parts() > 0 && placed.is_of(indexed))
    }

    /// Numbers of the files that have to be looked at.
    fn candidates(&self) -> Vec<u32> {
        let set = match self.index {
            Some((indexed, placed)) if self.uses_index() => Some(indexed.candidates(&self.pattern.needed, placed)),
            _ => None,
        };
        let may_match = |number: usize| set.as_ref().is_none_or(|set| set.contains(number));
        let takes = |number: usize| self.globs.take_all() || self.globs.takes(self.files.files()[number].path.as_path());
        let numbers = (0..self.files.files().len()).filter(|number| may_match(*number) && takes(*number));
        numbers.filter_map(|number| u32::try_from(number).ok()).collect()
    }

    /// Does one share after the other.
    fn work(&self, candidates: &[u32], shares: &Shares, order: &Order, stopped: &AtomicBool) {
        let _ended = EndOnPanic(order);
        let stop = Stop { asked: self.cancel, ended: stopped };
        let mut looker = Looker::new(self.pattern, self.reporting, stop);
        loop {
            let number = shares.next.fetch_add(1, Ordering::Relaxed);
            let Some(range) = shares.ranges.get(number) else { return };
            if !order.may_begin(number) {
                return;
            }
            let mut done = Done::default();
            for &file in &candidates[range.clone()] {
                if stop.is_set() {
                    done.cancelled = true;
                    break;
                }
                let file = &self.files.files()[file as usize];
                match self.contents.open(file, stop) {
                    Some(opened) => match looker.look(&file.path, opened) {
                        Some(lines) if lines.is_empty() => {}
                        Some(lines) => done.hits.push(FileHits { path: file.path.clone(), hash: file.hash, lines }),
                        None => done.unreadable += 1,
                    },
                    None => done.unreadable += 1,
                }
            }
            order.hand_in(number, done);
        }
    }
}

/// The candidates, divided.
struct Shares {
    ranges: Vec<Range<usize>>,
    next: AtomicUsize,
}

impl Shares {
    fn new(files: &TextFiles, candidates: &[u32]) -> Self {
        let (mut ranges, mut start, mut bytes) = (Vec::new(), 0, 0);
        for (at, &file) in candidates.iter().enumerate() {
            bytes += files.files()[file as usize].size;
            // The first ones are small, so that there is something to show soon.
            let files = if ranges.len() < 8 { SHARE_FILES / 8 } else { SHARE_FILES };
            if bytes >= SHARE_BYTES || at + 1 - start >= files || at + 1 == candidates.len() {
                ranges.push(start..at + 1);
                (start, bytes) = (at + 1, 0);
            }
        }
        Self { ranges, next: AtomicUsize::new(0) }
    }
}

/// A share that was looked through.
#[derive(Default)]
struct Done {
    hits: Vec<FileHits>,
    unreadable: usize,
    cancelled: bool,
}

/// Brings shares back into their order.
#[derive(Default)]
struct Order {
    state: Mutex<OrderState>,
    changed: Condvar,
}

#[derive(Default)]
struct OrderState {
    done: BTreeMap<usize, Done>,
    /// The share that is waited for.
    next: usize,
    ended: bool,
}

impl Order {
    fn lock(&self) -> MutexGuard<'_, OrderState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a share is not too far ahead. False once nobody waits for shares any more.
    fn may_begin(&self, number: usize) -> bool {
        let state = self.lock();
        let waiting = |state: &mut OrderState| !state.ended && number > state.next + AHEAD;
        let state = self.changed.wait_while(state, waiting).unwrap_or_else(PoisonError::into_inner);
        !state.ended
    }

    fn hand_in(&self, number: usize, done: Done) {
        self.lock().done.insert(number, done);
        self.changed.notify_all();
    }

    /// The share of that number; `None` once it will not come.
    fn wait_for(&self, number: usize, cancel: &AtomicBool) -> Option<Done> {
        let mut state = self.lock();
        state.next = number;
        self.changed.notify_all();
        let waiting = |state: &mut OrderState| !state.ended && !state.done.contains_key(&number);
        let mut state = self.changed.wait_while(state, waiting).unwrap_or_else(PoisonError::into_inner);
        let done = state.done.remove(&number)?;
        (!cancel.load(Ordering::Relaxed)).then_some(done)
    }

    fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }
}

/// A thread that panics must not be waited for.
struct EndOnPanic<'a>(&'a Order);

impl Drop for EndOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.end();
        }
    }
}
