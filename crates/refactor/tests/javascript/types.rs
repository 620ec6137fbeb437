//! Types, and values through them.

use crate::support::check;

#[test]
fn type_parameters_belong_to_their_declaration() {
    check(
        "
class Box<T$0> { constructor(public value: T) {} map<U>(f: (value: T) => U) { return new Box<U>(f(this.value)); } }
type Other<T> = T[];
",
        "
class Box<fresh> { constructor(public value: fresh) {} map<U>(f: (value: fresh) => U) { return new Box<U>(f(this.value)); } }
type Other<T> = T[];
"
        .trim_start(),
    );
}

#[test]
fn inferred_and_mapped_types_have_names_of_their_own() {
    check(
        "type Item<T> = T extends Promise<infer R$0> ? R : T extends (infer R)[] ? R : never;\n",
        "type Item<T> = T extends Promise<infer fresh> ? fresh : T extends (infer R)[] ? R : never;\n",
    );
    check("type Copy<T> = { [K$0 in keyof T]: T[K] };\n", "type Copy<T> = { [fresh in keyof T]: T[fresh] };\n");
}

#[test]
fn generics_carry_members() {
    check(
        "
interface User { name$0: string }
class Store<T> { items: T[] = []; first() { return this.items[0]; } }
const store = new Store<User>();
store.first().name;
Promise.resolve(store.first()).then(one => one.name);
new Map<string, User>().get('x')!.name;
function pick<T>(of: T[]): T { return of[0]; }
pick([{ name: '' } as User]).name;
type Frozen = { readonly [K in keyof User]: User[K] };
declare const frozen: Frozen;
frozen.name;
",
        "
interface User { fresh: string }
class Store<T> { items: T[] = []; first() { return this.items[0]; } }
const store = new Store<User>();
store.first().fresh;
Promise.resolve(store.first()).then(one => one.fresh);
new Map<string, User>().get('x')!.fresh;
function pick<T>(of: T[]): T { return of[0]; }
pick([{ fresh: '' } as User]).fresh;
type Frozen = { readonly [K in keyof User]: User[K] };
declare const frozen: Frozen;
frozen.fresh;
"
        .trim_start(),
    );
}

#[test]
fn declarations_that_merge_are_one() {
    check(
        "
interface Box$0 { a: number }
interface Box { b: number }
class Box { c = 1 }
namespace Box { export const d = 1; }
Box.d; let box: Box; new Box().a;
",
        "
interface fresh { a: number }
interface fresh { b: number }
class fresh { c = 1 }
namespace fresh { export const d = 1; }
fresh.d; let box: fresh; new fresh().a;
"
        .trim_start(),
    );
}

#[test]
fn a_type_and_a_value_of_one_name_are_two() {
    check("type size = number;\nlet size$0: size = 1;\nsize;\n", "type size = number;\nlet fresh: size = 1;\nfresh;\n");
}

#[test]
fn members_of_namespaces_and_enums_follow() {
    check(
        "
enum Color { Red$0, Dark = Red, Both = Color.Red }
namespace Paint { export type First = Color.Red; }
let c = Color['Red'];
",
        "
enum Color { fresh, Dark = fresh, Both = Color.fresh }
namespace Paint { export type First = Color.fresh; }
let c = Color['fresh'];
"
        .trim_start(),
    );
}

#[test]
fn strings_of_a_few_are_renamed_as_one_type() {
    check(
        "
type Side = 'left$0' | 'right';
function turn(side: Side) { return side === 'left' ? 1 : 'left'.length; }
turn('left'); turn(\"right\");
const free = 'left';
",
        "
type Side = 'fresh' | 'right';
function turn(side: Side) { return side === 'fresh' ? 1 : 'left'.length; }
turn('fresh'); turn(\"right\");
const free = 'left';
"
        .trim_start(),
    );
}

#[test]
fn documentation_declares_types_in_javascript() {
    check(
        "
//- a.js
/** @typedef {{ width$0: number }} Box */
/** @param {Box} box */
function area(box) { return box.width; }
area({ width: 1 });
",
        "
//- a.js
/** @typedef {{ fresh: number }} Box */
/** @param {Box} box */
function area(box) { return box.fresh; }
area({ fresh: 1 });
",
    );
}

#[test]
fn links_in_documentation_follow() {
    check(
        "
class Tree { grow$0() {} }
/** See {@link Tree.grow} and {@link Tree}. @see Tree#grow */
function water(tree: Tree) {}
",
        "
class Tree { fresh() {} }
/** See {@link Tree.fresh} and {@link Tree}. @see Tree#fresh */
function water(tree: Tree) {}
"
        .trim_start(),
    );
}
