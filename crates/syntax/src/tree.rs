//! A parsed text that answers for its spans and its outline.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tree_sitter::{ParseOptions, Parser, Point, Tree};

use crate::deadline::Deadline;
use crate::grammar::Grammar;
use crate::pace::Pace;
use crate::{Code, Language, Span, Structure, Symbol, SyntaxError, code, code_names, highlight, inject, outline, structure};

/// How long embedded languages may take when a name in them is asked for.
const NAME_BUDGET: Duration = Duration::from_millis(100);

/// A text with its syntax tree. Embedded languages (a script in HTML, a fence in Markdown) are parsed when their part of the text is first
/// asked for, and kept.
pub struct SyntaxTree {
    language: Language,
    text: Arc<str>,
    root: Layer,
}

impl SyntaxTree {
    /// Parses `text`.
    ///
    /// # Errors
    /// [`SyntaxError::TimedOut`] if that takes longer than `budget`, or if it gets on much slower than it does in any code that people write:
    /// then nothing is gained by waiting. [`SyntaxError::Refused`] if the text is more than its grammar can
    /// stand, [`SyntaxError::TooLarge`] for a text of 2 GiB or more.
    pub fn parse(language: Language, text: Arc<str>, budget: Duration) -> Result<Self, SyntaxError> {
        let deadline = Deadline::after(budget);
        if i32::try_from(text.len()).is_err() {
            return Err(SyntaxError::TooLarge { bytes: text.len() });
        }
        let root = Layer::parse(&mut Parser::new(), language.grammar(), &text, Vec::new(), deadline)?;
        Ok(Self::of(language, text, root))
    }

    pub(crate) fn of(language: Language, text: Arc<str>, root: Layer) -> Self {
        Self { language, text, root }
    }

    /// The highlighting of `bytes`: spans in order, not overlapping, inside `bytes` and the text, on character boundaries. Text without a
    /// span is plain. Touching spans have different classes. What a byte is doesn't depend on the range asked for.
    ///
    /// # Errors
    /// [`SyntaxError::TimedOut`] if that takes longer than `budget`, or much longer than so many bytes do in any code that people write.
    pub fn spans(&self, bytes: Range<usize>, budget: Duration) -> Result<Vec<Span>, SyntaxError> {
        let deadline = Deadline::after(budget);
        deadline.check()?;
        let bytes = clip_to_chars(&self.text, bytes);
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        highlight::spans(&self.root, &self.text, bytes, deadline)
    }

    /// The definitions of the text in their order; see [`Symbol`]. The scripts and styles of a page count, the examples in a document don't.
    #[must_use]
    pub fn outline(&self) -> Vec<Symbol> {
        outline::symbols(&self.root, &self.text)
    }

    /// Parses what is embedded, which otherwise happens when it is first looked at. Call it on a thread of its own.
    ///
    /// # Errors
    /// [`SyntaxError::TimedOut`] if that takes longer than `budget`; what was parsed until then is kept.
    pub fn prepare_embedded(&self, budget: Duration) -> Result<(), SyntaxError> {
        let mut waiting = vec![(None::<Arc<Layer>>, 0)];
        let deadline = Deadline::after(budget);
        while let Some((layer, depth)) = waiting.pop() {
            let layer = layer.as_deref().unwrap_or(&self.root);
            if depth < inject::MAX_DEPTH {
                let inner = inject::layers_of(layer, &self.text, &(0..self.text.len()), deadline, Grammar::has_blocks)?;
                waiting.extend(inner.into_iter().map(|layer| (Some(layer), depth + 1)));
            }
        }
        Ok(())
    }

    /// What can be folded, and the named parts. Embedded languages count.
    ///
    /// # Errors
    /// [`SyntaxError::TimedOut`] if that takes longer than `budget`; [`Structure::by_indentation`] always answers.
    pub fn structure(&self, budget: Duration) -> Result<Structure, SyntaxError> {
        structure::of_tree(&self.root, self.outline(), &self.text, budget)
    }

    /// What the text defines, with signatures, doc comments and who may use it, and which names it uses. The scripts of a page count.
    /// `is_header`: it is there to be included by others, as C's headers are.
    ///
    /// # Errors
    /// [`SyntaxError::TimedOut`] if that takes longer than `budget`.
    pub fn code(&self, is_header: bool, budget: Duration) -> Result<Code, SyntaxError> {
        code::read(&self.root, &self.text, is_header, Deadline::after(budget))
    }

    /// Whether `bytes` are exactly a name in code: of a variable, a function, a type, a field, an element, a key. Not so in comments, strings and
    /// prose; what is interpolated into a string is code, and so is what is embedded (a script in HTML, a fence in Markdown). The sigil of a
    /// name may be left out of `bytes` (`size` of `@size`). Keywords, numbers and parts of names are none.
    ///
    /// Asking for many ranges is cheap once the tree is there: each costs a walk down the tree, not over it. What can't be analysed within a
    /// tenth of a second has no names.
    #[must_use]
    pub fn is_code_name(&self, bytes: Range<usize>) -> bool {
        code_names::is_name(&self.root, &self.text, &bytes, Deadline::after(NAME_BUDGET))
    }

