//! Measures text search in one tree, beside `rg` over exactly the same files; `cargo xtask bench search DIR` runs it.
//!
//! Syncs DIR into a data folder of its own, builds the index, draws queries from the files (words, pieces of lines, regular expressions), and
//! searches for each with and without the index.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use lectern_objects::Objects;
use lectern_search::text::{Contents, Globs, Indexed, Pattern, Placed, Reporting, TextFile, TextFiles, TextIndex, TextQuery, TextSearch};
use lectern_store::{Boot, Clock, Store, StoreOptions, SystemClock, rusqlite::params};
use lectern_sync::{Syncer, Trigger, latest_manifest};

type Failure = Box<dyn std::error::Error>;

const QUERIES: usize = 200;
/// `rg` and the search without an index are asked for every so many queries.
const EVERY: usize = 4;

fn main() -> Result<(), Failure> {
    let tree = PathBuf::from(std::env::args().nth(1).ok_or("usage: search_bench DIR")?).canonicalize()?;
    let scratch = std::env::temp_dir().join(format!("lectern-search-bench-{}", std::process::id()));
    fs::create_dir_all(&scratch)?;
    let result = measure(&tree, &scratch);
    fs::remove_dir_all(&scratch)?;
    result
}

fn measure(tree: &Path, scratch: &Path) -> Result<(), Failure> {
    let (store, objects) = sync(tree, scratch)?;
    let manifest = latest_manifest(&store, "p")?.ok_or("no version")?;
    let began = Instant::now();
    let files = TextFiles::of(&store, &manifest)?;
    println!("  {} files; listed in {:.1} ms", files.files().len(), ms(began.elapsed()));
    let contents = Contents::new(Arc::clone(&objects), Some(tree));
    build(&files, &contents, scratch)?;
    let began = Instant::now();
    let index = TextIndex::open(&scratch.join("index"));
    let opened = began.elapsed();
    let began = Instant::now();
    let current = index.current();
    let placed = current.place(&files);
    println!("  opened in {:.1} ms, files looked up in {:.1} ms", ms(opened), ms(began.elapsed()));

    let copy = scratch.join("copy");
    write_copy(tree, &copy, &files)?;
    let queries = queries(&copy, &files);
    let (mut first, mut all, mut empty) = (Vec::new(), Vec::new(), Vec::new());
    let (mut plain, mut peer, mut beside, mut differing, mut looked) = (Vec::new(), Vec::new(), Vec::new(), 0, 0);
    for (number, query) in queries.iter().enumerate() {
        let found = search(&files, Some((&current, &placed)), &contents, query)?;
        all.push(ms(found.all));
        looked += found.scanned;
        match found.first {
            Some(time) => first.push(ms(time)),
            None => empty.push(ms(found.all)),
        }
        if number % EVERY == 0 {
            beside.push(ms(found.all));
            let without = search(&files, None, &contents, query)?;
            plain.push(ms(without.all));
            if let Some((time, hits)) = ripgrep(&copy, query)? {
                peer.push(ms(time));
                if hits != found.hits {
                    differing += 1;
                    println!("  {query:?}: {} hits, rg has {hits}", found.hits);
                }
            }
            if without.hits != found.hits {
                println!("  {query:?}: {} hits with the index, {} without", found.hits, without.hits);
            }
        }
    }
    println!("  {} queries, {:.0} files looked at on average", queries.len(), looked as f64 / queries.len().max(1) as f64);
    row("to the first results (target ≤ 20 ms p95)", &mut first);
    row("nothing found, to the end", &mut empty);
    row("to all results", &mut all);
    row(&format!("every {EVERY}th: to all results, with the index"), &mut beside);
    row(&format!("every {EVERY}th: the same without the index"), &mut plain);
    if peer.is_empty() {
        println!("  rg is not installed: no peer (apt-get install ripgrep)");
    } else {
        row(&format!("every {EVERY}th: rg over the same files"), &mut peer);
        println!("  result sets that differ from rg's: {differing} of {}", peer.len());
    }
    cancelling(&files, &contents)
}

/// Into a data folder of its own.
fn sync(tree: &Path, scratch: &Path) -> Result<(Arc<Store>, Arc<Objects>), Failure> {
    let run_dir = scratch.join("run");
    fs::create_dir_all(&run_dir)?;
    let store = Arc::new(Store::open(&scratch.join("lectern.db"), &StoreOptions::default(), &SystemClock)?);
    let objects = Arc::new(Objects::open(&scratch.join("objects.db"))?);
    let now = SystemClock.now();
    store.write(|t| {
        t.execute("INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES ('u', 'a@b', '', ?1, ?1)", [now])?;
        let sql = "INSERT INTO projects (id, owner_id, name, root_path, created_at, updated_at) VALUES ('p', 'u', 'p', ?1, ?2, ?2)";
        t.execute(sql, params![tree.as_os_str().as_encoded_bytes(), now])
    })?;
    let boot = Boot::start(&run_dir)?;
    let clock = Arc::new(SystemClock);
    let syncer = Syncer::new(Arc::clone(&store), Arc::clone(&objects), clock, boot.id().clone(), run_dir, scratch.join("scans"), |_| None);
    let id = syncer.request("p", Trigger::Manual)?;
    syncer.run(&id, tree, &AtomicBool::new(false), &|_| {})?;
    Ok((store, objects))
}

