//! What is chosen of a proposal, as changes of files of the folder: bytes before and after, in the files' own encodings.

use std::{
    collections::{BTreeMap, HashMap},
    io::Read,
    ops::Range,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
};

use lectern_journal::{Change, Content as NewContent, New, RelPath, State};
use lectern_objects::{MAX_OBJECT_SIZE, ObjectHash};
use lectern_reader::{BeneathError, EntryType, Root, decode};
use lectern_refactor::{AppliedFile, StoredEdit, StoredProposal};
use lectern_store::Store;
use lectern_sync::{Content, Manifest, RepoPath, lookup, walk};

use super::reviewing::is_out;
use crate::view::Failure;

/// The bytes of a file before and after; `None` where there is no file.
type BeforeAfter = (Option<Vec<u8>>, Option<Vec<u8>>);

/// What is to be written.
#[derive(Default)]
pub(super) struct Changes {
    pub changes: Vec<Change>,
    /// Permission bits of files that move.
    pub modes: HashMap<RelPath, u32>,
    pub files: Vec<AppliedFile>,
    /// Bytes before and after, for a patch: by the files' numbers.
    pub bytes: Vec<BeforeAfter>,
    pub edits: u32,
    pub skipped: u32,
}

/// A file of the folder as a version has it.
struct Held {
    content: Content,
    bytes: Vec<u8>,
    mode: u32,
}

/// Where bytes are read: the folder, checked against the version.
pub(super) struct Folder<'a> {
    pub store: &'a Store,
    pub manifest: &'a Manifest,
    pub root: Root,
}

impl Folder<'_> {
    /// A file or link with exactly the contents that the version has.
    fn held(&self, path: &RepoPath) -> Result<Held, Failure> {
        let entry = lookup(self.store, self.manifest, path)?;
        let entry = entry.ok_or_else(|| changed(path))?;
        self.held_as(path, entry.content)
    }

    fn held_as(&self, path: &RepoPath, content: Content) -> Result<Held, Failure> {
        let shown = path.as_path().display().to_string();
        match &content {
            Content::File { hash, .. } => {
                let mut file = self.root.open_file(path.as_path()).map_err(|error| match error {
                    BeneathError::Missing => changed(path),
                    other => other.into(),
                })?;
                let mode = file.metadata().map_or(0o644, |metadata| metadata.permissions().mode() & 0o7777);
                let mut bytes = Vec::new();
                (&mut file).take(MAX_OBJECT_SIZE + 1).read_to_end(&mut bytes).map_err(BeneathError::Unreadable)?;
                if bytes.len() as u64 > MAX_OBJECT_SIZE {
                    return Err(Failure::new("TOO_LARGE", format!("{shown} is too large to keep a copy of")));
                }
                if ObjectHash::of(&bytes) != *hash { Err(changed(path)) } else { Ok(Held { bytes, mode, content }) }
            }
            Content::Symlink { .. } => {
                if self.root.kind(path.as_path())? != EntryType::Symlink {
                    return Err(changed(path));
                }
                let bytes = self.root.read_link(path.as_path())?.as_os_str().as_bytes().to_vec();
                if content.object() != Some(ObjectHash::of(&bytes)) { Err(changed(path)) } else { Ok(Held { bytes, mode: 0, content }) }
            }
            _ => Err(Failure::new("SUBMODULE", format!("{shown} is a repository of its own, which is not moved along"))),
        }
    }
}

fn changed(path: &RepoPath) -> Failure {
    Failure::new("STALE", format!("{} changed since this was proposed", path.as_path().display())).hint("Work it out again.")
}

