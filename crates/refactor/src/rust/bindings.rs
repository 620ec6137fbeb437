//! Types of bindings: what the pattern around a name is matched against.

use ra_ap_syntax::{AstNode, SyntaxKind, SyntaxNode, SyntaxToken, ast};

use super::{
    expand::Mode,
    known,
    scope::{Entity, Space},
    types::{Ty, substitution_of},
    world::{World, plain},
};

impl World<'_> {
    /// The type of what a name token in a pattern binds.
    pub(super) fn type_of_binding(&self, token: &SyntaxToken) -> Option<Ty> {
        let name = token.parent()?;
        let binder = name.parent()?;
        if let Some(receiver) = ast::SelfParam::cast(binder.clone()) {
            return self.type_of_receiver(&receiver);
        }
        self.deeper(|| self.type_of_pattern(&binder))
    }

    /// The type of `self`.
    pub(super) fn type_of_receiver(&self, receiver: &ast::SelfParam) -> Option<Ty> {
        if let Some(ty) = receiver.ty() {
            return Some(self.lower(&ty));
        }
        let Some(Entity::SelfType(owner)) = self.self_type(receiver.syntax()) else { return None };
        let ty = self.type_of_self(&owner);
        Some(if receiver.amp_token().is_some() { Ty::Reference(Box::new(ty)) } else { ty })
    }

    /// The type that a pattern is matched against.
    fn type_of_pattern(&self, pattern: &SyntaxNode) -> Option<Ty> {
        let parent = self.parent(pattern)?;
        let known = |expression: Option<ast::Expr>| expression.map(|expression| self.type_of(&expression));
        match parent.kind() {
            SyntaxKind::LET_STMT => {
                if let Some(expansion) = self.expansion_of(&parent)
                    && expansion.mode == Mode::Pattern
                {
                    return self.type_of_pattern(&expansion.call.parent()?);
                }
                let binding = ast::LetStmt::cast(parent)?;
                if let Some(ty) = binding.ty() {
                    let written = self.lower(&ty);
                    return Some(self.filled(written, binding.initializer()));
                }
                known(binding.initializer())
            }
            SyntaxKind::LET_EXPR => known(ast::LetExpr::cast(parent)?.expr()),
            SyntaxKind::MATCH_ARM => known(ast::MatchExpr::cast(parent.parent()?.parent()?)?.expr()),
            SyntaxKind::FOR_EXPR => self.iterated(&known(ast::ForExpr::cast(parent)?.iterable())?),
            SyntaxKind::PARAM => {
                let parameter = ast::Param::cast(parent.clone())?;
                match parameter.ty() {
                    Some(ty) => Some(self.lower(&ty)),
                    None => self.type_of_closure_parameter(&parent),
                }
            }
            SyntaxKind::TUPLE_PAT => {
                let Ty::Tuple(fields) = self.type_of_pattern(&parent)?.bare().clone() else { return None };
                fields.get(position(&parent, pattern, fields.len())?).cloned()
            }
            SyntaxKind::TUPLE_STRUCT_PAT => {
                let owner = ast::TupleStructPat::cast(parent.clone())?;
                self.type_of_tuple_field(&owner, pattern)
            }
            SyntaxKind::RECORD_PAT_FIELD => {
                let field = ast::RecordPatField::cast(parent)?;
                let record = field.parent_record_pat();
                let owner = self.resolve_variant(&record.path()?)?;
                let name = field.field_name()?;
                let (_, ty) = self.field_of(&owner, plain(name.text()))?;
                Some(self.in_matched(&ty, &owner, record.syntax()))
            }
            SyntaxKind::REF_PAT => {
                let outer = self.type_of_pattern(&parent)?;
                Some(if let Ty::Reference(inner) = outer { *inner } else { outer })
            }
            SyntaxKind::SLICE_PAT => known::item_of(&self.type_of_pattern(&parent)?),
            SyntaxKind::OR_PAT | SyntaxKind::PAREN_PAT | SyntaxKind::IDENT_PAT | SyntaxKind::BOX_PAT => self.type_of_pattern(&parent),
            SyntaxKind::MACRO_CALL => self.type_of_pattern(&parent.parent()?),
            _ => None,
        }
    }

    /// `let x: Vec<_> = …` says only half.
    fn filled(&self, written: Ty, initializer: Option<ast::Expr>) -> Ty {
        let Ty::External(name, arguments) = &written else { return written };
        if arguments.iter().all(Ty::is_known) {
            return written;
        }
        let Some(ast::Expr::MethodCallExpr(call)) = &initializer else {
            return initializer.map(|expression| self.type_of(&expression)).filter(Ty::is_known).unwrap_or(written);
        };
        if call.name_ref().is_some_and(|name| name.text() == "collect")
            && let Some(item) = call.receiver().and_then(|receiver| self.iterated(&self.type_of(&receiver)))
        {
            return match item {
                Ty::Tuple(fields) if fields.len() == 2 && name.contains("Map") => Ty::External(name.clone(), fields),
                item => Ty::External(name.clone(), vec![item]),
            };
        }
        written
    }

    /// A field's type in the words of what its pattern is matched against.
    fn in_matched(&self, ty: &Ty, owner: &SyntaxNode, pattern: &SyntaxNode) -> Ty {
        let adt = owner.ancestors().find(|node| matches!(node.kind(), SyntaxKind::STRUCT | SyntaxKind::ENUM | SyntaxKind::UNION));
        let matched = self.type_of_pattern(pattern).unwrap_or(Ty::Unknown);
        for step in self.dereferenced(&matched) {
            if let Ty::Adt(node, arguments) = &step
                && Some(node) == adt.as_ref()
            {
                return ty.substituted(&substitution_of(node, arguments));
            }
        }
        ty.clone()
    }

    /// The struct or variant that a pattern or literal names.
    pub(super) fn resolve_variant(&self, path: &ast::Path) -> Option<SyntaxNode> {
        let hit = self.resolve_path(path, Space::Types).or_else(|| self.resolve_path(path, Space::Values))?;
        match hit.entity {
            Entity::Item(node) if matches!(node.kind(), SyntaxKind::STRUCT | SyntaxKind::UNION | SyntaxKind::VARIANT) => Some(node),
            Entity::Item(node) if node.kind() == SyntaxKind::TYPE_ALIAS => match self.lower_path(path) {
                Ty::Adt(node, _) => Some(node),
                _ => None,
            },
            Entity::SelfType(node) => match self.type_of_self(&node).bare() {
                Ty::Adt(node, _) => Some(node.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn type_of_tuple_field(&self, owner: &ast::TupleStructPat, pattern: &SyntaxNode) -> Option<Ty> {
        let path = owner.path()?;
        if let Some(variant) = self.resolve_variant(&path) {
            let list = variant.children().find_map(ast::TupleFieldList::cast)?;
            let count = list.fields().count();
            let field = list.fields().nth(position(owner.syntax(), pattern, count)?)?;
            let ty = self.lower(&field.ty()?);
            return Some(self.in_matched(&ty, &variant, owner.syntax()));
        }
        let name = path.segment()?.name_ref()?;
        let matched = self.type_of_pattern(owner.syntax())?;
        let Ty::External(_, arguments) = matched.bare() else { return None };
        match name.text() {
            "Some" | "Ok" | "Reverse" | "Wrapping" | "Ready" | "Borrowed" | "Owned" => arguments.first().cloned(),
            "Err" => arguments.get(1).cloned(),
            _ => None,
        }
    }

    /// What a closure is called with, by whom it is given to.
    fn type_of_closure_parameter(&self, parameter: &SyntaxNode) -> Option<Ty> {
        let closure = ast::ClosureExpr::cast(parameter.parent()?.parent()?)?;
        let index = closure.param_list()?.params().position(|other| other.syntax() == parameter)?;
        let around = closure.syntax().parent()?;
        let list = ast::ArgList::cast(around)?;
        let argument = list.args().position(|argument| argument.syntax() == closure.syntax())?;
        let call = list.syntax().parent()?;
        if let Some(call) = ast::MethodCallExpr::cast(call.clone()) {
            let receiver = self.type_of(&call.receiver()?);
            let name = call.name_ref()?;
            let name = plain(name.text());
            if let Some((item, mut substitution)) = self.method(&receiver, name) {
                let function = ast::Fn::cast(item)?;
                // What the other arguments say of the function's own parameters.
                for (position, parameter) in function.param_list()?.params().enumerate() {
                    if position != argument
                        && let (Some(ty), Some(given)) = (parameter.ty(), list.args().nth(position))
                    {
                        self.unify(&self.lower(&ty), &self.type_of(&given), &mut substitution);
                    }
                }
                let ty = self.parameter_of_callback(&function, argument, index)?;
                return Some(ty.substituted(&substitution));
            }
            for step in self.dereferenced(&receiver) {
                if let Some(types) = known::closure_parameters(&step, name, argument) {
                    return types.get(index).cloned();
                }
            }
            let item = self.iterated(&receiver)?;
            return known::closure_parameters(&Ty::external("Iterator", vec![item]), name, argument)?.get(index).cloned();
        }
        let call = ast::CallExpr::cast(call)?;
        let ast::Expr::PathExpr(named) = call.expr()? else { return None };
        let Entity::Item(node) = self.resolve_path(&named.path()?, Space::Values)?.entity else { return None };
        let function = ast::Fn::cast(node)?;
        let mut substitution = Vec::new();
        for (position, parameter) in function.param_list()?.params().enumerate() {
            if position != argument
                && let (Some(ty), Some(given)) = (parameter.ty(), list.args().nth(position))
            {
                self.unify(&self.lower(&ty), &self.type_of(&given), &mut substitution);
            }
        }
        Some(self.parameter_of_callback(&function, argument, index)?.substituted(&substitution))
    }

    /// `f: impl Fn(A, B)`: the type of one of those.
    fn parameter_of_callback(&self, function: &ast::Fn, argument: usize, index: usize) -> Option<Ty> {
        let ty = self.lower(&function.param_list()?.params().nth(argument)?.ty()?);
        if let Ty::Function(parameters, _) = &ty {
            return parameters.get(index).cloned();
        }
        let inner = self.dereferenced(&ty).last()?.clone();
        self.bounds_of(&inner).iter().find_map(|bound| {
            let bound = if let ast::Type::ForType(inner) = bound { inner.ty()? } else { bound.clone() };
            let ast::Type::PathType(named) = bound else { return None };
            let list = named.path()?.segment()?.parenthesized_arg_list()?;
            Some(self.lower(&list.type_args().nth(index)?.ty()?))
        })
    }
}

/// Which field an inner pattern is for; `..` may stand for several.
fn position(owner: &SyntaxNode, pattern: &SyntaxNode, count: usize) -> Option<usize> {
    let patterns: Vec<SyntaxNode> = owner.children().filter(|child| ast::Pat::can_cast(child.kind())).collect();
    let at = patterns.iter().position(|other| other == pattern)?;
    let rest = patterns.iter().position(|other| ast::RestPat::can_cast(other.kind()));
    match rest {
        Some(rest) if at > rest => count.checked_sub(patterns.len() - at),
        _ => Some(at),
    }
}
