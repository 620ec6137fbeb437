//! What code says of its definitions: signatures, docs, who may use them; and which names it uses.

use std::time::Duration;

use lectern_syntax::{Code, Language, Role, SyntaxTree};

fn code(path: &str, text: &str) -> Code {
    let language = Language::for_path(path, None).expect("the language has a grammar");
    language.prepare();
    let tree = SyntaxTree::parse(language, text.into(), Duration::from_secs(60)).expect("a short text is parsed in time");
    tree.code(path.ends_with(".h") || path.ends_with(".hpp"), Duration::from_secs(60)).expect("in time")
}

/// A line for each definition: `+` for public, kind, owner and name, signature, doc.
fn definitions(path: &str, text: &str) -> Vec<String> {
    let code = code(path, text);
    let line = |defined: &lectern_syntax::Defined| {
        let sign = if defined.public { '+' } else { '-' };
        let owner = defined.owner.as_ref().map(|owner| format!("{owner}>")).unwrap_or_default();
        let doc = defined.doc.as_ref().map(|doc| format!(" // {}", doc.text)).unwrap_or_default();
        let signature = &text[defined.signature.clone()];
        format!("{sign}{} {owner}{} | {signature}{doc}", defined.symbol.kind.as_str(), defined.symbol.name)
    };
    let of_text = code.doc.iter().map(|doc| format!("//! {}", doc.text));
    of_text.chain(code.definitions.iter().map(line)).collect()
}

#[track_caller]
fn says(path: &str, text: &str, expected: &[&str]) {
    let found = definitions(path, text);
    assert_eq!(found, expected, "\n{path}:\n{}\n", found.iter().map(|line| format!("{line:?},")).collect::<Vec<_>>().join("\n"));
}

#[test]
fn rust() {
    says(
        "a.rs",
        "//! The module.\n//! More.\nuse a;\n\n/// Does it.\n///\n///     code\n#[inline]\npub fn f<T: Copy>(\n    a: T,\n) -> u8\nwhere\n    T: Ord,\n{\n    fn inner() {}\n    1\n}\n\n// Not a doc comment.\npub(crate) struct S(pub u8, u8);\n\n/** A block\n * of two. */\npub struct T<'a> { /// One.\n    pub a: &'a u8, b: u8 }\n\nimpl<'a> T<'a> {\n    /// Makes.\n    pub const fn new() -> Self { todo!() }\n    fn hidden(&self) {}\n    pub const MAX: u8 = 3;\n}\nimpl Clone for S { fn clone(&self) -> S { S(1, 2) } }\npub enum E { A, B(u8) }\npub trait Tr { /// Has to.\n    fn must(&self); }\n#[macro_export]\nmacro_rules! m { () => {} }\npub const LONG: &[u8] = &[\n    1,\n];\nmod tests { #[test] fn t() {} }\npub type X = u8;\n",
        &[
            "//! The module.\nMore.",
            "+function f | pub fn f<T: Copy>(\n    a: T,\n) -> u8\nwhere\n    T: Ord, // Does it.\n\n    code",
            "-function inner | fn inner()",
            "+struct S | pub(crate) struct S(pub u8, u8)",
            "+struct T | pub struct T<'a> // A block\nof two.",
            "+field a | pub a: &'a u8 // One.",
            "-field b | b: u8",
            "+type T>impl T<'a> | impl<'a> T<'a>",
            "+method T>new | pub const fn new() -> Self // Makes.",
            "-method T>hidden | fn hidden(&self)",
            "+constant T>MAX | pub const MAX: u8 = 3",
            "+type S>impl Clone for S | impl Clone for S",
            "-method S>clone | fn clone(&self) -> S",
            "+enum E | pub enum E",
            "+field A | A",
            "+field B | B(u8)",
            "+trait Tr | pub trait Tr",
            "+method must | fn must(&self) // Has to.",
            "+macro m | macro_rules! m",
            "+constant LONG | pub const LONG: &[u8]",
            "-module tests | mod tests",
            "-function t | fn t()",
            "+type X | pub type X = u8",
        ],
    );
}

