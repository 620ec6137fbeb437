//! Prose as doc comments: in every language's form, and never as anything but a comment, whoever wrote it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use lectern_refactor::{Certainty, DocSymbol, DocWanted, InMemory, Project, Said, applied, doc_comments, new_errors};
use lectern_syntax::{Code, Language, SyntaxTree};
use proptest::prelude::*;

const BUDGET: Duration = Duration::from_secs(60);

fn tree(path: &str, text: &str) -> SyntaxTree {
    let language = Language::for_path(path, text.lines().next()).expect("a language");
    SyntaxTree::parse(language, text.into(), BUDGET).expect("parsed")
}

fn code(path: &str, text: &str) -> Code {
    tree(path, text).code(path.ends_with(".h"), BUDGET).expect("read")
}

fn sentence(text: &str) -> Vec<Said> {
    vec![Said::Words(text.to_owned())]
}

/// What is wanted of the definition of this name, as a page would say it.
fn about(path: &str, text: &str, name: &str, said: &[&str]) -> DocWanted {
    let code = code(path, text);
    let last = name.rsplit(['.', ':']).next().expect("a name");
    let defined = code.definitions.iter().find(|defined| defined.symbol.name == last).expect("a definition");
    let symbol = DocSymbol { name: name.to_owned(), signature: text[defined.signature.clone()].to_owned(), line: None };
    DocWanted {
        path: path.to_owned(),
        symbol: Some(symbol),
        sentences: said.iter().map(|text| sentence(text)).collect(),
        reason: "written".to_owned(),
        documented: false,
    }
}

fn about_file(path: &str, said: &[&str]) -> DocWanted {
    DocWanted { symbol: None, ..DocWanted { sentences: said.iter().map(|text| sentence(text)).collect(), ..blank(path) } }
}

fn blank(path: &str) -> DocWanted {
    DocWanted { path: path.to_owned(), symbol: None, sentences: Vec::new(), reason: "written".to_owned(), documented: false }
}

/// The text afterwards, and what was left out.
fn written(path: &str, text: &str, wanted: &[DocWanted]) -> (String, Vec<String>) {
    let project = InMemory::new([(path.to_owned(), text.to_owned())]);
    let made = doc_comments(&project, wanted).expect("made");
    assert!(made.proposal.edits.iter().all(|edit| edit.certainty == Certainty::Probable));
    assert_eq!(made.of.len(), made.proposal.edits.len());
    let files = BTreeMap::from([(path.to_owned(), text.to_owned())]);
    let after = applied(&files, &made.proposal.edits, &[]).expect("applied").remove(path).expect("the file");
    (after, made.proposal.conflicts.into_iter().map(|conflict| conflict.message).collect())
}

#[track_caller]
fn becomes(path: &str, text: &str, name: &str, expected: &str) {
    let (after, left) = written(path, text, &[about(path, text, name, &["It compares both."])]);
    assert_eq!((after.as_str(), left.as_slice()), (expected, &[][..]));
}

#[test]
fn comments_stand_where_their_language_has_them() {
    becomes(
        "a.rs",
        "use x;\n#[inline]\n#[must_use]\npub fn plan() {}\n",
        "plan",
        "use x;\n/// It compares both.\n#[inline]\n#[must_use]\npub fn plan() {}\n",
    );
    becomes(
        "a.rs",
        "#![allow(x)]\nimpl A {\r\n\t#[test]\r\n\tfn plan() {}\r\n}\r\n",
        "A::plan",
        "#![allow(x)]\nimpl A {\r\n\t/// It compares both.\r\n\t#[test]\r\n\tfn plan() {}\r\n}\r\n",
    );
    becomes("a.rs", "#![allow(x)]\nfn plan() {}", "plan", "#![allow(x)]\n/// It compares both.\nfn plan() {}");
    becomes(
        "a.ts",
        "class A {\n  @Get()\n  @Other\n  plan() {}\n}\n",
        "A.plan",
        "class A {\n  /** It compares both. */\n  @Get()\n  @Other\n  plan() {}\n}\n",
    );
    becomes(
        "a.js",
        "// eslint-disable-next-line x\nexport default function plan() {}\n",
        "plan",
        "/** It compares both. */\n// eslint-disable-next-line x\nexport default function plan() {}\n",
    );
    becomes(
        "a.go",
        "package a\n\n//go:noinline\nfunc Plan() {}\n",
        "Plan",
        "package a\n\n// Plan compares both.\n//go:noinline\nfunc Plan() {}\n",
    );
    becomes(
        "A.java",
        "class A {\n    @Override\n    void plan() {}\n}\n",
        "A.plan",
        "class A {\n    /** It compares both. */\n    @Override\n    void plan() {}\n}\n",
    );
    becomes("a.kt", "@JvmStatic\nfun plan() {}\n", "plan", "/** It compares both. */\n@JvmStatic\nfun plan() {}\n");
    becomes("a.c", "static int\nplan(void) { return 1; }\n", "plan", "/** It compares both. */\nstatic int\nplan(void) { return 1; }\n");
    becomes(
        "a.cpp",
        "template <typename T>\nT plan() { return T(); }\n",
        "plan",
        "/** It compares both. */\ntemplate <typename T>\nT plan() { return T(); }\n",
    );
    becomes(
        "a.cs",
        "class A {\n    [Test]\n    void Plan() {}\n}\n",
        "A.Plan",
        "class A {\n    /// <summary>\n    /// It compares both.\n    /// </summary>\n    [Test]\n    void Plan() {}\n}\n",
    );
    becomes("a.rb", "x = 1\n\ndef plan\nend\n", "plan", "x = 1\n\n# It compares both.\ndef plan\nend\n");
}

