//! A proposal as it is reviewed: everything of it, hunks of a file, what is left out.

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
    sync::Arc,
};

use lectern_jobs::{Job, Status};
use lectern_projects::Project;
use lectern_refactor::{Certainty, Conflict, ConflictKind, StoredEdit, StoredFile, StoredProposal, can_keep_old_name, rows};
use lectern_sync::{Manifest, RepoPath, differences, latest_manifest, manifest_by_id};
use lectern_syntax::Language;

use super::{
    cards::Params,
    texts::{VersionTexts, lock, text_of},
};
use crate::{
    Workspace,
    ai::{from_a_newer, unknown_job},
    syncing::count,
    view::{
        Failure, RefactorAsk, RefactorConflict, RefactorEdit, RefactorFile, RefactorGroup, RefactorMove, RefactorProposal, RefactorWhole,
    },
};

/// Proposals that are kept in memory.
const KEPT: usize = 6;
/// Answers that are kept on which proposals are stale.
const KEPT_ANSWERS: usize = 1000;

impl Workspace {
    /// All of a proposal.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NOT_PROPOSED` when there is none.
    pub fn refactor_proposal(&self, job_id: &str) -> Result<RefactorProposal, Failure> {
        let job = self.refactor_row(job_id)?;
        let card = self.refactor_card(&job)?.ok_or_else(unknown_job)?;
        let stored = self.stored_proposal(&job)?;
        let excluded = self.excluded_of(&job, &stored)?;
        let project = self.project(&job.project_id)?;
        let manifest = manifest_by_id(&self.store, &stored.manifest_id)?;
        let paths = match manifest {
            Some(manifest) if !stored.moves.is_empty() => {
                let texts = self.version_texts(&project, manifest, Arc::default())?;
                lectern_refactor::Project::paths(&texts).to_vec()
            }
            _ => Vec::new(),
        };
        let beneath = |from: &str| paths.iter().filter(|path| is_within(path, from)).count();
        let moves = stored.moves.iter().map(|one| RefactorMove {
            id: one.id,
            from: one.what.from.clone(),
            to: one.what.to.clone(),
            files: count(beneath(&one.what.from) as u64),
            certainty: one.what.certainty.into(),
            reason: one.what.reason.clone(),
            group: one.what.group,
        });
        let created = stored.created.iter().map(|one| RefactorWhole {
            id: one.id,
            path: one.what.path.clone(),
            lines: count(one.what.text.lines().count() as u64),
            certainty: one.what.certainty.into(),
            reason: one.what.reason.clone(),
            group: one.what.group,
        });
        let removed = stored.removed.iter().map(|one| RefactorWhole {
            id: one.id,
            path: one.what.path.clone(),
            lines: 0,
            certainty: one.what.certainty.into(),
            reason: one.what.reason.clone(),
            group: one.what.group,
        });
        let conflicts = stored.conflicts.iter().map(|conflict| RefactorConflict {
            path: conflict.path.clone(),
            line: conflict.line,
            kind: conflict.kind.into(),
            breaks: conflict.breaks,
            message: conflict.message.clone(),
            old_name: self.could_keep_old_name(&project, &stored, conflict),
        });
        Ok(RefactorProposal {
            job: card,
            files: stored.files.iter().map(|file| file_view(&stored, file, &excluded)).collect(),
            moves: moves.collect(),
            created: created.collect(),
            removed: removed.collect(),
            conflicts: conflicts.collect(),
            groups: groups(&stored),
            excluded,
        })
    }

    /// Whether a file where a rename clashes imports what is renamed by its name.
    fn could_keep_old_name(&self, project: &Project, stored: &StoredProposal, conflict: &Conflict) -> bool {
        let clashes = conflict.breaks && matches!(conflict.kind, ConflictKind::NameClash | ConflictKind::Shadowing);
        let file = || stored.files.iter().find(|file| file.path == conflict.path);
        let Some(file) = file().filter(|_| clashes && stored.moves.is_empty()) else { return false };
        let Some(symbol) = &stored.symbol else { return false };
        let Ok(Some(text)) = self.proposal_text(project, stored, file) else { return false };
        let edits = file.edits.iter().filter(|edit| edit.old == symbol.name);
        can_keep_old_name(&file.path, &text, edits.map(|edit| (edit.start as usize..edit.end as usize, edit.old.as_str())))
    }

    /// Stores what is not to be done, by numbers of the proposal; numbers that it has not are left out.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NOT_PROPOSED`.
    pub fn refactor_choose(&self, job_id: &str, excluded: &[u32]) -> Result<(), Failure> {
        let job = self.refactor_row(job_id)?;
        if job.status != Status::Proposed {
            return Err(super::not_proposed());
        }
        let stored = self.stored_proposal(&job)?;
        let excluded: HashSet<u32> = excluded.iter().copied().collect();
        let mut chosen: Vec<u32> = stored.items().map(|(id, ..)| id).filter(|id| excluded.contains(id)).collect();
        chosen.sort_unstable();
        let now = self.clock.now();
        Ok(self.store.write(|transaction| rows::set_excluded(transaction, job_id, &chosen, now))?)
    }

