//! A project as it would be once some of a proposal is done.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use lectern_objects::ObjectHash;

use crate::{Memo, Place, Project, StoredEdit, StoredProposal};

/// What a proposal would make of a project.
pub struct Planned<'a> {
    /// The project afterwards.
    pub after: Overlay<'a>,
    /// Where each file that is there before and afterwards goes, if that is somewhere else.
    pub moved: HashMap<String, String>,
    /// The edits of each file whose text changes, by its path before; ascending.
    pub edits: BTreeMap<String, Vec<&'a StoredEdit>>,
    /// Files that come, by their paths.
    pub created: Vec<String>,
    /// Files that go, by their paths.
    pub removed: Vec<String>,
    /// Files that would change and can't be read as text.
    pub unread: Vec<String>,
}

/// A project with other texts in some files, some files elsewhere, some gone.
pub struct Overlay<'a> {
    base: &'a dyn Project,
    paths: Vec<String>,
    /// Files that differ from those at the same path: their texts, or where they come from.
    changed: BTreeMap<String, (Option<Arc<str>>, Option<ObjectHash>)>,
    gone: HashSet<String>,
}

impl<'a> Planned<'a> {
    /// What comes of everything that `is_out` does not leave out. `base` is what the proposal was worked out on.
    pub fn of(base: &'a dyn Project, stored: &'a StoredProposal, is_out: &dyn Fn(u32) -> bool) -> Self {
        let mut edits: BTreeMap<String, Vec<&StoredEdit>> = BTreeMap::new();
        for (file, edit) in stored.edits().filter(|(_, edit)| !is_out(edit.id)) {
            edits.entry(file.path.clone()).or_default().push(edit);
        }
        let moves: Vec<(&str, &str)> =
            stored.moves.iter().filter(|one| !is_out(one.id)).map(|one| (one.what.from.as_str(), one.what.to.as_str())).collect();
        let moved = places_after(base.paths(), &moves);
        let removed: Vec<String> = stored.removed.iter().filter(|one| !is_out(one.id)).map(|one| one.what.path.clone()).collect();
        let mut changed = BTreeMap::new();
        let mut unread = Vec::new();
        let touched: HashSet<&String> = edits.keys().chain(moved.keys()).collect();
        for path in touched {
            let to = moved.get(path).unwrap_or(path).clone();
            match (base.text(path), edits.get(path)) {
                (Some(text), Some(edits)) => drop(changed.insert(to, fresh(&with_edits(&text, edits)))),
                (text, None) => drop(changed.insert(to, (text, base.object(path)))),
                (None, Some(_)) => unread.push(path.clone()),
            }
        }
        let created: Vec<_> = stored.created.iter().filter(|one| !is_out(one.id)).collect();
        for one in &created {
            changed.insert(one.what.path.clone(), fresh(&one.what.text));
        }
        let left = moved.keys().chain(&removed);
        let gone: HashSet<String> = left.filter(|path| !changed.contains_key(*path)).cloned().collect();
        let mut paths: Vec<String> = base.paths().iter().filter(|path| !gone.contains(*path)).cloned().collect();
        paths.extend(changed.keys().cloned());
        paths.sort_unstable();
        paths.dedup();
        let created = created.into_iter().map(|one| one.what.path.clone()).collect();
        Self { after: Overlay { base, paths, changed, gone }, moved, edits, created, removed, unread }
    }

    /// Where a file of the project before is afterwards.
    pub fn path_after<'p>(&'p self, path: &'p str) -> &'p str {
        self.moved.get(path).map_or(path, String::as_str)
    }

