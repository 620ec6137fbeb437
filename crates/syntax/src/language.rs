//! The languages we have a grammar for, and how a file or a name finds its own.

use std::fmt;

use crate::grammar::Grammar;
use crate::registry::GRAMMARS;

/// A language with a grammar: it can be highlighted and outlined.
#[derive(Clone, Copy)]
pub struct Language(&'static Grammar);

impl Language {
    /// The language of a file: by its whole name, then by its extension, then (`Dockerfile.dev`) by what stands before it, then by the `#!` of its first line. Only the last component of
    /// `path` counts; it needn't exist.
    #[must_use]
    pub fn for_path(path: &str, first_line: Option<&str>) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        by_file_name(name).or_else(|| by_extension(name)).or_else(|| by_stem(name)).or_else(|| by_interpreter(first_line?)).map(Self)
    }

    /// The language of this name, as people write it behind a Markdown fence: `rust`, `C++`, `ts`, `sh`. Case doesn't matter.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        GRAMMARS
            .iter()
            .find(|grammar| grammar.facts.name.to_lowercase() == name || grammar.facts.aliases.contains(&name.as_str()))
            .or_else(|| GRAMMARS.iter().find(|grammar| grammar.facts.extensions.contains(&name.as_str())))
            .map(Self)
    }

    /// The name to show: `Rust`, `C++`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.facts.name
    }

    /// Every language, in no particular order.
    pub fn all() -> impl Iterator<Item = Self> {
        GRAMMARS.iter().map(Self)
    }

    /// Compiles the queries of this language, which otherwise happens when they are first used. It takes up to a tenth of a second, once in
    /// the life of the process: call it on a thread of its own as soon as it is known that the language will be looked at.
    pub fn prepare(self) {
        self.prepare_colours();
        self.0.outline();
    }

    /// As [`Language::prepare`], of the queries that spans need.
    pub fn prepare_colours(self) {
        self.0.highlights();
        self.0.injections();
    }

    /// The grammar itself, for those who walk trees by themselves.
    #[must_use]
    pub fn tree_sitter(self) -> &'static tree_sitter::Language {
        self.0.language()
    }

    pub(crate) fn grammar(self) -> &'static Grammar {
        self.0
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.0.facts.name == other.0.facts.name
    }
}

impl Eq for Language {}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Language").field(&self.0.facts.name).finish()
    }
}

fn by_file_name(name: &str) -> Option<&'static Grammar> {
    GRAMMARS.iter().find(|grammar| grammar.facts.file_names.contains(&name))
}

/// The longest extension wins: `d.ts` before `ts`. A name that is nothing but an extension (`.json`) has none.
fn by_extension(name: &str) -> Option<&'static Grammar> {
    extensions(name).find_map(|extension| GRAMMARS.iter().find(|grammar| grammar.facts.extensions.contains(&extension.as_str())))
}

/// Everything behind each dot but the first character's, longest first, in lower case.
pub(crate) fn extensions(name: &str) -> impl Iterator<Item = String> {
    name.char_indices().filter(|(at, char)| *char == '.' && *at > 0).map(|(at, _)| name[at + 1..].to_lowercase())
}

/// `Dockerfile.dev` and `Makefile.am` are what stands before the dot.
fn by_stem(name: &str) -> Option<&'static Grammar> {
    let (stem, _) = name.split_once('.').filter(|(stem, _)| ["Dockerfile", "Containerfile", "Makefile"].contains(stem))?;
    by_file_name(stem)
}

