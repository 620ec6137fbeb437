//! Syncs of the signed-in user's projects, and what versions hold.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use lectern_accounts::UserId;
use lectern_notify::{Notice, SyncFailed};
use lectern_projects::{Project, ProjectId};
use lectern_reader::Root;
use lectern_sync::{
    Change, Content, Entry, History, Manifest, Outcome, Progress, RepoPath, RepoSyncId, SyncError, SyncStatus, Syncer, Trigger, is_running,
    latest_manifest, list_dir, lookup, manifest_by_id, manifest_of, walk,
};
use lectern_syntax::language_of_file_name;

use crate::{
    DataDir, Workspace,
    failure::sync_hint,
    view::{ChangeMark, EntryKind, Failure, LanguageShare, ManifestSummary, SyncOutcome, SyncProgress, SyncSummary, TreeEntry},
};

/// Syncs under way in this process, and how to stop each.
pub(crate) type Running = HashMap<ProjectId, (RepoSyncId, Arc<AtomicBool>)>;

/// How a project's folder differed from its latest version when it was last looked at.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// What is in the folder; removed files have no row to mark.
    pub files: HashMap<RepoPath, ChangeMark>,
    /// Every folder above a change, removals too.
    pub folders: HashSet<RepoPath>,
    total: usize,
}

impl Changes {
    fn new(found: Vec<(RepoPath, Change)>) -> Self {
        let mut changes = Self { total: found.len(), ..Self::default() };
        for (path, change) in found {
            let mut above = path.parent();
            while let Some(folder) = above {
                above = folder.parent();
                if !changes.folders.insert(folder) {
                    break;
                }
            }
            let mark = match change {
                Change::Added => ChangeMark::Added,
                Change::Modified => ChangeMark::Modified,
                Change::Removed => continue,
            };
            changes.files.insert(path, mark);
        }
        changes
    }

    /// How many files differ, removed ones too.
    pub(crate) fn len(&self) -> usize {
        self.total
    }
}

impl Workspace {
    /// Starts a sync on a thread of its own and returns its id; its progress comes as events. A running one is joined.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, and what the database says.
    pub fn start_sync(self: &Arc<Self>, project_id: &str) -> Result<String, Failure> {
        let project = self.project(project_id)?;
        self.sync_in_background(&project, Trigger::Manual)
    }

    /// Starts or joins a sync of a project that was looked up as the user's.
    pub(crate) fn sync_in_background(self: &Arc<Self>, project: &Project, trigger: Trigger) -> Result<String, Failure> {
        let (id, cancel) = match self.request_sync(project, trigger)? {
            Requested::Joined(id) => return Ok(id.as_str().to_owned()),
            Requested::New(id, cancel) => (id, cancel),
        };
        let (workspace, of, sync_id) = (Arc::clone(self), project.clone(), id.clone());
        let spawned = thread::Builder::new().name("sync".to_owned()).spawn(move || {
            // The row and the events say how it ended.
            let _ = workspace.run_sync(&of, &sync_id, &cancel, &|_| {});
        });
        if let Err(error) = spawned {
            // The row must not wait for a thread that never came: run here, cancelled, it is closed.
            let given_up = AtomicBool::new(true);
            let _ = self.run_sync(project, &id, &given_up, &|_| {});
            return Err(Failure::internal(format!("no thread for the sync: {error}")));
        }
        Ok(id.as_str().to_owned())
    }

