//! The engine for Go.

mod assigned;
mod bind;
mod check;
mod check_members;
mod contracts;
mod docs;
mod expressions;
mod find;
mod imports;
mod infer;
mod locate;
mod modules;
mod moves;
mod native;
mod packages;
mod receivers;
mod rename;
mod standard;
mod syntax;
mod types;
mod uses;
mod walk;
mod world;

use crate::{Engine, FileUses, Found, Moved, Place, Project, Proposal, Refused, RefusedKind, Rename, Wanted};
use world::World;

/// Knows Go.
pub(crate) struct Go;

impl Engine for Go {
    fn takes(&self, path: &str) -> bool {
        path.ends_with(".go")
    }

    fn references(&self, project: &dyn Project, at: &Place) -> Result<Found, Refused> {
        roomy(|| World::new(project).references(at))
    }

    fn rename(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<Proposal, Refused> {
        roomy(|| World::new(project).rename(rename))
    }

    fn renamed(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<(Proposal, Found), Refused> {
        roomy(|| {
            let world = World::new(project);
            Ok((world.rename(rename)?, world.references(&rename.at)?))
        })
    }

    fn name_problem(&self, kind: &str, name: &str) -> Option<String> {
        // A package may be said by its import path.
        let name = if kind == "package" { name.rsplit('/').next().unwrap_or(name) } else { name };
        if rename::KEYWORDS.contains(&name) {
            return Some(format!("`{name}` is a reserved word of Go."));
        }
        (!rename::is_name(name)).then(|| format!("`{name}` is no name in Go."))
    }

    fn moved(&self, project: &dyn Project, moves: &[Moved]) -> Result<Proposal, Refused> {
        roomy(|| World::new(project).moved(moves))
    }

    fn uses(&self, project: &dyn Project, paths: &[String], wanted: Wanted<'_>) -> Result<Vec<FileUses>, Refused> {
        roomy(|| World::new(project).uses(paths, wanted))
    }
}

/// Trees are walked recursively, so that deep ones need a deep stack.
fn roomy<T: Send>(work: impl FnOnce() -> Result<T, Refused> + Send) -> Result<T, Refused> {
    const STACK: usize = 256 << 20;
    let failed = || Refused::new(RefusedKind::Unsupported, "This could not be worked out.");
    std::thread::scope(|scope| {
        let started = std::thread::Builder::new().name("go".to_owned()).stack_size(STACK).spawn_scoped(scope, work);
        started.map_err(|_| failed())?.join().map_err(|_| failed())?
    })
}
