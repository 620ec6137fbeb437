//! Highlight spans and outlines of source text by tree-sitter.
