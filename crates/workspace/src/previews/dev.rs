//! Dev servers: a granted command, run beneath a supervisor, shown behind a proxy once it answers.

mod answering;
mod ends;
mod telling;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lectern_notify::{Notice, PreviewReady};
use lectern_preview::{
    proxy::{Condition, Proxy},
    sessions::{EndedReason, Log, SessionError, Shows, Source},
};
use lectern_projects::Project;
use lectern_supervise::{Launch, Said, SuperviseError, Supervised, program_on_path};
use lectern_sync::RepoPath;

pub(super) use answering::Limits;

use super::{
    starting::{error_of, refuse_without_directory},
    views::shown,
};
use crate::{
    Workspace,
    view::{Failure, Preview, Trust},
};

/// How many lines a page shows of a dev server that doesn't answer.
const TAIL: usize = 40;

/// A dev server that runs.
pub(super) struct DevServer {
    pub state: Arc<State>,
    supervised: OnceLock<Supervised>,
}

/// What is known of it. Its threads wait for it to change.
pub(super) struct State {
    known: Mutex<Known>,
    changed: std::sync::Condvar,
    /// It is being ended; what it does from now on is nobody's concern.
    stopping: AtomicBool,
    pub began: Instant,
    /// The port that it was asked to take.
    pub port: u16,
}

#[derive(Clone)]
pub(super) struct Known {
    /// What its processes listen on, as far as the system tells.
    pub listening: Vec<SocketAddr>,
    pub listening_since: Option<Instant>,
    /// Ports that it printed, in the order in which it did, and when the last was new.
    pub printed: Vec<u16>,
    pub printed_at: Option<Instant>,
    /// When it last showed signs of life.
    pub said_at: Instant,
    pub lines: u64,
}

impl State {
    fn new(port: u16) -> Self {
        let now = Instant::now();
        let known = Known { listening: Vec::new(), listening_since: None, printed: Vec::new(), printed_at: None, said_at: now, lines: 0 };
        Self { known: Mutex::new(known), changed: std::sync::Condvar::new(), stopping: AtomicBool::new(false), began: now, port }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, note: impl FnOnce(&mut Known)) {
        note(&mut self.lock());
        self.changed.notify_all();
    }

    pub fn known(&self) -> Known {
        self.lock().clone()
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Waits until something happens, at most so long.
    pub fn wait(&self, at_most: Duration) {
        let known = self.lock();
        if !self.is_stopping() {
            drop(self.changed.wait_timeout(known, at_most));
        }
    }

    /// Says that it is being ended; false when that was said before.
    fn stop(&self) -> bool {
        let first = !self.stopping.swap(true, Ordering::SeqCst);
        drop(self.lock());
        self.changed.notify_all();
        first
    }
}

impl DevServer {
    /// Ends it and everything it started; nothing of it is left when this returns.
    pub fn stop(&self) {
        self.state.stop();
        if let Some(supervised) = self.supervised.get() {
            supervised.stop();
        }
    }
}

impl Workspace {
    /// The program that runs others beneath it: `lectern`. For tests, which have none beside themselves.
    #[doc(hidden)]
    pub fn supervise_with(&self, program: &Path) {
        let _ = self.previews.supervisor.set(program.to_owned());
    }

    /// How long a dev server that starts may print nothing, and may not answer at all. For tests, which can't wait for minutes.
    #[doc(hidden)]
    pub fn wait_for_dev_servers(&self, silence: Duration, longest: Duration) {
        let _ = self.previews.start_limits.set(Limits { silence, longest });
    }

