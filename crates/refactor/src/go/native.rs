//! Names outside of Go's own grammar: assembly, the linker's directives, and strings that spell them.

use super::{
    bind::{Bound, DeclKind},
    check::Change,
    world::{World, folder},
};
use crate::{
    Certainty, Edit,
    names::{offset, text_edits, words},
};

impl World<'_> {
    /// Edits in assembly, in directives and, as text, in strings.
    pub fn native_edits(&self, change: &Change<'_>) -> Vec<Edit> {
        let mut found = Vec::new();
        for file in change.files {
            let bound = self.file(*file);
            for node in bound.tree.ids() {
                if matches!(bound.tree.kind(node), "interpreted_string_literal" | "raw_string_literal")
                    && bound.tree.node(node).field != "path"
                {
                    let at = bound.tree.node(node);
                    let within = at.start as usize..at.end as usize;
                    found.extend(text_edits(&bound.path, &bound.tree.text, within, change.old, change.new, "spelled in a string"));
                }
            }
        }
        let decl = self.decl(change.object);
        if decl.scope == 0 && matches!(decl.kind, DeclKind::Func | DeclKind::Var) {
            for object in change.family.keys() {
                found.extend(linked_names(&self.file(object.file), change));
            }
            found.extend(self.assembly_edits(change));
        }
        found
    }

    /// `·name(SB)` in the assembly beside the package.
    fn assembly_edits(&self, change: &Change<'_>) -> Vec<Edit> {
        let dir = folder(&self.path(change.object.file)).to_owned();
        let is_beside = |path: &str| path.ends_with(".s") && folder(path) == dir;
        let mut found = Vec::new();
        for path in self.project.containing(change.old, &is_beside) {
            let Some(text) = self.project.text(&path) else { continue };
            for place in words(&text, 0..text.len(), change.old) {
                // Before the dot stands another package, if anything.
                let own = text[..place.start]
                    .strip_suffix('·')
                    .is_some_and(|before| !before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_'));
                if own {
                    found.push(certain(&path, offset(place.start), change, "its assembly"));
                }
            }
        }
        found
    }
}

/// The first name after `//go:linkname` is the file's own.
fn linked_names(bound: &Bound, change: &Change<'_>) -> Vec<Edit> {
    let mut found = Vec::new();
    for (start, end) in &bound.tree.comments {
        let comment = bound.tree.slice(*start, *end);
        if let Some(rest) = comment.strip_prefix("//go:linkname ")
            && rest.split_whitespace().next() == Some(change.old)
        {
            let before = rest.len() - rest.trim_start().len();
            found.push(certain(&bound.path, *end - offset(rest.len()) + offset(before), change, "named for the linker"));
        }
    }
    found
}

fn certain(path: &str, start: u32, change: &Change<'_>, reason: &str) -> Edit {
    Edit {
        path: path.to_owned(),
        start,
        end: start + offset(change.old.len()),
        old: change.old.to_owned(),
        new: change.new.to_owned(),
        certainty: Certainty::Certain,
        reason: reason.to_owned(),
        group: None,
    }
}
