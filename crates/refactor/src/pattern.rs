//! Structural search and replace, by patterns of ast-grep, as a proposal.

use std::borrow::Cow;

use ast_grep_core::{
    Pattern, PatternError,
    language::Language as PatternLanguage,
    matcher::PatternBuilder,
    replacer::TemplateFix,
    tree_sitter::{LanguageExt, StrDoc, TSLanguage},
};
use lectern_syntax::Language;

use crate::{Certainty, Edit, Globs, MOST_EDITS, Project, Proposal, Refused, RefusedKind, names::offset};

/// What to look for and what to put in its place.
#[derive(Debug, Clone, Default)]
pub struct PatternReplace {
    /// The language's name, as [`Language::by_name`] takes it.
    pub language: String,
    /// Code with holes: `$NAME` is one node, `$$$NAME` any number of them, the same name twice must be the same code.
    pub pattern: String,
    /// Code that may use the holes.
    pub replacement: String,
    /// As [`TextReplace::globs`](crate::TextReplace::globs).
    pub globs: Vec<String>,
}

/// One of our grammars, as ast-grep asks for it.
#[derive(Clone)]
struct Grammar(Language);

impl PatternLanguage for Grammar {
    /// `$` is part of names only in JavaScript, PHP and their kin; elsewhere holes are written with a letter that any grammar takes in a name
    /// while a pattern is parsed (the choice of ast-grep's own languages).
    fn expando_char(&self) -> char {
        match self.0.name() {
            "JavaScript" | "TypeScript" | "TSX" | "Java" | "Scala" | "Kotlin" => '$',
            "CSS" | "SCSS" => '_',
            _ => '\u{b5}',
        }
    }

    fn pre_process_pattern<'q>(&self, query: &'q str) -> Cow<'q, str> {
        let expando = self.expando_char();
        if expando == '$' { Cow::Borrowed(query) } else { Cow::Owned(with_holes(query, expando)) }
    }

    fn kind_to_id(&self, kind: &str) -> u16 {
        self.0.tree_sitter().id_for_node_kind(kind, true)
    }

    fn field_to_id(&self, field: &str) -> Option<u16> {
        self.0.tree_sitter().field_id_for_name(field).map(std::num::NonZero::get)
    }

    fn build_pattern(&self, builder: &PatternBuilder<'_>) -> Result<Pattern, PatternError> {
        builder.build(|source| StrDoc::try_new(source, self.clone()))
    }
}

impl LanguageExt for Grammar {
    fn get_ts_language(&self) -> TSLanguage {
        self.0.tree_sitter().clone()
    }
}

/// `$` before a name of capitals, or three of them, becomes the letter that the grammar takes.
fn with_holes(query: &str, expando: char) -> String {
    let mut out = String::with_capacity(query.len());
    let mut rest = query;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let dollars = rest[at..].chars().take_while(|letter| *letter == '$').count();
        let after = rest[at + dollars..].chars().next();
        let is_hole = dollars == 3 || after.is_some_and(|letter| letter.is_ascii_uppercase() || letter == '_');
        out.extend(std::iter::repeat_n(if is_hole { expando } else { '$' }, dollars));
        rest = &rest[at + dollars..];
    }
    out.push_str(rest);
    out
}

