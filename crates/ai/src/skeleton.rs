//! The page that code writes by itself: every fact, and empty slots for prose.

use crate::{AiError, JobType, Page, ProjectIndex, Subject, Version};

/// Makes the page: sections, facts, citations and diagrams, each slot for prose [`Waiting`](crate::ProseState::Waiting).
///
/// # Errors
/// [`AiError::NoSuchPath`], [`AiError::NoSymbol`], [`AiError::NoSuchLines`] when the subject is not in the version; [`AiError::WrongSubject`] for a
/// diff (see `explain`) and for what the job is not about.
pub fn skeleton(_index: &ProjectIndex, _version: &dyn Version, _job: JobType, _subject: &Subject) -> Result<Page, AiError> {
    Err(AiError::WrongSubject)
}
