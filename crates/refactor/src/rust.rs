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
mod index;
mod infer;
mod kept;
mod known;
mod local;
mod lookup;
mod matcher;
mod members;
mod modules;
mod names;
mod naming;
mod path;
mod receiver;
mod region;
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

use kept::asked;

use crate::{Engine, FileUses, Found, Moved, Place, Project, Proposal, Refused, Rename, Wanted};

/// Knows Rust.
pub(crate) struct Rust;

impl Engine for Rust {
    fn takes(&self, path: &str) -> bool {
        path.ends_with(".rs")
    }

    fn references(&self, project: &dyn Project, at: &Place) -> Result<Found, Refused> {
        asked(project, |world| world.references(at))
    }

    fn rename(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<Proposal, Refused> {
        asked(project, |world| world.rename(rename))
    }

    fn renamed(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<(Proposal, Found), Refused> {
        asked(project, |world| Ok((world.rename(rename)?, world.references(&rename.at)?)))
    }

    fn name_problem(&self, kind: &str, name: &str) -> Option<String> {
        naming::problem(kind, name)
    }

    fn moved(&self, project: &dyn Project, moves: &[Moved]) -> Result<Proposal, Refused> {
        asked(project, |world| world.moved(moves))
    }

    fn uses(&self, project: &dyn Project, paths: &[String], wanted: Wanted<'_>) -> Result<Vec<FileUses>, Refused> {
        asked(project, |world| world.uses(paths, wanted))
    }
}
