//! What scripts rely on in `threads`, `threads export` and `threads import`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};

const MAIN: &str = "use ferry::sail;\n\nfn main() {\n    sail(1);\n}\n";

struct Fixture {
    dir: tempfile::TempDir,
    data: &'static str,
}

impl Fixture {
    /// A folder with a repository of one commit, recorded once.
    fn new() -> Self {
        let fixture = Self::plain();
        fixture.git(&["init", "-q", "-b", "main"]);
        fixture.commit("first");
        fixture.json(&["sync", "ferry", "--json"]);
        fixture
    }

    /// A folder without a repository, not recorded yet.
    fn plain() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir_all(dir.path().join("ferry/src")).expect("folders");
        let fixture = Self { dir, data: "data" };
        fixture.write("ferry/src/main.rs", MAIN);
        fixture.write("ferry/README.md", "# Ferry\n");
        fixture
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.at(name), text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).expect("a file")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.dir.path()).env_remove("LECTERN_PASSWORD_FILE").env_remove("DBUS_SESSION_BUS_ADDRESS");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").env("HOME", self.dir.path());
        command
    }

    fn git(&self, words: &[&str]) -> String {
        let mut command = self.command("git");
        command.current_dir(self.at("ferry")).args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]);
        let output = command.args(words).output().expect("git runs");
        assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8").trim_end().to_owned()
    }

    fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn lectern(&self, words: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_lectern")).arg("--data-dir").arg(self.at(self.data)).args(words).output().expect("lectern runs")
    }

    fn json(&self, words: &[&str]) -> Value {
        let output = self.lectern(words);
        assert!(
            output.status.success(),
            "{words:?}: {} {}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
        assert_eq!(text.lines().count(), 1, "one object on stdout: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// The failure of a command.
    fn failure(&self, words: &[&str]) -> Value {
        let output = self.lectern(words);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        let error: Value = serde_json::from_slice::<Value>(&output.stdout).expect("JSON")["error"].clone();
        assert!(error["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "a remedy: {error}");
        error
    }

    fn threads(&self) -> Vec<Value> {
        self.json(&["threads", "ferry", "--json"])["threads"].as_array().expect("threads").clone()
    }

    /// Imports review comments.
    fn review(&self, comments: &Value) -> Value {
        self.write("review.json", comments.to_string());
        self.json(&["threads", "import", "ferry", "--format", "github", "review.json", "--json"])
    }

    /// The lines of a note.
    fn note(&self, kind: &str, commit: &str) -> Vec<Value> {
        let text = self.git(&["notes", &format!("--ref=devtools/{kind}"), "show", commit]);
        text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }
}

fn comment(id: u64, commit: &str, path: &str, line: u32, body: &str) -> Value {
    json!({
        "id": id, "path": path, "original_line": line, "line": line, "side": "RIGHT", "commit_id": commit, "original_commit_id": commit, "body": body,
        "user": { "login": "octocat", "type": "User" }, "created_at": "2026-04-14T16:00:49Z", "updated_at": "2026-04-14T16:00:49Z",
    })
}

#[test]
fn threads_are_listed_with_their_fields() {
    let f = Fixture::new();
    assert_eq!(f.json(&["threads", "ferry", "--json"]), json!({ "threads": [] }));
    let head = f.git(&["rev-parse", "HEAD"]);
    f.review(&json!([comment(1, &head, "src/main.rs", 4, "Why 1?")]));
    let threads = f.threads();
    let id = threads[0]["id"].as_str().expect("an id");
    assert_eq!(
        threads,
        [json!({
            "id": id, "path": "src/main.rs", "line_start": 4, "line_end": 4, "state": "EXACT", "resolved": false,
            "comments": [{ "author_type": "USER", "author": "octocat", "body": "Why 1?", "created_at": "2026-04-14T16:00:49.000Z" }],
        })]
    );
    let text = String::from_utf8(f.lectern(&["threads", "ferry"]).stdout).expect("UTF-8");
    assert_eq!(text, "src/main.rs:4  EXACT  open  octocat: Why 1?\n");
}

#[test]
fn a_comment_on_an_older_commit_is_followed_to_where_its_lines_are_now() {
    let f = Fixture::new();
    let old = f.git(&["rev-parse", "HEAD"]);
    f.write("ferry/src/main.rs", format!("// One more line.\n// And another.\n{MAIN}"));
    f.commit("more lines");
    f.json(&["sync", "ferry", "--json"]);
    f.review(&json!([comment(1, &old, "src/main.rs", 4, "Why 1?")]));
    let thread = &f.threads()[0];
    assert_eq!((&thread["line_start"], &thread["line_end"], &thread["state"]), (&json!(6), &json!(6), &json!("EXACT")));
    // A commit that nobody has, but the diff says what stood there.
    let gone = "0123456789012345678901234567890123456789";
    let mut by_hunk = comment(2, gone, "src/main.rs", 40, "By its words");
    by_hunk["diff_hunk"] = json!("@@ -30,3 +38,3 @@\n \n fn main() {\n-    stay();\n+    sail(1);");
    // One of which nothing is known says so.
    f.review(&json!([by_hunk, comment(3, gone, "src/main.rs", 2, "By nothing"), comment(4, gone, "src/gone.rs", 2, "Of no file")]));
    let state = |body: &str| {
        let threads = f.threads();
        let thread = threads.iter().find(|thread| thread["comments"][0]["body"] == body).expect("the thread").clone();
        (thread["line_start"].clone(), thread["state"].clone())
    };
    assert_eq!(state("By its words"), (json!(6), json!("EXACT")));
    assert_eq!(state("By nothing").1, json!("NEEDS_REVIEW"));
    assert_eq!(state("Of no file").1, json!("OUTDATED"));
}

#[test]
fn a_file_of_threads_goes_to_another_data_folder_and_back_and_is_the_same() {
    let mut f = Fixture::new();
    let head = f.git(&["rev-parse", "HEAD"]);
    let answer = json!({ "id": 9, "in_reply_to_id": 1, "path": "src/main.rs", "body": "Ü “…” 🛥", "created_at": "2026-05-01T00:00:00Z", "user": null });
    f.review(&json!([comment(1, &head, "src/main.rs", 4, "Why 1?"), answer, comment(2, &head, "README.md", 1, "A title")]));
    let done = f.json(&["threads", "export", "ferry", "--format", "json", "first.json", "--json"]);
    assert_eq!((&done["exported"], done["threads"].as_array().map(Vec::len)), (&json!(2), Some(2)));
    f.data = "other";
    f.json(&["sync", "ferry", "--json"]);
    let done = f.json(&["threads", "import", "ferry", "--format", "json", "first.json", "--json"]);
    assert_eq!((&done["added"], &done["updated"], &done["comments"]["added"]), (&json!(2), &json!(0), &json!(3)));
    f.json(&["threads", "export", "ferry", "--format", "json", "second.json", "--json"]);
    assert_eq!(f.read("first.json"), f.read("second.json"));
    let again = f.json(&["threads", "import", "ferry", "--format", "json", "first.json", "--json"]);
    assert_eq!((&again["added"], &again["same"]), (&json!(0), &json!(2)));
    let text = String::from_utf8(f.lectern(&["threads", "import", "ferry", "--format", "json", "first.json"]).stdout).expect("UTF-8");
    assert_eq!(text, "0 added, 0 updated, 2 the same, 0 skipped (deleted here), 0 problems\n");
    f.json(&["threads", "export", "ferry", "--format", "markdown", "threads.md", "--json"]);
    let document = f.read("threads.md");
    assert!(document.contains("## `src/main.rs`\n\n### Line 4 · exact · open\n\n```rs\n    sail(1);\n```\n\n**octocat** · "), "{document}");
}

#[test]
fn notes_are_written_for_git_appraise_and_read_again() {
    let mut f = Fixture::new();
    let head = f.git(&["rev-parse", "HEAD"]);
    let answer = json!({ "id": 9, "in_reply_to_id": 1, "path": "src/main.rs", "body": "Because", "created_at": "2026-05-01T00:00:00Z", "user": { "login": "ada" } });
    f.review(&json!([comment(1, &head, "src/main.rs", 4, "Why 1?"), answer]));
    let sarif = json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "lint" } }, "results": [
        { "ruleId": "r1", "message": { "text": "A title" }, "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "README.md" }, "region": { "startLine": 1 } } }] },
    ] }] });
    f.write("lint.sarif", sarif.to_string());
    f.json(&["threads", "import", "ferry", "--format", "sarif", "lint.sarif", "--json"]);
    // What must stay as it is.
    f.git(&[
        "notes",
        "--ref=devtools/discuss",
        "add",
        "-m",
        "{\"timestamp\":\"1400000000\",\"author\":\"bob\",\"description\":\"Before\"}",
        "HEAD",
    ]);
    let before =
        (f.git(&["status", "--porcelain"]), f.git(&["for-each-ref", "refs/heads"]), fs::read(f.at("ferry/.git/index")).expect("the index"));
    let hook = f.at("ferry/.git/hooks/reference-transaction");
    f.write("ferry/.git/hooks/reference-transaction", "#!/bin/sh\ntouch \"$(git rev-parse --git-dir)/a-hook-ran\"\n");
    make_executable(&hook);
    let done = f.json(&["threads", "export", "ferry", "--format", "git-notes", "--json"]);
    assert_eq!((&done["exported"], &done["lines_added"], &done["commits"]), (&json!(2), &json!(3), &json!(2)));
    assert!(!f.at("ferry/.git/a-hook-ran").exists(), "nothing of the repository is run");
    fs::remove_file(hook).expect("removed");
    let after =
        (f.git(&["status", "--porcelain"]), f.git(&["for-each-ref", "refs/heads"]), fs::read(f.at("ferry/.git/index")).expect("the index"));
    assert_eq!(before, after);
    let refs = f.git(&["for-each-ref", "--format=%(refname)", "refs/notes"]);
    assert_eq!(refs, "refs/notes/devtools/analyses\nrefs/notes/devtools/discuss");
    let discuss = f.note("discuss", "HEAD");
    assert_eq!(discuss.len(), 3);
    assert_eq!(discuss[0]["description"], "Before");
    assert_eq!(discuss[1]["location"], json!({ "commit": head, "path": "src/main.rs", "range": { "startLine": 4, "endLine": 4 } }));
    assert_eq!((&discuss[1]["author"], &discuss[1]["timestamp"], &discuss[1]["v"]), (&json!("octocat"), &json!("1776182449"), &json!(0)));
    assert_eq!(discuss[2]["parent"].as_str().map(str::len), Some(40));
    let analyses = f.note("analyses", "HEAD");
    assert_eq!((&analyses[0]["author"], &analyses[0]["status"]), (&json!("lint"), &json!("fyi")));
    assert_eq!(f.json(&["threads", "export", "ferry", "--format", "git-notes", "--json"])["lines_added"], 0, "all of it is there");
    f.git(&["fsck", "--strict"]);
    // Another copy of Lectern reads them, with the same ids.
    let mut ids: Vec<Value> = f.threads().iter().map(|thread| thread["id"].clone()).collect();
    f.data = "other";
    f.json(&["sync", "ferry", "--json"]);
    let done = f.json(&["threads", "import", "ferry", "--format", "git-notes", "--json"]);
    assert_eq!((&done["added"], &done["problems_total"]), (&json!(3), &json!(0)), "Bob's too");
    let threads = f.threads();
    let mut read: Vec<Value> = threads.iter().map(|thread| thread["id"].clone()).collect();
    read.retain(|id| ids.contains(id));
    ids.sort_by_key(Value::to_string);
    read.sort_by_key(Value::to_string);
    assert_eq!(ids, read);
    let reviewed = threads.iter().find(|thread| thread["path"] == "src/main.rs").expect("the thread");
    assert_eq!(
        (&reviewed["line_start"], &reviewed["state"], &reviewed["comments"][1]["body"]),
        (&json!(4), &json!("EXACT"), &json!("Because"))
    );
    let again = f.json(&["threads", "import", "ferry", "--format", "git-notes", "--json"]);
    assert_eq!((&again["added"], &again["same"]), (&json!(0), &json!(3)));
    // Written again from here, nothing is there twice.
    assert_eq!(f.json(&["threads", "export", "ferry", "--format", "git-notes", "--json"])["lines_added"], 0);
}

