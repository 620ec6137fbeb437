//! What is known of a definition from the nodes in and around it.

use tree_sitter::Node;

use super::docs;
use super::walk::Frame;
use super::{DocComment, Sort};

/// Where the first node that is no comment begins.
pub(super) fn first_code(root: Node<'_>, sorts: &[Sort]) -> usize {
    let mut cursor = root.walk();
    let mut children = root.named_children(&mut cursor).filter(|child| {
        let sort = sorts.get(usize::from(child.kind_id())).copied().unwrap_or(Sort::Other);
        !matches!(sort, Sort::Comment | Sort::Attribute) && !matches!(child.kind(), "hash_bang_line" | "php_tag" | "shebang")
    });
    children.next().map_or(usize::MAX, |child| child.start_byte())
}

/// The string that a body of Python begins with.
pub(super) fn first_statement(body: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = body.walk();
    let first = body.named_children(&mut cursor).take(200).find(|child| child.kind() != "comment")?;
    let string = if first.kind() == "expression_statement" { first.named_child(0)? } else { first };
    (string.kind() == "string").then_some(string)
}

pub(super) fn docstring_of(node: Node<'_>, text: &str) -> Option<DocComment> {
    let string = first_statement(node.child_by_field_name("body")?)?;
    docs::docstring(text, string.byte_range())
}

/// Where the decorators of a class's member begin, which stand before it as its siblings.
pub(super) fn decorated(node: Node<'_>, text: &str, start: usize) -> usize {
    // Asking for siblings costs more the more there are.
    if !text[..start].trim_end().ends_with(|last: char| last == ')' || last.is_alphanumeric() || matches!(last, '_' | '$')) {
        return start;
    }
    let before = std::iter::successors(node.prev_sibling(), Node::prev_sibling);
    before.take_while(|sibling| sibling.kind() == "decorator").last().map_or(start, |first| first.start_byte())
}

/// Whether a declaration is `const (…)` or the like, which lists any number.
pub(super) fn is_group(node: Node<'_>, text: &str) -> bool {
    let text = text.get(node.byte_range()).unwrap_or_default();
    text.ends_with(')') && text.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start().starts_with('(')
}

/// What a definition is a member of, where it stands elsewhere.
pub(super) fn owner(node: Node<'_>, language: &str, text: &str, stack: &[Frame<'_>]) -> Option<String> {
    let of = |node: Node<'_>| text.get(node.byte_range()).unwrap_or_default();
    let plain = |text: &str| {
        let name = text.trim_start_matches(['(', '*', '&', ' ']);
        let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':' || c == '.')).unwrap_or(name.len());
        let name = name[..end].trim_end_matches(':').rsplit("::").next().unwrap_or_default();
        (!name.is_empty() && name.len() <= 200).then(|| name.to_owned())
    };
    match language {
        "Go" => {
            let receiver = node.child_by_field_name("receiver")?;
            let words = of(receiver).trim_matches(['(', ')']);
            plain(words.rsplit_once([' ', '\t']).map_or(words, |(_, kind)| kind))
        }
        "Rust" if node.kind() == "impl_item" => plain(of(node.child_by_field_name("type")?)),
        "Rust" => {
            let around = stack.iter().rev().take(2).find(|frame| frame.kind == "impl_item")?;
            plain(of(around.node.child_by_field_name("type")?))
        }
        "C++" => {
            let mut declarator = node.child_by_field_name("declarator")?;
            for _ in 0..6 {
                if declarator.kind() == "qualified_identifier" {
                    let (scope, _) = of(declarator).rsplit_once("::")?;
                    return plain(scope.split('<').next().unwrap_or_default());
                }
                declarator = declarator.child_by_field_name("declarator").or_else(|| declarator.named_child(0))?;
            }
            None
        }
        _ => None,
    }
}
