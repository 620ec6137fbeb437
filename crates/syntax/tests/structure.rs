//! What can be folded, and what is hidden and what stays when it is.

use std::time::Duration;

use lectern_syntax::{Language, Structure, SyntaxError, SyntaxTree};

const BUDGET: Duration = Duration::from_secs(60);

fn structure(path: &str, text: &str) -> Structure {
    let language = Language::for_path(path, None).expect("the language has a grammar");
    let tree = SyntaxTree::parse(language, text.into(), BUDGET).expect("a short text is parsed in time");
    tree.structure(BUDGET).expect("in time")
}

fn folds(path: &str, text: &str) -> Vec<(u32, u32)> {
    structure(path, text).folds.iter().map(|fold| (fold.first, fold.last)).collect()
}

#[test]
fn the_line_of_a_closer_stays_and_any_other_last_line_is_hidden() {
    assert_eq!(folds("a.rs", "fn a() {\n    b();\n}\n"), [(1, 2)]);
    assert_eq!(folds("a.rs", "fn a() {\n    b(); }\n"), [(1, 2)], "code stands before the closer");
    assert_eq!(
        folds("a.py", "def a():\n    b = [\n        1,\n    ]\n\n\nc = 1\n"),
        [(1, 4), (2, 3)],
        "a body ends with its last line that isn't blank"
    );
    assert_eq!(folds("a.html", "<ul>\n  <li>a\n  </li>\n</ul>\n"), [(1, 3), (2, 2)].into_iter().filter(|(a, b)| a < b).collect::<Vec<_>>());
    assert_eq!(folds("a.rb", "def a\n  b do |c|\n    c\n  end\nend\n"), [(1, 4), (2, 3)]);
}

#[test]
fn the_outermost_of_those_that_begin_on_a_line_folds() {
    assert_eq!(folds("a.js", "describe('a', () => {\n  it([\n    1,\n  ]);\n});\n"), [(1, 4), (2, 3)]);
    assert_eq!(folds("a.rs", "fn a(\n    b: u8,\n) -> u8 {\n    b\n}\n"), [(1, 2), (3, 4)], "arguments and body apart");
    assert_eq!(folds("a.ts", "if (a) {\n  b();\n} else {\n  c();\n}\n"), [(1, 2), (3, 4)], "each branch by itself");
    assert_eq!(folds("a.py", "def a(\n    b,\n):\n    return b\n"), [(1, 2), (3, 4)]);
}

#[test]
fn comments_and_imports_that_follow_one_another_fold_together() {
    assert_eq!(
        folds("a.rs", "// a\n// b\n\n// c\nuse a;\nuse b;\n\nuse c;\n\n\nuse d;\n"),
        [(1, 2), (5, 8)],
        "a paragraph of comments, a group of imports"
    );
    assert_eq!(folds("a.rs", "a!(); // b\n// c\n"), [], "a comment behind code is about that code");
    assert_eq!(folds("a.c", "/* a\n * b\n */\nint a; /* b\n*/\n"), [(1, 3)]);
    assert_eq!(folds("a.go", "import (\n\t\"a\"\n\t\"b\"\n)\n"), [(1, 3)]);
    assert_eq!(folds("a.py", "import a\nfrom b import (\n    c,\n    d,\n)\nimport e\n"), [(1, 6), (2, 4)]);
}

#[test]
fn strings_and_heredocs_of_several_lines_fold() {
    assert_eq!(folds("a.sh", "cat <<EOF\na\nb\nEOF\ncat <<A <<B\na\nA\nb\nB\n")[0], (1, 3));
    assert_eq!(folds("a.rb", "a = <<~T\n  b\n  c\nT\n"), [(1, 3)]);
    assert_eq!(folds("a.php", "<?php\n$a = <<<T\n  b\n  c\nT;\n"), [(2, 4)]);
    assert_eq!(folds("a.js", "const a = `b\nc\n`;\n"), [(1, 2)]);
    assert_eq!(folds("a.py", "def a():\n    \"\"\"B.\n\n    c\n    \"\"\"\n"), [(1, 5), (2, 4)]);
}

