//! What members are.

use std::rc::Rc;

use super::{
    tree::*,
    types::{Bindings, Entity, Hit, Lookup, MemberAt, Type},
    world::{At, Pending, World},
};

impl World<'_> {
    /// What a found member is.
    pub(super) fn hit_type(&self, hit: &Hit) -> Type {
        if let Some(kind) = &hit.kind {
            return kind.clone();
        }
        match hit.entity {
            Entity::Member(member) => self.member_type(member, &hit.bindings, &hit.owner),
            entity => self.entity_type(entity),
        }
    }

    /// What the members of a name are, together.
    pub(super) fn property_type(&self, within: &Type, name: &str) -> Type {
        match self.lookup(within, name) {
            Lookup::Found(hits) => Type::either(hits.iter().map(|hit| self.hit_type(hit))),
            Lookup::Absent => self.index_type(within),
            Lookup::Unknown => Type::Unknown,
        }
    }

    /// What `object[key]` is for any key.
    pub(super) fn index_type(&self, within: &Type) -> Type {
        match within {
            Type::Named(symbol, arguments) => {
                for shape in self.shapes_of(*symbol) {
                    if let Some(index) = self.tree(shape.file).shapes[shape.id].index {
                        return self.evaluate(shape.to(index), &self.named_bindings(shape, arguments));
                    }
                }
                let bases = self.shapes_of(*symbol).into_iter().flat_map(|shape| self.bases(shape, &self.named_bindings(shape, arguments)));
                let bases: Vec<Type> = bases.collect();
                self.guarded(Pending::Bases(*symbol), Type::Unknown, || {
                    bases.iter().map(|base| self.index_type(base)).find(|found| !found.is_unknown()).unwrap_or(Type::Unknown)
                })
            }
            Type::Shape(shape, bindings) => match self.tree(shape.file).shapes[shape.id].index {
                Some(index) => self.evaluate(shape.to(index), bindings),
                None => Type::Unknown,
            },
            Type::Mapped { file, value: Some(value), bindings, .. } => self.evaluate(At { file: *file, id: *value }, bindings),
            Type::Tuple(elements) => Type::either(elements.iter().cloned()),
            Type::Union(types) => Type::either(types.iter().map(|one| self.index_type(one))),
            Type::Intersection(types) => {
                types.iter().map(|one| self.index_type(one)).find(|found| !found.is_unknown()).unwrap_or(Type::Unknown)
            }
            _ => Type::Unknown,
        }
    }

    /// What a member is.
    pub(super) fn member_type(&self, member: MemberAt, bindings: &Bindings, owner: &Type) -> Type {
        let tree = self.tree(member.file);
        let row = &tree.members[member.id];
        let same = tree.shapes[row.shape]
            .members
            .iter()
            .copied()
            .filter(|other| tree.members[*other].name == row.name && tree.members[*other].is_static == row.is_static);
        let same: Vec<MemberId> = same.collect();
        let annotated = same.iter().find_map(|other| tree.members[*other].annotation);
        if let Some(annotation) = annotated {
            return self.evaluate(member.to(annotation), bindings);
        }
        if row.kind == MemberKind::Variant {
            return tree.shapes[row.shape].symbol.map_or(Type::Unknown, |symbol| Type::Named(member.to(symbol), Rc::from([])));
        }
        let getter = same.iter().copied().find(|other| tree.members[*other].kind == MemberKind::Getter);
        if let Some(function) = getter.and_then(|getter| tree.members[getter].function) {
            return self.returned(member.to(function), bindings, owner);
        }
        let setter = same.iter().copied().find(|other| tree.members[*other].kind == MemberKind::Setter);
        if let Some(function) = setter.and_then(|setter| tree.members[setter].function) {
            return match tree.functions[function].parameters.first() {
                Some(parameter) => self.substitute(&self.pattern_type(member.to(*parameter)), bindings),
                None => Type::Unknown,
            };
        }
        let functions: Vec<At<FunctionId>> =
            same.iter().filter_map(|other| tree.members[*other].function).map(|id| member.to(id)).collect();
        if !functions.is_empty() {
            return Type::Functions(functions.into(), bindings.clone());
        }
        if let Some(parameter) = row.parameter {
            return self.substitute(&self.symbol_type(member.to(parameter)), bindings);
        }
        let values = same.iter().filter_map(|other| tree.members[*other].value);
        let mut types: Vec<Type> = values.map(|value| self.widened(&self.expression_type(member.to(value)))).collect();
        types.retain(|one| !one.is_unknown());
        if types.is_empty() { Type::Unknown } else { self.substitute(&Type::either(types), bindings) }
    }
}