    /// Stops the running sync of a project. None running is fine.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn cancel_sync(&self, project_id: &str) -> Result<(), Failure> {
        let project = self.project(project_id)?;
        self.cancel_running(&project.id);
        Ok(())
    }

    /// Syncs the folder at `path` to the end, adding it as a project when it isn't one. For headless commands.
    ///
    /// # Errors
    /// See [`SyncError`] and [`lectern_projects::FolderError`].
    pub fn sync_path(&self, path: &Path, progress: &(dyn Fn(Progress) + Sync)) -> Result<(String, SyncOutcome), Failure> {
        let (project, _) = self.ensure_project(path)?;
        // Looked at before there is a row to fail, when watching of this process had its turn.
        drop(lock(&self.watches.turn(&project.id)));
        if is_running(&self.store, project.id.as_str())? {
            return Err(SyncError::AlreadyRunning.into());
        }
        let Requested::New(id, cancel) = self.request_sync(&project, Trigger::Manual)? else {
            return Err(SyncError::AlreadyRunning.into());
        };
        let outcome = self.run_sync(&project, &id, &cancel, progress)?;
        Ok((project.id.as_str().to_owned(), outcome))
    }

    /// Calls `each` with every entry of a version of the project at a folder, in the order of paths.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`, `UNKNOWN_VERSION`.
    pub fn list_path(&self, path: &Path, version: Option<u32>, mut each: impl FnMut(&RepoPath, &Content)) -> Result<(), Failure> {
        let project = self.project_at(path)?;
        let manifest = self.manifest(&project, version)?;
        Ok(walk(&self.store, &manifest, |path, content| {
            each(path, content);
            Ok(())
        })?)
    }

    /// The bytes of a file as of a version of the project at a folder; also those that were not kept, while the folder or git has the very same.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`, `UNKNOWN_VERSION`, `FILE_MISSING`, `NOT_KEPT`.
    pub fn show_path(&self, path: &Path, version: u32, file: &RepoPath) -> Result<Vec<u8>, Failure> {
        let project = self.project_at(path)?;
        let manifest = self.manifest(&project, Some(version))?;
        let failure = match self.contents(&manifest, file) {
            // What was lost or damaged is told, not covered up.
            Err(failure) if failure.code == "NOT_KEPT" => failure,
            other => return other,
        };
        // The very same bytes may still be in the folder or in git, where a restore and an export look as well.
        let (root, history) = (Root::open(&project.root).ok(), History::open(&project.root));
        self.same_bytes(&manifest, file, root.as_ref(), history.as_ref()).map(|(bytes, _)| bytes).ok_or(failure)
    }

    /// How the folder differs from the latest version; remembered for the marks of the tree. `None` before the first version.
    pub(crate) fn refresh_changes(&self, project: &Project) -> Result<Option<Arc<Changes>>, Failure> {
        lock(&self.reading.ignored).remove(&project.id);
        let found = self.syncer.changed_paths(project.id.as_str(), &project.root, &AtomicBool::new(false))?;
        let changes = found.map(|found| Arc::new(Changes::new(found)));
        let mut kept = self.reading.changes.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        match &changes {
            Some(changes) => kept.insert(project.id.clone(), Arc::clone(changes)),
            None => kept.remove(&project.id),
        };
        Ok(changes)
    }

    pub(crate) fn cancel_running(&self, project: &ProjectId) {
        if let Some((_, cancel)) = lock(&self.running).get(project) {
            cancel.store(true, Ordering::Relaxed);
        }
        self.watches.cancel(project);
    }

    pub(crate) fn latest_summary(&self, project: &ProjectId) -> Result<(Option<ManifestSummary>, Vec<LanguageShare>), Failure> {
        let Some(manifest) = latest_manifest(&self.store, project.as_str())? else { return Ok((None, Vec::new())) };
        let languages = shares(&manifest);
        Ok((Some(manifest_summary(&manifest)), languages))
    }

    pub(crate) fn last_sync(&self, project: &ProjectId) -> Result<Option<SyncSummary>, Failure> {
        let Some(sync) = lectern_sync::last_sync(&self.store, project.as_str())? else { return Ok(None) };
        let version = match &sync.manifest_id {
            Some(id) => manifest_by_id(&self.store, id)?.map(|manifest| manifest.version),
            None => None,
        };
        let error = (sync.status == SyncStatus::Failed).then(|| {
            let code = sync.error_code.clone().unwrap_or_else(|| "INTERNAL".to_owned());
            let hint = sync_hint(&code).map(str::to_owned);
            Failure { hint, ..Failure::new(&code, sync.error_message.clone().unwrap_or_default()) }
        });
        Ok(Some(SyncSummary {
            id: sync.id.as_str().to_owned(),
            status: sync.status.as_str().to_owned(),
            error,
            started_at: sync.started_at.map(|time| time.to_string()),
            finished_at: sync.finished_at.map(|time| time.to_string()),
            version,
        }))
    }

    pub(crate) fn entries_in_version(
        &self,
        project: &Project,
        version: Option<u32>,
        path: &RepoPath,
    ) -> Result<(u32, Vec<TreeEntry>), Failure> {
        let manifest = self.manifest(project, version)?;
        let entries = list_dir(&self.store, &manifest, path)?.ok_or_else(file_missing)?;
        let rows = entries.iter().filter_map(|entry| tree_entry(path, entry)).collect();
        Ok((manifest.version, rows))
    }

    pub(crate) fn contents_in_version(&self, project: &Project, version: Option<u32>, path: &RepoPath) -> Result<(u32, Vec<u8>), Failure> {
        let manifest = self.manifest(project, version)?;
        Ok((manifest.version, self.contents(&manifest, path)?))
    }

    pub(crate) fn contents(&self, manifest: &Manifest, path: &RepoPath) -> Result<Vec<u8>, Failure> {
        let entry = lookup(&self.store, manifest, path)?.ok_or_else(file_missing)?;
        let Some(hash) = entry.content.object() else {
            return Err(Failure::new("NOT_A_FILE", "this is a folder or another repository, not a file"));
        };
        match self.objects.get(&hash) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) if manifest.data.keeps.holds(&entry.content) => {
                Err(Failure::new("OBJECT_MISSING", "the contents of this file were lost")
                    .hint("Verify the version to see what else is damaged."))
            }
            Ok(None) => Err(Failure::new("NOT_KEPT", "only the hash of this file was kept: it is too large to keep")
                .hint("Open it in the project's folder.")),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn manifest(&self, project: &Project, version: Option<u32>) -> Result<Manifest, Failure> {
        let found = match version {
            Some(version) => manifest_of(&self.store, project.id.as_str(), version)?,
            None => latest_manifest(&self.store, project.id.as_str())?,
        };
        found.ok_or_else(|| unknown_version(version))
    }

    fn request_sync(&self, project: &Project, trigger: Trigger) -> Result<Requested, Failure> {
        let mut running = lock(&self.running);
        if let Some((id, _)) = running.get(&project.id) {
            return Ok(Requested::Joined(id.clone()));
        }
        let id = self.syncer.request(project.id.as_str(), trigger)?;
        let cancel = Arc::new(AtomicBool::new(false));
        running.insert(project.id.clone(), (id.clone(), Arc::clone(&cancel)));
        drop(running);
        self.tell(&project.owner_id, progress_view(project, &id, SyncStatus::Pending));
        Ok(Requested::New(id, cancel))
    }

    fn run_sync(
        &self,
        project: &Project,
        id: &RepoSyncId,
        cancel: &AtomicBool,
        also: &(dyn Fn(Progress) + Sync),
    ) -> Result<SyncOutcome, Failure> {
        // Watching may be looking at this folder right now; it is waited for.
        let turn = self.watches.turn(&project.id);
        let _held = lock(&turn);
        let latest = Mutex::new(progress_view(project, id, SyncStatus::Running));
        let result = self.syncer.run(id, &project.root, cancel, &|progress| {
            let view = {
                let mut view = lock(&latest);
                progress.phase.as_str().clone_into(&mut view.phase);
                view.files_done = count(progress.files_done);
                view.files_total = count(progress.files_total);
                view.bytes_done = progress.bytes_done.to_string();
                view.clone()
            };
            self.tell(&project.owner_id, view);
            also(progress);
        });
        lock(&self.running).remove(&project.id);
        let mut view = latest.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        let result = result.map(|outcome| outcome_view(&outcome)).map_err(Failure::from);
        match &result {
            Ok(outcome) => {
                SyncStatus::Success.as_str().clone_into(&mut view.status);
                view.outcome = Some(outcome.clone());
                // The folder was just recorded: what differed is in the version now.
                lock(&self.reading.changes).insert(project.id.clone(), Arc::default());
            }
            Err(error) => {
                SyncStatus::Failed.as_str().clone_into(&mut view.status);
                view.error = Some(error.clone());
            }
        }
        if let Err(error) = &result {
            self.notify_of_failed_sync(project, id, error);
        }
        if result.is_ok() {
            // Before it is told: whoever hears of the version finds the threads where they are in it.
            self.follow_threads_if_possible(project);
        }
        self.tell(&project.owner_id, view);
        if result.as_ref().is_ok_and(|outcome| outcome.is_new) && self.is_signed_in(&project.owner_id) {
            self.events.versions_changed(project.id.as_str());
            self.index_soon(project.id.as_str());
        }
        self.events.projects_changed();
        result
    }

    /// Leaves a notification, unless the user wanted it to stop or was told and has not read it.
    fn notify_of_failed_sync(&self, project: &Project, id: &RepoSyncId, error: &Failure) {
        if error.code == "CANCELLED" {
            return;
        }
        let notice = Notice::SyncFailed(SyncFailed {
            project_id: project.id.as_str().to_owned(),
            repo_sync_id: id.as_str().to_owned(),
            code: error.code.clone(),
            message: error.message.clone(),
        });
        self.notify(&project.owner_id, &notice);
    }

    /// Tells the window, unless somebody else is signed in by now. Also while it is locked: these are counts, and it must know the end.
    pub(crate) fn tell(&self, owner: &UserId, progress: SyncProgress) {
        if self.is_signed_in(owner) {
            self.events.sync_changed(progress);
        }
    }
}

