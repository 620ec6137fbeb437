//! A workspace with a project that can be previewed, and what a browser gets of it.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_store::{ManualClock, Timestamp};
use lectern_workspace::{
    Events, Workspace, WorkspaceOptions,
    view::{Failure, LinkUse, Preview, PreviewRequest, PreviewSaid, PreviewStatus, SessionState, SyncProgress, Trust},
};
use rusqlite::Connection;

pub const EMAIL: &str = "ada@example.org";
pub const PASSWORD: &str = "ferry lantern sycamore";
pub const DEADLINE: Duration = Duration::from_secs(30);
pub const HOUR: i64 = 60 * 60 * 1000;
/// The folder as it is.
pub const FOLDER: PreviewRequest = PreviewRequest::Static { version: None, folder: String::new(), falls_back: false };
/// Serves words on the port that it is told, and says where.
pub const SERVER: &str = r#"
import http.server, os, sys
class Words(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/crash":
            print("Error: Cannot find module 'left-pad'", flush=True)
            os._exit(3)
        body = b"<p>served by the project"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
port = int(sys.argv[1]) if len(sys.argv) > 1 else int(os.environ["PORT"])
print("API_TOKEN=abcdef0123456789", flush=True)
print(f"listening on http://localhost:{port}/", flush=True)
http.server.HTTPServer(("127.0.0.1", port), Words).serve_forever()
"#;

#[derive(Default)]
pub struct Heard {
    pub said: Mutex<Vec<PreviewSaid>>,
}

impl Events for Heard {
    fn session_changed(&self, _: SessionState) {}
    fn projects_changed(&self) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn preview_said(&self, said: PreviewSaid) {
        self.said.lock().expect("no panic").push(said);
    }
}

pub struct Fixture {
    /// Before the folder it lives in.
    pub workspace: Arc<Workspace>,
    pub dir: tempfile::TempDir,
    pub clock: ManualClock,
    pub heard: Arc<Heard>,
    pub id: String,
    pub root: PathBuf,
}

/// Opens the data folder in `dir`, which may be open already: then this is another Lectern.
pub fn open(dir: &Path, clock: &ManualClock, heard: &Arc<Heard>) -> Arc<Workspace> {
    let workspace = Workspace::open(WorkspaceOptions {
        data_dir: Some(dir.join("data")),
        resume_session: true,
        keychain: Arc::new(MemoryKeychain::default()),
        password_cost: PasswordCost::Floor,
        events: Arc::clone(heard) as Arc<dyn Events>,
        clock: Arc::new(clock.clone()),
        ..WorkspaceOptions::default()
    })
    .expect("a workspace");
    let test = std::env::current_exe().expect("this test");
    workspace.supervise_with(&test.parent().and_then(Path::parent).expect("the build's folder").join("examples/preview_supervisor"));
    workspace
}

/// A project with a page of these words, a style sheet and a server, synced once.
pub fn fixture(index: &str) -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("in range"));
    let heard = Arc::new(Heard::default());
    let workspace = open(dir.path(), &clock, &heard);
    workspace.create_profile(EMAIL, "", PASSWORD.to_owned(), false).expect("a profile");
    let root = dir.path().join("ferry");
    fs::create_dir(&root).expect("a folder");
    fs::write(root.join("index.html"), index).expect("a page");
    fs::write(root.join("site.css"), "p { color: red }").expect("a style sheet");
    fs::write(root.join("server.py"), SERVER).expect("a server");
    let id = workspace.sync_path(&root, &|_| {}).expect("a sync").0;
    Fixture { workspace, dir, clock, heard, id, root }
}

pub fn version(version: u32) -> PreviewRequest {
    PreviewRequest::Static { version: Some(version), folder: String::new(), falls_back: false }
}

pub fn command(words: &[&str]) -> PreviewRequest {
    PreviewRequest::DevServer { argv: words.iter().map(|word| (*word).to_owned()).collect(), folder: String::new() }
}

