//! What changes when files go elsewhere.

use super::{paths, tree::Name, world::World};
use crate::{Certainty, Conflict, ConflictKind, Edit, FileMove, Moved, Place, Proposal, Refused, RefusedKind};

/// A module's name in a file: where it stands and what it says.
pub(super) struct Specifier {
    pub name: Name,
    pub target: String,
}

impl World<'_> {
    /// The module that is named at a place.
    pub(super) fn specifier_at(&self, at: &Place) -> Option<Specifier> {
        let file = self.file(&at.path)?;
        let (_, name) = self.tree(file).specifiers.iter().find(|(span, _)| span.start <= at.offset && at.offset <= span.end)?;
        let target = self.resolution.resolve(&at.path, name)?;
        Some(Specifier { name: name.clone(), target })
    }

    /// A module's name in an import is its file's.
    pub(super) fn rename_file(&self, specifier: Specifier, new: &str) -> Result<Proposal, Refused> {
        let Specifier { name, target } = specifier;
        if target.split('/').any(|part| part == "node_modules") {
            return Err(Refused::new(RefusedKind::External, format!("`{name}` is installed, and not of this project.")));
        }
        let new = new.rsplit('/').next().unwrap_or(new);
        let file_name = target.rsplit('/').next().unwrap_or(&target);
        let stem = paths::without_extension(file_name);
        let extension = &file_name[stem.len()..];
        let new_stem = paths::without_extension(new);
        if new_stem.is_empty() || new_stem.contains(['\\', '\0', ':', '*', '?', '"', '<', '>', '|']) || new_stem.starts_with('.') {
            return Err(Refused::new(RefusedKind::BadName, format!("`{new}` is no file's name.")));
        }
        if new_stem == stem {
            return Err(Refused::new(RefusedKind::SameName, format!("It is called `{stem}` already.")));
        }
        // `./folder` that means its index: the folder.
        let last = name.trim_end_matches('/').rsplit('/').next().unwrap_or(&name);
        let (from, to) = if stem == "index" && paths::without_extension(last) != "index" && last != "." && last != ".." {
            let folder = paths::folder(&target);
            (folder.to_owned(), paths::under(paths::folder(folder), new_stem))
        } else {
            (target.clone(), paths::under(paths::folder(&target), &format!("{new_stem}{extension}")))
        };
        self.moved(&[Moved { from, to }])
    }

    /// What must change when files or folders go elsewhere.
    pub(super) fn moved(&self, moves: &[Moved]) -> Result<Proposal, Refused> {
        let mut proposal = Proposal::default();
        for moved in moves {
            let is_file = self.project.has(&moved.from);
            let within = format!("{}/", moved.from);
            if !is_file && !self.project.paths().iter().any(|path| path.starts_with(&within)) {
                return Err(Refused::new(RefusedKind::NoName, format!("There is no {}.", moved.from)));
            }
            if moved.to.starts_with(&within) || moved.to.is_empty() || paths::join("", &moved.to).as_deref() != Some(&*moved.to) {
                return Err(Refused::new(RefusedKind::BadName, format!("{} can't go to {}.", moved.from, moved.to)));
            }
            let to_within = format!("{}/", moved.to);
            let is_going = |path: &str| moves.iter().any(|other| path == other.from || path.starts_with(&format!("{}/", other.from)));
            let taken = self.project.paths().iter().find(|path| (**path == moved.to || path.starts_with(&to_within)) && !is_going(path));
            if let Some(taken) = taken {
                let message = format!("There is a file at {taken} already.");
                proposal.conflicts.push(Conflict {
                    path: taken.clone(),
                    line: 1,
                    kind: ConflictKind::FileNameTaken,
                    breaks: true,
                    message,
                });
            }
            proposal.moves.push(FileMove { group: Some(1), ..FileMove::from(moved) });
        }
        let place = |path: &str| -> String {
            let holds =
                |moved: &&Moved| path == moved.from || path.strip_prefix(moved.from.as_str()).is_some_and(|rest| rest.starts_with('/'));
            match moves.iter().filter(holds).max_by_key(|moved| moved.from.len()) {
                Some(moved) => format!("{}{}", moved.to, &path[moved.from.len()..]),
                None => path.to_owned(),
            }
        };
        for path in self.importers(moves) {
            if self.project.cancelled() {
                return Err(Refused::cancelled());
            }
            let Some(file) = self.file(&path) else { continue };
            let Some(text) = self.project.text(&path) else { continue };
            let new_path = place(&path);
            for (span, name) in &self.tree(file).specifiers {
                let Some(target) = self.resolution.resolve(&path, name) else { continue };
                let new_target = place(&target);
                if (new_path == path && new_target == target) || text.get(span.range()) != Some(&**name) {
                    continue;
                }
                let Some(new_name) = self.renamed_specifier(name, (&path, &target), (&new_path, &new_target)) else { continue };
                if new_name == **name {
                    continue;
                }
                let reason = if new_target == target { format!("{path} goes elsewhere") } else { format!("imports {target}") };
                proposal.edits.push(Edit {
                    path: path.clone(),
                    start: span.start,
                    end: span.end,
                    old: name.to_string(),
                    new: new_name,
                    certainty: Certainty::Certain,
                    reason,
                    group: Some(1),
                });
            }
        }
        Ok(proposal.sorted())
    }

    /// Files that may name what moves, and those that move.
    fn importers(&self, moves: &[Moved]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for moved in moves {
            let within = format!("{}/", moved.from);
            let going: Vec<&String> = self
                .project
                .paths()
                .iter()
                .filter(|path| (**path == moved.from || path.starts_with(&within)) && paths::is_code(path))
                .collect();
            let mut words: Vec<&str> = Vec::new();
            for path in &going {
                let stem = paths::without_extension(path.rsplit('/').next().unwrap_or(path));
                let folder = paths::folder(path).rsplit('/').next().unwrap_or("");
                words.push(if stem == "index" { folder } else { stem });
            }
            words.sort_unstable();
            words.dedup();
            if words.iter().any(|word| word.is_empty()) || words.len() > 60 {
                // The index of the top is named by dots: any file may do so.
                words = vec!["from", "require", "import"];
            }
            for word in words {
                found.extend(self.project.containing(word, &|path| paths::is_code(path)));
            }
            // `./` and `..` name an index without any word.
            if going.iter().any(|path| paths::without_extension(path).ends_with("/index")) {
                for dots in ["'.'", "\".\"", "'./'", "\"./\"", "'..'", "\"..\"", "/..'", "/..\"", "'../'", "\"../\""] {
                    found.extend(self.project.containing(dots, &|path| paths::is_code(path)));
                }
            }
            found.extend(going.into_iter().cloned());
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|path| !path.split('/').any(|part| part == "node_modules"));
        found
    }

    /// How a module is named afterwards, in the manner it is named now.
    fn renamed_specifier(&self, name: &str, (path, target): (&str, &str), (new_path, new_target): (&str, &str)) -> Option<String> {
        let is_relative = name.starts_with("./") || name.starts_with("../") || name == "." || name == "..";
        if !is_relative {
            if target == new_target {
                return None;
            }
            return renamed_alias(name, target, new_target);
        }
        let (bare, query) = name.split_once('?').map_or((name, ""), |(bare, _)| (bare, &name[bare.len()..]));
        let file_name = target.rsplit('/').next().unwrap_or(target);
        let base = paths::join(paths::folder(path), bare)?;
        let extension = paths::EXTENSIONS.iter().filter(|extension| bare.ends_with(**extension)).max_by_key(|extension| extension.len());
        let new_base = if base == target {
            new_target.to_owned()
        } else if let Some(extension) = extension.filter(|_| paths::without_extension(&base) == paths::without_extension(target)) {
            // Named as what it is compiled to.
            format!("{}{extension}", paths::without_extension(new_target))
        } else if base == paths::without_extension(target) {
            paths::without_extension(new_target).to_owned()
        } else if paths::without_extension(file_name) == "index" && base == paths::folder(target) {
            let new_stem = paths::without_extension(new_target);
            if new_stem == "index" || new_stem.ends_with("/index") { paths::folder(new_target).to_owned() } else { new_stem.to_owned() }
        } else {
            return None;
        };
        let mut relative = paths::relative(paths::folder(new_path), &new_base);
        if bare.ends_with('/') {
            relative.push('/');
        }
        Some(format!("{relative}{query}"))
    }
}

