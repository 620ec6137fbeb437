//! Locals, parameters, labels, lifetimes, generics.

use lectern_refactor::{Certainty, RefusedKind};

use crate::support::{certainties, check, refused};

#[test]
fn a_shadowed_binding_is_another_one() {
    check(
        "total",
        "fn f() { let $0sum = 1; let g = sum; let sum = sum + g; drop(sum); }",
        "fn f() { let total = 1; let g = total; let sum = total + g; drop(sum); }",
    );
}

#[test]
fn the_initializer_of_a_let_sees_what_was_before() {
    check("b", "fn f(a: u8) { let $0a = a + 1; a; }", "fn f(a: u8) { let b = a + 1; b; }");
}

#[test]
fn arms_conditions_loops_and_closures_bind_for_themselves() {
    check(
        "y",
        "fn f(x: Option<u8>) { if let Some($0x) = x && x > 1 { x; } else { x; } while let Some(x) = x { x; } }",
        "fn f(x: Option<u8>) { if let Some(y) = x && y > 1 { y; } else { x; } while let Some(x) = x { x; } }",
    );
    check("n", "fn f(v: u8) { match v { $0m if m > 1 => m, m => m, }; }", "fn f(v: u8) { match v { n if n > 1 => n, m => m, }; }");
    check("e", "fn f(i: u8) { for $0i in 0..i { i; } let g = |i: u8| i; }", "fn f(i: u8) { for e in 0..i { e; } let g = |i: u8| i; }");
    check("p", "fn f() { let q = |$0a: u8, b: u8| a + b; }", "fn f() { let q = |p: u8, b: u8| p + b; }");
}

#[test]
fn the_else_of_a_let_does_not_see_its_binding() {
    check(
        "z",
        "fn f(o: Option<u8>, x: u8) { let Some($0x) = o else { drop(x); return }; drop(x); }",
        "fn f(o: Option<u8>, x: u8) { let Some(z) = o else { drop(x); return }; drop(z); }",
    );
}

#[test]
fn alternatives_of_a_pattern_are_one_binding() {
    check(
        "w",
        "enum E { A(u8), B(u8) } fn f(e: E) { match e { E::A(v) | E::B($0v) => v }; }",
        "enum E { A(u8), B(u8) } fn f(e: E) { match e { E::A(w) | E::B(w) => w }; }",
    );
}

#[test]
fn constants_in_patterns_are_no_bindings() {
    check(
        "MOST",
        "const $0MAX: u8 = 1; fn f(v: u8) { match v { MAX => (), other => drop(other) } }",
        "const MOST: u8 = 1; fn f(v: u8) { match v { MOST => (), other => drop(other) } }",
    );
}

#[test]
fn a_nested_function_does_not_see_locals() {
    check("b", "fn a() {} fn f() { let $0a = 2u8; fn g() { a() } drop(a); }", "fn a() {} fn f() { let b = 2u8; fn g() { a() } drop(b); }");
}

#[test]
fn labels_and_lifetimes_have_scopes() {
    check(
        "'next",
        "fn f() { '$0a: loop { 'a2: loop { break 'a; } } 'a: loop { break 'a } }",
        "fn f() { 'next: loop { 'a2: loop { break 'next; } } 'a: loop { break 'a } }",
    );
    check(
        "long",
        "struct S<'$0s>(&'s str); impl<'s> S<'s> { fn f<'a>(&'a self) -> &'s str { self.0 } }",
        "struct S<'long>(&'long str); impl<'s> S<'s> { fn f<'a>(&'a self) -> &'s str { self.0 } }",
    );
    check("b", "fn f(g: for<'$0a> fn(&'a u8) -> &'a u8) {}", "fn f(g: for<'b> fn(&'b u8) -> &'b u8) {}");
    refused("b", "fn f(g: &'$0static u8) {}", RefusedKind::NoName);
}

#[test]
fn an_elided_lifetime_gets_a_declaration() {
    check("'a", "struct R<'a>(&'a u8);\nimpl R<'$0_> {}", "struct R<'a>(&'a u8);\nimpl<'a> R<'a> {}");
    check("a", "fn f<T>(t: &'$0_ T) {}", "fn f<'a, T>(t: &'a T) {}");
}

#[test]
fn type_and_constant_parameters_are_found() {
    check(
        "Item",
        "struct T; struct L<$0T, const N: usize> where T: Clone { v: [T; N] } fn g(t: T) {}",
        "struct T; struct L<Item, const N: usize> where Item: Clone { v: [Item; N] } fn g(t: T) {}",
    );
    check(
        "LEN",
        "struct L<const $0N: usize>([u8; N]); impl<const N: usize> L<N> { const M: usize = N; }",
        "struct L<const LEN: usize>([u8; LEN]); impl<const N: usize> L<N> { const M: usize = N; }",
    );
}

