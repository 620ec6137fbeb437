//! The model's process: cancelled, killed, damaged, forgotten, it never takes anybody along and never stays behind.

mod common;

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use common::{PROGRAM, ask, engine, long, model, options, runs, until, write};
use lectern_llm::{Cancel, EmbeddedEngine, Engine, EngineError, Request, Told, describe, needed_memory};

/// Cancels at the moment that `when` picks, and says what was told after that.
fn cancelled(engine: &EmbeddedEngine, request: &Request, when: impl Fn(Told<'_>) -> bool) -> (Result<(), EngineError>, usize) {
    let cancel = Cancel::new();
    let (asked, after) = (AtomicBool::new(false), std::cell::Cell::new(0));
    let result = engine.generate(
        request,
        &mut |told| {
            if asked.load(Ordering::Relaxed) {
                after.set(after.get() + 1);
            }
            if when(told) {
                asked.store(true, Ordering::Relaxed);
                cancel.cancel();
            }
        },
        &cancel,
    );
    (result.map(|_| ()), after.get())
}

#[test]
fn cancelled_while_it_writes_it_stops_and_stays_of_use() {
    let Some(model) = model() else { return };
    let engine = engine(&model);
    engine.load(&Cancel::new()).expect("loaded");
    let before = engine.process_id();
    let endless =
        Request { grammar: Some("root ::= [a-z ]+ [0-9] [0-9] [0-9] [0-9] [0-9] [0-9]".into()), ..ask("Tell me a long story.", 1500) };
    let (result, after) = cancelled(&engine, &endless, |told| matches!(told, Told::Text(_)));
    assert!(matches!(result, Err(EngineError::Cancelled)), "{result:?}");
    assert_eq!(after, 0, "nothing is told after somebody cancelled");
    assert!(write(&engine, &ask("Hello", 4)).is_ok());
    assert_eq!(engine.process_id(), before, "the same process answers");
}

#[test]
fn cancelled_while_it_reads_it_stops_in_the_middle_of_a_piece() {
    let Some(model) = model() else { return };
    let engine = engine(&model);
    engine.load(&Cancel::new()).expect("loaded");
    let before = engine.process_id();
    // Read in two pieces that take seconds each: the first is only told of when it is read.
    let prompt = ask(&long(900, "the sea"), 4);
    let cancel = Cancel::new();
    let canceller = {
        let cancel = cancel.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(300));
            cancel.cancel();
        })
    };
    let result = engine.generate(&prompt, &mut |_| {}, &cancel);
    canceller.join().expect("it cancelled");
    assert!(matches!(result, Err(EngineError::Cancelled)), "{result:?}");
    let (text, _) = write(&engine, &ask("Say something.", 12)).expect("an answer");
    assert_eq!(engine.process_id(), before, "the same process answers");
    assert_eq!(text, write(&self::engine(&model), &ask("Say something.", 12)).expect("an answer").0, "as if nothing had been read");
}

#[test]
fn whoever_waits_for_their_turn_can_cancel_and_counting_does_not_wait() {
    let Some(model) = model() else { return };
    let engine = engine(&model);
    engine.load(&Cancel::new()).expect("loaded");
    let (busy, done) = (Cancel::new(), AtomicBool::new(false));
    thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let endless = Request { grammar: Some("root ::= [a-z ]+ [0-9] [0-9] [0-9] [0-9] [0-9] [0-9]".into()), ..ask("A story.", 1500) };
            let result = engine.generate(&endless, &mut |_| done.store(true, Ordering::Relaxed), &busy);
            matches!(result, Err(EngineError::Cancelled))
        });
        until("it writes", || done.load(Ordering::Relaxed));
        assert!(engine.count_tokens(&ask("How many?", 1).messages, &Cancel::new()).is_ok());
        let cancel = Cancel::new();
        let waiting = scope.spawn({
            let (engine, cancel) = (&engine, cancel.clone());
            move || engine.generate(&ask("Me too", 4), &mut |_| {}, &cancel)
        });
        cancel.cancel();
        assert!(matches!(waiting.join().expect("it returned"), Err(EngineError::Cancelled)));
        busy.cancel();
        assert!(writing.join().expect("it returned"));
    });
    assert!(write(&engine, &ask("Hello", 4)).is_ok());
}

#[cfg(unix)]
#[test]
fn killed_in_the_middle_it_is_said_plainly_and_the_next_call_starts_it_again() {
    let Some(model) = model() else { return };
    let engine = engine(&model);
    for signal in ["-KILL", "-ABRT", "-SEGV"] {
        engine.load(&Cancel::new()).expect("loaded");
        let pid = engine.process_id().expect("a process");
        let result = engine.generate(
            &ask("Tell me a long story about the sea.", 200),
            &mut |told| {
                if matches!(told, Told::Text(_)) {
                    let _ = Command::new("kill").args([signal, &pid.to_string()]).status();
                }
            },
            &Cancel::new(),
        );
        match result {
            Err(EngineError::Stopped(message)) => assert!(message.starts_with("the model's process "), "{message}"),
            other => panic!("{signal}: {other:?}"),
        }
        assert!(!runs(pid));
        assert!(write(&engine, &ask("Hello", 4)).is_ok(), "after {signal}");
        assert_ne!(engine.process_id(), Some(pid));
    }
}

