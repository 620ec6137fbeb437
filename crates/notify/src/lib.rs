//! Notifications: what happened while nobody looked.
//!
//! A type is a variant of [`Notice`] with its own payload; a new one is added there and nowhere else. What a later build wrote and this one
//! does not know is left alone: it is neither listed nor counted.

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

/// Adds a notification inside a transaction of whoever it is about, so that it is there exactly when what it tells of is.
///
/// # Errors
/// When the database refuses.
pub fn notify(connection: &Connection, clock: &dyn Clock, user_id: &str, notice: &Notice) -> rusqlite::Result<String> {
    let id = new_id(clock);
    rows::insert(connection, &id, user_id, notice, clock.now())?;
    Ok(id)
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

    /// Adds a notification and returns its id.
    ///
    /// # Errors
    /// When the database refuses, as it does for a user that is not there.
    pub fn add(&self, user_id: &str, notice: &Notice) -> Result<String, NotifyError> {
        self.store.write(|tx| Ok(notify(tx, &*self.clock, user_id, notice)?))
    }

    /// Up to `limit` notifications of a user before the one with the id `before` (the newest when `None`), the newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn list(&self, user_id: &str, before: Option<&str>, limit: u32) -> Result<Vec<Notification>, NotifyError> {
        self.store.read(|connection| Ok(rows::list(connection, user_id, before, limit)?))
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
            Ok(Some(notify(tx, &*self.clock, user_id, notice)?))
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
