//! Two previews beside each other.

use std::fs;
use std::time::Duration;

use lectern_e2e::process::poll;
use lectern_e2e::{Ear, Stage};
use serde_json::{Value, json};

use crate::support::*;

#[test]
fn two_versions_stand_beside_each_other_and_scroll_together() {
    let (stage, ear) = (Stage::new("previews-beside"), Ear::open());
    let root = stage.place("site");
    write_site(&root, &ear, "old", GREEN);
    let scrolled = format!(
        "<script>addEventListener('scroll', () => fetch('{}/scrolled', {{ method: 'POST', mode: 'no-cors', body: location.port }}))</script>",
        ear.origin()
    );
    let append = |word: &str, sheet| {
        write_site(&root, &ear, word, sheet);
        let page = fs::read_to_string(root.join("index.html")).expect("it was written") + &scrolled;
        fs::write(root.join("index.html"), page).expect("a project can be written");
    };
    append("old", GREEN);
    let app = open_project(&stage, &root);
    app.wait_in_sync(1);
    append("new", PLUM);
    app.wait("a version of what was saved", || app.text("#status-bar").contains("In sync with v2"));
    let project = command(&app, "projects", &json!({}))[0]["id"].clone();
    let start = |version: Value| {
        let request = json!({ "kind": "static", "version": version, "folder": "", "falls_back": false });
        command(&app, "start_preview", &json!({ "projectId": project, "request": request, "trust": null }))
    };
    let (old, new) = (start(json!(1)), start(Value::Null));
    command(&app, "open_preview", &json!({ "id": old["id"], "beside": new["id"] }));
    ear.wait("/loaded", 2, PATIENCE);
    let mut words = ear.heard("/loaded");
    words.sort();
    assert_eq!(words, ["new", "old"], "a version is shown as it was, the folder as it is");
    let window = stage.focus_window("Preview:");
    wait_colour(&stage, "the version on the left", GREEN, 0.1);
    wait_colour(&stage, "the folder on the right", PLUM, 0.1);
    picture(&stage, "beside");
    // What is under the pointer leads, the other follows.
    stage.point(320, 420, 5);
    let ports = [port(&old), port(&new)].map(|port| port.to_string());
    let both = poll(PATIENCE, || ports.iter().all(|port| ear.heard("/scrolled").contains(port)));
    assert!(both, "of {ports:?} only {:?} scrolled", ear.heard("/scrolled"));
    // Saving changes the folder, never the version.
    write_sheet(&root, AMBER);
    wait_colour(&stage, "the saved folder", AMBER, 0.1);
    wait_colour(&stage, "the version", GREEN, 0.1);
    command(&app, "window_theme", &json!({ "theme": "dark" }));
    stage.size_window(&window, 960, 600);
    stage.keys(&["ctrl+shift+j"]);
    std::thread::sleep(Duration::from_millis(800));
    picture(&stage, "dark-small");
}
