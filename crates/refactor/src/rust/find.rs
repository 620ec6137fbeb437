//! Every place that means what was asked for.

use std::collections::{BTreeMap, BTreeSet};

use ra_ap_syntax::{
    AstNode, SmolStr, SyntaxKind, SyntaxNode, SyntaxToken, TextSize,
    ast::{self, HasName},
};

use super::{
    scope::{Entry, Space, spaces_of},
    sense::{Sense, What},
    world::{FileId, Spot, World, name_of, plain},
};
use crate::{
    Place, Refused, RefusedKind,
    names::{offset, words},
};

/// What is looked for.
pub(super) struct Target {
    pub(super) name: SmolStr,
    /// Its declarations: several where alternatives of a configuration declare it, or a name is a type and a value.
    pub(super) nodes: Vec<SyntaxNode>,
    pub(super) spots: BTreeSet<Spot>,
    /// Only what comes through this import is meant.
    pub(super) import: Option<ast::UseTree>,
}

/// A place that means it.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) spot: Spot,
    /// In bytes.
    pub(super) length: u32,
    pub(super) sense: Sense,
    /// Everything the name means there: with `Struct { name }` a field and a variable.
    pub(super) all: Vec<Sense>,
}

/// A place where the name is only spelled.
pub(super) struct Spelled {
    pub(super) file: FileId,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) token: SyntaxToken,
}

/// All of it.
#[derive(Default)]
pub(super) struct Sweep {
    pub(super) hits: Vec<Hit>,
    pub(super) spelled: Vec<Spelled>,
    /// Files whose syntax is broken and that hold the name.
    pub(super) broken: Vec<FileId>,
    pub(super) files: BTreeSet<FileId>,
}

