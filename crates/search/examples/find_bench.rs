//! Types queries letter by letter and prints what each key press took, as one JSON object; `cargo xtask bench find` puts fzf beside it.
//!
//! `cargo run --release -p lectern-search --example find_bench -- paths FILE` looks through the lines of a file.
//! `… generate COUNT FILE` writes that many paths, the same for the same count.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use lectern_search::{PathList, QuickOpen};
use serde_json::{Value, json};

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["paths", file] => println!("{}", paths(Path::new(file))?),
        ["generate", count, file] => generate(count.parse()?, Path::new(file))?,
        _ => return Err("paths FILE, or generate COUNT FILE".into()),
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
