//! Everything that was looked at so far: files, their trees, and the trees of expanded macros.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{HashMap, HashSet},
    ops::Deref,
    rc::Rc,
    sync::Arc,
};

use ra_ap_syntax::{AstNode, Edition, SmolStr, SyntaxNode, SyntaxToken, TextSize, ast};

use super::{
    crates::Manifest,
    expand::Expansion,
    index::Index,
    lookup::{Asked, Globs, Looking},
    names::Declares,
    region::Region,
    scope::Scope,
    sense::Family,
    source::Source,
    types::Ty,
};
use crate::{Project, Refused};

/// A file of the project within one question.
pub(super) type FileId = u32;

/// A place in a file as it is written; what tells declarations apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) file: FileId,
    pub(super) at: u32,
}

/// A file that was opened.
pub(super) struct File {
    pub(super) path: String,
    pub(super) source: Arc<Source>,
    pub(super) root: SyntaxNode,
}

/// What a tree is a tree of.
#[derive(Clone)]
pub(super) enum Origin {
    File(FileId),
    Expansion(Rc<Expansion>),
}

/// Where a token stands in a file, and in which expansion's own text it was written (0: in none).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) spot: Spot,
    pub(super) context: u32,
}

/// A module: a file or an inline one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ModuleId(pub(super) u32);

/// What is known of a module.
pub(super) struct Module {
    pub(super) parent: Option<ModuleId>,
    /// The source file's node, or the item list's.
    pub(super) container: SyntaxNode,
    /// The `mod` that declares it; a crate's root has none.
    pub(super) declaration: Option<ast::Module>,
    pub(super) root_path: Rc<str>,
}

/// What is known of a project's files as they are: good for as long as none of them changes.
#[derive(Default)]
pub(super) struct Known {
    ids: RefCell<HashMap<String, Option<FileId>>>,
    files: RefCell<Vec<Rc<File>>>,
    origins: RefCell<HashMap<SyntaxNode, Origin>>,
    pub(super) index: OnceCell<Index>,
    pub(super) expansions: RefCell<HashMap<SyntaxNode, Option<Rc<Expansion>>>>,
    pub(super) scopes: RefCell<HashMap<SyntaxNode, Rc<Scope>>>,
    pub(super) modules: RefCell<Vec<Rc<Module>>>,
    pub(super) module_of: RefCell<HashMap<SyntaxNode, ModuleId>>,
    pub(super) manifests: RefCell<HashMap<String, Option<Rc<Manifest>>>>,
    pub(super) types: RefCell<HashMap<SyntaxNode, Option<Ty>>>,
    pub(super) needs: OnceCell<Rc<super::region::Needs>>,
    pub(super) regions: RefCell<HashMap<String, Rc<Region>>>,
    pub(super) region: RefCell<Option<Rc<Region>>>,
    pub(super) named: RefCell<Declarations>,
    /// The families that members of a name are of, by where those are listed.
    pub(super) families: RefCell<HashMap<usize, KnownFamilies>>,
    /// Whether a file speaks of a type.
    pub(super) spoken: RefCell<HashMap<(FileId, SmolStr), bool>>,
    /// Lookups that are under way because of each other.
    pub(super) looking: RefCell<Looking>,
    /// The glob imports of modules and blocks.
    pub(super) globs: RefCell<HashMap<SyntaxNode, Globs>>,
    /// Modules and blocks whose glob imports are to be resolved again.
    pub(super) waiting: RefCell<Vec<SyntaxNode>>,
    /// How many modules' glob imports are being resolved because of each other.
    pub(super) nested: Cell<u32>,
    /// How often more came to be known of scopes and glob imports.
    pub(super) generation: Cell<u64>,
    /// Scopes that are half done.
    pub(super) building: RefCell<HashSet<SyntaxNode>>,
    pub(super) lowered: RefCell<HashMap<SyntaxNode, Ty>>,
    pub(super) found: RefCell<HashMap<Asked, Option<super::scope::Hit>>>,
    pub(super) depth: Cell<u32>,
    pub(super) proving: Cell<u32>,
    /// How many expressions' types were worked out.
    pub(super) inferred: Cell<u64>,
}

