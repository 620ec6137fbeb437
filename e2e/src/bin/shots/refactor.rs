//! Refactor jobs: none yet, a name typed in place, proposed, with a conflict, out of date, applied, taken back, changed since, failed; and uses by meaning.

use std::fs;

use lectern_e2e::{App, project};

use crate::camera::Camera;

const CARGO: &str = "[package]\nname = \"ferry\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const MAIN: &str = "\
mod manifest;
mod sync;

use manifest::parse_manifest;

fn read_manifest() -> usize {
    parse_manifest(\"empty\")
}

fn main() {
    println!(\"{} {}\", read_manifest(), sync::latest(\"head\"));
}
";
const MANIFEST: &str = "\
//! What a version holds.

/// Reads it. `parse_manifest` never fails.
pub fn parse_manifest(text: &str) -> usize {
    text.lines().filter(|line| !line.is_empty()).count()
}
";
const SYNC: &str = "\
use crate::manifest::parse_manifest;

/// The newest one, as parse_manifest reads it.
pub fn latest(head: &str) -> usize {
    parse_manifest(head)
}

pub fn verify(head: &str, other: &str) -> bool {
    let manifest = parse_manifest(head);
    manifest == parse_manifest(other)
}
";

pub fn photograph(camera: &Camera) {
    let stage = camera.stage();
    let root = stage.place("ferry");
    project::write(&root, "Cargo.toml", CARGO);
    project::write(&root, "src/main.rs", MAIN);
    project::write(&root, "src/manifest.rs", MANIFEST);
    project::write(&root, "src/sync.rs", SYNC);
    project::write(&root, "docs/format.md", "# Format\n\n`parse_manifest` reads what a version holds.\n");
    let app = camera.open(&stage, &root);
    app.press("Ctrl+6");
    app.wait_text("#refactor", "Nothing was changed this way yet");
    camera.take(&app, "refactor-none");

    app.press("Ctrl+1");
    app.open_in_tree("src/manifest.rs");
    camera.take_each(&app, "refactor-field", || in_place(&app, "take in"));
    in_place(&app, "read_manifest");
    app.press("Enter");
    app.wait_text("#refactor", "Choose another name");
    camera.take(&app, "refactor-conflict");
    app.click("button", "Choose another name");
    app.fill("New name", "take_manifest");
    app.press("Enter");
    proposed(&app);
    camera.take(&app, "refactor-proposed");
    fs::write(root.join("src/sync.rs"), format!("//! Syncs.\n\n{SYNC}")).expect("the project can be written");
    app.wait_text("#refactor", "Files changed since");
    camera.take(&app, "refactor-stale");
    app.click("button", "Look again");
    proposed(&app);
    app.press("A");
    app.wait_text("#refactor", "applied in");
    app.dismiss_toasts();
    camera.take(&app, "refactor-applied");
    let changed = fs::read_to_string(root.join("src/manifest.rs")).expect("the file can be read").replace("text: &str", "text: &String");
    fs::write(root.join("src/manifest.rs"), changed).expect("the project can be written");
    app.press("Ctrl+Z");
    app.wait_text("#undo-refactor", "Changed in the same lines");
    camera.take(&app, "refactor-undo");
    app.click("button", "Take back in");
    app.wait_text("#refactor", "Taken back.");
    app.dismiss_toasts();
    camera.take(&app, "refactor-taken-back");
    app.press("Ctrl+Shift+H");
    app.fill("Look for", "nowhere to be found");
    app.fill("Replace with", "x");
    app.press("Enter");
    app.wait_text("#refactor", "There is nothing to change");
    camera.take(&app, "refactor-failed");
    app.press("Escape");
    camera.take(&app, "refactor-list");

    app.press("Ctrl+1");
    app.open_in_tree("src/sync.rs");
    app.press("Ctrl+G");
    app.fill("Line", "3:24");
    app.press("Enter");
    app.press("Shift+F12");
    app.wait_text("#search", "References of");
    camera.take(&app, "references");
}

/// Opens the field at the name in the file in front, and types.
fn in_place(app: &App, name: &str) {
    app.press("Ctrl+G");
    app.fill("Line", "4:9");
    app.press("Enter");
    app.wait_text("#status-bar", "Ln 4,");
    app.press("F2");
    app.find("#workspace .rename-field");
    app.wait_text("#workspace .rename-field", "function");
    app.type_text(name);
}

fn proposed(app: &App) {
    app.wait_js(
        "a proposal that can be applied",
        "[...document.querySelectorAll('#refactor footer button')].some((button) => button.innerText.startsWith('Apply') && !button.disabled)",
        &[],
    );
}
