//! The SQL of model_endpoints, endpoint_grants and models.

use lectern_store::{
    Timestamp,
    rusqlite::{self, Connection, OptionalExtension, Row, params},
};

/// A `model_endpoints` row as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EndpointRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) model: String,
    pub(crate) kind: String,
    pub(crate) settings: String,
    pub(crate) created_at: Timestamp,
}

fn endpoint(row: &Row<'_>) -> rusqlite::Result<EndpointRow> {
    Ok(EndpointRow {
        id: row.get(0)?,
        name: row.get(1)?,
        url: row.get(2)?,
        model: row.get(3)?,
        kind: row.get(4)?,
        settings: row.get(5)?,
        created_at: row.get(6)?,
    })
}

const ENDPOINTS: &str =
    "SELECT id, name, url, model, kind, settings, created_at FROM model_endpoints WHERE user_id = ?1 ORDER BY created_at, id";
const ENDPOINT: &str = "SELECT id, name, url, model, kind, settings, created_at FROM model_endpoints WHERE user_id = ?1 AND id = ?2";
const INSERT_ENDPOINT: &str = "INSERT INTO model_endpoints (id, user_id, name, url, model, kind, settings, created_at, updated_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)";
const UPDATE_ENDPOINT: &str = "UPDATE model_endpoints SET name = ?3, url = ?4, model = ?5, kind = ?6, settings = ?7, updated_at = ?8 \
    WHERE user_id = ?1 AND id = ?2";
const DELETE_ENDPOINT: &str = "DELETE FROM model_endpoints WHERE user_id = ?1 AND id = ?2";
// Only for a project and an endpoint of the same user.
const GRANT: &str = "INSERT INTO endpoint_grants (project_id, endpoint_id, url, granted_at) \
    SELECT p.id, e.id, e.url, ?4 FROM projects AS p JOIN model_endpoints AS e ON e.user_id = p.owner_id \
    WHERE p.owner_id = ?1 AND p.id = ?2 AND e.id = ?3 \
    ON CONFLICT (project_id, endpoint_id) DO UPDATE SET url = excluded.url, granted_at = excluded.granted_at";
const REVOKE: &str = "DELETE FROM endpoint_grants WHERE project_id = ?2 AND endpoint_id = ?3 \
    AND endpoint_id IN (SELECT id FROM model_endpoints WHERE user_id = ?1)";
const REVOKE_ALL: &str =
    "DELETE FROM endpoint_grants WHERE endpoint_id = ?2 AND endpoint_id IN (SELECT id FROM model_endpoints WHERE user_id = ?1)";
// A grant for another address is none.
const GRANTS: &str = "SELECT g.project_id FROM endpoint_grants AS g \
    JOIN model_endpoints AS e ON e.id = g.endpoint_id AND e.url = g.url \
    JOIN projects AS p ON p.id = g.project_id AND p.owner_id = e.user_id \
    WHERE e.user_id = ?1 AND e.id = ?2 ORDER BY g.project_id";

pub(crate) fn endpoints(connection: &Connection, user_id: &str) -> rusqlite::Result<Vec<EndpointRow>> {
    connection.prepare_cached(ENDPOINTS)?.query_map([user_id], endpoint)?.collect()
}

pub(crate) fn one_endpoint(connection: &Connection, user_id: &str, id: &str) -> rusqlite::Result<Option<EndpointRow>> {
    connection.prepare_cached(ENDPOINT)?.query_row([user_id, id], endpoint).optional()
}

pub(crate) fn insert_endpoint(connection: &Connection, user_id: &str, row: &EndpointRow) -> rusqlite::Result<()> {
    let EndpointRow { id, name, url, model, kind, settings, created_at } = row;
    connection.prepare_cached(INSERT_ENDPOINT)?.execute(params![id, user_id, name, url, model, kind, settings, created_at])?;
    Ok(())
}

/// Whether there was such a row.
pub(crate) fn update_endpoint(connection: &Connection, user_id: &str, row: &EndpointRow, now: Timestamp) -> rusqlite::Result<bool> {
    let EndpointRow { id, name, url, model, kind, settings, .. } = row;
    Ok(connection.prepare_cached(UPDATE_ENDPOINT)?.execute(params![user_id, id, name, url, model, kind, settings, now])? > 0)
}

/// Whether there was such a row.
pub(crate) fn delete_endpoint(connection: &Connection, user_id: &str, id: &str) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(DELETE_ENDPOINT)?.execute([user_id, id])? > 0)
}