#[cfg(unix)]
#[test]
fn a_process_that_answers_no_cancel_is_ended() {
    let Some(model) = model() else { return };
    let engine = engine(&model);
    engine.load(&Cancel::new()).expect("loaded");
    let pid = engine.process_id().expect("a process");
    let stop = || Command::new("kill").args(["-STOP", &pid.to_string()]).status().expect("a signal");
    stop();
    let cancel = Cancel::new();
    let canceller = cancel.clone();
    // More than a pipe takes, so that even asking can't go on.
    let request = ask(&"a".repeat(300_000), 4);
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        canceller.cancel();
    });
    assert!(matches!(engine.generate(&request, &mut |_| {}, &cancel), Err(EngineError::Cancelled)));
    until("it is gone", || !runs(pid));
    assert!(write(&engine, &ask("Hello", 4)).is_ok());
}

#[test]
fn a_model_that_nobody_uses_is_unloaded() {
    let Some(model) = model() else { return };
    let mut options = options(&model);
    options.keep_loaded = Duration::from_millis(200);
    let engine = EmbeddedEngine::new(options);
    write(&engine, &ask("Hello", 4)).expect("an answer");
    let pid = engine.process_id().expect("a process");
    until("it is unloaded", || !engine.is_loaded() && !runs(pid));
    assert_eq!((engine.process_id(), engine.resident_memory()), (None, None));
    write(&engine, &ask("Hello", 4)).expect("loaded again");
    let pid = engine.process_id().expect("a process");
    drop(engine);
    assert!(!runs(pid), "it goes with its engine");
}

#[test]
fn what_does_not_fit_is_not_loaded_unless_it_is_wanted_anyway() {
    let Some(model) = model() else { return };
    let mut options = options(&model);
    options.model.needed_memory = 1 << 50;
    match EmbeddedEngine::new(options.clone()).load(&Cancel::new()) {
        Err(EngineError::DoesNotFit { model, needed, available }) => {
            assert!(model == "SmolLM2 135M" && needed == 1 << 50 && available < needed)
        }
        other => panic!("{other:?}"),
    }
    options.model.needed_memory = 2_000;
    options.memory_limit = Some(1_000);
    let refused = EmbeddedEngine::new(options.clone()).load(&Cancel::new());
    assert!(matches!(refused, Err(EngineError::DoesNotFit { available: 1_000, .. })), "{refused:?}");
    options.model.load_anyway = true;
    assert!(EmbeddedEngine::new(options).load(&Cancel::new()).is_ok());
}

#[test]
fn what_a_model_needs_is_estimated_and_not_too_low() {
    let Some(model) = model() else { return };
    let facts = describe(Path::new(PROGRAM), &model, &Cancel::new()).expect("facts");
    assert_eq!((facts.architecture.as_str(), facts.quantization.as_str()), ("llama", "Q4_1"));
    assert_eq!((facts.context, facts.layers, facts.embedding, facts.vocabulary), (8192, 30, 576, 49_152));
    assert_eq!(facts.kv_bytes_per_token, 30 * 2 * 3 * 64 * 2);
    assert!((134_000_000..136_000_000).contains(&facts.parameters) && facts.has_chat_template, "{facts:?}");
    let size = model.metadata().expect("a file").len();
    let mut options = options(&model);
    options.model.context = 512;
    let engine = EmbeddedEngine::new(options);
    // Most of the context is written to, so that its memory is really taken.
    write(&engine, &ask(&long(400, "the sea"), 4)).expect("an answer");
    let (needed, taken) = (needed_memory(&facts, size, 512), engine.resident_memory().expect("it runs"));
    assert!(taken <= needed && needed < taken * 2, "estimated {needed}, taken {taken}");
}

