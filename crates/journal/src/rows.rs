//! The rows of journals, journal_files and journal_directories, with their SQL.

use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::{ffi::OsString, path::PathBuf};

use lectern_objects::ObjectHash;
use lectern_store::{
    Timestamp,
    rusqlite::{self, Connection, OptionalExtension, Row, Transaction, params},
};
use serde::{Deserialize, Serialize};

use crate::{
    JournalError, RelPath,
    plan::{DirectoryPlan, FilePlan, Plan, Side},
};

/// Where a journal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JournalStatus {
    /// The intent is recorded; the tree may be in the middle.
    Prepared,
    /// All as it was to be.
    Applied,
    /// All as it was: an error, a cancel or a kill came in between.
    RolledBack,
    /// Taken back by another journal.
    Undone,
    /// Neither could be reached as a whole.
    NeedsAttention,
}

impl JournalStatus {
    /// As the column stores it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "PREPARED",
            Self::Applied => "APPLIED",
            Self::RolledBack => "ROLLED_BACK",
            Self::Undone => "UNDONE",
            Self::NeedsAttention => "NEEDS_ATTENTION",
        }
    }

    fn parse(text: &str) -> rusqlite::Result<Self> {
        [Self::Prepared, Self::Applied, Self::RolledBack, Self::Undone, Self::NeedsAttention]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| rusqlite::types::FromSqlError::InvalidType.into())
    }
}

/// What went wrong: `journals.error`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JournalProblem {
    /// 1.
    pub format: u32,
    /// A stable word.
    pub code: String,
    /// A sentence.
    pub message: String,
    /// The files concerned, lossy where a name is not UTF-8; at most 100.
    pub files: Vec<String>,
    /// Whether the next start tries again.
    pub retry: bool,
}

/// A row of journals.
#[derive(Debug, Clone)]
pub struct JournalEntry {
    /// The row's id.
    pub id: String,
    /// Whose tree.
    pub scope: String,
    /// The tree's folder.
    pub root: PathBuf,
    /// What sort of change.
    pub kind: String,
    /// What the user reads.
    pub title: String,
    /// Where it stands.
    pub status: JournalStatus,
    /// The journal that this one took back.
    pub undo_of: Option<String>,
    /// What went wrong, if anything.
    pub problem: Option<JournalProblem>,
    /// How many files it concerns.
    pub files: u64,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When nothing of it was left to do.
    pub finished_at: Option<Timestamp>,
    pub(crate) boot_id: String,
}

impl JournalEntry {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let problem: Option<String> = row.get("error")?;
        Ok(Self {
            id: row.get("id")?,
            scope: row.get("scope")?,
            root: PathBuf::from(OsString::from_vec(row.get("root_path")?)),
            kind: row.get("kind")?,
            title: row.get("title")?,
            status: JournalStatus::parse(&row.get::<_, String>("status")?)?,
            undo_of: row.get("undo_of")?,
            problem: problem.map(|json| serde_json::from_str(&json).unwrap_or_default()),
            files: u64::try_from(row.get::<_, i64>("files")?).unwrap_or(0),
            created_at: row.get("created_at")?,
            finished_at: row.get("finished_at")?,
            boot_id: row.get("boot_id")?,
        })
    }
}

const INSERT_JOURNAL: &str = "INSERT INTO journals (id, scope, root_path, kind, title, status, undo_of, boot_id, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, 'PREPARED', ?6, ?7, ?8)";
const INSERT_FILE: &str = "INSERT INTO journal_files (journal_id, seq, path, home, in_place, pre_kind, pre_hash, pre_size, pre_executable,
    pre_mode, post_kind, post_hash, post_size, post_executable, post_mode)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
const INSERT_DIRECTORY: &str = "INSERT INTO journal_directories (journal_id, path, made, mode) VALUES (?1, ?2, ?3, ?4)";
const FILES: &str = "SELECT * FROM journal_files WHERE journal_id = ?1 ORDER BY seq";
const DIRECTORIES: &str = "SELECT * FROM journal_directories WHERE journal_id = ?1";
const JOURNAL: &str =
    "SELECT j.*, (SELECT count(*) FROM journal_files AS f WHERE f.journal_id = j.id) AS files FROM journals AS j WHERE j.id = ?1";
const LIST: &str = "SELECT j.*, (SELECT count(*) FROM journal_files AS f WHERE f.journal_id = j.id) AS files FROM journals AS j
    WHERE j.scope = ?1 AND j.status IN ('APPLIED', 'UNDONE', 'NEEDS_ATTENTION') ORDER BY j.id DESC LIMIT ?2";
