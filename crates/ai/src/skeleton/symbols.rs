//! Definitions with what is known of each.

use std::collections::HashSet;

use super::{Making, definitions::Placing, lists::first_sentence, waiting};
use crate::{Block, BriefSymbol, FileId, Reference, SymbolFacts, SymbolId, SymbolKind, Use};

/// How much is told of each definition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Depth {
    pub used_by: usize,
    pub uses: usize,
    /// So many of them have a slot for prose.
    pub slots: usize,
}

/// On pages about many files.
pub(super) const AMONG_MANY: Depth = Depth { used_by: 3, uses: 3, slots: 0 };
/// On the page of a file.
pub(super) const IN_FILE: Depth = Depth { used_by: 6, uses: 6, slots: 40 };
/// On its own page.
pub(super) const ALONE: Depth = Depth { used_by: 60, uses: 60, slots: 0 };

impl Making<'_> {
    /// The definitions of a file that others can use; of one that lets nobody in, those at its top.
    pub(super) fn shown_symbols(&self, file: FileId) -> Vec<SymbolId> {
        let index = self.index;
        // A block of methods is told of by its methods, a module by its own file.
        let is_module =
            |symbol: SymbolId| index[symbol].kind == SymbolKind::Module && index[symbol].body_start.is_none() && !index[symbol].public;
        let listed = |symbol: &SymbolId| !index[*symbol].name.starts_with("impl ") && !is_module(*symbol);
        let public: Vec<SymbolId> = index.symbols_of(file).filter(listed).filter(|symbol| index[*symbol].public).collect();
        if !public.is_empty() {
            return public;
        }
        index.symbols_of(file).filter(listed).filter(|symbol| index[*symbol].parent.is_none() && !index[*symbol].is_test).collect()
    }

    /// Definitions, each where `placing` has it: with what is known of it, then those with a line each.
    pub(super) fn symbol_blocks(&mut self, symbols: &[SymbolId], depth: Depth, placing: &Placing) -> Vec<Block> {
        let (with_facts, rest): (Vec<SymbolId>, Vec<SymbolId>) = symbols.iter().partition(|symbol| placing.has_facts(**symbol));
        let mut slots = self.worth_a_slot(&with_facts, depth.slots);
        let facts: Vec<SymbolFacts> = with_facts.iter().map(|symbol| self.facts(*symbol, depth, slots.remove(symbol))).collect();
        let brief: Vec<BriefSymbol> =
            rest.into_iter().filter(|symbol| placing.has_line(*symbol)).map(|symbol| self.brief(symbol)).collect();
        let facts = (!facts.is_empty()).then_some(Block::Symbols { symbols: facts });
        let brief = (!brief.is_empty()).then_some(Block::Brief { symbols: brief });
        facts.into_iter().chain(brief).collect()
    }

    fn brief(&mut self, symbol: SymbolId) -> BriefSymbol {
        let its = &self.index[symbol];
        self.symbols += 1;
        self.files.push(its.file);
        let doc = its.doc.as_ref().or(self.index[self.defined(symbol)].doc.as_ref());
        BriefSymbol {
            name: its.qualified.clone(),
            kind: its.kind.as_str().to_owned(),
            signature: its.signature.clone(),
            says: doc.map(|doc| first_sentence(&doc.text)).unwrap_or_default(),
            public: its.public,
            citation: self.citing.symbol(symbol),
        }
    }

    /// Fields are said by their types; of many others those that are used most are written about.
    fn worth_a_slot(&self, symbols: &[SymbolId], most: usize) -> HashSet<SymbolId> {
        let index = self.index;
        let is_worth = |symbol: &&SymbolId| !matches!(index[**symbol].kind, SymbolKind::Field | SymbolKind::Constant | SymbolKind::Module);
        let mut worth: Vec<SymbolId> = symbols.iter().filter(is_worth).copied().collect();
        worth.sort_by_key(|symbol| (std::cmp::Reverse(index.users(self.defined(*symbol)).len()), *symbol));
        worth.into_iter().take(most).collect()
    }

    /// What is known of a definition.
    pub(super) fn facts(&mut self, symbol: SymbolId, depth: Depth, with_slot: bool) -> SymbolFacts {
        let index = self.index;
        let its = &index[symbol];
        self.symbols += 1;
        self.files.push(its.file);
        let citation = self.citing.symbol(symbol);
        let (used_by, more_used_by) = self.used_by(symbol, depth.used_by);
        let (uses, more_uses) = self.uses(symbol, depth.uses);
        SymbolFacts {
            name: its.qualified.clone(),
            kind: its.kind.as_str().to_owned(),
            signature: its.signature.clone(),
            // What only declares may leave it to the definition to say what it is for.
            doc: its.doc.as_ref().or(index[self.defined(symbol)].doc.as_ref()).map(|doc| doc.text.clone()),
            public: its.public,
            citation,
            used_by,
            more_used_by,
            uses,
            more_uses,
            prose: with_slot.then(|| waiting(self.slot(symbol))),
        }
    }

    /// `symbol:src/sync.rs#plan`; with the line behind it where several are called so.
    pub(super) fn slot(&self, symbol: SymbolId) -> String {
        let its = &self.index[symbol];
        let namesakes = self.index.symbols_of(its.file).filter(|other| self.index[*other].qualified == its.qualified).count();
        let path = &self.index[its.file].path;
        if namesakes > 1 {
            format!("symbol:{path}#{}@{}", its.qualified, its.name_line)
        } else {
            format!("symbol:{path}#{}", its.qualified)
        }
    }

    /// Where something that is only declared is defined, if in one place.
    pub(super) fn defined(&self, symbol: SymbolId) -> SymbolId {
        let its = &self.index[symbol];
        if !its.is_declaration {
            return symbol;
        }
        let same = |other: &&SymbolId| {
            let other = &self.index[**other];
            !other.is_declaration && other.qualified == its.qualified
        };
        let mut found = self.index.named(&its.name).iter().filter(same);
        match (found.next(), found.next()) {
            (Some(found), None) => *found,
            _ => symbol,
        }
    }

    /// The users of a definition, the first of them, and how many more there are.
    fn used_by(&mut self, symbol: SymbolId, most: usize) -> (Vec<Use>, u32) {
        let index = self.index;
        let defined = self.defined(symbol);
        let outside: Vec<Reference> = index.users(defined).iter().filter(|user| !self.is_within(user.from, symbol)).copied().collect();
        let shown: Vec<Use> = outside
            .iter()
            .take(most)
            .filter_map(|user| {
                let name = match user.from {
                    Some(from) => index[from].qualified.clone(),
                    None => index[user.file].path.clone(),
                };
                Some(Use { name, citation: self.citing.lines(user.file, (user.line, user.line))? })
            })
            .collect();
        let more = outside.len().saturating_sub(shown.len());
        (shown, u32::try_from(more).unwrap_or(u32::MAX))
    }

    /// What a definition uses, with what is inside of it.
    pub(super) fn uses_of(&self, symbol: SymbolId) -> Vec<SymbolId> {
        let index = self.index;
        let its = &index[symbol];
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        // What is inside of a definition follows it.
        let rest = (symbol.0..index[its.file].symbols.end).map(SymbolId);
        let inside = rest.take_while(|other| self.is_within(Some(*other), symbol));
        for used in inside.flat_map(|inner| index.used(inner)) {
            let is_small = matches!(index[used.symbol].kind, SymbolKind::Field | SymbolKind::Module);
            if !is_small && !self.is_within(Some(used.symbol), symbol) && seen.insert(used.symbol) {
                all.push(used.symbol);
            }
        }
        all
    }

    fn uses(&mut self, symbol: SymbolId, most: usize) -> (Vec<Use>, u32) {
        let all = self.uses_of(self.defined(symbol));
        let shown: Vec<Use> = all
            .iter()
            .take(most)
            .map(|used| Use { name: self.index[*used].qualified.clone(), citation: self.citing.symbol(*used) })
            .collect();
        (shown, u32::try_from(all.len().saturating_sub(most)).unwrap_or(u32::MAX))
    }

    /// Whether a definition is this one or inside of it.
    fn is_within(&self, inner: Option<SymbolId>, outer: SymbolId) -> bool {
        let mut at = inner;
        while let Some(symbol) = at {
            if symbol == outer {
                return true;
            }
            at = self.index[symbol].parent;
        }
        false
    }

    /// What belongs to a definition: what is inside of it, and what is defined of it elsewhere in its file, as in Rust's `impl` and Go.
    pub(super) fn members(&self, symbol: SymbolId) -> Vec<SymbolId> {
        let index = self.index;
        let its = &index[symbol];
        let is_type = !matches!(its.kind, SymbolKind::Function | SymbolKind::Method | SymbolKind::Field | SymbolKind::Constant);
        let belongs = |other: &SymbolId| {
            let other_is = &index[*other];
            *other != symbol
                && !other_is.name.starts_with("impl ")
                && (other_is.parent == Some(symbol) || (is_type && its.owner.is_none() && other_is.owner.as_deref() == Some(&its.name)))
        };
        index.symbols_of(its.file).filter(belongs).collect()
    }
}
