//! What the window is told about a repository's history: commits, who wrote which line, branches and tags, and what differs from HEAD.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Failure;

/// Which commits to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HistoryQuery {
    /// Only those that changed this file or directory; a file is followed through renames.
    pub path: Option<String>,
    /// A branch, a tag or a commit to begin at; HEAD without it.
    pub reference: Option<String>,
    /// Only those whose message, author or id contains this, in any case.
    pub text: Option<String>,
}

/// How far a list of commits is. It goes on by itself while it is being read.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct HistoryState {
    /// Names this list in later calls.
    pub history: String,
    pub project_id: String,
    /// Commits found so far.
    pub found: u32,
    /// Commits looked at so far.
    pub walked: u32,
    /// There are no more.
    pub done: bool,
    /// False: the folder is no git repository, or has no commits yet.
    pub has_commits: bool,
    pub failure: Option<Failure>,
}

/// A commit as a list shows it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CommitCard {
    /// Hex, whole.
    pub id: String,
    /// The first line of its message.
    pub summary: String,
    pub author: String,
    pub email: String,
    /// When it was written.
    pub authored_at: String,
    pub parents: Vec<String>,
    pub refs: Vec<RefLabel>,
    /// Where the followed file was in it.
    pub path: Option<String>,
    /// The latest version of Lectern's that was made at it.
    pub version: Option<u32>,
}

/// A name that stands at a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RefLabel {
    pub name: String,
    pub kind: RefKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
/// What a name in a repository is.
pub enum RefKind {
    Head,
    Branch,
    Remote,
    Tag,
}

/// Some commits of a list, newest first.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CommitPage {
    /// 0-based.
    pub first: u32,
    pub found: u32,
    pub done: bool,
    pub commits: Vec<CommitCard>,
}

/// A commit, whole. Its files come by comparing it with its parent.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CommitDetail {
    pub card: CommitCard,
    /// All of it, the summary too; cut at 64 KiB.
    pub message: String,
    pub committer: String,
    pub committer_email: String,
    pub committed_at: String,
}

/// Who wrote which line of a file.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Blame {
    pub commits: Vec<BlameCommit>,
    /// In the order of lines, without gaps.
    pub hunks: Vec<BlameHunk>,
}

/// Lines that came with one commit.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BlameHunk {
    pub first: u32,
    pub lines: u32,
    /// Which of the commits; none for lines that are not committed yet.
    pub commit: Option<u32>,
    /// The first line as that commit has it.
    pub original_first: u32,
    /// The file as that commit has it.
    pub original_path: String,
}

/// A commit that lines of a file came with.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BlameCommit {
    pub id: String,
    pub summary: String,
    pub author: String,
    pub email: String,
    pub authored_at: String,
    /// The commit before it that had the file, and where: blame goes on there.
    pub previous: Option<BlamePrevious>,
}

/// A file as of a commit.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BlamePrevious {
    pub commit: String,
    pub path: String,
}

/// Branches and tags, read-only.
#[derive(Debug, Clone, Serialize, Type)]
pub struct References {
    /// False: the folder is no git repository.
    pub is_git: bool,
    /// The commit that is checked out.
    pub head: Option<String>,
    /// The branch that is checked out; none when detached.
    pub branch: Option<String>,
    /// The current one first, then local ones by their last commit, then remote ones.
    pub branches: Vec<BranchCard>,
    /// Newest first.
    pub tags: Vec<TagCard>,
}

/// A branch.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BranchCard {
    pub name: String,
    pub remote: bool,
    pub current: bool,
    pub commit: String,
    pub summary: String,
    pub author: String,
    pub committed_at: String,
    pub upstream: Option<String>,
    /// Commits it has that its upstream does not, and the other way round; none without an upstream or when counting took too long.
    pub ahead: Option<u32>,
    pub behind: Option<u32>,
}

/// A tag.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TagCard {
    pub name: String,
    pub commit: String,
    pub summary: String,
    /// When it was made; the commit's time for a light one.
    pub tagged_at: String,
    /// Its own message, when it has one.
    pub message: Option<String>,
}

/// How a file of the folder differs from what it is compared with.
#[derive(Debug, Clone, Serialize, Type)]
pub struct LineChanges {
    /// "HEAD 1a2b3c4", or "v12" without git.
    pub base: String,
    /// In the order of lines.
    pub changes: Vec<LineChange>,
    /// The base does not have the file.
    pub is_new: bool,
}

/// Lines that differ.
#[derive(Debug, Clone, Serialize, Type)]
pub struct LineChange {
    pub kind: LineChangeKind,
    /// The first line that is different now; for removed lines, the line they stood before (one beyond the last at the end).
    pub first: u32,
    /// 0 when lines were only removed.
    pub lines: u32,
    pub old_first: u32,
    pub old_lines: u32,
    /// The old lines, at most 40, each cut at 400 characters.
    pub old_text: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
/// How lines differ.
pub enum LineChangeKind {
    Added,
    Changed,
    Removed,
}
