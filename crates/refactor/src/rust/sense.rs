//! What a name at a place means.

use std::{collections::HashSet, rc::Rc};

use ra_ap_syntax::{
    AstNode, SmolStr, SyntaxKind, SyntaxNode, SyntaxToken,
    ast::{self, HasName},
};

use super::{
    common::is_common_method,
    scope::{Entity, Hit, Space},
    types::Ty,
    world::{FileId, World, plain},
};
use crate::OccurrenceRole;

/// One meaning of a name where it stands.
#[derive(Debug, Clone)]
pub(super) struct Sense {
    /// The token, perhaps in the tree of an expansion.
    pub(super) token: SyntaxToken,
    pub(super) what: What,
    pub(super) via: Option<ast::UseTree>,
    pub(super) role: OccurrenceRole,
    /// Bound by the language's rules; otherwise the reason says why it is thought so.
    pub(super) sure: bool,
    pub(super) reason: String,
}

/// A member that stands for those it is implemented by.
pub(super) struct Family {
    pub(super) node: SyntaxNode,
    /// The name of what it belongs to.
    owner: SmolStr,
}

/// What a name means, in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A declaration of the project, by its node.
    Declared(SyntaxNode),
    /// The root of a crate, `Self` and other words of the language.
    Word,
    Builtin,
    External,
}

impl Sense {
    fn new(token: &SyntaxToken, what: What, role: OccurrenceRole, reason: impl Into<String>) -> Self {
        Self { token: token.clone(), what, via: None, role, sure: true, reason: reason.into() }
    }
}

