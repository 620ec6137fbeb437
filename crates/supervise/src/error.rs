//! Why a program could not be run.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Why a program could not be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuperviseError {
    /// There is no such program on the PATH, or at that place.
    #[error("the program “{0}” was not found")]
    ProgramMissing(String),
    /// It is there and can't be executed.
    #[error("“{program}” can't be executed: {reason}")]
    NotExecutable {
        /// As it was asked for.
        program: String,
        /// The system's words.
        reason: String,
    },
    /// The working folder is not there, or not a folder.
    #[error("the folder “{}” is not there", .0.display())]
    FolderMissing(PathBuf),
    /// The working folder can't be entered.
    #[error("the folder “{}” can't be entered: {reason}", folder.display())]
    FolderClosed {
        /// Which.
        folder: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// A request that can't be meant: no program, a NUL in a word, a name with “=”, a path that is not absolute.
    #[error("this can't be run: {0}")]
    BadRequest(String),
    /// The supervising program itself is not there or did not start.
    #[error("the supervisor “{}” could not be started: {reason}", program.display())]
    SupervisorMissing {
        /// Where it was looked for.
        program: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The supervisor ended, or said nothing, before the program ran.
    #[error("the supervisor did not answer: {0}")]
    NoAnswer(String),
    /// This platform has no way yet to end a whole tree of processes.
    #[error("programs can't be run on this platform yet")]
    Unsupported,
}

impl SuperviseError {
    /// A stable word for the situation.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ProgramMissing(_) => "PROGRAM_MISSING",
            Self::NotExecutable { .. } => "NOT_EXECUTABLE",
            Self::FolderMissing(_) | Self::FolderClosed { .. } => "FOLDER_MISSING",
            Self::BadRequest(_) => "BAD_COMMAND",
            Self::SupervisorMissing { .. } => "SUPERVISOR_MISSING",
            Self::NoAnswer(_) => "INTERNAL",
            Self::Unsupported => "UNSUPPORTED",
        }
    }

    /// What to do about it, where something can be done.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::ProgramMissing(_) => "Install it, or start Lectern from a terminal in which it is found.",
            Self::NotExecutable { .. } => "Check its rights and the first line of it, if it is a script.",
            Self::FolderMissing(_) | Self::FolderClosed { .. } => "Check that the folder is there and may be read.",
            Self::SupervisorMissing { .. } => "Install lectern and lectern-desktop in the same folder.",
            Self::NoAnswer(_) => "Try again.",
            Self::BadRequest(_) | Self::Unsupported => return None,
        })
    }
}