#[test]
fn what_is_no_model_is_said_and_harms_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    };
    let noise: Vec<u8> = (0..100_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let lies = |tensors: u64, keys: u64| [b"GGUF\x03\0\0\0".as_slice(), &tensors.to_le_bytes(), &keys.to_le_bytes(), &noise].concat();
    let cases = [
        (folder.path().to_owned(), "folder"),
        (folder.path().join("missing.gguf"), "can't be opened"),
        (file("empty.gguf", b""), "empty"),
        (file("short.gguf", b"GG"), "not a model"),
        (file("noise.gguf", &noise), "not a model"),
        (file("archive.gguf", b"PK\x03\x04 and so on"), "not a model"),
        (file("magic.gguf", b"GGUF"), "damaged"),
        (file("lies.gguf", &lies(3, 3)), "damaged"),
        (file("greater.gguf", &lies(u64::MAX, u64::MAX)), "damaged"),
        (file("many.gguf", &lies(1 << 40, 1 << 40)), "damaged"),
        (file("bare.gguf", &[b"GGUF\x03\0\0\0".as_slice(), &[0; 16]].concat()), "does not say"),
    ];
    for (path, expected) in cases {
        match describe(Path::new(PROGRAM), &path, &Cancel::new()) {
            Err(EngineError::BadModel(message)) => assert!(message.contains(expected), "{}: {message}", path.display()),
            other => panic!("{}: {other:?}", path.display()),
        }
        assert!(matches!(engine(&path).load(&Cancel::new()), Err(EngineError::BadModel(_))), "{}", path.display());
    }
}

#[test]
fn a_model_that_was_cut_off_or_changed_is_told_from_a_whole_one() {
    let Some(model) = model() else { return };
    let whole = std::fs::read(model).expect("the model");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("caf\u{e9} model.gguf");
    for length in [100, 10_000, 1_000_000, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).expect("a file");
        let described = describe(Path::new(PROGRAM), &path, &Cancel::new());
        assert!(matches!(described, Err(EngineError::BadModel(_))), "{length}: {described:?}");
        assert!(matches!(engine(&path).load(&Cancel::new()), Err(EngineError::BadModel(_))), "{length}");
    }
    // Bytes of the header that are turned around: whatever comes of it, this process lives.
    for at in (8..4_000).step_by(37) {
        let mut bytes = whole[..2_000_000].to_vec();
        bytes[at] ^= 0xff;
        std::fs::write(&path, bytes).expect("a file");
        let described = describe(Path::new(PROGRAM), &path, &Cancel::new());
        assert!(matches!(described, Err(EngineError::BadModel(_))), "{at}: {described:?}");
    }
    std::fs::write(&path, &whole).expect("a file");
    assert!(describe(Path::new(PROGRAM), &path, &Cancel::new()).is_ok());
}

#[test]
fn texts_of_a_megabyte_are_counted_and_refused_not_feared() {
    let Some(model) = model() else { return };
    let engine = engine(&model);
    let texts = ["a".repeat(1 << 20), "\u{1f980}\u{301}".repeat(1 << 17), "{[(\n \t\0\u{2}7\u{3}".repeat(1 << 16)];
    for text in texts {
        let request = ask(&text, 4);
        let tokens = engine.count_tokens(&request.messages, &Cancel::new()).expect("a count");
        let refused = write(&engine, &request);
        assert!(matches!(refused, Err(EngineError::TooLong { prompt, .. }) if prompt == tokens), "{refused:?}");
    }
}

/// An engine whose program is a script.
#[cfg(unix)]
fn scripted(folder: &Path, script: &str) -> EmbeddedEngine {
    use std::os::unix::fs::PermissionsExt;
    let program = folder.join("program");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("a script");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("it can be run");
    let mut options = options(Path::new("/model"));
    options.program = program;
    EmbeddedEngine::new(options)
}

#[cfg(unix)]
#[test]
fn a_program_that_is_missing_broken_or_another_is_said_plainly() {
    let folder = tempfile::tempdir().expect("a folder");
    let ready = r#"read hello; echo '{"answer":"ready","version":1}'; read load"#;
    let cases = [
        ("exit 3", "ended by itself (code 3)"),
        ("echo hello", "can't be understood"),
        ("printf 'no line'", "ended"),
        (r#"read hello; echo '{"answer":"ready","version":999}'; read more"#, "another version"),
        (&format!("{ready}; echo '{{}}'; exec sleep 60"), "can't be understood"),
        (&format!("{ready}; kill -9 $$"), "ended from outside"),
        (&format!("{ready}; kill -6 $$"), "crashed (signal 6)"),
        (&format!("{ready}; exec >&-; exec sleep 60"), "the model's process"),
    ];
    for (script, expected) in cases {
        match scripted(folder.path(), script).load(&Cancel::new()) {
            Err(EngineError::Stopped(message)) => assert!(message.contains(expected), "{script}: {message}"),
            other => panic!("{script}: {other:?}"),
        }
    }
    let mut options = options(Path::new("/model"));
    options.program = folder.path().join("missing");
    let missing = EmbeddedEngine::new(options).load(&Cancel::new());
    assert!(matches!(&missing, Err(EngineError::Stopped(message)) if message.contains("could not be started")), "{missing:?}");
}

#[cfg(unix)]
#[test]
fn nothing_is_told_after_a_cancel_however_much_is_on_its_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = r#"{"answer":"text","id":2,"text":"more"}"#;
    let engine = scripted(
        folder.path(),
        &format!(
            "read hello; echo '{{\"answer\":\"ready\",\"version\":1}}'; read load; echo '{{\"answer\":\"loaded\",\"id\":1,\"context\":512}}'\n\
             read generate; printf '%s\\n' {}; read cancel; echo '{{\"answer\":\"failed\",\"id\":2,\"failure\":{{\"why\":\"cancelled\"}}}}'; read more",
            format!("'{text}' ").repeat(100)
        ),
    );
    // The first is told when all of them are on their way.
    let (result, after) = cancelled(&engine, &ask("Hello", 4), |_| {
        thread::sleep(Duration::from_millis(100));
        true
    });
    assert!(matches!(result, Err(EngineError::Cancelled)), "{result:?}");
    assert_eq!(after, 0);
    assert!(engine.is_loaded(), "it answered, so it was not ended");
}

