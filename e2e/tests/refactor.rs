//! Renaming in the real window: asked for where the name stands, reviewed, written as a whole, taken back.

use std::{fs, path::Path};

use lectern_e2e::flows::{EMAIL, PASSWORD, row};
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
    // The name is selected as a whole, also once it is known what it means.
    app.wait_text("#workspace .rename-field", "function");
    app.type_text(name);
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
        "[...document.querySelectorAll('#refactor footer button')].some((button) => button.innerText.startsWith('Apply') && !button.disabled && button.ariaDisabled !== 'true')",
        &[],
    );
    app.press("A");
    app.wait_text("#refactor", "applied in 2 files");
    assert_eq!(text(&root, "src/main.rs"), changed.replace("parse_manifest", "read_manifest"));
}

#[track_caller]
fn caret_at(app: &App, place: &str) {
    app.press("Ctrl+G");
    app.fill("Line", place);
    app.press("Enter");
    let line = place.split(':').next().unwrap_or_default();
    app.wait_text("#status-bar", &format!("Ln {line},"));
}

/// A menu opened with the pointer's other button.
#[track_caller]
fn menu_of(app: &App, css: &str, item: &str) {
    app.wait(&format!("{css} to be pointed at"), || app.session().pointer(&app.find_still(css), 2, 1).is_ok());
    app.click("menuitem", item);
}

#[test]
fn a_name_that_is_taken_is_shown_first_and_another_one_can_be_chosen() {
    let stage = Stage::new("refactor-conflict");
    let (app, root) = opened(&stage);
    let clash = format!("{MAIN}\nfn read_manifest() {{}}\n\nfn again(parse_manifest_too: u8) -> u8 {{\n    parse_manifest_too\n}}\n");
    project::write(&root, "src/main.rs", &clash);
    app.wait_in_sync(2);
    app.open_in_tree("src/manifest.rs");
    rename_at(&app, "2:10", "read_manifest");
    app.wait_text("#refactor", "Choose another name");
    app.wait_js(
        "applying to wait for the conflict",
        "[...document.querySelectorAll('#refactor footer button')].some((button) => button.innerText.startsWith('Apply') && button.disabled)",
        &[],
    );
    app.settle();
    app.shot("conflict");
    app.press("A");
    assert_eq!(text(&root, "src/main.rs"), clash, "what breaks is not written by a key");

    app.click("button", "Choose another name");
    app.wait_js("the name of the job", "document.querySelector('#rename-symbol code')?.innerText === 'parse_manifest'", &[]);
    app.fill("New name", "take_manifest");
    app.press("Enter");
    app.wait_text("#refactor header", "take_manifest");
    app.wait_js(
        "a proposal without conflicts",
        "[...document.querySelectorAll('#refactor footer button')].some((button) => button.innerText.startsWith('Apply') && !button.disabled && button.ariaDisabled !== 'true')",
        &[],
    );
    app.press("A");
    app.wait_text("#refactor", "applied in 2 files");
    assert_eq!(
        text(&root, "src/main.rs"),
        clash.replace("parse_manifest;", "take_manifest;").replace("parse_manifest(\"a\")", "take_manifest(\"a\")")
    );
}

#[test]
fn a_file_is_moved_from_the_tree_and_what_names_it_follows() {
    let stage = Stage::new("refactor-move");
    let (app, root) = opened(&stage);
    app.open_in_tree("src/manifest.rs");
    menu_of(&app, &row("src/manifest.rs"), "Rename or move");
    app.fill("New path", "src/listing.rs");
    app.press("Enter");
    app.wait_text("#refactor", "listing.rs");
    app.settle();
    app.shot("move");
    app.press("A");
    app.wait_text("#refactor", "applied in");
    assert!(!root.join("src/manifest.rs").exists());
    assert_eq!(text(&root, "src/listing.rs"), MANIFEST);
    assert_eq!(text(&root, "src/main.rs"), MAIN.replace("mod manifest", "mod listing").replace("use manifest", "use listing"));
}

