//! Requests that are meant to be read differently by two servers in a row.

use crate::support::{DevServer, Front, field, status};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Sends bytes on one connection and returns all that came back, and all requests that the dev server heard.
async fn attack(request: &str) -> (String, Vec<String>) {
    let (server, heard) = DevServer::answering(OK).await;
    let front = Front::to_the_end(server.address).await;
    let mut browser = front.browser().await;
    browser.send(front.text(request)).await;
    tokio::io::AsyncWriteExt::shutdown(&mut browser.stream).await.expect("an open connection");
    let answers = browser.rest().await;
    let heard = heard.lock().expect("no panic").clone();
    (answers, heard)
}

#[tokio::test]
async fn bodies_of_doubtful_length_are_refused() {
    for framing in [
        "Content-Length: 5\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: 5, 5",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length: 99999999999999999999999",
        "Content-Length: ",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: chunked;a=b",
        "Transfer-Encoding: \u{b}chunked",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\n: chunked",
        " Transfer-Encoding: chunked",
        "X: a\n Transfer-Encoding: chunked",
        "Transfer-Encoding: identity\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\nTransfer-Encoding: identity",
        "Content-Length : 5",
    ] {
        let request = format!("POST / HTTP/1.1\nHost: $host\n{framing}\n\n0\n\nGET /smuggled HTTP/1.1\nHost: $host\n\n");
        let (answers, heard) = attack(&request).await;
        assert!(heard.is_empty(), "{framing:?} reached the dev server: {heard:?}");
        assert!(answers.is_empty() || (400..=501).contains(&status(&answers)), "{framing:?}: {answers}");
        assert!(!answers.contains("200 OK"), "{framing:?}: {answers}");
    }
}

#[tokio::test]
async fn a_length_beside_chunks_is_dropped_and_nothing_is_read_after_the_body() {
    for framing in ["Content-Length: 4\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\nContent-Length: 4"] {
        let request = format!("POST / HTTP/1.1\nHost: $host\n{framing}\n\n1\nx\n0\n\nGET /smuggled HTTP/1.1\nHost: $host\n\n");
        let (answers, heard) = attack(&request).await;
        assert_eq!(heard.len(), 1, "{framing:?}: {heard:?}");
        assert_eq!((field(&heard[0], "transfer-encoding"), field(&heard[0], "content-length")), (Some("chunked"), None));
        assert!(heard[0].ends_with("\r\n\r\nx"), "{heard:?}");
        assert_eq!(answers.matches("HTTP/1.1").count(), 1, "the connection ends with the doubtful request: {answers}");
    }
}

#[tokio::test]
async fn the_same_length_twice_is_said_once() {
    let (_, heard) = attack("POST / HTTP/1.1\nHost: $host\nContent-Length: 1\nContent-Length: 1\n\nx").await;
    assert_eq!(heard.len(), 1);
    assert_eq!(crate::support::fields(&heard[0], "content-length"), ["1"]);
}

#[tokio::test]
async fn chunks_of_doubtful_size_never_become_a_request_of_their_own() {
    for chunks in [
        "-1\nx\n0\n\n",
        "0x1\nx\n0\n\n",
        "1 \u{0}\nx\n0\n\n",
        "g\nx\n0\n\n",
        "ffffffffffffffffff\nx\n0\n\n",
        "1\nxGET /smuggled HTTP/1.1\nHost: a\n\n",
        "\n1\nx\n0\n\n",
    ] {
        let (_, heard) = attack(&format!("POST / HTTP/1.1\nHost: $host\nTransfer-Encoding: chunked\n\n{chunks}")).await;
        assert!(heard.is_empty(), "{chunks:?}: {heard:?}");
    }
}

#[tokio::test]
async fn two_requests_in_a_row_stay_two() {
    let (answers, heard) = attack(
        "POST /one HTTP/1.1\nHost: $host\nContent-Length: 34\n\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\nHost: $host\n\n",
    )
    .await;
    let lines: Vec<_> = heard.iter().map(|request| request.lines().next().unwrap_or_default()).collect();
    assert!(lines == ["POST /one HTTP/1.1", "GET /two HTTP/1.1"] || lines == ["POST /one HTTP/1.1"], "{heard:?}");
    assert!(!answers.is_empty());
}

#[tokio::test]
async fn header_fields_cannot_be_injected() {
    for header in ["X: a\rHost: evil", "X: a\u{0}b", "X\u{0}: a", "X Y: a", "X(: a", ": a", "X\t: a", "X: a\n\tfolded: b"] {
        let (_, heard) = attack(&format!("GET / HTTP/1.1\nHost: $host\n{header}\n\n")).await;
        assert!(heard.is_empty(), "{header:?}: {heard:?}");
    }
    // Encoded line ends are data, and stay encoded.
    let (_, heard) = attack("GET /%0d%0aX-Injected:%20yes?a=%0d%0ab HTTP/1.1\nHost: $host\n\n").await;
    assert!(heard[0].starts_with("GET /%0d%0aX-Injected:%20yes?a=%0d%0ab HTTP/1.1\r\n"), "{heard:?}");
    assert_eq!(field(&heard[0], "x-injected"), None);
}

