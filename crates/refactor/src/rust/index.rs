//! Which files hold a word, and where a name may be declared: of all files at once.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use lectern_objects::ObjectHash;

use super::names::{Declares, Names, hash, key};
use crate::Project;

/// With fewer files one thread is as fast.
const MANY: usize = 64;

/// What was found in texts before, by their contents.
pub(super) type KnownNames = HashMap<ObjectHash, Arc<Names>>;

/// The words of a project's Rust files.
#[derive(Default)]
pub(super) struct Index {
    files: Vec<(String, Arc<Names>)>,
    /// Keys, files and bytes of everything that may be declared; ascending.
    declared: Vec<(u64, u32, u32)>,
    /// What `#[path = "…"]` say, with the files that say so.
    pub(super) stated: Vec<(String, u32)>,
}

/// A place where a name may be declared.
pub(super) struct Candidate<'i> {
    /// Its number in the index.
    pub(super) file: u32,
    pub(super) path: &'i str,
    /// The name's first byte.
    pub(super) at: u32,
}

impl Index {
    /// Goes through the texts that were not gone through before.
    pub(super) fn of(project: &dyn Project, known: &mut KnownNames) -> Self {
        let paths: Vec<(&String, ObjectHash)> =
            project.paths().iter().filter(|path| path.ends_with(".rs")).filter_map(|path| Some((path, project.object(path)?))).collect();
        let new: Vec<_> = paths.iter().filter(|(_, object)| !known.contains_key(object)).copied().collect();
        let read = |(path, object): &(&String, ObjectHash)| Some((*object, Arc::new(Names::of(&project.text(path)?))));
        known.extend(in_parts(&new, read));
        let files: Vec<(String, Arc<Names>)> =
            paths.iter().filter_map(|(path, object)| Some(((*path).clone(), known.get(object)?.clone()))).collect();
        if known.len() > files.len() * 2 + 1_000 {
            let used: std::collections::HashSet<ObjectHash> = paths.iter().map(|(_, object)| *object).collect();
            known.retain(|object, _| used.contains(object));
        }
        let mut declared = Vec::with_capacity(files.iter().map(|(_, names)| names.declared.len()).sum());
        let mut stated = Vec::new();
        for (number, (_, names)) in (0_u32..).zip(&files) {
            declared.extend(names.declared.iter().map(|(key, at)| (*key, number, *at)));
            stated.extend(names.stated.iter().map(|text| (text.clone(), number)));
        }
        declared.sort_unstable();
        Self { files, declared, stated }
    }

    /// Numbers of files that hold a word, ascending; perhaps one that does not.
    pub(super) fn holding(&self, word: &str) -> impl Iterator<Item = u32> {
        let hash = hash(word);
        (0_u32..).zip(&self.files).filter(move |(_, (_, names))| names.holds(hash)).map(|(number, _)| number)
    }

    /// Places where a name may be declared, ascending; perhaps one where it is not.
    pub(super) fn declaring(&self, kind: Declares, name: &str) -> impl Iterator<Item = Candidate<'_>> {
        let key = key(kind, name);
        let first = self.declared.partition_point(|(other, ..)| *other < key);
        let found = self.declared[first..].iter().take_while(move |(other, ..)| *other == key);
        found.map(|(_, file, at)| Candidate { file: *file, path: self.path(*file), at: *at })
    }

    /// All files, by number.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(path, _)| path.as_str())
    }

    pub(super) fn path(&self, file: u32) -> &str {
        &self.files[file as usize].0
    }
}

/// Works on parts of a list at once, if it is long; what comes of them is in their order.
pub(super) fn in_parts<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> Option<R> + Sync) -> Vec<R> {
    let threads = if all.len() < MANY { 1 } else { std::thread::available_parallelism().map_or(1, usize::from) };
    if threads == 1 {
        return all.iter().filter_map(work).collect();
    }
    // Small parts, taken one after the other: files differ in length.
    let parts: Vec<&[T]> = all.chunks(all.len().div_ceil(threads * 8).max(1)).collect();
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = parts.get(number) else { break done };
            done.push((number, part.iter().filter_map(&work).collect::<Vec<R>>()));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().flat_map(|(_, part)| part).collect()
}
