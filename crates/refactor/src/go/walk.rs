//! The walk that finds a Go file's scopes, declarations and uses.

use super::{
    bind::{Bound, Decl, DeclId, DeclKind, Import, Scope, ScopeId, Use, UseKind},
    syntax::{NodeId, Tree},
};
use crate::names::offset;

/// Never usable by name: parameters of a function's type.
const NEVER: u32 = u32::MAX;

pub(super) struct Binder {
    bound: Bound,
}

impl Binder {
    pub fn new(path: &str, tree: Tree) -> Self {
        let bound = Bound {
            path: path.to_owned(),
            tree,
            package: String::new(),
            clause: (0, 0),
            decls: Vec::new(),
            uses: Vec::new(),
            scopes: vec![Scope { parent: 0, function: 0, first: 0 }],
            imports: Vec::new(),
            by_start: Vec::new(),
            by_scope: Vec::new(),
        };
        Self { bound }
    }

    pub fn bound(mut self) -> Bound {
        self.parts(0, 0);
        let mut bound = self.bound;
        bound.uses.sort_by_key(|used| used.start);
        bound.by_start = bound.decls.iter().enumerate().map(|(id, decl)| (decl.start, offset(id))).collect();
        bound.by_start.sort_unstable();
        bound.by_scope =
            bound.decls.iter().enumerate().filter(|(_, decl)| is_named(decl)).map(|(id, decl)| (decl.scope, offset(id))).collect();
        bound.by_scope.sort_unstable();
        bound
    }

