//! What an endpoint as an engine promises, against servers that do everything a server should not.

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lectern_llm::{
    Address, ApiKey, Cancel, Engine, EngineError, Finished, HttpEngine, HttpOptions, Message, Patience, Place, Reason, Request, Role, Told,
};
use support::{Asked, Line, Server, other_kind};

const KEY: &str = "lantern-0123456789-ferry";

fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(2),
        call: Duration::from_secs(10),
        first_text: Duration::from_secs(10),
        stall: Duration::from_secs(10),
        retries: 3,
        backoff: Duration::from_millis(2),
        longest_wait: Duration::from_secs(5),
    }
}

fn engine_at(address: &str, change: impl FnOnce(&mut HttpOptions)) -> HttpEngine {
    let mut options = HttpOptions {
        id: "e1".to_owned(),
        name: "Small".to_owned(),
        address: Address::parse(address).expect("an address"),
        model: "small".to_owned(),
        key: ApiKey::new(KEY).expect("a key"),
        context: 0,
        patience: patience(),
    };
    change(&mut options);
    HttpEngine::new(options).expect("an engine")
}

/// A server of no particular kind that answers questions by `script`.
fn answering(script: impl Fn(&Asked, &mut Line) + Send + Sync + 'static) -> Server {
    Server::start(move |asked, line| {
        if !other_kind(asked, line) {
            script(asked, line);
        }
    })
}

fn request() -> Request {
    Request {
        messages: vec![Message::new(Role::System, "You explain code."), Message::new(Role::User, "What does read_file do?")],
        max_tokens: 64,
        stop: vec!["\n\n".to_owned()],
        grammar: None,
        seed: 7,
        temperature: 0.0,
    }
}

fn ask(engine: &HttpEngine) -> (String, Result<Finished, EngineError>) {
    ask_for(engine, &request(), &Cancel::new())
}

fn ask_for(engine: &HttpEngine, request: &Request, cancel: &Cancel) -> (String, Result<Finished, EngineError>) {
    let mut text = String::new();
    let result = engine.generate(
        request,
        &mut |told| {
            if let Told::Text(part) = told {
                text.push_str(part);
            }
        },
        cancel,
    );
    (text, result)
}

fn asked_once(script: impl Fn(&Asked, &mut Line) + Send + Sync + 'static) -> (String, Result<Finished, EngineError>) {
    let server = answering(script);
    ask(&engine_at(&server.address(), |_| {}))
}

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
fn localhost_is_this_computer_and_no_proxy_stands_between() {
    if std::env::var_os("HTTP_PROXY").is_none() {
        // The same again with a proxy in the environment, which is read once in a process.
        let proxy = Server::start(|_, line| line.json(502, "{}"));
        let again = std::process::Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "localhost_is_this_computer_and_no_proxy_stands_between"])
            .env("HTTP_PROXY", proxy.address())
            .env("http_proxy", proxy.address())
            .env("ALL_PROXY", proxy.address())
            .output()
            .expect("it runs");
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
        assert!(proxy.asked().is_empty(), "the proxy saw {:?}", proxy.asked());
    }
    let server = answering(|_, line| {
        line.stream_head();
        line.text("It reads.");
        line.finish("stop", 21);
        line.drop_it();
    });
    for host in ["localhost", "127.0.0.1"] {
        let (text, finished) = ask(&engine_at(&format!("http://{host}:{}", server.port), |_| {}));
        finished.expect("an answer");
        assert_eq!(text, "It reads.", "{host}");
    }
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
fn cancelling_closes_the_connection_within_half_a_second() {
    type Script = fn(&mut Line);
    let waits: [(&str, Script); 3] = [
        ("before the head", |_| {}),
        ("before the first text", |line| line.stream_head()),
        ("in the middle", |line| {
            line.stream_head();
            line.text("It re");
        }),
    ];
    for (name, script) in waits {
        let reached = Arc::new(AtomicU32::new(0));
        let flag = Arc::clone(&reached);
        let server = answering(move |_, line| {
            script(line);
            flag.store(1, Ordering::SeqCst);
            line.wait_until_closed(Duration::from_secs(20));
        });
        let engine = engine_at(&server.address(), |_| {});
        let cancel = Cancel::new();
        let (asked, cancelled_at) = thread::scope(|scope| {
            let asking = scope.spawn(|| ask_for(&engine, &request(), &cancel).1);
            while reached.load(Ordering::SeqCst) == 0 {
                thread::sleep(Duration::from_millis(2));
            }
            let cancelled_at = Instant::now();
            cancel.cancel();
            (asking.join().expect("no panic"), cancelled_at)
        });
        assert!(matches!(asked, Err(EngineError::Cancelled)), "{name}: {asked:?}");
        let closed_at = server.gone.recv_timeout(Duration::from_secs(10)).expect("the connection is closed");
        assert!(closed_at - cancelled_at < Duration::from_millis(500), "{name}: closed after {:?}", closed_at - cancelled_at);
    }
}

