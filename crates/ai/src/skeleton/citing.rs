//! The numbers of citations on a page: each place once, in the order of first use.

use std::collections::HashMap;

use crate::{Citation, FileId, ProjectIndex, SymbolId};

/// The citations of a page in the making.
pub(super) struct Citing<'a> {
    index: &'a ProjectIndex,
    version: u32,
    numbers: HashMap<(FileId, u32, u32), u32>,
    citations: Vec<Citation>,
}

impl<'a> Citing<'a> {
    pub(super) fn new(index: &'a ProjectIndex, version: u32) -> Self {
        Self { index, version, numbers: HashMap::new(), citations: Vec::new() }
    }

    /// Lines of a file, 1-based, inclusive; `None` where the file has no lines that could be cited. What reaches out of the file is cut to it.
    pub(super) fn lines(&mut self, file: FileId, (from, to): (u32, u32)) -> Option<u32> {
        let its = &self.index[file];
        if its.lines == 0 {
            return None;
        }
        let from = from.clamp(1, its.lines);
        let to = to.clamp(from, its.lines);
        let next = u32::try_from(self.citations.len()).unwrap_or(u32::MAX).saturating_add(1);
        let number = *self.numbers.entry((file, from, to)).or_insert(next);
        if number == next {
            self.citations.push(Citation {
                id: number,
                path: its.path.clone(),
                line_start: from,
                line_end: to,
                object: its.object.to_string(),
                version: self.version,
            });
        }
        Some(number)
    }

    /// A whole definition.
    pub(super) fn symbol(&mut self, symbol: SymbolId) -> u32 {
        let symbol = &self.index[symbol];
        self.lines(symbol.file, symbol.lines).expect("a file with definitions has lines")
    }

    /// A whole file.
    pub(super) fn file(&mut self, file: FileId) -> Option<u32> {
        self.lines(file, (1, self.index[file].lines))
    }

    pub(super) fn finish(self) -> Vec<Citation> {
        self.citations
    }
}
