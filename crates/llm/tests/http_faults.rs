//! Endpoints whose servers are busy, broken or slow: tried again where that helps, and said in plain words where it does not.

mod support;

use std::{
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use lectern_llm::{EngineError, HttpOptions, Patience};
use support::{
    Line,
    asking::{KEY, answering, ask, asked_once, engine_at, patience},
};

#[test]
fn too_many_requests_are_tried_again_and_then_work() {
    let tries = AtomicU32::new(0);
    let (text, finished) = asked_once(move |_, line| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => line.answer(429, "application/json", "Retry-After: 0\r\n", r#"{"error":{"message":"slow down"}}"#),
        1 => line.json(503, r#"{"error":{"message":"Loading model"}}"#),
        2 => line.json(500, "{}"),
        _ => {
            line.stream_head();
            line.text("It reads.");
            line.finish("stop", 21);
            line.drop_it();
        }
    });
    finished.expect("an answer after all");
    assert_eq!(text, "It reads.");
}

#[test]
fn a_server_that_stays_busy_or_fails_is_said_to_after_a_few_tries() {
    let server = answering(|_, line| line.json(429, r#"{"error":{"message":"slow down"}}"#));
    let (_, finished) = ask(&engine_at(&server.address(), |_| {}));
    let error = finished.expect_err("no answer");
    assert!(matches!(&error, EngineError::Busy(said) if said.contains("slow down")), "{error:?}");
    assert_eq!(server.asked_at("/v1/chat/completions").len(), 4, "once, and three times again");

    let (_, finished) = asked_once(|_, line| line.json(500, r#"{"error":"CUDA out of memory"}"#));
    assert!(matches!(finished, Err(EngineError::BadAnswer(said)) if said.contains("CUDA out of memory")));

    let server = answering(|_, line| line.answer(429, "text/plain", "Retry-After: 3600\r\n", "come back in an hour"));
    let (_, finished) = ask(&engine_at(&server.address(), |_| {}));
    assert!(matches!(finished, Err(EngineError::Busy(said)) if said.contains("come back in an hour")));
    assert_eq!(server.asked_at("/v1/chat/completions").len(), 1, "nobody waits for an hour");
}

#[test]
fn refusals_are_told_in_the_server_s_plain_words() {
    for (status, body, said) in [
        (401, r#"{"error":{"message":"Incorrect API key provided: lantern-0123456789-ferry."}}"#, "refuses the key"),
        (403, "<html><h1>Forbidden</h1></html>", "refuses the key"),
        (404, r#"{"error":{"message":"model 'small' not found"}}"#, "model 'small' not found"),
        (400, r#"{"detail":"bad seed"}"#, "bad seed"),
    ] {
        let server = answering(move |_, line| line.json(status, body));
        let (_, finished) = ask(&engine_at(&server.address(), |_| {}));
        let error = finished.expect_err("no answer");
        assert!(matches!(&error, EngineError::Refused(text) if text.contains(said)), "{status}: {error:?}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("lantern") && !shown.contains('<'), "{shown}");
        assert_eq!(server.asked_at("/v1/chat/completions").len(), 1, "a refusal is not tried again");
    }
}

#[test]
fn a_field_that_a_server_does_not_take_is_left_out() {
    let (text, finished) = asked_once(|asked, line| {
        if asked.json().get("max_tokens").is_some() {
            return line.json(400, r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."}}"#);
        }
        assert_eq!(asked.json()["max_completion_tokens"].as_u64(), Some(64));
        line.stream_head();
        line.text("It reads.");
        line.finish("stop", 21);
        line.drop_it();
    });
    finished.expect("an answer");
    assert_eq!(text, "It reads.");
}

#[test]
fn garbage_is_a_bad_answer() {
    type Script = fn(&mut Line);
    let scripts: [(&str, Script); 8] = [
        ("no JSON", |line| {
            line.stream_head();
            line.event("hello");
        }),
        ("half JSON", |line| {
            line.stream_head();
            line.event("{\"choices\":[{\"delta\":{\"content\":\"x");
        }),
        ("not UTF-8", |line| {
            line.stream_head();
            line.send(b"data: \xff\xfe\xfd\n\n");
        }),
        ("a web page", |line| line.answer(200, "text/html", "", "<!doctype html><title>Sign in</title>")),
        ("a web page that says it is JSON", |line| line.json(200, "<html></html>")),
        ("a web page in the stream", |line| {
            line.stream_head();
            line.send("<html>\n\n");
        }),
        ("the server's own error in the stream", |line| {
            line.stream_head();
            line.text("It ");
            line.event(r#"{"error":{"message":"out of memory"}}"#);
        }),
        ("an endless line", |line| {
            line.stream_head();
            line.send("data: ");
            while line.send("x".repeat(1 << 16)) {}
        }),
    ];
    for (name, script) in scripts {
        let (_, finished) = asked_once(move |_, line| {
            script(line);
            line.drop_it();
        });
        assert!(matches!(finished, Err(EngineError::BadAnswer(_))), "{name}: {finished:?}");
    }
}

#[test]
fn a_connection_that_ends_in_the_middle_is_no_answer() {
    let (text, finished) = asked_once(|_, line| {
        line.stream_head();
        line.text("It re");
        line.drop_it();
    });
    assert_eq!(text, "It re");
    assert!(matches!(finished, Err(EngineError::Stopped(_))), "{finished:?}");

    let (_, finished) = asked_once(|_, line| {
        line.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n40\r\ndata: half");
        line.drop_it();
    });
    assert!(matches!(finished, Err(EngineError::Stopped(_))), "{finished:?}");
}

#[test]
fn a_server_that_stalls_is_not_waited_for_forever() {
    let short = |options: &mut HttpOptions| options.patience = Patience { stall: Duration::from_millis(300), ..patience() };
    let server = answering(|_, line| {
        line.stream_head();
        line.text("It re");
        // Comments are no progress, even when an answer follows in the end.
        for _ in 0..300 {
            line.send(": still here\n\n");
            thread::sleep(Duration::from_millis(10));
        }
        line.text("ads.");
        line.finish("stop", 21);
        line.drop_it();
    });
    let (text, finished) = ask(&engine_at(&server.address(), short));
    assert_eq!(text, "It re");
    assert!(matches!(&finished, Err(EngineError::Stopped(said)) if said.contains("nothing more")), "{finished:?}");

    let silent = |options: &mut HttpOptions| options.patience = Patience { first_text: Duration::from_millis(120), ..patience() };
    let server = answering(|_, line| {
        line.wait_until_closed(Duration::from_secs(10));
    });
    let (_, finished) = ask(&engine_at(&server.address(), silent));
    assert!(matches!(finished, Err(EngineError::Unreachable(_))), "{finished:?}");
}

#[test]
fn a_head_that_comes_slowly_is_waited_for() {
    let (text, finished) = asked_once(|_, line| {
        for piece in "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n".as_bytes().chunks(9) {
            line.send(piece);
            thread::sleep(Duration::from_millis(5));
        }
        line.text("It reads.");
        line.finish("stop", 21);
        line.drop_it();
    });
    finished.expect("an answer");
    assert_eq!(text, "It reads.");
}

#[test]
fn nobody_there_is_said_plainly() {
    let (_, finished) = ask(&engine_at("http://127.0.0.1:1", |_| {}));
    assert!(matches!(&finished, Err(EngineError::Unreachable(said)) if said.contains("nothing listens there")), "{finished:?}");
    let error = finished.expect_err("no answer");
    assert!(error.may_pass() && !format!("{error:?}").contains(KEY));
}
