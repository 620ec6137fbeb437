//! The screen of threads, their counts in the tree and elsewhere, and comments in comparisons, in the real window.

use std::path::PathBuf;

use lectern_e2e::flows::{EMAIL, PASSWORD, row};
use lectern_e2e::{App, Stage, project};
use serde_json::{Value, json};

const SYNC: &str = "fn plan() {\n    hash();\n}\n\nfn commit() {\n    rename();\n}\n\nfn verify() {\n    check();\n}\n";

/// A project with two files, recorded once and open in the window.
fn opened(stage: &Stage) -> (App, PathBuf) {
    let root = stage.place("ferry");
    project::write(&root, "src/sync.rs", SYNC);
    project::write(&root, "src/deep/hash.rs", "fn hash() {\n    read();\n}\n");
    project::write(&root, "README.md", "# Ferry\n");
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    (app, root)
}

/// Calls a command as the window does.
#[track_caller]
fn command(app: &App, name: &str, arguments: &Value) -> Value {
    let script = "const [name, values, done] = arguments; window.__TAURI_INTERNALS__.invoke(name, values).then((value) => done({ value }), (error) => done({ error }));";
    let answer = app.js_async(script, &[json!(name), arguments.clone()]);
    assert!(answer["error"].is_null(), "{name} failed: {}", answer["error"]);
    answer["value"].clone()
}

fn project_id(app: &App) -> Value {
    command(app, "projects", &json!({}))[0]["id"].clone()
}

fn begin(app: &App, path: &str, first: u32, last: u32, text: &str) -> Value {
    let place = json!({
        "place": { "path": path, "line_start": first, "line_end": last },
        "side": { "kind": "working_tree" },
        "document": null,
    });
    command(app, "create_thread", &json!({ "projectId": project_id(app), "place": place, "body": text }))["id"].clone()
}

#[track_caller]
fn wait_rows(app: &App, count: usize) {
    app.wait_js(
        &format!("{count} threads in the list"),
        "document.querySelectorAll('#threads .trow').length === arguments[0]",
        &[json!(count)],
    );
}

/// Waits until the row of this text is the one beside the list and has the focus.
#[track_caller]
fn wait_at(app: &App, text: &str) {
    app.wait_js(
        &format!("the row of {text:?}"),
        "document.activeElement?.matches('#threads .trow.current') && document.activeElement.innerText.includes(arguments[0])",
        &[json!(text)],
    );
    app.wait_text("#threads .detail", text);
}

#[test]
fn threads_are_listed_by_place_narrowed_resolved_and_opened_in_their_code() {
    let stage = Stage::new("threads-screen");
    let (app, _) = opened(&stage);
    app.press("Ctrl+4");
    app.wait_text("#threads", "No threads yet");
    begin(&app, "src/sync.rs", 2, 2, "Every file each time?");
    let rename = begin(&app, "src/sync.rs", 6, 6, "Atomic on one filesystem only.");
    begin(&app, "src/deep/hash.rs", 2, 2, "Read it in blocks?");
    begin(&app, "", 0, 0, "Agree on names before 1.0.");
    wait_rows(&app, 4);
    app.wait_text("#threads .pane-head", "4 open");

    // By keyboard through the list, in the order of places.
    app.click_css("#threads .trow");
    wait_at(&app, "Agree on names");
    app.press("j");
    wait_at(&app, "Read it in blocks?");
    app.press("ArrowDown");
    wait_at(&app, "Every file each time?");
    app.press("r");
    wait_rows(&app, 3);
    app.wait_toast("Thread resolved");
    app.press("Ctrl+Z");
    wait_rows(&app, 4);
    app.dismiss_toasts();

    // What is typed is found in comments and in paths; the filters are remembered.
    app.fill("Filter threads", "filesystem");
    wait_rows(&app, 1);
    app.press("Escape");
    wait_rows(&app, 4);
    app.click("radio", "Resolved");
    app.wait_text("#threads", "No thread is like this");
    app.click("button", "Show all open threads");
    wait_rows(&app, 4);

    // Several at once.
    app.click_css("#threads .trow");
    app.press("Ctrl+A");
    app.wait_text("#threads .bulk", "4 threads selected");
    app.click_css("#threads .bulk .btn:nth-of-type(2)");
    app.wait_text("#threads", "No open threads");
    app.wait_toast("4 threads resolved");
    app.press("Ctrl+Z");
    wait_rows(&app, 4);
    app.dismiss_toasts();

    app.click_css(&format!("#threads .trow[data-thread={rename}]"));
    wait_at(&app, "Atomic on one filesystem");
    app.press("Enter");
    app.wait_js(
        "the thread in its code with the focus",
        "document.activeElement?.closest('#workspace .thread')?.innerText.includes('Atomic on one filesystem')",
        &[],
    );
    app.press("Ctrl+4");
    wait_at(&app, "Atomic on one filesystem");
    app.assert_accessible("threads");
}

