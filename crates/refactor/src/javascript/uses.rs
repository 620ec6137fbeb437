//! What the names of a file lead to.

use super::{
    meaning::{Part, Side},
    tree::*,
    types::Entity,
    world::{At, FileId, World},
};
use crate::{FileUses, Leads, NameUse, Place, Refused};

impl World<'_> {
    /// What the wanted names of some files mean, and every module that they name.
    pub(super) fn uses(&self, paths: &[String], wanted: &dyn Fn(&str) -> bool) -> Result<Vec<FileUses>, Refused> {
        let mut all = Vec::with_capacity(paths.len());
        for path in paths {
            if self.project.cancelled() {
                return Err(Refused::cancelled());
            }
            let file = self.file(path).filter(|file| {
                let tree = self.tree(*file);
                !tree.is_unreadable && tree.errors.is_empty() && self.project.text(path).is_some()
            });
            all.push(FileUses { path: path.clone(), uses: file.map(|file| self.uses_in(file, wanted)) });
        }
        Ok(all)
    }

    fn uses_in(&self, file: FileId, wanted: &dyn Fn(&str) -> bool) -> Vec<NameUse> {
        let tree = self.tree(file);
        let mut found: Vec<NameUse> = Vec::new();
        for (span, module) in &tree.specifiers {
            let leads = match self.module(file, module) {
                Some(at) => Leads::To(vec![Place { path: self.path(at.file).to_owned(), offset: 0 }]),
                // A style sheet, data: no module, but there.
                None if self.resolution.resolve(self.path(file), module).is_some() => Leads::Outside,
                None => Leads::Nothing,
            };
            found.push(NameUse::module(module, span.start, span.end, leads));
        }
        for (id, spot) in tree.spots.iter().filter(|(_, spot)| wanted(&spot.name)) {
            let at = At { file, id };
            for side in self.sides(at) {
                found.push(NameUse::new(&spot.name, spot.span.start, spot.span.end, self.leads(at, &spot.kind, &side)));
            }
            if let SpotKind::ImportLocal { module, symbol } = &spot.kind
                && tree.symbols[*symbol].declared.iter().any(|one| matches!(one, Declared::Import { name, .. } if &**name == "default"))
                && let Some(module) = self.module(file, module)
            {
                let leads = self.to(&self.exported(module, "default"), Leads::Nothing);
                found.push(NameUse::new(&spot.name, spot.span.start, spot.span.end, leads));
            }
        }
        found.sort_by_key(|one| (one.start, one.end));
        found
    }

    fn leads(&self, at: At<SpotId>, kind: &SpotKind, side: &Side) -> Leads {
        let otherwise = match kind {
            SpotKind::Label(_) | SpotKind::Word | SpotKind::Text { .. } | SpotKind::TextType { .. } | SpotKind::Linked { .. } => {
                Leads::Unknown
            }
            SpotKind::Use { .. } => Leads::Nothing,
            SpotKind::Shorthand { .. } | SpotKind::ShorthandTarget { .. } | SpotKind::ExportShort { .. } if side.part == Part::Local => {
                Leads::Nothing
            }
            SpotKind::Imported { module } | SpotKind::Reexported { module } => self.missing_from(at.file, module),
            SpotKind::ImportShort { module, .. } | SpotKind::ReexportShort { module, .. } if side.part == Part::Foreign => {
                self.missing_from(at.file, module)
            }
            _ if side.missing_in.is_some() && !side.is_open => Leads::Nothing,
            _ => Leads::Unknown,
        };
        if side.is_spread { Leads::Unknown } else { self.to(&side.entities, otherwise) }
    }

    /// What it means that a module has not what is imported: of one that is not there nothing, because its name says so already.
    fn missing_from(&self, file: FileId, module: &Name) -> Leads {
        if self.module(file, module).is_some() { Leads::Nothing } else { Leads::Unknown }
    }

    fn to(&self, entities: &[Entity], otherwise: Leads) -> Leads {
        if entities.is_empty() {
            return otherwise;
        }
        let inner = entities.iter().filter(|entity| !self.is_external(entity.file()));
        let places: Vec<Place> = inner.clone().filter_map(|entity| self.declared_at(*entity)).collect();
        let is_outside = inner.count() == 0;
        Leads::to(places, if is_outside { Leads::Outside } else { Leads::Unknown })
    }

    fn declared_at(&self, entity: Entity) -> Option<Place> {
        let spot = match entity {
            Entity::Symbol(at) => {
                let at = self.canonical(at);
                let tree = self.tree(at.file);
                let first = tree.symbols[at.id].spots.iter().min_by_key(|spot| tree.spots[**spot].span.start)?;
                at.to(*first)
            }
            Entity::Member(at) => {
                let at = self.canonical_member(at);
                at.to(self.tree(at.file).members[at.id].spot?)
            }
            Entity::Export(at) => at.to(self.tree(at.file).exports[at.id].spot?),
            Entity::Label(..) => return None,
        };
        let offset = self.tree(spot.file).spots[spot.id].span.start;
        Some(Place { path: self.path(spot.file).to_owned(), offset })
    }
}
