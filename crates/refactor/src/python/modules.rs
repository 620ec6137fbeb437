//! Which file a module is, and which module an import means.

use std::rc::Rc;

use super::{
    session::{FileId, Session},
    stdlib::is_standard,
    table::{Import, Name, Span},
};

/// A module or package by its path without an ending: `pkg/sub` of `pkg/sub.py`, `pkg/sub/__init__.py` and of the folder `pkg/sub`.
pub(crate) type Stem = Rc<str>;

/// Folders that absolute imports start from, besides those around the importing file: each empty or with a `/` at its end.
#[derive(Debug)]
pub(crate) struct Roots(Vec<String>);

impl Roots {
    /// The folders with top-level packages in them.
    pub(crate) fn of(paths: &[String]) -> Self {
        let mut roots = vec![String::new(), "src/".to_owned(), "typings/".to_owned()];
        let mut libraries = Vec::new();
        for path in paths {
            if let Some(at) = path.find("site-packages/") {
                let root = path[..at + "site-packages/".len()].to_owned();
                if !libraries.contains(&root) {
                    libraries.push(root);
                }
                continue;
            }
            let Some(folder) = path.strip_suffix("/__init__.py").or_else(|| path.strip_suffix("/__init__.pyi")) else { continue };
            let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            if !parent.is_empty() && !has(paths, &format!("{parent}/__init__.py")) && !has(paths, &format!("{parent}/__init__.pyi")) {
                let root = format!("{parent}/");
                if !roots.contains(&root) {
                    roots.push(root);
                }
            }
        }
        roots.extend(libraries);
        Self(roots)
    }
}

fn has(paths: &[String], path: &str) -> bool {
    paths.binary_search_by(|probe| probe.as_str().cmp(path)).is_ok()
}

/// Whether a path lies among installed libraries.
pub(crate) fn is_external(path: &str) -> bool {
    ["site-packages/", "dist-packages/", "node_modules/", ".venv/", ".tox/", ".nox/"]
        .iter()
        .any(|folder| path.find(folder).is_some_and(|at| at == 0 || path.as_bytes()[at - 1] == b'/'))
}

/// The module that a file is.
pub(crate) fn stem_of(path: &str) -> &str {
    let stem = path.strip_suffix(".pyi").or_else(|| path.strip_suffix(".py")).unwrap_or(path);
    match stem.strip_suffix("__init__") {
        Some(folder) => folder.strip_suffix('/').unwrap_or(folder),
        None => stem,
    }
}

/// The folder of a path, with a `/` at its end unless it is the root.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..=at])
}

/// The last word of a module's path.
pub(crate) fn last_of(stem: &str) -> &str {
    stem.rsplit('/').next().unwrap_or(stem)
}

