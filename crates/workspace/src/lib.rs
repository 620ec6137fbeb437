//! Puts the slices together: the data folder, who is signed in, what one event causes elsewhere.
//!
//! A command of the window and a headless command are each one call on [`Workspace`]. Every call that touches a project asks for the
//! signed-in user first; an id alone opens nothing.

mod ai;
mod comparing;
mod data_dir;
mod editors;
mod failure;
mod finding;
mod history;
mod indexing;
mod instance;
mod keeping;
mod line_changes;
mod models;
mod notifications;
mod overview;
mod pages;
mod previews;
mod projects;
mod reading;
mod refactoring;
mod restoring;
mod searching;
mod session;
mod structure;
mod syncing;
mod tasks;
mod threads;
mod threads_exchange;
mod user_files;
mod verifying;
mod versions;
pub mod view;
mod watching;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

pub use data_dir::DataDir;
pub use finding::outline_of_file;
pub use instance::{Claim, Instance, hand_to_running};
use lectern_accounts::{Accounts, Keychain, OsKeychain, PasswordCost};
use lectern_journal::{Disk, Journal, RealDisk};
use lectern_objects::Objects;
use lectern_projects::Projects;
pub use lectern_store::private_file;
use lectern_store::{Boot, Clock, Store, StoreOptions, SystemClock};
use lectern_sync::Syncer;
pub use lectern_sync::{Content, Phase, Progress, RepoPath};
pub use notifications::{DesktopCursor, DesktopNotice};
pub use previews::split_command;
pub use tasks::Tell;
pub use watching::{Still, Watched};

use view::{
    AiJob, AiText, Failure, HistoryState, IndexState, Preview, PreviewSaid, RefactorCheckRun, RefactorCheckSaid, RefactorJob, SearchState,
    SessionState, SyncProgress, WatchState,
};

/// Who hears what happens. Called from any thread; must return quickly.
pub trait Events: Send + Sync {
    /// Somebody signed in or out, or the window was locked.
    fn session_changed(&self, state: SessionState);
    /// A sync of a project of the signed-in user moved on.
    fn sync_changed(&self, progress: SyncProgress);
    /// The list of projects, or what one of its cards says, changed.
    fn projects_changed(&self);
    /// A folder is watched, or no longer.
    fn watch_changed(&self, state: WatchState) {
        let _ = state;
    }
    /// Something in the folder of a watched project changed; what differs from its latest version is worth asking for again.
    fn folder_changed(&self, project_id: &str) {
        let _ = project_id;
    }
    /// Versions of a project were made, named, pinned or removed.
    fn versions_changed(&self, project_id: &str) {
        let _ = project_id;
    }
    /// A search moved on.
    fn search_changed(&self, state: SearchState) {
        let _ = state;
    }
    /// The indexes of a project moved on.
    fn index_changed(&self, state: IndexState) {
        let _ = state;
    }
    /// A list of commits moved on.
    fn history_changed(&self, state: HistoryState) {
        let _ = state;
    }
    /// A preview of a project of the signed-in user began, became ready, ended, or was prolonged.
    fn preview_changed(&self, preview: Preview) {
        let _ = preview;
    }
    /// There are more notifications, or fewer unread ones.
    fn notifications_changed(&self) {}
    /// Threads of a project changed: what is written in them, or where they are.
    fn threads_changed(&self, project_id: &str) {
        let _ = project_id;
    }
    /// A job of the signed-in user was taken, moved on or ended.
    fn ai_job_changed(&self, job: AiJob) {
        let _ = job;
    }
    /// Jobs are no longer listed.
    fn ai_jobs_removed(&self, job_ids: &[String]) {
        let _ = job_ids;
    }
    /// A job wrote more.
    fn ai_text_written(&self, text: AiText) {
        let _ = text;
    }
    /// A refactor job of the signed-in user was taken, moved on or ended.
    fn refactor_job_changed(&self, job: RefactorJob) {
        let _ = job;
    }
    /// A check of a proposal began, moved on or ended.
    fn refactor_check_changed(&self, run: RefactorCheckRun) {
        let _ = run;
    }
    /// A check of a proposal printed something.
    fn refactor_check_said(&self, said: RefactorCheckSaid) {
        let _ = said;
    }
    /// Models or endpoints were added, changed or removed, or one was loaded.
    fn models_changed(&self) {}
    /// A dev server printed something.
    fn preview_said(&self, said: PreviewSaid) {
        let _ = said;
    }
}

/// Nobody listens.
pub struct NoEvents;

impl Events for NoEvents {
    fn session_changed(&self, _: SessionState) {}
    fn sync_changed(&self, _: SyncProgress) {}
    fn projects_changed(&self) {}
}

/// How to open a [`Workspace`].
pub struct WorkspaceOptions {
    /// The data folder; `None` for the usual place.
    pub data_dir: Option<PathBuf>,
    /// Sign in whoever asked to stay signed in. For the window; headless commands name a profile.
    pub resume_session: bool,
    /// Default: the operating system's.
    pub keychain: Arc<dyn Keychain>,
    /// Default: calibrated.
    pub password_cost: PasswordCost,
    /// Default: nobody.
    pub events: Arc<dyn Events>,
    /// Default: the computer's.
    pub clock: Arc<dyn Clock>,
    /// What projects' folders are written on. Default: the real one; tests let it fail.
    pub disk: Arc<dyn Disk>,
}

impl Default for WorkspaceOptions {
    fn default() -> Self {
        Self {
            data_dir: None,
            resume_session: false,
            keychain: Arc::new(OsKeychain),
            password_cost: PasswordCost::Calibrated,
            events: Arc::new(NoEvents),
            clock: Arc::new(SystemClock),
            disk: Arc::new(RealDisk),
        }
    }
}

