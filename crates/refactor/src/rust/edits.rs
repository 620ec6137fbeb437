//! The edits that give a place its new name, with the shorthands of struct literals and patterns opened and closed.

use ra_ap_syntax::{
    AstNode, SyntaxKind, SyntaxNode, SyntaxToken, TextRange,
    ast::{self, HasName},
};

use super::{
    find::Hit,
    naming,
    sense::{What, shorthand_expression, shorthand_pattern},
    world::{FileId, World, plain},
};
use crate::{Certainty, Edit};

/// What a place gets, for the field of a struct or for what goes into it.
struct Change {
    file: FileId,
    start: u32,
    end: u32,
    new: String,
}

impl World<'_> {
    /// The edit of one place.
    pub(super) fn edit_of(&self, hit: &Hit, new_name: &str) -> Edit {
        let edition = self.edition(hit.spot.file);
        let word = if new_name.starts_with('\'') { new_name.to_owned() } else { naming::written(new_name, edition) };
        let change = self.shorthand_change(hit, &word).unwrap_or_else(|| Change {
            file: hit.spot.file,
            start: hit.spot.at,
            end: hit.spot.at + hit.length,
            new: word,
        });
        if naming::depends_on_edition(plain(new_name)) && !self.file(change.file).source.has_stated_edition {
            let reason =
                format!("{}; whether `{new_name}` needs its `r#` depends on the edition, which no Cargo.toml says", hit.sense.reason);
            return self.edit(change.file, change.start..change.end, &change.new, Certainty::Probable, &reason);
        }
        let certainty = if hit.sense.sure { Certainty::Certain } else { Certainty::Probable };
        self.edit(change.file, change.start..change.end, &change.new, certainty, &hit.sense.reason)
    }

    /// An edit of some bytes.
    pub(super) fn edit(&self, file: FileId, range: std::ops::Range<u32>, new: &str, certainty: Certainty, reason: &str) -> Edit {
        let entry = self.file(file);
        Edit {
            path: entry.path.clone(),
            start: range.start,
            end: range.end,
            old: entry.source.text.get(range.start as usize..range.end as usize).unwrap_or_default().to_owned(),
            new: new.to_owned(),
            certainty,
            reason: reason.to_owned(),
            group: None,
        }
    }

    fn shorthand_change(&self, hit: &Hit, word: &str) -> Option<Change> {
        let token = &hit.sense.token;
        let What::Declared(node) = &hit.sense.what else { return None };
        let is_field = node.kind() == SyntaxKind::RECORD_FIELD;
        let around = token.parent()?.parent()?;
        if let Some(pattern) = ast::IdentPat::cast(around.clone()) {
            return self.change_in_pattern(hit, &pattern, is_field, word);
        }
        if around.kind() == SyntaxKind::PATH_SEGMENT {
            let expression = around.parent()?.parent()?;
            if !ast::PathExpr::can_cast(expression.kind()) {
                return None;
            }
            if shorthand_expression(&expression).is_some() {
                let name = self.text_at(hit);
                let new = if is_field { format!("{word}: {name}") } else { format!("{name}: {word}") };
                return Some(Change { file: hit.spot.file, start: hit.spot.at, end: hit.spot.at + hit.length, new });
            }
            // `field: value` becomes `field` when both are called the same.
            let field = ast::RecordExprField::cast(expression.parent()?)?;
            let name = field.name_ref()?;
            let single = ast::PathExpr::cast(expression.clone())?.path()?.as_single_name_ref().is_some();
            if !is_field && single && plain(name.text()) == plain(word) {
                return self.joined(&name.syntax().first_token()?, token, word);
            }
            return None;
        }
        if let Some(field) = ast::RecordExprField::cast(around.clone()) {
            let ast::Expr::PathExpr(value) = field.expr()? else { return None };
            let value = value.path()?.as_single_name_ref()?;
            if plain(value.text()) == plain(word) {
                return self.joined(token, &value.syntax().first_token()?, word);
            }
        }
        if let Some(field) = ast::RecordPatField::cast(around) {
            let ast::Pat::IdentPat(pattern) = field.pat()? else { return None };
            if pattern.at_token().is_none() && plain(pattern.name()?.text()) == plain(word) {
                return self.joined(token, &pattern.name()?.syntax().first_token()?, &pattern.syntax().text().to_string());
            }
        }
        None
    }

    fn change_in_pattern(&self, hit: &Hit, pattern: &ast::IdentPat, is_field: bool, word: &str) -> Option<Change> {
        let token = &hit.sense.token;
        if shorthand_pattern(pattern).is_some() {
            let name = self.text_at(hit);
            // `ref`, `mut` and `box` stay with the binding.
            let first =
                pattern.syntax().parent().filter(|parent| ast::BoxPat::can_cast(parent.kind())).unwrap_or_else(|| pattern.syntax().clone());
            let start = self.place(&first.first_token()?)?;
            let before = self.file(hit.spot.file).source.text.get(start as usize..hit.spot.at as usize)?.to_owned();
            let new = if is_field { format!("{word}: {before}{name}") } else { format!("{name}: {before}{word}") };
            return Some(Change { file: hit.spot.file, start, end: hit.spot.at + hit.length, new });
        }
        let field = ast::RecordPatField::cast(pattern.syntax().parent()?)?;
        let name = field.name_ref()?;
        if !is_field && pattern.at_token().is_none() && plain(name.text()) == plain(word) {
            let text = pattern.syntax().text().to_string();
            let offset = usize::from(token.text_range().start() - pattern.syntax().text_range().start());
            let new = format!("{}{word}", text.get(..offset)?);
            return self.joined(&name.syntax().first_token()?, token, &new);
        }
        None
    }

    /// From one token to another in the file, if both are written there.
    fn joined(&self, first: &SyntaxToken, last: &SyntaxToken, new: &str) -> Option<Change> {
        let (from, to) = (self.written(first)?, self.written(last)?);
        if from.context != 0 || to.context != 0 || from.spot.file != to.spot.file || to.spot.at < from.spot.at {
            return None;
        }
        let end = to.spot.at + u32::from(last.text_range().len());
        let between = self.file(from.spot.file).source.text.get(from.spot.at as usize..end as usize)?.to_owned();
        // A comment between them would be lost.
        if between.contains("/*") || between.contains("//") {
            return None;
        }
        Some(Change { file: from.spot.file, start: from.spot.at, end, new: new.to_owned() })
    }

    fn place(&self, token: &SyntaxToken) -> Option<u32> {
        Some(self.written(token).filter(|written| written.context == 0)?.spot.at)
    }

    fn text_at(&self, hit: &Hit) -> String {
        let text = self.file(hit.spot.file).source.text.clone();
        text.get(hit.spot.at as usize..(hit.spot.at + hit.length) as usize).unwrap_or_default().to_owned()
    }

    /// The range of a node in its file, if it is written in one.
    pub(super) fn range_in_file(&self, node: &SyntaxNode) -> Option<(FileId, std::ops::Range<u32>)> {
        let tokens = || node.descendants_with_tokens().filter_map(|element| element.into_token()).filter(|token| !token.kind().is_trivia());
        let first = self.written(&tokens().next()?)?;
        let last = tokens().last()?;
        let end = self.written(&last)?;
        let fits = first.context == 0 && end.context == 0 && first.spot.file == end.spot.file;
        fits.then(|| (first.spot.file, first.spot.at..end.spot.at + u32::from(last.text_range().len())))
    }
}

/// The range of a node without the space and comments at its ends.
pub(super) fn trimmed(node: &SyntaxNode) -> TextRange {
    let mut tokens = node.descendants_with_tokens().filter_map(|element| element.into_token()).filter(|token| !token.kind().is_trivia());
    let Some(first) = tokens.next() else { return node.text_range() };
    let last = tokens.last().unwrap_or_else(|| first.clone());
    TextRange::new(first.text_range().start(), last.text_range().end())
}
