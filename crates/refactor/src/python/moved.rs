//! Files and folders that go elsewhere: the imports of them, and theirs.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    entities::Entity,
    modules::{Stem, folder_of, last_of, stem_of},
    rename::{MOVE_GROUP, is_identifier},
    session::{FileId, Session},
    stdlib::is_keyword,
    table::{Import, Kind, Span, Spot, Table, TextKind},
};
use crate::{Certainty, Conflict, ConflictKind, Edit, FileMove, Moved, Proposal, Refused, RefusedKind, RenameOptions, names};

impl Session<'_> {
    /// Everything that must change when files and folders go elsewhere.
    pub(crate) fn moved(&self, moves: &[Moved]) -> Result<Proposal, Refused> {
        let mut moves = moves.to_vec();
        self.add_stubs(&mut moves);
        for one in &moves {
            if one.from == one.to {
                return Err(Refused::new(RefusedKind::SameName, format!("{} is there already.", one.to)));
            }
            if !self.project.has(&one.from) && !self.is_folder(&one.from) {
                return Err(Refused::new(RefusedKind::NoName, format!("There is nothing at {}.", one.from)));
            }
            if one.to.starts_with(&format!("{}/", one.from)) {
                return Err(Refused::new(RefusedKind::Unsupported, format!("{} can't go into itself.", one.from)));
            }
        }
        if let Some(proposal) = self.renamed_module(&moves)? {
            return Ok(proposal);
        }
        let mut proposal = Proposal::default();
        for one in &moves {
            let mut asked = FileMove::from(one);
            asked.group = Some(MOVE_GROUP);
            proposal.moves.push(asked);
            if self.project.has(&one.to) || self.is_folder(&one.to) {
                let message = format!("There is something at {} already.", one.to);
                proposal.conflicts.push(Conflict {
                    path: one.from.clone(),
                    line: 1,
                    kind: ConflictKind::FileNameTaken,
                    breaks: true,
                    message,
                });
            }
        }
        let moving = Moving { moves: &moves };
        for file in self.touched_by(&moving)? {
            if self.project.cancelled() {
                return Err(Refused::cancelled());
            }
            self.rewrite(file, &moving, &mut proposal);
        }
        Ok(proposal.sorted())
    }

    /// A stub goes where its source goes.
    fn add_stubs(&self, moves: &mut Vec<Moved>) {
        for at in 0..moves.len() {
            let (from, to) = (moves[at].from.clone(), moves[at].to.clone());
            if let (Some(from), Some(to)) = (from.strip_suffix(".py"), to.strip_suffix(".py")) {
                let (from, to) = (format!("{from}.pyi"), format!("{to}.pyi"));
                if self.project.has(&from) && !moves.iter().any(|one| one.from == from) {
                    moves.push(Moved { from, to });
                }
            }
        }
    }

    /// A module that only gets another name is renamed, with all that means it.
    fn renamed_module(&self, moves: &[Moved]) -> Result<Option<Proposal>, Refused> {
        let stems: BTreeSet<(&str, &str)> = moves.iter().map(|one| (stem_of(&one.from), stem_of(&one.to))).collect();
        let Some((from, to)) = stems.first().copied().filter(|_| stems.len() == 1) else { return Ok(None) };
        let new = last_of(to);
        let in_place = folder_of(from) == folder_of(to) && is_identifier(new) && !is_keyword(new) && is_identifier(last_of(from));
        let is_whole = moves.iter().all(|one| !one.from.contains("__init__.py"))
            && moves.iter().all(|one| one.from.contains('.') == one.to.contains('.'));
        if !in_place || !is_whole {
            return Ok(None);
        }
        let Some(file) = self.module_file(from) else { return Ok(None) };
        let target = self.target_of(file, Entity::Module(from.into()), last_of(from).into(), true)?;
        match self.rename_target(&target, new, RenameOptions::default()) {
            Ok(proposal) => Ok(Some(proposal)),
            // Where the name means something else too imports are followed one by one.
            Err(refused) if refused.kind == RefusedKind::ElsewhereDeclared => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    /// Files that may import what moves, and those that move.
    fn touched_by(&self, moving: &Moving<'_>) -> Result<BTreeSet<FileId>, Refused> {
        let mut files = BTreeSet::new();
        for one in moving.moves {
            let is_code = super::is_python(&one.from) || self.is_folder(&one.from);
            if !is_code {
                continue;
            }
            let inside = format!("{}/", one.from);
            let paths = self.project.paths().iter().filter(|path| **path == one.from || path.starts_with(&inside));
            for path in paths.filter(|path| super::is_python(path)) {
                files.extend(self.open(path));
            }
            let word = last_of(stem_of(&one.from));
            files.extend(self.candidates(word, "")?.iter().copied());
        }
        Ok(files)
    }

    fn rewrite(&self, file: FileId, moving: &Moving<'_>, proposal: &mut Proposal) {
        let table = self.table(file);
        let path = self.path(file);
        let Some(text) = self.project.text(&path) else { return };
        let mut done = BTreeSet::new();
        for import in &table.imports {
            match import.name.is_some() || import.star {
                false => self.rewrite_import(file, import, moving, proposal),
                true if done.insert(import.statement) => self.rewrite_from(file, &table, import, &text, moving, proposal),
                true => {}
            }
        }
        self.rewrite_uses(file, moving, proposal);
        self.rewrite_strings(file, &text, moving, proposal);
    }

    /// `import a.b [as c]`
    fn rewrite_import(&self, file: FileId, import: &Import, moving: &Moving<'_>, proposal: &mut Proposal) {
        let path = self.path(file);
        let Some(module) = self.resolve_module(&path, import) else { return };
        let moved = moving.stem(&module);
        if *moved == *module {
            return;
        }
        let words: Vec<&str> = import.module.iter().map(|(word, _)| &**word).collect();
        let old = words.join(".");
        let mut new = self.dotted_from(&module, &old, &moved);
        if new == old {
            return;
        }
        if import.alias.is_none() && words.len() == 1 {
            new = format!("{new} as {old}");
        }
        proposal.edits.push(edit(&path, import.module_span, &self.slice(&path, import.module_span), new, "imports what moves"));
    }

    /// How a module that has moved is called, given how it was.
    fn dotted_from(&self, module: &str, dotted: &str, moved: &str) -> String {
        let root = module.strip_suffix(&dotted.replace('.', "/")).unwrap_or_default();
        self.dotted(moved, root)
    }

    /// A module's name from where absolute imports start: the root it had, or the nearest that holds it.
    fn dotted(&self, stem: &str, root: &str) -> String {
        let rest = match stem.strip_prefix(root) {
            Some(rest) => rest,
            None => stem.strip_prefix("src/").unwrap_or(stem),
        };
        rest.replace('/', ".")
    }

    /// `from a.b import c, d`
    fn rewrite_from(&self, file: FileId, table: &Table, import: &Import, text: &str, moving: &Moving<'_>, proposal: &mut Proposal) {
        let path = self.path(file);
        let Some(module) = self.resolve_module(&path, import) else { return };
        let names: Vec<&Import> =
            table.imports.iter().filter(|other| other.statement == import.statement && other.module_span == import.module_span).collect();
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let old = &text[import.module_span.start as usize..import.module_span.end as usize];
        let mut renamed = false;
        for one in &names {
            let mut container = moving.stem(&module);
            let mut written = one.name.as_ref().map_or("*", |(name, _)| &**name).to_owned();
            if let Some((name, _)) = &one.name
                && let Some(inner) = self.submodule(&module, name)
                && self.module_attribute(&module, name) == Some(Entity::Module(inner.clone()))
            {
                let moved = moving.stem(&inner);
                container = folder_of(&moved).trim_end_matches('/').into();
                if last_of(&moved) != &**name {
                    renamed = true;
                    written = last_of(&moved).to_owned();
                    if one.alias.is_none() {
                        written = format!("{written} as {name}");
                    }
                }
            }
            if let Some((alias, _)) = &one.alias {
                written = format!("{written} as {alias}");
            }
            groups.entry(self.origin_text(import, &module, old, &path, &container, moving)).or_default().push(written);
        }
        let mut keys = groups.keys();
        match (keys.next(), keys.next()) {
            (Some(new), None) if !renamed => {
                if new != old {
                    proposal.edits.push(edit(&path, import.module_span, old, new.clone(), "imports what moves"));
                }
            }
            _ => {
                let start = import.statement.start as usize;
                let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
                let indent = &text[line..start];
                let between = if indent.trim().is_empty() { format!("\n{indent}") } else { "; ".to_owned() };
                let lines: Vec<String> = groups.iter().map(|(from, names)| format!("from {from} import {}", names.join(", "))).collect();
                proposal.edits.push(edit(
                    &path,
                    import.statement,
                    &self.slice(&path, import.statement),
                    lines.join(&between),
                    "some of what is imported here moves",
                ));
            }
        }
    }

    /// What stands after `from`, so that it means a module from where the file will be.
    fn origin_text(&self, import: &Import, module: &str, old: &str, path: &str, container: &str, moving: &Moving<'_>) -> String {
        let new_path = moving.path(path);
        if import.level == 0 {
            if *container == *module {
                return old.to_owned();
            }
            let dotted: Vec<&str> = import.module.iter().map(|(word, _)| &**word).collect();
            return self.dotted_from(module, &dotted.join("."), container);
        }
        if relative(path, module) == relative(&new_path, container) {
            return old.to_owned();
        }
        let top = |stem: &str| stem.split('/').next().unwrap_or_default().to_owned();
        match relative(&new_path, container) {
            Some(text) if top(&new_path) == top(container) || folder_of(&new_path).is_empty() => text,
            _ => self.dotted(container, ""),
        }
    }

    /// `a.b.f()` where `import a.b` changes.
    fn rewrite_uses(&self, file: FileId, moving: &Moving<'_>, proposal: &mut Proposal) {
        let table = self.table(file);
        let path = self.path(file);
        for one in moving.moves {
            let stem: Stem = stem_of(&one.from).into();
            let moved = moving.stem(&stem);
            for spot in table.spots(last_of(&stem)) {
                let Spot::Member(id) = *spot else { continue };
                let member = &table.members[id];
                if !self.meaning(file, *spot).entities.contains(&Entity::Module(stem.clone())) {
                    continue;
                }
                // Only where the whole path is spelled: another name for the package stays right.
                let Some((start, dotted)) = spelled(&table, member.receiver) else { continue };
                let old = format!("{dotted}.{}", member.name);
                if !stem.ends_with(&old.replace('.', "/")) {
                    continue;
                }
                let span = Span { start, end: member.span.end };
                let new = self.dotted_from(&stem, &old, &moved);
                if new != old {
                    proposal.edits.push(edit(&path, span, &self.slice(&path, span), new, "the module by its whole path"));
                }
            }
        }
    }

    /// Strings that spell the path of what moves.
    fn rewrite_strings(&self, file: FileId, text: &str, moving: &Moving<'_>, proposal: &mut Proposal) {
        let table = self.table(file);
        let path = self.path(file);
        for one in moving.moves {
            let stem = stem_of(&one.from);
            let stem = stem.strip_prefix("src/").unwrap_or(stem);
            let old = stem.replace('/', ".");
            let new = self.dotted(&moving.stem(stem_of(&one.from)), "");
            if !old.contains('.') || old == new {
                continue;
            }
            for (span, _) in table.texts.iter().filter(|(_, kind)| *kind == TextKind::String) {
                for place in names::words(text, span.start as usize..span.end as usize, &old) {
                    if text[..place.start].ends_with('.') {
                        continue;
                    }
                    let span = Span { start: names::offset(place.start), end: names::offset(place.end) };
                    let mut made = edit(&path, span, &old, new.clone(), "a string that names the module by its path");
                    made.certainty = Certainty::Probable;
                    proposal.edits.push(made);
                }
            }
        }
    }

    fn slice(&self, path: &str, span: Span) -> String {
        let text = self.project.text(path).unwrap_or_default();
        text.get(span.start as usize..span.end as usize).unwrap_or_default().to_owned()
    }
}

/// What goes where.
struct Moving<'m> {
    moves: &'m [Moved],
}

