//! What can be put back and what can't: where contents come from, and what stands in the way.

use std::{collections::HashMap, io::Read};

use lectern_journal::{Change, Content as Bytes, JournalError, New, Prepared, Proposal, RelPath, State};
use lectern_objects::{MAX_OBJECT_SIZE, ObjectHash};
use lectern_projects::Project;
use lectern_reader::{EntryType, Root};
use lectern_sync::{Content, History, Manifest, RepoPath, Restorable, RestoreChange};

use super::problem;
use crate::{
    Workspace,
    syncing::count,
    view::{Failure, RestoreAction, RestoreFile, RestorePlan, RestoreProblem},
};

const IGNORED: &str = "A file that is ignored is there now. It stays as it is.";

/// A change whose contents can be had.
#[derive(Debug, Clone)]
pub(super) struct FoundChange {
    pub change: RestoreChange,
    /// Whether the contents are among the objects (or none are needed), not only somewhere in the folder or in git.
    pub kept: bool,
}

/// What can be put back, and what can't.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In the order of paths.
    pub changes: Vec<FoundChange>,
    /// Left as they are.
    pub unavailable: Vec<RestoreProblem>,
}

impl FoundChange {
    fn action(&self) -> RestoreAction {
        let (now, then) = (&self.change.now, &self.change.then);
        match (now, then) {
            (None, _) => RestoreAction::Create,
            (_, None) => RestoreAction::Remove,
            (Some(Content::File { hash: now, .. }), Some(Content::File { hash: then, .. })) if now == then => RestoreAction::Mode,
            _ => RestoreAction::Overwrite,
        }
    }

    /// Bytes that are written for it.
    fn bytes(&self) -> u64 {
        if self.action() == RestoreAction::Mode { 0 } else { self.change.then.as_ref().map_or(0, Content::size) }
    }
}

impl Found {
    /// What the window is told of it, with at most `named` files and problems.
    pub fn plan(self, version: u32, records_first: bool, named: usize) -> RestorePlan {
        let of = |action| count(self.changes.iter().filter(|found| found.action() == action).count() as u64);
        let file = |found: &FoundChange| RestoreFile { path: found.change.path.key(), action: found.action() };
        RestorePlan {
            version,
            created: of(RestoreAction::Create),
            overwritten: of(RestoreAction::Overwrite),
            removed: of(RestoreAction::Remove),
            modes: of(RestoreAction::Mode),
            files: self.changes.iter().take(named).map(file).collect(),
            bytes: self.changes.iter().map(FoundChange::bytes).sum::<u64>().to_string(),
            unavailable_total: count(self.unavailable.len() as u64),
            unavailable: self.unavailable.into_iter().take(named).collect(),
            records_first,
        }
    }

    /// Takes out a change that something stands in the way of.
    fn leave(&mut self, path: &RelPath, reason: &str) {
        let Some(index) = self.changes.iter().position(|found| found.change.path.as_bytes() == path.as_bytes()) else { return };
        let left = self.changes.remove(index);
        self.unavailable.push(problem(&left.change.path, reason));
    }
}

impl Workspace {
    /// Looks for the contents of every change: among the objects, in the folder under any of the names that change, in git. With `keep` those
    /// found elsewhere are put among the objects; call it while no collection can take them away.
    pub(super) fn found(&self, project: &Project, then: &Manifest, restorable: Restorable, keep: bool) -> Result<Found, Failure> {
        let mut found = Found::default();
        for path in &restorable.submodules {
            found.unavailable.push(problem(path, "Another repository is or was here. Lectern leaves those alone; use git."));
        }
        // The bytes that a rename or a copy left in the folder.
        let in_folder: HashMap<ObjectHash, &RepoPath> =
            restorable.changes.iter().filter_map(|change| Some((change.now.as_ref()?.object()?, &change.path))).collect();
        let root = Root::open(&project.root).ok();
        let history = std::cell::OnceCell::new();
        let commit = then.data.git.as_ref().and_then(|git| git.head.as_deref());
        for change in &restorable.changes {
            if change.now.is_none() && root.as_ref().is_some_and(|root| is_occupied(root, &change.path)) {
                found.unavailable.push(problem(&change.path, IGNORED));
                continue;
            }
            let object = change.then.as_ref().and_then(Content::object);
            let same = change.now.as_ref().and_then(Content::object) == object;
            let (Some(content), Some(hash), false) = (&change.then, object, same) else {
                found.changes.push(FoundChange { change: change.clone(), kept: true });
                continue;
            };
            if self.objects.contains(&hash)? {
                found.changes.push(FoundChange { change: change.clone(), kept: true });
                continue;
            }
            let bytes = if content.size() > MAX_OBJECT_SIZE {
                None
            } else {
                in_folder
                    .get(&hash)
                    .zip(root.as_ref())
                    .and_then(|(path, root)| read(root, path, content))
                    .or_else(|| history.get_or_init(|| History::open(&project.root)).as_ref()?.contents(&change.path, content, commit))
            };
            match bytes {
                Some(bytes) => {
                    if keep {
                        self.objects.put(&bytes)?;
                    }
                    found.changes.push(FoundChange { change: change.clone(), kept: keep });
                }
                None if then.data.keeps.holds(content) => {
                    found.unavailable.push(problem(&change.path, "Its contents were lost. Verify the version to see what else is damaged."))
                }
                None => found.unavailable.push(problem(&change.path, "Only its hash was kept: it is too large to keep.")),
            }
        }
        Ok(found)
    }

