//! The hits of one file, as the searcher reports them.

use std::{io, ops::Range, sync::Arc, time::Duration};

use grep_matcher::Matcher;
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder, Sink, SinkContext, SinkFinish, SinkMatch};
use lectern_sync::RepoPath;
use lectern_syntax::{Language, SyntaxTree};

use super::{
    contents::{Opened, Stop, decoded},
    query::Pattern,
};

/// Characters before the first match that a cut line keeps.
const LEAD: usize = 60;
/// A file that takes longer to be analysed is taken as if all of it were code.
const PARSE_BUDGET: Duration = Duration::from_secs(2);

/// Files smaller than a searcher's first buffer don't make it grow.
const SEARCHER_BUFFER: usize = 32 * 1024;

/// How hits are reported.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reporting {
    /// Lines around each hit.
    pub context: usize,
    /// Of longer lines, this many characters from a little before the first match. `None`: whole lines.
    pub longest_line: Option<usize>,
    /// Only where a name in code matches, not in comments and strings. In a language without a grammar every match counts.
    pub names_only: bool,
}

/// A line of a file: a hit, or one beside a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLine {
    /// 1-based.
    pub number: u64,
    /// Where it begins, in bytes of the text: the file's, less its byte order mark, in UTF-8 when the file is UTF-16.
    pub offset: u64,
    /// Whether it matches.
    pub is_hit: bool,
    /// What matches, in bytes of the line, ascending. None in a line beside a hit.
    pub matches: Vec<Range<u32>>,
    /// The line without its end, or a part of it.
    pub text: Vec<u8>,
    /// Where that part begins, in bytes of the line.
    pub text_start: u32,
    /// UTF-16 units of the line before the first match, and up to its end. What isn't UTF-8 counts as Latin-1.
    pub utf16: Range<u32>,
}

impl FoundLine {
    /// A line (without its end) that holds these places, in its bytes and ascending; of a longer one, `longest` characters from a little before the
    /// first place.
    pub fn hit(number: u64, offset: u64, line: &[u8], matches: Vec<Range<u32>>, longest: Option<usize>) -> Self {
        Self::of(number, offset, line, Some(matches), longest)
    }

    fn of(number: u64, offset: u64, line: &[u8], matches: Option<Vec<Range<u32>>>, longest: Option<usize>) -> Self {
        let is_hit = matches.is_some();
        let matches = matches.unwrap_or_default();
        let first = matches.first().cloned().unwrap_or(0..0);
        let first = (first.start as usize).min(line.len())..(first.end as usize).min(line.len());
        let shown = longest.map_or(0..line.len(), |longest| shown(line, first.start, longest));
        let start = utf16_units(&line[..first.start]);
        Self {
            number,
            offset,
            is_hit,
            matches,
            text: line[shown.clone()].to_vec(),
            text_start: u32::try_from(shown.start).unwrap_or(u32::MAX),
            utf16: start..start + utf16_units(&line[first]),
        }
    }
}

/// Looks through one file. Everything that `rg` finds is found, and nothing else: it is the same searcher, reading in the same way.
pub(crate) struct Looker<'a> {
    pattern: &'a Pattern,
    reporting: Reporting,
    stop: Stop<'a>,
    searcher: Searcher,
}

impl<'a> Looker<'a> {
    pub fn new(pattern: &'a Pattern, reporting: Reporting, stop: Stop<'a>) -> Self {
        let searcher = searcher(reporting);
        Self { pattern, reporting, stop, searcher }
    }

    /// The lines found, in order; `None` when it was stopped or the file could not be read.
    pub fn look(&mut self, path: &RepoPath, opened: Opened) -> Option<Vec<FoundLine>> {
        let mut collector =
            Collector { pattern: self.pattern, reporting: self.reporting, lines: Vec::new(), names: Names::Unknown, path, text: None };
        let may_grow = !matches!(&opened, Opened::Held(bytes) if bytes.len() < SEARCHER_BUFFER);
        let result = match opened {
            Opened::Held(bytes) => {
                if self.reporting.names_only {
                    collector.text = Some(bytes.clone());
                }
                let from = Stoppable { from: bytes.as_slice(), stop: self.stop };
                self.searcher.search_reader(&self.pattern.matcher, from, &mut collector)
            }
            Opened::Large(file) => {
                self.searcher.search_reader(&self.pattern.matcher, Stoppable { from: file, stop: self.stop }, &mut collector)
            }
        };
        if may_grow {
            // A long line makes the buffer grow for good, and how much is read at once decides what is found before a NUL. (So one run of `rg`
            // may find what another doesn't; a new buffer finds what `rg` finds in that file alone.)
            self.searcher = searcher(self.reporting);
        }
        result.ok()?;
        let mut lines = collector.lines;
        if self.reporting.names_only && self.reporting.context > 0 {
            keep_near_hits(&mut lines, self.reporting.context as u64);
        }
        if !lines.iter().any(|line| line.is_hit) {
            lines.clear();
        }
        Some(lines)
    }
}

fn searcher(reporting: Reporting) -> Searcher {
    SearcherBuilder::new()
        .line_number(true)
        .binary_detection(BinaryDetection::quit(0))
        .before_context(reporting.context)
        .after_context(reporting.context)
        .build()
}

/// Drops lines beside hits that turned out to be none.
fn keep_near_hits(lines: &mut Vec<FoundLine>, reach: u64) {
    let hits: Vec<u64> = lines.iter().filter(|line| line.is_hit).map(|line| line.number).collect();
    lines.retain(|line| {
        let next = hits.partition_point(|hit| *hit < line.number);
        let near = |hit: Option<&u64>| hit.is_some_and(|hit| hit.abs_diff(line.number) <= reach);
        near(hits.get(next)) || near(next.checked_sub(1).and_then(|before| hits.get(before)))
    });
}

