//! Model files: which there are, what they are called, and what they take.

mod disk;
mod error;
mod facts;
mod files;
mod gguf;
mod naming;

use std::path::PathBuf;

use lectern_store::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::{
    error::ModelError,
    facts::ModelFacts,
    files::{Describe, ModelFiles},
    naming::BadName,
};
pub(crate) use self::{
    error::at,
    gguf::{hash_into, hex, looks_like_a_model},
    naming::typed as typed_name,
};
use crate::{Identity, ModelToLoad, Place, needed_memory};

/// Tokens of context that a model is loaded with unless the user chose others: more costs memory that most jobs don't need.
const USUAL_CONTEXT: u32 = 8192;
/// Fewer leave no room for a prompt and its answer.
const SMALLEST_CONTEXT: u32 = 512;

/// The model that Lectern brings along: known by its bytes, not by its name.
#[derive(Debug)]
pub struct DefaultModel {
    /// Its name in `models/`.
    pub file: &'static str,
    /// As it is shown.
    pub name: &'static str,
    /// Lowercase hex.
    pub sha256: &'static str,
    /// Bytes.
    pub size: u64,
}

/// SmolLM2 135M, instruction-tuned, 4 bits a weight.
pub const DEFAULT_MODEL: DefaultModel = DefaultModel {
    file: "SmolLM2-135M-Instruct.Q4_1.gguf",
    name: "SmolLM2 135M",
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size: 98_362_432,
};

impl DefaultModel {
    /// What its file says of itself.
    pub fn facts(&self) -> ModelFacts {
        ModelFacts {
            format: 1,
            architecture: "llama".to_owned(),
            quantization: "Q4_1".to_owned(),
            parameters: 134_515_008,
            context: 8192,
            layers: 30,
            embedding: 576,
            vocabulary: 49_152,
            kv_bytes_per_token: 23_040,
            name: self.name.to_owned(),
            has_chat_template: true,
        }
    }
}

/// A model file that Lectern knows.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    /// The row's id.
    pub id: String,
    /// As it is shown: `SmolLM2 135M`.
    pub name: String,
    /// What there is to say of it before anybody trusts it; may be empty.
    pub note: &'static str,
    /// Where it is.
    pub path: PathBuf,
    /// Its name alone.
    pub file_name: String,
    /// It lies in Lectern's own folder, and goes when it is removed.
    pub is_ours: bool,
    /// Bytes.
    pub size: u64,
    /// Lowercase hex.
    pub sha256: String,
    /// Where it was downloaded from, without what may be secret in that address.
    pub source_url: Option<String>,
    /// What it says of itself.
    pub facts: ModelFacts,
    /// What the user chose, and what was measured.
    pub settings: ModelSettings,
    /// Why it can't be used: it is gone or has changed.
    pub problem: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// `models.settings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelSettings {
    /// 1.
    pub format: u32,
    /// What the user calls it; `None` for the name that its file gives it.
    pub name: Option<String>,
    /// Tokens; 0 for the usual ones.
    pub context: u32,
    /// Load it even when there is not enough memory.
    pub load_anyway: bool,
    /// Written on this computer, the last time.
    pub tokens_per_second: Option<f32>,
    /// Read on this computer, the last time.
    pub prompt_tokens_per_second: Option<f32>,
}

impl Default for ModelSettings {
    fn default() -> Self {
        Self { format: 1, name: None, context: 0, load_anyway: false, tokens_per_second: None, prompt_tokens_per_second: None }
    }
}

impl ModelFile {
    /// Tokens of context that it is loaded with: what the user chose, never more than it was trained for.
    pub fn context(&self) -> u32 {
        let trained = if self.facts.context == 0 { USUAL_CONTEXT } else { self.facts.context };
        let wanted = if self.settings.context == 0 { USUAL_CONTEXT } else { self.settings.context };
        wanted.clamp(SMALLEST_CONTEXT.min(trained), trained)
    }

    /// Bytes of memory that it takes when it is loaded: an estimate.
    pub fn memory(&self) -> u64 {
        needed_memory(&self.facts, self.size, self.context())
    }

    /// Which model it is, for an engine.
    pub fn identity(&self) -> Identity {
        Identity { id: self.id.clone(), name: self.name.clone(), fingerprint: self.sha256.clone(), place: Place::Embedded }
    }

    /// What the embedded engine loads. Ask [`ModelFiles::ready`] before, which looks at the file.
    pub fn to_load(&self) -> ModelToLoad {
        ModelToLoad {
            identity: self.identity(),
            path: self.path.clone(),
            context: self.context(),
            needed_memory: self.memory(),
            load_anyway: self.settings.load_anyway,
        }
    }
}

/// How getting a model comes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelProgress {
    /// Bytes of it are here.
    Downloading {
        /// So many.
        done: u64,
        /// Of so many; `None` when the server doesn't say.
        total: Option<u64>,
    },
    /// Its bytes are hashed.
    Hashing {
        /// So many.
        done: u64,
        /// Of so many.
        total: u64,
    },
    /// It is looked at by the engine.
    Describing,
}
