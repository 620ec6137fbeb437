//! The definitions of a page about many files, file by file: all of them, if not all with all that is known.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::{
    Making, counted, grouped, section,
    symbols::{AMONG_MANY, Depth, IN_FILE},
};
use crate::{Block, FileId, Section, SymbolId, SymbolKind};

/// A page about so few files tells more of each definition, and also of those that let nobody in.
const FEW_FILES: usize = 12;
/// Of so many definitions of a file some are written about, on a page about few.
const SLOTS: usize = 8;

/// For how many definitions a page has room.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// With all that is known of them.
    pub facts: usize,
    /// With a line each, beyond those. What is over is on the pages of its files only.
    pub lines: usize,
}

/// A line takes about 450 bytes, facts about three times as many: no page is larger than what a window can hold.
impl Default for Room {
    fn default() -> Self {
        Self { facts: 4_000, lines: 100_000 }
    }
}

/// Which of a page's definitions are shown how.
#[derive(Debug, Default)]
pub(super) struct Placing {
    /// With a line instead of facts.
    lines: HashSet<SymbolId>,
    /// Not at all.
    left: HashSet<SymbolId>,
    all: usize,
}

impl Placing {
    pub(super) fn has_facts(&self, symbol: SymbolId) -> bool {
        !self.lines.contains(&symbol) && !self.left.contains(&symbol)
    }

    pub(super) fn has_line(&self, symbol: SymbolId) -> bool {
        self.lines.contains(&symbol)
    }

    /// What the reader must know of it.
    pub(super) fn note(&self) -> Option<Block> {
        if self.lines.is_empty() {
            return None;
        }
        let with_facts = self.all - self.lines.len() - self.left.len();
        let mut text = format!("The {} that are used most have all that is known of them, the others a line each.", grouped(with_facts));
        if !self.left.is_empty() {
            text += &format!(" {} more found no room: they are on the pages of their folders and files.", grouped(self.left.len()));
        }
        Some(Block::Note { text })
    }
}

impl Making<'_> {
    /// A section for each of these files that has definitions to show, after one that says how many there are.
    pub(super) fn definitions(&mut self, asked: &str, files: &[FileId]) -> Vec<Section> {
        let index = self.index;
        let few = files.len() <= FEW_FILES;
        let depth = if few { Depth { slots: SLOTS, ..IN_FILE } } else { AMONG_MANY };
        let listed: Vec<(FileId, Vec<SymbolId>)> = files.iter().map(|file| (*file, self.listed(*file, few))).collect();
        let all: Vec<SymbolId> = listed.iter().flat_map(|(_, symbols)| symbols).copied().collect();
        let with_any = listed.iter().filter(|(_, symbols)| !symbols.is_empty()).count();
        let placing = self.placing(&all);
        let mut of_files = Vec::new();
        for (file, symbols) in listed {
            let blocks = self.symbol_blocks(&symbols, depth, &placing);
            if !blocks.is_empty() {
                let path = index[file].path.as_str();
                let title = path.strip_prefix(asked).map_or(path, |rest| rest.trim_start_matches('/'));
                of_files.push(section(format!("file:{path}"), title, 3, blocks));
            }
        }
        if of_files.is_empty() {
            return of_files;
        }
        let public = all.iter().filter(|symbol| index[**symbol].public).count();
        let others = if public == all.len() { String::new() } else { format!(", {} of them for others to use", grouped(public)) };
        let text = format!("{} in {}{others}.", counted(all.len(), "definition", "definitions"), counted(with_any, "file", "files"));
        let mut blocks = vec![Block::Note { text }];
        blocks.extend(placing.note());
        let mut sections = vec![section("definitions", "Definitions", 2, blocks)];
        sections.append(&mut of_files);
        sections
    }

    /// The definitions of a file on a page about many: of few files also of those that let nobody in.
    fn listed(&self, file: FileId, few: bool) -> Vec<SymbolId> {
        let mut symbols = self.shown_symbols(file);
        symbols.retain(|symbol| few || self.index[*symbol].public);
        symbols
    }

    /// Of more definitions than there is room for, those that others use most come first, members after what stands by itself, and fields and
    /// values last.
    pub(super) fn placing(&self, symbols: &[SymbolId]) -> Placing {
        let Room { facts, lines } = self.room;
        if symbols.len() <= facts {
            return Placing { all: symbols.len(), ..Placing::default() };
        }
        let index = self.index;
        let mut ranked = symbols.to_vec();
        ranked.sort_by_cached_key(|symbol| {
            let its = &index[*symbol];
            let is_member = its.owner.is_some() || its.parent.is_some();
            let is_value = is_member && matches!(its.kind, SymbolKind::Field | SymbolKind::Constant);
            (!its.public, is_value, is_member, Reverse(index.users(self.defined(*symbol)).len()), *symbol)
        });
        let beyond = &ranked[facts..];
        let (lines, left) = beyond.split_at(lines.min(beyond.len()));
        Placing { lines: lines.iter().copied().collect(), left: left.iter().copied().collect(), all: symbols.len() }
    }
}
