//! Where the lines of a text begin, and columns as the webview counts them.

use std::ops::Range;

/// The lines of a text. A line ends at `\n`, `\r\n` or a lone `\r`, as in the webview's editor; the text after the last end is a line too.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
    length: u32,
}

impl LineIndex {
    /// Indexes a text shorter than 4 GiB.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(offset(at + 1));
            }
        }
        Self { starts, length: offset(bytes.len()) }
    }

    /// How many lines there are; at least one.
    pub fn count(&self) -> u32 {
        offset(self.starts.len())
    }

    /// The bytes of a line (1-based) without its end; `None` past the last one.
    pub fn line(&self, text: &str, line: u32) -> Option<Range<usize>> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)? as usize;
        let mut end = self.starts.get(index + 1).copied().unwrap_or(self.length) as usize;
        let bytes = text.as_bytes();
        if index + 1 < self.starts.len() {
            end -= 1;
            if bytes[end] == b'\n' && end > start && bytes[end - 1] == b'\r' {
                end -= 1;
            }
        }
        Some(start..end)
    }

    /// The line (1-based) that holds this byte.
    pub fn line_at(&self, byte: usize) -> u32 {
        offset(self.starts.partition_point(|start| *start as usize <= byte))
    }

    /// The longest line in bytes, its end included.
    pub fn longest(&self) -> usize {
        let ends = self.starts.iter().skip(1).copied().chain([self.length]);
        self.starts.iter().zip(ends).map(|(start, end)| (end - start) as usize).max().unwrap_or(0)
    }
}

/// How many UTF-16 code units a piece of text takes: the webview's columns.
pub fn utf16_len(text: &str) -> u32 {
    if text.is_ascii() { offset(text.len()) } else { offset(text.chars().map(char::len_utf16).sum()) }
}

fn offset(value: usize) -> u32 {
    u32::try_from(value).expect("texts held whole are far below 4 GiB")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_counted_from_one_and_have_no_ends() {
        let text = "a\nb\r\nc\rd\n";
        let index = LineIndex::new(text);
        let lines: Vec<&str> = (1..=index.count()).map(|line| &text[index.line(text, line).expect("a line")]).collect();
        assert_eq!(lines, ["a", "b", "c", "d", ""]);
        assert_eq!(index.line(text, 0), None);
        assert_eq!(index.line(text, 6), None);
        assert_eq!(LineIndex::new("").count(), 1);
    }

    proptest! {
        #[test]
        fn lines_and_their_ends_make_up_the_text(text in "[a-z\\r\\n é😀]{0,80}") {
            let index = LineIndex::new(&text);
            let normal = text.replace("\r\n", "\n").replace('\r', "\n");
            let expected: Vec<&str> = normal.split('\n').collect();
            let found: Vec<&str> = (1..=index.count()).map(|line| &text[index.line(&text, line).expect("a line")]).collect();
            prop_assert_eq!(found, expected);
            for line in 1..=index.count() {
                prop_assert_eq!(index.line_at(index.line(&text, line).expect("a line").start), line);
            }
        }

        #[test]
        fn columns_are_utf16(text in "[a-zé😀]{0,20}") {
            prop_assert_eq!(utf16_len(&text) as usize, text.encode_utf16().count());
        }
    }
}
