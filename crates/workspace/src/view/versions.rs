//! What the window is told about versions: the timeline, what differs, and what long work on them does.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Failure;

/// A version as the timeline lists it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct VersionCard {
    pub id: String,
    pub version: u32,
    pub created_at: String,
    pub hash: String,
    /// What asked for the sync that made it: MANUAL, WATCH or OPEN.
    pub trigger: String,
    /// What the user calls it; empty when nothing.
    pub label: String,
    pub pinned: bool,
    pub branch: Option<String>,
    pub commit: Option<String>,
    /// The first line of the commit's message, when the commit is another than that of the version before and the repository still has it.
    pub commit_summary: Option<String>,
    pub files: u32,
    pub bytes: String,
    /// Files added, changed and removed against the version before it in the list; all of them in the first.
    pub added: u32,
    pub changed: u32,
    pub removed: u32,
    /// The first few of the paths that differ, lossy where a name is not UTF-8.
    pub paths: Vec<String>,
    /// When it was last found to match its hashes, all of it.
    pub verified_at: Option<String>,
    /// Set when the tree was as in this version before something was written to it ("Restore of v12"): going back is to restore this one.
    pub undo_point: Option<String>,
}

/// A part of the timeline, newest first.
#[derive(Debug, Clone, Serialize, Type)]
pub struct VersionPage {
    pub versions: Vec<VersionCard>,
    /// How many there are in all.
    pub total: u32,
    /// Whether there are older ones than the last of these.
    pub more: bool,
}

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Side {
    /// What the folder holds now.
    WorkingTree,
    Version {
        version: u32,
    },
    /// As a commit of the repository has it.
    Commit {
        #[specta(type = String)]
        commit: CommitId,
    },
    /// Nothing at all: what the first version is compared with.
    Empty,
}

/// The id of a commit, in hex where it crosses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CommitId {
    bytes: [u8; 32],
    length: u8,
}

impl TryFrom<String> for CommitId {
    type Error = &'static str;

    fn try_from(hex: String) -> Result<Self, Self::Error> {
        const WRONG: &str = "a commit is named by 40 or 64 hexadecimal digits";
        if !matches!(hex.len(), 40 | 64) || !hex.is_ascii() {
            return Err(WRONG);
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..hex.len()).step_by(2)) {
            *byte = u8::from_str_radix(&hex[at..at + 2], 16).map_err(|_| WRONG)?;
        }
        Ok(Self { bytes, length: u8::try_from(hex.len() / 2).map_err(|_| WRONG)? })
    }
}

impl From<CommitId> for String {
    fn from(id: CommitId) -> Self {
        id.bytes[..usize::from(id.length)].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What differs between two sides, counted. The files are asked for in pages.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DiffSummary {
    /// Names this comparison in later calls.
    pub diff: String,
    pub old: Side,
    pub new: Side,
    /// Files that differ; a renamed one counts once.
    pub files: u32,
    pub added: u32,
    pub removed: u32,
    pub changed: u32,
    pub renamed: u32,
    /// Files of which only the mode differs.
    pub mode: u32,
    /// Lines of text added and removed. None when there were too many files to read at once; each file's own still comes with it.
    pub added_lines: Option<u32>,
    pub removed_lines: Option<u32>,
}

/// How a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum DiffKind {
    Added,
    Removed,
    Changed,
    /// Under another path; its contents may differ too.
    Renamed,
    /// Only the mode (executable or not, link or file).
    Mode,
}

/// One file of a comparison, in the order of paths.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DiffFile {
    /// 0-based place in the comparison; asks for its contents.
    pub index: u32,
    /// Where it is on the new side; on the old one when it was removed.
    pub path: String,
    /// Where it was, when renamed.
    pub old_path: Option<String>,
    pub kind: DiffKind,
    pub old_mode: Option<String>,
    pub new_mode: Option<String>,
    pub old_size: Option<String>,
    pub new_size: Option<String>,
    /// Of a renamed file: how alike, 0 to 100.
    pub similarity: Option<u8>,
    pub binary: bool,
    pub added_lines: Option<u32>,
    pub removed_lines: Option<u32>,
}

/// Some of a comparison's files.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DiffFilePage {
    /// The index of the first.
    pub first: u32,
    pub files: Vec<DiffFile>,
}

/// A file's difference, looked at.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FileDiff {
    /// Text on both sides (or on the only one): its rows are asked for in pages.
    Text {
        /// Rows with three lines of context around each hunk.
        rows: u32,
        hunks: u32,
        added_lines: u32,
        removed_lines: u32,
        language: String,
        /// True when the texts differ in line ends or a byte order mark only, or in the last line's end: then there are no rows.
        same_lines: bool,
        /// Why, in words: "Only the line ends differ: LF to CRLF."
        note: Option<String>,
    },
    /// Images the webview can decode; `diff_bytes` gives each side.
    Image { old: bool, new: bool },
    /// Not text; there is nothing to show but sizes and hashes.
    Binary { old_hash: Option<String>, new_hash: Option<String> },
    /// Links: where they lead.
    Symlink { old: Option<String>, new: Option<String> },
    /// Another repository: its commits.
    Submodule { old: Option<String>, new: Option<String> },
    /// Nothing but the mode.
    Mode,
    /// The contents of a side can't be had: not kept, lost, or too large. The failure says which and why.
    Unavailable { failure: Failure },
}

