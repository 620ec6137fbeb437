//! Files and folders that go elsewhere: imports follow, and so do paths in go.mod and go.work.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    modules::{below, joined},
    packages::{may_import, path_edit, place_edit},
    world::{World, folder},
};
use crate::{Conflict, ConflictKind, Edit, FileMove, Moved, Proposal, Refused, RefusedKind, names::offset};

impl World<'_> {
    /// What must change when files or folders go elsewhere.
    pub fn moved(&self, moves: &[Moved]) -> Result<Proposal, Refused> {
        let mut proposal = Proposal { moves: moves.iter().map(FileMove::from).collect(), ..Proposal::default() };
        for moved in moves {
            if moved.to.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
                return Err(Refused::new(RefusedKind::BadName, format!("`{}` is no place in the project.", moved.to)));
            }
            if self.project.has(&moved.to) {
                let message = format!("{} is there already.", moved.to);
                proposal.conflicts.push(Conflict {
                    path: moved.to.clone(),
                    line: 1,
                    kind: ConflictKind::FileNameTaken,
                    breaks: true,
                    message,
                });
            }
        }
        let place = |path: &str| placed(path, moves);
        let mut homes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for path in self.project.paths().iter().filter(|path| path.ends_with(".go") && !self.is_foreign(path)) {
            homes.entry(folder(path).to_owned()).or_default().insert(folder(&place(path)).to_owned());
        }
        let modules = self.modules.after(&place);
        for (dir, targets) in &homes {
            self.going()?;
            match targets.iter().collect::<Vec<_>>().as_slice() {
                [only] if *only == dir => {}
                [only] => {
                    let (Some(old), Some(new)) = (self.modules.path_of(dir), modules.path_of(only)) else { continue };
                    if old != new {
                        self.package_moved(dir, &old, &new, &place, &modules, &mut proposal)?;
                    }
                    if homes.contains_key(*only) && homes[*only].contains(*only) {
                        self.joins(dir, only, &mut proposal);
                    }
                }
                _ => self.split(dir, &place, &mut proposal),
            }
        }
        proposal.edits.extend(self.manifest_edits(&place));
        Ok(proposal.sorted())
    }

    fn package_moved(
        &self,
        dir: &str,
        old: &str,
        new: &str,
        place: &dyn Fn(&str) -> String,
        modules: &super::modules::Modules,
        proposal: &mut Proposal,
    ) -> Result<(), Refused> {
        for path in self.project.containing(old, &|path| path.ends_with(".go") && !self.is_foreign(path)) {
            self.going()?;
            let Some(file) = self.open(&path) else { continue };
            for import in self.file(file).imports.iter().filter(|import| import.path == old) {
                proposal.edits.push(path_edit(&path, import, new));
                let from = modules.path_of(folder(&place(&path))).unwrap_or_default();
                if !may_import(&from, new) {
                    let message = format!("{from} may not import {new}: that is internal.");
                    proposal.conflicts.push(self.breaks(file, import.path_start, ConflictKind::BrokenContract, message));
                }
            }
        }
        for path in self.paths_in(dir).into_iter().filter(|path| path.ends_with(".go")) {
            let Some(file) = self.open(&path) else { continue };
            for import in &self.file(file).imports {
                if may_import(old, &import.path)
                    && !may_import(new, &import.path)
                    && self.imported(file, &import.path).is_some_and(|package| place(&package.dir) == package.dir)
                {
                    let message = format!("{new} may not import {}: that is internal.", import.path);
                    proposal.conflicts.push(self.breaks(file, import.path_start, ConflictKind::BrokenContract, message));
                }
            }
        }
        Ok(())
    }

    /// A whole package that goes into the directory of another.
    fn joins(&self, dir: &str, target: &str, proposal: &mut Proposal) {
        let (Some(one), Some(other)) = (self.importable(dir), self.importable(target)) else { return };
        for file in &one.files {
            self.joins_file(*file, &other.name, proposal);
        }
    }

    fn joins_file(&self, file: u32, name: &str, proposal: &mut Proposal) {
        let bound = self.file(file);
        if bound.package != name && !bound.package.ends_with("_test") {
            proposal.edits.push(place_edit(&bound.path, bound.clause, &bound.package, name, "the directory holds this package"));
        }
    }

    /// Some files of a package go elsewhere and some stay.
    fn split(&self, dir: &str, place: &dyn Fn(&str) -> String, proposal: &mut Proposal) {
        for path in self.paths_in(dir).into_iter().filter(|path| path.ends_with(".go")) {
            let target = place(&path);
            if folder(&target) == dir {
                continue;
            }
            let Some(file) = self.open(&path) else { continue };
            if let Some(other) = self.importable(folder(&target)) {
                self.joins_file(file, &other.name, proposal);
            }
            let message = format!(
                "{path} leaves its package `{}`: what it shares with the other files must be exported and imported by hand.",
                self.file(file).package
            );
            proposal.conflicts.push(Conflict { path: path.clone(), line: 1, kind: ConflictKind::Unreadable, breaks: false, message });
        }
    }

    /// Relative paths in go.mod and go.work that mean directories that go elsewhere.
    pub fn manifest_edits(&self, place: &dyn Fn(&str) -> String) -> Vec<Edit> {
        let mut found = Vec::new();
        let is_manifest = |path: &&String| matches!(path.rsplit('/').next(), Some("go.mod" | "go.work"));
        for path in self.project.paths().iter().filter(is_manifest) {
            let Some(text) = self.project.text(path) else { continue };
            let home = place(folder(path));
            let mut at = 0;
            for line in text.split_inclusive('\n') {
                let code = line.split("//").next().unwrap_or(line);
                for word in code
                    .split_whitespace()
                    .map(|word| word.trim_matches(['"', '`', '(', ')']))
                    .filter(|word| word.starts_with("./") || word.starts_with("../"))
                {
                    let Some(old) = joined(folder(path), word) else { continue };
                    let new = place(&old);
                    if new == old && home == folder(path) {
                        continue;
                    }
                    let (Some(start), relative) = (code.find(word), relative(&home, &new)) else { continue };
                    if relative != word.trim_end_matches('/') {
                        let range = (offset(at + start), offset(at + start + word.len()));
                        found.push(place_edit(path, range, word, &relative, "names the directory"));
                    }
                }
                at += line.len();
            }
        }
        found
    }
}

/// Where a path is afterwards; the innermost move that holds it decides.
fn placed(path: &str, moves: &[Moved]) -> String {
    let holding = moves.iter().filter(|moved| !moved.from.is_empty() && below(&moved.from, path).is_some());
    match holding.max_by_key(|moved| moved.from.len()) {
        Some(moved) => format!("{}{}", moved.to, &path[moved.from.len()..]),
        None => path.to_owned(),
    }
}

/// A directory as seen from another, as go.mod writes it.
fn relative(from: &str, to: &str) -> String {
    let split = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (split(from), split(to));
    let same = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let mut parts = vec![".."; from.len() - same];
    if parts.is_empty() {
        parts.push(".");
    }
    parts.extend(to[same..].iter().map(String::as_str));
    parts.join("/")
}
