//! What was used last, up to a weight.

use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard},
};

/// Values by key. When they weigh too much together, the ones that nobody asked for longest go.
pub(super) struct Cache<K, V> {
    inner: Mutex<Inner<K, V>>,
    most: usize,
}

struct Inner<K, V> {
    values: HashMap<K, Kept<V>>,
    weight: usize,
    uses: u64,
}

struct Kept<V> {
    value: V,
    weight: usize,
    used: u64,
}

impl<K: Hash + Eq + Clone, V: Clone> Cache<K, V> {
    /// Holds values of up to `most` together, in whatever unit they are weighed.
    pub fn new(most: usize) -> Self {
        Self { inner: Mutex::new(Inner { values: HashMap::new(), weight: 0, uses: 0 }), most }
    }

    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let mut inner = self.lock();
        inner.uses += 1;
        let uses = inner.uses;
        let kept = inner.values.get_mut(key)?;
        kept.used = uses;
        Some(kept.value.clone())
    }

    /// Keeps `value`; one that alone weighs a good part of everything is not kept.
    pub fn put(&self, key: K, value: V, weight: usize) {
        if weight > self.most / 2 {
            return;
        }
        let mut inner = self.lock();
        inner.uses += 1;
        let used = inner.uses;
        inner.weight += weight;
        if let Some(old) = inner.values.insert(key, Kept { value, weight, used }) {
            inner.weight -= old.weight;
        }
        if inner.weight > self.most {
            inner.shrink(self.most - self.most / 4);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<K, V>> {
        self.inner.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl<K: Hash + Eq + Clone, V> Inner<K, V> {
    /// Down to a good deal less than the most, so that it is seldom done.
    fn shrink(&mut self, to: usize) {
        let mut oldest: Vec<(u64, K)> = self.values.iter().map(|(key, kept)| (kept.used, key.clone())).collect();
        oldest.sort_unstable_by_key(|(used, _)| *used);
        for (_, key) in oldest {
            if self.weight <= to {
                return;
            }
            if let Some(kept) = self.values.remove(&key) {
                self.weight -= kept.weight;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cache;

    #[test]
    fn what_was_used_last_stays() {
        let cache = Cache::new(10);
        for key in 0..10 {
            cache.put(key, key, 1);
        }
        assert_eq!(cache.get(&0), Some(0));
        cache.put(10, 10, 1);
        assert_eq!(cache.get(&0), Some(0), "it was used");
        assert_eq!(cache.get(&1), None, "nobody asked for it");
        cache.put(11, 11, 6);
        assert_eq!(cache.get(&11), None, "it is too heavy to push everything else out");
    }
}
