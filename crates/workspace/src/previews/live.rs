//! The previews that this process serves: what is open for each of them, and how it is shut.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use lectern_accounts::UserId;
use lectern_preview::{
    gate::Gate,
    serve::Listener,
    sessions::{EndedReason, Log, NOTHING_ELSE, SessionError, Sessions, Shows},
};
use lectern_projects::ProjectId;
use lectern_store::Timestamp;
use tokio::runtime::{Builder, Handle, Runtime};

use super::{
    dev::{DevServer, Limits},
    keeper::Keeper,
    pages::Pages,
    reloading::Reloading,
};
use crate::view::Failure;

/// What [`crate::Workspace`] keeps about previews.
pub(crate) struct Previews {
    pub(crate) sessions: Sessions,
    live: Mutex<HashMap<String, Arc<Live>>>,
    /// One start at a time, so that asking twice can't start twice.
    pub(super) starting: Mutex<()>,
    /// Ends that the database could not take yet; they are written as soon as it can.
    owed: Mutex<HashMap<String, Owed>>,
    runtime: OnceLock<Runtime>,
    pub(super) pages: Pages,
    pub(super) keeper: Keeper,
    /// Another program than the usual one to run others beneath.
    pub(super) supervisor: OnceLock<PathBuf>,
    /// Other limits than the usual ones for the start of a dev server.
    pub(super) start_limits: OnceLock<Limits>,
}

/// A preview that is served.
pub(super) struct Live {
    pub id: String,
    pub project: ProjectId,
    pub owner: UserId,
    pub shows: Shows,
    pub gate: Arc<Gate>,
    /// None until it is ready.
    pub listener: OnceLock<Listener>,
    pub reloading: Option<Reloading>,
    pub log: Option<Arc<Log>>,
    pub dev: Option<DevServer>,
    /// The only port that it may listen on, if one was asked for.
    pub port: Option<u16>,
    end: Mutex<End>,
}

/// An end that is not written yet.
pub(super) struct Owed {
    pub owner: Option<UserId>,
    pub reason: EndedReason,
    pub error: Option<SessionError>,
}

/// When it ends: by the computer's clock, or when that much time has passed, whichever is first. So a clock that is set back prolongs nothing.
#[derive(Clone, Copy)]
struct End {
    at: Timestamp,
    latest: Instant,
}

impl End {
    fn new(at: Timestamp, now: Timestamp) -> Self {
        let left = Duration::from_millis(at.millis_since(now));
        Self { at, latest: Instant::now() + left.min(Duration::from_hours(24 * 365)) }
    }
}

impl Live {
    pub fn new(id: String, project: ProjectId, owner: UserId, shows: Shows, gate: Arc<Gate>, ends: (Timestamp, Timestamp)) -> Self {
        Self {
            id,
            project,
            owner,
            shows,
            gate,
            listener: OnceLock::new(),
            reloading: None,
            log: None,
            dev: None,
            port: None,
            end: Mutex::new(End::new(ends.0, ends.1)),
        }
    }

    /// Follows the row: its end may have been moved, also by another process.
    pub fn follow(&self, expires_at: Timestamp, now: Timestamp) {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        if end.at != expires_at {
            *end = End::new(expires_at, now);
            self.gate.set_expiry(expires_at);
        }
    }

    /// Whether its time is up.
    pub fn is_over(&self, now: Timestamp) -> bool {
        let end = *self.end.lock().unwrap_or_else(PoisonError::into_inner);
        now >= end.at || Instant::now() >= end.latest
    }

    /// Nothing of it answers or runs when this returns.
    pub fn shut(&self) {
        self.gate.close();
        if let Some(listener) = self.listener.get() {
            listener.stop();
        }
        if let Some(reloading) = &self.reloading {
            reloading.stop();
        }
        if let Some(dev) = &self.dev {
            dev.stop();
        }
        if let Some(log) = &self.log {
            log.close();
        }
    }
}

impl Previews {
    pub fn new(sessions: Sessions) -> Self {
        Self {
            sessions,
            live: Mutex::default(),
            starting: Mutex::default(),
            owed: Mutex::default(),
            runtime: OnceLock::new(),
            pages: Pages::default(),
            keeper: Keeper::default(),
            supervisor: OnceLock::new(),
            start_limits: OnceLock::new(),
        }
    }

    /// What listeners run on; made when it is first needed.
    pub fn runtime(&self) -> Result<Handle, Failure> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime.handle().clone());
        }
        let made = Builder::new_multi_thread().worker_threads(2).max_blocking_threads(16).thread_name("previews").enable_all().build();
        let made = made.map_err(|error| Failure::internal(format!("previews have no threads to run on: {error}")))?;
        if let Err(second) = self.runtime.set(made) {
            second.shutdown_background();
        }
        self.runtime.get().map(|runtime| runtime.handle().clone()).ok_or_else(|| Failure::internal("previews have no threads to run on"))
    }

    pub(super) fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.lock().get(id).cloned()
    }

    pub(super) fn all(&self) -> Vec<Arc<Live>> {
        self.lock().values().cloned().collect()
    }

    /// The one that shows just this.
    pub(super) fn showing(&self, project: &ProjectId, shows: &Shows) -> Option<Arc<Live>> {
        self.lock().values().find(|live| live.project == *project && live.shows == *shows).cloned()
    }

    pub(super) fn insert(&self, live: Arc<Live>) {
        self.lock().insert(live.id.clone(), live);
        self.keeper.wake();
    }

    pub(super) fn take(&self, id: &str) -> Option<Arc<Live>> {
        self.lock().remove(id)
    }

    pub(super) fn owe(&self, id: &str, owed: Owed) {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), owed);
    }

    pub(super) fn take_owed(&self) -> HashMap<String, Owed> {
        std::mem::take(&mut *self.owed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Live>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Previews {
    fn drop(&mut self) {
        self.keeper.stop();
        let live: Vec<_> = self.lock().drain().map(|(_, live)| live).collect();
        for live in live {
            live.shut();
            // What can't be written is an orphan for the next start.
            let _ = self.sessions.end(&live.id, EndedReason::Stopped, None, NOTHING_ELSE);
        }
        self.pages.close();
        if let Some(runtime) = self.runtime.take() {
            // Waiting for it is forbidden where this may run: on a thread of a runtime.
            runtime.shutdown_background();
        }
    }
}
