//! What conditions say where they hold.

use super::*;

impl Lower<'_> {
    /// Remembers what follows within some bytes from a condition that holds there, or does not.
    pub(super) fn facts(&mut self, test: ExpressionId, holds: bool, within: Span) {
        let mut tests = vec![(test, holds)];
        while let Some((test, holds)) = tests.pop() {
            match &self.tree.expressions[test] {
                Expression::And(left, right) if holds => tests.extend([(*left, true), (*right, true)]),
                Expression::Either(left, right) if !holds => tests.extend([(*left, false), (*right, false)]),
                Expression::Not(inner) => tests.push((*inner, !holds)),
                Expression::InstanceOf(subject, class) if holds => {
                    let fact = Fact { within, subject: *subject, said: Said::InstanceOf(*class) };
                    self.fact(fact);
                }
                Expression::Call { arguments, .. } if holds => {
                    if let Some(subject) = arguments.first() {
                        let fact = Fact { within, subject: *subject, said: Said::Guard(test) };
                        self.fact(fact);
                    }
                }
                _ => {}
            }
        }
    }

    fn fact(&mut self, fact: Fact) {
        if let Expression::Name(spot) | Expression::Member(_, spot) = self.tree.expressions[fact.subject] {
            let name = self.tree.spots[spot].name.clone();
            self.tree.facts.entry(name).or_default().push(fact);
        }
    }
}
