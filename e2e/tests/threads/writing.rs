//! Writing threads, and what can be done with them by keyboard.

use lectern_e2e::Stage;
use serde_json::json;

use crate::support::*;

#[test]
fn a_thread_is_written_answered_edited_and_resolved_by_keyboard() {
    let stage = Stage::new("threads-keyboard");
    let (app, _root) = at_line(&stage, 7);
    app.press("Shift+ArrowDown");
    app.press("Shift+End");
    app.press("c");
    wait_field(&app, "Write a comment");
    app.wait_text("[aria-label='New comment on lines 7–8']", "Comment on lines 7–8");
    app.type_text("Does this hash *every* file?");
    app.settled_shot("composer");
    app.press("Ctrl+Enter");
    wait_thread(&app, "Thread on lines 7–8, exact");
    app.wait_js("Markdown that was rendered", "document.querySelector('.thread .said em')?.textContent === 'every'", &[]);
    app.wait_js("the focus on the thread", "document.activeElement?.matches('section.thread')", &[]);
    app.assert_accessible("a thread");
    app.settled_shot("written");

    // A reply, from the thread.
    app.press("c");
    wait_field(&app, "Reply");
    app.type_text("It reads all of them.");
    app.press("Ctrl+Enter");
    app.wait_js("two comments", "document.querySelectorAll('.thread article').length === 2", &[]);
    app.wait_js("the focus on the thread", "document.activeElement?.matches('section.thread')", &[]);

    // The own latest comment is written anew.
    app.press("e");
    wait_field(&app, "Your comment");
    app.press("Ctrl+End");
    app.type_text(" Twice.");
    app.press("Ctrl+Enter");
    app.wait_text(".thread article:last-of-type", "It reads all of them. Twice.");
    app.wait_text(".thread article:last-of-type", "edited");
    app.wait_js("the focus on the thread", "document.activeElement?.matches('section.thread')", &[]);

    app.press("r");
    wait_thread(&app, "Thread on lines 7–8, exact, resolved");
    app.wait_toast("Thread resolved");
    app.find(".thread.folded");
    app.press("Ctrl+Z");
    wait_thread(&app, "Thread on lines 7–8, exact");
    app.find(".thread:not(.folded)");

    // Esc leaves it for the code; K goes back to it.
    app.press("k");
    app.press("Escape");
    app.wait_js("the focus in the code", "document.activeElement?.classList.contains('cm-content')", &[]);
    app.press("k");
    app.wait_js("the focus on the thread", "document.activeElement?.matches('section.thread')", &[]);
    let project = project_id(&app);
    let filter =
        json!({ "path": null, "states": [], "resolved": null, "author": null, "unread": false, "text": "", "latest_first": false });
    let page = command(&app, "threads", &json!({ "projectId": project, "filter": filter, "first": 0, "count": 9 }));
    assert_eq!((&page["total"], &page["threads"][0]["comments"]), (&json!(1), &json!(2)), "{page}");
}

#[test]
fn comments_and_threads_that_were_deleted_come_back() {
    let stage = Stage::new("threads-deleted");
    let (app, _root) = at_line(&stage, 17);
    write_thread(&app, 1, "Who holds this lock?");
    let id = app.js("return document.querySelector('[data-thread]').dataset.thread", &[]);
    app.press("c");
    wait_field(&app, "Reply");
    app.type_text("Nobody yet.");
    app.press("Ctrl+Enter");
    app.wait_js("two comments", "document.querySelectorAll('.thread article').length === 2", &[]);

    open_comment_menu(&app);
    app.click("menuitem", "Delete comment");
    app.wait_toast("Comment deleted");
    app.wait_js("one comment", "document.querySelectorAll('.thread article').length === 1", &[]);
    app.click("button", "Undo");
    app.wait_text(".thread article:last-of-type", "Nobody yet.");

    app.click_css(".thread [aria-label='More thread actions']");
    app.settled_shot("menu");
    app.click("menuitem", "Delete thread");
    app.wait_toast("Thread deleted");
    app.wait_gone(".thread");
    app.wait_gone(".tcard");
    app.press("Ctrl+Z");
    app.wait_text(".thread article:last-of-type", "Nobody yet.");
    assert_eq!(stored(&app, &id)["comments"].as_array().map(Vec::len), Some(2));

    // With its last comment a thread goes as well, and comes back as well.
    app.dismiss_toasts();
    open_comment_menu(&app);
    app.click("menuitem", "Delete comment");
    app.wait_js("one comment", "document.querySelectorAll('.thread article').length === 1", &[]);
    app.dismiss_toasts();
    open_comment_menu(&app);
    app.click("menuitem", "Delete comment and thread");
    app.wait_gone(".thread");
    app.click("button", "Undo");
    app.wait_text(".thread article", "Who holds this lock?");
}

