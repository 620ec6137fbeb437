//! Go's types as far as renaming needs them, and the search for fields and methods through them.

use std::rc::Rc;

use super::{
    bind::DeclKind,
    syntax::NodeId,
    world::{FileId, Object, World},
};

/// What type parameters stand for.
pub(super) type Bindings = Rc<[(Object, Type)]>;

/// A type, or what an expression means that has none.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type {
    /// It could not be followed.
    Unknown,
    /// Of a package outside the project: `path.Name`, empty where only that is known.
    External(Rc<str>),
    /// A type that every file knows.
    Basic(Rc<str>),
    Nil,
    Named(Object, Rc<[Type]>),
    Param(Object),
    Pointer(Rc<Type>),
    Slice(Rc<Type>),
    Array(Rc<Type>),
    Map(Rc<Type>, Rc<Type>),
    Chan(Rc<Type>),
    Struct(FileId, NodeId, Bindings),
    Interface(FileId, NodeId, Bindings),
    Func(Rc<Signature>),
    /// Several results, or none.
    Tuple(Rc<[Type]>),
    /// The expression is a type itself.
    Expr(Rc<Type>),
    /// The expression is a package: the file that imports it and its path.
    Package(FileId, Rc<str>),
    /// A function of the language.
    BuiltIn(Rc<str>),
}

/// A function's type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Signature {
    /// What a call may leave to be inferred.
    pub open: Vec<Object>,
    pub params: Vec<Type>,
    pub variadic: bool,
    pub results: Vec<Type>,
}

/// What a name means as a member of a type.
#[derive(Debug, Clone)]
pub(super) enum Member {
    /// This; how many embedded fields lead to it.
    Found(Object, usize, Bindings),
    /// The type can't be followed to its end.
    Unknown,
    /// It may only be of another project.
    External,
    /// The type has no such member.
    None,
}

impl Type {
    pub fn outside() -> Self {
        Self::External(Rc::from(""))
    }

    /// Of a pointer what it points to.
    pub fn pointed(&self) -> &Self {
        match self {
            Self::Pointer(inner) => inner,
            _ => self,
        }
    }

    /// Of an expression that is a type that type.
    pub fn as_type(&self) -> Self {
        match self {
            Self::Expr(inner) => (**inner).clone(),
            Self::External(_) => self.clone(),
            _ => Self::Unknown,
        }
    }

    /// Whether the project's own types are anywhere in it, so that what a library makes of it may be of them.
    pub fn is_ours(&self) -> bool {
        match self {
            Self::Unknown | Self::Named(..) | Self::Param(_) | Self::Struct(..) => true,
            Self::Pointer(inner) | Self::Slice(inner) | Self::Array(inner) | Self::Chan(inner) | Self::Expr(inner) => inner.is_ours(),
            Self::Map(key, value) => key.is_ours() || value.is_ours(),
            Self::Func(signature) => signature.params.iter().chain(&signature.results).any(Self::is_ours),
            Self::Tuple(parts) => parts.iter().any(Self::is_ours),
            _ => false,
        }
    }

    /// With type parameters replaced.
    pub fn with(&self, bindings: &[(Object, Type)]) -> Self {
        if bindings.is_empty() {
            return self.clone();
        }
        let inside = |inner: &Rc<Type>| Rc::new(inner.with(bindings));
        let all = |types: &[Type]| types.iter().map(|held| held.with(bindings)).collect::<Vec<_>>();
        let more = |held: &Bindings| {
            let mut joined: Vec<(Object, Type)> = held.iter().map(|(object, held)| (*object, held.with(bindings))).collect();
            joined.extend(bindings.iter().filter(|(object, _)| held.iter().all(|(other, _)| other != object)).cloned());
            Bindings::from(joined)
        };
        match self {
            Self::Param(object) => {
                bindings.iter().find(|(other, _)| other == object).map_or_else(|| self.clone(), |(_, held)| held.clone())
            }
            Self::Named(object, arguments) => Self::Named(*object, all(arguments).into()),
            Self::Pointer(inner) => Self::Pointer(inside(inner)),
            Self::Slice(inner) => Self::Slice(inside(inner)),
            Self::Array(inner) => Self::Array(inside(inner)),
            Self::Chan(inner) => Self::Chan(inside(inner)),
            Self::Expr(inner) => Self::Expr(inside(inner)),
            Self::Map(key, value) => Self::Map(inside(key), inside(value)),
            Self::Tuple(parts) => Self::Tuple(all(parts).into()),
            Self::Struct(file, node, held) => Self::Struct(*file, *node, more(held)),
            Self::Interface(file, node, held) => Self::Interface(*file, *node, more(held)),
            Self::Func(signature) => Self::Func(Rc::new(Signature {
                open: signature.open.iter().filter(|open| bindings.iter().all(|(object, _)| object != *open)).copied().collect(),
                params: all(&signature.params),
                variadic: signature.variadic,
                results: all(&signature.results),
            })),
            _ => self.clone(),
        }
    }

