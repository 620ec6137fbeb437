//! What scripts may rely on: fields, streams and exit codes of the headless commands.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

struct Fixture {
    dir: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let project = dir.path().join("ferry");
        fs::create_dir_all(project.join("src")).expect("folders");
        fs::write(project.join("README.md"), "# Ferry\n").expect("a file");
        fs::write(project.join("src/main.rs"), "fn main() {}\n").expect("a file");
        Self { dir }
    }

    fn project(&self) -> PathBuf {
        self.dir.path().join("ferry")
    }

    fn lectern(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("lectern runs")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lectern"));
        command
            .arg("--data-dir")
            .arg(self.dir.path().join("data"))
            .args(words)
            .env_remove("LECTERN_PASSWORD_FILE")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("HOME", self.dir.path());
        command
    }

    /// Changes the kept contents behind Lectern's back. False where there is no python3.
    fn damage(&self, sql: &str) -> bool {
        let status = Command::new("python3")
            .args(["-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"])
            .arg(self.dir.path().join("data/objects.db"))
            .arg(sql)
            .status();
        status.is_ok_and(|status| status.success())
    }

    fn json(&self, words: &[&str]) -> Value {
        let output = self.lectern(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
        assert_eq!(text.lines().count(), 1, "one object on stdout: {text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

/// Binary contents too large to be kept.
fn not_kept(fill: u8) -> Vec<u8> {
    [vec![0], vec![fill; 2 << 20]].concat()
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a UTF-8 path")
}

#[test]
fn sync_reports_its_fields_and_a_second_one_makes_no_version() {
    let f = Fixture::new();
    let first = f.json(&["sync", path(&f.project()), "--json"]);
    let mut fields: Vec<&str> = first.as_object().expect("an object").keys().map(String::as_str).collect();
    fields.sort_unstable();
    let mut expected =
        ["project_id", "version", "manifest_hash", "files", "bytes", "added", "changed", "removed", "unchanged", "duration_ms", "warnings"];
    expected.sort_unstable();
    assert_eq!(fields, expected);
    assert_eq!((&first["version"], &first["files"], &first["added"], &first["bytes"]), (&1.into(), &2.into(), &2.into(), &21.into()));
    let again = f.json(&["--json", "sync", path(&f.project())]);
    assert_eq!((&again["version"], &again["unchanged"], &again["added"]), (&1.into(), &2.into(), &0.into()));
    assert_eq!(again["manifest_hash"], first["manifest_hash"]);
    assert_eq!(again["project_id"], first["project_id"]);
    fs::write(f.project().join("src/main.rs"), "fn main() { run() }\n").expect("an edit");
    let edited = f.json(&["sync", path(&f.project()), "--json"]);
    assert_eq!((&edited["version"], &edited["changed"], &edited["unchanged"]), (&2.into(), &1.into(), &1.into()));
}

#[test]
fn a_sync_beside_another_one_of_the_folder_waits_for_it() {
    let f = Fixture::new();
    f.json(&["sync", path(&f.project()), "--json"]);
    // Holes: long to read, nothing to store.
    let large = fs::File::create(f.project().join("large.bin")).expect("a file");
    large.set_len(400 << 20).expect("a long file");
    let syncs: Vec<_> = (0..3)
        .map(|_| {
            let mut command = f.command(&["sync", path(&f.project()), "--json"]);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().expect("lectern runs")
        })
        .collect();
    for sync in syncs {
        let output = sync.wait_with_output().expect("it ends");
        let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!((output.status.code(), &value["version"]), (Some(0), &2.into()), "{value}");
    }
}

#[test]
fn ls_and_show_read_any_version_also_without_the_folder() {
    let f = Fixture::new();
    let project = f.project();
    f.json(&["sync", path(&project), "--json"]);
    fs::write(project.join("src/main.rs"), "fn main() { run() }\n").expect("an edit");
    f.json(&["sync", path(&project), "--json"]);
    let listed = f.json(&["ls", path(&project), "--version", "1", "--json"]);
    let paths: Vec<&str> = listed["entries"].as_array().expect("entries").iter().map(|e| e["path"].as_str().expect("a path")).collect();
    assert_eq!(paths, ["README.md", "src/main.rs"]);
    let entry = &listed["entries"][1];
    assert_eq!((&entry["kind"], &entry["size"], &entry["mode"]), (&"file".into(), &13.into(), &"100644".into()));
    assert_eq!(entry["hash"].as_str().expect("a hash").len(), 64);
    assert_eq!(f.lectern(&["show", path(&project), "1:src/main.rs"]).stdout, b"fn main() {}\n");
    assert_eq!(f.lectern(&["show", path(&project), "2:src/main.rs"]).stdout, b"fn main() { run() }\n");
    fs::rename(&project, f.dir.path().join("moved")).expect("the folder goes away");
    let slashed = format!("{}/", path(&project));
    let through = format!("{}/moved/../ferry", path(f.dir.path()));
    for way in [path(&project), &slashed, &through] {
        assert_eq!(f.lectern(&["show", way, "1:src/main.rs"]).stdout, b"fn main() {}\n", "versions outlive their folder: {way}");
    }
    let mut here = f.command(&["show", "ferry", "1:src/main.rs"]);
    assert_eq!(here.current_dir(f.dir.path()).output().expect("lectern runs").stdout, b"fn main() {}\n", "also by a relative path");
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_comes_as_hex_and_can_be_shown() {
    use std::os::unix::ffi::OsStrExt;
    let f = Fixture::new();
    fs::write(f.project().join(std::ffi::OsStr::from_bytes(b"caf\xe9")), "x").expect("a file");
    f.json(&["sync", path(&f.project()), "--json"]);
    let listed = f.json(&["ls", path(&f.project()), "--json"]);
    let odd = listed["entries"].as_array().expect("entries").iter().find(|e| e.get("path_hex").is_some()).expect("a hex path");
    assert_eq!(odd["path_hex"], "636166e9");
    assert!(odd.get("path").is_none());
}

#[test]
fn verify_finds_a_damaged_object_and_exits_with_one() {
    let f = Fixture::new();
    f.json(&["sync", path(&f.project()), "--json"]);
    let fine = f.json(&["verify", path(&f.project()), "--json"]);
    assert_eq!(fine["ok"], true);
    assert!(fine["checked"].as_u64().expect("a count") >= 3);
    assert_eq!(fine["problems"], Value::Array(Vec::new()));
    let database = fs::read(f.dir.path().join("data/objects.db")).expect("the objects");
    let wal = f.dir.path().join("data/objects.db-wal");
    assert!(!wal.exists() || fs::metadata(&wal).expect("its size").len() == 0, "a finished command leaves no log behind");
    let needle = b"fn main() {}";
    let at = database.windows(needle.len()).position(|window| window == needle).expect("a small object is stored as it is");
    let mut damaged = database;
    damaged[at] ^= 1;
    fs::write(f.dir.path().join("data/objects.db"), damaged).expect("damage");
    let shown = f.lectern(&["show", path(&f.project()), "1:src/main.rs"]);
    assert_eq!((shown.status.code(), shown.stdout.as_slice()), (Some(1), b"".as_slice()), "damaged bytes are never served");
    let output = f.lectern(&["verify", path(&f.project()), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let verdict: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(verdict["ok"], false);
    assert_eq!((&verdict["problems"][0]["path"], &verdict["problems"][0]["kind"]), (&"src/main.rs".into(), &"object_mismatch".into()));
    assert!(verdict["problems"][0]["detail"].as_str().expect("a detail").contains("put right from the folder"), "{verdict}");
    assert_eq!(f.json(&["verify", path(&f.project()), "--json"])["ok"], true, "healed");
}

#[test]
fn errors_are_json_with_a_remedy_and_usage_is_two() {
    let f = Fixture::new();
    let missing = f.lectern(&["sync", "/nowhere/at/all", "--json"]);
    assert_eq!(missing.status.code(), Some(1));
    let error: Value = serde_json::from_slice(&missing.stdout).expect("JSON");
    assert_eq!(error["error"]["code"], "FOLDER_MISSING");
    assert!(error["error"]["hint"].as_str().is_some_and(|hint| !hint.is_empty()));
    let not_a_project = f.lectern(&["ls", path(f.dir.path()), "--json"]);
    let error: Value = serde_json::from_slice(&not_a_project.stdout).expect("JSON");
    assert_eq!((not_a_project.status.code(), &error["error"]["code"]), (Some(1), &"NOT_A_PROJECT".into()));
    for words in [&["sync"][..], &["frobnicate", "x"], &["show", "x", "no-version"]] {
        assert_eq!(f.lectern(words).status.code(), Some(2), "{words:?}");
    }
    f.json(&["sync", path(&f.project()), "--json"]);
    let climbing = f.lectern(&["show", path(&f.project()), "1:../secret", "--json"]);
    assert_eq!(climbing.status.code(), Some(1));
}

#[test]
fn help_version_and_completions_need_no_data_folder() {
    let f = Fixture::new();
    assert!(String::from_utf8_lossy(&f.lectern(&["--help"]).stdout).contains("sync"));
    assert!(String::from_utf8_lossy(&f.lectern(&["--version"]).stdout).starts_with("lectern "));
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(f.lectern(&["completions", shell]).stdout.len() > 500, "{shell}");
    }
    assert!(!f.dir.path().join("data").exists());
}

#[test]
fn no_webkit_is_linked() {
    if !cfg!(target_os = "linux") {
        println!("skipped: ldd is Linux's");
        return;
    }
    let linked = Command::new("ldd").arg(env!("CARGO_BIN_EXE_lectern")).output().expect("ldd runs");
    let linked = String::from_utf8_lossy(&linked.stdout).into_owned();
    assert!(!linked.contains("webkit") && !linked.contains("gtk"), "{linked}");
}

#[test]
fn several_profiles_want_one_named() {
    let f = Fixture::new();
    f.json(&["sync", path(&f.project()), "--json"]);
    let wrong = f.lectern(&["--profile", "nobody@x", "ls", path(&f.project()), "--json"]);
    let error: Value = serde_json::from_slice(&wrong.stdout).expect("JSON");
    assert_eq!((wrong.status.code(), &error["error"]["code"]), (Some(1), &"UNKNOWN_PROFILE".into()));
    let local = f.json(&["--profile", "local@localhost", "ls", path(&f.project()), "--json"]);
    assert_eq!(local["entries"].as_array().expect("entries").len(), 2);
}

/// A project with three versions.
fn three_versions() -> Fixture {
    let f = Fixture::new();
    let project = f.project();
    f.json(&["sync", path(&project), "--json"]);
    fs::write(project.join("src/main.rs"), "fn main() { run() }\n").expect("an edit");
    fs::write(project.join("NEW.md"), "new\n").expect("a file");
    f.json(&["sync", path(&project), "--json"]);
    fs::remove_file(project.join("NEW.md")).expect("removed");
    f.json(&["sync", path(&project), "--json"]);
    f
}

#[test]
fn versions_are_listed_newest_first_with_their_fields() {
    let f = three_versions();
    let listed = f.json(&["versions", path(&f.project()), "--json"]);
    let versions = listed["versions"].as_array().expect("versions");
    let mut fields: Vec<&str> = versions[0].as_object().expect("an object").keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["added", "changed", "created_at", "files", "hash", "removed", "trigger", "version"]);
    let told: Vec<_> = versions
        .iter()
        .map(|v| ["version", "files", "added", "changed", "removed"].map(|field| v[field].as_u64().expect("a number")))
        .collect();
    assert_eq!(told, [[3, 2, 0, 0, 1], [2, 3, 1, 1, 0], [1, 2, 2, 0, 0]]);
    assert_eq!((&versions[0]["trigger"], versions[0]["hash"].as_str().map(str::len)), (&"MANUAL".into(), Some(64)));
    let text = String::from_utf8(f.lectern(&["versions", path(&f.project())]).stdout).expect("UTF-8");
    assert_eq!(text.lines().count(), 3);
    assert!(text.contains("v3") && text.contains("+1 ~1 -0"), "{text}");
}

#[test]
fn diff_names_the_files_that_differ_between_two_versions() {
    let f = three_versions();
    let project = f.project();
    let files = |a: &str, b: &str| f.json(&["diff", path(&project), a, b, "--json"])["files"].clone();
    assert_eq!(
        files("1", "v2"),
        serde_json::json!([
            { "path": "NEW.md", "old_path": null, "kind": "added" },
            { "path": "src/main.rs", "old_path": null, "kind": "changed" },
        ])
    );
    assert_eq!(files("3", "3"), serde_json::json!([]));
    fs::rename(project.join("README.md"), project.join("READ.md")).expect("renamed");
    f.json(&["sync", path(&project), "--json"]);
    assert_eq!(files("3", "4"), serde_json::json!([{ "path": "READ.md", "old_path": "README.md", "kind": "renamed" }]));
    let text = f.lectern(&["diff", path(&project), "3", "4"]).stdout;
    assert_eq!(String::from_utf8_lossy(&text), "R  README.md -> READ.md\n");
    let unknown = f.lectern(&["diff", path(&project), "1", "9", "--json"]);
    let error: Value = serde_json::from_slice(&unknown.stdout).expect("JSON");
    assert_eq!((unknown.status.code(), &error["error"]["code"]), (Some(1), &"UNKNOWN_VERSION".into()));
    assert_eq!(f.lectern(&["diff", path(&project), "one", "2"]).status.code(), Some(2));
}

#[test]
fn restore_puts_files_back_and_says_how_to_undo_it() {
    let f = three_versions();
    let project = f.project();
    let restored = f.json(&["restore", path(&project), "1", "src/main.rs", "--json"]);
    assert_eq!(restored["files"], 1);
    assert!(restored["journal_id"].as_str().is_some_and(|id| id.len() == 36), "{restored}");
    assert_eq!(fs::read(project.join("src/main.rs")).expect("there"), b"fn main() {}\n");
    fs::write(project.join("src/main.rs"), "unsaved work\n").expect("an edit");
    let whole = f.json(&["restore", path(&project), "v2", "--json"]);
    assert_eq!(whole["files"], 2, "{whole}");
    assert_eq!(fs::read(project.join("NEW.md")).expect("there"), b"new\n");
    let versions = f.json(&["versions", path(&project), "--json"])["versions"].as_array().expect("versions").len();
    assert!((4..=(versions + 1)).any(|n| f.lectern(&["show", path(&project), &format!("{n}:src/main.rs")]).stdout == b"unsaved work\n"));
    let again = f.json(&["restore", path(&project), "2", "--json"]);
    assert_eq!((&again["files"], &again["journal_id"]), (&0.into(), &Value::Null), "nothing had to be written");
    for (words, expected) in [(&["9"][..], "UNKNOWN_VERSION"), (&["1", "../x"], "OUTSIDE_PROJECT"), (&["1", "no/such"], "FILE_MISSING")] {
        let output = f.lectern(&[&["restore", path(&project)], words, &["--json"]].concat());
        let error: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!((output.status.code(), &error["error"]["code"]), (Some(1), &expected.into()), "{words:?}");
    }
}

#[test]
fn what_cannot_be_restored_is_named_with_its_reason_and_is_no_success() {
    let f = Fixture::new();
    let project = f.project();
    fs::write(project.join("image.png"), not_kept(1)).expect("a file");
    f.json(&["sync", path(&project), "--json"]);
    fs::write(project.join("image.png"), not_kept(2)).expect("an edit");
    let output = f.lectern(&["restore", path(&project), "1", "image.png", "--json"]);
    let value: Value = serde_json::from_slice(&output.stdout).expect("one object");
    let expected = serde_json::json!([{ "path": "image.png", "reason": "Only its hash was kept: it is too large to keep." }]);
    assert_eq!((output.status.code(), &value["unavailable"], &value["files"]), (Some(1), &expected, &0.into()));
    let output = f.lectern(&["restore", path(&project), "1", "image.png"]);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), out.trim()), (Some(1), "Nothing was restored from v1"));
    assert!(err.contains("could not restore image.png: Only its hash was kept"), "{err}");
    // One of them is as it was: that is what was asked for.
    let beside = f.json(&["restore", path(&project), "1", "image.png", "README.md", "--json"]);
    assert_eq!(beside["unavailable"], expected);
    // Everything that could be restored was.
    fs::write(project.join("README.md"), "edited").expect("an edit");
    let whole = f.json(&["restore", path(&project), "1", ".", "--json"]);
    assert_eq!((&whole["files"], &whole["unavailable"]), (&1.into(), &expected));
    assert_eq!(fs::read(project.join("README.md")).expect("there"), b"# Ferry\n");
    let missing = f.lectern(&["restore", path(&project), "1", "nope"]);
    let err = String::from_utf8_lossy(&missing.stderr);
    assert!(err.starts_with("lectern: “nope” is neither in this version"), "a name keeps its letters: {err}");
    let unset = f.lectern(&["restore", path(&project), "1", ""]);
    assert_eq!(unset.status.code(), Some(2), "a variable that is not set is not everything");
}

#[test]
fn contents_that_were_not_kept_are_shown_while_the_folder_has_the_very_same() {
    let f = Fixture::new();
    let project = f.project();
    fs::write(project.join("image.png"), not_kept(1)).expect("a file");
    f.json(&["sync", path(&project), "--json"]);
    assert_eq!(f.lectern(&["show", path(&project), "1:image.png"]).stdout, not_kept(1));
    fs::write(project.join("image.png"), not_kept(2)).expect("an edit");
    let output = f.lectern(&["show", path(&project), "1:image.png", "--json"]);
    let error: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((output.status.code(), &error["error"]["code"]), (Some(1), &"NOT_KEPT".into()), "other bytes of the same size are not it");
}

#[test]
fn what_an_export_leaves_out_is_named_with_the_true_reason() {
    let f = Fixture::new();
    let project = f.project();
    fs::write(project.join("image.png"), not_kept(1)).expect("a file");
    fs::write(project.join("lost.txt"), "lost").expect("a file");
    f.json(&["sync", path(&project), "--json"]);
    fs::remove_file(project.join("image.png")).expect("removed");
    fs::remove_file(project.join("lost.txt")).expect("removed");
    if !f.damage("DELETE FROM objects WHERE size = 4") {
        println!("skipped: there is no python3");
        return;
    }
    let exported = f.json(&["export", path(&project), "1", path(&f.dir.path().join("out")), "--json"]);
    let reasons: Vec<_> = exported["left_out"].as_array().expect("a list").iter().map(|one| (&one["path"], &one["reason"])).collect();
    let lost = "Its contents were lost. Verify the version to see what else is damaged.";
    let expected = [("image.png".into(), "Only its hash was kept: it is too large to keep.".into()), ("lost.txt".into(), lost.into())];
    assert_eq!(reasons, expected.each_ref().map(|(path, reason): &(Value, Value)| (path, reason)));
}

#[test]
fn export_writes_a_version_in_the_form_of_its_name_and_never_over_anything() {
    let f = three_versions();
    let project = f.project();
    let target = |name: &str| f.dir.path().join(name);
    let exported = f.json(&["export", path(&project), "2", path(&target("out")), "--json"]);
    assert_eq!((&exported["files"], &exported["bytes"], &exported["left_out_total"]), (&3.into(), &32.into(), &0.into()));
    assert_eq!(fs::read(target("out/src/main.rs")).expect("there"), b"fn main() { run() }\n");
    for (name, begins) in [("v2.tar.gz", &[0x1f, 0x8b][..]), ("v2.zip", b"PK")] {
        f.json(&["export", path(&project), "2", path(&target(name)), "--json"]);
        assert!(fs::read(target(name)).expect("there").starts_with(begins), "{name}");
    }
    f.json(&["export", path(&project), "2", path(&target("plain")), "--format", "tar.gz", "--json"]);
    assert!(fs::read(target("plain")).expect("there").starts_with(&[0x1f, 0x8b]));
    let again = f.lectern(&["export", path(&project), "2", path(&target("out")), "--json"]);
    let error: Value = serde_json::from_slice(&again.stdout).expect("JSON");
    assert_eq!((again.status.code(), &error["error"]["code"]), (Some(1), &"TARGET_EXISTS".into()));
}

#[test]
fn gc_gives_back_what_no_version_needs_and_all_versions_can_be_verified_at_once() {
    let f = three_versions();
    let project = f.project();
    assert_eq!(f.json(&["gc", "--json"])["freed_bytes"], 0, "everything is needed");
    let all = f.json(&["verify", path(&project), "--all", "--json"]);
    let versions: Vec<_> = all["versions"].as_array().expect("versions").iter().map(|v| v["version"].as_u64().expect("a number")).collect();
    assert_eq!((&all["ok"], versions, &all["problems"]), (&true.into(), vec![3, 2, 1], &Value::Array(Vec::new())));
    assert_eq!(f.lectern(&["verify", path(&project), "--all", "--version", "1"]).status.code(), Some(2), "one or the other");
    if !f.damage("DELETE FROM objects WHERE size = 4") {
        println!("skipped: there is no python3");
        return;
    }
    let output = f.lectern(&["verify", path(&project), "--all", "--json"]);
    let all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((output.status.code(), &all["ok"]), (Some(1), &false.into()));
    let problems = &all["problems"];
    assert_eq!(problems.as_array().expect("problems").len(), 1, "{problems}");
    assert_eq!(
        (&problems[0]["version"], &problems[0]["path"], &problems[0]["kind"]),
        (&2.into(), &"NEW.md".into(), &"missing_object".into())
    );
}
