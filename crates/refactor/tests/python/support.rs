//! Small projects with a cursor, and what a rename makes of them.

use std::collections::BTreeMap;

use lectern_refactor::{
    Certainty, Found, InMemory, Moved, Place, Proposal, Refused, RefusedKind, Rename, RenameOptions, applied, engine_for,
};

/// Some files, `$0` in one of them.
pub struct Sources {
    pub files: BTreeMap<String, String>,
    pub at: Place,
}

/// Files by their path; the cursor is taken out.
pub fn sources(files: &[(&str, &str)]) -> Sources {
    let mut at = None;
    let take = |(path, text): &(&str, &str)| {
        if let Some(offset) = text.find("$0") {
            at = Some(Place { path: (*path).to_owned(), offset: u32::try_from(offset).expect("small") });
        }
        ((*path).to_owned(), text.replacen("$0", "", 1))
    };
    let files = files.iter().map(take).collect();
    Sources { files, at: at.unwrap_or(Place { path: String::new(), offset: 0 }) }
}

impl Sources {
    pub fn rename(&self, new_name: &str) -> Result<Proposal, Refused> {
        self.rename_with(new_name, RenameOptions::default())
    }

    pub fn rename_with(&self, new_name: &str, options: RenameOptions) -> Result<Proposal, Refused> {
        let project = InMemory::new(self.files.clone());
        engine_for(&self.at.path).expect("a Python file").rename(&project, &Rename { at: self.at.clone(), new_name, options })
    }

    pub fn references(&self) -> Result<Found, Refused> {
        let project = InMemory::new(self.files.clone());
        engine_for(&self.at.path).expect("a Python file").references(&project, &self.at)
    }

    pub fn moved(&self, moves: &[(&str, &str)]) -> Result<Proposal, Refused> {
        let project = InMemory::new(self.files.clone());
        let moves: Vec<Moved> = moves.iter().map(|(from, to)| Moved { from: (*from).to_owned(), to: (*to).to_owned() }).collect();
        engine_for("a.py").expect("the engine for Python").moved(&project, &moves)
    }

    /// The texts after a proposal's edits of these certainties.
    pub fn after(&self, proposal: &Proposal, made: &[Certainty]) -> BTreeMap<String, String> {
        applied(&self.files, proposal.of(made), &proposal.moves).expect("edits fit")
    }
}

fn check(files: &[(&str, &str)], new_name: &str, after: &[(&str, &str)], made: &[Certainty]) {
    let sources = sources(files);
    let proposal = sources.rename(new_name).unwrap_or_else(|refused| panic!("refused: {refused}"));
    assert_eq!(proposal.breaking(), None, "nothing breaks");
    let expected: BTreeMap<String, String> = after.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    assert_eq!(sources.after(&proposal, made), expected);
}

/// The certain edits make exactly this, and nothing is merely probable.
pub fn certainly(files: &[(&str, &str)], new_name: &str, after: &[(&str, &str)]) {
    check(files, new_name, after, &[Certainty::Certain, Certainty::Probable]);
    check(files, new_name, after, &[Certainty::Certain]);
}

/// One file; the certain edits make exactly this.
pub fn certainly_one(before: &str, new_name: &str, after: &str) {
    certainly(&[("a.py", before)], new_name, &[("a.py", after)]);
}

/// Certain and probable edits make this together, and the certain ones alone do not.
pub fn probably(files: &[(&str, &str)], new_name: &str, after: &[(&str, &str)]) {
    check(files, new_name, after, &[Certainty::Certain, Certainty::Probable]);
    let sources = sources(files);
    let proposal = sources.rename(new_name).expect("a proposal");
    assert!(proposal.of(&[Certainty::Probable]).next().is_some(), "something is only probable");
}

/// The rename is refused, and why.
pub fn refused(files: &[(&str, &str)], new_name: &str) -> RefusedKind {
    sources(files).rename(new_name).expect_err("refused").kind
}
