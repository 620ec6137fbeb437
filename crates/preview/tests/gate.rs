//! What a preview's gate promises: tickets once, a cookie of its own, an end that is one, and headers on every answer.

mod serving;

use std::{
    io::{Read, Write},
    sync::Arc,
    time::{Duration, Instant},
};

use hyper::{Request, Response, body::Incoming};
use lectern_preview::{
    gate::{Gate, Secret, browser_link, link},
    serve::{Extra, Listener},
    site::{Answer, Site, whole},
};
use lectern_store::{Clock, ManualClock, SystemClock, Timestamp};
use serving::*;

/// Answers with headers that no preview may send.
struct Careless;

impl Site for Careless {
    fn answer(self: Arc<Self>, _request: Request<Incoming>) -> Answer {
        Box::pin(async {
            let answer = Response::builder()
                .header("access-control-allow-origin", "*")
                .header("access-control-allow-credentials", "true")
                .header("access-control-expose-headers", "*")
                .header("timing-allow-origin", "*")
                .header("clear-site-data", "\"cookies\"")
                .header("service-worker-allowed", "/")
                .header("referrer-policy", "unsafe-url")
                .header("cross-origin-resource-policy", "cross-origin")
                .header("x-content-type-options", "sniff")
                .header("x-frame-options", "DENY")
                .header("content-security-policy", "default-src 'self'; frame-ancestors *")
                .header("set-cookie", "lectern-other=stolen")
                .header("set-cookie", "theme=dark");
            answer.body(whole("x")).expect("an answer")
        })
    }
}

#[test]
fn a_ticket_opens_once_and_only_in_its_time() {
    let preview = open(Arc::new(Counter::default()));
    let ticket = preview.gate.mint(60_000);
    let to = link("", &ticket, "/docs/a b.html?x=1");
    let first = preview.plain("GET", &to, "");
    assert_eq!((first.status, first.header("location")), (303, Some("/docs/a%20b.html?x=1")));
    let again = preview.plain("GET", &to, "");
    assert_eq!((again.status, again.cookies().as_str()), (403, ""), "a ticket is used up");
    assert!(again.text().contains("Open the preview from Lectern again"));
    let late = preview.gate.mint(60_000);
    preview.clock.advance(60_000);
    assert_eq!(preview.plain("GET", &link("", &late, "/"), "").status, 403, "a ticket is good for its time");
    let copied = preview.gate.mint(600_000);
    preview.clock.advance(599_999);
    assert_eq!(preview.plain("GET", &link("", &copied, "/"), "").status, 303);
    for wrong in ["", "0", &"0".repeat(64), &"g".repeat(64), &preview.secret_hash] {
        assert_eq!(preview.plain("GET", &link("", wrong, "/"), "").status, 403, "{wrong:?} is no ticket");
    }
}

#[test]
fn the_clock_set_back_makes_no_ticket_last() {
    let clock = ManualClock::new(Timestamp::from_millis(1_780_000_000_000).expect("in range"));
    let gate = Gate::new("s", &Secret::random(), clock.now().plus_millis(60), Arc::new(clock.clone()));
    clock.advance(-HOUR);
    assert!(gate.is_open());
    std::thread::sleep(Duration::from_millis(80));
    assert!(!gate.is_open(), "the time that really passed counts too");
}

#[test]
fn of_many_unused_tickets_the_oldest_goes() {
    let preview = open(Arc::new(Counter::default()));
    let oldest = preview.gate.mint(60_000);
    let second = preview.gate.mint(60_000);
    (0..255).for_each(|_| drop(preview.gate.mint(60_000)));
    assert_eq!(preview.plain("GET", &link("", &oldest, "/"), "").status, 403);
    assert_eq!(preview.plain("GET", &link("", &second, "/"), "").status, 303);
}

#[test]
fn a_prefetched_link_stays_good() {
    let preview = open(Arc::new(Counter::default()));
    let to = link("", &preview.gate.mint(60_000), "/");
    assert_eq!(preview.plain("GET", &to, "Sec-Purpose: prefetch;prerender\r\n").status, 503);
    assert_eq!(preview.plain("HEAD", &to, "").status, 403);
    assert_eq!(preview.plain("GET", &to, "").status, 303);
}

#[test]
fn a_link_from_another_site_goes_on_by_a_page_because_strict_cookies_skip_redirects() {
    let preview = open(Arc::new(Counter::default()));
    let to = link("", &preview.gate.mint(60_000), "/a\"b?x=1&y='2'");
    let answer = preview.plain("GET", &to, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n");
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("content=\"0;url=/a%22b?x=1&amp;y=%272%27\""), "{}", answer.text());
    assert!(answer.cookies().contains("lectern-"));
}

