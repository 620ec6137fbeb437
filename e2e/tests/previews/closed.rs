//! What is previewed means harm.

use std::fs;
use std::path::Path;
use std::time::Duration;

use lectern_e2e::{Ear, Stage};
use serde_json::Value;

use crate::support::*;

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
  await attempt('a download of a file', () => { const a = Object.assign(document.createElement('a'), { href: '/archive.zip', download: 'taken.zip' }); document.body.append(a); a.click(); return 'tried'; });
  await attempt('a download by navigation', async () => { await frame((f) => (f.src = '/archive.zip')); return 'tried'; });
  await attempt('the place', () => new Promise((done) => { if (!navigator.geolocation) return done('absent'); navigator.geolocation.getCurrentPosition(() => done('told'), ({ code }) => done(`refused: ${code}`)); setTimeout(() => done('no answer'), 3000); }));
  await attempt('the camera', () => navigator.mediaDevices ? asked(navigator.mediaDevices.getUserMedia({ video: true })) : 'absent');
  await attempt('the microphone', () => navigator.mediaDevices ? asked(navigator.mediaDevices.getUserMedia({ audio: true })) : 'absent');
  await attempt('what is on the clipboard', () => navigator.clipboard?.readText ? asked(navigator.clipboard.readText()) : 'absent');
  await attempt('the whole screen', () => document.documentElement.requestFullscreen ? asked(document.documentElement.requestFullscreen()) : 'absent');
  await attempt('notifications', () => typeof Notification === 'undefined' ? 'absent' : Promise.race([Notification.requestPermission(), wait(2000).then(() => 'no answer')]));
  await attempt('what was kept', () => { const kept = localStorage.getItem('kept'); localStorage.setItem('kept', 'yes'); return kept; });
  await wait(1000);
  fetch(EAR + '/results', { method: 'POST', mode: 'no-cors', body: JSON.stringify(results) });
})();
";

/// The names of all files.
fn files_below(folder: &Path) -> Vec<String> {
    let (mut names, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                _ => names.push(entry.file_name().to_string_lossy().into_owned()),
            }
        }
    }
    names
}

#[test]
fn what_is_previewed_reaches_no_command_and_leads_nowhere() {
    let (stage, ear) = (Stage::new("previews-closed"), Ear::open());
    let root = stage.place("site");
    write_site(&root, &ear, "harmful", GREEN);
    fs::write(root.join("attacks.js"), ATTACKS.replace("__EAR__", ear.origin())).expect("a project can be written");
    fs::write(root.join("archive.zip"), b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").expect("a project can be written");
    let page = fs::read_to_string(root.join("index.html")).expect("it was written") + "<script src=attacks.js></script>";
    fs::write(root.join("index.html"), page).expect("a project can be written");
    // Where a webview would put what it downloads.
    let home = stage.desktop().home();
    fs::create_dir_all(home.join("Downloads")).expect("a folder");
    fs::create_dir_all(home.join(".config")).expect("a folder");
    fs::write(home.join(".config/user-dirs.dirs"), "XDG_DOWNLOAD_DIR=\"$HOME/Downloads\"\n").expect("a file");
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
            // Code 1 says that it may not, others that it could not.
            "the place" => came == "refused: 1" || came == "absent",
            "the camera" | "the microphone" | "what is on the clipboard" | "the whole screen" => {
                came.starts_with("refused") || came == "absent"
            }
            "notifications" => came == "denied" || came == "absent",
            "what was kept" => came == "null",
            _ => came == "tried" || came.starts_with("threw"),
        };
        assert!(fine, "{name}: {came}; all: {results:#}");
    }
    let reached: Vec<_> = ear.paths().into_iter().filter(|path| path != "/loaded" && path != "/results").collect();
    assert_eq!(reached, Vec::<String>::new(), "the window went elsewhere");
    assert_eq!(stage.windows("Preview:").len(), 1, "the preview's window is gone or not the only one");
    let saved = files_below(home).into_iter().filter(|name| name.starts_with("taken") || name.starts_with("archive"));
    assert_eq!(saved.collect::<Vec<_>>(), [""; 0], "a file was saved");
    assert_eq!(previews(&app).remove(0)["status"], "READY");
}
