//! How Ollama, LM Studio, llama-server and vLLM are found, told apart, and asked in their own ways.

mod support;

use std::{thread, time::Duration};

use lectern_llm::{
    Address, Cancel, Engine, EngineError, Finished, HttpEngine, HttpOptions, Message, Patience, Reason, Request, Role, ServerKind, Told,
    discover, usual_ports,
};
use support::{Asked, Line, Server, kinds, other_kind};

fn engine(server: &Server, model: &str, context: u32) -> HttpEngine {
    let patience = Patience {
        connect: Duration::from_secs(2),
        call: Duration::from_secs(10),
        retries: 0,
        backoff: Duration::from_millis(2),
        ..Patience::default()
    };
    HttpEngine::new(HttpOptions {
        id: "e1".to_owned(),
        name: "Small".to_owned(),
        address: Address::parse(&server.address()).expect("an address"),
        model: model.to_owned(),
        key: None,
        context,
        patience,
    })
    .expect("an engine")
}

fn request(text: &str) -> Request {
    Request {
        messages: vec![Message::new(Role::User, text)],
        max_tokens: 64,
        stop: vec!["\n\n".to_owned()],
        grammar: Some("root ::= \"a\"".to_owned()),
        seed: 7,
        temperature: 0.0,
    }
}

fn ask(engine: &HttpEngine, request: &Request) -> (String, Result<Finished, EngineError>) {
    let mut text = String::new();
    let result = engine.generate(
        request,
        &mut |told| {
            if let Told::Text(part) = told {
                text.push_str(part);
            }
        },
        &Cancel::new(),
    );
    (text, result)
}

fn answer(_: &Asked, line: &mut Line) {
    line.stream_head();
    line.text("It reads.");
    line.finish("stop", 21);
    line.drop_it();
}

fn ollama_answer(prompt_tokens: u32) -> Box<kinds::Chat> {
    Box::new(move |_, line| {
        line.send("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n");
        line.send("{\"message\":{\"role\":\"assistant\",\"content\":\"It \",\"thinking\":\"hmm\"},\"done\":false}\n{\"message\":{\"content\":\"rea");
        thread::yield_now();
        line.send("ds.\"},\"done\":false}\n");
        line.send(format!(
            "{{\"message\":{{\"content\":\"\"}},\"done\":true,\"done_reason\":\"length\",\"prompt_eval_count\":{prompt_tokens},\"eval_count\":3}}\n"
        ));
        line.drop_it();
    })
}

#[test]
fn servers_are_found_by_what_they_answer() {
    let servers = [
        kinds::ollama("", None, ollama_answer(21)),
        kinds::lm_studio(Box::new(answer)),
        kinds::llama_server(Box::new(answer)),
        kinds::vllm("0.11.0", Box::new(answer)),
        Server::start(|asked, line| {
            other_kind(asked, line);
        }),
        Server::start(|_, line| line.answer(200, "text/html", "", "<html>a web server of somebody</html>")),
        Server::start(|_, line| line.json(200, "{}")),
        Server::start(|_, line| {
            line.wait_until_closed(Duration::from_secs(20));
        }),
        Server::start(|_, line| line.answer(200, "application/json", "", "x".repeat(40 << 20))),
    ];
    let mut ports: Vec<u16> = servers.iter().map(|server| server.port).collect();
    // Nobody listens there.
    ports.insert(2, 1);
    let found: Vec<_> =
        discover(&ports, &Cancel::new()).into_iter().map(|server| (server.kind, server.address.to_string(), server.models)).collect();
    let at = |index: usize| format!("{}/v1", servers[index].address());
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        found,
        [
            (ServerKind::Ollama, at(0), names(&["small:latest", "big:7b"])),
            (ServerKind::LmStudio, at(1), names(&["small", "idle"])),
            (ServerKind::LlamaServer, at(2), names(&["small.gguf"])),
            (ServerKind::Vllm, at(3), names(&["org/small"])),
            (ServerKind::Other, at(4), names(&["small"])),
        ]
    );
    assert_eq!(usual_ports(), [11434, 1234, 8080, 8000]);
}

#[test]
fn looking_for_servers_can_be_cancelled() {
    let cancel = Cancel::new();
    cancel.cancel();
    let server = kinds::ollama("", None, ollama_answer(21));
    assert!(discover(&[server.port], &cancel).is_empty());
    assert!(server.asked().is_empty());
}

#[test]
fn threads_that_asynchronous_programs_lend_can_ask() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let server = kinds::lm_studio(Box::new(answer));
    let port = server.port;
    let found = runtime.block_on(async { tokio::task::spawn_blocking(move || discover(&[port], &Cancel::new())).await });
    assert_eq!(found.expect("no panic").len(), 1);
}

