//! Which parts of a text can be folded, told by its syntax tree or, without one, by its indentation.

use std::ops::Range;
use std::sync::Arc;

use tree_sitter::{Node, TreeCursor};

use crate::SyntaxError;
use crate::deadline::Deadline;
use crate::fold_kinds::{CLOSING_WORDS, FoldKind};
use crate::grammar::Grammar;
use crate::inject::{self, MAX_DEPTH};
use crate::structure::{Fold, Rows};
use crate::tree::Layer;

/// Nodes between two looks at the clock.
const STEPS: u32 = 512;

/// A tab reaches to the next multiple of this column where only indentation tells what belongs together.
const TAB: usize = 4;

/// Blank lines that may stand between two imports of one group.
const IMPORT_GAP: u32 = 1;

/// How many of a node's first children are looked at for the bracket that its last one closes.
const OPENER_WITHIN: u32 = 8;

/// The folds of a text with a tree, and those that are known already, in order, one a first line, each inside the one around it.
pub(crate) fn by_tree(root: &Layer, text: &str, rows: &Rows, known: Vec<Fold>, deadline: Deadline) -> Result<Vec<Fold>, SyntaxError> {
    let mut folds = known;
    let mut waiting: Vec<(Option<Arc<Layer>>, u8)> = vec![(None, 0)];
    while let Some((layer, depth)) = waiting.pop() {
        let layer = layer.as_deref().unwrap_or(root);
        Walk { text, rows, kinds: layer.grammar.fold_kinds(), folds: &mut folds, cursor: layer.tree.walk() }.run(deadline)?;
        if depth < MAX_DEPTH {
            let inner = inject::layers_of(layer, text, &(0..text.len()), deadline, Grammar::has_blocks)?;
            waiting.extend(inner.into_iter().map(|layer| (Some(layer), depth + 1)));
        }
    }
    Ok(nested(folds))
}

/// The folds that indentation tells of: a line and all deeper ones below it, without the blank lines at their end.
pub(crate) fn by_indentation(text: &str, rows: &Rows) -> Vec<Fold> {
    // Lines that have something deeper below them, by their indentation, the shallowest first.
    let mut open: Vec<(usize, u32)> = Vec::new();
    let mut folds = Vec::new();
    let mut last = 0;
    let close = |open: &mut Vec<(usize, u32)>, indentation: usize, last: u32, folds: &mut Vec<Fold>| {
        while let Some((_, first)) = open.pop_if(|(above, _)| *above >= indentation) {
            if last > first {
                folds.push(Fold { first, last });
            }
        }
    };
    for row in 1..=rows.count() {
        let line = text.get(rows.line(row)).unwrap_or_default();
        let Some(indentation) = indentation(line) else { continue };
        close(&mut open, indentation, last, &mut folds);
        open.push((indentation, row));
        last = row;
    }
    close(&mut open, 0, last, &mut folds);
    nested(folds)
}

/// The column of a line's first character; `None` for a blank line.
fn indentation(line: &str) -> Option<usize> {
    let mut column = 0;
    for char in line.chars() {
        match char {
            ' ' => column += 1,
            '\t' => column = (column / TAB + 1) * TAB,
            char if char.is_whitespace() => {}
            _ => return Some(column),
        }
    }
    None
}

/// Sorts folds, keeps the longest of those with one first line, and ends each where the one around it ends.
fn nested(mut folds: Vec<Fold>) -> Vec<Fold> {
    folds.sort_unstable_by_key(|fold| (fold.first, std::cmp::Reverse(fold.last)));
    folds.dedup_by_key(|fold| fold.first);
    let mut open: Vec<u32> = Vec::new();
    folds.retain_mut(|fold| {
        while open.pop_if(|last| *last < fold.first).is_some() {}
        if let Some(around) = open.last() {
            fold.last = fold.last.min(*around);
        }
        let folds_something = fold.last > fold.first;
        if folds_something {
            open.push(fold.last);
        }
        folds_something
    });
    folds
}

fn last_child(node: Node<'_>) -> Option<Node<'_>> {
    node.child(node.child_count().checked_sub(1)?)
}

/// Comments or imports that follow one another.
struct Run {
    kind: FoldKind,
    first: u32,
    last: u32,
    column: usize,
    members: u32,
}

/// What is known about the children that are being walked over.
struct Level {
    /// Where the sibling before ends; where the parent begins for the first one.
    before: usize,
    run: Option<Run>,
}

struct Walk<'a> {
    text: &'a str,
    rows: &'a Rows,
    kinds: &'a [FoldKind],
    folds: &'a mut Vec<Fold>,
    cursor: TreeCursor<'a>,
}

