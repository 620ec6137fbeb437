//! What scripts rely on in `ai`, `docs` and `models`; with the real small model where the tests were given it.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

const SYNC: &str = "\
/// What a sync would change.
pub struct Plan {
    pub added: Vec<String>,
}

/// Compares the names with those of the newest manifest.
pub fn plan(names: &[String]) -> Plan {
    Plan { added: names.to_vec() }
}
";

struct Fixture {
    dir: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir_all(dir.path().join("ferry/src")).expect("folders");
        fs::write(dir.path().join("ferry/src/sync.rs"), SYNC).expect("a file");
        fs::write(dir.path().join("ferry/README.md"), "# Ferry\n\nCarries folders across.\n").expect("a file");
        Self { dir }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Puts the real model where it is found; false, and said, when there is none to put.
    fn with_model(&self) -> bool {
        let Some(model) = std::env::var_os("LECTERN_TEST_MODEL").map(PathBuf::from).filter(|path| path.is_file()) else {
            eprintln!("skipped: LECTERN_TEST_MODEL names no model file");
            return false;
        };
        let models = self.at("data/models");
        fs::create_dir_all(&models).expect("a folder");
        let target = models.join(model.file_name().expect("a name"));
        fs::hard_link(&model, &target).or_else(|_| fs::copy(&model, &target).map(drop)).expect("the model is put there");
        true
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lectern"));
        command.current_dir(self.dir.path()).env_remove("LECTERN_PASSWORD_FILE").env_remove("DBUS_SESSION_BUS_ADDRESS");
        command.env("HOME", self.dir.path()).arg("--data-dir").arg(self.at("data"));
        command
    }

    fn lectern(&self, words: &[&str]) -> Output {
        self.command().args(words).output().expect("lectern runs")
    }

    fn json(&self, words: &[&str]) -> Value {
        let output = self.lectern(words);
        assert!(
            output.status.success(),
            "{words:?}: {} {}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("one JSON object")
    }
}

#[test]
fn a_page_of_facts_needs_no_model_and_no_project_beforehand() {
    let fixture = Fixture::new();
    let page = fixture.json(&["ai", "ferry", "--type", "DOCS", "--target", "src/sync.rs", "--json"]);
    assert_eq!((page["status"].as_str(), page["type"].as_str()), (Some("SUCCESS"), Some("DOCS")));
    assert!(page["job_id"].is_string());
    let result = page["result"].to_string();
    assert!(result.contains("pub fn plan(names: &[String]) -> Plan"), "{result}");
    assert_eq!(page["result"]["writer"], Value::Null);
    let again = fixture.json(&["ai", "ferry", "--type", "docs", "--target", "src/sync.rs", "--json"]);
    assert_eq!(again["job_id"], page["job_id"], "from the same code it is not written again");
    let fresh = fixture.json(&["ai", "ferry", "--type", "DOCS", "--target", "src/sync.rs", "--again", "--json"]);
    assert_ne!(fresh["job_id"], page["job_id"]);
    let text = fixture.lectern(&["ai", "ferry", "--type", "DOCS", "--target", "src/sync.rs"]);
    assert!(String::from_utf8_lossy(&text.stdout).starts_with("# src/sync.rs\n"), "for people it is Markdown");
}

#[test]
fn docs_writes_a_folder_of_markdown() {
    let fixture = Fixture::new();
    let written = fixture.json(&["docs", "ferry", "--out", "site", "--json"]);
    assert!(written["pages"].as_u64().is_some_and(|pages| pages >= 2), "{written}");
    assert!(fs::read_to_string(fixture.at("site/index.md")).expect("an index").contains("sync"));
    fs::write(fixture.at("ferry/letter.txt"), "dear").expect("a file");
    let refused = fixture.lectern(&["docs", "ferry", "--out", "ferry", "--json"]);
    assert_eq!(refused.status.code(), Some(1));
    let error: Value = serde_json::from_slice(&refused.stdout).expect("an error");
    assert_eq!(error["error"]["code"], "TARGET_UNWRITABLE");
}

#[test]
fn what_can_not_be_asked_is_said_with_a_code() {
    let fixture = Fixture::new();
    let code = |words: &[&str]| {
        let output = fixture.lectern(words);
        let error: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), error["error"]["code"].as_str().map(str::to_owned))
    };
    assert_eq!(code(&["ai", "ferry", "--type", "DOCS", "--target", "src/none.rs", "--json"]), (Some(1), Some("FILE_MISSING".into())));
    assert_eq!(code(&["ai", "ferry", "--type", "REVIEW", "--json"]), (Some(1), Some("NOT_AVAILABLE".into())));
    assert_eq!(code(&["ai", "ferry", "--type", "DOCS", "--model", "nobody", "--json"]), (Some(1), Some("UNKNOWN_MODEL".into())));
    assert_eq!(code(&["ai", "ferry", "--type", "DOCS", "--question", "why", "--json"]), (Some(1), Some("BAD_REQUEST".into())));
    assert_eq!(code(&["ai", "ferry", "--type", "POEM", "--json"]).0, Some(2));
    assert_eq!(code(&["ai", "ferry", "--type", "DOCS", "--target", "../x", "--json"]).0, Some(2));
}

