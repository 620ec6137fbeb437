//! What is known of contents, by their hash: the same file of another version is not analysed again.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use lectern_objects::ObjectHash;

use super::reading::FileFacts;

/// Contents are read by the name of their file as well: the end of it says what language they are in.
type Key = (ObjectHash, String);

/// Facts of contents that were analysed, shared by all versions and projects. Bounded: what was not asked for longest is forgotten.
pub struct IndexCache {
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    facts: HashMap<Key, (Arc<FileFacts>, u64)>,
    /// Keys by when they were asked for last.
    order: BTreeMap<u64, Key>,
    clock: u64,
    weight: usize,
}

impl IndexCache {
    /// Keeps facts of about so many bytes.
    pub fn new(bytes: usize) -> Self {
        Self { most: bytes, kept: Mutex::default() }
    }

    /// About how many bytes are kept.
    pub fn weight(&self) -> usize {
        self.lock().weight
    }

    /// The facts under this key, made by `make` if they are not there.
    pub(super) fn get(&self, object: ObjectHash, name: &str, make: impl FnOnce() -> Option<FileFacts>) -> Option<Arc<FileFacts>> {
        let key = (object, name.to_owned());
        if let Some(facts) = self.lock().touch(&key) {
            return Some(facts);
        }
        // Two threads may make the same: what they make is equal.
        let facts = Arc::new(make()?);
        self.lock().add(key, &facts, self.most);
        Some(facts)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for IndexCache {
    /// 256 MiB.
    fn default() -> Self {
        Self::new(256 << 20)
    }
}

impl fmt::Debug for IndexCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexCache").field("most", &self.most).finish_non_exhaustive()
    }
}

impl Kept {
    fn touch(&mut self, key: &Key) -> Option<Arc<FileFacts>> {
        self.clock += 1;
        let (facts, at) = self.facts.get_mut(key)?;
        self.order.remove(at);
        *at = self.clock;
        self.order.insert(self.clock, key.clone());
        Some(Arc::clone(facts))
    }

    fn add(&mut self, key: Key, facts: &Arc<FileFacts>, most: usize) {
        self.clock += 1;
        self.weight += facts.weight();
        self.order.insert(self.clock, key.clone());
        if let Some((before, at)) = self.facts.insert(key, (Arc::clone(facts), self.clock)) {
            self.weight -= before.weight();
            self.order.remove(&at);
        }
        while self.weight > most
            && let Some((_, oldest)) = self.order.pop_first()
        {
            if let Some((facts, _)) = self.facts.remove(&oldest) {
                self.weight -= facts.weight();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_longest_is_forgotten_first() {
        let facts = || FileFacts { words: vec!["x".repeat(1000).into()], ..FileFacts::default() };
        let weight = facts().weight();
        let cache = IndexCache::new(weight * 2);
        let object = |n: u8| ObjectHash::from_bytes([n; 32]);
        for n in 0..2 {
            cache.get(object(n), "a.rs", || Some(facts()));
        }
        cache.get(object(0), "a.rs", || panic!("it is kept"));
        cache.get(object(2), "a.rs", || Some(facts()));
        assert_eq!(cache.weight(), weight * 2);
        cache.get(object(0), "a.rs", || panic!("it was asked for lately"));
        let mut made = false;
        cache.get(object(1), "a.rs", || {
            made = true;
            Some(facts())
        });
        assert!(made, "the oldest went");
        assert!(cache.get(object(9), "a.rs", || None).is_none());
    }
}
