//! Threads stay with their code while files are changed elsewhere.

use lectern_e2e::{Stage, project};
use serde_json::json;

use crate::support::*;

#[test]
fn a_thread_follows_lines_that_move_and_says_when_they_were_edited() {
    let stage = Stage::new("threads-follow");
    let (app, root) = at_line(&stage, 17);
    write_thread(&app, 3, "Is the lock given back?");
    wait_thread(&app, "Thread on lines 17–19, exact");

    // Lines come in above: the numbers change, the thread is beside the same code.
    project::write(&root, FILE, &format!("// One.\n// Two.\n{PLAN}"));
    wait_thread(&app, "Thread on lines 19–21, exact");
    app.wait_in_sync(2);
    wait_thread(&app, "Thread on lines 19–21, exact");

    project::write(&root, FILE, &PLAN.replace("lock.write(&manifest)?;", "lock.write_all(&manifest, Mode::Durable)?;"));
    wait_thread(&app, "Thread on lines 17–19, edited");
    app.wait_in_sync(3);
    app.click("button", "What changed");
    app.wait_text(".thread .dl.del", "lock.write(&manifest)?;");
    app.wait_text(".thread .dl.add", "lock.write_all(&manifest, Mode::Durable)?;");
    app.assert_accessible("an edited thread");
    app.settled_shot("edited");
    app.wait_text(".side .tcard", "Edited");
}

#[test]
fn a_thread_goes_with_its_file_when_that_is_renamed() {
    let stage = Stage::new("threads-rename");
    let (app, root) = at_line(&stage, 24);
    write_thread(&app, 4, "Why count them?");
    std::fs::rename(root.join(FILE), root.join("src/journal.rs")).expect("it can be renamed");
    app.wait_in_sync(2);
    app.open_in_tree("src/journal.rs");
    wait_thread(&app, "Thread on lines 24–27, moved");
    app.wait_text(".thread header", "from src/sync.rs:24–27");
    app.settled_shot("moved");
    app.click_css(".thread header .from");
    app.wait_text("#workspace", "As of v1");
    wait_thread(&app, "Thread on lines 24–27, exact");
}

#[test]
fn code_that_is_gone_is_shown_in_place_as_it_was() {
    let stage = Stage::new("threads-outdated");
    let (app, root) = at_line(&stage, 16);
    write_thread(&app, 6, "Two manifests at once?");
    let (before, rest) = PLAN.split_once("/// Writes the next manifest.").expect("it has one");
    let (_, after) = rest.split_once("/// Checks every object").expect("it has one");
    project::write(&root, FILE, &format!("{before}/// Checks every object{after}"));
    wait_thread(&app, "Thread was lines 16–21, outdated");
    app.wait_in_sync(2);
    app.wait_text(".thread", "It was here");
    app.wait_text(".thread pre", "let lock = Lock::take(store)?;");
    app.assert_accessible("an outdated thread");
    app.settled_shot("outdated");

    // Its places are a history that can be read.
    app.click("button", "History of its places");
    app.wait_text("#thread-history", "Written");
    app.settled_shot("history");
    app.press("Escape");
    app.wait_gone("#thread-history");

    // Somebody says where it belongs now.
    app.click("button", "Place it by hand");
    app.wait_text("[aria-label='Place a thread']", "Two manifests at once?");
    go_to_line(&app, 4);
    app.press("Shift+ArrowDown");
    app.press("Shift+End");
    app.settled_shot("placing");
    app.click("button", "Attach to lines 4–5");
    wait_thread(&app, "Thread on lines 4–5, exact");
    app.wait_toast("Thread placed on src/sync.rs:4–5");
    app.press("Ctrl+Z");
    wait_thread(&app, "Thread was lines 16–21, outdated");

    // What comes back is found.
    project::write(&root, FILE, PLAN);
    wait_thread(&app, "Thread on lines 16–21, exact");
}

#[test]
fn a_comment_that_is_being_written_goes_along_when_its_file_changes() {
    let stage = Stage::new("threads-while-writing");
    let (app, root) = at_line(&stage, 17);
    app.press("Shift+ArrowDown");
    app.press("Shift+End");
    app.press("c");
    wait_field(&app, "Write a comment");
    app.type_text("Half of it ");
    project::write(&root, FILE, &format!("// Above.\n{PLAN}"));
    app.wait_js("the field below the same lines", "document.querySelector(\"[aria-label='New comment on lines 18–19']\")", &[]);
    wait_field(&app, "Write a comment");
    app.type_text("and the rest.");
    app.settled_shot("moved-along");
    app.press("Ctrl+Enter");
    wait_thread(&app, "Thread on lines 18–19, exact");
    app.wait_text(".thread article", "Half of it and the rest.");
    let id = app.js("return document.querySelector('[data-thread]').dataset.thread", &[]);
    assert_eq!(stored(&app, &id)["origin"], json!({ "path": FILE, "line_start": 18, "line_end": 19 }));
}
