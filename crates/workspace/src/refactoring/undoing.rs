//! Taking a job back, and taking that back: exact where files are as they were left, merged where they were changed since.

use std::{
    collections::{BTreeMap, HashMap},
    io::Read,
    os::unix::ffi::OsStrExt,
    sync::Arc,
};

use lectern_diff::{Lines, MergePart, merge_lines};
use lectern_jobs::Status;
use lectern_journal::{Change, Content, JournalStatus, New, Prepared, Proposal, RelPath, State};
use lectern_objects::{MAX_OBJECT_SIZE, ObjectHash};
use lectern_projects::Project;
use lectern_reader::{BeneathError, EntryType, Root, looks_binary};
use lectern_refactor::{AppliedChanges, AppliedFile, rows};
use lectern_sync::RepoPath;

use super::{
    applying::{Write, repo_path},
    cards::StoredCard,
};
use crate::{
    Workspace,
    tasks::Tell,
    view::{Failure, RefactorApplied, RefactorUndo, RefactorUndoChoice, RefactorUndoConflict, RefactorUndoFile, RefactorUndoState},
};

/// A file as it would be again, and as it is.
struct Sides {
    /// Where it was left, and where it would go.
    here: String,
    there: String,
    back: Option<ObjectHash>,
    now: Option<Now>,
    link: bool,
    executable: bool,
    outcome: Outcome,
}

/// What is at a place now.
struct Now {
    object: ObjectHash,
    bytes: Vec<u8>,
    link: bool,
    executable: bool,
    /// Permission bits.
    mode: u32,
}

/// What taking a file back comes to.
enum Outcome {
    /// It is as it was left.
    Exact,
    /// Some lines were changed since, others are taken back.
    Merged { text: Merge },
    /// It stays.
    Gone { reason: String },
}

/// A merge of bytes, in pieces.
struct Merge {
    pieces: Vec<Piece>,
}

enum Piece {
    Sure(Vec<u8>),
    Conflict { now: Vec<u8>, back: Vec<u8>, left: Vec<u8>, line: u32 },
}

impl Merge {
    fn conflicts(&self) -> impl Iterator<Item = (&Vec<u8>, &Vec<u8>, &Vec<u8>, u32)> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Conflict { now, back, left, line } => Some((now, back, left, *line)),
            Piece::Sure(_) => None,
        })
    }

    /// The bytes, with each conflict as it was chosen (`true`: taken back); `None` when one was not.
    fn chosen(&self, chosen: &dyn Fn(u32) -> Option<bool>) -> Option<Vec<u8>> {
        let (mut out, mut number) = (Vec::new(), 0);
        for piece in &self.pieces {
            match piece {
                Piece::Sure(bytes) => out.extend_from_slice(bytes),
                Piece::Conflict { now, back, .. } => {
                    out.extend_from_slice(if chosen(number)? { back } else { now });
                    number += 1;
                }
            }
        }
        Some(out)
    }
}

impl Workspace {
    /// What taking a job back would do; of one that is taken back, what doing it again would.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NOT_APPLIED`, `FOLDER_MISSING`.
    pub fn refactor_undo_plan(&self, job_id: &str) -> Result<RefactorUndo, Failure> {
        let (project, changes, status) = self.applied_job(job_id)?;
        let sides = self.sides(&project, &changes, status)?;
        let files: Vec<RefactorUndoFile> = sides.iter().map(file_view).collect();
        Ok(RefactorUndo { exact: files.iter().all(|file| file.state == RefactorUndoState::Exact), files })
    }

