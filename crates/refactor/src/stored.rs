//! What a row of refactor_jobs keeps: the proposal of exact contents, and what was applied of it.

use std::collections::BTreeMap;

use lectern_objects::ObjectHash;
use serde::{Deserialize, Serialize};

use crate::{Certainty, Conflict, Edit, FileMove, NewFile, Project, Proposal, Refused, RefusedKind, RemovedFile};

/// `refactor_jobs.proposal`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredProposal {
    /// 1.
    pub format: u32,
    /// For people.
    pub title: String,
    /// What is renamed, of a rename.
    pub symbol: Option<StoredSymbol>,
    /// The row of project_manifests that it was worked out on, and its number.
    pub manifest_id: String,
    /// See there.
    pub version: u32,
    /// Files whose text changes, ascending by path.
    pub files: Vec<StoredFile>,
    /// Files and folders that go elsewhere.
    pub moves: Vec<Numbered<FileMove>>,
    /// Files that come.
    pub created: Vec<Numbered<NewFile>>,
    /// Files that go.
    pub removed: Vec<Numbered<RemovedFile>>,
    /// What speaks against it.
    pub conflicts: Vec<Conflict>,
    /// Numbers, ascending, of what is left out besides mere spellings unless somebody chooses it.
    #[serde(default)]
    pub unchecked: Vec<u32>,
}

/// What is renamed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSymbol {
    /// As it is called before.
    pub name: String,
    /// In the language's words; empty when only its spelling is known.
    pub kind: String,
}

/// Something of a proposal with the number that choices name it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered<T> {
    /// Unique in the proposal, among all kinds.
    pub id: u32,
    /// The thing.
    #[serde(flatten)]
    pub what: T,
}

/// A file whose text changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Relative, with `/`.
    pub path: String,
    /// The contents that the edits are of.
    pub object: ObjectHash,
    /// Ascending, not overlapping.
    pub edits: Vec<StoredEdit>,
}

/// An [`Edit`] of a known file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEdit {
    /// As [`Numbered::id`].
    pub id: u32,
    /// As [`Edit::start`].
    pub start: u32,
    /// As [`Edit::end`].
    pub end: u32,
    /// The line of `start`, from 1.
    pub line: u32,
    /// UTF-16 units of the line before `start`.
    pub column: u32,
    /// As [`Edit::old`].
    pub old: String,
    /// As [`Edit::new`].
    pub new: String,
    /// As [`Edit::certainty`].
    pub certainty: Certainty,
    /// As [`Edit::reason`].
    pub reason: String,
    /// As [`Edit::group`].
    pub group: Option<u32>,
}

/// `refactor_jobs.applied_changes`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedChanges {
    /// 1.
    pub format: u32,
    /// The journal that made the folder as it is, as far as this job goes.
    pub journal_id: String,
    /// While something is written: the journal that does it.
    #[serde(default)]
    pub pending: Option<Pending>,
    /// The version with the folder as it was before.
    pub undo_version: u32,
    /// Every file that is another before and after.
    pub files: Vec<AppliedFile>,
    /// Edits, moves, and files made and removed that were done.
    pub edits: u32,
    /// Those that were not.
    pub skipped: u32,
    /// Threads that went with their lines.
    #[serde(default)]
    pub threads_moved: u32,
    /// Threads whose lines are not known for sure any more.
    #[serde(default)]
    pub threads_lost: u32,
    /// When, RFC 3339.
    #[serde(default)]
    pub applied_at: Option<String>,
}

/// A write whose end is not known yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The journal that does it.
    pub journal_id: String,
    /// APPLIED or UNDONE: where the job stands when it is done.
    pub to: String,
    /// Where it stands when it is taken back.
    pub from: String,
    /// The two sides of each file when it is done.
    pub files: Vec<AppliedFile>,
}

/// A file of the folder, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedFile {
    /// Where it is before; of one that is made, where it is after. Relative; the key of a name that is not UTF-8.
    pub path: String,
    /// Where it is after, when that is somewhere else.
    #[serde(default)]
    pub new_path: Option<String>,
    /// Its contents before; `None` when there was nothing.
    pub pre: Option<ObjectHash>,
    /// Its contents after; `None` when there is nothing.
    pub post: Option<ObjectHash>,
    /// Whether it is a symbolic link.
    #[serde(default)]
    pub link: bool,
    /// Whether its owner may execute it.
    #[serde(default)]
    pub executable: bool,
}

impl StoredProposal {
    /// Numbers everything of a proposal and ties it to the contents it is of.
    ///
    /// # Errors
    /// When an edit does not fit the text it is of: a defect of the engine that made it.
    pub fn new(proposal: Proposal, project: &dyn Project) -> Result<Self, Refused> {
        let mut next = 0_u32;
        let mut id = || {
            next += 1;
            next - 1
        };
        let mut by_path: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
        for edit in proposal.edits {
            by_path.entry(edit.path.clone()).or_default().push(edit);
        }
        let mut files = Vec::with_capacity(by_path.len());
        for (path, edits) in by_path {
            let (Some(text), Some(object)) = (project.text(&path), project.object(&path)) else { return Err(misfit(&path)) };
            let mut places = Places::new(&text);
            let mut stored = Vec::with_capacity(edits.len());
            for edit in edits {
                if text.get(edit.start as usize..edit.end as usize) != Some(edit.old.as_str()) {
                    return Err(misfit(&path));
                }
                let (line, column) = places.of(edit.start as usize);
                let Edit { start, end, old, new, certainty, reason, group, .. } = edit;
                stored.push(StoredEdit { id: id(), start, end, line, column, old, new, certainty, reason, group });
            }
            files.push(StoredFile { path, object, edits: stored });
        }
        Ok(Self {
            format: 1,
            files,
            moves: proposal.moves.into_iter().map(|what| Numbered { id: id(), what }).collect(),
            created: proposal.created.into_iter().map(|what| Numbered { id: id(), what }).collect(),
            removed: proposal.removed.into_iter().map(|what| Numbered { id: id(), what }).collect(),
            conflicts: proposal.conflicts,
            ..Self::default()
        })
    }

