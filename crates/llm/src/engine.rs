//! What every language model can do for Lectern, wherever it runs.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde::{Deserialize, Serialize};

/// A language model that answers: the embedded one in its own process, or an endpoint.
///
/// Engines are shared between threads; one that can only do one thing at a time lets the others wait, and lets go of a waiting call as soon as
/// it is cancelled.
pub trait Engine: Send + Sync {
    /// Which model it is and where it runs. Answers without loading anything.
    fn identity(&self) -> &Identity;

    /// Makes it ready to answer, and says what it can take. Quick when it is ready already.
    ///
    /// # Errors
    /// [`EngineError::DoesNotFit`] before anything is loaded, [`EngineError::BadModel`], [`EngineError::Unreachable`], [`EngineError::Cancelled`].
    fn load(&self, cancel: &Cancel) -> Result<Capacity, EngineError>;

    /// How many tokens the model makes of these messages, its own marks between them included. Loads it where that takes loading.
    ///
    /// An engine that has no tokenizer of its own answers with an estimate that is never too low ([`Capacity::counts_exactly`] says so).
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn count_tokens(&self, messages: &[Message], cancel: &Cancel) -> Result<u32, EngineError>;

    /// Lets the model write. `told` hears how it gets on, text in the order it is written; nothing is told after this returns.
    /// Returns within half a second of being cancelled.
    ///
    /// # Errors
    /// [`EngineError::TooLong`] when the messages and `max_tokens` don't fit the context together: nothing is ever cut silently.
    /// [`EngineError::Cancelled`], [`EngineError::Stopped`] when the model's process or connection ended in the middle, and what loading says.
    fn generate(&self, request: &Request, told: &mut dyn FnMut(Told<'_>), cancel: &Cancel) -> Result<Finished, EngineError>;
}

/// Which model, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The row of `models` or `model_endpoints`.
    pub id: String,
    /// As it is shown: `SmolLM2 135M`.
    pub name: String,
    /// What makes answers the same: the file's SHA-256, or the endpoint's address with the model's name there.
    pub fingerprint: String,
    /// Where it runs.
    pub place: Place,
}

/// Where a model runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Place {
    /// In a process of ours on this computer.
    Embedded,
    /// A server at this address (scheme, host, port).
    Endpoint {
        /// `http://127.0.0.1:11434`
        address: String,
        /// Whether the host is this computer: a loopback address.
        this_computer: bool,
    },
}

/// What a loaded model can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// Tokens of messages and answer together.
    pub context: u32,
    /// Whether [`Engine::count_tokens`] counts with the model's own tokenizer.
    pub counts_exactly: bool,
    /// Whether [`Request::grammar`] is kept to.
    pub keeps_grammar: bool,
}

/// Who says something in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// What holds for the whole conversation.
    System,
    /// Whoever asks.
    User,
    /// The model.
    Assistant,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub text: String,
}

impl Message {
    /// A message.
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into() }
    }
}

/// What to write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The conversation so far. Conversations that begin alike are answered sooner, one after the other.
    pub messages: Vec<Message>,
    /// At most so many tokens are written, at least 1.
    pub max_tokens: u32,
    /// Writing ends before the first of these.
    pub stop: Vec<String>,
    /// What is written is a sentence of this grammar (llama.cpp's GBNF, start symbol `root`), where the engine keeps to grammars.
    pub grammar: Option<String>,
    /// The same seed, request and engine give the same text, on one computer that has the same cores to spare.
    pub seed: u32,
    /// 0 always takes the likeliest token.
    pub temperature: f32,
}

/// How writing gets on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told<'a> {
    /// So many of the prompt's tokens are read.
    Reading {
        /// Read so far, those that were known from before included.
        done: u32,
        /// In the prompt.
        total: u32,
    },
    /// More text: whole characters.
    Text(&'a str),
}

/// Why writing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// The model was done, or wrote a stop word.
    Complete,
    /// `max_tokens` were written.
    Length,
}

