//! Types queries letter by letter and prints what each key press took, as one JSON object; `cargo xtask bench find` puts fzf beside it.
//!
//! `cargo run --release -p lectern-search --example find_bench -- paths FILE` looks through the lines of a file.
//! `… symbols FOLDER` reads the symbols of a folder's files, and types names of them.
//! `… generate COUNT FILE` writes that many paths, the same for the same count.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use lectern_objects::{Objects, Packed};
use lectern_search::{FileKey, PathList, QuickOpen, SymbolCache, SymbolFinder, SymbolTable, fill};
use lectern_sync::{Content, RepoPath};
use serde_json::{Value, json};

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["paths", file] => println!("{}", paths(Path::new(file))?),
        ["symbols", folder] => println!("{}", symbols(Path::new(folder))?),
        ["generate", count, file] => generate(count.parse()?, Path::new(file))?,
        _ => return Err("paths FILE, symbols FOLDER, or generate COUNT FILE".into()),
    }
    Ok(())
}

/// As people type: the beginning of a name, letters of several names, two words, a wrong turn, capitals, endings.
fn queries(lines: &[&str]) -> Vec<String> {
    let pick = |at: usize| lines[at * 7919 % lines.len()];
    let name = |at: usize| pick(at).rsplit('/').next().unwrap_or_default().to_owned();
    let folder = |at: usize| pick(at).rsplit('/').nth(1).unwrap_or_default().to_owned();
    let mut all: Vec<String> = (1..6).map(|at| name(at).chars().take(12).collect()).collect();
    all.extend((6..10).map(|at| format!("{} {}", folder(at), name(at).chars().take(5).collect::<String>())));
    all.extend((10..14).map(|at| pick(at).split(['/', '-', '_', '.']).filter_map(|word| word.chars().next()).collect()));
    all.extend((14..17).map(pick).map(|path| path.chars().skip(path.len() / 3).take(10).collect()));
    all.extend(["main.rs", "README", "test util", "srcindex"].map(str::to_owned));
    all
}

fn paths(file: &Path) -> Result<Value, Failed> {
    let text = fs::read_to_string(file)?;
    let lines: Vec<&str> = text.lines().collect();
    let started = Instant::now();
    let list = Arc::new(PathList::new(lines.clone()));
    let built = started.elapsed();
    let (mut all, mut rows) = (Vec::new(), Vec::new());
    let queries = queries(&lines);
    for query in &queries {
        let open = QuickOpen::new(Arc::clone(&list));
        let mut worst: f64 = 0.0;
        let mut last = 0.0;
        let mut fits = 0;
        for (at, char) in query.char_indices() {
            let typed = &query[..at + char.len_utf8()];
            let started = Instant::now();
            fits = open.find(typed, &[], 100).matched;
            last = started.elapsed().as_secs_f64() * 1e3;
            worst = worst.max(last);
            all.push(last);
            if std::env::var_os("VERBOSE").is_some() {
                eprintln!("{last:8.2} ms {fits:>8} {typed}");
            }
        }
        let started = Instant::now();
        QuickOpen::new(Arc::clone(&list)).find(query, &[], 100);
        let whole = started.elapsed().as_secs_f64() * 1e3;
        rows.push(json!({ "query": query, "fits": fits, "worst_ms": worst, "last_ms": last, "at_once_ms": whole }));
    }
    let started = Instant::now();
    let removed: Vec<Vec<u8>> = (0..100).map(|at| lines[at * 101 % lines.len()].as_bytes().to_vec()).collect();
    let added = (0..100).map(|at| format!("new/folder/file{at}.rs").into_bytes()).collect();
    let updated = list.updated(&removed, added);
    let update_ms = started.elapsed().as_secs_f64() * 1e3;
    all.sort_by(f64::total_cmp);
    let at = |share: usize| all[(all.len() * share / 100).min(all.len() - 1)];
    Ok(json!({
        "files": list.len(), "memory": list.memory(), "build_ms": built.as_secs_f64() * 1e3,
        "update_ms": update_ms, "updated_files": updated.len(), "key_presses": all.len(),
        "p50_ms": at(50), "p95_ms": at(95), "max_ms": all.last(), "queries": rows,
    }))
}

fn symbols(folder: &Path) -> Result<Value, Failed> {
    let data = std::env::temp_dir().join(format!("lectern-find-bench-{}", std::process::id()));
    fs::create_dir_all(&data)?;
    let result = symbols_in(folder, &data);
    fs::remove_dir_all(&data)?;
    result
}

