//! The rows of repo_syncs, project_manifests and manifest_nodes, with their SQL.

use std::fmt;

use lectern_objects::ObjectHash;
use lectern_store::{
    Timestamp,
    rusqlite::{
        self, Row,
        types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef},
    },
};
use serde::{Deserialize, Serialize};

use crate::{SyncError, VersionChanges, manifest::ManifestData};

/// Where a sync stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SyncStatus {
    /// Asked for.
    Pending,
    /// A process works on it.
    Running,
    /// Ended at a version.
    Success,
    /// Ended with an error; the last version is as it was.
    Failed,
}

/// What asked for a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Trigger {
    /// The user.
    Manual,
    /// A change on the disk.
    Watch,
    /// The project was opened or added.
    Open,
}

macro_rules! word {
    ($type:ty, $($variant:ident => $word:literal),+) => {
        impl $type {
            /// As the column stores it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_str()? {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(FromSqlError::InvalidType),
                }
            }
        }
    };
}

word!(SyncStatus, Pending => "PENDING", Running => "RUNNING", Success => "SUCCESS", Failed => "FAILED");
word!(Trigger, Manual => "MANUAL", Watch => "WATCH", Open => "OPEN");

/// The id of a row of repo_syncs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RepoSyncId(String);

impl RepoSyncId {
    /// An id that came from outside; whether there is such a row is found out when it is used.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// As the column stores it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RepoSyncId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a successful sync found: `repo_syncs.stats`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncStats {
    /// 1.
    pub format: u32,
    /// Files, symlinks and submodules.
    pub files: u64,
    /// The sum of their sizes.
    pub bytes: u64,
    /// Against the version before; all of them in the first.
    pub added: u64,
    /// Contents, mode or kind differ.
    pub changed: u64,
    /// No longer there.
    pub removed: u64,
    /// The rest.
    pub unchanged: u64,
    /// From start to commit.
    pub duration_ms: u64,
    /// Up to a hundred sentences about what was left out or unsure.
    pub warnings: Vec<String>,
    /// How many there were.
    pub warnings_total: u64,
}

/// A row of repo_syncs.
#[derive(Debug, Clone)]
pub struct RepoSync {
    /// The row's id.
    pub id: RepoSyncId,
    /// Whose folder.
    pub project_id: String,
    /// Where it stands.
    pub status: SyncStatus,
    /// A plain sentence; set exactly when it failed.
    pub error_message: Option<String>,
    /// A stable word for the message.
    pub error_code: Option<String>,
    /// What asked for it.
    pub trigger: Trigger,
    /// The version it ended at, new or not.
    pub manifest_id: Option<String>,
    /// What it found; empty until it succeeded.
    pub stats: SyncStats,
    /// The process that asked for it or runs it.
    pub boot_id: Option<String>,
    /// How often it was started.
    pub attempt: u32,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was last started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl RepoSync {
    pub(crate) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let stats: String = row.get("stats")?;
        Ok(Self {
            id: RepoSyncId(row.get("id")?),
            project_id: row.get("project_id")?,
            status: row.get("status")?,
            error_message: row.get("error_message")?,
            error_code: row.get("error_code")?,
            trigger: row.get("trigger")?,
            manifest_id: row.get("manifest_id")?,
            stats: serde_json::from_str(&stats).unwrap_or_default(),
            boot_id: row.get("boot_id")?,
            attempt: row.get("attempt")?,
            created_at: row.get("created_at")?,
            started_at: row.get("started_at")?,
            finished_at: row.get("finished_at")?,
        })
    }
}

/// A row of project_manifests: one version of a project.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The row's id.
    pub id: String,
    /// Whose version.
    pub project_id: String,
    /// 1 and up, without gaps when made.
    pub version: u32,
    /// When.
    pub created_at: Timestamp,
    /// BLAKE3 of the data.
    pub hash: ObjectHash,
    /// What it says.
    pub data: ManifestData,
    /// What the user calls it; empty when nothing.
    pub label: String,
    /// When the user pinned it: such a version is never thinned out.
    pub pinned_at: Option<Timestamp>,
    /// When it was last found to match its hashes, all of it.
    pub verified_at: Option<Timestamp>,
    /// What asked for the sync that made it.
    pub trigger: Trigger,
    /// Against the version before it.
    pub changes: VersionChanges,
}