#[test]
fn the_tree_the_rail_and_the_list_of_projects_say_how_many_threads_there_are() {
    let stage = Stage::new("threads-counts");
    let (app, _) = opened(&stage);
    begin(&app, "src/sync.rs", 2, 2, "One");
    begin(&app, "src/sync.rs", 6, 6, "Two");
    let deep = begin(&app, "src/deep/hash.rs", 2, 2, "Three");
    let badge = |path: &str, says: &str| {
        let css = format!("{} .tc", row(path));
        if says.is_empty() { app.wait_gone(&css) } else { app.wait_text(&css, says) }
    };
    badge("src", "3");
    app.wait_text(&row("src"), "3 open threads");
    app.open_in_tree("src/sync.rs");
    badge("src/sync.rs", "2");
    badge("src/deep", "1");
    badge("src", "");
    // Wherever it is resolved, the count goes down.
    command(&app, "resolve_thread", &json!({ "projectId": project_id(&app), "threadId": deep, "resolved": true }));
    badge("src/deep", "");

    // What is on screen for a moment counts as read.
    app.open_in_tree("README.md");
    // A second opinion comes in from a file, and nobody has read it yet.
    let source = stage.artifacts().join("review.json");
    let review = json!([{
        "id": 7, "path": "src/sync.rs", "line": 10, "side": "RIGHT", "body": "Checks nothing yet.",
        "user": { "login": "noor" }, "created_at": "2026-11-01T10:00:00Z", "updated_at": "2026-11-01T10:00:00Z",
        "commit_id": "0f3c2a1d5b6e7f8091a2b3c4d5e6f708192a3b4c", "diff_hunk": "@@ -9,3 +9,3 @@\n fn verify() {\n     check();"
    }]);
    std::fs::write(&source, review.to_string()).expect("a file");
    let imported = command(&app, "import_threads", &json!({ "projectId": project_id(&app), "format": "github", "source": source }));
    assert_eq!(imported["added"], json!(1), "{imported}");
    app.wait_text("nav.rail [href='#threads']", "1 unread");
    app.wait_js(
        "a count in bold",
        "document.querySelector(arguments[0])?.classList.contains('new')",
        &[json!(format!("{} .tc", row("src/sync.rs")))],
    );
    app.settled_shot("tree");
    app.command("Show all projects");
    app.wait_text("#projects-home tr[data-project=ferry]", "unread");
    app.settled_shot("projects");
    app.command("Show unread threads");
    wait_rows(&app, 1);
    app.wait_text("#threads .trow", "noor");
    app.command("Mark all threads as read");
    app.wait_text("#threads", "No thread is like this");
    app.wait_js("nothing on the rail", "document.querySelector('nav.rail .pip') === null", &[]);
}

