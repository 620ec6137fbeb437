//! What calls give back, and what parameters are given.

use std::rc::Rc;

use super::{
    entities::Entity,
    session::{ClassRef, FileId, FunctionRef, Session},
    table::{BindingKind, ExpressionId, FunctionId, KeywordId, Kind, Name, ParameterKind, Table},
    types::{Type, Types},
};

impl Table {
    /// The last word of an expression like `a.b`, called or not.
    pub(crate) fn word_of(&self, expression: ExpressionId) -> Option<&Name> {
        match &self.expressions[expression].kind {
            Kind::Name(using) => Some(&self.uses[*using].name),
            Kind::Member(member) => Some(&self.members[*member].name),
            Kind::Call { callee, .. } => self.word_of(*callee),
            Kind::Subscript(value, _) => self.word_of(*value),
            _ => None,
        }
    }

    /// Whether one of a function's decorators is called so.
    pub(crate) fn is_decorated(&self, function: FunctionId, name: &str) -> bool {
        self.functions[function].decorators.iter().any(|decorator| self.word_of(*decorator).is_some_and(|word| **word == *name))
    }

    /// Whether a method gets no instance.
    pub(crate) fn is_static(&self, function: FunctionId) -> bool {
        self.functions[function].class.is_none() || self.is_decorated(function, "staticmethod")
    }

    /// Whether reading a method calls it.
    pub(crate) fn is_property(&self, function: FunctionId) -> bool {
        ["property", "cached_property", "setter", "getter", "deleter", "abstractproperty", "hybrid_property"]
            .iter()
            .any(|name| self.is_decorated(function, name))
    }

    /// Whether a decorator may make something else of a function.
    pub(crate) fn is_changed(&self, function: FunctionId) -> bool {
        const PLAIN: &[&str] = &[
            "staticmethod",
            "classmethod",
            "property",
            "cached_property",
            "setter",
            "getter",
            "deleter",
            "overload",
            "abstractmethod",
            "override",
            "final",
            "wraps",
            "cache",
            "lru_cache",
            "contextmanager",
            "asynccontextmanager",
            "fixture",
            "singledispatch",
            "singledispatchmethod",
            "register",
            "deprecated",
            "no_type_check",
            "abstractproperty",
            "coroutine",
            "total_ordering",
            "skip",
            "skipIf",
            "skipUnless",
            "parametrize",
        ];
        self.functions[function].decorators.iter().any(|decorator| self.word_of(*decorator).is_none_or(|word| !PLAIN.contains(&&**word)))
    }
}