/// An open data folder and the session in it.
pub struct Workspace {
    /// Before the proof of life: what this process served has ended while it still lives.
    previews: previews::Previews,
    /// Whether previews are shown in windows of this process.
    has_window: bool,
    data: DataDir,
    /// Held until the process ends: rows of this boot are orphans without it.
    _boot: Boot,
    store: Arc<Store>,
    objects: Arc<Objects>,
    accounts: Accounts,
    projects: Projects,
    syncer: Syncer,
    journal: Arc<Journal>,
    sessions: session::Sessions,
    running: Mutex<syncing::Running>,
    clones: Mutex<projects::Clones>,
    tasks: Mutex<tasks::Tasks>,
    watches: watching::Watches,
    reading: reading::Reading,
    comparisons: comparing::Comparisons,
    ai: ai::Ai,
    refactoring: refactoring::Refactoring,
    models: models::ModelStores,
    searches: searching::Searches,
    finding: finding::Finding,
    indexing: indexing::Indexing,
    histories: history::Histories,
    events: Arc<dyn Events>,
    clock: Arc<dyn Clock>,
    notice: Option<String>,
}

impl Workspace {
    /// Opens the data folder, checks it after an unclean stop, and finishes what a killed process left behind.
    ///
    /// # Errors
    /// `NO_HOME`, `NEWER_DATA`, `DAMAGED`, `DATA_UNWRITABLE`, `DISK_FULL`; nothing is changed then.
    pub fn open(options: WorkspaceOptions) -> Result<Arc<Self>, Failure> {
        let path = DataDir::locate(options.data_dir)
            .ok_or_else(|| Failure::new("NO_HOME", "this computer names no home folder").hint("Name a folder with --data-dir."))?;
        let data = DataDir::open(&path).map_err(|error| {
            Failure::new("DATA_UNWRITABLE", format!("the data folder {} can't be used: {error}", path.display()))
                .hint("Check the folder's rights, or name another one with --data-dir.")
        })?;
        let boot = Boot::start(&data.run())?;
        let check = boot.after_crash();
        let store = Arc::new(Store::open(&data.database(), &StoreOptions { check, ..StoreOptions::default() }, &*options.clock)?);
        let objects = Arc::new(Objects::open(&data.objects())?);
        let interrupted = lectern_sync::recover_orphans(&store, &data.run(), &*options.clock)?.len();
        let syncer = syncing::syncer(&store, &objects, &options.clock, &boot, &data);
        let journal = Journal::new(Arc::clone(&store), Arc::clone(&objects), Arc::clone(&options.clock), boot.id().clone(), data.run())
            .with_disk(options.disk);
        // Before anything reads the folders: none may be seen half written.
        let written = restoring::recovery_notice(&journal.recover()?);
        let models = models::ModelStores::new(&store, &options.clock, &options.keychain, &data);
        let told = ai::tells_of_given_up(&options.clock);
        let ai = ai::Ai::new(&store, &options.clock, boot.id().clone(), data.run(), told);
        ai.queue.recover()?;
        let refactoring = refactoring::Refactoring::new(&store, &options.clock, boot.id().clone(), data.run());
        refactoring.recover()?;
        let accounts = Accounts::new(Arc::clone(&store), Arc::clone(&options.clock), options.keychain, data.scope(), options.password_cost);
        let projects = Projects::new(Arc::clone(&store), Arc::clone(&options.clock));
        let alone = boot.alone();
        if alone {
            // With company, the other process may still offer to undo these.
            if projects.purge_removed()? > 0 {
                // What was read of prompts may hold their code.
                lectern_llm::embedded::forget_states(&data.models().join("state"));
            }
            lectern_projects::remove_abandoned_clones(&data.run());
        }
        let sessions = lectern_preview::sessions::Sessions::new(
            Arc::clone(&store),
            Arc::clone(&options.clock),
            boot.id().clone(),
            data.run(),
            data.previews(),
        );
        let notice = (interrupted > 0).then(|| {
            let syncs = if interrupted == 1 { "A sync was".to_owned() } else { format!("{interrupted} syncs were") };
            format!("{syncs} interrupted when Lectern last stopped. The database was checked, and the last versions are as they were.")
        });
        let notice = [notice, written].into_iter().flatten().reduce(|one, other| format!("{one} {other}"));
        let workspace = Arc::new(Self {
            previews: previews::Previews::new(sessions),
            has_window: options.resume_session,
            data,
            _boot: boot,
            store,
            objects,
            accounts,
            projects,
            syncer,
            journal: Arc::new(journal),
            sessions: session::Sessions::default(),
            running: Mutex::default(),
            clones: Mutex::default(),
            tasks: Mutex::default(),
            watches: watching::Watches::default(),
            reading: reading::Reading::default(),
            comparisons: comparing::Comparisons::default(),
            ai,
            refactoring,
            models,
            searches: searching::Searches::default(),
            finding: finding::Finding::default(),
            indexing: indexing::Indexing::default(),
            histories: history::Histories::default(),
            events: options.events,
            clock: options.clock,
            notice,
        });
        if alone {
            workspace.sweep_checks();
        }
        // The journals have come to their ends above.
        workspace.settle_refactorings()?;
        workspace.recover_previews();
        if options.resume_session {
            workspace.resume_session();
            workspace.keep_previews();
            workspace.keep_running_jobs();
        }
        Ok(workspace)
    }

    /// The data folder.
    pub fn data_dir(&self) -> &DataDir {
        &self.data
    }
}
