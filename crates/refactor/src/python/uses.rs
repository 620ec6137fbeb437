//! What the names of a file lead to.

use super::{
    entities::{Entity, Owner},
    session::{FileId, Session},
    table::{MemberForm, MentionKind, Spot, Table},
    types::Type,
};
use crate::{FileUses, Leads, NameUse, Place, Refused};

impl Session<'_> {
    /// What the wanted names of some files mean, and every module that they import.
    pub(super) fn uses(&self, paths: &[String], wanted: &dyn Fn(&str) -> bool) -> Result<Vec<FileUses>, Refused> {
        let mut all = Vec::with_capacity(paths.len());
        for path in paths {
            if self.project.cancelled() {
                return Err(Refused::cancelled());
            }
            let file = self.open(path).filter(|file| {
                let table = self.table(*file);
                !table.too_deep && table.error.is_none()
            });
            all.push(FileUses { path: path.clone(), uses: file.map(|file| self.uses_in(file, wanted)) });
        }
        Ok(all)
    }

    fn uses_in(&self, file: FileId, wanted: &dyn Fn(&str) -> bool) -> Vec<NameUse> {
        let table = self.table(file);
        let mut found = Vec::new();
        for (name, spots) in &table.spots {
            let is_wanted = wanted(name);
            for spot in spots {
                let is_module = matches!(spot, Spot::Module(..));
                if !is_wanted && !is_module {
                    continue;
                }
                let span = table.span(*spot);
                let leads = self.leads(file, &table, *spot);
                found.push(NameUse { is_module, ..NameUse::new(name, span.start, span.end, leads) });
            }
        }
        found.sort_by_key(|one| (one.start, one.end));
        found
    }

    fn leads(&self, file: FileId, table: &Table, spot: Spot) -> Leads {
        match spot {
            Spot::Module(id, part) => match self.resolve_part(&self.path(file), &table.imports[id], part) {
                Some(stem) => self.to(&[Entity::Module(stem)], Leads::Unknown),
                None => Leads::Nothing,
            },
            Spot::Imported(id) => {
                let import = &table.imports[id];
                let (Some((name, _)), Some(module)) = (&import.name, self.resolve_module(&self.path(file), import)) else {
                    return Leads::Unknown;
                };
                match self.module_attribute(&module, name) {
                    Some(entity) => self.to(&[entity], Leads::Unknown),
                    None => self.missing_from(&module),
                }
            }
            Spot::Use(id) => {
                let entities = self.meaning(file, spot).entities;
                let is_unbound = table.uses[id].symbol.is_none() && !self.has_foreign_star(file) && !table.uses[id].in_string;
                self.to(&entities, if is_unbound { Leads::Nothing } else { Leads::Unknown })
            }
            Spot::Member(id) => {
                let member = &table.members[id];
                let meaning = self.meaning(file, spot);
                if !meaning.sure && !meaning.entities.is_empty() || member.form == MemberForm::Key {
                    return Leads::Unknown;
                }
                let types = self.infer(file, member.receiver);
                let is_known = |kind: &Type| match kind {
                    Type::Module(stem) => self.missing_from(stem) == Leads::Nothing,
                    Type::Class(class) | Type::Instance(class) => meaning.receivers.contains(class),
                    _ => false,
                };
                let is_missing = !types.open && types.sure && !types.list.is_empty() && types.list.iter().all(is_known);
                self.to(&meaning.entities, if is_missing { Leads::Nothing } else { Leads::Unknown })
            }
            Spot::Keyword(_) => {
                let meaning = self.meaning(file, spot);
                self.to(&meaning.entities, if meaning.sure && !meaning.open { Leads::Nothing } else { Leads::Unknown })
            }
            Spot::Mention(id) => {
                let is_all = table.mentions[id].kind == MentionKind::All;
                self.to(&self.meaning(file, spot).entities, if is_all { Leads::Nothing } else { Leads::Unknown })
            }
        }
    }

    /// What it means that a module of the project has no such name: nothing, unless it takes its names from elsewhere.
    fn missing_from(&self, module: &str) -> Leads {
        let is_known = self.module_paths(module).iter().all(|path| {
            self.open(path).is_some_and(|file| {
                let table = self.table(file);
                table.error.is_none() && !self.has_foreign_star(file) && table.global("__getattr__").is_none()
            })
        });
        if is_known { Leads::Nothing } else { Leads::Unknown }
    }

    fn to(&self, entities: &[Entity], otherwise: Leads) -> Leads {
        if entities.is_empty() {
            return otherwise;
        }
        let is_outside = entities.iter().all(|entity| matches!(entity, Entity::External | Entity::Builtin));
        let places = entities.iter().flat_map(|entity| self.declared_at(entity)).collect();
        Leads::to(places, if is_outside { Leads::Outside } else { Leads::Unknown })
    }

    fn declared_at(&self, entity: &Entity) -> Vec<Place> {
        let place = |file: FileId, offset: u32| Place { path: self.path(file).to_string(), offset };
        let first = |file: FileId, symbol: usize| {
            let table = self.table(file);
            let bindings = table.symbols[symbol].bindings.iter();
            bindings.map(|id| table.bindings[*id].span.start).min().map(|offset| place(file, offset))
        };
        match entity {
            Entity::Symbol(file, symbol) => first(*file, *symbol).into_iter().collect(),
            Entity::Member(Owner::Class((file, class)), name) => {
                let table = self.table(*file);
                let own = &table.classes[*class];
                let declared = table.scopes[own.scope].symbols.get(name).and_then(|symbol| first(*file, *symbol));
                let assigned = || {
                    let members = own.instance.get(name)?.iter();
                    members.map(|one| table.members[one.member].span.start).min().map(|offset| place(*file, offset))
                };
                declared.or_else(assigned).into_iter().collect()
            }
            Entity::Module(stem) => self.module_paths(stem).iter().map(|path| Place { path: path.clone(), offset: 0 }).collect(),
            _ => Vec::new(),
        }
    }
}
