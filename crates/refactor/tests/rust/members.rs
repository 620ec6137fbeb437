//! Fields, methods, variants, traits.

use lectern_refactor::Certainty::{Certain, Probable};

use crate::support::{certainties, check};

#[test]
fn fields_follow_the_type_of_what_is_before_the_dot() {
    check(
        "size",
        "struct A { $0len: u8, next: Option<Box<A>> } struct B { len: u8 }\nimpl A { fn me(&self) -> &A { self } }\nfn f(a: A, b: B, v: Vec<A>) { a.len; b.len; a.me().me().len; v[0].len; for x in &v { x.len; } if let Some(n) = &a.next { n.len; } let c = A { len: 1, next: None }; c.len; v.iter().map(|x| x.len); }\n",
        "struct A { size: u8, next: Option<Box<A>> } struct B { len: u8 }\nimpl A { fn me(&self) -> &A { self } }\nfn f(a: A, b: B, v: Vec<A>) { a.size; b.len; a.me().me().size; v[0].size; for x in &v { x.size; } if let Some(n) = &a.next { n.size; } let c = A { size: 1, next: None }; c.size; v.iter().map(|x| x.size); }\n",
    );
}

#[test]
fn methods_follow_the_receivers_type() {
    check(
        "start",
        "struct A; struct B;\nimpl A { fn new() -> Self { A } fn $0run(&self) {} }\nimpl B { fn run(&self) {} }\nfn make() -> Result<A, ()> { Ok(A::new()) }\nfn f(b: B) -> Result<(), ()> { A::new().run(); let a = make()?; a.run(); b.run(); A::run(&a); std::rc::Rc::new(A).run(); Ok(()) }\n",
        "struct A; struct B;\nimpl A { fn new() -> Self { A } fn start(&self) {} }\nimpl B { fn run(&self) {} }\nfn make() -> Result<A, ()> { Ok(A::new()) }\nfn f(b: B) -> Result<(), ()> { A::new().start(); let a = make()?; a.start(); b.run(); A::start(&a); std::rc::Rc::new(A).start(); Ok(()) }\n",
    );
}

#[test]
fn a_traits_member_takes_all_implementations_along() {
    check(
        "paint",
        "trait Draw { fn draw(&self); fn twice(&self) { self.draw(); } }\nstruct A; struct B;\nimpl Draw for A { fn $0draw(&self) {} }\nimpl Draw for B { fn draw(&self) {} }\nimpl B { fn other(&self) {} }\nfn f<T: Draw>(t: T, d: &dyn Draw, i: impl Draw) { t.draw(); d.draw(); i.draw(); A.draw(); Draw::draw(&A); <B as Draw>::draw(&B); T::draw(&t); }\nstruct C; impl C { fn draw(&self) {} } fn g(c: C) { c.draw() }\n",
        "trait Draw { fn paint(&self); fn twice(&self) { self.paint(); } }\nstruct A; struct B;\nimpl Draw for A { fn paint(&self) {} }\nimpl Draw for B { fn paint(&self) {} }\nimpl B { fn other(&self) {} }\nfn f<T: Draw>(t: T, d: &dyn Draw, i: impl Draw) { t.paint(); d.paint(); i.paint(); A.paint(); Draw::paint(&A); <B as Draw>::paint(&B); T::paint(&t); }\nstruct C; impl C { fn draw(&self) {} } fn g(c: C) { c.draw() }\n",
    );
}

#[test]
fn associated_types_and_constants_belong_to_the_trait() {
    check(
        "Out",
        "trait T { type $0Item; fn f(&self) -> Self::Item; } struct A; impl T for A { type Item = u8; fn f(&self) -> Self::Item { 1 } } fn g<X: T<Item = u8>>(x: X) -> X::Item { x.f() }",
        "trait T { type Out; fn f(&self) -> Self::Out; } struct A; impl T for A { type Out = u8; fn f(&self) -> Self::Out { 1 } } fn g<X: T<Out = u8>>(x: X) -> X::Out { x.f() }",
    );
}

#[test]
fn variants_are_found_in_paths_patterns_and_imports() {
    check(
        "Two",
        "enum E { One, $0More { n: u8 } } use E::*; impl E { fn f(&self) { match self { Self::One => (), Self::More { n } => drop(n) } } } fn g() -> E { E::More { n: 1 } } fn h() -> E { More { n: 2 } }",
        "enum E { One, Two { n: u8 } } use E::*; impl E { fn f(&self) { match self { Self::One => (), Self::Two { n } => drop(n) } } } fn g() -> E { E::Two { n: 1 } } fn h() -> E { Two { n: 2 } }",
    );
}

#[test]
fn a_unions_fields_are_fields() {
    check(
        "b",
        "union U { $0a: u8 } fn f(u: U) { unsafe { u.a }; U { a: 1 }; }",
        "union U { b: u8 } fn f(u: U) { unsafe { u.b }; U { b: 1 }; }",
    );
}

