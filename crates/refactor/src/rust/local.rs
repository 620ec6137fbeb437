//! Bindings of patterns: which `let`, parameter or arm a name in a body means.

use ra_ap_syntax::{
    AstNode, SmolStr, SyntaxKind, SyntaxNode, SyntaxToken,
    ast::{self, HasName},
};

use super::{
    expand::is_wrapper,
    scope::{Entity, Space},
    world::{World, plain},
};

impl World<'_> {
    /// The name token of the binding that a name means.
    pub(super) fn resolve_local(&self, at: &SyntaxNode, token: &SyntaxToken) -> Option<SyntaxToken> {
        let context = self.written(token).map_or(0, |written| written.context);
        self.find_local(at, plain(token.text()), context)
    }

    /// The same for a name that need not be written there.
    pub(super) fn find_local(&self, at: &SyntaxNode, name: &str, context: u32) -> Option<SyntaxToken> {
        let mut below = at.clone();
        loop {
            let Some(above) = below.parent() else {
                // The root of an expansion: what the macro itself wrote can see only what was there where it was defined.
                let expansion = self.expansion_of(&below)?;
                if expansion.id == context {
                    let definition = expansion.definition.clone()?;
                    return self.find_local(&definition, name, 0);
                }
                below = expansion.call.clone();
                continue;
            };
            if let Some(found) = self.bound_by(&above, &below, name, context) {
                return Some(found);
            }
            let is_item = ast::Item::can_cast(above.kind())
                && !matches!(above.kind(), SyntaxKind::MACRO_CALL | SyntaxKind::ASM_EXPR)
                && !is_wrapper(&above);
            if is_item || ast::Variant::can_cast(above.kind()) {
                return None;
            }
            below = above;
        }
    }

    /// What a node binds for its child.
    fn bound_by(&self, above: &SyntaxNode, below: &SyntaxNode, name: &str, context: u32) -> Option<SyntaxToken> {
        let in_pattern = |pattern: Option<ast::Pat>| self.binding_in(pattern?.syntax(), name, context);
        match above.kind() {
            SyntaxKind::STMT_LIST => self.bound_before(above, below, name, context),
            SyntaxKind::SOURCE_FILE if self.expansion_of(above).is_some() => None,
            SyntaxKind::MATCH_ARM => {
                let arm = ast::MatchArm::cast(above.clone())?;
                if arm.pat().is_some_and(|pattern| pattern.syntax() == below) {
                    return None;
                }
                let from_guard = match arm.guard() {
                    Some(guard) if guard.syntax() != below => self.bound_in_condition(guard.condition(), name, context),
                    _ => None,
                };
                from_guard.or_else(|| in_pattern(arm.pat()))
            }
            SyntaxKind::IF_EXPR => {
                let branch = ast::IfExpr::cast(above.clone())?;
                let is_then = branch.then_branch().is_some_and(|block| block.syntax() == below);
                is_then.then(|| self.bound_in_condition(branch.condition(), name, context)).flatten()
            }
            SyntaxKind::WHILE_EXPR => {
                let branch = ast::WhileExpr::cast(above.clone())?;
                let condition = branch.condition()?;
                (condition.syntax() != below).then(|| self.bound_in_condition(Some(condition), name, context)).flatten()
            }
            SyntaxKind::BIN_EXPR => {
                let operation = ast::BinExpr::cast(above.clone())?;
                let is_right = operation.rhs().is_some_and(|right| right.syntax() == below);
                let is_and = operation.op_kind() == Some(ast::BinaryOp::LogicOp(ast::LogicOp::And));
                (is_right && is_and).then(|| self.bound_in_condition(operation.lhs(), name, context)).flatten()
            }
            SyntaxKind::FOR_EXPR => {
                let each = ast::ForExpr::cast(above.clone())?;
                let is_body = ast::BlockExpr::can_cast(below.kind()) && each.iterable().is_none_or(|iterable| iterable.syntax() != below);
                is_body.then(|| in_pattern(each.pat())).flatten()
            }
            SyntaxKind::CLOSURE_EXPR => {
                let closure = ast::ClosureExpr::cast(above.clone())?;
                let list = closure.param_list()?;
                if list.syntax() == below {
                    return None;
                }
                list.params().find_map(|parameter| in_pattern(parameter.pat()))
            }
            SyntaxKind::FN => {
                let list = ast::Fn::cast(above.clone())?.param_list()?;
                if !ast::BlockExpr::can_cast(below.kind()) {
                    return None;
                }
                let receiver = list.self_param().and_then(|receiver| receiver.name()).and_then(|name| name.syntax().first_token());
                let receiver = receiver.filter(|token| name == "self" && self.is_in_context(token, context));
                receiver.or_else(|| list.params().find_map(|parameter| in_pattern(parameter.pat())))
            }
            _ => None,
        }
    }

    /// The last binding of the name by a statement before a child.
    fn bound_before(&self, list: &SyntaxNode, child: &SyntaxNode, name: &str, context: u32) -> Option<SyntaxToken> {
        let mut at = child.prev_sibling();
        while let Some(statement) = at {
            if let Some(binding) = ast::LetStmt::cast(statement.clone()) {
                if let Some(found) = binding.pat().and_then(|pattern| self.binding_in(pattern.syntax(), name, context)) {
                    return Some(found);
                }
            } else if let Some(call) = statement_macro(&statement)
                && let Some(expansion) = self.expansion(&call)
                && let Some(inner) = expansion.statements()
                && let Some(found) = self.bound_at_end(&inner, name, context)
            {
                return Some(found);
            }
            at = statement.prev_sibling();
        }
        let _ = list;
        None
    }

    /// The last binding of the name by the statements of a list.
    fn bound_at_end(&self, list: &SyntaxNode, name: &str, context: u32) -> Option<SyntaxToken> {
        let last = list.last_child()?;
        if let Some(binding) = ast::LetStmt::cast(last.clone())
            && let Some(found) = binding.pat().and_then(|pattern| self.binding_in(pattern.syntax(), name, context))
        {
            return Some(found);
        }
        self.bound_before(list, &last, name, context)
    }

    /// What the `let`s of a condition bind for what comes after them.
    fn bound_in_condition(&self, condition: Option<ast::Expr>, name: &str, context: u32) -> Option<SyntaxToken> {
        match condition? {
            ast::Expr::LetExpr(binding) => self.binding_in(binding.pat()?.syntax(), name, context),
            ast::Expr::BinExpr(operation) if operation.op_kind() == Some(ast::BinaryOp::LogicOp(ast::LogicOp::And)) => {
                let right = self.bound_in_condition(operation.rhs(), name, context);
                right.or_else(|| self.bound_in_condition(operation.lhs(), name, context))
            }
            ast::Expr::ParenExpr(inner) => self.bound_in_condition(inner.expr(), name, context),
            _ => None,
        }
    }

    fn is_in_context(&self, token: &SyntaxToken, context: u32) -> bool {
        self.written(token).map_or(0, |written| written.context) == context
    }

    /// The first binding of a name in a pattern: where alternatives bind it several times, that one stands for all.
    pub(super) fn binding_in(&self, pattern: &SyntaxNode, name: &str, context: u32) -> Option<SyntaxToken> {
        for node in pattern.descendants() {
            if let Some(binding) = ast::IdentPat::cast(node.clone()) {
                let Some(token) = binding.name().and_then(|name| name.syntax().first_token()) else { continue };
                if plain(token.text()) == name && self.is_in_context(&token, context) && self.is_binding(&binding) {
                    return Some(token);
                }
            } else if let Some(inner) = ast::MacroPat::cast(node)
                && let Some(call) = inner.macro_call()
                && let Some(expansion) = self.expansion(call.syntax())
                && let Some(found) = self.binding_in(&expansion.root, name, context)
            {
                return Some(found);
            }
        }
        None
    }

    /// Whether an identifier in a pattern binds, rather than name a constant or variant.
    pub(super) fn is_binding(&self, pattern: &ast::IdentPat) -> bool {
        if pattern.mut_token().is_some() || pattern.ref_token().is_some() || pattern.at_token().is_some() {
            return true;
        }
        if let Some(field) = pattern.syntax().parent().and_then(ast::RecordPatField::cast)
            && field.name_ref().is_none()
        {
            return true;
        }
        self.constant_in_pattern(pattern).is_none()
    }

    /// The constant, unit struct or variant that an identifier in a pattern means.
    pub(super) fn constant_in_pattern(&self, pattern: &ast::IdentPat) -> Option<super::scope::Hit> {
        let name = SmolStr::new(plain(pattern.name()?.text()));
        let hit = self.deeper(|| self.resolve_item_name(pattern.syntax(), &name, Space::Values))?;
        let is_constant = match &hit.entity {
            Entity::Item(node) => match node.kind() {
                SyntaxKind::CONST | SyntaxKind::STATIC | SyntaxKind::CONST_PARAM => true,
                SyntaxKind::STRUCT => ast::Struct::cast(node.clone()).is_some_and(|item| matches!(item.kind(), ast::StructKind::Unit)),
                SyntaxKind::VARIANT => ast::Variant::cast(node.clone()).is_some_and(|item| matches!(item.kind(), ast::StructKind::Unit)),
                _ => false,
            },
            Entity::Builtin(name) => name == "None",
            Entity::External(name) => name.starts_with(char::is_uppercase),
            _ => false,
        };
        is_constant.then_some(hit)
    }

    /// The label or lifetime parameter that a lifetime means.
    pub(super) fn resolve_lifetime(&self, lifetime: &ast::Lifetime) -> Option<SyntaxNode> {
        let text = lifetime.text().to_owned();
        let parent = lifetime.syntax().parent()?;
        if matches!(parent.kind(), SyntaxKind::LABEL | SyntaxKind::LIFETIME_PARAM) {
            return Some(parent);
        }
        if matches!(parent.kind(), SyntaxKind::BREAK_EXPR | SyntaxKind::CONTINUE_EXPR) {
            return self.resolve_label(&parent, &text);
        }
        self.ancestors(lifetime.syntax()).find_map(|above| lifetime_parameter(&above, &text))
    }

    fn resolve_label(&self, at: &SyntaxNode, text: &str) -> Option<SyntaxNode> {
        for above in self.ancestors(at) {
            if matches!(above.kind(), SyntaxKind::FN | SyntaxKind::CLOSURE_EXPR) {
                return None;
            }
            if let Some(label) = above.children().find_map(ast::Label::cast)
                && label.lifetime().is_some_and(|given| given.text() == text)
            {
                return Some(label.syntax().clone());
            }
        }
        None
    }
}

/// The lifetime parameter of this name that a node declares for what is in it.
pub(super) fn lifetime_parameter(node: &SyntaxNode, text: &str) -> Option<SyntaxNode> {
    use ast::HasGenericParams;
    let own = ast::AnyHasGenericParams::cast(node.clone()).and_then(|node| node.generic_param_list());
    let bound = node.children().find_map(ast::ForBinder::cast).and_then(|binder| binder.generic_param_list());
    let lists = own.into_iter().chain(bound);
    lists
        .flat_map(|list| list.lifetime_params().collect::<Vec<_>>())
        .find(|parameter| parameter.lifetime().is_some_and(|given| given.text() == text))
        .map(|parameter| parameter.syntax().clone())
}

/// The macro call that a statement is.
pub(super) fn statement_macro(statement: &SyntaxNode) -> Option<SyntaxNode> {
    if ast::MacroCall::can_cast(statement.kind()) {
        return Some(statement.clone());
    }
    let inner = match ast::ExprStmt::cast(statement.clone()) {
        Some(statement) => statement.expr()?.syntax().clone(),
        None => statement.clone(),
    };
    Some(ast::MacroExpr::cast(inner)?.macro_call()?.syntax().clone())
}
