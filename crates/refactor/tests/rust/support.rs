//! Small projects in one text: `//- path` begins a file, `$0` is where the name is.

use std::collections::BTreeMap;

use lectern_refactor::{Certainty, ConflictKind, InMemory, Place, Proposal, Refused, Rename, RenameOptions, applied, engine_for};

pub(crate) fn files_of(text: &str) -> (BTreeMap<String, String>, Option<Place>) {
    let mut files = BTreeMap::new();
    let mut path = "main.rs".to_owned();
    let mut place = None;
    let mut current = String::new();
    for line in text.trim_start_matches('\n').split_inclusive('\n') {
        if let Some(next) = line.trim().strip_prefix("//- ") {
            if !current.is_empty() {
                files.insert(path.clone(), std::mem::take(&mut current));
            }
            path = next.trim().to_owned();
            continue;
        }
        current.push_str(line);
        if let Some(at) = current.find("$0") {
            current.replace_range(at..at + 2, "");
            place = Some(Place { path: path.clone(), offset: u32::try_from(at).expect("small") });
        }
    }
    files.insert(path, current);
    (files, place)
}

pub(crate) fn proposed(before: &str, new_name: &str) -> (BTreeMap<String, String>, Result<Proposal, Refused>) {
    let (files, place) = files_of(before);
    let place = place.expect("a $0");
    let project = InMemory::new(files.clone());
    let engine = engine_for(&place.path).expect("an engine");
    let result = engine.rename(&project, &Rename { at: place, new_name, options: RenameOptions::default() });
    (files, result)
}

/// Renaming makes one text of another, without anything that speaks against it.
#[track_caller]
pub(crate) fn check(new_name: &str, before: &str, after: &str) {
    let (files, result) = proposed(before, new_name);
    let proposal = result.unwrap_or_else(|refused| panic!("refused: {refused}"));
    assert_eq!(proposal.breaking(), None, "nothing speaks against it");
    let made = applied(&files, proposal.of(&[Certainty::Certain, Certainty::Probable]), &proposal.moves).expect("edits fit");
    let show = |files: &BTreeMap<String, String>| files.iter().map(|(path, text)| format!("//- {path}\n{text}")).collect::<String>();
    let (expected, _) = files_of(after);
    assert_eq!(show(&made), show(&expected), "edits: {:#?}", proposal.edits);
}

/// The certainties of all edits, in order.
#[track_caller]
pub(crate) fn certainties(new_name: &str, before: &str) -> Vec<Certainty> {
    let (_, result) = proposed(before, new_name);
    result.unwrap_or_else(|refused| panic!("refused: {refused}")).edits.iter().map(|edit| edit.certainty).collect()
}

#[track_caller]
pub(crate) fn refused(new_name: &str, before: &str, kind: lectern_refactor::RefusedKind) {
    let (_, result) = proposed(before, new_name);
    match result {
        Err(refused) => assert_eq!(refused.kind, kind, "{refused}"),
        Ok(proposal) => panic!("not refused: {:#?}", proposal.edits),
    }
}

/// What speaks against it, and breaks the code.
#[track_caller]
pub(crate) fn conflict(new_name: &str, before: &str, kind: ConflictKind) {
    let (_, result) = proposed(before, new_name);
    let proposal = result.unwrap_or_else(|refused| panic!("refused: {refused}"));
    let found = proposal.breaking().unwrap_or_else(|| panic!("nothing speaks against it: {:#?}", proposal.edits));
    assert_eq!(found.kind, kind, "{}", found.message);
}
