//! The Go files that a question needs, as packages: which directory an import means and what a package declares.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
    rc::Rc,
    sync::Arc,
};

use super::{
    bind::{Bound, Decl, DeclId, DeclKind},
    contracts::Contracts,
    infer::Known,
    modules::Modules,
};
use crate::{Project, Refused, names::offset};

pub(super) type FileId = u32;

/// A declaration of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Object {
    pub file: FileId,
    pub decl: DeclId,
}

/// The files of one directory with the same package clause.
#[derive(Debug)]
pub(super) struct Package {
    pub dir: String,
    pub name: String,
    pub files: Vec<FileId>,
    /// What it declares outside of functions, several where build constraints choose.
    pub members: HashMap<String, Vec<Object>>,
    /// Methods by the name of their receiver's type.
    pub methods: HashMap<String, Vec<Object>>,
}

/// The packages that the files of one directory import, by the path they import them by.
type ByImport = HashMap<String, Option<Rc<Package>>>;

/// Everything read for one question.
pub(super) struct World<'p> {
    pub project: &'p dyn Project,
    pub modules: Modules,
    files: RefCell<Vec<Arc<Bound>>>,
    by_path: RefCell<HashMap<String, Option<FileId>>>,
    packages: RefCell<HashMap<(String, String), Rc<Package>>>,
    of_file: RefCell<HashMap<FileId, Rc<Package>>>,
    importable: RefCell<HashMap<String, Option<Rc<Package>>>>,
    imported: RefCell<HashMap<String, ByImport>>,
    /// Files that name a type, by its directory and name.
    pub naming: RefCell<HashMap<(String, String), Vec<FileId>>>,
    pub known: Known,
    /// Of the methods that are renamed.
    pub contracts: RefCell<Option<Rc<Contracts>>>,
    stopped: Cell<bool>,
}

impl<'p> World<'p> {
    pub fn new(project: &'p dyn Project) -> Self {
        Self {
            project,
            modules: Modules::new(project),
            files: RefCell::default(),
            by_path: RefCell::default(),
            packages: RefCell::default(),
            of_file: RefCell::default(),
            importable: RefCell::default(),
            imported: RefCell::default(),
            naming: RefCell::default(),
            known: Known::default(),
            contracts: RefCell::default(),
            stopped: Cell::new(false),
        }
    }

    /// Stops when nobody waits any more.
    pub fn going(&self) -> Result<(), Refused> {
        if self.stopped.get() || self.project.cancelled() {
            self.stopped.set(true);
            return Err(Refused::cancelled());
        }
        Ok(())
    }

    /// A file by its path; `None` when it is no text.
    pub fn open(&self, path: &str) -> Option<FileId> {
        if let Some(found) = self.by_path.borrow().get(path) {
            return *found;
        }
        if self.project.cancelled() {
            self.stopped.set(true);
            return None;
        }
        let bound = self.project.text(path).zip(self.project.object(path));
        let bound = bound.map(|(text, object)| self.project.memo().get(path, object, || Bound::new(path, text)));
        let id = bound.map(|bound| {
            let mut files = self.files.borrow_mut();
            files.push(bound);
            offset(files.len() - 1)
        });
        self.by_path.borrow_mut().insert(path.to_owned(), id);
        id
    }

    pub fn file(&self, id: FileId) -> Arc<Bound> {
        self.files.borrow()[id as usize].clone()
    }

    pub fn path(&self, id: FileId) -> String {
        self.file(id).path.clone()
    }

    pub fn decl(&self, object: Object) -> Decl {
        self.file(object.file).decl(object.decl).clone()
    }

    pub fn kind(&self, object: Object) -> DeclKind {
        self.file(object.file).decl(object.decl).kind
    }

    pub fn name(&self, object: Object) -> String {
        self.file(object.file).name(object.decl).to_owned()
    }

