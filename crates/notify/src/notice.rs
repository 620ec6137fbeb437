//! What a notification can tell, type by type: `notifications.type` and the shape of `payload`.

use serde::{Deserialize, Serialize};

/// What happened. The name of a variant is the row's `type`, what it holds the row's `payload`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Notice {
    /// A dev server answers.
    PreviewReady(PreviewReady),
    /// A preview failed, or ended by itself.
    PreviewFailed(PreviewFailed),
    /// A preview ends soon.
    PreviewExpiring(PreviewExpiring),
}

/// Of `PREVIEW_READY`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewReady {
    /// Whose preview.
    pub project_id: String,
    /// Which.
    pub preview_session_id: String,
    /// As the list calls it.
    pub title: String,
}

/// Of `PREVIEW_FAILED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewFailed {
    /// Whose preview.
    pub project_id: String,
    /// Which.
    pub preview_session_id: String,
    /// As the list calls it.
    pub title: String,
    /// A stable word: why.
    pub code: String,
    /// Why, in a sentence.
    pub message: String,
}

/// Of `PREVIEW_EXPIRING`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewExpiring {
    /// Whose preview.
    pub project_id: String,
    /// Which.
    pub preview_session_id: String,
    /// As the list calls it.
    pub title: String,
    /// RFC 3339.
    pub expires_at: String,
}
