//! Blame without the git program.
//!
//! libgit2's can't be stopped and takes a hundred times as long as git; a crate that does it brings a second implementation of all of git. What
//! it needs is here anyway: trees along a path, renames, and differences of lines.

use std::{
    collections::{BinaryHeap, HashMap},
    ops::Range,
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

use git2::Oid;
use imara_diff::{Algorithm, Diff, InternedInput, sources::byte_lines};

use crate::{
    Blame, HistoryError, Repo,
    blame::Found,
    follow::deleted_source_of,
    repo::Node,
    trees::{Entry, PathFinder},
};

/// Larger files are not blamed without git.
const LARGEST: usize = 32 * 1024 * 1024;

/// Lines of the text whose origin is looked for: where they are in it, and where in the file of some commit. 0-based.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Lines {
    first: u32,
    original: Range<u32>,
}

type Suspect = (Oid, Vec<u8>);

/// A file that a commit's file was made from.
struct Origin {
    parent: Oid,
    /// The parent's, in seconds since 1970.
    time: i64,
    path: Vec<u8>,
    entry: Entry,
}

/// The same answer as [`crate::blame_with_git`] where differences are not ambiguous, later; given up at `deadline`.
///
/// # Errors
/// [`HistoryError::NotInGit`], [`HistoryError::Cancelled`], [`HistoryError::TooSlow`].
pub fn blame_without_git(
    repo: &Repo,
    commit: Oid,
    path: &[u8],
    contents: &[u8],
    cancel: &AtomicBool,
    deadline: Instant,
    told: &mut dyn FnMut(u64),
) -> Result<Blame, HistoryError> {
    let path = repo.path_from_top(path);
    let entry = PathFinder::new(&path).find(repo, repo.node(commit)?.tree)?.filter(|entry| !entry.is_directory());
    let blob = entry.and_then(|entry| repo.blob(entry.id, LARGEST)).ok_or(HistoryError::NotInGit)?;
    let mut found = Found::default();
    let all = Lines { first: 0, original: 0..count(contents) };
    let (mine, theirs) = split(vec![all], &blob, contents);
    for lines in mine {
        found.hunk(repo, lines.first + 1, lines.original.len() as u32, None, lines.original.start + 1, &path);
    }
    let mut finders: HashMap<Vec<u8>, PathFinder> = HashMap::new();
    let mut wanted: HashMap<Suspect, Vec<Lines>> = HashMap::new();
    let mut queue = BinaryHeap::new();
    if !theirs.is_empty() {
        queue.push((repo.node(commit)?.time, commit, path.clone()));
        wanted.insert((commit, path), theirs);
    }
    while let Some((_, id, path)) = queue.pop() {
        if cancel.load(Ordering::Relaxed) {
            return Err(HistoryError::Cancelled);
        }
        if Instant::now() >= deadline {
            return Err(HistoryError::TooSlow);
        }
        let Some(mut lines) = wanted.remove(&(id, path.clone())) else { continue };
        let node = repo.node(id)?;
        let origins = origins(repo, &mut finders, &node, &path)?;
        let here = finders.entry(path.clone()).or_insert_with(|| PathFinder::new(&path)).find(repo, node.tree)?;
        let same = origins.iter().position(|origin| Some(origin.entry.id) == here.map(|here| here.id));
        let mut blob = None;
        // A parent that has the very same file is the one the lines came along.
        for Origin { parent, time, path: origin, entry } in same.map_or(&origins[..], |at| &origins[at..=at]) {
            if lines.is_empty() {
                break;
            }
            let passed = if same.is_some() {
                std::mem::take(&mut lines)
            } else {
                let Some(old) = repo.blob(entry.id, LARGEST) else { continue };
                let new = blob.get_or_insert_with(|| here.and_then(|here| repo.blob(here.id, LARGEST)).unwrap_or_default());
                let (mine, theirs) = split(lines, &old, new);
                lines = mine;
                theirs
            };
            if !passed.is_empty() {
                queue.push((*time, *parent, origin.clone()));
                wanted.entry((*parent, origin.clone())).or_default().extend(passed);
            }
        }
        if lines.is_empty() {
            continue;
        }
        let at = found.commit(id);
        if let Some(Origin { parent, path: origin, .. }) = origins.first() {
            found.previous(repo, at, *parent, origin);
        }
        for lines in lines {
            found.hunk(repo, lines.first + 1, lines.original.len() as u32, Some(at), lines.original.start + 1, &path);
        }
        told(found.lines);
    }
    Ok(found.finish())
}

