//! Makes nodes and records of what a scan saw, from the leaves to the root, for the directories that changed and those around them.

use std::collections::{BTreeMap, HashMap};

use lectern_objects::ObjectHash;
use rayon::prelude::*;

use crate::{
    RepoPath,
    manifest::{Content, Entry, Node},
    memory::{Branch, Held, IgnoreFile, Memory, Place, Record, Rules16},
    scan::{State, Visited, What},
    snapshot::LanguageOfName,
    tree::split,
};

/// The bytes of each language.
pub(crate) type Languages = BTreeMap<String, u64>;

/// A version's tree, as far as it had to be made.
#[derive(Debug)]
pub(crate) struct Built {
    /// The root directory; its node is always there.
    pub root: Branch,
    /// The root's entries; `None` when they are those of the record.
    pub entries: Option<Node>,
    /// The canonical JSON of nodes below the root's own that the record doesn't know, by name.
    pub nodes: BTreeMap<ObjectHash, String>,
    pub languages: Languages,
    /// New records, to be put where they were said to go.
    pub records: Vec<u8>,
}

/// What it is made of. No contents are unread any more.
pub(crate) struct Building<'a> {
    /// By number.
    pub directories: Vec<Visited>,
    pub memory: Option<&'a Memory>,
    /// When the scan began.
    pub started: i64,
    /// Make every node again: those of the record may not be in the database.
    pub rebuild: bool,
    /// The rules that the scan went by can't be taken for known.
    pub rules_moved: bool,
    /// Where the first new record goes.
    pub base: u64,
    pub language_of: LanguageOfName<'a>,
}

/// What became of a directory that isn't as the record of the one around it says.
enum Outcome {
    Made(Made),
    Submodule { commit: Option<String> },
    Gone,
}

struct Made {
    record: Vec<u8>,
    /// Its place is known when it is appended.
    branch: Branch,
    entries: Node,
    nodes: BTreeMap<ObjectHash, String>,
    languages: Languages,
}

/// What the directories around one need of it.
enum Settled {
    Directory(Branch, Languages),
    Submodule { commit: Option<String> },
    Gone,
}

