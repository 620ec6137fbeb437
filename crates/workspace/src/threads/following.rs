//! Threads followed into a project's latest version, once it is there.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use lectern_comments::{Base, Before, ChangedFile, Following, Novelty, Tally, Texts};
use lectern_history::{Oid, Repo};
use lectern_objects::ObjectHash;
use lectern_projects::Project;
use lectern_reader::SMALL_LIMIT;
use lectern_sync::{DifferenceKind, Manifest, RepoPath, differences, latest_manifest, lookup, manifest_by_id, share, walk};
use rayon::prelude::*;

use super::states::{KeptTexts, text_of};
use crate::{Workspace, history::find_repo, view::Failure};

/// A commit of more files is not compared.
const MOST_FILES: usize = 1_000_000;
/// In a larger version only files that are new since a commit are looked into: telling the changed ones takes reading all.
const MOST_HASHED: usize = 20_000;

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
        let version = Looked::new(self, project, &latest);
        let into = Following {
            version: latest.version,
            object_at: &|path| version.object_at(path),
            since: &|base| version.since(base).unwrap_or_default(),
            texts: &texts,
            before: &|before| match before {
                Before::Object(object) => texts.text(object),
                Before::Blob(blob) => version.blob(blob),
            },
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
    project: &'a Project,
    manifest: &'a Manifest,
    objects: Mutex<HashMap<String, Option<ObjectHash>>>,
    /// Opened when it is first needed.
    repo: Mutex<Option<Repo>>,
}

impl<'a> Looked<'a> {
    fn new(workspace: &'a Workspace, project: &'a Project, manifest: &'a Manifest) -> Self {
        Self { workspace, project, manifest, objects: Mutex::default(), repo: Mutex::default() }
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

    /// What differs from a base; every file there is when that is gone.
    fn since(&self, base: Base<'_>) -> Result<Vec<ChangedFile>, Failure> {
        let store = &self.workspace.store;
        if let Some(id) = base.manifest
            && let Some(manifest) = manifest_by_id(store, id)?
        {
            let found = differences(store, Some(&manifest), Some(self.manifest))?;
            let files = found.into_iter().filter_map(|difference| {
                let object = difference.new.as_ref()?.object()?;
                let novelty = if difference.kind == DifferenceKind::Added { Novelty::Added } else { Novelty::Changed };
                let before = difference.old.as_ref().and_then(|content| content.object()).map(Before::Object);
                Some(ChangedFile { path: difference.path.key(), novelty, object, before })
            });
            return Ok(files.collect());
        }
        let then = base.commit.and_then(|commit| self.files_of_commit(commit));
        let mut files = Vec::new();
        walk(store, self.manifest, |path, content| {
            files.extend(content.object().map(|object| (path.clone(), object)));
            Ok(())
        })?;
        let hashed = files.len() <= MOST_HASHED;
        let since = files.into_par_iter().filter_map(|(path, object)| {
            let (novelty, before) = match &then {
                None => (Novelty::Unknown, None),
                Some(then) => match then.get(path.as_bytes()) {
                    None => (Novelty::Added, None),
                    Some(blob) => {
                        let bytes = if hashed { self.workspace.objects.get(&object).ok().flatten() } else { None };
                        // What is too large to be kept is no candidate anyway.
                        let now = git2::Oid::hash_object(git2::ObjectType::Blob, &bytes?).ok()?;
                        if now == *blob {
                            return None;
                        }
                        (Novelty::Changed, Some(Before::Blob(blob.to_string())))
                    }
                },
            };
            Some(ChangedFile { path: path.key(), novelty, object, before })
        });
        Ok(since.collect())
    }

    /// The text of a blob of the project's repository.
    fn blob(&self, blob: &str) -> Option<Arc<str>> {
        let mut repo = self.repo.lock().unwrap_or_else(PoisonError::into_inner);
        if repo.is_none() {
            *repo = find_repo(self.project).ok().flatten();
        }
        let limit = usize::try_from(SMALL_LIMIT).unwrap_or(usize::MAX);
        text_of(repo.as_ref()?.blob(blob.parse().ok()?, limit)?)
    }

    /// The files of a commit by their paths, with git's names of their contents; `None` when the commit is not there.
    fn files_of_commit(&self, commit: &str) -> Option<HashMap<Vec<u8>, Oid>> {
        let repo = find_repo(self.project).ok().flatten()?;
        let files = repo.files_of(repo.find(commit).ok()?, MOST_FILES).ok().flatten()?;
        Some(files.into_iter().map(|(path, entry)| (path, entry.id)).collect())
    }
}
