//! The bytes of a file on one side of a comparison.

use std::{io::Read, os::unix::ffi::OsStrExt};

use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_reader::{BeneathError, Document, EntryType, LoadedFile, Root, SMALL_LIMIT, Shape};
use lectern_sync::{Content, History, RepoPath};

use super::OpenSide;
use crate::{
    Workspace,
    view::{Failure, Side},
};

/// Larger text is not compared line by line.
pub(super) const LARGEST_TEXT: u64 = SMALL_LIMIT;
pub(super) const LARGEST_IMAGE: u64 = 32 * 1024 * 1024;

impl Workspace {
    /// The bytes of `content`, which is at `path` on `side`; of a link, where it leads. From the folder they are as they are now.
    ///
    /// # Errors
    /// `TOO_LARGE` above `limit`, `NOT_KEPT`, `OBJECT_MISSING`, and see [`BeneathError`].
    pub(super) fn side_bytes(
        &self,
        project: &Project,
        side: &OpenSide,
        content: &Content,
        path: &RepoPath,
        limit: u64,
    ) -> Result<Vec<u8>, Failure> {
        if let Some(files) = &side.files {
            return files.bytes(content, path, limit);
        }
        let Side::Version { version } = side.side else { return folder_bytes(project, path, limit) };
        let Some(hash) = content.object() else { return Err(BeneathError::NotAFile.into()) };
        if content.size() > limit {
            return Err(too_large(limit));
        }
        if let Some(bytes) = self.objects.get(&hash)? {
            return Ok(bytes);
        }
        // The folder may still hold the very same bytes.
        if let Ok(bytes) = folder_bytes(project, path, content.size())
            && ObjectHash::of(&bytes) == hash
        {
            return Ok(bytes);
        }
        // So may git, where a restore looks as well.
        let history = History::open(&project.root);
        if let Some(bytes) = history.and_then(|history| history.contents(path, content, side.commit.as_deref())) {
            return Ok(bytes);
        }
        if side.keeps.is_some_and(|keeps| keeps.holds(content)) {
            return Err(Failure::new("OBJECT_MISSING", format!("the contents of this file in version {version} were lost"))
                .hint("Verify the version to see what else is damaged."));
        }
        Err(Failure::new("NOT_KEPT", format!("version {version} kept only the hash of this file: it is too large to keep"))
            .hint("What is in the project's folder now can be opened there."))
    }
}

/// What is in the folder at `path`.
fn folder_bytes(project: &Project, path: &RepoPath, limit: u64) -> Result<Vec<u8>, Failure> {
    let root = Root::open(&project.root)?;
    if root.kind(path.as_path())? == EntryType::Symlink {
        return Ok(root.read_link(path.as_path())?.as_os_str().as_bytes().to_vec());
    }
    let file = root.open_file(path.as_path())?;
    let mut bytes = Vec::new();
    // One byte more tells a file that is too large, also one that grows meanwhile.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(BeneathError::Unreadable)?;
    if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

/// Whether the reader shows a file of this name as an image.
pub(super) fn is_image(path: &RepoPath) -> bool {
    let name = String::from_utf8_lossy(path.name());
    // A single NUL is binary, and by its name alone an image or not.
    Document::open(&name, LoadedFile::Memory(vec![0])).is_ok_and(|document| document.shape() == Shape::Image)
}

pub(super) fn too_large(limit: u64) -> Failure {
    Failure::new("TOO_LARGE", format!("this file is larger than {} MiB, too large to compare here", limit / (1024 * 1024)))
        .hint("Open each side by itself.")
}
