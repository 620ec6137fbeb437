//! Renames: what is asked for, what it touches, what speaks against it.

use ra_ap_syntax::{AstNode, SyntaxKind, SyntaxNode, SyntaxToken, TextSize, ast};

use super::{
    find::{Sweep, Target, declared_token},
    naming::{self, NewName},
    sense::{Sense, What},
    world::{World, plain},
};
use crate::{
    Certainty, Conflict, ConflictKind, Found, Occurrence, OccurrenceRole, Place, Proposal, Refused, RefusedKind, Rename,
    names::{line_of, text_edits},
};

impl World<'_> {
    /// The token at a place and what it means.
    fn asked(&self, at: &Place) -> Result<(SyntaxToken, Vec<Sense>), Refused> {
        self.enter(&at.path);
        let token = self.token_at(at)?;
        // The byte just after the name belongs to it, too.
        let end = u32::from(token.text_range().end());
        let offset = if at.offset == end { at.offset.saturating_sub(1) } else { at.offset };
        let senses = self.senses_in_file(&token, TextSize::new(offset));
        if senses.is_empty() {
            let file = self.open(&at.path);
            if file.is_some_and(|file| self.file(file).source.broken) {
                return Err(Refused::new(
                    RefusedKind::Unparsable,
                    format!("{} has syntax errors, so that places would be missed.", at.path),
                ));
            }
            return Err(Refused::new(RefusedKind::NoName, "What this name means is not known."));
        }
        Ok((token, senses))
    }

    /// Every place that means what the name at a place means.
    pub(super) fn references(&self, at: &Place) -> Result<Found, Refused> {
        let (_, senses) = self.asked(at)?;
        let target = match self.target(&senses) {
            Err(refused) if matches!(refused.kind, RefusedKind::External) => return Ok(Found::default()),
            other => other?,
        };
        let sweep = self.sweep(&target)?;
        let kind = target.nodes.first().map(kind_of).unwrap_or_default();
        let mut occurrences: Vec<Occurrence> = sweep
            .hits
            .iter()
            .map(|hit| Occurrence {
                path: self.file(hit.spot.file).path.clone(),
                start: hit.spot.at,
                end: hit.spot.at + hit.length,
                certainty: if hit.sense.sure { Certainty::Certain } else { Certainty::Probable },
                reason: hit.sense.reason.clone(),
                role: hit.sense.role,
            })
            .collect();
        occurrences.sort_by(|a, b| (&a.path, a.start).cmp(&(&b.path, b.start)));
        Ok(Found { name: target.name.to_string(), kind: kind.to_owned(), occurrences })
    }

    /// What must change for a name to become another.
    pub(super) fn rename(&self, rename: &Rename<'_>) -> Result<Proposal, Refused> {
        let token = self.token_at(&rename.at)?;
        if token.text() == "'_" {
            return self.name_lifetime(&token, rename.new_name);
        }
        let (token, senses) = self.asked(&rename.at)?;
        if let Some(import) = self.import_to_alias(&token) {
            return self.rename_import(&import, rename.new_name);
        }
        if senses.iter().any(|sense| matches!(&sense.what, What::Declared(node) if node.kind() == SyntaxKind::EXTERN_CRATE)) {
            return Err(Refused::new(RefusedKind::Unsupported, "A crate's name is a matter of Cargo.toml."));
        }
        if let Some(import) = self.alias_of(&token, &senses) {
            return self.rename_import(&import, rename.new_name);
        }
        let target = self.target(&senses)?;
        let Some(first) = target.nodes.first() else { return Err(Refused::new(RefusedKind::NoName, "There is no name here.")) };
        let is_receiver = first.kind() == SyntaxKind::SELF_PARAM;
        match naming::read(rename.new_name, first)? {
            NewName::Receiver if is_receiver => Err(same_name()),
            NewName::Receiver => self.parameter_to_receiver(&target),
            NewName::Underscore => self.rename_to_underscore(&target),
            NewName::Lifetime(name) => self.rename_target(&target, &name, rename),
            NewName::Word(name) if is_receiver => self.receiver_to_parameter(&target, &name),
            NewName::Word(name) => self.rename_target(&target, &name, rename),
        }
    }

    fn rename_target(&self, target: &Target, new_name: &str, rename: &Rename<'_>) -> Result<Proposal, Refused> {
        if target.name == new_name {
            return Err(same_name());
        }
        let sweep = self.sweep(target)?;
        let mut sweep = sweep;
        let mut proposal = Proposal::default();
        self.keep_shared_imports(target, &mut sweep, new_name, &mut proposal);
        self.add_constructor_locals(target, &mut sweep, new_name, &mut proposal)?;
        proposal.edits.extend(sweep.hits.iter().map(|hit| self.edit_of(hit, new_name)));
        self.add_spelled(target, &sweep, new_name, &mut proposal);
        self.add_derived_names(target, new_name, &mut proposal);
        self.add_module_moves(target, new_name, rename.options.files, &mut proposal);
        self.add_conflicts(target, &sweep, new_name, &mut proposal);
        Ok(proposal.sorted())
    }

    /// Where one name is imported from several places, for one configuration or another, the imports keep bringing it by the old name.
    fn keep_shared_imports(&self, target: &Target, sweep: &mut Sweep, new_name: &str, proposal: &mut Proposal) {
        let mut kept: Vec<SyntaxNode> = Vec::new();
        for hit in sweep.hits.iter().filter(|hit| hit.sense.role == OccurrenceRole::Import) {
            let Some(tree) = self.import_to_alias(&hit.sense.token).filter(|tree| tree.rename().is_none()) else { continue };
            let Some(container) = self.ancestors(tree.syntax()).find(super::path::is_container) else { continue };
            let scope = self.scope(&container);
            let others = scope.names.get(&target.name).map_or(&[][..], Vec::as_slice).iter().filter(|entry| match entry {
                super::scope::Entry::Import(other) => {
                    other != &tree && !super::scope::Space::ALL.into_iter().any(|space| {
                        matches!(self.resolve_import(other, space).map(|hit| hit.entity), Some(super::scope::Entity::Item(node)) if target.nodes.contains(&node))
                    })
                }
                super::scope::Entry::Item(other) => {
                    !target.nodes.contains(other)
                        && target.nodes.iter().any(|node| super::scope::spaces_of(node).iter().any(|space| super::scope::spaces_of(other).contains(space)))
                }
                super::scope::Entry::Crate(_) => false,
            });
            if others.count() > 0 {
                kept.push(tree.syntax().clone());
                let range = hit.spot.at..hit.spot.at + hit.length;
                let edition = self.edition(hit.spot.file);
                let text = format!("{} as {}", naming::written(new_name, edition), naming::written(&target.name, edition));
                proposal.edits.push(self.edit(
                    hit.spot.file,
                    range,
                    &text,
                    Certainty::Certain,
                    "imported here under a name that others share",
                ));
            }
        }
        if kept.is_empty() {
            return;
        }
        sweep.hits.retain(|hit| match &hit.sense.via {
            Some(via) => !kept.contains(via.syntax()),
            None => !self.import_to_alias(&hit.sense.token).is_some_and(|tree| kept.contains(tree.syntax())),
        });
    }

    /// Places in comments and strings.
    pub(super) fn add_spelled(&self, target: &Target, sweep: &Sweep, new_name: &str, proposal: &mut Proposal) {
        if target.name.starts_with('\'') || target.name == "self" {
            return;
        }
        for spelled in &sweep.spelled {
            let file = self.file(spelled.file);
            let range = spelled.start as usize..spelled.end as usize;
            if let Some((sense, token_range)) = self.sense_in_doc(spelled)
                && self.is_target(target, &sense)
            {
                let reason = "a link in the documentation";
                proposal.edits.push(self.edit(spelled.file, token_range, new_name, Certainty::Certain, reason));
                continue;
            }
            let reason = if spelled.token.kind() == SyntaxKind::COMMENT { "spelled so in a comment" } else { "spelled so in a string" };
            proposal.edits.extend(text_edits(&file.path, &file.source.text, range, &target.name, new_name, reason));
        }
    }

    /// At the end of a path in a `use`, and without a place of its own to be renamed: an alias is meant.
    fn import_to_alias(&self, token: &SyntaxToken) -> Option<ast::UseTree> {
        let segment = token.parent()?.parent()?;
        let path = ast::Path::cast(segment.parent()?)?;
        let tree = ast::UseTree::cast(path.syntax().parent()?)?;
        let is_leaf = tree.use_tree_list().is_none() && tree.star_token().is_none();
        let is_name = ast::PathSegment::cast(segment)?.name_ref()?.self_token().is_none();
        // An import of an import that is called otherwise is renamed where that is.
        (is_leaf && is_name).then_some(tree)
    }

    /// The import whose alias the name is.
    fn alias_of(&self, token: &SyntaxToken, senses: &[Sense]) -> Option<ast::UseTree> {
        if let Some(rename) = token.parent().and_then(|name| name.parent()).and_then(ast::Rename::cast) {
            return rename.syntax().parent().and_then(ast::UseTree::cast);
        }
        let mut via = senses.iter().find_map(|sense| sense.via.clone())?;
        for _ in 0..8 {
            if via.rename().is_some() {
                return Some(via);
            }
            let path = via.path()?;
            via = super::scope::Space::ALL.into_iter().find_map(|space| self.resolve_use_path(&path, &via, space)?.via)?;
        }
        None
    }

    /// An import gets another name, and with it everything that comes through it.
    fn rename_import(&self, import: &ast::UseTree, new_name: &str) -> Result<Proposal, Refused> {
        let bad = |why: &str| Refused::new(RefusedKind::BadName, format!("`{new_name}` is no name here: {why}."));
        let bare = plain(new_name);
        if !naming::is_word(bare) || bare == "_" || matches!(bare, "self" | "super" | "crate" | "Self") {
            return Err(bad("it is no identifier"));
        }
        let Some(declared) = declared_token(import.syntax()) else {
            return Err(Refused::new(RefusedKind::NoName, "There is no name here."));
        };
        let name = plain(declared.text()).to_owned();
        if name == bare {
            return Err(same_name());
        }
        let twice = import
            .syntax()
            .ancestors()
            .find(super::path::is_container)
            .is_some_and(|container| self.scope(&container).names.get(name.as_str()).is_some_and(|entries| entries.len() > 1));
        if twice {
            return Err(Refused::new(RefusedKind::ElsewhereDeclared, format!("`{name}` is declared or imported twice here.")));
        }
        let target = Target {
            name: name.as_str().into(),
            nodes: vec![import.syntax().clone()],
            spots: Default::default(),
            import: Some(import.clone()),
        };
        let sweep = self.sweep(&target)?;
        let own = self.written(&declared);
        let mut proposal = Proposal::default();
        for hit in &sweep.hits {
            if own.is_none_or(|own| own.spot != hit.spot) {
                proposal.edits.push(self.edit_of(hit, bare));
            }
        }
        if let Some(own) = own {
            let word = naming::written(bare, self.edition(own.spot.file));
            let end = own.spot.at + u32::from(declared.text_range().len());
            let original = import
                .path()
                .and_then(|path| path.segment())
                .and_then(|segment| segment.name_ref())
                .map(|name| plain(name.text()).to_owned());
            let edit = match import.rename() {
                // `use a as b` becomes `use a`.
                Some(rename) if original.as_deref() == Some(bare) => {
                    let start = import.path().map_or(own.spot.at, |path| u32::from(path.syntax().text_range().end()));
                    let _ = rename;
                    self.edit(own.spot.file, start..end, "", Certainty::Certain, "the alias is the name itself")
                }
                Some(_) => self.edit(own.spot.file, own.spot.at..end, &word, Certainty::Certain, "the alias"),
                None => self.edit(own.spot.file, end..end, &format!(" as {word}"), Certainty::Certain, "imported here under another name"),
            };
            proposal.edits.push(edit);
        }
        self.add_conflicts(&target, &sweep, bare, &mut proposal);
        Ok(proposal.sorted())
    }

    fn rename_to_underscore(&self, target: &Target) -> Result<Proposal, Refused> {
        let refuse = |why: &str| Err(Refused::new(RefusedKind::BadName, why));
        if target.nodes.iter().any(|node| node.kind() != SyntaxKind::IDENT_PAT) {
            return refuse("`_` is no name for this.");
        }
        let sweep = self.sweep(target)?;
        if sweep.hits.iter().any(|hit| hit.sense.role != OccurrenceRole::Definition) {
            return refuse("`_` can't be used where the name is read.");
        }
        let edits = sweep.hits.iter().map(|hit| self.edit_of(hit, "_")).collect();
        Ok(Proposal { edits, ..Default::default() }.sorted())
    }

    /// A conflict at a byte of a file.
    pub(super) fn conflict(&self, file: u32, at: u32, kind: ConflictKind, breaks: bool, message: impl Into<String>) -> Conflict {
        let entry = self.file(file);
        Conflict { path: entry.path.clone(), line: line_of(&entry.source.text, at), kind, breaks, message: message.into() }
    }

    /// Types that an attribute's macro makes of a name: `#[derive(Builder)] struct Name` and `NameBuilder`.
    fn add_derived_names(&self, target: &Target, new_name: &str, proposal: &mut Proposal) {
        let Some(node) = target.nodes.first() else { return };
        if !matches!(node.kind(), SyntaxKind::STRUCT | SyntaxKind::ENUM | SyntaxKind::VARIANT) {
            return;
        }
        let Some(item) = node.ancestors().find(|node| matches!(node.kind(), SyntaxKind::STRUCT | SyntaxKind::ENUM)) else { return };
        if !has_foreign_macro(&item) {
            return;
        }
        let Some(home) = self.file_of(&item) else { return };
        for path in self.containing(&target.name) {
            let Some(file) = self.open(&path) else { continue };
            let entry = self.file(file);
            let same_crate = self.module(self.module_of_file(file)).root_path == self.module(self.module_of_file(home)).root_path;
            if !same_crate {
                continue;
            }
            for token in entry.root.descendants_with_tokens().filter_map(|element| element.into_token()) {
                let Some(rest) = token.text().strip_prefix(target.name.as_str()) else { continue };
                let is_suffixed = token.kind() == SyntaxKind::IDENT && rest.starts_with(char::is_uppercase);
                let is_plain = token.parent().is_some_and(|parent| parent.kind() == SyntaxKind::NAME_REF);
                if !is_suffixed || !is_plain || !self.senses(&token).is_empty() {
                    continue;
                }
                let start = u32::from(token.text_range().start());
                let end = start + u32::try_from(target.name.len()).unwrap_or(0);
                let reason = format!("declared nowhere; a macro on `{}` may make `{}` of its name", target.name, token.text());
                proposal.edits.push(self.edit(file, start..end, new_name, Certainty::Probable, &reason));
            }
        }
    }
}