/// What somebody chose of a proposal.
pub(super) fn chosen(folder: &Folder<'_>, stored: &StoredProposal, excluded: &[u32]) -> Result<Changes, Failure> {
    let mut all = Changes::default();
    for (id, ..) in stored.items() {
        if is_out(excluded, id) {
            all.skipped += 1;
        } else {
            all.edits += 1;
        }
    }
    // Where files go: the innermost move decides.
    let mut places: BTreeMap<RepoPath, (RepoPath, Content)> = BTreeMap::new();
    let mut moves: Vec<_> = stored.moves.iter().filter(|one| !is_out(excluded, one.id)).map(|one| &one.what).collect();
    moves.sort_by_key(|one| one.from.len());
    let mut folders = Vec::new();
    for one in moves {
        let (from, to) = (RepoPath::from_key(&one.from)?, RepoPath::from_key(&one.to)?);
        match lookup(folder.store, folder.manifest, &from)?.map(|entry| entry.content) {
            Some(Content::Directory { .. }) => folders.push((from, to)),
            Some(content) => _ = places.insert(from, (to, content)),
            None => return Err(changed(&from)),
        }
    }
    if !folders.is_empty() {
        walk(folder.store, folder.manifest, |path, content| {
            let innermost = folders.iter().filter(|(from, _)| path.is_within(from)).max_by_key(|(from, _)| from.as_bytes().len());
            if let Some((from, to)) = innermost
                && content.is_leaf()
                && !places.contains_key(path)
            {
                let bytes = [to.as_bytes(), &path.as_bytes()[from.as_bytes().len()..]].concat();
                if let Ok(to) = RepoPath::new(bytes) {
                    places.insert(path.clone(), (to, content.clone()));
                }
            }
            Ok(())
        })?;
    }
    let mut sides: BTreeMap<RelPath, (State, New)> = BTreeMap::new();
    for file in &stored.files {
        let edits: Vec<&StoredEdit> = file.edits.iter().filter(|edit| !is_out(excluded, edit.id)).collect();
        if edits.is_empty() {
            continue;
        }
        let path = RepoPath::from_key(&file.path)?;
        let held = folder.held(&path)?;
        if held.content.object() != Some(file.object) {
            return Err(changed(&path));
        }
        let to = places.remove(&path).map_or_else(|| path.clone(), |(to, _)| to);
        let bytes = rewritten(&file.path, held.bytes.clone(), &edits)?;
        put(&mut all, &mut sides, &path, Some(&to), &held, Some(bytes))?;
    }
    for (path, (to, content)) in places {
        let held = folder.held_as(&path, content)?;
        let bytes = held.bytes.clone();
        put(&mut all, &mut sides, &path, Some(&to), &held, Some(bytes))?;
    }
    for one in stored.removed.iter().filter(|one| !is_out(excluded, one.id)) {
        let path = RepoPath::from_key(&one.what.path)?;
        let held = folder.held(&path)?;
        put(&mut all, &mut sides, &path, None, &held, None)?;
    }
    for one in stored.created.iter().filter(|one| !is_out(excluded, one.id)) {
        let path = RepoPath::from_key(&one.what.path)?;
        let bytes = one.what.text.clone().into_bytes();
        let becomes = New::File { content: NewContent::Bytes(bytes.clone()), executable: false };
        fill(&mut sides, RelPath::new(path.as_bytes())?, becomes)?;
        all.files.push(AppliedFile {
            path: one.what.path.clone(),
            new_path: None,
            pre: None,
            post: Some(ObjectHash::of(&bytes)),
            link: false,
            executable: false,
        });
        all.bytes.push((None, Some(bytes)));
    }
    all.changes = sides.into_iter().map(|(path, (expected, becomes))| Change { path, expected, becomes }).collect();
    Ok(all)
}

