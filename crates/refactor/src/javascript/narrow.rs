//! What conditions around a place say of what stands there.

use super::{
    tree::*,
    types::Type,
    world::{At, World},
};

impl World<'_> {
    /// What a name or member is by the conditions around it; `None` when they say nothing.
    pub(super) fn narrowed(&self, at: At<ExpressionId>, spot: SpotId) -> Option<Type> {
        let tree = self.tree(at.file);
        let row = &tree.spots[spot];
        let facts = tree.facts.get(&row.name)?;
        let holding = facts.iter().filter(|fact| fact.within.start <= row.span.start && row.span.end <= fact.within.end);
        // The innermost condition comes last.
        holding.rev().find_map(|fact| {
            if !self.is_same_place(at, at.to(fact.subject), 0) {
                return None;
            }
            let found = match fact.said {
                Said::InstanceOf(class) => self.constructed(&self.expression_type(at.to(class)), &[], &[]),
                Said::Guard(call) => {
                    let Expression::Call { callee, .. } = tree.expressions[call] else { return None };
                    let (function, bindings) = self.signatures(&self.expression_type(at.to(callee))).into_iter().next()?;
                    let row = &self.tree(function.file).functions[function.id];
                    let (name, node) = row.guards.as_ref()?;
                    let first = self.tree(function.file).patterns[*row.parameters.first()?].symbol?;
                    if self.tree(function.file).symbols[first].name != *name {
                        return None;
                    }
                    self.evaluate(function.to(*node), &bindings)
                }
            };
            if found.is_unknown() { None } else { Some(found) }
        })
    }

    /// Whether two expressions mean the same variable or member of it.
    fn is_same_place(&self, one: At<ExpressionId>, other: At<ExpressionId>, depth: u32) -> bool {
        let tree = self.tree(one.file);
        match (&tree.expressions[one.id], &tree.expressions[other.id]) {
            (Expression::Name(one_spot), Expression::Name(other_spot)) => {
                let symbol = |spot: SpotId| match tree.spots[spot].kind {
                    SpotKind::Use { symbol, .. } | SpotKind::Shorthand { symbol, .. } => symbol,
                    _ => None,
                };
                symbol(*one_spot).is_some() && symbol(*one_spot) == symbol(*other_spot)
            }
            (Expression::Member(one_object, one_spot), Expression::Member(other_object, other_spot)) => {
                depth < 8
                    && tree.spots[*one_spot].name == tree.spots[*other_spot].name
                    && self.is_same_place(one.to(*one_object), one.to(*other_object), depth + 1)
            }
            (Expression::This(one), Expression::This(other)) => one == other,
            _ => false,
        }
    }
}
