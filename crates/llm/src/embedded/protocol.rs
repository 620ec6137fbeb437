//! What Lectern and the model's process say to each other: one JSON object a line, asks on its stdin, answers on its stdout.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{EngineError, Finished, Message, ModelFacts, Request};

/// Of everything in this file. Both sides have the same, or they don't talk.
pub const VERSION: u32 = 1;
/// The environment variable with the token that the first ask repeats: nobody starts the process by accident.
pub const TOKEN: &str = "LECTERN_MODEL_TOKEN";
/// The environment variable with the id of the process that the model's process belongs to.
pub const PARENT: &str = "LECTERN_MODEL_PARENT";
/// The first argument of the program that makes it the model's process.
pub const ARGUMENT: &str = "__model";
/// No line is longer, in bytes. A prompt of a million tokens fits.
pub const LONGEST_LINE: u64 = 64 << 20;

/// What the model's process is asked. Each `id` is answered by exactly one last answer; [`Answer::is_last`] says which are.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// First of all, and once.
    Hello {
        /// [`VERSION`]
        version: u32,
        /// What [`TOKEN`] holds.
        token: String,
    },
    /// What a file says of itself.
    Describe {
        /// Of this ask.
        id: u64,
        /// The file.
        path: WirePath,
    },
    /// Loads a model. Once in a process.
    Load {
        /// Of this ask.
        id: u64,
        /// What to load.
        load: Load,
    },
    /// How many tokens messages make.
    Count {
        /// Of this ask.
        id: u64,
        /// The conversation.
        messages: Vec<Message>,
    },
    /// Writes.
    Generate {
        /// Of this ask.
        id: u64,
        /// What to write.
        request: Request,
    },
    /// Stops what was asked under this id. It is still answered: with [`Failure::Cancelled`], or with its end if that came first.
    Cancel {
        /// Of the ask to stop.
        id: u64,
    },
}

/// What to load.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Load {
    /// The model file.
    pub path: WirePath,
    /// Tokens.
    pub context: u32,
    /// Threads that compute; at least 1.
    pub threads: u32,
    /// Of the file; keys what is kept on disk.
    pub sha256: String,
    /// Where what was read of prompts is kept; `None` keeps nothing.
    pub states: Option<WirePath>,
}

/// What the model's process answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// To [`Ask::Hello`].
    Ready {
        /// [`VERSION`]
        version: u32,
    },
    /// Bytes of memory that the process takes now. Told now and then.
    Resident {
        /// Bytes.
        bytes: u64,
    },
    /// To [`Ask::Describe`].
    Described {
        /// Of the ask.
        id: u64,
        /// What it says.
        facts: ModelFacts,
    },
    /// To [`Ask::Load`].
    Loaded {
        /// Of the ask.
        id: u64,
        /// Tokens; may differ a little from what was asked for.
        context: u32,
        /// A graphics card computes as well: one is there, and llama.cpp was built with what it needs.
        #[serde(default)]
        gpu: bool,
    },
    /// To [`Ask::Count`].
    Counted {
        /// Of the ask.
        id: u64,
        /// Of the messages with the template's marks.
        tokens: u32,
    },
    /// A prompt is being read.
    Reading {
        /// Of the ask.
        id: u64,
        /// Tokens read.
        done: u32,
        /// Tokens of the prompt.
        total: u32,
    },
    /// More text.
    Text {
        /// Of the ask.
        id: u64,
        /// Whole characters.
        text: String,
    },
    /// To [`Ask::Generate`].
    Finished {
        /// Of the ask.
        id: u64,
        /// What it took.
        finished: Finished,
    },
    /// To any ask.
    Failed {
        /// Of the ask.
        id: u64,
        /// Why.
        failure: Failure,
    },
}

impl Answer {
    /// Which ask it belongs to.
    pub fn id(&self) -> Option<u64> {
        match self {
            Self::Ready { .. } | Self::Resident { .. } => None,
            Self::Described { id, .. }
            | Self::Loaded { id, .. }
            | Self::Counted { id, .. }
            | Self::Reading { id, .. }
            | Self::Text { id, .. }
            | Self::Finished { id, .. }
            | Self::Failed { id, .. } => Some(*id),
        }
    }

    /// Whether nothing more follows for its ask.
    pub fn is_last(&self) -> bool {
        !matches!(self, Self::Ready { .. } | Self::Resident { .. } | Self::Reading { .. } | Self::Text { .. })
    }
}

/// Why the model's process did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Failure {
    /// As [`EngineError::Cancelled`].
    Cancelled,
    /// As [`EngineError::TooLong`].
    TooLong {
        /// Of the messages.
        prompt: u32,
        /// To be written.
        wanted: u32,
        /// Of the model.
        context: u32,
    },
    /// As [`EngineError::BadModel`].
    BadModel {
        /// In plain words.
        message: String,
    },
    /// As [`EngineError::BadGrammar`].
    BadGrammar {
        /// What is wrong with it.
        message: String,
    },
    /// As [`EngineError::Stopped`].
    Stopped {
        /// In plain words.
        message: String,
    },
}

impl From<Failure> for EngineError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Cancelled => Self::Cancelled,
            Failure::TooLong { prompt, wanted, context } => Self::TooLong { prompt, wanted, context },
            Failure::BadModel { message } => Self::BadModel(message),
            Failure::BadGrammar { message } => Self::BadGrammar(message),
            Failure::Stopped { message } => Self::Stopped(message),
        }
    }
}

/// A path as its bytes: what JSON can't say in text is no reason not to load a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WirePath(Vec<u8>);

impl From<&Path> for WirePath {
    fn from(path: &Path) -> Self {
        #[cfg(unix)]
        return Self(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec());
        #[cfg(not(unix))]
        Self(path.to_string_lossy().into_owned().into_bytes())
    }
}

impl WirePath {
    /// The path.
    pub fn to_path(&self) -> PathBuf {
        #[cfg(unix)]
        return PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(&self.0));
        #[cfg(not(unix))]
        PathBuf::from(String::from_utf8_lossy(&self.0).into_owned())
    }
}
