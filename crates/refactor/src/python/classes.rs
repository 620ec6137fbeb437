//! Classes: what they inherit, and which of them declares a member.

use std::{collections::HashMap, rc::Rc};

use super::{
    entities::{Entity, Owner},
    session::{ClassRef, Order, Session},
    table::{BindingKind, Kind, Name, Table},
    types::{Type, Types},
};

/// Bases of libraries that declare nothing that could be meant.
const PLAIN_BASES: &[&str] = &[
    "object",
    "ABC",
    "Protocol",
    "Generic",
    "Enum",
    "IntEnum",
    "StrEnum",
    "Flag",
    "IntFlag",
    "NamedTuple",
    "TypedDict",
    "Exception",
    "BaseException",
    "ValueError",
    "RuntimeError",
    "TypeError",
    "KeyError",
    "AttributeError",
    "OSError",
    "LookupError",
    "ABCMeta",
    "type",
];

/// How arguments make an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Construction {
    /// Fields are keywords.
    Fields,
    Initializer,
}

impl Table {
    /// Whether a class itself declares a member.
    pub(crate) fn declares(&self, class: usize, name: &str) -> bool {
        let own = &self.classes[class];
        own.instance.contains_key(name)
            || self.scopes[own.scope].symbols.get(name).is_some_and(|symbol| !self.symbols[*symbol].bindings.is_empty())
    }

    /// Whether a base or decorator of a class is called so.
    pub(crate) fn has_base(&self, class: usize, name: &str) -> bool {
        self.classes[class].bases.iter().any(|base| self.word_of(*base).is_some_and(|word| **word == *name))
    }

    fn has_decorator(&self, class: usize, names: &[&str]) -> bool {
        self.classes[class].decorators.iter().any(|decorator| self.word_of(*decorator).is_some_and(|word| names.contains(&&**word)))
    }
}