#[test]
fn a_project_in_a_folder_of_its_repository_names_files_from_the_top() {
    let f = Fixture::new();
    let head = f.git(&["rev-parse", "HEAD"]);
    f.json(&["sync", "ferry/src", "--json"]);
    let list = json!([comment(1, &head, "src/main.rs", 4, "Inside"), comment(2, &head, "README.md", 1, "Outside")]);
    f.write("review.json", list.to_string());
    let done = f.json(&["threads", "import", "ferry/src", "--format", "github", "review.json", "--json"]);
    assert_eq!((&done["added"], &done["left_out"]), (&json!(1), &json!([{ "reason": "in other folders of the repository", "count": 1 }])));
    assert_eq!((&done["threads"][0]["path"], &done["threads"][0]["line_start"]), (&json!("main.rs"), &json!(4)));
    f.json(&["threads", "export", "ferry/src", "--format", "git-notes", "--json"]);
    assert_eq!(f.note("discuss", "HEAD")[0]["location"]["path"], "src/main.rs");
    let sarif = json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "lint" } }, "results": [
        { "message": { "text": "From the top" }, "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "src/main.rs" }, "region": { "startLine": 1 } } }] },
        { "message": { "text": "From the folder" }, "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "main.rs" }, "region": { "startLine": 1 } } }] },
    ] }] });
    f.write("lint.sarif", sarif.to_string());
    assert_eq!(f.json(&["threads", "import", "ferry/src", "--format", "sarif", "lint.sarif", "--json"])["added"], 2);
}

