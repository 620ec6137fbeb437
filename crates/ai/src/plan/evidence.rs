//! The code that a slot is written from: what must be read in full, and what may be shown beside it, the most telling first.

use std::{
    collections::{BTreeSet, HashSet},
    rc::Rc,
};

use super::{
    source::{Hidden, Source, Sources},
    split::{Span, halves, spans},
    target::Target,
};
use crate::{Citation, FileId, Focus, Ground, SymbolId, SymbolKind, Version, explain};

/// Lines of a file, offered under a number.
#[derive(Clone)]
pub(crate) struct Item {
    pub citation: Citation,
    /// `src/sync.rs, lines 40-58`
    pub heading: String,
    source: Rc<Source>,
    span: Span,
    /// Behind the place: `, before the change`.
    note: &'static str,
}

impl Item {
    /// What is shown.
    pub fn shown(&self) -> &str {
        self.source.text(self.span.bytes.clone())
    }

    /// Two smaller ones; `None` when it is as small as can be.
    pub fn halves(&self) -> Option<[Self; 2]> {
        let parts = halves(&self.source, &BTreeSet::new(), &self.span)?;
        Some(parts.map(|span| Self::new(&self.citation, &self.source, span, self.note)))
    }

    /// `file` is a citation of anything in the file.
    fn new(file: &Citation, source: &Rc<Source>, span: Span, note: &'static str) -> Self {
        let (first, last) = span.lines;
        let lines = if first == last { format!("line {first}") } else { format!("lines {first}-{last}") };
        // Of a line in parts each part says which.
        let whole = source.bytes(first).start == span.bytes.start && source.bytes(last).end == span.bytes.end;
        let part = if whole { String::new() } else { format!(", from character {}", span.bytes.start - source.bytes(first).start + 1) };
        let heading = format!("{}, {lines}{part}{note}", super::super::prompt::plain_name(&file.path));
        Self { citation: Citation { line_start: first, line_end: last, ..file.clone() }, heading, source: Rc::clone(source), span, note }
    }
}

/// What a slot is written from.
#[derive(Default)]
pub(crate) struct Evidence {
    /// All of it is read, in parts where it has to be.
    pub must: Vec<Item>,
    /// The first of these that fit are shown as well.
    pub may: Vec<Item>,
    /// Why something that should be here is not.
    pub hidden: Option<Hidden>,
}

/// Gathers evidence.
pub(crate) struct Gathering<'a> {
    pub ground: Ground<'a>,
    pub sources: Sources,
    /// The page has few slots: each gets more to read.
    pub thorough: bool,
}

impl<'a> Gathering<'a> {
    /// The evidence for a target.
    pub fn of(&self, target: &Target, explains: bool) -> Evidence {
        let mut evidence = Evidence::default();
        match target {
            Target::Symbol(symbol) => self.symbol(*symbol, &mut evidence),
            Target::Lines(file, from, to) => {
                self.must(*file, (*from, *to), &mut evidence);
                let symbols: Vec<SymbolId> = self.ground.index.symbol_at(*file, *from).into_iter().collect();
                self.related(&Focus { symbols, files: vec![*file], words: vec![] }, 6, &mut evidence);
            }
            Target::File(file) => self.file(*file, explains, &mut evidence),
            Target::Folder(path) => self.folder(path, &mut evidence),
            Target::Project => self.folder("", &mut evidence),
            Target::Change(path) => self.change(path, None, &mut evidence),
            Target::Changes(path) => {
                for change in explain::changes(self.ground, path.as_deref()).iter().take(24) {
                    self.change(&change.path, Some(1), &mut evidence);
                }
                let shown = std::mem::take(&mut evidence.must);
                evidence.may.splice(0..0, shown);
            }
        }
        if evidence.hidden.is_some() && evidence.must.is_empty() && matches!(target, Target::Symbol(_) | Target::Lines(..)) {
            // What stands around it says nothing of it.
            evidence.may.clear();
        }
        evidence
    }

