//! Which definition a name means, by its spelling, its role and how near definitions of that name are.

use std::collections::{BTreeMap, HashMap, HashSet};

use lectern_syntax::Role;

use super::{
    FileId, IndexedSymbol, ProjectIndex, SymbolId, SymbolKind,
    building::is_type,
    common::common,
    importing::{Leads, split},
    reading::{FileFacts, FileUse, NONE},
};

/// Of more definitions of a name than this, none is meant for sure.
const MOST_NAMESAKES: usize = 400;

/// A use whose definition is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub target: SymbolId,
    pub from: Option<SymbolId>,
    pub line: u32,
    pub count: u32,
}

/// Finds what names mean.
pub(super) struct Resolver<'a> {
    index: &'a ProjectIndex,
    imported: Vec<HashSet<FileId>>,
    packages: Vec<HashSet<&'a str>>,
    common: HashSet<&'static str>,
    /// Of each file: the folder of the Rust crate it is in, and whether it imports anything.
    crates: Vec<&'a str>,
    has_imports: Vec<bool>,
    /// Which crate's manifest asks for which, by their folders.
    needs: HashSet<(&'a str, &'a str)>,
    /// The last folder and the name without its end of each file.
    modules: Vec<(&'a str, &'a str)>,
}

/// One use, with all that bears on what it means.
struct Use<'a> {
    file: FileId,
    role: Role,
    qualifier: Option<&'a str>,
    /// The type whose member the name is used in.
    owner: Option<&'a str>,
    family: &'static str,
    name: &'a str,
    /// The names that its file imports.
    imports: &'a HashSet<&'a str>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(index: &'a ProjectIndex, leads: &'a [Vec<(Leads, u32)>]) -> Self {
        let to = |leads: &Vec<(Leads, u32)>| {
            let files = leads.iter().filter_map(|(lead, _)| if let Leads::To(files) = lead { Some(files) } else { None });
            files.flatten().copied().collect()
        };
        let into = |leads: &'a Vec<(Leads, u32)>| {
            let packages =
                leads.iter().filter_map(|(lead, _)| if let Leads::Package(folder) = lead { Some(folder.as_str()) } else { None });
            packages.collect()
        };
        let module = |path: &'a str| {
            let (folder, name) = split(path);
            (split(folder).1, name.split('.').next().unwrap_or(name))
        };
        let mut cargo: HashMap<&str, &super::IndexedManifest> = HashMap::new();
        for manifest in index.manifests.iter().filter(|manifest| manifest.kind == lectern_survey::Kind::Cargo) {
            cargo.insert(split(&index[manifest.file].path).0, manifest);
        }
        let crate_of = |path: &'a str| {
            let mut folder = split(path).0;
            while !folder.is_empty() && !cargo.contains_key(folder) {
                folder = split(folder).0;
            }
            folder
        };
        let mut needs = HashSet::new();
        for (folder, manifest) in &cargo {
            for dependency in &manifest.manifest.dependencies {
                if let Some(other) = index.crates.get(&dependency.name.replace('-', "_")) {
                    needs.insert((*folder, other.as_str()));
                }
            }
        }
        Self {
            index,
            crates: index.files.iter().map(|file| crate_of(&file.path)).collect(),
            has_imports: index.files.iter().zip(leads).map(|(file, leads)| !file.imports.is_empty() || !leads.is_empty()).collect(),
            needs,
            imported: leads.iter().map(to).collect(),
            packages: leads.iter().map(into).collect(),
            common: common(),
            modules: index.files.iter().map(|file| module(&file.path)).collect(),
        }
    }

    /// The uses of a file whose definitions are known, one for each definition and user.
    pub(super) fn uses_of(&self, file: FileId, facts: &FileFacts) -> Vec<Found> {
        let first = self.index[file].symbols.start;
        let Some(family) = facts.language.map(family) else { return Vec::new() };
        let words: HashSet<&str> = facts.words.iter().map(|word| &**word).collect();
        let word = |at: u32| facts.words.get(at as usize).map(|word| &**word);
        let mut imports: HashSet<&str> =
            facts.uses.iter().filter(|each| each.role == Role::Import).filter_map(|each| word(each.word)).collect();
        if facts.imports.iter().any(|import| import.names.iter().any(|name| name == "*")) {
            imports.insert("*");
        }
        let mut found: BTreeMap<(SymbolId, Option<SymbolId>), (u32, u32)> = BTreeMap::new();
        let mut imported: BTreeMap<SymbolId, u32> = BTreeMap::new();
        let mut known: HashMap<(u32, u32, Role, Option<&str>), Option<SymbolId>> = HashMap::new();
        for each in &facts.uses {
            let Some(name) = word(each.word).filter(|name| self.index.by_name.contains_key(*name)) else { continue };
            let from = (each.from != NONE).then(|| SymbolId(first + each.from));
            let owner = from.and_then(|from| self.owner_around(from));
            let answer = known.entry((each.word, each.qualifier, each.role, owner)).or_insert_with(|| {
                let used = Use { file, role: each.role, qualifier: word(each.qualifier), owner, family, name, imports: &imports };
                self.meant(&used, &words)
            });
            let Some(target) = *answer else { continue };
            if each.role == Role::Import {
                imported.entry(target).or_insert(each.line);
            } else if Some(target) != from && !self.is_inside(from, target) {
                add(&mut found, (target, from), each);
            }
        }
        // An import is a use only where nothing else of the file uses what it imports.
        let used: HashSet<SymbolId> = found.keys().map(|(target, _)| *target).collect();
        for (target, line) in imported {
            if !used.contains(&target) && self.index[target].file != file {
                found.insert((target, None), (line, 1));
            }
        }
        found.into_iter().map(|((target, from), (line, count))| Found { target, from, line, count }).collect()
    }

    /// Whether a use is part of the definition it means: a type that names itself.
    fn is_inside(&self, from: Option<SymbolId>, target: SymbolId) -> bool {
        let mut at = from;
        while let Some(symbol) = at {
            if symbol == target {
                return true;
            }
            at = self.index[symbol].parent;
        }
        false
    }

    fn owner_around(&self, from: SymbolId) -> Option<&'a str> {
        let mut at = Some(from);
        while let Some(symbol) = at {
            let symbol = &self.index[symbol];
            if let Some(owner) = symbol.owner.as_deref() {
                return Some(owner);
            }
            if is_type(symbol.kind) {
                return Some(&symbol.name);
            }
            at = symbol.parent;
        }
        None
    }

    /// The definition that is meant, if only one can be.
    fn meant(&self, used: &Use<'_>, words: &HashSet<&str>) -> Option<SymbolId> {
        let namesakes = self.index.by_name.get(used.name)?;
        if namesakes.len() > MOST_NAMESAKES {
            return None;
        }
        let fits = |symbol: &SymbolId| {
            let symbol = &self.index[*symbol];
            self.index[symbol.file].language.map(family) == Some(used.family) && self.takes(symbol, used) && self.reaches(symbol, used)
        };
        let mut candidates: Vec<SymbolId> = namesakes.iter().copied().filter(fits).collect();
        if let Some(qualifier) = used.qualifier {
            // A path within the crate: what it leads to is a definition of a module.
            if used.family == "Rust" && is_path(used.role) && matches!(qualifier, "super" | "crate" | "self") {
                candidates.retain(|symbol| self.index[*symbol].owner.is_none() || is_type(self.index[*symbol].kind));
                return self.nearest(candidates, used);
            }
            let of_self = matches!(qualifier, "self" | "this" | "Self" | "cls" | "super" | "static" | "parent");
            let owner = if of_self { used.owner } else { Some(qualifier) };
            let qualified: Vec<SymbolId> = candidates.iter().copied().filter(|symbol| self.is_of(*symbol, owner)).collect();
            if !qualified.is_empty() {
                return self.nearest(qualified, used);
            }
            // A path or a type that is not the project's: what it has isn't either.
            if of_self || is_path(used.role) || qualifier.starts_with(char::is_uppercase) || used.role == Role::Import {
                return None;
            }
            // `fmt.Println`: a package from elsewhere.
            if used.family == "Go"
                && !self.index.by_name.contains_key(qualifier)
                && candidates.iter().all(|symbol| self.index[*symbol].owner.is_none())
            {
                return None;
            }
        }
        if matches!(used.role, Role::Member | Role::MemberCall | Role::Key) {
            candidates.retain(|symbol| self.index[*symbol].owner.is_some());
            // Whose it is can't be seen: its type has to be named near by, or its name be rare.
            if self.common.contains(used.name) || used.name.len() <= 2 || used.role != Role::MemberCall {
                candidates.retain(|symbol| {
                    let symbol = &self.index[*symbol];
                    symbol.file == used.file || symbol.owner.as_deref().is_some_and(|owner| words.contains(owner))
                });
            }
        }
        self.nearest(candidates, used)
    }

    /// Whether a name in this role can be this definition.
    fn takes(&self, symbol: &IndexedSymbol, used: &Use<'_>) -> bool {
        use SymbolKind::{Constant, Field, Function, Heading, Key, Macro, Method, Module};
        if matches!(symbol.kind, Heading | Key) || symbol.name.starts_with("impl ") {
            return false;
        }
        let is_member = symbol.owner.is_some();
        match used.role {
            Role::Binding => false,
            Role::Key => symbol.kind == Field,
            Role::Path | Role::PathCall => true,
            Role::Member => symbol.kind != Macro,
            Role::MemberCall => !matches!(symbol.kind, Constant | Module | Macro),
            Role::Import => !is_member || is_type(symbol.kind),
            Role::Type => is_type(symbol.kind) || symbol.kind == Module,
            Role::Call if symbol.kind == Field && !is_variant(symbol) => false,
            Role::Call | Role::Value => {
                // Where members are called by their names alone, those of the same type are.
                let implicit = matches!(used.family, "JVM" | "C" | "C#" | "Ruby");
                let is_own = || used.owner.is_some() && symbol.owner.as_deref() == used.owner;
                !is_member || is_type(symbol.kind) || (implicit && is_own()) || (symbol.kind == Constant && used.family == "C") || {
                    matches!(symbol.kind, Function | Method) && used.family == "Ruby" && symbol.file == used.file
                }
            }
        }
    }

    /// Whether what stands in one file can be named in another, as far as languages and manifests say.
    fn reaches(&self, symbol: &IndexedSymbol, used: &Use<'_>) -> bool {
        if symbol.file == used.file {
            return true;
        }
        // What is tested doesn't know its tests.
        if self.index[symbol.file].is_test && !self.index[used.file].is_test {
            return false;
        }
        let (here, there) = (self.index[used.file].path.as_str(), self.index[symbol.file].path.as_str());
        let same_folder = || split(here).0 == split(there).0;
        let is_member = symbol.owner.is_some() && !is_type(symbol.kind);
        if used.role == Role::Import {
            return self.imports(used.file, symbol.file);
        }
        match used.family {
            "Rust" => {
                let (mine, other) = (self.crates[used.file.0 as usize], self.crates[symbol.file.0 as usize]);
                if mine != other {
                    return symbol.public && self.needs.contains(&(mine, other));
                }
                // What is private in a module is known to the modules in it; what is implemented for a trait, to all.
                symbol.public || (is_member && symbol.kind == SymbolKind::Method) || here.starts_with(&module_folder(there))
            }
            "Script" | "Python" => {
                let is_named = || used.imports.contains(used.name) || used.imports.contains("*") || used.qualifier.is_some();
                let is_global = !self.has_imports[used.file.0 as usize] && !self.has_imports[symbol.file.0 as usize];
                is_member || is_global || (is_named() && self.imports(used.file, symbol.file))
            }
            "Go" => same_folder() || (symbol.public && (is_member || self.packages[used.file.0 as usize].contains(split(there).0))),
            "JVM" => symbol.public || same_folder(),
            _ => symbol.public || is_member,
        }
    }

    /// Whether a file imports another, or one that stands for the folder or the crate the other is in, or re-exports it.
    fn imports(&self, file: FileId, other: FileId) -> bool {
        let path = &self.index[other].path;
        let stands_for = |root: &FileId| {
            let (folder, name) = split(&self.index[*root].path);
            let stem = name.split('.').next().unwrap_or(name);
            matches!(stem, "lib" | "mod" | "main" | "index" | "__init__")
                && path.strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
        };
        let imported = &self.imported[file.0 as usize];
        imported.contains(&other)
            || imported.iter().any(|root| stands_for(root) || self.imported[root.0 as usize].contains(&other))
            || self.packages[file.0 as usize].contains(split(path).0)
    }

    /// Whether a definition is a member of what is called so, or stands in a module, file or folder of that name.
    fn is_of(&self, symbol: SymbolId, owner: Option<&str>) -> bool {
        let Some(owner) = owner else { return false };
        let symbol = &self.index[symbol];
        if symbol.owner.as_deref() == Some(owner) {
            return true;
        }
        if symbol.owner.is_some() {
            return false;
        }
        let (folder, stem) = self.modules[symbol.file.0 as usize];
        let within = symbol.parent.is_some_and(|parent| self.index[parent].name == owner);
        let root = matches!(stem, "mod" | "lib" | "main" | "index" | "__init__") || self.index[symbol.file].language == Some("Go");
        within || stem == owner || (root && folder == owner) || (owner == "crate" && root) || self.is_crate(symbol.file, owner)
    }

    /// Whether a file is of the Rust crate of this name, whose root may re-export what it defines.
    fn is_crate(&self, file: FileId, name: &str) -> bool {
        let path = &self.index[file].path;
        self.index.crates.get(name).is_some_and(|folder| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')))
    }

    /// The only one, or the only one that is as near as can be.
    fn nearest(&self, mut candidates: Vec<SymbolId>, used: &Use<'_>) -> Option<SymbolId> {
        if candidates.len() > 1 && candidates.iter().any(|symbol| !self.index[*symbol].is_declaration) {
            // What only says that something exists steps back behind that.
            candidates.retain(|symbol| !self.index[*symbol].is_declaration);
        }
        if candidates.len() > 1 {
            let roots = candidates.clone();
            // A constructor is its class.
            candidates.retain(|symbol| !roots.iter().any(|other| other != symbol && self.index[*symbol].parent == Some(*other)));
        }
        let only = |wanted: &dyn Fn(&IndexedSymbol) -> bool| {
            let mut fitting = candidates.iter().filter(|symbol| wanted(&self.index[**symbol]));
            let first = fitting.next()?;
            Some(if fitting.next().is_none() { Some(*first) } else { None })
        };
        if let [symbol] = candidates[..] {
            return Some(symbol);
        }
        let here = used.file;
        let folder = split(&self.index[here].path).0;
        let imported = &self.imported[here.0 as usize];
        let packages = &self.packages[here.0 as usize];
        only(&|symbol| symbol.file == here)
            .or_else(|| only(&|symbol| imported.contains(&symbol.file)))
            .or_else(|| only(&|symbol| packages.contains(split(&self.index[symbol.file].path).0)))
            .or_else(|| only(&|symbol| split(&self.index[symbol.file].path).0 == folder && !self.index[symbol.file].is_test))
            .flatten()
    }
}

