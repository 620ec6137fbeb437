//! Putting the facts of all files together.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use lectern_llm::Cancel;
use lectern_survey::{Kind, kind_of, read_manifest};
use rayon::prelude::*;

use super::{
    FileId, FileUse, Import, IndexCache, IndexedFile, IndexedManifest, IndexedSymbol, ProjectIndex, Reference, SymbolId, SymbolKind, Used,
    Why, hashed, id,
    importing::{Leads, Paths, split},
    reading::{self, FileFacts, LARGEST},
    resolving::{Found, Resolver},
    sorting,
};
use crate::{AiError, Version};

/// Manifests that are read, those nearest to the root first.
const MOST_MANIFESTS: usize = 300;
/// Bytes of a qualified name. A file of a megabyte nests a hundred thousand definitions; written out whole, their names would take gigabytes.
const LONGEST_QUALIFIED: usize = 512;

/// See [`ProjectIndex::build`].
pub(super) fn build(
    version: &dyn Version,
    cache: &IndexCache,
    cancel: &Cancel,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<ProjectIndex, AiError> {
    let all = version.files();
    let done = AtomicUsize::new(0);
    let read = |file: &crate::VersionFile| {
        if cancel.is_cancelled() {
            return Err(AiError::Cancelled);
        }
        let facts = facts_of(version, cache, file);
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, all.len());
        Ok(facts)
    };
    let facts: Vec<Arc<FileFacts>> = all.par_iter().map(read).collect::<Result<_, _>>()?;
    let mut index = ProjectIndex::default();
    for (file, facts) in all.iter().zip(&facts) {
        add_file(&mut index, file, facts);
    }
    for file in &index.files {
        let mut folder = split(&file.path).0;
        while !folder.is_empty() && index.folders.insert(folder.to_owned()) {
            folder = split(folder).0;
        }
    }
    settle_visibility(&mut index);
    for (at, symbol) in index.symbols.iter().enumerate() {
        index.by_name.entry(symbol.name.clone()).or_default().push(symbol_id(at));
    }
    for facts in &facts {
        index.names.extend(facts.words.iter().map(|word| hashed(word)));
    }
    if cancel.is_cancelled() {
        return Err(AiError::Cancelled);
    }
    index.manifests = manifests(&index, version);
    let leads = follow_imports(&mut index, &facts);
    let found = {
        let resolver = Resolver::new(&index, &leads);
        let resolve = |at: usize| if cancel.is_cancelled() { Err(AiError::Cancelled) } else { Ok(resolver.uses_of(id(at), &facts[at])) };
        (0..index.files.len()).into_par_iter().map(resolve).collect::<Result<Vec<Vec<Found>>, _>>()?
    };
    connect(&mut index, &found, &leads);
    Ok(index)
}

fn facts_of(version: &dyn Version, cache: &IndexCache, file: &crate::VersionFile) -> Arc<FileFacts> {
    if file.size > LARGEST {
        let language = lectern_syntax::Language::for_path(&file.path, None).map(lectern_syntax::Language::name);
        return Arc::new(FileFacts { skipped: Some(Why::TooLarge), language, ..FileFacts::default() });
    }
    let name = split(&file.path).1;
    let make = || version.read(&file.object).map(|bytes| reading::read(name, &bytes));
    cache.get(file.object, name, make).unwrap_or_else(|| Arc::new(FileFacts { skipped: Some(Why::Missing), ..FileFacts::default() }))
}

fn add_file(index: &mut ProjectIndex, file: &crate::VersionFile, facts: &FileFacts) {
    let first = index.symbols.len();
    let of_file = id(index.files.len());
    let language = facts.language.unwrap_or_default();
    let between = if matches!(language, "Rust" | "C++" | "PHP" | "Ruby") { "::" } else { "." };
    let path_is_test = sorting::is_test(&file.path);
    for symbol in &facts.symbols {
        let parent = symbol.parent.map(|parent| symbol_id(first + parent as usize));
        // C++ and Lua call a member by all its names.
        let name = match language {
            "C++" => symbol.name.rsplit("::").next().unwrap_or(&symbol.name),
            "Lua" => symbol.name.rsplit(['.', ':']).next().unwrap_or(&symbol.name),
            _ => &symbol.name,
        };
        let is_impl = symbol.name.starts_with("impl ") && language == "Rust";
        let outer = parent.map(|parent| {
            let outer = &index.symbols[parent.0 as usize];
            // What an `impl` holds belongs to its type.
            match &outer.owner {
                Some(owner) if outer.name.starts_with("impl ") => match outer.parent {
                    Some(module) => format!("{}{between}{owner}", index.symbols[module.0 as usize].qualified),
                    None => owner.clone(),
                },
                _ => outer.qualified.clone(),
            }
        });
        let qualified = match (&symbol.owner, outer) {
            _ if is_impl => symbol.name.clone(),
            (Some(owner), None) => format!("{owner}{between}{name}"),
            (Some(owner), Some(outer)) if language == "C++" => format!("{outer}{between}{owner}{between}{name}"),
            (_, Some(outer)) => format!("{outer}{between}{name}"),
            (None, None) => symbol.name.clone(),
        };
        let qualified = nearest_names(qualified, between);
        let owner = symbol.owner.clone().or_else(|| {
            let outer = &index.symbols[parent?.0 as usize];
            is_type(outer.kind).then(|| outer.name.clone())
        });
        index.symbols.push(IndexedSymbol {
            file: of_file,
            name: if is_impl { symbol.name.clone() } else { name.to_owned() },
            qualified,
            kind: symbol.kind,
            parent,
            owner,
            signature: symbol.signature.clone(),
            doc: symbol.doc.clone(),
            lines: symbol.lines,
            name_line: symbol.name_line,
            body_start: symbol.body_start,
            public: symbol.public,
            is_declaration: symbol.is_declaration,
            is_test: symbol.is_test || path_is_test,
        });
    }
    let symbols = symbol_id(first).0..symbol_id(index.symbols.len()).0;
    index.files.push(IndexedFile {
        path: file.path.clone(),
        object: file.object,
        size: file.size,
        lines: facts.lines,
        language: facts.language,
        symbols,
        doc: facts.doc.clone(),
        imports: Vec::new(),
        skipped: facts.skipped,
        is_test: path_is_test,
        is_generated: facts.is_generated || sorting::is_generated(&file.path),
        is_vendored: sorting::is_vendored(&file.path),
    });
}