#[test]
fn documents_fold_by_their_headings_however_these_are_written() {
    let text = "# A\n\ntext\n\n## B\n\n```rust\nfn a() {\n    b();\n}\n```\n\nC\n=\n\nmore\n";
    assert_eq!(folds("a.md", text), [(1, 11), (5, 11), (7, 10), (8, 9), (13, 16)]);
    let names: Vec<_> = structure("a.md", text).scopes.into_iter().map(|scope| (scope.name, scope.first, scope.last)).collect();
    assert_eq!(names, [("A".to_owned(), 1, 11), ("B".to_owned(), 5, 11), ("C".to_owned(), 13, 16)], "examples have no names of their own");
}

#[test]
fn data_files_fold_by_their_nesting() {
    assert_eq!(folds("a.json", "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}\n"), [(1, 5), (2, 3)]);
    assert_eq!(folds("a.yaml", "a:\n  - b: 1\n    c: 2\n\n  - d\ne: |\n  f\n  g\nh: 1\n"), [(1, 5), (2, 3), (6, 8)]);
    assert_eq!(folds("a.toml", "[a]\nb = [\n  1,\n]\n\n[c]\nd = 1\n"), [(1, 4), (2, 3), (6, 7)]);
}

#[test]
fn what_is_embedded_folds_and_has_names() {
    let page = "<html>\n<script>\nfunction a() {\n  b();\n}\n</script>\n<style>\n.c {\n  d: e;\n}\n</style>\n</html>\n";
    assert_eq!(folds("a.html", page), [(1, 11), (2, 5), (3, 4), (7, 10), (8, 9)]);
    let names: Vec<_> = structure("a.html", page).scopes.into_iter().map(|scope| (scope.name, scope.first, scope.last)).collect();
    assert_eq!(names, [("a".to_owned(), 3, 5), (".c".to_owned(), 8, 10)]);
    assert_eq!(folds("a.php", "<ul>\n<?php if ($a) {\n  b();\n} ?>\n</ul>\n"), [(1, 4), (2, 3)]);
}

#[test]
fn components_fold_by_their_blocks_and_data_by_its_elements() {
    let svelte = "{#if a}\n  <p>\n    b\n  </p>\n{:else}\n  c\n{/if}\n";
    assert_eq!(folds("a.svelte", svelte), [(1, 6), (2, 3), (5, 6)]);
    assert_eq!(folds("a.vue", "<script>\nfunction a() {\n  b();\n}\n</script>\n"), [(1, 4), (2, 3)]);
    assert_eq!(folds("a.xml", "<a>\n  <b\n    c=\"d\"/>\n<!-- e\n f -->\n</a>\n"), [(1, 5), (2, 3), (4, 5)]);
    assert_eq!(folds("a.sql", "CREATE TABLE a (\n  b INT\n);\nSELECT b\nFROM a;\n"), [(1, 2), (4, 5)]);
    assert_eq!(folds("a.dockerfile", "FROM a\nRUN <<EOF\nb\nEOF\nRUN c \\\n  && d\n"), [(2, 3), (5, 6)]);
    assert_eq!(folds("a.lua", "function a()\n  b = [[\nc\n]]\nend\n"), [(1, 4), (2, 3)]);
}

#[test]
fn a_scope_begins_with_its_name_and_not_with_its_attributes() {
    let scopes = structure("A.java", "@Entity(\n  a = 1\n)\npublic class A {\n  @B\n  void c() {\n  }\n}\n").scopes;
    assert_eq!(scopes.iter().map(|scope| (scope.first, scope.last)).collect::<Vec<_>>(), [(4, 8), (6, 7)]);
}

#[test]
fn lines_that_end_with_a_carriage_return_are_lines() {
    assert_eq!(folds("a.rs", "fn a() {\r    b();\r}\r"), [(1, 2)]);
    assert_eq!(folds("a.rs", "fn a() {\r\n    b();\r\n}\r\n"), [(1, 2)]);
}

#[test]
fn broken_code_folds_where_it_is_whole() {
    assert_eq!(folds("a.rs", "fn a( {\nfn b() {\n    c();\n}\n").last(), Some(&(2, 3)));
}

#[test]
fn no_time_at_all_is_a_time_out() {
    let tree = SyntaxTree::parse(Language::by_name("rust").expect("Rust"), "fn a() {\n}\n".into(), BUDGET).expect("in time");
    assert_eq!(tree.structure(Duration::ZERO), Err(SyntaxError::TimedOut));
}
