//! Where a name is defined, as far as its spelling tells.

use std::cmp::Reverse;

use lectern_sync::RepoPath;
use lectern_syntax::SymbolKind;

use super::table::{Place, SymbolTable};
use crate::files::bonus::chars;

/// A definition.
pub type Definition = Place;

/// The definitions of a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The likeliest first.
    pub places: Vec<Definition>,
    /// There are more than these.
    pub truncated: bool,
}

impl SymbolTable {
    /// At most `limit` symbols called exactly `name`, for somebody who reads the file at `from`: those of the same file first, then of the same
    /// language, then of the nearest directory, then by path and line. Headings and keys only when there is nothing else.
    pub fn definitions(&self, name: &str, from: &RepoPath, limit: usize) -> Found {
        let wanted = chars(name.as_bytes());
        let mut called: Vec<u32> = (0..self.len()).filter(|id| self.entry(*id).chars == wanted && self.name(*id) == name).collect();
        let is_code = |id: &u32| !matches!(self.entry(*id).kind, SymbolKind::Heading | SymbolKind::Key);
        if called.iter().any(is_code) {
            called.retain(is_code);
        }
        let here = language_of(from);
        called.sort_by_cached_key(|id| {
            let path = &self.file(*id).path;
            let same_language = here.is_some() && language_of(path) == here;
            (path != from, !same_language, Reverse(shared_directories(path, from)), *id)
        });
        let truncated = called.len() > limit;
        Found { places: called.into_iter().take(limit).map(|id| self.place(id)).collect(), truncated }
    }
}

/// Languages whose files name each other's symbols count as one.
fn language_of(path: &RepoPath) -> Option<&'static str> {
    let name = lectern_syntax::Language::for_path(&String::from_utf8_lossy(path.name()), None)?.name();
    Some(match name {
        "C++" => "C",
        "TSX" | "JavaScript" => "TypeScript",
        other => other,
    })
}

fn shared_directories(a: &RepoPath, b: &RepoPath) -> usize {
    let directories = |path: &RepoPath| path.parent().unwrap_or_default();
    directories(a).names().zip(directories(b).names()).take_while(|(a, b)| a == b).count()
}
