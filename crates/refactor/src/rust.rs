//! The engine for Rust.

mod bindings;
mod common;
mod conflicts;
mod construct;
mod crates;
mod docs;
mod edits;
mod expand;
mod find;
mod fragments;
mod infer;
mod known;
mod local;
mod matcher;
mod members;
mod modules;
mod naming;
mod path;
mod receiver;
mod relink;
mod relocate;
mod rename;
mod scope;
mod sense;
mod source;
mod through;
mod tokens;
mod types;
mod uses;
mod wellknown;
mod world;

use world::World;

use crate::{Engine, FileUses, Found, Moved, Place, Project, Proposal, Refused, RefusedKind, Rename, Wanted};

/// Knows Rust.
pub(crate) struct Rust;

/// Trees of deeply nested code are walked by functions that call themselves.
const STACK: usize = 256 << 20;

/// Runs a question on a stack that is large enough for it.
fn with_stack<T: Send>(run: impl FnOnce() -> Result<T, Refused> + Send) -> Result<T, Refused> {
    let failed = || Refused::new(RefusedKind::Unsupported, "This question could not be answered.");
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("rust-engine".to_owned()).stack_size(STACK).spawn_scoped(scope, run);
        thread.map_err(|_| failed())?.join().map_err(|_| failed())?
    })
}

impl Engine for Rust {
    fn takes(&self, path: &str) -> bool {
        path.ends_with(".rs")
    }

    fn references(&self, project: &dyn Project, at: &Place) -> Result<Found, Refused> {
        with_stack(|| World::new(project).references(at))
    }

    fn rename(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<Proposal, Refused> {
        with_stack(|| World::new(project).rename(rename))
    }

    fn renamed(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<(Proposal, Found), Refused> {
        with_stack(|| {
            let world = World::new(project);
            Ok((world.rename(rename)?, world.references(&rename.at)?))
        })
    }

    fn name_problem(&self, kind: &str, name: &str) -> Option<String> {
        naming::problem(kind, name)
    }

    fn moved(&self, project: &dyn Project, moves: &[Moved]) -> Result<Proposal, Refused> {
        with_stack(|| World::new(project).moved(moves))
    }

    fn uses(&self, project: &dyn Project, paths: &[String], wanted: Wanted<'_>) -> Result<Vec<FileUses>, Refused> {
        with_stack(|| World::new(project).uses(paths, wanted))
    }
}
