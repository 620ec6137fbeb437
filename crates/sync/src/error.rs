//! What can go wrong with a sync, in words that say what to do.

use lectern_objects::ObjectError;
use lectern_store::rusqlite;

/// Why a sync or a look into a version failed. [`SyncError::code`] is what rows store; the text is a plain sentence for people.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Another sync of the same project runs.
    #[error("This project is being synced already.")]
    AlreadyRunning,
    /// There is no such sync waiting to be run.
    #[error("This sync is not waiting to be run.")]
    NotPending,
    /// The row was taken from this process while it worked; nothing of its result was kept.
    #[error("This sync was ended from elsewhere. Nothing was lost; sync again.")]
    Superseded,
    /// The user stopped it.
    #[error("You stopped this sync. The last version is as it was.")]
    Cancelled,
    /// The folder isn't there.
    #[error("The folder is not there any more. If it was moved, tell Lectern where it is now.")]
    FolderMissing,
    /// The path is something else than a folder.
    #[error("What is there now is not a folder. Choose the project's folder again.")]
    NotAFolder,
    /// The folder can't be listed.
    #[error("The folder can't be read: {0}. Check its permissions.")]
    FolderUnreadable(String),
    /// The repository belongs to another user of this computer.
    #[error(
        "This repository belongs to another user of this computer, so git refuses to open it. \
         If you trust it, run: git config --global --add safe.directory <the folder>"
    )]
    RepositoryRefused,
    /// A repository without files to read.
    #[error("This is a bare repository: it has history but no files to read. Clone it into a folder and open that.")]
    BareRepository,
    /// No space for the new version.
    #[error("The disk that holds Lectern's data is full. Make room and sync again; the last version is as it was.")]
    DiskFull,
    /// The database is in use by another program for too long.
    #[error("Lectern's database was locked by another program. Sync again.")]
    DatabaseBusy,
    /// A stored version is not what it should be.
    #[error("A stored version is damaged: {0}. Verify the project to see what is affected.")]
    Damaged(String),
    /// Something that should not happen.
    #[error("Lectern itself failed: {0}. The last version is as it was.")]
    Internal(String),
}

impl SyncError {
    /// A stable word for the situation, as `repo_syncs.error_code` stores it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyRunning => "ALREADY_RUNNING",
            Self::NotPending => "NOT_PENDING",
            Self::Superseded => "INTERRUPTED",
            Self::Cancelled => "CANCELLED",
            Self::FolderMissing => "FOLDER_MISSING",
            Self::NotAFolder => "NOT_A_FOLDER",
            Self::FolderUnreadable(_) => "FOLDER_UNREADABLE",
            Self::RepositoryRefused => "REPOSITORY_REFUSED",
            Self::BareRepository => "BARE_REPOSITORY",
            Self::DiskFull => "DISK_FULL",
            Self::DatabaseBusy => "DATABASE_BUSY",
            Self::Damaged(_) => "DAMAGED",
            Self::Internal(_) => "INTERNAL",
        }
    }
}

impl From<rusqlite::Error> for SyncError {
    fn from(error: rusqlite::Error) -> Self {
        // The index of the log is a file too; without room for it SQLite says only that an operation failed.
        let no_index = error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE);
        match error.sqlite_error_code() {
            _ if no_index => Self::DiskFull,
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::DatabaseBusy,
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => Self::Internal(error.to_string()),
        }
    }
}

impl From<ObjectError> for SyncError {
    fn from(error: ObjectError) -> Self {
        match error {
            ObjectError::Sqlite(error) => error.into(),
            ObjectError::Mismatch { .. } => Self::Damaged(error.to_string()),
            ObjectError::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => Self::DiskFull,
            other => Self::Internal(other.to_string()),
        }
    }
}
