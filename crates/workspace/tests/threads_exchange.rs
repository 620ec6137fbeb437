//! Threads leave a project and come into it: whose they are, on which commit they are noted, and what a failure leaves.

mod common;

use std::fs;

use common::{EMAIL, Fixture, PASSWORD, fixture};
use lectern_workspace::view::{AuthorType, NewThreadPlace, Side, ThreadExportFormat, ThreadImportFormat, ThreadPlace};
use serde_json::Value;

const MAIN: &str = "use ferry::sail;\n\nfn main() {\n    sail(1);\n}\n";

fn place(path: &str, line_start: u32, line_end: u32, side: Side) -> NewThreadPlace {
    NewThreadPlace { place: ThreadPlace { path: path.to_owned(), line_start, line_end }, side, document: None }
}

/// A folder with a repository of one commit, recorded once.
fn repository() -> (Fixture, String) {
    let f = fixture();
    f.write("src/main.rs", MAIN);
    f.git(&["init", "-q", "-b", "main"]);
    commit(&f, "first");
    let id = f.project();
    (f, id)
}

fn commit(f: &Fixture, message: &str) -> String {
    f.git(&["add", "-A"]);
    f.git(&["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-qm", message]);
    f.git(&["rev-parse", "HEAD"]).trim().to_owned()
}

fn lines(f: &Fixture, kind: &str, commit: &str) -> Vec<Value> {
    let note = f.git(&["notes", &format!("--ref=devtools/{kind}"), "show", commit]);
    note.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_thread_is_noted_on_the_commit_that_its_lines_belong_to() {
    let (f, id) = repository();
    let first = f.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let old = f.workspace.create_thread(&id, &place("src/main.rs", 4, 4, Side::Version { version: 1 }), "Of version 1").expect("a thread");
    f.write("src/main.rs", format!("// More.\n{MAIN}"));
    let second = commit(&f, "second");
    f.sync();
    let on_commit: Side = serde_json::from_value(serde_json::json!({ "kind": "commit", "commit": first })).expect("a side");
    f.workspace.create_thread(&id, &place("src/main.rs", 3, 3, on_commit), "Of the first commit").expect("a thread");
    f.workspace.create_thread(&id, &place("src/main.rs", 5, 5, Side::Version { version: 2 }), "Of version 2").expect("a thread");
    // Lines that no commit has.
    f.write("src/main.rs", format!("// Not committed.\n{MAIN}"));
    f.sync();
    f.workspace.create_thread(&id, &place("src/main.rs", 1, 1, Side::Version { version: 3 }), "Of no commit").expect("a thread");
    let done = f.workspace.export_threads(&id, ThreadExportFormat::GitNotes, None).expect("noted");
    assert_eq!((done.threads, done.lines_added, done.commits, done.problems_total), (4, 4, 2, 0));
    let said = |commit: &str| -> Vec<(String, bool)> {
        let of = |line: &Value| (line["description"].as_str().expect("text").to_owned(), line["lectern"].get("quote").is_some());
        let mut said: Vec<_> = lines(&f, "discuss", commit).iter().map(of).collect();
        said.sort();
        said
    };
    assert_eq!(said(&first), [("Of the first commit".to_owned(), false), ("Of version 1".to_owned(), false)]);
    assert_eq!(said(&second), [("Of no commit".to_owned(), true), ("Of version 2".to_owned(), false)], "what the commit lacks goes along");
    // What is said later goes where the thread is.
    f.workspace.reply_to_thread(&id, &old.id, "An answer").expect("a reply");
    f.workspace.resolve_thread(&id, &old.id, true).expect("resolved");
    let done = f.workspace.export_threads(&id, ThreadExportFormat::GitNotes, None).expect("noted");
    assert_eq!((done.lines_added, done.commits), (2, 1));
    let noted = lines(&f, "discuss", &first);
    let root = noted.iter().find(|line| line["description"] == "Of version 1").expect("the thread");
    assert_eq!(root["author"], EMAIL);
    let answers: Vec<&Value> =
        noted.iter().filter(|line| line["lectern"]["thread"] == old.id.as_str() && line.get("parent").is_some()).collect();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0]["parent"], answers[1]["parent"]);
    assert!(answers.iter().any(|line| line["resolved"] == true && line.get("description").is_none()));
}