    /// Nobody wants a proposal.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NOT_PROPOSED`.
    pub fn refactor_discard(&self, job_id: &str) -> Result<(), Failure> {
        let user = self.user()?;
        self.refactor_row(job_id)?;
        let now = self.clock.now();
        if !self.store.write(|transaction| rows::discard(transaction, job_id, user.as_str(), now))? {
            return Err(super::not_proposed());
        }
        self.tell_refactoring(job_id);
        Ok(())
    }

    /// The proposal of a row, parsed once for as long as the row does not change.
    pub(super) fn stored_proposal(&self, job: &Job) -> Result<Arc<StoredProposal>, Failure> {
        let stamp = (job.id.clone(), job.finished_at);
        let mut kept = lock(&self.refactoring.proposals);
        if let Some(at) = kept.iter().position(|(of, _)| *of == stamp) {
            let found = kept.remove(at);
            kept.insert(0, found.clone());
            return Ok(found.1);
        }
        drop(kept);
        let full = self.refactoring.queue.job_full(&job.user_id, &job.id)?.ok_or_else(unknown_job)?;
        let json = full.result.ok_or_else(super::not_proposed)?;
        let stored: StoredProposal = serde_json::from_str(&json).map_err(|_| from_a_newer())?;
        let stored = Arc::new(stored);
        // One that is worked out again is about to be another.
        if job.finished_at.is_some() {
            let mut kept = lock(&self.refactoring.proposals);
            kept.insert(0, (stamp, Arc::clone(&stored)));
            kept.truncate(KEPT);
        }
        Ok(stored)
    }

    /// What is not to be done, ascending.
    pub(super) fn excluded_of(&self, job: &Job, stored: &StoredProposal) -> Result<Vec<u32>, Failure> {
        let chosen = self.store.read(|connection| rows::excluded(connection, &job.id))?;
        Ok(chosen.unwrap_or_else(|| stored.left_out()))
    }

    /// The text that a proposal's edits of a file are of; `None` when it is not to be had any more.
    pub(super) fn proposal_text(&self, project: &Project, stored: &StoredProposal, file: &StoredFile) -> Result<Option<Arc<str>>, Failure> {
        match manifest_by_id(&self.store, &stored.manifest_id)? {
            Some(manifest) => Ok(self.version_texts(project, manifest, Arc::default())?.text_of(file.object)),
            // The contents are kept longer than the version.
            None => Ok(self.objects.get(&file.object)?.and_then(text_of)),
        }
    }

    /// Whether the latest version differs from the one of a proposal in a file that the proposal is about, or would be about by now.
    pub(super) fn is_stale(&self, project: &Project, job: &Job) -> Result<bool, Failure> {
        let Some(params) = Params::of(job) else { return Ok(false) };
        match latest_manifest(&self.store, project.id.as_str())? {
            Some(latest) if latest.id != params.manifest_id => {
                let key = (job.id.clone(), params.manifest_id.clone(), latest.id.clone());
                if let Some(known) = lock(&self.refactoring.stale).get(&key) {
                    return Ok(*known);
                }
                let stored = self.stored_proposal(job)?;
                let stale = self.differs(project, &stored, &params.ask, &latest)?;
                let mut known = lock(&self.refactoring.stale);
                if known.len() >= KEPT_ANSWERS {
                    known.clear();
                }
                known.insert(key, stale);
                Ok(stale)
            }
            _ => Ok(false),
        }
    }

    /// Whether a proposal would be another one on a version.
    pub(super) fn differs(&self, project: &Project, stored: &StoredProposal, ask: &RefactorAsk, now: &Manifest) -> Result<bool, Failure> {
        if now.id == stored.manifest_id {
            return Ok(false);
        }
        // Without the version that it was of, nothing is known.
        let Some(then) = manifest_by_id(&self.store, &stored.manifest_id)? else { return Ok(true) };
        let changed = differences(&self.store, Some(&then), Some(now))?;
        if changed.is_empty() {
            return Ok(false);
        }
        let texts = self.version_texts(project, now.clone(), Arc::default())?;
        let touches = |path: &str| {
            let in_moves = stored.moves.iter().any(|one| is_within(path, &one.what.from) || is_within(path, &one.what.to));
            let whole = stored.created.iter().any(|one| one.what.path == path) || stored.removed.iter().any(|one| one.what.path == path);
            in_moves || whole || stored.files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok()
        };
        Ok(changed.iter().any(|difference| {
            let paths = [Some(&difference.path), difference.old_path.as_ref()];
            let mut keys = paths.into_iter().flatten().map(RepoPath::key);
            keys.any(|key| touches(&key) || may_belong(&texts, ask, stored, &key))
        }))
    }
}