impl World<'_> {
    /// The token of a name at a place, the one before the place if it ends there.
    pub(super) fn token_at(&self, at: &Place) -> Result<SyntaxToken, Refused> {
        let file = self.open(&at.path).ok_or_else(|| Refused::new(RefusedKind::NoName, format!("There is no text file {}.", at.path)))?;
        let entry = self.file(file);
        if !entry.source.is_parsed() {
            return Err(Refused::new(RefusedKind::Unparsable, format!("{} can't be parsed.", at.path)));
        }
        let none = || Refused::new(RefusedKind::NoName, "There is no name here.");
        if at.offset as usize > entry.source.text.len() || !entry.source.text.is_char_boundary(at.offset as usize) {
            return Err(none());
        }
        let tokens = entry.root.token_at_offset(TextSize::new(at.offset));
        let is_name = |token: &SyntaxToken| {
            token.kind() == SyntaxKind::IDENT
                || token.kind() == SyntaxKind::LIFETIME_IDENT
                || matches!(token.kind(), SyntaxKind::SELF_KW | SyntaxKind::STRING)
        };
        let mut found: Vec<SyntaxToken> = tokens.filter(is_name).collect();
        found.sort_by_key(|token| token.kind() == SyntaxKind::STRING);
        found.into_iter().next().ok_or_else(none)
    }

    /// What is meant at a place, with everything that is the same declaration.
    pub(super) fn target(&self, senses: &[Sense]) -> Result<Target, Refused> {
        let mut nodes = Vec::new();
        let refuse = |kind, message: &str| Err(Refused::new(kind, message));
        for sense in senses {
            match &sense.what {
                What::Declared(node) => match self.canonical(node) {
                    Some(node) if !nodes.contains(&node) => nodes.push(node),
                    Some(_) => {}
                    None => return refuse(RefusedKind::External, "It is part of a trait of a library, which names it."),
                },
                What::External => return refuse(RefusedKind::External, "It is declared in a library, not in this project."),
                What::Builtin => return refuse(RefusedKind::BuiltIn, "It is part of the language."),
                What::Word => return refuse(RefusedKind::BuiltIn, "This word stands for something that is not named here."),
            }
        }
        if nodes.is_empty() {
            return refuse(RefusedKind::NoName, "What this name means is not known.");
        }
        // A struct's literal shows a field and a variable by one name: the variable is meant.
        if nodes.len() > 1 && nodes.iter().any(|node| node.kind() == SyntaxKind::RECORD_FIELD) {
            nodes.retain(|node| node.kind() != SyntaxKind::RECORD_FIELD);
        }
        let name = match nodes.first().map(|node| self.declared_name(node)) {
            Some(Some(name)) => name,
            _ => return refuse(RefusedKind::NoName, "What this name means has no name of its own."),
        };
        // Whoever needs the package of the declaration may use it.
        if let Some(home) = nodes.first().and_then(|node| self.file_of(node)) {
            self.enter(&self.file(home).path);
        }
        let mut spots = BTreeSet::new();
        let alternatives: Vec<SyntaxNode> = nodes.iter().flat_map(|node| self.alternatives(node, &name)).collect();
        for node in alternatives {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        for node in &nodes {
            let Some(token) = declared_token(node) else { continue };
            let Some(written) = self.written(&token) else { continue };
            if written.context != 0 {
                return refuse(RefusedKind::Unsupported, "A macro's body makes up this name.");
            }
            spots.insert(written.spot);
        }
        Ok(Target { name, nodes, spots, import: None })
    }

    /// The name that a declaration gives; of an alias the alias.
    pub(super) fn declared_name(&self, node: &SyntaxNode) -> Option<SmolStr> {
        Some(SmolStr::new(plain(declared_token(node)?.text())))
    }

    /// Other declarations of the same name in the same place: what one configuration or another has.
    fn alternatives(&self, node: &SyntaxNode, name: &str) -> Vec<SyntaxNode> {
        let Some(list) = node.parent() else { return Vec::new() };
        match list.kind() {
            SyntaxKind::ASSOC_ITEM_LIST | SyntaxKind::VARIANT_LIST | SyntaxKind::RECORD_FIELD_LIST | SyntaxKind::EXTERN_ITEM_LIST => list
                .children()
                .filter(|other| other != node && other.kind() == node.kind() && name_of(other).as_deref() == Some(name))
                .collect(),
            SyntaxKind::SOURCE_FILE | SyntaxKind::ITEM_LIST | SyntaxKind::STMT_LIST => {
                let scope = self.scope(&list);
                let entries = scope.names.get(name).map_or(&[][..], Vec::as_slice);
                let shares = |other: &SyntaxNode| spaces_of(other).iter().any(|space| spaces_of(node).contains(space));
                let same = entries.iter().filter_map(|entry| match entry {
                    Entry::Item(other) if other != node && shares(other) => Some(other.clone()),
                    _ => None,
                });
                same.collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a meaning is the one that is looked for.
    pub(super) fn is_target(&self, target: &Target, sense: &Sense) -> bool {
        let What::Declared(node) = &sense.what else {
            return target.import.is_some() && self.comes_through(target, sense.via.as_ref(), 0);
        };
        if let Some(import) = &target.import {
            return node == import.syntax() || self.comes_through(target, sense.via.as_ref(), 0);
        }
        let Some(node) = self.canonical(node) else { return false };
        declared_token(&node).and_then(|token| self.written(&token)).is_some_and(|written| target.spots.contains(&written.spot))
    }

    /// Whether an import is the one that is looked for, or takes its name from it.
    fn comes_through(&self, target: &Target, via: Option<&ast::UseTree>, level: u32) -> bool {
        let (Some(via), Some(import)) = (via, &target.import) else { return false };
        if via == import {
            return true;
        }
        if level > 8 || via.rename().is_some() {
            return false;
        }
        let Some(path) = via.path() else { return false };
        Space::ALL.into_iter().any(|space| {
            let next = self.resolve_use_path(&path, via, space).and_then(|hit| hit.via);
            self.comes_through(target, next.as_ref(), level + 1)
        })
    }

    /// Goes through every file that holds the name.
    pub(super) fn sweep(&self, target: &Target) -> Result<Sweep, Refused> {
        let mut sweep = Sweep::default();
        let mut seen: BTreeMap<Spot, usize> = BTreeMap::new();
        let bare = target.name.trim_start_matches('\'');
        for path in self.files_of(target, bare) {
            self.check()?;
            let Some(file) = self.open(&path) else { continue };
            let entry = self.file(file);
            let text = entry.source.text.clone();
            let places = words(&text, 0..text.len(), bare);
            if places.is_empty() {
                continue;
            }
            if entry.source.broken {
                sweep.broken.push(file);
            }
            for range in places {
                let at = TextSize::new(offset(range.start));
                let Some(token) = entry.root.token_at_offset(at).right_biased() else { continue };
                let is_name = matches!(token.kind(), SyntaxKind::IDENT | SyntaxKind::LIFETIME_IDENT | SyntaxKind::SELF_KW);
                let is_lifetime = token.kind() == SyntaxKind::LIFETIME_IDENT;
                if is_name && plain(token.text()) != target.name && !(is_lifetime && token.text() == target.name) {
                    continue;
                }
                if is_name || token.kind() == SyntaxKind::STRING {
                    let all = self.senses_in_file(&token, at);
                    if let Some(sense) = all.iter().find(|sense| self.is_target(target, sense)) {
                        let (start, length) =
                            if is_name { (token.text_range().start(), token.text_range().len()) } else { (at, TextSize::of(bare)) };
                        let spot = Spot { file, at: start.into() };
                        if seen.insert(spot, sweep.hits.len()).is_none() {
                            let hit = Hit { spot, length: length.into(), sense: sense.clone(), all: all.clone() };
                            sweep.hits.push(hit);
                            sweep.files.insert(file);
                        }
                        continue;
                    }
                }
                if matches!(token.kind(), SyntaxKind::COMMENT | SyntaxKind::STRING) {
                    sweep.spelled.push(Spelled { file, start: offset(range.start), end: offset(range.end), token });
                }
            }
        }
        Ok(sweep)
    }

    /// Locals, parameters and labels can't be meant in other files.
    fn files_of(&self, target: &Target, bare: &str) -> Vec<String> {
        let is_local = |node: &SyntaxNode| {
            matches!(
                node.kind(),
                SyntaxKind::IDENT_PAT
                    | SyntaxKind::SELF_PARAM
                    | SyntaxKind::LABEL
                    | SyntaxKind::LIFETIME_PARAM
                    | SyntaxKind::TYPE_PARAM
                    | SyntaxKind::CONST_PARAM
                    | SyntaxKind::FORMAT_ARGS_ARG
                    | SyntaxKind::ASM_OPERAND_NAMED
            )
        };
        if target.nodes.iter().all(is_local)
            && let Some(file) = target.nodes.first().and_then(|node| self.file_of(node))
        {
            return vec![self.file(file).path.clone()];
        }
        self.containing(bare)
    }
}

/// The token of the name that a declaration, or an import with an alias, gives.
pub(super) fn declared_token(node: &SyntaxNode) -> Option<SyntaxToken> {
    if let Some(tree) = ast::UseTree::cast(node.clone()) {
        let name = match tree.rename() {
            Some(rename) => return rename.name()?.syntax().first_token(),
            None => tree.path()?.segment()?.name_ref()?,
        };
        return name.syntax().first_token();
    }
    if let Some(item) = ast::ExternCrate::cast(node.clone()) {
        return item.rename()?.name()?.syntax().first_token();
    }
    super::world::name_token(node)
}