    /// The bytes of the text afterwards that a byte of the text before became, first and last: all of what was put where it was replaced.
    pub fn span_after(&self, path: &str, at: u32) -> (u32, u32) {
        let Some(edits) = self.edits.get(path) else { return (at, at) };
        let mut shift = 0_i64;
        let (mut first, mut last) = (None, i64::from(at));
        for edit in edits.iter().take_while(|edit| edit.start <= at) {
            let (length, new) = (i64::from(edit.end - edit.start), edit.new.len() as i64);
            if at < edit.end || edit.start == at {
                first = first.or(Some(i64::from(edit.start) + shift));
                last = i64::from(edit.start) + shift + new;
            }
            shift += new - length;
        }
        let is_kept = edits.iter().all(|edit| at < edit.start || at >= edit.end);
        let to = |at: i64| u32::try_from(at.max(0)).unwrap_or(u32::MAX);
        let last = if is_kept { i64::from(at) + shift } else { last };
        (to(first.unwrap_or(last)), to(last))
    }

    /// The byte of the text before that a byte of the text afterwards was, or stands in place of.
    pub fn byte_before(&self, path: &str, at: u32) -> u32 {
        let mut shift = 0_i64;
        for edit in self.edits.get(path).into_iter().flatten() {
            let start = i64::from(edit.start) + shift;
            if i64::from(at) < start {
                break;
            }
            let new = edit.new.len() as i64;
            if i64::from(at) < start + new {
                return edit.start;
            }
            shift += new - i64::from(edit.end - edit.start);
        }
        u32::try_from((i64::from(at) - shift).max(0)).unwrap_or(u32::MAX)
    }

    /// Whether a byte of the text afterwards stands in what an edit put there.
    pub fn is_new(&self, path: &str, at: u32) -> bool {
        let mut shift = 0_i64;
        self.edits.get(path).into_iter().flatten().any(|edit| {
            let start = i64::from(edit.start) + shift;
            let new = edit.new.len() as i64;
            shift += new - i64::from(edit.end - edit.start);
            (start..start + new).contains(&i64::from(at))
        })
    }

    /// Whether a declaration afterwards may be the one that was at a place before.
    pub(crate) fn is_same(&self, before: &Place, after: &Place) -> bool {
        let (first, last) = self.span_after(&before.path, before.offset);
        self.path_after(&before.path) == after.path && (first..=last).contains(&after.offset)
    }
}

fn fresh(text: &str) -> (Option<Arc<str>>, Option<ObjectHash>) {
    (Some(Arc::from(text)), Some(ObjectHash::of(text.as_bytes())))
}

/// Where each file goes: the innermost move decides.
fn places_after(paths: &[String], moves: &[(&str, &str)]) -> HashMap<String, String> {
    let mut found = HashMap::new();
    if moves.is_empty() {
        return found;
    }
    for path in paths {
        let beneath = |from: &str| path == from || path.strip_prefix(from).is_some_and(|rest| rest.starts_with('/'));
        let innermost = moves.iter().filter(|(from, _)| beneath(from)).max_by_key(|(from, _)| from.len());
        if let Some((from, to)) = innermost {
            found.insert(path.clone(), format!("{to}{}", &path[from.len()..]));
        }
    }
    found
}

/// A text with edits (ascending) made.
pub(crate) fn with_edits(text: &str, edits: &[&StoredEdit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.start as usize).unwrap_or_default());
        out.push_str(&edit.new);
        at = edit.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

impl Project for Overlay<'_> {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        match self.changed.get(path) {
            Some((text, _)) => text.clone(),
            None if self.gone.contains(path) => None,
            None => self.base.text(path),
        }
    }

    fn object(&self, path: &str) -> Option<ObjectHash> {
        match self.changed.get(path) {
            Some((_, object)) => *object,
            None if self.gone.contains(path) => None,
            None => self.base.object(path),
        }
    }

    fn containing(&self, word: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
        let kept = |path: &str| wanted(path) && !self.gone.contains(path) && !self.changed.contains_key(path);
        let mut found = self.base.containing(word, &kept);
        let holds = |text: &Option<Arc<str>>| text.as_deref().is_some_and(|text| text.contains(word));
        found.extend(self.changed.iter().filter(|(path, (text, _))| wanted(path) && holds(text)).map(|(path, _)| path.clone()));
        found.sort_unstable();
        found
    }

    fn memo(&self) -> &Memo {
        // By path and contents, so that what was bound of other contents is never taken.
        self.base.memo()
    }

    fn cancelled(&self) -> bool {
        self.base.cancelled()
    }
}
