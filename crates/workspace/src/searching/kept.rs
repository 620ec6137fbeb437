//! The hits of a search that are kept, and the rows they make.

use std::{ops::Range, sync::Arc};

use lectern_search::text::{FileHits, FoundLine};

use crate::{
    refactoring::{UsedFile, Uses},
    syncing::count,
    view::{RefactorCertainty, SearchPlace, SearchRow},
};

/// Lines that match and are kept.
const MOST_HITS: usize = 200_000;
/// Bytes of lines, and matches in them, that are kept of one search.
const MOST_BYTES: usize = 96 << 20;
const MOST_MATCHES: usize = 2_000_000;

/// What was found so far, in the order of paths.
#[derive(Default)]
pub(super) struct Kept {
    files: Vec<KeptFile>,
    /// For each file, how many rows and how many hits come before it.
    before: Vec<Before>,
    hits: usize,
    rows: usize,
    bytes: usize,
    matches: usize,
}

#[derive(Clone, Copy)]
struct Before {
    rows: usize,
    hits: usize,
}

struct KeptFile {
    path: String,
    lines: Vec<KeptLine>,
    /// The lines, one behind the other.
    text: String,
    /// What matches, in bytes of its line, line after line.
    matches: Vec<Range<u32>>,
    hits: usize,
    folded: bool,
    /// What stands above it, where files are grouped and it is the first of its group.
    heading: Option<Heading>,
}

/// Above files that are equally sure.
struct Heading {
    certainty: RefactorCertainty,
    hits: usize,
    reasons: Vec<String>,
}

/// A row below a file's header.
struct KeptLine {
    kind: Kind,
    number: u32,
    /// Hits of the file before this row.
    hits_before: u32,
    /// Where its text and its matches end in the file's.
    text_end: usize,
    matches_end: usize,
    /// Where in its line the text begins, in bytes.
    text_start: u32,
    /// One UTF-16 unit of the text is one byte of the line: it isn't UTF-8.
    is_latin1: bool,
    /// UTF-16 units of the line before the first match, and up to its end.
    first_match: Range<u32>,
    /// Why it is a hit, where that is known.
    reason: Option<Arc<str>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Hit,
    Context,
    Gap,
}

impl Kept {
    /// Keeps a file that comes behind all others. False when there was no room for all of it.
    pub fn add(&mut self, found: FileHits, with_gaps: bool) -> bool {
        self.add_as(found, with_gaps, &[], None)
    }

    /// Keeps files that are equally sure, below a heading of their own. False when there was no room for all of them.
    pub fn add_group(&mut self, uses: Uses) -> bool {
        let mut heading = Some(Heading { hits: uses.lines(), certainty: uses.certainty.into(), reasons: uses.reasons });
        uses.files.into_iter().all(|UsedFile { hits, reasons }| self.add_as(hits, false, &reasons, heading.take()))
    }

    fn add_as(&mut self, found: FileHits, with_gaps: bool, reasons: &[Arc<str>], heading: Option<Heading>) -> bool {
        let path = found.path.key();
        let mut file = KeptFile { path, lines: Vec::new(), text: String::new(), matches: Vec::new(), hits: 0, folded: false, heading };
        let mut whole = true;
        let mut last: Option<u64> = None;
        for (index, line) in found.lines.into_iter().enumerate() {
            let full = self.hits + file.hits >= MOST_HITS
                || self.bytes + file.text.len() >= MOST_BYTES
                || self.matches + file.matches.len() >= MOST_MATCHES;
            if full {
                whole = false;
                break;
            }
            if with_gaps && last.is_some_and(|last| line.number > last + 1) {
                file.push_gap();
            }
            last = Some(line.number);
            file.push(line, reasons.get(index).cloned());
        }
        if file.hits > 0 {
            self.before.push(Before { rows: self.rows, hits: self.hits });
            self.hits += file.hits;
            self.rows += file.rows();
            self.bytes += file.text.len();
            self.matches += file.matches.len();
            self.files.push(file);
        }
        whole
    }

    pub fn files(&self) -> usize {
        self.files.len()
    }

    pub fn hits(&self) -> usize {
        self.hits
    }

    pub fn row_count(&self) -> usize {
        self.rows
    }

    /// Folds or unfolds one file, or all.
    pub fn fold(&mut self, file: Option<u32>, folded: bool) {
        match file {
            None => self.files.iter_mut().for_each(|file| file.folded = folded),
            Some(number) => {
                if let Some(file) = self.files.get_mut(number as usize) {
                    file.folded = folded;
                }
            }
        }
        self.rows = 0;
        for (file, before) in self.files.iter().zip(&mut self.before) {
            before.rows = self.rows;
            self.rows += file.rows();
        }
    }

    /// Up to `count` rows from `first` on.
    pub fn rows(&self, first: usize, count: usize) -> Vec<SearchRow> {
        let mut rows = Vec::new();
        let mut file = self.before.partition_point(|before| before.rows <= first).saturating_sub(1);
        let mut skip = self.before.get(file).map_or(0, |before| first.saturating_sub(before.rows));
        while rows.len() < count
            && let Some(kept) = self.files.get(file)
        {
            let wanted = skip..kept.rows().min(skip + count - rows.len());
            rows.extend(wanted.map(|row| self.row(file, kept, row)));
            file += 1;
            skip = 0;
        }
        rows
    }

