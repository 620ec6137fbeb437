//! What names the items of a module or block declare and import.

use std::{collections::HashMap, rc::Rc};

use ra_ap_syntax::{
    AstNode, SmolStr, SyntaxKind, SyntaxNode, SyntaxToken,
    ast::{self, HasName, HasVisibility},
};

use super::world::{ModuleId, World, name_of, plain};

/// Rust keeps three names apart that are spelled the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Space {
    Types,
    Values,
    Macros,
}

impl Space {
    pub(super) const ALL: [Self; 3] = [Self::Types, Self::Values, Self::Macros];
}

/// What a name can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entity {
    Module(ModuleId),
    /// An item, a member, a variant, a field, or a parameter of types or constants, by its node.
    Item(SyntaxNode),
    /// A binding of a pattern or `self`, by the token of its name.
    Local(SyntaxToken),
    /// `Self`: the implementation, trait or type around it.
    SelfType(SyntaxNode),
    /// The language has it.
    Builtin(SmolStr),
    /// It is in a library; by its last name.
    External(SmolStr),
}

/// What a name means at a place, and the import that brought it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) entity: Entity,
    pub(super) via: Option<ast::UseTree>,
}

impl Hit {
    pub(super) fn new(entity: Entity) -> Self {
        Self { entity, via: None }
    }
}

/// One declaration of a name.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    Item(SyntaxNode),
    Import(ast::UseTree),
    Crate(ast::ExternCrate),
}

/// The names of a module or block.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) names: HashMap<SmolStr, Vec<Entry>>,
    pub(super) globs: Vec<ast::UseTree>,
}

/// Lookups within lookups: each has a bit of its own.
const MOST_LOOKUPS: usize = 120;

