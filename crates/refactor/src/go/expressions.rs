//! What each sort of expression and declaration makes of the types of its parts.

use std::rc::Rc;

use super::{
    bind::DeclKind,
    syntax::NodeId,
    types::{Signature, Type},
    world::{FileId, Object, World},
};

impl World<'_> {
    pub(super) fn worked_out(&self, file: FileId, node: NodeId) -> Type {
        let bound = self.file(file);
        let tree = &bound.tree;
        let of = |field: &str| tree.child(node, field).map_or(Type::Unknown, |child| self.type_at_expr(file, child));
        let held = |field: &str| Rc::new(tree.child(node, field).map_or(Type::Unknown, |child| self.type_at(file, child)));
        let only = || tree.children(node).next();
        let expr = |inner: Type| Type::Expr(Rc::new(inner));
        match tree.kind(node) {
            "identifier" | "type_identifier" | "package_identifier" | "field_identifier" => self.type_of_name(file, node),
            "selector_expression" => tree.child(node, "field").map_or(Type::Unknown, |name| self.type_of_name(file, name)),
            "qualified_type" => tree.child(node, "name").map_or(Type::Unknown, |name| self.type_of_name(file, name)),
            "parenthesized_expression" | "parenthesized_type" | "literal_element" | "expression_list" | "variadic_argument" => {
                only().map_or(Type::Unknown, |inner| self.type_at_expr(file, inner))
            }
            "type_elem" | "type_constraint" => match tree.children(node).collect::<Vec<_>>().as_slice() {
                [only] => self.type_at_expr(file, *only),
                _ => Type::Unknown,
            },
            "pointer_type" => expr(Type::Pointer(Rc::new(only().map_or(Type::Unknown, |inner| self.type_at(file, inner))))),
            "slice_type" => expr(Type::Slice(held("element"))),
            "array_type" | "implicit_length_array_type" => expr(Type::Array(held("element"))),
            "map_type" => expr(Type::Map(held("key"), held("value"))),
            "channel_type" => expr(Type::Chan(held("value"))),
            "struct_type" => expr(Type::Struct(file, node, Rc::from([]))),
            "interface_type" => expr(Type::Interface(file, node, Rc::from([]))),
            "function_type" => expr(Type::Func(Rc::new(self.signature(file, node)))),
            "func_literal" => Type::Func(Rc::new(self.signature(file, node))),
            "generic_type" | "type_instantiation_expression" | "index_expression" => self.indexed(file, node),
            "slice_expression" => match of("operand") {
                Type::Pointer(inner) if matches!(*inner, Type::Array(_)) => match &*inner {
                    Type::Array(element) => Type::Slice(element.clone()),
                    _ => Type::Unknown,
                },
                Type::Array(element) => Type::Slice(element),
                other => other,
            },
            "type_assertion_expression" => tree.child(node, "type").map_or(Type::Unknown, |held| self.type_at(file, held)),
            "composite_literal" => tree.child(node, "type").map_or(Type::Unknown, |held| self.type_at(file, held)),
            "literal_value" => self.literal_type(file, node),
            "type_conversion_expression" => match of("type") {
                Type::Expr(inner) => (*inner).clone(),
                Type::Func(signature) => {
                    let arguments: Vec<NodeId> = tree.child(node, "operand").into_iter().collect();
                    self.result_of(file, &signature, &arguments)
                }
                Type::External(_) => self.given_from_outside(file, &tree.child(node, "operand").into_iter().collect::<Vec<_>>()),
                _ => Type::Unknown,
            },
            "call_expression" => self.call(file, node),
            "unary_expression" => {
                let inner = of("operand");
                match tree.child(node, "operator").map(|operator| tree.text_of(operator)) {
                    Some("&") => Type::Pointer(Rc::new(inner)),
                    Some("*") => match inner {
                        Type::Expr(inner) => expr(Type::Pointer(inner)),
                        Type::External(name) => Type::External(name),
                        other => match self.underlying(&other) {
                            Type::Pointer(inner) => (*inner).clone(),
                            _ => Type::Unknown,
                        },
                    },
                    Some("<-") => match self.underlying(&inner) {
                        Type::Chan(inner) => (*inner).clone(),
                        Type::External(_) => Type::outside(),
                        _ => Type::Unknown,
                    },
                    Some("!") => Type::Basic("bool".into()),
                    _ => inner,
                }
            }
            "binary_expression" => match tree.child(node, "operator").map(|operator| tree.text_of(operator)) {
                Some("==" | "!=" | "<" | "<=" | ">" | ">=" | "&&" | "||") => Type::Basic("bool".into()),
                Some("<<" | ">>") => of("left"),
                _ => match of("left") {
                    Type::Basic(_) | Type::Unknown => of("right"),
                    other => other,
                },
            },
            "nil" => Type::Nil,
            "true" | "false" => Type::Basic("bool".into()),
            "interpreted_string_literal" | "raw_string_literal" => Type::Basic("string".into()),
            "int_literal" | "iota" => Type::Basic("int".into()),
            "rune_literal" => Type::Basic("int32".into()),
            "float_literal" => Type::Basic("float64".into()),
            "imaginary_literal" => Type::Basic("complex128".into()),
            _ => Type::Unknown,
        }
    }

    fn indexed(&self, file: FileId, node: NodeId) -> Type {
        let bound = self.file(file);
        let tree = &bound.tree;
        let parts: Vec<NodeId> = tree.children(node).collect();
        let Some((operand, rest)) = parts.split_first() else { return Type::Unknown };
        let arguments = || -> Vec<Type> {
            let nodes: Vec<NodeId> = match rest {
                [list] if tree.kind(*list) == "type_arguments" => tree.children(*list).collect(),
                nodes => nodes.to_vec(),
            };
            nodes.into_iter().map(|argument| self.type_at(file, argument)).collect()
        };
        match self.type_at_expr(file, *operand) {
            Type::Expr(inner) => match &*inner {
                Type::Named(object, _) => Type::Expr(Rc::new(Type::Named(*object, arguments().into()))),
                other => Type::Expr(Rc::new(other.clone())),
            },
            Type::External(name) if tree.kind(node) == "index_expression" => Type::External(name),
            Type::External(name) => match arguments().iter().any(Type::is_ours) {
                true => Type::Unknown,
                false => Type::External(name),
            },
            Type::Func(signature) if !signature.open.is_empty() => {
                let bindings: Vec<(Object, Type)> = signature.open.iter().copied().zip(arguments()).collect();
                Type::Func(signature).with(&bindings)
            }
            value => match self.underlying(&value) {
                Type::Map(_, inner) | Type::Slice(inner) | Type::Array(inner) => (*inner).clone(),
                Type::Pointer(inner) => match self.underlying(&inner) {
                    Type::Array(inner) => (*inner).clone(),
                    _ => Type::Unknown,
                },
                Type::Basic(_) => Type::Basic("uint8".into()),
                Type::External(_) => Type::outside(),
                _ => Type::Unknown,
            },
        }
    }

    fn call(&self, file: FileId, node: NodeId) -> Type {
        let bound = self.file(file);
        let tree = &bound.tree;
        let Some(function) = tree.child(node, "function") else { return Type::Unknown };
        let arguments: Vec<NodeId> = tree.child(node, "arguments").map(|list| tree.children(list).collect()).unwrap_or_default();
        let given: Vec<Type> = tree
            .child(node, "type_arguments")
            .map(|list| tree.children(list).map(|argument| self.type_at(file, argument)).collect())
            .unwrap_or_default();
        match self.type_at_expr(file, function) {
            Type::Expr(inner) => match &*inner {
                Type::Named(object, held) if held.is_empty() && !given.is_empty() => Type::Named(*object, given.into()),
                other => other.clone(),
            },
            Type::BuiltIn(name) => self.built_in(file, &name, &arguments),
            Type::External(_) if given.iter().any(Type::is_ours) => Type::Unknown,
            Type::External(whole) if keeps_to_itself(&whole) => Type::outside(),
            Type::External(whole) => match self.standard(file, &whole, &arguments) {
                Some(known) => known,
                None => self.given_from_outside(file, &arguments),
            },
            Type::Func(signature) if !given.is_empty() => {
                let bindings: Vec<(Object, Type)> = signature.open.iter().copied().zip(given).collect();
                match Type::Func(signature).with(&bindings) {
                    Type::Func(signature) => self.result_of(file, &signature, &arguments),
                    _ => Type::Unknown,
                }
            }
            other => match self.underlying(&other) {
                Type::Func(signature) => self.result_of(file, &signature, &arguments),
                Type::External(_) => self.given_from_outside(file, &arguments),
                _ => Type::Unknown,
            },
        }
    }

    /// What a library's function gives: something of its own, unless it is handed ours and may hand them on.
    fn given_from_outside(&self, file: FileId, arguments: &[NodeId]) -> Type {
        let may_hand_on = arguments.iter().any(|argument| match self.type_at_expr(file, *argument) {
            Type::Unknown => false,
            held => held.is_ours(),
        });
        if may_hand_on { Type::Unknown } else { Type::outside() }
    }

    fn built_in(&self, file: FileId, name: &str, arguments: &[NodeId]) -> Type {
        let first = arguments.first().copied();
        match (name, first) {
            ("new", Some(first)) => match self.type_at_expr(file, first) {
                Type::Expr(inner) => Type::Pointer(inner),
                other => Type::Pointer(Rc::new(other)),
            },
            ("make", Some(first)) => self.type_at(file, first),
            ("append" | "min" | "max", Some(first)) => self.type_at_expr(file, first),
            ("recover", _) => Type::Basic("any".into()),
            ("complex" | "real" | "imag", _) => Type::Basic("float64".into()),
            ("clear" | "close" | "delete" | "panic" | "print" | "println", _) => Type::Tuple(Rc::from([])),
            _ => Type::Basic("int".into()),
        }
    }

    /// The result of a call, with what its arguments say of the type parameters.
    fn result_of(&self, file: FileId, signature: &Signature, arguments: &[NodeId]) -> Type {
        let mut learned = Vec::new();
        if !signature.open.is_empty() {
            for (index, argument) in arguments.iter().enumerate() {
                let last = signature.params.len().saturating_sub(1);
                let Some(wanted) = signature.params.get(index.min(last)) else { break };
                let wanted = match wanted {
                    Type::Slice(inner)
                        if signature.variadic && index >= last && self.file(file).tree.kind(*argument) != "variadic_argument" =>
                    {
                        inner
                    }
                    other => other,
                };
                let given = self.type_at_expr(file, *argument);
                wanted.learn(&given, &signature.open, &mut learned);
                if !matches!(wanted, Type::Param(_)) {
                    wanted.learn(&self.underlying(&given), &signature.open, &mut learned);
                }
            }
            self.learn_from_constraints(&signature.open, &mut learned);
        }
        let results: Vec<Type> = signature.results.iter().map(|held| held.with(&learned)).collect();
        match <[Type; 1]>::try_from(results) {
            Ok([only]) => only,
            Err(results) => Type::Tuple(results.into()),
        }
    }

    /// `S ~[]E` says what `E` is once `S` is known.
    fn learn_from_constraints(&self, open: &[Object], learned: &mut Vec<(Object, Type)>) {
        for object in open {
            let Some((_, given)) = learned.iter().find(|(other, _)| other == object).cloned() else { continue };
            if let Some(core) = self.core(*object) {
                core.learn(&self.underlying(&given), open, learned);
            }
        }
    }

    pub(super) fn declared(&self, object: Object) -> Type {
        let bound = self.file(object.file);
        let decl = bound.decl(object.decl);
        let (file, node, tree) = (object.file, decl.node, &bound.tree);
        let index = decl.index as usize;
        let written = tree.child(node, "type");
        match decl.kind {
            DeclKind::Import => {
                let path = bound.imports.iter().find(|import| import.decl == object.decl).map(|import| import.path.as_str());
                Type::Package(file, path.unwrap_or_default().into())
            }
            DeclKind::Type => match tree.kind(node) {
                "type_alias" => written.map_or(Type::Unknown, |held| self.type_at_expr(file, held)),
                _ => Type::Expr(Rc::new(Type::Named(object, Rc::from([])))),
            },
            DeclKind::TypeParam => Type::Expr(Rc::new(Type::Param(object))),
            DeclKind::Func => {
                let mut signature = self.signature(file, node);
                signature.open = self.parameters_of(object);
                Type::Func(Rc::new(signature))
            }
            DeclKind::Method | DeclKind::InterfaceMethod => Type::Func(Rc::new(self.signature(file, node))),
            DeclKind::Embedded => {
                let Some(held) = written else { return Type::Unknown };
                let of = self.type_at(file, held);
                let is_pointer = tree.slice(tree.node(node).start, tree.node(held).start).contains('*');
                if is_pointer { Type::Pointer(Rc::new(of)) } else { of }
            }
            DeclKind::Field | DeclKind::Param | DeclKind::Receiver => {
                let of = written.map_or(Type::Unknown, |held| self.type_at(file, held));
                if tree.kind(node) == "variadic_parameter_declaration" { Type::Slice(Rc::new(of)) } else { of }
            }
            DeclKind::Var | DeclKind::Const => match (written, tree.child(node, "value")) {
                (Some(held), _) => self.type_at(file, held),
                (None, Some(values)) => {
                    let values: Vec<NodeId> = tree.children(values).collect();
                    self.value(file, &values, index, tree.all(node, "name").count())
                }
                // A constant without a value repeats the one before.
                (None, None) => self.repeated(object),
            },
            DeclKind::Short => {
                let nodes = |field: &str| tree.child(node, field).map(|list| tree.children(list).collect::<Vec<_>>()).unwrap_or_default();
                self.value(file, &nodes("right"), index, nodes("left").len())
            }
            DeclKind::Range => tree.child(node, "right").map_or(Type::Unknown, |over| self.ranged(&self.type_at_expr(file, over), index)),
            DeclKind::Receive if index > 0 => Type::Basic("bool".into()),
            DeclKind::Receive => tree.child(node, "right").map_or(Type::Unknown, |from| self.type_at_expr(file, from)),
            DeclKind::TypeSwitch => tree.child(node, "value").map_or(Type::Unknown, |value| self.type_at_expr(file, value)),
            DeclKind::Label => Type::Unknown,
        }
    }

    fn value(&self, file: FileId, values: &[NodeId], index: usize, names: usize) -> Type {
        match values {
            [only] if names > 1 => match self.type_at_expr(file, *only) {
                Type::Tuple(parts) => parts.get(index).cloned().unwrap_or(Type::Unknown),
                Type::External(_) => Type::outside(),
                // `value, ok := …`
                _ if index > 0 => Type::Basic("bool".into()),
                other => other,
            },
            values => match values.get(index).map_or(Type::Unknown, |value| self.type_at_expr(file, *value)) {
                Type::Tuple(parts) => parts.first().cloned().unwrap_or(Type::Unknown),
                other => other,
            },
        }
    }

    fn repeated(&self, object: Object) -> Type {
        let bound = self.file(object.file);
        let node = bound.decl(object.decl).node;
        let before = bound.tree.children(bound.tree.node(node).parent).take_while(|other| *other != node);
        let said = before.filter(|other| bound.tree.child(*other, "value").is_some()).last();
        match said.and_then(|said| bound.tree.child(said, "type").or_else(|| bound.tree.child(said, "value"))) {
            Some(said) => match self.type_at_expr(object.file, said) {
                Type::Expr(inner) => (*inner).clone(),
                other => other,
            },
            None => Type::Unknown,
        }
    }

    fn ranged(&self, over: &Type, index: usize) -> Type {
        let number = || Type::Basic("int".into());
        match self.underlying(self.underlying(over).pointed()) {
            Type::Slice(_) | Type::Array(_) if index == 0 => number(),
            Type::Slice(inner) | Type::Array(inner) | Type::Chan(inner) => (*inner).clone(),
            Type::Map(key, _) if index == 0 => (*key).clone(),
            Type::Map(_, value) => (*value).clone(),
            Type::Basic(_) => number(),
            Type::External(_) => Type::outside(),
            Type::Func(signature) => match signature.params.first().map(|held| self.underlying(held)) {
                Some(Type::Func(inner)) => inner.params.get(index).cloned().unwrap_or(Type::Unknown),
                _ => Type::Unknown,
            },
            _ => Type::Unknown,
        }
    }
}

/// Whether a library's function gives only what its own package declares: methods of its values, and the parts of Go's library without type
/// parameters.
fn keeps_to_itself(whole: &str) -> bool {
    let path = whole.rsplit_once('.').map_or(whole, |(path, _)| path);
    let is_standard = !path.split('/').next().unwrap_or(path).contains('.');
    is_standard && !matches!(path, "slices" | "maps" | "sync" | "sync/atomic" | "iter" | "cmp" | "unique" | "weak")
}
