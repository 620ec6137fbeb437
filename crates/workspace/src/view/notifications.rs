//! What the window is told about notifications.

use serde::{Deserialize, Serialize};
use specta::Type;

/// How good the news is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tone {
    Good,
    Warning,
    Bad,
}

/// A notification, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NotificationCard {
    pub id: String,
    /// The row's type: `PREVIEW_READY`, `SYNC_FAILED`, …
    pub kind: String,
    pub tone: Tone,
    /// What happened, in a few words.
    pub title: String,
    /// What more is known, in a sentence; may be long.
    pub text: String,
    /// The project it is about.
    pub project_id: String,
    /// Its name, while the project is in the list.
    pub project_name: Option<String>,
    /// The preview it is about.
    pub preview_id: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    pub read: bool,
}

/// Some notifications, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NotificationPage {
    pub notifications: Vec<NotificationCard>,
    /// How many of all are unread.
    pub unread: u32,
    /// There are older ones.
    pub more: bool,
}
