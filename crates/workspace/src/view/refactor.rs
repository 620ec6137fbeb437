//! What the window is told about refactor jobs. Offsets are 0-based UTF-8 bytes unless a field says otherwise.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CodeLine, Failure, RefactorNameFate, SymbolPlace};

/// What somebody asks for; `refactor_jobs.params` keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefactorAsk {
    /// A name and everything that means the same.
    RenameSymbol {
        path: String,
        line: u32,
        /// Bytes of the line, in or right behind the name.
        column: u32,
        new_name: String,
        /// Files that are named after it, or that it is named after, are renamed too.
        files: bool,
        /// A method goes along with those that it overrides and that override it.
        hierarchy: bool,
    },
    /// Files and folders, with what imports them.
    Move { moves: Vec<PathMove> },
    ReplaceText {
        query: String,
        /// With `regex`: `$1`, `${name}`; `$$` is a dollar.
        replacement: String,
        regex: bool,
        word: bool,
        case: bool,
        /// As in a `.gitignore`; those that begin with `!` leave files out.
        globs: Vec<String>,
    },
    /// Code of a shape, as ast-grep writes it: `$A` is one node, `$$$A` any number.
    ReplacePattern { language: String, pattern: String, replacement: String, globs: Vec<String> },
    /// What a comment suggests for the lines of its thread.
    Suggestion { comment_id: String, index: u32 },
    /// Doc comments out of a page of documentation that is written.
    DocComments { job_id: String },
    /// A patch as git or diff writes it.
    Patch { name: String, text: String },
}

/// A file or folder and where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PathMove {
    pub from: String,
    pub to: String,
}

/// `refactor_jobs.status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefactorStatus {
    Queued,
    Running,
    /// It waits for review.
    Proposed,
    /// It is written, or taken back, right now.
    Applying,
    Applied,
    /// It was applied and taken back.
    Undone,
    Discarded,
    /// Also when it was cancelled: then the error's code is `CANCELLED`.
    Failed,
}

/// Which of [`RefactorAsk`]'s it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefactorKind {
    RenameSymbol,
    Move,
    ReplaceText,
    ReplacePattern,
    Suggestion,
    DocComments,
    Patch,
}

/// A job in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RefactorJob {
    pub id: String,
    pub project_id: String,
    pub project: String,
    pub status: RefactorStatus,
    /// "Rename parse to read".
    pub title: String,
    pub ask_kind: RefactorKind,
    /// Of a rename: the names, and what it is ("function"; empty while that is not known).
    pub old_name: String,
    pub new_name: String,
    pub symbol_kind: String,
    /// Where it was asked; empty and 0 where it was asked of no place.
    pub path: String,
    pub line: u32,
    /// Of a rename: UTF-8 bytes of the line before the place, as it was asked.
    pub column: u32,
    /// The version that it was worked out on.
    pub version: u32,
    pub error: Option<Failure>,
    pub progress: RefactorProgress,
    /// Everything that could be changed: texts replaced, files moved, made and removed.
    pub edits: u32,
    pub files: u32,
    pub certain: u32,
    pub probable: u32,
    pub text: u32,
    pub conflicts: u32,
    /// Of these, those after which code would mean something else or not compile.
    pub breaking: u32,
    /// Of one that was applied.
    pub applied: Option<RefactorApplied>,
    /// Times, RFC 3339.
    pub created_at: String,
    pub finished_at: Option<String>,
    pub applied_at: Option<String>,
    /// Of one that is proposed: files it is about, or that it should be about by now, changed since.
    pub stale: bool,
}

/// How a job gets on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RefactorProgress {
    /// "Recording the folder", "Looking for places", "Writing"; empty when it does nothing.
    pub phase: String,
    pub done: u32,
    /// 0 while unknown.
    pub total: u32,
}

/// All of a proposal for review.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct RefactorProposal {
    pub job: RefactorJob,
    /// Files whose text changes, ascending by path.
    pub files: Vec<RefactorFile>,
    /// Files and folders that go elsewhere.
    pub moves: Vec<RefactorMove>,
    pub created: Vec<RefactorWhole>,
    pub removed: Vec<RefactorWhole>,
    /// What breaks first.
    pub conflicts: Vec<RefactorConflict>,
    pub groups: Vec<RefactorGroup>,
    /// The numbers of edits, moves, and files made or removed that are not to be done.
    pub excluded: Vec<u32>,
}

