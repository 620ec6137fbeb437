//! Finding the text of other languages inside a layer.

use std::ops::Range;
use std::sync::Arc;

use tree_sitter::{Node, Parser, QueryCursor, QueryCursorOptions, StreamingIterator};

use crate::SyntaxError;
use crate::deadline::Deadline;
use crate::grammar::{Grammar, InjectionSettings};
use crate::pace::Pace;
use crate::registry;
use crate::tree::Layer;

/// How deep languages may be inside each other: Markdown, HTML, script and one more.
pub(crate) const MAX_DEPTH: u8 = 4;

/// A node whose text is in another language.
struct Content<'tree> {
    node: Node<'tree>,
    grammar: &'static Grammar,
    settings: &'static InjectionSettings,
}

/// The layers inside `layer` that touch `bytes`. Each is parsed whole the first time and kept, so that its spans don't depend on `bytes`.
pub(crate) fn layers(layer: &Layer, text: &str, bytes: &Range<usize>, deadline: Deadline) -> Result<Vec<Arc<Layer>>, SyntaxError> {
    layers_of(layer, text, bytes, deadline, |_| true)
}

/// As [`layers`], of those grammars that are wanted.
pub(crate) fn layers_of(
    layer: &Layer,
    text: &str,
    bytes: &Range<usize>,
    deadline: Deadline,
    wanted: impl Fn(&Grammar) -> bool,
) -> Result<Vec<Arc<Layer>>, SyntaxError> {
    if layer.grammar.injections().is_none() {
        return Ok(Vec::new());
    }
    let mut parser = Parser::new();
    let mut layers = combined(layer, text, &mut parser, deadline)?;
    for content in contents(layer, text, bytes, deadline)? {
        if content.settings.combined || !wanted(content.grammar) {
            continue;
        }
        let key = (content.node.start_byte(), content.node.end_byte());
        if let Some(known) = layer.cached(key) {
            layers.extend(known);
            continue;
        }
        let ranges = ranges(&content);
        if ranges.is_empty() {
            continue;
        }
        let parsed = parsed(&mut parser, content.grammar, text, ranges, deadline)?;
        layer.cache(key, parsed.clone());
        layers.extend(parsed);
    }
    Ok(layers)
}

/// A layer, or nothing where the text is too hard for its grammar: it stays what the layer around it says.
fn parsed(
    parser: &mut Parser,
    grammar: &'static Grammar,
    text: &str,
    ranges: Vec<tree_sitter::Range>,
    deadline: Deadline,
) -> Result<Option<Arc<Layer>>, SyntaxError> {
    match Layer::parse(parser, grammar, text, ranges, deadline) {
        Ok(parsed) => Ok(Some(Arc::new(parsed))),
        Err(SyntaxError::Refused) => Ok(None),
        // Given up for its pace, with time left.
        Err(SyntaxError::TimedOut) if !deadline.has_passed() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The layers that are spread over the whole text, such as the HTML around PHP.
fn combined(layer: &Layer, text: &str, parser: &mut Parser, deadline: Deadline) -> Result<Vec<Arc<Layer>>, SyntaxError> {
    if let Some(known) = layer.combined.get() {
        return Ok(known.clone());
    }
    let mut spread: Vec<(&'static Grammar, Vec<tree_sitter::Range>)> = Vec::new();
    let any = layer.grammar.injections().is_some_and(|injections| injections.settings.iter().any(|settings| settings.combined));
    if any {
        for content in contents(layer, text, &(0..text.len()), deadline)?.iter().filter(|content| content.settings.combined) {
            match spread.iter_mut().find(|(grammar, _)| grammar.facts.name == content.grammar.facts.name) {
                Some((_, all)) => all.extend(ranges(content)),
                None => spread.push((content.grammar, ranges(content))),
            }
        }
    }
    let mut layers = Vec::new();
    for (grammar, ranges) in spread.into_iter().filter(|(_, ranges)| !ranges.is_empty()) {
        layers.extend(parsed(parser, grammar, text, ranges, deadline)?);
    }
    Ok(layer.combined.get_or_init(|| layers).clone())
}

/// The injected nodes that touch `bytes`, in order, not overlapping; if two patterns find the same node, the first one counts.
fn contents<'tree>(layer: &'tree Layer, text: &str, bytes: &Range<usize>, deadline: Deadline) -> Result<Vec<Content<'tree>>, SyntaxError> {
    let Some(injections) = layer.grammar.injections() else { return Ok(Vec::new()) };
    let mut cursor = QueryCursor::new();
    cursor.set_byte_range(bytes.clone());
    let mut pace = Pace::of_query(deadline, bytes.len());
    let mut progress = |_: &tree_sitter::QueryCursorState| pace.flow(0, false);
    let options = QueryCursorOptions::new().progress_callback(&mut progress);
    let mut matches = cursor.matches_with_options(&injections.query, layer.tree.root_node(), text.as_bytes(), options);
    let mut contents: Vec<(usize, Content<'tree>)> = Vec::new();
    while let Some(found) = matches.next() {
        let settings = &injections.settings[found.pattern_index];
        let named = found.captures().iter().find(|capture| Some(capture.index) == injections.language);
        let name = named.and_then(|capture| text.get(capture.node.byte_range())).or(settings.language.as_deref());
        let Some(grammar) = name.and_then(fence_name).and_then(registry::injected) else { continue };
        for capture in found.captures().iter().filter(|capture| capture.index == injections.content) {
            let (start, end) = (capture.node.start_byte(), capture.node.end_byte());
            if start < end && start < bytes.end && end > bytes.start {
                contents.push((found.pattern_index, Content { node: capture.node, grammar, settings }));
            }
        }
    }
    drop(matches);
    pace.check()?;
    contents.sort_by_key(|(pattern, content)| (content.node.start_byte(), *pattern));
    let mut end = 0;
    contents.retain(|(_, content)| {
        let free = content.node.start_byte() >= end;
        if free {
            end = content.node.end_byte();
        }
        free
    });
    Ok(contents.into_iter().map(|(_, content)| content).collect())
}

/// The language in an info string: `rust,ignore`, `{.python}` and `js {1,3}` name theirs first.
fn fence_name(info: &str) -> Option<&str> {
    info.split([' ', '\t', ',', '{', '}', ':', ';']).map(|word| word.trim_start_matches('.')).find(|word| !word.is_empty())
}

/// The text of a content node: all of it, or what its children leave.
fn ranges(content: &Content<'_>) -> Vec<tree_sitter::Range> {
    let whole = content.node.range();
    if content.settings.include_children || content.node.named_child_count() == 0 {
        return vec![whole];
    }
    let mut ranges = Vec::new();
    let mut start = (whole.start_byte, whole.start_point);
    for child in content.node.named_children(&mut content.node.walk()) {
        if child.start_byte() > start.0 {
            ranges.push(tree_sitter::Range {
                start_byte: start.0,
                start_point: start.1,
                end_byte: child.start_byte(),
                end_point: child.start_position(),
            });
        }
        if child.end_byte() > start.0 {
            start = (child.end_byte(), child.end_position());
        }
    }
    if whole.end_byte > start.0 {
        ranges.push(tree_sitter::Range { start_byte: start.0, start_point: start.1, ..whole });
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::fence_name;

    #[test]
    fn an_info_string_names_its_language_first() {
        assert_eq!(fence_name("rust"), Some("rust"));
        assert_eq!(fence_name("rust,ignore"), Some("rust"));
        assert_eq!(fence_name("{.python .numberLines}"), Some("python"));
        assert_eq!(fence_name("c++ title=a"), Some("c++"));
        assert_eq!(fence_name(" "), None);
    }
}
