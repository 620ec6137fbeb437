//! What scripts rely on in `rename`, `move`, `replace` and `undo`; and what is left when one of them is killed.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

struct Fixture {
    dir: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir_all(dir.path().join("ferry/src")).expect("folders");
        Self { dir }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join("ferry").join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.at(name), text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).expect("a file")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lectern"));
        command.current_dir(self.dir.path()).env_remove("LECTERN_PASSWORD_FILE").env_remove("DBUS_SESSION_BUS_ADDRESS");
        command.env("HOME", self.dir.path()).arg("--data-dir").arg(self.dir.path().join("data")).args(words);
        command
    }

    fn lectern(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("lectern runs")
    }

    fn json(&self, words: &[&str]) -> Value {
        let output = self.lectern(words);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{words:?}: {out} {err}");
        assert_eq!(out.lines().count(), 1, "one object on stdout: {out}");
        serde_json::from_str(&out).expect("JSON")
    }

    fn failure(&self, words: &[&str]) -> Value {
        let output = self.lectern(words);
        assert_eq!(output.status.code(), Some(1), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")["error"].clone()
    }

    fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        let (mut tree, mut pending) = (BTreeMap::new(), vec![self.at("")]);
        while let Some(folder) = pending.pop() {
            for entry in fs::read_dir(folder).expect("listed") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    pending.push(path);
                } else {
                    let name = path.strip_prefix(self.at("")).expect("below").display().to_string();
                    tree.insert(name, fs::read(path).expect("read"));
                }
            }
        }
        tree
    }
}

#[test]
fn a_rename_is_proposed_applied_and_undone() {
    let f = Fixture::new();
    f.write("src/a.ts", "export function cat() {} // cat\n");
    f.write("src/b.ts", "import { cat } from './a';\ncat();\n");
    let words = ["rename", "ferry", "--at", "src/a.ts:1:16", "--to", "dog", "--json"];
    let proposed = f.json(&words);
    assert_eq!(proposed["status"], "PROPOSED");
    let edits = proposed["edits"].as_array().expect("edits");
    let places: Vec<_> = edits
        .iter()
        .filter(|edit| edit["certainty"] == "certain")
        .map(|edit| (edit["path"].as_str(), edit["start"].as_u64(), edit["end"].as_u64()))
        .collect();
    assert_eq!(
        places,
        [(Some("src/a.ts"), Some(16), Some(19)), (Some("src/b.ts"), Some(9), Some(12)), (Some("src/b.ts"), Some(27), Some(30))]
    );
    assert!(edits.iter().all(|edit| edit["old"] == "cat" && edit["new"] == "dog" && edit["reason"].is_string()));
    assert!(edits.iter().all(|edit| edit["included"] == (edit["certainty"] == "certain")));
    assert_eq!(f.read("src/a.ts"), "export function cat() {} // cat\n", "nothing is written without --apply");
    let applied = f.json(&["rename", "ferry", "--at", "src/a.ts:1:16", "--to", "dog", "--apply", "--json"]);
    assert_eq!((applied["status"].as_str(), applied["conflicts"].as_array().map(Vec::len)), (Some("APPLIED"), Some(0)));
    assert_eq!(
        (f.read("src/a.ts").as_str(), f.read("src/b.ts").as_str()),
        ("export function dog() {} // cat\n", "import { dog } from './a';\ndog();\n")
    );
    let undone = f.json(&["undo", "ferry", "--json"]);
    assert_eq!((undone["status"].as_str(), undone["exact"].as_bool()), (Some("UNDONE"), Some(true)));
    assert_eq!(
        (undone["job_id"].as_str(), f.read("src/b.ts").as_str()),
        (applied["job_id"].as_str(), "import { cat } from './a';\ncat();\n")
    );
    assert_eq!(f.failure(&["undo", "ferry", "--json"])["code"], "NOT_APPLIED");
    let again = f.json(&["undo", "ferry", applied["job_id"].as_str().expect("an id"), "--json"]);
    assert_eq!((again["status"].as_str(), f.read("src/b.ts").as_str()), (Some("APPLIED"), "import { dog } from './a';\ndog();\n"));
}

