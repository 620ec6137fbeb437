//! Explanations: code in parts, each with a slot of its own.

use super::{Making, section, symbols::IN_FILE, waiting};
use crate::{AiError, Block, FileId, Section, SymbolId, SymbolKind};

/// A part has about so many lines: what is longer is divided, what is shorter joined.
const LONG: u32 = 60;
const SHORT: u32 = 12;
/// A page has no more parts; the last of them holds the rest.
const MOST_PARTS: usize = 60;

impl Making<'_> {
    /// A file, part by part.
    pub(super) fn explain_file(&mut self, file: FileId) -> Result<Vec<Section>, AiError> {
        self.readable(file)?;
        let lines = self.index[file].lines;
        let mut blocks = Vec::new();
        if let Some(doc) = &self.index[file].doc {
            let citation = self.citing.lines(file, doc.lines);
            blocks.extend(citation.map(|citation| Block::Quote { text: doc.text.clone(), citation }));
        }
        blocks.push(Block::Prose(waiting("overview")));
        blocks.extend(self.file_diagram(file));
        blocks.extend(self.facts_of_file(file));
        blocks.extend(self.skipped_note(file));
        let mut sections = vec![section("overview", "Overview", 2, blocks)];
        if lines > 0 {
            self.part_sections(file, 1, lines, &mut sections);
        }
        Ok(sections)
    }

    /// A definition: what is known of it, then its parts.
    pub(super) fn explain_symbol(&mut self, symbol: SymbolId) -> Result<Vec<Section>, AiError> {
        let its = &self.index[symbol];
        let facts = self.facts(symbol, super::symbols::Depth { used_by: 20, uses: 20, slots: 0 }, false);
        let mut overview = vec![Block::Symbols { symbols: vec![facts] }, Block::Prose(waiting(self.slot(symbol)))];
        overview.extend(self.symbol_diagram(symbol));
        let mut sections = vec![section("overview", "Overview", 2, overview)];
        self.part_sections(its.file, its.lines.0, its.lines.1, &mut sections);
        Ok(sections)
    }

    /// Lines of a file, which exist.
    pub(super) fn explain_lines(&mut self, file: FileId, from: u32, to: u32) -> Result<Vec<Section>, AiError> {
        self.readable(file)?;
        let index = self.index;
        let mut overview = vec![Block::Prose(waiting("overview"))];
        let around = index.symbol_at(file, from).filter(|symbol| index[*symbol].lines.1 >= to);
        if let Some(symbol) = around {
            let facts = self.facts(symbol, IN_FILE, false);
            overview.push(Block::Symbols { symbols: vec![facts] });
        }
        let used: Vec<SymbolId> = {
            let of = |symbol: SymbolId| index.used(symbol).iter();
            let all = index.symbols_of(file).flat_map(of).chain(index.file_used(file));
            let within = all.filter(|used| (from..=to).contains(&used.line)).map(|used| used.symbol);
            let mut seen = std::collections::HashSet::new();
            within.filter(|symbol| seen.insert(*symbol) && Some(*symbol) != around).collect()
        };
        overview.extend(self.names_list("Uses", &used, 24));
        let mut sections = vec![section("overview", "Overview", 2, overview)];
        self.part_sections(file, from, to, &mut sections);
        Ok(sections)
    }

    /// A section with code and a slot for each part; of a single part, one without a heading of its own number.
    fn part_sections(&mut self, file: FileId, from: u32, to: u32, sections: &mut Vec<Section>) {
        let index = self.index;
        self.files.push(file);
        let Some(text) = self.text(file) else { return };
        let all: Vec<&str> = text.lines().collect();
        let starts: Vec<u32> = index
            .symbols_of(file)
            .filter(|symbol| !matches!(index[*symbol].kind, SymbolKind::Field | SymbolKind::Constant))
            .map(|symbol| index[symbol].doc.as_ref().map_or(index[symbol].lines.0, |doc| doc.lines.0.min(index[symbol].lines.0)))
            .collect();
        let parts = parts(&all, from, to, &starts);
        for (start, end) in parts.iter().copied() {
            let id = format!("part:{}:{start}-{end}", index[file].path);
            let names: Vec<&str> = index
                .symbols_of(file)
                .filter(|symbol| {
                    let its = &index[*symbol];
                    let is_small = matches!(its.kind, SymbolKind::Field | SymbolKind::Constant | SymbolKind::Module);
                    (start..=end).contains(&its.name_line) && !is_small && !its.name.starts_with("impl ")
                })
                .map(|symbol| index[symbol].name.as_str())
                .take(3)
                .collect();
            let place = if start == end { format!("line {start}") } else { format!("lines {start}-{end}") };
            let title = if names.is_empty() { capital(&place) } else { format!("{}, {place}", names.join(", ")) };
            let mut blocks: Vec<Block> = self.code_block(file, start, end).into_iter().collect();
            // Of a single part all is said above.
            if parts.len() > 1 {
                blocks.push(Block::Prose(waiting(id.clone())));
            }
            sections.push(section(id, title, 3, blocks));
        }
    }
}

/// The lines from `from` to `to` (1-based, inclusive) in parts that follow one another without gaps: at definitions where that gives parts of a
/// fair length, else at empty or little indented lines.
pub(super) fn parts(lines: &[&str], from: u32, to: u32, starts: &[u32]) -> Vec<(u32, u32)> {
    let mut found: Vec<(u32, u32)> = Vec::new();
    let mut start = from;
    while start <= to {
        let last = found.len() + 1 >= MOST_PARTS;
        let end = if last || to - start < LONG { to } else { end_of(lines, start, to, starts) };
        found.push((start, end));
        start = end + 1;
    }
    found
}

/// Where the part that begins at `start` had best end: before line `start + LONG`, and not before `start + SHORT - 1`.
fn end_of(lines: &[&str], start: u32, to: u32, starts: &[u32]) -> u32 {
    let least = start + SHORT - 1;
    let most = (start + LONG - 1).min(to);
    let line = |at: u32| lines.get(at as usize - 1).copied().unwrap_or_default();
    let indent = |at: u32| {
        let line = line(at);
        line.len() - line.trim_start().len()
    };
    // The next part begins at `at + 1`: the less deep that is, and the later, the better.
    let cost = |at: &u32| {
        let next = at + 1;
        let begins = starts.contains(&next) || (line(next).trim().is_empty() && starts.contains(&(next + 1)));
        let blank = line(*at).trim().is_empty() || line(next).trim().is_empty();
        let deep = if line(next).trim().is_empty() { indent(next + 1) } else { indent(next) };
        (deep.min(16), !begins, !blank, most - at)
    };
    (least..=most).min_by_key(cost).unwrap_or(most)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
