//! Notifications: what happened while nobody looked.
//!
//! A type is a variant of [`Notice`] with its own payload; a new one is added there and nowhere else. What a later build wrote and this one
//! does not know is left alone: it is neither listed nor counted. What its user switched off is never written.

mod notice;
mod rows;

use std::sync::Arc;

use lectern_store::{
    Clock, Store, Timestamp, new_id,
    rusqlite::{self, Connection},
};

pub use notice::{
    BackupFailed, CommentReply, JobFailed, JobFinished, Notice, PreviewExpiring, PreviewFailed, PreviewReady, SyncFailed, ThreadLost,
};

/// What can go wrong with notifications.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// The database refused.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

/// A row of notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The row's id; ids made later sort later.
    pub id: String,
    /// Whom it is for.
    pub user_id: String,
    /// What happened.
    pub notice: Notice,
    /// When the user had seen it.
    pub read_at: Option<Timestamp>,
    /// When it happened.
    pub created_at: Timestamp,
}

/// Which notifications are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoticeFilter {
    /// Only those that nobody has read.
    pub unread: bool,
    /// Only those about this project.
    pub project_id: Option<String>,
    /// Only those of these types; of all when empty.
    pub kinds: Vec<String>,
}

/// Adds a notification inside a transaction of whoever it is about, so that it is there exactly when what it tells of is. Returns its id, or
/// `None` when the user switched its type off (`users.settings`, `$.notifications.TYPE` is `"OFF"`): then nothing is written.
///
/// # Errors
/// When the database refuses.
pub fn notify(connection: &Connection, clock: &dyn Clock, user_id: &str, notice: &Notice) -> rusqlite::Result<Option<String>> {
    let id = new_id(clock);
    Ok(rows::insert(connection, &id, user_id, notice, clock.now())?.then_some(id))
}

/// The notifications of one data folder.
pub struct Notifications {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
}

impl Notifications {
    /// Over an open store.
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// As [`notify`], in a transaction of its own.
    ///
    /// # Errors
    /// When the database refuses, as it does for a user that is not there.
    pub fn add(&self, user_id: &str, notice: &Notice) -> Result<Option<String>, NotifyError> {
        self.store.write(|tx| Ok(notify(tx, &*self.clock, user_id, notice)?))
    }

    /// Up to `limit` notifications of a user before the one with the id `before` (the newest when `None`), the newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn list(&self, user_id: &str, before: Option<&str>, limit: u32) -> Result<Vec<Notification>, NotifyError> {
        self.matching(user_id, before, limit, &NoticeFilter::default())
    }

    /// Like [`Notifications::list`], of those that the filter lets through.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn matching(
        &self,
        user_id: &str,
        before: Option<&str>,
        limit: u32,
        filter: &NoticeFilter,
    ) -> Result<Vec<Notification>, NotifyError> {
        self.store.read(|connection| Ok(rows::list(connection, user_id, before, limit, filter)?))
    }

    /// Up to `limit` unread notifications of a user that were made after the one with the id `after`, the oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn unread_after(&self, user_id: &str, after: &str, limit: u32) -> Result<Vec<Notification>, NotifyError> {
        self.store.read(|connection| Ok(rows::unread_after(connection, user_id, after, limit)?))
    }

    /// One notification of a user.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn one(&self, user_id: &str, id: &str) -> Result<Option<Notification>, NotifyError> {
        self.store.read(|connection| Ok(rows::one(connection, user_id, id)?))
    }

    /// Like [`Notifications::add`], unless one of the same type about the same project is unread: what goes on failing is told once.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn add_once(&self, user_id: &str, notice: &Notice) -> Result<Option<String>, NotifyError> {
        self.store.write(|tx| {
            if rows::is_unread(tx, user_id, notice.kind(), notice.project_id())? {
                return Ok(None);
            }
            Ok(notify(tx, &*self.clock, user_id, notice)?)
        })
    }

    /// Removes every notification, of whichever user, that is older than `before`; returns how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn remove_before(&self, before: Timestamp) -> Result<usize, NotifyError> {
        self.store.write(|tx| Ok(rows::remove_before(tx, before)?))
    }

    /// How many of a user's notifications nobody has read.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn unread(&self, user_id: &str) -> Result<u32, NotifyError> {
        self.store.read(|connection| Ok(rows::unread(connection, user_id)?))
    }

    /// Marks one of the user's notifications as read; false when there is no such one, or it was read before.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn mark_read(&self, user_id: &str, id: &str) -> Result<bool, NotifyError> {
        let now = self.clock.now();
        self.store.write(|tx| Ok(rows::mark_read(tx, user_id, id, now)?))
    }

    /// Marks all of a user's notifications as read; returns how many were not.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn mark_all_read(&self, user_id: &str) -> Result<usize, NotifyError> {
        let now = self.clock.now();
        self.store.write(|tx| Ok(rows::mark_all_read(tx, user_id, now)?))
    }
}
