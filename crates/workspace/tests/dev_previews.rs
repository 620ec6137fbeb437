//! What previews of dev servers promise: nothing runs that was not granted, what runs is found, and nothing of it outlives its preview.
#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use lectern_accounts::{MemoryKeychain, PasswordCost};
use lectern_workspace::{
    Events, Workspace, WorkspaceOptions,
    view::{
        EndedReason, Failure, LinkUse, Preview, PreviewKind, PreviewRequest, PreviewSaid, PreviewStatus, SessionState, SyncProgress, Trust,
    },
};

const PASSWORD: &str = "ferry lantern sycamore";
const DEADLINE: Duration = Duration::from_secs(30);
/// Serves words on the port that it is told, and says where.
const SERVER: &str = r#"
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
struct Heard {
    said: Mutex<Vec<PreviewSaid>>,
}

impl Events for Heard {
    fn session_changed(&self, _: SessionState) {}
    fn projects_changed(&self) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn preview_said(&self, said: PreviewSaid) {
        self.said.lock().expect("no panic").push(said);
    }
}

struct Fixture {
    /// Before the folder it lives in.
    workspace: Arc<Workspace>,
    heard: Arc<Heard>,
    dir: tempfile::TempDir,
    id: String,
    root: PathBuf,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let heard = Arc::new(Heard::default());
    let workspace = Workspace::open(WorkspaceOptions {
        data_dir: Some(dir.path().join("data")),
        keychain: Arc::new(MemoryKeychain::default()),
        password_cost: PasswordCost::Floor,
        events: Arc::clone(&heard) as Arc<dyn Events>,
        ..WorkspaceOptions::default()
    })
    .expect("a workspace");
    let test = std::env::current_exe().expect("this test");
    workspace.supervise_with(&test.parent().and_then(Path::parent).expect("the build's folder").join("examples/preview_supervisor"));
    workspace.create_profile("ada@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    let root = dir.path().join("ferry");
    fs::create_dir(&root).expect("a folder");
    fs::write(root.join("server.py"), SERVER).expect("a server");
    let id = workspace.sync_path(&root, &|_| {}).expect("a sync").0;
    Fixture { workspace, heard, dir, id, root }
}

fn command(words: &[&str]) -> PreviewRequest {
    PreviewRequest::DevServer { argv: words.iter().map(|word| (*word).to_owned()).collect(), folder: String::new() }
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.expect_err("a refusal").code
}

fn get(url: &str, cookie: Option<&str>) -> Option<(u16, String, String)> {
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

impl Fixture {
    fn start(&self, words: &[&str]) -> Preview {
        self.workspace.start_preview(&self.id, &command(words), Some(Trust::Once)).expect("a preview")
    }

    fn until(&self, preview: &Preview, status: PreviewStatus) -> Preview {
        let began = Instant::now();
        loop {
            let now = self.workspace.preview(&preview.id).expect("a preview");
            if now.status == status {
                return now;
            }
            let log = self.workspace.preview_log(&preview.id, 0);
            assert!(began.elapsed() < DEADLINE, "it never came to that: {now:?}\n{log:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn ready(&self, words: &[&str]) -> Preview {
        let preview = self.start(words);
        assert_eq!((preview.status, preview.kind, preview.url.as_deref()), (PreviewStatus::Pending, PreviewKind::DevServer, None));
        self.until(&preview, PreviewStatus::Ready)
    }

    fn enter(&self, preview: &Preview) -> String {
        let link = self.workspace.preview_link(&preview.id, LinkUse::Open).expect("a link");
        get(&link, None).expect("an answer").1
    }

    fn lines(&self, preview: &Preview) -> Vec<String> {
        self.workspace.preview_log(&preview.id, 0).expect("a log").lines.into_iter().map(|line| line.text).collect()
    }

    fn notified(&self) -> Vec<String> {
        let connection = rusqlite::Connection::open(self.dir.path().join("data/lectern.db")).expect("the database");
        let mut statement = connection.prepare("SELECT type FROM notifications ORDER BY id").expect("SQL");
        let types = statement.query_map([], |row| row.get(0)).expect("rows");
        types.collect::<Result<_, _>>().expect("types")
    }
}

fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[test]
fn nothing_runs_that_was_not_granted_and_a_grant_holds_while_its_files_stay() {
    let f = fixture();
    fs::write(f.root.join("make.py"), "open('ran', 'w')").expect("a program");
    let request = command(&["python3", "make.py"]);
    assert_eq!(code(f.workspace.start_preview(&f.id, &request, None)), "NOT_TRUSTED");
    assert!(!f.root.join("ran").exists() && f.workspace.previews(&f.id).expect("a list").is_empty());
    let server = command(&["python3", "server.py"]);
    let first = f.workspace.start_preview(&f.id, &server, Some(Trust::Remembered)).expect("a preview");
    assert_eq!(f.workspace.trusted_commands().expect("commands").len(), 1);
    f.workspace.stop_preview(&first.id).expect("it ran");
    let again = f.workspace.start_preview(&f.id, &server, None).expect("it was granted");
    f.workspace.stop_preview(&again.id).expect("it ran");
    let other = command(&["python3", "server.py", "--host"]);
    assert_eq!(code(f.workspace.start_preview(&f.id, &other, None)), "NOT_TRUSTED", "another command");
    fs::write(f.root.join("server.py"), format!("{SERVER}\n# edited")).expect("an edit");
    assert_eq!(code(f.workspace.start_preview(&f.id, &server, None)), "NOT_TRUSTED", "what it runs was edited");
    fs::write(f.root.join("server.py"), SERVER).expect("put back");
    let third = f.workspace.start_preview(&f.id, &server, None).expect("as it was granted");
    f.workspace.stop_preview(&third.id).expect("it ran");
    fs::write(f.root.join("package-lock.json"), "{}").expect("a lock file");
    assert_eq!(code(f.workspace.restart_preview(&third.id, None)), "NOT_TRUSTED", "a lock file came");
    fs::remove_file(f.root.join("package-lock.json")).expect("removed");
    let grant = f.workspace.trusted_commands().expect("commands").remove(0);
    assert_eq!((grant.shown.as_str(), grant.project_id.as_str()), ("python3 server.py", f.id.as_str()));
    f.workspace.forget_trusted_command(&grant.id).expect("taken back");
    assert_eq!(code(f.workspace.start_preview(&f.id, &server, None)), "NOT_TRUSTED");
    assert_eq!(code(f.workspace.forget_trusted_command(&grant.id)), "UNKNOWN_GRANT");
}

#[test]
fn a_dev_server_is_shown_behind_the_gate_once_it_answers_and_its_log_is_told_without_secrets() {
    let f = fixture();
    let preview = f.ready(&["python3", "server.py"]);
    let url = preview.url.clone().expect("a url");
    assert!(get(&format!("{url}/"), None).expect("an answer").0 >= 400, "not without a ticket");
    let cookie = f.enter(&preview);
    assert_eq!(get(&format!("{url}/"), Some(&cookie)).expect("an answer").2, "<p>served by the project");
    assert_eq!(preview.command.as_deref(), Some("python3 server.py"));
    let own = preview.own_port.expect("a port of its own");
    let lines = f.lines(&preview);
    assert_eq!(lines[0], "$ python3 server.py");
    assert!(lines.contains(&"API_TOKEN=••••".to_owned()), "{lines:?}");
    assert!(lines.contains(&format!("answers on port {own}")), "{lines:?}");
    let on_disk = fs::read_to_string(f.dir.path().join("data/previews").join(&preview.id).join("log")).expect("a log");
    assert!(!on_disk.contains("abcdef0123456789"), "nor on the disk");
    assert_eq!(f.notified(), ["PREVIEW_READY"]);
    assert_eq!(f.start(&["python3", "server.py"]).id, preview.id, "the same again");
    let stopped = f.workspace.stop_preview(&preview.id).expect("it ran");
    assert_eq!((stopped.status, stopped.ended_reason, stopped.error), (PreviewStatus::Expired, Some(EndedReason::Stopped), None));
    assert!(!listens(own) && !listens(preview.port.expect("a port")), "nobody listens on either port");
    assert_eq!(f.lines(&preview)[0], "$ python3 server.py", "the log can be read afterwards");
    let said = f.heard.said.lock().expect("no panic");
    assert!(said.iter().any(|said| said.page.lines.iter().any(|line| line.text == "API_TOKEN=••••")), "live lines are told");
}

#[test]
fn a_server_on_a_port_of_its_own_choice_is_found() {
    let f = fixture();
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let preview = f.ready(&["python3", "server.py", &free.to_string()]);
    assert_eq!(preview.own_port, Some(free));
}

#[test]
fn one_that_ends_before_it_answers_failed_and_one_that_ends_later_crashed() {
    let f = fixture();
    fs::write(f.root.join("broken.py"), "import sys; print(\"Error: Cannot find module 'vite'\"); sys.exit(1)").expect("a program");
    let failed = f.until(&f.start(&["python3", "broken.py"]), PreviewStatus::Expired);
    assert_eq!(failed.ended_reason, Some(EndedReason::Failed));
    let error = failed.error.clone().expect("why");
    assert!(error.contains("exit code 1") && error.contains("Cannot find module") && error.contains("install"), "{error}");
    let preview = f.ready(&["python3", "server.py"]);
    let cookie = f.enter(&preview);
    let _ = get(&format!("{}/crash", preview.url.as_ref().expect("a url")), Some(&cookie));
    let crashed = f.until(&preview, PreviewStatus::Expired);
    assert_eq!(crashed.ended_reason, Some(EndedReason::Crashed));
    assert!(crashed.error.expect("why").contains("exit code 3"));
    assert!(!listens(preview.port.expect("a port")));
    assert_eq!(f.notified(), ["PREVIEW_FAILED", "PREVIEW_READY", "PREVIEW_FAILED"]);
    let again = f.workspace.restart_preview(&preview.id, Some(Trust::Once)).expect("started over");
    f.until(&again, PreviewStatus::Ready);
}

#[test]
fn a_program_that_is_not_there_is_told_before_anything_begins() {
    let f = fixture();
    assert_eq!(code(f.workspace.start_preview(&f.id, &command(&["no-such-program-x"]), Some(Trust::Once))), "PROGRAM_MISSING");
    assert_eq!(code(f.workspace.start_preview(&f.id, &command(&[]), Some(Trust::Once))), "BAD_COMMAND");
    assert_eq!(f.workspace.previews(&f.id).expect("a list"), []);
    let outside = PreviewRequest::DevServer { argv: vec!["python3".to_owned()], folder: "../..".to_owned() };
    assert_eq!(code(f.workspace.start_preview(&f.id, &outside, Some(Trust::Once))), "OUTSIDE_PROJECT");
}

#[test]
fn what_a_preview_started_ends_with_the_sign_out() {
    let f = fixture();
    fs::write(
        f.root.join("family.py"),
        "import subprocess, sys, os\nsubprocess.Popen(['sleep', '4321'], start_new_session=True)\nexec(open('server.py').read())",
    )
    .expect("a program");
    let preview = f.ready(&["python3", "family.py"]);
    f.workspace.sign_out().expect("signed out");
    assert!(!listens(preview.own_port.expect("a port")));
    let left = std::process::Command::new("pgrep").args(["-fx", "sleep 4321"]).output().expect("pgrep");
    assert!(left.stdout.is_empty(), "a child in a session of its own is gone too");
}

#[test]
fn what_could_be_started_is_offered_with_whether_it_may() {
    let f = fixture();
    fs::write(f.root.join("package.json"), r#"{"scripts":{"dev":"vite"},"devDependencies":{"vite":"5"}}"#).expect("a manifest");
    f.workspace.sync_path(&f.root, &|_| {}).expect("a sync");
    let choices = f.workspace.preview_choices(&f.id, None).expect("choices");
    let command = choices.commands.iter().find(|command| command.framework == "Vite").expect("the command of the script");
    assert!(!command.trusted && command.reason.contains("vite"), "{command:?}");
    assert!(f.workspace.preview_choices(&f.id, Some(2)).expect("choices").commands.is_empty(), "a version is never run");
}
