//! Members of types and traits: which method, field, constant or type a name after a dot or `::` means.

use std::rc::Rc;

use ra_ap_syntax::{
    AstNode, SmolStr, SyntaxKind, SyntaxNode,
    ast::{self, HasName},
};

use super::{
    known,
    names::Declares,
    scope::{Entity, Hit, Space},
    types::{Substitution, Ty, substitution_of},
    world::{World, plain},
};

impl World<'_> {
    /// Every associated item of a name in the project.
    pub(super) fn members_named(&self, name: &str) -> Rc<Vec<SyntaxNode>> {
        if let Some(known) = self.named.borrow().get(&(self.region_id(), SmolStr::new(name))) {
            return known.clone();
        }
        let mut found = Vec::new();
        for token in self.declaring(Declares::Member, name) {
            let Some(item) = token.parent().and_then(|name| name.parent()) else { continue };
            if item.parent().is_some_and(|list| ast::AssocItemList::can_cast(list.kind()))
                && super::world::name_of(&item).as_deref() == Some(name)
            {
                found.push(item);
            }
        }
        let found = Rc::new(found);
        self.named.borrow_mut().insert((self.region_id(), SmolStr::new(name)), found.clone());
        found
    }

    /// The member of a trait.
    pub(super) fn trait_member(&self, node: &SyntaxNode, name: &str, space: Space) -> Option<SyntaxNode> {
        let own = members_of(node).find(|item| is_in(item, space) && super::world::name_of(item).as_deref() == Some(name));
        own.or_else(|| {
            let above = self.traits_of(&Ty::TraitSelf(node.clone()));
            above
                .iter()
                .filter(|other| *other != node)
                .find_map(|other| members_of(other).find(|item| is_in(item, space) && super::world::name_of(item).as_deref() == Some(name)))
        })
    }

    /// The trait that an `impl` is of: `Some(None)` for one of a library.
    pub(super) fn trait_of_impl(&self, node: &SyntaxNode) -> Option<Option<SyntaxNode>> {
        let item = ast::Impl::cast(node.clone())?;
        let ast::Type::PathType(named) = item.trait_()? else { return Some(None) };
        match self.resolve_path(&named.path()?, Space::Types)?.entity {
            Entity::Item(node) if ast::Trait::can_cast(node.kind()) => Some(Some(node)),
            _ => Some(None),
        }
    }

    /// What `Type::name` means.
    pub(super) fn associated(&self, ty: &Ty, name: &str, space: Space, _at: Option<&SyntaxNode>) -> Option<Hit> {
        if !ty.is_known() {
            return None;
        }
        if matches!(ty, Ty::Param(_) | Ty::Bounds(_) | Ty::TraitSelf(_)) {
            for node in self.traits_of(ty) {
                if let Some(member) = self.trait_member(&node, name, space) {
                    return Some(Hit::new(Entity::Item(member)));
                }
            }
        }
        let found = self.candidates(ty, name, |item| is_in(item, space));
        if let Some((item, _)) = found {
            return Some(Hit::new(Entity::Item(item)));
        }
        matches!(ty, Ty::External(..) | Ty::Primitive(_)).then(|| Hit::new(Entity::External(SmolStr::new(name))))
    }

    /// The member for exactly this type, inherent ones first.
    fn candidates(&self, ty: &Ty, name: &str, wanted: impl Fn(&SyntaxNode) -> bool) -> Option<(SyntaxNode, Substitution)> {
        let all = self.members_named(name);
        let mut of_traits: Vec<(SyntaxNode, Substitution, bool)> = Vec::new();
        for item in all.iter().filter(|item| wanted(item)) {
            let Some(owner) = item.ancestors().nth(2) else { continue };
            match owner.kind() {
                SyntaxKind::IMPL => {
                    let Some(item_impl) = ast::Impl::cast(owner.clone()) else { continue };
                    let pattern = item_impl.self_ty().map_or(Ty::Unknown, |ty| self.lower(&ty));
                    if !pattern.is_known() {
                        continue;
                    }
                    let mut substitution = Substitution::new();
                    if !self.unify(&pattern, ty, &mut substitution) || !self.meets_bounds(&substitution) {
                        continue;
                    }
                    if item_impl.trait_().is_none() {
                        return Some((item.clone(), substitution));
                    }
                    of_traits.push((item.clone(), substitution, matches!(pattern, Ty::Param(_))));
                }
                SyntaxKind::TRAIT if self.implements(ty, &owner) => of_traits.push((item.clone(), vec![(owner, ty.clone())], true)),
                _ => {}
            }
        }
        of_traits.sort_by_key(|(_, _, blanket)| *blanket);
        of_traits.into_iter().next().map(|(item, substitution, _)| (item, substitution))
    }

    /// Whether some `impl` of a trait is for a type.
    pub(super) fn implements(&self, ty: &Ty, node: &SyntaxNode) -> bool {
        if matches!(ty, Ty::Param(_) | Ty::Bounds(_) | Ty::TraitSelf(_)) && self.traits_of(ty).contains(node) {
            return true;
        }
        self.impls_of(node).iter().any(|item| {
            let Some(pattern) = ast::Impl::cast(item.clone()).and_then(|item| item.self_ty()).map(|ty| self.lower(&ty)) else {
                return false;
            };
            let mut substitution = Substitution::new();
            pattern.is_known() && self.unify(&pattern, ty, &mut substitution) && self.meets_bounds(&substitution)
        })
    }

    /// Whether what the parameters of an `impl` stand for can have the traits that it asks of them.
    fn meets_bounds(&self, substitution: &Substitution) -> bool {
        if self.proving.get() > 3 {
            return true;
        }
        self.proving.set(self.proving.get() + 1);
        let meets = substitution.iter().all(|(parameter, ty)| {
            let given = Ty::Param(parameter.clone());
            let is_function = self.bounds_of(&given).iter().any(|bound| {
                let bound = if let ast::Type::ForType(inner) = bound { inner.ty() } else { Some(bound.clone()) };
                let Some(ast::Type::PathType(named)) = bound else { return false };
                named.path().and_then(|path| path.segment()).is_some_and(|segment| segment.parenthesized_arg_list().is_some())
            });
            let can_be_called = matches!(ty.bare(), Ty::Function(..) | Ty::Param(_) | Ty::Bounds(_) | Ty::Unknown | Ty::TraitSelf(_));
            let has_traits = || self.traits_of(&given).iter().all(|wanted| self.implements(ty, wanted));
            // Of a parameter not all bounds are known: those of an owner further out may say more.
            (!is_function || can_be_called) && (!ty.is_known() || matches!(ty, Ty::Param(_)) || has_traits())
        });
        self.proving.set(self.proving.get() - 1);
        meets
    }

    /// Every `impl` of a trait of the project.
    pub(super) fn impls_of(&self, node: &SyntaxNode) -> Rc<Vec<SyntaxNode>> {
        let Some(name) = super::world::name_of(node) else { return Rc::default() };
        let key = (self.region_id(), SmolStr::new(format!("impl {name} {:?}", self.spot_of_name(node))));
        if let Some(known) = self.named.borrow().get(&key) {
            return known.clone();
        }
        let mut found: Vec<SyntaxNode> = Vec::new();
        for token in self.declaring(Declares::Implementation, &name) {
            let Some(item) = token.parent_ancestors().take(6).find_map(ast::Impl::cast) else { continue };
            let is_trait = item.trait_().is_some_and(|named| named.syntax().text_range().contains_range(token.text_range()));
            if is_trait && self.trait_of_impl(item.syntax()).flatten().as_ref() == Some(node) && found.last() != Some(item.syntax()) {
                found.push(item.syntax().clone());
            }
        }
        let found = Rc::new(found);
        self.named.borrow_mut().insert(key, found.clone());
        found
    }

    /// The associated type of a type, by its implementations.
    pub(super) fn projection(&self, ty: &Ty, name: &str) -> Option<Ty> {
        let (item, substitution) = self.candidates(ty, name, |item| ast::TypeAlias::can_cast(item.kind()))?;
        let target = ast::TypeAlias::cast(item)?.ty()?;
        Some(self.lower(&target).substituted(&substitution))
    }

    /// What a type can be used as, step by step, when a member of it is asked for.
    pub(super) fn dereferenced(&self, ty: &Ty) -> Vec<Ty> {
        let mut steps = vec![ty.clone()];
        while steps.len() < 12 {
            let next = match steps.last() {
                Some(Ty::Reference(inner)) => (**inner).clone(),
                Some(Ty::External(name, arguments)) => match known::dereferenced(name, arguments) {
                    Some(inner) => inner,
                    None => break,
                },
                Some(adt @ Ty::Adt(..)) => match self.deref_target(adt) {
                    Some(inner) => inner,
                    None => break,
                },
                _ => break,
            };
            if steps.contains(&next) {
                break;
            }
            steps.push(next);
        }
        steps
    }

    fn deref_target(&self, ty: &Ty) -> Option<Ty> {
        let all = self.members_named("Target");
        all.iter().find_map(|item| {
            let owner = ast::Impl::cast(item.ancestors().nth(2)?)?;
            let ast::Type::PathType(named) = owner.trait_()? else { return None };
            if named.path()?.segment()?.name_ref()?.text() != "Deref" {
                return None;
            }
            let mut substitution = Substitution::new();
            let pattern = self.lower(&owner.self_ty()?);
            (pattern.is_known() && self.unify(&pattern, ty, &mut substitution)).then_some(())?;
            Some(self.lower(&ast::TypeAlias::cast(item.clone())?.ty()?).substituted(&substitution))
        })
    }

    /// The method that a call on a type means; what its parameters stand for.
    pub(super) fn method(&self, receiver: &Ty, name: &str) -> Option<(SyntaxNode, Substitution)> {
        if !receiver.is_known() {
            return None;
        }
        let is_method = |item: &SyntaxNode| {
            ast::Fn::cast(item.clone()).is_some_and(|item| item.param_list().is_some_and(|list| list.self_param().is_some()))
        };
        if self.members_named(name).is_empty() {
            return None;
        }
        for step in self.dereferenced(receiver) {
            if matches!(step, Ty::Param(_) | Ty::Bounds(_) | Ty::TraitSelf(_)) {
                for node in self.traits_of(&step) {
                    if let Some(member) = self.trait_member(&node, name, Space::Values) {
                        return Some((member, vec![(node, step)]));
                    }
                }
            }
            if !step.is_known() {
                return None;
            }
            if known::has_method(&step, name) {
                return None;
            }
            if let Some(found) = self.candidates(&step, name, is_method) {
                return Some(found);
            }
            if let Ty::Slice(_) | Ty::Adt(..) | Ty::Primitive(_) | Ty::External(..) = &step
                && let Some(found) = self.candidates(&Ty::Reference(Box::new(step)), name, is_method)
            {
                return Some(found);
            }
        }
        None
    }

    /// The field of a type, and the field's own type.
    pub(super) fn field(&self, receiver: &Ty, name: &str) -> Option<(Option<SyntaxNode>, Ty)> {
        for step in self.dereferenced(receiver) {
            match &step {
                Ty::Adt(node, arguments) => {
                    if let Some((field, ty)) = self.field_of(node, name) {
                        return Some((Some(field), ty.substituted(&substitution_of(node, arguments))));
                    }
                }
                Ty::Tuple(fields) => {
                    if let Ok(index) = name.parse::<usize>() {
                        return Some((None, fields.get(index)?.clone()));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The field that a struct, union or variant declares.
    pub(super) fn field_of(&self, node: &SyntaxNode, name: &str) -> Option<(SyntaxNode, Ty)> {
        if let Some(list) = node.children().find_map(ast::RecordFieldList::cast) {
            let field = list.fields().find(|field| field.name().is_some_and(|given| plain(given.text()) == name))?;
            let ty = field.ty().map_or(Ty::Unknown, |ty| self.lower(&ty));
            return Some((field.syntax().clone(), ty));
        }
        let list = node.children().find_map(ast::TupleFieldList::cast)?;
        let field = list.fields().nth(name.parse().ok()?)?;
        let ty = field.ty().map_or(Ty::Unknown, |ty| self.lower(&ty));
        Some((field.syntax().clone(), ty))
    }
}

/// The associated items of a trait or implementation.
pub(super) fn members_of(node: &SyntaxNode) -> impl Iterator<Item = SyntaxNode> {
    let list = node.children().find(|child| ast::AssocItemList::can_cast(child.kind()));
    list.into_iter().flat_map(|list| list.children().collect::<Vec<_>>()).filter(|item| ast::AssocItem::can_cast(item.kind()))
}

fn is_in(item: &SyntaxNode, space: Space) -> bool {
    match space {
        Space::Types => item.kind() == SyntaxKind::TYPE_ALIAS,
        Space::Values => matches!(item.kind(), SyntaxKind::FN | SyntaxKind::CONST),
        Space::Macros => false,
    }
}
