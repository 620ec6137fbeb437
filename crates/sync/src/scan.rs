//! Lists the files of a project that git would list, one job per directory.

use std::{
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use rayon::Scope;

use crate::{
    RepoPath, SyncError,
    disk::{Kind, Root, Stat, is_absent, plain},
    git::{self, Surroundings},
    manifest::Content,
    rules::{Patterns, Rules},
};

/// How many warnings are kept word for word.
const WARNINGS_KEPT: usize = 100;

/// A file or symbolic link that belongs to the project.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub path: RepoPath,
    pub stat: Stat,
}

/// What a scan lists.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// In order.
    pub files: Vec<Found>,
    pub submodules: Vec<(RepoPath, Content)>,
}

/// Things to tell the user after a sync that succeeded all the same.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Mutex<(Vec<String>, u64)>);

impl Warnings {
    pub fn add(&self, warning: String) {
        let mut inner = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        inner.1 += 1;
        if inner.0.len() < WARNINGS_KEPT {
            inner.0.push(warning);
        }
    }

    /// The texts, in order, and how many there were in all.
    pub fn take(self) -> (Vec<String>, u64) {
        let (mut texts, total) = self.0.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        texts.sort_unstable();
        (texts, total)
    }
}

/// One scan in progress.
struct Scan<'a> {
    root: &'a Root,
    folder: &'a Path,
    around: &'a Surroundings,
    cancel: &'a AtomicBool,
    warnings: &'a Warnings,
    progress: &'a (dyn Fn(u64) + Sync),
    listed: AtomicU64,
    found: Mutex<Listing>,
    failure: Mutex<Option<SyncError>>,
}

/// Lists `folder`, whose handle is `root`. `progress` hears how many files have been found so far.
///
/// # Errors
/// [`SyncError::Cancelled`], and [`SyncError::FolderUnreadable`] when the folder itself can't be listed. A directory further down that
/// can't be is a warning.
pub(crate) fn list(
    root: &Root,
    folder: &Path,
    around: &Surroundings,
    cancel: &AtomicBool,
    warnings: &Warnings,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Listing, SyncError> {
    let scan = Scan {
        root,
        folder,
        around,
        cancel,
        warnings,
        progress,
        listed: AtomicU64::new(0),
        found: Mutex::default(),
        failure: Mutex::default(),
    };
    rayon::scope(|scope| scan.visit(scope, RepoPath::root(), around.rules.clone()));
    if let Some(failure) = scan.failure.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
        return Err(failure);
    }
    if cancel.load(Ordering::Relaxed) {
        return Err(SyncError::Cancelled);
    }
    let mut listing = scan.found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    listing.files.par_sort_by_path();
    add_tracked(root, folder, around, &mut listing, cancel)?;
    Ok(listing)
}

trait SortByPath {
    fn par_sort_by_path(&mut self);
}

impl SortByPath for Vec<Found> {
    fn par_sort_by_path(&mut self) {
        use rayon::slice::ParallelSliceMut;
        self.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    }
}

impl<'a> Scan<'a> {
    fn visit<'scope>(&'scope self, scope: &Scope<'scope>, directory: RepoPath, mut rules: Rules)
    where
        'a: 'scope,
    {
        if self.cancel.load(Ordering::Relaxed) {
            return;
        }
        let entries = match self.root.list(&directory) {
            Ok(entries) => entries,
            Err(error) if directory.is_root() => {
                *self.failure.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(SyncError::FolderUnreadable(plain(error)));
                return;
            }
            Err(error) if is_absent(&error) => return,
            Err(error) => {
                self.warnings.add(format!("The folder {directory} could not be read ({}) and was left out.", plain(error)));
                return;
            }
        };
        if entries.iter().any(|(name, stat)| name == b".gitignore" && stat.kind() == Kind::File) {
            let file = directory.child(b".gitignore");
            match git::read_rules_within(self.root, &file) {
                Some(text) => rules = rules.with(Patterns::parse(&text, &self.around.full_path(&directory), self.around.fold_case)),
                None => self.warnings.add(format!("The ignore file {file} is too large or can't be read, and was not followed.")),
            }
        }
        let mut files = Vec::new();
        let mut submodules = Vec::new();
        for (index, (name, stat)) in entries.into_iter().enumerate() {
            if index % 1024 == 1023 && self.cancel.load(Ordering::Relaxed) {
                return;
            }
            if name == b".git" || (self.around.fold_case && name.eq_ignore_ascii_case(b".git")) {
                continue;
            }
            let path = directory.child(&name);
            match stat.kind() {
                Kind::Directory => {
                    if let Some(commit) = self.around.tracked.submodules.get(&path) {
                        submodules.push((path.clone(), submodule(&path.below(self.folder), Some(commit))));
                    } else if rules.ignores(&self.around.full_path(&path), true) {
                    } else if !self.around.tracked.any_below(&path) && git::is_repository(&path.below(self.folder)) {
                        submodules.push((path.clone(), submodule(&path.below(self.folder), None)));
                    } else {
                        let rules = rules.clone();
                        scope.spawn(move |scope| self.visit(scope, path, rules));
                    }
                }
                kind => {
                    if rules.ignores(&self.around.full_path(&path), false) && !self.around.tracked.contains(&path) {
                        continue;
                    }
                    if kind == Kind::Special {
                        self.warnings.add(format!("{path} is a pipe, socket or device, and was left out."));
                    } else {
                        files.push(Found { path, stat });
                    }
                }
            }
        }
        let count = files.len() as u64;
        let mut found = self.found.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        found.files.append(&mut files);
        found.submodules.append(&mut submodules);
        drop(found);
        (self.progress)(self.listed.fetch_add(count, Ordering::Relaxed) + count);
    }
}

fn submodule(folder: &Path, indexed: Option<&String>) -> Content {
    Content::Submodule { commit: git::checked_out_commit(folder).or_else(|| indexed.cloned()) }
}

/// Adds what git tracks although a rule ignores it, as far as it is on the disk.
fn add_tracked(root: &Root, folder: &Path, around: &Surroundings, listing: &mut Listing, cancel: &AtomicBool) -> Result<(), SyncError> {
    let mut missed = Vec::new();
    let mut found = listing.files.iter().map(|found| &found.path).peekable();
    for path in &around.tracked.files {
        while found.next_if(|next| *next < path).is_some() {}
        if found.next_if_eq(&path).is_some() {
            continue;
        }
        if cancel.load(Ordering::Relaxed) {
            return Err(SyncError::Cancelled);
        }
        if let Ok(Some(stat)) = root.stat(path)
            && matches!(stat.kind(), Kind::File | Kind::Symlink)
        {
            missed.push(Found { path: path.clone(), stat });
        }
    }
    if !missed.is_empty() {
        listing.files.append(&mut missed);
        listing.files.par_sort_by_path();
    }
    for (path, commit) in &around.tracked.submodules {
        let is_there = matches!(root.stat(path), Ok(Some(stat)) if stat.kind() == Kind::Directory);
        if is_there && !listing.submodules.iter().any(|(found, _)| found == path) {
            listing.submodules.push((path.clone(), submodule(&path.below(folder), Some(commit))));
        }
    }
    Ok(())
}
