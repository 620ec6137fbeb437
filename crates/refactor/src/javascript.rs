//! The engine for JavaScript, TypeScript and their JSX.

mod arena;
mod bind;
mod calls;
mod conflicts;
mod depth;
mod evaluate;
mod expected;
mod infer;
mod library;
mod lookup;
mod lower;
mod meaning;
mod members;
mod moves;
mod narrow;
mod paths;
mod question;
mod references;
mod rename;
mod resolution;
mod scopes;
mod search;
mod spots;
mod syntax;
mod tree;
mod types;
mod unify;
mod uses;
mod words;
mod world;

use crate::{Engine, FileUses, Found, Moved, Place, Project, Proposal, Refused, RefusedKind, Rename, Wanted};
use world::World;

/// Knows JavaScript, TypeScript and their JSX.
pub(crate) struct JavaScript;

impl Engine for JavaScript {
    fn takes(&self, path: &str) -> bool {
        paths::is_code(path)
    }

    fn references(&self, project: &dyn Project, at: &Place) -> Result<Found, Refused> {
        answered(|| World::new(project).references(at))
    }

    fn rename(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<Proposal, Refused> {
        answered(|| World::new(project).rename(rename))
    }

    fn renamed(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<(Proposal, Found), Refused> {
        answered(|| {
            let world = World::new(project);
            Ok((world.rename(rename)?, world.references(&rename.at)?))
        })
    }

    fn name_problem(&self, kind: &str, name: &str) -> Option<String> {
        words::name_problem(kind, name)
    }

    fn moved(&self, project: &dyn Project, moves: &[Moved]) -> Result<Proposal, Refused> {
        answered(|| World::new(project).moved(moves))
    }

    fn uses(&self, project: &dyn Project, paths: &[String], wanted: Wanted<'_>) -> Result<Vec<FileUses>, Refused> {
        answered(|| World::new(project).uses(paths, wanted))
    }
}

/// Works something out where there is room for code that is nested deeply.
fn answered<T: Send>(work: impl FnOnce() -> Result<T, Refused> + Send) -> Result<T, Refused> {
    let failed = || Refused::new(RefusedKind::Unsupported, "This could not be worked out.");
    depth::with_room(work).unwrap_or_else(|| Err(failed()))
}
