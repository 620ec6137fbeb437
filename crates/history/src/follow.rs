//! Where a file comes from that was not there before, as `git log --follow` finds it.

use std::cmp::Reverse;

use git2::{ObjectType, Oid};

use crate::{
    HistoryError, Repo,
    similar::{LEAST, Likeness, sizes_allow},
    trees::{Entry, Files, PathFinder},
};

/// git's limit of renames: beyond a thousand times a thousand pairs it doesn't look.
const MOST_FILES: usize = 1_000_000;
const LARGEST_BLOB: usize = 64 * 1024 * 1024;
/// In bytes of the files that are read for one answer.
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// git keeps so many candidates of a file, and takes the best of them that is gone, else the best.
const CANDIDATES: usize = 4;
const FILE: u32 = 0o100_644;

/// The path in `old_tree` that became the file `path` of `new_tree`, which the old one does not have. Both from the top. One with the same
/// bytes comes first, then one of which at least half is in it; among equally good ones, one that is gone, then one of the same name.
///
/// # Errors
/// [`HistoryError::Missing`].
pub(crate) fn source_of(repo: &Repo, old_tree: Oid, new_tree: Oid, path: &[u8], file: Entry) -> Result<Option<Vec<u8>>, HistoryError> {
    let Some(files) = repo.files_below(old_tree, MOST_FILES)? else { return Ok(None) };
    source_among(repo, &files, new_tree, path, file)
}

/// The same among the files that are gone: renames, not copies. As `git blame` looks.
///
/// # Errors
/// [`HistoryError::Missing`].
pub(crate) fn deleted_source_of(
    repo: &Repo,
    old_tree: Oid,
    new_tree: Oid,
    path: &[u8],
    file: Entry,
) -> Result<Option<Vec<u8>>, HistoryError> {
    let Some(changes) = repo.tree_changes(old_tree, new_tree, MOST_FILES)? else { return Ok(None) };
    let gone = changes.into_iter().filter(|change| change.new.is_none());
    let files: Files = gone.filter_map(|change| Some((change.path, change.old?))).collect();
    source_among(repo, &files, new_tree, path, file)
}

/// Where the file `path` with these contents was in a commit that does not have it: among `gone`, the commit's files that are no longer where they
/// were. All paths relative to the folder; `None` when it came from none of them.
pub fn source_of_contents(repo: &Repo, gone: &[(Vec<u8>, Entry)], path: &[u8], contents: &[u8]) -> Option<Vec<u8>> {
    let id = Oid::hash_object(ObjectType::Blob, contents).ok()?;
    let sought = Sought { path, file: Entry { mode: FILE, id }, size: contents.len() as u64 };
    // All of them are gone, so that a look whether they are can't fail.
    sought.among(repo, gone, &mut |_| Ok(true), || Some(contents.to_vec())).ok().flatten()
}

fn source_among(repo: &Repo, files: &[(Vec<u8>, Entry)], new_tree: Oid, path: &[u8], file: Entry) -> Result<Option<Vec<u8>>, HistoryError> {
    let Some(size) = repo.blob_size(file.id) else { return Ok(None) };
    let mut is_gone = |path: &[u8]| -> Result<bool, HistoryError> { Ok(PathFinder::new(path).find(repo, new_tree)?.is_none()) };
    Sought { path, file, size }.among(repo, files, &mut is_gone, || repo.blob(file.id, LARGEST_BLOB))
}

/// A file whose origin is looked for.
struct Sought<'a> {
    path: &'a [u8],
    file: Entry,
    size: u64,
}

impl Sought<'_> {
    fn among(
        &self,
        repo: &Repo,
        files: &[(Vec<u8>, Entry)],
        is_gone: &mut dyn FnMut(&[u8]) -> Result<bool, HistoryError>,
        contents: impl FnOnce() -> Option<Vec<u8>>,
    ) -> Result<Option<Vec<u8>>, HistoryError> {
        let file = self.file;
        if self.size == 0 {
            return Ok(None);
        }
        let same_name = |other: &[u8]| name(other) == name(self.path);
        let mut best: Option<(u8, &Vec<u8>)> = None;
        for (old, entry) in files.iter().filter(|(_, entry)| entry.id == file.id) {
            if entry.mode != file.mode && !(entry.is_file() && file.is_file()) {
                continue;
            }
            let score = u8::from(is_gone(old)?) + u8::from(same_name(old));
            if best.is_none_or(|(before, _)| score > before) {
                best = Some((score, old));
            }
        }
        if let Some((_, old)) = best {
            return Ok(Some(old.clone()));
        }
        if !file.is_file() {
            return Ok(None);
        }
        let Some(bytes) = contents() else { return Ok(None) };
        let mut likeness = Likeness::to(&bytes);
        let mut left = MOST_BYTES;
        let mut found: Vec<(u64, bool, &Vec<u8>)> = Vec::new();
        for (old, entry) in files.iter().filter(|(_, entry)| entry.is_file()) {
            let Some(there) = repo.blob_size(entry.id).filter(|there| sizes_allow(*there, self.size)) else { continue };
            let Some(rest) = left.checked_sub(there) else { break };
            left = rest;
            let Some(similarity) = repo.blob_unchecked(entry.id, LARGEST_BLOB, |bytes| likeness.of(bytes)) else { continue };
            if similarity >= LEAST {
                found.push((similarity, same_name(old), old));
            }
        }
        found.sort_by_key(|(similarity, same_name, _)| Reverse((*similarity, *same_name)));
        found.truncate(CANDIDATES);
        for (_, _, old) in &found {
            if is_gone(old)? {
                return Ok(Some((*old).clone()));
            }
        }
        Ok(found.first().map(|(_, _, old)| (*old).clone()))
    }
}

fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}
