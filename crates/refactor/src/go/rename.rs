//! From a place and a new name to a proposal.

use super::{
    bind::{Decl, DeclKind},
    check::Change,
    find::{Family, Seen},
    locate::Target,
    world::{Object, World},
};
use crate::{
    Certainty, Conflict, ConflictKind, Edit, Found, Occurrence, OccurrenceRole, Place, Proposal, Refused, RefusedKind, Rename,
    names::line_of,
};

/// Words that can't be names (<https://go.dev/ref/spec#Keywords>).
pub(super) const KEYWORDS: [&str; 25] = [
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

/// Whether this can be a name.
pub(super) fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|letter| letter.is_alphabetic() || letter == '_');
    first && letters.all(|letter| letter.is_alphanumeric() || letter == '_') && !KEYWORDS.contains(&name) && name != "_"
}

impl World<'_> {
    pub fn references(&self, at: &Place) -> Result<Found, Refused> {
        match self.target(at)? {
            Target::Object(object, ..) => {
                let alone = || Family::from([(object, (Certainty::Certain, String::new()))]);
                let family = self.family(object, false).unwrap_or_else(|_| alone());
                let (name, files) = (self.called(object), self.candidates_of(&family)?);
                let family = self.with_embedded(family, &files);
                let seen = match self.kind(object) {
                    DeclKind::Import => self.import_seen(object),
                    _ => self.seen(&name, &family, &files)?,
                };
                let mut occurrences: Vec<Occurrence> = seen.iter().map(|seen| self.occurrence(seen)).collect();
                occurrences.sort_by(|a, b| (&a.path, a.start).cmp(&(&b.path, b.start)));
                Ok(Found { name, kind: self.kind(object).words().to_owned(), occurrences })
            }
            Target::Package(file) => self.package_references(file),
            Target::Outside(whole, name) => self.outside_references(&whole, &name),
        }
    }

    fn occurrence(&self, seen: &Seen) -> Occurrence {
        Occurrence {
            path: self.path(seen.file),
            start: seen.start,
            end: seen.end,
            certainty: seen.certainty,
            reason: seen.reason.clone(),
            role: seen.role,
        }
    }

    /// What is renamed with a declaration: the same one elsewhere, and with methods what their contracts bind together.
    pub fn family(&self, object: Object, hierarchy: bool) -> Result<Family, Refused> {
        let mut family: Family = self.same(object)?.into_iter().map(|same| (same, (Certainty::Certain, String::new()))).collect();
        if hierarchy {
            let again = family.keys().flat_map(|object| self.written_again(*object)).collect::<Vec<_>>();
            let why = "the same struct type is written again here";
            family.extend(again.into_iter().map(|again| (again, (Certainty::Probable, why.to_owned()))));
        }
        if hierarchy && family.keys().any(|object| self.kind(*object).is_method()) {
            self.join_contracts(&mut family)?;
        }
        Ok(family)
    }

    pub fn candidates_of(&self, family: &Family) -> Result<Vec<u32>, Refused> {
        let Some(first) = family.keys().next() else { return Ok(Vec::new()) };
        self.candidates(&self.name(*first), &family.keys().copied().collect::<Vec<_>>())
    }

    pub fn with_embedded(&self, mut family: Family, files: &[u32]) -> Family {
        let objects: Vec<Object> = family.keys().copied().collect();
        if let Some(first) = objects.first() {
            let why = "an embedded field is called like its type";
            let embedded = self.embedded_by(&self.name(*first), &objects, files);
            family.extend(embedded.into_iter().map(|object| (object, (Certainty::Certain, why.to_owned()))));
        }
        family
    }

    pub fn rename(&self, rename: &Rename<'_>) -> Result<Proposal, Refused> {
        let (object, file, start) = match self.target(&rename.at)? {
            Target::Package(file) => return self.rename_package(file, rename.new_name),
            Target::Outside(whole, _) => {
                return Err(Refused::new(RefusedKind::External, format!("`{whole}` is declared outside the project.")));
            }
            Target::Object(object, file, start) => (object, file, start),
        };
        let (old, new) = (self.called(object), rename.new_name);
        if old == new {
            return Err(Refused::new(RefusedKind::SameName, format!("It is called `{new}` already.")));
        }
        if !is_name(new) {
            return Err(Refused::new(RefusedKind::BadName, format!("`{new}` is no name in Go.")));
        }
        let decl = self.decl(object);
        self.renamable(object, &decl, &old, (file, start))?;
        if decl.kind == DeclKind::Import {
            return Ok(self.rename_import(object, new)?.sorted());
        }
        if decl.kind == DeclKind::Receiver {
            return Ok(self.rename_receivers(object, new)?.sorted());
        }
        let family = self.family(object, rename.options.hierarchy)?;
        if let Some(foreign) = family.keys().find(|object| self.is_foreign(&self.path(object.file))) {
            return Err(Refused::new(
                RefusedKind::External,
                format!("`{old}` is declared in {}, a copy of another project.", self.path(foreign.file)),
            ));
        }
        let files = self.candidates_of(&family)?;
        let family = self.with_embedded(family, &files);
        let seen = self.seen(&old, &family, &files)?;
        let mut proposal = Proposal { edits: seen.iter().map(|seen| self.edit(seen, &old, new)).collect(), ..Proposal::default() };
        let change = Change { object, old: &old, new, family: &family, seen: &seen, files: &files };
        proposal.conflicts = self.conflicts(&change)?;
        if decl.kind.is_method() {
            proposal.conflicts.extend(self.contract_conflicts(&change)?);
            proposal.conflicts.extend(self.missing_members(&change));
            bind_together(&mut proposal, &family, &seen);
        }
        proposal.edits.extend(self.doc_edits(&change));
        proposal.edits.extend(self.native_edits(&change));
        proposal.conflicts.extend(self.unreadable(&files, &proposal));
        Ok(proposal.sorted())
    }

    fn renamable(&self, object: Object, decl: &Decl, old: &str, (file, start): (u32, u32)) -> Result<(), Refused> {
        let unsupported = |message: &str| Err(Refused::new(RefusedKind::Unsupported, message));
        let path = self.path(object.file);
        if self.is_foreign(&path) {
            return Err(Refused::new(RefusedKind::External, format!("`{old}` is declared in {path}, a copy of another project.")));
        }
        if decl.kind == DeclKind::Embedded && (object.file, decl.start) != (file, start) {
            let message = format!("`{old}` is an embedded field: rename it where it is declared, since that renames its type too.");
            return Err(Refused::new(RefusedKind::ElsewhereDeclared, message));
        }
        match (decl.kind, old) {
            (_, "_") => unsupported("`_` names nothing."),
            (DeclKind::Import, ".") => unsupported("This import gives its names to the file; it has none itself."),
            (DeclKind::Func, "init") if decl.scope == 0 => unsupported("`init` is run because of its name."),
            (DeclKind::Func, "main") if decl.scope == 0 && self.file(object.file).package == "main" => {
                unsupported("`main` is run because of its name.")
            }
            _ => match self.file(object.file).tree.broken {
                Some(at) => {
                    let line = line_of(&self.file(object.file).tree.text, at);
                    Err(Refused::new(RefusedKind::Unparsable, format!("{path}, which declares `{old}`, has errors (line {line}).")))
                }
                None => Ok(()),
            },
        }
    }

    pub fn edit(&self, seen: &Seen, old: &str, new: &str) -> Edit {
        Edit {
            path: self.path(seen.file),
            start: seen.start,
            end: seen.end,
            old: old.to_owned(),
            new: new.to_owned(),
            certainty: seen.certainty,
            reason: seen.reason.clone(),
            group: None,
        }
    }

    /// What is to be known of the files that change, and of those that could not be read.
    pub fn unreadable(&self, files: &[u32], proposal: &Proposal) -> Vec<Conflict> {
        let mut found = Vec::new();
        for file in files {
            let bound = self.file(*file);
            let changes = proposal.edits.iter().any(|edit| edit.path == bound.path);
            if let Some(at) = bound.tree.broken {
                let line = line_of(&bound.tree.text, at);
                let message = format!("{} has errors, so that places in it may be missing.", bound.path);
                found.push(Conflict { path: bound.path.clone(), line, kind: ConflictKind::Unreadable, breaks: false, message });
            }
            if changes && bound.is_generated() {
                let message = format!("A tool made {} and would make it anew without this change.", bound.path);
                found.push(Conflict { path: bound.path.clone(), line: 1, kind: ConflictKind::GeneratedFile, breaks: false, message });
            }
        }
        found
    }

    /// References to something that a library declares, by the path and name that say what.
    fn outside_references(&self, whole: &str, name: &str) -> Result<Found, Refused> {
        let mut occurrences = Vec::new();
        let path = whole.rsplit_once('.').map_or(whole, |(path, _)| path);
        let wanted = |path: &str| path.ends_with(".go") && !self.is_foreign(path);
        for found in self.project.containing(name, &wanted) {
            self.going()?;
            if !self.project.text(&found).is_some_and(|text| text.contains(path)) {
                continue;
            }
            let Some(file) = self.open(&found) else { continue };
            let bound = self.file(file);
            for used in bound.uses.iter().filter(|used| bound.tree.slice(used.start, used.end) == name) {
                if matches!(self.type_of_name(file, used.node), super::types::Type::External(other) if *other == *whole) {
                    let reason = format!("imported from {path}");
                    let (path, role) = (found.clone(), OccurrenceRole::Read);
                    occurrences.push(Occurrence { path, start: used.start, end: used.end, certainty: Certainty::Certain, reason, role });
                }
            }
        }
        Ok(Found { name: name.to_owned(), kind: "member of a package outside the project".to_owned(), occurrences })
    }
}

/// Methods that a contract binds together make sense only as a whole.
fn bind_together(proposal: &mut Proposal, family: &Family, seen: &[Seen]) {
    if family.len() > 1 {
        for (edit, seen) in proposal.edits.iter_mut().zip(seen) {
            edit.group = (seen.certainty == Certainty::Certain).then_some(1);
        }
    }
}