impl World<'_> {
    /// The names of a source file, item list or statement list.
    pub(super) fn scope(&self, container: &SyntaxNode) -> Rc<Scope> {
        if let Some(known) = self.scopes.borrow().get(container) {
            return known.clone();
        }
        let mut scope = Scope::default();
        let mut calls = Vec::new();
        self.collect(container, &mut scope, &mut calls);
        // Which macro is called may depend on what is declared here.
        let plain_scope = Rc::new(scope);
        self.scopes.borrow_mut().insert(container.clone(), plain_scope.clone());
        if calls.is_empty() {
            return plain_scope;
        }
        // What is looked up meanwhile may see it half done.
        self.building.set(self.building.get() + 1);
        let mut scope = Scope { names: plain_scope.names.clone(), globs: plain_scope.globs.clone() };
        let mut rounds = 0;
        while let Some(call) = calls.pop() {
            rounds += 1;
            if rounds > 2_000 {
                break;
            }
            if let Some(expansion) = self.expansion(&call) {
                self.collect(&expansion.root, &mut scope, &mut calls);
                for list in expansion.root.descendants().filter(|node| ast::StmtList::can_cast(node.kind())).take(1) {
                    self.collect(&list, &mut scope, &mut calls);
                }
            }
        }
        let scope = Rc::new(scope);
        self.scopes.borrow_mut().insert(container.clone(), scope.clone());
        self.building.set(self.building.get() - 1);
        scope
    }

    fn collect(&self, container: &SyntaxNode, scope: &mut Scope, calls: &mut Vec<SyntaxNode>) {
        for child in container.children() {
            if let Some(item) = ast::Use::cast(child.clone()) {
                if let Some(tree) = item.use_tree() {
                    collect_imports(&tree, scope);
                }
            } else if let Some(item) = ast::ExternCrate::cast(child.clone()) {
                let name = item
                    .rename()
                    .map_or_else(|| item.name_ref().map(|name| name.text().to_owned()), |rename| Some(rename.name()?.text().to_owned()));
                if let Some(name) = name {
                    scope.names.entry(SmolStr::new(plain(&name))).or_default().push(Entry::Crate(item));
                }
            } else if let Some(block) = ast::ExternBlock::cast(child.clone()) {
                if let Some(list) = block.extern_item_list() {
                    self.collect(list.syntax(), scope, calls);
                }
            } else if let Some(call) = ast::MacroCall::cast(child.clone()) {
                calls.push(call.syntax().clone());
            } else if let Some(statement) = ast::ExprStmt::cast(child.clone()) {
                if let Some(ast::Expr::MacroExpr(expression)) = statement.expr()
                    && let Some(call) = expression.macro_call()
                {
                    calls.push(call.syntax().clone());
                }
            } else if ast::Item::can_cast(child.kind())
                && child.kind() != SyntaxKind::IMPL
                && let Some(name) = name_of(&child)
            {
                scope.names.entry(name).or_default().push(Entry::Item(child));
            }
        }
    }

    /// What a name means among the items of a container.
    pub(super) fn lookup(&self, container: &SyntaxNode, name: &str, space: Space, from: ModuleId) -> Option<Hit> {
        let key = (container.clone(), SmolStr::new(name), space as u8, from);
        if let Some(known) = self.found.borrow().get(&key) {
            return known.clone();
        }
        let index = self.lookups.borrow().len();
        let same = self.lookups.borrow().iter().position(|other| (&other.0, &other.1, other.2) == (&key.0, &key.1, key.2));
        if same.is_some() || index > MOST_LOOKUPS {
            // Whoever goes on with this knows only what there is without it.
            self.cut.set(self.cut.get() | 1 << same.unwrap_or(0));
            return None;
        }
        if let Some((hit, cut)) = self.provisional.borrow().get(&key) {
            self.cut.set(self.cut.get() | cut);
            return hit.clone();
        }
        self.lookups.borrow_mut().push(key.clone());
        let outer = self.cut.replace(0);
        let hit = self.lookup_inside(container, name, space, from);
        self.lookups.borrow_mut().pop();
        // What came back here itself adds nothing to it.
        let cut = self.cut.get() & !(1 << index);
        if self.cut.replace(outer | cut) != cut {
            // What was found without it is not all there is.
            self.provisional.borrow_mut().retain(|_, (_, cut)| *cut >> index & 1 == 0);
        }
        if self.building.get() == 0 {
            if cut == 0 {
                self.found.borrow_mut().insert(key, hit.clone());
            } else {
                self.provisional.borrow_mut().insert(key, (hit.clone(), cut));
            }
        }
        hit
    }

    fn lookup_inside(&self, container: &SyntaxNode, name: &str, space: Space, from: ModuleId) -> Option<Hit> {
        let scope = self.scope(container);
        let entries = scope.names.get(name).map_or(&[][..], Vec::as_slice);
        for entry in entries {
            if let Entry::Item(item) = entry
                && spaces_of(item).contains(&space)
            {
                return Some(Hit::new(self.entity_of_item(item)));
            }
        }
        let mut external = None;
        for entry in entries {
            match entry {
                Entry::Import(tree) => match self.resolve_import(tree, space) {
                    Some(Entity::External(name)) => {
                        external = external.or(Some(Hit { entity: Entity::External(name), via: Some(tree.clone()) }))
                    }
                    Some(entity) => return Some(Hit { entity, via: Some(tree.clone()) }),
                    None => {}
                },
                Entry::Crate(item) if space == Space::Types => {
                    let root = self.module(from).root_path.clone();
                    let named = item.name_ref()?;
                    if named.self_token().is_some() {
                        return Some(Hit::new(Entity::Module(self.crate_root(from))));
                    }
                    let entity = self.crate_entity(&root, plain(named.text()));
                    return Some(Hit::new(entity.unwrap_or_else(|| Entity::External(SmolStr::new(named.text())))));
                }
                _ => {}
            }
        }
        if external.is_some() {
            return external;
        }
        for tree in &scope.globs {
            let Some(path) = tree.path() else { continue };
            let target = self.resolve_use_path(&path, tree, Space::Types).map(|hit| hit.entity);
            let found = match target {
                Some(Entity::Module(module)) => {
                    let target = self.module(module);
                    self.lookup(&target.container, name, space, from)
                        .filter(|hit| self.is_visible(hit, &target.container, name, from, module))
                }
                Some(Entity::Item(node)) if node.kind() == SyntaxKind::ENUM => {
                    self.variant(&node, name).map(|node| Hit::new(Entity::Item(node)))
                }
                _ => None,
            };
            if let Some(hit) = found {
                return Some(Hit { entity: hit.entity, via: hit.via });
            }
        }
        None
    }

    /// Whether a glob import takes something along.
    fn is_visible(&self, hit: &Hit, container: &SyntaxNode, name: &str, from: ModuleId, of: ModuleId) -> bool {
        let mut at = Some(from);
        while let Some(module) = at {
            if module == of {
                return true;
            }
            at = self.module(module).parent;
        }
        match (&hit.via, &hit.entity) {
            (Some(tree), _) => {
                let from_here = self.scope(container).names.get(name).is_some_and(|entries| !entries.is_empty());
                let item = tree.syntax().ancestors().find_map(ast::Use::cast);
                !from_here || item.is_none_or(|item| item.visibility().is_some())
            }
            (None, Entity::Item(node)) => ast::AnyHasVisibility::cast(node.clone()).is_none_or(|node| {
                matches!(node.syntax().kind(), SyntaxKind::MACRO_RULES | SyntaxKind::VARIANT) || node.visibility().is_some()
            }),
            (None, Entity::Module(module)) => self.module(*module).declaration.as_ref().is_none_or(|module| module.visibility().is_some()),
            _ => true,
        }
    }

    pub(super) fn entity_of_item(&self, item: &SyntaxNode) -> Entity {
        match ast::Module::cast(item.clone()) {
            Some(module) => match self.declared_module(&module) {
                Some(id) => Entity::Module(id),
                None => Entity::Item(item.clone()),
            },
            None => Entity::Item(item.clone()),
        }
    }

    pub(super) fn variant(&self, node: &SyntaxNode, name: &str) -> Option<SyntaxNode> {
        let variants = ast::Enum::cast(node.clone())?.variant_list()?;
        variants
            .variants()
            .find(|variant| variant.name().is_some_and(|given| plain(given.text()) == name))
            .map(|variant| variant.syntax().clone())
    }

    /// The crate that a name means, as a module.
    pub(super) fn crate_entity(&self, from_root: &str, name: &str) -> Option<Entity> {
        match self.crate_named(from_root, name)? {
            Some(path) => {
                let file = self.open(&path)?;
                Some(Entity::Module(self.module_of_file(file)))
            }
            None => Some(Entity::External(SmolStr::new(name))),
        }
    }
}

