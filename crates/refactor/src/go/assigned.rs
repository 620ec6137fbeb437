//! Where a value of one type is used for another: assignments, arguments, results, elements, assertions.

use super::{
    syntax::{NodeId, Tree},
    types::{Signature, Type},
    world::{FileId, World},
};

/// Takes the type that is asked for, what works out the one that is given, and where that is.
pub(super) type Tell<'a> = dyn FnMut(Type, &dyn Fn() -> Type, NodeId) + 'a;

impl World<'_> {
    /// Tells of each such use at a node: the type that is asked for, the one that is given, and where.
    pub fn assigned_at(&self, file: FileId, node: NodeId, tell: &mut Tell<'_>) {
        let bound = self.file(file);
        let tree = &bound.tree;
        let nodes = |field: &str| tree.child(node, field).map(|list| tree.children(list).collect::<Vec<_>>()).unwrap_or_default();
        match tree.kind(node) {
            "var_spec" => {
                if let Some(held) = tree.child(node, "type") {
                    let (held, values, names) = (self.type_at(file, held), nodes("value"), tree.all(node, "name").count());
                    self.lists(file, &vec![held; names], &values, tell);
                }
            }
            "assignment_statement" => {
                let wanted: Vec<Type> = nodes("left").into_iter().map(|left| self.type_at_expr(file, left)).collect();
                self.lists(file, &wanted, &nodes("right"), tell);
            }
            "return_statement" => {
                let values: Vec<NodeId> = tree.children(node).flat_map(|list| tree.children(list).collect::<Vec<_>>()).collect();
                let is_function =
                    |above: &NodeId| matches!(tree.kind(*above), "function_declaration" | "method_declaration" | "func_literal");
                if let Some(function) = tree.above(node).find(is_function)
                    && tree.child(function, "result").is_some()
                    && !values.is_empty()
                {
                    self.lists(file, &self.signature(file, function).results, &values, tell);
                }
            }
            "send_statement" => {
                if let (Some(channel), Some(value)) = (tree.child(node, "channel"), tree.child(node, "value"))
                    && let Type::Chan(inner) = self.underlying(&self.type_at_expr(file, channel))
                {
                    tell((*inner).clone(), &|| self.type_at_expr(file, value), value);
                }
            }
            "type_assertion_expression" => {
                if let (Some(value), Some(held)) = (tree.child(node, "operand"), tree.child(node, "type")) {
                    tell(self.type_at_expr(file, value), &|| self.type_at(file, held), held);
                }
            }
            "type_switch_statement" => {
                if let Some(value) = tree.child(node, "value") {
                    let of = self.type_at_expr(file, value);
                    for case in tree.children(node).filter(|case| tree.kind(*case) == "type_case") {
                        for held in tree.all(case, "type") {
                            tell(of.clone(), &|| self.type_at(file, held), held);
                        }
                    }
                }
            }
            "binary_expression" => {
                let is_compared = tree.child(node, "operator").is_some_and(|operator| matches!(tree.text_of(operator), "==" | "!="));
                if let (true, Some(left), Some(right)) = (is_compared, tree.child(node, "left"), tree.child(node, "right")) {
                    let (one, other) = (self.type_at_expr(file, left), self.type_at_expr(file, right));
                    if matches!(self.underlying(&one), Type::Interface(..)) {
                        tell(one, &|| other.clone(), right);
                    } else if matches!(self.underlying(&other), Type::Interface(..)) {
                        tell(other, &|| one.clone(), left);
                    }
                }
            }
            "call_expression" => self.assigned_in_call(file, tree, node, tell),
            "type_conversion_expression" => {
                if let (Some(held), Some(value)) = (tree.child(node, "type"), tree.child(node, "operand")) {
                    match self.type_at_expr(file, held) {
                        Type::Expr(inner) => tell((*inner).clone(), &|| self.type_at_expr(file, value), value),
                        Type::Func(signature) => self.arguments(file, &signature, &[value], tell),
                        _ => {}
                    }
                }
            }
            "literal_value" => self.elements_assigned(file, tree, node, tell),
            _ => {}
        }
    }

    /// Values for as many wanted types, or one call for all of them.
    fn lists(&self, file: FileId, wanted: &[Type], values: &[NodeId], tell: &mut Tell<'_>) {
        match values {
            [only] if wanted.len() > 1 => {
                if let Type::Tuple(parts) = self.type_at_expr(file, *only) {
                    wanted.iter().zip(parts.iter()).for_each(|(wanted, given)| tell(wanted.clone(), &|| given.clone(), *only));
                }
            }
            values => {
                wanted.iter().zip(values).for_each(|(wanted, value)| tell(wanted.clone(), &|| self.type_at_expr(file, *value), *value))
            }
        }
    }

    fn assigned_in_call(&self, file: FileId, tree: &Tree, node: NodeId, tell: &mut Tell<'_>) {
        let Some(function) = tree.child(node, "function") else { return };
        let arguments: Vec<NodeId> = tree.child(node, "arguments").map(|list| tree.children(list).collect()).unwrap_or_default();
        match self.type_at_expr(file, function) {
            Type::Expr(inner) => {
                if let [value] = arguments.as_slice() {
                    tell((*inner).clone(), &|| self.type_at_expr(file, *value), *value);
                }
            }
            Type::BuiltIn(name) if &*name == "append" => {
                if let Some((list, values)) = arguments.split_first()
                    && let Type::Slice(inner) = self.underlying(&self.type_at_expr(file, *list))
                {
                    for value in values.iter().filter(|value| tree.kind(**value) != "variadic_argument") {
                        tell((*inner).clone(), &|| self.type_at_expr(file, *value), *value);
                    }
                }
            }
            other => {
                if let Type::Func(signature) = self.underlying(&other) {
                    self.arguments(file, &signature, &arguments, tell);
                    self.constraints_met(file, tree, node, &signature, tell);
                }
            }
        }
    }

    /// Type arguments must have what their constraint asks for.
    fn constraints_met(&self, file: FileId, tree: &Tree, node: NodeId, signature: &Signature, tell: &mut Tell<'_>) {
        let Some(list) = tree.child(node, "type_arguments") else { return };
        for (object, argument) in signature.open.iter().zip(tree.children(list)) {
            if let Some((constraint_file, constraint)) = self.constraint(*object) {
                tell(self.type_at(constraint_file, constraint), &|| self.type_at(file, argument), argument);
            }
        }
    }

    fn arguments(&self, file: FileId, signature: &Signature, arguments: &[NodeId], tell: &mut Tell<'_>) {
        let last = signature.params.len().saturating_sub(1);
        if let ([only], 2..) = (arguments, signature.params.len())
            && let Type::Tuple(parts) = self.type_at_expr(file, *only)
        {
            return signature.params.iter().zip(parts.iter()).for_each(|(wanted, given)| tell(wanted.clone(), &|| given.clone(), *only));
        }
        for (index, argument) in arguments.iter().enumerate() {
            let Some(wanted) = signature.params.get(index.min(last)) else { return };
            let wanted = match wanted {
                Type::Slice(inner)
                    if signature.variadic && index >= last && self.file(file).tree.kind(*argument) != "variadic_argument" =>
                {
                    inner
                }
                other => other,
            };
            let given = || self.type_at_expr(file, *argument);
            match wanted {
                // A value for a type parameter must have what its constraint asks for.
                Type::Param(object) => {
                    if let Some((constraint_file, constraint)) = self.constraint(*object) {
                        tell(self.type_at(constraint_file, constraint), &given, *argument);
                    }
                }
                wanted => tell(wanted.clone(), &given, *argument),
            }
        }
    }

    fn elements_assigned(&self, file: FileId, tree: &Tree, node: NodeId, tell: &mut Tell<'_>) {
        let inside = |element: NodeId| tree.children(element).next().unwrap_or(element);
        let of = self.underlying(self.literal_type(file, node).pointed());
        let fields = match &of {
            Type::Struct(file, node, _) => self.owned(*file, *node),
            _ => Vec::new(),
        };
        for (index, element) in tree.children(node).enumerate() {
            let (key, value) = match tree.kind(element) {
                "keyed_element" => match (tree.child(element, "key"), tree.child(element, "value")) {
                    (Some(key), Some(value)) => (Some(inside(key)), inside(value)),
                    _ => continue,
                },
                _ => (None, inside(element)),
            };
            if tree.kind(value) == "literal_value" {
                continue;
            }
            let given = || self.type_at_expr(file, value);
            match &of {
                Type::Map(of_keys, of_values) => {
                    tell((**of_values).clone(), &given, value);
                    if let Some(key) = key.filter(|key| tree.kind(*key) != "literal_value") {
                        tell((**of_keys).clone(), &|| self.type_at_expr(file, key), key);
                    }
                }
                Type::Slice(inner) | Type::Array(inner) => tell((**inner).clone(), &given, value),
                Type::Struct(_, _, bindings) => {
                    let field = match key {
                        Some(key) => fields.iter().find(|field| self.name(**field) == tree.text_of(key)),
                        None => fields.get(index),
                    };
                    if let Some(field) = field {
                        tell(self.decl_type(*field).with(bindings), &given, value);
                    }
                }
                _ => {}
            }
        }
    }
}
