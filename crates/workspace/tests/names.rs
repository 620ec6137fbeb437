//! What a name means where somebody reads it: where it is declared, and where it is used.

mod common;

use std::{thread, time::Duration};

use common::{Fixture, fixture};
use lectern_workspace::view::{Failure, RefactorDefinitions, SearchOptions, SearchRow, SearchState, SearchStatus};

const A: &str = "// cat\nexport function cat() {}\n";
const B: &str = "import { cat } from './a';\n'\u{1f600}';cat();\nother.cat;\n";

fn definition(f: &Fixture, document: &str, line: u32, column: u32) -> Result<RefactorDefinitions, Failure> {
    f.workspace.definition_at("task", document, line, column)
}

fn places(found: &RefactorDefinitions) -> Vec<(&str, u32, u32)> {
    found.places.iter().map(|place| (place.path.as_str(), place.line, place.column)).collect()
}

fn document(f: &Fixture, project: &str, path: &str, version: Option<u32>) -> String {
    f.workspace.open_file(project, path, version).expect("opened").document
}

fn options(query: &str) -> SearchOptions {
    SearchOptions {
        query: query.to_owned(),
        regex: false,
        word: true,
        case_sensitive: true,
        include: Vec::new(),
        exclude: Vec::new(),
        version: None,
        context: 0,
        names_only: true,
    }
}

fn references(f: &Fixture, document: &str, line: u32, column: u32, options: SearchOptions) -> SearchState {
    let state = f.workspace.start_references(document, line, column, options).expect("started");
    for _ in 0..3000 {
        let state = f.workspace.search_rows(&state.search, 0, 0).and_then(|_| f.workspace.fold_search(&state.search, Some(99), false));
        let state = state.expect("still open");
        if state.status != SearchStatus::Running {
            return state;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("the search does not end");
}

fn rows(f: &Fixture, state: &SearchState) -> Vec<String> {
    let rows = f.workspace.search_rows(&state.search, 0, 100).expect("rows").rows;
    let row = |row| match row {
        SearchRow::Group { certainty, hits, .. } => format!("{certainty:?} {hits}"),
        SearchRow::File { path, hits, .. } => format!("{path} {hits}"),
        SearchRow::Hit { line, marks, reason, .. } => format!("{line} {marks:?} {}", reason.unwrap_or_default()),
        other => format!("{other:?}"),
    };
    rows.into_iter().map(row).collect()
}

#[test]
fn a_definition_is_found_by_what_a_name_means_in_the_folder_and_in_versions() {
    let f = fixture();
    f.write("a.ts", A);
    f.write("b.ts", B);
    f.write("c.c", "int cat;\n");
    let project = f.project();
    let found = definition(&f, &document(&f, &project, "b.ts", None), 2, 5).expect("a definition");
    assert_eq!((found.name.as_str(), found.kind.as_str(), found.certain), ("cat", "function", true));
    assert_eq!(places(&found), [("a.ts", 2, 16)], "columns behind a smiley are those of the window");
    assert_eq!(definition(&f, &document(&f, &project, "c.c", None), 1, 4).expect_err("no engine").code, "UNSUPPORTED");
    assert_eq!(definition(&f, &document(&f, &project, "a.ts", None), 1, 3).expect_err("a comment").code, "NO_NAME");

    // Not synced: what is in the folder counts all the same, in the file that is read and in the one that declares it.
    f.write("a.ts", format!("// one more\n{A}"));
    let found = definition(&f, &document(&f, &project, "b.ts", None), 2, 5).expect("a definition");
    assert_eq!(places(&found), [("a.ts", 3, 16)], "never a line that is another one by now");
    let found = definition(&f, &document(&f, &project, "b.ts", Some(1)), 2, 5).expect("a definition");
    assert_eq!(places(&found), [("a.ts", 2, 16)], "a version is read as it was");
    f.write("new.ts", "import { cat } from './a';\ncat();\n");
    let found = definition(&f, &document(&f, &project, "new.ts", None), 2, 0).expect("a file that is in no version");
    assert_eq!(places(&found), [("a.ts", 3, 16)]);
    let shown = document(&f, &project, "b.ts", None);
    f.write("b.ts", "// changed\n");
    let refused = definition(&f, &shown, 1, 9);
    assert!(refused.is_ok_and(|found| places(&found) == [("a.ts", 3, 16)]), "what is shown is what was asked about");
}

#[test]
fn a_place_in_a_file_that_is_no_longer_as_shown_is_not_gone_to() {
    let f = fixture();
    f.write("a.ts", A);
    let project = f.project();
    let shown = document(&f, &project, "a.ts", None);
    f.write("a.ts", format!("\n\n{A}"));
    let refused = definition(&f, &shown, 2, 16).expect_err("the line would be another one");
    assert_eq!(refused.code, "DOCUMENT_CHANGED");
}

#[test]
fn references_are_grouped_by_how_sure_they_are() {
    let f = fixture();
    f.write("a.ts", A);
    f.write("b.ts", B);
    let project = f.project();
    let shown = document(&f, &project, "b.ts", None);
    let state = references(&f, &shown, 2, 5, options("cat"));
    let meaning = state.meaning.clone().expect("what it means");
    assert_eq!((meaning.name.as_str(), meaning.kind.as_str(), meaning.by_name), ("cat", "function", None));
    let listed = rows(&f, &state);
    assert_eq!(listed[0], "Certain 3");
    assert_eq!(&listed[1..4], ["a.ts 1", "2 [(16, 19)] declared here", "b.ts 2"]);
    assert!(listed[4].starts_with("1 [(9, 12)] ") && listed[5].starts_with("2 [(5, 8)] "), "{listed:?}");
    let text = listed.iter().position(|row| row == "Text 1").expect("comments");
    assert_eq!(&listed[text + 1..], ["a.ts 1", "1 [(3, 6)] spelled the same in a comment or a string"]);
    assert_eq!(state.rows as usize, listed.len());

    let hits = i32::try_from(state.hits).expect("few");
    let last = f.workspace.search_place(&state.search, hits - 1).expect("a place");
    assert_eq!((last.path.as_str(), last.line, last.row as usize), ("a.ts", 1, listed.len() - 1));
    let folded = f.workspace.fold_search(&state.search, None, true).expect("folded");
    let listed = rows(&f, &folded);
    assert_eq!(listed.len(), folded.rows as usize);
    assert_eq!(listed[0], "Certain 3");
    let first = f.workspace.search_place(&state.search, 0).expect("a place");
    assert_eq!(listed[first.row as usize], "a.ts 1", "a folded hit is at its file's row");

    let some = references(&f, &shown, 2, 5, SearchOptions { include: vec!["b.ts".into()], ..options("cat") });
    assert!(rows(&f, &some).iter().all(|row| !row.starts_with("a.ts")), "globs narrow it");
}

#[test]
fn what_no_engine_knows_is_found_by_name_and_says_why() {
    let f = fixture();
    f.write("c.c", "int cat; /* cat */\nint f() { return cat; }\n");
    f.write("a.ts", A);
    let project = f.project();
    let state = references(&f, &document(&f, &project, "c.c", None), 1, 4, options("cat"));
    let meaning = state.meaning.clone().expect("said");
    let why = meaning.by_name.expect("by name");
    assert_eq!((why.code.as_str(), why.message.as_str()), ("UNSUPPORTED", "What names mean is not known in C."));
    let listed = rows(&f, &state);
    assert!(listed.contains(&"c.c 2".to_owned()) && !listed.iter().any(|row| row.starts_with("Certain")), "{listed:?}");
}
