//! What scripts rely on in `find`, `symbols` and `outline`.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

struct Fixture {
    dir: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir_all(dir.path().join("ferry/src")).expect("folders");
        fs::write(dir.path().join("ferry/src/main.rs"), "struct Ferry;\n\nfn main() {}\n").expect("a file");
        fs::write(dir.path().join("ferry/src/timetable.py"), "def sail():\n    pass\n").expect("a file");
        fs::write(dir.path().join("ferry/README.md"), "# Ferry\n").expect("a file");
        Self { dir }
    }

    fn lectern(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lectern"));
        command.arg("--data-dir").arg(self.dir.path().join("data")).args(words).current_dir(self.dir.path());
        command.env_remove("LECTERN_PASSWORD_FILE").env_remove("DBUS_SESSION_BUS_ADDRESS").env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.env("HOME", self.dir.path()).output().expect("lectern runs")
    }

    fn json(&self, words: &[&str]) -> Value {
        let output = self.lectern(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
        assert_eq!(text.lines().count(), 1, "one object on stdout: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    fn text(&self, words: &[&str]) -> String {
        String::from_utf8(self.lectern(words).stdout).expect("UTF-8")
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("ferry")
    }
}

#[test]
fn find_prints_paths_best_first_and_makes_the_folder_a_project() {
    let fixture = Fixture::new();
    assert_eq!(fixture.json(&["find", "ferry", "main", "--json"]), json!({ "paths": ["src/main.rs"] }));
    assert_eq!(fixture.json(&["versions", "ferry", "--json"])["versions"].as_array().map(Vec::len), Some(1));
    assert_eq!(fixture.json(&["find", "ferry", "r", "--limit", "2", "--json"])["paths"].as_array().map(Vec::len), Some(2));
    assert_eq!(fixture.json(&["find", "ferry", "zzz", "--json"]), json!({ "paths": [] }));
    assert_eq!(fixture.text(&["find", "ferry", "py src"]), "src/timetable.py\n");
    assert_eq!(fixture.text(&["find", "ferry", ""]), "README.md\nsrc/main.rs\nsrc/timetable.py\n", "nothing typed: all, by path");
    fs::write(fixture.folder().join(OsStr::from_bytes(b"caf\xe9")), "x").expect("a file");
    fixture.json(&["sync", "ferry", "--json"]);
    assert_eq!(fixture.json(&["find", "ferry", "caf", "--json"]), json!({ "paths": [{ "path_hex": "636166e9" }] }));
}

#[test]
fn symbols_prints_names_kinds_paths_and_lines() {
    let fixture = Fixture::new();
    assert_eq!(
        fixture.json(&["symbols", "ferry", "sail", "--json"]),
        json!({ "symbols": [{ "name": "sail", "kind": "function", "path": "src/timetable.py", "line": 1 }] })
    );
    let all = fixture.json(&["symbols", "ferry", "--json"]);
    let names: Vec<&str> = all["symbols"].as_array().expect("symbols").iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["Ferry", "Ferry", "main", "sail"]);
    assert_eq!(fixture.json(&["symbols", "ferry", "--limit", "1", "--json"])["symbols"].as_array().map(Vec::len), Some(1));
    assert_eq!(fixture.text(&["symbols", "ferry", "main"]), "src/main.rs:3: function main\n");
}

#[test]
fn outline_reads_any_file_and_makes_no_project() {
    let fixture = Fixture::new();
    assert_eq!(
        fixture.json(&["outline", "ferry/src/main.rs", "--json"]),
        json!({ "symbols": [
            { "name": "Ferry", "kind": "struct", "path": "ferry/src/main.rs", "line": 1 },
            { "name": "main", "kind": "function", "path": "ferry/src/main.rs", "line": 3 },
        ] })
    );
    assert!(!fixture.dir.path().join("data").exists(), "no data folder was made");
    let missing = fixture.lectern(&["outline", "gone.rs", "--json"]);
    let answer: Value = serde_json::from_slice(&missing.stdout).expect("JSON");
    assert_eq!((missing.status.code(), &answer["error"]["code"]), (Some(1), &"FILE_MISSING".into()));
    assert_eq!(fixture.lectern(&["find", "ferry"]).status.code(), Some(2), "a query is asked for");
}