enum Requested {
    New(RepoSyncId, Arc<AtomicBool>),
    Joined(RepoSyncId),
}

/// The part of [`Workspace`] that runs syncs.
pub(crate) fn syncer(
    store: &Arc<lectern_store::Store>,
    objects: &Arc<lectern_objects::Objects>,
    clock: &Arc<dyn lectern_store::Clock>,
    boot: &lectern_store::Boot,
    data: &DataDir,
) -> Syncer {
    let (store, objects, clock) = (Arc::clone(store), Arc::clone(objects), Arc::clone(clock));
    Syncer::new(store, objects, clock, boot.id().clone(), data.run(), data.scans(), language_of_file_name)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

pub(crate) fn progress_view(project: &Project, id: &RepoSyncId, status: SyncStatus) -> SyncProgress {
    SyncProgress {
        project_id: project.id.as_str().to_owned(),
        sync_id: id.as_str().to_owned(),
        status: status.as_str().to_owned(),
        phase: "Scanning".to_owned(),
        files_done: 0,
        files_total: 0,
        bytes_done: "0".to_owned(),
        outcome: None,
        error: None,
    }
}

pub(crate) fn outcome_view(outcome: &Outcome) -> SyncOutcome {
    let stats = &outcome.stats;
    SyncOutcome {
        version: outcome.version,
        is_new: outcome.is_new,
        manifest_hash: outcome.manifest_hash.to_string(),
        files: count(stats.files),
        bytes: stats.bytes.to_string(),
        added: count(stats.added),
        changed: count(stats.changed),
        removed: count(stats.removed),
        unchanged: count(stats.unchanged),
        duration_ms: count(stats.duration_ms),
        warnings: stats.warnings.clone(),
    }
}

fn manifest_summary(manifest: &Manifest) -> ManifestSummary {
    let git = manifest.data.git.as_ref();
    ManifestSummary {
        id: manifest.id.clone(),
        version: manifest.version,
        created_at: manifest.created_at.to_string(),
        hash: manifest.hash.to_string(),
        files: count(manifest.data.files),
        bytes: manifest.data.bytes.to_string(),
        branch: git.and_then(|git| git.branch.clone()),
        commit: git.and_then(|git| git.head.clone()),
    }
}

/// The largest first; what is under half a percent is not worth a colour.
fn shares(manifest: &Manifest) -> Vec<LanguageShare> {
    let total: u64 = manifest.data.languages.values().sum();
    let mut languages: Vec<(&String, u64)> = manifest.data.languages.iter().map(|(name, bytes)| (name, *bytes)).collect();
    languages.sort_by_key(|(name, bytes)| (std::cmp::Reverse(*bytes), (*name).clone()));
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a percentage for a coloured bar")]
    let share = |bytes: u64| (bytes as f64 * 100.0 / total.max(1) as f64) as f32;
    languages
        .into_iter()
        .map(|(name, bytes)| LanguageShare { name: name.clone(), percent: share(bytes) })
        .filter(|language| language.percent >= 0.5)
        .collect()
}

fn tree_entry(folder: &RepoPath, entry: &Entry) -> Option<TreeEntry> {
    let kind = match entry.content {
        Content::Directory { .. } => EntryKind::Directory,
        Content::File { .. } => EntryKind::File,
        Content::Symlink { .. } => EntryKind::Symlink,
        Content::Submodule { .. } => EntryKind::Submodule,
    };
    Some(TreeEntry {
        name: String::from_utf8_lossy(&entry.name).into_owned(),
        path: folder.join(&entry.name).ok()?.key(),
        kind,
        size: entry.content.size().to_string(),
        ignored: false,
        change: None,
    })
}

fn file_missing() -> Failure {
    lectern_reader::BeneathError::Missing.into()
}

pub(crate) fn unknown_version(version: Option<u32>) -> Failure {
    match version {
        Some(version) => {
            Failure::new("UNKNOWN_VERSION", format!("there is no version {version}")).hint("Leave the version out for the latest.")
        }
        None => Failure::new("UNKNOWN_VERSION", "there is no version yet").hint("Sync the project first."),
    }
}

pub(crate) fn count(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
