//! Names that a change would leave without a meaning, or with another one.

use std::collections::BTreeMap;

use lectern_refactor::{
    Certainty, InMemory, Moved, NameFate, NamesChecked, Place, Planned, Project, Proposal, Rename, RenameOptions, StoredProposal,
    TextReplace, check_names, engine_for, replace_text,
};

fn project(files: &[(&str, &str)]) -> InMemory {
    InMemory::new(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())))
}

/// Renames what stands at `$0` of the first file.
fn renamed(files: &[(&str, &str)], new_name: &str) -> (InMemory, StoredProposal) {
    let (path, marked) = files[0];
    let offset = u32::try_from(marked.find("$0").expect("a mark")).expect("short");
    let first = marked.replace("$0", "");
    let mut files = files.to_vec();
    files[0] = (path, &first);
    let project = project(&files);
    let at = Place { path: path.to_owned(), offset };
    let rename = Rename { at, new_name, options: RenameOptions::default() };
    let proposal = engine_for(path).expect("an engine").rename(&project, &rename).expect("renamed");
    let stored = StoredProposal::new(proposal, &project).expect("fits");
    (project, stored)
}

/// What is said when everything but some edits is done.
fn checked(project: &dyn Project, stored: &StoredProposal, is_out: impl Fn(&str, u32) -> bool) -> NamesChecked {
    let out: Vec<u32> = stored.edits().filter(|(file, edit)| is_out(&file.path, edit.line)).map(|(_, edit)| edit.id).collect();
    check_names(project, &Planned::of(project, stored, &|id| out.contains(&id)), true).expect("checked")
}

fn told(found: &NamesChecked) -> Vec<(&str, u32, &str, NameFate)> {
    found.problems.iter().map(|one| (one.path.as_str(), one.line, one.name.as_str(), one.fate)).collect()
}

const NOTHING: [(&str, u32, &str, NameFate); 0] = [];

/// A name that is used in another file, a language each.
const CASES: [&[(&str, &str)]; 4] = [
    &[
        ("a.ts", "export function $0load() { return 1; }\nexport const twice = () => load() + load();\n"),
        ("b.ts", "import { load } from './a';\nload();\n"),
        ("c.ts", "// load\nlet load = 1;\nload += 1;\n"),
    ],
    &[
        ("a.py", "def $0load():\n    return 1\n\ntwice = load() + load()\n"),
        ("b.py", "from a import load\nload()\n"),
        ("c.py", "load = 1\nprint(load)\n"),
    ],
    &[
        ("src/lib.rs", "mod b;\npub fn $0load() -> u8 { 1 }\npub fn twice() -> u8 { load() + load() }\n"),
        ("src/b.rs", "use crate::load;\npub fn it() -> u8 { load() }\n"),
        ("Cargo.toml", "[package]\nname = \"a\"\nedition = \"2021\"\n"),
    ],
    &[
        ("a/a.go", "package a\n\nfunc $0Load() int { return 1 }\n\nvar Twice = Load() + Load()\n"),
        ("b/b.go", "package b\n\nimport \"x.y/m/a\"\n\nvar It = a.Load()\n"),
        ("go.mod", "module x.y/m\n\ngo 1.22\n"),
    ],
];

#[test]
fn a_rename_that_is_done_whole_leaves_nothing() {
    for case in CASES {
        let new = if case[0].0.ends_with(".go") { "Read" } else { "read" };
        let (project, stored) = renamed(case, new);
        let found = checked(&project, &stored, |_, _| false);
        assert_eq!(told(&found), NOTHING, "{}", case[0].0);
        assert!(found.files >= 2 && found.unchecked.is_empty(), "{found:?}");
    }
}

#[test]
fn a_place_that_is_left_out_is_told_wherever_it_is() {
    for case in CASES {
        let new = if case[0].0.ends_with(".go") { "Read" } else { "read" };
        let (project, stored) = renamed(case, new);
        let old = if new == "Read" { "Load" } else { "load" };
        let other = case[1].0;
        let found = checked(&project, &stored, |path, _| path == other);
        assert!(!found.problems.is_empty(), "{other}: nothing was told");
        for (path, _, name, fate) in told(&found) {
            assert_eq!((path, name, fate), (other, old, NameFate::Unresolved));
        }
        let first = case[0].0;
        let declared = stored.files.iter().find(|file| file.path == first).map_or(0, |file| file.edits[0].line);
        let found = checked(&project, &stored, |path, line| path == first && line > declared);
        assert!(told(&found).iter().all(|(path, _, name, _)| (*path, *name) == (first, old)), "{found:?}");
        assert!(!found.problems.is_empty(), "{first}: nothing was told");
    }
}

