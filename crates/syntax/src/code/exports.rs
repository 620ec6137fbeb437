//! What a module says it exports, apart from the definitions themselves.

use std::collections::HashSet;

use tree_sitter::Node;

use super::imports::unquoted;

/// So many names are kept.
const MOST: usize = 20_000;

/// What a module exports by name.
#[derive(Debug, Default)]
pub(super) struct Exports {
    names: HashSet<String>,
    /// It imports or exports at all, so that what it doesn't export stays inside.
    pub(super) is_module: bool,
    /// There is a list, which is complete.
    pub(super) is_list: bool,
}

impl Exports {
    pub(super) fn of(is_module: bool) -> Self {
        Self { is_module, ..Self::default() }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Takes in what an ES or CommonJS statement exports.
    pub(super) fn look_script(&mut self, node: Node<'_>, text: &str) {
        let of = |node: Node<'_>| text.get(node.byte_range()).unwrap_or_default();
        match node.kind() {
            "import_statement" | "export_statement" => {
                self.is_module = true;
                if let Some(value) = node.child_by_field_name("value").filter(|value| value.kind() == "identifier") {
                    self.add(of(value));
                }
            }
            "export_specifier" => {
                if let Some(name) = node.child_by_field_name("name") {
                    self.add(of(name));
                }
            }
            "assignment_expression" => {
                let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else { return };
                let target = of(left);
                if target.len() > 200 || !(target.starts_with("module.exports") || target.starts_with("exports.")) {
                    return;
                }
                self.is_module = true;
                if let Some(name) = target.strip_prefix("module.exports.").or_else(|| target.strip_prefix("exports.")) {
                    self.add(name);
                }
                match right.kind() {
                    "identifier" => self.add(of(right)),
                    "object" => {
                        let mut cursor = right.walk();
                        for entry in right.named_children(&mut cursor).take(2000) {
                            match entry.kind() {
                                "shorthand_property_identifier" => self.add(of(entry)),
                                "pair" => {
                                    let value = entry.child_by_field_name("value").filter(|value| value.kind() == "identifier");
                                    self.add(value.map(of).unwrap_or_default());
                                }
                                _ => {}
                            }
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Takes in Python's `__all__ = [...]` and `__all__ += [...]`.
    pub(super) fn look_python(&mut self, node: Node<'_>, text: &str) {
        let of = |node: Node<'_>| text.get(node.byte_range()).unwrap_or_default();
        if node.child_by_field_name("left").map(of) != Some("__all__") {
            return;
        }
        let Some(right) = node.child_by_field_name("right").filter(|right| matches!(right.kind(), "list" | "tuple")) else { return };
        self.is_list = true;
        let mut cursor = right.walk();
        for name in right.named_children(&mut cursor).take(MOST).filter(|name| name.kind() == "string") {
            self.add(unquoted(of(name)));
        }
    }

    fn add(&mut self, name: &str) {
        if !name.is_empty() && self.names.len() < MOST {
            self.names.insert(name.to_owned());
        }
    }
}
