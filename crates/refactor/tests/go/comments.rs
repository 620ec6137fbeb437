//! Names in comments.

use super::*;

const MOD: (&str, &str) = ("go.mod", "module example.com/m\n");

#[test]
fn a_doc_comment_follows_its_declaration() {
    let before =
        "package a\n\n// Cat is a cat. Every Cat purrs, a Catalogue does not.\ntype $0Cat struct{}\n\n// A Cat elsewhere.\nvar x Cat\n";
    let after =
        "package a\n\n// Dog is a cat. Every Dog purrs, a Catalogue does not.\ntype Dog struct{}\n\n// A Cat elsewhere.\nvar x Dog\n";
    assert_eq!(text(before, "Dog"), after);
    let (_, proposal) = proposed(&[("a.go", before)], "Dog").expect("proposed");
    assert_eq!(proposal.of(&[Certainty::Text]).count(), 1, "the other comment is offered");
}

#[test]
fn a_comment_apart_by_an_empty_line_documents_nothing() {
    let before = "package a\n\nfunc f() {\n\t// cat purrs.\n\n\tcat$0 := 1\n\t_ = cat\n}\n";
    assert!(text(before, "dog").contains("// cat purrs."));
}

#[test]
fn links_are_followed_where_go_resolves_them() {
    let a = (
        "a/a.go",
        "package a\n\n// See [T], [*T], [T.Do] and [Other.Do].\nfunc F() {}\n\ntype T int\n\nfunc (T) Do$0() {}\n\ntype Other int\n\nfunc (Other) Do() {}\n",
    );
    let b = ("b/b.go", "package b\n\nimport aa \"example.com/m/a\"\n\n// See [aa.T.Do], [aa.Other.Do] and [a.T.Do].\nvar _ aa.T\n");
    let after = renamed(&[MOD, a, b], "Run");
    assert!(after["a/a.go"].contains("[T.Run] and [Other.Do]"), "{}", after["a/a.go"]);
    assert!(after["b/b.go"].contains("[aa.T.Run], [aa.Other.Do] and [a.T.Do]"), "{}", after["b/b.go"]);
    let of_type = renamed(&[MOD, (a.0, &a.1.replace("$0", "").replace("type T", "type $0T")), b], "U");
    assert!(of_type["b/b.go"].contains("[aa.U.Do]") && of_type["a/a.go"].contains("[U], [*U], [U.Do]"), "{of_type:?}");
}

#[test]
fn a_name_can_be_pointed_at_in_its_doc_comment() {
    let before = "package a\n\n// Cat is what $0Cat is.\nfunc Cat() {}\n";
    assert_eq!(text(before, "Dog"), "package a\n\n// Dog is what Dog is.\nfunc Dog() {}\n");
}

#[test]
fn directives_are_no_documentation() {
    let before = "package a\n\n//go:embed assets/*\nvar $0assets string\n";
    assert_eq!(text(before, "files"), "package a\n\n//go:embed assets/*\nvar files string\n");
}

#[test]
fn assembly_and_the_linker_follow_and_strings_are_offered() {
    let go = ("a.go", "package a\n\n//go:linkname clock runtime.nanotime\nfunc clock$0() int\n\nvar _ = \"a clock\"\n");
    let assembly = ("a_amd64.s", "TEXT ·clock(SB), 4, $0-8\n\tCALL other·clock(SB)\n");
    let (_, proposal) = proposed(&[go, ("a_amd64.s", &assembly.1.replace("$0", "0"))], "watch").expect("proposed");
    let certain: Vec<_> = proposal.of(&[Certainty::Certain]).map(|edit| (edit.path.as_str(), edit.start)).collect();
    assert_eq!(certain, [("a.go", 25), ("a.go", 53), ("a_amd64.s", 7)]);
    assert_eq!(proposal.of(&[Certainty::Text]).count(), 1);
}
