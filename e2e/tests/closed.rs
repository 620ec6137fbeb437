//! The window is closed to the outside: what a page that broke in would try first.
#![cfg(target_os = "linux")]

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use lectern_e2e::flows::{EMAIL, PASSWORD};
use lectern_e2e::{Stage, project};
use serde_json::json;

#[test]
fn the_window_loads_runs_and_opens_nothing_from_outside() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let outside = format!("http://{}", listener.local_addr().expect("an address"));
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    // Ends with the test's process.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            drop(stream);
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let stage = Stage::new("closed");
    let root = stage.place("shelf");
    project::sample(&root);
    let app = stage.launch(&[&root.to_string_lossy()]);
    app.create_profile(EMAIL, PASSWORD);
    app.wait_project(&root);

    // An inline script that gets into the page does not run.
    app.js("const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)", &[]);
    assert_eq!(app.js("return window.ran ?? null", &[]), json!(null), "an inline script ran");

    // Nothing is fetched: images, scripts, styles, frames, requests, sockets.
    let tried = app.js_async(
        "const [outside, done] = [arguments[0], arguments[arguments.length - 1]];
         const add = (tag, attributes) => { const e = document.createElement(tag); Object.assign(e, attributes); document.body.append(e); };
         add('img', { src: outside + '/image.png' });
         add('script', { src: outside + '/script.js' });
         add('link', { rel: 'stylesheet', href: outside + '/style.css' });
         add('iframe', { src: outside + '/frame' });
         add('object', { data: outside + '/object' });
         const socket = new Promise((end) => { try { const s = new WebSocket(outside.replace('http', 'ws')); s.onerror = s.onclose = () => end('refused'); s.onopen = () => end('open'); } catch { end('refused'); } });
         const fetched = fetch(outside + '/fetch').then(() => 'fetched', () => 'refused');
         Promise.all([socket, fetched]).then((answers) => setTimeout(() => done(answers), 500));",
        &[json!(outside)],
    );
    assert_eq!(tried, json!(["refused", "refused"]));

    // No other window, no other page.
    assert_eq!(
        app.js("return window.open(arguments[0]) === null", &[json!(format!("{outside}/window"))]),
        json!(true),
        "a window was opened"
    );
    let here = app.js("return location.href", &[]);
    app.js("location.assign(arguments[0])", &[json!(format!("{outside}/page"))]);
    app.js_async("const done = arguments[arguments.length - 1]; setTimeout(() => done(1), 500)", &[]);
    assert_eq!(app.js("return location.href", &[]), here, "the window was led away");
    assert_eq!(calls.load(Ordering::Relaxed), 0, "something reached the outside");

    // A frame inside the page has no way to the commands.
    let frame = app.js_async(
        "const done = arguments[arguments.length - 1];
         const f = document.createElement('iframe'); f.srcdoc = '<p>hello</p>'; f.sandbox = 'allow-scripts';
         f.onload = () => { try { done(Boolean(f.contentWindow.__TAURI_INTERNALS__)); } catch { done(false); } };
         f.onerror = () => done(false); document.body.append(f); setTimeout(() => done(false), 2000);",
        &[],
    );
    assert_eq!(frame, json!(false));
}
