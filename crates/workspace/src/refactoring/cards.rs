//! Rows of refactor_jobs as the window is told of them.

use lectern_jobs::{Job, JobFailure, Status};
use lectern_refactor::{AppliedChanges, Certainty, ConflictKind, StoredProposal};
use serde::{Deserialize, Serialize};

use crate::{
    syncing::count,
    view::{
        Failure, RefactorApplied, RefactorAsk, RefactorCertainty, RefactorConflictKind, RefactorJob, RefactorKind, RefactorProgress,
        RefactorStatus,
    },
};

/// `refactor_jobs.params`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Params {
    pub format: u32,
    pub manifest_id: String,
    pub version: u32,
    pub ask: RefactorAsk,
    /// Of a rename: files that import the new name as the old one, and change no further.
    #[serde(default)]
    pub old_name_in: Vec<String>,
}

impl Params {
    pub fn of(job: &Job) -> Option<Self> {
        serde_json::from_value(job.params.clone()).ok()
    }
}

/// `refactor_jobs.progress`: how a job gets on, and what lists say of one that is done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredCard {
    pub format: u32,
    pub title: String,
    pub old_name: String,
    pub symbol_kind: String,
    pub edits: u32,
    pub files: u32,
    pub certain: u32,
    pub probable: u32,
    pub text: u32,
    pub conflicts: u32,
    pub breaking: u32,
    pub now: RefactorProgress,
    pub applied: Option<RefactorApplied>,
    pub applied_at: Option<String>,
}

impl StoredCard {
    /// What a row has; of a row that nobody understands nothing.
    pub fn read(progress: &serde_json::Value) -> Self {
        serde_json::from_value(progress.clone()).unwrap_or_default()
    }

    /// What lists say of a proposal.
    pub fn of(stored: &StoredProposal) -> Self {
        let symbol = stored.symbol.clone().unwrap_or_default();
        let mut card = Self { format: 1, title: stored.title.clone(), old_name: symbol.name, symbol_kind: symbol.kind, ..Self::default() };
        for (_, certainty, _) in stored.items() {
            card.edits += 1;
            match certainty {
                Certainty::Certain => card.certain += 1,
                Certainty::Probable => card.probable += 1,
                Certainty::Text => card.text += 1,
            }
        }
        card.files = count((stored.files.len() + stored.created.len() + stored.removed.len()) as u64);
        card.conflicts = count(stored.conflicts.len() as u64);
        card.breaking = count(stored.conflicts.iter().filter(|conflict| conflict.breaks).count() as u64);
        card
    }
}

/// What was applied, as the window is told.
pub(super) fn applied_view(changes: &AppliedChanges) -> RefactorApplied {
    RefactorApplied {
        journal_id: changes.journal_id.clone(),
        undo_version: changes.undo_version,
        files: count(changes.files.len() as u64),
        edits: changes.edits,
        skipped: changes.skipped,
        threads_moved: changes.threads_moved,
        threads_lost: changes.threads_lost,
    }
}

