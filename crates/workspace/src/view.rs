//! What the window is told: the shapes that cross from the engine to the interface.
//!
//! 64-bit numbers cross as decimal strings, hashes as lowercase hex, times as RFC 3339 UTC. A `path` is relative to the project with `/`
//! between names and `""` for the root; a name that is not UTF-8 makes the path `"\u{0}"` followed by the hex of its bytes.
//! Lines are 1-based.

#![expect(missing_docs, reason = "a field's name is its documentation where units and ranges say nothing more")]

mod ai;
mod history;
mod models;
mod notifications;
mod overview;
mod previews;
mod refactor;
mod refactor_check;
mod search;
mod threads;
mod threads_exchange;
mod versions;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

pub use ai::*;
pub use history::*;
pub use models::*;
pub use notifications::*;
pub use overview::*;
pub use previews::*;
pub use refactor::*;
pub use refactor_check::*;
pub use search::*;
pub use threads::*;
pub use threads_exchange::*;
pub use versions::*;

/// An error as the interface shows it: what failed, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Failure {
    /// A stable word in SCREAMING_SNAKE_CASE that code may compare.
    pub code: String,
    /// One plain sentence for people.
    pub message: String,
    /// The remedy, if one is known.
    pub hint: Option<String>,
}

/// Who is signed in, and which profiles could be.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SessionState {
    /// The profiles on this computer, oldest first.
    pub profiles: Vec<ProfileSummary>,
    /// The signed-in profile; stays set while locked.
    pub user: Option<ProfileSummary>,
    pub locked: bool,
    pub keychain: KeychainState,
    /// The data folder, as a path of this computer.
    pub data_dir: String,
    pub app_version: String,
    /// Something the user should know about how this start went (an unclean stop that was checked, a skipped repair).
    pub notice: Option<String>,
}

/// A profile as the sign-in screen lists it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ProfileSummary {
    pub id: String,
    pub email: String,
    pub display_name: String,
    /// False for the profile a headless command made; the first run takes it over.
    pub has_password: bool,
    /// Signed in by itself at the next start, through the keychain.
    pub remembered: bool,
    pub created_at: String,
    /// When the password was last set.
    pub password_changed_at: Option<String>,
}

/// Whether this computer has a keychain that Lectern can use.
#[derive(Debug, Clone, Serialize, Type)]
pub struct KeychainState {
    pub available: bool,
    /// Why not, in words for the user.
    pub reason: Option<String>,
}

/// How hard a password is to guess.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PasswordStrength {
    /// 0 (guessed at once) to 4 (very hard).
    pub score: u8,
    /// "Weak", "Fair", …
    pub label: String,
    /// What would make it better, if anything.
    pub hint: Option<String>,
    /// Whether a profile may be made with it.
    pub acceptable: bool,
}

/// What the signed-in user chose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Settings {
    pub theme: Theme,
    /// Pixels, 9 to 24.
    pub code_font_size: f32,
    /// Whole-window zoom, 0.5 to 2.0.
    pub zoom: f32,
    pub soft_wrap: bool,
    /// Minutes without input until the window locks; 0 never.
    pub lock_after_minutes: u32,
    /// Whether C, J, K and other single letters act in the reader.
    pub single_letter_keys: bool,
    /// Whether spaces and tabs are drawn.
    pub show_whitespace: bool,
    /// The command that opens a file in the user's editor, with `{path}`, `{line}` and `{column}`; empty for the first editor found.
    pub editor: String,
    /// How long a preview lasts, 1 to 168 hours.
    pub preview_hours: u32,
    /// Whether locking the window ends previews.
    pub lock_ends_previews: bool,
    /// Whether notifications are shown on the desktop while the window is not in front.
    pub desktop_notifications: bool,
    /// Where each type of notification is told, by `notifications.type`; what is missing is as `Delivery`'s default.
    pub notifications: BTreeMap<String, Delivery>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            code_font_size: 12.5,
            zoom: 1.0,
            soft_wrap: false,
            lock_after_minutes: 15,
            single_letter_keys: true,
            show_whitespace: false,
            editor: String::new(),
            preview_hours: 8,
            lock_ends_previews: false,
            desktop_notifications: false,
            notifications: BTreeMap::new(),
        }
    }
}

