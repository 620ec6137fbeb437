//! Highlight spans as the webview takes them: little-endian numbers, line by line, in UTF-16 columns.

use std::time::Duration;

use lectern_syntax::SyntaxError;

use crate::{Document, document::Content, lines::utf16_len};

/// Quadruples of line (1-based), start and end column (UTF-16, 0-based, end exclusive) and class, packed as little-endian 32-bit numbers.
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
    /// [`SyntaxError::TimedOut`] when the text can't be analysed in time; it is shown plain then.
    pub fn of_lines(document: &Document, first: u32, last: u32, budget: Duration) -> Result<Self, SyntaxError> {
        let mut packed = Self::default();
        let Content::Small { text, lines, .. } = document.content() else { return Ok(packed) };
        // Compiling a language's queries happens once and is not this text's fault.
        document.prepare();
        let Some(tree) = document.tree()? else { return Ok(packed) };
        let first = first.max(1);
        let last = last.min(lines.count());
        let (Some(from), Some(to)) = (lines.line(text, first), lines.line(text, last)) else { return Ok(packed) };
        if from.start > to.end {
            return Ok(packed);
        }
        for span in tree.spans(from.start..to.end, budget)? {
            let class = span.class as u32;
            let mut line = lines.line_at(span.range.start);
            // A span over several lines is one on each of them.
            while let Some(bytes) = lines.line(text, line).filter(|bytes| bytes.start < span.range.end) {
                let (start, end) = (span.range.start.max(bytes.start), span.range.end.min(bytes.end));
                if start < end {
                    let column = utf16_len(&text[bytes.start..start]);
                    packed.push(line, column, column + utf16_len(&text[start..end]), class);
                }
                line += 1;
            }
        }
        Ok(packed)
    }
}
