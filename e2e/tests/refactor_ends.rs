//! What else a review of changes is for: taken back at once, refused names, the project's own check, and patches out and in.

use std::{fs, path::Path, process::Command};

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{App, Stage, project};

const CARGO: &str = "[package]\nname = \"ferry\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const MAIN: &str = "mod manifest;\n\nuse manifest::parse_manifest;\n\nfn main() {\n    println!(\"{}\", parse_manifest(\"a\"));\n}\n";
const MANIFEST: &str = "/// Reads it.\npub fn parse_manifest(text: &str) -> usize {\n    text.len()\n}\n";

fn opened(stage: &Stage) -> (App, std::path::PathBuf) {
    let root = stage.place("ferry");
    project::write(&root, "Cargo.toml", CARGO);
    project::write(&root, "src/main.rs", MAIN);
    project::write(&root, "src/manifest.rs", MANIFEST);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);
    app.wait_in_sync(1);
    app.open_in_tree("src/manifest.rs");
    (app, root)
}

/// Opens the field at the function's name and types another one.
fn type_name(app: &App, name: &str) {
    app.press("Ctrl+G");
    app.fill("Line", "2:10");
    app.press("Enter");
    app.wait_text("#status-bar", "Ln 2,");
    app.press("F2");
    app.wait_text("#workspace .rename-field", "function");
    app.type_text(name);
}

fn proposed(app: &App) {
    type_name(app, "read_manifest");
    app.press("Enter");
    app.wait_text("#refactor", "Certain");
    app.wait_js(
        "the first change to have the focus",
        "document.activeElement?.matches('#refactor [data-key=\"src/main.rs#0\"] [data-stop]')",
        &[],
    );
}

fn text(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).expect("the file can be read")
}

#[test]
fn ctrl_z_right_after_applying_takes_it_back() {
    let stage = Stage::new("refactor-at-once");
    let (app, root) = opened(&stage);
    proposed(&app);
    app.press("A");
    app.press("Ctrl+Z");
    app.wait_text("#refactor", "Taken back.");
    assert_eq!(text(&root, "src/main.rs"), MAIN);
    assert_eq!(text(&root, "src/manifest.rs"), MANIFEST);
}

#[test]
fn a_reserved_word_is_refused_in_the_field_and_taken_where_it_is_written_raw() {
    let stage = Stage::new("refactor-reserved");
    let (app, root) = opened(&stage);
    type_name(&app, "type");
    app.wait_text("#workspace .rename-field", "reserved word of Rust");
    app.press("Enter");
    app.settle();
    app.shot("reserved");
    assert!(app.shows("#workspace .rename-field"), "nothing is looked for");
    app.press("Ctrl+A");
    app.type_text("r#type");
    app.press("Enter");
    app.wait_text("#refactor", "Certain");
    app.press("A");
    app.wait_text("#refactor", "applied in 2 files");
    assert!(text(&root, "src/manifest.rs").contains("pub fn r#type(text"));
    assert!(text(&root, "src/main.rs").contains("use manifest::r#type;"));
}

#[test]
fn what_is_chosen_is_exported_as_a_patch_that_git_takes_and_imported_as_a_job() {
    let stage = Stage::new("refactor-patch");
    let (app, root) = opened(&stage);
    proposed(&app);
    let target = stage.place("rename.patch");
    app.command("Export the changes as a patch…");
    stage.type_into_dialog("Export as a patch", &target.to_string_lossy());
    app.wait_toast("Exported");
    assert_eq!(text(&root, "src/main.rs"), MAIN, "exporting writes nothing into the project");
    // In a copy that is no part of any repository.
    let copy = stage.place("copy");
    project::write(&copy, "src/main.rs", MAIN);
    project::write(&copy, "src/manifest.rs", MANIFEST);
    let applied = Command::new("git").args(["apply", "--verbose"]).arg(&target).current_dir(&copy).output().expect("git runs");
    assert!(applied.status.success(), "git apply: {}", String::from_utf8_lossy(&applied.stderr));
    let renamed = MAIN.replace("parse_manifest", "read_manifest");
    assert_eq!(text(&copy, "src/main.rs"), renamed);

    app.command("Import a patch…");
    let patch = fs::read_to_string(&target).expect("the patch can be read");
    app.paste("Or paste it", &patch);
    app.click("button", "Review the patch");
    app.wait_text("#refactor header", "Pasted patch");
    app.wait_text("#refactor", "main.rs");
    app.settle();
    app.shot("imported");
    app.press("A");
    app.wait_text("#refactor", "applied in 2 files");
    assert_eq!(text(&root, "src/main.rs"), renamed);
    assert_eq!(text(&root, "src/manifest.rs"), text(&copy, "src/manifest.rs"));
}

