//! The model's process is there for Lectern itself, and on no list.

use std::{path::PathBuf, process::Command, time::Duration};

use lectern_llm::{Cancel, EmbeddedEngine, EmbeddedOptions, Engine, Identity, Message, ModelToLoad, Place, Request, Role, Told};

#[test]
fn the_models_process_is_on_no_list_and_not_for_people() {
    let say = |words: &[&str]| Command::new(env!("CARGO_BIN_EXE_lectern")).args(words).output().expect("lectern runs");
    for words in [&["--help"][..], &["help"], &["completions", "bash"], &["completions", "zsh"], &["completions", "fish"]] {
        let said = String::from_utf8(say(words).stdout).expect("UTF-8");
        let listed = said.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|word| word == "__model");
        assert!(said.contains("sync") && !listed, "lectern {words:?} says {said}");
    }
    let alone = say(&["__model"]);
    assert_eq!(alone.status.code(), Some(2));
    assert!(alone.stdout.is_empty());
}

#[test]
fn lectern_runs_a_model() {
    let Some(path) = std::env::var_os("LECTERN_TEST_MODEL").map(PathBuf::from).filter(|path| path.is_file()) else {
        println!("SKIPPED: LECTERN_TEST_MODEL names no model file (`cargo xtask test` sets it)");
        return;
    };
    let identity = Identity { id: "m".into(), name: "SmolLM2 135M".into(), fingerprint: "x".into(), place: Place::Embedded };
    let engine = EmbeddedEngine::new(EmbeddedOptions {
        program: env!("CARGO_BIN_EXE_lectern").into(),
        model: ModelToLoad { identity, path, context: 512, needed_memory: 0, load_anyway: false },
        threads: Some(1),
        keep_loaded: Duration::from_secs(60),
        memory_limit: None,
        states: None,
    });
    let request = Request {
        messages: vec![Message::new(Role::User, "Is the sea wet? Answer yes or no.")],
        max_tokens: 8,
        stop: Vec::new(),
        grammar: Some(r#"root ::= "yes" | "no""#.into()),
        seed: 1,
        temperature: 0.0,
    };
    let mut text = String::new();
    let mut told = |told: Told<'_>| {
        if let Told::Text(more) = told {
            text.push_str(more);
        }
    };
    engine.generate(&request, &mut told, &Cancel::new()).expect("an answer");
    assert!(["yes", "no"].contains(&text.as_str()), "{text:?}");
}
