//! Renames: by other tools' own cases, on real packages beside language servers, checked by compilers before and after.

mod checks;
mod compilers;
mod corpora;
mod peers;
mod times;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::cargo::{cargo, target_dir};
use crate::fail;
use crate::report::{Failed, ask, call, step};

/// Beside the checkout: cases of six other tools' test suites with their scorer.
const CASES: &str = "../shared/data/renames";
/// The same definitions each time.
const SEED: &str = "20261101";
const PARTS: [&str; 4] = ["cases", "times", "peers", "checks"];

/// Runs one part, or all of them. More symbols or renames than usual by `LECTERN_SOAK_COUNT`.
pub fn run(part: Option<&str>) -> Result<(), Failed> {
    if let Some(part) = part.filter(|part| !PARTS.contains(part)) {
        fail!("there is no part {part:?} of it: {}", PARTS.join(", "));
    }
    let wanted = |name: &str| part.is_none_or(|part| part == name);
    step("Build the engines and what asks them", || {
        call(cargo().args(["build", "--release", "--locked", "-p", "lectern-refactor", "--examples"]))
    })?;
    let cache = target_dir()?.join("bench/refactor");
    std::fs::create_dir_all(&cache)?;
    if wanted("cases") {
        step("Cases of other tools' suites", cases)?;
    }
    if wanted("times") {
        step("Times on real packages, and there and back", || times::run(&cache))?;
    }
    if wanted("peers") {
        step("Agreement with language servers", || peers::run(&cache))?;
    }
    if wanted("checks") {
        step("Compilers before and after", || checks::run(&cache))?;
    }
    Ok(())
}

/// By the scorer that comes with the cases; its closing line is for programs.
fn cases() -> Result<(), Failed> {
    let folder = crate::cargo::root().join(CASES);
    if !folder.join("score.py").is_file() {
        println!("    NOT MEASURED: the cases are not there ({CASES})");
        return Ok(());
    }
    let score = |words: &[&str]| {
        let mut command = Command::new("python3");
        command.arg(folder.join("score.py")).arg(folder.join("dev.jsonl")).args(words);
        ask(&mut command).map(|text| text.lines().filter(|line| !line.starts_with("JSON ")).collect::<Vec<_>>().join("\n"))
    };
    let ours = example("rename_case")?;
    println!("\n  Lectern\n{}", score(&["--jobs", "2", "--cmd", &ours.to_string_lossy()])?);
    println!("\n  whole-word replace, by the same scorer\n{}", score(&["--baseline", "grep"])?);
    Ok(())
}

fn example(name: &str) -> Result<PathBuf, Failed> {
    Ok(target_dir()?.join("release/examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// How many definitions, unless `LECTERN_SOAK_COUNT` says otherwise.
fn count(usual: usize) -> String {
    std::env::var("LECTERN_SOAK_COUNT").unwrap_or_else(|_| usual.to_string())
}

/// Renames of random definitions that nothing speaks against, one object each.
fn renames(folder: &Path, endings: &str, symbols: usize) -> Result<Vec<Value>, Failed> {
    let mut command = Command::new(example("rename_bench")?);
    let text = ask(command.arg("renames").arg(folder).args([endings, "100000", &count(symbols), SEED]))?;
    text.lines().map(crate::soak::parse).collect()
}

/// Percent with one digit; a dash of nothing.
fn percent(part: usize, of: usize) -> String {
    if of == 0 { "–".into() } else { format!("{:.1} %", part as f64 * 100.0 / of as f64) }
}
