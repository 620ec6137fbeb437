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
