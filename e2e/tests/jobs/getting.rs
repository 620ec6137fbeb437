//! How models get here: downloaded from an address, and added by the system's file dialog.

use std::fs;
use std::path::Path;
use std::process::Command;

use lectern_e2e::process::poll;
use lectern_e2e::{App, FileServer, Stage};
use serde_json::{Value, json};

use crate::support::*;

/// What the server gives before it is told to give all.
const FIRST: usize = 40 << 20;

fn sha256(file: &Path) -> String {
    let said = Command::new("sha256sum").arg(file).output().expect("sha256sum can be started");
    String::from_utf8_lossy(&said.stdout).split(' ').next().unwrap_or_default().to_owned()
}

fn show_models(app: &App) {
    app.command("Models and endpoints");
    app.wait_text("#settings", "On this computer");
}

fn download(app: &App, url: &str, hash: &str) {
    app.click("button", "Download from URL…");
    app.fill("URL", url);
    if !hash.is_empty() {
        app.fill("SHA-256", hash);
    }
    app.click_css("dialog[open] button[type=submit]");
}

fn models(app: &App) -> Vec<Value> {
    command(app, "models", &json!({}))["models"].as_array().cloned().unwrap_or_default()
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_download_that_was_stopped_goes_on_where_it_stopped() {
    let stage = Stage::new("jobs-download");
    let Some(model) = model_file() else { return };
    let server = FileServer::start(fs::read(&model).expect("the model can be read"), FIRST);
    let (app, _root) = ferry(&stage);
    let folder = stage.data_dir().join("models");
    show_models(&app);
    app.wait_text("#settings", "No model is here yet");
    download(&app, &server.url("small.gguf"), &sha256(&model));
    let part = folder.join("small.gguf.part");
    let came = poll(app.patience(), || fs::metadata(&part).is_ok_and(|part| part.len() == FIRST as u64));
    assert!(came, "{:?}", names_in(&folder));
    // How far it is, is told from time to time only.
    app.wait_js("how far it is", "/Downloading \\d+ MB of 98 MB/.test(document.querySelector('#settings [data-task]')?.innerText)", &[]);
    app.settled_shot("downloading");
    app.click_css("#settings [data-task] button");
    app.wait_toast("Download stopped");
    app.wait_gone("#settings [data-task]");
    assert_eq!(models(&app), [] as [Value; 0], "half a file is no model");

    server.give_all();
    download(&app, &server.url("small.gguf"), &sha256(&model));
    app.wait_toast("Downloaded small.gguf");
    assert_eq!(server.began(), [0, FIRST], "what was there is not fetched again");
    app.wait_text("#settings", "Ready");
    app.settled_shot("downloaded");
    assert!(fs::read(folder.join("small.gguf")).is_ok_and(|came| fs::read(&model).is_ok_and(|real| came == real)), "other bytes came");
    assert_eq!(names_in(&folder), ["small.gguf"], "nothing is left beside it");

    // It is one that writes.
    let id = ask(&app, "EXPLANATION", &json!({ "kind": "FILE", "path": "src/hash.rs" }), false);
    wait_status(&app, &id, "SUCCESS");
}

#[test]
fn a_file_with_another_hash_is_not_taken_and_one_that_is_no_model_is_thrown_away() {
    let stage = Stage::new("jobs-wrong-hash");
    let Some(model) = model_file() else { return };
    let server = FileServer::start(fs::read(&model).expect("the model can be read"), usize::MAX);
    let (app, _root) = ferry(&stage);
    let folder = stage.data_dir().join("models");
    show_models(&app);
    download(&app, &server.url("small.gguf"), &"0".repeat(64));
    // It stays until it is read.
    app.wait_text("#settings .note.failure", "not the one that was wanted");
    app.settled_shot("wrong");
    assert_eq!(models(&app), [] as [Value; 0]);
    assert!(!folder.join("small.gguf").exists(), "{:?}", names_in(&folder));
    app.dismiss_toasts();

    // With the hash put right, what came is the file that was wanted: it is not fetched again.
    download(&app, &server.url("small.gguf"), &sha256(&model));
    app.wait_toast("Downloaded small.gguf");
    assert_eq!(server.began(), [0]);
    assert_eq!(models(&app).len(), 1);
    app.dismiss_toasts();

    let page = FileServer::start(b"<!doctype html><title>Sign in to download</title>".repeat(9), usize::MAX);
    download(&app, &page.url("large.gguf"), "");
    app.wait_text("#settings .note.failure", "a web page, not a model");
    app.settled_shot("no-model");
    assert_eq!(names_in(&folder), ["small.gguf"]);
    assert_eq!(models(&app).len(), 1);
}

#[test]
fn a_model_file_is_added_where_it_lies_by_the_systems_dialog() {
    let stage = Stage::new("jobs-add-file");
    let Some(model) = model_file() else { return };
    let elsewhere = stage.place("my models");
    fs::create_dir_all(&elsewhere).expect("the test's folder can be made");
    let (good, bad) = (elsewhere.join("Small one.gguf"), elsewhere.join("notes.gguf"));
    fs::copy(&model, &good).expect("the model can be copied");
    fs::write(&bad, "These are notes.\n".repeat(64)).expect("a test's file can be written");
    let (app, _root) = ferry(&stage);
    show_models(&app);
    app.click("button", "Add a GGUF file…");
    stage.choose_in_dialog("Add a GGUF file", &bad.to_string_lossy());
    app.wait_text("#settings .note.failure", "GGUF");
    app.settled_shot("bad");
    assert_eq!(models(&app), [] as [Value; 0]);

    app.click("button", "Add a GGUF file…");
    stage.choose_in_dialog("Add a GGUF file", &good.to_string_lossy());
    app.wait_toast("Added Small one.gguf");
    app.wait_text("#settings", "Ready");
    app.settled_shot("added");
    assert_eq!(models(&app)[0]["sha256"], json!(sha256(&model)));
    assert!(!stage.data_dir().join("models/Small one.gguf").exists(), "nothing is copied");

    // It writes from where it is; removed from the list, it stays there.
    let id = ask(&app, "EXPLANATION", &json!({ "kind": "FILE", "path": "src/hash.rs" }), false);
    wait_status(&app, &id, "SUCCESS");
    app.click_css("#settings [data-model] [aria-haspopup=menu]");
    app.click("menuitem", "Remove");
    app.wait_toast("stays where it is");
    app.wait_text("#settings", "No model is here yet");
    assert!(good.exists());
}
