//! Threads followed into a project's latest version, once it is there.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use lectern_comments::{ChangedFile, Following, Tally};
use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_sync::{DifferenceKind, Manifest, RepoPath, differences, latest_manifest, lookup, manifest_by_id, share, walk};

use super::states::KeptTexts;
use crate::{Workspace, view::Failure};

impl Workspace {
    /// Follows the threads of a project into its latest version, unless they were. Called after every sync: what a kill left undone is done then, too.
    ///
    /// # Errors
    /// What the database says; the threads are where they were then.
    pub(crate) fn follow_threads(&self, project: &Project) -> Result<Tally, Failure> {
        self.follow_threads_of(project, false)
    }

    /// The same with threads that were not there before: all are looked at.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn follow_all_threads(&self, project: &Project) -> Result<Tally, Failure> {
        self.follow_threads_of(project, true)
    }

    /// Follows threads; that it could not be done is no failure of the sync that asked for it. The next one does it.
    pub(crate) fn follow_threads_if_possible(&self, project: &Project) {
        if let Err(failure) = self.follow_threads(project) {
            eprintln!("lectern: threads were not followed: {}", failure.message);
        }
    }

    fn follow_threads_of(&self, project: &Project, all: bool) -> Result<Tally, Failure> {
        let id = project.id.as_str();
        let Some(latest) = latest_manifest(&self.store, id)? else { return Ok(Tally::default()) };
        let threads = self.comments();
        let followed = threads.followed(id)?;
        if !all && followed.as_deref() == Some(latest.id.as_str()) {
            return Ok(Tally::default());
        }
        let _shared = share(&self.data.run())?;
        let before = match followed.filter(|_| !all) {
            Some(before) => manifest_by_id(&self.store, &before)?,
            None => None,
        };
        let changed: Option<HashSet<String>> = match &before {
            Some(before) => Some(lectern_sync::diff(&self.store, before, &latest)?.iter().map(|(path, _)| path.key()).collect()),
            None => None,
        };
        let texts = KeptTexts::new(&self.objects);
        let version = Looked::new(self, &latest);
        let into = Following {
            version: latest.version,
            object_at: &|path| version.object_at(path),
            since: &|manifest| version.since(manifest).unwrap_or_default(),
            texts: &texts,
        };
        let tally = threads.follow(id, project.owner_id.as_str(), &latest.id, changed.as_ref(), &into)?;
        if tally.looked_at > 0 {
            self.threads_changed(project);
        }
        if tally.needs_review + tally.outdated > 0 && self.is_signed_in(&project.owner_id) {
            self.events.notifications_changed();
        }
        Ok(tally)
    }
}

/// A version that is looked into, with what was looked up.
struct Looked<'a> {
    workspace: &'a Workspace,
    manifest: &'a Manifest,
    objects: Mutex<HashMap<String, Option<ObjectHash>>>,
}

impl<'a> Looked<'a> {
    fn new(workspace: &'a Workspace, manifest: &'a Manifest) -> Self {
        Self { workspace, manifest, objects: Mutex::default() }
    }

    fn object_at(&self, path: &str) -> Option<ObjectHash> {
        if let Some(known) = self.objects.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return *known;
        }
        let key = RepoPath::from_key(path).ok();
        let entry = key.and_then(|key| lookup(&self.workspace.store, self.manifest, &key).ok().flatten());
        let object = entry.and_then(|entry| entry.content.object());
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), object);
        object
    }

    /// What differs from a manifest; every file there is when that manifest is gone.
    fn since(&self, manifest: Option<&str>) -> Result<Vec<ChangedFile>, Failure> {
        let store = &self.workspace.store;
        let base = match manifest {
            Some(id) => manifest_by_id(store, id)?,
            None => None,
        };
        let Some(base) = base else {
            let mut files = Vec::new();
            walk(store, self.manifest, |path, content| {
                files.extend(content.object().map(|object| ChangedFile { path: path.key(), added: false, object }));
                Ok(())
            })?;
            return Ok(files);
        };
        let found = differences(store, Some(&base), Some(self.manifest))?;
        let files = found.into_iter().filter_map(|difference| {
            let object = difference.new.as_ref()?.object()?;
            Some(ChangedFile { path: difference.path.key(), added: difference.kind == DifferenceKind::Added, object })
        });
        Ok(files.collect())
    }
}
