//! Types as far as they tell which field or method is meant.

use ra_ap_syntax::{
    AstNode, SmolStr, SyntaxKind, SyntaxNode,
    ast::{self, HasGenericArgs, HasGenericParams, HasName, HasTypeBounds},
};

use super::{
    known,
    scope::{Entity, Space},
    world::{World, plain},
};

/// A type, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ty {
    Unknown,
    Never,
    /// `i32`, `str`, `bool` and the like.
    Primitive(SmolStr),
    /// A struct, enum or union of the project, with its arguments.
    Adt(SyntaxNode, Vec<Ty>),
    /// A type parameter.
    Param(SyntaxNode),
    /// `Self` in a trait.
    TraitSelf(SyntaxNode),
    /// A type of a library, by its last name.
    External(SmolStr, Vec<Ty>),
    Reference(Box<Ty>),
    Tuple(Vec<Ty>),
    Slice(Box<Ty>),
    /// `impl Trait` or `dyn Trait`, by the list of bounds.
    Bounds(SyntaxNode),
    Function(Vec<Ty>, Box<Ty>),
}

/// What type parameters stand for.
pub(super) type Substitution = Vec<(SyntaxNode, Ty)>;

impl Ty {
    pub(super) fn external(name: &str, arguments: Vec<Self>) -> Self {
        Self::External(SmolStr::new(name), arguments)
    }

    pub(super) fn primitive(name: &str) -> Self {
        Self::Primitive(SmolStr::new(name))
    }

    pub(super) fn is_known(&self) -> bool {
        *self != Self::Unknown
    }

    /// Without references.
    pub(super) fn bare(&self) -> &Self {
        match self {
            Self::Reference(inner) => inner.bare(),
            other => other,
        }
    }

    pub(super) fn substituted(&self, substitution: &Substitution) -> Self {
        if substitution.is_empty() {
            return self.clone();
        }
        let all = |list: &[Self]| list.iter().map(|ty| ty.substituted(substitution)).collect();
        match self {
            Self::Param(node) | Self::TraitSelf(node) => {
                substitution.iter().rev().find(|(parameter, _)| parameter == node).map_or_else(|| self.clone(), |(_, ty)| ty.clone())
            }
            Self::Adt(node, arguments) => Self::Adt(node.clone(), all(arguments)),
            Self::External(name, arguments) => Self::External(name.clone(), all(arguments)),
            Self::Reference(inner) => Self::Reference(Box::new(inner.substituted(substitution))),
            Self::Slice(inner) => Self::Slice(Box::new(inner.substituted(substitution))),
            Self::Tuple(list) => Self::Tuple(all(list)),
            Self::Function(parameters, result) => Self::Function(all(parameters), Box::new(result.substituted(substitution))),
            other => other.clone(),
        }
    }
}

/// The type parameters of an item, in order.
pub(super) fn parameters_of(node: &SyntaxNode) -> Vec<SyntaxNode> {
    let Some(list) = ast::AnyHasGenericParams::cast(node.clone()).and_then(|node| node.generic_param_list()) else { return Vec::new() };
    let parameters = list.generic_params().filter_map(|parameter| match parameter {
        ast::GenericParam::TypeParam(parameter) => Some(parameter.syntax().clone()),
        ast::GenericParam::ConstParam(parameter) => Some(parameter.syntax().clone()),
        ast::GenericParam::LifetimeParam(_) => None,
    });
    parameters.collect()
}

/// The parameters of an item with what they stand for.
pub(super) fn substitution_of(node: &SyntaxNode, arguments: &[Ty]) -> Substitution {
    parameters_of(node).into_iter().zip(arguments.iter().cloned()).collect()
}