/// A qualified name without its outermost names, where it is too long with them.
fn nearest_names(qualified: String, between: &str) -> String {
    let Some(surplus) = qualified.len().checked_sub(LONGEST_QUALIFIED).filter(|surplus| *surplus > 0) else { return qualified };
    let whole = qualified.match_indices(between).map(|(at, _)| at + between.len()).find(|start| *start >= surplus);
    // A single name can't be cut: nothing else would find it.
    let start = whole.or_else(|| qualified.rfind(between).map(|at| at + between.len()));
    start.map_or_else(|| qualified.clone(), |start| qualified[start..].to_owned())
}

/// Whether it is something that has members.
pub(super) fn is_type(kind: SymbolKind) -> bool {
    use SymbolKind::{Class, Enum, Interface, Struct, Trait, Type};
    matches!(kind, Class | Enum | Interface | Struct | Trait | Type)
}

/// A member is no more public than its type; a method that C++ defines elsewhere is what its class says.
fn settle_visibility(index: &mut ProjectIndex) {
    let mut hidden: HashSet<(FileId, &str)> = HashSet::new();
    let mut shown: HashSet<&str> = HashSet::new();
    for symbol in &index.symbols {
        if is_type(symbol.kind) && !symbol.public && !symbol.name.starts_with("impl ") {
            hidden.insert((symbol.file, &symbol.name));
        }
        if symbol.public && symbol.is_declaration {
            shown.insert(&symbol.qualified);
        }
    }
    let change = |symbol: &IndexedSymbol| {
        let language = index.files[symbol.file.0 as usize].language;
        let owner = symbol.owner.as_deref()?;
        match language {
            Some("Rust") if symbol.public && hidden.contains(&(symbol.file, owner)) => Some(false),
            Some("Go") if symbol.public && !owner.starts_with(char::is_uppercase) => Some(false),
            Some("C++") if !symbol.public && shown.contains(symbol.qualified.as_str()) => Some(true),
            _ => None,
        }
    };
    let changes: Vec<(usize, bool)> = index.symbols.iter().enumerate().filter_map(|(at, symbol)| Some((at, change(symbol)?))).collect();
    for (at, public) in changes {
        index.symbols[at].public = public;
    }
}

fn manifests(index: &ProjectIndex, version: &dyn Version) -> Vec<IndexedManifest> {
    let mut found: Vec<(usize, usize, Kind)> = Vec::new();
    for (at, file) in index.files.iter().enumerate() {
        let aside = file.is_vendored || file.is_test || file.size > LARGEST;
        if let Some(kind) = kind_of(split(&file.path).1).filter(|_| !aside) {
            found.push((file.path.matches('/').count(), at, kind));
        }
    }
    found.sort_by_key(|(depth, at, _)| (*depth, *at));
    found.truncate(MOST_MANIFESTS);
    let read = |(_, at, kind): (usize, usize, Kind)| {
        let bytes = version.read(&index.files[at].object)?;
        let text = lectern_reader::decode(bytes.to_vec()).text;
        Some(IndexedManifest { file: id(at), kind, manifest: read_manifest(kind, &text) })
    };
    found.into_iter().filter_map(read).collect()
}