#[test]
fn ollama_is_asked_in_its_own_words_with_its_context() {
    for (parameters, loaded, chosen, context) in [
        ("", None, 0, 8192),
        ("stop \"x\"\nnum_ctx    16384", Some(4096), 0, 16384),
        ("", Some(5000), 0, 5000),
        ("num_ctx 16384", None, 12_000, 12_000),
        ("", None, 100_000, 32_768),
    ] {
        let server = kinds::ollama(parameters, loaded, ollama_answer(21));
        let engine = engine(&server, "small", chosen);
        let capacity = engine.load(&Cancel::new()).expect("it answers");
        assert_eq!(
            (capacity.context, capacity.counts_exactly, capacity.keeps_grammar),
            (context, false, false),
            "{parameters:?} {loaded:?} {chosen}"
        );
        let (text, finished) = ask(&engine, &request("What does read_file do?"));
        let finished = finished.expect("an answer");
        assert_eq!((text.as_str(), finished.reason, finished.prompt_tokens), ("It reads.", Reason::Length, 21));
        let body = server.asked_at("/api/chat")[0].json();
        assert_eq!(body["options"]["num_ctx"].as_u64(), Some(u64::from(context)));
        assert_eq!((body["options"]["num_predict"].as_u64(), body["truncate"].as_bool()), (Some(64), Some(false)));
        assert!(server.asked_at("/v1/chat/completions").is_empty());
    }
}

#[test]
fn a_prompt_that_ollama_cut_is_found_out() {
    let server = kinds::ollama("num_ctx 32768", None, ollama_answer(2047));
    let (_, finished) = ask(&engine(&server, "small", 0), &request(&"one two three four ".repeat(1500)));
    assert!(matches!(&finished, Err(EngineError::BadAnswer(said)) if said.contains("cut the prompt")), "{finished:?}");
}