#[test]
fn a_declaration_that_is_left_out_leaves_its_uses_without_one() {
    let (project, stored) = renamed(CASES[0], "read");
    let found = checked(&project, &stored, |path, line| path == "a.ts" && line == 1);
    // The import and the uses say `read`, and there is none.
    assert_eq!(
        told(&found),
        [("a.ts", 2, "read", NameFate::Unresolved), ("b.ts", 1, "read", NameFate::Unresolved)],
        "two on one line are one"
    );
}

#[test]
fn a_name_that_another_declaration_catches_is_told_with_where_that_is() {
    for (path, text, line) in [
        ("a.js", "const $0limit = 1;\nfunction f(most) { return limit + most; }\nf(limit);\n", 2),
        ("a.py", "$0limit = 1\ndef f(most):\n    return limit + most\nf(limit)\n", 3),
        ("src/lib.rs", "fn $0limit() -> u8 { 1 }\nfn f(most: fn() -> u8) -> u8 { limit() + most() }\nfn g() -> u8 { f(limit) }\n", 2),
        ("a.go", "package a\n\nvar $0limit = 1\n\nfunc f(most int) int { return limit + most }\n", 5),
    ] {
        let (project, stored) = renamed(&[(path, text)], "most");
        let found = checked(&project, &stored, |_, _| false);
        let captured: Vec<_> = told(&found).into_iter().filter(|(.., fate)| *fate == NameFate::Captured).collect();
        assert_eq!(captured, [(path, line, "most", NameFate::Captured)], "{path}: {found:?}");
        let message = &found.problems[0].message;
        assert!(message.contains(&format!("{path}:{line}")) || path == "a.py" && message.contains("a.py:2"), "{message}");
    }
}

#[test]
fn a_name_of_the_language_that_a_new_one_hides_is_told() {
    let (project, stored) = renamed(&[("a.py", "def $0show(x):\n    return x\n\nprint(1)\nshow(2)\n")], "print");
    let found = checked(&project, &stored, |_, _| false);
    assert_eq!(told(&found), [("a.py", 4, "print", NameFate::Captured)]);
}

#[test]
fn a_file_that_moves_without_its_imports_leaves_them_without_it() {
    for (files, moved, language) in [
        (
            vec![("src/a.ts", "export const one = 1;\n"), ("src/b.ts", "import { one } from './a';\nexport { one };\n")],
            Moved { from: "src/a.ts".into(), to: "src/lib/a.ts".into() },
            "b.ts",
        ),
        (
            vec![
                ("pkg/__init__.py", ""),
                ("pkg/a.py", "one = 1\n"),
                ("pkg/b.py", "from .a import one\nfrom pkg import a\nprint(one, a)\n"),
            ],
            Moved { from: "pkg/a.py".into(), to: "pkg/c.py".into() },
            "b.py",
        ),
    ] {
        let project = project(&files);
        let engine = engine_for(language).expect("an engine");
        let mut proposal = engine.moved(&project, std::slice::from_ref(&moved)).expect("moved");
        if proposal.moves.is_empty() {
            proposal.moves.push((&moved).into());
        }
        let stored = StoredProposal::new(proposal, &project).expect("fits");
        assert_eq!(told(&checked(&project, &stored, |_, _| false)), NOTHING, "{language}: its imports follow");
        let found = checked(&project, &stored, |_, _| true);
        assert!(!found.problems.is_empty(), "{language}: nothing was told");
        assert!(found.problems.iter().all(|one| one.path.ends_with(language) && one.fate == NameFate::Unresolved), "{found:?}");
    }
}

#[test]
fn what_was_broken_before_is_not_told() {
    let files = [("a.py", "def $0load():\n    return lost\n\nload()\nlost()\n"), ("b.py", "from a import missing\nfrom a import load\n")];
    let (project, stored) = renamed(&files, "read");
    assert_eq!(told(&checked(&project, &stored, |_, _| false)), NOTHING);
}