#[test]
fn notes_as_git_appraise_writes_them_are_read() {
    let f = Fixture::new();
    let head = f.git(&["rev-parse", "HEAD"]);
    // As its own `comment` and `accept` write them, each appended with `git notes append`.
    let lines = [
        json!({ "timestamp": "1430000000", "author": "ada@example.org", "location": { "commit": head, "path": "src/main.rs", "range": { "startLine": 3, "endLine": 5 } }, "description": "Why?" }),
        json!({ "timestamp": "1430000100", "author": "bob@example.org", "resolved": true }),
        json!({ "timestamp": "1430000200", "author": "bob@example.org", "description": "Of all of it" }),
    ];
    for line in lines {
        f.git(&["notes", "--ref=refs/notes/devtools/discuss", "append", "-m", &line.to_string(), "HEAD"]);
    }
    f.git(&[
        "notes",
        "--ref=refs/notes/devtools/analyses",
        "append",
        "-m",
        "{\"timestamp\":\"1\",\"url\":\"https://example.org/x.json\"}",
        "HEAD",
    ]);
    let done = f.json(&["threads", "import", "ferry", "--format", "git-notes", "--json"]);
    assert_eq!(done["added"], 2);
    assert_eq!(
        done["left_out"],
        json!([{ "reason": "verdicts without words", "count": 1 }, { "reason": "reports that are kept elsewhere", "count": 1 }])
    );
    let threads = f.threads();
    assert_eq!((&threads[0]["path"], &threads[0]["comments"][0]["author"]), (&json!(""), &json!("bob@example.org")));
    assert_eq!((&threads[1]["path"], &threads[1]["line_start"], &threads[1]["line_end"]), (&json!("src/main.rs"), &json!(3), &json!(5)));
}

