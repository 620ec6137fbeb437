//! What an origin keeps of its lines, for the day its text is gone.

use crate::{AnchorError, LineRange, Text};

/// The lines of a range and some around it, as they were written down with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quote {
    /// Whole lines before the range.
    pub prefix: String,
    /// The range itself.
    pub quote: String,
    /// Whole lines after it.
    pub suffix: String,
}

impl Quote {
    /// Quotes a range with up to `around` lines on each side. Lines end with `\n`.
    ///
    /// # Errors
    /// [`AnchorError::BeyondEnd`] when the text has no such lines.
    pub fn of(text: &Text, range: LineRange, around: usize) -> Result<Self, AnchorError> {
        let span = range.span_in(text)?;
        let lines = |lines: std::ops::Range<usize>| -> String { lines.flat_map(|line| [text.content(line), "\n"]).collect() };
        Ok(Self {
            prefix: lines(span.first.saturating_sub(around)..span.first),
            quote: lines(span.first..span.last + 1),
            suffix: lines(span.last + 1..(span.last + 1 + around).min(text.line_count())),
        })
    }

    /// Whether these are the lines of that range, however they end.
    pub fn is_at(&self, text: &Text, range: LineRange) -> bool {
        Self::of(text, range, 0).is_ok_and(|there| there.quote.lines().eq(self.quote.lines()))
    }

    /// A text that has only these lines, and where in it the range is: to follow a range whose own text can't be had any more. `None` when nothing was quoted.
    pub fn to_text(&self, path: &str) -> Option<(Text, LineRange)> {
        let count = |text: &str| u32::try_from(text.lines().count()).ok();
        let (before, within) = (count(&self.prefix)?, count(&self.quote)?);
        let whole: String =
            [&self.prefix, &self.quote, &self.suffix].into_iter().flat_map(|part| part.lines()).flat_map(|line| [line, "\n"]).collect();
        Some((Text::new(path, whole), LineRange::new(before + 1, before + within).ok()?))
    }
}
