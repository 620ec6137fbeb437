//! `lectern preview`: shows a folder, a version or a dev server until somebody ends it.

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Arc, atomic::Ordering, mpsc},
    thread,
    time::Duration,
};

use lectern_workspace::{
    Events, Workspace, WorkspaceOptions,
    view::{
        Failure, LinkUse, LogSource, Preview, PreviewKind, PreviewRequest, PreviewSaid, PreviewStatus, SessionState, SyncProgress, Trust,
    },
};
use serde_json::json;

use crate::{
    arguments::version_number,
    commands::sync_patiently,
    output::Output,
    password,
    signals::{Ending, Terminal},
};

/// Ends are told; this is for those that were not.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What `preview` is given.
#[derive(Debug, clap::Args)]
pub struct PreviewArguments {
    /// The folder
    pub path: PathBuf,
    /// The version [default: the folder as it is]
    #[arg(long, value_name = "N", value_parser = version_number)]
    pub version: Option<u32>,
    /// Run this command in the folder and show what it serves; naming it allows it for this time. It is no shell's: a program and its arguments
    #[arg(long, value_name = "COMMAND", conflicts_with = "version")]
    pub command: Option<String>,
    /// The folder in it to serve, or to run the command in [default: all of it]
    #[arg(long, value_name = "FOLDER", default_value = "")]
    pub folder: String,
    /// The port to listen on [default: a free one]
    #[arg(long, value_name = "P", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Open it in the browser
    #[arg(long)]
    pub open: bool,
}

/// Something to print, or the end.
enum News {
    Changed(Box<Preview>),
    Said(PreviewSaid),
    End,
}

/// Hears what happens to previews.
struct Listener(mpsc::Sender<News>);

impl Events for Listener {
    fn session_changed(&self, _: SessionState) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn projects_changed(&self) {}
    fn preview_changed(&self, preview: Preview) {
        let _ = self.0.send(News::Changed(Box::new(preview)));
    }
    fn preview_said(&self, said: PreviewSaid) {
        let _ = self.0.send(News::Said(said));
    }
}

/// Shows what was asked for. Returns when it was ended: fine when somebody ended it or its time was up, a failure when it failed.
pub fn run(wanted: &PreviewArguments, data_dir: Option<PathBuf>, profile: Option<&str>, output: &Output) -> Result<(), Failure> {
    let (sender, news) = mpsc::channel();
    let ends = sender.clone();
    let ending = Ending::listen(Terminal::Ends, move || drop(ends.send(News::End)))?;
    let events = Arc::new(Listener(sender));
    let workspace = Workspace::open(WorkspaceOptions { data_dir, events, ..WorkspaceOptions::default() })?;
    workspace.sign_in_headless(profile, password::ask)?;
    ending.in_order(&workspace);
    let shown = show(&workspace, wanted, &ending, &news, output);
    // Whatever happened: nothing of it answers or runs after this.
    workspace.end_previews();
    shown
}

fn show(
    workspace: &Arc<Workspace>,
    wanted: &PreviewArguments,
    ending: &Ending,
    news: &mpsc::Receiver<News>,
    output: &Output,
) -> Result<(), Failure> {
    let request = request(wanted)?;
    // A folder that is no project yet becomes one, as with sync.
    if workspace.versions_at(&wanted.path).map_or(true, |versions| versions.is_empty()) {
        match sync_patiently(workspace, &wanted.path, ending.asked(), output) {
            Err(_) if ending.asked().load(Ordering::Relaxed) => return finish(output, "STOPPED"),
            synced => synced?,
        };
    }
    let begun = workspace.start_preview_at(&wanted.path, &request, Some(Trust::Once), wanted.port)?;
    let id = begun.id.clone();
    let mut is_told = false;
    if begun.status == PreviewStatus::Ready {
        tell(workspace, &begun, wanted, output)?;
        is_told = true;
    }
    loop {
        match news.recv_timeout(LOOK_EVERY) {
            Ok(News::End) => return finish(output, "STOPPED"),
            Ok(News::Said(said)) if said.id == id && !output.is_json() => print_log(&said),
            Ok(News::Said(_)) => continue,
            Ok(News::Changed(changed)) if changed.id != id => continue,
            Ok(News::Changed(_)) | Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return finish(output, "STOPPED"),
        }
        let preview = workspace.preview(&id)?;
        match preview.status {
            PreviewStatus::Ready if !is_told => {
                tell(workspace, &preview, wanted, output)?;
                is_told = true;
            }
            PreviewStatus::Expired => return ended(&preview, is_told, output),
            _ => {}
        }
    }
}

