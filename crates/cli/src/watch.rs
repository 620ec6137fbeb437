//! `lectern watch`: a line for each new version of a folder, until somebody ends it.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering, mpsc},
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
    signals::{Ending, Terminal},
};

/// Something to print, or the end.
enum News {
    Watched(Watched),
    End,
}

/// Watches the folder at `path`: its sync first, then each new version. Returns when it was ended.
pub fn run(path: &Path, data_dir: Option<PathBuf>, profile: Option<&str>, output: &Output) -> Result<(), Failure> {
    let (sender, news) = mpsc::channel();
    let ends = sender.clone();
    let ending = Ending::listen(Terminal::LeftToTheSystem, move || drop(ends.send(News::End)))?;
    let workspace = Workspace::open(WorkspaceOptions { data_dir, ..WorkspaceOptions::default() })?;
    workspace.sign_in_headless(profile, password::ask)?;
    ending.in_order(&workspace);
    listen_for_the_end_of_input(&ending);
    let (project_id, first) = match sync_patiently(&workspace, path, ending.asked(), output) {
        Err(_) if ending.asked().load(Ordering::Relaxed) => return finish(output),
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

/// Whoever started this through a pipe ends it by closing the pipe. Anything else at the other end says nothing: a terminal would stop a
/// program in the background that reads from it, and `/dev/null` ends at once.
fn listen_for_the_end_of_input(ending: &Arc<Ending>) {
    if !is_pipe() {
        return;
    }
    let ending = Arc::clone(ending);
    let wait = move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        ending.ask();
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
