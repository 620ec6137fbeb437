//! Highlight spans as the webview takes them: little-endian numbers, line by line, in UTF-16 columns.

use std::{ops::Range, time::Duration};

use lectern_syntax::{Span, SyntaxError};

use crate::{Document, LineIndex, analysis::Colours, document::Content, lines::utf16_len};

/// The line of a quadruple that is no span but says that the others are of a first analysis, which the whole text may contradict.
const PROVISIONAL: u32 = 0;

/// Quadruples of line (1-based), start and end column (UTF-16, 0-based, end exclusive) and class, packed as little-endian 32-bit numbers. A first one of line 0 says that they are
/// provisional: all but a few are what they will be once the whole text is analysed, and then they can be asked for again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackedSpans(pub Vec<u8>);

impl PackedSpans {
    fn push(&mut self, line: u32, start: u32, end: u32, class: u32) {
        for number in [line, start, end, class] {
            self.0.extend_from_slice(&number.to_le_bytes());
        }
    }

    /// The spans of lines `first` to `last` (1-based, inclusive). Empty for a document without a grammar.
    ///
    /// # Errors
    /// [`SyntaxError::TimedOut`] when the text can't be analysed in time, or makes no headway; it is shown plain then.
    pub fn of_lines(document: &Document, first: u32, last: u32, budget: Duration) -> Result<Self, SyntaxError> {
        let mut packed = Self::default();
        if let Some((bytes, text, lines)) = bytes_of(document, first, last)
            && let Some(tree) = document.coloured_tree()?
        {
            packed.push_all(tree.spans(bytes, budget)?, text, lines);
        }
        Ok(packed)
    }

    /// The same as soon as there is an answer: of lines near the beginning, before the whole text is analysed. Such an answer begins with a
    /// quadruple of line 0, see [`PackedSpans`].
    ///
    /// # Errors
    /// As [`PackedSpans::of_lines`].
    pub fn soonest(document: &Document, first: u32, last: u32, budget: Duration) -> Result<Self, SyntaxError> {
        let mut packed = Self::default();
        let Some((bytes, text, lines)) = bytes_of(document, first, last) else { return Ok(packed) };
        let spans = match document.colours(&bytes)? {
            None => return Ok(packed),
            Some(Colours::Whole(tree)) => tree.spans(bytes, budget)?,
            Some(Colours::Early(head)) => {
                packed.push(PROVISIONAL, 0, 0, 0);
                // Given up at its beginning, a text is given up: the rest is no better, and the first screen has said so.
                head.spans(bytes, budget).inspect_err(|error| document.give_up(*error))?
            }
        };
        packed.push_all(spans, text, lines);
        Ok(packed)
    }

    fn push_all(&mut self, spans: Vec<Span>, text: &str, lines: &LineIndex) {
        for span in spans {
            let class = span.class as u32;
            let mut line = lines.line_at(span.range.start);
            // A span over several lines is one on each of them.
            while let Some(bytes) = lines.line(text, line).filter(|bytes| bytes.start < span.range.end) {
                let (start, end) = (span.range.start.max(bytes.start), span.range.end.min(bytes.end));
                if start < end {
                    let column = utf16_len(&text[bytes.start..start]);
                    self.push(line, column, column + utf16_len(&text[start..end]), class);
                }
                line += 1;
            }
        }
    }
}

/// The bytes of some lines, with the text they are of; `None` where there are none.
fn bytes_of(document: &Document, first: u32, last: u32) -> Option<(Range<usize>, &str, &LineIndex)> {
    let Content::Small { text, lines, .. } = document.content() else { return None };
    let (from, to) = (lines.line(text, first.max(1))?, lines.line(text, last.min(lines.count()))?);
    (from.start <= to.end).then_some((from.start..to.end, &**text, lines))
}