impl Walk<'_> {
    /// Goes down into all nodes of more than one line.
    fn run(mut self, deadline: Deadline) -> Result<(), SyntaxError> {
        let mut levels = vec![Level { before: 0, run: None }];
        let mut steps = 0;
        while let Some(level) = levels.last_mut() {
            steps += 1;
            if steps % STEPS == 0 {
                deadline.check()?;
            }
            let node = self.cursor.node();
            let kind = self.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(FoldKind::None);
            self.extend_run(level, node, kind);
            let several = self.rows.are_several(node);
            // A body of one line has its header on another.
            if several || kind == FoldKind::Body {
                let fold = self.fold(node, kind, level.before);
                self.folds.extend(fold.filter(|fold| fold.last > fold.first));
            }
            if several && self.cursor.goto_first_child() {
                levels.push(Level { before: node.start_byte(), run: None });
                continue;
            }
            while let Some(level) = levels.last_mut() {
                level.before = self.cursor.node().end_byte();
                if self.cursor.goto_next_sibling() {
                    break;
                }
                let run = level.run.take();
                self.end_run(run);
                levels.pop();
                self.cursor.goto_parent();
            }
        }
        Ok(())
    }

    fn fold(&self, node: Node<'_>, kind: FoldKind, before: usize) -> Option<Fold> {
        let whole = node.byte_range();
        let (first, last) = (self.rows.row(whole.start), self.last_row(&whole));
        match kind {
            // Broken code may hold anything.
            _ if node.is_error() => None,
            FoldKind::Comment => self.begins_its_line(whole.start).then_some(Fold { first, last }),
            FoldKind::Whole => {
                // `else {` is as good as its brackets, and those leave the line of the closer.
                let block = last_child(node).filter(|block| self.is_closed(*block));
                let block_begins_here = block.is_some_and(|block| self.rows.row(block.start_byte()) == first);
                (!block_begins_here).then_some(Fold { first, last })
            }
            FoldKind::Closed => Some(Fold { first: self.row_of_opening(node), last: self.without_closer(last, node) }),
            FoldKind::Body if !self.is_closed(node) => {
                let header = self.rows.row(before.saturating_sub(1).max(node.parent().map_or(0, |parent| parent.start_byte())));
                Some(Fold { first: header, last })
            }
            FoldKind::Import | FoldKind::Body | FoldKind::None | FoldKind::Closer => self.is_closed(node).then(|| {
                let first = self.rows.row(self.opener(node).unwrap_or(whole.start));
                Fold { first, last: self.without_closer(last, node) }
            }),
        }
    }

    /// Whether the last child closes what an earlier one opened.
    fn is_closed(&self, node: Node<'_>) -> bool {
        last_child(node).is_some_and(|last| self.kinds.get(usize::from(last.kind_id())) == Some(&FoldKind::Closer) && !last.is_missing())
    }

    /// Where the bracket begins that a node's last character closes, if it is one of its first children.
    fn opener(&self, node: Node<'_>) -> Option<usize> {
        let opener = match self.text.as_bytes().get(node.end_byte().checked_sub(1)?)? {
            b'}' => "{",
            b']' => "[",
            b')' => "(",
            _ => return None,
        };
        let children = (0..OPENER_WITHIN).map_while(|at| node.child(at));
        children.into_iter().find(|child| child.kind().ends_with(opener)).map(|child| child.start_byte())
    }

    /// A heredoc's text begins on the line below the one that announces it.
    fn row_of_opening(&self, node: Node<'_>) -> u32 {
        let start = node.start_byte();
        let row = self.rows.row(start);
        let is_below = node.kind().ends_with("heredoc_body") && self.rows.line(row).start == start && row > 1;
        if is_below { row - 1 } else { row }
    }

    fn begins_its_line(&self, at: usize) -> bool {
        self.text.get(self.rows.line(self.rows.row(at)).start..at).is_some_and(|before| before.trim().is_empty())
    }

    /// The last line of a node that holds anything.
    fn last_row(&self, whole: &Range<usize>) -> u32 {
        let trimmed = self.text.get(whole.clone()).map_or(0, |text| text.trim_end().len());
        self.rows.row((whole.start + trimmed).saturating_sub(1).max(whole.start))
    }

    /// The row before `last` if nothing but a closer stands on it.
    fn without_closer(&self, last: u32, node: Node<'_>) -> u32 {
        let line = self.rows.line(last);
        let text = self.text.get(line.start..node.end_byte().clamp(line.start, line.end)).unwrap_or_default().trim();
        let is_here = |node: Node<'_>| node.kind().contains("heredoc") || node.kind() == "nowdoc";
        // A heredoc ends with a word of its author's choice.
        let of_heredoc = (is_here(node) || last_child(node).is_some_and(is_here)) && !text.contains(char::is_whitespace);
        let word = text.trim_end_matches(|char: char| !char.is_alphanumeric()).to_ascii_lowercase();
        let is_closer = !text.contains(char::is_alphanumeric)
            || text.starts_with("</")
            || text.starts_with("{/")
            || CLOSING_WORDS.contains(&word.as_str());
        if is_closer || of_heredoc { last.saturating_sub(1) } else { last }
    }

    /// Takes a node into the run of its siblings, or ends that.
    fn extend_run(&mut self, level: &mut Level, node: Node<'_>, kind: FoldKind) {
        if !matches!(kind, FoldKind::Comment | FoldKind::Import) {
            let run = level.run.take();
            return self.end_run(run);
        }
        let whole = node.byte_range();
        let (first, last) = (self.rows.row(whole.start), self.last_row(&whole));
        let column = whole.start - self.rows.line(first).start;
        let gap = if kind == FoldKind::Import { IMPORT_GAP } else { 0 };
        let lonely = kind == FoldKind::Comment && (first != last || !self.begins_its_line(whole.start));
        match &mut level.run {
            Some(run) if run.kind == kind && !lonely && run.column == column && first <= run.last + 1 + gap => {
                (run.last, run.members) = (last, run.members + 1);
            }
            run => {
                let ended = run.replace(Run { kind, first, last, column, members: 1 });
                if lonely {
                    *run = None;
                }
                self.end_run(ended);
            }
        }
    }

    fn end_run(&mut self, run: Option<Run>) {
        if let Some(run) = run.filter(|run| run.members > 1 && run.last > run.first) {
            self.folds.push(Fold { first: run.first, last: run.last });
        }
    }
}
