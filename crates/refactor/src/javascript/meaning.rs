//! What each place that bears a name means.

use super::{
    tree::*,
    types::{Entity, Hit, Lookup, MemberAt, SymbolAt, Type},
    world::{At, World},
};

/// Which of the names written there it is: `{ a }` is two in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    /// The left of `{ a: a }`.
    Property,
    /// The right of it, or of `import { a as a }`; the left of `export { a as a }`.
    Local,
    /// What is imported: the left of `import { a as a }` or `export { a as a } from`.
    Foreign,
    /// What is offered: the right of `export { a as a }`.
    Outer,
}

/// One name at a place.
#[derive(Debug, Clone)]
pub(super) struct Side {
    pub part: Part,
    pub entities: Vec<Entity>,
    /// Nothing tells what it is a member of.
    pub is_open: bool,
    /// Several that are one only here, by spreading.
    pub is_spread: bool,
    /// What it was looked for in, when it is not declared there.
    pub missing_in: Option<Type>,
    pub reason: String,
}

impl Side {
    fn new(part: Part, entities: Vec<Entity>, reason: impl Into<String>) -> Self {
        Self { part, entities, is_open: false, is_spread: false, missing_in: None, reason: reason.into() }
    }
}

impl World<'_> {
    /// The names at a place and what they mean.
    pub(super) fn sides(&self, at: At<SpotId>) -> Vec<Side> {
        let tree = self.tree(at.file);
        let spot = &tree.spots[at.id];
        let local = |symbol: SymbolId| vec![Entity::Symbol(at.to(symbol))];
        let used = || self.symbols_of_use(at).into_iter().map(Entity::Symbol).collect::<Vec<_>>();
        match &spot.kind {
            SpotKind::Declaration(symbol) => vec![Side::new(Part::Whole, local(*symbol), "declared here")],
            SpotKind::Use { .. } => vec![Side::new(Part::Whole, used(), "bound to the declaration")],
            SpotKind::Member { object, .. } | SpotKind::Element { object, .. } | SpotKind::In { object } => {
                vec![self.member_side(Part::Whole, &self.expression_type(at.to(*object)), &spot.name)]
            }
            SpotKind::Qualified { .. } | SpotKind::ModuleMember { .. } => {
                vec![Side::new(Part::Whole, self.entities_of_type_name(at), "named by its path")]
            }
            SpotKind::MemberDeclaration(member) => vec![Side::new(Part::Whole, vec![Entity::Member(at.to(*member))], "declared here")],
            SpotKind::Variant(member) => vec![Side::new(Part::Whole, vec![Entity::Member(at.to(*member))], "a member of this enum")],
            SpotKind::Key(pattern) => vec![self.key_side(Part::Whole, at.to(*pattern), &spot.name)],
            SpotKind::ShorthandPattern { pattern, symbol } => {
                vec![self.key_side(Part::Property, at.to(*pattern), &spot.name), Side::new(Part::Local, local(*symbol), "declared here")]
            }
            SpotKind::ShorthandTarget { pattern, .. } => {
                vec![self.key_side(Part::Property, at.to(*pattern), &spot.name), Side::new(Part::Local, used(), "assigned here")]
            }
            SpotKind::Shorthand { member, .. } => vec![
                Side::new(Part::Property, vec![Entity::Member(at.to(*member))], "declared here"),
                Side::new(Part::Local, used(), "its value here"),
            ],
            SpotKind::Imported { module } | SpotKind::Reexported { module } => {
                vec![Side::new(Part::Whole, self.imported(at, module, &spot.name), format!("imported from {module}"))]
            }
            SpotKind::ImportShort { module, symbol } => {
                let reason = format!("imported from {module}");
                vec![
                    Side::new(Part::Foreign, self.imported(at, module, &spot.name), reason.clone()),
                    Side::new(Part::Local, local(*symbol), reason),
                ]
            }
            SpotKind::ImportLocal { module, symbol, .. } => {
                vec![Side::new(Part::Whole, local(*symbol), format!("imported from {module}"))]
            }
            SpotKind::Exported(export) => vec![Side::new(Part::Whole, vec![Entity::Export(at.to(*export))], "exported here")],
            SpotKind::ExportShort { export, .. } => vec![
                Side::new(Part::Local, used(), "exported here"),
                Side::new(Part::Outer, vec![Entity::Export(at.to(*export))], "exported here"),
            ],
            SpotKind::ReexportShort { export, module } => {
                let reason = format!("exported again from {module}");
                vec![
                    Side::new(Part::Foreign, self.imported(at, module, &spot.name), reason.clone()),
                    Side::new(Part::Outer, vec![Entity::Export(at.to(*export))], reason),
                ]
            }
            SpotKind::Attribute { element } => {
                let mut side = self.member_side(Part::Whole, &self.expected_members(at.to(*element)), &spot.name);
                if let Expression::Markup { tag: None } = tree.expressions[*element] {
                    side.is_open = false;
                }
                vec![side]
            }
            SpotKind::Indexed { object } => {
                let object = self.evaluate(at.to(*object), &super::types::Bindings::default());
                vec![self.member_side(Part::Whole, &object, &spot.name)]
            }
            SpotKind::Text { expression } => {
                let mut side = Side::new(Part::Whole, Vec::new(), "a key");
                for of in keys_of(&self.expected(at.to(*expression))) {
                    let of = if let Type::Parameter(symbol) = &of { self.constraint(*symbol) } else { of };
                    side = self.member_side(Part::Whole, &of, &spot.name);
                    side.is_open = false;
                    side.missing_in = None;
                    if !side.entities.is_empty() {
                        side.reason = format!("a key of {}", self.type_name(&of).unwrap_or_else(|| "the object".to_owned()));
                        break;
                    }
                }
                vec![side]
            }
            SpotKind::TextType { node } => vec![self.key_type_side(at, *node)],
            SpotKind::Label(number) => vec![Side::new(Part::Whole, vec![Entity::Label(at.file, *number)], "this label")],
            SpotKind::DocumentedParameter { function } => {
                let parameters = tree.functions[*function].parameters.iter();
                let symbols = parameters.filter_map(|pattern| tree.patterns[*pattern].symbol);
                let named = symbols.filter(|symbol| tree.symbols[*symbol].name == spot.name);
                vec![Side::new(Part::Whole, named.map(|symbol| Entity::Symbol(at.to(symbol))).collect(), "documented here")]
            }
            SpotKind::Linked { .. } => vec![Side::new(Part::Whole, self.linked(at), "linked from documentation")],
            SpotKind::Word => Vec::new(),
        }
    }

    fn imported(&self, at: At<SpotId>, module: &Name, name: &Name) -> Vec<Entity> {
        self.module(at.file, module).map(|module| self.exported(module, name)).unwrap_or_default()
    }

    fn member_side(&self, part: Part, within: &Type, name: &str) -> Side {
        let mut side = Side::new(part, Vec::new(), String::new());
        match self.lookup(within, name) {
            Lookup::Found(hits) => {
                side.is_spread = hits.iter().any(|hit| hit.is_spread);
                side.reason = self.member_reason(within, &hits);
                side.entities = hits.into_iter().map(|hit| hit.entity).collect();
                side.entities.sort_unstable();
                side.entities.dedup();
            }
            Lookup::Absent => side.missing_in = Some(within.clone()),
            Lookup::Unknown => side.is_open = true,
        }
        side
    }

    fn member_reason(&self, within: &Type, hits: &[Hit]) -> String {
        let name = hits.iter().find_map(|hit| self.type_name(&hit.owner)).or_else(|| self.type_name(within));
        match name {
            Some(name) => format!("a member of `{name}`"),
            None => "a member of this object".to_owned(),
        }
    }

    /// How a type is called, where it has a name.
    pub(super) fn type_name(&self, of: &Type) -> Option<String> {
        match of {
            Type::Named(symbol, _) | Type::Value(symbol) => Some(self.tree(symbol.file).symbols[symbol.id].name.to_string()),
            Type::Module(module) => Some(self.path(module.file).to_owned()),
            Type::Union(types) | Type::Intersection(types) => types.iter().find_map(|one| self.type_name(one)),
            Type::Without(of, _) => self.type_name(of),
            _ => None,
        }
    }

    /// A key of what is taken apart.
    fn key_side(&self, part: Part, pattern: At<PatternId>, name: &str) -> Side {
        let tree = self.tree(pattern.file);
        let Source::Property(whole, _) = tree.patterns[pattern.id].source else { return Side::new(part, Vec::new(), "") };
        let mut side = self.member_side(part, &self.pattern_type(pattern.to(whole)), name);
        if side.entities.is_empty() {
            side.is_open = true;
        }
        side
    }

    /// A string among type arguments: `Pick<T, "name">`.
    fn key_type_side(&self, at: At<SpotId>, node: TypeId) -> Side {
        let tree = self.tree(at.file);
        let none = Side::new(Part::Whole, Vec::new(), "");
        if let Some(keys) = tree.key_of.get(&node) {
            return self
                .among_keys(&self.evaluate(at.to(*keys), &super::types::Bindings::default()), &tree.spots[at.id].name)
                .unwrap_or(none);
        }
        let Some((reference, index)) = tree.argument_of.get(&node) else { return none };
        let TypeNode::Reference(spot, arguments) = &tree.types[*reference] else { return none };
        for symbol in self.entities_of_type_name(at.to(*spot)).into_iter().flat_map(|entity| self.followed(entity)) {
            for declared in &self.tree(symbol.file).symbols[symbol.id].declared {
                let parameters = match declared {
                    Declared::Alias { type_parameters, .. } => type_parameters,
                    Declared::Interface(shape) | Declared::Class(shape) => &self.tree(symbol.file).shapes[*shape].type_parameters,
                    _ => continue,
                };
                let parameters: Vec<SymbolAt> = parameters.iter().map(|one| symbol.to(*one)).collect();
                let Some(parameter) = parameters.get(*index as usize) else { continue };
                let given = arguments.iter().map(|argument| self.evaluate(at.to(*argument), &super::types::Bindings::default()));
                let given: Vec<Type> = given.collect();
                // `Exclude<keyof T, "name">` asks for no keys, and is of no use without.
                let is_choice = self.is_library(symbol.file)
                    && matches!(&*self.tree(symbol.file).symbols[symbol.id].name, "Exclude" | "Extract")
                    && *index == 1;
                let keys = match given.first() {
                    Some(first) if is_choice => first.clone(),
                    _ => {
                        let bindings = super::types::Bindings::default().with(parameters.iter().copied().zip(given).collect());
                        self.substitute(&self.constraint_with(*parameter, &bindings), &bindings)
                    }
                };
                if let Some(side) = self.among_keys(&keys, &tree.spots[at.id].name) {
                    return side;
                }
            }
        }
        none
    }

    /// A text among keys, where they are keys; open where nothing tells of what.
    fn among_keys(&self, keys: &Type, name: &str) -> Option<Side> {
        let mut open = None;
        for of in keys_of(keys) {
            let side = self.member_side(Part::Whole, &of, name);
            if !side.entities.is_empty() {
                return Some(side);
            }
            if side.is_open {
                open = Some(side);
            }
        }
        open
    }

    /// The first name of a link: what scopes explain, and members of what is documented.
    fn linked_first(&self, at: At<SpotId>, scope: ScopeId) -> Vec<Entity> {
        let tree = self.tree(at.file);
        let name = &tree.spots[at.id].name;
        let mut around = Some(scope);
        while let Some(id) = around {
            let scope = &tree.scopes[id];
            if let Some(symbol) = scope.names.get(name).and_then(|symbols| symbols.first()) {
                return vec![Entity::Symbol(at.to(*symbol))];
            }
            if let ScopeKind::Class(shape) | ScopeKind::Enum(shape) = scope.kind
                && let Some(member) = tree.shapes[shape].members.iter().find(|member| tree.members[**member].name == *name)
            {
                return vec![Entity::Member(self.canonical_member(at.to(*member)))];
            }
            around = scope.parent;
        }
        self.globals(name, Meaning::ALL).first().copied().map(Entity::Symbol).into_iter().collect()
    }

    /// A name in a link of documentation.
    fn linked(&self, at: At<SpotId>) -> Vec<Entity> {
        let tree = self.tree(at.file);
        let spot = &tree.spots[at.id];
        let SpotKind::Linked { scope, left } = spot.kind else { return Vec::new() };
        let Some(left) = left else {
            return self.linked_first(at, scope);
        };
        let mut found = Vec::new();
        for entity in self.linked(at.to(left)) {
            for end in self.ends(entity) {
                match end {
                    Entity::Symbol(symbol) => {
                        found.extend(self.offered_by(symbol, &spot.name, Meaning::ALL));
                        for of in [self.named(symbol, &[], &super::types::Bindings::default()), self.symbol_type(symbol)] {
                            if let Lookup::Found(hits) = self.lookup(&of, &spot.name) {
                                found.extend(hits.into_iter().map(|hit| hit.entity));
                            }
                        }
                    }
                    Entity::Member(member) => {
                        let of = self.member_type(member, &super::types::Bindings::default(), &Type::Unknown);
                        if let Lookup::Found(hits) = self.lookup(&of, &spot.name) {
                            found.extend(hits.into_iter().map(|hit| hit.entity));
                        }
                    }
                    _ => {}
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The members that a member must be called like: those it overrides or implements, or what is expected of an object.
    pub(super) fn above(&self, member: MemberAt) -> Vec<Entity> {
        let tree = self.tree(member.file);
        let row = &tree.members[member.id];
        let shape = member.to(row.shape);
        if row.is_private {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut add = |within: &Type| {
            if let Lookup::Found(hits) = self.lookup(within, &row.name) {
                found.extend(hits.into_iter().filter(|hit| !hit.is_spread).map(|hit| hit.entity));
            }
        };
        match tree.shapes[row.shape].kind {
            ShapeKind::Class | ShapeKind::Interface => {
                for shape in self.shapes_with(shape) {
                    let tree = self.tree(shape.file);
                    let bindings = super::types::Bindings::default();
                    if row.is_static {
                        if let Some((superclass, _)) = &tree.shapes[shape.id].superclass {
                            add(&self.expression_type(shape.to(*superclass)));
                        }
                        continue;
                    }
                    for base in self.bases(shape, &bindings) {
                        add(&base);
                    }
                    for contract in &tree.shapes[shape.id].contracts {
                        add(&self.evaluate(shape.to(*contract), &bindings));
                    }
                }
            }
            ShapeKind::Object => {
                if let Some(object) = tree.shapes[row.shape].expression {
                    add(&self.expected(member.to(object)));
                }
            }
            _ => {}
        }
        // What every object has is no contract.
        found.retain(|entity| !matches!(entity, Entity::Member(at) if self.is_object_member(*at)));
        found.sort_unstable();
        found.dedup();
        found
    }

    fn is_object_member(&self, member: MemberAt) -> bool {
        if !self.is_library(member.file) {
            return false;
        }
        let tree = self.tree(member.file);
        let symbol = tree.shapes[tree.members[member.id].shape].symbol;
        symbol.is_some_and(|symbol| matches!(&*tree.symbols[symbol].name, "Object" | "Function"))
    }

    /// The same thing under one number: members that are one, names that files share.
    pub(super) fn settled(&self, entity: Entity) -> Entity {
        match entity {
            Entity::Symbol(at) => Entity::Symbol(self.canonical(at)),
            Entity::Member(at) => Entity::Member(self.canonical_member(at)),
            other => other,
        }
    }

    /// What goes along with an entity whatever the place: a parameter that is a property, too.
    pub(super) fn twins(&self, entity: Entity) -> Vec<Entity> {
        match entity {
            Entity::Member(at) => {
                let tree = self.tree(at.file);
                let row = &tree.members[at.id];
                let same = tree.shapes[row.shape].members.iter().filter(|other| tree.members[**other].name == row.name);
                same.filter_map(|other| tree.members[*other].parameter).map(|parameter| Entity::Symbol(at.to(parameter))).collect()
            }
            Entity::Symbol(at) => {
                let tree = self.tree(at.file);
                let row = &tree.symbols[at.id];
                let mut found = Vec::new();
                if row.is_parameter {
                    let members = tree.members.iter().filter(|(_, member)| member.parameter == Some(at.id));
                    found.extend(members.map(|(id, _)| Entity::Member(self.canonical_member(at.to(id)))));
                }
                // A name all files share is one, wherever it is declared.
                found.extend(self.same_globals(at).into_iter().filter(|other| *other != at).map(Entity::Symbol));
                found
            }
            _ => Vec::new(),
        }
    }
}

/// The types whose keys are expected.
fn keys_of(expected: &Type) -> Vec<Type> {
    match expected {
        Type::KeyOf(of) => vec![(**of).clone()],
        Type::Union(types) | Type::Intersection(types) => types.iter().flat_map(keys_of).collect(),
        _ => Vec::new(),
    }
}
