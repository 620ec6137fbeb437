//! The definitions of a text: functions, types, headings, keys.

use std::cmp::Reverse;
use std::ops::Range;
use std::time::Duration;

use tree_sitter::{QueryCursor, QueryCursorOptions, StreamingIterator};

use crate::deadline::Deadline;
use crate::grammar::Grammar;
use crate::inject::{self, MAX_DEPTH};
use crate::tree::Layer;

/// An outline has no more symbols than this; a larger one shows its first.
pub const MAX_SYMBOLS: usize = 20_000;

/// An outline that takes longer shows what it found so far.
const BUDGET: Duration = Duration::from_secs(2);

/// A name that is longer (a heading, a quoted key) is cut.
const MAX_NAME_BYTES: usize = 200;

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum SymbolKind {
    Function,
    Method,
    Class,
    Struct,
    Enum,
    Interface,
    Trait,
    Module,
    Constant,
    /// A type alias, a union, or a block of methods such as Rust's `impl`.
    Type,
    Macro,
    Field,
    /// Of a document.
    Heading,
    /// Of a data file.
    Key,
}

impl SymbolKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 14] = [
        Self::Function,
        Self::Method,
        Self::Class,
        Self::Struct,
        Self::Enum,
        Self::Interface,
        Self::Trait,
        Self::Module,
        Self::Constant,
        Self::Type,
        Self::Macro,
        Self::Field,
        Self::Heading,
        Self::Key,
    ];

    /// The kind as the window and the command line write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Method => "method",
            Self::Class => "class",
            Self::Struct => "struct",
            Self::Enum => "enum",
            Self::Interface => "interface",
            Self::Trait => "trait",
            Self::Module => "module",
            Self::Constant => "constant",
            Self::Type => "type",
            Self::Macro => "macro",
            Self::Field => "field",
            Self::Heading => "heading",
            Self::Key => "key",
        }
    }
}

/// A definition. Symbols come in the order of their starts, outer before inner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// On one line, without markup. Usually the text of `name_range`; an `impl` block is called `impl Trait for Type`.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Bytes of the whole definition; for a heading, of the section it opens.
    pub range: Range<usize>,
    /// Bytes of the name.
    pub name_range: Range<usize>,
    /// How many symbols it is inside of: 0 at the top.
    pub depth: u32,
}

/// What a capture of an outline query says: `definition.function`, `definition.heading.2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Definition {
    kind: SymbolKind,
    /// Of a heading: 1 to 6. Its section ends where the next of the same or a lower level begins.
    level: u8,
}

impl Definition {
    pub(crate) fn of_capture(name: &str) -> Option<Self> {
        let mut words = name.strip_prefix("definition.")?.split('.');
        let word = words.next()?;
        let kind = SymbolKind::ALL.into_iter().find(|kind| kind.as_str() == word)?;
        let level = words.next().and_then(|level| level.parse().ok()).unwrap_or(0);
        Some(Self { kind, level })
    }
}

struct Found {
    definition: Definition,
    pattern: usize,
    range: Range<usize>,
    /// From the first to the last `@name`: usually one.
    name_range: Range<usize>,
    name: String,
    /// The id of the definition's node.
    node: usize,
}

/// The symbols of a layer, and of what is embedded in it if its language is one for that.
pub(crate) fn symbols(layer: &Layer, text: &str) -> Vec<Symbol> {
    located(layer, text).into_iter().map(|(symbol, _)| symbol).collect()
}

/// As [`symbols`], each with the id of its node, which no other node of these layers has.
pub(crate) fn located(layer: &Layer, text: &str) -> Vec<(Symbol, usize)> {
    let mut found = Vec::new();
    // Compiling a language's queries happens once and is not this text's fault.
    layer.grammar.outline();
    collect(layer, text, Deadline::after(BUDGET), 0, &mut found);
    // The same definition found twice is what the later pattern says: a method, not just any function.
    found.sort_by_key(|found| (found.range.start, Reverse(found.range.end), found.name_range.start, Reverse(found.pattern)));
    found.dedup_by(|later, first| later.range == first.range && later.name_range == first.name_range);
    found.truncate(MAX_SYMBOLS);
    extend_headings(&mut found, text.len());

    let mut open: Vec<Range<usize>> = Vec::new();
    let mut symbols = Vec::with_capacity(found.len());
    for found in found {
        // Two names of one definition (`int a, b;`) stand side by side.
        while open.last().is_some_and(|outer| outer.end < found.range.end || outer.end <= found.range.start || *outer == found.range) {
            open.pop();
        }
        let depth = u32::try_from(open.len()).unwrap_or(u32::MAX);
        open.push(found.range.clone());
        let Found { definition, range, name_range, name, node, .. } = found;
        symbols.push((Symbol { name, kind: definition.kind, range, name_range, depth }, node));
    }
    symbols
}

