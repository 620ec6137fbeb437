//! The files of a version, as pages are made from them.

use std::{collections::HashMap, io::Read, path::Path, sync::Arc};

use lectern_ai::{Version, VersionFile};
use lectern_objects::{ObjectHash, Objects};
use lectern_projects::Project;
use lectern_reader::Root;
use lectern_store::Store;
use lectern_sync::{Content, Manifest, RepoPath, walk};

use crate::view::Failure;

/// Contents that were not kept are read from the folder up to here.
const LARGEST: u64 = 8 * 1024 * 1024;

/// One version of a project.
pub(crate) struct ProjectVersion {
    project: String,
    manifest: Manifest,
    files: Vec<VersionFile>,
    objects: Arc<Objects>,
    /// Where contents may still be that were not kept.
    folder: Option<Root>,
    places: HashMap<ObjectHash, usize>,
}

impl ProjectVersion {
    /// Lists the files of `manifest`. Names that are not UTF-8, links and submodules are left out.
    pub fn open(store: &Store, objects: &Arc<Objects>, project: &Project, manifest: Manifest) -> Result<Self, Failure> {
        let mut files = Vec::new();
        walk(store, &manifest, |path, content| {
            if let (Content::File { hash, size, .. }, Some(path)) = (content, utf8(path)) {
                files.push(VersionFile { path, object: *hash, size: *size });
            }
            Ok(())
        })?;
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let places = files.iter().enumerate().map(|(at, file)| (file.object, at)).collect();
        let folder = Root::open(&project.root).ok();
        Ok(Self { project: project.name.clone(), manifest, files, objects: Arc::clone(objects), folder, places })
    }

    fn in_folder(&self, object: &ObjectHash) -> Option<Vec<u8>> {
        let file = &self.files[*self.places.get(object)?];
        if file.size > LARGEST {
            return None;
        }
        proven(self.folder.as_ref()?, &file.path, object)
    }
}

/// The contents of a file: those that were kept, else the folder's if they are the same.
pub(super) fn contents(objects: &Objects, project: &Project, path: &str, object: &ObjectHash) -> Option<Vec<u8>> {
    let kept = objects.get(object).ok().flatten();
    kept.or_else(|| proven(&Root::open(&project.root).ok()?, path, object))
}

/// Whether a file of the project's folder has just these contents now.
pub(super) fn is_in_folder(project: &Project, path: &str, object: &ObjectHash) -> bool {
    Root::open(&project.root).is_ok_and(|folder| proven(&folder, path, object).is_some())
}

/// The contents of a file, if they are those. Another text would prove nothing.
fn proven(folder: &Root, path: &str, object: &ObjectHash) -> Option<Vec<u8>> {
    let opened = folder.open_file(Path::new(path)).ok()?;
    let mut bytes = Vec::new();
    opened.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    (ObjectHash::of(&bytes) == *object).then_some(bytes)
}

impl Version for ProjectVersion {
    fn project(&self) -> &str {
        &self.project
    }

    fn manifest_id(&self) -> &str {
        &self.manifest.id
    }

    fn number(&self) -> u32 {
        self.manifest.version
    }

    fn files(&self) -> &[VersionFile] {
        &self.files
    }

    fn read(&self, object: &ObjectHash) -> Option<Arc<[u8]>> {
        let kept = self.objects.get(object).ok().flatten();
        kept.or_else(|| self.in_folder(object)).map(Into::into)
    }
}

fn utf8(path: &RepoPath) -> Option<String> {
    std::str::from_utf8(path.as_bytes()).ok().map(str::to_owned)
}
