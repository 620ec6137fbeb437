//! Everything that a change would do, for review.

use serde::{Deserialize, Serialize};

use crate::{Certainty, Edit, FileMove, NewFile, RemovedFile};

/// What speaks against a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConflictKind {
    /// The new name would be hidden by, or hide, another declaration, so that a place would mean something else.
    Shadowing,
    /// The scope, type or module has that name already.
    NameClash,
    /// There is a file of that name already.
    FileNameTaken,
    /// A word of the language, or one that would change what the code is (a Go name that stops being exported and is used elsewhere).
    ReservedWord,
    /// The file is made by a tool, which would make it anew without the change.
    GeneratedFile,
    /// The file is ignored, and so not in any version.
    IgnoredFile,
    /// A type would no longer have what an interface, trait or base class asks of it.
    BrokenContract,
    /// Something could not be read or understood, so that places may be missing.
    Unreadable,
}

/// Something that speaks against a change, at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Relative, with `/`.
    pub path: String,
    /// From 1, before the change.
    pub line: u32,
    /// What it is.
    pub kind: ConflictKind,
    /// The code would mean something else or not compile. Otherwise it is only to be known.
    pub breaks: bool,
    /// A plain sentence.
    pub message: String,
}

/// What a change would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Ascending by path and start; ranges of a file don't overlap.
    pub edits: Vec<Edit>,
    /// Files that get another place, from the outermost in.
    pub moves: Vec<FileMove>,
    /// Files that come, ascending by path.
    #[serde(default)]
    pub created: Vec<NewFile>,
    /// Files that go, ascending by path.
    #[serde(default)]
    pub removed: Vec<RemovedFile>,
    /// What breaks first, then by place.
    pub conflicts: Vec<Conflict>,
}

impl Proposal {
    /// In order and without repetitions. Of edits at the same bytes the surer stays; an edit that overlaps a surer one goes.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.edits.sort_by(|a, b| {
            (&a.path, a.start, a.end, a.certainty, a.group.is_none()).cmp(&(&b.path, b.start, b.end, b.certainty, b.group.is_none()))
        });
        let mut kept: Vec<Edit> = Vec::with_capacity(self.edits.len());
        for edit in self.edits {
            match kept.last_mut() {
                Some(last) if last.path == edit.path && overlap(last, &edit) => {
                    if edit.certainty < last.certainty {
                        *last = edit;
                    }
                }
                _ => kept.push(edit),
            }
        }
        self.edits = kept;
        self.moves.sort_by(|a, b| (a.from.len(), &a.from).cmp(&(b.from.len(), &b.from)));
        self.moves.dedup_by(|a, b| a.from == b.from && a.to == b.to);
        self.conflicts
            .sort_by(|a, b| (!a.breaks, &a.path, a.line, a.kind, &a.message).cmp(&(!b.breaks, &b.path, b.line, b.kind, &b.message)));
        self.conflicts.dedup();
        self
    }

    /// What breaks the code, if anything does.
    pub fn breaking(&self) -> Option<&Conflict> {
        self.conflicts.iter().find(|conflict| conflict.breaks)
    }

    /// The edits of some certainties.
    pub fn of(&self, certainties: &[Certainty]) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(move |edit| certainties.contains(&edit.certainty))
    }
}

/// Insertions at the same place overlap; ranges that touch don't.
fn overlap(first: &Edit, second: &Edit) -> bool {
    first.end > second.start || first.start == second.start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, certainty: Certainty) -> Edit {
        Edit { path: "a".into(), start, end, old: String::new(), new: "x".into(), certainty, reason: String::new(), group: None }
    }

    #[test]
    fn of_two_edits_at_a_place_the_surer_stays() {
        let found = Proposal {
            edits: vec![edit(4, 7, Certainty::Text), edit(4, 7, Certainty::Certain), edit(0, 2, Certainty::Text)],
            ..Default::default()
        };
        let kept: Vec<_> = found.sorted().edits.into_iter().map(|edit| (edit.start, edit.certainty)).collect();
        assert_eq!(kept, [(0, Certainty::Text), (4, Certainty::Certain)]);
    }

    #[test]
    fn edits_that_touch_are_both_kept() {
        let found = Proposal { edits: vec![edit(0, 2, Certainty::Certain), edit(2, 4, Certainty::Certain)], ..Default::default() };
        assert_eq!(found.sorted().edits.len(), 2);
    }
}
