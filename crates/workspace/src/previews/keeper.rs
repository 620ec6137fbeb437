//! The thread that keeps previews in order: ends what is due, warns, cleans up.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use lectern_notify::{Notice, PreviewExpiring};
use lectern_preview::sessions::{EndedReason, NOTHING_ELSE, PreviewSession, SessionError, Shows, Status};

use super::live::Live;
use crate::Workspace;

/// While something is served. What is due ends within a second; the gate refuses on its own as well.
const WATCHFUL: Duration = Duration::from_millis(250);
/// While nothing is.
const CALM: Duration = Duration::from_secs(10);
/// How long before its end the user is told, in milliseconds: by a notification, and by the window, which goes by [`Preview::ends_soon`].
/// Sessions last whole hours.
///
/// [`Preview::ends_soon`]: crate::view::Preview::ends_soon
pub(super) const WARNING: u64 = 10 * 60 * 1000;

/// How the thread is spoken to.
#[derive(Default)]
pub(crate) struct Keeper(Arc<Signal>);

#[derive(Default)]
struct Signal {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    runs: bool,
    stop: bool,
    woken: bool,
}

impl Keeper {
    pub fn wake(&self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).woken = true;
        self.0.changed.notify_all();
    }

    pub fn stop(&self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).stop = true;
        self.0.changed.notify_all();
    }
}

impl Signal {
    /// False when the thread is to end.
    fn wait(&self, at_most: Duration) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + at_most;
        while !state.stop && !state.woken {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.woken = false;
        !state.stop
    }
}

impl Workspace {
    /// From now on ends previews when they are due, and cleans up after them. For processes that stay; done by the first preview too.
    pub fn keep_previews(self: &Arc<Self>) {
        let signal = Arc::clone(&self.previews.keeper.0);
        {
            let mut state = signal.state.lock().unwrap_or_else(PoisonError::into_inner);
            if std::mem::replace(&mut state.runs, true) {
                return;
            }
        }
        let weak = Arc::downgrade(self);
        let work = {
            let signal = Arc::clone(&signal);
            move || keep(&weak, &signal)
        };
        if thread::Builder::new().name("previews-keeper".to_owned()).spawn(work).is_err() {
            signal.state.lock().unwrap_or_else(PoisonError::into_inner).runs = false;
        }
    }

    /// Ends what processes left behind that are gone, and takes the steps of the cleanup that are due. For the start of a process.
    pub(crate) fn recover_previews(&self) {
        let sessions = &self.previews.sessions;
        // What the database can't do now is done at the next start.
        for orphan in sessions.recover(NOTHING_ELSE).unwrap_or_default() {
            if matches!(orphan.shows, Some(Shows::DevServer { .. })) {
                // Its supervisor ended it, unless that was killed too.
                lectern_supervise::sweep(&orphan.id);
            }
        }
        let _ = sessions.clean();
        let _ = sessions.sweep();
    }

    /// One round over everything that this process serves.
    fn look_after_previews(&self) {
        for (id, owed) in self.previews.take_owed() {
            self.end_row(&id, owed.owner.as_ref(), owed.reason, owed.error);
        }
        let live = self.previews.all();
        if live.is_empty() {
            return;
        }
        let now = self.clock.now();
        let rows = self.previews.sessions.of_this_process().ok();
        for live in live {
            let row = rows.as_ref().map(|rows| rows.iter().find(|row| row.id == live.id));
            match row {
                // The database is busy or full: time passes all the same.
                None if live.is_over(now) => self.end_preview(&live.id, EndedReason::TimedOut, None),
                None => {}
                // Its project is gone for good.
                Some(None) => self.end_preview(&live.id, EndedReason::Stopped, None),
                Some(Some(row)) => self.look_after(&live, row),
            }
        }
    }

    fn look_after(&self, live: &Live, row: &PreviewSession) {
        let now = self.clock.now();
        live.follow(row.expires_at, now);
        if row.stop_asked_at.is_some() {
            self.end_preview(&live.id, EndedReason::Stopped, None);
        } else if live.is_over(now) {
            self.end_preview(&live.id, EndedReason::TimedOut, None);
        } else if matches!(live.shows, Shows::Static { version: Some(_), .. }) && row.manifest_id.is_none() {
            let error = SessionError {
                code: "UNKNOWN_VERSION".to_owned(),
                message: "The version that it showed was removed.".to_owned(),
                hint: Some("Preview another version.".to_owned()),
            };
            self.end_preview(&live.id, EndedReason::Failed, Some(error));
        } else if row.status == Status::Ready && row.warned_at.is_none() && row.expires_at.millis_since(now) <= WARNING {
            self.warn_of_end(live);
        }
    }

    fn warn_of_end(&self, live: &Live) {
        // Tried again at the next round when the database refuses.
        let warned = self.previews.sessions.warn(&live.id, &|tx, row| {
            let notice = Notice::PreviewExpiring(PreviewExpiring {
                project_id: row.project_id.clone(),
                preview_session_id: row.id.clone(),
                title: row.title.clone(),
                expires_at: row.expires_at.to_string(),
            });
            lectern_notify::notify(tx, &*self.clock, live.owner.as_str(), &notice).map(drop)
        });
        if warned.unwrap_or(false) {
            self.tell_preview(&live.owner, &live.id);
        }
    }

    fn clean_previews(&self) {
        // Told to nobody: who removes a preview knows it, and one that leaves the list after a day is asked for anew.
        let _ = self.previews.sessions.clean();
    }
}

fn keep(weak: &Weak<Workspace>, signal: &Signal) {
    let mut cleaned: Option<Instant> = None;
    loop {
        let pause = {
            let Some(workspace) = weak.upgrade() else { return };
            workspace.look_after_previews();
            if cleaned.is_none_or(|at| at.elapsed() >= CALM) {
                workspace.clean_previews();
                cleaned = Some(Instant::now());
            }
            if workspace.previews.all().is_empty() { CALM } else { WATCHFUL }
        };
        if !signal.wait(pause) {
            return;
        }
    }
}
