//! The module tree: which file is which module, upwards and downwards, without reading the whole crate.

use std::rc::Rc;

use ra_ap_syntax::{
    AstNode, SyntaxNode,
    ast::{self, HasAttrs, HasName},
};

use super::{
    crates::{file_name, folder_of, join},
    world::{FileId, Module, ModuleId, Origin, World, plain},
};

impl World<'_> {
    pub(super) fn module(&self, id: ModuleId) -> Rc<Module> {
        self.modules.borrow()[id.0 as usize].clone()
    }

    fn add_module(&self, module: Module) -> ModuleId {
        let container = module.container.clone();
        let mut modules = self.modules.borrow_mut();
        let id = ModuleId(u32::try_from(modules.len()).unwrap_or(u32::MAX));
        modules.push(Rc::new(module));
        self.module_of.borrow_mut().insert(container, id);
        id
    }

    /// The module that a file is; a root where nobody declares it.
    pub(super) fn module_of_file(&self, file: FileId) -> ModuleId {
        let entry = self.file(file);
        if let Some(known) = self.module_of.borrow().get(&entry.root) {
            return *known;
        }
        let parent = if self.is_crate_root(&entry.path) { None } else { self.parent_modules(&entry.path).into_iter().next() };
        // Asking for the parents may have come back here.
        if let Some(known) = self.module_of.borrow().get(&entry.root) {
            return *known;
        }
        match parent {
            Some(declaration) => {
                let above = self.module_around(declaration.syntax());
                if let Some(known) = self.module_of.borrow().get(&entry.root) {
                    return *known;
                }
                let root_path = self.module(above).root_path.clone();
                self.add_module(Module { parent: Some(above), container: entry.root.clone(), declaration: Some(declaration), root_path })
            }
            None => self.add_module(Module {
                parent: None,
                container: entry.root.clone(),
                declaration: None,
                root_path: Rc::from(entry.path.as_str()),
            }),
        }
    }

    /// The innermost module around a node. A node that *is* a module's declaration is in the module above.
    pub(super) fn module_around(&self, node: &SyntaxNode) -> ModuleId {
        for above in self.ancestors(node) {
            if let Some(known) = self.module_of.borrow().get(&above) {
                return *known;
            }
            if let Some(list) = ast::ItemList::cast(above.clone())
                && let Some(declaration) = list.syntax().parent().and_then(ast::Module::cast)
            {
                return self.inline_module(&declaration, list.syntax());
            }
            if ast::SourceFile::can_cast(above.kind())
                && let Some(Origin::File(file)) = self.origin(&above)
            {
                return self.module_of_file(file);
            }
        }
        ModuleId(0)
    }

    fn inline_module(&self, declaration: &ast::Module, list: &SyntaxNode) -> ModuleId {
        let above = self.module_around(declaration.syntax());
        if let Some(known) = self.module_of.borrow().get(list) {
            return *known;
        }
        let root_path = self.module(above).root_path.clone();
        self.add_module(Module { parent: Some(above), container: list.clone(), declaration: Some(declaration.clone()), root_path })
    }

    /// The module that a `mod` declares; `None` when its file is missing.
    pub(super) fn declared_module(&self, declaration: &ast::Module) -> Option<ModuleId> {
        if let Some(list) = declaration.item_list() {
            return Some(self.inline_module(declaration, list.syntax()));
        }
        let path = self.module_file(declaration)?;
        let file = self.open(&path)?;
        let root = self.file(file).root.clone();
        if let Some(known) = self.module_of.borrow().get(&root) {
            return Some(*known);
        }
        let above = self.module_around(declaration.syntax());
        if let Some(known) = self.module_of.borrow().get(&root) {
            return Some(*known);
        }
        let root_path = self.module(above).root_path.clone();
        Some(self.add_module(Module { parent: Some(above), container: root, declaration: Some(declaration.clone()), root_path }))
    }

    /// The crate's root module.
    pub(super) fn crate_root(&self, module: ModuleId) -> ModuleId {
        let mut at = module;
        for _ in 0..256 {
            match self.module(at).parent {
                Some(above) => at = above,
                None => break,
            }
        }
        at
    }

    /// The file that a `mod x;` means, if it is there.
    pub(super) fn module_file(&self, declaration: &ast::Module) -> Option<String> {
        self.module_files(declaration).into_iter().find(|path| self.project.has(path))
    }

    /// The places where the file of a `mod x;` may be.
    pub(super) fn module_files(&self, declaration: &ast::Module) -> Vec<String> {
        let Some(file) = self.file_of(declaration.syntax()) else { return Vec::new() };
        let path = self.file(file).path.clone();
        let inline: Vec<ast::Module> = self
            .ancestors(declaration.syntax())
            .skip(1)
            .filter_map(ast::Module::cast)
            .filter(|module| module.item_list().is_some())
            .collect();
        let mut folder = self.children_folder(&path);
        if inline.is_empty()
            && let Some(stated) = path_attribute(declaration)
        {
            return vec![join(folder_of(&path), &stated)];
        }
        for module in inline.iter().rev() {
            let name = path_attribute(module).or_else(|| Some(plain(module.name()?.text()).to_owned()));
            folder = join(&folder, &name.unwrap_or_default());
        }
        if let Some(stated) = path_attribute(declaration) {
            return vec![join(&folder, &stated)];
        }
        let Some(name) = declaration.name() else { return Vec::new() };
        let name = plain(name.text());
        vec![join(&folder, &format!("{name}.rs")), join(&folder, &format!("{name}/mod.rs"))]
    }

    /// The folder where the files of a file's modules are.
    pub(super) fn children_folder(&self, path: &str) -> String {
        let folder = folder_of(path);
        let name = file_name(path);
        if matches!(name, "mod.rs" | "lib.rs" | "main.rs") || self.is_crate_root(path) || self.has_path_attribute(path) {
            folder.to_owned()
        } else {
            join(folder, name.strip_suffix(".rs").unwrap_or(name))
        }
    }

    /// Files named by a `#[path]` hold their modules beside themselves.
    fn has_path_attribute(&self, path: &str) -> bool {
        let name = file_name(path);
        let stem = name.strip_suffix(".rs").unwrap_or(name);
        let usual = [join(folder_of(path), "mod.rs"), join(folder_of(path), "lib.rs"), join(folder_of(path), "main.rs")];
        if usual.iter().any(|usual| usual != path && self.declares_plainly(usual, stem)) {
            return false;
        }
        if self.declares_plainly(&format!("{}.rs", folder_of(path)), stem) {
            return false;
        }
        self.project.containing("#[path", &|other| other.ends_with(".rs") && other != path).iter().any(|other| {
            self.project
                .text(other)
                .is_some_and(|text| text.lines().any(|line| line.contains("path") && line.contains(&format!("{name}\""))))
        })
    }

    fn declares_plainly(&self, path: &str, stem: &str) -> bool {
        self.project.has(path) && self.project.text(path).is_some_and(|text| text.contains(&format!("mod {stem};")))
    }

    /// Every `mod` that means this file.
    pub(super) fn parent_modules(&self, path: &str) -> Vec<ast::Module> {
        let name = file_name(path);
        let folder = folder_of(path);
        let stem = if name == "mod.rs" { file_name(folder) } else { name.strip_suffix(".rs").unwrap_or(name) };
        if stem.is_empty() {
            return Vec::new();
        }
        let needle = format!("mod {stem}");
        let raw = format!("mod r#{stem}");
        let mut candidates = self.containing(&needle);
        candidates.extend(self.containing(&raw));
        if self.project.text(path).is_some() {
            let quoted = format!("{name}\"");
            candidates.extend(
                self.containing(&quoted).into_iter().filter(|other| self.project.text(other).is_some_and(|text| text.contains("#[path"))),
            );
        }
        candidates.retain(|other| other != path);
        // The nearest first.
        candidates
            .sort_by_key(|other| (!near(other, path), std::cmp::Reverse(common(other, path)), file_name(other) != "lib.rs", other.clone()));
        candidates.dedup();
        let mut found = Vec::new();
        for candidate in candidates {
            if !found.is_empty() && !near(&candidate, path) {
                break;
            }
            let Some(file) = self.open(&candidate) else { continue };
            let root = self.file(file).root.clone();
            let declarations = root.descendants().filter_map(ast::Module::cast).filter(|module| module.item_list().is_none());
            for declaration in declarations {
                let named = declaration.name().is_some_and(|given| plain(given.text()) == stem) || path_attribute(&declaration).is_some();
                if named && self.module_file(&declaration).as_deref() == Some(path) {
                    found.push(declaration);
                }
            }
        }
        found
    }
}

/// Whether a file is where the declaration of another's module is by convention.
fn near(other: &str, path: &str) -> bool {
    let folder = if file_name(path) == "mod.rs" { folder_of(folder_of(path)) } else { folder_of(path) };
    folder_of(other) == folder || other.strip_suffix(".rs") == Some(folder)
}

fn common(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count()
}

/// What `#[path = "…"]` says.
pub(super) fn path_attribute(module: &ast::Module) -> Option<String> {
    module.attrs().find_map(|attribute| {
        let meta = attribute.meta()?;
        let ast::Meta::KeyValueMeta(pair) = meta else { return None };
        if pair.path()?.as_single_name_ref()?.text() != "path" {
            return None;
        }
        let value = pair.expr()?.syntax().text().to_string();
        Some(value.trim().trim_start_matches('r').trim_matches('#').trim_matches('"').to_owned())
    })
}
