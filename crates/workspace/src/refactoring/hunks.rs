//! The hunks of a file of a proposal: lines around edits, before and after, with their colours.

use std::{ops::Range, sync::Arc, time::Duration};

use lectern_reader::{Document, LineIndex, LoadedFile};
use lectern_refactor::{StoredEdit, StoredFile};
use lectern_syntax::{Language, SyntaxTree};

use super::reviewing::{after, moved_to};
use crate::{
    Workspace,
    comparing::coloured_ranges,
    syncing::count,
    view::{CodeLine, Failure, RefactorHunk, RefactorHunks},
};

/// Lines shown on either side of a hunk.
const AROUND: u32 = 2;
/// So many hunks come at once.
const LONGEST_PAGE: u32 = 200;
/// Scopes are told of files that are parsed in this time.
const SCOPES_BUDGET: Duration = Duration::from_millis(500);

/// Edits that touch the same lines, and those lines (from 1).
struct Stretch<'a> {
    edits: Vec<&'a StoredEdit>,
    first: u32,
    last: u32,
}

impl Workspace {
    /// Up to `count` (at most 200) hunks of a file of a proposal, from `first` (0-based) on.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NOT_PROPOSED`, `FILE_MISSING` when nothing of the file is to change, `OBJECT_MISSING`.
    pub fn refactor_hunks(&self, job_id: &str, path: &str, first: u32, count: u32) -> Result<RefactorHunks, Failure> {
        let job = self.refactor_row(job_id)?;
        let project = self.project(&job.project_id)?;
        let stored = self.stored_proposal(&job)?;
        let missing = || Failure::new("FILE_MISSING", format!("nothing of {path} is to change"));
        let at = stored.files.binary_search_by(|file| file.path.as_str().cmp(path)).map_err(|_| missing())?;
        let file = &stored.files[at];
        let lost = || Failure::new("OBJECT_MISSING", format!("the contents of {path} are not kept any more")).hint("Work it out again.");
        let text = self.proposal_text(&project, &stored, file)?.ok_or_else(lost)?;
        Ok(hunks(file, &text, first, count.min(LONGEST_PAGE)))
    }
}

fn hunks(file: &StoredFile, text: &Arc<str>, first: u32, wanted: u32) -> RefactorHunks {
    let lines = LineIndex::new(text);
    let stretches = stretches(file, text, &lines);
    let total = count(stretches.len() as u64);
    let shown = &stretches[(first as usize).min(stretches.len())..(first.saturating_add(wanted) as usize).min(stretches.len())];
    let all: Vec<&StoredEdit> = file.edits.iter().collect();
    let new_text = after(text, &all);
    let new_lines = LineIndex::new(&new_text);
    let scopes = Scopes::new(&file.path, text);
    let old_ranges: Vec<(u32, u32)> =
        shown.iter().map(|one| (one.first.saturating_sub(AROUND).max(1), one.last.saturating_add(AROUND))).collect();
    let new_ranges: Vec<(u32, u32)> = shown.iter().map(|one| new_range(one, &all, &lines, &new_lines, text, &new_text)).collect();
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let coloured = |text: &str, ranges: &[(u32, u32)]| {
        let document = Document::open(name, LoadedFile::Memory(text.as_bytes().to_vec())).ok();
        document.map_or_else(|| vec![Vec::new(); ranges.len()], |document| coloured_ranges(document, ranges))
    };
    let (old, new) = (coloured(text, &old_ranges), coloured(&new_text, &new_ranges));
    let hunks = shown.iter().zip(old).zip(new).map(|((one, old), new)| {
        let (mut before, mut changed, mut behind) = (Vec::new(), Vec::new(), Vec::new());
        for line in old {
            match line.line {
                number if number < one.first => before.push(line),
                number if number <= one.last => changed.push(line),
                _ => behind.push(line),
            }
        }
        let old_marks = one.edits.iter().flat_map(|edit| marks(text, &lines, edit.start as usize..edit.end as usize, one.first)).collect();
        let new_first = new.first().map_or(0, |line| line.line);
        let new_marks = one.edits.iter().flat_map(|edit| {
            let start = begin_of(&all, edit.start as usize);
            marks(&new_text, &new_lines, start..start + edit.new.len(), new_first)
        });
        RefactorHunk {
            ids: one.edits.iter().map(|edit| edit.id).collect(),
            line: one.edits[0].line,
            scope: scopes.at(one.edits[0].start as usize),
            before,
            old: changed,
            new_marks: within(new_marks.collect(), &new),
            old_marks,
            new,
            after: behind,
        }
    });
    RefactorHunks { path: file.path.clone(), total, first, hunks: hunks.collect() }
}

