//! Bodies travel as they are made, in both directions, and arrive as they were sent.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::AsyncWriteExt,
    sync::{Notify, oneshot},
};

use crate::support::{DevServer, Front, field, status};

/// The same bytes every time, and no pattern in them that a repeated or a lost piece would fit into.
fn megabytes(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    });
    next.take(count * 1024 * 1024).collect()
}

#[tokio::test]
async fn a_chunk_is_seen_before_the_next_is_sent() {
    let seen = Arc::new(Notify::new());
    let go = seen.clone();
    let server = DevServer::start(move |mut wire| {
        let go = go.clone();
        async move {
            wire.head().await;
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n").await;
            go.notified().await;
            wire.send("6\r\nsecond\r\n0\r\n\r\n").await;
        }
    })
    .await;
    let front = Front::to(server.address).await;
    let mut browser = front.browser().await;
    browser.send(front.text("GET / HTTP/1.1\nHost: $host\n\n")).await;
    assert_eq!(status(&browser.head().await), 200);
    assert_eq!(browser.until("first").await, "5\r\nfirst");
    seen.notify_one();
    assert_eq!(browser.until("0\r\n\r\n").await, "\r\n6\r\nsecond\r\n0\r\n\r\n");
}

#[tokio::test]
async fn a_piece_of_a_request_is_seen_before_the_next_is_sent() {
    let seen = Arc::new(Notify::new());
    let tell = seen.clone();
    let server = DevServer::start(move |mut wire| {
        let tell = tell.clone();
        async move {
            wire.head().await;
            assert!(wire.until("first").await.ends_with("first"));
            tell.notify_one();
            wire.until("0\r\n\r\n").await;
            wire.send("HTTP/1.1 204 No Content\r\n\r\n").await;
        }
    })
    .await;
    let front = Front::to(server.address).await;
    let mut browser = front.browser().await;
    browser.send(front.text("POST / HTTP/1.1\nHost: $host\nTransfer-Encoding: chunked\n\n5\nfirst\n")).await;
    seen.notified().await;
    browser.send("6\r\nsecond\r\n0\r\n\r\n").await;
    assert_eq!(status(&browser.head().await), 204);
}

#[tokio::test]
async fn events_arrive_one_by_one_and_the_dev_server_learns_when_nobody_listens() {
    let (gone, is_gone) = oneshot::channel::<()>();
    let gone = Arc::new(std::sync::Mutex::new(Some(gone)));
    let heard = Arc::new(Notify::new());
    let go = heard.clone();
    let server = DevServer::start(move |mut wire| {
        let (go, gone) = (go.clone(), gone.clone());
        async move {
            wire.head().await;
            wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: keep-alive\r\n\r\n").await;
            for number in 0..3 {
                wire.send(format!("data: {number}\n\n")).await;
                go.notified().await;
            }
            // Silent from here on: only the end of the connection can tell.
            assert_eq!(wire.rest().await, "");
            gone.lock().expect("no panic").take().expect("once").send(()).expect("somebody listens");
        }
    })
    .await;
    let front = Front::to(server.address).await;
    let mut browser = front.browser().await;
    browser.send(front.text("GET /events HTTP/1.1\nHost: $host\nAccept: text/event-stream\n\n")).await;
    assert_eq!(field(&browser.head().await, "content-type"), Some("text/event-stream"));
    for number in 0..3 {
        browser.until(&format!("data: {number}\n\n")).await;
        heard.notify_one();
    }
    drop(browser);
    is_gone.await.expect("the dev server is told");
}

#[tokio::test]
async fn ten_megabytes_arrive_as_they_were_sent_both_ways() {
    let server = DevServer::start(|mut wire| async move {
        while let Some((_, body)) = wire.message().await {
            wire.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len())).await;
            wire.send(&body).await;
        }
    })
    .await;
    let front = Front::to(server.address).await;
    let sent = megabytes(10);
    let mut browser = front.browser().await;
    browser.send(front.text(&format!("POST / HTTP/1.1\nHost: $host\nContent-Length: {}\n\n", sent.len()))).await;
    browser.send(&sent).await;
    let (head, body) = browser.message().await.expect("an answer");
    assert_eq!(field(&head, "content-length"), Some(sent.len().to_string().as_str()));
    assert!(body == sent, "the body came back changed");
}