#[test]
fn typescript_and_javascript() {
    says(
        "a.ts",
        "// The module, in a line.\n\nimport { a as b } from './x';\n\n/**\n * Adds.\n * @returns the sum\n */\nexport function add(a: number, b: number): number {\n  return a + b;\n}\n\nconst hidden = 1;\n/** An arrow. */\nexport const f = async <T>(x: T): Promise<T> => {\n  return x;\n};\nconst later = () => 1;\nexport class A<T> extends B {\n  #secret = 1;\n  private x = 2;\n  /** Runs. */\n  async run(a: string): Promise<void> {}\n}\nexport interface I { /** A name. */ name: string; f(): void }\nexport type U = 'a' | 'b';\nexport { later };\nexport default class D {}\n// eslint-disable-next-line\nexport const v = { a: 1 };\n",
        &[
            "//! The module, in a line.",
            "+function add | export function add(a: number, b: number): number // Adds.\n@returns the sum",
            "-constant hidden | const hidden = 1",
            "+function f | export const f = async <T>(x: T): Promise<T> // An arrow.",
            "+function later | const later = ()",
            "+class A | export class A<T> extends B",
            "-field #secret | #secret = 1",
            "-field x | private x = 2",
            "+method run | async run(a: string): Promise<void> // Runs.",
            "+interface I | export interface I",
            "+field name | name: string // A name.",
            "+method f | f(): void",
            "+type U | export type U = 'a' | 'b'",
            "+class D | export default class D",
            "+constant v | export const v = { a: 1 }",
        ],
    );
    says(
        "a.js",
        "const a = () => 1;\nfunction b() {}\nfunction c() {}\nmodule.exports = { a, x: b };\nexports.d = function () {};\n",
        &[
            "+function a | const a = ()",
            "+function b | function b()",
            "-function c | function c()",
            "+function d | exports.d = function ()",
        ],
    );
    says("b.js", "function b() {}\nfunction _c() {}\n", &["+function b | function b()", "-function _c | function _c()"]);
}

#[test]
fn python() {
    says(
        "a.py",
        "\"\"\"The module.\n\nMore.\n\"\"\"\nimport os\n\nMAX = 3\n\n@decorated(1)\ndef f(a: int,\n      b=2) -> str:\n    '''Does it.'''\n    def inner(): pass\n\nclass A(B):\n    \"\"\"A class.\n\n        indented\n    \"\"\"\n    def __init__(self):\n        pass\n    def _hidden(self): pass\n    async def run(self): ...\n",
        &[
            "//! The module.\n\nMore.",
            "+constant MAX | MAX = 3",
            "+function f | @decorated(1)\ndef f(a: int,\n      b=2) -> str // Does it.",
            "-function inner | def inner()",
            "+class A | class A(B) // A class.\n\nindented",
            "+method __init__ | def __init__(self)",
            "-method _hidden | def _hidden(self)",
            "+method run | async def run(self)",
        ],
    );
    says("b.py", "__all__ = ['f']\ndef f(): pass\ndef g(): pass\n", &["+function f | def f()", "-function g | def g()"]);
}

#[test]
fn go() {
    says(
        "a.go",
        "// Copyright 2020 Somebody.\n\n// Package a does.\npackage a\n\n// Max is the most.\nconst Max = 3\n\nconst (\n\t// One is one.\n\tOne = iota\n\ttwo\n)\n\n// T holds.\ntype T struct {\n\tA int // Of A.\n\tb int\n}\n\n// Run runs.\n//go:noinline\nfunc (t *T) Run(a int) (int, error) {\n\treturn 1, nil\n}\n\nfunc hidden() {}\n\ntype I interface {\n\t// M must.\n\tM() error\n}\n",
        &[
            "//! Package a does.",
            "+constant Max | const Max = 3 // Max is the most.",
            "+constant One | One = iota // One is one.",
            "-constant two | two",
            "+struct T | type T struct // T holds.",
            "+field A | A int // Of A.",
            "-field b | b int",
            "+method T>Run | func (t *T) Run(a int) (int, error) // Run runs.",
            "-function hidden | func hidden()",
            "+interface I | type I interface",
            "+method M | M() error // M must.",
        ],
    );
}