#[cfg(unix)]
#[test]
fn loading_that_takes_forever_can_be_cancelled() {
    let folder = tempfile::tempdir().expect("a folder");
    for script in ["exec sleep 60", r#"read hello; echo '{"answer":"ready","version":1}'; exec sleep 60"#] {
        let engine = scripted(folder.path(), script);
        let cancel = Cancel::new();
        let canceller = cancel.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            canceller.cancel();
        });
        assert!(matches!(engine.load(&cancel), Err(EngineError::Cancelled)), "{script}");
    }
}

#[test]
fn nobody_starts_it_by_accident() {
    let alone = Command::new(PROGRAM).arg("__model").stdin(Stdio::null()).output().expect("it runs");
    assert_eq!(alone.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&alone.stderr).contains("starts it by itself"));
    let mut stranger = by_hand("right");
    let mut asks = stranger.stdin.take().expect("its stdin");
    writeln!(asks, r#"{{"ask":"hello","version":1,"token":"wrong"}}"#).expect("asked");
    assert_eq!(stranger.wait().expect("it ended").code(), Some(2));
}

#[test]
fn it_ends_with_its_stdin() {
    let Some(model) = model() else { return };
    let mut process = by_hand("right");
    let mut asks = process.stdin.take().expect("its stdin");
    let mut answers = BufReader::new(process.stdout.take().expect("its stdout")).lines();
    writeln!(asks, r#"{{"ask":"hello","version":1,"token":"right"}}"#).expect("asked");
    assert_eq!(answers.next().expect("an answer").expect("a line"), r#"{"answer":"ready","version":1}"#);
    let path: Vec<_> = model.to_string_lossy().bytes().map(|byte| byte.to_string()).collect();
    let path = path.join(",");
    writeln!(asks, r#"{{"ask":"load","id":1,"load":{{"path":[{path}],"context":2048,"threads":1,"sha256":"x","states":null}}}}"#)
        .expect("asked");
    let loaded = answers.by_ref().map_while(Result::ok).find(|line| line.contains("loaded"));
    assert!(loaded.is_some());
    let messages = serde_json::to_string(&ask(&long(1500, "the sea"), 400)).expect("json");
    writeln!(asks, r#"{{"ask":"generate","id":2,"request":{messages}}}"#).expect("asked");
    assert!(answers.next().is_some(), "it reads");
    drop(asks);
    let mut ended = false;
    for _ in 0..1000 {
        ended = process.try_wait().expect("a process").is_some();
        if ended {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    let _ = process.kill();
    assert!(ended, "in the middle of computing");
}

#[cfg(target_os = "linux")]
#[test]
fn it_ends_with_whoever_started_it_however_that_ends() {
    let Some(model) = model() else { return };
    // This very test program is the one that is killed.
    if std::env::var_os("LECTERN_TEST_VICTIM").is_some() {
        let engine = engine(&model);
        let request = Request { grammar: Some("root ::= [a-z ]+ [0-9] [0-9] [0-9] [0-9] [0-9] [0-9]".into()), ..ask("A story.", 1500) };
        engine.load(&Cancel::new()).expect("loaded");
        println!("\npid {}", engine.process_id().expect("a process"));
        let _ = engine.generate(&request, &mut |_| {}, &Cancel::new());
        return;
    }
    let mut victim = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "it_ends_with_whoever_started_it_however_that_ends", "--nocapture"])
        .env("LECTERN_TEST_VICTIM", "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let lines = BufReader::new(victim.stdout.take().expect("its stdout")).lines();
    let pid = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("pid ")?.parse::<u32>().ok()).expect("the model's process");
    assert!(runs(pid));
    victim.kill().expect("killed");
    victim.wait().expect("gone");
    until("the model's process is gone", || !runs(pid));
}

fn by_hand(token: &str) -> Child {
    let mut command = Command::new(PROGRAM);
    command.arg("__model").env("LECTERN_MODEL_TOKEN", token).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().expect("it runs")
}
