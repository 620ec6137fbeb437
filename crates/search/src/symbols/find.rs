//! Symbols by what is typed of their names.

use std::sync::Arc;

use lectern_syntax::SymbolKind;
use nucleo_matcher::{Config, Matcher};

use super::table::{Place, SymbolTable};
use crate::files::bonus::Bonuses;
use crate::files::narrowing::Narrowing;
use crate::files::needle::Needle;
use crate::files::rank::{Names, Weights, best_of};

/// The matcher's weights for names of symbols.
const NAMES: Weights = Weights { config: Config::DEFAULT, start: 10 };

/// A symbol whose name fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSymbol {
    /// Where it is.
    pub place: Place,
    /// nucleo's score; 0 for an empty query.
    pub score: u32,
    /// UTF-16 units of the name that were matched, ascending.
    pub at: Vec<u32>,
}

/// The symbols that fit best.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundSymbols {
    /// The best first.
    pub symbols: Vec<FoundSymbol>,
    /// How many fit in all.
    pub matched: usize,
    /// How many there are.
    pub total: usize,
}

/// A table of symbols, and what the last queries left of it.
#[derive(Debug)]
pub struct SymbolFinder {
    table: Arc<SymbolTable>,
    narrowing: Narrowing,
}

impl SymbolFinder {
    /// Looks through this table.
    pub fn new(table: Arc<SymbolTable>) -> Self {
        Self { narrowing: Narrowing::new(table.len()), table }
    }

    /// The table that is looked through.
    pub fn table(&self) -> &Arc<SymbolTable> {
        &self.table
    }

    /// The best `limit` symbols for `query`, whose words must all fit. Higher scores first; of equal ones those that are called exactly so, then
    /// those that begin so, then those in which a word begins so; then the shorter; then types and functions before fields and keys; then by
    /// path and line. Without a word: the first ones by path.
    pub fn find(&self, query: &str, limit: usize) -> FoundSymbols {
        let needle = Needle::new(query);
        let total = self.table.len() as usize;
        if needle.is_empty() {
            let first = (0..self.table.len()).take(limit);
            let symbols = first.map(|id| FoundSymbol { place: self.table.place(id), score: 0, at: Vec::new() }).collect();
            return FoundSymbols { symbols, matched: total, total };
        }
        let candidates = self.narrowing.candidates(query);
        let ranked = best_of(&*self.table, &NAMES, &needle, candidates.as_deref().map(Vec::as_slice), limit);
        let matched = ranked.matched.len();
        self.narrowing.keep(query, ranked.matched);
        let mut matcher = Matcher::new(NAMES.config);
        let symbols = ranked.best.into_iter().map(|(id, score)| {
            let at = needle.positions(self.table.name(id).as_bytes(), &mut matcher);
            FoundSymbol { place: self.table.place(id), score, at }
        });
        FoundSymbols { symbols: symbols.collect(), matched, total }
    }
}

/// How well a name answers what was typed, beyond its score: 3 for exactly.
fn closeness(name: &str, typed: &str) -> u64 {
    let lower = name.to_lowercase();
    let begins_word = |at: usize| {
        let before = lower[..at].chars().next_back();
        before.is_none_or(|before| !before.is_alphanumeric()) || name.get(at..).is_some_and(|rest| rest.starts_with(char::is_uppercase))
    };
    match () {
        () if lower == typed => 3,
        () if lower.starts_with(typed) => 2,
        () if lower.match_indices(typed).any(|(at, _)| begins_word(at)) => 1,
        () => 0,
    }
}

/// Types and functions first, then what is in them, then headings and keys.
fn rank_of(kind: SymbolKind) -> u8 {
    use SymbolKind::{Class, Constant, Enum, Field, Function, Heading, Interface, Key, Macro, Method, Module, Struct, Trait, Type};
    match kind {
        Class | Struct | Enum | Interface | Trait | Type | Function => 0,
        Method | Macro | Module => 1,
        Constant => 2,
        Field => 3,
        Heading => 4,
        Key => 5,
    }
}

/// Shorter names and better kinds are higher; below 2¹⁶.
fn plainness(name: &str, kind: SymbolKind) -> u64 {
    let shortness = 0xfff - name.len().min(0xfff);
    (shortness as u64) << 4 | u64::from(0xf - rank_of(kind))
}

impl Names for SymbolTable {
    fn count(&self) -> u32 {
        self.len()
    }

    fn name(&self, id: u32) -> &[u8] {
        Self::name(self, id).as_bytes()
    }

    fn chars(&self, id: u32) -> u64 {
        self.entry(id).chars
    }

    fn bonuses(&self, id: u32) -> Bonuses {
        // Names are short: looked at when they fit, they need no room.
        Bonuses::of(Self::name(self, id).as_bytes())
    }

    fn tie(&self, id: u32, needle: &Needle) -> u64 {
        let name = Self::name(self, id);
        closeness(name, needle.lower()) << 60 | plainness(name, self.entry(id).kind) << 32 | u64::from(u32::MAX - id)
    }

    fn tie_at_most(&self, id: u32) -> u64 {
        3 << 60 | plainness(Self::name(self, id), self.entry(id).kind) << 32 | u64::from(u32::MAX - id)
    }
}
