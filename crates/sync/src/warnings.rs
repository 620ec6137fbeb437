//! Things to tell the user after a sync that succeeded all the same.

use std::sync::Mutex;

/// How many warnings are kept word for word.
const KEPT: usize = 100;

/// What several threads have to tell.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Mutex<(Vec<String>, u64)>);

impl Warnings {
    pub fn add(&self, warning: String) {
        let mut inner = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        inner.1 += 1;
        if inner.0.len() < KEPT {
            inner.0.push(warning);
        }
    }

    /// The texts, in order, and how many there were in all.
    pub fn take(self) -> (Vec<String>, u64) {
        let (mut texts, total) = self.0.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        texts.sort_unstable();
        (texts, total)
    }
}
