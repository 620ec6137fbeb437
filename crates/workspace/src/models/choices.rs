//! What a user chose about models, as it is kept in `users.settings`.

use serde::{Deserialize, Serialize};

/// Jobs at once that can be chosen.
const AT_ONCE: [u32; 3] = [1, 2, 4];

/// A user's choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ModelChoices {
    /// The row of models or model_endpoints that is asked where nothing else is named; `None` for the first model there is.
    pub model: Option<String>,
    /// 1, 2 or 4.
    pub jobs_at_once: u32,
    /// Bytes that the embedded model may take; 0 for what is free.
    pub memory_limit: u64,
}

impl Default for ModelChoices {
    fn default() -> Self {
        Self { model: None, jobs_at_once: 1, memory_limit: 0 }
    }
}

impl ModelChoices {
    /// The nearest number of jobs that can be chosen.
    pub fn at_once(wanted: u32) -> u32 {
        AT_ONCE.into_iter().rev().find(|each| *each <= wanted).unwrap_or(1)
    }
}
