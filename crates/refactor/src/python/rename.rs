//! The edits of a rename.

use std::collections::BTreeSet;

use super::{
    entities::{Entity, live_bindings, transparent_import},
    modules::folder_of,
    search::Hit,
    session::{FileId, Session},
    stdlib::is_keyword,
    table::{Span, Spot, TextKind},
    target::Target,
};
use crate::{Certainty, Conflict, ConflictKind, Edit, FileMove, Proposal, Refused, RefusedKind, Rename, RenameOptions, names};

/// Whether Python takes a name.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Why nothing can be called so.
pub(crate) fn name_problem(name: &str) -> Option<String> {
    if !is_identifier(name) {
        return Some(format!("`{name}` is no name in Python."));
    }
    is_keyword(name).then(|| format!("`{name}` is a reserved word of Python."))
}

/// Edits that only make sense together with a module's move.
pub(super) const MOVE_GROUP: u32 = 1;
/// A member that several classes of a line declare.
const FAMILY_GROUP: u32 = 2;

impl Session<'_> {
    /// Everything that a rename would do.
    pub(crate) fn rename(&self, rename: &Rename<'_>) -> Result<Proposal, Refused> {
        let new = rename.new_name;
        if let Some(problem) = name_problem(new) {
            return Err(Refused::new(RefusedKind::BadName, problem));
        }
        let target = self.target(&rename.at, rename.options.hierarchy)?;
        if *target.name == *new {
            return Err(Refused::new(RefusedKind::SameName, format!("It is called `{new}` already.")));
        }
        if let Some(line) = self.table(target.file).error.filter(|_| !self.table(target.file).too_deep) {
            let text = self.project.text(&rename.at.path).unwrap_or_default();
            let line = names::line_of(&text, line);
            return Err(Refused::new(
                RefusedKind::Unparsable,
                format!("{}:{line}: the file has syntax errors, so places could be missed.", rename.at.path),
            ));
        }
        self.rename_target(&target, new, rename.options)
    }

    /// Everything that another name for this would do.
    pub(super) fn rename_target(&self, target: &Target, new: &str, options: RenameOptions) -> Result<Proposal, Refused> {
        let mut proposal = Proposal::default();
        let module = target.entities.iter().find_map(|entity| if let Entity::Module(stem) = entity { Some(stem.clone()) } else { None });
        if let Some(stem) = &module {
            if !options.files {
                return Err(Refused::new(RefusedKind::Unsupported, "A module is called like its file, and files shall stay."));
            }
            self.check_module(target, stem, new, &mut proposal)?;
            self.move_module(stem, new, &mut proposal);
        }
        let hits = self.hits(target)?;
        let has_family = target.classes().count() > 1;
        for hit in &hits {
            let group = match (&module, has_family) {
                (Some(_), _) => Some(MOVE_GROUP),
                (_, true) => Some(FAMILY_GROUP),
                _ => None,
            };
            self.edit(target, hit, new, group, &mut proposal);
        }
        self.import_edits(target, new, &mut proposal);
        if let Some(stem) = &module {
            self.path_strings(target, &hits, stem, new, &mut proposal);
        }
        self.text_places(target, &hits, new, &mut proposal)?;
        self.conflicts(target, &hits, new, &mut proposal)?;
        Ok(proposal.sorted())
    }

    fn edit(&self, target: &Target, hit: &Hit, new: &str, group: Option<u32>, proposal: &mut Proposal) {
        let mut replacement = new.to_owned();
        let mut reason = hit.reason.clone();
        if let Spot::Imported(id) = hit.spot
            && self.keeps_own_name(hit.file, id, target)
        {
            replacement = format!("{new} as {}", target.name);
            reason = format!("imported under the name that it has in this file, where `{}` stands for more", target.name);
        }
        proposal.edits.push(Edit {
            path: self.path(hit.file).to_string(),
            start: hit.span.start,
            end: hit.span.end,
            old: target.name.to_string(),
            new: replacement,
            certainty: hit.certainty,
            reason,
            group,
        });
    }

    /// Whether an import brings what is asked for into a variable that stands for something else too.
    fn keeps_own_name(&self, file: FileId, import: usize, target: &Target) -> bool {
        let table = self.table(file);
        let import = &table.imports[import];
        let Some(symbol) = import.symbol.filter(|_| import.alias.is_none()) else { return false };
        self.symbol_entity(file, symbol).is_some_and(|entity| !target.has(&entity))
    }

    /// Imports whose variable is asked for, but not what they import.
    fn import_edits(&self, target: &Target, new: &str, proposal: &mut Proposal) {
        for entity in &target.entities {
            let Entity::Symbol(file, symbol) = entity else { continue };
            let table = self.table(*file);
            for binding in live_bindings(&table, *symbol) {
                let Some(import) = transparent_import(&table, binding) else { continue };
                let (name, span) = match (&import.name, import.module.as_slice()) {
                    _ if import.alias.is_some() => continue,
                    (Some((name, span)), _) => (name, *span),
                    (None, [(name, span)]) => (name, *span),
                    (None, _) => {
                        let text = self.project.text(&self.path(*file)).unwrap_or_default();
                        proposal.conflicts.push(Conflict {
                            path: self.path(*file).to_string(),
                            line: names::line_of(&text, import.statement.start),
                            kind: ConflictKind::NameClash,
                            breaks: true,
                            message: format!("This import brings a package under the name `{}`, which can't be another.", target.name),
                        });
                        continue;
                    }
                };
                if self.imported(*file, import).is_some_and(|entity| target.has(&entity)) {
                    continue;
                }
                proposal.edits.push(Edit {
                    path: self.path(*file).to_string(),
                    start: span.start,
                    end: span.end,
                    old: name.to_string(),
                    new: format!("{name} as {new}"),
                    certainty: Certainty::Certain,
                    reason: "imported under another name".to_owned(),
                    group: None,
                });
            }
        }
    }

    fn check_module(&self, target: &Target, stem: &str, new: &str, proposal: &mut Proposal) -> Result<(), Refused> {
        if self.module_paths(stem).is_empty() && !self.is_folder(stem) {
            return Err(Refused::new(RefusedKind::External, format!("`{}` is declared outside of the project.", target.name)));
        }
        let folder = folder_of(stem);
        let moved = format!("{folder}{new}");
        if self.is_module(&moved) {
            proposal.conflicts.push(Conflict {
                path: self.module_paths(stem).first().cloned().unwrap_or_else(|| stem.to_owned()),
                line: 1,
                kind: ConflictKind::FileNameTaken,
                breaks: true,
                message: format!("There is a module at {moved} already."),
            });
        }
        // In its package the name may stand for something else than the module.
        let package = folder.trim_end_matches('/');
        if let Some(file) = self.module_file(package).filter(|_| !package.is_empty() || self.project.has("__init__.py")) {
            let table = self.table(file);
            let is_other = |symbol: usize| self.symbol_entity(file, symbol).is_some_and(|entity| !target.has(&entity));
            if table.global(&target.name).is_some_and(is_other) {
                return Err(Refused::new(
                    RefusedKind::ElsewhereDeclared,
                    format!("In {} `{}` stands for something else than the module.", self.path(file), target.name),
                ));
            }
        }
        Ok(())
    }

    fn move_module(&self, stem: &str, new: &str, proposal: &mut Proposal) {
        let folder = folder_of(stem);
        let mut moves = Vec::new();
        if self.is_folder(stem) {
            moves.push((stem.to_owned(), format!("{folder}{new}")));
        }
        for ending in [".py", ".pyi"] {
            let path = format!("{stem}{ending}");
            if self.project.has(&path) {
                moves.push((path, format!("{folder}{new}{ending}")));
            }
        }
        proposal.moves.extend(moves.into_iter().map(|(from, to)| FileMove {
            from,
            to,
            certainty: Certainty::Certain,
            reason: "a module is called like its file".to_owned(),
            group: Some(MOVE_GROUP),
        }));
    }

    /// Strings like "package.module" that name the module by its whole path.
    fn path_strings(&self, target: &Target, hits: &[Hit], stem: &str, new: &str, proposal: &mut Proposal) {
        let files: BTreeSet<FileId> = self.candidates(&target.name, &self.path(target.file)).unwrap_or_default().iter().copied().collect();
        let _ = hits;
        let dotted: Vec<String> = stem.split('/').map(str::to_owned).collect();
        for file in files {
            let table = self.table(file);
            let Some(text) = self.project.text(&self.path(file)) else { continue };
            for (span, _) in table.texts.iter().filter(|(_, kind)| *kind == TextKind::String) {
                for place in names::words(&text, span.start as usize..span.end as usize, &target.name) {
                    let before = &text[span.start as usize..place.start];
                    let path_start =
                        before.rfind(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == '.')).map_or(0, |at| at + 1);
                    let before: Vec<&str> = before[path_start..].split('.').filter(|word| !word.is_empty()).collect();
                    let is_path = !before.is_empty()
                        && dotted.len() > before.len()
                        && dotted[..dotted.len() - 1].ends_with(&before.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
                        && (before.len() + 1 == dotted.len() || dotted.len() > 1 && dotted[0] == "src" && before.len() + 2 == dotted.len());
                    if is_path {
                        proposal.edits.push(Edit {
                            path: self.path(file).to_string(),
                            start: names::offset(place.start),
                            end: names::offset(place.end),
                            old: target.name.to_string(),
                            new: new.to_owned(),
                            certainty: Certainty::Probable,
                            reason: "a string that names the module by its path".to_owned(),
                            group: Some(MOVE_GROUP),
                        });
                    }
                }
            }
        }
    }

    /// Comments and strings that spell the name where it means what is asked for.
    fn text_places(&self, target: &Target, hits: &[Hit], new: &str, proposal: &mut Proposal) -> Result<(), Refused> {
        let files: BTreeSet<FileId> = hits.iter().map(|hit| hit.file).collect();
        for file in files {
            if self.project.cancelled() {
                return Err(Refused::cancelled());
            }
            let table = self.table(file);
            let path = self.path(file);
            let Some(text) = self.project.text(&path) else { continue };
            for (span, kind) in &table.texts {
                let reason = match kind {
                    TextKind::Comment => "spelled in a comment",
                    TextKind::String => "spelled in a string",
                };
                let edits = names::text_edits(&path, &text, span.start as usize..span.end as usize, &target.name, new, reason);
                proposal.edits.extend(edits.into_iter().filter(|edit| self.is_visible(file, target, edit.start)));
            }
        }
        Ok(())
    }

    /// Whether the name, were it code at this place, could mean what is asked for.
    fn is_visible(&self, file: FileId, target: &Target, offset: u32) -> bool {
        let table = self.table(file);
        let holds = |span: Span| span.start <= offset && offset < span.end;
        let scope = table.scopes.iter().rposition(|scope| holds(scope.span)).unwrap_or(0);
        match table.lookup(scope, &target.name, None) {
            Some(symbol) => self.symbol_entity(file, symbol).is_some_and(|entity| target.has(&entity)),
            None => {
                target.entities.iter().any(|entity| !matches!(entity, Entity::Symbol(..)))
                    || self.starred(file, &target.name).is_some_and(|entity| target.has(&entity))
            }
        }
    }
}

/// Whether Python gives a name a meaning of its own: `__init__`.
pub(crate) fn is_special(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}