/// `#!/usr/bin/env -S python3.12 -u` → Python.
fn by_interpreter(first_line: &str) -> Option<&'static Grammar> {
    let command = first_line.trim_start_matches('\u{feff}').strip_prefix("#!")?;
    let mut words = command.split_whitespace();
    let mut program = file_name(words.next()?);
    if program == "env" {
        program = file_name(words.find(|word| !word.starts_with('-') && !word.contains('='))?);
    }
    let program = program.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.' || char == '-');
    GRAMMARS.iter().find(|grammar| grammar.facts.interpreters.contains(&program))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, first_line: Option<&str>) -> Option<&'static str> {
        Language::for_path(path, first_line).map(Language::name)
    }

    #[test]
    fn a_path_finds_its_language_by_its_extension() {
        assert_eq!(of("crates/syntax/src/lib.rs", None), Some("Rust"));
        assert_eq!(of("C:\\work\\Main.CS", None), Some("C#"));
        assert_eq!(of("index.d.ts", None), Some("TypeScript"));
        assert_eq!(of("App.tsx", None), Some("TSX"));
        assert_eq!(of("App.jsx", None), Some("JavaScript"));
        assert_eq!(of("a.hpp", None), Some("C++"));
        assert_eq!(of("a.h", None), Some("C"));
        assert_eq!(of("archive.tar.gz", None), None);
        assert_eq!(of("notes", None), None);
        assert_eq!(of("", None), None);
        assert_eq!(of("rs", None), None, "an extension alone is a name");
        assert_eq!(of(".rs", None), None);
        assert_eq!(of("src.rs/data", None), None, "folders don't count");
    }

    #[test]
    fn a_path_finds_its_language_by_its_whole_name() {
        assert_eq!(of("Cargo.lock", None), Some("TOML"));
        assert_eq!(of("a/Gemfile", None), Some("Ruby"));
        assert_eq!(of("~/.bashrc", None), Some("Bash"));
        assert_eq!(of("tsconfig.json", None), Some("JSON"));
        assert_eq!(of("Dockerfile.dev", None), Some("Dockerfile"));
        assert_eq!(of("Dockerfile.md", None), Some("Markdown"), "an extension goes first");
    }

    #[test]
    fn a_script_without_extension_finds_its_language_by_its_first_line() {
        assert_eq!(of("run", Some("#!/bin/sh")), Some("Bash"));
        assert_eq!(of("run", Some("#! /usr/bin/env -S python3.12 -u")), Some("Python"));
        assert_eq!(of("run", Some("#!/usr/bin/env NODE_ENV=production node")), Some("JavaScript"));
        assert_eq!(of("run", Some("\u{feff}#!/usr/bin/ruby2.7")), Some("Ruby"));
        assert_eq!(of("run", Some("#!")), None);
        assert_eq!(of("run", Some("#!/usr/bin/env")), None);
        assert_eq!(of("run", Some("hello")), None);
        assert_eq!(of("run.rs", Some("#!/bin/sh")), Some("Rust"), "the name goes first");
    }

    #[test]
    fn fences_name_languages_as_people_write_them() {
        for (name, language) in [
            ("rust", "Rust"),
            ("RS", "Rust"),
            ("c++", "C++"),
            ("cpp", "C++"),
            ("c#", "C#"),
            ("golang", "Go"),
            ("sh", "Bash"),
            ("shell", "Bash"),
            ("yml", "YAML"),
            ("jsonc", "JSON"),
            ("py", "Python"),
            ("tsx", "TSX"),
            ("jsx", "JavaScript"),
        ] {
            assert_eq!(Language::by_name(name).map(Language::name), Some(language), "{name}");
        }
        assert_eq!(Language::by_name("mermaid"), None);
        assert_eq!(Language::by_name(""), None);
    }

    #[test]
    fn no_extension_name_or_alias_belongs_to_two_languages() {
        let mut seen = std::collections::HashMap::new();
        for grammar in &GRAMMARS {
            let lower = grammar.facts.name.to_lowercase();
            let keys = (grammar.facts.extensions.iter().map(|key| format!(".{key}")))
                .chain(grammar.facts.file_names.iter().map(|key| format!("={key}")))
                .chain(grammar.facts.interpreters.iter().map(|key| format!("!{key}")))
                .chain(grammar.facts.aliases.iter().map(|key| format!("#{key}")))
                .chain(Some(format!("#{lower}")));
            for key in keys {
                assert_eq!(seen.insert(key.clone(), grammar.facts.name), None, "{key}");
            }
        }
    }
}
