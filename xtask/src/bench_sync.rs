//! Sync of a large tree, beside hashing alone and git's own look.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::bench::median;
use crate::cargo::binary;
use crate::report::{Failed, ask, has};

const RUNS: usize = 5;

/// Measures on the tree, which is only read: git works on a copy of its own index elsewhere.
pub fn run(tree: &Path) -> Result<(), Failed> {
    let lectern = binary("release", "lectern")?;
    let folder = tempfile::tempdir()?;
    println!("\nTree: {} (medians of {RUNS}, warm cache)", tree.display());

    let mut first = Vec::new();
    let mut data = folder.path().join("data-0");
    let mut answer = String::new();
    for run in 0..=RUNS {
        data = folder.path().join(format!("data-{run}"));
        let start = Instant::now();
        answer = ask(&mut sync(&lectern, &data, tree))?;
        // The first run only warms the cache.
        if run > 0 {
            first.push(start.elapsed().as_secs_f64());
        }
    }
    println!("  {}", answer.trim());
    print("first sync", median(first), &format!("lectern sync {} --json   (a new data folder each time)", tree.display()));
    let unchanged = repeat(|| ask(&mut sync(&lectern, &data, tree)).map(drop))?;
    print("nothing changed", unchanged, "the same again");

    if has("b3sum") {
        let line = format!("find '{}' -type f -not -path '*/.git/*' -print0 | xargs -0 b3sum > /dev/null", tree.display());
        print("b3sum of all files", repeat(|| ask(Command::new("sh").args(["-c", &line])).map(drop))?, &line);
    } else {
        println!("  b3sum is not installed: no peer for the first sync (apt-get install b3sum)");
    }
    if !has("git") {
        println!("  git is not installed: no peer for the unchanged sync");
        return Ok(());
    }
    let repository = folder.path().join("peer.git");
    let git = || {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(&repository).arg("--work-tree").arg(tree);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").stderr(Stdio::null());
        command
    };
    ask(Command::new("git").args(["init", "-q", "--bare"]).arg(&repository))?;
    ask(git().args(["config", "core.bare", "false"]))?;
    ask(git().args(["config", "core.untrackedCache", "true"]))?;
    let start = Instant::now();
    ask(git().args(["add", "-A"]))?;
    print("git add -A", start.elapsed().as_secs_f64(), "git add -A in a fresh repository (once)");
    ask(git().args(["-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-q", "-m", "all"]))?;
    ask(git().arg("status"))?;
    print("git status", repeat(|| ask(git().args(["status", "--porcelain"])).map(drop))?, "git status --porcelain, untracked cache on");
    Ok(())
}

fn sync(lectern: &Path, data: &Path, tree: &Path) -> Command {
    let mut command = Command::new(lectern);
    command.arg("sync").arg(tree).arg("--json").env("LECTERN_DATA_DIR", data).stderr(Stdio::null());
    command
}

fn repeat(mut work: impl FnMut() -> Result<(), Failed>) -> Result<f64, Failed> {
    work()?;
    let mut readings = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        work()?;
        readings.push(start.elapsed().as_secs_f64());
    }
    Ok(median(readings))
}

fn print(what: &str, seconds: f64, command: &str) {
    println!("  {what:<20} {:>9.1} ms   {command}", seconds * 1e3);
}
