//! Lines as people count them.

use crate::{AnchorError, Text};

/// Lines of a text: 1-based, both ends inclusive, never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineRange {
    start: u32,
    end: u32,
}

impl LineRange {
    /// # Errors
    /// [`AnchorError::NoRange`] when `start` is 0 or greater than `end`.
    pub fn new(start: u32, end: u32) -> Result<Self, AnchorError> {
        if start == 0 || start > end { Err(AnchorError::NoRange { start, end }) } else { Ok(Self { start, end }) }
    }

    /// The first line, from 1.
    pub fn start(self) -> u32 {
        self.start
    }

    /// The last line.
    pub fn end(self) -> u32 {
        self.end
    }

    /// How many lines.
    pub fn lines(self) -> u32 {
        self.end - self.start + 1
    }

    pub(crate) fn of(span: Span) -> Self {
        let line = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
        Self { start: line(span.first), end: line(span.last) }
    }

    pub(crate) fn span_in(self, text: &Text) -> Result<Span, AnchorError> {
        let span = Span { first: self.start as usize - 1, last: self.end as usize - 1 };
        if span.last < text.line_count() {
            return Ok(span);
        }
        Err(AnchorError::BeyondEnd { start: self.start, end: self.end, lines: text.line_count() })
    }
}

/// The same inside the engine: 0-based, both ends inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Span {
    pub first: usize,
    pub last: usize,
}

impl Span {
    pub fn lines(self) -> usize {
        self.last - self.first + 1
    }

    pub fn contains(self, line: usize) -> bool {
        (self.first..=self.last).contains(&line)
    }

    pub fn iter(self) -> std::ops::RangeInclusive<usize> {
        self.first..=self.last
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}
