//! The notes of a repository, read and added to: what others write meanwhile is never lost, and nothing else of the repository is touched.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use git2::{ErrorCode, ObjectType, Oid, ReferenceType, Repository, Signature, Tree};
use lectern_comments::exchange::{Added, Author, Note, NoteKind, Problem, merge_lines};
use lectern_history::HistoryError;
use lectern_projects::{Project, open_repository};

use crate::view::Failure;

/// One note, of one commit, that is larger is nobody's.
const LARGEST_NOTE: u64 = 16 * 1024 * 1024;
const LARGEST_TREE: u64 = 64 * 1024 * 1024;
/// Of one reference.
const MOST_NOTES: usize = 200_000;
/// All of one reference, in bytes.
const LARGEST_ALL: u64 = 256 * 1024 * 1024;
/// Somebody else may write the same notes; so often it is tried again.
const ATTEMPTS: u32 = 12;
const MESSAGE: &str = "Notes added by 'lectern threads export'";

/// The notes of the repository that a project is in.
pub struct Notes {
    pub repository: Repository,
    /// The project's folder, from the top of git's working tree; empty at the top.
    pub prefix: Vec<u8>,
}

/// The notes of one reference, as they are now.
struct State {
    /// `None` before the first.
    commit: Option<Oid>,
    /// Names of trees and of the note on the way to it, by commit; with what the note is.
    places: BTreeMap<String, (Vec<String>, Oid)>,
}

impl Notes {
    /// # Errors
    /// `NO_REPOSITORY`, and what keeps it from being opened.
    pub fn open(project: &Project) -> Result<Self, Failure> {
        let no_repository = || {
            Failure::new("NO_REPOSITORY", "this project is not in a git repository, and git notes are kept in one")
                .hint("Run git init in its folder and commit something, or choose a file instead.")
        };
        if !project.root.is_dir() {
            return Err(lectern_reader::BeneathError::RootMissing.into());
        }
        let repository = open_repository(&project.root).map_err(HistoryError::from)?.ok_or_else(no_repository)?;
        let prefix = prefix_of(project, &repository);
        Ok(Self { repository, prefix })
    }

    /// All notes of both kinds, and what could not be read of them.
    ///
    /// # Errors
    /// `NOTES_UNREADABLE`, and libgit2's.
    pub fn read_all(&self) -> Result<(Vec<Note>, Vec<Problem>), Failure> {
        let (mut notes, mut problems) = (Vec::new(), Vec::new());
        for kind in NoteKind::ALL {
            let state = self.state(kind)?;
            self.read(kind, &state, &mut notes, &mut problems)?;
        }
        Ok((notes, problems))
    }