/// A row of project_manifests as it is stored, not yet believed.
pub(crate) struct RawManifest {
    pub id: String,
    pub project_id: String,
    pub version: u32,
    pub created_at: Timestamp,
    pub hash: String,
    pub data: String,
    pub label: String,
    pub pinned_at: Option<Timestamp>,
    pub verified_at: Option<Timestamp>,
    pub trigger: Trigger,
    pub changes: VersionChanges,
}

impl RawManifest {
    pub fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            project_id: row.get("project_id")?,
            version: row.get("version")?,
            created_at: row.get("created_at")?,
            hash: row.get("hash")?,
            data: row.get("data")?,
            label: row.get("label")?,
            pinned_at: row.get("pinned_at")?,
            verified_at: row.get("verified_at")?,
            trigger: row.get("trigger")?,
            changes: VersionChanges::parse(&row.get::<_, String>("changes")?),
        })
    }

    pub fn parse(self) -> Result<Manifest, SyncError> {
        let damaged = |what: String| SyncError::Damaged(format!("version {} {what}", self.version));
        let hash = self.hash.parse().map_err(|_| damaged("has an impossible hash".to_owned()))?;
        let data = ManifestData::from_json(&self.data).map_err(|error| damaged(format!("can't be read: {error}")))?;
        let Self { id, project_id, version, created_at, label, pinned_at, verified_at, trigger, changes, .. } = self;
        Ok(Manifest { id, project_id, version, created_at, hash, data, label, pinned_at, verified_at, trigger, changes })
    }
}

pub(crate) const INSERT_SYNC: &str =
    "INSERT INTO repo_syncs (id, project_id, status, trigger, boot_id, created_at) VALUES (?1, ?2, 'PENDING', ?3, ?4, ?5)";
pub(crate) const CLAIM_SYNC: &str = "UPDATE repo_syncs SET status = 'RUNNING', boot_id = ?2, attempt = attempt + 1, started_at = ?3
    WHERE id = ?1 AND status = 'PENDING' RETURNING project_id, attempt, trigger";
pub(crate) const FINISH_SYNC: &str = "UPDATE repo_syncs SET status = 'SUCCESS', manifest_id = ?4, stats = ?5, finished_at = ?6
    WHERE id = ?1 AND boot_id = ?2 AND attempt = ?3 AND status = 'RUNNING'";
pub(crate) const FAIL_SYNC: &str = "UPDATE repo_syncs SET status = 'FAILED', error_code = ?4, error_message = ?5, finished_at = ?6
    WHERE id = ?1 AND boot_id = ?2 AND attempt = ?3 AND status = 'RUNNING'";
pub(crate) const FAIL_UNFINISHED: &str = "UPDATE repo_syncs SET status = 'FAILED', error_code = ?2, error_message = ?3, finished_at = ?4
    WHERE id = ?1 AND status IN ('PENDING', 'RUNNING')";
pub(crate) const UNFINISHED_SYNCS: &str =
    "SELECT id, project_id, coalesce(boot_id, ''), status FROM repo_syncs WHERE status IN ('PENDING', 'RUNNING')";
pub(crate) const SYNC: &str = "SELECT * FROM repo_syncs WHERE id = ?1";
pub(crate) const LAST_SYNC: &str = "SELECT * FROM repo_syncs WHERE project_id = ?1 ORDER BY id DESC LIMIT 1";
pub(crate) const IS_RUNNING: &str = "SELECT EXISTS (SELECT 1 FROM repo_syncs WHERE project_id = ?1 AND status = 'RUNNING')";
pub(crate) const INSERT_NODE: &str = "INSERT OR IGNORE INTO manifest_nodes (hash, entries) VALUES (?1, ?2)";
pub(crate) const NODE: &str = "SELECT entries FROM manifest_nodes WHERE hash = ?1";
pub(crate) const INSERT_MANIFEST: &str = "INSERT INTO project_manifests (id, project_id, version, created_at, data, hash, trigger, changes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
pub(crate) const LATEST_MANIFEST: &str = "SELECT * FROM project_manifests WHERE project_id = ?1 ORDER BY version DESC LIMIT 1";
pub(crate) const MANIFEST: &str = "SELECT * FROM project_manifests WHERE project_id = ?1 AND version = ?2";
pub(crate) const MANIFEST_BY_ID: &str = "SELECT * FROM project_manifests WHERE id = ?1";
pub(crate) const MANIFESTS: &str = "SELECT * FROM project_manifests WHERE project_id = ?1 ORDER BY version DESC";
