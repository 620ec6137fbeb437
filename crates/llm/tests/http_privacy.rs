//! What is sent to nobody but the endpoint, and nothing more once somebody cancelled.

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lectern_llm::{Address, ApiKey, Cancel, EngineError, HttpOptions, Patience};
use support::{
    Line, Server,
    asking::{KEY, answering, ask, ask_for, engine_at, patience, request},
};

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

/// The variable that says in which process the test below is: the one that has a proxy in its environment.
const BEHIND_A_PROXY: &str = "LECTERN_TEST_BEHIND_A_PROXY";

#[test]
fn without_encryption_nothing_goes_through_a_proxy_of_the_environment() {
    if std::env::var_os(BEHIND_A_PROXY).is_some() {
        // An address that is nobody's; a proxy would take the request all the same.
        let quick = Patience { connect: Duration::from_millis(200), call: Duration::from_millis(400), retries: 0, ..patience() };
        let (_, result) = ask(&engine_at("http://192.0.2.1:9/v1", |options| options.patience = quick));
        assert!(matches!(result, Err(EngineError::Unreachable(_))), "{result:?}");
        return;
    }
    let proxy = Server::start(|_, line| {
        line.stream_head();
        line.text("Got it.");
        line.finish("stop", 9);
    });
    let origin = proxy.address().trim_end_matches("/v1").to_owned();
    let status = std::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "without_encryption_nothing_goes_through_a_proxy_of_the_environment"])
        .env(BEHIND_A_PROXY, "1")
        .envs([("HTTP_PROXY", &origin), ("http_proxy", &origin), ("ALL_PROXY", &origin), ("all_proxy", &origin)])
        .status()
        .expect("it runs");
    assert!(status.success() && proxy.asked().is_empty(), "code and key went to the proxy: {:?}", proxy.asked());
}
