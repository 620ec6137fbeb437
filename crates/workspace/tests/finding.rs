//! What finding by name promises: the latest version's files and symbols, without the folder, up to date after each sync, and nobody else's.

mod common;

use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt,
    sync::Arc,
    time::{Duration, Instant},
};

use common::{Fixture, PASSWORD, fixture};
use lectern_workspace::{
    NoEvents, outline_of_file,
    view::{Definitions, Failure, FoundFiles, FoundSymbols},
};

impl Fixture {
    fn files(&self, project: &str, query: &str) -> FoundFiles {
        self.workspace.find_files(project, query, &[], 100).expect("found")
    }

    /// Asks until all symbols were read.
    fn symbols(&self, project: &str, query: &str) -> FoundSymbols {
        let began = Instant::now();
        loop {
            let found = self.workspace.find_symbols(project, query, 100).expect("found");
            if found.complete {
                return found;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "reading symbols never ends");
        }
    }

    fn definitions(&self, project: &str, name: &str, from: &str, version: Option<u32>) -> Definitions {
        let began = Instant::now();
        loop {
            let found = self.workspace.definitions(project, name, from, version).expect("found");
            if found.complete {
                return found;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "reading symbols never ends");
        }
    }
}

fn paths(found: &FoundFiles) -> Vec<&str> {
    found.files.iter().map(|file| file.path.as_str()).collect()
}

fn names(found: &FoundSymbols) -> Vec<(&str, &str, u32)> {
    found.symbols.iter().map(|it| (it.name.as_str(), it.path.as_str(), it.line)).collect()
}

fn places(found: &Definitions) -> Vec<(&str, u32, &str)> {
    found.places.iter().map(|it| (it.path.as_str(), it.line, it.text.as_str())).collect()
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.expect_err("a refusal").code
}

#[test]
fn files_are_those_of_the_latest_version_after_each_sync_and_without_the_folder() {
    let fixture = fixture();
    fixture.write("src/main.rs", "fn main() {}\n");
    fixture.write("src/remains.rs", "\n");
    let (project, _) = fixture.sync();
    assert_eq!(paths(&fixture.files(&project, "main")), ["src/main.rs", "src/remains.rs"]);
    fixture.write("docs/mainland.md", "# M\n");
    assert_eq!(fixture.files(&project, "main").total, 2, "not synced yet");
    fixture.remove("src/main.rs");
    fixture.sync();
    let found = fixture.files(&project, "main");
    assert_eq!((paths(&found), found.total, found.version), (vec!["docs/mainland.md", "src/remains.rs"], 2, Some(2)));
    fs::rename(&fixture.root, fixture.dir.path().join("unplugged")).expect("the disk goes away");
    let found = fixture.files(&project, "mainland");
    assert_eq!((paths(&found), found.files[0].at.as_slice()), (vec!["docs/mainland.md"], &[5, 6, 7, 8, 9, 10, 11, 12][..]));
}

#[test]
fn a_file_that_becomes_a_link_and_a_folder_that_becomes_a_file_are_found_once() {
    let fixture = fixture();
    fixture.write("a/b.rs", "");
    fixture.write("c.rs", "");
    let (project, _) = fixture.sync();
    assert_eq!(fixture.files(&project, "").total, 2);
    fixture.remove("a/b.rs");
    fs::remove_dir(fixture.root.join("a")).expect("removed");
    fixture.write("a", "now a file");
    fixture.remove("c.rs");
    std::os::unix::fs::symlink("a", fixture.root.join("c.rs")).expect("a link");
    fixture.sync();
    assert_eq!(paths(&fixture.files(&project, "")), ["a", "c.rs"]);
}

