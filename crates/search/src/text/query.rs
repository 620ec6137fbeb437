//! What is looked for: a pattern, and which files it is looked for in.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use grep_regex::{RegexMatcher, RegexMatcherBuilder};

use super::needed::Needed;

/// A pattern's automaton may take this much memory before it is matched in a slower way.
const DFA_LIMIT: usize = 64 << 20;

/// What can be wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The pattern is not a regular expression of one line.
    #[error("the pattern can't be searched for: {0}")]
    Pattern(String),
    /// A glob is not one.
    #[error("“{glob}” is not a pattern of file names: {reason}")]
    Glob {
        /// As it was written.
        glob: String,
        /// As the end of a sentence.
        reason: String,
    },
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextQuery {
    /// A text, or a regular expression.
    pub text: String,
    /// Whether it is a regular expression.
    pub regex: bool,
    /// Only between word boundaries.
    pub word: bool,
    /// Default of ripgrep: yes.
    pub case_sensitive: bool,
}

/// A query, ready to be matched. Matches what `rg` with the same options matches.
#[derive(Debug, Clone)]
pub struct Pattern {
    pub(crate) matcher: RegexMatcher,
    pub(crate) needed: Needed,
}

impl Pattern {
    /// Reads a query. An empty one matches every line.
    ///
    /// # Errors
    /// [`QueryError::Pattern`], also for a pattern that asks for the end of a line as a character.
    pub fn new(query: &TextQuery) -> Result<Self, QueryError> {
        let matcher = RegexMatcherBuilder::new()
            .multi_line(true)
            .unicode(true)
            .octal(false)
            .fixed_strings(!query.regex)
            .word(query.word)
            .case_insensitive(!query.case_sensitive)
            .line_terminator(Some(b'\n'))
            .ban_byte(Some(0))
            .dfa_size_limit(DFA_LIMIT)
            .build(&query.text)
            .map_err(|error| QueryError::Pattern(complaint(&error.to_string())))?;
        let text = if query.regex { query.text.clone() } else { regex_syntax::escape(&query.text) };
        let parsed =
            regex_syntax::ParserBuilder::new().utf8(false).multi_line(true).case_insensitive(!query.case_sensitive).build().parse(&text);
        // What only one of the two parsers takes is looked for everywhere.
        let needed = parsed.map_or(Needed::Anything, |hir| Needed::of(&hir));
        Ok(Self { matcher, needed })
    }

    /// Whether an index can tell where this can't be.
    pub fn can_use_index(&self) -> bool {
        self.needed != Needed::Anything
    }
}

/// The line of a parser's message that says what is wrong.
fn complaint(message: &str) -> String {
    let lines: Vec<&str> = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let telling = lines.iter().rev().find_map(|line| line.strip_prefix("error: ")).or(lines.last().copied());
    telling.unwrap_or("it is not a regular expression").to_owned()
}

/// Which files are looked through.
#[derive(Debug, Clone, Default)]
pub struct Globs {
    include: Option<GlobSet>,
    exclude: Option<GlobSet>,
}

impl Globs {
    /// Reads globs as they are written in a `.gitignore`: without a slash at any depth, with one from the project's folder on, with one at the end
    /// for a directory; what is below a directory that fits, fits. A `!` in front turns one into its opposite. No include takes every file.
    ///
    /// # Errors
    /// [`QueryError::Glob`].
    pub fn new<S: AsRef<str>>(include: &[S], exclude: &[S]) -> Result<Self, QueryError> {
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        for (globs, excluding) in [(include, false), (exclude, true)] {
            for glob in globs.iter().map(|glob| glob.as_ref().trim()).filter(|glob| !glob.is_empty()) {
                let (glob, turned) = glob.strip_prefix('!').map_or((glob, false), |rest| (rest, true));
                if excluding == turned { wanted.push(glob) } else { unwanted.push(glob) }
            }
        }
        Ok(Self { include: set(&wanted)?, exclude: set(&unwanted)? })
    }

    /// Whether a file is to be looked through.
    pub fn takes(&self, path: &Path) -> bool {
        self.include.as_ref().is_none_or(|set| set.is_match(path)) && !self.exclude.as_ref().is_some_and(|set| set.is_match(path))
    }

    /// Whether every file is.
    pub(crate) fn take_all(&self) -> bool {
        self.include.is_none() && self.exclude.is_none()
    }
}

fn set(globs: &[&str]) -> Result<Option<GlobSet>, QueryError> {
    if globs.is_empty() {
        return Ok(None);
    }
    let mut set = GlobSetBuilder::new();
    for &glob in globs {
        let wrong = |error: &globset::Error| QueryError::Glob { glob: glob.to_owned(), reason: error.kind().to_string() };
        let (name, directory) = glob.strip_suffix('/').map_or((glob, false), |name| (name, true));
        let anchored = name.contains('/');
        let name = name.strip_prefix('/').unwrap_or(name);
        let name = if anchored { name.to_owned() } else { format!("**/{name}") };
        let build =
            |glob: &str| GlobBuilder::new(glob).literal_separator(true).backslash_escape(true).build().map_err(|error| wrong(&error));
        if !directory {
            set.add(build(&name)?);
        }
        set.add(build(&format!("{name}/**"))?);
    }
    set.build().map(Some).map_err(|error| QueryError::Glob { glob: globs.join(", "), reason: error.kind().to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(include: &[&str], exclude: &[&str], path: &str) -> bool {
        Globs::new(include, exclude).expect("globs").takes(Path::new(path))
    }

    #[test]
    fn globs_read_as_in_a_gitignore() {
        for (glob, path, fits) in [
            ("*.rs", "a/b/main.rs", true),
            ("*.rs", "a/main.rsx", false),
            ("docs/", "docs/a/b.md", true),
            ("docs/", "x/docs/a.md", true),
            ("docs/", "docs", false),
            ("/docs/", "x/docs/a.md", false),
            ("src/**", "src/a/b.rs", true),
            ("src/**", "x/src/a.rs", false),
            ("src/*.rs", "src/a/b.rs", false),
            ("src", "src/a/b.rs", true),
            ("{a,b}.md", "x/b.md", true),
        ] {
            assert_eq!(takes(&[glob], &[], path), fits, "{glob} and {path}");
            assert_eq!(takes(&[], &[glob], path), !fits, "{glob} leaving out {path}");
            assert_eq!(takes(&[&format!("!{glob}")], &[], path), !fits, "!{glob} and {path}");
        }
        assert!(takes(&["*.rs"], &["gen/"], "src/a.rs") && !takes(&["*.rs"], &["gen/"], "gen/a.rs"));
        assert!(takes(&[], &[" "], "anything"));
    }

    #[test]
    fn what_is_wrong_is_said_in_one_line() {
        let pattern = |text: &str| Pattern::new(&TextQuery { text: text.to_owned(), regex: true, word: false, case_sensitive: true });
        assert_eq!(pattern("a(b").err(), Some(QueryError::Pattern("unclosed group".to_owned())));
        assert!(matches!(pattern(r"a\nb"), Err(QueryError::Pattern(_))), "a match has one line");
        assert!(matches!(Globs::new(&["a[b"], &[]), Err(QueryError::Glob { .. })));
    }
}
