//! The files of a version, found by their hashes.

use std::sync::Arc;

use hyper::{Request, body::Incoming};
use lectern_objects::{ObjectHash, Objects};
use lectern_store::Store;
use lectern_sync::{Manifest, RepoPath};

use crate::site::{Answer, Site};

/// Gives contents that are not kept as an object, from wherever the very same bytes still are. What doesn't match the hash is not served.
pub type Elsewhere = dyn Fn(&RepoPath, &ObjectHash) -> Option<Vec<u8>> + Send + Sync;

/// A folder of a version.
pub struct VersionSite {}

impl VersionSite {
    /// Serves `folder` of the version `manifest`. Unknown paths are answered with its `index.html` when it `falls_back`.
    pub fn new(_store: Arc<Store>, _objects: Arc<Objects>, _manifest: Manifest, _folder: &RepoPath, _falls_back: bool) -> Self {
        Self {}
    }

    /// Where contents come from that are too large to be kept; paths are the project's.
    #[must_use]
    pub fn with_elsewhere(self, _elsewhere: Arc<Elsewhere>) -> Self {
        self
    }
}

impl Site for VersionSite {
    fn answer(self: Arc<Self>, _request: Request<Incoming>) -> Answer {
        Box::pin(async { hyper::Response::new(crate::site::Body::default()) })
    }
}
