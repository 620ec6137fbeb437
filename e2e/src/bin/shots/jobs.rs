//! Jobs: none yet, facts only, written by the small model where it is there; cancelled, failed; the queue, asking, prompts; models and endpoints.

use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use lectern_e2e::process::poll;
use lectern_e2e::{App, FileServer, Stage, project};
use serde_json::{Value, json};

use crate::camera::Camera;

const PATIENCE: Duration = Duration::from_secs(240);

const SYNC: &str = "\
//! Compares a folder with a manifest and records what changed.

use crate::hash::hash_file;
use crate::store::Store;

/// What a sync would do.
pub struct SyncPlan {
    pub changed: Vec<String>,
}

/// Compares the folder with the newest manifest; writes nothing.
pub fn plan(paths: &[String], store: &Store) -> SyncPlan {
    let mut changed = Vec::new();
    for path in paths {
        let digest = hash_file(path);
        if store.digest(path) != Some(digest) {
            changed.push(path.clone());
        }
    }
    SyncPlan { changed }
}

/// Writes the next manifest.
pub fn commit(plan: &SyncPlan, store: &mut Store) -> usize {
    for path in &plan.changed {
        store.put(path, hash_file(path));
    }
    plan.changed.len()
}
";

const STORE: &str = "\
//! Where manifests are kept.

use std::collections::HashMap;

/// The digests of the newest version.
#[derive(Default)]
pub struct Store {
    digests: HashMap<String, u64>,
}

impl Store {
    /// The digest that was recorded for a path.
    pub fn digest(&self, path: &str) -> Option<u64> {
        self.digests.get(path).copied()
    }

    /// Records a digest.
    pub fn put(&mut self, path: &str, digest: u64) {
        self.digests.insert(path.to_owned(), digest);
    }
}
";

pub fn photograph(camera: &Camera) {
    let stage = camera.stage();
    let root = stage.place("ferry");
    write(&root);
    let model = give_model(&stage);
    let app = camera.open(&stage, &root);
    app.press("Ctrl+5");
    app.wait_text("#jobs", "No jobs yet");
    camera.take(&app, "jobs-none");
    camera.take_each(&app, "jobs-new", || {
        app.press("Ctrl+Shift+J");
        app.wait_text("#new-job", "The whole project");
    });
    let folder = json!({ "kind": "FOLDER", "path": "src" });
    wait_done(&app, &ask(&app, "DOCS", &folder, true));
    app.wait_text("#jobs article", "facts only");
    camera.take(&app, "jobs-facts");
    app.press("Ctrl+1");
    app.open_in_tree("src/sync.rs");
    app.wait_text("#workspace", "Pages that cite this file");
    camera.take(&app, "jobs-citing");
    app.press("Ctrl+5");
    if model {
        written(camera, &app);
    }
    app.command("Models and endpoints");
    app.wait_text("#settings", "Limits");
    camera.take(&app, "jobs-models");
    camera.take_each(&app, "jobs-endpoint", || {
        app.click("button", "Add endpoint…");
        app.wait_text("#endpoint", "OpenAI");
    });
    camera.take_each(&app, "jobs-download", || {
        app.click("button", "Download from URL…");
        app.wait_text("dialog", "Download a model");
    });
    if model {
        downloading(camera, &app);
    }
    failed(camera, &app);
}

/// A download on its way, and one that brought something else.
fn downloading(camera: &Camera, app: &App) {
    let Some(model) = env::var_os("LECTERN_TEST_MODEL").and_then(|file| fs::read(file).ok()) else { return };
    let server = FileServer::start(model, 30 << 20);
    let fetch = |url: &str| {
        app.click("button", "Download from URL…");
        app.fill("URL", url);
        app.click_css("dialog[open] button[type=submit]");
    };
    fetch(&server.url("another.gguf"));
    app.wait_js("some of it", "/\\d MB of/.test(document.querySelector('#settings [data-task]')?.innerText)", &[]);
    camera.take(app, "jobs-downloading");
    app.click_css("#settings [data-task] button");
    app.wait_gone("#settings [data-task]");
    app.dismiss_toasts();
    fetch(&FileServer::start(b"<!doctype html><title>Sign in</title>".repeat(9), usize::MAX).url("page.gguf"));
    app.wait_text("#settings .note.failure", "web page");
    camera.take(app, "jobs-download-failed");
    app.click("button", "Dismiss");
}

/// A server that does not answer: what is asked before code goes there, and what is said when it fails.
fn failed(camera: &Camera, app: &App) {
    app.click("button", "Add endpoint…");
    app.fill("URL", "http://127.0.0.1:9/v1");
    app.fill("Model", "nobody");
    app.click("button", "Add the endpoint");
    app.wait_text("#settings", "No project may send code there yet");
    app.click("radio", "127.0.0.1:9, nobody");
    camera.take(app, "jobs-endpoints");
    app.press("Ctrl+1");
    app.open_in_tree("src/hash.rs");
    camera.take_each(app, "jobs-allow", || {
        app.command("Write docs for this file");
        app.wait_text("dialog", "Send code of ferry to 127.0.0.1:9?");
    });
    app.command("Write docs for this file");
    app.click("button", "Allow for this project");
    app.wait_js("why it failed", "document.querySelector('#jobs .failure') !== null", &[]);
    app.dismiss_toasts();
    camera.take(app, "jobs-failed");
}

