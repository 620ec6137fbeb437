//! Which files of the project an import means.

use std::collections::{HashMap, HashSet};

use super::{FileId, reading::FileImport};

/// Of files of the same name, so many are looked at.
const MOST_NAMESAKES: usize = 400;

/// Where an import leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Leads {
    /// To these files.
    To(Vec<FileId>),
    /// Into a folder whose files are one package.
    Package(String),
    /// Out of the project, or nowhere that could be found.
    Out,
}

/// The paths of a version, looked up in the ways imports need it.
pub(super) struct Paths<'a> {
    by_path: HashMap<&'a str, FileId>,
    by_name: HashMap<&'a str, Vec<(&'a str, FileId)>>,
    folders: &'a HashSet<String>,
    folders_by_name: HashMap<&'a str, Vec<&'a str>>,
    /// Rust crates (with `_`), npm packages and Go modules with their folders.
    packages: HashMap<String, String>,
    /// Folders with a `Cargo.toml`.
    crates: HashSet<String>,
}

impl<'a> Paths<'a> {
    pub(super) fn new(
        paths: impl Iterator<Item = (&'a str, FileId)>,
        folders: &'a HashSet<String>,
        packages: HashMap<String, String>,
    ) -> Self {
        let mut found = Self {
            by_path: HashMap::new(),
            by_name: HashMap::new(),
            folders,
            folders_by_name: HashMap::new(),
            packages,
            crates: HashSet::new(),
        };
        for folder in folders {
            found.folders_by_name.entry(split(folder).1).or_default().push(folder);
        }
        for (path, file) in paths {
            found.by_path.insert(path, file);
            let (folder, name) = split(path);
            found.by_name.entry(name).or_default().push((path, file));
            if name == "Cargo.toml" {
                found.crates.insert(folder.to_owned());
            }
        }
        found
    }

    /// Where an import of the file at `from` leads.
    pub(super) fn resolve(&self, from: &str, language: &str, import: &FileImport) -> Leads {
        let target = import.target.as_str();
        let found = match language {
            "Rust" => self.rust(from, target).map(|file| vec![file]),
            "TypeScript" | "TSX" | "JavaScript" | "Svelte" | "Vue" => self.script(from, target).map(|file| vec![file]),
            "Python" => self.python(from, target, &import.names),
            "Go" => return self.go(target),
            "C" | "C++" => self.include(from, target).map(|file| vec![file]),
            "Java" | "Kotlin" | "Scala" => return self.jvm(from, target),
            "Ruby" => {
                self.near(from, &format!("{target}.rb")).or_else(|| self.ending(from, &format!("{target}.rb"))).map(|file| vec![file])
            }
            "Lua" => {
                let path = target.replace('.', "/");
                let at = [format!("{path}.lua"), format!("{path}/init.lua")].into_iter().find_map(|path| self.ending(from, &path));
                at.map(|file| vec![file])
            }
            "Zig" => self.near(from, target).map(|file| vec![file]),
            "Protocol Buffers" => self.ending(from, target.trim_matches('"')).map(|file| vec![file]),
            _ => None,
        };
        found.map_or(Leads::Out, Leads::To)
    }

    fn at(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// The file at a path relative to the folder of `from`.
    fn near(&self, from: &str, target: &str) -> Option<FileId> {
        self.at(&join(split(from).0, target)?)
    }

    /// The file whose path ends so: the one that shares most folders with `from`; none when two are equally near.
    fn ending(&self, from: &str, target: &str) -> Option<FileId> {
        let target = target.trim_start_matches("./");
        let (_, name) = split(target);
        let ends = |path: &str| path == target || path.strip_suffix(target).is_some_and(|before| before.ends_with('/'));
        let namesakes = self.by_name.get(name)?.iter().take(MOST_NAMESAKES).filter(|(path, _)| ends(path));
        let mut ranked: Vec<(usize, FileId)> = namesakes.map(|(path, file)| (shared_folders(path, from), *file)).collect();
        ranked.sort_by(|one, other| other.cmp(one));
        match ranked[..] {
            [] => None,
            [(_, file)] => Some(file),
            [(most, file), (next, _), ..] => (most > next).then_some(file),
        }
    }

    fn rust(&self, from: &str, target: &str) -> Option<FileId> {
        let root = self.crate_of(from)?;
        let source = if self.folders.contains(&prefixed(&root, "src")) && from.starts_with(&prefixed(&root, "src/")) {
            prefixed(&root, "src")
        } else {
            // Tests, examples and benches are crates of their own.
            split(from).0.to_owned()
        };
        let mut module = module_of(from, &source);
        if let Some(child) = target.strip_prefix("mod ") {
            module.push(child.to_owned());
            return self.rust_module(&source, &module, &[]).filter(|(_, left)| *left == 0).map(|(file, _)| file);
        }
        let mut segments: Vec<&str> =
            target.split("::").filter(|segment| !matches!(*segment, "*" | "self") || target.starts_with("self")).collect();
        let first = *segments.first()?;
        match first {
            "crate" => {
                segments.remove(0);
                return self.rust_module(&source, &[], &segments).map(|(file, _)| file);
            }
            "self" => {
                segments.remove(0);
            }
            "super" => {
                while segments.first() == Some(&"super") {
                    segments.remove(0);
                    module.pop();
                }
            }
            _ => {
                // A module of this one, else a crate of the same project.
                let inner = self.rust_module(&source, &module, &segments).filter(|(_, left)| *left < segments.len());
                if let Some((file, _)) = inner
                    && !module.is_empty()
                {
                    return Some(file);
                }
                if let Some(folder) = self.packages.get(first) {
                    let source = prefixed(folder, "src");
                    return self.rust_module(&source, &[], &segments[1..]).map(|(file, _)| file);
                }
                return inner.map(|(file, _)| file);
            }
        }
        self.rust_module(&source, &module, &segments).map(|(file, _)| file)
    }

    /// The file of the longest beginning of `module` and `rest` that is a module, and how many names are left.
    fn rust_module(&self, source: &str, module: &[String], rest: &[&str]) -> Option<(FileId, usize)> {
        for length in (0..=rest.len().min(12)).rev() {
            let mut names: Vec<&str> = module.iter().map(String::as_str).collect();
            names.extend(&rest[..length]);
            let left = rest.len() - length;
            if names.is_empty() {
                let root = ["lib.rs", "main.rs"].iter().find_map(|name| self.at(&prefixed(source, name)));
                return root.map(|file| (file, left));
            }
            let path = prefixed(source, &names.join("/"));
            if let Some(file) = self.at(&format!("{path}.rs")).or_else(|| self.at(&format!("{path}/mod.rs"))) {
                return Some((file, left));
            }
        }
        None
    }

    fn crate_of(&self, from: &str) -> Option<String> {
        let mut folder = split(from).0;
        loop {
            if self.crates.contains(folder) {
                return Some(folder.to_owned());
            }
            if folder.is_empty() {
                return None;
            }
            folder = split(folder).0;
        }
    }

    fn script(&self, from: &str, target: &str) -> Option<FileId> {
        let target = target.split(['?', '#']).next().unwrap_or(target);
        if target.starts_with('.') {
            return self.script_at(&join(split(from).0, target)?);
        }
        // The aliases that frameworks and templates set up.
        for (alias, folder) in [("$lib/", "src/lib/"), ("@/", "src/"), ("~/", "src/"), ("@/", ""), ("~/", ""), ("src/", "src/")] {
            let Some(rest) = target.strip_prefix(alias) else { continue };
            let mut around = split(from).0;
            loop {
                if let Some(file) = self.script_at(&prefixed(around, &format!("{folder}{rest}"))) {
                    return Some(file);
                }
                if around.is_empty() {
                    break;
                }
                around = split(around).0;
            }
        }
        // A package of the same project, whole or a path in it.
        let end = target.match_indices('/').map(|(at, _)| at).nth(usize::from(target.starts_with('@'))).unwrap_or(target.len());
        let folder = self.packages.get(&target[..end])?;
        let rest = target[end..].trim_start_matches('/');
        if rest.is_empty() {
            ["src/index", "index", "lib/index", "src/main"].iter().find_map(|path| self.script_at(&prefixed(folder, path)))
        } else {
            self.script_at(&prefixed(folder, rest)).or_else(|| self.script_at(&prefixed(folder, &format!("src/{rest}"))))
        }
    }

    fn script_at(&self, path: &str) -> Option<FileId> {
        let ends = ["", ".ts", ".tsx", ".js", ".jsx", ".svelte", ".vue", ".mjs", ".cjs", ".mts", ".cts", ".d.ts", ".json"];
        let found = ends.iter().find_map(|end| self.at(&format!("{path}{end}")));
        // What is compiled is imported by the name it will have.
        let written = || {
            let stem = path.strip_suffix(".js").or_else(|| path.strip_suffix(".jsx")).or_else(|| path.strip_suffix(".mjs"))?;
            [".ts", ".tsx", ".mts", ".svelte.ts"].iter().find_map(|end| self.at(&format!("{stem}{end}")))
        };
        let index = || {
            ["index.ts", "index.tsx", "index.js", "index.jsx", "index.mjs", "index.svelte"]
                .iter()
                .find_map(|name| self.at(&prefixed(path, name)))
        };
        found.or_else(written).or_else(index)
    }

    fn python(&self, from: &str, target: &str, names: &[String]) -> Option<Vec<FileId>> {
        let dots = target.len() - target.trim_start_matches('.').len();
        let path = target[dots..].replace('.', "/");
        let bases: Vec<&str> = if dots > 0 {
            let mut folder = split(from).0;
            for _ in 1..dots {
                folder = split(folder).0;
            }
            vec![folder]
        } else {
            let mut around = vec![split(from).0];
            while let Some(last) = around.last().filter(|last| !last.is_empty()) {
                around.push(split(last).0);
            }
            // The root first: what is imported absolutely is seldom meant relatively.
            around.reverse();
            if self.folders.contains("src") {
                around.insert(1.min(around.len()), "src");
            }
            around
        };
        for base in bases {
            let whole = prefixed(base, &path);
            let module = |path: &str| {
                self.at(&format!("{path}.py"))
                    .or_else(|| self.at(&format!("{path}/__init__.py")))
                    .or_else(|| self.at(&format!("{path}.pyi")))
            };
            // Names may be modules themselves.
            let inner: Vec<FileId> = names.iter().take(200).filter_map(|name| module(&prefixed(&whole, name))).collect();
            if !inner.is_empty() {
                return Some(inner);
            }
            let itself = if path.is_empty() { self.at(&prefixed(&whole, "__init__.py")) } else { module(&whole) };
            if let Some(file) = itself {
                return Some(vec![file]);
            }
        }
        None
    }

    fn go(&self, target: &str) -> Leads {
        let mut module = target;
        loop {
            if let Some(folder) = self.packages.get(module) {
                let rest = target[module.len()..].trim_start_matches('/');
                let package = prefixed(folder, rest);
                let package = package.trim_end_matches('/').to_owned();
                return if package.is_empty() || self.folders.contains(&package) { Leads::Package(package) } else { Leads::Out };
            }
            let Some((outer, _)) = module.rsplit_once('/') else { return Leads::Out };
            module = outer;
        }
    }

    fn include(&self, from: &str, target: &str) -> Option<FileId> {
        let is_system = target.starts_with('<');
        let path = target.trim_matches(|c| matches!(c, '<' | '>' | '"'));
        if is_system {
            // The project's own headers may be included so as well, but `<string.h>` is seldom one.
            return if path.contains('/') { self.ending(from, path) } else { None };
        }
        self.near(from, path).or_else(|| self.at(path)).or_else(|| self.at(&format!("include/{path}"))).or_else(|| self.ending(from, path))
    }

    fn jvm(&self, from: &str, target: &str) -> Leads {
        let plain = target.split_whitespace().next().unwrap_or_default().replace('.', "/");
        if let Some(package) = plain.strip_suffix("/*").or_else(|| plain.strip_suffix("/_")) {
            let ends = |folder: &&&str| **folder == package || folder.strip_suffix(package).is_some_and(|before| before.ends_with('/'));
            let namesakes = self.folders_by_name.get(split(package).1).map_or(&[][..], Vec::as_slice);
            let first = namesakes.iter().filter(ends).min();
            return first.map_or(Leads::Out, |folder| Leads::Package((*folder).to_owned()));
        }
        // The class, or what is inside of it.
        let outer = split(&plain).0;
        for path in [plain.as_str(), outer] {
            let ends = ["java", "kt", "scala"];
            if let Some(file) = ends.iter().find_map(|end| self.ending(from, &format!("{path}.{end}")))
                && path.contains('/')
            {
                return Leads::To(vec![file]);
            }
        }
        Leads::Out
    }
}

/// Folder and name.
pub(crate) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

pub(crate) fn prefixed(folder: &str, path: &str) -> String {
    if folder.is_empty() {
        path.to_owned()
    } else if path.is_empty() {
        folder.to_owned()
    } else {
        format!("{folder}/{path}")
    }
}

/// A relative path seen from a folder; `None` when it leads out of the project.
pub(crate) fn join(folder: &str, target: &str) -> Option<String> {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// The module path of a Rust file beneath its source folder.
fn module_of(path: &str, source: &str) -> Vec<String> {
    let inner = path.strip_prefix(source).unwrap_or(path).trim_start_matches('/');
    let stem = inner.strip_suffix(".rs").unwrap_or(inner);
    let mut names: Vec<String> = stem.split('/').map(str::to_owned).collect();
    if names.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        names.pop();
    }
    names
}

fn shared_folders(one: &str, other: &str) -> usize {
    split(one).0.split('/').zip(split(other).0.split('/')).take_while(|(one, other)| one == other).count()
}
