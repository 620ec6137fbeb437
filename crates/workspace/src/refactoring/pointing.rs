//! What the name that somebody points at means, in exactly the texts that are read: a version's, or the folder's as they are now.

use std::{
    io::Read,
    sync::{Arc, atomic::AtomicBool},
};

use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_reader::{BeneathError, Document, LineIndex, Root, SMALL_LIMIT};
use lectern_refactor::{Engine, Found, Place, Project as _, engine_for};
use lectern_sync::{Manifest, RepoPath, latest_manifest};
use lectern_syntax::Language;
use rayon::prelude::*;

use super::{proposing::offset, texts::VersionTexts};
use crate::{
    Workspace,
    reading::{DocumentName, From},
    view::Failure,
};

/// Files that change while they are looked at are looked at so often.
const ROUNDS: usize = 3;
/// Where more files than this differ from the latest version, a sync of them is under way; what they hold is looked up where a name is found.
const MOST_CHANGED: usize = 500;

/// A file of the folder: its bytes, or `None` where there is none.
type Contents = (String, Option<Vec<u8>>);

/// A place of a file as somebody reads it.
pub(crate) struct Pointed {
    pub(crate) project: Project,
    pub(super) engine: &'static dyn Engine,
    pub(super) at: Place,
    manifest: Manifest,
    /// Where the folder is read, and the file as it is shown; `None` where a version is.
    folder: Option<(Root, Vec<u8>)>,
}

impl Workspace {
    /// A place of an open document: the line from 1, the column in UTF-16 units from 0.
    ///
    /// # Errors
    /// `UNSUPPORTED` where nothing knows what names mean, `NO_NAME` for a place that is not there, `UNKNOWN_VERSION`, and those of the document.
    pub(crate) fn pointed(&self, document: &str, line: u32, column: u32) -> Result<Pointed, Failure> {
        let name = DocumentName::parse(document)?;
        let project = self.project(name.project)?;
        let path = name.path.to_owned();
        let engine = engine_for(&path).ok_or_else(|| not_known(&path))?;
        let opened = self.document(document)?;
        let text = opened.text().filter(|_| opened.size() <= SMALL_LIMIT);
        let text = text.ok_or_else(|| unsupported("this file is too large, or no text"))?;
        let (manifest, folder) = match name.from() {
            From::Commit(_) => return Err(unsupported("what names mean is told in the folder and in its versions, not in a commit")),
            From::Version(version) => (self.manifest(&project, Some(version))?, None),
            From::Folder => {
                let manifest = latest_manifest(&self.store, project.id.as_str())?;
                let manifest =
                    manifest.ok_or_else(|| Failure::new("UNKNOWN_VERSION", "this project has no version yet").hint("Sync it."))?;
                (manifest, Some((Root::open(&project.root)?, whole(&opened)?)))
            }
        };
        let at = Place { offset: byte_at(&text, line, column)?, path };
        Ok(Pointed { project, engine, at, manifest, folder })
    }

    /// Every place that means what the name at a place means. Of the files that `which` names of an answer it is made sure that the folder has
    /// them as they were read.
    ///
    /// # Errors
    /// Why the engine does not say; `DOCUMENT_CHANGED` when what is shown is no longer what is in the folder.
    pub(super) fn found_at<'a>(
        &'a self,
        pointed: &'a Pointed,
        cancel: &Arc<AtomicBool>,
        which: impl for<'f> Fn(&'f Found) -> Vec<&'f str>,
    ) -> Result<(Arc<Found>, VersionTexts<'a>), Failure> {
        let mut texts = self.version_texts(&pointed.project, pointed.manifest.clone(), Arc::clone(cancel))?;
        let Some((root, shown)) = &pointed.folder else {
            let found = texts.references(pointed.engine, &pointed.at)?;
            return Ok((found, texts));
        };
        let path = pointed.at.path.as_str();
        texts = texts.with(self.known_changes(&pointed.project, root));
        if texts.object(path) != Some(ObjectHash::of(shown)) {
            texts = texts.with([(path.to_owned(), Some(shown.clone()))]);
        }
        for _ in 0..ROUNDS {
            let found = texts.references(pointed.engine, &pointed.at)?;
            let others = differing(&texts, root, which(&found));
            if others.iter().any(|(other, _)| other == path) {
                return Err(Failure::new("DOCUMENT_CHANGED", "this file changed on disk").hint("Try again when it is shown as it is now."));
            }
            if others.is_empty() {
                return Ok((found, texts));
            }
            texts = texts.with(others);
        }
        Err(Failure::new("DOCUMENT_CHANGED", "files of this project change right now").hint("Try again in a moment."))
    }

    /// The files that were seen to differ from the latest version when the folder was last looked at.
    fn known_changes(&self, project: &Project, root: &Root) -> Vec<Contents> {
        let changes = self.reading.changes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(&project.id).cloned();
        let Some(changes) = changes.filter(|changes| changes.len() <= MOST_CHANGED) else { return Vec::new() };
        changes
            .files
            .keys()
            .map(RepoPath::key)
            .filter_map(|path| Some((contents(root, &path)?, path)))
            .map(|(bytes, path)| (path, bytes))
            .collect()
    }
}

