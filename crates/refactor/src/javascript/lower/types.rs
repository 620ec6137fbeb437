//! Types as they are written.

use oxc_ast::ast::{
    TSImportTypeQualifier, TSLiteral, TSTupleElement, TSType, TSTypeName, TSTypeOperatorOperator, TSTypeParameterInstantiation,
    TSTypeQueryExprName,
};

use super::{declarations::Declaration, functions::Head, *};

impl Lower<'_> {
    pub(super) fn type_arguments(&mut self, arguments: Option<&TSTypeParameterInstantiation<'_>>) -> Vec<TypeId> {
        arguments.map(|arguments| arguments.params.iter().map(|node| self.type_node(node)).collect()).unwrap_or_default()
    }

    pub(super) fn type_node(&mut self, node: &TSType<'_>) -> TypeId {
        self.deeper(|lower| lower.add_type(TypeNode::Unknown), |lower| lower.type_here(node))
    }

    fn type_here(&mut self, node: &TSType<'_>) -> TypeId {
        let lowered = match node {
            TSType::TSStringKeyword(_) => TypeNode::Primitive("String"),
            TSType::TSNumberKeyword(_) => TypeNode::Primitive("Number"),
            TSType::TSBooleanKeyword(_) => TypeNode::Primitive("Boolean"),
            TSType::TSBigIntKeyword(_) => TypeNode::Primitive("BigInt"),
            TSType::TSSymbolKeyword(_) => TypeNode::Primitive("Symbol"),
            TSType::TSNullKeyword(_) | TSType::TSUndefinedKeyword(_) | TSType::TSVoidKeyword(_) | TSType::TSNeverKeyword(_) => {
                TypeNode::Primitive("")
            }
            TSType::TSArrayType(array) => TypeNode::Array(self.type_node(&array.element_type)),
            TSType::TSTupleType(tuple) => TypeNode::Tuple(tuple.element_types.iter().map(|element| self.tuple_element(element)).collect()),
            TSType::TSNamedTupleMember(member) => TypeNode::Same(self.tuple_element(&member.element_type)),
            TSType::TSUnionType(union) => TypeNode::Union(union.types.iter().map(|node| self.type_node(node)).collect()),
            TSType::TSIntersectionType(both) => TypeNode::Intersection(both.types.iter().map(|node| self.type_node(node)).collect()),
            TSType::TSParenthesizedType(inner) => TypeNode::Same(self.type_node(&inner.type_annotation)),
            TSType::JSDocNullableType(inner) => TypeNode::Same(self.type_node(&inner.type_annotation)),
            TSType::JSDocNonNullableType(inner) => TypeNode::Same(self.type_node(&inner.type_annotation)),
            TSType::TSFunctionType(function) => TypeNode::Function(self.signature(
                &Head {
                    type_parameters: function.type_parameters.as_deref(),
                    this_param: function.this_param.as_deref(),
                    params: &function.params,
                    returns: Some(&function.return_type.type_annotation),
                    span: function.span,
                },
                None,
            )),
            TSType::TSConstructorType(function) => TypeNode::Constructor(self.signature(
                &Head {
                    type_parameters: function.type_parameters.as_deref(),
                    this_param: None,
                    params: &function.params,
                    returns: Some(&function.return_type.type_annotation),
                    span: function.span,
                },
                None,
            )),
            TSType::TSTypeReference(reference) => return self.type_name(&reference.type_name, reference.type_arguments.as_deref()),
            TSType::TSImportType(import) => return self.import_type(import, Meaning::TYPE),
            TSType::TSIndexedAccessType(indexed) => {
                let object = self.type_node(&indexed.object_type);
                self.indexed(object, &indexed.index_type)
            }
            TSType::TSTypeOperatorType(operator) => {
                let inner = self.type_node(&operator.type_annotation);
                if operator.operator == TSTypeOperatorOperator::Keyof { TypeNode::KeyOf(inner) } else { TypeNode::Same(inner) }
            }
            TSType::TSLiteralType(literal) => return self.literal_type(&literal.literal),
            TSType::TSTypeLiteral(literal) => {
                let shape = self.tree.shapes.push(Shape { kind: ShapeKind::Literal, ..Shape::default() });
                self.signatures(&literal.members, shape);
                TypeNode::Literal(shape)
            }
            TSType::TSThisType(_) => TypeNode::This(if let Owner::Class(shape, _) = self.owner { Some(shape) } else { None }),
            TSType::TSTypeQuery(query) => return self.query(query),
            TSType::TSConditionalType(conditional) => {
                let check = self.type_node(&conditional.check_type);
                let (extends, then) = self.scoped(ScopeKind::Type, conditional.span, |lower| {
                    (lower.type_node(&conditional.extends_type), lower.type_node(&conditional.true_type))
                });
                let otherwise = self.type_node(&conditional.false_type);
                self.texts_are_keys(check, extends);
                TypeNode::Conditional { check, extends, then, otherwise }
            }
            TSType::TSInferType(infer) => {
                let parameter = &infer.type_parameter;
                let constraint = parameter.constraint.as_ref().map(|node| self.type_node(node));
                // The same name inferred twice is the same type.
                let present =
                    self.tree.scopes[self.scope].names.get(parameter.name.name.as_str()).and_then(|symbols| symbols.first().copied());
                let symbol = match present {
                    Some(symbol) => {
                        let spot = self.spot(&parameter.name.name, self.at(parameter.name.span), SpotKind::Declaration(symbol));
                        self.tree.symbols[symbol].spots.push(spot);
                        symbol
                    }
                    None => {
                        let declaration = Declaration::new(Meaning::TYPE, Declared::TypeParameter { constraint, default: None });
                        self.declare(self.scope, &parameter.name.name, self.at(parameter.name.span), declaration)
                    }
                };
                TypeNode::Infer(symbol)
            }
            TSType::TSMappedType(mapped) => {
                let constraint = self.type_node(&mapped.constraint);
                self.scoped(ScopeKind::Type, mapped.span, |lower| {
                    let declaration = Declaration::new(Meaning::TYPE, Declared::MappedKey(constraint));
                    let key = lower.declare(lower.scope, &mapped.key.name, lower.at(mapped.key.span), declaration);
                    if let Some(name) = &mapped.name_type {
                        lower.type_node(name);
                    }
                    let value = mapped.type_annotation.as_ref().map(|node| lower.type_node(node));
                    TypeNode::Mapped { key, constraint, value }
                })
            }
            TSType::TSTemplateLiteralType(template) => {
                for part in &template.quasis {
                    let span = self.at(part.span);
                    self.tree.strings.push(span);
                }
                for node in &template.types {
                    self.type_node(node);
                }
                TypeNode::Primitive("String")
            }
            TSType::TSTypePredicate(predicate) => {
                if let Some(annotation) = &predicate.type_annotation {
                    self.type_node(&annotation.type_annotation);
                }
                TypeNode::Predicate
            }
            _ => TypeNode::Unknown,
        };
        self.add_type(lowered)
    }

    fn tuple_element(&mut self, element: &TSTupleElement<'_>) -> TypeId {
        match element {
            TSTupleElement::TSOptionalType(inner) => self.type_node(&inner.type_annotation),
            TSTupleElement::TSRestType(inner) => self.type_node(&inner.type_annotation),
            other => match other.as_ts_type() {
                Some(node) => self.type_node(node),
                None => self.add_type(TypeNode::Unknown),
            },
        }
    }

    fn literal_type(&mut self, literal: &TSLiteral<'_>) -> TypeId {
        match literal {
            TSLiteral::StringLiteral(text) => self.text_type(&text.value, text.span),
            TSLiteral::TemplateLiteral(template) => match template.quasis.first().and_then(|part| part.value.cooked) {
                Some(value) if template.expressions.is_empty() => self.text_type(&value, template.span),
                _ => self.add_type(TypeNode::Primitive("String")),
            },
            TSLiteral::BooleanLiteral(_) => self.add_type(TypeNode::Primitive("Boolean")),
            TSLiteral::BigIntLiteral(_) => self.add_type(TypeNode::Primitive("BigInt")),
            TSLiteral::NumericLiteral(_) | TSLiteral::UnaryExpression(_) => self.add_type(TypeNode::Primitive("Number")),
        }
    }

    fn text_type(&mut self, value: &str, span: oxc_span::Span) -> TypeId {
        let name = self.name(value);
        let node = self.add_type(TypeNode::Text(name));
        let span = self.within_quotes(span);
        self.tree.strings.push(span);
        self.spot(value, span, SpotKind::TextType { node });
        node
    }

    /// `T["name"]`: the names are members of `T`.
    fn indexed(&mut self, object: TypeId, index: &TSType<'_>) -> TypeNode {
        let mut texts = vec![index];
        let mut at = 0;
        while let Some(node) = texts.get(at).copied() {
            at += 1;
            match node {
                TSType::TSUnionType(union) => texts.extend(union.types.iter()),
                TSType::TSParenthesizedType(inner) => texts.push(&inner.type_annotation),
                _ => {}
            }
        }
        let is_text =
            |node: &&TSType<'_>| matches!(node, TSType::TSLiteralType(literal) if matches!(literal.literal, TSLiteral::StringLiteral(_)));
        if !texts.iter().any(is_text) {
            let index = self.type_node(index);
            return TypeNode::Indexed(object, index);
        }
        let mut nodes = Vec::new();
        for node in texts {
            match node {
                TSType::TSLiteralType(literal) if let TSLiteral::StringLiteral(text) = &literal.literal => {
                    let name = self.name(&text.value);
                    nodes.push(self.add_type(TypeNode::Text(name)));
                    let span = self.within_quotes(text.span);
                    self.tree.strings.push(span);
                    self.spot(&text.value, span, SpotKind::Indexed { object });
                }
                TSType::TSUnionType(_) | TSType::TSParenthesizedType(_) => {}
                other => nodes.push(self.type_node(other)),
            }
        }
        let index = if let [only] = nodes.as_slice() { *only } else { self.add_type(TypeNode::Union(nodes)) };
        TypeNode::Indexed(object, index)
    }

    /// The spot of a dotted name's last part.
    pub(super) fn type_name_spot(&mut self, name: &TSTypeName<'_>, meaning: Meaning) -> Option<SpotId> {
        match name {
            TSTypeName::IdentifierReference(name) => Some(self.used(&name.name, self.at(name.span), meaning, false)),
            TSTypeName::QualifiedName(qualified) => {
                let left = self.deeper(|_| None, |lower| lower.type_name_spot(&qualified.left, Meaning::SPACE))?;
                let span = self.at(qualified.right.span);
                Some(self.spot(&qualified.right.name, span, SpotKind::Qualified { left, meaning }))
            }
            TSTypeName::ThisExpression(_) => None,
        }
    }

    pub(super) fn type_name(&mut self, name: &TSTypeName<'_>, arguments: Option<&TSTypeParameterInstantiation<'_>>) -> TypeId {
        let spot = self.type_name_spot(name, Meaning::TYPE);
        let arguments = self.type_arguments(arguments);
        let Some(spot) = spot else { return self.add_type(TypeNode::Unknown) };
        let reference = self.add_type(TypeNode::Reference(spot, arguments.clone()));
        for (at, argument) in arguments.into_iter().enumerate() {
            for text in self.texts_of(argument) {
                self.tree.argument_of.insert(text, (reference, crate::names::offset(at)));
            }
        }
        reference
    }

    /// The texts that a type is a choice of.
    fn texts_of(&self, node: TypeId) -> Vec<TypeId> {
        let (mut found, mut parts) = (Vec::new(), vec![node]);
        while let Some(part) = parts.pop() {
            match &self.tree.types[part] {
                TypeNode::Union(types) => parts.extend(types),
                TypeNode::Same(inner) => parts.push(*inner),
                TypeNode::Text(_) => found.push(part),
                _ => {}
            }
        }
        found
    }

    /// `"name" extends keyof T`: the texts are keys, as far as they are anything.
    fn texts_are_keys(&mut self, texts: TypeId, keys: TypeId) {
        if matches!(self.tree.types[keys], TypeNode::KeyOf(_)) {
            for text in self.texts_of(texts) {
                self.tree.key_of.insert(text, keys);
            }
        }
    }

    fn import_type(&mut self, import: &oxc_ast::ast::TSImportType<'_>, meaning: Meaning) -> TypeId {
        let module = self.module_text(&import.source);
        let mut parts = Vec::new();
        let mut at = import.qualifier.as_ref();
        while let Some(qualifier) = at {
            match qualifier {
                TSImportTypeQualifier::Identifier(name) => {
                    parts.push((name.name.to_string(), name.span));
                    at = None;
                }
                TSImportTypeQualifier::QualifiedName(qualified) => {
                    parts.push((qualified.right.name.to_string(), qualified.right.span));
                    at = Some(&qualified.left);
                }
            }
        }
        let mut last = None;
        let count = parts.len();
        for (at, (name, span)) in parts.into_iter().rev().enumerate() {
            let meaning = if at + 1 == count { meaning } else { Meaning::SPACE };
            let span = self.at(span);
            let kind = match last {
                None => SpotKind::ModuleMember { module: module.clone() },
                Some(left) => SpotKind::Qualified { left, meaning },
            };
            last = Some(self.spot(&name, span, kind));
        }
        let arguments = self.type_arguments(import.type_arguments.as_deref());
        self.add_type(TypeNode::Import { module, last, arguments })
    }

    /// `typeof x.y`: an expression, as its names are values.
    fn query(&mut self, query: &oxc_ast::ast::TSTypeQuery<'_>) -> TypeId {
        self.type_arguments(query.type_arguments.as_deref());
        if let TSTypeQueryExprName::TSImportType(import) = &query.expr_name {
            return self.import_type(import, Meaning::VALUE);
        }
        let Some(name) = query.expr_name.as_ts_type_name() else { return self.add_type(TypeNode::Unknown) };
        let expression = self.name_as_expression(name);
        self.add_type(TypeNode::Query(expression))
    }

    fn name_as_expression(&mut self, name: &TSTypeName<'_>) -> ExpressionId {
        match name {
            TSTypeName::IdentifierReference(name) => {
                let spot = self.used(&name.name, self.at(name.span), Meaning::VALUE, false);
                self.add(Expression::Name(spot), Context::Nothing)
            }
            TSTypeName::QualifiedName(qualified) => {
                let object = self.deeper(Self::unknown, |lower| lower.name_as_expression(&qualified.left));
                let span = self.at(qualified.right.span);
                let spot = self.spot(&qualified.right.name, span, SpotKind::Member { object, is_write: false });
                self.add(Expression::Member(object, spot), Context::Nothing)
            }
            TSTypeName::ThisExpression(_) => self.add(Expression::This(self.owner), Context::Nothing),
        }
    }
}
