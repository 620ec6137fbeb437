//! Adding, listing and removing projects.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use lectern_accounts::UserId;
use lectern_store::{Clock, Store, new_id, rusqlite};

use crate::{
    FolderError, Project, ProjectId, Retention,
    folder::{Folder, inspect_folder},
    rows,
};

/// What can go wrong with a project.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// No such project, or not this user's: which of them is not told.
    #[error("this project does not exist")]
    Unknown,
    /// A project needs a name.
    #[error("a project needs a name")]
    NoName,
    /// Another project already is at the folder.
    #[error("“{0}” already is at that folder")]
    FolderTaken(String),
    /// The folder can't be a project.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

/// The projects of one data folder.
pub struct Projects {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Projects {
    /// Over an open store.
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// A user's projects by name.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn of_owner(&self, owner: &UserId) -> Result<Vec<Project>, ProjectError> {
        self.store.read(|connection| Ok(rows::of_owner(connection, owner)?))
    }

    /// One of the user's projects.
    ///
    /// # Errors
    /// [`ProjectError::Unknown`] also when it is somebody else's.
    pub fn get(&self, owner: &UserId, id: &ProjectId) -> Result<Project, ProjectError> {
        self.store.read(|connection| rows::get(connection, owner, id)?.ok_or(ProjectError::Unknown))
    }

    /// The user's project at this folder, if it is one.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn at(&self, owner: &UserId, path: &Path) -> Result<Option<Project>, ProjectError> {
        let root = resolved(path);
        self.store.read(|connection| match rows::at_root(connection, owner, &root)? {
            Some(project) => Ok(rows::get(connection, owner, &project.id)?),
            None => Ok(None),
        })
    }

    /// Makes the folder a project of the user, or finds the one it already is. A removed project comes back with all it had.
    ///
    /// # Errors
    /// See [`FolderError`]; nothing is written then.
    pub fn add(&self, owner: &UserId, path: &Path) -> Result<(Project, Folder, bool), ProjectError> {
        let folder = inspect_folder(path)?;
        let now = self.clock.now();
        self.store.write(|tx| {
            if let Some(project) = rows::at_root(tx, owner, &folder.root)? {
                rows::set_removed(tx, owner, &project.id, None, now)?;
                return Ok((project, folder, true));
            }
            let name = folder.root.file_name().map_or_else(|| "/".to_owned(), |name| name.to_string_lossy().into_owned());
            let project = Project {
                id: ProjectId::new(new_id(&*self.clock)),
                owner_id: owner.clone(),
                name,
                description: String::new(),
                repo_url: folder.origin.clone(),
                root: folder.root.clone(),
                settings: "{}".to_owned(),
                trusted_at: None,
                watching: true,
                retention: Retention::default(),
                created_at: now,
                updated_at: now,
            };
            rows::insert(tx, &project)?;
            Ok((project, folder, false))
        })
    }

    /// Sets name and description.
    ///
    /// # Errors
    /// [`ProjectError::NoName`], [`ProjectError::Unknown`].
    pub fn rename(&self, owner: &UserId, id: &ProjectId, name: &str, description: &str) -> Result<Project, ProjectError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(ProjectError::NoName);
        }
        self.changing(owner, id, |tx| rows::rename(tx, owner, id, name, description.trim(), self.clock.now()))
    }

    /// Takes a project off the list. Its versions stay until the next start, so that [`Projects::restore`] can undo it.
    ///
    /// # Errors
    /// [`ProjectError::Unknown`].
    pub fn remove(&self, owner: &UserId, id: &ProjectId) -> Result<(), ProjectError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            let found = rows::get(tx, owner, id)?.is_some() && rows::set_removed(tx, owner, id, Some(now), now)?;
            if found { Ok(()) } else { Err(ProjectError::Unknown) }
        })
    }

    /// Undoes [`Projects::remove`].
    ///
    /// # Errors
    /// [`ProjectError::Unknown`] when it is gone for good.
    pub fn restore(&self, owner: &UserId, id: &ProjectId) -> Result<Project, ProjectError> {
        self.changing(owner, id, |tx| rows::set_removed(tx, owner, id, None, self.clock.now()))
    }

    /// Deletes what was removed, with everything that belongs to it. Returns how many projects went.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn purge_removed(&self) -> Result<usize, ProjectError> {
        self.store.write(|tx| Ok(rows::purge_removed(tx)?))
    }

    /// Points a project at the place its folder moved to.
    ///
    /// # Errors
    /// [`ProjectError::FolderTaken`] when another project is there, and [`FolderError`].
    pub fn relocate(&self, owner: &UserId, id: &ProjectId, path: &Path) -> Result<Project, ProjectError> {
        let folder = inspect_folder(path)?;
        let other = self.store.read::<_, ProjectError>(|connection| Ok(rows::at_root(connection, owner, &folder.root)?))?;
        if let Some(other) = other.filter(|other| other.id != *id) {
            return Err(ProjectError::FolderTaken(other.name));
        }
        self.changing(owner, id, |tx| rows::set_root(tx, owner, id, &folder.root, self.clock.now()))
    }

    /// Stores what the window remembers of a project, a JSON object.
    ///
    /// # Errors
    /// [`ProjectError::Unknown`], and the database's own refusal of what is not JSON.
    pub fn save_settings(&self, owner: &UserId, id: &ProjectId, settings: &str) -> Result<(), ProjectError> {
        self.changing(owner, id, |tx| rows::set_settings(tx, owner, id, settings)).map(drop)
    }

    /// Says whether the folder is to be watched.
    ///
    /// # Errors
    /// [`ProjectError::Unknown`].
    pub fn set_watching(&self, owner: &UserId, id: &ProjectId, watching: bool) -> Result<Project, ProjectError> {
        self.changing(owner, id, |tx| rows::set_watching(tx, owner, id, watching))
    }

    /// Chooses which versions are kept. Removes none.
    ///
    /// # Errors
    /// [`ProjectError::Unknown`].
    pub fn set_retention(&self, owner: &UserId, id: &ProjectId, retention: Retention) -> Result<Project, ProjectError> {
        self.changing(owner, id, |tx| rows::set_retention(tx, owner, id, retention))
    }

    /// The ids of all projects with [`Retention::Thin`], whoever owns them: for housekeeping, which shows nobody anything of them.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn thinned(&self) -> Result<Vec<ProjectId>, ProjectError> {
        self.store.read(|connection| Ok(rows::thinned(connection)?))
    }

    /// Whether there is such a project, whoever owns it, also one that is removed but can still be put back: for housekeeping.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn is_there(&self, id: &ProjectId) -> Result<bool, ProjectError> {
        self.store.read(|connection| Ok(rows::is_there(connection, id)?))
    }

    fn changing(
        &self,
        owner: &UserId,
        id: &ProjectId,
        change: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<bool>,
    ) -> Result<Project, ProjectError> {
        self.store.write(|tx| {
            if !change(tx)? {
                return Err(ProjectError::Unknown);
            }
            rows::get(tx, owner, id)?.ok_or(ProjectError::Unknown)
        })
    }
}

/// The canonical path, also of a folder that is gone: what is left of its way is resolved, the rest taken as it is written.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute
        .ancestors()
        .find_map(|there| {
            let rest = absolute.strip_prefix(there).ok()?;
            // Joining nothing would add a slash at the end.
            there.canonicalize().ok().map(|there| if rest.as_os_str().is_empty() { there } else { there.join(rest) })
        })
        .unwrap_or(absolute.clone())
}