/// Every place that the pattern matches, each with its replacement. Of places inside of one another the outermost is replaced.
///
/// # Errors
/// When there is no such language, the pattern is no code of it, the replacement uses a hole that the pattern has not, or there are more than
/// [`MOST_EDITS`] places.
pub fn replace_pattern(project: &dyn Project, asked: &PatternReplace) -> Result<Proposal, Refused> {
    let bad = |message: String| Refused::new(RefusedKind::BadName, message);
    let language = Language::by_name(&asked.language).ok_or_else(|| bad(format!("there is no grammar for {}", asked.language)))?;
    if asked.pattern.trim().is_empty() {
        return Err(bad("there is nothing to look for".to_owned()));
    }
    let grammar = Grammar(language);
    let pattern = Pattern::try_new(asked.pattern.trim(), grammar.clone()).map_err(|error| bad(format!("this is no pattern: {error}")))?;
    let template = TemplateFix::try_new(&asked.replacement, &grammar).map_err(|error| bad(format!("this is no replacement: {error}")))?;
    let defined = pattern.defined_vars();
    if let Some(unknown) = template.used_vars().into_iter().find(|name| !defined.contains(name)) {
        return Err(bad(format!("the replacement uses ${unknown}, which the pattern has not")));
    }
    let globs = Globs::new(&asked.globs)?;
    let takes = |path: &str| globs.take(path) && Language::for_path(path, None) == Some(language);
    let mut edits = Vec::new();
    for path in project.paths().iter().filter(|path| takes(path)) {
        if project.cancelled() {
            return Err(Refused::cancelled());
        }
        let Some(text) = project.text(path) else { continue };
        let tree = grammar.ast_grep(&*text);
        let mut last_end = 0;
        for found in tree.root().find_all(&pattern) {
            let edit = found.make_edit(&pattern, &template);
            let (start, end) = (edit.position, edit.position + edit.deleted_length);
            if start < last_end {
                continue;
            }
            let (Some(old), Ok(new)) = (text.get(start..end), String::from_utf8(edit.inserted_text)) else { continue };
            if old == new {
                continue;
            }
            last_end = end;
            edits.push(Edit {
                path: path.clone(),
                start: offset(start),
                end: offset(end),
                old: old.to_owned(),
                new,
                certainty: Certainty::Certain,
                reason: "matches the pattern".to_owned(),
                group: None,
            });
            if edits.len() > MOST_EDITS {
                return Err(Refused::new(RefusedKind::Unsupported, format!("there are more than {MOST_EDITS} places; name fewer files")));
            }
        }
    }
    Ok(Proposal { edits, ..Proposal::default() }.sorted())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InMemory, applied};

    fn replaced(path: &str, language: &str, source: &str, pattern: &str, replacement: &str) -> String {
        let project = InMemory::new([(path.to_owned(), source.to_owned())]);
        let asked =
            PatternReplace { language: language.into(), pattern: pattern.into(), replacement: replacement.into(), globs: Vec::new() };
        let found = replace_pattern(&project, &asked).expect("found");
        let files = [(path.to_owned(), source.to_owned())].into();
        applied(&files, &found.edits, &[]).expect("applied").remove(path).expect("the file")
    }

    #[test]
    fn code_of_the_same_shape_is_replaced_and_text_that_looks_alike_is_not() {
        let source = "fn main() { let a = foo(1, 2).unwrap(); let b = \"foo(1, 2).unwrap()\"; }";
        let after = replaced("a.rs", "Rust", source, "$A.unwrap()", "$A?");
        assert_eq!(after, "fn main() { let a = foo(1, 2)?; let b = \"foo(1, 2).unwrap()\"; }");
        assert_eq!(replaced("a.py", "python", "print(a, b)\n", "print($$$ARGS)", "log.info($$$ARGS)"), "log.info(a, b)\n");
        assert_eq!(replaced("a.ts", "ts", "var a = 1;\nvar b = 2;\n", "var $A = $B", "let $A = $B"), "let a = 1;\nlet b = 2;\n");
        assert_eq!(
            replaced("a.go", "go", "package a\nfunc f() { g(x, x); g(x, y) }\n", "g($A, $A)", "h($A)"),
            "package a\nfunc f() { h(x); g(x, y) }\n"
        );
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        let project = InMemory::new([("a.rs".to_owned(), String::new())]);
        let refused = |language: &str, pattern: &str, replacement: &str| {
            let asked =
                PatternReplace { language: language.into(), pattern: pattern.into(), replacement: replacement.into(), globs: Vec::new() };
            replace_pattern(&project, &asked).expect_err("refused").message
        };
        assert!(refused("Klingon", "a", "b").contains("no grammar"));
        assert!(refused("Rust", " ", "b").contains("nothing to look for"));
        assert!(refused("Rust", "f($A)", "g($B)").contains("$B"));
    }
}