impl World<'_> {
    /// What a token of a tree means; empty where that is not known. Not for tokens of token trees.
    pub(super) fn senses(&self, token: &SyntaxToken) -> Vec<Sense> {
        let Some(parent) = token.parent() else { return Vec::new() };
        match parent.kind() {
            SyntaxKind::NAME => self.senses_of_name(token, &parent),
            SyntaxKind::NAME_REF => self.senses_of_reference(token, &parent),
            SyntaxKind::LIFETIME => {
                let Some(lifetime) = ast::Lifetime::cast(parent.clone()) else { return Vec::new() };
                let Some(node) = self.resolve_lifetime(&lifetime) else { return Vec::new() };
                let is_definition = parent.parent().as_ref() == Some(&node);
                let role = if is_definition { OccurrenceRole::Definition } else { OccurrenceRole::Read };
                let kind = if node.kind() == SyntaxKind::LABEL { "label" } else { "lifetime" };
                let reason = if is_definition { "declared here".to_owned() } else { format!("{kind} in whose scope this is") };
                vec![Sense::new(token, What::Declared(node), role, reason)]
            }
            _ => Vec::new(),
        }
    }

    fn senses_of_name(&self, token: &SyntaxToken, name: &SyntaxNode) -> Vec<Sense> {
        let Some(node) = name.parent() else { return Vec::new() };
        let declared = |node: SyntaxNode| vec![Sense::new(token, What::Declared(node), OccurrenceRole::Definition, "declared here")];
        match node.kind() {
            SyntaxKind::IDENT_PAT => {
                let Some(pattern) = ast::IdentPat::cast(node.clone()) else { return Vec::new() };
                if !self.is_binding(&pattern) {
                    return self
                        .constant_in_pattern(&pattern)
                        .map(|hit| self.sense_of_hit(token, hit, "a constant in a pattern"))
                        .into_iter()
                        .collect();
                }
                let mut senses = declared(self.first_binding(&node, token));
                if let Some(field) = shorthand_pattern(&pattern) {
                    senses.extend(self.sense_of_pattern_field(token, &field));
                }
                senses
            }
            SyntaxKind::RENAME => node.parent().map(declared).unwrap_or_default(),
            SyntaxKind::SELF_PARAM => declared(node),
            _ if ast::AnyHasName::can_cast(node.kind()) => declared(node),
            _ => Vec::new(),
        }
    }

    /// Alternatives of a pattern bind the same name several times; the first stands for all.
    fn first_binding(&self, node: &SyntaxNode, token: &SyntaxToken) -> SyntaxNode {
        let mut top = node.clone();
        for above in self.ancestors(node).skip(1) {
            if ast::Pat::can_cast(above.kind()) || matches!(above.kind(), SyntaxKind::RECORD_PAT_FIELD | SyntaxKind::RECORD_PAT_FIELD_LIST)
            {
                top = above;
            } else if !matches!(
                above.kind(),
                SyntaxKind::MACRO_CALL | SyntaxKind::SOURCE_FILE | SyntaxKind::LET_STMT | SyntaxKind::STMT_LIST | SyntaxKind::BLOCK_EXPR
            ) && !super::expand::is_wrapper(&above)
                || self.expansion_of(&above).is_none()
            {
                break;
            }
        }
        let context = self.written(token).map_or(0, |written| written.context);
        let first = self.binding_in(&top, plain(token.text()), context);
        first.and_then(|token| token.parent()?.parent()).unwrap_or_else(|| node.clone())
    }

    fn senses_of_reference(&self, token: &SyntaxToken, reference: &SyntaxNode) -> Vec<Sense> {
        let Some(node) = reference.parent() else { return Vec::new() };
        let name = plain(token.text());
        match node.kind() {
            SyntaxKind::PATH_SEGMENT => self.senses_of_segment(token, &node),
            SyntaxKind::FIELD_EXPR => {
                let Some(access) = ast::FieldExpr::cast(node.clone()) else { return Vec::new() };
                let receiver = access.expr().map_or(Ty::Unknown, |expression| self.type_of(&expression));
                let role = if is_assigned(&node) { OccurrenceRole::Write } else { OccurrenceRole::Read };
                match self.field(&receiver, name) {
                    Some((Some(field), _)) => {
                        let reason = format!(
                            "field of `{}`, which `{}` is",
                            self.owner_name(&field),
                            short(access.expr().map(|it| it.syntax().clone()))
                        );
                        vec![Sense::new(token, What::Declared(field), role, reason)]
                    }
                    Some((None, _)) => Vec::new(),
                    None => self.senses_by_name(token, &receiver, &self.fields_named(name), role),
                }
            }
            SyntaxKind::METHOD_CALL_EXPR => {
                let Some(call) = ast::MethodCallExpr::cast(node) else { return Vec::new() };
                let receiver = call.receiver().map_or(Ty::Unknown, |expression| self.type_of(&expression));
                match self.method(&receiver, name) {
                    Some((method, _)) => {
                        let reason = format!(
                            "method of `{}`, which `{}` is",
                            self.owner_name(&method),
                            short(call.receiver().map(|it| it.syntax().clone()))
                        );
                        vec![Sense::new(token, What::Declared(method), OccurrenceRole::Read, reason)]
                    }
                    None => self.senses_by_name(token, &receiver, &self.methods_named(name), OccurrenceRole::Read),
                }
            }
            SyntaxKind::RECORD_EXPR_FIELD => {
                let field = ast::RecordExprField::cast(node.clone());
                let record = field.and_then(|_| node.ancestors().find_map(ast::RecordExpr::cast));
                let owner = record.and_then(|record| self.resolve_variant(&record.path()?));
                owner.and_then(|owner| self.sense_of_field(token, &owner)).into_iter().collect()
            }
            SyntaxKind::RECORD_PAT_FIELD => {
                ast::RecordPatField::cast(node).and_then(|field| self.sense_of_pattern_field(token, &field)).into_iter().collect()
            }
            SyntaxKind::ASSOC_TYPE_ARG => self.sense_of_associated_type(token, &node).into_iter().collect(),
            SyntaxKind::USE_BOUND_GENERIC_ARGS => {
                let hit = self.resolve_item_name(&node, name, Space::Types);
                let hit = hit.or_else(|| self.resolve_item_name(&node, name, Space::Values));
                hit.map(|hit| self.sense_of_hit(token, hit, "captured by `use`")).into_iter().collect()
            }
            SyntaxKind::OFFSET_OF_EXPR => self.sense_in_offset_of(token, &node).into_iter().collect(),
            SyntaxKind::EXTERN_CRATE => vec![Sense::new(token, What::Word, OccurrenceRole::Import, "the name of a crate")],
            _ => Vec::new(),
        }
    }

    fn sense_in_offset_of(&self, token: &SyntaxToken, node: &SyntaxNode) -> Option<Sense> {
        let mut ty = self.lower(&node.children().find_map(ast::Type::cast)?);
        for field in node.children().filter_map(ast::NameRef::cast) {
            let (declared, next) = self.field(&ty, plain(field.text()))?;
            if field.syntax().first_token().as_ref() == Some(token) {
                return Some(Sense::new(token, What::Declared(declared?), OccurrenceRole::Read, "field in `offset_of!`"));
            }
            ty = next;
        }
        None
    }

    fn senses_of_segment(&self, token: &SyntaxToken, segment: &SyntaxNode) -> Vec<Sense> {
        let Some(path) = segment.parent().and_then(ast::Path::cast) else { return Vec::new() };
        let Some(around) = path.syntax().parent() else { return Vec::new() };
        let is_word = matches!(token.kind(), SyntaxKind::SUPER_KW | SyntaxKind::CRATE_KW | SyntaxKind::SELF_TYPE_KW);
        if is_word {
            return vec![Sense::new(token, What::Word, OccurrenceRole::Read, "a word of the language")];
        }
        let mut senses = Vec::new();
        let spaces: &[Space] = match around.kind() {
            SyntaxKind::PATH => &[Space::Types],
            SyntaxKind::PATH_EXPR | SyntaxKind::PATH_PAT | SyntaxKind::TUPLE_STRUCT_PAT => &[Space::Values],
            SyntaxKind::MACRO_CALL => &[Space::Macros],
            SyntaxKind::USE_TREE => {
                let tree = ast::UseTree::cast(around.clone());
                let is_leaf = tree.is_some_and(|tree| tree.use_tree_list().is_none() && tree.star_token().is_none());
                if is_leaf { &Space::ALL } else { &[Space::Types] }
            }
            SyntaxKind::PATH_META | SyntaxKind::KEY_VALUE_META | SyntaxKind::TOKEN_TREE_META => &[Space::Macros],
            SyntaxKind::RECORD_EXPR | SyntaxKind::RECORD_PAT => &[Space::Types, Space::Values],
            _ => &[Space::Types],
        };
        for space in spaces {
            let Some(mut hit) = self.resolve_path(&path, *space) else { continue };
            if around.kind() == SyntaxKind::USE_TREE {
                hit.via = self.resolve_use_via(&path, *space);
            }
            let sense = self.sense_of_hit(token, hit, "");
            if !senses.iter().any(|other: &Sense| other.what == sense.what) {
                senses.push(sense);
            }
            if matches!(around.kind(), SyntaxKind::RECORD_EXPR | SyntaxKind::RECORD_PAT) {
                break;
            }
        }
        if senses.iter().any(|sense| matches!(sense.what, What::Declared(_))) {
            senses.retain(|sense| matches!(sense.what, What::Declared(_)));
        }
        // In a type argument, `N` may be a constant.
        if senses.is_empty() && around.kind() == SyntaxKind::PATH_TYPE {
            senses.extend(self.resolve_path(&path, Space::Values).map(|hit| self.sense_of_hit(token, hit, "")));
        }
        if let Some(field) = shorthand_expression(&around)
            && let Some(record) = field.syntax().ancestors().find_map(ast::RecordExpr::cast)
            && let Some(owner) = record.path().and_then(|path| self.resolve_variant(&path))
        {
            senses.extend(self.sense_of_field(token, &owner));
        }
        if senses.is_empty() && path.qualifier().is_some() && around.kind() == SyntaxKind::PATH_EXPR {
            senses.extend(self.senses_of_unknown_owner(token, &path));
        }
        senses
    }

    /// The import through which a leaf of a `use` brings its name.
    fn resolve_use_via(&self, path: &ast::Path, space: Space) -> Option<ast::UseTree> {
        let tree = path.syntax().ancestors().find_map(ast::UseTree::cast)?;
        self.resolve_use_path(path, &tree, space)?.via
    }

    /// `something::name` where nothing is known of what is before.
    fn senses_of_unknown_owner(&self, token: &SyntaxToken, path: &ast::Path) -> Vec<Sense> {
        let prefix = path.qualifier().and_then(|before| self.resolve_path(&before, Space::Types));
        let is_project = match prefix.map(|hit| hit.entity) {
            Some(Entity::Module(_)) => false,
            Some(entity) => self.type_of_entity(&entity).is_some_and(|ty| matches!(ty, Ty::Param(_) | Ty::Adt(..) | Ty::TraitSelf(_))),
            None => false,
        };
        if !is_project {
            return Vec::new();
        }
        let all = self.members_named(plain(token.text()));
        self.senses_by_name(token, &Ty::Unknown, &all, OccurrenceRole::Read)
    }

    fn sense_of_hit(&self, token: &SyntaxToken, hit: Hit, reason: &str) -> Sense {
        let in_use = token.parent_ancestors().any(|node| ast::UseTree::can_cast(node.kind()));
        let role = if in_use {
            OccurrenceRole::Import
        } else if token.parent_ancestors().nth(3).is_some_and(|node| is_assigned(&node)) {
            OccurrenceRole::Write
        } else {
            OccurrenceRole::Read
        };
        let what = self.what(&hit);
        let reason = match (&hit.via, reason, &hit.entity) {
            (_, reason, _) if !reason.is_empty() => reason.to_owned(),
            (Some(tree), ..) if !in_use => format!("imported by `use {}`", short(Some(tree.syntax().clone()))),
            (_, _, Entity::Local(_)) => "the binding in whose scope this is".to_owned(),
            _ if in_use => "imported here".to_owned(),
            _ => "found by the scopes of names".to_owned(),
        };
        Sense { token: token.clone(), what, via: hit.via, role, sure: true, reason }
    }

    /// What was found, as a declaration.
    pub(super) fn what(&self, hit: &Hit) -> What {
        match &hit.entity {
            Entity::Module(module) => {
                let declared = hit.declared.clone();
                let declared = declared.or_else(|| Some(self.module(*module).declaration.as_ref()?.syntax().clone()));
                declared.map_or(What::Word, What::Declared)
            }
            Entity::Item(node) => What::Declared(node.clone()),
            Entity::Local(name) => name.parent().and_then(|name| name.parent()).map_or(What::Word, What::Declared),
            Entity::SelfType(_) => What::Word,
            Entity::Builtin(_) => What::Builtin,
            Entity::External(_) => What::External,
        }
    }

    fn sense_of_field(&self, token: &SyntaxToken, owner: &SyntaxNode) -> Option<Sense> {
        let (field, _) = self.field_of(owner, plain(token.text()))?;
        let reason = format!("field of `{}`", self.owner_name(&field));
        Some(Sense::new(token, What::Declared(field), OccurrenceRole::Read, reason))
    }

    fn sense_of_pattern_field(&self, token: &SyntaxToken, field: &ast::RecordPatField) -> Option<Sense> {
        let owner = self.resolve_variant(&field.parent_record_pat().path()?)?;
        self.sense_of_field(token, &owner)
    }

    fn sense_of_associated_type(&self, token: &SyntaxToken, node: &SyntaxNode) -> Option<Sense> {
        let path = node.ancestors().skip(1).find_map(ast::Path::cast)?;
        let hit = self.resolve_path(&path, Space::Types)?;
        let Entity::Item(owner) = hit.entity else {
            return Some(Sense::new(token, What::External, OccurrenceRole::Read, "of a library"));
        };
        let member = self.trait_member(&owner, plain(token.text()), Space::Types)?;
        Some(Sense::new(token, What::Declared(member), OccurrenceRole::Read, format!("type of `{}`", self.owner_name(&owner))))
    }

    /// Members of a name where the receiver's type is not known: only what can be meant.
    fn senses_by_name(&self, token: &SyntaxToken, receiver: &Ty, all: &Rc<Vec<SyntaxNode>>, role: OccurrenceRole) -> Vec<Sense> {
        if receiver.is_known() && !matches!(receiver.bare(), Ty::Param(_) | Ty::Bounds(_) | Ty::External(..)) {
            return Vec::new();
        }
        if matches!(receiver.bare(), Ty::External(..)) || (is_common_method(plain(token.text())) && all.iter().all(takes_self)) {
            return Vec::new();
        }
        // One of a library's trait: anything may be meant.
        let Some(families) = self.families(all) else { return Vec::new() };
        let name = plain(token.text());
        let alone = families.len() == 1;
        let Some(file) = token.parent().and_then(|node| self.file_of(&node)) else { return Vec::new() };
        families
            .iter()
            .filter(|family| alone || self.speaks_of(file, &family.owner))
            .map(|Family { node, owner }| {
                let reason = if alone {
                    format!("the receiver's type is not known; only `{owner}` declares `{name}`")
                } else {
                    format!("the receiver's type is not known; `{owner}` is one of those that declare `{name}`")
                };
                Sense { token: token.clone(), what: What::Declared(node.clone()), via: None, role, sure: false, reason }
            })
            .collect()
    }

    /// What stands for each family among members of a name; `None` if one of them is of a library's trait.
    pub(super) fn families(&self, all: &Rc<Vec<SyntaxNode>>) -> Option<Rc<Vec<Family>>> {
        let key = Rc::as_ptr(all) as usize;
        if let Some((_, known)) = self.families.borrow().get(&key) {
            return known.clone();
        }
        let stand_ins: Option<Vec<SyntaxNode>> = all.iter().map(|node| self.canonical(node)).collect();
        let families = stand_ins.map(|stand_ins| {
            let mut seen = HashSet::new();
            let first = stand_ins.into_iter().filter(|node| seen.insert(node.clone()));
            Rc::new(first.map(|node| Family { owner: SmolStr::new(self.owner_name(&node)), node }).collect())
        });
        if self.is_settled() {
            // What it is of is kept as well: nothing else can come to be at its address.
            self.families.borrow_mut().insert(key, (Rc::clone(all), families.clone()));
        }
        families
    }

    /// Of several that can be meant, those whose type the file speaks of.
    fn speaks_of(&self, file: FileId, owner: &SmolStr) -> bool {
        if let Some(known) = self.spoken.borrow().get(&(file, owner.clone())) {
            return *known;
        }
        let word = owner.split(['<', ' ']).next().unwrap_or_default();
        let text = self.file(file).source.text.clone();
        let speaks = !word.is_empty() && !crate::names::words(&text, 0..text.len(), word).is_empty();
        self.spoken.borrow_mut().insert((file, owner.clone()), speaks);
        speaks
    }

    /// Members of a name in the project that are called with a dot.
    fn methods_named(&self, name: &str) -> Rc<Vec<SyntaxNode>> {
        let key = (self.region_id(), SmolStr::new(format!("method {name}")));
        if let Some(known) = self.named.borrow().get(&key) {
            return Rc::clone(known);
        }
        let found: Vec<SyntaxNode> = self.members_named(name).iter().filter(|item| takes_self(item)).cloned().collect();
        let found = Rc::new(found);
        self.named.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    /// Fields of a name in the project.
    pub(super) fn fields_named(&self, name: &str) -> Rc<Vec<SyntaxNode>> {
        let key = (self.region_id(), SmolStr::new(format!("field {name}")));
        if let Some(known) = self.named.borrow().get(&key) {
            return Rc::clone(known);
        }
        let mut found = Vec::new();
        for token in self.declaring(super::names::Declares::Field, name) {
            let field = token.parent().and_then(|name| ast::RecordField::cast(name.parent()?));
            if let Some(field) = field
                && field.name().is_some_and(|given| plain(given.text()) == name)
            {
                found.push(field.syntax().clone());
            }
        }
        let found = Rc::new(found);
        self.named.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    /// The declaration that stands for a whole family: of a trait's member the trait's own. `None`: of a library's trait.
    pub(super) fn canonical(&self, node: &SyntaxNode) -> Option<SyntaxNode> {
        let Some(owner) = node.parent().filter(|list| ast::AssocItemList::can_cast(list.kind())).and_then(|list| list.parent()) else {
            return Some(node.clone());
        };
        if ast::Impl::cast(owner.clone()).is_none_or(|owner| owner.trait_().is_none()) {
            return Some(node.clone());
        }
        let name = super::world::name_of(node)?;
        let space = if node.kind() == SyntaxKind::TYPE_ALIAS { Space::Types } else { Space::Values };
        match self.trait_of_impl(&owner) {
            Some(Some(of)) => Some(self.trait_member(&of, &name, space).unwrap_or_else(|| node.clone())),
            Some(None) => None,
            None => Some(node.clone()),
        }
    }

    /// The name of what a member belongs to.
    pub(super) fn owner_name(&self, node: &SyntaxNode) -> String {
        for above in node.ancestors() {
            if let Some(item) = ast::Impl::cast(above.clone()) {
                return item.self_ty().map(|ty| short(Some(ty.syntax().clone()))).unwrap_or_default();
            }
            let is_owner =
                matches!(above.kind(), SyntaxKind::STRUCT | SyntaxKind::ENUM | SyntaxKind::UNION | SyntaxKind::TRAIT | SyntaxKind::VARIANT);
            if is_owner && let Some(name) = super::world::name_of(&above) {
                return name.to_string();
            }
        }
        String::new()
    }
}

/// The text of a node, for a reason.
pub(super) fn short(node: Option<SyntaxNode>) -> String {
    let text = node.map(|node| node.text().to_string()).unwrap_or_default();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// Whether the node is what an assignment writes to.
fn is_assigned(node: &SyntaxNode) -> bool {
    let Some(operation) = node.parent().and_then(ast::BinExpr::cast) else { return false };
    matches!(operation.op_kind(), Some(ast::BinaryOp::Assignment { .. })) && operation.lhs().is_some_and(|left| left.syntax() == node)
}

/// Whether a function can be called with a dot.
pub(super) fn takes_self(item: &SyntaxNode) -> bool {
    ast::Fn::cast(item.clone()).is_some_and(|item| item.param_list().is_some_and(|list| list.self_param().is_some()))
}

/// `Struct { name }` in an expression.
pub(super) fn shorthand_expression(path_expression: &SyntaxNode) -> Option<ast::RecordExprField> {
    let field = path_expression.parent().and_then(ast::RecordExprField::cast)?;
    field.name_ref().is_none().then_some(field)
}

/// `Struct { name }` in a pattern.
pub(super) fn shorthand_pattern(pattern: &ast::IdentPat) -> Option<ast::RecordPatField> {
    let mut parent = pattern.syntax().parent()?;
    if ast::BoxPat::can_cast(parent.kind()) {
        parent = parent.parent()?;
    }
    let field = ast::RecordPatField::cast(parent)?;
    field.name_ref().is_none().then_some(field)
}