#[test]
fn sarif_that_names_what_is_not_there_is_counted() {
    let f = Fixture::new();
    let result = |uri: &str, line: u32| json!({ "message": { "text": "m" }, "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri }, "region": { "startLine": line } } }] });
    let absolute = format!("file://{}", f.at("ferry/src/main.rs").canonicalize().expect("a path").display());
    let results = [
        result("src/main.rs", 4),
        result(&absolute, 5),
        result("src/main.rs", 99),
        result("src/none.rs", 1),
        result("../secret", 1),
        result("/etc/passwd", 1),
        result("src/main.rs", 0),
        json!({ "kind": "pass", "message": { "text": "fine" } }),
    ];
    f.write(
        "lint.sarif",
        json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "lint" } }, "results": results }] }).to_string(),
    );
    let done = f.json(&["threads", "import", "ferry", "--format", "sarif", "lint.sarif", "--json"]);
    assert_eq!(
        (&done["added"], &done["problems_total"], &done["left_out"]),
        (&json!(2), &json!(5), &json!([{ "reason": "passed", "count": 1 }]))
    );
    assert_eq!(
        (&done["threads"][0]["comments"][0]["author_type"], &done["threads"][0]["comments"][0]["author"]),
        (&json!("AI"), &json!("lint"))
    );
    let output = f.lectern(&["threads", "import", "ferry", "--format", "sarif", "lint.sarif"]);
    let (text, problems) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(text, "0 added, 0 updated, 2 the same, 0 skipped (deleted here), 5 problems\n1 left out: passed\n");
    assert!(problems.contains("“src/main.rs” has 5 lines, not 99 to 99") && problems.contains("not in the project"), "{problems}");
}

