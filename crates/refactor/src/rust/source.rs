//! A file as the engine keeps it: its text and its syntax tree.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use ra_ap_syntax::{Edition, GreenNode, SourceFile, SyntaxNode, WalkEvent};

/// What was made of a file's text. Owned, so that it outlives a question.
pub(super) struct Source {
    pub(super) text: Arc<str>,
    tree: Option<GreenNode>,
    /// The parser complained.
    pub(super) broken: bool,
    /// A tool made it, and says so at the top.
    pub(super) generated: bool,
    pub(super) edition: Edition,
    /// A Cargo.toml says which edition it is; otherwise it was guessed.
    pub(super) has_stated_edition: bool,
}

/// Brackets nested deeper than this are no code that somebody wrote.
const DEEPEST_BRACKETS: usize = 400;
/// Longer chains of operators, calls or branches are none either.
const LONGEST_CHAIN: usize = 3_000;
/// Trees deeper than this are not kept: letting them go would exhaust the stack.
const DEEPEST_TREE: usize = 1_000;

/// A tree, and whether its text has errors.
pub(super) struct Parsed {
    pub(super) tree: GreenNode,
    pub(super) broken: bool,
}

impl Source {
    /// Parses a text. Where no edition is known, the one in which the text has no errors.
    pub(super) fn new(text: Arc<str>, edition: Option<Edition>) -> Self {
        let mut chosen = edition.unwrap_or(Edition::Edition2024);
        let mut found = parsed(&text, chosen);
        if edition.is_none() && found.as_ref().is_some_and(|parsed| parsed.broken) {
            for older in [Edition::Edition2018, Edition::Edition2015] {
                if let Some(again) = parsed(&text, older).filter(|parsed| !parsed.broken) {
                    (found, chosen) = (Some(again), older);
                    break;
                }
            }
        }
        let generated = is_generated(&text);
        let broken = found.as_ref().is_none_or(|parsed| parsed.broken);
        Self { text, tree: found.map(|parsed| parsed.tree), broken, generated, edition: chosen, has_stated_edition: edition.is_some() }
    }

    /// A fresh root; two calls give roots that are not the same.
    pub(super) fn root(&self) -> SyntaxNode {
        match &self.tree {
            Some(tree) => SyntaxNode::new_root(tree.clone()),
            None => SourceFile::parse("", self.edition).syntax_node(),
        }
    }

    /// Whether there is a tree at all.
    pub(super) fn is_parsed(&self) -> bool {
        self.tree.is_some()
    }
}

/// The syntax tree; `None` for what would take too much of the stack.
pub(super) fn parsed(text: &str, edition: Edition) -> Option<Parsed> {
    let shape = shape(text);
    let branches = memchr::memmem::find_iter(text.as_bytes(), b"else if").take(LONGEST_CHAIN + 1).count();
    if text.len() > 8 << 20 || shape.brackets > DEEPEST_BRACKETS || shape.chain.max(branches) > LONGEST_CHAIN {
        return None;
    }
    let parse = catch_unwind(AssertUnwindSafe(|| SourceFile::parse(text, edition))).ok()?;
    let root = parse.syntax_node();
    let tree = root.green().to_owned();
    if shape.chain.max(branches) > 300 && tree_depth(&root) > DEEPEST_TREE {
        // Letting go of it takes as much stack as it is deep, on whatever thread comes last.
        std::mem::forget((tree, root));
        return None;
    }
    let broken = catch_unwind(AssertUnwindSafe(|| parse.errors().iter().any(is_grave))).unwrap_or(true);
    Some(Parsed { tree, broken })
}

/// Validation also complains of what parses well.
fn is_grave(error: &ra_ap_syntax::SyntaxError) -> bool {
    let message = error.to_string();
    message.contains("xpected") || message.contains("nmatched") || message.contains("nclosed") || message.contains("unterminated")
}

/// What a text looks like before it is parsed.
#[derive(Default)]
struct Shape {
    /// How deep brackets nest.
    brackets: usize,
    /// The most marks between two of `;{},`: chains of them nest, too.
    chain: usize,
}

fn shape(text: &str) -> Shape {
    let bytes = text.as_bytes();
    let mut shape = Shape::default();
    let (mut depth, mut chain, mut at) = (0_usize, 0_usize, 0_usize);
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'/' if bytes.get(at + 1) == Some(&b'/') => memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                memchr::memmem::find(&bytes[at..], b"*/").map_or(bytes.len() - at, |length| length + 2)
            }
            b'"' => string_length(&bytes[at..]),
            b'\'' if bytes.get(at + 2) == Some(&b'\'') => 3,
            _ => 1,
        };
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match byte {
            b';' | b'{' | b'}' | b',' => chain = 0,
            b'.' | b'!' | b'&' | b'*' | b'-' | b'+' | b'|' | b'<' | b'=' | b'/' | b'%' | b'^' | b'?' => chain += 1,
            _ => {}
        }
        shape.brackets = shape.brackets.max(depth);
        shape.chain = shape.chain.max(chain);
    }
    shape
}

/// The length of a string from its first quote; of a raw one with quotes in it perhaps only a part.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn tree_depth(root: &SyntaxNode) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    for event in root.preorder() {
        match event {
            WalkEvent::Enter(_) => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            WalkEvent::Leave(_) => depth -= 1,
        }
    }
    deepest
}

fn is_generated(text: &str) -> bool {
    text.lines().take(8).any(|line| {
        let line = line.to_ascii_lowercase();
        line.contains("@generated") || (line.contains("generated by") && line.contains("do not edit"))
    })
}
