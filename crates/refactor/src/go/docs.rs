//! Names in comments: the doc comment of what is renamed, and links (`[Name]`) that Go resolves (<https://go.dev/doc/comment#links>).

use super::{
    bind::{Bound, DeclKind},
    check::Change,
    infer::Meaning,
    syntax::NodeId,
    types::{Member, Type},
    world::{FileId, Object, World},
};
use crate::{
    Certainty, Edit,
    names::{line_of, offset, text_edits, words},
};

impl World<'_> {
    /// Edits in comments.
    pub fn doc_edits(&self, change: &Change<'_>) -> Vec<Edit> {
        let mut found = Vec::new();
        for object in change.family.keys() {
            let bound = self.file(object.file);
            found.extend(own_doc(&bound, bound.decl(object.decl).node, bound.decl(object.decl), change));
        }
        let shared = change.family.keys().any(|object| self.decl(*object).scope == 0 && self.kind(*object) != DeclKind::Label);
        for file in change.files {
            let bound = self.file(*file);
            if shared {
                found.extend(self.link_edits(*file, &bound, change));
            }
            for (start, end) in &bound.tree.comments {
                let within = *start as usize..*end as usize;
                found.extend(text_edits(&bound.path, &bound.tree.text, within, change.old, change.new, "named in a comment"));
            }
        }
        found
    }

    /// What a comment names at a byte: what it links to, or what it documents.
    pub fn named_in_comment(&self, file: FileId, offset_at: u32) -> Option<Object> {
        let bound = self.file(file);
        bound.tree.comments.iter().find(|(start, end)| (*start..=*end).contains(&offset_at))?;
        for (start, end) in links(&bound).into_iter().filter(|(start, end)| (*start..=*end).contains(&offset_at)) {
            let mut at = start;
            let mut before: Vec<&str> = Vec::new();
            for part in bound.tree.slice(start, end).split('.') {
                if (at..=at + offset(part.len())).contains(&offset_at) {
                    return self.linked(file, &before, part);
                }
                before.push(part);
                at += offset(part.len()) + 1;
            }
        }
        let documents = |(id, decl): (usize, &super::bind::Decl)| {
            let (start, end) = doc_of(&bound, decl.node, decl)?;
            let name = bound.tree.slice(decl.start, decl.end);
            let named = (start..=end).contains(&offset_at)
                && words(&bound.tree.text, start as usize..end as usize, name)
                    .iter()
                    .any(|place| (place.start..=place.end).contains(&(offset_at as usize)));
            named.then_some(Object { file, decl: offset(id) })
        };
        bound.decls.iter().enumerate().find_map(documents)
    }

    fn link_edits(&self, file: FileId, bound: &Bound, change: &Change<'_>) -> Vec<Edit> {
        let mut found = Vec::new();
        for (start, end) in links(bound) {
            let mut at = start;
            let mut before: Vec<&str> = Vec::new();
            let written = bound.tree.slice(start, end);
            for part in written.split('.') {
                if part == change.old && self.linked(file, &before, part).is_some_and(|object| change.family.contains_key(&object)) {
                    found.push(edit(bound, at, change, Certainty::Certain, "linked in a comment"));
                }
                before.push(part);
                at += offset(part.len()) + 1;
            }
        }
        found
    }

    /// What the last name of a link means.
    fn linked(&self, file: FileId, before: &[&str], name: &str) -> Option<Object> {
        let member = |object: Object| match self.decl_type(object) {
            Type::Expr(inner) => match self.member(&inner, name) {
                Member::Found(found, ..) => Some(found),
                _ => None,
            },
            _ => None,
        };
        let of_package = |package: &str, name: &str| {
            let bound = self.file(file);
            let decl = self.import_named(file, package)?;
            let path = bound.imports.iter().find(|import| import.decl == decl)?.path.clone();
            self.imported(file, &path)?.members.get(name)?.first().copied()
        };
        let of_file = |name: &str| match self.outer(file, name) {
            Meaning::Object(object) if self.kind(object) != DeclKind::Import => Some(object),
            _ => None,
        };
        match before {
            [] => of_file(name),
            [one] => of_file(one).and_then(member).or_else(|| of_package(one, name)),
            [package, of] => of_package(package, of).and_then(member),
            _ => None,
        }
    }

    /// Links that go through an import's name.
    pub fn link_edits_of_import(&self, file: FileId, old: &str, new: &str) -> Vec<Edit> {
        let bound = self.file(file);
        let through = links(&bound).into_iter().filter(|(start, end)| {
            let written = bound.tree.slice(*start, *end);
            written.split('.').next() == Some(old)
                && !matches!(self.outer(file, old), Meaning::Object(object) if self.kind(object) != DeclKind::Import)
        });
        let edit = |(start, _): (u32, u32)| Edit {
            path: bound.path.clone(),
            start,
            end: start + offset(old.len()),
            old: old.to_owned(),
            new: new.to_owned(),
            certainty: Certainty::Certain,
            reason: "linked in a comment".to_owned(),
            group: None,
        };
        through.map(edit).collect()
    }
}

