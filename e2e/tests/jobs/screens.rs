//! The screens of jobs, one after the other: accessible in both themes, and reached by keyboard alone.

use lectern_e2e::{App, Stage};
use serde_json::json;

use crate::support::*;

/// Shows one screen after the other and calls `look` on each.
fn tour(app: &App, look: impl Fn(&str)) {
    app.press("Ctrl+5");
    app.wait_text("#jobs article", "facts only");
    look("page of facts");
    app.press("Ctrl+J");
    app.wait_text(".drawer", "Finished today");
    look("queue");
    app.press("Escape");
    app.press("Ctrl+Shift+J");
    app.wait_text("#new-job", "The whole project");
    look("new job");
    app.press("Escape");
    app.command("Models and endpoints");
    app.wait_text("#settings", "Limits");
    look("models and endpoints");
    app.click("button", "Add endpoint…");
    app.wait_text("#endpoint", "OpenAI");
    look("endpoint");
    app.press("Escape");
    app.click("button", "Download from URL…");
    app.wait_text("dialog", "Download a model");
    look("download");
    app.press("Escape");
}

fn opened(stage: &Stage) -> App {
    let (app, _root) = ferry(stage);
    let id = ask(&app, "DOCS", &json!({ "kind": "FOLDER", "path": "src" }), true);
    wait_status(&app, &id, "SUCCESS");
    app
}

#[test]
fn every_screen_of_jobs_is_accessible_in_both_themes() {
    let stage = Stage::new("accessible-jobs");
    let app = opened(&stage);
    for theme in ["light", "dark"] {
        app.command(&format!("Use the {theme} theme"));
        tour(&app, |screen| app.assert_accessible(&format!("{screen}, {theme}")));
    }
}

#[test]
fn tab_reaches_everything_on_the_screens_of_jobs() {
    let stage = Stage::new("walking-jobs");
    let app = opened(&stage);
    tour(&app, |screen| app.assert_walked(screen));
}