/// Which colours the window wears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// A project as the home screen lists it. Answers at once: nothing here touches the folder.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ProjectCard {
    pub id: String,
    pub name: String,
    pub description: String,
    /// The folder, as a path of this computer, the home folder written `~`.
    pub root_path: String,
    pub repo_url: Option<String>,
    pub languages: Vec<LanguageShare>,
    pub latest: Option<ManifestSummary>,
    pub last_sync: Option<SyncSummary>,
    pub created_at: String,
    /// What the window last stored for this project with `save_view_state` (JSON text).
    pub view_state: Option<String>,
}

/// One language's part of a project's text.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct LanguageShare {
    pub name: String,
    /// Of the bytes of recognised text, 0 to 100.
    pub percent: f32,
}

/// A version in short.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ManifestSummary {
    pub id: String,
    pub version: u32,
    pub created_at: String,
    pub hash: String,
    pub files: u32,
    pub bytes: String,
    pub branch: Option<String>,
    pub commit: Option<String>,
}

/// A sync in short.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SyncSummary {
    pub id: String,
    /// PENDING, RUNNING, SUCCESS or FAILED.
    pub status: String,
    pub error: Option<Failure>,
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
    /// The version this sync ended at, new or not.
    pub version: Option<u32>,
}

/// What the folder of a project is like right now. Asked apart from the card because it reads the disk.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ProjectFacts {
    pub project_id: String,
    pub folder: FolderState,
    /// The branch, or the short commit when detached. None without git or before the first commit's branch exists.
    pub branch: Option<String>,
    pub is_git: bool,
    /// How many files differ from the latest version (or from HEAD before there is one); None when it can't be told.
    pub changed: Option<u32>,
    pub watch: WatchState,
}

/// Whether a project's folder can be read.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "kind", content = "failure", rename_all = "snake_case")]
pub enum FolderState {
    Present,
    Missing(Failure),
    Unreadable(Failure),
}

/// The answer to adding a folder.
#[derive(Debug, Clone, Serialize, Type)]
pub struct AddedProject {
    pub project: ProjectCard,
    /// True when the folder already was a project, which is then simply opened.
    pub existing: bool,
    /// Something worth knowing about the folder ("no commits yet").
    pub notice: Option<String>,
}

/// Where a clone stands.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CloneProgress {
    /// "Connecting", "Receiving", "Resolving", "Writing files".
    pub phase: String,
    pub done: u32,
    /// 0 while unknown.
    pub total: u32,
    pub bytes: String,
}

/// Where a sync stands; sent at most ten times a second and always once at the end.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SyncProgress {
    pub project_id: String,
    pub sync_id: String,
    /// PENDING, RUNNING, SUCCESS or FAILED.
    pub status: String,
    /// "Scanning", "Hashing", "Saving".
    pub phase: String,
    pub files_done: u32,
    /// 0 while unknown.
    pub files_total: u32,
    pub bytes_done: String,
    pub outcome: Option<SyncOutcome>,
    pub error: Option<Failure>,
}

/// What a finished sync found.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct SyncOutcome {
    pub version: u32,
    /// False: nothing changed since `version`.
    pub is_new: bool,
    pub manifest_hash: String,
    pub files: u32,
    pub bytes: String,
    pub added: u32,
    pub changed: u32,
    pub removed: u32,
    pub unchanged: u32,
    pub duration_ms: u32,
    pub warnings: Vec<String>,
}

/// The verdict on a version.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Verification {
    pub version: u32,
    pub ok: bool,
    /// Nodes and objects looked at.
    pub checked: u32,
    /// What is still wrong, the first thousand in the order of paths.
    pub problems: Vec<VerificationProblem>,
    pub problems_total: u32,
    /// What was wrong and was put right from the folder or from git, by path.
    pub healed: Vec<String>,
}

/// One thing wrong with a version.
#[derive(Debug, Clone, Serialize, Type)]
pub struct VerificationProblem {
    pub path: String,
    /// "missing_node", "node_mismatch", "missing_object", "object_mismatch", "manifest_mismatch".
    pub kind: String,
    pub detail: String,
}