/// `@/a/b`: the part of the path that changed changes in the name, too, if that leads there.
fn renamed_alias(name: &str, target: &str, new_target: &str) -> Option<String> {
    let stem = paths::without_extension(target);
    let new_stem = paths::without_extension(new_target);
    let extension = paths::EXTENSIONS.iter().filter(|extension| name.ends_with(**extension)).max_by_key(|extension| extension.len());
    let bare = extension.map_or(name, |extension| &name[..name.len() - extension.len()]);
    let trim_index = |stem: &str| stem.strip_suffix("/index").map(str::to_owned);
    let (old, new) = if stem.ends_with(bare.rsplit('/').next()?) {
        (stem.to_owned(), new_stem.to_owned())
    } else {
        (trim_index(stem)?, trim_index(new_stem).unwrap_or_else(|| new_stem.to_owned()))
    };
    // The longest end that the name and the path share.
    let shared = bare.bytes().rev().zip(old.bytes().rev()).take_while(|(one, other)| one == other).count();
    let cut = old.len() - shared;
    let tail = old.get(cut..)?;
    let at = if cut == 0 { Some(0) } else { tail.find('/').map(|slash| slash + 1) }.or_else(|| old[..cut].ends_with('/').then_some(0))?;
    let root = &old[..cut + at];
    let rest = new.strip_prefix(root)?;
    let head = &bare[..bare.len() - (old.len() - root.len())];
    Some(format!("{head}{rest}{}", extension.copied().unwrap_or("")))
}