/// What an answer took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    /// Why it ended.
    pub reason: Reason,
    /// Of the prompt.
    pub prompt_tokens: u32,
    /// Of these, those that did not have to be read again.
    pub reused_tokens: u32,
    /// Written.
    pub generated_tokens: u32,
    /// Reading the prompt.
    pub prompt_ms: f64,
    /// Writing.
    pub generate_ms: f64,
}

/// Whether somebody does not want it any more.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Still wanted.
    pub fn new() -> Self {
        Self::default()
    }

    /// Not wanted any more; for good.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it is not wanted any more.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Somebody else's wish to stop, as an engine hears it.
impl From<Arc<AtomicBool>> for Cancel {
    fn from(asked: Arc<AtomicBool>) -> Self {
        Self(asked)
    }
}

/// Why a model did not answer. Each says in its text what is wrong in plain words; [`EngineError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Somebody cancelled.
    #[error("this was cancelled")]
    Cancelled,
    /// It takes more memory than is free, or than the user allows.
    #[error("{model} needs about {} MB of memory, and {} MB are to be had", .needed / 1_000_000, .available / 1_000_000)]
    DoesNotFit {
        /// The model's name.
        model: String,
        /// Bytes.
        needed: u64,
        /// Bytes.
        available: u64,
    },
    /// The prompt and what is to be written do not fit together.
    #[error("the prompt has {prompt} tokens and {wanted} are to be written, but the model's context is {context}")]
    TooLong {
        /// Of the messages.
        prompt: u32,
        /// To be written.
        wanted: u32,
        /// Of the model.
        context: u32,
    },
    /// The file is no model that can be loaded, or this processor can't run it.
    #[error("{0}")]
    BadModel(String),
    /// The grammar of the request can't be read. A mistake of ours.
    #[error("the grammar can't be used: {0}")]
    BadGrammar(String),
    /// The endpoint does not answer.
    #[error("{0}")]
    Unreachable(String),
    /// The endpoint refuses: a wrong key, an unknown model.
    #[error("{0}")]
    Refused(String),
    /// The endpoint has too much to do, also after waiting.
    #[error("{0}")]
    Busy(String),
    /// What the endpoint sends can't be understood, or it read fewer tokens than it was sent.
    #[error("{0}")]
    BadAnswer(String),
    /// The model's process or connection ended in the middle.
    #[error("{0}")]
    Stopped(String),
}

impl EngineError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "CANCELLED",
            Self::DoesNotFit { .. } => "MODEL_TOO_LARGE",
            Self::TooLong { .. } => "TOO_LONG",
            Self::BadModel(_) => "BAD_MODEL",
            Self::BadGrammar(_) => "INTERNAL",
            Self::Unreachable(_) => "ENDPOINT_UNREACHABLE",
            Self::Refused(_) => "ENDPOINT_REFUSED",
            Self::Busy(_) => "ENDPOINT_BUSY",
            Self::BadAnswer(_) => "ENDPOINT_BAD_ANSWER",
            Self::Stopped(_) => "MODEL_STOPPED",
        }
    }

    /// What somebody can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Cancelled | Self::BadGrammar(_) => return None,
            Self::DoesNotFit { .. } => "Choose a smaller model or context, close other programs, or load it anyway in Settings, Models.",
            Self::TooLong { .. } => "Ask about less at once, or choose a model with a larger context.",
            Self::BadModel(_) => "Choose another model in Settings, Models.",
            Self::Unreachable(_) => "Check that the server runs, and its address in Settings, Models.",
            Self::Refused(_) => "Check the key and the model's name in Settings, Models.",
            Self::Busy(_) => "Try again later.",
            Self::BadAnswer(_) => "Check that the server speaks OpenAI's protocol and that its context is large enough.",
            Self::Stopped(_) => "Try again. If it happens again, choose a smaller model.",
        })
    }

    /// Whether the same may work at another try, without anybody doing anything.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Busy(_) | Self::Stopped(_))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => f.write_str("this computer"),
            Self::Endpoint { address, .. } => f.write_str(address),
        }
    }
}
