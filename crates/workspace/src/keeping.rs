//! Which versions are kept, what they take on the disk, and versions written out.

use std::{
    io::Read,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use lectern_objects::ObjectHash;
use lectern_projects::{Project, ProjectId};
use lectern_reader::Root;
use lectern_store::{Timestamp, private_file};
use lectern_sync::{
    Collection, Content, Export, ExportError, LeftOut, LeftOutReason, RepoPath, SyncError, data_space, latest_before, pinned_count,
    project_space, share, thin_project, thinnable, timeline,
};

use crate::{
    Workspace,
    syncing::count,
    tasks::{Task, Tell, cancelled},
    view::{CollectOutcome, ExportFormat, ExportOutcome, Failure, ProjectStorage, RestoreProblem, Retention, Storage},
};

/// Between two collections that nobody asked for.
const DAY: u64 = 24 * 60 * 60 * 1000;

impl Workspace {
    /// What a project's versions take.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`, `DAMAGED` when a version can't be followed to all it names.
    pub fn project_storage(&self, project_id: &str) -> Result<ProjectStorage, Failure> {
        let project = self.project(project_id)?;
        self.storage_of(&project)
    }

    /// What the data folder takes.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `LOCKED`.
    pub fn storage(&self) -> Result<Storage, Failure> {
        self.user()?;
        let space = data_space(&self.store, &self.objects, self.retained_objects()?, &AtomicBool::new(false))?;
        Ok(Storage {
            database_bytes: space.database.to_string(),
            objects_bytes: space.objects.to_string(),
            reclaimable_bytes: space.reclaimable.to_string(),
        })
    }

    /// Chooses which versions a project keeps. Nothing is removed before the next collection.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn set_retention(&self, project_id: &str, retention: Retention) -> Result<ProjectStorage, Failure> {
        let retention = match retention {
            Retention::All => lectern_projects::Retention::All,
            Retention::Thin => lectern_projects::Retention::Thin,
        };
        let project = self.projects.set_retention(&self.user()?, &ProjectId::new(project_id), retention)?;
        self.storage_of(&project)
    }

    /// Thins out the versions of projects that ask for it, then gives back what nothing needs any more. Waits for running syncs.
    ///
    /// # Errors
    /// `CANCELLED`, `DAMAGED` when a version can't be followed to all it names, and the database's; a kill at any moment leaves every remaining
    /// version whole.
    pub fn collect(&self, task_id: &str, tell: Tell<'_>) -> Result<CollectOutcome, Failure> {
        self.user()?;
        self.collect_now(&self.task(task_id, tell))
    }

    /// Collects when some project thins its versions and the last collection is a day ago. For housekeeping; asks for nobody to be signed in,
    /// and tells nothing about anybody's projects. `None` when it is not due.
    ///
    /// # Errors
    /// As [`Workspace::collect`].
    pub fn collect_if_due(&self) -> Result<Option<CollectOutcome>, Failure> {
        if self.projects.thinned()?.is_empty() {
            return Ok(None);
        }
        let now = self.clock.now();
        let last = std::fs::read_to_string(self.collected_mark()).ok().and_then(|text| Timestamp::parse(text.trim()));
        // A time that is still to come is a clock's mistake.
        if last.is_some_and(|last| last <= now && now.millis_since(last) < DAY) {
            return Ok(None);
        }
        self.collect_now(&self.task("housekeeping", &|_| {})).map(Some)
    }

    /// Writes a version out. `target` must not exist; it appears whole or not at all.
    ///
    /// # Errors
    /// `UNKNOWN_VERSION`, `TARGET_EXISTS`, `TARGET_UNWRITABLE`, `DISK_FULL`, `CANCELLED`.
    pub fn export_version(
        &self,
        task_id: &str,
        project_id: &str,
        version: u32,
        target: &Path,
        format: ExportFormat,
        tell: Tell<'_>,
    ) -> Result<ExportOutcome, Failure> {
        let project = self.project(project_id)?;
        self.export_project(&project, version, target, format, &self.task(task_id, tell))
    }

    /// As [`Workspace::export_version`], for the project at a folder.
    ///
    /// # Errors
    /// `NOT_A_PROJECT`, and as there.
    pub fn export_path(
        &self,
        path: &Path,
        version: u32,
        target: &Path,
        format: ExportFormat,
        tell: Tell<'_>,
    ) -> Result<ExportOutcome, Failure> {
        let project = self.project_at(path)?;
        self.export_project(&project, version, target, format, &self.task("export", tell))
    }

    fn export_project(
        &self,
        project: &Project,
        version: u32,
        target: &Path,
        format: ExportFormat,
        task: &Task<'_>,
    ) -> Result<ExportOutcome, Failure> {
        let manifest = self.manifest(project, Some(version))?;
        self.refuse_own_folder(target)?;
        // What is being written out may not be collected meanwhile.
        let _shared = share(&self.data.run())?;
        let root = Root::open(&project.root).ok();
        let from_folder = |path: &RepoPath, content: &Content| -> Option<Box<dyn Read>> {
            let root = root.as_ref()?;
            match content {
                Content::Symlink { .. } => {
                    let target = root.read_link(path.as_path()).ok()?.into_os_string().into_encoded_bytes();
                    Some(Box::new(std::io::Cursor::new(target)))
                }
                _ => Some(Box::new(root.open_file(path.as_path()).ok()?)),
            }
        };
        let total = manifest.data.files;
        let exported = Export {
            store: &self.store,
            objects: &self.objects,
            manifest: &manifest,
            name: &project.name,
            target,
            format: match format {
                ExportFormat::Folder => lectern_sync::ExportFormat::Folder,
                ExportFormat::TarGz => lectern_sync::ExportFormat::TarGz,
                ExportFormat::Zip => lectern_sync::ExportFormat::Zip,
            },
            from_folder: &from_folder,
            cancel: task.cancel(),
            progress: &|files, bytes| task.progress("Writing", files, total, bytes),
        }
        .run()
        .map_err(|error| export_failure(error, target))?;
        Ok(ExportOutcome {
            target: target.display().to_string(),
            files: count(exported.files),
            bytes: exported.bytes.to_string(),
            left_out: exported.left_out.iter().map(|left_out| left_out.path.key()).collect(),
            left_out_total: count(exported.left_out_total),
            problems: exported.left_out.iter().map(left_out_view).collect(),
        })
    }

    /// The data folder is for Lectern's own files: what is put there is mixed with them, and a backup or a removal takes it along.
    pub(crate) fn refuse_own_folder(&self, target: &Path) -> Result<(), Failure> {
        let above = target.ancestors().skip(1).find_map(|above| above.canonicalize().ok());
        if !above.is_some_and(|above| above.starts_with(self.data.path())) {
            return Ok(());
        }
        Err(Failure::new("TARGET_UNWRITABLE", format!("“{}” is inside Lectern's own data folder", target.display()))
            .hint("Choose a folder of yours. Nothing was written."))
    }

    fn collect_now(&self, task: &Task<'_>) -> Result<CollectOutcome, Failure> {
        let now = self.clock.now();
        let mut versions = 0;
        for id in self.projects.thinned()? {
            if task.cancel().load(Ordering::Relaxed) {
                return Err(cancelled());
            }
            task.progress("Thinning", versions.into(), 0, 0);
            let removed = thin_project(&self.store, id.as_str(), now, &self.referenced(&id)?, task.cancel())?;
            versions += removed;
            if removed > 0 && self.user().is_ok_and(|user| self.projects.get(&user, &id).is_ok()) {
                self.events.versions_changed(id.as_str());
            }
        }
        self.forget_journals_of_nothing()?;
        let collected = Collection {
            store: &self.store,
            objects: &self.objects,
            run_dir: &self.data.run(),
            roots: &|| self.retained_objects().map_err(|failure| SyncError::Internal(failure.message)),
            cancel: task.cancel(),
            progress: &|done, total, bytes| task.progress("Collecting", done, total, bytes),
        }
        .run()?;
        self.remember_collection(now);
        if let Err(failure) = self.forget_old_symbols(task.cancel()) {
            // They only take room; what was asked for is done.
            eprintln!("lectern: symbols of old contents were kept: {}", failure.message);
        }
        Ok(CollectOutcome {
            versions,
            nodes: count(collected.nodes),
            objects: count(collected.objects),
            freed_bytes: collected.freed_bytes.to_string(),
        })
    }

    fn storage_of(&self, project: &Project) -> Result<ProjectStorage, Failure> {
        let id = project.id.as_str();
        let space = project_space(&self.store, &self.objects, id, &AtomicBool::new(false))?;
        Ok(ProjectStorage {
            versions: timeline(&self.store, id, None, 0)?.total,
            pinned: pinned_count(&self.store, id)?,
            retention: match project.retention {
                lectern_projects::Retention::All => Retention::All,
                lectern_projects::Retention::Thin => Retention::Thin,
            },
            thinnable: thinnable(&self.store, id, self.clock.now(), &self.referenced(&project.id)?)?,
            own_bytes: space.own.to_string(),
            shared_bytes: space.shared.to_string(),
            manifest_bytes: space.manifests.to_string(),
        })
    }

    /// The ids of a project's manifests that something else than a label or pin needs: what stood in its folder before something was written to it.
    /// Slices that come to refer to versions add theirs here.
    fn referenced(&self, project: &ProjectId) -> Result<Vec<String>, Failure> {
        let journals = self.written(project)?;
        let before = journals.iter().map(|(journal, _)| Ok(latest_before(&self.store, project.as_str(), journal)?.map(|(id, _)| id)));
        let mut referenced = before.filter_map(Result::transpose).collect::<Result<Vec<_>, Failure>>()?;
        // A preview shows its version until it ends.
        referenced.extend(self.previews.sessions.manifests_shown(project.as_str())?);
        // A thread links to the version that it was written in.
        referenced.extend(self.comments().origin_manifests(project.as_str())?);
        Ok(referenced)
    }

    /// Objects that something else than a version needs: what journals would give back, and what threads were written about.
    fn retained_objects(&self) -> Result<Vec<ObjectHash>, Failure> {
        let mut retained = self.journal.retained_objects()?;
        retained.extend(self.comments().retained_objects()?);
        // A page's citations open what it was written about.
        retained.extend(self.store.read(lectern_ai::cited_objects)?);
        // A proposal is of exact contents, and an undo merges what was before with what is now.
        retained.extend(self.store.read(lectern_refactor::rows::retained_objects)?);
        Ok(retained)
    }

    /// A project that is removed for good leaves its journals behind, and those their contents.
    fn forget_journals_of_nothing(&self) -> Result<(), Failure> {
        for scope in self.journal.scopes()? {
            if !self.projects.is_there(&ProjectId::new(scope.as_str()))? {
                self.journal.forget(&scope)?;
            }
        }
        Ok(())
    }

    fn collected_mark(&self) -> std::path::PathBuf {
        self.data.run().join("collected")
    }

    /// Not to know when it was only means to do it again.
    fn remember_collection(&self, now: Timestamp) {
        use std::io::Write;
        let _ = private_file().truncate(true).open(self.collected_mark()).and_then(|mut file| write!(file, "{now}"));
    }
}

fn left_out_view(left_out: &LeftOut) -> RestoreProblem {
    let reason = match left_out.why {
        LeftOutReason::NotKept => "Only its hash was kept: it is too large to keep.",
        LeftOutReason::Lost => "Its contents were lost. Verify the version to see what else is damaged.",
        LeftOutReason::Name => "Its name can't be written there.",
    };
    RestoreProblem { path: left_out.path.key(), reason: reason.to_owned() }
}

fn export_failure(error: ExportError, target: &Path) -> Failure {
    let place = target.display();
    match error {
        ExportError::TargetExists => {
            Failure::new("TARGET_EXISTS", format!("“{place}” is there already")).hint("Choose another name. Nothing was written over.")
        }
        ExportError::TargetUnwritable(error) => Failure::new("TARGET_UNWRITABLE", format!("“{place}” can't be written: {error}"))
            .hint("Choose a folder that is there and that you may write to."),
        ExportError::DiskFull => Failure::new("DISK_FULL", format!("the disk has no room for “{place}”"))
            .hint("Make room, or choose another disk. Nothing is left there."),
        ExportError::Sync(SyncError::Cancelled) => cancelled(),
        ExportError::Sync(error) => error.into(),
    }
}