    /// Every edit with its file.
    pub fn edits(&self) -> impl Iterator<Item = (&StoredFile, &StoredEdit)> {
        self.files.iter().flat_map(|file| file.edits.iter().map(move |edit| (file, edit)))
    }

    /// Number, certainty and group of everything that can be chosen.
    pub fn items(&self) -> impl Iterator<Item = (u32, Certainty, Option<u32>)> {
        let edits = self.edits().map(|(_, edit)| (edit.id, edit.certainty, edit.group));
        let moves = self.moves.iter().map(|one| (one.id, one.what.certainty, one.what.group));
        let created = self.created.iter().map(|one| (one.id, one.what.certainty, one.what.group));
        let removed = self.removed.iter().map(|one| (one.id, one.what.certainty, one.what.group));
        edits.chain(moves).chain(created).chain(removed)
    }

    /// What is left out unless somebody chooses otherwise: mere spellings, and what nobody should take unread.
    pub fn left_out(&self) -> Vec<u32> {
        let unchecked = |id: &u32| self.unchecked.binary_search(id).is_ok();
        self.items().filter(|(id, certainty, _)| *certainty == Certainty::Text || unchecked(id)).map(|(id, ..)| id).collect()
    }

    /// What of an earlier choice still means something here: what was excluded there at the same path with the same words, and everything that is
    /// left out by itself and was not chosen there.
    pub fn carried_over(&self, before: &Self, excluded: &[u32]) -> Vec<u32> {
        let key = |file: &StoredFile, edit: &StoredEdit| (file.path.clone(), edit.old.clone(), edit.new.clone());
        // The n-th edit of the same kind in a file stays the n-th, whatever moved it.
        let numbered = |proposal: &Self| {
            let mut seen: BTreeMap<(String, String, String), u32> = BTreeMap::new();
            let mut all = BTreeMap::new();
            for (file, edit) in proposal.edits() {
                let key = key(file, edit);
                let count = seen.entry(key.clone()).or_default();
                all.insert((key, *count), edit.id);
                *count += 1;
            }
            all
        };
        let (then, now) = (numbered(before), numbered(self));
        let left_out = self.left_out();
        let kept = now.into_iter().filter(|(key, id)| match then.get(key) {
            Some(old) => excluded.contains(old),
            None => left_out.contains(id),
        });
        let mut chosen: Vec<u32> = kept.map(|(_, id)| id).collect();
        for (id, path) in self.moves.iter().map(|one| (one.id, &one.what.from)) {
            if before.moves.iter().any(|old| old.what.from == *path && excluded.contains(&old.id)) {
                chosen.push(id);
            }
        }
        chosen.sort_unstable();
        chosen
    }
}

fn misfit(path: &str) -> Refused {
    Refused::new(RefusedKind::Unsupported, format!("what was worked out for {path} does not fit it"))
}

/// Lines and UTF-16 columns of ascending bytes, in one walk.
struct Places<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    line_start: usize,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, line_start: 0 }
    }

    fn of(&mut self, byte: usize) -> (u32, u32) {
        if byte < self.at {
            *self = Self::new(self.text);
        }
        for found in memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..byte]) {
            self.line += 1;
            self.line_start = self.at + found + 1;
        }
        self.at = byte;
        let column = self.text[self.line_start..byte].chars().map(char::len_utf16).sum::<usize>();
        (self.line, u32::try_from(column).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InMemory;

    fn edit(path: &str, start: u32, old: &str, certainty: Certainty) -> Edit {
        let end = start + u32::try_from(old.len()).expect("short");
        Edit { path: path.into(), start, end, old: old.into(), new: "x".into(), certainty, reason: String::new(), group: None }
    }

    fn stored(text: &str, edits: Vec<Edit>) -> Result<StoredProposal, Refused> {
        let project = InMemory::new([("a".to_owned(), text.to_owned())]);
        StoredProposal::new(Proposal { edits, ..Proposal::default() }, &project)
    }

    #[test]
    fn edits_are_numbered_and_know_their_lines() {
        let found = stored("one\n\u{1f600}two two\n", vec![edit("a", 0, "one", Certainty::Certain), edit("a", 8, "two", Certainty::Text)]);
        let found = found.expect("stored");
        let places: Vec<_> = found.edits().map(|(_, edit)| (edit.id, edit.line, edit.column)).collect();
        assert_eq!(places, [(0, 1, 0), (1, 2, 2)]);
        assert_eq!(found.left_out(), [1]);
        assert!(stored("one", vec![edit("a", 0, "two", Certainty::Certain)]).is_err());
    }

    #[test]
    fn choices_go_along_when_it_is_worked_out_again() {
        let old =
            stored("two two", vec![edit("a", 0, "two", Certainty::Certain), edit("a", 4, "two", Certainty::Certain)]).expect("stored");
        let new = stored(
            "// two\ntwo two one",
            vec![edit("a", 7, "two", Certainty::Certain), edit("a", 11, "two", Certainty::Certain), edit("a", 15, "one", Certainty::Text)],
        );
        let new = new.expect("stored");
        assert_eq!(new.carried_over(&old, &[1]), [1, 2]);
        assert_eq!(new.carried_over(&old, &[]), [2], "what is new is left out as ever");
    }
}
