//! How long each language takes on a file of 10,000 lines and on one of 1 MB, and how soon hostile texts are given up. Build it in release mode.

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use lectern_syntax::{Head, Language, Structure, SyntaxTree};

const BUDGET: Duration = Duration::from_secs(60);
/// Lines that a window shows, and some more.
const SCREEN: usize = 120;

fn main() {
    let snippets = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snippets");
    let mut files: Vec<_> = std::fs::read_dir(snippets).expect("the snippets").filter_map(|file| Some(file.ok()?.path())).collect();
    files.sort();
    println!(
        "{:<12} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}   {:>8} {:>8}",
        "10,000 lines", "queries", "parse", "screen", "middle", "outline", "folds", "1 MB:", "parse"
    );
    for file in files {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let snippet = std::fs::read_to_string(&file).expect("a snippet");
        let language = Language::for_path(name, None).expect("a language");
        let start = Instant::now();
        language.prepare();
        let queries = start.elapsed();
        let lines = snippet.lines().count().max(1);
        let text: Arc<str> = snippet.repeat(10_000_usize.div_ceil(lines)).into();
        let (tree, parse) = best(|| SyntaxTree::parse(language, Arc::clone(&text), BUDGET).expect("in time"));
        let start = Instant::now();
        black_box(tree.spans(0..byte_of_line(&text, SCREEN), BUDGET).expect("in time"));
        let screen = start.elapsed();
        let start = Instant::now();
        black_box(tree.spans(byte_of_line(&text, 5_000)..byte_of_line(&text, 5_000 + SCREEN), BUDGET).expect("in time"));
        let middle = start.elapsed();
        let start = Instant::now();
        black_box(tree.outline());
        let outline = start.elapsed();
        let start = Instant::now();
        black_box(tree.structure(BUDGET).expect("in time"));
        let folds = start.elapsed();
        let large: Arc<str> = snippet.repeat(1_000_000 / snippet.len()).into();
        let (_, megabyte) = best(|| SyntaxTree::parse(language, Arc::clone(&large), BUDGET).expect("in time"));
        println!(
            "{:<12} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}   {:>8} {:>8}",
            language.name(),
            ms(queries),
            ms(parse),
            ms(screen),
            ms(middle),
            ms(outline),
            ms(folds),
            text.len() / 1024,
            ms(megabyte)
        );
    }
    let plain = "a\n  b\n    c\n".repeat(33_334);
    let start = Instant::now();
    black_box(Structure::by_indentation(&plain));
    println!("folds of 100,000 plain lines: {}", ms(start.elapsed()));
    hostile();
}

/// Texts no person writes, each for every language, in processor time: the head with its first screen, the whole, and a screen by the whole.
/// An exclamation mark says that it was given up.
fn hostile() {
    let texts: Vec<(&str, Arc<str>)> = vec![
        ("brackets", "[".repeat(100_000).into()),
        ("parentheses", "(".repeat(100_000).into()),
        ("braces", "{\n".repeat(100_000).into()),
        ("elements", "<div>".repeat(50_000).into()),
        ("quotes", "> ".repeat(50_000).into()),
        ("emphasis", "*a **b ".repeat(30_000).into()),
        ("links", "[a](".repeat(50_000).into()),
        ("operators", "a < b + ".repeat(30_000).into()),
        ("indents", (0..2_000).map(|depth| format!("{}if a:\n", " ".repeat(depth))).collect::<String>().into()),
    ];
    for (name, text) in &texts {
        // On lines: longer ones are not analysed at all.
        let text: &Arc<str> =
            &text.as_bytes().chunks(96).flat_map(|line| [std::str::from_utf8(line).unwrap_or_default(), "\n"]).collect::<String>().into();
        let budget = Duration::from_millis(100) + Duration::from_micros(2) * u32::try_from(text.len()).unwrap_or(u32::MAX);
        let mut told = Vec::new();
        for language in Language::all() {
            let start = processor_time();
            let head = Head::parse(language, text, budget);
            let early = match &head {
                Ok(Some(head)) => head.spans(0..4_000, Duration::from_millis(100)).is_ok(),
                other => other.is_ok(),
            };
            let head_time = processor_time().saturating_sub(start);
            let start = processor_time();
            let parsed = SyntaxTree::parse(language, Arc::clone(text), budget);
            let parse = processor_time().saturating_sub(start);
            let start = processor_time();
            let screen = parsed.as_ref().map(|tree| tree.spans(0..4_000, Duration::from_millis(100)).is_ok()).unwrap_or(false);
            let screen_time = processor_time().saturating_sub(start);
            if head_time.as_millis() >= 20 || early && (parse.as_millis() >= 80 || screen_time.as_millis() >= 20) {
                told.push(format!(
                    "{} {}{} {}{} +{}{}",
                    language.name(),
                    ms(head_time),
                    if early { "" } else { "!" },
                    ms(parse),
                    if parsed.is_ok() { "" } else { "!" },
                    ms(screen_time),
                    if screen { "" } else { "!" }
                ));
            }
        }
        println!("{name} ({} KB): {}", text.len() / 1024, told.join(", "));
    }
}

fn best<T>(mut work: impl FnMut() -> T) -> (T, Duration) {
    let mut timed = || {
        let start = Instant::now();
        let made = work();
        (made, start.elapsed())
    };
    let (first, second) = (timed(), timed());
    if first.1 < second.1 { first } else { second }
}

fn byte_of_line(text: &str, line: usize) -> usize {
    text.match_indices('\n').nth(line).map_or(text.len(), |(at, _)| at)
}

fn ms(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1000.0)
}

fn processor_time() -> Duration {
    use nix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}
