//! Links in documentation comments.

use ra_ap_syntax::{
    AstNode, SyntaxKind, SyntaxNode,
    ast::{self, AstToken},
};

use super::{
    find::Spelled,
    scope::{Entity, Hit, Space},
    sense::Sense,
    world::{World, plain},
};
use crate::OccurrenceRole;

impl World<'_> {
    /// What a name in a documentation comment means, if it is in a link, and the bytes of the name.
    pub(super) fn sense_in_doc(&self, spelled: &Spelled) -> Option<(Sense, std::ops::Range<u32>)> {
        let comment = ast::Comment::cast(spelled.token.clone())?;
        comment.kind().doc?;
        let start = usize::from(spelled.token.text_range().start());
        let text = spelled.token.text();
        let (from, to) = (spelled.start as usize - start, spelled.end as usize - start);
        let path = linked(text, from, to)?;
        let relative = from - path.0;
        let link = &text[path.0..path.1];
        // The names up to the one that is asked for.
        let upto = link[relative..].find("::").map_or(link.len(), |length| relative + length);
        let names: Vec<&str> = link[..upto].split("::").map(|name| plain(name.trim())).collect();
        let at = documented(&spelled.token.parent()?, comment.kind().doc == Some(ast::CommentPlacement::Inner));
        let is_last = upto == link.len();
        let hit = self.resolve_link(&names, &at, is_last)?;
        let what = match &hit.entity {
            Entity::Module(_) | Entity::Item(_) => self.what(&hit),
            _ => return None,
        };
        let sense = Sense {
            token: spelled.token.clone(),
            what,
            via: hit.via,
            role: OccurrenceRole::Read,
            sure: true,
            reason: "a link in the documentation".to_owned(),
        };
        Some((sense, spelled.start..spelled.end))
    }

    fn resolve_link(&self, names: &[&str], at: &SyntaxNode, is_last: bool) -> Option<Hit> {
        let mut entity: Option<Entity> = None;
        for (index, name) in names.iter().enumerate() {
            let ends = index + 1 == names.len();
            let spaces: &[Space] = if ends && is_last { &[Space::Types, Space::Values, Space::Macros] } else { &[Space::Types] };
            let home = self.module_around(at);
            let next = match (&entity, *name) {
                (None, "crate" | "") => Some(Hit::new(Entity::Module(self.crate_root(home)))),
                (None, "self") => Some(Hit::new(Entity::Module(home))),
                (None, "super") => Some(Hit::new(Entity::Module(self.module(home).parent?))),
                (None, "Self") => self.self_type(at).map(Hit::new),
                (None, name) => spaces.iter().find_map(|space| self.resolve_item_name(at, name, *space)),
                (Some(prefix), name) => spaces.iter().find_map(|space| self.member(prefix, name, *space, at)).or_else(|| {
                    // `Struct::field`
                    let Ty::Adt(node, _) = self.type_of_entity(prefix)? else { return None };
                    self.field_of(&node, name).map(|(field, _)| Hit::new(Entity::Item(field)))
                }),
            }?;
            if ends {
                return Some(next);
            }
            entity = Some(next.entity);
        }
        None
    }
}

use super::types::Ty;

/// The item that a comment is about.
fn documented(parent: &SyntaxNode, inner: bool) -> SyntaxNode {
    let is_item = |node: &SyntaxNode| {
        ast::Item::can_cast(node.kind()) || matches!(node.kind(), SyntaxKind::SOURCE_FILE | SyntaxKind::ASSOC_ITEM_LIST)
    };
    let own = parent.ancestors().find(is_item).unwrap_or_else(|| parent.clone());
    match ast::Module::cast(own.clone()) {
        Some(module) if !inner => module.syntax().parent().unwrap_or(own),
        Some(module) => module.item_list().map_or(own, |list| list.syntax().clone()),
        None => own,
    }
}

/// The link around some bytes of a comment: `[Path]`, `` [`Path`] ``, `[text](Path)`, `[text]: Path`.
fn linked(text: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let is_path = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':' | '#');
    let start =
        text[..from].rfind(|letter: char| !is_path(letter)).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[to..].find(|letter: char| !is_path(letter)).map_or(text.len(), |length| to + length);
    let end = text[..end].trim_end_matches(':').len().max(to);
    let before = text[..start].trim_end_matches('`');
    let before = before.rsplit_once('@').map_or(before, |(rest, kind)| {
        let is_kind = rest.len() < before.len() && kind.is_empty();
        if is_kind { rest.trim_end_matches(char::is_alphabetic).trim_end_matches('`') } else { before }
    });
    let after = text[end..].trim_start_matches("()").trim_start_matches('!').trim_start_matches('`');
    let in_brackets = before.ends_with('[') && after.starts_with(']') && !after.starts_with("](") && !after.starts_with("]:");
    let in_target = before.ends_with("](") && after.starts_with(')');
    let line_end = after.split('\n').next().unwrap_or_default().trim();
    let in_definition = before.trim_end().ends_with("]:") && line_end.is_empty();
    (in_brackets || in_target || in_definition).then_some((start, end))
}
