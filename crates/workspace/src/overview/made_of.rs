//! Dependency manifests and entry points of a version, read from what it kept, else from the folder.

use std::time::{Duration, Instant};

use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_reader::{Root, decode};
use lectern_survey::{Function, Kind, entry_point, kind_of, read_manifest};
use lectern_sync::{Content, Manifest, RepoPath, lookup};
use lectern_syntax::{Language, SymbolKind, SyntaxTree};

use super::measuring::Candidates;
use crate::{
    Workspace,
    view::{Dependency, DependencyManifest, EntryPoint, Failure},
};

/// A larger file is told of, not read.
const LARGEST: u64 = 2 * 1024 * 1024;
const MOST_ENTRIES: usize = 20;
/// For all files that are read and parsed.
const LONGEST: Duration = Duration::from_millis(150);
/// For one outline.
const OUTLINE: Duration = Duration::from_millis(40);

impl Workspace {
    /// Reads as many of the candidates as there is time for: manifests first, whose entry points come before others of the same rank.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) fn made_of(
        &self,
        project: &Project,
        manifest: &Manifest,
        candidates: Candidates,
    ) -> Result<(Vec<DependencyManifest>, Vec<EntryPoint>), Failure> {
        let deadline = Instant::now() + LONGEST;
        let (mut manifests, mut entries) = (Vec::new(), Vec::<EntryPoint>::new());
        for (path, content) in candidates.manifests {
            let Some(kind) = kind_of(&String::from_utf8_lossy(path.name())) else { continue };
            let read =
                if Instant::now() >= deadline { Err("there was no time to read it") } else { self.text_of(project, &path, &content) };
            let (view, named) = manifest_view(kind, &path, read);
            for (target, reason) in named {
                let Some(target) = beside(&path, &target) else { continue };
                if lookup(&self.store, manifest, &target)?.is_some_and(|entry| entry.content.is_leaf()) {
                    add(&mut entries, target.key(), 1, reason);
                }
            }
            manifests.push(view);
        }
        for (path, content) in candidates.entries {
            if entries.len() >= MOST_ENTRIES || Instant::now() >= deadline {
                break;
            }
            let Some(candidate) = std::str::from_utf8(path.as_bytes()).ok().and_then(lectern_survey::candidate) else { continue };
            let text = if candidate.is_sure() { String::new() } else { self.text_of(project, &path, &content).unwrap_or_default() };
            let functions = if candidate.wants_functions() { functions_of(&path, &text) } else { Vec::new() };
            if let Some(entry) = entry_point(candidate, &text, &functions) {
                add(&mut entries, path.key(), entry.line, entry.reason);
            }
        }
        entries.truncate(MOST_ENTRIES);
        Ok((manifests, entries))
    }

    /// The text of a file of the version: as it was kept, or as the folder has it when those are the very same bytes.
    fn text_of(&self, project: &Project, path: &RepoPath, content: &Content) -> Result<String, &'static str> {
        if content.size() > LARGEST {
            return Err("it is larger than 2 MiB");
        }
        let hash = content.object().ok_or("it is not a file")?;
        let bytes = match self.objects.get(&hash) {
            Ok(Some(bytes)) => bytes,
            _ => folder_bytes(project, path, hash).ok_or("its contents were not kept")?,
        };
        Ok(decode(bytes).text)
    }
}

fn folder_bytes(project: &Project, path: &RepoPath, hash: ObjectHash) -> Option<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    Root::open(&project.root).ok()?.open_file(path.as_path()).ok()?.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    (ObjectHash::of(&bytes) == hash).then_some(bytes)
}

/// A manifest as the window is told, and the entry points it names.
fn manifest_view(kind: Kind, path: &RepoPath, text: Result<String, &str>) -> (DependencyManifest, Vec<(String, String)>) {
    let read = match text {
        Ok(text) => read_manifest(kind, &text),
        Err(problem) => lectern_survey::Manifest { problem: Some(problem.to_owned()), ..lectern_survey::Manifest::default() },
    };
    let dependencies = read.dependencies.into_iter().map(|dependency| Dependency {
        name: dependency.name,
        requirement: dependency.requirement,
        development: dependency.development,
    });
    let view = DependencyManifest {
        path: path.key(),
        kind: kind.name().to_owned(),
        name: read.name,
        version: read.version,
        total: read.total,
        dependencies: dependencies.collect(),
        scripts: read.scripts,
        problem: read.problem,
    };
    (view, read.entries.into_iter().map(|entry| (entry.path, entry.reason)).collect())
}

/// Where a path that a manifest names leads, as long as that is in the project.
fn beside(manifest: &RepoPath, target: &str) -> Option<RepoPath> {
    let target = target.strip_prefix("./").unwrap_or(target);
    let mut path = manifest.parent()?;
    for name in target.split('/').filter(|name| !name.is_empty() && *name != ".") {
        path = if name == ".." { path.parent()? } else { path.join(name.as_bytes()).ok()? };
    }
    (!path.is_root()).then_some(path)
}

fn functions_of(path: &RepoPath, text: &str) -> Vec<Function> {
    let name = String::from_utf8_lossy(path.name());
    let Some(language) = Language::for_path(&name, None) else { return Vec::new() };
    let Ok(tree) = SyntaxTree::parse(language, text.into(), OUTLINE) else { return Vec::new() };
    let callable = tree.outline().into_iter().filter(|symbol| matches!(symbol.kind, SymbolKind::Function | SymbolKind::Method));
    callable
        .map(|symbol| {
            let line = 1 + text.as_bytes()[..symbol.name_range.start.min(text.len())].iter().filter(|byte| **byte == b'\n').count();
            Function { name: symbol.name, line: u32::try_from(line).unwrap_or(u32::MAX) }
        })
        .collect()
}

/// One for each file: the first reason found.
fn add(entries: &mut Vec<EntryPoint>, path: String, line: u32, reason: String) {
    if !entries.iter().any(|entry| entry.path == path) {
        entries.push(EntryPoint { path, line, reason });
    }
}
