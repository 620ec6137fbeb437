//! New names: which are allowed, and when they need `r#`.

use ra_ap_syntax::{Edition, SyntaxKind, SyntaxNode};

use super::world::plain;
use crate::{Refused, RefusedKind};

/// A new name, as it is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NewName {
    /// Without `r#`.
    Word(String),
    /// With the apostrophe.
    Lifetime(String),
    Underscore,
    Receiver,
}

/// Reads a new name for something of this kind.
pub(super) fn read(new_name: &str, node: &SyntaxNode) -> Result<NewName, Refused> {
    let refuse = |why: &str| Err(Refused::new(RefusedKind::BadName, format!("`{new_name}` is no name here: {why}.")));
    let is_lifetime = matches!(node.kind(), SyntaxKind::LIFETIME_PARAM | SyntaxKind::LABEL);
    if is_lifetime {
        let bare = new_name.strip_prefix('\'').unwrap_or(new_name);
        if !is_word(bare) || bare == "_" || bare == "static" || is_keyword(bare, Edition::Edition2024) {
            return refuse("it is no lifetime");
        }
        return Ok(NewName::Lifetime(format!("'{bare}")));
    }
    if new_name == "_" {
        return Ok(NewName::Underscore);
    }
    let is_raw = new_name.starts_with("r#");
    let bare = plain(new_name);
    if !is_word(bare) || new_name.starts_with('\'') || bare == "_" {
        return refuse("it is no identifier");
    }
    if bare == "self" && !is_raw && matches!(node.kind(), SyntaxKind::IDENT_PAT | SyntaxKind::SELF_PARAM) {
        return Ok(NewName::Receiver);
    }
    if matches!(bare, "self" | "super" | "crate" | "Self") {
        return refuse("it is a word of the language");
    }
    Ok(NewName::Word(bare.to_owned()))
}

/// Why nothing of a kind can be called so. A reserved word can be a name only where it is written with `r#`, so that nobody takes it by mistake.
pub(super) fn problem(kind: &str, name: &str) -> Option<String> {
    let is_lifetime = matches!(kind, "lifetime" | "label");
    let bare = if is_lifetime { name.strip_prefix('\'').unwrap_or(name) } else { plain(name) };
    if !is_word(bare) {
        return Some(format!("`{name}` is no {} in Rust.", if is_lifetime { kind } else { "name" }));
    }
    let is_reserved = is_keyword(bare, Edition::Edition2024) || is_lifetime && bare == "static";
    let is_receiver = name == "self" && matches!(kind, "" | "parameter" | "receiver");
    if !is_reserved || is_receiver {
        return None;
    }
    if is_lifetime || matches!(bare, "self" | "super" | "crate" | "Self") {
        return Some(format!("`{bare}` is a reserved word of Rust."));
    }
    (bare == name).then(|| format!("`{bare}` is a reserved word of Rust. Written as `r#{bare}` it can be a name."))
}

/// The name as it must be written in an edition.
pub(super) fn written(name: &str, edition: Edition) -> String {
    if is_keyword(name, edition) { format!("r#{name}") } else { name.to_owned() }
}

/// Whether editions differ in how the name is written.
pub(super) fn depends_on_edition(name: &str) -> bool {
    is_keyword(name, Edition::Edition2015) != is_keyword(name, Edition::Edition2024)
}

/// Letters, digits and `_`, and no digit first.
pub(super) fn is_word(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Whether a name is a word of the language.
pub(super) fn is_keyword(text: &str, edition: Edition) -> bool {
    matches!(
        text,
        "as" | "break"
            | "const"
            | "continue"
            | "crate"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "fn"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "pub"
            | "ref"
            | "return"
            | "self"
            | "Self"
            | "static"
            | "struct"
            | "super"
            | "trait"
            | "true"
            | "type"
            | "unsafe"
            | "use"
            | "where"
            | "while"
            | "abstract"
            | "become"
            | "box"
            | "do"
            | "final"
            | "macro"
            | "override"
            | "priv"
            | "typeof"
            | "unsized"
            | "virtual"
            | "yield"
    ) || (edition.at_least_2018() && matches!(text, "async" | "await" | "dyn" | "try"))
        || (edition.at_least_2024() && text == "gen")
}
