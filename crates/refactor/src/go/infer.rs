//! The types of expressions and declarations, worked out when they are asked for.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use super::{
    bind::{Bound, DeclKind, UseKind},
    syntax::NodeId,
    types::{Member, Signature, Type},
    world::{FileId, Object, World},
};

/// Types that were worked out before, and what is being worked out.
#[derive(Default)]
pub(super) struct Known {
    types: RefCell<HashMap<(FileId, NodeId), Option<Type>>>,
    decls: RefCell<HashMap<Object, Option<Type>>>,
    depth: Cell<usize>,
}

/// Chains of definitions are not followed further.
const DEEPEST: usize = 400;

/// What a name means where it is used.
#[derive(Debug, Clone)]
pub(super) enum Meaning {
    Object(Object),
    /// A word that every file knows.
    Universe,
    /// Of a package outside the project.
    External,
    /// It can't be followed.
    Unknown,
    /// Nothing has that name.
    Nothing,
}

impl World<'_> {
    /// The type of an expression, or the type that it is.
    pub fn type_at_expr(&self, file: FileId, node: NodeId) -> Type {
        if let Some(known) = self.known.types.borrow().get(&(file, node)) {
            return known.clone().unwrap_or(Type::Unknown);
        }
        if self.known.depth.get() > DEEPEST {
            return Type::Unknown;
        }
        self.known.depth.set(self.known.depth.get() + 1);
        self.known.types.borrow_mut().insert((file, node), None);
        let found = self.worked_out(file, node);
        self.known.types.borrow_mut().insert((file, node), Some(found.clone()));
        self.known.depth.set(self.known.depth.get() - 1);
        found
    }

    /// The type that a node in the place of a type is.
    pub fn type_at(&self, file: FileId, node: NodeId) -> Type {
        self.type_at_expr(file, node).as_type()
    }

    /// The type of what is declared; of a type that type as an expression.
    pub fn decl_type(&self, object: Object) -> Type {
        if let Some(known) = self.known.decls.borrow().get(&object) {
            return known.clone().unwrap_or(Type::Unknown);
        }
        if self.known.depth.get() > DEEPEST {
            return Type::Unknown;
        }
        self.known.depth.set(self.known.depth.get() + 1);
        self.known.decls.borrow_mut().insert(object, None);
        let found = self.declared(object);
        self.known.decls.borrow_mut().insert(object, Some(found.clone()));
        self.known.depth.set(self.known.depth.get() - 1);
        found
    }

    /// What the name at a node means.
    pub fn meaning(&self, file: FileId, node: NodeId) -> Meaning {
        let bound = self.file(file);
        let at = *bound.tree.node(node);
        let Some(used) = bound.use_at(at.start).copied() else {
            return bound.decl_at(at.start).map_or(Meaning::Nothing, |decl| Meaning::Object(Object { file, decl }));
        };
        match used.kind {
            UseKind::Label => {
                let found = bound.label(used.scope, bound.tree.text_of(node));
                found.map_or(Meaning::Nothing, |decl| Meaning::Object(Object { file, decl }))
            }
            UseKind::Lexical => self.lexical(file, &bound, node),
            UseKind::Key => self.key(file, &bound, node),
            UseKind::Member => self.behind_dot(file, &bound, node),
        }
    }

    fn lexical(&self, file: FileId, bound: &Bound, node: NodeId) -> Meaning {
        let at = bound.tree.node(node);
        let Some(used) = bound.use_at(at.start) else { return Meaning::Nothing };
        let name = bound.tree.text_of(node);
        if let Some(decl) = bound.lookup(used.scope, name, at.start) {
            return Meaning::Object(Object { file, decl });
        }
        self.outer(file, name)
    }

    /// What a name means outside of functions.
    pub fn outer(&self, file: FileId, name: &str) -> Meaning {
        if let Some(found) =
            self.package_of(file).members.get(name).and_then(|found| found.iter().find(|object| object.file == file).or(found.first()))
        {
            return Meaning::Object(*found);
        }
        if let Some(decl) = self.import_named(file, name) {
            return Meaning::Object(Object { file, decl });
        }
        let bound = self.file(file);
        let mut doubt = false;
        for import in bound.imports.iter().filter(|import| import.alias.is_some() && import.name(&bound.tree) == ".") {
            match self.imported(file, &import.path) {
                Some(package) => {
                    if let Some(found) = package.members.get(name).and_then(|found| found.first()) {
                        return Meaning::Object(*found);
                    }
                }
                None => doubt = true,
            }
        }
        match () {
            () if is_universe(name) => Meaning::Universe,
            () if doubt => Meaning::External,
            () => Meaning::Nothing,
        }
    }

    /// The import that gives a file a name.
    pub fn import_named(&self, file: FileId, name: &str) -> Option<u32> {
        let bound = self.file(file);
        let written = bound.imports.iter().find(|import| import.alias.is_some() && import.name(&bound.tree) == name);
        let silent = |is_likely: bool| {
            let mut silent = bound.imports.iter().filter(|import| import.alias.is_none());
            silent
                .find(|import| (super::bind::last_name(&import.path) == name) == is_likely && self.import_name(file, &import.path) == name)
        };
        // What their paths suggest comes first: to learn the names of all others, their packages are read.
        let silent = || silent(true).or_else(|| (!is_universe(name)).then(|| silent(false)).flatten());
        written.or_else(silent).map(|import| import.decl)
    }

    /// The name that an import without one gives: what the package calls itself, or what its path suggests.
    pub fn import_name(&self, file: FileId, path: &str) -> String {
        let suggested = super::bind::last_name(path);
        self.imported(file, path).map_or_else(|| suggested.to_owned(), |package| package.name.clone())
    }

    fn key(&self, file: FileId, bound: &Bound, node: NodeId) -> Meaning {
        let element = bound.tree.node(bound.tree.node(node).parent).parent;
        let literal = bound.tree.node(element).parent;
        let of = self.literal_type(file, literal);
        match self.underlying(of.pointed()) {
            Type::Struct(..) => match self.member(&of, bound.tree.text_of(node)) {
                Member::Found(object, 0, _) => Meaning::Object(object),
                Member::Unknown => Meaning::Unknown,
                _ => Meaning::Nothing,
            },
            Type::Map(..) | Type::Slice(_) | Type::Array(_) => self.lexical(file, bound, node),
            Type::External(_) => match self.lexical(file, bound, node) {
                // A map of a library with this key, or a field of a library's struct: the field is by far more usual.
                Meaning::Object(object) if bound.decl(object.decl).kind == DeclKind::Import => Meaning::External,
                Meaning::Object(_) => Meaning::Unknown,
                _ => Meaning::External,
            },
            _ => Meaning::Unknown,
        }
    }

    fn behind_dot(&self, file: FileId, bound: &Bound, node: NodeId) -> Meaning {
        let parent = bound.tree.node(node).parent;
        let field = if bound.tree.kind(parent) == "qualified_type" { "package" } else { "operand" };
        let Some(before) = bound.tree.child(parent, field) else { return Meaning::Nothing };
        let name = bound.tree.text_of(node);
        let of = match self.type_at_expr(file, before) {
            Type::Package(from, path) => {
                let Some(package) = self.imported(from, &path) else { return Meaning::External };
                return package
                    .members
                    .get(name)
                    .and_then(|found| found.first())
                    .map_or(Meaning::Nothing, |object| Meaning::Object(*object));
            }
            Type::Expr(inner) => (*inner).clone(),
            other => other,
        };
        match self.member(&of, name) {
            Member::Found(object, ..) => Meaning::Object(object),
            Member::Unknown => Meaning::Unknown,
            Member::External => Meaning::External,
            Member::None => Meaning::Nothing,
        }
    }

    /// The type of a literal's braces, also where it is left out.
    pub fn literal_type(&self, file: FileId, node: NodeId) -> Type {
        let bound = self.file(file);
        let parent = bound.tree.node(node).parent;
        match bound.tree.kind(parent) {
            "composite_literal" => bound.tree.child(parent, "type").map_or(Type::Unknown, |held| self.type_at(file, held)),
            "literal_element" => {
                let above = bound.tree.node(parent).parent;
                let (outer, is_key) = match bound.tree.kind(above) {
                    "keyed_element" => (bound.tree.node(above).parent, bound.tree.node(parent).field == "key"),
                    _ => (above, false),
                };
                match self.underlying(self.literal_type(file, outer).pointed()) {
                    Type::Map(key, _) if is_key => (*key).clone(),
                    Type::Map(_, value) => (*value).clone(),
                    Type::Slice(inner) | Type::Array(inner) => (*inner).clone(),
                    Type::External(_) => Type::outside(),
                    _ => Type::Unknown,
                }
            }
            _ => Type::Unknown,
        }
    }

    /// What a name in an expression is.
    pub fn type_of_name(&self, file: FileId, node: NodeId) -> Type {
        let bound = self.file(file);
        let name = bound.tree.text_of(node);
        match self.meaning(file, node) {
            Meaning::Object(object) if self.kind(object) == DeclKind::TypeSwitch => self.in_clause(object, node),
            Meaning::Object(object) => match self.decl_type(object) {
                // Of a member found through a type, with what its parameters stand for there.
                held if bound.use_at(bound.tree.node(node).start).is_some_and(|used| used.kind == UseKind::Member) => {
                    self.bound_member(file, node, held)
                }
                held => held,
            },
            Meaning::Universe => universe(name),
            Meaning::External => Type::External(self.external_name(file, node).into()),
            Meaning::Unknown | Meaning::Nothing => Type::Unknown,
        }
    }

    fn bound_member(&self, file: FileId, node: NodeId, held: Type) -> Type {
        let bound = self.file(file);
        let parent = bound.tree.node(node).parent;
        let Some(before) = bound.tree.child(parent, "operand") else { return held };
        let of = match self.type_at_expr(file, before) {
            Type::Package(..) => return held,
            other => other,
        };
        let (of, is_expression) = match of {
            Type::Expr(inner) => ((*inner).clone(), true),
            other => (other, false),
        };
        match self.member(&of, bound.tree.text_of(node)) {
            Member::Found(_, _, bindings) => match held.with(&bindings) {
                // A method expression takes its receiver first.
                Type::Func(signature) if is_expression => {
                    let mut signature = (*signature).clone();
                    signature.params.insert(0, of);
                    Type::Func(Rc::new(signature))
                }
                held => held,
            },
            _ => held,
        }
    }

    fn external_name(&self, file: FileId, node: NodeId) -> String {
        let bound = self.file(file);
        let parent = bound.tree.node(node).parent;
        let before = bound.tree.child(parent, "package").or_else(|| bound.tree.child(parent, "operand"));
        match before.map(|before| self.type_at_expr(file, before)) {
            Some(Type::Package(_, path)) => format!("{path}.{}", bound.tree.text_of(node)),
            _ => String::new(),
        }
    }

    /// The type of a type switch's symbol in the clause that holds a node.
    fn in_clause(&self, object: Object, node: NodeId) -> Type {
        let bound = self.file(object.file);
        let switch = bound.decl(object.decl).node;
        let mut inside = node;
        for above in bound.tree.above(node) {
            if above == switch {
                let mut types = bound.tree.all(inside, "type");
                return match (types.next(), types.next()) {
                    (Some(only), None) => match self.type_at_expr(object.file, only) {
                        Type::Nil => self.decl_type(object),
                        held => held.as_type(),
                    },
                    _ => self.decl_type(object),
                };
            }
            inside = above;
        }
        self.decl_type(object)
    }

    /// A function's type by its declaration, literal or type.
    pub fn signature(&self, file: FileId, node: NodeId) -> Signature {
        let bound = self.file(file);
        let mut signature = Signature { open: Vec::new(), params: Vec::new(), variadic: false, results: Vec::new() };
        if let Some(list) = bound.tree.child(node, "parameters") {
            for parameter in bound.tree.children(list) {
                let Some(held) = bound.tree.child(parameter, "type") else { continue };
                let mut held = self.type_at(file, held);
                if bound.tree.kind(parameter) == "variadic_parameter_declaration" {
                    signature.variadic = true;
                    held = Type::Slice(Rc::new(held));
                }
                let count = bound.tree.all(parameter, "name").count().max(1);
                signature.params.extend(std::iter::repeat_n(held, count));
            }
        }
        match bound.tree.child(node, "result") {
            Some(list) if bound.tree.kind(list) == "parameter_list" => {
                for parameter in bound.tree.children(list) {
                    let held = bound.tree.child(parameter, "type").map_or(Type::Unknown, |held| self.type_at(file, held));
                    let count = bound.tree.all(parameter, "name").count().max(1);
                    signature.results.extend(std::iter::repeat_n(held, count));
                }
            }
            Some(only) => signature.results.push(self.type_at(file, only)),
            None => {}
        }
        signature
    }
}

