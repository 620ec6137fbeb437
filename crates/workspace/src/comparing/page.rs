//! Some rows of a text difference, with their words and colours.

use std::{
    collections::HashMap,
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use lectern_diff::{Hunk, LARGEST_BLOCK, line_marks, pair_lines};
use lectern_reader::{Document, LoadedFile, PackedSpans};

use super::rows::{Half, Segment, TextDiff, is_open};
use crate::view::{CodeLine, DiffRow, DiffRowKind, DiffRowPage};

/// A line is cut after this many characters.
const LONGEST_LINE: usize = 4000;
/// How long the colours of one page may take.
const COLOURS_BUDGET: Duration = Duration::from_millis(400);
/// So many rows of an excerpt are shown.
const LONGEST_EXCERPT: u32 = 400;
/// Lines of one side with no more than this many others between them are coloured in one go.
const NEAR: u32 = 20;

type ByteMarks = Vec<Range<usize>>;

/// The rows between two excerpts, all equal lines shown, numbered from the lines (1-based) that they begin with in their files. `name` is the file's, by
/// which its language is told.
pub(crate) fn excerpt_rows(name: &str, old: (&str, u32), new: (&str, u32)) -> Vec<DiffRow> {
    let half = |text: &str| {
        let document = Document::open(name, LoadedFile::Memory(text.as_bytes().to_vec())).ok()?;
        Half::new(document, true)
    };
    let (Some(old_half), Some(new_half)) = (half(old.0), half(new.0)) else { return Vec::new() };
    let text = Arc::new(TextDiff::new(old_half, new_half));
    TextDiff::prepare(&text);
    let mut rows = text.page(0, LONGEST_EXCERPT, &[0]).rows;
    for row in &mut rows {
        row.old_line = row.old_line.map(|line| line + old.1.max(1) - 1);
        row.new_line = row.new_line.map(|line| line + new.1.max(1) - 1);
        // An excerpt ends where it ends.
        row.no_newline = false;
    }
    rows
}

/// Lines (1-based, inclusive) of a document with their colours; those that it has.
pub(crate) fn coloured_lines(document: Document, first: u32, last: u32) -> Vec<CodeLine> {
    coloured_ranges(document, &[(first, last)]).pop().unwrap_or_default()
}

/// Several stretches of lines (1-based, inclusive) of a document with their colours, in one time for all; of each those that it has.
pub(crate) fn coloured_ranges(document: Document, ranges: &[(u32, u32)]) -> Vec<Vec<CodeLine>> {
    let Some(half) = Half::new(document, true) else { return vec![Vec::new(); ranges.len()] };
    let within = |&(first, last): &(u32, u32)| first.max(1)..=last.min(half.lines).min(first.saturating_add(LONGEST_EXCERPT));
    let mut wanted: Vec<u32> = ranges.iter().flat_map(within).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let spans = spans_of(&half, wanted.into_iter(), Instant::now() + COLOURS_BUDGET);
    let line_of = |line: u32| {
        let text = cut(half.line(line - 1)).to_owned();
        let end = column(&text, text.len());
        let mut spans = spans.get(&line).cloned().unwrap_or_default();
        spans.retain_mut(|span| {
            span.1 = span.1.min(end);
            span.0 < span.1
        });
        CodeLine { line, text, spans }
    };
    ranges.iter().map(|range| within(range).map(line_of).collect()).collect()
}

impl TextDiff {
    /// Up to `count` rows from `first` (0-based) on, with the gaps open that `expand` names.
    pub fn page(&self, first: u32, count: u32, expand: &[u32]) -> DiffRowPage {
        let wanted = first..first.saturating_add(count);
        let ready = self.is_ready();
        let mut rows = Vec::new();
        let mut at = 0_u32;
        for segment in &self.segments {
            let length = self.length(segment, expand);
            let (start, end) = (wanted.start.max(at), wanted.end.min(at + length));
            if start < end {
                self.rows_of(segment, start - at..end - at, expand, &mut rows);
            }
            at += length;
        }
        if ready {
            self.colour(&mut rows);
        }
        DiffRowPage { first, total: at, rows }
    }

    /// The rows `wanted` (counted from the segment's first) of a segment.
    fn rows_of(&self, segment: &Segment, wanted: Range<u32>, expand: &[u32], rows: &mut Vec<DiffRow>) {
        match *segment {
            Segment::Gap { new, lines, .. } if !is_open(new, expand) => rows.push(self.gap(new, lines)),
            Segment::Gap { old, new, .. } | Segment::Context { old, new, .. } => {
                rows.extend(wanted.map(|row| self.row(DiffRowKind::Context, Some(old + row), Some(new + row), &[])));
            }
            Segment::Change(hunk) => self.change(&self.diff.hunks()[hunk], wanted, rows),
        }
    }

    fn gap(&self, new: u32, lines: u32) -> DiffRow {
        let after = new + lines;
        let text = if after < self.new.lines { self.new.enclosing(after) } else { String::new() };
        let (marks, spans) = (Vec::new(), Vec::new());
        DiffRow { kind: DiffRowKind::Gap, old_line: None, new_line: None, text, marks, spans, hidden: lines, no_newline: false }
    }

    fn change(&self, hunk: &Hunk, wanted: Range<u32>, rows: &mut Vec<DiffRow>) {
        let removed = hunk.old.end - hunk.old.start;
        let pairs = Pairs::of(self, hunk);
        let mut marks: HashMap<u32, Option<(ByteMarks, ByteMarks)>> = HashMap::new();
        for row in wanted {
            let is_removed = row < removed;
            let pair = if is_removed { pairs.of_old(row) } else { pairs.of_new(row - removed) };
            let marked = pair.and_then(|(old, new)| {
                let words = || line_marks(self.old.line(hunk.old.start + old), self.new.line(hunk.new.start + new));
                marks.entry(old).or_insert_with(words).as_ref()
            });
            let (kind, old, new) = if is_removed {
                (DiffRowKind::Removed, Some(hunk.old.start + row), None)
            } else {
                (DiffRowKind::Added, None, Some(hunk.new.start + row - removed))
            };
            rows.push(self.row(kind, old, new, marked.map_or(&[], |(of_old, of_new)| if is_removed { of_old } else { of_new })));
        }
    }

    /// A row of a line (0-based on each side).
    fn row(&self, kind: DiffRowKind, old: Option<u32>, new: Option<u32>, marks: &[Range<usize>]) -> DiffRow {
        // A line that is on both sides is shown, and coloured, as the new one.
        let (half, line) = match (old, new) {
            (_, Some(new)) => (&self.new, new),
            (Some(old), None) => (&self.old, old),
            (None, None) => (&self.new, 0),
        };
        let whole = half.line(line);
        let text = cut(whole);
        let columns = marks.iter().filter(|mark| mark.start < text.len());
        let marks = columns.map(|mark| (column(text, mark.start), column(text, mark.end))).collect();
        let number = |line: u32| line + 1;
        DiffRow {
            kind,
            old_line: old.map(number),
            new_line: new.map(number),
            text: text.to_owned(),
            marks,
            spans: Vec::new(),
            hidden: 0,
            no_newline: half.lacks_end(line),
        }
    }

    fn colour(&self, rows: &mut [DiffRow]) {
        let deadline = Instant::now() + COLOURS_BUDGET;
        for (half, is_old) in [(&self.new, false), (&self.old, true)] {
            let line_of = |row: &DiffRow| match (row.old_line, row.new_line) {
                (_, Some(new)) if !is_old => Some(new),
                (Some(old), None) if is_old => Some(old),
                _ => None,
            };
            let mut spans = spans_of(half, rows.iter().filter_map(line_of), deadline);
            for row in rows.iter_mut() {
                let Some(mut found) = line_of(row).and_then(|line| spans.remove(&line)) else { continue };
                let end = column(&row.text, row.text.len());
                found.retain_mut(|span| {
                    span.1 = span.1.min(end);
                    span.0 < span.1
                });
                row.spans = found;
            }
        }
    }
}

type LineSpans = HashMap<u32, Vec<(u32, u32, u8)>>;

/// The spans of some lines (1-based, ascending); without those there was no time for.
fn spans_of(half: &Half, lines: impl Iterator<Item = u32>, deadline: Instant) -> LineSpans {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match runs.last_mut() {
            Some((_, last)) if line <= *last + NEAR => *last = line,
            _ => runs.push((line, line)),
        }
    }
    let mut spans = LineSpans::new();
    if !half.document.has_grammar() {
        return spans;
    }
    for (first, last) in runs {
        let left = deadline.saturating_duration_since(Instant::now());
        let Ok(PackedSpans(packed)) = PackedSpans::of_lines(&half.document, first, last, left) else { break };
        let (numbers, _) = packed.as_chunks::<4>();
        for span in numbers.chunks_exact(4) {
            let [line, start, end, class] = [0, 1, 2, 3].map(|at| u32::from_le_bytes(span[at]));
            spans.entry(line).or_default().push((start, end, u8::try_from(class).unwrap_or(0)));
        }
    }
    spans
}

