//! Every place that means the same.

use super::{
    search::Reach,
    tree::*,
    types::Entity,
    world::{At, World},
};
use crate::{Certainty, Found, Occurrence, OccurrenceRole, Place, Refused};

impl World<'_> {
    /// Every place that means what a place means, under whatever name.
    pub(super) fn references(&self, at: &Place) -> Result<Found, Refused> {
        // What is declared elsewhere can still be found where it is used.
        let question = self.question(at, true)?;
        let mut found = Found { name: question.name.to_string(), kind: String::new(), occurrences: Vec::new() };
        if question.is_literal {
            found.kind = "string".to_owned();
            for at in self.same_literals(&question)? {
                found.occurrences.push(self.occurrence(at, Certainty::Certain, "a string of the same type"));
            }
            return Ok(found);
        }
        // An import is what it imports.
        let mut start: Vec<Entity> = question.entities.iter().flat_map(|entity| self.ends(*entity)).collect();
        start.extend(&question.entities);
        let mut names: Vec<Name> =
            start.iter().map(|entity| self.name(*entity)).filter(|name| !matches!(&**name, "" | "default" | "export=")).collect();
        names.push(question.name.clone());
        let mut entities = start.clone();
        let mut done: Vec<Name> = Vec::new();
        while let Some(name) = names.pop() {
            if done.contains(&name) || done.len() > 12 {
                continue;
            }
            done.push(name.clone());
            let matches = self.search(&entities, &name, Reach::References, true)?;
            for one in &matches.matches {
                if !self.is_external(one.at.file) {
                    found.occurrences.push(self.occurrence(one.at, one.certainty, &one.reason));
                }
            }
            for entity in &matches.entities {
                if !entities.contains(entity) {
                    entities.push(*entity);
                }
            }
            // Aliases: the same under another name.
            for file in &matches.files {
                for (entity, name) in self.aliases(*file, &entities) {
                    entities.push(entity);
                    names.push(name);
                }
            }
        }
        let main = start.iter().copied().find(|entity| !matches!(entity, Entity::Export(_))).or_else(|| start.first().copied());
        if let Some(main) = main {
            found.kind = self.kind(main).to_owned();
            found.name = self.name(main).to_string();
        }
        if matches!(main, Some(Entity::Label(..))) || found.name.is_empty() || found.name == "export=" {
            found.name = question.name.to_string();
        }
        found.occurrences.sort_by(|a, b| (&a.path, a.start, a.end, a.certainty).cmp(&(&b.path, b.start, b.end, b.certainty)));
        found.occurrences.dedup_by(|a, b| a.path == b.path && a.start == b.start && a.end == b.end);
        Ok(found)
    }

    /// Imports and exports of a file that stand for known entities under other names.
    fn aliases(&self, file: super::world::FileId, known: &[Entity]) -> Vec<(Entity, Name)> {
        let tree = self.tree(file);
        let mut found = Vec::new();
        let is_known = |entities: &[Entity]| entities.iter().any(|entity| known.contains(&self.settled(*entity)));
        for (id, symbol) in tree.symbols.iter() {
            let entity = Entity::Symbol(At { file, id });
            let is_import =
                symbol.declared.iter().any(|declared| matches!(declared, Declared::Import { .. } | Declared::ImportPath { .. }));
            if is_import && !known.contains(&entity) && self.next(entity).is_some_and(|next| is_known(&next)) {
                found.push((entity, symbol.name.clone()));
            }
        }
        for (id, export) in tree.exports.iter() {
            let entity = Entity::Export(At { file, id });
            if !known.contains(&entity) && self.next(entity).is_some_and(|next| is_known(&next)) {
                found.push((entity, export.name.clone()));
            }
        }
        found
    }

    fn occurrence(&self, at: At<SpotId>, certainty: Certainty, reason: &str) -> Occurrence {
        let spot = &self.tree(at.file).spots[at.id];
        let role = match &spot.kind {
            SpotKind::Declaration(_) | SpotKind::MemberDeclaration(_) | SpotKind::ShorthandPattern { .. } => OccurrenceRole::Definition,
            SpotKind::Label(_) if self.is_first_label(at) => OccurrenceRole::Definition,
            SpotKind::Imported { .. }
            | SpotKind::ImportShort { .. }
            | SpotKind::ImportLocal { .. }
            | SpotKind::Exported(_)
            | SpotKind::Reexported { .. }
            | SpotKind::ExportShort { .. }
            | SpotKind::ReexportShort { .. } => OccurrenceRole::Import,
            SpotKind::Member { is_write: true, .. } | SpotKind::Element { is_write: true, .. } if self.is_declaring(at) => {
                OccurrenceRole::Definition
            }
            SpotKind::Use { is_write: true, .. }
            | SpotKind::Member { is_write: true, .. }
            | SpotKind::Element { is_write: true, .. }
            | SpotKind::ShorthandTarget { .. } => OccurrenceRole::Write,
            _ => OccurrenceRole::Read,
        };
        Occurrence {
            path: self.path(at.file).to_owned(),
            start: spot.span.start,
            end: spot.span.end,
            certainty,
            reason: reason.to_owned(),
            role,
        }
    }

    /// The first assignment of a member that nothing else declares.
    fn is_declaring(&self, at: At<SpotId>) -> bool {
        let tree = self.tree(at.file);
        tree.members.iter().any(|(id, member)| member.spot == Some(at.id) && self.canonical_member(at.to(id)) == at.to(id))
    }

    fn is_first_label(&self, at: At<SpotId>) -> bool {
        let tree = self.tree(at.file);
        let SpotKind::Label(number) = tree.spots[at.id].kind else { return false };
        tree.spots
            .iter()
            .find(|(_, spot)| matches!(spot.kind, SpotKind::Label(other) if other == number))
            .is_some_and(|(id, _)| id == at.id)
    }

    fn kind(&self, entity: Entity) -> &'static str {
        match entity {
            Entity::Label(..) => "label",
            Entity::Export(_) => "export",
            Entity::Member(at) => {
                let tree = self.tree(at.file);
                match tree.members[at.id].kind {
                    MemberKind::Method => "method",
                    MemberKind::Getter | MemberKind::Setter => "accessor",
                    MemberKind::Variant => "enum member",
                    MemberKind::Constructor => "constructor",
                    _ => "property",
                }
            }
            Entity::Symbol(at) => {
                let row = &self.tree(at.file).symbols[at.id];
                match row.declared.first() {
                    Some(Declared::Function(_)) => "function",
                    Some(Declared::Class(_)) => "class",
                    Some(Declared::Interface(_)) => "interface",
                    Some(Declared::Enum(_)) => "enum",
                    Some(Declared::Alias { .. }) => "type",
                    Some(Declared::Space(_)) => "namespace",
                    Some(Declared::TypeParameter { .. } | Declared::MappedKey(_)) => "type parameter",
                    Some(
                        Declared::Import { .. } | Declared::ImportAll { .. } | Declared::ImportRequire { .. } | Declared::ImportPath { .. },
                    ) => "import",
                    _ if row.is_parameter => "parameter",
                    _ => "variable",
                }
            }
        }
    }
}
