//! What the window is told of checking a proposal before it is applied.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::LogPage;

/// What becomes of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefactorNameFate {
    /// It would lead to no declaration any more.
    Unresolved,
    /// It would lead to another declaration.
    Captured,
    /// It certainly belongs to the change and is left out.
    LeftOut,
}

/// A command that checks a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RefactorCheckCommand {
    pub argv: Vec<String>,
    /// As one would type it.
    pub shown: String,
    /// Where it runs, relative to the project; "" for all of it.
    pub folder: String,
    /// Why it is suggested: "there is a Cargo.toml". Empty for what the user chose.
    pub reason: String,
    /// Granted before, for exactly this command and the files that define it.
    pub trusted: bool,
    /// The program, when it is not on this computer.
    pub missing: Option<String>,
}

/// With what a project can be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RefactorCheckChoices {
    /// What the user chose, or else the first suggestion; `None` when there is neither.
    pub command: Option<RefactorCheckCommand>,
    /// The user chose it.
    pub chosen: bool,
    /// The best first.
    pub suggestions: Vec<RefactorCheckCommand>,
}

/// A command of the project on a copy of it with the chosen changes made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RefactorCheckRun {
    pub job_id: String,
    pub argv: Vec<String>,
    /// As one would type it.
    pub shown: String,
    pub folder: String,
    pub state: RefactorCheckState,
    /// What is done while it runs: "Copying the project", "Running".
    pub phase: String,
    /// Its exit code; `None` while it runs, and when a signal ended it.
    pub exit: Option<i32>,
    /// How long the command ran, in milliseconds.
    pub millis: u32,
    /// How many changes were chosen when it began.
    pub edits: u32,
    /// Something else is chosen by now, or it was worked out again.
    pub stale: bool,
    /// Why it could not run.
    pub message: Option<String>,
    pub ended_at: Option<String>,
}

/// Where a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefactorCheckState {
    Running,
    /// It ended with 0.
    Passed,
    Failed,
    Cancelled,
    TimedOut,
    /// It could not run.
    Broken,
}

/// New lines of a check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RefactorCheckSaid {
    pub job_id: String,
    pub page: LogPage,
}
