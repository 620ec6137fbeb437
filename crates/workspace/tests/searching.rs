//! What searching promises the window: rows that are the whole, one user's searches, an index that follows the versions.

mod common;

use std::{
    fs,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use common::{Fixture, PASSWORD, fixture, heard_by};
use lectern_workspace::{
    Events,
    view::{Failure, IndexState, IndexStatus, SearchOptions, SearchRow, SearchState, SearchStatus, SessionState, SyncProgress},
};

#[derive(Default)]
struct Heard {
    searches: Mutex<Vec<SearchState>>,
    indexes: Mutex<Vec<IndexState>>,
}

impl Events for Heard {
    fn session_changed(&self, _: SessionState) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn projects_changed(&self) {}
    fn search_changed(&self, state: SearchState) {
        self.searches.lock().expect("heard").push(state);
    }
    fn index_changed(&self, state: IndexState) {
        self.indexes.lock().expect("heard").push(state);
    }
}

impl Fixture {
    /// To its end.
    fn search(&self, project: &str, options: SearchOptions) -> SearchState {
        let started = self.workspace.start_search(project, options).expect("started");
        wait_until("the search ended", || {
            let state = self.workspace.fold_search(&started.search, Some(u32::MAX), false).expect("open");
            (state.status != SearchStatus::Running).then_some(state)
        })
    }

    fn rows(&self, state: &SearchState) -> Vec<SearchRow> {
        let mut rows = Vec::new();
        // In small pages, so that their seams are looked at too.
        while rows.len() < state.rows as usize {
            let page = self.workspace.search_rows(&state.search, u32::try_from(rows.len()).expect("few"), 7).expect("rows");
            assert!(!page.rows.is_empty() && page.total == state.rows);
            rows.extend(page.rows);
        }
        rows
    }

    fn index_is_ready(&self, project: &str, files: u32) -> IndexState {
        wait_until("the index is ready", || {
            let state = self.workspace.index_state(project).expect("a state");
            (state.text.status == IndexStatus::Ready && state.text.done == files).then_some(state)
        })
    }
}

fn wait_until<T>(what: &str, mut done: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = done() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn options(query: &str) -> SearchOptions {
    SearchOptions {
        query: query.to_owned(),
        regex: false,
        word: false,
        case_sensitive: false,
        include: Vec::new(),
        exclude: Vec::new(),
        version: None,
        context: 0,
        names_only: false,
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    result.expect_err("a failure").code
}

#[test]
fn rows_are_headers_hits_context_and_gaps() {
    let fixture = fixture();
    fixture.write("a.txt", "one\nneedle 1\nthree\nfour\nfive\nneedle ü needle\nseven\n");
    fixture.write("b/c.txt", "\u{1f600} NEEDLE\n");
    let (project, version) = fixture.sync();
    let state = fixture.search(&project, SearchOptions { context: 1, ..options("needle") });
    assert_eq!((state.files, state.hits, state.rows, state.status), (2, 3, 10, SearchStatus::Done));
    assert_eq!((state.version, state.truncated, state.unreadable), (Some(version), false, 0));
    let shown: Vec<String> = fixture
        .rows(&state)
        .into_iter()
        .map(|row| match row {
            SearchRow::File { file, path, hits, folded } => format!("{file} {path} {hits} {folded}"),
            SearchRow::Hit { file, hit, line, text, marks, .. } => format!("{file} hit {hit} {line} {text} {marks:?}"),
            SearchRow::Context { file, line, text } => format!("{file} beside {line} {text}"),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "0 a.txt 2 false",
            "0 beside 1 one",
            "0 hit 0 2 needle 1 [(0, 6)]",
            "0 beside 3 three",
            "Gap { file: 0 }",
            "0 beside 5 five",
            "0 hit 1 6 needle ü needle [(0, 6), (9, 15)]",
            "0 beside 7 seven",
            "1 b/c.txt 1 false",
            "1 hit 2 1 \u{1f600} NEEDLE [(3, 9)]",
        ]
    );
}

#[test]
fn folding_moves_the_rows_and_places_follow() {
    let fixture = fixture();
    for file in 0..30 {
        fixture.write(format!("{file:02}.txt"), "x needle\n".repeat(file + 1));
    }
    let (project, _) = fixture.sync();
    let state = fixture.search(&project, options("needle"));
    assert_eq!((state.hits, state.rows), (465, 495));
    let place = |hit| fixture.workspace.search_place(&state.search, hit).expect("a place");
    let row_of = |hit: u32, row: u32| match fixture.workspace.search_rows(&state.search, row, 1).expect("a row").rows.remove(0) {
        SearchRow::Hit { hit: found, .. } => assert_eq!(found, hit),
        SearchRow::File { folded, .. } => assert!(folded),
        other => panic!("{other:?} is no place of a hit"),
    };
    let all_fit = || (0..465_i32).for_each(|hit| row_of(hit.cast_unsigned(), place(hit).row));
    all_fit();
    let last = place(-1);
    assert_eq!((last.hit, last.path.as_str(), last.line, last.start, last.end), (464, "29.txt", 30, 2, 8));
    assert_eq!(place(465).hit, 0, "it wraps round");
    let folded = fixture.workspace.fold_search(&state.search, Some(29), true).expect("folded");
    assert_eq!(folded.rows, 465);
    all_fit();
    let folded = fixture.workspace.fold_search(&state.search, None, true).expect("folded");
    assert_eq!((folded.rows, fixture.rows(&folded).len()), (30, 30));
    all_fit();
    let open = fixture.workspace.fold_search(&state.search, Some(3), false).expect("unfolded");
    assert_eq!(open.rows, 34);
    all_fit();
}

#[test]
fn any_version_can_be_searched_and_globs_choose_files() {
    let fixture = fixture();
    fixture.write("src/a.rs", "before\n");
    fixture.write("docs/a.md", "before\n");
    let (project, first) = fixture.sync();
    fixture.write("src/a.rs", "after\n");
    let (_, second) = fixture.sync();
    let hits = |query: &str, version, include: &[&str], exclude: &[&str]| {
        let strings = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        let wanted = SearchOptions { version, include: strings(include), exclude: strings(exclude), ..options(query) };
        fixture.search(&project, wanted).hits
    };
    for _ in 0..2 {
        assert_eq!((hits("before", Some(first), &[], &[]), hits("before", None, &[], &[])), (2, 1));
        assert_eq!((hits("after", Some(second), &[], &[]), hits("after", Some(first), &[], &[])), (1, 0));
        assert_eq!((hits("before", Some(first), &["*.rs"], &[]), hits("before", Some(first), &[], &["docs/"])), (1, 1));
        // The same with an index.
        fixture.index_is_ready(&project, 2);
    }
    let start = |wanted| code(fixture.workspace.start_search(&project, wanted));
    assert_eq!(start(SearchOptions { regex: true, ..options("a(") }), "BAD_PATTERN");
    assert_eq!(start(SearchOptions { include: vec!["a[".to_owned()], ..options("a") }), "BAD_GLOB");
    assert_eq!(start(SearchOptions { version: Some(99), ..options("a") }), "UNKNOWN_VERSION");
    assert_eq!(code(fixture.workspace.start_search("nothing", options("a"))), "UNKNOWN_PROJECT");
}

#[test]
fn an_index_is_made_follows_the_versions_and_helps() {
    let heard = Arc::new(Heard::default());
    let fixture = heard_by(heard.clone());
    for file in 0..200 {
        fixture.write(format!("{file}.txt"), format!("number{file} of many\n").repeat(200));
    }
    let (project, _) = fixture.sync();
    let before = fixture.search(&project, options("number77 "));
    assert!(!before.indexed && before.total == 200, "nothing was indexed before the window asked for it");
    let ready = fixture.index_is_ready(&project, 200);
    assert!(ready.text.bytes.parse::<u64>().expect("a number") > 0);
    let after = fixture.search(&project, options("number77 "));
    assert!(after.indexed && after.total < 40 && after.hits == before.hits, "{} files were looked at", after.total);
    fixture.write("new.txt", "a new number77 line\n");
    fixture.sync();
    assert_eq!(fixture.search(&project, options("number77 ")).hits, before.hits + 1, "what isn't indexed yet is found all the same");
    wait_until("the new version is indexed", || {
        let told = heard.indexes.lock().expect("heard");
        told.iter().any(|state| state.text.status == IndexStatus::Ready && state.text.done == 201).then_some(())
    });
    let rebuilt = fixture.workspace.rebuild_index(&project).expect("rebuilt");
    assert_eq!(rebuilt.text.status, IndexStatus::Building);
    fixture.index_is_ready(&project, 201);
    assert!(fixture.search(&project, options("number78 ")).indexed);
}

#[test]
fn a_search_is_its_users_alone() {
    let fixture = fixture();
    fixture.write("a.txt", "needle\n");
    let (project, _) = fixture.sync();
    let state = fixture.search(&project, options("needle"));
    let every_call = |expected: &str| {
        assert_eq!(code(fixture.workspace.search_rows(&state.search, 0, 10)), expected);
        assert_eq!(code(fixture.workspace.fold_search(&state.search, None, true)), expected);
        assert_eq!(code(fixture.workspace.search_place(&state.search, 0)), expected);
        fixture.workspace.cancel_search(&state.search);
    };
    fixture.workspace.lock().expect("locked");
    every_call("LOCKED");
    assert_eq!(code(fixture.workspace.start_search(&project, options("needle"))), "LOCKED");
    assert_eq!(code(fixture.workspace.index_state(&project)), "LOCKED");
    fixture.workspace.sign_out().expect("signed out");
    every_call("NOT_SIGNED_IN");
    fixture.workspace.create_profile("eve@example.org", "", PASSWORD.to_owned(), false).expect("a profile");
    every_call("UNKNOWN_SEARCH");
    assert_eq!(code(fixture.workspace.start_search(&project, options("needle"))), "UNKNOWN_PROJECT");
    assert_eq!(code(fixture.workspace.index_state(&project)), "UNKNOWN_PROJECT");
    assert_eq!(code(fixture.workspace.rebuild_index(&project)), "UNKNOWN_PROJECT");
}

#[test]
fn the_last_six_searches_stay_open() {
    let fixture = fixture();
    fixture.write("a.txt", "needle\n");
    let (project, _) = fixture.sync();
    let states: Vec<SearchState> = (0..8).map(|_| fixture.search(&project, options("needle"))).collect();
    for (number, state) in states.iter().enumerate() {
        let rows = fixture.workspace.search_rows(&state.search, 0, 10);
        assert_eq!(rows.is_ok(), number >= 2, "search {number}");
    }
    assert_eq!(code(fixture.workspace.search_place(&fixture.search(&project, options("absent")).search, 0)), "NO_HITS");
    let empty = fixture.search(&project, options(""));
    assert_eq!((empty.hits, empty.status), (0, SearchStatus::Done));
}

#[test]
fn the_end_of_a_search_is_always_told() {
    let heard = Arc::new(Heard::default());
    let fixture = heard_by(heard.clone());
    for file in 0..50 {
        fixture.write(format!("{file}.txt"), "common words\n".repeat(2000));
    }
    let (project, _) = fixture.sync();
    let state = fixture.search(&project, options("common"));
    assert_eq!((state.hits, state.files), (100_000, 50));
    wait_until("the end was told", || {
        let told = heard.searches.lock().expect("heard");
        told.last()
            .is_some_and(|last| last.search == state.search && last.status == SearchStatus::Done && last.hits == 100_000)
            .then_some(())
    });
}

#[test]
fn more_hits_than_are_kept_are_told_to_be_more() {
    let fixture = fixture();
    fixture.write("many.txt", "e\n".repeat(210_000));
    let (project, _) = fixture.sync();
    let state = fixture.search(&project, options("e"));
    assert_eq!((state.hits, state.truncated, state.status), (200_000, true, SearchStatus::Done));
    let mut all = 0;
    let end = fixture.workspace.search_path(&fixture.root, options("e"), |_, _, _, _| {
        all += 1;
        true
    });
    assert_eq!((all, end.expect("searched").truncated), (210_000, false), "headless, all of them come");
}

#[test]
fn indexes_of_projects_that_are_gone_are_removed() {
    let fixture = fixture();
    fixture.write("a.txt", "needle\n");
    let (project, _) = fixture.sync();
    let old = fixture.dir.path().join("data/search/0191-gone/text");
    fs::create_dir_all(&old).expect("an old index");
    fixture.index_is_ready(&project, 1);
    assert!(!old.exists() && fixture.dir.path().join("data/search").join(&project).exists());
}
