//! Adding, listing and cloning projects for the signed-in user.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use lectern_projects::{
    CloneError, ClonePhase, CloneRequest, FolderError, Project, ProjectId, clone_repository, git_facts, inspect_folder,
};

use lectern_sync::Trigger;

use crate::{
    Workspace,
    view::{AddedProject, CloneProgress, Failure, FolderState, ProjectCard, ProjectFacts},
};

/// Clones under way, by the id the window gave them.
pub(crate) type Clones = HashMap<String, Arc<AtomicBool>>;

impl Workspace {
    /// The user's projects by name, without looking at their folders.
    ///
    /// # Errors
    /// `NOT_SIGNED_IN`, `LOCKED`.
    pub fn project_cards(&self) -> Result<Vec<ProjectCard>, Failure> {
        let user = self.user()?;
        self.projects.of_owner(&user)?.into_iter().map(|project| self.card(project)).collect()
    }

    /// What a project's folder is like right now.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`; a missing folder is an answer, not an error.
    pub fn project_facts(&self, id: &str) -> Result<ProjectFacts, Failure> {
        let project = self.project(id)?;
        let folder = match inspect_folder(&project.root) {
            Ok(_) => FolderState::Present,
            Err(error @ (FolderError::Missing(_) | FolderError::NotAFolder(_))) => FolderState::Missing(error.into()),
            Err(error) => FolderState::Unreadable(error.into()),
        };
        if !matches!(folder, FolderState::Present) {
            return Ok(ProjectFacts {
                project_id: id.to_owned(),
                folder,
                branch: None,
                is_git: false,
                changed: None,
                watch: self.watch_state(&project),
            });
        }
        let git = git_facts(&project.root);
        let changed = self.refresh_changes(&project)?.map(|changes| u32::try_from(changes.len()).unwrap_or(u32::MAX));
        Ok(ProjectFacts {
            project_id: id.to_owned(),
            folder,
            branch: git.branch,
            is_git: git.is_git,
            changed,
            watch: self.watch_state(&project),
        })
    }