pub fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.expect_err("a refusal").code
}

/// Waits until something holds.
#[track_caller]
pub fn wait(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < DEADLINE, "{what}: never");
        std::thread::sleep(Duration::from_millis(10));
    }
}

impl Fixture {
    pub fn start(&self, request: &PreviewRequest) -> Preview {
        self.workspace.start_preview(&self.id, request, None).expect("a preview")
    }

    /// Runs a command that is allowed this once.
    pub fn run(&self, words: &[&str]) -> Preview {
        self.workspace.start_preview(&self.id, &command(words), Some(Trust::Once)).expect("a preview")
    }

    /// Runs a command until it answers.
    pub fn ready(&self, words: &[&str]) -> Preview {
        let preview = self.run(words);
        assert_eq!((preview.status, preview.url.as_deref()), (PreviewStatus::Pending, None));
        self.until(&preview, |preview| preview.status == PreviewStatus::Ready)
    }

    pub fn link(&self, preview: &Preview) -> String {
        self.workspace.preview_link(&preview.id, LinkUse::Open).expect("a link")
    }

    pub fn enter(&self, preview: &Preview) -> String {
        enter(&self.link(preview))
    }

    pub fn database(&self) -> Connection {
        Connection::open(self.dir.path().join("data/lectern.db")).expect("the database")
    }

    pub fn stages(&self, preview: &Preview) -> Vec<String> {
        let connection = self.database();
        let mut statement = connection
            .prepare("SELECT stage FROM preview_cleanup_events WHERE preview_session_id = ?1 ORDER BY created_at, id")
            .expect("SQL");
        let stages = statement.query_map([&preview.id], |row| row.get(0)).expect("rows");
        stages.collect::<Result<_, _>>().expect("stages")
    }

    pub fn notified(&self) -> Vec<String> {
        let connection = self.database();
        let mut statement = connection.prepare("SELECT type FROM notifications ORDER BY id").expect("SQL");
        let types = statement.query_map([], |row| row.get(0)).expect("rows");
        types.collect::<Result<_, _>>().expect("types")
    }

    /// Waits until a preview is so.
    #[track_caller]
    pub fn until(&self, preview: &Preview, is: impl Fn(&Preview) -> bool) -> Preview {
        let began = Instant::now();
        loop {
            let now = self.workspace.preview(&preview.id).expect("a preview");
            if is(&now) {
                return now;
            }
            assert!(began.elapsed() < DEADLINE, "it never came to that: {now:?}\n{:?}", self.lines(preview));
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[track_caller]
    pub fn until_ended(&self, preview: &Preview) -> Preview {
        self.until(preview, |preview| preview.status == PreviewStatus::Expired)
    }

    pub fn lines(&self, preview: &Preview) -> Vec<String> {
        let log = self.workspace.preview_log(&preview.id, 0);
        log.map(|log| log.lines.into_iter().map(|line| line.text).collect()).unwrap_or_default()
    }
}

/// What a browser gets: status, cookies, body. None where nobody answers.
pub fn get(url: &str, cookie: Option<&str>) -> Option<(u16, String, String)> {
    let rest = url.strip_prefix("http://").expect("http");
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
    let cookie = cookie.map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n{cookie}Connection: close\r\n\r\n").ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let cookies = head.lines().filter_map(|line| line.split_once(": ")).filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let cookies: Vec<_> = cookies.filter_map(|(_, value)| value.split(';').next()).collect();
    Some((head.split_whitespace().nth(1)?.parse().ok()?, cookies.join("; "), body.to_owned()))
}

/// Exchanges a link; the cookies that open the preview from then on.
pub fn enter(link: &str) -> String {
    let (status, cookies, _) = get(link, None).expect("an answer");
    assert_eq!(status, 303, "a ticket is exchanged");
    cookies
}

pub fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}