    /// Takes a job back, or does again what was taken back, all or nothing. The folder is recorded before. Files that can't be taken back stay.
    ///
    /// # Errors
    /// As [`refactor_undo_plan`](Self::refactor_undo_plan); `UNDO_CONFLICTS` when a conflict has no choice, `NOTHING_TO_UNDO`, and what keeps files
    /// from being written. Nothing was changed then.
    pub fn refactor_undo(
        self: &Arc<Self>,
        task_id: &str,
        job_id: &str,
        choices: &[RefactorUndoChoice],
        tell: Tell<'_>,
    ) -> Result<RefactorApplied, Failure> {
        let (project, changes, status) = self.applied_job(job_id)?;
        let title = StoredCard::read(&self.refactor_row(job_id)?.progress).title;
        let task = self.task(task_id, tell);
        let undone = self.alone(&project, || {
            let (undo_version, _) = self.record(&project, &task)?;
            let sides = self.sides(&project, &changes, status)?;
            let (prepared, files) = self.prepared_undo(&project, &changes, status, &title, &sides, choices)?;
            if prepared.is_empty() {
                return Err(Failure::new("NOTHING_TO_UNDO", "there is nothing left to take back"));
            }
            let to = if status == Status::Applied { Status::Undone } else { Status::Applied };
            let before = AppliedChanges { undo_version, ..changes.clone() };
            self.write_for(&project, prepared, &Write { job_id, from: status, to, before, files }, &task)
        });
        self.tell_refactoring(job_id);
        undone
    }

    fn applied_job(&self, job_id: &str) -> Result<(Project, AppliedChanges, Status), Failure> {
        self.settle_refactorings()?;
        let job = self.refactor_row(job_id)?;
        let not_applied = || Failure::new("NOT_APPLIED", "this was not applied").hint("Apply it first.");
        if !matches!(job.status, Status::Applied | Status::Undone) {
            return Err(not_applied());
        }
        let changes = self.store.read(|connection| rows::applied(connection, job_id))?.ok_or_else(not_applied)?;
        Ok((self.project(&job.project_id)?, changes, job.status))
    }

    fn sides(&self, project: &Project, changes: &AppliedChanges, status: Status) -> Result<Vec<Sides>, Failure> {
        let root = Root::open(&project.root)?;
        changes.files.iter().map(|file| self.sides_of(&root, file, status == Status::Applied)).collect()
    }

    fn sides_of(&self, root: &Root, file: &AppliedFile, applied: bool) -> Result<Sides, Failure> {
        let (before, after) = (file.path.clone(), file.new_path.clone().unwrap_or_else(|| file.path.clone()));
        let (here, there, left, back) = if applied { (after, before, file.post, file.pre) } else { (before, after, file.pre, file.post) };
        let now = look(root, &here)?;
        let gone = |reason: &str| Outcome::Gone { reason: reason.to_owned() };
        let outcome = match (&now, left, back) {
            (now, left, _) if now.as_ref().map(|now| now.object) == left => Outcome::Exact,
            (None, _, _) => gone("it is not there any more"),
            (Some(_), None, _) => gone("something else is in its place by now"),
            (Some(_), Some(_), None) => gone("it was changed since, so that it stays"),
            (Some(now), Some(left), Some(back)) => match (self.objects.get(&left)?, self.objects.get(&back)?) {
                _ if now.link || file.link => gone("where the link leads was changed since"),
                (Some(left), Some(back)) => match merged(&left, &now.bytes, &back) {
                    Some(text) => Outcome::Merged { text },
                    None => gone("it is no text, and was changed since"),
                },
                _ => gone("what it was before is not kept any more"),
            },
        };
        let (link, executable) = (file.link, now.as_ref().map_or(file.executable, |now| now.executable));
        Ok(Sides { here, there, back, now, link, executable, outcome })
    }

