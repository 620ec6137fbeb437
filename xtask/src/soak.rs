//! `cargo xtask soak`: the same again and again, until something breaks or the count is reached.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::bench;
use crate::cargo::{binary, cargo};
use crate::fail;
use crate::model;
use crate::report::{Failed, ask, call, step};
use crate::soak_restore;

const USAGE: &str = "\
cargo xtask soak sync-kill [COUNT]     kill `lectern sync` at COUNT (500) moments; after each the last version verifies and the next sync succeeds
cargo xtask soak restore-kill [COUNT]  kill `lectern restore` at COUNT (500) moments; at the next start the folder is all old or all new
cargo xtask soak journal-kill [COUNT]  the same on the journal alone, with its faults at every step (500)
cargo xtask soak racy [COUNT]          COUNT (10000) edits of the same size within a tick of the clock, while a sync looks; none may be missed
cargo xtask soak incremental [COUNT]   COUNT (200) random histories of a folder; what is remembered never changes what is found
cargo xtask soak collect-kill [COUNT]  kill a thinning and collection at COUNT (200) moments, and collect beside syncs and random removals as often;
                                       every remaining version verifies, and nothing that no version names stays
cargo xtask soak refactor [COUNT]      kill a process that applies refactor jobs and takes them back at COUNT (500) moments, while somebody else saves files, and
                                       at every step; let its drive fail at every step: all old or all new, the job says which, nobody's bytes are lost
cargo xtask soak supervise [COUNT]     kill the app or its supervisor COUNT (200) times while hostile trees run; no process and no port stays
cargo xtask soak jobs [COUNT]          kill processes that run jobs COUNT (1000) times, two at a time, while jobs are asked for, cancelled and moved;
                                       none is lost, published twice or stuck
cargo xtask soak jobs-real [COUNT]     kill `lectern`, the process that runs the queue, or the real model's, COUNT (50) times while it writes pages;
                                       the same, and what was finished is not asked again, and no process of a model stays
cargo xtask soak preview-requests [COUNT]  COUNT (50000) broken requests of a new seed to a preview; it stays up and gives nothing away";

/// Runs one of them.
pub fn run(arguments: &[String]) -> Result<(), Failed> {
    let count = |usual: u32| match arguments.get(1).map_or(Ok(usual), |text| text.parse::<u32>()) {
        Ok(count) => Ok(count),
        Err(_) => fail!("COUNT is a number\n{USAGE}"),
    };
    match arguments.first().map(String::as_str) {
        Some("sync-kill") => {
            let count = count(500)?;
            bench::release()?;
            step(&format!("Kill a sync {count} times"), || sync_kill(count))
        }
        Some("restore-kill") => {
            let count = count(500)?;
            bench::release()?;
            step(&format!("Kill a restore {count} times"), || soak_restore::run(count))
        }
        Some("collect-kill") => {
            let count = count(200)?;
            step(&format!("Kill a collection {count} times"), || test("lectern-sync", "collect", "", count))
        }
        Some("journal-kill") => {
            let count = count(500)?;
            step(&format!("Kill a journal {count} times"), || {
                test("lectern-journal", "kill", "", count)?;
                test("lectern-journal", "faults", "", count)
            })
        }
        Some("refactor") => {
            let count = count(500)?;
            let seed = new_seed();
            step(&format!("Kill {count} processes that refactor, LECTERN_SEED={seed}"), || refactor(seed, count))
        }
        Some("supervise") => {
            let count = count(200)?;
            step(&format!("Kill {count} trees"), || test("lectern-supervise", "killing", "", count))
        }
        Some("jobs") => {
            let count = count(1_000)?;
            let seed = new_seed();
            step(&format!("Kill {count} processes that run jobs, LECTERN_SEED={seed}"), || {
                test_from(Some(seed), "lectern-jobs", "kill", "", count)
            })
        }
        Some("jobs-real") => {
            let count = count(50)?;
            let seed = new_seed();
            step("Provide the default model", model::provide)?;
            step(&format!("Kill lectern or its model {count} times while it writes, LECTERN_SEED={seed}"), || jobs_real(seed, count))
        }
        Some("preview-requests") => {
            let count = count(50_000)?;
            let seed = new_seed();
            step(&format!("{count} broken requests, LECTERN_SEED={seed}"), || test_from(Some(seed), "lectern-preview", "fuzz", "", count))
        }
        Some("racy") => {
            let count = count(10_000)?;
            step(&format!("{count} racy edits"), || {
                test("lectern-sync", "sync", "an_edit_of_the_same_size_in_the_same_tick_is_never_missed", count)
            })
        }
        Some("incremental") => {
            let count = count(200)?;
            step(&format!("{count} histories"), || test("lectern-sync", "incremental", "whatever_is_remembered", count))
        }
        Some(other) => fail!("there is no soak {other:?}\n{USAGE}"),
        None => {
            println!("{USAGE}");
            Ok(())
        }
    }
}

/// Printed, so that what failed can be seen again: LECTERN_SEED for `cargo test -p lectern-… --test …`.
fn new_seed() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |since| since.as_secs())
}