    pub(super) fn start_dev_server(
        self: &Arc<Self>,
        project: &Project,
        shows: Shows,
        trust: Option<Trust>,
        port: Option<u16>,
    ) -> Result<Preview, Failure> {
        let Shows::DevServer { argv, folder } = &shows else { return Err(Failure::internal("files are not run")) };
        let place = RepoPath::from_key(folder)?;
        refuse_without_directory(&project.root, &place)?;
        let Some(program) = argv.first().filter(|program| !program.is_empty()) else {
            return Err(Failure::new("BAD_COMMAND", "there is no command").hint("Type one, as in a terminal."));
        };
        self.check_trust(project, argv, folder, trust)?;
        if !program.contains('/') && program_on_path(program).is_none() {
            return Err(refused(&SuperviseError::ProgramMissing(program.clone())));
        }
        let _one = self.previews.starting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = self.running_preview(project, &shows, port)? {
            return Ok(running);
        }
        let command = self.detected(project, argv, folder);
        let begun = self.begin_preview(project, &shows, "Dev server", None)?;
        let id = begun.row.id.clone();
        let failed = |failure: Failure| {
            self.end_preview(&id, EndedReason::Failed, Some(error_of(&failure)));
            failure
        };
        let own_port = free_port().map_err(|error| failed(super::no_port(&error)))?;
        let argv = command.as_ref().map_or_else(|| argv.clone(), |command| command.at_port(own_port));
        let mut environment = vec![("PORT".to_owned(), own_port.to_string()), ("HOST".to_owned(), "127.0.0.1".to_owned())];
        environment.extend(command.iter().flat_map(|command| command.env_at_port(own_port)));
        // A disk that refuses costs the file of the log, not the preview.
        let path = self.previews.sessions.log_path(&id).ok();
        let log = Arc::new(Log::new(Arc::clone(&self.clock), path.as_deref()));
        log.push(Source::Lectern, &format!("$ {}", shown(&argv)));
        let state = Arc::new(State::new(own_port));
        let mut live = self.new_live(project, &shows, &begun);
        live.port = port;
        live.log = Some(Arc::clone(&log));
        live.dev = Some(DevServer { state: Arc::clone(&state), supervised: OnceLock::new() });
        let live = Arc::new(live);
        self.previews.insert(Arc::clone(&live));
        self.keep_previews();
        let launch = Launch { id: id.clone(), argv, folder: place.below(&project.root), environment };
        let tell = teller(Arc::downgrade(self), id.clone(), Arc::clone(&state), Arc::clone(&log));
        let supervised = Supervised::start(&self.own_program(), launch, tell).map_err(|error| failed(refused(&error)))?;
        if let Some(dev) = &live.dev {
            let _ = dev.supervised.set(supervised);
            if dev.state.is_stopping() {
                // It was ended before there was something to end.
                dev.stop();
            }
        }
        self.watch_dev_server(&id, &state, &log).map_err(failed)?;
        let view = self.preview(&id)?;
        self.tell_preview_view(&live.owner, view.clone());
        Ok(view)
    }

    /// The threads that wait for its answer, and that tell what it prints.
    fn watch_dev_server(self: &Arc<Self>, id: &str, state: &Arc<State>, log: &Arc<Log>) -> Result<(), Failure> {
        let no_thread = |error: std::io::Error| Failure::internal(format!("no thread to watch a dev server with: {error}"));
        let (weak, owned, shared) = (Arc::downgrade(self), id.to_owned(), Arc::clone(state));
        let limits = self.previews.start_limits.get().copied().unwrap_or_default();
        let work = move || answering::wait(&weak, &owned, &shared, limits);
        thread::Builder::new().name("previews-answer".to_owned()).spawn(work).map_err(no_thread)?;
        let (weak, owned, shared, log) = (Arc::downgrade(self), id.to_owned(), Arc::clone(state), Arc::clone(log));
        let work = move || telling::tell(&weak, &owned, &shared, &log);
        thread::Builder::new().name("previews-log".to_owned()).spawn(work).map(drop).map_err(no_thread)
    }

