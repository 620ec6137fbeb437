//! Every place that means one of some declarations.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    bind::{Bound, DeclKind, UseKind},
    infer::Meaning,
    syntax::NodeId,
    world::{FileId, Object, World, folder, is_exported},
};
use crate::{Certainty, OccurrenceRole, Refused, names::offset};

/// A place.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
    pub object: Object,
    pub certainty: Certainty,
    pub reason: String,
    pub role: OccurrenceRole,
}

/// Declarations that are renamed as one, each with how sure that is and why.
pub(super) type Family = BTreeMap<Object, (Certainty, String)>;

/// Methods that Go's own packages ask for by name, so that a name alone says little.
pub(super) const WELL_KNOWN: [&str; 30] = [
    "Add",
    "Bytes",
    "Close",
    "Done",
    "Err",
    "Error",
    "Format",
    "Get",
    "GoString",
    "Init",
    "Is",
    "Len",
    "Less",
    "MarshalJSON",
    "MarshalText",
    "Name",
    "Pop",
    "Push",
    "Read",
    "Reset",
    "Scan",
    "ServeHTTP",
    "Set",
    "String",
    "Swap",
    "Unlock",
    "UnmarshalJSON",
    "Unwrap",
    "Value",
    "Write",
];

impl World<'_> {
    /// Whether declarations can be meant outside their file, and outside their package.
    fn reach(&self, object: Object) -> (bool, bool) {
        let decl = self.decl(object);
        let is_shared = decl.kind.is_member() || (decl.scope == 0 && decl.kind != DeclKind::Import);
        (is_shared, is_shared && is_exported(&self.name(object)))
    }

    /// Files that may mean declarations of a name.
    pub fn candidates(&self, name: &str, family: &[Object]) -> Result<Vec<FileId>, Refused> {
        let mut dirs = BTreeSet::new();
        let mut files = BTreeSet::new();
        let (mut anywhere, mut members) = (false, false);
        for object in family {
            let (shared, exported) = self.reach(*object);
            let path = self.path(object.file);
            members |= self.kind(*object).is_member();
            anywhere |= exported;
            if shared {
                dirs.insert(folder(&path).to_owned());
            }
            files.insert(path);
        }
        let imports: Vec<String> =
            dirs.iter().map(|dir| self.modules.path_of(dir).unwrap_or_else(|| dir.rsplit('/').next().unwrap_or(dir).to_owned())).collect();
        let wanted = |path: &str| path.ends_with(".go") && !self.is_foreign(path) && (anywhere || dirs.contains(folder(path)));
        let mut paths: BTreeSet<String> =
            if dirs.is_empty() { BTreeSet::new() } else { self.project.containing(name, &wanted).into_iter().collect() };
        if anywhere && !members {
            // Whoever means something of another package imports it.
            paths.retain(|path| {
                dirs.contains(folder(path))
                    || self.project.text(path).is_some_and(|text| imports.iter().any(|import| text.contains(import.as_str())))
            });
        }
        paths.extend(files);
        let mut found = Vec::new();
        for path in paths {
            self.going()?;
            found.extend(self.open(&path));
        }
        Ok(found)
    }

    /// Embedded fields that are named by one of these types.
    pub fn embedded_by(&self, name: &str, family: &[Object], files: &[FileId]) -> Vec<Object> {
        let mut found = Vec::new();
        if family.iter().all(|object| self.kind(*object) != DeclKind::Type) {
            return found;
        }
        for file in files {
            let bound = self.file(*file);
            for (id, decl) in bound.decls.iter().enumerate().filter(|(_, decl)| decl.kind == DeclKind::Embedded) {
                if bound.tree.slice(decl.start, decl.end) == name
                    && let Some(used) = bound.use_at(decl.start)
                    && let Meaning::Object(object) = self.meaning(*file, used.node)
                    && family.contains(&object)
                {
                    found.push(Object { file: *file, decl: offset(id) });
                }
            }
        }
        found
    }

    /// Every place in these files that means one of a family.
    pub fn seen(&self, name: &str, family: &Family, files: &[FileId]) -> Result<Vec<Seen>, Refused> {
        let mut found = Vec::new();
        let only = self.is_only(name, family, files);
        for file in files {
            self.going()?;
            let bound = self.file(*file);
            let first = Object { file: *file, decl: 0 };
            let here = family.range(first..=Object { decl: u32::MAX, ..first });
            for (object, (certainty, reason)) in here.filter(|(object, _)| self.kind(**object) != DeclKind::Import) {
                let decl = bound.decl(object.decl);
                found.push(Seen {
                    file: *file,
                    start: decl.start,
                    end: decl.end,
                    object: *object,
                    certainty: *certainty,
                    reason: if reason.is_empty() { "declared here".to_owned() } else { reason.clone() },
                    role: OccurrenceRole::Definition,
                });
            }
            for used in bound.uses.iter().filter(|used| bound.tree.slice(used.start, used.end) == name) {
                let (object, certainty, reason) = match self.meaning(*file, used.node) {
                    Meaning::Object(object) => match family.get(&object) {
                        Some((certainty, _)) => (object, *certainty, self.why(&bound, used.node, used.kind, object)),
                        None => continue,
                    },
                    Meaning::Unknown => match only {
                        Some(object) if used.kind != UseKind::Lexical => {
                            let reason = format!("the type before `.{name}` is not known; the project declares only one `{name}`");
                            (object, Certainty::Probable, reason)
                        }
                        _ => continue,
                    },
                    _ => continue,
                };
                let role = if is_written(&bound, used.node) { OccurrenceRole::Write } else { OccurrenceRole::Read };
                found.push(Seen { file: *file, start: used.start, end: used.end, object, certainty, reason, role });
            }
        }
        found.sort_by_key(|seen| (seen.file, seen.start, seen.role));
        found.dedup_by_key(|seen| (seen.file, seen.start));
        Ok(found)
    }

    /// The member that an unknown value's member of this name must be, when nothing else of the project is called so.
    fn is_only(&self, name: &str, family: &Family, files: &[FileId]) -> Option<Object> {
        let first = *family.keys().find(|object| self.kind(**object).is_member())?;
        if WELL_KNOWN.contains(&name) {
            return None;
        }
        let others = files.iter().any(|file| {
            let bound = self.file(*file);
            let is_other = |(id, decl): (usize, &super::bind::Decl)| {
                decl.kind.is_member()
                    && bound.tree.slice(decl.start, decl.end) == name
                    && !family.contains_key(&Object { file: *file, decl: offset(id) })
            };
            bound.decls.iter().enumerate().any(is_other)
        });
        (!others).then_some(first)
    }

    fn why(&self, bound: &Bound, node: NodeId, kind: UseKind, object: Object) -> String {
        let decl = self.decl(object);
        match (kind, decl.kind) {
            (UseKind::Key, declared) if declared.is_member() => "key of a composite literal".to_owned(),
            (UseKind::Member, declared) if declared.is_member() => format!("{} found through the type before the dot", declared.words()),
            (UseKind::Member, _) => match folder(&bound.path) == folder(&self.path(object.file)) {
                true => "of this package".to_owned(),
                false => format!("imported from {}", self.modules.path_of(folder(&self.path(object.file))).unwrap_or_default()),
            },
            _ if bound.decl_at(bound.tree.node(node).start).is_some() => "embedded: the type's name is the field's".to_owned(),
            _ => format!("bound to this {}", decl.kind.words()),
        }
    }
}

/// Whether the name gets a value here.
fn is_written(bound: &Bound, node: NodeId) -> bool {
    let mut inside = node;
    for above in bound.tree.above(node) {
        match bound.tree.kind(above) {
            "selector_expression" if bound.tree.node(inside).field == "field" => {}
            "expression_list" => {}
            "assignment_statement" | "short_var_declaration" | "range_clause" | "receive_statement" => {
                return bound.tree.node(inside).field == "left";
            }
            "inc_statement" | "dec_statement" => return true,
            _ => return false,
        }
        inside = above;
    }
    false
}
