//! The files of a project, read when they are needed.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock},
};

use super::{
    library, lower, paths,
    resolution::Resolution,
    tree::*,
    types::{Entity, SymbolAt, Type},
};
use crate::Project;

/// A file of the project, by its place among all paths; the one after the last is the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FileId(u32);

/// Something of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct At<I> {
    pub file: FileId,
    pub id: I,
}

impl<I> At<I> {
    /// Another thing of the same file.
    pub(super) fn to<J>(&self, id: J) -> At<J> {
        At { file: self.file, id }
    }
}

/// The module a name means, if it is one of the project's.
type ModuleAt = Option<At<ScopeId>>;

/// The files of a project, for one question.
pub(super) struct World<'p> {
    pub project: &'p dyn Project,
    pub resolution: Resolution<'p>,
    trees: Vec<OnceCell<Arc<Tree>>>,
    modules: RefCell<HashMap<(FileId, Name), ModuleAt>>,
    ambient: OnceCell<HashMap<Name, Vec<At<ScopeId>>>>,
    augmenting: RefCell<HashMap<FileId, Vec<At<ScopeId>>>>,
    globals: RefCell<HashMap<(Name, Meaning), Vec<SymbolAt>>>,
    shared: Vec<Cell<Option<Shared>>>,
    pub expressions: RefCell<HashMap<At<ExpressionId>, Type>>,
    pub patterns: RefCell<HashMap<At<PatternId>, Type>>,
    /// What is being worked out: asking for it again is a circle.
    pub pending: RefCell<HashSet<Pending>>,
    pub depth: Cell<u32>,
    /// Functions among arguments are left out: what they take depends on the others.
    pub is_without_callbacks: Cell<bool>,
    /// So many steps are taken at most; beyond, nothing more is known.
    pub steps: Cell<u32>,
}

/// What is being worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Pending {
    Expression(At<ExpressionId>),
    Expected(At<ExpressionId>),
    Pattern(At<PatternId>),
    Returned(At<FunctionId>),
    Alias(SymbolAt),
    Constructors(At<ShapeId>),
    Bases(SymbolAt),
}

static LIBRARY: LazyLock<Arc<Tree>> = LazyLock::new(|| Arc::new(lower::tree_of("library.d.ts", library::TEXT)));
static NONE: LazyLock<Arc<Tree>> = LazyLock::new(|| Arc::new(lower::tree_of("none.ts", "")));

impl<'p> World<'p> {
    pub(super) fn new(project: &'p dyn Project) -> Self {
        Self {
            project,
            resolution: Resolution::new(project),
            trees: std::iter::repeat_with(OnceCell::new).take(project.paths().len()).collect(),
            modules: RefCell::default(),
            ambient: OnceCell::new(),
            augmenting: RefCell::default(),
            globals: RefCell::default(),
            shared: vec![Cell::new(None); project.paths().len()],
            expressions: RefCell::default(),
            patterns: RefCell::default(),
            pending: RefCell::default(),
            depth: Cell::new(0),
            is_without_callbacks: Cell::new(false),
            steps: Cell::new(0),
        }
    }

    /// A file by its path.
    pub(super) fn file(&self, path: &str) -> Option<FileId> {
        let at = self.project.paths().binary_search_by(|probe| probe.as_str().cmp(path)).ok()?;
        Some(FileId(crate::names::offset(at)))
    }

    pub(super) fn path(&self, file: FileId) -> &str {
        self.project.paths().get(file.0 as usize).map_or("the language's library", String::as_str)
    }

    pub(super) fn library(&self) -> FileId {
        FileId(crate::names::offset(self.trees.len()))
    }

    pub(super) fn is_library(&self, file: FileId) -> bool {
        file.0 as usize >= self.trees.len()
    }

    /// Whether a file is of an installed package rather than of the project.
    pub(super) fn is_external(&self, file: FileId) -> bool {
        self.is_library(file) || self.path(file).split('/').any(|part| part == "node_modules")
    }

    pub(super) fn tree(&self, file: FileId) -> &Tree {
        match self.trees.get(file.0 as usize) {
            None => &LIBRARY,
            Some(cell) => cell.get_or_init(|| self.read(self.path(file))),
        }
    }

