//! Names of functions and blocks.

use super::*;

#[test]
fn a_local_is_renamed_and_others_of_its_name_stay() {
    let before = "package a\n\nfunc f() {\n\tcat$0 := 1\n\t{\n\t\tcat := cat + 1\n\t\t_ = cat\n\t}\n\t_ = cat\n}\n\nfunc g(cat int) int { return cat }\n";
    let after = "package a\n\nfunc f() {\n\tdog := 1\n\t{\n\t\tcat := dog + 1\n\t\t_ = cat\n\t}\n\t_ = dog\n}\n\nfunc g(cat int) int { return cat }\n";
    assert_eq!(text(before, "dog"), after);
}

#[test]
fn a_short_declaration_assigns_what_the_block_has_already() {
    let before = "package a\n\nfunc f() {\n\tone, err$0 := g()\n\ttwo, err := g()\n\tif _, err := g(); err != nil {\n\t}\n\t_, _, _ = one, two, err\n}\n\nfunc g() (int, error) { return 0, nil }\n";
    let after = text(before, "failure");
    assert!(after.contains("one, failure := g()") && after.contains("two, failure := g()"), "{after}");
    assert!(after.contains("if _, err := g(); err != nil"), "the block of `if` has its own: {after}");
    assert!(after.contains("= one, two, failure"), "{after}");
}

#[test]
fn a_parameter_is_not_seen_by_the_types_of_its_own_list() {
    let before = "package a\n\nimport \"fmt\"\n\nfunc f($0x fmt.Stringer) string { return x.String() }\n";
    assert_eq!(text(before, "fmt"), "package a\n\nimport \"fmt\"\n\nfunc f(fmt fmt.Stringer) string { return fmt.String() }\n");
}

#[test]
fn the_symbol_of_a_type_switch_is_one_name_in_all_clauses() {
    let before = "package a\n\nfunc f(x any) {\n\tswitch y := x.(type) {\n\tcase int:\n\t\tprint($0y)\n\tdefault:\n\t\tprint(y)\n\t}\n}\n";
    let after = "package a\n\nfunc f(x any) {\n\tswitch z := x.(type) {\n\tcase int:\n\t\tprint(z)\n\tdefault:\n\t\tprint(z)\n\t}\n}\n";
    assert_eq!(text(before, "z"), after);
}

#[test]
fn labels_are_names_of_their_own() {
    let before =
        "package a\n\nfunc f(loop int) {\nloop$0:\n\tfor {\n\t\tif loop > 1 {\n\t\t\tbreak loop\n\t\t}\n\t\tcontinue loop\n\t}\n}\n";
    let after =
        "package a\n\nfunc f(loop int) {\nouter:\n\tfor {\n\t\tif loop > 1 {\n\t\t\tbreak outer\n\t\t}\n\t\tcontinue outer\n\t}\n}\n";
    assert_eq!(text(before, "outer"), after);
}

#[test]
fn a_type_parameter_is_not_the_field_of_its_name() {
    let before = "package a\n\ntype S[$0P any] struct {\n\tP P\n\tF func(P) P\n}\n";
    assert_eq!(text(before, "Q"), "package a\n\ntype S[Q any] struct {\n\tP Q\n\tF func(Q) Q\n}\n");
}

#[test]
fn variables_of_range_and_select_are_bound_in_their_blocks() {
    let before = "package a\n\nfunc f(in chan int, v int) {\n\tfor _, $0v := range []int{v} {\n\t\t_ = v\n\t}\n\tselect {\n\tcase v := <-in:\n\t\t_ = v\n\t}\n\t_ = v\n}\n";
    let after = text(before, "w");
    assert_eq!(after.matches('w').count(), 2, "{after}");
    assert!(after.contains("for _, w := range []int{v} {\n\t\t_ = w"), "{after}");
}

#[test]
fn receivers_of_a_type_are_called_alike_afterwards() {
    let before = "package a\n\ntype T int\n\nfunc ($0t T) A() T { return t }\nfunc (T) B()  {}\nfunc (_ T) C() {}\nfunc (that *T) D() { print(that) }\nfunc (t U) E() {}\n\ntype U int\n";
    let after = "package a\n\ntype T int\n\nfunc (x T) A() T { return x }\nfunc (T) B()  {}\nfunc (_ T) C() {}\nfunc (x *T) D() { print(x) }\nfunc (t U) E() {}\n\ntype U int\n";
    assert_eq!(text(before, "x"), after);
}

#[test]
fn a_receiver_stays_where_the_new_name_is_taken() {
    let before = "package a\n\ntype T int\n\nfunc ($0t T) A() {}\nfunc (t T) B(x int) { print(t, x) }\n";
    assert_eq!(text(before, "x"), "package a\n\ntype T int\n\nfunc (x T) A() {}\nfunc (t T) B(x int) { print(t, x) }\n");
}

#[test]
fn names_beyond_ascii_and_lines_that_end_in_two_letters_work() {
    let before = "package a\r\n\r\n// größe\r\nvar größe$0 = 1 // ü\r\nvar b = größe\r\n";
    assert_eq!(text(before, "maß"), "package a\r\n\r\n// maß\r\nvar maß = 1 // ü\r\nvar b = maß\r\n");
}

#[test]
fn references_say_what_is_done_with_the_name() {
    let found = found(&[("a.go", "package a\n\nvar cat$0 int\n\nfunc f() {\n\tcat = 1\n\tcat++\n\tprint(cat)\n}\n")]);
    let roles: Vec<_> = found.occurrences.iter().map(|seen| seen.role).collect();
    use lectern_refactor::OccurrenceRole::{Definition, Read, Write};
    assert_eq!((found.name.as_str(), found.kind.as_str()), ("cat", "var"));
    assert_eq!(roles, [Definition, Write, Write, Read]);
}
