//! What each kind of node is to who reads code, by the words that grammars use.

use tree_sitter::Language;

use crate::code_names::NAME_KINDS;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Nothing of interest by itself.
    Other,
    /// A comment.
    Comment,
    /// Stands before a definition and belongs to it, as Rust's attributes do.
    Attribute,
    /// A name, if it has no children.
    Name,
    /// An import; what is named in it is imported.
    Import,
    /// Belongs to the definition in it: `export`, decorators, template parameters, the keyword before a declaration.
    Wrapper,
}

const COMMENTS: &[&str] = &["comment", "line_comment", "block_comment", "multiline_comment", "html_comment", "Comment"];
const ATTRIBUTES: &[&str] = &["attribute_item", "inner_attribute_item"];
const IMPORTS: &[&str] = &[
    "use_declaration",
    "extern_crate_declaration",
    "import_statement",
    "import_from_statement",
    "future_import_statement",
    "import_spec",
    "import_declaration",
    "preproc_include",
    "using_directive",
    "namespace_use_declaration",
    "import",
    "import_header",
];
const WRAPPERS: &[&str] = &[
    "export_statement",
    "decorated_definition",
    "template_declaration",
    "lexical_declaration",
    "variable_declaration",
    "type_declaration",
    "const_declaration",
    "var_declaration",
    "ambient_declaration",
    // `namespace N {}` and an assignment stand as expressions.
    "expression_statement",
];

impl Sort {
    /// By the ids of a language's kinds of nodes.
    pub(crate) fn table(language: &Language) -> Box<[Self]> {
        let sort = |id: u16| {
            let kind = language.node_kind_for_id(id).unwrap_or_default();
            let named = language.node_kind_is_named(id);
            match () {
                () if !named => Self::Other,
                () if COMMENTS.contains(&kind) => Self::Comment,
                () if ATTRIBUTES.contains(&kind) => Self::Attribute,
                () if IMPORTS.contains(&kind) => Self::Import,
                () if WRAPPERS.contains(&kind) => Self::Wrapper,
                () if kind.contains("identifier") || NAME_KINDS.contains(&kind) => Self::Name,
                () => Self::Other,
            }
        };
        (0..u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX)).map(sort).collect()
    }
}
