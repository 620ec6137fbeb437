//! Which declarations a name stands for.

use super::{
    tree::*,
    types::{Entity, Lookup, SymbolAt, Type},
    world::{At, FileId, World},
};

/// Further than this, no chain of imports is followed.
const FURTHEST: u32 = 24;

impl World<'_> {
    /// What a module offers under a name: the nearest that has a name of its own, which may lead on.
    pub(super) fn exported(&self, module: At<ScopeId>, name: &str) -> Vec<Entity> {
        self.exported_within(module, name, 0)
    }

    fn exported_within(&self, module: At<ScopeId>, name: &str, depth: u32) -> Vec<Entity> {
        if depth > FURTHEST || !self.step() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for block in self.blocks(module) {
            let tree = self.tree(block.file);
            let scope = &tree.scopes[block.id];
            if let Some(symbols) = scope.names.get(name) {
                let offered = symbols.iter().filter(|symbol| tree.symbols[**symbol].is_exported);
                found.extend(offered.map(|symbol| Entity::Symbol(block.to(*symbol))));
            }
            for export in scope.exports.iter().filter(|export| *tree.exports[**export].name == *name) {
                found.push(match tree.exports[*export].offered {
                    Offered::Member(member) => Entity::Member(self.canonical_member(block.to(member))),
                    _ => Entity::Export(block.to(*export)),
                });
            }
        }
        found.dedup();
        if !found.is_empty() {
            return found;
        }
        for block in self.blocks(module) {
            let tree = self.tree(block.file);
            for export in &tree.scopes[block.id].exports {
                match &tree.exports[*export].offered {
                    Offered::All { module } if name != "default" => {
                        if let Some(next) = self.module(block.file, module) {
                            found.extend(self.exported_within(next, name, depth + 1));
                        }
                    }
                    Offered::Whole(whole) => found.extend(self.within_whole(block.to(*whole), name)),
                    _ => {}
                }
            }
        }
        if found.is_empty() && name == "default" {
            // Without a default, the whole is it.
            for block in self.blocks(module) {
                let tree = self.tree(block.file);
                let whole = tree.scopes[block.id].exports.iter().find(|export| matches!(tree.exports[**export].offered, Offered::Whole(_)));
                found.extend(whole.map(|export| Entity::Export(block.to(*export))));
            }
        }
        found
    }

    /// A name in what is exported as a whole.
    fn within_whole(&self, whole: At<ExpressionId>, name: &str) -> Vec<Entity> {
        let mut found = Vec::new();
        if let Expression::Name(spot) = self.tree(whole.file).expressions[whole.id] {
            for symbol in self.symbols_of_use(whole.to(spot)) {
                found.extend(self.offered_by(symbol, name, Meaning::ALL));
            }
        }
        if found.is_empty()
            && let Lookup::Found(hits) = self.lookup(&self.expression_type(whole), name)
        {
            found.extend(hits.into_iter().map(|hit| hit.entity));
        }
        found
    }

    /// What a namespace, enum or class offers under a name.
    pub(super) fn offered_by(&self, symbol: SymbolAt, name: &str, meaning: Meaning) -> Vec<Entity> {
        let mut found = Vec::new();
        for symbol in self.followed(Entity::Symbol(symbol)) {
            for symbol in self.same_globals(symbol) {
                let tree = self.tree(symbol.file);
                for declared in &tree.symbols[symbol.id].declared {
                    match declared {
                        Declared::Space(scope) if *scope == Tree::FILE => found.extend(self.exported(symbol.to(*scope), name)),
                        Declared::Space(scope) => {
                            let scope = &tree.scopes[*scope];
                            let symbols = scope.names.get(name).into_iter().flatten();
                            let offered =
                                symbols.filter(|one| tree.symbols[**one].is_exported && tree.symbols[**one].meaning.meets(meaning));
                            found.extend(offered.map(|one| Entity::Symbol(symbol.to(*one))));
                            let exports = scope.exports.iter().filter(|export| *tree.exports[**export].name == *name);
                            found.extend(exports.map(|export| Entity::Export(symbol.to(*export))));
                        }
                        Declared::Enum(shape) => {
                            let members = tree.shapes[*shape].members.iter();
                            let named = members.filter(|member| *tree.members[**member].name == *name);
                            found.extend(named.map(|member| Entity::Member(symbol.to(*member))));
                        }
                        Declared::ImportAll { module } | Declared::ImportRequire { module } => {
                            if let Some(module) = self.module(symbol.file, module) {
                                found.extend(self.exported(module, name));
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// All declarations of a name that files share.
    pub(super) fn same_globals(&self, symbol: SymbolAt) -> Vec<SymbolAt> {
        if !self.is_global(symbol) {
            return vec![symbol];
        }
        let row = &self.tree(symbol.file).symbols[symbol.id];
        let all = self.globals(&row.name, row.meaning);
        if all.contains(&symbol) { all } else { vec![symbol] }
    }

    /// One step from a name that stands for another: an import, a re-export.
    pub(super) fn next(&self, entity: Entity) -> Option<Vec<Entity>> {
        match entity {
            Entity::Symbol(at) => {
                let tree = self.tree(at.file);
                let mut found = None;
                for declared in &tree.symbols[at.id].declared {
                    match declared {
                        Declared::Import { module, name } => {
                            let next = self.module(at.file, module).map(|module| self.exported(module, name)).unwrap_or_default();
                            found = Some(next);
                        }
                        Declared::ImportPath { last } => found = Some(self.entities_of_type_name(at.to(*last))),
                        _ => {}
                    }
                }
                found
            }
            Entity::Export(at) => {
                let tree = self.tree(at.file);
                match &tree.exports[at.id].offered {
                    Offered::Local(spot) => Some(self.symbols_of_use(at.to(*spot)).into_iter().map(Entity::Symbol).collect()),
                    Offered::From { module, imported } => {
                        Some(self.module(at.file, module).map(|module| self.exported(module, imported)).unwrap_or_default())
                    }
                    Offered::DefaultSymbol(symbol) => Some(vec![Entity::Symbol(at.to(*symbol))]),
                    Offered::Default(expression) | Offered::Whole(expression) => match tree.expressions[*expression] {
                        Expression::Name(spot) => Some(self.symbols_of_use(at.to(spot)).into_iter().map(Entity::Symbol).collect()),
                        _ => None,
                    },
                    _ => None,
                }
            }
            Entity::Member(_) | Entity::Label(..) => None,
        }
    }

    /// The declarations that an entity leads to, past imports and re-exports.
    pub(super) fn followed(&self, entity: Entity) -> Vec<SymbolAt> {
        let mut found = Vec::new();
        for end in self.ends(entity) {
            if let Entity::Symbol(symbol) = end
                && !found.contains(&symbol)
            {
                found.push(symbol);
            }
        }
        found
    }

    /// Where an entity leads to: symbols, members, or exports of expressions.
    pub(super) fn ends(&self, entity: Entity) -> Vec<Entity> {
        let mut ends = Vec::new();
        let mut at = vec![entity];
        let mut seen = Vec::new();
        while let Some(entity) = at.pop() {
            if seen.contains(&entity) || seen.len() > 64 {
                continue;
            }
            seen.push(entity);
            match self.next(entity) {
                Some(next) if next.is_empty() => {}
                Some(next) => at.extend(next),
                None => ends.push(entity),
            }
        }
        ends
    }

    /// The symbols of a name that scopes explain, as the language sees it: those of the file, or those all files share.
    pub(super) fn symbols_of_use(&self, spot: At<SpotId>) -> Vec<SymbolAt> {
        let tree = self.tree(spot.file);
        let row = &tree.spots[spot.id];
        let (scope, meaning, symbol) = match &row.kind {
            SpotKind::Use { scope, meaning, symbol, .. } => (*scope, *meaning, *symbol),
            SpotKind::Shorthand { scope, symbol, .. } | SpotKind::ShorthandTarget { scope, symbol, .. } => {
                (*scope, Meaning::VALUE, *symbol)
            }
            SpotKind::ExportShort { scope, symbol, .. } => (*scope, Meaning::ALL, *symbol),
            _ => return Vec::new(),
        };
        match symbol {
            Some(symbol) if meaning == Meaning::ALL => {
                // A value and a type of one name are both meant.
                let row = &tree.symbols[symbol];
                let all = tree.scopes[row.scope].names.get(&row.name).cloned().unwrap_or_default();
                if all.contains(&symbol) { all.into_iter().map(|id| spot.to(id)).collect() } else { vec![spot.to(symbol)] }
            }
            Some(symbol) => vec![spot.to(symbol)],
            None => {
                let around = self.in_shared_spaces(spot.to(scope), &row.name, meaning);
                if around.is_empty() { self.globals(&row.name, meaning).first().copied().into_iter().collect() } else { around }
            }
        }
    }

    /// What the namespaces around a scope offer in other files.
    fn in_shared_spaces(&self, scope: At<ScopeId>, name: &str, meaning: Meaning) -> Vec<SymbolAt> {
        let tree = self.tree(scope.file);
        let mut at = Some(scope.id);
        while let Some(id) = at {
            if let ScopeKind::Space(space) = tree.scopes[id].kind
                && self.is_global(scope.to(space))
            {
                let offered = self.offered_by(scope.to(space), name, meaning);
                let symbols =
                    offered.into_iter().filter_map(|entity| if let Entity::Symbol(symbol) = entity { Some(symbol) } else { None });
                let symbols: Vec<SymbolAt> = symbols.collect();
                if !symbols.is_empty() {
                    return symbols;
                }
            }
            at = tree.scopes[id].parent;
        }
        Vec::new()
    }

    /// The entities of a type's name, dotted or not.
    pub(super) fn entities_of_type_name(&self, spot: At<SpotId>) -> Vec<Entity> {
        let row = &self.tree(spot.file).spots[spot.id];
        match &row.kind {
            SpotKind::Use { .. } => self.symbols_of_use(spot).into_iter().map(Entity::Symbol).collect(),
            SpotKind::Qualified { left, meaning } => {
                let mut found = Vec::new();
                for left in self.entities_of_type_name(spot.to(*left)) {
                    found.extend(self.offered_by_entity(left, &row.name, *meaning));
                }
                found.sort_unstable();
                found.dedup();
                found
            }
            SpotKind::ModuleMember { module } => {
                self.module(spot.file, module).map(|module| self.exported(module, &row.name)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    fn offered_by_entity(&self, entity: Entity, name: &str, meaning: Meaning) -> Vec<Entity> {
        let mut found = Vec::new();
        for end in self.ends(entity) {
            match end {
                Entity::Symbol(symbol) => found.extend(self.offered_by(symbol, name, meaning)),
                Entity::Export(at) => {
                    if let Offered::AllAs { module } = &self.tree(at.file).exports[at.id].offered
                        && let Some(module) = self.module(at.file, module)
                    {
                        found.extend(self.exported(module, name));
                    }
                }
                _ => {}
            }
        }
        // `import x = require("y")`: what `y` exports as a whole.
        for symbol in self.followed(entity) {
            let tree = self.tree(symbol.file);
            for declared in &tree.symbols[symbol.id].declared {
                if let Declared::ImportRequire { module } = declared
                    && let Some(module) = self.module(symbol.file, module)
                {
                    found.extend(self.exported(module, name));
                }
            }
        }
        found
    }

    /// The first of the members of a shape that are one: overloads, a getter and its setter, merged declarations.
    pub(super) fn canonical_member(&self, member: super::types::MemberAt) -> super::types::MemberAt {
        let tree = self.tree(member.file);
        let row = &tree.members[member.id];
        let is_same =
            |tree: &Tree, other: &MemberId| tree.members[*other].name == row.name && tree.members[*other].is_static == row.is_static;
        let shapes = self.shapes_with(member.to(row.shape));
        for shape in shapes {
            let tree = self.tree(shape.file);
            if let Some(first) = tree.shapes[shape.id].members.iter().find(|other| is_same(tree, other)) {
                return shape.to(*first);
            }
        }
        member
    }

    /// The shapes that make up one type: merged interfaces, a class and its interface.
    pub(super) fn shapes_with(&self, shape: At<ShapeId>) -> Vec<At<ShapeId>> {
        match self.tree(shape.file).shapes[shape.id].symbol {
            Some(symbol) => {
                let all = self.shapes_of(shape.to(symbol));
                if all.contains(&shape) { all } else { vec![shape] }
            }
            None => vec![shape],
        }
    }

    /// The shapes of a class, interface or enum.
    pub(super) fn shapes_of(&self, symbol: SymbolAt) -> Vec<At<ShapeId>> {
        let mut found = Vec::new();
        for symbol in self.same_globals(symbol) {
            for declared in &self.tree(symbol.file).symbols[symbol.id].declared {
                if let Declared::Class(shape) | Declared::Interface(shape) | Declared::Enum(shape) = declared {
                    found.push(symbol.to(*shape));
                }
            }
        }
        // What `declare module` adds to a module's interface.
        found.extend(self.augmentations(symbol));
        found
    }

    /// Interfaces of the same name in `declare module "…"` blocks that mean the file of a symbol.
    fn augmentations(&self, symbol: SymbolAt) -> Vec<At<ShapeId>> {
        let tree = self.tree(symbol.file);
        let row = &tree.symbols[symbol.id];
        if self.is_library(symbol.file) || tree.scopes[row.scope].kind != ScopeKind::File || !row.is_exported {
            return Vec::new();
        }
        let mut found = Vec::new();
        for block in self.augmenting(symbol.file) {
            let tree = self.tree(block.file);
            for other in tree.scopes[block.id].names.get(&row.name).into_iter().flatten() {
                for declared in &tree.symbols[*other].declared {
                    if let Declared::Interface(shape) = declared {
                        found.push(block.to(*shape));
                    }
                }
            }
        }
        found
    }

    /// The type of what an entity stands for as a value.
    pub(super) fn entity_type(&self, entity: Entity) -> Type {
        let mut types = Vec::new();
        for end in self.ends(entity) {
            let found = match end {
                Entity::Symbol(symbol) => self.symbol_type(symbol),
                Entity::Member(member) => self.member_type(member, &super::types::Bindings::default(), &Type::Unknown),
                Entity::Export(at) => match &self.tree(at.file).exports[at.id].offered {
                    Offered::Default(value) | Offered::Whole(value) => self.expression_type(at.to(*value)),
                    Offered::AllAs { module } => self.module(at.file, module).map_or(Type::Unknown, Type::Module),
                    _ => Type::Unknown,
                },
                Entity::Label(..) => Type::Unknown,
            };
            if !matches!(found, Type::Unknown) {
                types.push(found);
            }
        }
        if types.is_empty() { Type::Unknown } else { Type::either(types) }
    }

    pub(super) fn module_type(&self, file: FileId, module: &Name) -> Type {
        self.module(file, module).map_or(Type::Unknown, Type::Module)
    }
}
