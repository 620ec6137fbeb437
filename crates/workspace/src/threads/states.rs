//! The text of a file in a state of a project, as threads are written about it.

use std::{
    collections::HashMap,
    io::Read,
    sync::{Arc, Mutex, PoisonError},
};

use lectern_comments::Texts;
use lectern_objects::{ObjectHash, Objects};
use lectern_projects::Project;
use lectern_reader::{BeneathError, Document, EntryType, Root, SMALL_LIMIT, decode, looks_binary};
use lectern_sync::RepoPath;

use crate::{
    Workspace,
    reading::{DocumentName, From},
    view::{Failure, Side},
};

/// A file's contents in some state.
pub(super) struct FileState {
    pub object: ObjectHash,
    /// `None` of what is not shown as one text.
    pub text: Option<Arc<str>>,
    /// What is to be kept of it for as long as a thread is about it; `None` of what is too large.
    pub bytes: Option<Vec<u8>>,
}

impl FileState {
    fn of(bytes: Vec<u8>) -> Self {
        Self { object: ObjectHash::of(&bytes), text: text_of(bytes.clone()), bytes: Some(bytes) }
    }
}

/// Bytes as the text that they are shown as.
pub(super) fn text_of(bytes: Vec<u8>) -> Option<Arc<str>> {
    if bytes.len() as u64 > SMALL_LIMIT || looks_binary(&bytes) { None } else { Some(decode(bytes).text.into()) }
}

/// The side of a comparison that a document is of.
pub(super) fn side_of(from: From<'_>) -> Result<Side, Failure> {
    match from {
        From::Folder => Ok(Side::WorkingTree),
        From::Version(version) => Ok(Side::Version { version }),
        From::Commit(commit) => {
            let commit = commit.to_owned().try_into().map_err(|_| Failure::new("UNKNOWN_COMMIT", "this is not the id of a commit"))?;
            Ok(Side::Commit { commit })
        }
    }
}

impl Workspace {
    /// What a file holds in a state of the project. With a document, it is what was read in that, or a failure.
    ///
    /// # Errors
    /// `DOCUMENT_CHANGED` when the file is not what the document was; what keeps it from being read.
    pub(super) fn file_state(&self, project: &Project, path: &RepoPath, side: Side, document: Option<&str>) -> Result<FileState, Failure> {
        let Some(document) = document else { return self.file_on_side(project, path, side) };
        let name = DocumentName::parse(document)?;
        if name.project != project.id.as_str() || name.path != path.key() || side_of(name.from())? != side {
            return Err(Failure::new("UNKNOWN_DOCUMENT", "this document is of another file"));
        }
        let opened = self.document(document)?;
        // Text in UTF-8 has the bytes that it was read from; it is what was read even if the file is another by now.
        if let Some(text) = opened.text()
            && is_stamp_of(opened.stamp(), &ObjectHash::of(text.as_bytes()))
        {
            return Ok(FileState::of(text.as_bytes().to_vec()));
        }
        let now = self.file_on_side(project, path, side)?;
        if opened.size() <= SMALL_LIMIT && !is_stamp_of(opened.stamp(), &now.object) {
            return Err(Failure::new("DOCUMENT_CHANGED", "this file changed on disk while you wrote")
                .hint("Open it again. What you wrote is kept."));
        }
        Ok(now)
    }

    fn file_on_side(&self, project: &Project, path: &RepoPath, side: Side) -> Result<FileState, Failure> {
        let limit = usize::try_from(SMALL_LIMIT).unwrap_or(usize::MAX);
        match side {
            Side::WorkingTree => self.file_in_folder(project, path),
            Side::Version { version } => {
                let manifest = self.manifest(project, Some(version))?;
                match self.contents(&manifest, path) {
                    Ok(bytes) if bytes.len() <= limit => Ok(FileState::of(bytes)),
                    Err(failure) if failure.code != "NOT_KEPT" => Err(failure),
                    // Too large to be kept: the thread is on the hash alone.
                    _ => {
                        let entry = lectern_sync::lookup(&self.store, &manifest, path)?.ok_or(BeneathError::Missing)?;
                        let object = entry.content.object().ok_or(BeneathError::NotAFile)?;
                        Ok(FileState { object, text: None, bytes: None })
                    }
                }
            }
            Side::Commit { commit } => {
                let (_, bytes, _) = self.contents_in_commit(project, &String::from(commit), path, limit)?;
                Ok(FileState::of(bytes))
            }
            Side::Empty => Err(BeneathError::Missing.into()),
        }
    }

    fn file_in_folder(&self, project: &Project, path: &RepoPath) -> Result<FileState, Failure> {
        let root = match Root::open(&project.root) {
            Ok(root) => root,
            // The latest version is read in its stead, as the reader does.
            Err(error @ BeneathError::RootMissing) => {
                let version = self.manifest(project, None).map_err(|_| Failure::from(error))?.version;
                return self.file_on_side(project, path, Side::Version { version });
            }
            Err(error) => return Err(error.into()),
        };
        if root.kind(path.as_path())? == EntryType::Symlink {
            use std::os::unix::ffi::OsStrExt;
            return Ok(FileState::of(root.read_link(path.as_path())?.as_os_str().as_bytes().to_vec()));
        }
        let mut file = root.open_file(path.as_path())?;
        let mut head = Vec::new();
        (&mut file).take(SMALL_LIMIT + 1).read_to_end(&mut head).map_err(BeneathError::Unreadable)?;
        if head.len() as u64 <= SMALL_LIMIT {
            return Ok(FileState::of(head));
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&head);
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = file.read(&mut buffer).map_err(BeneathError::Unreadable)?;
            if read == 0 {
                return Ok(FileState { object: hasher.finalize().into(), text: None, bytes: None });
            }
            hasher.update(&buffer[..read]);
        }
    }
}

/// Whether a document's stamp is of these contents.
pub(super) fn is_stamp_of(stamp: &str, object: &ObjectHash) -> bool {
    object.to_string().starts_with(stamp) && stamp.len() >= 32
}

/// A document of an excerpt or of a text that is at hand.
pub(super) fn document_of(name: &str, text: &str) -> Option<Document> {
    Document::open(name, lectern_reader::LoadedFile::Memory(text.as_bytes().to_vec())).ok()
}

/// The file name in a path's key, by which a language is told.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Texts by their objects, each decoded once.
pub(super) struct KeptTexts<'a> {
    objects: &'a Objects,
    decoded: Mutex<HashMap<ObjectHash, Option<Arc<str>>>>,
}

impl<'a> KeptTexts<'a> {
    pub fn new(objects: &'a Objects) -> Self {
        Self { objects, decoded: Mutex::default() }
    }

    /// A text that is at hand already.
    pub fn with(self, object: ObjectHash, text: Option<Arc<str>>) -> Self {
        self.decoded.lock().unwrap_or_else(PoisonError::into_inner).insert(object, text);
        self
    }
}

impl Texts for KeptTexts<'_> {
    fn text(&self, object: &ObjectHash) -> Option<Arc<str>> {
        if let Some(known) = self.decoded.lock().unwrap_or_else(PoisonError::into_inner).get(object) {
            return known.clone();
        }
        // What is damaged or lost is no text: a thread that needs it says so.
        let text = self.objects.get(object).ok().flatten().and_then(text_of);
        self.decoded.lock().unwrap_or_else(PoisonError::into_inner).insert(*object, text.clone());
        text
    }
}
