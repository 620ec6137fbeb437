//! Any text, any place: an answer or a plain refusal, and edits that fit.

use std::collections::BTreeMap;

use lectern_refactor::{Certainty, InMemory, Moved, Place, Rename, RenameOptions, applied, engine_for};
use proptest::prelude::*;

const SAMPLE: &str = r#"from __future__ import annotations
import os.path as path, pkg.mod
from . import sibling as s, *
from .core import (load, Store as St)
__all__ = ["Größe", "load"]
type Pair[T: int = str, *Ts, **P] = tuple[T, *Ts]

@decorate(x=1)
class Größe[T](St, metaclass=Meta):
    """About `Größe` :param x: what"""
    __slots__ = ("x", "__y")
    size: "list[Größe]" = []  # type: ignore
    def __init__(self, x, /, *rest: int, key: str = "a", **more) -> None:
        self.x, (self.__y, *_) = x, rest
        super().__init__(key=f"{x!r:>{self.x}} {f'{key}'}")
    @property
    def area(self) -> int: return getattr(self, "x") * 2
    @area.setter
    def area(self, value): self.x = value

async def run(items: dict[str, Größe] | None = None, *, n=lambda a, b=2: a + b):
    global total
    total = [y for x in items if (y := x.x) for z in y if z]
    async with open(items) as handle, load():
        async for a, *b in handle:
            await a.area
    match items:
        case {"k": Größe(x=1, size=[first, *others]) as whole, **left} | whole if whole.x: del whole.x
        case St() | None: pass
    try: x = items["k"]
    except* (ValueError, OSError) as error: raise error from None
    finally: print(f"{x=}", error)
    def inner():
        nonlocal x
        x += 1
        return path.join(x), pkg.mod.f, s
    assert isinstance(x, Größe) and x.area
    return inner if x else (yield)
"#;

fn ask(text: &str, offset: u32, new_name: &str) {
    let files: BTreeMap<String, String> = [
        ("pkg/__init__.py", "from .mod import *\n"),
        ("pkg/mod.py", "from .a import Größe as f\n"),
        ("pkg/a.py", text),
        ("pkg/core.py", "def load(): pass\nclass Store:\n    x = 1\n"),
        ("pkg/sibling.pyi", "x: int\n"),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .collect();
    let project = InMemory::new(files.clone());
    let engine = engine_for("pkg/a.py").expect("Python");
    let at = Place { path: "pkg/a.py".to_owned(), offset };
    if let Ok(found) = engine.references(&project, &at) {
        for occurrence in found.occurrences {
            let text = &files[&occurrence.path];
            assert_eq!(&text[occurrence.start as usize..occurrence.end as usize], found.name);
        }
    }
    if let Ok(proposal) = engine.rename(&project, &Rename { at, new_name, options: RenameOptions::default() }) {
        let edits: Vec<_> = proposal.of(&[Certainty::Certain, Certainty::Probable, Certainty::Text]).collect();
        // A taken place is a conflict that the proposal names.
        assert!(applied(&files, edits, &proposal.moves).is_ok() || proposal.breaking().is_some());
    }
    let _ = engine.moved(&project, &[Moved { from: "pkg/a.py".to_owned(), to: "b/a.py".to_owned() }]).map(|proposal| {
        assert!(applied(&files, &proposal.edits, &proposal.moves).is_ok());
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_text_cut_anywhere_is_answered(from in 0..SAMPLE.len(), length in 0..SAMPLE.len(), at in 0..SAMPLE.len(), dropped in 0..8_usize) {
        let floor = |mut at: usize| { at = at.min(SAMPLE.len()); while !SAMPLE.is_char_boundary(at) { at -= 1; } at };
        let mut text = String::new();
        text.push_str(&SAMPLE[..floor(from)]);
        text.push_str(&SAMPLE[floor(from + dropped * 7)..floor((from + dropped * 7 + length).max(from))]);
        ask(&text, u32::try_from(at).expect("small"), "fresh");
    }

    #[test]
    fn every_name_of_a_whole_text_is_answered(at in 0..SAMPLE.len(), new in "[a-zé_][a-z0-9]{0,3}") {
        ask(SAMPLE, u32::try_from(at).expect("small"), &new);
        ask(&SAMPLE.replace('\n', "\r\n"), u32::try_from(at).expect("small"), &new);
    }

    #[test]
    fn a_fresh_name_and_back_leaves_every_byte(at in 0..SAMPLE.len()) {
        let files: BTreeMap<String, String> = [("a.py".to_owned(), SAMPLE.to_owned()), ("b.py".to_owned(), "from a import *\nrun(n=1)\nGröße.size\n".to_owned())].into();
        let engine = engine_for("a.py").expect("Python");
        let place = Place { path: "a.py".to_owned(), offset: u32::try_from(at).expect("small") };
        let made = [Certainty::Certain, Certainty::Probable];
        let there = engine.rename(&InMemory::new(files.clone()), &Rename { at: place, new_name: "quite_fresh", options: RenameOptions::default() });
        let Ok(there) = there else { return Ok(()) };
        prop_assume!(there.breaking().is_none());
        let Some(first) = there.of(&made).find(|edit| edit.new == "quite_fresh") else { return Ok(()) };
        let after = applied(&files, there.of(&made), &there.moves).expect("fits");
        let shift: i64 = there.of(&made).filter(|edit| edit.path == first.path && edit.start < first.start).map(|edit| edit.new.len() as i64 - edit.old.len() as i64).sum();
        let place = Place { path: first.path.clone(), offset: u32::try_from(i64::from(first.start) + shift).expect("small") };
        let back = engine.rename(&InMemory::new(after.clone()), &Rename { at: place, new_name: &first.old, options: RenameOptions::default() }).expect("back");
        prop_assert_eq!(applied(&after, back.of(&made), &back.moves).expect("fits"), files);
    }
}

#[test]
fn nesting_without_end_is_refused() {
    for text in [
        "(".repeat(200_000),
        format!("x = {}1", "-".repeat(200_000)),
        format!("x = {}", "f(".repeat(200_000)),
        format!("x = a{}", ".b".repeat(200_000)),
    ] {
        ask(&format!("x = 1\n{text}"), 0, "y");
    }
    let deep: String = (0..1_500).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect();
    ask(&format!("x = 1\n{deep}{}x\n", " ".repeat(1_500)), 0, "y");
    ask(&format!("x = 1\ny = {}x{}\n", "(".repeat(2_000), ")".repeat(2_000)), 0, "z");
    ask(&format!("x = 1\ny = {}x\n", "x + ".repeat(2_000)), 0, "z");
}
