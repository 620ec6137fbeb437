//! Finding by name, one key press at a time, beside fzf.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::bench::median;
use crate::cargo::{cargo, target_dir};
use crate::report::{Failed, ask, call, has};

const RUNS: usize = 5;

/// The files of a folder: their paths and their symbols.
pub fn folder(folder: &Path) -> Result<(), Failed> {
    let example = example()?;
    let data = tempfile::tempdir()?;
    let list = data.path().join("paths");
    let listed = if folder.join(".git").exists() {
        ask(Command::new("git").arg("-C").arg(folder).args(["ls-files", "-co", "--exclude-standard", "--deduplicate"]))?
    } else {
        ask(Command::new("find").current_dir(folder).args([".", "-type", "f", "-printf", "%P\\n"]))?
    };
    fs::write(&list, listed)?;
    println!("\nFolder: {}", folder.display());
    paths(&example, &list, "≤ 10 ms at 57k files, ≤ 30 ms at 1M")?;
    let found = figures(&example, &["symbols".to_owned(), folder.display().to_string()])?;
    println!(
        "  symbols: {} of {} files read at {:.1} MB/s ({:.0} ms), from the cache in {:.0} ms, unchanged in {:.1} ms; the cache takes {:.1} % of their text",
        found["symbols"],
        found["files"],
        number(&found, "mb_per_s"),
        number(&found, "extract_ms"),
        number(&found, "from_cache_ms"),
        number(&found, "same_again_ms"),
        number(&found, "cache_bytes") * 100.0 / number(&found, "bytes"),
    );
    println!(
        "  symbols by name, per key press: p50 {:.2} ms, p95 {:.2} ms, max {:.2} ms over {} key presses; definitions of a name {:.2} ms",
        number(&found, "p50_ms"),
        number(&found, "p95_ms"),
        number(&found, "max_ms"),
        found["key_presses"],
        number(&found, "definitions_ms"),
    );
    Ok(())
}

/// That many paths, made up.
pub fn generated(files: usize) -> Result<(), Failed> {
    let example = example()?;
    let list = target_dir()?.join(format!("bench/paths-{files}"));
    fs::create_dir_all(list.parent().unwrap_or(Path::new(".")))?;
    if !list.exists() {
        ask(Command::new(&example).args(["generate", &files.to_string()]).arg(&list))?;
    }
    println!("\n{files} generated paths");
    paths(&example, &list, "≤ 30 ms at 1M")
}

fn paths(example: &Path, list: &Path, target: &str) -> Result<(), Failed> {
    // Whatever else the machine does only makes it slower: the best of several runs counts.
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(figures(example, &["paths".to_owned(), list.display().to_string()])?);
    }
    runs.sort_by(|a, b| number(a, "p95_ms").total_cmp(&number(b, "p95_ms")));
    let best = &runs[0];
    println!(
        "  {} paths: list made in {:.0} ms, brought up to date in {:.1} ms, {:.1} MB of memory",
        best["files"],
        number(best, "build_ms"),
        number(best, "update_ms"),
        number(best, "memory") / 1e6
    );
    println!(
        "  quick open, per key press: p50 {:.2} ms, p95 {:.2} ms, max {:.2} ms over {} key presses, best of {RUNS} runs (target {target})",
        number(best, "p50_ms"),
        number(best, "p95_ms"),
        number(best, "max_ms"),
        best["key_presses"]
    );
    if !has("fzf") {
        println!("  fzf is not installed: no peer for quick open (apt-get install fzf)");
        return Ok(());
    }
    let queries: Vec<&Value> = best["queries"].as_array().into_iter().flatten().collect();
    let mut theirs = Vec::new();
    println!("  {:<22} {:>9} {:>12} {:>12} {:>14}", "query", "fit", "worst key", "all at once", "fzf --filter");
    for query in &queries {
        let text = query["query"].as_str().unwrap_or_default();
        let taken = fzf(list, text)?;
        theirs.push(taken);
        let (worst, whole) = (number(query, "worst_ms"), number(query, "at_once_ms"));
        println!("  {text:<22} {:>9} {worst:>9.2} ms {whole:>9.2} ms {taken:>11.1} ms", query["fits"]);
    }
    let ours = queries.iter().map(|query| number(query, "at_once_ms")).collect();
    println!("  median of a whole query at once: {:.2} ms, fzf --filter (with reading the list) {:.1} ms", median(ours), median(theirs));
    Ok(())
}

/// One run of fzf over the list, in milliseconds: it reads the list each time.
fn fzf(list: &Path, query: &str) -> Result<f64, Failed> {
    let mut readings = Vec::new();
    for _ in 0..3 {
        let started = Instant::now();
        // Ends with 1 when nothing fits.
        let input = fs::File::open(list)?;
        Command::new("fzf").args(["--filter", query, "--scheme=path"]).stdin(input).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        readings.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(readings.into_iter().fold(f64::INFINITY, f64::min))
}

fn example() -> Result<PathBuf, Failed> {
    call(cargo().args(["build", "--release", "--locked", "-p", "lectern-search", "--example", "find_bench"]))?;
    Ok(target_dir()?.join("release/examples/find_bench"))
}

fn figures(example: &Path, options: &[String]) -> Result<Value, Failed> {
    let answer = ask(Command::new(example).args(options))?;
    serde_json::from_str(&answer).map_err(|error| Failed(format!("no JSON ({error}): {answer}")))
}

fn number(figures: &Value, key: &str) -> f64 {
    figures[key].as_f64().unwrap_or(f64::NAN)
}
