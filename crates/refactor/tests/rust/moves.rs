//! Files and folders that go elsewhere.

use std::collections::BTreeMap;

use lectern_refactor::{ConflictKind, InMemory, Moved, Proposal, applied, engine_for};

use crate::support::files_of;

fn moved(before: &str, from: &str, to: &str) -> (BTreeMap<String, String>, Proposal) {
    let (files, _) = files_of(before);
    let project = InMemory::new(files.clone());
    let moves = [Moved { from: from.to_owned(), to: to.to_owned() }];
    let proposal = engine_for("x.rs").expect("an engine").moved(&project, &moves).unwrap_or_else(|refused| panic!("refused: {refused}"));
    (files, proposal)
}

#[track_caller]
fn check(before: &str, from: &str, to: &str, after: &str) {
    let (files, proposal) = moved(before, from, to);
    assert_eq!(proposal.breaking(), None, "nothing speaks against it");
    let made = applied(&files, &proposal.edits, &proposal.moves).expect("edits fit");
    assert_eq!(made, files_of(after).0, "{:#?}", proposal);
}

#[test]
fn another_file_name_is_another_module_name() {
    check(
        "//- lib.rs\nmod a;\nuse a::f;\n//- a.rs\npub mod c;\npub fn f() { crate::a::c::g() }\n//- a/c.rs\npub fn g() {}\n",
        "a.rs",
        "b.rs",
        "//- lib.rs\nmod b;\nuse b::f;\n//- b.rs\npub mod c;\npub fn f() { crate::b::c::g() }\n//- b/c.rs\npub fn g() {}\n",
    );
}

#[test]
fn a_module_may_live_in_a_folder() {
    check("//- lib.rs\nmod a;\n//- a.rs\nfn f() {}\n", "a.rs", "a/mod.rs", "//- lib.rs\nmod a;\n//- a/mod.rs\nfn f() {}\n");
}

#[test]
fn a_module_that_goes_to_another_is_declared_there() {
    check(
        "//- lib.rs\nmod a;\nmod b;\nfn f() { crate::a::g(); a::g() }\n//- a.rs\npub fn g() { super::f() }\n//- b.rs\npub mod c;\n//- b/c.rs\nuse crate::a::g;\n",
        "a.rs",
        "b/a.rs",
        "//- lib.rs\nmod b;\nfn f() { crate::b::a::g(); crate::b::a::g() }\n//- b/a.rs\npub fn g() { crate::f() }\n//- b.rs\npub mod c;\npub(crate) mod a;\n//- b/c.rs\nuse crate::b::a::g;\n",
    );
}

#[test]
fn a_stated_path_is_stated_anew() {
    check(
        "//- src/lib.rs\n#[path = \"x/y.rs\"]\nmod a;\n//- src/x/y.rs\nfn f() {}\n",
        "src/x/y.rs",
        "other/y.rs",
        "//- src/lib.rs\n#[path = \"../other/y.rs\"]\nmod a;\n//- other/y.rs\nfn f() {}\n",
    );
}

#[test]
fn a_crates_root_stays() {
    let (_, proposal) = moved("//- Cargo.toml\n[package]\nname = \"a\"\n//- src/lib.rs\nfn f() {}\n", "src/lib.rs", "src/other.rs");
    assert_eq!(proposal.breaking().map(|conflict| conflict.kind), Some(ConflictKind::BrokenContract));
}
