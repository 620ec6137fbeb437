//! What a model file says of itself.

use serde::{Deserialize, Serialize};

/// What a model file says of itself, as the row of `models` keeps it.
///
/// Every field has a default, so that facts of an older or newer Lectern are still read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelFacts {
    /// Of this JSON: 1.
    pub format: u32,
    /// `llama`, `qwen2`.
    pub architecture: String,
    /// `Q4_1`.
    pub quantization: String,
    /// How many weights; 0 when the file doesn't say.
    pub parameters: u64,
    /// The context it was trained for: tokens; 0 when the file doesn't say.
    pub context: u32,
    /// Blocks of the network.
    pub layers: u32,
    /// Numbers that one token is inside the network.
    pub embedding: u32,
    /// Different tokens it knows; 0 when nobody counted.
    pub vocabulary: u32,
    /// Bytes of memory that each token of the context takes, keys and values of 16 bits together.
    pub kv_bytes_per_token: u64,
    /// `general.name`; may be empty.
    pub name: String,
    /// Whether the file says how conversations are written for it.
    pub has_chat_template: bool,
}
