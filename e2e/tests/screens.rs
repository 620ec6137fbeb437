//! The screens of reading, finding and history, one after the other: accessible in both themes, and reached by keyboard alone.

use std::path::Path;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::hard_texts::{add_volumes, change_source, hard_texts};
use lectern_e2e::{App, Stage};
use serde_json::{Value, json};

/// Opens the project of texts that are hard to show, with a file that differs from its last commit.
fn opened(stage: &Stage) -> App {
    opened_with(stage, |_| {})
}

fn opened_with(stage: &Stage, prepare: impl FnOnce(&Path)) -> App {
    let root = stage.place("ledgers");
    hard_texts(&root);
    prepare(&root);
    change_source(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app
}

/// Shows one screen after the other and calls `look` on each.
fn tour(app: &App, look: impl Fn(&str)) {
    reader(app, &look);
    texts(app, &look);
    finding(app, &look);
    history(app, &look);
    threads(app, &look);
}

#[track_caller]
fn go_to_line(app: &App, line: u32) {
    app.press("Ctrl+G");
    app.fill("Line", &line.to_string());
    app.press("Enter");
    app.wait_text("#status-bar", &format!("Ln {line},"));
}

fn reader(app: &App, look: &impl Fn(&str)) {
    app.open_in_tree("src/accounts.rs");
    app.wait_js("colours", "document.querySelector('#workspace .cm-content .k')", &[]);
    go_to_line(app, 24);
    look("code");
    app.press("Ctrl+Alt+B");
    app.wait_text("#workspace .cm-editor", "Ada");
    look("blame");
    app.command("Show the commit of this line");
    app.wait_text("#workspace [role=dialog]", "Show the commit");
    look("card of a line");
    app.press("Escape");
    app.press("Ctrl+Alt+B");
    app.press("Alt+F3");
    app.wait_text("#workspace .peek", "since");
    look("change");
    app.press("Escape");
    app.wait_gone("#workspace .peek");
    app.command("Open to the side");
    app.wait_js("two readers", "document.querySelectorAll('#workspace .cm-editor').length === 2", &[]);
    look("two panes");
    app.command("Close the pane beside");
    app.wait_js("one reader", "document.querySelectorAll('#workspace .cm-editor').length === 1", &[]);
}

fn texts(app: &App, look: &impl Fn(&str)) {
    for (path, says) in [
        ("texts/hebrew.md", "English"),
        ("docs/table.md", "The year"),
        ("texts/hidden-marks.rs", "level"),
        ("texts/minified.js", "var ledger"),
    ] {
        app.open_in_tree(path);
        app.wait_text("#reader-panel", says);
        look(path);
    }
    app.open_in_tree("config/nested.json");
    // Data of this size begins folded.
    app.find("#workspace .cm-folded");
    look("folded");
    app.open_in_tree("assets/drawing.svg");
    app.wait_js("the drawing", "document.querySelector('#workspace img')?.naturalWidth > 0", &[]);
    look("drawing");
}

fn finding(app: &App, look: &impl Fn(&str)) {
    for (chord, typed, name) in [("Ctrl+P", "render", "no file"), ("Ctrl+P", "print", "files"), ("Ctrl+T", "folio_4", "symbols")] {
        app.press(chord);
        let field = app.find("#palette input");
        app.fill_element(&field, typed);
        app.wait_js(
            "an answer",
            "document.querySelector('#palette [role=option][aria-selected=true]') || squeeze(document.querySelector('#palette').innerText).includes('No ')",
            &[],
        );
        look(name);
        app.press("Escape");
        app.wait_gone("#palette");
    }
    app.press("Ctrl+Shift+F");
    app.fill("Search ledgers", "folio");
    app.wait_text("#search", "matches in");
    app.wait_gone("#search [aria-label^='Cancel the search']");
    app.press("F4");
    app.find("#search .cm-content");
    look("matches");
    app.press("Alt+R");
    app.fill("Search ledgers", "folio_(");
    app.find("#search [role=alert]");
    look("a pattern that can't be read");
    app.press("Alt+R");
    app.fill("Search ledgers", "no such words anywhere");
    app.wait_text("#search", "No matches");
    look("no matches");
}

fn history(app: &App, look: &impl Fn(&str)) {
    app.press("Ctrl+1");
    app.command("Project overview");
    app.wait_text("#workspace", "Languages");
    app.wait_text("#workspace", "commits in a year");
    look("overview");
    app.command("Show commits");
    app.click("option", "Call the ledger accounts");
    app.wait_in_card("src/accounts.rs", ".dl.add");
    look("commits");
    app.command("Show branches and tags");
    app.named_in("#versions", "option", "auditing");
    look("branches");
    app.press("Ctrl+1");
}

/// Calls a command as the window does.
#[track_caller]
fn command(app: &App, name: &str, arguments: &Value) -> Value {
    let script = "const [name, values, done] = arguments; window.__TAURI_INTERNALS__.invoke(name, values).then((value) => done({ value }), (error) => done({ error }));";
    let answer = app.js_async(script, &[json!(name), arguments.clone()]);
    assert!(answer["error"].is_null(), "{name} failed: {}", answer["error"]);
    answer["value"].clone()
}

/// Threads of the project, two of them, however often the tour is made.
fn with_threads(app: &App) {
    let project = command(app, "projects", &json!({}))[0]["id"].clone();
    let everything =
        json!({ "path": null, "states": [], "resolved": null, "author": null, "unread": false, "text": "", "latest_first": false });
    let known = command(app, "threads", &json!({ "projectId": project, "filter": everything, "first": 0, "count": 1 }));
    for line in if known["all"] == json!(0) { 3..5 } else { 0..0 } {
        let place = json!({
            "place": { "path": "src/accounts.rs", "line_start": line, "line_end": line },
            "side": { "kind": "working_tree" },
            "document": null,
        });
        command(app, "create_thread", &json!({ "projectId": project, "place": place, "body": "Is `this` needed?" }));
    }
}

fn threads(app: &App, look: &impl Fn(&str)) {
    with_threads(app);
    app.command("Show threads");
    app.wait_js("two threads", "document.querySelectorAll('#threads .trow').length === 2", &[]);
    app.wait_text("#threads .detail", "Places so far");
    look("threads");
    app.click_css("#threads .trow");
    app.press("Ctrl+A");
    app.wait_text("#threads .bulk", "2 threads selected");
    look("threads selected");
    app.click("button", "Clear the selection");
    app.command("Import threads…");
    app.find("#import-threads");
    look("importing threads");
    app.press("Escape");
    app.wait_gone("#import-threads");
    app.command("Export threads…");
    app.find("#export-threads");
    look("exporting threads");
    app.press("Escape");
    app.wait_gone("#export-threads");
    app.command("Show unread threads");
    app.wait_text("#threads", "No thread is like this");
    look("no thread like it");
    app.click("button", "Show all open threads");
    app.command("Notifications");
    app.find("#notifications");
    look("notifications");
    app.press("Ctrl+,");
    app.click("link", "Notifications");
    app.wait_text("#settings", "This desktop has no notification service.");
    look("settings of notifications");
    app.press("Ctrl+1");
}

#[test]
fn every_screen_of_reading_and_finding_is_accessible_in_both_themes() {
    let stage = Stage::new("accessible-reading");
    let app = opened(&stage);
    for theme in ["light", "dark"] {
        app.command(&format!("Use the {theme} theme"));
        tour(&app, |screen| app.assert_accessible(&format!("{}, {theme}", screen.replace('/', "-"))));
    }
}

#[test]
fn tab_reaches_everything_and_shows_where_it_is() {
    let stage = Stage::new("walking");
    let app = opened(&stage);
    tour(&app, |screen| app.assert_walked(&screen.replace('/', "-")));
}

#[test]
fn what_is_closed_gives_the_focus_back_to_the_text() {
    let stage = Stage::new("focus-back");
    let app = opened(&stage);
    app.open_in_tree("src/accounts.rs");
    app.wait_js("colours", "document.querySelector('#workspace .cm-content .k')", &[]);
    app.press("Ctrl+Alt+B");
    app.wait_text("#workspace .cm-editor", "Ada");
    for (what, open, shown) in [
        ("going to a line", "Ctrl+G", "dialog[open]"),
        ("the palette", "Ctrl+K", "#palette"),
        ("quick open", "Ctrl+P", "#palette"),
        ("finding", "Ctrl+F", "#workspace [role=search]"),
        ("the outline", "Ctrl+Shift+O", "#workspace [aria-label='Filter symbols']:focus"),
        ("the menu of the text", "Shift+F10", "[role=menu]"),
        ("a change", "Alt+F3", "#workspace .peek"),
        ("comparing", "Ctrl+D", "dialog[open]"),
        ("the shortcuts", "?", "#shortcuts"),
    ] {
        go_to_line(&app, 24);
        app.wait_js("the focus in the text", "document.activeElement?.closest('#workspace .cm-content')", &[]);
        app.press(open);
        app.find(shown);
        app.press("Escape");
        app.wait_js(&format!("the focus to come back from {what}"), "document.activeElement?.closest('#workspace .cm-content')", &[]);
    }
    // The note of a change closes from the text as well.
    app.press("Alt+F3");
    app.find("#workspace .peek");
    go_to_line(&app, 24);
    app.press("Escape");
    app.wait_gone("#workspace .peek");
}

#[test]
fn references_asked_for_first_of_all_come_to_an_end() {
    let stage = Stage::new("references-first");
    // Enough to look through for longer than the first answer waits.
    let app = opened_with(&stage, add_volumes);
    app.open_in_tree("src/accounts.rs");
    app.press("Ctrl+G");
    app.fill("Line", "4:14");
    app.press("Enter");
    app.wait_text("#status-bar", "Ln 4,");
    app.press("Shift+F12");
    app.wait_text("#search", "matches in 1 file");
    app.wait_gone("#search [aria-label^='Cancel the search']");
}

#[test]
fn folded_data_is_there_and_folded_when_one_comes_back_to_it() {
    let stage = Stage::new("folded-again");
    let app = opened(&stage);
    app.open_in_tree("config/nested.json");
    app.find("#workspace .cm-folded");
    app.open_in_tree("assets/drawing.svg");
    app.wait_js("the drawing", "document.querySelector('#workspace img')?.naturalWidth > 0", &[]);
    app.open_in_tree("config/nested.json");
    app.wait_text("#workspace .cm-content", "volumes");
    app.find("#workspace .cm-folded");
}

#[test]
fn the_chosen_match_is_in_sight_in_its_file() {
    let stage = Stage::new("match-in-sight");
    let app = opened(&stage);
    app.press("Ctrl+Shift+F");
    app.fill("Search ledgers", "folio_80");
    app.wait_text("#search", "1 match");
    app.wait_text("#search .cm-activeLine", "folio_80");
    app.fill("Search ledgers", "no such words anywhere");
    app.wait_text("#search", "No matches");
    app.fill("Search ledgers", "folio_70");
    app.wait_text("#search", "1 match");
    app.wait_text("#search .cm-activeLine", "folio_70");
}
