//! Threads wherever a file can be read: in a version, in a text that comes in pages, and by a link from anywhere.

use lectern_e2e::{Stage, project};
use serde_json::json;

use crate::support::*;

#[test]
fn a_link_leads_to_a_thread_wherever_it_is_by_now() {
    let stage = Stage::new("threads-link");
    let (app, root) = reading(&stage);
    let thread = begin(&app, FILE, 17, 17, "Follow me.");
    let id = thread["id"].as_str().expect("it has an id").to_owned();
    project::write(&root, FILE, &format!("// One.\n// Two.\n{PLAN}"));
    app.wait_in_sync(2);
    app.press("Ctrl+K");
    let field = app.find("#palette input");
    app.fill_element(&field, &format!("{FILE}#thread={id}"));
    app.wait_text("#palette [role=option]", "Thread");
    app.settled_shot("link");
    app.press("Enter");
    wait_thread(&app, "Thread on line 19, exact");
    app.wait_js("the focus on the thread", "document.activeElement?.matches('section.thread')", &[]);

    // Of a file that is gone the list tells.
    std::fs::remove_file(root.join(FILE)).expect("it is there");
    app.wait_in_sync(3);
    app.press("Ctrl+K");
    let field = app.find("#palette input");
    app.fill_element(&field, &format!("{FILE}#thread={id}"));
    app.wait_text("#palette [role=option]", "Thread");
    app.press("Enter");
    app.wait_text("#threads", "Follow me.");
    app.settled_shot("gone");
}

#[test]
fn what_is_written_in_a_version_is_about_that_version_and_found_in_the_folder() {
    let stage = Stage::new("threads-version");
    let (app, root) = reading(&stage);
    project::write(&root, FILE, &format!("// Above.\n{PLAN}"));
    app.wait_in_sync(2);
    app.press("Ctrl+3");
    app.wait_version(2);
    app.version_action(1, "Read the tree at v1");
    app.open_in_tree_at(FILE, 1);
    go_to_line(&app, 17);
    write_thread(&app, 1, "As it was then.");
    wait_thread(&app, "Thread on line 17, exact");
    app.settled_shot("in-v1");
    let id = app.js("return document.querySelector('[data-thread]').dataset.thread", &[]);
    let card = stored(&app, &id);
    assert_eq!((&card["origin_version"], &card["origin"]["line_start"]), (&json!(1), &json!(17)), "{card}");
    app.command("Back to the folder");
    wait_thread(&app, "Thread on line 18, exact");
}

#[test]
fn a_text_that_comes_in_pages_has_its_threads_beside_it() {
    let stage = Stage::new("threads-paged");
    let root = stage.place("shelf");
    project::sample(&root);
    project::add_large_text(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(lectern_e2e::flows::EMAIL, lectern_e2e::flows::PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app.open_in_tree("logs/large.log");
    app.press("Ctrl+G");
    let field = app.named("textbox", "Line");
    app.fill_element(&field, "120000");
    app.press("Enter");
    app.wait_text("#status-bar", "Ln 120000,");
    app.wait_text("#reader-panel", "needle");
    app.click_css(".pl.now");
    app.wait_js("the focus in the text", "document.activeElement?.matches('#reader-panel [data-pane-focus]')", &[]);
    app.press("c");
    wait_field(&app, "Write a comment");
    app.wait_text(".side .about", "Comment on line 120000");
    app.type_text("The needle.");
    app.press("Ctrl+Enter");
    app.wait_text(".side .tcard", "The needle.");
    app.wait_text(".side .tcard", "Line 120000");
    app.settled_shot("paged");
}