/// What the small model makes of it.
fn written(camera: &Camera, app: &App) {
    let file = ask(app, "DOCS", &json!({ "kind": "FILE", "path": "src/sync.rs" }), false);
    let waits = ask(app, "EXPLANATION", &json!({ "kind": "FILE", "path": "src/store.rs" }), false);
    let symbol = ask(app, "EXPLANATION", &json!({ "kind": "SYMBOL", "path": "src/sync.rs", "line": 12, "name": "plan" }), false);
    choose(app, &file);
    app.wait_js("text streams in", "document.querySelector('#jobs [data-live]') !== null", &[]);
    camera.take(app, "jobs-writing");
    camera.take_each(app, "jobs-queue", || {
        app.press("Ctrl+J");
        app.wait_text(".drawer", "Waiting, one at a time");
    });
    app.click_css("#jobs .job-bar .select");
    app.wait_text("#jobs .job-bar [role=menu]", "Models and endpoints");
    app.window_shot(&format!("jobs-model-{}", camera.theme));
    app.press("Escape");
    for id in [&file, &waits, &symbol] {
        wait_done(app, id);
    }
    choose(app, &file);
    app.wait_text("#jobs article", "written by AI");
    app.dismiss_toasts();
    camera.take(app, "jobs-done");
    pointed_at(camera, app);
    choose(app, &symbol);
    app.wait_text("#jobs article", "plan");
    camera.take(app, "jobs-explained");
    camera.take_each(app, "jobs-prompts", || {
        app.command("Read the prompts of the job");
        app.wait_text("#prompts", "Answer, before it was checked");
    });
    camera.take_each(app, "jobs-contents", || app.press("Ctrl+Shift+O"));
    camera.take_each(app, "jobs-finished", || {
        app.press("Ctrl+J");
        app.wait_text(".drawer", "Finished today");
    });
    cancelled(camera, app);
}

/// The code behind a chip, and what can be done with sentences that have none.
fn pointed_at(camera: &Camera, app: &App) {
    camera.hover_each(app, "jobs-peek", "#jobs article .side .cite", "#cite-peek pre");
    if app.shows("#jobs article .side button.chip.warn") {
        camera.take_each(app, "jobs-uncited", || {
            app.click_css("#jobs article .side button.chip.warn");
            app.wait_text("[role=menu]", "Accept the sentence");
        });
    }
}

/// One that somebody stopped while it was written.
fn cancelled(camera: &Camera, app: &App) {
    let id = ask(app, "DOCS", &json!({ "kind": "PROJECT" }), false);
    choose(app, &id);
    app.wait_js("text streams in", "document.querySelector('#jobs [data-live]') !== null", &[]);
    app.press("Ctrl+.");
    app.wait_text("#jobs .job-bar", "Cancelled");
    app.dismiss_toasts();
    camera.take(app, "jobs-cancelled");
}

fn write(root: &Path) {
    project::write(root, "src/sync.rs", SYNC);
    project::write(root, "src/store.rs", STORE);
    project::write(
        root,
        "src/hash.rs",
        "//! Digests of files.\n\n/// Hashes the bytes of a file, 64 KB at a time.\npub fn hash_file(path: &str) -> u64 {\n    path.bytes().fold(7, |digest, byte| digest.wrapping_mul(31) + u64::from(byte))\n}\n",
    );
    project::write(root, "README.md", "# Ferry\n\nCarries files across.\n");
}

/// The real model, if the environment names it.
fn give_model(stage: &Stage) -> bool {
    let Some(model) = env::var_os("LECTERN_TEST_MODEL") else { return false };
    let folder = stage.data_dir().join("models");
    fs::create_dir_all(&folder).expect("the data folder can be made");
    fs::copy(model, folder.join("SmolLM2-135M-Instruct.Q4_1.gguf")).expect("the model can be copied");
    true
}

fn choose(app: &App, id: &str) {
    app.click_css(&format!("#jobs [data-job='{id}']"));
    app.settle();
}

fn wait_done(app: &App, id: &str) {
    let status = || {
        let jobs = command(app, "ai_jobs", &json!({ "projectId": null }));
        let found = jobs.as_array().and_then(|list| list.iter().find(|job| job["id"] == id).cloned());
        found.map_or(Value::Null, |job| job["status"].clone())
    };
    assert!(poll(PATIENCE, || status() == "SUCCESS"), "the job is {}", status());
}

fn ask(app: &App, job_type: &str, subject: &Value, no_prose: bool) -> String {
    let project = command(app, "projects", &json!({}))[0]["id"].clone();
    let request = json!({ "job_type": job_type, "subject": subject, "version": null, "model": null, "no_prose": no_prose });
    let submitted = command(app, "submit_ai_job", &json!({ "projectId": project, "request": request }));
    submitted["job_id"].as_str().expect("a job has an id").to_owned()
}

/// Calls a command as the window does.
fn command(app: &App, name: &str, arguments: &Value) -> Value {
    let script = "const [name, values, done] = arguments; window.__TAURI_INTERNALS__.invoke(name, values).then((value) => done({ value }), (error) => done({ error }));";
    let answer = app.js_async(script, &[json!(name), arguments.clone()]);
    assert!(answer["error"].is_null(), "{name} failed: {}", answer["error"]);
    answer["value"].clone()
}