/// Whether a file that changed might be part of what was asked by now.
fn may_belong(texts: &VersionTexts<'_>, ask: &RefactorAsk, stored: &StoredProposal, path: &str) -> bool {
    let Some(text) = lectern_refactor::Project::text(texts, path) else { return false };
    let file = || lectern_refactor::InMemory::new([(path.to_owned(), text.to_string())]);
    match ask {
        RefactorAsk::RenameSymbol { .. } => stored.symbol.as_ref().is_some_and(|symbol| text.contains(&symbol.name)),
        RefactorAsk::Move { moves } => moves.iter().any(|one| {
            let name = one.from.rsplit('/').next().unwrap_or_default();
            let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
            !stem.is_empty() && text.contains(stem)
        }),
        RefactorAsk::ReplaceText { query, replacement, regex, word, case, globs } => {
            let (query, replacement, globs) = (query.clone(), replacement.clone(), globs.clone());
            let asked = lectern_refactor::TextReplace { query, replacement, regex: *regex, word: *word, case: *case, globs };
            lectern_refactor::replace_text(&file(), &asked).map_or(true, |found| !found.edits.is_empty())
        }
        RefactorAsk::ReplacePattern { language, pattern, replacement, globs } => {
            let (language, pattern) = (language.clone(), pattern.clone());
            let asked = lectern_refactor::PatternReplace { language, pattern, replacement: replacement.clone(), globs: globs.clone() };
            lectern_refactor::replace_pattern(&file(), &asked).map_or(true, |found| !found.edits.is_empty())
        }
        RefactorAsk::Suggestion { .. } | RefactorAsk::DocComments { .. } | RefactorAsk::Patch { .. } => false,
    }
}

/// Whether a number is among those (ascending) that are not to be done.
pub(super) fn is_out(excluded: &[u32], id: u32) -> bool {
    excluded.binary_search(&id).is_ok()
}

/// Whether a path is a folder's own, or beneath it.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Where a file is when the moves that are chosen are done: the innermost that holds it decides.
pub(super) fn moved_path(stored: &StoredProposal, path: &str, excluded: &[u32]) -> String {
    let chosen = stored.moves.iter().filter(|one| !is_out(excluded, one.id));
    match chosen.filter(|one| is_within(path, &one.what.from)).max_by_key(|one| one.what.from.len()) {
        Some(one) => format!("{}{}", one.what.to, &path[one.what.from.len()..]),
        None => path.to_owned(),
    }
}

/// A text with some edits (ascending) made.
pub(super) fn after(text: &str, edits: &[&StoredEdit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.start as usize).unwrap_or_default());
        out.push_str(&edit.new);
        at = edit.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Where a byte of a text is when some edits (ascending) are made.
pub(super) fn moved_to(edits: &[&StoredEdit], at: usize) -> usize {
    let mut shift = 0_isize;
    for edit in edits.iter().take_while(|edit| edit.start as usize <= at) {
        let range: Range<usize> = edit.start as usize..edit.end as usize;
        if range.contains(&at) {
            return range.start.saturating_add_signed(shift);
        }
        shift += edit.new.len().cast_signed() - range.len().cast_signed();
    }
    at.saturating_add_signed(shift)
}

fn file_view(stored: &StoredProposal, file: &StoredFile, excluded: &[u32]) -> RefactorFile {
    let of = |certainty: Certainty| count(file.edits.iter().filter(|edit| edit.certainty == certainty).count() as u64);
    let told = |kind: ConflictKind| stored.conflicts.iter().any(|conflict| conflict.path == file.path && conflict.kind == kind);
    let new_path = Some(moved_path(stored, &file.path, excluded)).filter(|path| *path != file.path);
    RefactorFile {
        new_path,
        language: Language::for_path(&file.path, None).map(|language| language.name().to_owned()).unwrap_or_default(),
        certain: of(Certainty::Certain),
        probable: of(Certainty::Probable),
        text: of(Certainty::Text),
        edits: file.edits.iter().map(edit_view).collect(),
        generated: told(ConflictKind::GeneratedFile),
        ignored: told(ConflictKind::IgnoredFile),
        path: file.path.clone(),
    }
}

fn edit_view(edit: &StoredEdit) -> RefactorEdit {
    RefactorEdit {
        id: edit.id,
        line: edit.line,
        column: edit.column,
        start: edit.start,
        end: edit.end,
        old: edit.old.clone(),
        new: edit.new.clone(),
        certainty: edit.certainty.into(),
        reason: edit.reason.clone(),
        group: edit.group,
    }
}

fn groups(stored: &StoredProposal) -> Vec<RefactorGroup> {
    let mut groups: BTreeMap<u32, RefactorGroup> = BTreeMap::new();
    for (id, _, group) in stored.items() {
        let Some(number) = group else { continue };
        groups.entry(number).or_insert_with(|| RefactorGroup { number, label: String::new(), ids: Vec::new() }).ids.push(id);
    }
    for group in groups.values_mut() {
        let first = group.ids[0];
        let moved = stored.moves.iter().find(|one| one.id == first).map(|one| format!("{} to {}", one.what.from, one.what.to));
        let edited = || stored.edits().find(|(_, edit)| edit.id == first).map(|(file, edit)| format!("{}, line {}", file.path, edit.line));
        group.label = moved.or_else(edited).unwrap_or_default();
    }
    groups.into_values().collect()
}