fn edit(bound: &Bound, at: u32, change: &Change<'_>, certainty: Certainty, reason: &str) -> Edit {
    Edit {
        path: bound.path.clone(),
        start: at,
        end: at + offset(change.old.len()),
        old: change.old.to_owned(),
        new: change.new.to_owned(),
        certainty,
        reason: reason.to_owned(),
        group: None,
    }
}

/// The comment that documents a declaration, where it names it.
fn own_doc(bound: &Bound, node: NodeId, decl: &super::bind::Decl, change: &Change<'_>) -> Vec<Edit> {
    let Some((start, end)) = doc_of(bound, node, decl) else { return Vec::new() };
    let mut found = Vec::new();
    for (from, to) in bound.tree.comments.iter().filter(|(from, to)| *from >= start && *to <= end) {
        if is_directive(bound.tree.slice(*from, *to)) {
            continue;
        }
        for place in words(&bound.tree.text, *from as usize..*to as usize, change.old) {
            let begins = bound.tree.slice(start, offset(place.start)).chars().all(|letter| !letter.is_alphanumeric());
            let (certainty, reason) = match begins {
                true => (Certainty::Certain, "its doc comment begins with its name"),
                false => (Certainty::Probable, "named in its own doc comment"),
            };
            found.push(edit(bound, offset(place.start), change, certainty, reason));
        }
    }
    found
}

/// `//go:embed` and their like are no documentation.
fn is_directive(comment: &str) -> bool {
    comment.strip_prefix("//").is_some_and(|rest| {
        let tool = rest.split_once(':').map_or("", |(tool, _)| tool);
        rest.starts_with("line ")
            || rest.starts_with("export ")
            || (!tool.is_empty() && tool.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
    })
}

/// First and last byte of the comments just above a declaration.
fn doc_of(bound: &Bound, node: NodeId, decl: &super::bind::Decl) -> Option<(u32, u32)> {
    let tree = &bound.tree;
    let above = |node: NodeId| group_above(bound, tree.node(node).start);
    let parent = tree.node(node).parent;
    match decl.kind {
        DeclKind::Func | DeclKind::Method | DeclKind::Field | DeclKind::Embedded | DeclKind::InterfaceMethod => above(node),
        DeclKind::Short => above(node),
        DeclKind::Type | DeclKind::Var | DeclKind::Const => above(node).or_else(|| {
            let declaration = if tree.kind(parent) == "var_spec_list" { tree.node(parent).parent } else { parent };
            above(declaration)
        }),
        _ => None,
    }
}

/// The comments that end on the line before a byte, without an empty line between them.
fn group_above(bound: &Bound, at: u32) -> Option<(u32, u32)> {
    let tree = &bound.tree;
    let mut next = tree.comments.partition_point(|(start, _)| *start < at);
    let mut found: Option<(u32, u32)> = None;
    let mut below = at;
    while next > 0 {
        let (start, end) = tree.comments[next - 1];
        let between = tree.slice(end, below);
        let breaks = between.matches('\n').count();
        if !between.trim().is_empty() || breaks > 1 || (breaks == 0 && found.is_none()) {
            break;
        }
        // What stands behind code on its line belongs to that.
        let line = tree.text[..start as usize].rfind('\n').map_or(0, |newline| newline + 1);
        if !tree.text[line..start as usize].trim().is_empty()
            && found.is_none_or(|(from, _)| line_of(&tree.text, from) != line_of(&tree.text, start))
        {
            break;
        }
        found = Some((start, found.map_or(end, |(_, last)| last)));
        below = start;
        next -= 1;
    }
    found
}

/// What stands in brackets in comments outside of functions, a leading `*` apart.
fn links(bound: &Bound) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let bodies: Vec<(u32, u32)> = bound
        .tree
        .children(0)
        .filter(|node| matches!(bound.tree.kind(*node), "function_declaration" | "method_declaration"))
        .filter_map(|node| bound.tree.child(node, "body"))
        .map(|body| (bound.tree.node(body).start, bound.tree.node(body).end))
        .collect();
    for (start, end) in &bound.tree.comments {
        let after = bodies.partition_point(|(from, _)| from < start);
        if after > 0 && bodies[after - 1].1 > *start {
            continue;
        }
        let text = bound.tree.slice(*start, *end);
        for (open, _) in text.match_indices('[') {
            let rest = text[open + 1..].strip_prefix('*').unwrap_or(&text[open + 1..]);
            let Some(close) = rest.find(']') else { continue };
            let held = &rest[..close];
            let is_link = !held.is_empty() && held.split('.').all(super::rename::is_name) && !rest[close + 1..].starts_with([':', '(']);
            if is_link {
                let from = *end - offset(rest.len());
                found.push((from, from + offset(close)));
            }
        }
    }
    found
}
