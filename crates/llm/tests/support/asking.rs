//! An endpoint as an engine, and one question that is put to it.

use std::time::Duration;

use lectern_llm::{
    Address, ApiKey, Cancel, Engine, EngineError, Finished, HttpEngine, HttpOptions, Message, Patience, Request, Role, Told,
};

use super::{Asked, Line, Server, other_kind};

pub const KEY: &str = "lantern-0123456789-ferry";

pub fn patience() -> Patience {
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

pub fn engine_at(address: &str, change: impl FnOnce(&mut HttpOptions)) -> HttpEngine {
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
pub fn answering(script: impl Fn(&Asked, &mut Line) + Send + Sync + 'static) -> Server {
    Server::start(move |asked, line| {
        if !other_kind(asked, line) {
            script(asked, line);
        }
    })
}

pub fn request() -> Request {
    Request {
        messages: vec![Message::new(Role::System, "You explain code."), Message::new(Role::User, "What does read_file do?")],
        max_tokens: 64,
        stop: vec!["\n\n".to_owned()],
        grammar: None,
        seed: 7,
        temperature: 0.0,
    }
}

pub fn ask(engine: &HttpEngine) -> (String, Result<Finished, EngineError>) {
    ask_for(engine, &request(), &Cancel::new())
}

pub fn ask_for(engine: &HttpEngine, request: &Request, cancel: &Cancel) -> (String, Result<Finished, EngineError>) {
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

pub fn asked_once(script: impl Fn(&Asked, &mut Line) + Send + Sync + 'static) -> (String, Result<Finished, EngineError>) {
    let server = answering(script);
    ask(&engine_at(&server.address(), |_| {}))
}
