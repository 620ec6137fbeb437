//! What a real piece of code in every language looks like.

use std::fmt::Write as _;
use std::time::Duration;

use lectern_syntax::{Class, Language, Span, SyntaxTree};

const BUDGET: Duration = Duration::from_secs(60);

/// One letter for each class, in the order of their numbers.
const LETTERS: &[u8] = b" kscftnp.maHESL";

fn parse(path: &str, text: &str) -> SyntaxTree {
    let language = Language::for_path(path, None).expect("every snippet is in a language with a grammar");
    SyntaxTree::parse(language, text.into(), BUDGET).expect("a snippet is small")
}

fn letter(class: Class) -> char {
    char::from(LETTERS[class as usize])
}

/// Each line of the text, and below it the letters of the classes.
fn render(text: &str, spans: &[Span]) -> String {
    let mut classes = vec![' '; text.len()];
    for span in spans {
        classes[span.range.clone()].fill(letter(span.class));
    }
    let mut rendered = String::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let below: String = line.char_indices().map(|(at, char)| if char == '\t' { '\t' } else { classes[start + at] }).collect();
        writeln!(rendered, "{}\n{}", line.trim_end(), below.trim_end()).expect("a string takes any text");
        start += line.len();
    }
    rendered
}

fn outline(tree: &SyntaxTree) -> String {
    let line_of = |byte: usize| tree.text()[..byte].matches('\n').count() + 1;
    let mut rendered = String::new();
    for symbol in tree.outline() {
        assert!(tree.text().get(symbol.name_range.clone()).is_some(), "{symbol:?}");
        assert!(symbol.range.start <= symbol.name_range.start && symbol.name_range.end <= symbol.range.end, "{symbol:?}");
        let indent = "  ".repeat(symbol.depth as usize);
        let (first, last) = (line_of(symbol.range.start), line_of(symbol.range.end.saturating_sub(1).max(symbol.range.start)));
        writeln!(rendered, "{indent}{} {} [{first}-{last}]", symbol.kind.as_str(), symbol.name).expect("a string takes any text");
    }
    rendered
}

/// Each line of the text behind a mark: `▾` where a fold begins, a bar for each one around it; then the named parts.
fn structure(tree: &SyntaxTree) -> String {
    let structure = tree.structure(BUDGET).expect("a snippet is small");
    let mut rendered = String::new();
    for (at, line) in tree.text().lines().enumerate() {
        let line_number = u32::try_from(at + 1).expect("a snippet is small");
        let inside = structure.folds.iter().filter(|fold| fold.first < line_number && line_number <= fold.last).count();
        let begins = structure.folds.iter().any(|fold| fold.first == line_number);
        writeln!(rendered, "{}{} {line}", "│".repeat(inside), if begins { "▾" } else { " " }).expect("a string takes any text");
    }
    for scope in structure.scopes {
        writeln!(rendered, "{} {} [{}-{}]", scope.kind.as_str(), scope.name, scope.first, scope.last).expect("a string takes any text");
    }
    rendered
}

macro_rules! snippets {
    ($($test:ident: $file:literal,)*) => {$(
        #[test]
        fn $test() {
            let text = include_str!(concat!("snippets/", $file));
            let tree = parse($file, text);
            let spans = tree.spans(0..text.len(), BUDGET).expect("a snippet is small");
            insta::assert_snapshot!(concat!(stringify!($test), "_highlights"), render(text, &spans));
            insta::assert_snapshot!(concat!(stringify!($test), "_outline"), outline(&tree));
            insta::assert_snapshot!(concat!(stringify!($test), "_structure"), structure(&tree));
        }
    )*};
}

snippets! {
    rust: "sample.rs",
    typescript: "sample.ts",
    tsx: "sample.tsx",
    javascript: "sample.js",
    python: "sample.py",
    go: "sample.go",
    java: "sample.java",
    c: "sample.c",
    cpp: "sample.cpp",
    csharp: "sample.cs",
    ruby: "sample.rb",
    php: "sample.php",
    bash: "sample.sh",
    html: "sample.html",
    css: "sample.css",
    json: "sample.json",
    toml: "sample.toml",
    yaml: "sample.yaml",
    markdown: "sample.md",
    vue: "sample.vue",
    svelte: "sample.svelte",
    xml: "sample.xml",
    kotlin: "sample.kt",
    lua: "sample.lua",
    sql: "sample.sql",
    makefile: "sample.mk",
    dockerfile: "sample.dockerfile",
    zig: "sample.zig",
    scala: "sample.scala",
    scss: "sample.scss",
    hcl: "sample.tf",
    protobuf: "sample.proto",
    graphql: "sample.graphql",
    cmake: "sample.cmake",
    ini: "sample.ini",
    diff: "sample.diff",
}

#[test]
fn every_language_has_a_snippet() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snippets");
    let files = std::fs::read_dir(folder).expect("the snippets are beside this test");
    let mut seen: Vec<_> =
        files.filter_map(|file| Language::for_path(file.ok()?.file_name().to_str()?, None)).map(Language::name).collect();
    let mut all: Vec<_> = Language::all().map(Language::name).collect();
    seen.sort_unstable();
    all.sort_unstable();
    assert_eq!(seen, all);
}