    /// Prepares what can be put back; what something stands in the way of moves to the unavailable.
    pub(super) fn prepare(
        &self,
        project: &Project,
        then: &Manifest,
        paths: &[RepoPath],
        found: &mut Found,
    ) -> Result<Prepared, JournalError> {
        let title = match paths {
            [] => format!("Restore of v{}", then.version),
            [one] if one.is_root() => format!("Restore of v{}", then.version),
            [one] => format!("Restore of {} from v{}", one.as_path().display(), then.version),
            many => format!("Restore of {} paths from v{}", many.len(), then.version),
        };
        let mut proposal = Proposal {
            root: project.root.clone(),
            scope: project.id.as_str().to_owned(),
            kind: "RESTORE".to_owned(),
            title,
            changes: Vec::new(),
        };
        // Each round takes something out, so there is an end.
        loop {
            proposal.changes.clear();
            for found in found.changes.iter().filter(|found| found.kept) {
                proposal.changes.push(change(&found.change)?);
            }
            let before = found.changes.len();
            match self.journal.preflight(&proposal) {
                Ok(prepared) => return Ok(prepared),
                Err(JournalError::ChangedSince(paths)) => {
                    // No version has these, yet they are there: ignored ones, which are never touched.
                    let (ignored, saved): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| {
                        found.changes.iter().any(|found| found.change.now.is_none() && found.change.path.as_bytes() == path.as_bytes())
                    });
                    if !saved.is_empty() {
                        return Err(JournalError::ChangedSince(saved));
                    }
                    for path in ignored {
                        found.leave(&path, IGNORED);
                    }
                }
                Err(error) => {
                    let Some(path) = obstacle(&error) else { return Err(error) };
                    found.leave(&path, &Failure::new("", error.to_string()).message);
                }
            }
            if found.changes.len() == before {
                return Err(JournalError::Busy);
            }
        }
    }
}

/// Whether there is something at a path where no version has anything, so that it must be ignored.
fn is_occupied(root: &Root, path: &RepoPath) -> bool {
    let is = |path: &RepoPath, wanted: fn(EntryType) -> bool| root.kind(path.as_path()).is_ok_and(wanted);
    // What is seen through a link is elsewhere; the journal sees to those.
    let behind_link = std::iter::successors(path.parent(), RepoPath::parent)
        .take_while(|above| !above.is_root())
        .any(|above| is(&above, |kind| kind == EntryType::Symlink));
    !behind_link && is(path, |kind| kind != EntryType::Directory)
}

/// The path that an error is about, when the others can be put back without it.
fn obstacle(error: &JournalError) -> Option<RelPath> {
    match error {
        JournalError::BehindLink(path)
        | JournalError::NotADirectory(path)
        | JournalError::Special(path)
        | JournalError::Reserved(path)
        | JournalError::ContentsLost(path)
        | JournalError::TooLarge { path, .. }
        | JournalError::NameTaken { path, .. }
        | JournalError::Overlap { path, .. }
        | JournalError::DirectoryNotEmpty { path, .. } => Some(path.clone()),
        _ => None,
    }
}

fn change(change: &RestoreChange) -> Result<Change, JournalError> {
    let expected = match change.now {
        Some(Content::File { hash, executable, .. }) => State::File { hash, executable },
        Some(Content::Symlink { hash, .. }) => State::Symlink { hash },
        _ => State::Absent,
    };
    let becomes = match change.then {
        Some(Content::File { hash, size, executable, .. }) => New::File { content: Bytes::Object { hash, size }, executable },
        Some(Content::Symlink { hash, size }) => New::Symlink { target: Bytes::Object { hash, size } },
        _ => New::Absent,
    };
    Ok(Change { path: RelPath::new(change.path.as_bytes())?, expected, becomes })
}

/// The bytes at `path`, when they are the wanted ones.
fn read(root: &Root, path: &RepoPath, wanted: &Content) -> Option<Vec<u8>> {
    let bytes = match wanted {
        Content::Symlink { .. } => root.read_link(path.as_path()).ok()?.into_os_string().into_encoded_bytes(),
        _ => {
            let mut bytes = Vec::new();
            root.open_file(path.as_path()).ok()?.take(wanted.size() + 1).read_to_end(&mut bytes).ok()?;
            bytes
        }
    };
    (wanted.object() == Some(ObjectHash::of(&bytes))).then_some(bytes)
}
