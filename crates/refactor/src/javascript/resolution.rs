//! Which file a module's name means.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use serde_json::Value;

use super::paths;
use crate::Project;

/// Answers for one project.
pub(super) struct Resolution<'p> {
    project: &'p dyn Project,
    settings: RefCell<HashMap<String, Option<Arc<Settings>>>>,
    packages: RefCell<Option<Arc<HashMap<String, String>>>>,
}

/// What a tsconfig.json says of names.
#[derive(Debug, Default, Clone)]
pub(super) struct Settings {
    /// Where names without a dot begin.
    pub base: Option<String>,
    /// Patterns, and where their targets begin.
    pub paths: Vec<(String, Vec<String>)>,
}

impl<'p> Resolution<'p> {
    pub(super) fn new(project: &'p dyn Project) -> Self {
        Self { project, settings: RefCell::default(), packages: RefCell::default() }
    }

    /// The file that `name` means in `from`; `None` when it is not in the project.
    pub(super) fn resolve(&self, from: &str, name: &str) -> Option<String> {
        let name = name.split(['?']).next().unwrap_or(name);
        if name.starts_with("./") || name.starts_with("../") || name == "." || name == ".." {
            return self.file(&paths::join(paths::folder(from), name)?);
        }
        if let Some(rest) = name.strip_prefix('/') {
            return self.file(rest);
        }
        if name.starts_with('#') {
            return self.imported(from, name);
        }
        self.mapped(from, name).or_else(|| self.packaged(from, name))
    }

    /// A file or folder, as modules are found.
    fn file(&self, base: &str) -> Option<String> {
        // What is written as JavaScript may be TypeScript still.
        const SOURCES: [(&str, &[&str]); 4] = [
            (".js", &[".ts", ".tsx", ".d.ts", ".jsx"]),
            (".jsx", &[".tsx", ".d.ts"]),
            (".mjs", &[".mts", ".d.mts"]),
            (".cjs", &[".cts", ".d.cts"]),
        ];
        let has = |path: &str| self.project.has(path).then(|| path.to_owned());
        for (compiled, sources) in SOURCES {
            if let Some(stem) = base.strip_suffix(compiled) {
                let source = sources.iter().find_map(|source| has(&format!("{stem}{source}")));
                if let Some(found) = source {
                    return Some(found);
                }
            }
        }
        if paths::is_code(base)
            && let Some(found) = has(base)
        {
            return Some(found);
        }
        let with_extension = |base: &str| paths::EXTENSIONS.iter().find_map(|extension| has(&format!("{base}{extension}")));
        if let Some(found) = with_extension(base).or_else(|| has(base)) {
            return Some(found);
        }
        if let Some(package) = self.json(&paths::under(base, "package.json")) {
            for field in ["types", "typings", "module", "main"] {
                let found = package.get(field).and_then(Value::as_str).and_then(|main| self.package_file(base, main));
                if found.is_some() {
                    return found;
                }
            }
        }
        with_extension(&paths::under(base, "index"))
    }

    /// A file of a package; where what is built is not there, what it is built from.
    fn package_file(&self, folder: &str, target: &str) -> Option<String> {
        let path = paths::join(folder, target)?;
        let direct = if path == folder { None } else { self.file(&path) };
        direct.or_else(|| {
            let rest = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/');
            let (built, rest) = rest.split_once('/')?;
            if !matches!(built, "dist" | "lib" | "build" | "out" | "esm" | "cjs" | "types") {
                return None;
            }
            let stem = paths::without_extension(rest);
            self.file(&paths::under(folder, &format!("src/{stem}"))).or_else(|| {
                let last = stem.rsplit('/').next().unwrap_or(stem);
                self.file(&paths::under(folder, &format!("src/{last}")))
            })
        })
    }

    fn json(&self, path: &str) -> Option<Value> {
        if !self.project.has(path) {
            return None;
        }
        let text = self.project.text(path)?;
        serde_json::from_str(&paths::plain_json(&text)).ok()
    }

    /// `#name` of the package's own `imports`.
    fn imported(&self, from: &str, name: &str) -> Option<String> {
        paths::folders_up(from).find_map(|folder| {
            let package = self.json(&paths::under(folder, "package.json"))?;
            let targets = matching(package.get("imports")?, name);
            targets.iter().find_map(|target| self.package_file(folder, target))
        })
    }

    fn mapped(&self, from: &str, name: &str) -> Option<String> {
        let settings = paths::folders_up(from).find_map(|folder| self.settings_in(folder))?;
        let mut best: Option<(usize, &str, &Vec<String>)> = None;
        for (pattern, targets) in &settings.paths {
            let Some(rest) = star_match(pattern, name) else { continue };
            let length = pattern.find('*').unwrap_or(usize::MAX);
            if best.is_none_or(|(known, ..)| length > known) {
                best = Some((length, rest, targets));
            }
        }
        if let Some((_, rest, targets)) = best {
            let found = targets.iter().find_map(|target| self.file(&target.replacen('*', rest, 1)));
            if found.is_some() {
                return found;
            }
        }
        let base = settings.base.as_ref()?;
        self.file(&paths::join(base, name)?)
    }

    /// The settings whose file is in a folder.
    fn settings_in(&self, folder: &str) -> Option<Arc<Settings>> {
        if let Some(known) = self.settings.borrow().get(folder) {
            return known.clone();
        }
        let found = ["tsconfig.json", "jsconfig.json"]
            .into_iter()
            .map(|name| paths::under(folder, name))
            .find(|path| self.project.has(path))
            .map(|path| Arc::new(self.read_settings(&path, 0)));
        self.settings.borrow_mut().insert(folder.to_owned(), found.clone());
        found
    }