#[test]
fn failures_have_a_code_and_a_remedy_and_change_nothing() {
    let f = Fixture::plain();
    assert_eq!(f.failure(&["threads", "ferry", "--json"])["code"], "NOT_A_PROJECT");
    f.json(&["sync", "ferry", "--json"]);
    let import = |format: &str, file: &str| f.failure(&["threads", "import", "ferry", "--format", format, file, "--json"])["code"].clone();
    assert_eq!(f.failure(&["threads", "export", "ferry", "--format", "git-notes", "--json"])["code"], "NO_REPOSITORY");
    assert_eq!(f.failure(&["threads", "import", "ferry", "--format", "git-notes", "--json"])["code"], "NO_REPOSITORY");
    f.git(&["init", "-q"]);
    assert_eq!(f.failure(&["threads", "export", "ferry", "--format", "git-notes", "--json"])["code"], "NO_COMMIT");
    assert_eq!(f.json(&["threads", "import", "ferry", "--format", "git-notes", "--json"])["added"], 0);
    assert_eq!(import("json", "none.json"), "SOURCE_MISSING");
    assert_eq!(import("json", "ferry"), "SOURCE_UNREADABLE", "a folder");
    f.write("bytes", b"\xff\xfe\x00");
    f.write("cut", "{\"format\":1,\"kind\":\"lectern-threads\",\"threads\":[");
    f.write("other", "{\"version\":\"2.1.0\",\"runs\":[]}");
    f.write("newer", "{\"format\":2,\"kind\":\"lectern-threads\",\"threads\":[]}");
    for (format, file, code) in [
        ("json", "bytes", "NOT_UTF8"),
        ("sarif", "bytes", "NOT_UTF8"),
        ("github", "bytes", "NOT_UTF8"),
        ("json", "cut", "NOT_JSON"),
        ("sarif", "cut", "NOT_JSON"),
        ("github", "cut", "NOT_JSON"),
        ("json", "other", "WRONG_FORMAT"),
        ("github", "other", "WRONG_FORMAT"),
        ("sarif", "newer", "WRONG_FORMAT"),
        ("json", "newer", "NEWER_DATA"),
    ] {
        assert_eq!(import(format, file), code, "{format} from {file}");
    }
    // Holes: long to read, nothing to store.
    fs::File::create(f.at("large")).and_then(|file| file.set_len(600 << 20)).expect("a long file");
    for format in ["json", "sarif", "github"] {
        assert_eq!(import(format, "large"), "TOO_LARGE");
    }
    let fifo = Command::new("mkfifo").arg(f.at("pipe")).status().expect("mkfifo runs");
    assert!(fifo.success());
    assert_eq!(import("json", "pipe"), "SOURCE_UNREADABLE", "a pipe is not waited for");
    assert!(f.threads().is_empty());
    assert_eq!(f.failure(&["threads", "export", "ferry", "--format", "json", "none/threads.json", "--json"])["code"], "TARGET_UNWRITABLE");
    assert_eq!(f.failure(&["threads", "export", "ferry", "--format", "json", "data/threads.json", "--json"])["code"], "TARGET_UNWRITABLE");
    assert_eq!(f.failure(&["threads", "export", "ferry", "--format", "json", "ferry", "--json"])["code"], "TARGET_UNWRITABLE", "a folder");
    for words in [
        &["threads"][..],
        &["threads", "export", "ferry", "x.json"],
        &["threads", "export", "ferry", "--format", "json"],
        &["threads", "import", "ferry", "--format", "markdown", "x.md"],
        &["threads", "import", "ferry", "--format", "sarif"],
    ] {
        assert_eq!(f.lectern(words).status.code(), Some(2), "{words:?}");
    }
}

#[test]
fn writers_of_the_same_notes_lose_nothing_of_each_other() {
    let f = Fixture::new();
    let head = f.git(&["rev-parse", "HEAD"]);
    let rounds = 10;
    let writer = |data: &'static str, first: u64| {
        let lectern = |words: &[&str]| {
            let mut command = f.command(env!("CARGO_BIN_EXE_lectern"));
            let output = command.arg("--data-dir").arg(f.at(data)).args(words).output().expect("lectern runs");
            assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        };
        lectern(&["sync", "ferry"]);
        for id in first..first + rounds {
            let file = format!("{id}.json");
            f.write(&file, json!([comment(id, &head, "src/main.rs", 4, &format!("Comment {id}"))]).to_string());
            lectern(&["threads", "import", "ferry", "--format", "github", &file]);
            lectern(&["threads", "export", "ferry", "--format", "git-notes"]);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| writer("one", 100));
        scope.spawn(|| writer("other", 200));
    });
    let mut said: Vec<String> =
        f.note("discuss", "HEAD").iter().map(|line| line["description"].as_str().expect("text").to_owned()).collect();
    said.sort();
    let expected: Vec<String> = (100..100 + rounds).chain(200..200 + rounds).map(|id| format!("Comment {id}")).collect();
    assert_eq!(said, expected);
    assert!(!f.at("ferry/.git/refs/notes/devtools/discuss.lock").exists());
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("rights");
}
