//! What speaks against a rename.

use std::collections::HashSet;

use super::{
    paths,
    question::Question,
    search::Matches,
    tree::*,
    types::{Bindings, Entity, Lookup, MemberAt, SymbolAt},
    world::{At, FileId, World},
};
use crate::{Conflict, ConflictKind, Proposal, names};

/// A rename whose places are known.
pub(super) struct Change<'c> {
    pub question: &'c Question,
    pub found: &'c Matches,
    pub new: &'c Name,
}

impl World<'_> {
    /// Adds what speaks against a change.
    pub(super) fn conflicts(&self, change: &Change<'_>, proposal: &mut Proposal) {
        let mut entities: Vec<Entity> = change.found.entities.iter().copied().filter(|entity| !self.is_external(entity.file())).collect();
        entities.sort_unstable();
        for entity in &entities {
            match entity {
                Entity::Symbol(symbol) => {
                    for symbol in self.same_globals(*symbol) {
                        self.scope_conflicts(change, symbol, proposal);
                    }
                }
                Entity::Member(member) => self.member_conflicts(change, *member, proposal),
                Entity::Export(export) => {
                    let tree = self.tree(export.file);
                    let other = tree.exports.iter().find(|(id, row)| *id != export.id && row.name == *change.new);
                    let scoped = tree.scopes[Tree::FILE].names.get(change.new).into_iter().flatten();
                    let offered = scoped.copied().find(|symbol| tree.symbols[*symbol].is_exported);
                    let spot = other
                        .and_then(|(_, row)| row.spot)
                        .or_else(|| offered.and_then(|symbol| tree.symbols[symbol].spots.first().copied()));
                    if let Some(spot) = spot {
                        let message = format!("The module exports `{}` already.", change.new);
                        self.conflict(export.to(spot), ConflictKind::NameClash, true, message, proposal);
                    }
                }
                Entity::Label(file, number) => self.label_conflicts(change, *file, *number, proposal),
            }
        }
        for at in &change.found.spread {
            let message = format!("`{}` is put together here from several objects, of which only some are renamed.", change.question.name);
            self.conflict(*at, ConflictKind::BrokenContract, false, message, proposal);
        }
        if let Some(first) = change.found.open.iter().find(|at| !self.is_external(at.file)) {
            let count = change.found.open.len();
            let name = &change.question.name;
            let message = match count {
                1 => format!("What `{name}` is a member of can't be told here; it stays."),
                _ => format!("At {count} places, of which this is the first, it can't be told what `{name}` is a member of; they stay."),
            };
            self.conflict(*first, ConflictKind::Unreadable, false, message, proposal);
        }
        self.derived_conflicts(change, &entities, proposal);
        self.tag_conflicts(change, proposal);
        self.file_conflicts(change, proposal);
    }

    fn conflict(&self, at: At<SpotId>, kind: ConflictKind, breaks: bool, message: String, proposal: &mut Proposal) {
        let path = self.path(at.file);
        let line = self.project.text(path).map_or(1, |text| names::line_of(&text, self.tree(at.file).span(at.id).start));
        proposal.conflicts.push(Conflict { path: path.to_owned(), line, kind, breaks, message });
    }

    /// Whether a scope is within another, or is it.
    fn is_within(tree: &Tree, scope: ScopeId, outer: ScopeId) -> bool {
        let mut at = Some(scope);
        while let Some(id) = at {
            if id == outer {
                return true;
            }
            at = tree.scopes[id].parent;
        }
        false
    }

    /// Names of the new kind where the symbol is declared or used.
    fn scope_conflicts(&self, change: &Change<'_>, symbol: SymbolAt, proposal: &mut Proposal) {
        let tree = self.tree(symbol.file);
        let row = &tree.symbols[symbol.id];
        let new = change.new;
        let at_declaration = |proposal: &mut Proposal, spot: Option<SpotId>, kind, message| {
            if let Some(spot) = spot.or_else(|| row.spots.first().copied()) {
                self.conflict(symbol.to(spot), kind, true, message, proposal);
            }
        };
        let here = tree.scopes[row.scope].names.get(new).into_iter().flatten();
        let clash = here.copied().find(|other| tree.symbols[*other].meaning.meets(row.meaning));
        if let Some(other) = clash {
            let message = format!("There is another `{new}` in this scope.");
            at_declaration(proposal, tree.symbols[other].spots.first().copied(), ConflictKind::NameClash, message);
        } else if row.is_exported && tree.exports.iter().any(|(_, export)| export.name == *new) {
            at_declaration(proposal, None, ConflictKind::NameClash, format!("The module exports `{new}` already."));
        } else if self.is_global(symbol) && !self.globals(new, row.meaning).iter().all(|other| self.is_library(other.file)) {
            at_declaration(proposal, None, ConflictKind::NameClash, format!("Another file declares `{new}` for all."));
        }
        // Where the old name is used, the new one must not mean something nearer.
        for used in tree.by_name.get(&row.name).into_iter().flatten() {
            let Some((scope, meaning, target)) = scoped(&tree.spots[*used].kind) else { continue };
            if target != Some(symbol.id) {
                continue;
            }
            if let Some(nearer) = tree.lookup(scope, new, meaning)
                && Some(nearer) != clash
                && tree.symbols[nearer].scope != row.scope
                && Self::is_within(tree, tree.symbols[nearer].scope, row.scope)
            {
                let message = format!("Here `{new}` would mean the one declared nearer.");
                self.conflict(symbol.to(*used), ConflictKind::Shadowing, true, message, proposal);
            }
        }
        // Where the new name is used already, it must not come to mean this.
        for used in tree.by_name.get(new).into_iter().flatten() {
            let Some((scope, meaning, target)) = scoped(&tree.spots[*used].kind) else { continue };
            if !meaning.meets(row.meaning) || !Self::is_within(tree, scope, row.scope) {
                continue;
            }
            let is_outer = match target {
                None => true,
                Some(other) => {
                    let other = tree.symbols[other].scope;
                    other != row.scope && Self::is_within(tree, row.scope, other)
                }
            };
            if is_outer {
                let message = format!("This `{new}` would mean what is renamed.");
                self.conflict(symbol.to(*used), ConflictKind::Shadowing, true, message, proposal);
            }
        }
    }

    fn member_conflicts(&self, change: &Change<'_>, member: MemberAt, proposal: &mut Proposal) {
        let tree = self.tree(member.file);
        let row = &tree.members[member.id];
        let shape = member.to(row.shape);
        let kind = tree.shapes[row.shape].kind;
        for shape in self.shapes_with(shape) {
            let tree = self.tree(shape.file);
            let other = tree.shapes[shape.id]
                .members
                .iter()
                .find(|other| tree.members[**other].name == *change.new && tree.members[**other].is_static == row.is_static);
            if let Some(spot) = other.and_then(|other| tree.members[*other].spot) {
                let message = format!("There is a member `{}` already.", change.new);
                self.conflict(shape.to(spot), ConflictKind::NameClash, true, message, proposal);
                return;
            }
        }
        if !matches!(kind, ShapeKind::Class | ShapeKind::Interface) || row.is_static || row.is_private {
            return;
        }
        for base in self.bases(shape, &Bindings::default()) {
            if let Lookup::Found(hits) = self.lookup(&base, change.new)
                && let Some(hit) = hits.first()
                && let Some(spot) = row.spot
                && !matches!(hit.entity, Entity::Member(at) if self.is_hidden(at))
            {
                let of = self.type_name(&hit.owner).unwrap_or_else(|| "its base".to_owned());
                let message = format!("`{of}` has a member `{}`, which this would override.", change.new);
                self.conflict(member.to(spot), ConflictKind::Shadowing, true, message, proposal);
                return;
            }
        }
    }

    /// `#x` of a base is not inherited, nor is what every object has.
    fn is_hidden(&self, member: MemberAt) -> bool {
        let tree = self.tree(member.file);
        let symbol = tree.shapes[tree.members[member.id].shape].symbol;
        tree.members[member.id].name.starts_with('#')
            || (self.is_library(member.file) && symbol.is_some_and(|symbol| &*tree.symbols[symbol].name == "Object"))
    }

    /// Classes and interfaces that derive from what is renamed and have the new name.
    fn derived_conflicts(&self, change: &Change<'_>, entities: &[Entity], proposal: &mut Proposal) {
        const MOST_FILES: usize = 200;
        let mut owners: HashSet<SymbolAt> = HashSet::new();
        for entity in entities {
            let Entity::Member(member) = entity else { continue };
            let tree = self.tree(member.file);
            if let Some(symbol) = tree.shapes[tree.members[member.id].shape].symbol
                && !tree.members[member.id].name.starts_with('#')
                && !tree.members[member.id].is_static
            {
                owners.insert(member.to(symbol));
            }
        }
        if owners.is_empty() {
            return;
        }
        for path in self.project.containing(change.new, &|path| paths::is_code(path)).into_iter().take(MOST_FILES) {
            let Some(file) = self.file(&path).filter(|file| !self.is_external(*file) && !self.project.cancelled()) else { continue };
            let tree = self.tree(file);
            for spot in tree.by_name.get(change.new).into_iter().flatten() {
                let SpotKind::MemberDeclaration(member) = tree.spots[*spot].kind else { continue };
                let shape = tree.members[member].shape;
                if tree.shapes[shape].symbol.is_none_or(|symbol| owners.contains(&At { file, id: symbol })) {
                    continue;
                }
                let instance = self.instance_of(At { file, id: shape });
                if owners.iter().any(|owner| self.arguments_as(*owner, &instance, 0).is_some()) && !tree.members[member].is_static {
                    let of = self.type_name(&instance).unwrap_or_default();
                    let message = format!("`{of}` has a member `{}`, which would override this.", change.new);
                    self.conflict(At { file, id: *spot }, ConflictKind::Shadowing, true, message, proposal);
                }
            }
        }
    }

    fn label_conflicts(&self, change: &Change<'_>, file: FileId, number: u32, proposal: &mut Proposal) {
        let tree = self.tree(file);
        let labels = |name: &Name| {
            let spots = tree.by_name.get(name).into_iter().flatten();
            spots
                .filter_map(|id| if let SpotKind::Label(number) = tree.spots[*id].kind { Some((*id, number)) } else { None })
                .collect::<Vec<_>>()
        };
        let own: Vec<u32> =
            labels(&change.question.name).into_iter().filter(|(_, one)| *one == number).map(|(id, _)| tree.spots[id].span.start).collect();
        let (Some(first), Some(last)) = (own.iter().min(), own.iter().max()) else { return };
        for (id, other) in labels(change.new) {
            let at = tree.spots[id].span.start;
            if other != number && (*first..=*last).contains(&at) {
                self.conflict(
                    At { file, id },
                    ConflictKind::NameClash,
                    true,
                    format!("There is a label `{}` already.", change.new),
                    proposal,
                );
            }
        }
    }

    /// A component whose name begins small is a tag of the page.
    fn tag_conflicts(&self, change: &Change<'_>, proposal: &mut Proposal) {
        if !change.new.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            return;
        }
        let renamed: HashSet<At<SpotId>> = change.found.matches.iter().map(|one| one.at).collect();
        for file in &change.found.files {
            let tree = self.tree(*file);
            let tags = tree.expressions.iter().filter_map(|(_, expression)| match expression {
                Expression::Markup { tag: Some(tag) } => Some(*tag),
                _ => None,
            });
            for tag in tags {
                let Expression::Name(spot) = tree.expressions[tag] else { continue };
                let at = At { file: *file, id: spot };
                if renamed.contains(&at) {
                    let message =
                        format!("`<{}>` would be a tag of the page: a component's name begins with a capital letter.", change.new);
                    self.conflict(at, ConflictKind::ReservedWord, true, message, proposal);
                }
            }
        }
    }

    /// Files that are made by a tool, or that could not be understood.
    fn file_conflicts(&self, change: &Change<'_>, proposal: &mut Proposal) {
        let mut edited: Vec<String> = proposal.edits.iter().map(|edit| edit.path.clone()).collect();
        edited.dedup();
        for path in edited {
            if self.project.text(&path).is_some_and(|text| is_generated(&text)) {
                let message = "This file is made by a tool, which would make it anew without the change.".to_owned();
                proposal.conflicts.push(Conflict { path, line: 1, kind: ConflictKind::GeneratedFile, breaks: false, message });
            }
        }
        for file in &change.found.files {
            let tree = self.tree(*file);
            let path = self.path(*file).to_owned();
            if let Some(line) = tree.errors.first() {
                let message = format!("This file has errors; places of `{}` may be missing.", change.question.name);
                proposal.conflicts.push(Conflict { path, line: *line, kind: ConflictKind::Unreadable, breaks: false, message });
            } else if tree.has_eval && proposal.edits.iter().any(|edit| edit.path == path) {
                let message = "`eval` or `with` may use names that can't be seen.".to_owned();
                proposal.conflicts.push(Conflict { path, line: 1, kind: ConflictKind::Unreadable, breaks: false, message });
            }
        }
    }
}

/// A name that scopes explain: where, as what, and what it means.
fn scoped(kind: &SpotKind) -> Option<(ScopeId, Meaning, Option<SymbolId>)> {
    match kind {
        SpotKind::Use { scope, meaning, symbol, .. } => Some((*scope, *meaning, *symbol)),
        SpotKind::ShorthandTarget { scope, symbol, .. } | SpotKind::Shorthand { scope, symbol, .. } => {
            Some((*scope, Meaning::VALUE, *symbol))
        }
        SpotKind::ExportShort { scope, symbol, .. } => Some((*scope, Meaning::ALL, *symbol)),
        _ => None,
    }
}

/// Whether the first lines say that a tool makes the file.
pub(super) fn is_generated(text: &str) -> bool {
    text.lines().take(12).any(|line| {
        let line = line.to_ascii_lowercase();
        line.contains("@generated")
            || (line.contains("generated by") && (line.contains("not edit") || line.contains("not modify")))
            || line.contains("auto-generated")
    })
}