/// Names that every Go file knows (<https://go.dev/ref/spec#Predeclared_identifiers>).
pub(super) fn is_universe(name: &str) -> bool {
    is_basic(name) || BUILT_IN.contains(&name) || matches!(name, "nil" | "true" | "false" | "iota")
}

const BUILT_IN: [&str; 18] = [
    "append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make", "max", "min", "new", "panic", "print",
    "println", "real", "recover",
];

fn is_basic(name: &str) -> bool {
    matches!(
        name,
        "any"
            | "bool"
            | "byte"
            | "comparable"
            | "complex64"
            | "complex128"
            | "error"
            | "float32"
            | "float64"
            | "int"
            | "int8"
            | "int16"
            | "int32"
            | "int64"
            | "rune"
            | "string"
            | "uint"
            | "uint8"
            | "uint16"
            | "uint32"
            | "uint64"
            | "uintptr"
    )
}

fn universe(name: &str) -> Type {
    match name {
        "nil" => Type::Nil,
        "true" | "false" => Type::Basic("bool".into()),
        "iota" => Type::Basic("int".into()),
        name if BUILT_IN.contains(&name) => Type::BuiltIn(name.into()),
        name => Type::Expr(Rc::new(Type::Basic(match name {
            "byte" => "uint8".into(),
            "rune" => "int32".into(),
            name => name.into(),
        }))),
    }
}
