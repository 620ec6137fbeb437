//! Who begins to watch first: one project after the other, so that a start doesn't read all of them at once.

use std::{
    collections::BTreeSet,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// One that takes longer than this (a drive that doesn't answer) is no longer waited for.
const LONGEST: Duration = Duration::from_secs(10);

/// The queue before the beginning.
#[derive(Debug, Default)]
pub(super) struct Queue {
    inner: Mutex<Inner>,
    moved: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    busy: bool,
    waiting: BTreeSet<u64>,
}

/// It is the holder's turn until this is dropped.
pub(super) struct Turn<'a>(Option<&'a Queue>);

impl Queue {
    /// A place in the queue.
    pub fn ticket(&self) -> u64 {
        let mut inner = self.lock();
        inner.next += 1;
        let ticket = inner.next;
        inner.waiting.insert(ticket);
        ticket
    }

    /// Waits until everybody before had their turn, but not for ever.
    pub fn wait(&self, ticket: u64) -> Turn<'_> {
        let deadline = Instant::now() + LONGEST;
        let mut inner = self.lock();
        while inner.busy || inner.waiting.first().is_some_and(|first| *first < ticket) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                inner.waiting.remove(&ticket);
                return Turn(None);
            }
            inner = self.moved.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        inner.waiting.remove(&ticket);
        inner.busy = true;
        Turn(Some(self))
    }

    /// Gives a place back that nobody will wait with.
    pub fn leave(&self, ticket: u64) {
        self.lock().waiting.remove(&ticket);
        self.moved.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(queue) = self.0 {
            queue.lock().busy = false;
            queue.moved.notify_all();
        }
    }
}
