//! Expressions.

use oxc_ast::ast::{self, ArrayExpressionElement, ChainElement};
use oxc_span::GetSpan;
use oxc_syntax::operator::{AssignmentOperator, BinaryOperator, LogicalOperator};

use super::{functions::Around, *};

impl Lower<'_> {
    pub(super) fn expression(&mut self, expression: &ast::Expression<'_>, context: Context) -> ExpressionId {
        self.deeper(Self::unknown, |lower| lower.expression_here(expression, context))
    }

    fn expression_here(&mut self, expression: &ast::Expression<'_>, context: Context) -> ExpressionId {
        use ast::Expression as E;
        match expression {
            E::BooleanLiteral(_) => self.add(Expression::Boolean, context),
            E::NullLiteral(_) => self.add(Expression::Nothing, context),
            E::NumericLiteral(_) => self.add(Expression::Number, context),
            E::BigIntLiteral(_) => self.add(Expression::BigInt, context),
            E::RegExpLiteral(_) => self.add(Expression::Regex, context),
            E::StringLiteral(text) => self.text(&text.value, text.span, context),
            E::TemplateLiteral(template) => self.template(template, context),
            E::Identifier(name) => {
                let spot = self.used(&name.name, self.at(name.span), Meaning::VALUE, false);
                self.add(Expression::Name(spot), context)
            }
            E::Super(_) => self.add(Expression::Super(self.owner), context),
            E::ThisExpression(_) => self.add(Expression::This(self.owner), context),
            E::ArrayExpression(array) => self.array(array, context),
            E::ArrowFunctionExpression(arrow) => {
                let id = self.add(Expression::Unknown, context);
                let function = self.arrow(arrow, id);
                self.tree.expressions[id] = Expression::Function(function);
                id
            }
            E::FunctionExpression(function) => self.function_expression(function, context),
            E::ClassExpression(class) => {
                let id = self.add(Expression::Unknown, context);
                let shape = self.class_expression(class);
                self.tree.shapes[shape].expression = Some(id);
                self.tree.expressions[id] = Expression::Class(shape);
                id
            }
            E::ObjectExpression(object) => self.object(object, context),
            E::AssignmentExpression(assignment) => self.assignment(assignment, context),
            E::AwaitExpression(inner) => {
                let id = self.unknown();
                self.tree.contexts[id] = context;
                let value = self.expression(&inner.argument, Context::Awaited(id));
                self.tree.expressions[id] = Expression::Await(value);
                id
            }
            E::BinaryExpression(binary) => self.binary(binary, context),
            E::LogicalExpression(logical) => {
                let id = self.add(Expression::Unknown, context);
                let left = self.expression(&logical.left, Context::Same(id));
                let within = self.at(logical.right.span());
                match logical.operator {
                    LogicalOperator::And => self.facts(left, true, within),
                    LogicalOperator::Or => self.facts(left, false, within),
                    LogicalOperator::Coalesce => {}
                }
                let around = if logical.operator == LogicalOperator::And { Context::Same(id) } else { Context::Instead(id, left) };
                let right = self.expression(&logical.right, around);
                let both =
                    if logical.operator == LogicalOperator::And { Expression::And(left, right) } else { Expression::Either(left, right) };
                self.tree.expressions[id] = both;
                id
            }
            E::ConditionalExpression(conditional) => {
                let id = self.add(Expression::Unknown, context);
                let test = self.expression(&conditional.test, Context::Nothing);
                let (then, otherwise) = (self.at(conditional.consequent.span()), self.at(conditional.alternate.span()));
                self.facts(test, true, then);
                self.facts(test, false, otherwise);
                let then = self.expression(&conditional.consequent, Context::Same(id));
                let otherwise = self.expression(&conditional.alternate, Context::Same(id));
                self.tree.expressions[id] = Expression::Either(then, otherwise);
                id
            }
            E::CallExpression(call) => self.call(call, context),
            E::NewExpression(new) => {
                let id = self.add(Expression::Unknown, context);
                let callee = self.expression(&new.callee, Context::Nothing);
                let types = self.type_arguments(new.type_arguments.as_deref());
                self.tree.expressions[id] = Expression::New { callee, arguments: Vec::new(), types };
                let arguments = self.arguments(&new.arguments, id);
                if let Expression::New { arguments: slot, .. } = &mut self.tree.expressions[id] {
                    *slot = arguments;
                }
                id
            }
            E::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call(call, context),
                ChainElement::TSNonNullExpression(inner) => self.expression(&inner.expression, context),
                other => match other.as_member_expression() {
                    Some(member) => self.member_expression(member, context, false),
                    None => self.unknown(),
                },
            },
            E::ImportExpression(import) => self.import_expression(import, context),
            E::ParenthesizedExpression(inner) => self.expression(&inner.expression, context),
            E::SequenceExpression(sequence) => {
                let id = self.add(Expression::Unknown, context);
                let last = sequence.expressions.len().saturating_sub(1);
                for (at, part) in sequence.expressions.iter().enumerate() {
                    let part = self.expression(part, if at == last { Context::Same(id) } else { Context::Nothing });
                    self.tree.expressions[id] = Expression::Same(part);
                }
                id
            }
            E::TaggedTemplateExpression(tagged) => {
                let id = self.add(Expression::Unknown, context);
                let callee = self.expression(&tagged.tag, Context::Nothing);
                let types = self.type_arguments(tagged.type_arguments.as_deref());
                self.tree.expressions[id] = Expression::Call { callee, arguments: Vec::new(), types };
                for part in &tagged.quasi.quasis {
                    let span = self.at(part.span);
                    self.tree.strings.push(span);
                }
                // The texts come first, then what stands between them.
                let mut arguments = vec![ExpressionId::FIRST];
                for (at, part) in tagged.quasi.expressions.iter().enumerate() {
                    arguments.push(self.expression(part, Context::Argument(id, crate::names::offset(at + 1))));
                }
                if let Expression::Call { arguments: slot, .. } = &mut self.tree.expressions[id] {
                    *slot = arguments;
                }
                id
            }
            E::UnaryExpression(unary) => {
                let argument = self.expression(&unary.argument, Context::Nothing);
                let kind = match unary.operator {
                    oxc_syntax::operator::UnaryOperator::LogicalNot => Expression::Not(argument),
                    oxc_syntax::operator::UnaryOperator::Typeof => Expression::Typeof,
                    oxc_syntax::operator::UnaryOperator::Void => Expression::Nothing,
                    oxc_syntax::operator::UnaryOperator::Delete => Expression::Boolean,
                    _ => Expression::Number,
                };
                self.add(kind, context)
            }
            E::UpdateExpression(update) => {
                self.simple_target(&update.argument, Context::Nothing);
                self.add(Expression::Number, context)
            }
            E::YieldExpression(inner) => {
                if let Some(argument) = &inner.argument {
                    let value = self.expression(argument, Context::Nothing);
                    if let Some(function) = self.function {
                        self.tree.functions[function].yields.push(value);
                    }
                }
                self.unknown()
            }
            E::PrivateInExpression(inner) => {
                let object = self.expression(&inner.right, Context::Nothing);
                let span = self.at(inner.left.span);
                self.spot(&format!("#{}", inner.left.name), span, SpotKind::Member { object, is_write: false });
                self.add(Expression::Boolean, context)
            }
            E::ImportMeta(_) | E::NewTarget(_) => self.unknown(),
            E::JSXElement(element) => self.element(element, context),
            E::JSXFragment(fragment) => {
                self.children(&fragment.children);
                self.unknown()
            }
            E::TSAsExpression(inner) => self.assertion(&inner.expression, &inner.type_annotation, context),
            E::TSTypeAssertion(inner) => self.assertion(&inner.expression, &inner.type_annotation, context),
            E::TSSatisfiesExpression(inner) => {
                let node = self.type_node(&inner.type_annotation);
                let value = self.expression(&inner.expression, Context::Annotation(node));
                self.add(Expression::Same(value), context)
            }
            E::TSNonNullExpression(inner) => {
                let id = self.add(Expression::Unknown, context);
                let value = self.expression(&inner.expression, Context::Same(id));
                self.tree.expressions[id] = Expression::NonNull(value);
                id
            }
            E::TSInstantiationExpression(inner) => {
                self.type_arguments(Some(&inner.type_arguments));
                let value = self.expression(&inner.expression, Context::Nothing);
                self.add(Expression::Same(value), context)
            }
            E::V8IntrinsicExpression(_) => self.unknown(),
            other => match other.as_member_expression() {
                Some(member) => self.member_expression(member, context, false),
                None => self.unknown(),
            },
        }
    }

    pub(super) fn text(&mut self, value: &str, span: oxc_span::Span, context: Context) -> ExpressionId {
        let name = self.name(value);
        let id = self.add(Expression::Text(name), context);
        let span = self.within_quotes(span);
        self.tree.strings.push(span);
        self.spot(value, span, SpotKind::Text { expression: id });
        id
    }

    fn template(&mut self, template: &ast::TemplateLiteral<'_>, context: Context) -> ExpressionId {
        if let [only] = template.quasis.as_slice()
            && let Some(value) = only.value.cooked
        {
            return self.text(&value, template.span, context);
        }
        for part in &template.quasis {
            let span = self.at(part.span);
            self.tree.strings.push(span);
        }
        for part in &template.expressions {
            self.expression(part, Context::Nothing);
        }
        self.add(Expression::Template, context)
    }

    fn array(&mut self, array: &ast::ArrayExpression<'_>, context: Context) -> ExpressionId {
        let id = self.add(Expression::Unknown, context);
        let mut elements = Vec::new();
        for (at, element) in array.elements.iter().enumerate() {
            let element = match element {
                ArrayExpressionElement::SpreadElement(spread) => {
                    let value = self.expression(&spread.argument, Context::Among(id));
                    self.add(Expression::Spread(value), Context::Nothing)
                }
                other => match other.as_expression() {
                    Some(element) => self.expression(element, Context::ElementOf(id, crate::names::offset(at))),
                    None => self.add(Expression::Nothing, Context::Nothing),
                },
            };
            elements.push(element);
        }
        self.tree.expressions[id] = Expression::Array(elements);
        id
    }

    fn function_expression(&mut self, function: &ast::Function<'_>, context: Context) -> ExpressionId {
        let id = self.add(Expression::Unknown, context);
        let around = Around { expression: Some(id), ..Around::default() };
        let lowered = match &function.id {
            None => self.function(function, around, None),
            Some(name) => self.scoped(ScopeKind::Block, function.span, |lower| {
                let declaration = super::declarations::Declaration::new(Meaning::VALUE, Declared::Unknown);
                let symbol = lower.declare(lower.scope, &name.name, lower.at(name.span), declaration);
                let lowered = lower.function(function, around, None);
                lower.tree.symbols[symbol].declared = vec![Declared::Function(lowered)];
                lower.tree.functions[lowered].symbol = Some(symbol);
                lowered
            }),
        };
        self.tree.expressions[id] = Expression::Function(lowered);
        id
    }

    fn assertion(&mut self, value: &ast::Expression<'_>, node: &ast::TSType<'_>, context: Context) -> ExpressionId {
        if let ast::TSType::TSTypeReference(reference) = node
            && let ast::TSTypeName::IdentifierReference(name) = &reference.type_name
            && name.name == "const"
        {
            let id = self.add(Expression::Unknown, context);
            let value = self.expression(value, Context::Same(id));
            self.tree.expressions[id] = Expression::Constant(value);
            return id;
        }
        let node = self.type_node(node);
        let value = self.expression(value, Context::Annotation(node));
        self.tree.contexts[value] = Context::Annotation(node);
        self.add(Expression::Assertion(node), context)
    }

    /// Chains of operators lean left: they are walked, not descended.
    fn binary(&mut self, binary: &ast::BinaryExpression<'_>, context: Context) -> ExpressionId {
        let mut rights = vec![(&binary.right, binary.operator)];
        let mut left = &binary.left;
        while let ast::Expression::BinaryExpression(inner) = left {
            rights.push((&inner.right, inner.operator));
            left = &inner.left;
        }
        let mut at = self.expression(left, Context::Nothing);
        while let Some((right, operator)) = rights.pop() {
            let is_compared = matches!(
                operator,
                BinaryOperator::Equality | BinaryOperator::Inequality | BinaryOperator::StrictEquality | BinaryOperator::StrictInequality
            );
            let right = self.expression(right, if is_compared { Context::Compared(at) } else { Context::Nothing });
            if is_compared {
                self.tree.contexts[at] = Context::Compared(right);
            } else if operator == BinaryOperator::In && matches!(self.tree.expressions[at], Expression::Text(_)) {
                self.text_in(at, right);
            }
            let kind = match operator {
                BinaryOperator::Addition => Expression::Template,
                BinaryOperator::Instanceof => Expression::InstanceOf(at, right),
                BinaryOperator::In => Expression::Boolean,
                _ if is_compared || operator.is_compare() => Expression::Boolean,
                _ => Expression::Number,
            };
            at = self.add(kind, Context::Nothing);
        }
        self.tree.contexts[at] = context;
        at
    }

    /// `"name" in object`: the text is a member's name.
    fn text_in(&mut self, text: ExpressionId, object: ExpressionId) {
        let found = self.tree.spots.iter().rev().find(|(_, spot)| matches!(spot.kind, SpotKind::Text { expression } if expression == text));
        if let Some((spot, _)) = found {
            self.tree.spots[spot].kind = SpotKind::In { object };
        }
    }

    fn assignment(&mut self, assignment: &ast::AssignmentExpression<'_>, context: Context) -> ExpressionId {
        if assignment.left.as_assignment_target_pattern().is_some() {
            let id = self.add(Expression::Unknown, context);
            let value = self.expression(&assignment.right, Context::Same(id));
            let pattern = self.target(&assignment.left, Source::Value(value));
            self.tree.contexts[value] = Context::Pattern(pattern);
            self.tree.expressions[id] = Expression::Same(value);
            return id;
        }
        let Some(simple) = assignment.left.as_simple_assignment_target() else { return self.unknown() };
        let target = self.simple_target(simple, Context::Nothing);
        let value = self.expression(&assignment.right, Context::AssignedTo(target));
        if assignment.operator == AssignmentOperator::Assign {
            self.member_assigned(target, value);
        }
        if assignment.operator.is_logical() {
            return self.add(Expression::Either(target, value), context);
        }
        self.add(Expression::Same(value), Context::Nothing)
    }
}