/// Whether both are the user's.
pub(crate) fn grant(connection: &Connection, user_id: &str, project_id: &str, endpoint_id: &str, now: Timestamp) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(GRANT)?.execute(params![user_id, project_id, endpoint_id, now])? > 0)
}

pub(crate) fn revoke(connection: &Connection, user_id: &str, project_id: &str, endpoint_id: &str) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(REVOKE)?.execute([user_id, project_id, endpoint_id])? > 0)
}

pub(crate) fn revoke_all(connection: &Connection, user_id: &str, endpoint_id: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(REVOKE_ALL)?.execute([user_id, endpoint_id])?;
    Ok(())
}

/// The projects whose code may be sent to the address that the endpoint has now.
pub(crate) fn grants(connection: &Connection, user_id: &str, endpoint_id: &str) -> rusqlite::Result<Vec<String>> {
    connection.prepare_cached(GRANTS)?.query_map([user_id, endpoint_id], |row| row.get(0))?.collect()
}

/// A `models` row as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ModelRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) size: i64,
    pub(crate) modified: i64,
    pub(crate) sha256: String,
    pub(crate) source_url: Option<String>,
    pub(crate) facts: String,
    pub(crate) settings: String,
    pub(crate) created_at: Timestamp,
}

fn model(row: &Row<'_>) -> rusqlite::Result<ModelRow> {
    Ok(ModelRow {
        id: row.get(0)?,
        name: row.get(1)?,
        file: row.get(2)?,
        size: row.get(3)?,
        modified: row.get(4)?,
        sha256: row.get(5)?,
        source_url: row.get(6)?,
        facts: row.get(7)?,
        settings: row.get(8)?,
        created_at: row.get(9)?,
    })
}

const MODELS: &str =
    "SELECT id, name, file, size, modified, sha256, source_url, facts, settings, created_at FROM models ORDER BY created_at, id";
const MODEL: &str = "SELECT id, name, file, size, modified, sha256, source_url, facts, settings, created_at FROM models WHERE id = ?1";
const MODEL_OF_FILE: &str =
    "SELECT id, name, file, size, modified, sha256, source_url, facts, settings, created_at FROM models WHERE file = ?1";
// A file that is there already keeps its row and what the user chose for it.
const PUT_MODEL: &str = "INSERT INTO models (id, name, file, size, modified, sha256, source_url, facts, settings, created_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
    ON CONFLICT (file) DO UPDATE SET name = excluded.name, size = excluded.size, modified = excluded.modified, sha256 = excluded.sha256, \
    source_url = coalesce(excluded.source_url, source_url), facts = excluded.facts";
const MODEL_LOOKED_AT: &str = "UPDATE models SET size = ?2, modified = ?3 WHERE id = ?1";
const MODEL_SETTINGS: &str = "UPDATE models SET settings = ?2 WHERE id = ?1";
const DELETE_MODEL: &str = "DELETE FROM models WHERE id = ?1";

pub(crate) fn models(connection: &Connection) -> rusqlite::Result<Vec<ModelRow>> {
    connection.prepare_cached(MODELS)?.query_map([], model)?.collect()
}

pub(crate) fn one_model(connection: &Connection, id: &str) -> rusqlite::Result<Option<ModelRow>> {
    connection.prepare_cached(MODEL)?.query_row([id], model).optional()
}

pub(crate) fn model_of_file(connection: &Connection, file: &str) -> rusqlite::Result<Option<ModelRow>> {
    connection.prepare_cached(MODEL_OF_FILE)?.query_row([file], model).optional()
}

pub(crate) fn put_model(connection: &Connection, row: &ModelRow) -> rusqlite::Result<()> {
    let ModelRow { id, name, file, size, modified, sha256, source_url, facts, settings, created_at } = row;
    connection
        .prepare_cached(PUT_MODEL)?
        .execute(params![id, name, file, size, modified, sha256, source_url, facts, settings, created_at])?;
    Ok(())
}

pub(crate) fn model_looked_at(connection: &Connection, id: &str, size: i64, modified: i64) -> rusqlite::Result<()> {
    connection.prepare_cached(MODEL_LOOKED_AT)?.execute(params![id, size, modified])?;
    Ok(())
}

pub(crate) fn model_settings(connection: &Connection, id: &str, settings: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(MODEL_SETTINGS)?.execute([id, settings])?;
    Ok(())
}

pub(crate) fn delete_model(connection: &Connection, id: &str) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached(DELETE_MODEL)?.execute([id])? > 0)
}
