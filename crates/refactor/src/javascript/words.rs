//! Which texts are names.

/// Words that can't be declared.
const RESERVED: [&str; 47] = [
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
];
/// Types that can't be declared anew.
const TYPES: [&str; 13] =
    ["any", "unknown", "never", "void", "null", "undefined", "string", "number", "boolean", "symbol", "bigint", "object", "this"];

/// Whether a text has the form of a name.
pub(super) fn is_name(text: &str) -> bool {
    oxc_syntax::identifier::is_identifier_name(text)
}

/// Whether a name can be declared as a variable, function, class or label.
pub(super) fn is_reserved(text: &str) -> bool {
    RESERVED.contains(&text) || text == "yield" || text == "undefined"
}

/// Whether a name can't be declared as a type.
pub(super) fn is_reserved_type(text: &str) -> bool {
    TYPES.contains(&text)
}

/// Why nothing of a kind can be called so. Members and texts between quotes may be called almost anything.
pub(super) fn name_problem(kind: &str, name: &str) -> Option<String> {
    let bare = name.strip_prefix('#').unwrap_or(name);
    let is_member = matches!(kind, "property" | "method" | "accessor" | "enum member" | "constructor");
    let is_text = !bare.is_empty() && !bare.contains(['"', '\'', '`', '\\', '\n', '\r', '$']);
    if kind == "string" || is_text && is_member {
        return None;
    }
    if !is_name(bare) {
        return Some(format!("`{name}` is no name in this language."));
    }
    let is_type = matches!(kind, "interface" | "type" | "type parameter") && is_reserved_type(bare);
    let is_declared = !is_member && !matches!(kind, "" | "export" | "import");
    (is_type || is_declared && is_reserved(bare)).then(|| format!("`{bare}` is a reserved word."))
}