impl Moving<'_> {
    /// Where a module will be.
    fn stem(&self, stem: &str) -> Stem {
        let holds = |from: &str| stem == from || stem.strip_prefix(from).is_some_and(|rest| rest.starts_with('/'));
        let found = self.moves.iter().map(|one| (stem_of(&one.from), stem_of(&one.to))).filter(|(from, _)| holds(from));
        match found.max_by_key(|(from, _)| from.len()) {
            Some((from, to)) => format!("{to}{}", &stem[from.len()..]).into(),
            None => stem.into(),
        }
    }

    /// Where a file will be.
    fn path(&self, path: &str) -> String {
        let holds = |from: &str| path == from || path.strip_prefix(from).is_some_and(|rest| rest.starts_with('/'));
        match self.moves.iter().filter(|one| holds(&one.from)).max_by_key(|one| one.from.len()) {
            Some(one) => format!("{}{}", one.to, &path[one.from.len()..]),
            None => path.to_owned(),
        }
    }
}

/// A module as a file says it with dots; `None` when only its absolute name will do.
fn relative(path: &str, stem: &str) -> Option<String> {
    let mut folder = folder_of(path).trim_end_matches('/');
    let mut dots = 1;
    loop {
        let rest = if folder.is_empty() { Some(stem) } else { stem.strip_prefix(folder) };
        match rest {
            Some("") => return Some(".".repeat(dots)),
            Some(rest) if folder.is_empty() || rest.starts_with('/') => {
                return Some(format!("{}{}", ".".repeat(dots), rest.trim_start_matches('/').replace('/', ".")));
            }
            _ if folder.is_empty() => return None,
            _ => {}
        }
        folder = folder_of(folder).trim_end_matches('/');
        dots += 1;
    }
}

/// Where `a.b` begins, and its words.
fn spelled(table: &Table, expression: usize) -> Option<(u32, String)> {
    match table.expressions[expression].kind {
        Kind::Name(using) => Some((table.uses[using].span.start, table.uses[using].name.to_string())),
        Kind::Member(member) => {
            let member = &table.members[member];
            let (start, words) = spelled(table, member.receiver)?;
            Some((start, format!("{words}.{}", member.name)))
        }
        _ => None,
    }
}

fn edit(path: &str, span: Span, old: &str, new: String, reason: &str) -> Edit {
    Edit {
        path: path.to_owned(),
        start: span.start,
        end: span.end,
        old: old.to_owned(),
        new,
        certainty: Certainty::Certain,
        reason: reason.to_owned(),
        group: Some(MOVE_GROUP),
    }
}