#[test]
fn a_replacement_may_mean_something_else_on_purpose_but_not_nothing() {
    let project = project(&[("a.py", "def one():\n    pass\ndef two():\n    pass\none()\n"), ("b.py", "from a import one\none ()\n")]);
    let replaced = |query: &str, replacement: &str| {
        let ask = TextReplace {
            query: query.into(),
            replacement: replacement.into(),
            regex: false,
            word: false,
            case: true,
            globs: Vec::default(),
        };
        let stored = StoredProposal::new(replace_text(&project, &ask).expect("found"), &project).expect("fits");
        check_names(&project, &Planned::of(&project, &stored, &|_| false), false).expect("checked")
    };
    assert_eq!(told(&replaced("one()\n", "two()\n")), NOTHING);
    let found = replaced("def one", "def other");
    assert_eq!(told(&found), [("a.py", 5, "one", NameFate::Unresolved), ("b.py", 1, "one", NameFate::Unresolved)]);
    assert_eq!((found.problems[1].path_before.as_str(), found.problems[1].line_before), ("b.py", 1));
}

#[test]
fn what_is_not_looked_at_is_said() {
    let project = project(&[("a.rb", "def load; end\nload\n"), ("a.py", "load = 1\n")]);
    let ask =
        TextReplace { query: "load".into(), replacement: "re ad".into(), regex: false, word: false, case: true, globs: Vec::default() };
    let stored = StoredProposal::new(replace_text(&project, &ask).expect("found"), &project).expect("fits");
    let found = check_names(&project, &Planned::of(&project, &stored, &|_| false), false).expect("checked");
    let said: Vec<_> = found.unchecked.iter().map(|one| (one.path.as_str(), one.why.as_str())).collect();
    assert_eq!(said, [("a.py", "it can't be parsed"), ("a.rb", "names are not followed in this language")]);
}

/// Every certain rename of the development cases, where they are: done whole nothing is told, without one of its edits something is.
#[test]
fn cases_of_other_tools() {
    let Ok(path) = std::env::var("LECTERN_RENAME_CASES") else { return };
    let text = std::fs::read_to_string(path).expect("the cases");
    let mut tally: BTreeMap<String, [u32; 5]> = BTreeMap::new();
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a case");
        if case["expect"]["files"].is_null() {
            continue;
        }
        let files: BTreeMap<String, String> = serde_json::from_value(case["files"].clone()).expect("files");
        let project = InMemory::new(files);
        let path = case["file"].as_str().expect("a path").to_owned();
        let at = Place { path: path.clone(), offset: u32::try_from(case["offset"].as_u64().expect("an offset")).expect("short") };
        let rename = Rename { at, new_name: case["new_name"].as_str().expect("a name"), options: RenameOptions::default() };
        let Some(engine) = engine_for(&path) else { continue };
        let Ok(proposal) = engine.rename(&project, &rename) else { continue };
        let language = case["language"].as_str().expect("a language").to_owned();
        let seen = tally.entry(language).or_default();
        let is_broken = proposal.breaking().is_some();
        let proposal = Proposal { conflicts: Vec::new(), ..proposal };
        let stored = StoredProposal::new(proposal.sorted(), &project).expect("fits");
        let texts: Vec<u32> = stored.items().filter(|(_, certainty, _)| *certainty == Certainty::Text).map(|(id, ..)| id).collect();
        let whole = check_names(&project, &Planned::of(&project, &stored, &|id| texts.contains(&id)), true).expect("checked");
        seen[0] += 1;
        if !whole.problems.is_empty() && !is_broken {
            seen[1] += 1;
            eprintln!("{}: {:?}", case["id"], whole.problems);
        }
        for (_, edit) in stored.edits().filter(|(_, edit)| edit.certainty == Certainty::Certain) {
            seen[2] += 1;
            let out = |id: u32| texts.contains(&id) || id == edit.id;
            let found = check_names(&project, &Planned::of(&project, &stored, &out), true).expect("checked");
            if found.problems.is_empty() {
                seen[3] += 1;
                let (file, line) = stored.edits().find(|(_, one)| one.id == edit.id).map(|(file, one)| (&file.path, one.line)).expect("it");
                eprintln!("not told: {} {file}:{line} {} -> {}: {}", case["id"], edit.old, edit.new, edit.reason);
            }
            seen[4] += u32::from(found.files > 0);
        }
    }
    for (language, seen) in tally {
        eprintln!("{language}: {} renames, {} with something told; {} edits left out, {} not told", seen[0], seen[1], seen[2], seen[3]);
    }
}