#[test]
fn docstrings_are_the_first_statement() {
    becomes(
        "a.py",
        "@dec\ndef plan(\n    a,\n):\n    # Why.\n    return a\n",
        "plan",
        "@dec\ndef plan(\n    a,\n):\n    # Why.\n    \"\"\"It compares both.\"\"\"\n    return a\n",
    );
    becomes("a.py", "class A:\n\tx = 1\n", "A", "class A:\n\t\"\"\"It compares both.\"\"\"\n\tx = 1\n");
    becomes("a.py", "def plan(): return 1  # x\n", "plan", "def plan():\n    \"\"\"It compares both.\"\"\"\n    return 1  # x\n");
    becomes(
        "a.py",
        "class A:\r\n  async def plan(self) -> int: return 1; x",
        "A.plan",
        "class A:\r\n  async def plan(self) -> int:\r\n      \"\"\"It compares both.\"\"\"\r\n      return 1; x",
    );
}

#[test]
fn what_is_documented_stays_and_is_told() {
    for (path, text, name) in [
        ("a.rs", "/// Old.\n#[inline]\nfn plan() {}\n", "plan"),
        ("a.rs", "#[doc = \"Old.\"]\nfn plan() {}\n", "plan"),
        ("a.rs", "fn plan() {\n    //! Old.\n}\n", "plan"),
        ("a.py", "def plan():\n    'Old.'\n", "plan"),
        ("a.ts", "class A {\n  /** Old. */\n  @Get()\n  plan() {}\n}\n", "A.plan"),
        ("a.go", "package a\n\n// Old.\nfunc Plan() {}\n", "Plan"),
        ("a.c", "// Old.\nint plan(void);\n", "plan"),
    ] {
        let (after, left) = written(path, text, &[about(path, text, name, &["New."])]);
        assert_eq!((after.as_str(), left.len()), (text, 1), "{path}");
        assert!(left[0].ends_with("has a doc comment already, which stays as it is"), "{left:?}");
    }
}

#[test]
fn what_can_not_be_said_is_told() {
    let left = |path: &str, text: &str, wanted: DocWanted| {
        let (after, left) = written(path, text, &[wanted]);
        assert_eq!((after.as_str(), left.len()), (text, 1));
        left.into_iter().next().expect("one")
    };
    let rust = "fn plan() {}\n";
    let other = about("a.rs", "fn plan(x: u8) {}\n", "plan", &["New."]);
    assert_eq!(left("a.rs", rust, other), "the doc comment of plan is left out: it is declared in another way by now");
    let gone = about("a.rs", "fn gone() {}\n", "gone", &["New."]);
    assert_eq!(left("a.rs", rust, gone), "the doc comment of gone is left out: it is not there any more");
    let nothing = about("a.rs", rust, "plan", &["\u{202e}`*/` #"]);
    assert_eq!(left("a.rs", rust, nothing), "the doc comment of plan is left out: nothing is left to say of it");
    let inline = "fn a() {} fn plan() {}\n";
    assert_eq!(
        left("a.rs", inline, about("a.rs", inline, "plan", &["New."])),
        "the doc comment of plan is left out: it begins in the middle of a line"
    );
    let svelte = "<script>\nfunction plan() {}\n</script>\n";
    assert_eq!(
        left("a.svelte", svelte, DocWanted { path: "a.svelte".into(), ..about("a.js", "function plan() {}", "plan", &["New."]) }),
        "a doc comment for a.svelte left out: doc comments of Svelte are not written"
    );
    assert_eq!(
        left("A.java", "class A {}\n", about_file("A.java", &["New."])),
        "the doc comment of A.java is left out: files of Java have no doc comment of their own"
    );
    let (_, missing) = written("a.rs", rust, &[blank("b.rs")]);
    assert_eq!(missing, ["a doc comment for b.rs left out: it is not there any more, or no text"]);
}

