//! How often the beginning of a file by itself is coloured otherwise than in the whole file, and how long both take. Reads the names of files
//! from its input, one a line. Build it in release mode.

use std::{collections::BTreeMap, io::BufRead, sync::Arc, time::Duration};

use lectern_syntax::{Head, Language, SyntaxTree};

const BUDGET: Duration = Duration::from_secs(60);
/// Bytes of a block of lines that a window asks for.
const BLOCK: usize = 5_000;

#[derive(Default)]
struct Sum {
    files: usize,
    given_up: usize,
    blocks: usize,
    other: usize,
    bytes: usize,
    other_bytes: usize,
    other_files: usize,
    head: Vec<Duration>,
    screen: Vec<Duration>,
    whole_rate: Vec<(u128, String)>,
}

fn main() {
    let verbose = std::env::args().nth(1).is_some();
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for path in std::io::stdin().lock().lines().map_while(Result::ok) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Some(language) = Language::for_path(&path, text.lines().next()) else { continue };
        language.prepare();
        let text: Arc<str> = text.into();
        let sum = sums.entry(language.name()).or_default();
        let start = processor_time();
        let tree = SyntaxTree::parse(language, Arc::clone(&text), BUDGET);
        let took = processor_time() - start;
        sum.files += 1;
        let Ok(tree) = tree else {
            sum.given_up += 1;
            println!("given up: {path} ({} KB) after {took:?}", text.len() / 1024);
            continue;
        };
        sum.whole_rate.push((took.as_nanos() / text.len() as u128, path.clone()));
        let start = processor_time();
        let head = match Head::parse(language, &text, BUDGET) {
            Ok(Some(head)) => head,
            Ok(None) => continue,
            Err(_) => {
                println!("head given up: {path} after {:?}", processor_time() - start);
                continue;
            }
        };
        sum.head.push(processor_time() - start);
        let mut differs = false;
        let mut at = 0;
        loop {
            let end =
                text[at..].bytes().enumerate().position(|(here, byte)| here >= BLOCK && byte == b'\n').map_or(text.len(), |end| at + end);
            let block = at..end;
            if block.is_empty() || !head.holds(&block) {
                break;
            }
            let start = processor_time();
            let (early, late) = (head.spans(block.clone(), BUDGET), tree.spans(block.clone(), BUDGET));
            sum.screen.push((processor_time() - start) / 2);
            if early.is_err() || late.is_err() {
                println!("spans given up: {path} {block:?}");
            }
            sum.blocks += 1;
            sum.bytes += block.len();
            if early != late {
                sum.other += 1;
                differs = true;
                let wrong = painted(&early.unwrap_or_default(), &block)
                    .iter()
                    .zip(painted(&late.unwrap_or_default(), &block))
                    .filter(|(one, other)| **one != *other)
                    .count();
                sum.other_bytes += wrong;
                if verbose {
                    println!("{path}: {block:?}: {wrong} bytes");
                }
            }
            at = end + 1;
        }
        sum.other_files += usize::from(differs);
    }
    println!(
        "{:<12} {:>6} {:>6} {:>6} {:>6} {:>8} {:>8}  {:>7} {:>7} {:>7} {:>7}  rate p50 max ns/B",
        "", "files", "heads", "other", "blocks", "other", "bytes %", "head50", "head max", "scr50", "scr max"
    );
    for (name, mut sum) in sums {
        sum.head.sort();
        sum.screen.sort();
        sum.whole_rate.sort();
        let ms = |times: &[Duration], part: usize| {
            times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        let rate = |part: usize| {
            sum.whole_rate
                .get((sum.whole_rate.len() * part / 100).min(sum.whole_rate.len().saturating_sub(1)))
                .map_or((0, ""), |(rate, path)| (*rate, path.as_str()))
        };
        println!(
            "{name:<12} {:>6} {:>6} {:>6} {:>6} {:>8} {:>8.4}  {:>7.2} {:>7.2} {:>7.2} {:>7.2}  {} {} {}  given up {}",
            sum.files,
            sum.head.len(),
            sum.other_files,
            sum.blocks,
            sum.other,
            100.0 * sum.other_bytes as f64 / sum.bytes.max(1) as f64,
            ms(&sum.head, 50),
            ms(&sum.head, 100),
            ms(&sum.screen, 50),
            ms(&sum.screen, 100),
            rate(50).0,
            rate(100).0,
            rate(100).1,
            sum.given_up
        );
    }
}

fn painted(spans: &[lectern_syntax::Span], block: &std::ops::Range<usize>) -> Vec<u32> {
    let mut bytes = vec![u32::MAX; block.len()];
    for span in spans {
        bytes[span.range.start - block.start..span.range.end - block.start].fill(span.class as u32);
    }
    bytes
}

fn processor_time() -> Duration {
    use nix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}
