//! The pages of a file and of a definition.

use super::{
    Making, counted,
    lists::{first_sentence, list},
    section,
    symbols::{ALONE, Depth, IN_FILE},
    waiting,
};
use crate::{AiError, Block, FileId, ListItem, Section, SymbolId, SymbolKind, Why};

/// Definitions that stay inside are listed up to here.
const MOST_INSIDE: usize = 60;
/// Of a longer definition the beginning is shown.
const LONGEST_CODE: u32 = 60;

impl Making<'_> {
    /// All about a file.
    pub(super) fn file_page(&mut self, file: FileId) -> Result<Vec<Section>, AiError> {
        let index = self.index;
        self.files.push(file);
        self.readable(file)?;
        let mut overview = Vec::new();
        if let Some(doc) = &index[file].doc {
            let citation = self.citing.lines(file, doc.lines);
            overview.extend(citation.map(|citation| Block::Quote { text: doc.text.clone(), citation }));
        }
        overview.push(Block::Prose(waiting("overview")));
        overview.extend(self.file_diagram(file));
        overview.extend(self.facts_of_file(file));
        overview.extend(self.skipped_note(file));
        let mut sections = vec![section("overview", "Overview", 2, overview)];
        let shown = self.shown_symbols(file);
        let title = if shown.iter().any(|symbol| index[*symbol].public) { "What others can use" } else { "Definitions" };
        let placing = self.placing(&shown);
        // A test is called what it tests: only its file is written about.
        let depth = if index[file].is_test { Depth { slots: 0, ..IN_FILE } } else { IN_FILE };
        let mut blocks = self.symbol_blocks(&shown, depth, &placing);
        if !blocks.is_empty() {
            blocks.extend(placing.note());
            sections.push(section("symbols", title, 2, blocks));
        }
        let told: std::collections::HashSet<SymbolId> = shown.iter().copied().collect();
        let inside: Vec<SymbolId> = index
            .symbols_of(file)
            .filter(|symbol| {
                let its = &index[*symbol];
                let is_small = matches!(its.kind, SymbolKind::Field) || its.name.starts_with("impl ");
                !told.contains(symbol)
                    && !is_small
                    && !its.is_test
                    && its.parent.is_none_or(|parent| index[parent].name.starts_with("impl "))
            })
            .collect();
        if let Some(block) = self.names_list("", &inside, MOST_INSIDE) {
            sections.push(section("inside", "Inside", 2, vec![block]));
        }
        Ok(sections)
    }

    /// All about a definition.
    pub(super) fn symbol_page(&mut self, symbol: SymbolId) -> Result<Vec<Section>, AiError> {
        let index = self.index;
        let facts = self.facts(symbol, ALONE, false);
        let mut overview = vec![Block::Symbols { symbols: vec![facts] }, Block::Prose(waiting(self.slot(symbol)))];
        overview.extend(self.symbol_diagram(symbol));
        let mut sections = vec![section("overview", "Overview", 2, overview)];
        let members = self.members(symbol);
        let placing = self.placing(&members);
        let mut blocks = self.symbol_blocks(&members, IN_FILE, &placing);
        if !blocks.is_empty() {
            blocks.extend(placing.note());
            sections.push(section("members", "Members", 2, blocks));
        }
        let defined = &index[self.defined(symbol)];
        let (from, to) = defined.lines;
        let end = to.min(from.saturating_add(LONGEST_CODE - 1));
        let mut code: Vec<Block> = self.code_block(defined.file, from, end).into_iter().collect();
        if end < to {
            let more = counted((to - end) as usize, "line follows", "lines follow");
            code.push(Block::Note { text: format!("{more}.") });
        }
        sections.push(section("code", "Code", 2, code));
        Ok(sections)
    }

    /// Lists of what a file needs and is needed by.
    pub(super) fn facts_of_file(&mut self, file: FileId) -> Vec<Block> {
        let index = self.index;
        let mut blocks = Vec::new();
        blocks.extend(self.files_list("Depends on", index.file_uses(file), file, true));
        blocks.extend(self.files_list("Used by", index.file_used_by(file), file, false));
        blocks.extend(self.imports_list(file));
        blocks
    }

    /// Definitions by a line each.
    pub(super) fn names_list(&mut self, caption: &str, symbols: &[SymbolId], most: usize) -> Option<Block> {
        let index = self.index;
        let mut items = Vec::new();
        for symbol in symbols.iter().take(most) {
            let its = &index[*symbol];
            let says = its.doc.as_ref().map(|doc| first_sentence(&doc.text));
            let text = says.filter(|says| !says.is_empty()).unwrap_or_else(|| its.kind.as_str().to_owned());
            items.push(ListItem { term: its.qualified.clone(), text, citation: Some(self.citing.symbol(*symbol)), prose: None });
        }
        list(caption, items, symbols.len())
    }

    /// Lines of a file as they stand there.
    pub(super) fn code_block(&mut self, file: FileId, from: u32, to: u32) -> Option<Block> {
        let text = self.text(file)?;
        let lines = lectern_reader::LineIndex::new(&text);
        let (start, end) = (lines.line(&text, from)?.start, lines.line(&text, to)?.end);
        Some(Block::Code { text: text.get(start..end)?.to_owned(), citation: self.citing.lines(file, (from, to))? })
    }

    /// Whether the page of a file can say more than its name.
    pub(super) fn readable(&self, file: FileId) -> Result<(), AiError> {
        let its = &self.index[file];
        let reason = match its.skipped {
            Some(Why::Binary) => "it is no text",
            Some(Why::TooLarge) => "it is larger than 1 MiB",
            Some(Why::Missing) => "its contents were not kept",
            _ => return Ok(()),
        };
        Err(AiError::Unreadable { path: its.path.clone(), reason: reason.to_owned() })
    }

    pub(super) fn skipped_note(&self, file: FileId) -> Option<Block> {
        let text = match self.index[file].skipped? {
            Why::Minified => "Its lines are longer than anybody writes: its definitions were not looked for.",
            Why::NotAnalysed => "It could not be analysed in time: its definitions are not known.",
            _ => return None,
        };
        Some(Block::Note { text: text.to_owned() })
    }
}
