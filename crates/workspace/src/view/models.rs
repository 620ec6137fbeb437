//! What the window is told about models and endpoints.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Everything that could write.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct Models {
    pub models: Vec<ModelCard>,
    pub endpoints: Vec<EndpointCard>,
    /// The row that is asked where nothing else is named; `None` when there is none.
    pub chosen: Option<String>,
    /// Jobs at once: 1, 2 or 4.
    pub jobs_at_once: u32,
    /// Bytes that the embedded model may take; 0 for what is free.
    pub memory_limit: f64,
    /// Bytes of memory of this computer, and what is free now.
    pub memory_total: f64,
    pub memory_free: f64,
    /// Why the embedded engine can't run here at all: the processor lacks something, or the program `lectern` is missing.
    pub engine_problem: Option<String>,
}

/// A model file.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ModelCard {
    pub id: String,
    pub name: String,
    /// What there is to say of it: "Tiny: for trying out. Check every sentence."
    pub note: String,
    pub file_name: String,
    /// Bytes on disk.
    pub size: f64,
    /// Of the file, lowercase hex.
    pub sha256: String,
    /// `llama`, `qwen2`.
    pub architecture: String,
    /// `Q4_1`.
    pub quantization: String,
    pub parameters: f64,
    /// The context it was trained for, and the one it is loaded with: tokens.
    pub trained_context: u32,
    pub context: u32,
    /// Bytes it is estimated to take when loaded.
    pub memory: f64,
    /// Whether that fits what is free and what is allowed.
    pub fits: bool,
    /// The user wants it loaded even so.
    pub load_anyway: bool,
    /// Written here: tokens a second; `None` before it was tried.
    pub tokens_per_second: Option<f32>,
    pub prompt_tokens_per_second: Option<f32>,
    /// Why it can't be used: the file is gone or changed.
    pub problem: Option<String>,
    /// It is loaded now.
    pub loaded: bool,
}

/// A server that speaks OpenAI's protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct EndpointCard {
    pub id: String,
    pub name: String,
    /// `http://127.0.0.1:11434/v1`
    pub url: String,
    /// The model's name there.
    pub model: String,
    /// `Ollama`, `LM Studio`, `llama-server`, `vLLM`, `OpenAI-compatible`.
    pub kind: String,
    /// Whether it runs on this computer: a loopback address.
    pub this_computer: bool,
    /// Why code is not safe on its way there, and what to do about it; `None` when it is.
    pub warning: Option<String>,
    pub has_key: bool,
    /// The key is kept for this run only: there is no keychain.
    pub key_is_temporary: bool,
    pub context: u32,
    /// Whether it answered when it was last asked; `None` when it was not asked yet.
    pub answers: Option<bool>,
    /// Why it did not.
    pub problem: Option<String>,
    pub tokens_per_second: Option<f32>,
    /// Projects whose code may be sent there: ids.
    pub allowed: Vec<String>,
}

/// A server found on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct FoundServer {
    pub kind: String,
    pub url: String,
    pub models: Vec<String>,
    /// It is among the endpoints already.
    pub known: bool,
}

/// An endpoint to add or change.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct EndpointDraft {
    pub name: String,
    pub url: String,
    pub model: String,
    /// `None` leaves the key as it is; empty removes it.
    pub key: Option<String>,
    /// Tokens; 0 asks the server, and takes 4,096 when it doesn't say.
    pub context: u32,
}

/// What an endpoint said when it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct EndpointCheck {
    pub answers: bool,
    /// In plain words: "Answers in 40 ms", or why not.
    pub message: String,
    pub models: Vec<String>,
    pub context: Option<u32>,
    /// As of an [`EndpointCard`].
    pub warning: Option<String>,
}

/// Bounds of what jobs may take.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelLimits {
    pub jobs_at_once: u32,
    /// Bytes; 0 for what is free.
    pub memory_limit: f64,
}
