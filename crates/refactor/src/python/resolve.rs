//! What a place in a file means.

use super::{
    classes::Construction,
    entities::{Entity, Owner},
    session::{ClassRef, FileId, FunctionRef, Session},
    table::{KeywordId, MemberForm, MemberId, MentionKind, ParameterKind, Spot},
    types::{Type, Types},
};

/// What a place may mean.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meaning {
    pub(crate) entities: Vec<Entity>,
    /// It may mean something else that can't be told.
    pub(crate) open: bool,
    /// It follows by the rules of the language.
    pub(crate) sure: bool,
    /// Classes that a value may be of, none of which is known to declare the name.
    pub(crate) receivers: Vec<ClassRef>,
}

impl Meaning {
    fn one(entity: Option<Entity>) -> Self {
        let open = entity.is_none();
        Self { entities: entity.into_iter().collect(), open, sure: true, receivers: Vec::new() }
    }
}

impl Session<'_> {
    /// What a place means.
    pub(crate) fn meaning(&self, file: FileId, spot: Spot) -> Meaning {
        let table = self.table(file);
        match spot {
            Spot::Use(id) => {
                let using = &table.uses[id];
                Meaning::one(match using.symbol {
                    Some(symbol) => self.symbol_entity(file, symbol),
                    None => self.unbound(file, &using.name),
                })
            }
            Spot::Imported(id) => {
                let import = &table.imports[id];
                let Some((name, _)) = &import.name else { return Meaning::default() };
                match self.resolve_module(&self.path(file), import) {
                    Some(module) => Meaning::one(self.module_attribute(&module, name).or(Some(Entity::External))),
                    None => Meaning::one(Some(Entity::External)),
                }
            }
            Spot::Module(id, part) => {
                let import = &table.imports[id];
                Meaning::one(Some(self.resolve_part(&self.path(file), import, part).map_or(Entity::External, Entity::Module)))
            }
            Spot::Mention(id) => match table.mentions[id].kind {
                MentionKind::All => {
                    let name = &table.mentions[id].name;
                    Meaning::one(match table.global(name) {
                        Some(symbol) if !table.symbols[symbol].bindings.is_empty() => self.symbol_entity(file, symbol),
                        _ => self
                            .starred(file, name)
                            .or_else(|| self.submodule(super::modules::stem_of(&self.path(file)), name).map(Entity::Module)),
                    })
                }
                MentionKind::Members(class) => {
                    let class = self.canonical_class((file, class));
                    Meaning::one(self.attribute_entity(&Type::Instance(class), &table.mentions[id].name))
                }
            },
            Spot::Member(id) => self.member_meaning(file, id),
            Spot::Keyword(id) => self.keyword_meaning(file, id),
        }
    }

    fn member_meaning(&self, file: FileId, id: MemberId) -> Meaning {
        let table = self.table(file);
        let member = &table.members[id];
        let types = self.infer(file, member.receiver);
        let mut meaning = Meaning {
            entities: Vec::new(),
            open: types.open,
            sure: types.sure && member.form != MemberForm::Getattr,
            receivers: Vec::new(),
        };
        let is_private = member.name.starts_with("__") && !member.name.ends_with("__");
        for kind in &types.list {
            if *kind == Type::None {
                continue;
            }
            if member.form == MemberForm::Key {
                match kind {
                    Type::Instance(class) if self.is_typed_dictionary(*class) => {}
                    _ => continue,
                }
            }
            let entity = self.attribute_entity(kind, &member.name);
            match entity {
                // `__name` belongs to the class that is written around it.
                Some(Entity::Member(Owner::Class(class), _)) if is_private && self.enclosing_class(file, member.scope) != Some(class) => {
                    if let Some(around) = self.enclosing_class(file, member.scope)
                        && self.table(around.0).declares(around.1, &member.name)
                    {
                        meaning.entities.push(Entity::Member(Owner::Class(around), member.name.clone()));
                    }
                }
                Some(entity) => {
                    if let (Entity::Member(Owner::Class(class), _), Type::Instance(receiver) | Type::Class(receiver)) = (&entity, kind)
                        && !self.table(class.0).declares(class.1, &member.name)
                    {
                        meaning.receivers.push(*receiver);
                    }
                    if !meaning.entities.contains(&entity) {
                        meaning.entities.push(entity);
                    }
                }
                None => {
                    if let Type::Instance(receiver) | Type::Class(receiver) = kind {
                        meaning.receivers.push(*receiver);
                    }
                    meaning.open = true;
                }
            }
        }
        if member.form == MemberForm::Key && meaning.entities.is_empty() {
            meaning.open = false;
        }
        meaning
    }

    fn keyword_meaning(&self, file: FileId, id: KeywordId) -> Meaning {
        let table = self.table(file);
        let keyword = &table.keywords[id];
        let Some((callee, arguments)) = self.callee_of(file, keyword.call) else { return Meaning::default() };
        let word = table.word_of(callee).map(|word| &**word).unwrap_or_default();
        let mut called = self.infer(file, callee);
        if called.list == [Type::External]
            && let Some(first) = arguments.first()
        {
            match word {
                "partial" | "partialmethod" => called = self.infer(file, *first).guessed(),
                "replace" | "evolve" => {
                    called = self.infer(file, *first).then(|kind| match kind {
                        Type::Instance(class) => Types::one(Type::Class(*class)),
                        _ => Types::one(Type::External),
                    });
                }
                _ => {}
            }
        }
        let mut meaning =
            Meaning { entities: Vec::new(), open: called.open, sure: called.sure && !keyword.in_string, receivers: Vec::new() };
        for kind in &called.list {
            let (entities, sure) = self.keyword_of(kind, &keyword.name);
            meaning.sure &= sure;
            for entity in entities {
                if !meaning.entities.contains(&entity) {
                    meaning.entities.push(entity);
                }
            }
        }
        // `value._replace(field=…)`
        if word == "_replace"
            && let super::table::Kind::Member(member) = table.expressions[callee].kind
        {
            for kind in self.infer(file, table.members[member].receiver).list {
                if let Type::Instance(class) = kind
                    && self.construction(class) == Construction::Fields
                {
                    meaning.entities.extend(self.attribute_entity(&kind, &keyword.name));
                    meaning.open = false;
                }
            }
        }
        meaning
    }

    /// The parameters or fields that a keyword of a call means, and whether that is sure.
    fn keyword_of(&self, kind: &Type, name: &super::table::Name) -> (Vec<Entity>, bool) {
        match kind {
            Type::Function(function) | Type::Method(function) => self.parameter_of(*function, name),
            Type::Partial(inner) => (self.keyword_of(inner, name).0, false),
            Type::Class(class) => match self.construction(*class) {
                Construction::Fields => match self.declarer(*class, name) {
                    Some(owner) => (vec![Entity::Member(Owner::Class(owner), name.clone())], true),
                    None => (vec![Entity::External], true),
                },
                Construction::Initializer => self.parameters_of(&self.initializers(*class), name),
            },
            Type::Instance(class) => {
                let call = self.attribute_type(&Type::Instance(*class), "__call__");
                let functions: Vec<_> =
                    call.list.iter().filter_map(|kind| if let Type::Method(function) = kind { Some(*function) } else { None }).collect();
                self.parameters_of(&functions, name)
            }
            _ => (vec![Entity::External], true),
        }
    }

    fn parameters_of(&self, functions: &[FunctionRef], name: &super::table::Name) -> (Vec<Entity>, bool) {
        let mut all = (Vec::new(), true);
        for function in functions {
            let (entities, sure) = self.parameter_of(*function, name);
            all.0.extend(entities);
            all.1 &= sure;
        }
        if all.0.iter().any(|entity| *entity != Entity::External) {
            all.0.retain(|entity| *entity != Entity::External);
        }
        all
    }

    fn parameter_of(&self, (file, function): FunctionRef, name: &super::table::Name) -> (Vec<Entity>, bool) {
        let table = self.table(file);
        let named = |parameter: &&super::table::Parameter| {
            parameter.name == *name && matches!(parameter.kind, ParameterKind::Normal | ParameterKind::KeywordOnly)
        };
        let found = table.functions[function].parameters.iter().find(named);
        let entity = found.and_then(|parameter| self.symbol_entity(file, parameter.symbol)).unwrap_or(Entity::External);
        (vec![entity], !table.is_changed(function))
    }
}
