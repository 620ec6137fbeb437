//! What speaks against a new name of a field or method.

use super::{
    bind::{DeclKind, UseKind},
    check::Change,
    syntax::NodeId,
    types::{Member, Type},
    world::{FileId, Object, World},
};
use crate::{Conflict, ConflictKind, Refused};

impl World<'_> {
    /// The type has a member of that name itself.
    pub fn member_clashes(&self, object: Object, change: &Change<'_>) -> Vec<Conflict> {
        let decl = self.decl(object);
        let holder = match decl.kind {
            DeclKind::Method => match self.type_at(object.file, decl.owner) {
                Type::Named(named, _) => Type::Named(named, [].into()),
                _ => return Vec::new(),
            },
            _ => match self.named_by(object.file, decl.owner) {
                Some(named) => Type::Named(named, [].into()),
                None if decl.kind == DeclKind::InterfaceMethod => Type::Interface(object.file, decl.owner, [].into()),
                None => Type::Struct(object.file, decl.owner, [].into()),
            },
        };
        match self.member(&holder, change.new) {
            // Methods further in are hidden, which is checked where they are used.
            Member::Found(other, 0, _) if !change.family.contains_key(&other) => {
                let message = format!("The type has a {} `{}` already.", self.kind(other).words(), change.new);
                vec![self.breaks(other.file, self.decl(other).start, ConflictKind::NameClash, message)]
            }
            _ => Vec::new(),
        }
    }

    /// The named type that a struct or interface belongs to.
    pub fn named_by(&self, file: FileId, node: NodeId) -> Option<Object> {
        let bound = self.file(file);
        let spec = bound.tree.node(node).parent;
        let name = (bound.tree.kind(spec) == "type_spec").then(|| bound.tree.child(spec, "name")).flatten()?;
        let decl = bound.decl_at(bound.tree.node(name).start)?;
        Some(Object { file, decl })
    }

    /// Selections of either name that would mean something else, since the nearest embedded field decides.
    pub fn selection_conflicts(&self, change: &Change<'_>) -> Result<Vec<Conflict>, Refused> {
        let mut found = Vec::new();
        for seen in change.seen.iter().filter(|seen| self.kind(seen.object).is_member()) {
            let Some(of) = self.before_dot(seen.file, seen.start) else { continue };
            let depth = |name: &str| match self.member(&of, name) {
                Member::Found(object, depth, _) => Some((object, depth)),
                _ => None,
            };
            if let (Some((_, now)), Some((other, then))) = (depth(change.old), depth(change.new))
                && then <= now
                && !change.family.contains_key(&other)
            {
                let message = format!("`{}` would mean another {} here.", change.new, self.kind(other).words());
                found.push(self.breaks(seen.file, seen.start, ConflictKind::Shadowing, message));
            }
        }
        let objects: Vec<Object> = change.family.keys().filter(|object| self.kind(**object).is_member()).copied().collect();
        for file in self.candidates(change.new, &objects)? {
            self.going()?;
            let bound = self.file(file);
            found.extend(self.joined_interfaces(file, change));
            for used in
                bound.uses.iter().filter(|used| used.kind == UseKind::Member && bound.tree.slice(used.start, used.end) == change.new)
            {
                let Some(of) = self.before_dot(file, used.start) else { continue };
                let Member::Found(_, now, _) = self.member(&of, change.new) else { continue };
                if let Member::Found(object, then, _) = self.member(&of, change.old)
                    && then <= now
                    && change.family.contains_key(&object)
                {
                    let message = format!("`{}` here would mean what is being renamed.", change.new);
                    found.push(self.breaks(file, used.start, ConflictKind::Shadowing, message));
                }
            }
        }
        Ok(found)
    }

    /// Interfaces that have the new name themselves and the old one from an interface in them.
    fn joined_interfaces(&self, file: FileId, change: &Change<'_>) -> Vec<Conflict> {
        let bound = self.file(file);
        let is_named =
            |decl: &&super::bind::Decl| decl.kind == DeclKind::InterfaceMethod && bound.tree.slice(decl.start, decl.end) == change.new;
        let has_old = |decl: &&super::bind::Decl| {
            let holder = Type::Interface(file, decl.owner, [].into());
            matches!(self.member(&holder, change.old), Member::Found(object, ..) if change.family.contains_key(&object))
        };
        let message = || format!("An interface with a method `{}` takes in the one that would be called so.", change.new);
        let clashing = bound.decls.iter().filter(is_named).filter(has_old);
        clashing.map(|decl| self.breaks(file, decl.start, ConflictKind::NameClash, message())).collect()
    }

    /// A method's type has errors where the method is declared, so that what belongs to it is not known.
    pub fn missing_members(&self, change: &Change<'_>) -> Vec<Conflict> {
        let decl = self.decl(change.object);
        let holder = match decl.kind {
            DeclKind::Method => self.type_at(change.object.file, decl.owner),
            _ => return Vec::new(),
        };
        let (file, bound) = (change.object.file, self.file(change.object.file));
        let mut found = Vec::new();
        for used in bound.uses.iter().filter(|used| used.kind == UseKind::Member) {
            let is_holder = |of: &Type| matches!((of.pointed(), &holder), (Type::Named(one, _), Type::Named(other, _)) if one == other);
            if let Some(of) = self.before_dot(file, used.start).filter(is_holder)
                && matches!(self.member(&of, bound.tree.text_of(used.node)), Member::None)
            {
                let message =
                    format!("The type has no `{}`: with this error it is not known what uses its methods.", bound.tree.text_of(used.node));
                found.push(self.breaks(file, used.start, ConflictKind::Unreadable, message));
            }
        }
        found
    }

    /// The type before the dot of the selection whose name begins here.
    fn before_dot(&self, file: FileId, start: u32) -> Option<Type> {
        let bound = self.file(file);
        let used = bound.use_at(start).filter(|used| used.kind == UseKind::Member)?;
        let before = bound.tree.child(bound.tree.node(used.node).parent, "operand")?;
        match self.type_at_expr(file, before) {
            Type::Package(..) => None,
            Type::Expr(inner) => Some((*inner).clone()),
            other => Some(other),
        }
    }
}
