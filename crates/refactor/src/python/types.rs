//! What values may be, as far as it can be told without running anything.

use std::rc::Rc;

use super::{
    entities::Entity,
    modules::Stem,
    session::{ClassRef, FileId, FunctionRef, Session},
    table::{BindingId, BindingKind, BlockId, ExpressionId, Kind, MemberId, Name, NameUse, ScopeId, ScopeKind, Step, SymbolId, UseId},
};

/// One kind of value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Class(ClassRef),
    Instance(ClassRef),
    /// `super()` in a class.
    Super(ClassRef),
    Function(FunctionRef),
    /// A function with its first argument given.
    Method(FunctionRef),
    Module(Stem),
    /// Something of a library that may give back what it is given.
    External,
    /// A value of a class that is not of this project.
    Foreign,
    /// Iterating gives these.
    Container(Rc<Types>),
    /// A dictionary of these.
    Dictionary(Rc<Types>),
    Tuple(Rc<Vec<Types>>),
    Awaitable(Rc<Types>),
    /// What `functools.partial` makes of a function.
    Partial(Box<Type>),
    None,
}

/// All that a value may be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Types {
    pub(crate) list: Vec<Type>,
    /// It may be something else that can't be told.
    pub(crate) open: bool,
    /// It follows by the language's rules, not by a guess.
    pub(crate) sure: bool,
}

impl Types {
    pub(crate) fn unknown() -> Self {
        Self { list: Vec::new(), open: true, sure: true }
    }

    pub(crate) fn one(kind: Type) -> Self {
        Self { list: vec![kind], open: false, sure: true }
    }

    pub(crate) fn guessed(mut self) -> Self {
        self.sure = false;
        self
    }

    pub(crate) fn join(&mut self, other: Self) {
        for kind in other.list {
            if !self.list.contains(&kind) && self.list.len() < 12 {
                self.list.push(kind);
            }
        }
        self.open |= other.open;
        self.sure &= other.sure;
    }

    pub(crate) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut joined = Self { list: Vec::new(), open: false, sure: true };
        let mut some = false;
        for part in parts {
            some = true;
            joined.join(part);
        }
        if some { joined } else { Self::unknown() }
    }

    /// What each alternative leads to.
    pub(crate) fn then(&self, lead: impl Fn(&Type) -> Self) -> Self {
        let mut found = Self { list: Vec::new(), open: self.open, sure: self.sure };
        for kind in &self.list {
            if *kind != Type::None {
                found.join(lead(kind));
            }
        }
        found
    }
}

/// So deep does a question follow others.
const DEEPEST: usize = 40;

/// So many expressions are looked at for one question.
const FUEL: u32 = 4_000;

