//! Files that move: which `mod` declares them then, and which paths say so.

use ra_ap_syntax::{
    AstNode,
    ast::{self, HasName, HasVisibility},
};

use super::{
    crates::{file_name, folder_of, join},
    naming,
    scope::{Entity, Space},
    world::{FileId, World, plain},
};
use crate::{Certainty, ConflictKind, FileMove, Moved, Proposal, Refused, RefusedKind, Rename, RenameOptions, names::offset};

impl World<'_> {
    /// What must change when files or folders go elsewhere.
    pub(super) fn moved(&self, moves: &[Moved]) -> Result<Proposal, Refused> {
        let mut proposal = Proposal { moves: moves.iter().map(FileMove::from).collect(), ..Default::default() };
        let beneath = |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        for moved in moves {
            self.check()?;
            if self.project.has(&moved.to) {
                return Err(Refused::new(RefusedKind::BadName, format!("There is a file at {} already.", moved.to)));
            }
            let is_file = self.project.has(&moved.from);
            if is_file {
                self.move_file(moved, &mut proposal)?;
            } else {
                // A folder: its `mod.rs`, or the files whose declaration stays behind.
                let main = join(&moved.from, "mod.rs");
                if self.project.has(&main) {
                    self.move_file(&Moved { from: main, to: join(&moved.to, "mod.rs") }, &mut proposal)?;
                    continue;
                }
                let owner = format!("{}.rs", moved.from);
                let goes_along = moves.iter().any(|other| other.from == owner && other.to == format!("{}.rs", moved.to));
                if goes_along || self.project.has(&join(&moved.from, "Cargo.toml")) {
                    continue;
                }
                let files: Vec<String> =
                    self.project.paths().iter().filter(|path| beneath(path, &moved.from) && path.ends_with(".rs")).cloned().collect();
                for path in files {
                    let rest = path[moved.from.len() + 1..].to_owned();
                    let to = join(&moved.to, &rest);
                    let outside = self
                        .parent_modules(&path)
                        .iter()
                        .any(|module| self.file_of(module.syntax()).is_some_and(|file| !beneath(&self.file(file).path, &moved.from)));
                    if outside {
                        self.move_file(&Moved { from: path, to }, &mut proposal)?;
                    }
                }
            }
        }
        Ok(proposal.sorted())
    }

    fn move_file(&self, moved: &Moved, proposal: &mut Proposal) -> Result<(), Refused> {
        if !moved.from.ends_with(".rs") {
            return Ok(());
        }
        let declarations = self.parent_modules(&moved.from);
        let Some(declaration) = declarations.first() else {
            // A crate's root: Cargo.toml may name it.
            let named = self.manifest_of(&moved.from).is_some_and(|manifest| {
                self.project.text(&join(&manifest.folder, "Cargo.toml")).is_some_and(|text| text.contains(file_name(&moved.from)))
            });
            if (named || matches!(file_name(&moved.from), "lib.rs" | "main.rs" | "build.rs"))
                && let Some(file) = self.open(&moved.from)
            {
                let message = "It is the root of a crate, which Cargo looks for where it is.";
                proposal.conflicts.push(self.conflict(file, 0, ConflictKind::BrokenContract, true, message));
            }
            return Ok(());
        };
        let Some(file) = self.file_of(declaration.syntax()) else { return Ok(()) };
        let at = u32::from(super::edits::trimmed(declaration.syntax()).start());
        if declarations.len() > 1 {
            let message = format!("{} is a module of several crates or modules.", moved.from);
            proposal.conflicts.push(self.conflict(file, at, ConflictKind::BrokenContract, true, message));
            return Ok(());
        }
        let to_name = if file_name(&moved.to) == "mod.rs" { file_name(folder_of(&moved.to)).to_owned() } else { stem(&moved.to) };
        if !naming::is_word(&to_name) || !moved.to.ends_with(".rs") {
            return Err(Refused::new(RefusedKind::BadName, format!("{} can't be the file of a module.", moved.to)));
        }
        let Some(name) = declaration.name() else { return Ok(()) };
        let old_name = plain(name.text()).to_owned();
        if super::modules::path_attribute(declaration).is_some() {
            return self.restate_path(declaration, file, &moved.to, proposal);
        }
        let home = self.children_home(declaration);
        let places = [join(&home, &format!("{to_name}.rs")), join(&home, &format!("{to_name}/mod.rs"))];
        if places.contains(&moved.to) {
            if to_name != old_name {
                self.renamed_by_move(declaration, &to_name, moved, proposal)?;
            }
            self.carry_children(moved, proposal);
            return Ok(());
        }
        self.adopt_elsewhere(declaration, moved, &to_name, proposal)
    }

    /// Where the file of a module is looked for.
    fn children_home(&self, declaration: &ast::Module) -> String {
        self.module_files(declaration).first().map(|path| folder_of(path).to_owned()).unwrap_or_default()
    }

    /// The file gets another name in the same place: that is a rename of the module.
    fn renamed_by_move(&self, declaration: &ast::Module, name: &str, moved: &Moved, proposal: &mut Proposal) -> Result<(), Refused> {
        let Some(spot) = self.spot_of_name(declaration.syntax()) else { return Ok(()) };
        let at = crate::Place { path: self.file(spot.file).path.clone(), offset: spot.at };
        let made = self.rename(&Rename { at, new_name: name, options: RenameOptions { files: true, ..RenameOptions::default() } })?;
        proposal.edits.extend(made.edits);
        proposal.conflicts.extend(made.conflicts.into_iter().filter(|conflict| conflict.kind != ConflictKind::FileNameTaken));
        let own = |other: &FileMove| {
            other.from == moved.from || moved.from.strip_prefix(other.from.as_str()).is_some_and(|rest| rest == "/mod.rs")
        };
        proposal.moves.extend(made.moves.into_iter().filter(|other| !own(other)));
        Ok(())
    }

    /// `x.rs` becomes `x/mod.rs` or the other way: its modules are in the same folder before and after, if they are where they belong.
    fn carry_children(&self, moved: &Moved, proposal: &mut Proposal) {
        let before = if file_name(&moved.from) == "mod.rs" {
            folder_of(&moved.from).to_owned()
        } else {
            moved.from.trim_end_matches(".rs").to_owned()
        };
        let after =
            if file_name(&moved.to) == "mod.rs" { folder_of(&moved.to).to_owned() } else { moved.to.trim_end_matches(".rs").to_owned() };
        let beneath = format!("{before}/");
        let has_children = self.project.paths().iter().any(|path| path.starts_with(&beneath) && *path != moved.from);
        let is_moved = proposal.moves.iter().any(|other| other.from == before);
        if before != after && has_children && !is_moved {
            proposal.moves.push(FileMove {
                from: before,
                to: after,
                certainty: Certainty::Certain,
                reason: "its modules go along".to_owned(),
                group: Some(1),
            });
        }
    }

    /// `#[path = "…"]` says where the file is.
    fn restate_path(&self, declaration: &ast::Module, file: FileId, to: &str, proposal: &mut Proposal) -> Result<(), Refused> {
        use ast::HasAttrs;
        let folder = folder_of(&self.file(file).path).to_owned();
        for attribute in declaration.attrs() {
            let Some(ast::Meta::KeyValueMeta(pair)) = attribute.meta() else { continue };
            let Some(value) = pair.expr() else { continue };
            let range = value.syntax().text_range();
            let text = format!("\"{}\"", relative(&folder, to));
            proposal.edits.push(self.edit(
                file,
                range.start().into()..range.end().into(),
                &text,
                Certainty::Certain,
                "where the module's file is",
            ));
        }
        Ok(())
    }

    /// The file goes to another module: declared there, no longer here, and every path to it follows.
    fn adopt_elsewhere(&self, declaration: &ast::Module, moved: &Moved, name: &str, proposal: &mut Proposal) -> Result<(), Refused> {
        let Some(file) = self.file_of(declaration.syntax()) else { return Ok(()) };
        let at = u32::from(super::edits::trimmed(declaration.syntax()).start());
        let home = if file_name(&moved.to) == "mod.rs" { folder_of(folder_of(&moved.to)) } else { folder_of(&moved.to) };
        let owners = [format!("{home}.rs"), join(home, "mod.rs"), join(home, "lib.rs"), join(home, "main.rs")];
        let owner = owners.iter().find(|owner| self.project.has(owner)).and_then(|owner| self.open(owner));
        let Some(owner) = owner else {
            let message = format!("No module's files are in {home}: nothing would declare {}.", moved.to);
            proposal.conflicts.push(self.conflict(file, at, ConflictKind::BrokenContract, true, message));
            return Ok(());
        };
        let (from_module, to_module) = (self.module_around(declaration.syntax()), self.module_of_file(owner));
        if self.crate_root(from_module) != self.crate_root(to_module) {
            let message = "It would go to another crate.";
            proposal.conflicts.push(self.conflict(file, at, ConflictKind::BrokenContract, true, message));
            return Ok(());
        }
        if self.lookup(&self.file(owner).root.clone(), name, Space::Types, to_module).is_some_and(|hit| hit.via.is_none()) {
            let message = format!("The module there has a `{name}` already.");
            proposal.conflicts.push(self.conflict(owner, 0, ConflictKind::NameClash, true, message));
        }
        self.move_declaration(declaration, file, owner, name, proposal);
        let path = self.path_of(to_module).map(|path| format!("{path}::{name}"));
        let Some(path) = path else { return Ok(()) };
        self.rewrite_paths(declaration, &path, moved, proposal)?;
        self.carry_children(moved, proposal);
        Ok(())
    }

    fn move_declaration(&self, declaration: &ast::Module, file: FileId, owner: FileId, name: &str, proposal: &mut Proposal) {
        let text = self.file(file).source.text.clone();
        let range = declaration.syntax().text_range();
        let (start, mut end) = (usize::from(range.start()), usize::from(range.end()));
        if text[end..].starts_with("\r\n") {
            end += 2;
        } else if text[end..].starts_with('\n') {
            end += 1;
        }
        proposal.edits.push(self.edit(file, offset(start)..offset(end), "", Certainty::Certain, "declared where its file is now"));
        // What could see it before can see it there.
        let visibility =
            declaration.visibility().map_or_else(|| "pub(crate)".to_owned(), |visibility| visibility.syntax().text().to_string());
        let visibility = if visibility.starts_with("pub(") { "pub(crate)".to_owned() } else { visibility };
        let entry = self.file(owner);
        let modules: Vec<ast::Module> =
            entry.root.children().filter_map(ast::Module::cast).filter(|module| module.item_list().is_none()).collect();
        let place = match modules.last() {
            Some(last) => u32::from(last.syntax().text_range().end()),
            None => {
                entry.root.children().find(|node| ast::Item::can_cast(node.kind())).map_or(0, |node| u32::from(node.text_range().start()))
            }
        };
        let written = naming::written(name, entry.source.edition);
        let line = if modules.is_empty() { format!("{visibility} mod {written};\n\n") } else { format!("\n{visibility} mod {written};") };
        proposal.edits.push(self.edit(owner, place..place, &line, Certainty::Certain, "declared where its file is now"));
    }

    /// `crate::a::b`; `None` beneath what can't be named.
    fn path_of(&self, module: super::world::ModuleId) -> Option<String> {
        let mut names = Vec::new();
        let mut at = module;
        while let Some(parent) = self.module(at).parent {
            let declaration = self.module(at).declaration.clone()?;
            names.push(declaration.name()?.text().to_owned());
            at = parent;
        }
        names.push("crate".to_owned());
        names.reverse();
        Some(names.join("::"))
    }

    /// Paths to the module, and the `super` paths in it.
    fn rewrite_paths(&self, declaration: &ast::Module, path: &str, moved: &Moved, proposal: &mut Proposal) -> Result<(), Refused> {
        let Some(name) = super::world::name_token(declaration.syntax()) else { return Ok(()) };
        let senses = self.senses(&name);
        let target = self.target(&senses)?;
        for hit in self.sweep(&target)?.hits {
            let token = &hit.sense.token;
            let Some(segment) = token.parent().and_then(|name| name.parent()).and_then(ast::PathSegment::cast) else { continue };
            let whole = segment.parent_path();
            let in_list = token.parent_ancestors().any(|node| ast::UseTreeList::can_cast(node.kind()));
            let Some((file, range)) = self.range_in_file(whole.syntax()) else { continue };
            if in_list {
                let message = "An import in braces names the module; it must be written anew.";
                proposal.conflicts.push(self.conflict(file, range.start, ConflictKind::BrokenContract, true, message));
                continue;
            }
            if hit.sense.via.is_some() {
                continue;
            }
            proposal.edits.push(self.edit(file, range, path, Certainty::Certain, "the path to the module"));
        }
        let Some(file) = self.open(&moved.from) else { return Ok(()) };
        let root = self.file(file).root.clone();
        let own = self.module_of_file(file);
        for node in root.descendants().filter_map(ast::PathSegment::cast).filter(|segment| segment.super_token().is_some()) {
            let prefix = node.parent_path();
            if prefix.qualifier().is_some() || self.module_around(prefix.syntax()) != own {
                continue;
            }
            let Some(above) = self.module(own).parent.and_then(|above| self.path_of(above)) else { continue };
            let range = prefix.syntax().text_range();
            let token = root.token_at_offset(range.start()).right_biased();
            if token.is_some() {
                let range = u32::from(range.start())..u32::from(range.end());
                proposal.edits.push(self.edit(file, range, &above, Certainty::Certain, "what is above it is elsewhere now"));
            }
        }
        let _ = Entity::Module(own);
        Ok(())
    }
}

fn stem(path: &str) -> String {
    let name = file_name(path);
    name.strip_suffix(".rs").unwrap_or(name).to_owned()
}

/// A path as it is written from a folder.
fn relative(folder: &str, to: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let parts: Vec<&str> = to.split('/').collect();
    let common = from.iter().zip(&parts).take_while(|(one, other)| one == other).count();
    let mut path = vec![".."; from.len() - common];
    path.extend(&parts[common..]);
    path.join("/")
}