#[test]
fn both_sides_of_a_comparison_can_be_commented_on_and_show_their_threads() {
    let stage = Stage::new("threads-diff");
    let (app, root) = opened(&stage);
    project::write(&root, "src/sync.rs", &SYNC.replace("    rename();", "    link();\n    unlink();"));
    app.press("Ctrl+Shift+S");
    app.wait_in_sync(2);
    app.show_versions();
    app.wait_in_card("src/sync.rs", ".dl.add");

    // N goes to the change, C comments on its first line: the old one.
    app.js("document.querySelector('#versions .diff-view').focus()", &[]);
    app.press("n");
    app.find("#versions .dl.now");
    app.press("c");
    app.wait_js("the field", "document.activeElement?.ariaLabel === 'Write a comment'", &[]);
    app.type_text("Why was the rename given up?");
    app.press("Ctrl+Enter");
    app.wait_text("#versions .talk .thread", "given up?");
    app.wait_js("it stands on the old side", "document.querySelector('#versions [data-side=old] .thread') !== null", &[]);

    // The rows below by Alt, two of them by Shift as well.
    app.js("document.querySelector('#versions .diff-view').focus()", &[]);
    app.press("Alt+ArrowDown");
    app.press("Alt+Shift+ArrowDown");
    app.wait_js("two chosen rows", "document.querySelectorAll('#versions .dl.chosen').length >= 2", &[]);
    app.press("c");
    app.wait_text("#versions .talk", "src/sync.rs:6–7");
    app.type_text("Both in one transaction?");
    app.press("Ctrl+Enter");
    app.wait_text("#versions [data-side=new] .thread", "transaction?");
    app.settled_shot("split");

    // The pointer has a button beside the line.
    app.js(
        "document.querySelector('#versions [data-side=new] .dl.add .t').dispatchEvent(new PointerEvent('pointermove', { bubbles: true }))",
        &[],
    );
    app.find("#versions [data-side=new] button.begin");
    app.js(
        "const button = document.querySelector('#versions button.begin');
         button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
         dispatchEvent(new PointerEvent('pointerup'));",
        &[],
    );
    app.wait_js("the field", "document.activeElement?.ariaLabel === 'Write a comment'", &[]);
    app.wait_text("#versions .talk", "src/sync.rs:6");
    app.press("Escape");

    // In one column both stand below their lines, and J goes from one to the other.
    app.click("radio", "Unified");
    app.wait_js("both in one column", "document.querySelectorAll('#versions [data-side=both] .thread').length === 2", &[]);
    app.settled_shot("unified");
    app.js("document.querySelector('#versions .diff-view').focus()", &[]);
    let focused = |text: &str| {
        app.wait_js(
            &format!("the thread {text:?} to have the focus"),
            "document.activeElement?.closest('.thread')?.innerText.includes(arguments[0])",
            &[json!(text)],
        );
    };
    app.press("j");
    focused("given up?");
    app.press("j");
    focused("transaction?");
    app.press("r");
    app.wait_toast("Thread resolved");
    app.wait_js("folded", "document.querySelector('#versions .thread.folded.resolved') !== null", &[]);
    app.assert_accessible("comparison");

    // The rows stand where the threads leave them: no two overlap.
    let overlap = "const boxes = [...document.querySelectorAll('#versions [data-side=both] .dl, #versions [data-side=both] .talk')].map((each) => each.getBoundingClientRect()).sort((a, b) => a.top - b.top); return boxes.some((box, at) => at > 0 && box.top < boxes[at - 1].bottom - 1)";
    app.wait("rows that don't overlap", || app.js(overlap, &[]) == json!(false));
}

#[test]
fn ten_thousand_threads_are_a_list_of_which_only_a_few_are_drawn() {
    let stage = Stage::new("threads-many");
    let (app, _) = opened(&stage);
    let first = begin(&app, "src/sync.rs", 2, 2, "One of very many");
    app.close(stage.desktop());
    let database = rusqlite::Connection::open(stage.data_dir().join("lectern.db")).expect("the database");
    database
        .execute_batch(&format!(
            "CREATE TEMP TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) SELECT i FROM n;
             INSERT INTO comment_threads (id, project_id, file_path, line_start, line_end, created_at, updated_at, origin, anchor, state)
               SELECT printf('ffffffff-0000-7000-8000-%012x', i), project_id, printf('src/file%03d.rs', i / 50), 1 + i % 50, 1 + i % 50,
                 created_at, updated_at, origin, anchor, state FROM comment_threads, temp.numbers WHERE id = {first};
             INSERT INTO comments (id, thread_id, author_id, author_type, body, created_at)
               SELECT printf('ffffffff-0000-7000-8001-%012x', i), printf('ffffffff-0000-7000-8000-%012x', i), author_id, author_type,
                 printf('Thread number %d', i), c.created_at FROM comments AS c, temp.numbers WHERE thread_id = {first};",
            first = first.to_string().replace('"', "'")
        ))
        .expect("many threads");
    drop(database);

    let app = stage.launch(&[]);
    app.sign_in(EMAIL, PASSWORD);
    app.find("#workspace");
    app.press("Ctrl+4");
    app.wait_text("#threads .pane-head", "10,000 open");
    app.wait_js("only a few rows", "document.querySelectorAll('#threads .trow').length < 60", &[]);
    app.wait_gone("#threads [role=listbox][aria-busy]");
    app.click_css("#threads .trow");
    app.press("End");
    wait_at(&app, "One of very many");
    app.fill("Filter threads", "number 4321");
    wait_rows(&app, 1);
    app.wait_text("#threads .trow", "Thread number 4321");
}
