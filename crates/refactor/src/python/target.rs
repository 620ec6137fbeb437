//! What is asked for: the thing that a name at a place means, with all that goes by that name together with it.

use std::collections::BTreeSet;

use super::{
    entities::{Entity, Owner},
    modules::{is_external, last_of, stem_of},
    session::{ClassRef, FileId, Session},
    table::{BindingKind, Kind, Name, ScopeKind, Spot, Table},
};
use crate::{Place, Refused, RefusedKind};

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: Name,
    pub(crate) entities: BTreeSet<Entity>,
    /// Those of them that only may belong to it.
    pub(crate) joined: BTreeSet<Entity>,
    /// The file in which it was asked for.
    pub(crate) file: FileId,
    /// In the language's words.
    pub(crate) kind: String,
    /// Classes of the project that declare a member of that name and are not meant.
    pub(crate) others: usize,
}

impl Target {
    pub(crate) fn has(&self, entity: &Entity) -> bool {
        self.entities.contains(entity)
    }

    /// The classes whose member is meant.
    pub(crate) fn classes(&self) -> impl Iterator<Item = ClassRef> {
        self.entities.iter().filter_map(|entity| match entity {
            Entity::Member(Owner::Class(class), _) => Some(*class),
            _ => None,
        })
    }
}

/// The spot at a byte: of several that touch, the one that begins there.
pub(crate) fn spot_at(table: &Table, text: &str, offset: u32) -> Option<Spot> {
    let word = word_at(text, offset)?;
    let spots = table.spots(word);
    let touching = spots.iter().copied().filter(|spot| table.span(*spot).touches(offset));
    touching.max_by_key(|spot| (table.span(*spot).start, matches!(spot, Spot::Use(_) | Spot::Member(_))))
}

/// The word around a byte, or before it.
pub(crate) fn word_at(text: &str, offset: u32) -> Option<&str> {
    let offset = (offset as usize).min(text.len());
    if !text.is_char_boundary(offset) {
        return None;
    }
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let start = text[..offset].char_indices().rev().take_while(|(_, letter)| is_word(*letter)).last().map_or(offset, |(at, _)| at);
    let end = text[offset..].char_indices().find(|(_, letter)| !is_word(*letter)).map_or(text.len(), |(at, _)| offset + at);
    (start < end).then(|| &text[start..end])
}

