//! Blame and history beside git itself, in the same run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use crate::bench::median;
use crate::cargo::{cargo, target_dir};
use crate::fail;
use crate::report::{Failed, ask, call, has};

const RUNS: usize = 7;

/// Measures on a repository and one of its files.
pub fn run(repository: &Path, file: &str) -> Result<(), Failed> {
    if !repository.join(".git").exists() {
        fail!("{} is no repository; name one, and a file in it", repository.display());
    }
    call(cargo().args(["build", "--release", "--locked", "-p", "lectern-history", "--example", "history_bench"]))?;
    let bench = Bench { example: target_dir()?.join("release/examples/history_bench"), repository };
    println!("\nRepository: {}, file {file} (medians of {RUNS}, taken in turn, warm cache)", repository.display());
    bench.row("blame", &["blame", file], &["blame", "--porcelain", "HEAD", "--", file], "≤ 1.5 ×")?;
    bench.row("first 60 commits", &["list", "60"], &["log", "-n60"], "≤ 1.5 ×")?;
    bench.row("10,000 commits", &["list", "10000"], &["log", "-n10000"], "≤ 1.5 ×")?;
    bench.row("file history with renames", &["follow", file], &["log", "--follow", "--format=%H", "--", file], "≤ 1.5 ×")?;
    bench.row("blame without the git program", &["own-blame", file], &["blame", "--porcelain", "HEAD", "--", file], "a fallback")
}

struct Bench<'a> {
    example: PathBuf,
    repository: &'a Path,
}

impl Bench<'_> {
    fn row(&self, what: &str, question: &[&str], git: &[&str], target: &str) -> Result<(), Failed> {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let mut found = Value::Null;
        for run in 0..=RUNS {
            let answer = ask(Command::new(&self.example).arg(self.repository).args(question))?;
            let answer: Value = serde_json::from_str(&answer).map_err(|error| Failed(format!("no JSON ({error}): {answer}")))?;
            let begin = Instant::now();
            if has("git") {
                ask(Command::new("git").arg("-C").arg(self.repository).args(git))?;
            }
            // The first run only warms the cache.
            if run > 0 {
                ours.push(answer["ms"].as_f64().unwrap_or(f64::NAN));
                theirs.push(begin.elapsed().as_secs_f64() * 1e3);
            }
            found = answer["found"].clone();
        }
        let (ours, theirs) = (median(ours), median(theirs));
        let command = format!("git {}", git.join(" "));
        if has("git") {
            println!(
                "  {what:<32} {ours:>9.1} ms   {theirs:>9.1} ms {command:<44} {:.2} × (target {target}; found {found})",
                ours / theirs
            );
        } else {
            println!("  {what:<32} {ours:>9.1} ms   (git is not installed; target {target}; found {found})");
        }
        Ok(())
    }
}
