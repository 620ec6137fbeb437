//! What a Go file declares and where it uses names: scopes and declarations, resolved as far as the file itself goes.

use std::sync::Arc;

use super::{
    syntax::{NodeId, Tree},
    walk::Binder,
};

pub(super) type ScopeId = u32;
pub(super) type DeclId = u32;

/// What a declaration declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum DeclKind {
    Import,
    Const,
    Var,
    Func,
    Type,
    TypeParam,
    Method,
    Field,
    Embedded,
    InterfaceMethod,
    Param,
    Receiver,
    Label,
    Short,
    Range,
    TypeSwitch,
    Receive,
}

impl DeclKind {
    /// In Go's words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Import => "imported package name",
            Self::Const => "const",
            Self::Func => "func",
            Self::Type => "type",
            Self::TypeParam => "type parameter",
            Self::Method => "method",
            Self::Field | Self::Embedded => "field",
            Self::InterfaceMethod => "interface method",
            Self::Label => "label",
            Self::Receiver => "receiver",
            Self::Param => "parameter",
            Self::Var | Self::Short | Self::Range | Self::TypeSwitch | Self::Receive => "var",
        }
    }

    /// Whether it is reached through a type: `value.name`.
    pub fn is_member(self) -> bool {
        matches!(self, Self::Method | Self::Field | Self::Embedded | Self::InterfaceMethod)
    }

    /// Whether it is a method of either sort.
    pub fn is_method(self) -> bool {
        matches!(self, Self::Method | Self::InterfaceMethod)
    }
}

/// A declaration: its name and what says its type.
#[derive(Debug, Clone)]
pub(super) struct Decl {
    pub kind: DeclKind,
    /// The name; where an import has none, the path between its quotes.
    pub start: u32,
    pub end: u32,
    /// What declares it: a spec, a field, a parameter, a statement.
    pub node: NodeId,
    /// Which of the names that the node declares.
    pub index: u32,
    pub scope: ScopeId,
    /// From this byte on it can be used in its scope.
    pub visible: u32,
    /// Of members: the struct or interface, or the name of the receiver's type.
    pub owner: NodeId,
}

/// How a name is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UseKind {
    /// Looked up through the scopes.
    Lexical,
    /// As `Lexical`, unless the literal is of a struct.
    Key,
    /// Behind a dot.
    Member,
    /// After `goto`, `break` or `continue`.
    Label,
}

/// A name that is used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use {
    pub node: NodeId,
    pub start: u32,
    pub end: u32,
    pub scope: ScopeId,
    pub kind: UseKind,
}

/// A block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    /// The block around; itself for the file's.
    pub parent: ScopeId,
    /// A function's outermost, where labels live.
    pub function: ScopeId,
    /// The first declaration that may be in it.
    pub first: DeclId,
}

/// An import.
#[derive(Debug, Clone)]
pub(super) struct Import {
    pub decl: DeclId,
    pub path: String,
    /// The path without its quotes.
    pub path_start: u32,
    pub path_end: u32,
    /// The name before the path, also `.` and `_`.
    pub alias: Option<(u32, u32)>,
}

/// All of that for a file.
#[derive(Debug)]
pub(super) struct Bound {
    pub path: String,
    pub tree: Tree,
    pub package: String,
    /// The name in the package clause; empty where there is none.
    pub clause: (u32, u32),
    pub decls: Vec<Decl>,
    /// By start.
    pub uses: Vec<Use>,
    pub scopes: Vec<Scope>,
    pub imports: Vec<Import>,
    /// Declarations by start.
    pub by_start: Vec<(u32, DeclId)>,
    /// Declarations by scope.
    pub by_scope: Vec<(ScopeId, DeclId)>,
}

impl Bound {
    /// Binds a text.
    pub fn new(path: &str, text: Arc<str>) -> Self {
        Binder::new(path, Tree::new(text)).bound()
    }

    pub fn decl(&self, id: DeclId) -> &Decl {
        &self.decls[id as usize]
    }