    /// What is to be written, and the two sides of each file when it is.
    fn prepared_undo(
        &self,
        project: &Project,
        changes: &AppliedChanges,
        status: Status,
        title: &str,
        sides: &[Sides],
        choices: &[RefactorUndoChoice],
    ) -> Result<(Prepared, Vec<AppliedFile>), Failure> {
        let exact = sides.iter().all(|side| matches!(side.outcome, Outcome::Exact));
        let journal = self.journal.entry(&changes.journal_id)?.filter(|entry| entry.root == project.root);
        if exact && journal.is_some_and(|journal| journal.status == JournalStatus::Applied) {
            return Ok((self.journal.prepare_undo(project.id.as_str(), &changes.journal_id)?, changes.files.clone()));
        }
        let mut places: BTreeMap<RelPath, (State, New)> = BTreeMap::new();
        let mut files = Vec::new();
        // A file that goes back to its place keeps its permission bits.
        let mut modes = HashMap::new();
        for side in sides {
            let chosen = |number| choices.iter().find(|one| one.path == side.here && one.number == number).map(|one| one.back);
            let becomes = match &side.outcome {
                Outcome::Gone { .. } => continue,
                Outcome::Exact => match side.back {
                    Some(back) => Some(self.objects.get(&back)?.ok_or_else(lost)?),
                    None => None,
                },
                Outcome::Merged { text } => Some(text.chosen(&chosen).ok_or_else(|| {
                    Failure::new("UNDO_CONFLICTS", format!("{} was changed in the same lines since", side.here))
                        .hint("Choose for each of them whether it stays as it is.")
                })?),
            };
            let expected = match &side.now {
                Some(now) if now.link => State::Symlink { hash: now.object },
                Some(now) => State::File { hash: now.object, executable: now.executable },
                None => State::Absent,
            };
            let back = becomes.as_deref().map(ObjectHash::of);
            let here = RelPath::new(repo_path(&side.here)?.as_bytes())?;
            let there = RelPath::new(repo_path(&side.there)?.as_bytes())?;
            places.entry(here).or_insert((State::Absent, New::Absent)).0 = expected;
            if let Some(bytes) = becomes {
                if let Some(now) = side.now.as_ref().filter(|now| !now.link && side.here != side.there) {
                    modes.insert(there.clone(), now.mode);
                }
                let content = Content::Bytes(bytes);
                places.entry(there).or_insert((State::Absent, New::Absent)).1 =
                    if side.link { New::Symlink { target: content } } else { New::File { content, executable: side.executable } };
            }
            let now = side.now.as_ref().map(|now| now.object);
            let moved = (side.here != side.there).then_some(());
            let (path, new_path, pre, post) = if status == Status::Applied {
                (side.there.clone(), moved.map(|()| side.here.clone()), back, now)
            } else {
                (side.here.clone(), moved.map(|()| side.there.clone()), now, back)
            };
            files.push(AppliedFile { path, new_path, pre, post, link: side.link, executable: side.executable });
        }
        let verb = if status == Status::Applied { "Undo" } else { "Redo" };
        let proposal = Proposal {
            root: project.root.clone(),
            scope: project.id.as_str().to_owned(),
            kind: "UNDO".to_owned(),
            title: format!("{verb} of {title}"),
            changes: places.into_iter().map(|(path, (expected, becomes))| Change { path, expected, becomes }).collect(),
        };
        Ok((self.journal.preflight_with_modes(&proposal, modes)?, files))
    }
}

fn lost() -> Failure {
    Failure::new("OBJECT_MISSING", "what was there before is not kept any more").hint("Restore the version from before instead.")
}

