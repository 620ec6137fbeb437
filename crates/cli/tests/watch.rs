//! What scripts may rely on when they watch a folder: a line for each version, and a clean end.
#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;

const DEADLINE: Duration = Duration::from_secs(30);

struct Watching {
    dir: tempfile::TempDir,
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Watching {
    fn start(words: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let project = dir.path().join("ferry");
        fs::create_dir(&project).expect("a folder");
        fs::write(project.join("README.md"), "# Ferry\n").expect("a file");
        let mut child = Command::new(env!("CARGO_BIN_EXE_lectern"))
            .arg("--data-dir")
            .arg(dir.path().join("data"))
            .args(words)
            .arg("watch")
            .arg(&project)
            .env_remove("LECTERN_PASSWORD_FILE")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("lectern runs");
        let (sender, lines) = mpsc::channel();
        let out = child.stdout.take().expect("a pipe");
        thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { dir, child, lines }
    }

    fn project(&self) -> PathBuf {
        self.dir.path().join("ferry")
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(DEADLINE).expect("a line")
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.line()).expect("JSON")
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().expect("kill runs").success());
    }

    fn ends_well(mut self) {
        assert!(self.child.wait().expect("it ends").success(), "exit code 0");
        assert!(self.lines.recv_timeout(DEADLINE).is_err(), "nothing after the last line");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn each_version_is_a_line_and_an_interrupt_ends_it_cleanly() {
    let watching = Watching::start(&["--json"]);
    let first = watching.json();
    assert_eq!((&first["version"], &first["files"]), (&Value::from(1), &Value::from(1)));
    for version in 2..6_u32 {
        fs::write(watching.project().join("README.md"), version.to_string()).expect("written");
        let sync = watching.json();
        assert_eq!(
            (&sync["version"], &sync["changed"], &sync["project_id"]),
            (&Value::from(version), &Value::from(1), &first["project_id"])
        );
    }
    watching.signal("-INT");
    assert_eq!(watching.json(), serde_json::json!({ "done": true }));
    watching.ends_well();
}

#[test]
fn a_termination_ends_it_cleanly() {
    let watching = Watching::start(&["--json"]);
    watching.json();
    watching.signal("-TERM");
    assert_eq!(watching.json(), serde_json::json!({ "done": true }));
    watching.ends_well();
}

#[test]
fn closing_its_input_ends_it_and_people_read_sentences() {
    let mut watching = Watching::start(&[]);
    assert!(watching.line().starts_with("v1: 1 files"), "the first sync");
    fs::write(watching.project().join("new"), "1").expect("written");
    assert!(watching.line().starts_with("v2: 2 files, 1 added"), "the new version");
    drop(watching.child.stdin.take());
    assert_eq!(watching.line(), "Stopped watching.");
    watching.ends_well();
}
