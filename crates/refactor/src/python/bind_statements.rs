//! Statements, as the binder reads them.

use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};
use ruff_text_size::Ranged;

use super::{
    bind::{Binder, span},
    table::{BindingKind, Kind, Redirect, Role, Span, Step},
};

impl Binder<'_> {
    pub(super) fn statements(&mut self, body: &[Stmt]) {
        for statement in body {
            self.statement(statement);
        }
    }

    /// A body in a block of its own.
    pub(super) fn body(&mut self, body: &[Stmt], is_loop: bool) -> usize {
        let (block, ()) = self.in_block(is_loop, |binder| binder.statements(body));
        self.table.blocks[block].leaves = leaves(body);
        block
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Return(node) => {
                if let Some(value) = &node.value {
                    let value = self.expression(value);
                    if let Some(function) = self.functions.last() {
                        self.table.functions[*function].returned.push(value);
                    }
                }
            }
            Stmt::Delete(node) => node.targets.iter().for_each(|target| self.target(target, BindingKind::Unknown, Role::Write)),
            Stmt::TypeAlias(node) => self.type_alias(node),
            Stmt::Assign(node) => self.assign(node),
            Stmt::AugAssign(node) => {
                self.expression(&node.value);
                self.expression(&node.target);
                self.augmented(&node.target);
                if let Expr::Name(name) = &*node.target {
                    self.listed_names(name.id.as_str(), &node.value);
                }
            }
            Stmt::AnnAssign(node) => self.annotated_assign(node),
            Stmt::For(node) => {
                let iterated = self.expression(&node.iter);
                let (block, ()) = self.in_block(true, |binder| {
                    binder.target(&node.target, BindingKind::Iteration(iterated, Vec::new()), Role::Write);
                    binder.statements(&node.body);
                });
                self.table.blocks[block].leaves = false;
                self.body(&node.orelse, false);
            }
            Stmt::While(node) => {
                self.in_block(true, |binder| {
                    binder.expression(&node.test);
                    let facts = binder.facts(&node.test, true);
                    binder.hold(&facts);
                    binder.statements(&node.body);
                });
                self.body(&node.orelse, false);
            }
            Stmt::If(node) => self.branches(node),
            Stmt::With(node) => {
                for item in &node.items {
                    let value = self.expression(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.target(target, BindingKind::Context(value, Vec::new()), Role::Write);
                    }
                }
                self.statements(&node.body);
            }
            Stmt::Match(node) => self.match_statement(node),
            Stmt::Raise(node) => [&node.exc, &node.cause].into_iter().flatten().for_each(|value| {
                self.expression(value);
            }),
            Stmt::Try(node) => self.try_statement(node),
            Stmt::Assert(node) => {
                self.expression(&node.test);
                let facts = self.facts(&node.test, true);
                self.hold(&facts);
                if let Some(message) = &node.msg {
                    self.expression(message);
                }
            }
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::Global(node) => self.redirect(&node.names, Redirect::Global),
            Stmt::Nonlocal(node) => self.redirect(&node.names, Redirect::Nonlocal),
            Stmt::Expr(node) => {
                self.exported_by_call(&node.value);
                self.expression(&node.value);
            }
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    fn redirect(&mut self, names: &[ast::Identifier], redirect: Redirect) {
        for name in names {
            let word = self.word(name.id.as_str());
            let scope = self.scope;
            self.table.scopes[scope].redirects.insert(word.clone(), redirect);
            let symbol = match redirect {
                // `global x` makes the module's variable even if nothing else does.
                Redirect::Global => Some(self.symbol(scope, &word)),
                Redirect::Nonlocal => self.table.scopes[scope].parent.and_then(|parent| self.table.lookup(parent, &word, None)),
            };
            self.note(word, span(name.range), Role::Read, symbol);
        }
    }

    fn assign(&mut self, node: &ast::StmtAssign) {
        let value = self.expression(&node.value);
        for target in &node.targets {
            if let Expr::Name(name) = target {
                self.listed_names(name.id.as_str(), &node.value);
            }
            self.target(target, BindingKind::Value(value, Vec::new()), Role::Write);
        }
    }

    fn annotated_assign(&mut self, node: &ast::StmtAnnAssign) {
        let annotation = self.annotation(&node.annotation);
        let value = node.value.as_ref().map(|value| {
            let is_alias = matches!(&*node.annotation, Expr::Name(name) if name.id.as_str() == "TypeAlias");
            let value_id = if is_alias { self.annotation(value) } else { self.expression(value) };
            if let Expr::Name(name) = &*node.target {
                self.listed_names(name.id.as_str(), value);
            }
            if let Expr::Dict(dictionary) = &**value {
                self.dictionary_keys(dictionary, annotation);
            }
            value_id
        });
        self.target(&node.target, BindingKind::Annotated(annotation, value), Role::Definition);
    }

    fn augmented(&mut self, target: &Expr) {
        // The name was noted as read; it is written at the same place.
        if let Expr::Name(name) = target {
            let word = self.word(name.id.as_str());
            let scope = self.scope;
            let binding = self.bind_quietly(scope, &word, span(name.range), BindingKind::Unknown);
            let symbol = self.table.bindings[binding].symbol;
            if let Some(last) = self.table.uses.iter_mut().rev().find(|using| using.span == span(name.range)) {
                last.role = Role::Write;
                last.symbol = Some(symbol);
            }
        }
    }

    fn branches(&mut self, node: &ast::StmtIf) {
        let clauses = node.elif_else_clauses.iter().map(|clause| (clause.test.as_ref(), &clause.body));
        let all = [(Some(&*node.test), &node.body)].into_iter().chain(clauses);
        let mut not_so = Vec::new();
        let mut afterwards = Vec::new();
        for (test, body) in all {
            let (mut so, mut otherwise) = (not_so.clone(), Vec::new());
            if let Some(test) = test {
                self.expression(test);
                so.extend(self.facts(test, true));
                otherwise = self.facts(test, false);
            }
            let (block, ()) = self.in_block(false, |binder| {
                binder.hold(&so);
                binder.statements(body);
            });
            self.table.blocks[block].leaves = leaves(body);
            if leaves(body) {
                afterwards.extend(otherwise.iter().cloned());
            }
            not_so.extend(otherwise);
        }
        // After `if not isinstance(x, A): return`, x is an A.
        self.hold(&afterwards);
    }

    fn try_statement(&mut self, node: &ast::StmtTry) {
        self.body(&node.body, false);
        for ExceptHandler::ExceptHandler(handler) in &node.handlers {
            let class = handler.type_.as_ref().map(|class| self.expression(class));
            let (block, ()) = self.in_block(false, |binder| {
                if let Some(name) = &handler.name {
                    let kind = class.map_or(BindingKind::Unknown, BindingKind::Exception);
                    binder.bind_identifier(name, Role::Write, kind);
                }
                binder.statements(&handler.body);
            });
            self.table.blocks[block].leaves = leaves(&handler.body);
        }
        self.body(&node.orelse, false);
        self.statements(&node.finalbody);
    }

    /// What is assigned to: names are bound, attributes written, and so on inwards.
    pub(super) fn target(&mut self, target: &Expr, kind: BindingKind, role: Role) {
        match target {
            Expr::Name(name) => {
                self.bind_at(name.id.as_str(), span(name.range), role, kind);
            }
            Expr::Tuple(node) => self.unpack(&node.elts, &kind),
            Expr::List(node) => self.unpack(&node.elts, &kind),
            Expr::Starred(node) => self.target(&node.value, kind, role),
            Expr::Attribute(node) => {
                let receiver = self.expression(&node.value);
                self.member(node, receiver, role, Some(kind));
            }
            Expr::Subscript(node) => {
                self.subscript(node, Role::Write);
            }
            other => {
                self.expression(other);
            }
        }
    }

    fn unpack(&mut self, targets: &[Expr], kind: &BindingKind) {
        let mut is_sure = true;
        for (index, target) in targets.iter().enumerate() {
            let step = match target {
                Expr::Starred(_) => Step::Rest,
                _ => Step::Item(index),
            };
            let deeper = |steps: &Vec<Step>| steps.iter().copied().chain([step]).collect();
            let inner = match kind {
                _ if !is_sure => BindingKind::Unknown,
                BindingKind::Value(value, steps) => BindingKind::Value(*value, deeper(steps)),
                BindingKind::Iteration(value, steps) => BindingKind::Iteration(*value, deeper(steps)),
                BindingKind::Context(value, steps) => BindingKind::Context(*value, deeper(steps)),
                _ => BindingKind::Unknown,
            };
            is_sure &= step != Step::Rest;
            self.target(target, inner, Role::Write);
        }
    }

    fn type_alias(&mut self, node: &ast::StmtTypeAlias) {
        let Expr::Name(name) = &*node.name else { return };
        let name_span = span(name.range);
        let outer = self.scope;
        let inner = self.type_parameters(node.type_params.as_deref(), span(node.range));
        let value = self.within(inner.unwrap_or(outer), |binder| binder.annotation(&node.value));
        self.bind_at(name.id.as_str(), name_span, Role::Definition, BindingKind::TypeAlias(value));
    }

    /// `[T, *Ts, **P]`: a scope of its own.
    pub(super) fn type_parameters(&mut self, parameters: Option<&ast::TypeParams>, whole: Span) -> Option<usize> {
        let parameters = parameters?;
        let scope = self.open(super::table::ScopeKind::TypeParameters, Some(self.scope), whole);
        self.within(scope, |binder| {
            for parameter in &parameters.type_params {
                binder.bind_identifier(parameter.name(), Role::Definition, BindingKind::TypeParameter);
                let (bound, default) = match parameter {
                    ast::TypeParam::TypeVar(node) => (node.bound.as_deref(), node.default.as_deref()),
                    ast::TypeParam::TypeVarTuple(node) => (None, node.default.as_deref()),
                    ast::TypeParam::ParamSpec(node) => (None, node.default.as_deref()),
                };
                for part in [bound, default].into_iter().flatten() {
                    binder.annotation(part);
                }
            }
        });
        Some(scope)
    }

    /// A type: strings in it are code.
    pub(super) fn annotation(&mut self, expression: &Expr) -> usize {
        let before = std::mem::replace(&mut self.in_annotation, true);
        let id = self.expression(expression);
        self.in_annotation = before;
        id
    }

    pub(super) fn instance_of(&mut self, class: usize, place: Span) -> usize {
        self.make(Kind::InstanceOf(class), place)
    }

    fn match_statement(&mut self, node: &ast::StmtMatch) {
        let subject = self.expression(&node.subject);
        for case in &node.cases {
            let (block, ()) = self.in_block(false, |binder| {
                binder.pattern(&case.pattern, Some(subject));
                let facts = binder.case_facts(&node.subject, &case.pattern);
                binder.hold(&facts);
                if let Some(guard) = &case.guard {
                    binder.expression(guard);
                }
                binder.statements(&case.body);
            });
            self.table.blocks[block].leaves = leaves(&case.body);
        }
    }

    pub(super) fn range_of(expression: &Expr) -> Span {
        span(expression.range())
    }
}

/// Whether statements never come to what follows them.
pub(super) fn leaves(body: &[Stmt]) -> bool {
    match body.last() {
        Some(Stmt::Return(_) | Stmt::Raise(_) | Stmt::Continue(_) | Stmt::Break(_)) => true,
        Some(Stmt::If(node)) => {
            leaves(&node.body)
                && node.elif_else_clauses.last().is_some_and(|clause| clause.test.is_none())
                && node.elif_else_clauses.iter().all(|clause| leaves(&clause.body))
        }
        Some(Stmt::With(node)) => leaves(&node.body),
        _ => false,
    }
}
