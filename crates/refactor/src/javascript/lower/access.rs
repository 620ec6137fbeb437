//! Calls, members and objects.

use oxc_ast::ast::{self, Argument, MemberExpression, ObjectPropertyKind, PropertyKind};
use oxc_span::GetSpan;

use super::{functions::Around, *};

impl Lower<'_> {
    pub(super) fn arguments(&mut self, arguments: &[Argument<'_>], call: ExpressionId) -> Vec<ExpressionId> {
        let mut lowered = Vec::new();
        for (at, argument) in arguments.iter().enumerate() {
            let argument = match argument {
                Argument::SpreadElement(spread) => {
                    let value = self.expression(&spread.argument, Context::Nothing);
                    self.add(Expression::Spread(value), Context::Nothing)
                }
                other => match other.as_expression() {
                    Some(argument) => self.expression(argument, Context::Argument(call, crate::names::offset(at))),
                    None => self.unknown(),
                },
            };
            lowered.push(argument);
        }
        lowered
    }

    pub(super) fn call(&mut self, call: &ast::CallExpression<'_>, context: Context) -> ExpressionId {
        let id = self.add(Expression::Unknown, context);
        if let ast::Expression::Identifier(name) = &call.callee
            && name.name == "require"
            && let [Argument::StringLiteral(module)] = call.arguments.as_slice()
        {
            self.used(&name.name, self.at(name.span), Meaning::VALUE, false);
            let module = self.module_text(module);
            self.tree.expressions[id] = Expression::Require(module);
            return id;
        }
        if let ast::Expression::Identifier(name) = &call.callee
            && name.name == "eval"
        {
            self.tree.has_eval = true;
        }
        let callee = self.expression(&call.callee, Context::Nothing);
        let types = self.type_arguments(call.type_arguments.as_deref());
        self.tree.expressions[id] = Expression::Call { callee, arguments: Vec::new(), types };
        let arguments = self.arguments(&call.arguments, id);
        self.module_named_by_call(&call.callee, &call.arguments);
        self.property_defined(callee, &arguments);
        if let Expression::Call { arguments: slot, .. } = &mut self.tree.expressions[id] {
            *slot = arguments;
        }
        id
    }

    pub(super) fn member_expression(&mut self, member: &MemberExpression<'_>, context: Context, is_write: bool) -> ExpressionId {
        self.deeper(Self::unknown, |lower| lower.member_here(member, context, is_write))
    }

    fn member_here(&mut self, member: &MemberExpression<'_>, context: Context, is_write: bool) -> ExpressionId {
        match member {
            MemberExpression::StaticMemberExpression(inner) => {
                let object = self.expression(&inner.object, Context::Nothing);
                let name = self.name(&inner.property.name);
                let span = self.at(inner.property.span);
                let spot = self.spot(&name, span, SpotKind::Member { object, is_write });
                self.add(Expression::Member(object, spot), context)
            }
            MemberExpression::PrivateFieldExpression(inner) => {
                let object = self.expression(&inner.object, Context::Nothing);
                let name = self.name(&format!("#{}", inner.field.name));
                let span = self.at(inner.field.span);
                let spot = self.spot(&name, span, SpotKind::Member { object, is_write });
                self.add(Expression::Member(object, spot), context)
            }
            MemberExpression::ComputedMemberExpression(inner) => {
                let object = self.expression(&inner.object, Context::Nothing);
                let literal = match &inner.expression {
                    ast::Expression::StringLiteral(text) => Some((self.name(&text.value), text.span)),
                    ast::Expression::TemplateLiteral(template) if template.expressions.is_empty() => {
                        let value = template.quasis.first().and_then(|part| part.value.cooked);
                        value.map(|value| (self.name(&value), template.span))
                    }
                    _ => None,
                };
                if let Some((name, span)) = literal {
                    let span = self.within_quotes(span);
                    self.tree.strings.push(span);
                    let spot = self.spot(&name, span, SpotKind::Element { object, is_write });
                    return self.add(Expression::Member(object, spot), context);
                }
                let key = self.expression(&inner.expression, Context::KeyOf(object));
                self.add(Expression::Element(object, key), context)
            }
        }
    }

    pub(super) fn object(&mut self, object: &ast::ObjectExpression<'_>, context: Context) -> ExpressionId {
        let id = self.add(Expression::Unknown, context);
        let shape = self.tree.shapes.push(Shape { kind: ShapeKind::Object, expression: Some(id), ..Shape::default() });
        self.tree.expressions[id] = Expression::Object(shape);
        for property in &object.properties {
            match property {
                ObjectPropertyKind::SpreadProperty(spread) => {
                    let value = self.expression(&spread.argument, Context::Within(id));
                    self.tree.shapes[shape].spreads.push(value);
                }
                ObjectPropertyKind::ObjectProperty(property) => self.property(property, shape),
            }
        }
        id
    }

    fn property(&mut self, property: &ast::ObjectProperty<'_>, shape: ShapeId) {
        let Some((name, span)) = self.key(&property.key, property.computed) else {
            // A key worked out at run time: its value stands for itself.
            match &property.value {
                ast::Expression::FunctionExpression(function) if property.method || property.kind != PropertyKind::Init => {
                    self.function(function, Around::default(), Some(Owner::Object(shape)));
                }
                value => {
                    self.expression(value, Context::Nothing);
                }
            }
            return;
        };
        if property.shorthand {
            let member = self.new_member(shape, &name, MemberKind::Shorthand);
            let spot = self.spot(&name, span, SpotKind::Shorthand { member, scope: self.scope, symbol: None });
            let value = self.add(Expression::Name(spot), Context::Property(member));
            self.tree.members[member].spot = Some(spot);
            self.tree.members[member].value = Some(value);
            return;
        }
        let kind = match property.kind {
            PropertyKind::Get => MemberKind::Getter,
            PropertyKind::Set => MemberKind::Setter,
            PropertyKind::Init if property.method => MemberKind::Method,
            PropertyKind::Init => MemberKind::Property,
        };
        let member = self.new_member(shape, &name, kind);
        let spot = self.spot(&name, span, SpotKind::MemberDeclaration(member));
        self.tree.members[member].spot = Some(spot);
        match &property.value {
            ast::Expression::FunctionExpression(function) if kind != MemberKind::Property => {
                let around = Around { member: Some(member), ..Around::default() };
                let function = self.function(function, around, Some(Owner::Object(shape)));
                self.tree.members[member].function = Some(function);
            }
            ast::Expression::FunctionExpression(function) if function.id.is_none() => {
                let value = self.add(Expression::Unknown, Context::Property(member));
                let around = Around { expression: Some(value), ..Around::default() };
                let function = self.function(function, around, Some(Owner::Object(shape)));
                self.tree.expressions[value] = Expression::Function(function);
                self.tree.members[member].value = Some(value);
            }
            value => {
                let value = self.expression(value, Context::Property(member));
                self.tree.members[member].value = Some(value);
                if let Expression::Name(name) = self.tree.expressions[value] {
                    self.tree.pairs.push((spot, name));
                }
            }
        }
        self.document_member(member, property.span().start);
    }

    pub(super) fn new_member(&mut self, shape: ShapeId, name: &Name, kind: MemberKind) -> MemberId {
        let member = self.tree.members.push(Member {
            name: name.clone(),
            spot: None,
            shape,
            kind,
            is_static: false,
            is_private: name.starts_with('#'),
            is_optional: false,
            annotation: None,
            value: None,
            function: None,
            parameter: None,
        });
        self.tree.shapes[shape].members.push(member);
        member
    }
}
