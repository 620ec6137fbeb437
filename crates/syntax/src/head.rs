//! The beginning of a text, analysed by itself: the colours of a first screen needn't wait for the rest.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use tree_sitter::{InputEdit, Node, Parser, Point, Tree};

use crate::deadline::Deadline;
use crate::pace::Pace;
use crate::tree::Layer;
use crate::{Language, Span, SyntaxError, SyntaxTree};

/// So much of a text is analysed, and up to a line more.
const LENGTH: usize = 32 * 1024;
/// What lies so near its end may look different once the rest is known, and is not answered for.
const MARGIN: usize = 12 * 1024;
/// Closers of brackets that the cut left open. Deeper nesting stays open.
const MOST_CLOSERS: usize = 256;

/// The first lines of a text with a tree of their own. What it says of them is what the tree of the whole text says in nearly all cases, not in
/// all: it serves until that one is there.
#[derive(Debug)]
pub struct Head {
    tree: SyntaxTree,
    settled: usize,
}

impl Head {
    /// Analyses the beginning of `text`; `None` for a text so short that nothing is gained.
    ///
    /// # Errors
    /// As [`SyntaxTree::parse`]: a text whose beginning is given up is given up as a whole.
    pub fn parse(language: Language, text: &str, budget: Duration) -> Result<Option<Self>, SyntaxError> {
        let Some(cut) = cut(text) else { return Ok(None) };
        let mut pace = Pace::of_head(Deadline::after(budget));
        let mut parser = Parser::new();
        let mut head = text[..cut].to_owned();
        let mut root = Layer::parse_after(&mut parser, language.grammar(), &head, Vec::new(), None, &mut pace)?;
        let closers = closers(&root.tree);
        if !closers.is_empty() {
            // A class whose end was cut off is none to its grammar: with an end, its beginning reads as it does in the whole text.
            let before = root.tree.root_node().end_position();
            head.push_str(&closers);
            let mut old = root.tree;
            let end = Point { row: before.row, column: before.column + closers.len() };
            let edit = InputEdit {
                start_byte: cut,
                old_end_byte: cut,
                new_end_byte: head.len(),
                start_position: before,
                old_end_position: before,
                new_end_position: end,
            };
            old.edit(&edit);
            root = Layer::parse_after(&mut parser, language.grammar(), &head, Vec::new(), Some(&old), &mut pace)?;
        }
        Ok(Some(Self { tree: SyntaxTree::of(language, Arc::from(head), root), settled: cut.saturating_sub(MARGIN) }))
    }

    /// Whether it answers for these bytes.
    #[must_use]
    pub fn holds(&self, bytes: &Range<usize>) -> bool {
        bytes.end <= self.settled
    }

    /// As [`SyntaxTree::spans`], for bytes that it [`Head::holds`].
    ///
    /// # Errors
    /// [`SyntaxError::TimedOut`].
    pub fn spans(&self, bytes: Range<usize>, budget: Duration) -> Result<Vec<Span>, SyntaxError> {
        self.tree.spans(bytes.start..bytes.end.min(self.settled), budget)
    }
}

/// Where the head ends: at the end of a line. Nothing is gained where not much is left out.
fn cut(text: &str) -> Option<usize> {
    if text.len() < LENGTH * 2 {
        return None;
    }
    let end = text.as_bytes()[LENGTH..].iter().position(|byte| *byte == b'\n').map(|at| LENGTH + at + 1)?;
    (end < LENGTH * 3 / 2).then_some(end)
}

/// What closes the brackets that are open at the end of a tree, the innermost first.
fn closers(tree: &Tree) -> String {
    let mut open = Vec::new();
    let mut cursor = tree.walk();
    loop {
        if cursor.goto_first_child() {
            continue;
        }
        note(cursor.node(), &mut open);
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return open.iter().rev().take(MOST_CLOSERS).collect();
            }
        }
    }
}

/// Keeps count of the brackets: those of strings and comments are no nodes of their own.
fn note(leaf: Node<'_>, open: &mut Vec<char>) {
    if leaf.is_named() || leaf.is_missing() {
        return;
    }
    match leaf.kind().as_bytes() {
        [.., b'{'] => open.push('}'),
        [.., b'('] => open.push(')'),
        [.., b'['] => open.push(']'),
        [closer @ (b'}' | b')' | b']')] => {
            // One that closes something farther out closes what is in between, too.
            if let Some(at) = open.iter().rposition(|open| *open == char::from(*closer)) {
                open.truncate(at);
            }
        }
        _ => {}
    }
}