#[test]
fn comments_come_along_when_they_are_asked_for_and_conflicts_stop_it() {
    let f = Fixture::new();
    f.write("a.ts", "const cat = 1; // cat\nconst dog = 2;\ncat; dog;\n");
    let taken = f.failure(&["rename", "ferry", "--at", "a.ts:1:6", "--to", "dog", "--apply", "--json"]);
    assert_eq!(taken["code"], "CONFLICTS", "{taken}");
    f.json(&["rename", "ferry", "--at", "a.ts:1:6", "--to", "cow", "--apply", "--include", "probable,text", "--json"]);
    assert_eq!(f.read("a.ts"), "const cow = 1; // cow\nconst dog = 2;\ncow; dog;\n");
    let code = |words: &[&str]| f.failure(words)["code"].clone();
    assert_eq!(code(&["rename", "ferry", "--at", "a.ts:1:0", "--to", "x", "--json"]), "NO_NAME");
    assert_eq!(code(&["rename", "ferry", "--at", "a.ts:1:6", "--to", "cow", "--json"]), "SAME_NAME");
    assert_eq!(code(&["rename", "ferry", "--at", "a.ts:1:6", "--to", "1x", "--json"]), "BAD_NAME");
    assert_eq!(code(&["rename", "ferry", "--at", "b.ts:1:6", "--to", "x", "--json"]), "FILE_MISSING");
    assert_eq!(f.lectern(&["rename", "ferry", "--at", "a.ts", "--to", "x"]).status.code(), Some(2), "usage");
}

#[test]
fn files_move_with_their_imports_and_text_and_code_are_replaced() {
    let f = Fixture::new();
    f.write("src/a.ts", "export const a = 1;\n");
    f.write("b.ts", "import { a } from './src/a';\nlog(a, 1);\nlog(a);\n");
    let moved = f.json(&["move", "ferry", "src/a.ts", "lib/a.ts", "--apply", "--json"]);
    assert_eq!((moved["status"].as_str(), moved["moves"][0]["to"].as_str()), (Some("APPLIED"), Some("lib/a.ts")));
    assert!(f.read("b.ts").starts_with("import { a } from './lib/a';\n") && f.at("lib/a.ts").is_file() && !f.at("src/a.ts").exists());
    f.json(&["replace", "ferry", "log($A, $B)", "warn($B, $A)", "--language", "ts", "--apply", "--json"]);
    assert_eq!(f.read("b.ts"), "import { a } from './lib/a';\nwarn(1, a);\nlog(a);\n");
    f.json(&["replace", "ferry", r"l(\w+)\((\w)\)", "$1: $2", "--regex", "--glob", "*.ts", "--apply", "--json"]);
    assert!(f.read("b.ts").ends_with("og: a;\n"), "{}", f.read("b.ts"));
    assert_eq!(f.failure(&["replace", "ferry", "(", "x", "--regex", "--json"])["code"], "BAD_NAME");
}

#[test]
fn a_kill_while_writing_leaves_all_or_nothing_and_the_job_knows_which() {
    let f = Fixture::new();
    let text = |word: &str| (0..50).map(|line| format!("{word} {line}\n")).collect::<String>();
    for number in 0..150 {
        f.write(&format!("f{number}.txt"), text("cat"));
    }
    f.json(&["sync", "ferry", "--json"]);
    let mut word = "cat".to_owned();
    let mut killed = 0;
    for round in 0..10_u64 {
        let new = format!("word{round}");
        let before = f.tree();
        let mut child = f
            .command(&["replace", "ferry", &word, &new, "--word", "--case", "--apply", "--json"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("lectern starts");
        thread::sleep(Duration::from_millis(120 + round * 90));
        killed += u32::from(child.try_wait().expect("looked").is_none());
        let _ = child.kill();
        child.wait().expect("it ended");
        // The next start brings it to an end.
        f.json(&["versions", "ferry", "--json"]);
        let after = f.tree();
        let written = after.values().all(|bytes| *bytes == text(&new).into_bytes());
        assert!(written || after == before, "round {round}: neither all nor nothing");
        let (jobs, rows) = f.rows(&word, &new);
        assert!(!rows.iter().any(|status| status == "APPLYING"), "round {round}: {rows:?}");
        if written {
            assert_eq!(jobs.last().map(String::as_str), Some("APPLIED"), "round {round}");
            word = new;
        } else {
            assert_ne!(jobs.last().map(String::as_str), Some("APPLIED"), "round {round}");
        }
    }
    assert!(killed > 0, "nothing was killed in time");
}

impl Fixture {
    /// Where the jobs of a replacement stand, and all jobs.
    fn rows(&self, old: &str, new: &str) -> (Vec<String>, Vec<String>) {
        let database = rusqlite::Connection::open(self.dir.path().join("data/lectern.db")).expect("a database");
        let mut statement = database.prepare("SELECT status, params FROM refactor_jobs ORDER BY rowid").expect("a statement");
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).expect("rows");
        let rows: Vec<(String, Value)> =
            rows.map(|row| row.map(|(status, params)| (status, serde_json::from_str(&params).expect("JSON"))).expect("a row")).collect();
        let ours = rows.iter().filter(|(_, params)| params["ask"]["query"] == old && params["ask"]["replacement"] == new);
        (ours.map(|(status, _)| status.clone()).collect(), rows.iter().map(|(status, _)| status.clone()).collect())
    }
}
