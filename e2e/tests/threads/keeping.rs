//! What was written is kept: through a crash, beside a failure; and suggestions are applied and taken back.

use lectern_e2e::Stage;
use lectern_e2e::flows::{EMAIL, PASSWORD};

use crate::support::*;

#[test]
fn drafts_come_back_where_they_were_after_the_app_was_killed() {
    let stage = Stage::new("threads-drafts");
    let (app, root) = at_line(&stage, 17);
    write_thread(&app, 1, "The first thread.");
    app.press("c");
    wait_field(&app, "Reply");
    app.type_text("A reply that was not se");
    app.press("Escape");
    app.press("Escape");
    go_to_line(&app, 24);
    app.press("Shift+ArrowDown");
    app.press("Shift+End");
    app.press("c");
    wait_field(&app, "Write a comment");
    app.type_text("Half a thou");
    let kept = || {
        let drafts = command(&app, "comment_drafts", &serde_json::json!({ "projectId": project_id(&app) }));
        let mut texts: Vec<String> =
            drafts.as_array().into_iter().flatten().filter_map(|one| one["body"].as_str().map(str::to_owned)).collect();
        texts.sort();
        texts
    };
    app.wait("both drafts to be kept", || kept() == ["A reply that was not se", "Half a thou"]);
    app.kill();

    let app = stage.launch(&[&root.to_string_lossy()]);
    app.sign_in(EMAIL, PASSWORD);
    app.wait_project(&root);
    // Which files were open is remembered a moment later than what was written, which is what counts here.
    app.open_in_tree(FILE);
    app.wait_text("#workspace .cm-content", "use std::path::Path");
    app.wait_js(
        "the thread that was begun",
        "document.querySelector(\"[aria-label='New comment on lines 24–25'] textarea\")?.value === 'Half a thou'",
        &[],
    );
    app.wait_js("the reply", "document.querySelector('.thread .reply textarea')?.value === 'A reply that was not se'", &[]);
    app.settled_shot("back");
    app.click_css("[aria-label='New comment on lines 24–25'] textarea");
    app.press("Ctrl+End");
    app.type_text("ght.");
    app.press("Ctrl+Enter");
    wait_thread(&app, "Thread on lines 24–25, exact");
    app.wait_text(".thread", "Half a thought.");
}

#[test]
fn a_closed_field_keeps_its_text_and_an_empty_one_leaves_nothing() {
    let stage = Stage::new("threads-closed");
    let (app, _root) = at_line(&stage, 17);
    app.press("c");
    wait_field(&app, "Write a comment");
    app.type_text("Later");
    app.press("Escape");
    app.wait_js("the focus in the code", "document.activeElement?.classList.contains('cm-content')", &[]);
    app.wait_text("[aria-label='New comment on line 17']", "Not sent, on line 17 Later");
    app.settled_shot("closed");
    app.press("c");
    wait_field(&app, "Write a comment");
    app.wait_js("the text", "document.activeElement.value === 'Later'", &[]);
    app.click("button", "Discard");
    app.wait_gone("[aria-label^='New comment']");
    app.press("c");
    wait_field(&app, "Write a comment");
    app.press("Escape");
    app.wait_gone("[aria-label^='New comment']");
}

#[test]
fn a_suggestion_is_applied_to_the_file_and_taken_back() {
    let stage = Stage::new("threads-suggestion");
    let (app, root) = at_line(&stage, 17);
    app.press("c");
    wait_field(&app, "Write a comment");
    app.click("button", "Suggest a change");
    app.wait_js(
        "the line as a suggestion",
        "document.activeElement?.value === '```suggestion\\n    let lock = Lock::take(store)?;\\n```\\n'",
        &[],
    );
    app.press("End");
    for _ in 0..9 {
        app.press("ArrowLeft");
    }
    app.type_text(" /* waits */");
    app.press("Ctrl+Enter");
    app.wait_text(".suggestion .dl.del", "let lock = Lock::take(store)?;");
    app.settled_shot("suggested");
    app.click_css(".suggestion .btn");
    app.wait_toast("Suggestion applied");
    let path = root.join(FILE);
    let text = || std::fs::read_to_string(&path).expect("it is there");
    let applied = PLAN.replace("    let lock = Lock::take(store)?;", "    let lock = Lock::take /* waits */(store)?;");
    assert_eq!(text(), applied);
    app.wait_text("#workspace .cm-content", "/* waits */");
    app.settled_shot("applied");
    // Once more would be wrong, and it says why not.
    app.wait_js("no second time", "!document.querySelector('.suggestion .btn')", &[]);
    app.click("button", "Undo");
    app.wait_toast("Suggestion undone");
    assert_eq!(text(), PLAN);
    wait_thread(&app, "Thread on line 17, exact");
}
