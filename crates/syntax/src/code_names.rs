//! Which bytes of a text are a name in code, and not a word of a comment, a string or prose.

use std::ops::Range;

use tree_sitter::Node;

use crate::deadline::Deadline;
use crate::grammar::Grammar;
use crate::inject::{self, MAX_DEPTH};
use crate::tree::Layer;

/// Leaves that are names, besides those whose kind says "identifier". What a comment or a string is made of is a leaf of another kind.
pub(crate) const NAME_KINDS: &[&str] = &[
    // Bash: names of variables, of commands, and their arguments without quotes.
    "variable_name",
    "word",
    // C, C++, Rust: types that are built in but written as names.
    "primitive_type",
    // CSS and HTML.
    "attribute_name",
    "class_name",
    "feature_name",
    "function_name",
    "id_name",
    "keyframes_name",
    "namespace_name",
    "plain_value",
    "property_name",
    "tag_name",
    // CMake.
    "unquoted_argument",
    // INI.
    "setting_name",
    // Go.
    "label_name",
    // PHP.
    "name",
    // Ruby.
    "class_variable",
    "constant",
    "global_variable",
    "hash_key_symbol",
    "instance_variable",
    "simple_symbol",
    // Rust.
    "metavariable",
    // SQL, Svelte, XML.
    "Name",
    "snippet_name",
    // Dockerfiles.
    "image_alias",
    "unquoted_string",
    "variable",
    // TOML and YAML.
    "alias_name",
    "anchor_name",
    "bare_key",
];

/// Leaves whose first characters belong to the grammar rather than the name: `@size`, `:size`, `#size`, `$size`, `r#type`.
const SIGILS: &[&str] = &["@@", "@", "r#", "#", ":"];

/// Leaves of code that the grammar doesn't take apart: the text behind `#define NAME`.
const RAW_CODE_KINDS: &[&str] = &["preproc_arg"];

/// Whether `bytes` of `text` are exactly a name in the innermost language there.
pub(crate) fn is_name(root: &Layer, text: &str, bytes: &Range<usize>, deadline: Deadline) -> bool {
    let Some(word) = text.get(bytes.clone()).filter(|word| is_word(word)) else { return false };
    let own = |layer: &Layer| {
        layer.tree.root_node().descendant_for_byte_range(bytes.start, bytes.end).is_some_and(|leaf| names(layer, leaf, text, bytes, word))
    };
    let mut holder;
    let mut layer = root;
    for _ in 0..MAX_DEPTH {
        // What can't be analysed in time has no names.
        let Ok(inner) = inject::layers_of(layer, text, bytes, deadline, Grammar::has_blocks) else { return false };
        let Some(inside) = inner.into_iter().find(|inner| inner.contains(bytes)) else { break };
        holder = inside;
        layer = &holder;
    }
    own(layer)
}

/// Whether `leaf`, the smallest node around `bytes`, is a name that reads as `word`.
fn names(layer: &Layer, leaf: Node<'_>, text: &str, bytes: &Range<usize>, word: &str) -> bool {
    let kind = leaf.kind();
    if matches!(kind, "quoted_key" | "double_quote_scalar" | "single_quote_scalar") {
        let inside = leaf.start_byte() + 1..leaf.end_byte().saturating_sub(1);
        return inside == *bytes && (kind == "quoted_key" || is_key(leaf));
    }
    if leaf.child_count() > 0 {
        return false;
    }
    if RAW_CODE_KINDS.contains(&kind) {
        return stands_alone_in(text.get(leaf.byte_range()).unwrap_or_default(), bytes.start - leaf.start_byte(), word);
    }
    if !leaf.is_named() {
        return false;
    }
    if layer.grammar.facts.dollar_in_strings && kind == "string_content" {
        return follows_a_dollar(text, bytes);
    }
    if leaf.byte_range() != *bytes && (!has_sigil(leaf, text, word) || leaf.end_byte() != bytes.end) {
        return false;
    }
    kind.contains("identifier") || NAME_KINDS.contains(&kind) || is_key(leaf)
}

