//! Parameters that become `self`, and back.

use ra_ap_syntax::{
    AstNode, SyntaxKind,
    ast::{self, HasArgList, HasName},
};

use super::{find::Target, naming, types::Ty, world::World};
use crate::{Certainty, ConflictKind, OccurrenceRole, Proposal, Refused, RefusedKind};

impl World<'_> {
    /// The first parameter of an associated function becomes `self`, and its calls become method calls.
    pub(super) fn parameter_to_receiver(&self, target: &Target) -> Result<Proposal, Refused> {
        let refuse = |why: &str| Err(Refused::new(RefusedKind::Unsupported, why));
        let Some(node) = target.nodes.first() else { return refuse("There is no name here.") };
        let parameter = node.parent().and_then(ast::Param::cast);
        let list = parameter.as_ref().and_then(|parameter| parameter.syntax().parent()).and_then(ast::ParamList::cast);
        let function = list.as_ref().and_then(|list| list.syntax().parent()).and_then(ast::Fn::cast);
        let (Some(parameter), Some(list), Some(function)) = (parameter, list, function) else {
            return refuse("Only a parameter of a function can become `self`.");
        };
        let owner = function.syntax().parent().filter(|list| ast::AssocItemList::can_cast(list.kind())).and_then(|list| list.parent());
        let Some(owner) = owner.and_then(ast::Impl::cast) else { return refuse("A free function, or one of a trait, can't have `self`.") };
        if list.self_param().is_some() {
            return refuse("The method has a `self` already.");
        }
        if list.params().next().as_ref() != Some(&parameter) {
            return refuse("Only the first parameter can become `self`.");
        }
        if owner.trait_().is_some() {
            return refuse("The trait says what parameters its functions have.");
        }
        let (Some(own), Some(given)) = (owner.self_ty(), parameter.ty()) else { return refuse("The parameter's type is not known.") };
        let (own, ty) = (self.lower(&own), self.lower(&given));
        let same = |one: &Ty, other: &Ty| one.is_known() && one == other;
        let is_mutable = matches!(&given, ast::Type::RefType(reference) if reference.mut_token().is_some());
        let lifetime = match &given {
            ast::Type::RefType(reference) => reference.lifetime().map(|lifetime| format!("{} ", lifetime.text())).unwrap_or_default(),
            _ => String::new(),
        };
        let binds_mutably = node.children_with_tokens().any(|element| element.kind() == SyntaxKind::MUT_KW);
        let (receiver, by_reference) = match (&own, &ty) {
            (own, ty) if same(own, ty) => {
                (if binds_mutably { "mut self".to_owned() } else { "self".to_owned() }, matches!(ty, Ty::Reference(_)))
            }
            (own, Ty::Reference(inner)) if same(own, inner) => (format!("&{lifetime}{}self", if is_mutable { "mut " } else { "" }), true),
            _ => return refuse("The parameter's type is not the one of the implementation."),
        };
        let mut proposal = Proposal::default();
        let Some((file, range)) = self.range_in_file(parameter.syntax()) else { return refuse("A macro makes this function.") };
        proposal.edits.push(self.edit(file, range, &receiver, Certainty::Certain, "the parameter becomes `self`"));
        for hit in self.sweep(target)?.hits.iter().filter(|hit| hit.sense.role != OccurrenceRole::Definition) {
            proposal.edits.push(self.edit_of(hit, "self").with_new("self"));
        }
        self.add_callers(&function, by_reference, &mut proposal)?;
        Ok(proposal.sorted())
    }

    /// `Type::function(value, …)` becomes `value.function(…)`.
    fn add_callers(&self, function: &ast::Fn, by_reference: bool, proposal: &mut Proposal) -> Result<(), Refused> {
        let Some(name) = super::world::name_token(function.syntax()) else { return Ok(()) };
        let sense = self.senses(&name);
        let target = self.target(&sense)?;
        for hit in self.sweep(&target)?.hits {
            let Some(call) = hit.sense.token.parent_ancestors().take(4).find_map(ast::PathExpr::cast) else { continue };
            let around = call
                .syntax()
                .parent()
                .and_then(ast::CallExpr::cast)
                .filter(|around| around.expr().is_some_and(|callee| callee.syntax() == call.syntax()));
            let Some(around) = around else { continue };
            let Some(value) = around.arg_list().and_then(|list| list.args().next()) else { continue };
            let given = match &value {
                ast::Expr::RefExpr(reference) if by_reference => reference.expr().unwrap_or_else(|| value.clone()),
                other => other.clone(),
            };
            let (Some((file, callee)), Some((_, argument)), Some((_, inner))) =
                (self.range_in_file(call.syntax()), self.range_in_file(value.syntax()), self.range_in_file(given.syntax()))
            else {
                continue;
            };
            let text = self.file(file).source.text.clone();
            let slice = |range: &std::ops::Range<u32>| text.get(range.start as usize..range.end as usize).unwrap_or_default();
            let receiver = if needs_parentheses(&given) { format!("({})", slice(&inner)) } else { slice(&inner).to_owned() };
            let method = hit.sense.token.text().to_owned();
            proposal.edits.push(self.edit(
                file,
                callee,
                &format!("{receiver}.{method}"),
                Certainty::Certain,
                "a call of the function, which is a method now",
            ));
            // Within a macro the space after the comma may mean something.
            let in_macro = self.expansion_of(call.syntax()).is_some();
            let rest = &text[argument.end as usize..];
            let spaces = rest.len() - rest.trim_start().len();
            let mut end = argument.end as usize;
            if rest.trim_start().starts_with(',') {
                end += spaces + 1;
                if !in_macro {
                    let after = &text[end..];
                    end += after.len() - after.trim_start_matches([' ', '\t']).len();
                }
            }
            let end = u32::try_from(end).unwrap_or(argument.end);
            proposal.edits.push(self.edit(file, argument.start..end, "", Certainty::Certain, "the receiver is before the dot now"));
        }
        Ok(())
    }

    /// `self` becomes a parameter.
    pub(super) fn receiver_to_parameter(&self, target: &Target, new_name: &str) -> Result<Proposal, Refused> {
        let refuse = |why: &str| Err(Refused::new(RefusedKind::Unsupported, why));
        let Some(receiver) = target.nodes.first().cloned().and_then(ast::SelfParam::cast) else {
            return refuse("There is no `self` here.");
        };
        let Some((file, range)) = self.range_in_file(receiver.syntax()) else { return refuse("A macro makes this method.") };
        let edition = self.edition(file);
        let name = naming::written(new_name, edition);
        let written = match receiver.ty() {
            Some(ty) => {
                let mutable = if receiver.mut_token().is_some() { "mut " } else { "" };
                format!("{mutable}{name}: {}", ty.syntax().text())
            }
            None if receiver.amp_token().is_some() => {
                let lifetime = receiver.lifetime().map(|lifetime| format!("{} ", lifetime.text())).unwrap_or_default();
                let mutable = if receiver.mut_token().is_some() { "mut " } else { "" };
                format!("{name}: &{lifetime}{mutable}Self")
            }
            None => format!("{}{name}: Self", if receiver.mut_token().is_some() { "mut " } else { "" }),
        };
        let mut proposal = Proposal::default();
        proposal.edits.push(self.edit(file, range, &written, Certainty::Certain, "`self` becomes a parameter"));
        for hit in self.sweep(target)?.hits.iter().filter(|hit| hit.sense.role != OccurrenceRole::Definition) {
            proposal.edits.push(self.edit_of(hit, new_name));
        }
        let function = receiver.syntax().ancestors().find_map(ast::Fn::cast);
        if let Some(function) = function {
            self.add_lost_calls(&function, &mut proposal)?;
        }
        Ok(proposal.sorted())
    }

    /// Calls with a dot are no longer possible.
    fn add_lost_calls(&self, function: &ast::Fn, proposal: &mut Proposal) -> Result<(), Refused> {
        let owner = function.syntax().ancestors().nth(2);
        let is_bound = |owner: &ra_ap_syntax::SyntaxNode| {
            ast::Trait::can_cast(owner.kind()) || ast::Impl::cast(owner.clone()).is_some_and(|owner| owner.trait_().is_some())
        };
        if owner.as_ref().is_some_and(is_bound)
            && let Some(file) = self.file_of(function.syntax())
        {
            let at = u32::from(function.syntax().text_range().start());
            proposal.conflicts.push(self.conflict(file, at, ConflictKind::BrokenContract, true, "The trait says that this has a `self`."));
        }
        let Some(name) = super::world::name_token(function.syntax()) else { return Ok(()) };
        let senses = self.senses(&name);
        let Ok(target) = self.target(&senses) else { return Ok(()) };
        for hit in self.sweep(&target)?.hits {
            if hit.sense.token.parent().and_then(|name| name.parent()).is_some_and(|node| ast::MethodCallExpr::can_cast(node.kind())) {
                proposal.conflicts.push(self.conflict(
                    hit.spot.file,
                    hit.spot.at,
                    ConflictKind::BrokenContract,
                    true,
                    "It is called with a dot here.",
                ));
            }
        }
        Ok(())
    }

    /// `'_` gets a name, which its function or implementation declares.
    pub(super) fn name_lifetime(&self, token: &ra_ap_syntax::SyntaxToken, new_name: &str) -> Result<Proposal, Refused> {
        use ast::HasGenericParams;
        let bare = new_name.strip_prefix('\'').unwrap_or(new_name);
        if !naming::is_word(bare) || bare == "_" || bare == "static" {
            return Err(Refused::new(RefusedKind::BadName, format!("`{new_name}` is no lifetime.")));
        }
        let name = format!("'{bare}");
        let owner = token.parent_ancestors().find(|node| matches!(node.kind(), SyntaxKind::FN | SyntaxKind::IMPL));
        let in_result = token.parent_ancestors().any(|node| ast::RetType::can_cast(node.kind()));
        let (Some(owner), Some(written)) = (owner.filter(|_| !in_result), self.written(token)) else {
            return Err(Refused::new(RefusedKind::BuiltIn, "There is nothing that could declare this lifetime."));
        };
        let file = written.spot.file;
        let mut proposal = Proposal::default();
        let end = written.spot.at + u32::from(token.text_range().len());
        proposal.edits.push(self.edit(file, written.spot.at..end, &name, Certainty::Certain, "the lifetime that gets a name"));
        let list = ast::AnyHasGenericParams::cast(owner.clone()).and_then(|owner| owner.generic_param_list());
        let taken = list.as_ref().is_some_and(|list| {
            list.lifetime_params().any(|parameter| parameter.lifetime().is_some_and(|lifetime| lifetime.text() == name))
        });
        let (at, text) = match list.and_then(|list| list.l_angle_token().map(|angle| (angle, list.generic_params().next().is_some()))) {
            Some((angle, has_more)) => (u32::from(angle.text_range().end()), if has_more { format!("{name}, ") } else { name.clone() }),
            None => {
                let before = match owner.kind() {
                    SyntaxKind::FN => {
                        ast::Fn::cast(owner.clone()).and_then(|function| function.name()).map(|name| name.syntax().text_range().end())
                    }
                    _ => ast::Impl::cast(owner.clone()).and_then(|item| item.impl_token()).map(|token| token.text_range().end()),
                };
                (before.map_or(0, u32::from), format!("<{name}>"))
            }
        };
        proposal.edits.push(self.edit(file, at..at, &text, Certainty::Certain, "where it is declared"));
        if taken {
            proposal.conflicts.push(self.conflict(file, at, ConflictKind::NameClash, true, format!("There is a lifetime {name} already.")));
        }
        Ok(proposal.sorted())
    }
}

impl crate::Edit {
    fn with_new(mut self, new: &str) -> Self {
        self.new = self.new.replace("r#self", new);
        self
    }
}

fn needs_parentheses(expression: &ast::Expr) -> bool {
    !matches!(
        expression,
        ast::Expr::PathExpr(_)
            | ast::Expr::FieldExpr(_)
            | ast::Expr::MethodCallExpr(_)
            | ast::Expr::CallExpr(_)
            | ast::Expr::ParenExpr(_)
            | ast::Expr::IndexExpr(_)
            | ast::Expr::Literal(_)
            | ast::Expr::MacroExpr(_)
            | ast::Expr::TryExpr(_)
            | ast::Expr::AwaitExpr(_)
            | ast::Expr::RecordExpr(_)
            | ast::Expr::TupleExpr(_)
            | ast::Expr::ArrayExpr(_)
    )
}
