//! What the history of a project promises: pages that are git's list, files as of commits, blame, and nobody else's.

mod common;

use std::{
    fs,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use common::{Fixture, PASSWORD, fixture, heard_by};
use lectern_workspace::{
    Events,
    view::{CommitPage, Failure, FileView, HistoryQuery, HistoryState, RefKind, SessionState, Side, SyncProgress},
};

#[derive(Default)]
struct Heard(AtomicUsize);

impl Events for Heard {
    fn session_changed(&self, _: SessionState) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn projects_changed(&self) {}
    fn history_changed(&self, _: HistoryState) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Fixture {
    fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// A repository of that many commits, made at once.
    fn many(&self, commits: usize) {
        let mut script = String::new();
        for number in 0..commits {
            let (time, message) = (1_600_000_000 + number, format!("commit {number}"));
            script += &format!("commit refs/heads/main\ncommitter Ada <ada@x> {time} +0000\ndata {}\n{message}\n", message.len());
            script += &format!("M 100644 inline f{}.txt\ndata {}\n{number}\n\n", number % 50, number.to_string().len() + 1);
        }
        self.git(&["init", "-q", "-b", "main"]);
        let mut import = Command::new("git");
        import.args(["fast-import", "--quiet"]).current_dir(&self.root).stdin(std::process::Stdio::piped());
        let mut child = import.spawn().expect("git runs");
        std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), script.as_bytes()).expect("written");
        assert!(child.wait().expect("it ends").success());
        self.git(&["reset", "-q", "--hard"]);
    }

    /// Asks until there are `enough` or there are no more.
    fn rows(&self, history: &str, first: u32, count: u32, enough: usize) -> CommitPage {
        let begin = Instant::now();
        loop {
            let page = self.workspace.history_rows(history, first, count).expect("rows");
            if page.commits.len() >= enough || (page.done && page.found <= first + count) {
                return page;
            }
            assert!(begin.elapsed() < Duration::from_secs(30), "{} of {enough}", page.commits.len());
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    fn ids(&self, project: &str, query: HistoryQuery) -> Vec<String> {
        let state = self.workspace.open_history(project, query).expect("a list");
        self.rows(&state.history, 0, 500, 500).commits.into_iter().map(|card| card.id).collect()
    }
}

fn path(path: &str) -> HistoryQuery {
    HistoryQuery { path: Some(path.to_owned()), ..HistoryQuery::default() }
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.expect_err("a refusal").code
}

#[test]
fn a_long_history_comes_in_pages_and_rests_ahead_of_who_reads_it() {
    let heard = Arc::new(Heard::default());
    let fixture = heard_by(heard.clone());
    fixture.many(3000);
    let project = fixture.project();
    let expected: Vec<String> = fixture.git(&["rev-list", "HEAD"]).lines().map(str::to_owned).collect();
    let state = fixture.workspace.open_history(&project, HistoryQuery::default()).expect("a list");
    assert!(state.has_commits && state.failure.is_none());
    let page = fixture.rows(&state.history, 0, 100, 100);
    assert_eq!(page.commits.iter().map(|card| &card.id).collect::<Vec<_>>(), expected[..100].iter().collect::<Vec<_>>());
    // It goes on to 500 ahead, and no further until somebody reads on.
    let begin = Instant::now();
    while fixture.workspace.history_rows(&state.history, 0, 100).expect("rows").found < 600 {
        assert!(begin.elapsed() < Duration::from_secs(30));
        std::thread::park_timeout(Duration::from_millis(5));
    }
    std::thread::park_timeout(Duration::from_millis(200));
    let rest = fixture.workspace.history_rows(&state.history, 0, 100).expect("rows");
    assert_eq!((rest.found, rest.done), (600, false));
    let end = fixture.rows(&state.history, 2900, 500, 100);
    assert_eq!(end.commits.iter().map(|card| &card.id).collect::<Vec<_>>(), expected[2900..].iter().collect::<Vec<_>>());
    assert!(end.done && end.found == 3000);
    assert_eq!(end.commits[99].summary, "commit 0");
    assert!(heard.0.load(Ordering::Relaxed) >= 2, "the window was told");
    fixture.workspace.close_history(&state.history);
    fixture.workspace.close_history(&state.history);
    assert_eq!(code(fixture.workspace.history_rows(&state.history, 0, 1)), "UNKNOWN_HISTORY");
}

#[test]
fn a_file_a_folder_a_text_and_a_branch_narrow_the_list() {
    let fixture = fixture();
    fixture.git(&["init", "-q", "-b", "main"]);
    let text: String = (0..20).map(|line| format!("line {line}\n")).collect();
    fixture.write("src/old.rs", &text);
    let first = fixture.commit("The first");
    fixture.git(&["branch", "early"]);
    fixture.git(&["mv", "src/old.rs", "src/new.rs"]);
    let second = fixture.commit("Rename it");
    fixture.write("other.txt", "x\n");
    let third = fixture.commit("Something else");
    let project = fixture.project();
    assert_eq!(fixture.ids(&project, path("src/new.rs")), [second.clone(), first.clone()]);
    assert_eq!(fixture.ids(&project, path("src")), [second.clone(), first.clone()]);
    let text = HistoryQuery { text: Some("RENAME".to_owned()), ..HistoryQuery::default() };
    assert_eq!(fixture.ids(&project, text), vec![second.clone()]);
    let branch = HistoryQuery { reference: Some("early".to_owned()), ..HistoryQuery::default() };
    assert_eq!(fixture.ids(&project, branch), vec![first.clone()]);
    let unknown = HistoryQuery { reference: Some("nope".to_owned()), ..HistoryQuery::default() };
    assert_eq!(code(fixture.workspace.open_history(&project, unknown)), "UNKNOWN_REFERENCE");
    let list = fixture.workspace.open_history(&project, path("src/new.rs")).expect("a list");
    let cards = fixture.rows(&list.history, 0, 9, 2).commits;
    assert_eq!((cards[0].path.as_deref(), cards[1].path.as_deref()), (Some("src/new.rs"), Some("src/old.rs")));
    assert_eq!(cards[1].refs.iter().map(|label| (label.name.as_str(), label.kind)).collect::<Vec<_>>(), [("early", RefKind::Branch)]);
    let all = fixture.workspace.open_history(&project, HistoryQuery::default()).expect("a list");
    let cards = fixture.rows(&all.history, 0, 9, 3).commits;
    assert_eq!((cards[0].id.as_str(), cards[0].version), (third.as_str(), Some(1)), "the version made at it");
    assert_eq!((cards[0].author.as_str(), cards[0].email.as_str(), cards[0].parents.len()), ("Ada", "ada@example.org", 1));
    let detail = fixture.workspace.commit(&project, &third[..8]).expect("a commit");
    assert_eq!((detail.card.id.as_str(), detail.message.as_str(), detail.card.version), (third.as_str(), "Something else", Some(1)));
    for id in ["12", "zzzzzzzz", &"0".repeat(40)] {
        assert_eq!(code(fixture.workspace.commit(&project, id)), "UNKNOWN_COMMIT", "{id}");
    }
    let references = fixture.workspace.references(&project).expect("references");
    assert_eq!(references.branches.iter().map(|branch| branch.name.as_str()).collect::<Vec<_>>(), ["main", "early"]);
}

#[test]
fn without_git_or_commits_there_is_an_answer_and_no_list() {
    let fixture = fixture();
    fixture.write("a.txt", "x\n");
    let project = fixture.project();
    for _ in 0..2 {
        let state = fixture.workspace.open_history(&project, HistoryQuery::default()).expect("a list");
        assert!(state.done && !state.has_commits);
        assert!(fixture.workspace.history_rows(&state.history, 0, 10).expect("rows").commits.is_empty());
        fixture.git(&["init", "-q"]);
    }
    assert!(fixture.workspace.references(&project).expect("references").is_git);
    assert_eq!(code(fixture.workspace.commit(&project, "abcdef")), "UNKNOWN_COMMIT");
    fs::remove_dir_all(fixture.root.join(".git")).expect("removed");
    assert_eq!(code(fixture.workspace.commit(&project, "abcdef")), "NO_REPOSITORY");
    assert_eq!(code(fixture.workspace.open_commit_file(&project, "a.txt", "abcdef")), "NO_REPOSITORY");
    assert!(!fixture.workspace.references(&project).expect("references").is_git);
    let document = fixture.workspace.open_file(&project, "a.txt", None).expect("opened").document;
    assert_eq!(code(fixture.workspace.blame("t", &document, &|_| {})), "NO_REPOSITORY");
}

#[test]
fn a_file_of_a_commit_is_read_like_any_other() {
    let fixture = fixture();
    fixture.git(&["init", "-q", "-b", "main"]);
    fixture.write("src/main.rs", "fn main() {}\n");
    std::os::unix::fs::symlink("src/main.rs", fixture.root.join("link")).expect("a link");
    let first = fixture.commit("one");
    fixture.write("src/main.rs", "fn other() {}\n");
    fixture.commit("two");
    let project = fixture.project();
    let opened = fixture.workspace.open_commit_file(&project, "src/main.rs", &first[..10]).expect("opened");
    assert_eq!((opened.from_commit.as_deref(), opened.from_version, opened.highlighted), (Some(first.as_str()), None, true));
    assert_eq!(&*fixture.workspace.file_text(&opened.document).expect("text"), "fn main() {}\n");
    assert_eq!(fixture.workspace.file_outline(&opened.document).expect("an outline")[0].name, "main");
    assert!(!fixture.workspace.file_spans(&opened.document, 1, 1).expect("spans").is_empty());
    assert_eq!(fixture.workspace.file_bytes(&opened.document, 3, 4).expect("bytes"), b"main");
    assert_eq!(fixture.workspace.line_changes(&opened.document).expect("an answer").map(|changes| changes.base), None);
    let link = fixture.workspace.open_commit_file(&project, "link", &first).expect("opened");
    assert_eq!((link.view, &*fixture.workspace.file_text(&link.document).expect("text")), (FileView::Symlink, "src/main.rs"));
    // Dropped to make room and opened again by its name.
    for number in 0..30 {
        fixture.write(format!("f{number}"), "x");
        fixture.workspace.open_file(&project, &format!("f{number}"), None).expect("opened");
    }
    assert_eq!(&*fixture.workspace.file_text(&opened.document).expect("text"), "fn main() {}\n");
    assert_eq!(code(fixture.workspace.open_commit_file(&project, "gone.rs", &first)), "FILE_MISSING");
    assert_eq!(code(fixture.workspace.open_commit_file(&project, "src", &first)), "NOT_A_FILE");
    assert_eq!(code(fixture.workspace.open_commit_file(&project, "src/main.rs", &"1".repeat(40))), "UNKNOWN_COMMIT");
    assert_eq!(code(fixture.workspace.open_commit_file(&project, "../x", &first)), "OUTSIDE_PROJECT");
}

#[test]
fn what_a_page_shows_is_of_the_state_that_the_page_is_of() {
    let fixture = fixture();
    fixture.git(&["init", "-q", "-b", "main"]);
    fixture.write("docs/a.md", "![](../p.png) ![](../q.png)\n");
    fixture.write("p.png", b"\x89PNG one\0");
    std::os::unix::fs::symlink("p.png", fixture.root.join("link.png")).expect("a link");
    let first = fixture.commit("one");
    let project = fixture.project();
    fixture.write("p.png", b"\x89PNG two\0");
    fixture.write("q.png", b"\x89PNG new\0");
    fixture.sync();
    fixture.write("p.png", b"\x89PNG three\0");
    fs::remove_file(fixture.root.join("q.png")).expect("removed");
    let bytes = |path: &str, side| fixture.workspace.project_bytes(&project, path, side);
    let commit = Side::Commit { commit: first.clone().try_into().expect("an id") };
    let version = |version| Side::Version { version };
    for (side, expected) in [(version(1), "one"), (version(2), "two"), (commit, "one"), (Side::WorkingTree, "three")] {
        assert_eq!(
            bytes("p.png", side).expect("bytes"),
            format!("\u{89}PNG {expected}\0").chars().map(|char| char as u8).collect::<Vec<_>>()
        );
    }
    assert_eq!(bytes("q.png", version(2)).expect("bytes").len(), 9);
    for side in [version(1), commit, Side::WorkingTree, Side::Empty] {
        assert_eq!(code(bytes("q.png", side)), "FILE_MISSING", "{side:?}");
    }
    for side in [version(1), commit, Side::WorkingTree] {
        assert_eq!(code(bytes("link.png", side)), "NOT_A_FILE", "{side:?}");
        assert_eq!(code(bytes("docs", side)), "NOT_A_FILE", "{side:?}");
        assert_eq!(code(bytes("../p.png", side)), "OUTSIDE_PROJECT", "{side:?}");
    }
    assert_eq!(code(bytes("p.png", version(9))), "UNKNOWN_VERSION");
    assert_eq!(code(bytes("p.png", Side::Commit { commit: "1".repeat(40).try_into().expect("an id") })), "UNKNOWN_COMMIT");
    // Also when the folder is gone.
    fs::rename(&fixture.root, fixture.root.with_extension("away")).expect("moved");
    assert!(bytes("p.png", version(2)).is_ok());
    assert_eq!(code(bytes("p.png", Side::WorkingTree)), "FOLDER_MISSING");
}

#[test]
fn blame_is_of_what_is_shown_in_the_folder_in_a_version_and_in_a_commit() {
    let fixture = fixture();
    fixture.git(&["init", "-q", "-b", "main"]);
    fixture.write("a.txt", "one\ntwo\n");
    let first = fixture.commit("First of all");
    let project = fixture.project();
    fixture.write("a.txt", "one\n2\nthree\n");
    let second = fixture.commit("Then this");
    fixture.write("a.txt", "one\n2\nthree\nfour\n");
    let told = |document: &str| {
        let blame = fixture.workspace.blame("t", document, &|_| {}).expect("a blame");
        let commits: Vec<String> = blame.commits.iter().map(|commit| commit.id.clone()).collect();
        let of = |commit: Option<u32>| commit.map_or("nobody".to_owned(), |at| commits[at as usize].clone());
        blame.hunks.iter().map(|hunk| (hunk.first, hunk.lines, of(hunk.commit))).collect::<Vec<_>>()
    };
    let open = |version| fixture.workspace.open_file(&project, "a.txt", version).expect("opened").document;
    assert_eq!(told(&open(None)), [(1, 1, first.clone()), (2, 2, second.clone()), (4, 1, "nobody".to_owned())]);
    assert_eq!(told(&open(Some(1))), [(1, 2, first.clone())]);
    let of_commit = fixture.workspace.open_commit_file(&project, "a.txt", &second).expect("opened").document;
    assert_eq!(told(&of_commit), [(1, 1, first.clone()), (2, 2, second.clone())]);
    let blame = fixture.workspace.blame("t", &of_commit, &|_| {}).expect("a blame");
    let later = blame.commits.iter().find(|commit| commit.id == second).expect("the second");
    assert_eq!((later.summary.as_str(), later.author.as_str()), ("Then this", "Ada"));
    let previous = later.previous.as_ref().expect("a parent");
    assert_eq!((previous.commit.as_str(), previous.path.as_str()), (first.as_str(), "a.txt"));
    // Other line ends in the folder than in git are not everybody's change.
    fixture.write("a.txt", "one\r\n2\r\nthree\r\n");
    assert_eq!(told(&open(None)), [(1, 1, first), (2, 2, second)]);
    fixture.write("new.txt", "x\n");
    let new = fixture.workspace.open_file(&project, "new.txt", None).expect("opened").document;
    assert_eq!(code(fixture.workspace.blame("t", &new, &|_| {})), "NOT_IN_GIT");
    fixture.write("bytes", b"\0\x01\x02");
    let bytes = fixture.workspace.open_file(&project, "bytes", None).expect("opened").document;
    assert_eq!(code(fixture.workspace.blame("t", &bytes, &|_| {})), "NOT_TEXT");
}

#[test]
fn a_file_that_was_renamed_and_not_committed_is_blamed_as_what_it_was() {
    let fixture = fixture();
    fixture.git(&["init", "-q", "-b", "main"]);
    let text: String = (0..12).map(|line| format!("line {line}\n")).collect();
    fixture.write("old/a.txt", &text);
    fixture.write("old/stays.txt", &text);
    let first = fixture.commit("First of all");
    fixture.write("old/a.txt", format!("{text}a second thought\n"));
    let second = fixture.commit("Then this");
    fs::create_dir(fixture.root.join("new")).expect("a folder");
    fs::rename(fixture.root.join("old/a.txt"), fixture.root.join("new/b.txt")).expect("renamed");
    let project = fixture.project();
    let blame = |version| {
        let opened = fixture.workspace.open_file(&project, "new/b.txt", version).expect("opened");
        fixture.workspace.blame("t", &opened.document, &|_| {}).expect("a blame")
    };
    let told = |blame: &lectern_workspace::view::Blame| {
        let of = |commit: Option<u32>| commit.map_or("nobody", |at| &blame.commits[at as usize].id).to_owned();
        blame.hunks.iter().map(|hunk| (hunk.first, hunk.lines, of(hunk.commit), hunk.original_path.clone())).collect::<Vec<_>>()
    };
    let old = || "old/a.txt".to_owned();
    let whole = [(1, 12, first.clone(), old()), (13, 1, second.clone(), old())];
    assert_eq!(told(&blame(None)), whole, "with the very same bytes");
    // Changed as well: what came from the old file is its commits', the rest is nobody's.
    let changed = format!("a new beginning\n{text}a second thought\n").replace("line 3\n", "");
    fixture.write("new/b.txt", changed.replace('\n', "\r\n"));
    fixture.sync();
    let expected =
        [(1, 1, "nobody".to_owned(), old()), (2, 3, first.clone(), old()), (5, 8, first.clone(), old()), (13, 1, second.clone(), old())];
    assert_eq!(told(&blame(None)), expected);
    assert_eq!(told(&blame(Some(2))), expected, "in a version, too");
    // What is still there was not renamed: a copy of it is nobody's.
    fixture.write("copy.txt", &text);
    let copy = fixture.workspace.open_file(&project, "copy.txt", None).expect("opened").document;
    fs::write(fixture.root.join("old/a.txt"), "another\n").expect("something else in its place");
    assert_eq!(code(fixture.workspace.blame("t", &copy, &|_| {})), "NOT_IN_GIT");
}

#[test]
fn nobody_else_reads_a_history() {
    let fixture = fixture();
    fixture.git(&["init", "-q", "-b", "main"]);
    fixture.write("a.txt", "one\n");
    let first = fixture.commit("one");
    let project = fixture.project();
    let list = fixture.workspace.open_history(&project, HistoryQuery::default()).expect("a list").history;
    let document = fixture.workspace.open_commit_file(&project, "a.txt", &first).expect("opened").document;
    let refused = |expected: &str| {
        let workspace = &fixture.workspace;
        assert_eq!(code(workspace.open_history(&project, HistoryQuery::default())), expected);
        assert_eq!(code(workspace.commit(&project, &first)), expected);
        assert_eq!(code(workspace.references(&project)), expected);
        assert_eq!(code(workspace.blame("t", &document, &|_| {})), expected);
        assert_eq!(code(workspace.open_commit_file(&project, "a.txt", &first)), expected);
        assert_eq!(code(workspace.file_text(&document)), expected);
        assert_eq!(code(workspace.project_overview(&project)), expected);
        assert_eq!(code(workspace.project_activity(&project)), expected);
        workspace.close_history(&list);
    };
    fixture.workspace.lock().expect("locked");
    refused("LOCKED");
    assert_eq!(code(fixture.workspace.history_rows(&list, 0, 1)), "LOCKED");
    fixture.workspace.unlock(PASSWORD.to_owned()).expect("unlocked");
    assert_eq!(fixture.workspace.history_rows(&list, 0, 1).expect("still open").commits.len(), 1);
    fixture.workspace.sign_out().expect("signed out");
    refused("NOT_SIGNED_IN");
    fixture.workspace.create_profile("eve@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    refused("UNKNOWN_PROJECT");
    assert_eq!(code(fixture.workspace.history_rows(&list, 0, 1)), "UNKNOWN_HISTORY");
}
