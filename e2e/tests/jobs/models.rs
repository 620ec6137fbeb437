//! Settings, Models and endpoints.

use lectern_e2e::Stage;
use lectern_e2e::process::poll;
use serde_json::json;

use crate::support::*;

#[test]
fn the_default_model_is_found_by_itself_and_said_to_be_tiny() {
    let stage = Stage::new("jobs-models");
    if !with_model(&stage) {
        return;
    }
    let (app, _root) = ferry(&stage);
    app.command("Models and endpoints");
    app.wait_text("#settings", "SmolLM2 135M");
    app.wait_text("#settings", "Tiny");
    app.wait_text("#settings", "98 MB on disk");
    app.wait_text("#settings", "Ready");
    app.shot("models");
    // How fast it is here is measured when somebody asks.
    app.click("button", "More about SmolLM2 135M");
    app.click("menuitem", "Measure");
    let measured = || command(&app, "models", &json!({}))["models"][0]["tokens_per_second"].as_f64() > Some(0.0);
    assert!(poll(PATIENCE, measured), "the model was not measured");
    app.wait_text("#settings", "tokens/s here");
    app.shot("measured");
}

#[test]
fn an_endpoint_is_asked_about_before_any_code_is_sent() {
    let stage = Stage::new("jobs-endpoint");
    let (app, _root) = ferry(&stage);
    app.command("Models and endpoints");
    app.wait_text("#settings", "None. Without one nothing is ever sent anywhere.");
    app.click("button", "Add endpoint…");
    app.fill("URL", "http://127.0.0.1:9/v1");
    app.fill("Model", "nobody");
    app.click("button", "Ask for its models");
    app.wait_js("it says that nobody answers", "document.querySelector('#endpoint .said.bad') !== null", &[]);
    app.shot("endpoint");
    app.click("button", "Add the endpoint");
    app.wait_text("#settings", "No project may send code there yet");
    app.click("radio", "127.0.0.1:9, nobody");
    app.press("Ctrl+1");
    app.open_in_tree("src/hash.rs");
    app.command("Write docs for this file");
    app.wait_text("dialog", "Send code of ferry to 127.0.0.1:9?");
    app.shot("asked");
    assert!(jobs(&app).is_empty(), "nothing is taken before it is allowed");
    app.click("button", "Allow for this project");
    app.wait_text("#jobs", "hash.rs");
    let id = jobs(&app)[0]["id"].as_str().expect("an id").to_owned();
    wait_status(&app, &id, "FAILED");
    app.wait_js("why is said", "document.querySelector('#jobs .failure') !== null", &[]);
    app.shot("no-answer");
}