    fn kind(&self, node: NodeId) -> &'static str {
        self.bound.tree.kind(node)
    }

    fn child(&self, node: NodeId, field: &str) -> Option<NodeId> {
        self.bound.tree.child(node, field)
    }

    fn children(&self, node: NodeId) -> Vec<NodeId> {
        self.bound.tree.children(node).collect()
    }

    fn all(&self, node: NodeId, field: &str) -> Vec<NodeId> {
        self.bound.tree.all(node, field).collect()
    }

    fn scope(&mut self, parent: ScopeId) -> ScopeId {
        let function = self.bound.scopes[parent as usize].function;
        let first = offset(self.bound.decls.len());
        self.bound.scopes.push(Scope { parent, function, first });
        offset(self.bound.scopes.len() - 1)
    }

    fn function_scope(&mut self, parent: ScopeId) -> ScopeId {
        let made = self.scope(parent);
        self.bound.scopes[made as usize].function = made;
        made
    }

    fn declare(&mut self, kind: DeclKind, name: NodeId, node: NodeId, index: usize, scope: ScopeId, visible: u32) -> DeclId {
        let at = self.bound.tree.node(name);
        let decl = Decl { kind, start: at.start, end: at.end, node, index: offset(index), scope, visible, owner: 0 };
        self.bound.decls.push(decl);
        offset(self.bound.decls.len() - 1)
    }

    fn used(&mut self, node: NodeId, scope: ScopeId, kind: UseKind) {
        let at = self.bound.tree.node(node);
        self.bound.uses.push(Use { node, start: at.start, end: at.end, scope, kind });
    }

    fn parts(&mut self, node: NodeId, scope: ScopeId) {
        for child in self.children(node) {
            self.walk(child, scope);
        }
    }

    fn parts_of(&mut self, node: NodeId, field: &str, scope: ScopeId) {
        for child in self.all(node, field) {
            self.walk(child, scope);
        }
    }

    fn walk(&mut self, node: NodeId, scope: ScopeId) {
        match self.kind(node) {
            "package_clause" => self.package_clause(node),
            "import_spec" => self.import(node),
            "function_declaration" | "method_declaration" | "func_literal" => self.function(node, scope),
            "function_type" | "method_elem" => self.function_type(node, scope),
            "const_spec" | "var_spec" => self.values(node, scope),
            "type_spec" | "type_alias" => self.type_spec(node, scope),
            "struct_type" => self.members(node, node, scope),
            "short_var_declaration" => self.short(node, scope),
            "if_statement"
            | "block"
            | "expression_case"
            | "default_case"
            | "communication_case"
            | "type_case"
            | "expression_switch_statement" => {
                let inner = self.scope(scope);
                self.parts(node, inner);
            }
            "for_statement" => self.for_statement(node, scope),
            "type_switch_statement" => self.type_switch(node, scope),
            "receive_statement" => self.receive(node, scope),
            "labeled_statement" => {
                if let Some(label) = self.child(node, "label") {
                    let function = self.bound.scopes[scope as usize].function;
                    self.declare(DeclKind::Label, label, node, 0, function, 0);
                }
                self.parts(node, scope);
            }
            "label_name" if self.bound.tree.node(node).field != "label" => self.used(node, scope, UseKind::Label),
            "selector_expression" => {
                self.parts_of(node, "operand", scope);
                self.members_used(node, "field", scope);
            }
            "qualified_type" => {
                self.parts_of(node, "package", scope);
                self.members_used(node, "name", scope);
            }
            "keyed_element" => self.keyed(node, scope),
            "identifier" | "type_identifier" | "package_identifier" => self.used(node, scope, UseKind::Lexical),
            _ => self.parts(node, scope),
        }
    }

    fn members_used(&mut self, node: NodeId, field: &str, scope: ScopeId) {
        if let Some(name) = self.child(node, field) {
            self.used(name, scope, UseKind::Member);
        }
    }

    fn package_clause(&mut self, node: NodeId) {
        if let Some(name) = self.children(node).into_iter().find(|child| self.kind(*child) == "package_identifier")
            && self.bound.package.is_empty()
        {
            let at = self.bound.tree.node(name);
            self.bound.clause = (at.start, at.end);
            self.bound.package = self.bound.tree.text_of(name).to_owned();
        }
    }

    fn import(&mut self, node: NodeId) {
        let Some(path) = self.child(node, "path") else { return };
        let at = *self.bound.tree.node(path);
        let (path_start, path_end) = (at.start + 1, at.end.saturating_sub(1).max(at.start + 1));
        let written = self.child(node, "name");
        let decl = self.declare(DeclKind::Import, written.unwrap_or(path), node, 0, 0, 0);
        if written.is_none() {
            (self.bound.decls[decl as usize].start, self.bound.decls[decl as usize].end) = (path_start, path_end);
        }
        let alias = written.map(|name| self.bound.tree.node(name)).map(|at| (at.start, at.end));
        let path = self.bound.tree.slice(path_start, path_end).to_owned();
        self.bound.imports.push(Import { decl, path, path_start, path_end, alias });
    }

    fn function(&mut self, node: NodeId, scope: ScopeId) {
        let inner = self.function_scope(scope);
        let body = self.child(node, "body");
        let visible = body.map_or(NEVER, |body| self.bound.tree.node(body).start);
        let receiver = self.child(node, "receiver");
        if let Some(name) = self.child(node, "name") {
            let kind = if receiver.is_some() { DeclKind::Method } else { DeclKind::Func };
            let decl = self.declare(kind, name, node, 0, 0, 0);
            if let Some(receiver) = receiver {
                self.bound.decls[decl as usize].owner = self.receiver(receiver, inner, visible);
            }
        }
        self.type_parameters(node, inner);
        for field in ["parameters", "result"] {
            self.parameters(node, field, inner, visible);
        }
        // Parameters and the body's own declarations share a block.
        if let Some(body) = body {
            self.parts(body, inner);
        }
    }

    fn function_type(&mut self, node: NodeId, scope: ScopeId) {
        let inner = self.function_scope(scope);
        if self.kind(node) == "method_elem"
            && let Some(name) = self.child(node, "name")
        {
            let decl = self.declare(DeclKind::InterfaceMethod, name, node, 0, 0, 0);
            self.bound.decls[decl as usize].owner = self.bound.tree.node(node).parent;
        }
        for field in ["parameters", "result"] {
            self.parameters(node, field, inner, NEVER);
        }
    }

    fn parameters(&mut self, node: NodeId, field: &str, scope: ScopeId, visible: u32) {
        let Some(list) = self.child(node, field) else { return };
        if self.kind(list) != "parameter_list" {
            return self.walk(list, scope);
        }
        for parameter in self.children(list) {
            for (index, name) in self.all(parameter, "name").into_iter().enumerate() {
                self.declare(DeclKind::Param, name, parameter, index, scope, visible);
            }
            self.parts_of(parameter, "type", scope);
        }
    }

    /// Declares the receiver with its type's parameters; gives the name of its type.
    fn receiver(&mut self, list: NodeId, scope: ScopeId, visible: u32) -> NodeId {
        let Some(parameter) = self.children(list).into_iter().next() else { return 0 };
        for (index, name) in self.all(parameter, "name").into_iter().enumerate() {
            self.declare(DeclKind::Receiver, name, parameter, index, scope, visible);
        }
        let Some(mut at) = self.child(parameter, "type") else { return 0 };
        loop {
            match self.kind(at) {
                "pointer_type" | "parenthesized_type" => match self.children(at).first() {
                    Some(inner) => at = *inner,
                    None => return 0,
                },
                "generic_type" => {
                    let arguments = self.child(at, "type_arguments").map(|list| self.children(list)).unwrap_or_default();
                    for (index, argument) in arguments.into_iter().enumerate() {
                        let name = self.children(argument).into_iter().next().unwrap_or(argument);
                        self.declare(DeclKind::TypeParam, name, at, index, scope, 0);
                    }
                    match self.child(at, "type") {
                        Some(inner) => at = inner,
                        None => return 0,
                    }
                }
                "type_identifier" => {
                    self.used(at, scope, UseKind::Lexical);
                    return at;
                }
                _ => return 0,
            }
        }
    }

    fn type_parameters(&mut self, node: NodeId, scope: ScopeId) {
        let Some(list) = self.child(node, "type_parameters") else { return };
        for declaration in self.children(list) {
            for (index, name) in self.all(declaration, "name").into_iter().enumerate() {
                self.declare(DeclKind::TypeParam, name, declaration, index, scope, 0);
            }
        }
        for declaration in self.children(list) {
            self.parts_of(declaration, "type", scope);
        }
    }

    fn values(&mut self, node: NodeId, scope: ScopeId) {
        self.parts_of(node, "type", scope);
        self.parts_of(node, "value", scope);
        let kind = if self.kind(node) == "const_spec" { DeclKind::Const } else { DeclKind::Var };
        let visible = if scope == 0 { 0 } else { self.bound.tree.node(node).end };
        let names = self.all(node, "name").into_iter().filter(|name| self.kind(*name) == "identifier");
        for (index, name) in names.collect::<Vec<_>>().into_iter().enumerate() {
            self.declare(kind, name, node, index, scope, visible);
        }
    }

    fn type_spec(&mut self, node: NodeId, scope: ScopeId) {
        let Some(name) = self.child(node, "name") else { return };
        let visible = if scope == 0 { 0 } else { self.bound.tree.node(name).start };
        self.declare(DeclKind::Type, name, node, 0, scope, visible);
        let inner = if self.child(node, "type_parameters").is_some() { self.scope(scope) } else { scope };
        self.type_parameters(node, inner);
        self.parts_of(node, "type", inner);
    }

    fn members(&mut self, node: NodeId, owner: NodeId, scope: ScopeId) {
        for child in self.children(node) {
            if self.kind(child) != "field_declaration" {
                self.members(child, owner, scope);
                continue;
            }
            let names = self.all(child, "name");
            for (index, name) in names.iter().enumerate() {
                let decl = self.declare(DeclKind::Field, *name, child, index, 0, 0);
                self.bound.decls[decl as usize].owner = owner;
            }
            if names.is_empty()
                && let Some(name) = self.child(child, "type").and_then(|held| base_name(&self.bound.tree, held))
            {
                let decl = self.declare(DeclKind::Embedded, name, child, 0, 0, 0);
                self.bound.decls[decl as usize].owner = owner;
            }
            self.parts_of(child, "type", scope);
        }
    }

    /// Declares what is new of a list before `:=`; the rest is assigned.
    fn list(&mut self, kind: DeclKind, list: NodeId, node: NodeId, scope: ScopeId, visible: u32) {
        for (index, name) in self.children(list).into_iter().enumerate() {
            if self.kind(name) != "identifier" {
                self.walk(name, scope);
                continue;
            }
            let written = self.bound.tree.text_of(name);
            let at = self.bound.tree.node(name).start;
            let same = |decl: &&Decl| {
                decl.scope == scope
                    && decl.visible <= at
                    && decl.kind != DeclKind::Label
                    && self.bound.tree.slice(decl.start, decl.end) == written
            };
            let first = self.bound.scopes[scope as usize].first as usize;
            if scope != 0 && written != "_" && self.bound.decls[first..].iter().any(|decl| same(&decl)) {
                self.used(name, scope, UseKind::Lexical);
            } else {
                self.declare(kind, name, node, index, scope, visible);
            }
        }
    }

    fn short(&mut self, node: NodeId, scope: ScopeId) {
        self.parts_of(node, "right", scope);
        let visible = self.bound.tree.node(node).end;
        if let Some(left) = self.child(node, "left") {
            self.list(DeclKind::Short, left, node, scope, visible);
        }
    }

    fn for_statement(&mut self, node: NodeId, scope: ScopeId) {
        let inner = self.scope(scope);
        for child in self.children(node) {
            if self.kind(child) == "range_clause" {
                self.assigned(DeclKind::Range, child, inner);
            } else {
                self.walk(child, inner);
            }
        }
    }

    fn receive(&mut self, node: NodeId, scope: ScopeId) {
        self.assigned(DeclKind::Receive, node, scope);
    }

    fn assigned(&mut self, kind: DeclKind, node: NodeId, scope: ScopeId) {
        self.parts_of(node, "right", scope);
        let (Some(left), Some(right)) = (self.child(node, "left"), self.child(node, "right")) else { return };
        if self.bound.tree.declares(left, right) {
            let visible = self.bound.tree.node(node).end;
            self.list(kind, left, node, scope, visible);
        } else {
            self.walk(left, scope);
        }
    }

    fn type_switch(&mut self, node: NodeId, scope: ScopeId) {
        let inner = self.scope(scope);
        self.parts_of(node, "initializer", inner);
        self.parts_of(node, "value", inner);
        // The symbol is declared anew in every clause, under one name.
        let clauses = self.scope(inner);
        if let Some(alias) = self.child(node, "alias")
            && let Some(name) = self.children(alias).into_iter().next()
        {
            let visible = self.bound.tree.node(name).end;
            self.declare(DeclKind::TypeSwitch, name, node, 0, clauses, visible);
        }
        for child in self.children(node) {
            if matches!(self.kind(child), "type_case" | "default_case") {
                self.walk(child, clauses);
            }
        }
    }

    fn keyed(&mut self, node: NodeId, scope: ScopeId) {
        for child in self.children(node) {
            let inner = self.children(child);
            let is_key = self.bound.tree.node(child).field == "key";
            match inner.first() {
                Some(name) if is_key && self.kind(*name) == "identifier" => self.used(*name, scope, UseKind::Key),
                _ => self.walk(child, scope),
            }
        }
    }
}

/// The name that an embedded type gives its field.
fn base_name(tree: &Tree, held: NodeId) -> Option<NodeId> {
    match tree.kind(held) {
        "type_identifier" => Some(held),
        "qualified_type" => tree.child(held, "name"),
        "generic_type" | "pointer_type" | "parenthesized_type" => {
            let inner = tree.child(held, "type").or_else(|| tree.children(held).next())?;
            base_name(tree, inner)
        }
        _ => None,
    }
}

/// Members are found through their types, the blank name not at all.
fn is_named(decl: &Decl) -> bool {
    !decl.kind.is_member() && decl.kind != DeclKind::Import
}
