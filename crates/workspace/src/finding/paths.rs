//! The paths of a project's latest version, for quick open.

use std::sync::{Arc, Mutex, PoisonError};

use lectern_search::{PathList, QuickOpen};
use lectern_store::Store;
use lectern_sync::{Content, Manifest, SyncError, differences, walk};

/// A project's list, and the version that it is of.
#[derive(Default)]
pub(crate) struct ProjectPaths(Mutex<Option<(Manifest, Arc<QuickOpen>)>>);

impl ProjectPaths {
    /// The list of a version: the one that is there brought up to date, or walked anew. Needs nothing but the database.
    pub fn of(&self, store: &Store, manifest: &Manifest) -> Result<Arc<QuickOpen>, SyncError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, open)) = &*kept
            && of.id == manifest.id
        {
            return Ok(Arc::clone(open));
        }
        let list = match &*kept {
            Some((of, open)) => match updated(store, of, manifest, open.list()) {
                // The older version's nodes may be gone by now.
                Err(SyncError::Damaged(_)) => walked(store, manifest)?,
                other => other?,
            },
            None => walked(store, manifest)?,
        };
        let open = Arc::new(QuickOpen::new(Arc::new(list)));
        *kept = Some((manifest.clone(), Arc::clone(&open)));
        Ok(open)
    }
}

fn walked(store: &Store, manifest: &Manifest) -> Result<PathList, SyncError> {
    let mut paths = Vec::new();
    walk(store, manifest, |path, content| {
        if is_file(content) {
            paths.push(path.as_bytes().to_vec());
        }
        Ok(())
    })?;
    Ok(PathList::new(paths))
}

fn updated(store: &Store, old: &Manifest, new: &Manifest, list: &PathList) -> Result<PathList, SyncError> {
    let found = differences(store, Some(old), Some(new))?;
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for one in &found {
        let path = one.path.as_bytes().to_vec();
        if one.new.as_ref().is_some_and(is_file) {
            added.push(path);
        } else {
            removed.push(path);
        }
    }
    Ok(list.updated(&removed, added))
}

/// Whether it can be opened: a submodule is a folder.
fn is_file(content: &Content) -> bool {
    matches!(content, Content::File { .. } | Content::Symlink { .. })
}
