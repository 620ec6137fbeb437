//! What a Python file says, as owned tables: scopes, names, classes, functions, imports and as much of its expressions as types are guessed from.

use std::{collections::HashMap, sync::Arc};

/// A word of a file; clones share it.
pub(crate) type Name = Arc<str>;
pub(crate) type ScopeId = usize;
pub(crate) type SymbolId = usize;
pub(crate) type BindingId = usize;
pub(crate) type UseId = usize;
pub(crate) type MemberId = usize;
pub(crate) type KeywordId = usize;
pub(crate) type ImportId = usize;
pub(crate) type ClassId = usize;
pub(crate) type FunctionId = usize;
pub(crate) type ExpressionId = usize;
pub(crate) type BlockId = usize;

/// Bytes of a file's text, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// Whether a cursor stands on it or just after it.
    pub(crate) fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Module,
    Class(ClassId),
    Function(FunctionId),
    Lambda,
    Comprehension,
    TypeParameters,
}

/// Where a name that a scope does not bind itself is bound, as `global` and `nonlocal` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redirect {
    Global,
    Nonlocal,
}

#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) kind: ScopeKind,
    pub(crate) parent: Option<ScopeId>,
    pub(crate) span: Span,
    pub(crate) symbols: HashMap<Name, SymbolId>,
    pub(crate) redirects: HashMap<Name, Redirect>,
}

/// A variable: all that is bound to a name in one scope.
#[derive(Debug)]
pub(crate) struct Symbol {
    pub(crate) name: Name,
    pub(crate) scope: ScopeId,
    pub(crate) bindings: Vec<BindingId>,
}

/// A way into an unpacked value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Item(usize),
    Rest,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BindingKind {
    Function(FunctionId),
    Class(ClassId),
    Parameter(FunctionId, usize),
    Import(ImportId),
    Value(ExpressionId, Vec<Step>),
    Annotated(ExpressionId, Option<ExpressionId>),
    Iteration(ExpressionId, Vec<Step>),
    Context(ExpressionId, Vec<Step>),
    Exception(ExpressionId),
    /// A name in a pattern; an instance of the class, where one is said.
    Capture(Option<ExpressionId>),
    TypeParameter,
    TypeAlias(ExpressionId),
    Unknown,
}

#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) symbol: SymbolId,
    pub(crate) kind: BindingKind,
    pub(crate) span: Span,
    pub(crate) order: u32,
    pub(crate) block: BlockId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Definition,
    Write,
    Read,
}

