//! Preview sessions and their cleanup, as rows.
//!
//! **Promises.** A session is PENDING, then READY, then EXPIRED, and never goes back. While it is not EXPIRED it belongs to one process; it is an
//! orphan as soon as that process's lock can be taken. Each step of its cleanup (EXPIRED, SOFT_DELETED, PURGED) is committed together with
//! exactly one row of preview_cleanup_events, in this order, whatever kills the process in between and wherever the clock jumps to.

mod cleanup;
mod log;
mod mask;
mod rows;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use lectern_store::{
    BootId, Clock, ManualClock, Store, Timestamp, is_alive, new_id,
    rusqlite::{self, Transaction},
};

pub use cleanup::{Cleaned, KEPT_ENDED, UNDO_WINDOW};
pub use log::{Line, Log, Source};
pub use mask::mask;
pub use rows::{EndedReason, Kind, PreviewSession, SessionError, Shows, Stage, Status};

/// What can go wrong with a session's rows.
#[derive(Debug, thiserror::Error)]
pub enum SessionsError {
    /// No such session.
    #[error("this preview does not exist")]
    Unknown,
    /// It must have ended first.
    #[error("this preview still runs")]
    StillRunning,
    /// It has ended.
    #[error("this preview has ended")]
    Ended,
    /// It can't be put back any more.
    #[error("this preview was removed too long ago")]
    Gone,
    /// The database refused.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    /// The folder of a session could not be used.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What else is to be written when a session changes, in the same transaction.
pub type Also<'a> = &'a dyn Fn(&Transaction<'_>, &PreviewSession) -> rusqlite::Result<()>;

/// Nothing else is to be written.
pub const NOTHING_ELSE: Also<'static> = &|_, _| Ok(());

/// What a session is begun with.
#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    /// Whose project is shown.
    pub project_id: &'a str,
    /// BLAKE3 of the session's secret, lowercase hex: `preview_token`.
    pub token: &'a str,
    /// "Working copy", "Snapshot of v41".
    pub title: &'a str,
    /// What it shows.
    pub shows: &'a Shows,
    /// The version that is shown, by its manifest.
    pub manifest_id: Option<&'a str>,
    /// In milliseconds.
    pub lifetime: i64,
}

/// The sessions of one data folder, as one process sees them.
pub struct Sessions {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    boot: BootId,
    run_dir: PathBuf,
    folder: PathBuf,
}

impl Sessions {
    /// `boot` is this process, `run_dir` has the locks of all, and `folder` holds a folder of each session that has bytes.
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>, boot: BootId, run_dir: PathBuf, folder: PathBuf) -> Self {
        Self { store, clock, boot, run_dir, folder }
    }

    /// Begins a session of this process: PENDING.
    ///
    /// # Errors
    /// When the database refuses; a secret that is in use already is refused by it too.
    pub fn begin(&self, new: &NewSession<'_>) -> Result<PreviewSession, SessionsError> {
        let now = self.clock.now();
        let id = new_id(&*self.clock);
        let row = rows::NewRow {
            id: &id,
            project_id: new.project_id,
            token: new.token,
            title: new.title,
            shows: new.shows,
            manifest_id: new.manifest_id,
            boot: self.boot.as_str(),
            expires_at: now.plus_millis(new.lifetime),
            now,
        };
        self.store.write(|tx| {
            rows::insert(tx, &row)?;
            rows::by_id(tx, &id)?.ok_or(SessionsError::Unknown)
        })
    }

    /// One session, whoever's; also one that is no longer listed.
    ///
    /// # Errors
    /// [`SessionsError::Unknown`].
    pub fn get(&self, id: &str) -> Result<PreviewSession, SessionsError> {
        self.store.read(|connection| rows::by_id(connection, id)?.ok_or(SessionsError::Unknown))
    }

