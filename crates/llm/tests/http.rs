//! What an endpoint as an engine answers, however its server streams it, and what it refuses to send or believe.

mod support;

use std::{
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use lectern_llm::{Cancel, Engine, EngineError, Message, Place, Reason, Request, Role};
use support::asking::{KEY, answering, ask, ask_for, asked_once, engine_at, request};

#[test]
fn an_answer_is_streamed_and_counted() {
    let server = answering(|_, line| {
        line.stream_head();
        line.send(": ping\n\n");
        line.text("It ré");
        line.text("ads.");
        line.finish("stop", 21);
        line.drop_it();
    });
    let engine = engine_at(&server.address(), |_| {});
    let (text, finished) = ask(&engine);
    let finished = finished.expect("an answer");
    assert_eq!((text.as_str(), finished.reason, finished.prompt_tokens, finished.generated_tokens), ("It réads.", Reason::Complete, 21, 3));
    let sent = server.asked_at("/v1/chat/completions").remove(0);
    let body = sent.json();
    assert_eq!(sent.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!((body["model"].as_str(), body["stream"].as_bool(), body["max_tokens"].as_u64()), (Some("small"), Some(true), Some(64)));
    assert_eq!((body["seed"].as_u64(), body["temperature"].as_f64(), body["stop"][0].as_str()), (Some(7), Some(0.0), Some("\n\n")));
    assert_eq!(body["messages"][1]["content"].as_str(), Some("What does read_file do?"));
    assert!(matches!(&engine.identity().place, Place::Endpoint { this_computer: true, address } if *address == server.address()));
}

#[test]
fn characters_and_events_that_are_cut_anywhere_come_out_whole() {
    let (text, finished) = asked_once(|_, line| {
        line.stream_head();
        let mut bytes = Vec::new();
        for part in ["日本", "語 é", "🙂."] {
            bytes.extend_from_slice(format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{part}\"}}}}]}}\r\n\r\n").as_bytes());
        }
        for piece in bytes.chunks(3) {
            line.send(piece);
            thread::yield_now();
        }
        line.finish("stop", 21);
    });
    assert_eq!((text.as_str(), finished.expect("an answer").reason), ("日本語 é🙂.", Reason::Complete));
}

#[test]
fn an_answer_without_its_done_mark_or_counts_is_an_answer() {
    let (text, finished) = asked_once(|_, line| {
        line.stream_head();
        line.text("It reads.");
        line.event(r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#);
        line.drop_it();
    });
    let finished = finished.expect("an answer");
    assert_eq!((text.as_str(), finished.reason, finished.generated_tokens), ("It reads.", Reason::Length, 1));
    assert!(finished.prompt_tokens >= 10, "estimated where it is not told");
}

#[test]
fn an_answer_that_comes_at_once_is_taken_too() {
    let (text, finished) = asked_once(|_, line| {
        line.json(200, r#"{"choices":[{"message":{"role":"assistant","content":"It reads."},"finish_reason":"stop"}],"usage":{"prompt_tokens":21,"completion_tokens":3}}"#);
    });
    assert_eq!((text.as_str(), finished.expect("an answer").generated_tokens), ("It reads.", 3));
}

#[test]
fn writing_ends_before_a_stop_word_also_when_the_server_goes_on() {
    let server = answering(|_, line| {
        line.stream_head();
        line.text("It reads.\n");
        line.text("\nAnd more");
        line.wait_until_closed(Duration::from_secs(10));
    });
    let (text, finished) = ask(&engine_at(&server.address(), |_| {}));
    assert_eq!((text.as_str(), finished.expect("an answer").reason), ("It reads.", Reason::Complete));
    server.gone.recv_timeout(Duration::from_secs(5)).expect("the connection is closed, so that the server stops");
}

#[test]
fn a_server_that_writes_without_end_is_ended() {
    let (text, finished) = asked_once(|_, line| {
        line.stream_head();
        while line.text(&"word ".repeat(200)) {}
    });
    assert_eq!(finished.expect("an answer").reason, Reason::Length);
    assert!(text.len() < 64 * 256 + 2000, "{} bytes", text.len());
}

#[test]
fn a_server_that_thinks_without_end_is_ended() {
    let (text, result) = asked_once(|_, line| {
        line.stream_head();
        line.text("<think>");
        let thoughts = "Hm. ".repeat(1000);
        while line.text(&thoughts) {}
    });
    assert_eq!(text, "");
    assert!(matches!(result, Err(EngineError::BadAnswer(_))), "{result:?}");
}

#[test]
fn what_does_not_fit_is_refused_before_it_is_sent() {
    let server = answering(|_, line| line.json(500, "{}"));
    let engine = engine_at(&server.address(), |options| options.context = 1000);
    let long = Request { messages: vec![Message::new(Role::User, "word ".repeat(600))], ..request() };
    let (_, finished) = ask_for(&engine, &long, &Cancel::new());
    assert!(matches!(finished, Err(EngineError::TooLong { wanted: 64, context: 1000, prompt }) if prompt > 1000), "{finished:?}");
    assert!(server.asked_at("/v1/chat/completions").is_empty());
}

#[test]
fn a_server_that_cuts_the_prompt_is_found_out() {
    let server = answering(|_, line| {
        line.stream_head();
        line.text("It reads.");
        line.finish("stop", 512);
        line.drop_it();
    });
    let engine = engine_at(&server.address(), |options| options.context = 20_000);
    let long = Request { messages: vec![Message::new(Role::User, "one two three four ".repeat(400))], ..request() };
    let (_, finished) = ask_for(&engine, &long, &Cancel::new());
    assert!(matches!(&finished, Err(EngineError::BadAnswer(said)) if said.contains("cut the prompt")), "{finished:?}");
}

#[test]
fn a_prompt_that_goes_on_after_another_can_t_have_fewer_tokens() {
    let counts = AtomicU32::new(0);
    let server = answering(move |_, line| {
        line.stream_head();
        line.text("It reads.");
        line.finish("stop", if counts.fetch_add(1, Ordering::SeqCst) == 0 { 900 } else { 700 });
        line.drop_it();
    });
    let engine = engine_at(&server.address(), |options| options.context = 20_000);
    let with = |text: &str| Request { messages: vec![Message::new(Role::User, text)], ..request() };
    ask_for(&engine, &with(&"+-".repeat(500)), &Cancel::new()).1.expect("an answer");
    let (_, finished) = ask_for(&engine, &with(&"+-".repeat(900)), &Cancel::new());
    assert!(matches!(&finished, Err(EngineError::BadAnswer(said)) if said.contains("cut the prompt")), "{finished:?}");
}