/// A row as a card.
pub(super) fn card(job: &Job, project: &str, live: Option<RefactorProgress>, stale: bool) -> RefactorJob {
    let params = Params::of(job);
    let stored = StoredCard::read(&job.progress);
    let ask = params.as_ref().map(|params| &params.ask);
    let (path, line, column, new_name) = match ask {
        Some(RefactorAsk::RenameSymbol { path, line, column, new_name, .. }) => (path.clone(), *line, *column, new_name.clone()),
        Some(RefactorAsk::Move { moves }) => (moves.first().map(|one| one.from.clone()).unwrap_or_default(), 0, 0, String::new()),
        _ => (String::new(), 0, 0, String::new()),
    };
    let status = match job.status {
        Status::Queued => RefactorStatus::Queued,
        Status::Running => RefactorStatus::Running,
        Status::Proposed => RefactorStatus::Proposed,
        Status::Applying => RefactorStatus::Applying,
        Status::Applied => RefactorStatus::Applied,
        Status::Undone => RefactorStatus::Undone,
        Status::Discarded => RefactorStatus::Discarded,
        Status::Failed | Status::Success => RefactorStatus::Failed,
    };
    RefactorJob {
        id: job.id.clone(),
        project_id: job.project_id.clone(),
        project: project.to_owned(),
        status,
        title: if stored.title.is_empty() { ask.map(title_of).unwrap_or_default() } else { stored.title },
        ask_kind: ask.map_or(RefactorKind::Patch, kind_of),
        old_name: stored.old_name,
        new_name,
        symbol_kind: stored.symbol_kind,
        path,
        line,
        column,
        version: params.as_ref().map_or(0, |params| params.version),
        error: job.error.clone().map(failure),
        progress: live.unwrap_or_default(),
        edits: stored.edits,
        files: stored.files,
        certain: stored.certain,
        probable: stored.probable,
        text: stored.text,
        conflicts: stored.conflicts,
        breaking: stored.breaking,
        applied: stored.applied,
        created_at: job.created_at.to_string(),
        finished_at: job.finished_at.map(|time| time.to_string()),
        applied_at: stored.applied_at,
        stale,
    }
}

fn kind_of(ask: &RefactorAsk) -> RefactorKind {
    match ask {
        RefactorAsk::RenameSymbol { .. } => RefactorKind::RenameSymbol,
        RefactorAsk::Move { .. } => RefactorKind::Move,
        RefactorAsk::ReplaceText { .. } => RefactorKind::ReplaceText,
        RefactorAsk::ReplacePattern { .. } => RefactorKind::ReplacePattern,
        RefactorAsk::Suggestion { .. } => RefactorKind::Suggestion,
        RefactorAsk::DocComments { .. } => RefactorKind::DocComments,
        RefactorAsk::Patch { .. } => RefactorKind::Patch,
    }
}

/// A job by what was asked, before more is known.
pub(super) fn title_of(ask: &RefactorAsk) -> String {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    match ask {
        RefactorAsk::RenameSymbol { path, line, new_name, .. } => format!("Rename a name in {}, line {line}, to {new_name}", name(path)),
        RefactorAsk::Move { moves } => match moves.as_slice() {
            [one] => format!("Move {} to {}", one.from, one.to),
            moves => format!("Move {} files and folders", moves.len()),
        },
        RefactorAsk::ReplaceText { query, replacement, .. } => format!("Replace “{}” by “{}”", short(query), short(replacement)),
        RefactorAsk::ReplacePattern { pattern, replacement, .. } => format!("Replace {} by {}", short(pattern), short(replacement)),
        RefactorAsk::Suggestion { .. } => "Apply a suggestion".to_owned(),
        RefactorAsk::DocComments { .. } => "Write doc comments".to_owned(),
        RefactorAsk::Patch { name, .. } => format!("Apply the patch {}", short(name)),
    }
}

/// The beginning of the first line.
fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(40).collect();
    if cut.len() < text.trim_end().len() { format!("{cut}…") } else { cut }
}

fn failure(error: JobFailure) -> Failure {
    Failure { code: error.code, message: error.message, hint: error.hint }
}

impl From<Certainty> for RefactorCertainty {
    fn from(certainty: Certainty) -> Self {
        match certainty {
            Certainty::Certain => Self::Certain,
            Certainty::Probable => Self::Probable,
            Certainty::Text => Self::Text,
        }
    }
}

impl From<ConflictKind> for RefactorConflictKind {
    fn from(kind: ConflictKind) -> Self {
        match kind {
            ConflictKind::Shadowing => Self::Shadowing,
            ConflictKind::NameClash => Self::NameClash,
            ConflictKind::FileNameTaken => Self::FileNameTaken,
            ConflictKind::ReservedWord => Self::ReservedWord,
            ConflictKind::GeneratedFile => Self::GeneratedFile,
            ConflictKind::IgnoredFile => Self::IgnoredFile,
            ConflictKind::BrokenContract => Self::BrokenContract,
            ConflictKind::Unreadable => Self::Unreadable,
        }
    }
}
