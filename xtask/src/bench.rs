//! `cargo xtask bench`: figures to compare, printed with the commands that made them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::bench_blame;
use crate::bench_find;
use crate::bench_sync;
use crate::cargo::{binary, build_release, root, target_dir};
use crate::fail;
use crate::report::{Failed, step};
use crate::ui;

const USAGE: &str = "\
cargo xtask bench gen [--files N] [--dirs M] [DIR]   write a tree of N small files in M folders (57000 in 2100)
cargo xtask bench sync [DIR]                         first, unchanged and one-file syncs beside b3sum and git (a generated tree without DIR)
cargo xtask bench sync --files N --dirs M            the same on a generated tree of that size
cargo xtask bench sync --replay REPOSITORY [N]       N (500) commits one after the other: bytes a version, diffs beside libgit2
cargo xtask bench blame [REPOSITORY FILE]            blame and history beside git (without them $LECTERN_CORPORA/git and its Makefile)
cargo xtask bench find [DIR | --files N]              quick open beside fzf, key by key, and symbols (1000000 made-up paths without DIR)
cargo xtask bench search DIR                         index and searches beside rg over the same files
cargo xtask bench anchors [FOLDER]                   ranges through rewrites beside two baselines, and re-anchoring (FOLDER: a development set)
cargo xtask bench preview                            static serving beside nginx and caddy, READY, Vite's updates through the proxy, save to reload, detection, kills
cargo xtask bench ai [speed|first|cancel|kill]       the embedded model beside llama-bench: tokens a second, first token, cancel to idle, 50 kills
cargo xtask bench ai docs [FOLDER] [--keep DATA]     a project's pages by the real model (this project's without FOLDER), judged by its files on disk
cargo xtask bench refactor [cases|times|peers|checks] renames: other tools' cases, times and there and back on real packages, agreement with language
                                                     servers, compilers before and after
cargo xtask bench start                              cold start to first paint and peak memory beside a Tauri hello-world
cargo xtask bench reading [N]                        opening, expanding, scrolling and the palette in the real window, N (57000) files
cargo xtask bench size                               sizes of the two programs";

/// Runs one of them.
pub fn run(arguments: &[String]) -> Result<(), Failed> {
    let rest = arguments.get(1..).unwrap_or_default();
    match arguments.first().map(String::as_str) {
        Some("gen") => generate(rest).map(drop),
        Some("sync") => sync(rest),
        Some("blame") => blame(rest),
        Some("find") => find(rest),
        Some("search") => search(rest),
        Some("anchors") => crate::bench_anchors::run(rest.first().map(Path::new)),
        Some("preview") => crate::bench_preview::run(&generate(&["--files", "10000", "--dirs", "400"].map(str::to_owned))?),
        Some("ai") => match rest {
            [docs] if docs == "docs" => crate::bench_ai::docs(&root(), &[]),
            [docs, folder, more @ ..] if docs == "docs" => crate::bench_ai::docs(&PathBuf::from(folder).canonicalize()?, more),
            rest => crate::bench_ai::run(rest.first().map(String::as_str)),
        },
        Some("refactor") => crate::bench_refactor::run(rest.first().map(String::as_str)),
        Some("start") => start(),
        Some("reading") => reading(rest),
        Some("size") => {
            release()?;
            sizes()
        }
        Some(other) => fail!("there is no benchmark {other:?}\n{USAGE}"),
        None => {
            println!("{USAGE}");
            Ok(())
        }
    }
}

fn sync(arguments: &[String]) -> Result<(), Failed> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--replay", repository, ref commits @ ..] => {
            let commits = commits.first().map_or(Ok(500), |text| text.parse()).map_err(|_| Failed("N is a number".into()))?;
            bench_sync::replay(&PathBuf::from(repository).canonicalize()?, commits)
        }
        [] | ["--files" | "--dirs", ..] => {
            release()?;
            bench_sync::tree(&generate(arguments)?, true)
        }
        [tree] => {
            release()?;
            bench_sync::tree(&PathBuf::from(tree).canonicalize()?, false)
        }
        _ => fail!("{USAGE}"),
    }
}