/// The byte of a line (from 1) and a column (UTF-16 units from 0), as the window counts them.
fn byte_at(text: &str, line: u32, column: u32) -> Result<u32, Failure> {
    let no_place = || Failure::new("NO_NAME", "there is no such place in the file").hint("Open the file again.");
    let range = LineIndex::new(text).line(text, line).ok_or_else(no_place)?;
    let mut units = 0;
    let before = text[range.clone()].chars().take_while(|letter| {
        let is_before = units < column as usize;
        units += letter.len_utf16();
        is_before
    });
    let before: usize = before.map(char::len_utf8).sum();
    if units < column as usize { Err(no_place()) } else { Ok(offset(range.start + before)) }
}

/// The files that are not in the folder as they were read, as they are there.
fn differing(texts: &VersionTexts<'_>, root: &Root, mut paths: Vec<&str>) -> Vec<Contents> {
    paths.sort_unstable();
    paths.dedup();
    let now = |path: &&str| {
        let bytes = contents(root, path)?;
        (bytes.as_deref().map(ObjectHash::of) != texts.object(path)).then(|| ((*path).to_owned(), bytes))
    };
    paths.par_iter().filter_map(now).collect()
}

/// A file's bytes: `Some(None)` when it is gone, `None` when that can't be told.
fn contents(root: &Root, path: &str) -> Option<Option<Vec<u8>>> {
    let relative = RepoPath::from_key(path).ok()?;
    match root.open_file(relative.as_path()) {
        Ok(file) => {
            let mut bytes = Vec::new();
            file.take(SMALL_LIMIT + 1).read_to_end(&mut bytes).ok()?;
            (bytes.len() as u64 <= SMALL_LIMIT).then_some(Some(bytes))
        }
        Err(BeneathError::Missing) => Some(None),
        Err(_) => None,
    }
}

fn whole(document: &Document) -> Result<Vec<u8>, Failure> {
    let length = usize::try_from(document.size()).unwrap_or(usize::MAX);
    Ok(document.bytes(0, length).map_err(BeneathError::Unreadable)?)
}

fn not_known(path: &str) -> Failure {
    match Language::for_path(path, None) {
        Some(language) => unsupported(format!("what names mean is not known in {}", language.name())),
        None => unsupported("what names mean is not known in such files"),
    }
}

fn unsupported(message: impl AsRef<str>) -> Failure {
    Failure::new("UNSUPPORTED", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_as_the_window_does() {
        let text = "a\r\n\u{1f600}b\rc";
        assert_eq!(byte_at(text, 2, 2).expect("behind the smiley"), 7);
        assert_eq!(byte_at(text, 2, 3).expect("the end of the line"), 8);
        assert_eq!(byte_at(text, 3, 0).expect("a line of its own"), 9);
        assert_eq!(byte_at(text, 2, 4).expect_err("past the end").code, "NO_NAME");
        assert_eq!(byte_at(text, 4, 0).expect_err("no such line").code, "NO_NAME");
    }
}
