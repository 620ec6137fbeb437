//! The files of a folder as they are now, opened beneath a handle of it.

use std::{io, path::Path, sync::Arc};

use hyper::{Request, body::Incoming};
use lectern_sync::RepoPath;

use crate::site::{Answer, Site};

/// A folder of a project, served as it is at each moment.
pub struct FolderSite {}

impl FolderSite {
    /// Serves `folder` of the project at `root`. Unknown paths are answered with its `index.html` when it `falls_back`.
    ///
    /// # Errors
    /// When the root can't be opened.
    pub fn new(_root: &Path, _folder: &RepoPath, _falls_back: bool) -> io::Result<Self> {
        Ok(Self {})
    }
}

impl Site for FolderSite {
    fn answer(self: Arc<Self>, _request: Request<Incoming>) -> Answer {
        Box::pin(async { hyper::Response::new(crate::site::Body::default()) })
    }
}
