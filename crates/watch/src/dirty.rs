//! What a watcher has to report.

use std::{collections::BTreeSet, time::Instant};

/// What may have changed since it was last asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dirty {
    /// Nothing is known any more: look everywhere. The directories are empty then.
    pub everything: bool,
    /// Directories in which an entry was made, removed, renamed or changed, not those below them: bytes relative to the root with `/` between
    /// names, empty for the root itself.
    pub directories: BTreeSet<Vec<u8>>,
    /// A directory may have come, gone or become one that counts: the list of directories to watch is worth asking for again.
    pub folders: bool,
    /// The repository's HEAD, index or branches changed.
    pub git: bool,
    /// Directories below the root in which a `.git` came or went: what was told of may not be whole yet, look once more in a moment.
    pub repositories: BTreeSet<Vec<u8>>,
}

impl Dirty {
    /// Nothing to report.
    pub fn is_empty(&self) -> bool {
        !self.everything && self.directories.is_empty() && !self.folders && !self.git
    }

    /// Takes in what `other` reports.
    pub fn merge(&mut self, mut other: Self) {
        self.everything |= other.everything;
        self.folders |= other.folders;
        self.git |= other.git;
        self.directories.append(&mut other.directories);
        self.repositories.append(&mut other.repositories);
        if self.everything {
            self.directories.clear();
        }
    }
}

/// What waits to be drained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// The first thing that happened since the last drain.
    pub first: Instant,
    /// The last one.
    pub last: Instant,
    /// When a file that is still open for writing was first written to, the latest of them.
    pub writing: Option<Instant>,
}