/// Which lines of a hunk belong together; lines are counted from the hunk's first on each side.
enum Pairs {
    /// Those of the same place, up to this many.
    ByPlace(u32),
    Found {
        by_old: HashMap<u32, u32>,
        by_new: HashMap<u32, u32>,
    },
}

impl Pairs {
    fn of(text: &TextDiff, hunk: &Hunk) -> Self {
        let (removed, added) = (hunk.old.end - hunk.old.start, hunk.new.end - hunk.new.start);
        if removed == added {
            return Self::ByPlace(removed);
        }
        if removed == 0 || added == 0 || (removed as usize).saturating_mul(added as usize) > LARGEST_BLOCK {
            return Self::ByPlace(0);
        }
        let old: Vec<&str> = hunk.old.clone().map(|line| text.old.line(line)).collect();
        let new: Vec<&str> = hunk.new.clone().map(|line| text.new.line(line)).collect();
        let narrow = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let pairs: Vec<(u32, u32)> = pair_lines(&old, &new).into_iter().map(|(old, new)| (narrow(old), narrow(new))).collect();
        Self::Found { by_old: pairs.iter().copied().collect(), by_new: pairs.into_iter().map(|(old, new)| (new, old)).collect() }
    }

    fn of_old(&self, old: u32) -> Option<(u32, u32)> {
        match self {
            Self::ByPlace(lines) => (old < *lines).then_some((old, old)),
            Self::Found { by_old, .. } => by_old.get(&old).map(|new| (old, *new)),
        }
    }

    fn of_new(&self, new: u32) -> Option<(u32, u32)> {
        match self {
            Self::ByPlace(lines) => (new < *lines).then_some((new, new)),
            Self::Found { by_new, .. } => by_new.get(&new).map(|old| (*old, new)),
        }
    }
}

fn cut(line: &str) -> &str {
    // Most lines have fewer bytes than that, let alone characters.
    if line.len() <= LONGEST_LINE {
        return line;
    }
    line.char_indices().nth(LONGEST_LINE).map_or(line, |(end, _)| &line[..end])
}

/// The UTF-16 column of a byte; one past the end of the text is its end.
fn column(text: &str, byte: usize) -> u32 {
    let before = &text[..byte.min(text.len())];
    let units = if before.is_ascii() { before.len() } else { before.chars().map(char::len_utf16).sum() };
    u32::try_from(units).unwrap_or(u32::MAX)
}
