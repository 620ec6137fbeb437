//! Threads followed into a new version: all of them at once, each from its origin.

mod applying;
mod base;
mod group;

use std::{collections::BTreeMap, sync::Arc};

use lectern_anchor::State;
use lectern_objects::ObjectHash;
use rayon::prelude::*;

use base::Differences;
pub use base::{Base, Before, ChangedFile, Novelty};
use group::{Group, GroupKey};

use crate::{CommentThread, Place, ThreadAnchor};

/// Gives the text of a file by what names its contents.
pub trait Texts: Sync {
    /// Decoded; `None` when it is gone, or is not shown as one text.
    fn text(&self, object: &ObjectHash) -> Option<Arc<str>>;
}

/// The version that threads are followed into.
pub struct Following<'a> {
    /// Its number.
    pub version: u32,
    /// What it has at a path; `None` for no file.
    pub object_at: &'a (dyn Fn(&str) -> Option<ObjectHash> + Sync),
    /// What differs in it from a base; everything when that is gone. Asked for once for each.
    pub since: &'a (dyn Fn(Base<'_>) -> Vec<ChangedFile> + Sync),
    /// Texts of this version and of origins.
    pub texts: &'a dyn Texts,
    /// Texts that files had in a base.
    pub before: &'a (dyn Fn(&Before) -> Option<Arc<str>> + Sync),
}

/// Where a thread is in the version.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// The thread's new place; of one without a place, about where it was.
    pub place: Place,
    /// What became of its code.
    pub state: State,
    /// How it was found.
    pub anchor: ThreadAnchor,
}

/// What following came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Threads that were looked at.
    pub looked_at: usize,
    /// Of them, those with another place or state than before.
    pub changed: usize,
    /// Of those, the ones that came to need review.
    pub needs_review: usize,
    /// Of those, the ones whose code is gone since.
    pub outdated: usize,
}

/// Follows threads into a version, in the order they came in. An answer depends on a thread's origin, on what people said of it, and on the version
/// alone.
pub fn follow_into(threads: &[CommentThread], into: &Following<'_>) -> Vec<Followed> {
    let mut groups: BTreeMap<GroupKey<'_>, Vec<usize>> = BTreeMap::new();
    for (index, thread) in threads.iter().enumerate() {
        groups.entry(GroupKey::of(&thread.origin)).or_default().push(index);
    }
    let differences = Differences::of(&groups, into);
    let found: Vec<(usize, Followed)> = groups
        .par_iter()
        .flat_map_iter(|(_, indexes)| {
            let group = Group::new(&threads[indexes[0]].origin, into, &differences);
            indexes.iter().map(|index| (*index, group.follow(&threads[*index]))).collect::<Vec<_>>()
        })
        .collect();
    let mut followed: Vec<Option<Followed>> = threads.iter().map(|_| None).collect();
    for (index, one) in found {
        followed[index] = Some(one);
    }
    followed.into_iter().flatten().collect()
}

/// Where a thread is in one file alone, whose contents are given: a text that no version has yet, or a file of another state.
pub fn follow_into_file(thread: &CommentThread, path: &str, object: ObjectHash, texts: &dyn Texts) -> Followed {
    let into = Following {
        version: thread.anchor.version.unwrap_or_default(),
        object_at: &|asked| (asked == path).then_some(object),
        since: &|_| vec![ChangedFile { path: path.to_owned(), novelty: Novelty::Added, object, before: None }],
        before: &|_| None,
        texts,
    };
    let key = GroupKey::of(&thread.origin);
    let groups = BTreeMap::from([(key, vec![0])]);
    let differences = Differences::of(&groups, &into);
    Group::new(&thread.origin, &into, &differences).follow(thread)
}
