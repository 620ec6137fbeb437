//! Every error of the slices as the one shape that people and scripts see: code, message, hint.

use lectern_accounts::AccountError;
use lectern_comments::CommentsError;
use lectern_journal::JournalError;
use lectern_objects::ObjectError;
use lectern_projects::{CloneError, FolderError, ProjectError};
use lectern_reader::{BeneathError, FindError};
use lectern_store::{StoreError, rusqlite};
use lectern_sync::SyncError;

use crate::view::Failure;

impl Failure {
    /// A failure without a remedy. `message` becomes a sentence.
    pub fn new(code: &str, message: impl AsRef<str>) -> Self {
        Self { code: code.to_owned(), message: sentence(message.as_ref()), hint: None }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Nobody is signed in.
    pub fn not_signed_in() -> Self {
        Self::new("NOT_SIGNED_IN", "Nobody is signed in").hint("Sign in to a profile.")
    }

    /// The window is locked.
    pub fn locked() -> Self {
        Self::new("LOCKED", "The window is locked").hint("Enter the password to unlock it.")
    }

    /// A defect of Lectern rather than of what the user did.
    pub fn internal(detail: impl AsRef<str>) -> Self {
        Self::new("INTERNAL", detail).hint("Try again. If it happens again, restart Lectern.")
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// True of every build: there may be no backup yet, but nothing is thrown away.
const DAMAGED_HINT: &str = "Move lectern.db and the files beside it that begin with its name out of the data folder, and keep them; \
    put a copy from the backups folder in their place if there is one. Your projects' own folders are not affected.";

/// First letter large, a full stop at the end.
fn sentence(text: &str) -> String {
    let text = text.trim();
    // A sentence that begins with a path begins with that path.
    let first_word = text.split_whitespace().next().unwrap_or_default();
    let plain = first_word.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '’');
    let mut letters = text.chars();
    let mut out: String = match letters.next() {
        Some(first) if plain => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    };
    if !out.ends_with(['.', '!', '?', '…']) {
        out.push('.');
    }
    out
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Self {
        let code = match &error {
            AccountError::BadEmail(_) => "BAD_EMAIL",
            AccountError::BadPassword(_) => "BAD_PASSWORD",
            AccountError::EmailTaken(_) => "EMAIL_TAKEN",
            AccountError::WrongCredentials => "WRONG_CREDENTIALS",
            AccountError::TooManyAttempts { .. } => "TOO_MANY_ATTEMPTS",
            AccountError::Unknown => "UNKNOWN_PROFILE",
            AccountError::Keychain(_) => "NO_KEYCHAIN",
            AccountError::Hash(_) => "INTERNAL",
            AccountError::Database(source) => return database(source),
        };
        Self { hint: error.hint(), ..Self::new(code, error.to_string()) }
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        Self::new(error.code(), error.to_string()).hint(error.hint())
    }
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::Unknown => {
                Self::new("UNKNOWN_PROJECT", "this project does not exist").hint("It may have been removed. Open its folder again.")
            }
            ProjectError::NoName => Self::new("NO_NAME", error.to_string()).hint("Type a name."),
            ProjectError::FolderTaken(_) => {
                Self::new("FOLDER_TAKEN", error.to_string()).hint("Open that project, or choose another folder.")
            }
            ProjectError::Folder(folder) => folder.into(),
            ProjectError::Database(source) => database(&source),
        }
    }
}

impl From<CloneError> for Failure {
    fn from(error: CloneError) -> Self {
        Self { hint: error.hint(), ..Self::new(error.code(), error.to_string()) }
    }
}

impl From<BeneathError> for Failure {
    fn from(error: BeneathError) -> Self {
        let (code, hint) = match &error {
            BeneathError::RootMissing => ("FOLDER_MISSING", "If the folder moved, use “Locate folder”. Versions can still be read."),
            BeneathError::Missing => ("FILE_MISSING", "It may have been deleted or renamed. Refresh the tree."),
            BeneathError::Outside => ("OUTSIDE_PROJECT", "Open the folder it leads to as a project of its own."),
            BeneathError::Special => ("SPECIAL_FILE", "Lectern never opens these: reading one could wait for ever."),
            BeneathError::NotAFile => ("NOT_A_FILE", "Refresh the tree."),
            BeneathError::Unreadable(_) => ("FILE_UNREADABLE", "Give your user the right to read it, then try again."),
        };
        Self::new(code, error.to_string()).hint(hint)
    }
}

impl From<FindError> for Failure {
    fn from(error: FindError) -> Self {
        match error {
            FindError::Pattern(_) => {
                Self::new("BAD_PATTERN", error.to_string()).hint("Correct the pattern, or turn “Pattern” off to find the text as it is.")
            }
            FindError::Io(source) => Self::from(BeneathError::Unreadable(source)),
        }
    }
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        let hint = sync_hint(error.code());
        Self { hint: hint.map(str::to_owned), ..Self::new(error.code(), error.to_string()) }
    }
}

/// What to do about a failed sync, by its code: rows keep the code, not the hint.
pub(crate) fn sync_hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "FOLDER_MISSING" => "If the folder moved, use “Locate folder”. Versions can still be read.",
        "FOLDER_UNREADABLE" => "Give your user the right to read the folder, then sync again.",
        "INTERRUPTED" => "Sync again.",
        "DISK_FULL" => "Free some space on the drive that holds the data folder, then sync again.",
        "REPOSITORY_REFUSED" => "Run git status in that folder; once git is content, sync again.",
        "CANCELLED" => "Sync again when it suits you.",
        "ALREADY_RUNNING" => "Wait for it, or cancel it.",
        _ => return None,
    })
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Newer { .. } => {
                Self::new("NEWER_DATA", error.to_string()).hint("Install the newer Lectern again. Nothing was changed.")
            }
            StoreError::Migration { source, .. } if is_full(&**source) => disk_full(),
            StoreError::Migration { .. } => Self::new("MIGRATION_FAILED", error.to_string())
                .hint("Nothing of it was kept; the data is as it was. Start the Lectern that made it, or report this."),
            StoreError::Damaged { .. } => Self::new("DAMAGED", error.to_string()).hint(DAMAGED_HINT),
            StoreError::Sqlite(source) => database(source),
            StoreError::Io(source) => io(source),
        }
    }
}

