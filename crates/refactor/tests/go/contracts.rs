//! Interfaces and their implementers.

use super::*;

const SHAPES: &str = "package a\n\ntype Shape interface{ Area() int }\n\ntype Square int\n\nfunc (s Square) Area() int { return int(s * s) }\n\ntype Field struct{}\n\nfunc (Field) Area() int { return 1 }\n\nfunc sum(of []Shape) int { return of[0].Area() }\n";

#[test]
fn a_method_of_an_interface_takes_along_what_is_used_for_it() {
    let before = SHAPES.replace("interface{ Area", "interface{ $0Area") + "\nvar _ = sum([]Shape{Square(1)})\n";
    let (_, proposal) = proposed(&[("a.go", &before)], "Size").expect("proposed");
    assert_eq!(proposal.breaking(), None);
    let certain: Vec<_> = proposal.of(&[Certainty::Certain]).collect();
    assert_eq!(certain.len(), 3, "the interface, its use and Square: {certain:?}");
    assert!(certain.iter().all(|edit| edit.group == Some(1)), "they belong together");
    let probable: Vec<_> = proposal.of(&[Certainty::Probable]).collect();
    assert_eq!(probable.len(), 1, "Field has all methods, and nothing uses it: {probable:?}");
    assert!(probable[0].reason.contains("all methods"), "{}", probable[0].reason);
}

#[test]
fn arguments_results_elements_sends_and_assertions_show_what_implements() {
    let uses = [
        "func f(s Shape) {}\n\nvar _ = func() { f(Square(1)) }\n",
        "func f() Shape { return Square(1) }\n",
        "var _ = map[string]Shape{\"a\": Square(1)}\n",
        "func f(c chan Shape) { c <- Square(1) }\n",
        "func f(s Shape) { _ = s.(Square) }\n",
        "func f(s Shape) {\n\tswitch s.(type) {\n\tcase Square:\n\t}\n}\n",
        "var _ Shape = Square(1)\n",
        "func f() {\n\tvar s Shape\n\ts = Square(1)\n\t_ = s\n}\n",
        "var _ = struct{ s Shape }{s: Square(1)}\n",
        "func f[T Shape](t T) {}\n\nvar _ = func() { f(Square(1)) }\n",
        "var _ = Shape(Square(1))\n",
        "var _ = append([]Shape{}, Square(1))\n",
    ];
    for used in uses {
        let before = SHAPES.replace("interface{ Area", "interface{ $0Area") + "\n" + used;
        let (_, proposal) = proposed(&[("a.go", &before)], "Size").expect("proposed");
        assert_eq!(proposal.of(&[Certainty::Certain]).count(), 3, "{used}");
    }
}

#[test]
fn a_method_that_an_interface_asks_for_is_not_renamed_alone() {
    let before = SHAPES.replace("func (s Square) Area", "func (s Square) $0Area") + "\nvar _ Shape = Square(1)\n";
    assert_eq!(breaks(&[("a.go", &before)], "Size"), (ConflictKind::BrokenContract, 15));
}

#[test]
fn a_method_that_nothing_asks_for_is_renamed_alone() {
    let before = SHAPES.replace("func (Field) Area", "func (Field) $0Area");
    let after = text(&before, "Size");
    assert_eq!(after.matches("Size").count(), 1, "{after}");
}

#[test]
fn what_go_itself_asks_for_breaks() {
    let before = "package a\n\ntype E struct{}\n\nfunc (E) $0Error() string { return \"\" }\n\nfunc f() error { return E{} }\n";
    assert_eq!(breaks(&[("a.go", before)], "Text"), (ConflictKind::BrokenContract, 7));
    let before = "package a\n\nimport \"io\"\n\ntype R struct{}\n\nvar _ io.Reader = (*R)(nil)\n\nfunc (*R) $0Read([]byte) (int, error) { return 0, nil }\n";
    assert_eq!(breaks(&[("a.go", before)], "Take"), (ConflictKind::BrokenContract, 7));
}

#[test]
fn a_library_value_used_for_an_interface_breaks() {
    let before = "package a\n\nimport \"os\"\n\ntype Closer interface{ $0Close() error }\n\nfunc f(c Closer) {}\n\nfunc g(file *os.File) { f(file) }\n";
    assert_eq!(breaks(&[("a.go", before)], "End"), (ConflictKind::BrokenContract, 9));
}

#[test]
fn two_interfaces_are_bound_through_what_implements_both() {
    let before = "package a\n\ntype I interface{ $0M() }\ntype J interface{ M() }\ntype K interface{ M() }\n\ntype T int\n\nfunc (T) M() {}\n\nvar _ I = T(0)\nvar _ J = T(0)\n";
    let (_, proposal) = proposed(&[("a.go", before)], "N").expect("proposed");
    let lines: Vec<u32> = proposal
        .of(&[Certainty::Certain])
        .map(|edit| before.replace("$0", "")[..edit.start as usize].matches('\n').count() as u32 + 1)
        .collect();
    assert_eq!(lines, [3, 4, 9], "K is not bound to them");
}

#[test]
fn a_method_that_go_may_ask_for_is_told() {
    let before = "package a\n\nimport \"html/template\"\n\ntype Files struct{}\n\nfunc (Files) $0Open(name string) (any, error) { return nil, nil }\n\nvar _, _ = template.ParseFS(Files{})\n";
    let (_, proposal) = proposed(&[("a.go", before)], "Begin").expect("proposed");
    let told: Vec<_> = proposal.conflicts.iter().map(|conflict| (conflict.kind, conflict.breaks)).collect();
    assert_eq!(told, [(ConflictKind::BrokenContract, false)]);
}