#[test]
fn files_and_symbols_are_named_by_at_and_hash_and_become_links() {
    let stage = Stage::new("threads-links");
    let (app, _root) = at_line(&stage, 25);
    app.press("c");
    wait_field(&app, "Write a comment");
    app.type_text("See @oth");
    app.wait_text(".offers [role=option][aria-selected=true]", "other.rs");
    app.settled_shot("offers");
    app.press("Enter");
    app.type_text("and #comm");
    app.wait_text(".offers [role=option]", "commit");
    app.press("Tab");
    let text = "document.activeElement.value";
    app.wait_js("both links", &format!("{text} === 'See [src/other.rs](src/other.rs) and [commit](src/sync.rs#L16) '"), &[]);
    app.click("button", "Preview");
    app.wait_text("[aria-label=Preview]", "See src/other.rs and commit");
    app.settled_shot("preview");
    app.click("button", "Write");
    app.press("Ctrl+Enter");
    app.wait_js("a thread", "document.querySelectorAll('.thread a[data-project-path]').length === 2", &[]);
    app.click_css(".thread a[data-project-path='src/other.rs']");
    app.wait_text("#workspace .cm-content", "pub fn other");
    app.press("Alt+ArrowLeft");
    app.click_css(".thread a[data-line='16']");
    app.wait_text("#status-bar", "Ln 16,");
}

#[test]
fn the_whole_file_a_page_and_the_project_can_be_commented_on() {
    let stage = Stage::new("threads-whole");
    let (app, _root) = at_line(&stage, 5);
    app.command("Comment on this file");
    wait_field(&app, "Write a comment");
    app.type_text("This file does too much.");
    app.press("Ctrl+Enter");
    wait_thread(&app, "Thread on the whole file, exact");
    app.wait_js(
        "the thread above the first line",
        "document.querySelector('.thread').getBoundingClientRect().bottom <= [...document.querySelectorAll('.cm-line')][0].getBoundingClientRect().top + 1",
        &[],
    );
    app.settled_shot("file");

    // A page has no lines: what is written about it stands in the list beside it.
    app.open_in_tree("README.md");
    app.command("Comment on this file");
    wait_field(&app, "Write a comment");
    app.type_text("Say how it is built.");
    app.press("Ctrl+Enter");
    app.wait_text(".side .tcard", "Say how it is built.");
    app.click_css(".side .tcard");
    app.wait_text(".side .thread", "Say how it is built.");
    app.settled_shot("page");

    app.command("Comment on the project");
    wait_field(&app, "Write a comment");
    app.type_text("Where are the tests?");
    app.press("Ctrl+Enter");
    app.wait_gone("[aria-label^='New comment']");
    let counts = command(&app, "thread_counts", &json!({ "projectId": project_id(&app) }));
    let paths: Vec<&str> = counts.as_array().into_iter().flatten().filter_map(|one| one["path"].as_str()).collect();
    assert_eq!(paths, ["", "README.md", FILE]);
}
