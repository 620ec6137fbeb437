//! What speaks against a new name.

use ra_ap_syntax::{AstNode, SyntaxKind, SyntaxNode, SyntaxToken, TextSize, ast};

use super::{
    find::{Hit, Sweep, Target, declared_token},
    naming,
    path::is_container,
    scope::{Entity, Entry, Space, spaces_of},
    sense::What,
    types::Ty,
    world::{World, name_of, plain},
};
use crate::{
    ConflictKind, OccurrenceRole, Proposal,
    names::{offset, words},
};

impl World<'_> {
    /// Adds what speaks against the new name.
    pub(super) fn add_conflicts(&self, target: &Target, sweep: &Sweep, new_name: &str, proposal: &mut Proposal) {
        let new_name = plain(new_name);
        for file in &sweep.broken {
            let message = "It has syntax errors and holds the name, so that places may be missing.";
            proposal.conflicts.push(self.conflict(*file, 0, ConflictKind::Unreadable, false, message));
        }
        for file in &sweep.files {
            if self.file(*file).source.generated {
                let message = "A tool makes this file, and would make it anew without the change.";
                proposal.conflicts.push(self.conflict(*file, 0, ConflictKind::GeneratedFile, false, message));
            }
        }
        if let Some(node) = target.nodes.first()
            && let Some(file) = self.file_of(node)
            && naming::is_keyword(new_name, self.edition(file))
        {
            let message = format!("`{new_name}` is a word of the language, and is written `r#{new_name}`.");
            let at = u32::from(node.text_range().start());
            proposal.conflicts.push(self.conflict(file, at, ConflictKind::ReservedWord, false, message));
        }
        for node in &target.nodes {
            self.add_clashes(node, new_name, proposal);
        }
        for hit in &sweep.hits {
            self.add_captured(target, hit, new_name, proposal);
        }
        for node in &target.nodes {
            match node.kind() {
                SyntaxKind::IDENT_PAT => self.add_hidden_by_local(target, node, new_name, proposal),
                _ => self.add_hidden_by_item(node, new_name, proposal),
            }
        }
    }

    fn clash(&self, node: &SyntaxNode, what: &str, new_name: &str, proposal: &mut Proposal) {
        let Some(written) = declared_token(node).and_then(|token| self.written(&token)) else { return };
        let message = format!("{what} has a `{new_name}` already.");
        proposal.conflicts.push(self.conflict(written.spot.file, written.spot.at, ConflictKind::NameClash, true, message));
    }

    /// Another declaration of that name in the same scope.
    fn add_clashes(&self, node: &SyntaxNode, new_name: &str, proposal: &mut Proposal) {
        let Some(list) = node.parent() else { return };
        let same_name = |other: &SyntaxNode| other != node && name_of(other).as_deref() == Some(new_name);
        let shares = |other: &SyntaxNode| spaces_of(other).iter().any(|space| spaces_of(node).contains(space));
        match list.kind() {
            SyntaxKind::RECORD_FIELD_LIST | SyntaxKind::VARIANT_LIST => {
                if let Some(other) = list.children().find(same_name) {
                    self.clash(&other, &format!("`{}`", self.owner_name(node)), new_name, proposal);
                }
            }
            SyntaxKind::GENERIC_PARAM_LIST => {
                let other = list
                    .children()
                    .find(|other| other != node && super::world::name_token(other).is_some_and(|token| plain(token.text()) == new_name));
                if let Some(other) = other {
                    self.clash(&other, "The list of parameters", new_name, proposal);
                }
            }
            SyntaxKind::ASSOC_ITEM_LIST => self.add_member_clashes(node, &list, new_name, proposal),
            SyntaxKind::SOURCE_FILE | SyntaxKind::ITEM_LIST | SyntaxKind::STMT_LIST | SyntaxKind::EXTERN_ITEM_LIST => {
                let container = self.ancestors(&list).find(is_container).unwrap_or(list);
                let scope = self.scope(&container);
                for entry in scope.names.get(new_name).map_or(&[][..], Vec::as_slice) {
                    match entry {
                        Entry::Item(other) if shares(other) && other != node => self.clash(other, "The scope", new_name, proposal),
                        Entry::Import(tree)
                            if spaces_of(node).iter().any(|space| {
                                self.resolve_import(tree, *space).is_some_and(|hit| hit.entity != Entity::Item(node.clone()))
                            }) =>
                        {
                            self.clash(tree.syntax(), "The scope", new_name, proposal);
                        }
                        _ => {}
                    }
                }
            }
            SyntaxKind::USE | SyntaxKind::USE_TREE_LIST => {
                let Some(container) = self.ancestors(node).find(is_container) else { return };
                for entry in self.scope(&container).names.get(new_name).map_or(&[][..], Vec::as_slice) {
                    match entry {
                        Entry::Item(other) => self.clash(other, "The scope", new_name, proposal),
                        Entry::Import(tree) if tree.syntax() != node => self.clash(tree.syntax(), "The scope", new_name, proposal),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        if node.kind() == SyntaxKind::IDENT_PAT {
            let top = node
                .ancestors()
                .take_while(|above| {
                    ast::Pat::can_cast(above.kind())
                        || matches!(
                            above.kind(),
                            SyntaxKind::RECORD_PAT_FIELD | SyntaxKind::RECORD_PAT_FIELD_LIST | SyntaxKind::PARAM | SyntaxKind::PARAM_LIST
                        )
                })
                .last();
            let context = declared_token(node).and_then(|token| self.written(&token)).map_or(0, |written| written.context);
            if let Some(top) = top
                && let Some(other) = self.binding_in(&top, new_name, context).and_then(|token| token.parent()?.parent())
                && other != *node
            {
                self.clash(&other, "The pattern", new_name, proposal);
            }
        }
    }

    fn add_member_clashes(&self, node: &SyntaxNode, list: &SyntaxNode, new_name: &str, proposal: &mut Proposal) {
        let same_space = |other: &SyntaxNode| (other.kind() == SyntaxKind::TYPE_ALIAS) == (node.kind() == SyntaxKind::TYPE_ALIAS);
        if let Some(other) = list.children().find(|other| other != node && same_space(other) && name_of(other).as_deref() == Some(new_name))
        {
            self.clash(&other, &format!("`{}`", self.owner_name(node)), new_name, proposal);
            return;
        }
        let Some(owner) = list.parent().and_then(ast::Impl::cast) else { return };
        let Some(ty) = owner.self_ty().map(|ty| self.lower(&ty)).filter(Ty::is_known) else { return };
        for other in self.members_named(new_name).iter().filter(|other| same_space(other)) {
            let Some(other_owner) = other.ancestors().nth(2).and_then(ast::Impl::cast) else { continue };
            let is_inherent = other_owner.trait_().is_none();
            let pattern = other_owner.self_ty().map_or(Ty::Unknown, |ty| self.lower(&ty));
            if pattern.is_known()
                && is_inherent
                && matches!((&pattern, &ty), (Ty::Adt(one, _), Ty::Adt(two, _)) if one == two)
                && self.unify(&pattern, &ty, &mut Vec::new())
            {
                self.clash(other, &format!("`{}`", self.owner_name(node)), new_name, proposal);
            }
        }
    }

    /// At a place that is renamed, the new name means something nearer.
    fn add_captured(&self, target: &Target, hit: &Hit, new_name: &str, proposal: &mut Proposal) {
        let token = &hit.sense.token;
        let is_import = hit.sense.role == OccurrenceRole::Import;
        let Some(around) = token.parent().and_then(|name| name.parent()) else { return };
        if is_import {
            self.add_import_clash(token, new_name, target, proposal);
            return;
        }
        if around.kind() == SyntaxKind::LIFETIME_PARAM || hit.sense.role == OccurrenceRole::Definition {
            return;
        }
        let Some(node) = target.nodes.first() else { return };
        if matches!(node.kind(), SyntaxKind::LABEL | SyntaxKind::LIFETIME_PARAM) {
            self.add_captured_lifetime(target, hit, new_name, proposal);
            return;
        }
        let is_single = ast::PathSegment::cast(around.clone()).is_some_and(|segment| segment.parent_path().qualifier().is_none());
        if !is_single {
            return;
        }
        let context = self.written(token).map_or(0, |written| written.context);
        let in_values = spaces_of(node).contains(&Space::Values)
            || matches!(node.kind(), SyntaxKind::IDENT_PAT | SyntaxKind::CONST_PARAM | SyntaxKind::USE_TREE);
        let at = token.parent().unwrap_or_else(|| around.clone());
        if in_values && let Some(other) = self.find_local(&at, new_name, context) {
            let is_inner = match node.kind() {
                SyntaxKind::IDENT_PAT => {
                    let site = other.parent().and_then(|name| name.parent());
                    let seen = site.and_then(|site| self.find_local(&site, &target.name, context));
                    seen.and_then(|token| token.parent()?.parent()).is_some_and(|seen| target.nodes.contains(&seen))
                        || self.find_local(&at, &target.name, context).is_none()
                }
                _ => true,
            };
            if is_inner {
                let message = format!("Here `{new_name}` is something else: {}.", describe(&other));
                proposal.conflicts.push(self.conflict(hit.spot.file, hit.spot.at, ConflictKind::Shadowing, true, message));
                return;
            }
        }
        // A parameter or an item of a block nearer than what is renamed.
        let spaces: Vec<Space> = match node.kind() {
            SyntaxKind::IDENT_PAT => Vec::new(),
            SyntaxKind::USE_TREE => vec![Space::Types, Space::Values],
            _ => spaces_of(node).to_vec(),
        };
        for space in spaces {
            let Some(Entity::Item(other)) = self.resolve_item_name(&at, new_name, space).map(|hit| hit.entity) else { continue };
            let is_parameter = matches!(other.kind(), SyntaxKind::TYPE_PARAM | SyntaxKind::CONST_PARAM);
            let is_in_block = other.parent().is_some_and(|list| list.kind() == SyntaxKind::STMT_LIST);
            let own_list = node.parent();
            if (is_parameter || is_in_block) && own_list != other.parent() && !target.nodes.contains(&other) {
                let message = format!("Here `{new_name}` is something else.");
                proposal.conflicts.push(self.conflict(hit.spot.file, hit.spot.at, ConflictKind::Shadowing, true, message));
                return;
            }
        }
    }

    fn add_captured_lifetime(&self, target: &Target, hit: &Hit, new_name: &str, proposal: &mut Proposal) {
        let Some(lifetime) = hit.sense.token.parent() else { return };
        let named = format!("'{}", new_name.trim_start_matches('\''));
        let Some(node) = target.nodes.first() else { return };
        for above in self.ancestors(&lifetime) {
            let found = if node.kind() == SyntaxKind::LABEL {
                let label = above
                    .children()
                    .find_map(ast::Label::cast)
                    .filter(|label| label.lifetime().is_some_and(|lifetime| lifetime.text() == named));
                label.map(|label| label.syntax().clone())
            } else {
                super::local::lifetime_parameter(&above, &named)
            };
            let own = node.ancestors().any(|outer| outer == above);
            if own {
                return;
            }
            if found.is_some() {
                let message = format!("Here `{named}` is something else.");
                proposal.conflicts.push(self.conflict(hit.spot.file, hit.spot.at, ConflictKind::Shadowing, true, message));
                return;
            }
        }
    }

    /// A module that imports what is renamed has the new name already.
    fn add_import_clash(&self, token: &SyntaxToken, new_name: &str, target: &Target, proposal: &mut Proposal) {
        let Some(tree) = token.parent_ancestors().find_map(ast::UseTree::cast) else { return };
        let is_leaf = tree.use_tree_list().is_none() && tree.star_token().is_none() && tree.rename().is_none();
        let is_last = tree
            .path()
            .and_then(|path| path.segment())
            .and_then(|segment| segment.name_ref())
            .is_some_and(|name| name.syntax().first_token().as_ref() == Some(token));
        if !is_leaf || !is_last || target.nodes.iter().any(|node| node == tree.syntax()) {
            return;
        }
        let Some(container) = self.ancestors(tree.syntax()).find(is_container) else { return };
        let spaces: Vec<Space> = target.nodes.iter().flat_map(|node| spaces_of(node).iter().copied()).collect();
        for entry in self.scope(&container).names.get(new_name).map_or(&[][..], Vec::as_slice) {
            match entry {
                Entry::Item(other) if spaces_of(other).iter().any(|space| spaces.contains(space)) && !target.nodes.contains(other) => {
                    self.clash(other, "A module that imports it", new_name, proposal);
                }
                Entry::Import(other) if spaces.iter().any(|space| self.resolve_import(other, *space).is_some()) => {
                    self.clash(other.syntax(), "A module that imports it", new_name, proposal);
                }
                _ => {}
            }
        }
    }

    /// Places that have the new name now and would mean the renamed binding.
    fn add_hidden_by_local(&self, target: &Target, node: &SyntaxNode, new_name: &str, proposal: &mut Proposal) {
        let Some(file) = self.file_of(node) else { return };
        let scope = node
            .ancestors()
            .find(|above| matches!(above.kind(), SyntaxKind::FN | SyntaxKind::CONST | SyntaxKind::STATIC))
            .unwrap_or_else(|| node.clone());
        let Some((_, range)) = self.range_in_file(&scope) else { return };
        let entry = self.file(file);
        for place in words(&entry.source.text, range.start as usize..range.end as usize, new_name) {
            let at = TextSize::new(offset(place.start));
            let Some(token) = entry.root.token_at_offset(at).right_biased() else { continue };
            for sense in self.senses_in_file(&token, at) {
                if sense.role == OccurrenceRole::Definition || matches!(sense.what, What::Word) {
                    continue;
                }
                let Some(name) = sense.token.parent() else { continue };
                let is_value = name.parent().and_then(|segment| Some((segment.parent()?, segment))).is_some_and(|(path, _)| {
                    ast::Path::cast(path).is_some_and(|path| {
                        path.qualifier().is_none() && path.syntax().parent().is_some_and(|around| around.kind() == SyntaxKind::PATH_EXPR)
                    })
                });
                if !is_value {
                    continue;
                }
                let context = self.written(&sense.token).map_or(0, |written| written.context);
                let sees = self.find_local(&name, &target.name, context).and_then(|token| token.parent()?.parent());
                if !sees.is_some_and(|seen| target.nodes.contains(&seen)) {
                    continue;
                }
                // What is declared further in stays what it is.
                if let What::Declared(other) = &sense.what
                    && other.kind() == SyntaxKind::IDENT_PAT
                    && self
                        .find_local(other, &target.name, context)
                        .and_then(|token| token.parent()?.parent())
                        .is_some_and(|seen| target.nodes.contains(&seen))
                {
                    continue;
                }
                let message = format!("This `{new_name}` would mean what is renamed.");
                proposal.conflicts.push(self.conflict(file, place.start as u32, ConflictKind::Shadowing, true, message));
                break;
            }
        }
    }

    /// The same for an item or parameter, which hides what comes from outside.
    fn add_hidden_by_item(&self, node: &SyntaxNode, new_name: &str, proposal: &mut Proposal) {
        let Some(list) = node.parent() else { return };
        let is_parameter = matches!(node.kind(), SyntaxKind::TYPE_PARAM | SyntaxKind::CONST_PARAM);
        if !is_container(&list) && !is_parameter {
            return;
        }
        let region = if is_parameter { list.parent().unwrap_or(list) } else { list };
        let Some(file) = self.file_of(&region) else { return };
        let Some((_, range)) = self.range_in_file(&region) else { return };
        let entry = self.file(file);
        let home = self.module_around(node);
        for place in words(&entry.source.text, range.start as usize..range.end as usize, new_name) {
            let at = TextSize::new(offset(place.start));
            let Some(token) = entry.root.token_at_offset(at).right_biased() else { continue };
            for sense in self.senses_in_file(&token, at) {
                if sense.role == OccurrenceRole::Definition || sense.role == OccurrenceRole::Import {
                    continue;
                }
                let Some(name) = sense.token.parent() else { continue };
                let Some(path) = name.parent().and_then(|segment| segment.parent()).and_then(ast::Path::cast) else { continue };
                if path.qualifier().is_some() || self.module_around(&name) != home {
                    continue;
                }
                let space = match path.syntax().parent().map(|around| around.kind()) {
                    Some(SyntaxKind::PATH_EXPR | SyntaxKind::TUPLE_STRUCT_PAT | SyntaxKind::PATH_PAT) => Space::Values,
                    Some(SyntaxKind::MACRO_CALL) => Space::Macros,
                    _ => Space::Types,
                };
                let own = if is_parameter && node.kind() == SyntaxKind::TYPE_PARAM { &[Space::Types][..] } else { spaces_of(node) };
                if !own.contains(&space) {
                    continue;
                }
                let comes_from_outside = match &sense.what {
                    What::Builtin | What::External => true,
                    What::Declared(other) => {
                        let is_local = matches!(
                            other.kind(),
                            SyntaxKind::IDENT_PAT | SyntaxKind::TYPE_PARAM | SyntaxKind::CONST_PARAM | SyntaxKind::SELF_PARAM
                        );
                        let is_nearer = other.ancestors().any(|above| above == region) && other.parent().is_some_and(|list| list != region);
                        !is_local && !is_nearer && (is_parameter || other.parent() != node.parent())
                    }
                    What::Word => false,
                };
                if comes_from_outside {
                    let message = format!("This `{new_name}` would mean what is renamed.");
                    proposal.conflicts.push(self.conflict(file, offset(place.start), ConflictKind::Shadowing, true, message));
                    break;
                }
            }
        }
    }
}

fn describe(token: &SyntaxToken) -> String {
    let node = token.parent().and_then(|name| name.parent());
    node.map_or_else(|| "another binding".to_owned(), |node| format!("a {}", super::rename::kind_of(&node)))
}