/// The folder of the modules in a Rust file: `a/b/` of `a/b.rs` and of `a/b/mod.rs`.
fn module_folder(path: &str) -> String {
    let (folder, name) = split(path);
    if matches!(name, "lib.rs" | "main.rs" | "mod.rs") {
        return if folder.is_empty() { String::new() } else { format!("{folder}/") };
    }
    format!("{}/", path.strip_suffix(".rs").unwrap_or(path))
}

fn is_path(role: Role) -> bool {
    matches!(role, Role::Path | Role::PathCall)
}

fn is_variant(symbol: &IndexedSymbol) -> bool {
    symbol.name.starts_with(char::is_uppercase)
}

fn add(found: &mut BTreeMap<(SymbolId, Option<SymbolId>), (u32, u32)>, key: (SymbolId, Option<SymbolId>), used: &FileUse) {
    let entry = found.entry(key).or_insert((used.line, 0));
    *entry = (entry.0.min(used.line), entry.1 + used.count);
}

/// Languages whose files name each other's definitions.
pub(super) fn family(language: &'static str) -> &'static str {
    match language {
        "C" | "C++" => "C",
        "TypeScript" | "TSX" | "JavaScript" | "Svelte" | "Vue" => "Script",
        "Java" | "Kotlin" | "Scala" => "JVM",
        other => other,
    }
}
