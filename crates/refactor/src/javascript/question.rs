//! What a place asks for.

use super::{
    meaning::{Part, Side},
    tree::*,
    types::Entity,
    world::{At, World},
};
use crate::{Place, Refused, RefusedKind};

/// The name at a place, and what it means there.
pub(super) struct Question {
    pub spot: At<SpotId>,
    pub name: Name,
    pub entities: Vec<Entity>,
    /// A string whose type allows only some texts.
    pub is_literal: bool,
}

impl World<'_> {
    /// The name at a place; what is declared outside the project only where that is asked for.
    pub(super) fn question(&self, at: &Place, with_external: bool) -> Result<Question, Refused> {
        let no_name = || Refused::new(RefusedKind::NoName, "There is no name here.");
        let file = self.file(&at.path).ok_or_else(no_name)?;
        let tree = self.tree(file);
        let spots = tree.spots_at(at.offset);
        if tree.is_unreadable || (spots.is_empty() && !tree.errors.is_empty()) {
            return Err(Refused::new(RefusedKind::Unparsable, format!("{} can't be understood, so that places would be missed.", at.path)));
        }
        let id = *spots.first().ok_or_else(no_name)?;
        let spot = At { file, id };
        let row = &tree.spots[id];
        if matches!(row.kind, SpotKind::Word) {
            return Err(Refused::new(RefusedKind::BuiltIn, format!("`{}` is a word of the language.", row.name)));
        }
        let is_text = matches!(row.kind, SpotKind::Text { .. } | SpotKind::TextType { .. });
        let sides = self.sides(spot);
        let side = chosen(&sides).ok_or_else(no_name)?;
        let mut entities = side.entities.clone();
        if matches!(row.kind, SpotKind::ImportShort { .. }) {
            entities = sides.iter().filter(|side| side.part == Part::Local).flat_map(|side| side.entities.clone()).collect();
        }
        let question = |entities, is_literal| Question { spot, name: row.name.clone(), entities, is_literal };
        if is_text && entities.is_empty() {
            return if self.literal_texts(spot).is_empty() { Err(no_name()) } else { Ok(question(entities, true)) };
        }
        if entities.is_empty() {
            // A member of nothing known may still be declared once.
            if side.is_open {
                return Err(Refused::new(
                    RefusedKind::Unsupported,
                    format!("What `{}` is a member of can't be told here; rename it where it is declared.", row.name),
                ));
            }
            return Err(Refused::new(RefusedKind::External, format!("`{}` is not declared in this project.", row.name)));
        }
        if with_external {
            return Ok(question(entities, false));
        }
        let inner: Vec<Entity> = entities.iter().copied().filter(|entity| !self.is_external(entity.file())).collect();
        if inner.is_empty() {
            let is_library = entities.iter().all(|entity| self.is_library(entity.file()));
            return Err(if is_library {
                Refused::new(RefusedKind::BuiltIn, format!("`{}` belongs to the language's library.", row.name))
            } else {
                Refused::new(
                    RefusedKind::External,
                    format!("`{}` is declared in {}, which is installed.", row.name, self.path(entities[0].file())),
                )
            });
        }
        if &*row.name == "default" && inner.iter().all(|entity| matches!(entity, Entity::Export(_))) {
            return Err(Refused::new(RefusedKind::BuiltIn, "`default` is a word of the language."));
        }
        Ok(question(inner, false))
    }

    /// The texts that may stand where a string stands; empty when any may.
    pub(super) fn literal_texts(&self, at: At<SpotId>) -> Vec<Name> {
        use super::types::{Bindings, Type};
        let tree = self.tree(at.file);
        let found = match tree.spots[at.id].kind {
            SpotKind::Text { expression } => self.expected(at.to(expression)),
            SpotKind::TextType { node } => {
                // The whole of what it is one of.
                let mut whole = node;
                for (id, row) in tree.types.iter() {
                    match row {
                        TypeNode::Union(types) if types.contains(&whole) => whole = id,
                        TypeNode::Same(inner) if *inner == whole && id > whole => whole = id,
                        _ => {}
                    }
                }
                self.evaluate(at.to(whole), &Bindings::default())
            }
            _ => return Vec::new(),
        };
        let mut texts: Vec<Name> = match found {
            Type::Text(name) => vec![name],
            Type::Union(types) if types.iter().all(|one| matches!(one, Type::Text(_) | Type::Nothing)) => {
                types.iter().filter_map(|one| if let Type::Text(name) = one { Some(name.clone()) } else { None }).collect()
            }
            _ => Vec::new(),
        };
        if !texts.contains(&tree.spots[at.id].name) {
            return Vec::new();
        }
        texts.sort_unstable();
        texts
    }
}

/// Of several names at a place the one that is meant: the variable of `{ a }`, the outer name of `export { a }`.
fn chosen(sides: &[Side]) -> Option<&Side> {
    let of = |part: Part| sides.iter().find(|side| side.part == part);
    of(Part::Outer)
        .or_else(|| of(Part::Local).filter(|side| !side.entities.is_empty()))
        .or_else(|| of(Part::Property))
        .or_else(|| sides.first())
}
