//! Figures of the embedded engine: tokens a second beside llama-bench, time to the first token, cancel to an idle processor.
//!
//! `model_bench PROGRAM MODEL [LLAMA_BENCH]`, as `cargo xtask bench ai` calls it. PROGRAM answers to `__model`.

use std::{
    cell::Cell,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use lectern_llm::{
    Cancel, EmbeddedEngine, EmbeddedOptions, Engine, EngineError, Finished, Identity, Message, ModelToLoad, Place, Request, Role, Told,
    hardware,
};

type Failed = Box<dyn std::error::Error>;

const ROUNDS: u32 = 7;
const PROMPT: u32 = 512;
const WRITTEN: u32 = 128;
const PREFIX: u32 = 2048;
const CANCELS: u32 = 120;
const KILLS: u32 = 50;

fn main() -> Result<(), Failed> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(program), Some(model)) = (arguments.next(), arguments.next()) else {
        return Err("model_bench PROGRAM MODEL [LLAMA_BENCH] [PART]".into());
    };
    let peer = arguments.next().filter(|path| path.is_file());
    let part = arguments.next().map(|part| part.to_string_lossy().into_owned());
    let wanted = |name: &str| part.as_deref().is_none_or(|part| part == name);
    let threads = u32::try_from(hardware::physical_cores())?;
    println!("{}, {threads} threads, medians of {ROUNDS} rounds", model.file_name().unwrap_or_default().to_string_lossy());
    if wanted("speed") {
        speed(&program, &model, peer.as_deref(), threads)?;
    }
    if wanted("grammar") {
        grammar(&program, &model)?;
    }
    if wanted("first") {
        first_token(&program, &model)?;
    }
    if wanted("cancel") {
        cancels(&program, &model)?;
    }
    if part.as_deref() == Some("kill") {
        kills(&program, &model)?;
    }
    Ok(())
}

fn options(program: &Path, model: &Path, states: Option<&Path>) -> EmbeddedOptions {
    EmbeddedOptions {
        program: program.to_owned(),
        model: ModelToLoad {
            identity: Identity { id: "bench".into(), name: "bench".into(), fingerprint: "bench".into(), place: Place::Embedded },
            path: model.to_owned(),
            context: 4096,
            needed_memory: 0,
            load_anyway: false,
        },
        threads: None,
        keep_loaded: Duration::from_secs(600),
        memory_limit: None,
        states: states.map(Path::to_owned),
    }
}

fn request(text: &str, max_tokens: u32) -> Request {
    Request { messages: vec![Message::new(Role::User, text)], max_tokens, stop: Vec::new(), grammar: None, seed: 1, temperature: 0.0 }
}

/// A text that makes a prompt of exactly so many tokens, and shares its beginning with none of another salt.
fn text_of(engine: &EmbeddedEngine, tokens: u32, salt: u32) -> Result<String, Failed> {
    let mut text = format!("Notes number {} about the sea.\n", salt * 7919 % 100_003);
    for line in 0_u32.. {
        let more = format!("{text}Line {line}: the harbour keeps {} boats. ", (line * 31 + salt) % 97);
        if engine.count_tokens(&request(&more, 1).messages, &Cancel::new())? > tokens {
            break;
        }
        text = more;
    }
    while engine.count_tokens(&request(&text, 1).messages, &Cancel::new())? < tokens {
        text.push_str(" so");
    }
    Ok(text)
}