    fn symbol(&self, symbol: SymbolId, evidence: &mut Evidence) {
        let index = self.ground.index;
        let its = &index[symbol];
        let members: Vec<SymbolId> = index.symbols_of(its.file).filter(|each| index[*each].parent == Some(symbol)).collect();
        let long = its.lines.1.saturating_sub(its.lines.0) >= 40;
        let holds_members = members.iter().any(|member| matches!(index[*member].kind, SymbolKind::Function | SymbolKind::Method));
        if long && holds_members {
            // What it is made of: its members are described where they stand.
            self.head(symbol, evidence);
            members.iter().take(12).for_each(|member| self.head(*member, evidence));
            return;
        }
        let from = its.doc.as_ref().map_or(its.lines.0, |doc| doc.lines.0.min(its.lines.0));
        self.must(its.file, (from, its.lines.1), evidence);
        let (uses, users) = if self.thorough { (4, 3) } else { (2, 1) };
        for used in index.used(symbol).iter().filter(|used| !is_inside(self.ground, used.symbol, symbol)).take(uses) {
            self.head(used.symbol, evidence);
        }
        for user in index.users(symbol).iter().filter(|user| user.from != Some(symbol) && !index[user.file].is_test).take(users) {
            self.may(user.file, (user.line.saturating_sub(1).max(1), user.line + 1), evidence);
        }
        if self.thorough {
            self.related(&Focus { symbols: vec![symbol], files: vec![its.file], words: vec![] }, 5, evidence);
        }
    }

    fn file(&self, file: FileId, explains: bool, evidence: &mut Evidence) {
        let index = self.ground.index;
        let its = &index[file];
        let symbols: Vec<SymbolId> = index.symbols_of(file).collect();
        if symbols.is_empty() || (explains && its.lines <= 60) {
            // Nothing tells what is important in it: it is read from the beginning, of a page that only mentions it as far as it fits.
            let last = its.lines.max(1);
            if explains {
                self.must(file, (1, last), evidence)
            } else {
                self.may(file, (1, last.min(48)), evidence)
            }
            return;
        }
        if let Some(doc) = &its.doc {
            self.may(file, (doc.lines.0, doc.lines.1.min(doc.lines.0 + 20)), evidence);
        }
        let ranked = index.rank(&Focus { symbols: vec![], files: vec![file], words: vec![] });
        let own: Vec<SymbolId> = ranked.into_iter().map(|(symbol, _)| symbol).filter(|symbol| index[*symbol].file == file).collect();
        // Without a ranking: as they stand there, those that others may use first.
        let mut own = if own.is_empty() { symbols } else { own };
        own.sort_by_key(|symbol| (!index[*symbol].public, index[*symbol].kind == SymbolKind::Field));
        let telling: Vec<SymbolId> = own.iter().copied().filter(|symbol| self.tells(*symbol)).collect();
        let own = if telling.is_empty() { own } else { telling };
        own.iter().take(if self.thorough { 16 } else { 6 }).for_each(|symbol| self.head(*symbol, evidence));
    }

    fn folder(&self, folder: &str, evidence: &mut Evidence) {
        let index = self.ground.index;
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let beneath: Vec<FileId> = (0..index.files().len())
            .filter_map(|at| u32::try_from(at).ok().map(FileId))
            .filter(|file| index[*file].path.starts_with(&prefix) && !index[*file].is_vendored && !index[*file].is_generated)
            .collect();
        let readme = beneath.iter().find(|file| {
            let name = index[**file].path[prefix.len()..].to_ascii_lowercase();
            !name.contains('/') && name.starts_with("readme")
        });
        if let Some(readme) = readme {
            self.may(*readme, (1, index[*readme].lines.min(40)), evidence);
        }
        let most = if self.thorough { 14 } else { 8 };
        for file in beneath.iter().filter(|file| !index[**file].is_test) {
            if evidence.may.len() >= most {
                break;
            }
            if let Some(doc) = &index[*file].doc {
                self.may(*file, (doc.lines.0, doc.lines.1.min(doc.lines.0 + 7)), evidence);
            }
        }
        let focus = Focus { symbols: vec![], files: if folder.is_empty() { vec![] } else { beneath.clone() }, words: vec![] };
        let own: HashSet<FileId> = beneath.into_iter().collect();
        let ranked = index.rank(&focus).into_iter().map(|(symbol, _)| symbol);
        let ranked = ranked.filter(|symbol| own.contains(&index[*symbol].file) && self.tells(*symbol));
        ranked.take(most).for_each(|symbol| self.head(symbol, evidence));
    }

