//! What a journal is to do, file by file, the same whichever way it is gone.

use lectern_objects::ObjectHash;

use crate::{RelPath, State};

/// What is at a path before or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Absent,
    File {
        hash: ObjectHash,
        size: u64,
        executable: bool,
        /// Permission bits; `None` for what the system gives a new file.
        mode: Option<u32>,
    },
    Symlink {
        hash: ObjectHash,
        size: u64,
    },
}

impl Side {
    pub fn state(&self) -> State {
        match *self {
            Self::Absent => State::Absent,
            Self::File { hash, executable, .. } => State::File { hash, executable },
            Self::Symlink { hash, .. } => State::Symlink { hash },
        }
    }

    pub fn is_present(&self) -> bool {
        *self != Self::Absent
    }

    pub fn object(&self) -> Option<(ObjectHash, u64)> {
        match *self {
            Self::Absent => None,
            Self::File { hash, size, .. } | Self::Symlink { hash, size } => Some((hash, size)),
        }
    }
}

/// Which way: to what was asked for, or to what was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Back,
}

/// How a file gets from one side to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// A temporary file takes the free place.
    Appear,
    /// Moved to the temporary file's place.
    Vanish,
    /// Exchanged with the temporary file.
    Exchange,
    /// Written into the file that is there.
    InPlace,
    /// Only its permissions.
    Mode,
}

/// One file or link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePlan {
    pub seq: usize,
    pub path: RelPath,
    /// The directory of its temporary file: there before, during and after.
    pub home: RelPath,
    /// Its bytes go into the file that is there, so that its other names or its owner stay with it.
    pub in_place: bool,
    pub pre: Side,
    pub post: Side,
}

impl FilePlan {
    /// Where it comes from and where it goes.
    pub fn sides(&self, direction: Direction) -> (&Side, &Side) {
        match direction {
            Direction::Forward => (&self.pre, &self.post),
            Direction::Back => (&self.post, &self.pre),
        }
    }

    pub fn manner(&self, direction: Direction) -> Manner {
        match self.sides(direction) {
            (Side::Absent, _) => Manner::Appear,
            (_, Side::Absent) => Manner::Vanish,
            (Side::File { hash: from, .. }, Side::File { hash: to, .. }) if from == to => Manner::Mode,
            (Side::File { .. }, Side::File { .. }) if self.in_place => Manner::InPlace,
            _ => Manner::Exchange,
        }
    }

    /// Whether it needs a temporary file with the bytes it goes to.
    pub fn is_staged(&self, direction: Direction) -> bool {
        matches!(self.manner(direction), Manner::Appear | Manner::Exchange)
    }

    /// Before the swap the bytes to be, after it the ones that were.
    pub fn temporary(&self, journal: &str) -> RelPath {
        self.home.child(format!(".lectern-{journal}-{}.tmp", self.seq).as_bytes())
    }

    /// Where the old bytes wait for a moment on a file system that can't exchange.
    pub fn waiting(&self, journal: &str) -> RelPath {
        self.home.child(format!(".lectern-{journal}-{}-old.tmp", self.seq).as_bytes())
    }
}

/// A directory that comes or goes with the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DirectoryPlan {
    pub path: RelPath,
    /// Made when going forward; otherwise removed.
    pub made: bool,
    /// Permission bits; `None` for what the system gives a new directory.
    pub mode: Option<u32>,
}

/// All of a journal's work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub files: Vec<FilePlan>,
    /// Each path at most once, in the order of paths.
    pub directories: Vec<DirectoryPlan>,
}
