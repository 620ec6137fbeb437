//! How a name is used: by the node it stands in where that begins a variable, else by what is written around it.

use std::ops::Range;

use super::{NameUse, Role};

/// Where a leaf stands: the kinds and fields of the nodes around it, the innermost last.
pub(super) struct Place<'a> {
    pub(super) leaf: &'a str,
    pub(super) field: Option<&'a str>,
    /// Kind of each node around it with the field it is of its own parent.
    pub(super) around: &'a dyn Fn(usize) -> Option<(&'a str, Option<&'a str>)>,
}

/// What the name at `range` is there for.
pub(super) fn name_use(text: &str, range: Range<usize>, place: &Place<'_>) -> NameUse {
    if is_binding(place, &text[range.clone()]) {
        return NameUse { range, role: Role::Binding, qualifier: None };
    }
    let (before, after) = (text[..range.start].trim_end(), text[range.end..].trim_start_matches([' ', '\t']));
    let is_call = after.starts_with('(') || after.starts_with("!(") || after.starts_with("![") || place.around_is(0, "command_name");
    let path = before.ends_with("::");
    let member = before.ends_with("->")
        || before.ends_with("?.")
        || (before.ends_with('.') && !before.ends_with(".."))
        || (before.ends_with(':') && !path && place.around_is(0, "method_index_expression"));
    if path || member {
        let joint = before.trim_end_matches(['.', ':', '?', '!', '>', '-']).trim_end();
        let start = joint.len() - joint.chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum::<usize>();
        let qualifier = (start < joint.len()).then_some(start..joint.len());
        let role = match (path, is_call) {
            (true, true) => Role::PathCall,
            (true, false) => Role::Path,
            (false, true) => Role::MemberCall,
            (false, false) => Role::Member,
        };
        return NameUse { range, role, qualifier };
    }
    let role = match () {
        () if is_key(place) => Role::Key,
        // What a path begins with is a type or a module.
        () if place.leaf == "type_identifier" || after.starts_with("::") => Role::Type,
        () if is_call => Role::Call,
        () => Role::Value,
    };
    NameUse { range, role, qualifier: None }
}

impl Place<'_> {
    fn around_is(&self, at: usize, kind: &str) -> bool {
        (self.around)(at).is_some_and(|(found, _)| found == kind)
    }
}

fn is_key(place: &Place<'_>) -> bool {
    let Some((parent, _)) = (place.around)(0) else { return false };
    matches!(
        (parent, place.field),
        ("field_initializer", Some("field" | "name"))
            | ("pair" | "keyed_element", Some("key"))
            | ("keyword_argument", Some("name"))
            | ("field_designator", _)
            | ("literal_element", _)
            | ("hash_key_symbol", _)
    ) || place.leaf == "property_identifier"
}

/// Whether a variable or a parameter begins here.
fn is_binding(place: &Place<'_>, name: &str) -> bool {
    // Patterns and declarators nest: the outermost of them says what they are for.
    let mut at = 0;
    let mut field = place.field;
    while let Some((kind, own)) = (place.around)(at) {
        match (kind, field) {
            ("pair_pattern", Some("value")) => {}
            // What a pattern compares with, computes or is typed with.
            (
                _,
                Some(
                    "value" | "right" | "type" | "return_type" | "size" | "default_value" | "condition" | "body" | "arguments" | "function"
                    | "argument" | "alternative",
                ),
            ) => return false,
            (
                "let_declaration" | "parameter" | "closure_parameters" | "for_expression" | "let_condition" | "required_parameter"
                | "optional_parameter" | "for_statement" | "for_in_clause" | "static_item",
                Some("pattern" | "left" | "name"),
            )
            | ("closure_parameters" | "formal_parameters" | "parameters" | "lambda_parameters", _)
            | (
                "variable_declarator" | "parameter_declaration" | "variadic_parameter_declaration" | "var_spec" | "const_spec",
                Some("name"),
            )
            | (
                "default_parameter"
                | "typed_default_parameter"
                | "named_expression"
                | "formal_parameter"
                | "catch_formal_parameter"
                | "enhanced_for_statement"
                | "resource"
                | "spread_parameter"
                | "catch_declaration"
                | "keyword_parameter"
                | "splat_parameter"
                | "block_parameter"
                | "hash_splat_parameter"
                | "simple_parameter"
                | "variable_assignment",
                Some("name"),
            )
            | ("typed_parameter" | "list_splat_pattern" | "dictionary_splat_pattern" | "as_pattern_target" | "pattern_list", _)
            | ("inferred_parameters" | "method_parameters" | "block_parameters" | "lambda_parameter" | "left_assignment_list", _)
            | ("catch_clause" | "arrow_function" | "lambda_expression", Some("parameter" | "parameters"))
            | ("assignment" | "for_in_statement" | "short_var_declaration" | "range_clause" | "foreach_statement", Some("left"))
            | ("init_declarator" | "declaration" | "optional_parameter_declaration" | "for_range_loop", Some("declarator"))
            | ("parameter_declaration", Some("declarator"))
            | ("variable_name" | "exception_variable" | "class_parameter" | "payload" | "match_pattern", _) => {
                // A capital letter in a pattern is a constant or a variant that is compared with.
                return kind != "match_pattern" || name.starts_with(|c: char| c.is_lowercase() || c == '_');
            }
            (
                "tuple_pattern"
                | "tuple_struct_pattern"
                | "struct_pattern"
                | "field_pattern"
                | "ref_pattern"
                | "mut_pattern"
                | "captured_pattern"
                | "slice_pattern"
                | "or_pattern"
                | "reference_pattern"
                | "rest_pattern"
                | "array_pattern"
                | "object_pattern"
                | "pair_pattern"
                | "assignment_pattern"
                | "expression_list"
                | "pointer_declarator"
                | "array_declarator"
                | "reference_declarator"
                | "parenthesized_declarator"
                | "structured_binding_declarator"
                | "variable_list"
                | "object_assignment_pattern"
                | "list_pattern",
                _,
            ) => {
                if matches!(field, Some("key")) || (kind == "tuple_struct_pattern" && field == Some("type")) {
                    return false;
                }
            }
            _ => return false,
        }
        field = own;
        at += 1;
        if at > 16 {
            return false;
        }
    }
    false
}
