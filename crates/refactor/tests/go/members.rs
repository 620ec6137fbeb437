//! Fields and methods, found through types.

use super::*;

const MOD: (&str, &str) = ("go.mod", "module example.com/m\n");

#[test]
fn a_field_is_found_through_what_calls_ranges_and_elements_give() {
    let before = "package a\n\ntype T struct{ name$0 string }\ntype U struct{ name string }\n\nfunc all() (map[string][]*T, error) { return nil, nil }\n\nfunc f(u U, in any) {\n\tts, _ := all()\n\tfor _, list := range ts {\n\t\tfor _, t := range list {\n\t\t\t_ = t.name + u.name\n\t\t}\n\t\t_ = list[0].name\n\t}\n\tif t, ok := in.(*T); ok {\n\t\t_ = t.name\n\t}\n\t_ = T{name: \"x\"}\n\t_ = []T{{name: \"x\"}}\n\t_ = map[string]string{\"name\": u.name}\n\t_ = new(T).name\n}\n";
    let after = text(before, "title");
    assert_eq!(after.matches("title").count(), 7, "{after}");
    assert!(!after.contains("u.title") && after.contains("U struct{ name string }"), "{after}");
}

#[test]
fn a_member_of_a_generic_type_is_found_through_its_arguments() {
    let before = "package a\n\ntype Box[T any] struct{ held T }\n\nfunc (b *Box[E]) Get() E { return b.held }\n\ntype Cat struct{ lives$0 int }\n\nfunc open[T any](b *Box[T]) T { return b.Get() }\n\nfunc f(b *Box[Cat]) int { return b.Get().lives + open(b).lives + b.held.lives }\n";
    assert_eq!(text(before, "left").matches(".left").count(), 3);
}

#[test]
fn renaming_an_embedded_type_renames_the_field() {
    let a = ("a/a.go", "package a\n\ntype Base$0 struct{ ID int }\n");
    let b =
        ("b/b.go", "package b\n\nimport \"example.com/m/a\"\n\ntype B struct{ *a.Base }\n\nvar x = B{Base: nil}\n\nvar _ = x.Base.ID\n");
    let after = renamed(&[MOD, a, b], "Core");
    assert_eq!(
        after["b/b.go"],
        "package b\n\nimport \"example.com/m/a\"\n\ntype B struct{ *a.Core }\n\nvar x = B{Core: nil}\n\nvar _ = x.Core.ID\n"
    );
}

#[test]
fn an_embedded_field_is_renamed_at_its_declaration_only() {
    let text_of = |field: &str, used: &str| format!("package a\n\ntype T int\n\nvar x struct{{ {field}T }}\n\nvar _ = x.{used}T\n");
    assert_eq!(text(&text_of("$0", ""), "U"), "package a\n\ntype U int\n\nvar x struct{ U }\n\nvar _ = x.U\n");
    assert_eq!(refused(&[("a.go", &text_of("", "$0"))], "U"), RefusedKind::ElsewhereDeclared);
}

#[test]
fn promoted_members_follow_across_packages_that_do_not_name_the_type() {
    let a = ("a/a.go", "package a\n\ntype Base struct{}\n\nfunc (Base) Run$0() {}\n");
    let b = ("b/b.go", "package b\n\nimport \"example.com/m/a\"\n\ntype B struct{ a.Base }\n\nfunc New() *B { return &B{} }\n");
    let c = ("c/c.go", "package c\n\nimport \"example.com/m/b\"\n\nfunc f() { b.New().Run() }\n");
    assert_eq!(renamed(&[MOD, a, b, c], "Start")["c/c.go"], "package c\n\nimport \"example.com/m/b\"\n\nfunc f() { b.New().Start() }\n");
}

#[test]
fn method_values_and_expressions_are_uses() {
    let before = "package a\n\ntype T int\n\nfunc (T) $0do() {}\n\nvar _ = T.do\nvar _ = (*T).do\nvar t T\nvar _ = t.do\n";
    assert_eq!(text(before, "run").matches("run").count(), 4);
}

#[test]
fn what_a_library_gives_is_not_ours() {
    let before =
        "package a\n\nimport \"net/http\"\n\ntype T struct{ Header$0 int }\n\nfunc f(t T, r *http.Request) { _, _ = t.Header, r.Header }\n";
    assert_eq!(text(before, "Head").matches("Header").count(), 1);
}

#[test]
fn a_value_of_unknown_type_is_probable_when_nothing_else_has_that_name() {
    let before = "package a\n\nimport \"example.org/lib\"\n\ntype T struct{ weight$0 int }\n\nfunc f(t T) {\n\tother := lib.Pick(t)\n\t_ = other.weight\n}\n";
    let (_, proposal) = proposed(&[("a.go", before)], "mass").expect("proposed");
    let probable: Vec<_> = proposal.of(&[Certainty::Probable]).collect();
    assert_eq!(probable.len(), 1);
    assert!(probable[0].reason.contains("only one `weight`"), "{}", probable[0].reason);
    let second = before.replace("type T", "type U struct{ weight int }\n\ntype T");
    let (_, proposal) = proposed(&[("a.go", &second)], "mass").expect("proposed");
    assert_eq!(proposal.of(&[Certainty::Probable]).count(), 0, "it may be the other's");
}

