//! What the tests of jobs have in common: a project worth describing, the model's file, and ways to the jobs.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::process::poll;
use lectern_e2e::{App, Stage, project};
use serde_json::{Value, json};

/// How long a job of the small model may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(420);

const FILE: &str = "SmolLM2-135M-Instruct.Q4_1.gguf";

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

const HASH: &str = "\
//! Digests of files.

/// Hashes the bytes of a file, 64 KB at a time.
pub fn hash_file(path: &str) -> u64 {
    path.bytes().fold(7, |digest, byte| digest.wrapping_mul(31) + u64::from(byte))
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

/// The real model's file, if there is one.
pub fn model_file() -> Option<PathBuf> {
    let model = env::var_os("LECTERN_TEST_MODEL").map(PathBuf::from);
    if model.is_none() {
        println!("LECTERN_TEST_MODEL names no model: nothing is written in this test");
    }
    model
}

/// Puts the real model into the data folder; false where there is none.
pub fn with_model(stage: &Stage) -> bool {
    let Some(model) = model_file() else { return false };
    let folder = stage.data_dir().join("models");
    fs::create_dir_all(&folder).expect("the data folder can be made");
    fs::copy(model, folder.join(FILE)).expect("the model can be copied");
    true
}

/// A project of three files that use each other, recorded as version 1 and open in the window.
pub fn ferry(stage: &Stage) -> (App, PathBuf) {
    let root = stage.place("ferry");
    project::write(&root, "src/sync.rs", SYNC);
    project::write(&root, "src/hash.rs", HASH);
    project::write(&root, "src/store.rs", STORE);
    project::write(&root, "README.md", "# Ferry\n\nCarries files across.\n");
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    (app, root)
}

/// A file with the usual profile's password, for `lectern` beside the window.
pub fn password_file(stage: &Stage) -> String {
    let file = stage.place("password");
    fs::write(&file, PASSWORD).expect("a test's file can be written");
    file.to_string_lossy().into_owned()
}

/// Calls a command as the window does.
pub fn command(app: &App, name: &str, arguments: &Value) -> Value {
    let script = "const [name, values, done] = arguments; window.__TAURI_INTERNALS__.invoke(name, values).then((value) => done({ value }), (error) => done({ error }));";
    let answer = app.js_async(script, &[json!(name), arguments.clone()]);
    assert!(answer["error"].is_null(), "{name} failed: {}", answer["error"]);
    answer["value"].clone()
}

/// Every job, as the window has it.
pub fn jobs(app: &App) -> Vec<Value> {
    command(app, "ai_jobs", &json!({ "projectId": null })).as_array().cloned().unwrap_or_default()
}

/// The id of the open project.
pub fn project_id(app: &App) -> Value {
    command(app, "projects", &json!({}))[0]["id"].clone()
}

/// Asks as the window does, for a file or another subject.
pub fn ask(app: &App, job_type: &str, subject: &Value, no_prose: bool) -> String {
    let request = json!({ "job_type": job_type, "subject": subject, "version": null, "model": null, "no_prose": no_prose });
    let submitted = command(app, "submit_ai_job", &json!({ "projectId": project_id(app), "request": request }));
    submitted["job_id"].as_str().expect("a job has an id").to_owned()
}

/// Waits until a job has this status.
pub fn wait_status(app: &App, id: &str, status: &str) -> Value {
    let find = || jobs(app).into_iter().find(|job| job["id"] == id).unwrap_or_default();
    let there = poll(PATIENCE, || {
        let job = find();
        assert!(status == "FAILED" || job["status"] != "FAILED", "the job failed: {}", job["error"]);
        job["status"] == status
    });
    assert!(there, "the job is not {status}: {}", find());
    find()
}
