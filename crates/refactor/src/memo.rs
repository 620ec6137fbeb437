//! What was worked out of a text, kept by the hash of its contents.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use lectern_objects::ObjectHash;

type Kept = HashMap<(TypeId, String, ObjectHash), Arc<dyn Any + Send + Sync>>;

/// Bindings of files, so that a second question about a project parses nothing. An entry belongs to a path and to exactly these contents; it may be
/// used from several threads.
#[derive(Default)]
pub struct Memo {
    kept: Mutex<Kept>,
}

impl Memo {
    /// So many entries are kept; then it begins anew.
    const MOST: usize = 60_000;

    /// The value of this type for a text, made if it is not there.
    pub fn get<T: Any + Send + Sync>(&self, path: &str, object: ObjectHash, make: impl FnOnce() -> T) -> Arc<T> {
        let key = (TypeId::of::<T>(), path.to_owned(), object);
        if let Some(found) = self.lock().get(&key).cloned()
            && let Ok(found) = found.downcast::<T>()
        {
            return found;
        }
        // Not under the lock: making parses.
        let made = Arc::new(make());
        let mut kept = self.lock();
        if kept.len() >= Self::MOST {
            kept.clear();
        }
        kept.insert(key, made.clone());
        made
    }

    /// The value of this type for a text, if it was made before: what else would be done first is not needed then.
    pub fn peek<T: Any + Send + Sync>(&self, path: &str, object: ObjectHash) -> Option<Arc<T>> {
        let found = self.lock().get(&(TypeId::of::<T>(), path.to_owned(), object)).cloned();
        found.and_then(|found| found.downcast::<T>().ok())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Memo {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Memo").field("entries", &self.lock().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_for_the_same_contents() {
        let memo = Memo::default();
        let object = ObjectHash::of(b"x");
        assert_eq!(*memo.get("a", object, || 1_u8), 1);
        assert_eq!(*memo.get("a", object, || 2_u8), 1);
        assert_eq!(*memo.get("a", ObjectHash::of(b"y"), || 3_u8), 3);
        assert_eq!(memo.peek::<u16>("a", object), None);
        assert_eq!(*memo.get("a", object, || 4_u16), 4, "another type is another value");
        assert_eq!(memo.peek::<u16>("a", object).as_deref(), Some(&4));
    }
}
