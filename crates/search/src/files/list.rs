//! The paths of a version in one piece of memory.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::bonus::{Bonuses, chars};

/// So many first paths are known without sorting.
const FIRST: usize = 256;

/// Paths, numbered by their length and then by [`order`]: of two that fit equally well, the lower number comes first. Takes the bytes of the
/// paths and 44 more for each.
#[derive(Debug, Default)]
pub struct PathList {
    bytes: Vec<u8>,
    /// Where each ends in `bytes`.
    ends: Vec<u32>,
    chars: Vec<u64>,
    bonuses: Vec<Bonuses>,
    /// The first ones in the order of paths.
    first: Vec<u32>,
}

/// The order of paths: names are compared one after the other, so everything below a directory comes before its next sibling.
pub fn order(a: &[u8], b: &[u8]) -> Ordering {
    let key = |byte: &u8| if *byte == b'/' { 0 } else { *byte };
    a.iter().map(key).cmp(b.iter().map(key))
}

fn rank(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| order(a, b))
}

impl PathList {
    /// Takes paths, no two the same, in any order. What is beyond 4 GiB of text in all is left out.
    pub fn new<P: AsRef<[u8]>>(mut paths: Vec<P>) -> Self {
        paths.sort_by(|a, b| rank(a.as_ref(), b.as_ref()));
        let mut list = Self::with_capacity(paths.iter().map(|path| path.as_ref().len()).sum(), paths.len());
        for path in &paths {
            list.push(path.as_ref());
        }
        list.finish()
    }

    /// The same list without `removed` and with `added`, in any order; what is not there is not removed and what is there not added again.
    #[must_use]
    pub fn updated(&self, removed: &[Vec<u8>], mut added: Vec<Vec<u8>>) -> Self {
        let mut gone: Vec<u32> = removed.iter().filter_map(|path| self.id_of(path)).collect();
        gone.sort_unstable();
        gone.dedup();
        added.sort_unstable_by(|a, b| rank(a, b));
        added.dedup();
        let more: usize = added.iter().map(Vec::len).sum();
        let mut list = Self::with_capacity(self.bytes.len() + more, self.ends.len() + added.len());
        let (mut gone, mut added) = (gone.into_iter().peekable(), added.into_iter().peekable());
        for id in 0..self.len() {
            let path = self.bytes(id);
            while let Some(new) = added.next_if(|new| rank(new, path).is_lt()) {
                list.push(&new);
            }
            let stays = gone.next_if_eq(&id).is_none();
            if added.next_if(|new| new == path).is_some() || stays {
                list.push_known(path, self.chars_of(id), self.bonuses_of(id));
            }
        }
        for new in added {
            list.push(&new);
        }
        list.finish()
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of a path.
    pub fn bytes(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let start = id.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[id] as usize]
    }

    /// The number of a path; `None` when it isn't here.
    pub fn id_of(&self, path: &[u8]) -> Option<u32> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match rank(self.bytes(middle), path) {
                Ordering::Equal => return Some(middle),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The first `count` in the order of paths.
    pub fn first(&self, count: usize) -> Vec<u32> {
        if count <= self.first.len() || self.first.len() == self.ends.len() {
            return self.first.iter().take(count).copied().collect();
        }
        let mut all: Vec<u32> = (0..self.len()).collect();
        all.sort_unstable_by(|a, b| order(self.bytes(*a), self.bytes(*b)));
        all.truncate(count);
        all
    }

    /// Bytes of memory it takes.
    pub fn memory(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * (size_of::<u32>() + size_of::<u64>() + size_of::<Bonuses>())
    }

    pub(crate) fn chars_of(&self, id: u32) -> u64 {
        self.chars[id as usize]
    }

    pub(crate) fn bonuses_of(&self, id: u32) -> Bonuses {
        self.bonuses[id as usize]
    }

    fn with_capacity(bytes: usize, paths: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            ends: Vec::with_capacity(paths),
            chars: Vec::with_capacity(paths),
            bonuses: Vec::with_capacity(paths),
            first: Vec::new(),
        }
    }

    fn push(&mut self, path: &[u8]) {
        self.push_known(path, chars(path), Bonuses::of(path));
    }

    fn push_known(&mut self, path: &[u8], chars: u64, bonuses: Bonuses) {
        let Ok(end) = u32::try_from(self.bytes.len() + path.len()) else { return };
        self.bytes.extend_from_slice(path);
        self.ends.push(end);
        self.chars.push(chars);
        self.bonuses.push(bonuses);
    }

    fn finish(mut self) -> Self {
        // The last of those that are first so far on top.
        let mut heap: BinaryHeap<InOrder<'_>> = BinaryHeap::with_capacity(FIRST + 1);
        for id in 0..self.len() {
            let path = InOrder(self.bytes(id), id);
            if heap.len() < FIRST {
                heap.push(path);
            } else if heap.peek().is_some_and(|last| path < *last) {
                heap.pop();
                heap.push(path);
            }
        }
        let first = heap.into_sorted_vec().into_iter().map(|InOrder(_, id)| id).collect();
        self.first = first;
        self
    }
}

#[derive(PartialEq, Eq)]
struct InOrder<'a>(&'a [u8], u32);

impl Ord for InOrder<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        order(self.0, other.0)
    }
}

impl PartialOrd for InOrder<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
