//! Pages without any model: what code says for itself, and the ways between a page and the code.

use lectern_e2e::Stage;
use serde_json::json;

use crate::support::*;

#[test]
fn docs_without_a_model_have_every_fact_and_lead_to_the_code() {
    let stage = Stage::new("jobs-facts");
    let (app, _root) = ferry(&stage);
    app.press("Ctrl+5");
    app.wait_text("#jobs", "No jobs yet");
    app.shot("none");
    let id = ask(&app, "DOCS", &json!({ "kind": "FILE", "path": "src/sync.rs" }), true);
    wait_status(&app, &id, "SUCCESS");
    app.wait_text("#jobs article", "facts only: no model wrote prose");
    // Signatures are those of the source.
    app.wait_text("#jobs article", "pub fn plan(paths: &[String], store: &Store) -> SyncPlan");
    app.wait_text("#jobs article", "Compares the folder with the newest manifest; writes nothing.");
    app.settle();
    app.shot("page");

    // A chip opens its lines in the reader.
    app.click_css("#jobs article [data-symbol='commit'] .side .cite");
    app.wait_text("#workspace", "Writes the next manifest");
    app.wait_js(
        "the cited line has the caret",
        "Number(document.querySelector('[data-testid=position]')?.textContent.match(/Ln (\\d+)/)?.[1]) > 20",
        &[],
    );
    app.shot("opened");
    // From there the page is found again.
    app.wait_text("#workspace", "Pages that cite this file");
    app.press("Ctrl+5");
    app.wait_text("#jobs article", "facts only");

    // What was written before from the same code is not written again.
    app.press("Ctrl+1");
    let again = ask(&app, "DOCS", &json!({ "kind": "FILE", "path": "src/sync.rs" }), true);
    assert_eq!(again, id, "the same was asked of the same code");
}

#[test]
fn a_removed_job_comes_back_by_undo() {
    let stage = Stage::new("jobs-removed");
    let (app, _root) = ferry(&stage);
    let id = ask(&app, "DOCS", &json!({ "kind": "FOLDER", "path": "src" }), true);
    wait_status(&app, &id, "SUCCESS");
    app.press("Ctrl+5");
    app.wait_text("#jobs article", "src/");
    app.find("#jobs [role=option]");
    app.press("Delete");
    app.wait_toast("Removed");
    app.wait_text("#jobs", "No jobs yet");
    app.press("Ctrl+Z");
    app.wait_text("#jobs article", "facts only");
    assert_eq!(jobs(&app).len(), 1);
}