impl World<'_> {
    /// What a written type means.
    pub(super) fn lower(&self, ty: &ast::Type) -> Ty {
        if let Some(known) = self.lowered.borrow().get(ty.syntax()) {
            return known.clone();
        }
        let lowered = self.deeper(|| Some(self.lower_inside(ty))).unwrap_or(Ty::Unknown);
        // What is asked for while a name is being looked up may be cut short.
        if lowered.is_known() && self.is_settled() {
            self.lowered.borrow_mut().insert(ty.syntax().clone(), lowered.clone());
        }
        lowered
    }

    fn lower_inside(&self, ty: &ast::Type) -> Ty {
        let lowered = |ty: Option<ast::Type>| ty.map_or(Ty::Unknown, |ty| self.lower(&ty));
        match ty {
            ast::Type::PathType(named) => named.path().map_or(Ty::Unknown, |path| self.lower_path(&path)),
            ast::Type::RefType(reference) => Ty::Reference(Box::new(lowered(reference.ty()))),
            ast::Type::PtrType(pointer) => Ty::external("*", vec![lowered(pointer.ty())]),
            ast::Type::ParenType(inner) => lowered(inner.ty()),
            ast::Type::TupleType(tuple) => Ty::Tuple(tuple.fields().map(|field| self.lower(&field)).collect()),
            ast::Type::SliceType(slice) => Ty::Slice(Box::new(lowered(slice.ty()))),
            ast::Type::ArrayType(array) => Ty::Slice(Box::new(lowered(array.ty()))),
            ast::Type::NeverType(_) => Ty::Never,
            ast::Type::ImplTraitType(bounds) => bounds.type_bound_list().map_or(Ty::Unknown, |list| Ty::Bounds(list.syntax().clone())),
            ast::Type::DynTraitType(bounds) => bounds.type_bound_list().map_or(Ty::Unknown, |list| Ty::Bounds(list.syntax().clone())),
            ast::Type::ForType(inner) => lowered(inner.ty()),
            ast::Type::FnPtrType(pointer) => {
                let parameters = pointer.param_list().map(|list| list.params().map(|parameter| lowered(parameter.ty())).collect());
                let result = pointer.ret_type().map_or(Ty::Tuple(Vec::new()), |result| lowered(result.ty()));
                Ty::Function(parameters.unwrap_or_default(), Box::new(result))
            }
            ast::Type::MacroType(inner) => {
                let expansion = inner.macro_call().and_then(|call| self.expansion(call.syntax()));
                let ty = expansion.and_then(|expansion| expansion.root.descendants().find_map(ast::Type::cast));
                ty.map_or(Ty::Unknown, |ty| self.lower(&ty))
            }
            _ => Ty::Unknown,
        }
    }

    fn arguments_of(&self, path: &ast::Path) -> Vec<Ty> {
        let Some(list) = path.segment().and_then(|segment| segment.generic_arg_list()) else { return Vec::new() };
        let arguments = list.generic_args().filter_map(|argument| match argument {
            ast::GenericArg::TypeArg(argument) => Some(argument.ty().map_or(Ty::Unknown, |ty| self.lower(&ty))),
            ast::GenericArg::ConstArg(_) => Some(Ty::Unknown),
            _ => None,
        });
        arguments.collect()
    }

    /// What a path means as a type.
    pub(super) fn lower_path(&self, path: &ast::Path) -> Ty {
        let Some(hit) = self.resolve_path(path, Space::Types) else { return Ty::Unknown };
        let mut arguments = self.arguments_of(path);
        match hit.entity {
            Entity::Item(node) => match node.kind() {
                SyntaxKind::STRUCT | SyntaxKind::ENUM | SyntaxKind::UNION => {
                    // What is left out is what the declaration says.
                    for parameter in parameters_of(&node).iter().skip(arguments.len()) {
                        let default = ast::TypeParam::cast(parameter.clone()).and_then(|parameter| parameter.default_type());
                        arguments.push(default.map_or(Ty::Unknown, |ty| self.lower(&ty)));
                    }
                    Ty::Adt(node, arguments)
                }
                SyntaxKind::VARIANT => {
                    node.ancestors().find(|node| ast::Enum::can_cast(node.kind())).map_or(Ty::Unknown, |node| Ty::Adt(node, Vec::new()))
                }
                SyntaxKind::TYPE_PARAM => Ty::Param(node),
                SyntaxKind::TYPE_ALIAS => {
                    let alias = ast::TypeAlias::cast(node.clone()).and_then(|alias| alias.ty());
                    let of_trait = alias.is_none();
                    if of_trait {
                        return self.projected(path, &node);
                    }
                    alias.map_or(Ty::Unknown, |ty| self.lower(&ty)).substituted(&substitution_of(&node, &arguments))
                }
                SyntaxKind::TRAIT => Ty::Unknown,
                _ => Ty::Unknown,
            },
            Entity::SelfType(node) => self.type_of_self(&node),
            Entity::Builtin(name) if known::is_primitive(&name) => Ty::Primitive(name),
            Entity::Builtin(name) => Ty::External(name, arguments),
            Entity::External(name) => {
                if name == "Result" && arguments.len() == 1 {
                    arguments.push(Ty::Unknown);
                }
                Ty::External(name, arguments)
            }
            Entity::Module(_) | Entity::Local(_) => Ty::Unknown,
        }
    }

    /// `T::Item` where the trait only says that there is one.
    fn projected(&self, path: &ast::Path, alias: &SyntaxNode) -> Ty {
        let Some(before) = path.qualifier() else { return Ty::Unknown };
        let base = match before.segment().and_then(|segment| segment.kind()) {
            Some(ast::PathSegmentKind::Type { type_ref: Some(ty), .. }) => self.lower(&ty),
            _ => self.lower_path(&before),
        };
        let name = ast::TypeAlias::cast(alias.clone()).and_then(|alias| Some(SmolStr::new(plain(alias.name()?.text()))));
        match (base, name) {
            (base @ Ty::Adt(..), Some(name)) => self.projection(&base, &name).unwrap_or(Ty::Unknown),
            // The bounds that the trait gives it.
            _ => ast::TypeAlias::cast(alias.clone())
                .and_then(|alias| alias.type_bound_list())
                .map_or(Ty::Unknown, |list| Ty::Bounds(list.syntax().clone())),
        }
    }

    /// What `Self` is in an implementation, trait or type.
    pub(super) fn type_of_self(&self, node: &SyntaxNode) -> Ty {
        match node.kind() {
            SyntaxKind::IMPL => ast::Impl::cast(node.clone()).and_then(|item| item.self_ty()).map_or(Ty::Unknown, |ty| self.lower(&ty)),
            SyntaxKind::TRAIT => Ty::TraitSelf(node.clone()),
            _ => Ty::Adt(node.clone(), parameters_of(node).into_iter().map(Ty::Param).collect()),
        }
    }

    /// The type that an entity is.
    pub(super) fn type_of_entity(&self, entity: &Entity) -> Option<Ty> {
        match entity {
            Entity::SelfType(node) => Some(self.type_of_self(node)),
            Entity::Item(node) => match node.kind() {
                SyntaxKind::STRUCT | SyntaxKind::ENUM | SyntaxKind::UNION => {
                    Some(Ty::Adt(node.clone(), vec![Ty::Unknown; parameters_of(node).len()]))
                }
                SyntaxKind::TYPE_PARAM => Some(Ty::Param(node.clone())),
                SyntaxKind::TYPE_ALIAS => {
                    let alias = ast::TypeAlias::cast(node.clone())?;
                    match alias.ty() {
                        Some(ty) => Some(self.lower(&ty)),
                        None => Some(Ty::Bounds(alias.type_bound_list()?.syntax().clone())),
                    }
                }
                _ => None,
            },
            Entity::Builtin(name) if known::is_primitive(name) => Some(Ty::Primitive(name.clone())),
            Entity::Builtin(name) | Entity::External(name) => Some(Ty::External(name.clone(), Vec::new())),
            _ => None,
        }
    }

    /// The bounds of a type that is known by what it can do.
    pub(super) fn bounds_of(&self, ty: &Ty) -> Vec<ast::Type> {
        let types = |list: ast::TypeBoundList| list.bounds().filter_map(|bound| bound.ty()).collect::<Vec<_>>();
        match ty {
            Ty::Bounds(node) => ast::TypeBoundList::cast(node.clone()).map(types).unwrap_or_default(),
            Ty::Param(node) => {
                let own = ast::TypeParam::cast(node.clone()).and_then(|parameter| parameter.type_bound_list());
                let mut bounds = own.map(types).unwrap_or_default();
                // An owner's `where` may say more.
                let name = super::world::name_of(node);
                for owner in node.ancestors().skip(1).filter_map(ast::AnyHasGenericParams::cast).take(1) {
                    for predicate in owner.where_clause().into_iter().flat_map(|clause| clause.predicates().collect::<Vec<_>>()) {
                        if let Some(ast::Type::PathType(named)) = predicate.ty()
                            && named
                                .path()
                                .and_then(|path| path.as_single_name_ref())
                                .is_some_and(|given| Some(plain(given.text())) == name.as_deref())
                        {
                            bounds.extend(predicate.type_bound_list().map(types).unwrap_or_default());
                        }
                    }
                }
                bounds
            }
            Ty::TraitSelf(node) => ast::Trait::cast(node.clone()).and_then(|item| item.type_bound_list()).map(types).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The traits of the project that a type is known to have, those above them too.
    pub(super) fn traits_of(&self, ty: &Ty) -> Vec<SyntaxNode> {
        let mut found: Vec<SyntaxNode> = Vec::new();
        let mut waiting = self.bounds_of(ty);
        if let Ty::TraitSelf(node) = ty {
            found.push(node.clone());
        }
        while let Some(bound) = waiting.pop() {
            let ast::Type::PathType(named) = bound else { continue };
            let Some(path) = named.path() else { continue };
            if let Some(Entity::Item(node)) = self.resolve_path(&path, Space::Types).map(|hit| hit.entity)
                && ast::Trait::can_cast(node.kind())
                && !found.contains(&node)
            {
                waiting.extend(self.bounds_of(&Ty::TraitSelf(node.clone())));
                found.push(node);
            }
        }
        found
    }

    /// Whether what an implementation is for can be this type; what its parameters then stand for.
    pub(super) fn unify(&self, pattern: &Ty, actual: &Ty, into: &mut Substitution) -> bool {
        match (pattern, actual) {
            (Ty::Param(node), _) => {
                if actual.is_known() && !into.iter().any(|(parameter, _)| parameter == node) {
                    into.push((node.clone(), actual.clone()));
                }
                true
            }
            (Ty::Unknown, _) | (_, Ty::Unknown) => true,
            (Ty::Adt(one, left), Ty::Adt(other, right)) => {
                one == other && left.iter().zip(right).all(|(left, right)| self.unify(left, right, into))
            }
            (Ty::External(one, left), Ty::External(other, right)) => {
                one == other && left.iter().zip(right).all(|(left, right)| self.unify(left, right, into))
            }
            (Ty::Primitive(one), Ty::Primitive(other)) => one == other,
            (Ty::Reference(one), Ty::Reference(other)) | (Ty::Slice(one), Ty::Slice(other)) => self.unify(one, other, into),
            (Ty::Tuple(left), Ty::Tuple(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(left, right)| self.unify(left, right, into))
            }
            (Ty::Function(..), Ty::Function(..)) | (Ty::Never, Ty::Never) => true,
            (Ty::Bounds(one), Ty::Bounds(_)) => {
                let traits = self.traits_of(actual);
                self.traits_of(&Ty::Bounds(one.clone())).iter().any(|found| traits.contains(found))
            }
            (one, other) => one == other,
        }
    }
}
