//! The real model writes: its text streams in, is checked, and can be stopped.

use lectern_e2e::Stage;
use serde_json::json;

use crate::support::*;

#[test]
fn docs_of_a_file_stream_in_and_end_with_chips_that_open_the_code() {
    let stage = Stage::new("jobs-writing");
    if !with_model(&stage) {
        return;
    }
    let (app, _root) = ferry(&stage);
    app.press("Ctrl+5");
    app.wait_text("#jobs", "No jobs yet");
    // A small file can be written before anybody looks, so the page itself notes what it showed on the way.
    let (running, live, busy, status) = (
        "#jobs [data-status=RUNNING]",
        "#jobs article[aria-busy=true] [data-live] p",
        "#jobs article[aria-busy=true]",
        "[data-testid=job-status]",
    );
    for css in [running, live, busy, status] {
        app.note_texts(css);
    }
    let id = ask(&app, "DOCS", &json!({ "kind": "FILE", "path": "src/sync.rs" }), false);
    app.wait_shown(running, "sync.rs");
    app.wait_shown(busy, "sync.rs");
    // Words come before the slot is done, with a caret behind them.
    app.wait_js("text streams in", "[...(window.lecternSeen?.[arguments[0]] ?? [])].some((text) => text.length > 3)", &[json!(live)]);
    app.shot("streaming");
    app.wait_shown(status, "Docs, section");
    let job = wait_status(&app, &id, "SUCCESS");
    app.wait_js("the page is done", "document.querySelector('#jobs article[aria-busy=false]') !== null", &[]);
    app.wait_text("#jobs article", "written by AI (SmolLM2 135M) on this computer");
    app.settle();
    app.shot("done");
    assert!(job["citations"].as_u64() > Some(0), "{job}");

    // Every sentence has a citation of the page, or is marked; nothing made up stands as a name.
    let page = command(&app, "ai_job", &json!({ "jobId": id }))["page"].clone();
    let known = page["citations"].as_array().map_or(0, Vec::len) as u64;
    let mut sentences = 0;
    let text = page["sections"].to_string();
    assert!(!text.contains("WAITING"), "a slot is still waiting");
    for section in page["sections"].as_array().expect("sections") {
        for block in section["blocks"].as_array().expect("blocks") {
            for sentence in block["sentences"].as_array().into_iter().flatten() {
                sentences += 1;
                let cited = sentence["citations"].as_array().expect("citations");
                assert!(cited.iter().all(|id| (1..=known).contains(&id.as_u64().unwrap_or(0))), "{sentence}");
            }
        }
    }
    println!("{sentences} sentences, {known} citations");

    // The exact prompts can be read.
    app.command("Read the prompts of the job");
    app.wait_text("#prompts", "src/sync.rs");
    app.wait_text("#prompts", "Answer, before it was checked");
    app.shot("prompts");
    app.press("Escape");

    app.click_css("#jobs article .side .cite");
    app.wait_text("#workspace", "sync.rs");
}

#[test]
fn a_running_job_is_cancelled_keeps_its_draft_and_goes_on_from_it() {
    let stage = Stage::new("jobs-cancel");
    if !with_model(&stage) {
        return;
    }
    let (app, _root) = ferry(&stage);
    app.press("Ctrl+5");
    let first = ask(&app, "DOCS", &json!({ "kind": "PROJECT" }), false);
    let second = ask(&app, "EXPLANATION", &json!({ "kind": "FILE", "path": "src/store.rs" }), false);
    wait_status(&app, &first, "RUNNING");
    app.press("Ctrl+J");
    app.wait_text(".drawer", "Waiting, one at a time");
    app.wait_text(".drawer", "Explanation");
    app.shot("queue");
    app.press("Escape");
    app.wait_js("text streams in", "document.querySelector('#jobs [data-live]') !== null", &[]);
    app.press("Ctrl+.");
    let cancelled = wait_status(&app, &first, "FAILED");
    assert_eq!(cancelled["error"]["code"], "CANCELLED", "{cancelled}");
    app.wait_text("#jobs .job-bar", "Cancelled");
    app.shot("cancelled");
    // What waited goes on by itself.
    wait_status(&app, &second, "SUCCESS");
    if cancelled["has_page"] == true {
        app.click("button", "Go on");
        wait_status(&app, &first, "SUCCESS");
        app.shot("gone-on");
    }
}
