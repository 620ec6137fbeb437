//! What the tests of the model's process share: engines over the real model, where it is at hand.

#![allow(dead_code, reason = "each test program uses its part")]

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use lectern_llm::{
    Cancel, EmbeddedEngine, EmbeddedOptions, Engine, EngineError, Finished, Identity, Message, ModelToLoad, Place, Request, Role, Told,
};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_lectern-model");

/// The real model, from the environment as `cargo xtask test` sets it. Without it a test says that it did nothing.
pub fn model() -> Option<PathBuf> {
    let found = std::env::var_os("LECTERN_TEST_MODEL").map(PathBuf::from).filter(|path| path.is_file());
    if found.is_none() {
        eprintln!("SKIPPED: LECTERN_TEST_MODEL names no model file (`cargo xtask test` sets it)");
    }
    found
}

pub fn options(model: &Path) -> EmbeddedOptions {
    EmbeddedOptions {
        program: PROGRAM.into(),
        model: ModelToLoad {
            identity: Identity { id: "m".into(), name: "SmolLM2 135M".into(), fingerprint: "b179c9".into(), place: Place::Embedded },
            path: model.to_owned(),
            context: 2048,
            needed_memory: 0,
            load_anyway: false,
        },
        // Threads of one model wait for each other without sleeping, which takes forever where others compute too.
        threads: Some(1),
        keep_loaded: Duration::from_secs(60),
        memory_limit: None,
        states: None,
    }
}

pub fn engine(model: &Path) -> EmbeddedEngine {
    EmbeddedEngine::new(options(model))
}

pub fn ask(text: &str, max_tokens: u32) -> Request {
    Request { messages: vec![Message::new(Role::User, text)], max_tokens, stop: Vec::new(), grammar: None, seed: 7, temperature: 0.0 }
}

/// What was written, and what it took.
pub fn write(engine: &EmbeddedEngine, request: &Request) -> Result<(String, Finished), EngineError> {
    let mut text = String::new();
    let finished = engine.generate(
        request,
        &mut |told| {
            if let Told::Text(more) = told {
                text.push_str(more);
            }
        },
        &Cancel::new(),
    )?;
    Ok((text, finished))
}

/// A text of about so many tokens that is nobody's idea of an end.
pub fn long(tokens: usize, salt: &str) -> String {
    (0..tokens / 11).map(|line| format!("Line {line} of {salt} is here.\n")).collect()
}

/// Whether a process of this id runs, and is more than a remnant that nobody asked after.
pub fn runs(pid: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    !stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'))
}

/// Waits until something is so; fails after a long while.
pub fn until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..1000 {
        if so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("never: {what}");
}