/// What is at a place now; `None` when it is neither a file nor a link.
fn look(root: &Root, key: &str) -> Result<Option<Now>, Failure> {
    let path = RepoPath::from_key(key)?;
    match root.kind(path.as_path()) {
        Ok(EntryType::File) => {
            use std::os::unix::fs::PermissionsExt;
            let mut file = root.open_file(path.as_path())?;
            let mode = file.metadata().map_or(0o644, |metadata| metadata.permissions().mode() & 0o7777);
            let mut bytes = Vec::new();
            (&mut file).take(MAX_OBJECT_SIZE + 1).read_to_end(&mut bytes).map_err(BeneathError::Unreadable)?;
            Ok(Some(Now { object: ObjectHash::of(&bytes), bytes, link: false, executable: mode & 0o100 != 0, mode }))
        }
        Ok(EntryType::Symlink) => {
            let bytes = root.read_link(path.as_path())?.as_os_str().as_bytes().to_vec();
            Ok(Some(Now { object: ObjectHash::of(&bytes), bytes, link: true, executable: false, mode: 0 }))
        }
        Ok(EntryType::Directory | EntryType::Special) | Err(BeneathError::Missing) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Brings together what was changed since `left` and what goes back to `back`; `None` when one of them is no text.
fn merged(left: &[u8], now: &[u8], back: &[u8]) -> Option<Merge> {
    if [left, now, back].into_iter().any(looks_binary) {
        return None;
    }
    let (base, ours, theirs) = (Lines::new(left), Lines::new(now), Lines::new(back));
    let text = |lines: &Lines<'_>, range: &std::ops::Range<u32>| -> Vec<u8> {
        range.clone().flat_map(|at| lines.whole(at as usize).iter().copied()).collect()
    };
    // A byte order mark is of no line.
    let mark: &[u8] = if ours.has_byte_order_mark() { b"\xef\xbb\xbf" } else { b"" };
    let mut pieces = vec![Piece::Sure(mark.to_vec())];
    for part in merge_lines(&base, &ours, &theirs) {
        pieces.push(match part {
            MergePart::Ours(range) => Piece::Sure(text(&ours, &range)),
            MergePart::Theirs(range) => Piece::Sure(text(&theirs, &range)),
            MergePart::Conflict { base: of, ours: our, theirs: their } => {
                Piece::Conflict { line: our.start + 1, now: text(&ours, &our), back: text(&theirs, &their), left: text(&base, &of) }
            }
        });
    }
    Some(Merge { pieces })
}

fn file_view(side: &Sides) -> RefactorUndoFile {
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (state, conflicts, reason) = match &side.outcome {
        Outcome::Exact => (RefactorUndoState::Exact, Vec::new(), String::new()),
        Outcome::Gone { reason } => (RefactorUndoState::Gone, Vec::new(), reason.clone()),
        Outcome::Merged { text } => {
            let conflicts: Vec<RefactorUndoConflict> = (0..)
                .zip(text.conflicts())
                .map(|(number, (now, back, left, line))| RefactorUndoConflict {
                    number,
                    line,
                    now: shown(now),
                    back: shown(back),
                    left: shown(left),
                })
                .collect();
            let state = if conflicts.is_empty() { RefactorUndoState::Merged } else { RefactorUndoState::Conflict };
            (state, conflicts, String::new())
        }
    };
    RefactorUndoFile { path: side.here.clone(), new_path: (side.there != side.here).then(|| side.there.clone()), state, conflicts, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_elsewhere_stays_and_the_same_lines_ask() {
        let (left, back) = (b"1\nnew\n3\n4\n5\n".as_slice(), b"1\nold\n3\n4\n5\n".as_slice());
        let merge = merged(left, b"1\nnew\n3\n4\nfive\n", back).expect("text");
        assert_eq!(merge.conflicts().count(), 0);
        assert_eq!(merge.chosen(&|_| None).expect("chosen"), b"1\nold\n3\n4\nfive\n");
        let merge = merged(left, b"\xef\xbb\xbf1\nnewer\n3\n4\n5\n", back).expect("text");
        assert_eq!(merge.chosen(&|_| None), None);
        assert_eq!(merge.chosen(&|_| Some(true)).expect("chosen"), b"\xef\xbb\xbf1\nold\n3\n4\n5\n");
        assert_eq!(merge.chosen(&|_| Some(false)).expect("chosen"), b"\xef\xbb\xbf1\nnewer\n3\n4\n5\n");
        assert!(merged(left, b"\0", back).is_none());
    }
}
