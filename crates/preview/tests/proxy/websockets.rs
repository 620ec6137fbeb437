//! Websockets pass through whole: messages of any size, ends of any kind.

use tokio::io::AsyncWriteExt;

use crate::support::{DevServer, Front, Wire, field, status};

const ASK: &str = "GET /?token=x HTTP/1.1\nHost: $host\nOrigin: http://$host\nConnection: keep-alive, Upgrade\nUpgrade: websocket\n\
                   Sec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Protocol: vite-hmr\n\
                   Sec-WebSocket-Extensions: permessage-deflate\n\n";

const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: vite-hmr\r\n\r\n";

/// Switches and sends back what it gets until that ends.
async fn echo(mut wire: Wire) {
    let head = wire.head().await;
    assert!(head.starts_with("GET /?token=x HTTP/1.1\r\n"), "{head}");
    wire.send(SWITCH).await;
    while let Some(bytes) = wire.some().await {
        if wire.stream.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

async fn open(front: &Front) -> Wire {
    let mut browser = front.browser().await;
    browser.send(front.text(ASK)).await;
    let head = browser.head().await;
    assert_eq!(status(&head), 101, "{head}");
    assert_eq!(field(&head, "sec-websocket-protocol"), Some("vite-hmr"));
    assert_eq!(field(&head, "sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assert_eq!((field(&head, "upgrade"), field(&head, "connection")), (Some("websocket"), Some("Upgrade")));
    browser
}

#[tokio::test]
async fn messages_of_any_size_come_back_as_they_were() {
    let server = DevServer::start(echo).await;
    let front = Front::to(server.address).await;
    let mut browser = open(&front).await;
    for length in [1, 125, 65_536, 9 * 1024 * 1024] {
        let sent: Vec<u8> = (0..length).map(|index| (index * 31 % 251) as u8).collect();
        let (mut reads, mut writes) = browser.stream.split();
        let mut back = vec![0; sent.len()];
        let (written, read) = tokio::join!(writes.write_all(&sent), tokio::io::AsyncReadExt::read_exact(&mut reads, &mut back));
        written.expect("all is sent");
        read.expect("all comes back");
        assert!(back == sent, "{length} bytes came back changed");
    }
}

#[tokio::test]
async fn the_dev_server_is_asked_as_by_its_own_page() {
    let (tell, heard) = tokio::sync::oneshot::channel();
    let tell = std::sync::Arc::new(std::sync::Mutex::new(Some(tell)));
    let server = DevServer::start(move |mut wire| {
        let tell = tell.clone();
        async move {
            let head = wire.head().await;
            tell.lock().expect("no panic").take().expect("once").send(head).expect("somebody listens");
            wire.send(SWITCH).await;
            wire.rest().await;
        }
    })
    .await;
    let front = Front::to(server.address).await;
    let _browser = open(&front).await;
    let head = heard.await.expect("the dev server is asked");
    let port = server.address.port();
    for (name, value) in [
        ("host", format!("localhost:{port}")),
        ("origin", format!("http://localhost:{port}")),
        ("connection", "Upgrade".into()),
        ("upgrade", "websocket".into()),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==".into()),
        ("sec-websocket-version", "13".into()),
        ("sec-websocket-protocol", "vite-hmr".into()),
        ("sec-websocket-extensions", "permessage-deflate".into()),
    ] {
        assert_eq!(field(&head, name), Some(value.as_str()), "{head}");
    }
}

#[tokio::test]
async fn either_sides_end_ends_the_other() {
    // The dev server goes, without a word.
    let server = DevServer::start(|mut wire| async move {
        wire.head().await;
        wire.send(SWITCH).await;
        wire.send("last words").await;
    })
    .await;
    let front = Front::to(server.address).await;
    let mut browser = open(&front).await;
    assert_eq!(browser.rest().await, "last words");

    // The browser goes, with a reset.
    let (tell, gone) = tokio::sync::oneshot::channel();
    let tell = std::sync::Arc::new(std::sync::Mutex::new(Some(tell)));
    let server = DevServer::start(move |mut wire| {
        let tell = tell.clone();
        async move {
            wire.head().await;
            wire.send(SWITCH).await;
            wire.rest().await;
            tell.lock().expect("no panic").take().expect("once").send(()).expect("somebody listens");
        }
    })
    .await;
    let front = Front::to(server.address).await;
    let browser = open(&front).await;
    browser.stream.set_zero_linger().expect("a socket");
    drop(browser);
    gone.await.expect("the dev server is told");
}

#[tokio::test]
async fn a_side_that_only_stops_sending_still_hears_the_rest() {
    let server = DevServer::start(|mut wire| async move {
        wire.head().await;
        wire.send(SWITCH).await;
        let said = wire.rest().await;
        wire.send(format!("you said {said}")).await;
    })
    .await;
    let front = Front::to(server.address).await;
    let mut browser = open(&front).await;
    browser.send("goodbye").await;
    browser.stream.shutdown().await.expect("an open connection");
    assert_eq!(browser.rest().await, "you said goodbye");
}

#[tokio::test]
async fn a_dropped_proxy_ends_its_websockets() {
    let server = DevServer::start(echo).await;
    let front = Front::to(server.address).await;
    let mut browser = open(&front).await;
    browser.send("x").await;
    assert_eq!(browser.exactly(1).await, b"x");
    let Front { proxy, _connections: connections, .. } = front;
    drop(proxy);
    assert_eq!(browser.rest().await, "");
    drop(connections);
}

#[tokio::test]
async fn a_refused_websocket_is_an_answer_like_any_other() {
    let (server, _) = DevServer::answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno").await;
    let front = Front::to(server.address).await;
    let (head, body) = front.ask(ASK).await;
    assert_eq!((status(&head), &body[..]), (403, &b"no"[..]));
    // While nothing listens it is refused as well, and the page's client tries again.
    drop(server);
    assert_eq!(status(&front.ask(ASK).await.0), 502);
}

#[tokio::test]
async fn a_page_of_another_origin_gets_no_websocket() {
    let (server, heard) = DevServer::answering(SWITCH).await;
    let front = Front::to(server.address).await;
    for origin in ["null", "http://example.com", "http://localhost:$port", "https://$host", "http://127.0.0.1"] {
        let origin = origin.replace("$port", &server.address.port().to_string());
        let (head, _) = front.ask(&ASK.replace("Origin: http://$host", &format!("Origin: {origin}"))).await;
        assert_eq!(status(&head), 403, "{origin}");
    }
    assert!(heard.lock().expect("no panic").is_empty());
}

#[tokio::test]
async fn other_upgrades_are_not_passed_on() {
    let (server, heard) = DevServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
    let front = Front::to(server.address).await;
    for upgrade in ["h2c", "TLS/1.0", "websocket, h2c", "h2c\nUpgrade: websocket"] {
        let (head, _) = front.ask(&format!("GET / HTTP/1.1\nHost: $host\nConnection: Upgrade\nUpgrade: {upgrade}\n\n")).await;
        assert_eq!(status(&head), 200, "{upgrade}");
    }
    let (head, _) = front.ask("POST / HTTP/1.1\nHost: $host\nConnection: Upgrade\nUpgrade: websocket\nContent-Length: 0\n\n").await;
    assert_eq!(status(&head), 200);
    for text in heard.lock().expect("no panic").iter() {
        assert_eq!((field(text, "upgrade"), field(text, "connection")), (None, None), "{text}");
    }
}

#[tokio::test]
async fn a_switch_that_nobody_asked_for_is_not_made() {
    for (request, answer) in [
        ("GET / HTTP/1.1\nHost: $host\n\n", SWITCH),
        (ASK, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
    ] {
        let (server, _) = DevServer::answering(answer).await;
        let front = Front::to(server.address).await;
        assert_eq!(status(&front.ask(request).await.0), 502);
    }
}
