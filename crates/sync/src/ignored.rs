//! Which entries of a directory a version leaves out, without taking one.

use std::path::Path;

use crate::{
    RepoPath, SyncError,
    disk::Root,
    git::{Surroundings, read_rules_within},
    rules::{Patterns, Rules},
};

/// A folder's ignore rules and git's list of tracked files, as they were when it was opened.
#[derive(Debug)]
pub struct Ignored {
    root: Root,
    around: Surroundings,
}

impl Ignored {
    /// Reads git's index and the rules from outside the folder.
    ///
    /// # Errors
    /// [`SyncError::FolderMissing`] and the like, [`SyncError::RepositoryRefused`].
    pub fn open(folder: &Path) -> Result<Self, SyncError> {
        Ok(Self { root: Root::open(folder)?, around: Surroundings::of(folder)? })
    }

    /// Whether each of `entries` (name, is a directory) of `directory` is left out. A file that git tracks is in whatever a rule says.
    /// The ignore files on the way are read anew, bounded, and never through a link.
    pub fn of_directory<'a>(&self, directory: &RepoPath, entries: impl Iterator<Item = (&'a [u8], bool)>) -> Vec<bool> {
        let rules = self.rules_in(directory);
        entries
            .map(|(name, is_dir)| {
                let Ok(path) = directory.join(name) else { return true };
                let tracked = self.around.tracked();
                let tracked = if is_dir { tracked.anything_below(&path) } else { tracked.names(&path) };
                !tracked && rules.as_ref().is_none_or(|rules| rules.ignores(&self.full_path(&path), is_dir))
            })
            .collect()
    }

    /// The rules that hold in a directory; `None` when it is left out itself, with all that is in it.
    fn rules_in(&self, directory: &RepoPath) -> Option<Rules> {
        let mut here = RepoPath::root();
        let mut rules = self.with_own(&here, self.around.rules.clone());
        for name in directory.names() {
            here = here.child(name);
            if rules.ignores(&self.full_path(&here), true) {
                return None;
            }
            rules = self.with_own(&here, rules);
        }
        Some(rules)
    }

    fn with_own(&self, directory: &RepoPath, rules: Rules) -> Rules {
        let file = directory.child(b".gitignore");
        match read_rules_within(&self.root, &file).or_else(|| self.around.tracked().ignore_files.get(&file).cloned()) {
            Some(text) => rules.with(Patterns::parse(&text, &self.full_path(directory), self.around.fold_case)),
            None => rules,
        }
    }

    fn full_path(&self, path: &RepoPath) -> Vec<u8> {
        self.around.full_path(path)
    }
}
