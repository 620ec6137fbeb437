//! What differs between that which origins were a part of and the version that their threads are followed into.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use lectern_anchor::{Listed, MoveKind, Text, find_moves};
use lectern_objects::ObjectHash;

use super::{Following, Texts, group::GroupKey};
use crate::Origin;

/// So many texts of other files stay cut into words while threads are followed: those of neighbouring paths ask for the same ones.
const PARSED: usize = 256;
/// Among so many added files it is looked for where a file that is gone went.
const MOST_ADDED: usize = 4000;

/// What the origin of a thread was a part of: that which a version is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base<'a> {
    /// The manifest that the folder was last at when the thread was written.
    pub manifest: Option<&'a str>,
    /// The commit that the thread was written in.
    pub commit: Option<&'a str>,
}

impl<'a> Base<'a> {
    pub(super) fn of(origin: &'a Origin) -> Self {
        Self { manifest: origin.manifest_id.as_deref(), commit: origin.commit.as_deref() }
    }
}

/// How a file of the new version is to the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Novelty {
    /// It was not there.
    Added,
    /// It was another.
    Changed,
    /// Nobody knows: the base is gone.
    Unknown,
}

/// What names the contents that a file had in the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// Our name.
    Object(ObjectHash),
    /// git's, in hex.
    Blob(String),
}

/// A file of the new version that was not there before, or was another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path.
    pub path: String,
    /// How it is to the base.
    pub novelty: Novelty,
    /// Its contents.
    pub object: ObjectHash,
    /// Those it had in the base; `None` where it was not there, or nobody knows.
    pub before: Option<Before>,
}
/// A file's name without its extension.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Texts cut into words, the latest ones.
#[derive(Default)]
pub(super) struct Parsed {
    texts: HashMap<(ObjectHash, String), Option<Arc<Text>>>,
    order: VecDeque<(ObjectHash, String)>,
}

impl Parsed {
    pub fn get(parsed: &Mutex<Self>, file: &ChangedFile, texts: &dyn Texts) -> Option<Arc<Text>> {
        let key = (file.object, file.path.clone());
        let lock = || parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().texts.get(&key) {
            return known.clone();
        }
        // Cut outside of the lock: twice now and then is better than waiting each time.
        let text = texts.text(&file.object).map(|text| Arc::new(Text::new(&file.path, text)));
        let mut kept = lock();
        if kept.texts.insert(key.clone(), text.clone()).is_none() {
            kept.order.push_back(key);
        }
        while kept.order.len() > PARSED {
            if let Some(oldest) = kept.order.pop_front() {
                kept.texts.remove(&oldest);
            }
        }
        text
    }
}

/// What differs between one base and the version.
#[derive(Default)]
pub(super) struct Since {
    pub files: Vec<ChangedFile>,
    /// Where files that are gone went, by their old paths.
    pub became: HashMap<String, Vec<String>>,
}

/// The differences from each base, worked out when they are first needed.
pub(super) struct Differences<'a> {
    into: &'a Following<'a>,
    /// For each base: the files of origins that are gone.
    gone: HashMap<Base<'a>, Vec<(&'a str, Option<ObjectHash>)>>,
    since: HashMap<Base<'a>, OnceLock<Since>>,
    pub parsed: Mutex<Parsed>,
}

impl<'a> Differences<'a> {
    pub fn of(groups: &BTreeMap<GroupKey<'a>, Vec<usize>>, into: &'a Following<'a>) -> Self {
        let mut gone: HashMap<Base<'_>, Vec<(&str, Option<ObjectHash>)>> = HashMap::new();
        let mut since = HashMap::new();
        for key in groups.keys() {
            since.entry(key.base).or_insert_with(OnceLock::new);
            let gone = gone.entry(key.base).or_default();
            if !key.path.is_empty() && (into.object_at)(key.path).is_none() && !gone.iter().any(|(path, _)| *path == key.path) {
                gone.push((key.path, key.object));
            }
        }
        Self { into, gone, since, parsed: Mutex::default() }
    }

    pub fn since<'s>(&'s self, base: Base<'s>) -> Option<&'s Since> {
        let gone = self.gone.get(&base).map_or(&[][..], Vec::as_slice);
        Some(self.since.get(&base)?.get_or_init(|| Since::of((self.into.since)(base), gone, self.into)))
    }
}

impl Since {
    fn of(files: Vec<ChangedFile>, gone: &[(&str, Option<ObjectHash>)], into: &Following<'_>) -> Self {
        let mut became: HashMap<String, Vec<String>> = HashMap::new();
        let mut added: Vec<&ChangedFile> = files.iter().filter(|file| file.novelty != Novelty::Changed).collect();
        if added.len() > MOST_ADDED {
            // Those of the same name, whatever their extension, are the likeliest.
            let stems: HashSet<&str> = gone.iter().map(|(path, _)| stem(path)).collect();
            added.sort_by_key(|file| (!stems.contains(stem(&file.path)), file.novelty == Novelty::Unknown));
            added.truncate(MOST_ADDED);
        }
        if !gone.is_empty() && !added.is_empty() {
            let text = |object: Option<ObjectHash>| move || into.texts.text(&object?);
            let old_texts: Vec<_> = gone.iter().map(|(_, object)| text(*object)).collect();
            let new_texts: Vec<_> = added.iter().map(|file| text(Some(file.object))).collect();
            let removed: Vec<_> =
                gone.iter().zip(&old_texts).map(|((path, object), text)| Listed { path, object: *object, text }).collect();
            let listed: Vec<_> =
                added.iter().zip(&new_texts).map(|(file, text)| Listed { path: &file.path, object: Some(file.object), text }).collect();
            let mut moves = find_moves(&removed, &listed);
            // The file that became another one whole comes before its parts.
            moves.sort_by_key(|one| (one.from, one.kind == MoveKind::Part));
            for one in moves {
                became.entry(gone[one.from].0.to_owned()).or_default().push(added[one.to].path.clone());
            }
        }
        Self { files, became }
    }
}
