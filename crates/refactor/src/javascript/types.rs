//! What something is, as far as it can be told.

use std::rc::Rc;

use super::{
    tree::{FunctionId, MemberId, Name, ScopeId, ShapeId, SymbolId, TypeId},
    world::{At, FileId},
};

/// A symbol of a file.
pub(super) type SymbolAt = At<SymbolId>;
/// A member of a file.
pub(super) type MemberAt = At<MemberId>;

/// What something is.
#[derive(Debug, Clone)]
pub(super) enum Type {
    /// Anything: nothing is known.
    Unknown,
    /// `null`, `undefined`, `never`.
    Nothing,
    /// By the name of the library's interface for it.
    Primitive(&'static str),
    Text(Name),
    /// What a class makes or an interface describes, or a value of an enum.
    Named(SymbolAt, Rc<[Type]>),
    /// An object without a name.
    Shape(At<ShapeId>, Bindings),
    /// A class, function, enum or namespace itself.
    Value(SymbolAt),
    /// A class without a name, itself.
    Class(At<ShapeId>, Bindings),
    Functions(Rc<[At<FunctionId>]>, Bindings),
    /// `new () => T`.
    Constructor(At<FunctionId>, Bindings),
    Module(At<ScopeId>),
    Tuple(Rc<[Type]>),
    Union(Rc<[Type]>),
    Intersection(Rc<[Type]>),
    Parameter(SymbolAt),
    KeyOf(Rc<Type>),
    /// What is left when these names are taken.
    Without(Rc<Type>, Rc<[Name]>),
    /// A mapped type that takes its members from `of`.
    Mapped {
        file: FileId,
        key: SymbolId,
        of: Rc<Type>,
        value: Option<TypeId>,
        bindings: Bindings,
    },
}

impl Type {
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// One of several; nothing of what is nothing, and unknown when all are.
    pub(super) fn either(types: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        let mut add = |found: Self| {
            if !kept.iter().any(|one| one.is_same(&found)) {
                kept.push(found);
            }
        };
        for one in types {
            match one {
                Self::Union(many) => many.iter().cloned().for_each(&mut add),
                other => add(other),
            }
        }
        if kept.len() > 1 {
            kept.retain(|one| !matches!(one, Self::Nothing));
        }
        match kept.len() {
            0 => Self::Nothing,
            1 => kept.swap_remove(0),
            _ => Self::Union(kept.into()),
        }
    }

    /// Whether it is plainly the same; a `false` may be wrong.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown, Self::Unknown) | (Self::Nothing, Self::Nothing) => true,
            (Self::Primitive(one), Self::Primitive(other)) => one == other,
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Named(one, of), Self::Named(other, with)) => {
                one == other && of.len() == with.len() && of.iter().zip(with.iter()).all(|(of, with)| of.is_same(with))
            }
            (Self::Shape(one, _), Self::Shape(other, _)) => one == other,
            (Self::Value(one), Self::Value(other)) | (Self::Parameter(one), Self::Parameter(other)) => one == other,
            (Self::Module(one), Self::Module(other)) => one == other,
            (Self::Functions(one, _), Self::Functions(other, _)) => one == other,
            _ => false,
        }
    }
}

/// What type parameters stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Bindings(Option<Rc<Bound>>);

#[derive(Debug)]
struct Bound {
    bound: Vec<(SymbolAt, Type)>,
    outer: Bindings,
}

impl Bindings {
    /// With more of them; the new ones come first.
    pub(super) fn with(&self, bound: Vec<(SymbolAt, Type)>) -> Self {
        if bound.is_empty() { self.clone() } else { Self(Some(Rc::new(Bound { bound, outer: self.clone() }))) }
    }

    pub(super) fn get(&self, symbol: SymbolAt) -> Option<&Type> {
        let mut at = self;
        while let Some(here) = &at.0 {
            if let Some((_, found)) = here.bound.iter().find(|(known, _)| *known == symbol) {
                return Some(found);
            }
            at = &here.outer;
        }
        None
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// All of them mapped by something, as one level.
    pub(super) fn mapped(&self, map: &dyn Fn(&Type) -> Type) -> Self {
        Self::default().with(self.entries().into_iter().map(|(symbol, found)| (symbol, map(&found))).collect())
    }

    /// All of them; of two for one parameter, the inner one.
    pub(super) fn entries(&self) -> Vec<(SymbolAt, Type)> {
        let mut all: Vec<(SymbolAt, Type)> = Vec::new();
        let mut at = self;
        while let Some(here) = &at.0 {
            for (symbol, found) in &here.bound {
                if !all.iter().any(|(known, _)| known == symbol) {
                    all.push((*symbol, found.clone()));
                }
            }
            at = &here.outer;
        }
        all
    }
}

/// Something that has a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Entity {
    Symbol(SymbolAt),
    Member(MemberAt),
    /// A name that a module gives to what is declared elsewhere, or under another name.
    Export(At<super::tree::ExportId>),
    Label(FileId, u32),
}

impl Entity {
    pub(super) fn file(self) -> FileId {
        match self {
            Self::Symbol(at) => at.file,
            Self::Member(at) => at.file,
            Self::Export(at) => at.file,
            Self::Label(file, _) => file,
        }
    }
}

/// A member that was found in a type.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub entity: Entity,
    pub bindings: Bindings,
    /// What the member is in, for `this`.
    pub owner: Type,
    /// What it is, when that does not follow from its declaration.
    pub kind: Option<Type>,
    /// One of several that make up an object by spreading: a name of each, and of none alone.
    pub is_spread: bool,
}

/// What looking for a member came to.
#[derive(Debug, Clone)]
pub(super) enum Lookup {
    Found(Vec<Hit>),
    /// The type is known, and has none.
    Absent,
    Unknown,
}