/// One row of the tree.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TreeEntry {
    /// To show; lossy when the name is not UTF-8.
    pub name: String,
    /// To ask with.
    pub path: String,
    pub kind: EntryKind,
    pub size: String,
    /// Left out of versions by an ignore rule.
    pub ignored: bool,
    /// Against the latest version; a directory shows `Modified` when anything below it differs.
    pub change: Option<ChangeMark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
/// What a tree entry is.
pub enum EntryKind {
    Directory,
    File,
    Symlink,
    /// A socket, device or pipe: listed, never opened.
    Special,
    /// Another git repository kept inside this one.
    Submodule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
/// How a file differs from the latest version.
pub enum ChangeMark {
    Modified,
    Added,
}

/// A directory's rows, directories first, then by name without regard to case.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Directory {
    pub path: String,
    pub entries: Vec<TreeEntry>,
    /// Set when the rows come from this version: it was asked for, or the folder is gone.
    pub from_version: Option<u32>,
}

/// A file, opened: everything but its bytes. Bytes come raw by `file_text`, `file_bytes`, `file_lines`, `file_spans`.
#[derive(Debug, Clone, Serialize, Type)]
pub struct OpenedFile {
    /// Names this state of the file in later calls; changes when the bytes do.
    pub document: String,
    pub path: String,
    pub name: String,
    pub size: String,
    pub view: FileView,
    /// The language's name ("Rust"), "Plain text" when none fits.
    pub language: String,
    /// Whether `file_spans` and `file_outline` have anything to say.
    pub highlighted: bool,
    /// "UTF-8", "UTF-8 with BOM", "UTF-16LE", "UTF-16BE", "Latin-1"; empty for binaries.
    pub encoding: String,
    /// "LF", "CRLF", "CR", "mixed" or "none".
    pub line_ends: String,
    /// Lines of text; 0 for binaries.
    pub lines: u32,
    /// Set when the file is shown as of this version: it was asked for, or the folder is gone.
    pub from_version: Option<u32>,
    /// Set when the file is shown as of this commit.
    pub from_commit: Option<String>,
}

/// How to show a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum FileView {
    /// Up to 8 MB of text: `file_text` gives all of it.
    Text,
    /// More text than that, or lines too long to lay out: `file_lines` gives pages.
    Paged,
    /// An image the webview can decode (png, jpeg, gif, webp, avif, bmp, ico, svg).
    Image,
    /// Bytes that are not text: `file_bytes` for the hex view.
    Binary,
    /// A symbolic link: `file_text` is its target.
    Symlink,
}

/// A page of a large text.
#[derive(Debug, Clone, Serialize, Type)]
pub struct LinePage {
    /// The first line of the page.
    pub first: u32,
    pub lines: Vec<PageLine>,
}

/// One line of a page.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PageLine {
    /// Without its line end, cut at 4,000 characters.
    pub text: String,
    /// Bytes left out at the end.
    pub cut: u32,
}

/// A match of "find in file" in a paged document.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DocumentMatch {
    pub line: u32,
    /// UTF-16 columns within the line, 0-based, end exclusive.
    pub start: u32,
    pub end: u32,
}

/// The matches found, at most 10,000.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DocumentMatches {
    pub matches: Vec<DocumentMatch>,
    pub truncated: bool,
}

/// How to look for text.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct FindOptions {
    pub query: String,
    pub regex: bool,
    pub word: bool,
    pub case_sensitive: bool,
}

/// A symbol of a file.
#[derive(Debug, Clone, Serialize, Type)]
pub struct OutlineItem {
    pub name: String,
    /// "function", "method", "class", "struct", "enum", "interface", "trait", "module", "constant", "type", "macro", "field", "heading", "key".
    pub kind: String,
    pub line: u32,
    pub end_line: u32,
    /// 0 at the top.
    pub depth: u32,
}

/// A rendered Markdown file: sanitised HTML. Images of the project are `<img data-project-path="…">` without `src`; links into the project
/// are `<a data-project-path="…" data-line="…">`; other links keep an `href` with http, https or mailto.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RenderedMarkdown {
    pub html: String,
}

/// A folder somebody asked for from outside: `lectern PATH`, a second start, or a drop onto the window.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct OpenRequest {
    /// As a path of this computer.
    pub path: String,
}