    /// Parts that the grammar could not make anything of, and places where it misses something (empty ranges), in order; at most 1,000. Embedded
    /// languages don't count.
    #[must_use]
    pub fn broken(&self) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut waiting = vec![self.root.tree.root_node()];
        while let Some(node) = waiting.pop() {
            if node.is_error() || node.is_missing() {
                found.push(node.byte_range());
                if found.len() == 1000 {
                    break;
                }
            } else if node.has_error() {
                let mut cursor = node.walk();
                let inner: Vec<_> = node.children(&mut cursor).collect();
                waiting.extend(inner.into_iter().rev());
            }
        }
        found
    }

    /// The language it was parsed as.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text it was parsed from.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }
}

impl fmt::Debug for SyntaxTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyntaxTree").field("language", &self.language).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// A layer inside another one; `None` where the text is too hard for its grammar.
pub(crate) type Embedded = Option<Arc<Layer>>;

/// One grammar's view of the text, or of the parts of it that an outer layer injected.
pub(crate) struct Layer {
    pub(crate) grammar: &'static Grammar,
    pub(crate) tree: Tree,
    /// The parts this layer is about, in order; empty for the whole text.
    pub(crate) ranges: Vec<tree_sitter::Range>,
    /// Layers injected by this one, by the start and end of their content; `None` for what can't be analysed.
    pub(crate) injected: Mutex<HashMap<(usize, usize), Embedded>>,
    /// Layers whose content is spread over this one; known once this is set.
    pub(crate) combined: OnceLock<Vec<Arc<Layer>>>,
}

impl Layer {
    pub(crate) fn parse(
        parser: &mut Parser,
        grammar: &'static Grammar,
        text: &str,
        ranges: Vec<tree_sitter::Range>,
        deadline: Deadline,
    ) -> Result<Self, SyntaxError> {
        deadline.check()?;
        let pace = &mut Pace::of_parse(deadline, length_of(text, &ranges));
        Self::parse_after(parser, grammar, text, ranges, None, pace)
    }

    /// As [`Layer::parse`], with the tree of an earlier state of the text, edited.
    pub(crate) fn parse_after(
        parser: &mut Parser,
        grammar: &'static Grammar,
        text: &str,
        ranges: Vec<tree_sitter::Range>,
        old: Option<&Tree>,
        pace: &mut Pace,
    ) -> Result<Self, SyntaxError> {
        if grammar.facts.guard.is_some_and(|takes| !takes(lines_of(text, &ranges))) {
            return Err(SyntaxError::Refused);
        }
        parser.reset();
        parser.set_language(grammar.language()).expect("the grammars fit the tree-sitter they are linked with");
        parser.set_included_ranges(&ranges).expect("content nodes are in order and don't overlap");
        let text = text.as_bytes();
        let first = ranges.first().map_or(0, |range| range.start_byte);
        let mut progress =
            |state: &tree_sitter::ParseState| pace.flow(state.current_byte_offset().saturating_sub(first), !state.has_error());
        let mut read = |at: usize, _: Point| text.get(at..).unwrap_or_default();
        let options = ParseOptions::new().progress_callback(&mut progress);
        let tree = parser.parse_with_options(&mut read, old, Some(options)).ok_or(SyntaxError::TimedOut)?;
        Ok(Self { grammar, tree, ranges, injected: Mutex::default(), combined: OnceLock::new() })
    }

    /// Whether all of `bytes` is this layer's.
    pub(crate) fn contains(&self, bytes: &Range<usize>) -> bool {
        let after = self.ranges.partition_point(|range| range.start_byte <= bytes.start);
        self.ranges.is_empty() || after.checked_sub(1).is_some_and(|at| self.ranges[at].end_byte >= bytes.end)
    }

    pub(crate) fn cached(&self, key: (usize, usize)) -> Option<Embedded> {
        self.injected.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    pub(crate) fn cache(&self, key: (usize, usize), layer: Embedded) {
        self.injected.lock().unwrap_or_else(PoisonError::into_inner).insert(key, layer);
    }
}

/// The lines that `ranges` are in; of no ranges, the whole text.
fn lines_of<'text>(text: &'text str, ranges: &[tree_sitter::Range]) -> &'text str {
    let (Some(first), Some(last)) = (ranges.first(), ranges.last()) else { return text };
    let start = text.get(..first.start_byte).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1);
    text.get(start..last.end_byte).unwrap_or(text)
}

/// The bytes from the beginning of `ranges` to the last one that is no white space; of no ranges, those of the whole text.
fn length_of(text: &str, ranges: &[tree_sitter::Range]) -> usize {
    let (start, end) = (ranges.first().map_or(0, |range| range.start_byte), ranges.last().map_or(text.len(), |range| range.end_byte));
    text.get(start..end).unwrap_or(text).trim_end().len()
}

/// `bytes` within `text`, without the parts of a character at either end.
fn clip_to_chars(text: &str, bytes: Range<usize>) -> Range<usize> {
    let start = (bytes.start.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let end = (0..=bytes.end.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_clipped_to_whole_characters() {
        assert_eq!(clip_to_chars("aéb", 0..9), 0..4);
        assert_eq!(clip_to_chars("aéb", 2..4), 3..4);
        assert_eq!(clip_to_chars("aéb", 0..2), 0..1);
        assert_eq!(clip_to_chars("aéb", 2..2), 3..3);
        assert_eq!(clip_to_chars("aéb", 7..usize::MAX), 4..4);
    }

    #[test]
    fn trees_can_be_shared_between_threads() {
        fn shared<T: Send + Sync + 'static>() {}
        shared::<SyntaxTree>();
    }
}
