//! A page that tells the test what happens in it, and a window that is seen on the screen and used by pointer and keys.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::process::poll;
use lectern_e2e::{App, Ear, Stage};
use serde_json::{Value, json};

pub const PATIENCE: Duration = Duration::from_secs(30);
pub const GREEN: (u8, u8, u8) = (0x1d, 0xbf, 0x73);
pub const PLUM: (u8, u8, u8) = (0x8e, 0x2c, 0x6a);
pub const AMBER: (u8, u8, u8) = (0xf2, 0xa9, 0x00);

/// A page of one colour, by its style sheet or its own style, that tells the ear that it was loaded.
pub fn write_site(root: &Path, ear: &Ear, word: &str, sheet: (u8, u8, u8)) {
    fs::create_dir_all(root).expect("a fresh folder can be written");
    let tell = format!("fetch('{}/loaded', {{ method: 'POST', mode: 'no-cors', body: '{word}' }});", ear.origin());
    let page = format!(
        "<!doctype html><meta charset=utf-8><title>{word}</title><link rel=stylesheet href=site.css>\
         <h1>{word}</h1><script>{tell} console.log('ready', {{ word: '{word}' }}); fetch('/missing.json');</script>"
    );
    fs::write(root.join("index.html"), page).expect("a project can be written");
    write_sheet(root, sheet);
}

pub fn write_sheet(root: &Path, (red, green, blue): (u8, u8, u8)) {
    fs::write(root.join("site.css"), format!("html {{ background: rgb({red} {green} {blue}) }} body {{ min-height: 200vh }}"))
        .expect("a project can be written");
}

#[track_caller]
pub fn open_project(stage: &Stage, root: &Path) -> App {
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(root);
    app
}

/// Waits until this much of the screen has a colour.
#[track_caller]
pub fn wait_colour(stage: &Stage, what: &str, (red, green, blue): (u8, u8, u8), share: f64) {
    let screen = stage.desktop().framebuffer();
    let there = poll(PATIENCE, || screen.share(red, green, blue) > share);
    if !there {
        screen.save(&stage.artifacts().join("missing-colour.png"));
    }
    assert!(there, "{what}: {:.3} of the screen has its colour instead of {share}", screen.share(red, green, blue));
}

pub fn picture(stage: &Stage, name: &str) {
    assert!(stage.desktop().framebuffer().save(&stage.artifacts().join(format!("{name}.png"))), "the screen could not be saved");
}

/// Calls a command as the main window does.
#[track_caller]
pub fn command(app: &App, name: &str, arguments: &Value) -> Value {
    let script = "const [name, values, done] = arguments; window.__TAURI_INTERNALS__.invoke(name, values).then((value) => done({ value }), (error) => done({ error }));";
    let answer = app.js_async(script, &[json!(name), arguments.clone()]);
    assert!(answer["error"].is_null(), "{name} failed: {}", answer["error"]);
    answer["value"].clone()
}

/// The previews of the only project.
pub fn previews(app: &App) -> Vec<Value> {
    let project = command(app, "projects", &json!({}))[0]["id"].clone();
    command(app, "previews", &json!({ "projectId": project })).as_array().cloned().unwrap_or_default()
}

pub fn port(preview: &Value) -> u16 {
    preview["port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a running preview has a port")
}

/// Waits until hardly anything of the screen has a colour any more.
#[track_caller]
pub fn wait_no_colour(stage: &Stage, what: &str, (red, green, blue): (u8, u8, u8)) {
    let screen = stage.desktop().framebuffer();
    assert!(poll(PATIENCE, || screen.share(red, green, blue) < 0.01), "{what}: its colour is still on the screen");
}

pub fn own_port(preview: &Value) -> u16 {
    preview["own_port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a dev server has a port of its own")
}

pub fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

/// What a browser gets at a link: status, cookies, body.
pub fn get(link: &str, cookies: &str) -> (u16, String, String) {
    let rest = link.strip_prefix("http://").expect("http");
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).expect("somebody answers");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("an answer");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let cookies = head.lines().filter_map(|line| line.split_once(": ")).filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let cookies: Vec<_> = cookies.filter_map(|(_, value)| value.split(';').next()).collect();
    (head.split_whitespace().nth(1).and_then(|code| code.parse().ok()).expect("a status"), cookies.join("; "), body.to_owned())
}

/// Moves the end of a preview to this much from now ("+9 minutes"), as time alone would.
pub fn move_end(stage: &Stage, preview: &Value, by: &str) {
    let database = rusqlite::Connection::open(stage.data_dir().join("lectern.db")).expect("the database");
    database.busy_timeout(PATIENCE).expect("a timeout");
    let sql = "UPDATE preview_sessions SET expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?2) WHERE id = ?1";
    let id = preview["id"].as_str().expect("an id");
    assert_eq!(database.execute(sql, (id, by)).expect("moved"), 1);
}

/// The processes that run in a folder.
pub fn running_in(folder: &Path) -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("processes are listed");
    let runs = |path: &Path| fs::read_link(path.join("cwd")).is_ok_and(|place| place.starts_with(folder));
    processes
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| runs(path))
        .map(|path| fs::read_to_string(path.join("cmdline")).unwrap_or_default().replace('\0', " "))
        .collect()
}
