//! Elements in code: JSX.

use oxc_ast::ast::{
    JSXAttributeItem, JSXAttributeName, JSXAttributeValue, JSXChild, JSXElement, JSXElementName, JSXExpression, JSXMemberExpression,
    JSXMemberExpressionObject,
};

use super::*;

impl Lower<'_> {
    pub(super) fn element(&mut self, element: &JSXElement<'_>, context: Context) -> ExpressionId {
        let id = self.add(Expression::Unknown, context);
        let attributes = self.tree.shapes.push(Shape { kind: ShapeKind::Attributes, expression: Some(id), ..Shape::default() });
        let tag = self.tag(&element.opening_element.name);
        self.tree.expressions[id] = Expression::Markup { tag };
        self.type_arguments(element.opening_element.type_arguments.as_deref());
        for attribute in &element.opening_element.attributes {
            self.attribute(attribute, id, attributes);
        }
        self.children(&element.children);
        if let Some(closing) = &element.closing_element {
            self.tag(&closing.name);
        }
        id
    }

    fn tag(&mut self, name: &JSXElementName<'_>) -> Option<ExpressionId> {
        match name {
            // A tag of the page, not of the code.
            JSXElementName::Identifier(_) | JSXElementName::NamespacedName(_) => None,
            JSXElementName::IdentifierReference(name) => {
                let spot = self.used(&name.name, self.at(name.span), Meaning::VALUE, false);
                Some(self.add(Expression::Name(spot), Context::Nothing))
            }
            JSXElementName::MemberExpression(member) => Some(self.tag_member(member)),
            JSXElementName::ThisExpression(_) => Some(self.add(Expression::This(self.owner), Context::Nothing)),
        }
    }

    fn tag_member(&mut self, member: &JSXMemberExpression<'_>) -> ExpressionId {
        let object = match &member.object {
            JSXMemberExpressionObject::IdentifierReference(name) => {
                let spot = self.used(&name.name, self.at(name.span), Meaning::VALUE, false);
                self.add(Expression::Name(spot), Context::Nothing)
            }
            JSXMemberExpressionObject::MemberExpression(inner) => self.deeper(Self::unknown, |lower| lower.tag_member(inner)),
            JSXMemberExpressionObject::ThisExpression(_) => self.add(Expression::This(self.owner), Context::Nothing),
        };
        let span = self.at(member.property.span);
        let spot = self.spot(&member.property.name, span, SpotKind::Member { object, is_write: false });
        self.add(Expression::Member(object, spot), Context::Nothing)
    }

    fn attribute(&mut self, attribute: &JSXAttributeItem<'_>, element: ExpressionId, shape: ShapeId) {
        match attribute {
            JSXAttributeItem::SpreadAttribute(spread) => {
                self.expression(&spread.argument, Context::Attributes(element));
            }
            JSXAttributeItem::Attribute(attribute) => {
                let member = match &attribute.name {
                    JSXAttributeName::Identifier(name) => {
                        let interned = self.name(&name.name);
                        let span = self.at(name.span);
                        let member = self.new_member(shape, &interned, MemberKind::Property);
                        let spot = self.spot(&interned, span, SpotKind::Attribute { element });
                        self.tree.members[member].spot = Some(spot);
                        Some(member)
                    }
                    JSXAttributeName::NamespacedName(_) => None,
                };
                let context = member.map_or(Context::Nothing, Context::Property);
                let value = match &attribute.value {
                    None => return,
                    Some(JSXAttributeValue::StringLiteral(text)) => Some(self.text(&text.value, text.span, context)),
                    Some(JSXAttributeValue::ExpressionContainer(container)) => self.contained(&container.expression, context),
                    Some(JSXAttributeValue::Element(inner)) => Some(self.deeper(Self::unknown, |lower| lower.element(inner, context))),
                    Some(JSXAttributeValue::Fragment(fragment)) => {
                        self.children(&fragment.children);
                        None
                    }
                };
                if let Some(member) = member {
                    self.tree.members[member].value = value;
                }
            }
        }
    }

    fn contained(&mut self, expression: &JSXExpression<'_>, context: Context) -> Option<ExpressionId> {
        expression.as_expression().map(|expression| self.expression(expression, context))
    }

    pub(super) fn children(&mut self, children: &[JSXChild<'_>]) {
        for child in children {
            match child {
                JSXChild::Text(text) => {
                    let span = self.at(text.span);
                    self.tree.strings.push(span);
                }
                JSXChild::Element(element) => {
                    self.deeper(Self::unknown, |lower| lower.element(element, Context::Nothing));
                }
                JSXChild::Fragment(fragment) => self.deeper(|_| (), |lower| lower.children(&fragment.children)),
                JSXChild::ExpressionContainer(container) => {
                    self.contained(&container.expression, Context::Nothing);
                }
                JSXChild::Spread(spread) => {
                    self.expression(&spread.expression, Context::Nothing);
                }
            }
        }
    }
}