    /// Adds what `missing` says of the notes that are there; it is asked again when they changed meanwhile. Returns what was added.
    ///
    /// # Errors
    /// `NOTES_BUSY` when others change them all the time, `NOTES_UNREADABLE`, `NOTES_UNWRITABLE`. Of two kinds the first may be written then; what is
    /// written is whole.
    pub fn add(&self, me: &Author, mut missing: impl FnMut(&[Note]) -> Added) -> Result<(u32, u32), Failure> {
        let (mut lines, mut commits) = (0, 0);
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                std::thread::sleep(Duration::from_millis(10 * u64::from(attempt)));
            }
            let states = [self.state(NoteKind::ALL[0])?, self.state(NoteKind::ALL[1])?];
            let (mut notes, mut problems) = (Vec::new(), Vec::new());
            for (kind, state) in NoteKind::ALL.into_iter().zip(&states) {
                self.read(kind, state, &mut notes, &mut problems)?;
            }
            if let Some(problem) = problems.first() {
                // What can't be read can't be kept.
                return Err(Failure::new(
                    "NOTES_UNREADABLE",
                    format!("the notes of the repository can't all be read: {}: {}", problem.what, problem.why),
                )
                .hint("Run git fsck in the folder. Nothing was written."));
            }
            let added = missing(&notes);
            let mut all = true;
            for (kind, state) in NoteKind::ALL.into_iter().zip(&states) {
                let some: Vec<_> =
                    added.lines.iter().filter(|((of, _), _)| *of == kind).map(|((_, commit), lines)| (commit, lines)).collect();
                if some.is_empty() {
                    continue;
                }
                if self.write(kind, state, &some, me)? {
                    lines += some.iter().map(|(_, lines)| lines.len()).sum::<usize>();
                    commits += some.len();
                } else {
                    all = false;
                }
            }
            if all {
                let count = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
                return Ok((count(lines), count(commits)));
            }
        }
        Err(Failure::new("NOTES_BUSY", "another program changes the repository's notes all the time")
            .hint("Wait for it to end, or remove a .lock file that a killed git left in .git/refs/notes/devtools, then try again."))
    }

    fn state(&self, kind: NoteKind) -> Result<State, Failure> {
        let name = kind.reference();
        let unreadable = |why: &str| {
            Failure::new("NOTES_UNREADABLE", format!("{name} can't be read: {why}"))
                .hint("Run git fsck in the folder. Nothing was written.")
        };
        // A pipe in the place of a reference would be waited for, for ever.
        let file = self.repository.commondir().join(name);
        if fs::metadata(file).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
            return Err(unreadable("it is a pipe, socket or device"));
        }
        let reference = match self.repository.find_reference(name) {
            Ok(reference) => reference,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(State { commit: None, places: BTreeMap::new() }),
            Err(error) => return Err(unreadable(error.message())),
        };
        if reference.kind() != Some(ReferenceType::Direct) {
            return Err(unreadable("it only leads to another reference"));
        }
        let id = reference.target().ok_or_else(|| unreadable("it names nothing"))?;
        self.check(id, ObjectType::Commit, LARGEST_TREE).map_err(|why| unreadable(&why))?;
        let tree = self.repository.find_commit(id).and_then(|commit| commit.tree()).map_err(|error| unreadable(error.message()))?;
        let mut state = State { commit: Some(id), places: BTreeMap::new() };
        self.walk(&tree, &mut Vec::new(), &mut state).map_err(|why| unreadable(&why))?;
        Ok(state)
    }

    /// Notes are in trees by two digits of their commits' names, as deep as there are many.
    fn walk(&self, tree: &Tree<'_>, way: &mut Vec<String>, state: &mut State) -> Result<(), String> {
        for entry in tree {
            // What is no note is somebody else's.
            let Ok(name) = entry.name() else { continue };
            if !name.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
                continue;
            }
            let length: usize = way.iter().map(String::len).sum::<usize>() + name.len();
            way.push(name.to_owned());
            if entry.kind() == Some(ObjectType::Tree) && name.len() == 2 && length < 40 {
                self.check(entry.id(), ObjectType::Tree, LARGEST_TREE)?;
                let below = self.repository.find_tree(entry.id()).map_err(|error| error.message().to_owned())?;
                self.walk(&below, way, state)?;
            } else if entry.kind() == Some(ObjectType::Blob) && length == 40 {
                if state.places.len() >= MOST_NOTES {
                    return Err("there are too many notes".to_owned());
                }
                state.places.entry(way.concat()).or_insert_with(|| (way.clone(), entry.id()));
            }
            way.pop();
        }
        Ok(())
    }

    fn read(&self, kind: NoteKind, state: &State, notes: &mut Vec<Note>, problems: &mut Vec<Problem>) -> Result<(), Failure> {
        let mut left = LARGEST_ALL;
        for (commit, (_, blob)) in &state.places {
            let found = self.check(*blob, ObjectType::Blob, LARGEST_NOTE.min(left)).and_then(|size| {
                left -= size;
                self.repository.find_blob(*blob).map_err(|error| error.message().to_owned())
            });
            match found {
                Ok(blob) => notes.push(Note { kind, commit: commit.clone(), bytes: blob.content().to_vec() }),
                Err(why) => problems.push(Problem { what: format!("the note of commit {commit}"), why }),
            }
        }
        Ok(())
    }

    /// Its header first: what unpacks to more than anything sensible is never unpacked.
    fn check(&self, id: Oid, kind: ObjectType, limit: u64) -> Result<u64, String> {
        let header = self.repository.odb().and_then(|odb| odb.read_header(id)).map_err(|error| error.message().to_owned())?;
        match header {
            (size, found) if found == kind && size as u64 <= limit => Ok(size as u64),
            (_, found) if found == kind => Err("it is too large".to_owned()),
            _ => Err("it is something else".to_owned()),
        }
    }

    /// Writes a commit of notes and puts it in place of the one that was read. False when that one is no longer there.
    fn write(&self, kind: NoteKind, state: &State, added: &[(&String, &Vec<String>)], me: &Author) -> Result<bool, Failure> {
        let unwritable = |error: git2::Error| {
            Failure::new("NOTES_UNWRITABLE", format!("{} can't be written: {}", kind.reference(), error.message()))
                .hint("Check the rights of the folder .git, and that its drive has space. What was there is as it was.")
        };
        let parent = state.commit.map(|id| self.repository.find_commit(id)).transpose().map_err(unwritable)?;
        let mut root = parent.as_ref().map(|parent| parent.tree_id());
        for (commit, lines) in added {
            let (before, way) = match state.places.get(*commit) {
                Some((way, blob)) => (self.repository.find_blob(*blob).map_err(unwritable)?.content().to_vec(), Some(way.as_slice())),
                None => (Vec::new(), None),
            };
            let merged = merge_lines(&before, lines);
            let blob = self.repository.blob(&merged).map_err(unwritable)?;
            root = Some(
                match way {
                    Some(way) => self.put_at(root, way, blob),
                    None => self.put(root, commit, blob),
                }
                .map_err(unwritable)?,
            );
        }
        let Some(root) = root else { return Ok(true) };
        let tree = self.repository.find_tree(root).map_err(unwritable)?;
        let name = if me.name.is_empty() { &me.email } else { &me.name };
        let who = self.repository.signature().or_else(|_| Signature::now(name, &me.email)).map_err(unwritable)?;
        let parents: Vec<_> = parent.iter().collect();
        let new = self.repository.commit(None, &who, &who, MESSAGE, &tree, &parents).map_err(unwritable)?;
        let swapped = match state.commit {
            Some(old) => self.repository.reference_matching(kind.reference(), new, true, old, MESSAGE),
            None => self.repository.reference(kind.reference(), new, false, MESSAGE),
        };
        match swapped {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.code(), ErrorCode::Modified | ErrorCode::Exists | ErrorCode::Locked | ErrorCode::NotFound) => {
                Ok(false)
            }
            Err(error) => Err(unwritable(error)),
        }
    }

    /// In place of the note that is there.
    fn put_at(&self, tree: Option<Oid>, way: &[String], blob: Oid) -> Result<Oid, git2::Error> {
        let tree = tree.map(|id| self.repository.find_tree(id)).transpose()?;
        let mut builder = self.repository.treebuilder(tree.as_ref())?;
        match way {
            [] => {}
            [name] => drop(builder.insert(name, blob, 0o100_644)?),
            [name, below @ ..] => {
                let entry = tree.as_ref().and_then(|tree| tree.get_name(name)).map(|entry| entry.id());
                builder.insert(name, self.put_at(entry, below, blob)?, 0o040_000)?;
            }
        }
        builder.write()
    }

    /// Where git itself would look for it: below a tree of its first two digits where there are such trees.
    fn put(&self, tree: Option<Oid>, name: &str, blob: Oid) -> Result<Oid, git2::Error> {
        let tree = tree.map(|id| self.repository.find_tree(id)).transpose()?;
        let is_tree = |entry: &git2::TreeEntry<'_>| {
            entry.kind() == Some(ObjectType::Tree) && entry.name_bytes().len() == 2 && entry.name_bytes().iter().all(u8::is_ascii_hexdigit)
        };
        let is_split = tree.as_ref().is_some_and(|tree| tree.iter().any(|entry| is_tree(&entry)));
        let mut builder = self.repository.treebuilder(tree.as_ref())?;
        match name.split_at_checked(2).filter(|(_, rest)| is_split && !rest.is_empty()) {
            Some((first, rest)) => {
                let below = tree.as_ref().and_then(|tree| tree.get_name(first)).filter(is_tree).map(|entry| entry.id());
                builder.insert(first, self.put(below, rest, blob)?, 0o040_000)?;
            }
            None => drop(builder.insert(name, blob, 0o100_644)?),
        }
        builder.write()
    }

    /// A path in the project's folder, from the top of the repository; `None` when it is not UTF-8.
    pub fn path_from_top(&self, path: &[u8]) -> Option<String> {
        let whole = match (self.prefix.is_empty(), path.is_empty()) {
            // The project as a whole is about the whole commit.
            (true, _) | (false, true) => path.to_vec(),
            (false, false) => [&self.prefix, &b"/"[..], path].concat(),
        };
        String::from_utf8(whole).ok()
    }

    /// The commit that is checked out; `None` before the first.
    pub fn head(&self) -> Option<Oid> {
        self.repository.head().ok()?.peel_to_commit().ok().map(|commit| commit.id())
    }
}

/// A path from the top of the repository, in the project's folder; `None` outside of it.
pub fn below_prefix<'a>(prefix: &[u8], path: &'a str) -> Option<&'a str> {
    if prefix.is_empty() || path.is_empty() {
        return Some(path);
    }
    let prefix = std::str::from_utf8(prefix).ok()?;
    path.strip_prefix(prefix)?.strip_prefix('/')
}

/// Where the project's folder is in the working tree of its repository; empty outside of any.
pub fn prefix_of(project: &Project, repository: &Repository) -> Vec<u8> {
    let below = |top: &Path| {
        Some(fs::canonicalize(&project.root).ok()?.strip_prefix(fs::canonicalize(top).ok()?).ok()?.as_os_str().as_encoded_bytes().to_vec())
    };
    repository.workdir().and_then(below).unwrap_or_default()
}

#[cfg(test)]
mod tests;
