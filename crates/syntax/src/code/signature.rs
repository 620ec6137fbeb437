//! Where the signature of a definition ends and its body begins.

use std::ops::Range;

use tree_sitter::Node;

/// A longer signature is cut, at the end of a character.
const LONGEST: usize = 8 * 1024;
/// A value that is longer, or on further lines, is not part of its constant's signature.
const LONGEST_VALUE: usize = 160;

/// Children that are bodies, where the grammar has no field for it.
const BODIES: &[&str] = &[
    "function_body",
    "class_body",
    "enum_class_body",
    "block",
    "compound_statement",
    "declaration_list",
    "field_declaration_list",
    "enum_variant_list",
    "enumerator_list",
    "accessor_list",
    "template_body",
    "enum_body",
    "interface_body",
    "macro_rule",
    "column_definitions",
    "message_body",
    "fields_definition",
];

/// Bodies that say what something is rather than what it does or holds: `struct Meters(f64);`.
const KEPT: &[&str] = &["ordered_field_declaration_list"];

/// Bytes of the body of the definition at `node`.
pub(super) fn body(node: Node<'_>) -> Option<Range<usize>> {
    let found = node.child_by_field_name("body").filter(|body| !KEPT.contains(&body.kind()));
    if let Some(body) = found {
        return Some(body.byte_range());
    }
    if let Some(body) = child_of(node, BODIES) {
        return Some(body.byte_range());
    }
    if let Some(accessors) = node.child_by_field_name("accessors") {
        return Some(accessors.byte_range());
    }
    // `const f = () => {}`, `type T struct {}`, `typedef struct {} t;`, `const T = struct {};`
    for field in ["value", "right", "type"] {
        if let Some(inner) = node.child_by_field_name(field)
            && let Some(body) = inner
                .child_by_field_name("body")
                .or_else(|| child_of(inner, &["field_declaration_list", "statement_block"]))
                .filter(|body| !KEPT.contains(&body.kind()))
        {
            return Some(body.byte_range());
        }
    }
    let brace = |inner: Node<'_>| child_of(inner, &["{"]).map(|brace| brace.start_byte()..inner.end_byte());
    match node.kind() {
        "type_spec" => node.child_by_field_name("type").filter(|inner| inner.kind() == "interface_type").and_then(brace),
        "variable_declaration" => {
            let kinds = ["struct_declaration", "enum_declaration", "union_declaration", "opaque_declaration", "error_set_declaration"];
            child_of(node, &kinds).and_then(brace)
        }
        "macro_definition" => {
            let name = node.child_by_field_name("name")?;
            let rest = name.end_byte()..node.end_byte();
            (!rest.is_empty()).then_some(rest)
        }
        _ => None,
    }
}

/// Where a long value of a constant or a field begins.
pub(super) fn long_value(node: Node<'_>, text: &str) -> Option<usize> {
    let value = ["value", "right"].into_iter().find_map(|field| node.child_by_field_name(field)).or_else(|| {
        let declarator = node.child_by_field_name("declarator")?;
        declarator.child_by_field_name("value")
    })?;
    let is_short = value.byte_range().len() <= LONGEST_VALUE && !text.get(value.byte_range())?.contains('\n');
    (!is_short || node.kind() == "preproc_function_def").then(|| value.start_byte())
}

/// Where what stands before a body ends: comments between the two belong to neither.
pub(super) fn end_before(node: Node<'_>, body: usize) -> usize {
    let mut cursor = node.walk();
    let mut end = body;
    let mut is_comment = false;
    for child in node.children(&mut cursor).take(200).take_while(|child| child.end_byte() <= body) {
        if !child.kind().contains("comment") {
            is_comment = false;
            end = body;
        } else if !is_comment {
            is_comment = true;
            end = child.start_byte();
        }
    }
    end
}

/// The signature between these bytes, without what joins it to its body and with an end.
pub(super) fn trimmed(text: &str, range: Range<usize>, before_body: bool) -> Range<usize> {
    let Some(part) = text.get(range.clone()) else { return range.start..range.start };
    let mut end = range.start + part.trim_end().len();
    let start = range.start + (part.len() - part.trim_start().len());
    loop {
        let part = text.get(start..end).unwrap_or_default();
        let joints: &[&str] = if before_body { &["=>", "{", "=", ":", ";", "\\"] } else { &[";", ",", "\\"] };
        let Some(cut) = joints.iter().find_map(|joint| part.strip_suffix(*joint)) else { break };
        end = start + cut.trim_end().len();
    }
    let most = (0..=LONGEST).rev().find(|length| text.is_char_boundary((start + length).min(text.len()))).unwrap_or(0);
    start..end.min(start + most).max(start)
}

pub(super) fn child_of<'tree>(node: Node<'tree>, kinds: &[&str]) -> Option<Node<'tree>> {
    let mut cursor = node.walk();
    if !cursor.goto_first_child() {
        return None;
    }
    // A definition with more children than this has none of them that is looked for.
    for _ in 0..200 {
        if kinds.contains(&cursor.node().kind()) {
            return Some(cursor.node());
        }
        if !cursor.goto_next_sibling() {
            return None;
        }
    }
    None
}
