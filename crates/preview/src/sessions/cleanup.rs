//! What becomes of a session that has ended: off the list, then gone but for its row.
//!
//! Durations are the distance of two moments, whichever of them is later: a clock that was set back delays nothing for longer than the
//! duration itself, and one that was set forward is believed.

use std::{collections::HashSet, fs, io, path::Path};

use lectern_store::{Timestamp, rusqlite};

use super::{PreviewSession, Sessions, SessionsError, Stage, Status, is_id, rows};

/// How long a removed session can be put back, in milliseconds: ten minutes.
pub const UNDO_WINDOW: u64 = 10 * 60 * 1000;
/// How long an ended session that nobody removes stays listed, in milliseconds: a day. Long enough to start it again the next morning.
pub const KEPT_ENDED: u64 = 24 * 60 * 60 * 1000;

/// What a round of cleaning did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cleaned {
    /// Sessions that are no longer listed since.
    pub removed: Vec<PreviewSession>,
    /// Ids of sessions of which only the row is left since.
    pub purged: Vec<String>,
}

impl Sessions {
    /// Takes an ended session off the list.
    ///
    /// # Errors
    /// [`SessionsError::Unknown`], [`SessionsError::StillRunning`]. One that is off the list already is fine.
    pub fn remove(&self, id: &str) -> Result<PreviewSession, SessionsError> {
        self.remove_in_one(id).map(|(session, _)| session)
    }

    /// Undoes [`Sessions::remove`], within [`UNDO_WINDOW`]. The session stays listed for [`KEPT_ENDED`] from now.
    ///
    /// # Errors
    /// [`SessionsError::Unknown`], [`SessionsError::Gone`]. One that is on the list is fine.
    pub fn put_back(&self, id: &str) -> Result<PreviewSession, SessionsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            let session = rows::by_id(tx, id)?.ok_or(SessionsError::Unknown)?;
            let Some(removed_at) = session.removed_at else { return Ok(session) };
            if is_past(removed_at, UNDO_WINDOW, now) || !rows::put_back(tx, id, now)? {
                return Err(SessionsError::Gone);
            }
            // It is not removed, so nothing says that it was: there is one row for each stage that holds.
            rows::take_event_back(tx, id, Stage::SoftDeleted)?;
            rows::by_id(tx, id)?.ok_or(SessionsError::Unknown)
        })
    }

    /// Takes the next steps that are due, of sessions of any process: ended ones off the list, removed ones away for good.
    ///
    /// # Errors
    /// When the database refuses; what was done until then stays so. A folder that can't be removed is tried again the next time.
    pub fn clean(&self) -> Result<Cleaned, SessionsError> {
        let now = self.clock.now();
        let mut cleaned = Cleaned::default();
        for session in self.store.read::<_, rusqlite::Error>(rows::ended_and_listed)? {
            if is_past(session.updated_at, KEPT_ENDED, now) {
                let (session, changed) = self.remove_in_one(&session.id)?;
                cleaned.removed.extend(changed.then_some(session));
            }
        }
        for session in self.store.read::<_, rusqlite::Error>(rows::removed)? {
            let due = session.removed_at.is_some_and(|removed_at| is_past(removed_at, UNDO_WINDOW, now));
            if due && self.purge(&session.id)? {
                cleaned.purged.push(session.id);
            }
        }
        Ok(cleaned)
    }

    /// Removes the folders of sessions that have no bytes, or no row any more: what a kill or the removal of a project left.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn sweep(&self) -> Result<(), SessionsError> {
        // Folders first: the row of a session is there before its folder.
        let Ok(entries) = fs::read_dir(&self.folder) else { return Ok(()) };
        let there: Vec<String> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| is_id(name)).collect();
        if there.is_empty() {
            return Ok(());
        }
        let with_bytes: HashSet<String> = self.store.read::<_, rusqlite::Error>(rows::ids_with_bytes)?.into_iter().collect();
        for id in there.iter().filter(|id| !with_bytes.contains(*id)) {
            let _ = remove_folder(&self.folder.join(id));
        }
        Ok(())
    }

    fn remove_in_one(&self, id: &str) -> Result<(PreviewSession, bool), SessionsError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            let changed = rows::remove(tx, id, now)?;
            let session = rows::by_id(tx, id)?.ok_or(SessionsError::Unknown)?;
            if changed {
                self.note(tx, id, Stage::SoftDeleted)?;
            } else if session.status != Status::Expired {
                return Err(SessionsError::StillRunning);
            }
            Ok((session, changed))
        })
    }

    /// Removes the bytes, then says so. Both under the writer's lock: an undo finds either all of it or a tombstone.
    fn purge(&self, id: &str) -> Result<bool, SessionsError> {
        let now = self.clock.now();
        self.store
            .write(|tx| {
                if !rows::purge(tx, id, now)? {
                    return Ok(false);
                }
                if let Some(folder) = self.folder_of(id)
                    && remove_folder(&folder).is_err()
                {
                    // The transaction is given up, so that the row says what is.
                    return Err(SessionsError::Gone);
                }
                self.note(tx, id, Stage::Purged)?;
                Ok(true)
            })
            .or_else(|error: SessionsError| if matches!(error, SessionsError::Gone) { Ok(false) } else { Err(error) })
    }
}

fn is_past(since: Timestamp, duration: u64, now: Timestamp) -> bool {
    now.millis().abs_diff(since.millis()) >= duration
}

fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