const UNFINISHED: &str = "SELECT j.*, (SELECT count(*) FROM journal_files AS f WHERE f.journal_id = j.id) AS files FROM journals AS j
    WHERE j.finished_at IS NULL ORDER BY j.id";
const CLAIM: &str = "UPDATE journals SET boot_id = ?3 WHERE id = ?1 AND boot_id = ?2 AND finished_at IS NULL";
const SET_STATUS: &str =
    "UPDATE journals SET status = ?2, error = ?3, finished_at = ?4 WHERE id = ?1 AND boot_id = ?5 AND finished_at IS NULL";
const FINISH: &str = "UPDATE journals SET finished_at = ?3 WHERE id = ?1 AND boot_id = ?2 AND finished_at IS NULL";
const SET_UNDONE: &str = "UPDATE journals SET status = 'UNDONE' WHERE status = 'APPLIED'
    AND id = (SELECT undo_of FROM journals WHERE id = ?1)";
const RETAINED: &str =
    "SELECT pre_hash FROM journal_files WHERE pre_hash IS NOT NULL UNION SELECT post_hash FROM journal_files WHERE post_hash IS NOT NULL";
const FORGET: &str = "DELETE FROM journals WHERE scope = ?1";
const SCOPES: &str = "SELECT DISTINCT scope FROM journals";
const THIN: &str = "DELETE FROM journals WHERE scope = ?1 AND finished_at IS NOT NULL
    AND id NOT IN (SELECT id FROM journals WHERE scope = ?1 ORDER BY id DESC LIMIT ?2)";

struct Columns {
    kind: &'static str,
    hash: Option<ObjectHash>,
    size: i64,
    executable: bool,
    mode: Option<u32>,
}

impl From<&Side> for Columns {
    fn from(side: &Side) -> Self {
        let signed = |size: u64| i64::try_from(size).unwrap_or(i64::MAX);
        match *side {
            Side::Absent => Self { kind: "ABSENT", hash: None, size: 0, executable: false, mode: None },
            Side::File { hash, size, executable, mode } => Self { kind: "FILE", hash: Some(hash), size: signed(size), executable, mode },
            Side::Symlink { hash, size } => Self { kind: "SYMLINK", hash: Some(hash), size: signed(size), executable: false, mode: None },
        }
    }
}

fn side(row: &Row<'_>, names: [&str; 5]) -> rusqlite::Result<Side> {
    let [kind, hash, size, executable, mode] = names;
    let kind: String = row.get(kind)?;
    let size = u64::try_from(row.get::<_, i64>(size)?).unwrap_or(0);
    match kind.as_str() {
        "ABSENT" => Ok(Side::Absent),
        "FILE" => Ok(Side::File { hash: row.get(hash)?, size, executable: row.get(executable)?, mode: row.get(mode)? }),
        "SYMLINK" => Ok(Side::Symlink { hash: row.get(hash)?, size }),
        _ => Err(rusqlite::types::FromSqlError::InvalidType.into()),
    }
}

fn path(row: &Row<'_>, name: &str) -> rusqlite::Result<RelPath> {
    RelPath::new(row.get::<_, Vec<u8>>(name)?).map_err(|_| rusqlite::types::FromSqlError::InvalidType.into())
}

pub(crate) struct NewJournal<'a> {
    pub id: &'a str,
    pub scope: &'a str,
    pub root: &'a std::path::Path,
    pub kind: &'a str,
    pub title: &'a str,
    pub undo_of: Option<&'a str>,
    pub boot: &'a str,
    pub at: Timestamp,
}

pub(crate) fn insert(transaction: &Transaction<'_>, new: &NewJournal<'_>, plan: &Plan) -> Result<(), JournalError> {
    let root = new.root.as_os_str().as_bytes();
    transaction.execute(INSERT_JOURNAL, params![new.id, new.scope, root, new.kind, new.title, new.undo_of, new.boot, new.at])?;
    let mut insert = transaction.prepare_cached(INSERT_FILE)?;
    for file in &plan.files {
        let (pre, post) = (Columns::from(&file.pre), Columns::from(&file.post));
        insert.execute(params![
            new.id,
            i64::try_from(file.seq).unwrap_or(i64::MAX),
            file.path.as_bytes(),
            file.home.as_bytes(),
            file.in_place,
            pre.kind,
            pre.hash,
            pre.size,
            pre.executable,
            pre.mode,
            post.kind,
            post.hash,
            post.size,
            post.executable,
            post.mode
        ])?;
    }
    let mut insert = transaction.prepare_cached(INSERT_DIRECTORY)?;
    for directory in &plan.directories {
        insert.execute(params![new.id, directory.path.as_bytes(), directory.made, directory.mode])?;
    }
    Ok(())
}

