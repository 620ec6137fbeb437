//! Classes, interfaces and enums.

use oxc_ast::ast::{self, ClassElement, MethodDefinitionKind, TSEnumMemberName, TSSignature};

use super::{
    declarations::Declaration,
    functions::{Around, Head},
    *,
};

impl Lower<'_> {
    pub(super) fn class_declaration(&mut self, class: &ast::Class<'_>, is_exported: bool) -> (ShapeId, Option<SymbolId>) {
        let shape = self.new_class();
        let symbol = class.id.as_ref().map(|name| {
            let declaration = Declaration::new(Meaning::CLASS, Declared::Class(shape)).exported(is_exported);
            self.declare(self.scope, &name.name, self.at(name.span), declaration)
        });
        self.tree.shapes[shape].symbol = symbol;
        self.class_body(class, shape);
        (shape, symbol)
    }

    pub(super) fn class_expression(&mut self, class: &ast::Class<'_>) -> ShapeId {
        let shape = self.new_class();
        let Some(name) = &class.id else {
            self.class_body(class, shape);
            return shape;
        };
        self.scoped(ScopeKind::Block, class.span, |lower| {
            let declaration = Declaration::new(Meaning::CLASS, Declared::Class(shape));
            let symbol = lower.declare(lower.scope, &name.name, lower.at(name.span), declaration);
            lower.tree.shapes[shape].symbol = Some(symbol);
            lower.class_body(class, shape);
        });
        shape
    }

    fn new_class(&mut self) -> ShapeId {
        self.tree.shapes.push(Shape { kind: ShapeKind::Class, ..Shape::default() })
    }

    fn class_body(&mut self, class: &ast::Class<'_>, shape: ShapeId) {
        for decorator in &class.decorators {
            self.expression(&decorator.expression, Context::Nothing);
        }
        let outer = self.function.take();
        self.scoped(ScopeKind::Class(shape), class.span, |lower| {
            if let Some(declared) = &class.type_parameters {
                lower.tree.shapes[shape].type_parameters = lower.type_parameters(declared);
            }
            if let Some(heritage) = &class.heritage {
                let superclass = lower.expression(&heritage.expression, Context::Nothing);
                let arguments = lower.type_arguments(heritage.type_arguments.as_deref());
                lower.tree.shapes[shape].superclass = Some((superclass, arguments));
            }
            for contract in &class.implements {
                let node = lower.type_name(&contract.expression, contract.type_arguments.as_deref());
                lower.tree.shapes[shape].contracts.push(node);
            }
            for element in &class.body.body {
                lower.deeper(|_| (), |lower| lower.class_element(element, shape));
            }
        });
        self.function = outer;
        self.document_class(shape, class.span.start);
    }

    fn decorators(&mut self, decorators: &[ast::Decorator<'_>]) {
        for decorator in decorators {
            self.expression(&decorator.expression, Context::Nothing);
        }
    }

    fn class_element(&mut self, element: &ClassElement<'_>, shape: ShapeId) {
        match element {
            ClassElement::StaticBlock(block) => {
                self.owned(Owner::Class(shape, true), |lower| {
                    lower.scoped(ScopeKind::Function, block.span, |lower| lower.statements(&block.body));
                });
            }
            ClassElement::MethodDefinition(method) => self.method(method, shape),
            ClassElement::PropertyDefinition(property) => {
                self.decorators(&property.decorators);
                let annotation = property.type_annotation.as_ref();
                self.field(
                    &property.key,
                    property.computed,
                    property.r#static,
                    annotation.map(|one| &one.type_annotation),
                    property.value.as_ref(),
                    (shape, property.optional, property.span),
                );
            }
            ClassElement::AccessorProperty(property) => {
                self.decorators(&property.decorators);
                let annotation = property.type_annotation.as_ref();
                self.field(
                    &property.key,
                    property.computed,
                    property.r#static,
                    annotation.map(|one| &one.type_annotation),
                    property.value.as_ref(),
                    (shape, false, property.span),
                );
            }
            ClassElement::TSIndexSignature(index) => {
                let node = self.type_node(&index.type_annotation.type_annotation);
                self.tree.shapes[shape].index = Some(node);
            }
        }
    }

    fn method(&mut self, method: &ast::MethodDefinition<'_>, shape: ShapeId) {
        self.decorators(&method.decorators);
        let owner = Owner::Class(shape, method.r#static);
        let kind = match method.kind {
            MethodDefinitionKind::Constructor => MemberKind::Constructor,
            MethodDefinitionKind::Method => MemberKind::Method,
            MethodDefinitionKind::Get => MemberKind::Getter,
            MethodDefinitionKind::Set => MemberKind::Setter,
        };
        let Some((name, span)) = self.key(&method.key, method.computed) else {
            self.function(&method.value, Around::default(), Some(owner));
            return;
        };
        let member = self.new_member(shape, &name, kind);
        let spot_kind = if kind == MemberKind::Constructor { SpotKind::Word } else { SpotKind::MemberDeclaration(member) };
        let spot = self.spot(&name, span, spot_kind);
        let row = &mut self.tree.members[member];
        row.spot = Some(spot);
        row.is_static = method.r#static;
        row.is_optional = method.optional;
        row.is_private |= method.accessibility == Some(ast::TSAccessibility::Private);
        let class = (kind == MemberKind::Constructor).then_some(shape);
        let function = self.function(&method.value, Around { expression: None, member: Some(member), class }, Some(owner));
        self.tree.members[member].function = Some(function);
        self.document_function(function, method.span.start);
    }

    fn field(
        &mut self,
        key: &ast::PropertyKey<'_>,
        is_computed: bool,
        is_static: bool,
        annotation: Option<&ast::TSType<'_>>,
        value: Option<&ast::Expression<'_>>,
        (shape, is_optional, span): (ShapeId, bool, oxc_span::Span),
    ) {
        let key = self.key(key, is_computed);
        let annotation = annotation.map(|node| self.type_node(node));
        let member = key.map(|(name, bytes)| {
            let member = self.new_member(shape, &name, MemberKind::Property);
            let spot = self.spot(&name, bytes, SpotKind::MemberDeclaration(member));
            let row = &mut self.tree.members[member];
            row.spot = Some(spot);
            row.is_static = is_static;
            row.is_optional = is_optional;
            row.annotation = annotation;
            member
        });
        if let Some(value) = value {
            let context = annotation.map_or(Context::Nothing, Context::Annotation);
            let value = self.owned(Owner::Class(shape, is_static), |lower| {
                lower.scoped(ScopeKind::Function, span, |lower| lower.expression(value, context))
            });
            if let Some(member) = member {
                self.tree.members[member].value = Some(value);
            }
        }
        if let Some(member) = member {
            self.document_member(member, span.start);
        }
    }

    pub(super) fn interface(&mut self, interface: &ast::TSInterfaceDeclaration<'_>, is_exported: bool) -> SymbolId {
        let shape = self.tree.shapes.push(Shape { kind: ShapeKind::Interface, ..Shape::default() });
        let declaration = Declaration::new(Meaning::TYPE, Declared::Interface(shape)).exported(is_exported);
        let symbol = self.declare(self.scope, &interface.id.name, self.at(interface.id.span), declaration);
        self.tree.shapes[shape].symbol = Some(symbol);
        self.scoped(ScopeKind::Class(shape), interface.span, |lower| {
            if let Some(declared) = &interface.type_parameters {
                lower.tree.shapes[shape].type_parameters = lower.type_parameters(declared);
            }
            for base in &interface.extends {
                let node = lower.type_name(&base.type_name, base.type_arguments.as_deref());
                lower.tree.shapes[shape].bases.push(node);
            }
            lower.owned(Owner::Class(shape, false), |lower| lower.signatures(&interface.body.body, shape));
        });
        symbol
    }

    pub(super) fn signatures(&mut self, signatures: &[TSSignature<'_>], shape: ShapeId) {
        for signature in signatures {
            self.deeper(|_| (), |lower| lower.type_member(signature, shape));
        }
    }

    fn type_member(&mut self, signature: &TSSignature<'_>, shape: ShapeId) {
        match signature {
            TSSignature::TSIndexSignature(index) => {
                self.type_node(&index.parameter.type_annotation.type_annotation);
                let length = u32::try_from(index.parameter.name.len()).unwrap_or(0);
                let name = oxc_span::Span::new(index.parameter.span.start, index.parameter.span.start + length);
                self.scoped(ScopeKind::Type, index.span, |lower| {
                    let declaration = Declaration::new(Meaning::VALUE, Declared::Unknown);
                    lower.declare(lower.scope, &index.parameter.name, lower.at(name), declaration);
                });
                let node = self.type_node(&index.type_annotation.type_annotation);
                self.tree.shapes[shape].index = Some(node);
            }
            TSSignature::TSPropertySignature(property) => {
                let key = self.key(&property.key, property.computed);
                let annotation = property.type_annotation.as_ref().map(|one| self.type_node(&one.type_annotation));
                if let Some((name, span)) = key {
                    let member = self.new_member(shape, &name, MemberKind::Property);
                    let spot = self.spot(&name, span, SpotKind::MemberDeclaration(member));
                    let row = &mut self.tree.members[member];
                    row.spot = Some(spot);
                    row.annotation = annotation;
                    row.is_optional = property.optional;
                }
            }
            TSSignature::TSCallSignatureDeclaration(call) => {
                let head = Head {
                    type_parameters: call.type_parameters.as_deref(),
                    this_param: call.this_param.as_deref(),
                    params: &call.params,
                    returns: call.return_type.as_ref().map(|one| &one.type_annotation),
                    span: call.span,
                };
                let function = self.signature(&head, None);
                self.tree.shapes[shape].calls.push(function);
            }
            TSSignature::TSConstructSignatureDeclaration(construct) => {
                let head = Head {
                    type_parameters: construct.type_parameters.as_deref(),
                    this_param: None,
                    params: &construct.params,
                    returns: construct.return_type.as_ref().map(|one| &one.type_annotation),
                    span: construct.span,
                };
                let function = self.signature(&head, None);
                self.tree.shapes[shape].constructs.push(function);
            }
            TSSignature::TSMethodSignature(method) => {
                let key = self.key(&method.key, method.computed);
                let kind = match method.kind {
                    ast::TSMethodSignatureKind::Method => MemberKind::Method,
                    ast::TSMethodSignatureKind::Get => MemberKind::Getter,
                    ast::TSMethodSignatureKind::Set => MemberKind::Setter,
                };
                let member = key.map(|(name, span)| {
                    let member = self.new_member(shape, &name, kind);
                    let spot = self.spot(&name, span, SpotKind::MemberDeclaration(member));
                    self.tree.members[member].spot = Some(spot);
                    self.tree.members[member].is_optional = method.optional;
                    member
                });
                let head = Head {
                    type_parameters: method.type_parameters.as_deref(),
                    this_param: method.this_param.as_deref(),
                    params: &method.params,
                    returns: method.return_type.as_ref().map(|one| &one.type_annotation),
                    span: method.span,
                };
                let function = self.signature(&head, member);
                if let Some(member) = member {
                    self.tree.members[member].function = Some(function);
                }
            }
        }
    }

    pub(super) fn enumeration(&mut self, declared: &ast::TSEnumDeclaration<'_>, is_exported: bool) -> SymbolId {
        let shape = self.tree.shapes.push(Shape { kind: ShapeKind::Enum, ..Shape::default() });
        let declaration = Declaration::new(Meaning::ENUM, Declared::Enum(shape)).exported(is_exported);
        let symbol = self.declare(self.scope, &declared.id.name, self.at(declared.id.span), declaration);
        self.tree.shapes[shape].symbol = Some(symbol);
        self.scoped(ScopeKind::Enum(shape), declared.span, |lower| {
            for member in &declared.body.members {
                let (name, span) = match &member.id {
                    TSEnumMemberName::Identifier(name) => (lower.name(&name.name), lower.at(name.span)),
                    TSEnumMemberName::String(text) | TSEnumMemberName::ComputedString(text) => {
                        (lower.name(&text.value), lower.within_quotes(text.span))
                    }
                    TSEnumMemberName::ComputedTemplateString(template) => {
                        let value = template.quasis.first().and_then(|part| part.value.cooked);
                        (lower.name(value.as_ref().map_or("", |value| value.as_str())), lower.within_quotes(template.span))
                    }
                };
                let id = lower.new_member(shape, &name, MemberKind::Variant);
                let spot = lower.spot(&name, span, SpotKind::MemberDeclaration(id));
                lower.tree.members[id].spot = Some(spot);
                lower.tree.members[id].is_static = true;
                if let Some(value) = &member.initializer {
                    let value = lower.expression(value, Context::Nothing);
                    lower.tree.members[id].value = Some(value);
                }
            }
        });
        symbol
    }
}