#[test]
fn an_unknown_receiver_is_probable_where_only_one_type_can_be_meant() {
    assert_eq!(certainties("b", "struct A { $0alone: u8 } fn f() { unknown().alone; }"), [Certain, Probable]);
    assert_eq!(certainties("b", "struct A { $0twice: u8 } struct B { twice: u8 } fn f() { unknown().twice; }"), [Certain, Probable]);
    assert_eq!(
        certainties("b", "//- lib.rs\nmod m;\nstruct A { $0twice: u8 } struct B { twice: u8 }\n//- m.rs\nfn f() { unknown().twice; }\n"),
        [Certain]
    );
    assert_eq!(certainties("b", "struct A; impl A { fn $0len(&self) {} } fn f() { unknown().len(); }"), [Certain]);
}

#[test]
fn members_of_generic_types_are_substituted() {
    check(
        "m",
        "struct W<T> { inner: T } impl<T> W<T> { fn get(&self) -> &T { &self.inner } } struct A { $0n: u8 } struct B { n: u8 } fn f(w: W<A>, v: W<W<B>>) { w.inner.n; w.get().n; v.get().get().n; }",
        "struct W<T> { inner: T } impl<T> W<T> { fn get(&self) -> &T { &self.inner } } struct A { m: u8 } struct B { n: u8 } fn f(w: W<A>, v: W<W<B>>) { w.inner.m; w.get().m; v.get().get().n; }",
    );
}

#[test]
fn closures_know_their_parameters_from_what_they_are_given_to() {
    check(
        "m",
        "struct A { $0n: u8 } struct B { n: u8 } fn with(f: impl Fn(&A) -> u8) {} fn f(o: Option<B>, v: Vec<A>) { with(|a| a.n); o.map(|b| b.n); v.iter().filter(|a| a.n > 1).map(|a| a.n).max(); }",
        "struct A { m: u8 } struct B { n: u8 } fn with(f: impl Fn(&A) -> u8) {} fn f(o: Option<B>, v: Vec<A>) { with(|a| a.m); o.map(|b| b.n); v.iter().filter(|a| a.m > 1).map(|a| a.m).max(); }",
    );
}

#[test]
fn a_type_is_found_wherever_it_is_written() {
    check(
        "B",
        "mod m { pub struct $0A<T>(pub T); } use m::A; type X = A<A<u8>>; impl<T> A<T> { fn f(self) -> Self { let A(x) = self; A::<T>(x) } } fn g(a: &[A<u8>]) -> impl Into<A<u8>> { A(1) }",
        "mod m { pub struct B<T>(pub T); } use m::B; type X = B<B<u8>>; impl<T> B<T> { fn f(self) -> Self { let B(x) = self; B::<T>(x) } } fn g(a: &[B<u8>]) -> impl Into<B<u8>> { B(1) }",
    );
}

#[test]
fn what_a_macro_makes_of_a_types_name_is_probable() {
    assert_eq!(certainties("B", "#[derive(Builder)] struct $0A; fn f(b: ABuilder) {}"), [Certain, Probable]);
}

#[test]
fn an_implementation_for_all_functions_is_not_one_for_results() {
    check(
        "second",
        "trait Parse { fn $0map_err(&self) {} } impl<F> Parse for F where F: Fn(u8) -> u8 {} fn f(r: Result<u8, u8>, g: fn(u8) -> u8) { r.map_err(|e| e); g.map_err(); }",
        "trait Parse { fn second(&self) {} } impl<F> Parse for F where F: Fn(u8) -> u8 {} fn f(r: Result<u8, u8>, g: fn(u8) -> u8) { r.map_err(|e| e); g.second(); }",
    );
}

#[test]
fn a_blanket_implementation_is_only_for_what_has_its_traits() {
    // `Arc` has a method of that name only where what is in it has the other trait.
    check(
        "usage",
        "use std::sync::Arc; trait Small { fn memory(&self); } impl<T: Small + ?Sized> Small for Arc<T> { fn memory(&self) { (**self).memory() } } \
         trait Plan { fn $0memory(&self); } struct S { plan: Arc<dyn Plan>, small: Arc<dyn Small> } fn f(s: S, b: Box<dyn Plan>, r: &dyn Plan) { s.plan.memory(); s.small.memory(); b.memory(); r.memory(); }",
        "use std::sync::Arc; trait Small { fn memory(&self); } impl<T: Small + ?Sized> Small for Arc<T> { fn memory(&self) { (**self).memory() } } \
         trait Plan { fn usage(&self); } struct S { plan: Arc<dyn Plan>, small: Arc<dyn Small> } fn f(s: S, b: Box<dyn Plan>, r: &dyn Plan) { s.plan.usage(); s.small.memory(); b.usage(); r.usage(); }",
    );
}
