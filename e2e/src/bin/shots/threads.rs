//! Threads: none yet, in every state, chosen among, several at once; the tree beside them; and what is told of them.

use std::path::Path;

use lectern_e2e::{App, project};
use serde_json::{Value, json};

use crate::camera::Camera;

const SYNC: &str = "\
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

/// Sends what is new to another store.
pub fn send(store: &Store, other: &Store) -> Result<u64> {
    let mut sent = 0;
    for object in store.missing_in(other) {
        sent += other.put(object.bytes()?)?;
    }
    Ok(sent)
}
";

/// The same after a day's work: `plan` stays, `commit` is in a file of its own, `verify` counts otherwise, `send` is twice there, and so on.
fn after() -> (String, String) {
    let part = |name: &str| {
        let from = SYNC.find(&format!("/// {name}")).expect("it is in the file");
        let end = SYNC[from..].find("\n}\n").expect("a function ends");
        SYNC[from..from + end + 3].to_owned()
    };
    let verify = part("Checks").replace("let mut wrong = 0;", "let mut wrong = Broken::none();").replace("wrong +=", "wrong.count +=");
    let twice = format!("{0}\n{1}", part("Sends"), part("Sends").replace("pub fn send(", "pub fn send_later("));
    let sync = format!("use std::path::Path;\n\nuse crate::commit::commit;\n\n{}\n{verify}\n{twice}", part("Compares"));
    let commit = format!("//! Writing manifests.\n\n{}", part("Writes"));
    (sync, commit)
}

pub fn photograph(camera: &Camera) {
    let stage = camera.stage();
    let root = stage.place("ferry");
    project::write(&root, "src/sync.rs", SYNC);
    project::write(
        &root,
        "src/hash.rs",
        "/// Hashes the whole file.\npub fn hash_file(path: &Path) -> Result<Digest> {\n    let bytes = read(path)?;\n    Ok(digest(&bytes))\n}\n",
    );
    project::write(&root, "src/events.rs", &(handler("open") + &handler("close") + &handler("move")));
    project::write(&root, "docs/format.md", "# Format\n\nA manifest lists every file.\n\nObjects are named by their hash.\n");
    project::write(&root, "README.md", "# Ferry\n\nCarries files across.\n");
    let app = camera.open(&stage, &root);
    app.press("Ctrl+4");
    app.wait_text("#threads", "No threads yet");
    camera.take(&app, "threads-empty");

    let project = command(&app, "projects", &json!({}))[0]["id"].clone();
    let begin = |path: &str, first: u32, last: u32, text: &str| begin(&app, &project, path, first, last, text);
    let talk =
        begin("src/sync.rs", 7, 7, "Does this hash every file on each sync, even when nothing was touched? The docs repo takes 4 s.");
    reply(
        &app,
        &project,
        &talk,
        "`plan` calls `hash_file` for every tracked path, and that reads the whole file. Nothing here checks the modified time first.",
    );
    begin("src/sync.rs", 16, 19, "Rename is atomic only on one filesystem. Is the store always beside the folder?");
    begin(
        "src/sync.rs",
        25,
        28,
        "Short-circuit is fine, but a **count** would let the status bar say how many are broken.\n\n```suggestion\n    let mut wrong = Count::zero();\n    for object in objects.of(version) {\n        wrong.add(object.is_sound());\n    }\n```",
    );
    begin("src/sync.rs", 35, 37, "Should this go on after one object that could not be read?");
    let gone = begin("src/hash.rs", 3, 4, "Reading the file whole is the slow part. Read it in blocks?");
    begin("src/events.rs", 6, 9, "Is the window still there when this is called?");
    begin("docs/format.md", 3, 3, "Every file that is tracked, that is.");
    begin("docs/format.md", 0, 0, "A table of the fields would help whoever writes another reader.");
    begin("", 0, 0, "Before 1.0: agree on what a version is called in the interface.");
    let done = begin("README.md", 3, 3, "Across what?");
    command(&app, "resolve_thread", &json!({ "projectId": project, "threadId": done, "resolved": true }));

    change(&root);
    app.press("Ctrl+Shift+S");
    app.wait_in_sync(2);
    app.dismiss_toasts();
    app.wait_text("#threads", "src/sync.rs");
    camera.take(&app, "threads");
    choose(&app, &gone);
    camera.take(&app, "threads-outdated");
    app.click_css("#threads .trow[data-t=review]");
    app.settle();
    camera.take(&app, "threads-review");
    app.press("Ctrl+A");
    camera.take(&app, "threads-selected");
    app.press("Escape");
    app.fill("Filter threads", "nothing like it");
    app.wait_text("#threads", "No thread is like this");
    camera.take(&app, "threads-none-like-it");
    app.press("Escape");
    app.wait_text("#threads", "src/sync.rs");

    app.press("Ctrl+1");
    app.open_in_tree("src/sync.rs");
    camera.take(&app, "threads-tree");
    camera.take_each(&app, "notifications", || {
        app.command("Notifications");
        app.wait_text("#notifications", "Settings");
    });
    app.press("Ctrl+,");
    app.click("link", "Notifications");
    app.wait_text("#settings", "Show notifications on the desktop");
    camera.take(&app, "notifications-settings");
    app.command("Show all projects");
    app.wait_text("#projects-home", "Threads");
    camera.take(&app, "threads-projects");
}

fn change(root: &Path) {
    let (sync, commit) = after();
    project::write(root, "src/sync.rs", &sync);
    project::write(root, "src/commit.rs", &commit);
    // The handler of closing became two, either of which could be it.
    let twins = handler("closed") + "fn go() {}\n\n" + &handler("closes");
    project::write(root, "src/events.rs", &(handler("open") + &handler("move") + "fn pause() {}\n\n" + &twins));
    project::write(root, "src/hash.rs", "//! Nothing is hashed here any more.\n\nmod blocks;\n");
}

fn handler(name: &str) -> String {
    format!("fn on_{name}(event: Event) {{\n    log.write(event);\n    window.redraw(event.area);\n}}\n\n")
}

fn choose(app: &App, thread: &Value) {
    let row = format!("#threads .trow[data-thread='{}']", thread.as_str().unwrap_or_default());
    app.click_css(&row);
    app.settle();
}

/// Calls a command as the window does.
fn command(app: &App, name: &str, arguments: &Value) -> Value {
    let script = "const [name, values, done] = arguments; window.__TAURI_INTERNALS__.invoke(name, values).then((value) => done({ value }), (error) => done({ error }));";
    let answer = app.js_async(script, &[json!(name), arguments.clone()]);
    assert!(answer["error"].is_null(), "{name} failed: {}", answer["error"]);
    answer["value"].clone()
}

fn begin(app: &App, project: &Value, path: &str, first: u32, last: u32, text: &str) -> Value {
    let place = json!({
        "place": { "path": path, "line_start": first, "line_end": last },
        "side": { "kind": "working_tree" },
        "document": null,
    });
    command(app, "create_thread", &json!({ "projectId": project, "place": place, "body": text }))["id"].clone()
}

fn reply(app: &App, project: &Value, thread: &Value, text: &str) {
    command(app, "reply_to_thread", &json!({ "projectId": project, "threadId": thread, "body": text }));
}
