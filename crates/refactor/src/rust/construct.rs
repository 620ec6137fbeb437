//! Parameters of constructors that are called like the field that they become.

use ra_ap_syntax::{AstNode, SyntaxKind, SyntaxNode, ast};

use super::{
    find::{Hit, Sweep, Target},
    sense::{What, shorthand_expression},
    types::Ty,
    world::{Spot, World},
};
use crate::{Certainty, Proposal, Refused};

impl World<'_> {
    /// A field is renamed, and with it the parameters that a constructor puts into it by the short form. What is done here is taken out of the sweep.
    pub(super) fn add_constructor_locals(
        &self,
        target: &Target,
        sweep: &mut Sweep,
        new_name: &str,
        proposal: &mut Proposal,
    ) -> Result<(), Refused> {
        let [field] = target.nodes.as_slice() else { return Ok(()) };
        if field.kind() != SyntaxKind::RECORD_FIELD {
            return Ok(());
        }
        let mut done: Vec<Spot> = Vec::new();
        let parameters: Vec<Vec<super::sense::Sense>> = sweep
            .hits
            .iter()
            .filter(|hit| self.is_constructing(hit, field))
            .map(|hit| hit.all.iter().filter(|sense| is_parameter(&sense.what)).cloned().collect::<Vec<_>>())
            .filter(|senses: &Vec<_>| !senses.is_empty())
            .collect();
        for senses in parameters {
            let local = self.target(&senses)?;
            if local.spots.iter().any(|spot| done.contains(spot)) {
                continue;
            }
            let places = self.sweep(&local)?;
            // A name that is in use there keeps the parameter as it is.
            let is_taken = places.hits.iter().any(|hit| {
                let at = hit.sense.token.parent();
                at.is_some_and(|at| self.find_local(&at, new_name, 0).is_some())
            });
            if is_taken {
                continue;
            }
            for hit in &places.hits {
                let is_both = sweep.hits.iter().any(|other| other.spot == hit.spot);
                if is_both {
                    let word = super::naming::written(new_name, self.edition(hit.spot.file));
                    let range = hit.spot.at..hit.spot.at + hit.length;
                    let reason = "the field and the parameter that becomes it";
                    proposal.edits.push(self.edit(hit.spot.file, range, &word, Certainty::Certain, reason));
                } else {
                    proposal.edits.push(self.edit_of(hit, new_name));
                }
                done.push(hit.spot);
            }
            done.extend(&local.spots);
        }
        sweep.hits.retain(|hit| !done.contains(&hit.spot));
        Ok(())
    }

    /// `Self { name }` as what a function of this type gives.
    fn is_constructing(&self, hit: &Hit, field: &SyntaxNode) -> bool {
        let expression = hit.sense.token.parent_ancestors().nth(3);
        let Some(record) =
            expression.as_ref().and_then(shorthand_expression).and_then(|field| field.syntax().ancestors().find_map(ast::RecordExpr::cast))
        else {
            return false;
        };
        let mut at = record.syntax().clone();
        while let Some(above) = self.parent(&at) {
            match above.kind() {
                SyntaxKind::PAREN_EXPR | SyntaxKind::MACRO_CALL | SyntaxKind::MACRO_EXPR | SyntaxKind::SOURCE_FILE => {}
                SyntaxKind::RETURN_EXPR => break,
                // The last expression of a body, or of what a macro makes.
                SyntaxKind::STMT_LIST | SyntaxKind::BLOCK_EXPR => {
                    if above.kind() == SyntaxKind::STMT_LIST && above.last_child().as_ref() != Some(&at) {
                        return false;
                    }
                }
                SyntaxKind::FN if super::expand::is_wrapper(&above) => {}
                SyntaxKind::FN => break,
                _ => return false,
            }
            at = above;
        }
        let function = self.ancestors(&at).filter(|node| !super::expand::is_wrapper(node)).find_map(ast::Fn::cast);
        let Some(function) = function else { return false };
        let owner = field.ancestors().find(|node| matches!(node.kind(), SyntaxKind::STRUCT | SyntaxKind::ENUM));
        matches!(self.result_of(&function), Ty::Adt(node, _) if Some(&node) == owner.as_ref())
    }
}

fn is_parameter(what: &What) -> bool {
    let What::Declared(node) = what else { return false };
    node.kind() == SyntaxKind::IDENT_PAT
        && node.parent().is_some_and(|parent| parent.kind() == SyntaxKind::PARAM)
        && node.ancestors().nth(3).is_some_and(|owner| owner.kind() == SyntaxKind::FN)
}