    /// Learns what type parameters stand for where this is used for another.
    pub fn learn(&self, given: &Self, open: &[Object], learned: &mut Vec<(Object, Type)>) {
        match (self, given) {
            (Self::Param(object), given) if open.contains(object) => {
                let is_news = !matches!(given, Self::Nil | Self::Unknown) && learned.iter().all(|(other, _)| other != object);
                learned.extend(is_news.then(|| (*object, given.clone())));
            }
            (Self::Named(_, wanted), Self::Named(_, given)) if wanted.len() == given.len() => {
                wanted.iter().zip(given.iter()).for_each(|(wanted, given)| wanted.learn(given, open, learned));
            }
            (Self::Pointer(wanted), Self::Pointer(given))
            | (Self::Slice(wanted), Self::Slice(given))
            | (Self::Array(wanted), Self::Array(given))
            | (Self::Chan(wanted), Self::Chan(given)) => wanted.learn(given, open, learned),
            (Self::Map(key, value), Self::Map(given_key, given_value)) => {
                key.learn(given_key, open, learned);
                value.learn(given_value, open, learned);
            }
            (Self::Func(wanted), Self::Func(given)) => {
                let pairs = wanted.params.iter().zip(&given.params).chain(wanted.results.iter().zip(&given.results));
                pairs.for_each(|(wanted, given)| wanted.learn(given, open, learned));
            }
            _ => {}
        }
    }
}