#[tokio::test]
async fn a_slow_reader_slows_the_dev_server_down_instead_of_filling_memory() {
    let written = Arc::new(AtomicUsize::new(0));
    let count = written.clone();
    let whole = 256 * 1024 * 1024;
    let server = DevServer::start(move |mut wire| {
        let count = count.clone();
        async move {
            wire.head().await;
            wire.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {whole}\r\n\r\n")).await;
            let piece = vec![b'x'; 64 * 1024];
            while wire.stream.write_all(&piece).await.is_ok() {
                count.fetch_add(piece.len(), Ordering::Relaxed);
            }
        }
    })
    .await;
    let front = Front::to(server.address).await;
    let mut browser = front.browser().await;
    browser.send(front.text("GET / HTTP/1.1\nHost: $host\n\n")).await;
    browser.head().await;
    // Wait until nothing moves: all buffers on the way are full.
    let mut before = usize::MAX;
    while written.load(Ordering::Relaxed) != before {
        before = written.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(before < 32 * 1024 * 1024, "{before} bytes were taken in for a reader who doesn't read");
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_is_given_up() {
    let (gone, is_gone) = oneshot::channel::<()>();
    let gone = Arc::new(std::sync::Mutex::new(Some(gone)));
    let arrived = Arc::new(Notify::new());
    let tell = arrived.clone();
    let server = DevServer::start(move |mut wire| {
        let (tell, gone) = (tell.clone(), gone.clone());
        async move {
            wire.head().await;
            tell.notify_one();
            wire.rest().await;
            gone.lock().expect("no panic").take().expect("once").send(()).expect("somebody listens");
        }
    })
    .await;
    let front = Front::to(server.address).await;
    let mut browser = front.browser().await;
    browser.send(front.text("GET /slow HTTP/1.1\nHost: $host\n\n")).await;
    arrived.notified().await;
    drop(browser);
    is_gone.await.expect("the dev server is told");
}

#[tokio::test]
async fn an_answer_that_breaks_off_never_looks_whole() {
    for answer in
        ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"]
    {
        let server = DevServer::start(move |mut wire| async move {
            wire.head().await;
            wire.send(answer).await;
        })
        .await;
        let front = Front::to(server.address).await;
        let mut browser = front.browser().await;
        browser.send(front.text("GET / HTTP/1.1\nHost: $host\n\n")).await;
        let all = browser.rest().await;
        assert!(all.contains("half"), "{all}");
        assert!(!all.ends_with("0\r\n\r\n"), "a body that broke off was ended properly: {all:?}");
    }
}

#[tokio::test]
async fn trailers_and_their_announcement_pass_both_ways() {
    let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum, Access-Control-Allow-Origin, Set-Cookie\r\n\r\n\
                  1\r\na\r\n0\r\nX-Sum: 7\r\nAccess-Control-Allow-Origin: *\r\nSet-Cookie: lectern-1=x\r\n\r\n";
    let (server, heard) = DevServer::answering(answer).await;
    let front = Front::to(server.address).await;
    let request = "POST / HTTP/1.1\nHost: $host\nTE: trailers\nConnection: TE\nTransfer-Encoding: chunked\nTrailer: X-Up, Cookie\n\n\
                   1\nb\n0\nX-Up: 8\nCookie: lectern-1=x\n\n";
    let (head, body) = front.ask(request).await;
    assert_eq!(field(&head, "trailer"), Some("X-Sum, Access-Control-Allow-Origin, Set-Cookie"));
    assert_eq!(String::from_utf8_lossy(&body), "ax-sum: 7", "only trailers that decide nothing pass");
    let heard = heard.lock().expect("no panic");
    assert_eq!(field(&heard[0], "te"), Some("trailers"));
    assert!(heard[0].ends_with("bx-up: 8"), "{}", heard[0]);
}

#[tokio::test]
async fn answers_without_a_body_stay_without_one() {
    for (method, answer, length) in [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n", Some("1234")),
        ("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", None),
        ("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", None),
        ("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", None),
    ] {
        let (server, _) = DevServer::answering(answer).await;
        let front = Front::to(server.address).await;
        let mut browser = front.browser().await;
        let request = front.text(&format!("{method} / HTTP/1.1\nHost: $host\n\n"));
        browser.send(&request).await;
        let head = browser.head().await;
        assert_eq!(field(&head, "content-length"), length, "{method} {answer}");
        assert_eq!(field(&head, "transfer-encoding"), None, "{method} {answer}");
        // A second answer on the same connection begins where the first ended.
        browser.send(&request).await;
        assert_eq!(status(&browser.head().await), status(&head), "{method} {answer}");
    }
}

#[tokio::test]
async fn an_http_1_0_answer_becomes_one_that_says_where_it_ends() {
    let (server, heard) = DevServer::answering("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nold").await;
    let front = Front::to(server.address).await;
    let mut browser = front.browser().await;
    for round in 1..=2 {
        browser.send(front.text("GET / HTTP/1.1\nHost: $host\n\n")).await;
        let (head, body) = browser.message().await.expect("an answer");
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert_eq!(body, b"old");
        assert_eq!(heard.lock().expect("no panic").len(), round);
    }
}

#[tokio::test]
async fn an_http_1_0_request_is_answered_in_its_own_way() {
    let (server, heard) = DevServer::answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nnew\r\n0\r\n\r\n").await;
    let front = Front::to(server.address).await;
    let mut browser = front.browser().await;
    browser.send(front.text("GET / HTTP/1.0\nHost: $host\n\n")).await;
    let all = browser.rest().await;
    assert!(all.starts_with("HTTP/1.0 200 OK\r\n") && all.ends_with("\r\n\r\nnew"), "{all}");
    assert!(heard.lock().expect("no panic")[0].starts_with("GET / HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_body_that_waits_for_a_go_ahead_gets_it() {
    let (server, heard) = DevServer::answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
    let front = Front::to(server.address).await;
    let mut browser = front.browser().await;
    browser.send(front.text("POST / HTTP/1.1\nHost: $host\nExpect: 100-continue\nContent-Length: 4\n\n")).await;
    assert_eq!(status(&browser.head().await), 100);
    browser.send("body").await;
    let (head, body) = browser.message().await.expect("an answer");
    assert_eq!((status(&head), &body[..]), (200, &b"ok"[..]));
    assert!(heard.lock().expect("no panic")[0].ends_with("\r\n\r\nbody"));
}

#[tokio::test]
async fn a_connection_is_used_again_once_its_answer_was_read() {
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    let server = DevServer::start(move |mut wire| {
        count.fetch_add(1, Ordering::Relaxed);
        async move {
            while wire.message().await.is_some() {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
            }
        }
    })
    .await;
    let front = Front::to(server.address).await;
    let mut browser = front.browser().await;
    for _ in 0..20 {
        browser.send(front.text("GET / HTTP/1.1\nHost: $host\n\n")).await;
        browser.message().await.expect("an answer");
        // The connection is handed back by another task.
        tokio::task::yield_now().await;
    }
    let used = connections.load(Ordering::Relaxed);
    assert!(used <= 3, "{used} connections were made for 20 requests one after the other");
}
