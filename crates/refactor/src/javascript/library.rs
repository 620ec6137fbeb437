//! What the language brings along, as far as types flow through it.

/// Declarations in our own words: names and the types that pass through; not complete.
pub(super) const TEXT: &str = include_str!("library.d.ts");
