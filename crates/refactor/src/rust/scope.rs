//! What names the items of a module or block declare and import.

use std::{collections::HashMap, rc::Rc};

use ra_ap_syntax::{
    AstNode, SmolStr, SyntaxKind, SyntaxNode, SyntaxToken,
    ast::{self, HasName},
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
    /// Of a module the `mod` that was found: one file may be the module of several.
    pub(super) declared: Option<SyntaxNode>,
}

impl Hit {
    pub(super) fn new(entity: Entity) -> Self {
        Self { entity, via: None, declared: None }
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

impl World<'_> {
    /// The names of a source file, item list or statement list.
    pub(super) fn scope(&self, container: &SyntaxNode) -> Rc<Scope> {
        if let Some(known) = self.scopes.borrow().get(container) {
            if self.building.borrow().contains(container) {
                self.unsettled();
            }
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
        self.building.borrow_mut().insert(container.clone());
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
        self.building.borrow_mut().remove(container);
        self.grown();
        self.settle();
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
