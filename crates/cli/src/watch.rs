//! `lectern watch`: a line for each new version of a folder, until somebody ends it.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use lectern_workspace::{
    Watched, Workspace, WorkspaceOptions,
    view::{Failure, SyncOutcome, WatchKind, WatchState},
};
use serde_json::json;

use crate::{
    commands::{sync_json, sync_patiently, sync_text},
    output::Output,
    password,
};

/// As a shell says that an interrupt ended a program.
const INTERRUPTED: i32 = 130;

/// Something to print, or the end.
enum News {
    Watched(Watched),
    End,
}

/// Who ends it: a signal, the end of standard input, or nobody listening any more.
#[derive(Default)]
struct Ending {
    asked: AtomicBool,
    /// Set once there is something to end in order.
    workspace: OnceLock<Arc<Workspace>>,
}

impl Ending {
    fn ask(&self, news: &mpsc::Sender<News>) {
        self.asked.store(true, Ordering::Relaxed);
        let Some(workspace) = self.workspace.get() else { process::exit(INTERRUPTED) };
        workspace.cancel_syncs();
        let _ = news.send(News::End);
    }
}

/// Watches the folder at `path`: its sync first, then each new version. Returns when it was ended.
pub fn run(path: &Path, data_dir: Option<PathBuf>, profile: Option<&str>, output: &Output) -> Result<(), Failure> {
    let (sender, news) = mpsc::channel();
    let ending = Arc::new(Ending::default());
    // Before there is another thread that a signal could go to.
    listen_for_signals(&ending, &sender)?;
    let workspace = Workspace::open(WorkspaceOptions { data_dir, ..WorkspaceOptions::default() })?;
    workspace.sign_in_headless(profile, password::ask)?;
    let _ = ending.workspace.set(Arc::clone(&workspace));
    listen_for_the_end_of_input(&ending, &sender);
    let (project_id, first) = match sync_patiently(&workspace, path, &ending.asked, output) {
        Err(_) if ending.asked.load(Ordering::Relaxed) => return finish(output),
        first => first?,
    };
    if !print(output, &sync_json(&project_id, &first).to_string(), &sync_text(&first))? {
        return Ok(());
    }
    workspace.watch_path(path, move |watched| drop(sender.send(News::Watched(watched))))?;
    let mut told = first.version;
    for piece in news {
        match piece {
            News::End => break,
            News::Watched(Watched::Version(outcome)) if outcome.version > told => {
                told = outcome.version;
                if !print_version(output, &project_id, &outcome)? {
                    break;
                }
            }
            News::Watched(Watched::Version(_)) => {}
            News::Watched(Watched::Failed(failure)) => eprintln!("lectern: {}", with_hint(&failure)),
            News::Watched(Watched::State(state)) => tell_state(path, &state, output),
        }
    }
    workspace.stop_watching();
    finish(output)
}

fn print_version(output: &Output, project_id: &str, outcome: &SyncOutcome) -> Result<bool, Failure> {
    for warning in &outcome.warnings {
        eprintln!("lectern: {warning}");
    }
    print(output, &sync_json(project_id, outcome).to_string(), &sync_text(outcome))
}

/// Says whether anybody still reads.
fn print(output: &Output, json: &str, text: &str) -> Result<bool, Failure> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{}", if output.is_json() { json } else { text }).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::new("OUTPUT", format!("the result could not be written: {error}"))),
    }
}

fn finish(output: &Output) -> Result<(), Failure> {
    print(output, &json!({ "done": true }).to_string(), "Stopped watching.").map(drop)
}

fn tell_state(path: &Path, state: &WatchState, output: &Output) {
    match (&state.failure, state.kind) {
        (Some(failure), _) => eprintln!("lectern: {}", with_hint(failure)),
        (None, WatchKind::Watching) if !output.is_json() => {
            let folders = if state.directories == 1 { "1 folder".to_owned() } else { format!("{} folders", state.directories) };
            eprintln!("Watching {} ({folders}). Ctrl+C ends it.", path.display());
        }
        _ => {}
    }
}

fn with_hint(failure: &Failure) -> String {
    failure.hint.as_ref().map_or_else(|| failure.message.clone(), |hint| format!("{} {hint}", failure.message))
}

#[cfg(unix)]
fn listen_for_signals(ending: &Arc<Ending>, news: &mpsc::Sender<News>) -> Result<(), Failure> {
    use nix::sys::signal::{SigSet, Signal};
    let refused = |error: String| Failure::internal(format!("signals can't be listened for: {error}"));
    let signals = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]);
    // Threads that begin later inherit this; only the one that waits gets them.
    signals.thread_block().map_err(|error| refused(error.to_string()))?;
    let (ending, news) = (Arc::clone(ending), news.clone());
    let wait = move || {
        while signals.wait().is_ok() {
            if ending.asked.load(Ordering::Relaxed) {
                // Whoever asks twice doesn't want to wait.
                process::exit(INTERRUPTED);
            }
            ending.ask(&news);
        }
    };
    thread::Builder::new().name("signals".to_owned()).spawn(wait).map(drop).map_err(|error| refused(error.to_string()))
}

#[cfg(not(unix))]
fn listen_for_signals(_: &Arc<Ending>, _: &mpsc::Sender<News>) -> Result<(), Failure> {
    // The system ends the program; the sync it was in is closed by the next start.
    Ok(())
}

/// Whoever started this through a pipe ends it by closing the pipe. Anything else at the other end says nothing: a terminal would stop a
/// program in the background that reads from it, and `/dev/null` ends at once.
fn listen_for_the_end_of_input(ending: &Arc<Ending>, news: &mpsc::Sender<News>) {
    if !is_pipe() {
        return;
    }
    let (ending, news) = (Arc::clone(ending), news.clone());
    let wait = move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        ending.ask(&news);
    };
    // Without that thread a signal still ends it.
    let _ = thread::Builder::new().name("input".to_owned()).spawn(wait);
}

#[cfg(unix)]
fn is_pipe() -> bool {
    use nix::sys::stat::{SFlag, fstat};
    fstat(io::stdin()).is_ok_and(|stat| {
        let kind = SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT;
        kind == SFlag::S_IFIFO || kind == SFlag::S_IFSOCK
    })
}

#[cfg(not(unix))]
fn is_pipe() -> bool {
    use std::io::IsTerminal;
    !io::stdin().is_terminal()
}
