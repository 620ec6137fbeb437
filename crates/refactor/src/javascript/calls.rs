//! What calls give: signatures, type arguments and results.

use std::rc::Rc;

use super::{
    tree::*,
    types::{Bindings, SymbolAt, Type},
    world::{At, Pending, World},
};

/// A function and what its surroundings' type parameters stand for.
pub(super) type Signature = (At<FunctionId>, Bindings);

impl World<'_> {
    /// How something can be called.
    pub(super) fn signatures(&self, callee: &Type) -> Vec<Signature> {
        match callee {
            Type::Functions(functions, bindings) => functions.iter().map(|function| (*function, bindings.clone())).collect(),
            Type::Value(symbol) => {
                let mut found = Vec::new();
                for symbol in self.same_globals(*symbol) {
                    for declared in &self.tree(symbol.file).symbols[symbol.id].declared {
                        if let Declared::Function(function) = declared {
                            found.push((symbol.to(*function), Bindings::default()));
                        }
                    }
                }
                // Where signatures are declared apart, the one with the body is not called.
                if found.len() > 1 && found.iter().any(|(function, _)| !self.tree(function.file).functions[function.id].has_body) {
                    found.retain(|(function, _)| !self.tree(function.file).functions[function.id].has_body);
                }
                found
            }
            Type::Shape(shape, bindings) => {
                let calls = &self.tree(shape.file).shapes[shape.id].calls;
                calls.iter().map(|call| (shape.to(*call), bindings.clone())).collect()
            }
            Type::Named(symbol, arguments) => {
                let mut found = Vec::new();
                for shape in self.shapes_of(*symbol) {
                    let bindings = self.named_bindings(shape, arguments);
                    let calls = &self.tree(shape.file).shapes[shape.id].calls;
                    found.extend(calls.iter().map(|call| (shape.to(*call), bindings.clone())));
                }
                if found.is_empty() {
                    let bases =
                        self.shapes_of(*symbol).into_iter().flat_map(|shape| self.bases(shape, &self.named_bindings(shape, arguments)));
                    let bases: Vec<Type> = bases.collect();
                    found =
                        self.guarded(Pending::Bases(*symbol), Vec::new(), || bases.iter().flat_map(|base| self.signatures(base)).collect());
                }
                found
            }
            Type::Union(types) | Type::Intersection(types) => types.iter().flat_map(|one| self.signatures(one)).collect(),
            Type::Parameter(symbol) => {
                let constraint = self.constraint(*symbol);
                if matches!(constraint, Type::Parameter(_)) { Vec::new() } else { self.signatures(&constraint) }
            }
            _ => Vec::new(),
        }
    }

    /// How something can be called by `new`.
    pub(super) fn constructors(&self, callee: &Type) -> Vec<Signature> {
        let of_shape = |shape: At<ShapeId>, bindings: &Bindings| {
            let row = &self.tree(shape.file).shapes[shape.id];
            let members = row.members.iter().map(|member| &self.tree(shape.file).members[*member]);
            let own = members.filter(|member| member.kind == MemberKind::Constructor).filter_map(|member| member.function);
            let own: Vec<Signature> = own.map(|function| (shape.to(function), bindings.clone())).collect();
            if !own.is_empty() {
                return own;
            }
            match &row.superclass {
                Some((superclass, _)) => {
                    let superclass = self.expression_type(shape.to(*superclass));
                    self.guarded(Pending::Constructors(shape), Vec::new(), || self.constructors(&superclass))
                }
                None => Vec::new(),
            }
        };
        match callee {
            Type::Value(symbol) => {
                let declared = &self.tree(symbol.file).symbols[symbol.id].declared;
                let found = declared.iter().flat_map(|declared| match declared {
                    Declared::Class(shape) => of_shape(symbol.to(*shape), &Bindings::default()),
                    Declared::Function(function) => vec![(symbol.to(*function), Bindings::default())],
                    _ => Vec::new(),
                });
                found.collect()
            }
            Type::Class(shape, bindings) => of_shape(*shape, bindings),
            Type::Functions(functions, bindings) => functions.iter().map(|function| (*function, bindings.clone())).collect(),
            Type::Constructor(function, bindings) => vec![(*function, bindings.clone())],
            Type::Shape(shape, bindings) => {
                let constructs = &self.tree(shape.file).shapes[shape.id].constructs;
                constructs.iter().map(|one| (shape.to(*one), bindings.clone())).collect()
            }
            Type::Named(symbol, arguments) => {
                let shapes = self.shapes_of(*symbol).into_iter();
                let found = shapes.flat_map(|shape| {
                    let bindings = self.named_bindings(shape, arguments);
                    let constructs = self.tree(shape.file).shapes[shape.id].constructs.iter();
                    constructs.map(|one| (shape.to(*one), bindings.clone())).collect::<Vec<_>>()
                });
                found.collect()
            }
            Type::Union(types) | Type::Intersection(types) => types.iter().flat_map(|one| self.constructors(one)).collect(),
            Type::Parameter(symbol) => {
                let constraint = self.constraint(*symbol);
                if matches!(constraint, Type::Parameter(_)) { Vec::new() } else { self.constructors(&constraint) }
            }
            _ => Vec::new(),
        }
    }

    /// What `new` makes of something.
    pub(super) fn constructed(&self, callee: &Type, explicit: &[Type], arguments: &[At<ExpressionId>]) -> Type {
        match callee {
            Type::Value(symbol) => {
                let tree = self.tree(symbol.file);
                for declared in &tree.symbols[symbol.id].declared {
                    match declared {
                        Declared::Class(shape) => {
                            let shape = symbol.to(*shape);
                            if !explicit.is_empty() {
                                return Type::Named(*symbol, explicit.into());
                            }
                            let parameters: Vec<SymbolAt> =
                                tree.shapes[shape.id].type_parameters.iter().map(|one| shape.to(*one)).collect();
                            if parameters.is_empty() {
                                return Type::Named(*symbol, Rc::from([]));
                            }
                            let mut bound = Vec::new();
                            if let Some(signature) = self.chosen(&self.constructors(callee), arguments) {
                                bound = self.inferred(&signature, &parameters, arguments, true);
                            }
                            let argument = |parameter: &SymbolAt| {
                                let found = bound.iter().find(|(known, _)| known == parameter).map(|(_, found)| found.clone());
                                found
                                    .or_else(|| Some(self.evaluate(self.default_of(*parameter)?, &Bindings::default())))
                                    .unwrap_or(Type::Unknown)
                            };
                            return Type::Named(*symbol, parameters.iter().map(argument).collect());
                        }
                        Declared::Function(function) => {
                            if let Some(instance) = tree.functions[*function].instance {
                                return Type::Shape(symbol.to(instance), Bindings::default());
                            }
                        }
                        _ => {}
                    }
                }
                Type::Unknown
            }
            Type::Class(shape, bindings) => match self.tree(shape.file).shapes[shape.id].symbol {
                Some(symbol) => Type::Named(shape.to(symbol), explicit.into()),
                None => Type::Shape(*shape, bindings.clone()),
            },
            Type::Functions(functions, _) => {
                let instance = functions
                    .iter()
                    .find_map(|function| self.tree(function.file).functions[function.id].instance.map(|instance| function.to(instance)));
                instance.map_or(Type::Unknown, |instance| Type::Shape(instance, Bindings::default()))
            }
            Type::Union(types) | Type::Intersection(types) => {
                let made = types.iter().map(|one| self.constructed(one, explicit, arguments)).filter(|one| !one.is_unknown());
                let made: Vec<Type> = made.collect();
                if made.is_empty() { Type::Unknown } else { Type::either(made) }
            }
            other => {
                let constructors = self.constructors(other);
                match self.chosen(&constructors, arguments) {
                    Some(signature) => self.result(&signature, explicit, arguments),
                    None => Type::Unknown,
                }
            }
        }
    }

    /// What a call gives.
    pub(super) fn called(&self, at: At<ExpressionId>, callee: ExpressionId, arguments: &[ExpressionId], types: &[TypeId]) -> Type {
        let callee = self.expression_type(at.to(callee));
        let arguments: Vec<At<ExpressionId>> = arguments.iter().map(|argument| at.to(*argument)).collect();
        let explicit: Vec<Type> = types.iter().map(|node| self.evaluate(at.to(*node), &Bindings::default())).collect();
        if let Type::Union(callees) = &callee {
            let results = callees.iter().filter_map(|callee| {
                let signature = self.chosen(&self.signatures(callee), &arguments)?;
                Some(self.result(&signature, &explicit, &arguments))
            });
            let results: Vec<Type> = results.filter(|one| !one.is_unknown()).collect();
            return if results.is_empty() { Type::Unknown } else { Type::either(results) };
        }
        let Some(signature) = self.chosen(&self.signatures(&callee), &arguments) else { return Type::Unknown };
        // A method that gives back `this` gives what it is called on.
        if let Expression::Call { callee, .. } = &self.tree(at.file).expressions[at.id]
            && let Expression::Member(object, _) = self.tree(at.file).expressions[*callee]
            && self.gives_this(signature.0)
        {
            return self.expression_type(at.to(object));
        }
        self.result(&signature, &explicit, &arguments)
    }

    fn gives_this(&self, function: At<FunctionId>) -> bool {
        let tree = self.tree(function.file);
        let row = &tree.functions[function.id];
        match row.returns {
            Some(node) => matches!(tree.types[node], TypeNode::This(_)),
            None => {
                !row.is_async
                    && !row.results.is_empty()
                    && row.results.iter().all(|result| matches!(tree.expressions[*result], Expression::This(Owner::Class(_, false))))
            }
        }
    }

    fn result(&self, signature: &Signature, explicit: &[Type], arguments: &[At<ExpressionId>]) -> Type {
        let bindings = self.call_bindings(signature, explicit, arguments, true);
        self.returned(signature.0, &bindings, &Type::Unknown)
    }

    /// What a signature's type parameters stand for in a call.
    pub(super) fn call_bindings(
        &self,
        signature: &Signature,
        explicit: &[Type],
        arguments: &[At<ExpressionId>],
        with_callbacks: bool,
    ) -> Bindings {
        self.with_defaults(signature.0, self.given_bindings(signature, explicit, arguments, with_callbacks))
    }

    /// The same without the defaults of those that nothing says.
    pub(super) fn given_bindings(
        &self,
        signature: &Signature,
        explicit: &[Type],
        arguments: &[At<ExpressionId>],
        with_callbacks: bool,
    ) -> Bindings {
        let row = &self.tree(signature.0.file).functions[signature.0.id];
        let parameters: Vec<SymbolAt> = row.type_parameters.iter().map(|one| signature.0.to(*one)).collect();
        if parameters.is_empty() {
            return signature.1.clone();
        }
        let bound = if explicit.is_empty() {
            self.inferred(signature, &parameters, arguments, with_callbacks)
        } else {
            parameters.iter().copied().zip(explicit.iter().cloned()).collect()
        };
        signature.1.with(bound)
    }

    /// With the defaults of a function's type parameters that are not bound, which may speak of those that are.
    pub(super) fn with_defaults(&self, function: At<FunctionId>, bindings: Bindings) -> Bindings {
        let mut bindings = bindings;
        for parameter in self.tree(function.file).functions[function.id].type_parameters.iter().map(|one| function.to(*one)) {
            if bindings.get(parameter).is_none()
                && let Some(default) = self.default_of(parameter)
            {
                bindings = bindings.with(vec![(parameter, self.evaluate(default, &bindings))]);
            }
        }
        bindings
    }

    /// The signature that arguments fit by their number and by literals.
    pub(super) fn chosen(&self, signatures: &[Signature], arguments: &[At<ExpressionId>]) -> Option<Signature> {
        let fits = |(function, _): &&Signature| {
            let tree = self.tree(function.file);
            let row = &tree.functions[function.id];
            let most = if row.has_rest { usize::MAX } else { row.parameters.len() };
            let by_literal = row.parameters.iter().zip(arguments).all(|(parameter, argument)| {
                let Source::Parameter { annotation: Some(node), .. } = tree.patterns[*parameter].source else { return true };
                let TypeNode::Text(wanted) = &tree.types[node] else { return true };
                !matches!(&self.tree(argument.file).expressions[argument.id], Expression::Text(given) if given != wanted)
            });
            arguments.len() <= most && by_literal
        };
        signatures.iter().find(fits).or_else(|| signatures.first()).cloned()
    }

    /// Type arguments that follow from a call's arguments.
    fn inferred(
        &self,
        (function, _): &Signature,
        parameters: &[SymbolAt],
        arguments: &[At<ExpressionId>],
        with_callbacks: bool,
    ) -> Vec<(SymbolAt, Type)> {
        let tree = self.tree(function.file);
        let mut bound = Vec::new();
        let outer = self.is_without_callbacks.replace(!with_callbacks);
        let takes = |argument: &At<ExpressionId>| matches!(self.tree(argument.file).expressions[argument.id], Expression::Function(_));
        for is_callback in [false, true] {
            if is_callback && !with_callbacks {
                break;
            }
            for (at, argument) in arguments.iter().enumerate() {
                if takes(argument) != is_callback {
                    continue;
                }
                let last = tree.functions[function.id].parameters.len().saturating_sub(1);
                let Some(pattern) = tree.functions[function.id].parameters.get(at.min(last)) else { continue };
                let Source::Parameter { annotation: Some(node), is_rest, .. } = tree.patterns[*pattern].source else { continue };
                let given = self.expression_type(*argument);
                if is_rest {
                    if let TypeNode::Array(element) = tree.types[node] {
                        self.unify(function.to(element), &given, parameters, &mut bound, 0);
                    }
                } else if at <= last {
                    self.unify(function.to(node), &given, parameters, &mut bound, 0);
                }
            }
        }
        self.is_without_callbacks.set(outer);
        bound
    }

    /// What a call of a function gives.
    pub(super) fn returned(&self, function: At<FunctionId>, bindings: &Bindings, owner: &Type) -> Type {
        let tree = self.tree(function.file);
        let row = &tree.functions[function.id];
        if let Some(node) = row.returns {
            if matches!(tree.types[node], TypeNode::This(_)) && !owner.is_unknown() {
                return owner.clone();
            }
            return self.evaluate(function.to(node), bindings);
        }
        if !row.has_body {
            return Type::Unknown;
        }
        let found = self.guarded(Pending::Returned(function), Type::Unknown, || {
            let types = row.results.iter().map(|result| self.widened_result(function.to(*result)));
            let types: Vec<Type> = types.filter(|one| !one.is_unknown()).collect();
            if types.is_empty() && !row.results.is_empty() { Type::Unknown } else { Type::either(types) }
        });
        let found = self.substitute(&found, bindings);
        if row.is_generator {
            let yields = row.yields.iter().map(|one| self.expression_type(function.to(*one))).filter(|one| !one.is_unknown());
            return self.library_type("Generator", [Type::either(yields)]);
        }
        if row.is_async { self.library_type("Promise", [self.awaited(&found)]) } else { found }
    }

    fn widened_result(&self, result: At<ExpressionId>) -> Type {
        self.expression_type(result)
    }
}