fn request(wanted: &PreviewArguments) -> Result<PreviewRequest, Failure> {
    let folder = wanted.folder.trim_end_matches('/').to_owned();
    let Some(command) = &wanted.command else {
        return Ok(PreviewRequest::Static { version: wanted.version, folder, falls_back: false });
    };
    let argv = lectern_workspace::split_command(command)?;
    Ok(PreviewRequest::DevServer { argv, folder })
}

/// The first line: where it is.
fn tell(workspace: &Workspace, preview: &Preview, wanted: &PreviewArguments, output: &Output) -> Result<(), Failure> {
    let url = workspace.preview_link(&preview.id, LinkUse::Copy)?;
    let json = json!({ "session_id": preview.id, "status": "READY", "url": url, "expires_at": preview.expires_at });
    let what = match (preview.kind, &preview.command) {
        (PreviewKind::DevServer, Some(command)) => command.clone(),
        _ => preview.title.clone(),
    };
    print(output, &json.to_string(), &format!("{what}: {url}"))?;
    if !output.is_json() {
        eprintln!("The link opens once, within ten minutes. The preview lasts until {}. Ctrl+C ends it.", preview.expires_at);
    }
    if wanted.open {
        open_in_browser(&workspace.preview_link(&preview.id, LinkUse::Open)?);
    }
    Ok(())
}

fn print_log(said: &PreviewSaid) {
    for line in &said.page.lines {
        let mark = if line.source == LogSource::Lectern { "lectern: " } else { "" };
        eprintln!("{mark}{}", line.text);
    }
}

fn ended(preview: &Preview, was_ready: bool, output: &Output) -> Result<(), Failure> {
    let reason = preview.ended_reason.map_or("STOPPED", |reason| match reason {
        lectern_workspace::view::EndedReason::Stopped => "STOPPED",
        lectern_workspace::view::EndedReason::TimedOut => "TIMED_OUT",
        lectern_workspace::view::EndedReason::Failed => "FAILED",
        lectern_workspace::view::EndedReason::Crashed => "CRASHED",
    });
    match (&preview.error, was_ready) {
        (Some(error), false) => Err(Failure::new("PREVIEW_FAILED", error)),
        (Some(error), true) => {
            eprintln!("lectern: {error}");
            finish(output, reason)?;
            Err(Failure::new("PREVIEW_FAILED", error))
        }
        (None, _) => finish(output, reason),
    }
}

/// Says whether anybody still reads: a reader that went away has what it wanted, and the preview goes on.
fn print(output: &Output, json: &str, text: &str) -> Result<(), Failure> {
    output.stream(|out| writeln!(out, "{}", if output.is_json() { json } else { text }))
}

fn finish(output: &Output, reason: &str) -> Result<(), Failure> {
    print(output, &json!({ "done": true, "ended_reason": reason }).to_string(), "The preview has ended.")
}

fn open_in_browser(link: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let spawned = Command::new(program).arg(link).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    match spawned {
        Ok(mut child) => drop(thread::Builder::new().name("browser".to_owned()).spawn(move || child.wait())),
        Err(error) => eprintln!("lectern: no browser could be opened ({program}: {error}). Open the link yourself."),
    }
}
