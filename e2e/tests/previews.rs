//! Previews in windows of their own: seen on the screen, heard from the pages themselves, because no WebDriver reaches them.
#![cfg(target_os = "linux")]

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::process::poll;
use lectern_e2e::{App, Ear, Stage};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(30);
const GREEN: (u8, u8, u8) = (0x1d, 0xbf, 0x73);
const PLUM: (u8, u8, u8) = (0x8e, 0x2c, 0x6a);
const AMBER: (u8, u8, u8) = (0xf2, 0xa9, 0x00);

/// A page of one colour, by its style sheet or its own style, that tells the ear that it was loaded.
fn write_site(root: &Path, ear: &Ear, word: &str, sheet: (u8, u8, u8)) {
    fs::create_dir_all(root).expect("a fresh folder can be written");
    let tell = format!("fetch('{}/loaded', {{ method: 'POST', mode: 'no-cors', body: '{word}' }});", ear.origin());
    let page = format!(
        "<!doctype html><meta charset=utf-8><title>{word}</title><link rel=stylesheet href=site.css>\
         <h1>{word}</h1><script>{tell} console.log('ready', {{ word: '{word}' }}); fetch('/missing.json');</script>"
    );
    fs::write(root.join("index.html"), page).expect("a project can be written");
    write_sheet(root, sheet);
}

fn write_sheet(root: &Path, (red, green, blue): (u8, u8, u8)) {
    fs::write(root.join("site.css"), format!("html {{ background: rgb({red} {green} {blue}) }} body {{ min-height: 200vh }}"))
        .expect("a project can be written");
}

#[track_caller]
fn open_project(stage: &Stage, root: &Path) -> App {
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(root);
    app
}

/// Waits until this much of the screen has a colour.
#[track_caller]
fn wait_colour(stage: &Stage, what: &str, (red, green, blue): (u8, u8, u8), share: f64) {
    let screen = stage.desktop().framebuffer();
    let there = poll(PATIENCE, || screen.share(red, green, blue) > share);
    if !there {
        screen.save(&stage.artifacts().join("missing-colour.png"));
    }
    assert!(there, "{what}: {:.3} of the screen has its colour instead of {share}", screen.share(red, green, blue));
}

fn picture(stage: &Stage, name: &str) {
    assert!(stage.desktop().framebuffer().save(&stage.artifacts().join(format!("{name}.png"))), "the screen could not be saved");
}

/// Calls a command as the main window does.
#[track_caller]
fn command(app: &App, name: &str, arguments: &Value) -> Value {
    let script = "const [name, values, done] = arguments; window.__TAURI_INTERNALS__.invoke(name, values).then((value) => done({ value }), (error) => done({ error }));";
    let answer = app.js_async(script, &[json!(name), arguments.clone()]);
    assert!(answer["error"].is_null(), "{name} failed: {}", answer["error"]);
    answer["value"].clone()
}

/// The previews of the only project.
fn previews(app: &App) -> Vec<Value> {
    let project = command(app, "projects", &json!({}))[0]["id"].clone();
    command(app, "previews", &json!({ "projectId": project })).as_array().cloned().unwrap_or_default()
}

fn port(preview: &Value) -> u16 {
    preview["port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a running preview has a port")
}

#[test]
fn one_key_shows_a_preview_in_a_window_and_what_is_saved_shows_at_once() {
    let (stage, ear) = (Stage::new("previews"), Ear::open());
    let root = stage.place("site");
    write_site(&root, &ear, "first", GREEN);
    let app = open_project(&stage, &root);
    app.press("Ctrl+Shift+P");
    assert_eq!(ear.wait("/loaded", 1, PATIENCE), "first");
    stage.focus_window("Preview:");
    wait_colour(&stage, "the page in the window's frame", GREEN, 0.3);
    picture(&stage, "shown");

    // A style sheet is exchanged, the page stays.
    write_sheet(&root, PLUM);
    wait_colour(&stage, "the saved style sheet", PLUM, 0.3);
    assert_eq!(ear.heard("/loaded").len(), 1, "a style sheet made the page load anew");
    // Anything else loads it anew.
    write_site(&root, &ear, "second", PLUM);
    assert_eq!(ear.wait("/loaded", 2, PATIENCE), "second");
    // So does the key.
    stage.keys(&["ctrl+r"]);
    ear.wait("/loaded", 3, PATIENCE);
    stage.keys(&["ctrl+shift+j"]);
    std::thread::sleep(Duration::from_millis(600));
    picture(&stage, "console");

    // Stopped, the port is free and the window says so.
    let preview = previews(&app).remove(0);
    assert_eq!(preview["status"], "READY", "{preview}");
    let port = port(&preview);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok(), "the preview listens at its port");
    command(&app, "stop_preview", &json!({ "id": preview["id"] }));
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "a stopped preview still listens");
    let (red, green, blue) = PLUM;
    let gone = poll(PATIENCE, || stage.desktop().framebuffer().share(red, green, blue) < 0.01);
    picture(&stage, "ended");
    assert!(gone, "the window shows a preview that was stopped");
    // With the main window every other one goes.
    stage.focus_window("Lectern");
    app.close(stage.desktop());
}

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
    let own = preview["own_port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a dev server has a port of its own");
    assert!(TcpStream::connect(("127.0.0.1", own)).is_ok());
    stage.focus_window("Lectern");
    app.press("Ctrl+4");
    app.wait_text("#previews", "npm run dev");
    picture(&stage, "listed");
    command(&app, "stop_preview", &json!({ "id": preview["id"] }));
    assert!(TcpStream::connect(("127.0.0.1", own)).is_err(), "the dev server outlived its preview");
}