impl Building<'_> {
    pub fn build(self) -> Built {
        let mut levels: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for visited in &self.directories {
            levels.entry(visited.path.names().count()).or_default().push(visited.id);
        }
        let mut settled: HashMap<u32, Settled> = HashMap::new();
        // By the directory around them.
        let mut changed: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut built = Built {
            root: self.memory.map_or_else(Branch::default, |memory| memory.head().root),
            entries: None,
            nodes: BTreeMap::new(),
            languages: Languages::new(),
            records: Vec::new(),
        };
        for ids in levels.into_values().rev() {
            let due: Vec<u32> = ids
                .into_iter()
                .filter(|id| self.rebuild || changed.contains_key(id) || !matches!(self.visited(*id).state, State::Same))
                .collect();
            let outcomes: Vec<Outcome> =
                due.par_iter().map(|id| self.outcome(*id, changed.get(id).map_or(&[], Vec::as_slice), &settled)).collect();
            for (id, outcome) in due.into_iter().zip(outcomes) {
                let result = match outcome {
                    Outcome::Made(made) => {
                        let place = Place {
                            offset: self.base + built.records.len() as u64,
                            length: u32::try_from(made.record.len()).expect("a directory's record is under 4 GiB"),
                        };
                        built.records.extend_from_slice(&made.record);
                        built.nodes.extend(made.nodes);
                        let branch = Branch { place, ..made.branch };
                        if id == 0 {
                            (built.root, built.entries) = (branch, Some(made.entries));
                            built.languages = made.languages;
                            continue;
                        }
                        Settled::Directory(branch, made.languages)
                    }
                    Outcome::Submodule { commit } => Settled::Submodule { commit },
                    Outcome::Gone => Settled::Gone,
                };
                settled.insert(id, result);
                changed.entry(self.visited(id).parent).or_default().push(id);
            }
        }
        if built.entries.is_none() {
            built.languages = self.languages_of(&built.root);
        }
        built
    }

    fn visited(&self, id: u32) -> &Visited {
        &self.directories[id as usize]
    }

    fn outcome(&self, id: u32, below: &[u32], settled: &HashMap<u32, Settled>) -> Outcome {
        let visited = self.visited(id);
        match &visited.state {
            State::Gone => Outcome::Gone,
            State::Submodule { commit } => Outcome::Submodule { commit: commit.clone() },
            State::Listed(listed) => {
                let entries = listed.slots.iter().filter_map(|slot| {
                    let held = match &slot.what {
                        What::Held(held) => held.clone(),
                        What::Unread(_) => return None,
                        What::Visited(child) => match settled.get(child) {
                            Some(child) => child.held()?,
                            None => Held::Directory(self.visited(*child).old?),
                        },
                    };
                    Some((&*slot.name, held))
                });
                let children: HashMap<&[u8], u32> = below.iter().map(|child| (self.visited(*child).path.name(), *child)).collect();
                let rules = if self.rules_moved { [0; 16] } else { listed.rules };
                let facts = Facts { started: self.started, rules, ignore_file: listed.ignore_file, tracked_only: listed.tracked_only };
                Outcome::Made(self.make(visited, &facts, entries.collect(), &children, settled))
            }
            State::Same => {
                let bytes = visited.old.and_then(|old| self.memory?.read(old.place));
                // Damaged since it was compared a moment ago: better no version than one without this directory.
                let record = bytes.as_deref().and_then(Record::read).expect("a record that was just read is still sound");
                let children: HashMap<&[u8], u32> = below.iter().map(|child| (self.visited(*child).path.name(), *child)).collect();
                let entries = record.items().filter_map(|item| {
                    let child = children.get(item.name).and_then(|child| settled.get(child));
                    Some((
                        item.name,
                        match child {
                            Some(child) => child.held()?,
                            None => item.held,
                        },
                    ))
                });
                let rules = if self.rules_moved { [0; 16] } else { record.rules };
                let facts = Facts { started: record.started, rules, ignore_file: record.ignore_file, tracked_only: record.tracked_only };
                Outcome::Made(self.make(visited, &facts, entries.collect(), &children, settled))
            }
        }
    }

    fn make(
        &self,
        visited: &Visited,
        facts: &Facts,
        entries: Vec<(&[u8], Held)>,
        children: &HashMap<&[u8], u32>,
        settled: &HashMap<u32, Settled>,
    ) -> Made {
        let mut languages: Languages = Languages::new();
        let (mut files, mut bytes, mut weight) = (0, 0, 0);
        let mut listed = Vec::with_capacity(entries.len());
        for (name, held) in &entries {
            let content = match held {
                Held::File(cached) => {
                    let content = cached.content();
                    if matches!(content, Content::File { binary: false, size: 1.., .. })
                        && let Some(language) = std::str::from_utf8(name).ok().and_then(self.language_of)
                    {
                        *languages.entry(language.to_owned()).or_default() += cached.size;
                    }
                    (files, bytes) = (files + 1, bytes + cached.size);
                    content
                }
                Held::Submodule { commit } => {
                    files += 1;
                    Content::Submodule { commit: commit.clone() }
                }
                Held::Directory(branch) => {
                    (files, bytes, weight) = (files + branch.files, bytes + branch.bytes, weight + branch.weight);
                    match children.get(name).and_then(|child| settled.get(child)) {
                        Some(Settled::Directory(_, below)) => add(&mut languages, below),
                        _ if branch.files > 0 => add(&mut languages, &self.languages_of(branch)),
                        _ => {}
                    }
                    let Some(node) = branch.node else { continue };
                    Content::Directory { node }
                }
                Held::Ignored { .. } | Held::Special => continue,
            };
            listed.push(Entry { name: name.to_vec(), content });
        }
        let mut nodes = BTreeMap::new();
        let is_root = visited.path.is_root();
        let (node, entries_node) = if listed.is_empty() && !is_root {
            (None, Node::Entries(Vec::new()))
        } else {
            let node = split(listed, &mut nodes);
            let json = node.to_json();
            let hash = ObjectHash::of(json.as_bytes());
            let known = !self.rebuild && visited.old.is_some_and(|old| old.node == Some(hash));
            if known {
                nodes.clear();
            } else if !is_root {
                nodes.insert(hash, json);
            }
            (Some(hash), node)
        };
        let shares: Vec<(&str, u64)> = languages.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        let mut writer = Record::writer(facts.started, &facts.rules, facts.ignore_file.as_ref(), facts.tracked_only, &shares);
        entries.iter().for_each(|(name, held)| writer.put(name, held));
        let record = writer.finish();
        let weight = weight + record.len() as u64;
        let branch = Branch { place: Place::default(), weight, node, files, bytes, tracked_only: facts.tracked_only };
        Made { record, branch, entries: entries_node, nodes, languages }
    }

    /// Of a directory that is as its record says.
    fn languages_of(&self, branch: &Branch) -> Languages {
        let bytes = self.memory.and_then(|memory| memory.read(branch.place));
        let record = bytes.as_deref().and_then(Record::read);
        record.into_iter().flat_map(|record| record.languages).map(|(name, bytes)| (name.to_owned(), bytes)).collect()
    }
}

/// What a record says besides its entries.
struct Facts {
    started: i64,
    rules: Rules16,
    ignore_file: Option<IgnoreFile>,
    tracked_only: bool,
}

impl Settled {
    fn held(&self) -> Option<Held> {
        match self {
            Self::Directory(branch, _) => Some(Held::Directory(*branch)),
            Self::Submodule { commit } => Some(Held::Submodule { commit: commit.clone() }),
            Self::Gone => None,
        }
    }
}

fn add(to: &mut Languages, more: &Languages) {
    for (name, bytes) in more {
        *to.entry(name.clone()).or_default() += bytes;
    }
}

/// Submodules of a tree: those that were known and are still directories, and those that were found.
pub(crate) fn submodules(directories: &[Visited], before: &[RepoPath], is_directory: &dyn Fn(&RepoPath) -> bool) -> Vec<RepoPath> {
    let found = directories.iter().flat_map(|visited| {
        let own = matches!(visited.state, State::Submodule { .. }).then(|| visited.path.clone());
        let slots = if let State::Listed(listed) = &visited.state { listed.slots.as_slice() } else { &[] };
        let below =
            slots.iter().filter(|slot| matches!(slot.what, What::Held(Held::Submodule { .. }))).map(|slot| visited.path.child(&slot.name));
        own.into_iter().chain(below)
    });
    let mut all: Vec<RepoPath> = before.iter().filter(|path| is_directory(path)).cloned().chain(found).collect();
    all.sort_unstable();
    all.dedup();
    all
}
