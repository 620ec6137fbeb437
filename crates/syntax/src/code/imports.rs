//! What an import statement imports.

use std::ops::Range;

use tree_sitter::Node;

use super::Imported;

/// One statement may import so many things.
const MOST: usize = 500;

/// The imports of a statement of the sort [`super::Sort::Import`].
pub(super) fn read(node: Node<'_>, text: &str) -> Vec<Imported> {
    let range = node.byte_range();
    let of = |node: Node<'_>| text.get(node.byte_range()).unwrap_or_default();
    let one = |target: &str| vec![Imported { target: target.to_owned(), names: Vec::new(), range: range.clone() }];
    match node.kind() {
        "use_declaration" => {
            let mut paths = Vec::new();
            if let Some(argument) = node.child_by_field_name("argument") {
                let plain: String = of(argument).chars().filter(|c| *c != '\n' && *c != '\r').collect();
                use_paths("", &plain, 0, &mut paths);
            }
            paths.into_iter().map(|target| Imported { target, names: Vec::new(), range: range.clone() }).collect()
        }
        "import_from_statement" => {
            let module = node.child_by_field_name("module_name").map(of).unwrap_or_default();
            let mut cursor = node.walk();
            let names = node.children_by_field_name("name", &mut cursor).take(MOST).map(|name| {
                let name = name.child_by_field_name("name").unwrap_or(name);
                of(name).to_owned()
            });
            let mut names: Vec<String> = names.collect();
            if super::signature::child_of(node, &["wildcard_import"]).is_some() {
                names.push("*".to_owned());
            }
            vec![Imported { target: module.to_owned(), names, range }]
        }
        "import_statement" => match node.child_by_field_name("source") {
            Some(source) => vec![Imported { target: unquoted(of(source)).to_owned(), names: names_in(node, text), range }],
            None => {
                let mut cursor = node.walk();
                let modules = node.children_by_field_name("name", &mut cursor).take(MOST);
                let import = |module: Node<'_>| {
                    let module = module.child_by_field_name("name").unwrap_or(module);
                    Imported { target: of(module).to_owned(), names: Vec::new(), range: range.clone() }
                };
                modules.map(import).collect()
            }
        },
        "import_spec" => node.child_by_field_name("path").map_or_else(Vec::new, |path| one(unquoted(of(path)))),
        "preproc_include" => node.child_by_field_name("path").map_or_else(Vec::new, |path| one(of(path))),
        // Go's contains its `import_spec`s, which come by themselves.
        "import_declaration" if of(node).contains(['"', '`']) => Vec::new(),
        _ => {
            let words = of(node).trim().trim_end_matches(';');
            let target =
                words.split_whitespace().filter(|word| !matches!(*word, "import" | "using" | "static" | "use" | "extern" | "crate"));
            let target: String = target.collect::<Vec<_>>().join(" ");
            if target.is_empty() || target.len() > 300 { Vec::new() } else { one(&target) }
        }
    }
}

/// What an export of something elsewhere, a `require` or a dynamic import names: the text of its only string.
pub(super) fn of_string(target: &str, range: Range<usize>) -> Imported {
    Imported { target: unquoted(target).to_owned(), names: Vec::new(), range }
}

/// `a::{b, c::{d, e as f}}` taken apart: `a::b`, `a::c::d`, `a::c::e`.
fn use_paths(before: &str, tree: &str, depth: u8, paths: &mut Vec<String>) {
    if depth > 16 || paths.len() >= MOST {
        return;
    }
    let tree = tree.trim();
    let joined = |rest: &str| if before.is_empty() { rest.to_owned() } else { format!("{before}::{rest}") };
    let Some(open) = tree.find('{') else {
        let path: String = tree.split(" as ").next().unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
        if !path.is_empty() {
            paths.push(joined(&path));
        }
        return;
    };
    let head = tree[..open].trim().trim_end_matches("::").trim_start_matches("::");
    let inner = tree[open + 1..].strip_suffix('}').unwrap_or(&tree[open + 1..]);
    let head = if head.is_empty() { before.to_owned() } else { joined(head) };
    let (mut level, mut start) = (0_usize, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => level += 1,
            '}' => level = level.saturating_sub(1),
            ',' if level == 0 => {
                use_paths(&head, &inner[start..at], depth + 1, paths);
                start = at + 1;
            }
            _ => {}
        }
    }
    use_paths(&head, &inner[start..], depth + 1, paths);
}

/// The names an ES import takes, by their names there.
fn names_in(node: Node<'_>, text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        if names.len() >= MOST {
            break;
        }
        if node.kind() == "import_specifier" {
            names.extend(node.child_by_field_name("name").and_then(|name| text.get(name.byte_range())).map(str::to_owned));
            continue;
        }
        let mut cursor = node.walk();
        let mut inner: Vec<Node<'_>> = node.named_children(&mut cursor).take(MOST).collect();
        inner.reverse();
        waiting.extend(inner);
    }
    names
}

pub(super) fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(|c| matches!(c, '"' | '\'' | '`'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_of_uses_is_taken_apart() {
        let mut paths = Vec::new();
        use_paths("", "a::{self, b, c::{d, e as f}, g::*}", 0, &mut paths);
        assert_eq!(paths, ["a::self", "a::b", "a::c::d", "a::c::e", "a::g::*"]);
        let mut deep = Vec::new();
        use_paths("", &"a::{".repeat(1000), 0, &mut deep);
        assert!(deep.len() <= 1, "what nests like this is not code: {deep:?}");
    }
}
