//! Any text and any place: an answer, never a panic.

use std::collections::BTreeMap;

use lectern_refactor::{Certainty, InMemory, Place, Rename, RenameOptions, applied, engine_for};
use proptest::prelude::*;

const SAMPLE: &str = r#"
//! A sample with [`Shape`] and much else.
use std::{collections::HashMap, fmt::{self, Debug as Show}};
#[macro_use] mod inner { macro_rules! make { ($($n:ident => $e:expr),* $(,)?) => { $(pub fn $n() -> u32 { $e })* } } make! { one => 1, two => one() + 1 } }
pub(crate) enum Shape<'a, T: Show = u8, const N: usize = 3> where T: Clone { Circle { r: f64, tag: &'a str }, Many([T; N]), Empty }
impl<'a, T: Show + Clone, const N: usize> Shape<'a, T, N> {
    const UNIT: f64 = 1.0;
    pub fn area(&self) -> f64 { match self { Self::Circle { r, tag: _ } if *r > 0.0 => r * r * Self::UNIT, Shape::Many(all) => all.len() as f64, _ => 0.0 } }
    fn scaled(mut self, by: f64) -> Self { if let Self::Circle { ref mut r, .. } = self { *r *= by; } self }
}
trait Visit { type Out; fn visit(&mut self, n: u32) -> Self::Out; fn twice(&mut self, n: u32) { self.visit(n); self.visit(n); } }
struct Counter { seen: HashMap<u32, usize> }
impl Visit for Counter { type Out = usize; fn visit(&mut self, n: u32) -> usize { let seen = self.seen.entry(n).or_insert(0); *seen += 1; *seen } }
fn run(counter: &mut Counter, größe: u32) -> Result<(), fmt::Error> {
    'outer: for (index, value) in [1u32, 2, 3].iter().enumerate() { let Some(rest) = value.checked_sub(größe) else { continue 'outer }; println!("{index} {rest:?} {}", value); counter.twice(rest); }
    let closure = |x: &u32| -> u32 { let y = x + 1; y }; let total: u32 = (0..größe).map(|x| closure(&x)).sum();
    assert!(matches!(total, 0..=10), "total {total}"); Ok(())
}
"#;

fn ask(text: &str, offset: usize, new_name: &str) {
    let files = BTreeMap::from([("main.rs".to_owned(), text.to_owned()), ("other.rs".to_owned(), SAMPLE.to_owned())]);
    let project = InMemory::new(files.clone());
    let engine = engine_for("main.rs").expect("an engine");
    let at = Place { path: "main.rs".to_owned(), offset: u32::try_from(offset).expect("small") };
    let _ = engine.references(&project, &at);
    if let Ok(proposal) = engine.rename(&project, &Rename { at, new_name, options: RenameOptions::default() }) {
        applied(&files, &proposal.edits, &proposal.moves).expect("edits fit the texts and don't overlap");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn cut_and_garbled_texts_are_answered(cut in 0..SAMPLE.len(), length in 0..60_usize, insert in "[a-z{}()<>'\"$!|&:;#]{0,6}", at in 0..SAMPLE.len()) {
        let floor = |mut at: usize, text: &str| { at = at.min(text.len()); while !text.is_char_boundary(at) { at -= 1 } at };
        let from = floor(cut, SAMPLE);
        let to = floor(from + length, SAMPLE).max(from);
        let text = format!("{}{insert}{}", &SAMPLE[..from], &SAMPLE[to..]);
        ask(&text, floor(at, &text), "renamed");
    }

    #[test]
    fn a_rename_and_its_way_back_are_the_same_bytes(at in 0..SAMPLE.len()) {
        let mut at = at;
        while !SAMPLE.is_char_boundary(at) { at -= 1 }
        let files = BTreeMap::from([("main.rs".to_owned(), SAMPLE.to_owned())]);
        let engine = engine_for("main.rs").expect("an engine");
        let rename = |files: &BTreeMap<String, String>, offset: u32, new_name: &str| {
            let project = InMemory::new(files.clone());
            let at = Place { path: "main.rs".to_owned(), offset };
            let proposal = engine.rename(&project, &Rename { at, new_name, options: RenameOptions::default() }).ok()?;
            if proposal.breaking().is_some() { return None }
            let edits: Vec<_> = proposal.edits.into_iter().filter(|edit| edit.certainty != Certainty::Text).collect();
            Some((applied(files, &edits, &proposal.moves).expect("edits fit"), edits))
        };
        let offset = u32::try_from(at).expect("small");
        let lifetime = rename(&files, offset, "'zz_fresh");
        let (name, done) = match lifetime { Some(done) => ("'zz_fresh", Some(done)), None => ("zz_fresh", rename(&files, offset, "zz_fresh")) };
        if let Some((there, edits)) = done
            && let Some(plain) = edits.iter().rev().find(|edit| edit.new == name)
        {
            let before: i64 = edits.iter().filter(|edit| edit.end <= plain.start).map(|edit| edit.new.len() as i64 - edit.old.len() as i64).sum();
            let place = u32::try_from(i64::from(plain.start) + before).expect("small");
            let (back, _) = rename(&there, place, &plain.old).expect("renamed back");
            prop_assert_eq!(back, files);
        }
    }
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    for (open, close) in [
        ("(", ")"),
        ("{", "}"),
        ("[", "]"),
        ("!", ""),
        ("&", ""),
        ("|x| ", ""),
        ("if a {} else ", "{}"),
        ("a + ", "a"),
        ("a.b().", "c"),
        ("-", "1"),
        ("Vec<", ">"),
    ] {
        for depth in [300, 20_000] {
            let text = format!("fn zz() {{ let a = {}1{}; a }}", open.repeat(depth), close.repeat(depth));
            ask(&text, 3, "b");
            let text = format!(
                "fn zz() {{ zz!({}1{}); }} type T = {}u8{};",
                open.repeat(depth),
                close.repeat(depth),
                open.repeat(depth),
                close.repeat(depth)
            );
            ask(&text, 3, "b");
        }
    }
}
