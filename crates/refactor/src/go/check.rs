//! What speaks against a new name: clashes in a block, names that would hide or be hidden, and names that others could no longer use.

use super::{
    bind::{DeclKind, UseKind},
    find::{Family, Seen},
    infer::{Meaning, is_universe},
    world::{FileId, Object, World, folder, is_exported},
};
use crate::{Conflict, ConflictKind, Refused, names::line_of};

/// A rename that was worked out.
pub(super) struct Change<'a> {
    /// What was asked for; the family holds it.
    pub object: Object,
    pub old: &'a str,
    pub new: &'a str,
    pub family: &'a Family,
    pub seen: &'a [Seen],
    /// Where places were looked for.
    pub files: &'a [FileId],
}

impl World<'_> {
    /// A conflict at a byte of a file that breaks the code.
    pub fn breaks(&self, file: FileId, at: u32, kind: ConflictKind, message: String) -> Conflict {
        let bound = self.file(file);
        Conflict { path: bound.path.clone(), line: line_of(&bound.tree.text, at), kind, breaks: true, message }
    }

    /// Everything that speaks against a change, contracts of interfaces apart.
    pub fn conflicts(&self, change: &Change<'_>) -> Result<Vec<Conflict>, Refused> {
        let mut found = self.unexported(change);
        let (mut outer, mut members) = (false, false);
        for object in change.family.keys() {
            let decl = self.decl(*object);
            match decl.kind {
                kind if kind.is_member() => {
                    found.extend(self.member_clashes(*object, change));
                    members = true;
                }
                DeclKind::Import => {}
                DeclKind::Label => found.extend(self.label_clashes(*object, change)),
                _ if decl.scope == 0 => outer = true,
                _ => found.extend(self.local_clashes(*object, change)),
            }
        }
        if outer {
            found.extend(self.package_clashes(change));
        }
        if members {
            found.extend(self.selection_conflicts(change)?);
        }
        found.extend(self.hidden(change));
        Ok(found)
    }

    /// A name that stops being exported and is used from another package.
    fn unexported(&self, change: &Change<'_>) -> Vec<Conflict> {
        if !is_exported(change.old) || is_exported(change.new) || self.decl(change.object).scope != 0 {
            return Vec::new();
        }
        let home = |seen: &Seen| {
            let (used, declared) = (self.package_of(seen.file), self.package_of(seen.object.file));
            used.dir == declared.dir && used.name == declared.name
        };
        let away = change.seen.iter().filter(|seen| !home(seen));
        let conflict = |seen: &Seen| {
            let message =
                format!("`{}` would no longer be exported, and package {} uses it here.", change.new, self.package_of(seen.file).name);
            self.breaks(seen.file, seen.start, ConflictKind::ReservedWord, message)
        };
        away.map(conflict).take(20).collect()
    }

    fn package_clashes(&self, change: &Change<'_>) -> Vec<Conflict> {
        let mut found = Vec::new();
        let object = change.object;
        let package = self.package_of(object.file);
        let words = self.kind(object).words();
        for other in package.members.get(change.new).into_iter().flatten().filter(|other| !change.family.contains_key(other)) {
            let message = format!("The package declares a {} `{}` already.", self.kind(*other).words(), change.new);
            found.push(self.breaks(other.file, self.decl(*other).start, ConflictKind::NameClash, message));
        }
        // Tests outside the package share its directory, not its names.
        for file in &package.files {
            if let Some(import) = self.import_named(*file, change.new) {
                let message = format!("A file of the package imports a package as `{}`.", change.new);
                found.push(self.breaks(*file, self.file(*file).decl(import).start, ConflictKind::NameClash, message));
            }
            found.extend(self.built_ins_hidden(*file, change.new));
        }
        let used = change.seen.iter().find(|seen| seen.role != crate::OccurrenceRole::Definition);
        match (change.new, self.kind(object)) {
            ("init", DeclKind::Func) => found.extend(used.map(|seen| {
                let message = "It would be run when the package starts, and can't be called here any more.".to_owned();
                self.breaks(seen.file, seen.start, ConflictKind::ReservedWord, message)
            })),
            ("init", _) => {
                let message = format!("A {words} of a package can't be called `init`.");
                found.push(self.breaks(object.file, self.decl(object).start, ConflictKind::ReservedWord, message));
            }
            ("main", _) if package.name == "main" => {
                let message = format!("A {words} called `main` would be taken for where the program begins.");
                found.push(self.breaks(object.file, self.decl(object).start, ConflictKind::ReservedWord, message));
            }
            _ => {}
        }
        found
    }

    fn built_ins_hidden(&self, file: FileId, new: &str) -> Vec<Conflict> {
        if !is_universe(new) {
            return Vec::new();
        }
        let bound = self.file(file);
        let used = bound.uses.iter().filter(|used| used.kind == UseKind::Lexical && bound.tree.slice(used.start, used.end) == new);
        let built_in = used.filter(|used| matches!(self.meaning(file, used.node), Meaning::Universe));
        let message = || format!("The built-in `{new}` that is used here would be hidden.");
        built_in.map(|used| self.breaks(file, used.start, ConflictKind::Shadowing, message())).take(5).collect()
    }

    fn label_clashes(&self, object: Object, change: &Change<'_>) -> Vec<Conflict> {
        let bound = self.file(object.file);
        let other = bound.label(bound.decl(object.decl).scope, change.new);
        let message = || format!("The function has a label `{}` already.", change.new);
        other.map(|other| self.breaks(object.file, bound.decl(other).start, ConflictKind::NameClash, message())).into_iter().collect()
    }

    /// The same block, and names of the blocks around that are used where the new name would be seen first.
    fn local_clashes(&self, object: Object, change: &Change<'_>) -> Vec<Conflict> {
        let mut found = Vec::new();
        let bound = self.file(object.file);
        let decl = bound.decl(object.decl);
        let named = |id: &u32| {
            let other = bound.decl(*id);
            other.kind != DeclKind::Label && bound.tree.slice(other.start, other.end) == change.new
        };
        let mut blocks = vec![decl.scope];
        if decl.kind == DeclKind::TypeSwitch {
            // The symbol belongs to every clause's own block.
            blocks.extend(
                (0..crate::names::offset(bound.scopes.len()))
                    .filter(|scope| *scope != 0 && bound.scopes[*scope as usize].parent == decl.scope),
            );
        } else {
            let around = bound.scopes[decl.scope as usize].parent;
            blocks.extend(bound.in_scope(around).filter(|id| bound.decl(*id).kind == DeclKind::TypeSwitch).map(|_| around));
        }
        for other in blocks.into_iter().flat_map(|block| bound.in_scope(block).filter(named).collect::<Vec<_>>()) {
            let message = format!("The same block declares a {} `{}`.", bound.decl(other).kind.words(), change.new);
            found.push(self.breaks(object.file, bound.decl(other).start, ConflictKind::NameClash, message));
        }
        for used in bound.uses.iter().filter(|used| used.kind != UseKind::Member && used.kind != UseKind::Label) {
            if bound.tree.slice(used.start, used.end) != change.new || bound.lookup(used.scope, change.old, used.start) != Some(object.decl)
            {
                continue;
            }
            // Inside the block, what is declared further in stays what it is.
            let inner = bound.lookup(used.scope, change.new, used.start);
            if inner.is_some_and(|inner| inner_than(&bound, bound.decl(inner).scope, decl.scope)) {
                continue;
            }
            if used.kind == UseKind::Key
                && matches!(self.meaning(object.file, used.node), Meaning::Object(member) if self.kind(member).is_member())
            {
                continue;
            }
            let message = format!("`{}` here would mean the {} instead of what it means now.", change.new, decl.kind.words());
            found.push(self.breaks(object.file, used.start, ConflictKind::Shadowing, message));
        }
        found
    }

    /// Places that would mean something declared further in.
    fn hidden(&self, change: &Change<'_>) -> Vec<Conflict> {
        let mut found = Vec::new();
        for seen in change.seen {
            let bound = self.file(seen.file);
            let Some(used) = bound.use_at(seen.start).filter(|used| used.kind == UseKind::Lexical || used.kind == UseKind::Key) else {
                continue;
            };
            let declared = self.decl(seen.object);
            if declared.kind.is_member() && bound.decl_at(seen.start).is_none() {
                continue;
            }
            match bound.lookup(used.scope, change.new, seen.start) {
                Some(inner) => {
                    let scope = if declared.kind.is_member() { 0 } else { declared.scope };
                    let other = bound.decl(inner);
                    if bound.depth(other.scope) > bound.depth(scope) || scope == 0 {
                        let message = format!("A {} `{}` that is declared further in would be meant here.", other.kind.words(), change.new);
                        found.push(self.breaks(seen.file, seen.start, ConflictKind::Shadowing, message));
                    }
                }
                None => {
                    // Names that came by `import .`
                    let away = folder(&bound.path) != folder(&self.path(seen.object.file));
                    if away && declared.scope == 0 && matches!(self.outer(seen.file, change.new), Meaning::Object(_)) {
                        let message = format!("`{}` means something else in this package.", change.new);
                        found.push(self.breaks(seen.file, seen.start, ConflictKind::Shadowing, message));
                    }
                }
            }
        }
        found
    }
}

fn inner_than(bound: &super::bind::Bound, scope: u32, outer: u32) -> bool {
    scope != outer && bound.within(scope, outer)
}