#[test]
fn the_projects_own_check_is_chosen_asked_for_followed_and_its_result_kept() {
    let stage = Stage::new("refactor-check");
    let (app, root) = opened(&stage);
    project::write(&root, "ok.sh", "echo looks; grep -rq read_manifest src && echo renamed\n");
    project::write(&root, "bad.sh", "echo broken >&2; exit 3\n");
    project::write(&root, "slow.sh", "echo begun; sleep 300\n");
    app.wait_in_sync(2);
    proposed(&app);
    remember(&app, "sh ok.sh");
    app.click("button", "Run check");
    app.wait_text("dialog[open]", "sh ok.sh");
    app.settle();
    app.shot("trust");
    app.click_css("dialog[open] .btn.primary");
    app.wait_text("#refactor .checks", "sh ok.sh passed");
    app.wait_text("#refactor .checks", "renamed");
    assert_eq!(text(&root, "src/main.rs"), MAIN, "it ran on a copy");
    app.settle();
    app.shot("passed");
    app.press("Ctrl+1");
    app.press("Ctrl+6");
    app.wait_text("#refactor .checks", "sh ok.sh passed");

    remember(&app, "sh bad.sh");
    run_allowed(&app);
    app.wait_text("#refactor .checks", "sh bad.sh failed with 3");
    app.wait_text("#refactor footer", "sh bad.sh fails");
    app.settle();
    app.shot("failed");

    remember(&app, "sh slow.sh");
    run_allowed(&app);
    app.wait_text("#refactor .checks", "begun");
    app.press("Ctrl+.");
    app.wait_text("#refactor .checks", "sh slow.sh was cancelled");
    app.settle();
    app.shot("cancelled");
}

/// Runs another check and allows its command.
fn run_allowed(app: &App) {
    app.click("button", "Check again");
    app.click_css("dialog[open] .btn.primary");
    app.wait_gone("dialog[open]");
}

#[test]
fn a_taken_name_is_imported_as_the_old_one() {
    let stage = Stage::new("refactor-old-name");
    let (app, root) = opened(&stage);
    project::write(&root, "src/main.rs", &format!("{MAIN}\nfn read_manifest() {{}}\n"));
    app.wait_in_sync(2);
    type_name(&app, "read_manifest");
    app.press("Enter");
    app.click("button", "Import with the old name");
    app.wait_text("#refactor", "read_manifest as parse_manifest");
    app.wait_js(
        "a proposal without conflicts",
        "[...document.querySelectorAll('#refactor footer button')].some((button) => button.innerText.startsWith('Apply') && !button.disabled)",
        &[],
    );
    app.press("A");
    app.wait_text("#refactor", "applied in 2 files");
    assert_eq!(
        text(&root, "src/main.rs"),
        format!("{}\nfn read_manifest() {{}}\n", MAIN.replace("manifest::parse_manifest", "manifest::read_manifest as parse_manifest"))
    );
}

/// Sets the command that checks the project.
fn remember(app: &App, command: &str) {
    if !app.shows_named("textbox", "Check command") {
        app.click("button", "Details");
    }
    app.fill("Check command", command);
    app.click("button", "Remember");
    app.wait_text("#refactor .checks", "Remembered for this project.");
}
