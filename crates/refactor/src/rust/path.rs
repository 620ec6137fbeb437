//! What paths mean: of imports, types, expressions, patterns.

use ra_ap_syntax::{
    AstNode, Edition, SmolStr, SyntaxKind, SyntaxNode, SyntaxToken,
    ast::{self, HasGenericParams, HasName, PathSegmentKind},
};

use super::{
    expand::is_wrapper,
    known,
    scope::{Entity, Hit, Space},
    types::Ty,
    world::{ModuleId, World, plain},
};

impl World<'_> {
    /// What a leaf of a `use` brings, in one space.
    pub(super) fn resolve_import(&self, tree: &ast::UseTree, space: Space) -> Option<Hit> {
        let path = tree.path()?;
        self.resolve_use_path(&path, tree, space)
    }

    /// What a path in a `use` means.
    pub(super) fn resolve_use_path(&self, path: &ast::Path, tree: &ast::UseTree, space: Space) -> Option<Hit> {
        let segment = path.segment()?;
        if let Some(before) = path.qualifier() {
            let prefix = self.resolve_use_path(&before, tree, Space::Types)?;
            return self.step(&prefix.entity, &segment, space, tree.syntax());
        }
        let mut above = tree.parent_use_tree_list().map(|list| list.parent_use_tree());
        while let Some(tree) = above {
            if let Some(path) = tree.path() {
                let prefix = self.resolve_use_path(&path, &tree, Space::Types)?;
                return self.step(&prefix.entity, &segment, space, tree.syntax());
            }
            above = tree.parent_use_tree_list().map(|list| list.parent_use_tree());
        }
        self.first_of_use(&segment, tree, space)
    }

    fn first_of_use(&self, segment: &ast::PathSegment, tree: &ast::UseTree, space: Space) -> Option<Hit> {
        let module = self.module_around(tree.syntax());
        let root = self.module(module).root_path.clone();
        match segment.kind()? {
            PathSegmentKind::Name(name) => {
                let text = plain(name.text());
                if segment.coloncolon_token().is_none() {
                    for above in self.ancestors(tree.syntax()) {
                        if is_container(&above)
                            && let Some(hit) = self.lookup(&above, text, space, module)
                        {
                            return Some(hit);
                        }
                        if self.module_of.borrow().contains_key(&above) {
                            break;
                        }
                    }
                }
                let file = self.file_of(tree.syntax())?;
                if self.edition(file) == Edition::Edition2015 {
                    let top = self.module(self.crate_root(module)).container.clone();
                    if let Some(hit) = self.lookup(&top, text, space, module) {
                        return Some(hit);
                    }
                }
                if space == Space::Types
                    && let Some(entity) = self.crate_entity(&root, text)
                {
                    return Some(Hit::new(entity));
                }
                if space == Space::Macros
                    && let Some(found) = self.macro_anywhere(text, &root)
                {
                    return Some(Hit::new(Entity::Item(found)));
                }
                // What begins a longer path and is nowhere here is a crate that nothing is known of.
                let is_alone =
                    segment.parent_path().parent_path().is_none() && tree.use_tree_list().is_none() && tree.star_token().is_none();
                (space == Space::Types && !is_alone).then(|| Hit::new(Entity::External(SmolStr::new(text))))
            }
            _ => self.keyword(segment, tree.syntax(), module).map(Hit::new),
        }
    }

    fn keyword(&self, segment: &ast::PathSegment, at: &SyntaxNode, module: ModuleId) -> Option<Entity> {
        match segment.kind()? {
            PathSegmentKind::CrateKw => {
                // `$crate` of a macro is the crate where the macro is.
                let written = self.written(&segment.syntax().first_token()?);
                let home = match written {
                    Some(written) if written.context != 0 => self.module_of_file(written.spot.file),
                    _ => module,
                };
                Some(Entity::Module(self.crate_root(home)))
            }
            PathSegmentKind::SelfKw => Some(Entity::Module(module)),
            PathSegmentKind::SuperKw => Some(Entity::Module(self.module(module).parent?)),
            PathSegmentKind::SelfTypeKw => self.self_type(at),
            _ => None,
        }
    }

    /// What `Self` means at a place.
    pub(super) fn self_type(&self, at: &SyntaxNode) -> Option<Entity> {
        self.ancestors(at)
            .find(|node| {
                matches!(node.kind(), SyntaxKind::IMPL | SyntaxKind::TRAIT | SyntaxKind::STRUCT | SyntaxKind::ENUM | SyntaxKind::UNION)
            })
            .map(Entity::SelfType)
    }

    fn step(&self, prefix: &Entity, segment: &ast::PathSegment, space: Space, at: &SyntaxNode) -> Option<Hit> {
        match segment.kind()? {
            PathSegmentKind::Name(name) => self.member(prefix, plain(name.text()), space, at),
            PathSegmentKind::SelfKw => (space == Space::Types).then(|| Hit::new(prefix.clone())),
            PathSegmentKind::SuperKw => match prefix {
                Entity::Module(module) => Some(Hit::new(Entity::Module(self.module(*module).parent?))),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a name means within something.
    pub(super) fn member(&self, prefix: &Entity, name: &str, space: Space, at: &SyntaxNode) -> Option<Hit> {
        match prefix {
            Entity::Module(module) => {
                let from = self.module_around(at);
                let container = self.module(*module).container.clone();
                self.lookup(&container, name, space, from).or_else(|| {
                    let is_root = self.module(*module).parent.is_none();
                    let root = self.module(*module).root_path.clone();
                    (space == Space::Macros && is_root)
                        .then(|| self.macro_anywhere(name, &root))
                        .flatten()
                        .map(|node| Hit::new(Entity::Item(node)))
                })
            }
            Entity::External(_) => Some(Hit::new(Entity::External(SmolStr::new(name)))),
            Entity::Item(node) if node.kind() == SyntaxKind::ENUM && self.variant(node, name).is_some() => {
                Some(Hit::new(Entity::Item(self.variant(node, name)?)))
            }
            Entity::Item(node) if node.kind() == SyntaxKind::TRAIT => {
                self.trait_member(node, name, space).map(|node| Hit::new(Entity::Item(node)))
            }
            Entity::SelfType(node) if node.kind() == SyntaxKind::TRAIT => {
                self.trait_member(node, name, space).map(|node| Hit::new(Entity::Item(node)))
            }
            _ => {
                let ty = self.type_of_entity(prefix)?;
                if let Ty::Adt(node, _) = &ty
                    && let Some(variant) = self.variant(node, name)
                {
                    return Some(Hit::new(Entity::Item(variant)));
                }
                self.associated(&ty, name, space, Some(at))
            }
        }
    }

    /// What a path means where it stands.
    pub(super) fn resolve_path(&self, path: &ast::Path, space: Space) -> Option<Hit> {
        self.deeper(|| self.resolve_path_inside(path, space))
    }

    fn resolve_path_inside(&self, path: &ast::Path, space: Space) -> Option<Hit> {
        if let Some(tree) = path.syntax().ancestors().find_map(ast::UseTree::cast) {
            return self.resolve_use_path(path, &tree, space);
        }
        let segment = path.segment()?;
        if let Some(before) = path.qualifier() {
            if let Some(PathSegmentKind::Type { type_ref, trait_ref }) = before.segment().and_then(|segment| segment.kind()) {
                return self.member_of_anchor(type_ref.as_ref(), trait_ref.as_ref(), &segment, space, path.syntax());
            }
            let prefix = self.resolve_path(&before, Space::Types)?;
            return self.step(&prefix.entity, &segment, space, path.syntax());
        }
        match segment.kind()? {
            PathSegmentKind::Name(name) => {
                let token = name.syntax().first_token()?;
                if segment.coloncolon_token().is_some() {
                    let root = self.module(self.module_around(path.syntax())).root_path.clone();
                    return self.crate_entity(&root, plain(token.text())).map(Hit::new);
                }
                self.resolve_name(path.syntax(), &token, space)
            }
            PathSegmentKind::SelfKw if space == Space::Values && path.parent_path().is_none() => {
                let token = segment.self_token()?;
                self.resolve_local(path.syntax(), &token).map(|token| Hit::new(Entity::Local(token)))
            }
            _ => {
                let module = self.module_around(path.syntax());
                self.keyword(&segment, path.syntax(), module).map(Hit::new)
            }
        }
    }

    /// `<T>::name` and `<T as Trait>::name`.
    fn member_of_anchor(
        &self,
        type_ref: Option<&ast::Type>,
        trait_ref: Option<&ast::PathType>,
        segment: &ast::PathSegment,
        space: Space,
        at: &SyntaxNode,
    ) -> Option<Hit> {
        let name = segment.name_ref()?;
        let name = plain(name.text());
        if let Some(named) = trait_ref {
            return match self.resolve_path(&named.path()?, Space::Types)?.entity {
                Entity::Item(node) => self.trait_member(&node, name, space).map(|node| Hit::new(Entity::Item(node))),
                Entity::External(_) | Entity::Builtin(_) => Some(Hit::new(Entity::External(SmolStr::new(name)))),
                _ => None,
            };
        }
        let ty = self.lower(type_ref?);
        if let Ty::Adt(node, _) = &ty
            && let Some(variant) = self.variant(node, name)
        {
            return Some(Hit::new(Entity::Item(variant)));
        }
        self.associated(&ty, name, space, Some(at))
    }

    /// What a single name means at a place: locals, parameters, items, preludes.
    pub(super) fn resolve_name(&self, at: &SyntaxNode, token: &SyntaxToken, space: Space) -> Option<Hit> {
        if space == Space::Values
            && let Some(local) = self.resolve_local(at, token)
        {
            return Some(Hit::new(Entity::Local(local)));
        }
        self.resolve_item_name(at, plain(token.text()), space)
    }

    /// The same without locals.
    pub(super) fn resolve_item_name(&self, at: &SyntaxNode, name: &str, space: Space) -> Option<Hit> {
        let module = self.module_around(at);
        let mut sees_generics = true;
        let mut below: Option<SyntaxNode> = None;
        for above in self.ancestors(at) {
            if sees_generics
                && space != Space::Macros
                && let Some(found) = generic_parameter(&above, name, space)
            {
                return Some(Hit::new(Entity::Item(found)));
            }
            if is_container(&above) {
                let hit = self.lookup(&above, name, space, module);
                if hit.is_some() {
                    return hit;
                }
                if self.module_of.borrow().contains_key(&above)
                    || ast::SourceFile::can_cast(above.kind()) && below.is_some() && self.parent(&above).is_none()
                {
                    break;
                }
            }
            if ast::Item::can_cast(above.kind()) && !ast::MacroCall::can_cast(above.kind()) && !is_wrapper(&above) {
                let is_member = above.parent().is_some_and(|parent| ast::AssocItemList::can_cast(parent.kind()));
                if !is_member {
                    sees_generics = false;
                }
            }
            below = Some(above);
        }
        let root = self.module(module).root_path.clone();
        match space {
            Space::Macros => {
                self.macro_in_text(module, name).or_else(|| self.macro_anywhere(name, &root)).map(|node| Hit::new(Entity::Item(node)))
            }
            Space::Types => {
                if let Some(entity) = self.crate_entity(&root, name) {
                    return Some(Hit::new(entity));
                }
                known::is_builtin_type(name).then(|| Hit::new(Entity::Builtin(SmolStr::new(name))))
            }
            Space::Values => known::is_prelude_value(name).then(|| Hit::new(Entity::Builtin(SmolStr::new(name)))),
        }
    }

    /// A `macro_rules!` of a module above.
    fn macro_in_text(&self, module: ModuleId, name: &str) -> Option<SyntaxNode> {
        let mut at = Some(module);
        while let Some(id) = at {
            let container = self.module(id).container.clone();
            if let Some(Hit { entity: Entity::Item(node), .. }) = self.lookup(&container, name, Space::Macros, id) {
                return Some(node);
            }
            at = self.module(id).parent;
        }
        None
    }

    /// The `macro_rules!` of a name that is exported or comes with `#[macro_use]`: of the same crate, else the only one.
    pub(super) fn macro_anywhere(&self, name: &str, root: &str) -> Option<SyntaxNode> {
        if known::is_known_macro(name) {
            return None;
        }
        let key = (self.region_id(), SmolStr::new(format!("macro {name}")));
        let known = self.named.borrow().get(&key).cloned();
        let all = known.unwrap_or_else(|| {
            let mut all: Vec<SyntaxNode> = Vec::new();
            for token in self.declaring(super::names::Declares::Macro, name) {
                let item = token.parent().and_then(|name| name.parent());
                let item = item.filter(|node| matches!(node.kind(), SyntaxKind::MACRO_RULES | SyntaxKind::MACRO_DEF));
                all.extend(item.filter(|node| super::world::name_of(node).as_deref() == Some(name)));
            }
            let all = std::rc::Rc::new(all);
            self.named.borrow_mut().insert(key, all.clone());
            all
        });
        let is_here = |node: &&SyntaxNode| &*self.module(self.module_around(node)).root_path == root;
        let is_top = |node: &&SyntaxNode| !node.ancestors().skip(1).any(|above| ast::Fn::can_cast(above.kind()));
        let found = all.iter().filter(is_top).find(is_here);
        found.or_else(|| all.iter().find(is_top).filter(|_| all.len() == 1)).cloned()
    }
}

/// Whether a node lists items.
pub(super) fn is_container(node: &SyntaxNode) -> bool {
    matches!(node.kind(), SyntaxKind::SOURCE_FILE | SyntaxKind::ITEM_LIST | SyntaxKind::STMT_LIST)
}

/// The parameter of types or constants that a node declares under a name.
pub(super) fn generic_parameter(node: &SyntaxNode, name: &str, space: Space) -> Option<SyntaxNode> {
    let list = ast::AnyHasGenericParams::cast(node.clone())?.generic_param_list()?;
    list.generic_params().find_map(|parameter| match parameter {
        ast::GenericParam::TypeParam(parameter) if space == Space::Types => {
            (plain(parameter.name()?.text()) == name).then(|| parameter.syntax().clone())
        }
        ast::GenericParam::ConstParam(parameter) => (plain(parameter.name()?.text()) == name).then(|| parameter.syntax().clone()),
        _ => None,
    })
}