/// A file whose text changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RefactorFile {
    /// As it is called before.
    pub path: String,
    /// As it is called afterwards, where that is something else and nothing is left out.
    pub new_path: Option<String>,
    /// Empty for one without a grammar.
    pub language: String,
    pub certain: u32,
    pub probable: u32,
    pub text: u32,
    /// Ascending.
    pub edits: Vec<RefactorEdit>,
    /// A tool made it.
    pub generated: bool,
    /// It is in no version, because it is ignored.
    pub ignored: bool,
}

/// A part of a text and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RefactorEdit {
    /// Stable within the proposal; edits, moves, and files made and removed are numbered together.
    pub id: u32,
    /// Of its first byte: the line, and the UTF-16 column in it.
    pub line: u32,
    pub column: u32,
    /// In the decoded text, without a byte order mark; the end is exclusive.
    pub start: u32,
    pub end: u32,
    pub old: String,
    pub new: String,
    pub certainty: RefactorCertainty,
    pub reason: String,
    /// Those with the same number make sense only together.
    pub group: Option<u32>,
}

/// A file or folder that goes elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RefactorMove {
    pub id: u32,
    pub from: String,
    pub to: String,
    /// How many files go with it.
    pub files: u32,
    pub certainty: RefactorCertainty,
    pub reason: String,
    pub group: Option<u32>,
}

/// A file that comes or goes as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RefactorWhole {
    pub id: u32,
    pub path: String,
    pub lines: u32,
    pub certainty: RefactorCertainty,
    pub reason: String,
    pub group: Option<u32>,
}

/// What speaks against a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RefactorConflict {
    pub path: String,
    /// From 1, before the change; 0 for the whole file.
    pub line: u32,
    pub kind: RefactorConflictKind,
    pub breaks: bool,
    pub message: String,
    /// Of a rename: the file could import the new name as the old one, and go on with that.
    pub old_name: bool,
}

/// Changes that make sense only together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RefactorGroup {
    pub number: u32,
    pub label: String,
    /// Its edits, moves, and files made and removed.
    pub ids: Vec<u32>,
}

/// How sure it is that a change belongs to what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefactorCertainty {
    /// The place is bound to what is changed by the rules of the language.
    Certain,
    /// It may be; the reason says why that is not sure.
    Probable,
    /// The name is spelled there in a comment, in documentation or in a string.
    Text,
}

/// What speaks against a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefactorConflictKind {
    /// The new name would be hidden by another declaration, or hide one.
    Shadowing,
    /// The scope, type or module has that name already.
    NameClash,
    /// There is a file of that name already.
    FileNameTaken,
    /// A word of the language, or one that would change what the code is.
    ReservedWord,
    /// A tool makes the file, and would make it anew without the change.
    GeneratedFile,
    /// The file is ignored, and so not in any version.
    IgnoredFile,
    /// A type would no longer have what an interface, trait or base class asks of it.
    BrokenContract,
    /// Something could not be read or understood, so that places may be missing.
    Unreadable,
}

/// Some of the hunks of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct RefactorHunks {
    pub path: String,
    /// How many hunks the file has.
    pub total: u32,
    /// The number of the first of these, from 0.
    pub first: u32,
    pub hunks: Vec<RefactorHunk>,
}

/// Lines around edits that touch the same lines.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct RefactorHunk {
    /// Its edits; each changes something between `old` and `new`.
    pub ids: Vec<u32>,
    pub line: u32,
    /// The function or type it is in; "Import"; empty at the top of a file.
    pub scope: String,
    /// The lines before, at most 2, those that change, as they are, and the lines after, at most 2; cut at 4,000 characters each.
    pub before: Vec<CodeLine>,
    pub old: Vec<CodeLine>,
    /// What the lines become when all edits of the hunk are made; numbered as when all of the file's are.
    pub new: Vec<CodeLine>,
    pub after: Vec<CodeLine>,
    /// UTF-16 columns of what changes: index of the line in `old`, start, end (exclusive), ascending.
    pub old_marks: Vec<(u32, u32, u32)>,
    /// The same in `new`.
    pub new_marks: Vec<(u32, u32, u32)>,
}

