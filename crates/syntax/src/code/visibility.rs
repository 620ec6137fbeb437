//! Who may use a definition, by the words its language has for that.

use tree_sitter::Node;

use super::signature::child_of;
use crate::SymbolKind;

/// What a definition says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visibility {
    /// Others can use it, as far as they can use what it is in.
    Public,
    /// Nobody else can.
    Private,
    /// As what it is in.
    Inherited,
}

/// Where a definition stands.
pub(super) struct Standing<'a> {
    pub(super) language: &'static str,
    pub(super) name: &'a str,
    pub(super) kind: SymbolKind,
    /// The definition's node, and what surrounds it, innermost first.
    pub(super) node: Node<'a>,
    pub(super) around: &'a dyn Fn(usize) -> Option<&'a str>,
    /// The last `private:` or `private` before it within the same body; `true` for one that lets others in.
    pub(super) access: Option<bool>,
    pub(super) is_header: bool,
    pub(super) text: &'a str,
}

use Visibility::{Inherited, Private, Public};

/// What the definition says about itself.
pub(super) fn of(standing: &Standing<'_>) -> Visibility {
    let name = standing.name;
    match standing.language {
        "Rust" => rust(standing),
        "TypeScript" | "TSX" | "JavaScript" => match modifier(standing, &["accessibility_modifier"]) {
            Some("private") => Private,
            _ if name.starts_with('#') => Private,
            _ => Inherited,
        },
        "Python" => {
            let is_special = name.starts_with("__") && name.ends_with("__") && name.len() > 4;
            if name.starts_with('_') && !is_special { Private } else { Inherited }
        }
        "Go" => {
            if name.starts_with(char::is_uppercase) {
                Public
            } else {
                Private
            }
        }
        "Java" => java(standing),
        "C#" => csharp(standing),
        "Kotlin" | "Scala" => {
            let words = words_before_name(standing);
            let is_hidden = words.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "private" | "internal"));
            if is_hidden { Private } else { Inherited }
        }
        "PHP" => match modifier(standing, &["visibility_modifier"]) {
            Some("private") => Private,
            _ => Inherited,
        },
        "C" => c(standing),
        "C++" => cpp(standing),
        "Ruby" => {
            if standing.access == Some(false) {
                Private
            } else {
                Inherited
            }
        }
        "Lua" => {
            let local = standing.text.get(standing.node.byte_range()).is_some_and(|text| text.starts_with("local"));
            if local || (standing.around)(0) == Some("variable_declaration") || name.starts_with('_') { Private } else { Inherited }
        }
        "Zig" => match standing.kind {
            SymbolKind::Field => Inherited,
            _ if child_of(standing.node, &["pub"]).is_some() => Public,
            _ => Private,
        },
        "Bash" => {
            if name.starts_with('_') {
                Private
            } else {
                Inherited
            }
        }
        _ => Inherited,
    }
}

/// The text of the first child of one of these kinds.
fn modifier<'a>(standing: &Standing<'a>, kinds: &[&str]) -> Option<&'a str> {
    let child = child_of(standing.node, kinds)?;
    standing.text.get(child.byte_range()).map(str::trim)
}

/// What a definition has before its name, annotations with their arguments included.
fn words_before_name<'a>(standing: &Standing<'a>) -> &'a str {
    let Some(modifiers) = child_of(standing.node, &["modifiers", "access_modifier"]) else { return "" };
    standing.text.get(modifiers.byte_range()).unwrap_or_default()
}

fn rust(standing: &Standing<'_>) -> Visibility {
    if let Some(words) = modifier(standing, &["visibility_modifier"]) {
        return if words == "pub(self)" { Private } else { Public };
    }
    let around = |at| (standing.around)(at);
    match (standing.node.kind(), around(0), around(1)) {
        // What a trait has, it has for all; what an `impl` of one has is the trait's.
        (_, Some("declaration_list"), Some("trait_item")) | ("enum_variant", ..) | ("impl_item", ..) => Inherited,
        _ => Private,
    }
}

fn java(standing: &Standing<'_>) -> Visibility {
    if standing.node.kind() == "enum_constant" {
        return Inherited;
    }
    let Some(modifiers) = child_of(standing.node, &["modifiers"]) else {
        return if in_interface(standing) { Inherited } else { Private };
    };
    let mut cursor = modifiers.walk();
    let mut found = None;
    for child in modifiers.children(&mut cursor).take(100) {
        match child.kind() {
            "public" | "protected" => found = Some(Public),
            "private" => found = Some(Private),
            _ => {}
        }
    }
    found.unwrap_or(if in_interface(standing) { Inherited } else { Private })
}

fn in_interface(standing: &Standing<'_>) -> bool {
    matches!((standing.around)(0), Some("interface_body" | "annotation_type_body"))
        || (standing.around)(1).is_some_and(|kind| kind == "interface_declaration")
}

fn csharp(standing: &Standing<'_>) -> Visibility {
    let node = standing.node;
    if matches!(node.kind(), "namespace_declaration" | "file_scoped_namespace_declaration" | "enum_member_declaration") {
        return Inherited;
    }
    let mut cursor = node.walk();
    let modifiers = node.children(&mut cursor).take(100).filter(|child| child.kind() == "modifier");
    let mut found = None;
    for word in modifiers.filter_map(|child| standing.text.get(child.byte_range())) {
        match word {
            "public" | "protected" => found = Some(Public),
            "private" | "internal" => found = found.or(Some(Private)),
            _ => {}
        }
    }
    found.unwrap_or(if in_interface(standing) { Inherited } else { Private })
}

fn is_static(standing: &Standing<'_>) -> bool {
    let mut cursor = standing.node.walk();
    standing
        .node
        .children(&mut cursor)
        .take(50)
        .any(|child| child.kind() == "storage_class_specifier" && standing.text.get(child.byte_range()) == Some("static"))
}

fn c(standing: &Standing<'_>) -> Visibility {
    if standing.is_header {
        return Inherited;
    }
    match standing.kind {
        SymbolKind::Function if !is_static(standing) => Inherited,
        SymbolKind::Field => Inherited,
        SymbolKind::Constant if standing.node.kind() == "enumerator" => Inherited,
        _ => Private,
    }
}

fn cpp(standing: &Standing<'_>) -> Visibility {
    let is_member = (0..3)
        .filter_map(|at| (standing.around)(at))
        .take_while(|kind| *kind != "compound_statement")
        .any(|kind| kind == "field_declaration_list");
    if is_member {
        let of_class = (0..4).filter_map(|at| (standing.around)(at)).find(|kind| kind.ends_with("_specifier"));
        return if standing.access.unwrap_or(of_class != Some("class_specifier")) { Inherited } else { Private };
    }
    match standing.kind {
        SymbolKind::Module => Inherited,
        _ => c(standing),
    }
}
