//! Dev servers in the real window, from the question to the last of their processes.

use std::fs;
use std::path::Path;
use std::time::Duration;

use lectern_e2e::{Ear, Stage};
use serde_json::json;

use crate::support::*;

/// A project whose dev server is a real Vite; `None`, with a word on it, where that isn't installed.
fn write_vite(root: &Path, ear: &Ear) -> Option<()> {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules").canonicalize().ok();
    let Some(modules) = modules.filter(|modules| modules.join("vite/bin/vite.js").exists()) else {
        println!("skipped: Vite isn't installed; `npm ci` in ui/ brings it");
        return None;
    };
    fs::create_dir_all(root).expect("a fresh folder can be written");
    let package =
        r#"{ "name": "site", "private": true, "type": "module", "scripts": { "dev": "vite" }, "devDependencies": { "vite": "^8" } }"#;
    let page = "<!doctype html><meta charset=utf-8><title>site</title><h1>Site</h1><script type=module src=/main.js></script>";
    let tell = format!("import './style.css';\nfetch('{}/loaded', {{ method: 'POST', mode: 'no-cors', body: 'vite' }});\n", ear.origin());
    for (name, text) in [("package.json", package), ("index.html", page), ("main.js", &tell), (".gitignore", "node_modules\n")] {
        fs::write(root.join(name), text).expect("a project can be written");
    }
    write_style(root, GREEN);
    std::os::unix::fs::symlink(modules, root.join("node_modules")).expect("a link can be made");
    Some(())
}

fn write_style(root: &Path, (red, green, blue): (u8, u8, u8)) {
    fs::write(root.join("style.css"), format!("html {{ background: rgb({red} {green} {blue}) }}\n")).expect("a project can be written");
}

#[test]
fn a_dev_server_runs_once_it_is_allowed_and_its_updates_show() {
    let (stage, ear) = (Stage::new("previews-vite"), Ear::open());
    let root = stage.place("site");
    if write_vite(&root, &ear).is_none() {
        return;
    }
    let app = open_project(&stage, &root);
    app.wait_in_sync(1);
    app.press("Ctrl+Shift+P");
    app.wait_text("dialog[open]", "npm run dev");
    picture(&stage, "question");
    assert!(previews(&app).is_empty(), "it ran before it was allowed");
    app.click_css("dialog[open] button[data-autofocus]");
    app.wait_gone("dialog[open]");
    assert!(previews(&app).is_empty(), "it ran though it was not allowed");
    app.press("Ctrl+Shift+P");
    app.wait_text("dialog[open]", "npm run dev");
    app.click("button", "Run command");
    assert_eq!(ear.wait("/loaded", 1, PATIENCE * 2), "vite");
    stage.focus_window("Preview:");
    wait_colour(&stage, "the page of the dev server", GREEN, 0.3);
    picture(&stage, "shown");
    // Vite brings the style in by itself, through the proxy.
    write_style(&root, AMBER);
    wait_colour(&stage, "the style that was saved", AMBER, 0.3);
    assert_eq!(ear.heard("/loaded").len(), 1, "an update made the page load anew");

    let preview = previews(&app).remove(0);
    let own = own_port(&preview);
    assert!(listens(own));
    stage.focus_window("Lectern");
    app.press("Ctrl+7");
    app.wait_text("#previews", "npm run dev");
    picture(&stage, "listed");
    command(&app, "stop_preview", &json!({ "id": preview["id"] }));
    assert!(!listens(own), "the dev server outlived its preview");
    assert_eq!(running_in(&root), [""; 0]);
}

/// A project whose server needs nothing but Python itself: it takes its time, says so, and starts a child that would outlive it.
const SERVER: &str = r#"
import http.server, os, subprocess, sys, time
from pathlib import Path
subprocess.Popen(["sleep", "600"], start_new_session=True)
for step in range(1, 4):
    print(f"warming up {step} of 3", flush=True)
    time.sleep(0.7)
class Pages(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        body = Path("page.html").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Pages)
print("PASSWORD=hunter2-hunter2", flush=True)
server.serve_forever()
"#;

#[test]
fn a_python_server_is_found_waited_for_shown_and_leaves_nothing_behind() {
    let (stage, ear) = (Stage::new("previews-python"), Ear::open());
    let root = stage.place("harbour");
    write_site(&root, &ear, "python", PLUM);
    // Served by the program alone.
    let page = fs::read_to_string(root.join("index.html")).expect("it was written");
    let style = format!("<style>{}</style>", fs::read_to_string(root.join("site.css")).expect("it was written"));
    fs::write(root.join("page.html"), page.replace("<link rel=stylesheet href=site.css>", &style)).expect("a page");
    fs::remove_file(root.join("index.html")).expect("removed");
    fs::write(root.join("server.py"), SERVER).expect("a server");
    let app = open_project(&stage, &root);
    app.wait_in_sync(1);
    app.press("Ctrl+Shift+P");
    app.wait_text("dialog[open]", "python3 server.py");
    picture(&stage, "question");
    assert_eq!(running_in(&root), [""; 0], "it ran before it was allowed");
    app.click("button", "Run command");
    app.press("Ctrl+7");
    app.wait_text("#previews", "Pending");
    app.wait_text("#previews", "warming up 2 of 3");
    assert_eq!(ear.heard("/loaded").len(), 0);
    picture(&stage, "pending");
    assert_eq!(ear.wait("/loaded", 1, PATIENCE), "python");
    stage.focus_window("Preview:");
    wait_colour(&stage, "the page of the server", PLUM, 0.3);
    picture(&stage, "shown");
    stage.focus_window("Lectern");
    app.wait_text("#previews", "Ready");
    app.wait_text("#previews", "PASSWORD=••••");
    picture(&stage, "ready");
    let preview = previews(&app).remove(0);
    let (own, shown) = (own_port(&preview), port(&preview));
    assert!(listens(own) && listens(shown) && running_in(&root).len() >= 2, "{:?}", running_in(&root));
    app.click("button", "Stop");
    app.wait_text("#previews", "You stopped it");
    assert!(!listens(own) && !listens(shown), "a port is held");
    assert_eq!(running_in(&root), [""; 0], "a process is left");
    picture(&stage, "stopped");
    app.click("button", "Remove");
    app.wait_text("#toasts", "Removed the dev server");
    std::thread::sleep(Duration::from_millis(200));
    picture(&stage, "removed");
    app.press("Ctrl+Z");
    app.wait_text("#previews", "You stopped it");
}
