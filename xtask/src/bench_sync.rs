//! Syncing beside what people know: b3sum for reading, git for looking and keeping.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::bench::median;
use crate::cargo::{binary, cargo, target_dir};
use crate::fail;
use crate::report::{Failed, ask, call, has};

const RUNS: usize = 5;

/// One tree, which is only read unless it was generated for this.
pub fn tree(tree: &Path, generated: bool) -> Result<(), Failed> {
    let example = example()?;
    let folder = tempfile::tempdir()?;
    println!("\nTree: {} (medians of {RUNS} or more, warm cache)", tree.display());
    let peers = Peers::measure(tree, folder.path())?;
    let mut options = vec!["tree".to_owned(), tree.display().to_string()];
    if generated {
        options.push("--edit".to_owned());
    }
    let mut kept = Vec::new();
    let mut bare = Vec::new();
    let mut last = Value::Null;
    // Of a huge tree, a first sync is measured twice after the one that warms the cache.
    for run in 0..=if peers.is_huge { 2 } else { RUNS } {
        let with = figures(&example, &options)?;
        let without = figures(&example, &["tree".to_owned(), tree.display().to_string(), "--keep-nothing".to_owned()])?;
        // The first run only warms the cache.
        if run > 0 {
            kept.push(number(&with, "first_ms"));
            bare.push(number(&without, "first_ms"));
        }
        last = with;
    }
    let process = process(tree, folder.path())?;
    println!(
        "  {} files, {:.1} MB, {} warnings; {}",
        last["files"],
        number(&last, "bytes") / 1e6,
        last["warnings"],
        parity(tree, folder.path())?
    );
    row("first sync, contents not kept", median(bare), peers.b3sum, "b3sum of all files", "≤ 1.5 ×");
    row("first sync, contents kept", median(kept), peers.add, "git add -A, fresh repository", "≤ 0.25 ×");
    row("nothing changed (in process)", number(&last, "unchanged_ms"), peers.status, "git status, untracked cache", "≤ 1 ×");
    row("nothing changed (lectern sync)", process, peers.status, "git status, untracked cache", "≤ 1 ×");
    println!("  {:<32} {:>9.1} ms   (target ≤ 5 ms at any size)", "nothing changed, watched", number(&last, "nothing_dirty_ms"));
    if generated {
        let more = number(&last, "edited_ms") - number(&last, "unchanged_ms");
        println!("  {:<32} {:>9.1} ms   {more:.1} ms beyond the scan (target ≤ 3 ms)", "one file changed", number(&last, "edited_ms"));
        println!("  {:<32} {:>9.1} ms   (target ≤ 10 ms from the event)", "one file changed, watched", number(&last, "edited_and_told_ms"));
    }
    println!("  {:<32} {:>9.1} ms   {}", "verify", number(&last, "verify_ms"), if last["verify_ok"] == true { "sound" } else { "DAMAGED" });
    println!(
        "  peak memory {} MB in the first sync, {} MB in all; lectern.db {} B, objects.db {} B, scan {} B",
        last["peak_mb_first"], last["peak_mb"], last["lectern_db"], last["objects_db"], last["scan"]
    );
    Ok(())
}

/// Commits of a repository, one after the other.
pub fn replay(repository: &Path, commits: usize) -> Result<(), Failed> {
    let example = example()?;
    println!("\nReplay of {commits} commits of {}", repository.display());
    let found = figures(&example, &["replay".to_owned(), repository.display().to_string(), commits.to_string()])?;
    println!(
        "  {} versions of about {} files; the {} that follow their own parent count",
        found["versions"], found["files"], found["counted"]
    );
    println!(
        "  database bytes per version: median {}, 90 % under {} (target ≤ 15 KB, ≤ 20 KB with git's wide folders)",
        found["bytes_per_version_median"], found["bytes_per_version_p90"]
    );
    row(
        "diff, adjacent versions",
        number(&found, "diff_adjacent_ms"),
        found["libgit2_adjacent_ms"].as_f64(),
        "libgit2, same trees",
        "≤ 2 ms",
    );
    row("diff, 100 apart", number(&found, "diff_100_apart_ms"), found["libgit2_100_apart_ms"].as_f64(), "libgit2, same trees", "≤ 10 ms");
    println!(
        "  sync of one commit {} ms, peak memory {} MB, database {} B",
        found["sync_ms_median"], found["peak_mb"], found["database_bytes"]
    );
    Ok(())
}

/// What others take for the same, in milliseconds; `None` when they are not installed.
struct Peers {
    b3sum: Option<f64>,
    add: Option<f64>,
    status: Option<f64>,
    is_huge: bool,
}

