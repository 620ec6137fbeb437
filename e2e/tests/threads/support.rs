//! What the tests of threads have in common: a file with functions to write about, and ways to the threads in it.

use std::path::PathBuf;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{App, Stage, project};
use serde_json::{Value, json};

/// A file of thirty lines with three functions that don't look alike.
pub const PLAN: &str = "\
use std::path::Path;

/// Compares the folder with a manifest.
pub fn plan(root: &Path, base: &Manifest) -> Result<SyncPlan> {
    let mut plan = SyncPlan::default();
    for path in walk_tracked(root)? {
        let digest = hash_file(&path)?;
        if base.get(&path) != Some(&digest) {
            plan.changed.push((path, digest));
        }
    }
    Ok(plan)
}

/// Writes the next manifest.
pub fn commit(store: &Path, plan: SyncPlan) -> Result<Manifest> {
    let lock = Lock::take(store)?;
    let manifest = plan.into_manifest();
    lock.write(&manifest)?;
    Ok(manifest)
}

/// Checks every object of a version.
pub fn verify(version: u32, objects: &Objects) -> Result<usize> {
    let mut wrong = 0;
    for object in objects.of(version) {
        wrong += usize::from(!object.is_sound());
    }
    Ok(wrong)
}
";

pub const FILE: &str = "src/sync.rs";

/// A project with [`PLAN`] as `src/sync.rs`, recorded as version 1 and open in the window.
pub fn reading(stage: &Stage) -> (App, PathBuf) {
    let root = stage.place("ferry");
    project::write(&root, FILE, PLAN);
    project::write(&root, "README.md", "# Ferry\n\nCarries files across.\n");
    project::write(&root, "src/other.rs", "pub fn other() -> u32 {\n    7\n}\n");
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    (app, root)
}

/// The same with the file open and the caret on a line.
pub fn at_line(stage: &Stage, line: u32) -> (App, PathBuf) {
    let (app, root) = reading(stage);
    app.open_in_tree(FILE);
    go_to_line(&app, line);
    (app, root)
}

/// Puts the caret on a line and the focus in the code.
#[track_caller]
pub fn go_to_line(app: &App, line: u32) {
    app.press("Ctrl+G");
    let field = app.named("textbox", "Line");
    app.fill_element(&field, &line.to_string());
    app.press("Enter");
    app.wait_js("the focus in the code", "document.activeElement?.closest('.cm-content')", &[]);
    app.wait_text("#status-bar", &format!("Ln {line},"));
}

/// Writes a thread about this many lines from the caret on, by keyboard alone.
#[track_caller]
pub fn write_thread(app: &App, lines: u32, text: &str) {
    for _ in 1..lines {
        app.press("Shift+ArrowDown");
    }
    if lines > 1 {
        app.press("Shift+End");
    }
    app.press("c");
    wait_field(app, "Write a comment");
    app.type_text(text);
    app.press("Ctrl+Enter");
    app.wait_text(".thread", text);
    app.wait_gone("[aria-label^='New comment']");
}

/// Waits until the field of this name has the focus.
#[track_caller]
pub fn wait_field(app: &App, name: &str) {
    app.wait_js(&format!("the focus in {name:?}"), "document.activeElement?.ariaLabel === arguments[0]", &[json!(name)]);
}

/// Waits for a thread of this accessible name.
#[track_caller]
pub fn wait_thread(app: &App, name: &str) {
    app.wait_js(
        &format!("a thread called {name:?}"),
        "[...document.querySelectorAll('section.thread')].some((each) => isShown(each) && each.ariaLabel === arguments[0])",
        &[json!(name)],
    );
}

/// Asks the shell, as the window does.
#[track_caller]
pub fn command(app: &App, name: &str, arguments: &Value) -> Value {
    let answer = app.js_async(
        "const [name, args, done] = arguments; window.__TAURI_INTERNALS__.invoke(name, args).then((value) => done({ value }), (error) => done({ error }))",
        &[json!(name), arguments.clone()],
    );
    assert!(answer["error"].is_null(), "{name} failed: {answer}");
    answer["value"].clone()
}

/// The id of the project that is open.
pub fn project_id(app: &App) -> Value {
    command(app, "projects", &json!({}))[0]["id"].clone()
}

/// Begins a thread about lines of a file in the folder without the interface.
pub fn begin(app: &App, path: &str, first: u32, last: u32, text: &str) -> Value {
    let place = json!({
        "place": { "path": path, "line_start": first, "line_end": last },
        "side": { "kind": "working_tree" },
        "document": null,
    });
    command(app, "create_thread", &json!({ "projectId": project_id(app), "place": place, "body": text }))
}

/// A thread as the shell has it.
pub fn stored(app: &App, id: &Value) -> Value {
    command(app, "thread", &json!({ "projectId": project_id(app), "threadId": id }))
}

/// Opens the menu of the last comment by keyboard; by pointer it is there while it points at the comment.
#[track_caller]
pub fn open_comment_menu(app: &App) {
    app.wait_js("a menu's button", "document.querySelector(\".thread article:last-of-type [aria-label='More about the comment']\")", &[]);
    app.js("document.querySelector(\".thread article:last-of-type [aria-label='More about the comment']\").focus()", &[]);
    app.press("Enter");
}