/// What was found out about the texts as they would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RefactorChecks {
    /// Files that were parsed before and after.
    pub parsed: u32,
    /// Places that can't be parsed afterwards and could before. At most 200.
    pub new_errors: Vec<RefactorProblem>,
    /// Files in which names were followed before and after.
    pub followed: u32,
    /// Names that would no longer mean what they meant. At most 200.
    pub unresolved: Vec<RefactorUnresolved>,
    /// How many there are of both.
    pub errors_total: u32,
    pub unresolved_total: u32,
    /// What was not looked at, in plain sentences. At most 20.
    pub unchecked: Vec<String>,
}

/// A place that can't be parsed afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RefactorProblem {
    /// The file as it is called afterwards, and the line of the text afterwards.
    pub path: String,
    pub line: u32,
    /// The same before.
    pub path_before: String,
    pub line_before: u32,
    pub message: String,
}

/// A name that would no longer mean what it meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RefactorUnresolved {
    /// The file as it is called afterwards, and the line of the text afterwards.
    pub path: String,
    pub line: u32,
    /// The same before.
    pub path_before: String,
    pub line_before: u32,
    pub name: String,
    pub fate: RefactorNameFate,
    pub message: String,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RefactorApplied {
    pub journal_id: String,
    /// The version with the folder as it was before.
    pub undo_version: u32,
    pub files: u32,
    /// Edits, moves, and files made and removed that were done, and those that were left out.
    pub edits: u32,
    pub skipped: u32,
    /// Threads that went with their lines, and threads whose lines are not known for sure any more.
    pub threads_moved: u32,
    pub threads_lost: u32,
}

/// What taking a job back would do; of one that is taken back, what applying it again would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RefactorUndo {
    /// Nothing was changed since: everything will be byte for byte as it was.
    pub exact: bool,
    pub files: Vec<RefactorUndoFile>,
}

/// A file that taking back would touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RefactorUndoFile {
    /// As it is called now.
    pub path: String,
    /// As it would be called, where that is something else.
    pub new_path: Option<String>,
    pub state: RefactorUndoState,
    /// What it would be; only of conflicts.
    pub conflicts: Vec<RefactorUndoConflict>,
    /// Why it can't be told, where it is gone or no text.
    pub reason: String,
}

/// How a file can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefactorUndoState {
    /// It is as it was left.
    Exact,
    /// It was changed elsewhere since; those changes stay.
    Merged,
    /// It was changed in the same lines since: somebody has to choose.
    Conflict,
    /// It is not there any more, or can't be merged; it stays as it is.
    Gone,
}

/// Lines that were changed since and would be taken back too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RefactorUndoConflict {
    /// The number of the conflict in its file, from 0.
    pub number: u32,
    /// The first line, as the file is now.
    pub line: u32,
    /// The lines as they are now, as they would be taken back, and as the job left them.
    pub now: String,
    pub back: String,
    pub left: String,
}

/// What to do about a conflict of an undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RefactorUndoChoice {
    pub path: String,
    pub number: u32,
    /// Take the lines back; otherwise they stay as they are now.
    pub back: bool,
}

/// What a rename would be of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RefactorSymbol {
    pub name: String,
    /// "function", "type parameter"; empty when only its spelling is known.
    pub kind: String,
    pub path: String,
    pub line: u32,
    /// UTF-16 columns of the name there, end exclusive.
    pub column: u32,
    pub end_column: u32,
    /// Found by spelling alone: there is no engine for the language.
    pub by_name: bool,
    /// Why it can't be renamed.
    pub refused: Option<Failure>,
}

/// Where a name is declared, by what it means.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RefactorDefinitions {
    pub name: String,
    /// "function", "type parameter".
    pub kind: String,
    /// False: whether it is one of these can't be told for sure.
    pub certain: bool,
    /// At least one.
    pub places: Vec<SymbolPlace>,
}
