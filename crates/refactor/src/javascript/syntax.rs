//! Rows of a file's tables: expressions, types, functions and what has members.

use super::tree::*;

/// What `this` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Nothing,
    /// A class; whether its static side.
    Class(ShapeId, bool),
    Function(FunctionId),
    Object(ShapeId),
}

/// What an expression is, as far as types follow from it.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    Unknown,
    Name(SpotId),
    This(Owner),
    Super(Owner),
    /// The object and the spot of the name.
    Member(ExpressionId, SpotId),
    Element(ExpressionId, ExpressionId),
    Call {
        callee: ExpressionId,
        arguments: Vec<ExpressionId>,
        types: Vec<TypeId>,
    },
    New {
        callee: ExpressionId,
        arguments: Vec<ExpressionId>,
        types: Vec<TypeId>,
    },
    Object(ShapeId),
    Array(Vec<ExpressionId>),
    Spread(ExpressionId),
    Function(FunctionId),
    Class(ShapeId),
    Either(ExpressionId, ExpressionId),
    And(ExpressionId, ExpressionId),
    Not(ExpressionId),
    InstanceOf(ExpressionId, ExpressionId),
    Same(ExpressionId),
    NonNull(ExpressionId),
    Assertion(TypeId),
    /// `as const`.
    Constant(ExpressionId),

    Await(ExpressionId),
    Text(Name),
    Template,
    Number,
    Boolean,
    Nothing,
    Regex,
    BigInt,
    Typeof,
    /// `import("x")`.
    Import(Name),
    /// `require("x")`.
    Require(Name),
    /// `<Tag attribute={…}>`: what stands in its opening tag, and its attributes as a shape.
    Markup {
        tag: Option<ExpressionId>,
    },
}

/// What a condition says where it holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact {
    /// Where it holds.
    pub within: Span,
    /// What it speaks of.
    pub subject: ExpressionId,
    pub said: Said,
}

/// What a condition can say.
#[derive(Debug, Clone, Copy)]
pub(super) enum Said {
    InstanceOf(ExpressionId),
    /// A call of a function that tells what its first argument is.
    Guard(ExpressionId),
}

/// What is around an expression.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Context {
    #[default]
    Nothing,
    Annotation(TypeId),
    Argument(ExpressionId, u32),
    /// What a function gives back.
    Return(FunctionId),
    /// The value of a member.
    Property(MemberId),
    /// Spread into an object.
    Within(ExpressionId),
    ElementOf(ExpressionId, u32),
    /// Taken where the other is nothing: expected as the whole is, or as the other is.
    Instead(ExpressionId, ExpressionId),
    /// Spread into an array.
    Among(ExpressionId),
    /// Assigned to what this expression means.
    AssignedTo(ExpressionId),
    /// The other side of a comparison.
    Compared(ExpressionId),
    /// The first value or default of a pattern.
    Pattern(PatternId),
    /// Expected as its parent is.
    Same(ExpressionId),
    Awaited(ExpressionId),
    /// An attribute of an element.
    Attributes(ExpressionId),
    /// The key in `object[key]`.
    KeyOf(ExpressionId),
}

/// What a written type is.
#[derive(Debug, Clone)]
pub(super) enum TypeNode {
    Unknown,
    Primitive(&'static str),
    Text(Name),
    /// A name or a dotted path; the last spot of it.
    Reference(SpotId, Vec<TypeId>),
    /// `import("x").a`.
    Import {
        module: Name,
        last: Option<SpotId>,
        arguments: Vec<TypeId>,
    },
    Array(TypeId),
    Tuple(Vec<TypeId>),
    Union(Vec<TypeId>),
    Intersection(Vec<TypeId>),
    Function(FunctionId),
    Constructor(FunctionId),
    Literal(ShapeId),
    KeyOf(TypeId),
    Same(TypeId),
    Indexed(TypeId, TypeId),
    /// `typeof x`.
    Query(ExpressionId),
    Mapped {
        key: SymbolId,
        constraint: TypeId,
        value: Option<TypeId>,
    },
    Conditional {
        check: TypeId,
        extends: TypeId,
        then: TypeId,
        otherwise: TypeId,
    },
    Infer(SymbolId),
    This(Option<ShapeId>),
    /// `x is T`.
    Predicate,
}

/// A function, as far as types follow from it.
#[derive(Debug, Clone, Default)]
pub(super) struct Function {
    pub parameters: Vec<PatternId>,
    pub has_rest: bool,
    pub type_parameters: Vec<SymbolId>,
    pub returns: Option<TypeId>,
    /// What `return` gives.
    pub results: Vec<ExpressionId>,
    pub yields: Vec<ExpressionId>,
    pub is_async: bool,
    pub is_generator: bool,
    pub has_body: bool,
    /// The expression it is, for what is expected of it.
    pub expression: Option<ExpressionId>,
    pub this_type: Option<TypeId>,
    /// Made by `new`: what it assigns to `this` and its prototype.
    pub instance: Option<ShapeId>,
    /// What is assigned to it.
    pub statics: Option<ShapeId>,
    /// The member or symbol that it is.
    pub member: Option<MemberId>,
    pub symbol: Option<SymbolId>,
    /// `x is T`: the parameter and the type.
    pub guards: Option<(Name, TypeId)>,
    pub scope: Option<ScopeId>,
}

/// Which kind of thing has the members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ShapeKind {
    Class,
    Interface,
    #[default]
    Literal,
    Object,
    Enum,
    Attributes,
    /// What a function assigns to `this`, or what is assigned to a name.
    Expando,
}

/// Something with members.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    pub kind: ShapeKind,
    pub members: Vec<MemberId>,
    pub type_parameters: Vec<SymbolId>,
    /// Bases that are types, with their arguments.
    pub bases: Vec<TypeId>,
    /// What a class extends, and the arguments.
    pub superclass: Option<(ExpressionId, Vec<TypeId>)>,
    /// What a class implements: a contract, not a source of members.
    pub contracts: Vec<TypeId>,
    pub index: Option<TypeId>,
    pub calls: Vec<FunctionId>,
    pub constructs: Vec<FunctionId>,
    pub spreads: Vec<ExpressionId>,
    pub symbol: Option<SymbolId>,
    pub expression: Option<ExpressionId>,
    /// Of what is assigned to a function's `prototype`: what `new` makes.
    pub prototype_of: Option<ShapeId>,
}

/// What kind of member it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberKind {
    Property,
    Method,
    Getter,
    Setter,
    Variant,
    Parameter,
    Assigned,
    Shorthand,
    Constructor,
}

/// A member of a shape.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub name: Name,
    pub spot: Option<SpotId>,
    pub shape: ShapeId,
    pub kind: MemberKind,
    pub is_static: bool,
    pub is_private: bool,
    pub is_optional: bool,
    pub annotation: Option<TypeId>,
    pub value: Option<ExpressionId>,
    pub function: Option<FunctionId>,
    /// Of a parameter property: the parameter.
    pub parameter: Option<SymbolId>,
}