#[test]
fn ollama_s_refusal_of_a_long_prompt_is_too_long() {
    let refusing = Box::new(|_: &Asked, line: &mut Line| {
        line.json(400, r#"{"error":"{\"error\":{\"code\":400,\"message\":\"request (351 tokens) exceeds the available context size (256 tokens), try increasing it\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":351,\"n_ctx\":256}}"}"#);
    });
    let (_, finished) = ask(&engine(&kinds::ollama("", None, refusing), "small", 0), &request("hello"));
    assert!(matches!(finished, Err(EngineError::TooLong { prompt: 351, wanted: 64, context: 256 })), "{finished:?}");
}

#[test]
fn a_model_that_is_not_there_is_refused_with_those_that_are() {
    let server = kinds::ollama("", None, ollama_answer(21));
    let refused = engine(&server, "other", 0).load(&Cancel::new()).expect_err("not there");
    assert!(matches!(&refused, EngineError::Refused(said) if said.contains("\"other\"") && said.contains("big:7b")), "{refused:?}");
    let checked = engine(&server, "other", 0).check(&Cancel::new()).expect("it answers");
    assert!(checked.unknown_model && checked.models.len() == 2);
}

#[test]
fn lm_studio_says_what_it_loaded() {
    let server = kinds::lm_studio(Box::new(answer));
    let capacity = |model: &str, context| engine(&server, model, context).load(&Cancel::new()).expect("it answers");
    assert_eq!(capacity("small", 0).context, 6144);
    assert_eq!(capacity("small", 4096).context, 4096);
    assert_eq!(capacity("small", 32_000).context, 6144, "never more than the server has");
    assert_eq!(capacity("idle", 0).context, 2048, "never more than the model was trained for");
    assert_eq!(ask(&engine(&server, "small", 0), &request("hello")).0, "It reads.");
    assert!(server.asked_at("/v1/chat/completions")[0].json().get("grammar").is_none());
}

#[test]
fn llama_server_counts_keeps_grammars_and_tells_how_it_reads() {
    let server = kinds::llama_server(Box::new(|_, line| {
        line.stream_head();
        line.event(r#"{"choices":[{"delta":{"role":"assistant","content":null}}],"prompt_progress":{"total":7,"cache":0,"processed":4,"time_ms":3}}"#);
        line.text("It reads.");
        line.event(r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#);
        line.event(r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3},"timings":{"cache_n":2,"prompt_ms":5.5,"predicted_ms":7.5}}"#);
        line.event("[DONE]");
        line.drop_it();
    }));
    let engine = engine(&server, "small", 0);
    let capacity = engine.load(&Cancel::new()).expect("it answers");
    assert_eq!((capacity.context, capacity.counts_exactly, capacity.keeps_grammar), (3000, true, true));
    assert_eq!(engine.count_tokens(&request("one two three").messages, &Cancel::new()).expect("a count"), 5);
    let mut read = Vec::new();
    let finished = engine
        .generate(
            &request("one two three four five"),
            &mut |told| {
                if let Told::Reading { done, total } = told {
                    read.push((done, total));
                }
            },
            &Cancel::new(),
        )
        .expect("an answer");
    assert_eq!(read, [(4, 7)]);
    assert_eq!((finished.reused_tokens, finished.prompt_ms, finished.generate_ms), (2, 5.5, 7.5));
    assert_eq!(server.asked_at("/v1/chat/completions")[0].json()["grammar"].as_str(), Some("root ::= \"a\""));
}

#[test]
fn a_server_that_is_starting_is_waited_for() {
    let ready = kinds::llama_server(Box::new(answer));
    let port = ready.port;
    let asked = std::sync::atomic::AtomicU32::new(0);
    // Stands before the real one and says that it is loading, for the first few questions.
    let starting = Server::start(move |request, line| {
        if asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 23 {
            return line.json(503, r#"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#);
        }
        line.pass_on(request, port);
    });
    let (text, finished) = ask(&engine(&starting, "small", 0), &request("hello"));
    finished.expect("an answer when it is ready");
    assert_eq!(text, "It reads.");
}

#[test]
fn a_prompt_that_does_not_fit_may_be_told_in_the_stream() {
    let server = kinds::lm_studio(Box::new(|_, line| {
        line.stream_head();
        line.send("event: error\ndata: {\"error\":{\"message\":\"Trying to keep the first 5000 tokens when context the overflows.\"}}\n\n");
        line.drop_it();
    }));
    let (_, finished) = ask(&engine(&server, "small", 0), &request("hello"));
    assert!(matches!(finished, Err(EngineError::TooLong { wanted: 64, context: 6144, .. })), "{finished:?}");
}

#[test]
fn a_server_that_counts_is_held_to_its_count() {
    let server = kinds::llama_server(Box::new(|_, line| {
        line.stream_head();
        line.text("It reads.");
        line.finish("stop", 1500);
        line.drop_it();
    }));
    let engine = engine(&server, "small", 0);
    let (_, finished) = ask(&engine, &request(&"+ ".repeat(2000)));
    assert!(matches!(&finished, Err(EngineError::BadAnswer(said)) if said.contains("cut the prompt")), "{finished:?}");
    let (_, finished) = ask(&engine, &request(&"+ ".repeat(3000)));
    assert!(matches!(finished, Err(EngineError::TooLong { prompt: 3002, .. })), "{finished:?}");
}

#[test]
fn vllm_is_given_grammars_as_its_version_wants_them() {
    for (version, field) in
        [("0.10.1", "/guided_grammar"), ("0.11.0", "/structured_outputs/grammar"), ("0.14.2.dev3", "/structured_outputs/grammar")]
    {
        let server = kinds::vllm(version, Box::new(answer));
        let engine = engine(&server, "org/small", 0);
        let capacity = engine.load(&Cancel::new()).expect("it answers");
        assert_eq!((capacity.context, capacity.counts_exactly, capacity.keeps_grammar), (5000, true, true));
        assert_eq!(engine.count_tokens(&request("one two three").messages, &Cancel::new()).expect("a count"), 3);
        ask(&engine, &request("one two three")).1.expect("an answer");
        let body = server.asked_at("/v1/chat/completions")[0].json();
        assert_eq!(body.pointer(field).and_then(|grammar| grammar.as_str()), Some("root ::= \"a\""), "{version}: {body}");
    }
}

#[test]
fn a_server_that_was_started_anew_is_asked_who_it_is_now() {
    let server = kinds::ollama("num_ctx 8192", None, Box::new(|_, line| line.json(404, r#"{"error":"model 'small' not found"}"#)));
    let engine = engine(&server, "small", 0);
    ask(&engine, &request("hello")).1.expect_err("refused");
    ask(&engine, &request("hello")).1.expect_err("refused");
    assert_eq!(server.asked_at("/api/tags").len(), 2);
}

#[test]
fn a_server_that_wants_a_key_says_so_when_it_is_tried() {
    let server = Server::start(|_, line| line.json(401, r#"{"error":{"message":"no key"}}"#));
    let refused = engine(&server, "small", 0).check(&Cancel::new()).expect_err("refused");
    assert!(matches!(&refused, EngineError::Refused(said) if said.contains("wants a key")), "{refused:?}");
    let page = Server::start(|_, line| line.answer(200, "text/html", "", "<html></html>"));
    let refused = engine(&page, "small", 0).check(&Cancel::new()).expect_err("no server of models");
    assert!(matches!(&refused, EngineError::BadAnswer(said) if said.contains("web page")), "{refused:?}");
    assert!(discover(&[server.port, page.port], &Cancel::new()).is_empty());
}
