//! The beginning of a text by itself says what the whole text says.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lectern_syntax::{Head, Language, SyntaxTree};

const BUDGET: Duration = Duration::from_secs(60);
/// Bytes that a window's screen may show.
const SCREEN: usize = 5_000;

fn snippets() -> Vec<(Language, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snippets");
    let files = std::fs::read_dir(folder).expect("the snippets").map(|file| file.expect("a snippet").path());
    let snippet = |path: std::path::PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        (Language::for_path(name, None).expect("a language"), std::fs::read_to_string(&path).expect("a text"))
    };
    files.map(snippet).collect()
}

#[test]
fn a_first_screen_is_coloured_as_in_the_whole_text_in_every_language() {
    for (language, snippet) in snippets() {
        // What repeats a root element or an only document is no such text; everything else may go on and on.
        let text: Arc<str> = snippet.repeat(100_000_usize.div_ceil(snippet.len())).into();
        let head = Head::parse(language, &text, BUDGET).expect("in time").expect("a long text has a beginning");
        let whole = SyntaxTree::parse(language, Arc::clone(&text), BUDGET).expect("in time");
        for start in [0, SCREEN, SCREEN * 2] {
            let bytes = start..start + SCREEN;
            assert!(head.holds(&bytes), "{language:?}");
            assert_eq!(head.spans(bytes.clone(), BUDGET), whole.spans(bytes, BUDGET), "{language:?} at {start}");
        }
    }
}

#[test]
fn a_class_that_the_cut_goes_through_is_still_a_class() {
    let text: Arc<str> = ("class Outer {\n  constructor() { this.inner = [1, (2)]; }\n".to_owned()
        + &"  method(one, two) { return `${one} {`; }\n".repeat(3_000)
        + "}\n")
        .into();
    for name in ["JavaScript", "TypeScript"] {
        let language = Language::by_name(name).expect("a language");
        let head = Head::parse(language, &text, BUDGET).expect("in time").expect("a long text has a beginning");
        let whole = SyntaxTree::parse(language, Arc::clone(&text), BUDGET).expect("in time");
        assert_eq!(head.spans(0..SCREEN, BUDGET), whole.spans(0..SCREEN, BUDGET), "{name}");
    }
}

#[test]
fn a_short_text_and_one_without_lines_have_no_beginning_of_their_own() {
    let rust = Language::by_name("rust").expect("a language");
    for text in ["", "fn main() {}\n", &"a\n".repeat(30_000), &"x".repeat(100_000), &"é".repeat(100_000)] {
        assert!(Head::parse(rust, text, BUDGET).expect("in time").is_none());
    }
}

#[test]
fn only_what_is_far_from_the_cut_is_answered_for() {
    let rust = Language::by_name("rust").expect("a language");
    let text = "fn a() {}\n".repeat(20_000);
    let head = Head::parse(rust, &text, BUDGET).expect("in time").expect("a long text has a beginning");
    assert!(head.holds(&(0..20_000)));
    assert!(!head.holds(&(0..32_000)), "too near the cut");
    assert!(!head.holds(&(100_000..100_100)), "behind it");
    assert_eq!(head.spans(100_000..100_100, BUDGET), Ok(Vec::new()));
}

/// Texts that no person writes and that grammars or queries need for ever for: most are given up soon, none takes long.
#[test]
fn a_hostile_beginning_is_told_soon() {
    let lines = ["[[[[[[[[", "((((((((", "{", "<div><div><div>", "> > > > > > >", "[a]([a]([a](", "a < b + a < b + a < b + "];
    let mut given_up = 0;
    for line in lines {
        let text = format!("{line}\n").repeat(200_000 / line.len());
        for language in Language::all() {
            language.prepare();
            let start = Instant::now();
            let told = match Head::parse(language, &text, BUDGET) {
                Ok(Some(head)) => head.spans(0..SCREEN, BUDGET).is_ok(),
                other => other.is_ok(),
            };
            // Without optimisation, on a busy machine: the figures are those of the `timings` example.
            assert!(start.elapsed() < Duration::from_secs(20), "{language:?} needs {:?} for {line}", start.elapsed());
            given_up += usize::from(!told);
        }
    }
    assert!(given_up > 20, "only {given_up} were given up");
}
