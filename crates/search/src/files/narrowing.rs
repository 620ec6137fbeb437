//! What the last queries left: a longer one only looks through what the shorter one matched.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Queries that are remembered, about as many as are typed into one.
const REMEMBERED: usize = 16;

/// The names that the last queries matched, by query.
#[derive(Debug)]
pub(crate) struct Narrowing {
    /// Latest last.
    kept: Mutex<VecDeque<(String, Arc<Vec<u32>>)>>,
    /// So many numbers are kept in all.
    room: usize,
}

impl Narrowing {
    /// For a list of `count` names.
    pub fn new(count: u32) -> Self {
        Self { kept: Mutex::default(), room: 2 * count as usize }
    }

    /// The names that can fit `query` at all, ascending; `None` when nothing is known of it.
    pub fn candidates(&self, query: &str) -> Option<Arc<Vec<u32>>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let narrows = |shorter: &str| {
            // A sign that is not ASCII may change how the rest of its word is matched (`e` fits `é`, in `eé` it doesn't).
            query.strip_prefix(shorter).is_some_and(|more| more.is_ascii())
        };
        kept.iter().filter(|(shorter, _)| narrows(shorter)).min_by_key(|(_, ids)| ids.len()).map(|(_, ids)| Arc::clone(ids))
    }

    /// Remembers what `query` matched, ascending.
    pub fn keep(&self, query: &str, matched: Vec<u32>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(other, _)| other != query);
        kept.push_back((query.to_owned(), Arc::new(matched)));
        let mut size: usize = kept.iter().map(|(_, ids)| ids.len()).sum();
        while kept.len() > REMEMBERED || (size > self.room && kept.len() > 1) {
            size -= kept.pop_front().map_or(0, |(_, ids)| ids.len());
        }
    }
}
