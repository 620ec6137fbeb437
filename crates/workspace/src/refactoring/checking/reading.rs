//! What can be told of a proposal by reading: what would not parse, and names that would not mean what they meant.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use lectern_projects::Project;
use lectern_refactor::{Certainty, NameFate, NamesChecked, Planned, Project as _, StoredEdit, StoredProposal, check_names, new_errors};
use lectern_sync::manifest_by_id;

use super::super::{
    cards::Params,
    reviewing::{after, is_out, moved_path, moved_to},
    texts::lock,
};
use crate::{
    Workspace,
    syncing::count,
    tasks::cancelled,
    view::{Failure, RefactorAsk, RefactorChecks, RefactorNameFate, RefactorProblem, RefactorUnresolved},
};

/// So many problems are named.
const NAMED: usize = 200;
/// So many sentences say what was not looked at.
const SENTENCES: usize = 20;

impl Workspace {
    /// Parses every file that would change, before and after what is chosen, follows the names that the change is about before and after, and
    /// tells what is left out of what was certain. Asking again for the same job ends what was asked before with `CANCELLED`.
    ///
    /// # Errors
    /// `UNKNOWN_JOB`, `NOT_PROPOSED`, `CANCELLED`.
    pub fn refactor_check(&self, job_id: &str) -> Result<RefactorChecks, Failure> {
        let job = self.refactor_row(job_id)?;
        let project = self.project(&job.project_id)?;
        let stored = self.stored_proposal(&job)?;
        let excluded = self.excluded_of(&job, &stored)?;
        let cancel = Arc::new(AtomicBool::new(false));
        if let Some(before) = lock(&self.refactoring.checking.readings).insert(job_id.to_owned(), Arc::clone(&cancel)) {
            before.store(true, Ordering::Relaxed);
        }
        let mut checks = RefactorChecks::default();
        let read = self.parse_changed(&project, &stored, &excluded, &cancel, &mut checks).and_then(|()| {
            let keeps =
                Params::of(&job).is_some_and(|params| matches!(params.ask, RefactorAsk::RenameSymbol { .. } | RefactorAsk::Move { .. }));
            self.follow_names(&project, &stored, &excluded, &cancel, keeps, &mut checks)
        });
        let mut readings = lock(&self.refactoring.checking.readings);
        if readings.get(job_id).is_some_and(|last| Arc::ptr_eq(last, &cancel)) {
            readings.remove(job_id);
        }
        drop(readings);
        read?;
        checks.errors_total = count(checks.new_errors.len() as u64);
        checks.unresolved_total = count(checks.unresolved.len() as u64);
        checks.new_errors.truncate(NAMED);
        checks.unresolved.truncate(NAMED);
        Ok(checks)
    }

    /// Ends the reading of a proposal; one that is over is fine.
    pub fn refactor_check_stop(&self, job_id: &str) {
        if let Some(cancel) = lock(&self.refactoring.checking.readings).get(job_id) {
            cancel.store(true, Ordering::Relaxed);
        }
    }

    fn parse_changed(
        &self,
        project: &Project,
        stored: &StoredProposal,
        excluded: &[u32],
        cancel: &AtomicBool,
        checks: &mut RefactorChecks,
    ) -> Result<(), Failure> {
        for file in &stored.files {
            if cancel.load(Ordering::Relaxed) {
                return Err(cancelled());
            }
            let included: Vec<&StoredEdit> = file.edits.iter().filter(|edit| !is_out(excluded, edit.id)).collect();
            let Some(before) = self.proposal_text(project, stored, file)?.filter(|_| !included.is_empty()) else { continue };
            let after: Arc<str> = after(&before, &included).into();
            let path = moved_path(stored, &file.path, excluded);
            if let Some(errors) = new_errors(&path, &before, &after, |at| moved_to(&included, at), NAMED) {
                checks.parsed += 1;
                checks.new_errors.extend(errors.into_iter().map(|error| RefactorProblem {
                    path: path.clone(),
                    line: error.line,
                    path_before: file.path.clone(),
                    line_before: line_before(&before, &after, &included, error.line),
                    message: error.message,
                }));
            }
        }
        Ok(())
    }

    fn follow_names(
        &self,
        project: &Project,
        stored: &StoredProposal,
        excluded: &[u32],
        cancel: &Arc<AtomicBool>,
        keeps_meaning: bool,
        checks: &mut RefactorChecks,
    ) -> Result<(), Failure> {
        let mut found = NamesChecked::default();
        match manifest_by_id(&self.store, &stored.manifest_id)? {
            Some(manifest) => {
                let texts = self.version_texts(project, manifest, Arc::clone(cancel))?;
                let planned = Planned::of(&texts, stored, &|id| is_out(excluded, id));
                found = check_names(&texts, &planned, keeps_meaning)?;
                if texts.cancelled() {
                    return Err(cancelled());
                }
            }
            None => checks.unchecked.push(format!("Names were not followed: v{} is not kept any more.", stored.version)),
        }
        checks.followed = found.files;
        checks.unresolved.extend(found.problems.iter().map(|problem| RefactorUnresolved {
            path: problem.path.clone(),
            line: problem.line,
            path_before: problem.path_before.clone(),
            line_before: problem.line_before,
            name: problem.name.clone(),
            fate: match problem.fate {
                NameFate::Unresolved => RefactorNameFate::Unresolved,
                NameFate::Captured => RefactorNameFate::Captured,
            },
            message: problem.message.clone(),
        }));
        left_out(stored, excluded, checks);
        checks.unchecked.extend(found.unchecked.iter().take(SENTENCES).map(|one| format!("{}: {}.", one.path, one.why)));
        if found.unchecked.len() > SENTENCES {
            checks.unchecked.push(format!("And {} more files.", found.unchecked.len() - SENTENCES));
        }
        checks.unchecked.extend(found.limit.map(|limit| format!("{limit}.")));
        Ok(())
    }
}

/// Certain places that are left out and that nothing was said of yet: what they are called would not be what they mean.
fn left_out(stored: &StoredProposal, excluded: &[u32], checks: &mut RefactorChecks) {
    // Of a proposal that is left out as a whole nothing is half done.
    if stored.items().all(|(id, ..)| is_out(excluded, id)) {
        return;
    }
    let said: HashSet<(String, u32)> = checks.unresolved.iter().map(|one| (one.path_before.clone(), one.line_before)).collect();
    for (file, edit) in stored.edits() {
        let is_told = said.contains(&(file.path.clone(), edit.line));
        if edit.certainty == Certainty::Certain && is_out(excluded, edit.id) && !is_told {
            checks.unresolved.push(RefactorUnresolved {
                path: moved_path(stored, &file.path, excluded),
                line: edit.line,
                path_before: file.path.clone(),
                line_before: edit.line,
                name: edit.old.clone(),
                fate: RefactorNameFate::LeftOut,
                message: "this place certainly belongs to the change and is left out".to_owned(),
            });
        }
    }
}

/// The line before of a line afterwards: where it came from, or where the edit that made it begins.
fn line_before(before: &str, after: &str, edits: &[&StoredEdit], line: u32) -> u32 {
    let start = after.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum::<usize>();
    let mut shift = 0_isize;
    for edit in edits {
        let at = (edit.start as usize).saturating_add_signed(shift);
        if start < at {
            break;
        }
        if start < at + edit.new.len() {
            return edit.line;
        }
        shift += edit.new.len().cast_signed() - (edit.end - edit.start) as isize;
    }
    let at = start.saturating_add_signed(-shift).min(before.len());
    count(before.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() as u64) + 1
}
