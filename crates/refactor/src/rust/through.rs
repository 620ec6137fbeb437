//! What names mean that are given to macros, or stand in the bodies of macros.

use ra_ap_syntax::{AstNode, SyntaxKind, SyntaxNode, SyntaxToken, TextSize, ast};

use super::{
    scope::Space,
    sense::{Sense, What},
    wellknown::braces,
    world::{World, name_of, plain},
};
use crate::OccurrenceRole;

impl World<'_> {
    /// What a token of a file means, through whatever macros it is given to. `at` is a byte of the token.
    pub(super) fn senses_in_file(&self, token: &SyntaxToken, at: TextSize) -> Vec<Sense> {
        let mut senses = Vec::new();
        self.gather(token, at, &mut senses, 0);
        senses
    }

    fn gather(&self, token: &SyntaxToken, at: TextSize, into: &mut Vec<Sense>, level: u32) {
        let Some(parent) = token.parent() else { return };
        let tree = parent.ancestors().take_while(|node| node.kind() == SyntaxKind::TOKEN_TREE).last();
        let Some(tree) = tree else {
            if token.kind() == SyntaxKind::STRING {
                into.extend(self.sense_in_template(token, at));
            } else {
                into.extend(self.senses(token));
            }
            return;
        };
        let Some(owner) = tree.parent() else { return };
        match owner.kind() {
            SyntaxKind::MACRO_CALL if level < 24 => {
                let Some(expansion) = self.expansion(&owner) else {
                    into.extend(self.sense_by_scope(token, &owner));
                    return;
                };
                let before = into.len();
                for place in expansion.descended(at) {
                    let Some(inner) = expansion.root.token_at_offset(place).right_biased() else { continue };
                    let start = into.len();
                    self.gather(&inner, place, into, level + 1);
                    if !expansion.sure {
                        for sense in &mut into[start..] {
                            sense.sure = false;
                            sense.reason = format!("in the macro `{}!`, whose rules are not known: {}", expansion.name, sense.reason);
                        }
                    }
                }
                if into.len() == before && !expansion.sure && token.kind() != SyntaxKind::STRING {
                    into.extend(self.sense_by_scope(token, &owner));
                }
            }
            SyntaxKind::MACRO_RULES | SyntaxKind::MACRO_DEF => into.extend(self.sense_in_definition(token, &owner)),
            SyntaxKind::TOKEN_TREE_META => into.extend(self.sense_in_attribute(token, &owner)),
            _ => {}
        }
    }

    /// `{name}` in a text that a macro fills in, where the macro's own arguments give it a value.
    fn sense_in_template(&self, token: &SyntaxToken, at: TextSize) -> Option<Sense> {
        let owner = token.parent_ancestors().find(|node| matches!(node.kind(), SyntaxKind::FORMAT_ARGS_EXPR | SyntaxKind::ASM_EXPR))?;
        let within = u32::from(at - token.text_range().start());
        let (_, name) =
            braces(token.text()).into_iter().find(|(start, name)| *start <= within && (within as usize) < *start as usize + name.len())?;
        let is_named = |node: &SyntaxNode| matches!(node.kind(), SyntaxKind::FORMAT_ARGS_ARG | SyntaxKind::ASM_OPERAND_NAMED);
        let argument = owner.children().filter(is_named).find(|node| name_of(node).as_deref() == Some(name))?;
        Some(Sense {
            token: token.clone(),
            what: What::Declared(argument),
            via: None,
            role: OccurrenceRole::Read,
            sure: true,
            reason: "named in the text of the macro".to_owned(),
        })
    }

    /// In a macro whose arguments could not be read: what the name would mean by itself.
    fn sense_by_scope(&self, token: &SyntaxToken, call: &SyntaxNode) -> Option<Sense> {
        if token.kind() != SyntaxKind::IDENT {
            return None;
        }
        let previous = previous_token(token);
        if previous.as_ref().is_some_and(|before| matches!(before.text(), "." | "$")) {
            return None;
        }
        let is_path =
            previous.as_ref().is_some_and(|before| before.text() == ":" && previous_token(before).is_some_and(|more| more.text() == ":"));
        let hit = if is_path {
            self.resolve_tokens(token, call)?
        } else {
            [Space::Values, Space::Types, Space::Macros].into_iter().find_map(|space| self.resolve_name(call, token, space))?
        };
        let mut sense = self.sense_of(token, hit);
        // A word of the macro's own language may be spelled like a function or module.
        if let What::Declared(node) = &sense.what {
            let next = next_token(token);
            let follows = |text: &str| next.as_ref().is_some_and(|next| next.text() == text);
            let is_used = match node.kind() {
                SyntaxKind::FN => is_path || follows("("),
                SyntaxKind::MODULE => follows(":"),
                SyntaxKind::MACRO_RULES | SyntaxKind::MACRO_DEF => follows("!"),
                _ => true,
            };
            if !is_used {
                return None;
            }
        }
        sense.sure = false;
        sense.reason = "in a macro whose rules are not known; by itself the name means this".to_owned();
        Some(sense)
    }

    /// `a::b::name` among the tokens of a macro.
    fn resolve_tokens(&self, token: &SyntaxToken, at: &SyntaxNode) -> Option<super::scope::Hit> {
        let mut names = vec![token.clone()];
        let mut last = token.clone();
        while let Some(colon) = previous_token(&last).filter(|before| before.text() == ":") {
            let word = previous_token(&previous_token(&colon)?)?;
            if word.kind() != SyntaxKind::IDENT {
                let home = self.module_around(at);
                let entity = match word.text() {
                    "crate" => super::scope::Entity::Module(self.crate_root(home)),
                    "self" => super::scope::Entity::Module(home),
                    "super" => super::scope::Entity::Module(self.module(home).parent?),
                    "Self" => self.self_type(at)?,
                    _ => return None,
                };
                return self.walk(entity, &names, at);
            }
            names.push(word.clone());
            last = word;
        }
        let first = names.pop()?;
        let entity = self.resolve_name(at, &first, Space::Types)?.entity;
        self.walk(entity, &names, at)
    }

    fn walk(&self, mut entity: super::scope::Entity, names: &[SyntaxToken], at: &SyntaxNode) -> Option<super::scope::Hit> {
        for (index, name) in names.iter().enumerate().rev() {
            let spaces: &[Space] = if index == 0 { &[Space::Values, Space::Types, Space::Macros] } else { &[Space::Types] };
            let hit = spaces.iter().find_map(|space| self.member(&entity, plain(name.text()), *space, at))?;
            if index == 0 {
                return Some(hit);
            }
            entity = hit.entity;
        }
        None
    }

    /// In the body of a macro: what the name means where the macro is.
    fn sense_in_definition(&self, token: &SyntaxToken, definition: &SyntaxNode) -> Option<Sense> {
        if token.kind() != SyntaxKind::IDENT {
            return None;
        }
        let previous = previous_token(token);
        if previous.as_ref().is_some_and(|before| before.text() == "$") {
            return None;
        }
        if previous.as_ref().is_some_and(|before| before.text() == ".") {
            let is_call = next_token(token).is_some_and(|next| next.text() == "(");
            let name = plain(token.text());
            let all = if is_call { self.members_named(name) } else { self.fields_named(name) };
            let families = self.families(&all)?;
            let [only] = families.as_slice() else { return None };
            let mut sense = self.sense_of(token, super::scope::Hit::new(super::scope::Entity::Item(only.node.clone())));
            sense.sure = false;
            sense.reason = "in a macro's body; nothing else has a member of that name".to_owned();
            return Some(sense);
        }
        let is_path =
            previous.as_ref().is_some_and(|before| before.text() == ":" && previous_token(before).is_some_and(|more| more.text() == ":"));
        let hit = if is_path {
            self.resolve_tokens(token, definition)?
        } else {
            if next_token(token).is_some_and(|next| next.text() == ":")
                && next_token(&next_token(token)?).is_none_or(|next| next.text() != ":")
            {
                return None;
            }
            let spaces = [Space::Values, Space::Types, Space::Macros];
            spaces.into_iter().find_map(|space| self.resolve_name(definition, token, space))?
        };
        let mut sense = self.sense_of(token, hit);
        sense.sure = is_path;
        sense.reason = "in a macro's body; where the macro is, the name means this".to_owned();
        Some(sense)
    }

    fn sense_in_attribute(&self, token: &SyntaxToken, meta: &SyntaxNode) -> Option<Sense> {
        let meta = ast::TokenTreeMeta::cast(meta.clone())?;
        let name = meta.path()?.segment()?.name_ref()?;
        if name.text() != "derive" || token.kind() != SyntaxKind::IDENT {
            return None;
        }
        // A derive is a macro of a library; a trait of the project by the same name is something else.
        Some(Sense {
            token: token.clone(),
            what: What::External,
            via: None,
            role: OccurrenceRole::Read,
            sure: true,
            reason: "a derive".to_owned(),
        })
    }

    fn sense_of(&self, token: &SyntaxToken, hit: super::scope::Hit) -> Sense {
        let what = self.what(&hit);
        Sense { token: token.clone(), what, via: hit.via, role: OccurrenceRole::Read, sure: true, reason: String::new() }
    }
}

/// The token before, without space and comments, at the same level of a macro's tokens or the one above.
pub(super) fn previous_token(token: &SyntaxToken) -> Option<SyntaxToken> {
    std::iter::successors(token.prev_token(), SyntaxToken::prev_token).find(|token| !token.kind().is_trivia())
}

/// The token after.
pub(super) fn next_token(token: &SyntaxToken) -> Option<SyntaxToken> {
    std::iter::successors(token.next_token(), SyntaxToken::next_token).find(|token| !token.kind().is_trivia())
}