impl Session<'_> {
    /// A function of a stub as the function of the source beside it.
    pub(crate) fn canonical_function(&self, function: FunctionRef) -> FunctionRef {
        function
    }

    /// The class that a method's body can see.
    fn class_of_scope(&self, file: FileId, mut scope: usize) -> Option<ClassRef> {
        let table = self.table(file);
        loop {
            if let Some(class) = table.class_of(scope) {
                return Some(self.canonical_class((file, class)));
            }
            scope = table.scopes[scope].parent?;
        }
    }

    /// The class around a place.
    pub(crate) fn enclosing_class(&self, file: FileId, scope: usize) -> Option<ClassRef> {
        self.class_of_scope(file, scope)
    }

    pub(super) fn call_type(
        &self,
        file: FileId,
        call: ExpressionId,
        callee: ExpressionId,
        arguments: &[ExpressionId],
        keywords: &[KeywordId],
    ) -> Types {
        let table = self.table(file);
        let word = table.word_of(callee).cloned();
        let is_plain = matches!(table.expressions[callee].kind, Kind::Name(using) if table.uses[using].symbol.is_none());
        let called = self.infer(file, callee);
        let _ = keywords;
        if is_plain && let Some(types) = word.as_deref().and_then(|word| self.builtin_call(file, call, word, arguments)) {
            return types;
        }
        if called.list == [Type::External]
            && !is_plain
            && let Some(types) = word.as_deref().and_then(|word| self.library_call(file, word, arguments))
        {
            return types;
        }
        if let Some(types) = self.container_call(file, callee) {
            return types;
        }
        // A record with some of its fields changed.
        if called.list.is_empty()
            && word.as_deref() == Some("_replace")
            && let Kind::Member(member) = table.expressions[callee].kind
        {
            return self.infer(file, table.members[member].receiver);
        }
        called.then(|kind| self.called(kind, word.as_deref()))
    }

    fn called(&self, kind: &Type, word: Option<&str>) -> Types {
        match kind {
            Type::Class(class) => Types::one(Type::Instance(*class)),
            Type::Function(function) | Type::Method(function) => self.returned(*function),
            Type::Partial(inner) => self.called(inner, word).guessed(),
            Type::Instance(class) => self.called_method(*class, "__call__").unwrap_or_else(Types::unknown),
            Type::Foreign => Types::one(Type::Foreign),
            // A class of a library makes a thing of the library.
            Type::External if word.is_some_and(|word| word.chars().next().is_some_and(char::is_uppercase)) => Types::one(Type::Foreign),
            _ => Types::unknown(),
        }
    }

    fn builtin_call(&self, file: FileId, call: ExpressionId, word: &str, arguments: &[ExpressionId]) -> Option<Types> {
        let first = || arguments.first().map(|first| self.infer(file, *first));
        Some(match word {
            "super" => {
                let scope = self.table(file).expressions[call].scope;
                let class = match first() {
                    Some(types) => types.list.iter().find_map(|kind| if let Type::Class(class) = kind { Some(*class) } else { None })?,
                    None => self.class_of_scope(file, scope)?,
                };
                Types::one(Type::Super(class))
            }
            "list" | "sorted" | "set" | "tuple" | "frozenset" | "iter" | "reversed" | "filter" => {
                let from = if word == "filter" { arguments.get(1).map(|second| self.infer(file, *second)) } else { first() };
                let inner = from.map_or_else(|| Types { list: Vec::new(), open: true, sure: true }, |types| self.elements(&types));
                Types::one(Type::Container(Rc::new(inner)))
            }
            "next" | "max" | "min" if arguments.len() == 1 => self.elements(&first()?),
            "max" | "min" => Types::all(arguments.iter().map(|argument| self.infer(file, *argument))),
            "enumerate" => {
                let pair = vec![Types::one(Type::Foreign), self.elements(&first()?)];
                Types::one(Type::Container(Rc::new(Types::one(Type::Tuple(Rc::new(pair))))))
            }
            "zip" => {
                let parts = arguments.iter().map(|argument| self.elements(&self.infer(file, *argument))).collect();
                Types::one(Type::Container(Rc::new(Types::one(Type::Tuple(Rc::new(parts))))))
            }
            "type" if arguments.len() == 1 => first()?.then(|kind| match kind {
                Type::Instance(class) => Types::one(Type::Class(*class)),
                _ => Types::unknown(),
            }),
            "dict" | "vars" | "globals" | "locals" | "map" | "getattr" | "object" | "sum" | "eval" | "__import__" => Types::unknown(),
            "str" | "int" | "float" | "bool" | "bytes" | "len" | "repr" | "range" | "isinstance" | "hasattr" | "open" | "id" | "hash"
            | "abs" | "round" | "format" | "chr" | "ord" | "input" | "any" | "all" | "bytearray" | "complex" | "callable" | "dir"
            | "hex" | "issubclass" | "slice" => Types::one(Type::Foreign),
            _ => return None,
        })
    }

    fn library_call(&self, file: FileId, word: &str, arguments: &[ExpressionId]) -> Option<Types> {
        let first = || arguments.first().map(|first| self.infer(file, *first));
        match word {
            "cast" => arguments.first().map(|class| self.annotated(file, *class)),
            "copy" | "deepcopy" | "replace" | "evolve" | "assert_type" => first(),
            "choice" | "run" | "run_until_complete" => None,
            "partial" => {
                let of = first()?;
                Some(of.then(|kind| Types::one(Type::Partial(Box::new(kind.clone())))))
            }
            _ => None,
        }
    }

    /// `things.pop()`, `table.values()`: what comes out of a container.
    fn container_call(&self, file: FileId, callee: ExpressionId) -> Option<Types> {
        let table = self.table(file);
        let Kind::Member(member) = table.expressions[callee].kind else { return None };
        let member = &table.members[member];
        let receiver = self.infer(file, member.receiver);
        let is_container = |kind: &Type| matches!(kind, Type::Container(_) | Type::Dictionary(_) | Type::Tuple(_));
        if !receiver.list.iter().any(is_container) {
            return None;
        }
        let pairs = |inner: &Rc<Types>| {
            let pair = Type::Tuple(Rc::new(vec![Types::one(Type::Foreign), (**inner).clone()]));
            Types::one(Type::Container(Rc::new(Types::one(pair))))
        };
        Some(receiver.then(|kind| match (kind, &*member.name) {
            (Type::Container(inner), "pop" | "popleft") => (**inner).clone(),
            (Type::Container(_), "copy" | "union" | "difference" | "intersection") => Types::one(kind.clone()),
            (Type::Dictionary(inner), "get" | "pop" | "setdefault") => (**inner).clone(),
            (Type::Dictionary(inner), "values") => Types::one(Type::Container(inner.clone())),
            (Type::Dictionary(inner), "items") => pairs(inner),
            (Type::Dictionary(_), "copy") => Types::one(kind.clone()),
            (kind, _) if is_container(kind) => Types::one(Type::Foreign),
            _ => Types::unknown(),
        }))
    }

    /// `value[index]`
    pub(super) fn item_type(&self, file: FileId, value: ExpressionId, index: ExpressionId) -> Types {
        let table = self.table(file);
        let is_slice = table.expressions[index].kind == Kind::Unknown;
        self.infer(file, value).then(|kind| match kind {
            Type::Container(_) | Type::Tuple(_) if is_slice => {
                Types::all([Types::one(kind.clone()), self.elements(&Types::one(kind.clone()))])
            }
            Type::Container(inner) | Type::Dictionary(inner) => (**inner).clone(),
            Type::Tuple(parts) => Types::all(parts.iter().cloned()),
            Type::Instance(class) => self.called_method(*class, "__getitem__").unwrap_or_else(Types::unknown),
            Type::Foreign => Types::one(Type::Foreign),
            _ => Types::unknown(),
        })
    }

    /// What calling a method of an instance gives, if its class has it.
    pub(super) fn called_method(&self, class: ClassRef, name: &str) -> Option<Types> {
        let types = self.attribute_type(&Type::Instance(class), name);
        if types.list.is_empty() {
            return None;
        }
        Some(types.then(|kind| match kind {
            Type::Function(function) | Type::Method(function) => self.returned_to(*function, Some(class)),
            _ => Types::unknown(),
        }))
    }

    /// What a function gives back.
    pub(crate) fn returned(&self, function: FunctionRef) -> Types {
        self.returned_to(function, None)
    }

    fn returned_to(&self, (file, id): FunctionRef, _class: Option<ClassRef>) -> Types {
        let table = self.table(file);
        let function = &table.functions[id];
        let is_sure = !table.is_changed(id);
        let types = match function.returns {
            Some(returns) => self.annotated(file, returns),
            None if !function.yielded.is_empty() => {
                let yielded = Types::all(function.yielded.iter().map(|value| self.infer(file, *value)));
                Types::one(Type::Container(Rc::new(yielded)))
            }
            None if self.depth.get() > 24 => Types::unknown(),
            None => Types::all(function.returned.iter().map(|value| self.infer(file, *value))),
        };
        let types = if function.is_async && !matches!(types.list.as_slice(), [Type::Container(_)] if !function.yielded.is_empty()) {
            Types::one(Type::Awaitable(Rc::new(types)))
        } else {
            types
        };
        if is_sure { types } else { Types { open: true, ..types.guessed() } }
    }

    pub(super) fn parameter_type(&self, file: FileId, id: FunctionId, index: usize) -> Types {
        let table = self.table(file);
        let function = &table.functions[id];
        let Some(parameter) = function.parameters.get(index) else { return Types::unknown() };
        if let Some(class) = function.class
            && index == 0
            && !table.is_static(id)
            && matches!(parameter.kind, ParameterKind::Normal | ParameterKind::PositionOnly)
        {
            let class = self.canonical_class((file, class));
            let is_class =
                table.is_decorated(id, "classmethod") || matches!(&*function.name, "__new__" | "__init_subclass__" | "__class_getitem__");
            return Types::one(if is_class { Type::Class(class) } else { Type::Instance(class) });
        }
        let wrap = |types: Types| match parameter.kind {
            ParameterKind::Variadic => Types::one(Type::Container(Rc::new(types))),
            ParameterKind::Keywords => Types::one(Type::Dictionary(Rc::new(types))),
            _ => types,
        };
        if let Some(annotation) = parameter.annotation {
            return wrap(self.annotated(file, annotation));
        }
        if matches!(parameter.kind, ParameterKind::Variadic | ParameterKind::Keywords) {
            return wrap(Types::unknown());
        }
        let mut guess = self.given(file, id, index);
        if let Some(default) = parameter.default {
            guess.push(self.infer(file, default));
        }
        // Others may call it with something else.
        let mut types = Types::all(guess).guessed();
        types.list.retain(|kind| *kind != Type::None && *kind != Type::Foreign);
        types.open = true;
        types
    }

    /// What the calls in the same file give a parameter.
    fn given(&self, file: FileId, id: FunctionId, index: usize) -> Vec<Types> {
        let table = self.table(file);
        let function = &table.functions[id];
        if self.depth.get() > 12 {
            return Vec::new();
        }
        let is_method = function.class.is_some() && !table.is_static(id);
        let name = match (&*function.name, function.class) {
            ("__init__", Some(class)) => &table.classes[class].name,
            _ => &function.name,
        };
        let calls = table.calls.get(name).map(Vec::as_slice).unwrap_or_default();
        let given = calls.iter().take(8).filter_map(|call| {
            let Kind::Call { arguments, keywords, .. } = &table.expressions[*call].kind else { return None };
            let keyword = keywords.iter().find(|keyword| table.keywords[**keyword].name == function.parameters[index].name);
            let at = if is_method { index.checked_sub(1)? } else { index };
            let argument = keyword.map(|keyword| table.keywords[*keyword].value).or_else(|| arguments.get(at).copied())?;
            Some(self.infer(file, argument))
        });
        given.collect()
    }

    /// What a name that means something else's type stands for in an annotation.
    pub(super) fn alias_of(&self, entity: &Entity) -> Option<(FileId, ExpressionId)> {
        let Entity::Symbol(file, symbol) = entity else { return None };
        let table = self.table(*file);
        let [only] = table.symbols[*symbol].bindings.as_slice() else { return None };
        match &table.bindings[*only].kind {
            BindingKind::Value(value, steps) if steps.is_empty() => Some((*file, *value)),
            BindingKind::Annotated(_, Some(value)) => Some((*file, *value)),
            BindingKind::TypeAlias(value) => Some((*file, *value)),
            _ => None,
        }
    }
}
