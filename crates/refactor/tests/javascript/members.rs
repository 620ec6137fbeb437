//! Members: what they are taken from is inferred.

use crate::support::{case, check, proposal, refused};
use lectern_refactor::{Certainty, RefusedKind};

#[test]
fn members_of_another_class_stay() {
    check(
        "
class Cat { name$0 = 'c'; greet() { return this.name; } }
class Dog { name = 'd'; greet() { return this.name; } }
const pets = [new Cat(), new Cat()];
pets.map(pet => pet.name);
new Dog().name;
",
        "
class Cat { fresh = 'c'; greet() { return this.fresh; } }
class Dog { name = 'd'; greet() { return this.name; } }
const pets = [new Cat(), new Cat()];
pets.map(pet => pet.fresh);
new Dog().name;
"
        .trim_start(),
    );
}

#[test]
fn a_family_is_renamed_together() {
    check(
        "
interface Shape { area$0(): number }
abstract class Base implements Shape { abstract area(): number; }
class Square extends Base { area() { return super.area(); } }
const box: Shape = { area: () => 1 };
function f({ area }: Shape) { return area() + new Square().area(); }
",
        "
interface Shape { fresh(): number }
abstract class Base implements Shape { abstract fresh(): number; }
class Square extends Base { fresh() { return super.fresh(); } }
const box: Shape = { fresh: () => 1 };
function f({ fresh: area }: Shape) { return area() + new Square().fresh(); }
"
        .trim_start(),
    );
}

#[test]
fn a_family_is_one_group() {
    let case = case("class A { go$0() {} }\nclass B extends A { go() {} }\n");
    let found = proposal(&case, "run").expect("a proposal");
    assert!(found.edits.len() == 2 && found.edits.iter().all(|edit| edit.group == Some(1)));
}

#[test]
fn a_parameter_that_is_a_property_is_both() {
    check(
        "class A { constructor(private size$0: number) { log(size); } get() { return this.size; } }\n",
        "class A { constructor(private fresh: number) { log(fresh); } get() { return this.fresh; } }\n",
    );
}

#[test]
fn a_private_member_keeps_its_sign() {
    check(
        "class A { #at$0 = 1; has(other: A) { return #at in other && other.#at === this.#at; } }\n",
        "class A { #fresh = 1; has(other: A) { return #fresh in other && other.#fresh === this.#fresh; } }\n",
    );
}

#[test]
fn accessors_and_overloads_are_one_member() {
    check(
        "
class A {
    get size(): number { return 1; }
    set size(to) {}
    at(x: string): void;
    at(x: number): void;
    at(x: any) { this.size$0 = x; }
}
",
        "
class A {
    get fresh(): number { return 1; }
    set fresh(to) {}
    at(x: string): void;
    at(x: number): void;
    at(x: any) { this.fresh = x; }
}
"
        .trim_start(),
    );
}

#[test]
fn static_members_and_those_of_instances_are_two() {
    check(
        "class A { static x$0 = 1; x = A.x; }\nclass B extends A {}\nB.x + new B().x;\n",
        "class A { static fresh = 1; x = A.fresh; }\nclass B extends A {}\nB.fresh + new B().x;\n",
    );
}

#[test]
fn strings_that_name_members_follow() {
    check(
        "
type Options = { depth$0: number };
declare function get<K extends keyof Options>(key: K): Options[K];
get('depth');
let at: Options['depth'] = ({ 'depth': 1 } as Options)[\"depth\"];
type Rest = Omit<Options, 'depth'>;
'depth' in ({} as Options);
",
        "
type Options = { fresh: number };
declare function get<K extends keyof Options>(key: K): Options[K];
get('fresh');
let at: Options['fresh'] = ({ 'fresh': 1 } as Options)[\"fresh\"];
type Rest = Omit<Options, 'fresh'>;
'fresh' in ({} as Options);
"
        .trim_start(),
    );
}

#[test]
fn functions_that_are_made_by_new_have_members() {
    check(
        "
//- a.js
function Counter() { this.count$0 = 0; }
Counter.prototype.add = function () { this.count += 1; return this.count; };
const counter = new Counter();
counter.count;
({ count: 1 }).count;
",
        "
//- a.js
function Counter() { this.fresh = 0; }
Counter.prototype.add = function () { this.fresh += 1; return this.fresh; };
const counter = new Counter();
counter.fresh;
({ count: 1 }).count;
",
    );
}

#[test]
fn a_callback_takes_what_its_caller_gives() {
    check(
        "
interface Event { kind$0: string }
declare function on(handler: (event: Event, ...more: Event[]) => void): void;
on(event => event.kind);
on(function ({ kind }, second) { second.kind; });
",
        "
interface Event { fresh: string }
declare function on(handler: (event: Event, ...more: Event[]) => void): void;
on(event => event.fresh);
on(function ({ fresh: kind }, second) { second.fresh; });
"
        .trim_start(),
    );
}

#[test]
fn a_condition_tells_what_something_is() {
    check(
        "
class Leaf { size$0 = 1 }
class Node2 { size = 2 }
function isLeaf(x: unknown): x is Leaf { return x instanceof Leaf; }
function f(x: unknown, y: unknown) {
    if (x instanceof Node2) return x.size;
    if (isLeaf(x) && x.size) return y instanceof Leaf ? y.size : 0;
}
",
        "
class Leaf { fresh = 1 }
class Node2 { size = 2 }
function isLeaf(x: unknown): x is Leaf { return x instanceof Leaf; }
function f(x: unknown, y: unknown) {
    if (x instanceof Node2) return x.size;
    if (isLeaf(x) && x.fresh) return y instanceof Leaf ? y.fresh : 0;
}
"
        .trim_start(),
    );
}

#[test]
fn the_only_member_of_a_name_is_probable_where_nothing_is_known() {
    let one = case("class A { unusual$0 = 1 }\nfunction f(x: any) { return x.unusual; }\n");
    let found = proposal(&one, "fresh").expect("a proposal");
    let probable: Vec<_> = found.of(&[Certainty::Probable]).collect();
    assert_eq!(probable.len(), 1);
    assert!(probable[0].reason.contains("only member"), "{}", probable[0].reason);
    let two = case("class A { unusual$0 = 1 }\nclass B { unusual = 1 }\nfunction f(x: any) { return x.unusual; }\n");
    assert_eq!(proposal(&two, "fresh").expect("a proposal").edits.len(), 1, "of two nothing says which");
}

#[test]
fn a_contract_with_a_library_is_kept() {
    refused("class Fault extends Error { message$0 = 'x'; }\n", "fresh", RefusedKind::External);
}

#[test]
fn between_quotes_a_member_may_be_called_anything() {
    let quoted = case("const a = { 'b c$0': 1 };\na['b c'];\n");
    assert_eq!(proposal(&quoted, "d-e f").expect("a proposal").edits.len(), 2);
    refused("const a = { b$0: 1 };\na['b'];\n", "d-e f", RefusedKind::BadName);
}

#[test]
fn what_is_only_used_as_one_is_probable() {
    let text = "interface A { kind$0: 1 }\ninterface B { kind: 2 }\nfunction f(x: A | B) { return x.kind; }\nf({ kind: 2 });\n";
    let found = proposal(&case(text), "fresh").expect("a proposal");
    let lines: Vec<(u32, Certainty)> = found.edits.iter().map(|edit| (edit.start, edit.certainty)).collect();
    assert_eq!(
        lines,
        [(14, Certainty::Certain), (38, Certainty::Probable), (80, Certainty::Certain), (92, Certainty::Certain)],
        "the other type, the place that is both, the object that fits either"
    );
}
