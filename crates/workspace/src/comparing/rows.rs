//! Which rows a text difference has: its changes, the lines around them, and the gaps between.

use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::{Duration, Instant};

use lectern_diff::{Compare, Formal, LineDiff, Lines, diff_lines, formal_difference};
use lectern_reader::{Document, LineIndex};
use lectern_syntax::SymbolKind;

use super::lock;

/// Equal lines shown before and after each change.
const CONTEXT: u32 = 3;
/// A gap of fewer lines is no shorter than the row that would stand for it.
const SMALLEST_GAP: u32 = 2;
/// How far back a line is looked for that could name what a gap ends in.
const LOOK_BACK: u32 = 2000;
/// The longest name of a gap, in characters.
const LONGEST_NAME: usize = 80;
/// How long after a file is looked at its rows wait for their colours; from then on they come without until these are ready.
const COLOURS_WAIT: Duration = Duration::from_millis(400);

/// One side's text.
pub(super) struct Half {
    pub document: Document,
    pub text: Arc<str>,
    index: LineIndex,
    /// Lines, not counting an empty one after the last end.
    pub lines: u32,
    ends_with_line_end: bool,
    /// Whether there is such a side at all.
    pub present: bool,
    /// First and last line (0-based) and name of what can enclose a line, by first line; set once the colours are ready.
    outline: OnceLock<Vec<(u32, u32, String)>>,
}

impl Half {
    /// `None` for a document that is not held whole as text.
    pub fn new(document: Document, present: bool) -> Option<Self> {
        let text = document.text()?;
        let lines = Lines::new(text.as_bytes());
        let (count, ends_with_line_end) = (u32::try_from(lines.len()).ok()?, lines.ends_with_line_end());
        let index = LineIndex::new(&text);
        Some(Self { document, text, index, lines: count, ends_with_line_end, present, outline: OnceLock::new() })
    }

    /// A line (0-based) without its end.
    pub fn line(&self, line: u32) -> &str {
        self.index.line(&self.text, line + 1).map_or("", |range| &self.text[range])
    }

    /// Whether a line (0-based) is the last and has no end.
    pub fn lacks_end(&self, line: u32) -> bool {
        line + 1 == self.lines && !self.ends_with_line_end
    }

    /// The function or section that `line` (0-based) is in, without beginning there.
    pub fn enclosing(&self, line: u32) -> String {
        if let Some(outline) = self.outline.get().filter(|outline| !outline.is_empty()) {
            let before = outline.partition_point(|(first, ..)| *first < line);
            let inner = outline[..before].iter().rev().find(|(_, last, _)| *last >= line);
            return inner.map(|(.., name)| name.clone()).unwrap_or_default();
        }
        // git's rule for languages it doesn't know.
        let names = |line: &&str| line.starts_with(|first: char| first.is_alphabetic() || first == '_' || first == '$');
        let found = (line.saturating_sub(LOOK_BACK)..line).rev().map(|line| self.line(line)).find(names);
        found.unwrap_or_default().trim_end().chars().take(LONGEST_NAME).collect()
    }

    fn prepare(&self) {
        self.document.prepare();
        let Ok(Some(tree)) = self.document.tree() else { return };
        let line_at = |byte| self.index.line_at(byte) - 1;
        let symbols = tree.outline().into_iter().filter(|symbol| !matches!(symbol.kind, SymbolKind::Field | SymbolKind::Constant));
        let outline = symbols.map(|symbol| (line_at(symbol.range.start), line_at(symbol.range.end.saturating_sub(1)), symbol.name));
        let _ = self.outline.set(outline.collect());
    }
}

/// A stretch of rows. Lines are 0-based.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// Equal lines left out, unless the gap is opened.
    Gap { old: u32, new: u32, lines: u32 },
    /// Equal lines.
    Context { old: u32, new: u32, lines: u32 },
    /// A hunk, by its place among all.
    Change(usize),
}

