//! The name that a file gives to a package that it imports.

use super::{
    bind::{DeclKind, UseKind, last_name},
    find::Seen,
    infer::Meaning,
    world::{FileId, Object, World},
};
use crate::{Certainty, Conflict, ConflictKind, Edit, OccurrenceRole, Proposal, Refused, names::line_of};

impl World<'_> {
    /// Where a file uses an import's name.
    pub fn import_uses(&self, object: Object) -> Vec<Seen> {
        let bound = self.file(object.file);
        let name = self.called(object);
        let mut found = Vec::new();
        for used in bound.uses.iter().filter(|used| used.kind != UseKind::Member && bound.tree.slice(used.start, used.end) == name) {
            if matches!(self.meaning(object.file, used.node), Meaning::Object(other) if other == object) {
                found.push(Seen {
                    file: object.file,
                    start: used.start,
                    end: used.end,
                    object,
                    certainty: Certainty::Certain,
                    reason: "bound to this import".to_owned(),
                    role: OccurrenceRole::Read,
                });
            }
        }
        found
    }

    /// What a declaration is called; of an import the name that it gives.
    pub fn called(&self, object: Object) -> String {
        let bound = self.file(object.file);
        match bound.imports.iter().find(|import| import.decl == object.decl) {
            Some(import) if import.alias.is_none() => self.import_name(object.file, &import.path),
            _ => self.name(object),
        }
    }

    /// An import and its uses, when this is one.
    pub fn import_seen(&self, object: Object) -> Vec<Seen> {
        let decl = self.decl(object);
        if decl.kind != DeclKind::Import {
            return Vec::new();
        }
        let mut found = self.import_uses(object);
        found.push(Seen {
            file: object.file,
            start: decl.start,
            end: decl.end,
            object,
            certainty: Certainty::Certain,
            reason: "imported here".to_owned(),
            role: OccurrenceRole::Import,
        });
        found
    }

    /// Another name for an import in its file: written, rewritten, or left out where it is the package's own.
    pub fn rename_import(&self, object: Object, new: &str) -> Result<Proposal, Refused> {
        let bound = self.file(object.file);
        let mut proposal = Proposal::default();
        let Some(import) = bound.imports.iter().find(|import| import.decl == object.decl) else { return Ok(proposal) };
        let old = self.called(object);
        if old == new {
            return Err(Refused::new(crate::RefusedKind::SameName, format!("It is called `{new}` already.")));
        }
        let own = match self.imported(object.file, &import.path) {
            Some(package) => package.name.clone(),
            None => last_name(&import.path).to_owned(),
        };
        let (start, end, text) = match import.alias {
            Some((start, _)) if own == new => (start, import.path_start - 1, String::new()),
            Some((start, end)) => (start, end, new.to_owned()),
            None => (import.path_start - 1, import.path_start - 1, format!("{new} ")),
        };
        let reason = "the import says the name".to_owned();
        let taken = bound.tree.slice(start, end).to_owned();
        let (path, certainty) = (bound.path.clone(), Certainty::Certain);
        proposal.edits.push(Edit { path, start, end, old: taken, new: text, certainty, reason, group: Some(1) });
        let uses = self.import_uses(object);
        proposal.edits.extend(uses.iter().map(|seen| Edit { group: Some(1), ..self.edit(seen, &old, new) }));
        proposal.edits.extend(self.link_edits_of_import(object.file, &old, new));
        proposal.conflicts = self.import_conflicts(object, new, &uses);
        proposal.conflicts.extend(self.unreadable(&[object.file], &proposal));
        Ok(proposal)
    }

    /// What speaks against a name for an import.
    pub fn import_conflicts(&self, object: Object, new: &str, uses: &[Seen]) -> Vec<Conflict> {
        let mut found = Vec::new();
        let mut say = |file: FileId, at: u32, kind: ConflictKind, message: String| {
            let bound = self.file(file);
            found.push(Conflict { path: bound.path.clone(), line: line_of(&bound.tree.text, at), kind, breaks: true, message });
        };
        let bound = self.file(object.file);
        if new == "init" {
            say(object.file, self.decl(object).start, ConflictKind::ReservedWord, "A package can't be imported as `init`.".to_owned());
        }
        if let Some(other) = self.import_named(object.file, new).filter(|other| *other != object.decl) {
            say(object.file, bound.decl(other).start, ConflictKind::NameClash, format!("Another import of the file is called `{new}`."));
        }
        if let Some(member) = self.package_of(object.file).members.get(new).and_then(|found| found.first()) {
            let message = format!("The package declares a {} `{new}`.", self.kind(*member).words());
            say(member.file, self.decl(*member).start, ConflictKind::NameClash, message);
        }
        for seen in uses {
            let scope = bound.use_at(seen.start).map_or(0, |used| used.scope);
            if let Some(inner) = bound.lookup(scope, new, seen.start) {
                let message = format!("The import would be hidden here by the {} `{new}`.", bound.decl(inner).kind.words());
                say(object.file, seen.start, ConflictKind::Shadowing, message);
            }
        }
        for used in bound.uses.iter().filter(|used| used.kind == UseKind::Lexical && bound.tree.slice(used.start, used.end) == new) {
            if matches!(self.meaning(object.file, used.node), Meaning::Universe) {
                say(
                    object.file,
                    used.start,
                    ConflictKind::Shadowing,
                    format!("The import would hide the built-in `{new}` that is used here."),
                );
            }
        }
        found
    }
}