fn speed(program: &Path, model: &Path, peer: Option<&Path>, threads: u32) -> Result<(), Failed> {
    let engine = EmbeddedEngine::new(options(program, model, None));
    engine.load(&Cancel::new())?;
    let write = |request: &Request| -> Result<Finished, Failed> { Ok(engine.generate(request, &mut |_| {}, &Cancel::new())?) };
    write(&request("Warm up, please.", 16))?;
    let (mut ours, mut theirs) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for round in 0..ROUNDS {
        let prompt = write(&request(&text_of(&engine, PROMPT, round)?, 1))?;
        assert_eq!((prompt.prompt_tokens, prompt.reused_tokens), (PROMPT, 0));
        ours.0.push(f64::from(prompt.prompt_tokens) * 1000.0 / prompt.prompt_ms);
        let written = write(&request(&format!("Write a long story about harbour {round}."), WRITTEN))?;
        // The first token is chosen by what was read: only those after it are computed while writing.
        ours.1.push(f64::from(written.generated_tokens - 1) * 1000.0 / written.generate_ms);
        if let Some(peer) = peer {
            let (prompt, written) = llama_bench(peer, model, threads)?;
            theirs.0.push(prompt);
            theirs.1.push(written);
        }
    }
    if peer.is_none() {
        println!("  llama-bench is not there: our figures alone");
    }
    for (what, ours, theirs) in [("prompt", &mut ours.0, &mut theirs.0), ("writing", &mut ours.1, &mut theirs.1)] {
        let (mine, spread) = (median(ours), spread(ours));
        print!("  {what:<8} {mine:>7.1} tokens/s ({spread})");
        if theirs.is_empty() {
            println!();
        } else {
            println!("   llama-bench {:>7.1} ({})   {:.3} ×", median(theirs), self::spread(theirs), mine / median(theirs));
        }
    }
    if let Some(peer) = peer {
        println!("  $ {} -m MODEL {}", peer.display(), FLAGS.replace("{t}", &threads.to_string()));
    }
    Ok(())
}

/// Names that the grammar of the measurement offers: as many as pages offer at most.
const NAMES: u32 = 48;
const VERBS: &str = "adds allows answers appends applies asks assigns begins binds builds calls changes checks chooses closes collects compares \
computes converts copies counts creates decides deletes describes detects draws ends ensures fills finds formats gathers generates gives groups \
handles helps holds identifies includes inserts joins keeps loads looks makes maps marks matches merges moves names opens orders parses passes \
picks places prevents prints provides puts reads receives records removes replaces reports represents resolves returns runs saves searches \
selects sends serves sets shows skips sorts starts stops stores supports takes tells tests tracks turns updates uses validates waits writes";

/// The form of an answer as pages ask for it: sentences of plain words and known names, each with the number of what it was read in.
fn citation_grammar() -> String {
    let names: Vec<String> =
        (0..NAMES).map(|at| format!("\"{}_{at}\"", ["moor", "quay", "cast_off", "berth_of"][at as usize % 4])).collect();
    let verbs: Vec<String> = VERBS.split_whitespace().map(|verb| format!("\"{verb}\"")).collect();
    format!(
        "root ::= first next{{0,2}}\nfirst ::= \"`moor_0` \" does cite\nnext ::= \"It \" (\"also \" | \"then \")? does cite\n\
         does ::= verb (\" \" word){{2,26}} \".\"\nverb ::= {}\ncite ::= \" [\" numbers \"]\\n\"\nnumbers ::= number (\",\" number)? | \"-\"\n\
         number ::= \"1\" | \"2\" | \"3\"\nword ::= (lower | [A-Z] [a-z]{{1,14}} | acronym | amount | name) \",\"?\n\
         lower ::= [a-z]{{1,18}} (\"-\" [a-z]{{2,14}})? (\"'\" [a-z]{{1,2}})?\nacronym ::= [A-Z]{{2,6}} (\"-\" [0-9]{{1,3}})? \"s\"?\n\
         amount ::= [0-9]{{1,6}} (\".\" [0-9]{{1,3}})? \"%\"?\nname ::= \"`\" ({}) \"`\"\n",
        verbs.join(" | "),
        names.join(" | ")
    )
}

/// The same prompts answered freely and within the grammar, in turns.
fn grammar(program: &Path, model: &Path) -> Result<(), Failed> {
    let engine = EmbeddedEngine::new(options(program, model, None));
    engine.load(&Cancel::new())?;
    let (mut free, mut within, mut tokens) = (Vec::new(), Vec::new(), 0);
    for round in 0..ROUNDS {
        let text = format!(
            "[1] src/quay.rs, lines 1-6\nfn moor_0(quay: &mut Quay, boat: &str) -> usize {{\n    quay.boats.push(boat.to_owned());\n    \
             quay.boats.len() + {round}\n}}\n\nTask: say in at most 3 sentences what the function `moor_0` does. Begin with: `moor_0`"
        );
        let asked = Request { temperature: 0.25, seed: round, ..request(&text, WRITTEN) };
        for (grammar, figures) in [(None, &mut free), (Some(citation_grammar()), &mut within)] {
            let counts = grammar.is_some();
            let written = engine.generate(&Request { grammar, ..asked.clone() }, &mut |_| {}, &Cancel::new())?;
            tokens += if counts { written.generated_tokens } else { 0 };
            if written.generated_tokens > 8 {
                figures.push(f64::from(written.generated_tokens - 1) * 1000.0 / written.generate_ms);
            }
        }
    }
    let (free_spread, within_spread) = (spread(&free), spread(&within));
    let (free, within) = (median(&mut free), median(&mut within));
    println!("  writing freely           {free:>7.1} tokens/s ({free_spread})");
    println!("  within citation grammar  {within:>7.1} tokens/s ({within_spread})   {:.3} ×, {tokens} tokens", within / free);
    Ok(())
}

