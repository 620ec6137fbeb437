//! The files of a version that text is looked for in.

use lectern_objects::ObjectHash;
use lectern_store::Store;
use lectern_sync::{Content, Manifest, RepoPath, SyncError, walk};

/// A file of a version.
#[derive(Debug, Clone)]
pub struct TextFile {
    /// Where it is.
    pub path: RepoPath,
    /// Its contents.
    pub hash: ObjectHash,
    /// In bytes.
    pub size: u64,
}

/// The regular files of a version in the order of [`RepoPath`]. Links and submodules are none.
#[derive(Debug, Default)]
pub struct TextFiles {
    files: Vec<TextFile>,
    /// Numbers of the files, ascending by hash.
    by_hash: Vec<u32>,
}

impl TextFiles {
    /// Reads a version's tree.
    ///
    /// # Errors
    /// As [`walk`].
    pub fn of(store: &Store, manifest: &Manifest) -> Result<Self, SyncError> {
        let mut files = Vec::with_capacity(usize::try_from(manifest.data.files).unwrap_or(0).min(1 << 20));
        walk(store, manifest, |path, content| {
            if let Content::File { hash, size, .. } = content {
                files.push(TextFile { path: path.clone(), hash: *hash, size: *size });
            }
            Ok(())
        })?;
        Ok(Self::new(files))
    }

    /// From files that are in order.
    pub fn new(files: Vec<TextFile>) -> Self {
        let mut by_hash: Vec<u32> = (0..u32::try_from(files.len()).unwrap_or(u32::MAX)).collect();
        by_hash.sort_unstable_by_key(|number| files[*number as usize].hash);
        Self { files, by_hash }
    }

    /// In the order of paths.
    pub fn files(&self) -> &[TextFile] {
        &self.files
    }

    /// Numbers of the files, ascending by hash.
    pub(crate) fn by_hash(&self) -> &[u32] {
        &self.by_hash
    }
}