/// Marks of lines that are shown.
fn within(marks: Vec<(u32, u32, u32)>, lines: &[CodeLine]) -> Vec<(u32, u32, u32)> {
    marks.into_iter().filter(|(line, ..)| (*line as usize) < lines.len()).collect()
}

fn stretches<'a>(file: &'a StoredFile, text: &str, lines: &LineIndex) -> Vec<Stretch<'a>> {
    let mut found: Vec<Stretch<'a>> = Vec::new();
    for edit in &file.edits {
        let first = edit.line;
        // A line that goes with its end is one line, not the beginning of the next.
        let mut end = edit.end as usize;
        if end > edit.start as usize && text.as_bytes().get(end - 1) == Some(&b'\n') {
            end -= 1;
        }
        // Lines that come before a line leave it as it is.
        let comes = is_of_lines(text, edit);
        let last = if comes { first.saturating_sub(1) } else { lines.line_at(end).max(first) };
        match found.last_mut() {
            Some(stretch) if stretch.last >= first => {
                stretch.last = stretch.last.max(last);
                stretch.edits.push(edit);
            }
            _ => found.push(Stretch { edits: vec![edit], first, last }),
        }
    }
    found
}

/// Whether an edit only puts whole lines before a line.
fn is_of_lines(text: &str, edit: &StoredEdit) -> bool {
    let begins = text.get(..edit.start as usize).is_some_and(|before| before.is_empty() || before.ends_with('\n'));
    edit.start == edit.end && edit.new.ends_with('\n') && begins
}

/// Where a byte is when all edits before it are made: what is put in right there comes behind it.
fn begin_of(all: &[&StoredEdit], at: usize) -> usize {
    let before = all.partition_point(|edit| (edit.start as usize) < at);
    moved_to(&all[..before], at)
}

/// The lines that a stretch becomes; an empty range (from behind to) when nothing is left of it.
fn new_range(one: &Stretch<'_>, all: &[&StoredEdit], lines: &LineIndex, new_lines: &LineIndex, text: &str, new_text: &str) -> (u32, u32) {
    let start = lines.line(text, one.first).map_or(text.len(), |range| range.start);
    // Whole lines that come before this one are a hunk of their own.
    let others = all.iter().filter(|edit| edit.start as usize == start && !one.edits.iter().any(|own| own.id == edit.id));
    let begin = begin_of(all, start) + others.filter(|edit| is_of_lines(text, edit)).map(|edit| edit.new.len()).sum::<usize>();
    let first = new_lines.line_at(begin.min(new_text.len()));
    if let ([edit], true) = (one.edits.as_slice(), one.last < one.first) {
        return (first, new_lines.line_at((begin + edit.new.len()).saturating_sub(1)));
    }
    let end = lines.line(text, one.last).map_or(text.len(), |range| range.end);
    let last_edit_end = one.edits.last().map_or(0, |edit| begin_of(all, edit.start as usize) + edit.new.len());
    let after_end = if one.edits.last().is_some_and(|edit| edit.end as usize > end) {
        last_edit_end.saturating_sub(usize::from(new_text.as_bytes().get(last_edit_end.wrapping_sub(1)) == Some(&b'\n')))
    } else {
        moved_to(all, end).max(last_edit_end)
    };
    let gone = one.edits.last().is_some_and(|edit| edit.end as usize > end && edit.start as usize == start && edit.new.is_empty());
    if gone { (first, first.saturating_sub(1)) } else { (first, new_lines.line_at(after_end.min(new_text.len())).max(first)) }
}

/// A range of a text as marks: number of the line from `first`, UTF-16 columns.
fn marks(text: &str, lines: &LineIndex, range: Range<usize>, first: u32) -> Vec<(u32, u32, u32)> {
    let mut found = Vec::new();
    let mut line = lines.line_at(range.start);
    while let Some(whole) = lines.line(text, line).filter(|whole| whole.start <= range.end) {
        let part = range.start.max(whole.start)..range.end.min(whole.end);
        if part.start < part.end && line >= first {
            let column = |at: usize| count(text[whole.start..at].chars().map(char::len_utf16).sum::<usize>() as u64);
            found.push((line - first, column(part.start), column(part.end)));
        }
        line += 1;
    }
    found
}

/// The definitions of a file, and its imports.
struct Scopes {
    imports: Vec<Range<usize>>,
    definitions: Vec<(Range<usize>, String)>,
}

