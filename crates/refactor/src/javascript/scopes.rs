//! Rows of a file's tables: scopes, what they declare, and what modules offer.

use std::collections::HashMap;

use super::tree::*;

/// What a name can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Meaning {
    pub value: bool,
    pub kind: bool,
    pub space: bool,
}

impl Meaning {
    pub(super) const VALUE: Self = Self { value: true, kind: false, space: false };
    pub(super) const TYPE: Self = Self { value: false, kind: true, space: false };
    pub(super) const SPACE: Self = Self { value: false, kind: false, space: true };
    pub(super) const CLASS: Self = Self { value: true, kind: true, space: false };
    pub(super) const ENUM: Self = Self { value: true, kind: true, space: true };
    pub(super) const ALL: Self = Self { value: true, kind: true, space: true };

    pub(super) fn meets(self, other: Self) -> bool {
        self.value && other.value || self.kind && other.kind || self.space && other.space
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self { value: self.value || other.value, kind: self.kind || other.kind, space: self.space || other.space }
    }
}

/// What declares a symbol.
#[derive(Debug, Clone)]
pub(super) enum Declared {
    Pattern(PatternId),
    Function(FunctionId),
    Class(ShapeId),
    Interface(ShapeId),
    Enum(ShapeId),
    Alias {
        type_parameters: Vec<SymbolId>,
        value: TypeId,
    },
    Space(ScopeId),
    TypeParameter {
        constraint: Option<TypeId>,
        default: Option<TypeId>,
    },
    MappedKey(TypeId),
    /// `import { name }`, `import default`.
    Import {
        module: Name,
        name: Name,
    },
    /// `import * as`.
    ImportAll {
        module: Name,
    },
    /// `import x = require("y")`.
    ImportRequire {
        module: Name,
    },
    /// `import x = a.b`; the last spot of the path.
    ImportPath {
        last: SpotId,
    },
    Unknown,
}

/// What a scope declares under a name.
#[derive(Debug, Clone)]
pub(super) struct Symbol {
    pub name: Name,
    pub scope: ScopeId,
    pub meaning: Meaning,
    pub declared: Vec<Declared>,
    pub spots: Vec<SpotId>,
    /// Offered by the module or namespace where it is declared, under its own name.
    pub is_exported: bool,
    /// Declared by `var` or as a function: seen in the whole function.
    pub is_hoisted: bool,
    pub is_parameter: bool,
}

/// What kind of scope it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKind {
    File,
    Function,
    Block,
    /// A namespace, with its symbol.
    Space(SymbolId),
    /// `declare module "x"`.
    Module,
    /// `declare global`.
    Global,
    Class(ShapeId),
    Type,
    Enum(ShapeId),
}

/// Where names are declared.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub kind: ScopeKind,
    pub parent: Option<ScopeId>,
    pub names: HashMap<Name, Vec<SymbolId>>,
    pub exports: Vec<ExportId>,
    /// Of `declare module "x"`.
    pub module: Option<Name>,
    pub span: Span,
}

/// How a part gets its value.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Variable {
        annotation: Option<TypeId>,
        value: Option<ExpressionId>,
    },
    Parameter {
        function: FunctionId,
        index: u32,
        is_rest: bool,
        annotation: Option<TypeId>,
        value: Option<ExpressionId>,
    },
    /// An element of what is iterated.
    Of(ExpressionId),
    /// A key of what is iterated.
    In,
    Caught(Option<TypeId>),
    Property(PatternId, Name),
    Element(PatternId, u32),
    /// What is left, without these.
    Rest(PatternId, Vec<Name>),
    RestElements(PatternId),
    Value(ExpressionId),
    Unknown,
}

/// What gets a value by its place.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub source: Source,
    pub default: Option<ExpressionId>,
    /// The keys that an object pattern takes apart, for what is expected of a value.
    pub is_object: bool,
    pub is_constant: bool,
    /// What is assigned to it later, when it has neither a type nor a first value.
    pub assigned: Vec<ExpressionId>,
    /// What it assigns to, when it is no declaration.
    pub target: Option<ExpressionId>,
    /// Of a plain name: what it declares.
    pub symbol: Option<SymbolId>,
}

/// How a module offers something.
#[derive(Debug, Clone)]
pub(super) enum Offered {
    /// `export { local as name }`: the spot of the local name.
    Local(SpotId),
    /// `export { imported as name } from "x"`.
    From {
        module: Name,
        imported: Name,
    },
    /// `export * from "x"`.
    All {
        module: Name,
    },
    /// `export * as name from "x"`.
    AllAs {
        module: Name,
    },
    Default(ExpressionId),
    /// `export default` of a declaration or a name.
    DefaultSymbol(SymbolId),
    /// `export = x`, `module.exports = x`.
    Whole(ExpressionId),
    /// `exports.name = value`.
    Member(MemberId),
    Unknown,
}

/// Something that a module offers.
#[derive(Debug, Clone)]
pub(super) struct Export {
    pub name: Name,
    pub spot: Option<SpotId>,
    pub offered: Offered,
}
