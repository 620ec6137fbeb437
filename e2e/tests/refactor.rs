//! Renaming in the real window: asked for where the name stands, reviewed, written as a whole, taken back.

use std::{fs, path::Path};

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{App, Stage, project};

const CARGO: &str = "[package]\nname = \"ferry\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const MAIN: &str = "mod manifest;\n\nuse manifest::parse_manifest;\n\nfn main() {\n    println!(\"{}\", parse_manifest(\"a\"));\n}\n";
const MANIFEST: &str =
    "/// Reads it. `parse_manifest` never fails.\r\npub fn parse_manifest(text: &str) -> usize {\r\n    text.len()\r\n}\r\n";

fn opened(stage: &Stage) -> (App, std::path::PathBuf) {
    let root = stage.place("ferry");
    project::write(&root, "Cargo.toml", CARGO);
    project::write(&root, "src/main.rs", MAIN);
    project::write(&root, "src/manifest.rs", MANIFEST);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    (app, root)
}

/// Asks for another name of what stands at a place of the open file.
fn rename_at(app: &App, place: &str, name: &str) {
    app.press("Ctrl+G");
    app.fill("Line", place);
    app.press("Enter");
    let line = place.split(':').next().unwrap_or_default();
    app.wait_text("#status-bar", &format!("Ln {line},"));
    app.press("F2");
    app.fill("New name", name);
    app.press("Enter");
}

fn text(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).expect("the file can be read")
}

#[test]
fn a_name_is_reviewed_renamed_everywhere_and_taken_back() {
    let stage = Stage::new("refactor-rename");
    let (app, root) = opened(&stage);
    app.open_in_tree("src/manifest.rs");
    rename_at(&app, "2:10", "read_manifest");
    app.wait_text("#refactor", "Certain");
    app.wait_text("#refactor", "main.rs");
    app.settle();
    app.shot("proposal");
    assert_eq!(text(&root, "src/main.rs"), MAIN, "nothing is written before it is asked for");

    app.press("A");
    app.wait_text("#refactor", "applied in 2 files");
    app.settle();
    app.shot("applied");
    assert_eq!(text(&root, "src/main.rs"), MAIN.replace("parse_manifest", "read_manifest"));
    assert!(text(&root, "src/manifest.rs").contains("\r\npub fn read_manifest(text: &str) -> usize {\r\n"), "line ends stay");

    app.press("Ctrl+Z");
    app.wait_text("#refactor", "Taken back.");
    assert_eq!(text(&root, "src/main.rs"), MAIN);
    assert_eq!(text(&root, "src/manifest.rs"), MANIFEST);
    app.shot("taken-back");
}

#[test]
fn a_proposal_whose_files_changed_since_is_not_written() {
    let stage = Stage::new("refactor-stale");
    let (app, root) = opened(&stage);
    app.open_in_tree("src/manifest.rs");
    rename_at(&app, "2:10", "read_manifest");
    app.wait_text("#refactor", "Certain");
    let changed = MAIN.replace("fn main", "/// Begins.\nfn main");
    project::write(&root, "src/main.rs", &changed);
    app.wait_text("#refactor", "Files changed since");
    app.shot("stale");
    assert_eq!(text(&root, "src/manifest.rs"), MANIFEST);
    app.click("button", "Look again");
    app.wait_js(
        "the proposal is of the files as they are",
        "[...document.querySelectorAll('#refactor footer button')].some((button) => button.innerText.startsWith('Apply') && !button.disabled)",
        &[],
    );
    app.press("A");
    app.wait_text("#refactor", "applied in 2 files");
    assert_eq!(text(&root, "src/main.rs"), changed.replace("parse_manifest", "read_manifest"));
}
