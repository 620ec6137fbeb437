//! Every place that means what was asked for.

use super::{
    entities::{Entity, Owner},
    resolve::Meaning,
    session::{FileId, Session},
    stdlib::is_common_method,
    table::{BindingKind, Kind, MemberForm, Role, Span, Spot},
    target::Target,
};
use crate::{Certainty, OccurrenceRole, Refused};

/// A place that means what was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) file: FileId,
    pub(crate) spot: Spot,
    pub(crate) span: Span,
    pub(crate) certainty: Certainty,
    pub(crate) reason: String,
    pub(crate) role: OccurrenceRole,
}

impl Session<'_> {
    /// Every place, by file and position.
    pub(crate) fn hits(&self, target: &Target) -> Result<Vec<Hit>, Refused> {
        let mut hits = Vec::new();
        for file in self.candidates(&target.name, &self.path(target.file))?.iter().copied() {
            if self.project.cancelled() {
                return Err(Refused::cancelled());
            }
            self.hits_in(file, target, &mut hits);
        }
        Ok(hits)
    }

    fn hits_in(&self, file: FileId, target: &Target, hits: &mut Vec<Hit>) {
        let table = self.table(file);
        for spot in table.spots(&target.name) {
            // The name before `as` of what is imported under its own name is looked at as an import.
            if let Some((certainty, reason)) = self.judge(file, *spot, target) {
                let certainty = if table.error.is_some() { certainty.max(Certainty::Probable) } else { certainty };
                hits.push(Hit { file, spot: *spot, span: table.span(*spot), certainty, reason, role: self.role(file, *spot) });
            }
        }
    }

    /// How sure it is that a place means what was asked for, and why; `None` when it does not.
    fn judge(&self, file: FileId, spot: Spot, target: &Target) -> Option<(Certainty, String)> {
        let meaning = self.meaning(file, spot);
        let (meant, other): (Vec<&Entity>, Vec<&Entity>) = meaning.entities.iter().partition(|entity| target.has(entity));
        if meant.is_empty() {
            return self.judge_unknown(file, spot, target, &meaning);
        }
        let joined = meant.iter().all(|entity| target.joined.contains(entity));
        let reason = self.reason(file, spot, target);
        if let Some(Entity::Member(Owner::Class(class), _)) = meant.first().filter(|_| joined) {
            let name = &self.table(class.0).classes[class.1].name;
            return Some((Certainty::Probable, format!("`{name}` has it too: {reason}")));
        }
        if !other.is_empty() && !other.iter().all(|entity| matches!(entity, Entity::External | Entity::Builtin)) {
            return Some((Certainty::Probable, format!("may mean another `{}`: {reason}", target.name)));
        }
        if !meaning.sure || meaning.open || !other.is_empty() {
            return Some((Certainty::Probable, format!("inferred: {reason}")));
        }
        Some((Certainty::Certain, reason))
    }

    /// A member of a value that could not be told.
    fn judge_unknown(&self, file: FileId, spot: Spot, target: &Target, meaning: &Meaning) -> Option<(Certainty, String)> {
        let probable = |reason: String| Some((Certainty::Probable, reason));
        let table = self.table(file);
        match spot {
            Spot::Member(id) if target.classes().next().is_none() => {
                let Kind::Name(using) = table.expressions[table.members[id].receiver].kind else { return None };
                let asked = Entity::Member(Owner::Variable(file, table.uses[using].symbol?), target.name.clone());
                (target.has(&asked) && meaning.entities.is_empty()).then(|| (Certainty::Probable, "asked of the same variable".to_owned()))
            }
            Spot::Member(id) => {
                let member = &table.members[id];
                let first = target.classes().next()?;
                let class_name = self.table(first.0).classes[first.1].name.clone();
                // A base that leaves a member to those that inherit from it.
                if let Some(receiver) =
                    meaning.receivers.iter().find(|receiver| target.classes().any(|class| self.is_subclass(class, **receiver)))
                {
                    let name = &self.table(receiver.0).classes[receiver.1].name;
                    return probable(format!("`{class_name}` inherits from `{name}`, which does not declare it"));
                }
                if !meaning.entities.is_empty() || !meaning.open || !meaning.receivers.is_empty() || member.form == MemberForm::Key {
                    return None;
                }
                let is_private = member.name.starts_with("__") && !member.name.ends_with("__");
                if is_private {
                    return None;
                }
                let is_named_alike = table.word_of(member.receiver).is_some_and(|word| is_alike(word, &class_name));
                if is_named_alike {
                    return probable(format!("the value is named like `{class_name}`; its class is not known"));
                }
                (target.others == 0 && !is_common_method(&member.name))
                    .then(|| (Certainty::Probable, format!("the value's class is not known; only `{class_name}` has `{}`", target.name)))
            }
            Spot::Keyword(id) => {
                if !meaning.open || !meaning.entities.is_empty() {
                    return None;
                }
                // A call of something with the name of the function.
                let keyword = &table.keywords[id];
                let (callee, _) = self.callee_of(file, keyword.call)?;
                let called = table.word_of(callee)?.clone();
                let is_called = |entity: &Entity| match entity {
                    Entity::Symbol(file, symbol) => {
                        let table = self.table(*file);
                        table.symbols[*symbol].bindings.iter().any(|id| match table.bindings[*id].kind {
                            BindingKind::Parameter(function, _) => table.functions[function].name == called,
                            _ => false,
                        })
                    }
                    _ => false,
                };
                (target.entities.iter().any(is_called) && !is_common_method(&called))
                    .then(|| (Certainty::Probable, format!("calls something named `{called}`; which is not known")))
            }
            _ => None,
        }
    }

    fn reason(&self, file: FileId, spot: Spot, target: &Target) -> String {
        let table = self.table(file);
        let owner = || {
            let class = target.classes().next();
            class.map(|class| self.table(class.0).classes[class.1].name.to_string()).unwrap_or_default()
        };
        match spot {
            Spot::Use(id) => {
                let using = &table.uses[id];
                match (using.role, using.in_string) {
                    (_, true) => "a type in a string or comment".to_owned(),
                    (Role::Definition, _) => "declared here".to_owned(),
                    (Role::Write, _) => "set here".to_owned(),
                    (Role::Read, _) => match self.import_of(file, using.symbol) {
                        Some(from) => format!("imported from {from}"),
                        None => format!("the {} `{}`", target.kind, target.name),
                    },
                }
            }
            Spot::Member(id) => {
                let member = &table.members[id];
                match member.form {
                    MemberForm::Getattr => format!("a string that names an attribute of `{}`", owner()),
                    MemberForm::Pattern => format!("attribute of `{}` in a pattern", owner()),
                    MemberForm::Key => format!("key of `{}`", owner()),
                    MemberForm::Attribute if owner().is_empty() => format!("the {} `{}` of its module", target.kind, target.name),
                    MemberForm::Attribute => format!("{} of `{}`", target.kind, owner()),
                }
            }
            Spot::Keyword(_) => format!("keyword for the {} `{}`", target.kind, target.name),
            Spot::Mention(id) => match table.mentions[id].kind {
                super::table::MentionKind::All => "exported by `__all__`".to_owned(),
                super::table::MentionKind::Members(class) => format!("listed in `{}`", table.classes[class].name),
            },
            Spot::Module(..) => "imported here".to_owned(),
            Spot::Imported(id) => match &table.imports[id].alias {
                Some((alias, _)) => format!("imported as `{alias}`"),
                None => "imported here".to_owned(),
            },
        }
    }

    /// Where an import takes a variable from, as it is written.
    fn import_of(&self, file: FileId, symbol: Option<usize>) -> Option<String> {
        let table = self.table(file);
        let binding = table.symbols[symbol?].bindings.first()?;
        let BindingKind::Import(id) = table.bindings[*binding].kind else { return None };
        let import = &table.imports[id];
        let words: Vec<&str> = import.module.iter().map(|(word, _)| &**word).collect();
        Some(format!("{}{}", ".".repeat(import.level as usize), words.join(".")))
    }

    fn role(&self, file: FileId, spot: Spot) -> OccurrenceRole {
        let table = self.table(file);
        let of = |role: Role| match role {
            Role::Definition => OccurrenceRole::Definition,
            Role::Write => OccurrenceRole::Write,
            Role::Read => OccurrenceRole::Read,
        };
        match spot {
            Spot::Use(id) => {
                let using = &table.uses[id];
                let is_first = || {
                    using.symbol.is_some_and(|symbol| {
                        let first = table.symbols[symbol].bindings.first();
                        first.is_some_and(|first| table.bindings[*first].span == using.span)
                    })
                };
                match using.role {
                    Role::Write if is_first() => OccurrenceRole::Definition,
                    role => of(role),
                }
            }
            Spot::Member(id) => {
                let member = &table.members[id];
                let is_declared = table.classes.iter().any(|class| {
                    !table.scopes[class.scope].symbols.contains_key(&member.name)
                        && class.instance.get(&member.name).is_some_and(|all| all.first().is_some_and(|first| first.member == id))
                });
                if is_declared { OccurrenceRole::Definition } else { of(member.role) }
            }
            Spot::Module(..) | Spot::Imported(_) => OccurrenceRole::Import,
            Spot::Keyword(_) | Spot::Mention(_) => OccurrenceRole::Read,
        }
    }
}

/// `job_queue` and `queue` are like `JobQueue`.
fn is_alike(word: &str, class: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|letter| *letter != '_').flat_map(char::to_lowercase).collect::<String>();
    let (word, class) = (plain(word), plain(class));
    word.len() > 2 && (word == class || class.ends_with(&word) && word.len() * 2 >= class.len())
}
