//! What code defines, names and imports, with what each definition says of itself.

mod around;
mod docs;
mod exports;
mod imports;
mod roles;
mod signature;
mod sorts;
mod visibility;
mod walk;

use std::ops::Range;

pub(crate) use sorts::Sort;

use crate::deadline::Deadline;
use crate::tree::Layer;
use crate::{Symbol, SyntaxError, outline};

/// What code defines, names and imports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Code {
    /// In the order of the outline; what could not be found again in the tree has its outline alone.
    pub definitions: Vec<Defined>,
    /// In their order, without those that definitions are called by. At most 200,000.
    pub names: Vec<NameUse>,
    /// In their order.
    pub imports: Vec<Imported>,
    /// What the text says of itself as a whole: `//!`, a module's docstring, the comment before `package`.
    pub doc: Option<DocComment>,
}

/// A definition, with what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defined {
    /// As in the outline.
    pub symbol: Symbol,
    /// Bytes of all that belongs to it, decorators, `export` and template parameters included, doc comment and attributes before it not.
    pub whole: Range<usize>,
    /// The byte that a doc comment for it would stand before: that of the first attribute, decorator or word to tools right before it, else that of
    /// `whole`.
    pub lead: usize,
    /// Bytes of what stands before its body: all of it, of a definition without one. No white space at its ends. At most 8 KiB.
    pub signature: Range<usize>,
    /// Bytes of its body.
    pub body: Option<Range<usize>>,
    /// Its doc comment.
    pub doc: Option<DocComment>,
    /// Whether others than the file or module it is in can use it. What is defined inside a function can't be.
    pub public: bool,
    /// What it is a member of, where that is not the definition around it: a receiver in Go, the type of a Rust `impl`, `A` of C++'s `A::f`.
    pub owner: Option<String>,
    /// It says only that there is something of this name: a prototype.
    pub is_declaration: bool,
    /// A test, by how it is marked or by what it is in.
    pub is_test: bool,
}

/// A comment about something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocComment {
    /// Without comment marks and common indentation; at most 16 KiB.
    pub text: String,
    /// Bytes of the comment.
    pub range: Range<usize>,
}

/// A name that code uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameUse {
    /// Bytes of the name.
    pub range: Range<usize>,
    /// How it is used.
    pub role: Role,
    /// Bytes of the name before it: `a` of `a.b` and `a::b`.
    pub qualifier: Option<Range<usize>>,
}

/// How a name is used, as far as spelling tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// `a`.
    Value,
    /// `a()`.
    Call,
    /// `x.a`.
    Member,
    /// `x.a()`.
    MemberCall,
    /// `x::a`.
    Path,
    /// `x::a()`.
    PathCall,
    /// A type.
    Type,
    /// What is to be set, in a literal of a record: `a: 1`.
    Key,
    /// A variable or parameter begins here.
    Binding,
    /// Within an import.
    Import,
}

/// Something that is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Where from, as it is written: `crate::a::b`, `./a`, `a.b`, `<stdio.h>`, `"a.h"`. Of a Rust `mod a;`: `mod a`.
    pub target: String,
    /// What of it, where the language says so apart from it.
    pub names: Vec<String>,
    /// Bytes of the statement.
    pub range: Range<usize>,
}

/// Reads a layer and, where its language is one for that, what is embedded in it.
///
/// # Errors
/// [`SyntaxError::TimedOut`].
pub(crate) fn read(root: &Layer, text: &str, is_header: bool, deadline: Deadline) -> Result<Code, SyntaxError> {
    walk::read(root, text, outline::located(root, text), is_header, deadline)
}