impl Session<'_> {
    /// What the name at a place means, with its family.
    pub(crate) fn target(&self, at: &Place, hierarchy: bool) -> Result<Target, Refused> {
        let file = self.require(&at.path)?;
        let table = self.table(file);
        let text = self.project.text(&at.path).unwrap_or_default();
        let spot = spot_at(&table, &text, at.offset).ok_or_else(|| match word_at(&text, at.offset) {
            Some(word) if super::stdlib::is_keyword(word) => {
                Refused::new(RefusedKind::BuiltIn, format!("`{word}` is a word of the language."))
            }
            _ if table.error.is_some() => Refused::new(RefusedKind::Unparsable, format!("{} has syntax errors.", at.path)),
            _ => Refused::new(RefusedKind::NoName, "There is no name here."),
        })?;
        let name = self.spot_name(&table, spot);
        let mut entities = self.entities_at(file, spot, &name)?.into_iter();
        let first = entities.next().ok_or_else(|| self.unknown(file, spot, &name))?;
        let mut target = self.target_of(file, first, name, hierarchy)?;
        // A value of several classes: the member of each.
        for other in entities {
            self.join(&mut target, &other, hierarchy)?;
        }
        self.join_alternatives(&mut target, hierarchy)?;
        Ok(target)
    }

    /// Adds a member that the same places mean.
    fn join(&self, target: &mut Target, entity: &Entity, hierarchy: bool) -> Result<(), Refused> {
        let Entity::Member(Owner::Class(class), _) = entity else { return Ok(()) };
        if target.has(entity) || self.check_owned(entity, &target.name).is_err() {
            return Ok(());
        }
        let before = target.entities.clone();
        target.entities.insert(entity.clone());
        let others = target.others;
        self.add_family(target, *class, hierarchy)?;
        target.others = others;
        let added: Vec<Entity> = target.entities.difference(&before).cloned().collect();
        target.joined.extend(added);
        Ok(())
    }

    /// Where a value may be of several classes, the members of all of them are asked for together.
    fn join_alternatives(&self, target: &mut Target, hierarchy: bool) -> Result<(), Refused> {
        if target.classes().next().is_none() {
            return Ok(());
        }
        let mut joined = BTreeSet::new();
        for file in self.candidates(&target.name, &self.path(target.file))?.iter().copied() {
            if self.project.cancelled() {
                return Err(Refused::cancelled());
            }
            for spot in self.table(file).spots(&target.name) {
                if matches!(spot, Spot::Member(_)) {
                    let meaning = self.meaning(file, *spot);
                    if meaning.entities.len() > 1 && meaning.entities.iter().any(|entity| target.has(entity)) {
                        joined.extend(meaning.entities);
                    }
                }
            }
        }
        for entity in joined {
            self.join(target, &entity, hierarchy)?;
        }
        Ok(())
    }

    fn spot_name(&self, table: &Table, spot: Spot) -> Name {
        match spot {
            Spot::Use(id) => table.uses[id].name.clone(),
            Spot::Member(id) => table.members[id].name.clone(),
            Spot::Keyword(id) => table.keywords[id].name.clone(),
            Spot::Mention(id) => table.mentions[id].name.clone(),
            Spot::Module(id, part) => table.imports[id].module[part].0.clone(),
            Spot::Imported(id) => table.imports[id].name.as_ref().map(|(name, _)| name.clone()).unwrap_or_else(|| "".into()),
        }
    }

    fn entities_at(&self, file: FileId, spot: Spot, name: &Name) -> Result<Vec<Entity>, Refused> {
        let meaning = self.meaning(file, spot);
        let mut entities = meaning.entities;
        let own = |entity: &Entity| matches!(entity, Entity::Symbol(..) | Entity::Member(..) | Entity::Module(_));
        if entities.iter().any(own) {
            entities.retain(own);
        }
        // A variable that an import declares under its own name, and that stands for something of its own too.
        if entities.iter().all(|entity| *entity == Entity::External)
            && let Spot::Module(id, 0) | Spot::Imported(id) = spot
            && let import = &self.table(file).imports[id]
            && import.alias.is_none()
            && let Some(entity @ Entity::Symbol(..)) = import.symbol.and_then(|symbol| self.symbol_entity(file, symbol))
        {
            return Ok(vec![entity]);
        }
        match entities.first() {
            Some(Entity::External) => Err(Refused::new(RefusedKind::External, format!("`{name}` is declared outside of the project."))),
            Some(Entity::Builtin) => Err(Refused::new(RefusedKind::BuiltIn, format!("`{name}` is Python's own."))),
            Some(_) => Ok(entities),
            None => self.only_one(file, spot, name).map(|entity| vec![entity]).ok_or_else(|| self.unknown(file, spot, name)),
        }
    }

    /// What a member of an unknown value can only be: that of the one class that has it, or, when none has, what is asked of the same variable.
    fn only_one(&self, file: FileId, spot: Spot, name: &Name) -> Option<Entity> {
        let Spot::Member(id) = spot else { return None };
        let mut declaring = Vec::new();
        for other in self.candidates(name, &self.path(file)).ok()?.iter().copied() {
            let table = self.table(other);
            let declared = (0..table.classes.len()).filter(|class| table.declares(*class, name));
            declaring.extend(declared.map(|class| self.canonical_class((other, class))));
        }
        let groups: BTreeSet<usize> = self.families(&declaring).into_values().collect();
        let table = self.table(file);
        if super::stdlib::is_common_method(name) {
            return None;
        }
        match (groups.len(), declaring.first()) {
            (1, Some(class)) => Some(Entity::Member(Owner::Class(*class), name.clone())),
            (0, None) => match table.expressions[table.members[id].receiver].kind {
                Kind::Name(using) => {
                    let symbol = table.uses[using].symbol?;
                    // Anything else may well come from a library.
                    let is_open = |id: &usize| match table.bindings[*id].kind {
                        BindingKind::Parameter(function, index) => table.functions[function]
                            .parameters
                            .get(index)
                            .is_some_and(|own| own.annotation.is_none() && own.default.is_none()),
                        _ => false,
                    };
                    let all = &table.symbols[symbol].bindings;
                    all.iter().all(is_open).then(|| Entity::Member(Owner::Variable(file, symbol), name.clone()))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn unknown(&self, file: FileId, spot: Spot, name: &str) -> Refused {
        match spot {
            Spot::Use(_) if self.has_foreign_star(file) => {
                Refused::new(RefusedKind::External, format!("`{name}` is declared outside of the project, or nowhere."))
            }
            Spot::Use(_) => Refused::new(RefusedKind::NoName, format!("`{name}` is not declared anywhere.")),
            _ => {
                Refused::new(RefusedKind::Unsupported, format!("It can't be told which `{name}` is meant here. Ask where it is declared."))
            }
        }
    }

    pub(crate) fn target_of(&self, file: FileId, entity: Entity, name: Name, hierarchy: bool) -> Result<Target, Refused> {
        self.check_owned(&entity, &name)?;
        let mut target = Target { name, entities: BTreeSet::new(), joined: BTreeSet::new(), file, kind: String::new(), others: 0 };
        target.kind = self.kind_of(&entity);
        match &entity {
            Entity::Module(stem) => {
                // The name may stand for it under another name.
                target.name = last_of(stem).into();
                target.entities.insert(entity);
            }
            Entity::Member(Owner::Class(class), _) => {
                target.entities.insert(entity.clone());
                self.add_family(&mut target, *class, hierarchy)?;
            }
            Entity::Symbol(owner, symbol) => {
                target.name = self.table(*owner).symbols[*symbol].name.clone();
                target.entities.insert(entity.clone());
                self.add_overloads(&mut target, *owner, *symbol);
            }
            _ => {
                target.entities.insert(entity);
            }
        }
        Ok(target)
    }

    fn check_owned(&self, entity: &Entity, name: &str) -> Result<(), Refused> {
        let path = match entity {
            Entity::Symbol(file, _)
            | Entity::Member(Owner::Class((file, _)) | Owner::Function((file, _)) | Owner::Variable(file, _), _) => self.path(*file),
            Entity::Module(stem) => stem.clone(),
            Entity::External | Entity::Builtin => return Ok(()),
        };
        let stub_of_library = path.strip_prefix("typings/").is_some_and(|rest| !self.is_module(stem_of(rest)));
        if is_external(&path) || stub_of_library {
            return Err(Refused::new(RefusedKind::External, format!("`{name}` is declared in a library, at {path}.")));
        }
        Ok(())
    }

    /// A thing's kind in the language's words.
    pub(crate) fn kind_of(&self, entity: &Entity) -> String {
        let words = match entity {
            Entity::Module(stem) if self.is_folder(stem) => "package",
            Entity::Module(_) => "module",
            Entity::Symbol(file, symbol) => {
                let table = self.table(*file);
                let first = table.symbols[*symbol].bindings.first().map(|id| &table.bindings[*id].kind);
                match first {
                    Some(BindingKind::Function(_)) => "function",
                    Some(BindingKind::Class(_)) => "class",
                    Some(BindingKind::Parameter(..)) => "parameter",
                    Some(BindingKind::TypeParameter) => "type parameter",
                    Some(BindingKind::TypeAlias(_)) => "type alias",
                    Some(BindingKind::Import(_)) => "import",
                    _ => "variable",
                }
            }
            Entity::Member(Owner::Class((file, class)), name) => {
                let table = self.table(*file);
                let symbol = table.scopes[table.classes[*class].scope].symbols.get(name);
                let first = symbol.and_then(|symbol| table.symbols[*symbol].bindings.first()).map(|id| &table.bindings[*id].kind);
                match first {
                    Some(BindingKind::Function(function)) if table.is_property(*function) => "property",
                    Some(BindingKind::Function(_)) => "method",
                    Some(BindingKind::Class(_)) => "class",
                    Some(_) => "class attribute",
                    None => "attribute",
                }
            }
            Entity::Member(..) => "attribute",
            Entity::External | Entity::Builtin => "name",
        };
        words.to_owned()
    }

    /// The classes that declare the same member above and below.
    fn add_family(&self, target: &mut Target, class: ClassRef, hierarchy: bool) -> Result<(), Refused> {
        let name = target.name.clone();
        let is_private = name.starts_with("__") && !name.ends_with("__");
        let path = self.path(class.0);
        let mut declaring: Vec<ClassRef> = vec![class];
        for file in self.candidates(&name, &path)?.iter().copied() {
            let table = self.table(file);
            for id in 0..table.classes.len() {
                let declared = self.canonical_class((file, id));
                if table.declares(id, &name) && !declaring.contains(&declared) {
                    declaring.push(declared);
                }
            }
        }
        let groups = self.families(&declaring);
        let own = groups.get(&class).copied();
        for other in &declaring {
            let related = groups.get(other).copied() == own;
            if *other == class {
                continue;
            }
            if !related || is_private {
                target.others += 1;
            } else if hierarchy {
                let entity = Entity::Member(Owner::Class(*other), name.clone());
                if !self.is_method((class.0, class.1), &name) || !self.is_method(*other, &name) {
                    target.joined.insert(entity.clone());
                }
                target.entities.insert(entity);
            }
        }
        Ok(())
    }

    /// Whether a class declares a member with `def`: others override it by contract.
    fn is_method(&self, (file, class): ClassRef, name: &str) -> bool {
        let table = self.table(file);
        let symbol = table.scopes[table.classes[class].scope].symbols.get(name);
        symbol.is_some_and(|symbol| {
            table.symbols[*symbol]
                .bindings
                .iter()
                .any(|id| matches!(table.bindings[*id].kind, BindingKind::Function(_) | BindingKind::Class(_)))
        })
    }

    /// A parameter of an overloaded function is one in all overloads.
    fn add_overloads(&self, target: &mut Target, file: FileId, symbol: usize) {
        let table = self.table(file);
        let ScopeKind::Function(function) = table.scopes[table.symbols[symbol].scope].kind else { return };
        let is_parameter = table.symbols[symbol].bindings.iter().any(|id| matches!(table.bindings[*id].kind, BindingKind::Parameter(..)));
        let Some(own) = table.functions[function].symbol.filter(|_| is_parameter) else { return };
        let all: Vec<usize> = table.symbols[own]
            .bindings
            .iter()
            .filter_map(|id| match table.bindings[*id].kind {
                BindingKind::Function(function) => Some(function),
                _ => None,
            })
            .collect();
        if !all.iter().any(|function| table.is_decorated(*function, "overload")) {
            return;
        }
        for function in all {
            if let Some(parameter) = table.functions[function].parameters.iter().find(|parameter| parameter.name == target.name) {
                target.entities.extend(self.symbol_entity(file, parameter.symbol));
            }
        }
    }
}