    /// Hunks, at most so many, each as it was and as it is.
    fn change(&self, path: &str, most: Option<usize>, evidence: &mut Evidence) {
        let Some(change) = explain::changes(self.ground, Some(path)).into_iter().find(|change| change.path == path) else { return };
        let side = |version: Option<&'a dyn Version>, path: Option<&str>| -> Option<(Rc<Source>, Citation)> {
            let (version, path) = (version?, path?);
            let source = self.sources.of(version, path).ok()?;
            Some((source, explain::whole_file(version, path)?))
        };
        let old_path = change.old_path.as_deref().or(Some(path).filter(|_| change.in_older));
        let old = side(self.ground.older, old_path);
        let new = side(Some(self.ground.version), Some(path).filter(|_| change.in_newer));
        if old.is_none() && new.is_none() {
            evidence.hidden =
                Some(if self.sources.to_endpoint && crate::is_secret_path(path) { Hidden::Secret } else { Hidden::Unreadable });
        }
        for hunk in change.hunks.iter().take(most.unwrap_or(usize::MAX)) {
            for (side, lines, note) in [(&old, hunk.old.clone(), ", before the change"), (&new, hunk.new.clone(), ", after the change")] {
                let Some((source, file)) = side.as_ref().filter(|_| !lines.is_empty()) else { continue };
                for span in spans(source, &BTreeSet::new(), lines.start + 1, lines.end) {
                    evidence.must.push(Item::new(file, source, span, note));
                }
            }
        }
    }

    /// Heads of what ranks highest around something, but not of what is shown already.
    fn related(&self, focus: &Focus, most: usize, evidence: &mut Evidence) {
        let index = self.ground.index;
        let mut found = 0;
        for (symbol, _) in index.rank(focus) {
            if found >= most {
                break;
            }
            if self.tells(symbol) && !focus.symbols.contains(&symbol) {
                let before = evidence.may.len();
                self.head(symbol, evidence);
                found += evidence.may.len() - before;
            }
        }
    }

    /// Whether the head of a definition says something beside others: not a field, a heading, a `mod x;` or the first line of a block of methods.
    fn tells(&self, symbol: SymbolId) -> bool {
        let its = &self.ground.index[symbol];
        let bare = matches!(its.kind, SymbolKind::Field | SymbolKind::Key | SymbolKind::Heading | SymbolKind::Module)
            || its.name.starts_with("impl ");
        !bare && !self.ground.index[its.file].is_test
    }

    /// A definition up to its body, with what the code says of it.
    fn head(&self, symbol: SymbolId, evidence: &mut Evidence) {
        let its = &self.ground.index[symbol];
        let end = its.body_start.unwrap_or(its.lines.1).clamp(its.lines.0, its.lines.1).min(its.lines.0 + 11);
        // A short body says more than none.
        let end = if its.lines.1 - its.lines.0 <= 7 { its.lines.1 } else { end };
        let start = its.doc.as_ref().map_or(its.lines.0, |doc| doc.lines.0.min(its.lines.0));
        let start = if end - start > 16 { its.lines.0 } else { start };
        self.may(its.file, (start, end), evidence);
    }

    fn may(&self, file: FileId, lines: (u32, u32), evidence: &mut Evidence) {
        let items = self.items(file, lines, evidence);
        for item in items {
            let overlaps = |each: &Item| {
                each.citation.path == item.citation.path && each.span.lines.0 <= item.span.lines.1 && item.span.lines.0 <= each.span.lines.1
            };
            if !evidence.must.iter().chain(&evidence.may).any(overlaps) {
                evidence.may.push(item);
            }
        }
    }

    fn must(&self, file: FileId, lines: (u32, u32), evidence: &mut Evidence) {
        let items = self.items(file, lines, evidence);
        evidence.must.extend(items);
    }

    fn items(&self, file: FileId, lines: (u32, u32), evidence: &mut Evidence) -> Vec<Item> {
        let index = self.ground.index;
        let source = match self.sources.of(self.ground.version, &index[file].path) {
            Ok(source) => source,
            Err(hidden) => {
                evidence.hidden = evidence.hidden.max(Some(hidden));
                return Vec::new();
            }
        };
        let starts = index
            .symbols_of(file)
            .map(|symbol| index[symbol].doc.as_ref().map_or(index[symbol].lines.0, |doc| doc.lines.0.min(index[symbol].lines.0)))
            .collect();
        let whole = self.ground.citation(file, (1, 1));
        spans(&source, &starts, lines.0, lines.1).into_iter().map(|span| Item::new(&whole, &source, span, "")).collect()
    }
}

fn is_inside(ground: Ground<'_>, inner: SymbolId, outer: SymbolId) -> bool {
    let mut at = Some(inner);
    while let Some(symbol) = at {
        if symbol == outer {
            return true;
        }
        at = ground.index[symbol].parent;
    }
    false
}