/// The tests themselves, as often as asked.
fn test(package: &str, file: &str, name: &str, count: u32) -> Result<(), Failed> {
    test_from(None, package, file, name, count)
}

/// The same, of those that make something up from a seed.
fn test_from(seed: Option<u64>, package: &str, file: &str, name: &str, count: u32) -> Result<(), Failed> {
    let words = ["test", "--release", "-p", package, "--test", file, name, "--", "--nocapture", "--test-threads", "1"];
    let words = words.into_iter().filter(|word| !word.is_empty());
    if matches!(package, "lectern-jobs" | "lectern-journal" | "lectern-supervise") {
        // The processes that are killed.
        call(cargo().args(["build", "--release", "-p", package, "--examples"]))?;
    }
    let count = count.to_string();
    let mut tests = cargo();
    tests.args(words).env("LECTERN_SOAK_COUNT", &count).env("LECTERN_ROUNDS", &count);
    if let Some(seed) = seed {
        tests.env("LECTERN_SEED", seed.to_string());
    }
    call(&mut tests)
}

/// Not a release build: what takes the time is the folder and the database. The same package selection as `cargo xtask test`, so that nothing is built twice.
fn refactor(seed: u64, count: u32) -> Result<(), Failed> {
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--locked", "--test", "refactor_torture", "--", "--nocapture", "--test-threads", "1"]);
    call(tests.env("LECTERN_SOAK_COUNT", count.to_string()).env("LECTERN_SEED", seed.to_string()))
}

/// Not a release build: what takes the time is llama.cpp, which is compiled for speed in both. It takes long, so it runs copies: a build beside it
/// changes nothing.
fn jobs_real(seed: u64, count: u32) -> Result<(), Failed> {
    if model::path().is_none() {
        fail!("the default model is not there");
    }
    call(cargo().args(["build", "-p", "lectern-cli", "--bins"]))?;
    let built = ask(cargo().args(["test", "-p", "lectern-cli", "--test", "jobs_kill", "--no-run", "--message-format", "json"]))?;
    let messages = built.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = messages
        .filter(|message| message["target"]["name"] == "jobs_kill")
        .find_map(|message| Some(message["executable"].as_str()?.to_owned()));
    let Some(program) = program else { fail!("cargo names no program of the test jobs_kill") };
    let folder = tempfile::tempdir()?;
    std::fs::copy(binary("debug", "lectern")?, folder.path().join("lectern"))?;
    let copy = folder.path().join("jobs_kill");
    std::fs::copy(program, &copy)?;
    let mut tests = Command::new(copy);
    tests.args(["--nocapture", "--test-threads", "1"]).env("LECTERN_BIN_DIR", folder.path());
    tests.env("LECTERN_SOAK_COUNT", count.to_string()).env("LECTERN_SEED", seed.to_string());
    call(model::hand_to(&mut tests))
}

fn sync_kill(count: u32) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let (tree, data) = (folder.path().join("tree"), folder.path().join("data"));
    for file in 0..4_000 {
        change(&tree, file, 0)?;
    }
    let lectern = binary("release", "lectern")?;
    let run = |words: &[&str]| {
        let mut command = Command::new(&lectern);
        command.args(words).arg(&tree).arg("--json").env("LECTERN_DATA_DIR", &data).stderr(Stdio::null());
        command
    };
    let timer = std::time::Instant::now();
    let mut version = number(&ask(&mut run(&["sync"]))?, "version")?;
    let whole = timer.elapsed();
    let mut interrupted = 0;
    for round in 1..=count {
        for file in 0..400 {
            change(&tree, file, round)?;
        }
        let mut child = run(&["sync"]).stdout(Stdio::null()).spawn()?;
        // Spread over a whole sync, in steps that don't fall on the same moments.
        let part = f64::from(round.wrapping_mul(2_654_435_761) % 1_000) / 1_000.0;
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * part));
        interrupted += u32::from(child.try_wait()?.is_none());
        child.kill()?;
        child.wait()?;
        let verdict: Value = parse(&ask(&mut run(&["verify"]))?)?;
        if verdict["ok"] != Value::Bool(true) {
            fail!("after kill {round} the last version does not verify: {verdict}");
        }
        let next = number(&ask(&mut run(&["sync"]))?, "version")?;
        if next != version + 1 {
            fail!("after kill {round} the sync ended at version {next}, after {version}");
        }
        version = next;
    }
    println!("    {count} rounds, {interrupted} of them killed before the end; every version verified");
    Ok(())
}

fn change(tree: &Path, file: u32, round: u32) -> Result<(), Failed> {
    let folder = tree.join(format!("part{:02}", file / 100));
    std::fs::create_dir_all(&folder)?;
    Ok(std::fs::write(folder.join(format!("file{file}.txt")), format!("file {file} in round {round}\n").repeat(40))?)
}

pub fn parse(text: &str) -> Result<Value, Failed> {
    serde_json::from_str(text).map_err(|error| Failed(format!("no JSON ({error}): {text}")))
}

pub fn number(text: &str, key: &str) -> Result<u64, Failed> {
    parse(text)?[key].as_u64().ok_or_else(|| Failed(format!("{key} is missing: {text}")))
}