    fn read_settings(&self, path: &str, depth: u32) -> Settings {
        let Some(json) = self.json(path).filter(|_| depth < 8) else { return Settings::default() };
        let folder = paths::folder(path);
        let mut settings = Settings::default();
        let bases = match json.get("extends") {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let references = json.get("references").and_then(Value::as_array).into_iter().flatten();
        let references = references.filter_map(|reference| reference.get("path")?.as_str().map(str::to_owned)).collect::<Vec<_>>();
        for base in bases {
            let found = paths::join(folder, &base).and_then(|base| {
                [base.clone(), format!("{base}.json"), paths::under(&base, "tsconfig.json")].into_iter().find(|path| self.project.has(path))
            });
            if let Some(found) = found {
                settings = self.read_settings(&found, depth + 1);
            }
        }
        let options = json.get("compilerOptions");
        if let Some(base) = options.and_then(|options| options.get("baseUrl")).and_then(Value::as_str) {
            settings.base = paths::join(folder, base);
        }
        if let Some(found) = options.and_then(|options| options.get("paths")).and_then(Value::as_object) {
            let start = settings.base.clone().unwrap_or_else(|| folder.to_owned());
            let targets = |value: &Value| {
                let all = value.as_array().into_iter().flatten().filter_map(Value::as_str);
                all.filter_map(|target| paths::join(&start, target)).collect()
            };
            settings.paths = found.iter().map(|(pattern, value)| (pattern.clone(), targets(value))).collect();
        }
        if settings.paths.is_empty() && settings.base.is_none() {
            // A file that only names others: their settings hold.
            for reference in references {
                let found = paths::join(folder, &reference).and_then(|base| {
                    [base.clone(), paths::under(&base, "tsconfig.json")]
                        .into_iter()
                        .find(|path| path != &*base || path.ends_with(".json"))
                        .filter(|path| self.project.has(path))
                });
                if let Some(found) = found {
                    let read = self.read_settings(&found, depth + 1);
                    if !read.paths.is_empty() || read.base.is_some() {
                        return read;
                    }
                }
            }
        }
        settings
    }

    /// A package of the project, or one that is installed in it.
    fn packaged(&self, from: &str, name: &str) -> Option<String> {
        let parts = if name.starts_with('@') { 2 } else { 1 };
        let end = name.match_indices('/').nth(parts - 1).map_or(name.len(), |(at, _)| at);
        let (package, rest) = (&name[..end], name[end..].trim_start_matches('/'));
        let folder = self.packages().get(package).cloned().or_else(|| {
            let installed = paths::folders_up(from).map(|folder| paths::under(folder, &format!("node_modules/{package}")));
            let mut installed = installed.filter(|folder| self.project.has(&paths::under(folder, "package.json")));
            installed.next()
        })?;
        let json = self.json(&paths::under(&folder, "package.json"))?;
        if let Some(exports) = json.get("exports") {
            let key = if rest.is_empty() { ".".to_owned() } else { format!("./{rest}") };
            let targets = if exports.is_object() && exports.as_object().is_some_and(|map| map.keys().any(|key| key.starts_with('.'))) {
                matching(exports, &key)
            } else if rest.is_empty() {
                conditions(exports)
            } else {
                Vec::new()
            };
            let found = targets.iter().find_map(|target| self.package_file(&folder, target));
            if found.is_some() {
                return found;
            }
        }
        if rest.is_empty() {
            return self.file(&folder).or_else(|| self.file(&paths::under(&folder, "src")));
        }
        self.package_file(&folder, rest)
    }

    /// Folders of the project's own packages by their names.
    fn packages(&self) -> Arc<HashMap<String, String>> {
        if let Some(known) = &*self.packages.borrow() {
            return known.clone();
        }
        let mut found = HashMap::new();
        for path in self.project.paths() {
            let is_package = (path == "package.json" || path.ends_with("/package.json")) && !path.contains("node_modules/");
            if let Some(name) = is_package.then(|| self.json(path)).flatten().and_then(|json| json.get("name")?.as_str().map(str::to_owned))
            {
                found.entry(name).or_insert_with(|| paths::folder(path).to_owned());
            }
        }
        let found = Arc::new(found);
        *self.packages.borrow_mut() = Some(found.clone());
        found
    }
}

/// What the star of a pattern stands for.
fn star_match<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    match pattern.split_once('*') {
        None => (pattern == name).then_some(""),
        Some((before, after)) => {
            let rest = name.strip_prefix(before)?;
            rest.strip_suffix(after)
        }
    }
}

/// The targets of `exports` or `imports` for a key, their stars replaced.
fn matching(map: &Value, key: &str) -> Vec<String> {
    let Some(map) = map.as_object() else { return Vec::new() };
    let mut best: Option<(usize, Vec<String>)> = None;
    for (pattern, value) in map {
        let Some(rest) = star_match(pattern, key) else { continue };
        let length = pattern.find('*').unwrap_or(usize::MAX);
        if best.as_ref().is_none_or(|(known, _)| length > *known) {
            best = Some((length, conditions(value).into_iter().map(|target| target.replace('*', rest)).collect()));
        }
    }
    best.map(|(_, targets)| targets).unwrap_or_default()
}

/// Every target that some condition chooses, sources first.
fn conditions(value: &Value) -> Vec<String> {
    match value {
        Value::String(target) => vec![target.clone()],
        Value::Array(many) => many.iter().flat_map(conditions).collect(),
        Value::Object(map) => {
            let first = ["source", "types", "svelte", "import", "module", "node", "require", "default"];
            first.iter().filter_map(|condition| map.get(*condition)).chain(map.values()).flat_map(conditions).collect()
        }
        _ => Vec::new(),
    }
}