impl Session<'_> {
    /// What an expression may be.
    pub(crate) fn infer(&self, file: FileId, expression: ExpressionId) -> Types {
        if let Some(known) = self.types.borrow().get(&(file, expression)) {
            return known.clone();
        }
        if self.depth.get() == 0 {
            self.fuel.set(FUEL);
        }
        if self.depth.get() > DEEPEST || self.fuel.get() == 0 || !self.busy.borrow_mut().insert((file, 2, expression)) {
            self.is_cut.set(true);
            return Types::unknown();
        }
        self.fuel.set(self.fuel.get() - 1);
        let was_cut = self.is_cut.replace(false);
        self.depth.set(self.depth.get() + 1);
        let types = self.work_out(file, expression);
        self.depth.set(self.depth.get() - 1);
        self.busy.borrow_mut().remove(&(file, 2, expression));
        // What was cut short is not kept: asked for itself it may give more.
        if self.depth.get() == 0 || !self.is_cut.get() {
            self.types.borrow_mut().insert((file, expression), types.clone());
        }
        self.is_cut.set(self.is_cut.get() || was_cut);
        types
    }

    fn work_out(&self, file: FileId, expression: ExpressionId) -> Types {
        let table = self.table(file);
        let kind = &table.expressions[expression].kind;
        let infer = |id: &ExpressionId| self.infer(file, *id);
        match kind {
            Kind::Unknown => Types::unknown(),
            Kind::None => Types::one(Type::None),
            Kind::Builtin(_) | Kind::String(_) => Types::one(Type::Foreign),
            Kind::Name(using) => self.name_type(file, *using),
            Kind::Member(member) => self.member_type(file, *member),
            Kind::Call { callee, arguments, keywords } => self.call_type(file, expression, *callee, arguments, keywords),
            Kind::Subscript(value, index) => {
                let is_class = self.infer(file, *value).list.iter().any(|kind| matches!(kind, Type::Class(_)));
                if is_class { self.infer(file, *value) } else { self.item_type(file, *value, *index) }
            }
            Kind::List(parts) => Types::one(Type::Container(Rc::new(self.parts_type(file, parts)))),
            Kind::Tuple(parts) => Types::one(Type::Tuple(Rc::new(parts.iter().map(infer).collect()))),
            Kind::Dictionary(parts) => Types::one(Type::Dictionary(Rc::new(Types::all(parts.iter().map(infer))))),
            Kind::Either(parts) => Types::all(parts.iter().map(infer)),
            Kind::Union(left, right) => Types::all([left, right].map(infer)),
            Kind::Await(inner) => self.infer(file, *inner).then(|kind| match kind {
                Type::Awaitable(inner) => (**inner).clone(),
                Type::Foreign => Types::one(Type::Foreign),
                _ => Types::unknown(),
            }),
            Kind::Quoted(inner) => self.infer(file, *inner),
            Kind::Starred(_) | Kind::Lambda(_) => Types::unknown(),
            Kind::InstanceOf(class) => self.annotated(file, *class),
        }
    }

    fn parts_type(&self, file: FileId, parts: &[ExpressionId]) -> Types {
        let table = self.table(file);
        Types::all(parts.iter().map(|part| match table.expressions[*part].kind {
            Kind::Starred(inner) => self.elements(&self.infer(file, inner)),
            _ => self.infer(file, *part),
        }))
    }

    fn name_type(&self, file: FileId, id: UseId) -> Types {
        let table = self.table(file);
        let using = &table.uses[id];
        let Some(symbol) = using.symbol else { return self.unbound_type(file, using) };
        let bindings = table.reaching(symbol, using.scope, using.block, using.order);
        let types = Types::all(bindings.iter().map(|binding| self.binding_type(file, *binding)));
        self.narrowed(file, types, symbol, &[], using.block, using.order)
    }

    fn unbound_type(&self, file: FileId, using: &NameUse) -> Types {
        match self.unbound(file, &using.name) {
            Some(entity) => self.entity_type(&entity),
            None if self.has_foreign_star(file) => Types::unknown(),
            None => Types::unknown(),
        }
    }

    /// The types that the tests around a place leave.
    fn narrowed(&self, file: FileId, mut types: Types, symbol: SymbolId, path: &[Name], block: BlockId, order: u32) -> Types {
        let table = self.table(file);
        if table.narrowings.is_empty() {
            return types;
        }
        let own = &table.symbols[symbol];
        for narrowing in table.narrowings.iter().filter(|narrowing| narrowing.symbol == symbol && narrowing.path == path) {
            let is_rebound = own.bindings.iter().any(|id| {
                let binding = &table.bindings[*id];
                narrowing.from < binding.order && binding.order < order
            });
            if narrowing.from > order || !table.is_within(block, narrowing.block) || is_rebound {
                continue;
            }
            let class = self.infer(file, narrowing.class);
            let classes = class.then(|kind| match kind {
                Type::Tuple(parts) => Types::all(parts.iter().cloned()),
                kind => Types::one(kind.clone()),
            });
            let instances: Vec<ClassRef> =
                classes.list.iter().filter_map(|kind| if let Type::Class(class) = kind { Some(*class) } else { None }).collect();
            if narrowing.holds {
                // What is said already and fits is more exact.
                let fits =
                    |kind: &Type| matches!(kind, Type::Instance(class) if instances.iter().any(|wanted| self.is_subclass(*class, *wanted)));
                let kept: Vec<Type> = types.list.iter().filter(|kind| fits(kind)).cloned().collect();
                types = if !kept.is_empty() && !types.open {
                    Types { list: kept, open: false, sure: types.sure }
                } else if instances.is_empty() {
                    Types::one(Type::Foreign)
                } else {
                    Types { list: instances.into_iter().map(Type::Instance).collect(), open: classes.open, sure: true }
                };
            } else {
                types.list.retain(
                    |kind| !matches!(kind, Type::Instance(class) if instances.iter().any(|wanted| self.is_subclass(*class, *wanted))),
                );
            }
        }
        types
    }

    fn member_type(&self, file: FileId, id: MemberId) -> Types {
        let table = self.table(file);
        let member = &table.members[id];
        let types = self.infer(file, member.receiver).then(|kind| self.attribute_type(kind, &member.name));
        match self.path_of(file, member.receiver) {
            Some((symbol, mut path)) => {
                path.push(member.name.clone());
                self.narrowed(file, types, symbol, &path, member.block, member.order)
            }
            None => types,
        }
    }

    fn path_of(&self, file: FileId, expression: ExpressionId) -> Option<(SymbolId, Vec<Name>)> {
        let table = self.table(file);
        if table.narrowings.is_empty() {
            return None;
        }
        match table.expressions[expression].kind {
            Kind::Name(using) => Some((table.uses[using].symbol?, Vec::new())),
            Kind::Member(member) => {
                let (symbol, mut path) = self.path_of(file, table.members[member].receiver)?;
                path.push(table.members[member].name.clone());
                Some((symbol, path))
            }
            _ => None,
        }
    }

    /// What is bound.
    pub(crate) fn binding_type(&self, file: FileId, id: BindingId) -> Types {
        let table = self.table(file);
        let binding = &table.bindings[id];
        let scope = table.symbols[binding.symbol].scope;
        self.kind_type(file, &binding.kind, scope)
    }

    pub(crate) fn kind_type(&self, file: FileId, kind: &BindingKind, scope: ScopeId) -> Types {
        match kind {
            BindingKind::Function(function) => Types::one(Type::Function(self.canonical_function((file, *function)))),
            BindingKind::Class(class) => Types::one(Type::Class(self.canonical_class((file, *class)))),
            BindingKind::Parameter(function, index) => self.parameter_type(file, *function, *index),
            BindingKind::Import(import) => {
                let table = self.table(file);
                self.imported(file, &table.imports[*import]).map_or_else(Types::unknown, |entity| self.entity_type(&entity))
            }
            BindingKind::Value(value, steps) => self.stepped(self.infer(file, *value), steps),
            BindingKind::Annotated(annotation, value) => {
                let types = self.annotated(file, *annotation);
                match value {
                    Some(value) if types.list.is_empty() => self.infer(file, *value),
                    _ => types,
                }
            }
            BindingKind::Iteration(iterated, steps) => {
                let elements = self.elements(&self.infer(file, *iterated));
                self.stepped(elements, steps)
            }
            BindingKind::Context(value, steps) => {
                let entered = self.infer(file, *value).then(|kind| self.entered(kind));
                self.stepped(entered, steps)
            }
            BindingKind::Exception(class) => self.infer(file, *class).then(|kind| match kind {
                Type::Class(class) => Types::one(Type::Instance(*class)),
                Type::Tuple(parts) => Types::all(parts.iter().cloned()).then(|kind| match kind {
                    Type::Class(class) => Types::one(Type::Instance(*class)),
                    _ => Types::one(Type::Foreign),
                }),
                _ => Types::one(Type::Foreign),
            }),
            BindingKind::Capture(Some(class)) => self.annotated(file, *class),
            BindingKind::TypeAlias(value) => self.infer(file, *value),
            BindingKind::Capture(None) | BindingKind::TypeParameter | BindingKind::Unknown => {
                let _ = scope;
                Types::unknown()
            }
        }
    }

    fn stepped(&self, mut types: Types, steps: &[Step]) -> Types {
        for step in steps {
            types = match step {
                Step::Item(index) => types.then(|kind| match kind {
                    Type::Tuple(parts) => parts.get(*index).cloned().unwrap_or_else(Types::unknown),
                    other => self.elements(&Types::one(other.clone())),
                }),
                Step::Rest => types.then(|kind| match kind {
                    Type::Container(_) => Types::one(kind.clone()),
                    _ => Types::unknown(),
                }),
            };
        }
        types
    }

    /// What iterating over a value gives.
    pub(crate) fn elements(&self, types: &Types) -> Types {
        types.then(|kind| match kind {
            Type::Container(inner) => (**inner).clone(),
            Type::Tuple(parts) => Types::all(parts.iter().cloned()),
            Type::Foreign | Type::Dictionary(_) => Types::one(Type::Foreign),
            Type::Instance(class) => {
                let iterated = self.called_method(*class, "__iter__").or_else(|| self.called_method(*class, "__getitem__"));
                iterated.map_or_else(Types::unknown, |types| {
                    types.then(|kind| match kind {
                        Type::Container(inner) => (**inner).clone(),
                        Type::Instance(iterator) => self.called_method(*iterator, "__next__").unwrap_or_else(Types::unknown),
                        _ => Types::unknown(),
                    })
                })
            }
            // Members of an enumeration.
            Type::Class(class) => Types::one(Type::Instance(*class)),
            _ => Types::unknown(),
        })
    }

    fn entered(&self, kind: &Type) -> Types {
        match kind {
            Type::Instance(class) => self
                .called_method(*class, "__enter__")
                .or_else(|| self.called_method(*class, "__aenter__"))
                .map_or_else(Types::unknown, |types| {
                    types.then(|kind| match kind {
                        Type::Awaitable(inner) => (**inner).clone(),
                        kind => Types::one(kind.clone()),
                    })
                }),
            // A generator that is a context.
            Type::Container(inner) => (**inner).clone(),
            _ => Types::unknown(),
        }
    }

    /// What something with a name is.
    pub(crate) fn entity_type(&self, entity: &Entity) -> Types {
        match entity {
            Entity::Module(stem) => Types::one(Type::Module(stem.clone())),
            Entity::Symbol(file, symbol) => self.symbol_type(*file, *symbol),
            Entity::Member(owner, name) => match owner {
                super::entities::Owner::Class(class) => self.attribute_type(&Type::Class(*class), name),
                super::entities::Owner::Function(_) | super::entities::Owner::Variable(..) => Types::unknown(),
            },
            Entity::External | Entity::Builtin => Types::one(Type::External),
        }
    }

    /// What a variable is when it is seen from elsewhere: any of its bindings.
    pub(crate) fn symbol_type(&self, file: FileId, symbol: SymbolId) -> Types {
        if self.depth.get() > DEEPEST || !self.busy.borrow_mut().insert((file, 3, symbol)) {
            self.is_cut.set(true);
            return Types::unknown();
        }
        self.depth.set(self.depth.get() + 1);
        let table = self.table(file);
        let live = super::entities::live_bindings(&table, symbol);
        let scope = table.symbols[symbol].scope;
        // Names of a module are mostly seen when all of it has run: a declaration in the open decides.
        let last =
            live.iter().rev().find(|binding| table.blocks[binding.block].parent.is_none() || table.scopes[scope].kind != ScopeKind::Module);
        let types = match last {
            Some(last) if matches!(last.kind, BindingKind::Class(_) | BindingKind::Annotated(..)) => {
                self.kind_type(file, &last.kind, scope)
            }
            _ => Types::all(live.iter().map(|binding| self.kind_type(file, &binding.kind, scope))),
        };
        self.depth.set(self.depth.get() - 1);
        self.busy.borrow_mut().remove(&(file, 3, symbol));
        types
    }
}