#[test]
fn a_picture_of_a_preview_is_saved_where_its_user_says() {
    let (stage, ear) = (Stage::new("previews-picture"), Ear::open());
    let root = stage.place("site");
    write_site(&root, &ear, "pictured", AMBER);
    let app = open_project(&stage, &root);
    app.press("Ctrl+Shift+P");
    ear.wait("/loaded", 1, PATIENCE);
    stage.focus_window("Preview:");
    wait_colour(&stage, "the page", AMBER, 0.3);
    // A telephone: the second of the sizes' buttons is where the bar begins.
    stage.point(45, 23, 1);
    std::thread::sleep(Duration::from_millis(500));
    picture(&stage, "telephone");
    let file = stage.place("picture.png");
    stage.keys(&["ctrl+shift+s"]);
    stage.type_into_dialog("Save a picture of the preview", &file.to_string_lossy());
    let saved = poll(PATIENCE, || fs::read(&file).is_ok_and(|bytes| bytes.len() > 200));
    picture(&stage, "saved");
    assert!(saved, "{} was not written", file.display());
    let bytes = fs::read(&file).expect("it is there");
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    // 390 by 844, scaled so that all of it is seen.
    let ratio = f64::from(side(16)) / f64::from(side(20));
    assert!((ratio - 390.0 / 844.0).abs() < 0.01, "the picture is {} by {}", side(16), side(20));
}

/// What a page that means harm tries from its frame. Each line is a name and what came of it.
const ATTACKS: &str = r"
const EAR = '__EAR__';
const results = {};
const page = location.ancestorOrigins?.[0] ?? '';
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const means = (where) => ['__TAURI_INTERNALS__', '__TAURI__', 'ipc'].filter((name) => { try { return where[name] !== undefined; } catch { return true; } })
  .concat(where.webkit?.messageHandlers?.ipc ? ['webkit.messageHandlers.ipc'] : []).join(' ') || 'none';