#[test]
fn the_real_model_writes_prose_that_is_checked_and_streams_it_to_stderr() {
    let fixture = Fixture::new();
    if !fixture.with_model() {
        return;
    }
    let models = fixture.json(&["models", "--json"]);
    assert_eq!(models["models"][0]["name"], "SmolLM2 135M");
    assert_eq!(models["chosen"], models["models"][0]["id"]);
    let output = fixture.lectern(&["ai", "ferry", "--type", "EXPLANATION", "--target", "src/sync.rs:6-9"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stderr).trim().is_empty(), "text is shown while it is written");
    let page = fixture.json(&["ai", "ferry", "--type", "EXPLANATION", "--target", "src/sync.rs:6-9", "--json"]);
    let result = &page["result"];
    assert_eq!(result["writer"]["model"], "SmolLM2 135M");
    assert!(result["run"]["generated_tokens"].as_u64().is_some_and(|tokens| tokens > 0), "{}", result["run"]);
    let checks = &result["checks"];
    assert_eq!(checks["citations_resolved"].as_u64(), result["citations"].as_array().map(|all| all.len() as u64));
    assert_eq!(checks["sentences"].as_u64(), Some(checks["cited"].as_u64().unwrap_or(0) + checks["uncited"].as_u64().unwrap_or(0)));
}

#[cfg(unix)]
#[test]
fn an_interrupt_cancels_the_job_and_leaves_nothing_running() {
    let fixture = Fixture::new();
    if !fixture.with_model() {
        return;
    }
    let mut child = fixture
        .command()
        .args(["ai", "ferry", "--type", "DOCS", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("lectern starts");
    let job = wait_for_a_running_job(&fixture.at("data/lectern.db"));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
    let mut out = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut out).expect("an answer");
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(1), "{out} {said}");
    let error: Value = serde_json::from_str(&out).expect("an error");
    assert_eq!(error["error"]["code"], "CANCELLED");
    assert_eq!(status_of(&fixture.at("data/lectern.db"), &job), "FAILED");
}

/// Its id.
#[cfg(unix)]
fn wait_for_a_running_job(database: &Path) -> String {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let found = rusqlite::Connection::open_with_flags(database, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
            .and_then(|db| db.query_row("SELECT id FROM ai_jobs WHERE status = 'RUNNING'", [], |row| row.get(0)));
        if let Ok(id) = found {
            return id;
        }
        assert!(std::time::Instant::now() < until, "no job began");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[cfg(unix)]
fn status_of(database: &Path, id: &str) -> String {
    let db = rusqlite::Connection::open_with_flags(database, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    db.query_row("SELECT status FROM ai_jobs WHERE id = ?1", [id], |row| row.get(0)).expect("the job")
}
