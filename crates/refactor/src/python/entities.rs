//! What names mean across files: each variable, member and module once, however it is reached.

use super::{
    modules::{Stem, stem_of},
    session::{ClassRef, FileId, FunctionRef, Session},
    table::{Binding, BindingKind, Import, Name, Role, ScopeKind, SymbolId, Table},
};

/// What a member belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Owner {
    Class(ClassRef),
    Function(FunctionRef),
    /// A variable of which nothing is known but what is asked of it.
    Variable(FileId, SymbolId),
}

/// Something that has a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Entity {
    /// A variable of a module or a function.
    Symbol(FileId, SymbolId),
    /// Of the class that declares it.
    Member(Owner, Name),
    Module(Stem),
    /// Declared outside of the project.
    External,
    /// Python's own.
    Builtin,
}

impl Session<'_> {
    /// What a variable stands for: what it imports when that is all it does, otherwise itself.
    pub(crate) fn symbol_entity(&self, file: FileId, symbol: SymbolId) -> Option<Entity> {
        if let Some(known) = self.symbols.borrow().get(&(file, symbol)) {
            return known.clone();
        }
        if !self.busy.borrow_mut().insert((file, 0, symbol)) {
            return None;
        }
        let entity = self.work_out_symbol(file, symbol);
        self.busy.borrow_mut().remove(&(file, 0, symbol));
        self.symbols.borrow_mut().insert((file, symbol), entity.clone());
        entity
    }

    fn work_out_symbol(&self, file: FileId, symbol: SymbolId) -> Option<Entity> {
        let table = self.table(file);
        let own = &table.symbols[symbol];
        if let ScopeKind::Class(class) = table.scopes[own.scope].kind {
            return Some(Entity::Member(Owner::Class(self.canonical_class((file, class))), own.name.clone()));
        }
        let live = live_bindings(&table, symbol);
        let imports: Option<Vec<&Import>> = live.iter().map(|binding| transparent_import(&table, binding)).collect();
        if let Some(imports) = imports.filter(|imports| !imports.is_empty()) {
            let mut meant = imports.iter().map(|import| self.imported(file, import));
            let first = meant.next().flatten();
            if meant.all(|other| other == first) {
                return first;
            }
        }
        Some(self.canonical_symbol(file, symbol))
    }

    /// What an import's name brings into its scope.
    pub(crate) fn imported(&self, file: FileId, import: &Import) -> Option<Entity> {
        let path = self.path(file);
        match &import.name {
            Some((name, _)) => match self.resolve_module(&path, import) {
                Some(module) => self.module_attribute(&module, name).or(Some(Entity::External)),
                None => Some(Entity::External),
            },
            None => {
                let last = if import.alias.is_some() { import.module.len().saturating_sub(1) } else { 0 };
                Some(self.resolve_part(&path, import, last).map_or(Entity::External, Entity::Module))
            }
        }
    }

    /// What `module.name` is.
    pub(crate) fn module_attribute(&self, module: &str, name: &str) -> Option<Entity> {
        for path in self.module_paths(module).iter() {
            if let Some(file) = self.open(path)
                && let Some(entity) = self.global_entity(file, name)
            {
                return Some(entity);
            }
        }
        self.submodule(module, name).map(Entity::Module)
    }

    fn global_entity(&self, file: FileId, name: &str) -> Option<Entity> {
        let table = self.table(file);
        if let Some(symbol) = table.global(name)
            && !table.symbols[symbol].bindings.is_empty()
        {
            if let Some(entity) = self.symbol_entity(file, symbol) {
                return Some(entity);
            }
        } else if let Some(entity) = self.starred(file, name) {
            return Some(entity);
        }
        None
    }

    /// What a name is that `from … import *` brings into a file.
    pub(crate) fn starred(&self, file: FileId, name: &str) -> Option<Entity> {
        if name.starts_with("__") || !self.busy.borrow_mut().insert((file, 1, 0)) {
            return None;
        }
        let table = self.table(file);
        let path = self.path(file);
        let stars = table.imports.iter().rev().filter(|import| import.star);
        let found = stars.filter_map(|import| self.resolve_module(&path, import)).find_map(|module| {
            let from = self.module_file(&module)?;
            let exported = self.table(from);
            let listed = exported.mentions.iter().filter(|mention| mention.kind == super::table::MentionKind::All);
            let mut listed = listed.peekable();
            let is_exported = match listed.peek() {
                Some(_) => listed.any(|mention| &*mention.name == name),
                None => !name.starts_with('_'),
            };
            if is_exported { self.global_entity(from, name) } else { None }
        });
        self.busy.borrow_mut().remove(&(file, 1, 0));
        found
    }

    /// Whether names come into a file that can't be listed.
    pub(crate) fn has_foreign_star(&self, file: FileId) -> bool {
        let table = self.table(file);
        let path = self.path(file);
        table.imports.iter().any(|import| import.star && self.resolve_module(&path, import).is_none())
    }

    /// What a name means that its file does not bind: from a starred import, a submodule that the package imports, or Python itself.
    pub(crate) fn unbound(&self, file: FileId, name: &str) -> Option<Entity> {
        if let Some(found) = self.starred(file, name) {
            return Some(found);
        }
        let path = self.path(file);
        if path.ends_with("__init__.py") || path.ends_with("__init__.pyi") {
            let package = stem_of(&path);
            if let Some(module) = self.submodule(package, name) {
                let table = self.table(file);
                let within = format!("{module}/");
                let brings =
                    |import: &Import| self.resolve_module(&path, import).is_some_and(|found| found == module || found.starts_with(&within));
                if table.imports.iter().any(brings) {
                    return Some(Entity::Module(module));
                }
            }
        }
        super::stdlib::is_builtin(name).then_some(Entity::Builtin)
    }

    /// The source beside a stub.
    fn beside(&self, file: FileId) -> Option<FileId> {
        if !self.path(file).ends_with('i') {
            return None;
        }
        if let Some(known) = self.beside.borrow().get(&file) {
            return *known;
        }
        let found = self.find_beside(file);
        self.beside.borrow_mut().insert(file, found);
        found
    }

    fn find_beside(&self, file: FileId) -> Option<FileId> {
        let path = self.path(file);
        let source = path.strip_suffix('i').filter(|source| source.ends_with(".py"))?;
        let source = if self.project.has(source) {
            source.to_owned()
        } else {
            self.module_paths(stem_of(&path)).iter().find(|path| path.ends_with(".py"))?.clone()
        };
        self.open(&source)
    }

    fn canonical_symbol(&self, file: FileId, symbol: SymbolId) -> Entity {
        let own = Entity::Symbol(file, symbol);
        let Some(beside) = self.beside(file) else { return own };
        let (table, other) = (self.table(file), self.table(beside));
        let name = &table.symbols[symbol].name;
        let scope = match table.scopes[table.symbols[symbol].scope].kind {
            ScopeKind::Module => Some(0),
            ScopeKind::Function(function) => {
                let qualified = &table.functions[function].qualified;
                other.functions.iter().find(|function| function.qualified == *qualified).map(|function| function.scope)
            }
            _ => None,
        };
        let found = scope.and_then(|scope| other.scopes[scope].symbols.get(name)).copied();
        found.map_or(own, |symbol| Entity::Symbol(beside, symbol))
    }

    /// A class of a stub as the class of the source beside it.
    pub(crate) fn canonical_class(&self, class: ClassRef) -> ClassRef {
        let Some(beside) = self.beside(class.0) else { return class };
        let (table, other) = (self.table(class.0), self.table(beside));
        let qualified = &table.classes[class.1].qualified;
        other.classes.iter().position(|class| class.qualified == *qualified).map_or(class, |id| (beside, id))
    }
}