pub(crate) fn plan(connection: &Connection, id: &str) -> Result<Plan, JournalError> {
    let mut statement = connection.prepare_cached(FILES)?;
    let files = statement.query_map([id], |row| {
        Ok(FilePlan {
            seq: usize::try_from(row.get::<_, i64>("seq")?).unwrap_or(0),
            path: path(row, "path")?,
            home: path(row, "home")?,
            in_place: row.get("in_place")?,
            pre: side(row, ["pre_kind", "pre_hash", "pre_size", "pre_executable", "pre_mode"])?,
            post: side(row, ["post_kind", "post_hash", "post_size", "post_executable", "post_mode"])?,
        })
    })?;
    let files: Vec<FilePlan> = files.collect::<Result<_, _>>()?;
    if files.iter().enumerate().any(|(index, file)| file.seq != index) {
        return Err(rusqlite::Error::from(rusqlite::types::FromSqlError::InvalidType).into());
    }
    let mut statement = connection.prepare_cached(DIRECTORIES)?;
    let directories =
        statement.query_map([id], |row| Ok(DirectoryPlan { path: path(row, "path")?, made: row.get("made")?, mode: row.get("mode")? }))?;
    let mut directories: Vec<DirectoryPlan> = directories.collect::<Result<_, _>>()?;
    directories.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Plan { files, directories })
}

pub(crate) fn journal(connection: &Connection, id: &str) -> rusqlite::Result<Option<JournalEntry>> {
    connection.prepare_cached(JOURNAL)?.query_row([id], JournalEntry::from_row).optional()
}

pub(crate) fn list(connection: &Connection, scope: &str, limit: u32) -> rusqlite::Result<Vec<JournalEntry>> {
    connection.prepare_cached(LIST)?.query_map(params![scope, limit], JournalEntry::from_row)?.collect()
}

pub(crate) fn unfinished(connection: &Connection) -> rusqlite::Result<Vec<JournalEntry>> {
    connection.prepare_cached(UNFINISHED)?.query_map([], JournalEntry::from_row)?.collect()
}

/// Takes an unfinished journal over from a process that is gone; false when somebody else was faster.
pub(crate) fn claim(transaction: &Transaction<'_>, id: &str, from: &str, to: &str) -> rusqlite::Result<bool> {
    Ok(transaction.execute(CLAIM, params![id, from, to])? == 1)
}

/// Ends a journal (or, without `finished`, says how far it is), fenced on its process. An undo that is applied makes the other one UNDONE.
pub(crate) fn set_status(
    transaction: &Transaction<'_>,
    id: &str,
    boot: &str,
    status: JournalStatus,
    problem: Option<&JournalProblem>,
    finished: Option<Timestamp>,
) -> rusqlite::Result<()> {
    let problem = problem.map(|problem| serde_json::to_string(problem).unwrap_or_else(|_| "{}".to_owned()));
    let changed = transaction.execute(SET_STATUS, params![id, status.as_str(), problem, finished, boot])?;
    if changed != 1 {
        return Err(rusqlite::Error::StatementChangedRows(changed));
    }
    if status == JournalStatus::Applied {
        transaction.execute(SET_UNDONE, [id])?;
    }
    Ok(())
}

/// Says that no temporary file is left.
pub(crate) fn finish(transaction: &Transaction<'_>, id: &str, boot: &str, at: Timestamp) -> rusqlite::Result<()> {
    transaction.execute(FINISH, params![id, boot, at]).map(drop)
}

pub(crate) fn retained(connection: &Connection) -> rusqlite::Result<Vec<ObjectHash>> {
    connection.prepare_cached(RETAINED)?.query_map([], |row| row.get(0))?.collect()
}

pub(crate) fn forget(transaction: &Transaction<'_>, scope: &str) -> rusqlite::Result<()> {
    transaction.execute(FORGET, [scope]).map(drop)
}

pub(crate) fn scopes(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection.prepare_cached(SCOPES)?.query_map([], |row| row.get(0))?.collect()
}

/// Keeps the newest `keep` of a scope and whatever is unfinished.
pub(crate) fn thin(transaction: &Transaction<'_>, scope: &str, keep: u32) -> rusqlite::Result<()> {
    transaction.execute(THIN, params![scope, keep]).map(drop)
}
