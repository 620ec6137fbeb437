//! From the bytes of a file to its symbols.

use std::time::Duration;

use lectern_reader::{LineIndex, decode, looks_binary};
use lectern_syntax::{Language, SymbolKind, SyntaxTree};

use super::packed::{FileSymbols, Symbol};

/// Files with more bytes have no outline in the reader either.
pub const LARGEST_FILE: u64 = lectern_reader::SMALL_LIMIT;

/// What a version of this code finds may differ from what another one found: raised whenever outlines or what is kept of them change.
pub(crate) const EXTRACTOR: i32 = 1;

/// A text that takes longer has no symbols.
const BUDGET: Duration = Duration::from_secs(3);

/// Of the keys of a data file only the first are symbols of a project: nobody looks for the ten thousandth of a lock file.
const MOST_KEYS: usize = 500;

/// The symbols of a file, in the order of their starts. None for bytes, for what is too large, and for languages without outlines.
pub fn extract(name: &str, bytes: Vec<u8>) -> FileSymbols {
    if bytes.len() as u64 > LARGEST_FILE || looks_binary(&bytes[..bytes.len().min(8192)]) {
        return FileSymbols::default();
    }
    let text = decode(bytes).text;
    let Some(language) = Language::for_path(name, text.lines().next()) else { return FileSymbols::default() };
    let lines = LineIndex::new(&text);
    let Ok(tree) = SyntaxTree::parse(language, text.into(), BUDGET) else { return FileSymbols::default() };
    let text = tree.text();
    let mut symbols = Vec::new();
    // The symbols that are open, outermost first, by their number here; `None` for one that is left out.
    let mut open: Vec<Option<u32>> = Vec::new();
    let mut keys = 0;
    for symbol in tree.outline() {
        open.truncate(symbol.depth as usize);
        let container = open.iter().rev().find_map(|outer| *outer);
        keys += usize::from(symbol.kind == SymbolKind::Key);
        if symbol.kind == SymbolKind::Key && keys > MOST_KEYS {
            open.push(None);
            continue;
        }
        open.push(u32::try_from(symbols.len()).ok());
        let line = lines.line_at(symbol.name_range.start);
        let of_line = lines.line(text, line).unwrap_or_default();
        let units = |from: usize, to: usize| text.get(from..to).map_or(0, |part| part.chars().map(char::len_utf16).sum::<usize>());
        let column = units(of_line.start, symbol.name_range.start);
        // A name over several lines ends with its first.
        let width = units(symbol.name_range.start, symbol.name_range.end.min(of_line.end));
        symbols.push(Symbol {
            name: symbol.name,
            kind: symbol.kind,
            line,
            column: u32::try_from(column).unwrap_or(u32::MAX),
            width: u16::try_from(width).unwrap_or(u16::MAX),
            container,
        });
    }
    FileSymbols::new(&symbols)
}
