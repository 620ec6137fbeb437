//! Which definitions an outline has, and what is inside of what.

use std::time::Duration;

use lectern_syntax::{Language, SyntaxTree};

fn outline(path: &str, text: &str) -> String {
    let language = Language::for_path(path, None).expect("the language has a grammar");
    language.prepare();
    let tree = SyntaxTree::parse(language, text.into(), Duration::from_secs(60)).expect("a short text is parsed in time");
    let line = |symbol: &lectern_syntax::Symbol| format!("{}{} {}", "  ".repeat(symbol.depth as usize), symbol.kind.as_str(), symbol.name);
    tree.outline().iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn several_names_of_one_definition_stand_side_by_side() {
    insta::assert_snapshot!(outline("a.java", "class A { int a, b; void m() { class Local { void n() {} } } }"), @r"
    class A
      field a
      field b
      method m
        class Local
          method n
    ");
    insta::assert_snapshot!(outline("a.go", "package a\nvar x, y int\ntype T struct { a, b int }\n"), @r"
    constant x
    constant y
    struct T
      field a
      field b
    ");
}

#[test]
fn a_rust_impl_is_named_after_its_trait_and_type() {
    let text = "impl<T> fmt::Display for Vec<T> { const A: u8 = 1; fn f() { fn g() {} const C: u8 = 1; } }\nimpl A { }\nmod n { trait T { fn a(&self); } }";
    insta::assert_snapshot!(outline("a.rs", text), @r"
    type impl fmt::Display for Vec<T>
      constant A
      method f
        function g
    type impl A
    module n
      trait T
        method a
    ");
}

#[test]
fn a_c_header_shows_what_it_declares() {
    let text = "#ifndef A_H\n#define A_H\nextern \"C\" {\nint f(void);\n}\nstruct s { int a, *b; };\ntypedef int (*cb)(int);\ntypedef enum { X, Y } e_t;\ntypedef struct { int q; } p_t;\nchar *h(int a);\n#endif\n";
    insta::assert_snapshot!(outline("a.h", text), @r"
    function f
    struct s
      field a
      field b
    type cb
    enum e_t
      constant X
      constant Y
    struct p_t
      field q
    function h
    ");
}

#[test]
fn a_cpp_class_shows_its_members() {
    let text = "namespace a { namespace b {\nclass C { struct D { int x; }; enum class E { P }; template <class T> void f(T t) { } C& operator=(const C&) = default; int *p(); };\nvoid C::g() {}\nusing V = int;\n} }\nint main() {}\n";
    insta::assert_snapshot!(outline("a.cpp", text), @r"
    module a
      module b
        class C
          struct D
            field x
          enum E
            constant P
          method f
          method operator=
          method p
        method C::g
        type V
    function main
    ");
}

#[test]
fn typescript_modules_show_functions_in_every_form() {
    let text = "export default function named() {}\nexport const a = 1, b = () => 2;\nnamespace N { export function f() {} }\nclass A { private readonly x = 1; handler = () => {}; get y() { return 1 } constructor() {} [Symbol.iterator]() {} }\nexport abstract class B<T> { abstract f(): void; }\nfunction over(a: string): void;\nlet { p, q } = obj;\n";
    insta::assert_snapshot!(outline("a.ts", text), @r"
    function named
    constant a
    function b
    module N
      function f
    class A
      field x
      method handler
      method y
      method constructor
      method [Symbol.iterator]
    class B
      method f
    function over
    ");
}

#[test]
fn python_and_ruby_methods_are_inside_their_classes() {
    let text = "def outer():\n    def inner(): pass\nclass A:\n    Y = 2\n    class B:\n        @x\n        async def c(self): ...\nVERSION = 1\nname = 2\n";
    insta::assert_snapshot!(outline("a.py", text), @r"
    function outer
      function inner
    class A
      class B
        method c
    constant VERSION
    ");
    insta::assert_snapshot!(outline("a.rb", "class A::B\n  X = Struct.new(:a) do\n    def y; end\n  end\n  def self.z; end\nend\ndef top; end\n"), @r"
    class A::B
      constant X
        method y
      method z
    function top
    ");
}

#[test]
fn headings_nest_by_their_levels_and_read_without_markup() {
    insta::assert_snapshot!(outline("a.md", "Title\n=====\n\n### Deep\ntext\n## Mid `code` [x](y)\n# Next #\n```\n# no heading\n```\n"), @r"
    heading Title
      heading Deep
      heading Mid code x
    heading Next
    ");
}

#[test]
fn data_files_show_their_top_two_levels() {
    insta::assert_snapshot!(outline("a.yaml", "\"c d\":\n  - e: 1\nf:\n  \"g\":\n    deep: 2\n---\ni: 1\n"), @r"
    key c d
    key f
      key g
    key i
    ");
    insta::assert_snapshot!(outline("a.json", r#"{"a": {"b": {"c": 1}}, "d": [{"e": 1}]}"#), @r"
    key a
      key b
    key d
    ");
}