/// One row of a text difference, unified: the old lines of a change stand before its new ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct DiffRow {
    pub kind: DiffRowKind,
    /// 1-based; None where the side has no such line, and on both for a gap.
    pub old_line: Option<u32>,
    pub new_line: Option<u32>,
    /// The line without its end, cut at 4,000 characters; for a gap, the name of the function or section it ends in, if any.
    pub text: String,
    /// UTF-16 columns of the words that changed: start, end (exclusive), ascending.
    pub marks: Vec<(u32, u32)>,
    /// Colours: UTF-16 start, end (exclusive) and class, ascending (classes as in `lib/syntax.ts`).
    pub spans: Vec<(u32, u32, u8)>,
    /// Lines left out by a gap.
    pub hidden: u32,
    /// True on a last line that has no line end.
    pub no_newline: bool,
}

/// What a row of a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum DiffRowKind {
    Context,
    Added,
    Removed,
    /// Equal lines left out; asking with `expand` shows them.
    Gap,
}

/// Some rows of a text difference.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DiffRowPage {
    /// 0-based.
    pub first: u32,
    /// How many there are in all, with the gaps that were opened.
    pub total: u32,
    pub rows: Vec<DiffRow>,
}

/// Where long work stands; sent at most ten times a second and always once at the end.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct TaskProgress {
    /// "Checking", "Reading", "Writing", "Collecting", …
    pub phase: String,
    pub done: u32,
    /// 0 while unknown.
    pub total: u32,
    pub bytes: String,
}

/// What restoring would do, found out without doing it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RestorePlan {
    pub version: u32,
    /// Files that would be written anew, written over, and removed; modes that would change.
    pub created: u32,
    pub overwritten: u32,
    pub removed: u32,
    pub modes: u32,
    /// The first 200 of them in the order of paths.
    pub files: Vec<RestoreFile>,
    /// Files that can't be restored because their contents were not kept or were lost; they would stay as they are. The first 200.
    pub unavailable: Vec<RestoreProblem>,
    pub unavailable_total: u32,
    /// The folder differs from the latest version: that state is recorded as a version first.
    pub records_first: bool,
    /// Bytes that would be written.
    pub bytes: String,
}

/// A file that restoring would touch.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RestoreFile {
    pub path: String,
    pub action: RestoreAction,
}

/// What restoring would do to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum RestoreAction {
    Create,
    Overwrite,
    Remove,
    Mode,
}

/// A file that can't be restored or exported, and why as a sentence.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RestoreProblem {
    pub path: String,
    pub reason: String,
}

/// What was restored.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RestoreOutcome {
    /// Undoes it. None when nothing had to be written.
    pub journal_id: Option<String>,
    /// The version restored from.
    pub version: u32,
    /// Files written or removed.
    pub files: u32,
    /// The version that holds what was there before.
    pub undo_version: u32,
    /// Files that could not be restored and stayed as they were.
    pub unavailable: u32,
    /// Which those are, and why. The first 200.
    pub problems: Vec<RestoreProblem>,
}

/// Something that was written to the working tree as a whole, and can be taken back.
#[derive(Debug, Clone, Serialize, Type)]
pub struct JournalCard {
    pub id: String,
    /// "Restore of v12", "Restore of src/main.rs from v12", "Undo of …".
    pub title: String,
    /// APPLIED, UNDONE, or NEEDS_ATTENTION when a kill left it half done and somebody else changed a file since.
    pub status: String,
    pub files: u32,
    pub created_at: String,
    pub can_undo: bool,
    /// What is wrong, when attention is needed.
    pub failure: Option<Failure>,
}

/// How to write a version out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    Folder,
    TarGz,
    Zip,
}

/// What was exported.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ExportOutcome {
    /// As a path of this computer.
    pub target: String,
    pub files: u32,
    pub bytes: String,
    /// Files left out: their contents are nowhere, or their name can't be written there. The first 200.
    pub left_out: Vec<String>,
    pub left_out_total: u32,
    /// Why each of those named was left out.
    pub problems: Vec<RestoreProblem>,
}

/// Which versions a project keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Retention {
    All,
    /// One an hour for a day, one a day for a month, one a week after that. Pinned, labelled and referenced ones stay, and the latest.
    Thin,
}

/// What a project's versions take on the disk.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ProjectStorage {
    pub versions: u32,
    pub pinned: u32,
    pub retention: Retention,
    /// Versions that thinning would remove now.
    pub thinnable: u32,
    /// Compressed contents that only this project's versions need.
    pub own_bytes: String,
    /// Compressed contents that it shares with other projects.
    pub shared_bytes: String,
    /// Directory nodes and manifests.
    pub manifest_bytes: String,
}

/// What the data folder takes on the disk.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Storage {
    pub database_bytes: String,
    pub objects_bytes: String,
    /// Of both: what a collection could give back now, without thinning anything.
    pub reclaimable_bytes: String,
}

/// What a collection did.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CollectOutcome {
    /// Versions thinned out.
    pub versions: u32,
    pub nodes: u32,
    pub objects: u32,
    pub freed_bytes: String,
}

/// Whether a project's folder is being watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WatchState {
    pub project_id: String,
    pub kind: WatchKind,
    /// Directories being watched, of how many.
    pub watched: u32,
    pub directories: u32,
    /// What to know and do, when not all of it is watched.
    pub failure: Option<Failure>,
}

/// How a project's folder is being watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum WatchKind {
    /// The user turned it off for this project.
    Off,
    Starting,
    Watching,
    /// Some directories could not be watched; those are looked at when the window comes to the front.
    Partial,
    /// None can be watched, or the folder is gone; the folder is looked at when the window comes to the front.
    Unavailable,
}
