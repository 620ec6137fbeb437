//! What can go wrong with the queue.

use lectern_store::rusqlite::{self, ErrorCode, ffi};

/// Why the queue did not do what it was asked. Nothing of it was done.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The job is no longer this run's: it was taken for dead, ended from elsewhere, or its project is gone. Stop working on it.
    #[error("This job was taken from its run, or ended from elsewhere.")]
    Lost,
    /// Somebody asked to cancel the job, so it can't succeed any more. End it with [`Queue::fail`](crate::Queue::fail).
    #[error("This job was cancelled.")]
    CancelRequested,
    /// The table keeps no drafts.
    #[error("Jobs of this table have no drafts.")]
    NoDrafts,
    /// What was to be stored is no JSON.
    #[error("This can't be stored as JSON: {0}")]
    NoJson(#[from] serde_json::Error),
    /// The disk is full.
    #[error("The disk that holds Lectern's data is full. Make room and try again; nothing was lost.")]
    DiskFull,
    /// The database is in use by another program for too long.
    #[error("Lectern's database was locked by another program. Try again.")]
    DatabaseBusy,
    /// The database refused.
    #[error("Lectern's database refused: {0}")]
    Database(rusqlite::Error),
}

impl QueueError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lost => "LOST",
            Self::CancelRequested => "CANCELLED",
            Self::NoDrafts | Self::NoJson(_) => "INTERNAL",
            Self::DiskFull => "DISK_FULL",
            Self::DatabaseBusy => "DATABASE_BUSY",
            Self::Database(_) => "DATABASE",
        }
    }

    /// Whether the same may work a little later, without anybody changing anything here.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::DiskFull | Self::DatabaseBusy)
    }
}

impl From<rusqlite::Error> for QueueError {
    fn from(error: rusqlite::Error) -> Self {
        // The index of the log is a file too; without room for it SQLite says only that an operation failed.
        let no_index = error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_IOERR_SHMSIZE);
        match error.sqlite_error_code() {
            _ if no_index => Self::DiskFull,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::DatabaseBusy,
            _ => Self::Database(error),
        }
    }
}
