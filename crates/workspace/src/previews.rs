//! Previews of a project: what could be shown, starting, watching and ending it.

mod choices;
mod dev;
mod ending;
mod keeper;
mod live;
mod pages;
mod reloading;
mod starting;
mod trust;
mod views;

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use lectern_preview::{
    gate::{browser_link, link},
    sessions::{EndedReason, Log, PreviewSession, Shows, Status},
    window::{Frame, FrameState, Page},
};
use lectern_projects::{Project, ProjectId};

use live::Live;
pub(crate) use live::Previews;
pub(crate) use trust::files_hash;
pub use views::split_command;
pub(crate) use views::{log_page, shown};
use views::{no_port, shows_of, unknown_preview};

use crate::{
    Workspace,
    view::{Failure, LinkUse, LogPage, Preview, PreviewRequest, Trust},
};

/// How long a ticket is good, in milliseconds: for a window or browser that opens at once, and for a link that was copied.
const OPENED: i64 = 60_000;
const COPIED: i64 = 10 * 60_000;
/// How long another process is waited for that was asked to end a preview.
const PATIENCE: Duration = Duration::from_secs(5);

impl Workspace {
    /// Starts a preview, or answers with the one that shows just this already. Static ones are ready at once, the others pending.
    ///
    /// # Errors
    /// `NOT_TRUSTED` for a command that was not granted, `FOLDER_MISSING`, `NO_PORT`, `PROGRAM_MISSING`.
    pub fn start_preview(self: &Arc<Self>, project_id: &str, request: &PreviewRequest, trust: Option<Trust>) -> Result<Preview, Failure> {
        let project = self.project(project_id)?;
        self.start_preview_of(&project, shows_of(request), trust, None)
    }

    /// As [`Workspace::start_preview`], for headless commands: of the project at a folder, and on a port of the caller's choice.
    ///
    /// # Errors
    /// As there; `NOT_A_PROJECT`, and `NO_PORT` when just that port is taken.
    pub fn start_preview_at(
        self: &Arc<Self>,
        path: &std::path::Path,
        request: &PreviewRequest,
        trust: Option<Trust>,
        port: Option<u16>,
    ) -> Result<Preview, Failure> {
        let project = self.project_at(path)?;
        self.start_preview_of(&project, shows_of(request), trust, port)
    }

    fn start_preview_of(
        self: &Arc<Self>,
        project: &Project,
        shows: Shows,
        trust: Option<Trust>,
        port: Option<u16>,
    ) -> Result<Preview, Failure> {
        match shows {
            Shows::Static { .. } => self.start_static(project, shows, port),
            Shows::DevServer { .. } => self.start_dev_server(project, shows, trust, port),
        }
    }