    fn read(&self, path: &str) -> Arc<Tree> {
        if !paths::is_code(path) {
            return NONE.clone();
        }
        match (self.project.object(path), self.project.text(path)) {
            (Some(object), Some(text)) => self.project.memo().get(path, object, || lower::tree_of(path, &text)),
            _ => NONE.clone(),
        }
    }

    /// The module that a name means in a file.
    pub(super) fn module(&self, from: FileId, name: &Name) -> Option<At<ScopeId>> {
        let key = (from, name.clone());
        if let Some(known) = self.modules.borrow().get(&key) {
            return *known;
        }
        let file = if self.is_library(from) { None } else { self.resolution.resolve(self.path(from), name) };
        let found = file
            .filter(|path| paths::is_code(path))
            .and_then(|path| self.file(&path))
            .map(|file| At { file, id: Tree::FILE })
            .or_else(|| self.ambient().get(name).and_then(|scopes| scopes.first().copied()));
        self.modules.borrow_mut().insert(key, found);
        found
    }

    /// Modules that are declared by their names.
    fn ambient(&self) -> &HashMap<Name, Vec<At<ScopeId>>> {
        self.ambient.get_or_init(|| {
            let mut found: HashMap<Name, Vec<At<ScopeId>>> = HashMap::new();
            for path in self.project.containing("declare", &|path| paths::is_code(path) && self.may_share(path, |shared| shared.modules)) {
                let Some(file) = self.file(&path).filter(|_| self.shares(&path).modules && !self.project.cancelled()) else { continue };
                for (id, scope) in self.tree(file).scopes.iter() {
                    if let Some(name) = &scope.module {
                        found.entry(name.clone()).or_default().push(At { file, id });
                    }
                }
            }
            found
        })
    }

    /// All blocks of a module that is declared by its name.
    pub(super) fn blocks(&self, module: At<ScopeId>) -> Vec<At<ScopeId>> {
        let Some(name) = &self.tree(module.file).scopes[module.id].module else { return vec![module] };
        self.ambient().get(name).cloned().unwrap_or_else(|| vec![module])
    }

    /// The `declare module "…"` blocks that add to a file of the project.
    pub(super) fn augmenting(&self, file: FileId) -> Vec<At<ScopeId>> {
        if let Some(known) = self.augmenting.borrow().get(&file) {
            return known.clone();
        }
        let mut found = Vec::new();
        for (name, blocks) in self.ambient() {
            for block in blocks {
                if self.resolution.resolve(self.path(block.file), name).is_some_and(|path| path == self.path(file)) {
                    found.push(*block);
                }
            }
        }
        self.augmenting.borrow_mut().insert(file, found.clone());
        found
    }

    /// What files that are no modules declare under a name, and the library.
    pub(super) fn globals(&self, name: &Name, meaning: Meaning) -> Vec<SymbolAt> {
        let key = (name.clone(), meaning);
        if let Some(known) = self.globals.borrow().get(&key) {
            return known.clone();
        }
        let mut found = self.globals_of(self.library(), name, meaning);
        if found.is_empty() {
            let wanted = |path: &str| paths::is_code(path) && self.may_share(path, |shared| shared.globals);
            let mut paths = self.project.containing(name, &wanted);
            paths.retain(|path| self.shares(path).globals);
            for file in paths.iter().filter_map(|path| self.file(path)).take_while(|_| !self.project.cancelled()) {
                found.extend(self.globals_of(file, name, meaning));
            }
        }
        self.globals.borrow_mut().insert(key, found.clone());
        found
    }

    /// What a file's text may share with all others: told once for the same contents.
    fn shares(&self, path: &str) -> Shared {
        let (Some(object), Some(text)) = (self.project.object(path), self.project.text(path)) else { return Shared::default() };
        let shared = *self.project.memo().get(path, object, || Shared::of(&text));
        if let Some(cell) = self.file(path).and_then(|file| self.shared.get(file.0 as usize)) {
            cell.set(Some(shared));
        }
        shared
    }

