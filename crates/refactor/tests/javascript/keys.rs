//! Names of properties that are written as texts.

use super::support::*;

const BEFORE: &str = "
interface Box { width$0: number; height: number }
type Wide = Pick<Box, 'width' | 'height'>;
type Flat = Omit<Box, \"width\">;
type Rest = Exclude<keyof Box, 'width'>;
type Same = Extract<keyof Box, 'width'>;
type Width = Box['width'];
type Has = 'width' extends keyof Box ? 1 : 0;
const key: keyof Box = 'width';
const keys: (keyof Box)[] = ['width', 'height'];
declare function get<T, K extends keyof T>(of: T, key: K): T[K];
declare const box: Box;
get(box, 'width'); box['width']; 'width' in box;
const free: string = 'width';
";

#[test]
fn texts_that_are_keys_follow_their_property() {
    let after = BEFORE.replace("width$0", "fresh").replace("'width'", "'fresh'").replace("\"width\"", "\"fresh\"");
    let after = after.replace("string = 'fresh'", "string = 'width'");
    check(BEFORE, after.trim_start());
}

#[test]
fn a_constraint_may_speak_of_the_parameter_before_it() {
    check(
        "
interface Base { def: { check: string } }
interface Size extends Base { def: SizeDef }
interface SizeDef { check: string; most$0: number }
type Params<T extends Base, Left extends Exclude<keyof T['def'], 'check'> = never> = [T, Left];
type SizeParams = Params<Size, 'most'>;
",
        "
interface Base { def: { check: string } }
interface Size extends Base { def: SizeDef }
interface SizeDef { check: string; fresh: number }
type Params<T extends Base, Left extends Exclude<keyof T['def'], 'check'> = never> = [T, Left];
type SizeParams = Params<Size, 'fresh'>;
"
        .trim_start(),
    );
}

#[test]
fn a_default_may_speak_of_what_the_result_says() {
    check(
        "
interface Made<T extends { def: any }, D = T['def']> { new (def: D): T }
declare function make<T extends { def: any }, D = T['def']>(name: string, start: (made: T, def: D) => void): Made<T, D>;
interface Size { def: { most$0: number } }
interface Other { def: { most: number } }
const Size: Made<Size> = make('Size', (made, def) => { def.most; });
const Other: Made<Other> = make('Other', (made, def) => { def.most; });
new Size({ most: 1 }); new Other({ most: 1 });
",
        "
interface Made<T extends { def: any }, D = T['def']> { new (def: D): T }
declare function make<T extends { def: any }, D = T['def']>(name: string, start: (made: T, def: D) => void): Made<T, D>;
interface Size { def: { fresh: number } }
interface Other { def: { most: number } }
const Size: Made<Size> = make('Size', (made, def) => { def.fresh; });
const Other: Made<Other> = make('Other', (made, def) => { def.most; });
new Size({ fresh: 1 }); new Other({ most: 1 });
"
        .trim_start(),
    );
}

#[test]
fn a_text_that_may_be_a_key_of_something_unknown_is_probable() {
    let case = case("\nimport type { Outer } from 'outside';\ninterface Box { width$0: number }\ntype Wide = Pick<Outer, 'width'>;\n");
    let found = proposal(&case, "fresh").expect("a proposal");
    let probable: Vec<_> = found.of(&[lectern_refactor::Certainty::Probable]).collect();
    assert_eq!(probable.len(), 1, "{found:?}");
    assert!(probable[0].reason.contains("not known"), "{}", probable[0].reason);
}