    /// A declaration's name as it is written.
    pub fn name(&self, id: DeclId) -> &str {
        let decl = self.decl(id);
        let written = self.tree.slice(decl.start, decl.end);
        match decl.kind {
            DeclKind::Import => self.imports.iter().find(|import| import.decl == id).map_or(written, |import| import.name(&self.tree)),
            _ => written,
        }
    }

    /// The declaration whose name begins here.
    pub fn decl_at(&self, start: u32) -> Option<DeclId> {
        let at = self.by_start.partition_point(|(at, _)| *at < start);
        self.by_start.get(at).filter(|(at, _)| *at == start).map(|(_, id)| *id)
    }

    /// The use that begins here.
    pub fn use_at(&self, start: u32) -> Option<&Use> {
        let at = self.uses.partition_point(|used| used.start < start);
        self.uses.get(at).filter(|used| used.start == start)
    }

    /// Declarations directly in a block.
    pub fn in_scope(&self, scope: ScopeId) -> impl Iterator<Item = DeclId> + '_ {
        let at = self.by_scope.partition_point(|(at, _)| *at < scope);
        self.by_scope[at..].iter().take_while(move |(at, _)| *at == scope).map(|(_, id)| *id)
    }

    /// What a name means at a byte within a block, up to the function; `None`: look at the file and the package.
    pub fn lookup(&self, scope: ScopeId, name: &str, at: u32) -> Option<DeclId> {
        let mut scope = scope;
        while scope != 0 {
            let visible = |id: &DeclId| {
                let decl = self.decl(*id);
                decl.visible <= at && decl.kind != DeclKind::Label && self.tree.slice(decl.start, decl.end) == name
            };
            if let Some(found) = self.in_scope(scope).find(visible) {
                return Some(found);
            }
            scope = self.scopes[scope as usize].parent;
        }
        None
    }

    /// The label a function has by a name.
    pub fn label(&self, scope: ScopeId, name: &str) -> Option<DeclId> {
        let function = self.scopes[scope as usize].function;
        let is_it = |(_, decl): &(usize, &Decl)| {
            decl.kind == DeclKind::Label && decl.scope == function && self.tree.slice(decl.start, decl.end) == name
        };
        self.decls.iter().enumerate().find(is_it).map(|(id, _)| crate::names::offset(id))
    }

    /// How deep a block is.
    pub fn depth(&self, scope: ScopeId) -> usize {
        std::iter::successors(Some(scope), |scope| (*scope != 0).then(|| self.scopes[*scope as usize].parent)).count()
    }

    /// Whether a block is another or within it.
    pub fn within(&self, inner: ScopeId, outer: ScopeId) -> bool {
        let mut chain = std::iter::successors(Some(inner), |scope| (*scope != 0).then(|| self.scopes[*scope as usize].parent));
        chain.any(|scope| scope == outer)
    }

    /// Whether the file is one of tests.
    pub fn is_test(&self) -> bool {
        self.path.ends_with("_test.go")
    }

    /// Whether a tool wrote it (<https://go.dev/s/generatedcode>).
    pub fn is_generated(&self) -> bool {
        let head = self.tree.text.lines().take(40);
        head.take_while(|line| !line.starts_with("package ")).any(|line| {
            let line = line.trim();
            (line.starts_with("// Code generated ") && line.ends_with("DO NOT EDIT.")) || line.contains("@generated")
        })
    }
}

impl Import {
    /// The written name, or the last part of the path that can be one.
    pub fn name<'a>(&'a self, tree: &'a Tree) -> &'a str {
        match self.alias {
            Some((start, end)) => tree.slice(start, end),
            None => last_name(&self.path),
        }
    }
}

/// The name that a package of this path most likely has: its last part, without a major version.
pub(super) fn last_name(path: &str) -> &str {
    let is_version =
        |part: &str| part.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or(path);
    let last = if is_version(last) { parts.next().unwrap_or(last) } else { last };
    let last = last.split_once(".v").map_or(last, |(name, _)| name);
    last.strip_prefix("go-").unwrap_or(last)
}
