//! What the window is told about AI jobs.

pub use lectern_ai::{JobType, Page, SentenceChoice, Subject};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::Failure;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct AiRequest {
    pub job_type: JobType,
    /// Lines and names are of the version.
    pub subject: Subject,
    /// The version to read; `None` for the folder as it is now, which is synced first. A diff names its own.
    pub version: Option<u32>,
    /// The row of a model or an endpoint; `None` for the one that is chosen in the settings.
    pub model: Option<String>,
    /// Facts only: no model is asked.
    pub no_prose: bool,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AiSubmission {
    /// It waits its turn.
    Queued,
    /// The same was asked for already and is not done yet.
    Joined,
    /// The same was written before, from the same code by the same model.
    Written,
}

/// A request that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct AiSubmitted {
    pub job_id: String,
    pub outcome: AiSubmission,
}

/// `ai_jobs.status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobStatus {
    Queued,
    Running,
    Success,
    /// Also when it was cancelled: then the error's code is `CANCELLED`.
    Failed,
}

/// A job in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct AiJob {
    pub id: String,
    pub project_id: String,
    pub project: String,
    pub job_type: JobType,
    pub subject: Subject,
    pub title: String,
    pub version: u32,
    pub status: JobStatus,
    /// Of one that waits: how many are before it.
    pub ahead: u32,
    pub error: Option<Failure>,
    pub progress: AiProgress,
    /// The model's name when it was asked; `None` for facts only.
    pub model: Option<String>,
    /// Its row, which may be gone or called something else by now.
    pub model_id: Option<String>,
    /// Where what it reads is sent; `None` when it stays on this computer's own engine.
    pub endpoint: Option<String>,
    /// Times, RFC 3339.
    pub created_at: String,
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
    /// Of one that is done: citations, and sentences that have none.
    pub citations: u32,
    pub uncited: u32,
    /// Something of it is written: a draft, or the whole.
    pub has_page: bool,
}

/// How a job gets on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct AiProgress {
    pub phase: AiPhase,
    /// What is written now: a section's title.
    pub section: String,
    /// Its number on the page, from 1, and how many sections the page has; 0 of 0 before that is known, and of jobs of earlier builds.
    #[serde(default)]
    pub section_number: u32,
    #[serde(default)]
    pub sections: u32,
    /// Slots for prose that are done, and all of them; 0 of 0 before that is known.
    pub done: u32,
    pub total: u32,
    /// Of the answer that is written now.
    pub tokens: u32,
    pub tokens_per_second: f32,
    /// Tokens of the current prompt, of the model's context.
    pub prompt_tokens: u32,
    pub context: u32,
    /// Bytes of memory that the embedded model's process takes; 0 when there is none.
    pub memory: f64,
    /// What the embedded model computes with: `CPU, 2 threads`. Empty before it was loaded, and of an endpoint.
    #[serde(default)]
    pub computes: String,
    pub seconds_left: Option<u32>,
}

/// What a job is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AiPhase {
    #[default]
    Waiting,
    /// Files are read and facts gathered.
    Gathering,
    /// The model is loaded.
    Loading,
    /// The model reads a prompt.
    Reading,
    /// The model writes.
    Writing,
}

/// A job with what it made.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct AiJobPage {
    pub job: AiJob,
    /// The result, or the draft so far; `None` before there is any.
    pub page: Option<Page>,
    /// Of documentation that is written to its end: how many of its texts are about a definition or a file that had no doc comment.
    pub doc_comments: u32,
}

/// What a model is asked for one slot: exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct AiPrompt {
    /// The slot of the page.
    pub slot: String,
    /// The section it is in.
    pub section: String,
    pub messages: Vec<AiMessage>,
    pub tokens: u32,
    pub max_tokens: u32,
    /// What was withheld: `2 keys`. Empty for none.
    pub withheld: String,
    /// What was answered, as it came, before anything was checked; `None` when it was not asked yet.
    pub answer: Option<String>,
}

/// A message of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct AiMessage {
    /// `system`, `user`, `assistant`.
    pub role: String,
    pub text: String,
}

/// What would be asked, before anything is.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct AiPlan {
    pub title: String,
    pub model: Option<String>,
    /// Where it would be sent; `None` when it stays on this computer's own engine.
    pub endpoint: Option<String>,
    /// The first at most 50.
    pub prompts: Vec<AiPrompt>,
    pub total: u32,
    /// Files whose text is in a prompt.
    pub files: Vec<String>,
}

/// A page that cites a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct CitingPage {
    pub job_id: String,
    pub title: String,
    pub job_type: JobType,
    pub version: u32,
    pub line_start: u32,
    pub line_end: u32,
}

/// More of what is written now; what is checked comes as a changed job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AiText {
    pub job_id: String,
    pub slot: String,
    /// Everything written into the slot so far, unchecked; plain text.
    pub text: String,
}

/// The lines that a citation stands for.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct CitedCode {
    pub path: String,
    pub line_start: u32,
    pub line_end: u32,
    pub version: u32,
    /// At most 60 lines, with their colours.
    pub lines: Vec<super::CodeLine>,
    /// So many more lines are cited.
    pub more: u32,
    /// Whether the file in the folder still has the contents that were cited.
    pub current: bool,
}

/// The first lines that a citation stands for.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct CitedLines {
    pub citation: u32,
    /// At most 60 lines, with their colours.
    pub lines: Vec<super::CodeLine>,
}

/// Pages that were written to a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocsWritten {
    pub version: u32,
    pub pages: u32,
    pub files: u32,
    pub checks: lectern_ai::Checks,
}