    /// The package of a file.
    pub fn package_of(&self, file: FileId) -> Rc<Package> {
        if let Some(known) = self.of_file.borrow().get(&file) {
            return known.clone();
        }
        let bound = self.file(file);
        let package = self.package(folder(&bound.path), &bound.package);
        self.of_file.borrow_mut().insert(file, package.clone());
        package
    }

    /// Whether a declaration is called so.
    pub fn is_called(&self, object: Object, name: &str) -> bool {
        self.file(object.file).name(object.decl) == name
    }

    /// The files of a directory, not those beneath.
    pub fn paths_in(&self, dir: &str) -> Vec<String> {
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let paths = self.project.paths();
        let from = paths.partition_point(|path| path.as_str() < prefix.as_str());
        let beneath = paths[from..].iter().take_while(|path| path.starts_with(&prefix));
        beneath.filter(|path| !path[prefix.len()..].contains('/')).cloned().collect()
    }

    fn go_files_in(&self, dir: &str) -> Vec<FileId> {
        self.paths_in(dir).iter().filter(|path| path.ends_with(".go")).filter_map(|path| self.open(path)).collect()
    }

    /// A package by its directory and its clause.
    pub fn package(&self, dir: &str, name: &str) -> Rc<Package> {
        let key = (dir.to_owned(), name.to_owned());
        if let Some(found) = self.packages.borrow().get(&key) {
            return found.clone();
        }
        let files: Vec<FileId> = self.go_files_in(dir).into_iter().filter(|file| self.file(*file).package == name).collect();
        let (mut members, mut methods): (HashMap<String, Vec<Object>>, HashMap<String, Vec<Object>>) = Default::default();
        for file in &files {
            let bound = self.file(*file);
            for (id, decl) in bound.decls.iter().enumerate() {
                let object = Object { file: *file, decl: offset(id) };
                match decl.kind {
                    DeclKind::Method => methods.entry(bound.tree.text_of(decl.owner).to_owned()).or_default().push(object),
                    kind if decl.scope == 0 && !kind.is_member() && kind != DeclKind::Import => {
                        members.entry(bound.name(offset(id)).to_owned()).or_default().push(object);
                    }
                    _ => {}
                }
            }
        }
        let package = Rc::new(Package { dir: dir.to_owned(), name: name.to_owned(), files, members, methods });
        self.packages.borrow_mut().insert(key, package.clone());
        package
    }

    /// The package that others import from a directory: not tests, and what most files say where they disagree.
    pub fn importable(&self, dir: &str) -> Option<Rc<Package>> {
        if let Some(known) = self.importable.borrow().get(dir) {
            return known.clone();
        }
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        for file in self.go_files_in(dir) {
            let bound = self.file(file);
            if !bound.is_test() && !bound.package.is_empty() {
                *names.entry(bound.package.clone()).or_default() += 1;
            }
        }
        let name = names.into_iter().max_by_key(|(name, count)| (name != "main", *count));
        let found = name.map(|(name, _)| self.package(dir, &name));
        self.importable.borrow_mut().insert(dir.to_owned(), found.clone());
        found
    }

    /// The package that a file's import means, if it is one of the project.
    pub fn imported(&self, from: FileId, path: &str) -> Option<Rc<Package>> {
        let bound = self.file(from);
        let from = folder(&bound.path);
        if let Some(known) = self.imported.borrow().get(from).and_then(|known| known.get(path)) {
            return known.clone();
        }
        let found = self.modules.folder_of(self.project, from, path).and_then(|dir| self.importable(&dir));
        self.imported.borrow_mut().entry(from.to_owned()).or_default().insert(path.to_owned(), found.clone());
        found
    }

    /// Whether a file is not ours to change: a copy of another project.
    pub fn is_foreign(&self, path: &str) -> bool {
        path.starts_with("vendor/") || path.contains("/vendor/")
    }
}

/// The directory of a file; empty for the project's.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether other packages can use a name.
pub(super) fn is_exported(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}
