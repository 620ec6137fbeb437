//! Text search and replace, as a proposal.

use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::{Regex, RegexBuilder};

use crate::{Certainty, Edit, Project, Proposal, Refused, RefusedKind, names::offset};

/// A proposal has no more edits than this; a search that finds more is refused, not cut.
pub const MOST_EDITS: usize = 200_000;

/// What to look for and what to put in its place.
#[derive(Debug, Clone, Default)]
pub struct TextReplace {
    /// A text, or a regular expression (<https://docs.rs/regex>).
    pub query: String,
    /// What stands there afterwards. With a regular expression, `$1` and `${name}` are what its groups found and `$$` is a dollar.
    pub replacement: String,
    /// `query` is a regular expression.
    pub regex: bool,
    /// Only where no letter, digit or `_` stands directly before or after.
    pub word: bool,
    /// Upper and lower case are different.
    pub case: bool,
    /// Only in files that one of these takes; those that begin with `!` take files away. `*.rs` takes files in every folder.
    pub globs: Vec<String>,
}

/// Files by globs.
#[derive(Debug, Clone)]
pub struct Globs {
    wanted: GlobSet,
    unwanted: GlobSet,
}

impl Globs {
    /// These; none takes every file.
    ///
    /// # Errors
    /// When one is no glob.
    pub fn new(globs: &[String]) -> Result<Self, Refused> {
        let (mut wanted, mut unwanted) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        let mut any = false;
        for glob in globs.iter().map(|glob| glob.trim()).filter(|glob| !glob.is_empty()) {
            let (pattern, set) = match glob.strip_prefix('!') {
                Some(pattern) => (pattern, &mut unwanted),
                None => {
                    any = true;
                    (glob, &mut wanted)
                }
            };
            // As in .gitignore: without a slash it is a name in any folder.
            let pattern = match pattern.strip_prefix('/') {
                Some(rooted) => rooted.to_owned(),
                None if pattern.trim_end_matches('/').contains('/') => pattern.to_owned(),
                None => format!("**/{pattern}"),
            };
            let pattern = if pattern.ends_with('/') { format!("{pattern}**") } else { pattern };
            let bad =
                |error: globset::Error| Refused::new(RefusedKind::BadName, format!("`{glob}` is no pattern of files: {}", error.kind()));
            set.add(GlobBuilder::new(&pattern).literal_separator(true).build().map_err(bad)?);
        }
        if !any {
            let everything = GlobBuilder::new("**").build().map_err(|error| Refused::new(RefusedKind::BadName, error.to_string()))?;
            wanted.add(everything);
        }
        let built = |set: GlobSetBuilder| set.build().map_err(|error| Refused::new(RefusedKind::BadName, error.to_string()));
        Ok(Self { wanted: built(wanted)?, unwanted: built(unwanted)? })
    }

    /// Whether they take a file.
    #[must_use]
    pub fn take(&self, path: &str) -> bool {
        self.wanted.is_match(path) && !self.unwanted.is_match(path)
    }
}

/// Every place that the query finds, each with its replacement. Places that would not change are left out.
///
/// # Errors
/// When there is nothing to look for, it is no regular expression, or it finds more than [`MOST_EDITS`].
pub fn replace_text(project: &dyn Project, asked: &TextReplace) -> Result<Proposal, Refused> {
    if asked.query.is_empty() {
        return Err(Refused::new(RefusedKind::BadName, "there is nothing to look for"));
    }
    let globs = Globs::new(&asked.globs)?;
    let finder = finder(asked)?;
    let mut edits = Vec::new();
    for path in candidates(project, asked, &globs) {
        if project.cancelled() {
            return Err(Refused::cancelled());
        }
        let Some(text) = project.text(&path) else { continue };
        edits_of(&path, &text, &finder, asked, &mut edits);
        if edits.len() > MOST_EDITS {
            let message = format!("there are more than {MOST_EDITS} places; say more of what they have in common, or name fewer files");
            return Err(Refused::new(RefusedKind::Unsupported, message));
        }
    }
    Ok(Proposal { edits, ..Proposal::default() }.sorted())
}

