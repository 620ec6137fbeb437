//! What the dev server hears and what the browser hears of it: each in terms of its own side.

use crate::support::{DevServer, Front, field, fields, status};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

async fn heard(request: &str) -> (String, Front, u16) {
    let (server, heard) = DevServer::answering(OK).await;
    let front = Front::to(server.address).await;
    let (head, _) = front.ask(request).await;
    assert_eq!(status(&head), 200, "{head}");
    let text = heard.lock().expect("no panic").remove(0);
    (text, front, server.address.port())
}

async fn returned(answer: &str) -> (String, u16) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let answer = answer.replace("$port", &port.to_string());
    let front = Front::to(listener.local_addr().expect("an address")).await;
    let serve = async {
        let mut wire = crate::support::Wire::new(listener.accept().await.expect("a connection").0);
        wire.head().await;
        wire.send(&answer).await;
    };
    let ((head, _), ()) = tokio::join!(front.ask("GET / HTTP/1.1\nHost: $host\n\n"), serve);
    (head, port)
}

#[tokio::test]
async fn the_dev_server_is_addressed_by_its_own_name() {
    let request = "GET /a?b=c HTTP/1.1\nHost: $host\nOrigin: http://$host\nReferer: http://$host/from?x\nX-Forwarded-For: 1.2.3.4\n\
                   X-Forwarded-Host: evil\nForwarded: for=1.2.3.4\nX-Real-IP: 1.2.3.4\nX_Forwarded_Proto: https\nAccept: text/html\n\n";
    let (text, front, port) = heard(request).await;
    assert!(text.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{text}");
    assert_eq!(fields(&text, "host"), [format!("localhost:{port}")]);
    assert_eq!(field(&text, "origin"), Some(format!("http://localhost:{port}").as_str()));
    assert_eq!(field(&text, "referer"), Some(format!("http://localhost:{port}/from?x").as_str()));
    assert_eq!(field(&text, "accept"), Some("text/html"));
    assert!(!text.contains("1.2.3.4") && !text.contains("evil") && !text.to_lowercase().contains("forwarded"), "{text}");
    assert!(!text.contains(&front.host()), "the preview's own address is no business of the dev server's: {text}");
}

#[tokio::test]
async fn an_origin_of_somebody_else_is_not_made_respectable() {
    for origin in ["null", "http://example.com", "http://127.0.0.1:1"] {
        let (text, ..) = heard(&format!("GET / HTTP/1.1\nHost: $host\nOrigin: {origin}\n\n")).await;
        assert_eq!(field(&text, "origin"), Some(origin));
    }
}

#[tokio::test]
async fn fields_of_one_connection_stay_on_it() {
    let request = "GET / HTTP/1.1\nHost: $host\nConnection: keep-alive, X-Private\nKeep-Alive: timeout=9\nX-Private: a\nProxy-Authorization: b\n\
                   Proxy-Connection: c\nTE: gzip\nUpgrade: h2c\nHTTP2-Settings: d\nX-Public: e\n\n";
    let (text, ..) = heard(request).await;
    assert_eq!(field(&text, "x-public"), Some("e"));
    for gone in ["connection", "keep-alive", "x-private", "proxy-authorization", "proxy-connection", "te", "upgrade", "http2-settings"] {
        assert_eq!(field(&text, gone), None, "{gone} in {text}");
    }
    let (head, _) = returned(
        "HTTP/1.1 200 OK\r\nConnection: X-Private\r\nX-Private: a\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-Public: e\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    assert_eq!(field(&head, "x-public"), Some("e"));
    for gone in ["x-private", "keep-alive", "proxy-authenticate", "upgrade"] {
        assert_eq!(field(&head, gone), None, "{gone} in {head}");
    }
}

#[tokio::test]
async fn no_cookie_of_ours_reaches_the_dev_server_and_all_others_do() {
    let request = "GET / HTTP/1.1\nHost: $host\nCookie: lectern-0193=secret; theme=dark\nCookie: a=\"b c\";lectern-other=secret;  lectern=theirs\n\
                   Cookie: =lectern-x=secret; LECTERN-0194=secret\n\n";
    let (text, ..) = heard(request).await;
    assert_eq!(fields(&text, "cookie"), ["theme=dark; a=\"b c\"; lectern=theirs"]);
    assert!(!text.contains("secret"), "{text}");
    let (text, ..) = heard("GET / HTTP/1.1\nHost: $host\nCookie: lectern-0193=secret\n\n").await;
    assert_eq!(field(&text, "cookie"), None);
}

#[tokio::test]
async fn cookies_of_the_dev_server_are_the_previews() {
    let (head, _) = returned(
        "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Domain=localhost; Path=/\r\nSet-Cookie: b=2; HttpOnly\r\nSet-Cookie: lectern-0193=stolen\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    assert_eq!(fields(&head, "set-cookie"), ["a=1; Path=/", "b=2; HttpOnly"]);
}

#[tokio::test]
async fn redirects_stay_in_the_preview() {
    let (head, _) = returned("HTTP/1.1 302 Found\r\nLocation: http://localhost:$port/login?next=%2F\r\nContent-Length: 0\r\n\r\n").await;
    assert_eq!((status(&head), field(&head, "location")), (302, Some("/login?next=%2F")));
    let (head, _) = returned("HTTP/1.1 302 Found\r\nLocation: https://example.com/\r\nContent-Length: 0\r\n\r\n").await;
    assert_eq!(field(&head, "location"), Some("https://example.com/"));
}

#[tokio::test]
async fn nothing_in_an_answer_opens_the_preview_to_others_or_reaches_beyond_it() {
    let (head, _) = returned(
        "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Allow-Credentials: true\r\nTiming-Allow-Origin: *\r\n\
         Cross-Origin-Resource-Policy: cross-origin\r\nX-Frame-Options: DENY\r\nContent-Security-Policy: frame-ancestors 'none'; img-src 'self'\r\n\
         Content-Security-Policy: frame-ancestors *\r\nClear-Site-Data: \"*\"\r\nAlt-Svc: h3=\":443\"\r\nStrict-Transport-Security: max-age=9\r\n\
         ETag: \"x\"\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    assert_eq!(field(&head, "etag"), Some("\"x\""));
    assert_eq!(fields(&head, "content-security-policy"), ["img-src 'self'"]);
    for gone in [
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "timing-allow-origin",
        "cross-origin-resource-policy",
        "x-frame-options",
        "clear-site-data",
        "alt-svc",
        "strict-transport-security",
    ] {
        assert_eq!(field(&head, gone), None, "{gone} in {head}");
    }
}

#[tokio::test]
async fn lengths_are_told_as_they_were() {
    let (text, ..) = heard("POST / HTTP/1.1\nHost: $host\nContent-Length: 0\n\n").await;
    assert_eq!(fields(&text, "content-length"), ["0"], "some servers refuse a POST without it");
    let (text, ..) = heard("PUT / HTTP/1.1\nHost: $host\nContent-Length: 3\n\nabc").await;
    assert_eq!((fields(&text, "content-length"), text.ends_with("\r\n\r\nabc")), (vec!["3"], true));
    let (text, ..) = heard("GET / HTTP/1.1\nHost: $host\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n").await;
    assert_eq!((field(&text, "transfer-encoding"), field(&text, "content-length")), (Some("chunked"), None));
    assert!(text.ends_with("\r\n\r\nabc"), "{text}");
}
