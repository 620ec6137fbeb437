//! A folder in its window: shown, reloaded, opened elsewhere.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use lectern_e2e::process::poll;
use lectern_e2e::{Ear, Stage};
use serde_json::json;

use crate::support::*;

#[test]
fn one_key_shows_a_preview_in_a_window_and_what_is_saved_shows_at_once() {
    let (stage, ear) = (Stage::new("previews"), Ear::open());
    let root = stage.place("site");
    write_site(&root, &ear, "first", GREEN);
    let app = open_project(&stage, &root);
    app.press("Ctrl+Shift+P");
    assert_eq!(ear.wait("/loaded", 1, PATIENCE), "first");
    stage.focus_window("Preview:");
    wait_colour(&stage, "the page in the window's frame", GREEN, 0.3);
    picture(&stage, "shown");

    // A style sheet is exchanged, the page stays.
    write_sheet(&root, PLUM);
    wait_colour(&stage, "the saved style sheet", PLUM, 0.3);
    assert_eq!(ear.heard("/loaded").len(), 1, "a style sheet made the page load anew");
    // Anything else loads it anew.
    write_site(&root, &ear, "second", PLUM);
    assert_eq!(ear.wait("/loaded", 2, PATIENCE), "second");
    // So does the key.
    stage.keys(&["ctrl+r"]);
    ear.wait("/loaded", 3, PATIENCE);

    // Stopped, the port is free and the window says so.
    let preview = previews(&app).remove(0);
    assert_eq!(preview["status"], "READY", "{preview}");
    let port = port(&preview);
    assert!(listens(port), "the preview listens at its port");
    command(&app, "stop_preview", &json!({ "id": preview["id"] }));
    assert!(!listens(port), "a stopped preview still listens");
    wait_no_colour(&stage, "a preview that was stopped", PLUM);
    picture(&stage, "ended");
    // With the main window every other one goes.
    stage.focus_window("Lectern");
    app.close(stage.desktop());
}

#[test]
fn a_preview_opens_in_the_browser_that_the_system_names() {
    let (stage, ear) = (Stage::new("previews-browser"), Ear::open());
    let (programs, asked) = (stage.desktop().programs(), stage.place("asked"));
    fs::create_dir_all(&programs).expect("a folder");
    let browser = programs.join("xdg-open");
    fs::write(&browser, format!("#!/bin/sh\necho \"$1\" >> '{}'\n", asked.display())).expect("a program");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).expect("it can be run");
    let links = || fs::read_to_string(&asked).unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>();
    let root = stage.place("site");
    write_site(&root, &ear, "browsed", GREEN);
    let app = open_project(&stage, &root);
    app.press("Ctrl+Shift+P");
    ear.wait("/loaded", 1, PATIENCE);
    stage.focus_window("Preview:");
    wait_colour(&stage, "the page", GREEN, 0.3);
    // The button of the frame, at the right end of its head.
    stage.point(1247, 79, 1);
    assert!(poll(PATIENCE, || links().len() == 1), "the browser was not asked for: {:?}", links());
    app.press("Ctrl+7");
    app.click("button", "Open in browser");
    assert!(poll(PATIENCE, || links().len() == 2), "the browser was not asked for by the main window: {:?}", links());
    for link in links() {
        let (status, cookies, _) = get(&link, "");
        assert_eq!(status, 303, "{link} opens nothing");
        assert!(get(&link, "").0 >= 400, "it opens twice");
        let origin = link.split("/.lectern").next().expect("an origin").to_owned();
        let page = get(&format!("{origin}/"), &cookies).2;
        // No script of a window is there: the page itself brings the one that reloads it.
        assert!(page.contains("<h1>browsed</h1>") && page.contains("/.lectern/reload.js"), "{page}");
    }
    // What the window shows itself stays as it was written.
    assert_eq!(ear.heard("/loaded").len(), 1);
}

#[test]
fn pages_that_refuse_websockets_hear_of_changes_all_the_same() {
    let (stage, ear) = (Stage::new("previews-polling"), Ear::open());
    let root = stage.place("site");
    let write = |word: &str| {
        write_site(&root, &ear, word, GREEN);
        let page = fs::read_to_string(root.join("index.html")).expect("it was written");
        // Requests are allowed, websockets are not.
        let policy =
            "<!doctype html><meta http-equiv=Content-Security-Policy content=\"default-src 'self' 'unsafe-inline'; connect-src http:\">";
        let attempt = format!(
            "<script>const told = (what) => fetch('{}/websocket', {{ method: 'POST', mode: 'no-cors', body: what }});
             try {{ const s = new WebSocket(`ws://${{location.host}}/`); s.onopen = s.onerror = s.onclose = ({{ type }}) => told(type); }}
             catch (error) {{ told(error.name); }}</script>",
            ear.origin()
        );
        fs::write(root.join("index.html"), page.replace("<!doctype html>", policy) + &attempt).expect("a project can be written");
    };
    write("first");
    let app = open_project(&stage, &root);
    app.press("Ctrl+Shift+P");
    assert_eq!(ear.wait("/loaded", 1, PATIENCE), "first");
    assert_ne!(ear.wait("/websocket", 1, PATIENCE), "open", "its policy lets websockets through");
    stage.focus_window("Preview:");
    wait_colour(&stage, "the page", GREEN, 0.3);
    // Asking begins once the window knows that there is something to hear.
    std::thread::sleep(Duration::from_millis(2500));
    write_sheet(&root, PLUM);
    wait_colour(&stage, "the saved style sheet", PLUM, 0.3);
    assert_eq!(ear.heard("/loaded").len(), 1, "a style sheet made the page load anew");
    write_sheet(&root, AMBER);
    wait_colour(&stage, "a second save", AMBER, 0.3);
    write("second");
    assert_eq!(ear.wait("/loaded", 2, PATIENCE), "second");
}

#[test]
fn a_version_that_is_read_is_previewed_from_there_as_it_was() {
    let (stage, ear) = (Stage::new("previews-version"), Ear::open());
    let root = stage.place("site");
    write_site(&root, &ear, "old", GREEN);
    let app = open_project(&stage, &root);
    app.wait_in_sync(1);
    write_site(&root, &ear, "new", PLUM);
    app.wait("a version of what was saved", || app.text("#status-bar").contains("In sync with v2"));
    app.show_versions();
    app.wait_version(2);
    app.compare_versions(1, 2);
    app.jump_to_file("index.html");
    app.file_action("index.html", "Open as of v1");
    app.wait_text("#workspace .at-bar", "Reading v1");
    picture(&stage, "reading");
    app.click_css("#workspace .at-bar button[title^='Show v1']");
    assert_eq!(ear.wait("/loaded", 1, PATIENCE), "old");
    stage.focus_window("Preview:");
    wait_colour(&stage, "the version", GREEN, 0.3);
    let preview = previews(&app).remove(0);
    assert_eq!((preview["title"].as_str(), preview["reloads"].as_bool()), (Some("Snapshot of v1"), Some(false)));
    // Whatever is saved, a version never changes.
    write_site(&root, &ear, "newer", AMBER);
    app.wait("another version", || app.text("#status-bar").contains("In sync with v3"));
    stage.keys(&["ctrl+r"]);
    assert_eq!(ear.wait("/loaded", 2, PATIENCE), "old");
    picture(&stage, "shown");
}
