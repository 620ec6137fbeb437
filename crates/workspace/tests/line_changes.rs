//! What the marks beside an open file say: against HEAD, against the latest version, and when there are none.

mod common;

use std::fs;

use common::{Fixture, fixture};
use lectern_workspace::view::{LineChangeKind, LineChanges};

impl Fixture {
    fn commit(&self) -> String {
        self.git(&["init", "-q"]);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "a", "--allow-empty"]);
        format!("HEAD {}", self.git(&["rev-parse", "--short=7", "HEAD"]))
    }

    fn changes(&self, project: &str, name: &str) -> Option<LineChanges> {
        let opened = self.workspace.open_file(project, name, None).expect("opened");
        self.workspace.line_changes(&opened.document).expect("an answer")
    }
}

/// A change: its kind, its new and its old lines (first and how many), the old text.
type Told<'a> = (LineChangeKind, (u32, u32), (u32, u32), Vec<&'a str>);

fn told(changes: &LineChanges) -> Vec<Told<'_>> {
    let mut all = Vec::new();
    for change in &changes.changes {
        let (new, old) = ((change.first, change.lines), (change.old_first, change.old_lines));
        all.push((change.kind, new, old, change.old_text.iter().map(String::as_str).collect()));
    }
    all
}

#[test]
fn lines_are_marked_against_head() {
    let fixture = fixture();
    fixture.write("a.txt", "one\ntwo\nthree\nfour\nfive\n");
    let head = fixture.commit();
    let project = fixture.project();
    assert_eq!(fixture.changes(&project, "a.txt").map(|changes| (changes.changes.len(), changes.is_new)), Some((0, false)));
    fixture.write("a.txt", "zero\none\n2\nthree\nfive\n");
    let changes = fixture.changes(&project, "a.txt").expect("marks");
    assert_eq!(changes.base, head);
    assert_eq!(
        told(&changes),
        [
            (LineChangeKind::Added, (1, 1), (1, 0), vec![]),
            (LineChangeKind::Changed, (3, 1), (2, 1), vec!["two"]),
            (LineChangeKind::Removed, (5, 0), (4, 1), vec!["four"]),
        ]
    );
}

#[test]
fn line_ends_and_encodings_that_differ_mark_nothing() {
    let fixture = fixture();
    fixture.write("crlf.txt", "one\ntwo\n");
    fixture.write("utf16.txt", "one\ntwo\n");
    fixture.commit();
    let project = fixture.project();
    fixture.write("crlf.txt", "one\r\n2\r\n");
    let utf16: Vec<u8> = [0xfeff_u16].into_iter().chain("one\r\ntwo\r\n".encode_utf16()).flat_map(u16::to_le_bytes).collect();
    fixture.write("utf16.txt", utf16);
    assert_eq!(told(&fixture.changes(&project, "crlf.txt").expect("marks")), [(LineChangeKind::Changed, (2, 1), (2, 1), vec!["two"])]);
    assert_eq!(told(&fixture.changes(&project, "utf16.txt").expect("marks")), []);
}

#[test]
fn a_file_that_head_does_not_have_is_new() {
    let fixture = fixture();
    fixture.write("a.txt", "one\n");
    let head = fixture.commit();
    let project = fixture.project();
    fs::rename(fixture.root.join("a.txt"), fixture.root.join("b.txt")).expect("renamed");
    let changes = fixture.changes(&project, "b.txt").expect("marks");
    assert!(changes.is_new && changes.changes.is_empty());
    assert_eq!(changes.base, head);
}

#[test]
fn before_the_first_commit_every_file_is_new() {
    let fixture = fixture();
    fixture.git(&["init", "-q"]);
    fixture.write("a.txt", "one\n");
    let project = fixture.project();
    let changes = fixture.changes(&project, "a.txt").expect("marks");
    assert_eq!((changes.base.as_str(), changes.is_new), ("HEAD", true));
}

#[test]
fn without_git_lines_are_marked_against_the_latest_version() {
    let fixture = fixture();
    fixture.write("a.txt", "one\n");
    let project = fixture.project();
    fixture.write("a.txt", "one\ntwo\n");
    fixture.write("b.txt", "new\n");
    let changes = fixture.changes(&project, "a.txt").expect("marks");
    assert_eq!((changes.base.as_str(), changes.is_new), ("v1", false));
    assert_eq!(told(&changes), [(LineChangeKind::Added, (2, 1), (2, 0), vec![])]);
    assert!(fixture.changes(&project, "b.txt").expect("marks").is_new);
}

#[test]
fn files_of_versions_and_what_is_not_text_have_no_marks() {
    let fixture = fixture();
    fixture.write("a.txt", "one\n");
    fixture.write("b.bin", b"\0one");
    fixture.write("was.bin", b"\0one");
    fixture.write("lfs.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n");
    fixture.commit();
    let project = fixture.project();
    fixture.write("was.bin", "text now\n");
    fixture.write("lfs.txt", "the contents\n");
    for name in ["b.bin", "was.bin", "lfs.txt"] {
        assert!(fixture.changes(&project, name).is_none(), "{name}");
    }
    let opened = fixture.workspace.open_file(&project, "a.txt", Some(1)).expect("opened");
    assert!(fixture.workspace.line_changes(&opened.document).expect("an answer").is_none());
    let opened = fixture.workspace.open_file(&project, "a.txt", None).expect("opened");
    fixture.workspace.lock().expect("locked");
    assert_eq!(fixture.workspace.line_changes(&opened.document).expect_err("locked").code, "LOCKED");
}

#[test]
fn old_lines_are_told_up_to_a_limit() {
    let fixture = fixture();
    fixture.write("a.txt", format!("{}{}\n", "old\n".repeat(100), "é".repeat(9000)));
    fixture.commit();
    let project = fixture.project();
    fixture.write("a.txt", format!("new\n{}\n", "é".repeat(9000)));
    let changes = fixture.changes(&project, "a.txt").expect("marks");
    assert_eq!((changes.changes[0].old_lines, changes.changes[0].old_text.len()), (100, 40));
    fixture.write("a.txt", "");
    let changes = fixture.changes(&project, "a.txt").expect("marks");
    assert_eq!((changes.changes[0].kind, changes.changes[0].first, changes.changes[0].old_lines), (LineChangeKind::Removed, 1, 101));
    fixture.write("b.txt", "");
    fixture.write("a.txt", format!("{}new\n", "old\n".repeat(100)));
    assert_eq!(fixture.changes(&project, "a.txt").expect("marks").changes[0].old_text[0].chars().count(), 400);
}

/// Every line of a file of 8 MB is other than it was: the worst there is.
#[test]
fn a_large_file_is_compared_in_bounded_time() {
    let fixture = fixture();
    let lines = |word: &str| (0..400_000).map(|at| format!("{word} line {at:>6}\n")).collect::<String>();
    fixture.write("a.txt", lines("old"));
    fixture.commit();
    let project = fixture.project();
    fixture.write("a.txt", lines("new"));
    let start = std::time::Instant::now();
    let changes = fixture.changes(&project, "a.txt").expect("marks");
    assert_eq!((changes.changes.len(), changes.changes[0].lines), (1, 400_000));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