/// A name that stands for itself, in code or in a string that is read as code.
#[derive(Debug)]
pub(crate) struct NameUse {
    pub(crate) name: Name,
    pub(crate) span: Span,
    pub(crate) scope: ScopeId,
    pub(crate) role: Role,
    pub(crate) order: u32,
    pub(crate) block: BlockId,
    pub(crate) in_string: bool,
    /// What it means, if it means something in this file.
    pub(crate) symbol: Option<SymbolId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberForm {
    /// `value.name`
    Attribute,
    /// `getattr(value, "name")` and its kin
    Getattr,
    /// `case Class(name=…)`
    Pattern,
    /// `value["name"]` and `{"name": …}`
    Key,
}

/// A name after a dot, or in its place.
#[derive(Debug)]
pub(crate) struct MemberUse {
    pub(crate) name: Name,
    pub(crate) span: Span,
    pub(crate) receiver: ExpressionId,
    pub(crate) role: Role,
    pub(crate) form: MemberForm,
    pub(crate) scope: ScopeId,
    pub(crate) block: BlockId,
    pub(crate) order: u32,
    /// What is assigned to it.
    pub(crate) value: Option<BindingKind>,
}

/// `name=` in a call.
#[derive(Debug)]
pub(crate) struct KeywordUse {
    pub(crate) name: Name,
    pub(crate) span: Span,
    pub(crate) call: ExpressionId,
    pub(crate) value: ExpressionId,
    /// Spelled as a string: `f(**{"name": …})`.
    pub(crate) in_string: bool,
}

/// What one `import` or one name of a `from … import` brings.
#[derive(Debug)]
pub(crate) struct Import {
    /// The whole statement.
    pub(crate) statement: Span,
    /// Dots before the module.
    pub(crate) level: u32,
    /// The module's words.
    pub(crate) module: Vec<(Name, Span)>,
    /// The dots and the words of a `from`'s module.
    pub(crate) module_span: Span,
    /// The name after `import` of a `from`; `None` in `import a.b`.
    pub(crate) name: Option<(Name, Span)>,
    /// Of `from … import *`.
    pub(crate) star: bool,
    pub(crate) alias: Option<(Name, Span)>,
    /// Position among the names of its statement, and their number.
    pub(crate) position: (usize, usize),
    pub(crate) symbol: Option<SymbolId>,
}

#[derive(Debug, Clone)]
pub(crate) struct InstanceAttribute {
    pub(crate) member: MemberId,
}

#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) name: Name,
    /// Dotted, with enclosing classes and functions.
    pub(crate) qualified: Name,
    pub(crate) scope: ScopeId,
    pub(crate) bases: Vec<ExpressionId>,
    pub(crate) decorators: Vec<ExpressionId>,
    pub(crate) symbol: SymbolId,
    pub(crate) instance: HashMap<Name, Vec<InstanceAttribute>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    PositionOnly,
    Normal,
    KeywordOnly,
    Variadic,
    Keywords,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Name,
    pub(crate) symbol: SymbolId,
    pub(crate) kind: ParameterKind,
    pub(crate) annotation: Option<ExpressionId>,
    pub(crate) default: Option<ExpressionId>,
}

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: Name,
    pub(crate) span: Span,
    pub(crate) qualified: Name,
    pub(crate) scope: ScopeId,
    /// The class whose body it stands in.
    pub(crate) class: Option<ClassId>,
    pub(crate) decorators: Vec<ExpressionId>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) returns: Option<ExpressionId>,
    pub(crate) returned: Vec<ExpressionId>,
    pub(crate) yielded: Vec<ExpressionId>,
    pub(crate) is_async: bool,
    pub(crate) symbol: Option<SymbolId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Unknown,
    None,
    /// A literal, or what can only be of this class of Python's own.
    Builtin(&'static str),
    String(Name),
    Name(UseId),
    Member(MemberId),
    Call {
        callee: ExpressionId,
        arguments: Box<[ExpressionId]>,
        keywords: Box<[KeywordId]>,
    },
    Subscript(ExpressionId, ExpressionId),
    /// A list or set: any of these.
    List(Box<[ExpressionId]>),
    Tuple(Box<[ExpressionId]>),
    /// Values of a dictionary.
    Dictionary(Box<[ExpressionId]>),
    Either(Box<[ExpressionId]>),
    /// `a | b`
    Union(ExpressionId, ExpressionId),
    Await(ExpressionId),
    /// A string read as code.
    Quoted(ExpressionId),
    Starred(ExpressionId),
    Lambda(ExpressionId),
    /// An instance of a class.
    InstanceOf(ExpressionId),
}

#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    pub(crate) scope: ScopeId,
}

/// Statements that run together: a body, a branch.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) parent: Option<BlockId>,
    pub(crate) is_loop: bool,
    /// It never comes to the statement after it.
    pub(crate) leaves: bool,
}

/// What a test says of a variable's class within a block.
#[derive(Debug)]
pub(crate) struct Narrowing {
    pub(crate) block: BlockId,
    /// Holds from here on.
    pub(crate) from: u32,
    pub(crate) symbol: SymbolId,
    /// Attributes after the variable.
    pub(crate) path: Vec<Name>,
    pub(crate) class: ExpressionId,
    /// It is of that class; otherwise it is not.
    pub(crate) holds: bool,
}

/// Which list of names a string stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MentionKind {
    All,
    /// `__slots__` or `__match_args__` of a class.
    Members(ClassId),
}

/// A string that is a name by the language's rules.
#[derive(Debug)]
pub(crate) struct Mention {
    pub(crate) name: Name,
    pub(crate) span: Span,
    pub(crate) kind: MentionKind,
}

/// Where a name occurs: an index into one of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Spot {
    Use(UseId),
    Member(MemberId),
    Keyword(KeywordId),
    Mention(usize),
    /// The so-manyth word of an import's module.
    Module(ImportId, usize),
    /// The name that an import brings.
    Imported(ImportId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextKind {
    Comment,
    String,
}

#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) scopes: Vec<Scope>,
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) uses: Vec<NameUse>,
    pub(crate) members: Vec<MemberUse>,
    pub(crate) keywords: Vec<KeywordUse>,
    pub(crate) imports: Vec<Import>,
    pub(crate) classes: Vec<Class>,
    pub(crate) functions: Vec<Function>,
    pub(crate) expressions: Vec<Expression>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) narrowings: Vec<Narrowing>,
    pub(crate) mentions: Vec<Mention>,
    /// Comments and strings, ascending.
    pub(crate) texts: Vec<(Span, TextKind)>,
    /// Calls by what is called, as far as it is a plain name.
    pub(crate) calls: HashMap<Name, Vec<ExpressionId>>,
    pub(crate) spots: HashMap<Name, Vec<Spot>>,
    /// Where the text is no Python.
    pub(crate) error: Option<u32>,
    /// It is not read at all: its nesting is too deep.
    pub(crate) too_deep: bool,
}