    /// It answers there: from now on it is shown.
    fn dev_server_answers(&self, id: &str, at: SocketAddr) {
        let Some(live) = self.previews.live(id) else { return };
        let (Some(dev), Some(log)) = (&live.dev, &live.log) else { return };
        let tail = Arc::clone(log);
        let proxy = Proxy::new(at, Arc::new(move || tail.tail(TAIL)));
        proxy.set_condition(Condition::Running);
        let opened = self.listen(&live.gate, proxy, None, live.port).and_then(|listener| {
            let url = listener.origin();
            let _ = live.listener.set(listener);
            log.push(Source::Lectern, &format!("answers on port {}", at.port()));
            dev.state.note(|known| known.lines += 1);
            let ready = self.previews.sessions.ready(id, &url, Some(at.port()), &|tx, row| {
                let notice = Notice::PreviewReady(PreviewReady {
                    project_id: row.project_id.clone(),
                    preview_session_id: row.id.clone(),
                    title: row.title.clone(),
                });
                lectern_notify::notify(tx, &*self.clock, live.owner.as_str(), &notice).map(drop)
            });
            Ok(ready?)
        });
        match opened {
            // It may have ended while the listener began.
            Ok(_) if dev.state.is_stopping() => live.shut(),
            Ok(Some(row)) => {
                let view = self.preview_view(row, Some(&live));
                self.tell_preview_view(&live.owner, view);
            }
            Ok(None) => live.shut(),
            Err(failure) => self.end_preview(id, EndedReason::Failed, Some(error_of(&failure))),
        }
    }

    /// It ended by itself, or never answered.
    fn dev_server_failed(&self, id: &str, state: &State, error: SessionError) {
        if !state.stop() {
            return;
        }
        let is_ready = self.previews.live(id).is_some_and(|live| live.listener.get().is_some());
        if let Some(log) = self.previews.live(id).and_then(|live| live.log.clone()) {
            log.push(Source::Lectern, &error.message);
            state.note(|known| known.lines += 1);
        }
        self.end_preview(id, if is_ready { EndedReason::Crashed } else { EndedReason::Failed }, Some(error));
    }

    /// `lectern`: this program, or the one beside it, or the one on the PATH.
    pub(crate) fn own_program(&self) -> PathBuf {
        if let Some(program) = self.previews.supervisor.get() {
            return program.clone();
        }
        let name = if cfg!(windows) { "lectern.exe" } else { "lectern" };
        let own = std::env::current_exe().ok().and_then(|program| program.canonicalize().ok());
        let beside = own.map(|program| program.with_file_name(name)).filter(|program| program.is_file());
        beside.or_else(|| program_on_path(name)).unwrap_or_else(|| PathBuf::from(name))
    }
}

/// Takes what the supervisor tells.
fn teller(weak: Weak<Workspace>, id: String, state: Arc<State>, log: Arc<Log>) -> impl Fn(Said) + Send + Sync + 'static {
    move |said| match said {
        Said::Started { .. } => {}
        Said::Line { source, text } => {
            let port = answering::printed_port(&text);
            let source = if source == lectern_supervise::Source::Out { Source::Out } else { Source::Err };
            log.push(source, &text);
            state.note(|known| {
                known.lines += 1;
                known.said_at = Instant::now();
                if let Some(port) = port.filter(|port| !known.printed.contains(port)) {
                    known.printed.push(port);
                    known.printed_at = Some(Instant::now());
                }
            });
        }
        Said::Listening(addresses) => state.note(|known| {
            known.said_at = Instant::now();
            known.listening_since = known.listening_since.or_else(|| (!addresses.is_empty()).then(Instant::now));
            known.listening = addresses;
        }),
        Said::Ended { code, signal } => {
            if let Some(workspace) = weak.upgrade().filter(|_| !state.is_stopping()) {
                workspace.dev_server_failed(&id, &state, ends::error(code, signal, &log));
            }
        }
    }
}

/// A port that nobody listens on at the moment.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn refused(error: &SuperviseError) -> Failure {
    Failure { hint: error.hint().map(str::to_owned), ..Failure::new(error.code(), error.to_string()) }
}
