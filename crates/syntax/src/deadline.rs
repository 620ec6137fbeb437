//! A moment after which work stops.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::SyntaxError;

/// The end of a time budget.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// A budget too long to count is no limit.
    pub(crate) fn after(budget: Duration) -> Self {
        Self(Instant::now().checked_add(budget))
    }

    pub(crate) fn has_passed(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }

    pub(crate) fn check(self) -> Result<(), SyntaxError> {
        if self.has_passed() { Err(SyntaxError::TimedOut) } else { Ok(()) }
    }

    /// What tree-sitter's progress callbacks answer.
    pub(crate) fn flow(self) -> ControlFlow<()> {
        if self.has_passed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