#[test]
fn files_say_what_they_are_about_at_their_top() {
    let top = |path: &str, text: &str| {
        let (after, left) = written(path, text, &[about_file(path, &["It compares."])]);
        assert_eq!(left, [""; 0], "{path}");
        after
    };
    assert_eq!(top("a.rs", "use x;\n"), "//! It compares.\n\nuse x;\n");
    assert_eq!(
        top("a.rs", "#!/usr/bin/env x\n// Copyright me\n\nuse x;\n"),
        "#!/usr/bin/env x\n// Copyright me\n\n//! It compares.\n\nuse x;\n"
    );
    assert_eq!(top("a.rs", "#![no_std]\n"), "//! It compares.\n\n#![no_std]\n");
    assert_eq!(
        top("a.py", "#!/usr/bin/python\n# -*- coding: utf-8 -*-\nimport x\n"),
        "#!/usr/bin/python\n# -*- coding: utf-8 -*-\n\n\"\"\"It compares.\"\"\"\n\nimport x\n"
    );
    assert_eq!(top("a.ts", "import x from 'x';\r\n"), "/**\r\n * @file\r\n * It compares.\r\n */\r\n\r\nimport x from 'x';\r\n");
    assert_eq!(top("p/a.go", "//go:build linux\n\npackage a\n"), "//go:build linux\n\n// Package a: It compares.\npackage a\n");
    let go = "//go:build linux\n\n// Package a is.\npackage a\n";
    let (after, left) = written("p/a.go", go, &[about_file("p/a.go", &["It compares."])]);
    assert_eq!((after.as_str(), left.len()), (go, 1), "what it says of itself stays");
    let both = "fn plan() {}\n";
    let (after, left) = written("a.rs", both, &[about("a.rs", both, "plan", &["One."]), about_file("a.rs", &["All."])]);
    assert_eq!((after.as_str(), left.len()), ("//! All.\n\n/// One.\nfn plan() {}\n", 0), "both at the top");
    let (after, left) = written("a.js", "// @flow\nx();\n", &[about_file("a.js", &["All."])]);
    assert_eq!((after.as_str(), left.len()), ("// @flow\nx();\n", 1), "the first comment is for tools");
}

#[test]
fn comments_are_as_wide_as_those_of_the_file() {
    let words = "word ".repeat(40);
    let narrow = format!("/// {}\nfn a() {{}}\n\nfn plan() {{}}\n", "x".repeat(70));
    let (after, _) = written("a.rs", &narrow, &[about("a.rs", &narrow, "plan", &[&words])]);
    let widest = |text: &str| text.lines().filter(|line| line.contains("word")).map(str::len).max().unwrap_or_default();
    assert!((70..=80).contains(&widest(&after)), "{after}");
    let wide = narrow.replace(&"x".repeat(70), &"x".repeat(150));
    let (after, _) = written("a.rs", &wide, &[about("a.rs", &wide, "plan", &[&words])]);
    assert!((95..=100).contains(&widest(&after)), "{after}");
}

/// A file of each language with a definition, alone and inside of another.
const FILES: [(&str, &str, &[&str]); 13] = [
    ("a.rs", "use x;\n\nstruct A;\nimpl A {\n    fn plan(&self) -> u8 { 1 }\n}\npub fn other() {}\n", &["A::plan", "other"]),
    ("a.ts", "import x from 'x';\nexport class A {\n  plan(): void {}\n}\nexport const other = () => 1;\n", &["A.plan", "other"]),
    ("a.jsx", "const A = () => <b>x</b>;\nfunction plan() { return `${1}`; }\n", &["A", "plan"]),
    ("a.py", "import x\nclass A:\n    def plan(self): return 1\n\ndef other():\n    pass\n", &["A.plan", "other", "A"]),
    ("a.go", "package a\n\ntype A struct{}\n\nfunc (a A) Plan() int { return 1 }\n", &["A.Plan", "A"]),
    ("A.java", "class A {\n    int plan() { return 1; }\n}\n", &["A.plan", "A"]),
    ("a.kt", "class A {\n    fun plan(): Int = 1\n}\n", &["A.plan", "A"]),
    ("a.c", "struct A { int x; };\nint plan(void) { return 1; }\n", &["plan", "A"]),
    ("a.cpp", "class A {\npublic:\n    int plan() { return 1; }\n};\n", &["A::plan", "A"]),
    ("a.cs", "class A {\n    int Plan() { return 1; }\n}\n", &["A.Plan", "A"]),
    ("a.php", "<?php\nclass A {\n    function plan() { return 1; }\n}\n", &["A::plan", "A"]),
    ("a.lua", "local x = 1\nfunction plan() return 1 end\n", &["plan"]),
    ("a.sh", "#!/bin/sh\nx=1\nplan() {\n  echo 1\n}\n", &["plan"]),
];

