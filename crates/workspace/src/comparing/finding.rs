//! Which files differ between two sides.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
};

use lectern_projects::Project;
use lectern_sync::{Content, DiffSide, Difference, LARGEST_CANDIDATE, Manifest, RepoPath, differences, find_renames, walk};

use super::{OpenSide, commits::CommitSide};
use crate::{
    Workspace,
    syncing::unknown_version,
    view::{Failure, Side},
};

/// A side, opened, with what tells its files.
struct Sided {
    open: OpenSide,
    manifest: Option<Manifest>,
}

impl Workspace {
    /// The differences with their renames, and the sides they are of.
    pub(super) fn find_differences(
        &self,
        project: &Project,
        old: Side,
        new: Side,
    ) -> Result<(OpenSide, OpenSide, Vec<Difference>), Failure> {
        let (old, new) = (self.open_side(project, old)?, self.open_side(project, new)?);
        let found = match (&old.open.files, &new.open.files) {
            (Some(old), Some(new)) => CommitSide::differences(old, new)?,
            (None, Some(commit)) => self.differences_to_commit(project, &old, commit)?,
            (Some(commit), None) => self.differences_to_commit(project, &new, commit)?.into_iter().map(Difference::reversed).collect(),
            (None, None) => match (old.open.side, new.open.side) {
                (Side::WorkingTree, Side::WorkingTree) => Vec::new(),
                (_, Side::WorkingTree) => self.differences_to_folder(project, old.manifest.as_ref())?,
                (Side::WorkingTree, _) => {
                    self.differences_to_folder(project, new.manifest.as_ref())?.into_iter().map(Difference::reversed).collect()
                }
                _ => differences(&self.store, old.manifest.as_ref(), new.manifest.as_ref())?,
            },
        };
        let found = find_renames(found, &mut |content, path, side| {
            let side = if side == DiffSide::Old { &old.open } else { &new.open };
            self.side_bytes(project, side, content, path, LARGEST_CANDIDATE).ok()
        });
        Ok((old.open, new.open, found))
    }

    fn open_side(&self, project: &Project, side: Side) -> Result<Sided, Failure> {
        let manifest = match side {
            Side::Version { version } => Some(self.manifest(project, Some(version))?),
            Side::WorkingTree | Side::Empty | Side::Commit { .. } => None,
        };
        let files = match side {
            Side::Commit { commit } => Some(Arc::new(CommitSide::open(project, &String::from(commit))?)),
            _ => None,
        };
        let data = manifest.as_ref().map(|manifest| &manifest.data);
        let commit = data.and_then(|data| data.git.as_ref()?.head.clone());
        Ok(Sided { open: OpenSide { side, keeps: data.map(|data| data.keeps), commit, files }, manifest })
    }

    /// How a commit differs from another kind of side.
    fn differences_to_commit(&self, project: &Project, from: &Sided, commit: &CommitSide) -> Result<Vec<Difference>, Failure> {
        let mut files: BTreeMap<RepoPath, Content> = BTreeMap::new();
        let mut collect = |manifest: &Manifest| -> Result<(), Failure> {
            Ok(walk(&self.store, manifest, |path, content| {
                files.insert(path.clone(), content.clone());
                Ok(())
            })?)
        };
        match (from.open.side, &from.manifest) {
            (Side::WorkingTree, _) => {
                let looked = self.syncer.differences_from_latest(project.id.as_str(), &project.root, &AtomicBool::new(false))?;
                let (latest, changed) = looked.ok_or_else(|| unknown_version(None))?;
                collect(&latest)?;
                for Difference { path, new, .. } in changed {
                    match new {
                        Some(content) => drop(files.insert(path, content)),
                        None => drop(files.remove(&path)),
                    }
                }
            }
            (_, Some(manifest)) => collect(manifest)?,
            (_, None) => {}
        }
        commit.differences_from(files)
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