/// The name under which a leaf of a `use` brings something, if it has one of its own.
pub(super) fn import_name(tree: &ast::UseTree) -> Option<SmolStr> {
    if tree.use_tree_list().is_some() || tree.star_token().is_some() {
        return None;
    }
    if let Some(rename) = tree.rename() {
        return Some(SmolStr::new(plain(rename.name()?.text())));
    }
    let path = tree.path()?;
    let segment = path.segment()?;
    if segment.self_token().is_some() {
        let before = path.qualifier().or_else(|| tree.parent_use_tree_list()?.parent_use_tree().path())?;
        return Some(SmolStr::new(plain(before.segment()?.name_ref()?.text())));
    }
    Some(SmolStr::new(plain(segment.name_ref()?.text())))
}

fn collect_imports(tree: &ast::UseTree, scope: &mut Scope) {
    let mut waiting = vec![tree.clone()];
    while let Some(tree) = waiting.pop() {
        if let Some(list) = tree.use_tree_list() {
            waiting.extend(list.use_trees());
        } else if tree.star_token().is_some() {
            scope.globs.push(tree);
        } else if let Some(name) = import_name(&tree) {
            scope.names.entry(name).or_default().push(Entry::Import(tree));
        }
    }
}

/// The spaces in which an item's name lives.
pub(super) fn spaces_of(item: &SyntaxNode) -> &'static [Space] {
    match item.kind() {
        SyntaxKind::STRUCT => match ast::Struct::cast(item.clone()).map(|item| item.kind()) {
            Some(ast::StructKind::Record(_)) => &[Space::Types],
            _ => &[Space::Types, Space::Values],
        },
        SyntaxKind::VARIANT => &[Space::Types, Space::Values],
        SyntaxKind::MODULE | SyntaxKind::ENUM | SyntaxKind::TRAIT | SyntaxKind::TYPE_ALIAS | SyntaxKind::UNION | SyntaxKind::TYPE_PARAM => {
            &[Space::Types]
        }
        SyntaxKind::FN | SyntaxKind::CONST | SyntaxKind::STATIC | SyntaxKind::CONST_PARAM => &[Space::Values],
        SyntaxKind::MACRO_RULES | SyntaxKind::MACRO_DEF => &[Space::Macros],
        _ => &[],
    }
}
