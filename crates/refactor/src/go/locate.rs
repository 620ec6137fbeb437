//! What stands at a place that somebody points at.

use super::{
    bind::DeclKind,
    infer::Meaning,
    syntax::NodeId,
    world::{FileId, Object, World},
};
use crate::{Place, Refused, RefusedKind};

/// What was pointed at.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// A declaration of the project, seen at a byte of a file.
    Object(Object, FileId, u32),
    /// The name in a package clause.
    Package(FileId),
    /// `path.Name` of a package outside the project.
    Outside(String, String),
}

impl World<'_> {
    /// What a place means.
    pub fn target(&self, at: &Place) -> Result<Target, Refused> {
        let missing = || Refused::new(RefusedKind::NoName, "There is no name here.");
        let file = self.open(&at.path).ok_or_else(missing)?;
        let bound = self.file(file);
        if let Some(broken) = bound.tree.broken {
            let line = crate::names::line_of(&bound.tree.text, broken);
            return Err(Refused::new(
                RefusedKind::Unparsable,
                format!("{} has errors (line {line}), so that places would be missed.", at.path),
            ));
        }
        if bound.clause.1 > 0 && (bound.clause.0..=bound.clause.1).contains(&at.offset) {
            return Ok(Target::Package(file));
        }
        if let Some(import) = bound.imports.iter().find(|import| (import.path_start - 1..=import.path_end).contains(&at.offset)) {
            return Ok(Target::Object(Object { file, decl: import.decl }, file, import.path_start));
        }
        let Some(node) = self.name_at(file, at.offset) else {
            let object = self.named_in_comment(file, at.offset).ok_or_else(missing)?;
            let declared = self.decl(object);
            return Ok(Target::Object(object, object.file, declared.start));
        };
        let start = bound.tree.node(node).start;
        let name = bound.tree.text_of(node).to_owned();
        let built_in = || Refused::new(RefusedKind::BuiltIn, format!("`{name}` is built in and cannot be renamed."));
        if matches!(bound.tree.kind(node), "nil" | "true" | "false" | "iota") {
            return Err(built_in());
        }
        if name == "_" {
            return Err(Refused::new(RefusedKind::Unsupported, "`_` names nothing."));
        }
        if let Some(decl) = bound.decl_at(start) {
            return Ok(Target::Object(Object { file, decl }, file, start));
        }
        match self.meaning(file, node) {
            Meaning::Object(object) => Ok(Target::Object(object, file, start)),
            Meaning::Universe => Err(built_in()),
            Meaning::External => match self.type_of_name(file, node) {
                super::types::Type::External(whole) if !whole.is_empty() => Ok(Target::Outside(whole.to_string(), name)),
                _ => Err(Refused::new(RefusedKind::External, format!("`{name}` is declared outside the project."))),
            },
            Meaning::Nothing => Err(Refused::new(RefusedKind::Unsupported, format!("Nothing here declares `{name}`."))),
            Meaning::Unknown => {
                Err(Refused::new(RefusedKind::Unsupported, format!("The type before `{name}` can't be followed to its declaration.")))
            }
        }
    }

    fn name_at(&self, file: FileId, offset: u32) -> Option<NodeId> {
        let bound = self.file(file);
        let is_name = |node: &NodeId| {
            let at = bound.tree.node(*node);
            let named = matches!(
                at.kind,
                "identifier"
                    | "type_identifier"
                    | "field_identifier"
                    | "package_identifier"
                    | "label_name"
                    | "nil"
                    | "true"
                    | "false"
                    | "iota"
            );
            named && (at.start..=at.end).contains(&offset)
        };
        // Between two names that touch the dot is neither's: the later one begins here.
        bound.tree.ids().filter(is_name).max_by_key(|node| bound.tree.node(*node).start)
    }

    /// Everything that is the same declaration: an embedded field is its type, and build constraints repeat declarations.
    pub fn same(&self, object: Object) -> Result<Vec<Object>, Refused> {
        let mut object = object;
        if self.kind(object) == DeclKind::Embedded {
            let bound = self.file(object.file);
            let start = bound.decl(object.decl).start;
            let used = bound.use_at(start).map(|used| self.meaning(object.file, used.node));
            object = match used {
                Some(Meaning::Object(held)) => held,
                _ => return Err(Refused::new(RefusedKind::External, "The embedded type is declared outside the project.")),
            };
        }
        let (decl, name) = (self.decl(object), self.name(object));
        let package = self.package_of(object.file);
        let all = match decl.kind {
            DeclKind::Method => {
                let receiver = self.file(object.file).tree.text_of(decl.owner).to_owned();
                let all = package.methods.get(&receiver).cloned().unwrap_or_default();
                all.into_iter().filter(|other| self.name(*other) == name).collect()
            }
            DeclKind::Field | DeclKind::InterfaceMethod => self.in_variants(object, decl.owner, &name),
            kind if decl.scope == 0 && !kind.is_member() && kind != DeclKind::Import => {
                package.members.get(&name).cloned().unwrap_or_default()
            }
            _ => Vec::new(),
        };
        Ok(if all.contains(&object) && name != "_" && name != "init" { all } else { vec![object] })
    }

    /// A member in every declaration of its type.
    fn in_variants(&self, object: Object, owner: NodeId, name: &str) -> Vec<Object> {
        let Some(holder) = self.named_by(object.file, owner) else { return Vec::new() };
        let package = self.package_of(object.file);
        let declared = package.members.get(&self.name(holder)).map_or(&[][..], Vec::as_slice);
        let made = declared.iter().filter_map(|other| {
            let bound = self.file(other.file);
            Some((other.file, bound.tree.child(bound.decl(other.decl).node, "type")?))
        });
        made.flat_map(|(file, node)| self.owned(file, node)).filter(|member| self.name(*member) == name).collect()
    }

    /// The same field where its struct, which has no name, is written again: values of one are values of the other.
    pub fn written_again(&self, object: Object) -> Vec<Object> {
        let (decl, bound) = (self.decl(object), self.file(object.file));
        let is_table = |file: FileId, node: NodeId| {
            let bound = self.file(file);
            bound.tree.above(node).take_while(|above| bound.tree.kind(*above).ends_with("_type")).last().unwrap_or(node) != node
                && bound
                    .tree
                    .above(node)
                    .find(|above| !bound.tree.kind(*above).ends_with("_type"))
                    .is_some_and(|above| bound.tree.kind(above) == "composite_literal")
        };
        let is_outer = |file: FileId, node: NodeId| {
            let bound = self.file(file);
            bound.tree.above(node).all(|above| bound.tree.kind(above) != "block")
        };
        if decl.kind != DeclKind::Field || self.named_by(object.file, decl.owner).is_some() || is_table(object.file, decl.owner) {
            return Vec::new();
        }
        let spelled = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (name, written) = (self.name(object), spelled(bound.tree.text_of(decl.owner)));
        let mut found = Vec::new();
        for file in self.package_of(object.file).files.iter().copied() {
            let bound = self.file(file);
            for (id, other) in
                bound.decls.iter().enumerate().filter(|(_, other)| other.kind == DeclKind::Field && other.index == decl.index)
            {
                let is_same = bound.tree.slice(other.start, other.end) == name && spelled(bound.tree.text_of(other.owner)) == written;
                let other_object = Object { file, decl: crate::names::offset(id) };
                let is_shared = is_outer(object.file, decl.owner) || is_outer(file, other.owner);
                if is_same
                    && is_shared
                    && other_object != object
                    && self.named_by(file, other.owner).is_none()
                    && !is_table(file, other.owner)
                {
                    found.push(other_object);
                }
            }
        }
        found
    }
}