/// One file from its place to its place; no place to go to removes it.
fn put(
    all: &mut Changes,
    sides: &mut BTreeMap<RelPath, (State, New)>,
    from: &RepoPath,
    to: Option<&RepoPath>,
    held: &Held,
    bytes: Option<Vec<u8>>,
) -> Result<(), Failure> {
    let pre = ObjectHash::of(&held.bytes);
    let (link, executable) = match &held.content {
        Content::File { executable, .. } => (false, *executable),
        _ => (true, false),
    };
    let expected = if link { State::Symlink { hash: pre } } else { State::File { hash: pre, executable } };
    let old = RelPath::new(from.as_bytes())?;
    // What comes into its place may be known already.
    let entry = sides.entry(old).or_insert((expected, New::Absent));
    entry.0 = expected;
    let post = bytes.as_deref().map(ObjectHash::of);
    if let (Some(to), Some(bytes)) = (to, &bytes) {
        let becomes = if link {
            New::Symlink { target: NewContent::Bytes(bytes.clone()) }
        } else {
            New::File { content: NewContent::Bytes(bytes.clone()), executable }
        };
        let place = RelPath::new(to.as_bytes())?;
        if to != from && !link {
            all.modes.insert(place.clone(), held.mode);
        }
        fill(sides, place, becomes)?;
    }
    all.files.push(AppliedFile {
        path: from.key(),
        new_path: to.filter(|to| *to != from).map(RepoPath::key),
        pre: Some(pre),
        post,
        link,
        executable,
    });
    all.bytes.push((Some(held.bytes.clone()), bytes));
    Ok(())
}

/// Says what comes to a place.
fn fill(sides: &mut BTreeMap<RelPath, (State, New)>, place: RelPath, becomes: New) -> Result<(), Failure> {
    let entry = sides.entry(place.clone()).or_insert((State::Absent, New::Absent));
    if entry.1 != New::Absent {
        return Err(Failure::new("FILE_NAME_TAKEN", format!("two files would be at {place}")).hint("Leave one of them out."));
    }
    entry.1 = becomes;
    Ok(())
}

/// The bytes of a file with edits of its text made, in its own encoding; everything else of it stays as it is.
pub(super) fn rewritten(path: &str, bytes: Vec<u8>, edits: &[&StoredEdit]) -> Result<Vec<u8>, Failure> {
    let decoded = decode(bytes.clone());
    let ranges: Vec<Range<usize>> = edits.iter().map(|edit| edit.start as usize..edit.end as usize).collect();
    let misfit = || Failure::new("STALE", format!("what was worked out for {path} does not fit it")).hint("Work it out again.");
    let stored = decoded.encoding.stored_ranges(&decoded.text, bytes.len(), &ranges).ok_or_else(misfit)?;
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for ((edit, range), stored) in edits.iter().zip(&ranges).zip(stored) {
        if decoded.text.get(range.clone()) != Some(edit.old.as_str()) || stored.start < at {
            return Err(misfit());
        }
        let new = decoded.encoding.encode(&edit.new).ok_or_else(|| {
            Failure::new("NOT_ENCODABLE", format!("{path} is saved in {}, which has not all letters of “{}”", decoded.encoding, edit.new))
                .hint("Leave this file out, or save it as UTF-8.")
        })?;
        out.extend_from_slice(&bytes[at..stored.start]);
        out.extend_from_slice(&new);
        at = stored.end;
    }
    out.extend_from_slice(&bytes[at..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use lectern_refactor::Certainty;

    use super::*;

    fn edit(start: u32, old: &str, new: &str) -> StoredEdit {
        StoredEdit {
            id: 0,
            start,
            end: start + u32::try_from(old.len()).expect("short"),
            line: 1,
            column: 0,
            old: old.into(),
            new: new.into(),
            certainty: Certainty::Certain,
            reason: String::new(),
            group: None,
        }
    }

    #[test]
    fn everything_but_the_edits_stays_in_every_encoding() {
        let put = |bytes: &[u8], start: u32, new: &str| rewritten("a", bytes.to_vec(), &[&edit(start, "cat", new)]);
        assert_eq!(put(b"\xef\xbb\xbfa\r\ncat\r\n", 3, "dog").expect("put"), b"\xef\xbb\xbfa\r\ndog\r\n");
        // The e with its accent is two bytes of the decoded text.
        assert_eq!(put(b"\xe9 cat", 3, "\u{fc}").expect("put"), b"\xe9 \xfc");
        assert_eq!(put(b"\xff\xfec\0a\0t\0", 0, "\u{2192}").expect("put"), b"\xff\xfe\x92\x21");
        assert_eq!(put(b"\xe9 cat", 3, "\u{2192}").expect_err("refused").code, "NOT_ENCODABLE");
        assert_eq!(put(b"a dog", 2, "x").expect_err("refused").code, "STALE");
    }
}
