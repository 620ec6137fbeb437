//! What scripts may rely on when they show a project: one line when it is ready, a clean end, and nothing left even after a kill.
#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

const DEADLINE: Duration = Duration::from_secs(30);
const SERVER: &str = "import http.server, os\nprint('listening', flush=True)\n\
    http.server.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), http.server.SimpleHTTPRequestHandler).serve_forever()\n";

struct Fixture {
    dir: tempfile::TempDir,
}

struct Preview {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(dir.path().join("ferry")).expect("a folder");
        fs::write(dir.path().join("ferry/index.html"), "<p>first").expect("a page");
        fs::write(dir.path().join("ferry/server.py"), SERVER).expect("a server");
        Self { dir }
    }

    fn project(&self) -> PathBuf {
        self.dir.path().join("ferry")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lectern"));
        command
            .arg("--data-dir")
            .arg(self.dir.path().join("data"))
            .args(words)
            .arg(self.project())
            .env_remove("LECTERN_PASSWORD_FILE")
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
        command
    }

    fn preview(&self, words: &[&str]) -> Preview {
        self.preview_as(words, &[])
    }

    /// With further environment variables.
    fn preview_as(&self, words: &[&str], environment: &[(&str, &str)]) -> Preview {
        let mut child = self
            .command(&["--json", "preview"])
            .args(words)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("lectern runs");
        let (sender, lines) = mpsc::channel();
        let out = child.stdout.take().expect("a pipe");
        thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Preview { child, lines }
    }

    fn query(&self, sql: &str) -> Vec<String> {
        let program = "import sqlite3, sys\nfor r in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(*r)";
        let output = Command::new("python3").args(["-c", program]).arg(self.dir.path().join("data/lectern.db")).arg(sql).output();
        let output = output.expect("python3");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect()
    }

    fn change(&self, sql: &str) {
        let program = "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()";
        let status = Command::new("python3").args(["-c", program]).arg(self.dir.path().join("data/lectern.db")).arg(sql).status();
        assert!(status.expect("python3").success());
    }

    /// Any other command is a start too.
    fn start_again(&self) {
        assert!(self.command(&["versions"]).output().expect("lectern runs").status.success());
    }
}

impl Preview {
    fn json(&self) -> Value {
        serde_json::from_str(&self.lines.recv_timeout(DEADLINE).expect("a line")).expect("JSON")
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().expect("kill runs").success());
    }

    fn wait(&mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn get(url: &str, cookie: Option<&str>) -> Option<(u16, String, String)> {
    let (host, path) = url.strip_prefix("http://")?.split_once('/')?;
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
    let cookie = cookie.map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n{cookie}Connection: close\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let cookies = head.lines().filter_map(|line| line.split_once(": ")).filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let cookies: Vec<_> = cookies.filter_map(|(_, value)| value.split(';').next()).collect();
    Some((head.split_whitespace().nth(1)?.parse().ok()?, cookies.join("; "), body.to_owned()))
}

fn origin(ready: &Value) -> String {
    ready["url"].as_str().expect("a url").split("/.lectern").next().expect("an origin").to_owned()
}

fn show(ready: &Value) -> String {
    let (status, cookie, _) = get(ready["url"].as_str().expect("a url"), None).expect("an answer");
    assert_eq!(status, 303);
    get(&format!("{}/", origin(ready)), Some(&cookie)).expect("an answer").2
}

fn answers(origin: &str) -> bool {
    TcpStream::connect(origin.strip_prefix("http://").expect("http")).is_ok()
}

#[test]
fn the_first_line_says_where_it_is_and_an_interrupt_ends_it_cleanly() {
    let f = Fixture::new();
    for signal in ["-INT", "-TERM"] {
        let mut preview = f.preview(&[]);
        let ready = preview.json();
        let mut fields: Vec<&str> = ready.as_object().expect("an object").keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["expires_at", "session_id", "status", "url"]);
        assert_eq!(ready["status"], "READY");
        assert!(show(&ready).contains("<p>first"));
        preview.signal(signal);
        let last = preview.json();
        assert_eq!((&last["done"], &last["ended_reason"]), (&Value::from(true), &Value::from("STOPPED")));
        assert_eq!(preview.wait(), Some(0));
        assert!(!answers(&origin(&ready)));
    }
    assert_eq!(f.query("SELECT status, ended_reason FROM preview_sessions"), ["EXPIRED STOPPED"; 2]);
}

#[test]
fn a_version_and_a_port_can_be_chosen() {
    let f = Fixture::new();
    assert!(f.command(&["sync"]).output().expect("lectern runs").status.success());
    fs::write(f.project().join("index.html"), "<p>second").expect("an edit");
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let preview = f.preview(&["--version", "1", "--port", &free.to_string()]);
    let ready = preview.json();
    assert_eq!(origin(&ready), format!("http://127.0.0.1:{free}"));
    assert_eq!(show(&ready), "<p>first");
    let mut second = f.preview(&["--version", "1", "--port", &free.to_string()]);
    assert_eq!(second.json()["error"]["code"], "NO_PORT");
    assert_eq!(second.wait(), Some(1));
    let mut third = f.preview(&["--version", "7"]);
    assert_eq!(third.json()["error"]["code"], "UNKNOWN_VERSION");
    assert_eq!(third.wait(), Some(1));
}