/// Everything of a text that is no comment, leaf by leaf.
fn leaves(path: &str, text: &str) -> Vec<String> {
    let language = Language::for_path(path, text.lines().next()).expect("a language");
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(language.tree_sitter()).expect("it fits");
    let tree = parser.parse(text, None).expect("parsed");
    let (mut found, mut waiting) = (Vec::new(), vec![tree.root_node()]);
    while let Some(node) = waiting.pop() {
        if node.kind().contains("comment") {
            continue;
        }
        // A docstring is a statement, and nothing else.
        let is_docstring = node.kind() == "expression_statement" && text[node.byte_range()].starts_with("\"\"\"");
        if is_docstring && node.named_child_count() == 1 && node.named_child(0).is_some_and(|child| child.kind() == "string") {
            continue;
        }
        if node.child_count() == 0 && !text[node.byte_range()].trim().is_empty() {
            found.push(text[node.byte_range()].to_owned());
        }
        let mut cursor = node.walk();
        let inner: Vec<_> = node.children(&mut cursor).collect();
        waiting.extend(inner.into_iter().rev());
    }
    found
}

fn hostile() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "*/",
        "/*",
        "\"\"\"",
        "\"",
        "'''",
        "\\",
        "\n",
        "\r\n",
        "\r",
        "\u{2028}",
        "\u{85}",
        "\0",
        "```",
        "~~~",
        "-->",
        "#",
        "#!",
        "@jsx h",
        "@param",
        ">>> x",
        "\\u002a/",
        "\\u000a",
        "<script>",
        "</summary>",
        "?>",
        "${x}",
        "{{",
        "//",
        "--[[",
        "]]",
        "`",
        "a",
        "word",
        " ",
        "=begin",
        "EOF",
        "*\\",
        "??/",
        "/",
        "*",
        "[x](y)",
        "\u{202e}",
        "\u{feff}",
        "end",
        "}",
        "{",
        "--",
        "%>",
        "\u{c}",
    ]);
    let pieces = prop_oneof![4 => nasty.prop_map(str::to_owned), 1 => any::<String>(), 1 => "[a-z ]{1,30}"];
    prop::collection::vec(pieces, 1..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn words_stay_words_whoever_wrote_them(words in hostile(), name in hostile(), file in 0..FILES.len(), crlf in any::<bool>()) {
        let (path, text, names) = FILES[file];
        let text = if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        let sentences = vec![vec![Said::Words(format!("begins {words}")), Said::Name(name)], sentence(&format!("{words} ends"))];
        let wanted: Vec<DocWanted> =
            names.iter().map(|name| DocWanted { sentences: sentences.clone(), ..about(path, &text, name, &[]) }).collect();
        let (after, left) = written(path, &text, &wanted);
        // None of them is caught by the last look at the file: they are written so that it finds nothing.
        prop_assert_eq!(left, Vec::<String>::new(), "{}", after);
        prop_assert!(after.contains("begins"));
        prop_assert_eq!(after.contains("\r\n"), crlf);
        prop_assert!(!crlf || !after.replace("\r\n", "").contains(['\n', '\r']), "mixed line ends");
        prop_assert!(!after.contains(['\u{202e}', '\u{2028}', '\0', '\u{85}']), "{:?}", after);
        prop_assert_eq!(leaves(path, &after), leaves(path, &text), "{}", after);
        let (before, now): (Arc<str>, Arc<str>) = (text.as_str().into(), after.as_str().into());
        prop_assert_eq!(new_errors(path, &before, &now, |at| at, 5).expect("parsed"), vec![]);
        let described = |text: &str| code(path, text).definitions.into_iter().map(|one| (one.symbol.name, one.symbol.kind)).collect::<Vec<_>>();
        prop_assert_eq!(described(&after), described(&text));
        // What was written is found as what is said of it, and so is not written over the next time.
        if !matches!(path, "a.sh") {
            let (again, left) = written(path, &after, &wanted);
            prop_assert_eq!(again, after);
            prop_assert!(left.iter().all(|told| told.contains("already")), "{:?}", left);
        }
    }
}

#[test]
fn a_project_without_the_file_is_told_and_nothing_else() {
    let project = InMemory::new([]);
    let made = doc_comments(&project, &[about_file("a.rs", &["x"])]).expect("made");
    assert_eq!((made.proposal.edits.len(), made.proposal.conflicts.len(), project.paths().len()), (0, 1, 0));
}