#[test]
fn java_and_csharp_and_kotlin() {
    says(
        "a.java",
        "package a;\nimport java.util.List;\n\n/** A class. */\n@Deprecated\npublic class A extends B {\n  private int x = 1;\n  protected static final int MAX = 3;\n  /** Runs. */\n  @Override public <T> List<T> run(T a) throws E { return null; }\n  void inPackage() {}\n}\ninterface I { void f(); }\npublic enum E { /** One. */ A, B }\n",
        &[
            "+class A | @Deprecated\npublic class A extends B // A class.",
            "-field x | private int x = 1",
            "+constant MAX | protected static final int MAX = 3",
            "+method run | @Override public <T> List<T> run(T a) throws E // Runs.",
            "-method inPackage | void inPackage()",
            "-interface I | interface I",
            "-method f | void f()",
            "+enum E | public enum E",
            "+constant A | A // One.",
            "+constant B | B",
        ],
    );
    says(
        "a.cs",
        "namespace N;\n/// <summary>A class.</summary>\npublic class A {\n  public int X { get; set; }\n  int y;\n  public void Run(int a) { }\n}\n",
        &[
            "+module N | namespace N",
            "+class A | public class A // <summary>A class.</summary>",
            "+field X | public int X",
            "-field y | int y",
            "+method Run | public void Run(int a)",
        ],
    );
    says(
        "a.kt",
        "/** Runs. */\nfun run(a: Int): Int { return a }\nprivate class P\nclass A(val x: Int) { internal fun f() = 1 }\n",
        &[
            "+function run | fun run(a: Int): Int // Runs.",
            "-class P | private class P",
            "+class A | class A(val x: Int)",
            "+field x | val x: Int",
            "-method f | internal fun f()",
        ],
    );
}

#[test]
fn c_and_cpp() {
    says(
        "a.c",
        "/* Copyright somebody */\n#include <stdio.h>\n#define MAX 3\n\n/*\n * Adds.\n */\nint add(int a,\n\tint b)\n{\n\treturn a + b;\n}\n\nstatic char *hidden(void) { return 0; }\nstruct s { int a; /* Of a. */ };\nint proto(void);\n",
        &[
            "-macro MAX | #define MAX 3",
            "+function add | int add(int a,\n\tint b) // Adds.",
            "-function hidden | static char *hidden(void)",
            "-struct s | struct s",
            "-field a | int a // Of a.",
            "+function proto | int proto(void)",
        ],
    );
    says(
        "a.h",
        "#ifndef A_H\n#define A_H\n/** A pair. */\ntypedef struct { int q; } pair;\n#define SQUARE(x) \\\n  ((x) * (x))\nenum e { X, /**< First. */ Y };\nstatic inline int f(void) { return 1; }\nextern int g(const char *s);\n#endif\n",
        &[
            "+struct pair | typedef struct // A pair.",
            "+field q | int q",
            "+macro SQUARE | #define SQUARE(x)",
            "+enum e | enum e",
            "+constant X | X // First.",
            "+constant Y | Y",
            "+function f | static inline int f(void)",
            "+function g | extern int g(const char *s)",
        ],
    );
    says(
        "a.hpp",
        "namespace a {\n/// A class.\nclass C : public B {\n  int x;\npublic:\n  /// Runs.\n  template <class T> void run(T t) {}\n  C();\nprivate:\n  void hidden() {}\n};\nvoid C::run() const {}\ntemplate <typename T> T max(T a, T b) { return a; }\n}\n",
        &[
            "+module a | namespace a",
            "+class C | class C : public B // A class.",
            "-field x | int x",
            "+method run | template <class T> void run(T t) // Runs.",
            "+method C | C()",
            "-method hidden | void hidden()",
            "+method C>C::run | void C::run() const",
            "+function max | template <typename T> T max(T a, T b)",
        ],
    );
}

#[test]
fn the_others() {
    says(
        "a.rb",
        "# A class.\nclass A < B\n  # Runs.\n  def run(a, b = 1)\n    a\n  end\n\n  private\n\n  def hidden; end\nend\n",
        &["+class A | class A < B // A class.", "+method run | def run(a, b = 1) // Runs.", "-method hidden | def hidden; end"],
    );
    says(
        "a.php",
        "<?php\n/** A class. */\nclass A {\n  /** Runs. */\n  public function run(int $a): string { return ''; }\n  private $x = 1;\n}\n",
        &["+class A | class A // A class.", "+method run | public function run(int $a): string // Runs.", "-field x | private $x = 1"],
    );
    says(
        "a.sh",
        "#!/bin/sh\n# Says what it does.\n\n# Runs.\nrun() {\n  echo\n}\n",
        &["//! Says what it does.", "+function run | run() // Runs."],
    );
    says(
        "a.lua",
        "-- Adds.\nfunction M.add(a, b) return a end\nlocal function f() return 1 end\n",
        &["+function M.add | function M.add(a, b) // Adds.", "-function f | local function f()"],
    );
    says(
        "a.zig",
        "/// Adds.\npub fn add(a: u8) u8 {\n    return a;\n}\nfn f() void {}\n",
        &["+function add | pub fn add(a: u8) u8 // Adds.", "-function f | fn f() void"],
    );
    says(
        "a.svelte",
        "<!-- A button. -->\n<script lang=\"ts\">\n  // Presses it.\n  export function press(): void {}\n  function inner() {}\n</script>\n<b>x</b>\n",
        &["//! A button.", "+function press | export function press(): void // Presses it.", "-function inner | function inner()"],
    );
}

