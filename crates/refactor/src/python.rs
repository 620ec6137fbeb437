//! The engine for Python.

mod annotations;
mod bind;
mod bind_definitions;
mod bind_expressions;
mod bind_narrowings;
mod bind_statements;
mod bind_strings;
mod calls;
mod classes;
mod conflicts;
mod entities;
mod lookup;
mod modules;
mod moved;
mod nesting;
mod rename;
mod resolve;
mod search;
mod session;
mod stdlib;
mod table;
mod target;
mod types;
mod uses;

use self::session::Session;
use crate::{Certainty, Engine, FileUses, Found, Moved, Occurrence, Place, Project, Proposal, Refused, RefusedKind, Rename, Wanted};

/// Knows Python.
pub(crate) struct Python;

/// Trees are walked, and dropped, by recursion; texts that nest deeper than this holds are not read.
pub(crate) const STACK: usize = 256 << 20;

/// Whether a path is a source or a stub of Python.
pub(crate) fn is_python(path: &str) -> bool {
    path.ends_with(".py") || path.ends_with(".pyi")
}

impl Engine for Python {
    fn takes(&self, path: &str) -> bool {
        is_python(path)
    }

    fn references(&self, project: &dyn Project, at: &Place) -> Result<Found, Refused> {
        with_stack(|| references(&Session::new(project), at))
    }

    fn rename(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<Proposal, Refused> {
        with_stack(|| Session::new(project).rename(rename))
    }

    fn renamed(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<(Proposal, Found), Refused> {
        with_stack(|| {
            let session = Session::new(project);
            Ok((session.rename(rename)?, references(&session, &rename.at)?))
        })
    }

    fn name_problem(&self, _kind: &str, name: &str) -> Option<String> {
        rename::name_problem(name)
    }

    fn moved(&self, project: &dyn Project, moves: &[Moved]) -> Result<Proposal, Refused> {
        with_stack(|| Session::new(project).moved(moves))
    }

    fn uses(&self, project: &dyn Project, paths: &[String], wanted: Wanted<'_>) -> Result<Vec<FileUses>, Refused> {
        with_stack(|| Session::new(project).uses(paths, wanted))
    }
}

fn references(session: &Session<'_>, at: &Place) -> Result<Found, Refused> {
    let target = session.target(at, true)?;
    let hits = session.hits(&target)?;
    let mut occurrences: Vec<Occurrence> = hits
        .into_iter()
        .map(|hit| Occurrence {
            path: session.path(hit.file).to_string(),
            start: hit.span.start,
            end: hit.span.end,
            certainty: hit.certainty,
            reason: hit.reason,
            role: hit.role,
        })
        .collect();
    occurrences.sort_by(|a, b| (&a.path, a.start, a.certainty, a.role).cmp(&(&b.path, b.start, b.certainty, b.role)));
    occurrences.dedup_by(|next, kept| next.path == kept.path && next.start == kept.start);
    debug_assert!(occurrences.iter().all(|occurrence| occurrence.certainty != Certainty::Text));
    Ok(Found { name: target.name.to_string(), kind: target.kind, occurrences })
}

/// Does something on a stack that deep trees fit on.
fn with_stack<T: Send>(act: impl FnOnce() -> Result<T, Refused> + Send) -> Result<T, Refused> {
    std::thread::scope(|scope| {
        let spawned = std::thread::Builder::new().name("python".to_owned()).stack_size(STACK).spawn_scoped(scope, act);
        let lost = || Refused::new(RefusedKind::Unsupported, "This could not be worked out.");
        match spawned {
            Ok(worker) => worker.join().unwrap_or_else(|_| Err(lost())),
            Err(_) => Err(lost()),
        }
    })
}
