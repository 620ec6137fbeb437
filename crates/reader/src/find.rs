//! Finding text in one document, small or large.

use std::time::{Duration, Instant};

use regex::{Regex, RegexBuilder};

use crate::{Document, document::Content, lines::utf16_len};

/// The most matches that are reported.
pub const MATCH_LIMIT: usize = 10_000;
/// Finding in one document gives up after this long and says that it did.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a search can't be made.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The pattern is not a regular expression.
    #[error("the pattern is not a regular expression: {0}")]
    Pattern(String),
    /// The file can't be read any more.
    #[error("the file can't be read: {0}")]
    Io(#[from] std::io::Error),
}

/// What to look for.
#[derive(Debug, Clone)]
pub struct Finder(Option<Regex>);

impl Finder {
    /// `word` asks for matches between word boundaries. An empty query finds nothing.
    ///
    /// # Errors
    /// [`FindError::Pattern`] with the first line of the parser's complaint that says something.
    pub fn new(query: &str, regex: bool, word: bool, case_sensitive: bool) -> Result<Self, FindError> {
        if query.is_empty() {
            return Ok(Self(None));
        }
        let pattern = if regex { query.to_owned() } else { regex::escape(query) };
        // Word boundaries only where the query itself ends in a word character, as other tools do: "whole word" of "->" means "->".
        let pattern = if word { format!(r"(?:\b{{start-half}})(?:{pattern})(?:\b{{end-half}})") } else { pattern };
        RegexBuilder::new(&pattern)
            .case_insensitive(!case_sensitive)
            .size_limit(10 << 20)
            .build()
            .map(|regex| Self(Some(regex)))
            .map_err(|error| FindError::Pattern(complaint(&error)))
    }

    /// Every match, in order, up to [`MATCH_LIMIT`].
    ///
    /// # Errors
    /// When a large file can't be read any more.
    pub fn find(&self, document: &Document) -> Result<Matches, FindError> {
        let mut found = Matches::default();
        let Some(regex) = &self.0 else { return Ok(found) };
        let deadline = Instant::now() + PATIENCE;
        match document.content() {
            Content::Small { text, lines, .. } => {
                for line in 1..=lines.count() {
                    let range = lines.line(text, line).expect("every line up to the count exists");
                    if found.add_line(regex, line, &text[range]) || (line % 4096 == 0 && Instant::now() > deadline) {
                        found.truncated = true;
                        break;
                    }
                }
            }
            Content::Large(large) => large.each_line(1, |number, line, cut| {
                let Ok(number) = u32::try_from(number) else { return true };
                let text = String::from_utf8_lossy(line);
                // Of a line too long to be held only the beginning is looked through.
                found.truncated |= cut > 0;
                let full = found.add_line(regex, number, &text) || (number % 4096 == 0 && Instant::now() > deadline);
                found.truncated |= full;
                full
            })?,
            Content::Bytes { .. } => {}
        }
        Ok(found)
    }
}

fn complaint(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines()
        .find_map(|line| line.trim().strip_prefix("error: "))
        .unwrap_or(text.lines().next().unwrap_or("it can't be read"))
        .to_owned()
}

/// One match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// 1-based.
    pub line: u32,
    /// UTF-16 column, 0-based.
    pub start: u32,
    /// UTF-16 column, exclusive.
    pub end: u32,
}

/// The matches of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// In order of place.
    pub matches: Vec<Match>,
    /// Whether there may be more.
    pub truncated: bool,
}

impl Matches {
    /// Returns true when the limit is reached.
    fn add_line(&mut self, regex: &Regex, line: u32, text: &str) -> bool {
        for found in regex.find_iter(text) {
            if found.is_empty() {
                continue;
            }
            let start = utf16_len(&text[..found.start()]);
            self.matches.push(Match { line, start, end: start + utf16_len(found.as_str()) });
            if self.matches.len() >= MATCH_LIMIT {
                return true;
            }
        }
        false
    }
}