/// A plain text is looked up by the project's index; a regular expression is tried on every file.
fn candidates(project: &dyn Project, asked: &TextReplace, globs: &Globs) -> Vec<String> {
    if asked.regex || !asked.case {
        return project.paths().iter().filter(|path| globs.take(path)).cloned().collect();
    }
    project.containing(&asked.query, &|path| globs.take(path))
}

fn finder(asked: &TextReplace) -> Result<Regex, Refused> {
    let pattern = if asked.regex { asked.query.clone() } else { regex::escape(&asked.query) };
    // As ripgrep's `-w`: half boundaries, so that a query that begins or ends with no word letter can be found too.
    let pattern = if asked.word { format!(r"\b{{start-half}}(?:{pattern})\b{{end-half}}") } else { pattern };
    RegexBuilder::new(&pattern)
        .case_insensitive(!asked.case)
        .multi_line(true)
        .crlf(true)
        .build()
        .map_err(|error| Refused::new(RefusedKind::BadName, format!("this is no regular expression: {error}")))
}

fn edits_of(path: &str, text: &Arc<str>, finder: &Regex, asked: &TextReplace, edits: &mut Vec<Edit>) {
    for found in finder.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        let mut new = String::new();
        if asked.regex {
            found.expand(&asked.replacement, &mut new);
        } else {
            new.push_str(&asked.replacement);
        }
        if new == whole.as_str() {
            continue;
        }
        edits.push(Edit {
            path: path.to_owned(),
            start: offset(whole.start()),
            end: offset(whole.end()),
            old: whole.as_str().to_owned(),
            new,
            certainty: Certainty::Certain,
            reason: "found by the search".to_owned(),
            group: None,
        });
        if edits.len() > MOST_EDITS {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InMemory, applied};

    fn project() -> InMemory {
        let files = [("a/one.rs", "let cat = Cat; // scat\r\n"), ("b/two.txt", "cat\ncat"), ("b/three.md", "no")];
        InMemory::new(files.map(|(path, text)| (path.to_owned(), text.to_owned())))
    }

    fn replaced(asked: &TextReplace) -> Vec<String> {
        let project = project();
        let found = replace_text(&project, asked).expect("found");
        let files = project.paths().iter().map(|path| (path.clone(), project.text(path).expect("text").to_string())).collect();
        applied(&files, &found.edits, &[]).expect("applied").into_values().collect()
    }

    fn cat() -> TextReplace {
        TextReplace { query: "cat".into(), replacement: "$1dog".into(), word: true, case: true, ..TextReplace::default() }
    }

    #[test]
    fn words_are_replaced_and_the_rest_stays() {
        assert_eq!(replaced(&cat()), ["let $1dog = Cat; // scat\r\n", "no", "$1dog\n$1dog"]);
        assert_eq!(replaced(&TextReplace { case: false, globs: vec!["*.rs".into()], ..cat() })[0], "let $1dog = $1dog; // scat\r\n");
        assert_eq!(
            replaced(&TextReplace { word: false, globs: vec!["!b/".into()], ..cat() }),
            ["let $1dog = Cat; // s$1dog\r\n", "no", "cat\ncat"]
        );
    }

    #[test]
    fn groups_of_a_regular_expression_are_put_in() {
        let asked =
            TextReplace { query: r"^(\w)at$".into(), replacement: "${1}og$$".into(), regex: true, case: true, ..TextReplace::default() };
        assert_eq!(replaced(&asked)[2], "cog$\ncog$");
    }

    #[test]
    fn what_can_not_be_looked_for_is_refused() {
        let refused = |asked: TextReplace| replace_text(&project(), &asked).expect_err("refused").message;
        assert!(refused(TextReplace::default()).contains("nothing to look for"));
        assert!(refused(TextReplace { query: "(".into(), regex: true, ..TextReplace::default() }).contains("no regular expression"));
        assert!(refused(TextReplace { globs: vec!["{a".into()], ..cat() }).contains("no pattern of files"));
    }
}
