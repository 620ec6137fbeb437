//! From a parsed file to its tables.

mod access;
mod classes;
mod declarations;
mod documentation;
mod documents;
mod expressions;
mod facts;
mod functions;
mod markup;
mod modules;
mod patterns;
mod settle;
mod statements;
mod tags;
mod types;

use std::collections::{HashMap, HashSet};

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use super::{depth, tree::*};

/// The tables of a file. Never panics; what could not be read says so.
pub(super) fn tree_of(path: &str, text: &str) -> Tree {
    let unreadable = || Tree { is_unreadable: true, errors: vec![1], ..Tree::default() };
    if depth::is_too_deep(text) {
        return unreadable();
    }
    depth::with_room(|| lowered(path, text)).unwrap_or_else(unreadable)
}

fn lowered(path: &str, text: &str) -> Tree {
    let mut source_type = SourceType::from_path(path).unwrap_or_default();
    if source_type.is_javascript() {
        source_type = source_type.with_jsx(true);
    }
    let allocator = Allocator::default();
    let options = ParseOptions { preserve_parens: false, allow_return_outside_function: true, ..ParseOptions::default() };
    let mut parsed = Parser::new(&allocator, text, source_type).with_options(options).parse();
    let is_broken = parsed.panicked || parsed.diagnostics.iter().next().is_some();
    if is_broken && source_type.is_javascript() && !source_type.is_module() {
        parsed = Parser::new(&allocator, text, source_type.with_module(true)).with_options(options).parse();
    } else if is_broken && source_type.is_javascript() {
        // A script that a module would forbid: `with`, `await` as a name.
        let again = Parser::new(&allocator, text, source_type.with_script(true)).with_options(options).parse();
        if !again.panicked && again.diagnostics.iter().next().is_none() {
            parsed = again;
        }
    }
    let mut lower = Lower::new(text, source_type.is_typescript(), source_type.is_typescript_definition());
    for diagnostic in &parsed.diagnostics {
        let at = diagnostic.labels.first().map_or(0, |label| label.offset());
        lower.tree.errors.push(crate::names::line_of(text, at));
    }
    lower.tree.is_unreadable = parsed.panicked;
    lower.program(&parsed.program);
    lower.settle();
    lower.tree
}

/// Walks a file once.
struct Lower<'t> {
    text: &'t str,
    tree: Tree,
    interned: HashMap<Box<str>, Name>,
    scope: ScopeId,
    /// Which function `return` leaves.
    function: Option<FunctionId>,
    /// What `this` is.
    owner: Owner,
    labels: Vec<(Name, u32)>,
    label_count: u32,
    depth: u32,
    /// Added to the parser's offsets: types of documentation are parsed by themselves.
    shift: i64,
    /// Assignments `a.b = c`, settled when all names are known.
    assignments: Vec<Assignment>,
    /// Documentation by the first byte of what it stands before.
    documentation: HashMap<u32, Span>,
    documented: HashSet<FunctionId>,
    /// Where the statement at hand begins, to which documentation belongs.
    statement: u32,
    /// Where the statements at hand end.
    block_end: u32,
    /// Everything declared here is offered, as in declaration files.
    is_ambient: bool,
    /// Symbols that are offered only because of that.
    ambient: Vec<SymbolId>,
}

/// `target = value`, where the target is a member.
struct Assignment {
    target: ExpressionId,
    value: ExpressionId,
    /// `Object.defineProperty(object, "name", …)`: the object and the name's spot.
    defined: Option<(ExpressionId, SpotId)>,
}

/// Nested deeper, a file is not followed.
const DEEPEST: u32 = 900;

impl<'t> Lower<'t> {
    fn new(text: &'t str, is_typescript: bool, is_declaration: bool) -> Self {
        let mut tree = Tree { is_typescript, is_declaration, ..Tree::default() };
        let span = Span { start: 0, end: crate::names::offset(text.len()) };
        // The first expression says nothing, wherever one is asked for.
        tree.contexts.push(Context::Nothing);
        tree.expressions.push(Expression::Unknown);
        let scope =
            tree.scopes.push(Scope { kind: ScopeKind::File, parent: None, names: HashMap::new(), exports: Vec::new(), module: None, span });
        Self {
            text,
            tree,
            interned: HashMap::new(),
            scope,
            function: None,
            owner: Owner::Nothing,
            labels: Vec::new(),
            label_count: 0,
            depth: 0,
            shift: 0,
            assignments: Vec::new(),
            documentation: HashMap::new(),
            documented: HashSet::new(),
            statement: 0,
            block_end: 0,
            is_ambient: false,
            ambient: Vec::new(),
        }
    }

    /// One text per name.
    fn name(&mut self, name: &str) -> Name {
        if let Some(found) = self.interned.get(name) {
            return found.clone();
        }
        let made: Name = Name::from(name);
        self.interned.insert(name.into(), made.clone());
        made
    }

    /// A span of the parser in the file's own bytes.
    fn at(&self, span: oxc_span::Span) -> Span {
        let shifted = |at: u32| u32::try_from(i64::from(at) + self.shift).unwrap_or(0);
        Span { start: shifted(span.start), end: shifted(span.end) }
    }

    /// What stands between the quotes.
    fn within_quotes(&self, span: oxc_span::Span) -> Span {
        let span = self.at(span);
        if span.end - span.start < 2 { span } else { Span { start: span.start + 1, end: span.end - 1 } }
    }

    fn spot(&mut self, name: &str, span: Span, kind: SpotKind) -> SpotId {
        let name = self.name(name);
        let id = self.tree.spots.push(Spot { name: name.clone(), span, kind });
        self.tree.by_name.entry(name).or_default().push(id);
        id
    }

    /// A spot that scopes explain.
    fn used(&mut self, name: &str, span: Span, meaning: Meaning, is_write: bool) -> SpotId {
        self.spot(name, span, SpotKind::Use { scope: self.scope, meaning, symbol: None, is_write })
    }

    fn add(&mut self, expression: Expression, context: Context) -> ExpressionId {
        self.tree.contexts.push(context);
        self.tree.expressions.push(expression)
    }

    fn unknown(&mut self) -> ExpressionId {
        self.add(Expression::Unknown, Context::Nothing)
    }

    fn add_type(&mut self, node: TypeNode) -> TypeId {
        self.tree.types.push(node)
    }

    /// Runs with a scope of its own.
    fn scoped<T>(&mut self, kind: ScopeKind, span: oxc_span::Span, work: impl FnOnce(&mut Self) -> T) -> T {
        let scope = self.new_scope(kind, span);
        self.in_scope(scope, work)
    }

    fn new_scope(&mut self, kind: ScopeKind, span: oxc_span::Span) -> ScopeId {
        let span = self.at(span);
        self.tree.scopes.push(Scope { kind, parent: Some(self.scope), names: HashMap::new(), exports: Vec::new(), module: None, span })
    }

    fn in_scope<T>(&mut self, scope: ScopeId, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.scope, scope);
        let done = work(self);
        self.scope = outer;
        done
    }

    /// Runs where `this` is something else.
    fn owned<T>(&mut self, owner: Owner, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.owner, owner);
        let done = work(self);
        self.owner = outer;
        done
    }

    /// Runs one level deeper, or not at all when the file is nested beyond measure.
    fn deeper<T>(&mut self, otherwise: impl FnOnce(&mut Self) -> T, work: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEEPEST {
            if self.tree.errors.is_empty() {
                self.tree.errors.push(1);
            }
            return otherwise(self);
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        done
    }
}
