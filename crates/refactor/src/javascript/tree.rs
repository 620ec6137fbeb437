//! What is kept of a file: its declarations, scopes, expressions and types as owned tables.

use std::{collections::HashMap, ops::Range, sync::Arc};

use super::arena::{Arena, ids};
pub(super) use super::{scopes::*, spots::*, syntax::*};

ids! {
    /// An expression.
    ExpressionId,
    /// A type as it is written.
    TypeId,
    /// A function, method or signature.
    FunctionId,
    /// Something with members: a class, interface, enum, type or object literal.
    ShapeId,
    /// A member of a shape.
    MemberId,
    /// What a scope declares under a name.
    SymbolId,
    /// Where names are declared.
    ScopeId,
    /// What gets a value by its place: a variable, parameter, or a part of a destructured one.
    PatternId,
    /// A name under which a module offers something.
    ExportId,
    /// A place in the text that bears a name.
    SpotId,
}

/// A name, shared within a file.
pub(super) type Name = Arc<str>;

/// Bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A file's tables.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub expressions: Arena<ExpressionId, Expression>,
    /// What stands around each expression and says what type is expected there.
    pub contexts: Arena<ExpressionId, Context>,
    pub types: Arena<TypeId, TypeNode>,
    pub functions: Arena<FunctionId, Function>,
    pub shapes: Arena<ShapeId, Shape>,
    pub members: Arena<MemberId, Member>,
    pub symbols: Arena<SymbolId, Symbol>,
    pub scopes: Arena<ScopeId, Scope>,
    pub patterns: Arena<PatternId, Pattern>,
    pub exports: Arena<ExportId, Export>,
    /// In no order; a place has one spot.
    pub spots: Arena<SpotId, Spot>,
    /// The spots of each name.
    pub by_name: HashMap<Name, Vec<SpotId>>,
    /// Of types that are strings among type arguments: of which reference, and which argument.
    pub argument_of: HashMap<TypeId, (TypeId, u32)>,
    /// Of texts that are asked to be keys, `"name" extends keyof T`: the type of those keys.
    pub key_of: HashMap<TypeId, TypeId>,
    /// What conditions say of names, by the last name of what they speak of.
    pub facts: HashMap<Name, Vec<Fact>>,
    /// Names side by side that could be one if they were alike: `{ a: b }`, `import { a as b }`.
    pub pairs: Vec<(SpotId, SpotId)>,
    /// Every place where a module is named.
    pub specifiers: Vec<(Span, Name)>,
    pub comments: Vec<Span>,
    /// String literals and template parts, without their quotes.
    pub strings: Vec<Span>,
    /// Whether it imports or exports: its declarations are its own.
    pub is_module: bool,
    pub is_typescript: bool,
    pub is_declaration: bool,
    /// Lines of errors; empty when the file was understood.
    pub errors: Vec<u32>,
    /// Nothing of the file could be read.
    pub is_unreadable: bool,
    /// `export as namespace`: the module as all see it.
    pub space_name: Option<SymbolId>,
    /// What is assigned to `exports`.
    pub exports_shape: Option<ShapeId>,
    pub has_eval: bool,
}

impl Tree {
    /// Parts of the text that a name at `offset` may be in: the places that hold the byte, or end just before it.
    pub(super) fn spots_at(&self, offset: u32) -> Vec<SpotId> {
        let holds = |spot: &Spot| spot.span.start <= offset && offset < spot.span.end;
        let touches = |spot: &Spot| spot.span.end == offset;
        let all = |wanted: &dyn Fn(&Spot) -> bool| self.spots.iter().filter(|(_, spot)| wanted(spot)).map(|(id, _)| id).collect::<Vec<_>>();
        let found = all(&holds);
        if found.is_empty() { all(&touches) } else { found }
    }

    /// The file's own scope.
    pub(super) const FILE: ScopeId = ScopeId::FIRST;

    /// The symbols that a scope and those around it declare under a name, innermost first.
    pub(super) fn lookup(&self, scope: ScopeId, name: &str, meaning: Meaning) -> Option<SymbolId> {
        let mut at = Some(scope);
        while let Some(id) = at {
            let scope = &self.scopes[id];
            if let Some(symbols) = scope.names.get(name)
                && let Some(found) = symbols.iter().find(|symbol| self.symbols[**symbol].meaning.meets(meaning))
            {
                return Some(*found);
            }
            // What one block of a namespace offers, the others see.
            if let ScopeKind::Space(space) = scope.kind
                && let Some(found) = self.offered_by_space(space, name, meaning)
            {
                return Some(found);
            }
            at = scope.parent;
        }
        None
    }

    /// What the blocks of a namespace offer under a name.
    pub(super) fn offered_by_space(&self, space: SymbolId, name: &str, meaning: Meaning) -> Option<SymbolId> {
        self.symbols[space].declared.iter().find_map(|declared| {
            let Declared::Space(scope) = declared else { return None };
            let symbols = self.scopes[*scope].names.get(name)?;
            symbols.iter().copied().find(|symbol| self.symbols[*symbol].is_exported && self.symbols[*symbol].meaning.meets(meaning))
        })
    }

    /// The member of an enum that a name means within it.
    pub(super) fn variant(&self, scope: ScopeId, name: &str) -> Option<MemberId> {
        let mut at = Some(scope);
        while let Some(id) = at {
            let scope = &self.scopes[id];
            if scope.names.contains_key(name) {
                return None;
            }
            if let ScopeKind::Enum(shape) = scope.kind {
                let symbol = self.shapes[shape].symbol?;
                return self.symbols[symbol].declared.iter().find_map(|declared| {
                    let Declared::Enum(shape) = declared else { return None };
                    self.shapes[*shape].members.iter().copied().find(|member| *self.members[*member].name == *name)
                });
            }
            at = scope.parent;
        }
        None
    }

    /// The bytes of a spot.
    pub(super) fn span(&self, spot: SpotId) -> Span {
        self.spots[spot].span
    }
}