/// A reader that fails once it is asked to stop.
struct Stoppable<'a, R> {
    from: R,
    stop: Stop<'a>,
}

impl<R: io::Read> io::Read for Stoppable<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.is_set() {
            return Err(io::Error::other("cancelled"));
        }
        self.from.read(buffer)
    }
}

/// Whether matches are names in code.
enum Names {
    Unknown,
    /// There is no telling.
    Untold,
    Told(Box<SyntaxTree>),
}

struct Collector<'a> {
    pattern: &'a Pattern,
    reporting: Reporting,
    lines: Vec<FoundLine>,
    names: Names,
    path: &'a RepoPath,
    /// The file's bytes, when names are asked for.
    text: Option<Vec<u8>>,
}

impl Collector<'_> {
    fn add(&mut self, number: Option<u64>, offset: u64, bytes: &[u8], matches: Option<Vec<Range<u32>>>) {
        let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.lines.push(FoundLine::of(number.unwrap_or(0), offset, line, matches, self.reporting.longest_line));
    }

    /// What of a line matches; `None` for a match that is no name although only names are asked for.
    fn matches(&mut self, offset: u64, bytes: &[u8]) -> Option<Vec<Range<u32>>> {
        let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let mut found = Vec::new();
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        // A pattern is matched by the searcher already; matching it again can't fail otherwise.
        let _ = self.pattern.matcher.find_iter(line, |found_match| {
            found.push(narrow(found_match.start())..narrow(found_match.end()));
            true
        });
        if !self.reporting.names_only {
            return Some(found);
        }
        found.retain(|range| self.is_name(offset + u64::from(range.start)..offset + u64::from(range.end)));
        (!found.is_empty()).then_some(found)
    }

    fn is_name(&mut self, range: Range<u64>) -> bool {
        if matches!(self.names, Names::Unknown) {
            self.names = self.parse().map_or(Names::Untold, |tree| Names::Told(Box::new(tree)));
        }
        let Names::Told(tree) = &self.names else { return true };
        let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
        tree.is_code_name(at(range.start)..at(range.end))
    }

    fn parse(&mut self) -> Option<SyntaxTree> {
        let (text, _) = decoded(self.text.take()?);
        let text = String::from_utf8(text).ok()?;
        let path = std::str::from_utf8(self.path.as_bytes()).ok()?;
        let language = Language::for_path(path, text.lines().next())?;
        SyntaxTree::parse(language, Arc::from(text), PARSE_BUDGET).ok()
    }
}

impl Sink for &mut Collector<'_> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> Result<bool, io::Error> {
        let matches = self.matches(found.absolute_byte_offset(), found.bytes());
        if matches.is_some() || self.reporting.context > 0 {
            self.add(found.line_number(), found.absolute_byte_offset(), found.bytes(), matches);
        }
        Ok(true)
    }

    fn context(&mut self, _: &Searcher, context: &SinkContext<'_>) -> Result<bool, io::Error> {
        self.add(context.line_number(), context.absolute_byte_offset(), context.bytes(), None);
        Ok(true)
    }

    fn finish(&mut self, _: &Searcher, _: &SinkFinish) -> Result<(), io::Error> {
        Ok(())
    }
}

/// The part of a line to show: all of it, or `longest` characters from a little before the first match.
fn shown(line: &[u8], first_match: usize, longest: usize) -> Range<usize> {
    if line.len() <= longest {
        return 0..line.len();
    }
    let mut start = if ends_within(line, longest, first_match) { 0 } else { first_match };
    let mut led = if start == 0 { LEAD } else { 0 };
    while led < LEAD && start > 0 {
        start -= 1;
        led += usize::from(is_start(line[start]));
    }
    // A text that isn't UTF-8 may have no beginning of a character at all.
    let begin = (start..(start + 4).min(line.len())).find(|at| is_start(line[*at])).unwrap_or(start);
    let end = line[begin..].iter().enumerate().filter(|(_, byte)| is_start(**byte)).nth(longest).map_or(line.len(), |(at, _)| begin + at);
    begin..end.min(begin + longest * 4)
}

/// Whether a match begins well inside the first `longest` characters.
fn ends_within(line: &[u8], longest: usize, first_match: usize) -> bool {
    line[..first_match].iter().filter(|byte| is_start(**byte)).count() + LEAD < longest
}

fn is_start(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// How many UTF-16 units a part of a line takes; what isn't UTF-8 counts as Latin-1.
fn utf16_units(bytes: &[u8]) -> u32 {
    let units = match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().map(char::len_utf16).sum(),
        Err(_) => bytes.len(),
    };
    u32::try_from(units).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_shown_from_a_little_before_its_first_match() {
        let line = [vec![b'a'; 1000], b"needle".to_vec(), vec![b'b'; 1000]].concat();
        assert_eq!(shown(&line, 1000, 400), 940..1340);
        assert_eq!(shown(&line, 10, 400), 0..400);
        assert_eq!(shown(b"short", 2, 400), 0..5);
        let wide = "ü".repeat(1000);
        let part = shown(wide.as_bytes(), 1000, 400);
        assert_eq!(wide[part].chars().count(), 400);
        let broken = vec![0x80; 3000];
        assert!(shown(&broken, 1500, 400).len() <= 1600);
    }
}
