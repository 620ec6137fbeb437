//! Definitions with a line each.

use std::fmt::Write;

use super::escape::{code, fenced, is_exact_as_code, line, text};
use crate::{BriefSymbol, Page};

/// A list of them. Their file is said by the heading above, so each says its lines only, without a footnote.
pub(super) fn list(page: &Page, symbols: &[BriefSymbol], markdown: &mut String) {
    for symbol in symbols {
        let place = match page.citations.get((symbol.citation as usize).wrapping_sub(1)) {
            Some(citation) if citation.line_start == citation.line_end => format!(", line {}", citation.line_start),
            Some(citation) => format!(", lines {}-{}", citation.line_start, citation.line_end),
            None => String::new(),
        };
        let public = if symbol.public { "" } else { ", private" };
        let _ = write!(markdown, "- {} ({}{public}{place})", code(&symbol.name), text(&symbol.kind));
        if is_exact_as_code(&symbol.signature) {
            let _ = writeln!(markdown, ": {}", code(&symbol.signature));
            if !symbol.says.is_empty() {
                let _ = writeln!(markdown, "  {}", line(&symbol.says));
            }
        } else {
            let says = if symbol.says.is_empty() { String::new() } else { format!(": {}", line(&symbol.says)) };
            let _ = writeln!(markdown, "{says}");
            // Within the item, at its indentation.
            fenced(&symbol.signature, "").lines().for_each(|line| {
                let _ = writeln!(markdown, "  {line}");
            });
        }
    }
    markdown.push('\n');
}
