//! One question to a project: the files read for it, and what was worked out on the way.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{
    bind::bind,
    entities::Entity,
    modules::{Roots, Stem},
    table::{ClassId, ExpressionId, FunctionId, Name, SymbolId, Table},
    types::Types,
};
use crate::{Project, Refused, RefusedKind};

/// A file within a session.
pub(crate) type FileId = usize;

/// A class of the project.
pub(crate) type ClassRef = (FileId, ClassId);

/// A function of the project.
pub(crate) type FunctionRef = (FileId, FunctionId);

/// A file with its tables.
pub(crate) struct File {
    pub(crate) path: Rc<str>,
    pub(crate) table: Arc<Table>,
}

/// The files that hold a word, by the word and the file that comes first.
type Holding = HashMap<(String, String), Rc<Vec<FileId>>>;

/// A class and its bases, nearest first, and whether that is all there is.
pub(crate) type Order = Rc<(Vec<ClassRef>, bool)>;

pub(crate) struct Session<'a> {
    pub(crate) project: &'a dyn Project,
    pub(crate) roots: Roots,
    files: RefCell<Vec<Rc<File>>>,
    by_path: RefCell<HashMap<String, Option<FileId>>>,
    pub(super) types: RefCell<HashMap<(FileId, ExpressionId), Types>>,
    pub(super) busy: RefCell<HashSet<(FileId, u8, usize)>>,
    pub(super) depth: Cell<usize>,
    pub(super) fuel: Cell<u32>,
    /// An answer was cut short, by a circle or for its length.
    pub(super) is_cut: Cell<bool>,
    pub(super) symbols: RefCell<HashMap<(FileId, SymbolId), Option<Entity>>>,
    holding: RefCell<Holding>,
    pub(super) resolved: RefCell<HashMap<(String, u32, String), Option<Stem>>>,
    pub(super) places: RefCell<HashMap<Stem, Rc<Vec<String>>>>,
    pub(super) beside: RefCell<HashMap<FileId, Option<FileId>>>,
    pub(super) declarers: RefCell<HashMap<(ClassRef, Name), Option<ClassRef>>>,
    pub(super) orders: RefCell<HashMap<ClassRef, Order>>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(project: &'a dyn Project) -> Self {
        Self {
            project,
            roots: Roots::of(project.paths()),
            files: RefCell::default(),
            by_path: RefCell::default(),
            types: RefCell::default(),
            busy: RefCell::default(),
            depth: Cell::new(0),
            fuel: Cell::new(0),
            is_cut: Cell::new(false),
            symbols: RefCell::default(),
            holding: RefCell::default(),
            resolved: RefCell::default(),
            places: RefCell::default(),
            beside: RefCell::default(),
            declarers: RefCell::default(),
            orders: RefCell::default(),
        }
    }

    /// A file by its path; `None` when there is none or it is no text.
    pub(crate) fn open(&self, path: &str) -> Option<FileId> {
        if let Some(known) = self.by_path.borrow().get(path) {
            return *known;
        }
        let table = self.project.object(path).and_then(|object| {
            // What is kept needs no text.
            let table = self.project.memo().get(path, object, || self.project.text(path).map(|text| bind(&text)).map(Arc::new));
            (*table).clone()
        });
        let id = table.map(|table| {
            let file = File { path: path.into(), table };
            self.files.borrow_mut().push(Rc::new(file));
            self.files.borrow().len() - 1
        });
        self.by_path.borrow_mut().insert(path.to_owned(), id);
        id
    }

    pub(crate) fn table(&self, id: FileId) -> Arc<Table> {
        self.files.borrow()[id].table.clone()
    }

    pub(crate) fn path(&self, id: FileId) -> Rc<str> {
        self.files.borrow()[id].path.clone()
    }

    /// The Python files that hold a word, the asked one first.
    pub(crate) fn candidates(&self, word: &str, first: &str) -> Result<Rc<Vec<FileId>>, Refused> {
        let key = (word.to_owned(), first.to_owned());
        if let Some(known) = self.holding.borrow().get(&key) {
            return Ok(known.clone());
        }
        let mut paths = self.project.containing(word, &super::is_python);
        paths.retain(|path| path != first && !super::modules::is_external(path));
        let held = self.bind_all(&paths, word);
        if self.project.cancelled() {
            return Err(Refused::cancelled());
        }
        let mut files: Vec<FileId> = self.open(first).into_iter().collect();
        files.extend(held.into_iter().filter_map(|at| self.open(&paths[at])));
        let files = Rc::new(files);
        self.holding.borrow_mut().insert(key, files.clone());
        Ok(files)
    }

    /// Binds the files that hold a word by itself and are not bound yet, on all processors; gives those that hold it, by their place in the list.
    fn bind_all(&self, paths: &[String], word: &str) -> Vec<usize> {
        let project = self.project;
        let (bound, missing): (Vec<usize>, Vec<usize>) = (0..paths.len()).partition(|at| is_bound(project, &paths[*at]));
        let holds = |at: &usize| {
            self.open(&paths[*at]).is_some_and(|file| !self.table(file).spots(word).is_empty() || self.table(file).error.is_some())
        };
        let next = AtomicUsize::new(0);
        let fresh = Mutex::new(Vec::new());
        let work = || {
            while let Some(at) = missing.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
                if project.cancelled() {
                    return;
                }
                let path = &paths[at];
                let text = project.text(path).filter(|text| !crate::names::words(text, 0..text.len(), word).is_empty());
                if let (Some(text), Some(object)) = (text, project.object(path)) {
                    let _ = project.memo().get(path, object, || Some(Arc::new(bind(&text))));
                    fresh.lock().unwrap_or_else(PoisonError::into_inner).push(at);
                }
            }
        };
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(missing.len() / 8);
        std::thread::scope(|scope| {
            for _ in 1..workers {
                let _ = std::thread::Builder::new().stack_size(super::STACK).spawn_scoped(scope, work);
            }
            work();
        });
        let mut held: Vec<usize> = bound.into_iter().filter(holds).collect();
        held.extend(fresh.into_inner().unwrap_or_else(PoisonError::into_inner));
        held.sort_unstable();
        held
    }

    /// A file that must be readable.
    pub(crate) fn require(&self, path: &str) -> Result<FileId, Refused> {
        let file = self.open(path).ok_or_else(|| Refused::new(RefusedKind::NoName, format!("{path} is no text file of the project.")))?;
        let table = self.table(file);
        if table.too_deep {
            return Err(Refused::new(RefusedKind::Unparsable, format!("{path} nests too deeply to be read.")));
        }
        Ok(file)
    }
}

/// Whether a file's tables are kept already.
fn is_bound(project: &dyn Project, path: &str) -> bool {
    project.object(path).is_some_and(|object| project.memo().peek::<Option<Arc<Table>>>(path, object).is_some())
}
