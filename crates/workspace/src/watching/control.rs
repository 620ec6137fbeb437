//! What the rest of the process knows of one watched project, and how it speaks to its thread.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use lectern_projects::Project;

use super::{Listener, words};
use crate::view::{WatchKind, WatchState};

/// One watched project.
pub(super) struct Control {
    pub project: Project,
    /// Stops the sync that runs.
    pub cancel: AtomicBool,
    /// How often the folder was looked at.
    pub looks: AtomicUsize,
    pub listener: Option<Listener>,
    orders: Mutex<Orders>,
    given: Condvar,
    state: Mutex<WatchState>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the thread is to do, besides what the folder's events ask for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Orders {
    /// End.
    pub stop: bool,
    /// Look at everything.
    pub look: bool,
    /// Something happened.
    pub woken: bool,
    /// Take events for lost.
    pub lost: bool,
}

impl Control {
    pub fn new(project: Project, listener: Option<Listener>) -> Arc<Self> {
        let state = words::unwatched(&project.id, WatchKind::Starting);
        Arc::new(Self {
            project,
            cancel: AtomicBool::new(false),
            looks: AtomicUsize::new(0),
            listener,
            orders: Mutex::default(),
            given: Condvar::new(),
            state: Mutex::new(state),
            thread: Mutex::default(),
        })
    }

    pub fn started(&self, thread: JoinHandle<()>) {
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    }

    /// Waits for the thread's end.
    pub fn join(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Its panic was printed; there is nothing left to end.
            let _ = thread.join();
        }
    }

    pub fn stop(&self) {
        self.order(|orders| orders.stop = true);
    }

    pub fn look(&self) {
        self.order(|orders| orders.look = true);
    }

    pub fn wake(&self) {
        self.order(|orders| orders.woken = true);
    }

    pub fn lose_events(&self) {
        self.order(|orders| orders.lost = true);
    }

    pub fn is_stopped(&self) -> bool {
        self.lock().stop
    }

    /// Waits until `deadline` or an order, and takes the orders; a stop stays.
    pub fn wait_until(&self, deadline: Instant) -> Orders {
        let mut orders = self.lock();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if orders.stop || orders.look || orders.woken || orders.lost || left == Duration::ZERO {
                let stop = orders.stop;
                return std::mem::replace(&mut *orders, Orders { stop, ..Orders::default() });
            }
            orders = self.given.wait_timeout(orders, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub fn state(&self) -> WatchState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says whether that is another state than before.
    pub fn set_state(&self, state: &WatchState) -> bool {
        let mut now = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = *now != *state;
        now.clone_from(state);
        changed
    }

    fn order(&self, give: impl FnOnce(&mut Orders)) {
        give(&mut self.lock());
        self.given.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
