//! What speaks against a rename.

use lectern_refactor::{Certainty, ConflictKind::*};

use crate::support::{conflict, proposed};

#[test]
fn a_name_that_the_scope_has_clashes() {
    conflict("b", "fn $0a() {} fn b() {}", NameClash);
    conflict("B", "struct $0A; enum B {}", NameClash);
    conflict("b", "struct S { $0a: u8, b: u8 }", NameClash);
    conflict("B", "enum E { $0A, B }", NameClash);
    conflict("b", "fn f($0a: u8, b: u8) {}", NameClash);
    conflict("U", "struct S<$0T, U>(T, U);", NameClash);
    conflict("b", "struct S; impl S { fn $0a(&self) {} } impl S { fn b(&self) {} }", NameClash);
    conflict("b", "trait T { fn $0a(); fn b(); }", NameClash);
    conflict("b", "mod m { pub fn $0a() {} } mod n { use super::m::a; fn b() {} }", NameClash);
    conflict("B", "mod m { pub struct A; } mod n { pub struct B; } use n::B; use m::$0A; ", NameClash);
}

#[test]
fn a_name_that_is_nearer_captures_a_place() {
    conflict("b", "fn f($0a: u8) { { let b = 1; a; } }", Shadowing);
    conflict("b", "fn $0a() {} fn f(b: u8) { a(); }", Shadowing);
    conflict("U", "struct $0T; fn f<U>(t: T) {}", Shadowing);
    conflict("'b", "fn f<'b>() { '$0a: loop { 'b: loop { break 'a; } } }", Shadowing);
}

#[test]
fn a_new_name_that_captures_others_is_told() {
    conflict("b", "fn f(b: u8) { let $0a = 1; b; }", Shadowing);
    conflict("b", "const b: u8 = 1; fn f() { let $0a = 1; b; }", Shadowing);
    conflict("Vec", "struct $0A; fn f(v: Vec<u8>) {}", Shadowing);
}

#[test]
fn a_new_name_that_captures_nothing_is_fine() {
    crate::support::check(
        "b",
        "fn f() { { let b = 1; b; } let $0a = 1; a; } fn g(b: u8) { b; }",
        "fn f() { { let b = 1; b; } let b = 1; b; } fn g(b: u8) { b; }",
    );
}

#[test]
fn a_file_that_is_there_is_in_the_way() {
    conflict("b", "//- lib.rs\nmod $0a;\n//- a.rs\n//\n//- b.rs\n//\n", FileNameTaken);
}

#[test]
fn generated_and_broken_files_are_told() {
    let (_, result) = proposed("//- lib.rs\nmod m;\npub struct $0A;\n//- m.rs\n// @generated\nuse crate::A; fn f( { }\n", "B");
    let kinds: Vec<_> = result.expect("proposed").conflicts.iter().map(|conflict| (conflict.kind, conflict.breaks)).collect();
    assert_eq!(kinds, [(GeneratedFile, false), (Unreadable, false)]);
}

#[test]
fn comments_and_strings_are_text() {
    let (_, result) = proposed("// alpha beta\nfn $0alpha() { \"alpha\"; }\n", "gamma");
    let certainties: Vec<_> = result.expect("proposed").edits.iter().map(|edit| edit.certainty).collect();
    assert_eq!(certainties, [Certainty::Text, Certainty::Certain, Certainty::Text]);
}
