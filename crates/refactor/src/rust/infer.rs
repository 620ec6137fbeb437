//! Types of expressions, worked out only as far as they are asked for.

use ra_ap_syntax::{
    AstNode, SmolStr, SyntaxKind, SyntaxNode,
    ast::{self, HasArgList, HasGenericArgs, LiteralKind},
};

use super::{
    known,
    scope::{Entity, Space},
    types::{Substitution, Ty},
    world::{World, plain},
};

impl World<'_> {
    /// The type of an expression.
    pub(super) fn type_of(&self, expression: &ast::Expr) -> Ty {
        let key = expression.syntax();
        if let Some(known) = self.types.borrow().get(key) {
            return known.clone().unwrap_or(Ty::Unknown);
        }
        self.types.borrow_mut().insert(key.clone(), None);
        self.inferred.set(self.inferred.get() + 1);
        let ty = self.deeper(|| self.infer(expression)).unwrap_or(Ty::Unknown);
        self.types.borrow_mut().insert(key.clone(), Some(ty.clone()));
        ty
    }

    fn type_of_option(&self, expression: Option<ast::Expr>) -> Ty {
        expression.map_or(Ty::Unknown, |expression| self.type_of(&expression))
    }

    fn infer(&self, expression: &ast::Expr) -> Option<Ty> {
        Some(match expression {
            ast::Expr::Literal(literal) => literal_type(literal),
            ast::Expr::PathExpr(named) => return self.type_of_value_path(&named.path()?),
            ast::Expr::CallExpr(call) => return self.type_of_call(call),
            ast::Expr::MethodCallExpr(call) => return self.type_of_method_call(call),
            ast::Expr::FieldExpr(field) => {
                let receiver = self.type_of(&field.expr()?);
                return Some(self.field(&receiver, plain(field.name_ref()?.text()))?.1);
            }
            ast::Expr::RecordExpr(record) => return self.type_of_constructor(&record.path()?),
            ast::Expr::RefExpr(reference) => Ty::Reference(Box::new(self.type_of_option(reference.expr()))),
            ast::Expr::ParenExpr(inner) => self.type_of_option(inner.expr()),
            ast::Expr::PrefixExpr(prefix) => {
                let inner = self.type_of_option(prefix.expr());
                match prefix.op_kind()? {
                    ast::UnaryOp::Deref => self.dereferenced(&inner).get(1).cloned().unwrap_or(inner),
                    _ => inner,
                }
            }
            ast::Expr::BinExpr(operation) => return self.type_of_operation(operation),
            ast::Expr::BlockExpr(block) => return self.type_of_block(block),
            ast::Expr::IfExpr(branch) => {
                let then = branch.then_branch().and_then(|block| self.type_of_block(&block)).unwrap_or(Ty::Unknown);
                if then.is_known() && then != Ty::Never {
                    return Some(then);
                }
                match branch.else_branch()? {
                    ast::ElseBranch::Block(block) => return self.type_of_block(&block),
                    ast::ElseBranch::IfExpr(inner) => self.type_of(&ast::Expr::IfExpr(inner)),
                }
            }
            ast::Expr::MatchExpr(choice) => {
                let arms = choice.match_arm_list()?.arms();
                arms.map(|arm| self.type_of_option(arm.expr())).find(|ty| ty.is_known() && *ty != Ty::Never)?
            }
            ast::Expr::TryExpr(inner) => {
                let inner = self.type_of_option(inner.expr());
                match inner {
                    Ty::External(name, arguments) if name == "Option" || name == "Result" => arguments.first()?.clone(),
                    _ => return None,
                }
            }
            ast::Expr::AwaitExpr(inner) => match self.type_of_option(inner.expr()) {
                Ty::External(name, arguments) if name == "Future" || name == "JoinHandle" => arguments.first()?.clone(),
                Ty::External(name, arguments) if name == "Pin" || name == "Box" => self.output_of(arguments.first()?)?,
                other => self.output_of(&other)?,
            },
            ast::Expr::TupleExpr(tuple) => Ty::Tuple(tuple.fields().map(|field| self.type_of(&field)).collect()),
            ast::Expr::ArrayExpr(array) => {
                let first = array.syntax().children().find_map(ast::Expr::cast);
                Ty::Slice(Box::new(self.type_of_option(first)))
            }
            ast::Expr::IndexExpr(index) => return self.type_of_index(index),
            ast::Expr::CastExpr(cast) => self.lower(&cast.ty()?),
            ast::Expr::RangeExpr(range) => {
                let end = range.syntax().children().find_map(ast::Expr::cast);
                Ty::external("Range", vec![self.type_of_option(end)])
            }
            ast::Expr::ClosureExpr(closure) => {
                let parameters = closure
                    .param_list()
                    .map(|list| list.params().map(|parameter| parameter.ty().map_or(Ty::Unknown, |ty| self.lower(&ty))).collect());
                let result = match closure.ret_type().and_then(|result| result.ty()) {
                    Some(ty) => self.lower(&ty),
                    None => self.type_of_option(closure.body()),
                };
                Ty::Function(parameters.unwrap_or_default(), Box::new(result))
            }
            ast::Expr::MacroExpr(inner) => return self.type_of_macro(&inner.macro_call()?),
            ast::Expr::LetExpr(_) => Ty::primitive("bool"),
            ast::Expr::ReturnExpr(_) | ast::Expr::BreakExpr(_) | ast::Expr::ContinueExpr(_) => Ty::Never,
            ast::Expr::LoopExpr(_) => return None,
            ast::Expr::ForExpr(_) | ast::Expr::WhileExpr(_) => Ty::Tuple(Vec::new()),
            _ => return None,
        })
    }

    /// `impl Future<Output = T>` gives T.
    fn output_of(&self, ty: &Ty) -> Option<Ty> {
        self.bounds_of(ty.bare()).iter().find_map(|bound| {
            let ast::Type::PathType(named) = bound else { return None };
            let list = named.path()?.segment()?.generic_arg_list()?;
            list.generic_args().find_map(|argument| match argument {
                ast::GenericArg::AssocTypeArg(argument) => Some(self.lower(&argument.ty()?)),
                _ => None,
            })
        })
    }

    pub(super) fn type_of_block(&self, block: &ast::BlockExpr) -> Option<Ty> {
        let tail = block.tail_expr();
        let is_async = block.async_token().is_some();
        let ty = match tail {
            Some(tail) => self.type_of(&tail),
            None => {
                let last = block.statements().last();
                match last {
                    Some(ast::Stmt::ExprStmt(statement)) if self.type_of_option(statement.expr()) == Ty::Never => Ty::Never,
                    _ => Ty::Tuple(Vec::new()),
                }
            }
        };
        Some(if is_async { Ty::external("Future", vec![ty]) } else { ty })
    }

    fn type_of_value_path(&self, path: &ast::Path) -> Option<Ty> {
        let hit = self.resolve_path(path, Space::Values)?;
        match hit.entity {
            Entity::Local(token) => self.type_of_binding(&token),
            Entity::Item(node) => match node.kind() {
                SyntaxKind::CONST => Some(self.lower(&ast::Const::cast(node)?.ty()?)),
                SyntaxKind::STATIC => Some(self.lower(&ast::Static::cast(node)?.ty()?)),
                SyntaxKind::CONST_PARAM => Some(self.lower(&ast::ConstParam::cast(node)?.ty()?)),
                SyntaxKind::FN => Some(self.type_of_function(&ast::Fn::cast(node)?)),
                SyntaxKind::STRUCT | SyntaxKind::VARIANT => {
                    let made = self.type_of_constructor(path)?;
                    let has_fields = node.children().any(|child| ast::TupleFieldList::can_cast(child.kind()));
                    Some(if has_fields { Ty::Function(Vec::new(), Box::new(made)) } else { made })
                }
                _ => None,
            },
            Entity::Builtin(name) if name == "None" => Some(Ty::external("Option", vec![Ty::Unknown])),
            Entity::SelfType(node) => Some(self.type_of_self(&node)),
            _ => None,
        }
    }

    /// The function as a value.
    fn type_of_function(&self, function: &ast::Fn) -> Ty {
        let parameters = function
            .param_list()
            .map(|list| list.params().map(|parameter| parameter.ty().map_or(Ty::Unknown, |ty| self.lower(&ty))).collect());
        Ty::Function(parameters.unwrap_or_default(), Box::new(self.result_of(function)))
    }

    /// What a function gives, in its own words.
    pub(super) fn result_of(&self, function: &ast::Fn) -> Ty {
        let result = function.ret_type().and_then(|result| result.ty()).map_or(Ty::Tuple(Vec::new()), |ty| self.lower(&ty));
        if function.async_token().is_some() { Ty::external("Future", vec![result]) } else { result }
    }

    /// The type that a struct literal or pattern makes.
    pub(super) fn type_of_constructor(&self, path: &ast::Path) -> Option<Ty> {
        let hit = self.resolve_path(path, Space::Types).or_else(|| self.resolve_path(path, Space::Values))?;
        match &hit.entity {
            Entity::Item(node) if node.kind() == SyntaxKind::VARIANT => {
                let owner = node.ancestors().find(|above| ast::Enum::can_cast(above.kind()))?;
                // `Name::<T>::Variant` and `Alias::Variant` say more than the variant does.
                match path.qualifier().map(|before| self.lower_path(&before)) {
                    Some(ty @ Ty::Adt(..)) => Some(ty),
                    _ => Some(Ty::Adt(owner.clone(), vec![Ty::Unknown; super::types::parameters_of(&owner).len()])),
                }
            }
            Entity::Item(_) | Entity::SelfType(_) => Some(self.lower_path(path)),
            _ => None,
        }
    }

    fn type_of_call(&self, call: &ast::CallExpr) -> Option<Ty> {
        let callee = call.expr()?;
        let argument =
            |index: usize| call.arg_list().and_then(|list| list.args().nth(index)).map_or(Ty::Unknown, |argument| self.type_of(&argument));
        let ast::Expr::PathExpr(named) = &callee else {
            return match self.type_of(&callee).bare() {
                Ty::Function(_, result) => Some((**result).clone()),
                other => self.closure_result(other),
            };
        };
        let path = named.path()?;
        let hit = self.resolve_path(&path, Space::Values);
        match hit.map(|hit| hit.entity) {
            Some(Entity::Item(node)) => match node.kind() {
                SyntaxKind::FN => {
                    let function = ast::Fn::cast(node.clone())?;
                    let mut substitution = self.substitution_by_qualifier(&path, &node);
                    let parameters: Vec<Ty> =
                        function.param_list()?.params().map(|parameter| parameter.ty().map_or(Ty::Unknown, |ty| self.lower(&ty))).collect();
                    let skip = usize::from(function.param_list()?.self_param().is_some());
                    for (index, parameter) in parameters.iter().enumerate() {
                        self.unify(parameter, &argument(index + skip), &mut substitution);
                        if let (Ty::Reference(inner), actual) = (parameter, argument(index + skip)) {
                            self.unify(inner, actual.bare(), &mut substitution);
                        }
                    }
                    Some(self.result_of(&function).substituted(&substitution))
                }
                SyntaxKind::STRUCT | SyntaxKind::VARIANT => {
                    let made = self.type_of_constructor(&path)?;
                    let Ty::Adt(owner, mut arguments) = made else { return Some(made) };
                    let fields = node.children().find_map(ast::TupleFieldList::cast)?;
                    let mut substitution = Substitution::new();
                    for (index, field) in fields.fields().enumerate() {
                        let ty = field.ty().map_or(Ty::Unknown, |ty| self.lower(&ty));
                        self.unify(&ty, &argument(index), &mut substitution);
                    }
                    for (parameter, slot) in super::types::parameters_of(&owner).iter().zip(&mut arguments) {
                        if !slot.is_known()
                            && let Some((_, ty)) = substitution.iter().find(|(other, _)| other == parameter)
                        {
                            *slot = ty.clone();
                        }
                    }
                    Some(Ty::Adt(owner, arguments))
                }
                _ => match self.type_of_value_path(&path)? {
                    Ty::Function(_, result) => Some(*result),
                    other => self.closure_result(&other),
                },
            },
            Some(Entity::Local(token)) => match self.type_of_binding(&token)?.bare() {
                Ty::Function(_, result) => Some((**result).clone()),
                other => self.closure_result(other),
            },
            Some(Entity::SelfType(node)) => Some(self.type_of_self(&node)),
            Some(Entity::Builtin(name)) => match name.as_str() {
                "Some" => Some(Ty::external("Option", vec![argument(0)])),
                "Ok" => Some(Ty::external("Result", vec![argument(0), Ty::Unknown])),
                "Err" => Some(Ty::external("Result", vec![Ty::Unknown, argument(0)])),
                _ => None,
            },
            Some(Entity::External(_)) | None => {
                let owner = path.qualifier()?;
                let name = path.segment()?.name_ref()?;
                match self.lower_path(&owner) {
                    Ty::External(owner, arguments) => known::function_result(&owner, plain(name.text()), arguments, &argument),
                    made @ Ty::Adt(..) if matches!(name.text(), "default" | "new" | "from") => Some(made),
                    _ => None,
                }
            }
            Some(Entity::Module(_)) => None,
        }
    }

    /// What calling a value with `Fn(…) -> T` among its bounds gives.
    fn closure_result(&self, ty: &Ty) -> Option<Ty> {
        let ty = self.dereferenced(ty).last()?.clone();
        self.bounds_of(&ty).iter().find_map(|bound| {
            let ast::Type::PathType(named) = bound else { return None };
            let segment = named.path()?.segment()?;
            segment.parenthesized_arg_list()?;
            Some(segment.ret_type().and_then(|result| result.ty()).map_or(Ty::Tuple(Vec::new()), |ty| self.lower(&ty)))
        })
    }

    /// What the parameters of an `impl` stand for when its function is called through a path.
    fn substitution_by_qualifier(&self, path: &ast::Path, function: &SyntaxNode) -> Substitution {
        let mut substitution = Substitution::new();
        let Some(owner) = function.ancestors().nth(2) else { return substitution };
        let Some(before) = path.qualifier() else { return substitution };
        let actual = match before.segment().and_then(|segment| segment.kind()) {
            Some(ast::PathSegmentKind::Type { type_ref: Some(ty), .. }) => self.lower(&ty),
            _ => self.lower_path(&before),
        };
        match owner.kind() {
            SyntaxKind::IMPL => {
                self.unify(&self.type_of_self(&owner), &actual, &mut substitution);
            }
            SyntaxKind::TRAIT if actual.is_known() => substitution.push((owner, actual)),
            _ => {}
        }
        if let Some(list) = path.segment().and_then(|segment| segment.generic_arg_list()) {
            let given = list.generic_args().filter_map(|argument| match argument {
                ast::GenericArg::TypeArg(argument) => Some(self.lower(&argument.ty()?)),
                _ => None,
            });
            substitution.extend(super::types::parameters_of(function).into_iter().zip(given));
        }
        substitution
    }

    fn type_of_method_call(&self, call: &ast::MethodCallExpr) -> Option<Ty> {
        let receiver = self.type_of(&call.receiver()?);
        let name = call.name_ref()?;
        let name = plain(name.text());
        let argument =
            |index: usize| call.arg_list().and_then(|list| list.args().nth(index)).map_or(Ty::Unknown, |argument| self.type_of(&argument));
        if let Some((item, mut substitution)) = self.method(&receiver, name) {
            let function = ast::Fn::cast(item.clone())?;
            if let Some(owner) = item.ancestors().nth(2)
                && ast::Trait::can_cast(owner.kind())
                && !substitution.iter().any(|(node, _)| *node == owner)
            {
                substitution.push((owner, receiver.bare().clone()));
            }
            for (index, parameter) in function.param_list()?.params().enumerate() {
                let ty = parameter.ty().map_or(Ty::Unknown, |ty| self.lower(&ty));
                self.unify(&ty, &argument(index), &mut substitution);
            }
            return Some(self.result_of(&function).substituted(&substitution));
        }
        let given = |index: usize| match argument(index) {
            Ty::Function(_, result) => *result,
            other => other,
        };
        if name == "collect" {
            let list = call.generic_arg_list()?;
            let ast::GenericArg::TypeArg(wanted) = list.generic_args().next()? else { return None };
            let item = known::item_of(&receiver).unwrap_or(Ty::Unknown);
            return Some(match self.lower(&wanted.ty()?) {
                Ty::External(name, mut arguments) if !matches!(name.as_str(), "Result" | "Option") => {
                    if arguments.first().is_none_or(|first| !first.is_known()) {
                        arguments = match item {
                            Ty::Tuple(fields) if fields.len() == 2 && name.contains("Map") => fields,
                            item => vec![item],
                        };
                    }
                    Ty::External(name, arguments)
                }
                other => other,
            });
        }
        for step in self.dereferenced(&receiver) {
            if let Some(ty) = known::method_result(&step, name, &given) {
                return Some(ty);
            }
        }
        // An iterator of the project: its items are what `next` gives.
        let item = self.iterated(&receiver)?;
        known::method_result(&Ty::external("Iterator", vec![item]), name, &given)
    }

    /// What a type gives when it is gone through.
    pub(super) fn iterated(&self, ty: &Ty) -> Option<Ty> {
        if let Some(item) = known::item_of(ty) {
            return Some(item);
        }
        for step in self.dereferenced(ty) {
            if let Some(item) = known::item_of(&step) {
                return Some(item);
            }
            let bound = self.bounds_of(&step).into_iter().find_map(|bound| {
                let ast::Type::PathType(named) = bound else { return None };
                let segment = named.path()?.segment()?;
                if !segment.name_ref()?.text().contains("Iterator") {
                    return None;
                }
                segment.generic_arg_list()?.generic_args().find_map(|argument| match argument {
                    ast::GenericArg::AssocTypeArg(argument) => Some(self.lower(&argument.ty()?)),
                    _ => None,
                })
            });
            if bound.is_some() {
                return bound;
            }
            if matches!(step, Ty::Adt(..))
                && let Some(item) =
                    self.projection(&step, "Item").or_else(|| self.projection(&Ty::Reference(Box::new(step.clone())), "Item"))
            {
                return Some(item);
            }
        }
        None
    }

    fn type_of_operation(&self, operation: &ast::BinExpr) -> Option<Ty> {
        match operation.op_kind()? {
            ast::BinaryOp::LogicOp(_) | ast::BinaryOp::CmpOp(_) => Some(Ty::primitive("bool")),
            ast::BinaryOp::Assignment { .. } => Some(Ty::Tuple(Vec::new())),
            ast::BinaryOp::ArithOp(operator) => {
                let left = self.type_of(&operation.lhs()?);
                if !matches!(left.bare(), Ty::Adt(..)) {
                    return Some(left);
                }
                let name = match operator {
                    ast::ArithOp::Add => "add",
                    ast::ArithOp::Sub => "sub",
                    ast::ArithOp::Mul => "mul",
                    ast::ArithOp::Div => "div",
                    ast::ArithOp::Rem => "rem",
                    ast::ArithOp::BitAnd => "bitand",
                    ast::ArithOp::BitOr => "bitor",
                    ast::ArithOp::BitXor => "bitxor",
                    ast::ArithOp::Shl => "shl",
                    ast::ArithOp::Shr => "shr",
                };
                let (item, substitution) = self.method(&left, name)?;
                Some(self.result_of(&ast::Fn::cast(item)?).substituted(&substitution))
            }
        }
    }

    fn type_of_index(&self, index: &ast::IndexExpr) -> Option<Ty> {
        let base = self.type_of(&index.base()?);
        let is_range = matches!(index.index()?, ast::Expr::RangeExpr(_));
        for step in self.dereferenced(&base) {
            match &step {
                Ty::Slice(inner) => return Some(if is_range { step.clone() } else { (**inner).clone() }),
                Ty::External(name, arguments) if name.contains("Map") => return arguments.get(1).cloned(),
                Ty::External(name, arguments) if name == "VecDeque" => return arguments.first().cloned(),
                Ty::Adt(..) => {
                    if let Some((item, substitution)) = self.method(&step, "index") {
                        return Some(self.result_of(&ast::Fn::cast(item)?).substituted(&substitution));
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn type_of_macro(&self, call: &ast::MacroCall) -> Option<Ty> {
        let name = call.path()?.segment()?.name_ref()?;
        match plain(name.text()) {
            "format" => return Some(Ty::external("String", Vec::new())),
            "matches" => return Some(Ty::primitive("bool")),
            "vec" => {
                let expansion = self.expansion(call.syntax())?;
                let inner = expansion.root.descendants().find_map(ast::ArrayExpr::cast)?;
                let first = inner.syntax().children().find_map(ast::Expr::cast);
                return Some(Ty::external("Vec", vec![self.type_of_option(first)]));
            }
            "panic" | "unreachable" | "todo" | "unimplemented" => return Some(Ty::Never),
            _ => {}
        }
        let expansion = self.expansion(call.syntax())?;
        let tail = expansion.tail()?;
        Some(self.type_of(&tail))
    }
}

fn literal_type(literal: &ast::Literal) -> Ty {
    match literal.kind() {
        LiteralKind::String(_) => Ty::Reference(Box::new(Ty::primitive("str"))),
        LiteralKind::ByteString(_) => Ty::Reference(Box::new(Ty::Slice(Box::new(Ty::primitive("u8"))))),
        LiteralKind::CString(_) => Ty::Unknown,
        LiteralKind::IntNumber(number) => Ty::Primitive(SmolStr::new(number.suffix().unwrap_or("i32"))),
        LiteralKind::FloatNumber(number) => Ty::Primitive(SmolStr::new(number.suffix().unwrap_or("f64"))),
        LiteralKind::Char(_) => Ty::primitive("char"),
        LiteralKind::Byte(_) => Ty::primitive("u8"),
        LiteralKind::Bool(_) => Ty::primitive("bool"),
    }
}
