//! Rows of a file's tables: places that bear names.

use super::tree::*;

/// What a place does with its name.
#[derive(Debug, Clone)]
pub(super) enum SpotKind {
    Declaration(SymbolId),
    /// A name that scopes explain.
    Use {
        scope: ScopeId,
        meaning: Meaning,
        symbol: Option<SymbolId>,
        is_write: bool,
    },
    /// `object.name`.
    Member {
        object: ExpressionId,
        is_write: bool,
    },
    /// `object["name"]`, within the quotes.
    Element {
        object: ExpressionId,
        is_write: bool,
    },
    /// `"name" in object`.
    In {
        object: ExpressionId,
    },
    /// `Left.name` in a type: the spot on the left.
    Qualified {
        left: SpotId,
        meaning: Meaning,
    },
    /// `import("x").name`.
    ModuleMember {
        module: Name,
    },
    MemberDeclaration(MemberId),
    /// A member of an enum, named within it.
    Variant(MemberId),
    /// A key of a pattern.
    Key(PatternId),
    /// `{ name }` in a pattern that declares.
    ShorthandPattern {
        pattern: PatternId,
        symbol: SymbolId,
    },
    /// `{ name }` in a pattern that assigns.
    ShorthandTarget {
        pattern: PatternId,
        scope: ScopeId,
        symbol: Option<SymbolId>,
    },
    /// `{ name }` in an object.
    Shorthand {
        member: MemberId,
        scope: ScopeId,
        symbol: Option<SymbolId>,
    },
    /// `name` in `import { name as other }`.
    Imported {
        module: Name,
    },
    /// `import { name }`.
    ImportShort {
        module: Name,
        symbol: SymbolId,
    },
    /// `import name`, `import * as name`.
    ImportLocal {
        module: Name,
        symbol: SymbolId,
    },
    /// `name` in `export { local as name }`, `export * as name`.
    Exported(ExportId),
    /// `name` in `export { name as other } from "x"`.
    Reexported {
        module: Name,
    },
    /// `export { name }`.
    ExportShort {
        export: ExportId,
        scope: ScopeId,
        symbol: Option<SymbolId>,
    },
    /// `export { name } from "x"`.
    ReexportShort {
        export: ExportId,
        module: Name,
    },
    /// `name={…}` of an element.
    Attribute {
        element: ExpressionId,
    },
    /// `T["name"]`.
    Indexed {
        object: TypeId,
    },
    /// A string whose type may be a literal.
    Text {
        expression: ExpressionId,
    },
    /// A string as a type.
    TextType {
        node: TypeId,
    },
    Label(u32),
    /// A parameter's name in its documentation.
    DocumentedParameter {
        function: FunctionId,
    },
    /// `{@link name}` in documentation, resolved where it stands.
    Linked {
        scope: ScopeId,
        left: Option<SpotId>,
    },
    /// `meta` and the like: words of the language.
    Word,
}

/// A place that bears a name.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub name: Name,
    pub span: Span,
    pub kind: SpotKind,
}