/// An import that brings something under its own name.
pub(crate) fn transparent_import<'t>(table: &'t Table, binding: &Binding) -> Option<&'t Import> {
    let BindingKind::Import(id) = binding.kind else { return None };
    let import = &table.imports[id];
    let own = import.name.as_ref().or(import.module.last()).map(|(name, _)| name);
    match &import.alias {
        Some((alias, _)) if Some(alias) == own && (import.name.is_some() || import.module.len() == 1) => Some(import),
        Some(_) => None,
        None => Some(import),
    }
}

/// The bindings of a variable without imports that another binding replaces before anybody could see them.
pub(crate) fn live_bindings(table: &Table, symbol: SymbolId) -> Vec<&Binding> {
    let all: Vec<&Binding> = table.symbols[symbol].bindings.iter().map(|id| &table.bindings[*id]).collect();
    let is_replaced = |binding: &&Binding| {
        matches!(binding.kind, BindingKind::Import(_))
            && all.iter().any(|other| {
                let is_read = || {
                    let between = |order: u32| binding.order < order && order < other.order;
                    table.spots(&table.symbols[symbol].name).iter().any(|spot| match spot {
                        super::table::Spot::Use(id) => {
                            table.uses[*id].symbol == Some(symbol) && table.uses[*id].role == Role::Read && between(table.uses[*id].order)
                        }
                        _ => false,
                    })
                };
                other.order > binding.order && other.block == binding.block && !matches!(other.kind, BindingKind::Import(_)) && !is_read()
            })
    };
    all.iter().copied().filter(|binding| !is_replaced(binding)).collect()
}
