//! A rename and what it is of, asked as one question, are what both are asked alone: nothing that is kept from the one changes the other.

use std::collections::BTreeMap;

use lectern_refactor::{InMemory, Place, Rename, RenameOptions, engine_for};

const SAMPLES: [&[(&str, &str)]; 4] = [
    &[
        (
            "a.ts",
            "export class Boat { moor(at: number) { return this.free + at; } free = 1 }\nexport function make() { return new Boat(); }\n",
        ),
        ("b.ts", "import { Boat as B, make } from './a';\nconst b: B = make();\nexport const { free } = b;\nb.moor(free); // moor\n"),
        ("c.tsx", "import * as a from './a';\nexport const C = ({ free }: { free: number }) => <p title={a.make().moor(free)}>free</p>;\n"),
    ],
    &[
        (
            "a.py",
            "class Boat:\n    free = 1\n    def moor(self, at):\n        self.free = at\n        return self.free\n\ndef make():\n    return Boat()\n",
        ),
        (
            "b.py",
            "from a import make, Boat as B\nboat = make()\nboat.moor(at=1)\nfree = [b.free for b in [boat] if (x := b.free)]\nprint(f'{free} {x}', B)\n",
        ),
    ],
    &[
        ("Cargo.toml", "[package]\nname = \"a\"\n"),
        (
            "src/lib.rs",
            "pub mod boat;\nuse boat::{Boat, make};\npub fn all() -> u32 { let boat = make(); println!(\"{boat:?}\"); boat.moor(1) }\n",
        ),
        (
            "src/boat.rs",
            "#[derive(Debug)]\npub struct Boat { free: u32 }\nimpl Boat { pub fn moor(&self, at: u32) -> u32 { self.free + at } }\n\
             pub fn make() -> Boat { let free = 1; Boat { free } }\nmacro_rules! twice { ($e:expr) => { $e + $e } }\npub fn two(at: u32) -> u32 { twice!(at) }\n",
        ),
    ],
    &[
        ("go.mod", "module a\n"),
        (
            "a.go",
            "package a\n\ntype Boat struct{ Free int }\n\nfunc (b *Boat) Moor(at int) int { return b.Free + at }\n\ntype Moorer interface{ Moor(at int) int }\n",
        ),
        ("b.go", "package a\n\nfunc Make() Moorer { return &Boat{Free: 1} }\n\nvar free = Make().Moor(2)\n"),
    ],
];

#[test]
fn a_rename_and_what_it_is_of_are_the_same_asked_together_or_alone() {
    let mut answered = 0;
    for sample in SAMPLES {
        let files: BTreeMap<String, String> = sample.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        for (path, text) in sample {
            let Some(engine) = engine_for(path) else { continue };
            for offset in 0..u32::try_from(text.len()).expect("short") {
                let at = Place { path: (*path).to_owned(), offset };
                let rename = Rename { at: at.clone(), new_name: "other", options: RenameOptions::default() };
                // Each of a project that nobody asked before.
                let project = || InMemory::new(files.clone());
                let together = engine.renamed(&project(), &rename);
                let alone = engine.rename(&project(), &rename).and_then(|proposal| Ok((proposal, engine.references(&project(), &at)?)));
                assert_eq!(format!("{together:?}"), format!("{alone:?}"), "{path} at {offset}");
                answered += usize::from(together.is_ok());
            }
        }
    }
    assert!(answered > 300, "most names can be renamed: {answered}");
}