impl Session<'_> {
    /// The files of a module: sources before stubs.
    pub(crate) fn module_paths(&self, stem: &str) -> Rc<Vec<String>> {
        if let Some(known) = self.places.borrow().get(stem) {
            return known.clone();
        }
        let paths = Rc::new(self.find_paths(stem));
        self.places.borrow_mut().insert(stem.into(), paths.clone());
        paths
    }

    fn find_paths(&self, stem: &str) -> Vec<String> {
        let slash = if stem.is_empty() { "" } else { "/" };
        let mut paths = vec![format!("{stem}{slash}__init__.py"), format!("{stem}{slash}__init__.pyi")];
        if !stem.is_empty() {
            paths.extend([format!("{stem}.py"), format!("{stem}.pyi")]);
        }
        paths.retain(|path| self.project.has(path));
        if paths.iter().any(|path| path.ends_with(".py")) {
            paths.sort_by_key(|path| !path.ends_with(".py"));
        }
        paths
    }

    /// The file that says what is in a module.
    pub(crate) fn module_file(&self, stem: &str) -> Option<FileId> {
        self.module_paths(stem).iter().find_map(|path| self.open(path))
    }

    /// Whether there is such a module: a file, or a folder with files beneath.
    pub(crate) fn is_module(&self, stem: &str) -> bool {
        !self.module_paths(stem).is_empty() || self.is_folder(stem)
    }

    /// Whether anything lies in a folder.
    pub(crate) fn is_folder(&self, stem: &str) -> bool {
        let prefix = format!("{stem}/");
        let paths = self.project.paths();
        let at = paths.partition_point(|path| path.as_str() < prefix.as_str());
        paths.get(at).is_some_and(|path| path.starts_with(&prefix))
    }

    /// Folders that absolute imports of a file start from, best first.
    fn roots_for(&self, path: &str) -> Vec<String> {
        let mut folder = folder_of(path).to_owned();
        while !folder.is_empty()
            && (self.project.has(&format!("{folder}__init__.py")) || self.project.has(&format!("{folder}__init__.pyi")))
        {
            folder = folder_of(folder.trim_end_matches('/')).to_owned();
        }
        let mut roots = vec![folder.clone()];
        while !folder.is_empty() {
            folder = folder_of(folder.trim_end_matches('/')).to_owned();
            roots.push(folder.clone());
        }
        for root in &self.roots.0 {
            if !roots.contains(root) {
                roots.push(root.clone());
            }
        }
        roots
    }

    /// The module of some words as a file imports them; of a relative import with so many dots.
    pub(crate) fn resolve(&self, path: &str, level: u32, words: &[(Name, Span)]) -> Option<Stem> {
        let key = (folder_of(path).to_owned(), level, join("", words));
        if let Some(known) = self.resolved.borrow().get(&key) {
            return known.clone();
        }
        let found = self.find_module(path, level, words);
        self.resolved.borrow_mut().insert(key, found.clone());
        found
    }

    fn find_module(&self, path: &str, level: u32, words: &[(Name, Span)]) -> Option<Stem> {
        if level > 0 {
            let mut folder = folder_of(path).trim_end_matches('/');
            for _ in 1..level {
                if folder.is_empty() {
                    return None;
                }
                folder = folder_of(folder).trim_end_matches('/');
            }
            let stem = join(folder, words);
            return self.is_module(&stem).then(|| stem.into());
        }
        let (first, _) = words.first()?;
        let standard = is_standard(first);
        let near = self.roots_for(path);
        for (at, root) in near.iter().enumerate() {
            // A library's name is a module of the project only where imports start.
            if standard && at > 0 && !root.is_empty() && root != "src/" {
                continue;
            }
            let base = root.trim_end_matches('/');
            let top = join(base, &words[..1]);
            if !self.is_module(&top) || self.module_paths(&top).is_empty() && !self.is_folder_of_code(&top) {
                continue;
            }
            let stem = join(base, words);
            if self.is_module(&stem) {
                return Some(stem.into());
            }
        }
        None
    }

    fn is_folder_of_code(&self, stem: &str) -> bool {
        let prefix = format!("{stem}/");
        let paths = self.project.paths();
        let at = paths.partition_point(|path| path.as_str() < prefix.as_str());
        paths[at..].iter().take_while(|path| path.starts_with(&prefix)).take(200).any(|path| super::is_python(path))
    }

    /// The module that the first words of an import mean, up to and with one.
    pub(crate) fn resolve_part(&self, path: &str, import: &Import, part: usize) -> Option<Stem> {
        self.resolve(path, import.level, import.module.get(..=part)?)
    }

    /// The module that names are imported from.
    pub(crate) fn resolve_module(&self, path: &str, import: &Import) -> Option<Stem> {
        self.resolve(path, import.level, &import.module)
    }

    /// A module within a package.
    pub(crate) fn submodule(&self, stem: &str, name: &str) -> Option<Stem> {
        let inner = if stem.is_empty() { name.to_owned() } else { format!("{stem}/{name}") };
        // A plain module has none.
        let is_package = self.is_folder(stem) || stem.is_empty();
        (is_package && self.is_module(&inner)).then(|| inner.into())
    }
}

fn join(folder: &str, words: &[(Name, Span)]) -> String {
    let mut stem = folder.to_owned();
    for (word, _) in words {
        if !stem.is_empty() {
            stem.push('/');
        }
        stem.push_str(word);
    }
    stem
}