    /// Makes a folder a project and starts its first sync, or finds the one it is.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn add_project(self: &Arc<Self>, path: &Path) -> Result<AddedProject, Failure> {
        let user = self.user()?;
        let (project, folder, existing) = self.projects.add(&user, &expand_home(path))?;
        if !existing {
            self.sync_in_background(&project, Trigger::Open)?;
        }
        self.adjust_watching();
        self.events.projects_changed();
        let notice = (!existing && folder.without_commits)
            .then(|| "This repository has no commits yet. Lectern reads its files all the same.".to_owned());
        Ok(AddedProject { project: self.card(project)?, existing, notice })
    }

    /// The project at a folder, added when it isn't one yet.
    pub(crate) fn ensure_project(&self, path: &Path) -> Result<(Project, bool), Failure> {
        let (project, _, existing) = self.projects.add(&self.user()?, path)?;
        Ok((project, existing))
    }

    /// The user's project at a folder.
    pub(crate) fn project_at(&self, path: &Path) -> Result<Project, Failure> {
        self.projects.at(&self.user()?, path)?.ok_or_else(|| {
            Failure::new("NOT_A_PROJECT", format!("“{}” is not a project", path.display())).hint("Run lectern sync on it first.")
        })
    }

    /// Sets name and description.
    ///
    /// # Errors
    /// `NO_NAME`, `UNKNOWN_PROJECT`.
    pub fn rename_project(&self, id: &str, name: &str, description: &str) -> Result<ProjectCard, Failure> {
        let project = self.projects.rename(&self.user()?, &ProjectId::new(id), name, description)?;
        self.events.projects_changed();
        self.card(project)
    }

    /// Takes a project off the list; its folder is not touched.
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT`.
    pub fn remove_project(&self, id: &str) -> Result<(), Failure> {
        let user = self.user()?;
        let project = self.projects.get(&user, &ProjectId::new(id))?;
        self.cancel_running(&project.id);
        self.projects.remove(&user, &project.id)?;
        self.end_previews_of_project(&project.id);
        self.adjust_watching();
        self.events.projects_changed();
        Ok(())
    }

    /// Undoes [`Workspace::remove_project`].
    ///
    /// # Errors
    /// `UNKNOWN_PROJECT` when it is gone for good.
    pub fn restore_project(&self, id: &str) -> Result<ProjectCard, Failure> {
        let project = self.projects.restore(&self.user()?, &ProjectId::new(id))?;
        self.adjust_watching();
        self.events.projects_changed();
        self.card(project)
    }

    /// Points a project at the place its folder moved to.
    ///
    /// # Errors
    /// `FOLDER_TAKEN`, and see [`FolderError`].
    pub fn relocate_project(&self, id: &str, path: &Path) -> Result<ProjectCard, Failure> {
        let project = self.projects.relocate(&self.user()?, &ProjectId::new(id), &expand_home(path))?;
        self.adjust_watching();
        self.events.projects_changed();
        self.card(project)
    }

    /// Stores what the window remembers of a project.
    ///
    /// # Errors
    /// `BAD_VIEW_STATE` when it is not a JSON object of at most 256 KiB.
    pub fn save_view_state(&self, id: &str, view_state: &str) -> Result<(), Failure> {
        let is_object =
            view_state.len() <= 256 * 1024 && serde_json::from_str::<serde_json::Value>(view_state).is_ok_and(|value| value.is_object());
        if !is_object {
            return Err(Failure::new("BAD_VIEW_STATE", "the view can't be stored like that"));
        }
        Ok(self.projects.save_settings(&self.user()?, &ProjectId::new(id), view_state)?)
    }

    /// Clones into `parent`/`name`, makes it a project, and returns it. Returns at once when cancelled; the folder is cleaned up behind it.
    ///
    /// # Errors
    /// See [`CloneError`]; nothing is left behind.
    pub fn clone_project(
        self: &Arc<Self>,
        clone_id: &str,
        url: &str,
        parent: &Path,
        name: &str,
        progress: impl Fn(CloneProgress) + Send + 'static,
    ) -> Result<ProjectCard, Failure> {
        let user = self.user()?;
        let cancel = Arc::new(AtomicBool::new(false));
        self.clones.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(clone_id.to_owned(), Arc::clone(&cancel));
        let request = CloneRequest { url: expand_home_text(url), parent: expand_home(parent), name: name.to_owned() };
        let (sender, receiver) = mpsc::channel();
        let (marks, stop) = (self.data.run(), Arc::clone(&cancel));
        thread::spawn(move || {
            let throttle = std::cell::Cell::new(None::<(Instant, ClonePhase)>);
            let result = clone_repository(&request, &marks, &stop, &|step| {
                let due = throttle.get().is_none_or(|(at, phase)| phase != step.phase || at.elapsed() >= Duration::from_millis(50));
                if due {
                    throttle.set(Some((Instant::now(), step.phase)));
                    progress(clone_view(step));
                }
            });
            let _ = sender.send(result);
        });
        // libgit2 can't be stopped while it waits for a server; the user can.
        let result = loop {
            match receiver.recv_timeout(Duration::from_millis(50)) {
                Ok(result) => break result,
                Err(mpsc::RecvTimeoutError::Timeout) if !cancel.load(Ordering::Relaxed) => {}
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    // A clone that hears the cancel cleans up before it answers; give it that time.
                    break receiver.recv_timeout(Duration::from_secs(2)).unwrap_or(Err(CloneError::Cancelled));
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break Err(CloneError::Cancelled),
            }
        };
        self.clones.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(clone_id);
        // Whoever asked for it gets it, whoever is signed in by now.
        let (project, _, _) = self.projects.add(&user, &result?)?;
        self.sync_in_background(&project, Trigger::Open)?;
        self.adjust_watching();
        self.events.projects_changed();
        self.card(project)
    }

    /// Stops every clone; for signing out.
    pub(crate) fn cancel_clones(&self) {
        for cancel in self.clones.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).values() {
            cancel.store(true, Ordering::Relaxed);
        }
    }

    /// Stops a clone. One that is not there any more is fine.
    pub fn cancel_clone(&self, clone_id: &str) {
        if let Some(cancel) = self.clones.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).get(clone_id) {
            cancel.store(true, Ordering::Relaxed);
        }
    }

    /// One of the signed-in user's projects.
    pub(crate) fn project(&self, id: &str) -> Result<Project, Failure> {
        Ok(self.projects.get(&self.user()?, &ProjectId::new(id))?)
    }

    fn card(&self, project: Project) -> Result<ProjectCard, Failure> {
        let (latest, languages) = self.latest_summary(&project.id)?;
        let last_sync = self.last_sync(&project.id)?;
        Ok(ProjectCard {
            id: project.id.as_str().to_owned(),
            name: project.name,
            description: project.description,
            root_path: with_tilde(&project.root),
            repo_url: project.repo_url,
            languages,
            latest,
            last_sync,
            created_at: project.created_at.to_string(),
            view_state: (project.settings != "{}").then_some(project.settings),
        })
    }
}

fn clone_view(step: lectern_projects::CloneProgress) -> CloneProgress {
    let phase = match step.phase {
        ClonePhase::Connecting => "Connecting",
        ClonePhase::Receiving => "Receiving",
        ClonePhase::Resolving => "Resolving",
        ClonePhase::Writing => "Writing files",
    };
    CloneProgress {
        phase: phase.to_owned(),
        done: u32::try_from(step.done).unwrap_or(u32::MAX),
        total: u32::try_from(step.total).unwrap_or(u32::MAX),
        bytes: step.bytes.to_string(),
    }
}

/// `~/code` as people type it.
fn expand_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), dirs::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

fn expand_home_text(url: &str) -> String {
    if url.starts_with("~/") { expand_home(Path::new(url)).to_string_lossy().into_owned() } else { url.to_owned() }
}

fn with_tilde(path: &Path) -> String {
    match dirs::home_dir().and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned)) {
        Some(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}
