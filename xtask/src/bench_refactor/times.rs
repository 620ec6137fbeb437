//! How long a proposal takes on real packages, asked for the first time and again; and whether there and back is the same.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{corpora, count, example};
use crate::report::{Failed, ask};
use crate::soak::parse;

/// Definitions of each project.
const SYMBOLS: usize = 120;

/// Each language at about a thousand and about ten thousand files.
pub fn run(cache: &Path) -> Result<(), Failed> {
    println!(
        "    targets: again ≤ 50 ms p95; cold ≤ 0.5 s at 1,000 files, ≤ 3 s at 10,000 (files read from the disk's cache, without an index)"
    );
    if let Some(django) = corpora::django(cache) {
        project("Python, Django 5.2", &django, "py", "100000")?;
    }
    if let Some(packages) = corpora::python(cache) {
        project("Python, ten packages", &packages, "py,pyi", "10000")?;
    }
    if let Some(packages) = corpora::javascript(cache) {
        project("TypeScript, effect", &packages.join("effect"), "ts,tsx", "1000")?;
        project("JavaScript and TypeScript, seven packages", &packages, "ts,tsx,js,mjs,cjs", "10000")?;
    }
    if let Some(crates) = corpora::rust(cache) {
        project("Rust, tokio", &crates.join("tokio"), "rs", "100000")?;
        project("Rust, twelve crates and what they need", &crates, "rs", "10000")?;
    }
    if let Some(sources) = corpora::go(cache) {
        project("Go, a part of its tools", &sources.join("cmd"), "go", "1000")?;
        project("Go, its library and tools", &sources, "go", "10000")?;
    }
    Ok(())
}

fn project(name: &str, folder: &Path, endings: &str, files: &str) -> Result<(), Failed> {
    let mut command = Command::new(example("rename_bench")?);
    let found = parse(&ask(command.arg("time").arg(folder).args([endings, files, &count(SYMBOLS), super::SEED]))?)?;
    let back = &found["there_and_back"];
    println!(
        "  {name}: {} files, {:.0} MB, {} definitions ({} refused, {} with what breaks; {} edits)",
        found["files"],
        found["bytes"].as_f64().unwrap_or(0.0) / 1e6,
        found["symbols"],
        found["refused"],
        found["breaking"],
        found["edits"],
    );
    println!(
        "    cold {} | first {} | again {}   (p50/p95/worst, ms)",
        spread(&found["cold"]),
        spread(&found["first"]),
        spread(&found["again"])
    );
    println!("    there and back: {} of {} byte-identical", back["same"], back["tried"]);
    for one in back["other"].as_array().into_iter().flatten().take(5) {
        println!("      not {} in {}: {}", one["name"], one["path"], one["why"].as_str().unwrap_or_default());
    }
    for one in found["worst"].as_array().into_iter().flatten().take(3) {
        println!("      slow: {:.0} ms for {} {} in {}", one["ms"].as_f64().unwrap_or(0.0), one["kind"], one["name"], one["path"]);
    }
    Ok(())
}

/// Middle, 95th of a hundred, worst.
fn spread(readings: &Value) -> String {
    let mut readings: Vec<f64> = readings.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    readings.sort_by(f64::total_cmp);
    let at = |part: f64| {
        readings.get(((readings.len() as f64 * part) as usize).min(readings.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    };
    format!("{:.0}/{:.0}/{:.0}", at(0.5), at(0.95), at(1.0))
}