const FLAGS: &str = "-t {t} -p 512 -n 128 -r 1 -fa auto -ub 512 -o json";

/// Tokens a second, of the prompt and of writing.
fn llama_bench(peer: &Path, model: &Path, threads: u32) -> Result<(f64, f64), Failed> {
    let flags = FLAGS.replace("{t}", &threads.to_string());
    let output = Command::new(peer).arg("-m").arg(model).args(flags.split(' ')).output()?;
    let tests: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)))?;
    let of = |key: &str| {
        let test = tests.as_array()?.iter().find(|test| test[key].as_u64().is_some_and(|tokens| tokens > 0))?;
        test["avg_ts"].as_f64()
    };
    of("n_prompt").zip(of("n_gen")).ok_or_else(|| "llama-bench says no figures".into())
}

fn first_token(program: &Path, model: &Path) -> Result<(), Failed> {
    let (mut cold, mut warm, mut restarted) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let folder = tempfile::tempdir()?;
        let engine = EmbeddedEngine::new(options(program, model, Some(folder.path())));
        let prefix = text_of(&engine, PREFIX, 1000 + round)?;
        let ask = |engine: &EmbeddedEngine, question: &str| until_text(engine, &request(&format!("{prefix}\n\n{question}"), 4));
        cold.push(ask(&engine, "What is line 3 about?")?);
        warm.push(ask(&engine, "How many boats are there in all?")?);
        let kept = || {
            fs::read_dir(folder.path())
                .is_ok_and(|entries| entries.flatten().any(|entry| entry.path().extension().is_some_and(|e| e == "state")))
        };
        while !kept() {
            thread::sleep(Duration::from_millis(20));
        }
        drop(engine);
        // Starting the process and loading the model count.
        restarted.push(ask(&EmbeddedEngine::new(options(program, model, Some(folder.path()))), "Who wrote this?")?);
    }
    let all = median(&mut cold);
    println!("  first token after a prompt that begins with the same {PREFIX} tokens:");
    for (what, times) in [("cold", &mut cold), ("warm", &mut warm), ("restarted", &mut restarted)] {
        println!("  {what:<10} {:>8.0} ms ({})   {:.1} %", median(times), spread(times), median(times) / all * 100.0);
    }
    Ok(())
}

fn until_text(engine: &EmbeddedEngine, request: &Request) -> Result<f64, Failed> {
    let start = Instant::now();
    let first = Cell::new(None);
    engine.generate(
        request,
        &mut |told| {
            if matches!(told, Told::Text(_)) && first.get().is_none() {
                first.set(Some(start.elapsed()));
            }
        },
        &Cancel::new(),
    )?;
    Ok(first.get().ok_or("nothing was written")?.as_secs_f64() * 1000.0)
}

