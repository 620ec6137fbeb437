//! Saying where a thread belongs: one of several places, none of them, or another one.

use lectern_e2e::{Stage, project};
use serde_json::json;

use crate::support::*;

/// Handlers that are alike: the one in the middle goes, and two new ones come that are equally like it.
fn alike() -> (String, String) {
    let handler = |name: &str| format!("fn on_{name}(event: Event) {{\n    log.write(event);\n    window.redraw(event.area);\n}}\n\n");
    let before = handler("open") + &handler("close") + &handler("move");
    let copies = handler("closed") + "fn go() {}\n\n" + &handler("closes");
    (before, handler("open") + &handler("move") + "fn pause() {}\n\n" + &copies)
}

#[test]
fn a_thread_that_may_be_in_two_places_is_put_into_one() {
    let stage = Stage::new("threads-review");
    let (app, root) = reading(&stage);
    let (before, after) = alike();
    project::write(&root, "src/check.rs", &before);
    app.wait_in_sync(2);
    app.open_in_tree("src/check.rs");
    let thread = begin(&app, "src/check.rs", 6, 9, "Is this the one?");
    app.wait_text(".thread", "Is this the one?");
    project::write(&root, "src/check.rs", &after);
    app.wait_in_sync(3);
    app.wait("a thread that needs review", || stored(&app, &thread["id"])["state"] == json!("NEEDS_REVIEW"));
    let state = stored(&app, &thread["id"]);
    app.wait_text(".thread header", "Needs review");
    app.wait_text(".thread ol li:first-child pre", "log.write(event);");
    let places = state["candidates"].as_array().map_or(0, Vec::len);
    assert!(places >= 2, "{state}");
    app.assert_accessible("a thread that needs review");
    app.settled_shot("review");

    let second = state["candidates"][1]["place"].clone();
    app.click_css(".thread ol li:nth-child(2) .btn");
    app.wait_toast("Thread placed on src/check.rs:");
    app.wait_js("the thread where it was put", "/^Thread on lines/.test(document.querySelector('section.thread')?.ariaLabel)", &[]);
    assert_eq!(stored(&app, &thread["id"])["place"], second);
    app.settled_shot("picked");
    app.press("Ctrl+Z");
    app.wait_text(".thread header", "Needs review");

    // None of them: it stays, as outdated.
    app.click("button", "None of these");
    app.wait_text(".thread header", "Outdated");
    app.wait_toast("Thread kept as outdated");
    app.wait_js("no candidates", "document.querySelectorAll('.thread ol li').length === 0", &[]);
    app.click("button", "Undo");
    app.wait_text(".thread header", "Needs review");
}

#[test]
fn a_place_that_is_wrong_is_said_to_be_and_that_can_be_taken_back() {
    let stage = Stage::new("threads-wrong");
    let (app, _root) = at_line(&stage, 17);
    write_thread(&app, 1, "About the lock.");
    app.click_css(".thread [aria-label='More thread actions']");
    app.click("menuitem", "This place is wrong");
    app.wait_toast("needs review");
    app.wait_text(".thread header", "Needs review");
    app.settled_shot("wrong");
    app.press("Ctrl+Z");
    wait_thread(&app, "Thread on line 17, exact");

    // To the selected lines, from its menu.
    go_to_line(&app, 24);
    app.press("Shift+End");
    app.click_css(".thread [aria-label='More thread actions']");
    app.click("menuitem", "Re-attach to line 24");
    app.wait_toast("Thread placed on src/sync.rs:24");
    app.wait_js("the thread there", "/on line 24,/.test(document.querySelector('section.thread')?.ariaLabel)", &[]);
    app.click("button", "Undo");
    wait_thread(&app, "Thread on line 17, exact");
}
