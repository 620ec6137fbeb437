//! Finding in the real window: files, symbols and text, definitions and references, also when the folder is gone.

use std::path::{Path, PathBuf};
use std::process::Command;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{App, Stage, project};
use serde_json::json;

/// Opens the sample project, signed in and synced.
fn finding(stage: &Stage) -> (App, PathBuf) {
    let root = stage.place("shelf");
    project::sample(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    (app, root)
}

/// Opens the palette by a key, types, and waits until an option says this.
#[track_caller]
fn ask(app: &App, chord: &str, typed: &str, option: &str) {
    app.press(chord);
    let field = app.find("#palette input");
    app.fill_element(&field, typed);
    // Matched letters stand in elements of their own.
    let first = "[...document.querySelectorAll('#palette [role=option]')].some((each) => each.ariaSelected === 'true' && each.textContent.includes(arguments[0]))";
    app.wait_js(&format!("{option:?} to be chosen"), first, &[json!(option)]);
}

#[track_caller]
fn wait_line(app: &App, line: u32) {
    app.wait_text("#status-bar", &format!("Ln {line},"));
}

/// Shows the search screen and looks for this.
#[track_caller]
fn search(app: &App, query: &str) {
    app.press("Ctrl+Shift+F");
    app.fill("Search shelf", query);
}

fn hits(app: &App) -> usize {
    let script =
        "return Number(/([\\d,]+) match/.exec(document.querySelector('#search')?.innerText ?? '')?.[1]?.replaceAll(',', '') ?? -1)";
    app.js(script, &[]).as_u64().map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX))
}

/// Lines that ripgrep finds in what a version holds; `None` without ripgrep.
fn ripgrep(root: &Path, args: &[&str]) -> Option<usize> {
    let mut command = Command::new("rg");
    command.args(["--no-config", "--hidden", "--glob=!.git", "--no-heading"]).args(args).current_dir(root);
    let output = command.output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).lines().count())
}

#[test]
fn files_symbols_and_lines_are_found_by_a_few_letters() {
    let stage = Stage::new("quick-open");
    let (app, _root) = finding(&stage);
    ask(&app, "Ctrl+P", "srcmain", "main.rs");
    app.settled_shot("files");
    app.press("Enter");
    app.wait_gone("#palette");
    app.wait_text("#workspace .cm-content", "Opens the shelf");
    ask(&app, "Ctrl+P", "shelf.rs:50", "shelf.rs");
    app.press("Enter");
    app.wait_gone("#palette");
    wait_line(&app, 50);
    ask(&app, "Ctrl+T", "@book_77", "book_77");
    app.settled_shot("symbols");
    app.press("Enter");
    app.wait_gone("#palette");
    app.wait_js("the line of book_77", "document.querySelector('.cm-activeLine')?.innerText.includes('book_77')", &[]);
    app.press("Ctrl+P");
    let field = app.find("#palette input");
    app.fill_element(&field, "zzqqyyxx");
    app.wait_text("#palette", "No ");
    app.assert_accessible("palette-none");
    app.press("Escape");
}

#[test]
fn text_is_found_as_ripgrep_finds_it() {
    let stage = Stage::new("search");
    let (app, root) = finding(&stage);
    search(&app, "shelf");
    app.wait_text("#search", "matches in");
    app.find("#search [role=treeitem]");
    if let Some(lines) = ripgrep(&root, &["--ignore-case", "shelf"]) {
        app.wait(&format!("the {lines} lines that ripgrep finds"), || hits(&app) == lines);
    }
    app.settled_shot("many");
    app.assert_accessible("search");
    app.click("button", "Match case");
    if let Some(lines) = ripgrep(&root, &["--case-sensitive", "shelf"]) {
        app.wait(&format!("the {lines} lines in this case"), || hits(&app) == lines);
    }
    search(&app, "fn book_1\\d+\\(");
    app.click("button", "Pattern");
    if let Some(lines) = ripgrep(&root, &["--case-sensitive", "fn book_1\\d+\\("]) {
        assert!(lines > 3, "the sample has them");
        app.wait(&format!("the {lines} lines of the pattern"), || hits(&app) == lines);
    }
    // A hit is shown around, then opened.
    app.press("F4");
    app.wait_text("#search", "of ");
    app.find("#search .cm-content");
    app.settled_shot("preview");
    search(&app, "book_(");
    app.find("#search [role=alert]");
    app.settled_shot("bad-pattern");
    app.click("button", "Pattern");
    search(&app, "no such words anywhere");
    app.wait_text("#search", "No ");
    app.settled_shot("none");
    app.assert_accessible("search-none");
    search(&app, "HashMap");
    app.wait_text("#search", "2 matches");
    app.find("#search .cm-content");
    app.click("button", "Open");
    app.wait_text("#workspace .cm-content", "Opens the shelf");
}