impl Session<'_> {
    /// A class and all that it inherits from in the project, nearest first; and whether that is all there is.
    pub(crate) fn order(&self, class: ClassRef) -> Order {
        if let Some(known) = self.orders.borrow().get(&class) {
            return known.clone();
        }
        if !self.busy.borrow_mut().insert((class.0, 5, class.1)) {
            self.is_cut.set(true);
            return Rc::new((vec![class], false));
        }
        let table = self.table(class.0);
        let mut order = vec![class];
        let mut whole = true;
        let mut inherited: Vec<ClassRef> = Vec::new();
        for base in &table.classes[class.1].bases {
            let types = self.infer(class.0, *base);
            let mut is_known = false;
            for kind in &types.list {
                match kind {
                    Type::Class(base) if *base != class => {
                        is_known = true;
                        let above = self.order(*base);
                        whole &= above.1;
                        inherited.extend(above.0.iter().copied());
                    }
                    Type::External | Type::Foreign => is_known |= table.word_of(*base).is_some_and(|word| PLAIN_BASES.contains(&&**word)),
                    _ => {}
                }
            }
            whole &= is_known;
        }
        // A base of several comes after all that inherit from it.
        for (at, base) in inherited.iter().enumerate() {
            if !inherited[at + 1..].contains(base) && !order.contains(base) {
                order.push(*base);
            }
        }
        self.busy.borrow_mut().remove(&(class.0, 5, class.1));
        let order = Rc::new((order, whole));
        if self.depth.get() == 0 || !self.is_cut.get() {
            self.orders.borrow_mut().insert(class, order.clone());
        }
        order
    }

    pub(crate) fn is_subclass(&self, class: ClassRef, base: ClassRef) -> bool {
        class == base || self.order(class).0.contains(&base)
    }

    /// The class that declares what a class has under a name.
    pub(crate) fn declarer(&self, class: ClassRef, name: &str) -> Option<ClassRef> {
        let key = (class, Name::from(name));
        if let Some(known) = self.declarers.borrow().get(&key) {
            return *known;
        }
        let found = self.find_declarer(class, name);
        // What is not known of a class for now may be known later.
        if found.is_some() || self.orders.borrow().contains_key(&class) {
            self.declarers.borrow_mut().insert(key, found);
        }
        found
    }

    fn find_declarer(&self, class: ClassRef, name: &str) -> Option<ClassRef> {
        let order = self.order(class);
        order.0.iter().copied().find(|(file, id)| self.table(*file).declares(*id, name) || self.stub_declares(*file, *id, name))
    }

    fn stub_declares(&self, file: usize, class: usize, name: &str) -> bool {
        let path = self.path(file);
        if !path.ends_with(".py") {
            return false;
        }
        let stub = format!("{path}i");
        if !self.project.has(&stub) {
            return false;
        }
        let Some(stub) = self.open(&stub) else { return false };
        let (table, other) = (self.table(file), self.table(stub));
        let qualified = &table.classes[class].qualified;
        other.classes.iter().position(|class| class.qualified == *qualified).is_some_and(|id| other.declares(id, name))
    }

    /// What `super().name` finds from a class on.
    pub(crate) fn declarer_above(&self, class: ClassRef, name: &str) -> Option<ClassRef> {
        let order = self.order(class);
        order.0.iter().skip(1).copied().find(|(file, id)| self.table(*file).declares(*id, name))
    }

    /// What `value.name` is.
    pub(crate) fn attribute_type(&self, kind: &Type, name: &str) -> Types {
        match kind {
            Type::Instance(class) | Type::Class(class) => {
                let is_instance = matches!(kind, Type::Instance(_));
                if name == "__class__" && is_instance {
                    return Types::one(Type::Class(*class));
                }
                match self.declarer(*class, name) {
                    Some(owner) => self.declared_type(owner, *class, name, is_instance),
                    None => Types::unknown(),
                }
            }
            Type::Super(class) => match self.declarer_above(*class, name) {
                Some(owner) => self.declared_type(owner, *class, name, true),
                None => Types::unknown(),
            },
            Type::Module(stem) => self.module_attribute(stem, name).map_or_else(Types::unknown, |entity| self.entity_type(&entity)),
            Type::Foreign => Types::one(Type::Foreign),
            Type::External => Types::one(Type::External),
            _ => Types::unknown(),
        }
    }

    fn declared_type(&self, owner: ClassRef, class: ClassRef, name: &str, is_instance: bool) -> Types {
        let (file, id) = owner;
        let table = self.table(file);
        let own = &table.classes[id];
        let symbol = table.scopes[own.scope].symbols.get(name).copied();
        let bindings = symbol.map(|symbol| table.symbols[symbol].bindings.clone()).unwrap_or_default();
        // An annotation says it all.
        if let Some(annotated) = bindings.iter().find(|id| matches!(table.bindings[**id].kind, BindingKind::Annotated(..))) {
            return self.binding_type(file, *annotated);
        }
        let mut parts = Vec::new();
        let is_enumeration = !is_instance && self.is_enumeration(owner);
        for id in &bindings {
            let kind = &table.bindings[*id].kind;
            match kind {
                BindingKind::Function(function) if table.is_property(*function) => {
                    if is_instance && !table.is_decorated(*function, "setter") && !table.is_decorated(*function, "deleter") {
                        parts.push(self.returned((file, *function)));
                    }
                }
                BindingKind::Function(function) => {
                    let bound = is_instance || table.is_decorated(*function, "classmethod");
                    let bound = bound && !table.is_static(*function);
                    parts.push(Types::one(if bound { Type::Method((file, *function)) } else { Type::Function((file, *function)) }));
                }
                BindingKind::Value(..) if is_enumeration => parts.push(Types::one(Type::Instance(class))),
                _ => parts.push(self.binding_type(file, *id)),
            }
        }
        for attribute in own.instance.get(name).map(Vec::as_slice).unwrap_or_default() {
            let member = &table.members[attribute.member];
            if let Some(value @ BindingKind::Annotated(..)) = &member.value {
                return self.kind_type(file, value, member.scope);
            }
            if let Some(value) = &member.value {
                parts.push(self.kind_type(file, value, member.scope));
            }
        }
        // What is None at first becomes something.
        let mut types = Types::all(parts);
        if types.list == [Type::None] {
            types.open = true;
        }
        types
    }

    fn is_enumeration(&self, class: ClassRef) -> bool {
        self.order(class).0.iter().any(|(file, id)| {
            let table = self.table(*file);
            ["Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"].iter().any(|base| table.has_base(*id, base))
        })
    }

    /// Whether subscripts of a class's values by a string are its fields.
    pub(crate) fn is_typed_dictionary(&self, class: ClassRef) -> bool {
        self.order(class).0.iter().any(|(file, id)| self.table(*file).has_base(*id, "TypedDict"))
    }

    /// How a class is called.
    pub(crate) fn construction(&self, class: ClassRef) -> Construction {
        for (file, id) in &self.order(class).0 {
            let table = self.table(*file);
            if table.declares(*id, "__init__") {
                return Construction::Initializer;
            }
            let is_record = table
                .has_decorator(*id, &["dataclass", "define", "frozen", "mutable", "attrs", "s", "attrib", "dataclass_transform", "struct"])
                || ["NamedTuple", "TypedDict", "BaseModel", "Struct", "SQLModel"].iter().any(|base| table.has_base(*id, base));
            if is_record {
                return Construction::Fields;
            }
        }
        Construction::Initializer
    }

    /// What `value.name` stands for; `None` when it can't be told.
    pub(crate) fn attribute_entity(&self, kind: &Type, name: &Name) -> Option<Entity> {
        match kind {
            Type::Instance(class) | Type::Class(class) => match self.declarer(*class, name) {
                Some(owner) => Some(Entity::Member(Owner::Class(owner), name.clone())),
                None if self.order(*class).1 => Some(Entity::Member(Owner::Class(*class), name.clone())),
                None => None,
            },
            Type::Super(class) => match self.declarer_above(*class, name) {
                Some(owner) => Some(Entity::Member(Owner::Class(owner), name.clone())),
                None => Some(Entity::External),
            },
            Type::Function(function) | Type::Method(function) => Some(Entity::Member(Owner::Function(*function), name.clone())),
            Type::Module(stem) => self.module_attribute(stem, name),
            Type::External | Type::Foreign => Some(Entity::External),
            Type::Container(_) | Type::Dictionary(_) | Type::Tuple(_) | Type::Awaitable(_) | Type::Partial(_) | Type::None => {
                Some(Entity::External)
            }
        }
    }

    /// The classes of some files that declare a member, grouped: those of a group override each other.
    pub(crate) fn families(&self, classes: &[ClassRef]) -> HashMap<ClassRef, usize> {
        let mut group: HashMap<ClassRef, usize> = classes.iter().enumerate().map(|(at, class)| (*class, at)).collect();
        for class in classes {
            let order = self.order(*class);
            for base in order.0.iter().filter(|base| *base != class) {
                let (Some(mine), Some(theirs)) = (group.get(class).copied(), group.get(base).copied()) else { continue };
                for value in group.values_mut().filter(|value| **value == mine) {
                    *value = theirs;
                }
            }
        }
        group
    }

    /// The class's first line of arguments: what its `__init__` is, or another that makes instances.
    pub(crate) fn initializers(&self, class: ClassRef) -> Vec<(usize, usize)> {
        let found = ["__init__", "__new__"].iter().find_map(|name| {
            let owner = self.declarer(class, name)?;
            let table = self.table(owner.0);
            let symbol = *table.scopes[table.classes[owner.1].scope].symbols.get(*name)?;
            let functions = table.symbols[symbol].bindings.iter().filter_map(|id| match table.bindings[*id].kind {
                BindingKind::Function(function) => Some((owner.0, function)),
                _ => None,
            });
            Some(functions.collect())
        });
        found.unwrap_or_default()
    }

    /// The expression a type comes from is a call's.
    pub(crate) fn callee_of(&self, file: usize, call: usize) -> Option<(usize, Vec<usize>)> {
        match &self.table(file).expressions[call].kind {
            Kind::Call { callee, arguments, .. } => Some((*callee, arguments.to_vec())),
            _ => None,
        }
    }
}
