//! What names mean among the items of a module or block: its own, what it imports, and what its glob imports bring.
//!
//! Glob imports may go in circles, and what one of them means may depend on another. As rustc does (rustc-dev-guide, "Name resolution"), they are
//! resolved again and again until nothing more comes of it; until then nothing that was found by way of them is kept for good.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use ra_ap_syntax::{
    AstNode, SmolStr, SyntaxKind, SyntaxNode,
    ast::{self, HasVisibility},
};

use super::{
    scope::{Entity, Entry, Hit, Scope, Space, spaces_of},
    world::{ModuleId, World, plain},
};

/// What was asked of scopes: a name of a kind, from a node, in a module.
pub(super) type Asked = (SyntaxNode, SmolStr, u8, ModuleId);

/// Lookups within lookups: each has a bit of its own.
const MOST_LOOKUPS: usize = 120;

/// The bit of what was found while glob imports or a module's macros were not all known.
const UNSETTLED: u128 = 1 << 127;

/// Glob imports that are being resolved because of each other.
const MOST_NESTED: u32 = 200;

/// How often glob imports that depend on each other are resolved again.
const MOST_ROUNDS: usize = 50;

/// Lookups that are under way because of each other.
#[derive(Default)]
pub(super) struct Looking {
    /// What is being looked up, the outermost first.
    asked: Vec<Asked>,
    /// What was left out since the innermost of them began, a bit each: those that came up again, and what is not settled.
    cut: u128,
    /// What was found with something left out, and what.
    provisional: HashMap<Asked, (Option<Hit>, u128)>,
}

/// A glob import that is resolved.
#[derive(Clone, PartialEq)]
struct Glob {
    has_visibility: bool,
    /// A module or an enum.
    brings: Entity,
}

/// The glob imports of a module or block, as far as they are resolved.
pub(super) struct Globs {
    home: ModuleId,
    resolved: Rc<Vec<Glob>>,
    is_settled: bool,
}