fn collect(layer: &Layer, text: &str, deadline: Deadline, depth: u8, found: &mut Vec<Found>) {
    found.extend(definitions(layer, text, deadline));
    if !layer.grammar.facts.outline_embedded || depth >= MAX_DEPTH {
        return;
    }
    // What can't be analysed in time has no symbols.
    let inner = inject::layers_of(layer, text, &(0..text.len()), deadline, Grammar::has_blocks).unwrap_or_default();
    for inner in inner {
        collect(&inner, text, deadline, depth + 1, found);
    }
}

fn definitions(layer: &Layer, text: &str, deadline: Deadline) -> Vec<Found> {
    let Some(outline) = layer.grammar.outline() else { return Vec::new() };
    let mut cursor = QueryCursor::new();
    let mut progress = |_: &tree_sitter::QueryCursorState| deadline.flow();
    let options = QueryCursorOptions::new().progress_callback(&mut progress);
    let mut matches = cursor.matches_with_options(&outline.query, layer.tree.root_node(), text.as_bytes(), options);
    let mut all = Vec::new();
    while let Some(found) = matches.next() {
        let names = || found.captures().iter().filter(|capture| capture.index == outline.name).map(|capture| capture.node);
        let definition = found.captures().iter().find_map(|capture| Some((outline.definitions[capture.index as usize]?, capture.node)));
        let (Some((definition, node)), Some(first), Some(last)) = (definition, names().next(), names().next_back()) else { continue };
        let (name_range, range) = (first.start_byte()..last.end_byte(), node.byte_range());
        let Some(name) = text.get(name_range.clone()) else { continue };
        let mut name = one_line(name);
        if definition.kind == SymbolKind::Heading {
            name = without_markup(&name);
        }
        if node.kind() == "impl_item" {
            // Between the trait and the type stands `for` and nothing else.
            name.insert_str(0, "impl ");
        }
        if name.is_empty() {
            continue;
        }
        // Half as many again: enough to find the duplicates that are dropped later.
        if all.len() >= MAX_SYMBOLS * 3 / 2 {
            break;
        }
        all.push(Found { definition, pattern: found.pattern_index, range, name_range, name, node: node.id() });
    }
    all
}

/// Lets each heading's range reach to the next heading of its level or a higher one.
fn extend_headings(found: &mut [Found], end: usize) {
    let mut open: Vec<usize> = Vec::new();
    for at in 0..found.len() {
        let level = found[at].definition.level;
        if level == 0 {
            continue;
        }
        while let Some(above) = open.pop_if(|above| found[*above].definition.level >= level) {
            found[above].range.end = found[at].range.start;
        }
        open.push(at);
    }
    for above in open {
        found[above].range.end = end;
    }
}

/// A Markdown heading as it reads: no asterisks, no backticks, links by their text. Underscores stay, they are rarely emphasis.
fn without_markup(heading: &str) -> String {
    let mut plain = String::new();
    let mut rest = heading.trim_end_matches(['#', ' ']);
    while let Some(char) = rest.chars().next() {
        rest = &rest[char.len_utf8()..];
        match char {
            '*' | '`' | '[' => {}
            '!' if rest.starts_with('[') => {}
            ']' => {
                let target = rest.strip_prefix('(').and_then(|target| target.split_once(')'));
                rest = target.map_or(rest, |(_, after)| after);
            }
            '\\' => {
                let escaped = rest.chars().next();
                plain.extend(escaped);
                rest = &rest[escaped.map_or(0, char::len_utf8)..];
            }
            _ => plain.push(char),
        }
    }
    plain
}

/// The name on one line, without the quotes around a key and not longer than a line of an outline can show.
fn one_line(name: &str) -> String {
    let mut line = String::new();
    for word in name.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > MAX_NAME_BYTES {
            let cut = (0..=MAX_NAME_BYTES).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
            line.truncate(cut);
            line.push('…');
            break;
        }
    }
    let quoted = line.len() >= 2 && ['"', '\''].into_iter().any(|quote| line.starts_with(quote) && line.ends_with(quote));
    if quoted { line[1..line.len() - 1].to_owned() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line_without_its_quotes() {
        assert_eq!(one_line("  a\n  b\t c "), "a b c");
        assert_eq!(one_line("\"key\""), "key");
        assert_eq!(one_line("'"), "'");
        assert_eq!(one_line(&"é".repeat(500)).chars().count(), MAX_NAME_BYTES / 2 + 1);
    }

    #[test]
    fn a_heading_reads_as_it_is_rendered() {
        assert_eq!(without_markup("The `spans` *of* **a** [link](https://example.org) ##"), "The spans of a link");
        assert_eq!(without_markup("snake_case \\* ![logo](a.png)é"), "snake_case * logoé");
        assert_eq!(without_markup("\\"), "");
    }

    #[test]
    fn every_kind_is_found_by_the_word_it_is_written_as() {
        for kind in SymbolKind::ALL {
            assert_eq!(Definition::of_capture(&format!("definition.{}", kind.as_str())).map(|it| it.kind), Some(kind));
        }
        assert_eq!(Definition::of_capture("definition.heading.2").map(|it| it.level), Some(2));
        assert_eq!(Definition::of_capture("name"), None);
    }
}