#[test]
fn shorthand_is_opened_and_closed() {
    check(
        "b",
        "struct P { $0a: u8 } fn f(a: u8, p: P) { P { a }; P { a: a }; let P { a } = p; let P { a: b } = P { a }; let P { ref a } = p; }",
        "struct P { b: u8 } fn f(a: u8, p: P) { P { b: a }; P { b: a }; let P { b: a } = p; let P { b } = P { b: a }; let P { b: ref a } = p; }",
    );
    check(
        "a",
        "struct P { a: u8 } fn f($0x: u8) { P { a: x }; P { a: x + 1 }; }",
        "struct P { a: u8 } fn f(a: u8) { P { a }; P { a: a + 1 }; }",
    );
    check(
        "c",
        "struct P { a: u8 } fn f(p: P) { let P { mut a } = p; $0a = 1; }",
        "struct P { a: u8 } fn f(p: P) { let P { a: mut c } = p; c = 1; }",
    );
}

#[test]
fn a_constructor_takes_the_fields_new_name() {
    check(
        "id",
        "struct P { $0key: u8 } impl P { fn new(key: u8) -> Self { let n = key; Self { key } } fn other(key: u8) { drop(Self { key }); } }",
        "struct P { id: u8 } impl P { fn new(id: u8) -> Self { let n = id; Self { id } } fn other(key: u8) { drop(Self { id: key }); } }",
    );
}

#[test]
fn raw_identifiers_come_and_go() {
    check("match", "fn $0f() {} fn g() { f(); }", "fn r#match() {} fn g() { r#match(); }");
    check("f", "fn $0r#match() {} fn g() { r#match(); }", "fn f() {} fn g() { f(); }");
}

#[test]
fn a_parameter_becomes_a_receiver_and_back() {
    check(
        "self",
        "struct A; impl A { fn f($0a: &mut A, n: u8) { drop(a); } fn g(mut a: A) { A::f(&mut a, 1); Self::f(&mut a, 2) } }",
        "struct A; impl A { fn f(&mut self, n: u8) { drop(self); } fn g(mut a: A) { a.f(1); a.f(2) } }",
    );
    check(
        "this",
        "struct A { n: u8 } impl A { fn f(&mut $0self) { self.n = 1; let g = || self.n; } }",
        "struct A { n: u8 } impl A { fn f(this: &mut Self) { this.n = 1; let g = || this.n; } }",
    );
    check("this", "struct A; impl A { fn f(mut $0self) {} }", "struct A; impl A { fn f(mut this: Self) {} }");
    refused("self", "fn f($0a: u8) {}", RefusedKind::Unsupported);
    refused("self", "struct A; impl Clone for A { fn clone_from($0a: &mut A, b: &A) {} }", RefusedKind::Unsupported);
}

#[test]
fn an_unused_binding_can_become_an_underscore() {
    check("_", "fn f() { let $0a = 1; }", "fn f() { let _ = 1; }");
    refused("_", "fn f() { let $0a = 1; drop(a) }", RefusedKind::BadName);
}

#[test]
fn what_is_no_name_is_refused() {
    refused("a b", "fn $0f() {}", RefusedKind::BadName);
    refused("1a", "fn $0f() {}", RefusedKind::BadName);
    refused("crate", "fn $0f() {}", RefusedKind::BadName);
    refused("r#Self", "fn $0f() {}", RefusedKind::BadName);
    refused("'a", "fn $0f() {}", RefusedKind::BadName);
    refused("'static", "fn f<'$0a>() {}", RefusedKind::BadName);
    refused("f", "fn $0f() {}", RefusedKind::SameName);
    refused("x", "fn f() { let a: $0u8 = 1; }", RefusedKind::BuiltIn);
    refused("x", "fn f() { $0nowhere; }", RefusedKind::NoName);
    refused("x", "use std::fmt::Debug; fn f(a: &dyn $0Debug) {}", RefusedKind::External);
    refused("x", "impl $0Clone for u8 {}", RefusedKind::BuiltIn);
    refused("x", "struct A; impl std::fmt::Display for A { fn $0fmt(&self) {} }", RefusedKind::External);
}

#[test]
fn other_alphabets_and_line_ends_keep_their_bytes() {
    check(
        "größe",
        "fn f() {\r\n    let $0größer = \"ü\";\r\n    größer;\r\n}\r\n",
        "fn f() {\r\n    let größe = \"ü\";\r\n    größe;\r\n}\r\n",
    );
}

#[test]
fn what_depends_on_an_edition_that_nobody_states_is_probable() {
    let alone = "fn $0a() {} fn b() { a() }";
    assert_eq!(certainties("dyn", alone), [Certainty::Probable, Certainty::Probable]);
    assert_eq!(certainties("match", alone), [Certainty::Certain, Certainty::Certain], "a word of the language in every edition");
    let stated = "//- Cargo.toml\n[package]\nname = \"x\"\nedition = \"2021\"\n//- src/lib.rs\nfn $0a() {} fn b() { a() }\n";
    assert_eq!(certainties("dyn", stated), [Certainty::Certain, Certainty::Certain]);
}
