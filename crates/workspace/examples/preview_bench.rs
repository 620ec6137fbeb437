//! How long it takes until a preview is ready, as `cargo xtask bench preview` needs it; every command prints one JSON object, times in milliseconds.
//!
//! `files FOLDER ROUNDS`: from asking for a preview to its first page, rows and all; the folder may be of any size and is not written to.
//! `server ROUNDS`: how much later than a dev server itself is ready its preview is.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_workspace::{
    Events, Workspace, WorkspaceOptions,
    view::{Failure, LinkUse, Preview, PreviewRequest, PreviewStatus, SessionState, SyncProgress, Trust},
};
use serde_json::{Value, json};

/// Says when it is about to answer its first request.
const SERVER: &str = r#"
import http.server, os, time
server = http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), http.server.SimpleHTTPRequestHandler)
print("listening", flush=True)
with open("began", "w") as file: file.write(str(time.time_ns()))
server.serve_forever()
"#;
const PATIENCE: Duration = Duration::from_secs(30);

/// Hears when previews become ready.
struct Ready(Mutex<mpsc::Sender<(String, Duration)>>);

impl Events for Ready {
    fn session_changed(&self, _: SessionState) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn projects_changed(&self) {}
    fn preview_changed(&self, preview: Preview) {
        if preview.status == PreviewStatus::Ready {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let _ = self.0.lock().unwrap_or_else(PoisonError::into_inner).send((preview.id, now));
        }
    }
}

/// A workspace in a folder of its own, which is gone when this is dropped.
struct Bench {
    /// Before the folder it lives in.
    workspace: Arc<Workspace>,
    ready: mpsc::Receiver<(String, Duration)>,
    dir: tempfile::TempDir,
}

fn main() -> Result<(), Failure> {
    let usage = || Failure::new("USAGE", "preview_bench files FOLDER ROUNDS | server ROUNDS");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rounds = |text: &str| text.parse::<usize>().ok().filter(|rounds| *rounds > 0).ok_or_else(usage);
    let told = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["files", folder, times] => Bench::new()?.files(&PathBuf::from(folder), rounds(times)?)?,
        ["server", times] => Bench::new()?.server(rounds(times)?)?,
        _ => return Err(usage()),
    };
    println!("{told}");
    Ok(())
}

impl Bench {
    fn new() -> Result<Self, Failure> {
        let dir = tempfile::tempdir().map_err(failed)?;
        let (sender, ready) = mpsc::channel();
        let workspace = Workspace::open(WorkspaceOptions {
            data_dir: Some(dir.path().join("data")),
            resume_session: true,
            keychain: Arc::new(MemoryKeychain::default()),
            password_cost: PasswordCost::Floor,
            events: Arc::new(Ready(Mutex::new(sender))),
            ..WorkspaceOptions::default()
        })?;
        workspace.sign_in_headless(None, |_| None)?;
        let own = std::env::current_exe().map_err(failed)?;
        workspace.supervise_with(&own.with_file_name("preview_supervisor"));
        Ok(Self { workspace, ready, dir })
    }

    fn files(&self, folder: &Path, rounds: usize) -> Result<Value, Failure> {
        let (project, synced) = self.workspace.sync_path(folder, &|_| {})?;
        let time = |version: Option<u32>| -> Result<Value, Failure> {
            let request = PreviewRequest::Static { version, folder: String::new(), falls_back: false };
            let mut times = Vec::new();
            for _ in 0..rounds {
                let began = Instant::now();
                let preview = self.workspace.start_preview(&project, &request, None)?;
                let link = self.workspace.preview_link(&preview.id, LinkUse::Open)?;
                first_page(&link)?;
                times.push(began.elapsed());
                self.workspace.stop_preview(&preview.id)?;
            }
            Ok(spread(times))
        };
        Ok(json!({ "files": synced.files, "rounds": rounds, "version_ms": time(Some(synced.version))?, "folder_ms": time(None)? }))
    }

    fn server(&self, rounds: usize) -> Result<Value, Failure> {
        let site = self.dir.path().join("site");
        fs::create_dir(&site).map_err(failed)?;
        fs::write(site.join("server.py"), SERVER).map_err(failed)?;
        let (project, _) = self.workspace.sync_path(&site, &|_| {})?;
        let request = PreviewRequest::DevServer { argv: vec!["python3".to_owned(), "server.py".to_owned()], folder: String::new() };
        let (mut whole, mut beyond) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let began = Instant::now();
            let preview = self.workspace.start_preview(&project, &request, Some(Trust::Once))?;
            let ready = loop {
                let (id, at) = self.ready.recv_timeout(PATIENCE).map_err(failed)?;
                if id == preview.id {
                    break at;
                }
            };
            whole.push(began.elapsed());
            let told = fs::read_to_string(site.join("began")).map_err(failed)?;
            let answers = Duration::from_nanos(told.parse().map_err(failed)?);
            beyond.push(ready.saturating_sub(answers));
            self.workspace.stop_preview(&preview.id)?;
        }
        Ok(json!({ "rounds": rounds, "whole_ms": spread(whole), "beyond_ms": spread(beyond) }))
    }
}

/// Opens a link as a browser does: ticket, cookie, page.
fn first_page(link: &str) -> Result<(), Failure> {
    let wrong = || Failure::internal(format!("{link} leads to no page"));
    let rest = link.strip_prefix("http://").ok_or_else(wrong)?;
    let (host, path) = rest.split_once('/').ok_or_else(wrong)?;
    let entered = get(host, &format!("/{path}"), "")?;
    let cookies: Vec<&str> = entered.lines().filter_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next()).collect();
    let page = get(host, "/", &cookies.join("; "))?;
    if page.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(wrong()) }
}

fn get(host: &str, path: &str, cookies: &str) -> Result<String, Failure> {
    let mut stream = TcpStream::connect(host).map_err(failed)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n").map_err(failed)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).map_err(failed)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn spread(mut times: Vec<Duration>) -> Value {
    times.sort();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
    json!({ "median": at(50), "p95": at(95), "worst": at(100) })
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::internal(error.to_string())
}
