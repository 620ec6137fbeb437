//! What the window is told about previews: what could be shown, what runs, what it says.

use serde::{Deserialize, Serialize};
use specta::Type;

/// How a preview comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PreviewKind {
    /// Files as they are, of a version or of the folder.
    Static,
    /// The project's own server, behind a proxy.
    DevServer,
}

/// Where a preview is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PreviewStatus {
    Pending,
    Ready,
    Expired,
}

/// Why a preview is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndedReason {
    Stopped,
    TimedOut,
    /// It never answered.
    Failed,
    /// It ended by itself.
    Crashed,
}

/// A preview session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Preview {
    pub id: String,
    pub project_id: String,
    pub kind: PreviewKind,
    pub status: PreviewStatus,
    /// "Working copy", "Snapshot of v41", "Dev server".
    pub title: String,
    /// The version that is shown; none for the folder as it is.
    pub version: Option<u32>,
    /// What is served or run in, relative to the project; "" for all of it.
    pub folder: String,
    /// Of a dev server: its command as one would type it.
    pub command: Option<String>,
    /// Its origin, as `http://127.0.0.1:41700`, while it is ready. A link that opens it is had by `preview_link`.
    pub url: Option<String>,
    pub port: Option<u16>,
    /// Of a dev server: the port that it listens on itself.
    pub own_port: Option<u16>,
    /// Whether a page reloads when its files are saved.
    pub reloads: bool,
    pub created_at: String,
    pub expires_at: String,
    /// Whether its user was told that it ends soon. Prolonged, it doesn't any more.
    pub ends_soon: bool,
    pub ended_at: Option<String>,
    pub ended_reason: Option<EndedReason>,
    /// Why it failed, in one sentence.
    pub error: Option<String>,
    /// Bytes that it keeps on the disk: logs and bundles.
    pub disk_bytes: String,
}

/// A folder that can be served as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct StaticChoice {
    pub folder: String,
    /// Why it is offered: "has an index.html", "what `vite build` writes".
    pub reason: String,
    pub has_index: bool,
    /// Whether unknown paths are answered with its index, because its pages find their way by script.
    pub falls_back: bool,
    /// How many files are beneath it; none when they were not counted.
    pub files: Option<u32>,
}

/// How sure a detected command is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    Sure,
    Likely,
    Possible,
}

/// A command that would start a dev server.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct DevCommand {
    pub argv: Vec<String>,
    /// As one would type it.
    pub shown: String,
    pub folder: String,
    /// "Vite", "Django".
    pub framework: String,
    /// Why it is believed to be the one: "package.json has the script dev and depends on vite".
    pub reason: String,
    pub certainty: Certainty,
    /// Where it is defined.
    pub path: Option<String>,
    pub line: Option<u32>,
    /// What a script of that name runs.
    pub script: Option<String>,
    /// The port that the framework takes by itself.
    pub port: Option<u16>,
    /// Granted before, for exactly this command and the files that define it.
    pub trusted: bool,
    /// A program it needs that is not on this computer.
    pub missing: Option<String>,
    /// What has to be done first: "Run `npm install` in web/".
    pub first: Option<String>,
}

/// What of a project could be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct PreviewChoices {
    /// The best first. Never empty for the folder as it is.
    pub folders: Vec<StaticChoice>,
    /// The best first; none for a version, which is never run.
    pub commands: Vec<DevCommand>,
    /// What was chosen last time; `preview` starts it again.
    pub last: Option<PreviewRequest>,
}

/// What to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PreviewRequest {
    /// Files: of a version, or of the folder as it is.
    Static { version: Option<u32>, folder: String, falls_back: bool },
    /// A command, run in the folder. Refused with `NOT_TRUSTED` until it is granted.
    DevServer { argv: Vec<String>, folder: String },
}

/// How far a grant goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// For this start only.
    Once,
    /// For exactly this command while the files that define it stay as they are.
    Remembered,
}

/// A command that was granted for good.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct TrustedCommand {
    pub id: String,
    pub project_id: String,
    pub project_name: String,
    pub shown: String,
    pub folder: String,
    pub granted_at: String,
}

/// Where a line of a log comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum LogSource {
    Out,
    Err,
    /// Lectern itself: "$ npm run dev", "answers on port 5173".
    Lectern,
}

/// A line that a dev server printed, without colours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct LogLine {
    pub at: String,
    pub source: LogSource,
    pub text: String,
}

/// Lines of a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct LogPage {
    /// Number of the first of them, from 0.
    pub first: u32,
    pub lines: Vec<LogLine>,
    /// How many there were so far; older ones than the last 10,000 are gone.
    pub total: u32,
}

/// New lines of a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PreviewSaid {
    pub id: String,
    pub page: LogPage,
}

/// Who a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum LinkUse {
    /// Opened at once: good for a minute.
    Open,
    /// Copied: good for ten minutes.
    Copy,
}
