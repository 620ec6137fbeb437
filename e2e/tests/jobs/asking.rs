//! Asking from the reader, the tree, the palette and the dialog.

use lectern_e2e::Stage;

use crate::support::*;

#[test]
fn docs_are_asked_for_in_the_dialog_after_the_prompt_was_read() {
    let stage = Stage::new("jobs-dialog");
    if !with_model(&stage) {
        return;
    }
    let (app, _root) = ferry(&stage);
    app.press("Ctrl+Shift+J");
    app.wait_text("#new-job", "Nothing is sent anywhere");
    app.shot("new");
    app.click("button", "Read the prompt first");
    app.wait_text("#prompts", "for AI (SmolLM2 135M) on this computer");
    app.wait_text("#prompts", "Not asked yet");
    app.shot("plan");
    assert!(jobs(&app).is_empty(), "reading a prompt asks nothing");
    app.press("Escape");
    app.click("button", "About: The whole project");
    app.click("option", "A file");
    app.fill("File", "hash");
    app.wait_text("#new-job [role=listbox]", "src/hash.rs");
    app.press("Enter");
    app.click("button", "Write docs");
    app.wait_text("#jobs article", "hash.rs");
    let id = jobs(&app)[0]["id"].as_str().expect("an id").to_owned();
    let job = wait_status(&app, &id, "SUCCESS");
    assert_eq!(job["subject"]["path"], "src/hash.rs");
}

#[test]
fn a_symbol_is_explained_from_the_reader() {
    let stage = Stage::new("jobs-symbol");
    if !with_model(&stage) {
        return;
    }
    let (app, _root) = ferry(&stage);
    app.open_in_tree("src/hash.rs");
    app.press("Ctrl+G");
    app.fill("Line", "4:9");
    app.press("Enter");
    app.wait_text("#status-bar", "Ln 4,");
    app.command("Explain this symbol");
    app.wait_text("#jobs", "hash_file");
    let id = jobs(&app)[0]["id"].as_str().expect("an id").to_owned();
    let job = wait_status(&app, &id, "SUCCESS");
    assert_eq!(job["job_type"], "EXPLANATION");
    assert_eq!(job["subject"]["name"], "hash_file");
    app.settle();
    app.shot("explained");
}
