//! The SQL of trust_grants.

use lectern_accounts::UserId;
use lectern_store::{
    Timestamp,
    rusqlite::{
        self, Connection, Row, params,
        types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef},
    },
};

use crate::{
    ProjectId,
    trust::{TrustGrant, TrustKind},
};

const PUT: &str = "INSERT INTO trust_grants (id, project_id, kind, argv, cwd, files_hash, granted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (project_id, kind, argv, cwd) DO UPDATE SET files_hash = excluded.files_hash, granted_at = excluded.granted_at";
const SET_TRUSTED: &str = "UPDATE projects SET trusted_at = ?2 WHERE id = ?1 AND trusted_at IS NULL";
const OF_PROJECT: &str =
    "SELECT id, project_id, kind, argv, cwd, files_hash, granted_at FROM trust_grants WHERE project_id = ?1 ORDER BY id";
const OF_OWNER: &str = "SELECT g.id, g.project_id, g.kind, g.argv, g.cwd, g.files_hash, g.granted_at
    FROM trust_grants AS g JOIN projects AS p ON p.id = g.project_id
    WHERE p.owner_id = ?1 AND p.removed_at IS NULL ORDER BY g.granted_at DESC, g.id DESC";
const FORGET: &str = "DELETE FROM trust_grants WHERE id = ?1 AND project_id IN (SELECT id FROM projects WHERE owner_id = ?2)";

impl TrustKind {
    /// As the column stores it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DevServer => "DEV_SERVER",
            Self::Check => "CHECK",
            Self::LanguageServer => "LANGUAGE_SERVER",
        }
    }
}

impl ToSql for TrustKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for TrustKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        [Self::DevServer, Self::Check, Self::LanguageServer].into_iter().find(|kind| kind.as_str() == word).ok_or(FromSqlError::InvalidType)
    }
}

pub(crate) fn put(connection: &Connection, grant: &TrustGrant) -> rusqlite::Result<()> {
    let argv = serde_json::to_string(&grant.argv).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    let values = params![grant.id, grant.project_id.as_str(), grant.kind, argv, grant.cwd, grant.files_hash, grant.granted_at];
    connection.prepare_cached(PUT)?.execute(values).map(drop)
}

pub(crate) fn set_trusted(connection: &Connection, id: &ProjectId, now: Timestamp) -> rusqlite::Result<()> {
    connection.prepare_cached(SET_TRUSTED)?.execute(params![id.as_str(), now]).map(drop)
}

pub(crate) fn of_project(connection: &Connection, id: &ProjectId) -> rusqlite::Result<Vec<TrustGrant>> {
    connection.prepare_cached(OF_PROJECT)?.query_map([id.as_str()], grant)?.collect()
}

pub(crate) fn of_owner(connection: &Connection, owner: &UserId) -> rusqlite::Result<Vec<TrustGrant>> {
    connection.prepare_cached(OF_OWNER)?.query_map([owner.as_str()], grant)?.collect()
}

pub(crate) fn forget(connection: &Connection, owner: &UserId, grant_id: &str) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(FORGET)?.execute([grant_id, owner.as_str()])? == 1)
}

fn grant(row: &Row<'_>) -> rusqlite::Result<TrustGrant> {
    let argv: String = row.get(3)?;
    Ok(TrustGrant {
        id: row.get(0)?,
        project_id: ProjectId::new(row.get::<_, String>(1)?),
        kind: row.get(2)?,
        argv: serde_json::from_str(&argv).map_err(|error| rusqlite::Error::FromSqlConversionFailure(3, Type::Text, Box::new(error)))?,
        cwd: row.get(4)?,
        files_hash: row.get(5)?,
        granted_at: row.get(6)?,
    })
}