impl Known {
    /// Types and trees beyond this are not kept for the next question.
    const MOST: usize = 3_000_000;

    /// Whether it is too much to be kept.
    pub(super) fn is_large(&self) -> bool {
        self.types.borrow().len() + self.lowered.borrow().len() + self.found.borrow().len() > Self::MOST
    }
}

/// One question: the files it is about, and what is known of them.
pub(super) struct World<'p> {
    pub(super) project: &'p dyn Project,
    known: Rc<Known>,
    names: &'p RefCell<super::index::KnownNames>,
}

impl Deref for World<'_> {
    type Target = Known;

    fn deref(&self) -> &Known {
        &self.known
    }
}

impl<'p> World<'p> {
    pub(super) fn new(project: &'p dyn Project, known: Rc<Known>, names: &'p RefCell<super::index::KnownNames>) -> Self {
        known.region.replace(None);
        Self { project, known, names }
    }

    /// The words of all files.
    pub(super) fn index(&self) -> &Index {
        self.known.index.get_or_init(|| Index::of(self.project, &mut self.names.borrow_mut()))
    }

    /// Fails once nobody waits any more.
    pub(super) fn check(&self) -> Result<(), Refused> {
        if self.project.cancelled() { Err(Refused::cancelled()) } else { Ok(()) }
    }

    /// Opens a file; `None` when there is none or it is no text.
    pub(super) fn open(&self, path: &str) -> Option<FileId> {
        if let Some(known) = self.ids.borrow().get(path) {
            return *known;
        }
        let opened = self.opened(path);
        self.ids.borrow_mut().insert(path.to_owned(), opened);
        opened
    }

    fn opened(&self, path: &str) -> Option<FileId> {
        if !self.project.has(path) {
            return None;
        }
        let text = self.project.text(path)?;
        let object = self.project.object(path)?;
        let edition = self.edition_of(path);
        let key = format!("{path}\u{0}{}", edition.map_or(0, |edition| edition.number()));
        let source = self.project.memo().get(&key, object, || Source::new(text, edition));
        let root = source.root();
        let mut files = self.files.borrow_mut();
        let id = FileId::try_from(files.len()).ok()?;
        self.origins.borrow_mut().insert(root.clone(), Origin::File(id));
        files.push(Rc::new(File { path: path.to_owned(), source, root }));
        Some(id)
    }

    pub(super) fn file(&self, id: FileId) -> Rc<File> {
        self.files.borrow()[id as usize].clone()
    }

    /// Makes a tree known as one of an expansion.
    pub(super) fn adopt(&self, expansion: &Rc<Expansion>) {
        self.origins.borrow_mut().insert(expansion.root.clone(), Origin::Expansion(expansion.clone()));
    }

    /// What the tree of a node is of.
    pub(super) fn origin(&self, node: &SyntaxNode) -> Option<Origin> {
        let root = node.ancestors().last()?;
        self.origins.borrow().get(&root).cloned()
    }

    /// The expansion that a node is in, unless it is in a file itself.
    pub(super) fn expansion_of(&self, node: &SyntaxNode) -> Option<Rc<Expansion>> {
        match self.origin(node)? {
            Origin::Expansion(expansion) => Some(expansion),
            Origin::File(_) => None,
        }
    }

    /// Where a place of a tree is written.
    pub(super) fn written_at(&self, node: &SyntaxNode, at: TextSize) -> Option<Written> {
        match self.origin(node)? {
            Origin::File(file) => Some(Written { spot: Spot { file, at: at.into() }, context: 0 }),
            Origin::Expansion(expansion) => {
                let (place, delta) = expansion.origin_of(at)?;
                match place {
                    super::expand::Place::Call(start) => self.written_at(&expansion.call, start + delta),
                    super::expand::Place::Definition(tree, start) => {
                        let written = self.written_at(&tree, start + delta)?;
                        Some(Written { spot: written.spot, context: expansion.id })
                    }
                }
            }
        }
    }