#[test]
fn cancelling_ends_the_wait_before_another_try() {
    let server = answering(|_, line| line.answer(429, "text/plain", "Retry-After: 4\r\n", "slow down"));
    let engine = engine_at(&server.address(), |_| {});
    let cancel = Cancel::new();
    let result = thread::scope(|scope| {
        let asking = scope.spawn(|| ask_for(&engine, &request(), &cancel).1);
        while server.asked_at("/v1/chat/completions").is_empty() {
            thread::sleep(Duration::from_millis(2));
        }
        cancel.cancel();
        asking.join().expect("no panic")
    });
    assert!(matches!(result, Err(EngineError::Cancelled)), "{result:?}");
    assert_eq!(server.asked_at("/v1/chat/completions").len(), 1);
}

#[test]
fn nothing_is_sent_for_somebody_who_cancelled_before() {
    let server = answering(|_, line| line.json(500, "{}"));
    let engine = engine_at(&server.address(), |_| {});
    let cancel = Cancel::new();
    cancel.cancel();
    assert!(matches!(ask_for(&engine, &request(), &cancel).1, Err(EngineError::Cancelled)));
    assert!(server.asked().is_empty());
}

#[test]
fn a_redirect_is_not_followed_and_the_key_goes_nowhere_else() {
    for status in [301, 302, 303, 307, 308] {
        let other = Server::start(|_, line| line.json(200, "{}"));
        let to = format!("Location: {}/v1/chat/completions\r\n", other.address());
        let server = answering(move |_, line| line.answer(status, "text/plain", &to, ""));
        let (_, finished) = ask(&engine_at(&server.address(), |_| {}));
        let error = finished.expect_err("no answer");
        assert!(matches!(&error, EngineError::Refused(said) if said.contains(&other.address())), "{status}: {error:?}");
        assert!(other.asked().is_empty(), "{status}: nothing is sent to another origin");
    }
}

#[test]
fn nobody_there_is_said_plainly() {
    let (_, finished) = ask(&engine_at("http://127.0.0.1:1", |_| {}));
    assert!(matches!(&finished, Err(EngineError::Unreachable(said)) if said.contains("nothing listens there")), "{finished:?}");
    let error = finished.expect_err("no answer");
    assert!(error.may_pass() && !format!("{error:?}").contains(KEY));
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

#[test]
fn the_key_is_in_no_debug_text() {
    let options = HttpOptions {
        id: "e1".to_owned(),
        name: "Small".to_owned(),
        address: Address::parse("https://example.org/v1").expect("an address"),
        model: "small".to_owned(),
        key: ApiKey::new(KEY).expect("a key"),
        context: 0,
        patience: patience(),
    };
    assert!(!format!("{options:?} {:?} {:?}", options.key, ApiKey::new("two words")).contains("lantern"));
}
