//! What the timeline, thinning and collecting read and write of project_manifests and manifest_nodes, with their SQL.

use lectern_store::{
    Timestamp,
    rusqlite::{self, Row},
};
use serde::{Deserialize, Serialize};

use crate::{Change, RepoPath, Trigger, diff::DiffCounts};

/// So many of the paths that differ are written beside a version.
const NAMED_PATHS: usize = 5;

/// How a version differs from the one before it: `project_manifests.changes`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VersionChanges {
    /// 1; 0 when nobody looked yet.
    pub format: u32,
    /// Files only in this version; all of them in the first.
    pub added: u64,
    /// Files with other contents, another mode or of another kind.
    pub changed: u64,
    /// Files only in the version before.
    pub removed: u64,
    /// The first five of the paths that differ, lossy where a name is not UTF-8.
    pub paths: Vec<String>,
}

impl VersionChanges {
    /// From the differences between a version and the one before it.
    pub fn of(changes: &[(RepoPath, Change)]) -> Self {
        let DiffCounts { added, changed, removed } = DiffCounts::of(changes);
        let paths = changes.iter().take(NAMED_PATHS).map(|(path, _)| path.to_string()).collect();
        Self { format: 1, added, changed, removed, paths }
    }

    /// As the column stores it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts are always JSON")
    }

    /// What the column says; nothing when it says something else.
    pub(crate) fn parse(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// Whether somebody looked, and wrote paths: versions from before there was a timeline have counts only.
    pub fn is_known(&self) -> bool {
        self.format == 1 && (!self.paths.is_empty() || self.added + self.changed + self.removed == 0)
    }
}

/// A version as the timeline needs it: without its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// The row's id.
    pub id: String,
    /// 1 and up.
    pub version: u32,
    /// When.
    pub created_at: Timestamp,
    /// BLAKE3 of the data, as text.
    pub hash: String,
    /// What asked for the sync that made it.
    pub trigger: Trigger,
    /// What the user calls it; empty when nothing.
    pub label: String,
    /// When the user pinned it.
    pub pinned_at: Option<Timestamp>,
    /// When it was last found to match its hashes, all of it.
    pub verified_at: Option<Timestamp>,
    /// Against the version before it.
    pub changes: VersionChanges,
    /// Files, symlinks and submodules.
    pub files: u64,
    /// The sum of their sizes.
    pub bytes: u64,
    /// Where git stood.
    pub branch: Option<String>,
    /// The commit.
    pub commit: Option<String>,
}

impl VersionRow {
    pub(crate) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        // A manifest that can't be read any more still has its place in the timeline; verifying says what is wrong with it.
        let facts: Option<String> = row.get("facts")?;
        let facts: Facts = facts.and_then(|facts| serde_json::from_str(&facts).ok()).unwrap_or_default();
        let Facts(files, bytes, branch, commit) = facts;
        Ok(Self {
            id: row.get("id")?,
            version: row.get("version")?,
            created_at: row.get("created_at")?,
            hash: row.get("hash")?,
            trigger: row.get("trigger")?,
            label: row.get("label")?,
            pinned_at: row.get("pinned_at")?,
            verified_at: row.get("verified_at")?,
            changes: VersionChanges::parse(&row.get::<_, String>("changes")?),
            files: files.unwrap_or(0),
            bytes: bytes.unwrap_or(0),
            branch,
            commit,
        })
    }
}

#[derive(Default, Deserialize)]
struct Facts(Option<u64>, Option<u64>, Option<String>, Option<String>);

/// What thinning looks at.
#[derive(Debug, Clone)]
pub(crate) struct ThinRow {
    pub id: String,
    pub version: u32,
    pub created_at: Timestamp,
    /// Named or pinned.
    pub marked: bool,
}

impl ThinRow {
    pub fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get("id")?, version: row.get("version")?, created_at: row.get("created_at")?, marked: row.get("marked")? })
    }
}

pub(crate) const TIMELINE: &str = "SELECT id, version, created_at, hash, trigger, label, pinned_at, verified_at, changes,
        CASE WHEN json_valid(data) THEN json_extract(data, '$.files', '$.bytes', '$.git.branch', '$.git.head') END AS facts
    FROM project_manifests WHERE project_id = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3";
pub(crate) const COUNT_VERSIONS: &str = "SELECT count(*) FROM project_manifests WHERE project_id = ?1";
pub(crate) const COUNT_PINNED: &str = "SELECT count(*) FROM project_manifests WHERE project_id = ?1 AND pinned_at IS NOT NULL";
pub(crate) const VERSION_NUMBERS: &str = "SELECT version FROM project_manifests WHERE project_id = ?1 ORDER BY version DESC";
pub(crate) const VERSION_BEFORE: &str =
    "SELECT * FROM project_manifests WHERE project_id = ?1 AND version < ?2 ORDER BY version DESC LIMIT 1";
/// Ids are in the order in which rows were made.
pub(crate) const MADE_BEFORE: &str = "SELECT id, version FROM project_manifests WHERE project_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1";
pub(crate) const SET_LABEL: &str = "UPDATE project_manifests SET label = ?3 WHERE project_id = ?1 AND version = ?2";
pub(crate) const PIN: &str = "UPDATE project_manifests SET pinned_at = coalesce(pinned_at, ?3) WHERE project_id = ?1 AND version = ?2";
pub(crate) const UNPIN: &str = "UPDATE project_manifests SET pinned_at = NULL WHERE project_id = ?1 AND version = ?2";
pub(crate) const SET_VERIFIED: &str = "UPDATE project_manifests SET verified_at = ?3 WHERE project_id = ?1 AND version = ?2";
pub(crate) const SET_CHANGES: &str = "UPDATE project_manifests SET changes = ?2 WHERE id = ?1";

pub(crate) const THIN_ROWS: &str = "SELECT id, version, created_at, label <> '' OR pinned_at IS NOT NULL AS marked
    FROM project_manifests WHERE project_id = ?1 ORDER BY version";
/// Only one that nobody named or pinned meanwhile.
pub(crate) const DELETE_VERSION: &str = "DELETE FROM project_manifests WHERE id = ?1 AND label = '' AND pinned_at IS NULL";

pub(crate) const MANIFEST_IDS: &str = "SELECT id FROM project_manifests ORDER BY id";
pub(crate) const MANIFEST_IDS_OF_PROJECT: &str = "SELECT id FROM project_manifests WHERE project_id = ?1";
pub(crate) const MANIFEST_DATA: &str = "SELECT version, hash, data FROM project_manifests WHERE id = ?1";
/// By the index alone, which is much smaller than the table.
pub(crate) const NODE_PAGE: &str = "SELECT hash FROM manifest_nodes WHERE hash > ?1 ORDER BY hash LIMIT ?2";
pub(crate) const NODE_SIZE: &str = "SELECT octet_length(entries) FROM manifest_nodes WHERE hash = ?1";
pub(crate) const NODE_SIZES: &str = "SELECT hash, octet_length(entries) FROM manifest_nodes";
pub(crate) const DELETE_NODE: &str = "DELETE FROM manifest_nodes WHERE hash = ?1";
pub(crate) const REPLACE_NODE: &str = "INSERT INTO manifest_nodes (hash, entries) VALUES (?1, ?2)
    ON CONFLICT (hash) DO UPDATE SET entries = excluded.entries";
pub(crate) const COUNT_NODES: &str = "SELECT count(*) FROM manifest_nodes";
pub(crate) const MANIFEST_BYTES: &str = "SELECT coalesce(sum(octet_length(data)), 0) FROM project_manifests WHERE project_id = ?1";
