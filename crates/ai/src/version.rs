//! What is read for a page: the files of one version.

use std::sync::Arc;

use lectern_objects::ObjectHash;

/// A file of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionFile {
    /// Relative, with `/`. Names that are not UTF-8 are not here.
    pub path: String,
    /// BLAKE3 of its contents.
    pub object: ObjectHash,
    /// Bytes.
    pub size: u64,
}

/// The files of one version of a project, as they were.
pub trait Version: Send + Sync {
    /// The project's name.
    fn project(&self) -> &str;

    /// The row of `project_manifests`.
    fn manifest_id(&self) -> &str;

    /// From 1.
    fn number(&self) -> u32;

    /// All regular files, ascending by path.
    fn files(&self) -> &[VersionFile];

    /// The contents with this hash, proven by it; `None` when they are not to be had any more.
    fn read(&self, object: &ObjectHash) -> Option<Arc<[u8]>>;
}
