//! Every combination of host, origin, method and upgrade that matters: only those of the preview's own pages reach its site.

mod serving;

use std::sync::Arc;

use serving::*;

/// What the gate has to decide, said a second time and more simply.
fn may_pass(host: &str, origin: Option<&str>, method: &str, upgrade: Upgrade, own: &str) -> bool {
    let own_origin = origin == Some(&format!("http://{own}")[..]);
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(&method);
    let reads = ["GET", "HEAD"].contains(&method);
    host == own
        && known
        && match upgrade {
            Upgrade::None => own_origin || (reads && origin.is_none()),
            Upgrade::Websocket => method == "GET" && own_origin,
            Upgrade::Http2 | Upgrade::Half => false,
        }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Upgrade {
    None,
    Websocket,
    Http2,
    /// `Connection: upgrade` without saying to what.
    Half,
}

#[test]
fn of_all_hosts_origins_methods_and_upgrades_only_our_own_pass() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    let own = preview.host();
    let port = preview.listener.port();
    let hosts = [
        own.clone(),
        "127.0.0.1".to_owned(),
        format!("localhost:{port}"),
        format!("LOCALHOST:{port}"),
        format!("0.0.0.0:{port}"),
        format!("127.0.0.1.:{port}"),
        format!("127.0.0.1:{port}."),
        format!("127.0.0.2:{port}"),
        format!("127.1:{port}"),
        format!("2130706433:{port}"),
        format!("0x7f.0.0.1:{port}"),
        format!("[::1]:{port}"),
        format!("[::ffff:127.0.0.1]:{port}"),
        format!("user@127.0.0.1:{port}"),
        format!("127.0.0.1:{port}@evil.example"),
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("127.0.0.1:{}", port ^ 1),
        format!("127.0.0.1:0{port}"),
        format!("{own}, {own}"),
        String::new(),
    ];
    let origins = [
        None,
        Some(format!("http://{own}")),
        Some("null".to_owned()),
        Some(String::new()),
        Some(format!("https://{own}")),
        Some(format!("HTTP://{own}")),
        Some(format!("http://{own}/")),
        Some(format!("http://{own}.")),
        Some("http://127.0.0.1".to_owned()),
        Some(format!("http://127.0.0.1:{}", port ^ 1)),
        Some(format!("http://localhost:{port}")),
        Some(format!("http://[::1]:{port}")),
        Some(format!("http://127.1:{port}")),
        Some(format!("http://{own}@evil.example")),
        Some(format!("http://{own}.evil.example")),
        Some(format!("http://evil.example#http://{own}")),
        Some("http://evil.example".to_owned()),
        Some("file://".to_owned()),
        Some(format!("http://{own} http://evil.example")),
    ];
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"];
    let upgrades = [Upgrade::None, Upgrade::Websocket, Upgrade::Http2, Upgrade::Half];
    let (mut tried, mut passed) = (0, 0);
    for host in &hosts {
        for origin in &origins {
            for method in methods {
                for upgrade in upgrades {
                    let mut request = format!("{method} /page HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\n", preview.cookies);
                    if let Some(origin) = origin {
                        request.push_str(&format!("Origin: {origin}\r\n"));
                    }
                    request.push_str(match upgrade {
                        Upgrade::None => "Connection: close\r\n",
                        Upgrade::Websocket => "Connection: close, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
                        Upgrade::Http2 => "Connection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
                        Upgrade::Half => "Connection: close, upgrade\r\n",
                    });
                    request.push_str("\r\n");
                    let before = counter.reached();
                    let reply = preview.raw(request.as_bytes());
                    let reached = counter.reached() > before;
                    let expected = may_pass(host, origin.as_deref(), method, upgrade, &own);
                    assert_eq!(reached, expected, "host {host:?}, origin {origin:?}, {method}, {upgrade:?}: {reply:?}");
                    let refused = reply.as_ref().is_none_or(|reply| reply.status >= 400);
                    assert!(expected || refused, "what doesn't pass is refused: {request:?} {reply:?}");
                    let opened = reply.iter().flat_map(|reply| &reply.headers).find(|(name, _)| name.starts_with("access-control-"));
                    assert_eq!(opened, None, "{request:?}");
                    tried += 1;
                    passed += usize::from(expected);
                }
            }
        }
    }
    println!("{tried} combinations, {passed} passed");
    assert!(tried >= 5000, "{tried}");
    assert!(passed >= 10, "{passed}: the test must let its own through");
}

#[test]
fn where_a_browser_says_a_request_comes_from_decides() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    let own = format!("Origin: http://{}\r\n", preview.host());
    for (site, mode, method, origin, expected) in [
        ("same-origin", "cors", "GET", "", 200),
        ("same-origin", "cors", "POST", &own[..], 200),
        ("none", "navigate", "GET", "", 200),
        ("same-site", "navigate", "GET", "", 200),
        ("same-site", "no-cors", "GET", "", 403),
        ("same-site", "cors", "GET", &own, 403),
        ("same-site", "navigate", "POST", &own, 403),
        ("same-site", "", "GET", "", 403),
        ("cross-site", "no-cors", "GET", "", 403),
        ("cross-site", "websocket", "GET", &own, 403),
        ("cross-site", "navigate", "GET", "", 403),
        ("cross-site", "navigate", "POST", &own, 403),
        ("Same-Origin", "cors", "GET", "", 403),
        ("nonsense", "cors", "GET", "", 403),
        ("", "cors", "GET", "", 403),
    ] {
        let mut headers = format!("Cookie: {}\r\nSec-Fetch-Site: {site}\r\n{origin}", preview.cookies);
        if !mode.is_empty() {
            headers.push_str(&format!("Sec-Fetch-Mode: {mode}\r\n"));
        }
        let before = counter.reached();
        assert_eq!(preview.plain(method, "/", &headers).status, expected, "{site} {mode} {method} {origin}");
        assert_eq!(counter.reached() > before, expected == 200);
    }
    let twice = format!("Cookie: {}\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n", preview.cookies);
    assert_eq!(preview.plain("GET", "/", &twice).status, 400);
}