impl From<ObjectError> for Failure {
    fn from(error: ObjectError) -> Self {
        match &error {
            ObjectError::Newer { .. } => Self::new("NEWER_DATA", error.to_string()).hint("Install the newer Lectern again. Nothing was changed."),
            ObjectError::Sqlite(source) if database(source).code == "DAMAGED" => {
                Self::new("DAMAGED", "the store of file contents (objects.db) is damaged")
                    .hint("Move objects.db out of the data folder and keep it. Versions stay; the next sync of each project stores its contents again.")
            }
            ObjectError::Sqlite(source) => database(source),
            ObjectError::Io(source) => io(source),
            _ => Self::new("OBJECT_DAMAGED", error.to_string()).hint("Verify the version to see what else is damaged."),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        database(&error)
    }
}

fn disk_full() -> Failure {
    Failure::new("DISK_FULL", "the drive that holds the data folder is full").hint("Free some space, then try again. Nothing was lost.")
}

/// Whether an error came of a full drive, however deep that lies.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| {
        let sqlite = error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error);
        // The index of the log is a file too; without room for it SQLite says only that an operation failed.
        sqlite.is_some_and(|sqlite| {
            sqlite.code == rusqlite::ErrorCode::DiskFull || sqlite.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE
        })
    })
}

pub(crate) fn database(error: &rusqlite::Error) -> Failure {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        _ if is_full(error) => disk_full(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Failure::new("BUSY", "another program keeps the database busy")
            .hint("Close other Lectern windows or a virus scanner's scan, then try again."),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Failure::new("DATA_UNWRITABLE", "the data folder can't be written")
                .hint("Check the folder's rights and that its drive is not read-only.")
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Failure::new("DAMAGED", "the database is damaged").hint(DAMAGED_HINT),
        _ => Failure::internal(format!("the database refused: {error}")),
    }
}

fn io(error: &std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => disk_full(),
        _ => Failure::new("DATA_UNWRITABLE", format!("the data folder can't be used: {error}"))
            .hint("Check the folder's rights and that its drive is not read-only."),
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        io(&error)
    }
}

impl From<lectern_sync::InvalidPath> for Failure {
    fn from(_: lectern_sync::InvalidPath) -> Self {
        Self::from(BeneathError::Outside)
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Database(source) => database(&source),
            JournalError::Objects(source) => source.into(),
            error => Self { hint: error.hint().map(str::to_owned), ..Self::new(error.code(), error.to_string()) },
        }
    }
}

impl From<lectern_notify::NotifyError> for Failure {
    fn from(error: lectern_notify::NotifyError) -> Self {
        match error {
            lectern_notify::NotifyError::Database(source) => database(&source),
        }
    }
}

impl From<CommentsError> for Failure {
    fn from(error: CommentsError) -> Self {
        let (code, hint) = match &error {
            CommentsError::UnknownThread => ("UNKNOWN_THREAD", "It may have been deleted. Look at the list of threads."),
            CommentsError::UnknownComment => ("UNKNOWN_COMMENT", "It may have been deleted. Look at the list of threads."),
            CommentsError::NotYours => ("NOT_YOURS", "Reply to it instead."),
            CommentsError::Empty => ("EMPTY_COMMENT", "Write something."),
            CommentsError::TooLong => ("COMMENT_TOO_LONG", "Split it, or put the long part into a file and link to that."),
            CommentsError::NothingToUndo => ("NOTHING_TO_UNDO", "Look at the thread's history of places."),
            CommentsError::Database(source) => return database(source),
        };
        Self::new(code, error.to_string()).hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a migration's error holds the database's.
    #[derive(Debug)]
    struct Around(rusqlite::Error);

    impl std::fmt::Display for Around {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("around")
        }
    }

    impl std::error::Error for Around {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_full_drive_is_told_as_one_wherever_it_is_met() {
        use rusqlite::ffi::{Error, SQLITE_FULL, SQLITE_IOERR_READ, SQLITE_IOERR_SHMSIZE};
        let error = |code| rusqlite::Error::SqliteFailure(Error::new(code), None);
        for code in [SQLITE_FULL, SQLITE_IOERR_SHMSIZE] {
            assert_eq!(Failure::from(error(code)).code, "DISK_FULL");
            assert_eq!(Failure::from(SyncError::from(error(code))).code, "DISK_FULL");
            assert!(is_full(&Around(error(code))), "also inside a migration");
        }
        assert_eq!(Failure::from(error(SQLITE_IOERR_READ)).code, "INTERNAL");
    }

    #[test]
    fn a_message_is_a_sentence() {
        assert_eq!(Failure::new("X", "the clone was cancelled").message, "The clone was cancelled.");
        assert_eq!(Failure::new("X", "Done.").message, "Done.");
        assert_eq!(Failure::new("X", "“nope” is not there").message, "“nope” is not there.", "a name keeps its letters");
        assert_eq!(Failure::new("X", "a-b.rs is not there").message, "a-b.rs is not there.");
    }
}
