//! Which directory an import path means: go.mod files, vendored copies, and none of them.

use super::world::folder;
use crate::Project;

/// A module: a directory with a go.mod.
#[derive(Debug, Clone)]
pub(super) struct Module {
    pub dir: String,
    pub path: String,
}

/// The modules of a project, innermost first.
#[derive(Debug, Default)]
pub(super) struct Modules {
    all: Vec<Module>,
}

impl Modules {
    pub fn new(project: &dyn Project) -> Self {
        let is_manifest = |path: &&String| path.as_str() == "go.mod" || path.ends_with("/go.mod");
        let read = |path: &String| Some(Module { dir: folder(path).to_owned(), path: module_path(&project.text(path)?)? });
        let mut all: Vec<Module> = project.paths().iter().filter(is_manifest).filter_map(read).collect();
        all.sort_by(|a, b| (b.dir.len(), &a.dir).cmp(&(a.dir.len(), &b.dir)));
        Self { all }
    }

    /// The module that holds a directory.
    pub fn holding(&self, dir: &str) -> Option<&Module> {
        self.all.iter().find(|module| below(&module.dir, dir).is_some())
    }

    /// The modules as they are after directories went elsewhere.
    pub fn after(&self, place: &dyn Fn(&str) -> String) -> Self {
        let mut all: Vec<Module> = self.all.iter().map(|module| Module { dir: place(&module.dir), path: module.path.clone() }).collect();
        all.sort_by(|a, b| (b.dir.len(), &a.dir).cmp(&(a.dir.len(), &b.dir)));
        Self { all }
    }

    /// What others write to import a directory; `None` when it is in no module.
    pub fn path_of(&self, dir: &str) -> Option<String> {
        let module = self.holding(dir)?;
        let rest = below(&module.dir, dir)?;
        Some(if rest.is_empty() { module.path.clone() } else { format!("{}/{rest}", module.path) })
    }

    /// The directory that an import path means when it stands in a file of another; `None` when it is not in the project.
    pub fn folder_of(&self, project: &dyn Project, from: &str, path: &str) -> Option<String> {
        if let Some(relative) = path.strip_prefix("./").or_else(|| path.starts_with("../").then_some(path)) {
            return joined(from, relative).filter(|dir| has_go(project, dir));
        }
        let in_module = |module: &Module| {
            let rest = below(&module.path, path)?;
            let dir =
                if module.dir.is_empty() || rest.is_empty() { format!("{}{rest}", module.dir) } else { format!("{}/{rest}", module.dir) };
            has_go(project, &dir).then_some(dir)
        };
        let vendored = |dir: &str| {
            let dir = if dir.is_empty() { format!("vendor/{path}") } else { format!("{dir}/vendor/{path}") };
            has_go(project, &dir).then_some(dir)
        };
        // The longest module path that fits holds the package.
        let mut fitting: Vec<&Module> = self.all.iter().filter(|module| below(&module.path, path).is_some()).collect();
        fitting.sort_by_key(|module| std::cmp::Reverse(module.path.len()));
        if let Some(dir) = fitting.into_iter().find_map(in_module) {
            return Some(dir);
        }
        if let Some(dir) = self.holding(from).and_then(|module| vendored(&module.dir)) {
            return Some(dir);
        }
        // Without modules, as in a GOPATH: the directory is the path.
        let bare = [path.to_owned(), format!("src/{path}")];
        bare.into_iter()
            .find(|dir| self.all.is_empty() && has_go(project, dir))
            .or_else(|| self.all.is_empty().then(|| vendored("")).flatten())
    }
}

/// The rest of a path beneath another, with `/`; empty when they are the same.
pub(super) fn below<'a>(above: &str, path: &'a str) -> Option<&'a str> {
    if above.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(above)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// A path relative to a directory; `None` when it leaves the project.
pub(super) fn joined(dir: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = dir.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a directory holds a Go file itself.
pub(super) fn has_go(project: &dyn Project, dir: &str) -> bool {
    let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
    let paths = project.paths();
    let from = paths.partition_point(|path| path.as_str() < prefix.as_str());
    let beneath = paths[from..].iter().take_while(|path| path.starts_with(&prefix));
    beneath.filter(|path| path.ends_with(".go")).any(|path| !path[prefix.len()..].contains('/'))
}

fn module_path(text: &str) -> Option<String> {
    let line = text.lines().map(|line| line.split("//").next().unwrap_or(line).trim()).find_map(|line| line.strip_prefix("module"))?;
    let path = line.trim().trim_matches(['"', '`']);
    (line.starts_with([' ', '\t']) && !path.is_empty()).then(|| path.to_owned())
}
