//! Which server answers at an address.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which server it is, as far as that matters for how it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ServerKind {
    /// Asked in its own words, because only so its context can be said.
    Ollama,
    /// LM Studio.
    LmStudio,
    /// llama.cpp's own.
    LlamaServer,
    /// vLLM.
    Vllm,
    /// Anything else that speaks OpenAI's protocol.
    #[default]
    Other,
}

impl ServerKind {
    /// The word in the row.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ollama => "OLLAMA",
            Self::LmStudio => "LM_STUDIO",
            Self::LlamaServer => "LLAMA_SERVER",
            Self::Vllm => "VLLM",
            Self::Other => "OTHER",
        }
    }

    /// Reads [`word`](Self::word); words of other versions are [`Self::Other`].
    pub fn from_word(word: &str) -> Self {
        [Self::Ollama, Self::LmStudio, Self::LlamaServer, Self::Vllm].into_iter().find(|kind| kind.word() == word).unwrap_or_default()
    }

    /// Where it listens unless somebody told it otherwise.
    pub fn usual_port(self) -> Option<u16> {
        match self {
            Self::Ollama => Some(11434),
            Self::LmStudio => Some(1234),
            Self::LlamaServer => Some(8080),
            Self::Vllm => Some(8000),
            Self::Other => None,
        }
    }
}

/// As it is shown.
impl fmt::Display for ServerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ollama => "Ollama",
            Self::LmStudio => "LM Studio",
            Self::LlamaServer => "llama-server",
            Self::Vllm => "vLLM",
            Self::Other => "OpenAI-compatible",
        })
    }
}