#[tokio::test]
async fn connection_cannot_hide_what_the_dev_server_checks() {
    for hidden in ["Origin", "cookie", "Host", "close, Content-Length", "Sec-Fetch-Site", "upgrade, sec-websocket-key", "Authorization"] {
        let (answers, heard) = attack(&format!("GET / HTTP/1.1\nHost: $host\nOrigin: http://$host\nConnection: {hidden}\n\n")).await;
        assert_eq!(status(&answers), 400, "{hidden}: {answers}");
        assert!(heard.is_empty(), "{hidden}: {heard:?}");
    }
}

#[tokio::test]
async fn request_targets_are_paths_and_nothing_else() {
    for (target, expected) in [
        ("http://$host/a?b", "/a?b"),
        ("http://$host", "/"),
        ("/a#/../b", "/a"),
        ("//evil.example/x", "//evil.example/x"),
        ("/%2e%2e/%2e%2e/etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"),
        ("/../x", "/../x"),
    ] {
        let (_, heard) = attack(&format!("GET {target} HTTP/1.1\nHost: $host\n\n")).await;
        assert!(heard[0].starts_with(&format!("GET {expected} HTTP/1.1\r\n")), "{target}: {heard:?}");
    }
    for request in [
        "CONNECT example.com:443 HTTP/1.1\nHost: $host\n\n",
        "CONNECT $host HTTP/1.1\nHost: $host\n\n",
        "TRACE / HTTP/1.1\nHost: $host\n\n",
        "TRACK / HTTP/1.1\nHost: $host\n\n",
        "GET * HTTP/1.1\nHost: $host\n\n",
        "GET example.com:80 HTTP/1.1\nHost: $host\n\n",
        "GET relative HTTP/1.1\nHost: $host\n\n",
        "GET / HTTP/1.1 HTTP/1.1\nHost: $host\n\n",
        "GET / HTTP/2.0\nHost: $host\n\n",
        "PRI * HTTP/2.0\n\nSM\n\n",
        "GET / HTTP/1.1\nHost: $host\nExpect: 200-ok\n\n",
    ] {
        let (answers, heard) = attack(request).await;
        assert!(heard.is_empty(), "{request}: {heard:?}");
        assert!(answers.is_empty() || (400..=505).contains(&status(&answers)), "{request}: {answers}");
    }
    let (_, heard) = attack("OPTIONS * HTTP/1.1\nHost: $host\n\n").await;
    assert!(heard[0].starts_with("OPTIONS * HTTP/1.1\r\n"), "{heard:?}");
}

#[tokio::test]
async fn oversized_heads_are_refused_and_the_next_request_is_answered() {
    let (server, heard) = DevServer::answering(OK).await;
    let front = Front::to(server.address).await;
    for head in [
        format!("GET / HTTP/1.1\nHost: $host\nX: {}\n\n", "a".repeat(1024 * 1024)),
        format!("GET /{} HTTP/1.1\nHost: $host\n\n", "a".repeat(70_000)),
        format!("GET / HTTP/1.1\nHost: $host\n{}\n", "X: a\n".repeat(5_000)),
    ] {
        let mut browser = front.browser().await;
        // The other side may close before all of it is sent.
        let _sent = tokio::io::AsyncWriteExt::write_all(&mut browser.stream, front.text(&head).as_bytes()).await;
        let answer = browser.rest().await;
        assert!(answer.is_empty() || [400, 414, 431].contains(&status(&answer)), "{answer}");
    }
    assert!(heard.lock().expect("no panic").is_empty());
    assert_eq!(status(&front.ask("GET / HTTP/1.1\nHost: $host\n\n").await.0), 200);
}

#[tokio::test]
async fn answers_of_doubtful_length_are_not_passed_on() {
    for framing in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: gzip",
        "Content-Length: 1\r\nContent-Length: 2",
        "Content-Length: x",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    ] {
        let (server, _) = DevServer::answering(format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n0\r\n\r\n")).await;
        let front = Front::to(server.address).await;
        let (head, _) = front.ask("GET / HTTP/1.1\nHost: $host\n\n").await;
        assert_eq!(status(&head), 502, "{framing}: {head}");
    }
}

#[tokio::test]
async fn a_second_answer_that_nobody_asked_for_goes_to_nobody() {
    // A dev server that answers twice can't make the second answer that of another request.
    let (server, _) = DevServer::answering(format!("{OK}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")).await;
    let front = Front::to(server.address).await;
    let mut browser = front.browser().await;
    for _ in 0..5 {
        browser.send(front.text("GET / HTTP/1.1\nHost: $host\n\n")).await;
        assert_eq!(browser.message().await.expect("an answer").1, b"ok");
        tokio::task::yield_now().await;
    }
}