    /// Row 0 is the header; before it comes the heading of a group.
    fn row(&self, number: usize, file: &KeptFile, row: usize) -> SearchRow {
        let of = count(number as u64);
        let row = match &file.heading {
            Some(heading) if row == 0 => return heading.row(),
            Some(_) => row - 1,
            None => row,
        };
        let Some(index) = row.checked_sub(1) else {
            return SearchRow::File { file: of, path: file.path.clone(), hits: count(file.hits as u64), folded: file.folded };
        };
        let line = &file.lines[index];
        match line.kind {
            Kind::Gap => SearchRow::Gap { file: of },
            Kind::Context => SearchRow::Context { file: of, line: line.number, text: file.text_of(index).to_owned() },
            Kind::Hit => SearchRow::Hit {
                file: of,
                hit: count((self.before[number].hits + line.hits_before as usize) as u64),
                line: line.number,
                text: file.text_of(index).to_owned(),
                marks: file.marks_of(index),
                reason: line.reason.as_deref().map(str::to_owned),
            },
        }
    }

    /// Where a hit is; `hit` counts from 0 and wraps round both ends. `None` without hits.
    pub fn place(&self, hit: i32) -> Option<SearchPlace> {
        let hits = i64::try_from(self.hits).ok().filter(|hits| *hits > 0)?;
        let hit = usize::try_from(i64::from(hit).rem_euclid(hits)).ok()?;
        let number = self.before.partition_point(|before| before.hits <= hit).checked_sub(1)?;
        let (file, before) = (&self.files[number], self.before[number]);
        let within = hit - before.hits;
        // The last row with so few hits before it is the hit: what follows it has one more.
        let index = file.lines.partition_point(|line| line.hits_before as usize <= within).checked_sub(1)?;
        let line = &file.lines[index];
        Some(SearchPlace {
            hit: count(hit as u64),
            row: count((before.rows + file.above() + if file.folded { 0 } else { index + 1 }) as u64),
            path: file.path.clone(),
            line: line.number,
            start: line.first_match.start,
            end: line.first_match.end,
        })
    }
}

impl Heading {
    fn row(&self) -> SearchRow {
        SearchRow::Group { certainty: self.certainty, hits: count(self.hits as u64), reasons: self.reasons.clone() }
    }
}

impl KeptFile {
    fn rows(&self) -> usize {
        self.above() + if self.folded { 1 } else { 1 + self.lines.len() }
    }

    /// Rows before its header.
    fn above(&self) -> usize {
        usize::from(self.heading.is_some())
    }

    fn push(&mut self, line: FoundLine, reason: Option<Arc<str>>) {
        let is_latin1 = std::str::from_utf8(&line.text).is_err();
        if is_latin1 {
            self.text.extend(line.text.iter().map(|byte| char::from(*byte)));
        } else {
            self.text.push_str(&String::from_utf8_lossy(&line.text));
        }
        self.matches.extend(line.matches);
        self.lines.push(KeptLine {
            kind: if line.is_hit { Kind::Hit } else { Kind::Context },
            number: count(line.number),
            hits_before: count(self.hits as u64),
            text_end: self.text.len(),
            matches_end: self.matches.len(),
            text_start: line.text_start,
            is_latin1,
            first_match: line.utf16,
            reason,
        });
        self.hits += usize::from(line.is_hit);
    }

    fn push_gap(&mut self) {
        self.lines.push(KeptLine {
            kind: Kind::Gap,
            number: 0,
            hits_before: count(self.hits as u64),
            text_end: self.text.len(),
            matches_end: self.matches.len(),
            text_start: 0,
            is_latin1: false,
            first_match: 0..0,
            reason: None,
        });
    }

    fn text_of(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.lines[before].text_end);
        &self.text[start..self.lines[index].text_end]
    }

    /// UTF-16 units of a row's text that match.
    fn marks_of(&self, index: usize) -> Vec<(u32, u32)> {
        let start = index.checked_sub(1).map_or(0, |before| self.lines[before].matches_end);
        let (line, text) = (&self.lines[index], self.text_of(index));
        let mut marks = Vec::new();
        // The matches ascend, so the text is counted through once.
        let (mut at, mut units) = (0, 0);
        let mut units_at = |offset: u32| {
            let offset = offset.saturating_sub(line.text_start) as usize;
            if line.is_latin1 {
                return count(offset.min(text.chars().count()) as u64);
            }
            let mut offset = offset.min(text.len());
            while !text.is_char_boundary(offset) {
                offset -= 1;
            }
            if offset > at {
                units += text[at..offset].chars().map(char::len_utf16).sum::<usize>();
                at = offset;
            }
            count(units as u64)
        };
        for found in &self.matches[start..line.matches_end] {
            let mark = (units_at(found.start), units_at(found.end));
            if mark.0 < mark.1 {
                marks.push(mark);
            }
        }
        marks
    }
}
