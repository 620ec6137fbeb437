//! What is said while the dev server doesn't answer.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use lectern_preview::proxy::Condition;

use crate::support::{DevServer, Front, field, status};

const PAGE: &str = "GET / HTTP/1.1\nHost: $host\nAccept: text/html,*/*\nSec-Fetch-Dest: iframe\n\n";

/// An address at which nothing listens.
async fn nobody() -> SocketAddr {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address")
}

fn text(body: &[u8]) -> String {
    String::from_utf8(body.to_vec()).expect("text")
}

#[tokio::test]
async fn a_server_that_starts_is_waited_for_by_a_page_that_says_so() {
    let front = Front::with_log(nobody().await, &["> vite", "\u{1b}[32mbundling\u{1b}[0m"]).await;
    let (head, body) = front.ask(PAGE).await;
    let page = text(&body);
    assert_eq!((status(&head), field(&head, "retry-after")), (503, Some("1")));
    assert!(page.contains("<title>The dev server is starting</title>") && page.contains("http-equiv=\"refresh\""), "{page}");
    assert!(page.contains("&gt; vite\nbundling"), "{page}");
    assert_eq!(field(&head, "cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_server_that_went_away_is_told_apart_from_one_that_starts() {
    let (server, _) = DevServer::answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").await;
    let front = Front::to(server.address).await;
    assert_eq!(status(&front.ask(PAGE).await.0), 200);
    assert_eq!(front.proxy.condition(), Condition::Running);
    drop(server);
    let (head, body) = front.ask(PAGE).await;
    assert_eq!(status(&head), 502);
    assert!(text(&body).contains("doesn\u{2019}t answer"));
    front.proxy.set_condition(Condition::Starting);
    assert_eq!(status(&front.ask(PAGE).await.0), 503);
}

#[tokio::test]
async fn output_of_the_server_is_shown_as_text_and_nothing_else() {
    let log = ["<script>alert(1)</script>", "</pre><img src=x onerror=\"alert('2')\">", "&lt;"];
    let front = Front::with_log(nobody().await, &log).await;
    let (head, body) = front.ask(PAGE).await;
    let page = text(&body);
    assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    assert!(
        page.contains(
            "&lt;script&gt;alert(1)&lt;/script&gt;\n&lt;/pre&gt;&lt;img src=x onerror=&quot;alert(&#39;2&#39;)&quot;&gt;\n&amp;lt;"
        )
    );
    assert!(field(&head, "content-security-policy").is_some_and(|policy| policy.starts_with("default-src 'none'")), "{head}");
}

#[tokio::test]
async fn an_ended_servers_port_is_not_asked_even_if_somebody_else_took_it() {
    let (server, heard) = DevServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let front = Front::with_log(server.address, &["error: <oops>"]).await;
    front.proxy.set_condition(Condition::Ended { how: "The dev server ended with exit code 1 & a sigh.".into() });
    let (head, body) = front.ask(PAGE).await;
    assert_eq!(status(&head), 502);
    assert!(text(&body).contains("exit code 1 &amp; a sigh.") && text(&body).contains("error: &lt;oops&gt;"));
    assert!(heard.lock().expect("no panic").is_empty(), "a request went to whoever holds the port now");
}

#[tokio::test]
async fn scripts_get_a_line_and_head_gets_nothing() {
    let front = Front::with_log(nobody().await, &["secret of the log"]).await;
    for request in [
        "GET /app.js HTTP/1.1\nHost: $host\nAccept: */*\n\n",
        "GET /x HTTP/1.1\nHost: $host\nAccept: text/html\nSec-Fetch-Dest: script\n\n",
    ] {
        let (head, body) = front.ask(request).await;
        assert_eq!((status(&head), field(&head, "content-type")), (503, Some("text/plain; charset=utf-8")));
        assert!(!text(&body).contains("secret") && text(&body).lines().count() == 1, "{}", text(&body));
    }
    let mut browser = front.browser().await;
    let head = front.text("HEAD / HTTP/1.1\nHost: $host\nAccept: text/html\nConnection: close\n\n");
    browser.send(head).await;
    let answer = browser.rest().await;
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn what_was_posted_is_not_asked_for_again_by_itself() {
    let front = Front::to(nobody().await).await;
    let (_, body) = front.ask("POST / HTTP/1.1\nHost: $host\nAccept: text/html\nContent-Length: 1\n\nx").await;
    assert!(!text(&body).contains("http-equiv"), "{}", text(&body));
}

#[tokio::test]
async fn answers_that_are_none_are_explained() {
    for answer in
        ["\u{15}\u{3}\u{3}\0\u{2}\u{2}P", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"]
    {
        let server = DevServer::start(move |mut wire| async move {
            wire.head().await;
            wire.send(answer).await;
        })
        .await;
        let front = Front::to(server.address).await;
        let (head, body) = front.ask(PAGE).await;
        assert_eq!(status(&head), 502, "{answer:?}");
        assert!(text(&body).contains("answer can\u{2019}t be read"), "{}", text(&body));
    }
}

#[tokio::test]
async fn a_target_on_another_computer_is_never_connected_to() {
    let front = Front::to("192.0.2.1:80".parse().expect("it is written right")).await;
    assert_eq!(status(&front.ask(PAGE).await.0), 502);
}

#[tokio::test]
async fn a_restarted_server_is_followed_to_its_port() {
    let (first, _) = DevServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst").await;
    let (second, _) = DevServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond").await;
    let front = Front::to(first.address).await;
    assert_eq!(front.ask(PAGE).await.1, b"first");
    front.proxy.set_target(second.address);
    assert_eq!(front.proxy.condition(), Condition::Starting);
    assert_eq!(front.ask(PAGE).await.1, b"second");
}

#[tokio::test]
async fn a_kept_connection_that_went_stale_costs_nobody_an_answer() {
    // Each connection answers once and closes without a word, as a server that restarts does.
    let server = DevServer::start(|mut wire| async move {
        wire.message().await;
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
        // The next request arrives, and is not answered.
        wire.message().await;
    })
    .await;
    let front = Front::to(server.address).await;
    let mut browser = front.browser().await;
    for round in 0..20 {
        for request in ["GET / HTTP/1.1\nHost: $host\n\n", "POST / HTTP/1.1\nHost: $host\nContent-Length: 1\n\nx"] {
            browser.send(front.text(request)).await;
            let (head, _) = browser.message().await.expect("an answer");
            assert_eq!(status(&head), 200, "round {round}, {request}");
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_post_is_never_sent_twice() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    // Answers once a connection; what comes after that is taken, and the connection closed.
    let server = DevServer::start(move |mut wire| {
        let counted = counted.clone();
        async move {
            for answer in ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ""] {
                let Some((head, _)) = wire.message().await else { return };
                if head.starts_with("POST") {
                    counted.fetch_add(1, Ordering::Relaxed);
                }
                wire.send(answer).await;
            }
        }
    })
    .await;
    let front = Front::to(server.address).await;
    for round in 1..=5 {
        front.ask("GET / HTTP/1.1\nHost: $host\n\n").await;
        tokio::task::yield_now().await;
        let (head, _) = front.ask("POST /pay HTTP/1.1\nHost: $host\nContent-Length: 0\n\n").await;
        assert_eq!((status(&head), count.load(Ordering::Relaxed)), (200, round));
    }
}