    /// Whether it may share something, as far as that was told before, so that other texts need not be searched again.
    fn may_share(&self, path: &str, what: impl Fn(Shared) -> bool) -> bool {
        let Some(cell) = self.file(path).and_then(|file| self.shared.get(file.0 as usize)) else { return true };
        if cell.get().is_none() {
            let known = self.project.object(path).and_then(|object| self.project.memo().peek::<Shared>(path, object));
            cell.set(known.map(|known| *known));
        }
        cell.get().is_none_or(what)
    }

    fn globals_of(&self, file: FileId, name: &str, meaning: Meaning) -> Vec<SymbolAt> {
        let tree = self.tree(file);
        let scopes = tree.scopes.iter().filter(|(id, scope)| match scope.kind {
            ScopeKind::File => *id == Tree::FILE && (!tree.is_module || tree.space_name.is_some()),
            ScopeKind::Global => true,
            _ => false,
        });
        let named = scopes.filter_map(|(_, scope)| scope.names.get(name)).flatten();
        let named = named.filter(|symbol| {
            !tree.is_module || tree.space_name == Some(**symbol) || tree.scopes[tree.symbols[**symbol].scope].kind == ScopeKind::Global
        });
        named.filter(|symbol| tree.symbols[**symbol].meaning.meets(meaning)).map(|id| At { file, id: *id }).collect()
    }

    /// Whether a symbol is seen in all files that are no modules.
    pub(super) fn is_global(&self, symbol: SymbolAt) -> bool {
        let tree = self.tree(symbol.file);
        let scope = tree.symbols[symbol.id].scope;
        match tree.scopes[scope].kind {
            ScopeKind::File => !tree.is_module || tree.space_name == Some(symbol.id),
            ScopeKind::Global => true,
            _ => false,
        }
    }

    /// The symbol that stands for all declarations of a global name.
    pub(super) fn canonical(&self, symbol: SymbolAt) -> SymbolAt {
        if self.is_library(symbol.file) || !self.is_global(symbol) {
            return symbol;
        }
        let row = &self.tree(symbol.file).symbols[symbol.id];
        self.globals(&row.name, row.meaning).first().copied().unwrap_or(symbol)
    }

    /// One step of working something out; `false` when enough were taken.
    pub(super) fn step(&self) -> bool {
        self.steps.set(self.steps.get() + 1);
        self.steps.get() < 4_000_000
    }

    /// Works something out, unless it is being worked out already or too deep.
    pub(super) fn guarded<T>(&self, pending: Pending, otherwise: T, work: impl FnOnce() -> T) -> T {
        const DEEPEST: u32 = 220;
        if self.depth.get() > DEEPEST || !self.step() || !self.pending.borrow_mut().insert(pending) {
            return otherwise;
        }
        self.depth.set(self.depth.get() + 1);
        let done = work();
        self.depth.set(self.depth.get() - 1);
        self.pending.borrow_mut().remove(&pending);
        done
    }

    /// The name of an entity.
    pub(super) fn name(&self, entity: Entity) -> Name {
        match entity {
            Entity::Symbol(at) => self.tree(at.file).symbols[at.id].name.clone(),
            Entity::Member(at) => self.tree(at.file).members[at.id].name.clone(),
            Entity::Export(at) => self.tree(at.file).exports[at.id].name.clone(),
            Entity::Label(..) => Name::from(""),
        }
    }
}

/// What a file may share with all others, by its text alone.
#[derive(Debug, Clone, Copy, Default)]
struct Shared {
    /// Names that all files see.
    globals: bool,
    /// `declare module "name"`.
    modules: bool,
}

impl Shared {
    fn of(text: &str) -> Self {
        Self { globals: may_declare_globals(text), modules: memchr::memmem::find(text.as_bytes(), b"declare module").is_some() }
    }
}

/// Whether a file may be no module, or declares what all see: told from its text, so that modules need not be parsed.
fn may_declare_globals(text: &str) -> bool {
    let begins = |word: &str| text.starts_with(word) || memchr::memmem::find(text.as_bytes(), format!("\n{word}").as_bytes()).is_some();
    let is_module = begins("import ")
        || begins("import{")
        || begins("export ")
        || begins("export{")
        || text.contains("require(")
        || text.contains("module.exports");
    !is_module || text.contains("global") || text.contains("as namespace")
}
