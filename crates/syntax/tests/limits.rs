//! Texts that would take too long, too much stack or too much patience.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lectern_syntax::{Language, MAX_SYMBOLS, SyntaxError, SyntaxTree};

fn language(name: &str) -> Language {
    Language::by_name(name).expect("the language has a grammar")
}

#[test]
fn no_time_at_all_is_a_time_out() {
    for language in Language::all() {
        let timed_out = SyntaxTree::parse(language, "a".into(), Duration::ZERO).expect_err("no time");
        assert_eq!(timed_out, SyntaxError::TimedOut);
        let tree = SyntaxTree::parse(language, "a".into(), Duration::MAX).expect("all the time there is");
        assert_eq!(tree.spans(0..1, Duration::ZERO), Err(SyntaxError::TimedOut), "{language:?}");
    }
}

#[test]
fn an_empty_text_has_no_spans_and_no_symbols() {
    for language in Language::all() {
        let tree = SyntaxTree::parse(language, "".into(), Duration::from_secs(9)).expect("nothing takes no time");
        assert_eq!(tree.spans(0..usize::MAX, Duration::from_secs(9)), Ok(Vec::new()), "{language:?}");
        assert!(tree.outline().is_empty(), "{language:?}");
    }
}

/// Whatever these do to a grammar, the answer comes about when the budget ends.
#[test]
fn pathological_texts_end_with_their_budget() {
    let budget = Duration::from_millis(15);
    let texts: Vec<(&str, Arc<str>)> = vec![
        ("brackets", "[".repeat(100_000).into()),
        ("parentheses", "(".repeat(100_000).into()),
        ("braces", "{\n".repeat(100_000).into()),
        ("elements", "<div>".repeat(50_000).into()),
        ("quotes", "> ".repeat(50_000).into()),
        ("emphasis", "*a **b ".repeat(30_000).into()),
        ("links", "[a](".repeat(50_000).into()),
        ("operators", "a < b + ".repeat(30_000).into()),
        ("one long line", "x".repeat(1_000_000).into()),
        ("indents", (0..2_000).map(|depth| format!("{}if a:\n", " ".repeat(depth))).collect::<String>().into()),
    ];
    for (name, text) in &texts {
        for language in Language::all() {
            let start = Instant::now();
            if let Ok(tree) = SyntaxTree::parse(language, Arc::clone(text), budget) {
                assert_in_time(start, budget, language, name, "parse");
                let start = Instant::now();
                // Found or given up: both are fine.
                tree.spans(0..text.len(), budget).ok();
                assert_in_time(start, budget, language, name, "spans");
            }
            assert_in_time(start, budget, language, name, "all");
        }
    }
}

/// Much more than the budget, because machines that run tests are busy.
fn assert_in_time(start: Instant, budget: Duration, language: Language, name: &str, what: &str) {
    let took = start.elapsed();
    assert!(took < budget * 4 + Duration::from_secs(2), "{language:?} needs {took:?} for {what} of {name}");
}

#[test]
fn deep_nesting_does_not_overflow_a_small_stack() {
    let run = || {
        for language in Language::all() {
            let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
            let text = format!("{open}{close}");
            let Ok(tree) = SyntaxTree::parse(language, text.into(), Duration::from_millis(100)) else { continue };
            tree.spans(99_000..101_000, Duration::from_millis(100)).ok();
            assert!(tree.outline().len() <= MAX_SYMBOLS);
        }
    };
    let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(run).expect("a thread can be started");
    thread.join().expect("no panic");
}

#[test]
fn an_outline_has_a_limit() {
    let text: String = (0..MAX_SYMBOLS + 5_000).map(|at| format!("a{at} = 1\n")).collect();
    let tree = SyntaxTree::parse(language("toml"), text.into(), Duration::from_secs(60)).expect("in time");
    assert_eq!(tree.outline().len(), MAX_SYMBOLS);
}

#[test]
fn a_screen_of_a_large_file_is_highlighted_without_looking_at_the_rest() {
    let text: Arc<str> = include_str!("snippets/sample.rs").repeat(400).into();
    let tree = SyntaxTree::parse(language("rust"), Arc::clone(&text), Duration::from_secs(60)).expect("in time");
    let middle = text.len() / 2;
    tree.spans(0..10, Duration::from_secs(60)).expect("compiles the query");
    let time = |range: std::ops::Range<usize>| {
        let once = || {
            let start = Instant::now();
            assert!(!tree.spans(range.clone(), Duration::from_secs(60)).expect("in time").is_empty());
            start.elapsed()
        };
        // The fastest of a few: what else runs on the machine only adds to them.
        (0..5).map(|_| once()).min().expect("five")
    };
    let (screen, whole) = (time(middle..middle + 4_000), time(0..text.len()));
    assert!(screen < whole / 5, "a screen takes {screen:?}, all of it {whole:?}");
}

#[test]
fn one_tree_answers_several_threads() {
    let text: Arc<str> = include_str!("snippets/sample.md").repeat(20).into();
    let tree = SyntaxTree::parse(language("markdown"), Arc::clone(&text), Duration::from_secs(60)).expect("in time");
    let whole = || tree.spans(0..text.len(), Duration::from_secs(60));
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(whole)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(answers.iter().all(|answer| *answer == whole()));
}

/// Some of these once wrote past the end of a scanner's buffer, which aborts the process: that is why `guard.rs` is there.
#[test]
fn nesting_that_scanners_cannot_count_is_survived() {
    let stairs = |line: &str| (0..600).map(|depth| format!("{}{line}\n", " ".repeat(depth))).collect::<String>();
    let many = |piece: &str| piece.repeat(600);
    let texts = [
        stairs("a:"),
        stairs("- a"),
        stairs("if a:"),
        stairs("- a: f'{"),
        stairs("* a"),
        stairs("> a"),
        many("- "),
        many("? "),
        many("- ? "),
        many("a: "),
        many("a: - "),
        many("? a: "),
        many("&a !b - "),
        many(": "),
        many("> "),
        many("1. "),
        many("<<A; "),
        many("<<A\n#{\n"),
        many("<<~\"A\"\n#{<<-B\n"),
        many("cat <<A <<B\n"),
        many("$(cat <<A\n"),
        many("<?php <<<A\n{$a[<<<B\n"),
        many("f'{f\"{"),
        format!("if a:\n{}", stairs("f'{f\"{")),
        many("$\"{$@\"{"),
        many("%w[#{%q(#{"),
        many("`${"),
        many("\"#{"),
        many("<x-y>"),
        many("<p><script>"),
        format!("a <<~{0}\nb\n{0}\n", "A".repeat(1_000)),
        format!("a <<{0}\nb\n{0}\n", "é".repeat(300)),
        format!("auto a = R\"{0}(b){0}\";", "d".repeat(100)),
        format!("a = r{0}\"b\"{0};", "#".repeat(1_000)),
        format!("{0}\nb\n{0}\n", "`".repeat(1_000)),
        format!("<{0}></{0}>", "a".repeat(5_000)),
    ];
    // The others have no scanner, or one without a memory.
    for name in ["Rust", "Python", "C++", "C#", "Ruby", "PHP", "Bash", "HTML", "YAML", "Markdown", "Scala", "SCSS", "HCL", "CMake"] {
        for text in &texts {
            let Ok(tree) = SyntaxTree::parse(language(name), text.as_str().into(), Duration::from_millis(30)) else { continue };
            tree.spans(0..text.len(), Duration::from_millis(30)).ok();
        }
    }
}
