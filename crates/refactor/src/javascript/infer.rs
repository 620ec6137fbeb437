//! What expressions and variables are.

use std::rc::Rc;

use super::{
    tree::*,
    types::{Bindings, Type},
    world::{At, Pending, World},
};

impl World<'_> {
    /// What an expression is.
    pub(super) fn expression_type(&self, expression: At<ExpressionId>) -> Type {
        if let Some(known) = self.expressions.borrow().get(&expression) {
            return known.clone();
        }
        let found = self.guarded(Pending::Expression(expression), Type::Unknown, || self.infer(expression));
        // What a circle or a lack of room cut short is not kept.
        if !found.is_unknown() || self.pending.borrow().is_empty() {
            self.expressions.borrow_mut().insert(expression, found.clone());
        }
        found
    }

    fn infer(&self, at: At<ExpressionId>) -> Type {
        let tree = self.tree(at.file);
        let of = |inner: ExpressionId| self.expression_type(at.to(inner));
        match &tree.expressions[at.id] {
            Expression::Unknown => Type::Unknown,
            Expression::Name(spot) => {
                if let SpotKind::Variant(member) = tree.spots[*spot].kind {
                    return self.member_type(at.to(member), &Bindings::default(), &Type::Unknown);
                }
                let symbols = self.symbols_of_use(at.to(*spot));
                if symbols.is_empty() && !tree.is_typescript && &*tree.spots[*spot].name == "exports" {
                    return Type::Module(at.to(Tree::FILE));
                }
                let types = symbols.iter().map(|symbol| self.symbol_type(*symbol)).filter(|one| !one.is_unknown());
                let types: Vec<Type> = types.collect();
                let found = if types.is_empty() { Type::Unknown } else { Type::either(types) };
                self.narrowed(at, *spot).unwrap_or(found)
            }
            Expression::This(owner) => self.this_type(at, *owner),
            Expression::Super(owner) => match owner {
                Owner::Class(shape, is_static) => {
                    let Some((superclass, arguments)) = &tree.shapes[*shape].superclass else { return Type::Unknown };
                    let superclass = of(*superclass);
                    if *is_static {
                        return superclass;
                    }
                    let arguments: Vec<Type> = arguments.iter().map(|node| self.evaluate(at.to(*node), &Bindings::default())).collect();
                    self.constructed(&superclass, &arguments, &[])
                }
                Owner::Object(_) | Owner::Function(_) | Owner::Nothing => Type::Unknown,
            },
            Expression::Member(object, spot) => {
                let name = &tree.spots[*spot].name;
                if &**name == "exports" && !tree.is_typescript && self.is_free(at.to(*object), "module") {
                    return Type::Module(at.to(Tree::FILE));
                }
                if &**name == "prototype" {
                    let made = self.constructed(&of(*object), &[], &[]);
                    if !made.is_unknown() {
                        return made;
                    }
                }
                self.narrowed(at, *spot).unwrap_or_else(|| self.property_type(&of(*object), name))
            }
            Expression::Element(object, key) => {
                let object = of(*object);
                match of(*key) {
                    Type::Text(name) => self.property_type(&object, &name),
                    Type::Union(names) if names.iter().all(|one| matches!(one, Type::Text(_))) => {
                        self.indexed(&object, &Type::Union(names))
                    }
                    Type::Primitive("Number") => self.element_type(&object),
                    _ => {
                        let indexed = self.index_type(&object);
                        if indexed.is_unknown() { self.element_type(&object) } else { indexed }
                    }
                }
            }
            Expression::Call { callee, arguments, types } => self.called(at, *callee, arguments, types),
            Expression::New { callee, arguments, types } => {
                let explicit: Vec<Type> = types.iter().map(|node| self.evaluate(at.to(*node), &Bindings::default())).collect();
                let arguments: Vec<At<ExpressionId>> = arguments.iter().map(|argument| at.to(*argument)).collect();
                self.constructed(&of(*callee), &explicit, &arguments)
            }
            Expression::Object(shape) => Type::Shape(at.to(*shape), Bindings::default()),
            Expression::Array(elements) => self.array_type(at, elements),
            Expression::Spread(inner) => self.element_type(&of(*inner)),
            Expression::Function(function) => Type::Functions(Rc::from([at.to(*function)]), Bindings::default()),
            Expression::Class(shape) => match tree.shapes[*shape].symbol {
                Some(symbol) => Type::Value(at.to(symbol)),
                None => Type::Class(at.to(*shape), Bindings::default()),
            },
            Expression::Either(left, right) => {
                let types = [of(*left), of(*right)];
                Type::either(types.into_iter().filter(|one| !one.is_unknown()))
            }
            Expression::And(_, right) => of(*right),
            Expression::Same(inner) | Expression::NonNull(inner) | Expression::Constant(inner) => of(*inner),
            Expression::Assertion(node) => self.evaluate(at.to(*node), &Bindings::default()),
            Expression::Await(inner) => self.awaited(&of(*inner)),
            Expression::Text(name) => Type::Text(name.clone()),
            Expression::Template => Type::Union(Rc::from([Type::Primitive("String"), Type::Primitive("Number")])),
            Expression::Number => Type::Primitive("Number"),
            Expression::Boolean | Expression::Not(_) | Expression::InstanceOf(..) => Type::Primitive("Boolean"),
            Expression::BigInt => Type::Primitive("BigInt"),
            Expression::Nothing => Type::Nothing,
            Expression::Typeof => Type::Primitive("String"),
            Expression::Regex => self.library_type("RegExp", []),
            Expression::Import(module) => {
                let module = self.module_type(at.file, module);
                if module.is_unknown() { Type::Unknown } else { self.library_type("Promise", [module]) }
            }
            Expression::Require(module) => self.required(at.file, module),
            Expression::Markup { .. } => Type::Nothing,
        }
    }

    /// A name that nothing declares.
    fn is_free(&self, at: At<ExpressionId>, name: &str) -> bool {
        let tree = self.tree(at.file);
        let Expression::Name(spot) = tree.expressions[at.id] else { return false };
        *tree.spots[spot].name == *name && self.symbols_of_use(at.to(spot)).is_empty()
    }

    fn array_type(&self, at: At<ExpressionId>, elements: &[ExpressionId]) -> Type {
        // Expected as a tuple, it is one.
        if let Type::Tuple(_) = self.expected(at) {
            return Type::Tuple(elements.iter().map(|element| self.expression_type(at.to(*element))).collect());
        }
        let is_constant = matches!(self.tree(at.file).contexts[at.id], Context::Same(outer) if matches!(self.tree(at.file).expressions[outer], Expression::Constant(_)));
        if is_constant {
            return Type::Tuple(elements.iter().map(|element| self.expression_type(at.to(*element))).collect());
        }
        let types = elements.iter().take(40).map(|element| self.widened(&self.expression_type(at.to(*element))));
        let types: Vec<Type> = types.filter(|one| !one.is_unknown()).collect();
        let element = if types.is_empty() { self.element_type(&self.expected(at)) } else { Type::either(types) };
        self.library_type("Array", [element])
    }

    /// A literal's type where it may change.
    pub(super) fn widened(&self, found: &Type) -> Type {
        match found {
            Type::Text(_) => Type::Primitive("String"),
            Type::Union(types) if types.iter().all(|one| matches!(one, Type::Text(_))) => Type::Primitive("String"),
            other => other.clone(),
        }
    }

    fn this_type(&self, at: At<ExpressionId>, owner: Owner) -> Type {
        let tree = self.tree(at.file);
        match owner {
            Owner::Nothing => Type::Unknown,
            Owner::Class(shape, false) => self.instance_of(at.to(shape)),
            Owner::Class(shape, true) => match tree.shapes[shape].symbol {
                Some(symbol) => Type::Value(at.to(symbol)),
                None => Type::Class(at.to(shape), Bindings::default()),
            },
            Owner::Object(shape) => {
                let own = Type::Shape(at.to(shape), Bindings::default());
                let Some(expression) = tree.shapes[shape].expression else { return own };
                let expected = self.expected(at.to(expression));
                if expected.is_unknown() { own } else { Type::Intersection(Rc::from([own, expected])) }
            }
            Owner::Function(function) => {
                let row = &tree.functions[function];
                if let Some(node) = row.this_type {
                    return self.evaluate(at.to(node), &Bindings::default());
                }
                if let Some(instance) = row.instance {
                    return Type::Shape(at.to(instance), Bindings::default());
                }
                // What is expected of a callback may say what its `this` is.
                let Some(expression) = row.expression else { return Type::Unknown };
                for (signature, bindings) in self.signatures(&self.expected(at.to(expression))) {
                    if let Some(node) = self.tree(signature.file).functions[signature.id].this_type {
                        return self.evaluate(signature.to(node), &bindings);
                    }
                }
                Type::Unknown
            }
        }
    }

    /// What a promise gives.
    pub(super) fn awaited(&self, found: &Type) -> Type {
        match found {
            Type::Named(symbol, arguments) => {
                let name = &self.tree(symbol.file).symbols[symbol.id].name;
                if self.is_library(symbol.file) && matches!(&**name, "Promise" | "PromiseLike") {
                    return arguments.first().map_or(Type::Unknown, |inner| self.awaited(inner));
                }
                found.clone()
            }
            Type::Union(types) => Type::either(types.iter().map(|one| self.awaited(one))),
            other => other.clone(),
        }
    }

    /// What iterating gives.
    pub(super) fn element_type(&self, found: &Type) -> Type {
        match found {
            Type::Tuple(elements) => Type::either(elements.iter().cloned()),
            Type::Primitive("String") | Type::Text(_) => Type::Primitive("String"),
            Type::Union(types) => {
                let types = types.iter().map(|one| self.element_type(one)).filter(|one| !one.is_unknown());
                let types: Vec<Type> = types.collect();
                if types.is_empty() { Type::Unknown } else { Type::either(types) }
            }
            Type::Intersection(types) => {
                types.iter().map(|one| self.element_type(one)).find(|one| !one.is_unknown()).unwrap_or(Type::Unknown)
            }
            Type::Parameter(symbol) => {
                let constraint = self.constraint(*symbol);
                if constraint.is_unknown() { Type::Unknown } else { self.element_type(&constraint) }
            }
            Type::Named(symbol, arguments) => {
                let name = &self.tree(symbol.file).symbols[symbol.id].name;
                if self.is_library(symbol.file) {
                    return match &**name {
                        "Map" | "ReadonlyMap" => Type::Tuple(arguments.clone()),
                        "Promise" | "RegExp" | "Date" | "Record" => Type::Unknown,
                        _ => arguments.first().cloned().unwrap_or(Type::Unknown),
                    };
                }
                let bases = self.shapes_of(*symbol).into_iter().flat_map(|shape| self.bases(shape, &self.named_bindings(shape, arguments)));
                let bases: Vec<Type> = bases.collect();
                self.guarded(Pending::Bases(*symbol), Type::Unknown, || {
                    bases.iter().map(|base| self.element_type(base)).find(|one| !one.is_unknown()).unwrap_or(Type::Unknown)
                })
            }
            _ => Type::Unknown,
        }
    }

    pub(super) fn element_at(&self, found: &Type, index: u32) -> Type {
        match found {
            Type::Tuple(elements) => elements.get(index as usize).cloned().unwrap_or(Type::Unknown),
            other => self.element_type(other),
        }
    }

    /// What a variable, parameter or a part of one is.
    pub(super) fn pattern_type(&self, pattern: At<PatternId>) -> Type {
        if let Some(known) = self.patterns.borrow().get(&pattern) {
            return known.clone();
        }
        let found = self.guarded(Pending::Pattern(pattern), Type::Unknown, || {
            let found = self.pattern_source_type(pattern);
            let row = &self.tree(pattern.file).patterns[pattern.id];
            match row.default {
                Some(default) if found.is_unknown() => self.widened(&self.expression_type(pattern.to(default))),
                _ => found,
            }
        });
        if !found.is_unknown() || self.pending.borrow().is_empty() {
            self.patterns.borrow_mut().insert(pattern, found.clone());
        }
        found
    }

    pub(super) fn pattern_source_type(&self, pattern: At<PatternId>) -> Type {
        let tree = self.tree(pattern.file);
        let row = &tree.patterns[pattern.id];
        let value_type = |value: ExpressionId| {
            let found = self.expression_type(pattern.to(value));
            if row.is_constant { found } else { self.widened(&found) }
        };
        match &row.source {
            Source::Variable { annotation: Some(node), .. } => self.evaluate(pattern.to(*node), &Bindings::default()),
            Source::Variable { value: Some(value), .. } if !matches!(tree.expressions[*value], Expression::Nothing) => value_type(*value),
            Source::Variable { .. } => {
                let types = row.assigned.iter().map(|value| self.widened(&self.expression_type(pattern.to(*value))));
                let types: Vec<Type> = types.filter(|one| !one.is_unknown() && !matches!(one, Type::Nothing)).collect();
                if types.is_empty() { Type::Unknown } else { Type::either(types) }
            }
            Source::Parameter { annotation: Some(node), .. } => self.evaluate(pattern.to(*node), &Bindings::default()),
            Source::Parameter { function, index, is_rest, value, .. } => {
                let expected = self.expected_parameter(pattern.to(*function), *index, *is_rest);
                match value {
                    Some(value) if expected.is_unknown() => self.widened(&self.expression_type(pattern.to(*value))),
                    _ => expected,
                }
            }
            Source::Of(iterated) => {
                let iterated = self.expression_type(pattern.to(*iterated));
                self.awaited(&self.element_type(&iterated))
            }
            Source::In => Type::Primitive("String"),
            Source::Caught(Some(node)) => self.evaluate(pattern.to(*node), &Bindings::default()),
            Source::Caught(None) | Source::Unknown => Type::Unknown,
            Source::Property(whole, name) => self.property_type(&self.pattern_type(pattern.to(*whole)), name),
            Source::Element(whole, index) => self.element_at(&self.pattern_type(pattern.to(*whole)), *index),
            Source::Rest(whole, taken) => {
                let whole = self.pattern_type(pattern.to(*whole));
                if whole.is_unknown() { whole } else { Type::Without(Rc::new(whole), taken.as_slice().into()) }
            }
            Source::RestElements(whole) => {
                let whole = self.pattern_type(pattern.to(*whole));
                self.library_type("Array", [self.element_type(&whole)])
            }
            Source::Value(value) => self.expression_type(pattern.to(*value)),
        }
    }
}
