//! Renames in Go: what goes along, what stays, what is refused.

#[path = "go/any_text.rs"]
mod any_text;
#[path = "go/comments.rs"]
mod comments;
#[path = "go/conflicts.rs"]
mod conflicts;
#[path = "go/contracts.rs"]
mod contracts;
#[path = "go/members.rs"]
mod members;
#[path = "go/packages.rs"]
mod packages;
#[path = "go/scopes.rs"]
mod scopes;

use std::collections::BTreeMap;

use lectern_refactor::{
    Certainty, ConflictKind, Engine, Found, InMemory, Moved, Place, Proposal, Refused, RefusedKind, Rename, RenameOptions, applied,
    engine_for,
};

type Files = BTreeMap<String, String>;

/// Files, one of which has a `$0` before or in the name that is meant.
fn files(given: &[(&str, &str)]) -> (Files, Place) {
    let mut place = None;
    let mut files = Files::new();
    for (path, text) in given {
        if let Some(at) = text.find("$0") {
            place = Some(Place { path: (*path).to_owned(), offset: u32::try_from(at).expect("short") });
        }
        files.insert((*path).to_owned(), text.replace("$0", ""));
    }
    (files, place.expect("a cursor"))
}

fn engine() -> &'static dyn Engine {
    engine_for("a.go").expect("Go")
}

fn proposed(given: &[(&str, &str)], new: &str) -> Result<(Files, Proposal), Refused> {
    let (files, at) = files(given);
    let project = InMemory::new(files.clone());
    let proposal = engine().rename(&project, &Rename { at, new_name: new, options: RenameOptions::default() })?;
    Ok((files, proposal))
}

/// All files after certain and probable edits; nothing may break.
fn renamed(given: &[(&str, &str)], new: &str) -> Files {
    let (files, proposal) = proposed(given, new).expect("renamed");
    assert_eq!(proposal.breaking(), None, "nothing speaks against it");
    applied(&files, proposal.of(&[Certainty::Certain, Certainty::Probable]), &proposal.moves).expect("applied")
}

/// The one file after a rename.
fn text(given: &str, new: &str) -> String {
    renamed(&[("a.go", given)], new).remove("a.go").expect("a.go")
}

fn refused(given: &[(&str, &str)], new: &str) -> RefusedKind {
    proposed(given, new).expect_err("refused").kind
}

/// What breaks first: its sort and its line.
fn breaks(given: &[(&str, &str)], new: &str) -> (ConflictKind, u32) {
    let (_, proposal) = proposed(given, new).expect("proposed");
    let conflict = proposal.breaking().expect("a conflict");
    (conflict.kind, conflict.line)
}

fn found(given: &[(&str, &str)]) -> Found {
    let (files, at) = files(given);
    engine().references(&InMemory::new(files), &at).expect("found")
}

fn moved(given: &[(&str, &str)], moves: &[(&str, &str)]) -> (Files, Proposal) {
    let files: Files = given.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let moves: Vec<Moved> = moves.iter().map(|(from, to)| Moved { from: (*from).to_owned(), to: (*to).to_owned() }).collect();
    let proposal = engine().moved(&InMemory::new(files.clone()), &moves).expect("moved");
    let after = applied(&files, proposal.of(&[Certainty::Certain, Certainty::Probable]), &proposal.moves).expect("applied");
    (after, proposal)
}
