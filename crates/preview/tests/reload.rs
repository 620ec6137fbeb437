//! Pages hear of changes over a websocket, or by asking, and only with the endpoint's own cookie.

mod serving;

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use serving::*;

fn upgrade(preview: &Preview, query: &str, cookies: &str) -> (TcpStream, u16) {
    let mut stream = preview.connect();
    write!(
        stream,
        "GET /.lectern/reload{query} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: {cookies}\r\n\r\n",
        preview.host()
    )
    .expect("sent");
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("an answer");
        head.push(byte[0]);
    }
    (stream, String::from_utf8_lossy(&head)[9..12].parse().expect("a status"))
}

/// The text of the next frame.
fn hear(stream: &mut TcpStream) -> serde_json::Value {
    let mut start = [0; 2];
    stream.read_exact(&mut start).expect("a frame");
    assert_eq!(start[0], 0x81, "a whole text frame");
    let length = match start[1] {
        126 => {
            let mut length = [0; 2];
            stream.read_exact(&mut length).expect("a length");
            usize::from(u16::from_be_bytes(length))
        }
        length => usize::from(length),
    };
    let mut text = vec![0; length];
    stream.read_exact(&mut text).expect("a text");
    serde_json::from_slice(&text).expect("JSON")
}

fn paths(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

#[test]
fn a_page_hears_what_changed_as_it_changes() {
    let preview = open(Arc::new(Counter::default()));
    let (mut one, status) = upgrade(&preview, "", &preview.cookies);
    let (mut two, _) = upgrade(&preview, "", &preview.cookies);
    assert_eq!(status, 101);
    // The answer comes before the listening begins.
    std::thread::sleep(Duration::from_millis(50));
    for (changed, expected) in [
        (paths(&["a/style.css"]), serde_json::json!({ "at": 1, "css": ["a/style.css"] })),
        (paths(&["b.css", "a.CSS"]), serde_json::json!({ "at": 2, "css": ["a.CSS", "b.css"] })),
        (paths(&["a.css", "index.html"]), serde_json::json!({ "at": 3, "all": true })),
        ((0..5000).map(|n| format!("{n}.css")).collect(), serde_json::json!({ "at": 4, "all": true })),
    ] {
        preview.reload.changed(&changed);
        assert_eq!(hear(&mut one), expected);
        assert_eq!(hear(&mut two), expected);
    }
    let many: Vec<String> = (0..90).map(|n| format!("style-{n:03}.css")).collect();
    preview.reload.changed(&many);
    assert_eq!(hear(&mut one)["css"].as_array().map(Vec::len), Some(90), "longer messages too");
}

#[test]
fn who_was_away_hears_what_was_missed() {
    let preview = open(Arc::new(Counter::default()));
    preview.reload.changed(&paths(&["a.css"]));
    preview.reload.changed(&paths(&["b.css"]));
    let (mut back, _) = upgrade(&preview, "?after=0", &preview.cookies);
    assert_eq!(hear(&mut back), serde_json::json!({ "at": 2, "css": ["a.css", "b.css"] }));
    for n in 0..100 {
        preview.reload.changed(&paths(&[&format!("{n}.css")]));
    }
    let (mut late, _) = upgrade(&preview, "?after=1", &preview.cookies);
    assert_eq!(hear(&mut late), serde_json::json!({ "at": 102, "all": true }), "nobody remembers that much");
    let (mut odd, _) = upgrade(&preview, "?after=7777777", &preview.cookies);
    assert_eq!(hear(&mut odd), serde_json::json!({ "at": 102, "all": true }));
}

#[test]
fn without_websockets_one_can_ask() {
    let preview = open(Arc::new(Counter::default()));
    let ask =
        |query: &str| serde_json::from_slice::<serde_json::Value>(&preview.get(&format!("/.lectern/reload{query}")).body).expect("JSON");
    preview.reload.changed(&paths(&["a.css"]));
    assert_eq!(ask("?after=0"), serde_json::json!({ "at": 1, "css": ["a.css"] }));
    let asked = Instant::now();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| ask("?after=1"));
        std::thread::sleep(Duration::from_millis(100));
        preview.reload.changed(&paths(&["index.html"]));
        assert_eq!(waiting.join().expect("an answer"), serde_json::json!({ "at": 2, "all": true }));
    });
    assert!(asked.elapsed() >= Duration::from_millis(100), "it waited for a change");
}

#[test]
fn the_endpoint_asks_for_a_key_of_its_own() {
    let preview = open(Arc::new(Counter::default()));
    let session = preview.cookies.split("; ").find(|cookie| cookie.starts_with("lectern-0198")).expect("the session's");
    let key = preview.cookies.split("; ").find(|cookie| cookie.starts_with("lectern-reload-")).expect("the endpoint's");
    for (cookies, expected) in [
        (session.to_owned(), 403),
        (key.to_owned(), 403),
        (format!("{session}; lectern-reload-0198a2b3-session={}", "0".repeat(64)), 403),
        (format!("{session}; {key}"), 101),
    ] {
        assert_eq!(upgrade(&preview, "", &cookies).1, expected, "{cookies}");
    }
    assert_eq!(preview.plain("GET", "/.lectern/reload?after=7", &format!("Cookie: {session}\r\n")).status, 403);
}

#[test]
fn a_page_that_leaves_is_let_go() {
    let preview = open(Arc::new(Counter::default()));
    let (mut stream, _) = upgrade(&preview, "", &preview.cookies);
    // A masked close frame, as a browser sends it.
    stream.write_all(&[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]).expect("sent");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the end");
    assert_eq!(rest, [0x88, 0]);
}

#[test]
fn a_preview_without_changes_has_no_endpoint() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let secret = lectern_preview::gate::Secret::random();
    let clock = Arc::new(lectern_store::SystemClock);
    let end = lectern_store::Clock::now(&*clock).plus_millis(HOUR);
    let gate = lectern_preview::gate::Gate::new("s", &secret, end, clock);
    let listener = lectern_preview::serve::Listener::start(
        runtime.handle(),
        Arc::clone(&gate),
        Arc::new(Counter::default()),
        0..=0,
        Default::default(),
    )
    .expect("a port");
    let ask = |path: &str, cookies: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", listener.port())).expect("a connection");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nCookie: {cookies}\r\n\r\n", listener.port())
            .expect("sent");
        read_reply(&mut stream, false).expect("an answer")
    };
    let cookies = ask(&lectern_preview::gate::link("", &gate.mint(1000), "/"), "").cookies();
    for path in ["/.lectern/reload", "/.lectern/reload.js", "/.lectern/open/x"] {
        assert_eq!(ask(path, &cookies).status, 404, "{path}");
    }
}
