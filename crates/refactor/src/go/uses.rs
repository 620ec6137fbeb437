//! What the names of a file lead to.

use super::{
    bind::{DeclKind, UseKind},
    infer::Meaning,
    world::{FileId, Object, World},
};
use crate::{FileUses, Leads, NameUse, Place, Refused};

impl World<'_> {
    /// What the wanted names of some files mean, and every package that they import.
    pub fn uses(&self, paths: &[String], wanted: &dyn Fn(&str) -> bool) -> Result<Vec<FileUses>, Refused> {
        let mut all = Vec::with_capacity(paths.len());
        for path in paths {
            self.going()?;
            let file = self.open(path).filter(|file| self.file(*file).tree.broken.is_none());
            all.push(FileUses { path: path.clone(), uses: file.map(|file| self.uses_in(file, wanted)) });
        }
        Ok(all)
    }

    fn uses_in(&self, file: FileId, wanted: &dyn Fn(&str) -> bool) -> Vec<NameUse> {
        let bound = self.file(file);
        let mut found = Vec::new();
        for import in &bound.imports {
            let leads = match self.imported(file, &import.path) {
                Some(package) => {
                    let files = package.files.iter().map(|file| Place { path: self.path(*file), offset: 0 });
                    Leads::to(files.collect(), Leads::Unknown)
                }
                None => Leads::Nothing,
            };
            found.push(NameUse::module(&import.path, import.path_start, import.path_end, leads));
        }
        for used in &bound.uses {
            let name = bound.tree.slice(used.start, used.end);
            if name == "_" || !wanted(name) {
                continue;
            }
            let leads = match self.meaning(file, used.node) {
                Meaning::Object(object) => self.declared_place(object).map_or(Leads::Unknown, |place| Leads::To(vec![place])),
                Meaning::Universe | Meaning::External => Leads::Outside,
                Meaning::Unknown => Leads::Unknown,
                // A key of a literal may be of what is not known.
                Meaning::Nothing if used.kind == UseKind::Key => Leads::Unknown,
                Meaning::Nothing => Leads::Nothing,
            };
            found.push(NameUse::new(name, used.start, used.end, leads));
        }
        found.sort_by_key(|one| (one.start, one.end));
        found
    }

    fn declared_place(&self, object: Object) -> Option<Place> {
        let decl = self.decl(object);
        let bound = self.file(object.file);
        // The first of those that build constraints choose from.
        if decl.scope == 0 && !decl.kind.is_member() && decl.kind != DeclKind::Import {
            let name = bound.tree.slice(decl.start, decl.end);
            let package = self.package_of(object.file);
            let all = package.members.get(name)?.iter().map(|one| Place { path: self.path(one.file), offset: self.decl(*one).start });
            return all.min();
        }
        // An import begins with its name, where it has one.
        let unnamed = bound.imports.iter().find(|import| import.decl == object.decl && import.alias.is_none());
        Some(Place { path: bound.path.clone(), offset: unnamed.map_or(decl.start, |import| import.path_start.saturating_sub(1)) })
    }
}