#[test]
fn a_form_of_the_preview_itself_is_sent_although_its_origin_is_null() {
    // `Referrer-Policy: no-referrer` makes browsers send `Origin: null` with a form's own POST; only they can write `Sec-Fetch-*`.
    let preview = open(Arc::new(Counter::default()));
    let form = |site: &str, mode: &str| {
        format!("Cookie: {}\r\nOrigin: null\r\nSec-Fetch-Site: {site}\r\nSec-Fetch-Mode: {mode}\r\nContent-Length: 0\r\n", preview.cookies)
    };
    let seen = preview.plain("POST", "/", &form("same-origin", "navigate"));
    assert_eq!(seen.status, 200);
    assert!(
        seen.text().contains(&format!("\"origin\": \"http://{}\"", preview.host())),
        "a server behind sees whose form it was: {}",
        seen.text()
    );
    for (site, mode) in
        [("cross-site", "navigate"), ("same-site", "navigate"), ("same-origin", "cors"), ("same-origin", "websocket"), ("none", "navigate")]
    {
        assert_eq!(preview.plain("POST", "/", &form(site, mode)).status, 403, "{site} {mode}");
    }
    assert_eq!(preview.plain("POST", "/", &format!("Cookie: {}\r\nOrigin: null\r\nContent-Length: 0\r\n", preview.cookies)).status, 403);
    assert_eq!(preview.get_with("/", "Origin: null\r\n").status, 403, "reading has no such excuse");
}

#[test]
fn only_a_target_that_is_a_path_of_this_preview_is_answered() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    let own = preview.host();
    for (target, expected) in [
        ("/".to_owned(), true),
        (format!("http://{own}/a?b"), true),
        (format!("http://{own}"), true),
        (format!("https://{own}/"), false),
        (format!("http://{own}.evil.example/"), false),
        ("http://evil.example/".to_owned(), false),
        (format!("http://user@{own}/"), false),
        (format!("http://localhost:{}/", preview.listener.port()), false),
        (format!("ws://{own}/"), false),
        ("file:///etc/passwd".to_owned(), false),
        ("*".to_owned(), false),
        (own.clone(), false),
        ("index.html".to_owned(), false),
        ("?a".to_owned(), false),
        ("#/../a".to_owned(), false),
        (String::new(), false),
    ] {
        let before = counter.reached();
        let request = format!("GET {target} HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\nCookie: {}\r\n\r\n", preview.cookies);
        let reply = preview.raw(request.as_bytes());
        assert_eq!(counter.reached() > before, expected, "{target:?}: {reply:?}");
    }
    let seen = preview.get(&format!("http://{own}/a?b")).text();
    assert!(seen.starts_with("GET /a?b "), "a site sees the path alone: {seen}");
}

#[test]
fn what_is_doubled_or_missing_is_refused() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    let own = preview.host();
    let cookie = format!("Cookie: {}\r\nConnection: close\r\n", preview.cookies);
    for request in [
        format!("GET / HTTP/1.1\r\n{cookie}\r\n"),
        format!("GET / HTTP/1.0\r\n{cookie}\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {own}\r\nHost: {own}\r\n{cookie}\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {own}\r\nhost: evil.example\r\n{cookie}\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {own}\r\nOrigin: http://{own}\r\nOrigin: http://{own}\r\n{cookie}\r\n"),
        format!("GET / HTTP/1.1\r\nHost : {own}\r\n{cookie}\r\n"),
        format!("GET / HTTP/1.1\r\n Host: {own}\r\n{cookie}\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {own}\r\n\tx\r\n{cookie}\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {own}\r\nService-Worker: script\r\n{cookie}\r\n"),
        format!("GET / HTTP/1.1\r\nHost: {own}\r\nSec-Fetch-Dest: serviceworker\r\n{cookie}\r\n"),
        format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{own}"),
    ] {
        let reply = preview.raw(request.as_bytes());
        assert!(reply.as_ref().is_none_or(|reply| reply.status >= 400), "{request:?}: {reply:?}");
        assert_eq!(counter.reached(), 0, "{request:?}");
    }
}

#[test]
fn a_refused_request_with_a_body_does_not_smuggle_another_in() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    let inner = format!("GET /smuggled HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", preview.host(), preview.cookies);
    let outer = format!(
        "POST / HTTP/1.1\r\nHost: {}\r\nOrigin: http://evil.example\r\nContent-Length: {}\r\n\r\n{inner}",
        preview.host(),
        inner.len()
    );
    assert_eq!(preview.raw(outer.as_bytes()).map(|reply| reply.status), Some(403));
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(counter.reached(), 0);
}

#[test]
fn a_site_sees_one_length_of_a_body() {
    let preview = open(Arc::new(Counter::default()));
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\nCookie: {1}\r\n\r\n0\r\n\r\n",
        preview.host(),
        preview.cookies
    );
    let seen = preview.raw(request.as_bytes()).map(|reply| reply.text()).unwrap_or_default();
    assert!(!seen.contains("content-length"), "{seen}");
}
