//! What each kind of node means for folding, by the words that grammars use.

use tree_sitter::Language;

/// How a node of more than one line folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FoldKind {
    /// Only if its last child is a closer.
    None,
    /// Ends what its parent's first line begins: a bracket, `end`, `</p>`.
    Closer,
    /// From its first line to its last.
    Whole,
    /// From its first line to its last, which stays if it holds only a closer: a string, a fence.
    Closed,
    /// From the line its header ends on, if it has no brackets of its own.
    Body,
    /// A comment; several on following lines fold together.
    Comment,
    /// Several that follow one another fold together.
    Import,
}

/// Tokens and nodes that end what stands before them.
const CLOSERS: &[&str] = &[
    "}",
    "]",
    ")",
    ">",
    "/>",
    "%>",
    "|}",
    "]]",
    "}}",
    "end",
    "fi",
    "done",
    "esac",
    "#endif",
    "endif",
    "endwhile",
    "endfor",
    "endforeach",
    "endswitch",
    "end_tag",
    "jsx_closing_element",
    "keyword_end",
    "ETag",
    "endef",
    "if_end",
    "each_end",
    "await_end",
    "key_end",
    "snippet_end",
    "block_end",
    "object_end",
    "tuple_end",
    "endif_command",
    "endforeach_command",
    "endwhile_command",
    "endfunction_command",
    "endmacro_command",
    "endblock_command",
];

/// Words that stand alone on the line that ends a block.
pub(crate) const CLOSING_WORDS: &[&str] =
    &["end", "fi", "done", "esac", "#endif", "endif", "endef", "endwhile", "endfor", "endforeach", "endswitch"];

const WHOLE: &[&str] = &[
    // Branches of a choice.
    "case_clause",
    "case_item",
    "case_statement",
    "communication_case",
    "default_case",
    "default_statement",
    "expression_case",
    "switch_block_statement_group",
    "switch_case",
    "switch_default",
    "switch_entry",
    "switch_section",
    "type_case",
    "when_entry",
    "when",
    "in_clause",
    "elsif",
    "else",
    "rescue",
    "ensure",
    "elif_clause",
    "else_clause",
    "elseif_statement",
    "else_statement",
    "preproc_elif",
    "preproc_elifdef",
    "preproc_else",
    "after_block",
    "catch_block",
    "else_block",
    "rescue_block",
    // Data.
    "block_mapping_pair",
    "block_sequence_item",
    "table",
    "table_array_element",
    // Documents.
    "block_quote",
    "indented_code_block",
    "list_item",
    "pipe_table",
    "html_block",
    // Lines that go on.
    "preproc_def",
    "preproc_function_def",
    "repeat_statement",
    "copy_instruction",
    "env_instruction",
    "label_instruction",
    "multiline_string",
    // Changes.
    "hunk",
];

const CLOSED: &[&str] = &[
    "run_instruction",
    "statement",
    "fenced_code_block",
    "minus_metadata",
    "plus_metadata",
    "heredoc_redirect",
    "heredoc_body",
    "heredoc_block",
    "heredoc",
    "nowdoc",
    "block_scalar",
    "frontmatter",
    "heredoc_template",
];

const BODIES: &[&str] = &["block", "indented_block", "template_body", "recipe"];

const IMPORTS: &[&str] = &[
    "extern_crate_declaration",
    "future_import_statement",
    "import",
    "import_declaration",
    "import_from_statement",
    "import_header",
    "import_statement",
    "namespace_use_declaration",
    "preproc_include",
    "use_declaration",
    "using_declaration",
    "using_directive",
];

impl FoldKind {
    /// By the ids of a grammar's kinds.
    pub(crate) fn table(language: &Language) -> Box<[Self]> {
        (0..language.node_kind_count())
            .map(|id| {
                let id = u16::try_from(id).unwrap_or(u16::MAX);
                language.node_kind_for_id(id).map_or(Self::None, |kind| Self::of(kind, language.node_kind_is_named(id)))
            })
            .collect()
    }

    fn of(kind: &str, named: bool) -> Self {
        let is = |kinds: &[&str]| kinds.contains(&kind);
        if is(CLOSERS) {
            return Self::Closer;
        }
        match kind {
            _ if !named => Self::None,
            _ if is(WHOLE) => Self::Whole,
            _ if is(CLOSED) => Self::Closed,
            _ if is(BODIES) => Self::Body,
            _ if is(IMPORTS) => Self::Import,
            _ if kind == "marginalia" || kind.to_ascii_lowercase().ends_with("comment") => Self::Comment,
            _ if is_string(kind) => Self::Closed,
            _ => Self::None,
        }
    }
}

fn is_string(kind: &str) -> bool {
    let parts = ["string", "string_literal", "template_string", "encapsed_string", "interpolated_string_expression"];
    parts.contains(&kind) || (kind.ends_with("string_literal") && !kind.starts_with("concatenated")) || kind.ends_with("_quote_scalar")
}