/// Two texts, compared.
pub(super) struct TextDiff {
    pub old: Half,
    pub new: Half,
    pub diff: LineDiff,
    pub formal: Formal,
    pub segments: Vec<Segment>,
    ready: Mutex<bool>,
    wait_until: Instant,
    became_ready: Condvar,
}

impl TextDiff {
    pub fn new(old: Half, new: Half) -> Self {
        let (old_lines, new_lines) = (Lines::new(old.text.as_bytes()), Lines::new(new.text.as_bytes()));
        let diff = diff_lines(&old_lines, &new_lines, Compare::Content);
        let formal = formal_difference(&old_lines, &new_lines, &diff);
        let segments = segments(&diff);
        Self {
            old,
            new,
            diff,
            formal,
            segments,
            ready: Mutex::new(false),
            wait_until: Instant::now() + COLOURS_WAIT,
            became_ready: Condvar::new(),
        }
    }

    /// Analyses both texts on a thread of its own, while the answer about the file travels.
    pub fn prepare(text: &Arc<Self>) {
        let ahead = Arc::clone(text);
        let _ = std::thread::Builder::new().name("highlight".to_owned()).spawn(move || {
            ahead.old.prepare();
            ahead.new.prepare();
            *lock(&ahead.ready) = true;
            ahead.became_ready.notify_all();
        });
    }

    /// Whether colours and outlines are there, after waiting a little for them.
    pub fn is_ready(&self) -> bool {
        let left = self.wait_until.saturating_duration_since(Instant::now());
        let ready = self.became_ready.wait_timeout_while(lock(&self.ready), left, |ready| !*ready);
        ready.map_or_else(|poisoned| *poisoned.into_inner().0, |(ready, _)| *ready)
    }

    /// How many rows there are when the gaps named by `expand` are open.
    pub fn rows(&self, expand: &[u32]) -> u32 {
        self.segments.iter().map(|segment| self.length(segment, expand)).sum()
    }

    /// The rows of a segment.
    pub fn length(&self, segment: &Segment, expand: &[u32]) -> u32 {
        match segment {
            Segment::Gap { new, lines, .. } => {
                if is_open(*new, expand) {
                    *lines
                } else {
                    1
                }
            }
            Segment::Context { lines, .. } => *lines,
            Segment::Change(hunk) => {
                let hunk = &self.diff.hunks()[*hunk];
                hunk.old.end - hunk.old.start + hunk.new.end - hunk.new.start
            }
        }
    }
}

/// Whether the gap that begins with the new line `new` (0-based) is among those named (1-based).
pub(super) fn is_open(new: u32, expand: &[u32]) -> bool {
    expand == [0] || expand.contains(&(new + 1))
}

fn segments(diff: &LineDiff) -> Vec<Segment> {
    let mut segments = Vec::new();
    let (mut old, mut new) = (0, 0);
    for (place, hunk) in diff.hunks().iter().enumerate() {
        let after = if place == 0 { 0 } else { CONTEXT };
        equal(&mut segments, old, new, hunk.old.start - old, after, CONTEXT);
        segments.push(Segment::Change(place));
        (old, new) = (hunk.old.end, hunk.new.end);
    }
    if !diff.is_empty() {
        equal(&mut segments, old, new, diff.lines().0 - old, CONTEXT, 0);
    }
    segments
}

/// Equal lines between two changes: the first `after` and the last `before` of them are shown.
fn equal(segments: &mut Vec<Segment>, old: u32, new: u32, lines: u32, after: u32, before: u32) {
    let mut push = |segment, lines| {
        if lines > 0 {
            segments.push(segment)
        }
    };
    if lines < after + before + SMALLEST_GAP {
        return push(Segment::Context { old, new, lines }, lines);
    }
    let hidden = lines - after - before;
    push(Segment::Context { old, new, lines: after }, after);
    push(Segment::Gap { old: old + after, new: new + after, lines: hidden }, hidden);
    push(Segment::Context { old: old + after + hidden, new: new + after + hidden, lines: before }, before);
}
