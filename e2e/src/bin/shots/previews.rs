//! Previews: none yet, one that runs, several, one that failed, and what is set for them.

use lectern_e2e::{App, project};
use serde_json::{Value, json};

use crate::camera::Camera;

pub fn photograph(camera: &Camera) {
    let stage = camera.stage();
    let root = stage.place("site");
    project::write(&root, "index.html", "<!doctype html><title>Site</title><h1>Site</h1>\n");
    project::write(&root, "docs/index.html", "<!doctype html><title>Docs</title><h1>Docs</h1>\n");
    project::write(
        &root,
        "package.json",
        "{ \"name\": \"site\", \"scripts\": { \"dev\": \"vite\" }, \"devDependencies\": { \"vite\": \"7.0.0\" } }\n",
    );
    let app = camera.open(&stage, &root);
    app.press("Ctrl+7");
    app.wait_text("#previews", "Files as they are");
    camera.take(&app, "previews-empty");
    app.click("radio", "A version");
    camera.take(&app, "previews-version");
    app.click("radio", "Working copy");
    let project = command(&app, "projects", &json!({}))[0]["id"].clone();
    start(&app, &project, "");
    app.wait_text("#previews", "Ready");
    app.wait_text("#previews", "127.0.0.1");
    camera.take(&app, "previews-ready");
    start(&app, &project, "docs");
    app.wait_js("two sessions", "document.querySelectorAll('#previews [data-status=READY]').length === 2", &[]);
    camera.take(&app, "previews-several");
    app.click("button", "Stop");
    app.find("#previews [data-status=EXPIRED]");
    app.dismiss_toasts();
    camera.take(&app, "previews-stopped");
    app.click("button", "New");
    app.wait_text("#previews", "Dev server");
    camera.take(&app, "previews-new");
    app.click("button", "Cancel");
    let failing = json!({ "kind": "dev_server", "argv": ["node", "no-such-server.js"], "folder": "" });
    command(&app, "start_preview", &json!({ "projectId": project, "request": failing, "trust": "once" }));
    app.wait_text("#previews [role=alert]", "Try again");
    camera.take(&app, "previews-failed");
    app.press("Ctrl+,");
    app.find("#settings");
    app.js(
        "[...document.querySelectorAll('#settings nav a, #settings nav button')].find((each) => nameOf(each) === 'Previews')?.click()",
        &[],
    );
    app.wait_text("#settings", "preview");
    camera.take(&app, "previews-settings");
}

/// Calls a command as the window does.
fn command(app: &App, name: &str, arguments: &Value) -> Value {
    let script = "const [name, values, done] = arguments; window.__TAURI_INTERNALS__.invoke(name, values).then((value) => done({ value }), (error) => done({ error }));";
    let answer = app.js_async(script, &[json!(name), arguments.clone()]);
    assert!(answer["error"].is_null(), "{name} failed: {}", answer["error"]);
    answer["value"].clone()
}

fn start(app: &App, project: &Value, folder: &str) {
    command(
        app,
        "start_preview",
        &json!({ "projectId": project, "request": { "kind": "static", "version": null, "folder": folder, "falls_back": false }, "trust": null }),
    );
}