/// Whether a word of a string is interpolated by the `$` before it.
fn follows_a_dollar(text: &str, bytes: &Range<usize>) -> bool {
    let before = text.get(..bytes.start).and_then(|before| before.strip_suffix('$'));
    let goes_on = text.get(bytes.end..).is_some_and(|after| after.starts_with(|char: char| char.is_alphanumeric() || char == '_'));
    before.is_some_and(|before| !before.ends_with('\\')) && !goes_on
}

fn has_sigil(leaf: Node<'_>, text: &str, word: &str) -> bool {
    let before = text.get(leaf.byte_range()).and_then(|whole| whole.strip_suffix(word)).unwrap_or_default();
    SIGILS.contains(&before) || (before == "$" && matches!(leaf.kind(), "global_variable" | "metavariable" | "property_name" | "variable"))
}

/// Whether a leaf is the text of a key in a data file, quoted or not, or of a symbol in a list of Ruby's.
fn is_key(leaf: Node<'_>) -> bool {
    let Some(parent) = leaf.parent() else { return false };
    match (leaf.kind(), parent.kind()) {
        ("string_content", "bare_symbol") => true,
        // `"size": 1` and `{ "size": 1 }`: the pair's key.
        ("string_content", "string") => is_field(parent, "key"),
        ("string_scalar", _) => is_field(parent, "key") || parent.parent().is_some_and(|node| is_field(node, "key")),
        ("double_quote_scalar" | "single_quote_scalar", _) => is_field(leaf, "key") || is_field(parent, "key"),
        _ => false,
    }
}

/// Whether `node` is this field of its parent.
fn is_field(node: Node<'_>, field: &str) -> bool {
    node.parent().and_then(|parent| parent.child_by_field_name(field)).is_some_and(|child| child == node)
}

/// Whether the word at `at` of undivided code stands alone, outside of quotes and comments.
fn stands_alone_in(code: &str, at: usize, word: &str) -> bool {
    let (Some(before), Some(after)) = (code.get(..at), code.get(at + word.len()..)) else { return false };
    let part = |char: char| char.is_alphanumeric() || char == '_';
    if before.ends_with(part) || after.starts_with(part) || word.starts_with(|char: char| char.is_ascii_digit()) {
        return false;
    }
    let (mut quote, mut escaped, mut previous) = (None, false, ' ');
    for char in before.chars() {
        match quote {
            Some('*') if previous == '*' && char == '/' => quote = None,
            Some('*') => {}
            Some(_) if escaped => escaped = false,
            Some(_) if char == '\\' => escaped = true,
            Some(open) if char == open => quote = None,
            Some(_) => {}
            None if matches!(char, '"' | '\'') => quote = Some(char),
            None if previous == '/' && char == '/' => return false,
            None if previous == '/' && char == '*' => quote = Some('*'),
            None => {}
        }
        previous = char;
    }
    quote.is_none()
}

/// Whether this could be a name at all: something to read, no white space, not a number.
fn is_word(word: &str) -> bool {
    word.starts_with(|char: char| !char.is_ascii_digit())
        && word.contains(|char: char| char.is_alphanumeric() || char == '_')
        && !word.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_undivided_code_stands_alone_outside_of_quotes_and_comments() {
        let stands = |code: &str, word: &str| stands_alone_in(code, code.rfind(word).expect("it is in there"), word);
        assert!(stands("do_check(x, \"a\\\"\") ", "x"));
        assert!(stands("'\"' x", "x"));
        assert!(stands("/* a */ x", "x"));
        assert!(!stands("\"a x", "x"));
        assert!(!stands("/* x */", "x"));
        assert!(!stands("a // x", "x"));
        assert!(!stands("max", "x"));
        assert!(!stands("x1", "x"));
    }
}
