//! The module tree: which file is which module, upwards and downwards, without reading the whole crate.

use std::rc::Rc;

use ra_ap_syntax::{
    AstNode, SyntaxNode,
    ast::{self, HasAttrs, HasName},
};

use super::{
    crates::{file_name, folder_of, join},
    names::Declares,
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
        if let Some(stated) = path_attribute(declaration) {
            return self.stated_base(declaration).map(|base| join(&base, &stated)).into_iter().collect();
        }
        declaration.name().map(|name| self.usual_files(declaration, plain(name.text()))).unwrap_or_default()
    }

    /// The places where the file of a `mod` would be if it had this name and said nothing else.
    pub(super) fn usual_files(&self, declaration: &ast::Module, name: &str) -> Vec<String> {
        let Some(folder) = self.usual_base(declaration) else { return Vec::new() };
        vec![join(&folder, &format!("{name}.rs")), join(&folder, &format!("{name}/mod.rs"))]
    }

    /// The folder where the file of a `mod` is that says nothing else.
    fn usual_base(&self, declaration: &ast::Module) -> Option<String> {
        let path = self.file(self.file_of(declaration.syntax())?).path.clone();
        let mut folder = self.children_folder(&path);
        let inline: Vec<ast::Module> = self.inline_around(declaration);
        for module in inline.iter().rev() {
            let name = path_attribute(module).or_else(|| Some(plain(module.name()?.text()).to_owned()));
            folder = join(&folder, &name.unwrap_or_default());
        }
        Some(folder)
    }

    /// The folder from which a `mod` says where its file is.
    pub(super) fn stated_base(&self, declaration: &ast::Module) -> Option<String> {
        if self.inline_around(declaration).is_empty() {
            let path = self.file(self.file_of(declaration.syntax())?).path.clone();
            return Some(folder_of(&path).to_owned());
        }
        self.usual_base(declaration)
    }

    fn inline_around(&self, declaration: &ast::Module) -> Vec<ast::Module> {
        let around = self.ancestors(declaration.syntax()).skip(1).filter_map(ast::Module::cast);
        around.filter(|module| module.item_list().is_some()).collect()
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
        let index = self.index();
        index.stated.iter().any(|(stated, other)| file_name(stated) == name && index.path(*other) != path)
    }

    fn declares_plainly(&self, path: &str, stem: &str) -> bool {
        self.project.has(path) && self.index().declaring(Declares::Module, stem).any(|candidate| candidate.path == path)
    }

    /// Every `mod` that means this file.
    pub(super) fn parent_modules(&self, path: &str) -> Vec<ast::Module> {
        let name = file_name(path);
        let folder = folder_of(path);
        let stem = if name == "mod.rs" { file_name(folder) } else { name.strip_suffix(".rs").unwrap_or(name) };
        if stem.is_empty() {
            return Vec::new();
        }
        let index = self.index();
        // Inline modules may be around it, in a file further up.
        let may_be = |other: &str| folder.starts_with(folder_of(other));
        let named = index.declaring(Declares::Module, stem).map(|candidate| candidate.path).filter(|other| may_be(other));
        let stated = index.stated.iter().filter(|(stated, _)| file_name(stated) == name).map(|(_, other)| index.path(*other));
        let mut candidates: Vec<String> = named.chain(stated).filter(|other| *other != path).map(str::to_owned).collect();
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
            let is_stated = index.stated.iter().any(|(stated, other)| file_name(stated) == name && index.path(*other) == candidate);
            let declarations: Vec<ast::Module> = if is_stated {
                root.descendants().filter_map(ast::Module::cast).collect()
            } else {
                let names = index.declaring(Declares::Module, stem).filter(|other| other.path == candidate);
                let tokens = names.filter_map(|name| root.token_at_offset(name.at.into()).right_biased());
                tokens.filter_map(|token| ast::Module::cast(token.parent()?.parent()?)).collect()
            };
            for declaration in declarations.into_iter().filter(|module| module.item_list().is_none()) {
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