impl Scopes {
    fn new(path: &str, text: &Arc<str>) -> Self {
        let tree = Language::for_path(path, text.lines().next())
            .and_then(|language| SyntaxTree::parse(language, Arc::clone(text), SCOPES_BUDGET).ok());
        let Some(tree) = tree else { return Self { imports: Vec::new(), definitions: Vec::new() } };
        let imports = tree.code(false, SCOPES_BUDGET).map(|code| code.imports.into_iter().map(|one| one.range).collect());
        let definitions = tree.outline().into_iter().map(|symbol| (symbol.range, symbol.name)).collect();
        Self { imports: imports.unwrap_or_default(), definitions }
    }

    /// The innermost definition around a byte.
    fn at(&self, byte: usize) -> String {
        if self.imports.iter().any(|range| range.contains(&byte)) {
            return "Import".to_owned();
        }
        let around = self.definitions.iter().filter(|(range, _)| range.contains(&byte));
        around.min_by_key(|(range, _)| range.len()).map(|(_, name)| name.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use lectern_objects::ObjectHash;
    use lectern_refactor::Certainty;

    use super::*;

    fn file(text: &str, edits: &[(&str, &str)]) -> StoredFile {
        let edit = |(number, (old, new)): (usize, &(&str, &str))| {
            let start = text.find(old).expect("it is there");
            StoredEdit {
                id: number as u32,
                start: start as u32,
                end: (start + old.len()) as u32,
                line: text[..start].matches('\n').count() as u32 + 1,
                column: 0,
                old: (*old).to_owned(),
                new: (*new).to_owned(),
                certainty: Certainty::Certain,
                reason: String::new(),
                group: None,
            }
        };
        StoredFile { path: "a.rs".into(), object: ObjectHash::of(text.as_bytes()), edits: edits.iter().enumerate().map(edit).collect() }
    }

    fn shown(text: &str, edits: &[(&str, &str)]) -> Vec<(Vec<String>, Vec<String>, u32)> {
        let found = hunks(&file(text, edits), &text.into(), 0, 100);
        let texts = |lines: &[CodeLine]| lines.iter().map(|line| line.text.clone()).collect();
        found.hunks.iter().map(|hunk| (texts(&hunk.old), texts(&hunk.new), hunk.new.first().map_or(0, |line| line.line))).collect()
    }

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn edits_of_a_line_are_one_hunk_and_lines_are_numbered_as_afterwards() {
        let text = "use a::one;\n\nfn two(three: u8) {\n    one();\n}\n";
        let found = hunks(&file(text, &[("a::", "a::b::\n    "), ("two", "deux"), ("three", "trois")]), &text.into(), 0, 100);
        assert_eq!(found.total, 2);
        let second = &found.hunks[1];
        assert_eq!((second.ids.clone(), second.line, second.scope.as_str()), (vec![1, 2], 3, "two"));
        assert_eq!((second.old[0].text.as_str(), second.new[0].text.as_str()), ("fn two(three: u8) {", "fn deux(trois: u8) {"));
        assert_eq!((second.old[0].line, second.new[0].line), (3, 4));
        assert_eq!((second.old_marks.clone(), second.new_marks.clone()), (vec![(0, 3, 6), (0, 7, 12)], vec![(0, 3, 7), (0, 8, 13)]));
        assert_eq!((second.before.len(), second.after.len()), (2, 2));
        assert_eq!(found.hunks[0].scope, "Import");
        assert_eq!(found.hunks[0].new.len(), 2);
    }

    #[test]
    fn lines_that_go_or_come_as_a_whole_take_no_others_along() {
        assert_eq!(shown("a\nb\nc\n", &[("b\n", "")]), [(lines(&["b"]), lines(&[]), 0)]);
        assert_eq!(shown("a\nb\nc\n", &[("b\n", "x\ny\n")]), [(lines(&["b"]), lines(&["x", "y"]), 2)]);
        let text = "use a;\n\nfn b() {}\n";
        let mut one = file(text, &[("fn b", "/// One.\n/// Two.\n"), ("b()", "c()")]);
        (one.edits[0].old, one.edits[0].end) = (String::new(), one.edits[0].start);
        let found = hunks(&one, &text.into(), 0, 100);
        let texts = |lines: &[CodeLine]| lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>();
        let (first, second) = (&found.hunks[0], &found.hunks[1]);
        assert_eq!((texts(&first.old), texts(&first.new)), (lines(&[]), lines(&["/// One.", "/// Two."])), "they come above");
        assert_eq!(
            (first.new[0].line, first.new_marks.clone(), texts(&first.after)),
            (3, vec![(0, 0, 8), (1, 0, 8)], lines(&["fn b() {}"]))
        );
        assert_eq!((texts(&second.old), texts(&second.new), second.new[0].line), (lines(&["fn b() {}"]), lines(&["fn c() {}"]), 5));
        assert_eq!(shown("a\nb", &[("b", "x")]), [(lines(&["b"]), lines(&["x"]), 2)]);
    }
}
