//! Macros: of the standard library, of the project, of others.

use lectern_refactor::Certainty::{Certain, Probable};

use crate::support::{certainties, check};

#[test]
fn texts_with_braces_name_variables() {
    check(
        "b",
        "fn f(a: u8, w: usize) { let $0x = 1; println!(\"{x} {{x}} {x:?} {:x$} {a}\", x); assert_eq!(x, 1, \"x {x}\"); format!(\"{x}\", x = 2); }",
        "fn f(a: u8, w: usize) { let b = 1; println!(\"{b} {{x}} {b:?} {:b$} {a}\", b); assert_eq!(b, 1, \"x {b}\"); format!(\"{x}\", x = 2); }",
    );
    check("n", "fn f() { format!(\"{$0x} {x}\", x = 2); }", "fn f() { format!(\"{n} {n}\", n = 2); }");
}

#[test]
fn macros_of_the_standard_library_are_certain() {
    assert_eq!(
        certainties("b", "struct A { $0n: u8 } fn f(a: A) { vec![a.n]; matches!(a.n, 1); dbg!(a.n); write!(x, \"{}\", a.n); }"),
        [Certain; 5]
    );
}

#[test]
fn arguments_of_macros_of_the_project_are_bound() {
    check(
        "b",
        "macro_rules! twice { ($e:expr) => { { let x = 1; $e + $e + x } } } fn f() { let $0x = 2; twice!(x + 1); }",
        "macro_rules! twice { ($e:expr) => { { let x = 1; $e + $e + x } } } fn f() { let b = 2; twice!(b + 1); }",
    );
    check(
        "B",
        "macro_rules! make { ($($n:ident : $t:ty),* $(,)?) => { $(pub struct $n { inner: $t })* } } make! { $0A: u8, C: A, } fn f(a: A) { a.inner; }",
        "macro_rules! make { ($($n:ident : $t:ty),* $(,)?) => { $(pub struct $n { inner: $t })* } } make! { B: u8, C: B, } fn f(a: B) { a.inner; }",
    );
}

#[test]
fn one_argument_can_be_several_declarations() {
    check(
        "b",
        "macro_rules! both { ($i:ident) => { const $i: () = (); struct $i {} } } both!($0a); const _: () = a; const _: a = a {};",
        "macro_rules! both { ($i:ident) => { const $i: () = (); struct $i {} } } both!(b); const _: () = b; const _: b = b {};",
    );
}

#[test]
fn a_macro_is_renamed_with_its_calls() {
    check(
        "new",
        "//- lib.rs\n#[macro_use]\nmod m;\nmod c;\nfn f() { old!(); }\n//- m.rs\nmacro_rules! $0old { () => { 1 }; (x) => { old!() } }\n//- c.rs\nfn f() { old!(x); }\n",
        "//- lib.rs\n#[macro_use]\nmod m;\nmod c;\nfn f() { new!(); }\n//- m.rs\nmacro_rules! new { () => { 1 }; (x) => { new!() } }\n//- c.rs\nfn f() { new!(x); }\n",
    );
}

#[test]
fn paths_in_the_body_of_a_macro_follow() {
    check(
        "g",
        "pub mod m { pub fn $0f() {} } #[macro_export] macro_rules! call { () => { $crate::m::f() } }",
        "pub mod m { pub fn g() {} } #[macro_export] macro_rules! call { () => { $crate::m::g() } }",
    );
}

#[test]
fn macros_of_libraries_are_probable() {
    assert_eq!(
        certainties("b", "fn f() { let $0a = 1; info!(target: \"t\", count = %a, \"{a}\"); select! { x = g(a) => {} } }"),
        [Certain, Probable, Probable, Probable]
    );
}

#[test]
fn patterns_in_macros_bind() {
    check(
        "b",
        "macro_rules! p { ($p:pat) => { $p } } fn f(o: Option<u8>) { match o { p!(Some($0a)) => a, None => 0 }; }",
        "macro_rules! p { ($p:pat) => { $p } } fn f(o: Option<u8>) { match o { p!(Some(b)) => b, None => 0 }; }",
    );
}

#[test]
fn operands_of_assembler_are_named_in_its_text() {
    check(
        "b",
        "fn f() { core::arch::asm!(\"mov {$0a}, 1\", a = out(reg) _); }",
        "fn f() { core::arch::asm!(\"mov {b}, 1\", b = out(reg) _); }",
    );
}