    /// The sessions of a project that are listed, the latest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn listed(&self, project_id: &str) -> Result<Vec<PreviewSession>, SessionsError> {
        self.store.read(|connection| Ok(rows::listed(connection, project_id)?))
    }

    /// The session of a project that was begun last, listed or not.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn latest(&self, project_id: &str) -> Result<Option<PreviewSession>, SessionsError> {
        self.store.read(|connection| Ok(rows::latest(connection, project_id)?))
    }

    /// The sessions of this process that have not ended.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn of_this_process(&self) -> Result<Vec<PreviewSession>, SessionsError> {
        self.store.read(|connection| Ok(rows::unended_of_boot(connection, self.boot.as_str())?))
    }

    /// Whether this process serves a session.
    pub fn is_own(&self, session: &PreviewSession) -> bool {
        session.boot_id.as_deref() == Some(self.boot.as_str())
    }

    /// The manifests that sessions of a project show and that therefore have to stay.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn manifests_shown(&self, project_id: &str) -> Result<Vec<String>, SessionsError> {
        self.store.read(|connection| Ok(rows::manifests_shown(connection, project_id)?))
    }

    /// PENDING becomes READY. `None` when the session is no longer this process's to make ready.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn ready(&self, id: &str, url: &str, own_port: Option<u16>, also: Also<'_>) -> Result<Option<PreviewSession>, SessionsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            if !rows::become_ready(tx, id, self.boot.as_str(), url, own_port, now)? {
                return Ok(None);
            }
            changed(tx, id, also).map(Some)
        })
    }

    /// Ends a session of this process: EXPIRED, and the first row of its cleanup. `None` when it had ended before, or is not this process's.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn end(
        &self,
        id: &str,
        reason: EndedReason,
        error: Option<&SessionError>,
        also: Also<'_>,
    ) -> Result<Option<PreviewSession>, SessionsError> {
        self.store.write(|tx| self.end_in(tx, id, Some(self.boot.as_str()), reason, error, also))
    }

    /// Ends the sessions whose process is gone, however it went.
    ///
    /// # Errors
    /// When the database refuses; what was ended until then stays so.
    pub fn recover(&self, also: Also<'_>) -> Result<Vec<PreviewSession>, SessionsError> {
        let unended = self.store.read::<_, rusqlite::Error>(rows::unended)?;
        let mut recovered = Vec::new();
        for session in unended {
            // A row without a boot was never anybody's.
            if session.boot_id.as_deref().is_some_and(|boot| boot == self.boot.as_str() || is_alive(&self.run_dir, boot)) {
                continue;
            }
            let (reason, error) = if session.expires_at <= self.clock.now() {
                (EndedReason::TimedOut, None)
            } else {
                let reason = if session.status == Status::Ready { EndedReason::Crashed } else { EndedReason::Failed };
                (reason, Some(interrupted()))
            };
            let ended = self.store.write(|tx| self.end_in(tx, &session.id, session.boot_id.as_deref(), reason, error.as_ref(), also))?;
            recovered.extend(ended);
        }
        Ok(recovered)
    }

    /// Moves the end of a session that runs, in whichever process, to `lifetime` milliseconds from now.
    ///
    /// # Errors
    /// [`SessionsError::Unknown`], [`SessionsError::Ended`].
    pub fn prolong(&self, id: &str, lifetime: i64) -> Result<PreviewSession, SessionsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            let prolonged = rows::prolong(tx, id, now.plus_millis(lifetime), now)?;
            let session = rows::by_id(tx, id)?.ok_or(SessionsError::Unknown)?;
            if prolonged { Ok(session) } else { Err(SessionsError::Ended) }
        })
    }

    /// Notes that the user was told that a session of this process ends soon; false when that was noted before.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn warn(&self, id: &str, also: Also<'_>) -> Result<bool, SessionsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            let warned = rows::warn(tx, id, self.boot.as_str(), now)?;
            if warned {
                changed(tx, id, also)?;
            }
            Ok(warned)
        })
    }

    /// Asks the process that serves a session to end it.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn ask_to_stop(&self, id: &str) -> Result<(), SessionsError> {
        let now = self.clock.now();
        self.store.write(|tx| Ok(rows::ask_to_stop(tx, id, now).map(drop)?))
    }

    /// The cleanup events of a session, in the order in which they were.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn events(&self, id: &str) -> Result<Vec<(Stage, Timestamp)>, SessionsError> {
        self.store.read(|connection| Ok(rows::events(connection, id)?))
    }

    /// The folder of a session's bytes, which need not be there. `None` for what can't be a session's id.
    pub fn folder_of(&self, id: &str) -> Option<PathBuf> {
        is_id(id).then(|| self.folder.join(id))
    }

    /// Where the log of a session is written, after its folder was made.
    ///
    /// # Errors
    /// When the folder can't be made.
    pub fn log_path(&self, id: &str) -> io::Result<PathBuf> {
        let folder = self.folder_of(id).ok_or(io::ErrorKind::InvalidInput)?;
        make_private(&folder)?;
        Ok(folder.join("log"))
    }

    /// Bytes that a session keeps on the disk.
    pub fn disk_bytes(&self, id: &str) -> u64 {
        self.folder_of(id).map_or(0, |folder| bytes_below(&folder))
    }

    fn end_in(
        &self,
        tx: &Transaction<'_>,
        id: &str,
        boot: Option<&str>,
        reason: EndedReason,
        error: Option<&SessionError>,
        also: Also<'_>,
    ) -> Result<Option<PreviewSession>, SessionsError> {
        if !rows::end(tx, id, boot, reason, error, self.clock.now())? {
            return Ok(None);
        }
        self.note(tx, id, Stage::Expired)?;
        changed(tx, id, also).map(Some)
    }

    /// Adds the row of a stage. Events of a session never go back in time, even if the clock does.
    fn note(&self, tx: &Transaction<'_>, id: &str, stage: Stage) -> Result<(), SessionsError> {
        let now = self.clock.now();
        let at = rows::last_event_at(tx, id)?.map_or(now, |last| last.max(now));
        let after = match stage {
            Stage::Expired => None,
            Stage::SoftDeleted => Some(Stage::Expired),
            Stage::Purged => Some(Stage::SoftDeleted),
        };
        if rows::add_event(tx, &new_id(&ManualClock::new(at)), id, stage, at, after)? { Ok(()) } else { Err(SessionsError::StillRunning) }
    }
}

/// The row after a change, with what else is to be written.
fn changed(tx: &Transaction<'_>, id: &str, also: Also<'_>) -> Result<PreviewSession, SessionsError> {
    let session = rows::by_id(tx, id)?.ok_or(SessionsError::Unknown)?;
    also(tx, &session)?;
    Ok(session)
}

fn interrupted() -> SessionError {
    SessionError {
        code: "INTERRUPTED".to_owned(),
        message: "Lectern stopped while this preview ran.".to_owned(),
        hint: Some("Start it again.".to_owned()),
    }
}

/// A UUID as text; anything else must not become a path.
fn is_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn bytes_below(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            Some(if metadata.is_dir() { bytes_below(&entry.path()) } else { metadata.len() })
        })
        .sum()
}

/// Makes a folder that only its owner may look into.
fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
