//! What tests say of a variable's class, as the binder reads them.

use ruff_python_ast::{BoolOp, CmpOp, Expr, Pattern, UnaryOp};
use ruff_text_size::Ranged;

use super::{
    bind::{Binder, PendingNarrowing, span},
    table::{Expression, Kind, Name, Span},
};

/// A variable, or an attribute of one, is of a class, or is not.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    subject: usize,
    path: Vec<Name>,
    class: usize,
    holds: bool,
}

impl Binder<'_> {
    /// What is known when a test that was just read came out so.
    pub(super) fn facts(&mut self, test: &Expr, outcome: bool) -> Vec<Fact> {
        match test {
            Expr::UnaryOp(node) if node.op == UnaryOp::Not => self.facts(&node.operand, !outcome),
            Expr::BoolOp(node) if (node.op == BoolOp::And) == outcome => {
                node.values.iter().flat_map(|value| self.facts(value, outcome)).collect()
            }
            Expr::Call(node) => match (&*node.func, &*node.arguments.args) {
                (Expr::Name(name), [subject, class]) if name.id.as_str() == "isinstance" => {
                    self.fact(subject, class.range().into(), outcome)
                }
                _ => Vec::new(),
            },
            // type(x) is A
            Expr::Compare(node) => match (&*node.left, &*node.ops, &*node.comparators) {
                (Expr::Call(call), [CmpOp::Is | CmpOp::Eq], [class]) if outcome => match (&*call.func, &*call.arguments.args) {
                    (Expr::Name(name), [subject]) if name.id.as_str() == "type" => self.fact(subject, class.range().into(), true),
                    _ => Vec::new(),
                },
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// What is known in the body of a case.
    pub(super) fn case_facts(&mut self, subject: &Expr, pattern: &Pattern) -> Vec<Fact> {
        match pattern {
            Pattern::MatchClass(node) => self.fact(subject, node.cls.range().into(), true),
            Pattern::MatchAs(node) => node.pattern.as_deref().map(|inner| self.case_facts(subject, inner)).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn fact(&mut self, subject: &Expr, class: Span, holds: bool) -> Vec<Fact> {
        let Some((subject, path)) = self.subject(subject) else { return Vec::new() };
        let is_class = |expression: &Expression| expression.span == class && !matches!(expression.kind, Kind::InstanceOf(_));
        let found = self.table.expressions.iter().rposition(is_class);
        found.map(|class| Fact { subject, path, class, holds }).into_iter().collect()
    }

    /// The variable of `x`, `x.a.b`, and the attributes.
    fn subject(&mut self, subject: &Expr) -> Option<(usize, Vec<Name>)> {
        match subject {
            Expr::Name(node) => {
                let place = span(node.range);
                Some((self.table.uses.iter().rposition(|using| using.span == place)?, Vec::new()))
            }
            Expr::Attribute(node) => {
                let (subject, mut path) = self.subject(&node.value)?;
                path.push(self.word(node.attr.id.as_str()));
                Some((subject, path))
            }
            Expr::Named(node) => self.subject(&node.target),
            _ => None,
        }
    }

    /// From here on in this block these are so.
    pub(super) fn hold(&mut self, facts: &[Fact]) {
        let (block, from) = (self.block, self.now());
        self.narrowed.extend(facts.iter().map(|fact| PendingNarrowing {
            block,
            from,
            subject: fact.subject,
            path: fact.path.clone(),
            class: fact.class,
            holds: fact.holds,
        }));
    }
}

impl From<ruff_text_size::TextRange> for Span {
    fn from(range: ruff_text_size::TextRange) -> Self {
        span(range)
    }
}
