//! Which files differ between two sides.

use std::{collections::BTreeMap, sync::atomic::AtomicBool};

use lectern_projects::Project;
use lectern_sync::{Content, DiffSide, Difference, LARGEST_CANDIDATE, Manifest, RepoPath, differences, find_renames};

use super::OpenSide;
use crate::{
    Workspace,
    syncing::unknown_version,
    view::{Failure, Side},
};

impl Workspace {
    /// The differences with their renames, and the sides they are of.
    pub(super) fn find_differences(
        &self,
        project: &Project,
        old: Side,
        new: Side,
    ) -> Result<(OpenSide, OpenSide, Vec<Difference>), Failure> {
        let (old_manifest, new_manifest) = (self.manifest_of_side(project, old)?, self.manifest_of_side(project, new)?);
        let open = |side, manifest: &Option<Manifest>| {
            let data = manifest.as_ref().map(|manifest| &manifest.data);
            let commit = data.and_then(|data| data.git.as_ref()?.head.clone());
            OpenSide { side, keeps: data.map(|data| data.keeps), commit }
        };
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
            Side::Commit { .. } => Err(Failure::new("NOT_BUILT", "not built yet")),
        }
    }

    /// How the folder differs from a version, or from nothing: by way of the latest version, which the folder is compared with anyway.
    fn differences_to_folder(&self, project: &Project, from: Option<&Manifest>) -> Result<Vec<Difference>, Failure> {
        let looked = self.syncer.differences_from_latest(project.id.as_str(), &project.root, &AtomicBool::new(false))?;
        let (latest, changed) = looked.ok_or_else(|| unknown_version(None))?;
        if from.is_some_and(|from| from.data.root == latest.data.root) {
            return Ok(changed);
        }
        // What stands at each path that differs on either way: in the version, and in the folder.
        let between = differences(&self.store, from, Some(&latest))?;
        let mut ends: BTreeMap<RepoPath, (Option<Content>, Option<Content>)> =
            between.into_iter().map(|difference| (difference.path, (difference.old, difference.new))).collect();
        for Difference { path, old, new, .. } in changed {
            ends.entry(path).or_insert((old, None)).1 = new;
        }
        Ok(ends.into_iter().filter_map(|(path, (old, new))| Difference::between(path, old, new)).collect())
    }
}
