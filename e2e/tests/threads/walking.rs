//! Going from thread to thread, in a file of many, in both themes and sizes.

use lectern_e2e::{Stage, project};
use serde_json::json;

use crate::support::*;

#[test]
fn threads_are_walked_by_keyboard_and_from_the_list() {
    let stage = Stage::new("threads-walk");
    let (app, _root) = at_line(&stage, 1);
    for (line, text) in [(5, "The first."), (17, "The second."), (25, "The third.")] {
        begin(&app, FILE, line, line, text);
    }
    app.wait_js("three threads", "document.querySelectorAll('.side .tcard').length === 3", &[]);
    let at = |text: &str| {
        app.wait_js(
            &format!("the focus on {text:?}"),
            "document.activeElement?.matches('section.thread') && document.activeElement.innerText.includes(arguments[0])",
            &[json!(text)],
        );
    };
    app.press("j");
    at("The first.");
    app.press("j");
    at("The second.");
    app.press("r");
    app.wait_toast("Thread resolved");
    app.wait_js("the focus on what is one line now", "document.activeElement?.matches('section.thread.folded')", &[]);
    app.press("j");
    at("The third.");
    app.press("k");
    at("The second.");
    app.press("Enter");
    app.wait_js("the thread unfolded", "document.activeElement?.matches('section.thread:not(.folded)')", &[]);
    app.press("k");
    at("The first.");
    app.press("Escape");
    app.wait_text("#status-bar", "Ln 5,");
    app.click_css(".side [role=listitem]:nth-of-type(1) .tcard");
    app.wait_text(".side .pane-head", "2 open");

    // Only what is looked for.
    app.click("button", "Filter threads");
    app.click("radio", "Resolved");
    app.wait_js("one of them", "document.querySelectorAll('.side .tcard').length === 1", &[]);
    app.settled_shot("filter");
    app.press("Escape");
}

#[test]
fn a_file_with_five_hundred_threads_scrolls_and_keeps_few_of_them_on_screen() {
    let stage = Stage::new("threads-many");
    let (app, root) = reading(&stage);
    let lines: String = (1..=3_000).map(|line| format!("line {line} of a file with very many threads\n")).collect();
    project::write(&root, "many.txt", &lines);
    app.wait_in_sync(2);
    let project = project_id(&app);
    app.js_async(
        "const [project, done] = arguments;
         const begin = (line) => window.__TAURI_INTERNALS__.invoke('create_thread', { projectId: project, body: `Thread ${line}`,
            place: { place: { path: 'many.txt', line_start: line, line_end: line }, side: { kind: 'working_tree' }, document: null } });
         (async () => { for (let at = 1; at <= 500; at += 1) await begin(at * 6); })().then(() => done(1), (error) => done(String(error)))",
        &[project],
    );
    app.open_in_tree("many.txt");
    app.wait_text(".side .pane-head", "500 open");
    let drawn = "document.querySelectorAll('.cm-thread').length";
    app.wait_js("some threads", &format!("{drawn} > 2 && {drawn} < 60"), &[]);
    // To the end by keyboard, and through the middle by the wheel.
    app.press("Ctrl+End");
    app.wait_js("the last thread", "[...document.querySelectorAll('.thread')].some((each) => each.innerText.includes('Thread 3000'))", &[]);
    app.wait_js("only those on screen", &format!("{drawn} < 60"), &[]);
    app.js_async(
        "const [done] = arguments; const box = document.querySelector('#workspace .cm-scroller'); box.scrollTop = 0; let frames = 0;
         const step = () => { box.scrollTop += 120; if ((frames += 1) < 120) requestAnimationFrame(step); else done(1); };
         requestAnimationFrame(step)",
        &[],
    );
    app.wait_js("lines and threads where it was scrolled to", &format!("{drawn} > 2 && {drawn} < 60"), &[]);
    app.settled_shot("many");
    app.press("j");
    app.wait_js("the focus on a thread", "document.activeElement?.matches('section.thread')", &[]);
}

#[test]
fn threads_look_right_in_both_themes_and_sizes() {
    let stage = Stage::new("threads-looks");
    let (app, root) = at_line(&stage, 1);
    begin(&app, FILE, 7, 7, "Does this hash every file on each sync, even when nothing was touched? The docs repo takes 4 s.");
    begin(&app, FILE, 17, 19, "Is the lock given back when `write` fails?\n\n```rust\ndrop(lock);\n```");
    let done = begin(&app, FILE, 25, 25, "Start at one?");
    command(&app, "resolve_thread", &json!({ "projectId": project_id(&app), "threadId": done["id"], "resolved": true }));
    project::write(&root, FILE, &PLAN.replace("lock.write(&manifest)?;", "lock.write_all(&manifest)?;"));
    app.wait_in_sync(2);
    app.wait_text(".thread header", "Edited");
    app.resize(1360, 860);
    app.park_pointer();
    for theme in ["light", "dark"] {
        app.js("document.documentElement.dataset.theme = arguments[0]", &[json!(theme)]);
        app.settle();
        app.window_shot(&format!("wide-{theme}"));
        app.assert_accessible(&format!("threads, {theme}"));
    }
    app.resize(960, 600);
    for theme in ["dark", "light"] {
        app.js("document.documentElement.dataset.theme = arguments[0]", &[json!(theme)]);
        app.settle();
        app.window_shot(&format!("narrow-{theme}"));
    }
    app.command("Threads in this file");
    app.find(".side.over .tcard");
    app.settle();
    app.window_shot("narrow-list");
    app.assert_accessible("the list over the reader");
    app.click_css(".side.over .tcard");
    app.wait_gone(".side.over");
    app.wait_js("the focus on the thread", "document.activeElement?.matches('section.thread')", &[]);
}