#[test]
fn a_command_is_split_without_a_shell_and_what_it_started_ends_with_it() {
    let f = Fixture::new();
    let mut preview = f.preview(&["--command", "python3 'server.py'"]);
    let ready = preview.json();
    assert!(show(&ready).contains("<p>first"), "served by the project's own server");
    let own: u16 = f.query("SELECT own_port FROM preview_sessions WHERE status = 'READY'")[0].parse().expect("a port");
    preview.signal("-INT");
    assert_eq!(preview.json()["done"], true);
    assert_eq!(preview.wait(), Some(0));
    assert!(!answers(&format!("http://127.0.0.1:{own}")));
    let mut piped = f.preview(&["--command", "python3 server.py | cat"]);
    assert_eq!(piped.json()["error"]["code"], "BAD_COMMAND");
    assert_eq!(piped.wait(), Some(1));
    let mut broken = f.preview(&["--command", "python3 missing.py"]);
    assert_eq!(broken.json()["error"]["code"], "PREVIEW_FAILED");
    assert_eq!(broken.wait(), Some(1));
}

#[test]
fn after_a_kill_nothing_runs_or_listens_and_the_next_start_cleans_up_in_order() {
    let f = Fixture::new();
    let mut preview = f.preview(&["--command", "python3 server.py"]);
    let ready = preview.json();
    let id = ready["session_id"].as_str().expect("an id").to_owned();
    let own = f.query("SELECT own_port FROM preview_sessions")[0].clone();
    let log = f.dir.path().join("data/previews").join(&id).join("log");
    assert!(log.exists());
    preview.signal("-KILL");
    preview.wait();
    let killed = Instant::now();
    while answers(&format!("http://127.0.0.1:{own}")) || answers(&origin(&ready)) {
        assert!(killed.elapsed() < Duration::from_secs(5), "a port is held after the kill");
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(f.query("SELECT status FROM preview_sessions"), ["READY"], "nobody could say so");
    let stages = || f.query("SELECT stage FROM preview_cleanup_events ORDER BY created_at, id");
    f.start_again();
    assert_eq!(f.query("SELECT status, ended_reason FROM preview_sessions"), ["EXPIRED CRASHED"]);
    assert_eq!(stages(), ["EXPIRED"]);
    f.start_again();
    assert_eq!(stages(), ["EXPIRED"], "a second start adds nothing");
    // A day and ten minutes go by.
    f.change("UPDATE preview_sessions SET updated_at = '2020-01-01T00:00:00.000Z'");
    f.start_again();
    assert_eq!(stages(), ["EXPIRED", "SOFT_DELETED"]);
    assert!(log.exists(), "it could still be put back");
    f.change("UPDATE preview_sessions SET removed_at = '2020-01-01T00:00:00.000Z'");
    f.start_again();
    assert_eq!(stages(), ["EXPIRED", "SOFT_DELETED", "PURGED"]);
    assert!(!log.parent().expect("a folder").exists(), "no bytes are left");
    assert_eq!(f.query("SELECT count(*) FROM preview_sessions"), ["1"], "the row stays");
}

#[test]
fn a_preview_ends_when_its_time_is_up() {
    let f = Fixture::new();
    let mut preview = f.preview(&[]);
    let ready = preview.json();
    f.change("UPDATE preview_sessions SET expires_at = '2020-01-01T00:00:00.000Z'");
    let last = preview.json();
    assert_eq!((&last["done"], &last["ended_reason"]), (&Value::from(true), &Value::from("TIMED_OUT")));
    assert_eq!(preview.wait(), Some(0));
    assert!(!answers(&origin(&ready)));
}

#[test]
fn open_hands_a_link_of_its_own_to_the_browser() {
    use std::os::unix::fs::PermissionsExt;
    let f = Fixture::new();
    let (programs, asked) = (f.dir.path().join("bin"), f.dir.path().join("asked"));
    fs::create_dir(&programs).expect("a folder");
    let browser = programs.join("xdg-open");
    fs::write(&browser, format!("#!/bin/sh\necho \"$1\" >> '{}'\n", asked.display())).expect("a program");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).expect("it can be run");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let mut preview = f.preview_as(&["--open"], &[("PATH", &path)]);
    let ready = preview.json();
    let asked_for = Instant::now();
    let opened = loop {
        match fs::read_to_string(&asked) {
            Ok(text) if text.ends_with('\n') => break text.trim().to_owned(),
            _ => assert!(asked_for.elapsed() < DEADLINE, "no browser was asked"),
        }
        thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(opened.split("/.lectern").next(), Some(origin(&ready).as_str()));
    assert_ne!(Some(opened.as_str()), ready["url"].as_str(), "the browser used the script's link up");
    for link in [opened.as_str(), ready["url"].as_str().expect("a url")] {
        assert_eq!(get(link, None).expect("an answer").0, 303, "{link}");
    }
    preview.signal("-INT");
    assert_eq!(preview.json()["done"], true);
    assert_eq!(preview.wait(), Some(0));
    // Without a browser it is shown all the same.
    let preview = f.preview_as(&["--open"], &[("PATH", "/nonexistent")]);
    assert!(show(&preview.json()).contains("<p>first"));
    assert_eq!(fs::read_to_string(&asked).expect("as before").lines().count(), 1);
}
