//! Why a model file can't be had or used.

use std::{io, path::Path};

use lectern_store::rusqlite;

use super::naming::BadName;
use crate::EngineError;

/// Why a model file can't be had or used. Each says in plain words what is wrong; none names a folder.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Somebody cancelled. What was downloaded is kept for the next time.
    #[error("this was cancelled")]
    Cancelled,
    /// There is no such row.
    #[error("this model is not there any more")]
    NotThere,
    /// It is no GGUF file that Lectern takes.
    #[error("{0}")]
    NotAModel(String),
    /// The file is gone, or is not what it was when it was added.
    #[error("{0}")]
    Changed(String),
    /// There is not enough room for it.
    #[error("the model needs {} MB on the disk, and {} MB are free", .needed.div_ceil(1_000_000), .free / 1_000_000)]
    DiskFull {
        /// Bytes that are still to come.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// What came is not what was asked for. It is kept apart and never used.
    #[error("the file that came is not the one that was wanted: its SHA-256 is {found}, not {expected}")]
    WrongHash {
        /// Lowercase hex.
        expected: String,
        /// Lowercase hex.
        found: String,
    },
    /// What was given for a SHA-256 is none.
    #[error("a SHA-256 has 64 digits, 0 to 9 and a to f")]
    BadHash,
    /// The address can't be used.
    #[error("{0}")]
    BadUrl(String),
    /// Somebody downloads it already.
    #[error("this file is being downloaded already")]
    BeingDownloaded,
    /// What it should be called is no name.
    #[error(transparent)]
    BadName(#[from] BadName),
    /// The server does not give it.
    #[error("{0}")]
    Download(String),
    /// What the embedded engine says of the file.
    #[error(transparent)]
    Engine(EngineError),
    /// The disk.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// The database.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

impl From<EngineError> for ModelError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Cancelled => Self::Cancelled,
            EngineError::BadModel(said) => Self::NotAModel(said),
            other => Self::Engine(other),
        }
    }
}

impl ModelError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "CANCELLED",
            Self::NotThere => "NOT_FOUND",
            Self::NotAModel(_) | Self::Changed(_) => "BAD_MODEL",
            Self::DiskFull { .. } => "DISK_FULL",
            Self::WrongHash { .. } => "WRONG_HASH",
            Self::BadHash | Self::BadUrl(_) | Self::BadName(_) => "BAD_ARGUMENT",
            Self::BeingDownloaded => "BUSY",
            Self::Download(_) => "DOWNLOAD_FAILED",
            Self::Engine(error) => error.code(),
            Self::Io { .. } | Self::Sqlite(_) => "IO",
        }
    }

    /// What somebody can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotAModel(_) => "Lectern runs models in llama.cpp's GGUF format, in one file.",
            Self::Changed(_) => "Add the file again if it is meant to be another one, or remove it from the list.",
            Self::DiskFull { .. } => "Make room, then download it again: it goes on where it stopped.",
            Self::WrongHash { .. } => "Compare the SHA-256 with the one on the page that offers the model, then download it again.",
            Self::BadName(_) => "Type another name.",
            Self::Download(_) => "Try again: it goes on where it stopped.",
            Self::Engine(error) => return error.hint(),
            _ => return None,
        })
    }
}

/// What failed at a file, by its name only.
pub(crate) fn at<'a>(what: &'a str, path: &'a Path) -> impl FnOnce(io::Error) -> ModelError + 'a {
    move |source| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ModelError::DiskFull { needed: 0, free: 0 },
            io::ErrorKind::NotFound => ModelError::Changed(format!("The file {name} is not there.")),
            io::ErrorKind::PermissionDenied => ModelError::Io { what: format!("{name} {what} (no permission)"), source },
            _ => ModelError::Io { what: format!("{name} {what}"), source },
        }
    }
}