#[test]
fn own_comments_stay_own_in_another_data_folder_and_others_keep_their_names() {
    let (f, id) = repository();
    f.workspace.create_thread(&id, &place("src/main.rs", 4, 4, Side::WorkingTree), "Mine").expect("a thread");
    let file = f.dir.path().join("threads.json");
    f.workspace.export_threads(&id, ThreadExportFormat::Json, Some(&file)).expect("exported");
    for (email, mine, author) in [(EMAIL, true, "You"), ("bob@example.org", false, EMAIL)] {
        let other = common::open(f.dir.path().join(format!("data of {email}")), std::sync::Arc::new(lectern_workspace::NoEvents));
        other.create_profile(email, "", PASSWORD.to_owned(), false).expect("a profile");
        let (project, _) = other.sync_path(&f.root, &|_| {}).expect("a sync");
        assert_eq!(other.import_threads(&project, ThreadImportFormat::Json, Some(&file)).expect("imported").added, 1);
        let listed = other.threads_path(&f.root).expect("threads");
        let thread = other.thread(&project, &listed[0].id).expect("a thread");
        assert_eq!((thread.comments[0].mine, thread.comments[0].author.as_str()), (mine, author), "{email}");
        assert_eq!((listed[0].comments[0].author_type, listed[0].comments[0].author.as_str()), (AuthorType::User, EMAIL));
    }
}

#[test]
fn nobody_exchanges_threads_of_somebody_elses_project_or_behind_a_lock() {
    let (f, id) = repository();
    f.workspace.create_thread(&id, &place("src/main.rs", 4, 4, Side::WorkingTree), "Mine").expect("a thread");
    let file = f.dir.path().join("threads.json");
    let tried = |code: &str| {
        for format in [ThreadExportFormat::Json, ThreadExportFormat::Markdown, ThreadExportFormat::GitNotes] {
            assert_eq!(f.workspace.export_threads(&id, format, Some(&file)).expect_err("refused").code, code);
        }
        for format in [ThreadImportFormat::Json, ThreadImportFormat::GitNotes, ThreadImportFormat::Sarif, ThreadImportFormat::Github] {
            assert_eq!(f.workspace.import_threads(&id, format, Some(&file)).expect_err("refused").code, code);
        }
        assert!(!file.exists());
    };
    f.workspace.lock().expect("locked");
    tried("LOCKED");
    assert_eq!(f.workspace.threads_path(&f.root).expect_err("refused").code, "LOCKED");
    f.workspace.sign_out().expect("signed out");
    tried("NOT_SIGNED_IN");
    f.workspace.create_profile("bob@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    tried("UNKNOWN_PROJECT");
    assert_eq!(f.workspace.threads_path(&f.root).expect_err("refused").code, "NOT_A_PROJECT");
}

#[test]
fn an_export_replaces_a_file_whole_and_through_a_link() {
    let (f, id) = repository();
    let at = |name: &str| f.dir.path().join(name);
    fs::write(at("threads.json"), "what was there").expect("a file");
    std::os::unix::fs::symlink(at("threads.json"), at("link")).expect("a link");
    f.workspace.export_threads(&id, ThreadExportFormat::Json, Some(&at("link"))).expect("exported");
    assert!(fs::symlink_metadata(at("link")).expect("the link").is_symlink());
    let written: Value = serde_json::from_slice(&fs::read(at("threads.json")).expect("the file")).expect("JSON");
    assert_eq!((&written["format"], &written["kind"], &written["project"]), (&1.into(), &"lectern-threads".into(), &"ferry".into()));
    let names: Vec<String> = fs::read_dir(f.dir.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    assert!(!names.iter().any(|name| name.contains(".part")), "{names:?}");
    assert_eq!(f.workspace.export_threads(&id, ThreadExportFormat::Json, None).expect_err("refused").code, "TARGET_NEEDED");
    assert_eq!(f.workspace.import_threads(&id, ThreadImportFormat::Sarif, None).expect_err("refused").code, "SOURCE_NEEDED");
}

#[test]
fn a_thread_that_was_deleted_here_is_not_brought_back_by_any_import() {
    let (f, id) = repository();
    let thread = f.workspace.create_thread(&id, &place("src/main.rs", 4, 4, Side::WorkingTree), "Mine").expect("a thread");
    let file = f.dir.path().join("threads.json");
    f.workspace.export_threads(&id, ThreadExportFormat::Json, Some(&file)).expect("exported");
    f.workspace.export_threads(&id, ThreadExportFormat::GitNotes, None).expect("noted");
    f.workspace.delete_thread(&id, &thread.id).expect("deleted");
    for (format, source) in [(ThreadImportFormat::Json, Some(file.as_path())), (ThreadImportFormat::GitNotes, None)] {
        let done = f.workspace.import_threads(&id, format, source).expect("imported");
        assert_eq!((done.skipped, done.added, done.updated), (1, 0, 0));
    }
    assert!(f.workspace.threads_path(&f.root).expect("threads").is_empty());
}
