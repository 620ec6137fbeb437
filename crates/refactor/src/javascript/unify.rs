//! What type parameters stand for, told from what is given for them.

use std::rc::Rc;

use super::{
    tree::*,
    types::{Entity, SymbolAt, Type},
    world::{At, World},
};

impl World<'_> {
    /// Finds what type parameters stand for when `given` is of the written type.
    pub(super) fn unify(&self, node: At<TypeId>, given: &Type, parameters: &[SymbolAt], bound: &mut Vec<(SymbolAt, Type)>, depth: u32) {
        if depth > 12 || given.is_unknown() || !self.step() {
            return;
        }
        let tree = self.tree(node.file);
        match &tree.types[node.id] {
            TypeNode::Reference(spot, arguments) => {
                let entities = self.entities_of_type_name(node.to(*spot));
                if arguments.is_empty() {
                    let parameter = entities.iter().find_map(|entity| match entity {
                        Entity::Symbol(symbol) if parameters.contains(symbol) => Some(*symbol),
                        _ => None,
                    });
                    if let Some(parameter) = parameter {
                        match bound.iter_mut().find(|(known, _)| *known == parameter) {
                            Some((_, known)) => {
                                if !matches!(given, Type::Nothing) && !known.is_same(given) {
                                    *known = Type::either([known.clone(), given.clone()]);
                                }
                            }
                            None => bound.push((parameter, given.clone())),
                        }
                    }
                    return;
                }
                for entity in entities.into_iter().flat_map(|entity| self.ends(entity)) {
                    let Entity::Symbol(symbol) = entity else { continue };
                    if let Some(given) = self.arguments_as(symbol, given, 0) {
                        for (argument, given) in arguments.iter().zip(given.iter()) {
                            self.unify(node.to(*argument), given, parameters, bound, depth + 1);
                        }
                    } else if let Some(value) = self.alias_of(symbol) {
                        // An alias: what its own parameters stand for, then what is written for them.
                        let row = &self.tree(symbol.file).symbols[symbol.id];
                        let own = row.declared.iter().find_map(|one| match one {
                            Declared::Alias { type_parameters, .. } => Some(type_parameters),
                            _ => None,
                        });
                        let own: Vec<SymbolAt> = own.into_iter().flatten().map(|one| symbol.to(*one)).collect();
                        let mut inner = Vec::new();
                        self.unify(value, given, &own, &mut inner, depth + 1);
                        for (parameter, argument) in own.iter().zip(arguments) {
                            if let Some((_, given)) = inner.iter().find(|(known, _)| known == parameter) {
                                self.unify(node.to(*argument), given, parameters, bound, depth + 1);
                            }
                        }
                    }
                }
            }
            TypeNode::Array(element) => {
                let is_list = |one: &Type| matches!(one, Type::Tuple(_)) || self.is_list(one);
                let given = match given {
                    Type::Union(types) => Type::either(types.iter().filter(|one| is_list(one)).map(|one| self.element_type(one))),
                    one if is_list(one) => self.element_type(one),
                    _ => return,
                };
                self.unify(node.to(*element), &given, parameters, bound, depth + 1);
            }
            TypeNode::Tuple(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    let given = self.element_at(given, crate::names::offset(at));
                    self.unify(node.to(*element), &given, parameters, bound, depth + 1);
                }
            }
            TypeNode::Same(inner) => self.unify(node.to(*inner), given, parameters, bound, depth + 1),
            TypeNode::Union(types) => {
                let before = bound.len();
                let is_naked = |one: &TypeId| matches!(&tree.types[*one], TypeNode::Reference(_, arguments) if arguments.is_empty());
                for one in types.iter().filter(|one| !is_naked(one)) {
                    self.unify(node.to(*one), given, parameters, bound, depth + 1);
                }
                if bound.len() == before {
                    for one in types.iter().filter(|one| is_naked(one)) {
                        self.unify(node.to(*one), given, parameters, bound, depth + 1);
                    }
                }
            }
            TypeNode::Intersection(types) => {
                for one in types {
                    self.unify(node.to(*one), given, parameters, bound, depth + 1);
                }
            }
            TypeNode::Function(function) | TypeNode::Constructor(function) => {
                if self.is_without_callbacks.get() && self.takes_what_is_expected(given) {
                    return;
                }
                let is_constructor = matches!(tree.types[node.id], TypeNode::Constructor(_));
                let given_signatures = if is_constructor { self.constructors(given) } else { self.signatures(given) };
                let wanted = &tree.functions[*function];
                if is_constructor {
                    if let Some(returns) = wanted.returns {
                        let made = self.constructed(given, &[], &[]);
                        self.unify(node.to(returns), &made, parameters, bound, depth + 1);
                    }
                    return;
                }
                let Some((given, with)) = given_signatures.into_iter().next() else { return };
                for (wanted, given_parameter) in wanted.parameters.iter().zip(&self.tree(given.file).functions[given.id].parameters) {
                    let Source::Parameter { annotation: Some(wanted), .. } = tree.patterns[*wanted].source else { continue };
                    let Source::Parameter { annotation: Some(given_node), .. } = self.tree(given.file).patterns[*given_parameter].source
                    else {
                        continue;
                    };
                    let given = self.evaluate(given.to(given_node), &with);
                    self.unify(node.to(wanted), &given, parameters, bound, depth + 1);
                }
                if let Some(returns) = wanted.returns {
                    let returned = self.widened(&self.returned(given, &with, &Type::Unknown));
                    self.unify(node.to(returns), &returned, parameters, bound, depth + 1);
                }
            }
            TypeNode::Literal(shape) => {
                for member in &tree.shapes[*shape].members {
                    let row = &tree.members[*member];
                    if let Some(annotation) = row.annotation {
                        let given = self.property_type(given, &row.name);
                        self.unify(node.to(annotation), &given, parameters, bound, depth + 1);
                    }
                }
                if let Some(index) = tree.shapes[*shape].index {
                    let given = self.index_type(given);
                    self.unify(node.to(index), &given, parameters, bound, depth + 1);
                }
                for construct in &tree.shapes[*shape].constructs {
                    if let Some(returns) = tree.functions[*construct].returns {
                        let made = self.constructed(given, &[], &[]);
                        self.unify(node.to(returns), &made, parameters, bound, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// A function whose parameters have no types.
    fn takes_what_is_expected(&self, given: &Type) -> bool {
        self.signatures(given).iter().any(|(function, _)| {
            let tree = self.tree(function.file);
            tree.functions[function.id]
                .parameters
                .iter()
                .any(|pattern| matches!(tree.patterns[*pattern].source, Source::Parameter { annotation: None, .. }))
        })
    }

    /// An array or something like it.
    fn is_list(&self, found: &Type) -> bool {
        match found {
            Type::Named(symbol, _) if self.is_library(symbol.file) => self.tree(symbol.file).symbols[symbol.id].name.contains("Array"),
            Type::Named(..) => self.library_symbol("Array").is_some_and(|array| self.arguments_as(array, found, 0).is_some()),
            Type::Intersection(types) => types.iter().any(|one| self.is_list(one)),
            _ => false,
        }
    }

    fn alias_of(&self, symbol: SymbolAt) -> Option<At<TypeId>> {
        self.tree(symbol.file).symbols[symbol.id].declared.iter().find_map(|declared| match declared {
            Declared::Alias { value, .. } => Some(symbol.to(*value)),
            _ => None,
        })
    }

    /// The type arguments of something seen as one of its bases.
    pub(super) fn arguments_as(&self, symbol: SymbolAt, given: &Type, depth: u32) -> Option<Rc<[Type]>> {
        if depth > 8 {
            return None;
        }
        match given {
            Type::Named(found, arguments) if *found == symbol => Some(arguments.clone()),
            Type::Named(found, arguments) => {
                if self.is_library(symbol.file) && self.is_library(found.file) {
                    let names =
                        [symbol, *found].map(|one| self.tree(one.file).symbols[one.id].name.trim_start_matches("Readonly").to_owned());
                    let is_list = matches!(&*names[1], "Array" | "ArrayLike" | "RegExpMatchArray");
                    return match &*names[0] {
                        wanted if wanted == names[1] => Some(arguments.clone()),
                        "Iterable" | "IterableIterator" | "Iterator" => {
                            let element = self.element_type(given);
                            if element.is_unknown() { None } else { Some(Rc::from([element])) }
                        }
                        "Array" | "ArrayLike" if is_list => Some(arguments.clone()),
                        "PromiseLike" | "Promise" if names[1].starts_with("Promise") => Some(arguments.clone()),
                        "AsyncIterable" | "AsyncIterator" if names[1].starts_with("Async") => Some(arguments.clone()),
                        _ => None,
                    };
                }
                self.shapes_of(*found).into_iter().find_map(|shape| {
                    let bindings = self.named_bindings(shape, arguments);
                    let contracts = self.tree(shape.file).shapes[shape.id].contracts.iter();
                    let contracts = contracts.map(|contract| self.evaluate(shape.to(*contract), &bindings));
                    let bases = self.bases(shape, &bindings).into_iter().chain(contracts);
                    bases.collect::<Vec<_>>().iter().find_map(|base| self.arguments_as(symbol, base, depth + 1))
                })
            }
            Type::Tuple(_) => {
                let name = &self.tree(symbol.file).symbols[symbol.id].name;
                (self.is_library(symbol.file) && matches!(&**name, "Iterable" | "ArrayLike" | "ReadonlyArray" | "Array"))
                    .then(|| Rc::from([self.element_type(given)]))
            }
            Type::Union(types) | Type::Intersection(types) => types.iter().find_map(|one| self.arguments_as(symbol, one, depth + 1)),
            _ => None,
        }
    }

    /// What `infer` finds in a conditional type.
    pub(super) fn unify_inferred(&self, node: At<TypeId>, given: &Type, bound: &mut Vec<(SymbolAt, Type)>) {
        let tree = self.tree(node.file);
        let mut inferred = Vec::new();
        let mut at = vec![node.id];
        while let Some(id) = at.pop() {
            match &tree.types[id] {
                TypeNode::Infer(symbol) => inferred.push((id, node.to(*symbol))),
                TypeNode::Reference(_, arguments) => at.extend(arguments),
                TypeNode::Array(inner) | TypeNode::Same(inner) => at.push(*inner),
                TypeNode::Tuple(many) | TypeNode::Union(many) | TypeNode::Intersection(many) => at.extend(many),
                _ => {}
            }
        }
        for (id, symbol) in inferred {
            let found = self.part_of(node, id, given, 0);
            if let Some(found) = found {
                bound.push((symbol, found));
            }
        }
    }

    /// What stands in `given` where `wanted` stands in the written type.
    fn part_of(&self, node: At<TypeId>, wanted: TypeId, given: &Type, depth: u32) -> Option<Type> {
        if depth > 8 || given.is_unknown() {
            return None;
        }
        if node.id == wanted {
            return Some(given.clone());
        }
        match &self.tree(node.file).types[node.id] {
            TypeNode::Reference(spot, arguments) => {
                let symbol = self.entities_of_type_name(node.to(*spot)).into_iter().flat_map(|entity| self.followed(entity)).next()?;
                let found = self.arguments_as(symbol, given, 0)?;
                arguments.iter().zip(found.iter()).find_map(|(argument, given)| self.part_of(node.to(*argument), wanted, given, depth + 1))
            }
            TypeNode::Array(inner) => self.part_of(node.to(*inner), wanted, &self.element_type(given), depth + 1),
            TypeNode::Same(inner) => self.part_of(node.to(*inner), wanted, given, depth + 1),
            TypeNode::Tuple(many) => many
                .iter()
                .enumerate()
                .find_map(|(at, one)| self.part_of(node.to(*one), wanted, &self.element_at(given, crate::names::offset(at)), depth + 1)),
            TypeNode::Union(many) | TypeNode::Intersection(many) => {
                many.iter().find_map(|one| self.part_of(node.to(*one), wanted, given, depth + 1))
            }
            _ => None,
        }
    }
}
