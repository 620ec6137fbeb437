//! What the names of a file lead to.

use ra_ap_syntax::{
    AstNode, SyntaxKind, SyntaxToken,
    ast::{self, HasName},
};

use super::{
    sense::What,
    types::Ty,
    world::{FileId, World, plain},
};
use crate::{FileUses, Leads, NameUse, Place, Refused};

impl World<'_> {
    /// What the wanted names of some files mean, and every module that they declare.
    pub(super) fn uses(&self, paths: &[String], wanted: &dyn Fn(&str) -> bool) -> Result<Vec<FileUses>, Refused> {
        let mut all = Vec::with_capacity(paths.len());
        for path in paths {
            self.check()?;
            self.enter(path);
            let file = self.open(path).filter(|file| {
                let file = self.file(*file);
                file.source.is_parsed() && !file.source.broken
            });
            let uses = file.map(|file| self.uses_in(file, wanted)).transpose()?;
            all.push(FileUses { path: path.clone(), uses });
        }
        Ok(all)
    }

    fn uses_in(&self, file: FileId, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<NameUse>, Refused> {
        let root = self.file(file).root.clone();
        let mut found = Vec::new();
        for (count, token) in root.descendants_with_tokens().filter_map(|element| element.into_token()).enumerate() {
            if count % 4096 == 0 {
                self.check()?;
            }
            if token.kind() != SyntaxKind::IDENT {
                continue;
            }
            let (start, end) = (token.text_range().start().into(), token.text_range().end().into());
            if let Some(module) = file_module(&token) {
                let files = self.module_files(&module).into_iter().filter(|path| self.project.has(path));
                let places = files.map(|path| Place { path, offset: 0 }).collect();
                found.push(NameUse::module(token.text(), start, end, Leads::to(places, Leads::Nothing)));
            } else if wanted(plain(token.text())) {
                found.push(NameUse::new(token.text(), start, end, self.leads(&token)));
            }
        }
        Ok(found)
    }

    fn leads(&self, token: &SyntaxToken) -> Leads {
        let senses = self.senses_in_file(token, token.text_range().start());
        if senses.is_empty() {
            return if self.may_be_unknown(token) { Leads::Unknown } else { Leads::Nothing };
        }
        let mut places = Vec::new();
        let mut is_outside = false;
        for sense in senses.iter().filter(|sense| sense.sure) {
            match &sense.what {
                What::Declared(node) => {
                    let node = self.canonical(node).unwrap_or_else(|| node.clone());
                    let spot = super::find::declared_token(&node).and_then(|token| self.written(&token)).map(|written| written.spot);
                    places.extend(spot.map(|spot| Place { path: self.file(spot.file).path.clone(), offset: spot.at }));
                }
                What::Word | What::Builtin | What::External => is_outside = true,
            }
        }
        Leads::to(places, if is_outside { Leads::Outside } else { Leads::Unknown })
    }

    /// Whether a name without a meaning may have one that is not known here: of a value whose type is not, or what a macro makes.
    fn may_be_unknown(&self, token: &SyntaxToken) -> bool {
        let Some(parent) = token.parent() else { return true };
        if parent.kind() != SyntaxKind::NAME_REF || parent.ancestors().any(|above| above.kind() == SyntaxKind::TOKEN_TREE) {
            return true;
        }
        let Some(node) = parent.parent() else { return true };
        let receiver = match node.kind() {
            SyntaxKind::FIELD_EXPR => ast::FieldExpr::cast(node).and_then(|access| access.expr()),
            SyntaxKind::METHOD_CALL_EXPR => ast::MethodCallExpr::cast(node).and_then(|call| call.receiver()),
            SyntaxKind::PATH_SEGMENT | SyntaxKind::RECORD_EXPR_FIELD | SyntaxKind::RECORD_PAT_FIELD => return false,
            _ => return true,
        };
        receiver.is_none_or(|receiver| !matches!(self.type_of(&receiver), Ty::Adt(..)))
    }
}

/// The `mod` of a file that a token names.
fn file_module(token: &SyntaxToken) -> Option<ast::Module> {
    let module = ast::Module::cast(token.parent()?.parent()?)?;
    (module.item_list().is_none() && module.name()?.syntax().first_token().as_ref() == Some(token)).then_some(module)
}
