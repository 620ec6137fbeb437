//! Quick open: the paths of a version that fit what is typed, best first.
//!
//! **Promises.** What is found, its order and its scores are those of nucleo's matcher over every path; what is left out early could not have
//! been among the best. Nothing is read from the disk.

pub(crate) mod bonus;
mod list;
pub(crate) mod narrowing;
pub(crate) mod needle;
pub(crate) mod rank;
mod runs;

use std::collections::HashSet;
use std::sync::Arc;

use nucleo_matcher::{Config, Matcher};

pub use list::{PathList, order};

use narrowing::Narrowing;
use needle::Needle;
use rank::{Names, Weights, best_of};

/// The matcher's weights for paths.
const PATHS: Weights = Weights { config: Config::DEFAULT.match_paths(), start: 9 };

/// A path that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPath {
    /// Its bytes.
    pub path: Vec<u8>,
    /// nucleo's score; 0 for an empty query.
    pub score: u32,
    /// UTF-16 units of the path that were matched, ascending; of its lossy text when it is not UTF-8.
    pub at: Vec<u32>,
    /// One of those named as recent.
    pub recent: bool,
}

/// The paths that fit best.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundPaths {
    /// The best first.
    pub files: Vec<FoundPath>,
    /// How many fit in all.
    pub matched: usize,
    /// How many there are.
    pub total: usize,
}

/// A list of paths, and what the last queries left of it.
#[derive(Debug)]
pub struct QuickOpen {
    list: Arc<PathList>,
    narrowing: Narrowing,
}

impl QuickOpen {
    /// Looks through these paths.
    pub fn new(list: Arc<PathList>) -> Self {
        Self { narrowing: Narrowing::new(list.len()), list }
    }

    /// The paths that are looked through.
    pub fn list(&self) -> &Arc<PathList> {
        &self.list
    }

    /// The best `limit` paths for `query`, whose words must all fit, in any order. Higher scores first; of equal ones those of `recent` in their
    /// order, then the shorter, then by path. Without a word: those of `recent` that are there, then the first ones by path.
    pub fn find(&self, query: &str, recent: &[Vec<u8>], limit: usize) -> FoundPaths {
        let needle = Needle::new(query);
        let total = self.list.len() as usize;
        let mut seen = HashSet::new();
        let recent: Vec<u32> = recent.iter().filter_map(|path| self.list.id_of(path)).filter(|id| seen.insert(*id)).collect();
        if needle.is_empty() {
            let first = self.list.first(limit.saturating_add(recent.len()));
            let ids = recent.iter().copied().chain(first.into_iter().filter(|id| !seen.contains(id))).take(limit);
            let files = ids.map(|id| self.found(id, 0, Vec::new(), seen.contains(&id))).collect();
            return FoundPaths { files, matched: total, total };
        }
        let candidates = self.narrowing.candidates(query);
        let ranked = best_of(&*self.list, &PATHS, &needle, candidates.as_deref().map(Vec::as_slice), limit);
        let matched = ranked.matched.len();
        self.narrowing.keep(query, ranked.matched);

        let mut matcher = Matcher::new(PATHS.config);
        // What is recent and fits may be worth no more than a thousand others, so it is not left to the ranking of all.
        let recent_best: Vec<_> = (recent.iter().enumerate())
            .filter_map(|(order, id)| Some((needle.score(self.list.bytes(*id), &mut matcher)?, order, *id)))
            .collect();
        let mut all: Vec<(u32, usize, u32)> = ranked.best.iter().map(|(id, score)| (*score, usize::MAX, *id)).collect();
        all.retain(|(_, _, id)| !seen.contains(id));
        all.extend(recent_best);
        all.sort_unstable_by_key(|(score, order, id)| (std::cmp::Reverse(*score), *order, *id));
        all.truncate(limit);
        let files = all.into_iter().map(|(score, order, id)| {
            let at = needle.positions(self.list.bytes(id), &mut matcher);
            self.found(id, score, at, order != usize::MAX)
        });
        FoundPaths { files: files.collect(), matched, total }
    }

    fn found(&self, id: u32, score: u32, at: Vec<u32>, recent: bool) -> FoundPath {
        FoundPath { path: self.list.bytes(id).to_vec(), score, at, recent }
    }
}

impl Names for PathList {
    fn count(&self) -> u32 {
        self.len()
    }

    fn name(&self, id: u32) -> &[u8] {
        self.bytes(id)
    }

    fn chars(&self, id: u32) -> u64 {
        self.chars_of(id)
    }

    fn bonuses(&self, id: u32) -> bonus::Bonuses {
        self.bonuses_of(id)
    }

    fn tie(&self, id: u32, _: &Needle) -> u64 {
        // The list is in the order of ties.
        u64::from(u32::MAX - id) << 32
    }

    fn tie_at_most(&self, id: u32) -> u64 {
        u64::from(u32::MAX - id) << 32
    }
}