    /// The previews of a project that are listed, the latest first: running ones, and ended ones until they are removed.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn previews(&self, project_id: &str) -> Result<Vec<Preview>, Failure> {
        let project = self.project(project_id)?;
        let rows = self.previews.sessions.listed(project.id.as_str())?;
        Ok(rows.into_iter().map(|row| self.view_of_row(row)).collect())
    }

    /// One preview, also one that is no longer listed.
    ///
    /// # Errors
    /// `UNKNOWN_PREVIEW`.
    pub fn preview(&self, id: &str) -> Result<Preview, Failure> {
        Ok(self.view_of_row(self.own_session(id)?))
    }

    /// Lines of a dev server's log, from a number on.
    ///
    /// # Errors
    /// `UNKNOWN_PREVIEW`.
    pub fn preview_log(&self, id: &str, first: u32) -> Result<LogPage, Failure> {
        let row = self.own_session(id)?;
        if let Some(log) = self.previews.live(id).and_then(|live| live.log.clone()) {
            return Ok(log_page(&log, first.into()));
        }
        let path = self.previews.sessions.folder_of(&row.id).ok_or_else(unknown_preview)?.join("log");
        Ok(log_page(&Log::read(Arc::clone(&self.clock), &path)?, first.into()))
    }

    /// A link that opens a preview once.
    ///
    /// # Errors
    /// `UNKNOWN_PREVIEW`, `PREVIEW_ENDED`, `NOT_READY`, `ELSEWHERE` when another process serves it.
    pub fn preview_link(&self, id: &str, link_use: LinkUse) -> Result<String, Failure> {
        let (live, origin) = self.open_preview(id)?;
        let ticket = live.gate.mint(match link_use {
            LinkUse::Open => OPENED,
            LinkUse::Copy => COPIED,
        });
        Ok(if live.reloading.is_some() { browser_link(&origin, &ticket, "/") } else { link(&origin, &ticket, "/") })
    }

    /// A link that opens the window's page with one preview, or two beside each other.
    ///
    /// # Errors
    /// As [`Workspace::preview_link`].
    pub fn preview_window_link(self: &Arc<Self>, id: &str, beside: Option<&str>) -> Result<String, Failure> {
        let mut ids = vec![id.to_owned()];
        ids.extend(beside.filter(|other| *other != id).map(str::to_owned));
        let mut frames = Vec::new();
        let mut until = self.clock.now();
        for id in &ids {
            let (live, origin) = self.open_preview(id)?;
            let row = self.previews.sessions.get(id)?;
            until = until.max(row.expires_at);
            frames.push(Frame { title: row.title, origin, link_path: link("", &live.gate.mint(OPENED), "/") });
        }
        let (weak, shown) = (Arc::downgrade(self), ids.clone());
        let states = Arc::new(move || {
            let workspace = weak.upgrade();
            shown.iter().map(|id| workspace.as_ref().map_or_else(over, |workspace| workspace.frame_state(id))).collect()
        });
        self.previews.pages.show(ids, Page::new(frames).with_states(states), until)
    }

    /// Ends a preview. Its link and its processes are dead when this returns.
    ///
    /// # Errors
    /// `UNKNOWN_PREVIEW`; `STILL_RUNNING` when another process serves it and does not end it.
    pub fn stop_preview(&self, id: &str) -> Result<Preview, Failure> {
        let row = self.own_session(id)?;
        if row.status == Status::Expired || self.previews.sessions.is_own(&row) {
            self.end_preview(id, EndedReason::Stopped, None);
            return self.preview(id);
        }
        self.previews.sessions.ask_to_stop(id)?;
        let asked = Instant::now();
        loop {
            let row = self.own_session(id)?;
            if row.status == Status::Expired {
                return Ok(self.view_of_row(row));
            }
            if asked.elapsed() > PATIENCE {
                // Unless nobody is there any more who could.
                self.recover_previews();
                let row = self.own_session(id)?;
                return if row.status == Status::Expired {
                    Ok(self.view_of_row(row))
                } else {
                    Err(Failure::new("STILL_RUNNING", "another Lectern serves this preview and does not end it").hint("End it there."))
                };
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Starts an ended preview anew, or a dev server over again. The answer is another session.
    ///
    /// # Errors
    /// As [`Workspace::start_preview`].
    pub fn restart_preview(self: &Arc<Self>, id: &str, trust: Option<Trust>) -> Result<Preview, Failure> {
        let row = self.own_session(id)?;
        let project = self.project(&row.project_id)?;
        let Some(shows) = row.shows.clone() else { return Err(unknown_preview()) };
        // What would be refused is refused before the old one is gone.
        self.check_startable(&project, &shows, trust)?;
        if row.status != Status::Expired {
            self.stop_preview(id)?;
        }
        self.start_preview_of(&project, shows, trust, None)
    }

    /// Moves the end of a running preview to a whole lifetime from now.
    ///
    /// # Errors
    /// `UNKNOWN_PREVIEW`, `PREVIEW_ENDED`.
    pub fn extend_preview(&self, id: &str) -> Result<Preview, Failure> {
        self.own_session(id)?;
        let lifetime = self.preview_lifetime(&self.user()?)?;
        let live = self.previews.live(id);
        if live.as_ref().is_some_and(|live| live.is_over(self.clock.now())) {
            return Err(Failure::new("PREVIEW_ENDED", "this preview has ended").hint("Start it again."));
        }
        let row = self.previews.sessions.prolong(id, lifetime)?;
        if let Some(live) = &live {
            live.follow(row.expires_at, self.clock.now());
        }
        let view = self.view_of_row(row);
        self.tell_preview_view(&self.user()?, view.clone());
        Ok(view)
    }

    /// Takes an ended preview off the list; `undo` puts it back, within ten minutes.
    ///
    /// # Errors
    /// `UNKNOWN_PREVIEW`, `STILL_RUNNING`, `GONE` for an undo that comes too late.
    pub fn remove_preview(&self, id: &str, undo: bool) -> Result<(), Failure> {
        self.own_session(id)?;
        let sessions = &self.previews.sessions;
        if undo { sessions.put_back(id) } else { sessions.remove(id) }?;
        Ok(())
    }

    /// The row of a preview of a project of the signed-in user.
    fn own_session(&self, id: &str) -> Result<PreviewSession, Failure> {
        let user = self.user()?;
        let row = self.previews.sessions.get(id)?;
        match self.projects.get(&user, &ProjectId::new(row.project_id.as_str())) {
            Ok(_) => Ok(row),
            Err(lectern_projects::ProjectError::Unknown) => Err(unknown_preview()),
            Err(error) => Err(error.into()),
        }
    }

    /// A preview that answers, and its origin.
    fn open_preview(&self, id: &str) -> Result<(Arc<Live>, String), Failure> {
        let row = self.own_session(id)?;
        let ended = || Failure::new("PREVIEW_ENDED", "this preview has ended").hint("Start it again.");
        if row.status == Status::Expired {
            return Err(ended());
        }
        let Some(live) = self.previews.live(id) else {
            return Err(if self.previews.sessions.is_own(&row) {
                ended()
            } else {
                Failure::new("ELSEWHERE", "another Lectern serves this preview").hint("Open it there, or start it here.")
            });
        };
        if live.is_over(self.clock.now()) {
            return Err(ended());
        }
        match (row.status, live.listener.get()) {
            (Status::Ready, Some(listener)) => Ok((Arc::clone(&live), listener.origin())),
            _ => Err(Failure::new("NOT_READY", "this preview does not answer yet").hint("Look at its log.")),
        }
    }

    fn view_of_row(&self, row: PreviewSession) -> Preview {
        let live = self.previews.live(&row.id);
        self.preview_view(row, live.as_deref())
    }

    fn frame_state(&self, id: &str) -> FrameState {
        let Ok(row) = self.previews.sessions.get(id) else { return over() };
        let left_ms = row.expires_at.millis() - self.clock.now().millis();
        let view = self.view_of_row(row);
        let note = match (&view.command, view.version) {
            (Some(command), _) => command.clone(),
            (None, Some(version)) => format!("Snapshot of v{version}"),
            (None, None) => "Static files".to_owned(),
        };
        let running = view.status == crate::view::PreviewStatus::Ready && left_ms > 0;
        let why = match view.ended_reason {
            Some(crate::view::EndedReason::TimedOut) => "Its time was over.",
            Some(crate::view::EndedReason::Stopped) => "It was stopped.",
            _ => "It answers no more.",
        };
        let ended = (!running).then(|| view.error.unwrap_or_else(|| why.to_owned()));
        FrameState { note, running, left_ms, reloads: view.reloads, ended }
    }
}

fn over() -> FrameState {
    FrameState { note: String::new(), running: false, left_ms: 0, reloads: false, ended: Some("It is no longer there.".to_owned()) }
}