fn symbols_in(folder: &Path, data: &Path) -> Result<Value, Failed> {
    let objects = Objects::open(&data.join("objects.db"))?;
    let (mut keys, mut pending, mut batch) = (Vec::new(), vec![folder.to_owned()], Vec::new());
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() && entry.file_name() != ".git" {
                pending.push(entry.path());
            }
            if !entry.file_type()?.is_file() {
                continue;
            }
            let bytes = fs::read(entry.path())?;
            let (path, packed) = (entry.path(), Packed::new(&bytes));
            let path = RepoPath::new(path.strip_prefix(folder)?.as_os_str().as_encoded_bytes())?;
            let binary = bytes.iter().take(8192).any(|byte| *byte == 0);
            let content = Content::File { hash: packed.hash(), size: packed.size(), executable: false, binary };
            if let Some(key) = FileKey::of(&path, &content) {
                keys.push(key);
                batch.push(packed);
            }
            if batch.len() == 2000 {
                objects.put_many_unsettled(std::mem::take(&mut batch))?;
            }
        }
    }
    objects.put_many_unsettled(batch)?;
    let cache = SymbolCache::open(&data.join("search"))?;
    let read = |known: &SymbolTable| -> Result<(SymbolTable, f64), Failed> {
        let started = Instant::now();
        let filled = fill(&objects, &cache, SymbolTable::new(keys.clone(), known), &|| false, &mut |_| {})?;
        Ok((filled.table, started.elapsed().as_secs_f64() * 1e3))
    };
    let (_, cold) = read(&SymbolTable::default())?;
    let (table, kept) = read(&SymbolTable::default())?;
    let (table, same) = read(&table)?;
    let bytes = table.corpus_bytes();
    let table = Arc::new(table);
    let mut all = Vec::new();
    for number in 0..20 {
        let place = table.place(u32::try_from(number * 7919 % table.len().max(1) as usize)?);
        let open = SymbolFinder::new(Arc::clone(&table));
        let typed: String = place.name.chars().take(12).collect();
        for (at, char) in typed.char_indices() {
            let started = Instant::now();
            open.find(&typed[..at + char.len_utf8()], 100);
            all.push(started.elapsed().as_secs_f64() * 1e3);
        }
    }
    let started = Instant::now();
    table.definitions(&table.place(table.len() / 2).name, &RepoPath::root(), 200);
    let definitions = started.elapsed().as_secs_f64() * 1e3;
    all.sort_by(f64::total_cmp);
    let at = |share: usize| all[(all.len() * share / 100).min(all.len() - 1)];
    #[expect(clippy::cast_precision_loss, reason = "a figure to print")]
    let speed = bytes as f64 / 1e3 / cold;
    Ok(json!({
        "files": table.files().0, "bytes": bytes, "symbols": table.len(), "extract_ms": cold, "mb_per_s": speed, "from_cache_ms": kept,
        "same_again_ms": same, "cache_bytes": cache.bytes(), "key_presses": all.len(), "p50_ms": at(50), "p95_ms": at(95),
        "max_ms": all.last(), "definitions_ms": definitions,
    }))
}

/// Names as in a large repository of several languages, seven levels deep at most.
fn generate(count: usize, file: &Path) -> Result<(), Failed> {
    const TOP: [&str; 12] =
        ["src", "packages", "crates", "drivers", "docs", "tests", "tools", "vendor", "lib", "app", "include", "third_party"];
    const WORDS: [&str; 40] = [
        "index", "main", "util", "reader", "parser", "tree", "store", "sync", "view", "model", "net", "http", "cache", "client", "server",
        "route", "auth", "user", "project", "search", "find", "symbol", "render", "layout", "widget", "button", "list", "table", "query",
        "config", "build", "deploy", "test", "mock", "fixture", "stream", "buffer", "queue", "worker", "codec",
    ];
    const ENDS: [&str; 12] = ["rs", "ts", "tsx", "js", "py", "go", "c", "h", "md", "json", "java", "test.ts"];
    let mut out = BufWriter::new(fs::File::create(file)?);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or(0) % below
    };
    for number in 0..count {
        let mut path = TOP[random(TOP.len())].to_owned();
        for _ in 0..1 + random(5) {
            path.push('/');
            path.push_str(WORDS[random(WORDS.len())]);
            match random(4) {
                0 => path.push_str(&format!("-{}", WORDS[random(WORDS.len())])),
                1 => path.push_str(&random(60).to_string()),
                _ => {}
            }
        }
        let (one, other) = (WORDS[random(WORDS.len())], WORDS[random(WORDS.len())]);
        let camel = format!("{}{}{}", &one[..1].to_uppercase(), &one[1..], &format!("{}{}", &other[..1].to_uppercase(), &other[1..]));
        let name = if random(3) == 0 { camel } else { format!("{one}_{other}") };
        writeln!(out, "{path}/{name}{number:x}.{}", ENDS[random(ENDS.len())])?;
    }
    Ok(out.flush()?)
}
