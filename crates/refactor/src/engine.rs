//! What every language's engine answers.

use crate::{Certainty, FileMove, FileUses, Project, Proposal, go::Go, javascript::JavaScript, python::Python, rust::Rust};

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Relative, with `/`.
    pub path: String,
    /// A byte of the decoded text, from 0: any byte of the name, or the one just after it.
    pub offset: u32,
}

/// What a rename asks.
#[derive(Debug, Clone)]
pub struct Rename<'a> {
    /// An occurrence of the name, its declaration or any other.
    pub at: Place,
    /// As it is written in the language (Rust: with or without `r#` and `'`).
    pub new_name: &'a str,
    /// What else.
    pub options: RenameOptions,
}

/// What a rename may do besides the names themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenameOptions {
    /// Rename the file or folder that is named by what is renamed (a module, a package), or after it.
    pub files: bool,
    /// A method goes along with those it overrides and those that override it.
    pub hierarchy: bool,
}

impl Default for RenameOptions {
    fn default() -> Self {
        Self { files: true, hierarchy: true }
    }
}

/// What somebody does with a name where it occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OccurrenceRole {
    /// It is declared here.
    Definition,
    /// It is imported or exported here.
    Import,
    /// It gets a value here.
    Write,
    /// Anything else.
    Read,
}

/// A place that means what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Relative, with `/`.
    pub path: String,
    /// The name's first byte in the decoded text, from 0.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
    /// How sure it is. Never [`Certainty::Text`].
    pub certainty: Certainty,
    /// Why.
    pub reason: String,
    /// What is done there.
    pub role: OccurrenceRole,
}

/// Every place that means the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The name as it is declared.
    pub name: String,
    /// What it is in the language's words: "function", "type parameter", "module".
    pub kind: String,
    /// Ascending by path and start, definitions among them. Empty definitions: it is declared outside the project.
    pub occurrences: Vec<Occurrence>,
}

/// A file or folder that goes elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Relative, with `/`.
    pub from: String,
    /// The same, afterwards; free.
    pub to: String,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusedKind {
    /// There is no name at that place.
    NoName,
    /// A word of the language or of its standard library.
    BuiltIn,
    /// It is declared outside the project, in a library.
    External,
    /// The new name is no name in this language, or a reserved word.
    BadName,
    /// It is called that already.
    SameName,
    /// It must be renamed where it is declared: here the name stands for something else too.
    ElsewhereDeclared,
    /// The file can't be parsed, so that places would be missed.
    Unparsable,
    /// Nobody waits for the answer any more.
    Cancelled,
    /// This can't be done, and the message says why.
    Unsupported,
}

/// A plain refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// What a caller can act on.
    pub kind: RefusedKind,
    /// A plain sentence.
    pub message: String,
}

impl Refused {
    /// A refusal.
    pub fn new(kind: RefusedKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// Nobody waits any more.
    pub fn cancelled() -> Self {
        Self::new(RefusedKind::Cancelled, "This was cancelled.")
    }
}

/// Knows one language.
pub trait Engine: Sync {
    /// Whether a file is of its language, by its path.
    fn takes(&self, path: &str) -> bool;

    /// Every place that means what the name at a place means.
    ///
    /// # Errors
    /// When there is no name, or it can't be followed.
    fn references(&self, project: &dyn Project, at: &Place) -> Result<Found, Refused>;

    /// What must change for the name at a place to become another.
    ///
    /// # Errors
    /// When it can't be renamed at all. What merely speaks against it is in [`Proposal::conflicts`].
    fn rename(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<Proposal, Refused>;

    /// [`Engine::rename`], and [`Engine::references`] of the same place, as one question: what was looked at for the one serves the other.
    ///
    /// # Errors
    /// Theirs.
    fn renamed(&self, project: &dyn Project, rename: &Rename<'_>) -> Result<(Proposal, Found), Refused> {
        Ok((self.rename(project, rename)?, self.references(project, &rename.at)?))
    }

    /// Why nothing of a kind (as [`Found::kind`] has it) can be called so, as far as the language itself says: a sentence. Without a look at any file,
    /// for whoever is still typing; what [`Engine::rename`] says counts.
    fn name_problem(&self, kind: &str, name: &str) -> Option<String>;

    /// What must change when files or folders go elsewhere: imports of them, and theirs. The moves themselves are part of the proposal, and with
    /// them what must move along.
    ///
    /// # Errors
    /// When they can't go there.
    fn moved(&self, project: &dyn Project, moves: &[Moved]) -> Result<Proposal, Refused>;

    /// What the wanted names of some files mean where they stand, and the modules that those files import: one entry for each path.
    ///
    /// # Errors
    /// `Cancelled`; `Unsupported` of an engine that knows names only by their spelling.
    fn uses(&self, project: &dyn Project, paths: &[String], wanted: Wanted<'_>) -> Result<Vec<FileUses>, Refused> {
        let _ = (project, paths, wanted);
        Err(Refused::new(RefusedKind::Unsupported, "What names mean is not known in this language."))
    }
}

/// Says of a name whether it is asked about.
pub type Wanted<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// The engine for a file; `None` when there is none for its language.
pub fn engine_for(path: &str) -> Option<&'static dyn Engine> {
    const ENGINES: [&dyn Engine; 4] = [&JavaScript, &Python, &Rust, &Go];
    ENGINES.into_iter().find(|engine| engine.takes(path))
}

impl From<&Moved> for FileMove {
    fn from(moved: &Moved) -> Self {
        Self { from: moved.from.clone(), to: moved.to.clone(), certainty: Certainty::Certain, reason: "asked for".to_owned(), group: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_word_is_called_that() {
        for (path, word) in [
            ("a.ts", "class"),
            ("a.py", "class"),
            ("a.rs", "fn"),
            ("a.go", "func"),
            ("A.java", "class"),
            ("a.c", "int"),
            ("a.cpp", "template"),
        ] {
            let said = crate::name_problem(path, "function", word).unwrap_or_default();
            assert!(said.contains("reserved word"), "{word} in {path}: {said:?}");
            assert_eq!(crate::name_problem(path, "function", "read"), None, "{path}");
        }
    }

    #[test]
    fn what_can_be_no_name_is_said_without_a_file() {
        let problem = |path: &str, kind: &str, name: &str| engine_for(path).expect("an engine").name_problem(kind, name).is_some();
        for (path, kind, good, bad) in [
            ("a.ts", "function", &["read", "$a", "\u{e9}t\u{e9}"][..], &["", "1a", "a b", "class", "await"][..]),
            ("a.ts", "property", &["class", "a b", "#secret"], &[]),
            ("a.ts", "interface", &["Shape"], &["string", "a-b"]),
            ("a.py", "function", &["read", "match"], &["", "1a", "class", "a b"]),
            ("a.rs", "function", &["read", "r#fn", "r#type", "union"], &["", "1a", "a b", "fn", "type", "gen", "crate", "r#crate", "Self"]),
            ("a.rs", "parameter", &["self"], &["r#self", "match"]),
            ("a.rs", "lifetime", &["'a", "a"], &["static", "'1", "'static"]),
            ("a.go", "function", &["read"], &["", "1a", "func", "_"]),
            ("a.go", "package", &["example.org/read"], &["example.org/func"]),
        ] {
            for name in good {
                assert!(!problem(path, kind, name), "{name:?} is a {kind} of {path}");
            }
            for name in bad {
                assert!(problem(path, kind, name), "{name:?} is no {kind} of {path}");
            }
        }
    }
}