#[test]
fn a_version_is_searched_as_it_was_and_without_its_folder() {
    let stage = Stage::new("search-version");
    let (app, root) = finding(&stage);
    project::write(&root, "src/lib.rs", "//! Shelves that were moved to the cellar.\n\npub mod shelf;\n");
    app.wait_in_sync(2);
    search(&app, "cellar");
    app.wait_text("#search", "1 match");
    let gone = root.with_file_name("elsewhere");
    std::fs::rename(&root, &gone).expect("a folder can be moved");
    app.come_back();
    search(&app, "HashMap");
    app.wait_text("#search", "main.rs");
    ask(&app, "Ctrl+P", "srcmain", "main.rs");
    app.press("Enter");
    app.wait_text("#workspace .cm-content", "Opens the shelf");
}

#[test]
fn a_name_leads_to_where_it_is_defined_and_to_its_uses() {
    let stage = Stage::new("definition");
    let (app, _root) = finding(&stage);
    app.open_in_tree("src/main.rs");
    let line = app.js(
        "const lines = [...document.querySelectorAll('#workspace .cm-line')].map((e) => e.textContent); return lines.findIndex((text) => text.includes('with_capacity')) + 1",
        &[],
    );
    let column = app.js(
        "return [...document.querySelectorAll('#workspace .cm-line')].map((e) => e.textContent).find((text) => text.includes('with_capacity')).indexOf('CAPACITY') + 3",
        &[],
    );
    app.press("Ctrl+G");
    app.fill("Line", &format!("{line}:{column}"));
    app.press("Enter");
    wait_line(&app, u32::try_from(line.as_u64().unwrap_or_default()).unwrap_or_default());
    app.press("F12");
    app.wait_js("the line of CAPACITY", "document.querySelector('#workspace .cm-activeLine')?.innerText.includes('const CAPACITY')", &[]);
    app.press("Shift+F12");
    app.wait_text("#search", "Certain");
    app.wait_text("#search", "2 matches");
    app.settled_shot("references");
    app.assert_accessible("references");
    // Back to where it was asked.
    app.press("Ctrl+1");
    app.press("Alt+ArrowLeft");
    app.wait_js(
        "the line it was asked from",
        "document.querySelector('#workspace .cm-activeLine')?.innerText.includes(arguments[0])",
        &[json!("with_capacity")],
    );
}

#[test]
fn scripts_find_what_the_window_finds() {
    let stage = Stage::new("find-headless");
    let root = stage.place("shelf");
    project::sample(&root);
    let path = root.to_string_lossy().into_owned();
    stage.record(&root);
    let found = stage.lectern_json(&["find", &path, "srcmain"], &[]);
    assert_eq!(found["paths"][0], "src/main.rs", "{found}");
    let found = stage.lectern_json(&["search", &path, "HashMap", "--case"], &[]);
    assert_eq!(found["hits"][0]["path"], "src/main.rs", "{found}");
    assert_eq!(found["truncated"], false, "{found}");
    let found = stage.lectern_json(&["symbols", &path, "book_77"], &[]);
    assert_eq!((&found["symbols"][0]["name"], &found["symbols"][0]["path"]), (&json!("book_77"), &json!("src/shelf.rs")), "{found}");
    let file = root.join("src/main.rs");
    let found = stage.lectern_json(&["outline", &file.to_string_lossy()], &[]);
    assert!(found["symbols"].as_array().is_some_and(|all| all.iter().any(|each| each["name"] == "CAPACITY")), "{found}");
}
