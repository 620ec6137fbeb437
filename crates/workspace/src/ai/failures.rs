//! What the queue, engines and the writing of pages complain of, as the window says it.

use lectern_ai::{AiError, WriteError};
use lectern_jobs::QueueError;
use lectern_llm::EngineError;

use crate::view::Failure;

fn kept_failure(error: &(dyn std::error::Error + 'static)) -> Failure {
    match error.downcast_ref::<QueueError>() {
        Some(error) => Failure::new(error.code(), error.to_string()),
        None => Failure::internal(error.to_string()),
    }
}

impl From<QueueError> for Failure {
    fn from(error: QueueError) -> Self {
        let failure = Self::new(error.code(), error.to_string());
        if error.may_pass() { failure.hint("Make room on the disk, or close what uses the database, and try again.") } else { failure }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self { hint: error.hint().map(str::to_owned), ..Self::new(error.code(), error.to_string()) }
    }
}

impl From<AiError> for Failure {
    fn from(error: AiError) -> Self {
        let (code, hint) = match &error {
            AiError::Cancelled => ("CANCELLED", None),
            AiError::NoSuchPath(_) => ("FILE_MISSING", Some("It may have been renamed. Choose it from the tree.")),
            AiError::NoSymbol { .. } => ("NO_SYMBOL", Some("Choose a line inside of a definition, or ask about the file.")),
            AiError::NoSuchLines { .. } => ("NO_SUCH_LINES", Some("The file changed. Select the lines again.")),
            AiError::WrongSubject => ("BAD_REQUEST", None),
            AiError::Unreadable { .. } => ("FILE_UNREADABLE", Some("Ask about a text file whose contents are kept.")),
        };
        Self { hint: hint.map(str::to_owned), ..Self::new(code, error.to_string()) }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Engine(error) => error.into(),
            WriteError::ContextTooSmall { .. } => {
                Self::new("TOO_LONG", error.to_string()).hint("Choose a model with a larger context in Settings, Models.")
            }
            WriteError::SourceGone { .. } => {
                Self::new("CONTENTS_LOST", error.to_string()).hint("Ask again, about the folder as it is now.")
            }
            WriteError::Journal(error) => kept_failure(error.as_ref()),
        }
    }
}
