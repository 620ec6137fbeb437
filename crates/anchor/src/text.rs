//! A text, cut into lines and words once, so that it can be compared many times.

use std::sync::{Arc, OnceLock};

use crate::{
    structure::{Structure, Syntax},
    words,
};

/// One version of one file, ready to be compared. Making one is linear in its bytes; it keeps the text.
#[derive(Debug)]
pub struct Text {
    text: Arc<str>,
    syntax: Syntax,
    lines: Vec<Line>,
    words: Vec<u32>,
    structure: OnceLock<Structure>,
    keys: OnceLock<Vec<u64>>,
}

/// What is known of a line without looking at its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    start: u32,
    /// Without the line end.
    end: u32,
    words_end: u32,
    /// Equal for lines that hold the same, but for their ends.
    pub exact: u64,
    /// Equal for lines that hold the same, but for blanks.
    pub key: u64,
    /// One bit for each kind of word: lines that share no bit share no word.
    pub bits: u64,
    /// Columns of blanks before the first word; a tab goes to the next multiple of four.
    pub indent: u16,
    /// How much the line says: see [`words::weight`].
    pub weight: u16,
}

impl Line {
    pub fn is_blank(&self) -> bool {
        self.bits == 0
    }

    /// Whether there is more in it than brackets and punctuation.
    pub fn says_something(&self) -> bool {
        self.weight > words::WORD
    }
}

impl Text {
    /// Lines end with `\n` or `\r\n`; a last line without an end counts. The path tells how comments and strings are written, no more.
    /// Texts of 4 GiB and more are cut there.
    pub fn new(path: &str, text: impl Into<Arc<str>>) -> Self {
        let text: Arc<str> = text.into();
        let mut lines = Vec::with_capacity(text.len() / 32);
        let mut words = Vec::with_capacity(text.len() / 6);
        let bytes = &text.as_bytes()[..text.len().min(u32::MAX as usize)];
        let mut start = 0;
        while start < bytes.len() {
            let next = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at + 1);
            let whole = &bytes[start..next];
            let content = whole.strip_suffix(b"\n").unwrap_or(whole);
            let content = content.strip_suffix(b"\r").unwrap_or(content);
            let content = if start == 0 { content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content) } else { content };
            let read = words::read(content, &mut words);
            let at = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
            lines.push(Line {
                start: at(start),
                end: at(start + whole.strip_suffix(b"\n").map_or(whole.len(), |line| line.strip_suffix(b"\r").unwrap_or(line).len())),
                words_end: at(words.len()),
                exact: read.exact,
                key: read.key,
                bits: read.bits,
                indent: read.indent,
                weight: read.weight,
            });
            start = next;
        }
        Self { text, syntax: Syntax::of(path), lines, words, structure: OnceLock::new(), keys: OnceLock::new() }
    }

    /// How many lines there are; an empty text has none.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// A line without its end.
    pub(crate) fn content(&self, line: usize) -> &str {
        let line = &self.lines[line];
        self.text.get(line.start as usize..line.end as usize).unwrap_or_default()
    }

    /// The words of a line, sorted.
    pub(crate) fn words(&self, line: usize) -> &[u32] {
        let start = line.checked_sub(1).map_or(0, |before| self.lines[before].words_end as usize);
        &self.words[start..self.lines[line].words_end as usize]
    }

    /// Which lines open and close what; found when first asked for.
    pub(crate) fn structure(&self) -> &Structure {
        self.structure.get_or_init(|| Structure::of(self, self.syntax))
    }

    /// The keys of all lines that say something, sorted, each once.
    pub(crate) fn keys(&self) -> &[u64] {
        self.keys.get_or_init(|| {
            let mut keys: Vec<u64> = self.lines.iter().filter(|line| line.says_something()).map(|line| line.key).collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        })
    }

    pub(crate) fn syntax(&self) -> Syntax {
        self.syntax
    }
}
