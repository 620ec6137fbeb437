//! Packages under another name or in another directory.

use super::{
    bind::Import,
    modules::below,
    rename::is_name,
    world::{FileId, Object, World, folder},
};
use crate::{
    Certainty, Conflict, ConflictKind, Edit, FileMove, Found, Occurrence, OccurrenceRole, Proposal, Refused, RefusedKind,
    names::{line_of, text_edits},
};

/// Where a package was and where it goes.
struct Relocation {
    dir: String,
    new_dir: String,
    path: String,
    new_path: String,
    name: String,
    new_name: String,
}

fn unsupported(message: impl Into<String>) -> Refused {
    Refused::new(RefusedKind::Unsupported, message)
}

impl World<'_> {
    /// A new name, or a new import path, for the package of a file.
    pub fn rename_package(&self, file: FileId, new: &str) -> Result<Proposal, Refused> {
        let bound = self.file(file);
        let (name, dir) = (bound.package.clone(), folder(&bound.path).to_owned());
        if self.is_foreign(&bound.path) {
            return Err(Refused::new(RefusedKind::External, format!("`{name}` is a copy of another project's package.")));
        }
        match name.as_str() {
            "main" => return Err(unsupported("`main` is run because of its name.")),
            name if bound.is_test() && name.ends_with("_test") => {
                return Err(Refused::new(RefusedKind::ElsewhereDeclared, "These are tests of a package: rename that one."));
            }
            _ => {}
        }
        let relocation = self.relocation(&name, &dir, new)?;
        let mut proposal = Proposal::default();
        for path in self.paths_in(&dir).iter().filter(|path| path.ends_with(".go")) {
            self.going()?;
            let Some(file) = self.open(path) else { continue };
            self.clause_edits(file, &relocation, &mut proposal);
        }
        if relocation.new_path != relocation.path || relocation.new_name != relocation.name {
            self.importer_edits(&relocation, &mut proposal)?;
        }
        if relocation.new_dir != relocation.dir {
            self.relocate(&relocation, &mut proposal)?;
        }
        Ok(proposal.sorted())
    }

    fn relocation(&self, name: &str, dir: &str, new: &str) -> Result<Relocation, Refused> {
        let path = self.modules.path_of(dir).unwrap_or_else(|| dir.to_owned());
        let base = dir.rsplit('/').next().unwrap_or(dir);
        let module_dir = self.modules.holding(dir).map_or("", |module| module.dir.as_str());
        let made = |new_dir: String, new_path: String, new_name: &str| Relocation {
            dir: dir.to_owned(),
            new_dir,
            path: path.clone(),
            new_path,
            name: name.to_owned(),
            new_name: new_name.to_owned(),
        };
        if new.starts_with('.') || new.starts_with('/') {
            return Err(unsupported("A package's new place is said by its import path, not relative to another."));
        }
        let new_name = new.rsplit('/').next().unwrap_or(new);
        if !is_name(new_name) || new_name.ends_with("_test") {
            return Err(Refused::new(RefusedKind::BadName, format!("`{new_name}` is no name of a package in Go.")));
        }
        if new == path || (!new.contains('/') && new == name) {
            return Err(Refused::new(RefusedKind::SameName, format!("It is called `{new}` already.")));
        }
        if new_name == "main" {
            return Err(Refused::new(RefusedKind::BadName, "`main` would make it a program, which can't be imported."));
        }
        if !new.contains('/') {
            if base != name || dir == module_dir {
                return Ok(made(dir.to_owned(), path.clone(), new));
            }
            let beside = |of: &str| of.rsplit_once('/').map_or(new.to_owned(), |(above, _)| format!("{above}/{new}"));
            return Ok(made(beside(dir), beside(&path), new));
        }
        let Some(module) = self.modules.holding(dir) else { return Err(unsupported("There is no go.mod that says what the path means.")) };
        if dir == module_dir {
            return Err(unsupported("The package is where its module begins; it can't go elsewhere without it."));
        }
        if base != name {
            return Err(unsupported(format!("The package's name `{name}` is not that of its directory `{base}`.")));
        }
        let Some(rest) = below(&module.path, new).filter(|rest| !rest.is_empty()) else {
            return Err(unsupported(format!("`{new}` is not in the module {}.", module.path)));
        };
        let new_dir = if module.dir.is_empty() { rest.to_owned() } else { format!("{}/{rest}", module.dir) };
        if self.modules.holding(&new_dir).is_none_or(|other| other.dir != module.dir) {
            return Err(unsupported(format!("`{new}` would be in another module.")));
        }
        if rest.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
            return Err(Refused::new(RefusedKind::BadName, format!("`{new}` is no import path.")));
        }
        Ok(made(new_dir, new.to_owned(), new_name))
    }

    fn clause_edits(&self, file: FileId, relocation: &Relocation, proposal: &mut Proposal) {
        let bound = self.file(file);
        let is_tests = bound.package.strip_suffix("_test") == Some(relocation.name.as_str());
        if (bound.package != relocation.name && !is_tests) || relocation.name == relocation.new_name {
            return;
        }
        let start = bound.clause.0;
        let end = start + crate::names::offset(relocation.name.len());
        proposal.edits.push(place_edit(&bound.path, (start, end), &relocation.name, &relocation.new_name, "the package says its name"));
        let docs = bound.tree.comments.iter().filter(|(_, end)| *end <= start);
        for (from, to) in docs {
            let within = *from as usize..*to as usize;
            proposal.edits.extend(text_edits(
                &bound.path,
                &bound.tree.text,
                within,
                &relocation.name,
                &relocation.new_name,
                "named in a comment",
            ));
        }
        if let Some(at) = bound.tree.broken {
            let message = format!("{} has errors, so that places in it may be missing.", bound.path);
            let line = line_of(&bound.tree.text, at);
            proposal.conflicts.push(Conflict { path: bound.path.clone(), line, kind: ConflictKind::Unreadable, breaks: false, message });
        }
    }

    fn importer_edits(&self, relocation: &Relocation, proposal: &mut Proposal) -> Result<(), Refused> {
        let mut importers = Vec::new();
        for path in self.project.containing(&relocation.path, &|path| path.ends_with(".go") && !self.is_foreign(path)) {
            self.going()?;
            let Some(file) = self.open(&path) else { continue };
            let bound = self.file(file);
            for import in bound.imports.iter().filter(|import| import.path == relocation.path) {
                if relocation.new_path != relocation.path {
                    proposal.edits.push(path_edit(&path, import, &relocation.new_path));
                }
                if import.alias.is_none() && relocation.name != relocation.new_name {
                    self.follow_name(file, import, &relocation.new_name, proposal);
                }
                importers.push((file, import.path_start));
            }
        }
        if relocation.new_path != relocation.path {
            for (file, at) in importers {
                let from = self.modules.path_of(folder(&self.path(file))).unwrap_or_default();
                if from != relocation.path && !may_import(&from, &relocation.new_path) {
                    let message = format!("{from} may not import {}: that is internal.", relocation.new_path);
                    proposal.conflicts.push(self.breaks(file, at, ConflictKind::BrokenContract, message));
                }
            }
        }
        Ok(())
    }

    /// Uses of an import that took its name from its package.
    pub fn follow_name(&self, file: FileId, import: &Import, new_name: &str, proposal: &mut Proposal) {
        let object = Object { file, decl: import.decl };
        let uses = self.import_uses(object);
        let free = |name: &String| self.import_conflicts(object, name, &uses).is_empty();
        let numbered = (1..100).map(|number| format!("{new_name}{number}"));
        let name = std::iter::once(new_name.to_owned()).chain(numbered).find(free).unwrap_or_else(|| new_name.to_owned());
        let (path, old) = (self.path(file), self.called(object));
        if name != new_name {
            let at = import.path_start - 1;
            proposal.edits.push(place_edit(&path, (at, at), "", &format!("{name} "), "the package's new name is taken in this file"));
        }
        for seen in &uses {
            proposal.edits.push(place_edit(&path, (seen.start, seen.end), &old, &name, "the name of the imported package"));
        }
        proposal.edits.extend(self.link_edits_of_import(file, &old, &name));
    }

    fn relocate(&self, relocation: &Relocation, proposal: &mut Proposal) -> Result<(), Refused> {
        let (dir, new_dir) = (relocation.dir.as_str(), relocation.new_dir.as_str());
        if super::modules::has_go(self.project, new_dir) {
            let path = self.paths_in(new_dir).into_iter().find(|path| path.ends_with(".go")).unwrap_or_default();
            let message = format!("There is a package in {new_dir} already.");
            proposal.conflicts.push(Conflict { path, line: 1, kind: ConflictKind::FileNameTaken, breaks: true, message });
        }
        for path in self.paths_in(dir).into_iter().filter(|path| path.ends_with(".go")) {
            let Some(file) = self.open(&path) else { continue };
            for import in &self.file(file).imports {
                if may_import(&relocation.path, &import.path) && !may_import(&relocation.new_path, &import.path) {
                    let message = format!("{} may not import {}: that is internal.", relocation.new_path, import.path);
                    proposal.conflicts.push(self.breaks(file, import.path_start, ConflictKind::BrokenContract, message));
                }
            }
        }
        let moved = |from: String, to: String| FileMove {
            from,
            to,
            certainty: Certainty::Certain,
            reason: "the directory of the package".to_owned(),
            group: Some(1),
        };
        let parts = self.parts_of(dir);
        let whole = parts.iter().all(|(_, stays)| !stays) && below(dir, new_dir).is_none();
        if whole && !self.project.paths().iter().any(|path| below(new_dir, path).is_some()) {
            proposal.moves.push(moved(dir.to_owned(), new_dir.to_owned()));
        } else {
            for (part, _) in parts.iter().filter(|(_, stays)| !stays) {
                let (from, to) = (format!("{dir}/{part}"), format!("{new_dir}/{part}"));
                if self.project.has(&to) {
                    let message = format!("{to} is there already.");
                    proposal.conflicts.push(Conflict {
                        path: to.clone(),
                        line: 1,
                        kind: ConflictKind::FileNameTaken,
                        breaks: true,
                        message,
                    });
                }
                proposal.moves.push(moved(from, to));
            }
        }
        for edit in &mut proposal.edits {
            if edit.certainty == Certainty::Certain {
                edit.group = Some(1);
            }
        }
        let place = |path: &str| if path == dir { new_dir.to_owned() } else { path.to_owned() };
        proposal.edits.extend(self.manifest_edits(&place));
        Ok(())
    }

    /// Files and folders directly in a package's directory; a folder with other packages stays.
    fn parts_of(&self, dir: &str) -> Vec<(String, bool)> {
        let mut parts: Vec<(String, bool)> = Vec::new();
        for rest in self.project.paths().iter().filter_map(|path| below(dir, path)) {
            let (part, is_package) = match rest.split_once('/') {
                Some((part, inside)) => (part, inside.ends_with(".go") && part != "testdata"),
                None => (rest, false),
            };
            match parts.last_mut() {
                Some((last, stays)) if last == part => *stays |= is_package,
                _ => parts.push((part.to_owned(), is_package)),
            }
        }
        parts
    }

    /// Every place that names the package of a file.
    pub fn package_references(&self, file: FileId) -> Result<Found, Refused> {
        let bound = self.file(file);
        let (name, dir) = (bound.package.clone(), folder(&bound.path).to_owned());
        let mut found = Found { name: name.clone(), kind: "package".to_owned(), occurrences: Vec::new() };
        let occurrence = |path: &str, (start, end): (u32, u32), role: OccurrenceRole, reason: &str| Occurrence {
            path: path.to_owned(),
            start,
            end,
            certainty: Certainty::Certain,
            reason: reason.to_owned(),
            role,
        };
        for file in &self.package(&dir, &name).files {
            let bound = self.file(*file);
            found.occurrences.push(occurrence(&bound.path, bound.clause, OccurrenceRole::Definition, "package clause"));
        }
        let Some(import_path) = self.modules.path_of(&dir) else { return Ok(found) };
        for path in self.project.containing(&import_path, &|path| path.ends_with(".go") && !self.is_foreign(path)) {
            self.going()?;
            let Some(file) = self.open(&path) else { continue };
            for import in self.file(file).imports.iter().filter(|import| import.path == import_path) {
                found.occurrences.push(occurrence(&path, (import.path_start, import.path_end), OccurrenceRole::Import, "imported here"));
                for seen in self.import_uses(Object { file, decl: import.decl }) {
                    found.occurrences.push(occurrence(&path, (seen.start, seen.end), OccurrenceRole::Read, "bound to its import"));
                }
            }
        }
        found.occurrences.sort_by(|a, b| (&a.path, a.start).cmp(&(&b.path, b.start)));
        Ok(found)
    }
}

/// A certain edit.
pub(super) fn place_edit(path: &str, (start, end): (u32, u32), old: &str, new: &str, reason: &str) -> Edit {
    let (path, old, new, reason) = (path.to_owned(), old.to_owned(), new.to_owned(), reason.to_owned());
    Edit { path, start, end, old, new, certainty: Certainty::Certain, reason, group: None }
}

/// The edit of an import's path.
pub(super) fn path_edit(path: &str, import: &Import, new: &str) -> Edit {
    place_edit(path, (import.path_start, import.path_end), &import.path, new, "imports it from where it was")
}

/// Whether a package may import another (<https://go.dev/s/go14internal>).
pub(super) fn may_import(from: &str, path: &str) -> bool {
    let mut parts: Vec<&str> = Vec::new();
    let mut allowed = true;
    for part in path.split('/') {
        if part == "internal" {
            allowed = below(&parts.join("/"), from).is_some();
        }
        parts.push(part);
    }
    allowed
}