#[test]
fn text_and_code_of_a_shape_are_replaced_across_files() {
    let stage = Stage::new("refactor-replace");
    let (app, root) = opened(&stage);
    app.press("Ctrl+Shift+H");
    app.fill("Look for", "never fails");
    app.fill("Replace with", "may fail");
    app.press("Enter");
    app.wait_text("#refactor", "manifest.rs");
    app.press("A");
    app.wait_text("#refactor", "applied in 1 file");
    assert!(text(&root, "src/manifest.rs").contains("may fail.\r\n"), "line ends stay");

    app.command("Replace by pattern");
    app.fill("Code to look for", "$A.len()");
    app.fill("Replace with", "$A.len() + 1");
    app.press("Enter");
    app.wait_text("#refactor header", "$A.len()");
    app.wait_text("#refactor", "manifest.rs");
    app.settle();
    app.shot("pattern");
    app.press("A");
    app.wait_text("#refactor", "applied in 1 file");
    assert!(text(&root, "src/manifest.rs").contains("    text.len() + 1\r\n"), "code of the shape is replaced");
}

#[test]
fn what_changed_since_stays_when_a_job_is_taken_back() {
    let stage = Stage::new("refactor-undo");
    let (app, root) = opened(&stage);
    app.open_in_tree("src/manifest.rs");
    rename_at(&app, "2:10", "read_manifest");
    app.wait_text("#refactor", "Certain");
    app.press("A");
    app.wait_text("#refactor", "applied in 2 files");
    app.wait_toast("Renamed in 2 files");
    // One file is changed elsewhere, the other in the very line.
    let main = text(&root, "src/main.rs").replace("fn main", "/// Begins.\nfn main");
    project::write(&root, "src/main.rs", &main);
    let manifest = text(&root, "src/manifest.rs").replace("read_manifest(text: &str)", "read_manifest(text: &String)");
    project::write(&root, "src/manifest.rs", &manifest);
    app.press("Ctrl+Z");
    app.wait_text("#undo-refactor", "Changed in the same lines");
    app.settle();
    app.shot("undo");
    app.wait_text("#undo-refactor", "read_manifest(text: &String)");
    app.click("button", "Take back in");
    app.wait_text("#refactor", "Taken back.");
    assert_eq!(text(&root, "src/main.rs"), MAIN.replace("fn main", "/// Begins.\nfn main"), "what was changed elsewhere stays");
    assert!(
        text(&root, "src/manifest.rs").contains("read_manifest(text: &String)"),
        "where nobody chose otherwise, lines stay as they are"
    );
}

#[test]
fn f12_goes_to_what_a_name_means_and_shift_f12_lists_where_it_is_meant() {
    let stage = Stage::new("refactor-names");
    let (app, root) = opened(&stage);
    // The same name twice: by its spelling alone there would be a choice.
    project::write(&root, "src/other.rs", "pub fn parse_manifest() {}\n");
    app.wait_in_sync(2);
    app.open_in_tree("src/main.rs");
    caret_at(&app, "6:22");
    app.press("F12");
    app.wait_js(
        "the file that declares it",
        "document.querySelector('[role=tab][aria-selected=true]')?.dataset.path === 'src/manifest.rs'",
        &[],
    );
    app.wait_text("#status-bar", "Ln 2,");
    app.press("F12");
    app.wait_toast("This is where parse_manifest is defined");
    app.dismiss_toasts();

    // Not recorded yet: the line is that of the folder.
    project::write(&root, "src/manifest.rs", &format!("// New.\r\n{MANIFEST}"));
    app.open_in_tree("src/main.rs");
    caret_at(&app, "3:18");
    app.press("F12");
    app.wait_text("#status-bar", "Ln 3,");

    app.open_in_tree("src/main.rs");
    caret_at(&app, "6:22");
    app.press("Shift+F12");
    app.wait_text("#search [data-certainty=CERTAIN]", "Certain");
    app.wait_text("#search [data-certainty=TEXT]", "Comments and strings");
    app.wait_text("#search", "declared here");
    assert_eq!(app.js("return document.querySelector('#search').innerText.includes('other.rs')", &[]), serde_json::json!(false));
    app.settle();
    app.shot("references");

    // What no engine knows is found by name, and that is said.
    project::write(&root, "tools/count.c", "int count(void) { return 1; }\nint main(void) { return count(); }\n");
    app.press("Ctrl+1");
    app.open_in_tree("tools/count.c");
    caret_at(&app, "2:26");
    app.press("Shift+F12");
    app.wait_text("#search", "What names mean is not known in C");
    app.shot("by-name");
}