impl Peers {
    fn measure(tree: &Path, folder: &Path) -> Result<Self, Failed> {
        let is_huge = ask(Command::new("find").arg(tree).args(["-type", "f"]))?.lines().count() > 300_000;
        let line = format!("find '{}' -type f -not -path '*/.git/*' -print0 | xargs -0 b3sum > /dev/null", tree.display());
        let b3sum = if has("b3sum") {
            Some(repeat(|| ask(Command::new("sh").args(["-c", &line])).map(drop))?)
        } else {
            println!("  b3sum is not installed: no peer for the first sync (apt-get install b3sum)");
            None
        };
        if !has("git") {
            println!("  git is not installed: no peer for keeping and looking");
            return Ok(Self { b3sum, add: None, status: None, is_huge });
        }
        let mut adds = Vec::new();
        for round in 0..if is_huge { 1 } else { 3 } {
            let git = Repository { git_dir: folder.join(format!("peer-{round}.git")), tree };
            git.create()?;
            let start = Instant::now();
            ask(git.command().args(["add", "-A"]))?;
            adds.push(start.elapsed().as_secs_f64() * 1e3);
        }
        let git = Repository { git_dir: folder.join("peer-0.git"), tree };
        ask(git.command().args(["-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-q", "-m", "all"]))?;
        ask(git.command().arg("status"))?;
        let status = repeat(|| ask(git.command().args(["status", "--porcelain"])).map(drop))?;
        Ok(Self { b3sum, add: Some(median(adds)), status: Some(status), is_huge })
    }
}

/// A repository of our own beside the tree.
struct Repository<'a> {
    git_dir: PathBuf,
    tree: &'a Path,
}

impl Repository<'_> {
    fn create(&self) -> Result<(), Failed> {
        ask(Command::new("git").args(["init", "-q", "--bare"]).arg(&self.git_dir))?;
        ask(self.command().args(["config", "core.bare", "false"]))?;
        ask(self.command().args(["config", "core.untrackedCache", "true"])).map(drop)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(&self.git_dir).arg("--work-tree").arg(self.tree).current_dir(self.tree);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").stderr(Stdio::null());
        command
    }
}

/// Whether a version names exactly what git lists.
fn parity(tree: &Path, folder: &Path) -> Result<String, Failed> {
    if !has("git") || !tree.join(".git").exists() {
        return Ok("no repository: nothing to compare the list of files with".to_owned());
    }
    let listed = ask(Command::new("git").arg("-C").arg(tree).args(["ls-files", "-co", "--exclude-standard", "-z", "--deduplicate"]))?;
    let mut theirs: Vec<&str> = listed.split('\0').map(|path| path.trim_end_matches('/')).filter(|path| !path.is_empty()).collect();
    theirs.retain(|path| tree.join(path).symlink_metadata().is_ok());
    theirs.sort_unstable();
    theirs.dedup();
    let answer = ask(&mut lectern(&["ls"], tree, folder))?;
    let answer: Value = serde_json::from_str(&answer).map_err(|error| Failed(format!("no JSON ({error})")))?;
    let mut ours: Vec<&str> = answer["entries"].as_array().into_iter().flatten().filter_map(|entry| entry["path"].as_str()).collect();
    ours.sort_unstable();
    if ours == theirs {
        return Ok(format!("its {} names are those of git ls-files -co --exclude-standard", ours.len()));
    }
    fail!("{} names, git lists {}", ours.len(), theirs.len())
}

/// The whole program, from its start to its end.
fn process(tree: &Path, folder: &Path) -> Result<f64, Failed> {
    ask(&mut lectern(&["sync"], tree, folder))?;
    // The second look refreshes what was read within moments of its change.
    ask(&mut lectern(&["sync"], tree, folder))?;
    repeat(|| ask(&mut lectern(&["sync"], tree, folder)).map(drop))
}

fn lectern(words: &[&str], tree: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary("release", "lectern").unwrap_or_else(|_| "lectern".into()));
    command.args(words).arg(tree).arg("--json").env("LECTERN_DATA_DIR", folder.join("data")).stderr(Stdio::null());
    command
}

fn example() -> Result<PathBuf, Failed> {
    call(cargo().args(["build", "--release", "--locked", "-p", "lectern-sync", "--example", "sync_bench"]))?;
    Ok(target_dir()?.join("release/examples/sync_bench"))
}

fn figures(example: &Path, options: &[String]) -> Result<Value, Failed> {
    let answer = ask(Command::new(example).args(options))?;
    serde_json::from_str(&answer).map_err(|error| Failed(format!("no JSON ({error}): {answer}")))
}

fn number(figures: &Value, key: &str) -> f64 {
    figures[key].as_f64().unwrap_or(f64::NAN)
}

/// In milliseconds.
fn repeat(mut work: impl FnMut() -> Result<(), Failed>) -> Result<f64, Failed> {
    work()?;
    let mut readings = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        work()?;
        readings.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(readings))
}

fn row(what: &str, ours: f64, peer: Option<f64>, whose: &str, target: &str) {
    match peer {
        Some(peer) => println!("  {what:<32} {ours:>9.1} ms   {peer:>9.1} ms {whose:<30} {:.2} × (target {target})", ours / peer),
        None => println!("  {what:<32} {ours:>9.1} ms   (target {target})"),
    }
}
