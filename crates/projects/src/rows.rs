//! The SQL of projects.

use std::path::{Path, PathBuf};

use lectern_accounts::UserId;
use lectern_store::{
    Timestamp,
    rusqlite::{
        self, Connection, OptionalExtension, Row, params,
        types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef},
    },
};

/// A project's id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProjectId(String);

impl ProjectId {
    /// Wraps an id read from a row or a command; whether it is the user's is for [`crate::Projects::get`] to say.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as rows store it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which versions a project keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Retention {
    /// Every one.
    #[default]
    All,
    /// Fewer the older they are; the latest and those that somebody named, pinned or refers to always.
    Thin,
}

impl Retention {
    /// As the column stores it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Thin => "THIN",
        }
    }
}

impl ToSql for Retention {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Retention {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "ALL" => Ok(Self::All),
            "THIN" => Ok(Self::Thin),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// A `projects` row.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// The row's id.
    pub id: ProjectId,
    /// Whose project it is.
    pub owner_id: UserId,
    /// To show; never empty.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Where it was cloned from, without any password.
    pub repo_url: Option<String>,
    /// The canonical folder.
    pub root: PathBuf,
    /// A JSON object: what the window remembers of this project.
    pub settings: String,
    /// When the user first allowed something of the project to run.
    pub trusted_at: Option<Timestamp>,
    /// Whether the folder is watched and synced by itself.
    pub watching: bool,
    /// Which versions are kept.
    pub retention: Retention,
    /// When it was added.
    pub created_at: Timestamp,
    /// When the row last changed.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, owner_id, name, description, repo_url, root_path, settings, trusted_at, created_at, updated_at, \
    watching, retention";

fn project(row: &Row<'_>) -> rusqlite::Result<Project> {
    let root: Vec<u8> = row.get(5)?;
    Ok(Project {
        id: ProjectId(row.get(0)?),
        owner_id: UserId::new(row.get::<_, String>(1)?),
        name: row.get(2)?,
        description: row.get(3)?,
        repo_url: row.get(4)?,
        root: path_of(root),
        settings: row.get(6)?,
        trusted_at: row.get(7)?,
        created_at: row.get(8)?,
        updated_at: row.get(9)?,
        watching: row.get(10)?,
        retention: row.get(11)?,
    })
}

#[cfg(unix)]
pub(crate) fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

#[cfg(unix)]
fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
pub(crate) fn path_of(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(not(unix))]
fn bytes_of(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

pub(crate) fn of_owner(connection: &Connection, owner: &UserId) -> rusqlite::Result<Vec<Project>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM projects WHERE owner_id = ?1 AND removed_at IS NULL ORDER BY name COLLATE NOCASE, created_at"
        ))?
        .query_map([owner.as_str()], project)?
        .collect()
}

pub(crate) fn get(connection: &Connection, owner: &UserId, id: &ProjectId) -> rusqlite::Result<Option<Project>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM projects WHERE id = ?1 AND owner_id = ?2 AND removed_at IS NULL"))?
        .query_row([id.as_str(), owner.as_str()], project)
        .optional()
}

/// The project at this folder, removed or not.
pub(crate) fn at_root(connection: &Connection, owner: &UserId, root: &Path) -> rusqlite::Result<Option<Project>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM projects WHERE owner_id = ?1 AND root_path = ?2"))?
        .query_row(params![owner.as_str(), bytes_of(root)], project)
        .optional()
}

pub(crate) fn insert(connection: &Connection, project: &Project) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT INTO projects (id, owner_id, name, description, repo_url, root_path, settings, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
            params![
                project.id.as_str(),
                project.owner_id.as_str(),
                project.name,
                project.description,
                project.repo_url,
                bytes_of(&project.root),
                project.settings,
                project.created_at
            ],
        )
        .map(drop)
}

pub(crate) fn set_removed(
    connection: &Connection,
    owner: &UserId,
    id: &ProjectId,
    removed_at: Option<Timestamp>,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let changed = connection.execute(
        "UPDATE projects SET removed_at = ?3, updated_at = ?4 WHERE id = ?1 AND owner_id = ?2",
        params![id.as_str(), owner.as_str(), removed_at, now],
    )?;
    Ok(changed == 1)
}

pub(crate) fn purge_removed(connection: &Connection) -> rusqlite::Result<usize> {
    connection.execute("DELETE FROM projects WHERE removed_at IS NOT NULL", [])
}

pub(crate) fn rename(
    connection: &Connection,
    owner: &UserId,
    id: &ProjectId,
    name: &str,
    description: &str,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let changed = connection.execute(
        "UPDATE projects SET name = ?3, description = ?4, updated_at = ?5 WHERE id = ?1 AND owner_id = ?2",
        params![id.as_str(), owner.as_str(), name, description, now],
    )?;
    Ok(changed == 1)
}

pub(crate) fn set_root(connection: &Connection, owner: &UserId, id: &ProjectId, root: &Path, now: Timestamp) -> rusqlite::Result<bool> {
    let changed = connection.execute(
        "UPDATE projects SET root_path = ?3, updated_at = ?4 WHERE id = ?1 AND owner_id = ?2",
        params![id.as_str(), owner.as_str(), bytes_of(root), now],
    )?;
    Ok(changed == 1)
}

pub(crate) fn set_watching(connection: &Connection, owner: &UserId, id: &ProjectId, watching: bool) -> rusqlite::Result<bool> {
    let changed = connection
        .execute("UPDATE projects SET watching = ?3 WHERE id = ?1 AND owner_id = ?2", params![id.as_str(), owner.as_str(), watching])?;
    Ok(changed == 1)
}

pub(crate) fn set_retention(connection: &Connection, owner: &UserId, id: &ProjectId, retention: Retention) -> rusqlite::Result<bool> {
    let changed = connection
        .execute("UPDATE projects SET retention = ?3 WHERE id = ?1 AND owner_id = ?2", params![id.as_str(), owner.as_str(), retention])?;
    Ok(changed == 1)
}

/// The ids of the projects that keep fewer versions the older they are, whoever owns them; removed ones stay as they are.
pub(crate) fn thinned(connection: &Connection) -> rusqlite::Result<Vec<ProjectId>> {
    connection
        .prepare_cached("SELECT id FROM projects WHERE retention = 'THIN' AND removed_at IS NULL ORDER BY id")?
        .query_map([], |row| Ok(ProjectId(row.get(0)?)))?
        .collect()
}

/// Whoever owns it, also when it is removed but can still be put back.
pub(crate) fn is_there(connection: &Connection, id: &ProjectId) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM projects WHERE id = ?1)")?.query_row([id.as_str()], |row| row.get(0))
}

pub(crate) fn set_settings(connection: &Connection, owner: &UserId, id: &ProjectId, settings: &str) -> rusqlite::Result<bool> {
    let changed = connection
        .execute("UPDATE projects SET settings = ?3 WHERE id = ?1 AND owner_id = ?2", params![id.as_str(), owner.as_str(), settings])?;
    Ok(changed == 1)
}