/// Where the parents have the file: at the same path, else where it was renamed from.
fn origins(repo: &Repo, finders: &mut HashMap<Vec<u8>, PathFinder>, node: &Node, path: &[u8]) -> Result<Vec<Origin>, HistoryError> {
    let mut origins = Vec::new();
    for parent in &node.parents {
        let parent_node = match repo.node(*parent) {
            Ok(node) => node,
            Err(HistoryError::Missing(_)) => continue,
            Err(other) => return Err(other),
        };
        let finder = finders.entry(path.to_vec()).or_insert_with(|| PathFinder::new(path));
        if let Some(entry) = finder.find(repo, parent_node.tree)?.filter(|entry| !entry.is_directory()) {
            origins.push(Origin { parent: *parent, time: parent_node.time, path: path.to_vec(), entry });
            continue;
        }
        let Some(here) = finder.find(repo, node.tree)? else { continue };
        if let Some(source) = deleted_source_of(repo, parent_node.tree, node.tree, path, here)?
            && let Some(entry) = PathFinder::new(&source).find(repo, parent_node.tree)?
        {
            origins.push(Origin { parent: *parent, time: parent_node.time, path: source, entry });
        }
    }
    Ok(origins)
}

/// Divides lines of `new` into those that it alone has, and those that `old` has too, there by their place in `old`.
fn split(lines: Vec<Lines>, old: &[u8], new: &[u8]) -> (Vec<Lines>, Vec<Lines>) {
    let input = InternedInput::new(byte_lines(old), byte_lines(new));
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    diff.postprocess_lines(&input);
    let hunks: Vec<(Range<u32>, Range<u32>)> = diff.hunks().map(|hunk| (hunk.before, hunk.after)).collect();
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    for Lines { first, original } in lines {
        let mut at = original.start;
        let next = hunks.partition_point(|(_, after)| after.end <= at && !(after.is_empty() && after.start >= at));
        let mut shift = next.checked_sub(1).map_or(0, |before| i64::from(hunks[before].0.end) - i64::from(hunks[before].1.end));
        let place = |at: u32, shift: i64| u32::try_from(i64::from(at) + shift).unwrap_or(0);
        for (before, after) in hunks[next..].iter().chain([&(u32::MAX..u32::MAX, u32::MAX..u32::MAX)]) {
            let stop = after.start.clamp(at, original.end);
            if stop > at {
                let there = place(at, shift);
                theirs.push(Lines { first: first + (at - original.start), original: there..there + (stop - at) });
                at = stop;
            }
            if at >= original.end {
                break;
            }
            let stop = after.end.clamp(at, original.end);
            if stop > at {
                mine.push(Lines { first: first + (at - original.start), original: at..stop });
                at = stop;
            }
            shift = i64::from(before.end) - i64::from(after.end);
        }
    }
    (mine, theirs)
}

fn count(text: &[u8]) -> u32 {
    u32::try_from(byte_lines(text).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_divided_where_the_texts_differ() {
        let (old, new) = (b"a\nb\nc\nd\n".as_slice(), b"x\na\nb\ny\nd\nz\n".as_slice());
        let (mine, theirs) = split(vec![Lines { first: 10, original: 0..6 }], old, new);
        let places = |lines: Vec<Lines>| lines.into_iter().map(|lines| (lines.first, lines.original)).collect::<Vec<_>>();
        assert_eq!(places(mine), [(10, 0..1), (13, 3..4), (15, 5..6)]);
        assert_eq!(places(theirs), [(11, 0..2), (14, 3..4)]);
        let (mine, theirs) = split(vec![Lines { first: 0, original: 2..5 }], old, new);
        assert_eq!((places(mine), places(theirs)), (vec![(1, 3..4)], vec![(0, 1..2), (2, 3..4)]));
    }
}