fn blame(arguments: &[String]) -> Result<(), Failed> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let Some(corpora) = std::env::var_os("LECTERN_CORPORA") else { fail!("name a repository and a file in it\n{USAGE}") };
            bench_blame::run(&PathBuf::from(corpora).join("git"), "Makefile")
        }
        [repository, file] => bench_blame::run(&PathBuf::from(repository).canonicalize()?, file),
        _ => fail!("{USAGE}"),
    }
}

fn find(arguments: &[String]) -> Result<(), Failed> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => bench_find::generated(1_000_000),
        ["--files", count] => bench_find::generated(count.parse().map_err(|_| Failed("N is a number".into()))?),
        [folder] => bench_find::folder(&PathBuf::from(folder).canonicalize()?),
        _ => fail!("{USAGE}"),
    }
}

fn search(arguments: &[String]) -> Result<(), Failed> {
    match arguments {
        [tree] => crate::bench_search::tree(&PathBuf::from(tree).canonicalize()?),
        _ => fail!("{USAGE}"),
    }
}

/// Builds what users get.
pub fn release() -> Result<(), Failed> {
    step("Build the interface", || {
        ui::install()?;
        ui::build()
    })?;
    step("Build Lectern", build_release)
}

#[cfg(target_os = "linux")]
fn start() -> Result<(), Failed> {
    release()?;
    crate::bench_start::run()
}

#[cfg(target_os = "linux")]
fn reading(arguments: &[String]) -> Result<(), Failed> {
    let files = arguments.first().map_or(Ok(57_000), |text| text.parse()).map_err(|_| Failed("N is a number".into()))?;
    release()?;
    crate::bench_reading::run(files)
}

#[cfg(not(target_os = "linux"))]
fn reading(_: &[String]) -> Result<(), Failed> {
    fail!("the window is driven on Linux only")
}

#[cfg(not(target_os = "linux"))]
fn start() -> Result<(), Failed> {
    fail!("the start is measured on Linux only (it reads Xvfb's framebuffer)")
}

fn sizes() -> Result<(), Failed> {
    for name in ["lectern-desktop", "lectern"] {
        let file = binary("release", name)?;
        println!("{:>8.1} MB  {}", fs::metadata(&file)?.len() as f64 / 1e6, file.display());
    }
    Ok(())
}

/// The middle of several readings.
pub fn median(mut readings: Vec<f64>) -> f64 {
    readings.sort_by(f64::total_cmp);
    readings.get(readings.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Writes a tree of small files, the same for the same numbers, unless it is there.
fn generate(arguments: &[String]) -> Result<PathBuf, Failed> {
    let (mut files, mut folders, mut place) = (57_000_usize, 2_100_usize, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|text| text.parse().ok()).ok_or_else(|| Failed(format!("{word} takes a number")));
        match word.as_str() {
            "--files" => files = number()?,
            "--dirs" => folders = number()?,
            path => place = Some(PathBuf::from(path)),
        }
    }
    let folders = folders.max(1);
    let root = match place {
        Some(place) => place,
        None => target_dir()?.join(format!("bench/tree-{files}-{folders}")),
    };
    if root.join(".complete").exists() {
        println!("    the tree is there: {}", root.display());
        return Ok(root);
    }
    step(&format!("Write {files} files in {folders} folders to {}", root.display()), || {
        for folder in 0..folders {
            fs::create_dir_all(folder_name(&root, folder))?;
        }
        for file in 0..files {
            fs::write(folder_name(&root, file % folders).join(format!("file{file:07}.js")), contents(file))?;
        }
        fs::write(root.join(".complete"), "")?;
        Ok(())
    })?;
    Ok(root)
}

/// Three levels deep, at most forty folders beside each other.
fn folder_name(root: &Path, index: usize) -> PathBuf {
    root.join(format!("a{:02}/b{:02}/c{:04}", index / 1600 % 40, index / 40 % 40, index))
}

/// 200 to 3,000 bytes that differ from file to file.
fn contents(file: usize) -> String {
    let mut text = format!("// file {file}\n");
    let length = 200 + file.wrapping_mul(2_654_435_761) % 2_800;
    while text.len() < length {
        text.push_str(&format!("assert.sameValue(f({}), {});\n", file.wrapping_add(text.len()), text.len()));
    }
    text
}
