//! What is expected of an expression where it stands.

use std::rc::Rc;

use super::{
    tree::*,
    types::{Bindings, SymbolAt, Type},
    world::{At, Pending, World},
};

impl World<'_> {
    /// What type is expected of an expression; unknown when nothing says.
    pub(super) fn expected(&self, at: At<ExpressionId>) -> Type {
        self.guarded(Pending::Expected(at), Type::Unknown, || self.expected_here(at))
    }

    fn expected_here(&self, at: At<ExpressionId>) -> Type {
        let tree = self.tree(at.file);
        match tree.contexts[at.id] {
            Context::Nothing => Type::Unknown,
            Context::Annotation(node) => self.evaluate(at.to(node), &Bindings::default()),
            Context::Argument(call, index) => self.expected_argument(at.to(call), index),
            Context::Return(function) => self.expected_result(at.to(function)),
            Context::Property(member) => {
                let row = &tree.members[member];
                if let Some(annotation) = row.annotation {
                    return self.evaluate(at.to(annotation), &Bindings::default());
                }
                match tree.shapes[row.shape].expression {
                    Some(object) => {
                        let around = self.expected_members(at.to(object));
                        if around.is_unknown() { around } else { self.property_type(&around, &row.name) }
                    }
                    None => Type::Unknown,
                }
            }
            Context::Within(object) => self.expected(at.to(object)),
            Context::ElementOf(array, index) => {
                let array = self.expected(at.to(array));
                self.element_at(&array, index)
            }
            Context::Among(array) => match self.expected(at.to(array)) {
                tuple @ Type::Tuple(_) => self.library_type("Array", [self.element_type(&tuple)]),
                array => array,
            },
            Context::AssignedTo(target) => self.expression_type(at.to(target)),
            Context::Compared(other) => self.expression_type(at.to(other)),
            Context::Pattern(pattern) => self.expected_of_pattern(at.to(pattern)),
            Context::Same(outer) => self.expected(at.to(outer)),
            Context::Instead(outer, other) => {
                let expected = self.expected(at.to(outer));
                if expected.is_unknown() { self.expression_type(at.to(other)) } else { expected }
            }
            Context::Awaited(outer) => self.expected(at.to(outer)),
            Context::Attributes(element) => self.expected_members(at.to(element)),
            Context::KeyOf(object) => Type::KeyOf(Rc::new(self.expression_type(at.to(object)))),
        }
    }

    /// Where an object's members or an element's attributes are expected.
    pub(super) fn expected_members(&self, at: At<ExpressionId>) -> Type {
        match self.tree(at.file).expressions[at.id] {
            Expression::Markup { tag } => tag.map_or(Type::Unknown, |tag| self.attributes_of(at.to(tag))),
            _ => self.expected(at),
        }
    }

    /// What a component takes.
    fn attributes_of(&self, tag: At<ExpressionId>) -> Type {
        let component = self.expression_type(tag);
        if let Some((function, bindings)) = self.signatures(&component).into_iter().next() {
            let parameters = &self.tree(function.file).functions[function.id].parameters;
            return parameters.first().map_or(Type::Unknown, |first| self.substitute(&self.pattern_type(function.to(*first)), &bindings));
        }
        let made = self.constructed(&component, &[], &[]);
        if made.is_unknown() {
            return made;
        }
        let attributes = self.property_type(&made, "props");
        if !attributes.is_unknown() {
            return attributes;
        }
        // `class extends Component<Props>` where Component is a library's.
        if let Type::Named(symbol, _) = made {
            for shape in self.shapes_of(symbol) {
                if let Some((_, arguments)) = &self.tree(shape.file).shapes[shape.id].superclass
                    && let Some(first) = arguments.first()
                {
                    return self.evaluate(shape.to(*first), &Bindings::default());
                }
            }
        }
        Type::Unknown
    }

    fn expected_argument(&self, call: At<ExpressionId>, index: u32) -> Type {
        let tree = self.tree(call.file);
        let (signatures, arguments, types) = match &tree.expressions[call.id] {
            Expression::Call { callee, arguments, types } => {
                let signatures = if let Expression::Super(Owner::Class(shape, false)) = tree.expressions[*callee] {
                    let superclass = tree.shapes[shape].superclass.as_ref().map(|(superclass, _)| *superclass);
                    superclass.map(|superclass| self.constructors(&self.expression_type(call.to(superclass)))).unwrap_or_default()
                } else {
                    self.signatures(&self.expression_type(call.to(*callee)))
                };
                (signatures, arguments, types)
            }
            Expression::New { callee, arguments, types } => {
                let callee = self.expression_type(call.to(*callee));
                let mut signatures = self.constructors(&callee);
                // `new Class<T>(…)`: the class's own parameters.
                if let Type::Value(symbol) = callee
                    && !types.is_empty()
                {
                    let given: Vec<Type> = types.iter().map(|node| self.evaluate(call.to(*node), &Bindings::default())).collect();
                    for (_, bindings) in &mut signatures {
                        for shape in self.shapes_of(symbol) {
                            *bindings = bindings.with(self.named_bindings(shape, &given).entries());
                        }
                    }
                }
                (signatures, arguments, types)
            }
            _ => return Type::Unknown,
        };
        let arguments: Vec<At<ExpressionId>> = arguments.iter().map(|argument| call.to(*argument)).collect();
        let explicit: Vec<Type> = types.iter().map(|node| self.evaluate(call.to(*node), &Bindings::default())).collect();
        let Some(signature) = self.chosen(&signatures, &arguments) else { return Type::Unknown };
        let (function, _) = signature;
        let row = &self.tree(function.file).functions[function.id];
        let last = row.parameters.len().saturating_sub(1);
        let at = index as usize;
        let Some(pattern) = row.parameters.get(at.min(last)).filter(|_| at <= last || row.has_rest) else { return Type::Unknown };
        let Source::Parameter { annotation, is_rest, .. } = self.tree(function.file).patterns[*pattern].source else {
            return Type::Unknown;
        };
        // Not from this argument itself: that would go in a circle.
        let others: Vec<At<ExpressionId>> = arguments
            .iter()
            .enumerate()
            .map(|(other, argument)| {
                let is_object = matches!(tree.expressions[argument.id], Expression::Object(_));
                if other == at && !is_object { call.to(ExpressionId::FIRST) } else { *argument }
            })
            .collect();
        let bindings = self.given_bindings(&signature, &explicit, &others, false);
        let bindings = self.with_defaults(function, self.bound_by_result(call, function, bindings));
        let found = match annotation {
            Some(node) => self.evaluate(function.to(node), &bindings),
            None => self.substitute(&self.pattern_type(function.to(*pattern)), &bindings),
        };
        let found = if let Type::Parameter(parameter) = &found {
            // Nothing else says what it is: at least its constraint.
            let constraint = self.constraint(*parameter);
            if constraint.is_unknown() { Type::Unknown } else { self.substitute(&constraint, &bindings) }
        } else {
            found
        };
        if is_rest { self.element_at(&found, crate::names::offset(at - last.min(at))) } else { found }
    }

    /// What a call's result should be says what its type parameters stand for, where its arguments don't.
    fn bound_by_result(&self, call: At<ExpressionId>, function: At<FunctionId>, bindings: Bindings) -> Bindings {
        let row = &self.tree(function.file).functions[function.id];
        let Some(returns) = row.returns else { return bindings };
        let open: Vec<SymbolAt> =
            row.type_parameters.iter().map(|one| function.to(*one)).filter(|one| bindings.get(*one).is_none()).collect();
        if open.is_empty() {
            return bindings;
        }
        let expected = self.expected(call);
        let mut bound = Vec::new();
        self.unify(function.to(returns), &expected, &open, &mut bound, 0);
        bindings.with(bound)
    }

    fn expected_result(&self, function: At<FunctionId>) -> Type {
        let row = &self.tree(function.file).functions[function.id];
        let result = match row.returns {
            Some(node) => self.evaluate(function.to(node), &Bindings::default()),
            None => {
                let expected = self.expected_function(function);
                let signature = self.signatures(&expected).into_iter().next();
                match signature {
                    Some((signature, bindings)) if self.tree(signature.file).functions[signature.id].returns.is_some() => {
                        self.returned(signature, &bindings, &Type::Unknown)
                    }
                    _ => return Type::Unknown,
                }
            }
        };
        let result = if let Type::Parameter(symbol) = result { self.constraint(symbol) } else { result };
        if row.is_async {
            return self.awaited(&result);
        }
        if row.is_generator { self.element_type(&result) } else { result }
    }

    /// What is expected of a function expression or an object's method.
    fn expected_function(&self, function: At<FunctionId>) -> Type {
        let tree = self.tree(function.file);
        let row = &tree.functions[function.id];
        if let Some(expression) = row.expression {
            return self.expected(function.to(expression));
        }
        let Some(member) = row.member else { return Type::Unknown };
        let member = &tree.members[member];
        match tree.shapes[member.shape].expression {
            Some(object) if tree.shapes[member.shape].kind == ShapeKind::Object && member.kind == MemberKind::Method => {
                let around = self.expected(function.to(object));
                if around.is_unknown() { around } else { self.property_type(&around, &member.name) }
            }
            _ => Type::Unknown,
        }
    }

    /// What a parameter without a type is, by what is expected of its function.
    pub(super) fn expected_parameter(&self, function: At<FunctionId>, index: u32, is_rest: bool) -> Type {
        let expected = self.expected_function(function);
        let mut found = Vec::new();
        for (signature, bindings) in self.signatures(&expected) {
            let row = &self.tree(signature.file).functions[signature.id];
            let last = row.parameters.len().saturating_sub(1);
            let at = index as usize;
            let Some(pattern) = row.parameters.get(at.min(last)).filter(|_| at <= last || row.has_rest) else { continue };
            if signature == function {
                continue;
            }
            let one = match self.tree(signature.file).patterns[*pattern].source {
                Source::Parameter { annotation: Some(node), .. } => self.evaluate(signature.to(node), &bindings),
                _ => self.substitute(&self.pattern_type(signature.to(*pattern)), &bindings),
            };
            let is_last_rest = row.has_rest && at >= last;
            let one = match (is_last_rest, is_rest) {
                (true, false) => self.element_at(&one, crate::names::offset(at - last)),
                (false, true) => self.library_type("Array", [one]),
                _ => one,
            };
            if !one.is_unknown() {
                found.push(one);
            }
        }
        if found.is_empty() { Type::Unknown } else { Type::either(found) }
    }

    /// What a pattern's first value or default should be.
    fn expected_of_pattern(&self, pattern: At<PatternId>) -> Type {
        let row = &self.tree(pattern.file).patterns[pattern.id];
        match row.source {
            Source::Variable { annotation: None, .. } | Source::Value(_) => match row.target {
                Some(target) => self.expression_type(pattern.to(target)),
                None => Type::Unknown,
            },
            Source::Parameter { function, index, is_rest, annotation: None, .. } => {
                self.expected_parameter(pattern.to(function), index, is_rest)
            }
            _ => self.pattern_source_type(pattern),
        }
    }
}
