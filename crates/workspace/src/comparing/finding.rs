//! Which files differ between two sides.

use std::{
    collections::{BTreeMap, HashMap},
    sync::atomic::AtomicBool,
};

use lectern_projects::Project;
use lectern_reader::Root;
use lectern_sync::{
    Change, Content, DiffSide, Difference, LARGEST_CANDIDATE, Manifest, RepoPath, SyncError, differences, find_renames, lookup, walk,
};

use super::{OpenSide, contents::folder_content};
use crate::{
    Workspace,
    syncing::unknown_version,
    view::{Failure, Side},
};

/// From this many changed paths on, the whole version is read rather than path by path.
const MANY: usize = 300;

impl Workspace {
    /// The differences with their renames, and the sides they are of.
    pub(super) fn find_differences(
        &self,
        project: &Project,
        old: Side,
        new: Side,
    ) -> Result<(OpenSide, OpenSide, Vec<Difference>), Failure> {
        let (old_manifest, new_manifest) = (self.manifest_of_side(project, old)?, self.manifest_of_side(project, new)?);
        let open = |side, manifest: &Option<Manifest>| OpenSide { side, keeps: manifest.as_ref().map(|manifest| manifest.data.keeps) };
        let (old_side, new_side) = (open(old, &old_manifest), open(new, &new_manifest));
        let found = match (old, new) {
            (Side::WorkingTree, Side::WorkingTree) => Vec::new(),
            (_, Side::WorkingTree) => self.differences_to_folder(project, old_manifest.as_ref())?,
            (Side::WorkingTree, _) => {
                self.differences_to_folder(project, new_manifest.as_ref())?.into_iter().map(Difference::reversed).collect()
            }
            _ => differences(&self.store, old_manifest.as_ref(), new_manifest.as_ref())?,
        };
        let found = find_renames(found, &mut |content, path, side| {
            let side = if side == DiffSide::Old { &old_side } else { &new_side };
            self.side_bytes(project, side, content, path, LARGEST_CANDIDATE).ok()
        });
        Ok((old_side, new_side, found))
    }

    fn manifest_of_side(&self, project: &Project, side: Side) -> Result<Option<Manifest>, Failure> {
        match side {
            Side::Version { version } => self.manifest(project, Some(version)).map(Some),
            Side::WorkingTree | Side::Empty => Ok(None),
        }
    }

    /// How the folder differs from a version, or from nothing: by way of the latest version, which the folder is compared with anyway.
    fn differences_to_folder(&self, project: &Project, from: Option<&Manifest>) -> Result<Vec<Difference>, Failure> {
        let latest = self.manifest(project, None)?;
        let changed = self.syncer.changed_paths(project.id.as_str(), &project.root, &AtomicBool::new(false))?;
        let changed = changed.ok_or_else(|| unknown_version(None))?;
        let between = if from.is_some_and(|from| from.data.root == latest.data.root) {
            Vec::new()
        } else {
            differences(&self.store, from, Some(&latest))?
        };
        // What stands at each path that differs on either way: in the version, and in the folder.
        let mut ends: BTreeMap<RepoPath, (Option<Content>, Option<Content>)> =
            between.into_iter().map(|difference| (difference.path, (difference.old, difference.new))).collect();
        let root = Root::open(&project.root)?;
        let known = self.contents_at(&latest, &changed)?;
        for (path, _) in changed {
            let now = folder_content(project, &root, &path);
            let before = known.get(&path).cloned();
            ends.entry(path).or_insert_with(|| (before.clone(), before)).1 = now;
        }
        Ok(ends.into_iter().filter_map(|(path, (old, new))| Difference::between(path, old, new)).collect())
    }

    /// What a version holds at the paths that were changed or removed since.
    fn contents_at(&self, manifest: &Manifest, changed: &[(RepoPath, Change)]) -> Result<HashMap<RepoPath, Content>, SyncError> {
        let mut contents = HashMap::new();
        if changed.len() > MANY {
            walk(&self.store, manifest, |path, content| {
                contents.insert(path.clone(), content.clone());
                Ok(())
            })?;
            return Ok(contents);
        }
        for (path, _) in changed.iter().filter(|(_, change)| *change != Change::Added) {
            if let Some(entry) = lookup(&self.store, manifest, path)?.filter(|entry| entry.content.is_leaf()) {
                contents.insert(path.clone(), entry.content);
            }
        }
        Ok(contents)
    }
}