#[test]
fn the_cookie_is_http_only_strict_and_named_by_its_session() {
    let preview = open(Arc::new(Counter::default()));
    let entered = preview.plain("GET", &link("", &preview.gate.mint(60_000), "/"), "");
    for cookie in entered.all("set-cookie") {
        assert!(cookie.starts_with("lectern-"), "{cookie}");
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict") && !cookie.contains("Domain"), "{cookie}");
    }
    assert!(entered.all("set-cookie")[0].starts_with("lectern-0198a2b3-session=") && entered.all("set-cookie")[0].contains("; Path=/;"));
    assert!(!entered.cookies().contains(&preview.secret_hash), "the cookie is the secret, not what is written down of it");
    assert_eq!(entered.header("clear-site-data"), Some("\"storage\""), "what an earlier preview left at this port is cleared");
    let known = preview.get(&link("", &preview.gate.mint(60_000), "/"));
    assert_eq!(known.header("clear-site-data"), None, "but not what this one keeps");
}

#[test]
fn a_session_has_no_use_for_the_cookie_of_another() {
    let counter = Arc::new(Counter::default());
    let (preview, other) = (open(counter.clone()), open(Arc::new(Counter::default())));
    assert_eq!(preview.get("/").status, 200);
    assert_eq!(preview.plain("GET", "/", &format!("Cookie: {}\r\n", other.cookies)).status, 403, "same name, another secret");
    let name = preview.cookies.split('=').next().expect("a name").to_owned();
    for value in ["", "0", &"0".repeat(64), &preview.secret_hash, &format!("{} ", "0".repeat(63))] {
        assert_eq!(preview.plain("GET", "/", &format!("Cookie: {name}={value}\r\n")).status, 403, "{value:?}");
    }
    let both = format!("Cookie: {name}=0; {}\r\n", preview.cookies);
    assert_eq!(preview.plain("GET", "/", &both).status, 200, "a wrong one of the same name doesn't hide the right one");
    assert_eq!(counter.reached(), 2);
}

#[test]
fn a_site_never_sees_a_cookie_of_lectern() {
    let preview = open(Arc::new(Counter::default()));
    let headers = format!("Cookie: a=1; {}; lectern-another-session=abc; b=2\r\nCookie: lectern-x=1;c=3\r\n", preview.cookies);
    let seen = preview.plain("GET", "/", &headers).text();
    assert!(seen.contains("\"cookie\": \"a=1; b=2; c=3\""), "{seen}");
    assert!(!seen.contains("lectern"), "{seen}");
    let seen = preview.get("/").text();
    assert!(!seen.contains("cookie"), "{seen}");
}

#[test]
fn every_answer_carries_the_headers_and_none_opens_it_to_other_origins() {
    let framed = Extra { frame_ancestors: Some("http://127.0.0.1:5".to_owned()), ..Extra::default() };
    let preview = open_with(Arc::new(Careless), framed, false);
    let entry = preview.plain("GET", &link("", &preview.gate.mint(60_000), "/"), "");
    let preflight = "Origin: http://evil.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Private-Network: true\r\n";
    let answers = [
        entry,
        preview.get("/"),
        preview.plain("GET", "/", ""),
        preview.plain("GET", "/.lectern/nothing", ""),
        preview.get("/.lectern/nothing"),
        preview.get("/.lectern/reload.js"),
        preview.get_with("/", "Origin: http://evil.example\r\n"),
        preview.plain("OPTIONS", "/", preflight),
        preview.plain("TRACE", "/", ""),
    ];
    for answer in &answers {
        for (name, value) in [
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(answer.all(name), [value], "{name} of {answer:?}");
        }
        assert!(answer.all("content-security-policy").contains(&"frame-ancestors http://127.0.0.1:5"), "{answer:?}");
        assert!(answer.all("vary").contains(&"cookie"), "what is kept of it belongs to this session");
        for (name, value) in &answer.headers {
            let never = ["access-control-", "timing-allow-origin", "service-worker-allowed", "x-frame-options"];
            assert!(!never.iter().any(|never| name.starts_with(never)), "{name}: {value}");
        }
    }
    let site = &answers[1];
    assert_eq!(site.all("set-cookie"), ["theme=dark"], "a site can't set cookies of Lectern's");
    assert_eq!(site.all("content-security-policy"), ["default-src 'self'", "frame-ancestors http://127.0.0.1:5"]);
    assert_eq!(site.header("clear-site-data"), None);
    let unframed = open(Arc::new(Careless));
    assert!(unframed.get("/").all("content-security-policy").contains(&"frame-ancestors 'none'"));
}

#[test]
fn who_may_frame_it_is_a_list_of_origins_and_nothing_else() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let gate = Gate::new("s", &Secret::random(), SystemClock.now().plus_millis(HOUR), Arc::new(SystemClock));
    for wrong in ["*; script-src *", "a, default-src *", "a\r\nX: y"] {
        let extra = Extra { frame_ancestors: Some(wrong.to_owned()), ..Extra::default() };
        assert!(Listener::start(runtime.handle(), Arc::clone(&gate), Arc::new(Careless), 0..=0, extra).is_err(), "{wrong:?}");
    }
}