fn names(path: &str, text: &str, role: Role) -> Vec<String> {
    let code = code(path, text);
    let name = |used: &lectern_syntax::NameUse| {
        let qualifier = used.qualifier.clone().map(|range| format!("{}>", &text[range])).unwrap_or_default();
        format!("{qualifier}{}", &text[used.range.clone()])
    };
    code.names.iter().filter(|used| used.role == role).map(name).collect()
}

#[test]
fn a_name_is_known_by_what_it_is_there_for() {
    let rust = "use a::{B, c};\nfn f(x: T, (y, Z): (u8, u8)) { let n = g(x); n.m(1).o; if let Some(p) = q { r::s(p); } S { k: v }; }";
    assert_eq!(names("a.rs", rust, Role::Binding), ["x", "y", "Z", "n", "p"]);
    assert_eq!(names("a.rs", rust, Role::Call), ["g", "Some"]);
    assert_eq!(names("a.rs", rust, Role::MemberCall), ["n>m"]);
    assert_eq!(names("a.rs", rust, Role::Member), ["o"]);
    assert_eq!(names("a.rs", rust, Role::PathCall), ["r>s"]);
    assert_eq!(names("a.rs", rust, Role::Key), ["k"]);
    assert_eq!(names("a.rs", rust, Role::Import), ["a", "B", "c"]);
    let script = "import { a } from 'b';\nconst { c, d: e } = f(a);\nfor (const g of h) g.i();\nj((k) => l);\nnew M(n);";
    assert_eq!(names("a.ts", script, Role::Binding), ["c", "e", "g", "k"]);
    assert_eq!(names("a.ts", script, Role::Call), ["f", "j", "M"]);
    let python = "from a import b\ndef f(c, d=1, *e):\n    g = h(c)\n    for i in j: k.l(g)\n    with m as n: return [o for o in p]\n";
    assert_eq!(names("a.py", python, Role::Binding), ["c", "d", "e", "g", "i", "n", "o"]);
    assert_eq!(names("a.py", python, Role::Call), ["h"]);
    let go = "package a\nfunc f(b int, c string) { d, e := g(b); var h int; for i := range j { k.L(i) } }";
    assert_eq!(names("a.go", go, Role::Binding), ["b", "c", "d", "e", "h", "i"]);
    assert_eq!(names("a.go", go, Role::MemberCall), ["k>L"]);
    let c = "int f(int a, char *b) { struct s x, *y = &x; int z[3]; return g(a, y->m, z[0]); }";
    assert_eq!(names("a.c", c, Role::Binding), ["a", "b", "x", "y", "z"]);
    assert_eq!(names("a.c", c, Role::Call), ["g"]);
    assert_eq!(names("a.c", c, Role::Member), ["y>m"]);
    let java = "class A { void f(int a) { for (String b : c) d(b); try { int e = 1; } catch (E g) { } h.i(a); } }";
    assert_eq!(names("a.java", java, Role::Binding), ["a", "b", "e", "g"]);
    assert_eq!(names("a.java", java, Role::Call), ["d"]);
}

#[test]
fn words_of_comments_and_strings_are_no_names() {
    let found = code("a.rs", "fn f() { // word\n  let a = \"word {b}\"; /* word */ }");
    assert!(found.names.iter().all(|used| used.role == Role::Binding), "{:?}", found.names);
    let found = names("a.ts", "f(`word ${a}`)", Role::Value);
    assert_eq!(found, ["a"], "what is put into a string is code");
}

