//! Why a tree was not written, and what to do about it.

use lectern_objects::ObjectError;
use lectern_store::rusqlite;
use nix::errno::Errno;

use crate::RelPath;

/// What can go wrong. Unless it is [`JournalError::NeedsAttention`], the tree is as it was.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The bytes can't be a place inside a tree.
    #[error("“{0}” is not a path inside the folder")]
    InvalidPath(String),
    /// A place that is never written: git's own folder, a temporary file of a journal, the root.
    #[error("“{0}” is not written: it belongs to git or to Lectern itself")]
    Reserved(RelPath),
    /// Two changes can't both be.
    #[error("“{path}” and “{other}” can't both be written")]
    Overlap {
        /// One of them.
        path: RelPath,
        /// The other.
        other: RelPath,
    },
    /// An edit that can't be made.
    #[error("“{path}” can't be edited: {detail}")]
    BadEdit {
        /// Whose text.
        path: RelPath,
        /// Why, as the end of a sentence.
        detail: String,
    },
    /// The folder is not there.
    #[error("the folder is not there any more")]
    RootMissing,
    /// These are not as the caller expects; at most 100 of them.
    #[error("{} changed since", some_of(.0))]
    ChangedSince(Vec<RelPath>),
    /// This changed between the first look and its turn.
    #[error("“{0}” was changed in the meantime; nothing was written")]
    ChangedMeanwhile(RelPath),
    /// A symbolic link stands where a directory should.
    #[error("“{0}” lies behind a symbolic link")]
    BehindLink(RelPath),
    /// A file stands where a directory should.
    #[error("“{0}” can't be written: a file stands in the place of its folder")]
    NotADirectory(RelPath),
    /// A file can't take the place of a directory with something else in it.
    #[error("“{path}” can't take the place of a folder that still holds “{inside}”")]
    DirectoryNotEmpty {
        /// The file to be.
        path: RelPath,
        /// What is in the way.
        inside: RelPath,
    },
    /// A pipe, socket or device.
    #[error("“{0}” is a pipe, a socket or a device")]
    Special(RelPath),
    /// More than can be kept.
    #[error("“{path}” has {size} bytes, too many to keep a copy of")]
    TooLarge {
        /// Which.
        path: RelPath,
        /// In bytes.
        size: u64,
    },
    /// The file system takes two names for one.
    #[error("“{path}” can't be written: on this drive it has the same name as “{other}”")]
    NameTaken {
        /// The file to be.
        path: RelPath,
        /// What has the name.
        other: RelPath,
    },
    /// No right to write there.
    #[error("“{0}” can't be written: the rights do not allow it")]
    NotWritable(RelPath),
    /// It is there and can't be read.
    #[error("“{path}” can't be read: {reason}")]
    Unreadable {
        /// Which.
        path: RelPath,
        /// The system's words.
        reason: String,
    },
    /// The bytes to be written are not kept, or damaged.
    #[error("the contents for “{0}” are lost")]
    ContentsLost(RelPath),
    /// No space on the tree's drive.
    #[error("the drive of the folder is full")]
    DiskFull,
    /// A write failed; everything was taken back.
    #[error("“{path}” can't be written: {reason}; everything is as it was")]
    WriteFailed {
        /// Which.
        path: RelPath,
        /// The system's words.
        reason: String,
    },
    /// The caller stopped it; everything is as it was.
    #[error("this was cancelled; everything is as it was")]
    Cancelled,
    /// Another process or thread writes to this tree.
    #[error("something else is being written to this folder")]
    Busy,
    /// There is no such journal.
    #[error("this change is not known")]
    Unknown,
    /// It is not there to be undone: undone already, taken back, or in need of attention.
    #[error("this change can't be undone: {0}")]
    NotUndoable(&'static str),
    /// It could neither be finished nor taken back as a whole.
    #[error("{} could not be taken back ({reason})", some_of(.files))]
    NeedsAttention {
        /// What is neither as it was nor as it was to be, or could not be reached; at most 100.
        files: Vec<RelPath>,
        /// What went wrong at first, then.
        reason: String,
    },
    /// The database refused.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    /// The objects could not be read or written.
    #[error(transparent)]
    Objects(#[from] ObjectError),
}

impl JournalError {
    /// A stable word for the situation.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidPath(_) | Self::BehindLink(_) => "OUTSIDE_PROJECT",
            Self::Reserved(_) => "RESERVED_PATH",
            Self::Overlap { .. } => "OVERLAP",
            Self::BadEdit { .. } => "BAD_EDIT",
            Self::RootMissing => "FOLDER_MISSING",
            Self::ChangedSince(_) => "CHANGED_SINCE",
            Self::ChangedMeanwhile(_) => "CHANGED_MEANWHILE",
            Self::NotADirectory(_) | Self::DirectoryNotEmpty { .. } => "IN_THE_WAY",
            Self::Special(_) => "SPECIAL_FILE",
            Self::TooLarge { .. } => "TOO_LARGE",
            Self::NameTaken { .. } => "NAME_TAKEN",
            Self::NotWritable(_) => "NOT_WRITABLE",
            Self::Unreadable { .. } => "FILE_UNREADABLE",
            Self::ContentsLost(_) => "OBJECT_MISSING",
            Self::DiskFull => "DISK_FULL",
            Self::WriteFailed { .. } => "WRITE_FAILED",
            Self::Cancelled => "CANCELLED",
            Self::Busy => "BUSY",
            Self::Unknown => "UNKNOWN_JOURNAL",
            Self::NotUndoable(_) => "NOT_UNDOABLE",
            Self::NeedsAttention { .. } => "NEEDS_ATTENTION",
            Self::Database(_) | Self::Objects(_) => "INTERNAL",
        }
    }

    /// What to do about it, where something can be done.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::ChangedSince(_) => "Look at what changed; to have the older state all the same, restore a version.",
            Self::ChangedMeanwhile(_) => "Save your work in other programs, then try again.",
            Self::RootMissing => "If the folder moved, use “Locate folder”. Versions can still be read.",
            Self::BehindLink(_) => "Open the folder that the link leads to as a project of its own.",
            Self::NotADirectory(_) | Self::DirectoryNotEmpty { .. } => "Move what is in the way somewhere else, then try again.",
            Self::Special(_) => "Remove it, then try again.",
            Self::TooLarge { .. } => "Without a copy it could not be undone. Copy the file somewhere else and remove it, then try again.",
            Self::NameTaken { .. } => "Restore into a folder on another drive, or rename one of the two.",
            Self::NotWritable(_) | Self::Unreadable { .. } => "Give your user the right to it, then try again.",
            Self::ContentsLost(_) => "Verify the version to see what else is damaged.",
            Self::DiskFull => "Free some space, then try again. Nothing was changed.",
            Self::WriteFailed { .. } => "Check the drive and its rights, then try again.",
            Self::Busy => "Wait for it, then try again.",
            Self::Unknown => "Older changes are forgotten after a while. Restore a version instead.",
            Self::NotUndoable(_) => "Restore the version from before it instead.",
            Self::NeedsAttention { .. } => "Look at these files; the version from before has them as they were.",
            Self::InvalidPath(_) | Self::Reserved(_) | Self::Overlap { .. } | Self::BadEdit { .. } => return None,
            Self::Cancelled | Self::Database(_) | Self::Objects(_) => return None,
        })
    }

    /// From a refusal while looking at `path`.
    pub(crate) fn reading(path: &RelPath, error: &std::io::Error) -> Self {
        Self::Unreadable { path: path.clone(), reason: plain(error) }
    }

    /// From a refusal while writing `path`.
    pub(crate) fn writing(path: &RelPath, error: &std::io::Error) -> Self {
        match error.raw_os_error().map(Errno::from_raw) {
            Some(Errno::ENOSPC | Errno::EDQUOT) => Self::DiskFull,
            Some(Errno::EACCES | Errno::EPERM | Errno::EROFS) => Self::NotWritable(path.clone()),
            _ => Self::WriteFailed { path: path.clone(), reason: plain(error) },
        }
    }
}

/// The first few names and how many more there are.
fn some_of(paths: &[RelPath]) -> String {
    let mut text = paths.iter().take(3).map(|path| format!("“{path}”")).collect::<Vec<_>>().join(", ");
    if paths.len() > 3 {
        text.push_str(&format!(" and {} more", paths.len() - 3));
    }
    text
}

/// The system's words without the error number.
pub(crate) fn plain(error: &std::io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => Errno::from_raw(code).desc().to_lowercase(),
        None => error.to_string(),
    }
}