const asked = (promise) => Promise.race([promise.then((answer) => `answered ${answer.status ?? ''} ${answer.type ?? ''}`, (error) => `refused: ${error.name}`), wait(3000).then(() => 'no answer')]);
const frame = (set) => new Promise((done) => { const f = document.createElement('iframe'); set(f); f.onload = () => done(f); document.body.append(f); setTimeout(() => done(f), 1500); });
const place = (f) => { try { return f.contentWindow.location.href; } catch { return 'elsewhere'; } };
const attempt = async (name, work) => { try { results[name] = String(await work()); } catch (error) { results[name] = `threw ${error.name}`; } };
(async () => {
  await attempt('means in the frame', () => means(window));
  await attempt('means in srcdoc', async () => means((await frame((f) => (f.srcdoc = '<p>x'))).contentWindow));
  await attempt('means in about:blank', async () => means((await frame((f) => (f.src = 'about:blank'))).contentWindow));
  await attempt('means in a null origin', () => new Promise((done) => {
    addEventListener('message', ({ data }) => data?.null && done(data.null));
    frame((f) => { f.sandbox = 'allow-scripts'; f.srcdoc = `<script>parent.postMessage({ null: ['__TAURI_INTERNALS__', 'ipc'].filter((n) => window[n] !== undefined).join(' ') || 'none' }, '*')<\/script>`; });
    setTimeout(() => done('no answer'), 3000);
  }));
  await attempt('the window above', () => { try { return String(top.__TAURI_INTERNALS__); } catch (error) { return `threw ${error.name}`; } });
  for (const url of ['ipc://localhost/projects', 'http://ipc.localhost/projects']) {
    await attempt(`command by ${url}`, () => asked(fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', 'Tauri-Callback': '1', 'Tauri-Error': '2', 'Tauri-Invoke-Key': 'guess' }, body: '{}' })));
  }
  await attempt('the page by fetch', () => asked(fetch(page + '/state', { credentials: 'include' })));
  await attempt('the page in a frame', async () => place(await frame((f) => (f.src = page + '/'))));
  await attempt('an order by guess', async () => { await frame((f) => (f.src = page + '/order/' + '0'.repeat(64) + '/close')); return 'tried'; });
  await attempt('the talk to the page', () => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done('answered');
    parent.postMessage({ lectern: 'frame', key: 'guess' }, '*', [port2]);
    setTimeout(() => done('no answer'), 500);
  }));
  await attempt('the interface in a frame', async () => place(await frame((f) => (f.src = 'tauri://localhost/index.html'))));
  await attempt('elsewhere in a frame', async () => place(await frame((f) => (f.src = EAR + '/frame'))));
  await attempt('elsewhere by refresh', async () => place(await frame((f) => (f.srcdoc = `<meta http-equiv=refresh content='0;url=${EAR}/refresh'>`))));
  await attempt('a window', () => window.open(EAR + '/window') === null ? 'refused' : 'opened');
  await attempt('a window of another frame', async () => { const f = await frame((f) => (f.src = 'about:blank')); return f.contentWindow.open(EAR + '/window2') === null ? 'refused' : 'opened'; });
  await attempt('the top', () => { top.location = EAR + '/top'; return 'tried'; });
  await attempt('a link to the top', () => { const a = Object.assign(document.createElement('a'), { href: EAR + '/link', target: '_top' }); document.body.append(a); a.click(); return 'tried'; });
  await attempt('a form to the top', () => { const f = Object.assign(document.createElement('form'), { action: EAR + '/form', target: '_top' }); document.body.append(f); f.submit(); return 'tried'; });
  await attempt('a form to a window', () => { const f = Object.assign(document.createElement('form'), { action: EAR + '/form2', target: '_blank' }); document.body.append(f); f.submit(); return 'tried'; });
  await attempt('a download', () => { const a = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob(['x'])), download: 'taken.txt' }); document.body.append(a); a.click(); return 'tried'; });
  await attempt('the place', () => new Promise((done) => { if (!navigator.geolocation) return done('absent'); navigator.geolocation.getCurrentPosition(() => done('told'), () => done('refused')); setTimeout(() => done('no answer'), 2000); }));
  await attempt('the camera', () => navigator.mediaDevices ? asked(navigator.mediaDevices.getUserMedia({ video: true })) : 'absent');
  await attempt('notifications', () => typeof Notification === 'undefined' ? 'absent' : Promise.race([Notification.requestPermission(), wait(2000).then(() => 'no answer')]));
  await attempt('what was kept', () => { const kept = localStorage.getItem('kept'); localStorage.setItem('kept', 'yes'); return kept; });
  await wait(1000);
  fetch(EAR + '/results', { method: 'POST', mode: 'no-cors', body: JSON.stringify(results) });
})();
";

#[test]
fn what_is_previewed_reaches_no_command_and_leads_nowhere() {
    let (stage, ear) = (Stage::new("previews-closed"), Ear::open());
    let root = stage.place("site");
    write_site(&root, &ear, "harmful", GREEN);
    fs::write(root.join("attacks.js"), ATTACKS.replace("__EAR__", ear.origin())).expect("a project can be written");
    let page = fs::read_to_string(root.join("index.html")).expect("it was written") + "<script src=attacks.js></script>";
    fs::write(root.join("index.html"), page).expect("a project can be written");
    let app = open_project(&stage, &root);
    app.press("Ctrl+Shift+P");
    let results: Value = serde_json::from_str(&ear.wait("/results", 1, Duration::from_secs(60))).expect("JSON");
    picture(&stage, "attacked");
    fs::write(stage.artifacts().join("results.json"), format!("{results:#}")).expect("artifacts can be written");

    for (name, came) in results.as_object().expect("an object") {
        let came = came.as_str().unwrap_or_default();
        let fine = match name.as_str() {
            name if name.starts_with("means") => came == "none",
            name if name.starts_with("command by") => came.starts_with("refused") || came == "no answer",
            "the window above" => came.starts_with("threw"),
            "the page by fetch" => came.starts_with("refused"),
            // Where a navigation is refused, the frame keeps its empty document.
            "the interface in a frame" | "elsewhere in a frame" | "the page in a frame" => came == "about:blank" || came == "elsewhere",
            "elsewhere by refresh" => came == "about:srcdoc" || came == "about:blank",
            "a window" | "a window of another frame" => came == "refused" || came.starts_with("threw"),
            "the talk to the page" => came == "no answer",
            "the place" | "the camera" => came.starts_with("refused") || came == "absent" || came == "no answer",
            "notifications" => came == "denied" || came == "absent",
            "what was kept" => came == "null",
            _ => came == "tried" || came.starts_with("threw"),
        };
        assert!(fine, "{name}: {came}; all: {results:#}");
    }
    let reached: Vec<_> = ear.paths().into_iter().filter(|path| path != "/loaded" && path != "/results").collect();
    assert_eq!(reached, Vec::<String>::new(), "the window went elsewhere");
    assert_eq!(stage.windows("Preview:").len(), 1, "the preview's window is gone or not the only one");
    let taken = stage.desktop().home().join("Downloads/taken.txt");
    assert!(!taken.exists() && !stage.desktop().home().join("taken.txt").exists(), "a file was saved");
    assert_eq!(previews(&app).remove(0)["status"], "READY");
}
