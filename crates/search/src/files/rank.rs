//! The best of many names for a needle, looked for by all cores at once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use nucleo_matcher::{Config, Matcher};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::bonus::{ANY, Bonuses};
use super::needle::Needle;

/// Names that a thread takes at once.
const CHUNK: usize = 4096;

/// Threads of its own: a key press must not wait behind what the others are busy with. Without threads, the caller's.
static POOL: LazyLock<Option<ThreadPool>> =
    LazyLock::new(|| ThreadPoolBuilder::new().thread_name(|index| format!("find-{index}")).build().ok());

/// Names that can be looked through, by number from 0.
pub(crate) trait Names: Sync {
    fn count(&self) -> u32;

    /// The bytes of a name.
    fn name(&self, id: u32) -> &[u8];

    /// The characters of a name, as in [`Bonuses::chars`].
    fn chars(&self, id: u32) -> u64;

    /// What is known of it.
    fn bonuses(&self, id: u32) -> Bonuses;

    /// Orders names of equal scores, the higher first. No two are the same.
    fn tie(&self, id: u32, needle: &Needle) -> u64;

    /// No less than [`Names::tie`], and cheap.
    fn tie_at_most(&self, id: u32) -> u64;
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Ranked {
    /// The best and their scores, the best first.
    pub best: Vec<(u32, u32)>,
    /// All that fit, ascending.
    pub matched: Vec<u32>,
}

/// How names are matched.
#[derive(Debug)]
pub(crate) struct Weights {
    pub config: Config,
    /// The most that nucleo gives for the beginning of a word with this configuration.
    pub start: u32,
}

/// The best `limit` of `candidates` (ascending), or of all.
pub(crate) fn best_of(names: &impl Names, weights: &Weights, needle: &Needle, candidates: Option<&[u32]>, limit: usize) -> Ranked {
    let count = candidates.map_or(names.count() as usize, <[u32]>::len);
    let chunks = count.div_ceil(CHUNK);
    let search = Search {
        names,
        needle,
        start: weights.start,
        most: needle.score_at_most(Bonuses::UNKNOWN, weights.start),
        candidates,
        count,
        best: Best::new(limit),
        next: AtomicUsize::new(0),
    };
    let found: Mutex<Vec<(usize, Vec<u32>)>> = Mutex::new(Vec::with_capacity(chunks));
    let work = || {
        let mut matcher = Matcher::new(weights.config.clone());
        while let Some((chunk, fitting)) = search.chunk(&mut matcher) {
            lock(&found).push((chunk, fitting));
        }
    };
    match &*POOL {
        Some(pool) if chunks > 1 => drop(pool.broadcast(|_| work())),
        _ => work(),
    }
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_unstable_by_key(|(chunk, _)| *chunk);
    let mut matched = Vec::with_capacity(found.iter().map(|(_, ids)| ids.len()).sum());
    for (_, ids) in found {
        matched.extend_from_slice(&ids);
    }
    Ranked { best: search.best.into_sorted(), matched }
}

struct Search<'a, N> {
    names: &'a N,
    needle: &'a Needle,
    start: u32,
    /// No score is higher.
    most: u32,
    candidates: Option<&'a [u32]>,
    count: usize,
    best: Best,
    next: AtomicUsize,
}

impl<N: Names> Search<'_, N> {
    /// Looks through the next names: those that fit. `None` after the last.
    fn chunk(&self, matcher: &mut Matcher) -> Option<(usize, Vec<u32>)> {
        let chunk = self.next.fetch_add(1, Ordering::Relaxed);
        let range = chunk * CHUNK..self.count.min((chunk + 1) * CHUNK);
        if range.is_empty() {
            return None;
        }
        let mut fitting = Vec::new();
        match self.candidates {
            Some(candidates) => candidates[range].iter().for_each(|id| self.look(*id, matcher, &mut fitting)),
            None => (number(range.start)..number(range.end)).for_each(|id| self.look(id, matcher, &mut fitting)),
        }
        Some((chunk, fitting))
    }

    fn look(&self, id: u32, matcher: &mut Matcher, fitting: &mut Vec<u32>) {
        let chars = self.names.chars(id);
        if !self.needle.may_fit(chars) {
            return;
        }
        let name = self.names.name(id);
        if !self.needle.fits(name, chars, matcher) {
            return;
        }
        fitting.push(id);
        if self.could_enter(id, name, chars)
            && let Some(score) = self.needle.score(name, matcher)
        {
            self.best.offer(score, self.names.tie(id, self.needle), id);
        }
    }
}

impl<N: Names> Search<'_, N> {
    /// Whether a name could be among the best: asked in ways of which each costs more and knows more.
    fn could_enter(&self, id: u32, name: &[u8], chars: u64) -> bool {
        let tie = self.names.tie_at_most(id);
        self.best.could_enter(self.most, tie)
            && (chars == ANY
                || (self.best.could_enter(self.needle.score_at_most(self.names.bonuses(id), self.start), tie)
                    && self.best.could_enter(self.needle.score_of_ascii_at_most(name, self.start), tie)))
    }
}

/// The best so far.
struct Best {
    limit: usize,
    heap: Mutex<BinaryHeap<Reverse<(u32, u64, u32)>>>,
    /// The score and the upper half of the tie of the worst that is kept; 0 while there is room.
    floor: AtomicU64,
}

impl Best {
    fn new(limit: usize) -> Self {
        let floor = if limit == 0 { u64::MAX } else { 0 };
        Self { limit, heap: Mutex::new(BinaryHeap::with_capacity(limit.min(1 << 12))), floor: AtomicU64::new(floor) }
    }

    /// Whether a name with such a score and tie at most could be among the best.
    fn could_enter(&self, score: u32, tie: u64) -> bool {
        floor_of(score, tie) >= self.floor.load(Ordering::Relaxed)
    }

    fn offer(&self, score: u32, tie: u64, id: u32) {
        if !self.could_enter(score, tie) {
            return;
        }
        let mut heap = lock(&self.heap);
        heap.push(Reverse((score, tie, id)));
        if heap.len() > self.limit {
            heap.pop();
        }
        if heap.len() == self.limit
            && let Some(Reverse((score, tie, _))) = heap.peek()
        {
            self.floor.store(floor_of(*score, *tie), Ordering::Relaxed);
        }
    }

    fn into_sorted(self) -> Vec<(u32, u32)> {
        let heap = self.heap.into_inner().unwrap_or_else(PoisonError::into_inner);
        heap.into_sorted_vec().into_iter().map(|Reverse((score, _, id))| (id, score)).collect()
    }
}

fn floor_of(score: u32, tie: u64) -> u64 {
    u64::from(score) << 32 | tie >> 32
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