#[test]
fn recent_files_and_names_that_are_not_utf8_are_named_by_their_keys() {
    let fixture = fixture();
    fixture.write("a.rs", "");
    fixture.write("b.rs", "");
    fixture.write(OsStr::from_bytes(b"caf\xe9.rs"), "fn lait() {}\n");
    let (project, _) = fixture.sync();
    let recent = ["b.rs".to_owned(), "../outside".to_owned(), "gone.rs".to_owned()];
    let found = fixture.workspace.find_files(&project, "rs", &recent, 9).expect("found");
    assert_eq!((paths(&found)[0], found.files[0].recent, found.files[1].recent), ("b.rs", true, false));
    let found = fixture.files(&project, "caf");
    assert_eq!(paths(&found), ["\x00636166e92e7273"]);
    assert_eq!(names(&fixture.symbols(&project, "lait")), [("lait", "\x00636166e92e7273", 1)]);
    assert_eq!(fixture.workspace.find_files(&project, "", &recent, 1000).expect("found").files.len(), 3);
}

#[test]
fn symbols_follow_the_versions() {
    let fixture = fixture();
    fixture.write("src/ferry.rs", "pub struct Ferry;\n\nimpl Ferry {\n    pub fn sail(&self) {}\n}\n");
    fixture.write("notes.txt", "fn not_code() {}\n");
    let (project, _) = fixture.sync();
    let found = fixture.symbols(&project, "sail");
    assert_eq!(names(&found), [("sail", "src/ferry.rs", 4)]);
    assert_eq!((found.symbols[0].column, found.symbols[0].container.as_deref(), found.version), (11, Some("impl Ferry"), Some(1)));
    fixture.write("src/ferry.rs", "pub struct Ferry;\n");
    fixture.write("src/boat.py", "def sail():\n    pass\n");
    fixture.sync();
    let found = fixture.symbols(&project, "sail");
    assert_eq!((names(&found), found.version), (vec![("sail", "src/boat.py", 1)], Some(2)));
    // Another process finds what this one kept, also when the contents are out of reach.
    fs::rename(&fixture.root, fixture.dir.path().join("unplugged")).expect("the disk goes away");
    assert_eq!(names(&fixture.symbols(&project, "Ferry"))[0], ("Ferry", "src/ferry.rs", 1));
}

#[test]
fn a_cold_index_answers_at_once_with_what_there_is() {
    let fixture = fixture();
    for file in 0..400 {
        let text: String =
            (0..60).map(|n| format!("pub fn function_{file}_{n}(value: usize) -> usize {{\n    value + {n}\n}}\n")).collect();
        fixture.write(format!("src/file{file}.rs"), text);
    }
    let (project, _) = fixture.sync();
    let first = fixture.workspace.find_symbols(&project, "function_399_59", 10).expect("found");
    assert!(!first.complete || first.total == 24_000, "{} of 24000", first.total);
    let all = fixture.symbols(&project, "function_399_59");
    assert_eq!((names(&all)[0], all.total), (("function_399_59", "src/file399.rs", 178), 24_000));
}

#[test]
fn definitions_say_the_line_the_columns_and_the_text_of_any_version() {
    let fixture = fixture();
    fixture.write("src/a.rs", "fn other() {}\n    /* 🚢 */ pub fn sail() {}   \n");
    fixture.write("src/b.rs", "fn main() { sail() }\nfn sail() {}\n");
    fixture.write("lib/c.py", "def sail():\n    pass\n");
    let (project, first) = fixture.sync();
    fixture.remove("src/b.rs");
    fixture.write("src/a.rs", "fn other() {}\n");
    fixture.write("src/new.rs", "fn sail() {}\n");
    fixture.sync();
    let latest = fixture.definitions(&project, "sail", "src/new.rs", None);
    assert_eq!(places(&latest), [("src/new.rs", 1, "fn sail() {}"), ("lib/c.py", 1, "def sail():")]);
    let found = fixture.definitions(&project, "sail", "src/b.rs", Some(first));
    assert_eq!(
        places(&found),
        [("src/b.rs", 2, "fn sail() {}"), ("src/a.rs", 2, "/* 🚢 */ pub fn sail() {}"), ("lib/c.py", 1, "def sail():")]
    );
    assert_eq!((found.places[1].column, found.places[1].end_column, found.by_name), (20, 24, true));
    assert!(fixture.definitions(&project, "nobody", "src/b.rs", None).places.is_empty());
    assert_eq!(code(fixture.workspace.definitions(&project, "sail", "src/b.rs", Some(99))), "UNKNOWN_VERSION");
    assert_eq!(code(fixture.workspace.definitions(&project, "sail", "../b.rs", None)), "OUTSIDE_PROJECT");
}