impl World<'_> {
    /// Whether what is being found now is found for good.
    pub(super) fn is_settled(&self) -> bool {
        self.looking.borrow().asked.is_empty() && self.nested.get() == 0
    }

    /// Whatever is found just now may be incomplete.
    pub(super) fn unsettled(&self) {
        self.looking.borrow_mut().cut |= UNSETTLED;
    }

    /// There is more to be found than there was.
    pub(super) fn grown(&self) {
        self.generation.set(self.generation.get() + 1);
        self.looking.borrow_mut().provisional.retain(|_, (_, cut)| *cut & UNSETTLED == 0);
    }

    /// What a name means among the items of a container.
    pub(super) fn lookup(&self, container: &SyntaxNode, name: &str, space: Space, from: ModuleId) -> Option<Hit> {
        let key = (container.clone(), SmolStr::new(name), space as u8, from);
        if let Some(known) = self.found.borrow().get(&key) {
            return known.clone();
        }
        let (index, outer) = {
            let looking = &mut *self.looking.borrow_mut();
            let index = looking.asked.len();
            let same = looking.asked.iter().position(|other| (&other.0, &other.1, other.2) == (&key.0, &key.1, key.2));
            if same.is_some() || index > MOST_LOOKUPS {
                // Whoever goes on with this knows only what there is without it.
                looking.cut |= 1 << same.unwrap_or(0);
                return None;
            }
            if let Some((hit, cut)) = looking.provisional.get(&key) {
                looking.cut |= cut;
                return hit.clone();
            }
            looking.asked.push(key.clone());
            (index, std::mem::take(&mut looking.cut))
        };
        let hit = self.lookup_inside(container, name, space, from);
        let looking = &mut *self.looking.borrow_mut();
        looking.asked.pop();
        // What came back here itself adds nothing to it.
        let itself = 1 << index;
        let cut = looking.cut & !itself;
        if looking.cut & itself != 0 {
            // What was found without it is not all there is.
            looking.provisional.retain(|_, (_, cut)| *cut & itself == 0);
        }
        looking.cut = outer | cut;
        if cut == 0 {
            self.found.borrow_mut().insert(key, hit.clone());
        } else {
            looking.provisional.insert(key, (hit.clone(), cut));
        }
        hit
    }

    fn lookup_inside(&self, container: &SyntaxNode, name: &str, space: Space, from: ModuleId) -> Option<Hit> {
        if let Some(hit) = self.named(container, name, space, from) {
            return Some(hit);
        }
        let mut seen = HashSet::from([container.clone()]);
        let mut waiting = self.globs(container, from);
        while let Some(brings) = waiting.pop() {
            match brings {
                Entity::Module(module) => {
                    let container = self.module(module).container.clone();
                    if !seen.insert(container.clone()) {
                        continue;
                    }
                    if let Some(hit) = self.named(&container, name, space, from)
                        && self.is_visible(&hit, &container, name, from, module)
                    {
                        return Some(hit);
                    }
                    waiting.extend(self.globs(&container, from));
                }
                Entity::Item(node) => {
                    if let Some(variant) = self.variant(&node, name) {
                        return Some(Hit::new(Entity::Item(variant)));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// What a container declares or imports under a name.
    fn named(&self, container: &SyntaxNode, name: &str, space: Space, from: ModuleId) -> Option<Hit> {
        let scope = self.scope(container);
        let entries = scope.names.get(name).map_or(&[][..], Vec::as_slice);
        for entry in entries {
            if let Entry::Item(item) = entry
                && spaces_of(item).contains(&space)
            {
                let entity = self.entity_of_item(item);
                return Some(Hit { entity, via: None, declared: ast::Module::can_cast(item.kind()).then(|| item.clone()) });
            }
        }
        let mut external = None;
        for entry in entries {
            match entry {
                Entry::Import(tree) => match self.resolve_import(tree, space) {
                    Some(hit) if matches!(hit.entity, Entity::External(_)) => {
                        external = external.or(Some(Hit { via: Some(tree.clone()), ..hit }));
                    }
                    Some(hit) => return Some(Hit { via: Some(tree.clone()), ..hit }),
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
        external
    }

    /// What the glob imports of a container bring to a module, the first one last.
    fn globs(&self, container: &SyntaxNode, from: ModuleId) -> Vec<Entity> {
        if !self.globs.borrow().contains_key(container) {
            self.resolve_globs(container);
        }
        let all = self.globs.borrow();
        let Some(globs) = all.get(container) else { return Vec::new() };
        if !globs.is_settled {
            self.unsettled();
        }
        let (home, resolved) = (globs.home, globs.resolved.clone());
        drop(all);
        let is_inside = resolved.iter().any(|glob| !glob.has_visibility) && self.is_within(from, home);
        let visible = resolved.iter().rev().filter(|glob| glob.has_visibility || is_inside);
        visible.map(|glob| glob.brings.clone()).collect()
    }

    fn resolve_globs(&self, container: &SyntaxNode) {
        let scope = self.scope(container);
        let is_complete = !self.building.borrow().contains(container);
        if scope.globs.is_empty() && is_complete {
            let none = Globs { home: ModuleId(0), resolved: Rc::default(), is_settled: true };
            self.globs.borrow_mut().insert(container.clone(), none);
            return;
        }
        if self.nested.get() > MOST_NESTED {
            self.unsettled();
            return;
        }
        let home = self.module_around(container);
        let unsettled = Globs { home, resolved: Rc::default(), is_settled: false };
        if self.globs.borrow_mut().insert(container.clone(), unsettled).is_some() {
            // The macros around here asked meanwhile.
            return;
        }
        let generation = self.generation.get();
        let outer = self.looking.take();
        self.nested.set(self.nested.get() + 1);
        self.resolve_again(container, &scope);
        self.nested.set(self.nested.get() - 1);
        let left_out = self.looking.replace(outer).cut;
        if self.generation.get() != generation {
            self.grown();
        }
        if left_out == 0 && is_complete {
            if let Some(globs) = self.globs.borrow_mut().get_mut(container) {
                globs.is_settled = true;
            }
        } else {
            self.waiting.borrow_mut().push(container.clone());
            self.settle();
        }
    }

    fn resolve_again(&self, container: &SyntaxNode, scope: &Scope) {
        let resolved: Vec<Glob> = scope.globs.iter().filter_map(|tree| self.resolved_glob(tree)).collect();
        let has_changed = self.globs.borrow().get(container).is_some_and(|globs| *globs.resolved != resolved);
        if has_changed {
            if let Some(globs) = self.globs.borrow_mut().get_mut(container) {
                globs.resolved = Rc::new(resolved);
            }
            self.grown();
        }
    }

    fn resolved_glob(&self, tree: &ast::UseTree) -> Option<Glob> {
        let named = std::iter::successors(Some(tree.clone()), |tree| Some(tree.parent_use_tree_list()?.parent_use_tree()));
        let (tree, path) = named.into_iter().find_map(|tree| tree.path().map(|path| (tree, path)))?;
        let brings = self.resolve_use_path(&path, &tree, Space::Types)?.entity;
        let can_bring = match &brings {
            Entity::Module(_) => true,
            Entity::Item(node) => node.kind() == SyntaxKind::ENUM,
            _ => false,
        };
        let item = tree.syntax().ancestors().find_map(ast::Use::cast);
        let has_visibility = item.is_none_or(|item| item.visibility().is_some());
        can_bring.then_some(Glob { has_visibility, brings })
    }

    /// Resolves glob imports that depend on each other until nothing more comes of it, unless something they need is still being done.
    pub(super) fn settle(&self) {
        if self.nested.get() > 0 || !self.building.borrow().is_empty() || self.waiting.borrow().is_empty() {
            return;
        }
        self.nested.set(1);
        let outer = self.looking.take();
        for _ in 0..MOST_ROUNDS {
            let generation = self.generation.get();
            let waiting = self.waiting.borrow().clone();
            for container in &waiting {
                let scope = self.scope(container);
                self.resolve_again(container, &scope);
            }
            if self.generation.get() == generation && self.waiting.borrow().len() == waiting.len() {
                break;
            }
        }
        for container in self.waiting.take() {
            if let Some(globs) = self.globs.borrow_mut().get_mut(&container) {
                globs.is_settled = true;
            }
        }
        self.nested.set(0);
        self.looking.replace(outer);
        self.grown();
    }

    /// Whether a module is another or in it.
    fn is_within(&self, module: ModuleId, of: ModuleId) -> bool {
        std::iter::successors(Some(module), |module| self.module(*module).parent).any(|module| module == of)
    }

    /// Whether a glob import takes something along.
    fn is_visible(&self, hit: &Hit, container: &SyntaxNode, name: &str, from: ModuleId, of: ModuleId) -> bool {
        if self.is_within(from, of) {
            return true;
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
}