fn cancels(program: &Path, model: &Path) -> Result<(), Failed> {
    let engine = EmbeddedEngine::new(options(program, model, None));
    engine.load(&Cancel::new())?;
    let pid = engine.process_id().ok_or("there is no process")?;
    let texts: Vec<_> = (0..8).map(|salt| text_of(&engine, 1500, 5000 + salt)).collect::<Result<_, _>>()?;
    let (mut idle, mut returned, mut after) = (Vec::new(), Vec::new(), 0);
    for number in 0..CANCELS {
        // Half of them while it reads, the others while it writes; at moments that have nothing to do with its pieces.
        let reads = number % 2 == 0;
        let request = if reads {
            request(&texts[(number / 2 % 8) as usize], 8)
        } else {
            request(&format!("Write a long story, number {number}."), 400)
        };
        let wait = Duration::from_millis(u64::from(50 + number * 7919 % 400));
        let (cancel, is_cancelled) = (Cancel::new(), AtomicBool::new(false));
        let told_after = Cell::new(0);
        let (back, quiet) = thread::scope(|scope| -> Result<_, Failed> {
            let watcher = scope.spawn(|| {
                thread::sleep(wait);
                let start = Instant::now();
                is_cancelled.store(true, Ordering::SeqCst);
                cancel.cancel();
                (start, idle_after(pid, start))
            });
            let result = engine.generate(
                &request,
                &mut |_| {
                    if is_cancelled.load(Ordering::SeqCst) {
                        told_after.set(told_after.get() + 1);
                    }
                },
                &cancel,
            );
            let end = Instant::now();
            let (start, quiet) = watcher.join().map_err(|_| "the watcher failed")?;
            Ok((result.is_err().then(|| end - start), quiet))
        })?;
        after += told_after.get();
        // What was done before it was cancelled says nothing.
        if let Some(back) = back {
            returned.push(back.as_secs_f64() * 1000.0);
            idle.push(quiet?.as_secs_f64() * 1000.0);
        }
    }
    let same = engine.process_id() == Some(pid);
    println!("  cancelled {} times, half while reading: in ms", idle.len());
    for (what, times) in [("returned", &mut returned), ("idle", &mut idle)] {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1];
        println!("  {what:<10} p50 {:>6.1}   p99 {:>6.1}   most {:>6.1}", at(0.5), at(0.99), at(1.0));
    }
    println!("  told after the cancel: {after}; the process {}", if same { "was the same to the end" } else { "had to be ended" });
    Ok(())
}

/// Kills the process at any moment, and asks again each time.
fn kills(program: &Path, model: &Path) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let engine = EmbeddedEngine::new(options(program, model, Some(folder.path())));
    let texts: Vec<_> = (0..4).map(|salt| text_of(&engine, 600, 9000 + salt)).collect::<Result<_, _>>()?;
    let (mut stopped, mut finished, mut seen) = (0, 0, Vec::new());
    for number in 0..KILLS {
        let text = &texts[(number % 4) as usize];
        let request = request(&format!("{text} Question {number}?"), 60);
        let done = AtomicBool::new(false);
        let result = thread::scope(|scope| {
            let killer = scope.spawn(|| {
                thread::sleep(Duration::from_millis(u64::from(number * 7919 % 2500)));
                // Started by this engine, and still its own.
                let pid = engine.process_id().filter(|_| !done.load(Ordering::SeqCst));
                pid.map(|pid| (pid, Command::new("kill").args(["-9", &pid.to_string()]).status()))
            });
            let result = engine.generate(&request, &mut |_| {}, &Cancel::new());
            done.store(true, Ordering::SeqCst);
            if let Ok(Some((pid, _))) = killer.join() {
                seen.push(pid);
            }
            result
        });
        match result {
            Ok(_) => finished += 1,
            Err(EngineError::Stopped(_)) => stopped += 1,
            Err(other) => return Err(other.into()),
        }
        engine.generate(&self::request("Are you there?", 4), &mut |_| {}, &Cancel::new())?;
    }
    let last = engine.process_id();
    drop(engine);
    seen.extend(last);
    let left = seen.iter().filter(|pid| Path::new(&format!("/proc/{pid}")).exists()).count();
    println!(
        "  killed {} times: {stopped} answers stopped, {finished} were finished, {KILLS} answers after; {left} processes left",
        seen.len() - usize::from(last.is_some())
    );
    Ok(())
}

/// When the process last computed: it is idle when it did not for 100 ms.
fn idle_after(pid: u32, start: Instant) -> Result<Duration, String> {
    let mut last = (computed(pid)?, start.elapsed());
    loop {
        thread::sleep(Duration::from_millis(2));
        let (now, at) = (computed(pid)?, start.elapsed());
        // Less than a tenth of a millisecond is no work.
        if now > last.0 + 100_000 {
            last = (now, at);
        } else if at - last.1 > Duration::from_millis(100) {
            return Ok(last.1);
        }
    }
}

/// Nanoseconds that all threads of a process have computed.
fn computed(pid: u32) -> Result<u64, String> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).map_err(|error| format!("only Linux says when a process computes: {error}"))?;
    let times = threads.flatten().filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok());
    Ok(times.filter_map(|text| text.split_whitespace().next()?.parse::<u64>().ok()).sum())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn spread(values: &[f64]) -> String {
    let (least, most) = values.iter().fold((f64::MAX, f64::MIN), |(least, most), value| (least.min(*value), most.max(*value)));
    format!("{least:.0} to {most:.0}")
}
