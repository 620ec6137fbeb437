//! A text as its lines.

use std::{fmt, ops::Range};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How one line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineEnd {
    /// The text ends first.
    Missing,
    /// `\n`.
    Lf,
    /// `\r\n`.
    CrLf,
    /// `\r`.
    Cr,
}

/// How the lines of a text end, those that have an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineEnds {
    /// No line has one.
    None,
    /// All with `\n`.
    Lf,
    /// All with `\r\n`.
    CrLf,
    /// All with `\r`.
    Cr,
    /// More than one of them.
    Mixed,
}

impl fmt::Display for LineEnds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
            Self::Cr => "CR",
            Self::Mixed => "mixed",
        })
    }
}

/// The lines of a text. A line ends at `\n`, `\r\n` or a lone `\r`; what follows the last end is a line when there is anything. A UTF-8 byte
/// order mark belongs to no line.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    text: &'a [u8],
    /// Where each line begins, and where the last one ends.
    bounds: Vec<usize>,
    marked: bool,
}

impl<'a> Lines<'a> {
    /// Finds the lines of `text`.
    pub fn new(text: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        let text = text.as_ref();
        let marked = text.starts_with(BYTE_ORDER_MARK);
        let text = if marked { &text[BYTE_ORDER_MARK.len()..] } else { text };
        let mut bounds = vec![0];
        for (at, byte) in text.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && text.get(at + 1) != Some(&b'\n')) {
                bounds.push(at + 1);
            }
        }
        if bounds.last() != Some(&text.len()) {
            bounds.push(text.len());
        }
        Self { text, bounds, marked }
    }

    /// How many lines there are; none in an empty text.
    pub fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A line without its end.
    ///
    /// # Panics
    /// When there is no such line.
    pub fn line(&self, index: usize) -> &'a [u8] {
        let whole = self.whole(index);
        match self.end(index) {
            LineEnd::Missing => whole,
            LineEnd::CrLf => &whole[..whole.len() - 2],
            LineEnd::Lf | LineEnd::Cr => &whole[..whole.len() - 1],
        }
    }

    /// A line with its end.
    ///
    /// # Panics
    /// When there is no such line.
    pub fn whole(&self, index: usize) -> &'a [u8] {
        &self.text[self.range(index)]
    }

    /// Where a line with its end is in the text, counted after the byte order mark.
    ///
    /// # Panics
    /// When there is no such line.
    pub fn range(&self, index: usize) -> Range<usize> {
        self.bounds[index]..self.bounds[index + 1]
    }

    /// How a line ends.
    ///
    /// # Panics
    /// When there is no such line.
    pub fn end(&self, index: usize) -> LineEnd {
        match self.whole(index) {
            [.., b'\r', b'\n'] => LineEnd::CrLf,
            [.., b'\n'] => LineEnd::Lf,
            [.., b'\r'] => LineEnd::Cr,
            _ => LineEnd::Missing,
        }
    }

    /// How the lines end, taken together.
    pub fn ends(&self) -> LineEnds {
        let mut all = LineEnds::None;
        for index in 0..self.len() {
            let this = match self.end(index) {
                LineEnd::Missing => continue,
                LineEnd::Lf => LineEnds::Lf,
                LineEnd::CrLf => LineEnds::CrLf,
                LineEnd::Cr => LineEnds::Cr,
            };
            if all == LineEnds::None {
                all = this;
            } else if all != this {
                return LineEnds::Mixed;
            }
        }
        all
    }

    /// Whether the last line has an end; true of an empty text, which misses none.
    pub fn ends_with_line_end(&self) -> bool {
        self.len().checked_sub(1).is_none_or(|last| self.end(last) != LineEnd::Missing)
    }

    /// Whether the text began with a UTF-8 byte order mark.
    pub fn has_byte_order_mark(&self) -> bool {
        self.marked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_each_kind_of_end_and_at_the_end_of_the_text() {
        let lines = Lines::new("\u{feff}a\nb\r\n\rc");
        let all: Vec<(&[u8], LineEnd)> = (0..lines.len()).map(|index| (lines.line(index), lines.end(index))).collect();
        assert_eq!(all, [(&b"a"[..], LineEnd::Lf), (b"b", LineEnd::CrLf), (b"", LineEnd::Cr), (b"c", LineEnd::Missing)]);
        assert_eq!((lines.ends(), lines.has_byte_order_mark(), lines.ends_with_line_end()), (LineEnds::Mixed, true, false));
    }

    #[test]
    fn an_empty_text_has_no_line_and_misses_no_end() {
        for text in ["", "\u{feff}"] {
            let lines = Lines::new(text);
            assert!(lines.is_empty() && lines.ends_with_line_end() && lines.ends() == LineEnds::None, "{text:?}");
        }
        assert_eq!(Lines::new("\n").len(), 1);
    }
}
