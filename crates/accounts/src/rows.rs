//! The SQL of users, sign_in_attempts and remembered_sign_ins.

use lectern_store::{
    Timestamp,
    rusqlite::{self, Connection, OptionalExtension, Row, params},
};

/// A user's id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserId(String);

impl UserId {
    /// Wraps an id read from a row or a command; whether such a user exists is for the database to say.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as rows store it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A `users` row, without its password hash.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// The row's id.
    pub id: UserId,
    /// Unique on this computer without regard to case.
    pub email: String,
    /// What to call the person; may be empty.
    pub display_name: String,
    /// False for the profile that headless commands made.
    pub has_password: bool,
    /// The user's choices, a JSON object.
    pub settings: String,
    /// When the password was last set.
    pub password_changed_at: Option<Timestamp>,
    /// When the profile was made.
    pub created_at: Timestamp,
    /// Whether a remembered sign-in exists for it.
    pub remembered: bool,
}

const COLUMNS: &str = "u.id, u.email, u.display_name, u.password_hash <> '', u.settings, u.password_changed_at, u.created_at, \
    EXISTS (SELECT 1 FROM remembered_sign_ins AS r WHERE r.user_id = u.id)";

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: UserId(row.get(0)?),
        email: row.get(1)?,
        display_name: row.get(2)?,
        has_password: row.get(3)?,
        settings: row.get(4)?,
        password_changed_at: row.get(5)?,
        created_at: row.get(6)?,
        remembered: row.get(7)?,
    })
}

pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<User>> {
    connection.prepare_cached(&format!("SELECT {COLUMNS} FROM users AS u ORDER BY u.created_at, u.id"))?.query_map([], user)?.collect()
}

pub(crate) fn by_id(connection: &Connection, id: &UserId) -> rusqlite::Result<Option<User>> {
    connection.prepare_cached(&format!("SELECT {COLUMNS} FROM users AS u WHERE u.id = ?1"))?.query_row([id.as_str()], user).optional()
}

pub(crate) fn by_email(connection: &Connection, email: &str) -> rusqlite::Result<Option<User>> {
    connection.prepare_cached(&format!("SELECT {COLUMNS} FROM users AS u WHERE u.email = ?1"))?.query_row([email], user).optional()
}

pub(crate) fn password_hash(connection: &Connection, id: &UserId) -> rusqlite::Result<Option<String>> {
    connection.prepare_cached("SELECT password_hash FROM users WHERE id = ?1")?.query_row([id.as_str()], |row| row.get(0)).optional()
}

pub(crate) fn insert(connection: &Connection, id: &UserId, email: &str, name: &str, hash: &str, now: Timestamp) -> rusqlite::Result<()> {
    let password_changed_at = (!hash.is_empty()).then_some(now);
    connection
        .execute(
            "INSERT INTO users (id, email, password_hash, display_name, password_changed_at, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
            params![id.as_str(), email, hash, name, password_changed_at, now],
        )
        .map(drop)
}

/// Gives the profile without a password an e-mail, a name and a password.
pub(crate) fn take_over(
    connection: &Connection,
    id: &UserId,
    email: &str,
    name: &str,
    hash: &str,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let changed = connection.execute(
        "UPDATE users SET email = ?2, display_name = ?3, password_hash = ?4, password_changed_at = ?5, updated_at = ?5 WHERE id = ?1 AND password_hash = ''",
        params![id.as_str(), email, name, hash, now],
    )?;
    Ok(changed == 1)
}

pub(crate) fn set_hash(
    connection: &Connection,
    id: &UserId,
    hash: &str,
    changed_at: Option<Timestamp>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .execute(
            "UPDATE users SET password_hash = ?2, password_changed_at = coalesce(?3, password_changed_at), updated_at = ?4 WHERE id = ?1",
            params![id.as_str(), hash, changed_at, now],
        )
        .map(drop)
}

pub(crate) fn set_settings(connection: &Connection, id: &UserId, settings: &str, now: Timestamp) -> rusqlite::Result<()> {
    connection.execute("UPDATE users SET settings = ?2, updated_at = ?3 WHERE id = ?1", params![id.as_str(), settings, now]).map(drop)
}

/// Failed sign-ins in a row for an e-mail, and when the last one was.
pub(crate) fn attempts(connection: &Connection, email: &str) -> rusqlite::Result<Option<(u32, Timestamp)>> {
    connection
        .prepare_cached("SELECT failures, last_at FROM sign_in_attempts WHERE email = ?1")?
        .query_row([email], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

pub(crate) fn set_attempts(connection: &Connection, email: &str, failures: u32, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT INTO sign_in_attempts (email, failures, last_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (email) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at",
            params![email, failures, now],
        )
        .map(drop)
}

pub(crate) fn clear_attempts(connection: &Connection, email: &str) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM sign_in_attempts WHERE email = ?1", [email]).map(drop)
}

/// Keeps the table from growing with made-up addresses: only the latest few hundred count.
pub(crate) fn trim_attempts(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .execute("DELETE FROM sign_in_attempts WHERE email NOT IN (SELECT email FROM sign_in_attempts ORDER BY last_at DESC LIMIT 500)", [])
        .map(drop)
}

pub(crate) fn remember(connection: &Connection, id: &UserId, secret_hash: &str, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT INTO remembered_sign_ins (user_id, secret_hash, created_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (user_id) DO UPDATE SET secret_hash = excluded.secret_hash, created_at = excluded.created_at, locked_at = NULL",
            params![id.as_str(), secret_hash, now],
        )
        .map(drop)
}

pub(crate) fn forget(connection: &Connection, id: &UserId) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM remembered_sign_ins WHERE user_id = ?1", [id.as_str()]).map(drop)
}

pub(crate) fn set_locked(connection: &Connection, id: &UserId, locked_at: Option<Timestamp>) -> rusqlite::Result<()> {
    connection.execute("UPDATE remembered_sign_ins SET locked_at = ?2 WHERE user_id = ?1", params![id.as_str(), locked_at]).map(drop)
}

/// The remembered sign-ins, latest first: user, BLAKE3 of the secret, whether the window was locked.
pub(crate) fn remembered(connection: &Connection) -> rusqlite::Result<Vec<(UserId, String, bool)>> {
    connection
        .prepare_cached("SELECT user_id, secret_hash, locked_at IS NOT NULL FROM remembered_sign_ins ORDER BY created_at DESC")?
        .query_map([], |row| Ok((UserId(row.get(0)?), row.get(1)?, row.get(2)?)))?
        .collect()
}