fn build(files: &TextFiles, contents: &Contents, scratch: &Path) -> Result<(), Failure> {
    let mut best = f64::INFINITY;
    let dir = scratch.join("index");
    for _ in 0..3 {
        let index = TextIndex::open(&dir);
        index.clear()?;
        let began = Instant::now();
        index.update(files, contents, &AtomicBool::new(false), &mut |_| {})?;
        best = best.min(began.elapsed().as_secs_f64());
    }
    let indexed = TextIndex::open(&dir).current();
    let corpus = indexed.corpus_bytes() as f64;
    println!(
        "  index: {:.1} MB of contents in {best:.2} s (best of 3): {:.1} MB/s (target ≥ 20); {:.2} MB on the disk: {:.3} × (target ≤ 0.25), {} parts",
        corpus / 1e6,
        corpus / 1e6 / best,
        indexed.bytes() as f64 / 1e6,
        indexed.bytes() as f64 / corpus,
        indexed.parts()
    );
    Ok(())
}

struct Found {
    first: Option<Duration>,
    all: Duration,
    hits: usize,
    scanned: usize,
}

fn search(files: &TextFiles, index: Option<(&Indexed, &Placed)>, contents: &Contents, query: &TextQuery) -> Result<Found, Failure> {
    let began = Instant::now();
    let pattern = Pattern::new(query)?;
    let (globs, cancel) = (Globs::default(), AtomicBool::new(false));
    let reporting = Reporting { longest_line: Some(400), ..Reporting::default() };
    let search = TextSearch { files, pattern: &pattern, globs: &globs, index, contents, reporting, cancel: &cancel };
    let (mut first, mut hits) = (None, 0);
    let searched = search.run(|found, _| {
        if let Some(found) = found {
            first.get_or_insert_with(|| began.elapsed());
            hits += found.hits();
        }
        ControlFlow::Continue(())
    });
    Ok(Found { first, all: began.elapsed(), hits, scanned: searched.scanned })
}

/// How long `rg` takes, and how many lines it finds.
fn ripgrep(copy: &Path, query: &TextQuery) -> Result<Option<(Duration, usize)>, Failure> {
    let mut command = Command::new("rg");
    command.args(["--no-config", "--hidden", "--no-ignore", "-n", "--no-heading", "--color=never"]).current_dir(copy);
    command.args((!query.regex).then_some("-F")).args((!query.case_sensitive).then_some("-i"));
    let began = Instant::now();
    let Ok(output) = command.args(["-e", &query.text, "."]).output() else { return Ok(None) };
    let time = began.elapsed();
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let warning = b"WARNING: stopped searching binary file";
    Ok(Some((time, lines.filter(|line| !line.windows(warning.len()).any(|window| window == warning)).count())))
}

/// Exactly the files of the version.
fn write_copy(tree: &Path, copy: &Path, files: &TextFiles) -> Result<(), Failure> {
    for TextFile { path, .. } in files.files() {
        let to = path.below(copy);
        fs::create_dir_all(to.parent().ok_or("no parent")?)?;
        fs::copy(path.below(tree), to)?;
    }
    Ok(())
}

/// The same for the same tree: words, pieces of lines, and patterns made of them.
fn queries(copy: &Path, files: &TextFiles) -> Vec<TextQuery> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % limit.max(1)
    };
    let mut queries = Vec::new();
    for _ in 0..QUERIES * 50 {
        let file = &files.files()[below(files.files().len())];
        let Ok(text) = fs::read_to_string(file.path.below(copy)) else { continue };
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| line.len() > 8 && line.len() < 200).collect();
        if lines.is_empty() {
            continue;
        }
        let line = lines[below(lines.len())];
        let words: Vec<&str> = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| word.len() > 3).collect();
        if words.is_empty() {
            continue;
        }
        let (one, two) = (words[below(words.len())], words[words.len() - 1]);
        let (text, regex) = match queries.len() % 8 {
            0..4 => (one.to_owned(), false),
            4 => (line.to_owned(), false),
            5 => (format!("{one}zq"), false),
            6 => (format!(r"{one}\W+\w+"), true),
            _ => (format!("{one}.*{two}"), true),
        };
        queries.push(TextQuery { text, regex, word: false, case_sensitive: queries.len().is_multiple_of(2) });
        if queries.len() == QUERIES {
            break;
        }
    }
    queries
}

/// How long a search that reads everything goes on after it was told to stop.
fn cancelling(files: &TextFiles, contents: &Contents) -> Result<(), Failure> {
    let pattern = Pattern::new(&TextQuery { text: r"\w+ \w+ never".to_owned(), regex: true, word: false, case_sensitive: true })?;
    let mut late = Vec::new();
    for wait in [5, 10, 20, 40, 60, 80] {
        let cancel = AtomicBool::new(false);
        let (globs, reporting) = (Globs::default(), Reporting::default());
        let search = TextSearch { files, pattern: &pattern, globs: &globs, index: None, contents, reporting, cancel: &cancel };
        let asked = std::thread::scope(|scope| {
            let asking = scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(wait));
                cancel.store(true, std::sync::atomic::Ordering::Relaxed);
                Instant::now()
            });
            search.run(|_, _| ControlFlow::Continue(()));
            let ended = Instant::now();
            asking.join().map(|asked| ended.saturating_duration_since(asked))
        });
        late.push(ms(asked.map_err(|_| "a thread died")?));
    }
    row("from cancel to the end (target ≤ 50 ms)", &mut late);
    Ok(())
}

fn row(what: &str, readings: &mut [f64]) {
    readings.sort_by(f64::total_cmp);
    let at = |part: usize| readings.get((readings.len() * part / 100).min(readings.len().saturating_sub(1))).copied().unwrap_or(f64::NAN);
    println!("  {what:<52} p50 {:>8.1} ms   p95 {:>8.1} ms   ({})", at(50), at(95), readings.len());
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
