//! Receivers: a type's methods call theirs alike, so that one name is changed in all of them.

use super::{
    bind::DeclKind,
    check::Change,
    find::{Family, Seen},
    types::Type,
    world::{Object, World},
};
use crate::{Certainty, Conflict, Edit, Proposal, Refused};

impl World<'_> {
    /// Renames a receiver, and those of the type's other methods where nothing speaks against it.
    pub fn rename_receivers(&self, object: Object, new: &str) -> Result<Proposal, Refused> {
        let (edits, conflicts) = self.rename_receiver(object, new)?;
        let mut proposal = Proposal { edits, conflicts, ..Proposal::default() };
        let Some(of) = self.receiver_type(object) else { return Ok(proposal) };
        for file in self.package_of(object.file).files.clone() {
            self.going()?;
            let bound = self.file(file);
            for (id, decl) in bound.decls.iter().enumerate() {
                let other = Object { file, decl: crate::names::offset(id) };
                let name = bound.tree.slice(decl.start, decl.end);
                if decl.kind != DeclKind::Receiver || other == object || name == "_" || name == new || self.receiver_type(other) != Some(of)
                {
                    continue;
                }
                let (edits, conflicts) = self.rename_receiver(other, new)?;
                if conflicts.iter().all(|conflict| !conflict.breaks) {
                    let reason = "methods of one type call their receiver alike";
                    proposal.edits.extend(edits.into_iter().map(|edit| Edit { reason: reason.to_owned(), ..edit }));
                }
            }
        }
        Ok(proposal)
    }

    fn rename_receiver(&self, object: Object, new: &str) -> Result<(Vec<Edit>, Vec<Conflict>), Refused> {
        let old = self.name(object);
        let family = Family::from([(object, (Certainty::Certain, String::new()))]);
        let files = [object.file];
        let seen: Vec<Seen> = self.seen(&old, &family, &files)?;
        let change = Change { object, old: &old, new, family: &family, seen: &seen, files: &files };
        Ok((seen.iter().map(|seen| self.edit(seen, &old, new)).collect(), self.conflicts(&change)?))
    }

    /// The type that a receiver's method belongs to.
    fn receiver_type(&self, object: Object) -> Option<Object> {
        match self.decl_type(object).pointed() {
            Type::Named(named, _) => Some(*named),
            _ => None,
        }
    }
}