/// Whether a macro that is not the standard library's is on an item.
fn has_foreign_macro(item: &SyntaxNode) -> bool {
    use ast::HasAttrs;
    const STANDARD: [&str; 9] = ["Debug", "Clone", "Copy", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash", "Default"];
    const PLAIN: [&str; 12] =
        ["derive", "allow", "warn", "deny", "cfg", "cfg_attr", "repr", "must_use", "non_exhaustive", "doc", "deprecated", "expect"];
    let Some(item) = ast::AnyHasAttrs::cast(item.clone()) else { return false };
    item.attrs().any(|attribute| match attribute.as_simple_call() {
        Some((name, list)) if name == "derive" => {
            let words = list.syntax().descendants_with_tokens().filter_map(|element| element.into_token());
            let mut words = words.filter(|token| token.kind() == SyntaxKind::IDENT);
            words.any(|token| !STANDARD.contains(&token.text()))
        }
        Some((name, _)) => !PLAIN.contains(&name.as_str()),
        None => attribute.simple_name().is_none_or(|name| !PLAIN.contains(&name.as_str())),
    })
}

pub(super) fn same_name() -> Refused {
    Refused::new(RefusedKind::SameName, "It is called that already.")
}

/// What a declaration is, in the language's words.
pub(super) fn kind_of(node: &SyntaxNode) -> &'static str {
    match node.kind() {
        SyntaxKind::FN if node.parent().is_some_and(|list| ast::AssocItemList::can_cast(list.kind())) => {
            if super::sense::takes_self(node) {
                "method"
            } else {
                "associated function"
            }
        }
        SyntaxKind::FN => "function",
        SyntaxKind::STRUCT => "struct",
        SyntaxKind::ENUM => "enum",
        SyntaxKind::UNION => "union",
        SyntaxKind::VARIANT => "variant",
        SyntaxKind::RECORD_FIELD | SyntaxKind::TUPLE_FIELD => "field",
        SyntaxKind::TRAIT => "trait",
        SyntaxKind::TYPE_ALIAS => "type",
        SyntaxKind::CONST => "constant",
        SyntaxKind::STATIC => "static",
        SyntaxKind::MODULE => "module",
        SyntaxKind::MACRO_RULES | SyntaxKind::MACRO_DEF => "macro",
        SyntaxKind::TYPE_PARAM => "type parameter",
        SyntaxKind::CONST_PARAM => "constant parameter",
        SyntaxKind::LIFETIME_PARAM => "lifetime",
        SyntaxKind::LABEL => "label",
        SyntaxKind::IDENT_PAT => {
            if node.ancestors().any(|above| above.kind() == SyntaxKind::PARAM) {
                "parameter"
            } else {
                "local variable"
            }
        }
        SyntaxKind::SELF_PARAM => "receiver",
        SyntaxKind::USE_TREE => "import",
        SyntaxKind::EXTERN_CRATE => "crate",
        _ => "name",
    }
}
