//! Small projects with a cursor.

use std::collections::BTreeMap;

use lectern_refactor::{
    Certainty, Found, InMemory, Moved, Place, Project, Proposal, Refused, RefusedKind, Rename, RenameOptions, applied, engine_for,
};

/// Files, and where the cursor `$0` stands.
pub struct Case {
    pub files: BTreeMap<String, String>,
    pub at: Place,
}

/// Reads `//- path` sections; without any, all is `a.ts`.
pub fn files(text: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut path = "a.ts".to_owned();
    let mut lines = String::new();
    for line in text.strip_prefix('\n').unwrap_or(text).split_inclusive('\n') {
        match line.trim().strip_prefix("//- ") {
            Some(next) => {
                if !lines.is_empty() {
                    files.insert(std::mem::replace(&mut path, next.to_owned()), std::mem::take(&mut lines));
                }
                path = next.to_owned();
            }
            None => lines.push_str(line),
        }
    }
    files.insert(path, lines);
    files
}

pub fn case(text: &str) -> Case {
    let mut files = files(text);
    let (path, offset) = files.iter().find_map(|(path, text)| Some((path.clone(), text.find("$0")?))).expect("a cursor");
    let text = files.get_mut(&path).expect("the file");
    text.replace_range(offset..offset + 2, "");
    Case { files, at: Place { path, offset: u32::try_from(offset).expect("small") } }
}

pub fn proposal(case: &Case, new_name: &str) -> Result<Proposal, Refused> {
    let project = InMemory::new(case.files.clone());
    let engine = engine_for(&case.at.path).expect("an engine");
    engine.rename(&project, &Rename { at: case.at.clone(), new_name, options: RenameOptions::default() })
}

/// The texts after renaming what is at the cursor to `fresh`, all that is certain; nothing may break.
pub fn renamed(text: &str) -> BTreeMap<String, String> {
    let case = case(text);
    let found = proposal(&case, "fresh").expect("a proposal");
    assert_eq!(found.breaking(), None, "a fresh name breaks nothing");
    let edits = found.of(&[Certainty::Certain]).collect::<Vec<_>>();
    applied(&case.files, edits, &found.moves).expect("edits fit")
}

/// Claims what renaming the name at the cursor to `fresh` makes of the sources.
#[track_caller]
pub fn check(before: &str, after: &str) {
    assert_eq!(renamed(before), files(after));
}

/// Claims that there is no proposal, and why.
#[track_caller]
pub fn refused(text: &str, new_name: &str, kind: RefusedKind) {
    let refused = proposal(&case(text), new_name).expect_err("refused");
    assert_eq!(refused.kind, kind, "{refused}");
}

/// The kinds of what breaks, with their lines.
pub fn broken(text: &str, new_name: &str) -> Vec<(lectern_refactor::ConflictKind, u32)> {
    let found = proposal(&case(text), new_name).expect("a proposal");
    found.conflicts.iter().filter(|conflict| conflict.breaks).map(|conflict| (conflict.kind, conflict.line)).collect()
}

pub fn found(text: &str) -> Found {
    let case = case(text);
    let project = InMemory::new(case.files);
    engine_for(&case.at.path).expect("an engine").references(&project, &case.at).expect("found")
}

/// The texts after files moved, and what follows from it.
pub fn after_moves(text: &str, moves: &[(&str, &str)]) -> BTreeMap<String, String> {
    let files = files(text);
    let project = InMemory::new(files.clone());
    let moves: Vec<Moved> = moves.iter().map(|(from, to)| Moved { from: (*from).to_owned(), to: (*to).to_owned() }).collect();
    let path = project.paths().iter().find(|path| engine_for(path).is_some()).expect("code").clone();
    let found = engine_for(&path).expect("an engine").moved(&project, &moves).expect("a proposal");
    applied(&files, &found.edits, &found.moves).expect("edits fit")
}
