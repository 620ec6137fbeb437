//! Which commands of a project the user allowed to run, each exactly as it is.

use lectern_accounts::UserId;
use lectern_store::{Timestamp, new_id};

use crate::{ProjectError, ProjectId, Projects, rows, trust_rows};

/// What a command is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrustKind {
    /// It serves the project.
    DevServer,
    /// It checks the project.
    Check,
    /// It understands a language.
    LanguageServer,
}

/// A row of trust_grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustGrant {
    /// The row's id.
    pub id: String,
    /// Whose command.
    pub project_id: ProjectId,
    /// What it is for.
    pub kind: TrustKind,
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Where it runs, relative to the project.
    pub cwd: String,
    /// Of the files that define the command: when they change, the grant holds no longer.
    pub files_hash: String,
    /// When the user said so.
    pub granted_at: Timestamp,
}

impl Projects {
    /// Remembers that a command may run while the files that define it have this hash. A grant of the same command before is replaced; the first
    /// of a project is its `trusted_at`.
    ///
    /// # Errors
    /// [`ProjectError::Unknown`].
    pub fn grant(
        &self,
        owner: &UserId,
        id: &ProjectId,
        kind: TrustKind,
        argv: &[String],
        cwd: &str,
        files_hash: &str,
    ) -> Result<(), ProjectError> {
        let now = self.clock.now();
        let grant = TrustGrant {
            id: new_id(&*self.clock),
            project_id: id.clone(),
            kind,
            argv: argv.to_vec(),
            cwd: cwd.to_owned(),
            files_hash: files_hash.to_owned(),
            granted_at: now,
        };
        self.store.write(|tx| {
            rows::get(tx, owner, id)?.ok_or(ProjectError::Unknown)?;
            trust_rows::put(tx, &grant)?;
            Ok(trust_rows::set_trusted(tx, id, now)?)
        })
    }

    /// Notes that the user let something of a project run, if that is the first time.
    ///
    /// # Errors
    /// [`ProjectError::Unknown`].
    pub fn set_trusted(&self, owner: &UserId, id: &ProjectId) -> Result<(), ProjectError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            rows::get(tx, owner, id)?.ok_or(ProjectError::Unknown)?;
            Ok(trust_rows::set_trusted(tx, id, now)?)
        })
    }

    /// The grants of a project.
    ///
    /// # Errors
    /// [`ProjectError::Unknown`].
    pub fn grants(&self, owner: &UserId, id: &ProjectId) -> Result<Vec<TrustGrant>, ProjectError> {
        self.store.read(|connection| {
            rows::get(connection, owner, id)?.ok_or(ProjectError::Unknown)?;
            Ok(trust_rows::of_project(connection, id)?)
        })
    }

    /// The grants of all projects of a user, the latest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn all_grants(&self, owner: &UserId) -> Result<Vec<TrustGrant>, ProjectError> {
        self.store.read(|connection| Ok(trust_rows::of_owner(connection, owner)?))
    }

    /// Takes one of the user's grants back; false when there is none.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn forget_grant(&self, owner: &UserId, grant_id: &str) -> Result<bool, ProjectError> {
        self.store.write(|tx| Ok(trust_rows::forget(tx, owner, grant_id)?))
    }
}
