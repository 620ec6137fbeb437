//! What speaks against a rename.

use std::collections::BTreeSet;

use super::{
    entities::{Entity, Owner},
    rename::is_special,
    search::Hit,
    session::{FileId, Session},
    table::{BindingKind, ParameterKind, ScopeId, ScopeKind, Spot, SymbolId},
    target::Target,
};
use crate::{Certainty, Conflict, ConflictKind, Proposal, Refused, names};

impl Session<'_> {
    pub(super) fn conflicts(&self, target: &Target, hits: &[Hit], new: &str, proposal: &mut Proposal) -> Result<(), Refused> {
        let mut found = Vec::new();
        self.names_in_scopes(target, hits, new, &mut found);
        for entity in &target.entities {
            if let Entity::Member(Owner::Class(_), _) = entity {
                self.member_clashes(target, new, &mut found)?;
                break;
            }
        }
        self.contracts(target, &mut found);
        self.parameter_contracts(target, &mut found);
        let files: BTreeSet<FileId> = hits.iter().map(|hit| hit.file).collect();
        for file in files {
            self.file_conflicts(file, &mut found);
        }
        self.unreadable(target, &mut found)?;
        proposal.conflicts.extend(found);
        Ok(())
    }

    fn conflict(&self, file: FileId, offset: u32, kind: ConflictKind, breaks: bool, message: String) -> Conflict {
        let path = self.path(file);
        let text = self.project.text(&path).unwrap_or_default();
        Conflict { line: names::line_of(&text, offset), path: path.to_string(), kind, breaks, message }
    }

    /// The variables, one of a file, whose name changes: the scope of each and what is bound there.
    fn changed_symbols(&self, target: &Target, hits: &[Hit]) -> BTreeSet<(FileId, SymbolId)> {
        let mut changed = BTreeSet::new();
        for hit in hits.iter().filter(|hit| hit.certainty != Certainty::Text) {
            let table = self.table(hit.file);
            let symbol = match hit.spot {
                Spot::Use(id) => table.uses[id].symbol,
                Spot::Imported(id) if table.imports[id].alias.is_none() => table.imports[id].symbol,
                Spot::Module(id, 0) if table.imports[id].name.is_none() && table.imports[id].alias.is_none() => table.imports[id].symbol,
                _ => None,
            };
            if let Some(symbol) = symbol
                && table.symbols[symbol].name == target.name
            {
                // An import that keeps its own name changes nothing here.
                let keeps = matches!(hit.spot, Spot::Imported(_))
                    && self.symbol_entity(hit.file, symbol).is_some_and(|entity| !target.has(&entity));
                if !keeps {
                    changed.insert((hit.file, symbol));
                }
            }
        }
        changed
    }

    fn names_in_scopes(&self, target: &Target, hits: &[Hit], new: &str, found: &mut Vec<Conflict>) {
        for (file, symbol) in self.changed_symbols(target, hits) {
            let table = self.table(file);
            let scope = table.symbols[symbol].scope;
            let is_member = matches!(table.scopes[scope].kind, ScopeKind::Class(_));
            if let Some(other) = table.scopes[scope].symbols.get(new)
                && let Some(first) = table.symbols[*other].bindings.first()
                && !is_member
            {
                let place = table.bindings[*first].span.start;
                found.push(self.conflict(
                    file,
                    place,
                    ConflictKind::NameClash,
                    true,
                    format!("`{new}` is declared here in the same scope."),
                ));
                continue;
            }
            self.captured(file, symbol, scope, target, new, found);
            self.captures(file, scope, new, found);
        }
    }

    /// Places that would mean an inner declaration of the new name.
    fn captured(&self, file: FileId, symbol: SymbolId, scope: ScopeId, target: &Target, new: &str, found: &mut Vec<Conflict>) {
        let table = self.table(file);
        for spot in table.spots(&target.name) {
            let Spot::Use(id) = *spot else { continue };
            let using = &table.uses[id];
            if using.symbol != Some(symbol) || using.scope == scope {
                continue;
            }
            let inner = table.lookup(using.scope, new, None).filter(|inner| self.is_around(file, table.symbols[*inner].scope, scope));
            if let Some(inner) = inner
                && let Some(first) = table.symbols[inner].bindings.first()
            {
                let line = self.conflict(file, table.bindings[*first].span.start, ConflictKind::Shadowing, true, String::new()).line;
                let message = format!("`{new}` would mean the one that is declared at line {line}.");
                found.push(self.conflict(file, using.span.start, ConflictKind::Shadowing, true, message));
            }
        }
    }

    /// Whether a scope lies strictly within another.
    fn is_around(&self, file: FileId, inner: ScopeId, outer: ScopeId) -> bool {
        let table = self.table(file);
        let mut current = table.scopes[inner].parent;
        while let Some(scope) = current {
            if scope == outer {
                return true;
            }
            current = table.scopes[scope].parent;
        }
        false
    }

    /// Places of the new name that would mean what is renamed.
    fn captures(&self, file: FileId, scope: ScopeId, new: &str, found: &mut Vec<Conflict>) {
        let table = self.table(file);
        for spot in table.spots(new) {
            let Spot::Use(id) = *spot else { continue };
            let using = &table.uses[id];
            let is_inside = using.scope == scope || self.is_around(file, using.scope, scope);
            if !is_inside {
                continue;
            }
            // Names of a class are not seen by the functions in it.
            if matches!(table.scopes[scope].kind, ScopeKind::Class(_)) && using.scope != scope {
                continue;
            }
            let meant = using.symbol.map(|symbol| table.symbols[symbol].scope);
            let is_outer = match meant {
                Some(owner) => owner != scope && !self.is_around(file, owner, scope),
                None => true,
            };
            if is_outer {
                let message = format!("`{new}` here would mean what is renamed.");
                found.push(self.conflict(file, using.span.start, ConflictKind::Shadowing, true, message));
            }
        }
    }

    /// Classes above and below that have the new name.
    fn member_clashes(&self, target: &Target, new: &str, found: &mut Vec<Conflict>) -> Result<(), Refused> {
        let own: Vec<_> = target.classes().collect();
        for file in self.candidates(new, &self.path(target.file))?.iter().copied() {
            let table = self.table(file);
            for id in 0..table.classes.len() {
                if !table.declares(id, new) {
                    continue;
                }
                let class = self.canonical_class((file, id));
                if !own.iter().any(|mine| self.is_subclass(*mine, class) || self.is_subclass(class, *mine)) {
                    continue;
                }
                let symbol =
                    table.scopes[table.classes[id].scope].symbols.get(new).and_then(|symbol| table.symbols[*symbol].bindings.first());
                let place = match symbol {
                    Some(binding) => table.bindings[*binding].span.start,
                    None => table.classes[id]
                        .instance
                        .get(new)
                        .and_then(|all| all.first())
                        .map_or(0, |first| table.members[first.member].span.start),
                };
                let name = &table.classes[id].name;
                found.push(self.conflict(file, place, ConflictKind::NameClash, true, format!("`{name}` has a `{new}` already.")));
            }
        }
        Ok(())
    }

    /// Methods that something outside of the project calls by their name.
    fn contracts(&self, target: &Target, found: &mut Vec<Conflict>) {
        for (file, id) in target.classes() {
            let table = self.table(file);
            let class = &table.classes[id];
            let Some(symbol) = table.scopes[class.scope].symbols.get(&target.name) else { continue };
            let Some(first) = table.symbols[*symbol].bindings.first().map(|first| &table.bindings[*first]) else { continue };
            if !matches!(first.kind, BindingKind::Function(_)) {
                continue;
            }
            let place = first.span.start;
            if is_special(&target.name) {
                let message = format!("Python itself calls `{}` by this name.", target.name);
                found.push(self.conflict(file, place, ConflictKind::BrokenContract, true, message));
            } else if !self.order((file, id)).1 && !target.name.starts_with("__") {
                let message =
                    format!("`{}` inherits from a class outside of the project, which may ask for `{}`.", class.name, target.name);
                found.push(self.conflict(file, place, ConflictKind::BrokenContract, false, message));
            }
        }
    }

    /// Methods that override, or are overridden, with the same parameter.
    fn parameter_contracts(&self, target: &Target, found: &mut Vec<Conflict>) {
        for entity in &target.entities {
            let Entity::Symbol(file, symbol) = entity else { continue };
            let table = self.table(*file);
            let Some(BindingKind::Parameter(function, index)) =
                table.symbols[*symbol].bindings.first().map(|first| table.bindings[*first].kind.clone())
            else {
                continue;
            };
            let function = &table.functions[function];
            let Some(class) = function.class.filter(|_| function.name.as_ref() != "__init__") else { continue };
            let is_keyword = matches!(function.parameters[index].kind, ParameterKind::Normal | ParameterKind::KeywordOnly);
            if !is_keyword || index == 0 {
                continue;
            }
            if let Some(above) = self.declarer_above(self.canonical_class((*file, class)), &function.name) {
                let other = self.table(above.0);
                let name = &other.classes[above.1].name;
                let message = format!("`{name}.{}` has this parameter too, as may others that override it.", function.name);
                let has = other.functions.iter().any(|other| {
                    other.class == Some(above.1)
                        && other.name == function.name
                        && other.parameters.iter().any(|parameter| parameter.name == target.name)
                });
                if has {
                    found.push(self.conflict(*file, function.span.start, ConflictKind::BrokenContract, false, message));
                }
            }
        }
    }

    fn file_conflicts(&self, file: FileId, found: &mut Vec<Conflict>) {
        let path = self.path(file);
        let Some(text) = self.project.text(&path) else { return };
        let head: String = text
            .lines()
            .take(10)
            .filter(|line| line.trim_start().starts_with('#') || line.contains("\"\"\""))
            .collect::<Vec<_>>()
            .join("\n");
        let head = head.to_lowercase();
        let is_generated =
            head.contains("@generated") || head.contains("do not edit") || head.contains("generated by") || head.contains("autogenerated");
        if is_generated {
            let message = "A tool made this file and would make it anew without the change.".to_owned();
            found.push(Conflict { path: path.to_string(), line: 1, kind: ConflictKind::GeneratedFile, breaks: false, message });
        }
    }

    /// Files that hold the name and can't be read whole.
    fn unreadable(&self, target: &Target, found: &mut Vec<Conflict>) -> Result<(), Refused> {
        for file in self.candidates(&target.name, &self.path(target.file))?.iter().copied() {
            let table = self.table(file);
            if let Some(place) = table.error {
                let message = format!("This file has syntax errors and holds `{}`: places may be missing.", target.name);
                found.push(self.conflict(file, place, ConflictKind::Unreadable, false, message));
            }
        }
        Ok(())
    }
}
