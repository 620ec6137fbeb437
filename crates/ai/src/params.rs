//! What a job was asked for, as it is stored in `ai_jobs.params`.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Subject;

/// The `format` of params that this build writes.
pub const PARAMS_FORMAT: u32 = 1;

/// What is wanted, `ai_jobs.type`. The schema leaves the list open; others are refused here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobType {
    /// A page of documentation: project, folder, file or symbol.
    Docs,
    /// An explanation: selection, symbol, file or diff.
    Explanation,
}

impl JobType {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Docs => "DOCS",
            Self::Explanation => "EXPLANATION",
        }
    }

    /// The type of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Docs, Self::Explanation].into_iter().find(|each| each.as_str() == name)
    }

    /// Whether it can be about this.
    pub fn takes(self, subject: &Subject) -> bool {
        match self {
            Self::Docs => matches!(subject, Subject::Project | Subject::Folder { .. } | Subject::File { .. } | Subject::Symbol { .. }),
            Self::Explanation => {
                matches!(subject, Subject::Selection { .. } | Subject::Symbol { .. } | Subject::File { .. } | Subject::Diff { .. })
            }
        }
    }
}

/// What a job was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Params {
    /// [`PARAMS_FORMAT`].
    pub format: u32,
    /// About what.
    pub subject: Subject,
    /// The version that is read.
    pub manifest_id: String,
    /// Its number.
    pub version: u32,
    /// Which model: its id among `models` and `model_endpoints`; `None` writes no prose.
    pub model: Option<String>,
    /// The model's name when it was asked for.
    pub model_name: Option<String>,
    /// Another seed gives other prose; "write again" takes the next.
    pub seed: u32,
}
