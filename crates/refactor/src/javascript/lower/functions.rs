//! Functions, their parameters and what they give back.

use oxc_ast::ast::{self, ArrowFunctionBody, FormalParameters, TSThisParameter, TSType, TSTypeParameterDeclaration};
use oxc_span::Span as Bytes;

use super::{declarations::Declaration, patterns::Declaring, *};

/// What is around a function.
#[derive(Clone, Copy, Default)]
pub(super) struct Around {
    pub expression: Option<ExpressionId>,
    pub member: Option<MemberId>,
    /// Where parameters with `public` and the like become members.
    pub class: Option<ShapeId>,
}

/// The parts that all functions, signatures and function types have.
pub(super) struct Head<'h, 'a> {
    pub type_parameters: Option<&'h TSTypeParameterDeclaration<'a>>,
    pub this_param: Option<&'h TSThisParameter<'a>>,
    pub params: &'h FormalParameters<'a>,
    pub returns: Option<&'h TSType<'a>>,
    pub span: Bytes,
}

impl Lower<'_> {
    /// A function with its body. Its own name, when it is an expression's, is declared by the caller.
    pub(super) fn function(&mut self, function: &ast::Function<'_>, around: Around, owner: Option<Owner>) -> FunctionId {
        let id = self.tree.functions.push(Function {
            is_async: function.r#async,
            is_generator: function.generator,
            expression: around.expression,
            member: around.member,
            has_body: function.body.is_some(),
            ..Function::default()
        });
        let head = Head {
            type_parameters: function.type_parameters.as_deref(),
            this_param: function.this_param.as_deref(),
            params: &function.params,
            returns: function.return_type.as_ref().map(|annotation| &annotation.type_annotation),
            span: function.span,
        };
        let owner = owner.unwrap_or(Owner::Function(id));
        self.deeper(
            |_| (),
            |lower| {
                lower.owned(owner, |lower| {
                    lower.with_head(id, &head, around.class, |lower| {
                        if let Some(body) = &function.body {
                            lower.statements(&body.statements);
                            lower.directives(&body.directives);
                        }
                    });
                });
            },
        );
        self.document_function(id, function.span.start);
        id
    }

    pub(super) fn arrow(&mut self, arrow: &ast::ArrowFunctionExpression<'_>, expression: ExpressionId) -> FunctionId {
        let id = self.tree.functions.push(Function {
            is_async: arrow.r#async,
            expression: Some(expression),
            has_body: true,
            ..Function::default()
        });
        let head = Head {
            type_parameters: arrow.type_parameters.as_deref(),
            this_param: None,
            params: &arrow.params,
            returns: arrow.return_type.as_ref().map(|annotation| &annotation.type_annotation),
            span: arrow.span,
        };
        self.with_head(id, &head, None, |lower| match &arrow.body {
            ArrowFunctionBody::FunctionBody(body) => {
                lower.statements(&body.statements);
                lower.directives(&body.directives);
            }
            other => {
                if let Some(body) = other.as_expression() {
                    let result = lower.expression(body, Context::Return(id));
                    lower.tree.functions[id].results.push(result);
                }
            }
        });
        self.document_function(id, arrow.span.start);
        id
    }

    /// A signature without a body.
    pub(super) fn signature(&mut self, head: &Head<'_, '_>, member: Option<MemberId>) -> FunctionId {
        let id = self.tree.functions.push(Function { member, ..Function::default() });
        self.with_head(id, head, None, |_| ());
        self.document_function(id, head.span.start);
        id
    }

    fn with_head(&mut self, id: FunctionId, head: &Head<'_, '_>, class: Option<ShapeId>, body: impl FnOnce(&mut Self)) {
        let outer = self.function.replace(id);
        let labels = std::mem::take(&mut self.labels);
        self.scoped(ScopeKind::Function, head.span, |lower| {
            lower.tree.functions[id].scope = Some(lower.scope);
            if let Some(declared) = head.type_parameters {
                lower.tree.functions[id].type_parameters = lower.type_parameters(declared);
            }
            if let Some(annotation) = head.this_param.and_then(|this| this.type_annotation.as_ref()) {
                lower.tree.functions[id].this_type = Some(lower.type_node(&annotation.type_annotation));
            }
            lower.parameters(id, head.params, class);
            if let Some(returns) = head.returns {
                lower.returns(id, returns);
            }
            body(lower);
        });
        self.labels = labels;
        self.function = outer;
    }

    fn returns(&mut self, id: FunctionId, returns: &TSType<'_>) {
        if let TSType::TSTypePredicate(predicate) = returns {
            let kind = predicate.type_annotation.as_ref().map(|annotation| self.type_node(&annotation.type_annotation));
            if let ast::TSTypePredicateName::Identifier(name) = &predicate.parameter_name {
                self.used(&name.name, self.at(name.span), Meaning::VALUE, false);
                if let Some(kind) = kind {
                    self.tree.functions[id].guards = Some((self.name(&name.name), kind));
                }
            }
            let node = self.add_type(TypeNode::Predicate);
            self.tree.functions[id].returns = Some(node);
            return;
        }
        let node = self.type_node(returns);
        self.tree.functions[id].returns = Some(node);
    }

    fn parameters(&mut self, id: FunctionId, parameters: &FormalParameters<'_>, class: Option<ShapeId>) {
        let how = Declaring { scope: self.scope, is_exported: false, is_hoisted: true, is_parameter: true, is_constant: false };
        for (at, parameter) in parameters.items.iter().enumerate() {
            for decorator in &parameter.decorators {
                self.expression(&decorator.expression, Context::Nothing);
            }
            let annotation = parameter.type_annotation.as_ref().map(|annotation| self.type_node(&annotation.type_annotation));
            let source = Source::Parameter { function: id, index: crate::names::offset(at), is_rest: false, annotation, value: None };
            let pattern = self.binding(&parameter.pattern, source, how);
            if let Some(initializer) = &parameter.initializer {
                let context = annotation.map_or(Context::Pattern(pattern), Context::Annotation);
                let value = self.expression(initializer, context);
                if let Source::Parameter { value: slot, .. } = &mut self.tree.patterns[pattern].source {
                    *slot = Some(value);
                }
            }
            self.tree.functions[id].parameters.push(pattern);
            let is_property = parameter.accessibility.is_some() || parameter.readonly || parameter.r#override;
            if let Some(class) = class
                && is_property
            {
                self.parameter_property(class, pattern, annotation, parameter.optional);
            }
        }
        if let Some(rest) = &parameters.rest {
            let annotation = rest.type_annotation.as_ref().map(|annotation| self.type_node(&annotation.type_annotation));
            let index = crate::names::offset(parameters.items.len());
            let source = Source::Parameter { function: id, index, is_rest: true, annotation, value: None };
            let pattern = self.binding(&rest.rest.argument, source, how);
            self.tree.functions[id].parameters.push(pattern);
            self.tree.functions[id].has_rest = true;
        }
    }

    fn parameter_property(&mut self, class: ShapeId, pattern: PatternId, annotation: Option<TypeId>, is_optional: bool) {
        let Some(symbol) = self.tree.patterns[pattern].symbol else { return };
        let name = self.tree.symbols[symbol].name.clone();
        let spot = self.tree.symbols[symbol].spots.last().copied();
        let member = self.tree.members.push(Member {
            name,
            spot,
            shape: class,
            kind: MemberKind::Parameter,
            is_static: false,
            is_private: false,
            is_optional,
            annotation,
            value: None,
            function: None,
            parameter: Some(symbol),
        });
        self.tree.shapes[class].members.push(member);
    }

    /// Type parameters, declared in the scope at hand.
    pub(super) fn type_parameters(&mut self, declared: &TSTypeParameterDeclaration<'_>) -> Vec<SymbolId> {
        let mut symbols = Vec::new();
        for parameter in &declared.params {
            let declaration = Declaration::new(Meaning::TYPE, Declared::TypeParameter { constraint: None, default: None });
            symbols.push(self.declare(self.scope, &parameter.name.name, self.at(parameter.name.span), declaration));
        }
        for (symbol, parameter) in symbols.iter().zip(&declared.params) {
            let constraint = parameter.constraint.as_ref().map(|node| self.type_node(node));
            let default = parameter.default.as_ref().map(|node| self.type_node(node));
            self.tree.symbols[*symbol].declared = vec![Declared::TypeParameter { constraint, default }];
        }
        symbols
    }
}