impl World<'_> {
    /// What a named type or a type parameter is made of.
    pub fn underlying(&self, of: &Type) -> Type {
        let mut at = of.clone();
        for _ in 0..24 {
            at = match &at {
                Type::Named(object, arguments) => {
                    let made = self.made_of(*object);
                    made.with(&self.bindings(*object, arguments))
                }
                Type::Param(object) => match self.core(*object) {
                    Some(core) => core,
                    None => return at,
                },
                _ => return at,
            };
        }
        Type::Unknown
    }

    /// The type after a named type's name.
    fn made_of(&self, object: Object) -> Type {
        let bound = self.file(object.file);
        let node = bound.decl(object.decl).node;
        bound.tree.child(node, "type").map_or(Type::Unknown, |held| self.type_at(object.file, held))
    }

    /// What a constraint of one type says: `S ~[]E` is `[]E`.
    pub fn core(&self, object: Object) -> Option<Type> {
        let constraint = self.constraint(object)?;
        let bound = self.file(constraint.0);
        let mut parts = bound.tree.children(constraint.1);
        let (only, None) = (parts.next()?, parts.next()) else { return None };
        match bound.tree.kind(only) {
            "negated_type" => Some(self.type_at(constraint.0, bound.tree.children(only).next()?)),
            "slice_type" | "map_type" | "array_type" | "channel_type" | "pointer_type" | "function_type" => {
                Some(self.type_at(constraint.0, only))
            }
            _ => None,
        }
    }

    /// Where the constraint of a type parameter is written. A receiver's parameter has that of its type.
    pub fn constraint(&self, object: Object) -> Option<(FileId, NodeId)> {
        let bound = self.file(object.file);
        let decl = bound.decl(object.decl);
        if bound.tree.kind(decl.node) == "type_parameter_declaration" {
            return Some((object.file, bound.tree.child(decl.node, "type")?));
        }
        let name = bound.tree.child(decl.node, "type")?;
        let Type::Named(named, _) = self.type_at(object.file, name) else { return None };
        let declared = *self.parameters_of(named).get(decl.index as usize)?;
        (declared != object).then(|| self.constraint(declared)).flatten()
    }

    /// The type parameters that a type or function declares.
    pub fn parameters_of(&self, object: Object) -> Vec<Object> {
        let bound = self.file(object.file);
        let Some(list) = bound.tree.child(bound.decl(object.decl).node, "type_parameters") else { return Vec::new() };
        let names = bound.tree.children(list).flat_map(|declared| bound.tree.all(declared, "name").collect::<Vec<_>>());
        let declared = names.filter_map(|name| bound.decl_at(bound.tree.node(name).start));
        declared.map(|decl| Object { file: object.file, decl }).collect()
    }

    /// What a type's parameters stand for with these arguments.
    pub fn bindings(&self, object: Object, arguments: &[Type]) -> Vec<(Object, Type)> {
        if arguments.is_empty() {
            return Vec::new();
        }
        self.parameters_of(object).into_iter().zip(arguments.iter().cloned()).collect()
    }

    /// What a method's own names for its receiver's type parameters stand for.
    pub fn receiver_bindings(&self, method: Object, arguments: &[Type]) -> Vec<(Object, Type)> {
        if arguments.is_empty() {
            return Vec::new();
        }
        let bound = self.file(method.file);
        let node = bound.decl(method.decl).node;
        let Some(receiver) = bound.tree.child(node, "receiver").map(|list| *bound.tree.node(list)) else { return Vec::new() };
        let from = bound.by_start.partition_point(|(start, _)| *start < receiver.start);
        let within = bound.by_start[from..].iter().take_while(|(start, _)| *start < receiver.end);
        let params = within.filter(|(_, id)| bound.decl(*id).kind == DeclKind::TypeParam);
        params
            .filter_map(|(_, id)| Some((Object { file: method.file, decl: *id }, arguments.get(bound.decl(*id).index as usize)?.clone())))
            .collect()
    }

    /// What a name means behind a dot after a value of this type (<https://go.dev/ref/spec#Selectors>).
    pub fn member(&self, of: &Type, name: &str) -> Member {
        let mut level = vec![of.clone()];
        let mut seen: Vec<Object> = Vec::new();
        let mut doubt = Member::None;
        for depth in 0..12 {
            let mut found: Vec<(Object, Bindings)> = Vec::new();
            let mut next = Vec::new();
            while let Some(at) = level.pop() {
                let at = at.pointed().clone();
                if let Type::Named(object, arguments) = &at {
                    if seen.contains(object) {
                        continue;
                    }
                    seen.push(*object);
                    for method in self.methods_of(*object) {
                        if self.is_called(method, name) {
                            found.push((method, self.receiver_bindings(method, arguments).into()));
                        }
                    }
                }
                for made in self.variants(&at) {
                    match made {
                        Type::Struct(file, node, bindings) => {
                            for field in self.owned(file, node) {
                                if self.is_called(field, name) {
                                    found.push((field, bindings.clone()));
                                }
                                if self.kind(field) == DeclKind::Embedded {
                                    next.push(self.decl_type(field).with(&bindings));
                                }
                            }
                        }
                        Type::Interface(file, node, bindings) => {
                            let methods = self.owned(file, node).into_iter().filter(|method| self.is_called(*method, name));
                            found.extend(methods.map(|method| (method, bindings.clone())));
                            level.extend(self.embedded_in(file, node).into_iter().map(|held| held.with(&bindings)));
                        }
                        Type::Param(object) => {
                            if let Some((file, node)) = self.constraint(object) {
                                level.extend(self.elements(file, node));
                            }
                        }
                        Type::Unknown => doubt = Member::Unknown,
                        Type::External(_) if matches!(doubt, Member::None) => doubt = Member::External,
                        _ => {}
                    }
                }
            }
            found.dedup_by_key(|(object, _)| *object);
            if let Some((object, bindings)) = found.first() {
                return Member::Found(*object, depth, bindings.clone());
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        doubt
    }

    /// What a type is made of, once for every file that declares it under another build constraint.
    fn variants(&self, of: &Type) -> Vec<Type> {
        match of {
            Type::Named(object, arguments) if self.decl(*object).scope == 0 => {
                let package = self.package_of(object.file);
                let declared = package.members.get(&self.name(*object)).cloned().unwrap_or_default();
                let others = declared.into_iter().filter(|other| self.kind(*other) == DeclKind::Type && other != object);
                let all = std::iter::once(*object).chain(others);
                all.map(|object| self.underlying(&Type::Named(object, arguments.clone()))).collect()
            }
            _ => vec![self.underlying(of)],
        }
    }

    /// The methods that are declared for a named type itself.
    pub fn methods_of(&self, object: Object) -> Vec<Object> {
        if self.decl(object).scope != 0 {
            return Vec::new();
        }
        self.package_of(object.file).methods.get(&self.name(object)).cloned().unwrap_or_default()
    }

    /// The fields of a struct or the methods of an interface that stand in it.
    pub fn owned(&self, file: FileId, node: NodeId) -> Vec<Object> {
        let bound = self.file(file);
        let at = bound.tree.node(node);
        let from = bound.by_start.partition_point(|(start, _)| *start < at.start);
        let within = bound.by_start[from..].iter().take_while(|(start, _)| *start < at.end);
        let owned = within.filter(|(_, id)| bound.decl(*id).owner == node && bound.decl(*id).kind != DeclKind::Method);
        owned.map(|(_, decl)| Object { file, decl: *decl }).collect()
    }

    /// The interfaces that stand in an interface.
    pub fn embedded_in(&self, file: FileId, node: NodeId) -> Vec<Type> {
        let bound = self.file(file);
        let elements: Vec<NodeId> = bound.tree.children(node).filter(|child| bound.tree.kind(*child) == "type_elem").collect();
        elements.into_iter().flat_map(|element| self.elements(file, element)).collect()
    }

    /// What a constraint's element asks for; nothing where it is a choice.
    fn elements(&self, file: FileId, node: NodeId) -> Vec<Type> {
        let bound = self.file(file);
        let parts: Vec<NodeId> = bound.tree.children(node).collect();
        match parts.as_slice() {
            [only] if bound.tree.kind(*only) != "negated_type" => vec![self.type_at(file, *only)],
            _ => Vec::new(),
        }
    }
}
