//! What changes when a name becomes another.

use super::{
    conflicts::Change,
    meaning::Part,
    question::Question,
    search::{Match, Matches, Reach},
    tree::*,
    types::Entity,
    words,
    world::{At, World},
};
use crate::{Certainty, Edit, Proposal, Refused, RefusedKind, Rename, names};

impl World<'_> {
    /// The edits that make a name another, and what speaks against them.
    pub(super) fn rename(&self, rename: &Rename<'_>) -> Result<Proposal, Refused> {
        if let Some(specifier) = self.specifier_at(&rename.at) {
            return self.rename_file(specifier, rename.new_name);
        }
        let question = self.question(&rename.at, false)?;
        if question.is_literal {
            return self.rename_literal(&question, rename.new_name);
        }
        let new = self.checked(&question, rename.new_name)?;
        let found = self.search(&question.entities, &question.name, Reach::Rename, rename.options.hierarchy)?;
        self.refuse_foreign(&question, &found)?;
        if !words::is_name(new.strip_prefix('#').unwrap_or(&new)) && !found.matches.iter().all(|one| self.is_quoted(one.at)) {
            return Err(Refused::new(RefusedKind::BadName, format!("`{new}` is no name in this language.")));
        }
        let mut proposal = Proposal::default();
        let group = (found.matches.len() > 1).then_some(1);
        let mut unclear = Vec::new();
        for one in &found.matches {
            if self.is_external(one.at.file) {
                continue;
            }
            if let Some(edit) = self.edit(one, &question.name, &new) {
                if edit.certainty == Certainty::Probable {
                    unclear.push(one.at);
                }
                proposal.edits.push(Edit { group: group.filter(|_| edit.certainty == Certainty::Certain), ..edit });
            }
        }
        self.join_pairs(&found, &new, &mut proposal);
        for file in &found.files {
            if !self.is_external(*file) {
                self.text_edits(*file, &question.name, &new, &mut proposal);
            }
        }
        let change = Change { question: &question, found: &found, new: &new };
        self.conflicts(&change, &mut proposal);
        Ok(proposal.sorted())
    }

    /// The new name as it will be written, or why it can't be.
    fn checked(&self, question: &Question, new: &str) -> Result<Name, Refused> {
        let bad = |message: String| Refused::new(RefusedKind::BadName, message);
        let is_private = question.name.starts_with('#');
        let bare = if is_private { new.strip_prefix('#').unwrap_or(new) } else { new };
        if bare == question.name.strip_prefix('#').unwrap_or(&question.name) {
            return Err(Refused::new(RefusedKind::SameName, format!("It is called `{}` already.", question.name)));
        }
        // Between quotes a member may be called anything.
        let is_text = !bare.is_empty() && !bare.contains(['"', '\'', '`', '\\', '\n', '\r', '$']);
        if is_text && !words::is_name(bare) && question.entities.iter().all(|entity| matches!(entity, Entity::Member(_))) {
            return Ok(Name::from(bare));
        }
        if !words::is_name(bare) {
            return Err(bad(format!("`{new}` is no name in this language.")));
        }
        let is_private_reserved = is_private && bare == "constructor";
        for entity in &question.entities {
            match entity {
                Entity::Symbol(at) => {
                    let meaning = self.tree(at.file).symbols[at.id].meaning;
                    if words::is_reserved(bare) || (meaning.kind && !meaning.value && words::is_reserved_type(bare)) {
                        return Err(bad(format!("`{bare}` is a reserved word.")));
                    }
                }
                Entity::Label(..) if words::is_reserved(bare) => return Err(bad(format!("`{bare}` is a reserved word."))),
                Entity::Member(at) => {
                    let tree = self.tree(at.file);
                    let is_class = tree.shapes[tree.members[at.id].shape].kind == ShapeKind::Class;
                    let is_parameter = !self.twins(*entity).is_empty();
                    if (is_class && bare == "constructor") || is_private_reserved || (is_parameter && words::is_reserved(bare)) {
                        return Err(bad(format!("A member can't be called `{bare}`.")));
                    }
                }
                _ => {}
            }
        }
        Ok(if is_private { Name::from(format!("#{bare}")) } else { Name::from(bare) })
    }

    /// Whether a name stands between quotes.
    fn is_quoted(&self, at: At<SpotId>) -> bool {
        let start = self.tree(at.file).span(at.id).start as usize;
        let text = self.project.text(self.path(at.file));
        text.is_some_and(|text| text.get(..start).is_some_and(|before| before.ends_with(['"', '\'', '`'])))
    }

    /// What is declared outside can't be called otherwise from here.
    fn refuse_foreign(&self, question: &Question, found: &Matches) -> Result<(), Refused> {
        let foreign = found.entities.iter().filter(|entity| self.is_external(entity.file())).min();
        let Some(foreign) = foreign else { return Ok(()) };
        // Only where what binds it is sure: a guess is no contract.
        let of = self.path(foreign.file());
        Err(Refused::new(RefusedKind::External, format!("`{}` must be called so: it is declared in {of}, too.", question.name)))
    }

    fn edit(&self, one: &Match, old: &Name, new: &Name) -> Option<Edit> {
        let tree = self.tree(one.at.file);
        let spot = &tree.spots[one.at.id];
        let path = self.path(one.at.file);
        let text = self.project.text(path)?;
        let written = text.get(spot.span.range())?;
        let has = |part: Part| one.parts.contains(&part);
        let is_both =
            has(Part::Local) && (has(Part::Property) || has(Part::Foreign) || has(Part::Outer)) || has(Part::Foreign) && has(Part::Outer);
        let replacement = match &spot.kind {
            _ if is_both => new.to_string(),
            SpotKind::ShorthandPattern { .. } | SpotKind::ShorthandTarget { .. } | SpotKind::Shorthand { .. } => {
                if has(Part::Local) {
                    format!("{old}: {new}")
                } else {
                    format!("{new}: {old}")
                }
            }
            SpotKind::ImportShort { .. } => {
                if has(Part::Local) {
                    format!("{old} as {new}")
                } else {
                    format!("{new} as {old}")
                }
            }
            SpotKind::ExportShort { .. } => {
                if has(Part::Outer) {
                    format!("{old} as {new}")
                } else {
                    format!("{new} as {old}")
                }
            }
            SpotKind::ReexportShort { .. } => {
                if has(Part::Outer) {
                    format!("{old} as {new}")
                } else {
                    format!("{new} as {old}")
                }
            }
            // `{ "a b" }` and the like stay as they are quoted.
            _ => new.to_string(),
        };
        Some(Edit {
            path: path.to_owned(),
            start: spot.span.start,
            end: spot.span.end,
            old: written.to_owned(),
            new: replacement,
            certainty: one.certainty,
            reason: one.reason.clone(),
            group: None,
        })
    }

    /// `{ a: a }` becomes `{ a }` where a rename makes the two alike, as `{ a }` becomes `{ a: b }` where it parts them.
    fn join_pairs(&self, found: &Matches, new: &Name, proposal: &mut Proposal) {
        let renamed: std::collections::HashSet<At<SpotId>> = found.matches.iter().map(|one| one.at).collect();
        for file in &found.files {
            let tree = self.tree(*file);
            let path = self.path(*file);
            for (left, right) in &tree.pairs {
                let sides = [left, right].map(|id| (At { file: *file, id: *id }, &tree.spots[*id]));
                let is_joined = match sides.each_ref().map(|(at, _)| renamed.contains(at)) {
                    [true, false] => sides[1].1.name == *new,
                    [false, true] => sides[0].1.name == *new,
                    _ => false,
                };
                let (start, end) = (sides[0].1.span.start, sides[1].1.span.end);
                if !is_joined {
                    continue;
                }
                let Some(text) = self.project.text(path) else { continue };
                let between = text.get(sides[0].1.span.end as usize..sides[1].1.span.start as usize);
                let Some(old) = text.get(start as usize..end as usize).filter(|_| matches!(between, Some(": " | " as "))) else { continue };
                let edit = proposal.edits.iter_mut().find(|edit| edit.path == path && start <= edit.start && edit.end <= end);
                if let Some(edit) = edit {
                    *edit = Edit { start, end, old: old.to_owned(), new: new.to_string(), ..edit.clone() };
                }
            }
        }
    }

    /// The name in comments and strings.
    pub(super) fn text_edits(&self, file: super::world::FileId, old: &str, new: &str, proposal: &mut Proposal) {
        let path = self.path(file);
        let Some(text) = self.project.text(path) else { return };
        let tree = self.tree(file);
        // `/// <reference path="…" />` names a file.
        let is_reference = |comment: &&Span| {
            let rest = text.get(comment.range()).and_then(|text| text.strip_prefix("///"));
            rest.is_some_and(|rest| rest.trim_start().starts_with('<'))
        };
        for comment in tree.comments.iter().filter(|comment| !is_reference(comment)) {
            proposal.edits.extend(names::text_edits(path, &text, comment.range(), old, new, "in a comment"));
        }
        for string in &tree.strings {
            proposal.edits.extend(names::text_edits(path, &text, string.range(), old, new, "in a string"));
        }
    }

    /// A string that is one of a few: all strings that must be one of the same.
    fn rename_literal(&self, question: &Question, new: &str) -> Result<Proposal, Refused> {
        if new == &*question.name {
            return Err(Refused::new(RefusedKind::SameName, format!("It is `{new}` already.")));
        }
        if new.contains(['"', '\'', '`', '\\', '\n', '\r']) || new.is_empty() {
            return Err(Refused::new(RefusedKind::BadName, "A text with quotes or line ends can't be put here."));
        }
        let mut proposal = Proposal::default();
        for at in self.same_literals(question)? {
            let one = Match { at, parts: vec![Part::Whole], certainty: Certainty::Certain, reason: "a string of the same type".to_owned() };
            let edit = self.edit(&one, &question.name, &Name::from(new));
            proposal.edits.extend(edit.map(|edit| Edit { group: Some(1), ..edit }));
        }
        Ok(proposal.sorted())
    }

    pub(super) fn same_literals(&self, question: &Question) -> Result<Vec<At<SpotId>>, Refused> {
        let texts = self.literal_texts(question.spot);
        let mut found = Vec::new();
        for path in self.project.containing(&question.name, &|path| super::paths::is_code(path)) {
            if self.project.cancelled() {
                return Err(Refused::cancelled());
            }
            let Some(file) = self.file(&path).filter(|file| !self.is_external(*file)) else { continue };
            for id in self.tree(file).by_name.get(&question.name).into_iter().flatten() {
                let at = At { file, id: *id };
                if self.literal_texts(at) == texts {
                    found.push(at);
                }
            }
        }
        Ok(found)
    }
}