#[test]
fn struct_tags_stay() {
    let before = "package a\n\ntype T struct {\n\tName$0 string `json:\"Name\"`\n}\n";
    assert_eq!(text(before, "Title"), "package a\n\ntype T struct {\n\tTitle string `json:\"Name\"`\n}\n");
}

#[test]
fn a_constant_without_a_value_has_the_type_of_the_one_before() {
    let before = "package a\n\ntype Day int\n\nfunc (Day) name$0() string { return \"\" }\n\nconst (\n\tMon Day = iota\n\tTue\n)\n\nvar _ = Tue.name()\n";
    assert_eq!(text(before, "title").matches("title").count(), 2);
}

#[test]
fn files_that_build_constraints_choose_between_declare_one_name() {
    let unix = ("a/a_unix.go", "//go:build unix\n\npackage a\n\nfunc open$0() {}\n");
    let other = ("a/a_other.go", "//go:build !unix\n\npackage a\n\nfunc open() {}\n");
    let user = ("a/a.go", "package a\n\nfunc f() { open() }\n");
    let after = renamed(&[MOD, unix, other, user], "start");
    assert!(
        after.iter().filter(|(path, _)| path.ends_with(".go")).all(|(_, text)| text.contains("start()") && !text.contains("open()")),
        "{after:?}"
    );
}

#[test]
fn what_is_built_in_or_outside_is_refused() {
    assert_eq!(refused(&[("a.go", "package a\n\nvar x = len$0(\"\")\n")], "size"), RefusedKind::BuiltIn);
    assert_eq!(refused(&[("a.go", "package a\n\nvar x error = $0nil\n")], "none"), RefusedKind::BuiltIn);
    assert_eq!(refused(&[("a.go", "package a\n\nimport \"fmt\"\n\nvar _ = fmt.Print$0\n")], "Say"), RefusedKind::External);
    assert_eq!(refused(&[("a.go", "package a\n\nvar $0_ = 1\n")], "x"), RefusedKind::Unsupported);
    assert_eq!(refused(&[("a.go", "package a\n\nfunc $0init() {}\n")], "x"), RefusedKind::Unsupported);
    assert_eq!(refused(&[("a.go", "package main\n\nfunc $0main() {}\n")], "x"), RefusedKind::Unsupported);
    let vendored = [
        MOD,
        ("vendor/example.org/l/l.go", "package l\n\nfunc F() {}\n"),
        ("a.go", "package a\n\nimport \"example.org/l\"\n\nvar _ = l.$0F\n"),
    ];
    assert_eq!(refused(&vendored, "G"), RefusedKind::External);
}

#[test]
fn bad_names_are_refused() {
    let refused_as = |new: &str| refused(&[("a.go", "package a\n\nvar cat$0 = 1\n")], new);
    assert_eq!(["", "1a", "a-b", "func", "_", "a b"].map(refused_as), [RefusedKind::BadName; 6]);
    assert_eq!(refused_as("cat"), RefusedKind::SameName);
}

#[test]
fn a_struct_without_a_name_that_is_written_again_goes_along() {
    let before = "package a\n\ntype T struct{ all map[string]struct{ one$0, two int } }\n\nfunc f(t *T) { t.all = make(map[string]struct{ one, two int }) }\n\nvar table = []struct{ one, two int }{{one: 1}}\n";
    let after = "package a\n\ntype T struct{ all map[string]struct{ first, two int } }\n\nfunc f(t *T) { t.all = make(map[string]struct{ first, two int }) }\n\nvar table = []struct{ one, two int }{{one: 1}}\n";
    assert_eq!(text(before, "first"), after);
}

#[test]
fn fields_of_a_type_that_build_constraints_choose_between_are_one() {
    let unix = ("a_unix.go", "//go:build unix\n\npackage a\n\ntype T struct{ fd$0 int }\n");
    let other = ("a_other.go", "//go:build !unix\n\npackage a\n\ntype T struct {\n\thandle int\n\tfd     int\n}\n");
    let user = ("a.go", "package a\n\nfunc f(t T) int { return t.fd }\n\nfunc g(t T) int { return t.handle }\n");
    let after = renamed(&[unix, other, user], "file");
    assert!(after.values().all(|text| !text.contains("fd")), "{after:?}");
    let of_handle = [
        (unix.0, "//go:build unix\n\npackage a\n\ntype T struct{ fd int }\n"),
        other,
        (user.0, "package a\n\nfunc f(t T) int { return t.$0handle }\n"),
    ];
    assert!(renamed(&of_handle, "file")["a_other.go"].contains("file int"));
}
