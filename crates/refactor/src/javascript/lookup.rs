//! Members of a type.

use std::rc::Rc;

use super::{
    tree::*,
    types::{Bindings, Entity, Hit, Lookup, SymbolAt, Type},
    world::{At, Pending, World},
};

impl World<'_> {
    /// The members that a name means in a type.
    pub(super) fn lookup(&self, within: &Type, name: &str) -> Lookup {
        if !self.step() {
            return Lookup::Unknown;
        }
        match within {
            Type::Unknown => Lookup::Unknown,
            Type::Nothing => Lookup::Unknown,
            Type::Primitive(library) => self.in_library(library, name),
            Type::Text(_) | Type::KeyOf(_) => self.in_library("String", name),
            Type::Named(symbol, arguments) => self.in_named(*symbol, arguments, name, within),
            Type::Shape(shape, bindings) => self.in_shape(*shape, bindings, name, within),
            Type::Value(symbol) => self.in_value(*symbol, name),
            Type::Class(shape, bindings) => self.in_statics(*shape, bindings, name),
            Type::Functions(functions, _) => self.in_functions(functions, name),
            Type::Constructor(..) => self.in_library("Function", name),
            Type::Module(module) => {
                let found = self.exported(*module, name);
                if found.is_empty() {
                    return if self.is_open(*module, 0) { Lookup::Unknown } else { Lookup::Absent };
                }
                let hits = found.into_iter().map(|entity| plain(entity, within)).collect();
                Lookup::Found(hits)
            }
            Type::Tuple(elements) => {
                let element = Type::either(elements.iter().cloned());
                match self.library_symbol("Array") {
                    Some(array) => self.lookup(&Type::Named(array, Rc::from([element])), name),
                    None => Lookup::Unknown,
                }
            }
            Type::Union(types) => self.in_some(types.iter().filter(|one| !matches!(one, Type::Nothing)), name),
            Type::Intersection(types) => self.in_some(types.iter(), name),
            Type::Parameter(symbol) => {
                let constraint = self.constraint(*symbol);
                if constraint.is_unknown() { Lookup::Unknown } else { self.deeper_lookup(&constraint, name) }
            }
            Type::Without(inner, taken) => {
                if taken.iter().any(|one| **one == *name) {
                    Lookup::Absent
                } else {
                    self.lookup(inner, name)
                }
            }
            Type::Mapped { file, key, of, value, bindings } => match self.lookup(of, name) {
                Lookup::Found(hits) => {
                    let kind = value.map(|value| {
                        let key = (At { file: *file, id: *key }, Type::Text(Name::from(name)));
                        self.evaluate(At { file: *file, id: value }, &bindings.with(vec![key]))
                    });
                    Lookup::Found(hits.into_iter().map(|hit| Hit { kind: kind.clone(), ..hit }).collect())
                }
                other => other,
            },
        }
    }

    fn deeper_lookup(&self, within: &Type, name: &str) -> Lookup {
        if self.depth.get() > 200 {
            return Lookup::Unknown;
        }
        self.depth.set(self.depth.get() + 1);
        let found = self.lookup(within, name);
        self.depth.set(self.depth.get() - 1);
        found
    }

    /// In any of several: where one is unknown, the others still count.
    fn in_some<'t>(&self, types: impl Iterator<Item = &'t Type>, name: &str) -> Lookup {
        let mut hits = Vec::new();
        let mut is_unknown = false;
        for one in types {
            match self.deeper_lookup(one, name) {
                Lookup::Found(found) => hits.extend(found),
                Lookup::Unknown => is_unknown = true,
                Lookup::Absent => {}
            }
        }
        match (hits.is_empty(), is_unknown) {
            (false, _) => Lookup::Found(hits),
            (true, true) => Lookup::Unknown,
            (true, false) => Lookup::Absent,
        }
    }

    pub(super) fn library_symbol(&self, name: &str) -> Option<SymbolAt> {
        let file = self.library();
        let symbols = self.tree(file).scopes[Tree::FILE].names.get(name)?;
        let tree = self.tree(file);
        symbols.iter().find(|symbol| tree.symbols[**symbol].meaning.kind).map(|id| At { file, id: *id })
    }

    pub(super) fn library_type(&self, name: &str, arguments: impl IntoIterator<Item = Type>) -> Type {
        self.library_symbol(name).map_or(Type::Unknown, |symbol| Type::Named(symbol, arguments.into_iter().collect()))
    }

    fn in_library(&self, interface: &str, name: &str) -> Lookup {
        match self.library_symbol(interface) {
            Some(symbol) => self.lookup(&Type::Named(symbol, Rc::from([])), name),
            None => Lookup::Absent,
        }
    }

    /// Whether a module may offer more than can be seen.
    fn is_open(&self, module: At<ScopeId>, depth: u32) -> bool {
        let tree = self.tree(module.file);
        depth > 8
            || tree.is_unreadable
            || tree.scopes[module.id].exports.iter().any(|export| match &tree.exports[*export].offered {
                Offered::All { module: name } => self.module(module.file, name).is_none_or(|next| self.is_open(next, depth + 1)),
                Offered::Whole(_) => true,
                _ => false,
            })
    }

    pub(super) fn named_bindings(&self, shape: At<ShapeId>, arguments: &[Type]) -> Bindings {
        let tree = self.tree(shape.file);
        let mut bound: Vec<(SymbolAt, Type)> = Vec::new();
        for (at, parameter) in tree.shapes[shape.id].type_parameters.iter().enumerate() {
            let parameter = shape.to(*parameter);
            let argument = match arguments.get(at) {
                Some(argument) => argument.clone(),
                None if arguments.is_empty() && self.default_of(parameter).is_none() => continue,
                // It may speak of those before it.
                None => {
                    self.default_of(parameter).map_or(Type::Unknown, |node| self.evaluate(node, &Bindings::default().with(bound.clone())))
                }
            };
            bound.push((parameter, argument));
        }
        Bindings::default().with(bound)
    }

    pub(super) fn default_of(&self, parameter: SymbolAt) -> Option<At<TypeId>> {
        self.tree(parameter.file).symbols[parameter.id].declared.iter().find_map(|declared| match declared {
            Declared::TypeParameter { default: Some(default), .. } => Some(parameter.to(*default)),
            _ => None,
        })
    }

    fn in_named(&self, symbol: SymbolAt, arguments: &Rc<[Type]>, name: &str, owner: &Type) -> Lookup {
        let shapes = self.shapes_of(symbol);
        let mut hits = Vec::new();
        let mut is_indexed = false;
        for shape in &shapes {
            let tree = self.tree(shape.file);
            if tree.shapes[shape.id].kind == ShapeKind::Enum {
                continue;
            }
            let bindings = self.named_bindings(*shape, arguments);
            is_indexed |= tree.shapes[shape.id].index.is_some();
            self.own_members(*shape, name, false, &bindings, owner, &mut hits);
        }
        if !hits.is_empty() {
            return Lookup::Found(hits);
        }
        let is_enum = shapes.iter().any(|shape| self.tree(shape.file).shapes[shape.id].kind == ShapeKind::Enum);
        if is_enum {
            return self.in_some([Type::Primitive("Number"), Type::Primitive("String")].iter(), name);
        }
        let from_bases = self.guarded(Pending::Bases(symbol), Lookup::Absent, || {
            let bases = shapes.iter().flat_map(|shape| self.bases(*shape, &self.named_bindings(*shape, arguments)));
            let bases: Vec<Type> = bases.collect();
            self.in_some(bases.iter(), name)
        });
        match from_bases {
            Lookup::Absent if is_indexed => Lookup::Absent,
            Lookup::Absent if !self.is_library(symbol.file) => self.in_object(name),
            other => other,
        }
    }

    /// What every object has.
    fn in_object(&self, name: &str) -> Lookup {
        let Some(symbol) = self.library_symbol("Object") else { return Lookup::Absent };
        let mut hits = Vec::new();
        for shape in self.shapes_of(symbol) {
            self.own_members(shape, name, false, &Bindings::default(), &Type::Unknown, &mut hits);
        }
        if hits.is_empty() { Lookup::Absent } else { Lookup::Found(hits) }
    }

    fn own_members(&self, shape: At<ShapeId>, name: &str, is_static: bool, bindings: &Bindings, owner: &Type, hits: &mut Vec<Hit>) {
        let tree = self.tree(shape.file);
        for member in &tree.shapes[shape.id].members {
            let row = &tree.members[*member];
            if *row.name == *name && row.is_static == is_static && row.kind != MemberKind::Constructor {
                let entity = Entity::Member(self.canonical_member(shape.to(*member)));
                if !hits.iter().any(|hit| hit.entity == entity) {
                    hits.push(Hit { entity, bindings: bindings.clone(), owner: owner.clone(), kind: None, is_spread: false });
                }
            }
        }
    }

    /// What a class extends and an interface includes. Contracts of classes are not among them.
    pub(super) fn bases(&self, shape: At<ShapeId>, bindings: &Bindings) -> Vec<Type> {
        let row = &self.tree(shape.file).shapes[shape.id];
        let mut found: Vec<Type> = row.bases.iter().map(|base| self.evaluate(shape.to(*base), bindings)).collect();
        if let Some((superclass, arguments)) = &row.superclass {
            let arguments: Vec<Type> = arguments.iter().map(|argument| self.evaluate(shape.to(*argument), bindings)).collect();
            let superclass = self.expression_type(shape.to(*superclass));
            found.push(self.constructed(&superclass, &arguments, &[]));
        }
        found
    }

    fn in_shape(&self, shape: At<ShapeId>, bindings: &Bindings, name: &str, owner: &Type) -> Lookup {
        let tree = self.tree(shape.file);
        let row = &tree.shapes[shape.id];
        let mut hits = Vec::new();
        self.own_members(shape, name, false, bindings, owner, &mut hits);
        if !hits.is_empty() {
            return Lookup::Found(hits);
        }
        if let Some(instance) = row.prototype_of
            && let Lookup::Found(found) = self.in_instance(shape.to(instance), shape.id, bindings, name, owner)
        {
            return Lookup::Found(found);
        }
        let mut is_unknown = false;
        let spreads = row.spreads.iter().map(|spread| self.expression_type(shape.to(*spread))).collect::<Vec<_>>();
        for spread in &spreads {
            match self.deeper_lookup(spread, name) {
                Lookup::Found(found) => hits.extend(found),
                Lookup::Unknown => is_unknown = true,
                Lookup::Absent => {}
            }
        }
        if !hits.is_empty() {
            let is_several = hits.len() > 1;
            return Lookup::Found(hits.into_iter().map(|hit| Hit { is_spread: hit.is_spread || is_several, ..hit }).collect());
        }
        let bases = self.bases(shape, bindings);
        match self.in_some(bases.iter(), name) {
            Lookup::Absent if is_unknown => Lookup::Unknown,
            Lookup::Absent => self.in_object(name),
            other => other,
        }
    }

    /// In what a function makes, when asked from its prototype.
    fn in_instance(&self, instance: At<ShapeId>, from: ShapeId, bindings: &Bindings, name: &str, owner: &Type) -> Lookup {
        let mut hits = Vec::new();
        self.own_members(instance, name, false, bindings, owner, &mut hits);
        let spreads = self.tree(instance.file).shapes[instance.id].spreads.clone();
        for spread in spreads {
            if let Expression::Object(shape) = self.tree(instance.file).expressions[spread]
                && shape != from
            {
                self.own_members(instance.to(shape), name, false, bindings, owner, &mut hits);
            }
        }
        if hits.is_empty() { Lookup::Absent } else { Lookup::Found(hits) }
    }

    fn in_statics(&self, shape: At<ShapeId>, bindings: &Bindings, name: &str) -> Lookup {
        let mut hits = Vec::new();
        self.own_members(shape, name, true, bindings, &Type::Class(shape, bindings.clone()), &mut hits);
        if !hits.is_empty() {
            return Lookup::Found(hits);
        }
        if let Some((superclass, _)) = &self.tree(shape.file).shapes[shape.id].superclass {
            let superclass = self.expression_type(shape.to(*superclass));
            match self.deeper_lookup(&superclass, name) {
                Lookup::Absent => {}
                found => return found,
            }
        }
        self.in_library("Function", name)
    }

    fn in_functions(&self, functions: &[At<FunctionId>], name: &str) -> Lookup {
        for function in functions {
            if let Some(statics) = self.tree(function.file).functions[function.id].statics
                && let Lookup::Found(found) = self.in_shape(function.to(statics), &Bindings::default(), name, &Type::Unknown)
            {
                return Lookup::Found(found);
            }
        }
        self.in_library("Function", name)
    }

    /// In a class, function, enum or namespace itself.
    fn in_value(&self, symbol: SymbolAt, name: &str) -> Lookup {
        let mut hits: Vec<Hit> =
            self.offered_by(symbol, name, Meaning::VALUE).into_iter().map(|entity| plain(entity, &Type::Value(symbol))).collect();
        let mut is_unknown = false;
        for symbol in self.same_globals(symbol) {
            for declared in &self.tree(symbol.file).symbols[symbol.id].declared {
                let found = match declared {
                    Declared::Class(shape) => self.in_statics(symbol.to(*shape), &Bindings::default(), name),
                    Declared::Function(function) => self.in_functions(&[symbol.to(*function)], name),
                    _ => Lookup::Absent,
                };
                match found {
                    Lookup::Found(found) => {
                        for hit in found {
                            if !hits.iter().any(|one| one.entity == hit.entity) {
                                hits.push(hit);
                            }
                        }
                    }
                    Lookup::Unknown => is_unknown = true,
                    Lookup::Absent => {}
                }
            }
        }
        // What is the file's own comes before what the library says of all functions.
        if hits.iter().any(|hit| !self.is_library(hit.entity.file())) {
            hits.retain(|hit| !self.is_library(hit.entity.file()));
        }
        match (hits.is_empty(), is_unknown) {
            (false, _) => Lookup::Found(hits),
            (true, true) => Lookup::Unknown,
            (true, false) => Lookup::Absent,
        }
    }
}

fn plain(entity: Entity, owner: &Type) -> Hit {
    Hit { entity, bindings: Bindings::default(), owner: owner.clone(), kind: None, is_spread: false }
}
