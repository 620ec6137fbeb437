//! What a text is built of: the lines that can be folded, and the named parts around a line.

use std::ops::Range;
use std::time::Duration;

use tree_sitter::Node;

use crate::deadline::Deadline;
use crate::tree::Layer;
use crate::{Symbol, SymbolKind, SyntaxError, folding};

/// Lines that can be put away: all but the first one are hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// The line that stays, 1-based.
    pub first: u32,
    /// The last one that is hidden, 1-based, after `first`. A line that holds only a closer (`}`, `end`, `</p>`) stays, as in other editors.
    pub last: u32,
}

/// A named part of a text of more than one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The line its name is on, 1-based; attributes and the like may stand before it.
    pub first: u32,
    /// 1-based, after `first`.
    pub last: u32,
    /// As in [`Symbol`].
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
}

/// What a text is built of. Lines end at `\n`, `\r\n` or a lone `\r`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Structure {
    /// By first line, one a first line: where several begin, the one that reaches farthest. Each lies inside the one around it.
    pub folds: Vec<Fold>,
    /// By first line, outer before inner.
    pub scopes: Vec<Scope>,
}

impl Structure {
    /// What indentation tells of a text without a tree: folds, no scopes. Takes linear time.
    #[must_use]
    pub fn by_indentation(text: &str) -> Self {
        Self { folds: folding::by_indentation(text, &Rows::new(text)), scopes: Vec::new() }
    }
}

pub(crate) fn of_tree(root: &Layer, symbols: Vec<Symbol>, text: &str, budget: Duration) -> Result<Structure, SyntaxError> {
    let deadline = Deadline::after(budget);
    deadline.check()?;
    let rows = Rows::new(text);
    let scope = |symbol: Symbol| {
        let held = text.get(symbol.range.clone())?.trim_end().len();
        let last = rows.row((symbol.range.start + held).saturating_sub(1));
        Some(Scope { first: rows.row(symbol.name_range.start), last, name: symbol.name, kind: symbol.kind })
    };
    let symbols = symbols.into_iter().filter(|symbol| symbol.kind != SymbolKind::Field);
    let mut scopes: Vec<_> = symbols.filter_map(scope).filter(|scope| scope.last > scope.first).collect();
    scopes.sort_by_key(|scope| (scope.first, std::cmp::Reverse(scope.last)));
    let headings = scopes.iter().filter(|scope| scope.kind == SymbolKind::Heading);
    let sections = headings.map(|scope| Fold { first: scope.first, last: scope.last }).collect();
    let folds = folding::by_tree(root, text, &rows, sections, deadline)?;
    Ok(Structure { folds, scopes })
}

/// Where the lines of a text begin.
pub(crate) struct Rows {
    starts: Vec<usize>,
    length: usize,
    /// tree-sitter counts no line that ends at a lone `\r`.
    lone_returns: bool,
}

impl Rows {
    pub(crate) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (mut starts, mut lone_returns) = (vec![0], false);
        for (at, byte) in bytes.iter().enumerate() {
            let lone = *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
            if *byte == b'\n' || lone {
                starts.push(at + 1);
                lone_returns |= lone;
            }
        }
        Self { starts, length: bytes.len(), lone_returns }
    }

    pub(crate) fn count(&self) -> u32 {
        number(self.starts.len())
    }

    /// The line (1-based) that a byte is on.
    pub(crate) fn row(&self, byte: usize) -> u32 {
        number(self.starts.partition_point(|start| *start <= byte))
    }

    /// The bytes of a line (1-based), its end included.
    pub(crate) fn line(&self, row: u32) -> Range<usize> {
        let index = (row as usize).saturating_sub(1);
        let start = self.starts.get(index).copied().unwrap_or(self.length);
        start..self.starts.get(index + 1).copied().unwrap_or(self.length)
    }

    /// Whether a node is on more than one line, its own last line end not counted.
    pub(crate) fn are_several(&self, node: Node<'_>) -> bool {
        if self.lone_returns {
            return self.row(node.start_byte()) != self.row(node.end_byte().saturating_sub(1).max(node.start_byte()));
        }
        node.start_position().row != node.end_position().row
    }
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folds(text: &str) -> Vec<(u32, u32)> {
        Structure::by_indentation(text).folds.iter().map(|fold| (fold.first, fold.last)).collect()
    }

    #[test]
    fn indentation_tells_what_belongs_together() {
        assert_eq!(folds("a\n  b\n    c\n\n  d\ne\n\n  f\n"), [(1, 5), (2, 3), (6, 8)]);
        assert_eq!(folds("a {\n\tb\n}\n"), [(1, 2)], "a closer stays");
        assert_eq!(folds("  a\n b\nc\n"), []);
        assert_eq!(folds("a\r  b\r  c\rd"), [(1, 3)], "lone carriage returns end lines");
        assert_eq!(folds(""), []);
        assert_eq!(folds("\n\n   \n"), []);
    }

    #[test]
    fn rows_are_counted_as_the_window_counts_them() {
        let rows = Rows::new("a\r\nb\rc\nd");
        assert_eq!((rows.count(), rows.row(0), rows.row(2), rows.row(3), rows.row(5), rows.row(7)), (4, 1, 1, 2, 3, 4));
        assert_eq!((rows.line(2), rows.line(4), rows.line(9)), (3..5, 7..8, 8..8));
    }
}