#[test]
fn a_damaged_cache_of_symbols_is_made_anew() {
    let fixture = fixture();
    fixture.write("a.rs", "fn sail() {}\n");
    let (project, _) = fixture.sync();
    assert_eq!(fixture.symbols(&project, "sail").total, 1);
    let data = fixture.dir.path().join("data");
    drop(fixture.workspace);
    let wal = data.join("search/symbols.db-wal");
    let _ = fs::remove_file(wal);
    fs::write(data.join("search/symbols.db"), "this was a database once").expect("damaged");
    let workspace = common::open(data, Arc::new(NoEvents));
    workspace.sign_in("ada@example.org", PASSWORD.to_owned(), false).expect("signed in");
    let found = workspace.all_symbols_like(&project, "sail", None, &|_| {}).expect("found");
    assert_eq!((names(&found), found.complete), (vec![("sail", "a.rs", 1)], true));
}

#[test]
fn a_project_before_or_after_its_first_empty_version_has_nothing_to_find() {
    let fixture = fixture();
    let project = fixture.workspace.add_project(&fixture.root).expect("added").project.id;
    let found = fixture.files(&project, "a");
    assert_eq!((found.files.len(), found.total), (0, 0));
    let found = fixture.symbols(&project, "a");
    assert_eq!((found.symbols.len(), found.total, found.complete), (0, 0, true));
    assert!(fixture.definitions(&project, "a", "a.rs", None).places.is_empty());
}

#[test]
fn nobody_finds_in_a_locked_window_or_in_somebody_elses_project() {
    let fixture = fixture();
    fixture.write("a.rs", "fn sail() {}\n");
    let (project, _) = fixture.sync();
    fixture.symbols(&project, "sail");
    let codes = |workspace: &lectern_workspace::Workspace| {
        [
            code(workspace.find_files(&project, "a", &[], 9)),
            code(workspace.all_files_like(&project, "a", None)),
            code(workspace.find_symbols(&project, "a", 9)),
            code(workspace.all_symbols_like(&project, "a", None, &|_| {})),
            code(workspace.definitions(&project, "sail", "a.rs", None)),
        ]
    };
    fixture.workspace.lock().expect("locked");
    assert_eq!(codes(&fixture.workspace), ["LOCKED"; 5]);
    fixture.workspace.sign_out().expect("signed out");
    assert_eq!(codes(&fixture.workspace), ["NOT_SIGNED_IN"; 5]);
    fixture.workspace.create_profile("bob@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    assert_eq!(codes(&fixture.workspace), ["UNKNOWN_PROJECT"; 5]);
}

#[test]
fn the_outline_of_a_file_needs_no_project() {
    let fixture = fixture();
    fixture.write("a.rs", "struct Ferry {\n    name: String,\n}\n");
    let outline = outline_of_file(&fixture.root.join("a.rs")).expect("an outline");
    let told: Vec<_> = outline.iter().map(|it| (it.name.as_str(), it.kind.as_str(), it.line, it.end_line, it.depth)).collect();
    assert_eq!(told[0], ("Ferry", "struct", 1, 3, 0));
    assert_eq!(code(outline_of_file(&fixture.root.join("gone.rs"))), "FILE_MISSING");
    assert_eq!(code(outline_of_file(&fixture.root)), "NOT_A_FILE");
}
