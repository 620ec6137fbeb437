//! Whatever the text, there is an answer and no panic; and a rename is undone by another.

use std::collections::BTreeMap;

use lectern_refactor::{Certainty, InMemory, Place, Rename, RenameOptions, applied, engine_for};
use proptest::prelude::*;

const SAMPLE: &str = "
import def, { one as two, three } from './b';
import * as all from './b';
export { two as four, three };
export default class Box<T extends object = {}> extends all.Base<T> implements Shape {
    #secret = 1; static count = 0; readonly 'quoted name' = `t${three}`;
    constructor(private readonly size: number, { a, b: { c = 1 }, ...rest }: { a: T; b: { c?: number } }) { super(); this.size = c; rest; a; }
    get width() { return this.size; } set width(to) { this.#secret = to; }
    async *walk(): AsyncGenerator<T> { label: for await (const { a } of this.walk() as any) { if (a) continue label; yield a; } }
    method<K extends keyof T>(key: K): T[K] { return (this as any)[key]; }
}
interface Shape { width: number; method?(x: string): void; [other: string]: unknown }
type Mapped<T> = { readonly [K in keyof T]?: T[K] extends infer U ? U : never };
enum Kind { First, Second = First << 1 }
namespace Outer.Inner { export let deep = Kind.First; }
const fn = <T,>(x: T) => ({ x, fn, [`computed`]: Outer.Inner.deep, get y() { return x; } });
var { x: renamed = 1, ...others } = fn(2), [first, , ...tail] = [renamed];
function isBox(x: unknown): x is Box<any> { return x instanceof Box && 'size' in x; }
/** {@link Box.method} @param {string} größe */
function über(größe: string) { switch (größe) { case 'a': return größe!.length ?? 0; } try { throw größe } catch (e) { e } }
";

fn project(text: &str) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("a.ts".to_owned(), text.to_owned()),
        (
            "b.ts".to_owned(),
            "export const one = 1, three = 3; export class Base<T> { method(key: any) { return key as T; } } export default Base;\n"
                .to_owned(),
        ),
    ])
}

/// Renames what is at a byte; the texts afterwards, and where the name is then.
fn rename(files: &BTreeMap<String, String>, offset: u32, new_name: &str) -> Option<(BTreeMap<String, String>, u32, String)> {
    let project = InMemory::new(files.clone());
    let engine = engine_for("a.ts").expect("an engine");
    let rename = Rename { at: Place { path: "a.ts".to_owned(), offset }, new_name, options: RenameOptions::default() };
    let found = engine.rename(&project, &rename).ok()?;
    if found.breaking().is_some() || !found.moves.is_empty() {
        return None;
    }
    let edits: Vec<_> = found.of(&[Certainty::Certain]).collect();
    let here = edits.iter().find(|edit| edit.path == "a.ts" && edit.start <= offset && offset <= edit.end)?;
    let before: i64 = edits
        .iter()
        .filter(|edit| edit.path == "a.ts" && edit.start < here.start)
        .map(|edit| edit.new.len() as i64 - edit.old.len() as i64)
        .sum();
    let within = here.new.rfind(new_name)? as i64;
    let place = u32::try_from(i64::from(here.start) + before + within).ok()?;
    let old = here.old.clone();
    Some((applied(files, edits, &[]).expect("edits fit"), place, old))
}

#[test]
fn the_sample_is_understood() {
    assert!(rename(&project(SAMPLE), u32::try_from(SAMPLE.find("über").expect("there")).expect("small"), "fresh").is_some());
}

#[test]
fn code_nested_beyond_measure_is_no_danger() {
    let parts = [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("!", ""),
        ("!\n", ""),
        ("typeof ", ""),
        ("new\n", ""),
        ("a=>", ""),
        ("<a>", "</a>"),
        ("a?b:", ""),
        ("a:", ""),
        ("if(a){}else ", ""),
        ("a.b(", ")"),
        ("x+", ""),
    ];
    for (open, close) in parts {
        for count in [300, 20_000, 300_000] {
            let text = format!("let name = 1;\n{}name{};\n", open.repeat(count), close.repeat(count));
            let project = InMemory::new([("a.tsx".to_owned(), text)]);
            let at = Place { path: "a.tsx".to_owned(), offset: 4 };
            let _ = engine_for("a.tsx").expect("an engine").references(&project, &at);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_fail(cut in 0..SAMPLE.len(), length in 0..80_usize, garbage in "[{}()<>=`'\"/*.,;:a-zß@#$ \n]{0,6}", at in 0..SAMPLE.len()) {
        let floor = |mut at: usize| { while !SAMPLE.is_char_boundary(at) { at -= 1; } at };
        let (start, end) = (floor(cut), floor((cut + length).min(SAMPLE.len())));
        let text = format!("{}{garbage}{}", &SAMPLE[..start], &SAMPLE[end..]);
        let project = InMemory::new(project(&text));
        let engine = engine_for("a.ts").expect("an engine");
        let at = Place { path: "a.ts".to_owned(), offset: u32::try_from(at).expect("small") };
        let _ = engine.references(&project, &at);
        let found = engine.rename(&project, &Rename { at, new_name: "fresh", options: RenameOptions::default() });
        if let Ok(found) = found {
            prop_assert!(applied(&self::project(&text), &found.edits, &found.moves).is_ok());
        }
    }

    #[test]
    fn a_rename_is_undone_by_another(at in 0..SAMPLE.len()) {
        let files = project(SAMPLE);
        let Some((after, place, old)) = rename(&files, u32::try_from(at).expect("small"), "freshName") else { return Ok(()) };
        let back = rename(&after, place, &old);
        prop_assert!(back.is_some(), "{old} can't be renamed back");
        let (back, ..) = back.expect("checked");
        prop_assert_eq!(back, files);
    }
}