#[test]
fn an_expired_link_is_refused_at_once_and_what_is_open_ends_within_a_second() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    let ticket = preview.gate.mint(24 * HOUR);
    let mut idle = preview.connect();
    write!(idle, "GET / HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", preview.host(), preview.cookies).expect("sent");
    let mut some = [0; 16];
    idle.read_exact(&mut some).expect("an answer");
    preview.clock.advance(8 * HOUR - 1);
    assert_eq!(preview.get("/").status, 200, "a millisecond before");
    preview.clock.advance(1);
    let refused = preview.get("/");
    assert_eq!((refused.status, counter.reached()), (403, 2));
    assert!(refused.text().contains("has ended"));
    assert_eq!(preview.plain("GET", &link("", &ticket, "/"), "").status, 403, "no ticket opens it again");
    let asked = Instant::now();
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).expect("the connection ends");
    assert!(asked.elapsed() < Duration::from_secs(1), "took {:?}", asked.elapsed());
    preview.clock.advance(-2 * HOUR);
    assert_eq!(preview.get("/").status, 403, "the clock set back opens nothing");
    preview.gate.set_expiry(preview.clock.now().plus_millis(1000));
    assert_eq!(preview.get("/").status, 200, "an extended one is open");
}

#[test]
fn a_closed_gate_drops_what_is_open_at_once_and_stays_closed() {
    let counter = Arc::new(Counter::default());
    let preview = open(counter.clone());
    let mut idle = preview.connect();
    write!(idle, "GET / HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", preview.host(), preview.cookies).expect("sent");
    let mut some = [0; 16];
    idle.read_exact(&mut some).expect("an answer");
    preview.gate.close();
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).expect("the connection ends");
    preview.gate.set_expiry(preview.clock.now().plus_millis(HOUR));
    assert_eq!((preview.get("/").status, counter.reached()), (403, 1));
}

#[test]
fn a_stopped_listener_frees_its_port_even_with_connections_open() {
    let preview = open(Arc::new(Counter::default()));
    let port = preview.listener.port();
    let mut idle = preview.connect();
    write!(idle, "GET / HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", preview.host(), preview.cookies).expect("sent");
    let mut some = [0; 16];
    idle.read_exact(&mut some).expect("an answer");
    preview.listener.stop();
    let again =
        Listener::start(preview.runtime.handle(), Arc::clone(&preview.gate), Arc::new(Counter::default()), port..=port, Extra::default());
    assert_eq!(again.expect("the port is free").port(), port);
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).expect("the connection ended");
}

#[test]
fn a_port_that_is_taken_is_an_error_when_it_was_the_only_one_asked_for() {
    let preview = open(Arc::new(Counter::default()));
    let start =
        |ports| Listener::start(preview.runtime.handle(), Arc::clone(&preview.gate), Arc::new(Counter::default()), ports, Extra::default());
    let port = preview.listener.port();
    assert_eq!(start(port..=port).err().map(|error| error.kind()), Some(std::io::ErrorKind::AddrInUse));
    assert_ne!(start(port..=port + 1).expect("another port").port(), port);
    assert!(lectern_preview::serve::PORTS.contains(&start(lectern_preview::serve::PORTS).expect("a port").port()));
}

#[test]
fn only_this_computer_reaches_it() {
    let preview = open(Arc::new(Counter::default()));
    let port = preview.listener.port();
    assert!(std::net::TcpStream::connect(("::1", port)).is_err());
    assert!(std::net::TcpStream::connect(("127.0.0.2", port)).is_err(), "bound to 127.0.0.1 alone");
}

#[test]
fn endless_and_slow_requests_cost_little() {
    let preview = open(Arc::new(Counter::default()));
    let long = format!("GET / HTTP/1.1\r\nHost: {}\r\nX: {}\r\n\r\n", preview.host(), "a".repeat(200_000));
    assert!(preview.raw(long.as_bytes()).is_none_or(|reply| reply.status == 431));
    let many = format!("GET / HTTP/1.1\r\nHost: {}\r\n{}\r\n", preview.host(), "X: 1\r\n".repeat(500));
    assert!(preview.raw(many.as_bytes()).is_none_or(|reply| reply.status == 431));
    // More connections than there is room for: some are refused, and room comes back.
    let open: Vec<_> = (0..700).map(|_| preview.connect()).collect();
    drop(open);
    let deadline = Instant::now() + Duration::from_secs(10);
    while preview.raw(format!("GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", preview.host()).as_bytes()).is_none() {
        assert!(Instant::now() < deadline, "connections that went made no room");
    }
}

#[test]
fn what_is_written_down_of_a_secret_is_its_hash() {
    let (one, two) = (Secret::random(), Secret::random());
    assert_ne!(one.hash(), two.hash());
    assert_eq!(one.hash().len(), 64);
    assert!(one.hash().bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
    assert_eq!(browser_link("http://127.0.0.1:1", "t", "/a?b&c"), "http://127.0.0.1:1/.lectern/open?ticket=t&to=%2Fa%3Fb%26c&in=browser");
}
