//! What a type that is written down says of a value.

use std::rc::Rc;

use super::{
    session::{FileId, Session},
    table::{ExpressionId, Kind},
    types::{Type, Types},
};

impl Session<'_> {
    /// What a value with this annotation may be.
    pub(crate) fn annotated(&self, file: FileId, annotation: ExpressionId) -> Types {
        if self.depth.get() > 40 || !self.busy.borrow_mut().insert((file, 4, annotation)) {
            self.is_cut.set(true);
            return Types::unknown();
        }
        self.depth.set(self.depth.get() + 1);
        let types = self.work_out_annotation(file, annotation);
        self.depth.set(self.depth.get() - 1);
        self.busy.borrow_mut().remove(&(file, 4, annotation));
        types
    }

    fn work_out_annotation(&self, file: FileId, annotation: ExpressionId) -> Types {
        let table = self.table(file);
        match &table.expressions[annotation].kind {
            Kind::None => Types::one(Type::None),
            Kind::Quoted(inner) => self.annotated(file, *inner),
            Kind::Union(left, right) => Types::all([*left, *right].map(|part| self.annotated(file, part))),
            Kind::Tuple(parts) => Types::all(parts.iter().map(|part| self.annotated(file, *part))),
            Kind::Starred(inner) => self.annotated(file, *inner),
            Kind::Name(_) | Kind::Member(_) => self.named_type(file, annotation),
            Kind::Subscript(base, index) => self.generic_type(file, *base, *index),
            _ => Types::unknown(),
        }
    }

    fn named_type(&self, file: FileId, annotation: ExpressionId) -> Types {
        let table = self.table(file);
        let word = table.word_of(annotation).map(|word| &**word).unwrap_or_default();
        if matches!(word, "Self")
            && let Some(class) = self.enclosing_class(file, table.expressions[annotation].scope)
        {
            return Types::one(Type::Instance(class));
        }
        if let Some((other, value)) = self.alias(file, annotation) {
            return self.annotated(other, value);
        }
        let types = self.infer(file, annotation);
        let is_library = types.list.iter().any(|kind| matches!(kind, Type::External));
        if is_library && matches!(word, "Any" | "object" | "Callable") {
            return Types::unknown();
        }
        types.then(|kind| match kind {
            Type::Class(class) => Types::one(Type::Instance(*class)),
            Type::External | Type::Foreign => match word {
                "list" | "List" | "set" | "Set" | "Iterable" | "Iterator" | "Sequence" | "tuple" | "Tuple" => {
                    Types::one(Type::Container(Rc::new(Types::unknown())))
                }
                "dict" | "Dict" | "Mapping" => Types::one(Type::Dictionary(Rc::new(Types::unknown()))),
                _ => Types::one(Type::Foreign),
            },
            _ => Types::unknown(),
        })
    }

    /// The type that a name is another name of.
    fn alias(&self, file: FileId, annotation: ExpressionId) -> Option<(FileId, ExpressionId)> {
        let table = self.table(file);
        let Kind::Name(using) = table.expressions[annotation].kind else { return None };
        let symbol = table.uses[using].symbol?;
        let (other, value) = self.alias_of(&self.symbol_entity(file, symbol)?)?;
        let told = self.table(other);
        matches!(told.expressions[value].kind, Kind::Union(..) | Kind::Subscript(..) | Kind::Quoted(_)).then_some((other, value))
    }

    fn generic_type(&self, file: FileId, base: ExpressionId, index: ExpressionId) -> Types {
        let table = self.table(file);
        let word = table.word_of(base).map(|word| &**word).unwrap_or_default();
        let own: Vec<_> = self.infer(file, base).list.into_iter().filter(|kind| matches!(kind, Type::Class(_))).collect();
        if !own.is_empty() {
            return Types::all(own.into_iter().map(|kind| match kind {
                Type::Class(class) => Types::one(Type::Instance(class)),
                _ => Types::unknown(),
            }));
        }
        let parts: Vec<ExpressionId> = match &table.expressions[index].kind {
            Kind::Tuple(parts) => parts.to_vec(),
            _ => vec![index],
        };
        let part = |at: usize| parts.get(at).map_or_else(Types::unknown, |part| self.annotated(file, *part));
        match word {
            "Optional" => Types::all([part(0), Types::one(Type::None)]),
            "Union" => Types::all(parts.iter().map(|part| self.annotated(file, *part))),
            "ClassVar" | "Final" | "Annotated" | "Required" | "NotRequired" | "ReadOnly" | "InitVar" | "Mapped" => part(0),
            "list"
            | "List"
            | "set"
            | "Set"
            | "frozenset"
            | "FrozenSet"
            | "Sequence"
            | "MutableSequence"
            | "Iterable"
            | "Iterator"
            | "Collection"
            | "AsyncIterable"
            | "AsyncIterator"
            | "Generator"
            | "AsyncGenerator"
            | "deque"
            | "Deque"
            | "AbstractSet"
            | "MutableSet"
            | "KeysView"
            | "ValuesView"
            | "Reversible"
            | "ContextManager"
            | "AbstractContextManager"
            | "AsyncContextManager" => Types::one(Type::Container(Rc::new(part(0)))),
            "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict" | "OrderedDict" => {
                Types::one(Type::Dictionary(Rc::new(part(1))))
            }
            "tuple" | "Tuple" => match parts.as_slice() {
                [only, rest] if table.expressions[*rest].kind == Kind::Unknown => {
                    Types::one(Type::Container(Rc::new(self.annotated(file, *only))))
                }
                _ => Types::one(Type::Tuple(Rc::new(parts.iter().map(|part| self.annotated(file, *part)).collect()))),
            },
            "type" | "Type" => part(0).then(|kind| match kind {
                Type::Instance(class) => Types::one(Type::Class(*class)),
                _ => Types::one(Type::External),
            }),
            "Awaitable" | "Future" | "Task" => Types::one(Type::Awaitable(Rc::new(part(0)))),
            "Coroutine" => Types::one(Type::Awaitable(Rc::new(part(2)))),
            "Literal" => Types::one(Type::Foreign),
            _ => Types::unknown(),
        }
    }
}
