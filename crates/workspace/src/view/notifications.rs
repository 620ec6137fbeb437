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
    /// The thread it is about; of several the first.
    pub thread_id: Option<String>,
    /// How many threads it is about.
    pub threads: u32,
    /// The AI job it is about.
    pub job_id: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    pub read: bool,
}

/// Which notifications are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NotificationFilter {
    pub unread: bool,
    /// Only those about this project.
    pub project_id: Option<String>,
    /// Only those of these types; of all when empty.
    pub kinds: Vec<String>,
}

/// Where the user is told of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Delivery {
    /// Nowhere: it is not even kept.
    Off,
    /// Behind the bell.
    Bell,
    /// Behind the bell, and on the desktop where notifications are shown there.
    #[default]
    Desktop,
}

/// Whether the desktop can show notifications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DesktopState {
    pub available: bool,
    /// Why not, in a sentence.
    pub reason: Option<String>,
}

/// Somebody chose a notification on the desktop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DesktopChoice {
    /// Which; none of several told in one.
    pub notification_id: Option<String>,
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