    /// Where a token is written.
    pub(super) fn written(&self, token: &SyntaxToken) -> Option<Written> {
        self.written_at(&token.parent()?, token.text_range().start())
    }

    /// Where the name of a declaration is written.
    pub(super) fn spot_of_name(&self, node: &SyntaxNode) -> Option<Spot> {
        Some(self.written(&name_token(node)?)?.spot)
    }

    /// The file that a node is written in: of an expansion the file of its outermost call.
    pub(super) fn file_of(&self, node: &SyntaxNode) -> Option<FileId> {
        match self.origin(node)? {
            Origin::File(file) => Some(file),
            Origin::Expansion(expansion) => self.file_of(&expansion.call),
        }
    }

    /// The node's parent, beyond the root of an expansion the macro call.
    pub(super) fn parent(&self, node: &SyntaxNode) -> Option<SyntaxNode> {
        match node.parent() {
            Some(parent) => Some(parent),
            None => self.expansion_of(node).map(|expansion| expansion.call.clone()),
        }
    }

    /// The node and what is around it, across expansions.
    pub(super) fn ancestors(&self, node: &SyntaxNode) -> impl Iterator<Item = SyntaxNode> + '_ {
        std::iter::successors(Some(node.clone()), |node| self.parent(node))
    }

    pub(super) fn edition(&self, file: FileId) -> Edition {
        self.file(file).source.edition
    }

    /// Files that are looked at and hold a word, ascending.
    pub(super) fn containing(&self, word: &str) -> Vec<String> {
        let index = self.index();
        index.holding(word).filter(|file| self.is_near(*file)).map(|file| index.path(file).to_owned()).collect()
    }

    /// Names in the tree where a name of this kind may be declared.
    pub(super) fn declaring(&self, kind: Declares, name: &str) -> Vec<SyntaxToken> {
        let candidates = self.index().declaring(kind, name);
        let token = |candidate: super::index::Candidate<'_>| {
            let file = self.open(candidate.path)?;
            self.file(file).root.token_at_offset(TextSize::from(candidate.at)).right_biased()
        };
        candidates.filter(|candidate| self.is_near(candidate.file)).filter_map(token).collect()
    }

    /// Runs what may call itself, unless it did so too often already.
    pub(super) fn deeper<T>(&self, run: impl FnOnce() -> Option<T>) -> Option<T> {
        if self.depth.get() > 400 {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let result = run();
        self.depth.set(self.depth.get() - 1);
        result
    }
}

/// The token of the name that a declaration gives.
pub(super) fn name_token(node: &SyntaxNode) -> Option<SyntaxToken> {
    if let Some(param) = ast::LifetimeParam::cast(node.clone()) {
        return param.lifetime()?.lifetime_ident_token();
    }
    if let Some(label) = ast::Label::cast(node.clone()) {
        return label.lifetime()?.lifetime_ident_token();
    }
    let name = node.children().find_map(ast::Name::cast)?;
    name.syntax().first_token()
}

/// A name without `r#`.
pub(super) fn plain(text: &str) -> &str {
    text.strip_prefix("r#").or_else(|| text.strip_prefix("'r#")).unwrap_or(text)
}

/// Members of a name, and what stands for each of their families.
type KnownFamilies = (Rc<Vec<SyntaxNode>>, Option<Rc<Vec<Family>>>);

/// The declarations of a name in a region.
type Declarations = HashMap<(u32, SmolStr), Rc<Vec<SyntaxNode>>>;

/// The name that a declaration gives, without `r#`.
pub(super) fn name_of(node: &SyntaxNode) -> Option<SmolStr> {
    Some(SmolStr::new(plain(name_token(node)?.text())))
}