/// Where each import of each file leads.
fn follow_imports(index: &mut ProjectIndex, facts: &[Arc<FileFacts>]) -> Vec<Vec<(Leads, u32)>> {
    let mut packages = HashMap::new();
    let manifests = std::mem::take(&mut index.manifests);
    for manifest in manifests.iter().rev() {
        let folder = split(&index.files[manifest.file.0 as usize].path).0.to_owned();
        let Some(name) = manifest.manifest.name.clone() else { continue };
        match manifest.kind {
            Kind::Cargo => {
                index.crates.insert(name.replace('-', "_"), folder.clone());
                packages.insert(name.replace('-', "_"), folder)
            }
            Kind::Npm | Kind::Go => packages.insert(name, folder),
            _ => None,
        };
    }
    index.manifests = manifests;
    let (leads, outs): (Vec<_>, Vec<_>) = {
        let paths = Paths::new(index.files.iter().enumerate().map(|(at, file)| (file.path.as_str(), id(at))), &index.folders, packages);
        let follow = |(file, facts): (&IndexedFile, &Arc<FileFacts>)| {
            let (mut leads, mut outs, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
            for import in &facts.imports {
                match paths.resolve(&file.path, file.language.unwrap_or_default(), import) {
                    Leads::Out if seen.insert(import.target.as_str()) => {
                        outs.push(Import { target: import.target.clone(), line: import.line });
                    }
                    Leads::Out => {}
                    found => leads.push((found, import.line)),
                }
            }
            (leads, outs)
        };
        index.files.par_iter().zip(facts).map(follow).unzip()
    };
    for (file, outs) in index.files.iter_mut().zip(outs) {
        file.imports = outs;
    }
    leads
}

/// Turns what was found around: who uses what, and which file needs which.
fn connect(index: &mut ProjectIndex, found: &[Vec<Found>], leads: &[Vec<(Leads, u32)>]) {
    index.users = vec![Vec::new(); index.symbols.len()];
    index.used = vec![Vec::new(); index.symbols.len()];
    index.file_used = vec![Vec::new(); index.files.len()];
    let mut between: Vec<HashMap<FileId, (u32, u32)>> = vec![HashMap::new(); index.files.len()];
    for (at, uses) in found.iter().enumerate() {
        let file = id(at);
        for found in uses {
            index.users[found.target.0 as usize].push(Reference { file, line: found.line, from: found.from, count: found.count });
            let used = Used { symbol: found.target, line: found.line, count: found.count };
            match found.from {
                Some(from) => index.used[from.0 as usize].push(used),
                None => index.file_used[at].push(used),
            }
            let target = declared_in(index, found.target, &leads[at]);
            if target != file {
                let entry = between[at].entry(target).or_insert((found.line, 0));
                *entry = (entry.0.min(found.line), entry.1 + found.count);
            }
        }
        for (lead, line) in &leads[at] {
            let Leads::To(files) = lead else { continue };
            for target in files.iter().filter(|target| **target != file) {
                let entry = between[at].entry(*target).or_insert((*line, 0));
                *entry = (*line, entry.1 + 1);
            }
        }
    }
    for used in index.used.iter_mut().chain(&mut index.file_used) {
        used.sort_by_key(|used| (std::cmp::Reverse(used.count), used.symbol));
    }
    let is_test = |reference: &Reference| {
        index.files[reference.file.0 as usize].is_test || reference.from.is_some_and(|from| index.symbols[from.0 as usize].is_test)
    };
    for users in &mut index.users {
        // Those that test it come last, and before them those that only import it.
        users.sort_by_key(|reference| (is_test(reference), reference.from.is_none(), reference.file, reference.line, reference.from));
    }
    index.file_uses = vec![Vec::new(); index.files.len()];
    index.file_used_by = vec![Vec::new(); index.files.len()];
    for (at, targets) in between.into_iter().enumerate() {
        for (target, (line, count)) in targets {
            index.file_uses[at].push(FileUse { file: target, line, count });
            index.file_used_by[target.0 as usize].push(FileUse { file: id(at), line, count });
        }
    }
    for uses in index.file_uses.iter_mut().chain(&mut index.file_used_by) {
        uses.sort_by_key(|it| (std::cmp::Reverse(it.count), it.file));
    }
}

/// The file that a use of a definition makes another need: of C's the header that declares it, where that is included.
fn declared_in(index: &ProjectIndex, target: SymbolId, leads: &[(Leads, u32)]) -> FileId {
    let its = &index.symbols[target.0 as usize];
    let declared = || {
        let namesakes = index.by_name.get(&its.name)?.iter().filter(|other| index.symbols[other.0 as usize].is_declaration);
        let mut files = namesakes.take(50).map(|other| index.symbols[other.0 as usize].file);
        files.find(|file| leads.iter().any(|(lead, _)| matches!(lead, Leads::To(to) if to.contains(file))))
    };
    let in_c = matches!(index.files[its.file.0 as usize].language, Some("C" | "C++"));
    if in_c { declared().unwrap_or(its.file) } else { its.file }
}

pub(super) fn symbol_id(at: usize) -> SymbolId {
    SymbolId(u32::try_from(at).expect("a version has fewer than 2³² definitions"))
}
