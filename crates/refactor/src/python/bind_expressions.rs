//! Expressions, as the binder reads them.

use ruff_python_ast::{self as ast, BoolOp, Expr, ExprContext, InterpolatedStringElement};
use ruff_text_size::Ranged;

use super::{
    bind::{Binder, span},
    table::{BindingKind, ExpressionId, Kind, MemberForm, MemberId, MemberUse, Name, Role, ScopeKind, Span},
};

impl Binder<'_> {
    pub(super) fn expression(&mut self, expression: &Expr) -> ExpressionId {
        let place = span(expression.range());
        let kind = match expression {
            Expr::Name(node) => {
                let name = self.word(node.id.as_str());
                let role = if node.ctx == ExprContext::Load { Role::Read } else { Role::Write };
                Kind::Name(self.note(name, place, role, None))
            }
            Expr::Attribute(node) => {
                let receiver = self.expression(&node.value);
                let role = if node.ctx == ExprContext::Load { Role::Read } else { Role::Write };
                Kind::Member(self.member(node, receiver, role, None))
            }
            Expr::Call(node) => return self.call(node),
            Expr::Subscript(node) => return self.subscript(node, Role::Read),
            Expr::StringLiteral(node) => return self.string(node),
            Expr::BytesLiteral(_) => Kind::Builtin("bytes"),
            Expr::NumberLiteral(_) => Kind::Builtin("int"),
            Expr::BooleanLiteral(_) => Kind::Builtin("bool"),
            Expr::NoneLiteral(_) => Kind::None,
            Expr::EllipsisLiteral(_) | Expr::IpyEscapeCommand(_) => Kind::Unknown,
            Expr::FString(node) => {
                for part in &node.value {
                    if let ast::FStringPart::FString(part) = part {
                        self.interpolations(&part.elements);
                    }
                }
                Kind::Builtin("str")
            }
            Expr::TString(node) => {
                for part in &node.value {
                    self.interpolations(&part.elements);
                }
                Kind::Unknown
            }
            Expr::List(node) => Kind::List(self.each(&node.elts)),
            Expr::Set(node) => Kind::List(self.each(&node.elts)),
            Expr::Tuple(node) => Kind::Tuple(self.each(&node.elts)),
            Expr::Dict(node) => {
                let mut values = Vec::with_capacity(node.items.len());
                for item in &node.items {
                    if let Some(key) = &item.key {
                        self.expression(key);
                    }
                    let value = self.expression(&item.value);
                    if item.key.is_some() {
                        values.push(value);
                    }
                }
                Kind::Dictionary(values.into())
            }
            Expr::BoolOp(node) => Kind::Either(self.either(node)),
            Expr::If(node) => {
                self.expression(&node.test);
                let (so, otherwise) = (self.facts(&node.test, true), self.facts(&node.test, false));
                let (_, body) = self.in_block(false, |binder| {
                    binder.hold(&so);
                    binder.expression(&node.body)
                });
                let (_, orelse) = self.in_block(false, |binder| {
                    binder.hold(&otherwise);
                    binder.expression(&node.orelse)
                });
                Kind::Either([body, orelse].into())
            }
            Expr::BinOp(node) => {
                let (left, right) = (self.expression(&node.left), self.expression(&node.right));
                match node.op {
                    ast::Operator::BitOr => Kind::Union(left, right),
                    // Same kinds of containers make one of them; text stays text.
                    ast::Operator::Add => Kind::Either([left, right].into()),
                    ast::Operator::Mod if self.table.expressions[left].kind == Kind::Builtin("str") => Kind::Builtin("str"),
                    _ => Kind::Unknown,
                }
            }
            Expr::UnaryOp(node) => {
                self.expression(&node.operand);
                if node.op == ast::UnaryOp::Not { Kind::Builtin("bool") } else { Kind::Unknown }
            }
            Expr::Compare(node) => {
                self.expression(&node.left);
                self.each(&node.comparators);
                Kind::Builtin("bool")
            }
            Expr::Await(node) => Kind::Await(self.expression(&node.value)),
            Expr::Starred(node) => Kind::Starred(self.expression(&node.value)),
            Expr::Lambda(node) => Kind::Lambda(self.lambda(node)),
            Expr::Named(node) => return self.named(node),
            Expr::Yield(node) => {
                let value = node.value.as_ref().map(|value| self.expression(value));
                if let (Some(function), Some(value)) = (self.functions.last(), value) {
                    self.table.functions[*function].yielded.push(value);
                }
                Kind::Unknown
            }
            Expr::YieldFrom(node) => {
                self.expression(&node.value);
                Kind::Unknown
            }
            Expr::ListComp(node) => return self.comprehension(&node.generators, &[&node.elt], place),
            Expr::SetComp(node) => return self.comprehension(&node.generators, &[&node.elt], place),
            Expr::Generator(node) => return self.comprehension(&node.generators, &[&node.elt], place),
            Expr::DictComp(node) => {
                let parts: Vec<&Expr> = node.key.iter().map(|key| &**key).chain([&*node.value]).collect();
                let id = self.comprehension(&node.generators, &parts, place);
                if let Kind::List(parts) = &self.table.expressions[id].kind {
                    let last: Vec<_> = parts.last().copied().into_iter().collect();
                    self.table.expressions[id].kind = Kind::Dictionary(last.into());
                }
                return id;
            }
            Expr::Slice(node) => {
                [&node.lower, &node.upper, &node.step].into_iter().flatten().for_each(|part| {
                    self.expression(part);
                });
                Kind::Unknown
            }
        };
        self.make(kind, place)
    }

    fn each(&mut self, expressions: &[Expr]) -> Box<[ExpressionId]> {
        expressions.iter().map(|expression| self.expression(expression)).collect()
    }

    fn either(&mut self, node: &ast::ExprBoolOp) -> Box<[ExpressionId]> {
        let outcome = node.op == BoolOp::And;
        let mut facts = Vec::new();
        let mut values = Vec::with_capacity(node.values.len());
        for (at, value) in node.values.iter().enumerate() {
            if at == 0 {
                values.push(self.expression(value));
            } else {
                let (_, id) = self.in_block(false, |binder| {
                    binder.hold(&facts);
                    binder.expression(value)
                });
                values.push(id);
            }
            facts.extend(self.facts(value, outcome));
        }
        // `a and b` is b, or a value of a that is as good as none.
        if outcome { values.last().copied().into_iter().collect() } else { values.into() }
    }

    fn interpolations(&mut self, elements: &ast::InterpolatedStringElements) {
        for element in elements {
            if let InterpolatedStringElement::Interpolation(part) = element {
                self.expression(&part.expression);
                if let Some(format) = &part.format_spec {
                    self.interpolations(&format.elements);
                }
            }
        }
    }

    /// `name := value` binds in the scope around all comprehensions.
    fn named(&mut self, node: &ast::ExprNamed) -> ExpressionId {
        let value = self.expression(&node.value);
        if let Expr::Name(name) = &*node.target {
            let mut scope = self.scope;
            while self.table.scopes[scope].kind == ScopeKind::Comprehension {
                scope = self.table.scopes[scope].parent.unwrap_or(0);
            }
            let word = self.word(name.id.as_str());
            let binding = self.bind_quietly(scope, &word, span(name.range), BindingKind::Value(value, Vec::new()));
            let symbol = self.table.bindings[binding].symbol;
            self.note(word, span(name.range), Role::Write, Some(symbol));
        }
        value
    }

    fn comprehension(&mut self, generators: &[ast::Comprehension], parts: &[&Expr], place: Span) -> ExpressionId {
        let outer = self.scope;
        let scope = self.open(ScopeKind::Comprehension, Some(outer), place);
        let (_, parts) = self.in_block(false, |binder| {
            for (at, generator) in generators.iter().enumerate() {
                // The first is evaluated outside.
                let around = if at == 0 { outer } else { scope };
                let iterated = binder.within(around, |binder| binder.expression(&generator.iter));
                binder.within(scope, |binder| {
                    binder.target(&generator.target, BindingKind::Iteration(iterated, Vec::new()), Role::Write);
                    for test in &generator.ifs {
                        binder.expression(test);
                        let facts = binder.facts(test, true);
                        binder.hold(&facts);
                    }
                });
            }
            binder.within(scope, |binder| parts.iter().map(|part| binder.expression(part)).collect::<Box<[_]>>())
        });
        self.make(Kind::List(parts), place)
    }

    pub(super) fn member(&mut self, node: &ast::ExprAttribute, receiver: ExpressionId, role: Role, value: Option<BindingKind>) -> MemberId {
        let name = self.word(node.attr.id.as_str());
        self.push_member(name, span(node.attr.range), receiver, role, MemberForm::Attribute, value)
    }

    pub(super) fn push_member(
        &mut self,
        name: Name,
        span: Span,
        receiver: ExpressionId,
        role: Role,
        form: MemberForm,
        value: Option<BindingKind>,
    ) -> MemberId {
        let order = self.next_order();
        let (scope, block) = (self.scope, self.block);
        self.table.members.push(MemberUse { name, span, receiver, role, form, scope, block, order, value });
        self.table.members.len() - 1
    }

    /// `value["name"]` may be a field of a typed dictionary; `Optional["Name"]` holds code.
    pub(super) fn subscript(&mut self, node: &ast::ExprSubscript, role: Role) -> ExpressionId {
        let value = self.expression(&node.value);
        let base = last_word(&node.value);
        let was = self.in_annotation;
        let index = match base {
            "Literal" => {
                self.in_annotation = false;
                self.expression(&node.slice)
            }
            "Annotated" => {
                if let Expr::Tuple(parts) = &*node.slice
                    && let Some((first, rest)) = parts.elts.split_first()
                {
                    let first = self.annotation(first);
                    self.in_annotation = false;
                    self.each(rest);
                    first
                } else {
                    self.annotation(&node.slice)
                }
            }
            _ => {
                self.in_annotation = was || is_generic(base);
                self.expression(&node.slice)
            }
        };
        self.in_annotation = was;
        let place = span(node.range);
        if let Expr::StringLiteral(text) = &*node.slice
            && !was
            && let Some((name, place)) = self.plain(text)
        {
            let member = self.push_member(name, place, value, role, MemberForm::Key, None);
            let _ = member;
        }
        self.make(Kind::Subscript(value, index), place)
    }
}

/// The last word of `a.b`.
pub(super) fn last_word(expression: &Expr) -> &str {
    match expression {
        Expr::Name(node) => node.id.as_str(),
        Expr::Attribute(node) => node.attr.id.as_str(),
        _ => "",
    }
}

/// Whether strings between the brackets after this word are types, wherever it stands.
fn is_generic(word: &str) -> bool {
    matches!(
        word,
        "Optional"
            | "Union"
            | "List"
            | "Dict"
            | "Set"
            | "FrozenSet"
            | "Tuple"
            | "Type"
            | "Callable"
            | "Iterable"
            | "Iterator"
            | "Sequence"
            | "Mapping"
            | "Generic"
            | "Protocol"
            | "ClassVar"
            | "Final"
            | "Awaitable"
            | "Coroutine"
            | "AsyncIterator"
            | "AsyncIterable"
            | "Generator"
            | "DefaultDict"
            | "Deque"
            | "Collection"
            | "Required"
            | "NotRequired"
            | "list"
            | "tuple"
            | "set"
            | "frozenset"
            | "type"
    )
}