#[test]
fn imports_say_where_from() {
    let targets = |path: &str, text: &str| {
        let imports = code(path, text).imports.into_iter();
        imports
            .map(|import| if import.names.is_empty() { import.target } else { format!("{}: {}", import.target, import.names.join(" ")) })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        targets("a.rs", "use crate::a::{b, c::D as E};\nmod x;\npub use y::*;\nmod z {}\n"),
        ["crate::a::b", "crate::a::c::D", "mod x", "y::*"]
    );
    assert_eq!(
        targets(
            "a.ts",
            "import a, { b as c, type D } from './x';\nexport { e } from '../y';\nexport * from 'z';\nconst w = require('v');\nawait import('u');\nimport './t';\n"
        ),
        ["./x: b D", "../y", "z", "v", "u", "./t"]
    );
    assert_eq!(targets("a.py", "import a.b, c as d\nfrom . import e\nfrom ..f.g import h as i, j\n"), ["a.b", "c", ".: e", "..f.g: h j"]);
    assert_eq!(targets("a.go", "package a\nimport \"fmt\"\nimport (\n\tx \"b/c\"\n\t\"d\"\n)\n"), ["fmt", "b/c", "d"]);
    assert_eq!(targets("a.java", "import a.b.C;\nimport static d.E.*;\n"), ["a.b.C", "d.E.*"]);
    assert_eq!(targets("a.c", "#include <stdio.h>\n#include \"a/b.h\"\n"), ["<stdio.h>", "\"a/b.h\""]);
    assert_eq!(targets("a.rb", "require 'a'\nrequire_relative 'b/c'\n"), ["a", "b/c"]);
    assert_eq!(targets("a.zig", "const a = @import(\"b.zig\");\n"), ["b.zig"]);
    assert_eq!(targets("a.cs", "using System.Text;\n"), ["System.Text"]);
}

/// Whatever stands in a file, what is found lies within it, on the boundaries of characters, and signatures and bodies in their definitions.
fn holds(path: &str, text: &str) {
    let language = Language::for_path(path, None).expect("the language has a grammar");
    let Ok(tree) = SyntaxTree::parse(language, text.into(), Duration::from_secs(60)) else { return };
    let Ok(code) = tree.code(false, Duration::from_secs(60)) else { return };
    let within = |range: &std::ops::Range<usize>| text.get(range.clone()).is_some();
    assert_eq!(code.definitions.len(), tree.outline().len(), "one for each symbol of the outline");
    for (defined, symbol) in code.definitions.iter().zip(tree.outline()) {
        assert_eq!(defined.symbol, symbol);
        assert!(within(&defined.whole) && within(&defined.signature), "{defined:?}");
        assert!(defined.whole.start <= defined.signature.start && defined.signature.end <= defined.whole.end, "{defined:?}");
        assert!(defined.body.as_ref().is_none_or(|body| within(body) && defined.signature.end <= body.start), "{defined:?}");
    }
    assert!(code.names.iter().all(|used| within(&used.range) && used.qualifier.as_ref().is_none_or(within)));
    assert!(code.names.is_sorted_by_key(|used| used.range.start), "names come in their order");
    assert!(code.imports.iter().all(|import| within(&import.range)));
}

const TOKENS: &[&str] = &[
    "fn ",
    "pub ",
    "impl ",
    "struct ",
    "class ",
    "def ",
    "function ",
    "export ",
    "const ",
    "let ",
    "import ",
    "from ",
    "use ",
    "type ",
    "func ",
    "a",
    "B",
    "é",
    "::",
    ".",
    "->",
    "=>",
    "=",
    ":",
    ",",
    ";",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "\"",
    "'",
    "`",
    "#",
    "//",
    "///",
    "/**",
    "*/",
    "\n",
    "\r\n",
    "    ",
    "\t",
    "1",
    "@",
    "*",
    "&",
    "#define ",
    "#include \"a\"",
    "package ",
    "private",
    "public:",
    "end\n",
    "<script>",
    "</script>",
];

proptest::proptest! {
    #[test]
    fn any_text_of_any_language_is_read(language in 0_usize..16, tokens in proptest::collection::vec(0..TOKENS.len(), 0..80)) {
        let ends = ["rs", "ts", "tsx", "js", "py", "go", "java", "c", "cpp", "cs", "rb", "php", "svelte", "kt", "lua", "zig"];
        let text: String = tokens.iter().map(|token| TOKENS[*token]).collect();
        holds(&format!("a.{}", ends[language]), &text);
    }
}
