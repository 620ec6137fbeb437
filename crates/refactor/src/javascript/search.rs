//! Every place that means what a place means.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::{
    meaning::{Part, Side},
    paths,
    tree::*,
    types::{Entity, Type},
    world::{At, FileId, World},
};
use crate::{Certainty, Refused};

/// A place that means what was asked for.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub at: At<SpotId>,
    /// Which of the names there.
    pub parts: Vec<Part>,
    pub certainty: Certainty,
    pub reason: String,
}

/// What a search came to.
#[derive(Debug, Default)]
pub(super) struct Matches {
    pub matches: Vec<Match>,
    /// All that is called so.
    pub entities: HashSet<Entity>,
    /// The files that were looked at: they hold the name.
    pub files: Vec<FileId>,
    /// Places where nothing tells what the name is a member of, and more than one may be meant.
    pub open: Vec<At<SpotId>>,
    /// Places whose objects are put together from several, only some of which are renamed.
    pub spread: Vec<At<SpotId>>,
}

/// How far a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// What must be called alike: imports follow what they import, not the other way.
    Rename,
    /// All that lead to the same declarations.
    References,
}

type Links = HashMap<Entity, Vec<(Entity, Certainty)>>;

impl World<'_> {
    /// All places with the entities of `start`, which are called `name`.
    pub(super) fn search(&self, start: &[Entity], name: &Name, reach: Reach, hierarchy: bool) -> Result<Matches, Refused> {
        let mut found = Matches::default();
        let mut sides: Vec<(At<SpotId>, Vec<Side>)> = Vec::new();
        let is_local = start.iter().all(|entity| self.is_within_file(*entity)) && !start.is_empty();
        let files: Vec<FileId> = if is_local {
            let mut files: Vec<FileId> = start.iter().map(|entity| entity.file()).collect();
            files.dedup();
            files
        } else {
            let plain = name.strip_prefix('#').unwrap_or(name);
            let mut found = self.project.containing(plain, &|path| paths::is_code(path));
            // A short name is part of many words: files that only hold those need not be parsed.
            found.retain(|path| self.project.text(path).is_none_or(|text| crate::names::spells(&text, plain)));
            found.iter().filter_map(|path| self.file(path)).collect()
        };
        for file in files {
            if self.project.cancelled() {
                return Err(Refused::cancelled());
            }
            found.files.push(file);
            for id in self.tree(file).by_name.get(name).into_iter().flatten() {
                let at = At { file, id: *id };
                sides.push((at, self.sides(at)));
            }
        }
        let links = self.links(&sides, reach, hierarchy);
        let reached = self.reached(start, &links);
        let members_elsewhere = self.has_members_elsewhere(&sides, &reached);
        let is_member = reached.keys().any(|entity| matches!(entity, Entity::Member(_)));
        let is_library_name = self.is_library_member(name);
        for (at, sides) in &sides {
            let mut parts = Vec::new();
            let mut best: Option<(Certainty, String)> = None;
            for side in sides {
                let hit = side.entities.iter().filter_map(|entity| reached.get(&self.settled(*entity))).min().copied();
                let hit = match hit {
                    Some(Certainty::Certain) => Some((Certainty::Certain, side.reason.clone())),
                    Some(certainty) => Some((certainty, format!("{}; used as one with what is renamed", side.reason))),
                    None if is_member => self.guessed(side, &reached, members_elsewhere || is_library_name),
                    None => None,
                };
                let Some((certainty, reason)) = hit else {
                    if is_member && side.is_open {
                        found.open.push(*at);
                    }
                    continue;
                };
                let is_partial = side.is_spread && side.entities.iter().any(|entity| !reached.contains_key(&self.settled(*entity)));
                if is_partial {
                    found.spread.push(*at);
                }
                parts.push(side.part);
                if best.as_ref().is_none_or(|(known, _)| certainty < *known) {
                    best = Some((certainty, reason));
                }
            }
            if let Some((certainty, reason)) = best {
                found.matches.push(Match { at: *at, parts, certainty, reason });
            }
        }
        found.entities = reached.into_keys().collect();
        Ok(found)
    }

    /// Whether nothing outside of its file can mean it.
    fn is_within_file(&self, entity: Entity) -> bool {
        match entity {
            Entity::Label(..) => true,
            Entity::Symbol(at) => {
                let tree = self.tree(at.file);
                let row = &tree.symbols[at.id];
                let is_inner =
                    !matches!(tree.scopes[row.scope].kind, ScopeKind::File | ScopeKind::Space(_) | ScopeKind::Module | ScopeKind::Global);
                is_inner && !row.is_exported && self.twins(entity).is_empty()
            }
            Entity::Member(at) => self.tree(at.file).members[at.id].name.starts_with('#'),
            Entity::Export(_) => false,
        }
    }

    fn links(&self, sides: &[(At<SpotId>, Vec<Side>)], reach: Reach, hierarchy: bool) -> Links {
        let mut links = Links::new();
        let mut both = |one: Entity, other: Entity, certainty: Certainty| {
            if one != other {
                links.entry(one).or_default().push((other, certainty));
                links.entry(other).or_default().push((one, certainty));
            }
        };
        let mut members = HashSet::new();
        let mut oneway = Vec::new();
        for (at, sides) in sides {
            for side in sides {
                let entities: Vec<Entity> = side.entities.iter().map(|entity| self.settled(*entity)).collect();
                if !side.is_spread {
                    let is_alike = matches!(side.part, Part::Local | Part::Foreign)
                        || entities.iter().all(|entity| matches!(entity, Entity::Symbol(_)));
                    let certainty = if is_alike { Certainty::Certain } else { Certainty::Probable };
                    for pair in entities.windows(2) {
                        both(pair[0], pair[1], certainty);
                    }
                }
                for entity in entities {
                    for twin in self.twins(entity) {
                        both(entity, self.settled(twin), Certainty::Certain);
                    }
                    if let Entity::Member(member) = entity
                        && members.insert(member)
                    {
                        let tree = self.tree(member.file);
                        let row = &tree.members[member.id];
                        let is_contract = tree.shapes[row.shape].kind == ShapeKind::Object;
                        let same = tree.shapes[row.shape].members.iter().filter(|other| tree.members[**other].name == row.name);
                        let mut above: Vec<Entity> =
                            same.flat_map(|other| self.above(member.to(*other))).map(|one| self.settled(one)).collect();
                        above.sort_unstable();
                        above.dedup();
                        // An object that fits several types need not fit all of them afterwards.
                        let is_choice = is_contract && above.len() > 1;
                        for above in above {
                            if is_choice {
                                oneway.push((above, entity, Certainty::Certain));
                                oneway.push((entity, above, Certainty::Probable));
                            } else if hierarchy || is_contract {
                                both(entity, above, Certainty::Certain);
                            }
                        }
                    }
                }
            }
            self.import_links(*at, sides, reach, &mut oneway);
        }
        for (from, to, certainty) in oneway {
            links.entry(from).or_default().push((to, certainty));
        }
        links
    }

    /// What an import is called by follows what it imports; the other way only where all that lead to the same are asked for.
    fn import_links(&self, at: At<SpotId>, sides: &[Side], reach: Reach, links: &mut Vec<(Entity, Entity, Certainty)>) {
        let tree = self.tree(at.file);
        let of = |part: Part| {
            sides.iter().filter(move |side| side.part == part).flat_map(|side| &side.entities).map(|entity| self.settled(*entity))
        };
        let mut link = |from: Entity, to: Entity| {
            links.push((from, to, Certainty::Certain));
            if reach == Reach::References {
                links.push((to, from, Certainty::Certain));
            }
        };
        match &tree.spots[at.id].kind {
            SpotKind::ImportShort { .. } => {
                for foreign in of(Part::Foreign) {
                    for local in of(Part::Local) {
                        link(foreign, local);
                    }
                }
            }
            SpotKind::ImportLocal { symbol, .. } => {
                let local = self.settled(Entity::Symbol(at.to(*symbol)));
                for declared in &tree.symbols[*symbol].declared {
                    let Declared::Import { module, name } = declared else { continue };
                    let Some(module) = self.module(at.file, module) else { continue };
                    for entity in self.exported(module, name) {
                        // A default import is called like what it is, where it is called like it.
                        let ends = if &**name == "default" { self.ends(entity) } else { vec![entity] };
                        for end in ends.into_iter().filter(|end| *self.name(*end) == *tree.symbols[*symbol].name) {
                            link(self.settled(end), local);
                        }
                    }
                }
            }
            SpotKind::Exported(export) => {
                // `export { default as name } from`: called like what it is.
                if let Offered::From { imported, .. } = &tree.exports[*export].offered
                    && &**imported == "default"
                {
                    let entity = Entity::Export(at.to(*export));
                    for end in self.ends(entity).into_iter().filter(|end| *end != entity && self.name(*end) == tree.spots[at.id].name) {
                        link(self.settled(end), entity);
                    }
                }
            }
            SpotKind::ExportShort { .. } if reach == Reach::References => {
                for outer in of(Part::Outer) {
                    for local in of(Part::Local) {
                        link(local, outer);
                    }
                }
            }
            SpotKind::ReexportShort { .. } if reach == Reach::References => {
                for outer in of(Part::Outer) {
                    for foreign in of(Part::Foreign) {
                        link(foreign, outer);
                    }
                }
            }
            _ => {}
        }
    }

    /// All that is called so with `start`: first by what is sure, then by the rest.
    fn reached(&self, start: &[Entity], links: &Links) -> BTreeMap<Entity, Certainty> {
        let mut reached = BTreeMap::new();
        for stage in [Certainty::Certain, Certainty::Probable] {
            let mut queue: VecDeque<Entity> = reached.keys().copied().collect();
            if stage == Certainty::Certain {
                for entity in start {
                    let mut all = vec![self.settled(*entity)];
                    all.extend(self.twins(*entity).into_iter().map(|twin| self.settled(twin)));
                    for entity in all {
                        reached.insert(entity, stage);
                        queue.push_back(entity);
                    }
                }
            }
            while let Some(entity) = queue.pop_front() {
                for (next, certainty) in links.get(&entity).into_iter().flatten() {
                    if *certainty <= stage && !reached.contains_key(next) {
                        reached.insert(*next, stage);
                        queue.push_back(*next);
                    }
                }
            }
        }
        reached
    }

    /// Whether members of that name are declared that are not the ones asked for.
    fn has_members_elsewhere(&self, sides: &[(At<SpotId>, Vec<Side>)], reached: &BTreeMap<Entity, Certainty>) -> bool {
        sides.iter().any(|(at, sides)| {
            let declares = matches!(self.tree(at.file).spots[at.id].kind, SpotKind::MemberDeclaration(_) | SpotKind::Shorthand { .. });
            declares
                && sides
                    .iter()
                    .filter(|side| side.part != Part::Local)
                    .flat_map(|side| &side.entities)
                    .any(|entity| !reached.contains_key(&self.settled(*entity)))
        })
    }

    /// Whether the language's own objects have members of that name.
    fn is_library_member(&self, name: &str) -> bool {
        let tree = self.tree(self.library());
        let spots = tree.by_name.get(name).into_iter().flatten();
        spots.into_iter().any(|spot| matches!(tree.spots[*spot].kind, SpotKind::MemberDeclaration(_)))
    }

    /// Whether a member of something unknown may well be meant.
    fn guessed(&self, side: &Side, reached: &BTreeMap<Entity, Certainty>, is_ambiguous: bool) -> Option<(Certainty, String)> {
        if side.part == Part::Local || side.part == Part::Foreign || side.part == Part::Outer {
            return None;
        }
        if side.is_open && !is_ambiguous {
            return Some((
                Certainty::Probable,
                "the only member of that name in the project; what it is taken from is not known".to_owned(),
            ));
        }
        // Of a base, where the member is of what derives from it: there may have been a test before.
        let Some(Type::Named(base, _)) = &side.missing_in else { return None };
        let derived = reached.keys().find_map(|entity| {
            let Entity::Member(member) = entity else { return None };
            let shape = member.to(self.tree(member.file).members[member.id].shape);
            let instance = self.instance_of(shape);
            self.arguments_as(*base, &instance, 0)?;
            self.type_name(&instance)
        })?;
        Some((Certainty::Probable, format!("may be a `{derived}` here")))
    }
}
