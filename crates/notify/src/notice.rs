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
    /// A folder could not be synced.
    SyncFailed(SyncFailed),
}

impl Notice {
    /// The row's `type`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PreviewReady(_) => "PREVIEW_READY",
            Self::PreviewFailed(_) => "PREVIEW_FAILED",
            Self::PreviewExpiring(_) => "PREVIEW_EXPIRING",
            Self::SyncFailed(_) => "SYNC_FAILED",
        }
    }

    /// The project it is about.
    pub fn project_id(&self) -> &str {
        match self {
            Self::PreviewReady(about) => &about.project_id,
            Self::PreviewFailed(about) => &about.project_id,
            Self::PreviewExpiring(about) => &about.project_id,
            Self::SyncFailed(about) => &about.project_id,
        }
    }
}

/// Of `SYNC_FAILED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncFailed {
    /// Whose folder.
    pub project_id: String,
    /// The row of repo_syncs.
    pub repo_sync_id: String,
    /// A stable word: why.
    pub code: String,
    /// Why, in a sentence.
    pub message: String,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_the_type_that_is_stored() {
        let notices = [
            Notice::PreviewReady(PreviewReady { project_id: "p".into(), preview_session_id: "s".into(), title: "t".into() }),
            Notice::SyncFailed(SyncFailed { project_id: "p".into(), repo_sync_id: "s".into(), code: "C".into(), message: "m".into() }),
            Notice::PreviewFailed(PreviewFailed {
                project_id: "p".into(),
                preview_session_id: "s".into(),
                title: "t".into(),
                code: "C".into(),
                message: "m".into(),
            }),
            Notice::PreviewExpiring(PreviewExpiring {
                project_id: "p".into(),
                preview_session_id: "s".into(),
                title: "t".into(),
                expires_at: "2026-01-01T00:00:00Z".into(),
            }),
        ];
        for notice in notices {
            let stored = serde_json::to_value(&notice).expect("a notice is JSON");
            assert_eq!(stored["type"], notice.kind());
            assert_eq!(stored["payload"]["project_id"], notice.project_id());
        }
    }
}
