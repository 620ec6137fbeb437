//! What written types mean.

use std::rc::Rc;

use super::{
    tree::*,
    types::{Bindings, Entity, SymbolAt, Type},
    world::{At, Pending, World},
};

impl World<'_> {
    /// What a written type means where type parameters stand for `bindings`.
    pub(super) fn evaluate(&self, node: At<TypeId>, bindings: &Bindings) -> Type {
        if self.depth.get() > 200 || !self.step() {
            return Type::Unknown;
        }
        self.depth.set(self.depth.get() + 1);
        let found = self.evaluate_here(node, bindings);
        self.depth.set(self.depth.get() - 1);
        found
    }

    fn evaluate_here(&self, node: At<TypeId>, bindings: &Bindings) -> Type {
        let tree = self.tree(node.file);
        let all = |nodes: &[TypeId]| nodes.iter().map(|one| self.evaluate(node.to(*one), bindings)).collect::<Vec<_>>();
        match &tree.types[node.id] {
            TypeNode::Unknown | TypeNode::Infer(_) => Type::Unknown,
            TypeNode::Primitive("") => Type::Nothing,
            TypeNode::Primitive(name) => Type::Primitive(name),
            TypeNode::Predicate => Type::Primitive("Boolean"),
            TypeNode::Text(name) => Type::Text(name.clone()),
            TypeNode::Reference(spot, arguments) => {
                let arguments = all(arguments);
                self.referenced(&self.entities_of_type_name(node.to(*spot)), arguments, bindings)
            }
            TypeNode::Import { module, last, arguments } => {
                let arguments = all(arguments);
                match last {
                    Some(last) => {
                        let entities = self.entities_of_type_name(node.to(*last));
                        let found = self.referenced(&entities, arguments, bindings);
                        if !found.is_unknown() {
                            return found;
                        }
                        Type::either(entities.into_iter().map(|entity| self.entity_type(entity)))
                    }
                    None => self.module_type(node.file, module),
                }
            }
            TypeNode::Array(element) => self.library_type("Array", [self.evaluate(node.to(*element), bindings)]),
            TypeNode::Tuple(elements) => Type::Tuple(all(elements).into()),
            TypeNode::Union(types) => Type::either(all(types)),
            TypeNode::Intersection(types) => Type::Intersection(all(types).into()),
            TypeNode::Function(function) => Type::Functions(Rc::from([node.to(*function)]), bindings.clone()),
            TypeNode::Constructor(function) => Type::Constructor(node.to(*function), bindings.clone()),
            TypeNode::Literal(shape) => Type::Shape(node.to(*shape), bindings.clone()),
            TypeNode::KeyOf(inner) => Type::KeyOf(Rc::new(self.evaluate(node.to(*inner), bindings))),
            TypeNode::Same(inner) => self.evaluate(node.to(*inner), bindings),
            TypeNode::Indexed(object, index) => {
                let object = self.evaluate(node.to(*object), bindings);
                let index = self.evaluate(node.to(*index), bindings);
                self.indexed(&object, &index)
            }
            TypeNode::Query(expression) => self.expression_type(node.to(*expression)),
            TypeNode::Mapped { key, constraint, value } => {
                let of = match self.evaluate(node.to(*constraint), bindings) {
                    Type::KeyOf(of) => (*of).clone(),
                    Type::Parameter(symbol) => match self.constraint(symbol) {
                        Type::KeyOf(of) => (*of).clone(),
                        _ => Type::Unknown,
                    },
                    _ => Type::Unknown,
                };
                Type::Mapped { file: node.file, key: *key, of: Rc::new(of), value: *value, bindings: bindings.clone() }
            }
            TypeNode::Conditional { check, extends, then, otherwise } => {
                self.conditional(node, [*check, *extends, *then, *otherwise], bindings)
            }
            TypeNode::This(Some(shape)) => self.instance_of(node.to(*shape)),
            TypeNode::This(None) => Type::Unknown,
        }
    }

    /// `A extends B ? C : D`: what is inferred is bound; both ways are possible.
    fn conditional(&self, node: At<TypeId>, [check, extends, then, otherwise]: [TypeId; 4], bindings: &Bindings) -> Type {
        let checked = self.evaluate(node.to(check), bindings);
        let mut inferred = Vec::new();
        self.unify_inferred(node.to(extends), &checked, &mut inferred);
        let has_inferred = !inferred.is_empty();
        let then = self.evaluate(node.to(then), &bindings.with(inferred));
        if has_inferred && !then.is_unknown() {
            return then;
        }
        Type::either([then, self.evaluate(node.to(otherwise), bindings)].into_iter().filter(|one| !one.is_unknown()))
    }

    pub(super) fn indexed(&self, object: &Type, index: &Type) -> Type {
        match index {
            Type::Text(name) => self.property_type(object, name),
            Type::Union(names) => Type::either(names.iter().map(|name| self.indexed(object, name))),
            Type::Primitive("Number") => self.element_type(object),
            Type::Primitive(_) => self.index_type(object),
            _ => Type::Unknown,
        }
    }

    /// What a type's name means.
    fn referenced(&self, entities: &[Entity], arguments: Vec<Type>, bindings: &Bindings) -> Type {
        for entity in entities {
            for end in self.ends(*entity) {
                match end {
                    Entity::Symbol(symbol) => {
                        let found = self.named(symbol, &arguments, bindings);
                        if !found.is_unknown() {
                            return found;
                        }
                    }
                    // A member of an enum is a value of it.
                    Entity::Member(member) => return self.member_type(member, &Bindings::default(), &Type::Unknown),
                    // `export default class`, `module.exports = class`.
                    Entity::Export(at) => {
                        if let Offered::Default(value) | Offered::Whole(value) = self.tree(at.file).exports[at.id].offered {
                            let made = self.constructed(&self.expression_type(at.to(value)), &arguments, &[]);
                            if !made.is_unknown() {
                                return made;
                            }
                        }
                    }
                    Entity::Label(..) => {}
                }
            }
        }
        Type::Unknown
    }

    /// A class, interface, enum, alias or type parameter as a type.
    pub(super) fn named(&self, symbol: SymbolAt, arguments: &[Type], bindings: &Bindings) -> Type {
        let tree = self.tree(symbol.file);
        for declared in &tree.symbols[symbol.id].declared {
            match declared {
                Declared::Class(_) | Declared::Interface(_) | Declared::Enum(_) => {
                    if self.is_library(symbol.file)
                        && let Some(special) = self.special(&tree.symbols[symbol.id].name, arguments)
                    {
                        return special;
                    }
                    return Type::Named(symbol, arguments.into());
                }
                Declared::Alias { type_parameters, value } => {
                    if self.is_library(symbol.file)
                        && let Some(special) = self.special(&tree.symbols[symbol.id].name, arguments)
                    {
                        return special;
                    }
                    let mut bound: Vec<(SymbolAt, Type)> = Vec::new();
                    for (at, parameter) in type_parameters.iter().enumerate() {
                        let parameter = symbol.to(*parameter);
                        let outer = || Bindings::default().with(bound.clone());
                        let default = || self.default_of(parameter).map_or(Type::Unknown, |node| self.evaluate(node, &outer()));
                        let given = arguments.get(at).cloned().unwrap_or_else(default);
                        bound.push((parameter, given));
                    }
                    let bound = Bindings::default().with(bound);
                    return self.guarded(Pending::Alias(symbol), Type::Unknown, || self.evaluate(symbol.to(*value), &bound));
                }
                Declared::TypeParameter { .. } | Declared::MappedKey(_) => {
                    return bindings.get(symbol).cloned().unwrap_or(Type::Parameter(symbol));
                }
                // In JavaScript a function that makes something is the type of what it makes.
                Declared::Function(_) | Declared::Pattern(_) if !tree.is_typescript => {
                    return self.constructed(&self.symbol_type(symbol), arguments, &[]);
                }
                _ => {}
            }
        }
        Type::Unknown
    }

    /// Types of the library that are more than their members.
    fn special(&self, name: &str, arguments: &[Type]) -> Option<Type> {
        let first = arguments.first()?;
        match name {
            "Omit" => {
                let names = match arguments.get(1) {
                    Some(Type::Text(name)) => vec![name.clone()],
                    Some(Type::Union(many)) => {
                        many.iter().filter_map(|one| if let Type::Text(name) = one { Some(name.clone()) } else { None }).collect()
                    }
                    _ => Vec::new(),
                };
                Some(Type::Without(Rc::new(first.clone()), names.into()))
            }
            "ReturnType" => {
                let (function, bindings) = self.signatures(first).into_iter().next()?;
                Some(self.returned(function, &bindings, &Type::Unknown))
            }
            "InstanceType" => Some(self.constructed(first, &[], &[])),
            "Awaited" => Some(self.awaited(first)),
            "Parameters" => {
                let (function, bindings) = self.signatures(first).into_iter().next()?;
                let parameters = self.tree(function.file).functions[function.id].parameters.iter();
                Some(Type::Tuple(parameters.map(|one| self.substitute(&self.pattern_type(function.to(*one)), &bindings)).collect()))
            }
            _ => None,
        }
    }

    /// What a type parameter is at least.
    pub(super) fn constraint(&self, symbol: SymbolAt) -> Type {
        self.constraint_with(symbol, &Bindings::default())
    }

    /// The same where other type parameters, of which it may speak, stand for `bindings`.
    pub(super) fn constraint_with(&self, symbol: SymbolAt, bindings: &Bindings) -> Type {
        self.guarded(Pending::Alias(symbol), Type::Unknown, || {
            self.tree(symbol.file).symbols[symbol.id]
                .declared
                .iter()
                .find_map(|declared| match declared {
                    Declared::TypeParameter { constraint: Some(node), .. } | Declared::MappedKey(node) => {
                        Some(self.evaluate(symbol.to(*node), bindings))
                    }
                    _ => None,
                })
                .unwrap_or(Type::Unknown)
        })
    }

    /// What a class makes, or what has an interface's members, its own type parameters standing for themselves.
    pub(super) fn instance_of(&self, shape: At<ShapeId>) -> Type {
        let row = &self.tree(shape.file).shapes[shape.id];
        match row.symbol {
            Some(symbol) => {
                let arguments = row.type_parameters.iter().map(|parameter| Type::Parameter(shape.to(*parameter)));
                Type::Named(shape.to(symbol), arguments.collect())
            }
            None => Type::Shape(shape, Bindings::default()),
        }
    }

    /// A type whose parameters are replaced.
    pub(super) fn substitute(&self, within: &Type, bindings: &Bindings) -> Type {
        if bindings.is_empty() || self.depth.get() > 200 || !self.step() {
            return within.clone();
        }
        self.depth.set(self.depth.get() + 1);
        let inner = |one: &Type| self.substitute(one, bindings);
        let done = match within {
            Type::Parameter(symbol) => bindings.get(*symbol).cloned().unwrap_or_else(|| within.clone()),
            Type::Named(symbol, arguments) if !arguments.is_empty() => Type::Named(*symbol, arguments.iter().map(inner).collect()),
            Type::Shape(shape, own) => Type::Shape(*shape, self.layered(own, bindings)),
            Type::Class(shape, own) => Type::Class(*shape, self.layered(own, bindings)),
            Type::Functions(functions, own) => Type::Functions(functions.clone(), self.layered(own, bindings)),
            Type::Constructor(function, own) => Type::Constructor(*function, self.layered(own, bindings)),
            Type::Tuple(elements) => Type::Tuple(elements.iter().map(inner).collect()),
            Type::Union(types) => Type::either(types.iter().map(inner)),
            Type::Intersection(types) => Type::Intersection(types.iter().map(inner).collect()),
            Type::KeyOf(of) => Type::KeyOf(Rc::new(inner(of))),
            Type::Without(of, names) => Type::Without(Rc::new(inner(of)), names.clone()),
            Type::Mapped { file, key, of, value, bindings: own } => {
                Type::Mapped { file: *file, key: *key, of: Rc::new(inner(of)), value: *value, bindings: self.layered(own, bindings) }
            }
            other => other.clone(),
        };
        self.depth.set(self.depth.get() - 1);
        done
    }

    fn layered(&self, own: &Bindings, outer: &Bindings) -> Bindings {
        if own.is_empty() {
            return outer.clone();
        }
        let replaced = own.mapped(&|one| self.substitute(one, outer));
        // What its own bindings leave open, the outer ones may say.
        let mut merged = replaced.entries();
        for (symbol, found) in outer.entries() {
            if !merged.iter().any(|(known, _)| *known == symbol) {
                merged.push((symbol, found));
            }
        }
        Bindings::default().with(merged)
    }

    /// What a symbol is as a value.
    pub(super) fn symbol_type(&self, symbol: SymbolAt) -> Type {
        let tree = self.tree(symbol.file);
        let row = &tree.symbols[symbol.id];
        let mut found = Vec::new();
        for declared in &row.declared {
            match declared {
                Declared::Space(scope) if *scope == Tree::FILE => return Type::Module(symbol.to(*scope)),
                Declared::Class(_) | Declared::Function(_) | Declared::Enum(_) | Declared::Space(_) => return Type::Value(symbol),
                Declared::Pattern(pattern) => {
                    let one = self.pattern_type(symbol.to(*pattern));
                    if matches!(tree.patterns[*pattern].source, Source::Variable { annotation: Some(_), .. }) {
                        return one;
                    }
                    found.push(one);
                }
                Declared::Import { .. } | Declared::ImportPath { .. } => {
                    let next = self.next(Entity::Symbol(symbol)).unwrap_or_default();
                    return Type::either(next.into_iter().map(|entity| self.entity_type(entity)));
                }
                Declared::ImportAll { module } | Declared::ImportRequire { module } => return self.required(symbol.file, module),
                _ => {}
            }
        }
        found.retain(|one| !one.is_unknown());
        if found.is_empty() { Type::Unknown } else { Type::either(found) }
    }

    /// What `require` gives.
    pub(super) fn required(&self, file: super::world::FileId, module: &Name) -> Type {
        let Some(module) = self.module(file, module) else { return Type::Unknown };
        let tree = self.tree(module.file);
        let whole = tree.scopes[module.id].exports.iter().find_map(|export| match tree.exports[*export].offered {
            Offered::Whole(value) => Some(value),
            _ => None,
        });
        match whole {
            Some(value) => {
                let whole = self.expression_type(module.to(value));
                if whole.is_unknown() { Type::Module(module) } else { Type::Intersection(Rc::from([whole, Type::Module(module)])) }
            }
            None => Type::Module(module),
        }
    }
}
